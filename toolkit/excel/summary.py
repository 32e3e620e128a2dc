"""Texts of the alerts: number of findings, the first one, unchecked rules."""

from collections import Counter
from collections.abc import Iterator

from ..data import CHINESE
from ..explain import words
from ..finding import Finding, Result, Spot
from ..output.text import not_checked
from .opened import Opened
from .wording import Plain, said


def own(result: Result) -> list[Finding]:
    """Return the findings that follow from no other, errors first, in order of the result area."""
    found = [f for f in result.findings if f.follows is None and f.severity != "note"]
    return sorted(found, key=lambda finding: finding.severity != "error")


def first_spot(result: Result) -> Spot | None:
    """Return the first place on a sheet that a finding names."""
    cells = (cell for finding in own(result) for cell in finding.cells)
    return next((cell for cell in cells if cell.sheet and cell.at), None)


def verdict(opened: Opened, failed: Plain | None) -> str:
    """Return the text after a check; failed: the reason why the findings are not in the sheet."""
    result = opened.result
    found = own(result)
    lines = [_head(opened), _counted(found)]
    if found:
        lines += [said("first", message=found[0].message(CHINESE))]
    told = {"error": "listed", "warning": "listed-hints"}[found[0].severity] if found else "emptied"
    lines += [failed.message() if failed else said(told)]
    return "\n".join((*lines, *_beside(opened)))


def corrections(opened: Opened) -> str:
    """Return the text with the smallest corrections; only the records show the right one."""
    told = [f"· {words.sentence(one, CHINESE)}" for one, _ in words.of(opened.result)]
    broken = any(finding.severity == "error" for finding in own(opened.result))
    body = told or [said("no-correction" if broken else "nothing-broken")]
    return "\n".join((_head(opened), *body, *_beside(opened)))


def _head(opened: Opened) -> str:
    report = opened.result.report
    who = report.agency.get("name") or said("nobody")
    year = said("nobody") if report.year is None else report.year
    return said("head", book=opened.book.name, who=who, year=year)


def _counted(found: list[Finding]) -> str:
    counts = Counter(finding.severity for finding in found)
    if not found:
        return said("good")
    name = "wrong" if counts["error"] else "hints"
    return said(name, error=counts["error"], warning=counts["warning"])


def _beside(opened: Opened) -> Iterator[str]:
    """Yield the lines on unchecked rules, and on the state of the workbook that was checked."""
    yield ""
    yield from (line.strip() for line in not_checked(opened.result, CHINESE))
    yield said("calculated") if opened.waited else said("live")
    yield said("structure")
