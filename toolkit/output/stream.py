"""Writing of long lists as a workbook, row by row, in constant memory."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from ..blank import parts
from ..blank.layout import column, height
from ..blank.looks import AMBER, BAND, DARK, GREEN, GREY, HEAD, INK, NAVY, PALE, RED, Look
from ..blank.styles import border, solid
from ..escape import inert
from ..report.report import Value
from ..xlsx.address import address, column_letters
from .lists import font, print_across

LONGEST = 32767
"""Most characters of a cell."""
PIECE = 2**16
_LOOK = Look(size=10.5)
_HIGHEST = 400.0
"""Largest height of a row; 409 points is the limit, and LibreOffice enlarges no row by itself."""
_ESCAPES = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Text that Excel would read as an escaped character."""
_FILLS = {"reject": RED, "fail": RED, "error": RED, "warn": AMBER, "warning": AMBER,
          "pass": GREEN, "missing": GREY, "note": PALE, "head": HEAD, "title": BAND}  # fmt: skip
"""The fill of a painted cell, by its paint."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A cell with a colour of its own: a state, a severity, or a heading among the rows."""

    value: Value
    paint: str


ListRow = Sequence[Value | Painted]


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A sheet of a list: frozen heads with filters, then rows; widths in characters.

    printed: number of columns that are printed, the others do not fit on paper. bars: the column,
    from 1, whose numbers are drawn as bars too, and the first row of them.
    """

    name: str
    heads: tuple[tuple[str, float], ...]
    rows: Iterable[ListRow]
    printed: int
    bars: tuple[int, int] | None = None


def pieces(sheets: Iterable[ListSheet]) -> Iterator[bytes]:
    """Yield a workbook's bytes in pieces; no text becomes a formula."""
    book = Workbook(write_only=True)
    book.properties = parts.properties()
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    with tempfile.TemporaryFile() as file:
        parts.stream(book, file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write(to: Worksheet, sheet: ListSheet) -> None:
    for number, (_, width) in enumerate(sheet.heads, 1):
        to.column_dimensions[column_letters(number)].width = width
    to.freeze_panes = "A2"
    print_across(to, 1)
    to.append([_cell(to, Painted(title, "title")) for title, _ in sheet.heads])
    last = 1
    for last, row in enumerate(sheet.rows, 2):
        to.row_dimensions[last].height = _height(row, sheet)
        to.append([_cell(to, value) for value in row])
        del to.row_dimensions[last]
    to.print_area = f"A1:{address(last, sheet.printed)}"
    to.auto_filter.ref = f"A1:{address(last, len(sheet.heads))}"
    if sheet.bars and last >= sheet.bars[1]:
        column, first = sheet.bars
        span = f"{address(first, column)}:{address(last, column)}"
        to.conditional_formatting.add(span, DataBarRule("num", 0, "max", color=f"FF{RED}"))


def _height(row: ListRow, sheet: ListSheet) -> float:
    """Return the height that the longest text of a row needs, in points."""
    cells = zip(map(_painted, row), sheet.heads, strict=True)
    texts = ((cell.value, width) for cell, (_, width) in cells)
    needs = (height(text, column(w), _LOOK) for text, w in texts if isinstance(text, str))
    return min(max(needs, default=height("", column(0), _LOOK)), _HIGHEST)


def _font(paint: str) -> Font:
    heading = paint in ("head", "title")
    ink = NAVY if heading else DARK.get(_FILLS.get(paint, ""), INK)
    return font("heading" if heading else "text", 10.5, ink)


_TEXT = Alignment(horizontal="left", vertical="top", wrap_text=True)
_NUMBER = Alignment(horizontal="right", vertical="top")


def _painted(value: Value | Painted) -> Painted:
    return value if isinstance(value, Painted) else Painted(value, "")


def _cell(to: Worksheet, content: Value | Painted) -> WriteOnlyCell:
    """Return a cell of a number or text; text never becomes a formula."""
    value, paint = _painted(content).value, _painted(content).paint
    cell = WriteOnlyCell(to)
    if isinstance(value, str):
        cell._value = _ESCAPES.sub("_x005F_", inert(value))[:LONGEST]  # noqa: SLF001
        cell.data_type = "s"
        cell.number_format = "@"
    elif value is not None:
        cell.value = value
    cell.font, cell.border = _font(paint), border("light")
    cell.alignment = _NUMBER if cell.data_type == "n" and value is not None else _TEXT
    if paint:
        cell.fill = solid(_FILLS[paint])
    return cell
