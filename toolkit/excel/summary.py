"""Texts of the alerts: number of findings, the first one, unchecked rules."""

from collections import Counter
from collections.abc import Iterator

from ..data import CHINESE
from ..explain import words
from ..finding import Finding, Result, Spot
from ..output.text import beside
from .opened import Opened
from .wording import Plain, said


def causes(result: Result) -> list[Finding]:
    """Return the findings that follow from no other, errors first, in order of the result area."""
    findings = [f for f in result.findings if f.follows is None and f.severity != "note"]
    return sorted(findings, key=lambda finding: finding.severity != "error")


def first_spot(result: Result) -> Spot | None:
    """Return the first place on a sheet that a finding names."""
    cells = (cell for finding in causes(result) for cell in finding.cells)
    return next((cell for cell in cells if cell.sheet and cell.at), None)


def verdict(opened: Opened, failed: Plain | None) -> str:
    """Return the text after a check; failed: the reason why the findings are not in the sheet."""
    result = opened.result
    findings = causes(result)
    lines = [_head(opened), _counted(findings)]
    closing = "emptied"
    if findings:
        lines += [said("first", message=findings[0].message(CHINESE))]
        closing = {"error": "listed", "warning": "listed-hints"}[findings[0].severity]
    lines += [failed.message() if failed else said(closing)]
    return "\n".join((*lines, *_beside(opened)))


def corrections(opened: Opened) -> str:
    """Return the text with the smallest corrections; only the records show the right one."""
    sentences = [f"· {words.sentence(fix, CHINESE)}" for fix, _ in words.of(opened.result)]
    broken = any(finding.severity == "error" for finding in causes(opened.result))
    body = sentences or [said("no-correction" if broken else "nothing-broken")]
    return "\n".join((_head(opened), *body, *_beside(opened)))


def _head(opened: Opened) -> str:
    report = opened.result.report
    who = report.agency.get("name") or said("nobody")
    year = said("nobody") if report.year is None else report.year
    return said("head", book=opened.book.name, who=who, year=year)


def _counted(findings: list[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    if not findings:
        return said("good")
    name = "wrong" if counts["error"] else "hints"
    return said(name, error=counts["error"], warning=counts["warning"])


def _beside(opened: Opened) -> Iterator[str]:
    """Yield the lines on unwritten sections, on unchecked rules, and on the workbook checked."""
    yield ""
    yield from (line.strip() for line in beside(opened.result, CHINESE))
    yield said("calculated") if opened.waited else said("live")
    yield said("structure")
