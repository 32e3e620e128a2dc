"""The shared strings of a workbook, and the escapes of its texts."""

import re

from . import xml
from .xml import KNOWN, MAIN
from .zip import Rejected

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LEGAL = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd]")


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


def shared_strings(  # noqa: C901, PLR0915 - handlers share their state
    source: bytes, part: str
) -> tuple[str, ...]:
    """Return the texts of a shared strings part, in order."""
    strings: list[str] = []
    pieces: list[str] = []
    chunks: list[str] = []
    parents: list[str] = []
    depth = hints = 0
    inside = False
    sealed = -1

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, hints, inside, sealed
        depth += 1
        if depth > xml.DEPTH_LIMIT or len(attributes) > xml.ATTRIBUTE_LIMIT:
            raise xml.too_deep(part, depth, len(attributes))
        if inside:
            raise Rejected("damaged", part=part, why="t")
        if depth == 1:
            xml.refuse_root(name, f"{MAIN}sst", part)
        if name == _ITEM:
            if depth != 2:  # noqa: PLR2004
                raise Rejected("damaged", part=part, why="si")
            pieces.clear()
            parents.append(name)
        elif parents:
            refuse_child(parents[-1], name, part)
            parents.append(name)
        if name == _HINT:
            hints += 1
        inside, sealed = name == _TEXT and not hints, -1

    def end(name: str) -> None:
        nonlocal depth, hints, inside
        depth -= 1
        inside = False
        if parents:
            parents.pop()
        if name == _TEXT:
            if sealed >= 0:
                xml.refuse_pieces(sealed, "".join(chunks), part)
            pieces.append(unescape("".join(chunks)))
            chunks.clear()
        elif name == _ITEM:
            strings.append("".join(pieces))
        elif name == _HINT:
            hints -= 1

    def text(content: str) -> None:
        if inside:
            chunks.append(content)

    def content() -> str | None:
        return "".join(chunks) if inside else None

    def seal() -> None:
        nonlocal sealed
        sealed = len("".join(chunks))

    made = xml.parser(part)
    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = text
    xml.refuse_inserts(made, part, content, seal)
    xml.run(made, source, part)
    return tuple(strings)


def unescape(text: str) -> str:
    r"""Return a text with Excel's escapes of control characters resolved.

    >>> unescape("a_x000D_b_x005F_x000D_"), unescape("_xD800_")
    ('a\rb_x000D_', '_xD800_')
    """
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    sign = chr(int(match[1], 16))
    return sign if _LEGAL.fullmatch(sign) else match[0]
