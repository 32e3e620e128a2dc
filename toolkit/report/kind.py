"""Content of cells that hold no number: text, a printed word, a day."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from ..edition.grid import Cell
from . import identity

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(9999, 12, 31)
"""First and last day a cell for a day takes: a year typed alone would be a day of 1905."""
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WRITTEN = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?", re.ASCII)
_TIME = re.compile(
    r"[T\s]\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?\s*$", re.ASCII
)
"""A time behind a day: hours to seconds, time zone."""
_LONGEST = 60
"""Longer text is no day with a time."""
_EPOCH = date(1899, 12, 30)


def day(text: str) -> date | None:
    """Return the day a text like 2025-03-04 names, None where there is none.

    >>> day("2025-03-04"), day("2025-02-30"), day("2025-3-4")
    (datetime.date(2025, 3, 4), None, None)
    """
    return _calendar(_DAY.fullmatch(text))


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
        found = date(*map(int, parts.groups()))
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def serial(found: date) -> int:
    """Return the serial number of a day in a workbook.

    >>> serial(date(2025, 3, 4))
    45720
    """
    return (found - _EPOCH) // timedelta(days=1)


def _is_text(_: Cell, text: str) -> bool:
    return bool(text.strip())


def _is_printed(cell: Cell, text: str) -> bool:
    return text in cell.choices


def _is_day(_: Cell, text: str) -> bool:
    return day(text) is not None


_TAKES: Mapping[str, Callable[[Cell, str], bool]] = {
    "text": _is_text,
    "choice": _is_printed,
    "yes-no": _is_printed,
    "date": _is_day,
}


def takes(cell: Cell, value: object) -> bool:
    """Tell whether a value is text that a cell without a number takes."""
    return isinstance(value, str) and cell.kind in _TAKES and _TAKES[cell.kind](cell, value)


def without_hidden(cell: Cell, text: str) -> str:
    """Return a printed word or day without the invisible characters in it, a day without midnight.

    Other text is returned as typed.
    """
    bare = identity.visible(text)
    time = _TIME.search(bare) if cell.kind == "date" and len(bare) <= _LONGEST else None
    if time and not time[1].strip("0:."):
        bare = bare[: time.start()].strip()
    return bare if cell.kind in ("choice", "yes-no", "date") and takes(cell, bare) else text


def _meant_word(cell: Cell, text: str) -> str | None:
    printed = {identity.name(word): word for word in cell.choices}
    return printed.get(identity.name(text))


def _meant_day(_: Cell, text: str) -> str | None:
    time = _TIME.search(text) if len(text) <= _LONGEST else None
    if time and time[2] and time[1].strip("0:."):
        return None
    found = written_day(text[: time.start()] if time else text)
    return found.isoformat() if found else None


_MEANT: Mapping[str, Callable[[Cell, str], str | None]] = {
    "text": lambda *_: None,
    "choice": _meant_word,
    "yes-no": _meant_word,
    "date": _meant_day,
}


def meant(cell: Cell, text: str) -> str | None:
    """Return the word or day that a text the cell does not take may mean, or None."""
    return _MEANT[cell.kind](cell, text)
