"""Explanations beside the live rows of a filled workbook."""

from collections.abc import Sequence

from ..edition.edition import Edition
from ..report.explanation import Explanation
from ..xlsx.address import Place
from .live import live_cells, live_rows
from .slots import LIVE, LIVE_FIRST


def beside(edition: Edition, explained: Sequence[Explanation]) -> dict[Place, str]:
    """Return {place: text} of the reasons and figures on the results sheet.

    One without a known row is beside the row with its code and cells, where that has no other.
    Those without a live row, like those of a check's findings on texts, have no place here.
    """
    contents: dict[Place, str] = {}
    for row, live in enumerate(live_rows(edition), LIVE_FIRST):
        if not live.explained:
            continue
        cells = set(live_cells(edition, live))
        own = [one for one in explained if one.rule == live.id]
        others = [
            one
            for one in explained
            if one.rule is None and one.code == live.code and set(one.cells) == cells
        ]
        for one in (*own, *others)[:1]:
            contents[row, LIVE["reason"]] = one.reason
            if one.figures:
                contents[row, LIVE["figures"]] = one.figures
    return contents
