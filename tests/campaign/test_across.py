"""Findings across returns: missing agencies, duplicates, strangers."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from toolkit import data
from toolkit.campaign import across, bulk
from toolkit.campaign.across import Across, Return, Standing
from toolkit.campaign.bulk import Given, Season
from toolkit.campaign.pack import head
from toolkit.campaign.replaced import replaced
from toolkit.campaign.roster import Member
from toolkit.campaign.settled import Settled, without_others
from toolkit.campaign.store import opened
from toolkit.campaign.waivers import Waiver, waivers
from toolkit.edition import edition
from toolkit.files.examine import Read, judge
from toolkit.finding import Batch, Finding, with_more
from toolkit.output import FORMATS, text
from toolkit.output import result as results
from toolkit.report.report import Report, recompute

FORM = edition.named("annual-report", "2021")
SITE = edition.named("site-report", "2017")
MEMBERS = (
    Member("甲局", "A1", "county", ("老甲局",), row=2, deadline="2026-01-20"),
    Member("乙局", "B2", "county", row=3),
    Member("丙镇", None, "town", parent="甲局", kind="town", row=4),
)


def filled(name, code=None, *, level=None, first=0, form=FORM, **more) -> Report:
    """Return a report in which every typed cell is 0, and one `first`."""
    typed = {key: 0 if form.cells[key].numeric else None for key in form.typed}
    typed |= {key: first for key in form.typed[:1] if form.cells[key].numeric}
    who = {"name": name, "code": code, "level": level}
    values = recompute(form, typed, ())
    return Report(
        form, who, values=values, **{"origin": "workbook", "sent": 1, "year": 2025, **more}
    )


def season(*given, members=MEMBERS, year=None, waivers=None, settled=None):
    """Return the batch of reports; a text beside a report is the digest of its file."""
    with opened(None) as kept:
        paths = []
        for number, one in enumerate(given):
            report, sha256 = one if isinstance(one, tuple) else (one, f"{number:064d}")
            read = Read(f"{number}.xlsx", sha256, report, ())
            if report is None:
                read = replace(read, findings=(Finding("empty", "error"),))
            paths.append(read.path)
            kept.add(number, bulk._answered(judge(read, None)))  # noqa: SLF001
        kept.finish()
        batch = bulk.batch(kept, paths, 0, Season(members, year, waivers, settled))
        return replace(batch, results=tuple(batch.results))


OWN = {"stranger", "swapped", "duplicate", "superseded", "copy", "other-year", "other-edition",
       "roster-differs", "identical", "passing-superseded"}  # fmt: skip


def said(batch: Batch) -> dict[str, list[tuple[str, str]]]:
    """Return {path: (code, severity) of the findings across returns}."""
    return {
        one.path: found
        for one in batch.results
        if (found := [(f.code, f.severity) for f in one.findings if f.code in OWN])
    }


def states(batch: Batch) -> dict[str, tuple[str, str | None]]:
    return {one["name"]: (one["state"], one["path"]) for one in batch.campaign["agencies"]}


def message(batch: Batch, code: str, lang: str = "zh") -> str:
    return next(f.message(lang) for one in batch.results for f in one.findings if f.code == code)


def test_every_member_has_its_state_and_the_missing_are_named():
    batch = season(filled("甲局", "A1"), filled("丙镇", first=3))
    assert said(batch) == {}
    assert batch.campaign["expected"] == 3
    assert batch.campaign["missing"] == [{"name": "乙局", "code": "B2"}]
    assert states(batch) == {
        "甲局": ("pass", "0.xlsx"), "乙局": ("missing", None), "丙镇": ("warn", "1.xlsx")}  # fmt: skip
    assert batch.campaign["agencies"][2] == {
        "name": "丙镇", "code": None, "level": "town", "kind": "town", "parent": "甲局",
        "deadline": None, "state": "warn", "path": "1.xlsx", "superseded": [],
        "others": [], "preferred": None, "received": None, "days_late": None, "sent_back": 0,
        "contact": None}  # fmt: skip
    assert batch.campaign["agencies"][0]["deadline"] == "2026-01-20"
    assert (batch.campaign["duplicates"], batch.campaign["strangers"]) == ([], [])
    assert batch.failing == 0


def test_without_a_roster_nothing_is_said_across_returns():
    batch = season(filled("甲局"), filled("甲局", first=2), members=None)
    assert (said(batch), batch.campaign) == ({}, None)
    assert "superseded" not in results.summary(batch)


def test_a_document_beside_a_workbook_or_json_does_not_count_also_without_a_roster():
    bad = filled(" 甲 局", first=3, origin="document")
    bad = replace(bad, values={**bad.values, FORM.typed[1]: "x"})
    batch = season(
        bad, filled("甲局"), filled("乙局", origin="document"), filled("乙局", year=2024),
        filled("", origin="document"), filled("丙镇", origin="json"), None,
        filled("丙镇", origin="document"), members=None)  # fmt: skip
    assert said(batch) == {path: [("superseded", "note")] for path in ("0.xlsx", "7.xlsx")}
    assert message(batch, "superseded").startswith("“甲局”另有填报表（1.xlsx）")
    assert (batch.campaign, batch.failing) == (None, 1)
    assert next(one.verdict for one in batch.results) == "fail"


def failing(one: Report) -> Report:
    """Return a report with a cell that is not filled in."""
    return replace(one, values={**one.values, FORM.typed[1]: None})


def test_of_sendings_that_fail_the_highest_counts_and_older_ones_are_no_errors():
    batch = season(
        failing(filled("甲局", "A1")),
        failing(filled("甲局", "A1", sent=3, first=5)),
        failing(filled("老甲局", sent=2)),
    )
    assert said(batch) == {path: [("superseded", "note")] for path in ("0.xlsx", "2.xlsx")}
    assert states(batch)["甲局"] == ("fail", "1.xlsx")
    assert batch.campaign["agencies"][0]["superseded"] == ["0.xlsx", "2.xlsx"]
    assert batch.failing == 1
    assert results.summary(batch)["superseded"] == 2
    assert "第 3 次报送（1.xlsx），这份是第 1 次" in message(batch, "superseded")


def test_the_first_passing_sending_counts_and_later_other_ones_wait():
    bad = failing(filled("甲局", "A1", sent=1))
    batch = season(bad, filled("甲局", "A1", sent=3, first=5), filled("老甲局", sent=2))
    assert said(batch) == {
        "0.xlsx": [("superseded", "note")],
        "1.xlsx": [("passing-superseded", "warning")],
    }
    assert states(batch)["甲局"] == ("pass", "2.xlsx")
    (one, *_) = batch.campaign["agencies"]
    assert (one["superseded"], one["others"], one["preferred"]) == (["0.xlsx"], ["1.xlsx"], None)
    assert [one.verdict for one in batch.results] == ["fail", "warn", "pass"]
    assert batch.failing == 0
    worse = season(filled("甲局", "A1"), failing(filled("甲局", "A1", sent=2)))
    assert states(worse)["甲局"] == ("pass", "0.xlsx")
    assert worse.failing == 1, "what waits and fails has to be looked at"


def test_later_sendings_that_pass_with_the_same_numbers_replace_it():
    again = [filled("甲局", sent=n, texts={"overview": f"{n}"}) for n in (2, 3)]
    batch = season(filled("甲局"), *again)
    assert said(batch) == {path: [("superseded", "note")] for path in ("0.xlsx", "1.xlsx")}
    assert states(batch)["甲局"] == ("pass", "2.xlsx")
    between = season(filled("甲局"), filled("甲局", sent=2, first=5), again[1])
    assert said(between) == {path: [("superseded", "note")] for path in ("0.xlsx", "1.xlsx")}
    assert states(between)["甲局"] == ("pass", "2.xlsx"), "the agency took its change back"


def test_two_files_of_the_last_number_do_not_take_the_place_of_a_passing_one():
    batch = season(filled("甲局"), filled("甲局", sent=2), filled("甲局", sent=2, first=5))
    assert said(batch) == {path: [("duplicate", "error")] for path in ("1.xlsx", "2.xlsx")}
    assert states(batch)["甲局"] == ("pass", "0.xlsx")
    assert batch.campaign["agencies"][0]["others"] == ["1.xlsx", "2.xlsx"]
    assert batch.campaign["duplicates"] == [{"name": "甲局", "paths": ["1.xlsx", "2.xlsx"]}]
    assert batch.failing == 2
    shown = "".join(FORMATS["html"](batch, "zh"))
    assert shown.count("1.xlsx") > 0


def test_a_sending_that_was_taken_apart_by_a_later_one_may_be_the_first_to_pass():
    batch = season(filled("甲局"), filled("甲局", first=5), filled("甲局", sent=2))
    assert said(batch) == {path: [("superseded", "note")] for path in ("0.xlsx", "1.xlsx")}
    assert states(batch)["甲局"] == ("pass", "2.xlsx")


@pytest.mark.parametrize("whose", ["甲局", "老甲局", " 甲 局", "A1", "a1"])
def test_the_return_that_the_office_prefers_counts(whose):
    given = [
        filled("甲局", "A1"),
        filled("甲局", "A1", sent=2, first=5),
        filled("甲局", "A1", sent=2),
    ]
    chosen = Settled({"乙局": "f" * 64, whose: f"{1:064d}"})
    batch = season(*given, settled=chosen)
    assert said(batch) == {path: [("superseded", "note")] for path in ("0.xlsx", "2.xlsx")}
    assert states(batch)["甲局"] == ("warn", "1.xlsx")
    (one, *_) = batch.campaign["agencies"]
    assert (one["preferred"], one["others"]) == (f"{1:064d}", [])
    assert batch.campaign["duplicates"] == []
    assert message(batch, "superseded") == (
        "“甲局”以第 2 次报送的那份（1.xlsx）为准，是收表单位定的；这份第 1 次报送不采用，不用处理。"
    )
    assert [one.path for one in without_others(batch.results, MEMBERS, chosen)] == ["1.xlsx"]


def test_a_preferred_return_counts_though_it_fails_or_is_a_document_and_copies_are_copies():
    for one in (failing(filled("甲局")), filled("甲局", origin="document", first=5)):
        digest = "d" * 64
        given = [(one, digest), filled("甲局"), (one, digest)]
        batch = season(*given, settled=Settled({"甲局": digest}))
        assert said(batch) == {"1.xlsx": [("superseded", "note")], "2.xlsx": [("copy", "note")]}
        assert states(batch)["甲局"][1] == "0.xlsx"


def test_a_preferred_return_that_fails_gives_way_to_what_comes_later():
    settled = Settled({"甲局": "d" * 64})
    twins = [(failing(filled("甲局")), "d" * 64), failing(filled("甲局", first=5))]
    for later, state in (
        (filled("甲局", sent=2), "pass"),
        (failing(filled("甲局", sent=2)), "fail"),
    ):
        batch = season(*twins, later, settled=settled)
        assert states(batch)["甲局"] == (state, "2.xlsx")
        assert batch.campaign["agencies"][0]["preferred"] is None
        assert said(batch) == {path: [("superseded", "note")] for path in ("0.xlsx", "1.xlsx")}
        left = without_others(batch.results, MEMBERS, settled)
        assert [one.path for one in left] == ["0.xlsx", "2.xlsx"]


def test_a_preference_for_a_return_that_is_not_here_or_of_another_year_changes_nothing():
    for chosen in ("f" * 64, f"{2:064d}"):
        given = [filled("甲局"), filled("甲局", sent=2, first=5), filled("甲局", year=2024)]
        settled = Settled({"甲局": chosen})
        batch = season(*given, filled("乙局", first=1), filled("丙镇", first=2), settled=settled)
        assert states(batch)["甲局"] == ("pass", "0.xlsx")
        assert batch.campaign["agencies"][0]["preferred"] is None
        assert len(without_others(batch.results, MEMBERS, settled)) == len(batch.results)


def test_without_a_roster_an_agency_goes_by_its_own_name_and_code():
    given = [filled("甲局", "A1"), filled("甲局", "A1", sent=2, first=5), filled("乙局"), None,
             filled("甲局", "A1", year=None), filled("甲局", "A1", form=SITE)]  # fmt: skip
    batch = season(*given, members=None)
    for whose in ("甲局", "A1"):
        kept = without_others(batch.results, (), Settled({whose: f"{1:064d}"}))
        assert [one.path for one in kept] == [f"{n}.xlsx" for n in (1, 2, 3, 5)]
    assert len(without_others(batch.results, (), Settled())) == len(given)


def replacing(batch: Batch) -> list[tuple[str, str, str, str]]:
    """Return (path, cells, found, expected) of every passing-superseded."""
    return [
        (one.path, " ".join(f"{c.sheet}!{c.at}" for c in f.cells), f.found, f.expected)
        for one in batch.results for f in one.findings if f.code == "passing-superseded"
    ]  # fmt: skip


RECEIVED, CARRIED = (f"applications.{row}.natural_person" for row in ("received", "carried_out"))


def requests(received, carried, **more) -> Report:
    """Return a report of requests of natural persons, all but those carried out of the year."""
    one = filled("甲局", "A1", **more)
    done = "applications.granted.natural_person"
    typed = {k: one.values[k] for k in FORM.typed} | {RECEIVED: received, CARRIED: carried}
    return replace(one, values=recompute(FORM, typed | {done: received - carried}, ()))


def test_what_would_replace_a_passing_return_is_asked_about_with_its_changed_cells():
    batch = season(requests(70, 65, sent=9), requests(7, 2))
    expected = ("0.xlsx", "表三!D7 表三!D31 填报说明!B10", "70, 65; 9", "7, 2; 1")
    assert replacing(batch) == [expected]
    (finding,) = [f for f in batch.results[0].findings if f.code == "passing-superseded"]
    assert [c.key for c in finding.cells] == [RECEIVED, CARRIED, None]
    assert [one.verdict for one in batch.results] == ["warn", "pass"]
    assert states(batch)["甲局"] == ("pass", "1.xlsx")
    assert message(batch, "passing-superseded") == (
        "“甲局”第 1 次报送的表（1.xlsx）已经通过，仍以那份为准；这份第 9 次报送改了 2 格："
        "表三 D7 7 → 70, 表三 D31 2 → 65。请向该单位核实：确是它改报的，请定“以这份为准”；"
        "不是的，请移走这份。")  # fmt: skip
    assert "changes 2 cells: 表三 D7 7 → 70, " in message(batch, "passing-superseded", "en")


def test_a_failing_return_may_be_replaced_and_a_passing_one_by_equal_numbers():
    bad = requests(7, 2)
    bad = replace(bad, values={**bad.values, RECEIVED: 8})
    assert replacing(season(bad, requests(70, 65, sent=2))) == []
    again = requests(7, 2, sent=2, texts={"overview": "另一段话"})
    assert replacing(season(requests(7, 2), again)) == []
    assert replacing(season((requests(7, 2), "f" * 64), (requests(7, 2), "f" * 64))) == []


def test_a_change_cannot_be_hidden_by_sending_it_twice():
    batch = season(requests(7, 2), requests(70, 65, sent=8), requests(70, 65, sent=9))
    assert [(path, found) for path, _, found, _ in replacing(batch)] == [("2.xlsx", "70, 65; 9")]
    assert (states(batch)["甲局"], said(batch)["1.xlsx"]) == (
        ("pass", "0.xlsx"), [("superseded", "note")])  # fmt: skip
    batch = season(requests(7, 2), requests(70, 65, sent=8), requests(70, 64, sent=9))
    assert [expected for *_, expected in replacing(batch)] == ["7, 5, 2; 1"]
    same = season(requests(7, 2), requests(7, 2, sent=2), requests(9, 4, sent=3))
    assert [expected for *_, expected in replacing(same)] == ["7, 2; 2"]


def test_a_failing_return_after_a_passing_one_is_asked_about_too():
    bad = requests(7, 2, sent=2)
    batch = season(requests(7, 2), replace(bad, values={**bad.values, RECEIVED: None}))
    assert batch.results[1].verdict == "fail"
    assert replacing(batch)[0][2:] == ("—; 2", "7; 1")
    text_of = requests(7, 2, sent=2)
    long = replace(text_of, values={**text_of.values, RECEIVED: "七" * 99})
    assert replacing(season(requests(7, 2), long))[0][2] == "七" * 40 + "; 2"


def test_what_waits_without_a_changed_number_is_said_in_other_words():
    older = filled("甲局", form=edition.named("annual-report", "2019"))
    given = [judge(Read(f"{n}.xlsx", None, one, ()), None)
             for n, one in enumerate((older, filled("甲局", sent=2)))]  # fmt: skip
    results_of = [replace(one, verdict="pass") for one in given]
    sent = [Return(n, None, head(one)) for n, one in enumerate(results_of)]
    found = Across(standings=[Standing(MEMBERS[0], sent[0], waiting=sent[1])])
    ((place, finding),) = replaced(found, results_of.__getitem__)
    assert (place, finding.found, finding.expected) == (1, "2", "1")
    assert [cell.at for cell in finding.cells] == ["B10"]
    assert "这份第 2 次报送的数没有改。" in finding.message("zh")
    nothing = Across(standings=[Standing(MEMBERS[0], sent[0]), Standing(MEMBERS[1])])
    assert list(replaced(nothing, results_of.__getitem__)) == []


def test_many_changed_cells_are_counted_and_a_few_are_named():
    one = filled("甲局", "A1")
    counted = [key for key in FORM.typed if FORM.cells[key].numeric]
    many = replace(one, values=recompute(FORM, dict.fromkeys(counted, 1), ()), sent=2)
    batch = season(one, many)
    (finding,) = [f for f in batch.results[1].findings if f.code == "passing-superseded"]
    assert len(finding.cells) == 21
    assert finding.cells[-1].at == "B10"
    assert f"改了 {len(counted)} 格" in finding.message("zh")
    assert finding.message("zh").count("→") == 6
    assert " …。请" in finding.message("zh")


def test_the_question_about_a_later_sending_may_be_waived():
    row = Waiver(2, "甲局", "passing-superseded", "表三 D7", "电话核实", "张三", "2026-01-12")
    used = waivers((row,), "2026-01-13", MEMBERS)
    batch = season(requests(7, 2), requests(70, 65, sent=2), waivers=used)
    (finding,) = [f for f in batch.results[1].findings if f.code == "passing-superseded"]
    assert finding.waived["by"] == "张三"
    assert list(used.idle()) == []


def test_a_return_that_does_not_say_is_the_first_sending():
    batch = season(filled("甲局", sent=None), filled("甲局", sent=1, first=2))
    assert said(batch) == {"0.xlsx": [("duplicate", "error")], "1.xlsx": [("duplicate", "error")]}


def test_equal_sending_numbers_are_an_error_on_all_and_none_wins():
    batch = season(filled("甲局", "A1"), filled("乙局", "B2", first=1), filled("甲局", first=2))
    assert said(batch) == {"0.xlsx": [("duplicate", "error")], "2.xlsx": [("duplicate", "error")]}
    assert batch.campaign["duplicates"] == [{"name": "甲局", "paths": ["0.xlsx", "2.xlsx"]}]
    assert states(batch)["甲局"] == ("fail", None)
    assert batch.failing == 2
    assert "2 份不同的表，都写着第 1 次报送（另外的是 2.xlsx）" in message(batch, "duplicate")
    assert "改为第 2 次报送" in message(batch, "duplicate")


def test_the_same_numbers_in_other_bytes_are_not_chosen_between_either():
    batch = season(filled("甲局"), filled("甲局", texts={"overview": "另一段话"}))
    assert set(said(batch)) == {"0.xlsx", "1.xlsx"}
    assert "所填的数相同，文字可能不同" in message(batch, "duplicate")
    assert "their numbers are the same" in message(batch, "duplicate", "en")


def test_the_same_bytes_twice_are_one_return():
    one = (filled("甲局"), "f" * 64)
    batch = season(one, one, one)
    assert said(batch) == {"1.xlsx": [("copy", "note")], "2.xlsx": [("copy", "note")]}
    assert states(batch)["甲局"] == ("pass", "0.xlsx")
    assert batch.campaign["agencies"][0]["superseded"] == ["1.xlsx", "2.xlsx"]
    both = season(one, one, filled("甲局", first=1))
    assert list(said(both).values()) == [[("duplicate", "error")]] * 3


def test_a_stranger_is_an_error_and_near_names_are_asked_about_not_matched():
    batch = season(filled("老甲局办"), filled("火星分局", "X"), filled(None), filled("丙镇"))
    assert said(batch) == {f"{n}.xlsx": [("stranger", "error")] for n in range(3)}
    assert batch.campaign["strangers"] == [
        {"name": "老甲局办", "code": None, "path": "0.xlsx", "near": ["甲局"]},
        {"name": "火星分局", "code": "X", "path": "1.xlsx", "near": []},
        {"name": None, "code": None, "path": "2.xlsx", "near": []},
    ]
    assert [message(replace(batch, results=batch.results[n:]), "stranger") for n in range(3)] == [
        "“老甲局办”（代码 —）不在名册上，没有计入。是不是“甲局”？是的话请更正表上的名称，或在名册的“别名”里加上这个名称。",
        "“火星分局”（代码 X）不在名册上，没有计入。请核对单位名称和代码；确实应当报表的，请补进名册。",
        "表上没有单位名称，也没有代码，不知道是谁的，没有计入。请补填后重报。",
    ]  # fmt: skip
    assert len(batch.campaign["missing"]) == 2


def test_the_code_of_one_and_the_name_of_another_count_for_nobody():
    batch = season(filled("乙局", "A1"))
    assert said(batch) == {"0.xlsx": [("swapped", "error")]}
    assert states(batch) == dict.fromkeys(("甲局", "乙局", "丙镇"), ("missing", None))
    assert "代码“A1”是“甲局”的，单位名称却是“乙局”的" in message(batch, "swapped")


def test_level_and_code_are_held_against_the_roster():
    batch = season(filled("甲局", "A9", level="city"), filled("丙镇", "C3", level="town"))
    assert said(batch) == {"0.xlsx": [("roster-differs", "warning")] * 2}
    code, level = (f for f in batch.results[0].findings if f.code == "roster-differs")
    assert (code.found, code.expected) == ("A9", "A1")
    assert (level.found, level.expected) == ("city", "county")
    assert level.message() == "表上的层级是“市级”，名册上是“县级”。请核对；有的规则按层级适用。"
    assert level.message("en").startswith("The return says city level, the roster says county.")
    odd = season(filled("甲局", level="galaxy"))
    assert "“galaxy”" in message(odd, "roster-differs")


def test_a_name_nobody_has_with_the_code_of_one_is_asked_about():
    batch = season(filled("丁局", "A1"))
    assert said(batch) == {"0.xlsx": [("roster-differs", "warning")]}
    assert states(batch)["甲局"] == ("warn", "0.xlsx")
    (one,) = (f for f in batch.results[0].findings if f.code == "roster-differs")
    assert (one.found, one.expected) == ("丁局", "甲局")
    assert one.message().startswith("表上的单位名称是“丁局”，名册上没有；代码“A1”是“甲局”的")
    assert one.message("en").startswith("The return names 丁局")
    for known in (filled("老甲局", "A1"), filled("甲 局", "A1"), filled(None, "A1")):
        assert said(season(known)) == {}


def test_returns_of_another_year_do_not_count_and_are_no_duplicates():
    last = filled("甲局", year=2024)
    batch = season(last, filled("甲局", first=1), filled("乙局", year=2025, first=2), last)
    assert said(batch) == {f"{n}.xlsx": [("other-year", "error")] for n in (0, 3)}
    assert states(batch)["甲局"] == ("warn", "1.xlsx")
    only = season(last, filled("乙局"), filled("丙镇", first=1))
    assert states(only)["甲局"] == ("fail", None)
    assert {"name": "甲局", "code": "A1"} not in only.campaign["missing"]
    told = season(last, filled("乙局"), filled("丙镇", first=1), year=2024)
    assert set(said(told)) == {"1.xlsx", "2.xlsx"}
    assert "这次收的是 2024 年度的表，这份是 2025 年度的" in message(told, "other-year")
    assert set(said(season(last, year=2025))) == {"0.xlsx"}
    assert set(said(season(last, filled("乙局")))) == {"0.xlsx"}, "of two the later year"


def test_a_return_whose_year_cannot_be_read_is_its_agencys_all_the_same():
    batch = season(filled("甲局", year=None), filled("乙局", first=1))
    assert said(batch) == {}
    assert states(batch)["甲局"][1] == "0.xlsx"


def test_another_form_or_edition_than_the_others_is_found():
    local = replace(FORM, name="2021-local")
    given = [filled("甲局"), filled("乙局", first=1), filled("丙镇", first=2)]
    batch = season(*given, filled("丙镇", form=SITE))
    assert said(batch) == {"3.xlsx": [("other-edition", "error")]}
    assert states(batch)["丙镇"] == ("warn", "2.xlsx")
    assert "这份表不是这次收的那一种，没有采用。" in message(batch, "other-edition")
    found = across_of(local, local, FORM)
    assert {n: [f.code for f in some] for n, some in found.findings.items()} == {
        2: ["other-edition"]}  # fmt: skip
    assert found.findings[2][0].expected == "2021-local"
    assert across_of(local, FORM).findings == {}, "of two nobody knows which is right"


def across_of(*forms):
    from toolkit.campaign.across import across  # noqa: PLC0415
    from toolkit.campaign.pack import Head  # noqa: PLC0415

    heads = [
        (n, None, Head("pass", "r", f.form, f.name, 2025, MEMBERS[n].name, sent=1, fits=True))
        for n, f in enumerate(forms)
    ]
    return across(MEMBERS, heads, [str(n) for n in range(len(forms))])


@pytest.mark.parametrize(("count", "alike"), [(9, False), (10, True)])
def test_the_same_numbers_of_two_agencies_are_asked_about_unless_few_are_not_0(count, alike):
    numeric = [key for key in FORM.typed if FORM.cells[key].numeric]
    typed = dict.fromkeys(numeric, 0) | dict.fromkeys(numeric[:count], 7)
    values = recompute(FORM, typed, ())
    one, other = (replace(filled(name), values=values, sent=2) for name in ("甲局", "丙镇"))
    batch = season(one, filled("乙局"), other, replace(one, sent=1))
    codes = said(batch)
    assert codes.pop("3.xlsx") == [("superseded", "note")]
    assert codes == ({f"{n}.xlsx": [("identical", "warning")] for n in (0, 2)} if alike else {})
    if alike:
        assert "（丙镇），其中 10 格不是 0" in message(batch, "identical")


def test_what_was_rejected_is_nobodys_and_the_text_says_so():
    batch = season(None, filled("甲局"), filled("乙局", first=1), filled("乙局", first=2),
                   filled("X"), failing(filled("丙镇", sent=1)), filled("丙镇", sent=2, first=1))  # fmt: skip
    assert batch.failing == 4
    shown = "".join(text.write(batch, "zh"))
    assert shown.endswith(
        "共 7 份：通过 1，提醒 1，不通过 4，退回 1。\n"
        "名册上 3 个单位：已报 3 个，未报 0 个。\n"
        "重复报送，不知道以哪份为准：乙局\n"
        "有 1 份不是名册上的单位的，没有计入。\n"
        "退回的 1 份没有读出报表，看不出是哪个单位的，没有计入；它们的单位可能列在未报中。\n"
        "有 1 份已被同一单位后来的报送或相同的文件取代，不再计算对错。\n"
    )
    assert "未核对" not in shown.partition("5.xlsx")[2].partition("6.xlsx")[0]


def test_many_missing_names_are_counted():
    members = [Member(f"{n}局", row=n) for n in range(25)]
    shown = "".join(text.write(season(filled("3局"), members=members), "zh"))
    assert "未报 24 个。\n未报：0局，1局，2局，4局" in shown
    assert "20局 等 4 个\n" in shown


def test_the_campaign_is_as_its_schema_says():
    schema = json.loads(data.schema_text("check-result.schema.json"))
    batch = season(None, filled("甲局"), filled("甲局", first=2), filled("X"), filled("乙局"))
    text = "".join(results.write(batch, "zh"))
    whole = json.loads(text)
    assert json.dumps(whole, indent=1) + "\n" == text
    jsonschema.Draft202012Validator(schema).validate(whole)
    wrong = {**whole, "campaign": {**whole["campaign"], "agencies": [{"name": "甲局"}]}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(wrong)


def test_more_findings_stand_ahead_of_others_as_severe_and_causes_are_kept():
    own = [("error", None), ("note", 0), ("warning", None), ("warning", 2), ("note", None)]
    findings = tuple(Finding(f"old{n}", s, follows=f) for n, (s, f) in enumerate(own))
    result = judge(Read("p", None, filled("甲局"), ()), None)
    more = [Finding("w", "warning"), Finding("e", "error"), Finding("n", "note")]
    done = with_more(replace(result, findings=findings), more)
    assert [(f.code, f.follows) for f in done.findings] == [
        ("e", None), ("old0", None), ("old1", 1), ("w", None), ("old2", None), ("old3", 4),
        ("n", None), ("old4", None)]  # fmt: skip
    assert done.verdict == "fail"
    last = with_more(replace(result, findings=findings[:2]), more[2:])
    assert [f.code for f in last.findings] == ["old0", "old1", "n"]


def test_an_answer_for_a_file_is_that_of_its_bytes(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"x")
    answer = bulk.answer(str(path), Given())
    assert (answer.kept, bool(answer.content)) == (False, True)


def test_only_the_first_strangers_are_compared_with_the_roster(monkeypatch):
    asked = []
    monkeypatch.setattr(across, "near", lambda _, name: asked.append(name) or ())
    batch = season(*(filled(f"外来{n}局", first=n) for n in range(30)))
    assert len(batch.campaign["strangers"]) == 30
    assert len(asked) == 20
