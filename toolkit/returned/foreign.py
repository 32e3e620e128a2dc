"""Workbooks that are no blank of this program: the printed form drawn anew, read as a document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from ..blank.slots import is_sources, published, word
from ..data import Message, listed
from ..documents import heading
from ..documents.drawn import DrawnPage
from ..documents.locate import Located, Missed, locate
from ..documents.printed import vocabulary
from ..edition import edition as editions
from ..edition.edition import Edition
from ..edition.kind import Cell, without_hidden
from ..escape import shortened
from ..finding import SHOWN, Finding, Spot
from ..report import identity
from ..report import report as reports
from ..report.report import Report, Value, plain
from ..xlsx import render
from ..xlsx.address import Place, at, corners
from ..xlsx.book import Book
from ..xlsx.sheet import Grid, Raw, number_in
from ..xlsx.zip import Rejected
from . import sight
from .compare import hidden, of_sheet
from .values import date_text

BOX: Place = (1_000, 120)
"""Last row and column that are read of a sheet."""
_SHARE = 2
"""One in so many of a table's keys must be found in a workbook that is read as its form."""
_ABSENT = ("row", "column")
"""Reasons of a key whose labels are not there."""
_NAMED = 40
"""Most characters of a label in a list."""


@dataclass(frozen=True, slots=True)
class DrawnForm:
    """A drawn form as read.

    places: {key: (sheet, address) of its value}. rivals: {key: (sheet, address) of the labels of its
    rows}, where several rows fit it, if only blank ones.
    """

    report: Report
    findings: tuple[Finding, ...]
    places: Mapping[str, tuple[str, str]]
    rivals: Mapping[str, tuple[tuple[str, str], ...]]


def is_foreign(names: Sequence[str], mark: Mapping[str, str], extra: Sequence[Path] = ()) -> bool:
    """Tell whether a workbook has neither a mark nor a sheet that only this program's have.

    names: of its sheets.
    """
    if mark:
        return False
    ours = {word(name) for name in ("cover", "results", "prior", "mark")} | _published(extra)
    bare = (name.partition(" (")[0] for name in names)
    return not any(name in ours or is_sources(name) for name in bare)


def _published(extra: Sequence[Path]) -> set[str]:
    """Return the names of all sheets to be published, of all editions."""
    return {
        published(section)
        for edition in editions.every(extra)
        for section in edition.tables.values()
        if section.statutory
    }


def read_drawn(
    grids: Mapping[str, Grid],
    book: Book,
    extra: Sequence[Path] = (),
    file: str = "",
    only: Edition | None = None,
) -> DrawnForm:
    """Return the form that is drawn on the sheets of a workbook, by the edition it fits best.

    file: the file's name. only: the edition to read it by. Raises Rejected where less than half of
    every table is found.
    """
    states = {entry.name: entry.state for entry in book.sheets}
    pages = [_page(name, grid, states[name]) for name, grid in grids.items()]
    tried = [only] if only else editions.every(extra)
    candidates = [located for located in _located(pages, tried) if _fits(located)]
    if not candidates:
        raise Rejected("not-our-form")
    best = max(candidates, key=lambda located: _rank(located, pages, file))
    values, missing = _values(best, grids, book)
    agency, year = heading.whose(best.edition, _above(best, pages), file)
    report = Report(
        edition=best.edition,
        agency={"name": agency, "code": None, "level": None},
        year=year,
        values=values,
        origin="document",
    )
    findings = (
        Finding("foreign", "note"),
        *unknown(agency, year),
        *_missed(best),
        *missing,
        *_unseen(best),
        *_disguised(best, grids, book),
    )
    places = {key: (page.name, at(place)) for key, (page, place) in best.places.items()}
    rivals = {
        key: tuple((name, at(place)) for name, place in there) for key, there in best.rivals.items()
    }
    return DrawnForm(report, findings, places, rivals)


def _page(name: str, grid: Grid, state: str) -> DrawnPage:
    """Return a sheet as a drawn page."""
    rows = frozenset(grid.hidden_rows)
    columns = (range(a, min(b, BOX[1]) + 1) for a, b in grid.hidden_columns)
    return DrawnPage(
        name=name,
        cells={place: text for place, raw in grid.cells.items() if (text := _text(raw))},
        merges=[ends for span in grid.merges if (ends := corners(span))],
        hidden_rows=rows,
        hidden_columns=frozenset(column for part in columns for column in part),
        visible=state == "visible",
    )


def _text(raw: Raw) -> str:
    """Return a cell's content as text, empty for a blank; a formula without a result is no blank."""
    text = identity.visible(raw[1] or "").strip()
    return text or (f"={raw[2]}" if raw[2] is not None and raw[1] is None else "")


# ── which edition ─────────────────────────────────────────────────────────────────────────────────


def _located(pages: Sequence[DrawnPage], tried: Iterable[Edition]) -> Iterator[Located]:
    """Yield the located keys of each edition that has a word on the pages."""
    words = {word.core for page in pages for word in page.words.values()}
    for edition in tried:
        if words & vocabulary(edition).keys():
            yield locate(edition, pages)


def _fits(located: Located) -> bool:
    """Tell whether half of a table's keys are found."""
    edition = located.edition
    for table in edition.statutory:
        keys = [cell.key for cell in edition.of_table(table)]
        if _SHARE * sum(key in located.places for key in keys) >= len(keys):
            return True
    return False


def _rank(located: Located, pages: Sequence[DrawnPage], file: str) -> tuple[int, bool, int, bool]:
    """Return the fit of an edition: keys found, whether it is for the year, keys not found."""
    edition = located.edition
    _, year = heading.whose(edition, _above(located, pages), file)
    keys = [key for key, cell in edition.cells.items() if cell.table in edition.statutory]
    here = sum(key in located.places for key in keys)
    covers = year is not None and edition.covers(year)
    return here, covers, here - len(keys), edition.base is None


def _above(located: Located, pages: Sequence[DrawnPage]) -> tuple[list[str], list[str]]:
    """Return the texts above the tables, and those of the other visible pages."""
    words = vocabulary(located.edition)
    tabled = {id(page) for page, _ in located.places.values()}
    texts: tuple[list[str], list[str]] = ([], [])
    for page in pages:
        if page.visible or id(page) in tabled:
            first = next((p for p, word in page.words.items() if word.core in words), None)
            texts[id(page) not in tabled].extend(heading.above(page, first))
    return texts


# ── values ────────────────────────────────────────────────────────────────────────────────────────


def _values(
    located: Located, grids: Mapping[str, Grid], book: Book
) -> tuple[dict[str, Value], list[Finding]]:
    """Return {every key: value}, and the finding for formulas without a stored result."""
    values: dict[str, Value] = dict.fromkeys(located.edition.cells)
    waiting: list[Spot] = []
    for key, cell in located.edition.cells.items():
        if key in located.places:
            page, place = located.places[key]
            raw = grids[page.name].cells.get(place)
            if raw is not None and raw[1] is None and raw[2] is not None:
                waiting.append(Spot(key, page.name, at(place), cell.label))
            elif raw is not None and raw[1] is not None:
                values[key] = value_of(cell, raw, book)
    words = Message("finding", "not-taken/formula")
    figures = {"count": str(len(waiting))}
    findings = [Finding("not-taken", "error", tuple(waiting), figures=figures, words=words)]
    return values, findings if waiting else []


def value_of(cell: Cell, raw: Raw, book: Book) -> Value:
    """Return a stored cell as the value of a document: digits in a text are a number."""
    number = number_in(raw)
    if number is None:
        return reports.from_printed(cell, without_hidden(cell, raw[1] or ""))
    if raw[3] in book.styles.dates or cell.content.day:
        return date_text(number, since_1904=book.since_1904)
    return reports.to_value(cell, number)


# ── findings ──────────────────────────────────────────────────────────────────────────────────────


def unknown(agency: str | None, year: int | None) -> Iterator[Finding]:
    """Yield findings for an agency or a year that is nowhere given."""
    for name, value in (("agency", agency), ("year", year)):
        if value is None:
            words = Message("finding", f"identity/drawn-{name}")
            yield Finding("identity", "error", (), "", words=words)


def _missed(located: Located) -> Iterator[Finding]:
    """Yield a finding for each table and reason, with the labels of the cells not taken.

    A table that need not be filled may be missing as a whole.
    """
    edition = located.edition
    for table in edition.tables:
        present = any(edition.cells[key].table == table for key in located.places)
        part = [missed for missed in located.missed if missed.line.table == table]
        part.sort(key=attrgetter("why"))
        if not present and all(missed.why in _ABSENT for missed in part):
            if table in edition.statutory:
                yield _not_taken(edition, table, "table", part)
            continue
        for why, group in groupby(part, attrgetter("why")):
            yield _not_taken(edition, table, why, list(group))


def _not_taken(edition: Edition, table: str, why: str, missed: Sequence[Missed]) -> Finding:
    names = dict.fromkeys(_name(edition, item, why) for item in missed)
    where = dict.fromkeys(f"{sheet} {at(place)}" for item in missed for sheet, place in item.where)
    shown = listed(names, SHOWN, " / ")
    cells = (edition.cells[item.key] for item in missed)
    return Finding(
        "not-taken",
        "error",
        tuple(Spot(cell.key, None, None, cell.label) for cell in cells),
        found=", ".join(list(where)[:SHOWN]) or None,
        expected=shown,
        figures={
            "table": edition.tables[table].caption,
            "count": str(len(missed)),
            "names": shown,
            "where": ", ".join(list(where)[:SHOWN]),
        },
        words=Message("finding", f"not-taken/{why}"),
    )


def _name(edition: Edition, missed: Missed, why: str) -> str:
    """Return the printed label of a missed cell: the row's, or the column's."""
    head = next(head.label for head in missed.line.heads if head.key == missed.key)
    label = head if why == "column" or missed.line.label is None else missed.line.label
    text = label or edition.cells[missed.key].label
    return shortened(text, _NAMED)


def _unseen(located: Located) -> Iterator[Finding]:
    """Yield findings for values read of hidden sheets, rows and columns."""
    pages = {id(page): page for page, _ in located.places.values()}
    for page in pages.values():
        places = [place for other, place in located.places.values() if other is page]
        if not page.visible:
            yield of_sheet("hidden-sheet", "warning", page.name, "hidden", "visible")
        rows = {row for row, _ in places} & page.hidden_rows
        columns = {column for _, column in places} & page.hidden_columns
        yield from hidden(page.name, sorted(rows), sorted(columns))


def _disguised(located: Located, grids: Mapping[str, Grid], book: Book) -> Iterator[Finding]:
    """Yield findings for numbers that are seen as other numbers."""
    for key, (page, place) in list(located.places.items()):
        cell, raw = located.edition.cells[key], grids[page.name].cells.get(place)
        number = number_in(raw)
        if raw is None or number is None or not cell.numeric:
            continue
        shown = render.of_number(book.styles.faces[raw[3]].code, number)
        if sight.of_number(shown.text, number, cell.unit) == sight.OTHER:
            spot = Spot(key, page.name, at(place), cell.label)
            yield Finding("seen-differs", "error", (spot,), shown.text.strip(), plain(number))
