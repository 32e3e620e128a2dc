"""A sheet part in pieces: its rows without their numbers, and these by themselves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NUMBER = re.compile(rb"<v>(-?[0-9]{1,15}(?:\.[0-9]{1,17})?(?:E[+-]?[0-9]{1,2})?)</v>")
"""A number in a cell: any of these is a finite double, and a text without escapes."""
_BOOLEAN = re.compile(
    rb'(<c (?=[^<>]*\bt="b")[^<>]*>(?:<f[^<>]*>[^<>]*</f>|<f[^<>]*/>)?<v>)([01]</v>)'
)
"""A truth value, which is no number."""
_SAID = re.compile(rb'(t="str"><f(?:[^<>]*>[^<>]*</f>|[^<>]*/>))<v>([^\x00-\x08\x0b-\x1f<>&]*)</v>')
"""The result of a formula that is a text without escapes."""
HOLE, FIXED, WORDS = b"\1", b"\2", b"\3"
"""What stands for a number in a key, before a truth value, and for a text; in no XML."""
HOLES = re.compile(rb"([\1\3])")
OPEN, CLOSE, ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_ROOT = re.compile(
    rb'\A(?:<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?(?: standalone="(?:yes|no)")?\s*\?>\s*)?'
    rb'<worksheet xmlns="http://schemas\.openxmlformats\.org/spreadsheetml'
    rb'/2006/main"[^<>\']*>'
)
_UID = re.compile(rb' xr:uid="\{[0-9A-F-]{36}\}"')
_SELECTION = re.compile(
    rb'<selection( pane="[A-Za-z]+")?(?: activeCell="[A-Z]{1,3}[0-9]{1,7}")? sqref="[A-Z0-9: ]+"/>'
)
_ZOOM = re.compile(rb'(<sheetView(?: [A-Za-z]+="[A-Za-z0-9]*")*?) zoomScale="[0-9]{1,4}"')


class Odd(Exception):
    """A sheet whose rows cannot be told apart: it is parsed as a whole."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A sheet part in pieces.

    root: the start of the part with its root's tag. head, tail: around the rows. rows: without
    their numbers, and words: the texts that formulas give. tag, inner: root and head without what
    changes in every save and means nothing.
    """

    root: bytes
    head: bytes
    tail: bytes
    rows: bytes
    numbers: Sequence[str]
    words: Sequence[str]
    tag: bytes
    inner: bytes


def cut_up(source: bytes) -> Cut:
    """Return a part in pieces; raises Odd for one that is parsed as a whole."""
    start, end = source.find(OPEN) + len(OPEN), source.rfind(CLOSE)
    root = _ROOT.match(source)
    if root is None or not root.end() < start <= end:
        raise Odd
    head, tail = source[:start], source[end:]
    if not tail.rstrip().endswith(b"</worksheet>"):
        raise Odd
    if b"<!" in head or b"<!" in tail or b"<?" in tail or head.find(b"<?", 1) > 0:
        raise Odd
    rows = source[start:end]
    if HOLE in rows or FIXED in rows or WORDS in rows:
        raise Odd
    words: list[str] = []
    if b't="str"' in rows:
        pieces = _SAID.split(rows)
        words = _texts(pieces[2::3])
        pieces[2::3] = [WORDS] * len(words)
        rows = b"".join(pieces)
    if b't="b"' in rows:
        rows = _BOOLEAN.sub(rb"\1" + FIXED + rb"\2", rows)
    pieces = NUMBER.split(rows)
    numbers = b" ".join(pieces[1::2]).decode("ascii").split(" ") if len(pieces) > 1 else []
    tag = _UID.sub(b"", root[0])
    inner = _ZOOM.sub(rb"\1", _SELECTION.sub(rb"<selection\1/>", head[root.end() :]))
    return Cut(root[0], head, tail, HOLE.join(pieces[::2]), numbers, words, tag, inner)


def _texts(pieces: Sequence[bytes]) -> list[str]:
    """Return texts as the parser takes them; raises Odd where they are not plain."""
    try:
        joined = b"\0".join(pieces).decode("utf-8")
    except UnicodeDecodeError:
        raise Odd from None
    if "_x" in joined or "\ufffe" in joined or "\uffff" in joined:
        raise Odd
    return joined.split("\0") if pieces else []
