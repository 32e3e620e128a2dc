"""Bands: the rows or columns of a table that have the same heads, each a line of cells to add up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..edition.edition import Edition, Section
from ..edition.kind import Cell
from .branches import own

LabelPath = tuple[str, ...]
Ident = tuple[int, LabelPath]
"""An item of a line: its row or column, and the labels that name it."""
_ALIKE = 0.5
"""The share of items that lines have in common, at least, in a band."""


@dataclass(frozen=True, slots=True)
class Band:
    """Lines of a table with the same heads.

    each: row where a line is a row of cells, else column. paths: the labels of each item of a
    line, outermost first. names: the words of the last of them. lines: the cell of each item, None where the line has none.
    """

    table: str
    each: str
    paths: tuple[LabelPath, ...]
    names: tuple[str, ...]
    lines: tuple[tuple[Cell | None, ...], ...]

    def printed(self, items: Iterable[int]) -> tuple[str, ...]:
        """Return the last printed label of items, its blanks left out."""
        return tuple("".join((*self.paths[at][-1:], "")[0].split()) for at in items)


def bands(edition: Edition) -> list[Band]:
    """Return the bands of all tables, by row and by column, those of one item left out."""
    found: list[Band] = []
    for section in edition.tables.values():
        cells = {place: edition.cells[key] for place, key in section.keys.items()}
        numbers = {place: cell for place, cell in cells.items() if cell.numeric}
        heads = {place: _heads(section, place) for place in numbers}
        for each in ("row", "column"):
            found += _of_table(section.table or "", each, numbers, heads)
    return found


def _of_table(
    table: str,
    each: str,
    cells: Mapping[tuple[int, int], Cell],
    heads: Mapping[tuple[int, int], tuple[LabelPath, LabelPath]],
) -> list[Band]:
    """Return the bands of a table; heads: the labels of the row and of the column of a cell."""
    across = each == "row"
    lines: dict[Ident, dict[Ident, Cell]] = {}
    for place in sorted(cells, key=lambda place: place if across else place[::-1]):
        row, column = (place[0], heads[place][0]), (place[1], heads[place][1])
        line, item = (row, column) if across else (column, row)
        lines.setdefault(line, {})[item] = cells[place]
    groups: list[tuple[dict[Ident, None], list[dict[Ident, Cell]]]] = []
    for cellsof in lines.values():
        items, members = next((group for group in groups if _alike(group[0], cellsof)), ({}, []))
        if not members:
            groups.append((items, members))
        items.update(dict.fromkeys(cellsof))
        members.append(cellsof)
    return [
        _band(table, each, sorted(items), members) for items, members in groups if len(items) > 1
    ]


def _alike(items: Mapping[Ident, None], line: Mapping[Ident, Cell]) -> bool:
    shared = sum(item in items for item in line)
    return shared > 1 and shared >= _ALIKE * max(len(items), len(line))


def _band(
    table: str, each: str, items: Sequence[Ident], lines: Iterable[Mapping[Ident, Cell]]
) -> Band:
    paths = tuple(path for _, path in items)
    return Band(
        table=table,
        each=each,
        paths=paths,
        names=tuple(map(own, paths)),
        lines=tuple(tuple(map(line.get, items)) for line in lines),
    )


def _heads(section: Section, place: tuple[int, int]) -> tuple[LabelPath, LabelPath]:
    """Return the labels of a cell's row and of its column, outermost first.

    A label as wide as the table names the rows below it, unless it is the title, and no columns.
    Dashes in cells that are not filled in are no labels.
    """
    anchors = _anchors(section)
    row = _labels(section, anchors, [(place[0], at) for at in range(place[1] - 1, -1, -1)])
    above = [(at, place[1]) for at in range(place[0] - 1, -1, -1)]
    wide = [at for at in above if _is_wide(section, anchors.get(at))]
    column = _labels(section, anchors, [at for at in above if at not in wide])
    over = [section.labels[anchors[at]] for at in wide[:1] if at[0]]
    return (*over, *row), column


def _labels(
    section: Section,
    anchors: Mapping[tuple[int, int], tuple[int, int]],
    way: Iterable[tuple[int, int]],
) -> LabelPath:
    """Return the labels on a way from a cell, the last one first; a cell behind them ends it."""
    path: dict[tuple[int, int], str] = {}
    for at in way:
        anchor = anchors.get(at)
        label = section.labels[anchor] if anchor else ""
        if anchor and any(sign.isalnum() for sign in label):
            path.setdefault(anchor, label)
        elif path and anchor is None:
            break
    return tuple(reversed(path.values()))


def _anchors(section: Section) -> dict[tuple[int, int], tuple[int, int]]:
    """Return {place: the place of the label that covers it}."""
    covered = {at: at for at in section.labels}
    for row, column, rows, columns in section.merges:
        if (row, column) in section.labels:
            covered |= {
                (row + down, column + right): (row, column)
                for down in range(rows)
                for right in range(columns)
            }
    return covered


def _is_wide(section: Section, anchor: tuple[int, int] | None) -> bool:
    """Tell whether a label is as wide as the table."""
    return any(
        (row, column) == anchor and columns == section.size[1]
        for row, column, _, columns in section.merges
    )
