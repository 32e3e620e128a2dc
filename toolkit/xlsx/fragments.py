"""Rows as the parser takes them, with numbered sentinels for their numbers."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, cast

from . import sheet, xml
from .address import Place
from .book import Book
from .cutting import CLOSE, FIXED, HOLE, HOLES, OPEN, Cut, Odd
from .sheet import Grid, OpenRow, StoreCell, number_of

_FOREIGN = re.compile(rb"</?[\w.-]+:|xmlns|<[!?]")
_FIRST = 1_000_000
"""The first sentinel."""
StoredCell = tuple[Place, dict[str, str], str | None, str | None, dict[str, str]]
"""A cell as the parser stores it: place, attributes, value, formula and its attributes."""
_NUMBERS = count(1)
"""Numbers of rows, each given once."""


@dataclass(slots=True, eq=False)
class Fragment:
    """A row (or rows) as the parser took it, with sentinels for its numbers.

    first, last: its row numbers. number: its own. rare: whether it has more than cells and heights.
    slots: for each number the place of its cell, None beyond the box, and what it is: a number,
    words, or the number of a shared string. groups: what it does to the groups of shared formulas,
    in order: group, the first cell's place and formula, whether it is that cell.
    """

    first: int
    last: int
    grid: Grid
    number: int = field(default_factory=_NUMBERS.__next__)
    rare: bool = False
    slots: list[tuple[Place | None, str]] = field(default_factory=list)
    groups: list[tuple[int, tuple[Place, str], bool]] = field(default_factory=list)


@dataclass(slots=True)
class _Strings:
    """Shared strings that are sentinels: texts for the parser to hand on; it counts them."""

    asked: int = 0

    def __len__(self) -> int:
        return 10 * _FIRST

    def __getitem__(self, number: int) -> str:
        self.asked += 1
        return f"\1{number}"


def learnt(cut: Cut, blobs: Sequence[bytes], part: str, book: Book, box: Place) -> list[Fragment]:
    """Return rows as the parser takes them, in one call; raises Odd or Rejected."""
    if any(_FOREIGN.search(blob) for blob in blobs):
        raise Odd
    texts, starts, holes = _with_sentinels(blobs, len(cut.root) + len(OPEN))
    source = b"".join((cut.root, OPEN, *texts, CLOSE, b"</worksheet>"))
    strings, watched = _Strings(), _Watched(starts)
    around = replace(book, strings=cast("Any", strings), runs={})
    grid = sheet.parse(source, part, around, box, watched.watch)
    fragments = [Fragment(0, 0, Grid()) for _ in blobs]
    of_row = {}
    for row, number in watched.rows:
        of_row[row] = fragment = fragments[number]
        fragment.first, fragment.last = fragment.first or row, row
    if not all(fragment.first for fragment in fragments):
        raise Odd
    _share_out(grid, of_row)
    _note_slots(grid, of_row, watched.cells, holes)
    slots = [how for fragment in fragments for _, how in fragment.slots]
    if len(slots) != len(holes) or slots.count("string") != strings.asked:
        raise Odd
    return fragments


def _with_sentinels(
    blobs: Sequence[bytes], place: int
) -> tuple[list[bytes], list[int], list[bytes]]:
    """Return rows with sentinels for their numbers, where each begins, and what stood for them."""
    texts, starts, holes = [], [], list[bytes]()
    for blob in blobs:
        pieces = HOLES.split(blob)
        holes += pieces[1::2]
        last = _FIRST + len(holes)
        pieces[1::2] = [b"<v>%d</v>" % n for n in range(last - len(pieces) // 2, last)]
        texts.append(b"".join(pieces).replace(FIXED, b""))
        starts.append(place)
        place += len(texts[-1])
    return texts, starts, holes


@dataclass(slots=True)
class _Watched:
    """What the parser says of the rows and cells of several rows that begin at `starts`.

    rows: the number of each, and which of those it is in.
    """

    starts: Sequence[int]
    rows: list[tuple[int, int]] = field(default_factory=list)
    cells: list[StoredCell] = field(default_factory=list)

    def watch(
        self, parser: xml.Parser, open_row: OpenRow, store: StoreCell
    ) -> tuple[OpenRow, StoreCell]:
        """Return functions that note what they hand on."""

        def opened(attributes: dict[str, str]) -> int:
            if "r" not in attributes:
                raise Odd
            number = bisect_right(self.starts, parser.CurrentByteIndex) - 1
            self.rows.append((open_row(attributes), number))
            return self.rows[-1][0]

        def stored(row: int, attributes: dict[str, str], *content: Any) -> Place:
            at = store(row, attributes, *content)
            value, _, formula, shared = content
            self.cells.append((at, attributes, value, formula, shared))
            return at

        return opened, stored


def _share_out(grid: Grid, of_row: Mapping[int, Fragment]) -> None:
    """Store what the parser took from rows in their fragments."""
    for place, raw in grid.cells.items():
        of_row[place[0]].grid.cells[place] = raw
    for place in grid.outside:
        of_row[place[0]].grid.outside.append(place)
    for number in grid.hidden_rows:
        of_row[number].grid.hidden_rows.add(number)
    for number, style in grid.row_styles.items():
        of_row[number].grid.row_styles[number] = style
    for at, formula in grid.reaching:
        of_row[cast("Place", at)[0]].grid.reaching.append((at, formula))
    for number, height in grid.view.heights.items():
        of_row[number].grid.view.heights[number] = height
    for place, pieces in grid.view.runs.items():
        of_row[place[0]].grid.view.runs[place] = pieces
    for fragment in of_row.values():
        own = fragment.grid
        rare = (own.outside, own.hidden_rows, own.row_styles, own.reaching, own.view.runs)
        fragment.rare = any(rare)


def _note_slots(
    grid: Grid, of_row: Mapping[int, Fragment], cells: Iterable[StoredCell], holes: Sequence[bytes]
) -> None:
    """Store which cells own the sentinels, and the groups of shared formulas, in their fragments."""
    following, masters = _FIRST, dict[int, tuple[Place, str]]()
    for at, attributes, value, formula, shared in cells:
        fragment = of_row[at[0]]
        if formula is not None and shared.get("t") == "shared":
            group, first = int(shared["si"]), "ref" in shared
            if first:
                masters[group] = at, formula
            fragment.groups.append((group, masters[group], first))
        if value is not None and _FIRST <= number_of(value) < _FIRST + len(holes):
            if value != str(following):
                raise Odd
            hole = holes[following - _FIRST]
            following += 1
            fragment.slots.append(_slot(grid, at, hole, attributes, value))


def _slot(
    grid: Grid, place: Place, hole: bytes, attributes: Mapping[str, str], value: str
) -> tuple[Place | None, str]:
    """Return the place of a sentinel's cell, None beyond the box, and what it holds."""
    raw, kind = grid.cells.get(place), attributes.get("t", "n")
    how = "number" if hole == HOLE else "words"
    if raw is None and (how, kind) in (("number", "n"), ("words", "str")):
        return None, how
    if raw is not None and raw[1] == value and (how == "number" or raw[0] == "text"):
        return place, how
    if raw is None or how != "number" or raw[:2] != ("text", f"\1{value}"):
        raise Odd
    return place, "string"
