"""Last year's report beside an overlay: cells of the same meaning are compared, others are not."""

import json
import tomllib
from dataclasses import replace
from random import Random

import pytest
from click.testing import CliRunner
from returns import clean, report_of
from source import TESTS

from toolkit.blank.build import build as workbook
from toolkit.check import check
from toolkit.cli import gouji
from toolkit.edition import edition
from toolkit.edition.edition import resolve
from toolkit.edition.parse import parse_text
from toolkit.explain import explain
from toolkit.files.examine import examine, of_last_year, prior_numbers
from toolkit.report.report import Report, as_json, dumps, recompute
from toolkit.returned.fill import prefilled

CASES = tomllib.loads((TESTS / "cases" / "overlays.toml").read_text(encoding="utf-8"))
AGENCY = {"name": "东省某局", "code": None, "level": "county"}
NATIONAL = edition.named("annual-report", "2021")
COLUMN = """
extends = "annual-report/2021"
name = "2021-{name}"
source = "东省〔2025〕1号"

[[column]]
table = "applications"
after = "legal_service"
key = "{name}"
label = "{name}"
counts_as = "other_org"
"""
IN, OUT = "applications.carried_in.{}", "applications.carried_out.{}"


def overlay(name):
    return resolve(parse_text(COLUMN.format(name=name), "x.toml"))


EAST, WEST = overlay("east"), overlay("west")


def of(own, year, **typed):
    """Return a report of zeros except for values of carried_in or carried_out by column."""
    values = dict.fromkeys(own.typed, 0) | {
        f"applications.{row}.{column}": number
        for row, given in typed.items()
        for column, number in given.items()
    }
    return Report(own, AGENCY, year, recompute(own, values, ()), origin="workbook")


def carried(own, prior, **columns):
    """Return the outcome of the carried-in balances: {column: passed, not checked or failed}."""
    outcome = check(of(own, 2025, carried_in=columns), prior)
    found = {}
    for ident in (*outcome.passed, *outcome.failed, *outcome.not_checked):
        code, _, column = ident.rstrip("]").partition("[")
        if code == "carried-in" and column in ("other_org", "east", "west", "total"):
            state = "passed" if ident in outcome.passed else "not checked"
            found[column] = "failed" if ident in outcome.failed else state
    told = [
        (f.cells[0].key, f.found, f.expected, f.follows is not None)
        for f in outcome.findings
        if f.code == "carried-in"
    ]
    return found, told, outcome


# ── the four sides ────────────────────────────────────────────────────────────────────────────────


def test_a_national_report_is_held_against_what_last_year_s_overlay_means_nationally():
    prior = of(EAST, 2024, carried_out={"other_org": 2, "east": 1})
    found, told, _ = carried(NATIONAL, prior, other_org=3)
    assert (found, told) == ({"other_org": "passed", "total": "passed"}, [])
    found, told, _ = carried(NATIONAL, prior, other_org=2)
    assert found == {"other_org": "failed", "total": "failed"}
    assert told == [
        (IN.format("other_org"), "2", "3", False),
        (IN.format("total"), "2", "3", True),
    ]


def test_on_one_overlay_every_column_is_held_against_its_own():
    prior = of(EAST, 2024, carried_out={"other_org": 2, "east": 1})
    found, told, _ = carried(EAST, prior, other_org=2, east=1)
    assert (found, told) == ({"other_org": "passed", "east": "passed", "total": "passed"}, [])
    found, told, _ = carried(EAST, prior, other_org=1, east=2)
    assert found == {"other_org": "failed", "east": "failed", "total": "passed"}
    assert told == [
        (IN.format("east"), "2", "1", False),
        (IN.format("other_org"), "1", "2", False),
    ]


@pytest.mark.parametrize(
    "prior",
    [
        of(NATIONAL, 2024, carried_out={"other_org": 3}),
        of(WEST, 2024, carried_out={"other_org": 1, "west": 2}),
    ],
    ids=["national", "another overlay"],
)
def test_an_overlay_is_held_against_the_national_sum_and_the_added_column_against_nothing(prior):
    found, told, outcome = carried(EAST, prior, other_org=2, east=1)
    assert found == {"other_org": "passed", "east": "not checked", "total": "passed"}
    assert told == []
    assert outcome.not_checked["carried-in[east]"]["zh"] == (
        "上年度报告（2021 版）没有这一指标：表三 I31"
    )
    found, told, outcome = carried(EAST, prior, other_org=3, east=1)
    assert found == {"other_org": "failed", "east": "not checked", "total": "failed"}
    assert told == [
        (IN.format("other_org"), "4", "3", False),
        (IN.format("total"), "4", "3", True),
    ]
    finding = next(f for f in outcome.findings if f.code == "carried-in")
    assert [(c.key, c.at) for c in finding.cells] == [
        (IN.format("other_org"), "J8"),
        (IN.format("east"), "I8"),
        (f"prior.{OUT.format('other_org')}", None),
    ]
    assert finding.message("zh").startswith(
        "表三 I8–J8 其他：上年结转 4，上年度报告的“结转下年度”为 3，相差 1。"
    )


def test_a_report_of_another_year_divides_nothing():
    prior = of(NATIONAL, 2023, carried_out={"other_org": 3})
    found, told, outcome = carried(EAST, prior, other_org=9)
    assert set(found.values()) == {"not checked"}
    assert told == []
    assert "2023" in outcome.not_checked["carried-in[other_org]"]["zh"]


@pytest.mark.parametrize(
    "prior",
    [
        of(EAST, 2024, carried_out={"other_org": 2, "east": 1}),
        of(NATIONAL, 2024, carried_out={"other_org": 3}),
    ],
    ids=["overlay", "national"],
)
@pytest.mark.parametrize("own", [NATIONAL, EAST], ids=lambda own: own.name)
def test_nothing_is_to_be_mended_where_nothing_is_found(own, prior):
    columns = {"2021": {"other_org": 3}, "2021-east": {"other_org": 2, "east": 1}}[own.name]
    now = of(own, 2025, carried_in=columns, carried_out=columns)
    assert [f.code for f in check(now, prior).findings if f.severity == "error"] == []
    assert explain(now, prior) == ()


# ── edits and rules of the overlay's own ──────────────────────────────────────────────────────────


def test_jumps_are_not_judged_where_a_part_is_counted_apart():
    prior = of(NATIONAL, 2024, carried_out={"other_org": 90})
    outcome = check(of(EAST, 2025, carried_out={"other_org": 10, "east": 80}), prior)
    assert [f.code for f in outcome.findings if f.code == "jump"] == []
    why = outcome.not_checked["jump"]
    assert "上年度报告（2021 版）的这些数含本版另列的部分，不能直接比较：" in why["zh"]
    assert "表三 J7" in why["en"]
    assert "表三 I7" in why["zh"]


def test_jumps_are_judged_where_a_cell_means_the_same():
    prior = of(NATIONAL, 2024, carried_out={"business": 90})
    found = check(of(EAST, 2025, carried_out={"business": 1}), prior).findings
    keys = [f.cells[0].key for f in found if f.code == "jump"]
    assert keys == [OUT.format("business"), OUT.format("total")]


RULE = """
[[balance]]
code = "own"
equation = "{equation}"
source = "东省〔2025〕1号"
rule = {{ zh = "另行比较", en = "apart" }}
message = {{ zh = "{{place}}：{{left}}，{{right}}", en = "{{place}}: {{left}}, {{right}}" }}
"""


def test_a_rule_with_the_added_column_on_the_other_side_is_not_checked():
    rule = RULE.format(
        equation="applications.received.other_org"
        " >= prior.applications.received.other_org + applications.received.east"
    )
    own = resolve(parse_text(COLUMN.format(name="east") + rule, "x.toml"))
    now = of(own, 2025, received={"other_org": 1, "east": 5})
    outcome = check(now, of(NATIONAL, 2024))
    assert outcome.not_checked["own"]["zh"] == (
        "上年度报告（2021 版）的这些数含本版另列的部分，不能直接比较：表三 J7"
    )
    assert "own" in check(now, of(own, 2024)).failed


def test_last_year_s_added_column_counts_once_where_its_home_is_in_the_rule():
    rule = RULE.format(
        equation="applications.received.total = prior.applications.received.o*_org"
        " + prior.applications.received.east"
    )
    own = resolve(parse_text(COLUMN.format(name="east") + rule, "x.toml"))
    now = of(own, 2025, received={"business": 7})
    assert "own" in check(now, of(NATIONAL, 2024, received={"other_org": 7})).passed
    assert "own" in check(now, of(own, 2024, received={"other_org": 3, "east": 4})).passed


# ── what is stamped into a workbook ───────────────────────────────────────────────────────────────


def test_a_blank_is_prefilled_and_stamped_only_where_last_year_s_number_means_the_same():
    prior = of(NATIONAL, 2024, carried_out={"other_org": 3, "business": 4})
    own = prefilled(Report(EAST, AGENCY, 2025, dict.fromkeys(EAST.cells)), prior)
    assert own.values[IN.format("business")] == 4
    assert own.values[IN.format("other_org")] is None
    assert own.values[IN.format("east")] is None
    stamped = prior_numbers(EAST, prior)
    assert stamped[OUT.format("business")] == 4
    assert stamped[OUT.format("total")] == 7
    assert {OUT.format("other_org"), OUT.format("east")} & stamped.keys() == set()


def test_a_blank_on_the_same_overlay_is_prefilled_everywhere():
    prior = of(EAST, 2024, carried_out={"other_org": 3, "east": 4})
    own = prefilled(Report(EAST, AGENCY, 2025, dict.fromkeys(EAST.cells)), prior)
    assert (own.values[IN.format("other_org")], own.values[IN.format("east")]) == (3, 4)
    assert prior_numbers(EAST, prior)[OUT.format("east")] == 4


def test_a_national_blank_is_prefilled_with_what_an_overlay_means_nationally():
    prior = of(EAST, 2024, carried_out={"other_org": 3, "east": 4})
    own = prefilled(Report(NATIONAL, AGENCY, 2025, dict.fromkeys(NATIONAL.cells)), prior)
    assert own.values[IN.format("other_org")] == 7
    assert prior_numbers(NATIONAL, prior)[OUT.format("other_org")] == 7


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with two overlays; each test writes its return there."""
    home = tmp_path_factory.mktemp("overlays")
    place = home / "mine" / "annual-report"
    place.mkdir(parents=True)
    for name in ("east", "west"):
        (place / f"2021-{name}.toml").write_text(COLUMN.format(name=name), encoding="utf-8")
    return home


@pytest.mark.no_cover
@pytest.mark.parametrize("stamp", [NATIONAL, EAST, WEST], ids=lambda own: own.name)
@pytest.mark.parametrize("given", [NATIONAL, EAST, WEST], ids=lambda own: own.name)
@pytest.mark.parametrize("now", [NATIONAL, EAST], ids=lambda own: own.name)
def test_what_was_stamped_from_one_edition_does_not_differ_in_another(now, given, stamp, folder):
    outs = {
        "2021": {"other_org": 6},
        "2021-east": {"other_org": 2, "east": 4},
        "2021-west": {"other_org": 1, "west": 5},
    }
    ins = {"2021": {"other_org": 6}, "2021-east": {"other_org": 2, "east": 4}}[now.name]
    before, other = (of(one, 2024, carried_out=outs[one.name]) for one in (stamp, given))
    report = of(now, 2025, carried_in=ins, carried_out=ins)
    path = folder / "a.xlsx"
    path.write_bytes(workbook(now, report, prior_numbers(now, before)))
    result = examine(str(path), [other], (folder / "mine",))
    assert [f.code for f in result.findings if f.severity == "error"] == []
    assert "carried-in[other_org]" in result.passed


def test_a_stamped_number_that_means_the_same_and_differs_is_still_told(folder):
    prior = of(NATIONAL, 2024, carried_out={"business": 4})
    stamped = {**prior_numbers(EAST, prior), OUT.format("business"): 5}
    path = folder / "a.xlsx"
    path.write_bytes(workbook(EAST, of(EAST, 2025, carried_in={"business": 4}), stamped))
    found = examine(str(path), [prior], (folder / "mine",)).findings
    told = [(f.cells[0].key, f.found, f.expected) for f in found if f.code == "prior-differs"]
    assert told == [(f"prior.{OUT.format('business')}", "5", "4")]


# ── two forms of one agency ───────────────────────────────────────────────────────────────────────


def website(year):
    site = edition.named("site-report", "2017")
    typed = clean(site, Random(1), 0.5, None)  # noqa: S311 - reproducible, no secret
    return replace(report_of(site, year, typed, (), AGENCY), origin="json")


def test_last_year_s_report_is_on_the_same_form():
    prior = of(EAST, 2024)
    now = of(NATIONAL, 2025)
    assert of_last_year(now, [website(2024), prior]) is prior
    assert of_last_year(now, [website(2024)]) is None
    assert of_last_year(website(2025), [prior, website(2024)]) == website(2024)


def test_last_year_s_folder_may_hold_both_forms_of_an_agency(tmp_path):
    last, now = tmp_path / "last", tmp_path / "now"
    for place, year in ((last, 2024), (now, 2025)):
        place.mkdir()
        for own in (website(year), replace(of(NATIONAL, year), origin="json")):
            path = place / f"{own.edition.form}.json"
            path.write_text(dumps(as_json(own)), encoding="utf-8")
    args = ["check", str(now), "--prior", str(last), "--format", "json"]
    shown = CliRunner().invoke(gouji, args)
    assert shown.exit_code == 0, shown.stderr
    annual, site = json.loads(shown.stdout)["files"]
    assert "carried-in[total]" in annual["rules"]["passed"]
    assert "jump" in {f["code"] for f in site["findings"]}
    assert site["rules"]["not_checked"] == []
