"""Saved feet and check codes are held against what was typed."""

import pytest
from returns import report_of
from source import TESTS
from tamper import cell, changed
from test_read import cached
from test_stored import stale, text

from toolkit.blank import slots
from toolkit.blank.build import build
from toolkit.blank.live import live_rows
from toolkit.blank.slots import LIVE_FIRST, MARK, code_place, word
from toolkit.edition.edition import named
from toolkit.returned.read import read
from toolkit.xlsx.address import at

EDITION, SITE = named("annual-report", "2021"), named("site-report", "2017")
AGENCY = {"name": "某某局", "code": None, "level": "county"}


def report(edition=EDITION, agency=AGENCY, year=2025, **typed):
    values = {key: 0 if edition.cells[key].numeric else None for key in edition.typed}
    return report_of(edition, year, values | typed, (), agency)


def stored_code(code, sheet="表三", place=None):
    """Return a return in which a foot was saved with this code."""
    place = place or at(slots.foot_place(EDITION.tables["applications"]))
    words = f"某某局 · 2025年度 · 单位：件 · 校验码 {code}"
    return cached(build(EDITION, report()), sheet, place, f"<v>{words}</v>", t="str")


def test_a_saved_foot_with_another_code_is_told_and_the_right_one_is_not():
    code = read(build(EDITION, report())).check_code
    assert stale(stored_code(code)) == []
    ((where, found, expected),) = stale(stored_code("123456"))
    assert (where, found[-6:], expected[-6:]) == ("表三 A33", "123456", code)
    ((where, *_),) = stale(stored_code("123456", "发布表三", "A31"))
    assert where == "发布表三 A31"


def test_a_saved_code_is_compared_where_it_is_computed():
    source, place = build(EDITION, report()), at(code_place())
    code = read(source).check_code
    assert stale(cached(source, word("mark"), place, f"<v>{code}</v>", t="str")) == []
    ((_, found, expected),) = stale(cached(source, word("mark"), place, **text("123456")))
    assert (found, expected) == ("123456", code)


def test_a_number_that_is_too_large_or_a_text_leaves_a_dash():
    wrong = report(**{"applications.received.business": 10**9 + 1})
    assert read(build(EDITION, wrong)).check_code is None
    there = cached(build(EDITION, wrong), word("mark"), at(code_place()), **text("123456"))
    assert [fact[1:] for fact in stale(there)] == [("123456", "——")]


def test_without_cover_or_seed_a_foot_is_not_judged():
    source = changed(stored_code("123456"), word("mark"), cell(at((MARK.index("seed") + 1, 2)), ""))
    assert [f.code for f in read(source).findings] == []


def test_a_nameless_returns_foot_says_so():
    nobody = report(agency=dict.fromkeys(AGENCY), year=None)
    foot = "（机关名称未填） · ——年度 · 单位：件 · 校验码 "
    place = at(slots.foot_place(EDITION.tables["disputes"]))
    source = cached(build(EDITION, nobody), "表四", place, f"<v>{foot}0</v>", t="str")
    (finding,) = [f for f in read(source).findings if f.code == "stale-value"]
    assert finding.expected.startswith(foot[:10])


def test_programs_differ_in_the_length_of_rare_characters_so_that_code_is_not_judged():
    rare = report(SITE, **{"website.profile.site_name": "𠮷网"})
    common = report(SITE, **{"website.profile.site_name": "吉网"})
    place = at(code_place())
    for one, told in ((rare, 0), (common, 1)):
        there = cached(build(SITE, one), word("mark"), place, **text("123456"))
        codes = [f.code for f in read(there).findings]
        assert codes.count("stale-value") == told


def test_a_changed_live_row_leaves_the_code_unknown():
    source = cached(build(EDITION, report()), word("mark"), at(code_place()), **text("123456"))
    row = next(LIVE_FIRST + i for i, rule in enumerate(live_rows(EDITION)) if rule.code == "number")
    broken = changed(source, word("results"), cell(f"F{row}", "<f>1+1</f><v>2</v>"))
    assert [f.code for f in read(source).findings] == ["stale-value"]
    assert [f.code for f in read(broken).findings] == ["formula"]


def test_a_changed_part_of_the_code_leaves_it_unknown():
    row, column = code_place()
    source = changed(
        build(EDITION, report()), word("mark"), cell(at((row + 1, column)), "<f>1+1</f><v>2</v>")
    )
    there = cached(source, word("mark"), at(code_place()), **text("123456"))
    assert [f.code for f in read(there).findings] == ["formula"]


@pytest.mark.parametrize("name", ["annual-report-2019", "annual-report-2021", "site-report-2017"])
def test_a_blank_of_the_first_version_has_no_code(name):
    reading = read((TESTS / "versions" / f"gouji-0.1.0-{name}.xlsx").read_bytes())
    assert reading.check_code is None
    assert "stale-value" not in {finding.code for finding in reading.findings}
