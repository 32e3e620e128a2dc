"""An edition's balances in whole numbers, over the cells that can be changed."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from ..edition.balance import PRIOR, Balance
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..report.report import PLACES, Number, Report, limit

SCALE: int = 10**PLACES
"""Steps per unit: numbers are counted in 1/SCALE, so that money is whole, too."""
Term = tuple[int, int]
"""A cell or constraint by its number, and the factor the cell counts with in the constraint."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A balance as `sum of terms + last year's terms = 0` (or ≤ 0).

    terms: (cell, factor). prior: {last year's key: factor}. implied: numbers of the constraints
    that add up to this one term by term; where they can be judged, it is redundant.
    """

    id: str
    exact: bool
    terms: tuple[Term, ...]
    prior: Mapping[str, int]
    implied: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """An edition's constraints over the cells that can be changed.

    hints: constraints of warnings; they may stay broken.
    touching, hinting: for each cell its (constraint or hint, factor). masks: for each constraint
    its cells as bits.
    lows, highs, units: least and largest number of a cell and its step, in parts of SCALE.
    near: the cells beside, above and below each, totals beside totals only, in form order.
    """

    keys: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    hints: tuple[Constraint, ...]
    touching: tuple[tuple[Term, ...], ...]
    hinting: tuple[tuple[Term, ...], ...]
    masks: tuple[int, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    units: tuple[int, ...]
    near: tuple[tuple[Cell, ...], ...]


@cache
def model(edition: Edition, *, typed: bool) -> Model:
    """Return the model over typed cells alone (a workbook's totals follow), or over all cells."""
    sums = {balance.id: _sums(edition, balance, typed=typed) for balance in edition.balances}
    kept = [balance for balance in edition.balances if sums[balance.id][0]]
    used = {key for balance in kept for key in sums[balance.id][0]}
    keys = tuple(key for key in edition.cells if key in used)
    numbers = {key: number for number, key in enumerate(keys)}
    firm, asking = (
        [balance for balance in kept if (balance.severity == "error") == wanted]
        for wanted in (True, False)
    )
    plain, hints = (
        tuple(_constraint(balance, *sums[balance.id], numbers) for balance in some)
        for some in (firm, asking)
    )
    constraints = _with_implied(plain, firm)
    cells = [edition.cells[key] for key in keys]
    return Model(
        keys=keys,
        constraints=constraints,
        hints=hints,
        touching=_touching(len(keys), constraints),
        hinting=_touching(len(keys), hints),
        masks=tuple(sum(1 << cell for cell, _ in constraint.terms) for constraint in constraints),
        lows=tuple(-limit(edition, c.key) * SCALE if c.signed else 0 for c in cells),
        highs=tuple(limit(edition, cell.key) * SCALE for cell in cells),
        units=tuple(SCALE if cell.content.places == 0 else 1 for cell in cells),
        near=tuple(_near(edition, cell) for cell in cells),
    )


def _near(edition: Edition, cell: Cell) -> tuple[Cell, ...]:
    """Return the cells beside a cell; a total and a part of it are often equal, and not beside."""
    row, column = cell.place
    return tuple(
        other
        for other in edition.of_table(cell.table)
        if abs(other.place[0] - row) + abs(other.place[1] - column) == 1
        and (other.key in edition.computes) == (cell.key in edition.computes)
    )


def _sums(edition: Edition, balance: Balance, *, typed: bool) -> tuple[Counter[str], Counter[str]]:
    """Return {key: factor} of left minus right, for this year and for last year."""
    current: Counter[str] = Counter()
    last: Counter[str] = Counter()
    sign = -1 if balance.relation == "≥" else 1
    for side, factor in ((balance.left, sign), (balance.right, -sign)):
        for key in side:
            if key.startswith(PRIOR):
                last[key] += factor
            else:
                current.update(dict.fromkeys(parts(edition, key, typed=typed), 0))
                for part in parts(edition, key, typed=typed):
                    current[part] += factor
    return Counter({key: n for key, n in current.items() if n}), last


def parts(edition: Edition, key: str, *, typed: bool) -> list[str]:
    """Return the keys of the typed cells that a total consists of, or the key itself."""
    if not typed or key not in edition.computes:
        return [key]
    return [p for part in edition.computes[key].right for p in parts(edition, part, typed=typed)]


def _constraint(
    balance: Balance,
    current: Mapping[str, int],
    last: Mapping[str, int],
    numbers: Mapping[str, int],
) -> Constraint:
    terms = tuple(sorted((numbers[key], factor) for key, factor in current.items()))
    return Constraint(balance.id, balance.relation == "=", terms, dict(last))


def _with_implied(
    constraints: tuple[Constraint, ...], of: Iterable[Balance]
) -> tuple[Constraint, ...]:
    """Return the constraints, each with those that add up to it term by term."""
    numbers = {constraint.id: number for number, constraint in enumerate(constraints)}
    result = []
    for constraint, balance in zip(constraints, of, strict=True):
        parts = tuple(numbers[name] for name in balance.implied if name in numbers)
        total: Counter[int] = Counter()
        for part in parts:
            for cell, factor in constraints[part].terms:
                total[cell] += factor
        adds_up = bool(parts) and {c: n for c, n in total.items() if n} == dict(constraint.terms)
        result.append(replace(constraint, implied=parts if adds_up else ()))
    return tuple(result)


def _touching(cells: int, constraints: tuple[Constraint, ...]) -> tuple[tuple[Term, ...], ...]:
    result: list[list[Term]] = [[] for _ in range(cells)]
    for number, constraint in enumerate(constraints):
        for cell, factor in constraint.terms:
            result[cell].append((number, factor))
    return tuple(map(tuple, result))


# ── one report ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Problem:
    """A report's numbers in the model of its edition.

    values: each cell's number in parts of SCALE, 0 where it has none. residuals: the sum
    of each constraint's terms, None where it cannot be judged or is redundant. hints: the
    same of each hint. fixed: cells that must not change, as bits.
    """

    model: Model
    values: tuple[int, ...]
    residuals: tuple[int | None, ...]
    hints: tuple[int | None, ...]
    fixed: int

    @property
    def broken(self) -> tuple[int, ...]:
        """The constraints that do not hold."""
        return tuple(
            number
            for number, residual in enumerate(self.residuals)
            if residual is not None and violated(self.model.constraints[number], residual)
        )


def violated(constraint: Constraint, residual: int) -> bool:
    """Tell whether a constraint with this residual does not hold."""
    return residual != 0 if constraint.exact else residual > 0


def problem(
    report: Report, prior: Mapping[str, Number | None], excused: Container[str] = ()
) -> Problem:
    """Return a report's problem, in whole numbers.

    prior: last year's numbers under `prior.…`. excused: ids of balances that need not hold.
    """
    system = model(report.edition, typed=report.origin == "workbook")
    numbers = [report.numbers[key] for key in system.keys]
    values = tuple(0 if number is None else whole(number) for number in numbers)
    unknown = sum(1 << cell for cell, number in enumerate(numbers) if number is None)
    outside = sum(1 << c for c, key in enumerate(system.keys) if key in report.inapplicable)

    def judged(constraint: Constraint) -> int | None:
        if constraint.id in excused or (
            unknown and any(unknown >> cell & 1 for cell, _ in constraint.terms)
        ):
            return None
        return _residual(constraint, values, prior)

    residuals = [judged(constraint) for constraint in system.constraints]
    kept = tuple(
        None if _follows(constraint, residual, residuals) else residual
        for constraint, residual in zip(system.constraints, residuals, strict=True)
    )
    return Problem(system, values, kept, tuple(map(judged, system.hints)), unknown | outside)


def _follows(constraint: Constraint, residual: int | None, residuals: Sequence[int | None]) -> bool:
    """Tell whether a constraint's residual is the sum of those of its implied constraints."""
    parts = [part for i in constraint.implied if (part := residuals[i]) is not None]
    return bool(parts) and len(parts) == len(constraint.implied) and sum(parts) == residual


def _residual(
    constraint: Constraint, values: tuple[int, ...], prior: Mapping[str, Number | None]
) -> int | None:
    total = sum(factor * values[cell] for cell, factor in constraint.terms)
    for key, factor in constraint.prior.items():
        number = prior.get(key)
        if number is None:
            return None
        total += factor * whole(number)
    return total


def whole(number: Number) -> int:
    """Return a number of at most PLACES decimals in parts of SCALE."""
    return number * SCALE if isinstance(number, int) else int(number.scaleb(PLACES))


def number(value: int) -> Number:
    """Return the number of a value in parts of SCALE.

    >>> number(3 * SCALE), number(SCALE // 4)
    (3, Decimal('0.25'))
    """
    if value % SCALE == 0:
        return value // SCALE
    return Decimal(value) / SCALE
