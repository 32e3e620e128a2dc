"""Reminders for agencies from which nothing came: the deadline, the days left, what to send."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..blank.slots import own_deadline, printed_deadline
from ..data import CHINESE, ENGLISH, say
from ..edition import edition as editions
from ..edition.deadline import days_of
from ..edition.edition import Edition
from ..finding import Batch
from ..output.tally import members
from .handout import reported
from .sending import Sending, quoted, signed


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder of a missing agency. stem: the beginning of its files' names."""

    name: str
    subject: str
    text: str
    stem: str = ""


def reminders(batch: Batch, sending: Sending) -> Iterator[Reminder]:
    """Yield a reminder for each missing agency of the roster, in its order."""
    missing = [agency for agency in members(batch) if agency.get("state") == "missing"]
    if not missing:
        return
    edition, year = _collected(batch, sending)
    for agency in missing:
        day = agency.get("deadline")
        own = date.fromisoformat(day) if day else None
        days = {own_deadline(own): own} if own else _general(edition, year, agency.get("kind"))
        last = min(days.values(), default=None)
        remaining = [_remaining(printed, day, sending.today) for printed, day in days.items()]
        figures = {
            "agency": quoted(agency["name"]),
            "year": year,
            "title": quoted(edition.title),
            "days": say("reminder", "between", CHINESE).join(remaining),
            "when": _when(sending, last),
        }
        names = ("head", *(("deadline",) if days else ()), "act", "sent")
        lines = [say("reminder", name, CHINESE, **figures) for name in names]
        title = say("mail_draft", "reminder", CHINESE, **figures)
        yield Reminder(agency["name"], title, "\n".join((*lines, signed(sending))))


def _collected(batch: Batch, sending: Sending) -> tuple[Edition, int]:
    """Return the edition and year that most returns are of, else those of this year's reports."""
    year, known = sending.year, dict[str, Edition]()
    counts: Counter[tuple[str, int]] = Counter()
    for report in (result.report for result in batch.results):
        if report and report.year and year in (None, report.year):
            known[report.edition.fingerprint] = report.edition
            counts[report.edition.fingerprint, report.year] += 1
    if counts:
        fingerprint, most = counts.most_common(1)[0][0]
        return known[fingerprint], most
    year = year or reported(sending.today)
    form = say("default", "form", ENGLISH)
    last = [edition for edition in editions.every() if edition.form == form][-1]
    return editions.for_year(form, year) or last, year


def _general(edition: Edition, year: int, kind: str | None) -> dict[str, date]:
    """Return {deadline as printed: its day} of an edition for an agency of a kind."""
    days = days_of(edition, year, kind)
    return {printed_deadline(name, day): day for name, day in days.items()}


def _remaining(printed: str, last: date, today: date) -> str:
    """Return a deadline with the days left until it, or gone since."""
    left = (last - today).days
    name = "left" if left > 0 else "gone" if left < 0 else "today"
    return say("reminder", name, CHINESE, deadline=printed, n=abs(left))


def _when(sending: Sending, last: date | None) -> str:
    """Return by when to send; last: the first of the deadlines."""
    if sending.due:
        return say("reminder", "due", CHINESE, day=own_deadline(sending.due))
    name = "in-time" if last and last >= sending.today else "soon"
    return say("reminder", name, CHINESE)
