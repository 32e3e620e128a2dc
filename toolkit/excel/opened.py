"""A workbook that is open in Excel, read with its unsaved values and judged like a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlwings as xw

from ..blank import directory
from ..blank.mark import shared
from ..blank.slots import word
from ..edition import edition as editions
from ..edition.edition import Edition
from ..files.examine import Read, judge
from ..files.refusal import refusal
from ..finding import Finding, Result
from ..returned import cells as labels
from ..returned import foreign, paper, version
from ..returned.chosen import marked as with_seed
from ..returned.compare import Form, forms, of_sheet
from ..returned.read import SHEET_LIMIT, Reading, Taken, take, whose
from ..returned.recognise import MARGIN, MARK_BOX, Source, facts
from ..xlsx.address import Place
from ..xlsx.book import Book, SheetEntry
from ..xlsx.numfmt import Styles
from ..xlsx.sheet import Grid
from ..xlsx.zip import Rejected
from .raw import DATED, grid
from .wording import Plain

JUDGED = ("cover", "table", "text", "prior")
"""Kinds of sheets that hold all values judged here."""
KINDS = (*JUDGED, "results")
"""Kinds of sheets that are read: the agency's reasons are among its results."""
FOLDER = "templates"
"""Name of a folder beside a workbook with further editions."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook in Excel and its result; `waited`: it was calculated first, in manual mode."""

    book: xw.Book
    result: Result
    waited: bool


def examined(book: xw.Book, extra: tuple[Path, ...] = ()) -> Opened:
    """Return the result for the values of an open workbook, each sheet read once.

    extra: more template folders, beside the one that lies beside the workbook.
    Last year's numbers are those stamped into it. Findings that values do not show (formulas,
    locks, other cells) need an examination of its file. Raises Plain for any other workbook.
    """
    waited = book.app.calculation == "manual"
    if waited:
        book.app.calculate()
    try:
        reading = _read(book, (*folders(book), *extra))
    except Rejected as error:
        raise Plain.of(refusal(error.code, error.figures)) from error
    loaded = Read(
        book.name,
        None,
        reading.report,
        reading.findings,
        reading.places,
        check_code=reading.check_code,
    )
    return Opened(book, judge(loaded, None), waited)


def folders(book: xw.Book) -> tuple[Path, ...]:
    """Return the folder of editions beside a workbook, if there is one.

    A workbook that was never saved, or lies in a cloud, has no folder.
    """
    try:
        path = Path(book.fullname)
    except (xw.XlwingsError, OSError):
        return ()
    beside = path.parent / FOLDER
    return (
        (beside,) if path.is_absolute() and beside.is_dir() and any(beside.rglob("*.toml")) else ()
    )


def _read(book: xw.Book, extra: tuple[Path, ...]) -> Reading:
    """Return the report in the workbook, and the findings its values show."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    marked = sheets.get(word("mark"))
    mark = facts(_grid(marked, MARK_BOX)) if marked is not None else {}
    if foreign.is_foreign(tuple(sheets), mark, extra):
        return _drawn(book, sheets, extra)
    possible = _possible(mark, extra)
    needed = _needed(possible, set(sheets))
    if len(possible) == 1:
        _refuse_missing(possible[0], set(sheets))
    grids = {name: _grid(sheets[name], box) for name, box in _boxes(possible) if name in needed}
    opened = Source(_as_stored(sheets), mark, lambda _: grids, _directory(sheets, mark))
    taken = take(opened, extra)
    _refuse_missing(taken.edition, set(sheets))
    findings = (*whose(taken, mark), *_changed(taken), *taken.typed.findings)
    spots = version.prior_spots(taken.edition, taken.pairs)
    return Reading(
        taken.report, findings, spots, paper.code_of(taken.report, with_seed(mark, taken.directory))
    )


def _directory(sheets: Mapping[str, xw.Sheet], mark: Mapping[str, str]) -> Grid | None:
    """Return the directory of a blank for all, None for any other."""
    sheet = sheets.get(word("agencies"))
    if sheet is None or not shared(mark):
        return None
    used = _used(sheet)
    return _grid(sheet, (min(used[0], directory.BOX[0]), min(used[1], directory.BOX[1])))


def _drawn(book: xw.Book, sheets: Mapping[str, xw.Sheet], extra: tuple[Path, ...]) -> Reading:
    """Return the reading of a workbook with a drawn form.

    Merges and hidden lines are not asked for.
    """
    if len(sheets) > SHEET_LIMIT:
        raise Rejected("not-our-form")
    grids = {name: _grid(sheet, _used(sheet)) for name, sheet in sheets.items()}
    drawn = foreign.read_drawn(grids, _as_stored(sheets), extra, book.name)
    return Reading(drawn.report, drawn.findings, drawn.places)


def _used(sheet: xw.Sheet) -> Place:
    """Return the last row and column of a sheet that are read."""
    used = sheet.used_range
    last = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
    return min(last[0], foreign.BOX[0]), min(last[1], foreign.BOX[1])


def _as_stored(names: Iterable[str]) -> Book:
    """Return a workbook in Excel as a stored one: its sheets, and the style of dates."""
    return Book(
        sheets=tuple(SheetEntry(name, "visible", name) for name in names),
        strings=(),
        styles=Styles(dates=frozenset({DATED}), number=DATED + 1),
        since_1904=False,
        manual=False,
        active={},
        added=(),
        reaching={},
    )


def _possible(mark: Mapping[str, str], extra: tuple[Path, ...]) -> list[Edition]:
    """Return the edition that the mark names, else all editions."""
    named = (mark.get("form", ""), mark.get("edition", ""))
    edition = editions.named(*named, extra)
    if all(named) and edition is None:
        raise Rejected("unknown-edition", name=" ".join(named)[:80])
    return [edition] if edition else list(editions.every(extra))


def _needed(possible: Iterable[Edition], names: set[str]) -> set[str]:
    """Return the sheets to read; raises Rejected for a workbook with none of the form's own."""
    ours = {section.sheet for edition in possible for section in edition.sections}
    if not ours & names:
        raise Rejected("not-our-form")
    return ours & names | {word("cover"), word("prior"), word("results")} & names


def _refuse_missing(edition: Edition, names: set[str]) -> None:
    """Raise Plain where a sheet of the form is missing: its cells would count as blank."""
    gone = [section.sheet for section in edition.sections if section.sheet not in names]
    if gone:
        raise Plain("sheet-gone", sheets="》《".join(gone))


def _boxes(possible: Iterable[Edition]) -> Iterator[tuple[str, Place]]:
    """Yield each sheet and the last row and column read of it: the form's own and a margin.

    The margin shows cells that inserted rows or columns pushed out of the form.
    """
    sizes: dict[str, list[Form]] = {}
    for edition in possible:
        for form in forms(edition):
            if form.sheet.kind in KINDS:
                sizes.setdefault(form.sheet.name, []).append(form)
    for name, several in sizes.items():
        rows, columns = zip(*(form.size for form in several), strict=True)
        yield name, (max(rows) + MARGIN[0], max(columns) + MARGIN[1])


def _grid(sheet: xw.Sheet, box: Place) -> Grid:
    """Return a sheet's cells up to a place, read in one call."""
    rows = sheet.range((1, 1), box).options(ndim=2, err_to_str=True).value
    return grid(rows, lambda place: sheet.range(place).formula)


def _changed(taken: Taken) -> Iterator[Finding]:
    """Yield findings about changed printed words and moved rows or columns."""
    for pair in taken.pairs:
        if pair.form.own and pair.form.sheet.kind in JUDGED:
            if pair.moved and pair.form.typed:
                yield of_sheet("moved", "error", pair.name)
            yield from labels.labels(pair)
