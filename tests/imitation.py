"""Imitates desktop Excel over COM for xlwings, over cells that openpyxl loaded.

The assumptions about Excel are listed in docs/manual-check.md, each with its source.
"""
# ruff: noqa: SLF001, FBT001 - what Excel hides stands in openpyxl's own parts; xlwings' signatures

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any
from zlib import crc32

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel

from toolkit.xlsx.address import address

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
DIGEST = "gouji_digest"
Place = tuple[int, int]


class ComError(Exception):
    """Error in the form of pywin32: number, source, details with another number, argument."""


def refused(number: int = -2147827284) -> ComError:
    return ComError(-2147352567, "Exception occurred.", (0, "Excel", "", "", 0, number), None)


def rejected() -> ComError:
    """Return the error of a call made while somebody types into a cell."""
    return ComError(-2147418111, "Call was rejected by callee.", None, None)


@lru_cache(maxsize=32)
def loaded(content: bytes) -> openpyxl.Workbook:
    """Return a saved workbook; it is not changed: typed values are kept beside it."""
    return openpyxl.load_workbook(io.BytesIO(content))


@lru_cache(maxsize=32)
def free(content: bytes) -> dict[tuple[str, Place], object]:
    """Return the values of the unlocked cells of a saved workbook."""
    return {
        (page.title, at): cell.value
        for page in loaded(content)
        for at, cell in page._cells.items()
        if cell.value is not None and not cell.protection.locked
    }


class Engine:
    """The engine's part: conversions that xlwings does to values on Windows."""

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
    """An Excel; log: every round trip that reads or writes cells, `spent`: the seconds it took.

    alerts: messages shown. typing: somebody types into a cell. slow: no call is answered before it
    gives something.
    """

    pid, api = 1, object()

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.books = Books(self)
        self.calculation = "automatic"
        self.log: list[tuple[str, str, str]] = []
        self.spent = 0.0
        self.alerts: list[tuple[str, str]] = []
        self.selection: Range | None = None
        self.typing = False
        self.pressed: Callable[[], str] = lambda: "ok"
        self.slow: Callable[[], object] | None = None

    def activate(self, steal_focus: Any = None) -> None:
        pass

    def calculate(self) -> None:
        for book in self.books.open_books:
            book.calculate()

    def alert(self, prompt: str, _title: str, _buttons: str, mode: str, _callback: Any) -> str:
        self.alerts.append((mode, prompt))
        return self.pressed()

    @contextmanager
    def call(self, what: str, sheet: str, at: str) -> Iterator[None]:
        """Log a round trip; raises while somebody types into a cell."""
        while self.slow is not None and not self.slow():
            time.sleep(0.01)
        if self.typing:
            raise rejected()
        self.log.append((what, sheet, at))
        start = perf_counter()
        yield
        self.spent += perf_counter() - start


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
    """An open workbook.

    typed: values that differ from the saved file. results: values of formulas, none at
    first; only the digest is calculated, to another value whenever an unlocked cell changes.
    """

    api = object()

    def __init__(self, app: App, fullname: str) -> None:
        self.app, self.fullname = app, fullname
        self.name = Path(fullname).name
        self.content = Path(fullname).read_bytes()
        self.cells = loaded(self.content)
        self.typed: dict[tuple[str, Place], Any] = {}
        self.results: dict[tuple[str, Place], Any] = {}
        self.heights: dict[tuple[str, int], float] = {}
        self.calculate()

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self)

    def activate(self) -> None:
        books = self.app.books.open_books
        books.append(books.pop(books.index(self)))

    def close(self) -> None:
        self.app.books.open_books.remove(self)

    def place(self, name: str) -> tuple[str, str]:
        """Return the sheet and the address that a name refers to."""
        if name not in self.cells.defined_names:
            raise refused()
        return next(iter(self.cells.defined_names[name].destinations))

    def calculate(self) -> None:
        """Recalculate the digest."""
        sheet, at = self.place(DIGEST)
        column, row, *_ = range_boundaries(at.replace("$", ""))
        there = sorted((free(self.content) | self.typed).items())
        content = "|".join(
            f"{place}{value}" for place, value in there if place[0] != sheet and value is not None
        )
        self.results[sheet, (row, column)] = crc32(content.encode())


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

    @property
    def used_range(self) -> "Range":
        there = [at for name, at in self.book.typed if name == self.name]
        last = [*there, (self.page.max_row, self.page.max_column)]
        return Range(self, (1, 1), (max(r for r, _ in last), max(c for _, c in last)))

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

    def __init__(self, sheet: Sheet, first: Place, last: Place) -> None:
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
        self.sheet.book.app.selection = self

    def autofit(self, axis: str) -> None:
        """Make rows as high as their texts, where a protected sheet lets them be changed."""
        with self.sheet.book.app.call(f"fit {axis}", self.sheet.name, self.address):
            self._may_be_sized()

    def _may_be_sized(self) -> None:
        guard = self.sheet.page.protection
        if guard.sheet and guard.formatRows:
            raise refused()

    @property
    def row_height(self) -> float:
        return self.sheet.book.heights.get((self.sheet.name, self.row), 15.0)

    @row_height.setter
    def row_height(self, value: float) -> None:
        with self.sheet.book.app.call("size", self.sheet.name, self.address):
            self._may_be_sized()
            if not 0 <= value <= 409.5:
                raise refused()
            self.sheet.book.heights[self.sheet.name, self.row] = value

    def _every(self, what: str, tell: Callable[[Place], Any]) -> Any:
        """Return a value for each cell: a single one, else rows of them."""
        with self.sheet.book.app.call(what, self.sheet.name, self.address):
            rows = tuple(tuple(map(tell, row)) for row in self.places())
        return rows[0][0] if self.shape == (1, 1) else rows

    def places(self) -> Iterator[Iterator[Place]]:
        for row in range(self.first[0], self.last[0] + 1):
            yield ((row, column) for column in range(self.first[1], self.last[1] + 1))

    @property
    def formula(self) -> Any:
        return self._every("formula", self.formula_of)

    def formula_of(self, at: Place) -> str:
        """Return the formula or constant of a cell, as typed."""
        typed = self.sheet.book.typed
        cell = self.sheet.page._cells.get(at)
        value = typed.get((self.sheet.name, at), cell.value if cell else None)
        return "" if value is None else str(value)

    @property
    def raw_value(self) -> Any:
        return self._every("read", self.value_of)

    def value_of(self, at: Place) -> Any:
        """Return a cell's value in the form of COM."""
        book, here = self.sheet.book, (self.sheet.name, at)
        cell = self.sheet.page._cells.get(at)
        value = cell.value if cell else None
        if here in book.typed:
            value = book.typed[here]
        elif cell and cell.data_type == "f":
            value = book.results.get(here)
        if isinstance(value, bool | datetime) or value is None:
            return value
        if isinstance(value, int | float):
            return _number(value, cell)
        return ERRORS.get(value, str(value)) if here not in book.typed else str(value)

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        book, page = self.sheet.book, self.sheet.page
        with book.app.call("write", self.sheet.name, self.address):
            rows = [list(row) for row in self.places()]
            if page.protection.sheet and any(map(self.locked, chain(*rows))):
                raise refused()
            for number, row in enumerate(rows):
                for column, at in enumerate(row):
                    own = value if not isinstance(value, list | tuple) else value[number][column]
                    book.typed[self.sheet.name, at] = _typed(own)
            if book.app.calculation != "manual":
                book.calculate()

    def locked(self, at: Place) -> bool:
        """Tell whether a cell is locked; one that is not stored has the lock of its row."""
        page = self.sheet.page
        if at in page._cells:
            return page._cells[at].protection.locked
        return page.row_dimensions[at[0]].protection.locked


def _number(value: float, cell: Any) -> Any:
    """Return a number in the type that COM gives for its format."""
    if cell is None:
        return float(value)
    if cell.is_date:
        return from_excel(value)
    cents = Decimal(repr(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return cents if "¥" in cell.number_format else float(value)


def _typed(value: Any) -> Any:
    """Return the content of a cell after a value is written to it; a leading ' makes it a text."""
    if isinstance(value, str) and value.startswith("="):
        raise NotImplementedError("nobody writes a formula")
    if isinstance(value, str) and value.startswith("'"):
        return value[1:]
    return None if value == "" else value
