"""Live rows and status lines of a blank: the values their formulas show for its content."""

from collections.abc import Mapping
from decimal import Decimal

from ..blank.live import counted_cells, line_words, live_rows, opening
from ..blank.slots import word
from ..data import CHINESE, filled
from ..edition.balance import PRIOR, Balance, Edit
from ..edition.edition import Section
from ..edition.kind import Cell
from ..finding import place, spots
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
_PARTS = ("gate", "left", "right", "difference", "state", "message")
_NEEDS = {
    "gate": _PARTS,
    "left": ("left", "difference", "state", "message"),
    "right": ("right", "difference", "state", "message"),
    "difference": ("difference", "message"),
    "state": ("state", "message"),
    "message": ("message",),
}
"""{column of a live row: the columns that are calculated from it}."""
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
    for live in sorted(lives, key=lambda live: live.id in implied):
        if live.id in balances:
            row = _balance_row(contents, balances[live.id], live.broken, values)
        else:
            edit = edits[live.id.partition("[")[0]]
            row = _edit_row(contents, edit, live.table, live.broken)
        values[live.id] = row
    return {live.id: values[live.id] for live in lives}


def _kept(contents: Contents, ident: str, row: LiveValue) -> LiveValue:
    """Return a row without the columns that need a changed formula."""
    changed = (_NEEDS[column] for rule, column in contents.changed if rule == ident)
    lost = {column for columns in changed for column in columns}
    return {column: None if column in lost else value for column, value in row.items()}


def _balance_row(contents: Contents, balance: Balance, broken: str, rows: LiveValues) -> LiveValue:
    edition, totals = contents.edition, contents.totals
    cells = [edition.cells[key] for key in balance.keys]
    wrong, blank = (either(check(contents, cells, totals)) for check in (amends, opens))
    row: LiveValue = dict.fromkeys(_PARTS)
    if wrong is None or (blank is None and not wrong):
        return row
    lacking = any(key not in contents.prior for key in balance.prior)
    gate = 1 if wrong else 2 if blank else 3 if lacking else 0
    row |= {"gate": gate, "left": "", "right": "", "difference": "", "message": ""}
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
    return _kept(contents, balance.id, row)


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


def _edit_row(contents: Contents, edit: Edit, table: str, broken: str) -> LiveValue:
    cells = counted_cells(contents.edition, edit, table)
    count = _count(contents, edit, cells)
    row: LiveValue = {"gate": 0, "left": count, "right": 0, "difference": count}
    row |= {"state": None, "message": None}
    if count is not None:
        sentence = word(f"{edit.kind}_row")
        sheet = contents.edition.tables[table].sheet
        row["state"] = broken if count else word("agree")
        row["message"] = filled(sentence, sheet=sheet, n=count) if count else ""
    return _kept(contents, f"{edit.id}[{table}]", row)


def _count(contents: Contents, edit: Edit, cells: list[Cell]) -> int | None:
    """Return the number of cells that an edit counts in the sheet."""
    if edit.kind in ("number", "entry"):
        return added(misfits(contents, cell) for cell in cells)
    if edit.kind == "dependent":
        away = answered(contents, edit)
        unknown = away is None or any(cell.key in contents.unsure for cell in cells)
        filled = sum(contents.typed.get(cell.key, 0) != 0 for cell in cells)
        return 0 if away is False else None if unknown else filled
    return added(is_blank(contents, cell) for cell in cells)


# ── states and progress ───────────────────────────────────────────────────────────────────────────


def status(contents: Contents, rows: LiveValues, table: str) -> KnownValue:
    """Return a table's status line."""
    implied = {balance.id for balance in contents.edition.balances if balance.implied}
    lives = enumerate(live_rows(contents.edition))
    mine = sorted((bool(live.keys), n, live) for n, live in lives if live.table == table)
    joined: dict[str, list[str]] = {word(name): [] for name in ("differ", "hint", "open")}
    for _, _, live in mine:
        message = rows[live.id]["message"]
        if message is None:
            return None
        folded = live.id in implied and message == word("folded")
        joined[live.broken].append("" if folded else str(message))
    wrong, hints, blank = ("".join(parts) for parts in joined.values())
    if not (wrong or hints or blank):
        return word("status_good")
    count = sum(map(bool, joined[word("differ")] + joined[word("hint")]))
    many = word("status_many").format(n=count) if count > 1 else ""
    first = word("status_bad") if wrong else word("status_hint") if hints else ""
    return f"{first}{many}{wrong}{hints}{blank}"


def overall(contents: Contents, rows: LiveValues) -> KnownValue:
    """Return the sentence on the whole return."""
    lives = live_rows(contents.edition)
    states = [rows[live.id]["state"] for live in lives]
    messages = [rows[live.id]["message"] for live in lives]
    if None in states or None in messages:
        return None
    wrong = states.count(word("differ")) - messages.count(word("folded"))
    hints = states.count(word("hint"))
    blank = any(rows[live.id]["left"] for live in opening(contents.edition))
    said = word("overall_open") if blank else word("overall_good")
    sentence = word("overall_bad").format(n=wrong) if wrong > 0 else said
    return sentence + (word("overall_hint").format(n=hints) if hints else "")


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


def brief(contents: Contents, rows: LiveValues, section: Section) -> KnownValue:
    """Return a section's state on the cover: broken before open before hint."""
    good = text_state(contents, section) if section.text else word("brief_good")
    mine = [live for live in live_rows(contents.edition) if live.table == section.table]
    own_rows = [rows[live.id] for live in mine]
    states = [row["state"] for row in own_rows]
    if None in states:
        return None
    counted = [row["left"] for row, live in zip(own_rows, mine, strict=True)
               if live.broken == word("open")]  # fmt: skip
    blank = added(count if isinstance(count, int) else None for count in counted)
    for name in ("differ", "open", "hint"):
        if word(name) in states and (counted or name != "open"):
            return None if blank is None else word(f"brief_{name}").format(n=blank)
    return good
