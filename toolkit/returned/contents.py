"""Content of a workbook as its formulas read it; the values of its totals and published cells.

No formula is calculated: a total is the sum of its parts, a published cell the cell it repeats.
None is a value that cannot be known: programs differ, or a formula it needs was changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..blank.slots import word
from ..edition.balance import PRIOR, Edit
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..report.report import Number

KnownValue = Number | str | None
"""A number, a text, or None where it cannot be known."""


@dataclass(frozen=True)
class Contents:
    """The content of a workbook's cells as its formulas read it.

    typed: {key: number or text} of filled cells. unsure: keys of cells without a stored result, or
    whose formula was changed. declared: tables. prior: {key: last year's number}. written: {text:
    number of its paragraphs}. changed: (id of a live row, column) whose formula was changed.
    silent: texts whose state was.
    """

    edition: Edition
    typed: Mapping[str, Number | str]
    unsure: frozenset[str]
    declared: frozenset[str]
    prior: Mapping[str, Number]
    written: Mapping[str, int]
    changed: frozenset[tuple[str, str]] = frozenset()
    silent: frozenset[str] = frozenset()

    @cached_property
    def totals(self) -> dict[str, KnownValue]:
        """{total: its number, "" while a part is unfilled, or the word to amend}."""
        results: dict[str, KnownValue] = {}

        def total(key: str) -> KnownValue:
            if key not in results:
                parts = [self.edition.cells[part] for part in self.edition.computes[key].right]
                for cell in parts:
                    if cell.key in self.edition.computes:
                        total(cell.key)
                results[key] = None if key in self.unsure else _total(self, parts, results)
            return results[key]

        for key in self.edition.computes:
            total(key)
        return results


def either(conditions: Iterable[bool | None]) -> bool | None:
    """Tell whether one of the conditions holds, None where that cannot be known."""
    answers = list(conditions)
    return True if True in answers else None if None in answers else False


def added(numbers: Iterable[int | None]) -> int | None:
    """Return a sum, None where a part cannot be known."""
    parts = list(numbers)
    return None if None in parts else sum(part for part in parts if part is not None)


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────


def misfits(contents: Contents, cell: Cell) -> int | None:
    """Return the number of faults that the sheet counts in a typed cell."""
    if cell.key in contents.unsure:
        return None
    value = contents.typed.get(cell.key)
    if value is None:
        return 0
    return cell.content.counted(cell, value)


def answered(contents: Contents, edit: Edit) -> bool | None:
    """Tell whether the cell `on` of an edit has its answer."""
    key = edit.figures["on"]
    return None if key in contents.unsure else contents.typed.get(key) == edit.figures["value"]


def _away(contents: Contents, key: str) -> bool | None:
    """Tell whether a cell does not apply, by the answers of other cells."""
    return either(answered(contents, edit) for edit in contents.edition.depends.get(key, ()))


def may_be_blank(contents: Contents, cell: Cell) -> bool | None:
    """Tell whether a typed cell may stay blank."""
    zero = cell.numeric and cell.table in contents.declared
    return either((zero, _away(contents, cell.key)))


def is_blank(contents: Contents, cell: Cell) -> bool | None:
    """Tell whether a typed cell is blank without permission, None where that cannot be known."""
    if cell.key in contents.typed:
        return False
    free = None if cell.key in contents.unsure else may_be_blank(contents, cell)
    return None if free is None else not free


def amends(
    contents: Contents, cells: Iterable[Cell], totals: Mapping[str, KnownValue]
) -> Iterator[bool | None]:
    """Yield for each cell whether it holds no valid number, None where that cannot be known."""
    for cell in cells:
        if cell.key in contents.edition.computes:
            shown = totals[cell.key]
            yield None if shown is None else shown == word("amend")
        else:
            count = misfits(contents, cell)
            yield None if count is None else count > 0


def opens(
    contents: Contents, cells: Iterable[Cell], totals: Mapping[str, KnownValue]
) -> Iterator[bool | None]:
    """Yield for each cell whether it is to be filled, None where that cannot be known."""
    for cell in cells:
        if cell.key in contents.edition.computes:
            shown = totals[cell.key]
            yield None if shown is None else isinstance(shown, str)
        else:
            yield is_blank(contents, cell)


def number(contents: Contents, key: str, totals: Mapping[str, KnownValue]) -> Number:
    """Return a cell's number, 0 for a blank."""
    if key.startswith(PRIOR):
        return contents.prior.get(key.removeprefix(PRIOR), 0)
    value = totals[key] if key in contents.edition.computes else contents.typed.get(key)
    return 0 if value is None or isinstance(value, str) else value


def _total(contents: Contents, parts: list[Cell], totals: Mapping[str, KnownValue]) -> KnownValue:
    wrong = either(amends(contents, parts, totals))
    blank = either(opens(contents, parts, totals))
    if wrong:
        return word("amend")
    if wrong is None or blank is None:
        return None
    return "" if blank else sum(number(contents, cell.key, totals) for cell in parts)


def published(contents: Contents, key: str) -> KnownValue:
    """Return the value of a cell of a published sheet: 0 for a declared blank."""
    cell = contents.edition.cells[key]
    if key in contents.edition.computes:
        return contents.totals[key]
    if key in contents.unsure:
        return None
    if key in contents.typed:
        return contents.typed[key]
    away = _away(contents, key)
    if away or not cell.numeric or cell.table not in contents.declared:
        return ""
    return None if away is None else 0
