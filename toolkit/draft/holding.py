"""How well an equation holds in returns: cases pooled over lines of one shape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log2

from .linear import Equation

Figures = Mapping[str, int | Decimal | None]
"""{key: its number, or None where it is blank or no number}."""
ENOUGH, LEAST = 0.8, 2
"""The share of returns in which a relation has to hold; the informative cases it needs."""
_MOST_BITS, _COST, _OPEN = 7.0, 4.0, 0.3
"""Bits that a case says at most; what a case that does not hold costs; the part of one that counts
where it fails and parts of it are blank."""
_SINGLE = 0.25
"""What a case says in which only one part is not 0, of an informative one."""


@dataclass(frozen=True, slots=True)
class Held:
    """An equation in a return.

    held: None where it is open. telling: at least two parts are not 0. bits: what it says.
    """

    held: bool | None
    telling: bool
    bits: float


NIL = Held(held=True, telling=False, bits=0.0)
"""A case in which everything is 0: it counts for the return, and says nothing else."""


@dataclass(frozen=True, slots=True)
class Support:
    """What returns say of equations of one shape.

    cases: those that hold and those that do not. informative: those that hold with at least two
    parts that are not 0; broken: such as do not hold. returns, agreeing: returns with cases, and
    those in which most hold. against: {return: how many of its cases do not hold}.
    idle: keys that are never other than 0. weak: equations that mostly do not hold.
    """

    held: int
    failed: float
    informative: int
    broken: int
    returns: int
    agreeing: int
    bits: float
    against: Mapping[int, int]
    idle: frozenset[str]
    weak: tuple[Equation, ...]

    @property
    def rate(self) -> float:
        """The share of cases that hold; 1 where there is none."""
        cases = self.held + self.failed
        return self.held / cases if cases else 1.0

    @property
    def refuted(self) -> bool:
        """Whether it holds too seldom: among all cases, the informative ones, or the returns."""
        telling = self.informative + self.broken
        return (
            self.rate < ENOUGH
            or (self.broken > 1 and self.informative < ENOUGH * telling)
            or self.agreeing < ENOUGH * self.returns
        )

    @property
    def enough(self) -> bool:
        """Whether there are enough informative cases, and it holds in them."""
        return self.informative >= LEAST and not self.refuted


def judged(equation: Equation, numbers: Figures, *, signed: bool = False) -> Held | None:
    """Return an equation in a return; None where it says nothing.

    A blank beside numbers counts as 0 if the equation then holds; else the case is open, but for
    a sum that is too large already. A blank alone on its side says nothing.
    """
    left, right = ([numbers.get(key) for key in side] for side in equation)
    if all(number is None for number in left) or all(number is None for number in right):
        return None
    one, other = sum(number or 0 for number in left), sum(number or 0 for number in right)
    if not any(left) and not any(right):
        return NIL
    telling = max(sum(map(bool, left)), sum(map(bool, right))) > 1
    if one == other:
        bits = min(log2(1 + abs(float(one))), _MOST_BITS)
        return Held(held=True, telling=telling, bits=bits if telling else bits * _SINGLE)
    grows = None in left, None in right
    if any(grows) and (signed or all(grows) or (one < other if grows[0] else other < one)):
        return Held(held=None, telling=telling, bits=0.0)
    return Held(held=False, telling=telling, bits=0.0)


def pooled(
    equations: Iterable[Equation], returns: Sequence[Figures], signed: frozenset[str]
) -> Support:
    """Return what returns say of equations of one shape; signed: keys that may be negative."""
    held = informative = broken = 0
    failed = bits = 0.0
    good: dict[int, float] = {}
    bad: dict[int, int] = {}
    nil: set[int] = set()
    moved: set[str] = set()
    weak: list[Equation] = []
    keys: set[str] = set()
    for equation in equations:
        both = {*equation[0], *equation[1]}
        keys |= both
        mine = [0, 0]
        for number, numbers in enumerate(returns):
            case = judged(equation, numbers, signed=not signed.isdisjoint(both))
            if case is None or case is NIL:
                nil |= {number} if case else set()
                continue
            moved |= {key for key in both if numbers.get(key)}
            if case.held is None:
                failed += _OPEN
                continue
            mine[not case.held] += 1
            if case.held:
                held += 1
                informative += case.telling
                good[number] = good.get(number, 0) + 1
                bits += case.bits
            else:
                failed += 1
                broken += case.telling
                bad[number] = bad.get(number, 0) + 1
                bits -= _COST
        if mine[1] > 1 and mine[1] > mine[0]:
            weak.append(equation)
    known = good.keys() | bad.keys() | nil
    return Support(
        held=held,
        failed=failed,
        informative=informative,
        broken=broken,
        returns=len(known),
        agreeing=sum(good.get(number, 0) >= bad.get(number, 0) for number in known),
        bits=bits,
        against=dict(sorted(bad.items())),
        idle=frozenset(keys - moved),
        weak=tuple(weak),
    )
