"""All that a draft asks, as the sheets of 勾稽.xlsx: classes of cells, sums, bounds and last year."""

from collections.abc import Sequence

from ..edition.edition import Edition
from ..finding import Finding
from ..output.lists import Page
from . import families, review
from .limits import propose_limits
from .remarks import Remarks
from .samples import samples
from .sums import propose, stated


def every_page(
    edition: Edition, remarks: Remarks, returned: Sequence[str]
) -> tuple[list[Page], list[tuple[str, Finding]]]:
    """Return the sheets of questions about a draft, none where nothing is asked.

    returned: files and folders of its returns; those that are none come back with the reason.
    """
    reports, refused = samples(returned, edition)
    sums = propose(edition, reports)
    limits = propose_limits(edition, reports, sums)
    proposed = [*stated(edition, reports), *sums, *limits]
    return [*review.pages(remarks), *families.pages(edition, reports, proposed)], refused
