"""Compound files (OLE, MS-CFB), the container of old Office documents: streams of the root by name."""

import struct
from dataclasses import dataclass
from itertools import chain, islice

from ..xlsx.zip import FILE_LIMIT, Rejected
from .document import too_large

_END, _ENTRY, _IN_HEADER = 0xFFFFFFFE, 128, 109
_BIGGEST_REGULAR = 0xFFFFFFFA
"""Sector numbers from here on say that there is none."""
_STREAM, _MINI, _CUTOFF = 2, 64, 4096
_SHIFTS = (9, 12)


def damaged(why: str) -> Rejected:
    """Return the rejection of an old document that is not built as it must be."""
    return Rejected("damaged", part="doc", why=why)


@dataclass(frozen=True, slots=True)
class Compound:
    """An opened compound file; entries: {name of a stream or storage of the root: its entry}."""

    source: bytes
    size: int
    table: tuple[int, ...]
    small: tuple[int, ...]
    pool: bytes
    entries: dict[str, bytes]

    def stream(self, name: str) -> bytes:
        """Return a stream's bytes, none where there is no such stream; raises Rejected."""
        entry = self.entries.get(name)
        if entry is None or entry[66] != _STREAM:
            return b""
        first, size = struct.unpack_from("<2L", entry, 116)
        if size >= _CUTOFF:
            found = _sectors(self.source, self.size, self.table, first, offset=self.size)
        else:
            found = _sectors(self.pool, _MINI, self.small, first) if size else b""
        if len(found) < size:
            raise damaged("stream")
        return found[:size]


def open_compound(source: bytes) -> Compound:
    """Return a compound file; raises Rejected, and struct.error where it is too short."""
    if len(source) > FILE_LIMIT:
        raise too_large("file", len(source), FILE_LIMIT)
    (shift,) = struct.unpack_from("<H", source, 30)
    if shift not in _SHIFTS:
        raise damaged("sector size")
    size = 1 << shift
    first, _, _, mini, _, more = struct.unpack_from("<6L", source, 48)
    table = _allocation(source, size, more)
    listed = _sectors(source, size, table, first, offset=size)
    small = _sectors(source, size, table, mini, offset=size) if mini < _BIGGEST_REGULAR else b""
    root = listed[:_ENTRY]
    start, length = struct.unpack_from("<2L", root, 116)
    pool = _sectors(source, size, table, start, offset=size) if length else b""
    return Compound(source, size, table, _numbers(small), pool, _children(listed))


def _numbers(source: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(source) // 4}L", source[: len(source) // 4 * 4])


def _allocation(source: bytes, size: int, more: int) -> tuple[int, ...]:
    """Return the next sector of each; more: the first sector that lists further ones of the table."""
    count = len(source) // size
    lists, seen = [_numbers(source[76 : 76 + 4 * _IN_HEADER])], 0
    while more < _BIGGEST_REGULAR:
        seen += 1
        found = _numbers(source[(more + 1) * size : (more + 2) * size])
        if seen > count or len(found) * 4 != size:
            raise damaged("sector list")
        lists.append(found[:-1])
        more = found[-1]
    used = islice((one for one in chain(*lists) if one < _BIGGEST_REGULAR), count)
    return _numbers(b"".join(source[(one + 1) * size : (one + 2) * size] for one in used))


def _sectors(
    source: bytes, size: int, table: tuple[int, ...], first: int, *, offset: int = 0
) -> bytes:
    """Return the sectors of a chain; a sector that comes twice or is outside is damage."""
    found: list[bytes] = []
    seen: set[int] = set()
    while first != _END:
        at = offset + first * size
        if first in seen or first >= len(table) or at >= len(source):
            raise damaged("sector chain")
        seen.add(first)
        found.append(source[at : at + size])
        first = table[first]
    return b"".join(found)


def _children(listed: bytes) -> dict[str, bytes]:
    """Return the entries right below the root, by name."""
    found: dict[str, bytes] = {}
    (child,) = struct.unpack_from("<L", listed, 76)
    left, seen = [child], set[int]()
    while left:
        number = left.pop()
        if number >= _BIGGEST_REGULAR:
            continue
        entry = listed[number * _ENTRY : (number + 1) * _ENTRY]
        if number in seen or len(entry) < _ENTRY:
            raise damaged("entries")
        seen.add(number)
        left += struct.unpack_from("<2L", entry, 68)
        (length,) = struct.unpack_from("<H", entry, 64)
        found[entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")] = entry
    return found
