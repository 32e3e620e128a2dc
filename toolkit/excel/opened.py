"""A workbook that is open in Excel, read with its unsaved values and judged like a file."""

from dataclasses import dataclass
from pathlib import Path

import xlwings as xw

from ..files.examine import Read, judge
from ..files.refusal import refusal
from ..finding import Result
from ..returned import foreign
from ..returned.onscreen import GoneError, OpenBook, read_open
from ..returned.raw import grid
from ..returned.read import Reading
from ..xlsx.address import Place
from ..xlsx.sheet import Grid
from ..xlsx.zip import Rejected
from .wording import Plain

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
    opened = OpenBook(
        book.name,
        tuple(sheets),
        lambda name: _used(sheets[name]),
        lambda name, box: _grid(sheets[name], box),
    )
    try:
        return read_open(opened, extra)
    except GoneError as error:
        raise Plain("sheet-gone", sheets="》《".join(error.sheets)) from None


def _used(sheet: xw.Sheet) -> Place:
    """Return the last row and column of a sheet that are read."""
    used = sheet.used_range
    last = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
    return min(last[0], foreign.BOX[0]), min(last[1], foreign.BOX[1])


def _grid(sheet: xw.Sheet, box: Place) -> Grid:
    """Return a sheet's cells up to a place, read in one call."""
    rows = sheet.range((1, 1), box).options(ndim=2, err_to_str=True).value
    return grid(rows, lambda place: sheet.range(place).formula)
