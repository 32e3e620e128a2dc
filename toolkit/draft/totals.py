"""The formulas of a form as sums of its cells: ranges, chains of + and -, what is around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..xlsx.address import Place, place_of
from ..xlsx.formula import tokens

MOST, DEPTH = 2_000, 40
"""Most cells of a range, most brackets in one another."""
FormulaSpot = tuple[str, Place]
"""A cell of the form: sheet in capitals as formulas name it, place."""


class NoSumError(Exception):
    """A formula that is no sum of cells."""


@dataclass(slots=True)
class _Parser:
    """A formula while it is read."""

    tokens: Sequence[str]
    sheet: str
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        part = self.peek()
        if not part or (expected and part != expected):
            raise NoSumError
        self.at += 1
        return part


def terms(formula: str, sheet: str) -> Mapping[FormulaSpot, int]:
    """Return {cell: how often it is added} of a formula; raises NoSumError for any other formula.

    >>> terms("SUM(B2:B3)-C2+0", "a")
    {('A', (2, 2)): 1, ('A', (3, 2)): 1, ('A', (2, 3)): -1}
    """
    parser = _Parser(tokens(formula.strip("{}")), sheet.upper())
    found = _sum(parser)
    if parser.peek():
        raise NoSumError
    return {spot: times for spot, times in found.items() if times}


def _added(*parts: tuple[Mapping[FormulaSpot, int], int]) -> dict[FormulaSpot, int]:
    whole: dict[FormulaSpot, int] = {}
    for part, sign in parts:
        for spot, times in part.items():
            whole[spot] = whole.get(spot, 0) + sign * times
    return whole


def _sum(parser: _Parser) -> dict[FormulaSpot, int]:
    """Return the terms of a chain of + and -."""
    parser.depth += 1
    if parser.depth > DEPTH:
        raise NoSumError
    sign = -1 if parser.peek() == "-" else 1
    if parser.peek() in ("+", "-"):
        parser.take()
    whole = _added((_term(parser), sign))
    while parser.peek() in ("+", "-"):
        sign = -1 if parser.take() == "-" else 1
        whole = _added((whole, 1), (_term(parser), sign))
    parser.depth -= 1
    return whole


def _term(parser: _Parser) -> dict[FormulaSpot, int]:
    part = parser.take()
    if part == "(":
        inner = _sum(parser)
        parser.take(")")
        return inner
    if parser.peek() == "(" and part in _CALLS:
        parser.take("(")
        inner = _CALLS[part](parser)
        parser.take(")")
        return inner
    if part == "0":
        return {}
    parser.at -= 1
    return dict.fromkeys(_cells(parser), 1)


def _cells(parser: _Parser) -> list[FormulaSpot]:
    """Return the cells of a reference: a single one, or a range."""
    sheet, first = _cell(parser)
    if parser.peek() != ":":
        return [(sheet, first)]
    parser.take()
    _, last = _cell(parser)
    rows, columns = (range(min(pair), max(pair) + 1) for pair in zip(first, last, strict=True))
    if len(rows) * len(columns) > MOST:
        raise NoSumError
    return [(sheet, (row, column)) for row in rows for column in columns]


def _cell(parser: _Parser) -> FormulaSpot:
    """Return a cell, as an address or as INDEX of a range with plain numbers."""
    part, sheet = parser.take(), parser.sheet
    if part.endswith("!"):
        sheet, part = part[:-1], parser.take()
    if part == "INDEX":
        parser.take("(")
        cells = _cells(parser)
        numbers = []
        while parser.peek() == ",":
            parser.take()
            numbers.append(parser.take())
        parser.take(")")
        return _indexed(cells, numbers)
    place = place_of(part.replace("$", ""))
    if place is None:
        raise NoSumError
    return sheet, place


def _indexed(cells: Sequence[FormulaSpot], numbers: Sequence[str]) -> FormulaSpot:
    sheet, (top, left) = cells[0]
    if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):  # noqa: PLR2004
        raise NoSumError
    spot = sheet, (top + int(numbers[0]) - 1, left + int(numbers[1]) - 1)
    if spot not in cells:
        raise NoSumError
    return spot


def _of_sum(parser: _Parser) -> dict[FormulaSpot, int]:
    """Return the terms of the arguments of SUM."""
    whole = _sum(parser)
    while parser.peek() == ",":
        parser.take()
        whole = _added((whole, 1), (_sum(parser), 1))
    return whole


def _of_if(parser: _Parser) -> dict[FormulaSpot, int]:
    """Return the terms of the one argument of IF that is no text; its condition is left out."""
    _skip(parser)
    found: list[dict[FormulaSpot, int]] = []
    while parser.peek() == ",":
        parser.take()
        if parser.peek().startswith('"'):
            parser.take()
        else:
            found.append(_sum(parser))
    if len(found) != 1:
        raise NoSumError
    return found[0]


def _of_first(parser: _Parser) -> dict[FormulaSpot, int]:
    """Return the terms of the first argument: of ROUND and IFERROR."""
    whole = _sum(parser)
    if parser.peek() == ",":
        parser.take()
        _skip(parser)
    return whole


def _skip(parser: _Parser) -> None:
    """Pass over an argument."""
    depth = 0
    while parser.peek() and (depth or parser.peek() not in (",", ")")):
        part = parser.take()
        depth += (part == "(") - (part == ")")


_CALLS = {"SUM": _of_sum, "IF": _of_if, "ROUND": _of_first, "IFERROR": _of_first}
