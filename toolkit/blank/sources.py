"""The sheets of a roll-up that say where its numbers come from, drawn.

A row is an agency. Wide: a column for each cell with a number. Listed: one text a
row, where the wide sheets would break the reader's own limits.
"""

from collections.abc import Iterator, Sequence

from ..edition.edition import Edition
from ..report.contribution import Contribution
from ..report.report import Number, plain
from ..xlsx.address import Place, column_letters
from . import layout
from .looks import LOOKS
from .slots import Draft, Sheet, Slot, sources_name, word

META = ("agency", "code", "state", "sent", "edition", "file", "sha256")
"""The first columns; the numbers follow."""
HEAD, KEY_ROW, SUM_ROW, FIRST = 3, 6, 7, 8
"""Heads take four rows: sheet, place, and two for the label; older sheets have a key in the second
of them. Then the sums, then a row per agency."""
WIDE_ROWS, LISTED_ROWS = 400, 2_000
"""Most agencies of a sheet, within the reader's limits for any numbers."""
AGENCIES = 10_000
"""Most rows of all sheets together."""
VALUES = 600_000
"""Most numbers of all sheets together."""
WIDE_TAGS = 300_000
"""Most tags of wide sheets; more would leave too few for the form."""
BOX = (FIRST + LISTED_ROWS, 512)
_WIDTHS = (24.0, 21.0, 15.0, 7.0, 10.0, 30.0, 36.0)
_VALUE, _LIST = 11.0, 90.0
_ROW = 22.0


class TooMany(Exception):
    """More agencies than the sheets hold: their number, and the most allowed."""


def pages(
    edition: Edition, contributions: Sequence[Contribution]
) -> Iterator[tuple[Sheet, dict[Place, Number | str]]]:
    """Yield (sheet, {place: value}) of the sheets of sources; raises TooMany."""
    if len(contributions) > AGENCIES:
        raise TooMany(len(contributions), AGENCIES)
    used = {key for agency in contributions for key in agency.values}
    keys = tuple(key for key in edition.typed if key in used)
    tags = sum(2 + 6 * len(META) + 4 * len(agency.values) for agency in contributions)
    columns = keys if tags <= WIDE_TAGS else None
    most = LISTED_ROWS if columns is None else WIDE_ROWS
    for number, start in enumerate(range(0, len(contributions), most), 1):
        rows = contributions[start : start + most]
        yield _page(edition, number, columns, rows)


def _page(
    edition: Edition, number: int, keys: tuple[str, ...] | None, rows: Sequence[Contribution]
) -> tuple[Sheet, dict[Place, Number | str]]:
    draft = headed(edition, keys)
    values: dict[Place, Number | str] = {}
    for row, agency in enumerate(rows, FIRST):
        texts = (agency.name, agency.code, agency.words, None, agency.edition, agency.file,
                 agency.sha256)  # fmt: skip
        high = [_ROW]
        for column, text in enumerate(texts, 1):
            draft.put((row, column), Slot("source", text))
            room = layout.column(_WIDTHS[column - 1])
            high.append(layout.height(text or "", room, LOOKS["source"]))
        if agency.sent is not None:
            values[row, META.index("sent") + 1] = agency.sent
        high.append(_numbers(draft, values, edition, keys, row, agency))
        draft.heights[row] = max(high)
    return sheet_of(draft, number, keys), values


def _numbers(  # noqa: PLR0913, PLR0917 - one row
    draft: Draft,
    values: dict[Place, Number | str],
    edition: Edition,
    keys: tuple[str, ...] | None,
    row: int,
    agency: Contribution,
) -> float:
    """Put an agency's numbers into its row; return the height they need in points."""
    shown = {k: word("sources_blank") if v is None else v for k, v in agency.values.items()}
    first = len(META) + 1
    if keys is not None:
        for column, key in enumerate(keys, first):
            if key in shown:
                draft.put((row, column), Slot("source_value"))
                values[row, column] = shown[key]
        return 0.0
    listing = word("sources_and").join(
        f"{edition.cells[key].sheet}!{edition.cells[key].at}={_plain(shown[key])}"
        for key in edition.typed
        if key in shown
    )
    draft.put((row, first), Slot("source", listing))
    return layout.height(listing, layout.column(_LIST), LOOKS["source"])


def _plain(value: Number | str) -> str:
    return value if isinstance(value, str) else plain(value)


def headed(edition: Edition, keys: tuple[str, ...] | None, *, keyed: bool = False) -> Draft:
    """Return a sheet with its heads; keys: of its columns, None for a listed sheet.

    keyed: an older one, with the keys in a row of their own.
    """
    draft = Draft()
    wide = len(META)
    draft.put((1, 1), Slot("title", word("sources")), 1, wide - 1)
    draft.put((2, 1), Slot("note", word("sources_note")), 1, wide - 1)
    draft.heights |= {1: 40, 2: 40, HEAD: 22, HEAD + 1: 20, HEAD + 2: 92, KEY_ROW: 12, SUM_ROW: 24}
    for column, name in enumerate(META, 1):
        draft.put((HEAD, column), Slot("live_head", word(f"sources_{name}")), 4)
        draft.put(
            (SUM_ROW, column), Slot("source_sum", word("sources_sum") if column == 1 else None)
        )
    if keys is None:
        draft.put((HEAD, wide + 1), Slot("live_head", word("sources_list")), 4)
        return draft
    for column, key in enumerate(keys, wide + 1):
        cell = edition.cells[key]
        for row, text in enumerate((cell.sheet, cell.at), HEAD):
            draft.put((row, column), Slot("live_head", text))
        draft.put((HEAD + 2, column), Slot("live_head", cell.label), 1 if keyed else 2)
        if keyed:
            draft.put((KEY_ROW, column), Slot("live_head", key))
        letter = column_letters(column)
        total = f"SUM({letter}{FIRST}:{letter}{FIRST + WIDE_ROWS - 1})"
        draft.put((SUM_ROW, column), Slot("source_sum", formula=total))
    return draft


def sheet_of(draft: Draft, number: int, keys: tuple[str, ...] | None) -> Sheet:
    """Return a finished sheet of sources; number: from 1, keys: of its columns, None where listed."""
    widths = (*_WIDTHS, *((_LIST,) if keys is None else (_VALUE,) * len(keys)))
    return draft.sheet(sources_name(number), "sources", widths, freeze=(FIRST, 2), across=True)
