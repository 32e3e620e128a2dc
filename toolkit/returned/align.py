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
    texts = {place: raw[1] for place, raw in grid.cells.items() if raw[0] == "text" and raw[1]}
    if all(texts.get(place) == text for place, text in labels.items()):
        return None
    old, new = _unique(labels), _unique(texts)
    rows = _ordered({(old[text][0], new[text][0]) for text in old.keys() & new.keys()})
    if rows is None:
        return None
    columns = _columns(labels, texts, rows)
    if columns is None or all(old == new for line in (rows, columns) for old, new in line.items()):
        return None
    return _between(rows, size[0]), _between(columns, size[1])


def _unique(labels: Mapping[Place, str | None]) -> dict[str | None, Place]:
    """Return {text: place} of the texts that are on the sheet exactly once."""
    counts = Counter(labels.values())
    return {text: place for place, text in labels.items() if counts[text] == 1}


def _ordered(pairs: set[tuple[int, int]]) -> dict[int, int] | None:
    """Return pairs as a mapping if each has one target and all keep their order, else None."""
    steps = sorted(pairs)
    odd = any(old == next_old or new >= next_new
              for (old, new), (next_old, next_new) in pairwise(steps))  # fmt: skip
    if odd or not steps:
        return None
    return dict(steps)


def _columns(
    labels: Mapping[Place, str], texts: Mapping[Place, str | None], rows: Alignment
) -> dict[int, int] | None:
    """Return {expected: present column}; equal labels of a row are paired from left to right."""
    old: dict[tuple[int, str | None], list[int]] = {}
    new: dict[tuple[int, str | None], list[int]] = {}
    text: str | None
    for (row, column), text in sorted(labels.items()):
        if row in rows:
            old.setdefault((rows[row], text), []).append(column)
    for (row, column), text in sorted(texts.items()):
        new.setdefault((row, text), []).append(column)
    pairs = {
        pair
        for name, columns in old.items()
        if len(columns) == len(new.get(name, ()))
        for pair in zip(columns, new[name], strict=True)
    }
    return _ordered(pairs)


def _between(aligned: Alignment, last: int) -> dict[int, int]:
    """Return the mapping with lines without a label added where both neighbours moved alike."""
    line = dict(aligned)
    places = sorted(aligned)
    for first, second in zip([0, *places], [*places, last + 1], strict=True):
        before = aligned.get(first, 0) - first if first else None
        after = aligned[second] - second if second in aligned else None
        step = after if before is None else before
        if before is None or after is None or before == after:
            line |= {n: n + (step or 0) for n in range(first + 1, second)}
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
    return replace(
        grid, cells=cells, merges=[], hidden_rows=set(), hidden_columns=[], kept=None
    ), strangers
