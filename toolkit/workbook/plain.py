"""Plain sheets of rows: lists that an office keeps, read without trust and written to be filled in."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..escape import guess
from ..grid import column_letters
from ..report import from_double
from . import parts, sheet
from .book import Book, open_book
from .build import EPOCH, MAKER, content_of
from .looks import GREY, HEAD, INK, LINE, NAVY, SLATE
from .package import FILE_LIMIT, Package, Rejected, open_package
from .sheet import Raw
from .structure import word
from .styles import solid
from .values import date_text

ROW_LIMIT, COLUMN_LIMIT = 100_000, 64
"""Rows and columns of a list; more is no list somebody typed."""
_ZIP, _OLE = b"PK\3\4", b"\xd0\xcf\x11\xe0"
_MARKED = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a list: what it says, and whether it is text, number, date, boolean or error."""

    text: str
    kind: str = "text"


Rows = dict[int, tuple[Field, ...]]
"""{number of a row, from 1: its cells from the left}; rows without content are left out."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list that is written: cells are text.

    words: what its drop-down offers. hint: what is told when one of its cells is chosen.
    """

    title: str
    width: float
    words: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a list: its name as title, a note, heads, rows.

    examples: so many of the first rows are drawn as examples. free: more rows to fill in.
    """

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | Decimal | None, ...], ...]
    examples: int = 0
    free: int = 0


# ── in ────────────────────────────────────────────────────────────────────────────────────────────


def rows(source: bytes) -> Rows:
    """Return the rows of a list: of the first visible sheet of a workbook, or of a csv.

    A csv is UTF-8, UTF-16 or GBK and delimited by comma, semicolon or tab. Raises Rejected.
    """
    if len(source) > FILE_LIMIT:
        raise _too_large(len(source), FILE_LIMIT)
    if source.startswith((_ZIP, _OLE)):
        return _of_workbook(open_package(source))
    return _of_csv(source)


def _too_large(size: int, limit: int) -> Rejected:
    return Rejected("too-large", part="file", size=f"{size:,}", limit=f"{limit:,}")


def _of_workbook(package: Package) -> Rows:
    book = open_book(package)
    parts = [s.part for s in book.sheets if s.part and s.state == "visible"]
    if not parts:
        raise Rejected("damaged", part="xl/workbook.xml", why="sheets")
    grid = sheet.parse(package.part(parts[0]), parts[0], book, (ROW_LIMIT, COLUMN_LIMIT))
    if any(row > ROW_LIMIT for row, _ in grid.outside):
        raise _too_large(max(row for row, _ in grid.outside), ROW_LIMIT)
    found: dict[int, dict[int, Field]] = {}
    for (row, column), raw in grid.cells.items():
        if raw[1] and raw[1].strip():
            found.setdefault(row, {})[column] = _field(raw, book)
    return {row: _line(cells) for row, cells in found.items()}


def _line(cells: Mapping[int, Field]) -> tuple[Field, ...]:
    """Return cells by column as a row from the left."""
    blank = Field("")
    return tuple(cells.get(column, blank) for column in range(1, max(cells) + 1))


def _field(raw: Raw, book: Book) -> Field:
    """Return a stored cell as people see it: whole numbers without decimals, days as days."""
    kind, text, _, style = raw
    number = from_double(text) if kind == "number" and text else None
    if number is None:
        return Field(text or "", kind)
    if style in book.styles.dates:
        return Field(date_text(number, since_1904=book.since_1904), "date")
    return Field(f"{number.normalize():f}", "number")


def _of_csv(source: bytes) -> Rows:
    marks = (name for mark, name in _MARKED.items() if source.startswith(mark))
    try:
        encoding = next(marks, None)
        text = source.decode(encoding) if encoding else guess(source)
        text.encode("utf-8")
        if "\0" in text:
            raise Rejected("not-a-workbook", kind="?")
        read = csv.reader(StringIO(text, ""), delimiter=_delimiter(text), strict=True)
        lines = {number: line for number, line in enumerate(read, 1) if any(map(str.strip, line))}
    except UnicodeError:
        raise Rejected("damaged", part="csv", why="encoding") from None
    except csv.Error as error:
        raise Rejected("damaged", part="csv", why=str(error)) from None
    if len(lines) > ROW_LIMIT:
        raise _too_large(len(lines), ROW_LIMIT)
    return {number: tuple(map(Field, line)) for number, line in lines.items()}


def _delimiter(text: str) -> str:
    """Return the sign that most rows have most of."""
    return max(_DELIMITERS, key=lambda sign: sum(sign in line for line in text.splitlines()))


# ── out ───────────────────────────────────────────────────────────────────────────────────────────

_TITLE, _NOTE, HEAD_ROW = 1, 2, 3
"""Rows of a written list; its own follow the heads."""
_ROW, _A4 = 22.0, 9


def written(pages: Iterable[Page]) -> bytes:
    """Return a workbook of lists, the same bytes for the same pages."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties = DocumentProperties(
        creator=MAKER, lastModifiedBy=MAKER, created=EPOCH, modified=EPOCH
    )
    for page in pages:
        _draw(book.create_sheet(page.name), page)
    return parts.packed(parts.written(book))


def _draw(to: Worksheet, page: Page) -> None:
    """Draw one list: title, note, heads that stay, rows, columns of text below them."""
    _put(to, (_TITLE, 1), page.name, _font("heading", 18, NAVY))
    _put(to, (_NOTE, 1), page.note, _font("text", 10.5, SLATE))
    to.sheet_format.defaultRowHeight, to.sheet_format.customHeight = _ROW, True
    heights = {_TITLE: 34.0, _NOTE: 18.0 * page.note.count("\n") + 24, HEAD_ROW: 28.0}
    for row, height in heights.items():
        to.row_dimensions[row].height = height
    for row in (_TITLE, _NOTE):
        to.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(page.columns))
    last = HEAD_ROW + max(1, len(page.rows) + page.free)
    for number, column in enumerate(page.columns, 1):
        below = to.column_dimensions[column_letters(number)]
        below.width, below.number_format, below.font = column.width, "@", _font("text", 11)
        below.alignment = Alignment(vertical="center", indent=1)
        _box(_put(to, (HEAD_ROW, number), column.title, _font("heading", 11, NAVY), "center"), HEAD)
        for validation in _accepted(column, number, last):
            to.add_data_validation(validation)
    for row, values in enumerate(page.rows, HEAD_ROW + 1):
        example = row <= HEAD_ROW + page.examples
        for number, value in enumerate(values, 1):
            font = _font("text", 11, SLATE if example else INK)
            _box(_put(to, (row, number), value, font), GREY if example else "")
    to.freeze_panes = f"A{HEAD_ROW + 1}"
    to.page_setup.orientation, to.page_setup.paperSize = "landscape", _A4
    to.page_setup.fitToWidth, to.page_setup.fitToHeight = 1, 0
    to.sheet_properties.pageSetUpPr.fitToPage = True
    to.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


def _font(name: str, size: float, ink: str = INK) -> Font:
    return Font(name=word(f"font_{name}"), size=size, color=f"FF{ink}", charset=134)


def _put(
    to: Worksheet,
    place: tuple[int, int],
    value: str | int | Decimal | None,
    font: Font,
    across: str = "left",
) -> Cell:
    """Return a cell with its content; text is never taken for a formula."""
    cell = to.cell(*place)
    if value is not None:
        at = f"{column_letters(place[1])}{place[0]}"
        cell._value, cell.data_type = content_of(value, sheet=to.title, at=at)  # noqa: SLF001
    cell.font, cell.number_format = font, "General" if cell.data_type == "n" else "@"
    cell.alignment = Alignment(
        horizontal=across, vertical="center", wrap_text=True, indent=int(place[0] > HEAD_ROW)
    )
    return cell


def _box(cell: Cell, fill: str) -> None:
    """Give a cell its lines and its ground."""
    line = Side("thin", color=f"FF{LINE}")
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    cell.fill = solid(fill)


def _accepted(column: Column, number: int, last: int) -> Iterator[DataValidation]:
    """Yield what a column's cells offer and tell."""
    if not column.words and not column.hint:
        return
    letters = column_letters(number)
    listed = ",".join(column.words)
    yield DataValidation(
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
