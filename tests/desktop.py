"""Imitates desktop Excel over COM for xlwings, over cells that openpyxl loaded.

It is what we believe of Excel: docs/manual-check.md lists each belief with its source. Under
GOUJI_REAL_EXCEL=1 nothing is imitated.
"""
# ruff: noqa: SLF001, FBT001 - what Excel hides stands in openpyxl's own parts; xlwings' signatures

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

import openpyxl
import pytest
import xlwings as xw
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel

from toolkit.grid import address

REAL = os.environ.get("GOUJI_REAL_EXCEL") == "1"
ERRORS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
    "#SPILL!": -2146826243,
}
TOLD = {ERRORS[name]: name for name in ERRORS if name != "#SPILL!"}
"""The errors xlwings knows."""
DIGEST, STAMP = "gouji_digest", "gouji_stamp"


class ComError(Exception):
    """As pywin32 raises it: number, source, details with a number of their own, argument."""


def refused(number: int = -2146827284) -> ComError:
    return ComError(-2147352567, "Exception occurred.", (0, "Excel", "", "", 0, number), None)


def rejected() -> ComError:
    """Return what a call gets while somebody types into a cell."""
    return ComError(-2147418111, "Call was rejected by callee.", None, None)


class Engine:
    """The engine's own part: what xlwings does to values on Windows."""

    name, type = "excel", "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, _dates: Any, empty: Any, _numbers: Any, told: bool) -> Any:
        def clean(value: Any) -> Any:
            if value in ("", None):
                return empty
            if type(value) is int and value in TOLD:
                return TOLD[value] if told else None
            return value

        return [[clean(value) for value in row] for row in data]


class Apps:
    def __init__(self) -> None:
        self.running: list[App] = []

    def __iter__(self) -> Iterator["App"]:
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)


class App:
    """One Excel; log: every round trip that reads or writes cells. alerts: what was shown.

    typing: somebody types into a cell. slow: no call is answered before it gives something.
    """

    pid, api = 1, object()

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.books = Books(self)
        self.calculation = "automatic"
        self.log: list[tuple[str, str, str]] = []
        self.alerts: list[tuple[str, str]] = []
        self.selected: tuple[str, str] | None = None
        self.typing = self.calculated = False
        self.answer = "ok"
        self.slow: Callable[[], object] | None = None

    def activate(self, steal_focus: Any = None) -> None:
        pass

    def calculate(self) -> None:
        for book in self.books.open_books:
            book.calculate()

    def alert(self, prompt: str, _title: str, _buttons: str, mode: str, _callback: Any) -> str:
        self.alerts.append((mode, prompt))
        return self.answer

    def call(self, what: str, sheet: str, at: str) -> None:
        """Note a round trip; none is answered while somebody types into a cell."""
        while self.slow is not None and not self.slow():
            time.sleep(0.01)
        if self.typing:
            raise rejected()
        self.log.append((what, sheet, at))


class Books:
    def __init__(self, app: App) -> None:
        self.app, self.open_books = app, []

    @property
    def active(self) -> "Book":
        return self.open_books[-1]

    def __call__(self, name: Any) -> "Book":
        found = [one for one in self.open_books if str(name).lower() == one.name.lower()]
        if isinstance(name, int):
            return self.open_books[name - 1]
        if not found:
            raise KeyError(name)
        return found[0]

    def __len__(self) -> int:
        return len(self.open_books)

    def __iter__(self) -> Iterator["Book"]:
        return iter(self.open_books)

    def open(self, fullname: str, *_: Any, **__: Any) -> "Book":
        self.open_books.append(Book(self.app, fullname))
        return self.active


class Book:
    """An open workbook; formulas show what was stored of them, the digest what the data come to."""

    api = object()

    def __init__(self, app: App, fullname: str) -> None:
        self.app, self.fullname = app, fullname
        self.name = Path(fullname).name
        self.cells = openpyxl.load_workbook(fullname)
        self.typed: list[tuple[str, tuple[int, int]]] = []
        self.results = _stored_results(fullname) if app.calculated else {}
        self.calculate()

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self)

    def activate(self) -> None:
        books = self.app.books.open_books
        books.append(books.pop(books.index(self)))

    def place(self, name: str) -> tuple[str, str]:
        """Return the sheet and the address a name stands for."""
        if name not in self.cells.defined_names:
            raise refused()
        return next(iter(self.cells.defined_names[name].destinations))

    def calculate(self) -> None:
        """Reckon the digest anew: a number that differs when anything unlocked does."""
        sheet, at = self.place(DIGEST)
        content = "|".join(
            f"{page.title}{cell.coordinate}{cell.value}"
            for page in self.cells
            if page.title != sheet
            for _, cell in sorted(page._cells.items())
            if cell.value is not None and not cell.protection.locked
        )
        self.results[sheet, at.replace("$", "")] = crc32(content.encode())


def _stored_results(fullname: str) -> dict[tuple[str, str], Any]:
    """Return what the formulas of a saved workbook showed."""
    book = openpyxl.load_workbook(fullname, data_only=True)
    return {
        (page.title, address(*at)): cell.value for page in book for at, cell in page._cells.items()
    }


class Sheets:
    api = object()

    def __init__(self, book: Book) -> None:
        self.book = book

    def __call__(self, name: Any) -> "Sheet":
        names = self.book.cells.sheetnames
        if name not in names:
            raise refused()
        return Sheet(self.book, name)

    def __len__(self) -> int:
        return len(self.book.cells.sheetnames)

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.book, name) for name in self.book.cells.sheetnames)


class Sheet:
    api = object()

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self.page = book.cells[name]

    def activate(self) -> None:
        if self.page.sheet_state != "visible":
            raise refused()

    def range(self, first: Any, last: Any = None) -> "Range":
        if isinstance(first, str):
            if not re.fullmatch(r"[A-Z]+[0-9]+(:[A-Z]+[0-9]+)?", first):
                sheet, first = self.book.place(first)
                if sheet != self.name:
                    raise refused()
            left, top, right, bottom = range_boundaries(first)
            return Range(self, (top, left), (bottom, right))
        if isinstance(first, Range):
            first = first.first
        if isinstance(last, Range):
            last = last.last
        return Range(self, first, last or first)


class Range:
    api = object()
    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, first: tuple[int, int], last: tuple[int, int]) -> None:
        self.sheet, self.first, self.last = sheet, first, last
        self.row, self.column = first
        self.shape = last[0] - first[0] + 1, last[1] - first[1] + 1
        self.options: Any = {}

    def __call__(self, row: int, column: int) -> "Range":
        place = self.row + row - 1, self.column + column - 1
        return Range(self.sheet, place, place)

    @property
    def address(self) -> str:
        first, last = (address(*at) for at in (self.first, self.last))
        return first if first == last else f"{first}:{last}"

    def select(self) -> None:
        self.sheet.book.app.selected = self.sheet.name, self.address

    def places(self) -> Iterator[Iterator[tuple[int, int]]]:
        for row in range(self.first[0], self.last[0] + 1):
            yield ((row, column) for column in range(self.first[1], self.last[1] + 1))

    @property
    def formula(self) -> str:
        self.sheet.book.app.call("formula", self.sheet.name, self.address)
        cell = self.sheet.page._cells.get(self.first)
        value = cell.value if cell else None
        return "" if value is None else str(value)

    @property
    def raw_value(self) -> Any:
        self.sheet.book.app.call("read", self.sheet.name, self.address)
        rows = tuple(tuple(map(self.value_of, row)) for row in self.places())
        return rows[0][0] if self.shape == (1, 1) else rows

    def value_of(self, at: tuple[int, int]) -> Any:
        """Return a cell's value as COM hands it over."""
        cell = self.sheet.page._cells.get(at)
        if cell is None:
            return None
        value = cell.value
        if cell.data_type == "f":
            value = self.sheet.book.results.get((self.sheet.name, address(*at)))
        if isinstance(value, int | float) and not isinstance(value, bool) and cell.is_date:
            value = from_excel(value)
        if isinstance(value, bool | datetime) or value is None:
            return value
        if isinstance(value, int | float):
            money = "¥" in cell.number_format
            cents = Decimal(repr(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
            return cents if money else float(value)
        return ERRORS[value] if cell.data_type == "e" else str(value)

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        app, page = self.sheet.book.app, self.sheet.page
        app.call("write", self.sheet.name, self.address)
        rows = [list(row) for row in self.places()]
        if page.protection.sheet and any(map(self.locked, chain(*rows))):
            raise refused()
        for number, row in enumerate(rows):
            for column, at in enumerate(row):
                own = value if not isinstance(value, list | tuple) else value[number][column]
                self.put(at, own)
        if app.calculation != "manual":
            self.sheet.book.calculate()

    def locked(self, at: tuple[int, int]) -> bool:
        """Tell whether a cell is locked; one that is not stored is as its row is."""
        page = self.sheet.page
        if at in page._cells:
            return page.cell(*at).protection.locked
        return page.row_dimensions[at[0]].protection.locked

    def put(self, at: tuple[int, int], value: Any) -> None:
        """Type a value: a text that begins with = is a formula, one with ' is a text."""
        page = self.sheet.page
        new = at not in page._cells
        cell = page.cell(*at)
        if new:
            cell._style = copy(page.row_dimensions[at[0]]._style)
        if isinstance(value, str) and value.startswith("'"):
            cell.value, cell.data_type = value[1:], "s"
        else:
            cell.value = None if value == "" else value


imitated = pytest.mark.skipif(REAL, reason="asks the imitation what Excel was asked and shown")


def _real(paths: tuple[Path, ...]) -> Iterator[Any]:
    """Give a real Excel with the workbooks open; they are closed without being saved."""
    app = xw.App(add_book=False)
    try:
        for path in paths:
            app.books.open(path)
        yield app
    finally:
        for book in list(app.books):
            book.close()
        app.quit()


@contextmanager
def excel(*paths: Path, calculated: bool = False) -> Iterator[App]:
    """Give an Excel in which the workbooks stand open, the last one active and calling.

    calculated: what formulas showed when the workbooks were saved is shown; else nothing is.
    """
    if REAL:
        yield from _real(paths)
        return
    engine = Engine()
    app = App(engine)
    app.calculated = calculated
    engine.apps.running.append(app)
    before = xw.engines.active, list(xw.engines.engines), dict(xw.engines.engines_by_name)
    xw.engines.add(xw.Engine(impl=engine))
    xw.engines.active = xw.engines["excel"]
    try:
        for path in paths:
            xw.Book(path).set_mock_caller()
        app.log.clear()
        yield app
    finally:
        xw.engines.active, xw.engines.engines, xw.engines.engines_by_name = before
        if hasattr(xw.Book, "_mock_caller"):
            del xw.Book._mock_caller
