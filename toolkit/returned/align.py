"""Alignment of a sheet whose labels moved: the present place of each row and column."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from ..xlsx.address import Place
from ..xlsx.sheet import Grid, Raw

Alignment = Mapping[int, int]
"""{expected row or column: present row or column}."""


def align(
    labels: Mapping[Place, str], grid: Grid, size: Place
) -> tuple[Alignment, Alignment] | None:
    """Return the present row and column of each expected one; None while nothing moved as a whole.

    Rows and columns keep their order when some are inserted or deleted; labels that only changed
    places do not.
    """
    there = {place: raw[1] for place, raw in grid.cells.items() if raw[0] == "text" and raw[1]}
    if all(there.get(place) == text for place, text in labels.items()):
        return None
    rows = _line(_unique(labels), _unique(there), 0)
    if rows is None:
        return None
    columns = _columns(labels, there, rows)
    if columns is None or all(old == new for line in (rows, columns) for old, new in line.items()):
        return None
    return _between(rows, size[0]), _between(columns, size[1])


def _unique(labels: Mapping[Place, str | None]) -> dict[str | None, Place]:
    """Return {text: place} of the texts that are on the sheet exactly once."""
    counts = Counter(labels.values())
    return {text: place for place, text in labels.items() if counts[text] == 1}


def _line(
    expected: Mapping[str | None, Place], found: Mapping[str | None, Place], side: int
) -> dict[int, int] | None:
    """Return {expected: present row (or column)} by texts, or None where they contradict."""
    pairs = {(place[side], found[text][side]) for text, place in expected.items() if text in found}
    return _ordered(pairs)


def _ordered(pairs: set[tuple[int, int]]) -> dict[int, int] | None:
    """Return pairs as a mapping if each has one target and all keep their order, else None."""
    steps = sorted(pairs)
    if not steps or any(one[0] == other[0] or one[1] >= other[1] for one, other in pairwise(steps)):
        return None
    return dict(steps)


def _columns(
    labels: Mapping[Place, str], there: Mapping[Place, str | None], rows: Alignment
) -> dict[int, int] | None:
    """Return {expected: present column}; equal labels of a row are paired from left to right."""
    old: dict[tuple[int, str | None], list[int]] = {}
    new: dict[tuple[int, str | None], list[int]] = {}
    text: str | None
    for (row, column), text in sorted(labels.items()):
        if row in rows:
            old.setdefault((rows[row], text), []).append(column)
    for (row, column), text in sorted(there.items()):
        new.setdefault((row, text), []).append(column)
    pairs = {
        pair
        for name, columns in old.items()
        if len(columns) == len(new.get(name, ()))
        for pair in zip(columns, new[name], strict=True)
    }
    return _ordered(pairs)


def _between(known: Alignment, last: int) -> dict[int, int]:
    """Return the mapping with lines without a label added where both neighbours moved alike."""
    line = dict(known)
    places = sorted(known)
    for one, other in zip([0, *places], [*places, last + 1], strict=True):
        before = known.get(one, 0) - one if one else None
        after = known[other] - other if other in known else None
        step = after if before is None else before
        if before is None or after is None or before == after:
            line |= {n: n + (step or 0) for n in range(one + 1, other)}
    return {old: new for old, new in line.items() if new > 0}


def put_back(
    grid: Grid, rows: Alignment, columns: Alignment
) -> tuple[Grid, list[tuple[Place, Raw]]]:
    """Return the sheet with every cell in its expected place, and the cells without one."""
    row_of = {new: old for old, new in rows.items()}
    column_of = {new: old for old, new in columns.items()}
    cells, strangers = {}, []
    for (row, column), raw in grid.cells.items():
        if row in row_of and column in column_of:
            cells[row_of[row], column_of[column]] = raw
        elif raw[1] or raw[2] is not None:
            strangers.append(((row, column), raw))
    return replace(grid, cells=cells, merges=[], hidden_rows=set(), hidden_columns=[]), strangers
