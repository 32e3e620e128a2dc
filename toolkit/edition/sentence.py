"""Sentence of a section: the printed form of a table whose numbers a form tells in words."""

import re
from collections.abc import Mapping
from typing import Any

from .grid import GridError, PrintedGrid
from .shape import hint

_CELL = re.compile(r"\{([^{}]*)\}")


def spoken(entry: Mapping[str, Any], grid: PrintedGrid) -> str:
    """Return the sentence of a section's entry, empty without one; raises GridError.

    An overlay may have added cells that are not in it: then the table is printed.
    """
    sentence: str = entry.get("sentence", "")
    if not sentence:
        return ""
    names = [key.partition(".")[2] for key in grid.keys.values()]
    said = cells_of(sentence)
    for name in said:
        if name not in names:
            raise GridError(f"no cell {name!r} for the sentence{hint(name, names)}", "sentence")
    if len(set(said)) < len(said):
        raise GridError("the sentence has a cell twice; take one out", "sentence")
    return sentence


def cells_of(sentence: str) -> list[str]:
    """Return the cells of a sentence, in its order.

    >>> cells_of("a {x.y} b {z.w}.")
    ['x.y', 'z.w']
    """
    return _CELL.findall(sentence)


def words_of(sentence: str) -> list[str]:
    """Return the words before, between and behind the cells of a sentence."""
    return _CELL.split(sentence)[::2]
