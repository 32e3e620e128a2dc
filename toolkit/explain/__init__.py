"""Findings to the smallest corrections: which cells, changed to what, make every balance hold.

A broken sum says that something is wrong, not what. Following Fellegi and Holt, the fewest cells
are looked for whose change satisfies every balance at once; all such sets are found, and ranked by
reasons that are stated. Nothing is ever applied.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ..case import Case
from ..edition import Edition
from ..finding import Spot
from ..national import comparable
from ..report import Number, Report
from .blocks import Part, apart
from .evidence import Claim, Reason, reasons, telling, weight
from .model import Problem, number, parts, problem
from .search import Changes, regions, smallest

__all__ = ["Answer", "Broken", "Change", "Claim", "Correction", "Reason", "explain"]

KEPT = 50
"""So many answers of one correction are kept; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell and the number it would have; before: what it has, None for a blank.

    bound: the number is the least (≥) or the most (≤) that would do; else = for just this one.
    """

    spot: Spot
    before: Number | None
    after: Number
    bound: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One smallest set of changes; rank: 1 for the likeliest, the same for equally likely ones."""

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
    """What would mend broken balances that hang together.

    size: how many cells have to change, None where more than search.MOST. count: how many sets
    do (search.ENOUGH stands for more, too). answers: the first KEPT of them, likeliest first.
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
    need not hold, because somebody gave a reason. Nothing is mended by a number of last year that
    holds more than this year's. Only errors are to be mended; a balance that is
    a warning may stay or appear. In a workbook only typed cells may
    change, because totals follow; elsewhere every cell. Cells without a number are left alone.
    """
    last = comparable(report.edition, prior) if prior else None
    case = Case(report, last, frozenset(), frozenset())
    given = problem(report, case.alike, excused)
    typed = report.origin == "workbook"
    said = [replace(claim, keys=_of(report.edition, claim, typed=typed)) for claim in claims]
    items = [
        item for region in regions(given) for item in apart(given, region, smallest(given, region))
    ]
    found = [
        _correction(given, report, item, [one for one in items if one is not item], said)
        for item in items
    ]
    order = {balance.id: place for place, balance in enumerate(report.edition.balances)}
    return tuple(sorted(found, key=lambda one: order[one.broken[0].rule]))


def _of(edition: Edition, claim: Claim, *, typed: bool) -> tuple[str, ...]:
    """Return the cells a claim's sum is made of."""
    return tuple(part for key in claim.keys for part in parts(edition, key, typed=typed))


def _correction(
    given: Problem, report: Report, item: Part, others: Sequence[Part], claims: Sequence[Claim]
) -> Correction:
    """Return one item's answers, ranked; others: what else is broken, and what mends that."""
    broken, answers = item
    lone = [one for _, found in others for one in found if len(one) == 1]
    why = telling([reasons(given, report, one, lone, claims) for one in answers])
    ranked = sorted(
        ((weight(own), one, own) for one, own in zip(answers, why, strict=True)),
        key=lambda entry: (-entry[0], sorted(entry[1])),
    )
    kept = []
    for rank, (_, same) in _ranks(ranked):
        kept += [Answer(_changes(given, report, one), why, rank) for _, one, why in same]
    return Correction(
        broken=tuple(_broken(given, report.edition, number) for number in broken),
        size=len(answers[0]) if answers else None,
        count=len(answers),
        answers=tuple(kept[:KEPT]),
    )


Ranked = tuple[int, Changes, tuple[Reason, ...]]


def _ranks(ranked: Sequence[Ranked]) -> Iterator[tuple[int, tuple[int, list[Ranked]]]]:
    """Yield (rank, (weight, answers of that weight)); what ties shares the better rank."""
    rank = 1
    for worth, group in groupby(ranked, key=lambda entry: entry[0]):
        same = list(group)
        yield rank, (worth, same)
        rank += len(same)


def _changes(given: Problem, report: Report, changes: Changes) -> tuple[Change, ...]:
    """Return changes in form order."""
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
    """Return whether a value is the only one that would do, or the nearest."""
    for constraint, _ in given.model.touching[place]:
        if given.model.constraints[constraint].exact and given.residuals[constraint] is not None:
            return "="
    return "≥" if value > given.values[place] else "≤"


def _broken(given: Problem, edition: Edition, place: int) -> Broken:
    ident = given.model.constraints[place].id
    balance = next(balance for balance in edition.balances if balance.id == ident)
    row = edition.rows.get(f"{balance.table}.{balance.row}", "")
    line = row or edition.columns.get(f"{balance.table}.{balance.column}", "")
    return Broken(ident, line, number(abs(given.residuals[place] or 0)))
