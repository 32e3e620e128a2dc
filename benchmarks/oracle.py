"""The smallest corrections against CP-SAT: the same minimum, the same sets; and against a MILP.

pip install ortools scipy
python -m benchmarks.oracle [--count N] [--seed S]
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit import edition as editions
from toolkit.case import Case
from toolkit.explain.model import SCALE, Problem, problem
from toolkit.explain.search import MOST, regions, smallest

from .planted import planted, settings

BIG = 10**7
"""No number of these reports comes near it."""


def main() -> None:
    """Compare, and print what differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--milp", type=int, default=100, help="every so many-th also as a MILP")
    given = parser.parse_args()
    forms = [form for name in ("2019", "2021") if (form := editions.named("annual-report", name))]
    seen: Counter[str] = Counter()
    times: dict[str, list[float]] = {"ours": [], "cp-sat": [], "milp": []}
    for number, (rng, form, density) in enumerate(settings(forms, given.seed, given.count)):
        origin = rng.choice(("json", "workbook"))
        case = planted(
            form, rng, density=density, origin=origin,
            mistakes=rng.randint(1, 4), chained=rng.random() < 0.5,
        )  # fmt: skip
        whole = problem(
            case.report, Case(case.report, case.prior, frozenset(), frozenset()).numbers
        )
        for region in regions(whole):
            answer = compare(whole, region, times, with_milp=number % given.milp == 0)
            seen[answer] += 1
            if answer.startswith("differs"):
                print(number, origin, form.name, answer)
    print(dict(seen))
    for name, taken in times.items():
        if taken:
            print(
                f"{name:<8} median {1000 * median(taken):8.2f} ms  max {1000 * max(taken):8.2f} ms"
            )


def compare(
    whole: Problem, region: Sequence[int], times: Mapping[str, list[float]], *, with_milp: bool
) -> str:
    """Return whether both find the same."""
    start = perf_counter()
    ours = smallest(whole, region)
    times["ours"].append(perf_counter() - start)
    cells, rows = reach(whole, region)
    start = perf_counter()
    size, sets = solve(whole, cells, rows)
    times["cp-sat"].append(perf_counter() - start)
    if with_milp:
        start = perf_counter()
        found = relaxed(whole, cells, rows)
        times["milp"].append(perf_counter() - start)
        if found != size and (found or 9) <= MOST:
            print(f"   milp says {found}, CP-SAT {size}")
    if not ours:
        return "more than three" if size is None else f"differs: none, CP-SAT {size}"
    if any(broken(whole, rows, changes) for changes in ours):
        return "differs: an answer leaves something broken"
    mine = {frozenset(changes) for changes in ours}
    if size != len(ours[0]) or mine != sets:
        return f"differs: {len(ours[0])} {len(mine)}, CP-SAT {size} {len(sets)}"
    return f"same, {size}"


def reach(whole: Problem, region: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return all cells and constraints that hang together with a region."""
    model, rows, cells = whole.model, set(region), set()
    new = list(region)
    while new:
        for cell, _ in model.constraints[new.pop()].terms:
            if not whole.fixed >> cell & 1:
                cells.add(cell)
                for row, _ in model.touching[cell]:
                    if row not in rows and whole.residuals[row] is not None:
                        rows.add(row)
                        new.append(row)
    return sorted(cells), sorted(rows)


def broken(whole: Problem, rows: Sequence[int], changes: Mapping[int, int]) -> bool:
    """Tell whether something is broken after changes."""
    for row in rows:
        one = whole.model.constraints[row]
        left = whole.residuals[row] or 0
        for cell, factor in one.terms:
            left += factor * (changes.get(cell, whole.values[cell]) - whole.values[cell])
        if left > 0 or (left and one.exact):
            return True
    return any(v < whole.model.lows[c] or v > whole.model.highs[c] for c, v in changes.items())


def solve(
    whole: Problem, cells: Sequence[int], rows: Sequence[int]
) -> tuple[int | None, set[frozenset[int]]]:
    """Return the fewest changes, None for more than MOST, and every set of so many cells."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    model, changed = _model(whole, cells, rows)
    total: Any = sum(changed.values())
    model.minimize(total)
    if solver.solve(model) != cp_model.OPTIMAL:
        return None, set()
    size = round(solver.objective_value)
    if size > MOST:
        return None, set()
    model, changed = _model(whole, cells, rows)
    model.add(sum(changed.values()) == size)
    found: set[frozenset[int]] = set()
    while solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        one = frozenset(cell for cell in cells if solver.boolean_value(changed[cell]))
        found.add(one)
        model.add(sum(changed[cell] for cell in one) <= size - 1)
    return size, found


def _model(
    whole: Problem, cells: Sequence[int], rows: Sequence[int]
) -> tuple[cp_model.CpModel, dict[int, Any]]:
    """Return the model, in units of each cell: counts are small numbers then."""
    model = cp_model.CpModel()
    unit = min((whole.model.units[cell] for cell in cells), default=SCALE)
    values, changed = {}, {}
    for cell in cells:
        old = whole.values[cell] // unit
        low = -BIG if whole.model.lows[cell] < 0 else 0
        values[cell] = model.new_int_var(low, BIG, f"v{cell}")
        changed[cell] = model.new_bool_var(f"c{cell}")
        model.add(values[cell] == old).only_enforce_if(changed[cell].negated())
        model.add(values[cell] != old).only_enforce_if(changed[cell])
    for row in rows:
        one = whole.model.constraints[row]
        own = [(c, f) for c, f in one.terms if c in values]
        rest = (whole.residuals[row] or 0) - sum(f * whole.values[c] for c, f in own)
        total = sum(f * values[c] for c, f in own) + rest // unit
        model.add(total == 0) if one.exact else model.add(total <= 0)
    return model, changed


def relaxed(whole: Problem, cells: Sequence[int], rows: Sequence[int]) -> int | None:
    """Return the fewest changes as a mixed integer program with a big M finds them."""
    place = {cell: number for number, cell in enumerate(cells)}
    n, big = len(cells), 1e6
    matrix, low, high = [], [], []
    for row in rows:
        one = whole.model.constraints[row]
        line = np.zeros(2 * n)
        for cell, factor in one.terms:
            if cell in place:
                line[place[cell]] = factor
        matrix.append(line)
        need = -(whole.residuals[row] or 0) / SCALE
        low.append(need if one.exact else -np.inf)
        high.append(need)
    for number in range(n):
        for sign in (1, -1):
            line = np.zeros(2 * n)
            line[number], line[n + number] = sign, -big
            matrix.append(line)
            low.append(-np.inf)
            high.append(0)
    cost = np.concatenate([np.zeros(n), np.ones(n)])
    floor = [-whole.values[cell] / SCALE if whole.model.lows[cell] == 0 else -big for cell in cells]
    bounds = Bounds(np.array([*floor, *[0] * n]), np.array([*[big] * n, *[1] * n]))
    done = milp(cost, constraints=LinearConstraint(np.array(matrix), low, high),
                integrality=np.ones(2 * n), bounds=bounds, options={"time_limit": 10})  # fmt: skip
    return round(done.fun) if done.success else None


if __name__ == "__main__":
    main()
