"""Sums that the labels of a form or the places of its cells suggest, to be held against returns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from ..edition.kind import Cell
from .bands import Band
from .branches import Node, front, outlined, says, walk
from .holding import Figures
from .linear import Equation

_ALTERNATIVE, _LEVEL, _UNSURE = -6.0, -3.0, -1.0
"""How far readings stand behind the first one, in steps of what a failed case costs."""
_CUT = -6.0
"""How far a run stands behind that cuts a group of labels in two."""
_WINDOW, _SIDE, _EARLY = 6, 3, 4
"""Among so many neighbours sums of two sides are looked for, of so many parts a side; given up
after so many more cases that fail than hold."""


@dataclass(frozen=True, slots=True)
class SumReading:
    """A sum in a band: items of the left side and of the right side.

    ahead: bits before it, less where another reading is more likely. sure: its labels alone say
    so. named: its labels say something of it. alone: a part may be in another sum, too.
    """

    band: int
    left: tuple[int, ...]
    right: tuple[int, ...]
    ahead: float
    sure: bool
    named: bool
    alone: bool = False


def equations(band: Band, left: Sequence[int], right: Sequence[int]) -> Iterator[Equation]:
    """Yield the equations of a reading, one for each line that has its cells in one unit."""
    for line in band.lines:
        one = [line[at] for at in left]
        other = [cell for at in right if (cell := line[at])]
        whole = len(left) == 1 or len(other) == len(right)
        if all(one) and whole and (len(other) > 1 or len(left) > 1):
            cells = [*(cell for cell in one if cell), *other]
            if len({cell.unit for cell in cells}) == 1:
                yield _keys(cells[: len(one)]), _keys(cells[len(one) :])


def _keys(cells: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(cell.key for cell in cells)


def alike(bands: Sequence[Band], reading: SumReading) -> Iterator[SumReading]:
    """Yield a reading wherever the same labels stand in the same order: the sums of its shape."""
    band, first = bands[reading.band], reading.left[0]
    items = (*reading.left, *reading.right)
    wanted = [band.names[at] for at in items]
    if not all(wanted):
        yield reading
        return
    for number, other in enumerate(bands):
        if other.each != band.each:
            continue
        for start, name in enumerate(other.names):
            moved = [start + at - first for at in items]
            if name == wanted[0] and min(moved) >= 0 and max(moved) < len(other.names) and [
                other.names[at] for at in moved
            ] == wanted:  # fmt: skip
                split = len(reading.left)
                left, right = tuple(moved[:split]), tuple(moved[split:])
                yield replace(reading, band=number, left=left, right=right)


# ── by labels ─────────────────────────────────────────────────────────────────────────────────────


def labelled(band: Band, number: int) -> Iterator[SumReading]:
    """Yield the sums that labels suggest: totals, and what stands under a node of the outline."""
    top = outlined(band.paths)
    for above, siblings in walk(top):
        if above is not None and above.item is not None:
            yield from _under(above, number)
        for node in siblings:
            if node.item is not None and (node.total or says("maybe", node.label)):
                alike = [
                    other for other in siblings if other is node or _one_unit(band, node, other)
                ]
                yield from _total(alike, alike.index(node), number)
                if above is top[-1] and node is siblings[-1]:
                    parts = (*front(top[:-1]), *front(siblings[:-1]))
                    yield SumReading(number, _item(node), parts, _LEVEL, sure=False, named=True)


def _one_unit(band: Band, node: Node, other: Node) -> bool:
    """Tell whether two nodes can be added up: in some line their cells are of one unit."""
    if node.item is None or other.item is None:
        return True
    pairs = ((line[node.item], line[other.item]) for line in band.lines)
    return any(one and beside and one.unit == beside.unit for one, beside in pairs)


def _under(node: Node, number: int) -> Iterator[SumReading]:
    """Yield a node as the sum of what is under it: all, with those aside, each group alone."""
    item = _item(node)
    parts, whole = front(node.children), front(node.children, all_of=True)
    if len(parts) > 1:
        yield SumReading(number, item, tuple(parts), 0, sure=True, named=True)
    if len(whole) > max(1, len(parts)):
        yield SumReading(number, item, tuple(whole), _ALTERNATIVE, sure=False, named=True)
    yield from _groups(node.children, item, number)


def _groups(nodes: Sequence[Node], item: tuple[int, ...], number: int) -> Iterator[SumReading]:
    """Yield each group without a cell of its own as a breakdown of a total."""
    groups = [node for node in nodes if node.item is None and not node.total]
    for group in groups:
        parts = front(group.children)
        if len(parts) > 1 and len(groups) > 1:
            yield _breakdown(number, item, parts)
        whole = front(group.children, all_of=True)
        if group.aside and len(whole) > 1:
            yield _breakdown(number, item, whole)


def _breakdown(number: int, item: tuple[int, ...], parts: Sequence[int]) -> SumReading:
    """Return one of several ways to break a total down."""
    return SumReading(number, item, tuple(parts), _ALTERNATIVE, sure=False, named=True, alone=True)


def _total(siblings: Sequence[Node], at: int, number: int) -> Iterator[SumReading]:
    """Yield what a total may be the sum of: the run before or after it, sums of sums, all."""
    node = siblings[at]
    sums = [other for other, sibling in enumerate(siblings) if sibling.total and other != at]
    start = max((other + 1 for other in sums if other < at), default=0)
    end = min((other for other in sums if other > at), default=len(siblings))
    before, after = siblings[start:at], siblings[at + 1 : end]
    first, last = at == 0, at == len(siblings) - 1
    grand = says("grand", node.label)
    options: list[tuple[list[int], float, bool]] = []
    if start:
        top = grand or not before
        options.append((_gathered(siblings[:at]), 0 if top else _LEVEL, top))
    if end < len(siblings) and first:
        options.append((_gathered(siblings[1:]), 0, True))
    options += [
        (front(before), _LEVEL if grand and start else 0, last or not after),
        (front(after), 0 if first else _UNSURE + _LEVEL, first),
        *((front(branch.children), _LEVEL, False) for branch in node.inner),
        (front([*siblings[:at], *siblings[at + 1 :]]), _ALTERNATIVE, False),
        (front(before, all_of=True), _ALTERNATIVE, False),
        (front(after, all_of=True), _ALTERNATIVE, False),
    ]
    seen: set[tuple[int, ...]] = set()
    for parts, ahead, sure in options:
        key = tuple(parts)
        if len(key) > 1 and key not in seen:
            seen.add(key)
            plain = sure and node.total and not ahead
            yield SumReading(number, _item(node), key, ahead, sure=plain, named=True)
    yield from _groups([*before, *after], _item(node), number)


def _item(node: Node) -> tuple[int, ...]:
    """Return the place of a node that has a cell."""
    return tuple(node.parts())


def _gathered(siblings: Sequence[Node]) -> list[int]:
    """Return what a sum of sums takes: each total before it, and what follows the last of them.

    A total in front stands for what comes after it.
    """
    leading = bool(siblings) and siblings[0].total
    rest: list[Node] = []
    items: list[int] = []
    for node in siblings:
        if node.total:
            items += [] if node.item is None else [node.item]
            rest = []
        else:
            rest.append(node)
    return items if leading else [*items, *front(rest)]


# ── by place ──────────────────────────────────────────────────────────────────────────────────────


def runs(
    band: Band, number: int, tops: Sequence[int], free: Iterable[int], returns: Sequence[Figures]
) -> Iterator[SumReading]:
    """Yield the runs of neighbours beside an item that are often its sum in returns.

    tops: the items that are in no sum yet; free: those of them that may be a total.
    """
    place = {item: at for at, item in enumerate(tops)}
    groups = _group_of(band)
    for item in free:
        at = place[item]
        for run in (tops[:at][::-1], tops[at + 1 :]):
            for length in sorted(_votes(band, item, run, returns)):
                parts = tuple(sorted(run[:length]))
                ahead = 0.0 if _whole(parts, item, groups) else _CUT
                yield SumReading(number, (item,), parts, ahead, sure=False, named=False)


def _votes(
    band: Band, item: int, run: Sequence[int], returns: Sequence[Figures]
) -> Mapping[int, int]:
    """Return {length: cases} of runs of at least two numbers that add up to an item."""
    votes: dict[int, int] = {}
    for line in band.lines:
        total = line[item]
        if total is None:
            continue
        cells: list[Cell] = []
        for at in run:
            cell = line[at]
            if cell is not None and cell.unit != total.unit:
                break
            cells += [cell] if cell else []
        positive = not any(cell.signed for cell in cells)
        keys = [cell.key for cell in cells]
        for numbers in returns:
            wanted = numbers.get(total.key)
            if not wanted:
                continue
            reached, parts = wanted * 0, 0
            for length, key in enumerate(keys, 1):
                number = numbers.get(key) or 0
                parts += bool(number)
                reached += number
                if positive and reached > wanted:
                    break
                if reached == wanted and parts > 1:
                    votes[length] = votes.get(length, 0) + 1
    most = max(votes.values(), default=0)
    return {length: count for length, count in votes.items() if count > 1 and count * 2 >= most}


def _group_of(band: Band) -> dict[int, int]:
    """Return {item: the group of labels that it stands in}."""
    groups: dict[int, int] = {}
    for group, (_, siblings) in enumerate(walk(outlined(band.paths))):
        groups |= {node.item: group for node in siblings if node.item is not None}
    return groups


def _whole(parts: Sequence[int], item: int, groups: Mapping[int, int]) -> bool:
    """Tell whether a run takes all or nothing of every group of labels, its total's left out."""
    inside = {groups.get(part) for part in parts}
    outside = {group for other, group in groups.items() if other not in parts and other != item}
    return not inside & outside


def two_sided(
    band: Band, number: int, tops: Sequence[int], returns: Sequence[Figures]
) -> Iterator[SumReading]:
    """Yield the sums of two sides among what totals leave, of neighbours."""
    opening, closing = (_said(band, name) for name in ("opening", "closing"))
    cases = _cases(band, tops, returns)
    for end in range(min(_WINDOW, len(tops)), len(tops) + 1):
        window = tops[max(0, end - _WINDOW) : end]
        last = None if end == min(_WINDOW, len(tops)) else window[-1]
        for left, right in _splits(window, last):
            if _often(left, right, cases):
                flow = _flows(opening, closing, left, right)
                every = len(left) + len(right) == len(tops)
                ahead = 4.0 * flow + 2.0 * every
                yield SumReading(number, left, right, ahead, sure=False, named=flow)


def _cases(
    band: Band, tops: Sequence[int], returns: Sequence[Figures]
) -> list[dict[int, int | Decimal]]:
    """Return {item: its number} of each line and return, those with most numbers first."""
    cases = [
        {at: (numbers.get(cell.key) or 0) if (cell := line[at]) else 0 for at in tops}
        for line in band.lines
        for numbers in returns
    ]
    return sorted(cases, key=lambda case: -sum(map(bool, case.values())))


def flows(band: Band, number: int, tops: Sequence[int]) -> Iterator[SumReading]:
    """Yield opening + first = second + closing for four items that are left side by side."""
    opening, closing = (_said(band, name) for name in ("opening", "closing"))
    for _, siblings in walk(outlined(band.paths)):
        items = [item for node in siblings for item in _standing(node) if item in tops]
        rest = [item for item in items if item not in opening | closing]
        if len(items) == 2 * len(rest) == 4 and len(opening & {*items}) == 1:  # noqa: PLR2004
            left = tuple(sorted((*(opening & {*items}), rest[0])))
            right = tuple(sorted((*(closing & {*items}), rest[1])))
            yield SumReading(number, left, right, 0, sure=True, named=True)


def _standing(node: Node) -> Sequence[int]:
    """Return the item that stands for a node: its own, or the total of its group."""
    parts = node.parts()
    return parts if len(parts) == 1 else ()


def _said(band: Band, name: str) -> frozenset[int]:
    """Return the items whose labels are of a kind in templates/sums.toml."""
    return frozenset(at for at, path in enumerate(band.paths) if path and says(name, path[-1]))


def _splits(
    window: Sequence[int], last: int | None
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield the ways to put some of a few items on two sides, at least three items in all.

    last: an item that must be among them, or None.
    """
    for size in range(3, min(len(window), 2 * _SIDE) + 1):
        for chosen in combinations(window, size):
            for some in (
                range(max(1, size - _SIDE), size // 2 + 1) if last in (None, chosen[-1]) else ()
            ):
                for left in combinations(chosen, some):
                    right = tuple(item for item in chosen if item not in left)
                    twin = some * 2 == size and left[0] != chosen[0]
                    if not twin:
                        yield left, right


def _flows(
    opening: frozenset[int], closing: frozenset[int], left: Sequence[int], right: Sequence[int]
) -> bool:
    """Tell whether an opening is on one side only and a closing on the other only."""
    sides = [(not opening.isdisjoint(side), not closing.isdisjoint(side)) for side in (left, right)]
    return sides in ([(True, False), (False, True)], [(False, True), (True, False)])


def _often(
    left: Sequence[int], right: Sequence[int], cases: Iterable[Mapping[int, int | Decimal]]
) -> bool:
    """Tell quickly whether a relation may hold: not where most of the first cases fail."""
    good = bad = 0
    for case in cases:
        one, other = sum(case[at] for at in left), sum(case[at] for at in right)
        if one == other:
            good += bool(one)
        else:
            bad += 1
            if bad > _EARLY + good:
                return False
    return good > bad
