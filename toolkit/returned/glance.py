"""Live rows and status lines of a blank: the values their formulas show for its content."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from ..blank.counting import counted_cells
from ..blank.live import (
    LiveRow,
    line_words,
    live_rows,
    row_words,
    rule_words,
)
from ..blank.slots import word
from ..data import CHINESE, filled
from ..edition.balance import PRIOR, Balance, Edit
from ..edition.edition import Edition, Section
from ..edition.kind import Cell
from ..finding import place, spots
from ..report.explanation import BETWEEN, NONE
from ..xlsx.number import plain
from .contents import (  # fmt: skip
    Contents,
    KnownValue,
    added,
    amends,
    answered,
    either,
    is_blank,
    may_be_blank,
    misfits,
    number,
    opens,
)

_EQUAL = Decimal("0.0000005")
_PARTS = ("gate", "left", "right", "difference", "state", "message", "present")
_NEEDS = {
    "gate": _PARTS,
    "left": ("left", "difference", "state", "message", "present"),
    "right": ("right", "difference", "state", "message", "present"),
    "difference": ("difference", "message"),
    "state": ("state", "message", "present"),
    "message": ("message",),
    "present": ("present",),
}
"""{column of a live row: the columns that are calculated from it}."""
_EACH: Mapping[str, Callable[[Contents, Cell], int | None]] = {
    "number": misfits,
    "entry": misfits,
    "unfilled": is_blank,
    "present": is_blank,
}
"""{kind of an edit: how much it counts for a cell}."""
LiveValue = dict[str, KnownValue]
"""{column of a live row: its value}."""
LiveValues = Mapping[str, LiveValue]
"""{id of a live row: the row}."""


# ── live rows ─────────────────────────────────────────────────────────────────────────────────────


def rows(contents: Contents) -> dict[str, LiveValue]:
    """Return the live rows in their order."""
    values: dict[str, LiveValue] = {}
    balances = {balance.id: balance for balance in contents.edition.balances}
    edits = {edit.id: edit for edit in contents.edition.edits}
    lives = live_rows(contents.edition)
    implied = {balance.id for balance in balances.values() if balance.implied}
    for live in sorted(lives, key=lambda live: (live.waits, live.id in implied)):
        if live.id in balances:
            row = _balance_row(contents, balances[live.id], live.broken, values)
        else:
            edit = edits[live.id.partition("[")[0]]
            row = _edit_row(contents, edit, live, values)
        values[live.id] = row
    return {live.id: values[live.id] for live in lives}


def _kept(contents: Contents, ident: str, row: LiveValue) -> LiveValue:
    """Return a row without the columns that need a changed formula."""
    changed = (_NEEDS.get(column, ()) for rule, column in contents.changed if rule == ident)
    lost = {column for columns in changed for column in columns}
    return {column: None if column in lost else value for column, value in row.items()}


def _balance_row(contents: Contents, balance: Balance, broken: str, rows: LiveValues) -> LiveValue:
    edition, totals = contents.edition, contents.totals
    keys = _keys_of(edition)[balance.id]
    wrong: bool | None = False
    blank: bool | None = False
    if not contents.doubtful.isdisjoint(keys):
        cells = [edition.cells[key] for key in balance.keys]
        wrong, blank = (either(check(contents, cells, totals)) for check in (amends, opens))
    row: LiveValue = dict.fromkeys(_PARTS)
    if wrong is None or (blank is None and not wrong):
        return row
    lacking = any(key not in contents.prior for key in balance.prior)
    gate = 1 if wrong else 2 if blank else 3 if lacking else 0
    row |= {"gate": gate, "left": "", "right": "", "difference": "", "message": ""}
    row["present"] = ""
    if gate:
        row["state"] = word(("amend", "open", "no_prior")[gate - 1])
        return _kept(contents, balance.id, row)
    left, right = (
        sum((Decimal(number(contents, key, totals)) for key in side), Decimal())
        for side in (balance.left, balance.right)
    )
    gaps = {"=": abs(left - right), "≤": left - right, "≥": right - left}
    holds = gaps[balance.relation] <= _EQUAL
    row |= {"left": left, "right": right, "difference": abs(left - right)}
    row["state"] = word("agree") if holds else broken
    if not holds:
        row["message"] = _message(contents, balance, row, rows)
        row["present"] = BETWEEN.join((_said(left), _said(right)))
    return _kept(contents, balance.id, row)


@cache
def _keys_of(edition: Edition) -> dict[str, frozenset[str]]:
    """Return {id of a balance: this year's cells in it}."""
    return {balance.id: frozenset(balance.keys) for balance in edition.balances}


def _message(contents: Contents, balance: Balance, row: LiveValue, rows: LiveValues) -> KnownValue:
    """Return a broken balance's sentence, or that it follows from others."""
    caused = _caused(row, [rows[other] for other in balance.implied])
    if caused is not False:
        return word("folded") if caused else None
    where = spots(contents.edition, balance.keys)
    totals = contents.totals
    figures = {name: _said(row[name]) for name in ("left", "right", "difference")}
    figures |= {
        name.removeprefix(PRIOR): _said(
            sum((Decimal(number(contents, key, totals)) for key in keys), Decimal())
        )
        for name, keys in reversed(list(balance.names.items()))
    }
    figures |= line_words(contents.edition, balance)
    figures |= {"place": place(where), "label": where[0].label}
    return filled(balance.message[CHINESE], **figures)


def _said(value: KnownValue) -> str:
    """Return a number as it is joined to a text: without zeros at the end."""
    return plain(Decimal(value or 0))


def _caused(row: LiveValue, parts: list[LiveValue]) -> bool | None:
    """Tell whether a row only follows from its parts' rows: all add up to it."""
    if not parts:
        return False
    values = [part[side] for part in parts for side in ("left", "right")]
    if None in values:
        return None
    if any(isinstance(part["left"], str) for part in parts):
        return False
    gap = sum((_gap(part) for part in parts), Decimal()) - _gap(row)
    return abs(gap) < _EQUAL


def _gap(row: LiveValue) -> Decimal:
    return Decimal(row["left"] or 0) - Decimal(row["right"] or 0)


def _edit_row(contents: Contents, edit: Edit, live: LiveRow, rows: LiveValues) -> LiveValue:
    cells = counted_cells(contents.edition, edit, live.table)
    return counted_row(contents, edit, live, rows, _count(contents, edit, cells))


def counted_row(
    contents: Contents, edit: Edit, live: LiveRow, rows: LiveValues, count: int | None
) -> LiveValue:
    """Return the row of an edit that counts so many cells, None where that cannot be known."""
    table, broken = live.table, live.broken
    cells = counted_cells(contents.edition, edit, table)
    row: LiveValue = {"gate": 0, "left": count, "right": 0, "difference": count}
    row |= {"state": None, "message": None, "present": None}
    if count == 0:
        row |= {"state": word("agree"), "message": "", "present": ""}
    elif count is not None:
        figures = {
            "sheet": contents.edition.tables[table].sheet,
            "rule": rule_words(edit),
            "n": count,
        }
        row["state"] = broken
        row["message"] = filled(row_words(edit), **figures)
        if live.waits:
            row["state"] = _waiting(contents, rows, broken)
        shown = row["state"] == broken and edit.severity == "warning"
        row["present"] = _contents(contents, cells) if shown else ""
        if row["state"] is None:
            row["present"] = None
    return _kept(contents, f"{edit.id}[{table}]", row)


def _waiting(contents: Contents, rows: LiveValues, broken: str) -> KnownValue:
    """Return the state of blanks that are only to be filled in while other blanks are."""
    kinds = {edit.id: edit.kind for edit in contents.edition.edits}
    blanks = [
        row["left"] for name, row in rows.items() if kinds.get(name.partition("[")[0]) == "unfilled"
    ]
    count = added(n if isinstance(n, int) else None for n in blanks)
    return None if count is None else word("open") if count else broken


def _contents(contents: Contents, cells: Sequence[Cell]) -> KnownValue:
    """Return the contents of cells, all known, as an explanation is given for them."""
    values = (contents.typed.get(cell.key, NONE) for cell in cells)
    return BETWEEN.join(text if isinstance(text, str) else _said(text) for text in values)


def _count(contents: Contents, edit: Edit, cells: Sequence[Cell]) -> int | None:
    """Return the number of cells that an edit counts in the sheet."""
    if each := _EACH.get(edit.kind):
        if contents.unfit.isdisjoint([cell.key for cell in cells]):
            return 0
        return added(each(contents, cell) for cell in cells)
    if edit.kind == "dependent":
        away = answered(contents, edit)
        return 0 if away is False else added(_apart(contents, c) for c in cells) if away else None
    if edit.kind == "needs" and (groundless := _groundless(contents, edit)) is not True:
        return None if groundless is None else 0
    apart = edit.levels and contents.level not in edit.levels
    if apart or (edit.kind == "ceiling" and contents.summed):
        return 0
    limits = [Decimal(str(edit.figures.get(name, 0))) for name in ("limit", "of")]
    return added(_hit(contents, edit, cell, *limits) for cell in cells)


def _hit(contents: Contents, edit: Edit, cell: Cell, limit: Decimal, of: Decimal) -> int | None:
    """Return 1 for a valid number that an edit counts, 0 for others, None where it is unknown."""
    wrong, value = misfits(contents, cell), contents.typed.get(cell.key)
    if wrong is None:
        return None
    if wrong or not isinstance(value, int | Decimal):
        return 0
    if edit.kind == "multiple":
        return int(value % of != 0)
    return int(value > limit if edit.kind == "ceiling" else value != 0)


def _groundless(contents: Contents, edit: Edit) -> bool | None:
    """Tell whether all cells that an edit's cells need are 0, None where that cannot be known."""
    totals = contents.totals
    cells = [contents.edition.cells[key] for key in edit.figures["one_of"]]
    unclear = either((*amends(contents, cells, totals), *opens(contents, cells, totals)))
    if unclear is not False:
        return None if unclear is None else False
    return not any(number(contents, cell.key, totals) for cell in cells)


def _apart(contents: Contents, cell: Cell) -> int | None:
    """Return 1 for a cell filled with anything valid but 0, of cells that do not apply."""
    value, wrong = contents.typed.get(cell.key), misfits(contents, cell)
    if cell.key in contents.unsure or wrong is None:
        return None
    return int(not wrong and value is not None and value != 0)


# ── states and progress ───────────────────────────────────────────────────────────────────────────


def progress(contents: Contents) -> KnownValue:
    """Return the number of statutory typed cells filled or free to be blank, of all."""
    edition, done, count = contents.edition, 0, 0
    for table in edition.statutory:
        for cell in edition.of_table(table):
            if cell.key not in edition.computes and not cell.optional:
                blank = False if may_be_blank(contents, cell) else is_blank(contents, cell)
                if blank is None:
                    return None
                done, count = done + (not blank), count + 1
    return f"{done}/{count}"


def text_state(contents: Contents, section: Section) -> KnownValue:
    """Return the state of a text: the number of its paragraphs."""
    count = contents.written.get(section.text or "")
    if count is None or section.text in contents.silent:
        return None
    return word("text_written").format(n=count) if count else word("text_open")
