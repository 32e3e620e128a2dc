"""The stream of a document: its cells and the pieces of its lines, in reading order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .document import Document, Paragraph
from .expected import Expected
from .printed import LONGEST, Wording, wording

JOINED = 6
"""Most pieces in a row that may be one label."""
CUT_LIMIT = 200_000
"""Most characters outside tables of a document whose lines are cut at printed words."""
_EDGE = 100
"""Most cells of a row that a page's end may have cut."""
_PARTED = re.compile(r"\t|[ \u3000\xa0]{2,}|\|")


@dataclass(slots=True)
class Piece:
    """A cell of a table, or a piece of a line outside tables.

    table: its number, -1 outside. row, column, last_row, last_column: its place in the table, from
    1. words: as it is compared, None for what cannot be a label. block: number of its block.
    heading: whether its line is a heading.
    """

    text: str
    where: str
    block: int
    table: int = -1
    row: int = 0
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    words: Wording | None = None
    heading: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.text.strip()


def tokens(document: Document) -> list[Piece]:
    """Return the stream of a document."""
    stream: list[Piece] = []
    table = 0
    for number, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            pieces = _PARTED.split(block.text) if len(block.text) > 1 else [block.text]
            stream += [
                Piece(
                    piece.strip(), block.where, number, words=_words(piece), heading=block.heading
                )
                for piece in pieces
                if piece.strip()
            ]
            continue
        for cell in sorted(block.cells, key=lambda one: (one.row, one.column)):
            where = f"{block.where} r.{cell.row} c.{cell.column}"
            ends = cell.row + cell.rows - 1, cell.column + cell.columns - 1
            stream.append(Piece(cell.text, where, number, table, cell.row, cell.column, *ends,
                               _words(cell.text)))  # fmt: skip
        table += 1
    return stream


def _words(text: str) -> Wording | None:
    """Return a text as it is compared; None for a number, a sign or a long text."""
    if len(text) > LONGEST or not any(map(str.isalpha, text)):
        return None
    return wording(text)


def joined(stream: Sequence[Piece], form: Expected) -> list[Piece]:
    """Return the stream with those pieces of lines joined that together are a label."""
    found: list[Piece] = []
    place = 0
    stream = _mended(stream, form)
    while place < len(stream):
        token = stream[place]
        count = _length(stream, place, form) if token.table < 0 and token.words else 1
        if count > 1:
            text = "".join(one.text for one in stream[place : place + count])
            token = Piece(
                text, token.where, token.block, words=wording(text), heading=token.heading
            )
        found.append(token)
        place += count
    return found


def _mended(stream: Sequence[Piece], form: Expected) -> Sequence[Piece]:
    """Return the stream with labels whole that a page's end has cut: the rest begins the next table.

    The numbers stand with the first part; beside the rest there are none.
    """
    last, first = _edges(stream)
    changed: dict[int, Piece] = {}
    for table, cells in last.items():
        below = first.get(table + 1, [])
        if max(len(cells), len(below)) > _EDGE or any(sign.isdigit() for place in below for sign in stream[place].text if not (
                stream[place].words)):  # fmt: skip
            continue
        for place in cells:
            cell = stream[place]
            rests = [p for p in below if stream[p].column == cell.column and not stream[p].blank]
            if cell.words is None or cell.words.core in form.known or len(rests) != 1:
                continue
            whole = _words(cell.text + stream[rests[0]].text)
            if whole is not None and whole.core in form.known:
                changed[place] = replace(cell, words=whole)
                changed[rests[0]] = replace(stream[rests[0]], text="", words=None)
    return [changed.get(place, token) for place, token in enumerate(stream)] if changed else stream


def _edges(stream: Sequence[Piece]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return {table: cells that end in its last row}, {table: cells that begin in its first}."""
    ends: dict[int, int] = {}
    for token in stream:
        ends[token.table] = max(ends.get(token.table, 0), token.last_row)
    last: dict[int, list[int]] = {}
    first: dict[int, list[int]] = {}
    for place, token in enumerate(stream):
        if token.table >= 0 and token.last_row == ends[token.table]:
            last.setdefault(token.table, []).append(place)
        if token.table >= 0 and token.row == 1:
            first.setdefault(token.table, []).append(place)
    return last, first


def _length(stream: Sequence[Piece], place: int, form: Expected) -> int:
    """Return how many pieces from a place on are one label, 1 where they are none."""
    text, longest = "", 1
    for count, token in enumerate(stream[place : place + JOINED], 1):
        if token.table >= 0 or token.words is None:
            break
        text += token.words.full
        if text not in form.starts:
            break
        together = "".join(one.text for one in stream[place : place + count])
        if count > 1 and len(together) <= LONGEST and wording(together).core in form.known:
            full = wording(together).full
            words = (form.words[number].words for number in form.known[wording(together).core])
            if any(full in (word.full, word.bare) for word in words):
                longest = count
    return longest


# ── lines without blanks between their cells ──────────────────────────────────────────────────────


def cut(stream: Sequence[Piece], form: Expected) -> list[Piece]:
    """Return the stream with lines cut at the printed words in them.

    Only what lies between a caption and the next one is cut, and only lines that hold hardly
    anything but printed words and numbers.
    """
    if sum(len(token.text) for token in stream if token.table < 0) > CUT_LIMIT:
        return list(stream)
    captions = _pattern([word.text for word in form.words if word.row < 0])
    labels = _pattern([word.text for word in form.words if word.row >= 0])
    found: list[Piece] = []
    for token in stream:
        if token.table >= 0:
            found.append(token)
            continue
        for piece in _split(token.text, captions):
            parts = list(_split(piece, labels))
            if len(parts) == 1 or _is_prose(parts):
                parts = [piece]
            found += [
                replace(token, text=part.strip(), words=_words(part))
                for part in parts
                if part.strip()
            ]
    return found


def _pattern(texts: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of printed words, longest first, blanks allowed between their signs."""
    ordered = sorted(set(texts), key=len, reverse=True)
    return re.compile("|".join(r"\s{0,3}".join(map(re.escape, text)) for text in ordered) or "$^")


def _split(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield a text's pieces: the matches of a pattern, and the text between them."""
    place = 0
    for found in pattern.finditer(text):
        yield text[place : found.start()]
        yield found[0]
        place = found.end()
    yield text[place:]


def _is_prose(parts: Sequence[str]) -> bool:
    """Tell whether pieces hold more words of other kinds than printed ones."""
    other = sum(sum(map(str.isalpha, part)) for part in parts[::2])
    printed = sum(len(part) for part in parts[1::2])
    return other > printed / 10
