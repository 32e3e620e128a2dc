"""The check result as rows for spreadsheets, one for each finding; as csv."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..finding import Batch, Finding, Result, quoted
from ..report.report import Value
from .export import line
from .tally import current, owners

COLUMNS = (
    *("agency", "code", "year", "edition", "path", "verdict"),
    *("severity", "finding", "sheet", "at", "label", "message"),
    *("found", "should", "follows", "waived", "explained"),
)
"""Names of a row's columns; their headings are in section [sheets] of templates/messages."""
HEADS = ("agency", "code", "year", "edition", "path", "verdict", "severity", "finding",
         "sheet", "at", "label", "message", "found", "expected", "follows", "waived",
         "explained")  # fmt: skip
"""Column names of a csv, for programs: the same in every language."""
FindingRow = tuple[Value, ...]


def write(batch: Batch, lang: str) -> Iterator[str]:
    """Yield a csv: one line for each finding, and one for each return that has none."""
    yield line(HEADS)
    agencies = owners(batch)
    for result in batch.results:
        for row in rows(result, agencies.get(result.path, {}), lang):
            yield line(row)


def rows(result: Result, owner: Mapping[str, Any], lang: str) -> Iterator[FindingRow]:
    """Yield a return's rows, in the order of COLUMNS; without findings one row with the verdict.

    owner: the agency of the roster; name and code given in the return itself come first. A return
    that no longer counts has one row with the reason.
    """
    report = result.report
    agency = report.agency if report else {}
    name, code = (agency.get(part) or owner.get(part) for part in ("name", "code"))
    head: FindingRow = (
        name and quoted(name),
        code and quoted(code),
        report.year if report else None,
        report.edition.name if report else None,
        result.path,
        result.verdict,
    )
    for finding in current(result):
        yield (*head, *_row(finding, result.findings, lang))
    if not result.findings:
        yield (*head, *(None for _ in COLUMNS[len(head) :]))


def _row(finding: Finding, findings: Sequence[Finding], lang: str) -> FindingRow:
    """Return a finding's columns: severity, code, cells, sentence and sums."""
    sheets = dict.fromkeys(cell.sheet for cell in finding.cells if cell.sheet)
    waived = finding.waived or {}
    return (
        finding.severity,
        finding.code,
        " ".join(sheets) or None,
        " ".join(cell.at for cell in finding.cells if cell.at) or None,
        finding.cells[0].label or None if len(finding.cells) == 1 else None,
        finding.message(lang),
        finding.found,
        finding.expected,
        findings[finding.follows].code if finding.follows is not None else None,
        " ".join(filter(None, (waived.get(name) for name in ("reason", "by", "date")))) or None,
        finding.reason(lang) or None,
    )
