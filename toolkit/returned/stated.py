"""The Report of a workbook's cells: its cover, numbers and texts."""

from collections.abc import Iterator, Mapping, Sequence

from ..blank.slots import COVER, paragraphs, word
from ..check import cover
from ..edition.days import day as as_day
from ..edition.days import written_day
from ..edition.edition import Edition
from ..edition.naming import DAYS
from ..finding import Spot
from ..report import identity
from ..report.report import Report, recompute, to_number
from ..xlsx.address import Place, at
from ..xlsx.book import Book
from ..xlsx.number import plain
from ..xlsx.sheet import number_in
from . import values, version
from .compare import Pair


def report_of(edition: Edition, pairs: Sequence[Pair], typed: values.Typed) -> Report:
    """Return the report, totals recomputed from the typed values."""
    sheets = {pair.form.sheet.name: pair for pair in pairs}
    said = dict.fromkeys(COVER) | {
        name: field.value for name, _, _, field in fields(sheets.get(word("cover")))
    }
    nil = tuple(typed.nil)
    prior = version.prior_numbers(edition, sheets.get(word("prior")))
    summed = recompute(edition, typed.values, nil)
    return Report(
        edition=edition,
        agency={
            part: None if said[name] is None else str(said[name])
            for part, name in (("name", "agency"), ("code", "code"), ("level", "level"))
        },
        year=_whole(said["year"]),
        values=summed,
        summed=summed,
        nil=nil,
        texts=_texts(edition, sheets),
        origin="workbook",
        prior={key: to_number(edition.cells[key], number) for key, number in prior.items()},
        sent=_whole(said["sent"]),
    )


def _text(pair: Pair | None, place: Place) -> str | None:
    """Return a cell's content as text; a number without exponent and closing zeros."""
    raw = pair.grid.cells.get(place) if pair else None
    number = number_in(raw)
    return plain(number) if number is not None else raw and raw[1]


def fields(pair: Pair | None) -> Iterator[tuple[str, Spot, str, cover.CoverField]]:
    """Yield the cover's fields: name, spot, typed text without blanks around it, field as read."""
    if pair is None:
        return
    for name, place in version.cover_fields(pair).items():
        raw = pair.grid.cells.get(place)
        text = (_text(pair, place) or "").strip()
        spot = Spot(None, pair.name, at(place), word(f"field_{name}"))
        yield name, spot, text, cover.said(name, text, raw[0] if raw else "text")


def people(edition: Edition, cover: Pair, book: Book) -> dict[str, str]:
    """Return the filled fields that an edition adds to the cover; a day like 2026-01-15.

    Blanks and lines are single blanks. Errors, and results of no formula, are no content.
    """
    fields = {}
    for name, place in version.people_fields(edition, cover).items():
        raw = cover.grid.cells.get(place)
        text = "" if raw is None or raw[0] == "error" else _text(cover, place) or ""
        number = number_in(raw)
        if name in DAYS:
            dated = values.date_text(number, since_1904=book.since_1904) if number else text
            day = as_day(dated[:10]) if number else written_day(identity.visible(text))
            text = day.isoformat() if day else text
        if bare := " ".join(text.split()):
            fields[name] = bare
    return fields


def _whole(value: str | int | None) -> int | None:
    return value if isinstance(value, int) else None


def _texts(edition: Edition, sheets: Mapping[str, Pair]) -> dict[str, str]:
    """Return the texts, a line for each paragraph's row; empty rows at the end are dropped."""
    texts = {}
    for name, section in edition.texts.items():
        pair = sheets.get(section.sheet)
        if pair is not None:
            first, last = paragraphs(section)
            lines = [_text(pair, (row, 1)) or "" for row in range(first, last + 1)]
            while lines and not lines[-1].strip():
                lines.pop()
            texts[name] = "\n".join(lines).replace("\r\n", "\n").replace("\r", "\n")
    return texts
