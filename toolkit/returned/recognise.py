"""The edition of a returned workbook, recognised by its labels; its mark says where to look first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..blank.slots import word
from ..edition import edition as editions
from ..edition.edition import Edition
from ..xlsx import joined
from ..xlsx.address import Place
from ..xlsx.book import Book
from ..xlsx.sheet import Grid
from ..xlsx.zip import Package, Rejected
from . import compare, version
from .compare import Form, forms

MARGIN = (64, 8)
"""Rows and columns beyond the form that are kept, to find cells that moved."""
_SHARE = 0.6
"""A workbook with fewer of an edition's labels is not that edition's."""
MARK_BOX = (20, 4)


@dataclass(frozen=True, slots=True)
class Source:
    """An opened workbook, of a file or open in Excel.

    mark: {name: fact}. grids: function from a last row and column to the sheets by name.
    directory: the sheet of agencies in a blank for all, its state; it is none of `book`.
    """

    book: Book
    mark: Mapping[str, str]
    grids: Callable[[Place], dict[str, Grid]]
    directory: Grid | None = None
    state: str = ""


def mark_of(package: Package, book: Book) -> dict[str, str]:
    """Return {name: fact} of the mark sheet, {} where it is missing."""
    entry = next((entry for entry in book.sheets if entry.name == word("mark")), None)
    if entry is None or not entry.part:
        return {}
    return facts(joined.parse(package, entry.part, book, MARK_BOX))


def facts(grid: Grid) -> dict[str, str]:
    """Return {name: fact} of a mark sheet's grid."""
    rows = {row: raw[1] for (row, column), raw in grid.cells.items() if column == 1 and raw[1]}
    cells = {name: grid.cells.get((row, 2)) for row, name in rows.items()}
    return {name: raw[1] for name, raw in cells.items() if raw and raw[1]}


def recognised(source: Source, extra: tuple[Path, ...]) -> tuple[Edition, dict[str, Grid]]:
    """Return the edition whose labels the workbook has, and its sheets.

    The edition in the mark is tried first; the labels decide. Raises Rejected where no edition
    fits, or where the mark names an unknown edition and no other fits perfectly.
    """
    named = (source.mark.get("form", ""), source.mark.get("edition", ""))
    edition = editions.named(*named, extra)
    if edition is not None:
        grids = source.grids(_box(forms(edition)))
        if score(edition, grids) == (1.0, 1.0, 0):
            return edition, grids
    possible = list(editions.every(extra))
    boxes = [_box(forms(edition)) for edition in possible]
    grids = source.grids((max(row for row, _ in boxes), max(column for _, column in boxes)))
    if not grids:
        raise Rejected("not-our-form")
    best = max(possible, key=lambda e: (score(e, grids), (e.form, e.name) == named))
    fit = score(best, grids)
    if all(named) and edition is None and fit != (1.0, 1.0, 0):
        raise Rejected("unknown-edition", name=" ".join(named)[:80])
    if fit[0] < _SHARE:
        raise Rejected("not-our-form")
    return best, grids


def _box(expected: Sequence[Form]) -> Place:
    """Return the last row and column to keep of each sheet."""
    rows, columns = zip(*(form.size for form in expected), strict=True)
    return max(rows) + MARGIN[0], max(columns) + MARGIN[1]


def score(edition: Edition, grids: Mapping[str, Grid]) -> tuple[float, float, int]:
    """Return an edition's fit: labels found, labels in place (0 to 1), minus stray cells."""
    tables = [form for form in version.printed(edition) if form.typed]
    total = present = placed = stray = 0
    for form in tables:
        grid = grids.get(form.sheet.name)
        if grid is None:
            grid = max(grids.values(), key=lambda g, f=form: compare.share(f, g))  # type: ignore[misc]
        total += len(form.labels)
        if compare.is_clean(form, grid, "labels"):
            present += len(form.labels)
            placed += len(form.labels)
            continue
        present += round(compare.share(form, grid) * len(form.labels))
        exact, strange = compare.exact(form, grid), len(compare.strangers(form, grid))
        placed += exact
        stray += strange
        if exact == len(form.labels) and not strange:
            compare.note_clean(form, grid, "labels")
    return present / total, placed / total, -stray
