"""The visible part of a cell style: format, font, fill, alignment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from . import xml
from .colour import BLACK, WHITE, Colour, contrast, from_hex, resolved
from .render import LONGEST, built_in
from .xml import is_true
from .zip import Rejected

LISTS = ("numFmts", "fonts", "fills", "cellStyleXfs", "cellXfs", "dxfs", "colors")
"""The lists of a styles part that are read."""
DIGITS = 9
_SYMBOLS = frozenset(
    ("symbol", "wingdings", "wingdings 2", "wingdings 3", "webdings", "marlett", "zapfdingbats",
     "zapf dingbats", "opensymbol", "mt extra", "bookshelf symbol 7", "adobe blank")
)  # fmt: skip
"""Fonts that show digits and letters as other signs, or not at all."""
_SYMBOL_SET = "2"
_DEFAULT_SIZE, _SMALLEST = 11.0, 0.1

Item = dict[str, dict[str, str]]
"""An item of a list: {element: its attributes}, its own and those inside it."""


class Face(NamedTuple):
    """The visible part of a cell style.

    code: the number format. size: of the font, in points. ink: of the font. fills: colours
    behind it, white without any. indent: in steps. turn: degrees of rotation.
    marks: fill (the content is repeated), shrink, strike, symbol (a font of other signs).
    """

    code: str = "General"
    size: float = _DEFAULT_SIZE
    ink: Colour = BLACK
    fills: tuple[Colour, ...] = ()
    indent: int = 0
    turn: int = 0
    marks: frozenset[str] = frozenset()


class Restyling(NamedTuple):
    """The changes of a conditional format (dxf): None where it leaves the cell's own look."""

    code: str | None = None
    size: float | None = None
    ink: Colour | None = None
    fill: Colour | None = None
    marks: frozenset[str] = frozenset()


@dataclass(slots=True)
class Lists:
    """The lists of a styles part while it is read: attributes of elements by their name."""

    formats: dict[int, str] = field(default_factory=dict)
    items: dict[str, list[Item]] = field(default_factory=lambda: {name: [] for name in LISTS})


Resolve = Callable[[Mapping[str, str]], Colour | None]


def face_of(item: Item, lists: Lists, colour: Resolve, part: str) -> Face:
    """Return the look of a cell style; missing parts are those of its named style."""
    attributes = item.get("xf", {})
    named = _pick(lists.items["cellStyleXfs"], whole(attributes, "xfId", part) or 0)
    above = named.get("xf", {})

    def chosen(name: str) -> int:
        mine = whole(attributes, name, part)
        return (whole(above, name, part) or 0) if mine is None else mine

    number = chosen("numFmtId")
    font = _pick(lists.items["fonts"], chosen("fontId"))
    fill = _pick(lists.items["fills"], chosen("fillId"))
    alignment = item.get("alignment", named.get("alignment", {}))
    marks = set(_font_marks(font))
    if alignment.get("horizontal") == "fill":
        marks.add("fill")
    if is_true(alignment.get("shrinkToFit")):
        marks.add("shrink")
    return Face(
        lists.formats[number] if number in lists.formats else built_in(number),
        _size(font) or _DEFAULT_SIZE,
        colour(font.get("color", {})) or BLACK,
        _fills(fill, colour),
        _small(alignment.get("indent", "0")),
        _small(alignment.get("textRotation", "0")),
        frozenset(marks),
    )


def _pick(items: Sequence[Item], number: int) -> Item:
    return items[number] if number < len(items) else {}


def _font_marks(font: Item) -> frozenset[str]:
    """Return strike and symbol, where a font has them."""
    name = (font.get("name") or font.get("rFont") or {}).get("val", "").strip().lower()
    symbol = name in _SYMBOLS or _is_symbol(font)
    strike = "strike" in font and is_true(font["strike"].get("val", "1"))
    return frozenset(["symbol"] * symbol + ["strike"] * strike)


def _is_symbol(font: Item) -> bool:
    return font.get("charset", {}).get("val", "").strip() == _SYMBOL_SET


def _size(font: Item) -> float | None:
    """Return a font's size in points, None without one."""
    if "sz" not in font:
        return None
    return xml.decimal(font["sz"].get("val", "")) or _SMALLEST


def _small(text: str) -> int:
    """Return a small whole number, 0 for other text."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else 0


def _fills(fill: Item, colour: Resolve) -> tuple[Colour, ...]:
    """Return the colours of a fill, () for none."""
    if "gradientFill" in fill:
        stops = [colour(facts) for name, facts in fill.items() if name.startswith("color")]
        return tuple(stop or BLACK for stop in stops)
    kind = fill.get("patternFill", {}).get("patternType", "none")
    if kind == "none":
        return ()
    front = colour(fill["fgColor"]) if "fgColor" in fill else None
    back = colour(fill["bgColor"]) if "bgColor" in fill else None
    if kind == "solid":
        return (front or (BLACK if "fgColor" not in fill else WHITE),)
    return (_mixed(front or BLACK, back or WHITE, _DENSITY.get(kind, 0.5)),)


_DENSITY = {"gray0625": 0.06, "gray125": 0.125, "lightGray": 0.25, "mediumGray": 0.5,
            "darkGray": 0.75}  # fmt: skip


def _mixed(front: Colour, back: Colour, share: float) -> Colour:
    red, green, blue = (
        round(over * share + under * (1 - share)) for over, under in zip(front, back, strict=True)
    )
    return red, green, blue


def restyling(item: Item, colour: Resolve) -> Restyling:
    """Return the changes of a conditional format; a plain fill's colour is its bgColor."""
    code = item["numFmt"].get("formatCode", "")[:LONGEST] if "numFmt" in item else None
    solid = item.get("patternFill", {}).get("patternType", "solid") == "solid"
    back = item.get("bgColor") or item.get("fgColor")
    if not solid and "fgColor" in item:
        back = item["fgColor"]
    return Restyling(
        code,
        _size(item),
        colour(item["color"]) if "color" in item else None,
        colour(back) if back else None,
        _font_marks(item),
    )


def change_of(item: Item, theme: tuple[Colour, ...]) -> Restyling:
    """Return the changes of a conditional format defined in a sheet part."""
    return restyling(item, lambda attributes: resolved(attributes, theme))


def is_plain_font(font: Item) -> bool:
    """Tell whether a font is readable on any light fill: dark, of a usual size, without strike."""
    rgb = font["color"].get("rgb") if "color" in font else _DARK
    if rgb is None or "strike" in font or ("charset" in font and _is_symbol(font)):
        return False
    name = (font.get("rFont") or {}).get("val", "")
    size = xml.decimal(font["sz"].get("val", "")) if "sz" in font else _DEFAULT_SIZE
    return name.lower() not in _SYMBOLS and _is_dark(rgb) and (size or 0) >= _READABLE


_DARK, _READABLE, _STRONG = "FF000000", 6.0, 3.0
"""Black; the smallest size and the contrast with white of a font that is plain."""


@lru_cache(maxsize=512)
def _is_dark(rgb: str) -> bool:
    ink = from_hex(rgb)
    return ink is not None and contrast(ink, WHITE) >= _STRONG


@lru_cache(maxsize=512)
def is_light(face: Face) -> bool:
    """Tell whether a dark font is readable on a look's fills."""
    return all(contrast(fill, BLACK) >= _STRONG * 2 for fill in face.fills)


def run_face(run: Item, cell: Face, theme: tuple[Colour, ...]) -> Face:
    """Return the look of a piece of a text with a font of its own."""
    ink = resolved(run["color"], theme) or BLACK if "color" in run else cell.ink
    return cell._replace(size=_size(run) or cell.size, ink=ink, marks=_font_marks(run))


def whole(attributes: Mapping[str, str], name: str, part: str) -> int | None:
    """Return an attribute that is a whole number, None where it is missing."""
    if name not in attributes:
        return None
    text = attributes[name].strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        raise Rejected("damaged", part=part, why=f"{name} {text[:20]}")
    return int(text)
