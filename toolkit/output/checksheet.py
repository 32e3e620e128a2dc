"""The check sheet for real Excel and WPS, drawn in front of a blank."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.styles import Alignment, Protection
from openpyxl.utils.units import pixels_to_EMU
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.worksheet import Worksheet

from .. import __version__
from ..blank import parts
from ..blank.build import drawn
from ..blank.looks import HEAD, INK, NAVY, PALE, SLATE
from ..blank.slots import word
from ..blank.styles import border, part_from_others, solid
from ..data import CHINESE, home, texts
from ..report.report import Report
from ..xlsx.address import Place, at
from .lists import font, print_across

STEPS = tuple(range(1, 16))
SEEN = ("as-shown", "differs", "not-tried")
"""The results a step may have, as JSON names them."""
FACTS = ("program", "version", "system", "day")
"""What is said about the program, in the order of rows."""
_LISTED = {"program": "programs", "system": "systems"}
_COLUMNS = {
    "number": 7.0, "task": 38.0, "expected": 46.0, "picture": 56.0, "seen": 12.0, "remark": 34.0,
}  # fmt: skip
PLACE_OF = {name: number for number, name in enumerate(_COLUMNS, 1)}
_TITLE, _NOTE, FACT_ROW = 1, 2, 3
HEAD_ROW = FACT_ROW + len(FACTS)
_FIRST = HEAD_ROW + 1
MADE: Place = (FACT_ROW, PLACE_OF["picture"])
_HINT: Place = (FACT_ROW + 1, PLACE_OF["picture"])
_STEP_HEIGHT = 84.0
_PICTURE_WIDTH, _MARGIN, _POINTS = 380, 4, 0.75
"""Pixels of a picture's width and around it; points of a pixel."""
_PNG_SIZE = slice(16, 24)


def seen_words(lang: str) -> dict[str, str]:
    """Return {result: its words}, in the order of the list."""
    return {name: texts("trial", lang)[name] for name in SEEN}


def with_check_sheet(blank: Report) -> bytes:
    """Return a blank workbook with the check sheet in front, the same bytes for the same blank."""
    words = texts("trial", CHINESE)
    book = drawn(blank.edition, blank)
    part_from_others(book)
    for page in book.worksheets:
        page.sheet_view.tabSelected = None
    _draw(book.create_sheet(words["sheet"], 0), words)
    book.active = 0
    return parts.packed(parts.written(book))


def _draw(to: Worksheet, words: Mapping[str, str]) -> None:
    for name, width in _COLUMNS.items():
        to.column_dimensions[at((1, PLACE_OF[name]))[:-1]].width = width
    for row, (name, size, ink, height) in {
        _TITLE: ("title", 18, NAVY, 34), _NOTE: ("note", 11, SLATE, 24),
    }.items():  # fmt: skip
        _put(to, (row, 1), words[name], size=size, ink=ink)
        to.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_COLUMNS))
        to.row_dimensions[row].height = height
    for row, name in enumerate(FACTS, FACT_ROW):
        _boxed(to, (row, 2), words[name], fill=HEAD, ink=NAVY)
        _boxed(to, (row, 3), None, fill=PALE).protection = Protection(locked=False)
        to.row_dimensions[row].height = 22
        if name in _LISTED:
            _offer(to, at((row, 3)), words[_LISTED[name]], strict=False)
    _put(to, MADE, f"gouji {__version__}", ink=SLATE)
    _put(to, _HINT, words["hint"], ink=SLATE)
    for name, column in PLACE_OF.items():
        _boxed(to, (HEAD_ROW, column), words[name], fill=HEAD, ink=NAVY)
    to.row_dimensions[HEAD_ROW].height = 26
    for number in STEPS:
        _step(to, _FIRST + number - 1, number, words)
    results = f"{at(step_place(1, 'seen'))}:{at(step_place(STEPS[-1], 'seen'))}"
    _offer(to, results, ",".join(seen_words(CHINESE).values()), strict=True)
    to.protection = SheetProtection(sheet=True, formatColumns=False, formatRows=False)
    to.sheet_view.showGridLines, to.sheet_view.tabSelected = False, True
    to.freeze_panes = at((_FIRST, 1))
    print_across(to, HEAD_ROW)


def _step(to: Worksheet, row: int, number: int, words: Mapping[str, str]) -> None:
    """Draw a step, with its picture where there is one."""
    cells: dict[str, str | int] = {"number": number, "task": words[f"task-{number}"],
             "expected": words[f"expected-{number}"]}  # fmt: skip
    height = _STEP_HEIGHT
    for name, column in PLACE_OF.items():
        free = name in ("seen", "remark")
        cell = _boxed(to, (row, column), cells.get(name), fill=PALE if free else "")
        cell.protection = Protection(locked=not free)
    path = home("templates") / "trial" / f"{number}.png"
    if path.is_file():
        picture = _picture(path, (row, PLACE_OF["picture"]))
        to.add_image(picture)
        height = max(height, (picture.height + 2 * _MARGIN) * _POINTS)
    to.row_dimensions[row].height = height


def _picture(path: Path, place: Place) -> Image:
    """Return a PNG at a cell; openpyxl's own way needs a package for pictures."""
    content = path.read_bytes()
    width, height = struct.unpack(">II", content[_PNG_SIZE])
    picture = Image.__new__(Image)
    picture.format, picture.ref = "png", None
    picture.width, picture.height = _PICTURE_WIDTH, round(height * _PICTURE_WIDTH / width)
    margin = pixels_to_EMU(_MARGIN)
    corner = AnchorMarker(col=place[1] - 1, colOff=margin, row=place[0] - 1, rowOff=margin)
    size = (pixels_to_EMU(picture.width), pixels_to_EMU(picture.height))
    picture.anchor = OneCellAnchor(_from=corner, ext=XDRPositiveSize2D(*size))
    picture._data = lambda: content  # noqa: SLF001
    return picture


def _boxed(to: Worksheet, place: Place, value: str | int | None, fill: str = "",
           ink: str = INK) -> Any:  # fmt: skip
    cell = _put(to, place, value, ink=ink)
    cell.border, cell.fill = border("all"), solid(fill)
    return cell


def _put(
    to: Worksheet, place: Place, value: str | int | None, *, size: float = 11, ink: str = INK
) -> Any:
    """Return a cell with its content, drawn as text."""
    cell = to.cell(*place, value)
    cell.font, cell.number_format = font("text", size, ink), "@" if value is None else "General"
    middle = place[1] == 1 and place[0] > _NOTE
    cell.alignment = Alignment(
        horizontal="center" if middle else "left", vertical="center",
        indent=int(place[1] > 1),
        wrap_text=place[0] > _NOTE and place != _HINT,
    )  # fmt: skip
    return cell


def _offer(to: Worksheet, span: str, words: str, *, strict: bool) -> None:
    """Give cells a list to choose from; strict: nothing else is taken."""
    to.add_data_validation(
        DataValidation(
            sqref=span,
            type="list",
            formula1=f'"{words}"',
            allow_blank=True,
            showErrorMessage=strict,
            errorTitle=word("wrong_title"),
            error=word("wrong_choice"),
        )
    )


def step_place(number: int, column: str) -> Place:
    """Return the place of a step's cell."""
    return (_FIRST + number - 1, PLACE_OF[column])
