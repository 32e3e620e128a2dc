"""Addresses of typed cells that survive cut and paste.

Cutting one typed cell onto another rewrites direct references to it, in locked formulas too.
So a typed cell is addressed through INDEX over a frame none of whose edges is made of typed cells
only.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from ..edition.edition import Edition, Section
from ..edition.kind import FIRST_ROW, Cell, on_sheet
from ..xlsx.address import Box, Place, fixed
from .slots import CAPTION_ROW, places_of


def boxes(places: Iterable[Place]) -> list[Box]:
    """Return places as few rectangles (top, left, bottom, right), from the top left.

    >>> boxes([(1, 1), (1, 2), (2, 1), (2, 2), (4, 2)])
    [(1, 1, 2, 2), (4, 2, 4, 2)]
    """
    runs: list[Box] = []
    for row, column in sorted(places):
        if runs and runs[-1][0] == row and runs[-1][3] == column - 1:
            runs[-1] = (row, runs[-1][1], row, column)
        else:
            runs.append((row, column, row, column))
    joined: list[Box] = []
    for run in runs:
        above = (run[0] - 1, run[1], run[3])
        match = next((box for box in joined if (box[2], box[1], box[3]) == above), None)
        if match:
            joined[joined.index(match)] = (*match[:2], run[2], run[3])
        else:
            joined.append(run)
    return joined


def columns_first(places: Iterable[Place]) -> list[Box]:
    """Return places as few rectangles, joined along columns first, then rows."""
    turned = boxes((column, row) for row, column in places)
    joined = [(top, left, bottom, right) for left, top, right, bottom in turned]
    return sorted(joined, key=lambda box: (box[0], box[2], box[1]))


def _frame(section: Section) -> Box:
    """Return the frame for formulas on other sheets: the grid and one locked row below it."""
    return FIRST_ROW, 1, FIRST_ROW + section.size[0], section.size[1]


@dataclass(frozen=True, slots=True)
class _Bits:
    """Places of a table's grid, as a number for each row and each column: a bit for each place."""

    rows: Mapping[int, int]
    columns: Mapping[int, int]


def _lines(places: Iterable[Place]) -> _Bits:
    rows, columns = Counter[int](), Counter[int]()
    for row, column in frozenset(places):
        rows[row] |= 1 << column
        columns[column] |= 1 << row
    return _Bits(rows, columns)


def _span(first: int, last: int) -> int:
    """Return the bits from first to last.

    >>> bin(_span(1, 3))
    '0b1110'
    """
    return (1 << last + 1) - (1 << first)


@cache
def _typed(edition: Edition, table: str) -> _Bits:
    """Return every unlocked place of a table's grid, merged ones whole."""
    section = edition.tables[table]
    return _lines(
        spot
        for place, key in section.keys.items()
        if key not in edition.computes
        for spot in places_of(section, place)
    )


@cache
def _computed(edition: Edition, table: str) -> _Bits:
    """Return the place of every computed cell of a table."""
    cells = edition.of_table(table)
    return _lines(on_sheet(cell.place) for cell in cells if cell.key in edition.computes)


@cache
def _inner_frame(edition: Edition, table: str, box: Box) -> Box:
    """Return a frame around a box on its own sheet for a computed cell.

    It holds no computed cell outside the box, so that no formula refers to itself.
    """
    section = edition.tables[table]
    typed, computed = _typed(edition, table), _computed(edition, table).rows
    top, left, bottom, right = box
    across, down = _span(left, right), _span(top, bottom)

    def locked_row(row: int) -> bool:
        return typed.rows[row] & across != across

    def locked_column(column: int) -> bool:
        return typed.columns[column] & down != down

    def fits(frame: Box) -> bool:
        wide, high = _span(frame[1], frame[3]), _span(frame[0], frame[2])
        if typed.rows[frame[0]] & wide == wide or typed.rows[frame[2]] & wide == wide:
            return False
        if typed.columns[frame[1]] & high == high or typed.columns[frame[3]] & high == high:
            return False
        for row, bits in computed.items():
            beside = bits & wide & ~across if top <= row <= bottom else bits & wide
            if beside and frame[0] <= row <= frame[2]:
                return False
        return True

    ends = product(
        (left, *filter(locked_column, range(left - 1, 0, -1))),
        (right, *filter(locked_column, range(right + 1, section.size[1] + 2))),
        (top, *filter(locked_row, range(top - 1, CAPTION_ROW - 1, -1))),
        (bottom, *filter(locked_row, range(bottom + 1, FIRST_ROW + section.size[0] + 1))),
    )
    frames = ((top, left, bottom, right) for left, right, top, bottom in ends)
    return next(filter(fits, frames))


def index(box: Box, frame: Box, sheet: str = "") -> str:
    """Return a box as INDEX over a frame; `sheet` names another sheet."""
    prefix = f"'{sheet}'!" if sheet else ""
    first, last = (fixed((frame[row], frame[column])) for row, column in ((0, 1), (2, 3)))
    area = f"{prefix}{first}:{last}"
    corners = [
        f"INDEX({area},{row - frame[0] + 1},{column - frame[1] + 1})"
        for row, column in dict.fromkeys(((box[0], box[1]), (box[2], box[3])))
    ]
    return ":".join(corners)


def grouped(cells: Iterable[Cell], key: Callable[[Cell], object]) -> list[list[Cell]]:
    """Return the cells in groups that have the same key."""
    groups: dict[object, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return list(groups.values())


def refs(edition: Edition, cells: Iterable[Cell], *, inside: bool = False) -> list[str]:
    """Return references to cells, from their own sheet (`inside`) or from another one."""
    references = []
    for group in grouped(cells, lambda cell: cell.table):
        section = edition.tables[group[0].table]
        for box in columns_first(on_sheet(cell.place) for cell in group):
            if inside:
                references.append(index(box, _inner_frame(edition, group[0].table, box)))
            else:
                references.append(index(box, _frame(section), section.sheet))
    return references


def alone(edition: Edition, cell: Cell) -> str:
    """Return a reference from another sheet to a typed cell that no computed cell depends on.

    Its frame holds no computed cell, so that totals may depend on the formula.
    """
    row, column = on_sheet(cell.place)
    box = (row, column, row, column)
    sheet = edition.tables[cell.table].sheet
    return index(box, _inner_frame(edition, cell.table, box), sheet)


def boxed(edition: Edition, cells: Iterable[Cell]) -> list[tuple[Box, str]]:
    """Return (box, reference from another sheet) of one table's cells."""
    group = list(cells)
    section = edition.tables[group[0].table]
    places = (on_sheet(cell.place) for cell in group)
    return [(box, index(box, _frame(section), section.sheet)) for box in columns_first(places)]
