"""Lists as offices keep them: merged cells, formulas without results, rows that are no rows."""

import io
import time
import zipfile

import openpyxl
import pytest
import tamper
from source import CHECKOUT

from toolkit.campaign import flat, waivers
from toolkit.campaign.foot import is_foot
from toolkit.campaign.roster import RosterError, load, members
from toolkit.campaign.waivers import WaiverError

SHARED = CHECKOUT.parent / "shared" / "returns"
HEADS = ("序号", "机关名称", "统一社会信用代码", "层级", "上级", "类别", "截止日期", "备注")
ROWS = (
    (1, "区政府办", "A1", "县级", None, "本级", "2026-01-20", None),
    (2, "教育局", "A2", "县级", "区政府办", "部门", "2026-01-20", None),
    (3, "卫健委", "A3", None, None, None, None, "并入计生办"),
    (4, "自然资源局", "A4", None, None, None, None, None),
)
WAIVER_HEADS = ("单位", "提示代码", "单元格", "理由", "批准人", "日期")


def workbook(*rows, merges=()) -> bytes:
    """Return a workbook with rows and merges; merges keep what is written below their first cell."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for one in merges:
        book.active.merge_cells(one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def problems(source: bytes) -> list[tuple[str, tuple[int, ...], dict]]:
    """Return code, rows and figures of all that is wrong with a roster."""
    with pytest.raises(RosterError) as caught:
        members(source)
    for lang in ("zh", "en"):
        assert all(caught.value.lines(lang))
    return [(one.code, one.rows, dict(one.figures)) for one in caught.value.problems]


# ── merges ────────────────────────────────────────────────────────────────────────────────────────


def test_a_merged_cell_says_the_same_of_each_of_its_rows():
    merges = ("D3:D5", "E3:E5", "F3:F5", "G3:G4")
    found = members(workbook(HEADS, *ROWS, merges=merges))
    assert [(one.level, one.parent, one.kind, one.deadline) for one in found] == [
        ("county", None, "own", "2026-01-20"),
        ("county", "区政府办", "department", "2026-01-20"),
        ("county", "区政府办", "department", "2026-01-20"),
        ("county", "区政府办", "department", None),
    ]


def test_a_blank_that_is_not_merged_stays_blank():
    found = members(workbook(HEADS, *ROWS))
    assert [one.level for one in found] == ["county", "county", None, None]


def test_a_merged_name_is_one_agency():
    rows = ((1, "区政府办", "A1", "县级"), (None, None, None, None, None, None, None, "电话二"))
    found = members(workbook(HEADS, *rows, merges=("B2:B3", "C2:C3", "D2:D3")))
    assert [(one.name, one.row) for one in found] == [("区政府办", 2)]


def test_a_merge_far_below_the_list_adds_no_rows():
    assert len(members(workbook(HEADS, *ROWS, merges=("D3:D20000", "A1:A1", "H2:H3")))) == 4


def test_merges_over_each_other_are_filled_once():
    source = workbook(HEADS, *ROWS, (5, "公安局", "A5"), merges=("D3:D4",))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(
                b'<mergeCell ref="D3:D4"', b'<mergeCell ref="D2:D4"/><mergeCell ref="D3:D6"'
            )
            new.writestr(name, part)
    assert [one.level for one in members(target.getvalue())] == ["county"] * 4 + ["county"]


# ── formulas ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "head"),
    [(1, "机关名称"), (2, "统一社会信用代码"), (3, "层级"), (6, "截止日期")],
)
def test_a_formula_without_a_result_is_a_problem_of_its_row(column, head):
    row = list(ROWS[1])
    row[column] = '="甲"&"乙"'
    found = problems(workbook(HEADS, ROWS[0], row))
    assert ("formula", (3,), {"column": head}) in found


def test_a_formula_in_another_column_is_nobodys_business():
    rows = [(f"=ROW()-{n}", *row[1:]) for n, row in enumerate(ROWS)]
    assert len(members(workbook(HEADS, *rows, ("=ROW()",)))) == 4


# ── rows that are no agency ───────────────────────────────────────────────────────────────────────

FEET = ["合计", "合 计", "总计：", "共45个单位", "合计12家", "填报人：张三", "填报人 张三", "制表：李四",
        "备注：以上单位于1月20日前报送。", "备注", "注1：含垂管", "说明：", "单位（盖章）：", "联系电话：1",
        "填报日期:2025-12-01", "以上共3个", "以下空白", "一、区直部门", "（二）乡镇街道", "机关名称", "/",
        "——", "Total", "TOTAL: 45", "Note: x", "Prepared by: x"]  # fmt: skip
AGENCIES = ["统计局", "审计局", "共青团某区委", "十堰市司法局", "三河市司法局", "一中", "第二中学", "备案办公室",
            "共和县司法局", "附属医院", "日期局", "电话局", "审核中心", "说明书局", "2号办公室", "单位管理局",
            "一汽集团", "Total Energies", "Notes Office", "注册局"]  # fmt: skip


@pytest.mark.parametrize("text", FEET)
def test_a_foot_row_is_a_problem_and_no_agency(text):
    assert problems(workbook(HEADS, ROWS[0], (None, text, "45", "甲"))) == [
        ("foot", (3,), {"text": text})
    ]


@pytest.mark.parametrize("text", AGENCIES)
def test_an_agency_is_no_foot_row(text):
    assert not is_foot(text)
    assert [one.name for one in members(workbook(HEADS, (1, text, "45")))] == [text]


# ── size and kind ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "column", ["机关名称", "别名", "统一社会信用代码", "上级", "层级", "截止日期"]
)
@pytest.mark.parametrize("text", ["某局" + " " * 100_000 + "x", "局" + "\u200b" * 100_000 + "a"])
def test_a_long_cell_costs_no_time(column, text):
    head = column if column == "机关名称" else f"机关名称,{column}"
    lead = "" if column == "机关名称" else "甲局,"
    began = time.process_time()
    found = problems(f'{head}\n{lead}"{text}"\n'.encode())
    assert time.process_time() - began < 1
    assert ("unfit", (2,), {"column": column}) in found


def test_unknown_parents_cost_time_in_proportion():
    def seconds(count: int) -> float:
        rows = "".join(f"第{n}局,不存在的第{n}办公室\n" for n in range(count))
        began = time.process_time()
        assert len(problems(f"机关名称,上级\n{rows}".encode())) == count
        return time.process_time() - began

    assert seconds(4_000) < 4 * seconds(1_000) * 2 + 0.5


def test_a_guard_around_a_name_is_taken_off():
    (found,) = members('机关名称,代码\n"=""甲局""","=""0113"""\n'.encode())
    assert (found.name, found.code) == ("甲局", "0113")


def test_a_return_or_a_damaged_file_in_place_of_a_list_says_so(tmp_path):
    said = {"a-return": tamper.filled(), "damaged": workbook(HEADS, *ROWS)[:-40]}
    for code, source in said.items():
        assert [one[0] for one in problems(source)] == [code]
        path = tmp_path / "清单.xlsx"
        path.write_bytes(source)
        with pytest.raises(WaiverError) as caught:
            waivers.load(path)
        assert [one.sentence for one in caught.value.problems] == [code]
    path.write_bytes(b"name\n\0")
    with pytest.raises(WaiverError, match="unreadable"):
        waivers.load(path)


def test_a_list_of_waivers_is_filled_down_and_names_formulas(tmp_path):
    rows = (("某局", "jump", "表三 D7", "有据", "张三", "2026-01-12"),
            (None, "scale", "表三 D8", None, None, "2026-01-12"))  # fmt: skip
    path = tmp_path / "清单.xlsx"
    path.write_bytes(workbook(WAIVER_HEADS, *rows, merges=("A2:A3", "D2:D3", "E2:E3")))
    found = waivers.load(path)
    assert [(one.agency, one.code, one.reason, one.by) for one in found] == [
        ("某局", "jump", "有据", "张三"), ("某局", "scale", "有据", "张三")
    ]  # fmt: skip
    path.write_bytes(workbook(WAIVER_HEADS, ('="某"&"局"', *rows[0][1:])))
    with pytest.raises(WaiverError) as caught:
        waivers.load(path)
    assert [(one.row, one.sentence) for one in caught.value.problems] == [(2, "formula")]
    assert "单位" in caught.value.problems[0].message("zh")


def test_a_field_says_where_it_comes_from():
    rows = flat.rows(workbook(HEADS, *ROWS, merges=("D3:D5",)))
    assert rows[4][3] == flat.Field("县级", merged=True)


# ── lists that came from outside ──────────────────────────────────────────────────────────────────


@pytest.fixture
def received():
    """Return a function from a name to its path; skips without the files."""
    if not SHARED.is_dir():
        pytest.skip("the returns of ../shared are not here")
    return lambda name: SHARED / name


def test_the_merged_cells_of_a_received_roster_hold_for_each_row(received):
    found = load(received("public/F08a-roster-merged-cells.xlsx"))
    assert [(one.parent, one.level, one.kind) for one in found[2:]] == [
        ("示例区人民政府办公室", "county", "department")
    ] * 2


RECEIVED = {
    "public/F08b-roster-formula-row-without-value.xlsx": [("formula", (3,))],
    "public/F10-roster-foot-rows.xlsx": [("foot", (3,)), ("foot", (4,)), ("foot", (5,))],
    "forged/roster-blanks.csv": [("unfit", (2,))],
    "public/F11-passed-over/control.xlsx": [("a-return", ())],
}


@pytest.mark.parametrize("name", RECEIVED)
def test_a_received_roster_is_refused_with_its_rows(received, name):
    began = time.process_time()
    found = [one[:2] for one in problems(received(name).read_bytes())]
    assert found == RECEIVED[name]
    assert time.process_time() - began < 1


def test_the_guards_of_a_received_roster_are_taken_off(received):
    found = load(received("public/F09a-roster-equals-guard.csv"))
    assert [one.code for one in found] == ["011320000014345678", "011320000014345679"]
