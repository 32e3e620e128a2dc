"""Styles of openpyxl for all looks, prepared once for all workbooks."""

from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS_REVERSE

from .looks import BLUE, FORMATS, HAIR, LINE, LOOKS, NAVY, TEXT, Look, look
from .slots import word


@cache
def _font(size: float, name: str, ink: str, *, bold: bool, underline: bool) -> Font:
    return Font(
        name=word(f"font_{name}"),
        size=size,
        bold=bold,
        color=f"FF{ink}",
        charset=134,
        underline="single" if underline else None,
    )


@cache
def solid(colour: str) -> PatternFill:
    """Return a plain fill, or none for no colour."""
    return PatternFill("solid", fgColor=f"FF{colour}") if colour else PatternFill()


@cache
def border(kind: str) -> Border:
    """Return the lines around a cell; kind: one of looks.Look.border."""
    line, hair = Side("thin", color=f"FF{LINE}"), Side("thin", color=f"FF{HAIR}")
    black, thick = Side("thin", color="FF000000"), Side("medium", color=f"FF{NAVY}")
    sides = ("left", "right", "top", "bottom")
    kinds: dict[str, dict[str, Side]] = {
        "": {},
        "all": dict.fromkeys(sides, line),
        "print": dict.fromkeys(sides, black),
        "light": dict.fromkeys(sides, hair),
        "box": dict.fromkeys(sides, hair),
        "hair": {"bottom": hair},
        "under": {"bottom": thick},
        "choice": dict.fromkeys(sides, Side("thin", color=f"FF{BLUE}")),
    }
    return Border(**kinds[kind])


@cache
def _tables() -> tuple[dict[str, Any], dict[tuple[str, bool], StyleArray]]:
    """Return a workbook's style tables and each role's entry in them, locked and unlocked."""
    book = Workbook()
    book._fonts.clear()  # noqa: SLF001
    book._fonts.add(_font(11, TEXT, "000000", bold=False, underline=False))  # noqa: SLF001
    book._named_styles["Normal"].font = book._fonts[0]  # noqa: SLF001
    names = {name.partition(".")[0] for name in LOOKS}
    arrays = {
        (name, locked): _array(book, look(name, locked=locked), locked=locked)
        for name in sorted(names)
        for locked in (True, False)
    }
    parts = ("_fonts", "_fills", "_borders", "_alignments", "_protections", "_number_formats",
             "_cell_styles", "_named_styles")  # fmt: skip
    return {part: getattr(book, part) for part in parts}, arrays


def _array(book: Any, look: Look, *, locked: bool) -> StyleArray:
    """Return the style of a look, entered in a workbook's tables."""
    code = FORMATS[look.format]
    number = BUILTIN_FORMATS_REVERSE.get(code)
    if number is None:
        number = 164 + book._number_formats.add(code)  # noqa: SLF001
    alignment = Alignment(
        horizontal=look.across, vertical=look.down, wrap_text=look.wrap, indent=look.indent
    )
    font = _font(look.size, look.font, look.ink, bold=look.bold, underline=look.underline)
    array = StyleArray()
    array.fontId = book._fonts.add(font)  # noqa: SLF001
    array.fillId = book._fills.add(solid(look.fill))  # noqa: SLF001
    array.borderId = book._borders.add(border(look.border))  # noqa: SLF001
    array.numFmtId = number
    array.alignmentId = book._alignments.add(alignment)  # noqa: SLF001
    array.protectionId = book._protections.add(Protection(locked=locked))  # noqa: SLF001
    book._cell_styles.add(array)  # noqa: SLF001
    return array


def dress(book: Workbook) -> dict[tuple[str, bool], StyleArray]:
    """Set a workbook's style tables; return {(role, locked): style}, not to be changed."""
    tables, arrays = _tables()
    for name, table in tables.items():
        setattr(book, name, table)
    return arrays


def part_from_others(book: Workbook) -> None:
    """Give a dressed workbook its own style tables: further styles must not reach other workbooks."""
    for name in _tables()[0]:
        table = getattr(book, name)
        setattr(book, name, type(table)(table))


def number_of(role: str, *, locked: bool) -> int:
    """Return the number of a role's style in every workbook."""
    tables, arrays = _tables()
    number: int = tables["_cell_styles"].add(arrays[role, locked])
    return number
