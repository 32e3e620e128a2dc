"""The yearly analysis: its numbers added up again, its sentences read back, in all formats."""

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET

import briefs
import openpyxl
import pytest
from briefs import GROUPS, PEOPLE, report, source, summed
from click.testing import CliRunner
from hazards import EVIL, still
from source import CHECKOUT, TEMPLATES
from yearly import BROKEN, DOUBLE, name

from toolkit.cli import gouji
from toolkit.cli.district import report_of
from toolkit.data import texts
from toolkit.edition.analysis import Analysis, Measure, Topic
from toolkit.edition.edition import named
from toolkit.rollup import prose

COUNT = 120
LATE = 90
"""An agency whose return never comes."""
WITHOUT = (70, 71)
"""Agencies without last year's return."""


@pytest.fixture(autouse=True, scope="module")
def _in_this_process() -> Iterator[None]:
    """Examine small files here; workers have their own tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toolkit.workers.pool.HANDFUL", 1000)
        yield


Season = Callable[..., str]


def briefed(home: Path, *words: object, ending: str = ".html", lang: str = "zh") -> bytes:
    """Return the analysis of a folder's returns, with its roster and last year where there are."""
    given = [
        home / "收到",
        "--agency",
        "某某市",
        "--lang",
        lang,
        "--force",
        "-o",
        home / f"分析{ending}",
    ]
    for option, path in (("--roster", home / "名册.csv"), ("--prior", home / "上年")):
        given += [option, path] if path.exists() else []
    given += ["--store", home / "结果"] if (home / "结果").exists() else []
    done = CliRunner().invoke(gouji, ["brief", *map(str, (*given, *words))])
    assert done.exit_code == 0, done.output
    return (home / f"分析{ending}").read_bytes()


def told(page: bytes) -> str:
    """Return the sentences of an analysis, without its figures."""
    page = re.sub(r"<(style|title|figure)>.*?</\1>", "", page.decode(), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "\n", page))


def notes(page: bytes) -> str:
    found = re.findall(r'class="note">(.*?)</', page.decode())
    return unescape("\n".join(found))


def put(home: Path, folder: str, files: dict[str, bytes]) -> Path:
    (home / folder).mkdir(exist_ok=True)
    for path, content in files.items():
        (home / folder / path).write_bytes(content)
    return home


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Path:
    """Give a season of 120: some send twice, some in two versions, one never."""
    home, first = tmp_path_factory.mktemp("一 季"), dict[str, bytes]()
    for n in range(COUNT):
        if n in BROKEN:
            one = report(n)
            values = {**one.values, "applications.granted.natural_person": 99_999}
            first[f"{name(n)}.json"] = source(replace(one, values=values))
            first[f"{name(n)}-2.json"] = source(report(n, sent=2))
        elif n in DOUBLE:
            first[f"{name(n)}.json"] = source(report(n))
            first[f"{name(n)}-另.json"] = source(report(n, proactive__licences__decided=9))
        elif n != LATE:
            first[f"{name(n)}.json"] = source(report(n))
    last = {f"{name(n)}.json": source(report(n, 2024)) for n in range(COUNT) if n not in WITHOUT}
    (home / "名册.csv").write_bytes(briefs.roster(COUNT))
    (home / "结果").touch()
    return put(put(home, "收到", first), "上年", last)


@pytest.fixture(scope="module")
def page(season) -> bytes:
    return briefed(season)


COUNTED = [n for n in range(COUNT) if n not in DOUBLE and n != LATE]
BOTH = [n for n in COUNTED if n not in WITHOUT]
NOW = summed([report(n) for n in COUNTED])
BASE = summed([report(n) for n in BOTH])
THEN = summed([report(n, 2024) for n in BOTH])
RECEIVED = {n: summed([report(n)])["新收申请"] for n in COUNTED}


def rounded(part: int, whole: int) -> str:
    share = Decimal(100 * part) / Decimal(whole)
    return str(share.quantize(Decimal("0.1"), ROUND_HALF_UP))


# ── read back ─────────────────────────────────────────────────────────────────────────────────────

_CHANGE = re.compile(
    r"，比上年的 (?P<then>\d+) 件(?P<way>增加|减少) (?P<by>\d+) 件，(?P<word>增长|下降) (?P<p>[\d.]+)%"
    r"|，(?P<same>与上年持平)|，上年数为 0，增加 (?P<new>\d+) 件"
)
_AMOUNT = re.compile(r"(?P<name>\w+) (?P<n>\d+) 件(?:，其中有上年数的机关 (?P<base>\d+) 件)?")
_ENDED = re.compile(r"，已审结 (\d+) 件，其中结果纠正 (\d+) 件，占已审结的 ([\d.]+)%")
_SHARE = re.compile(r"(\w+) (\d+) 件，占 ([\d.]+)%")


def clauses(text: str) -> list[str]:
    """Return the clauses of the chapters on numbers."""
    chapters = re.split("[一二三四五]、", text)[1:4]
    lines = (line for chapter in chapters for line in chapter.splitlines()[1:])
    return [part for line in lines for part in re.split("[；。]", line) if part.strip()]


def check_change(clause: str, now: int, then: int) -> str:
    """Compare a comparison with both numbers; return the rest of the clause."""
    found = _CHANGE.match(clause)
    assert found, clause
    if found["same"]:
        assert now == then
    elif found["new"]:
        assert (then, int(found["new"])) == (0, now)
    else:
        assert int(found["then"]) == then
        assert (found["way"], found["word"]) == (
            ("增加", "增长") if now > then else ("减少", "下降")
        )
        assert int(found["by"]) == abs(now - then) > 0
        assert found["p"] == rounded(abs(now - then), then)
    return clause[found.end() :]


def check_amount(clause: str) -> str:
    """Compare a number, its comparison and its outcomes; return its name."""
    found = _AMOUNT.match(clause)
    assert found, clause
    what = found["name"]
    assert (int(found["n"]), int(found["base"])) == (NOW[what], BASE[what])
    rest = check_change(clause[found.end() :], BASE[what], THEN[what])
    if rest:
        ended = _ENDED.fullmatch(rest)
        assert ended, rest
        closed, corrected = NOW[f"{what}已审结"], NOW[f"{what}纠正"]
        assert ended.groups() == (str(closed), str(corrected), rounded(corrected, closed))
    return what


def test_every_number_and_comparison_of_the_sentences_is_that_of_the_returns(page):
    told_of = []
    whole = ""
    for clause in clauses(told(page)):
        head, colon, rest = clause.partition("：")
        if colon:
            whole, number, _ = re.split(" (?=[0-9件])", head)
            assert int(number) == sum(
                NOW[one] for one in (GROUPS if whole == "办理结果" else PEOPLE)
            )
        if share := _SHARE.fullmatch(rest or clause):
            what, parts = share[1], GROUPS if whole == "办理结果" else PEOPLE
            assert int(share[2]) == NOW[what] > 0
            assert share[3] == rounded(NOW[what], sum(NOW[one] for one in parts))
            told_of.append(what)
        else:
            told_of.append(check_amount(rest or clause))
    assert told_of == ["新收申请", "上年结转", "办理结果总计", "结转下年度", *GROUPS, *PEOPLE,
                       "行政复议", "行政诉讼"]  # fmt: skip


def test_the_groups_of_outcomes_are_all_outcomes():
    assert sum(NOW[group] for group in GROUPS) == NOW["办理结果总计"]
    assert sum(NOW[who] for who in PEOPLE) == NOW["新收申请"]


def test_the_scope_is_said_who_is_counted_who_is_not_and_why(page):
    out = len(DOUBLE) + 1
    text = told(page)
    assert f"本分析依据应计入的 {COUNT} 个机关中 {COUNT - out} 个的报表" in text
    assert f"未计入 {out} 个机关" in text
    for n in DOUBLE:
        assert f"{name(n)}（重复报送）" in text
    assert f"{name(LATE)}（未报）" in text
    assert f"没有上年数的有 {len(WITHOUT)} 个：{name(70)}、{name(71)}。" in notes(page)
    assert f"与上年比较的是有上年数的 {len(BOTH)} 个机关" in notes(page)


def test_the_agencies_with_most_and_with_none_are_those_of_the_returns(page):
    text = told(page)
    most = max(RECEIVED.values())
    first = [name(n) for n in COUNTED if RECEIVED[n] == most]
    assert len(first) == 1
    share = rounded(most, NOW["新收申请"])
    assert f"收到申请最多的是{first[0]}，{most} 件，占全部的 {share}%。" in text
    none = [name(n) for n in COUNTED if not RECEIVED[n]]
    assert f"没有收到申请的有 {len(none)} 个机关：{'、'.join(none[:8])} 等 {len(none)} 个。" in text


def test_late_returned_and_missing_ones_are_those_of_the_campaign(page):
    text = told(page)
    assert f"名册上有 {COUNT} 个机关，已报 {COUNT - 1} 个。没有报的有 1 个：{name(LATE)}。" in text
    assert "没有迟报的。" in text
    assert (
        f"退回过的有 {len(BROKEN)} 个机关，共 {len(BROKEN)} 次：{name(BROKEN[0])}（1 次）、" in text
    )
    assert f"{texts('title', 'zh')['duplicate']} {2 * len(DOUBLE)} 份" in text


def test_under_each_figure_stand_its_cells_its_source_and_last_year(page):
    told_notes = notes(page).splitlines()
    assert told_notes[0].startswith(
        "口径：新收申请＝表三 J7；上年结转＝表三 J8；办理结果总计＝表三 J30；结转下年度＝表三 J31。"
        f"来源：计入汇总的 {len(COUNTED)} 份报表（第000局.json、第001局.json 等"
    )
    assert "不予公开＝表三 J11–J18 相加" in told_notes[1]
    assert "占比＝各项÷办理结果，四舍五入到 0.1%。" in told_notes[1]
    assert "行政诉讼＝表四 F7–I7 K7–N7 相加" in told_notes[3]
    assert "÷已审结（结果纠正 + 结果维持 + 其他结果）" in told_notes[3]
    assert [note for note in told_notes if "来源" not in note] == []


# ── formats ───────────────────────────────────────────────────────────────────────────────────────

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def points(part: bytes) -> list[tuple[list[str], list[list[float | None]]]]:
    """Return (names, [numbers of each series]) as a chart has them."""
    root = ET.fromstring(part)
    series = root.findall(f".//{C}ser")
    names = [pt.findtext(f"{C}v") for pt in series[0].findall(f"{C}cat//{C}pt")]
    return names, [[float(v.text) for v in one.findall(f"{C}val//{C}v")] for one in series]


def charts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            n: archive.read(n)
            for n in sorted(archive.namelist())
            if re.search(r"charts/chart\d", n)
        }


def expected_charts() -> list[tuple[list[str], list[list[float]]]]:
    main = ["新收申请", "上年结转", "办理结果总计", "结转下年度"]
    shares = [([f"{n} {rounded(NOW[n], sum(NOW[m] for m in g))}%" for n in g], [[NOW[n] for n in g]])
              for g in (GROUPS, PEOPLE)]  # fmt: skip
    top = sorted((n for n in COUNTED), key=lambda n: -RECEIVED[n])[:10]
    return [
        (main, [[BASE[n] for n in main], [THEN[n] for n in main]]),
        *shares,
        ([name(n) for n in top], [[RECEIVED[n] for n in top]]),
    ]


@pytest.mark.parametrize("ending", [".docx", ".xlsx"])
def test_native_charts_have_the_numbers_of_the_returns_and_of_the_cells_they_point_to(
    season, ending
):
    content = briefed(season, ending=ending)
    found = charts(content)
    assert len(found) == 5
    read = [points(part) for part in found.values()]
    assert [read[n] for n in (0, 1, 2, 4)] == expected_charts()
    names, series = read[3]
    assert names == ["行政复议", "行政诉讼"]
    assert series[0] == [NOW["行政复议纠正"], NOW["行政诉讼纠正"]]
    assert [sum(column) for column in zip(*series, strict=True)] == [
        NOW["行政复议"],
        NOW["行政诉讼"],
    ]
    for number, part in enumerate(found.values(), 1):
        assert pointed(content, number, part.decode()) == read[number - 1]


def pointed(content: bytes, number: int, part: str) -> tuple[list[str], list[list[float]]]:
    """Return what stands in the cells that a chart points to."""
    if "word" in next(iter(charts(content))):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(f"word/embeddings/chart{number}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = []
    for reference in re.findall("<c:f>(.*?)</c:f>", part):
        sheet, _, span = reference.rpartition("!")
        there = book[sheet.strip("'")][span]
        cells.append([cell.value for row in there for cell in row] if ":" in span else there.value)
    return cells[1], cells[2::3]


def test_the_workbook_has_every_number_every_agency_and_every_file(season):
    book = openpyxl.load_workbook(io.BytesIO(briefed(season, ending=".xlsx")))
    assert book.sheetnames == ["年度分析", "各项数字", "机关", "报送", "问题"]
    heads, *rows = book["各项数字"].values
    assert heads == ("图表", "项目", "本年", "本年可比", "上年", "增减", "占比", "格位")
    numbers = {row[1]: row for row in rows}
    for what in ("新收申请", *GROUPS, *PEOPLE, *briefs.CASES):
        assert numbers[what][2:5] == (NOW[what], BASE[what], THEN[what])
        assert numbers[what][5] == BASE[what] - THEN[what]
    _, *rows = book["机关"].values
    agencies = {row[0]: row for row in rows}
    assert len(agencies) == COUNT
    assert {agencies[name(n)][3] for n in (*DOUBLE, LATE)} == {None}
    assert [agencies[name(n)][3] for n in COUNTED] == [RECEIVED[n] for n in COUNTED]
    assert agencies[name(BROKEN[0])][4:6] == (2, f"{name(BROKEN[0])}-2.json")
    assert ("第090局", "没有报", None, None) in list(book["报送"].values)


# ── small seasons ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(tmp_path) -> Season:
    """Return a function from reports of this year and last year to the analysis of a roster."""

    def write(now: list, last: list = (), *, roster: int | None = 0, **more: str) -> str:
        put(tmp_path, "收到", {f"{n}.json": source(one) for n, one in enumerate(now)})
        if last:
            put(tmp_path, "上年", {f"{n}.json": source(one) for n, one in enumerate(last)})
        if roster is not None:
            (tmp_path / "名册.csv").write_bytes(briefs.roster(roster or len(now)))
        content = briefed(tmp_path, **more)
        return told(content) + notes(content)

    return write


def flat(number: int, received: int, year: int = 2025, **more: int | None):
    """Return a report with that many requests of natural persons, all granted."""
    base = report(number, year)
    zeros = {key.replace(".", "__"): 0 for key in base.edition.typed
             if key.startswith(("applications.", "disputes."))}  # fmt: skip
    some = {"applications__received__natural_person": received,
            "applications__granted__natural_person": received}  # fmt: skip
    return report(number, year, **zeros | some | more)


def test_the_same_returns_give_the_same_bytes(small, tmp_path):
    small([flat(0, 3), flat(1, 5)])
    for ending in (".docx", ".xlsx", ".html"):
        assert briefed(tmp_path, ending=ending) == briefed(tmp_path, ending=ending)


def test_a_document_is_known_to_be_ours_and_is_no_return(small, tmp_path):
    small([flat(0, 3)])
    content = briefed(tmp_path, ending=".docx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b'name="gouji"' in archive.read("docProps/custom.xml")
    put(tmp_path, "收到", {"分析.docx": content, "分析.html": briefed(tmp_path)})
    done = CliRunner().invoke(gouji, ["check", str(tmp_path / "收到"), "--format", "json"])
    assert json.loads(done.stdout)["summary"]["files"] == 1


def test_without_last_year_nothing_is_compared(small):
    text = small([flat(0, 3), flat(1, 5)])
    assert "新收申请 8 件；上年结转 0 件；" in text
    assert "没有上年数，不作比较。" in text
    assert not re.search("增加|减少|增长|下降|持平", text)


def test_last_year_of_zero_gives_no_percentage(small):
    text = small([flat(0, 3), flat(1, 5)], [flat(0, 0, 2024), flat(1, 0, 2024)])
    assert "新收申请 8 件，上年数为 0，增加 8 件；上年结转 0 件，与上年持平；" in text
    assert "上年数是这 2 个机关上年度报表的合计。" in text


def test_a_fall_is_a_fall(small):
    text = small([flat(0, 1)], [flat(0, 3, 2024)])
    assert "新收申请 1 件，比上年的 3 件减少 2 件，下降 66.7%；" in text


def test_the_regions_own_report_of_last_year_is_taken_where_all_are_counted(small):
    region = replace(flat(0, 20, 2024), agency={"name": "某某市", "code": None, "level": "city"})
    text = small([flat(0, 3), flat(1, 5)], [region, flat(0, 1, 2024)])
    assert "新收申请 8 件，比上年的 20 件减少 12 件，下降 60.0%；" in text
    assert "上年数取自某某市上年度的报告。" in text


def test_the_regions_report_is_no_measure_where_agencies_lack(small):
    region = replace(flat(0, 20, 2024), agency={"name": "某某市", "code": None, "level": "city"})
    text = small([flat(0, 3), flat(1, 5)], [region, flat(0, 1, 2024)], roster=3)
    assert "新收申请 8 件，其中有上年数的机关 3 件，比上年的 1 件增加 2 件，增长 200.0%；" in text


def test_last_years_numbers_in_a_return_are_taken_where_none_are_given(small):
    one, last = flat(0, 6), flat(0, 3, 2024)
    text = small([replace(one, prior={k: v for k, v in last.numbers.items() if v is not None})])
    assert "新收申请 6 件，比上年的 3 件增加 3 件，增长 100.0%；" in text


def test_equals_are_named_together(small):
    text = small([flat(0, 4), flat(1, 4), flat(2, 0)])
    assert (
        "收到申请最多的是第000局、第001局，并列，各 4 件。没有收到申请的有 1 个机关：第002局。"
        in text
    )


def test_equals_that_are_not_drawn_are_counted(small):
    text = small([flat(n, 4) for n in range(13)])
    assert (
        "收到申请最多的是第000局、第001局、第002局、第003局、第004局、第005局、第006局、第007局 等 13 个，并列，各 4 件。各机关收到申请都不是 0。"
        in text
    )
    assert "图中是最多的 10 个机关，另有 3 个与最后一个同数，没有画出。" in text


def test_one_agency_is_not_compared_with_others(small):
    assert "计入的只有第000局一个机关，收到申请 4 件。" in small([flat(0, 4)])


def test_where_all_is_zero_there_is_no_share_and_no_chart_of_agencies(small):
    text = small([flat(0, 0), flat(1, 0)])
    assert "办理结果为 0，不计占比。新收申请为 0，不计占比。" in text
    assert "行政复议 0 件；行政诉讼 0 件。" in text
    assert "计入的 2 个机关，收到申请都是 0 件。" in text
    assert "新收申请较多的机关" not in text
    assert "图中是最多的 0 个机关。" in text


def test_cases_that_are_all_pending_have_no_share(small):
    text = small([flat(0, 1, disputes__review__pending=2)])
    assert "行政复议 2 件，已审结 0 件，不计结果纠正的占比；行政诉讼 0 件。" in text


def test_shares_say_what_rounding_does(small):
    more = {"applications__received__business": 1, "applications__granted__business": 1,
            "applications__received__research": 1, "applications__granted__research": 1}  # fmt: skip
    text = small([flat(0, 1, **more)])
    assert (
        "自然人 1 件，占 33.3%；商业企业 1 件，占 33.3%；科研机构 1 件，占 33.3%；其余各项为 0。"
        in text
    )
    assert "各项占比相加为 99.9%，是四舍五入所致。" in text


def test_a_share_is_never_called_none_or_all(small):
    more = {"applications__received__business": 1, "applications__refused_law__business": 1}
    text = small([flat(0, 4999, **more)])
    assert "自然人 4999 件，占超过 99.9%；商业企业 1 件，占不到 0.1%；" in text


def test_without_a_roster_it_says_so(small):
    text = small([flat(0, 3), flat(1, 5)], roster=None)
    assert "本分析依据给出的 2 份报表，都已通过检查；" in text
    assert "没有按名册核对，可能不全。" in text
    assert "没有给出名册，没有未报、迟报、退回的统计。" in text
    assert "来源：给出的 2 份报表（0.json、1.json），没有名册。" in text


def test_late_ones_are_named_with_their_days(tmp_path):
    (tmp_path / "名册.csv").write_text(
        "机关名称,统一社会信用代码,层级,类别,截止日期\n第000局,000,市级,本级,2026-01-31\n", "utf-8"
    )
    put(tmp_path, "收到", {"0.json": source(flat(0, 3))})
    os.utime(tmp_path / "收到" / "0.json", (1770206400, 1770206400))
    assert "迟报的有 1 个：第000局（4 天）。" in told(briefed(tmp_path))


def test_a_return_of_an_unknown_day_is_not_called_in_time(tmp_path):
    put(tmp_path, "收到", {"0.json": source(flat(0, 3))})
    (tmp_path / "名册.csv").write_bytes(briefs.roster(1))
    os.utime(tmp_path / "收到" / "0.json", (0, 0))
    text = told(briefed(tmp_path))
    assert "有 1 个没有收到日期或截止日期，不知道是否迟报。" in text
    assert "没有迟报的" not in text


def test_problems_are_those_of_the_check(small):
    odd = {
        "proactive__normative_documents__issued": 9,
        "proactive__normative_documents__in_force": 1,
    }
    text = small([flat(0, 3, **odd), flat(1, 2, **odd)])
    assert (
        f"2 份报表里的问题，按有这个问题的份数：{texts('title', 'zh')['in-force-floor']} 2 份。"
        in text
    )


def test_in_english_it_says_the_same(small):
    text = small([flat(0, 1), flat(1, 1)], [flat(0, 1, 2024), flat(1, 3, 2024)], lang="en")
    assert "received: 2 requests, 2 requests fewer than last year's 4 (down 50.0%); " in text
    assert (
        "Most requests: 第000局, 第001局, 1 request each. No agency is without requests. " in text
    )


def test_names_of_any_length_and_kind_stay_text(tmp_path):
    long = "某某市" + "很" * 90 + "局"
    for number, text in enumerate((*EVIL.values(), long)):
        one = replace(flat(number, 3), agency={"name": text, "code": None, "level": "city"})
        put(tmp_path, "收到", {f"{number}.json": source(one)})
    page = briefed(tmp_path).decode()
    assert still(page)
    assert "很" * 30 not in page
    book = openpyxl.load_workbook(io.BytesIO(briefed(tmp_path, ending=".xlsx")))
    every = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.data_type for cell in every} <= {"s", "n", "inlineStr"}
    for part in charts(briefed(tmp_path, ending=".docx")).values():
        points(part)


@pytest.fixture
def optional() -> Iterator[None]:
    """Set an outline of cells that an agency may leave blank."""
    edition, words = named("annual-report", "2021"), {"zh": "通知", "en": "notices"}
    measure = Measure(words, ("processing_fee.notices.count",))
    terms = {"title": words, "unit": {"zh": "件", "en": ""}, "measures": (measure,)}
    topics = (Topic("compared", chapter=words, **terms), Topic("shares", whole=words, **terms),
              Topic("agencies", **terms))  # fmt: skip
    usual = edition.analysis
    object.__setattr__(edition, "analysis", Analysis(words, topics))
    yield
    object.__setattr__(edition, "analysis", usual)


@pytest.mark.usefixtures("optional")
def test_what_an_agency_left_blank_is_no_number_and_no_zero(small):
    blank = flat(0, 3, processing_fee__notices__count=None)
    text = small([blank, flat(1, 2, processing_fee__notices__count=4)])
    assert "通知没有数：有机关没有填。通知没有数：有机关没有填。" in text
    assert "通知最多的是第001局，4 件，占全部的 100.0%。" in text
    assert "没有填通知的有 1 个机关：第000局。" in text


@pytest.mark.usefixtures("optional")
def test_where_all_left_it_blank_there_is_no_agency_with_most(small):
    text = small([flat(n, 3, processing_fee__notices__count=None) for n in range(2)])
    assert "最多的是" not in text
    assert "没有填通知的有 2 个机关：第000局、第001局。" in text


def test_chapters_behind_the_last_numeral_have_digits():
    assert list(islice(prose._numerals("一二"), 4)) == ["一", "二", "3", "4"]  # noqa: SLF001


def test_a_return_on_a_local_edition_is_counted_and_its_cells_are_no_agency(tmp_path):
    folder = tmp_path / "式" / "annual-report"
    folder.mkdir(parents=True)
    (folder / "2021-x.toml").write_text(
        'extends = "annual-report/2021"\nname = "2021-x"\nsource = "本地"\n', encoding="utf-8"
    )
    content = json.loads(source(flat(0, 3))) | {"edition": "2021-x"}
    put(tmp_path, "收到", {"0.json": json.dumps(content).encode()})
    book = briefed(tmp_path, "--templates", tmp_path / "式", ending=".xlsx")
    _, *rows = openpyxl.load_workbook(io.BytesIO(book))["机关"].values
    assert [row[0] for row in rows] == ["第000局"]


# ── refused ───────────────────────────────────────────────────────────────────────────────────────


def refused(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(gouji, ["brief", *map(str, words), "--lang", "zh"])
    return done.exit_code, done.stderr


def test_a_form_without_an_outline_has_no_analysis(tmp_path):
    script = json.loads((TEMPLATES / "site-report" / "demo.json").read_text(encoding="utf-8"))
    one = report_of(named("site-report", "2017"), script["returns"][0], script)
    put(tmp_path, "收到", {"0.json": source(replace(one, origin="json"))})
    words = (tmp_path / "收到", "--agency", "某市", "-o", tmp_path / "x.docx")
    assert refused(*words) == (2, "“政府网站工作年度报表”2017 版没有年度分析的口径，不能写分析。\n")
    assert not (tmp_path / "x.docx").exists()


def test_what_cannot_be_added_up_is_not_written_up(tmp_path):
    wrong = replace(flat(0, 3), values={**flat(0, 3).values, "applications.granted.business": 9})
    put(tmp_path, "收到", {"0.json": source(wrong)})
    code, said = refused(tmp_path / "收到", "--agency", "某市", "-o", tmp_path / "x.html")
    assert (code, said.splitlines()) == (
        1,
        ["没有写分析，没有写任何文件：", "  没有一份通过的报表可以计入。"],
    )
    assert not (tmp_path / "x.html").exists()


def test_the_ending_says_the_format(tmp_path):
    put(tmp_path, "收到", {"0.json": source(flat(0, 3))})
    code, said = refused(tmp_path / "收到", "--agency", "某市", "-o", tmp_path / "x.pdf")
    assert code == 2
    assert "不是 .docx、.html 或 .xlsx。" in said
    code, said = refused(tmp_path / "收到", "--agency", "某市")
    assert (code, said) == (2, "请用 -o 指定要写的 .docx 文件。\n")
    assert refused(tmp_path / "收到", "-o", tmp_path / "x.docx")[0] == 2


def test_a_season_file_gives_what_is_not_given(small, tmp_path):
    small([flat(0, 3)])
    made = [
        "season",
        "new",
        tmp_path,
        "--year",
        2025,
        "--agency",
        "云水区",
        "--roster",
        tmp_path / "名册.csv",
    ]
    assert CliRunner().invoke(gouji, [str(word) for word in made]).exit_code == 0
    words = ["brief", tmp_path / "收到", "-o", tmp_path / "x.html", "--lang", "zh"]
    assert CliRunner().invoke(gouji, [str(word) for word in words]).exit_code == 0
    text = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<h1>云水区2025年政府信息公开申请办理情况分析</h1>" in text


def test_no_words_of_praise_or_cause_are_in_the_templates():
    source_text = (CHECKOUT / "templates" / "messages" / "zh.toml").read_text(encoding="utf-8")
    section = source_text.partition("[briefing]")[2].partition("\n[")[0]
    assert not re.search(
        "显著|明显|大幅|良好|优秀|较好|扎实|有效|得益|因为|由于|说明了|表明", section
    )
