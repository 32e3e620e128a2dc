"""The formulas of the form's own cells: states of typed cells, totals, published cells.

A cell for a number is touched only through SUM, COUNT, COUNTA, COUNTIF, ISNUMBER and FIND: text in
it would turn + or < into an error or a wrong number.
"""

from collections.abc import Iterable, Sequence

from ..edition.balance import Edit
from ..edition.edition import Edition, Section
from ..edition.kind import Cell
from ..xlsx.address import Box
from ..xlsx.formula import quoted
from . import slots
from .frames import alone, columns_first, index, refs
from .slots import (
    APART,
    BLANK,
    CAPTION_ROW,
    DECLARATION_ROW,
    FREE,
    MIRROR,
    STATUS_ROW,
    WRONG,
    mirror,
    mirrors,
    signs_row,
    word,
)

_SOME_DAY, _NO_DAY = 36525, 60000
"""Serial numbers of days: before the year 2000, and after 2064."""


def declared(edition: Edition, table: str) -> str:
    """Return the condition that a table's declaration is chosen."""
    row, column = mirrors(edition)[table] - 1, MIRROR
    return f"{_marked((row, column, row, column))}=1"


def declares(edition: Edition, table: str) -> str:
    """Return the formula that is 1 where a table's declaration is chosen.

    Its frame is without the status line, which depends on it.
    """
    return f"IF({_chosen(edition.tables[table], DECLARATION_ROW)},1,0)"


def answered(edition: Edition, edit: Edit) -> str:
    """Return the condition that a cell has the answer (`on`, `value`) of an edit."""
    return _answer(alone(edition, edition.cells[edit.figures["on"]]), edit)


# ── states of typed cells ─────────────────────────────────────────────────────────────────────────


def state(edition: Edition, cell: Cell) -> str:
    """Return the formula of a typed cell's state on the mark's sheet: BLANK, FREE, WRONG or APART.

    Nothing else asks whether a cell is filled in the right way.
    """
    ref = alone(edition, cell)
    away = [answered(edition, edit) for edit in edition.depends.get(cell.key, ())]
    section = edition.tables[cell.table]
    zero = [declared(edition, cell.table)] if cell.numeric and section.statutory else []
    free = any_of([*zero, *away])
    blank = f"IF({free},{FREE},{BLANK})" if free != "FALSE" else str(BLANK)
    right = str(FREE)
    if away:
        none = f"(COUNT({ref})=1)*(SUM({ref})=0)"
        right = f"{FREE}+{APART - FREE}*({any_of(away)})*(1-{none})"
    fault = cell.content.fault(cell, ref)
    if not cell.numeric:
        return f"IF(COUNTA({ref})=0,{blank},IF({fault}>0,{WRONG},{right}))"
    row = signs_row(edition)
    odd = f"ISLOGICAL({ref})+{dated(ref, _marked((row, MIRROR + 1, row, MIRROR + 1)))}"
    filled = f"IF({odd}+{fault}>0,{WRONG},{right})"
    return f"IF(COUNT({ref})=0,IF(COUNTA({ref})=0,{blank},{WRONG}),{filled})"


def dated(ref: str, sign: str) -> str:
    """Return terms of a sum above 0 where a cell's number is shown as a day or a time.

    sign: a reference to LibreOffice's sign of such formats. It stands for a few other formats, too:
    there the number is one of a day of this century. Without the function CELL it is empty and the
    sum is 0: some programs pass on an error even within ISNUMBER.
    """
    shown = f'CELL("format",{ref})'
    likely = f"(SUM({ref})>{_SOME_DAY})*(SUM({ref})<{_NO_DAY})"
    days = f'ISNUMBER(FIND("D",{shown}))+{likely}*ISNUMBER(FIND({sign},{shown}))'
    return f'IF({sign}="",0,{days})'


def signs(edition: Edition) -> tuple[str, str]:
    """Return the formulas of a plain number, and of LibreOffice's sign of formats that show days."""
    row = signs_row(edition)
    shown = f'CELL("format",{_marked((row, MIRROR, row, MIRROR))})'
    return "0", f'IF(ISERROR({shown}),"",IF(ISNUMBER(FIND("F0",{shown})),"G","?"))'


def states(edition: Edition, cells: Iterable[Cell]) -> list[str]:
    """Return ranges of the mark's sheet with the states of typed cells."""
    places = (
        mirror(edition, cell.table, cell.place)
        for cell in cells
        if cell.key not in edition.computes
    )
    return [_marked(box) for box in columns_first(places)]


def _marked(box: Box) -> str:
    return f"'{word('mark')}'!{slots.area(box[:2], box[2:])}"


def having(edition: Edition, cells: Iterable[Cell], state: int) -> str:
    """Return the number of typed cells in a state, as a formula."""
    return "+".join(f"COUNTIF({ref},{state})" for ref in states(edition, cells)) or "0"


# ── conditions on cells ───────────────────────────────────────────────────────────────────────────


def any_of(conditions: Sequence[str]) -> str:
    """Return the condition that any of the conditions holds; FALSE without any."""
    return f"OR({','.join(conditions)})" if len(conditions) > 1 else (*conditions, "FALSE")[0]


def amend(edition: Edition, cells: Sequence[Cell], *, inside: bool = False) -> str:
    """Return the condition that a cell holds no valid number."""
    totals = [cell for cell in cells if cell.key in edition.computes]
    counts = [
        f"COUNTIF({ref},{quoted(word('amend'))})" for ref in refs(edition, totals, inside=inside)
    ]
    typed = [f"COUNTIF({ref},{WRONG})" for ref in states(edition, cells)]
    return "+".join((*typed, *counts)) + ">0"


def unfilled(edition: Edition, cells: Sequence[Cell], *, inside: bool = False) -> str:
    """Return the condition that a cell is still to be filled."""
    totals = [cell for cell in cells if cell.key in edition.computes]
    open_totals = (
        [f"{len(totals)}-COUNT({','.join(refs(edition, totals, inside=inside))})"] if totals else []
    )
    typed = [f"COUNTIF({ref},{BLANK})" for ref in states(edition, cells)]
    return "+".join((*typed, *open_totals)) + ">0"


def total(edition: Edition, key: str) -> str:
    """Return a total's formula: its sum, a word for a misfit, empty for an unfilled part."""
    parts = [edition.cells[part] for part in edition.computes[key].right]
    wrong = amend(edition, parts, inside=True)
    blank = unfilled(edition, parts, inside=True)
    sums = f"SUM({','.join(refs(edition, parts, inside=True))})"
    return f'IF({wrong},{quoted(word("amend"))},IF({blank},"",{sums}))'


def published(edition: Edition, key: str) -> str:
    """Return the formula of a published cell: 0 for a declared blank, else the cell's content.

    Blanks of every version have these formulas, so that a stale one is told in all of them.
    """
    cell = edition.cells[key]
    (ref,) = refs(edition, [cell])
    if key in edition.computes:
        return ref
    section = edition.tables[cell.table]
    zero = _chosen(section, STATUS_ROW) if section.statutory else "FALSE"
    blank = f'IF({zero},0,"")' if cell.numeric else '""'
    if edits := edition.depends.get(key, ()):
        away = [
            _answer(refs(edition, [edition.cells[edit.figures["on"]]])[0], edit) for edit in edits
        ]
        blank = f'IF({any_of(away)},"",{blank})'
    return f"IF(COUNTA({ref})=0,{blank},{ref})"


def _chosen(section: Section, top: int) -> str:
    """Return the condition that a table's declaration is chosen; top: first row of the frame."""
    row, column = slots.declaration(section)
    frame = (top, 1, CAPTION_ROW, section.size[1])
    cell = index((row, column, row, column), frame, section.sheet)
    return f"COUNTIF({cell},{quoted(word('declaration'))})>0"


def _answer(ref: str, edit: Edit) -> str:
    return f"COUNTIF({ref},{quoted(edit.figures['value'])})>0"
