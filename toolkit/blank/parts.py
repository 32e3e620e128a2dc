"""The parts of a workbook as reproducible bytes: written, packed and compared."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.writer.excel import ExcelWriter

MAKER = "gouji"
_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl writes it as UTC
"""The date of every part of every workbook."""
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>\s*")
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_REFERENCE = re.compile(rb"&#(\d+);")
_EMPTY = re.compile(rb"<([\w:]+)((?: [^<>]*)?)></\1>")
_NAMESPACE = re.compile(rb' xmlns(?::\w+)?="[^"]*"')
_TAG = re.compile(rb"<[^<>]*>")
_MERGES = re.compile(rb"(?:<mergeCell [^<>]*/>){2,}")
_CHANGING = re.compile(rb"(<Application>|<AppVersion>|<dcterms:modified[^>]*>)[^<]*")
_FIXED = {b"<Application>": b"gouji", b"<AppVersion>": b"1.0"}
_MOMENT_TEXT = f"{_MOMENT.isoformat()}Z".encode()
_ASCII = 127


def properties(title: str | None = None) -> DocumentProperties:
    """Return a workbook's properties, always of the same date."""
    return DocumentProperties(
        creator=MAKER, lastModifiedBy=MAKER, title=title, created=_MOMENT, modified=_MOMENT
    )


def written(book: Workbook) -> dict[str, bytes]:
    """Return openpyxl's parts by name."""
    stored = BytesIO()
    with ZipFile(stored, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).write_data()
        return {name: archive.read(name) for name in archive.namelist()}


def steady(name: str, part: bytes) -> bytes:
    """Return an XML part as UTF-8 in a single spelling, independent of the library that wrote it.

    With lxml installed openpyxl writes Chinese as `&#26657;`, no blank before `/>`, empty cells as
    two tags and namespaces where they are first used. The order of merges depends on how
    many bits the machine has.
    """
    part = _REFERENCE.sub(_letter, _DECLARATION.sub(b"", part)).replace(b" />", b"/>")
    if not name.startswith(("xl/worksheets/", "xl/theme/")):
        part = _declared_first(part)
    part = _MERGES.sub(_sorted, _EMPTY.sub(rb"<\1\2/>", part))
    return _HEAD + _CHANGING.sub(_fixed, part)


def _declared_first(part: bytes) -> bytes:
    """Return a part with all its namespaces declared in the first tag, in order."""
    namespaces: set[bytes] = set()

    def without(tag: re.Match[bytes]) -> bytes:
        namespaces.update(_NAMESPACE.findall(tag[0]))
        return _NAMESPACE.sub(b"", tag[0])

    bare = _TAG.sub(without, part)
    first = re.match(rb"<[\w:]+", bare)
    end = first.end() if first else 0
    return bare[:end] + b"".join(sorted(namespaces)) + bare[end:]


def _sorted(match: re.Match[bytes]) -> bytes:
    return b"".join(sorted(_TAG.findall(match[0])))


def _letter(match: re.Match[bytes]) -> bytes:
    """Return a character reference as the character; an ASCII one stays."""
    number = int(match[1])
    return chr(number).encode() if number > _ASCII else match[0]


def _fixed(match: re.Match[bytes]) -> bytes:
    return match[1] + _FIXED.get(match[1], _MOMENT_TEXT)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return parts as a zip file, the content types first."""
    out = BytesIO()
    first = "[Content_Types].xml"
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != first, name)):
            picture = name.endswith(".png")
            part = parts[name] if picture else steady(name, parts[name])
            archive.writestr(_entry(name), part)
    return out.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _MOMENT.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def stream(book: Workbook, file: IO[bytes]) -> None:
    """Write a write-only workbook into a file, its parts one after the other, without the time.

    The bytes depend on openpyxl and zlib; where they must not, take `packed`.
    """
    with tempfile.TemporaryFile() as stored:
        with ZipFile(stored, "w", ZIP_STORED) as archive:
            ExcelWriter(book, archive).write_data()
        with ZipFile(stored) as archive, ZipFile(file, "w") as out:
            for name in archive.namelist():
                with archive.open(name) as part, out.open(_entry(name), "w") as to:
                    shutil.copyfileobj(part, to)


def members(workbook: bytes) -> dict[str, bytes]:
    """Return the inflated members of a zip file."""
    with ZipFile(BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def differing(first: bytes, second: bytes) -> tuple[str, ...]:
    """Return the names of members that two workbooks do not share byte for byte.

    Compared after inflating: zlibs deflate differently.
    """
    left, right = members(first), members(second)
    return tuple(sorted(n for n in left.keys() | right.keys() if left.get(n) != right.get(n)))
