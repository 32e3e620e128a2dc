"""Typed values of a returned workbook, and the check of its totals."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from .. import data
from ..blank.slots import declaration, word
from ..edition.edition import Edition
from ..edition.grid import Cell
from ..finding import Finding, Spot
from ..report import identity
from ..report import report as reports
from ..report.kind import without_hidden
from ..report.report import Number, Value
from ..xlsx.address import at
from ..xlsx.book import Book
from ..xlsx.formula import same
from ..xlsx.number import from_double
from ..xlsx.sheet import Raw
from .compare import Pair, place_of, shown

_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?(E[+-][0-9]+)?")
_TOLERANCE = Decimal("1e-12")
_DAY = 24 * 60 * 60
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001


@dataclass(slots=True)
class Typed:
    """Typed values and declarations of a workbook.

    values: {key: value as a Report holds it}. operands: {key: value as a total reads it}: a
    number, None for a blank, text for any other content. caches: {computed key: cell as stored}.
    """

    values: dict[str, Value] = field(default_factory=dict)
    operands: dict[str, Value] = field(default_factory=dict)
    caches: dict[str, Raw] = field(default_factory=dict)
    nil: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def typed(edition: Edition, pairs: Sequence[Pair], book: Book) -> Typed:
    """Return the typed values of the form's cells and declarations."""
    found = Typed()
    for pair in pairs:
        cells = pair.grid.cells
        for place, cell in pair.form.cells.items():
            raw = cells.get(place)
            if raw is None or (raw[1] is None and raw[2] is None):
                continue
            if cell.key in edition.computes:
                if raw[2] is not None and raw[1] is not None:
                    found.caches[cell.key] = raw
            else:
                _take(found, cell, raw, pair, book)
    _declarations(found, edition, pairs)
    return found


def _take(found: Typed, cell: Cell, raw: Raw, pair: Pair, book: Book) -> None:
    """Store a typed cell's value under its key.

    A date is text: a day, or something like 3-4 that the program turned into a day.
    """
    kind, text, formula, style = raw
    value: Value = text
    operand: Value = text
    if kind == "number" and text is not None:
        number = from_double(text)
        assert number is not None  # noqa: S101 - refused when the sheet was parsed
        value = operand = reports.to_value(cell, number)
        if style in book.styles.dates or cell.kind == "date":
            value = date_text(number, since_1904=book.since_1904)
        elif not _PLAIN.fullmatch(text):
            spot = Spot(cell.key, pair.name, at(place_of(cell)), cell.label)
            found.findings.append(Finding("spelling", "note", (spot,), text, str(value)))
    elif text is None:
        value = operand = f"={formula}"
    else:
        value = operand = without_hidden(cell, text)
    found.operands[cell.key] = operand
    if value != "":
        found.values[cell.key] = value


def date_text(number: Decimal, *, since_1904: bool) -> str:
    """Return the day (and time) of a serial number as text.

    >>> date_text(Decimal("45720"), since_1904=False)
    '2025-03-04'
    """
    try:
        moment = _EPOCHS[since_1904] + timedelta(seconds=round(number * _DAY))
    except OverflowError:
        return str(number)
    whole = number == number.to_integral_value()
    return moment.date().isoformat() if whole else moment.isoformat(" ", "seconds")


def _declarations(found: Typed, edition: Edition, pairs: Sequence[Pair]) -> None:
    """Store the declared tables; other words in a declaration's cell are a finding."""
    sheets = {pair.form.sheet.name: pair for pair in pairs}
    for table in edition.statutory:
        section = edition.tables[table]
        pair, place = sheets.get(section.sheet), declaration(section)
        raw = pair.grid.cells.get(place) if pair else None
        text = identity.visible((raw and raw[1]) or "").strip()
        if text == word("declaration"):
            found.nil.append(table)
        elif text and pair is not None:
            spot = Spot(None, pair.name, at(place), "")
            there = shown(raw)
            found.findings.append(
                Finding("declaration", "error", (spot,), there, word("declaration"))
            )


# ── totals ────────────────────────────────────────────────────────────────────────────────────────


def totals(edition: Edition, found: Typed, pairs: Sequence[Pair], book: Book) -> Iterator[Finding]:
    """Yield findings for stored totals that differ from their formulas; missing ones are accepted.

    A single note covers all where the program had not recalculated: calculation was manual, or
    every total is still the blank's. Where rows or columns moved, formulas count other cells and
    the move has its own finding.
    """
    display = displays(edition, found)
    moved = {pair.form.sheet.name for pair in pairs if pair.moved}
    wrong = {
        key: display[key]
        for key, raw in found.caches.items()
        if not _shows(raw, display[key]) and edition.cells[key].sheet not in moved
    }
    if not wrong:
        return
    names = {pair.form.sheet.name: pair.name for pair in pairs}
    cells = [edition.cells[key] for key in wrong]
    spots = {c.key: Spot(c.key, names[c.sheet], c.at, c.label) for c in cells}
    waiting = book.manual and _as_built(wrong, found, pairs)
    if waiting or all(raw[1] == "" for raw in found.caches.values()):
        first = next(iter(wrong))
        there = found.caches[first][1]
        yield Finding(
            "total-differs",
            "note",
            tuple(spots.values()),
            there,
            str(wrong[first]),
            words=data.messages()["finding"]["total-differs/stale"],
        )
        return
    for key, right in wrong.items():
        yield Finding("total-differs", "error", (spots[key],), found.caches[key][1], str(right))


def _as_built(keys: Iterable[str], found: Typed, pairs: Sequence[Pair]) -> bool:
    """Tell whether the totals' formulas are those of this version."""
    built = {c.key: p.form.formulas.get(at) for p in pairs for at, c in p.form.cells.items()}
    return all(same(built.get(key) or "", found.caches[key][2] or "") for key in keys)


def displays(edition: Edition, found: Typed) -> dict[str, Number | str]:
    """Return {total: its number, "" while a part is unfilled, or a word to amend}."""
    done: dict[str, Number | str] = {}
    away = reports.inapplicable(edition, found.operands)

    def show(key: str) -> Number | str:
        if key not in done:
            done[key] = total(key) if key in edition.computes else part(key)
        return done[key]

    def part(key: str) -> Number | str:
        cell, value = edition.cells[key], found.operands.get(key)
        if value is None:
            return 0 if cell.table in found.nil or key in away else ""
        return value if reports.fits(cell, value, reports.limit(edition, key)) else word("amend")

    def total(key: str) -> Number | str:
        parts = [show(one) for one in edition.computes[key].right]
        if word("amend") in parts:
            return word("amend")
        return "" if "" in parts else sum(one for one in parts if not isinstance(one, str))

    return {key: show(key) for key in edition.computes}


def _shows(raw: Raw, right: Number | str) -> bool:
    """Tell whether a stored result equals the value the formula shows."""
    kind, text = raw[0], raw[1] or ""
    if isinstance(right, str):
        return kind == "text" and text == right
    number = from_double(text) if kind == "number" else None
    return number is not None and abs(number - right) <= abs(Decimal(right)) * _TOLERANCE
