"""The formulas of the form's own cells: totals and published cells.

A cell for a number is touched only through SUM, COUNT, COUNTA, COUNTIF, ISNUMBER and FIND: text in
it would turn + or < into an error or a wrong number.
"""

from collections.abc import Iterable, Sequence

from ..edition.balance import Edit
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..xlsx.formula import quoted
from . import slots
from .frames import grouped, index, refs
from .slots import CAPTION_ROW, STATUS_ROW, word


def declared(edition: Edition, table: str, *, inside: bool = False) -> str:
    """Return the condition that a table's declaration is chosen."""
    section = edition.tables[table]
    if not section.statutory:
        return "FALSE"
    row, column = slots.declaration(section)
    frame = (STATUS_ROW, 1, CAPTION_ROW, section.size[1])
    cell = index((row, column, row, column), frame, "" if inside else section.sheet)
    return f"COUNTIF({cell},{quoted(word('declaration'))})>0"


def answered(edition: Edition, edit: Edit, table: str | None = None) -> str:
    """Return the condition that a cell has the answer (`on`, `value`) of an edit.

    table: the table on whose sheet the formula is, None for any other sheet.
    """
    asked = edition.cells[edit.figures["on"]]
    (ref,) = refs(edition, [asked], inside=asked.table == table)
    return f"COUNTIF({ref},{quoted(edit.figures['value'])})>0"


# ── invalid content ───────────────────────────────────────────────────────────────────────────────


def _alike(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Return cells in groups that share a test for misfits."""
    return grouped(
        cells, lambda c: c.key if c.content.alone else (c.kind, c.table, c.signed, c.choices)
    )


def all_misfits(edition: Edition, cells: Iterable[Cell], *, inside: bool = False) -> list[str]:
    """Return a formula for each group of cells: the number of cells with invalid content."""
    return [
        "+".join(
            term
            for ref in refs(edition, group, inside=inside)
            for term in group[0].content.misfits(group[0], ref)
        )
        for group in _alike(cells)
    ]


# ── unfilled cells ────────────────────────────────────────────────────────────────────────────────


def _free(edition: Edition, cell: Cell, *, inside: bool = False) -> list[str]:
    """Return the conditions under which a typed cell may stay blank."""
    zero = declared(edition, cell.table, inside=inside) if cell.numeric else "FALSE"
    table = cell.table if inside else None
    away = [answered(edition, edit, table) for edit in edition.depends.get(cell.key, ())]
    return [condition for condition in (zero, *away) if condition != "FALSE"]


def _as_free(edition: Edition, cells: Iterable[Cell]) -> list[list[Cell]]:
    """Return typed cells in groups that may stay blank under the same conditions."""

    def key(cell: Cell) -> object:
        edits = tuple(edit.id for edit in edition.depends.get(cell.key, ()))
        return cell.table, cell.numeric, edits

    return grouped(cells, key)


def filled(edition: Edition, cells: Iterable[Cell], *, blank: bool = False) -> list[str]:
    """Return a formula for each group of typed cells: the number filled or free to be blank.

    blank: the number of the others, blank without permission.
    """
    terms = []
    for group in _as_free(edition, cells):
        count = f"COUNTA({','.join(refs(edition, group))})"
        whole, count = (0, f"{len(group)}-{count}") if blank else (len(group), count)
        free = _free(edition, group[0])
        terms.append(f"IF({any_of(free)},{whole},{count})" if free else count)
    return terms


def out_of_place(edition: Edition, edit: Edit, cells: Iterable[Cell]) -> str:
    """Return the formula that counts cells not 0 although an answer makes them not apply."""
    terms = [f"COUNTA({ref})-SUMPRODUCT(ISNUMBER({ref})*({ref}=0))" for ref in refs(edition, cells)]
    return f"IF({answered(edition, edit)},{'+'.join(terms)},0)"


def any_of(conditions: Sequence[str]) -> str:
    """Return the condition that any of the conditions holds; FALSE without any."""
    return f"OR({','.join(conditions)})" if len(conditions) > 1 else (*conditions, "FALSE")[0]


def amend(edition: Edition, cells: Sequence[Cell], *, inside: bool = False) -> list[str]:
    """Return the conditions under which a cell holds no valid number."""
    typed = [cell for cell in cells if cell.key not in edition.computes]
    totals = [cell for cell in cells if cell.key in edition.computes]
    return [f"{sums}>0" for sums in all_misfits(edition, typed, inside=inside)] + [
        f"COUNTIF({ref},{quoted(word('amend'))})>0" for ref in refs(edition, totals, inside=inside)
    ]


def unfilled(edition: Edition, cells: Sequence[Cell], *, inside: bool = False) -> list[str]:
    """Return the conditions under which a cell is still to be filled."""
    conditions = []
    for group in _as_free(edition, (cell for cell in cells if cell.key not in edition.computes)):
        count = f"COUNT({','.join(refs(edition, group, inside=inside))})<{len(group)}"
        free = [f"NOT({condition})" for condition in _free(edition, group[0], inside=inside)]
        conditions.append(f"AND({','.join([count, *free])})" if free else count)
    totals = [cell for cell in cells if cell.key in edition.computes]
    if totals:
        conditions.append(f"COUNT({','.join(refs(edition, totals, inside=inside))})<{len(totals)}")
    return conditions


def total(edition: Edition, key: str) -> str:
    """Return a total's formula: its sum, a word for a misfit, empty for an unfilled part."""
    parts = [edition.cells[part] for part in edition.computes[key].right]
    wrong = any_of(amend(edition, parts, inside=True))
    blank = any_of(unfilled(edition, parts, inside=True))
    sums = f"SUM({','.join(refs(edition, parts, inside=True))})"
    return f'IF({wrong},{quoted(word("amend"))},IF({blank},"",{sums}))'


def published(edition: Edition, key: str) -> str:
    """Return the formula of a published cell: 0 for a declared blank, else the cell's content."""
    cell = edition.cells[key]
    (ref,) = refs(edition, [cell])
    if key in edition.computes:
        return ref
    blank = f'IF({declared(edition, cell.table)},0,"")' if cell.numeric else '""'
    if away := [answered(edition, edit) for edit in edition.depends.get(key, ())]:
        blank = f'IF({any_of(away)},"",{blank})'
    return f"IF(COUNTA({ref})=0,{blank},{ref})"
