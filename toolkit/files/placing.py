"""Results of drawn forms, with the places that their values have in the file."""

from collections.abc import Mapping
from dataclasses import replace

from ..explain import Answer
from ..finding import Cure, Finding, Result, Spot
from ..report.report import Report

Places = Mapping[str, tuple[str, str]]
"""{key: (sheet, address)}."""


def placed(result: Result, places: Places) -> Result:
    """Return a result whose findings and corrections name the places in the file."""
    if not places:
        return result
    return replace(
        result,
        findings=tuple(_finding(item, places) for item in result.findings),
        explanations=tuple(
            replace(item, answers=tuple(_answer(answer, places) for answer in item.answers))
            for item in result.explanations
        ),
    )


def at_home(result: Result) -> Result:
    """Return the result of a drawn form with the places that its cells have in a blank."""
    report: Report | None = result.report
    if report is None or report.origin != "document":
        return result
    return placed(
        result, {key: (cell.sheet, cell.at) for key, cell in report.edition.cells.items()}
    )


def _spot(spot: Spot, places: Places) -> Spot:
    if spot.key is None or spot.key not in places:
        return spot
    sheet, at = places[spot.key]
    return replace(spot, sheet=sheet, at=at)


def _finding(finding: Finding, places: Places) -> Finding:
    """Return a finding with its places."""
    cells = tuple(_spot(spot, places) for spot in finding.cells)
    return replace(finding, cells=cells, cure=_cure(finding.cure, places))


def _cure(cure: Cure | None, places: Places) -> Cure | None:
    """Return a proposal with its places, and those of the error that it causes."""
    if cure is None:
        return None
    changes = tuple((_spot(spot, places), to) for spot, to in cure.changes)
    return replace(cure, changes=changes, breaks=cure.breaks and _finding(cure.breaks, places))


def _answer(answer: Answer, places: Places) -> Answer:
    changes = tuple(replace(change, spot=_spot(change.spot, places)) for change in answer.changes)
    return replace(answer, changes=changes)
