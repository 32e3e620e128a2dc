"""Grids of a sheet by the lines around its cells: which printed cells the lines enclose."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..xlsx.address import Box, Place

SHARE = 0.75
"""At least so much of a grid's area is in closed cells."""
LEAST_CELLS, LEAST_LINES = 4, 2
SidesAt = Callable[[Place], frozenset[str]]
"""The sides of a place on the sheet that have a line."""


@dataclass(slots=True)
class _Sheet:
    """A sheet's visible rows and columns, and the lines between them.

    across[i, j]: a line above row i in column j. upright[i, j]: a line left of column j in row i.
    joined: {place: number of its merge}. own: places that have a line themselves.
    """

    rows: Sequence[int]
    columns: Sequence[int]
    filled: frozenset[tuple[int, int]]
    across: set[tuple[int, int]] = field(default_factory=set)
    upright: set[tuple[int, int]] = field(default_factory=set)
    joined: dict[tuple[int, int], int] = field(default_factory=dict)
    own: set[tuple[int, int]] = field(default_factory=set)


def enclosed(
    rows: Sequence[int],
    columns: Sequence[int],
    merges: Iterable[Box],
    filled: Iterable[Place],
    lines: SidesAt,
) -> list[list[Box]]:
    """Return the grids of a sheet: of each the boxes of its printed cells, row by row.

    rows, columns: the visible ones. filled: places with content.
    """
    at_row = {row: i for i, row in enumerate(rows)}
    at_column = {column: j for j, column in enumerate(columns)}
    inside = frozenset(
        (at_row[r], at_column[c]) for r, c in filled if r in at_row and c in at_column
    )
    sheet = _Sheet(rows, columns, inside)
    _rule(sheet, lines)
    for number, merge in enumerate(merges):
        high = [at_row[row] for row in range(merge[0], merge[2] + 1) if row in at_row]
        wide = [at_column[c] for c in range(merge[1], merge[3] + 1) if c in at_column]
        _join(sheet, number, [(i, j) for i in high for j in wide])
    _close_sides(sheet)
    closed = list(_regions(sheet))
    grids = [_whole(sheet, group) for group in _groups(closed) if _is_full(group)]
    return [
        [_on_sheet(sheet, box) for box in boxes]
        for boxes in sorted(grids, key=min)
        if _is_grid(boxes)
    ]


def _on_sheet(sheet: _Sheet, box: Box) -> Box:
    top, left, bottom, right = box
    return sheet.rows[top], sheet.columns[left], sheet.rows[bottom], sheet.columns[right]


def _rule(sheet: _Sheet, lines: SidesAt) -> None:
    """Note the lines between the visible cells: a neighbour's line is a cell's own."""
    for i, row in enumerate(sheet.rows):
        for j, column in enumerate(sheet.columns):
            sides = lines((row, column))
            if sides:
                sheet.own.add((i, j))
            for side in sides:
                if side in ("top", "bottom"):
                    sheet.across.add((i + (side == "bottom"), j))
                else:
                    sheet.upright.add((i, j + (side == "right")))


def _join(sheet: _Sheet, number: int, places: list[tuple[int, int]]) -> None:
    """Make a merge one cell: no lines inside, whole lines around it."""
    if not places:
        return
    (top, left), (bottom, right) = places[0], places[-1]
    sheet.joined |= dict.fromkeys(places, number)
    for i, j in places:
        if i > top:
            sheet.across.discard((i, j))
        if j > left:
            sheet.upright.discard((i, j))
    wide, high = range(left, right + 1), range(top, bottom + 1)
    for edge, first in (
        (sheet.across, [(top, j) for j in wide]),
        (sheet.across, [(bottom + 1, j) for j in wide]),
        (sheet.upright, [(i, left) for i in high]),
        (sheet.upright, [(i, right + 1) for i in high]),
    ):
        if first[0] in edge or 2 * sum(part in edge for part in first) >= len(first):
            edge.update(first)


def _close_sides(sheet: _Sheet) -> None:
    """Draw the lines that a grid lacks at its outer edge: beyond them nothing is drawn or written.

    A cell that has only the lines of its neighbours is between two grids.
    """
    high, wide = len(sheet.rows), len(sheet.columns)
    bare = {(i, j) for i in range(high) for j in range(wide) if _is_bare(sheet, i, j)}

    def is_outside(i: int, j: int) -> bool:
        return not (0 <= i < high and 0 <= j < wide) or (i, j) in bare

    across, upright = set(sheet.across), set(sheet.upright)
    for i in range(high):
        for j in range(wide):
            if (i, j) not in sheet.own:
                continue
            top, bottom, left, right = _span(sheet, i, j)
            level = (top, j) in across and (bottom + 1, j) in across
            beside = {(i, left) in upright, (i, right + 1) in upright}
            if is_outside(i, left - 1) and (level or (i, right + 1) in upright):
                sheet.upright.add((i, left))
            if is_outside(i, right + 1) and (level or (i, left) in upright):
                sheet.upright.add((i, right + 1))
            if is_outside(bottom + 1, j) and beside == {True}:
                sheet.across.add((bottom + 1, j))


def _is_bare(sheet: _Sheet, i: int, j: int) -> bool:
    """Tell whether a place has no content, no merge and no line around it."""
    lines = (i, j) in sheet.across or (i + 1, j) in sheet.across
    upright = (i, j) in sheet.upright or (i, j + 1) in sheet.upright
    return not (lines or upright or (i, j) in sheet.filled or (i, j) in sheet.joined)


def _span(sheet: _Sheet, i: int, j: int) -> tuple[int, int, int, int]:
    """Return first and last row, first and last column of the merge over a place, else its own."""
    number = sheet.joined.get((i, j))
    top = bottom = i
    left = right = j
    if number is not None:
        while sheet.joined.get((top - 1, j)) == number:
            top -= 1
        while sheet.joined.get((bottom + 1, j)) == number:
            bottom += 1
        while sheet.joined.get((i, left - 1)) == number:
            left -= 1
        while sheet.joined.get((i, right + 1)) == number:
            right += 1
    return top, bottom, left, right


def _regions(sheet: _Sheet) -> Iterator[Box]:
    """Yield the box of each region that lines enclose; one that is no box by its single cells."""
    owner: set[tuple[int, int]] = set()
    high, wide = len(sheet.rows), len(sheet.columns)
    for i in range(high):
        for j in range(wide):
            if (i, j) in owner:
                continue
            region, is_open = _flood(sheet, (i, j), high, wide)
            owner |= region
            top, left = min(r for r, _ in region), min(c for _, c in region)
            bottom, right = max(r for r, _ in region), max(c for _, c in region)
            if not is_open and (bottom - top + 1) * (right - left + 1) == len(region):
                yield top, left, bottom, right
            elif not is_open:
                yield from sorted({_box(sheet, place) for place in region})


def _box(sheet: _Sheet, place: tuple[int, int]) -> Box:
    top, bottom, left, right = _span(sheet, *place)
    return top, left, bottom, right


def _flood(
    sheet: _Sheet, start: tuple[int, int], high: int, wide: int
) -> tuple[set[tuple[int, int]], bool]:
    """Return the places reached without crossing a line, and whether they reach the outside."""
    region, waiting, is_open = {start}, [start], False
    while waiting:
        i, j = waiting.pop()
        for ahead, blocked in (
            ((i - 1, j), (i, j) in sheet.across),
            ((i + 1, j), (i + 1, j) in sheet.across),
            ((i, j - 1), (i, j) in sheet.upright),
            ((i, j + 1), (i, j + 1) in sheet.upright),
        ):
            if blocked or ahead in region:
                continue
            if not (0 <= ahead[0] < high and 0 <= ahead[1] < wide):
                is_open = True
            else:
                region.add(ahead)
                waiting.append(ahead)
    return region, is_open


def _groups(boxes: list[Box]) -> list[list[Box]]:
    """Return the boxes in groups of those that touch one another."""
    over = {
        (i, j): n
        for n, (top, left, bottom, right) in enumerate(boxes)
        for i in range(top, bottom + 1)
        for j in range(left, right + 1)
    }
    owner = list(range(len(boxes)))

    def root(number: int) -> int:
        while owner[number] != number:
            owner[number] = owner[owner[number]]
            number = owner[number]
        return number

    for (i, j), number in over.items():
        for ahead in ((i + 1, j), (i, j + 1)):
            if ahead in over:
                owner[root(number)] = root(over[ahead])
    groups: dict[int, list[Box]] = {}
    for number, box in enumerate(boxes):
        groups.setdefault(root(number), []).append(box)
    return list(groups.values())


def _whole(sheet: _Sheet, boxes: list[Box]) -> list[Box]:
    """Return the printed cells of a grid: those without lines between texts are cut at the cells.

    Places inside the grid that no line encloses are cells of their own.
    """
    rows, columns = _cuts(sheet, boxes)
    pieces = [piece for box in boxes for piece in _cut(sheet, box, rows, columns)]
    top, left = min(box[0] for box in boxes), min(box[1] for box in boxes)
    bottom, right = max(box[2] for box in boxes), max(box[3] for box in boxes)
    covered = {(i, j) for box in pieces for i, j in _inside(box)}
    pieces += [place * 2 for place in _inside((top, left, bottom, right)) if place not in covered]
    return sorted(pieces)


def _inside(box: Box) -> Iterator[tuple[int, int]]:
    for i in range(box[0], box[2] + 1):
        for j in range(box[1], box[3] + 1):
            yield i, j


def _texts(sheet: _Sheet, box: Box) -> list[tuple[int, int]]:
    """Return the places in a box that have content, each merge once."""
    first: dict[object, tuple[int, int]] = {}
    for place in _inside(box):
        if place in sheet.filled:
            first.setdefault(sheet.joined.get(place, place), place)
    return list(first.values())


def _cuts(sheet: _Sheet, boxes: list[Box]) -> tuple[set[int], set[int]]:
    """Return the rows and columns at which boxes with several texts are cut."""
    rows: set[int] = set()
    columns: set[int] = set()
    for box in boxes:
        texts = _texts(sheet, box)
        if len(texts) > 1:
            if len({i for i, _ in texts}) > 1:
                rows.update(range(box[0] + 1, box[2] + 1))
            if len({j for _, j in texts}) > 1:
                columns.update(range(box[1] + 1, box[3] + 1))
    return rows, columns


def _cut(sheet: _Sheet, box: Box, rows: set[int], columns: set[int]) -> Iterator[Box]:
    """Yield the pieces of a box; a merge and a single text over several rows stay whole."""
    merges = {sheet.joined.get(place) for place in _inside(box)}
    texts = len(_texts(sheet, box))
    if len(merges) == 1 and None not in merges:
        yield box
        return
    at_rows = [box[0], *(i for i in sorted(rows) if box[0] < i <= box[2] and texts != 1)]
    at_columns = [box[1], *(j for j in sorted(columns) if box[1] < j <= box[3])]
    done: set[int] = set()
    for top, below in zip(at_rows, [*at_rows[1:], box[2] + 1], strict=True):
        for left, beside in zip(at_columns, [*at_columns[1:], box[3] + 1], strict=True):
            merge = sheet.joined.get((top, left))
            if merge is None:
                yield top, left, below - 1, beside - 1
            elif merge not in done:
                done.add(merge)
                places = [place for place, number in sheet.joined.items() if number == merge]
                yield *min(places), *max(places)


def _is_full(boxes: list[Box]) -> bool:
    """Tell whether closed cells take most of the area around them."""
    high = max(box[2] for box in boxes) - min(box[0] for box in boxes) + 1
    wide = max(box[3] for box in boxes) - min(box[1] for box in boxes) + 1
    return sum((b[2] - b[0] + 1) * (b[3] - b[1] + 1) for b in boxes) >= SHARE * high * wide


def _is_grid(boxes: list[Box]) -> bool:
    """Tell whether boxes are a grid: several cells, and several lines each way."""
    rows, columns = Counter(box[0] for box in boxes), Counter(box[1] for box in boxes)
    return len(boxes) >= LEAST_CELLS and min(len(rows), len(columns)) >= LEAST_LINES


def placed(boxes: Sequence[Box]) -> tuple[tuple[int, int], Mapping[Box, Box]]:
    """Return the size of a grid, and {box: its first place and span there}.

    Rows and columns at which no printed cell begins are left out.
    """
    tops, lefts = sorted({box[0] for box in boxes}), sorted({box[1] for box in boxes})
    found = {}
    for box in boxes:
        row, column = tops.index(box[0]), lefts.index(box[1])
        high = sum(box[0] <= top <= box[2] for top in tops)
        wide = sum(box[1] <= left <= box[3] for left in lefts)
        found[box] = (row, column, high, wide)
    return (len(tops), len(lefts)), found
