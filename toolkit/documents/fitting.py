"""Fit of a printed table on a page: size of its text, height of its rows, and whether it needs its own."""

import math
import unicodedata
from dataclasses import dataclass

from .printout import PrintedTable

_MANY_COLUMNS, _MANY_ROWS = 6, 20
"""Tables with more columns or rows have small text."""
_WIDTH, _HEIGHT = 442.0, 638.0
"""The type area in points: 156 by 225 mm."""
_CAPTION = 40.0
"""Points that caption and gap of a table take."""
_LARGE, _SMALL = 10.5, 9.0
"""Sizes of text in points."""
_LEADING = 1.35
"""Height of a line of text of size 1, as wide fonts have it."""
_DIGIT, _TINY = 0.6, 3.0
"""Width of a digit of size 1, as wide fonts have it; smallest size of a number in points."""
_SIDES = 5.7
"""Points at the sides of a cell that stay blank."""
_AIRY, _USUAL, _TIGHT = 24.0, 18.0, 13.0
"""Height of a row with one line in points: the largest, on several pages, the smallest."""
_HALF = 0.5
_LONGEST = 40
"""Most characters of a subheading."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """How a table is printed.

    style: of its text. size: of its text in points. height: least height of a row, in twentieths of a point. together: whether
    it is on one page. fresh: whether it begins a page. bold: whether its heads are bold.
    """

    style: str
    size: float
    height: int
    together: bool
    fresh: bool
    bold: bool


def fitting(table: PrintedTable) -> Fitting:
    """Return how a table is printed."""
    dense = len(table.widths) > _MANY_COLUMNS or table.rows > _MANY_ROWS
    size = _SMALL if dense else _LARGE
    room = _HEIGHT - _CAPTION
    needed = [max(_TIGHT, count * size * _LEADING + 2) for count in _lines(table, size)]
    airy = [max(_AIRY, height) for height in needed]
    single = _single(needed, room)
    whole = sum(max(single, height) for height in needed)
    return Fitting(
        style="TableSmall" if dense else "TableText",
        size=size,
        height=round(20 * single),
        together=whole <= room,
        fresh=sum(airy) > _HALF * _HEIGHT and table.rows > _MANY_ROWS,
        bold=not dense,
    )


def _single(needed: list[float], room: float) -> float:
    """Return the height of rows with one line: the largest that lets the table fit a page."""
    height = _AIRY
    while height >= _TIGHT:
        if sum(max(height, one) for one in needed) <= room:
            return height
        height -= _HALF
    return _USUAL


def _lines(table: PrintedTable, size: float) -> list[int]:
    """Return the number of lines of each row; a cell of several rows is spread over them."""
    lines = [1] * table.rows
    for cell in table.cells:
        if cell.numeric:
            continue
        share = sum(table.widths[cell.column : cell.column + cell.columns])
        room = max(math.floor(2 * (share * _WIDTH - _SIDES) / size) / 2, 1.0)
        count = sum(max(1, math.ceil(wide(line) / room)) for line in cell.text.split("\n"))
        each = math.ceil(count / cell.rows)
        for row in range(cell.row, cell.row + cell.rows):
            lines[row] = max(lines[row], each)
    return lines


def number_size(text: str, share: float, size: float) -> float:
    """Return the size at which a number is on one line of its cell, to half a point.

    share: of the cell's width. size: of other text.
    """
    room = share * _WIDTH - _SIDES
    return min(size, max(math.floor(2 * room / (_DIGIT * max(len(text), 1))) / 2, _TINY))


def wide(text: str) -> float:
    """Return the width of a text, in its own size: 1 for a wide character, 0.5 for others."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)


def subheading(text: str) -> int:
    """Return how many first characters of a paragraph are a subheading: numbered in brackets.

    It ends with the first full stop; without one a short paragraph is all of it.
    """
    plain = unicodedata.normalize("NFKC", text[:1])
    closing = next(
        (n for n, sign in enumerate(text[:6]) if unicodedata.normalize("NFKC", sign) == ")"), 0
    )
    inside = text[1:closing]
    if plain != "(" or not inside or not all(_is_numeral(sign) for sign in inside):
        return 0
    stop = next((n for n, sign in enumerate(text) if _is_stop(sign)), len(text) - 1)
    return stop + 1 if stop < _LONGEST else 0


def _is_numeral(sign: str) -> bool:
    return unicodedata.numeric(sign, -1) >= 0 and not sign.isdecimal()


def _is_stop(sign: str) -> bool:
    return unicodedata.name(sign, "") == "IDEOGRAPHIC FULL STOP"
