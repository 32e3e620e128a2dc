"""The result area of 校验结果: the cells for a button's findings. It is unlocked by design."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import xlwings as xw

from ..blank.slots import RESULT, word
from ..returned.results import ResultRow, height, is_cut

_NAMES = ("results", "overflow", "digest", "stamp")
"""Names defined in a blank of any version: `gouji_results` and so on."""
_ABOVE = 2
"""Rows from the line with the stamp to the first result."""
_OURS = {name: column - min(RESULT.values()) for name, column in RESULT.items()}
"""{part of a line: its column in the area}, in a blank of this version."""
_HIDDEN = "present"
"""The part of a line without a head: the one entry of the list beside a reason."""
_EVERYWHERE = {"code", "severity", "sheet", "cells", "message"}
"""The parts of a line in a blank of any version."""
_FORMULA = tuple("=+-@'")
"""First characters by which Excel takes a text for a formula, or that it drops."""


@dataclass(frozen=True, slots=True)
class Area:
    """The result area of an open workbook; digest: the current checksum of its data.

    columns: {part of a line: its column in the area}. places: of the cells above it, by name.
    """

    sheet: xw.Sheet
    first: tuple[int, int]
    shape: tuple[int, int]
    columns: Mapping[str, int]
    places: Mapping[str, tuple[int, int]]
    digest: float | None


def find(book: xw.Book) -> Area | None:
    """Return the result area, None where it is not as in a blank.

    Blanks of other versions have the area too, with their columns in another order.
    """
    sheet = next((sheet for sheet in book.sheets if sheet.name == word("results")), None)
    if sheet is None:
        return None
    try:
        named = {name: sheet.range(f"gouji_{name}") for name in _NAMES}
        places = {name: (box.row, box.column) for name, box in named.items()}
        shape = named["results"].shape
    except Exception:  # noqa: BLE001 - what Excel raises for a name that is gone is its own
        return None
    first = places.pop("results")
    last = max(first[1] + shape[1] - 1, *(column for _, column in places.values()))
    above = sheet.range((first[0] - _ABOVE, 1), (first[0] - 1, last))
    line, heads = above.options(ndim=2, err_to_str=True).value
    columns = _columns(heads[first[1] - 1 : first[1] - 1 + shape[1]])
    if not columns.keys() >= _EVERYWHERE or any(
        row != first[0] - _ABOVE for row, _ in places.values()
    ):
        return None
    digest = line[places["digest"][1] - 1]
    checksum = digest if isinstance(digest, float) else None
    return Area(sheet, first, shape, columns, places, checksum)


def _columns(heads: Iterable[object]) -> dict[str, int]:
    """Return {part of a line: its column in the area}, by the heads above it."""
    texts = list(heads)
    words = {name: word(f"result_{name}") for name in RESULT if name != _HIDDEN}
    columns = {name: texts.index(text) for name, text in words.items() if text in texts}
    return _OURS if columns.items() == _OURS.items() - {(_HIDDEN, _OURS[_HIDDEN])} else columns


def write(area: Area, lines: Sequence[ResultRow]) -> None:
    """Write the findings into the area in one call; above it, the number left out and the stamp."""
    count = area.shape[0]
    _fill(area, lines[:count])
    more = len(lines) - count
    _above(area, "overflow", word("result_more").format(n=more) if more > 0 else None)
    _above(area, "stamp", area.digest)


def clear(area: Area) -> None:
    """Clear the cells that a button wrote, nothing else: a line with a reason stays."""
    _fill(area, tuple(_reasoned(area)) if "reason" in area.columns else ())
    _above(area, "overflow", None)
    _above(area, "stamp", None)


def _reasoned(area: Area) -> Iterator[ResultRow]:
    """Yield the lines with a reason."""
    row, column = area.first
    last = (row + area.shape[0] - 1, column + area.shape[1] - 1)
    for values in area.sheet.range(area.first, last).options(ndim=2, err_to_str=True).value:
        line = {name: _text(values[at]) for name, at in area.columns.items()}
        if line["reason"]:
            yield tuple(line.get(name, "") for name in RESULT)


def _text(value: object) -> str:
    return f"{value:.15G}" if isinstance(value, float) else str(value or "")


def _fill(area: Area, lines: Sequence[ResultRow]) -> None:
    """Write all cells of the area; adjust row heights only in a blank of this version."""
    rows: list[list[str | None]] = [[None] * area.shape[1] for _ in range(area.shape[0])]
    for row, line in zip(rows, lines, strict=False):
        for name, text in zip(RESULT, line, strict=True):
            if name in area.columns:
                row[area.columns[name]] = _inert(text) or None
    area.sheet.range(area.first).value = rows
    if area.columns == _OURS:
        with suppress(Exception):  # where rows may not be changed the lines are there all the same
            _fit(area, lines)


def _fit(area: Area, lines: Sequence[ResultRow]) -> None:
    """Make each row as high as its text, with a limit for lines with many places."""
    row, column = area.first
    last = (row + area.shape[0] - 1, column + area.shape[1] - 1)
    area.sheet.range(area.first, last).rows.autofit()
    for number, line in enumerate(lines, row):
        if is_cut(line):
            area.sheet.range((number, column)).row_height = height(line)


def _above(area: Area, name: str, value: str | float | None) -> None:
    area.sheet.range(area.places[name]).value = value


def _inert(text: str) -> str:
    """Return a text in the form that stays text in a cell.

    >>> _inert("=1+1"), _inert("表三 D7")
    ("'=1+1", '表三 D7')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
