"""Names of what an office decides on a board: which reasons are enough, which return counts."""

from ..finding import Finding, Result, place

_BETWEEN = "|"
_DECIDED = ("stands", "accepted", "refused")
"""States of reasons that the office can decide on."""
CONTESTED = ("passing-superseded", "duplicate")
"""Codes of findings on returns that count once the office prefers them."""


def agency_of(result: Result, name: str | None) -> str:
    """Return the name that a decision has for the agency of a return; name: of the roster."""
    agency = result.report.agency if result.report else {}
    return name or agency.get("name") or agency.get("code") or ""


def reason_of(finding: Finding, agency: str) -> str | None:
    """Return the name of a finding's reason: agency, code and cell; None without one to decide on."""
    if not agency or not finding.explained or finding.explained["state"] not in _DECIDED:
        return None
    return _BETWEEN.join((agency, finding.code, cell_of(finding)))


def cell_of(finding: Finding) -> str:
    """Return the cell by which a waiver or decision names a finding: its first, else none."""
    spot = next(iter(finding.cells), None)
    return "" if spot is None else place((spot,)) or spot.key or ""
