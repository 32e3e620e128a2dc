"""Documents among other files: which of them are reports, and which may be and are not read."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ..edition.edition import Edition
from ..xlsx.zip import Rejected, open_parts
from .convert import CONVERTED, office
from .doc import read_doc
from .importing import editions_tried, is_report, kind_of, read_document

REPORT = "report"
_SHARE = 2
"""One in so many labels of a table must be in an old format for it to be converted."""
_HEAD = 65_536
_MARKED = re.compile(
    rb"<meta\s[^>]{0,200}name=(3D)?[\"']?generator[\"'\s][^>]{0,200}content=(3D)?[\"']?gouji",
    re.IGNORECASE,
)
_PROPERTIES, _PROPERTY = "docprops/custom.xml", b'name="gouji"'
_HEX = re.compile(rb"(?:\\'[0-9a-fA-F]{2})+")
_SIGN = re.compile(rb"\\u(-?\d{1,5}) ?(?:\?|\\'[0-9a-fA-F]{2}){0,4}")
_TAG = re.compile(r"<[^>]{0,10000}>|\\[a-z]{1,30}-?\d{0,10} ?|[{}]")
_CASES = ("scan", "no-lines", "pdf")
"""Cases of a refusal that says nothing about what the document holds."""


def sorted_out(source: bytes, extra: Sequence[Path] = ()) -> str:
    """Return REPORT, the reason why a document that may be one is not read, or "" for any other.

    A document that only LibreOffice opens is a report where its bytes hold a table's labels.
    """
    kind = kind_of(source)
    if _is_ours(source, kind):
        return ""
    if needs_office(source):
        text = _bare(_raw_text(source, kind))
        there = any(_has_half(text, edition) for edition in editions_tried(extra))
        return (REPORT if office() else "save-as") if there else ""
    try:
        return REPORT if is_report(read_document(source), extra) else ""
    except Rejected as error:
        case = error.figures.get("case", "")
        return case if case in _CASES else ""


def needs_office(source: bytes) -> bool:
    """Tell whether only LibreOffice may open a document: other formats, or a .doc not read here."""
    kind = kind_of(source)
    if kind != "doc":
        return kind in CONVERTED
    try:
        read_doc(source)
    except Rejected as error:
        return error.code in ("damaged", "not-a-workbook")
    return False


def _is_ours(source: bytes, kind: str) -> bool:
    """Tell whether a document carries this program's mark."""
    if kind != "docx":
        return kind in ("html", "mhtml") and bool(_MARKED.search(source[:_HEAD]))
    try:
        return _PROPERTY in open_parts(source).parts.get(_PROPERTIES, b"")
    except Rejected:
        return False


def _has_half(text: str, edition: Edition) -> bool:
    """Tell whether half of the labels of a statutory table are somewhere in a text."""
    for table in edition.statutory:
        labels = set(map(_bare, edition.tables[table].labels.values()))
        if labels and _SHARE * sum(label in text for label in labels) >= len(labels):
            return True
    return False


def _raw_text(source: bytes, kind: str) -> str:
    """Return the text in the bytes of an old format, with much else between."""
    if kind == "doc":
        return source.decode("utf-16-le", "ignore") + source[1:].decode("utf-16-le", "ignore")
    if kind == "rtf":
        return _TAG.sub("", _signs(source).decode("gb18030", "ignore"))
    try:
        return _TAG.sub("", open_parts(source).part("content.xml").decode("utf-8", "ignore"))
    except Rejected:
        return ""


def _signs(source: bytes) -> bytes:
    r"""Return a text in RTF with its signs in GB18030.

    >>> _signs(rb"\'d0\'d0\u25919?\u-28872\'d0\'ed").decode("gb18030")
    '行政輸'
    """
    plain = _SIGN.sub(lambda one: chr(int(one[1]) % 65_536).encode("gb18030", "ignore"), source)
    return _HEX.sub(lambda one: bytes.fromhex(one[0].decode().replace("\\'", "")), plain)


def _bare(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split()))
