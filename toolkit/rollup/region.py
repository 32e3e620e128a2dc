"""A region's report to hand on: added up, compared with last year's, in its own workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..blank.build import build
from ..campaign.chain import Last
from ..campaign.roster import Member
from ..check import check
from ..check.case import Open
from ..files.examine import prior_numbers
from ..finding import Finding, Result
from ..report.contribution import notice
from ..report.report import Report
from ..returned.fill import refuse_lost
from ..returned.read import read
from ..xlsx.zip import Rejected
from .rollup import Note, roll_up


class DiffersError(Exception):
    """A built workbook that reads back with other values than were added up."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region's report and its workbook, with notes and findings to review before use.

    findings: errors and warnings of the report that follow from no other.
    """

    report: Report
    workbook: bytes
    notes: tuple[Note, ...]
    findings: tuple[Finding, ...]

    def notice(self, lang: str) -> str:
        """Return the notice: the number of agencies in the sums, and the agencies left out."""
        return notice(self.report.sources, lang)


def region(
    results: Sequence[Result],
    agency: Mapping[str, str | None],
    members: Sequence[Member] | None,
    last: Last | None,
    *,
    partial: bool,
) -> Region:
    """Return the sum of the reports of a region's members, as `roll_up` does, in a workbook.

    last: last year's reports. Raises Refused, NoPlace, DiffersError.
    """
    done = roll_up(results, agency, members, partial=partial)
    prior = last.of(done.report) if last else None
    workbook = _workbook(done.report, None if isinstance(prior, Open) else prior)
    findings = check(done.report, prior).findings
    shown = tuple(f for f in findings if f.severity != "note" and f.follows is None)
    return Region(done.report, workbook, done.notes, shown)


def _workbook(report: Report, last: Report | None) -> bytes:
    """Return the region's workbook; raises DiffersError where it reads back otherwise."""
    refuse_lost(report, report.edition)
    workbook = build(report.edition, report, prior_numbers(report.edition, last))
    try:
        back = read(workbook)
    except Rejected:
        raise DiffersError from None
    if back.findings or back.report.values != report.values:
        raise DiffersError
    return workbook
