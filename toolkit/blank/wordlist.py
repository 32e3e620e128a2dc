"""The list of placeholders with their present values, on the screen right of the cover."""

from collections.abc import Sequence

from ..edition.edition import Edition
from ..edition.naming import BETWEEN
from ..xlsx.formula import quoted
from . import layout
from .formulas import amend, any_of, unfilled
from .frames import refs
from .looks import LOOKS
from .slots import COVER_FIRST, Draft, Slot, word

WIDTHS = (2.5, *(16.5, 8.0) * 3)
"""Widths of the columns right of the cover: a gap, then pairs of name and value."""
VALUE = "stand_in"
"""Role of a value; left of it is its placeholder."""
_LOWEST = 20.0
"""Height of the lowest row that holds a name."""


def listed(edition: Edition) -> tuple[str, ...]:
    """Return the placeholders of the list: rows, and cells of rows that are named by column only."""
    names = edition.placeholders
    return tuple(name for name in names if name == _row(name) or _row(name) not in names)


def example(edition: Edition, *, column: bool) -> str:
    """Return a placeholder in braces: of a row that has others for its columns, if there is one.

    column: one of the others.
    """
    names = edition.placeholders
    pairs = (name for name in names if name != _row(name) and _row(name) in names)
    pair = next(pairs, listed(edition)[0])
    return f"{{{pair if column or _row(pair) not in names else _row(pair)}}}"


def _row(name: str) -> str:
    return name.rpartition(BETWEEN)[2]


def _columns(edition: Edition) -> str:
    """Return the sheets whose rows are listed, each with the names of its columns, as text."""
    columns: dict[str, dict[str, None]] = {}
    for name, keys in edition.placeholders.items():
        first, _, row = name.rpartition(BETWEEN)
        if first and row in edition.placeholders:
            columns.setdefault(edition.cells[keys[0]].sheet, {})[first] = None
    sentence = word("list_columns")
    return "".join(sentence.format(sheet=s, names="\u3001".join(c)) for s, c in columns.items())


def value(edition: Edition, keys: Sequence[str]) -> str:
    """Return the formula of a placeholder's present value: a sum, or a dash while it has none."""
    cells = [edition.cells[key] for key in keys]
    none = any_of((amend(edition, cells), unfilled(edition, cells)))
    return f"IF({none},{quoted(word('list_none'))},SUM({','.join(refs(edition, cells))}))"


def put_list(draft: Draft, edition: Edition, left: int) -> None:
    """Put the list right of column `left`, beside the rows that are there.

    Its last column is as long as the names need; lower rows stay free.
    """
    wide, first, names = len(WIDTHS) - 1, left + 2, listed(edition)
    draft.put((COVER_FIRST - 1, first), Slot("heading", word("list_heading")), 1, wide)
    how = word("list_how").format(example=example(edition, column=True)) + _columns(edition)
    room = sum(map(layout.column, WIDTHS[1:]))
    below, high = COVER_FIRST, layout.height(how, room, LOOKS["list_how"])
    while high > 0:
        high -= draft.heights[below]
        below += 1
    draft.put((COVER_FIRST, first), Slot("list_how", how), below - COVER_FIRST, wide)
    pairs = wide // 2
    most = -(-len(names) // pairs)
    free = [row for row, height in sorted(draft.heights.items())
            if row >= below and height >= _LOWEST]  # fmt: skip
    rows = (free + list(range(max(free) + 1, max(free) + 1 + most)))[:most]
    draft.heights |= {row: _LOWEST for row in rows if row not in draft.heights}
    for number, name in enumerate(names):
        row, column = rows[number % most], first + 2 * (number // most)
        draft.put((row, column), Slot("list_name", f"{{{name}}}"))
        draft.put(
            (row, column + 1), Slot(VALUE, formula=value(edition, edition.placeholders[name]))
        )
