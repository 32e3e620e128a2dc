"""Widths and heights of texts, columns and rows; text wraps by its width in points.

Column widths are counted in digits of the default font, as Excel does. Line heights leave room for
fonts taller than the default one, because a machine without it uses another.
"""

from collections.abc import Mapping
from math import ceil
from unicodedata import east_asian_width

from ..edition.edition import Section
from ..edition.kind import GridPlace
from .looks import Look
from .slots import spans_of

DIGIT = 6.0
"""Width of a digit of the default font in points: 8 pixels for 11 pt 宋体."""
PAGE = (595.3, 841.9)
"""A4 in points."""
MARGINS = (36.0, 36.0, 50.0, 43.0)
"""Left, right, top, bottom in points."""
Widths = tuple[float, ...]
_PADDING, _INSET, _INDENT = 3.75, 7.0, 9.0
_LINE, _TALLEST = 1.42, 409.0
_WIDE = 0.53
"""Width of an ASCII character, as a part of its size."""
_WHOLE, _HEAD, _TALL, _LONG, _DIGITS = 7.6, 4.6, 8, 21, 7
"""Labels of so many characters stay on one line: beside cells, above them; not if so many rows
high, and no column grows for longer ones. Columns are wide enough for so many digits."""


def column(width: float) -> float:
    """Return a column's width in points."""
    return width * DIGIT + _PADDING


def text_width(text: str, size: float) -> float:
    """Return the width of a text in points; Chinese characters are square.

    >>> text_width("表三", 10)
    20.0
    """
    return sum(1.0 if east_asian_width(sign) in "WFA" else _WIDE for sign in text) * size


def lines(text: str, points: float, size: float) -> int:
    """Return the number of lines of a text in a column of so many points."""
    room = max(points - _INSET, size)
    return sum(max(1, ceil(text_width(part, size) / room)) for part in text.split("\n"))


def height(text: str, points: float, look: Look, least: float = 0) -> float:
    """Return the row height a text needs in a column of so many points."""
    return max(least, of_lines(lines(text, points - look.indent * _INDENT, look.size), look))


def of_lines(count: int, look: Look) -> float:
    """Return the row height of so many lines, at most what Excel allows."""
    return min(round(count * look.size * _LINE + look.room, 1), _TALLEST)


def grid_heights(
    section: Section, points: Mapping[int, float], looks: Mapping[GridPlace, Look], least: float
) -> list[float]:
    """Return the height of each printed row; a merged label's need is spread over its rows.

    points: the width of each printed column, from 0. looks: of the label at each place.
    """
    spans = spans_of(section)
    heights = [least] * section.size[0]
    wanted = sorted((spans.get(at, (1, 1)), at, text) for at, text in section.labels.items())
    for (rows, columns), (row, col), text in wanted:
        room = sum(points[c] for c in range(col, col + columns))
        lacking = height(text, room, looks[row, col]) - sum(heights[row : row + rows])
        for r in range(row, row + rows):
            heights[r] += max(0.0, lacking) / rows
    return [round(value, 1) for value in heights]


def across(section: Section) -> bool:
    """Tell whether a table is wider than high, to be printed on a page laid across."""
    return section.size[1] > section.size[0]


def page_room(section: Section) -> float:
    """Return the width in points between the margins of the page for a table."""
    return PAGE[1 if across(section) else 0] - MARGINS[0] - MARGINS[1]


def fitted(
    section: Section,
    roles: Mapping[GridPlace, str],
    size: float,
    room: float,
    digits: Mapping[int, float] | None = None,
) -> Widths:
    """Return column widths that fill so many points.

    Every column gets the width its labels need; the rest goes first to labels that wrap, then to
    all columns by the edition's widths. digits: {column from 0: digits needed for typed content}.
    """
    typed = digits or {}
    needs = [_needs(section, roles, size, c, typed.get(c, _DIGITS)) for c in range(section.size[1])]
    least = [low for low, _ in needs]
    left = max(room - sum(least), 0.0)
    wishes = [high - low for low, high in needs]
    share = min(1.0, left / sum(wishes)) if any(wishes) else 0.0
    points = [low + wish * share for low, wish in zip(least, wishes, strict=True)]
    wanted = section.widths or (1.0,) * len(least)
    scale = max(room - sum(points), 0.0) / sum(wanted)
    points = [narrow + width * scale for narrow, width in zip(points, wanted, strict=True)]
    shrink = min(1.0, room / sum(points))
    return tuple(round((value * shrink - _PADDING) / DIGIT, 1) for value in points)


def _needs(
    section: Section, roles: Mapping[GridPlace, str], size: float, col: int, digits: float
) -> tuple[float, float]:
    """Return a column's least width, long labels wrapped, and its preferred width, in points."""
    spans = spans_of(section)
    least, wish = [digits * size * _WIDE], [0.0]
    for (row, column), text in section.labels.items():
        rows, columns = spans.get((row, column), (1, 1))
        if (column, columns) != (col, 1):
            continue
        width = text_width(text, size)
        whole = (_WHOLE if rows < _TALL and roles[row, column] != "header" else _HEAD) * size
        lines = 1 if width <= whole else rows if rows > 1 else 1 + ceil(width / whole / 2)
        least.append(max(width / lines, 2 * size))
        wish.append(width if roles[row, column] == "stub" else 0.0)
    low = max(least) + _INSET
    return low, max(low, min(max(wish), _LONG * size) + _INSET + _INDENT)


def shortened(text: str, points: float, look: Look) -> str:
    """Return a text cut to one line of a column.

    >>> shortened("表三 一、本年新收", 70, Look(size=10))
    '表三 一、…'
    """
    room = points - _INSET - look.indent * _INDENT
    if text_width(text, look.size) <= room:
        return text
    ends = (end for end in range(len(text), 0, -1)
            if text_width(text[:end], look.size) + look.size <= room)  # fmt: skip
    return text[: next(ends, 0)] + "…"
