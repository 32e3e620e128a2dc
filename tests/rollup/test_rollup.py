"""A region's numbers from its agencies' returns: added, refused, traced to every file."""

import hashlib
import io
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from district import seen
from office import need_office, resave
from source import REAL, TESTS
from tamper import cell, changed, pack, part_of, replacing, unpack

from toolkit import cli
from toolkit.blank import build as building
from toolkit.blank import sources
from toolkit.blank.slots import MARK
from toolkit.campaign.roster import Member
from toolkit.diff.changes import compare
from toolkit.edition.edition import EditionError, build, named
from toolkit.edition.hazard import Hazard
from toolkit.files.examine import examine
from toolkit.finding import Finding
from toolkit.finding import Result as Judged
from toolkit.report.contribution import CAVEATS, Contribution, notice
from toolkit.report.report import (
    COUNT_LIMIT,
    Report,
    as_json,
    dumps,
    from_json,
    parse_json,
    recompute,
)
from toolkit.returned import origins
from toolkit.returned.read import read
from toolkit.returned.released import plans
from toolkit.rollup.caveats import Portion, hazards
from toolkit.rollup.governing import governing, without_roster
from toolkit.rollup.rollup import Refused, direct, roll_up, short
from toolkit.xlsx.zip import Rejected

FORM = named("annual-report", "2021")
REGION = {"name": "某区", "code": None, "level": None}
RECEIVED = "applications.received.natural_person"
FEES = "proactive.fees.collected"
NOTICES = "processing_fee.notices.count"
Run = Callable[..., Result]

ROSTER = """机关名称,统一社会信用代码,层级,别名,上级,类别
某区人民政府,A01,县级,,,本级
某区教育局,A02,县级,某区教委,,部门
某区民政局,A03,县级,,,部门
某区财政局,A04,县级,,,部门
某区司法局,A05,县级,,,部门
某区公安局,A06,县级,,,部门
城关镇,A07,乡级,,,乡镇街道
河东街道,A08,乡级,,,乡镇街道
高新区,A09,县级,,,
高新区教育局,A10,县级,,高新区,部门
高新区财政局,A11,县级,,高新区,部门
某区税务局,A12,县级,,,垂直
"""
NAMES = [line.split(",")[0] for line in ROSTER.splitlines()[1:]]
FIGURES = ("shuyang_county_2025", "seed_jiguan_shiwu_2025", "suqian_city_2023", "suqian_city_2024")


def figures(name: str) -> Report:
    """Return a published report with rules set to 0, as at county level."""
    report = from_json(parse_json((REAL / f"{name}.json").read_text(encoding="utf-8")))
    zeros = (key for key in FORM.cells if key.startswith(("proactive.rules.", "processing_fee.")))
    return replace(report, values={**report.values, **dict.fromkeys(zeros, 0), NOTICES: 150})


def sent(number: int, **values: object) -> Report:
    """Return the report of the member of that number, with published figures."""
    report = figures(FIGURES[number % len(FIGURES)])
    typed = {**report.values, **values}
    return replace(
        report,
        agency={"name": NAMES[number], "code": f"A{number + 1:02d}", "level": "county"},
        year=2025,
        values=recompute(FORM, typed, report.nil),  # type: ignore[arg-type]
        texts={},
        origin="workbook",
        sent=1,
    )


def put(folder: Path, number: int, report: Report, name: str | None = None) -> Path:
    path = folder / (name or f"{number:02d}-{NAMES[number]}.xlsx")
    path.write_bytes(building.build(report.edition, report))
    return path


@pytest.fixture(autouse=True, scope="module")
def _in_this_process() -> Iterator[None]:
    """Examine the district's few small files here; workers have their own tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toolkit.workers.pool.HANDFUL", 100)
        yield


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> Path:
    """Return a folder with the return of every member, and the roster beside it."""
    folder = tmp_path_factory.mktemp("season")
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    returns = folder / "returns"
    returns.mkdir()
    for number in range(len(NAMES)):
        put(returns, number, sent(number))
    return returns


@pytest.fixture
def copied(district, tmp_path) -> Path:
    """Return a folder of links to the district's returns, to be changed."""
    folder = tmp_path / "returns"
    folder.mkdir()
    for path in district.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def run(district, tmp_path) -> Run:
    def invoke(*arguments: object, roster: bool = True) -> Result:
        given = ["--roster", district.parent / "roster.csv"] if roster else []
        words = ["rollup", *arguments, "--agency", "某区", *given, "--lang", "zh"]
        out = ["-o", tmp_path / "某区.xlsx"]
        return CliRunner().invoke(cli.gouji, [str(word) for word in (*words, *out)])

    return invoke


@pytest.fixture(scope="module")
def whole(district, tmp_path_factory) -> Path:
    """Return the district's roll-up."""
    out = tmp_path_factory.mktemp("out") / "某区.xlsx"
    words = ["rollup", district, "--agency", "某区", "--roster", district.parent / "roster.csv"]
    done = CliRunner().invoke(
        cli.gouji, [str(word) for word in (*words, "-o", out, "--lang", "zh")]
    )
    assert done.exit_code == 0, done.output
    seven = "某区人民政府、某区民政局、某区财政局、某区司法局、城关镇、河东街道、高新区"
    open_ones = f"有提醒没有核实：{seven}。以上请先核对，再用本表。"
    assert done.stdout.splitlines() == [
        f"已写 {out}：汇总范围：应计入 9 个机关，已计入 9 个。{open_ones}",
        "· 垂直管理的机关不计入本地区：某区税务局。",
        "· 有上级机关的，视为已含在上级机关的报表里，没有另外相加：高新区教育局、高新区财政局。请核对上级的报表确实含有它们。",
        f"· 有提醒还没有核实、已经计入：{seven}。请看检查结果，确认无误再用汇总的数。",
        f"· {seven}报了复议后起诉的案件。复议机关作共同被告的，只由作出原行政行为的机关统计一次；请核对这 7 个机关的案件有没有重复。",
        f"· {seven}都报了行政规范性文件。联合制发的文件可能被几个机关各报一次，请核对有没有重复。",
    ]
    return out


def plainly(path: Path) -> dict[str, Decimal]:
    """Return {typed key: number}, blanks 0, read with openpyxl, independently of our reader."""
    return {key: Decimal(str(value or 0)) for key, value in seen(path.read_bytes()).items()}


def verdict(path: Path) -> Judged:
    return examine(str(path))


def told(result: Result) -> list[str]:
    return [line.strip() for line in result.stderr.splitlines()]


# ── the sum ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
def test_every_cell_is_the_sum_of_the_agencies_counted_as_another_reader_sees_it(whole, district):
    counted = [p for p in district.iterdir() if p.name[:2] not in {"09", "10", "11"}]
    assert len(counted) == 9
    parts = [plainly(path) for path in counted]
    assert plainly(whole) == {key: sum(part[key] for part in parts) for key in FORM.typed}
    (fee,) = {figures(name).values[FEES] for name in FIGURES[:1]}
    assert plainly(whole)[FEES] == 3 * fee + 2 * (Decimal("59237.2449") + Decimal("72701.2578"))


def says(result):
    return [(finding.code, finding.severity) for finding in result.findings]


def test_the_roll_up_passes_every_check_that_a_return_passes(whole):
    result = verdict(whole)
    assert (result.verdict, says(result)) == ("pass", [])
    assert result.report.agency == {"name": "某区", "code": None, "level": "county"}
    assert (result.report.year, result.report.texts["overview"]) == (2025, "")


def test_every_number_other_than_0_is_traced_to_agency_file_digest_and_cell(whole, district):
    book = openpyxl.load_workbook(whole)
    page = book["汇总来源"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=sources.FIRST)]
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in district.iterdir()
    }
    assert [row[0] for row in rows] == NAMES
    states = [(row[2] or "").split("；")[0] for row in rows]
    assert states == ["计入"] * 9 + ["含在上级报表"] * 2 + ["垂直管理"]
    assert [row[2] for row in rows[:2]] == ["计入；提醒未核实", "计入"]
    for row in rows[:9]:
        assert row[6] == files[row[5]]
        assert (row[3], row[4]) == (1, "2021")
    first = len(sources.META) + 1
    heads = {
        (page.cell(3, c).value, page.cell(4, c).value): c for c in range(first, page.max_column + 1)
    }
    region = plainly(whole)
    for key in FORM.typed:
        place = FORM.cells[key]
        column = heads.pop((place.sheet, place.at), None)
        parts = [row[column - 1] or 0 for row in rows] if column else [0]
        assert sum(Decimal(str(part)) for part in parts) == region[key], key
    assert heads == {}


def test_libreoffice_recalculates_the_roll_up_to_the_same_values_without_a_finding(whole, tmp_path):
    need_office()
    (saved,) = resave([whole], tmp_path)
    before, after = verdict(whole), verdict(saved)
    assert after.report.values == before.report.values
    assert after.report.sources == before.report.sources
    assert [f for f in after.findings if f.severity != "note"] == []


def test_a_sheet_of_sources_names_what_was_left_blank_and_leaves_the_regions_cell_blank(
    copied, run, tmp_path
):
    put(copied, 2, sent(2, **{NOTICES: None}))
    done = run(copied)
    assert done.exit_code == 0, done.output
    assert (
        "· 其他事项：某区民政局有空着没填的格，汇总表的 其他事项 B4 因此空着。请补报后重新汇总。"
        in done.stdout
    )
    report = verdict(tmp_path / "某区.xlsx").report
    assert report.values[NOTICES] is None
    assert report.sources[2].values[NOTICES] is None


def test_an_overlays_return_is_added_under_national_keys_and_its_own_cells_are_told():
    cases = tomllib.loads((TESTS / "cases" / "overlays.toml").read_text(encoding="utf-8"))
    own = build(tomllib.loads(cases["base"]), "x.toml")
    moved, rest = ("applications.other_moved.business", "applications.other_rest.business")
    typed = dict.fromkeys(own.typed, 0) | {moved: 2, rest: 3, "applications.received.business": 5}
    report = replace(sent(0), edition=own, values=recompute(own, typed, ()), nil=())
    local = Judged("east.xlsx", "e" * 64, "pass", report, ())
    other = Judged("b.xlsx", "b" * 64, "pass", sent(1), ())
    members = (*OWN, Member(NAMES[1], "A02", row=3))
    done = roll_up([local, other], REGION, members, partial=False).report
    assert done.edition is FORM
    assert done.values[rest] == 5 + sent(1).values[rest]
    row, _, places = done.sources
    assert (row.edition, row.values[rest]) == ("2021-east", 5)
    assert (places.state, places.name) == ("places", "2021-east 版报表中的格位")
    assert places.values[rest] == f"{own.cells[rest].at}+{own.cells[moved].at}"
    back = read(building.build(FORM, done))
    assert back.findings == ()
    assert back.report.sources[2] == places


# ── what is refused ───────────────────────────────────────────────────────────────────────────────


def test_all_that_is_missing_failing_twice_and_of_another_year_is_named_at_once(
    copied, run, tmp_path
):
    (copied / f"00-{NAMES[0]}.xlsx").unlink()
    put(copied, 1, sent(1, **{RECEIVED: 9}))
    put(copied, 2, sent(2, **{FEES: 1}), "again.xlsx")
    put(copied, 3, replace(sent(3), year=2024))
    put(copied, 4, replace(sent(4), agency={"name": NAMES[5], "code": "A05", "level": "county"}))
    (copied / "x.xlsx").write_bytes(b"")
    done = run(copied)
    assert done.exit_code == 1
    assert told(done)[:-1] == [
        "没有汇总，没有写任何文件：",
        "还没有报：某区人民政府。",
        "没有通过，不能计入：某区教育局 [01-某区教育局.xlsx]。请先看检查结果并改正。",
        "报了几份不同的，不知道以哪份为准：某区民政局 [02-某区民政局.xlsx]。请只留一份，或把“第几次报送”改对。",
        "报的是另一年度的：某区财政局 [03-某区财政局.xlsx]。",
        "报表上的机关代码是它的，名称却是另一个机关的：某区司法局 [04-某区司法局.xlsx]。请核对是谁的报表。",
        "有 1 个文件读不出来，不知道是谁报的：x.xlsx。请先看检查结果。",
    ]
    assert not (tmp_path / "某区.xlsx").exists()


@pytest.mark.no_cover
def test_what_fails_against_last_year_is_not_added_unless_it_is_waived(copied, run, tmp_path):
    last = replace(sent(1), year=2024, origin="json")
    values = last.values | {"applications.carried_out.natural_person": 99}
    prior = tmp_path / "2024.json"
    prior.write_text(dumps(as_json(replace(last, values=values))), encoding="utf-8")
    done = run(copied, "--prior", prior)
    assert (done.exit_code, told(done)[1]) == (
        1,
        f"没有通过，不能计入：{NAMES[1]} [01-{NAMES[1]}.xlsx]。请先看检查结果并改正。",
    )
    heads = "单位,提示代码,单元格,理由,批准人,日期\n"
    waived = tmp_path / "豁免.csv"
    rows = [f"{NAMES[1]},carried-in,表三 {at},去年并入,张三,2026-01-05\n" for at in ("D8", "J8")]
    waived.write_text(heads + "".join(rows), encoding="utf-8")
    done = run(copied, "--prior", prior, "--waivers", waived, "--store", tmp_path / "2025.store")
    assert done.exit_code == 0, done.output
    assert "已计入 9 个" in done.stdout


def test_with_partial_the_cover_says_who_is_not_in_it(copied, run, tmp_path):
    (copied / f"00-{NAMES[0]}.xlsx").unlink()
    put(copied, 1, sent(1, **{RECEIVED: 9}))
    done = run(copied, "--partial")
    assert done.exit_code == 0, done.output
    line = (
        "汇总范围：应计入 9 个机关，已计入 7 个。"
        "未计入：某区人民政府（未报）、某区教育局（未通过）。本表不是全部数字。"
        "有提醒没有核实：某区民政局、某区财政局、某区司法局、城关镇、河东街道、高新区。"
        "以上请先核对，再用本表。"
    )
    assert done.stdout.splitlines()[0] == f"已写 {tmp_path / '某区.xlsx'}：{line}"
    cover = openpyxl.load_workbook(tmp_path / "某区.xlsx")["填报说明"]
    assert cover["A13"].value == line
    assert cover["A13"].protection.locked
    assert verdict(tmp_path / "某区.xlsx").verdict == "pass"


def test_a_forgotten_own_return_is_missing_even_where_the_roster_forgot_it(district, tmp_path):
    roster = tmp_path / "r.csv"
    roster.write_text("机关名称,类别\n某区教育局,部门\n", encoding="utf-8")
    words = ["rollup", district, "--agency", "某区", "--roster", roster, "-o", tmp_path / "o.xlsx"]
    done = CliRunner().invoke(cli.gouji, [*map(str, words), "--lang", "zh"])
    assert done.exit_code == 1
    assert told(done)[1:-1] == ["还没有报：本级。"]
    done = CliRunner().invoke(cli.gouji, [*map(str, words), "--lang", "zh", "--partial"])
    assert "应计入 2 个机关，已计入 1 个。未计入：本级（未报）" in done.stdout
    assert "· 不在名册里，没有计入：某区人民政府 [00-某区人民政府.xlsx]、" in done.stdout


@pytest.mark.no_cover
def test_without_a_roster_every_return_is_added_and_the_cover_says_so(district, run, tmp_path):
    done = run(district, roster=False)
    assert done.exit_code == 1
    assert told(done)[1] == (
        "没有给出名册，不知道是否报齐。请给出名册；只汇总给出的报表的，请选“没有报齐也汇总”。"
    )
    assert told(done)[-1] == "名册用 --roster 给出；没有报齐也汇总的，加 --partial。"
    done = run(district, "--partial", roster=False)
    assert "汇总范围：只汇总了给出的 12 份报表，没有按名册核对，可能不全。" in done.stdout
    result = verdict(tmp_path / "某区.xlsx")
    assert says(result) == []
    assert any("汇总" in why["zh"] for why in result.not_checked.values())
    assert result.report.agency["level"] is None


def test_a_bad_roster_a_wrong_ending_and_no_output_stop_before_anything_is_read(district, tmp_path):
    for words, code, said in (
        (["--roster", tmp_path / "no.csv", "-o", tmp_path / "o.xlsx"], 2, "打不开"),
        (["-o", tmp_path / "o.pdf"], 2, "不是 .xlsx"),
        ([], 2, "-o"),
    ):
        line = ["rollup", district, "--agency", "某区", *words, "--lang", "zh"]
        done = CliRunner().invoke(cli.gouji, [str(word) for word in line])
        assert (done.exit_code, said in done.stderr) == (code, True), done.output


def judged(number: int, verdict: str = "pass", digest: str = "", **values: object) -> Judged:
    report = sent(number, **values)
    return Judged(f"d/{number}.xlsx", digest or f"{number:064d}", verdict, report, ())


def reasons(results: list[Judged], members: tuple[Member, ...], **options: bool) -> list[str]:
    with pytest.raises(Refused) as refused:
        roll_up(results, REGION, members, **{"partial": False, **options})
    return [note.message("zh") for note in refused.value.notes]


OWN = (Member(NAMES[0], "A01", "county", kind="own", row=2),)


def test_another_edition_is_not_added():
    old = named("annual-report", "2019")
    report = replace(sent(1), edition=old, values=dict.fromkeys(old.typed, 0))
    other = Judged("d/1.xlsx", "1" * 64, "warn", report, ())
    members = (*OWN, Member(NAMES[1], "A02", row=3), Member(NAMES[2], "A03", row=4))
    assert reasons([judged(0), other, judged(2)], members) == [
        "用的是另一版表式，不能相加：某区教育局 [1.xlsx]。"
    ]


def test_where_nothing_can_be_read_or_nothing_passes_there_is_no_sum():
    rejected = Judged("d/x.xlsx", None, "reject", None, ())
    assert reasons([rejected], OWN) == ["没有一份能读的报表，无法汇总。请先看检查结果里的原因。"]
    assert reasons([judged(0, "fail")], OWN, partial=True) == ["没有一份通过的报表可以计入。"]


def test_a_form_without_numbers_has_no_sum():
    words = {key: cell for key, cell in FORM.cells.items() if key == RECEIVED}
    form = replace(FORM, cells={RECEIVED: replace(words[RECEIVED], kind="text")}, balances=())
    report = Report(form, sent(0).agency, 2025, {RECEIVED: "x"})
    assert reasons([Judged("a", "a", "pass", report, ())], OWN) == [
        "2021 版没有可以相加的数，不能汇总。"
    ]


def test_a_sum_that_fits_no_cell_is_refused():
    big = [judged(n, **{FEES: Decimal(COUNT_LIMIT)}) for n in (0, 1)]
    members = (*OWN, Member(NAMES[1], "A02", row=3))
    assert reasons(big, members) == [
        "相加后超过 1,000,000,000,000，一格容不下：表二 B17。请核对这些格的数和单位。"
    ]


def test_too_many_agencies_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr("toolkit.rollup.rollup.AGENCIES", 1)
    members = (*OWN, Member(NAMES[1], "A02", row=3))
    assert reasons([judged(0), judged(1)], members) == [
        "共有 2 个机关，一次最多汇总 1 个。请先按下级地区分别汇总，再汇总各地区的汇总表。"
    ]


def test_too_many_numbers_are_refused_with_what_to_do(monkeypatch):
    members = (*OWN, Member(NAMES[1], "A02", row=3))
    returns = [judged(0), judged(1)]
    rows = roll_up(returns, REGION, members, partial=False).report.sources
    count = sum(len(row.values) for row in rows)
    monkeypatch.setattr("toolkit.rollup.rollup.VALUES", count)
    roll_up(returns, REGION, members, partial=False)
    monkeypatch.setattr("toolkit.rollup.rollup.VALUES", count - 1)
    assert reasons(returns, members) == [
        (
            f"各机关共报了 {count} 个数，一次最多汇总 {count - 1} 个。"
            "请先按下级地区分别汇总，再汇总各地区的汇总表。"
        )
    ]


def test_an_agency_inside_a_lower_regions_roll_up_is_not_added_again():
    inner = (Contribution("高新区教育局", "counted", "A10", "e.xlsx", "e" * 64),)
    lower = replace(judged(8), report=replace(sent(8), sources=inner))
    members = (*OWN, Member("高新区", "A09", row=5), Member("高新区教育局", "A10", row=6))
    assert reasons([judged(0), lower, judged(9)], members, partial=True) == [
        "高新区教育局单独报了，又已含在高新区的汇总表里，会重复计算。请只留一处。"
    ]


def test_a_namesake_inside_a_lower_regions_roll_up_is_asked_about_unless_codes_differ():
    def notes(code: str | None, inner: str | None) -> list[str]:
        part = Contribution("高新区 教育局", "counted", inner, "e.xlsx", "9" * 64)
        region = replace(sent(8), sources=(part,))
        bureau = replace(sent(9), agency={**sent(9).agency, "code": code})
        done = roll_up(
            [replace(judged(8), report=region), replace(judged(9), report=bureau)],
            REGION, None, partial=True,
        )  # fmt: skip
        return [note.message("zh") for note in done.notes if "同名" in note.message("zh")]

    assert notes("A10", "B1") == []
    for codes in ((None, None), ("A10", None), (None, "A10")):
        (note,) = notes(*codes)
        assert note.startswith("高新区 教育局单独报了，高新区的汇总表里也有同名的")


def test_a_return_with_a_members_code_and_a_name_nobody_has_is_counted_and_named():
    members = tuple(
        Member(name, f"A{n + 1:02d}", "county", kind="own" if n == 0 else None, row=n + 2)
        for n, name in enumerate(NAMES[:2])
    )
    for name, told in (("某市外局", True), (NAMES[1], False)):
        other = replace(sent(1), agency={**sent(1).agency, "name": name})
        done = roll_up(
            [judged(0), replace(judged(1), report=other)], REGION, members, partial=False
        )
        said = [note.message("zh") for note in done.notes]
        assert any(f"按代码计入：某区教育局 [{name}]" in one for one in said) is told


def test_a_lower_regions_roll_up_that_is_not_complete_is_named():
    inner = (Contribution("甲局", "counted"), Contribution("乙局", "missing"))
    lower = replace(judged(8), report=replace(sent(8), sources=inner))
    done = roll_up(
        [judged(0), lower], REGION, (*OWN, Member("高新区", "A09", row=5)), partial=False
    )
    assert "高新区报的汇总表本身有保留（不全或有没核实的），见其填报说明。" in [
        n.message("zh") for n in done.notes
    ]


# ── which return counts ───────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
def test_a_later_sending_with_the_same_numbers_counts_and_the_same_bytes_twice_are_one_return(
    copied, run, tmp_path
):
    second = put(copied, 2, replace(sent(2), sent=2), "second.xlsx")
    (copied / "copy.xlsx").write_bytes(second.read_bytes())
    assert run(copied).exit_code == 0
    row = verdict(tmp_path / "某区.xlsx").report.sources[2]
    assert (row.sent, row.values[FEES]) == (2, sent(2).values[FEES])


def test_a_passing_sending_counts_until_another_is_preferred(copied, run, tmp_path):
    second = put(copied, 2, replace(sent(2, **{FEES: 1}), sent=2), "second.xlsx")
    assert run(copied).exit_code == 0
    row = verdict(tmp_path / "某区.xlsx").report.sources[2]
    assert (row.sent, row.values[FEES]) == (1, sent(2).values[FEES])
    digest = hashlib.sha256(second.read_bytes()).hexdigest()
    chosen = f'[prefer]\n"{NAMES[2]}" = "{digest}"\n'
    (copied / "season.toml").write_text(chosen, encoding="utf-8")
    assert run(copied, "--force").exit_code == 0
    row = verdict(tmp_path / "某区.xlsx").report.sources[2]
    assert (row.sent, row.values[FEES]) == (2, 1)


def test_a_last_sending_that_fails_is_not_replaced_by_an_older_one_that_fails():
    first, last = (
        replace(judged(1, "fail", f"{n}" * 64), report=replace(sent(1), sent=n)) for n in (1, 2)
    )
    members = (*OWN, Member(NAMES[1], "A02", row=3))
    given = [judged(0), first, last]
    (_, two), _ = governing(given, members, 2025)
    assert (two.last, two.waiting) == ((last,), False)
    assert [one.last for one in without_roster(given, 2025)] == [(given[0],), (last,)]
    assert reasons(given, members) == [
        "没有通过，不能计入：某区教育局 [1.xlsx]。请先看检查结果并改正。"
    ]


@pytest.mark.parametrize("members", [(*OWN, Member(NAMES[1], "A02", row=3)), None])
def test_a_passing_return_counts_beside_later_ones_that_wait(members):
    def rule(*given):
        if members is None:
            return without_roster([judged(0), *given], 2025)[1]
        return governing([judged(0), *given], members, 2025)[0][1]

    kept = judged(1)
    later = [
        replace(judged(1, verdict, f"{n}" * 64), report=replace(sent(1, **{FEES: n}), sent=n))
        for n, verdict in ((2, "fail"), (3, "pass"))
    ]
    for given in (later, later[:1], later[1:], [later[0], replace(later[0], sha256="f" * 64)]):
        assert (rule(*given, kept).last, rule(*given, kept).waiting) == ((kept,), True)
    assert (rule(kept).last, rule(kept).waiting) == ((kept,), False)
    assert (rule(*later).last, rule(*later).waiting) == ((later[1],), False)


def test_without_a_roster_returns_of_another_year_count_where_nothing_else_came():
    old = replace(judged(1, digest="a" * 64), report=replace(sent(1), year=2024))
    new = replace(judged(1), report=replace(sent(1, **{FEES: 1}), sent=2))
    assert [one.last for one in without_roster([old, new], 2025)] == [(new,)]
    assert [one.last for one in without_roster([old], 2025)] == [(old,)]


def test_equal_numbers_in_different_bytes_are_two_returns_and_none_wins():
    twice = [judged(0), judged(0, digest="f" * 64)]
    (own,), strangers = governing(twice, OWN, 2025)
    assert (len(own.last), strangers) == (2, ())
    assert [len(one.last) for one in without_roster([*twice, judged(1)], 2025)] == [2, 1]


def test_without_a_roster_agencies_are_told_apart_by_code_and_by_name_where_one_has_none():
    def of(name: str, code: str | None, digest: str) -> Judged:
        report = replace(sent(0), agency={"name": name, "code": code, "level": None})
        return Judged(digest, digest, "pass", report, ())

    rejected = Judged("x", None, "reject", None, ())
    given = [of("甲局", "A", "1"), rejected, of("甲局", "B", "2"), of("甲局改名", "A", "3")]
    assert [[r.path for r in one.last] for one in without_roster(given, 2025)] == [
        ["1", "3"],
        ["2"],
    ]
    given = [of("乙局", None, "4"), of("乙局", "C", "5"), of("丙局", "C", "6")]
    assert [[r.path for r in one.last] for one in without_roster(given, 2025)] == [["4", "5", "6"]]
    given = [of("甲局", None, "7"), of("甲局", "A", "8"), of("甲局", "B", "9")]
    found = [[r.path for r in one.last] for one in without_roster(given, 2025)]
    assert found == [["8"], ["9"], ["7", "8", "9"]]
    parts = roll_up(given, REGION, None, partial=True).report.sources
    assert [(one.file, one.state) for one in parts] == [
        ("8", "given"), ("9", "given"), ("7", "duplicate"),
    ]  # fmt: skip


def test_a_lower_region_is_rolled_up_from_the_whole_roster_and_unread_files_are_named():
    members = (
        *OWN,
        Member("高新区", "A09", row=5),
        Member("高新区教育局", "A10", row=6, parent="高新区", kind="own"),
    )
    rejected = Judged("d/坏.xlsx", None, "reject", None, ())
    given = [judged(0), judged(8), judged(9), rejected]
    done = roll_up(given, {**REGION, "name": "高新区"}, members, partial=True)
    assert [(row.name, row.state) for row in done.report.sources] == [("高新区教育局", "counted")]
    assert [note.message("zh") for note in done.notes][:1] == [
        "有 1 个文件读不出来，不知道是谁报的：坏.xlsx。请先看检查结果。"
    ]
    assert done.report.agency["level"] == "county"


def test_last_years_return_beside_this_years_does_not_stand_in_its_way():
    last = replace(judged(0, digest="c" * 64), report=replace(sent(0), year=2024, sent=3))
    members = (*OWN, Member(NAMES[1], "A02", row=3), Member(NAMES[2], "A03", row=4))
    done = roll_up([last, judged(0), judged(1), judged(2)], REGION, members, partial=False)
    assert [row.state for row in done.report.sources] == ["counted"] * 3


def test_a_lower_region_of_the_roster_adds_its_own_members():
    members = (
        Member("某市人民政府", kind="own"),
        Member("市教育局", parent="某市人民政府"),
        Member("甲区"),
        Member("甲区人民政府", parent="甲区", kind="own"),
        Member("甲区教育局", parent="甲区"),
        Member("甲区小学", parent="甲区教育局"),
    )
    names = [[one.name for one in part] for part in direct(members, "某市")]
    assert names == [
        ["某市人民政府", "市教育局", "甲区"],
        ["甲区人民政府", "甲区教育局", "甲区小学"],
    ]
    names = [[one.name for one in part] for part in direct(members, "甲区")]
    assert names == [["甲区人民政府", "甲区教育局"], ["甲区小学"]]


def test_a_files_name_is_told_without_its_folder(tmp_path):
    archive = tmp_path / "收到.zip"
    archive.write_bytes(b"PK")
    assert short(str(tmp_path / "a.xlsx")) == "a.xlsx"
    assert short(f"{archive}/局/a.xlsx") == "收到.zip/局/a.xlsx"


# ── the sheet of sources, read back without trust ────────────────────────────────────────────────


def small(**values: object) -> bytes:
    """Return a roll-up of two agencies, one of them missing."""
    rows = (
        Contribution("甲局", "counted", "A1", "a.xlsx", "a" * 64, "2021", 1, {RECEIVED: 3}),
        Contribution("乙局", "missing"),
    )
    typed = dict.fromkeys(FORM.typed, 0) | {RECEIVED: 3, "applications.granted.natural_person": 3}
    report = replace(sent(0), values=recompute(FORM, typed | values, ()), nil=(), sources=rows)
    return building.build(FORM, report)


def found(source: bytes) -> list[tuple[str, str, str | None, str | None]]:
    """Return (code, place, found, expected) of every finding of a workbook."""
    return [
        (f.code, " ".join(filter(None, (f.cells[0].sheet, f.cells[0].at))), f.found, f.expected)
        for f in read(source).findings
    ]


GRANTED = ("sources-differ", "表三 D9", "3", "0")


def test_a_number_changed_after_adding_up_is_a_warning_with_both_numbers():
    assert found(small()) == [GRANTED]
    assert found(small(**{RECEIVED: 4})) == [("sources-differ", "表三 D7", "4", "3"), GRANTED]
    assert read(small()).findings[0].severity == "warning"


def test_a_version_that_was_never_released_does_not_excuse_the_words_of_a_roll_up():
    plan = f"B{MARK.index('plan') + 1}"
    other = changed(small(), "标记", cell(plan, "<is><t>0f</t></is>", t="inlineStr"))
    worded = changed(other, "汇总来源", replacing("机关代码", "机关编号"))
    codes = [finding.code for finding in read(worded).findings]
    assert codes == ["other-version", "label", "sources-differ"]


def test_a_roll_up_of_a_released_version_may_have_the_words_of_its_time():
    number = MARK.index("plan") + 1
    released = cell(f"B{number}", f"<is><t>{next(iter(plans(FORM)))}</t></is>", t="inlineStr")
    other = changed(small(**{RECEIVED: 4}), "标记", released)
    worded = changed(other, "汇总来源", replacing("机关代码", "机关编号"))
    findings = read(worded).findings
    assert "sources-differ" in [finding.code for finding in findings]
    assert "汇总来源" not in {spot.sheet for finding in findings for spot in finding.cells}


TAMPERED = {
    "the notice is worded away": ("填报说明", "未计入", "也计入", "label", "填报说明 A13"),
    "a head is changed": ("汇总来源", "机关代码", "机关编号", "label", "汇总来源 B3"),
    "a place is changed": ("汇总来源", ">D7<", ">D07<", "outside", "汇总来源 H8"),
    "a label is changed": ("汇总来源", "自然人", "法人", "label", "汇总来源 H5"),
    "a state nobody knows": ("汇总来源", "未报", "请假", "outside", "汇总来源 A9"),
    "a formula that adds otherwise": ("汇总来源", "SUM(H8", "SUM(H9", "formula", "汇总来源 H7"),
    "unprotected": ("汇总来源", "<sheetProtection", "<phoneticPr", "unprotected", "汇总来源"),
}  # fmt: skip


def keyed(source: bytes, key: str) -> bytes:
    """Return a roll-up with a key below the label of its column, as older ones have it."""
    below = cell("H6", f"<is><t>{key}</t></is>", t="inlineStr")
    apart = replacing('<mergeCell ref="H5:H6"/>', "")
    return changed(source, "汇总来源", lambda xml: below(apart(xml)))


def caveated(*caveats: str, state: str = "counted") -> bytes:
    """Return a roll-up of one agency with caveats."""
    row = Contribution("甲局", state, "A1", "a.xlsx", "a" * 64, "2021", 1, {RECEIVED: 3}, caveats)
    typed = dict.fromkeys(FORM.typed, 0) | {RECEIVED: 3, "applications.granted.natural_person": 3}
    report = replace(sent(0), values=recompute(FORM, typed, ()), nil=(), sources=(row,))
    return building.build(FORM, report)


def test_caveats_are_printed_behind_the_state_and_read_back():
    for caveats in ((), ("warned",), ("partly",), CAVEATS):
        for state in ("counted", "given"):
            (row,) = read(caveated(*caveats, state=state)).report.sources
            assert (row.state, row.caveats) == (state, caveats)
    page = openpyxl.load_workbook(io.BytesIO(caveated("warned", "waiting")))["汇总来源"]
    assert page["C8"].value == "计入；提醒未核实、另有后报未采用"


ODD = {
    "unknown": ("提醒未核实", "提醒已核实"),
    "another order": ("提醒未核实、本身有保留", "本身有保留、提醒未核实"),
    "twice": ("提醒未核实、本身有保留", "提醒未核实、提醒未核实"),
    "of one that is not counted": ("计入；", "未报；"),
    "none": ("提醒未核实、本身有保留", ""),
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_caveats_in_other_words_are_not_understood(change):
    other = changed(caveated("warned", "partly"), "汇总来源", replacing(*change))
    assert ("outside", "汇总来源 A8") in [one[:2] for one in found(other)]


def test_a_caveat_worded_away_on_the_cover_or_in_the_sources_is_a_finding():
    for sheet, words in (("填报说明", "有提醒没有核实：甲局。"), ("汇总来源", "；提醒未核实")):
        codes = [one[:2] for one in found(changed(caveated("warned"), sheet, replacing(words, "")))]
        assert ("label", "填报说明 A13") in codes


def test_with_a_caveat_the_cover_is_not_green_and_says_where_to_look(tmp_path):
    need_office()
    for caveats, state in (((), "counted"), (("warned",), "counted"), ((), "given")):
        path = tmp_path / "某区.xlsx"
        path.write_bytes(caveated(*caveats, state=state))
        (saved,) = resave([path], tmp_path / f"{state}{len(caveats)}")
        book = openpyxl.load_workbook(saved, data_only=True)
        whole = not caveats and state == "counted"
        for said in (book["填报说明"]["A14"].value, book["校验结果"]["A2"].value):
            assert said.startswith("✓ 各表已填妥，勾稽关系全部相符；")
            assert ("汇总范围里还有要先核对的" in said) is not whole
        assert [f.code for f in examine(str(saved)).findings if f.severity != "note"] == [
            "sources-differ"
        ]


def test_the_roll_up_of_an_earlier_version_keeps_the_words_of_its_time():
    row = Contribution("甲局", "counted", values={RECEIVED: 3})
    assert notice((row,)) == "汇总范围：应计入 1 个机关，已计入 1 个。"
    number = MARK.index("plan") + 1
    released = cell(f"B{number}", f"<is><t>{next(iter(plans(FORM)))}</t></is>", t="inlineStr")
    older = changed(small(), "填报说明", replacing("以上请先核对，再用本表。", ""))
    findings = read(changed(older, "标记", released)).findings
    assert not [one for one in findings if (one.found or "").startswith("汇总范围")]
    assert ("label", "填报说明 A13") in [one[:2] for one in found(older)]


def test_a_warning_is_a_caveat_until_it_is_waived():
    hint = Finding("other-year", "warning")
    waived = replace(hint, waived={"reason": "核实无误", "by": "李", "date": "2026-02-01"})
    error = replace(waived, severity="error")
    for findings, caveats in (
        ((hint,), ("warned",)),
        ((waived, error), ()),
        ((hint, waived), ("warned",)),
    ):
        done = roll_up([replace(judged(1), findings=findings)], REGION, None, partial=True)
        assert done.report.sources[0].caveats == caveats
        said = [note.message("zh") for note in done.notes]
        assert any(one.startswith("有提醒还没有核实") for one in said) is bool(caveats)
        assert ("有提醒没有核实：某区教育局。" in notice(done.report.sources)) is bool(caveats)


def test_a_later_return_that_waits_is_a_caveat_of_the_one_that_counts():
    first = judged(0)
    for changes in ({}, {"verdict": "fail"}):
        later = replace(judged(0, digest="e" * 64, **{RECEIVED: 9}), report=replace(
            sent(0, **{RECEIVED: 9}), sent=2), **changes)  # fmt: skip
        done = roll_up([first, later], REGION, OWN, partial=False)
        (row,) = done.report.sources
        assert (row.sha256, "waiting" in row.caveats) == (first.sha256, True)
        assert any("后来又报了一份、没有采用" in note.message("zh") for note in done.notes)
        assert "后来又报了一份，没有采用：某区人民政府。" in notice(done.report.sources)


def test_an_older_roll_up_with_keys_is_read_by_them():
    older = keyed(small(), RECEIVED)
    assert found(older) == [GRANTED]
    assert read(older).report.sources == read(small()).report.sources
    assert ("label", "汇总来源 H4", "D8", "D7") in found(
        changed(older, "汇总来源", replacing(">D7<", ">D8<"))
    )
    assert ("outside", "汇总来源 H6", "x", "") in found(keyed(small(), "x"))


def test_a_number_that_became_text_on_the_sheet_of_sources_is_outside_the_form():
    text = cell("H8", "<is><t>三</t></is>", t="inlineStr")
    told = found(changed(small(), "汇总来源", text))
    assert ("outside", "汇总来源 H8", "三", "") in told
    assert ("sources-differ", "表三 D7", "3", "0") in told


@pytest.mark.parametrize("name", TAMPERED)
def test_what_somebody_changes_on_the_sheet_of_sources_is_found(name):
    sheet, old, new, code, place = TAMPERED[name]
    told = [(c, p) for c, p, *_ in found(changed(small(), sheet, replacing(old, new, 1)))]
    assert (code, place) in told
    if name == "a state nobody knows":
        assert ("label", "填报说明 A13") in told


def test_a_sheet_of_that_name_in_an_ordinary_return_is_no_place_for_remarks():
    rolled = unpack(small())
    part = part_of(rolled, "汇总来源")
    head = rolled[part].partition(b"<sheetData>")[0]
    row = b'<row r="9"><c r="C9" t="inlineStr"><is><t>x</t></is></c></row>'
    tail = b"<sheetData>" + row + b"</sheetData></worksheet>"
    codes = [(code, place) for code, place, *_ in found(pack({**rolled, part: head + tail}))]
    assert [code for code, _ in codes].count("label") == 1
    assert ("outside", "汇总来源 C9") in codes


def test_the_cover_of_an_ordinary_return_has_no_place_for_a_notice():
    plain = building.build(FORM, sent(0))
    row = '<row r="13" ht="12" customHeight="1"'
    line = '<c r="A13" t="inlineStr"><is><t>汇总范围：全部</t></is></c>'
    there = changed(plain, "填报说明", replacing(f"{row}/>", f"{row}>{line}</row>", 1))
    assert found(there) == [("outside", "填报说明 A13", "汇总范围：全部", "")]


def agencies(count: int, each: int) -> Iterator[Contribution]:
    keys = [key for key in FORM.typed if FORM.cells[key].kind == "count"]
    for n in range(count):
        values = {keys[(n + i) % len(keys)]: n + 1 for i in range(each)}
        values = {key: values[key] for key in FORM.typed if key in values}
        digest = hashlib.sha256(str(n).encode()).hexdigest()
        yield Contribution(f"第{n}局", "counted", None, f"{n}.xlsx", digest, "2021", None, values)


@pytest.mark.parametrize("limit", [sources.WIDE_TAGS, 0], ids=["wide", "listed"])
def test_many_agencies_take_several_sheets_and_are_read_back_as_they_were(monkeypatch, limit):
    monkeypatch.setattr(sources, "WIDE_TAGS", limit)
    monkeypatch.setattr(sources, "WIDE_ROWS", 4)
    monkeypatch.setattr(sources, "LISTED_ROWS", 4)
    last = {RECEIVED: None, FEES: Decimal("0.5")}
    rows = (*agencies(9, 5), Contribution("末局", "counted", values=dict(reversed(last.items()))))
    values = recompute(FORM, origins.added(FORM, rows), ())
    report = replace(sent(0), values=values, nil=(), sources=rows)
    back = read(building.build(FORM, report))
    assert back.findings == ()
    assert back.report.sources == rows
    assert back.report.values == values
    assert values[RECEIVED] is None
    assert values[FEES] == Decimal("0.5")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("=1；", "=x；"),
        ("=1；", "；"),
        ("表二!C6", "表二!Z6"),
        ("=1；", "=1,"),
        ("!C6=1；", "!C6=1；表二!C6=2；"),
    ],
)
def test_a_list_that_is_not_understood_is_outside_the_form(monkeypatch, old, new):
    monkeypatch.setattr(sources, "WIDE_TAGS", 0)
    rows = tuple(agencies(1, 5))
    values = recompute(FORM, origins.added(FORM, rows), ())
    book = building.build(FORM, replace(sent(0), values=values, nil=(), sources=rows))
    broken = changed(book, "汇总来源", replacing(old, new, 1))
    assert ("outside", "汇总来源 H8") in [(code, place) for code, place, *_ in found(broken)]


@pytest.mark.parametrize(("name", "limit"), [("AGENCIES", 2), ("VALUES", 14)])
def test_sheets_of_sources_that_say_more_than_any_region_has_are_refused(monkeypatch, name, limit):
    rows = tuple(agencies(3, 5))
    values = recompute(FORM, origins.added(FORM, rows), ())
    book = building.build(FORM, replace(sent(0), values=values, nil=(), sources=rows))
    assert read(book).report.sources == rows
    monkeypatch.setattr(sources, name, limit)
    with pytest.raises(Rejected, match="too-large"):
        read(book)


def test_more_agencies_than_the_sheets_hold_are_no_workbook(monkeypatch):
    monkeypatch.setattr(sources, "AGENCIES", 1)
    with pytest.raises(sources.TooMany, match="2"):
        list(sources.pages(FORM, tuple(agencies(2, 1))))


# ── two roll-ups, hazards ─────────────────────────────────────────────────────────────────────────


def test_diff_of_two_roll_ups_says_whose_numbers_changed(copied, run, whole, tmp_path):
    put(copied, 2, replace(sent(2, **{FEES: Decimal("59237.25")}), sent=2))
    (copied / f"03-{NAMES[3]}.xlsx").unlink()
    assert run(copied, "--partial").exit_code == 0
    words = ["diff", str(whole), str(tmp_path / "某区.xlsx"), "--lang", "zh"]
    lines = CliRunner().invoke(cli.gouji, words).stdout.splitlines()
    start = lines.index("各机关的数")
    assert lines[start + 1 : start + 3] == [
        "  某区民政局：1 格不同（表二 B17 59237.2449 → 59237.25）",
        "  某区财政局：原来计入，现在没有计入",
    ]
    back = CliRunner().invoke(cli.gouji, ["diff", words[2], words[1], "--lang", "zh"]).stdout
    assert "  某区财政局：新计入" in back.splitlines()
    content = CliRunner().invoke(cli.gouji, [*words, "--format", "json"]).stdout
    shares = parse_json(content)["contributions"]
    assert [(s["agency"], s["old"], s["new"]) for s in shares] == [
        ("某区民政局", "counted", "counted"), ("某区财政局", "counted", "missing")
    ]  # fmt: skip


def test_the_same_roll_up_twice_has_no_share_that_differs(whole):
    report = verdict(whole).report
    assert not compare(report, report)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('cells = ["disputes.suit_after_review.*"]', 'cells = ["disputes.no.*"]', "no cell"),
        ("{names}都报了规章", "{name}都报了规章", "no figure {name}"),
        ('code = "joint-rules"\n', "", "code"),
    ],
)
def test_a_hazard_that_is_wrong_is_refused_with_its_line(old, new, said):
    path = TESTS.parent / "templates" / "annual-report" / "2021.toml"
    source = tomllib.loads(path.read_text(encoding="utf-8").replace(old, new, 1))
    with pytest.raises(EditionError, match=said):
        build(source, "2021.toml")


@pytest.mark.parametrize(("least", "named"), [(1, 2), (2, 2), (3, 0)])
def test_a_hazard_is_told_from_its_number_of_agencies_on(least, named):
    """Two of three agencies have a number other than 0 in one of its cells; a fourth sent none."""
    hazard = Hazard("twice", (RECEIVED,), least, "x", {"zh": "x", "en": "x"})
    edition = replace(sent(1).edition, hazards=(hazard,))
    parts = [
        Portion(Contribution(str(n), "counted"), replace(sent(1), values={RECEIVED: number}))
        for n, number in enumerate((3, 0, 1))
    ]
    found = list(hazards(edition, [*parts, Portion(Contribution("x", "missing"))]))
    assert found == [(hazard, ["0", "2"])][: bool(named)]


def test_an_overlay_has_no_hazards_of_its_own():
    head = {"extends": "annual-report/2021", "name": "x", "source": "x"}
    hazard = {"code": "a", "cells": ["*"], "source": "x", "message": {"zh": "x", "en": "x"}}
    with pytest.raises(EditionError, match="hazards are inherited"):
        build({**head, "hazard": [hazard]}, "x.toml")


def test_a_report_json_is_added_like_a_workbook(copied, run, tmp_path):
    (copied / f"01-{NAMES[1]}.xlsx").unlink()
    (copied / "b.json").write_text(dumps(as_json(sent(1))), encoding="utf-8")
    assert run(copied).exit_code == 0
    assert verdict(tmp_path / "某区.xlsx").report.sources[1].file == "b.json"


def test_last_years_roll_up_fills_the_sheet_of_last_years_numbers(copied, run, whole, tmp_path):
    last = replace(verdict(whole).report, year=2024, sources=())
    (tmp_path / "last.xlsx").write_bytes(building.build(FORM, last))
    done = run(copied, "--prior", tmp_path / "last.xlsx")
    assert done.exit_code == 0, done.output
    assert "上年结转" in done.stdout
    prior = read((tmp_path / "某区.xlsx").read_bytes()).report.prior
    assert prior["disputes.review.pending"] == last.values["disputes.review.pending"]


def test_each_file_of_last_year_that_is_not_read_is_printed_once(copied, run, tmp_path):
    prior = tmp_path / "上年"
    prior.mkdir()
    (prior / "坏.xlsx").write_bytes(b"PK\3\4")
    (prior / "压缩.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    last = replace(sent(1), year=2024, origin="json")
    (prior / "好.json").write_text(dumps(as_json(last)), encoding="utf-8")
    done = run(copied, "--prior", prior)
    assert done.exit_code == 0, done.output
    refused = [line for line in done.stderr.splitlines() if line.startswith("没有读 ")]
    names = [Path(line.removeprefix("没有读 ").partition("：")[0]).name for line in refused]
    assert sorted(names) == ["压缩.7z", "坏.xlsx"]


def test_a_listed_cell_is_taken_apart_in_one_step_however_it_is_written():
    def told(part):
        found = origins._listed_cell.__wrapped__(FORM, part, words=True)  # noqa: SLF001
        return found and found[1]

    place = f"{FORM.cells[RECEIVED].sheet}!{FORM.cells[RECEIVED].at}"
    assert told(f"{place}=3") == 3
    assert told(f"{place}=三") == "三"
    odd = ("", "=", f"{place}=", f"{place}=3 ", f"{place}= 3", f"{place}=3 4", f"{place}", "!D7=3")
    assert [told(part) for part in (*odd, f"{place}=" * 200_000 + " ")] == [None] * 9


def test_one_agency_whose_name_is_written_in_two_ways_is_not_added_twice(tmp_path):
    returns = tmp_path / "returns"
    returns.mkdir()
    for number, name in enumerate(("某某局(本级)", "某某局（本级）", "别的局")):
        report = replace(sent(number), agency={"name": name, "code": None, "level": "county"})
        put(returns, number, report)
    out = tmp_path / "某区.xlsx"
    words = ["rollup", str(returns), "--agency", "某区", "--lang", "zh", "-o", str(out)]
    refused = CliRunner().invoke(cli.gouji, words)
    assert (refused.exit_code, out.exists()) == (1, False)
    assert "某某局" in refused.stderr
    added = CliRunner().invoke(cli.gouji, [*words, "--partial"])
    assert (added.exit_code, out.exists()) == (0, True)
    assert plainly(out) == {key: sent(2).values[key] or 0 for key in FORM.typed}
