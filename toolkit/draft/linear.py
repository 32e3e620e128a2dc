"""Which equations follow from others: exact linear algebra over the cells of a form."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

Equation = tuple[tuple[str, ...], tuple[str, ...]]
"""Keys of the left side and of the right side: their sums are the same."""
Coefficients = dict[str, Fraction]
"""{key: its coefficient}, those of 0 left out: left minus right."""


def row(equation: Equation) -> Coefficients:
    """Return an equation as left minus right."""
    left, right = equation
    coefficients: Coefficients = {}
    for keys, sign in ((left, 1), (right, -1)):
        for key in keys:
            coefficients[key] = coefficients.get(key, Fraction(0)) + sign
    return {key: number for key, number in coefficients.items() if number}


def reduced(equation: Coefficients, basis: Mapping[str, Coefficients]) -> Coefficients:
    """Return what is left of an equation when those of a basis hold; nothing if it follows."""
    rest = dict(equation)
    for pivot in [key for key in basis if key in rest]:
        _take_away(rest, pivot, basis[pivot])
    return rest


def _take_away(rest: Coefficients, pivot: str, other: Coefficients) -> None:
    """Take so much of another equation away that a key is gone."""
    factor = rest.get(pivot)
    if not factor:
        return
    for key, number in other.items():
        if value := rest.get(key, Fraction(0)) - factor * number:
            rest[key] = value
        else:
            rest.pop(key, None)


def basis_of(equations: Iterable[Equation]) -> dict[str, Coefficients]:
    """Return a basis of equations: {key: an equation in which it is 1, and in no other}."""
    basis: dict[str, Coefficients] = {}
    for equation in equations:
        extend(basis, equation)
    return basis


def extend(basis: dict[str, Coefficients], equation: Equation) -> bool:
    """Add an equation to a basis; tell whether it says something new."""
    rest = reduced(row(equation), basis)
    if not rest:
        return False
    pivot = min(rest)
    factor = rest[pivot]
    rest = {key: number / factor for key, number in rest.items()}
    for other in basis.values():
        _take_away(other, pivot, rest)
    basis[pivot] = rest
    return True


def follow(equations: Sequence[Equation], basis: Mapping[str, Coefficients]) -> bool:
    """Tell whether all equations follow from those of a basis."""
    return all(not reduced(row(equation), basis) for equation in equations)
