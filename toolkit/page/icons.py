"""Icons of the pane as PNG: a tick on a sheet, drawn from lines, the same bytes each time."""

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise

SIZES = (16, 32, 64, 80)
"""Pixels of each icon, as Excel asks for them."""
_GROUND, _INK = (11, 79, 158), (255, 255, 255)
_ROUND, _WIDTH = 0.18, 0.085
"""Radius of the corners, and half the width of the tick, of the whole size."""
_TICK = ((0.24, 0.54), (0.43, 0.73), (0.77, 0.30))


def icon(size: int) -> bytes:
    """Return an icon of so many pixels."""
    rows = b"".join(b"\0" + bytes(_row(size, y)) for y in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    total = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", total)


def _row(size: int, y: int) -> Iterator[int]:
    """Yield red, green, blue and opacity of each pixel of a row; edges are half covered."""
    for x in range(size):
        place = (x + 0.5) / size, (y + 0.5) / size
        tick = min(_apart(place, *line) for line in pairwise(_TICK)) - _WIDTH
        white = _covered(tick * size)
        for ground, ink in zip(_GROUND, _INK, strict=True):
            yield round(ground + (ink - ground) * white)
        yield round(255 * _covered(_outside(place) * size))


def _covered(distance: float) -> float:
    """Return how much of a pixel is covered, by its distance in pixels from an edge."""
    return min(max(0.5 - distance, 0.0), 1.0)


def _apart(place: tuple[float, float], one: tuple[float, float], two: tuple[float, float]) -> float:
    """Return the distance of a place from a line between two others."""
    (x, y), (a, b), (c, d) = place, one, two
    along = ((x - a) * (c - a) + (y - b) * (d - b)) / ((c - a) ** 2 + (d - b) ** 2)
    along = min(max(along, 0.0), 1.0)
    return float(((x - a - along * (c - a)) ** 2 + (y - b - along * (d - b)) ** 2) ** 0.5)


def _outside(place: tuple[float, float]) -> float:
    """Return the distance of a place from a square with round corners, negative inside."""
    x, y = (max(abs(part - 0.5) - 0.5 + _ROUND, 0.0) for part in place)
    return float((x * x + y * y) ** 0.5) - _ROUND
