"""Colours of a workbook (RGB, palette, theme and tint) and the contrast between two of them."""

import colorsys
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from . import xml
from .zip import Rejected

Colour = tuple[int, int, int]
"""Red, green, blue from 0 to 255."""
BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (255, 0, 0)
_AUTOMATIC = 64
"""Palette numbers from here on are colours of the system: 64 in front, 65 behind."""
_BASIC = "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF"
_INDEXED = tuple(
    (
        f"{_BASIC} {_BASIC} 800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 "
        "FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 "
        "008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC "
        "99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 "
        "333399 333333"
    ).split()
)
"""Excel's palette, for files without their own."""
_OFFICE = ("FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D", "9BBB59", "8064A2",
           "4BACC6", "F79646", "0000FF", "800080")  # fmt: skip
"""The colours of a theme that is missing, in the order of their numbers."""
_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main "
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
_NAMED = {"black": BLACK, "white": WHITE, "red": RED, "green": (0, 255, 0),
          "blue": (0, 0, 255), "yellow": (255, 255, 0), "magenta": (255, 0, 255),
          "cyan": (0, 255, 255)}  # fmt: skip
_NUMBERED = re.compile(r"color ?([1-9][0-9]?)", re.IGNORECASE)


def from_hex(text: str) -> Colour | None:
    """Return the colour of RRGGBB or AARRGGBB, None for other text."""
    match = _RGB.fullmatch(text.strip())
    if match is None:
        return None
    number = int(match[1], 16)
    return number >> 16, number >> 8 & 255, number & 255


def from_format(name: str) -> Colour | None:
    """Return the colour of a number format's [Red] or [Color 3], None for other brackets."""
    numbered = _NUMBERED.fullmatch(name.strip())
    if numbered:
        number = int(numbered[1]) + 7
        return from_hex(_INDEXED[number]) if number < len(_INDEXED) else None
    return _NAMED.get(name.strip().lower())


@lru_cache(maxsize=8)
def themed(source: bytes, part: str) -> tuple[Colour, ...]:
    """Return the colours of a theme part by their numbers; missing ones as in Office.

    A theme that cannot be parsed counts as missing: programs draw the workbook without it.
    """
    colours = dict(zip(_ORDER, map(from_hex, _OFFICE), strict=True))
    name = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal name
        short = tag.removeprefix(_DRAWING)
        if short in colours:
            name = short
        elif name and short in ("srgbClr", "sysClr"):
            digits = attributes.get("lastClr") or attributes.get("val", "")
            colours[name] = from_hex(digits) or colours[name]
            name = ""

    if source:
        with suppress(Rejected):
            xml.parse(source, part, start, lambda _: None, None)
    return tuple(colour or BLACK for colour in colours.values())


def resolved(
    attributes: Mapping[str, str], theme: Sequence[Colour], palette: Sequence[Colour] = ()
) -> Colour | None:
    """Return the colour of a color element, None for the automatic one or an unknown one."""
    base = None
    if "rgb" in attributes:
        base = from_hex(attributes["rgb"])
    elif attributes.get("theme", "").strip().isdecimal():
        number = int(attributes["theme"][:4])
        base = theme[number] if number < len(theme) else None
    elif attributes.get("indexed", "").strip().isdecimal():
        base = _of_palette(int(attributes["indexed"][:4]), palette)
    tint = _fraction(attributes.get("tint", "0"))
    return base if base is None or not tint else _tinted(base, tint)


def _of_palette(number: int, palette: Sequence[Colour]) -> Colour | None:
    if number < len(palette):
        return palette[number]
    if number < _AUTOMATIC:
        return from_hex(_INDEXED[number])
    return WHITE if number == _AUTOMATIC + 1 else None


def _fraction(text: str) -> float:
    """Return a tint from -1 to 1, 0 for other text."""
    try:
        return max(-1.0, min(1.0, float(text)))
    except ValueError:
        return 0.0


def _tinted(colour: Colour, tint: float) -> Colour:
    """Return a colour made lighter or darker, as Excel does by its lightness."""
    hue, light, rich = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = colorsys.hls_to_rgb(hue, light, rich)
    return round(red * 255), round(green * 255), round(blue * 255)


@lru_cache(maxsize=4096)
def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast of two colours, 1 (none) to 21, as the W3C defines it.

    >>> round(contrast(BLACK, WHITE)), contrast(WHITE, WHITE)
    (21, 1.0)
    """
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
