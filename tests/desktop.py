"""The Excel in which the tests press buttons: imitated, or real under GOUJI_REAL_EXCEL=1.

The tests speak to both through xlwings. What only the imitation can tell or do is `desk.imitation`;
tests that need it are marked `imitated` with the reason. On a real Excel nothing is imitated but
the message box: it would wait for somebody to press OK, so what it would show is kept instead.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import xlwings as xw
from imitation import App, Book, Engine

from toolkit.blank.build import content_of, entries
from toolkit.report.report import Report

REAL = os.environ.get("GOUJI_REAL_EXCEL") == "1"
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no zone
Formulas = Mapping[tuple[str, int, int], str]


def imitated(reason: str) -> pytest.MarkDecorator:
    """Return the mark of a test that cannot run on a real Excel, with the reason."""
    return pytest.mark.skipif(REAL, reason=reason)


@dataclass(slots=True)
class Desk:
    """An Excel with open workbooks; alerts: mode and text of the messages shown.

    answer: what is pressed on a message. imitation: None where Excel is real.
    """

    app: xw.App
    alerts: list[tuple[str, str]]
    imitation: App | None = None
    answer: str = "ok"

    @property
    def book(self) -> xw.Book:
        """Return the workbook in front."""
        return self.app.books.active

    def cell(self, sheet: str, at: str | tuple[int, int]) -> xw.Range:
        return self.book.sheets[sheet].range(at)

    @property
    def selected(self) -> tuple[str, str]:
        chosen = self.app.selection
        return chosen.sheet.name, chosen.address.replace("$", "")

    def formulas(self) -> Formulas:
        """Return the formulas and constants of all cells of the workbook in front, as typed."""
        found = {}
        for sheet in self.book.sheets:
            box = sheet.used_range
            rows = box.formula if box.shape != (1, 1) else ((box.formula,),)
            for row, texts in enumerate(rows, box.row):
                for column, text in enumerate(texts, box.column):
                    found[sheet.name, row, column] = text
        return {place: text for place, text in found.items() if text}

    def show(self, path: Path, report: Report) -> None:
        """Open a return in front: typed into the imitated workbook, opened in a real Excel.

        path: the return as it was saved, of the same name as the workbook in front.
        """
        if self.imitation is not None:
            type_in(self.imitation.books.active, report)
            return
        self.book.close()
        self.app.books.open(path)

    def rows(self, sheet: str, box: str) -> list[list[Any]]:
        """Return the values of the cells of a box: blank as an empty text, a day as its number."""
        values = self.book.sheets[sheet].range(box).options(ndim=2, err_to_str=True).value
        return [[_plain(value) for value in row] for row in values]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return (value - EPOCH) / timedelta(days=1)
    return "" if value is None else value


def type_in(book: Book, report: Report) -> None:
    """Type everything in which two returns may differ into an imitated workbook."""
    book.typed.clear()
    for sheet, cells in entries(report.edition, report, report.prior, None).items():
        for place, value in cells.items():
            number = content_of(value, sheet=sheet, at="")[1] == "n"
            book.typed[sheet, place] = float(value) if number else str(value)
    book.calculate()


@contextmanager
def excel(*paths: Path) -> Iterator[Desk]:
    """Give an Excel with the workbooks open, the last one in front and calling."""
    with _real() if REAL else _imitated() as desk:
        for path in paths:
            desk.app.books.open(path).set_mock_caller()
        if desk.imitation is not None:
            desk.imitation.log.clear()
        try:
            yield desk
        finally:
            if hasattr(xw.Book, "_mock_caller"):
                del xw.Book._mock_caller  # noqa: SLF001 - xlwings has no other way


@contextmanager
def _real() -> Iterator[Desk]:
    """Give a separate Excel; workbooks open in it at the end are closed without being saved."""
    app = xw.App(add_book=False)
    desk = Desk(app, [])

    def alert(_: xw.App, prompt: str, title: str, buttons: str, mode: str) -> str:
        assert title
        assert buttons
        desk.alerts.append((mode, prompt))
        return desk.answer

    try:
        with patch.object(xw.App, "alert", alert):
            yield desk
    finally:
        for book in list(app.books):
            book.close()
        app.quit()


@contextmanager
def _imitated() -> Iterator[Desk]:
    engine = Engine()
    running = App(engine)
    engine.apps.running.append(running)
    before = xw.engines.active, list(xw.engines.engines), dict(xw.engines.engines_by_name)
    xw.engines.add(xw.Engine(impl=engine))
    xw.engines.active = xw.engines["excel"]
    desk = Desk(xw.App(impl=running), running.alerts, running)
    running.pressed = lambda: desk.answer
    try:
        yield desk
    finally:
        xw.engines.active, xw.engines.engines, xw.engines.engines_by_name = before
