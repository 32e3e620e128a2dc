"""The findings of check: cases as data, real reports, single changes, random returns.

A case in tests/cases/ (numbers, balances, years, form, website, enforcement):
    base    a report of tests/real or one beside the cases (the seed's without it); numbers in tables
            that need not be filled are typed 0
    clear   patterns of keys left blank, then `set`: {key: value}, `null`: keys of any edition; then
            year, level, nil, texts, field
    origin  "workbook": totals are recomputed
    prior   last year's report, described in the same way
    keep    only findings of these codes are looked at
    find    every finding in order: its fields, `count` of cells, `says`: a part of the sentence
    open    {rule: a part of why it was not checked}; open_count: how many there are
"""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from casebook import CLEAN, as_workbook, cases, real, report_of
from committed import hold
from hypothesis import given
from hypothesis import strategies as st
from returns import cases as random_cases
from source import TESTS
from tamper import changed, filled, gone

import toolkit.check as checks
from toolkit.check import Outcome, check, resolved
from toolkit.check.case import Case
from toolkit.check.rules import KINDS, confront
from toolkit.edition.edition import Edition, known, named
from toolkit.edition.shape import EditionError
from toolkit.finding import Finding, Spot, spots
from toolkit.report.report import Report, from_json, parse_json, recompute
from toolkit.returned.read import read

SCHEMAS = TESTS.parent / "schemas"
COLUMNS = ("natural_person", "business", "research", "social_org", "legal_service", "other_org")


def agrees(wanted: dict[str, Any], finding: Finding) -> None:
    """Assert every field that a case gives of a finding."""
    keys = [cell.key for cell in finding.cells]
    there = {
        "code": finding.code,
        "severity": finding.severity,
        "cells": keys,
        "count": len(keys),
        "found": finding.found,
        "expected": finding.expected,
        "follows": finding.follows,
    }
    asked = {"expected": None, "follows": None} if "found" in wanted else {"follows": None}
    asked |= {field: value for field, value in wanted.items() if field != "says"}
    assert {field: there[field] for field in asked} == asked
    assert wanted.get("says", "") in finding.message()


PLACEHOLDER = re.compile(r"\{[^{}\x00-\x7f][^{}]*\}")
"""A name in braces as it is quoted from a text; figures that are not filled in are ASCII."""


def readable(outcome: Outcome) -> None:
    """Assert that every finding has a sentence in both languages and every cell a place."""
    for finding in outcome.findings:
        assert finding.message("zh") != finding.message("en")
        assert all(isinstance(spot, Spot) for spot in finding.cells)
        for lang in ("zh", "en"):
            assert finding.as_json(lang)["message"]
            assert "{" not in PLACEHOLDER.sub("", finding.message(lang))


@pytest.mark.parametrize("case", list(cases()))
def test_case(case):
    prior = report_of(case["prior"], -1) if "prior" in case else None
    outcome = check(report_of(case), prior)
    readable(outcome)
    found = [f for f in outcome.findings if f.code in case.get("keep", [f.code])]
    wanted = case.get("find", [])
    assert [f.code for f in found] == [one["code"] for one in wanted]
    for one, finding in zip(wanted, found, strict=True):
        agrees(one, finding)
    for rule, why in case.get("open", {}).items():
        assert why in outcome.not_checked[rule]["zh"]
        assert outcome.not_checked[rule]["en"]
    assert case.get("open_count", len(outcome.not_checked)) == len(outcome.not_checked)


def test_case_names_are_told_apart():
    names = [param.id for param in cases()]
    assert len(set(names)) == len(names)


def test_every_rule_of_every_edition_passes_fails_or_says_why_not():
    for name in (*CLEAN, "hongze_district_2023", "shanghai_gov_office_2019"):
        report = from_json(real(name))
        outcome = check(report)
        rules = [rule.id for rule in (*report.edition.balances, *report.edition.edits)]
        assert sorted((*outcome.passed, *outcome.failed, *outcome.not_checked)) == sorted(rules)


# ── real reports ──────────────────────────────────────────────────────────────────────────────────


def told(outcome: Outcome) -> list[tuple[str, str, int | None]]:
    return [(f.severity, f.code, f.follows) for f in outcome.findings]


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_real_report_has_no_error_only_the_fee_facts_are_missing(name):
    outcome = check(from_json(real(name)))
    assert told(outcome) == [("warning", "processing-fee", None)]
    assert [cell.key for cell in outcome.findings[0].cells] == [
        "processing_fee.notices.count",
        "processing_fee.notices.amount",
        "processing_fee.collected.amount",
    ]


def test_hongze_2023_mixes_editions_and_has_two_wrong_totals():
    outcome = check(from_json(real("hongze_district_2023")))
    assert told(outcome) == [
        ("error", "mixed-edition", None),
        ("error", "unfilled", 0),
        ("error", "dispute-total", None),
        ("error", "dispute-total", None),
        ("warning", "processing-fee", None),
    ]
    mixed, unfilled, review, suit, _ = outcome.findings
    row = [f"applications.other_handling.{column}" for column in (*COLUMNS, "total")]
    assert [cell.key for cell in mixed.cells] == row
    assert all(key in mixed.message() and key in mixed.message("en") for key in row)
    assert len(unfilled.cells) == 21
    assert {cell.key.split(".")[1] for cell in unfilled.cells} == {
        "other_uncorrected",
        "other_fee_unpaid",
        "other_rest",
    }
    assert (review.cells[0].key, review.found, review.expected) == (
        "disputes.review.total",
        "0",
        "11",
    )
    assert (suit.cells[0].key, suit.found, suit.expected) == (
        "disputes.suit_after_review.total",
        "0",
        "5",
    )


def test_shanghai_2019_leaves_blanks_for_zeros_and_writes_a_unit():
    outcome = check(from_json(real("shanghai_gov_office_2019")))
    assert told(outcome) == [
        ("error", "number", None),
        ("error", "unfilled", None),
        ("error", "unfilled", None),
    ]
    number, requests, disputes = outcome.findings
    assert [cell.key for cell in number.cells] == ["proactive.procurement.amount"]
    assert (number.found, number.expected) == ("251000元", "251000")
    assert (len(requests.cells), len(disputes.cells)) == (126, 9)


def test_suqian_2024_follows_from_2023():
    outcome = check(from_json(real("suqian_city_2024")), from_json(real("suqian_city_2023")))
    assert {f.severity for f in outcome.findings} == {"warning"}
    jumps = [(f.cells[0].key, f.found) for f in outcome.findings if f.code == "jump"]
    assert jumps == [
        ("applications.refused_law.natural_person", "1"),
        ("applications.refused_law.total", "1"),
        ("applications.declined_excessive.natural_person", "3"),
        ("applications.declined_excessive.total", "3"),
        ("disputes.suit_after_review.other", "6"),
    ]
    assert {"carried-in[total]", "in-force-chain[rules]"} <= set(outcome.passed)


def clerks(facts: dict[str, int]) -> Report:
    """Return the seed's report as typed by a clerk: numbers that are not 0, three declarations."""
    seed = from_json(real(CLEAN[0]))
    typed = {k: v for k, v in seed.values.items() if v and k in seed.edition.typed} | facts
    assert len(typed) - len(facts) == 3
    nil = seed.edition.statutory
    return replace(seed, values=recompute(seed.edition, typed, nil), nil=nil, origin="workbook")


def test_three_numbers_and_three_declarations_are_a_whole_report():
    assert told(check(clerks({}))) == [("warning", "processing-fee", None)]


def test_with_the_fee_facts_typed_nothing_is_left_to_find():
    facts = [cell.key for cell in clerks({}).edition.of_table("processing_fee")]
    assert told(check(clerks(dict.fromkeys(facts, 0)))) == []


# ── one change at a time ──────────────────────────────────────────────────────────────────────────


def errors(report: Report) -> dict[str, int | None]:
    """Return {rule: index of the finding it follows} of the errors."""
    outcome = check(report)
    found = {}
    for finding in outcome.findings:
        if finding.severity == "error":
            cell = report.edition.cells[finding.cells[0].key]
            line = cell.column if finding.code in ("balance", "concluded") else cell.row
            found[f"{finding.code}[{line}]"] = finding.follows
    return found


def more(report: Report, key: str, n: int) -> Report:
    return replace(report, values={**report.values, key: report.values[key] + n})


@pytest.mark.parametrize("name", CLEAN)
def test_one_number_more_in_json_breaks_what_it_belongs_to_and_nothing_else(name):
    report = from_json(real(name))
    for n, key in enumerate(report.edition.typed, 1):
        cell = report.edition.cells[key]
        if cell.table == "proactive":
            assert errors(more(report, key, n)) == {}
        elif cell.table == "disputes":
            assert errors(more(report, key, n)) == {f"dispute-total[{cell.row}]": None}
        elif cell.table == "applications":
            ends = cell.row in ("received", "carried_in", "carried_out")
            column = f"{'balance' if ends else 'concluded'}[{cell.column}]"
            assert errors(more(report, key, n)) == {f"row-total[{cell.row}]": None, column: None}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", CLEAN)
def test_one_number_more_in_a_workbook_breaks_its_columns_balance_at_most(name):
    report = from_json(real(name))
    for n, key in enumerate(report.edition.typed, 1):
        cell = report.edition.cells[key]
        if cell.table == "applications":
            expected = {f"balance[{cell.column}]": None, "balance[total]": 0}
            assert errors(as_workbook(more(report, key, n))) == expected
        elif report.values[key] is not None:
            assert errors(as_workbook(more(report, key, n))) == {}


# ── random returns ────────────────────────────────────────────────────────────────────────────────

EDITIONS = [named(*ident) for ident in known()]
ANY_EDITION = st.sampled_from([edition for edition in EDITIONS if edition.form == "annual-report"])
NUMBERS = st.lists(
    st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 10**6)), min_size=170, max_size=170
)


def derived(edition: Edition, numbers: list[int]) -> Report:
    """Return a JSON report of these typed numbers with its totals and carried_out derived."""
    typed = (key for key in edition.typed if edition.cells[key].numeric)
    values = dict(zip(typed, numbers, strict=False))
    for column in COLUMNS if "applications" in edition.tables else ():
        results = (b for b in edition.balances if b.id == f"concluded[{column}]")
        concluded = sum(values[key] for key in next(results).right)
        carried = values[f"applications.carried_in.{column}"] - concluded
        values[f"applications.received.{column}"] += max(0, -carried)
        whole = values[f"applications.received.{column}"] + carried
        values[f"applications.carried_out.{column}"] = whole
    agency = {"name": "某局", "code": None, "level": "city"}
    values = recompute(edition, values, ())
    return Report(edition, agency, edition.years[0], values)


@pytest.mark.no_cover
@given(ANY_EDITION, NUMBERS)
def test_a_report_with_derived_totals_and_carried_out_has_no_error(edition, numbers):
    assert errors(derived(edition, numbers)) == {}
    assert errors(as_workbook(derived(edition, numbers))) == {}


@given(ANY_EDITION, NUMBERS, st.integers(1, 999), st.data())
def test_any_one_changed_cell_of_tables_three_and_four_has_an_error_in_json(
    edition, numbers, n, data
):
    report = derived(edition, numbers)
    keys = [k for k, c in edition.cells.items() if c.table in ("applications", "disputes")]
    key = data.draw(st.sampled_from(keys))
    assert errors(more(report, key, n))


SUMMED = [edition for edition in EDITIONS if edition.computes]


def broken(outcome: Outcome, edition: Edition) -> dict[int, str]:
    """Return {index of a finding about a wrong total: key of the total}."""
    own = {(b.code, b.left[0]): key for key, b in edition.computes.items()}
    heads = [(f.code, f.cells[0].key if f.cells else None) for f in outcome.findings]
    return {index: own[head] for index, head in enumerate(heads) if head in own}


@pytest.mark.parametrize("edition", SUMMED, ids=lambda edition: f"{edition.form}-{edition.name}")
def test_a_wrong_total_in_json_is_one_finding_and_all_others_follow_it(edition):
    numbers = [n % 7 for n in range(170)]
    report = derived(edition, numbers)
    before = {(f.code, f.cells) for f in check(report).findings}
    for key in edition.computes:
        outcome = check(more(report, key, 5))
        roots = [
            f for f in outcome.findings if f.follows is None and (f.code, f.cells) not in before
        ]
        assert [(f.code, f.cells[0].key) for f in roots] == [(edition.computes[key].code, key)]


CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9)), min_size=1, max_size=6)


@given(st.sampled_from(SUMMED), CHANGES, st.booleans())
def test_what_is_folded_under_a_wrong_total_goes_when_totals_are_corrected(
    edition, changes, totals_too
):
    report = derived(edition, [n % 7 for n in range(170)])
    table = "applications" if "applications" in edition.tables else "penalties"
    keys = [key for key, cell in edition.cells.items() if cell.table == table]
    for place, n in changes:
        report = more(report, keys[place % len(keys)], n)
    if totals_too:
        report = as_workbook(report)
    outcome = check(report)
    wrong = broken(outcome, edition)
    for finding in outcome.findings:
        own = {cell.key for cell in finding.cells}
        about = own & {key for index, key in wrong.items() if outcome.findings[index] != finding}
        if finding.follows in wrong and wrong[finding.follows] in own:
            sums = {k: sum(report.values[p] for p in edition.computes[k].right) for k in about}
            chosen = [{wrong[finding.follows]: sums[wrong[finding.follows]]}, sums]
            mended = [check(replace(report, values={**report.values, **one})) for one in chosen]
            assert any(
                (finding.code, finding.cells) not in [(f.code, f.cells) for f in one.findings]
                for one in mended
            )
        elif finding.follows is not None and finding.severity == "error":
            assert not about, "folded under a column although a total of its rows is wrong"


@pytest.mark.no_cover
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_a_return_in_which_everything_is_right_has_no_error(edition):
    for case in random_cases(edition, seed=8, count=60, kinds=("clean",)):
        assert [
            f.code for f in check(case.report, case.prior).findings if f.severity == "error"
        ] == []


@pytest.mark.no_cover
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_random_returns_have_sentences_and_open_rules_never_fail(edition):
    for case in random_cases(edition, seed=3, count=90):
        outcome = check(case.report, case.prior)
        readable(outcome)
        assert not set(outcome.failed) & set(outcome.not_checked)
        for finding in outcome.findings:
            cause = outcome.findings[finding.follows] if finding.follows is not None else None
            assert cause is None or outcome.findings.index(finding) > finding.follows


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_what_a_balance_names_is_what_stands_in_its_cells(edition):
    numbers = {key: index for index, key in enumerate(edition.cells, 1)}
    report = Report(edition, {"level": "city"}, edition.years[0], numbers)
    prior = replace(report, year=edition.years[0] - 1)
    found = {f.code: f for f in check(report, prior).findings}
    for balance in edition.balances:
        finding = found.get(balance.code)
        if finding is None:
            continue
        assert finding.message("zh") != finding.message("en")
        if balance.relation == "=":
            difference = abs(int(finding.found) - int(finding.expected))
            assert finding.figures["difference"] == str(difference)


# ── what the structure found ──────────────────────────────────────────────────────────────────────


def structural(edition: Edition, severity: str, *keys: str) -> Finding:
    return Finding("typed-formula", severity, spots(edition, keys), found="=A1")


def test_a_cell_the_structure_has_an_error_for_gets_no_second_one():
    report = report_of({"clear": ["disputes.review.*"], "set": {"disputes.review.other": "/"}})
    keys = ("disputes.review.upheld", "disputes.review.other")
    outcome = check(report, None, (structural(report.edition, "error", *keys),))
    assert told(outcome) == [("error", "typed-formula", None), ("error", "unfilled", None)]
    assert [cell.key for cell in outcome.findings[1].cells] == [
        "disputes.review.corrected",
        "disputes.review.pending",
        "disputes.review.total",
    ]
    assert outcome.not_checked["number"]["zh"] == "表四 C7 的问题另有说明"
    assert "unfilled" in outcome.failed


def test_a_note_about_a_cell_silences_nothing():
    report = report_of({"set": {"disputes.review.other": "/"}})
    note = structural(report.edition, "note", "disputes.review.other")
    outcome = check(report, None, (note,))
    assert told(outcome) == [("error", "number", None), ("note", "typed-formula", None)]


def test_what_the_structure_folded_stays_folded():
    report = report_of({})
    first = Finding("moved", "error", (Spot(None, "表四", "A3", ""),))
    second = replace(structural(report.edition, "warning", "disputes.review.other"), follows=0)
    last = structural(report.edition, "error", "applications.received.total")
    outcome = check(report, None, (first, second, last))
    assert told(outcome) == [
        ("error", "moved", None),
        ("warning", "typed-formula", 0),
        ("error", "typed-formula", None),
    ]


# ── rules as data ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_the_committed_rules_are_those_of_the_edition(edition):
    path = SCHEMAS / f"{edition.form}-{edition.name}.rules.json"
    hold(path, resolved(edition))


def test_a_rule_is_resolved_to_keys():
    rules = {rule["id"]: rule for rule in resolved(named("annual-report", "2021"))}
    assert rules["balance[research]"]["equation"] == (
        "applications.received.research + applications.carried_in.research"
        " = applications.concluded.research + applications.carried_out.research"
    )
    assert rules["carried-in[total]"]["waivable"] is True
    assert rules["row-total[granted]"]["computes"] is True
    assert len(rules["concluded[total]"]["cells"]) == 22
    assert rules["rules-level"]["levels"] == ["county", "town"]
    assert rules["jump"]["figures"] == {"ratio": 5, "floor": 20}
    assert len(rules["jump"]["cells"]) == 200
    assert all(rule["sentence"]["zh"] and rule["source"] for rule in rules.values())


def test_every_kind_of_edit_is_known_to_the_schema_of_editions():
    schema = parse_json((SCHEMAS / "edition.schema.json").read_text(encoding="utf-8"))
    kind = schema["properties"]["edit"]["items"]["properties"]["kind"]
    assert sorted(kind["enum"]) == sorted(KINDS)


def test_an_edit_with_a_figure_its_kind_does_not_take_is_refused():
    report = report_of({})
    edit = next(edit for edit in report.edition.edits if edit.kind == "zero")
    wrong = replace(edit, figures={"ratio": 3})
    with pytest.raises(EditionError, match=r"rules-level.*zero.*ratio"):
        list(confront(wrong, Case(report, None, frozenset(), frozenset())))


def test_a_figure_with_a_point_is_exact():
    report = report_of({"set": {"proactive.fees.collected": Decimal("0.3")}})
    edit = next(edit for edit in report.edition.edits if edit.kind == "multiple")
    tenth = replace(edit, cells=("proactive.fees.*",), figures={"of": 0.1}, message={})
    case = Case(report, None, frozenset(), frozenset())
    assert list(confront(tenth, case)) == []
    other = replace(tenth, figures={"of": 0.2})
    (finding,) = confront(other, case)
    assert finding.found == "0.3"
    assert "填 0.3，应为 0.2 的倍数" in finding.message()


def test_a_return_whose_year_could_not_be_read_is_judged_by_everything_but_its_year():
    report = replace(report_of({}), year=None)
    outcome = check(report, report_of({}, -1))
    assert outcome.not_checked["edition-year"]["zh"] == "没有给出年度"
    assert outcome.findings == ()


def test_a_balance_that_cannot_fail_is_not_evaluated_and_passes(monkeypatch):
    report = read(filled()).report
    assert report.adds_up
    evaluated = []
    own = checks._holds  # noqa: SLF001 - what evaluates
    monkeypatch.setattr(
        checks, "_holds", lambda balance, case: evaluated.append(balance.id) or own(balance, case)
    )
    outcome = check(report)
    kept = {balance.id for balance in report.edition.computes.values()}
    assert kept & set(evaluated) == set()
    assert kept <= set(outcome.passed)
    other = replace(report, values={**report.values, "applications.received.total": 1})
    assert not other.adds_up
    assert "row-total[received]" in check(other).failed
    again = replace(report, values=dict(report.values))
    assert check(again) == outcome
    assert kept <= set(evaluated)


def test_a_total_that_is_open_says_why():
    source = changed(filled(), "表三", gone("D7"))
    report = read(source).report
    assert (report.adds_up, report.values["applications.received.total"]) == (True, None)
    why = check(report).not_checked
    assert (
        why["row-total[received]"]
        == check(replace(report, summed=None)).not_checked["row-total[received]"]
    )


# ── limits, at them and beside them ───────────────────────────────────────────────────────────────

FEE = "proactive.fees.collected"


def codes(now, then=None, **fields):
    """Return the codes of the findings of a return with these numbers beside last year's."""
    prior = None if then is None else report_of({"set": then}, -1)
    report = replace(report_of({"set": now}), **fields)
    return [f.code for f in check(report, prior).findings if f.code in {"fee-unit", "jump"}]


@pytest.mark.parametrize(
    ("fee", "found"),
    [("299999.999999", 0), ("300000", 0), ("300000.000001", 1), ("3000000", 1)],
)
def test_a_fee_is_unusual_above_its_ceiling(fee, found):
    assert codes({FEE: Decimal(fee)}) == ["fee-unit"] * found
    findings = check(report_of({"set": {FEE: Decimal(fee)}})).findings
    assert [f.figures["unit"] for f in findings] == ["万元"] * found


@pytest.mark.parametrize(
    ("small", "large", "found"),
    [
        ("2", "4999.999999", False),
        ("2", "5000", True),
        ("2", "5000.000001", True),
        ("2", "20000", True),
        ("2", "79999.999999", True),
        ("2", "80000", True),
        ("2", "80000.000001", False),
        ("0", "20000", False),
        ("0.000001", "0.01", True),
    ],
)
def test_a_unit_is_wrong_from_a_fourth_of_its_factor_to_four_times_as_much(small, large, found):
    for now, then in ((small, large), (large, small)):
        units = codes({FEE: Decimal(now)}, {FEE: Decimal(then)})
        assert ("fee-unit" in units) is found


@pytest.mark.parametrize(("more", "found"), [(1, False), (2, True), (3, True)])
def test_a_copy_of_last_years_return_has_ten_numbers_or_more(more, found):
    """The base has eight numbers that are not 0."""
    numbers = dict.fromkeys([f"proactive.{row}.decided" for row in ROWS[:more]], 7)
    assert sum(map(bool, report_of({}).numbers.values())) == 8
    assert codes(numbers, numbers) == ["jump"] * found
    assert codes({**numbers, FEE: 1}, numbers) == []


ROWS = ("licences", "penalties", "coercion")


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(3, 19, 0), (4, 20, 0), (3, 20, 1), (4, 21, 1), (0, 19, 0), (0, 20, 1), (100, 500, 0),
     (100, 501, 1)],
)  # fmt: skip
def test_a_jump_is_over_five_times_from_twenty_on(low, high, found):
    key = "proactive.licences.decided"
    assert codes({key: low}, {key: high}) == ["jump"] * found
    assert codes({key: high}, {key: low}) == ["jump"] * found


@pytest.mark.parametrize(("keys", "shown"), [(11, 11), (12, 12), (13, 12)])
def test_at_most_twelve_keys_of_another_edition_are_in_the_sentence(keys, shown):
    other = named("annual-report", "2019").of_table("proactive")
    now = named("annual-report", "2021").cells
    strange = [cell.key for cell in other if cell.key not in now][:keys]
    found = check(report_of({"set": dict.fromkeys(strange, 1)})).findings
    (finding,) = (f for f in found if f.code == "mixed-edition")
    more = " …" if keys > shown else ""
    assert finding.figures["keys"] == ", ".join(strange[:shown]) + more
