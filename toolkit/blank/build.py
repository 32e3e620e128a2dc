"""Building of a locked workbook from its plan: a blank, or a workbook with a report's values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles.cell_style import StyleArray
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ..edition.days import day as as_day
from ..edition.days import serial
from ..edition.edition import Edition, Section
from ..edition.kind import on_sheet, stored
from ..edition.naming import DAYS
from ..report.report import Number, Report
from ..xlsx.address import Place, at, column_letters
from ..xlsx.number import from_double
from . import directory, paint, parts, setup, slots, sources
from .directory import Listed
from .live import live_rows, result_range
from .mark import mark
from .plan import plan, stated
from .reasoned import beside
from .slots import LIVE, LIVE_FIRST, MARK, RESULT, STAMP, Sheet, Slot, area, word
from .styles import dress

StoredValue = int | Decimal | str
StyleTable = Mapping[tuple[str, bool], StyleArray]
CARRIED = "carried"
"""The role of a typed cell that is filled with last year's number."""
LONGEST = 32767
"""Most characters of a cell."""
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class BuildError(Exception):
    """A report that does not fit into a workbook; the message has the place and the reason."""


def build(
    edition: Edition,
    report: Report | None = None,
    prior: Mapping[str, Number] | None = None,
    deadline: str | None = None,
    agencies: Sequence[Listed] = (),
) -> bytes:
    """Return a locked workbook as bytes, the same bytes for the same input.

    report: its values are filled into typed cells; a value that fits no number stays text.
    prior: last year's numbers by key; cells filled with them have a colour of their own.
    deadline: the agency's own, as printed; without it the edition's. Raises BuildError for a text
    longer than a cell holds.
    agencies: those of a blank for all of them, with their own numbers and deadlines.
    """
    book = drawn(edition, report, prior, deadline, agencies)
    return parts.packed(parts.written(book))


def drawn(
    edition: Edition,
    report: Report | None = None,
    prior: Mapping[str, Number] | None = None,
    deadline: str | None = None,
    agencies: Sequence[Listed] = (),
) -> Workbook:
    """Return the workbook of `build` before it is written."""
    book = Workbook()
    styles = dress(book)
    book.remove(book.worksheets[0])
    values = entries(edition, report, prior or {}, deadline, agencies)
    carried = carried_places(edition, report, prior or {})
    for sheet in plan(edition, report, shared=len(agencies)):
        page = book.create_sheet(sheet.name)
        drawn = _as_carried(sheet, carried.get(sheet.name, frozenset()))
        _draw(page, drawn, styles, values.get(sheet.name, {}))
        setup.lay_out(page, edition, sheet)
    for sheet, cells in sources.pages(edition, report.sources if report else ()):
        page = book.create_sheet(sheet.name)
        _draw(page, sheet, styles, cells)
        setup.lay_out(page, edition, sheet)
    if agencies:
        sheet, cells = directory.page(edition, agencies)
        page = book.create_sheet(sheet.name)
        _draw(page, sheet, styles, cells)
        setup.lay_out(page, edition, sheet)
    _names(book, edition, len(agencies))
    _properties(book, edition, mark(edition, report, deadline, agencies))
    return book


# ── values ────────────────────────────────────────────────────────────────────────────────────────


def entries(
    edition: Edition,
    report: Report | None,
    prior: Mapping[str, Number],
    deadline: str | None,
    agencies: Sequence[Listed] = (),
) -> dict[str, dict[Place, StoredValue]]:
    """Return {sheet: {place: value}} of all cells that are no label and no formula."""
    contents: dict[str, dict[Place, StoredValue]] = {}
    marked = mark(edition, report, deadline, agencies)
    facts: dict[str, StoredValue] = {**marked}
    if "seed" in marked:
        facts["seed"] = int(marked["seed"])
    contents[word("mark")] = {(MARK.index(name) + 1, 2): fact for name, fact in facts.items()}
    contents[word("prior")] = {
        place: prior[key]
        for key, place in slots.prior_places(edition).items()
        if prior.get(key) is not None
    }
    places = slots.cover_places()
    contents[word("cover")] = {places["sent"]: slots.FIRST_SENDING}
    if report is not None:
        fields = {**stated(report), **_people(report, edition)}
        places |= slots.people_places(edition)
        contents[word("cover")] = {places[name]: value for name, value in fields.items()}
        contents[word("results")] = {**beside(edition, report.explained)}
        for section in edition.sections:
            contents[section.sheet] = {**_typed(report, section), **_paragraphs(report, section)}
    return contents


def _people(report: Report, edition: Edition) -> dict[str, StoredValue]:
    """Return {field that the edition adds to the cover: its value}; a day as its serial number."""
    fields = {name: text for name, text in report.cover.items() if name in edition.cover}
    days = {name: as_day(text) for name, text in fields.items() if name in DAYS}
    return {name: serial(day) if (day := days.get(name)) else text for name, text in fields.items()}


def _typed(report: Report, section: Section) -> dict[Place, StoredValue]:
    """Return a table's typed values and its declaration."""
    edition = report.edition
    contents: dict[Place, StoredValue] = {}
    for place, key in section.keys.items():
        value = report.values.get(key)
        if value is not None and key not in edition.computes:
            contents[on_sheet(place)] = stored(edition.cells[key], value)
    if section.table in report.nil:
        contents[slots.declaration(section)] = word("declaration")
    return contents


def _paragraphs(report: Report, section: Section) -> dict[Place, StoredValue]:
    """Return {place: paragraph} of a text, a row each; the last row takes all further ones."""
    text = report.texts.get(section.text or "", "")
    if not text:
        return {}
    first, last = slots.paragraphs(section)
    rows = text.split("\n", last - first)
    return {(first + i, 1): row for i, row in enumerate(rows) if row}


def carried_places(
    edition: Edition, report: Report | None, prior: Mapping[str, Number]
) -> dict[str, frozenset[Place]]:
    """Return {sheet: places of cells whose value is the one from last year's numbers}."""
    if report is None:
        return {}
    carried = slots.carried(edition, prior)
    same = {key for key, number in carried.items() if report.values.get(key) == number}
    return {
        section.sheet: frozenset(
            on_sheet(place) for place, key in section.keys.items() if key in same
        )
        for section in edition.sections
    }


# ── drawing ───────────────────────────────────────────────────────────────────────────────────────


def _as_carried(sheet: Sheet, places: frozenset[Place]) -> Sheet:
    """Return a sheet with the role CARRIED at the places filled with last year's numbers."""
    carried = {place: replace(sheet.slots[place], role=CARRIED) for place in places}
    return replace(sheet, slots={**sheet.slots, **carried}) if carried else sheet


def _draw(
    page: Worksheet, sheet: Sheet, styles: StyleTable, values: Mapping[Place, StoredValue]
) -> None:
    """Draw a sheet's cells, merges, sizes and links."""
    for place, slot in sheet.slots.items():
        page._cells[place] = _cell(page, place, slot, styles, values.get(place))  # noqa: SLF001
    for column, width in sheet.widths.items():
        page.column_dimensions[column_letters(column)].width = width
    free = page.parent._cell_styles.add(styles["result", False])  # noqa: SLF001
    page.row_dimensions = _rows(sheet, free)
    for span in sorted(sheet.merges):
        page.merged_cells.add(CellRange(span))
    for place, (target, address) in sheet.links.items():
        page._cells[place]._hyperlink = Hyperlink(  # noqa: SLF001
            ref=at(place), location=f"'{target}'!{address}"
        )


def _cell(
    page: Worksheet, place: Place, slot: Slot, styles: StyleTable, value: StoredValue | None
) -> Cell:
    """Return a slot as a cell; text is never taken for a formula."""
    cell = Cell(page, *place, style_array=styles[slot.role, slot.locked])
    if slot.formula is not None:
        cell._value, cell.data_type = f"={_spelt(slot.formula)}", "f"  # noqa: SLF001
    elif (content := slot.text if value is None else value) is not None:
        cell._value, cell.data_type = content_of(content, sheet=page.title, at=at(place))  # noqa: SLF001
    return cell


def content_of(value: StoredValue, *, sheet: str, at: str) -> tuple[str, str]:
    """Return a value as its text in the file and its type.

    A number that no double holds exactly stays text: nothing is rounded.
    """
    if isinstance(value, int | Decimal):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        double = from_double(text)
        return (f"{double:f}", "n") if double == value else (text, "s")
    if len(value) > LONGEST:
        raise BuildError(f"{sheet} {at}: {len(value)} characters; a cell holds {LONGEST}")
    return _spelt(value), "s"


def _spelt(text: str) -> str:
    """Return a text with characters that XML lacks, and look-alikes of escapes, as _xHHHH_."""
    return _UNSAFE.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)


def _rows(sheet: Sheet, free: int) -> dict[int, dict[str, str]]:
    """Return {row: its attributes}; rows of text may grow, free rows are unlocked as a whole and
    as high as their content.

    free: the index of the unlocked style.
    """
    text = {row for (row, _), slot in sheet.slots.items() if slot.role == "paragraph"}
    rows = {}
    for row, height in sheet.heights.items():
        rows[row] = {"ht": f"{height:g}"}
        if row not in text:
            rows[row]["customHeight"] = "1"
    first, last = sheet.free
    for row in range(first, last + 1):
        rows[row] = {"s": str(free), "customFormat": "1"}
    return rows


# ── names and properties ──────────────────────────────────────────────────────────────────────────


def _names(book: Workbook, edition: Edition, agencies: int) -> None:
    """Define names for the states of the live rows and for the places a button writes to.

    agencies: the number of rows of a directory, whose names are one too.
    """
    rows = {rule.name: LIVE_FIRST + i for i, rule in enumerate(live_rows(edition))}
    state = {name: (row, LIVE["state"], row, LIVE["state"]) for name, row in rows.items()}
    first, left, last, right = result_range(edition)
    boxes = {
        **state,
        paint.MARKS: (first, RESULT["cells"], last, RESULT["cells"]),
        "gouji_results": (first, left, last, right),
        **{
            f"gouji_{name}": (first - 2, STAMP[name], first - 2, STAMP[name])
            for name in ("overflow", "digest", "stamp")
        },
    }
    named = {name: f"'{word('results')}'!{area(box[:2], box[2:])}" for name, box in boxes.items()}
    signs = area(
        (slots.signs_row(edition), slots.MIRROR + 1), (slots.signs_row(edition), slots.MIRROR + 1)
    )
    named[paint.DAYS] = f"'{word('mark')}'!{signs}"
    for name, place in sorted(named.items()):
        book.defined_names[name] = DefinedName(name, attr_text=place)
    if agencies:
        listed = DefinedName(directory.NAMES, attr_text=directory.names_of(agencies))
        book.defined_names[directory.NAMES] = listed


def _properties(book: Workbook, edition: Edition, marked: Mapping[str, str]) -> None:
    """Set the book's properties (with the mark), its protection, and recalculation on load."""
    book.active = 0
    book.security = WorkbookProtection(lockStructure=True)
    book.calculation = CalcProperties(calcId=191029, fullCalcOnLoad=True)
    book.properties = parts.properties(edition.title)
    for name, text in marked.items():
        book.custom_doc_props.append(StringProperty(name=f"{parts.MAKER}.{name}", value=text))
