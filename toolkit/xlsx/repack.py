"""Rewriting of some entries of a zip; all others are copied as stored."""

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

_LOCAL, _CENTRAL = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_STREAMED = 0x8
_UTF8 = 0x800
_DEFLATED = 8
_NEEDED = 20
"""The version of the format that deflate needs."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry of a zip as stored.

    raw: its local header, its bytes and the bytes up to the next entry. fixed: made by, needed,
    flags, method, time, date. sums: check sum, packed size, size. attributes: external ones.
    """

    name: str
    raw: bytes
    fixed: tuple[int, ...]
    sums: tuple[int, ...]
    attributes: int


def stored(source: bytes) -> tuple[Stored, ...]:
    """Return the entries of a zip that is known to be sound, in order of their bytes."""
    with ZipFile(BytesIO(source)) as archive:
        infos = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
        ends = [*(entry.header_offset for entry in infos[1:]), archive.start_dir]
    return tuple(
        Stored(
            entry.orig_filename,
            source[entry.header_offset : end],
            (
                entry.create_system << 8 | entry.create_version,
                entry.extract_version,
                entry.flag_bits,
                entry.compress_type,
                *_moment(entry.date_time),
            ),
            (entry.CRC, entry.compress_size, entry.file_size),
            entry.external_attr,
        )
        for entry, end in zip(infos, ends, strict=True)
    )


def _moment(when: tuple[int, int, int, int, int, int]) -> tuple[int, int]:
    """Return (time, date) in the format of a zip."""
    year, month, day, hour, minute, second = when
    return hour << 11 | minute << 5 | second // 2, year - 1980 << 9 | month << 5 | day


def repacked(entries: Iterable[Stored], changed: Mapping[str, bytes]) -> bytes:
    """Return a zip of the entries; changed: {name: new content}."""
    pieces: list[bytes] = []
    contents: list[bytes] = []
    offset = 0
    for entry in entries:
        name = entry.name.encode("utf-8" if entry.fixed[2] & _UTF8 else "cp437")
        raw, fixed, sums = entry.raw, entry.fixed, entry.sums
        if entry.name in changed:
            packed, sums = _deflated(changed[entry.name])
            fixed = (fixed[0], _NEEDED, fixed[2] & ~_STREAMED, _DEFLATED, *fixed[4:])
            raw = _LOCAL.pack(b"PK\3\4", *fixed[1:], *sums, len(name), 0) + name + packed
        pieces.append(raw)
        contents.append(
            _CENTRAL.pack(b"PK\1\2", *fixed, *sums, len(name), 0, 0, 0, 0, entry.attributes, offset)
            + name
        )
        offset += len(raw)
    listed = b"".join(contents)
    count = len(contents)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0)
    return b"".join((*pieces, listed, end))


def _deflated(content: bytes) -> tuple[bytes, tuple[int, int, int]]:
    """Return bytes packed, with check sum, packed size and size."""
    packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    return packed, (zlib.crc32(content), len(packed), len(content))
