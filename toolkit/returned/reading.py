"""Content of a workbook's cells as programs that calculate its formulas read it."""

from collections.abc import Iterator, Sequence

from ..blank.slots import declaration, paragraphs, word
from ..edition.edition import Edition
from ..edition.kind import Cell, meant, without_hidden
from ..report import identity
from ..report.report import Number
from ..xlsx.number import from_double
from ..xlsx.sheet import Raw
from .compare import Pair, stored_at
from .contents import Contents
from .version import prior_numbers

_WAYS = ((False, False), (True, False), (True, True))
"""Whether a program takes truth values for numbers and empty texts for blanks, as LibreOffice does,
and whether it takes words for one another that only differ in blanks and invisible signs."""


def contents(edition: Edition, pairs: Sequence[Pair]) -> tuple[Contents, ...]:
    """Return the content of a workbook, once for each way in which a program may read it.

    Nearly always that is a single one; the first is Excel's.
    """
    readings: list[Contents] = []
    for numbers, words in _WAYS:
        content = _contents(edition, pairs, numbers=numbers, words=words)
        if content not in readings:
            readings.append(content)
    return tuple(readings)


def _contents(edition: Edition, pairs: Sequence[Pair], *, numbers: bool, words: bool) -> Contents:
    typed: dict[str, Number | str] = {}
    unsure = set()
    for cell, raw in _filled(edition, pairs):
        if raw[1] is None:
            unsure.add(cell.key)
            continue
        value = _read(raw[0], raw[1], numbers=numbers)
        if value is not None:
            typed[cell.key] = _meant(cell, value) if words and isinstance(value, str) else value
    sheets = {pair.form.sheet.name: pair for pair in pairs}
    sections = {table: edition.tables[table] for table in edition.statutory}
    return Contents(
        edition=edition,
        typed=typed,
        unsure=frozenset(unsure),
        declared=frozenset(
            table
            for table, section in sections.items()
            if _declares(stored_at(sheets.get(section.sheet), declaration(section)), words=words)
        ),
        prior=prior_numbers(edition, sheets.get(word("prior"))),
        written={
            name: _paragraphs(sheets.get(section.sheet), *paragraphs(section), blank=numbers)
            for name, section in edition.texts.items()
        },
    )


def _filled(edition: Edition, pairs: Sequence[Pair]) -> Iterator[tuple[Cell, Raw]]:
    """Yield the typed cells of the form that hold something."""
    for pair in pairs:
        for place, cell in pair.form.cells.items():
            raw = stored_at(pair, place)
            if raw and cell.key not in edition.computes:
                yield cell, raw


def _read(kind: str, text: str, *, numbers: bool) -> Number | str | None:
    """Return a cell's number or text, None for content that is read as a blank."""
    if kind == "number":
        return from_double(text)
    if kind == "boolean" and numbers:
        return int(text == "TRUE")
    return None if numbers and not text else text


def _meant(cell: Cell, text: str) -> str:
    """Return the printed word or day that a text only differs from by blanks and hidden signs."""
    bare = without_hidden(cell, text)
    if cell.choices:
        return meant(cell, bare) or bare
    return bare.strip() if cell.content.exact else text


def _declares(raw: Raw | None, *, words: bool) -> bool:
    text = raw[1] or "" if raw else ""
    return (identity.visible(text).strip() if words else text) == word("declaration")


def _paragraphs(pair: Pair | None, first: int, last: int, *, blank: bool) -> int:
    """Return the number of rows with text that the state of a text counts."""
    raws = [stored_at(pair, (row, 1)) for row in range(first - 1, last + 2)]
    filled = sum(1 for raw in raws if raw and not (blank and raw[1] == ""))
    return max(0, filled - 1)
