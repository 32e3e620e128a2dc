"""Texts in pieces: a comment, an instruction or CDATA inside a value, which readers read apart."""

import re

from . import xml
from .xml import KNOWN, MAIN
from .zip import Rejected

_SIGNS = re.compile(rb"<!(?:--|\[CDATA\[)|<\?(?!xml[ \t\r\n])|\A.{0,3}\0", re.DOTALL)
"""What may cut a text; a zero among the first bytes: an encoding of two bytes a character."""
_LEAVES = frozenset(f"{MAIN}{name}" for name in ("v", "f", "t"))
_ITEM, _TEXT, _RUN, _HINT = f"{MAIN}si", f"{MAIN}t", f"{MAIN}r", f"{MAIN}rPh"
_INLINE, _LOOK, _READING = f"{MAIN}is", f"{MAIN}rPr", f"{MAIN}phoneticPr"
_CHILDREN = {
    _ITEM: frozenset((_TEXT, _RUN, _HINT, _READING)),
    _INLINE: frozenset((_TEXT, _RUN, _HINT, _READING)),
    _RUN: frozenset((_TEXT, _LOOK)),
    _HINT: frozenset((_TEXT, _RUN, _HINT)),
}
"""The elements of a text; in all others (a run's look) no text may be."""


def refuse_child(parent: str, name: str, part: str) -> None:
    """Raise Rejected for an element that no program writes there: others read other texts."""
    allowed = _CHILDREN.get(parent)
    if name in KNOWN if allowed is None else name not in allowed:
        raise Rejected("damaged", part=part, why="element in a text")


def may_be_cut(source: bytes) -> bool:
    """Tell whether a part needs the search for `_SIGNS`; this takes a fraction of its time."""
    return b"<!" in source or source.find(b"<?", 1) > 0 or b"\0" in source[:4]


def refuse_pieces(source: bytes, part: str) -> None:  # noqa: C901 - handlers share their state
    """Raise Rejected for a value, formula or text that readers take apart differently.

    One that is CDATA as a whole is the same to all: Apache POI writes formulas so.
    """
    if not may_be_cut(source) or _SIGNS.search(source) is None:
        return
    inside, sealed, length = False, -1, 0

    def refuse(*_: object) -> None:
        if inside:
            raise Rejected("unsafe", part=part, why="text in pieces")

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal inside, sealed, length
        inside, sealed, length = name in _LEAVES, -1, 0

    def end(_: str) -> None:
        nonlocal inside
        if sealed not in (-1, length):
            refuse()
        inside = False

    def text(content: str) -> None:
        nonlocal length
        length += len(content)

    def open_section() -> None:
        if length:
            refuse()

    def close_section() -> None:
        nonlocal sealed
        sealed = length

    parser = xml.parser(part)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.CommentHandler = parser.ProcessingInstructionHandler = refuse
    parser.StartCdataSectionHandler, parser.EndCdataSectionHandler = open_section, close_section
    xml.run(parser, source, part)
