"""Reasons without figures: held against the figures of the first reading kept in a store."""

import json
import sqlite3
from dataclasses import replace

import pytest
from casebook import balanced
from click.testing import CliRunner
from returns import cases

from toolkit.campaign import pack, store
from toolkit.campaign.bulk import Given, answers, batch, one_by_one
from toolkit.campaign.letters import Addressee, letter
from toolkit.campaign.sending import Sending
from toolkit.campaign.store import StoreError, opened, reports
from toolkit.cli import gouji
from toolkit.edition.edition import for_year
from toolkit.files.examine import Read, judge
from toolkit.finding import Batch
from toolkit.output import FORMATS
from toolkit.report.explanation import Explanation
from toolkit.report.report import as_json, dumps

FORCE = ("proactive.rules.issued", "proactive.rules.in_force", "proactive.rules.repealed")
SEED = "seed_jiguan_shiwu_2025"


def report(figures=None, reason="由上级废止", sent=1, **changes):
    wrong = {"proactive__rules__issued": 3, "proactive__rules__in_force": 1, **changes}
    given = (Explanation("in-force-floor", FORCE, reason, figures),)
    return replace(balanced(SEED, **wrong), explained=given, sent=sent)


def checked(path, kept, *reports):
    """Check reports into a store; return the state of each reason and whether it is said."""
    paths = []
    for number, one in enumerate(reports):
        (path / f"{number}.json").write_text(dumps(as_json(one)), encoding="utf-8")
        paths.append(str(path / f"{number}.json"))
    with opened(kept, "r") as here:
        for position, answer in enumerate(answers(paths, one_by_one(Given(known=here.known())))):
            here.add(position, answer)
        here.finish()
        done = batch(here, paths, 0)
        written = json.loads("".join(FORMATS["json"](done, "zh")))
        assert [file["verdict"] for file in written["files"]] == ["warn"] * len(reports)
        assert written["summary"]["warn"] == len(reports)
        told = [file["findings"] for file in written["files"]]
    states = [[f["explained"]["state"] for f in findings if f["explained"]] for findings in told]
    voids = ["explained-void" in {f["code"] for f in findings} for findings in told]
    return [(*state, said) for state, said in zip(states, voids, strict=True)]


def test_a_reason_is_void_once_the_figures_of_its_first_reading_changed(tmp_path):
    kept = tmp_path / "store"
    changed = report(proactive__rules__issued=4)
    assert checked(tmp_path, kept, report()) == [("stands", False)]
    assert checked(tmp_path, kept, report()) == [("stands", False)]
    assert checked(tmp_path, kept, changed) == [("void", True)]
    assert checked(tmp_path, kept, report()) == [("stands", False)]
    assert checked(tmp_path, None, changed) == [("stands", False)]
    anew = replace(changed, explained=report(reason="另一个原因").explained)
    assert checked(tmp_path, kept, anew) == [("stands", False)]
    with opened(kept, "r") as here:
        assert here.first("x", "y", "z", "1") == here.first("x", "y", "z", "2") == "1"


def test_what_was_sent_first_is_read_first_whatever_its_name(tmp_path):
    later, first = report(sent=2, proactive__rules__issued=4), report()
    assert checked(tmp_path, tmp_path / "store", later, first) == [
        ("void", True),
        ("stands", False),
    ]


def test_chosen_figures_need_no_store(tmp_path):
    with_figures = report("9 | 9")
    assert checked(tmp_path, tmp_path / "store", with_figures) == [("void", True)]


def test_another_agency_form_or_year_has_figures_of_its_own(tmp_path):
    kept, changed = tmp_path / "store", report(proactive__rules__issued=4)
    assert checked(tmp_path, kept, report()) == [("stands", False)]
    other = replace(changed, agency={"name": "别的局", "code": None, "level": None})
    assert checked(tmp_path, kept, other) == [("stands", False)]
    assert checked(tmp_path, kept, replace(changed, year=2024)) == [("stands", False)]


@pytest.mark.parametrize(("version", "lacks"), [(1, ("first", "last")), (2, ("last",))])
def test_a_store_of_an_earlier_version_is_taken_over(tmp_path, version, lacks):
    kept = tmp_path / "store"
    assert checked(tmp_path, kept, report()) == [("stands", False)]
    with sqlite3.connect(kept) as db:
        for table in lacks:
            db.execute(f"DROP TABLE {table}")
        db.execute(f"PRAGMA user_version = {version}")
    assert [why for _, _, why in reports(kept, ())] == [""]
    assert checked(tmp_path, kept, report()) == [("stands", False)]
    with sqlite3.connect(kept) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (store.VERSION,)
        assert db.execute("SELECT * FROM last").fetchall() == []
        db.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(StoreError, match="store-foreign"), opened(kept):
        pass


def test_a_result_with_reasons_comes_back_from_bytes_as_it_was():
    for given in (report(), report("9 | 9")):
        result = judge(Read("p", "d" * 64, given, ()), None)
        assert any(f.explained for f in result.findings)
        assert pack.unpack(pack.pack(result), "p", "d" * 64, ()) == result
        assert pack.head_of(pack.head_text(pack.head(result))).undated == (
            given.explained[0].figures is None
        )
    (plain,) = cases(for_year("annual-report", 2025), 3, 1)
    assert not pack.head(judge(Read("p", None, plain.report, ()), None)).undated


# ── printed ───────────────────────────────────────────────────────────────────────────────────────

SAID = "单位说明：由上级废止（按 9 | 9 写的，数已改动，说明失效）"


def test_every_output_shows_the_reason_beside_its_finding(tmp_path):
    result = judge(Read("a.json", None, report("9 | 9"), ()), None)
    for style in ("text", "html", "csv"):
        assert "".join(FORMATS[style](Batch((result,)), "zh")).count(SAID) >= 1, style
    english = "".join(FORMATS["text"](Batch((result,)), "en"))
    assert "The agency’s reason: 由上级废止 (given for 9 | 9, which have changed" in english
    path = tmp_path / "甲.json"
    path.write_text(dumps(as_json(report("9 | 9"))), encoding="utf-8")
    done = CliRunner().invoke(gouji, ["check", str(path), "--lang", "zh"])
    assert (done.exit_code, SAID in done.stdout) == (0, True)


def carried(reason=None, figures=None):
    """Return the result of a return whose carried-in differs from last year's."""
    last = balanced(SEED)
    prior = replace(last, year=last.year - 1, values={
        **last.values, "applications.carried_out.natural_person": 3})  # fmt: skip
    cells = ("applications.carried_in.natural_person",)
    given = (Explanation("carried-in", cells, reason, figures),) if reason else ()
    return judge(Read("甲.xlsx", None, replace(last, explained=given), ()), prior)


def test_a_letter_lists_reasons_and_says_where_they_may_be_written():
    may = "可在《校验结果》该条右边写情况说明"
    sending = Sending()
    bare = letter(carried(), Addressee("甲局"), "甲.xlsx", "copy", sending).text
    assert bare.splitlines()[-1].startswith("提醒和结转不符的")
    assert may in bare
    told = letter(carried("上年误报", "0 | 3"), Addressee("甲局"), "甲.xlsx", "copy", sending).text
    assert "单位说明：上年误报（按 0 | 3 写的，数没有变）" in told
    assert may not in told
    assert may not in letter(carried(), Addressee("甲局"), None, "plain", sending).text
