"""Decisions that wait for the office: on reasons, on which return counts."""

from collections.abc import Iterator

from ..finding import Batch, Finding, Result
from ..output.decisions import CONTESTED, reason_of
from ..output.tally import members, owners
from .accepting import waiver
from .settled import ACCEPTED
from .waivers import Waiver


def reasons(batch: Batch) -> Iterator[tuple[str, str, str]]:
    """Yield (name in `Settled.reasons`, reason, state) of each reason of a return not replaced."""
    for _, finding, agency in _explained(batch):
        told = finding.explained or {}
        if name := reason_of(finding, agency):
            yield name, told["reason"] or "", told["state"] or ""


def accepted(batch: Batch, by: str, date: str) -> list[Waiver]:
    """Return a waiver for each reason that was accepted and has none; by, date: who did, when."""
    return [
        waiver(result, finding, agency, (by, date))
        for result, finding, agency in _explained(batch)
        if (finding.explained or {})["state"] == ACCEPTED
        and not (finding.waived and finding.waived["date"])
    ]


def _explained(batch: Batch) -> Iterator[tuple[Result, Finding, str]]:
    """Yield (result, finding, agency) for each reason of a return that no other replaced."""
    names = owners(batch)
    gone = {path for agency in members(batch) for path in agency.get("superseded", ())}
    for result in batch.results:
        if result.report is None or result.path in gone:
            continue
        theirs = result.report.agency
        agency = names.get(result.path, {}).get("name") or theirs.get("name") or theirs.get("code")
        for finding in result.findings:
            if finding.explained:
                yield result, finding, agency or ""


def to_choose(batch: Batch) -> int:
    """Return the number of agencies of which the office is to choose a return."""
    waiting = {r.path for r in batch.results for f in r.findings if f.code in CONTESTED}
    return sum(1 for agency in members(batch) if waiting & set(agency.get("others", ())))
