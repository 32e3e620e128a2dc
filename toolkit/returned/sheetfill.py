"""Numbers into a plain workbook with the printed form: where each goes, and the workbook with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ..data import Message
from ..edition.edition import Edition
from ..finding import Finding
from ..report.report import Number, Value
from ..xlsx import repack
from ..xlsx.address import Place, at, corners
from ..xlsx.book import Book, open_book
from ..xlsx.sheet import Grid, number_in
from ..xlsx.splice import CellContent, retyped
from ..xlsx.zip import Package, Rejected, lower, open_package
from . import foreign
from .foreign import DrawnForm
from .read import SHEET_LIMIT, sheets_of

SheetPlace = tuple[str, Place]
"""A sheet and a place on it."""


@dataclass(frozen=True, slots=True)
class SheetTables:
    """A form's tables in a plain workbook.

    slots: {key: its place}. drawn: the form as it is. problems: what keeps numbers out. formulas:
    keys whose cells compute their number. others: number of other formulas in the workbook.
    """

    package: Package
    book: Book
    grids: Mapping[str, Grid]
    drawn: DrawnForm
    slots: Mapping[str, SheetPlace]
    problems: tuple[Message | Finding, ...]
    formulas: frozenset[str]
    others: int

    @property
    def blank(self) -> frozenset[str]:
        """The keys whose cells hold nothing that is seen."""
        cells = {
            key: self.grids[sheet].cells.get(place) for key, (sheet, place) in self.slots.items()
        }
        return frozenset(
            key for key, raw in cells.items() if raw is None or not (raw[1] or "").strip()
        )


class OwnBlankError(Exception):
    """The workbook is a blank of this program, not a plain one."""


def tables_in(source: bytes, edition: Edition, file: str, extra: tuple[Path, ...]) -> SheetTables:
    """Return the places of an edition's numbers in a plain workbook.

    file: its name. extra: more template folders. Raises Rejected, OwnBlankError.
    """
    package, book, grids = _opened(source, extra)
    drawn = foreign.read_drawn(grids, book, extra, file, edition)
    slots = {key: _anchored(grids, *place) for key, place in drawn.places.items()}
    formulas = frozenset(key for key, slot in slots.items() if _formula(grids, slot))
    problems: tuple[Message | Finding, ...] = (
        *_missed(drawn),
        *_rivals(drawn, edition),
        *_shared(edition, slots),
        *_typed(edition, slots, formulas),
        *_left_over(edition, grids, slots),
    )
    count = sum(raw[2] is not None for grid in grids.values() for raw in grid.cells.values())
    others = count - len({slots[key] for key in formulas})
    return SheetTables(package, book, grids, drawn, slots, problems, formulas, others)


def edition_of(source: bytes, file: str, extra: tuple[Path, ...]) -> Edition:
    """Return the edition whose form is drawn in a plain workbook; raises as `tables_in`."""
    _, book, grids = _opened(source, extra)
    return foreign.read_drawn(grids, book, extra, file).report.edition


def _opened(source: bytes, extra: tuple[Path, ...]) -> tuple[Package, Book, dict[str, Grid]]:
    package = open_package(source)
    book = open_book(package)
    if len(book.sheets) > SHEET_LIMIT:
        raise Rejected("not-our-form")
    opened = sheets_of(package, book)
    if not foreign.is_foreign([entry.name for entry in book.sheets], opened.mark, extra):
        raise OwnBlankError
    return package, opened.book, opened.grids(foreign.BOX)


def _anchored(grids: Mapping[str, Grid], sheet: str, address: str) -> SheetPlace:
    """Return the place of a value; in merged cells that of the first."""
    box = corners(address) or (0, 0, 0, 0)
    row, column = box[0], box[1]
    for span in grids[sheet].merges:
        area = corners(span)
        if area and area[0] <= row <= area[2] and area[1] <= column <= area[3]:
            return sheet, (area[0], area[1])
    return sheet, (row, column)


def _formula(grids: Mapping[str, Grid], slot: SheetPlace) -> bool:
    raw = grids[slot[0]].cells.get(slot[1])
    return raw is not None and raw[2] is not None


# ── what keeps numbers out ────────────────────────────────────────────────────────────────────────


def _missed(drawn: DrawnForm) -> Iterator[Finding]:
    """Yield the findings on cells that were not found; a formula without a result was."""
    for finding in drawn.findings:
        if finding.code == "not-taken" and "table" in finding.figures:
            yield finding


def _rivals(drawn: DrawnForm, edition: Edition) -> Iterator[Message]:
    """Yield the sentence on each table that is there more than once."""
    for table in edition.tables:
        there = [
            places for key, places in drawn.rivals.items() if edition.cells[key].table == table
        ]
        if there:
            where = " ".join(there[0][0])
            caption = edition.tables[table].caption
            yield Message("into", "again", {"table": caption, "where": where})


def _shared(edition: Edition, slots: Mapping[str, SheetPlace]) -> Iterator[Message]:
    """Yield the sentence on two cells of the form that are one in the workbook."""
    owner: dict[SheetPlace, str] = {}
    for key, slot in slots.items():
        other = owner.setdefault(slot, key)
        if other != key:
            labels = {"label": edition.cells[other].label, "other": edition.cells[key].label}
            yield Message("into", "shared", labels)


def _typed(
    edition: Edition, slots: Mapping[str, SheetPlace], formulas: frozenset[str]
) -> Iterator[Message]:
    """Yield the sentence on each typed cell that holds a formula: it would undo the number."""
    for key in edition.cells:
        if key in formulas and key not in edition.computes:
            sheet, place = slots[key]
            figures = {"at": f"{sheet} {at(place)}", "label": edition.cells[key].label}
            yield Message("into", "formula", figures)


def _left_over(
    edition: Edition, grids: Mapping[str, Grid], slots: Mapping[str, SheetPlace]
) -> Iterator[Message]:
    """Yield the sentence on each labelled row of a table with a number that has no cell there."""
    taken = set(slots.values())
    tables = {(edition.cells[key].table, sheet) for key, (sheet, _) in slots.items()}
    for table, sheet in sorted(tables):
        own = [
            place
            for key, (name, place) in slots.items()
            if (edition.cells[key].table, name) == (table, sheet)
        ]
        rows, columns = [place[0] for place in own], [place[1] for place in own]
        box = min(rows), min(columns), max(rows), max(columns)
        for row, places in groupby(sorted(_within(grids[sheet], box)), key=lambda one: one[0]):
            spare = [one for one in places if (sheet, one) not in taken]
            if spare and _labelled(grids[sheet], row):
                figures = {
                    "table": edition.tables[table].caption,
                    "where": ", ".join(f"{sheet} {at(one)}" for one in spare[:2]),
                }
                yield Message("into", "left-over", figures)


def _within(grid: Grid, box: tuple[int, int, int, int]) -> Iterator[Place]:
    """Yield the places of the typed numbers in a box that are seen."""
    hidden = {n for first, last in grid.hidden_columns for n in range(first, last + 1)}
    top, left, bottom, right = box
    for (row, column), raw in grid.cells.items():
        inside = top <= row <= bottom and left <= column <= right
        unseen = row in grid.hidden_rows or column in hidden
        if inside and not unseen and raw[2] is None and number_in(raw) is not None:
            yield row, column


def _labelled(grid: Grid, row: int) -> bool:
    """Tell whether a row has a text of more than one letter."""
    texts = (raw[1] or "" for (r, _), raw in grid.cells.items() if r == row and raw[0] == "text")
    return any(sum(map(str.isalpha, text)) > 1 for text in texts)


# ── the workbook ──────────────────────────────────────────────────────────────────────────────────


def filled(source: bytes, tables: SheetTables, values: Mapping[str, Value]) -> bytes:
    """Return the workbook with values in the cells of keys; every other part is copied as stored.

    Raises ValueError where a sheet is in another encoding than UTF-8.
    """
    parts = {entry.name: entry.part for entry in tables.book.sheets}
    cells: dict[str, dict[Place, CellContent]] = {}
    for key, value in values.items():
        sheet, place = tables.slots[key]
        cells.setdefault(sheet, {})[place] = _content(value)
    entries = repack.stored(source)
    names = {lower(entry.name): entry.name for entry in entries}
    changed = {}
    for sheet, contents in cells.items():
        part = parts[sheet] or ""
        looks = {place: _look(tables.grids[sheet], place) for place in contents}
        new = retyped(tables.package.part(part), part, contents, looks)
        changed[names[lower(part)]] = new
    return repack.repacked(entries, changed)


def _content(value: Value) -> CellContent:
    return float(value) if isinstance(value, Number) and not isinstance(value, int) else value


def _look(grid: Grid, place: Place) -> int:
    """Return the style of a cell that is not stored: its row's, else its column's."""
    if place[0] in grid.row_styles:
        return grid.row_styles[place[0]]
    there = (style for first, last, style in grid.column_styles if first <= place[1] <= last)
    return next(there, 0)
