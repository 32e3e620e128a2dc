"""Reasons for ranking corrections of equal size by likelihood."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from ..data import say
from ..edition.kind import Cell
from ..report.report import Number, Report, plain, total
from .model import Problem, number, violated
from .search import ChangeSet

WEIGHTS = {
    "prior": 8, "swap": 7, "text": 6, "blank": 5, "slip": 4, "neighbour": 2, "cleared": 2,
    "warning": -1,
}  # fmt: skip
"""{kind of reason: its weight} for ranking equally small corrections; a policy, not a probability.

A match with last year's figure or two exchanged figures are rarely chance, a slip of a digit more
often; that a cell repeats its neighbour happens often. A new warning is a reason against a
correction, but excludes nothing.
"""
FEW = 3
"""Most blank cells among the answers for blankness to be a reason; above it blanks are usual."""
TELLING = 10
"""Smallest number that counts as a repeated neighbour; smaller ones may be equal by chance."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason: its kind in WEIGHTS, the name of its sentence, the figures of the sentence."""

    kind: str
    sentence: str
    figures: tuple[tuple[str, str], ...] = ()

    def text(self, lang: str) -> str:
        """Return the reason in words."""
        return say("reason", self.sentence, lang, **dict(self.figures))


@dataclass(frozen=True, slots=True)
class Claim:
    """A number given by a text for a sum of cells, with the words around it."""

    number: Number
    quote: str
    keys: tuple[str, ...]


def _reason(kind: str, sentence: str, **figures: str) -> Reason:
    return Reason(kind, sentence, tuple(figures.items()))


def reasons(
    problem: Problem,
    report: Report,
    changes: ChangeSet,
    others: Sequence[ChangeSet],
    claims: Sequence[Claim],
) -> tuple[Reason, ...]:
    """Return all reasons for a set of changes, by falling weight.

    others: changes of a single cell that correct other broken balances.
    """
    keys = problem.model.keys
    cells = {place: report.edition.cells[keys[place]] for place in changes}
    new = {keys[place]: number(value) for place, value in changes.items()}
    old = {keys[place]: number(problem.values[place]) for place in changes}
    result = [
        *_last_year(problem, changes),
        *_swapped(cells, new, old),
        *_exchanged(problem, report, changes, others),
        *_quoted(report, new, claims),
        *_warned(problem, changes),
    ]
    for place, cell in cells.items():
        result += _slip(old[cell.key], new[cell.key])
        if report.values.get(cell.key) is None:
            result.append(_reason("blank", "blank", at=_where(cell)))
        result += _beside(report, problem.model.near[place], old[cell.key])
    return tuple(sorted(dict.fromkeys(result), key=lambda reason: -WEIGHTS[reason.kind]))


def telling(answers: Sequence[tuple[Reason, ...]]) -> list[tuple[Reason, ...]]:
    """Return the reasons of each answer, without `blank` where more than FEW cells have it."""
    blanks = {reason for answer in answers for reason in answer if reason.kind == "blank"}
    if len(blanks) <= FEW:
        return list(answers)
    return [tuple(reason for reason in answer if reason.kind != "blank") for answer in answers]


def weight(answer: Sequence[Reason]) -> int:
    """Return the sum of the reasons' weights; each kind counts once."""
    return sum(WEIGHTS[kind] for kind in {reason.kind for reason in answer})


def _last_year(problem: Problem, changes: ChangeSet) -> Iterator[Reason]:
    """Yield a reason for each change that makes a balance with last year hold."""
    for place in changes:
        for row, _ in problem.model.touching[place]:
            constraint, residual = problem.model.constraints[row], problem.residuals[row]
            if constraint.prior and residual is not None and violated(constraint, residual):
                yield _reason("prior", "prior")


def _swapped(
    cells: Mapping[int, Cell], new: Mapping[str, Number], old: Mapping[str, Number]
) -> Iterator[Reason]:
    """Yield a reason for two changed cells of a table with exchanged numbers."""
    for cell, other in permutations(cells.values(), 2):
        alike = cell.table == other.table and cell.place < other.place
        if alike and new[cell.key] == old[other.key] and new[other.key] == old[cell.key]:
            yield _pair(cell, old[cell.key], other, old[other.key])


def _exchanged(
    problem: Problem, report: Report, changes: ChangeSet, others: Sequence[ChangeSet]
) -> Iterator[Reason]:
    """Yield a reason for a cell that exchanged numbers with a cell of its row in another item."""
    keys, values = problem.model.keys, problem.values
    if len(changes) > 1:
        return
    for place, new in changes.items():
        for other, meant in (change for answer in others for change in answer.items()):
            if meant == values[place] and new == values[other]:
                pair = sorted((place, other))
                left, right = (report.edition.cells[keys[cell]] for cell in pair)
                if left.table == right.table and left.place[0] == right.place[0]:
                    yield _pair(left, number(values[pair[0]]), right, number(values[pair[1]]))


def _pair(cell: Cell, held: Number, other: Cell, holds: Number) -> Reason:
    """Return the reason for two exchanged numbers, or for a number moved to another cell."""
    if held and holds:
        return _reason("swap", "swap", one=_where(cell), other=_where(other))
    wrong, right = (cell, other) if held else (other, cell)
    figures = {"number": plain(held or holds), "wrong": _where(wrong), "right": _where(right)}
    return _reason("swap", "moved", **figures)


def _where(cell: Cell) -> str:
    return f"{cell.sheet} {cell.at}"


def _quoted(report: Report, new: Mapping[str, Number], claims: Sequence[Claim]) -> Iterator[Reason]:
    """Yield a reason for each claim whose number the tables give after the changes."""
    for claim in claims:
        touched = [key for key in new if key in claim.keys]
        numbers = [new.get(key, report.numbers[key]) for key in claim.keys]
        if touched and total(numbers) == claim.number:
            yield _reason("text", "text", quote=claim.quote)


def _warned(problem: Problem, changes: ChangeSet) -> Iterator[Reason]:
    """Yield a reason for each warning that the changes would clear or cause."""
    after: dict[int, int] = {}
    for place, value in changes.items():
        for hint, factor in problem.model.hinting[place]:
            before = problem.hints[hint]
            if before is not None:
                step = factor * (value - problem.values[place])
                after[hint] = after.get(hint, before) + step
    for hint, residual in after.items():
        constraint = problem.model.hints[hint]
        was = violated(constraint, problem.hints[hint] or 0)
        would_be = violated(constraint, residual)
        if was != would_be:
            yield _reason("cleared", "cleared") if was else _reason("warning", "warned")


def _beside(report: Report, near: Sequence[Cell], old: Number) -> Iterator[Reason]:
    """Yield a reason where a cell repeats the number of a cell beside, above or below it."""
    if old < TELLING:
        return
    for other in near:
        if report.numbers[other.key] == old:
            yield _reason("neighbour", "neighbour", number=plain(old), at=_where(other))
            return


def _slip(old: Number, new: Number) -> Iterator[Reason]:
    """Yield the typing slip that turns one number into the other, if there is one.

    >>> [[r.sentence for r in _slip(*pair)] for pair in ((21, 12), (3, 33), (30, 3), (7, 1), (8, 83))]
    [['transposed'], ['missed'], ['factor'], ['alike'], []]
    """
    typed, meant = (plain(max(figure, -figure)) for figure in (old, new))
    if 0 in (old, new) or ((old < 0) != (new < 0) and old != -new):
        return
    slips = {
        "sign": old == -new,
        "factor": any(old == new * 10**n or new == old * 10**n for n in range(1, 5)),
        "transposed": typed in _transposed(meant),
        "missed": _lost(typed, meant),
        "doubled": _lost(meant, typed),
        "alike": _alike(typed, meant),
    }
    for name in (name for name, fits in slips.items() if fits):
        yield _reason("slip", name, typed=plain(old), meant=plain(new))
        return


def _transposed(text: str) -> set[str]:
    """Return the numbers with two neighbouring digits exchanged."""
    pairs = (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))
    return {pair for pair in pairs if pair != text}


def _lost(short: str, long: str) -> bool:
    """Tell whether a number is another without a digit; a single digit only if typed twice."""
    return short in _shortened(long) and (len(short) > 1 or long == 2 * short)


def _shortened(text: str) -> set[str]:
    """Return the numbers without one of the digits."""
    return {text[:i] + text[i + 1 :] for i in range(len(text))} - {""} if len(text) > 1 else set()


def _alike(one: str, other: str) -> bool:
    """Tell whether two numbers differ in one digit only, 1 against 7."""
    if len(one) != len(other):
        return False
    differ = [{a, b} for a, b in zip(one, other, strict=True) if a != b]
    return differ == [{"1", "7"}]
