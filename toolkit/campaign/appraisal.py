"""Facts for the yearly appraisal: when a return came, how late, how often it was sent back."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ..edition import edition as editions
from ..edition.deadline import days_of
from ..files.arrival import arrived
from .standing import PASSING, Return, Standing


def appraised(
    standing: Standing, paths: Sequence[str], extra: tuple[Path, ...] = ()
) -> dict[str, Any]:
    """Return facts on a member's return as JSON: of the one that counts, else of another.

    received: the day it came. days_late: 0 in time, None without a day or a deadline. sent_back:
    how often before. contact: the roster's, else the cover's. extra: more template folders.
    """
    shown = standing.counts or next(iter((*standing.twins, *standing.others)), None)
    received = arrived(paths[shown.position]) if shown else None
    last = _deadline(standing, shown, extra)
    late = max((received - last).days, 0) if received and last else None
    return {
        "received": received.isoformat() if received else None,
        "days_late": late,
        "sent_back": _sent_back(standing, shown),
        "contact": _contact(standing, shown),
    }


def _deadline(standing: Standing, shown: Return | None, extra: tuple[Path, ...]) -> date | None:
    """Return the last day for a member: the roster's, else the latest of the edition."""
    member = standing.member
    if member.deadline:
        return date.fromisoformat(member.deadline)
    head = shown.head if shown else None
    if not (head and head.year):
        return None
    return _of_edition(head.form or "", head.edition or "", head.year, member.kind, extra)


@cache
def _of_edition(
    form: str, name: str, year: int, kind: str | None, extra: tuple[Path, ...]
) -> date | None:
    """Return the latest day that an edition has for an agency of a kind."""
    edition = editions.named(form, name, extra)
    return max(days_of(edition, year, kind).values(), default=None) if edition else None


def _sent_back(standing: Standing, shown: Return | None) -> int:
    """Return how often earlier sendings went back: all but those that are here and pass."""
    if shown is None:
        return 0
    earlier = {file.sent: file for file in standing.superseded if file.sent < shown.sent}
    return shown.sent - 1 - sum(file.head.verdict in PASSING for file in earlier.values())


def _contact(standing: Standing, shown: Return | None) -> dict[str, str | None] | None:
    """Return name and phone of who fills the form in, None where neither is known."""
    member, head = standing.member, shown.head if shown else None
    theirs = member.contact, member.phone
    if not any(theirs) and head:
        theirs = head.person, head.phone
    return {"name": theirs[0], "phone": theirs[1]} if any(theirs) else None
