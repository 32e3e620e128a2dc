"""Drawn grids, of sheets or documents: their texts by place, and the labels of an edition in them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from ..data import CHINESE, texts
from ..edition.edition import Edition
from ..xlsx.address import Place
from .printed import LONGEST, Wording, lines, vocabulary, wording

Corners = tuple[int, int, int, int]
"""First row, first column, last row, last column."""
HeadEntry = tuple[Place, tuple[int, ...]]
"""The place of a label, and the columns below it."""


@dataclass(frozen=True)
class DrawnPage:
    """A drawn grid.

    cells: contents that are not blank, as text. merges: printed cells wider or higher than one.
    hidden_rows, hidden_columns: those not seen; visible: whether the page is.
    """

    name: str
    cells: Mapping[Place, str]
    merges: Sequence[Corners] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    visible: bool = True

    @cached_property
    def words(self) -> Mapping[Place, Wording]:
        """{place: wording} of the texts that may be labels, row by row."""
        texts = sorted(
            (p, text) for p, text in self.cells.items() if len(text) <= LONGEST and _worded(text)
        )
        return {place: wording(text) for place, text in texts}

    @cached_property
    def _merged(self) -> Mapping[Place, Corners]:
        return {(one[0], one[1]): one for one in self.merges}

    @cached_property
    def width(self) -> int:
        """The last column with content."""
        return max((column for _, column in self.cells), default=0)

    @cached_property
    def height(self) -> int:
        """The last row with content."""
        return max((row for row, _ in self.cells), default=0)

    def corners(self, place: Place) -> Corners:
        """Return the corners of the printed cell that begins at a place."""
        return self._merged.get(place, (*place, *place))

    def over(self, place: Place) -> Place:
        """Return the first place of the printed cell over a place."""
        row, column = place
        for top, left, bottom, right in self.merges:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return place


def _worded(text: str) -> bool:
    """Tell whether a text has a letter and is no formula, so that it may be a label."""
    return text[:1] != "=" and any(map(str.isalpha, text))


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page with the labels of an edition on it.

    cores: the labels' places by core. stops: places of labels left of keys. heads: places of labels
    directly above keys. columns: {column: (last rows, places)} of the labels in or over it, and of
    other words in a row of heads: below them nothing is taken for the head above.
    """

    page: DrawnPage
    cores: Mapping[str, Sequence[Place]]
    stops: frozenset[Place]
    heads: frozenset[Place]
    columns: Mapping[int, tuple[Sequence[int], Sequence[Place]]]

    def above(self, row: int, column: int) -> Place | None:
        """Return the place of the nearest label that ends above a row in or over a column."""
        bottoms, places = self.columns.get(column, ((), ()))
        at = bisect_right(bottoms, row - 1)
        return places[at - 1] if at else None

    def entries(self, row: int, first: int, after: int | None = None) -> list[HeadEntry]:
        """Return the heads above a row from a column on; behind `after` to the next row label."""
        found: list[HeadEntry] = []
        for column in range(first, self.page.width + 1):
            if after is not None and column > after and (row, column) in self.stops:
                break
            there = self.above(row, column)
            if there is None or there not in self.heads:
                continue
            if found and found[-1][0] == there:
                found[-1] = (there, (*found[-1][1], column))
            else:
                found.append((there, (column,)))
        return found


def labelled(page: DrawnPage, edition: Edition) -> Labelled:
    """Return a page with the labels of an edition on it."""
    known, own = vocabulary(edition), lines(edition)
    rows = {wording(line.label).core for line in own if line.label}
    above = {wording(head.label).core for line in own for head in line.heads if head.label}
    cores: dict[str, list[Place]] = {}
    for place, one in page.words.items():
        if one.core in known:
            cores.setdefault(one.core, []).append(place)
    stops = frozenset(place for core in rows for place in cores.get(core, ()))
    heads = frozenset(place for core in above for place in cores.get(core, ()))
    return Labelled(page, cores, stops, heads, _columns(page, cores, rows - above))


def _columns(
    page: DrawnPage, cores: Mapping[str, Sequence[Place]], rows: set[str]
) -> dict[int, tuple[Sequence[int], Sequence[Place]]]:
    """Return {column: (last rows, places)} of the labels in or over a column, from top to bottom."""
    labels = {place for places in cores.values() for place in places}
    strange = [p for p, one in page.words.items() if p not in labels and _is_head(one)]
    titled = {p[0] for core, places in cores.items() if core not in rows for p in places}
    several = Counter(row for row, _ in strange)
    titled |= {row for row, times in several.items() if times > 1} - {row for row, _ in labels}
    over: dict[int, list[tuple[int, Place]]] = {}
    for place in (*labels, *(place for place in strange if place[0] in titled)):
        _, left, bottom, right = page.corners(place)
        for column in range(left, min(right, page.width) + 1):
            over.setdefault(column, []).append((bottom, place))
    return {
        column: ([bottom for bottom, _ in places], [place for _, place in places])
        for column, places in ((column, sorted(entries)) for column, entries in over.items())
    }


def _is_head(words: Wording) -> bool:
    """Tell whether a text that no form prints may be a head: no sign, number or unit."""
    return len(words.full) > 1 and not words.full[0].isdigit() and words.full not in _units()


@cache
def _units() -> frozenset[str]:
    return frozenset(unit for words in texts("unit", CHINESE).values() for unit in words.split())
