"""Explanations: which finding each is for, when it stands, and that it changes no verdict."""

from dataclasses import replace

import pytest
from casebook import balanced

from toolkit.check import check
from toolkit.check.explained import (
    alike,
    assigned,
    cells_of,
    figures_of,
    is_open,
    is_refused,
    present,
    since_first,
)
from toolkit.files.examine import Read, judge
from toolkit.finding import Finding, Spot, verdict
from toolkit.report.explanation import COUNT, REASON, Explanation, are_explanations
from toolkit.report.report import ReportError, as_json, from_json

FORCE = ("proactive.rules.issued", "proactive.rules.in_force", "proactive.rules.repealed")
SEED = "seed_jiguan_shiwu_2025"


def floor(figures=None, reason="规章由上级统一废止", **changes):
    """Return a return whose in-force-floor does not hold, explained."""
    report = balanced(SEED, proactive__rules__issued=3, proactive__rules__in_force=1, **changes)
    return replace(report, explained=(Explanation("in-force-floor", FORCE, reason, figures),))


def told(report, code="in-force-floor"):
    return [finding for finding in check(report).findings if finding.code == code]


def test_a_reason_stands_while_its_figures_are_the_present_ones():
    (finding,) = told(floor())
    now = present(finding, floor())
    assert finding.explained == {
        "reason": "规章由上级统一废止", "figures": None, "state": "stands"}  # fmt: skip
    (finding,) = told(floor(now))
    assert finding.explained["state"] == "stands"
    assert finding.reason("zh") == f"单位说明：规章由上级统一废止（按 {now} 写的，数没有变）"
    assert told(floor(now), "explained-void") == []


def test_a_reason_is_void_once_a_number_changed_and_both_figures_are_told():
    (before,) = told(floor())
    then = present(before, floor())
    (finding,) = told(floor(then, proactive__rules__repealed=1))
    now = present(finding, floor(proactive__rules__repealed=1))
    assert (finding.explained["state"], then != now) == ("void", True)
    (void,) = told(floor(then, proactive__rules__repealed=1), "explained-void")
    assert (void.severity, void.found, void.expected) == ("warning", then, now)
    assert void.cells == finding.cells
    assert void.message("zh") == (
        f"表二 B6–D6：情况说明“规章由上级统一废止”是按 {then} 写的，现在的数是 {now}，说明已失效。"
        "请核对后改说明，并重新点选现在的数。"
    )
    assert "“规章由上级统一废止” was given for" in void.message("en")


def test_a_reason_never_changes_a_verdict():
    bare = replace(floor(), explained=())
    now = present(*told(bare), bare)
    for report in (bare, floor(), floor(now), floor("7 | 8")):
        outcome = check(report)
        assert verdict(outcome.findings) == verdict(check(bare).findings) == "warn"
        assert outcome.failed == check(bare).failed
    waived = [replace(f, waived={"reason": "x"}) for f in check(floor("7 | 8")).findings]
    assert verdict(waived) == "warn"


def test_reasons_for_rules_that_hold_or_that_nobody_knows_are_silent():
    holds = replace(balanced(SEED), explained=floor("1 | 3").explained)
    assert told(holds, "explained-void") == told(holds) == []
    strange = replace(balanced(SEED), explained=(Explanation("strange", ("x",), "因为"),))
    assert check(strange).findings == check(balanced(SEED)).findings


def test_a_reason_is_for_warnings_and_for_errors_that_may_be_waived():
    report = balanced(SEED, applications__received__natural_person=99)
    (error, *_) = (f for f in check(report).findings if f.severity == "error")
    given = Explanation(error.code, cells_of(error), "没有错", "1 | 2")
    findings = check(replace(report, explained=(given,))).findings
    assert findings == check(report).findings

    last = balanced(SEED)
    prior = replace(last, year=last.year - 1, values={
        **last.values, "applications.carried_out.natural_person": 3})  # fmt: skip
    (error, *_) = (f for f in check(last, prior).findings if f.code == "carried-in")
    given = Explanation(
        "carried-in", ("applications.carried_in.natural_person",), "上年误报", "0 | 3"
    )
    findings = check(replace(last, explained=(given,)), prior).findings
    (again,) = (f for f in findings if f.code == "carried-in")
    assert again.explained["state"] == "stands"
    assert verdict(findings) == "fail"
    void = replace(given, figures="0 | 4")
    findings = check(replace(last, explained=(void,)), prior).findings
    assert [f.severity for f in findings if f.code in ("carried-in", "explained-void")] == [
        "error", "warning"]  # fmt: skip
    assert [f.follows for f in findings if f.code == "explained-void"] == [None]
    assert verdict(findings) == "fail"


def test_a_void_reason_of_a_finding_that_only_follows_is_folded_with_it():
    last = balanced(SEED)
    prior = replace(last, year=last.year - 1, values={
        **last.values, "applications.carried_out.natural_person": 3,
        "applications.carried_out.total": 3})  # fmt: skip
    given = Explanation("carried-in", ("applications.carried_in.total",), "上年误报", "0 | 4")
    findings = check(replace(last, explained=(given,)), prior).findings
    (index,) = (n for n, f in enumerate(findings) if f.code == "carried-in" and f.follows is None)
    assert [f.follows for f in findings if f.code == "explained-void"] == [index]


def jumps(*explained):
    """Return the findings of two jumps, one of its cells each, as explained."""
    report = balanced(
        SEED, proactive__licences__decided=100, proactive__penalties__decided=200)  # fmt: skip
    prior = balanced(SEED, proactive__licences__decided=4, proactive__penalties__decided=4)
    prior = replace(prior, year=report.year - 1)
    findings = check(replace(report, explained=explained), prior).findings
    return [f for f in findings if f.code == "jump"], findings


def test_two_findings_of_one_rule_have_each_its_own_reason():
    (one, other), _ = jumps()
    names = [cells_of(finding) for finding in (one, other)]
    reasons = [Explanation("jump", cells, f"第{n}个") for n, cells in enumerate(names)]
    found, _ = jumps(*reversed(reasons))
    assert [finding.explained["reason"] for finding in found] == ["第0个", "第1个"]
    found, _ = jumps(reasons[1])
    assert [bool(finding.explained) for finding in found] == [False, True]
    cells = (*names[0], *names[1])
    both = Explanation("jump", cells, "机构合并", "100 | 200", "jump[proactive]")
    found, findings = jumps(both)
    assert [finding.explained["state"] for finding in found] == ["stands", "stands"]
    assert "explained-void" not in {finding.code for finding in findings}
    assert [finding.explained for finding in jumps(replace(both, rule=None))[0]] == [None, None]
    assert [finding.explained for finding in jumps(replace(both, rule="jump[x]"))[0]] == [
        None,
        None,
    ]
    found, findings = jumps(replace(both, figures="100 | 199"))
    assert [f.expected for f in findings if f.code == "explained-void"] == ["100 | 200"] * 2


FEES = ("processing_fee.notices.count", "processing_fee.notices.amount",
        "processing_fee.collected.amount")  # fmt: skip


def test_a_reason_for_all_cells_of_an_edit_is_not_for_another_rule_of_the_same_code():
    report = balanced(SEED, processing_fee__notices__count=4, processing_fee__notices__amount=None,
                      processing_fee__collected__amount=5)  # fmt: skip
    (blank, *others) = told(replace(report, explained=()), "processing-fee")
    given = Explanation("processing-fee", FEES, "尚未收到", "4 | — | 5")
    found = told(replace(report, explained=(given,)), "processing-fee")
    assert [bool(f.explained) for f in found] == [cells_of(f) == cells_of(blank) for f in found]
    assert others
    (void,) = told(
        replace(report, explained=(replace(given, figures="4 | 3 | 5"),)), "explained-void"
    )
    assert (void.found, void.expected) == ("4 | 3 | 5", "4 | — | 5")


def test_two_findings_about_the_same_cells_share_no_reason_while_there_are_two():
    spot = Spot.of(balanced(SEED).edition.cells["proactive.licences.decided"])
    twice = [(None, Finding("jump", "warning", (spot,), n, "9")) for n in ("1", "2")]
    cells = cells_of(twice[0][1])
    bare = [Explanation("jump", cells, reason) for reason in ("甲", "乙")]
    assert [e.reason for e in assigned(twice, balanced(SEED), bare).values()] == ["甲", "乙"]
    dated = [replace(bare[0], figures="2 | 9"), replace(bare[1], figures="1 | 9")]
    assert [e.reason for e in assigned(twice, balanced(SEED), dated).values()] == ["乙", "甲"]


def test_figures_are_found_and_expected_else_the_contents_of_the_cells():
    report = replace(
        balanced(SEED), values={**balanced(SEED).values, FORCE[0]: "三", FORCE[1]: None}
    )
    spots = tuple(Spot.of(report.edition.cells[key]) for key in FORCE)
    assert present(Finding("x", "warning", spots), report) == figures_of(FORCE, report)
    assert figures_of(FORCE, report).split(" | ")[:2] == ["三", "—"]
    assert present(Finding("x", "warning", spots, found="7"), report) == "7 | —"
    assert alike("7 | 一", " 7.0|一")
    assert not alike("7 | 一", "7 | 二")


def test_places_without_a_key_are_named_by_sheet_and_address():
    spots = (
        Spot(None, "表二", "Z9", ""),
        Spot("prior.x", None, None, ""),
        Spot(None, None, None, ""),
    )
    assert cells_of(Finding("hidden", "warning", spots)) == ("表二 Z9",)
    part = (Spot(None, "表二", None, ""), Spot(None, None, "Z9", ""))
    assert cells_of(Finding("hidden", "warning", part)) == ()
    hidden = Finding("hidden", "warning", spots[:1], "隐藏")
    given = Explanation("hidden", ("表二 Z9",), "打印用", "隐藏 | x")
    findings = check(replace(balanced(SEED), explained=(given,)), None, [hidden]).findings
    assert [f.found for f in findings if f.code == "explained-void"] == ["隐藏 | x"]
    whole = Finding("mark-missing", "warning")
    given = Explanation("mark-missing", (), "另存过", "1 | 2")
    findings = check(replace(balanced(SEED), explained=(given,)), None, [whole]).findings
    (void,) = (f for f in findings if f.code == "explained-void")
    assert void.message("zh").startswith("情况说明“另存过”是按 1 | 2 写的，现在是 ，")


def test_figures_of_the_first_reading_decide_where_none_were_chosen():
    report = floor()
    findings = check(report).findings
    (index,) = (n for n, f in enumerate(findings) if f.explained)
    now = present(findings[index], report)
    assert since_first(findings, {index: now}, report) == (findings, [])
    again, (void,) = since_first(findings, {index: "1 | 2"}, report)
    assert (again[index].explained["state"], void.found, void.expected) == ("void", "1 | 2", now)
    assert (
        again[index].reason("en").endswith("(the figures have changed since: it no longer counts)")
    )
    folded = (*findings[:index], replace(findings[index], follows=0), *findings[index + 1 :])
    assert since_first(folded, {index: "1 | 2"}, report)[1] == []


def test_a_file_s_result_has_the_reasons():
    report = floor("7 | 8")
    result = judge(Read("x", None, report, ()), None)
    assert [f.code for f in result.findings if f.explained] == ["in-force-floor"]
    assert [f.code for f in result.findings if f.code == "explained-void"] == ["explained-void"]


@pytest.mark.parametrize(
    ("changes", "open_", "refused"),
    [
        ({}, True, False),
        ({"explained": {"state": "void"}}, True, False),
        ({"explained": {"state": "stands"}}, False, False),
        ({"explained": {"state": "refused"}}, False, True),
        ({"follows": 0}, False, False),
        ({"waived": {"reason": "x"}}, False, False),
        ({"severity": "error"}, False, False),
        ({"severity": "error", "code": "carried-in"}, True, False),
        ({"code": "explained-void"}, False, False),
    ],
)
def test_a_reason_may_be_given_where_none_holds(changes, open_, refused):
    finding = replace(Finding("jump", "warning"), **changes)
    assert is_open(finding, balanced(SEED).edition) is open_
    assert is_refused(finding) is refused


def test_figures_are_the_same_up_to_half_a_millionth():
    assert alike("7", "7.0000004")
    assert not alike("7", "7.0000005")
    assert not alike("7", "7.000001")
    assert not alike("一", "7")


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


def test_report_json_holds_reasons_and_gives_them_back():
    report = floor("1 | 3")
    source = as_json(report)
    assert source["explained"] == [{
        "code": "in-force-floor", "cells": list(FORCE), "reason": "规章由上级统一废止",
        "figures": "1 | 3"}]  # fmt: skip
    assert from_json(source).explained == report.explained
    assert check(from_json(source)).findings == check(report).findings
    assert "explained" not in as_json(balanced(SEED))
    blank = {**source, "explained": [{**source["explained"][0], "reason": " \u3000"}]}
    assert from_json(blank).explained == ()
    bare = {**source, "explained": [{"code": "x", "cells": [], "reason": "y", "figures": ""}]}
    assert from_json(bare).explained == (Explanation("x", (), "y"),)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [1],
        [{}],
        [{"code": "x", "cells": "y", "reason": "z"}],
        [{"code": "x", "cells": [1], "reason": "z"}],
        [{"code": "x", "cells": ["y"] * 1001, "reason": "z"}],
        [{"code": "x", "cells": [], "reason": "z" * (REASON + 1)}],
        [{"code": "x", "cells": [], "reason": "z", "figures": 7}],
        [{"code": "x" * 201, "cells": [], "reason": "z"}],
        [{"code": "x", "cells": [], "reason": "z"}] * (COUNT + 1),
    ],
)
def test_json_of_another_shape_or_beyond_the_limits_is_refused(wrong):
    assert not are_explanations(wrong)
    with pytest.raises(ReportError) as error:
        from_json({**as_json(balanced(SEED)), "explained": wrong})
    assert error.value.figures == {"name": "explained"}
