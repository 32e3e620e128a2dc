"""A workbook that is open in a program, read by its values; findings that values show."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..blank import directory
from ..blank.mark import shared
from ..blank.slots import word
from ..edition import edition as editions
from ..edition.edition import Edition
from ..finding import Finding
from ..xlsx.address import Place
from ..xlsx.book import Book, SheetEntry
from ..xlsx.numfmt import Styles
from ..xlsx.sheet import Grid
from ..xlsx.zip import Rejected
from . import cells as labels
from . import foreign, paper, version
from .chosen import marked as with_seed
from .compare import Form, forms, of_sheet
from .raw import DATED
from .read import SHEET_LIMIT, Reading, Taken, take, whose
from .recognise import MARGIN, MARK_BOX, Source, facts

JUDGED = ("cover", "table", "text", "prior")
"""Kinds of sheets that hold all values judged here."""
KINDS = (*JUDGED, "results")
"""Kinds of sheets that are read: the agency's reasons are among its results."""


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A workbook open in a program: its name and sheets.

    used: returns the last row and column of a sheet. grid: returns its cells up to a place.
    """

    name: str
    sheets: tuple[str, ...]
    used: Callable[[str], Place]
    grid: Callable[[str, Place], Grid]


class GoneError(Exception):
    """Sheets of the form that are missing: their cells would count as blank."""

    def __init__(self, sheets: list[str]) -> None:
        super().__init__(sheets)
        self.sheets = sheets


def read_open(book: OpenBook, extra: tuple[Path, ...]) -> Reading:
    """Return the report in an open workbook, and the findings its values show.

    Raises Rejected, GoneError.
    """
    names = set(book.sheets)
    mark = facts(book.grid(word("mark"), MARK_BOX)) if word("mark") in names else {}
    if foreign.is_foreign(book.sheets, mark, extra):
        return _drawn(book, extra)
    possible = _possible(mark, extra)
    needed = _needed(possible, names)
    if len(possible) == 1:
        _refuse_missing(possible[0], names)
    grids = {name: book.grid(name, box) for name, box in _boxes(possible) if name in needed}
    opened = Source(_as_stored(book.sheets), mark, lambda _: grids, _directory(book, mark))
    taken = take(opened, extra)
    _refuse_missing(taken.edition, names)
    findings = (*whose(taken, mark), *_changed(taken), *taken.typed.findings)
    spots = version.prior_spots(taken.edition, taken.pairs)
    return Reading(
        taken.report, findings, spots, paper.code_of(taken.report, with_seed(mark, taken.directory))
    )


def _directory(book: OpenBook, mark: Mapping[str, str]) -> Grid | None:
    """Return the directory of a blank for all, None for any other."""
    name = word("agencies")
    if name not in book.sheets or not shared(mark):
        return None
    used = book.used(name)
    return book.grid(name, (min(used[0], directory.BOX[0]), min(used[1], directory.BOX[1])))


def _drawn(book: OpenBook, extra: tuple[Path, ...]) -> Reading:
    """Return the reading of a workbook with a drawn form.

    Merges and hidden lines are not asked for.
    """
    if len(book.sheets) > SHEET_LIMIT:
        raise Rejected("not-our-form")
    grids = {name: book.grid(name, book.used(name)) for name in book.sheets}
    drawn = foreign.read_drawn(grids, _as_stored(book.sheets), extra, book.name)
    return Reading(drawn.report, drawn.findings, drawn.places)


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
    """Raise GoneError where a sheet of the form is missing."""
    gone = [section.sheet for section in edition.sections if section.sheet not in names]
    if gone:
        raise GoneError(gone)


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


def _changed(taken: Taken) -> Iterator[Finding]:
    """Yield findings about changed printed words and moved rows or columns."""
    for pair in taken.pairs:
        if pair.form.own and pair.form.sheet.kind in JUDGED:
            if pair.moved and pair.form.typed:
                yield of_sheet("moved", "error", pair.name)
            yield from labels.labels(pair)
