"""草稿.xlsx: each table as it was and as it will be filled in, side by side, differences coloured."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from ..blank import parts
from ..blank.build import content_of
from ..blank.looks import GREY, HEAD, NAVY, SLATE
from ..blank.styles import border, solid
from ..data import CHINESE, filled, texts
from ..edition.kind import GridPlace
from ..output.lists import font, print_across
from ..xlsx.address import column_letters
from .drafted import Drafted, DraftTable
from .field import FormField
from .written import printed

_LEGEND, _HEADS, _FIRST = 3, 6, 7
"""First rows of the legend, of the heads, of the grids; above them title and note."""
FILLED, CHANGED, GONE = "FFFBE6", "FCE4D6", "F2DCDB"
"""Colours: to be filled in; filled in although something is printed; blank and not filled in."""
_HEIGHT, _LINE = 20.0, 14.0
_LONGEST_WIDTH = 34.0


def proof(draft: Drafted, answers: Mapping[int, str]) -> bytes:
    """Return the workbook that shows a draft beside its form."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties = parts.properties()
    chosen = draft.filled(answers)
    for table in draft.tables:
        _draw(book.create_sheet(table.sheet), table, chosen[table.number])
    if draft.refused or draft.unread:
        _left(book.create_sheet(texts("draft", CHINESE)["left"]), draft)
    return parts.packed(parts.written(book))


def _draw(to: Worksheet, table: DraftTable, chosen: AbstractSet[GridPlace]) -> None:
    words = texts("draft", CHINESE)
    width = table.grid.size[1]
    other = width + 2
    _put(to, (1, 1), table.caption, "heading", 16.0)
    _put(to, (2, 1), words["proof-note"], "text", 10.5)
    colours = {"filled": FILLED, "changed": CHANGED, "gone": GONE}
    for row, (name, colour) in enumerate(colours.items(), _LEGEND):
        cell = _put(to, (row, 1), words[f"proof-{name}"], "text", 10.0)
        cell.fill = solid(colour)
        to.merge_cells(start_row=row, end_row=row, start_column=1, end_column=min(width, 3))
    for column, name in ((1, "original"), (other, "blank")):
        _put(to, (_HEADS, column), words[f"proof-{name}"], "heading", 11.0)
    for place, one in table.grid.fields.items():
        _field(to, one, 1, _seen(one), _colour(one, place in chosen))
        text = words["proof-cell"] if place in chosen else printed(one)
        _field(to, one, other, text, _colour(one, place in chosen))
    for number, size in enumerate(table.grid.widths or (12.0,) * width):
        for first in (1, other):
            letters = column_letters(first + number)
            to.column_dimensions[letters].width = min(max(size, 8.0), _LONGEST_WIDTH)
    to.column_dimensions[column_letters(width + 1)].width = 3.0
    _heights(to, table)
    to.freeze_panes = f"A{_FIRST}"
    print_across(to, _HEADS)


def _heights(to: Worksheet, table: DraftTable) -> None:
    """Set the rows high enough for their words."""
    to.row_dimensions[1].height, to.row_dimensions[_HEADS].height = 28.0, 22.0
    widths = [min(max(size, 8.0), _LONGEST_WIDTH) for size in table.grid.widths] or [
        12.0
    ] * table.grid.size[1]
    for row in range(table.grid.size[0]):
        lines = 1
        for one in table.grid.fields.values():
            if one.place[0] == row and one.span[0] == 1:
                room = sum(widths[column] for column in one.columns)
                lines = max(
                    lines, *(-(-2 * len(part) // int(room)) for part in _seen(one).split("\n"))
                )
        to.row_dimensions[_FIRST + row].height = max(_HEIGHT, _LINE * min(lines, 6) + 6)


def _seen(one: FormField) -> str:
    return f"={one.formula}" if one.formula is not None else one.text


def _colour(one: FormField, chosen: bool) -> str:  # noqa: FBT001 - one fact of a cell
    """Return the colour of a cell: plain words have none."""
    if chosen:
        return FILLED if not one.text.strip() and one.formula is None else CHANGED
    return GONE if one.blank else ""


def _field(to: Worksheet, one: FormField, first: int, text: str, colour: str) -> None:
    """Put a printed cell of a grid whose first column is `first`."""
    row, column = _FIRST + one.place[0], first + one.place[1]
    last = row + one.span[0] - 1, column + one.span[1] - 1
    cell = _put(to, (row, column), text, "text", 10.5)
    for r in range(row, last[0] + 1):
        for c in range(column, last[1] + 1):
            to.cell(r, c).border = border("all")
    if colour:
        cell.fill = solid(colour)
    elif text:
        cell.fill = solid(HEAD if one.span[1] > 1 or one.bold else GREY)
    if one.span != (1, 1):
        to.merge_cells(start_row=row, end_row=last[0], start_column=column, end_column=last[1])


def _put(to: Worksheet, place: tuple[int, int], text: str, face: str, size: float) -> Cell:
    """Return a cell with a text that never becomes a formula."""
    cell = to.cell(*place)
    if text:
        at = f"{column_letters(place[1])}{place[0]}"
        cell._value, cell.data_type = content_of(text, sheet=to.title, at=at)  # noqa: SLF001
    cell.font, cell.number_format = font(face, size, NAVY if face == "heading" else SLATE), "@"
    cell.alignment = Alignment(vertical="center", wrap_text=place[0] >= _FIRST)
    return cell


def _left(to: Worksheet, draft: Drafted) -> None:
    """Write what was not taken: grids that are no form, formulas that are no sums."""
    words = texts("draft", CHINESE)
    lines: Sequence[str] = [
        *(refused_line(grid.sheet, roles.why, roles.row, CHINESE) for grid, roles in draft.refused),
        *(f"{words['note-unread']} {key}: ={formula}" for key, formula in draft.unread),
    ]
    _put(to, (1, 1), words["left"], "heading", 16.0)
    for number, line in enumerate(lines, 3):
        _put(to, (number, 1), line, "text", 10.5)
    to.column_dimensions["A"].width = 120.0


def refused_line(sheet: str, why: str, row: int, lang: str) -> str:
    """Return the sentence on a grid that is no form."""
    return filled(texts("draft", lang)[f"why-{why}"], sheet=sheet, row=row)
