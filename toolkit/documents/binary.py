"""The parts of an old Word document (MS-DOC): its text with what applies to each sign, row definitions."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ..xlsx.zip import Rejected
from .compound import Compound, damaged
from .document import TEXT_LIMIT, too_large

_MAGIC, _WORD97, _ENCRYPTED, _SECOND = 0xA5EC, 0xC1, 0x100, 0x200
_LENGTH, _CHARACTERS, _PARAGRAPHS, _PIECES = 0x4C, 0xFA, 0x102, 0x1A2
"""Places in the first block: length of the text; places of runs, of paragraphs, of pieces."""
_PAGE, _NARROW = 512, 0x40000000
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_TABLE_ROW, _TABS = 0xD608, 0xC615
_ELSEWHERE = (0x6645, 0x6646, 0x646B)
"""Modifiers whose operand is a place in the stream Data with further ones."""
_HIDDEN, _ON = (0x0800, 0x083C), (1, 0x81)
"""Deleted, hidden; values that switch it on."""
_SYMBOL = 0x6A09
"""A sign of a font of symbols, in whose place stands a bracket."""
RUN_LIMIT = 400_000
"""Most runs of a document."""

Modifiers = list[tuple[int, bytes]]
"""(code, operand) of properties, in order."""


def unsupported() -> Rejected:
    """Return the rejection of an old document that only an office program reads rightly."""
    return Rejected("not-a-workbook", kind="DOC", case="save-as")


@dataclass(slots=True)
class Binary:
    """The streams of a document; length: of its main text, in UTF-16 units."""

    main: bytes
    table: bytes
    data: bytes
    length: int
    spent: int = 0

    def pieces(self) -> Iterator[tuple[int, int, str]]:
        """Yield (place in the stream, bytes a unit, text); raises Rejected."""
        source = self._placed(_PIECES)
        at = 0
        while source[at : at + 1] == b"\1":
            at += 3 + struct.unpack_from("<H", source, at + 1)[0]
        sign, size = struct.unpack_from("<BL", source, at)
        count = (size - 4) // 12
        if sign != 2 or count < 1 or at + 5 + size > len(source):  # noqa: PLR2004 - the table's sign
            raise damaged("pieces")
        ends = struct.unpack_from(f"<{count + 1}L", source, at + 5)
        if ends[0] or ends[-1] < self.length:
            raise damaged("pieces")
        number = end = 0
        while end < self.length:
            start, end = end, min(ends[number + 1], self.length)
            place, change = struct.unpack_from("<LH", source, at + 11 + 4 * count + 8 * number)
            if change:
                raise unsupported()
            yield self._piece(place, end - start)
            number += 1

    def _piece(self, place: int, length: int) -> tuple[int, int, str]:
        narrow = bool(place & _NARROW)
        place, width = (place & ~_NARROW) // 2 if narrow else place, 2 - narrow
        source = self.main[place : place + length * width] if length > 0 else b""
        if length <= 0 or len(source) < length * width:
            raise damaged("pieces")
        if narrow:
            return place, 1, source.decode("cp1252", "replace")
        return place, 2, "".join(map(chr, struct.unpack(f"<{length}H", source)))

    def hidden(self) -> "PropertyRuns":
        """Return the runs that are not printed."""
        runs = PropertyRuns([], [], [])
        known: dict[bytes, bool] = {}
        for start, end, source in self._runs(_CHARACTERS, 1):
            if source not in known:
                known[source] = any(
                    code == _SYMBOL or (code in _HIDDEN and operand[0] in _ON)
                    for code, operand in self.changes(source)
                )
            if known[source]:
                runs.add(start, end, source)
        return runs

    def paragraphs(self) -> "PropertyRuns":
        """Return the runs of paragraph properties."""
        runs = PropertyRuns([], [], [])
        for start, end, source in self._runs(_PARAGRAPHS, 13):
            runs.add(start, end, source)
        return runs

    def _placed(self, place: int) -> bytes:
        """Return the bytes of the table stream that the first block points at."""
        first, size = struct.unpack_from("<2L", self.main, place)
        return self.table[first : first + size]

    def _runs(self, place: int, width: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield (first, end, properties) of the runs on all pages; width: bytes of a run's entry."""
        source, count, last = self._placed(place), 0, 0
        pages = (len(source) - 4) // 8
        for (number,) in struct.iter_unpack("<L", source[4 + 4 * pages : 4 + 8 * pages]):
            page = self._page(number)
            runs = page[-1]
            ends = struct.unpack_from(f"<{runs + 1}L", page)
            count += runs
            if count > RUN_LIMIT:
                raise too_large("runs", count, RUN_LIMIT)
            for one in range(runs):
                if not last <= ends[one] <= ends[one + 1]:
                    raise damaged("runs")
                last = ends[one + 1]
                at = 2 * page[4 * (runs + 1) + width * one]
                yield ends[one], last, _properties(page, at, paragraph=width > 1)

    def _page(self, number: int) -> bytes:
        at = (number & 0x3FFFFF) * _PAGE
        page = self.main[at : at + _PAGE]
        if len(page) < _PAGE:
            raise damaged("runs")
        return page

    def changes(self, source: bytes) -> Modifiers:
        """Return the changes in bytes, with those that stand elsewhere; raises Rejected."""
        found: Modifiers = []
        self._spend(len(source))
        for code, operand in _changes(source):
            if code in _ELSEWHERE:
                (at,) = struct.unpack("<L", operand)
                (size,) = struct.unpack_from("<H", self.data, at)
                self._spend(size)
                found += _changes(self.data[at + 2 : at + 2 + size])
            else:
                found.append((code, operand))
        return found

    def _spend(self, size: int) -> None:
        self.spent += size
        if self.spent > TEXT_LIMIT:
            raise too_large("properties", self.spent, TEXT_LIMIT)


@dataclass(slots=True)
class PropertyRuns:
    """PropertyRuns of a stream in order: first byte, end, properties."""

    starts: list[int]
    ends: list[int]
    properties: list[bytes]

    def add(self, start: int, end: int, source: bytes) -> None:
        """Add a run behind the last."""
        self.starts.append(start)
        self.ends.append(end)
        self.properties.append(source)

    def at(self, place: int) -> bytes | None:
        """Return the properties at a byte, None outside all runs."""
        number = bisect_right(self.starts, place) - 1
        return self.properties[number] if number >= 0 and place < self.ends[number] else None


def opened(compound: Compound) -> Binary:
    """Return the parts of a document; raises Rejected, and struct.error where it is too short."""
    names = "".join(compound.entries)
    if "EncryptedPackage" in names or "DRM" in names:
        raise Rejected("encrypted", **({"case": "rights"} if "DRM" in names else {}))
    main = compound.stream("WordDocument")
    if not main:
        raise unsupported()
    magic, version = struct.unpack_from("<2H", main)
    (flags,) = struct.unpack_from("<H", main, 10)
    if magic != _MAGIC or version < _WORD97:
        raise unsupported()
    if flags & _ENCRYPTED:
        raise Rejected("encrypted")
    (length,) = struct.unpack_from("<L", main, _LENGTH)
    if length > TEXT_LIMIT:
        raise too_large("text", length, TEXT_LIMIT)
    table = compound.stream("1Table" if flags & _SECOND else "0Table")
    return Binary(main, table, compound.stream("Data"), length)


def _properties(page: bytes, at: int, *, paragraph: bool) -> bytes:
    """Return the properties at a place of a page, those of a paragraph without its style's number."""
    if not at:
        return b""
    size = page[at]
    if not paragraph:
        return page[at + 1 : at + 1 + size]
    if not size:
        return page[at + 4 : at + 2 + 2 * page[at + 1]]
    return page[at + 3 : at + 2 * size]


def _changes(source: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (code, operand); the operand of one of variable length is without its length."""
    at = 0
    while at + 2 < len(source):
        (code,) = struct.unpack_from("<H", source, at)
        at += 2
        size = _SIZES[code >> 13]
        if code == _TABLE_ROW:
            size = struct.unpack_from("<H", source, at)[0] - 1
            at += 2
        elif not size:
            size = source[at]
            at += 1
            if code == _TABS and size == 255:  # noqa: PLR2004 - a length that is not told
                raise unsupported()
        if size < 0 or at + size > len(source):
            raise damaged("properties")
        yield code, source[at : at + size]
        at += size
