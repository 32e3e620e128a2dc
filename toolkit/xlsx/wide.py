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


def widened(extra: bytes, given: Sequence[int], late: Sequence[int] = ()) -> tuple[int, ...]:
    """Return a header's size, packed size, offset and disk, with the numbers of its extra field.

    given: as many of them as the header has. late: values that stand for a later one, too.
    Raises ValueError where header and field contradict each other: programs read either. Excel
    writes zeros into a field that nothing asks for.
    """
    field = _field(extra)
    if field is None:
        return tuple(given)
    numbers = range(len(given))
    missing = [n for n in numbers if given[n] == _MOST[n] or given[n] in late]
    for chosen in (missing, *(range(count) for count in numbers), numbers):
        layout = "<" + "".join(_FORMATS[n] for n in chosen)
        if len(field) == struct.calcsize(layout) and set(missing) <= {*chosen}:
            told = dict(zip(chosen, struct.unpack(layout, field), strict=True))
            if all(n in missing or told[n] in (0, given[n]) for n in chosen):
                return tuple(told[n] if n in missing else given[n] for n in numbers)
    raise ValueError(len(field))


def _field(extra: bytes) -> bytes | None:
    """Return the content of the zip64 field, None without one; raises ValueError for two."""
    found = []
    place = 0
    while len(extra) - place >= _HEAD.size:
        kind, size = _HEAD.unpack_from(extra, place)
        place += _HEAD.size + size
        if kind == _KIND:
            found.append(extra[place - size : place])
    if len(found) > 1:
        raise ValueError(len(found))
    return found[0] if found else None


def end_record(source: bytes, end: int, given: Sequence[int]) -> tuple[int, ...]:
    """Return count, size, offset and end of the table of contents; end: where the end record is.

    given: the end record's own count, size and offset. Raises ValueError where a zip64 end record
    contradicts it or does not lie between.
    """
    place = end - LOCATOR_SIZE
    if place < 0 or not source.startswith(b"PK\6\7", place):
        return *given, end
    _, disk, start, disks = _LOCATOR.unpack_from(source, place)
    if disk or disks > 1 or start + _END.size > place:
        raise ValueError(start)
    mark, size, _, _, *on_disks, here, count, length, offset = _END.unpack_from(source, start)
    if mark != b"PK\6\6" or start + _BEFORE_SIZE + size != place or any(on_disks) or here != count:
        raise ValueError(start)
    told, most = (count, length, offset), (_MOST[3], *_MOST[1:3])
    if any(own not in (wide, m) for own, wide, m in zip(given, told, most, strict=True)):
        raise ValueError(start)
    return *told, start


def descriptor_size(source: bytes, start: int, numbers: tuple[int, int, int]) -> int:
    """Return the length of a data descriptor with the check sum and sizes; 0 where it has others.

    Its sizes may have 8 bytes without any other sign of zip64 (Apache POI, .NET).
    """
    for shape in (_WIDE, _NARROW):
        if source[start : start + shape.size] == shape.pack(*numbers):
            return shape.size
    return 0
