"""Numbers into the tables of somebody's Word document: where each goes, and the document with them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..data import Message
from ..edition.edition import Edition
from ..finding import spelled
from ..xlsx import repack
from ..xlsx.zip import lower, open_parts
from . import account
from .document import Document, DocumentTable, TableCell
from .docx import MAIN_PART, read_docx
from .expected import expected
from .importing import Imported, imported
from .taking import NotTaken
from .tokens import tokens
from .wordcells import cells_of, retexted

_BY_ORDER = ("count", "sum")
"""Reasons for which numbers of a row are in doubt that has as many cells as heads, in their order.

Blanks have no sum: the document is read again with its new numbers.
"""


@dataclass(frozen=True, slots=True)
class WordTables:
    """A form's tables in a Word document.

    slots: {key: its printed cell}. read: the document as it is. problems: what keeps numbers out.
    """

    read: Imported
    slots: Mapping[str, TableCell]
    problems: tuple[Message, ...]


def tables_in(source: bytes, edition: Edition, file: str) -> WordTables:
    """Return the places of an edition's numbers in a Word document; raises Rejected.

    file: the document's name. Every cell of a table has one place, or there are problems.
    """
    document = read_docx(source)
    read = imported(document, file, (), edition)
    sure = [missed for missed in read.not_taken if not _is_by_order(missed, read)]
    if sure:
        return WordTables(read, {}, tuple(map(account.sentence, sure)))
    by_place = _by_place(document)
    there = {
        key: by_place.get(evidence.where)
        for key, evidence in read.report.evidence.items()
        if key in edition.cells and evidence.where
    }
    slots = {key: cell for key, cell in there.items() if cell is not None}
    tables = {*edition.statutory, *(edition.cells[key].table for key in slots)}
    lost = [k for k, cell in edition.cells.items() if cell.table in tables and k not in slots]
    problems = [*_nowhere(edition, lost), *_repeated(edition, document)]
    cells = cells_of(_main(source))
    for key, slot in slots.items():
        why = next((cells[n].blocked for n in slot.numbers if cells[n].blocked), "")
        if why:
            problems.append(_blocked(edition, key, read, why))
    return WordTables(read, slots, tuple(problems))


def _is_by_order(missed: NotTaken, read: Imported) -> bool:
    evidence = read.report.evidence
    return missed.why in _BY_ORDER and bool(missed.keys) and all(k in evidence for k in missed.keys)


def _by_place(document: Document) -> dict[str, TableCell]:
    """Return {place as evidence has it: cell} of all tables."""
    tables = (block for block in document.blocks if isinstance(block, DocumentTable))
    return {
        f"{table.where} r.{cell.row} c.{cell.column}": cell
        for table in tables
        for cell in table.cells
        if cell.numbers
    }


def _nowhere(edition: Edition, keys: Sequence[str]) -> Iterator[Message]:
    """Yield the sentence on cells that are in no table."""
    if keys:
        first = edition.cells[keys[0]].label
        yield Message("into", "nowhere", {"n": str(len(keys)), "label": first})


def _repeated(edition: Edition, document: Document) -> Iterator[Message]:
    """Yield the sentence on each row without a label whose heads are all there once more."""
    there: dict[str, list[str]] = {}
    for piece in tokens(document):
        if piece.words is not None and piece.table >= 0:
            there.setdefault(piece.words.core, []).append(piece.where.split(" r.")[0])
    form = expected(edition)
    for row in form.rows:
        cores = Counter(form.words[head].words.core for head in row.heads or ())
        if row.label is None and all(len(there.get(c, ())) > n for c, n in cores.items()):
            places = sorted(set(there[min(cores)]))
            caption = edition.tables[row.line.table].caption
            yield Message("into", "again", {"table": caption, "where": spelled(places[0])})


def _blocked(edition: Edition, key: str, read: Imported, why: str) -> Message:
    cell, where = edition.cells[key], read.report.evidence[key].where
    table = edition.tables[cell.table].caption
    figures = {"table": table, "label": cell.label, "at": spelled(where)}
    return Message("into", why, figures)


def _main(source: bytes) -> bytes:
    return open_parts(source).part(MAIN_PART)


def filled(source: bytes, tables: WordTables, texts: Mapping[str, str]) -> bytes:
    """Return a Word document with texts in the cells of keys; every other part is copied as stored."""
    main = _main(source)
    new: dict[int, str] = {}
    for key, text in texts.items():
        first, *rest = tables.slots[key].numbers
        new |= {first: text, **dict.fromkeys(rest, "")}
    entries = repack.stored(source)
    name = next(entry.name for entry in entries if lower(entry.name) == MAIN_PART)
    content = retexted(main, cells_of(main), new)
    return repack.repacked(entries, {name: content})
