"""All that a draft asks, as the sheets of 勾稽.xlsx: classes of cells, sums, bounds and last year."""

from collections.abc import Sequence

from ..edition.edition import Edition
from ..finding import Finding
from ..output.lists import Page
from ..report.report import Report
from . import families, review
from .limits import propose_limits
from .remarks import Remarks
from .samples import samples
from .sums import Family, propose, stated


def every_page(
    edition: Edition, remarks: Remarks, returned: Sequence[str]
) -> tuple[list[Page], list[tuple[str, Finding]]]:
    """Return the sheets of questions about a draft, none where nothing is asked.

    returned: files and folders of its returns; those that are none come back with the reason.
    """
    reports, refused = samples(returned, edition)
    proposed = _proposed(edition, reports)
    return [*review.pages(remarks), *families.pages(edition, reports, proposed)], refused


def every_offer(
    edition: Edition, returned: Sequence[str]
) -> list[tuple[dict[str, str | int], families.Adopted | None]]:
    """Return the rows of the sheets of sums and bounds, each with what adopting it means."""
    reports, _ = samples(returned, edition)
    return list(families.offers(edition, reports, _proposed(edition, reports)))


def _proposed(edition: Edition, reports: Sequence[Report]) -> list[Family]:
    sums = propose(edition, reports)
    return [*stated(edition, reports), *sums, *propose_limits(edition, reports, sums)]
