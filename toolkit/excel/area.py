"""The result area of 校验结果: where a button writes what it found. It is unlocked by design."""

from collections.abc import Sequence
from dataclasses import dataclass

import xlwings as xw

from ..workbook.results import Row
from ..workbook.sheets import STAMP
from ..workbook.structure import RESULT, word

_ABOVE = 2
"""Rows from the line with the stamp to the first result."""
_FORMULA = tuple("=+-@'")
"""A text that begins with one of them would be taken for a formula, or lose it."""


@dataclass(frozen=True, slots=True)
class Area:
    """An open workbook's result area; digest: what its data come to now."""

    sheet: xw.Sheet
    rows: int
    first: int
    digest: float | None


def find(book: xw.Book) -> Area | None:
    """Return the result area, None where it is not where a blank has it."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == word("results")), None)
    if sheet is None:
        return None
    try:
        named = sheet.range("gouji_results")
        first, (rows, columns) = named.row, named.shape
    except Exception:  # noqa: BLE001 - what Excel raises for a name that is gone is its own
        return None
    above = sheet.range((first - _ABOVE, 1), (first - 1, STAMP["stamp"]))
    line, heads = above.options(ndim=2, err_to_str=True).value
    wanted = {column: word(f"result_{name}") for name, column in RESULT.items()}
    if columns != len(RESULT) or any(heads[c - 1] != text for c, text in wanted.items()):
        return None
    digest = line[STAMP["digest"] - 1]
    return Area(sheet, rows, first, digest if isinstance(digest, float) else None)


def write(area: Area, lines: Sequence[Row]) -> None:
    """Put the findings into the area in one piece, and above it what they are of."""
    blank = (None,) * len(RESULT)
    shown = [tuple(map(_inert, line)) for line in lines[: area.rows]]
    more = len(lines) - area.rows
    left = area.sheet.range((area.first, min(RESULT.values())))
    left.value = [*shown, *[blank] * (area.rows - len(shown))]
    _above(area, "overflow", word("result_more").format(n=more) if more > 0 else None)
    _above(area, "stamp", area.digest)


def clear(area: Area) -> None:
    """Take away what a button wrote, nothing else."""
    area.sheet.range((area.first, min(RESULT.values()))).value = [(None,) * len(RESULT)] * area.rows
    _above(area, "overflow", None)
    _above(area, "stamp", None)


def _above(area: Area, name: str, value: str | float | None) -> None:
    area.sheet.range((area.first - _ABOVE, STAMP[name])).value = value


def _inert(text: str) -> str:
    """Return a text that stays text in a cell.

    >>> _inert("=1+1"), _inert("表三 D7")
    ("'=1+1", '表三 D7')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
