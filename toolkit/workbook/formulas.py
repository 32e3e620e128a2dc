"""The formulas of the form's own cells: totals and what is printed.

A typed cell is touched only through SUM, COUNT, COUNTA, COUNTIF, ISNUMBER and FIND: text in it
would turn + or < into an error or a wrong number.
"""

from collections.abc import Iterable, Sequence

from ..edition import Edition
from ..grid import Cell
from ..report import COUNT_LIMIT, PLACES
from . import structure
from .frames import by_table, index, refs
from .structure import CAPTION_ROW, STATUS_ROW, word

_NUMBERS = ("count", "money")
_EXACT = "5/10^16"
"""A double is off by less than this part of it, a number of 15 digits by more."""


def quoted(text: str) -> str:
    """Return a text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def declared(edition: Edition, table: str, *, inside: bool = False) -> str:
    """Return the condition that a table's declaration is chosen."""
    section = edition.tables[table]
    if not section.statutory:
        return "FALSE"
    row, column = structure.declaration(section)
    frame = (STATUS_ROW, 1, CAPTION_ROW, section.size[1])
    cell = index((row, column, row, column), frame, "" if inside else section.sheet)
    return f"COUNTIF({cell},{quoted(word('declaration'))})>0"


def _misfits(cells: Sequence[Cell], refs: Sequence[str]) -> str:
    """Return how many of the cells (alike in kind) hold something that is no number for them.

    A number has a sign of one it must not be in its text: a point, a minus, a small exponent.
    """
    first = cells[0]
    terms = []
    for ref in refs:
        terms += [f"COUNTA({ref})-COUNT({ref})", f'COUNTIF({ref},">{COUNT_LIMIT}")']
        if first.signed:
            terms.append(f'COUNTIF({ref},"<-{COUNT_LIMIT}")')
        if first.kind == "count":
            signs = (".", "E-") if first.signed else (".", "-")
            found = "+".join(f"ISNUMBER(FIND({quoted(sign)},{ref}))" for sign in signs)
            terms.append(f"SUMPRODUCT(ISNUMBER({ref})*({found}>0))")
        else:
            scaled = f"SUM({ref})*{10**PLACES}"
            places = f"ABS({scaled}-INT({scaled}+0.5))>ABS({scaled})*{_EXACT}"
            wrong = places if first.signed else f"OR(SUM({ref})<0,{places})"
            terms.append(f"IF(COUNT({ref})=1,IF({wrong},1,0),0)")
    return "+".join(terms)


def _by_kind(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Return cells in groups that one test of misfits serves; money cells one by one."""
    groups: dict[object, list[Cell]] = {}
    for cell in cells:
        if cell.kind in _NUMBERS:
            alike = (cell.table, cell.signed) if cell.kind == "count" else cell.key
            groups.setdefault(alike, []).append(cell)
    return list(groups.values())


def all_misfits(edition: Edition, cells: Iterable[Cell], *, inside: bool = False) -> list[str]:
    """Return one number a group of cells: how many of them hold no plain number."""
    return [_misfits(group, refs(edition, group, inside=inside)) for group in _by_kind(cells)]


def any_of(conditions: Sequence[str]) -> str:
    """Return a condition that holds where one of them does; without any, FALSE."""
    return f"OR({','.join(conditions)})" if len(conditions) > 1 else (*conditions, "FALSE")[0]


def amend(edition: Edition, cells: Sequence[Cell], *, inside: bool = False) -> list[str]:
    """Return the conditions under which one of the cells is no number."""
    typed = [cell for cell in cells if cell.key not in edition.computes]
    totals = [cell for cell in cells if cell.key in edition.computes]
    return [f"{sums}>0" for sums in all_misfits(edition, typed, inside=inside)] + [
        f"COUNTIF({ref},{quoted(word('amend'))})>0" for ref in refs(edition, totals, inside=inside)
    ]


def unfilled(edition: Edition, cells: Sequence[Cell], *, inside: bool = False) -> list[str]:
    """Return the conditions under which one of the cells is still open."""
    conditions = []
    for table, group in by_table(cells).items():
        typed = [cell for cell in group if cell.key not in edition.computes]
        if typed:
            count = f"COUNT({','.join(refs(edition, typed, inside=inside))})<{len(typed)}"
            free = declared(edition, table, inside=inside)
            conditions.append(count if free == "FALSE" else f"AND({count},NOT({free}))")
    totals = [cell for cell in cells if cell.key in edition.computes]
    if totals:
        conditions.append(f"COUNT({','.join(refs(edition, totals, inside=inside))})<{len(totals)}")
    return conditions


def total(edition: Edition, key: str) -> str:
    """Return a computed cell's formula: its sum, a word over a misfit, empty over an open part."""
    parts = [edition.cells[part] for part in edition.computes[key].right]
    wrong = any_of(amend(edition, parts, inside=True))
    blank = any_of(unfilled(edition, parts, inside=True))
    sums = f"SUM({','.join(refs(edition, parts, inside=True))})"
    return f'IF({wrong},{quoted(word("amend"))},IF({blank},"",{sums}))'


def published(edition: Edition, key: str) -> str:
    """Return the formula that prints a cell: a declared blank as 0, anything else as it is."""
    cell = edition.cells[key]
    (ref,) = refs(edition, [cell])
    if key in edition.computes:
        return ref
    return f'IF(COUNTA({ref})=0,IF({declared(edition, cell.table)},0,""),{ref})'
