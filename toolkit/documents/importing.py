"""Published reports become Reports: every number with its place, and what was not taken."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ..edition import edition as editions
from ..edition.edition import Edition
from ..edition.kind import without_hidden
from ..report.provenance import Evidence
from ..report.report import Report, Value, from_printed
from ..xlsx.zip import Rejected
from . import heading
from .alignment import AlignedWords, again, align
from .doc import read_doc
from .document import Document, Paragraph
from .docx import read_docx
from .expected import Expected, expected
from .html import read_html, read_mhtml
from .pdf import read_pdf
from .phrased import absences, parted
from .plaintext import read_text
from .taking import NotTaken, TakenCells, take
from .tokens import Piece, cut, joined, tokens

_SHARE = 2
"""One in so many of a table's rows must be found in a document that is read as the form."""
_MANY = 3
"""Rows of a table whose labels may tell that there are two reports."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A document as read.

    report: with evidence. not_taken: what was not taken. tables: those of the form taken whole.
    document: its blocks.
    """

    report: Report
    not_taken: tuple[NotTaken, ...]
    tables: tuple[str, ...]
    document: Document


# ── formats ───────────────────────────────────────────────────────────────────────────────────────

READERS: Mapping[str, Callable[[bytes], Document]] = {
    "html": read_html,
    "mhtml": read_mhtml,
    "docx": read_docx,
    "doc": read_doc,
    "pdf": read_pdf,
    "text": read_text,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|table|div|p|meta)\b", re.IGNORECASE)
_ARCHIVE = re.compile(rb"^(mime-version|content-type|from|subject):", re.IGNORECASE | re.MULTILINE)
_HEAD = 4096


def kind_of(source: bytes) -> str:
    """Return the format of a document by its bytes: a name in READERS, or rtf, odt; else empty.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"<p>a"), kind_of("一、".encode()), kind_of(b"")
    ('pdf', 'html', 'text', '')
    """
    head = source[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"PK"):
        opendocument = b"mimetypeapplication/vnd.oasis.opendocument.text" in source[:200]
        return "odt" if opendocument else "docx" if b"word/" in source else ""
    for name, sign in (("pdf", b"%PDF"), ("rtf", b"{\\rtf"), ("doc", _OLE)):
        if head.startswith(sign):
            return name
    if len(_ARCHIVE.findall(head)) > 1 and b"mime-version" in head.lower():
        return "mhtml"
    if head.startswith(b"<") and _MARKUP.search(head):
        return "html"
    return (
        "text"
        if head and (b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")))
        else ""
    )


def read_document(source: bytes) -> Document:
    """Return a document's blocks, by the format of its bytes.

    Raises Rejected; for a format that only an office program opens, and for a .doc that is not
    read, it says how to save it again.
    """
    kind = kind_of(source)
    try:
        if kind in READERS:
            return READERS[kind](source)
    except Rejected as error:
        if kind != "doc" or error.code != "damaged":
            raise
    case = "save-as" if kind else "unknown"
    raise Rejected("empty" if not source.strip() else "not-a-workbook", kind=kind.upper() or "?",
                   case=case)  # fmt: skip


# ── a report ──────────────────────────────────────────────────────────────────────────────────────


def import_document(
    source: bytes, file: str = "", extra: Sequence[Path] = (), only: Edition | None = None
) -> Imported:
    """Return the report in a document, by the edition whose labels it has most of.

    file: the document's name. only: the edition to read it by. Raises Rejected.
    """
    return imported(read_document(source), file, extra, only)


def imported(
    document: Document, file: str = "", extra: Sequence[Path] = (), only: Edition | None = None
) -> Imported:
    """Return the report in a document that was parsed."""
    stream = tokens(document)
    forms = [expected(one) for one in ([only] if only else editions_tried(extra))]
    aligned = _best(forms, stream, lambda form: joined(stream, form))
    if aligned is None or not _whole(aligned):
        other = _best(forms, stream, lambda form: joined(cut(stream, form), form))
        if aligned is None or (other is not None and _rank(other) > _rank(aligned)):
            aligned = other
    if aligned is None:
        raise Rejected("not-our-form", case="document")
    if _is_second(aligned):
        raise Rejected("not-our-form", case="two-reports")
    return _imported(aligned, take(aligned), document, file)


def is_report(document: Document, extra: Sequence[Path] = ()) -> bool:
    """Tell whether half of the labels of one of a form's tables are in a document."""
    cores = {token.words.core for token in tokens(document) if token.words}
    if any(_has_half(expected(edition), cores) for edition in editions_tried(extra)):
        return True
    try:
        imported(document, "", extra)
    except Rejected as error:
        return error.figures.get("case") == "two-reports"
    return True


def _has_half(form: Expected, cores: set[str]) -> bool:
    """Tell whether half of the row labels of a statutory table are among texts, in any order."""
    for table in form.edition.statutory:
        labels = [form.words[row.label].words.core for row in form.rows
                  if row.line.table == table and row.label is not None]  # fmt: skip
        if labels and _SHARE * sum(label in cores for label in labels) >= len(labels):
            return True
    return False


def editions_tried(extra: Sequence[Path]) -> Iterator[Edition]:
    """Yield every edition that a document may be read by."""
    for ident in editions.known(extra):
        edition = editions.named(*ident, extra)
        assert edition is not None  # noqa: S101 - it is known
        yield edition


def _best(
    forms: Sequence[Expected], stream: Sequence[Piece], of: Callable[[Expected], list[Piece]]
) -> AlignedWords | None:
    """Return the alignment of the edition that fits best, None where none does."""
    cores = {token.words.core for token in stream if token.words}
    alignments = [
        align(form, of(form))
        for form in forms
        if cores & form.known.keys() or any(len(token.text) > heading.LONGEST for token in stream)
    ]
    return max(filter(_fits, alignments), key=_rank, default=None)


def _fits(aligned: AlignedWords) -> bool:
    """Tell whether half of a statutory table's rows are found."""
    edition = aligned.form.edition
    absent = _absent(aligned)
    for table in edition.statutory:
        if table in absent:
            return True
        rows = [row for row in aligned.form.rows if row.line.table == table]
        labels = [row.label for row in rows if row.label is not None]
        words = labels or [number for row in rows for number in row.heads or ()]
        if _SHARE * sum(word in aligned.places for word in words) >= len(words):
            return True
    return False


def _rank(aligned: AlignedWords) -> tuple[int, bool, bool]:
    """Return how well an edition fits: words found less words missing; an official one first.

    Words of a table in whose place a sentence stands do not count: there the year tells editions.
    """
    edition = aligned.form.edition
    absent = _absent(aligned)
    fits = True
    if absent:
        first = min(aligned.places.values())
        _, year = heading.whose(edition, [[piece.text for piece in aligned.stream[:first]]], "")
        fits = year is None or edition.covers(year)
    statutory = {
        number for number, part in enumerate(edition.sections) if part.statutory or part.text
    }
    words = [
        number
        for number, word in enumerate(aligned.form.words)
        if word.section in statutory
        and (word.row < 0 or edition.sections[word.section].statutory)
        and (word.row < 0 or edition.sections[word.section].table not in absent)
    ]
    here = sum(number in aligned.places for number in words)
    return 2 * here - len(words), fits, edition.base is None


def _absent(aligned: AlignedWords) -> dict[str, tuple[Piece, dict[str, str]]]:
    """Return {table in whose place a sentence stands: the sentence, the answers in it}."""
    edition, captions = aligned.form.edition, aligned.form.captions
    there = {section: aligned.places.get(word, -1) for section, word in captions.items()}
    ends = sorted({*there.values(), len(aligned.stream)})
    found: dict[str, tuple[Piece, dict[str, str]]] = {}
    for section, first in there.items():
        part = edition.sections[section]
        if first < 0 or not part.table or not edition.depends.keys() & part.keys.values():
            continue
        last = next(end for end in ends if end > first)
        for piece in aligned.stream[first + 1 : last]:
            for answers in absences(edition, part, [piece.text] if piece.table < 0 else []):
                found[part.table] = piece, answers
    return found


def _whole(aligned: AlignedWords) -> bool:
    """Tell whether every row's label is found."""
    edition = aligned.form.edition
    rows = (row for row in aligned.form.rows if row.line.table in edition.statutory)
    return all(row.label is None or row.label in aligned.places for row in rows)


def _is_second(aligned: AlignedWords) -> bool:
    """Tell whether half of a table's rows are there once more, with other places for their cells."""
    places = again(aligned)
    for table in aligned.form.edition.statutory:
        labels = [
            row.label
            for row in aligned.form.rows
            if row.line.table == table and row.label is not None
        ]
        there = sum(label in places for label in labels)
        if there >= _MANY and _SHARE * there >= len(labels):
            return True
    return False


def _imported(aligned: AlignedWords, taken: TakenCells, document: Document, file: str) -> Imported:
    edition = aligned.form.edition
    agency, year = heading.whose(edition, _titles(aligned, document), file)
    absent = {t: said for t, said in _absent(aligned).items() if t in taken.missing}
    texts, told = parted(
        edition, _without(absent, edition, dict(_texts(aligned, document))), document
    )
    answers = {
        key: Evidence(piece.where, value, "order", taken=True)
        for piece, answered in absent.values()
        for key, value in answered.items()
    }
    evidence = {**told, **answers, **taken.evidence}
    report = Report(
        edition=edition,
        agency={"name": agency, "code": None, "level": None},
        year=year,
        values={key: _value(edition, key, evidence.get(key)) for key in edition.cells},
        texts=texts,
        origin="document",
        evidence=evidence,
    )
    gone = taken.missing - {edition.cells[key].table for key in told}
    open_ = (taken.open | gone) - absent.keys()
    whole = tuple(table for table in edition.tables if table not in open_)
    captions = {edition.tables[table].caption for table in absent}
    not_taken = tuple(missed for missed in taken.not_taken if missed.table not in captions)
    return Imported(report, not_taken, whole, document)


def _without(absent: Iterable[str], edition: Edition, texts: dict[str, str]) -> dict[str, str]:
    """Return texts without the sentences in place of tables, each the last line of its section's."""
    left = dict(texts)
    for name in (edition.tables[table].text for table in absent):
        if name in left:
            left[name] = left[name].rpartition("\n")[0].rstrip()
    return left


def _value(edition: Edition, key: str, evidence: Evidence | None) -> Value:
    """Return a cell's value; None for a blank one and for a proposal."""
    if evidence is None or not evidence.taken:
        return None
    cell = edition.cells[key]
    return from_printed(cell, without_hidden(cell, evidence.raw))


def _titles(aligned: AlignedWords, document: Document) -> tuple[list[str], ...]:
    """Return the document's title, the lines before the first word of the form, and pairs of these."""
    first = min((aligned.stream[place].block for place in aligned.places.values()), default=0)
    lines = [block.text for block in document.blocks[:first] if isinstance(block, Paragraph)]
    return [document.title], lines, ["".join(pair) for pair in pairwise(lines)]


def _texts(aligned: AlignedWords, document: Document) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the sections that have one, cut at the captions."""
    captions = aligned.form.captions
    there = {s: aligned.places[word] for s, word in captions.items() if word in aligned.places}
    places = sorted(there.values())
    for section, place in there.items():
        name = aligned.form.edition.sections[section].text
        if name is None:
            continue
        end = next((aligned.stream[one] for one in places if one > place), None)
        text = _between(document, aligned.stream[place], end).strip()
        if text:
            yield name, text


def _between(document: Document, caption: Piece, end: Piece | None) -> str:
    """Return the text behind a caption, to the next one; words of it elsewhere are no end."""
    first, last = caption.block, end.block if end else len(document.blocks)
    blocks = document.blocks[first : last + 1]
    lines = [
        (n, block.text) for n, block in enumerate(blocks, first) if isinstance(block, Paragraph)
    ]
    texts = []
    for number, line in lines:
        text = line
        if number == first:
            text = text.partition(caption.text)[2]
        if end and number == last:
            text = text.partition(end.text)[0] if end.text in text else ""
        texts.append(text)
    return "\n".join(texts)
