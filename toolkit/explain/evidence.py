"""Reasons for corrections of equal size, their weights as measured, and the ranks that follow.

`python -m benchmarks.study` measures them: docs/explain.md, Figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod, sqrt
from statistics import fmean

from ..data import say
from ..edition.balance import PRIOR
from ..edition.kind import Cell
from ..report.report import Number, Report, plain, total
from .model import Problem, number, violated
from .search import ChangeSet

WEIGHTS: Mapping[str, float] = {
    "prior": 1000,
    "text": 1000,
    "swap": 100,
    "slip": 30,
    "last": 5,
    "neighbour": 8,
    "moved": 3,
    "cleared": 200,
    "warning": 0.1,
}
"""{kind of reason: how many times likelier it makes a correction; below 1: less likely}.

Where two numbers are equal or look alike, the weight counts as many times as the typed number is
large, because large numbers are seldom so by chance; a slip is divided by the number of ways to make
it. `cleared`: no innocent answer of a workbook had it; nor `prior` of an imported report. `last`: in
real reports two in fifty numbers are last year's, rightly. `warning`: by one true answer in a
hundred. A blank is no reason: in a table whose blanks are declared almost every cell is blank.
"""
NEAR = 10
"""A slip counts as many times as it changes the number, times NEAR, where the number is larger."""
DOUBT = 0.08
"""Share of reports in which an innocent answer may come first: the rest share its rank."""
UNSPOKEN = 5
"""Fewest answers without a reason that any reason is weighed against, even where there are fewer."""
SMALLEST = 0.25
"""The number that 0 is counted as where large numbers are held to be rarer than small ones."""
TELLING = {"neighbour": 2, "last": 10, "moved": 2}
"""{kind of reason: the smallest number with which it counts}; smaller ones are equal by chance."""


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


Weighed = tuple[Reason, float]
"""A reason, and how many times likelier it makes its correction."""


def _fact(kind: str, sentence: str, **figures: str) -> Weighed:
    """Return a reason that counts the same whatever the numbers are."""
    return Reason(kind, sentence, tuple(figures.items())), WEIGHTS[kind]


def _match(kind: str, sentence: str, size: float, **figures: str) -> Weighed:
    """Return a reason that counts as many times as a number is large."""
    reason, factor = _fact(kind, sentence, **figures)
    return reason, factor * size


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the answers of one item are judged by.

    last: last year's numbers under `prior.…`. elsewhere: {key: new number} of cells that alone
    correct other items.
    """

    problem: Problem
    report: Report
    last: Mapping[str, Number | None]
    elsewhere: Mapping[str, Number]
    claims: Sequence[Claim]


def reasons(scene: Scene, changes: ChangeSet) -> tuple[tuple[Reason, ...], float]:
    """Return all reasons for a set of changes, by falling weight, and the set's likelihood.

    The larger a number the rarer it is: a set is the less likely, the larger its new numbers are.
    """
    keys = scene.problem.model.keys
    cells = {place: scene.report.edition.cells[keys[place]] for place in changes}
    new = {keys[place]: number(value) for place, value in changes.items()}
    old = {keys[place]: number(scene.problem.values[place]) for place in changes}
    whole: dict[Reason, float] = dict((
        *_last_year(scene.problem, changes),
        *_swapped(cells, new, old),
        *_quoted(scene.report, new, scene.claims),
        *_warned(scene.problem, changes),
    ))  # fmt: skip
    likelihood = prod({reason.kind: factor for reason, factor in whole.items()}.values())
    for place, cell in cells.items():
        near = scene.problem.model.near[place]
        typed, meant = old[cell.key], new[cell.key]
        single = dict((
            *_slip(typed, meant),
            *_copied(scene, cell, near, typed),
            *(_exchanged(scene, cell, typed, meant) if len(cells) == 1 else ()),
        ))  # fmt: skip
        likelihood *= (1 + sum(single.values())) / sqrt(max(float(meant), SMALLEST))
        whole |= single
    return tuple(sorted(whole, key=lambda reason: -WEIGHTS[reason.kind])), likelihood


def ranks(answers: Sequence[tuple[Sequence[Reason], float]], doubt: float) -> list[int]:
    """Return the rank of each answer, from its reasons and likelihood; 1 is the likeliest.

    A rank holds the fewest answers that leave less than a share `doubt` of the likelihood to all
    that follow. Answers without a reason share a rank, and with them all that are as likely.
    """
    likely = [likelihood for _, likelihood in answers]
    silent = [n for n, (why, _) in enumerate(answers) if not why]
    spoken = sorted((n for n, (why, _) in enumerate(answers) if why), key=lambda n: -likely[n])
    usual = fmean(likely[n] for n in silent) if silent else 0
    left, block = sum(likely[n] for n in spoken), usual * max(len(silent), UNSPOKEN)
    result, start = [0] * len(answers), 0
    while silent or start < len(spoken):
        end, rank = start, 1 + len(answers) - result.count(0)
        if start == len(spoken) or block > doubt * (block + left):
            while end < len(spoken) and likely[spoken[end]] >= usual:
                left -= likely[spoken[end]]
                end += 1
            tie, silent, block = silent + spoken[start:end], [], 0
        else:
            enough = left * doubt
            while end < len(spoken) and (
                end == start or left > enough or likely[spoken[end]] * 2 >= likely[spoken[end - 1]]
            ):
                left -= likely[spoken[end]]
                end += 1
            tie = spoken[start:end]
        for n in tie:
            result[n] = rank
        start = end
    return result


def _last_year(problem: Problem, changes: ChangeSet) -> Iterator[Weighed]:
    """Yield a reason for each change that makes a balance with last year hold."""
    for place in changes:
        for row, _ in problem.model.touching[place]:
            constraint, residual = problem.model.constraints[row], problem.residuals[row]
            if constraint.prior and residual is not None and violated(constraint, residual):
                yield _fact("prior", "prior")


def _swapped(
    cells: Mapping[int, Cell], new: Mapping[str, Number], old: Mapping[str, Number]
) -> Iterator[Weighed]:
    """Yield a reason for two changed cells of a table with exchanged numbers."""
    for cell, other in permutations(cells.values(), 2):
        alike = cell.table == other.table and cell.place < other.place
        if alike and new[cell.key] == old[other.key] and new[other.key] == old[cell.key]:
            yield _pair("swap", cell, old[cell.key], other, old[other.key])


def _exchanged(scene: Scene, cell: Cell, typed: Number, meant: Number) -> Iterator[Weighed]:
    """Yield a reason for a cell whose number or whose meant number belongs to another of its row.

    The other cell is one that corrects another item: they exchanged numbers, or the numbers of the
    row stand one column further.
    """
    for key, wanted in scene.elsewhere.items():
        other, holds = scene.report.edition.cells[key], scene.report.numbers[key] or 0
        if other.table != cell.table or other.place[0] != cell.place[0]:
            continue
        if wanted == typed and holds == meant:
            yield _pair("swap", *_in_order(cell, typed, other, holds))
        elif abs(other.place[1] - cell.place[1]) > 1:
            continue
        elif holds == meant >= TELLING["moved"]:
            yield _pair("moved", cell, 0, other, holds)
        elif wanted == typed >= TELLING["moved"]:
            yield _pair("moved", cell, typed, other, 0)


def _in_order(
    cell: Cell, held: Number, other: Cell, holds: Number
) -> tuple[Cell, Number, Cell, Number]:
    swapped = (other, holds, cell, held)
    return swapped if other.place < cell.place else (cell, held, other, holds)


def _pair(kind: str, cell: Cell, held: Number, other: Cell, holds: Number) -> Weighed:
    """Return the reason for two exchanged numbers, or for a number moved to another cell."""
    most = max(held, holds)
    if held and holds:
        return _match(kind, "swap", float(most), one=_where(cell), other=_where(other))
    wrong, right = (cell, other) if held else (other, cell)
    figures = {"number": plain(most), "wrong": _where(wrong), "right": _where(right)}
    return _match(kind, "moved", float(most), **figures)


def _where(cell: Cell) -> str:
    return f"{cell.sheet} {cell.at}"


def _quoted(
    report: Report, new: Mapping[str, Number], claims: Sequence[Claim]
) -> Iterator[Weighed]:
    """Yield a reason for each claim whose number the tables give after the changes."""
    for claim in claims:
        touched = [key for key in new if key in claim.keys]
        numbers = [new.get(key, report.numbers[key]) for key in claim.keys]
        if touched and total(numbers) == claim.number:
            yield _fact("text", "text", quote=claim.quote)


def _warned(problem: Problem, changes: ChangeSet) -> Iterator[Weighed]:
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
            yield _fact("cleared", "cleared") if was else _fact("warning", "warned")


def _copied(scene: Scene, cell: Cell, near: Sequence[Cell], typed: Number) -> Iterator[Weighed]:
    """Yield a reason where a cell repeats the number beside, above or below it, or last year's."""
    if typed >= TELLING["last"] and scene.last.get(PRIOR + cell.key) == typed:
        yield _fact("last", "last", number=plain(typed))
    for other in near:
        if typed >= TELLING["neighbour"] and scene.report.numbers[other.key] == typed:
            yield _match(
                "neighbour", "neighbour", float(typed), number=plain(typed), at=_where(other)
            )
            return


def _slip(typed: Number, meant: Number) -> Iterator[Weighed]:
    """Yield the typing slip that turns the meant number into the typed one, if there is one.

    >>> [[r.sentence for r, _ in _slip(*pair)] for pair in ((21, 12), (3, 33), (30, 3), (8, 93))]
    [['transposed'], ['missed'], ['factor'], []]
    """
    if typed <= 0 or meant <= 0:
        return
    old, new = plain(typed), plain(meant)
    size = min(float(typed), NEAR * abs(float(typed) - float(meant)))
    ways = {
        "factor": any(typed == meant * 10**n or meant == typed * 10**n for n in range(1, 5)),
        "transposed": (len(new) - 1) * (old in _transposed(new)),
        "missed": len(new) * (old in _shortened(new)),
        "doubled": len(new) * (new in _shortened(old)),
    }
    for name in (name for name, count in ways.items() if count):
        reason, factor = _match("slip", name, size, typed=old, meant=new)
        yield reason, factor / ways[name]
        return


def _transposed(text: str) -> set[str]:
    """Return the numbers with two neighbouring digits exchanged."""
    pairs = (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))
    return {pair for pair in pairs if pair != text}


def _shortened(text: str) -> set[str]:
    """Return the numbers without one of the digits."""
    return {text[:i] + text[i + 1 :] for i in range(len(text))} - {""} if len(text) > 1 else set()
