"""Tables from ruled lines: which printed cells the lines of a page enclose, and the signs in each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .document import CELL_LIMIT, TableCell, too_large

NEAR = 3.0
"""Lines less than this far apart are one; ends of lines reach so far to meet another. In points."""
_LEAST = 2
"""A table has at least so many lines each way."""
_OPEN = 6.0
"""How far upright lines go on without a rule across where a page has cut the table. In points."""


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A ruled line: its place across, and where it begins and ends. In points."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of a page: the middle of its box and its height, y from the top. In points.

    level: the middle of its line, which is higher than that of a comma.
    """

    text: str
    x: float
    y: float
    high: float
    left: float = 0.0
    right: float = 0.0
    level: float = 0.0


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table of a page: top, bottom, left and right edge, and its cells."""

    top: float
    bottom: float
    left: float
    right: float
    cells: tuple[TableCell, ...]


def ruled(
    across: Iterable[RuledLine], upright: Iterable[RuledLine], signs: Sequence[Glyph]
) -> Iterator[RuledTable]:
    """Yield the tables of a page from top to bottom; signs outside them are in none."""
    for rows, columns in sorted(_groups(_joined(across), _joined(upright)), key=_top):
        closed = _closed(rows, columns)
        ys, xs = _places(closed), _places(columns)
        if len(ys) >= _LEAST and len(xs) >= _LEAST:
            fields = (len(ys) - 1) * (len(xs) - 1)
            if fields > CELL_LIMIT:
                raise too_large("cells", fields, CELL_LIMIT)
            cells = tuple(_cells(closed, columns, ys, xs, signs))
            yield RuledTable(ys[0], ys[-1], xs[0], xs[-1], cells)


def _top(group: tuple[list[RuledLine], list[RuledLine]]) -> float:
    return min(rule.start for rule in group[1])


def _joined(rules: Iterable[RuledLine]) -> list[RuledLine]:
    """Return lines with those joined that lie on one another or follow one another."""
    found: list[RuledLine] = []
    lanes: list[list[RuledLine]] = []
    for rule in sorted(rules, key=lambda one: one.at):
        if lanes and rule.at - lanes[-1][0].at < NEAR:
            lanes[-1].append(rule)
        else:
            lanes.append([rule])
    for lane in lanes:
        at = sum(rule.at for rule in lane) / len(lane)
        for rule in sorted(lane, key=lambda one: one.start):
            last = found[-1] if found else None
            if last is not None and last.at == at and rule.start <= last.end + NEAR:
                found[-1] = RuledLine(at, last.start, max(last.end, rule.end))
            else:
                found.append(RuledLine(at, rule.start, rule.end))
    return found


def _groups(
    across: list[RuledLine], upright: list[RuledLine]
) -> Iterator[tuple[list[RuledLine], list[RuledLine]]]:
    """Yield the lines that meet one another, directly or through others."""
    owner = list(range(len(across) + len(upright)))

    def root(one: int) -> int:
        while owner[one] != one:
            owner[one] = owner[owner[one]]
            one = owner[one]
        return one

    for number, row in enumerate(across):
        for other, column in enumerate(upright, len(across)):
            if _meets(row, column):
                owner[root(number)] = root(other)
    groups: dict[int, tuple[list[RuledLine], list[RuledLine]]] = {}
    for number, rule in enumerate((*across, *upright)):
        groups.setdefault(root(number), ([], []))[number >= len(across)].append(rule)
    yield from (group for group in groups.values() if all(group))


def _meets(row: RuledLine, column: RuledLine) -> bool:
    return (
        row.start - NEAR <= column.at <= row.end + NEAR
        and column.start - NEAR <= row.at <= column.end + NEAR
    )


def _closed(rows: list[RuledLine], columns: list[RuledLine]) -> list[RuledLine]:
    """Return the lines across, with one where the upright lines end without any."""
    left, right = min(c.at for c in columns), max(c.at for c in columns)
    top, bottom = min(c.start for c in columns), max(c.end for c in columns)
    found = list(rows)
    if min(row.at for row in rows) - top > _OPEN:
        found.append(RuledLine(top, left, right))
    if bottom - max(row.at for row in rows) > _OPEN:
        found.append(RuledLine(bottom, left, right))
    return found


def _places(rules: Iterable[RuledLine]) -> list[float]:
    """Return the different places of lines, those close together once."""
    found: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not found or at - found[-1] >= NEAR:
            found.append(at)
    return found


def _cells(
    rows: list[RuledLine],
    columns: list[RuledLine],
    ys: list[float],
    xs: list[float],
    signs: Sequence[Glyph],
) -> Iterator[TableCell]:
    """Yield the printed cells: fields of the grid with no line between them are one."""
    high, wide = len(ys) - 1, len(xs) - 1
    owner = {(r, c): (r, c) for r in range(high) for c in range(wide)}

    def root(one: tuple[int, int]) -> tuple[int, int]:
        while owner[one] != one:
            one = owner[one]
        return one

    _join_fields(owner, root, rows, columns, (ys, xs))
    fields: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for field in owner:
        fields.setdefault(root(field), []).append(field)
    held: dict[tuple[int, int], list[Glyph]] = {}
    for sign in signs:
        r, c = _field(ys, sign.y), _field(xs, sign.x)
        if 0 <= r < high and 0 <= c < wide:
            held.setdefault(root((r, c)), []).append(sign)
    for anchor, own in sorted(fields.items(), key=lambda item: min(item[1])):
        first, last = min(own), (max(r for r, _ in own), max(c for _, c in own))
        left = min(c for _, c in own)
        yield TableCell(
            first[0] + 1, left + 1, last[0] - first[0] + 1, last[1] - left + 1,
            lines_of(held.get(anchor, ())))  # fmt: skip


def _join_fields(
    owner: dict[tuple[int, int], tuple[int, int]],
    root: Callable[[tuple[int, int]], tuple[int, int]],
    rows: list[RuledLine],
    columns: list[RuledLine],
    places: tuple[list[float], list[float]],
) -> None:
    """Join the fields of a grid that have no line between them."""
    ys, xs = places
    for r, c in list(owner):
        middle = (xs[c] + xs[c + 1]) / 2, (ys[r] + ys[r + 1]) / 2
        if (r, c + 1) in owner and not _drawn(columns, xs[c + 1], middle[1]):
            owner[root((r, c + 1))] = root((r, c))
        if (r + 1, c) in owner and not _drawn(rows, ys[r + 1], middle[0]):
            owner[root((r + 1, c))] = root((r, c))


def _drawn(rules: Iterable[RuledLine], at: float, across: float) -> bool:
    """Tell whether a line is drawn at a place, where it is crossed at `across`."""
    return any(abs(rule.at - at) < NEAR and rule.start <= across <= rule.end for rule in rules)


def _field(places: Sequence[float], at: float) -> int:
    """Return the number of the field between two lines, -1 before the first."""
    return sum(place <= at for place in places) - 1


def lines_of(signs: Iterable[Glyph]) -> str:
    """Return signs as text, line by line from the top, a wide gap in a line as two blanks."""
    lines: list[list[Glyph]] = []
    for sign in sorted(signs, key=lambda one: (one.y, one.x)):
        if lines and abs(sign.y - lines[-1][-1].y) < max(sign.high, lines[-1][-1].high) / 2:
            lines[-1].append(sign)
        else:
            lines.append([sign])
    return "\n".join(filter(None, ("".join(_spaced(line)).strip() for line in lines)))


def _spaced(line: list[Glyph]) -> Iterator[str]:
    ordered = sorted(line, key=lambda one: one.x)
    for before, sign in zip((None, *ordered), ordered, strict=False):
        if before is not None and sign.left - before.right > sign.high:
            yield "  "
        yield sign.text
