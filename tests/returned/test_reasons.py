"""Explanations in workbooks: read beside live rows and in the result area, written and kept."""

import io
from dataclasses import replace

import openpyxl
import pytest
import tamper
from casebook import balanced
from office import need_office, resave
from rewriters import excel, wps
from rewriters.saving import saved

from toolkit.blank.build import build
from toolkit.blank.live import live_cells, live_rows, result_range
from toolkit.blank.slots import LIVE, LIVE_FIRST, RESULT, prior_places, word
from toolkit.check.explained import figures_of, present
from toolkit.files.examine import Read, judge
from toolkit.report.explanation import REASON, Explanation
from toolkit.report.report import as_json, dumps, from_json, parse_json
from toolkit.returned.fill import fill
from toolkit.returned.read import read
from toolkit.returned.results import noticed
from toolkit.xlsx.repack import repacked, stored
from toolkit.xlsx.splice import spliced

SEED = "seed_jiguan_shiwu_2025"
REPORT = balanced(
    SEED, "workbook",
    proactive__rules__issued=3, proactive__rules__in_force=1,
    processing_fee__notices__count=4, processing_fee__collected__amount=None, applications__carried_in__natural_person=2,
    applications__received__natural_person=0,
)  # fmt: skip
EDITION = REPORT.edition
ROWS = {live.id: number for number, live in enumerate(live_rows(EDITION), LIVE_FIRST)}
LIVES = {live.id: live for live in live_rows(EDITION)}
FIRST = result_range(EDITION)[0]
FLOOR, NOTICES = "in-force-floor[rules]", "processing-fee/present[processing_fee]"
CARRIED = "carried-in[natural_person]"
HABITS = {habits.name: habits for habits in (*excel.HABITS, *wps.HABITS)}


def typed(source, contents):
    """Return a workbook with texts in places of its results sheet."""
    parts = tamper.unpack(source)
    name = tamper.part_of(parts, word("results"))
    return repacked(stored(source), {name: spliced(parts[name], name, contents, {}, {})})


def beside(rule, reason, figures=None):
    row = ROWS[rule]
    return {(row, LIVE["reason"]): reason, (row, LIVE["figures"]): figures}


def blank_with(report=REPORT, **last):
    """Return a filled workbook; last year's numbers are 0."""
    return build(EDITION, report, dict.fromkeys(prior_places(EDITION), 0) | last)


def result(source):
    reading = read(source)
    return judge(Read("x.xlsx", "", reading.report, reading.findings, reading.places), None)


def explained(source):
    """Return {code: (reason, figures, state)} of the findings of a workbook with a reason."""
    return {f.code: tuple(f.explained.values()) for f in result(source).findings if f.explained}


def now(rule, source):
    """Return the present figures of a live row, as Python has them."""
    found = result(source)
    live = LIVES[rule]
    if not live.keys:
        return figures_of(live_cells(EDITION, live), found.report)
    (finding,) = (f for f in found.findings if f.code == live.code
                  and {c.key for c in f.cells} >= set(live.keys))  # fmt: skip
    return present(finding, found.report)


def codes(source):
    return [finding.code for finding in result(source).findings]


def test_reasons_beside_live_rows_are_read_and_judged():
    source = blank_with()
    three = {rule: now(rule, source) for rule in (FLOOR, NOTICES, CARRIED)}
    contents = {}
    for rule, figures in three.items():
        contents |= beside(rule, f"说明{rule[:3]} ", figures)
    good = typed(source, contents)
    assert explained(good) == {
        "in-force-floor": ("说明in-", three[FLOOR], "stands"),
        "processing-fee": ("说明pro", three[NOTICES], "stands"),
        "carried-in": ("说明car", three[CARRIED], "stands"),
    }
    assert codes(good) == codes(source)
    other = blank_with(replace(REPORT, values=REPORT.values | {
        "proactive.rules.issued": 4, "processing_fee.notices.amount": 5}))  # fmt: skip
    void = typed(other, contents)
    assert {code: state for code, (*_, state) in explained(void).items()} == {
        "in-force-floor": "void", "processing-fee": "void", "carried-in": "stands"}  # fmt: skip
    assert sorted(codes(void)) == sorted([*codes(other), *["explained-void"] * 2])
    assert [f.expected for f in result(void).findings if f.code == "explained-void"] == [
        now(FLOOR, other), now(NOTICES, other)]  # fmt: skip
    assert result(void).verdict == result(other).verdict == "fail"


def test_blank_reasons_are_none_and_long_ones_are_cut():
    source = typed(
        blank_with(), beside(FLOOR, " \u3000\u200b", "1 | 3") | beside(CARRIED, "长" * 5000)
    )
    (one,) = read(source).report.explained
    assert (one.rule, len(one.reason), one.figures) == (CARRIED, REASON, None)
    assert from_json(parse_json(dumps(as_json(read(source).report)))).explained == (one,)


def test_reasons_for_rules_that_hold_are_read_and_say_nothing():
    good = blank_with(balanced(SEED, "workbook"))
    assert codes(typed(good, beside(FLOOR, "不用说明", "1 | 3"))) == codes(good)


def line(number, finding, reason, figures):
    """Return the contents of a line of the result area, as a check writes it."""
    places = "".join(f"{cell.sheet} {cell.at}、" for cell in finding.cells if cell.at)
    texts = {"code": finding.code, "cells": places, "reason": reason, "figures": figures}
    return {(FIRST + number, RESULT[name]): text for name, text in texts.items()}


def test_reasons_in_the_result_area_are_matched_by_code_and_places():
    source = blank_with()
    floor, carried = (next(f for f in result(source).findings if f.code == code)
                      for code in ("in-force-floor", "carried-in"))  # fmt: skip
    stands = present(floor, REPORT)
    lines = line(0, floor, "因机构撤销", stands) | line(1, carried, "上年误报", None)
    assert explained(typed(source, lines)) == {
        "in-force-floor": ("因机构撤销", stands, "stands"), "carried-in": ("上年误报", None, "stands")}  # fmt: skip
    void = typed(source, line(0, floor, "因机构撤销", "9 | 9"))
    assert explained(void)["in-force-floor"][2] == "void"
    elsewhere = replace(floor, cells=floor.cells[:1])
    assert explained(typed(source, line(0, elsewhere, "因机构撤销", None))) == {}
    assert explained(typed(source, {(FIRST, RESULT["reason"]): "只有说明"})) == {}
    prior = {(FIRST, RESULT["cells"]): f"表三 D8、{word('prior')} C5、"}
    assert explained(typed(source, line(0, carried, "上年误报", None) | prior)) == {
        "carried-in": ("上年误报", None, "stands")}  # fmt: skip


def test_only_a_blank_of_this_version_has_reasons():
    source = typed(blank_with(), beside(FLOOR, "因机构撤销"))
    headless = typed(source, {(LIVE_FIRST - 1, LIVE["reason"]): "别的"})
    assert read(headless).report.explained == ()
    assert [one.reason for one in read(source).report.explained] == ["因机构撤销"]


def red(source):
    found = result(source)
    return noticed(source, found.report, found.findings)


def area(source):
    """Return the lines of the result area: {part: text}."""
    book = openpyxl.load_workbook(io.BytesIO(source))
    page = book[word("results")]
    lines = ({name: page.cell(row, column).value for name, column in RESULT.items()}
             for row in range(FIRST, FIRST + 12))  # fmt: skip
    return [line for line in lines if line["code"]]


@pytest.mark.no_cover
def test_a_red_copy_lists_present_figures_and_keeps_the_reasons_of_findings_still_there():
    source = blank_with()
    first = red(source)
    lines = area(first)
    assert {line["present"] for line in lines} >= {now(FLOOR, source), now(CARRIED, source)}
    assert {line["reason"] for line in lines} == {None}
    (row,) = (n for n, line in enumerate(lines) if line["code"] == "in-force-floor")
    reasoned = typed(first, {
        (FIRST + row, RESULT["reason"]): "因机构撤销",
        (FIRST + row, RESULT["figures"]): lines[row]["present"],
        (FIRST + 0, RESULT["reason"]): "这一条会改",
    } | beside(NOTICES, "全部减免", now(NOTICES, source)))  # fmt: skip
    again = red(reasoned)
    (kept,) = (line for line in area(again) if line["reason"] == "因机构撤销")
    assert (kept["code"], kept["figures"]) == ("in-force-floor", lines[row]["present"])
    assert explained(again) == explained(reasoned)
    assert {one.rule for one in read(again).report.explained} == {NOTICES, None}

    mended = replace(read(reasoned).report, values=REPORT.values | {"proactive.rules.in_force": 3})
    fresh = fill(mended, EDITION).workbook
    copy = noticed(fresh, mended, judge(Read("x", "", mended, ()), None).findings)
    assert "因机构撤销" not in {line["reason"] for line in area(copy)}


def test_a_void_reason_has_a_line_of_its_own_without_a_list():
    source = typed(blank_with(), beside(FLOOR, "因机构撤销", "9 | 9"))
    (line,) = (line for line in area(red(source)) if line["code"] == "explained-void")
    assert line["present"] is None
    assert explained(red(source)) == explained(source)


def test_fill_writes_reasons_beside_the_rows_of_a_fresh_form():
    source = blank_with()
    figures = now(FLOOR, source)
    given = typed(source, beside(FLOOR, "因机构撤销", figures) | beside(CARRIED, "上年误报"))
    report = read(given).report
    fresh = fill(report, EDITION).workbook
    assert read(fresh).report.explained == report.explained
    assert [one.rule for one in read(fresh).report.explained] == [CARRIED, FLOOR]
    from_text = from_json(parse_json(dumps(as_json(report))))
    again = read(fill(from_text, EDITION).workbook).report
    assert again.explained == report.explained
    assert {one.rule for one in again.explained} == {CARRIED, FLOOR}
    both = replace(report, explained=(
        *report.explained, Explanation("in-force-floor", LIVES[FLOOR].keys, "另一处"),
        Explanation("jump", ("proactive.rules.issued",), "没有行")))  # fmt: skip
    assert read(fill(both, EDITION).workbook).report.explained == report.explained


@pytest.mark.no_cover
def test_reasons_survive_libreoffice_and_openpyxl(tmp_path):
    need_office()
    source = blank_with()
    figures = {rule: now(rule, source) for rule in (FLOOR, NOTICES, CARRIED)}
    given = typed(source, beside(FLOOR, "因机构撤销", figures[FLOOR])
                  | beside(NOTICES, "全部减免", figures[NOTICES]))  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(given))
    book.save(tmp_path / "openpyxl.xlsx")
    (tmp_path / "given.xlsx").write_bytes(given)
    (office,) = resave([tmp_path / "given.xlsx"], tmp_path / "out")
    for path in (tmp_path / "openpyxl.xlsx", office):
        assert read(path.read_bytes()).report.explained == read(given).report.explained
        assert explained(path.read_bytes()) == explained(given)
    page = openpyxl.load_workbook(office, data_only=True)[word("results")]
    shown = {rule: page.cell(ROWS[rule], LIVE["present"]).value for rule in figures}
    assert shown == figures


@pytest.mark.parametrize("name", HABITS)
def test_reasons_and_code_survive_the_habits_of_other_programs(name):
    source = blank_with()
    figures = {rule: now(rule, source) for rule in (FLOOR, NOTICES)}
    given = typed(source, beside(FLOOR, "因机构撤销", figures[FLOOR])
                  | beside(NOTICES, "全部减免", figures[NOTICES]))  # fmt: skip
    there, back = read(given), read(saved(given, HABITS[name], 3))
    assert back.report.explained == there.report.explained
    assert back.check_code == there.check_code
    assert back.report.values == there.report.values
