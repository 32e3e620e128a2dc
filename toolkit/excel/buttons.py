"""The buttons that Excel calls. Each reports its result in one alert and changes no number."""

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from threading import Timer

import xlwings as xw

from ..data import CHINESE, say
from ..finding import Result
from ..returned.results import rows
from . import area, summary
from .opened import Opened, examined
from .wording import Plain, explained, said

_CALLER = "--wb="
"""Prefix of the argument in which Excel names the calling workbook."""


def button(work: Callable[[xw.Book], tuple[str, bool]]) -> Callable[[], None]:
    """Return the function for a button: it works on the workbook, shows one alert, raises nothing.

    work: returns (text of the alert, whether it is good news).
    """

    @wraps(work)
    def press() -> None:
        book = None
        try:
            book = asked_book()
            message, good = work(book)
        except Exception as error:  # noqa: BLE001 - no window with a program's error in it, ever
            message, good = explained(error).message(), False
        alert(book, message, good=good)

    return press


def asked_book() -> xw.Book:
    """Return the workbook of the pressed button, else the active one; raises Plain without any."""
    caller = next((word for word in sys.argv if word.startswith(_CALLER)), _CALLER)
    if "=" in caller.removeprefix(_CALLER):
        raise Plain("equals")
    with suppress(Exception):  # not called from Excel: what says so differs with the platform
        return xw.Book.caller()
    _open_books()
    return xw.books.active


def _open_books() -> int:
    """Return the number of open workbooks; raises Plain where there is none."""
    try:
        count = sum(len(app.books) for app in xw.apps)
    except xw.XlwingsError as error:
        raise Plain("no-excel") from error
    if not count:
        raise Plain("no-book")
    return count


def alert(book: xw.Book | None, message: str, *, good: bool, ask: bool = False) -> str | None:
    """Show a message in Excel; where that is impossible, exit with it.

    ask: show yes and no, and return the answer.
    """
    app = book.app if book is not None else None
    with suppress(xw.XlwingsError):
        app = app or xw.apps.active
    if app is None:
        sys.exit(message)
    mode = "info" if good else "critical"
    pressed: str | None = app.alert(message, said("title"), "yes_no" if ask else "ok", mode)
    return pressed


def office_button(work: Callable[[], tuple[str, bool]]) -> Callable[[], None]:
    """Return the function for a button that needs no open workbook; an empty text is not shown."""

    @wraps(work)
    def press() -> None:
        try:
            message, good = work()
        except Exception as error:  # noqa: BLE001 - no window with a program's error in it, ever
            message, good = explained(error, "undone").message(), False
        if message:
            alert(None, message, good=good)

    return press


def examine_open(book: xw.Book, extra: tuple[Path, ...] = ()) -> tuple[Opened, Plain | None]:
    """Write the findings of an open workbook into its result area; return them, and any failure.

    The first cell of a finding is selected.
    """
    opened = examined(book, extra)
    results = area.find(book)
    lacking = "no-area-drawn" if opened.result.report.origin == "document" else "no-area"
    failed = Plain(lacking) if results is None else None
    if results is not None:
        try:
            area.write(results, rows(opened.result.findings, opened.result.report))
        except Exception:  # noqa: BLE001 - Excel's own for cells that are locked
            failed = Plain("not-written")
    select(opened)
    return opened, failed


def select(opened: Opened) -> None:
    """Select the first cell of a finding, if it can be shown."""
    spot = summary.first_spot(opened.result)
    if spot is None or spot.sheet is None or spot.at is None:
        return
    with suppress(Exception):  # a hidden sheet cannot be shown; the alert names the place
        sheet = opened.book.sheets[spot.sheet]
        sheet.activate()
        sheet.range(spot.at).select()


def active(
    extra: tuple[Path, ...], tell: Callable[[str], None], lang: str = CHINESE, patience: float = 3
) -> Result | None:
    """Return the result of the active workbook, written into it; None after a failure.

    tell: takes further messages. patience: seconds until a hint about the reason why Excel may
    be waiting: its calls do not return while somebody types into a cell.
    """
    reminder = Timer(patience, lambda: tell(say("excel", "waiting", lang)))
    reminder.daemon = True
    reminder.start()
    try:
        count = _open_books()
        book = xw.books.active
        opened, failed = examine_open(book, extra)
    except Exception as error:  # noqa: BLE001 - said plainly, whatever Excel raises
        tell(explained(error).message(lang))
        return None
    finally:
        reminder.cancel()
    if count > 1:
        tell(say("excel", "several", lang, n=count, book=book.name))
    if failed is not None:
        tell(failed.message(lang))
    return opened.result


@button
def validate(book: xw.Book) -> tuple[str, bool]:
    """Write the findings of the calling workbook into its result area and report them."""
    opened, failed = examine_open(book)
    good = failed is None and opened.result.verdict == "pass"
    return summary.verdict(opened, failed), good


@button
def clear(book: xw.Book) -> tuple[str, bool]:
    """Empty the result area, which also uncolours the cells marked by it."""
    results = area.find(book)
    if results is None:
        raise Plain("no-area")
    try:
        area.clear(results)
    except Exception as error:  # Excel's own for cells that are locked
        raise explained(error, "not-written") from error
    return said("cleared", book=book.name), True


@button
def explain(book: xw.Book) -> tuple[str, bool]:
    """Show the smallest corrections; nothing is written."""
    opened = examined(book)
    return summary.corrections(opened), opened.result.verdict == "pass"
