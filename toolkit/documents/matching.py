"""Rows of a form in a document: the cells that belong to each, how they were told, or the doubt."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import dropwhile, pairwise

from ..edition.edition import Edition
from ..report.report import Number, from_printed
from .alignment import AlignedWords
from .expected import ExpectedRow
from .printed import wording
from .tokens import Piece


@dataclass(frozen=True, slots=True)
class RowCells:
    """The cells of a row: tokens, how they were told, and why they are not taken, empty if they are."""

    cells: tuple[Piece, ...]
    how: str
    why: str = ""


WIDEST, HIGHEST = 200, 200
"""Most cells of a row right of a label, and most rows beside one, that are looked at."""


@dataclass(slots=True)
class AlignedTables:
    """An alignment with its tables.

    tables: {table: numbers of its tokens}. rows: {(table, row): tokens that begin there}. labels:
    cores of the rows' labels. between: cores of what may stand between them and their cells. named:
    {(table, row): how many of the labels are in it}.
    """

    aligned: AlignedWords
    tables: dict[int, list[int]]
    rows: dict[tuple[int, int], list[Piece]]
    labels: frozenset[str]
    between: frozenset[str]
    named: Mapping[tuple[int, int], int]

    def right_of(self, token: Piece, row: int) -> list[Piece]:
        """Return the cells of a row right of a token."""
        cells = self.rows.get((token.table, row), [])
        first = bisect_right(cells, token.last_column, key=lambda cell: cell.column)
        return cells[first : first + WIDEST]


def laid_out(aligned: AlignedWords) -> AlignedTables:
    """Return an alignment with its tables."""
    tables: dict[int, list[int]] = {}
    rows: dict[tuple[int, int], list[Piece]] = {}
    named: Counter[tuple[int, int]] = Counter()
    words = aligned.form.words
    labels = frozenset(
        words[row.label].words.core for row in aligned.form.rows if row.label is not None
    )
    for place, token in enumerate(aligned.stream):
        if token.table >= 0:
            tables.setdefault(token.table, []).append(place)
            rows.setdefault((token.table, token.row), []).append(token)
            if token.words is not None and token.words.core in labels:
                named[token.table, token.row] += 1
    between = frozenset(
        wording(text).core for row in aligned.form.rows for text in row.line.between
    )
    return AlignedTables(aligned, tables, rows, labels, between, named)


# ── one row ───────────────────────────────────────────────────────────────────────────────────────


def find(sheet: AlignedTables, row: ExpectedRow) -> RowCells:
    """Return the cells of a row of the form."""
    if row.label is None:
        return _below(sheet, row)
    place = sheet.aligned.places.get(row.label)
    if place is None:
        return _elsewhere(sheet, row)
    if any(word not in sheet.aligned.places for word in row.before):
        return RowCells((), "", "order")
    beside = _beside(sheet, row, place)
    if not beside.why and _differs(sheet, row, place, beside):
        return RowCells(beside.cells, beside.how, "twice")
    return beside


def _elsewhere(sheet: AlignedTables, row: ExpectedRow) -> RowCells:
    """Return the cells of a row whose label is there, but in another order than printed."""
    core = sheet.aligned.form.words[row.label or 0].words.core
    for place in sheet.aligned.spare:
        words = sheet.aligned.stream[place].words
        if words and words.core == core and has_numbers(sheet, place):
            cells = _beside(sheet, row, place).cells
            return RowCells(cells, "order", "order")
    return RowCells((), "", "row")


def _beside(sheet: AlignedTables, row: ExpectedRow, place: int) -> RowCells:
    """Return the cells behind a row's label."""
    if sheet.aligned.stream[place].table >= 0:
        return _in_grid(sheet, row, place)
    cells = _behind(sheet, place)
    why = "" if len(cells) == len(row.line.heads) else "count"
    if _labelled_before(sheet, place):
        why = "order"
    _, problem = _heads(sheet, row, None)
    return _by_order(sheet, row, cells, why or problem)


def _by_order(sheet: AlignedTables, row: ExpectedRow, cells: Sequence[Piece], why: str) -> RowCells:
    """Return cells told by nothing but their order: all numbers, and totals that are right."""
    if not why:
        edition = sheet.aligned.form.edition
        values = {
            head.key: from_printed(edition.cells[head.key], cell.text)
            for head, cell in zip(row.line.heads, cells, strict=True)
        }
        numbers = {k: v for k, v in values.items() if isinstance(v, int | Decimal)}
        if len(numbers) < len(values):
            why = "count"
        elif not _adds_up(edition, numbers):
            why = "sum"
    return RowCells(tuple(cells), "order", why)


def _adds_up(edition: Edition, numbers: Mapping[str, Number]) -> bool:
    """Tell whether each total of a row is the sum of its parts, where all are in the row."""
    totals = (edition.computes[key] for key in numbers if key in edition.computes)
    return all(
        sum(numbers[key] for key in one.left) == sum(numbers[part] for part in one.right)
        for one in totals
        if {*one.left, *one.right} <= numbers.keys()
    )


def _behind(sheet: AlignedTables, place: int) -> list[Piece]:
    """Return the pieces without letters behind a piece of a line."""
    pieces: list[Piece] = []
    for token in sheet.aligned.stream[place + 1 :]:
        if token.table >= 0 or any(map(str.isalpha, token.text)):
            break
        pieces.append(token)
    return pieces


def _labelled_before(sheet: AlignedTables, place: int) -> bool:
    """Tell whether another row's label is right before a label, without a number between."""
    before = sheet.aligned.stream[place - 1] if place else None
    if before is None or before.words is None or before.words.core not in sheet.labels:
        return False
    own = {row.label for row in sheet.aligned.form.rows}
    printed = [word for word, there in sheet.aligned.places.items() if there == place - 1]
    return not printed or printed[0] in own


def _in_grid(sheet: AlignedTables, row: ExpectedRow, place: int) -> RowCells:
    """Return the cells right of a label in a table."""
    token = sheet.aligned.stream[place]
    cells, why = _right_of(sheet, place, _wordy(sheet, row))
    heads, problem = _heads(sheet, row, token)
    why = why or problem
    if not why and heads is None:
        full = [cell for cell in cells if not cell.blank]
        cells = full if len(full) == 1 else cells[:1] if not full else cells
        return RowCells(tuple(cells), "grid", "" if len(cells) == len(row.line.heads) else "count")
    if why:
        return RowCells(tuple(cells), "order", why)
    return _under(sheet, row, cells, heads or [])


def _wordy(sheet: AlignedTables, row: ExpectedRow) -> int:
    """Return how many cells of a row may hold any words, those of labels too."""
    cells = (sheet.aligned.form.edition.cells[head.key] for head in row.line.heads)
    return sum(not cell.numeric for cell in cells)


def _right_of(sheet: AlignedTables, place: int, wordy: int = 0) -> tuple[list[Piece], str]:
    """Return the cells right of a label to the next label, and why they are in doubt.

    wordy: so many of the first may be any words.
    """
    token = sheet.aligned.stream[place]
    last = min(token.last_row, token.row + HIGHEST)
    rows = {row: _from_first(sheet, token, row) for row in range(token.row, last + 1)}
    full = {number: cells for number, cells in rows.items() if not all(c.blank for c in cells)}
    if len(full) > 1:
        return [cell for cells in full.values() for cell in cells], "several"
    cells = next(iter(full.values()), rows[token.row])
    known = sheet.aligned.form.known
    content = [cell for cell in cells if not cell.blank][:wordy]
    for number, cell in enumerate(cells):
        if cell.words is not None and cell.words.core in known and cell not in content:
            cells = cells[:number]
            break
    named = sum(cell.words is not None and cell.words.core in sheet.labels for cell in content)
    if sheet.named[token.table, token.row] - named > 1:
        return cells, "twice"
    return cells, "merged" if any(cell.last_row > token.last_row for cell in cells) else ""


def _from_first(sheet: AlignedTables, token: Piece, row: int) -> list[Piece]:
    """Return the cells of a row right of a token, without units and the like before the first."""
    cells = sheet.right_of(token, row)
    return list(dropwhile(lambda cell: cell.words and cell.words.core in sheet.between, cells))


def _under(
    sheet: AlignedTables, row: ExpectedRow, cells: Sequence[Piece], heads: Sequence[Piece]
) -> RowCells:
    """Return cells by their heads: as many as there are, or each head's own among others.

    As many as heads, but not below them: by their order, if they are numbers with right totals.
    """
    below = [[c for c in cells if _overlap(c, head)] for head in heads]
    chosen = [there[0] for there in below if len(there) == 1]
    straight = len(chosen) == len({id(cell) for cell in chosen}) == len(heads)
    if len(cells) == len(heads):
        if straight and chosen == list(cells):
            return RowCells(tuple(cells), "grid")
        return _by_order(sheet, row, cells, "")
    rest = [cell for cell in cells if not any(cell is one for one in chosen)]
    local = all(head.table == cell.table for head, cell in zip(heads, cells, strict=False))
    if straight and local and all(_is_titled(sheet, cell, heads) for cell in rest):
        return RowCells(tuple(chosen), "header")
    return RowCells(tuple(cells), "order", "count")


def _is_titled(sheet: AlignedTables, cell: Piece, heads: Sequence[Piece]) -> bool:
    """Tell whether a cell is under words beside some heads, or blank under what is blank there."""
    first, last = min(head.row for head in heads), max(head.last_row for head in heads)
    rows = range(first, min(last, first + HIGHEST) + 1)
    near = (one for row in rows for one in sheet.rows.get((cell.table, row), ())[: 2 * WIDEST])
    over = [one for one in near if _overlap(cell, one)]
    return any(not one.blank for one in over) or (cell.blank and bool(over))


def _overlap(one: Piece, other: Piece) -> bool:
    return one.column <= other.last_column and other.column <= one.last_column


# ── heads ─────────────────────────────────────────────────────────────────────────────────────────


def _heads(
    sheet: AlignedTables, row: ExpectedRow, label: Piece | None
) -> tuple[list[Piece] | None, str]:
    """Return the tokens of a row's heads, None where it has none, and why they are in doubt.

    A table that goes on with its own heads is told by these.
    """
    if row.heads is None:
        return None, ""
    aligned = sheet.aligned
    needed = sorted({*row.heads, *row.before} - {row.label})
    there = [aligned.places.get(number) for number in needed]
    if label is not None:
        again = _repeated(sheet, row, label)
        if again is not None:
            return again, "" if again else "column"
    if any(place is None for place in there):
        return [], "column"
    tokens = [aligned.token(number) for number in row.heads]
    table = tokens[0].table
    if table >= 0 and any(token.table != table for token in tokens):
        return tokens, "column"
    pairs = pairwise(tokens)
    if table >= 0 and any(one.last_column >= other.column for one, other in pairs):
        return tokens, "column"
    return tokens, _doubled(sheet, row, [place for place in there if place is not None])


def _repeated(sheet: AlignedTables, row: ExpectedRow, label: Piece) -> list[Piece] | None:
    """Return the heads repeated in a label's own table, none if they are others; None without any."""
    aligned, words = sheet.aligned, sheet.aligned.form.words
    needed = sorted({*(row.heads or ()), *row.before} - {row.label})
    cores = [words[number].words.core for number in needed]
    spare = [
        aligned.stream[place]
        for place in aligned.spare
        if aligned.stream[place].table == label.table and aligned.stream[place].row < label.row
    ]
    again = [token for token in spare if token.words and token.words.core in cores]
    if not again:
        return None
    if [token.words.core for token in again if token.words] != cores:
        return []
    chosen = dict(zip(needed, again, strict=True))
    heads = [chosen[number] for number in row.heads or ()]
    pairs = pairwise(heads)
    return [] if any(left.last_column >= right.column for left, right in pairs) else heads


def _doubled(sheet: AlignedTables, row: ExpectedRow, places: Sequence[int]) -> str:
    """Return twice where a head is there once more between the heads."""
    aligned, words = sheet.aligned, sheet.aligned.form.words
    cores = {words[number].words.core for number in row.heads or ()}
    first, last = min(places), max(places)
    for place in aligned.spare:
        token = aligned.stream[place]
        near = first <= place <= last or (
            token.table >= 0
            and token.table == aligned.stream[last].table
            and aligned.stream[first].row <= token.row <= aligned.stream[last].last_row
        )
        if near and token.words and token.words.core in cores:
            return "twice"
    return ""


# ── a row without a label ─────────────────────────────────────────────────────────────────────────


def _below(sheet: AlignedTables, row: ExpectedRow) -> RowCells:
    """Return the cells below heads that are all there, in order."""
    heads, why = _heads(sheet, row, None)
    if why or not heads:
        return RowCells((), "", why or "row")
    places = [sheet.aligned.places[number] for number in row.heads or ()]
    if heads[0].table < 0:
        cells = _behind(sheet, max(places))
        return _by_order(sheet, row, cells, "" if len(cells) == len(heads) else "count")
    rows = _value_rows(sheet, heads)
    texts = {tuple(cell.text for cell in cells) for cells in rows}
    if len(texts) != 1:
        return RowCells(tuple(rows[0]) if rows else (), "order", "several" if rows else "row")
    return _under(sheet, row, rows[0], heads)


def _value_rows(sheet: AlignedTables, heads: Sequence[Piece]) -> list[list[Piece]]:
    """Return the rows below heads that hold anything but labels; else the next table's first."""
    table, last = heads[0].table, max(head.last_row for head in heads)
    for number, first in ((table, last + 1), (table + 1, 1)):
        rows: dict[int, list[Piece]] = {}
        for place in sheet.tables.get(number, ()):
            token = sheet.aligned.stream[place]
            if token.row >= first:
                rows.setdefault(token.row, []).append(token)
        told = [
            cells
            for cells in rows.values()
            if not any(cell.words for cell in cells) and not all(cell.blank for cell in cells)
        ]
        if rows:
            if number == table:
                return told or list(rows.values())[:1]
            return told[:1]
    return []


# ── rows there twice ──────────────────────────────────────────────────────────────────────────────


def has_numbers(sheet: AlignedTables, place: int) -> bool:
    """Tell whether numbers stand behind a label."""
    cells = _right_of(sheet, place)[0] if sheet.aligned.stream[place].table >= 0 else _behind(
        sheet, place)  # fmt: skip
    return any(_digits(cell) for cell in cells)


def _digits(token: Piece) -> bool:
    return any(sign.isdigit() for sign in token.text)


def _is_prose(sheet: AlignedTables, row: ExpectedRow, place: int) -> bool:
    """Tell whether a token is in a line below the caption of another section than a row's."""
    aligned = sheet.aligned
    above = [
        s for s, word in aligned.form.captions.items() if aligned.places.get(word, place) < place
    ]
    section = aligned.form.words[row.label or 0].section
    return aligned.stream[place].table < 0 and bool(above) and max(above) != section


def _differs(sheet: AlignedTables, row: ExpectedRow, place: int, beside: RowCells) -> bool:
    """Tell whether a row's label is there once more, with other numbers."""
    aligned = sheet.aligned
    words = aligned.stream[place].words
    texts = [cell.text for cell in beside.cells]
    for other in aligned.spare:
        there = aligned.stream[other].words
        if sheet.aligned.stream[place].table >= 0 and _is_prose(sheet, row, other):
            continue
        if there and words and there.core == words.core and has_numbers(sheet, other):
            again = _beside(sheet, row, other)
            if [cell.text for cell in again.cells] != texts:
                return True
    return False
