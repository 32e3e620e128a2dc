"""Texts in several fonts: the pieces of a shared string, each with the font it is shown in."""

import re
from collections.abc import Callable, Mapping

from . import xml
from .address import Place
from .strings import unescape
from .xml import MAIN

Run = tuple[str, dict[str, dict[str, str]]]
"""A piece of a text and its font: {element: attributes}, empty for the cell's own."""
Runs = tuple[Run, ...]
Fonts = list[tuple[int, Run]]
"""The pieces of a text in a cell itself: number of the first of its texts, and font."""
Collect = Callable[[Place, Fonts, list[str] | None], None]
_ANY = re.compile(rb"<(?:\w+:)?r[ />]")


def runs_of(  # noqa: C901 - handlers share their state
    source: bytes, part: str
) -> Mapping[int, Runs]:
    """Return {number of a shared string: its pieces} of the strings that have several."""
    if not _ANY.search(source):
        return {}
    runs: dict[int, Runs] = {}
    pieces: list[Run] = []
    chunks: list[str] = []
    number = -1
    hints, where = 0, ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number, hints, where
        where = name.removeprefix(MAIN)
        if where == "si":
            number += 1
            pieces.clear()
        elif where == "r":
            pieces.append(("", {}))
        elif where == "rPh":
            hints += 1
        elif pieces and not hints and where not in ("rPr", "t", "phoneticPr"):
            pieces[-1][1][where] = attributes

    def end(name: str) -> None:
        nonlocal hints, where
        short = name.removeprefix(MAIN)
        where = ""
        if short == "t" and pieces and not hints:
            pieces[-1] = (pieces[-1][0] + unescape("".join(chunks)), pieces[-1][1])
        elif short == "rPh":
            hints -= 1
        elif short == "si" and pieces:
            runs[number] = tuple(pieces)
        chunks.clear()

    def text(content: str) -> None:
        if where == "t" and not hints:
            chunks.append(content)

    xml.parse(source, part, start, end, text)
    return runs


def note(runs: dict[Place, Runs], place: Place, pieces: Runs | None) -> None:
    """Store the pieces of a cell's text, if it has several."""
    if pieces:
        runs[place] = pieces


def note_font(fonts: Fonts, texts: int, name: str, attributes: dict[str, str]) -> None:
    """Note an element in a cell's own text: a piece, or something of the last piece's font.

    texts: their number before it.
    """
    if name == f"{MAIN}r":
        fonts.append((texts, ("", {})))
    elif fonts:
        fonts[-1][1][1][name.removeprefix(MAIN)] = attributes


def collected(runs: dict[Place, Runs], box: Place) -> Collect:
    """Return a function that stores the pieces of a text inside a cell.

    It takes the place, the pieces (and clears them), and the texts.
    """

    def store(place: Place, fonts: Fonts, inline: list[str] | None) -> None:
        texts = inline or []
        ends = [first for first, _ in fonts[1:]] + [len(texts)]
        if place[0] <= box[0] and place[1] <= box[1]:
            runs[place] = tuple(
                ("".join(texts[first:end]), font)
                for (first, (_, font)), end in zip(fonts, ends, strict=True)
            )
        fonts.clear()

    return store
