"""The hidden sheet of the mark; beside it what live rows and status lines are computed from."""

from ..edition.edition import Edition
from . import directory
from .footer import put_code
from .formulas import declares, signs, state
from .overview import digest, tallies
from .slots import (
    DIGEST,
    MARK,
    MIRROR,
    TALLY,
    Draft,
    Sheet,
    Slot,
    mirror,
    mirrors,
    signs_row,
    tally_row,
    word,
)

_MARK = (16.0, 72.0)
_LINE = 20.0


def mark_sheet(edition: Edition, shared: int) -> Sheet:
    """Return the sheet; shared: the number of agencies of a blank for all, 0 for any other."""
    draft = Draft()
    for row, name in enumerate(MARK, 1):
        draft.put((row, 1), Slot("blank", name))
        fact = Slot("blank", name=f"mark.{name}")
        if name == "seed" and shared:
            fact = Slot("blank", formula=directory.chosen_seed(shared))
        draft.put((row, 2), fact)
        draft.heights[row] = _LINE
    _put_tallies(draft, edition)
    _put_states(draft, edition)
    put_code(draft, edition)
    last = max(row for row, _ in draft.slots)
    draft.heights = dict.fromkeys(range(1, last + 1), _LINE)
    return draft.sheet(word("mark"), "mark", _MARK, state="veryHidden")


def _put_tallies(draft: Draft, edition: Edition) -> None:
    """Put the numbers of each section and of all, and the terms of the findings' age."""
    for section in (*edition.sections, None):
        row = tally_row(edition, section)
        for name, formula in tallies(edition, section).items():
            draft.put((row, TALLY[name]), Slot("tally", formula=formula))
        for column, formula in enumerate(digest(edition, section) if section else (), DIGEST):
            draft.put((row, column), Slot("tally", formula=formula))


def _put_states(draft: Draft, edition: Edition) -> None:
    """Put the states of typed cells, in the order of the printed grids."""
    for column, formula in enumerate(signs(edition), MIRROR):
        draft.put((signs_row(edition), column), Slot("sign", formula=formula))
    for table, row in mirrors(edition).items():
        if edition.tables[table].statutory:
            draft.put((row - 1, MIRROR), Slot("cell_state", formula=declares(edition, table)))
        for cell in edition.of_table(table):
            if cell.key not in edition.computes:
                place = mirror(edition, table, cell.place)
                draft.put(place, Slot("cell_state", formula=state(edition, cell)))
