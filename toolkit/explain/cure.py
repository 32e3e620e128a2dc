"""Trial of proposals: each is put into the report and checked before anybody is told of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain

from ..check import Outcome, check
from ..check.case import Open
from ..edition.balance import PRIOR
from ..edition.kind import Cell, takes
from ..finding import Cure, Finding, Spot, verdict
from ..report.report import Number, Report, Value, fits, from_text, limit, plain, recompute
from . import Correction, explain

MOST = 6
"""Most blank cells for which 0 is tried."""
_OF_CONTENT = ("typed-formula", "sources-differ")
"""Codes of the reader's findings about the content of a cell, which another content answers."""
_SAID = ("proposed", "zero", "explained")
"""Kinds of cures that the sentence proposes anyway: where they cause an error, that is said too."""
Proposal = Mapping[str, Value]
"""{key: the value that is tried}."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A report that was checked, as proposals are tried on it.

    prior: last year's report, or why there is none. read: the findings from reading its file.
    known: {contents: outcome} of what was tried.
    """

    report: Report
    prior: Report | Open | None
    read: tuple[Finding, ...]
    outcome: Outcome
    known: dict[tuple[tuple[str, Value], ...], Outcome] = field(default_factory=dict)

    def report_with(self, values: Proposal) -> Report:
        """Return the report with these values, and totals that follow where they are computed."""
        report = self.report
        changed = {**report.values, **values}
        if report.adds_up:
            changed = recompute(report.edition, changed, report.nil)
        return replace(report, values=changed, summed=changed if report.adds_up else None)

    def outcome_with(self, values: Proposal) -> Outcome:
        """Return the outcome of a check with these values."""
        tried_before = self.known.get(tuple(values.items()))
        if tried_before is not None:
            return tried_before
        rest = tuple(
            finding
            for finding in self.read
            if finding.code not in _OF_CONTENT or not _is_about(finding, values)
        )
        outcome = check(self.report_with(values), self.prior, rest)
        self.known[tuple(values.items())] = outcome
        return outcome

    def fresh(self, after: Outcome) -> Iterator[Finding]:
        """Yield the errors of an outcome that the report does not have as it is."""
        old = {_mark(finding) for finding in self.outcome.findings}
        for finding in after.findings:
            if finding.severity == "error" and _mark(finding) not in old:
                yield finding


def tried(
    trial: Trial, explained: Iterable[tuple[Correction, Sequence[int]]]
) -> tuple[Finding, ...]:
    """Return the findings of a check, each with its cure where one is proposed.

    explained: corrections with the indices of the findings that they correct. Of a finding's
    proposals the first that causes no new error is kept, else the first.
    """
    causes = {index: correction for correction, indices in explained for index in indices}
    findings = list(trial.outcome.findings)
    for index, finding in enumerate(findings):
        if finding.severity == "note" or finding.follows is not None:
            continue
        cures = list(_cures(trial, finding, causes.get(index)))
        if cures:
            kept = next((cure for cure in cures if cure.breaks is None), cures[0])
            findings[index] = replace(finding, cure=kept)
    return tuple(findings)


def _cures(trial: Trial, finding: Finding, cause: Correction | None) -> Iterator[Cure]:
    """Yield the proposals for a finding, tried one by one until one causes no new error."""
    structural = {_mark(other) for other in trial.read if other.code not in _OF_CONTENT}
    if _mark(finding) in structural:
        return
    for kind, values in chain(_proposed(finding, trial.report), _explained(cause)):
        cure = _cure(trial, finding, kind, values)
        if cure.breaks is None or kind in _SAID:
            yield cure
        if cure.breaks is None:
            return
    key = _single(finding, trial.report)
    if key is not None and (number := _derived(trial, key)) is not None:
        cure = _cure(trial, finding, "derived", {key: number})
        if cure.breaks is None:
            yield cure


def _cure(trial: Trial, finding: Finding, kind: str, values: Proposal) -> Cure:
    """Return the cure that these values are, with its outcome."""
    after = trial.outcome_with(values)
    spots = {spot.key: spot for spot in finding.cells}
    changes = tuple(
        (spots.get(key) or Spot.of(trial.report.edition.cells[key]), _text(value))
        for key, value in values.items()
    )
    return Cure(kind, changes, verdict(after.findings), next(trial.fresh(after), None))


def _text(value: Value) -> str:
    return "" if value is None else value if isinstance(value, str) else plain(value)


# ── proposals ─────────────────────────────────────────────────────────────────────────────────────


def _proposed(finding: Finding, report: Report) -> Iterator[tuple[str, Proposal]]:
    """Yield the kind and values of what a finding's sentence proposes by itself."""
    key = _single(finding, report)
    cell = report.edition.cells.get(key or "")
    if key and cell and finding.expected is not None:
        value = from_text(cell, finding.expected)
        if value is None or _accepts(report, cell, value):
            yield "proposed", {key: value}
    elif key and isinstance(negative := report.values.get(key), int | Decimal) and negative < 0:
        yield "sign", {key: -negative}
    elif _asks_for_zero(finding, report):
        yield "zero", {spot.key: 0 for spot in finding.cells if spot.key}


def _single(finding: Finding, report: Report) -> str | None:
    """Return the key of a finding's only cell, None for several, and where it may not be changed."""
    keys = [spot.key for spot in finding.cells]
    if len(keys) != 1 or keys[0] not in report.edition.cells:
        return None
    fixed = report.adds_up and keys[0] in report.edition.computes
    return None if fixed else keys[0]


def _accepts(report: Report, cell: Cell, value: Value) -> bool:
    """Tell whether a cell takes a value that it does not hold."""
    if value == report.values.get(cell.key):
        return False
    return fits(cell, value, limit(report.edition, cell.key)) or takes(cell, value)


def _asks_for_zero(finding: Finding, report: Report) -> bool:
    """Tell whether a finding is about a few blank cells that take numbers."""
    cells = [report.edition.cells.get(spot.key or "") for spot in finding.cells]
    blank = all(cell and cell.numeric and report.values.get(cell.key) is None for cell in cells)
    return 0 < len(cells) <= MOST and blank and finding.code not in _OF_CONTENT


def _explained(cause: Correction | None) -> Iterator[tuple[str, Proposal]]:
    """Yield the values of the correction that is likelier than all others, if there is one."""
    best = [answer for answer in cause.answers if answer.rank == 1] if cause else []
    if len(best) == 1:
        yield "explained", {change.spot.key or "": change.after for change in best[0].changes}


def _derived(trial: Trial, key: str) -> Number | None:
    """Return the only number of a cell with which the balances over it hold, None without one."""
    if not trial.report.edition.cells[key].numeric or trial.report.numbers[key] is not None:
        return None
    prior = trial.prior if isinstance(trial.prior, Report) else None
    corrections = explain(trial.report_with({key: 0}), prior)
    numbers = {
        change.after
        for correction in corrections
        for answer in correction.answers
        for change in answer.changes
        if len(answer.changes) == 1 and change.spot.key == key
    }
    return numbers.pop() if len(numbers) == 1 else None


# ── what changed ──────────────────────────────────────────────────────────────────────────────────


def _mark(finding: Finding) -> tuple[str, tuple[str | None, ...]]:
    """Return the code and cells of a finding, by which it is the same in two checks."""
    return finding.code, tuple(spot.key for spot in finding.cells)


def _is_about(finding: Finding, keys: Iterable[str]) -> bool:
    """Tell whether a finding of the reader is about the content of these cells only."""
    own = {spot.key for spot in finding.cells if not (spot.key or "").startswith(PRIOR)}
    return bool(own) and own <= set(keys)
