"""Reading of an untrusted workbook file: the parts of its zip, checked and bounded."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from .wide import descriptor_size, end_record, widened

FILE_LIMIT = 10 * 2**20
ENTRY_LIMIT = 512
TOTAL_LIMIT = 64 * 2**20
PART_LIMIT = 8 * 2**20
RATIO_LIMIT, RATIO_FROM = 200, 2**20
TAG_LIMIT = 500_000
"""Tags of all parts together."""
NAME_LIMIT = 255

_END, _CENTRAL, _LOCAL, _DESCRIPTOR = b"PK\5\6", b"PK\1\2", b"PK\3\4", b"PK\7\x08"
_END_FIELDS, _CENTRAL_FIELDS = struct.Struct("<4H2LH"), struct.Struct("<4s6H3L5H2L")
_LOCAL_FIELDS = struct.Struct("<4s5H3L2H")
_EXTRA_HEAD, _UNICODE_PATH = struct.Struct("<2H"), 0x7075
_ENCRYPTED, _STREAMED, _UTF8 = 0x1, 0x8, 0x800
_KNOWN_FLAGS = _ENCRYPTED | 0x6 | _STREAMED | _UTF8
_STORED, _DEFLATED = 0, 8
_FILE_TYPE, _LINK, _FOLDER = 0o170000, 0o120000, 0o040000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LEAK_PREVENTION = re.compile(rb"\x62\x14\x23\x65|%TSD-Header|.{0,60}E-SafeNet", re.DOTALL)
"""First bytes of files that an office's leak prevention has encrypted."""
_RIGHTS = (b".pfile", "DRMEncrypted".encode("utf-16-le"))
"""First bytes of a file, and a name inside one, that is protected by a label or by rights."""
_SIGNS = {
    "PDF": (b"%pdf",),
    "RTF": (b"{\\rtf",),
    "HTML": (b"<!doctype html", b"<html", b"<head", b"<table", b"<meta"),
    "XML": (b"<?xml",),
    "RAR": (b"rar!",),
    "7Z": (b"7z\xbc\xaf",),
    "GZ": (b"\x1f\x8b",),
    "JPG": (b"\xff\xd8\xff",),
    "PNG": (b"\x89png",),
    "GIF": (b"gif8",),
}
"""First bytes of other kinds of file, in lower case."""
_KEPT = (".xml", ".rels", ".vml")
_START = 16
_TEXT_SAMPLE = 4096
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x19\x1b-\x1f]")


class Rejected(Exception):
    """A file that is not read as a return; code and figures of its finding.

    A figure `case` names one of the code's sentences.
    """

    def __init__(self, code: str, **figures: str) -> None:
        super().__init__(code, figures)
        self.code, self.figures = code, figures


def refuse_more(part: str, size: int, limit: int) -> None:
    """Raise Rejected (too-large) for a size above its limit."""
    if size > limit:
        raise Rejected("too-large", part=part, size=f"{size:,}", limit=f"{limit:,}")


@dataclass(frozen=True, slots=True)
class Package:
    """The entries of a workbook's zip.

    names: of all entries, as written. parts: {name in lower case: its bytes} of the XML.
    starts: {name in lower case: its first bytes} of the other entries.
    cuts: {name: a sheet in pieces}, for `joined`.
    """

    names: tuple[str, ...]
    parts: dict[str, bytes]
    starts: dict[str, bytes] = field(default_factory=dict)
    cuts: dict[str, Any] = field(default_factory=dict, compare=False)

    def part(self, name: str) -> bytes:
        """Return an expected part's bytes; raises Rejected where it is missing."""
        content = self.parts.get(lower(name))
        if content is None:
            raise Rejected("damaged", part=name, why="missing")
        return content


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a zip's table of contents; alias: its Unicode name, or empty."""

    raw: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    kind: int
    offset: int
    alias: bytes

    @property
    def is_folder(self) -> bool:
        """Tell whether the entry is a folder."""
        return self.name.endswith("/") or self.kind == _FOLDER

    @property
    def is_link(self) -> bool:
        """Tell whether the entry is a link to another file."""
        return self.kind == _LINK


@lru_cache(maxsize=1024)
def lower(name: str) -> str:
    """Return a part's name in lower case as programs compare it: A to Z only.

    >>> lower("xl/Workbook.xml"), lower("xl/wor\u212abook.xml") == "xl/workbook.xml"
    ('xl/workbook.xml', False)
    """
    return name.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


Naming = Callable[[bytes, bool], str]
"""Function from an entry's stored name, and whether it is marked as UTF-8, to its name."""


def open_package(source: bytes) -> Package:
    """Return the checked parts of a workbook; no file is written and no link followed.

    Raises Rejected: not-a-workbook, encrypted, too-large, damaged, unsafe, macros.
    """
    package = open_parts(source)
    _refuse_other_kinds(source, package)
    return package


def open_parts(source: bytes) -> Package:
    """Return the checked parts of any Office file; raises Rejected."""
    entries = open_zip(source, _name)
    for entry in entries:
        refuse_odd(entry)
        if entry.alias not in (b"", entry.raw):
            raise Rejected("unsafe", part=entry.name, why="two names")
        if lower(entry.name).endswith(_KEPT):
            refuse_more(entry.name, entry.size, PART_LIMIT)
    parts: dict[str, bytes] = {}
    starts: dict[str, bytes] = {}
    for entry, start in entries.items():
        content, name = inflate(source, entry, start), lower(entry.name)
        if name.endswith(_KEPT):
            parts[name] = content
        else:
            starts[name] = content[:_START]
    if sum(map(len, parts.values())) > TAG_LIMIT:
        refuse_more("tags", sum(content.count(b"<") for content in parts.values()), TAG_LIMIT)
    return Package(tuple(entry.name for entry in entries), parts, starts)


def open_zip(source: bytes, naming: Naming, *, comment: bool = False) -> dict[Entry, int]:
    """Return {entry of a zip: offset of its bytes}; nothing is unpacked yet.

    comment: whether the end record may have one. Raises Rejected where the zip as a whole is not
    to be trusted; a single entry is checked by `refuse_odd`.
    """
    refuse_more("file", len(source), FILE_LIMIT)
    if not source.startswith(_LOCAL):
        raise _foreign(source)
    count, first, end = _directory(source, comment=comment)
    entries = tuple(_contents(source, count, first, end, naming))
    entries = _renamed(entries, naming) if comment else entries
    _refuse_tricks(entries)
    refuse_more("unpacked", sum(entry.size for entry in entries), TOTAL_LIMIT)
    spans = sorted(_span(source, entry) for entry in entries)
    ends = [*(start for start, _, _ in spans[1:]), first]
    if any(end > following for (_, end, _), following in zip(spans, ends, strict=True)):
        raise Rejected("unsafe", part="zip", why="overlap")
    gaps = zip((0, *(end for _, end, _ in spans)), (*(s for s, _, _ in spans), first), strict=True)
    if any(_LOCAL in source[start:end] for start, end in gaps):
        raise Rejected("unsafe", part="zip", why="unlisted entry")
    starts = {start: data for start, _, data in spans}
    return {entry: starts[entry.offset] for entry in entries}


def refuse_odd(entry: Entry) -> None:
    """Raise Rejected for an entry that is encrypted, a link, oddly packed or too large unpacked."""
    if entry.flags & _ENCRYPTED:
        raise Rejected("encrypted")
    if entry.flags & ~_KNOWN_FLAGS or entry.method not in (_STORED, _DEFLATED):
        raise Rejected("unsafe", part=entry.name, why="method")
    if entry.is_link:
        raise Rejected("unsafe", part=entry.name, why="symlink")
    if entry.size > RATIO_FROM:
        refuse_more(entry.name, entry.size, RATIO_LIMIT * entry.packed)


def _foreign(source: bytes) -> Rejected:
    """Return the rejection of a file that is no zip, by its first bytes."""
    if not source.strip(b"\0"):
        return Rejected("empty")
    if encrypted := _encrypted(source):
        return encrypted
    if source.startswith(_OLE):
        return Rejected("not-a-workbook", kind="XLS / ET")
    if source.startswith(_END) or _LOCAL.startswith(source):
        return Rejected("damaged", part="zip", why="truncated")
    head = source[:_TEXT_SAMPLE].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    signs = ((name, sign) for name, starts in _SIGNS.items() for sign in starts)
    kind = next((name for name, sign in signs if head.startswith(sign)), None)
    return Rejected("not-a-workbook", kind=kind or ("CSV / TXT" if _is_text(source) else "?"))


def _encrypted(source: bytes) -> Rejected | None:
    """Return the rejection of an encrypted file, None for others."""
    if _LEAK_PREVENTION.match(source):
        return Rejected("encrypted", case="leak")
    compound = source.startswith(_OLE)
    if source.startswith(_RIGHTS[0]) or (compound and _RIGHTS[1] in source):
        return Rejected("encrypted", case="rights")
    locked = compound and "EncryptedPackage".encode("utf-16-le") in source
    return Rejected("encrypted") if locked else None


def _is_text(source: bytes) -> bool:
    """Tell whether the bytes are plain text in one of the encodings offices use."""
    sample = source[:_TEXT_SAMPLE]
    marked = sample.startswith((b"\xff\xfe", b"\xfe\xff"))
    return marked or _CONTROLS.search(sample) is None


def _directory(source: bytes, *, comment: bool) -> tuple[int, int, int]:
    """Return the number of entries, and start and end of their table.

    No program that writes workbooks puts bytes before the first entry, behind the end record or
    into a comment. Archivers do write comments. Sizes of 64 bits (zip64) are read.
    """
    end = source.rfind(_END)
    if end < 0 or end + 4 + _END_FIELDS.size > len(source):
        raise Rejected("damaged", part="zip", why="truncated")
    disk, first_disk, here, count, size, offset, length = _END_FIELDS.unpack_from(source, end + 4)
    if end + 4 + _END_FIELDS.size + (length if comment else 0) != len(source):
        raise Rejected("damaged", part="zip", why="truncated")
    odd = disk or first_disk or (length and not comment) or here != count
    try:
        count, size, offset, end = end_record(source, end, (count, size, offset))
    except ValueError:
        odd = True
    if odd or offset + size != end:
        raise Rejected("damaged", part="zip", why="end record")
    refuse_more("entries", count, ENTRY_LIMIT)
    return count, offset, end


def _contents(source: bytes, count: int, place: int, end: int, naming: Naming) -> Iterator[Entry]:
    """Yield the entries of the table of contents; raises Rejected unless it ends at `end`."""
    for _ in range(count):
        if len(source) - place < _CENTRAL_FIELDS.size:
            raise Rejected("damaged", part="zip", why="table of contents")
        fields = _CENTRAL_FIELDS.unpack_from(source, place)
        mark, flags, method, crc, packed, size = fields[0], *fields[3:5], *fields[7:10]
        name, length, comment, disk = fields[10:14]
        place += _CENTRAL_FIELDS.size
        raw, extra = source[place : place + name], source[place + name :][:length]
        alias = _alias(extra)
        place += name + length + comment
        size, packed, offset, disk = _wide(raw, extra, (size, packed, fields[16], disk))
        if mark != _CENTRAL or disk:
            raise Rejected("damaged", part="zip", why="table of contents")
        kind = fields[15] >> 16 & _FILE_TYPE
        readable = naming(raw, bool(flags & _UTF8))
        yield Entry(raw, readable, flags, method, crc, packed, size, kind, offset, alias)
    if place != end:
        raise Rejected("damaged", part="zip", why="table of contents")


def _wide(
    name: bytes, extra: bytes, narrow: tuple[int, ...], late: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Return a header's numbers with those of 64 bits in its extra field; raises Rejected."""
    try:
        return widened(extra, narrow, late)
    except ValueError:
        raise Rejected("unsafe", part=ascii(name[:NAME_LIMIT])[2:-1], why="zip64") from None


def _alias(extra: bytes) -> bytes:
    """Return the Unicode name in an entry's extra field, or empty: some programs use it."""
    place = 0
    while len(extra) - place >= _EXTRA_HEAD.size:
        kind, size = _EXTRA_HEAD.unpack_from(extra, place)
        if kind == _UNICODE_PATH:
            return extra[place + 9 : place + 4 + size]
        place += _EXTRA_HEAD.size + size
    return b""


def _name(raw: bytes, utf8: bool) -> str:  # noqa: FBT001 - a flag of the entry
    """Return an entry's name; raises Rejected for one that may lead outside the package."""
    try:
        name = raw.decode("utf-8" if utf8 else "cp437")
    except UnicodeDecodeError:
        raise Rejected("unsafe", part=ascii(raw), why="name") from None
    steps = name.removesuffix("/").split("/")
    odd = any(char in '\\:"<>|?*' or not char.isprintable() for char in name)
    if odd or len(raw) > NAME_LIMIT or any(step in ("", ".", "..") for step in steps):
        raise Rejected("unsafe", part=ascii(name[:NAME_LIMIT]), why="name")
    return name


def _renamed(entries: tuple[Entry, ...], naming: Naming) -> tuple[Entry, ...]:
    """Return entries under their Unicode names, which archivers write beside the names for DOS.

    Names that are not all different are not used.
    """
    names = [
        naming(entry.alias, bool(entry.alias)) if entry.alias else entry.name for entry in entries
    ]
    if len(set(names)) < len(names):
        return entries
    return tuple(replace(entry, name=name) for entry, name in zip(entries, names, strict=True))


def _refuse_tricks(entries: tuple[Entry, ...]) -> None:
    """Raise Rejected for names equal but for case: programs differ in the entry they read."""
    seen: set[str] = set()
    for entry in entries:
        if entry.name.casefold() in seen:
            raise Rejected("unsafe", part=entry.name, why="duplicate")
        seen.add(entry.name.casefold())


def _span(source: bytes, entry: Entry) -> tuple[int, int, int]:
    """Return start and end of an entry and start of its bytes; both headers must agree."""
    if len(source) - entry.offset < _LOCAL_FIELDS.size:
        raise Rejected("damaged", part=entry.name, why="local header")
    fields = _LOCAL_FIELDS.unpack_from(source, entry.offset)
    mark, _, flags, method, _, _, crc, packed, size, name, extra = fields
    data = entry.offset + _LOCAL_FIELDS.size + name + extra
    raw = source[entry.offset + _LOCAL_FIELDS.size :][:name]
    if mark != _LOCAL:
        raise Rejected("damaged", part=entry.name, why="local header")
    shared = _ENCRYPTED | _STREAMED | (0 if raw.isascii() else _UTF8)
    if raw != entry.raw or method != entry.method or (flags ^ entry.flags) & shared:
        raise Rejected("unsafe", part=entry.name, why="local header differs")
    listed = (entry.crc, entry.packed, entry.size)
    late = (0,) if flags & _STREAMED else ()
    size, packed = _wide(raw, source[data - extra : data], (size, packed), late)
    local = (crc, packed, size)
    if any(number not in (other, *late) for number, other in zip(local, listed, strict=True)):
        raise Rejected("unsafe", part=entry.name, why="local header differs")
    end = data + entry.packed
    if flags & _STREAMED:
        end += 4 * (source[end : end + 4] == _DESCRIPTOR)
        if not (length := descriptor_size(source, end, listed)):
            raise Rejected("damaged", part=entry.name, why="data descriptor")
        end += length
    return entry.offset, end, data


def inflate(source: bytes, entry: Entry, start: int) -> bytes:
    """Return an entry's content; raises Rejected where size or check sum do not fit."""
    packed = source[start : start + entry.packed]
    if entry.method == _STORED:
        content, whole = packed, len(packed) == entry.packed
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, entry.size + 1)
        except zlib.error:
            raise Rejected("damaged", part=entry.name, why="deflate") from None
        whole = inflater.eof and not inflater.unused_data
    if not whole or len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise Rejected("damaged", part=entry.name, why="check sum")
    return content


def _refuse_other_kinds(source: bytes, package: Package) -> None:
    """Raise Rejected for a zip that is no workbook, and for a workbook with macros."""
    names = {lower(name) for name in package.names}
    if any(name.rpartition("/")[2] in ("vbaproject.bin", "vbadata.xml") for name in names):
        raise Rejected("macros")
    signs = {"DOCX": "word/document.xml", "PPTX": "ppt/presentation.xml", "XLSB": "xl/workbook.bin"}
    for kind, sign in signs.items():
        if sign in names:
            raise Rejected("not-a-workbook", kind=kind)
    if "[content_types].xml" not in names:
        opendocument = b"application/vnd.oasis.opendocument" in source[:200]
        raise Rejected("not-a-workbook", kind="ODS" if opendocument else "ZIP")
