"""Deadlines of an edition as days, for the reports of a year."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from .edition import Edition


def last_days(edition: Edition, year: int) -> Mapping[str, date]:
    """Return {name of a deadline: its day} of an edition, for the reports of a year."""
    days = {}
    for name, text in edition.deadlines.items():
        month, day = map(int, text.split("-"))
        days[name] = date(year + 1, month, min(day, monthrange(year + 1, month)[1]))
    return days


def days_of(edition: Edition, year: int, kind: str | None) -> Mapping[str, date]:
    """Return {name of a deadline: its day} for the reports of an agency of a kind.

    A department is not told the deadline of a region.
    """
    days = last_days(edition, year)
    if kind not in (None, "own") and "agency" in days:
        return {"agency": days["agency"]}
    return days
