"""Facts for the yearly appraisal: when, how late, how often sent back, whom to ask."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from toolkit.campaign.appraisal import appraised
from toolkit.campaign.pack import Head
from toolkit.campaign.roster import Member
from toolkit.campaign.standing import Return, Standing

MEMBER = Member("甲局", "A1", deadline="2026-01-20", row=2)
FIELDS = ("received", "days_late", "sent_back", "contact")


def sent(position=0, number=1, verdict="pass", **more):
    """Return a return of the edition of 2021."""
    facts = {"form": "annual-report", "edition": "2021", "year": 2025, **more}
    return Return(position, f"{position}" * 64, Head(verdict, sent=number, **facts))


@pytest.fixture
def paths(tmp_path):
    """Return the paths of files that came from 2026-01-18 on, a day after the other."""
    made = []
    for number in range(4):
        path = tmp_path / f"甲 局{number}.json"
        path.touch()
        when = datetime(2026, 1, 18 + number, 12, tzinfo=UTC).timestamp()
        os.utime(path, (when, when))
        made.append(str(path))
    return made


def facts(paths, standing):
    told = appraised(standing, paths)
    assert tuple(told) == FIELDS
    return tuple(told.values())


def test_where_nothing_came_nothing_is_known():
    assert facts([], Standing(MEMBER)) == (None, None, 0, None)


def test_days_are_late_after_the_rosters_deadline(paths):
    late = [facts(paths, Standing(MEMBER, sent(n)))[:2] for n in range(4)]
    assert late == [("2026-01-18", 0), ("2026-01-19", 0), ("2026-01-20", 0), ("2026-01-21", 1)]


@pytest.mark.parametrize(
    ("kind", "last"), [(None, "03-31"), ("own", "03-31"), ("department", "01-31")]
)
def test_without_one_the_editions_deadline_holds(paths, kind, last):
    when = date.fromisoformat(f"2026-{last}").toordinal()
    noon = datetime.combine(date.fromordinal(when + 3), datetime.min.time()).timestamp() + 43200
    os.utime(paths[0], (noon, noon))
    member = replace(MEMBER, deadline=None, kind=kind)
    assert facts(paths, Standing(member, sent()))[1] == 3


def test_days_late_are_unknown_without_a_year_an_edition_or_a_file(paths):
    open_end = replace(MEMBER, deadline=None)
    for one in (sent(year=None), sent(edition="1900"), sent(form=None), sent(edition=None)):
        assert facts(paths, Standing(open_end, one))[:2] == ("2026-01-18", None)
    assert facts(["没有.json"], Standing(MEMBER, sent()))[:2] == (None, None)
    assert facts(paths, Standing(open_end))[:2] == (None, None)


def test_every_earlier_sending_went_back_but_those_that_are_here_and_pass(paths):
    def back(counts, *superseded, **more):
        return facts(paths, Standing(MEMBER, counts, list(superseded), **more))[2]

    assert back(sent()) == 0
    assert back(sent(number=3)) == 2
    failed = sent(1, 1, "fail")
    assert back(sent(number=2), failed) == back(sent(number=2), failed, sent(2, 1, "fail")) == 1
    assert back(sent(number=3), failed, sent(2, 2)) == 1
    assert back(sent(number=1), sent(2, 2, "fail")) == 0, "the office preferred an earlier one"
    twins = [sent(0, 2, "fail"), sent(1, 2, "fail")]
    assert back(None, others=[sent(3, 9), *twins], twins=twins) == 1
    assert back(None, others=[sent(3, 5)]) == 4


def test_whom_to_ask_is_the_rosters_else_the_covers(paths):
    covered = sent(person="张三", phone="1")
    assert facts(paths, Standing(MEMBER, covered))[3] == {"name": "张三", "phone": "1"}
    known = replace(MEMBER, contact="李四")
    assert facts(paths, Standing(known, covered))[3] == {"name": "李四", "phone": None}
    assert facts(paths, Standing(known))[3] == {"name": "李四", "phone": None}
    assert facts(paths, Standing(MEMBER, sent()))[3] is None
    assert facts(paths, Standing(MEMBER, sent(phone="1")))[3] == {"name": None, "phone": "1"}
