"""Days: as text, as a number in a workbook, and how people write them."""

import re
from datetime import date

from ..xlsx.number import EPOCHS

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(9999, 12, 31)
"""First and last day a cell for a day takes: a year typed alone would be a day of 1905."""
_DAY_TEXT = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WRITTEN = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?", re.ASCII)
_TIME = re.compile(
    r"[T\s]\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?\s*$", re.ASCII
)
"""A time behind a day: hours to seconds, time zone."""
_LONGEST = 60
"""Longer text is no day with a time."""


def day(text: str) -> date | None:
    """Return the day a text like 2025-03-04 names, None where there is none.

    >>> day("2025-03-04"), day("2025-02-30"), day("2025-3-4")
    (datetime.date(2025, 3, 4), None, None)
    """
    return _calendar(_DAY_TEXT.fullmatch(text))


def written_day(text: str) -> date | None:
    """Return the day of a text with any signs between its numbers, None for other text.

    >>> written_day("2025/3/4"), written_day("2025-3")
    (datetime.date(2025, 3, 4), None)
    """
    return _calendar(_WRITTEN.fullmatch("".join(text.split())))


def _calendar(parts: re.Match[str] | None) -> date | None:
    if parts is None:
        return None
    try:
        day = date(*map(int, parts.groups()))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def serial(day: date) -> int:
    """Return the serial number of a day in a workbook.

    >>> serial(date(2025, 3, 4))
    45720
    """
    return (day - EPOCHS[False].date()).days


def timed(text: str) -> tuple[str, bool, bool]:
    """Return text without a time behind it, whether that is midnight, and whether it has a zone.

    >>> timed("2025-03-04T00:00:00Z"), timed("2025-03-04 9:30"), timed("2025-03-04")
    (('2025-03-04', True, True), ('2025-03-04', False, False), ('2025-03-04', True, False))
    """
    time = _TIME.search(text) if len(text) <= _LONGEST else None
    if time is None:
        return text, True, False
    return text[: time.start()].strip(), not time[1].strip("0:."), bool(time[2])
