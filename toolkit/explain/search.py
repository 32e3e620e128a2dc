"""All smallest sets of changes that make every balance hold, found exactly.

**How.** The search goes deeper one change at a time. In every state it takes each broken balance
and each of its cells, and gives the cell the one value that makes the balance hold; for the last
change only cells of all broken balances remain. Two smaller changes are tried, too: as far as the
cell's own limits allow, and as far as a bound (≤) that holds allows.

**Why nothing is missed.** Take a smallest set of changes that makes everything hold. Its values
can be moved to a corner of what its cells may take: there as many equations, bounds (≤) and limits
of cells are met exactly as there are cells, and no cell is back at its old value, or the set would
not be smallest. If every equation that the set touches held two or more of its cells whatever one
is taken away, the cells would form a ring; no official edition has one of three cells or fewer (a
test looks). So some cell is alone in an equation that is broken, or in a broken bound, or is at a
limit, and its value is the one the search gives it; the same holds for the cells that are left.
The search tries them all, so it meets the set in at least one order.

**Why it is fast.** A change corrects only balances that contain its cell. Where more broken
balances without a common cell remain than changes, the search goes back; so only those cells are
changed that leave the other balances correctable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from .model import Problem, violated

MOST = 3
"""Most changes in a set that is searched for."""
ENOUGH = 5_000
"""Most sets that are counted."""
ChangeSet = Mapping[int, int]
"""{cell: its new value in parts of SCALE}."""


@dataclass(frozen=True, slots=True)
class State:
    """A report after some changes: the changed values, changed residuals and broken constraints."""

    changes: dict[int, int]
    residuals: dict[int, int]
    broken: tuple[int, ...]
    closed: int


def smallest(problem: Problem, broken: Sequence[int]) -> list[ChangeSet]:
    """Return all smallest sets of at most MOST changes after which no constraint is broken.

    broken: constraints of one region. Of one set of cells with several possible values the one
    with the least change. Empty where at least MOST + 1 cells have to change.
    """
    for size in range(1, MOST + 1):
        sets: dict[frozenset[int], ChangeSet] = {}
        start = State({}, {}, tuple(broken), problem.fixed)
        if _hopeless(_open(problem, start), size):
            continue
        for changes in _search(problem, start, size, set()):
            cells = frozenset(changes)
            if cells not in sets or _total(problem, changes) < _total(problem, sets[cells]):
                sets[cells] = changes
            if len(sets) == ENOUGH:
                break
        if sets:
            return list(sets.values())
    return []


def _total(problem: Problem, changes: ChangeSet) -> tuple[int, list[tuple[int, int]]]:
    """Return the sort key of a set of changes: total amount changed, then its places."""
    return sum(abs(v - problem.values[c]) for c, v in changes.items()), sorted(changes.items())


def _search(
    problem: Problem, state: State, left: int, seen: set[frozenset[tuple[int, int]]]
) -> Iterator[ChangeSet]:
    if left == 1:
        yield from _last(problem, state)
        return
    useful = _useful(problem, state, left)
    for number in state.broken:
        for cell in bits(problem.model.masks[number] & useful):
            for value in _values(problem, state, number, cell):
                after = _changed(problem, state, cell, value)
                name = frozenset(after.changes.items())
                if name not in seen and not _hopeless(_open(problem, after), left - 1):
                    seen.add(name)
                    yield from _search(problem, after, left - 1, seen)


def _last(problem: Problem, state: State) -> Iterator[ChangeSet]:
    """Yield the sets completed by one more change."""
    masks = (problem.model.masks[number] for number in state.broken)
    for cell in bits(reduce(and_, masks, ~state.closed)):
        wanted = {_mending(problem, state, number, cell) for number in state.broken}
        for value in wanted:
            if value is not None and _allowed(problem, cell, value):
                after = _changed(problem, state, cell, value)
                if not after.broken:
                    yield after.changes


def _values(problem: Problem, state: State, number: int, cell: int) -> set[int]:
    """Return the values to try for a cell of a broken constraint."""
    old, model = problem.values[cell], problem.model
    full = _mending(problem, state, number, cell)
    if full is None:
        return set()
    tried = {min(max(full, model.lows[cell]), model.highs[cell])}
    for other, factor in model.touching[cell]:
        residual = _residual(problem, state, other)
        if residual is None or model.constraints[other].exact or residual > 0:
            continue
        edge, rest = divmod(-residual, factor)
        if (not rest and old < old + edge < full) or full < old + edge < old:
            tried.add(old + edge)
    return {value for value in tried if value != old and _allowed(problem, cell, value)}


def _mending(problem: Problem, state: State, number: int, cell: int) -> int | None:
    """Return the value of a cell that makes a constraint hold exactly."""
    factor = next(f for other, f in problem.model.touching[cell] if other == number)
    step, rest = divmod(-(_residual(problem, state, number) or 0), factor)
    return None if rest else problem.values[cell] + step


def _residual(problem: Problem, state: State, number: int) -> int | None:
    return state.residuals.get(number, problem.residuals[number])


def _allowed(problem: Problem, cell: int, value: int) -> bool:
    model = problem.model
    return (
        value != problem.values[cell]
        and model.lows[cell] <= value <= model.highs[cell]
        and value % model.units[cell] == 0
    )


def _changed(problem: Problem, state: State, cell: int, value: int) -> State:
    model, step = problem.model, value - problem.values[cell]
    residuals = dict(state.residuals)
    broken = list(state.broken)
    for number, factor in model.touching[cell]:
        before = _residual(problem, state, number)
        if before is None:
            continue
        residuals[number] = after = before + factor * step
        was, is_ = number in state.broken, violated(model.constraints[number], after)
        if is_ and not was:
            broken.append(number)
        elif was and not is_:
            broken.remove(number)
    return State({**state.changes, cell: value}, residuals, tuple(broken), state.closed | 1 << cell)


def _useful(problem: Problem, state: State, left: int) -> int:
    """Return the cells, as bits, whose change leaves the other broken constraints correctable."""
    masks, useful = _open(problem, state), 0
    for cell in bits(reduce(or_, masks, 0)):
        others = [mask for mask in masks if not mask >> cell & 1]
        if not _hopeless(others, left - 1):
            useful |= 1 << cell
    return useful


def _hopeless(masks: Sequence[int], left: int) -> bool:
    """Tell whether `left` cells cannot cover all masks, because too many masks share no cell."""
    if left == 1:
        return not reduce(and_, masks, -1)
    covered, apart = 0, 0
    for mask in masks:
        if not mask:
            return True
        if not mask & covered:
            apart += 1
            covered |= mask
    return apart > left


def _open(problem: Problem, state: State) -> list[int]:
    """Return the cells that can still be changed, as bits, for each broken constraint."""
    return [problem.model.masks[number] & ~state.closed for number in state.broken]


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def regions(problem: Problem) -> list[tuple[int, ...]]:
    """Return the broken constraints in groups that are connected by changeable cells."""
    model, left, result = problem.model, list(problem.broken), []
    carry = [
        mask & ~problem.fixed
        for mask, residual in zip(model.masks, problem.residuals, strict=True)
        if residual is not None
    ]
    while left:
        cells, grown = 0, model.masks[left[0]] & ~problem.fixed
        while grown != cells:
            cells = grown
            for mask in carry:
                grown |= mask if mask & grown else 0
        region = [left[0], *(number for number in left[1:] if model.masks[number] & cells)]
        result.append(tuple(region))
        left = [number for number in left if number not in region]
    return result
