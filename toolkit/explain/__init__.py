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
from .evidence import Claim, Reason, reasons, telling, weight
from .model import Problem, number, parts, problem
from .search import ChangeSet, regions, smallest

__all__ = ["Answer", "Broken", "Change", "Claim", "Correction", "Reason", "explain"]

KEPT = 50
"""Most answers kept of a correction; the rest is counted."""


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
    such sets (search.ENOUGH: that many or more). answers: the first KEPT of them, likeliest first.
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
    need not hold, because a reason was given. Numbers of last year that count more than this
    year's are not used. Only errors are to be corrected; a balance that is
    a warning may stay or appear. In a workbook only typed cells may
    change, because totals follow; elsewhere every cell. Cells without a number are left alone.
    """
    last = comparable(report.edition, prior) if prior else None
    case = Case(report, last, frozenset(), frozenset())
    given = problem(report, case.alike, excused)
    edition, typed = report.edition, report.origin == "workbook"
    said = []
    for claim in claims:
        keys = (part for key in claim.keys for part in parts(edition, key, typed=typed))
        said.append(replace(claim, keys=tuple(keys)))
    items = [
        item for region in regions(given) for item in apart(given, region, smallest(given, region))
    ]
    found = [
        _correction(given, report, item, [one for one in items if one is not item], said)
        for item in items
    ]
    order = {balance.id: place for place, balance in enumerate(edition.balances)}
    return tuple(sorted(found, key=lambda one: order[one.broken[0].rule]))


def _correction(
    given: Problem, report: Report, item: Block, others: Sequence[Block], claims: Sequence[Claim]
) -> Correction:
    """Return the correction of an item, its answers ranked; others: the other items."""
    broken, answers = item
    lone = [one for _, found in others for one in found if len(one) == 1]
    why = telling([reasons(given, report, one, lone, claims) for one in answers])
    ranked = sorted(
        ((weight(own), one, own) for one, own in zip(answers, why, strict=True)),
        key=lambda entry: (-entry[0], sorted(entry[1])),
    )
    weights = [worth for worth, _, _ in ranked]
    return Correction(
        broken=tuple(_broken(given, report.edition, number) for number in broken),
        size=len(answers[0]) if answers else None,
        count=len(answers),
        answers=tuple(
            Answer(_changes(given, report, changes), reasons, 1 + weights.index(worth))
            for worth, changes, reasons in ranked[:KEPT]
        ),
    )


def _changes(given: Problem, report: Report, changes: ChangeSet) -> tuple[Change, ...]:
    """Return a set of changes as Change objects, in form order."""
    found = []
    for place, value in sorted(changes.items()):
        key = given.model.keys[place]
        blank = report.values.get(key) is None
        found.append(
            Change(
                spot=Spot.of(report.edition.cells[key]),
                before=None if blank else report.numbers[key],
                after=number(value),
                bound=_bound(given, place, value),
            )
        )
    return tuple(found)


def _bound(given: Problem, place: int, value: int) -> str:
    """Return = where a value is the only possible one, ≥ or ≤ where it is the nearest."""
    for constraint, _ in given.model.touching[place]:
        if given.model.constraints[constraint].exact and given.residuals[constraint] is not None:
            return "="
    return "≥" if value > given.values[place] else "≤"


def _broken(given: Problem, edition: Edition, place: int) -> Broken:
    ident = given.model.constraints[place].id
    balance = next(balance for balance in edition.balances if balance.id == ident)
    return Broken(ident, line_of(balance, edition), number(abs(given.residuals[place] or 0)))
