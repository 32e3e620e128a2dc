"""Lines of a printed page as paragraphs: those that the margin broke are joined, its number left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_NUMBER = re.compile(
    r"[-\u2013\u2014\u2015\u2500\uff0d\s]{0,9}\d{1,4}[-\u2013\u2014\u2015\u2500\uff0d\s]{0,9}"
)
_EDGE = 0.12
"""Part of a page at its top and bottom where its number is printed."""
_FULL = 3
"""Least number of lines that reach the right margin: fewer do not tell where it is."""
_NEAR, _CLOSE = 1.5, 24.0
"""Most signs, and points, between the end of a full line and the margin."""
_INDENT = 0.6
"""Least part of a sign by which the first line of a paragraph is set in."""
_APART = 2.6
"""Most heights of a sign between two lines of a paragraph."""


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A line of a page: place of its middle from the top, its ends, height of its signs, text."""

    y: float
    left: float
    right: float
    high: float
    text: str


Margins = tuple[float, float]
"""Where the lines of a document begin and end."""


def margins(lines: Sequence[Margins], tables: Sequence[Margins]) -> Margins | None:
    """Return where the lines of a document begin and end, None where too few are full.

    lines, tables: their left and right ends; a table may tell where the margin is.
    """
    left = min((one for one, _ in (*lines, *tables)), default=0.0)
    right = max((one for _, one in (*lines, *tables)), default=0.0)
    full = sum(right - one < _CLOSE for _, one in lines)
    return (left, right) if full >= _FULL else None


def paragraphs(
    lines: Sequence[PrintedText], height: float, area: Margins | None
) -> Iterator[PrintedText]:
    """Yield the paragraphs of a page from top to bottom, from their first line to the last one's end.

    area: where lines begin and end; without it each line is a paragraph.
    """
    lines = [line for line in lines if not _is_page_number(line, height)] or lines
    whole: list[PrintedText] = []
    for line in lines:
        if whole and not (area and _goes_on(whole[-1], line, area)):
            yield _joined(whole)
            whole = []
        whole.append(line)
    if whole:
        yield _joined(whole)


def _joined(lines: Sequence[PrintedText]) -> PrintedText:
    text = "".join(line.text for line in lines)
    return replace(lines[0], right=lines[-1].right, text=text)


def _goes_on(before: PrintedText, line: PrintedText, area: Margins) -> bool:
    """Tell whether a line goes on with the paragraph of the line before: that is full, this not set in."""
    return turns_over(before, line, area) and line.y - before.y < _APART * line.high


def turns_over(before: PrintedText, line: PrintedText, area: Margins) -> bool:
    """Tell whether a line that the next page begins with goes on with this page's last paragraph."""
    left, right = area
    full = right - before.right < _NEAR * before.high
    return full and line.left - left < _INDENT * line.high


def _is_page_number(line: PrintedText, height: float) -> bool:
    """Tell whether a line is the number of a page."""
    outside = line.y < _EDGE * height or line.y > (1 - _EDGE) * height
    return outside and _NUMBER.fullmatch(line.text) is not None
