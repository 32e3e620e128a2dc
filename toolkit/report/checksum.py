"""The check code of a return: six digits, the same on paper and in the file.

It finds slips and mix-ups, another file or another year's print. It is no proof against forgery.
The formula that computes the same in a workbook is in blank/footer.
"""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from ..edition.edition import Edition
from ..edition.kind import Cell, Number, on_sheet
from ..xlsx.address import Place
from ..xlsx.number import plain

MODULUS = 999_983
"""Largest prime number of six digits."""
PLACE_MODULUS, BY_ROW, BY_COLUMN, BY_TABLE = 997, 389, 612, 211
"""A cell's weight: row, column and table multiplied, modulo the first, plus 1."""
FILLED = 1009
"""Added to the value of each filled cell: a blank is not 0."""
DECLARED = 104_729
"""Added for a declared table, times its number."""
SCALE = 1_000_000
"""Amounts are counted in so many parts."""
LARGEST_COUNT, LARGEST_AMOUNT = 10**9, 10**7
"""A return with larger numbers has no code: programs could compute another one."""
NONE = "——"
"""Shown on paper in place of a code."""


def weight(number: int, place: Place) -> int:
    """Return the weight of a cell; number: of its table, from 1."""
    row, column = place
    return (row * BY_ROW + column * BY_COLUMN + number * BY_TABLE) % PLACE_MODULUS + 1


def seed(facts: Iterable[str | None]) -> int:
    """Return the number that a workbook's code begins with, from the facts in its mark.

    >>> seed(["annual-report", "2021", "2025", "某某局", None])
    423001
    """
    text = "\n".join(fact or "" for fact in facts)
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % MODULUS


def check_code(
    edition: Edition,
    values: Mapping[str, Number | str | None],
    nil: Container[str],
    start: int,
) -> str | None:
    """Return the check code of a return, None where one of its typed cells is not valid.

    values: {key: value}, of typed cells. nil: its declared tables. start: the seed in its mark.
    """
    terms = start
    for number, table, cells in _weighed(edition):
        terms += DECLARED * number * (table in nil)
        for cell, key, weighs in cells:
            value = values.get(key)
            if value is None:
                continue
            counted = _counted(cell, value)
            if counted is None:
                return None
            terms += weighs * (counted + FILLED)
    return f"{terms % MODULUS:06d}"


@cache
def tables(edition: Edition) -> Sequence[tuple[int, str, tuple[Cell, ...]]]:
    """Return (number, name, typed cells) of each table."""
    return tuple(
        (number, table, tuple(c for c in edition.of_table(table) if c.key not in edition.computes))
        for number, table in enumerate(edition.tables, 1)
    )


@cache
def _weighed(edition: Edition) -> Sequence[tuple[int, str, tuple[tuple[Cell, str, int], ...]]]:
    """Return (number, name, typed cells with key and weight) of each table."""
    return tuple(
        (number, table, tuple((c, c.key, weight(number, on_sheet(c.place))) for c in cells))
        for number, table, cells in tables(edition)
    )


def most(cell: Cell) -> int:
    """Return the largest number of a cell in a return that has a code."""
    return LARGEST_AMOUNT if cell.content.places else LARGEST_COUNT


def _counted(cell: Cell, value: Number | str) -> int | None:
    """Return what a value counts: an amount in parts, a choice its number, a text its length.

    Of a day it only counts that it is there. None for a value that is not valid.
    """
    if type(value) is int and cell.numeric and 0 <= value <= most(cell):
        return value * scale(cell)
    if cell.content.counted(cell, value) != 0:
        return None
    if cell.numeric and not isinstance(value, str):
        number = Decimal(value)
        return None if abs(number) > most(cell) else int(number * scale(cell))
    if cell.choices:
        return cell.choices.index(str(value)) + 1
    return 0 if cell.content.day else _length(value)


def scale(cell: Cell) -> int:
    """Return the number of parts in which a cell's numbers are counted."""
    return SCALE if cell.content.places else 1


def _length(value: Number | str) -> int:
    """Return the length of a text as spreadsheet programs count it, in units of UTF-16."""
    text = value if isinstance(value, str) else plain(Decimal(value))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
