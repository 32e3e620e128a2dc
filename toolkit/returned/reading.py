"""Content of a workbook's cells as programs that calculate its formulas read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..blank.live import result_range
from ..blank.slots import (
    RESULT,
    STAMP,
    cover_places,
    declaration,
    notice_place,
    paragraphs,
    word,
)
from ..data import CHINESE, say, texts
from ..edition.edition import Edition, Section
from ..edition.kind import Cell, meant, without_hidden
from ..report import identity
from ..report.report import Number
from ..xlsx.number import from_double
from ..xlsx.sheet import Raw, number_in
from .compare import Pair, stored_at
from .contents import Contents
from .values import Typed
from .version import prior_numbers

_WAYS = ((False, False), (True, False), (True, True))
"""Whether a program takes truth values for numbers and empty texts for blanks, as LibreOffice does,
and whether it takes words for one another that only differ in blanks and invisible signs."""

_NONE = ("text", None, None, 0)
FilledCells = Sequence[tuple[Cell, Raw]]
"""The typed cells of the form that hold something."""


def contents(edition: Edition, pairs: Sequence[Pair], typed: Typed) -> tuple[Contents, ...]:
    """Return the content of a workbook, once for each way in which a program may read it.

    Nearly always that is a single one; the first is Excel's. typed: as it was read: programs differ
    in whether they know that a number is shown as a day.
    """
    readings: list[Contents] = []
    filled = tuple(_filled(edition, pairs))
    days = _days(filled, typed)
    first = _contents(edition, pairs, filled)
    first = replace(first, unsure=first.unsure | days)
    for numbers, words in _WAYS[: 1 if _is_plain(edition, pairs, filled) else None]:
        content = _read_as(first, pairs, filled, numbers=numbers, words=words)
        if content not in readings:
            readings.append(content)
    return tuple(readings)


def _is_plain(edition: Edition, pairs: Sequence[Pair], filled: FilledCells) -> bool:
    """Tell whether all programs read the content in one way: only numbers, no empty texts."""
    sheets = {pair.form.sheet.name: pair for pair in pairs}
    raws = [_declared_in(edition.tables[table], sheets) for table in edition.statutory]
    for section in edition.texts.values():
        first, last = paragraphs(section)
        pair = sheets.get(section.sheet)
        if pair and any(
            pair.grid.cells.get((row, 1), _NONE)[1] == "" for row in range(first - 1, last + 2)
        ):
            return False
    said = all(raw is None or raw[1] in ("", word("declaration")) for raw in raws)
    return said and all(raw[0] == "number" for _, raw in filled)


def _read_as(
    first: Contents, pairs: Sequence[Pair], filled: FilledCells, *, numbers: bool, words: bool
) -> Contents:
    """Return the content as it is read in a way."""
    edition, sheets = first.edition, {pair.form.sheet.name: pair for pair in pairs}
    typed: dict[str, Number | str] = {}
    for cell, raw in filled:
        value = None if raw[1] is None else _read(raw[0], raw[1], numbers=numbers)
        if value is not None:
            typed[cell.key] = _meant(cell, value) if words and isinstance(value, str) else value
    return replace(
        first,
        typed=typed,
        declared=frozenset(
            table
            for table in edition.statutory
            if _declares(_declared_in(edition.tables[table], sheets), words=words)
        ),
        written={
            name: _paragraphs(sheets.get(section.sheet), *paragraphs(section), blank=numbers)
            for name, section in edition.texts.items()
        },
    )


def _declared_in(section: Section, sheets: Mapping[str, Pair]) -> Raw | None:
    return stored_at(sheets.get(section.sheet), declaration(section))


def _contents(edition: Edition, pairs: Sequence[Pair], filled: FilledCells) -> Contents:
    """Return what of a workbook's content is read in one way only."""
    sheets = {pair.form.sheet.name: pair for pair in pairs}
    return Contents(
        edition=edition,
        typed={},
        unsure=frozenset(cell.key for cell, raw in filled if raw[1] is None),
        declared=frozenset(),
        prior=prior_numbers(edition, sheets.get(word("prior"))),
        booleans=frozenset(
            cell.key for cell, raw in filled if raw[0] == "boolean" and cell.numeric
        ),
        level=_level(sheets.get(word("cover"))),
        summed=bool(_notice(edition, sheets.get(word("cover")))),
        caveats=say("notice", "mind", CHINESE) in _notice(edition, sheets.get(word("cover"))),
        found=tuple(_found(edition, sheets.get(word("results")))),
        outdated=_outdated(edition, sheets.get(word("results"))),
        written={},
    )


def _filled(edition: Edition, pairs: Sequence[Pair]) -> Iterator[tuple[Cell, Raw]]:
    """Yield the typed cells of the form that hold something."""
    for pair in pairs:
        for place, cell in pair.form.cells.items():
            raw = stored_at(pair, place)
            if raw and cell.key not in edition.computes:
                yield cell, raw


def _days(filled: FilledCells, typed: Typed) -> frozenset[str]:
    """Return the keys of cells for numbers whose number was read as a day or a time."""
    return frozenset(
        cell.key
        for cell, raw in filled
        if cell.numeric and raw[0] == "number" and isinstance(typed.values.get(cell.key), str)
    )


def _level(cover: Pair | None) -> str:
    """Return the key of the level on the cover, empty for another word."""
    raw = stored_at(cover, cover_places()["level"])
    printed = {words: level for level, words in texts("level", CHINESE).items()}
    return printed.get(raw[1] or "", "") if raw else ""


def _notice(edition: Edition, cover: Pair | None) -> str:
    """Return a roll-up's notice on its cover, empty in any other return."""
    raw = stored_at(cover, notice_place(edition))
    return (raw[1] or " ") if raw else ""


def _found(edition: Edition, results: Pair | None) -> Iterator[tuple[str, str, str]]:
    """Yield severity, sheet and message of each finding in the result area."""
    severities = {said: name for name, said in texts("proof", CHINESE).items()}
    first, _, last, _ = result_range(edition)
    for row in range(first, last + 1):
        said = (stored_at(results, (row, RESULT["severity"])) or _NONE)[1]
        if said not in severities:
            continue
        sheet, message = (
            (raw[1] or "") if (raw := stored_at(results, (row, RESULT[name]))) else ""
            for name in ("sheet", "message")
        )
        yield severities[said], sheet, message


def _outdated(edition: Edition, results: Pair | None) -> bool | None:
    """Tell whether the data changed since the result area was written, None where unknown."""
    row = result_range(edition)[0] - 2
    stamp, digest = (
        number_in(results.grid.cells.get((row, STAMP[name]))) if results else None
        for name in ("stamp", "digest")
    )
    if stamp is None:
        return False
    return None if digest is None else digest != stamp


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
