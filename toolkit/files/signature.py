"""Kinds of files by content and name: workbooks whatever their name, and returns in disguise."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from io import StringIO

from ..edition import edition as editions
from ..escape import guess
from ..report.report import ReportError
from ..xlsx.zip import Rejected, inflate, open_zip, refuse_odd
from .archive import ReadContent, decoded

HEAD = 4096
"""Number of first bytes that tell a file's kind."""
TEXT_LIMIT = 2**20
"""Most bytes of a text that is compared with the labels of a form."""
_SHARE = 0.5
"""Part of the labels of a table that makes a text a return."""
_PK, _EMPTY, _OLE = b"PK", b"PK\5\6", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BYTES = (
    ("workbook", "sealed", "DLP", 0, (b"\x62\x14\x23\x65", b"%TSD-Header")),
    ("archive", "archive", "7Z", 0, (b"7z\xbc\xaf\x27\x1c",)),
    ("archive", "archive", "RAR", 0, (b"Rar!\x1a\x07",)),
    ("archive", "archive", "GZ", 0, (b"\x1f\x8b\x08",)),
    ("archive", "archive", "BZ2", 0, (b"BZh",)),
    ("archive", "archive", "XZ", 0, (b"\xfd7zXZ\0",)),
    ("archive", "archive", "ZSTD", 0, (b"\x28\xb5\x2f\xfd",)),
    ("archive", "archive", "CAB", 0, (b"MSCF\0\0\0\0",)),
    ("archive", "archive", "TAR", 257, (b"ustar",)),
    ("archive", "archive", "LZH", 2, (b"-lh",)),
    ("archive", "sealed-archive", "PGP", 0, (b"-----BEGIN PGP MESSAGE",)),
    ("mail", "winmail", "winmail.dat", 0, (b"\x78\x9f\x3e\x22",)),
    ("workbook", "format", "XML", -1, (b"urn:schemas-microsoft-com:office:spreadsheet",)),
    ("workbook", "format", "FODS", -1, (b"opendocument.spreadsheet",)),
)
"""(kind, why, format, place of its bytes, the bytes); -1 for any place."""
_ENDINGS = {
    ("workbook", "format"): "xlsb xlt xltx xltm xlw ett numbers uos fods ots sxc gnumeric slk dif",
    ("archive", "archive"): "7z rar zipx tar gz tgz bz2 tbz xz txz zst lz4 lzma cab arj lzh lha "
    "ace",
    ("archive", "sealed-archive"): "gpg pgp",
    ("mail", "saved-mail"): "msg emlx",
    ("mail", "mailbox"): "mbox pst ost",
    ("mail", "smime"): "p7m",
    ("mail", "winmail"): "tnef",
}
_KNOWN = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
"""{ending of what may hold a return and is not read: (kind, why)}."""
_NEITHER = """
doc docx docm dot dotx wps wpt odt rtf pdf ofd ceb ppt pptx pptm pps dps odp odg txt md htm html
mht mhtml png jpg jpeg gif bmp tif tiff webp heic svg svgz emf wmf emz wmz ico psd mp3 mp4 wav mov
avi exe dll msi jar apk ttf otf lnk url ini db vsd vsdx epub p7s xla xlam
"""
_OTHERS = frozenset(_NEITHER.split())
"""Endings of files that are neither returns nor archives of returns, however they are packed."""
_TEXTS = ("csv", "tsv", "prn")
_VOLUME = re.compile(r"\.(7z|zip|rar|tar|gz)\.\d{2,3}$|\.[zr]\d\d$|\.part\d+\.rar$")
_UNFINISHED = re.compile(
    r"\.(xlsx|xlsm|xlsb|xltx|xls|xlt|ett?|ods)"
    r"([\s_~\-.0-9()]|bak|old|te?mp|part(ial)?|(cr)?download(ing)?|opdownload|baiduyun|xltd)*$"
)
"""An ending of spreadsheets, followed by what programs and people add."""
_MAIL = re.compile(rb"(From [^\n]*\n)?[!-9;-~]+[ \t]*:")
_FIELDS = (b"mime-version:", b"content-type:", b"received:", b"subject:", b"message-id:")
_WORKBOOK = re.compile(rb"spreadsheetml\.(sheet|template)\.main|ms-excel\.(sheet|template)\.macro")
_STREAMS = {
    "WordDocument": ("", "", ""),
    "PowerPoint Document": ("", "", ""),
    "__properties_version1.0": ("mail", "saved-mail", "MSG"),
    "EncryptedPackage": ("workbook", "sealed", "OLE"),
    "Workbook": ("workbook", "format", "XLS"),
    "Book": ("workbook", "format", "XLS"),
}
"""{stream of an OLE file: (kind, why, format)}; the first one present decides."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The kind of a file: workbook, archive, mail, document; empty for one that holds no return.

    why: the reason why it is not read, a name in [passed_over] of templates/messages; empty for a
    workbook that is read. what: the name of its format.
    """

    kind: str
    why: str = ""
    what: str = ""


READ = Signature("workbook")
_NOTHING, _UNKNOWN = Signature(""), Signature("", "unknown")


def signature(name: str, head: bytes, whole: ReadContent) -> Signature | None:
    """Return the kind of a file that may hold a return, None for any other.

    head: its first bytes. whole: returns all of them, or raises ReportError or Rejected.
    """
    kind = _by_bytes(_ending(name), head, whole)
    if kind == _UNKNOWN:
        kind = by_name(name, empty=not head.strip(b"\0")) or _NOTHING
    if kind.kind == "archive" and _VOLUME.search(_plain(name)):
        kind = Signature("archive", "volume", _ending(name).upper())
    return kind if kind.kind else None


def by_name(name: str, *, empty: bool = True) -> Signature | None:
    """Return the kind of a file by its name alone; empty: whether nothing in it can be read."""
    ending = _ending(name)
    if _VOLUME.search(_plain(name)):
        return Signature("archive", "volume", ending.upper())
    if ending in _KNOWN:
        return Signature(*_KNOWN[ending], ending.upper())
    if _plain(name) == "winmail.dat":
        return Signature("mail", "winmail", "winmail.dat")
    cut = _UNFINISHED.search(_plain(name)) if empty else None
    return Signature("workbook", "unfinished", cut[1].upper()) if cut else None


def _ending(name: str) -> str:
    """Return the ending of a name in small letters, without the dot; empty without one.

    >>> _ending("报表．XLSX "), _ending("附件")
    ('xlsx', '')
    """
    stem, _, ending = _plain(name).rpartition(".")
    return ending if stem else ""


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def _by_bytes(ending: str, head: bytes, whole: ReadContent) -> Signature:
    if head.startswith(_PK):
        return _NOTHING if head.startswith(_EMPTY) else _zip(ending, _source(whole))
    if head.startswith(_OLE):
        return _ole(ending, _source(whole))
    if ending in _TEXTS and _is_return(_source(whole)):
        return Signature("workbook", "text", ending.upper())
    return _NOTHING if ending in _OTHERS else _by_head(head)


def _by_head(head: bytes) -> Signature:
    for kind, why, what, place, signs in _BYTES:
        if any(sign in head if place < 0 else head.startswith(sign, place) for sign in signs):
            return Signature(kind, why, what)
    return Signature("mail", "saved-mail", "EML") if _is_mail(head) else _UNKNOWN


def _source(whole: ReadContent) -> bytes:
    """Return a file's bytes, none where they cannot be had."""
    try:
        return whole()
    except (ReportError, Rejected):
        return b""


def _zip(ending: str, source: bytes) -> Signature:
    try:
        entries = open_zip(source, decoded, comment=True) if source else {}
        names = {entry.name.lower(): entry for entry in entries}
        types = names.get("[content_types].xml")
        if types is not None:
            refuse_odd(types)
            return _office(set(names), inflate(source, types, entries[types]))
    except Rejected:
        return _broken(ending, source)
    if any(name.endswith(".iwa") for name in names):
        return Signature("workbook", "format", "NUMBERS") if ending == "numbers" else _NOTHING
    if "mimetype" in names:
        sheets = b"opendocument.spreadsheet" in source[:HEAD]
        return Signature("workbook", "format", "ODS") if sheets else _NOTHING
    if ending in _OTHERS or names.keys() & {"ofd.xml", "meta-inf/manifest.mf"}:
        return _NOTHING
    return Signature("archive", "renamed", "ZIP") if names and ending not in _KNOWN else _UNKNOWN


def _office(names: set[str], types: bytes) -> Signature:
    """Return the kind of an Office file by its entries and their content types."""
    if "xl/workbook.bin" in names:
        return Signature("workbook", "format", "XLSB")
    return READ if "xl/workbook.xml" in names or _WORKBOOK.search(types) else _NOTHING


def _broken(ending: str, source: bytes) -> Signature:
    """Return the kind of a damaged zip: the beginning of a workbook has names of its parts."""
    if b"xl/" in source and b"word/" not in source and b"ppt/" not in source:
        return Signature("workbook", "unfinished", "XLSX")
    if ending in _OTHERS or ending in _KNOWN:
        return _NOTHING if ending in _OTHERS else _UNKNOWN
    return Signature("archive", "unfinished-archive", "ZIP")


def _ole(ending: str, source: bytes) -> Signature:
    for stream, kind in _STREAMS.items():
        if f"{stream}\0".encode("utf-16-le") in source:
            return _NOTHING if kind[1] == "sealed" and ending in _OTHERS else Signature(*kind)
    return _NOTHING if ending in _OTHERS else _UNKNOWN


def _is_mail(head: bytes) -> bool:
    """Tell whether bytes begin as a mail does, though its name does not say so."""
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    fields = bare.lower()
    return bool(_MAIL.match(bare)) and sum(field in fields for field in _FIELDS) > 1


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────


def _is_return(source: bytes) -> bool:
    """Tell whether a csv holds half of the labels of one of the tables that are known here."""
    if not source or len(source) > TEXT_LIMIT:
        return False
    marked = source.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = source.decode("utf-16", "replace") if marked else guess(source)
    cells = {_bare(cell) for cell in _cells(text)}
    return any(len(labels & cells) >= _SHARE * len(labels) for labels in _labels())


def _cells(text: str) -> list[str]:
    """Return the cells of a csv, whatever its delimiter."""
    delimiter = max(",\t;", key=text.count)
    try:
        return [cell for row in csv.reader(StringIO(text, ""), delimiter=delimiter) for cell in row]
    except csv.Error:
        return []


@cache
def _labels() -> tuple[frozenset[str], ...]:
    """Return the labels of each table of each edition."""
    known_editions = (editions.named(*ident) for ident in editions.known())
    return tuple(
        frozenset(map(_bare, section.labels.values()))
        for edition in known_editions
        if edition
        for section in edition.tables.values()
    )


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
