"""Tables that do not apply: the sentence in their place, and what is read of it again."""

import json
from dataclasses import replace

import journeys
import pytest
from click.testing import CliRunner

from toolkit.cli import gouji
from toolkit.documents.account import counts, is_whole
from toolkit.documents.importing import import_document
from toolkit.documents.printout import printout
from toolkit.edition import edition as editions
from toolkit.report.report import as_json, dumps, recompute

FORM = editions.named("enforcement", "2021")
PENALISING, LICENSING = "powers.penalising.held", "powers.licensing.held"
OWN = """
form = "powers"
name = "2021"
title = "职责统计年报"
source = "某市通知"
citation = "某市通知"
years = { from = 2021 }

[[section]]
caption = "一、检查情况"
sheet = "检查"
text = "checks"
table = "checked"
widths = [9]
grid = [["检查次数", "抽查次数", "复查次数"], ["@done.own", "@done.spot", "@done.again"]]

[[section]]
caption = "二、奖励情况"
sheet = "奖励"
table = "rewards"
widths = [9]
grid = [["奖励人数", "奖励金额"], ["@given.people", "@given.amount"]]

[[section]]
caption = "职责"
sheet = "职责"
table = "duties"
statutory = false
widths = [9, 9]
grid = [["检查职责", "@check.held"], ["奖励职责", "@reward.held"], ["奖励职责", "@other.held"]]
cells."*.held" = { kind = "choice", choices = ["有", "无"], optional = true }

[[edit]]
code = "number"
kind = "number"
cells = ["checked.*", "rewards.*"]
source = "某市通知"
rule = { zh = "填写数字", en = "numbers" }
"""
AWAY = """
[[edit]]
code = "dependent"
part = "{part}"
kind = "dependent"
on = "duties.{on}.held"
value = "无"
cells = {cells}
source = "某市通知"
rule = {{ zh = "没有职责的不填", en = "blank without powers" }}
"""


def sent(form, **answers):
    """Return a report: 3 in every cell that applies."""
    told = {f"{key.replace('_', '.')}.held": value for key, value in answers.items()}
    values = {key: 3 if cell.numeric else None for key, cell in form.cells.items()} | told
    report = replace(journeys.report(form, 1, odd=False), year=2025, nil=(), values=values)
    values |= dict.fromkeys(report.inapplicable)
    return replace(report, values=recompute(form, values, ()))


def powers(report):
    return report.values[PENALISING], report.values[LICENSING]


@pytest.mark.parametrize("name", ["2018", "2021"])
@pytest.mark.parametrize("answers", [("无", None), (None, "无"), ("无", "无"), ("无", "有")])
def test_a_table_that_does_not_apply_is_a_sentence_and_comes_back_as_the_answer(name, answers):
    form = editions.named("enforcement", name)
    report = sent(form, powers_penalising=answers[0], powers_licensing=answers[1])
    report = replace(report, year=form.years[0])
    paper = printout(report, draft=False)
    assert [part.name for part in paper.sections] == ["表一", "表二", "总体情况"]
    said = ("本单位无行政处罚职责。", "本单位无行政许可职责。")
    for part, words, answer in zip(paper.sections, said, answers, strict=False):
        assert (part.table is None, part.paragraphs) == (
            (True, (words,)) if answer == "无" else (False, ())
        )
    for _, document in journeys.documents(report):
        read = import_document(document)
        assert read.report.edition is form
        assert powers(read.report) == tuple(one if one == "无" else None for one in answers)
        assert (read.not_taken, is_whole(read), counts(read)["missing"]) == ((), True, 0)
        assert read.report.texts == report.written


def test_editions_that_no_year_tells_apart_are_not_refused():
    report = replace(sent(FORM, powers_penalising="无"), year=None)
    for _, document in journeys.documents(report):
        read = import_document(document)
        assert (read.not_taken, read.report.year, powers(read.report)) == ((), None, ("无", None))


@pytest.mark.parametrize("key", ["penalties.decided.fined", "penalties.decided.total"])
def test_a_table_with_a_number_is_printed_in_spite_of_the_answer(key):
    report = sent(FORM, powers_penalising="无")
    report = replace(report, values={**report.values, key: 5})
    table = printout(report, draft=True).sections[0].table
    assert "5" in {cell.text for cell in table.cells}


def test_the_words_alone_are_believed_only_where_the_table_is_not_there():
    report = sent(FORM)
    for ending, document in journeys.documents(report):
        if ending == ".txt":
            text = document.decode("utf-8-sig")
            both = text.replace("统计表\r\n", "统计表\r\n本单位无行政处罚职责。\r\n", 1)
            read = import_document(both.encode())
            assert powers(read.report) == (None, None)
            assert read.report.values["penalties.decided.fined"] == 3


def test_the_command_says_what_stands_in_place_of_a_table(tmp_path):
    report = replace(sent(FORM, powers_penalising="无"), texts={"overview": "略。"})
    who = {"name": "某某局", "code": None, "level": "county"}
    path = tmp_path / "a.json"
    path.write_text(dumps(as_json(replace(report, agency=who))), encoding="utf-8")
    words = ["publish", path, "-o", tmp_path / "out", "--format", "txt", "--draft", "--lang", "en"]
    done = CliRunner().invoke(gouji, [*map(str, words)])
    assert done.exit_code == 0, done.output
    assert "does not apply and was not printed; in its place stands: 本单位" in done.stderr
    (document,) = (tmp_path / "out").iterdir()
    back = tmp_path / "back.json"
    words = ["import", document, "-o", back, "--blanks-are-zero", "--lang", "en"]
    done = CliRunner().invoke(gouji, [*map(str, words)])
    assert done.exit_code == 0, done.output
    assert json.loads(back.read_text(encoding="utf-8"))["nil"] == ["licences"]


# ── words of the answers, where the edition has none ──────────────────────────────────────────────


def own(folder, *edits, absent=""):
    """Return an edition with dependent edits (part, asked, cells)."""
    away = (AWAY.format(part=part, on=on, cells=cells) for part, on, cells in edits)
    text = OWN + "".join(away)
    if absent:
        text = text.replace('table = "rewards"\n', f'table = "rewards"\nabsent = "{absent}"\n')
    path = folder / "powers" / "2021.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return editions.named("powers", "2021", (folder,))


def back(form, report):
    """Return what is read of each document of a report."""
    return [import_document(doc, "", (), form) for _, doc in journeys.documents(report)]


def test_without_words_of_its_own_the_answer_is_printed_and_read(tmp_path):
    form = own(tmp_path, ("c", "check", ["checked.*"]))
    report = replace(sent(form, duties_check="无"), texts={"checks": "一次。\n两次。"})
    assert printout(report, draft=False).sections[0].paragraphs == (
        "一次。", "两次。", "检查职责：无，本表不填。",
    )  # fmt: skip
    for read in back(form, report):
        assert read.report.values["duties.check.held"] == "无"
        assert (read.report.texts, read.not_taken) == ({"checks": "一次。\n两次。"}, ())


def test_several_answers_are_said_and_read_together(tmp_path):
    form = own(tmp_path, ("a", "check", ["rewards.given.people"]),
               ("b", "reward", ["rewards.given.amount"]))  # fmt: skip
    half = printout(sent(form, duties_check="无"), draft=False).sections[1]
    assert [cell.text for cell in half.table.cells if cell.row == 1] == ["", "3"]
    report = sent(form, duties_check="无", duties_reward="无")
    assert printout(report, draft=False).sections[1].paragraphs == (
        "检查职责：无，本表不填。奖励职责：无，本表不填。",
    )  # fmt: skip
    for read in back(form, report):
        assert read.report.values["duties.check.held"] == "无"
        assert read.report.values["duties.reward.held"] == "无"


@pytest.mark.parametrize("absent", ["", "没有奖励。"])
def test_an_answer_that_the_words_do_not_tell_is_not_guessed(tmp_path, absent):
    edits = [("a", "reward", ["rewards.*"]), ("b", "other", ["rewards.*"])]
    form = own(tmp_path, *edits, absent=absent)
    for read in back(form, sent(form, duties_other="无")):
        assert {read.report.values[f"duties.{key}.held"] for key in ("reward", "other")} == {None}
        assert {read.report.values[f"rewards.given.{key}"] for key in ("people", "amount")} == {
            None
        }
        assert read.not_taken == ()
