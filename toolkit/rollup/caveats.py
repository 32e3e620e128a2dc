"""Caveats about the agencies in a roll-up, and the hazards of its edition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..edition.edition import Edition
from ..edition.hazard import Hazard
from ..report.contribution import CAVEATS, Contribution, partial
from ..report.report import Report
from .governing import Sent


@dataclass(frozen=True, slots=True)
class Portion:
    """Portion of an agency in the sums; report: its return under national keys."""

    row: Contribution
    report: Report | None = None


def caveats(sent: Sent) -> tuple[str, ...]:
    """Return the caveats about a return that is in the sums."""
    result = sent.last[0]
    holds = {
        "warned": any(f.severity == "warning" and not f.waived for f in result.findings),
        "partly": partial(result.report.sources),
        "waiting": sent.waiting,
    }
    return tuple(name for name in CAVEATS if holds.get(name))


def hazards(edition: Edition, parts: Sequence[Portion]) -> Iterator[tuple[Hazard, list[str]]]:
    """Yield the hazards of an edition, with the agencies whose numbers another may count, too."""
    for hazard in edition.hazards:
        keys = [cell.key for cell in edition.select(hazard.cells)]
        names = [p.row.name for p in parts if p.report and any(p.report.numbers[k] for k in keys)]
        if len(names) >= hazard.agencies:
            yield hazard, names
