"""Circles of parents in a roster."""

from collections.abc import Mapping


def circles(above: Mapping[int, int]) -> set[int]:
    """Return the rows that are their own ancestors; above: {row: the row of its parent}.

    Each row is visited once, however long the chain.

    >>> sorted(circles({1: 2, 2: 3, 3: 2, 4: 5}))
    [2, 3]
    """
    circular: set[int] = set()
    done: set[int] = set()
    for start in above:
        path, row = list[int](), start
        while row in above and row not in done:
            done.add(row)
            path.append(row)
            row = above[row]
        if row in path:
            circular.update(path[path.index(row) :])
    return circular
