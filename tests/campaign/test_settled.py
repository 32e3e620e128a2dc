"""Decisions of the office: on reasons, and which return counts."""

from dataclasses import replace

import pytest
from test_across import MEMBERS, filled, season
from test_first_reading import FORCE, report
from test_waivers import row

from toolkit.campaign.settled import OPEN, Decision, Settled, decided, name_of
from toolkit.campaign.waivers import waivers
from toolkit.output import FORMATS

OWN, CELLS = "in-force-floor", "表二 B6–D6"


def given(*, name="甲局", code="A1", figures="3 | 1", reason="由上级废止", **more):
    """Return a return with a reason for a warning."""
    one = report(figures, reason, **more)
    return replace(one, agency={"name": name, "code": code, "level": None})


def state(batch):
    """Return (state of the reason, who waived it, verdict) of the first return."""
    result = batch.results[0]
    (finding,) = [f for f in result.findings if f.explained]
    return finding.explained["state"], (finding.waived or {}).get("by"), result.verdict


@pytest.mark.parametrize("whose", ["甲局", "老甲局", "A1", " 甲 局"])
@pytest.mark.parametrize("cell", [*FORCE, CELLS, "表二 B6"])
def test_a_reason_is_accepted_or_refused_by_agency_code_and_cell(whose, cell):
    for members in (MEMBERS, None) if whose != "老甲局" else (MEMBERS,):
        for chosen, by in (("accepted", "办公室"), ("refused", None)):
            settled = Settled({}, {name_of(whose, OWN, cell): chosen}, "办公室")
            batch = season(given(), members=members, settled=settled)
            assert state(batch) == (chosen, by, "warn")


def test_a_decision_on_another_agency_code_or_cell_changes_nothing():
    for name in (f"乙局|{OWN}|{CELLS}", f"甲局|rules-level|{CELLS}", f"甲局|{OWN}|表二 B7",
                 f"甲局|{OWN}|"):  # fmt: skip
        settled = Settled({}, {name: "accepted"}, "x")
        assert state(season(given(), settled=settled))[0] == "stands"
    assert state(season(given(), settled=OPEN))[0] == "stands"
    assert state(season(given()))[0] == "stands"


def test_a_decision_holds_no_longer_once_the_figures_have_moved():
    settled = Settled({}, {f"甲局|{OWN}|{CELLS}": "accepted"}, "x")
    moved = given(proactive__rules__issued=4)
    assert state(season(moved, settled=settled)) == ("void", None, "warn")


def test_a_waived_reason_is_accepted_whatever_was_decided():
    used = waivers([row(code=OWN, cell=CELLS)], "2026-02-01", MEMBERS)
    settled = Settled({}, {f"甲局|{OWN}|{CELLS}": "refused"}, "x")
    for decisions in (None, settled):
        batch = season(given(), waivers=used, settled=decisions)
        assert state(batch) == ("accepted", "张三", "warn")


def test_what_was_decided_is_shown_with_the_reason():
    for chosen, zh, en in (
        ("accepted", "（按 3 | 1 写的，已认可）", "(given for 3 | 1, accepted)"),
        ("refused", "（按 3 | 1 写的，没有认可，请改正或另作说明）",
         "(given for 3 | 1, not accepted: please correct it or give another)"),
    ):  # fmt: skip
        settled = Settled({}, {f"甲局|{OWN}|{CELLS}": chosen}, "办公室")
        batch = season(given(), settled=settled)
        assert f"单位说明：由上级废止{zh}" in "".join(FORMATS["text"](batch, "zh"))
        assert f"由上级废止 {en}" in "".join(FORMATS["text"](batch, "en"))
        assert "已豁免" not in "".join(FORMATS["text"](batch, "zh"))
        for style in ("json", "html", "csv"):
            assert "".join(FORMATS[style](batch, "zh"))


def test_a_result_without_reasons_is_not_touched():
    result = season(filled("甲局", first=3)).results[0]
    assert decided(result, [Decision("rules-level", "表二 B7", "accepted")], "x") == result


def test_a_return_is_preferred_by_the_name_that_stands_there_already():
    member = MEMBERS[0]
    settled = Settled({"A1": "a", "乙局": "b", "老甲局": "c"})
    assert (settled.chosen(member), settled.name_of(member)) == ("a", "A1")
    assert settled.preferring(member, "d").preferred == {"乙局": "b", "A1": "d"}
    assert settled.preferring(MEMBERS[2], "d").preferred == {**settled.preferred, "丙镇": "d"}
    assert (OPEN.chosen(member), OPEN.name_of(member)) == (None, "甲局")
