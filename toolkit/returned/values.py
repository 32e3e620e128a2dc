"""Typed values of a returned workbook."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..blank.slots import declaration, word
from ..data import Message
from ..edition.edition import Edition
from ..edition.kind import Cell, on_sheet, takes, without_hidden
from ..finding import Finding, Spot
from ..finding import place as where
from ..report import identity
from ..report import report as reports
from ..report.report import Value
from ..xlsx.book import Book
from ..xlsx.number import moment
from ..xlsx.sheet import Raw, number_in
from .compare import Pair, shown, spot_of, stored_at

_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?(E[+-][0-9]+)?")


@dataclass(slots=True)
class Typed:
    """Typed values and declarations of a workbook.

    values: {key: value as a Report holds it}. caches: {computed key: cell as stored}. spelled: place,
    text and value of numbers that are not written plainly.
    """

    values: dict[str, Value] = field(default_factory=dict)
    caches: dict[str, Raw] = field(default_factory=dict)
    nil: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    spelled: list[tuple[Spot, str, str]] = field(default_factory=list)


def typed(edition: Edition, pairs: Sequence[Pair], book: Book) -> Typed:
    """Return the typed values of the form's cells and declarations."""
    found = Typed()
    for pair in pairs:
        for place, cell in pair.form.cells.items():
            raw = stored_at(pair, place)
            if raw is None:
                continue
            if cell.key in edition.computes:
                if raw[2] is not None and raw[1] is not None:
                    found.caches[cell.key] = raw
            else:
                _take(found, cell, raw, pair, book)
    _declarations(found, edition, pairs)
    found.findings += _spelling(found.spelled)
    return found


def _spelling(spelled: Sequence[tuple[Spot, str, str]]) -> Iterator[Finding]:
    """Yield a single note for all numbers that are not written plainly."""
    if not spelled:
        return
    spots = tuple(spot for spot, _, _ in spelled)
    first, text, value = spelled[0]
    words = Message("finding", "spelling/many") if len(spelled) > 1 else None
    figures = {"count": str(len(spelled)), "first": where([first])}
    yield Finding("spelling", "note", spots, text, value, figures=figures, words=words)


def result(cell: Cell, raw: Raw, book: Book) -> str | None:
    """Return the stored result of a formula as it may be typed, None where the cell takes none."""
    _, text, _, style = raw
    number = number_in(raw)
    dated = style in book.styles.dates
    if cell.numeric:
        value = None if number is None or dated else reports.to_number(cell, number)
        good = value is not None and reports.fits(cell, value, reports.COUNT_LIMIT)
        return reports.plain(value) if good and value is not None else None
    if not cell.content.exact or text is None:
        return None
    if number is not None:
        text = date_text(number, since_1904=book.since_1904)
    return text if takes(cell, text) else None


def _take(typed: Typed, cell: Cell, raw: Raw, pair: Pair, book: Book) -> None:
    """Store a typed cell's value under its key.

    A date is text: a day, or something like 3-4 that the program turned into a day.
    """
    _, text, formula, style = raw
    value: Value
    number = number_in(raw)
    if number is not None and text is not None:
        value = reports.to_value(cell, number)
        if style in book.styles.dates or cell.content.day:
            value = date_text(number, since_1904=book.since_1904)
        elif not _PLAIN.fullmatch(text):
            spot = spot_of(pair, on_sheet(cell.place))
            typed.spelled.append((spot, text, str(value)))
    elif text is None:
        value = f"={formula}"
    else:
        value = without_hidden(cell, text)
    if value != "":
        typed.values[cell.key] = value


def date_text(number: Decimal, *, since_1904: bool) -> str:
    """Return the day (and time) of a serial number as text.

    >>> date_text(Decimal("45720"), since_1904=False)
    '2025-03-04'
    """
    try:
        time = moment(number, since_1904=since_1904)
    except OverflowError:
        return str(number)
    whole = number == number.to_integral_value()
    return time.date().isoformat() if whole else time.isoformat(" ", "seconds")


def _declarations(typed: Typed, edition: Edition, pairs: Sequence[Pair]) -> None:
    """Store the declared tables; other words in a declaration's cell are a finding."""
    sheets = {pair.form.sheet.name: pair for pair in pairs}
    for table in edition.statutory:
        section = edition.tables[table]
        pair, place = sheets.get(section.sheet), declaration(section)
        raw = pair.grid.cells.get(place) if pair else None
        text = identity.visible((raw and raw[1]) or "").strip()
        if text == word("declaration"):
            typed.nil.append(table)
        elif text and pair is not None:
            spot = spot_of(pair, place)
            typed.findings.append(
                Finding("declaration", "error", (spot,), shown(raw), word("declaration"))
            )
