"""The styles of a workbook for the reader: unlocked, date, and number formats that disguise."""

import re
from typing import NamedTuple

from . import xml
from .xml import MAIN, is_true

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_PERCENT = ("9", "10")
_OTHER_DIGITS = re.compile(r'"[^"]*[0-9][^"]*"|\\[0-9]')
_PLACE = re.compile(r"[0#?@]|general", re.IGNORECASE)
_SCALED = re.compile(r"[0#?],+(?![0#?,])|%")
_LONGEST = 255
"""Most characters of a number format, as in Excel."""
_FORMAT, _STYLES, _STYLE = f"{MAIN}numFmt", f"{MAIN}cellXfs", f"{MAIN}xf"
_PROTECTION = f"{MAIN}protection"


class Styles(NamedTuple):
    """The styles of cells (cellXfs): sets of their numbers by property, and their count.

    disguised: styles that show a number as another number, or not at all.
    """

    unlocked: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()
    disguised: frozenset[int] = frozenset()
    number: int = 1


def styles(  # noqa: C901 - handlers share their state
    source: bytes, part: str
) -> Styles:
    """Return the styles of a styles part."""
    unlocked, dates, disguised = set(), set(), set()
    formats: dict[str, str] = {}
    number = -1
    depth = 0
    inside = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal number, depth, inside
        depth += 1
        if depth > xml.DEPTH_LIMIT or len(given) > xml.ATTRIBUTE_LIMIT:
            raise xml.too_deep(part, depth, len(given))
        if depth == 1:
            xml.refuse_root(name, f"{MAIN}styleSheet", part)
        elif name == _STYLES:
            inside = True
        elif inside and name == _STYLE:
            number += 1
            ident = given.get("numFmtId", "0")
            if _is_date(ident, formats):
                dates.add(number)
            elif ident in _PERCENT or (ident in formats and is_disguise(formats[ident])):
                disguised.add(number)
        elif inside and name == _PROTECTION and not is_true(given.get("locked", "1")):
            unlocked.add(number)
        elif name == _FORMAT:
            formats.setdefault(given.get("numFmtId", ""), given.get("formatCode", "")[:_LONGEST])

    def end(name: str) -> None:
        nonlocal depth, inside
        depth -= 1
        if name == _STYLES:
            inside = False

    xml.parse(source, part, start, end, None)
    return Styles(frozenset(unlocked), frozenset(dates), frozenset(disguised), max(1, number + 1))


def _is_date(ident: str, formats: dict[str, str]) -> bool:
    """Tell whether a number format shows a number as date or time."""
    if ident in formats:
        return bool(_DATE.search(_NOT_DATE.sub("", formats[ident])))
    return ident.isdecimal() and ident.isascii() and int(ident[:4]) in _DATES


def is_disguise(code: str) -> bool:
    """Tell whether a number format shows a number above zero as another one, or hides it.

    >>> [is_disguise(code) for code in ("#,##0_ ", 'General"件"', '"0"', ";;;", "0,", "0%")]
    [False, False, True, True, True, True]
    """
    bare = _NOT_DATE.sub("", code).partition(";")[0]
    return bool(_OTHER_DIGITS.search(code) or _SCALED.search(bare) or not _PLACE.search(bare))
