"""Proposals are tried before they are made: the verdict told is the verdict they lead to."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from source import TESTS

from toolkit.campaign.pack import pack, unpack
from toolkit.check.case import Open
from toolkit.data import Message
from toolkit.edition.edition import named
from toolkit.explain import cure
from toolkit.files.examine import Read, judge
from toolkit.finding import Finding, Result, Spot
from toolkit.output.result import entry
from toolkit.report.report import Report, from_json, from_text, parse_json, recompute

FORM = named("annual-report", "2021")
RECEIVED, GRANTED = "applications.received.natural_person", "applications.granted.natural_person"
RULES = "proactive.rules.issued"
BALANCED = dict.fromkeys(FORM.typed, 0) | {RECEIVED: 7, GRANTED: 7}


def report(origin: str = "workbook", level: str = "city", **changes) -> Report:
    """Return a report whose balances hold, with some contents changed (. written as __)."""
    typed = BALANCED | {key.replace("__", "."): value for key, value in changes.items()}
    values = recompute(FORM, typed, ())
    agency = {"name": "某某局", "code": None, "level": level}
    summed = values if origin == "workbook" else None
    return Report(FORM, agency, 2025, values, origin=origin, summed=summed)


def judged(one: Report, *found: Finding, prior: Report | Open | None = None) -> Result:
    return judge(Read("a.xlsx", None, one, found), prior)


def cured(result: Result, code: str):
    return next(finding for finding in result.findings if finding.code == code)


def changes(finding: Finding) -> dict[str | None, str]:
    return {spot.key: to for spot, to in finding.cure.changes}


def test_a_number_typed_as_text_that_fits_is_proposed_and_passes():
    finding = cured(judged(report(applications__granted__natural_person="７件")), "number")
    assert (finding.expected, changes(finding), finding.cure.leads_to) == (
        "7", {GRANTED: "7"}, "pass")  # fmt: skip
    assert finding.cure.breaks is None
    assert finding.message().endswith("如果是 7，请改填 7。")


def test_a_proposal_that_breaks_a_balance_gives_way_to_the_number_that_holds():
    finding = cured(judged(report(applications__granted__natural_person="4件")), "number")
    assert finding.expected == "4"
    assert changes(finding) == {GRANTED: "7"}
    assert "如果是 4" in finding.message()
    assert "这一格应为 7；请对照台账后填写。" in finding.message()
    assert "it should be 7" in finding.message("en")


def test_where_no_number_holds_the_sentence_says_what_follows():
    one = report(applications__granted__natural_person="7件", applications__received__business=12)
    finding = cured(judged(one), "number")
    assert finding.cure.breaks is not None
    assert "不过照此改了还有不符：" in finding.message()
    assert " But with it something else does not hold: " in finding.message("en")


@pytest.mark.parametrize("text", ["无", "/", "见附件"])
def test_words_in_a_cell_are_told_with_the_number_that_follows(text):
    finding = cured(judged(report(applications__granted__natural_person=text)), "number")
    assert finding.expected is None
    assert (changes(finding), finding.cure.leads_to) == ({GRANTED: "7"}, "pass")


def test_a_minus_sign_too_much_is_proposed_only_where_all_holds_without_it():
    slip = cured(judged(report(applications__granted__natural_person=-7)), "number")
    assert changes(slip) == {GRANTED: "7"}
    assert "改成 7 就都相符；请核对是否多打了负号。" in slip.message()
    other = cured(judged(report(applications__granted__natural_person=-4)), "number")
    assert (other.cure.kind, changes(other)) == ("derived", {GRANTED: "7"})


def test_zero_is_tried_for_blanks_and_the_number_that_follows_is_told():
    zero = cured(judged(report(proactive__rules__issued=None)), "unfilled")
    assert (changes(zero), zero.cure.leads_to, zero.cure.message("zh")) == (
        {RULES: "0"},
        "pass",
        "",
    )
    one = cured(judged(report(applications__granted__natural_person=None)), "unfilled")
    assert changes(one) == {GRANTED: "7"}
    two = report(applications__granted__natural_person=None, applications__received__business=None)
    both = cured(judged(two), "unfilled")
    assert both.cure is None or both.cure.kind == "zero"


def test_many_blanks_have_no_cure():
    blank = dict.fromkeys((key.replace(".", "__") for key in FORM.typed), None)
    assert all(f.cure is None or f.code != "unfilled" for f in judged(report(**blank)).findings)


def test_the_readers_findings_about_content_go_with_it_others_stay():
    formula = Finding("typed-formula", "error", (Spot(GRANTED, "表三", "D9", "x"),), "=7", "7")
    locked = Finding("label", "error", (Spot(RECEIVED, "表三", "D7", "x"),), "a", "7")
    result = judged(report(applications__granted__natural_person=None), formula, locked)
    assert changes(cured(result, "typed-formula")) == {GRANTED: "7"}
    assert cured(result, "typed-formula").cure.leads_to == "fail"
    assert cured(result, "label").cure is None


def test_a_zero_rule_and_a_cell_that_does_not_apply_propose_their_content():
    town = judged(report(level="town", proactive__rules__issued=3, proactive__rules__in_force=3))
    zeros = [finding for finding in town.findings if finding.code == "rules-level"]
    assert zeros
    assert all(set(changes(finding).values()) == {"0"} for finding in zeros)


def test_the_likeliest_correction_of_a_balance_is_its_cure():
    values = {**report().values, "applications.granted.total": 17}
    wrong = replace(report(origin="json"), values=values)
    finding = cured(judged(wrong), "row-total")
    assert changes(finding) == {"applications.granted.total": "7"}
    assert finding.cure.leads_to == "pass"
    assert finding.cure.message("zh") == ""


def test_json_holds_changes_and_verdict_and_a_store_the_whole():
    result = judged(report(applications__granted__natural_person="4件"))
    told = next(f for f in entry(result, "zh")["findings"] if f["code"] == "number")
    assert told["cure"] == {
        "changes": [{"key": GRANTED, "at": "D9", "to": "7"}], "leads_to": "pass"}  # fmt: skip
    assert unpack(pack(result), "a.xlsx", None, ()).findings == result.findings
    broken = judged(
        report(applications__granted__natural_person="4件", proactive__rules__issued="无")
    )
    assert unpack(pack(broken), "a.xlsx", None, ()).findings == broken.findings


REAL = [
    from_json(parse_json(path.read_text(encoding="utf-8")))
    for path in sorted((TESTS / "real").glob("*20[12][3-5].json"))
]


@pytest.mark.parametrize("seed", range(12))
def test_the_verdict_of_a_cure_is_the_verdict_after_it(seed):
    rng = Random(seed)  # noqa: S311 - reproducible, no secret
    known = rng.choice([one for one in REAL if one.edition is FORM])
    junk = ("3", " 7件", None, -5, "无", 12, "１２", "=1")
    picked = rng.sample(FORM.typed, 3)
    typed = {**known.values, **{key: rng.choice(junk) for key in picked}}
    prior = Open(Message("why", "no-prior"))

    def made(values):
        summed = recompute(FORM, values, ())
        return replace(known, values=summed, summed=summed, origin="workbook", nil=(), evidence={})

    result = judged(made(typed), prior=prior)
    cures = [finding.cure for finding in result.findings if finding.cure]
    assert cures
    for one in cures:
        new = {spot.key: from_text(FORM.cells[spot.key], to) for spot, to in one.changes}
        assert judged(made({**typed, **new}), prior=prior).verdict == one.leads_to


def test_only_cells_that_take_the_content_are_proposed():
    text = Finding("sources-differ", "error", (Spot(RECEIVED, "表三", "D7", "x"),), "7", "八")
    none = Finding("sources-differ", "error", (Spot("prior.x", None, None, "x"),), "7", "8")
    total = Spot("applications.received.total", "表三", "J7", "x")
    fixed = Finding("sources-differ", "error", (total,), "7", "8")
    same = Finding("sources-differ", "error", (Spot(RECEIVED, "表三", "D7", "x"),), "7", "7")
    for finding in (text, none, fixed, same):
        assert cured(judged(report(), finding), "sources-differ").cure is None
    right = replace(text, expected="8")
    assert changes(cured(judged(report(), right), "sources-differ")) == {RECEIVED: "8"}
    assert cure.MOST >= 1
    assert Decimal(changes(cured(judged(report(), right), "sources-differ"))[RECEIVED]) == 8
