"""The shared strings of a workbook, and the escapes of its texts."""

import re

from . import xml
from .pieces import refuse_child, refuse_pieces
from .xml import MAIN
from .zip import Rejected

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LEGAL = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd]")


_ITEM, _TEXT, _HINT = f"{MAIN}si", f"{MAIN}t", f"{MAIN}rPh"


def shared_strings(  # noqa: C901 - handlers share their state
    source: bytes, part: str
) -> tuple[str, ...]:
    """Return the texts of a shared strings part, in order, without phonetic hints (rPh)."""
    strings: list[str] = []
    pieces: list[str] = []
    chunks: list[str] = []
    parents: list[str] = []
    depth = 0
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, inside
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
        inside = name == _TEXT and _HINT not in parents

    def end(name: str) -> None:
        nonlocal depth, inside
        depth -= 1
        inside = False
        if parents:
            parents.pop()
        if name == _TEXT:
            pieces.append(unescape("".join(chunks)))
            chunks.clear()
        elif name == _ITEM:
            strings.append("".join(pieces))

    def text(content: str) -> None:
        if inside:
            chunks.append(content)

    refuse_pieces(source, part)
    xml.parse(source, part, start, end, text)
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
