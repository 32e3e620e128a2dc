"""The search for smallest corrections, compared with brute force on small made-up balances."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product
from random import Random

import pytest
from source import editions as sources

from toolkit.edition import edition
from toolkit.explain.model import SCALE, Constraint, Model, Problem, model, number, whole
from toolkit.explain.search import ENOUGH, MOST, smallest

MOST_VALUE = 9


def system(rng: Random) -> Problem:
    """Return a few random cells and balances, some of which hold."""
    cells, rows = rng.randint(3, 6), rng.randint(1, 4)
    constraints = tuple(
        Constraint(
            id=str(row),
            exact=rng.random() < 0.75,
            terms=tuple(
                (cell, rng.choice((-1, 1)))
                for cell in sorted(rng.sample(range(cells), rng.randint(1, min(4, cells))))
            ),
            prior={},
        )
        for row in range(rows)
    )
    touching = [
        tuple((row, f) for row, one in enumerate(constraints) for c, f in one.terms if c == cell)
        for cell in range(cells)
    ]
    made = Model(
        keys=tuple(map(str, range(cells))),
        constraints=constraints,
        hints=(),
        touching=tuple(touching),
        hinting=((),) * cells,
        masks=tuple(sum(1 << cell for cell, _ in one.terms) for one in constraints),
        lows=(0,) * cells,
        highs=(MOST_VALUE * SCALE,) * cells,
        units=(SCALE,) * cells,
        near=((),) * cells,
    )
    values = tuple(rng.randint(0, 5) * SCALE for _ in range(cells))
    residuals = tuple(
        rng.randint(-4, 4) * SCALE + sum(f * values[cell] for cell, f in one.terms)
        for one in constraints
    )
    return Problem(made, values, residuals, (), 0)


def rings(kept: dict[int, set[int]]) -> list[tuple[int, ...]]:
    """Return groups of two or three cells, each of whose constraints contains two or more of them.

    kept: for each cell its constraints.
    """
    near = {c: {o for o in kept if kept[c] & kept[o]} - {c} for c in kept}
    found = []
    for cells in sorted(_close(near, 2) | _close(near, 3)):
        rows = [row for cell in cells for row in kept[cell]]
        if all(rows.count(row) > 1 for row in rows):
            found.append(cells)
    return found


def _close(near: dict[int, set[int]], size: int) -> set[tuple[int, ...]]:
    """Return groups of that size in which each cell shares a constraint with another."""
    pairs = {tuple(sorted((one, other))) for one, others in near.items() for other in others}
    if size == 2:
        return pairs
    return {
        tuple(sorted({*pair, third}))
        for pair in pairs
        for third in near[pair[0]] | near[pair[1]]
        if third not in pair
    }


def holds(problem: Problem, changes: dict[int, int]) -> bool:
    for one, residual in zip(problem.model.constraints, problem.residuals, strict=True):
        steps = (f * (changes.get(c, problem.values[c]) - problem.values[c]) for c, f in one.terms)
        left = residual + sum(steps)
        if left > 0 or (left and one.exact):
            return False
    return True


def amount(problem: Problem, changes: Mapping[int, int]) -> int:
    return sum(abs(value - problem.values[cell]) for cell, value in changes.items())


def tried(problem: Problem) -> dict[frozenset[int], int]:
    """Return all smallest sets of cells and the least change of each, by trying every value."""
    for size in range(1, MOST + 1):
        found: dict[frozenset[int], int] = {}
        for cells in combinations(range(len(problem.values)), size):
            for values in product(range(MOST_VALUE + 1), repeat=size):
                changes = {c: value * SCALE for c, value in zip(cells, values, strict=True)}
                differ = all(value != problem.values[cell] for cell, value in changes.items())
                if differ and holds(problem, changes):
                    least = found.get(frozenset(cells), amount(problem, changes))
                    found[frozenset(cells)] = min(least, amount(problem, changes))
        if found:
            return found
    return {}


@pytest.mark.parametrize("seed", range(8))
def test_the_search_finds_what_trying_everything_finds(seed):
    rng = Random(seed)  # noqa: S311 - reproducible, no secret
    compared = 0
    while compared < 15:
        problem = system(rng)
        touching = {c: {row for row, _ in own} for c, own in enumerate(problem.model.touching)}
        if not problem.broken or rings(touching):
            continue
        compared += 1
        answers = smallest(problem, problem.broken)
        assert {frozenset(one): amount(problem, one) for one in answers} == tried(problem)
        assert all(holds(problem, dict(changes)) for changes in answers)


def apart(*sums: tuple[int, ...], residuals: tuple[int, ...], unit: int) -> Problem:
    """Return sums without common cells, from the factors of the cells of each."""
    places = iter(range(sum(map(len, sums))))
    rows = [tuple((next(places), factor) for factor in factors) for factors in sums]
    cells = [(row, factor) for row, terms in enumerate(rows) for _, factor in terms]
    made = Model(
        keys=tuple(map(str, range(len(cells)))),
        constraints=tuple(
            Constraint(str(row), exact=True, terms=terms, prior={})
            for row, terms in enumerate(rows)
        ),
        hints=(),
        touching=tuple((cell,) for cell in cells),
        hinting=((),) * len(cells),
        masks=tuple(sum(1 << cell for cell, _ in terms) for terms in rows),
        lows=(0,) * len(cells),
        highs=(10**12 * SCALE,) * len(cells),
        units=(unit,) * len(cells),
        near=((),) * len(cells),
    )
    return Problem(made, (5 * SCALE,) * len(cells), residuals, (), 0)


def test_money_of_six_places_and_a_million_millions_is_exact():
    """a + b = c, where c lacks two millionths: each of the three cells mends it by just that."""
    a, b = Decimal("999999999999.123457"), Decimal("0.000002")
    given = replace(apart((1, 1, -1), residuals=(2,), unit=1), values=tuple(map(whole, (a, b, a))))
    answers = smallest(given, (0,))
    assert sorted((cell, number(value)) for one in answers for cell, value in one.items()) == [
        (0, Decimal("999999999999.123455")),
        (1, 0),
        (2, Decimal("999999999999.123459")),
    ]


def test_a_cell_that_counts_twice_mends_no_odd_part():
    """2a + b is a millionth too much, and so is c: b and c change, a cannot by half of one."""
    given = apart((2, 1), (1,), residuals=(1, 1), unit=1)
    assert smallest(given, (0, 1)) == [{1: 5 * SCALE - 1, 2: 5 * SCALE - 1}]


def test_what_nobody_would_read_to_the_end_is_not_counted_to_the_end():
    """Two sums of 80 cells are one too much: 6,400 pairs would do."""
    given = apart((1,) * 80, (1,) * 80, residuals=(SCALE, SCALE), unit=SCALE)
    answers = smallest(given, (0, 1))
    assert len(answers) == ENOUGH
    assert {len(changes) for changes in answers} == {2}


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize("name", sorted(sources()))
def test_no_official_edition_has_a_ring_of_equations(name, typed):
    """Cells in the same equations with the same signs form no ring: one of them is enough."""
    form = edition.named(*name.split("/"))
    made = model(form, typed=typed)
    alike: dict[tuple[tuple[int, int], ...], int] = {}
    for cell, own in enumerate(made.touching):
        exact = tuple((row, f) for row, f in own if made.constraints[row].exact)
        turned = tuple((row, -f) for row, f in exact)
        if exact and turned not in alike:
            alike.setdefault(exact, cell)
    assert rings({cell: {row for row, _ in own} for own, cell in alike.items()}) == []
