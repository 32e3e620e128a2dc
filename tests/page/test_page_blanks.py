"""The page's side of handing out: the same workbooks as the command line, in pieces."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from source import REAL

from toolkit import cli
from toolkit.campaign.handout import reported
from toolkit.campaign.roster import members
from toolkit.page.desk import Desk
from toolkit.page.parcel import zipped
from toolkit.page.questions import ask

ROSTER = """机关名称,统一社会信用代码,层级,别名,上级,类别,截止日期
某某市人民政府,11321300014307892X,市级,宿迁市,,本级,
某某市教育局,,市级,某某市教育委员会,某某市人民政府,部门,2025-01-10
=某某/局,CON,县级,,某某市人民政府,部门,
"""
TYPED = [
    ["某某市人民政府", "11321300014307892X", "市级"],
    ["", "", ""],
    ["某某市教育局", "", "县级"],
]
WANTED = {"year": 2024, "form": "annual-report", "name": "2021"}


@pytest.fixture
def desk(tmp_path):
    return Desk(str(tmp_path / "desk"))


def asked(desk, name, **given):
    return ask({"": desk}, "", name, json.dumps(given))


def lay(desk, folder, files):
    place = Path(desk.home, folder)
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name, content in files.items():
        (place / name).write_bytes(content)


def last_year(*names):
    report = json.loads((REAL / "suqian_city_2023.json").read_text("utf-8"))
    for name in names:
        report["agency"] = {"name": name, "code": None, "level": "city"}
        yield f"{name}.json", json.dumps(report).encode()


def read_prior(desk):
    """Read last year's returns as the page does; return what is said of those not used."""
    reads = [asked(desk, "prior-read", path=p) for p in asked(desk, "prior-listed")["paths"]]
    told = asked(desk, "last", reads=[one for read in reads for one in read["reports"]])
    said = [one for read in reads for one in read["said"]]
    return [one["zh"] for one in ([told["said"]] if "twice" in told else []) + said]


def made(desk, agencies=2):
    """Return the files of the begun zip, fetched in slices."""
    content, last = b"", False
    while not last:
        piece = asked(desk, "blanks_more", agencies=agencies)
        content, last = content + piece["content"], piece["last"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for entry in archive.infolist():
            assert entry.flag_bits == (0x800 if not entry.filename.isascii() else 0)
            assert entry.compress_type == zipfile.ZIP_STORED
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def by_command(folder, *words):
    arguments = ["blank", "--lang", "zh", "--year", "2024", *map(str, words), "-o", str(folder)]
    result = CliRunner().invoke(cli.gouji, arguments)
    assert result.exit_code == 0, result.output
    return result.output


# ── the year, the edition, the roster ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("today", "year"),
    [("2025-09-30", 2024), ("2025-10-01", 2025), ("2025-12-31", 2025), ("2026-01-01", 2025),
     ("2026-03-31", 2025)],
)  # fmt: skip
def test_the_year_is_the_one_whose_reports_are_due_next(desk, today, year):
    assert asked(desk, "blanks_year", today=today) == year == reported(date.fromisoformat(today))


def test_only_the_editions_of_a_year_are_offered_and_the_usual_one_is_chosen(desk):
    def names(year):
        found = asked(desk, "blanks_fitting", year=year)
        return [(one["form"], one["name"]) for one in found], [
            one["name"] for one in found if one["chosen"]
        ]

    later, site = ("enforcement", "2021"), ("site-report", "2017")
    assert names(2024) == ([("annual-report", "2021"), later, site], ["2021"])
    assert names(2019) == ([("annual-report", "2019"), ("enforcement", "2018"), site], ["2019"])
    assert names(2017) == ([site], [])
    assert names(1999) == ([], [])


def test_an_example_is_offered_last_and_marked(desk):
    found = asked(desk, "blanks_fitting", year=2024)
    assert [one["confirmed"] for one in found] == [True, True, False]


def test_a_dropped_roster_is_counted_or_all_that_is_wrong_is_said_with_its_rows(desk):
    lay(desk, "roster", {"名册.csv": ROSTER.encode("gbk")})
    assert asked(desk, "blanks_counted", rows=None, lang="zh") == {"count": 3, "wrong": {}}
    wrong = ROSTER.replace("县级", "镇里").replace("某某市教育局,,", ",,")
    lay(desk, "roster", {"名册.csv": wrong.encode("gbk")})
    found = asked(desk, "blanks_counted", rows=None, lang="zh")
    assert found["count"] == 0
    lines = found["wrong"]["roster"]
    assert [line[:4] for line in lines] == ["第 3 ", "第 4 "]
    assert "镇里" in lines[1]


def test_typed_rows_are_a_roster_whose_rows_count_from_the_first(desk):
    assert asked(desk, "blanks_counted", rows=TYPED, lang="zh") == {"count": 2, "wrong": {}}
    twice = [*TYPED, ["某某市教育局", "", "某级"]]
    lines = asked(desk, "blanks_counted", rows=twice, lang="zh")["wrong"]["roster"]
    assert "3、4" in lines[0]
    assert "某级" in lines[1]
    empty = asked(desk, "blanks_counted", rows=[["", "", ""]], lang="zh")
    assert len(empty["wrong"]["roster"]) == 1


def test_typed_rows_without_a_problem_are_a_roster_file_for_all_tabs(desk):
    heads = ["机关名称", "统一社会信用代码", "层级"]
    city = {"name": TYPED[0][0], "code": TYPED[0][1], "level": "city"}
    county = {"name": TYPED[2][0], "code": None, "level": "county"}
    odd = {"name": '=甲,"局"', "code": None, "level": None}
    for rows, agencies in (
        (TYPED, [city, county]),
        ([heads, *TYPED], [city, county]),
        ([['=甲,"局"', "", ""]], [odd]),
    ):
        answer = asked(desk, "blanks_typed", rows=rows, lang="zh")
        assert [one.agency for one in members(answer["file"])] == agencies
        assert (answer["count"], answer["wrong"]) == (len(agencies), {})
    answer = asked(desk, "blanks_typed", rows=[["甲局", "", "某级"]], lang="zh")
    assert (answer["count"], list(answer)) == (0, ["count", "wrong"])


# ── the zip ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("agencies", [1, 2, 50])
def test_the_zip_holds_the_files_of_the_command_line_byte_for_byte(desk, tmp_path, agencies):
    lay(desk, "roster", {"名册.csv": ROSTER.encode("gbk")})
    begun = asked(desk, "blanks_begun", wanted=WANTED, rows=None, prior=None, lang="zh")
    assert begun == {"wrong": {}, "told": [], "count": 3}
    by_command(tmp_path / "发放", "--roster", tmp_path / "desk/roster/名册.csv")
    there = {path.name: path.read_bytes() for path in (tmp_path / "发放").iterdir()}
    assert made(desk, agencies) == there


def test_with_mails_the_zip_is_that_of_the_command_line_too(desk, tmp_path):
    head, *rows = ROSTER.splitlines()
    mails = "\n".join(
        (f"{head},邮箱", f"{rows[0]},shi@example.gov.cn", *(f"{r}," for r in rows[1:]))
    )
    lay(desk, "roster", {"名册.csv": mails.encode("gbk")})
    wanted = {**WANTED, "mail": True}
    begun = asked(desk, "blanks_begun", wanted=wanted, rows=None, prior=None, lang="zh")
    assert begun["unaddressed"] == ["某某市教育局", "=某某/局"]
    said = by_command(tmp_path / "发放", "--roster", tmp_path / "desk/roster/名册.csv", "--mail")
    assert "2 个单位在名册里没有可用的邮箱" in said
    there = {path.name: path.read_bytes() for path in (tmp_path / "发放").iterdir()}
    assert len(there) == 9
    assert made(desk, 2) == there


def test_last_years_numbers_are_carried_as_the_command_line_does_and_what_became_of_them_is_told(
    desk, tmp_path
):
    lay(desk, "roster", {"名册.csv": ROSTER.encode("gbk")})
    bad = {"坏.xlsx": b"PK\3\4 no zip"}
    lay(desk, "prior", dict(last_year("宿迁市", "某某教育局", "财政厅")) | bad)
    whys = read_prior(desk)
    assert len(whys) == 1
    assert whys[0].startswith("没有读 坏.xlsx：")
    begun = asked(desk, "blanks_begun", wanted=WANTED, rows=None, prior="上年", lang="zh")
    said = by_command(
        tmp_path / "发放", "--roster", tmp_path / "desk/roster/名册.csv",
        "--prior", tmp_path / "desk/prior",
    )  # fmt: skip
    assert begun["told"][0] == "带入上年数：1 个单位。"
    assert all(line in said for line in begun["told"])
    assert len(begun["told"]) == 4
    there = {path.name: path.read_bytes() for path in (tmp_path / "发放").iterdir()}
    assert made(desk) == there


def test_returns_of_another_year_and_two_of_one_agency_are_said_beside_last_year(desk):
    lay(desk, "prior", dict(last_year("宿迁市")))
    read_prior(desk)
    other = {**WANTED, "year": 2022}
    begun = asked(desk, "blanks_begun", wanted=other, rows=TYPED, prior="上年", lang="zh")
    assert begun == {"wrong": {"prior": ["上年 里没有 2021 年度的报表。请核对年度。"]}}
    ((name, content),) = last_year("宿迁市")
    report = json.loads(content)
    report["values"] |= {"applications.received.natural_person": 123456}
    second = json.dumps(report).encode()
    lay(desk, "prior", {name: content, "again.json": second})
    (said,) = read_prior(desk)
    assert said.startswith("放进来的文件 里有两份宿迁市 2023 年度的报表")
    begun = asked(desk, "blanks_begun", wanted=WANTED, rows=TYPED, prior="上年", lang="zh")
    assert begun["wrong"]["prior"] == ["上年 里没有 2023 年度的报表。请核对年度。"]


def test_a_bad_roster_begins_nothing(desk):
    begun = asked(desk, "blanks_begun", wanted=WANTED, rows=[["", "1", ""]], prior=None, lang="zh")
    assert list(begun) == ["wrong"]
    assert desk.pieces is None
    with pytest.raises(LookupError):
        asked(desk, "blanks_more", agencies=1)


# ── one for all ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prior", [None, "上年"])
def test_one_workbook_for_all_is_that_of_the_command_line(desk, tmp_path, prior):
    lay(desk, "roster", {"名册.csv": ROSTER.encode("gbk")})
    lay(desk, "prior", dict(last_year("宿迁市", "财政厅")) if prior else {})
    read_prior(desk)
    one = asked(desk, "blanks_shared", wanted=WANTED, rows=None, prior=prior, lang="zh")
    assert (one["name"], one["count"]) == ("填报表-共用-2024.xlsx", 3)
    assert one["told"][:1] == (["带入上年数：1 个单位。"] if prior else [])
    path = tmp_path / "x.xlsx"
    words = ["--roster", tmp_path / "desk/roster/名册.csv", "--shared"]
    said = by_command(path, *words, *(["--prior", tmp_path / "desk/prior"] if prior else []))
    assert all(line in said for line in one["told"])
    assert one["content"] == path.read_bytes()


def test_one_workbook_for_all_is_refused_as_the_others_are(desk):
    bad = asked(desk, "blanks_shared", wanted=WANTED, rows=[["", "1", ""]], prior=None, lang="zh")
    assert list(bad["wrong"]) == ["roster"]
    one = asked(desk, "blanks_shared", wanted=WANTED, rows=TYPED, prior="上年", lang="zh")
    assert one["wrong"] == {"prior": ["上年 里没有 2023 年度的报表。请核对年度。"]}


# ── one agency ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prior", [None, "上年"])
def test_one_agencys_workbook_is_that_of_the_command_line(desk, tmp_path, prior):
    lay(desk, "prior", dict(last_year("宿迁市", "财政厅")) if prior else {})
    read_prior(desk)
    rows = [["宿迁市", "A/1", "市级"]]
    one = asked(desk, "blanks_single", wanted=WANTED, rows=rows, prior=prior, lang="zh")
    assert one["name"] == "A_1-宿迁市-2024.xlsx"
    assert one["told"] == (["带入上年数：1 个单位。"] if prior else [])
    path = tmp_path / "x.xlsx"
    words = ["--agency", "宿迁市", "--code", "A/1", "--level", "city"]
    by_command(path, *words, *(["--prior", tmp_path / "desk/prior"] if prior else []))
    assert one["content"] == path.read_bytes()


def test_one_agency_without_a_report_of_last_year_is_told_so(desk):
    lay(desk, "prior", dict(last_year("财政厅")))
    read_prior(desk)
    rows = [["宿迁市", "", ""]]
    one = asked(desk, "blanks_single", wanted=WANTED, rows=rows, prior="上年", lang="zh")
    assert "宿迁市" in one["wrong"]["prior"][0]


def test_an_empty_roster_can_be_had_and_names_nobody(desk):
    content = asked(desk, "empty_roster")
    lay(desk, "roster", {"名册.xlsx": content})
    assert asked(desk, "blanks_counted", rows=None, lang="zh")["count"] == 0


def test_a_zip_in_pieces_is_the_zip_as_a_whole():
    files = [(f"表{n}.xlsx", bytes([n]) * 10_000 * n) for n in range(5)]
    pieces = list(zipped(files, (2026, 1, 2, 3, 4, 6)))
    assert len(pieces) == 6
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content)
    assert b"".join(pieces) == whole.getvalue()


def test_typed_rows_and_a_dropped_roster_name_the_same_members():
    lines = ["机关名称,统一社会信用代码,层级", *(",".join(row) for row in TYPED)]
    assert [one.name for one in members("\n".join(lines).encode())] == [TYPED[0][0], TYPED[2][0]]
