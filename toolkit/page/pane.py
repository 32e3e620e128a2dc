"""Questions of a pane beside an open workbook: its result, by the whole file or by its values."""

from collections.abc import Sequence
from typing import Any

from ..data import say
from ..files.examine import Read, judge
from ..files.refusal import refusal
from ..output.sidepane import sidepane
from ..returned.foreign import BOX
from ..returned.onscreen import GoneError, OpenBook, read_open
from ..returned.raw import error_number, grid
from ..xlsx.address import Place
from ..xlsx.sheet import Grid
from ..xlsx.zip import Rejected
from .desk import Desk


def pane_shown(desk: Desk, lang: str) -> dict[str, Any] | None:
    """Return the result of the single file at a desk, None for any other number of files."""
    if len(desk.paths) != 1:
        return None
    with desk.batch() as batch:
        (result,) = batch.results
        return sidepane(result, lang)


def pane_valued(
    desk: Desk, name: str, sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]], lang: str
) -> dict[str, Any]:
    """Return the result for the values of an open workbook.

    sheets: the name of each and its rows from A1 on. Formulas, locks and looks are not among them.
    why: the reason where it was not read.
    """
    rows = dict(sheets)
    book = OpenBook(
        name,
        tuple(rows),
        lambda sheet: _used(rows[sheet]),
        lambda sheet, box: _cells(rows[sheet], box),
    )
    try:
        reading = read_open(book, desk.given.extra)
    except Rejected as error:
        return {"why": refusal(error.code, error.figures).message(lang)}
    except GoneError as error:
        return {"why": say("pane", "sheet-gone", lang, sheets="》《".join(error.sheets))}
    code, report = reading.check_code, reading.report
    read = Read(name, None, report, reading.findings, reading.places, check_code=code)
    return sidepane(judge(read, None), lang)


def _used(rows: Sequence[Sequence[Any]]) -> Place:
    """Return the last row and column of a sheet that are read."""
    return min(len(rows), BOX[0]), min(max(map(len, rows), default=0), BOX[1])


def _cells(rows: Sequence[Sequence[Any]], box: Place) -> Grid:
    """Return the cells up to a place."""
    height, width = box
    return grid([[_plain(one) for one in row[:width]] for row in rows[:height]], lambda _: "")


def _plain(value: Any) -> Any:
    """Return a value as Excel gives it to programs: an error value, {error: its text}, is a number."""
    return error_number(value["error"]) if isinstance(value, dict) else value
