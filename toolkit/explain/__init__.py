"""Smallest corrections: the fewest cells, with new numbers, that make every balance hold.

A broken sum shows that there is an error, not in which cell. Following Fellegi and Holt, the search
is for the fewest cells whose change satisfies every balance at once; all such sets are found, and
ranked by stated reasons. Nothing is ever applied.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from ..check import line_of
from ..check.case import Case
from ..edition.edition import Edition
from ..finding import Spot
from ..report.official import comparable
from ..report.report import Number, Report
from .blocks import Block, apart
from .evidence import DOUBT, Claim, Reason, Scene, ranks, reasons
from .model import Problem, number, parts, problem
from .search import ChangeSet, regions, smallest

__all__ = ["Answer", "Broken", "Change", "Claim", "Correction", "Reason", "explain"]

KEPT = 500
"""Answers after which no further rank of a correction is kept; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """A changed cell: its present number (before, None for a blank) and its new one (after).

    bound: ≥ where `after` is the least possible number, ≤ where the largest, = where the only one.
    """

    spot: Spot
    before: Number | None
    after: Number
    bound: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A smallest set of changes; rank: 1 for the likeliest, the same for equally likely ones."""

    changes: tuple[Change, ...]
    reasons: tuple[Reason, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A balance that does not hold: its id, the printed row or column, left less right."""

    rule: str
    line: str
    difference: Number


@dataclass(frozen=True, slots=True)
class Correction:
    """Connected broken balances and the smallest sets of changes that correct them.

    size: number of cells that have to change, None where more than search.MOST. count: number of
    such sets (search.ENOUGH: that many or more). answers: likeliest first; all, or the ranks that
    begin within the first KEPT.
    """

    broken: tuple[Broken, ...]
    size: int | None
    count: int
    answers: tuple[Answer, ...]


def explain(
    report: Report,
    prior: Report | None = None,
    claims: Sequence[Claim] = (),
    excused: Container[str] = (),
) -> tuple[Correction, ...]:
    """Return the smallest corrections of a report, in rule order; none where no balance is wrong.

    prior: last year's report. claims: numbers that the texts give. excused: ids of balances that
    need not hold, because a reason was given. Last year's numbers that count more than this year's
    are not used. Only errors are corrected; a warning may stay or appear. In a workbook only typed
    cells may change, because totals follow; elsewhere every cell that holds a number.
    """
    last = comparable(report.edition, prior) if prior else None
    case = Case(report, last, frozenset(), frozenset())
    task = problem(report, case.alike, excused)
    edition, typed = report.edition, report.origin == "workbook"
    located = []
    for claim in claims:
        keys = (part for key in claim.keys for part in parts(edition, key, typed=typed))
        located.append(replace(claim, keys=tuple(keys)))
    items = [
        item for region in regions(task) for item in apart(task, region, smallest(task, region))
    ]
    corrections = []
    for item in items:
        single = [c for other in items if other is not item for c in other[1] if len(c) == 1]
        elsewhere = {task.model.keys[p]: number(n) for c in single for p, n in c.items()}
        scene = Scene(task, report, case.alike, elsewhere, located)
        corrections.append(_correction(scene, item, DOUBT / len(items)))
    order = {balance.id: place for place, balance in enumerate(edition.balances)}
    return tuple(sorted(corrections, key=lambda correction: order[correction.broken[0].rule]))


def _correction(scene: Scene, item: Block, doubt: float) -> Correction:
    """Return the correction of an item, its answers ranked."""
    broken, answers = item
    judged = [reasons(scene, changes) for changes in answers]
    ordered = sorted(
        zip(ranks(judged, doubt), judged, answers, strict=True),
        key=lambda one: (one[0], -one[1][1] if one[1][0] else 0, sorted(one[2])),
    )
    last = ordered[KEPT - 1][0] if len(ordered) > KEPT else len(ordered)
    return Correction(
        broken=tuple(_broken(scene.problem, scene.report.edition, number) for number in broken),
        size=len(answers[0]) if answers else None,
        count=len(answers),
        answers=tuple(
            Answer(_changes(scene.problem, scene.report, changes), why, rank)
            for rank, (why, _), changes in ordered
            if rank <= last
        ),
    )


def _changes(task: Problem, report: Report, changes: ChangeSet) -> tuple[Change, ...]:
    """Return a set of changes as Change objects, in form order."""
    result = []
    for place, value in sorted(changes.items()):
        key = task.model.keys[place]
        before = None if report.values.get(key) is None else report.numbers[key]
        spot, bound = Spot.of(report.edition.cells[key]), _bound(task, place, value)
        result.append(Change(spot, before, number(value), bound))
    return tuple(result)


def _bound(task: Problem, place: int, value: int) -> str:
    """Return = where a value is the only possible one, ≥ or ≤ where it is the nearest."""
    for constraint, _ in task.model.touching[place]:
        if task.model.constraints[constraint].exact and task.residuals[constraint] is not None:
            return "="
    return "≥" if value > task.values[place] else "≤"


def _broken(task: Problem, edition: Edition, place: int) -> Broken:
    ident = task.model.constraints[place].id
    balance = next(balance for balance in edition.balances if balance.id == ident)
    return Broken(ident, line_of(balance, edition), number(abs(task.residuals[place] or 0)))
