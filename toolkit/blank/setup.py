"""Settings of sheets: panes, protection, print, conditional formats, data validations."""

from collections.abc import Iterable
from math import ceil

from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList
from openpyxl.worksheet.page import PageMargins, PrintPageSetup
from openpyxl.worksheet.properties import PageSetupProperties, WorksheetProperties
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.views import Pane, Selection, SheetView, SheetViewList
from openpyxl.worksheet.worksheet import Worksheet

from ..edition.edition import Edition, Section
from ..xlsx.address import Place, at
from . import paint, sources, validation
from .layout import MARGINS, PAGE, column
from .slots import LIVE, LIVE_FIRST, Sheet, word

_TABS = {"cover": "1F3A5F", "table": "2F75B5", "text": "2F75B5", "results": "00808A",
         "published": "548235", "prior": "7F7F7F", "mark": "7F7F7F",
         "sources": "7030A0", "agencies": "7F7F7F"}  # fmt: skip
_POINTS = 72
_A4 = 9
_FIRST = ("field", "field_code", "paragraph")
_SMALLEST = 0.78
"""Smallest scale for a sheet to be one page high: 9 pt become 7."""
_WHOLE_PAGE = ("cover", "table", "published")


def lay_out(page: Worksheet, edition: Edition, sheet: Sheet) -> None:
    """Set a sheet's view, protection, print settings, conditional formats and validations."""
    page.sheet_properties = WorksheetProperties(
        tabColor=_TABS[sheet.kind], pageSetUpPr=PageSetupProperties(fitToPage=True)
    )
    page.sheet_state = sheet.state
    page.views = SheetViewList(sheetView=[_view(sheet)])
    page.protection = _protection(sheet)
    section = next((part for part in edition.sections if part.sheet == sheet.name), None)
    caption = "" if sheet.kind == "published" else section.caption if section else sheet.name
    _print(page, sheet, "  ".join(filter(None, dict.fromkeys((edition.title, caption)))))
    for span, rule in _paints(edition, sheet, section):
        page.conditional_formatting.add(span, rule)
    accepted = _accepts(edition, sheet, section)
    page.data_validations = DataValidationList(dataValidation=accepted)


def _view(sheet: Sheet) -> SheetView:
    """Return a view without grid lines, its heads frozen, the cursor on the first cell to fill."""
    row, column = sheet.freeze
    inputs = (p for p, slot in sheet.slots.items() if slot.key or slot.role in _FIRST)
    cursor = at(min((p for p in inputs if not sheet.slots[p].locked), default=(row, column)))
    pane = _pane(row, column)
    corner = Selection(pane=pane.activePane if pane else None, activeCell=cursor, sqref=cursor)
    return SheetView(
        showGridLines=False,
        tabSelected=sheet.kind == "cover" or None,
        zoomScaleNormal=100,
        workbookViewId=0,
        pane=pane,
        selection=(corner,),
    )


def _pane(row: int, column: int) -> Pane | None:
    if (row, column) == (1, 1):
        return None
    where = {(True, True): "bottomRight", (True, False): "bottomLeft", (False, True): "topRight"}
    return Pane(
        xSplit=column - 1 or None,
        ySplit=row - 1 or None,
        topLeftCell=at((row, column)),
        activePane=where[row > 1, column > 1],
        state="frozen",
    )


def _protection(sheet: Sheet) -> SheetProtection:
    """Return protection without a password; columns, and rows that hold text, may be resized."""
    return SheetProtection(
        sheet=True,
        objects=True,
        scenarios=True,
        formatColumns=False,
        formatRows=sheet.kind not in ("text", "results"),
    )


def _print(page: Worksheet, sheet: Sheet, header: str) -> None:
    left, right, top, bottom = (points / _POINTS for points in MARGINS)
    page.page_margins = PageMargins(left, right, top, bottom, header=0.35, footer=0.3)
    page.page_setup = PrintPageSetup(
        page,
        paperSize=_A4,
        orientation="landscape" if sheet.across else "portrait",
        fitToWidth=0 if sheet.kind == "sources" else 1,
        fitToHeight=_pages(sheet) if sheet.kind in _WHOLE_PAGE else 0,
    )
    if sheet.printed:
        last = max(row for row, column in sheet.slots if column <= sheet.printed)
        page.print_area = f"A1:{at((last, sheet.printed))}"
    page.print_options.horizontalCentered = True
    page.HeaderFooter.scaleWithDoc = False
    if sheet.freeze[0] > 1 and sheet.kind not in (*_WHOLE_PAGE, "results"):
        first = sources.HEAD if sheet.kind == "sources" else sheet.freeze[0] - 1
        page.print_title_rows = f"{first}:{sheet.freeze[0] - 1}"
    if sheet.kind == "sources":
        page.print_title_cols = "A:A"
    if sheet.kind == "results":
        page.print_area = f"A1:{at((LIVE_FIRST - 4, LIVE['figures']))}"
    for part, text in (
        (page.oddHeader.right, header),
        (page.oddFooter.center, word("page_of").format(page="&P", pages="&N")),
    ):
        part.text, part.font, part.size = text, f"{word('font_text')},Regular", 10


def _pages(sheet: Sheet) -> int:
    """Return the number of pages high a sheet is printed without becoming too small to read."""
    left, right, top, bottom = MARGINS
    page = (PAGE[1], PAGE[0]) if sheet.across else PAGE
    widths = list(sheet.widths.values())[: sheet.printed or None]
    shrink = min(1.0, (page[0] - left - right) / sum(map(column, widths)))
    high = sum(sheet.heights.values()) * min(shrink, _SMALLEST)
    return max(1, ceil(high / (page[1] - top - bottom)))


def _paints(edition: Edition, sheet: Sheet, section: Section | None) -> Iterable[paint.Paint]:
    """Return a sheet's conditional formats."""
    if sheet.kind == "cover":
        return (*paint.state_paint(_places(sheet, "state")), *paint.cover_paint(sheet))
    if sheet.kind == "results":
        return (*paint.state_paint(_places(sheet, "state")), *paint.live_paint(edition))
    if section is None:
        return ()
    tables = paint.table_paint(edition, section) if section.table else ()
    return (*tables, *(paint.text_paint(section) if section.text else ()))


def _accepts(edition: Edition, sheet: Sheet, section: Section | None) -> list[DataValidation]:
    """Return a sheet's validations."""
    if sheet.kind == "cover":
        return validation.cover_accepts(edition, sheet)
    if sheet.kind == "results":
        return validation.figures_accepts(edition)
    return validation.table_accepts(edition, section) if section and section.table else []


def _places(sheet: Sheet, role: str) -> list[Place]:
    return [place for place, slot in sheet.slots.items() if slot.role == role]
