"""Draws the printed form into a plain workbook, as people do by hand in Excel or WPS."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.edition.edition import Edition, Section
from toolkit.report.report import Report, Value

Spelling = Callable[[str], str]
Written = Callable[[Value], object]


def _numbered(sign: str) -> Spelling:
    """Return a spelling with other signs around the numbers in front of labels."""
    arabic = re.compile(r"^(\d+)\.")
    return lambda text: arabic.sub(lambda found: sign.format(found[1]), text)


SPELLINGS: Mapping[str, Spelling] = {
    "printed": lambda text: text,
    "broken lines": lambda text: "\n".join(text[n : n + 4] for n in range(0, len(text), 4)),
    "blanks": lambda text: f" {'　'.join(text)} ",
    "ASCII brackets": lambda text: text.translate(str.maketrans("（）：，、", "():,,")),
    "full width": lambda text: text.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}),
    "1、": _numbered("{}、"),
    "１．": lambda text: _numbered("{}．")(text).translate(
        str.maketrans("12345678", "１２３４５６７８")
    ),
    "(1)": _numbered("（{}）"),
    "no numbers": _numbered(""),
    "one number wrong": _numbered("9."),
    "no remarks": lambda text: re.sub(r"(?<=.)（[^（）]{3,}）$", "", text),
    "radicals": lambda text: text.translate(str.maketrans("行人政", "⾏⼈政")),
}
"""Ways of writing a printed label."""

WRITTEN: Mapping[str, Written] = {
    "numbers": lambda value: value,
    "texts": lambda value: None if value is None else str(value),
    "full width": lambda value: (
        None if value is None else str(value).translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    ),
    "blanks around": lambda value: None if value is None else f" {value}\u00a0",
}
"""Ways of writing a number."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a form is drawn.

    layout: sheets, stacked or beside. at: first row and column. gap: rows or columns between two
    tables. merged: heads and labels are merged as printed. apart: lines of the grid followed by an
    empty row. helpers: columns of the grid followed by a hidden column of numbers. title: lines
    above everything. captions: the tables' captions above them. unit: a line with the unit.
    names: of the sheets.
    """

    layout: str = "sheets"
    at: tuple[int, int] = (1, 1)
    gap: int = 2
    merged: bool = True
    spelling: str = "printed"
    written: str = "numbers"
    apart: frozenset[int] = frozenset()
    helpers: frozenset[int] = frozenset()
    title: tuple[str, ...] = ("某某局2025年政府信息公开工作年度报告",)
    captions: bool = True
    unit: bool = False
    foot: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    statutory: bool = True


PLAIN = Style()


@dataclass(slots=True)
class Pen:
    """A sheet, and the place of the next table's first cell on it."""

    sheet: Worksheet
    row: int
    column: int
    bottom: int = 1
    lines: dict[int, int] = field(default_factory=dict)


def draw(report: Report, style: Style = PLAIN) -> bytes:
    """Return a plain workbook with the printed form and a report's values."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    tables = [
        section
        for name, section in report.edition.tables.items()
        if not style.statutory or name in report.edition.statutory
    ]
    pen = None
    for number, section in enumerate(tables):
        if pen is None or style.layout == "sheets":
            names = style.names or tuple(one.sheet for one in tables)
            sheet = book.create_sheet(names[number])
            pen = Pen(sheet, *style.at)
            for line in style.title:
                sheet.cell(pen.row, pen.column, line)
                pen.row += 1
        _table(pen, section, report, style)
        if style.layout == "beside":
            pen.column += section.size[1] + len(style.helpers) + style.gap
        else:
            pen.row = pen.bottom + 1 + style.gap
    for number, line in enumerate(style.foot):
        pen.sheet.cell(pen.bottom + 2 + number, style.at[1], line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _table(pen: Pen, section: Section, report: Report, style: Style) -> None:
    """Draw one table at the pen."""
    top = pen.row
    if style.captions:
        pen.sheet.cell(top, pen.column, section.caption)
        top += 1
    if style.unit:
        pen.sheet.cell(top, pen.column + section.size[1] - 1, "单位：件、万元")
        top += 1
    rows, columns = _places(section, style)
    spell, write = SPELLINGS[style.spelling], WRITTEN[style.written]
    for (row, column), text in section.labels.items():
        pen.sheet.cell(top + rows[row], pen.column + columns[column], spell(text))
    for (row, column), key in section.keys.items():
        pen.sheet.cell(top + rows[row], pen.column + columns[column], write(report.values[key]))
    for line, place in enumerate(columns):
        if line in style.helpers:
            letters = get_column_letter(pen.column + place + 1)
            pen.sheet.column_dimensions[letters].hidden = True
            for row in rows:
                pen.sheet.cell(top + row, pen.column + place + 1, 7)
    if style.merged:
        for area in _areas(section, rows, columns):
            first, left, last, right = area
            pen.sheet.merge_cells(
                start_row=top + first,
                start_column=pen.column + left,
                end_row=top + last,
                end_column=pen.column + right,
            )
    pen.bottom = max(pen.bottom, top + rows[-1])


def _places(section: Section, style: Style) -> tuple[list[int], list[int]]:
    """Return the row and column of each line of the grid, from 0."""
    rows, columns = (range(size) for size in section.size)
    return (
        [line + sum(one < line for one in style.apart) for line in rows],
        [line + sum(one < line for one in style.helpers) for line in columns],
    )


def _areas(
    section: Section, rows: list[int], columns: list[int]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the merged cells as drawn."""
    for row, column, high, wide in section.merges:
        yield rows[row], columns[column], rows[row + high - 1], columns[column + wide - 1]


def changed(source: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """Return the workbook with a change made."""
    book = openpyxl.load_workbook(io.BytesIO(source))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def of(edition: Edition, values: Mapping[str, Value]) -> Report:
    """Return a report with these values, as a document gives it."""
    whole = {key: values.get(key) for key in edition.cells}
    return Report(edition, {}, 2025, whole, origin="document")
