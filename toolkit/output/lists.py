"""Writing of lists, plain sheets of rows that an office fills in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..blank import layout, parts
from ..blank.build import content_of
from ..blank.looks import GREY, HEAD, INK, NAVY, SLATE, Look
from ..blank.slots import word
from ..blank.styles import border, solid
from ..xlsx.address import column_letters

_TITLE, _NOTE, HEAD_ROW = 1, 2, 3
"""Rows of title, note and heads of a written list; its own rows follow."""
_ROW, _HIGHEST, _A4 = 22.0, 400.0, 9
_LOOK = Look(size=11, indent=1)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a written list; its cells are text.

    words: the choices of its drop-down. hint: a text shown when a cell of it is selected.
    """

    title: str
    width: float
    words: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of a list: its name as title, a note, heads, rows.

    examples: number of first rows drawn as examples. free: number of further rows to fill in.
    tall: rows are as high as their texts need.
    """

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | Decimal | None, ...], ...]
    examples: int = 0
    free: int = 0
    tall: bool = False


def written(pages: Iterable[Page]) -> bytes:
    """Return a workbook of lists, the same bytes for the same pages."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties = parts.properties()
    for page in pages:
        _draw(book.create_sheet(page.name), page)
    return parts.packed(parts.written(book))


def _draw(to: Worksheet, page: Page) -> None:
    """Draw a list: title, note, frozen heads, rows, columns of text below them."""
    _put(to, (_TITLE, 1), page.name, font("heading", 18, NAVY))
    _put(to, (_NOTE, 1), page.note, font("text", 10.5, SLATE))
    to.sheet_format.defaultRowHeight, to.sheet_format.customHeight = _ROW, True
    heights = {_TITLE: 34.0, _NOTE: 18.0 * page.note.count("\n") + 24, HEAD_ROW: 28.0}
    for row, height in heights.items():
        to.row_dimensions[row].height = height
    for row in (_TITLE, _NOTE):
        to.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(page.columns))
    last = HEAD_ROW + max(1, len(page.rows) + page.free)
    for number, column in enumerate(page.columns, 1):
        below = to.column_dimensions[column_letters(number)]
        below.width, below.number_format, below.font = column.width, "@", font("text", 11)
        below.alignment = Alignment(vertical="center", indent=1)
        _box(_put(to, (HEAD_ROW, number), column.title, font("heading", 11, NAVY), "center"), HEAD)
        if column.words or column.hint:
            to.add_data_validation(_accepted(column, number, last))
    for row, values in enumerate(page.rows, HEAD_ROW + 1):
        example = row <= HEAD_ROW + page.examples
        if page.tall:
            to.row_dimensions[row].height = _height(values, page)
        for number, value in enumerate(values, 1):
            written_in = font("text", 11, SLATE if example else INK)
            _box(_put(to, (row, number), value, written_in), GREY if example else "")
    to.freeze_panes = f"A{HEAD_ROW + 1}"
    print_across(to, HEAD_ROW)


def _height(values: Sequence[str | int | Decimal | None], page: Page) -> float:
    """Return the height that the longest text of a row needs, in points."""
    pairs = zip(values, page.columns, strict=True)
    needs = (
        layout.height(text, layout.column(at.width), _LOOK)
        for text, at in pairs
        if isinstance(text, str)
    )
    return min(max(_ROW, *needs), _HIGHEST)


def print_across(to: Worksheet, head: int) -> None:
    """Set a sheet to print in landscape on A4, one page wide, with the row `head` on each page."""
    to.page_setup.orientation, to.page_setup.paperSize = "landscape", _A4
    to.page_setup.fitToWidth, to.page_setup.fitToHeight = 1, 0
    to.sheet_properties.pageSetUpPr.fitToPage = True
    to.print_title_rows = f"{head}:{head}"


@cache
def font(name: str, size: float, ink: str = INK) -> Font:
    """Return the font of headings or of text."""
    return Font(name=word(f"font_{name}"), size=size, color=f"FF{ink}", charset=134)


def put(to: Worksheet, place: tuple[int, int], value: str | int | Decimal | None) -> Cell:
    """Return a cell with its content; text never becomes a formula."""
    cell = to.cell(*place)
    if value is not None:
        at = f"{column_letters(place[1])}{place[0]}"
        cell._value, cell.data_type = content_of(value, sheet=to.title, at=at)  # noqa: SLF001
    return cell


def _put(
    to: Worksheet,
    place: tuple[int, int],
    value: str | int | Decimal | None,
    font: Font,
    across: str = "left",
) -> Cell:
    cell = put(to, place, value)
    cell.font, cell.number_format = font, "General" if cell.data_type == "n" else "@"
    cell.alignment = Alignment(
        horizontal=across, vertical="center", wrap_text=True, indent=int(place[0] > HEAD_ROW)
    )
    return cell


def _box(cell: Cell, fill: str) -> None:
    cell.border, cell.fill = border("all"), solid(fill)


def _accepted(column: Column, number: int, last: int) -> DataValidation:
    """Return the data validation of a column with choices or a hint."""
    letters = column_letters(number)
    listed = ",".join(column.words)
    return DataValidation(
        sqref=f"{letters}{HEAD_ROW + 1}:{letters}{max(last, HEAD_ROW + 1)}",
        type="list" if listed else None,
        formula1=f'"{listed}"' if listed else None,
        allow_blank=True,
        showErrorMessage=bool(listed),
        errorTitle=word("wrong_title"),
        error=word("wrong_choice"),
        showInputMessage=bool(column.hint),
        promptTitle=column.title[:32],
        prompt=column.hint[:255],
    )
