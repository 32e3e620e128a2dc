"""Edits that recalculate in the sheet: the cells that each counts, and the formula of the number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..data import CHINESE, texts
from ..edition.balance import Edit
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..xlsx.address import fixed
from ..xlsx.formula import quoted
from . import slots
from .formulas import amend, answered, having, states, unfilled
from .frames import index, refs
from .slots import APART, BLANK, COVER_COLUMN, COVER_FIRST, WRONG, word

_FEW = 6
"""Most cells that a formula asks one by one."""


@dataclass(frozen=True, slots=True)
class SheetCount:
    """The counting of a kind of edit in the sheet: a filter of cells, and a formula.

    hit: the condition of a cell's colour, given that it is a number; `{}` is the cell. Empty where
    the cells have colours of their own. most: cells of a table; more have no live row.
    """

    of: Callable[[Cell], bool]
    count: Callable[[Edition, Edit, Sequence[Cell]], str]
    hit: str = ""
    most: int | None = None


def _wrong(edition: Edition, _: Edit, cells: Sequence[Cell]) -> str:
    return having(edition, cells, WRONG)


def _blanks(edition: Edition, _: Edit, cells: Sequence[Cell]) -> str:
    return having(edition, cells, BLANK)


def _apart(edition: Edition, edit: Edit, cells: Sequence[Cell]) -> str:
    return f"IF({answered(edition, edit)},{having(edition, cells, APART)},0)"


def _each(edition: Edition, cells: Sequence[Cell], wrong: str) -> str:
    """Return the number of cells with a valid number that is `wrong`; `{}` in it is the number."""
    return "+".join(
        f"IF(MOD({states(edition, [cell])[0]},2)*{wrong.replace('{}', f'SUM({ref})')},1,0)"
        for cell in cells
        for ref in refs(edition, [cell])
    )


def _not_zero(edition: Edition, edit: Edit, cells: Sequence[Cell]) -> str:
    """Return the number of cells that are not 0, where the agency's level is one of the edit's."""
    count = _each(edition, cells, "({}<>0)")
    if not edit.levels:
        return count
    level = on_cover("level")
    printed = texts("level", CHINESE)
    hits = "+".join(f"COUNTIF({level},{quoted(printed[name])})" for name in edit.levels)
    return f"IF({hits}>0,{count},0)"


def _over(edition: Edition, edit: Edit, cells: Sequence[Cell]) -> str:
    """Return the number of cells above the limit of one agency, in no roll-up."""
    row, column = slots.notice_place(edition)
    notice = f"'{word('cover')}'!{fixed((row, column))}"
    count = _each(edition, cells, f"({{}}>{edit.figures['limit']})")
    return f"IF(COUNTA({notice})=0,{count},0)"


def _uneven(edition: Edition, edit: Edit, cells: Sequence[Cell]) -> str:
    """Return the number of cells that are no multiple; a number with decimals is none of a whole one.

    Programs take two numbers for equal that differ in the sixteenth digit.
    """
    of = edit.figures["of"]
    uneven = f"(INT({{}}/{of})*{of}<>{{}})"
    whole = isinstance(of, int)
    return _each(edition, cells, f'({uneven}+ISNUMBER(FIND(".",{{}}))>0)' if whole else uneven)


def _groundless(edition: Edition, edit: Edit, cells: Sequence[Cell]) -> str:
    """Return the number of cells that are not 0 although all cells that they need are."""
    grounds = [edition.cells[key] for key in edit.figures["one_of"]]
    unclear = f"{amend(edition, grounds)},{unfilled(edition, grounds)}"
    sizes = "+".join(f"ABS(SUM({ref}))" for cell in grounds for ref in refs(edition, [cell]))
    return f"IF(OR({unclear},{sizes}>0),0,{_each(edition, cells, '({}<>0)')})"


def on_cover(name: str) -> str:
    """Return a reference to a field of the cover, from another sheet."""
    (row, column), last = slots.cover_places()[name], slots.cover_places()["deadline"][0] - 1
    frame = (COVER_FIRST, COVER_COLUMN - 1, last, COVER_COLUMN)
    return index((row, column, row, column), frame, word("cover"))


COUNTS: Mapping[str, SheetCount] = {
    "number": SheetCount(lambda cell: cell.numeric, _wrong),
    "entry": SheetCount(lambda cell: not cell.numeric, _wrong),
    "dependent": SheetCount(lambda _: True, _apart),
    "unfilled": SheetCount(lambda cell: not cell.optional, _blanks),
    "present": SheetCount(lambda _: True, _blanks),
    "zero": SheetCount(lambda cell: cell.numeric, _not_zero, "{}<>0", _FEW),
    "ceiling": SheetCount(lambda cell: cell.numeric, _over, "{}>limit", _FEW),
    "multiple": SheetCount(lambda cell: cell.numeric, _uneven, "INT({}/of)*of<>{}", _FEW),
    "needs": SheetCount(lambda cell: cell.numeric, _groundless, "{}<>0", _FEW),
}


def counted_cells(edition: Edition, edit: Edit, table: str) -> tuple[Cell, ...]:
    """Return the typed cells of a table that an edit counts in the sheet, none for most kinds."""
    return _counted_by(edition).get((edit.id, table), ())


@cache
def _counted_by(edition: Edition) -> dict[tuple[str, str], tuple[Cell, ...]]:
    """Return {(id of an edit, table): the typed cells that it counts}."""
    return {
        (edit.id, table): tuple(_counted(edition, edit, table))
        for edit in edition.edits
        for table in edition.tables
        if edit.kind in COUNTS
    }


def _counted(edition: Edition, edit: Edit, table: str) -> list[Cell]:
    counts = COUNTS[edit.kind]
    cells = [
        cell
        for cell in edition.select(edit.cells)
        if cell.table == table and cell.key not in edition.computes and counts.of(cell)
    ]
    return cells if counts.most is None or len(cells) <= counts.most else []
