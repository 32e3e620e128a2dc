"""Editions that say only what differs from another one."""

import re
from pathlib import Path

import pytest
from source import TEMPLATES

from toolkit import data
from toolkit.edition import edition as editions
from toolkit.edition.edition import EditionError, load

HEAD = """form = "annual-report"
name = "2041"
like = "2021"
source = "通知"
citation = "通知1号"
years = { from = 2041 }
"""


def derived(folder, text, head=HEAD):
    """Return the edition of a file that is like another one."""
    path = folder / "2041.toml"
    path.write_text(f"{head}\n{text}", encoding="utf-8")
    return load(path)


def base():
    found = editions.named("annual-report", "2021")
    assert found is not None
    return found


def test_without_differences_everything_but_the_head_is_the_same(tmp_path):
    it, old = derived(tmp_path, ""), base()
    assert (it.name, it.source, it.citation, it.years) == ("2041", "通知", "通知1号", (2041, None))
    for name in ("title", "sections", "cells", "balances", "edits", "hazards", "deadlines"):
        assert getattr(it, name) == getattr(old, name), name
    assert (it.base, it.counts_as) == (None, {})
    assert it.fingerprint != old.fingerprint


def test_entries_are_changed_in_their_place_left_out_and_added_at_the_end(tmp_path):
    it = derived(
        tmp_path,
        """
[without]
section = ["其他事项"]
balance = ["processing-fee/notices", "processing-fee/collected"]
edit = ["processing-fee/present", "processing-fee/tariff", "text-processing-fee/notices",
        "text-processing-fee/charged", "text-processing-fee/collected"]
hazard = ["after-review", "joint-rules", "joint-documents"]

[[section]]
sheet = "其他事项"
caption = "六、其他"
text = "other"

[[row]]
table = "applications"
after = "refused_inquiry"
key = "refused_trade_secret"
label = "9.属于商业秘密"

[[edit]]
code = "jump"
ratio = 7

[[edit]]
code = "many"
kind = "ceiling"
cells = ["applications.received.*"]
limit = 9
source = "通知"
rule = { zh = "至多 {limit} 件", en = "at most {limit}" }
message = { zh = "{place}：{found}", en = "{place}: {found}" }
""",
    )
    old = base()
    assert [part.caption for part in it.sections][-1] == "六、其他"
    assert list(it.tables) == ["proactive", "applications", "disputes"]
    assert "applications.refused_trade_secret.total" in it.computes
    left_out = {
        edit.id for edit in old.edits if edit.id.startswith(("processing", "text-processing"))
    }
    kept = [edit.id for edit in old.edits if edit.id not in left_out]
    assert [edit.id for edit in it.edits] == [*kept, "many"]
    jump, was = (next(e for e in one.edits if e.id == "jump") for one in (it, old))
    assert (jump.figures, jump.cells) == ({**was.figures, "ratio": 7}, was.cells)
    assert it.hazards == ()


REFUSED = {
    "an edition that is not there": (
        "", 'like = "2012"',
        r"2041.toml line 3: no official edition '2012'; did you mean '2021'\?"),
    "itself": ("", 'like = "2041"', r"2041.toml line 3: no official edition '2041'; did you mean '2021'\?"),
    "an overlay": (
        "", 'like = "2021"\nextends = "2021"',
        "2041.toml line 3: an overlay `extends` an edition; leave `like` out"),
    "a row of a plain edition": (
        "[[row]]\ntable = 'x'\nafter = 'x'\nkey = 'x'\nlabel = 'x'", None,
        "2041.toml line 8: field 'row' needs 'extends'; add it"),
    "an entry left out that is not there": (
        "[without]\nedit = ['jmp']", 'like = "2021"',
        r"2041.toml line 9: no inherited edit 'jmp'; did you mean 'jump'\?"),
    "a new rule with half of its fields": (
        "[[balance]]\ncode = 'new'\nequation = 'applications.received.total = 1'", 'like = "2021"',
        "2041.toml line 8, balance 'new': field 'source' is missing; add it"),
    "a changed rule": (
        "[[balance]]\ncode = 'balance'\nequation = 'recieved = carried_in'", 'like = "2021"',
        "2041.toml line 10, balance 'balance': no row 'recieved'"),
    "an inherited rule that does not fit any more": (
        "[without]\nsection = ['其他事项']", 'like = "2021"',
        "2041.toml with 2021.toml line {line}, balance 'processing-fee/notices': no "),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_with_the_file_and_line_that_say_it(tmp_path, name):
    text, like, message = REFUSED[name]
    inherited = (TEMPLATES / "annual-report" / "2021.toml").read_text(encoding="utf-8")
    line = inherited[: inherited.index("applications.other_fee_unpaid.total <=")].count("\n") + 1
    head = HEAD.replace('like = "2021"', like if like is not None else 'title = "x"')
    with pytest.raises(EditionError) as error:
        derived(tmp_path, text, head)
    assert re.match(message.replace("{line}", str(line)), str(error.value)), error.value


def test_two_editions_that_are_like_each_other_are_refused(tmp_path, monkeypatch):
    folder = tmp_path / "templates" / "annual-report"
    folder.mkdir(parents=True)
    for one, other in (("2041", "2051"), ("2051", "2041")):
        text = HEAD.replace("2041", one).replace("2021", other)
        (folder / f"{one}.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(data, "home", lambda _: tmp_path / "templates")
    with pytest.raises(EditionError) as error:
        load(folder / "2041.toml")
    assert str(error.value) == (
        "2051.toml line 3: '2041' is derived from this edition; name another"
    )


def test_an_edition_like_one_that_is_like_another_has_what_both_say(tmp_path):
    it = derived(tmp_path, "", HEAD.replace("2021", "2019"))
    old = editions.named("annual-report", "2019")
    assert old is not None
    assert (it.cells, it.balances, it.edits) == (old.cells, old.balances, old.edits)


def test_the_edition_of_2019_states_only_what_differs():
    text = Path(TEMPLATES / "annual-report" / "2019.toml").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 130
