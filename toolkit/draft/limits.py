"""Bounds between cells, and sums with last year's: a short list to look at, never adopted unasked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from ..data import CHINESE, texts
from ..edition.balance import PRIOR
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..report import identity
from ..report.report import Report
from .bands import Band, bands
from .branches import Node, outlined, walk
from .holding import LEAST, Figures, Support, pooled
from .linear import Equation, basis_of, extend
from .readings import SumReading, alike, equations
from .sums import Family

LIMITS = "E"
MOST = 12
"""Proposals of the list."""
_NEAR, _SIZE = 2, 8
"""Neighbours at most so far apart are compared, in groups of at most so many."""
_INFORMATIVE, _RETURNS, _RATE = 8, 3, 0.95
"""What a bound needs: cases with two numbers other than 0, returns, the share that holds."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound held against returns; near: how close its sides are, from 0 to 1, on the whole."""

    reading: SumReading
    lines: tuple[Equation, ...]
    support: Support
    near: float


def propose_limits(
    edition: Edition, reports: Sequence[Report], families: Iterable[Family]
) -> list[Family]:
    """Return bounds and sums with last year's that hold in returns, the closest first.

    What follows from the edition's balances or the families proposed is left out.
    """
    found = bands(edition)
    returns = [report.numbers for report in reports]
    sums = [equation for family in families for equation in family.equations]
    sums += [
        (balance.left, balance.right) for balance in edition.balances if balance.relation == "="
    ]
    below = _below(sums)
    bounds = [
        bound
        for number, band in enumerate(found)
        for reading in _bounds(band, number)
        if (bound := _held(found, reading, returns, below))
    ]
    bounds.sort(key=lambda bound: (-bound.reading.ahead, -bound.near))
    kept = list(_plain(bounds))
    last = list(_last_year(edition, reports, found, sums))
    return [*last, *(_family(found, bound) for bound in kept)][:MOST]


def _family(found: Sequence[Band], bound: _Bound) -> Family:
    band, reading = found[bound.reading.band], bound.reading
    left, right = band.printed(reading.left), band.printed(reading.right)
    return Family(LIMITS, left, right, bound.lines, bound.support, "<=")


# ── bounds ────────────────────────────────────────────────────────────────────────────────────────


def _bounds(band: Band, number: int) -> Iterator[SumReading]:
    """Yield bounds: what is of which by its words, then neighbours of one group of labels."""
    for above, siblings in walk(outlined(band.paths)):
        items = [node.item for node in siblings if node.item is not None and not node.total]
        for node in siblings:
            if above is not None and above.item is not None and node.aside:
                yield from _aside(node, above.item, number)
        for one, other in permutations(range(len(items)), 2):
            if abs(one - other) <= _NEAR:
                yield SumReading(number, (items[one],), (items[other],), 0, sure=False, named=False)
        if len(items) <= _SIZE:
            for one, second, third in permutations(items, 3):
                if second < third:
                    pair = (second, third)
                    yield SumReading(number, (one,), pair, -1, sure=False, named=False)


def _aside(node: Node, above: int, number: int) -> Iterator[SumReading]:
    for item in node.parts(all_of=True):
        yield SumReading(number, (item,), (above,), 1, sure=True, named=True)


def _held(
    found: Sequence[Band],
    reading: SumReading,
    returns: Sequence[Figures],
    below: Mapping[str, frozenset[str]],
) -> _Bound | None:
    """Return a bound that holds in enough cases and says something new, or None."""
    lines = tuple(
        dict.fromkeys(
            line for member in alike(found, reading) for line in _lines(found[member.band], member)
        )
    )
    lines = tuple(
        (one, other)
        for one, other in lines
        if not any(one[0] in below.get(key, ()) for key in other)
    )
    held = failed = telling = 0
    near = 0.0
    seen: set[int] = set()
    against: dict[int, int] = {}
    for one, other in lines:
        for at, numbers in enumerate(returns):
            small = numbers.get(one[0])
            large = [numbers.get(key) for key in other]
            whole = sum(number or 0 for number in large)
            if small is None or None in large or not (small or whole):
                continue
            seen.add(at)
            held += small <= whole
            if small > whole:
                failed += 1
                against[at] = against.get(at, 0) + 1
                if failed > 1 + (held + failed) * (1 - _RATE):
                    return None
            if small and whole:
                telling += 1
                near += min(1.0, float(small) / float(whole))
    rate = held / (held + failed) if held + failed else 0.0
    if telling < _INFORMATIVE or len(seen) < _RETURNS or rate < _RATE:
        return None
    good = len(seen) - len(against)
    support = Support(held, failed, telling, 0, len(seen), good, near, against, frozenset(), ())
    return _Bound(reading, lines, support, near / telling)


def _lines(band: Band, reading: SumReading) -> Iterator[Equation]:
    """Yield the lines of a bound; one of two cells is no sum and has lines of its own."""
    if len(reading.right) > 1:
        yield from (
            (one, other)
            for one, other in equations(band, reading.left, reading.right)
            if len(other) == len(reading.right)
        )
        return
    for line in band.lines:
        one, other = line[reading.left[0]], line[reading.right[0]]
        if one and other and one.unit == other.unit:
            yield (one.key,), (other.key,)


def _below(sums: Iterable[Equation]) -> dict[str, frozenset[str]]:
    """Return {total: all that is part of it}, directly or through other totals."""
    parts = {left[0]: frozenset(right) for left, right in sums if len(left) == 1}
    while True:
        wider = {
            total: inside.union(*(parts[key] for key in inside if key in parts))
            for total, inside in parts.items()
        }
        if wider == parts:
            return parts
        parts = wider


def _plain(bounds: Iterable[_Bound]) -> Iterator[_Bound]:
    """Yield bounds without those that a smaller one makes needless, and without circles."""
    pairs: set[tuple[int, int, int]] = set()
    seen: set[tuple[Equation, ...]] = set()
    for bound in bounds:
        reading = bound.reading
        (small,), large = reading.left, reading.right
        ways = [(reading.band, small, other) for other in large]
        back = [(reading.band, other, small) for other in large]
        if bound.lines in seen or not pairs.isdisjoint([*ways, *back]):
            continue
        seen.add(bound.lines)
        pairs.update(ways if len(ways) == 1 else [])
        yield bound


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def _last_year(
    edition: Edition, reports: Sequence[Report], found: Sequence[Band], sums: Iterable[Equation]
) -> Iterator[Family]:
    """Yield sums with last year's numbers: one line as another was, then stock and flow."""
    both = list(_with_last_year(reports))
    signed = frozenset(key for key, cell in edition.cells.items() if cell.signed)
    basis = basis_of([*sums, *((_prior(one), _prior(other)) for one, other in sums)])
    options = [option for band in found for option in _yearly(band)] if both else []
    for left, right, lines in sorted(options, key=lambda option: len(option[0])):
        support = pooled(lines, both, signed)
        cases = support.held if len(left) == 1 else support.informative
        if cases <= LEAST or support.bits <= 0 or support.refuted:
            continue
        fresh = [line for line in lines if extend(basis, line)]
        if fresh:
            yield Family(LIMITS, left, right, tuple(lines), support)


Yearly = tuple[tuple[str, ...], tuple[str, ...], list[Equation]]
"""Labels of the left and of the right side, and the equations of all lines."""


def _yearly(band: Band) -> Iterator[Yearly]:
    """Yield what may hold with last year's numbers, in one group of labels."""
    for _, siblings in walk(outlined(band.paths)):
        items = [item for node in siblings for item in node.parts() if len(node.parts()) == 1]
        if len(items) <= _SIZE:
            for now, then in permutations(items, 2):
                yield _with_prior(band, (now,), then, ())
            for stock, gone, came in permutations(items, 3):
                yield _with_prior(band, (stock, gone), stock, (came,))


def _with_prior(band: Band, left: tuple[int, ...], then: int, right: tuple[int, ...]) -> Yearly:
    """Return the equations of a band: left items = an item last year + right items."""
    lines = [
        (keys[: len(left)], (*_prior(keys[len(left) : len(left) + 1]), *keys[len(left) + 1 :]))
        for line in band.lines
        if (keys := _keys(line, (*left, then, *right)))
    ]
    last = texts("sums", CHINESE)["last"]
    right_names = (*(last + name for name in band.printed([then])), *band.printed(right))
    return band.printed(left), right_names, lines


def _keys(line: Sequence[Cell | None], items: Sequence[int]) -> tuple[str, ...]:
    """Return the keys of items in a line, none where one is missing or units differ."""
    cells = [cell for at in items if (cell := line[at])]
    alike = len(cells) == len(items) and len({cell.unit for cell in cells}) == 1
    return tuple(cell.key for cell in cells) if alike else ()


def _prior(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(PRIOR + key for key in keys)


def _with_last_year(reports: Sequence[Report]) -> Iterator[Figures]:
    """Yield the numbers of returns whose last year is known: their own, or of a return beside."""
    years = {(name, report.year): report for report in reports if (name := _agency(report))}
    for report in reports:
        beside = years.get((_agency(report), (report.year or 0) - 1))
        last = {**(beside.numbers if beside else {}), **report.prior}
        if last:
            yield {**report.numbers, **{PRIOR + key: number for key, number in last.items()}}


def _agency(report: Report) -> str:
    return identity.name(report.agency.get("name"))
