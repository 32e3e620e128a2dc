"""A paper as a workbook: sentences, numbers and charts on a sheet, the annexes behind it."""

from math import ceil

from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.styles import Alignment
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ..blank import parts
from ..blank.layout import column, height
from ..blank.looks import HEAD, INK, NAVY, SLATE, Look
from ..blank.slots import word
from ..blank.styles import border, solid
from ..data import say
from ..escape import inert
from ..report.report import Number
from ..xlsx.address import address, column_letters
from .chapters import Annex, Chapter, Chart, Paper
from .chartxml import Anchor, drawn
from .container import stored
from .lists import font, print_across, put

_WIDTHS = (30.0, 11.0, 11.0, 11.0, 11.0)
"""Widths of the columns of numbers; the charts stand beside them."""
_CHART = 8
"""Number of columns under a chart, each as wide as the last one of numbers."""
_ROW, _EMU = 17.0, 36000
_ACROSS = len(_WIDTHS) + _CHART
_POINTS = 72 / 25.4
"""Points in a millimetre."""
_A4 = 9
_PAGE = 700.0
"""Height of the rows on a printed page, in points."""
_SIDE = 165.0
"""Width of a chart in mm."""


def write(paper: Paper, lang: str) -> bytes:
    """Return a paper as xlsx."""
    book = Workbook()
    book.properties = parts.properties(inert(paper.title))
    sheet = book.worksheets[0]
    sheet.title = say("briefing", "sheet", lang)
    charts = _draw(sheet, paper)
    for annex in paper.annexes:
        _annex(book.create_sheet(annex.name), annex)
    written = {name: parts.steady(name, part) for name, part in parts.written(book).items()}
    face = word("font_text")
    for number, (chart, place) in enumerate(charts, 1):
        written[f"xl/charts/chart{number}.xml"] = drawn(chart, place, face)
    return stored(written)


def _draw(to: Worksheet, paper: Paper) -> list[tuple[Chart, Anchor]]:
    """Draw the first sheet; return its charts with the places of their numbers."""
    for number in range(1, _ACROSS + 1):
        width = _WIDTHS[min(number, len(_WIDTHS)) - 1]
        to.column_dimensions[column_letters(number)].width = width
    row = _text(to, 1, paper.title, Look(size=18, font="heading", ink=NAVY))
    row = _text(to, row, "".join(paper.lead), Look(size=11))
    charts: list[tuple[Chart, Anchor]] = []
    for chapter in paper.chapters:
        row = _chapter(to, row + 1, chapter, charts)
    to.sheet_view.showGridLines = False
    to.page_setup.orientation, to.page_setup.paperSize = "landscape", _A4
    to.page_setup.fitToWidth, to.page_setup.fitToHeight = 1, 0
    to.sheet_properties.pageSetUpPr.fitToPage = True
    to.print_area = f"A1:{address(row, _ACROSS)}"
    return charts


def _chapter(to: Worksheet, row: int, chapter: Chapter, charts: list[tuple[Chart, Anchor]]) -> int:
    """Draw a chapter; return the row below it."""
    first = row
    row = _text(to, row, chapter.heading, Look(size=13, font="heading", ink=NAVY))
    row = _text(to, row, "".join(chapter.sentences), Look(size=11))
    for chart in chapter.charts:
        charts.append((chart, Anchor(to.title, row, 1)))
        row = _numbers(to, row, chart)
        row = _text(to, row, "".join(chart.notes), Look(size=9, ink=SLATE)) + 1
        _keep(to, first, row)
        first = row
    if chapter.notes:
        row = _text(to, row, "".join(chapter.notes), Look(size=9, ink=SLATE))
    _keep(to, first, row)
    return row


def _keep(to: Worksheet, first: int, end: int) -> None:
    """Begin a printed page at a row whose block would be cut at the end of the page before."""
    begun = to.row_breaks.brk[-1].id + 1 if to.row_breaks.brk else 1
    heights = (to.row_dimensions[row].height or _ROW for row in range(begun, end))
    if sum(heights) > _PAGE:
        to.row_breaks.append(Break(id=first - 1))


def _text(to: Worksheet, row: int, text: str, look: Look) -> int:
    """Write a text across the sheet, as high as its lines; return the row below."""
    cell = put(to, (row, 1), inert(text))
    cell.font, cell.number_format = font(look.font, look.size, look.ink), "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    to.merge_cells(start_row=row, end_row=row, start_column=1, end_column=_ACROSS)
    wide = sum(_WIDTHS) + _CHART * _WIDTHS[-1]
    to.row_dimensions[row].height = height(text, column(wide), look)
    return row + 1


def _numbers(to: Worksheet, row: int, chart: Chart) -> int:
    """Write a chart's numbers and the chart beside them; return the row below both."""
    heads = (chart.title, *(name for name, _ in chart.series))
    for number, name in enumerate(heads, 1):
        _box(to, (row, number), name, head=True)
    for below, label in enumerate(chart.labels, 1):
        _box(to, (row + below, 1), label)
        for number, (_, values) in enumerate(chart.series, 2):
            _box(to, (row + below, number), values[below - 1])
    needed = chart.height * _POINTS
    rows = max(len(chart.names) + 2, ceil(needed / _ROW) + 1)
    for number in range(rows):
        to.row_dimensions[row + number].height = _ROW
    texts = zip(heads, _WIDTHS, strict=False)
    to.row_dimensions[row].height = max(_ROW, *(height(t, column(w), Look()) for t, w in texts))
    picture = BarChart()
    corner = AnchorMarker(col=len(_WIDTHS), row=row - 1, colOff=_EMU * 3)
    size = XDRPositiveSize2D(round(_SIDE * _EMU), round(chart.height * _EMU))
    picture.anchor = OneCellAnchor(_from=corner, ext=size)
    to.add_chart(picture)
    return row + rows


def _box(
    to: Worksheet, place: tuple[int, int], value: str | Number | None, *, head: bool = False
) -> None:
    """Write a cell of a table."""
    cell = put(to, place, inert(value) if isinstance(value, str) else value)
    number = cell.data_type == "n" and value is not None
    cell.font = font("heading" if head else "text", 10.5, NAVY if head else INK)
    cell.number_format, cell.border = "General" if number else "@", border("light")
    cell.alignment = Alignment(
        horizontal="right" if number else "left", vertical="center", wrap_text=True
    )
    if head:
        cell.fill = solid(HEAD)


def _annex(to: Worksheet, annex: Annex) -> None:
    """Draw an annex: frozen heads, rows as high as their texts."""
    for number, (name, width) in enumerate(annex.heads, 1):
        to.column_dimensions[column_letters(number)].width = width
        _box(to, (1, number), name, head=True)
    for row, values in enumerate(annex.rows, 2):
        for number, value in enumerate(values, 1):
            _box(to, (row, number), value)
        texts = zip(values, annex.heads, strict=True)
        needs = [height(v, column(w), Look()) for v, (_, w) in texts if isinstance(v, str)]
        to.row_dimensions[row].height = max(needs, default=_ROW)
    to.freeze_panes = "A2"
    to.auto_filter.ref = f"A1:{address(max(2, len(annex.rows) + 1), len(annex.heads))}"
    print_across(to, 1)
