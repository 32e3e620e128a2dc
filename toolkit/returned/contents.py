"""Content of a workbook as its formulas read it; the values of its totals and published cells.

No formula is calculated: a total is the sum of its parts, a published cell the cell it repeats.
None is a value that cannot be known: programs differ, or a formula it needs was changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..blank.slots import APART, BLANK, FREE, WRONG, word
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
    silent: texts whose state was. booleans: keys of cells with a truth value. level: key of the
    cover's level, "" for none and for a word that is no printed one. summed: of a roll-up,
    caveats: with some in its notice.
    found: (severity, sheet, message) of each finding that a check wrote. outdated: whether the data
    changed since then, None where that cannot be known. coded: no formula of the check code was.
    """

    edition: Edition
    typed: Mapping[str, Number | str]
    unsure: frozenset[str]
    declared: frozenset[str]
    prior: Mapping[str, Number]
    written: Mapping[str, int]
    changed: frozenset[tuple[str, str]] = frozenset()
    silent: frozenset[str] = frozenset()
    booleans: frozenset[str] = frozenset()
    level: str = ""
    summed: bool = False
    caveats: bool = False
    found: tuple[tuple[str, str, str], ...] = ()
    outdated: bool | None = False
    coded: bool = True

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

    @cached_property
    def faults(self) -> dict[str, int | None]:
        """{typed cell: the number of faults that the sheet counts in it}, of those not 0."""
        cells, counts = self.edition.cells, dict[str, int | None]()
        for key, value in self.typed.items():
            if count := cells[key].content.counted(cells[key], value):
                counts[key] = count
            elif count is None:
                counts[key] = None
        return counts | dict.fromkeys(self.booleans, 1) | dict.fromkeys(self.unsure)

    @cached_property
    def unfit(self) -> frozenset[str]:
        """The typed cells with a fault, blank without permission, or that cannot be known."""
        edition = self.edition
        blank = (
            key
            for key in edition.typed
            if key not in self.typed and is_blank(self, edition.cells[key]) is not False
        )
        return frozenset((*self.faults, *blank))

    @cached_property
    def doubtful(self) -> frozenset[str]:
        """The cells, totals among them, that are no number in the sheet."""
        known = (
            key for key, shown in self.totals.items() if shown is None or isinstance(shown, str)
        )
        return self.unfit.union(known)

    @cached_property
    def notes(self) -> dict[object, Any]:
        """Results that were computed once, by name."""
        return {}


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
    return contents.faults.get(cell.key, 0)


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


def state(contents: Contents, cell: Cell) -> int | None:
    """Return the state of a typed cell that the sheet computes."""
    if cell.key not in contents.typed and cell.key not in contents.booleans:
        free = None if cell.key in contents.unsure else may_be_blank(contents, cell)
        return None if free is None else FREE if free else BLANK
    wrong, away = misfits(contents, cell), _away(contents, cell.key)
    if wrong is None or away is None:
        return None
    zero = contents.typed.get(cell.key) == 0
    return WRONG if wrong else APART if away and not zero else FREE


def number(contents: Contents, key: str, totals: Mapping[str, KnownValue]) -> Number:
    """Return a cell's number, 0 for a blank."""
    if key.startswith(PRIOR):
        return contents.prior.get(key.removeprefix(PRIOR), 0)
    value = totals[key] if key in contents.edition.computes else contents.typed.get(key)
    return 0 if value is None or isinstance(value, str) else value


def stood_for(contents: Contents, keys: Iterable[str]) -> KnownValue:
    """Return the value that the cover shows for a placeholder: the sum of its cells, or a dash."""
    cells = [contents.edition.cells[key] for key in keys]
    wrong, blank = (either(check(contents, cells, contents.totals)) for check in (amends, opens))
    if wrong or blank:
        return word("list_none")
    if wrong is None or blank is None:
        return None
    return sum(number(contents, cell.key, contents.totals) for cell in cells)


def _total(contents: Contents, parts: list[Cell], totals: Mapping[str, KnownValue]) -> KnownValue:
    keys = {cell.key for cell in parts}
    if contents.unfit.isdisjoint(keys) and keys.isdisjoint(contents.edition.computes):
        return sum(number(contents, cell.key, totals) for cell in parts)
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
