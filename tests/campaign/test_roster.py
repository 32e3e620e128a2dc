"""The roster: every bad row is reported at once, and no agency is matched by guess."""

import io
from datetime import date

import openpyxl
import pytest
from click.testing import CliRunner

from toolkit import cli, data
from toolkit.campaign import flat, roster
from toolkit.campaign.handout import empty_roster
from toolkit.campaign.parents import circles
from toolkit.campaign.roster import Member, RosterError, load, matcher, members, near
from toolkit.output import lists
from toolkit.xlsx.zip import Rejected

HEADS = "机关名称,统一社会信用代码,层级,别名,上级,类别,截止日期"
GOOD = f"""{HEADS}
某某区人民政府办公室,11320300014307892X,县级,,,本级,
某某区教育局,11320300014307893A,县级,某某区教育委员会；区教育局,某某区人民政府办公室,部门,2026/1/20

某某 街道,,乡级,,,街道,2026年1月9日
"""
THREE = (
    Member("某某区人民政府办公室", "11320300014307892X", "county", (), None, "own", None, 2),
    Member("某某区教育局", "11320300014307893A", "county", ("某某区教育委员会", "区教育局"),
           "某某区人民政府办公室", "department", "2026-01-20", 3),
    Member("某某 街道", None, "town", (), None, "town", "2026-01-09", 5),
)  # fmt: skip


def workbook(*rows, name="Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def problems(source: bytes) -> list[tuple[str, tuple[int, ...]]]:
    with pytest.raises(RosterError) as caught:
        members(source)
    assert all(caught.value.lines(lang) for lang in ("zh", "en"))
    return [(problem.code, problem.rows) for problem in caught.value.problems]


# ── what is understood ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_every_encoding_and_with_every_delimiter_offices_use(encoding, delimiter):
    assert members(GOOD.replace(",", delimiter).encode(encoding)) == THREE


def test_a_workbook_gives_the_same_members_as_a_csv():
    rows = [line.split(",") for line in GOOD.splitlines()]
    assert members(workbook(*(row if any(row) else [None] for row in rows))) == THREE


def test_english_heads_keys_and_a_title_above_them_will_do():
    text = (
        "Roster of agencies\nName,CODE,level (required),kind,phone,fax\nA Office,7,COUNTY,own,1,2\n"
    )
    assert members(text.encode()) == (
        Member("A Office", "7", "county", kind="own", row=3, phone="1"),
    )


def test_a_day_and_a_short_code_that_a_workbook_holds_as_numbers_are_what_people_see():
    rows = (["name", "code", "deadline"], ["甲局", 1234, date(2026, 1, 20)])
    (member,) = members(workbook(*rows))
    assert (member.code, member.deadline) == ("1234", "2026-01-20")


def test_only_the_first_visible_sheet_is_the_roster():
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["name"])
    book.create_sheet("名册").append(["名称"])
    book["名册"].append(["甲局"])
    book.create_sheet("电话").append(["name"])
    assert [member.name for member in members(saved(book))] == ["甲局"]


def test_signs_that_show_nothing_are_no_part_of_a_name():
    (member,) = members("name\n\ufeff 某某\u200b区\n".encode())
    assert member.name == "某某区"


# ── what is refused ───────────────────────────────────────────────────────────────────────────────

BAD_ROWS = {
    ",1,县级,,,,": [("no-name", (2,))],
    "甲局,1,区级,,,,": [("level", (2,))],
    "甲局,1,,,,企业,": [("kind", (2,))],
    "甲局,1,,,,,2026-02-30": [("deadline", (2,))],
    "甲局,1,,,,,20日前": [("deadline", (2,))],
    "甲局,1,,,,,\n甲　局,2,,,,,": [("same-name", (2, 3))],
    "甲局,1,,,,,\n乙局,１,,,,,": [("same-code", (2, 3))],
    "甲局,9.1132E+17,,,,,": [("scientific", (2,))],
    "甲局,９.1e+17,,,,,": [("scientific", (2,))],
    "甲局,911320300014307000.0,,,,,": [("rounded", (2,))],
    "甲局,1,,乙局,,,\n乙局,2,,,,,": [("same-alias", (2, 3))],
    "甲局,1,,丙所,,,\n乙局,2,,丙所,,,": [("same-alias", (2, 3))],
    "甲局,1,,,某某区政府,,": [("parent", (2,))],
    "某某区教育局,1,,,,,\n乙局,2,,,某区教育局,,": [("parent/near", (3,))],
    "甲局,1,,,甲局,,": [("circle", (2,))],
    "甲局,1,,,乙局,,\n乙局,2,,,甲局,,": [("circle", (2,)), ("circle", (3,))],
    "（示例）某某区教育局,1,,,,,": [("example", (2,))],
    "": [("empty", ())],
    ",,,,,,": [("empty", ())],
}


@pytest.mark.parametrize("rows", BAD_ROWS)
def test_a_bad_row_is_named(rows):
    assert problems(f"{HEADS}\n{rows}\n".encode()) == BAD_ROWS[rows]


def test_all_bad_rows_are_named_at_once_in_order_of_rows():
    rows = (
        ",1,县级,,,,",
        "甲局,9.1E+17,区级,,,,明天",
        "乙局,2,,,,,",
        "乙局,2,,,,,",
        "丙局,,,,丁局,,",
    )
    found = problems("\n".join((HEADS, *rows)).encode("gbk"))
    assert found == [
        ("no-name", (2,)), ("scientific", (3,)), ("level", (3,)), ("deadline", (3,)),
        ("same-name", (4, 5)), ("same-code", (4, 5)), ("parent", (6,)),
    ]  # fmt: skip


def test_the_same_mistake_in_many_rows_is_one_sentence():
    rows = "\n".join(f"局{n},区级,上级局" for n in range(40))
    with pytest.raises(RosterError) as caught:
        members(f"name,level,parent\n{rows}\n".encode())
    level, parent = caught.value.lines("zh")
    assert level.startswith("第 2、3、4、")
    assert "20、21 等 40 行：没有层级“区级”" in level
    assert "等 40 行：上级“上级局”不在名册中" in parent


@pytest.mark.parametrize("name", ["甲\ufffe局", "局" * 501])
def test_a_name_that_no_workbook_can_hold_is_named(name):
    assert problems(f"name\n{name}\n".encode()) == [("unfit", (2,))]


def test_a_message_says_the_row_what_is_there_and_what_to_do():
    with pytest.raises(RosterError) as caught:
        members("机关名称,代码\n甲局,9.1132E+17\n".encode())
    (line,) = caught.value.lines("zh")
    assert line == (
        "第 2 行：代码“9.1132E+17”是科学计数法，后面的数字已经丢失。"
        "请把这一列设为文本格式，重新填写代码。"
    )


@pytest.mark.parametrize("code", [911320300014307892, 9.1132e17, 1.5, -7])
def test_a_code_that_a_workbook_holds_as_a_number_and_cannot_hold_is_named(code):
    assert problems(workbook(["name", "code"], ["甲局", code])) == [("rounded", (2,))]


@pytest.mark.parametrize("code", ["11320300E014307892", "1E5", "无", "A-1", "911320300014307892"])
def test_a_code_is_any_text(code):
    (member,) = members(f"name,code\n甲局,{code}\n".encode())
    assert member.code == code


@pytest.mark.parametrize("name", [True, "#N/A"])
def test_a_cell_that_is_no_text_is_named(name):
    assert problems(workbook(["name", "code"], [name, "1"])) == [("cell", (2,))]


BAD_FILES = {
    "no heads": ("甲局,1\n乙局,2\n".encode(), "heads"),
    "a column twice": ("name,机关名称\na,b\n".encode(), "twice"),
    "a column misspelt": ("name,截至日期\na,2026-01-20\n".encode(), "near"),
    "nothing": (b"", "empty"),
    "an open quote": ('name\n"甲局\n'.encode(), "no-list"),
    "neither UTF-8 nor GBK": (b"name\n\xff\xff\n", "no-list"),
    "half of UTF-16": (b"\xff\xfea", "no-list"),
    "a NUL": (b"name\n\0\n", "no-list"),
    "an .xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 600, "no-list"),
    "half a workbook": (workbook(["name"])[:-9], "damaged"),
    "too many rows": (b"name\n" + b"a\n" * 100_000, "too-large"),
    "too many bytes": (b"n" * (10 * 2**20 + 1), "too-large"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_no_roster_is_refused_as_a_whole(case):
    source, code = BAD_FILES[case]
    ((found, _),) = problems(source)
    assert found == code


def test_a_workbook_with_a_cell_far_below_the_list_is_too_large():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A200000"] = "name", "甲局"
    assert problems(saved(book)) == [("too-large", ())]


def test_a_workbook_of_charts_only_is_no_list():
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.create_chartsheet("图")
    with pytest.raises(Rejected, match="damaged"):
        flat.rows(saved(book))


def test_a_path_is_read_or_says_why_not(tmp_path):
    (tmp_path / "ok.csv").write_bytes(GOOD.encode("gbk"))
    assert load(tmp_path / "ok.csv") == THREE
    for path, code in ((tmp_path, "not-a-file"), (tmp_path / "no.csv", "unreadable")):
        with pytest.raises(RosterError) as caught:
            load(path)
        assert caught.value.problems[0].code == code


# ── whose return ──────────────────────────────────────────────────────────────────────────────────

WHOSE = {
    "by code": ("某某区教育局", "11320300014307893A", 3, "code", False),
    "by code alone": (None, "11320300014307893A", 3, "code", False),
    "by name": ("某某区 教育局", None, 3, "name", False),
    "by name in another width": ("某某　街道", "", 5, "name", False),
    "by alias": ("区教育局", None, 3, "alias", False),
    "by name under a code nobody has": ("某某区教育局", "X", 3, "name", False),
    "code of one, name of another": ("某某街道", "11320300014307893A", 3, "code", True),
    "code of one, name of nobody": ("某某局", "11320300014307893A", 3, "code", False),
    "nearly": ("某某区教育", None, None, "", False),
    "nobody": (None, None, None, "", False),
}


@pytest.mark.parametrize("case", WHOSE)
def test_a_return_is_matched_by_code_then_name_then_alias(case):
    name, code, row, how, swapped = WHOSE[case]
    found = matcher(THREE)({"name": name, "code": code})
    assert (found.member and found.member.row, found.how, found.swapped) == (row, how, swapped)


def test_near_names_are_for_asking():
    assert [member.name for member in near(THREE, "某某区教育委员")] == ["某某区教育局"]
    assert near(THREE, "财政厅") == ()


def test_a_member_is_an_agency():
    assert THREE[2].agency == {"name": "某某 街道", "code": None, "level": "town"}


# ── an empty one ──────────────────────────────────────────────────────────────────────────────────


def test_an_empty_roster_with_its_examples_untouched_names_nobody():
    assert problems(empty_roster()) == [("empty", ())]


def test_an_empty_roster_filled_in_below_or_over_its_examples_is_read():
    book = openpyxl.load_workbook(io.BytesIO(empty_roster()))
    sheet = book.active
    for row, name in ((5, "甲局"), (6, "乙局")):
        for column, value in enumerate([name, f"11320300014307892{row}", "县级", *[None] * 4], 1):
            sheet.cell(row, column, value).value = value
    found = members(saved(book))
    assert [(m.name, m.code, m.level, m.row) for m in found] == [
        ("甲局", "113203000143078925", "county", 5),
        ("乙局", "113203000143078926", "county", 6),
    ]


def test_an_empty_roster_has_columns_of_text_drop_downs_and_frozen_heads():
    sheet = openpyxl.load_workbook(io.BytesIO(empty_roster())).active
    assert [cell.value for cell in sheet[3]] == [
        *HEADS.split(","),
        "邮箱",
        "联系人",
        "联系电话",
        "网址",
    ]
    assert {sheet.column_dimensions[letter].number_format for letter in "ABCDEFGHIJK"} == {"@"}
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation if v.formula1}
    assert lists == {
        "C4:C10005": '"国家级,省级,市级,县级,乡级"',
        "F4:F10005": '"本级,部门,乡镇街道,垂直"',
    }
    assert sheet.freeze_panes == "A4"


def test_an_empty_roster_is_the_same_bytes_every_time():
    assert empty_roster() == empty_roster()


def test_plain_sheets_hold_numbers_and_text_that_looks_like_a_formula():
    columns = (lists.Column("甲", 10.0), lists.Column("乙", 10.0, hint="说明"))
    page = lists.Page("表", "说明", columns, (("=1+1", 3), (None, "@x")))
    source = lists.written([page])
    sheet = openpyxl.load_workbook(io.BytesIO(source)).active
    assert [[(c.value, c.data_type) for c in row] for row in sheet["A4:B5"]] == [
        [("=1+1", "s"), (3, "n")],
        [(None, "n"), ("@x", "s")],
    ]
    assert flat.rows(source)[4] == (flat.Field("=1+1"), flat.Field("3", "number"))


def test_the_command_writes_a_roster_and_never_over_one(tmp_path):
    out = tmp_path / "名册.xlsx"
    runs = [
        CliRunner().invoke(cli.gouji, ["roster", "--lang", "zh", *words])
        for words in (["-o", str(out)], ["-o", str(out)], ["-o", str(out), "--force"], [])
    ]
    assert [run.exit_code for run in runs] == [0, 2, 0, 2]
    assert out.read_bytes() == empty_roster()
    assert "没有覆盖" in runs[1].stderr
    assert data.say("cli", "no-output", "zh", ending=".xlsx") in runs[3].stderr


# ── rosters made to take long: what would be quadratic takes minutes ──────────────────────────────


@pytest.mark.parametrize("column", range(7))
def test_a_cell_of_100_000_blanks_is_a_problem_of_its_row(column):
    cells = ["甲局", *[""] * 6]
    cells[column] = "甲局" + " " * 100_000 + "x"
    assert ("unfit", (2,)) in problems(f"{HEADS}\n{','.join(cells)}\n".encode())
    message = "、".join(RosterError(*_caught(f"{HEADS}\n{','.join(cells)}\n")).lines("zh"))
    assert f"“{HEADS.split(',')[column]}”太长" in message
    assert len(message) < 2_000


def _caught(text):
    with pytest.raises(RosterError) as caught:
        members(text.encode())
    return caught.value.problems


def test_blanks_around_a_line_break_are_dropped_however_many():
    pad = " " * 200
    (member,) = members(f'name\n"某某{pad}\r\n{pad}区 局"\n'.encode())
    assert member.name == "某某区 局"


def test_only_the_first_unknown_parents_get_a_proposal(monkeypatch):
    asked = []
    monkeypatch.setattr(roster, "get_close_matches", lambda word, *_: asked.append(word) or [])
    lines = "".join(f"单位{n}局,,,,上级{n}局,,\n" for n in range(1_000))
    assert len(problems(f"{HEADS}\n{lines}".encode())) == 1_000
    assert len([word for word in asked if word.startswith("上级")]) == roster.ASKED


def test_long_and_very_many_names_are_not_compared(monkeypatch):
    seen = []
    monkeypatch.setattr(
        roster, "get_close_matches", lambda *given: seen.append(len(given[1])) or []
    )
    many = [Member(f"单位{n}") for n in range(6_000)]
    near([*many, Member("长" * 51)], "单位")
    near([Member("长" * 51), many[0]], "单位")
    near(many, "长" * 51)
    assert seen == [5_000, 1, 0]


def test_a_chain_of_parents_is_walked_once():
    asked = []

    class Rows(dict):
        def __getitem__(self, row):
            asked.append(row)
            return super().__getitem__(row)

    assert circles(Rows({n: n + 1 for n in range(50_000)})) == set()
    assert circles(Rows({n: (n + 1) % 50_000 for n in range(50_000)})) == set(range(50_000))
    assert len(asked) == 100_000


def test_columns_beyond_those_of_a_list_are_not_looked_at():
    heads = ",".join(f"lavel{n}" for n in range(flat.COLUMN_LIMIT * 2))
    (cells,) = flat.rows(heads.encode()).values()
    assert len(cells) == flat.COLUMN_LIMIT
