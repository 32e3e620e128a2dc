"""Numbers of 64 bits in a zip (zip64): extra fields, end record, data descriptor."""

import struct
from collections.abc import Sequence

LOCATOR_SIZE = 20
_HEAD, _KIND = struct.Struct("<2H"), 0x0001
_MOST = (2**32 - 1, 2**32 - 1, 2**32 - 1, 2**16 - 1)
_FORMATS = "QQQL"
_LOCATOR, _END = struct.Struct("<4sLQL"), struct.Struct("<4sQ2H2L4Q")
_NARROW, _WIDE = struct.Struct("<3L"), struct.Struct("<L2Q")
_BEFORE_SIZE = 12
"""Bytes of the end record that its own size does not count."""


def widened(extra: bytes, narrow: Sequence[int], late: Sequence[int] = ()) -> tuple[int, ...]:
    """Return a header's size, packed size, offset and disk, with the numbers of its extra field.

    narrow: as many of them as the header has. late: values that stand for a later one, too.
    Raises ValueError where header and field contradict each other: programs read either. Excel
    writes zeros into a field that nothing asks for.
    """
    field = _field(extra)
    if field is None:
        return tuple(narrow)
    numbers = range(len(narrow))
    missing = [n for n in numbers if narrow[n] == _MOST[n] or narrow[n] in late]
    for chosen in (missing, *(range(count) for count in numbers), numbers):
        layout = "<" + "".join(_FORMATS[n] for n in chosen)
        if len(field) == struct.calcsize(layout) and set(missing) <= {*chosen}:
            stored = dict(zip(chosen, struct.unpack(layout, field), strict=True))
            if all(n in missing or stored[n] in (0, narrow[n]) for n in chosen):
                return tuple(stored[n] if n in missing else narrow[n] for n in numbers)
    raise ValueError(len(field))


def _field(extra: bytes) -> bytes | None:
    """Return the content of the zip64 field, None without one; raises ValueError for two."""
    fields = []
    place = 0
    while len(extra) - place >= _HEAD.size:
        kind, size = _HEAD.unpack_from(extra, place)
        place += _HEAD.size + size
        if kind == _KIND:
            fields.append(extra[place - size : place])
    if len(fields) > 1:
        raise ValueError(len(fields))
    return fields[0] if fields else None


def end_record(source: bytes, end: int, narrow: Sequence[int]) -> tuple[int, ...]:
    """Return count, size, offset and end of the table of contents; end: where the end record is.

    narrow: the end record's own count, size and offset. Raises ValueError where a zip64 end record
    contradicts it or does not lie between.
    """
    place = end - LOCATOR_SIZE
    if place < 0 or not source.startswith(b"PK\6\7", place):
        return *narrow, end
    _, disk, start, disks = _LOCATOR.unpack_from(source, place)
    if disk or disks > 1 or start + _END.size > place:
        raise ValueError(start)
    mark, size, _, _, *on_disks, here, count, length, offset = _END.unpack_from(source, start)
    if mark != b"PK\6\6" or start + _BEFORE_SIZE + size != place or any(on_disks) or here != count:
        raise ValueError(start)
    wide, most = (count, length, offset), (_MOST[3], *_MOST[1:3])
    if any(short not in (full, m) for short, full, m in zip(narrow, wide, most, strict=True)):
        raise ValueError(start)
    return *wide, start


def descriptor_size(source: bytes, start: int, numbers: tuple[int, int, int]) -> int:
    """Return the length of a data descriptor with the check sum and sizes; 0 where it has others.

    Its sizes may have 8 bytes without any other sign of zip64 (Apache POI, .NET).
    """
    for shape in (_WIDE, _NARROW):
        if source[start : start + shape.size] == shape.pack(*numbers):
            return shape.size
    return 0
