"""Addresses of typed cells that survive cut and paste.

Cutting one typed cell onto another rewrites direct references to it, in locked formulas too.
So a typed cell is addressed through INDEX over a frame none of whose edges is made of typed cells
only.
"""

from collections.abc import Iterable
from functools import cache
from itertools import product

from ..edition.edition import Edition, Section
from ..edition.kind import FIRST_ROW, Cell, on_sheet
from ..xlsx.address import Place, fixed
from .slots import CAPTION_ROW

Box = tuple[int, int, int, int]
"""First row, first column, last row, last column on a sheet, from 1."""


def _boxes(cells: Iterable[Cell]) -> list[Box]:
    """Return the cells' places as few rectangles, joined along columns first, then rows."""
    runs: list[Box] = []
    for row, column in sorted(
        (on_sheet(cell.place) for cell in cells), key=lambda at: (at[1], at[0])
    ):
        if runs and runs[-1][1] == column and runs[-1][2] == row - 1:
            runs[-1] = (runs[-1][0], column, row, column)
        else:
            runs.append((row, column, row, column))
    joined: list[Box] = []
    for run in sorted(runs, key=lambda box: (box[0], box[2], box[1])):
        last = joined[-1] if joined else None
        if last and (last[0], last[2], last[3] + 1) == (run[0], run[2], run[1]):
            joined[-1] = (*last[:3], run[3])
        else:
            joined.append(run)
    return joined


def _frame(section: Section) -> Box:
    """Return the frame for formulas on other sheets: the grid and one locked row below it."""
    return FIRST_ROW, 1, FIRST_ROW + section.size[0], section.size[1]


@cache
def _typed_places(edition: Edition, table: str) -> frozenset[Place]:
    """Return every unlocked place of a table's grid, merged ones whole."""
    section = edition.tables[table]
    merged = {(row, column): (h, w) for row, column, h, w in section.merges}
    return frozenset(
        on_sheet((row + down, column + right))
        for (row, column), key in section.keys.items()
        if key not in edition.computes
        for down, right in product(*map(range, merged.get((row, column), (1, 1))))
    )


@cache
def _inner_frame(edition: Edition, table: str, box: Box) -> Box:
    """Return a frame around a box on its own sheet for a computed cell.

    It holds no computed cell outside the box, so that no formula refers to itself.
    """
    section = edition.tables[table]
    typed = _typed_places(edition, table)
    top, left, bottom, right = box
    rows, columns = range(top, bottom + 1), range(left, right + 1)
    computed = {
        on_sheet(cell.place) for cell in edition.of_table(table) if cell.key in edition.computes
    } - set(product(rows, columns))

    def locked_row(row: int) -> bool:
        return any((row, column) not in typed for column in columns)

    def locked_column(column: int) -> bool:
        return any((row, column) not in typed for row in rows)

    ends = product(
        (left, *filter(locked_column, range(left - 1, 0, -1))),
        (right, *filter(locked_column, range(right + 1, section.size[1] + 2))),
        (top, *filter(locked_row, range(top - 1, CAPTION_ROW - 1, -1))),
        (bottom, *filter(locked_row, range(bottom + 1, FIRST_ROW + section.size[0] + 1))),
    )
    frames = ((t, x, b, y) for x, y, t, b in ends)
    return next(
        frame
        for frame in frames
        if not any(typed.issuperset(edge) for edge in _edges(frame))
        and not any(_inside(frame, at) for at in computed)
    )


def _inside(box: Box, at: Place) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _edges(box: Box) -> tuple[list[Place], ...]:
    top, left, bottom, right = box
    rows, columns = range(top, bottom + 1), range(left, right + 1)
    return (
        [(top, c) for c in columns],
        [(bottom, c) for c in columns],
        [(r, left) for r in rows],
        [(r, right) for r in rows],
    )


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


def by_table(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    """Return the cells of each table."""
    tables: dict[str, list[Cell]] = {}
    for cell in cells:
        tables.setdefault(cell.table, []).append(cell)
    return tables


def refs(edition: Edition, cells: Iterable[Cell], *, inside: bool = False) -> list[str]:
    """Return references to cells, from their own sheet (`inside`) or from another one."""
    found = []
    for table, group in by_table(cells).items():
        section = edition.tables[table]
        for box in _boxes(group):
            if inside:
                found.append(index(box, _inner_frame(edition, table, box)))
            else:
                found.append(index(box, _frame(section), section.sheet))
    return found
