"""The smallest corrections against CP-SAT: the same minimum, the same sets; and against a MILP.

pip install ortools scipy
python -m benchmarks.oracle [--count N] [--seed S]

Our answers are verified by adding up. Then CP-SAT is asked for one more set: as small as ours or
smaller, and none of ours. If there is none, both the minimum and completeness are proven.
"""

import argparse
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit.check.case import Case
from toolkit.edition import edition as editions
from toolkit.explain.model import SCALE, Problem, problem
from toolkit.explain.search import ENOUGH, MOST, ChangeSet, regions, smallest

from .planted import planted, settings

PATIENCE = 30
"""Seconds a solver gets for a question; after that it gave up, which is no agreement."""
ROOM = 8
"""Factor of the largest number that limits a cell: three changes never need more."""
BIG = 1e6
"""The big M of the mixed integer program, a usual choice."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes of all broken regions; times: CPU seconds for each question."""

    seen: Counter[str] = field(default_factory=Counter)
    milp: Counter[str] = field(default_factory=Counter)
    times: Mapping[str, list[float]] = field(
        default_factory=lambda: {"ours": [], "cp-sat": [], "milp": []}
    )


def main() -> None:
    """Compare, and print the differences."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--milp", type=int, default=10, help="every so many-th also as a MILP")
    given = parser.parse_args()
    forms = [form for name in ("2019", "2021") if (form := editions.named("annual-report", name))]
    tally = Tally()
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
            answer = compare(whole, region, tally, with_milp=number % given.milp == 0)
            if answer.startswith("differs"):
                print(number, origin, form.name, answer, flush=True)
        tally.seen["reports"] += 1
        if number % 100 == 99:
            _print(tally)
    _print(tally)


def _print(tally: Tally) -> None:
    print(dict(sorted(tally.seen.items())), "milp:", dict(sorted(tally.milp.items())))
    for name, taken in tally.times.items():
        if taken:
            parts = sorted(1000 * one for one in taken)
            late = parts[len(parts) * 99 // 100]
            print(f"  {name:<7} n {len(parts)} median {median(parts):.2f} ms p99 {late:.2f} ms "
                  f"max {parts[-1]:.2f} ms", flush=True)  # fmt: skip


def compare(whole: Problem, region: Sequence[int], tally: Tally, *, with_milp: bool) -> str:
    """Return whether both find the same answers, or the difference."""
    start = process_time()
    ours = smallest(whole, region)
    tally.times["ours"].append(process_time() - start)
    cells, rows = reach(whole, region)
    elsewhere = frozenset(whole.broken) - frozenset(region)
    size = len(ours[0]) if ours else None
    if any(broken(whole, rows, elsewhere, changes) for changes in ours):
        answer = "differs: an answer leaves something broken"
    elif len(ours) >= ENOUGH:
        answer = "not asked: too many answers"
    else:
        start = process_time()
        told = another(whole, cells, rows, elsewhere, ours)
        tally.times["cp-sat"].append(process_time() - start)
        answer = told or (f"same, {size}" if size else f"same, more than {MOST}")
    tally.seen[answer] += 1
    if with_milp and answer.startswith("same") and not elsewhere & set(rows):
        start = process_time()
        found = relaxed(whole, cells, rows)
        tally.times["milp"].append(process_time() - start)
        tally.milp[_judged(found, size)] += 1
    return answer


def _judged(found: int | None, size: int | None) -> str:
    """Return the correctness of a MILP's minimum, compared with the proven one."""
    if found is None:
        return "failed"
    right = found == size if size else found > MOST
    return "right" if right else "wrong"


def reach(whole: Problem, region: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return all cells and constraints connected with a region, warnings among them."""
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


def broken(
    whole: Problem, rows: Sequence[int], elsewhere: Collection[int], changes: ChangeSet
) -> bool:
    """Tell whether a balance is broken after changes, or a change has no effect or no valid number.

    elsewhere: balances broken in other regions may stay so where none of their cells changes.
    """
    for row in rows:
        one = whole.model.constraints[row]
        if row in elsewhere and not any(cell in changes for cell, _ in one.terms):
            continue
        left = whole.residuals[row] or 0
        for cell, factor in one.terms:
            left += factor * (changes.get(cell, whole.values[cell]) - whole.values[cell])
        if left > 0 or (left and one.exact):
            return True
    return any(
        v == whole.values[c]
        or not whole.model.lows[c] <= v <= whole.model.highs[c]
        or v % whole.model.units[c]
        for c, v in changes.items()
    )


def another(
    whole: Problem,
    cells: Sequence[int],
    rows: Sequence[int],
    elsewhere: Collection[int],
    ours: Sequence[ChangeSet],
) -> str | None:
    """Return a set that CP-SAT finds beside ours, None where it proves that there is none.

    A cell may be marked as changed and keep its number: such a set stands for a smaller
    one, which would be found, too.
    """
    model, changed = _model(whole, cells, rows, elsewhere)
    size = len(ours[0]) if ours else MOST
    model.add(sum(changed.values()) <= size)
    for one in ours:
        model.add(sum(changed[cell] for cell in one) < size)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = PATIENCE
    done = solver.solve(model)
    if done == cp_model.INFEASIBLE:
        return None
    if done == cp_model.UNKNOWN:
        return "CP-SAT gave up"
    found = [whole.model.keys[cell] for cell in cells if solver.boolean_value(changed[cell])]
    return f"differs: beside our {len(ours)} of {size} also {found}"


def _model(
    whole: Problem, cells: Sequence[int], rows: Sequence[int], elsewhere: Collection[int]
) -> tuple[cp_model.CpModel, dict[int, Any]]:
    """Return the model, in units of each cell: counts are small numbers then."""
    model = cp_model.CpModel()
    unit = min((whole.model.units[cell] for cell in cells), default=SCALE)
    numbers = [abs(n) // unit for n in (*whole.values, *(r or 0 for r in whole.residuals))]
    most = ROOM * max(numbers)
    values, changed = {}, {}
    for cell in cells:
        low = -most if whole.model.lows[cell] < 0 else 0
        values[cell] = model.new_int_var(low, most, f"v{cell}")
        changed[cell] = model.new_bool_var(f"c{cell}")
        old = whole.values[cell] // unit
        model.add(values[cell] == old).only_enforce_if(changed[cell].negated())
    for row in rows:
        one = whole.model.constraints[row]
        own = [(c, f) for c, f in one.terms if c in values]
        rest = (whole.residuals[row] or 0) - sum(f * whole.values[c] for c, f in own)
        total = sum(f * values[c] for c, f in own) + rest // unit
        holds = model.add(total == 0) if one.exact else model.add(total <= 0)
        if row in elsewhere:
            touched = model.new_bool_var(f"t{row}")
            holds.only_enforce_if(touched)
            for cell, _ in own:
                model.add_implication(changed[cell], touched)
    return model, changed


def relaxed(whole: Problem, cells: Sequence[int], rows: Sequence[int]) -> int | None:
    """Return the fewest changes found by a mixed integer program with a big M."""
    place = {cell: number for number, cell in enumerate(cells)}
    n = len(cells)
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
            line[number], line[n + number] = sign, -BIG
            matrix.append(line)
            low.append(-np.inf)
            high.append(0)
    cost = np.concatenate([np.zeros(n), np.ones(n)])
    floor = [-whole.values[cell] / SCALE if whole.model.lows[cell] == 0 else -BIG for cell in cells]
    bounds = Bounds(np.array([*floor, *[0] * n]), np.array([*[BIG] * n, *[1] * n]))
    done = milp(cost, constraints=LinearConstraint(np.array(matrix), low, high),
                integrality=np.ones(2 * n), bounds=bounds,
                options={"time_limit": PATIENCE})  # fmt: skip
    return round(done.fun) if done.success else None


if __name__ == "__main__":
    main()
