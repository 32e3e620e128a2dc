"""Numbers of a document by key: a row whose label and cells all match is taken, others are told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..edition.edition import Edition
from ..report.provenance import Evidence
from .alignment import AlignedWords
from .expected import ExpectedRow
from .glued import parted
from .matching import AlignedTables, RowCells, find, has_numbers, laid_out
from .printed import wording
from .tokens import Piece


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What was not taken: the table's caption, place, the text there, or the label without one.

    why: table (nothing of it), row (no such row), column (heads differ), count (not as many numbers as cells), order
    (rows in another order), twice, several (numbers in several rows), merged, sum (a total differs
    where nothing but order tells the cells), glued (numbers without blanks between), no-slot
    (numbers that no cell of the form takes). keys: of the cells that it leaves without a value.
    """

    table: str
    where: str
    text: str
    why: str
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class TakenCells:
    """What was found: evidence by key, and the rest; open: tables not taken whole."""

    evidence: dict[str, Evidence] = field(default_factory=dict)
    not_taken: list[NotTaken] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)


def take(aligned: AlignedWords) -> TakenCells:
    """Return what an alignment gives."""
    sheet = laid_out(aligned)
    taken = TakenCells()
    rows = {row: find(sheet, row) for row in aligned.form.rows}
    crossed = _crossed(sheet)
    told: set[int] = set()
    glued = parted(aligned.form.edition, dict(_glued(rows)))
    for row, there in rows.items():
        keys = tuple(head.key for head in row.line.heads)
        if row.label in crossed:
            there = replace(there, why="order")  # noqa: PLW2901 - the same row
        elif keys in glued:
            where = there.cells[0].where
            taken.evidence |= {
                key: Evidence(where, part, "glued", taken=False)
                for key, part in zip(keys, glued[keys], strict=True)
            }
            there = replace(there, why="glued")  # noqa: PLW2901 - the same row
        _store(taken, sheet, row, there)
        told |= {id(cell) for cell in there.cells}
    for table in aligned.form.edition.tables:
        if not any(_begun(aligned, row) for row in rows if row.line.table == table):
            _leave_out(taken, aligned.form.edition, table)
    taken.not_taken += _spare_numbers(sheet, told)
    return taken


def _glued(rows: Mapping[ExpectedRow, RowCells]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield (keys, pieces of digits) of the rows outside tables with fewer pieces than cells."""
    for row, there in rows.items():
        heads = row.line.heads
        if there.why == "count" and there.cells and there.cells[0].table < 0:
            pieces = [part for cell in there.cells for part in cell.text.split()]
            if len(pieces) < len(heads):
                yield tuple(head.key for head in heads), pieces


def _leave_out(taken: TakenCells, edition: Edition, table: str) -> None:
    """Note a table of which nothing is there; one that need not be filled is no fault."""
    part = edition.tables[table]
    taken.missing.add(table)
    taken.open.discard(table)
    taken.not_taken = [missed for missed in taken.not_taken if missed.table != part.caption]
    if part.statutory:
        taken.open.add(table)
        keys = tuple(cell.key for cell in edition.of_table(table))
        taken.not_taken.append(NotTaken(part.caption, "", "", "table", keys))


def _begun(aligned: AlignedWords, row: ExpectedRow) -> bool:
    """Tell whether a row's label is there; of a row without one, whether a head is."""
    if row.label is not None:
        return row.label in aligned.places
    return any(head in aligned.places for head in row.heads or ())


def _store(taken: TakenCells, sheet: AlignedTables, row: ExpectedRow, there: RowCells) -> None:
    """Store a row: its evidence, or what stands there and why it is not taken."""
    edition = sheet.aligned.form.edition
    heads, sure = row.line.heads, not there.why
    if len(there.cells) == len(heads):
        how = "label-differs" if row.label in sheet.aligned.differing else there.how
        for head, cell in zip(heads, there.cells, strict=True):
            taken.evidence[head.key] = Evidence(cell.where, cell.text, how, sure)
    if sure:
        return
    taken.open.add(row.line.table)
    place = sheet.aligned.places.get(row.label) if row.label is not None else None
    token: Piece | None = sheet.aligned.stream[place] if place is not None else None
    first = token or next(iter(there.cells), None)
    label = token.text if token else row.line.label or ""
    text = " | ".join(filter(None, [label, *(cell.text for cell in there.cells)]))
    text = text or _heads_missing(sheet, row)
    caption = edition.tables[row.line.table].caption
    where, keys = first.where if first else "", tuple(head.key for head in heads)
    taken.not_taken.append(NotTaken(caption, where, text, there.why, keys))


def _heads_missing(sheet: AlignedTables, row: ExpectedRow) -> str:
    """Return the heads of a row that are not there."""
    words = sheet.aligned.form.words
    needed = sorted({*(row.heads or ()), *row.before})
    return " / ".join(words[number].text for number in needed if number not in sheet.aligned.places)


# ── rows in another order, rows there twice, numbers left over ────────────────────────────────────


def _crossed(sheet: AlignedTables) -> set[int]:
    """Return the labels of rows that stand in another order than printed, as far as is known."""
    aligned = sheet.aligned
    labels = [row.label for row in aligned.form.rows if row.label is not None]
    crossed: set[int] = set()
    for word in labels:
        if word in aligned.places:
            continue
        section = aligned.form.words[word].section
        core = aligned.form.words[word].words.core
        for place in aligned.spare:
            words = aligned.stream[place].words
            if words is None or words.core != core or not has_numbers(sheet, place):
                continue
            crossed.add(word)
            crossed |= {
                other
                for other in labels
                if other in aligned.places
                and aligned.form.words[other].section == section
                and (other < word) != (aligned.places[other] < place)
            }
    return crossed


def _spare_numbers(sheet: AlignedTables, told: set[int]) -> Iterator[NotTaken]:
    """Yield the numbers in the form's tables that no cell takes, row by row."""
    stream, form = sheet.aligned.stream, sheet.aligned.form
    sections = {
        stream[place].table: form.words[word].section
        for word, place in sheet.aligned.places.items()
        if stream[place].table >= 0
    }
    for table, section in sections.items():
        rows: dict[int, list[Piece]] = {}
        for place in sheet.tables[table]:
            rows.setdefault(stream[place].row, []).append(stream[place])
        part = form.edition.sections[section]
        printed = {wording(text).full for text in part.labels.values()}
        for cells in rows.values():
            first = next((cell.column for cell in cells if cell.words), 0)
            spare = [
                cell
                for cell in cells
                if _is_number(cell)
                and id(cell) not in told
                and not (cell.column < first and wording(cell.text).full in printed)
            ]
            if spare:
                text, caption = (
                    " | ".join(cell.text for cell in cells if not cell.blank),
                    part.caption,
                )
                yield NotTaken(caption, spare[0].where, text, "no-slot")


def _is_number(token: Piece) -> bool:
    bare = "".join(token.text.split())
    return bool(bare) and bare[0].isdigit() and token.words is None
