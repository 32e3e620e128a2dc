"""What the reader needs of a workbook's styles: which have no lock, which show dates."""

import re

from . import markup
from .markup import MAIN, is_true

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_FORMAT, _STYLES, _STYLE = f"{MAIN}numFmt", f"{MAIN}cellXfs", f"{MAIN}xf"
_PROTECTION = f"{MAIN}protection"


def styles(  # noqa: C901 - handlers share their state
    source: bytes, part: str
) -> tuple[frozenset[int], frozenset[int], int]:
    """Return a styles part's unlocked styles, its date styles and its number of styles."""
    unlocked, dates = set(), set()
    formats: dict[str, str] = {}
    number = -1
    depth = 0
    inside = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal number, depth, inside
        depth += 1
        if depth > markup.DEPTH_LIMIT or len(given) > markup.ATTRIBUTE_LIMIT:
            raise markup.too_deep(part, depth, len(given))
        if depth == 1:
            markup.refuse_root(name, f"{MAIN}styleSheet", part)
        elif name == _STYLES:
            inside = True
        elif inside and name == _STYLE:
            number += 1
            if _is_date(given.get("numFmtId", "0"), formats):
                dates.add(number)
        elif inside and name == _PROTECTION and not is_true(given.get("locked", "1")):
            unlocked.add(number)
        elif name == _FORMAT:
            formats.setdefault(given.get("numFmtId", ""), given.get("formatCode", ""))

    def end(name: str) -> None:
        nonlocal depth, inside
        depth -= 1
        if name == _STYLES:
            inside = False

    markup.parse(source, part, start, end, None)
    return frozenset(unlocked), frozenset(dates), max(1, number + 1)


def _is_date(ident: str, formats: dict[str, str]) -> bool:
    """Tell whether a number format shows a number as date or time."""
    if ident in formats:
        return bool(_DATE.search(_NOT_DATE.sub("", formats[ident])))
    return ident.isdecimal() and ident.isascii() and int(ident[:4]) in _DATES
