"""Sums proposed for a form: what its labels and places suggest, held against returns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import log2

from ..edition.edition import Edition
from ..report.report import Report
from .bands import Band, bands
from .holding import Figures, Support, pooled
from .linear import Coefficients, Equation, basis_of, extend
from .readings import SumReading, alike, equations, flows, labelled, runs, two_sided

FORMULAS, BOTH, DATA, LABELS = "ABCD"
"""Classes: formulas of the form, labels and data, data only, labels only."""
_NAMED, _PLACED = 6.0, 10.0
"""Bits that cases must say for a sum that labels suggest, and for one that only its place does."""
_CASES, _RETURNS = 3, 2
"""Informative cases, and returns, that a sum needs that no label suggests."""
_MOST_WEAK = 1 / 3
"""The share of its lines in which a sum may fail mostly; it is not proposed for them."""
_SEVERAL, _MOSTLY = 4, 0.6
"""In one of so many returns a case that fails may be a slip, while so large a share holds."""


@dataclass(frozen=True, slots=True)
class Family:
    """Equations of one shape: a sum in all its lines.

    letter: its class. left, right: the labels of its items. support: what returns say of it.
    relation: = or <=.
    """

    letter: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    equations: tuple[Equation, ...]
    support: Support
    relation: str = "="


@dataclass(slots=True)
class _Taken:
    """What is in a sum already, in one band: {part: its total}, totals, items of two-sided sums."""

    above: dict[int, int] = field(default_factory=dict)
    totals: dict[int, tuple[int, ...]] = field(default_factory=dict)
    sides: list[frozenset[int]] = field(default_factory=list)


@dataclass(slots=True)
class _Search:
    """A search: the bands of a form, its returns, what is taken and accepted."""

    bands: Sequence[Band]
    returns: Sequence[Figures]
    signed: frozenset[str]
    taken: list[_Taken]
    stated: frozenset[Equation]
    basis: dict[str, Coefficients]
    families: list[Family] = field(default_factory=list)
    known: dict[tuple[int, tuple[int, ...], tuple[int, ...]], Support] = field(default_factory=dict)


def propose(edition: Edition, reports: Iterable[Report]) -> list[Family]:
    """Return the families of sums that a form seems to have, by class, in form order.

    reports: returns on the edition. The edition's own balances, as of the formulas of the form,
    are taken as they are; what follows from them or from another family is left out.
    """
    found = bands(edition)
    own = [(balance.left, balance.right) for balance in edition.balances
           if balance.relation == "=" and not balance.prior]  # fmt: skip
    search = _Search(
        bands=found,
        returns=[report.numbers for report in reports],
        signed=_signed(edition),
        taken=[_Taken() for _ in found],
        stated=frozenset((left, _in_order(edition, right)) for left, right in own),
        basis=basis_of(own),
    )
    _by_formulas(search)
    suggested = [reading for number, band in enumerate(found) for reading in labelled(band, number)]
    _by_labels(search, suggested)
    _by_places(search)
    _by_labels_alone(search, suggested)
    order = {key: at for at, key in enumerate(edition.cells)}
    return sorted(
        search.families, key=lambda f: (f.letter, min(order[key] for key in f.equations[0][0]))
    )


def stated(edition: Edition, reports: Iterable[Report]) -> list[Family]:
    """Return the sums that an edition has already, with what returns say of them."""
    returns = [report.numbers for report in reports]
    groups: dict[str, list[Equation]] = {}
    words: dict[str, str] = {}
    for balance in edition.balances:
        if balance.relation == "=" and not balance.prior:
            name = balance.id.partition("[")[0]
            groups.setdefault(name, []).append((balance.left, balance.right))
            words.setdefault(name, balance.rule["zh"])
    return [
        Family(FORMULAS, (words[name],), (), tuple(lines), pooled(lines, returns, _signed(edition)))
        for name, lines in groups.items()
    ]


def _signed(edition: Edition) -> frozenset[str]:
    return frozenset(key for key, cell in edition.cells.items() if cell.signed)


def _in_order(edition: Edition, keys: Iterable[str]) -> tuple[str, ...]:
    """Return keys in form order."""
    inside = frozenset(keys)
    return tuple(key for key in edition.cells if key in inside)


# ── what is taken ─────────────────────────────────────────────────────────────────────────────────


def _free(search: _Search, reading: SumReading) -> bool:
    """Tell whether no item of a reading is in another sum in the same sense."""
    taken = search.taken[reading.band]
    items = frozenset((*reading.left, *reading.right))
    if any(len(items & side) > 1 for side in taken.sides):
        return False
    if len(reading.left) > 1:
        return not any(item in taken.above for item in items)
    total, parts = reading.left[0], reading.right
    if any(_over(taken, part, total) for part in parts):
        return False
    if set(parts) in map(set, taken.totals.values()):
        return total not in taken.totals
    if reading.alone:
        return all(taken.above.get(part, total) == total for part in parts)
    return total not in taken.totals and not any(part in taken.above for part in parts)


def _over(taken: _Taken, upper: int, lower: int) -> bool:
    """Tell whether an item is, directly or not, a sum that another one is part of."""
    while lower in taken.above:
        lower = taken.above[lower]
        if lower == upper:
            return True
    return False


def _take(search: _Search, reading: SumReading) -> None:
    taken = search.taken[reading.band]
    if len(reading.left) > 1:
        taken.sides.append(frozenset((*reading.left, *reading.right)))
        return
    total = reading.left[0]
    taken.totals.setdefault(total, reading.right)
    for part in reading.right:
        taken.above.setdefault(part, total)


def _accept(search: _Search, reading: SumReading, letter: str) -> None:
    """Take a reading, and all of its shape that are free; keep its family where it is new."""
    support = _support(search, reading)
    free = []
    for member in alike(search.bands, reading):
        if _free(search, member):
            _take(search, member)
            free.append(member)
    lines = _lines(search, free)
    left_out = (*support.weak, *search.stated)
    kept = tuple(equation for equation in lines if equation not in left_out)
    fresh = [equation for equation in kept if extend(search.basis, equation)]
    if fresh:
        support = pooled(kept, search.returns, search.signed)
        band = search.bands[reading.band]
        left, right = band.printed(reading.left), band.printed(reading.right)
        search.families.append(Family(letter, left, right, kept, support))


def _lines(search: _Search, readings: Iterable[SumReading]) -> list[Equation]:
    """Return the equations of readings, each once."""
    every = (
        equation
        for reading in readings
        for equation in equations(search.bands[reading.band], reading.left, reading.right)
    )
    return list(dict.fromkeys(every))


def _support(search: _Search, reading: SumReading) -> Support:
    """Return what returns say of all readings of a shape, lines in which it fails left out."""
    name = reading.band, reading.left, reading.right
    if name not in search.known:
        same = list(alike(search.bands, reading))
        lines = _lines(search, same)
        support = pooled(lines, search.returns, search.signed)
        if 0 < len(support.weak) <= len(lines) * _MOST_WEAK:
            rest = [line for line in lines if line not in support.weak]
            better = pooled(rest, search.returns, search.signed)
            support = replace(better, weak=support.weak)
        for member in same:
            search.known[member.band, member.left, member.right] = support
    return search.known[name]


# ── stages ────────────────────────────────────────────────────────────────────────────────────────


def _by_formulas(search: _Search) -> None:
    """Take the sums that the edition has; accept them for further lines of the same labels."""
    seen: set[tuple[int, tuple[int, ...], tuple[int, ...]]] = set()
    for number, band in enumerate(search.bands):
        for line in band.lines:
            places = {cell.key: at for at, cell in enumerate(line) if cell}
            for keys, others in search.stated:
                if all(key in places for key in (*keys, *others)):
                    left, right = (tuple(places[key] for key in side) for side in (keys, others))
                    seen.add((number, left, right))
    for number, left, right in sorted(seen):
        reading = SumReading(number, left, right, 0, sure=True, named=True)
        if _free(search, reading) and _support(search, reading).refuted:
            _take(search, reading)
        elif _free(search, reading):
            _accept(search, reading, FORMULAS)


def _by_labels(search: _Search, suggested: Sequence[SumReading]) -> None:
    """Accept the sums that labels suggest and returns bear out, inner ones first."""
    passing: dict[tuple[int, int], list[tuple[float, SumReading]]] = {}
    for reading in suggested:
        support = _support(search, reading)
        if support.enough and support.bits >= _NAMED - reading.ahead:
            place = reading.band, reading.left[0]
            passing.setdefault(place, []).append((support.bits + reading.ahead, reading))
    ranked = [sorted(found, key=lambda pair: -pair[0]) for found in passing.values()]
    for found in sorted(ranked, key=lambda found: len(found[0][1].right)):
        for _, reading in found:
            if _free(search, reading):
                _accept(search, reading, BOTH)


def _by_places(search: _Search) -> None:
    """Accept sums of neighbours and of two sides that returns alone bear out, the best first."""
    waiting: dict[int, list[tuple[float, SumReading]]] = {}
    while options := _waiting(search, waiting):
        _, best = max(options, key=lambda pair: pair[0])
        _accept(search, best, BOTH if best.named else DATA)
        del waiting[best.band]


def _waiting(
    search: _Search, waiting: dict[int, list[tuple[float, SumReading]]]
) -> list[tuple[float, SumReading]]:
    """Return what neighbours bear out and is free; waiting: by band, kept until it changes."""
    for number in range(len(search.bands)):
        if number not in waiting:
            waiting[number] = list(_placed(search, number))
    found = (pair for pairs in waiting.values() for pair in pairs)
    return [(score, reading) for score, reading in found if _free(search, reading)]


def _placed(search: _Search, number: int) -> Iterator[tuple[float, SumReading]]:
    """Yield (score, reading) of what neighbours in a band bear out."""
    band, taken = search.bands[number], search.taken[number]
    tops = [at for at in range(len(band.paths)) if at not in taken.above]
    free = [at for at in tops if at not in taken.totals]
    tests = log2(1 + len(tops)) * 2
    found = [(reading, tests) for reading in runs(band, number, tops, free, search.returns)]
    found += [(reading, tests * 2) for reading in two_sided(band, number, tops, search.returns)]
    for reading, cost in found:
        support = _support(search, reading)
        if not support.enough:
            continue
        plain = support.informative >= _CASES and support.agreeing >= _RETURNS
        needed = _NAMED if reading.named else _PLACED + cost - min(reading.ahead, 0)
        if support.bits >= needed and (reading.named or plain):
            yield support.bits + reading.ahead, reading


def _by_labels_alone(search: _Search, suggested: Sequence[SumReading]) -> None:
    """Accept the sums that labels suggest surely and of which returns say too little."""
    for reading in sorted(suggested, key=lambda reading: len(reading.right)):
        support = _support(search, reading)
        if reading.sure and _undecided(support) and _free(search, reading):
            _accept(search, reading, LABELS)
    for number, band in enumerate(search.bands):
        above = search.taken[number].above
        tops = [at for at in range(len(band.paths)) if at not in above]
        for reading in flows(band, number, tops):
            if _undecided(_support(search, reading)) and _free(search, reading):
                _accept(search, reading, LABELS)


def _undecided(support: Support) -> bool:
    """Tell whether returns leave a sum open: it holds often, or fails in a few of several."""
    few = len(support.against) * _SEVERAL <= support.returns
    return not support.refuted or (few and (support.rate >= _MOSTLY or support.failed <= 1))
