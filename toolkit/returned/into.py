"""A return's numbers in somebody's own document or workbook: all of them, or nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..data import Message, filled, listed, say, texts
from ..documents import wordfill
from ..documents.docx import read_docx
from ..documents.importing import imported, kind_of
from ..edition.edition import Edition
from ..edition.kind import Cell, without_hidden
from ..finding import Finding
from ..report import identity
from ..report.report import Number, Report, Value, from_printed, plain, recompute
from ..xlsx.zip import Rejected, lower, open_parts
from . import sheetfill
from .fill import NoPlace, holds

DOCX, XLSX = ".docx", ".xlsx"
_SIGNED = "_xmlsignatures/"
_SHOWN = 12
"""Most reasons that are listed."""
Hindrance = Message | Finding


class UnfitError(Exception):
    """A file that cannot take a return's numbers, and the reasons; nothing is written."""

    def __init__(self, reasons: Sequence[Hindrance]) -> None:
        super().__init__(reasons)
        self.reasons = tuple(reasons)
        self.ours = any(isinstance(one, Message) and one.name == "ours" for one in reasons)


@dataclass(frozen=True, slots=True)
class IntoFile:
    """Somebody's file with a return's numbers.

    written, empty: {table: number of its cells} that hold a value, that are blank. cleared: number
    of cells that held something and are blank now. notes: what else is to be known. misfits:
    values that are no numbers, as they are printed. differs: (cell, given, computed) of totals.
    seen: findings on numbers that look otherwise in the file.
    """

    content: bytes
    edition: Edition
    written: Mapping[str, int]
    empty: Mapping[str, int]
    cleared: int
    notes: tuple[Message, ...]
    misfits: Mapping[str, str]
    differs: tuple[tuple[Cell, Value, Value], ...]
    seen: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Before:
    """A file as it was: its agency and year, blank cells, notes; and findings on it as it is now."""

    report: Report
    blank: frozenset[str]
    notes: tuple[Message, ...] = ()
    seen: tuple[Finding, ...] = ()


def ending(source: bytes) -> str:
    """Return .docx or .xlsx, the two formats whose files take numbers, by a file's bytes.

    Raises UnfitError for others, and for a file that is signed.
    """
    if kind_of(source) == "docx":
        found = DOCX
    else:
        try:
            names = {lower(name) for name in open_parts(source).names}
        except Rejected as error:
            if error.code not in ("not-a-workbook", "empty"):
                raise
            names = set()
        if "xl/workbook.xml" not in names:
            raise UnfitError([Message("into", "format")])
        found = XLSX
    if any(name.startswith(_SIGNED) for name in open_parts(source).names):
        raise UnfitError([Message("into", "signed")])
    return found


def into(report: Report, source: bytes, file: str, extra: tuple[Path, ...] = ()) -> IntoFile:
    """Return a file with the numbers of a return in its tables; every other byte stays.

    file: its name. extra: more template folders. Raises UnfitError where a table or cell has no
    place or several, NoPlace where a value cannot be held, Rejected where the file is not read.
    """
    edition = report.edition
    values, differs = _printed(report)
    made = _in_word if ending(source) == DOCX else _in_sheet
    try:
        content, keys, before = made(source, edition, file, extra, values)
    except ValueError as error:
        raise UnfitError([Message("into", "encoding", {"part": str(error)})]) from error
    except (UnfitError, Rejected) as error:
        if other := _of_another(source, edition, file, extra):
            raise UnfitError([other, *getattr(error, "reasons", ())]) from error
        if isinstance(error, Rejected) and error.code == "not-our-form" and not error.figures:
            raise UnfitError([Message("into", "no-form")]) from error
        raise
    here = {key: values[key] for key in keys}
    written = Counter(edition.cells[key].table for key, value in here.items() if value is not None)
    empty = Counter(edition.cells[key].table for key, value in here.items() if value is None)
    return IntoFile(
        content,
        edition,
        written,
        empty,
        sum(value is None and key not in before.blank for key, value in here.items()),
        (*_others(report, before.report), *before.notes, *_without_table(values, here, edition)),
        {
            edition.cells[key].label: value
            for key, value in here.items()
            if isinstance(value, str) and edition.cells[key].numeric
        },
        differs,
        before.seen,
    )


def _printed(report: Report) -> tuple[dict[str, Value], tuple[tuple[Cell, Value, Value], ...]]:
    """Return {every key: its value as it is printed}, and the given totals that differ from theirs.

    Blanks of a declared table are 0, totals are computed anew. Raises NoPlace for what has no cell,
    or cannot be stored.
    """
    edition, given = report.edition, report.values
    lost = {key: str(value) for key, value in report.extra.items() if value is not None}
    lost |= {key: str(value) for key, value in given.items() if not holds(value)}
    if lost:
        raise NoPlace(lost)
    shown = recompute(edition, given, report.nil)
    zeros = {
        key
        for key, cell in edition.cells.items()
        if cell.numeric and cell.table in report.nil and key not in edition.computes
    }
    values = {k: 0 if value is None and k in zeros else value for k, value in shown.items()}
    differs = tuple(
        (edition.cells[key], given.get(key), shown[key])
        for key in edition.computes
        if given.get(key) is not None and given.get(key) != shown[key]
    )
    return values, differs


def _of_another(
    source: bytes, edition: Edition, file: str, extra: tuple[Path, ...]
) -> Message | None:
    """Return the sentence on a file with another edition's form than the return's."""
    try:
        if ending(source) == DOCX:
            theirs = imported(read_docx(source), file, extra).report.edition
        else:
            theirs = sheetfill.edition_of(source, file, extra)
    except (Rejected, UnfitError, sheetfill.OwnBlankError):
        return None
    if theirs.form == edition.form and theirs.name == edition.name:
        return None
    figures = {"here": edition.name, "there": theirs.name}
    return Message("into", "other-edition", figures)


def _as_text(value: Value) -> str:
    return plain(value) if isinstance(value, Number) else value or ""


# ── a document, a workbook ────────────────────────────────────────────────────────────────────────

Made = tuple[bytes, Sequence[str], _Before]


def _in_word(
    source: bytes, edition: Edition, file: str, _: tuple[Path, ...], values: Mapping[str, Value]
) -> Made:
    """Return a Word document with values, their keys, and how it was."""
    tables = wordfill.tables_in(source, edition, file)
    _refuse(tables.problems)
    wanted = {key: values[key] for key in edition.cells if key in tables.slots}
    content = wordfill.filled(source, tables, {k: _as_text(v) for k, v in wanted.items()})
    again = wordfill.tables_in(content, edition, file)
    same = again.read.report.texts == tables.read.report.texts and not again.read.not_taken
    _refuse_other(wanted, again.read.report, same=same)
    blank = frozenset(key for key, slot in tables.slots.items() if not slot.text.strip())
    return content, tuple(wanted), _Before(tables.read.report, blank)


def _in_sheet(
    source: bytes,
    edition: Edition,
    file: str,
    extra: tuple[Path, ...],
    values: Mapping[str, Value],
) -> Made:
    """Return a plain workbook with values, their keys, and how it was."""
    try:
        tables = sheetfill.tables_in(source, edition, file, extra)
    except sheetfill.OwnBlankError:
        raise UnfitError([Message("into", "ours")]) from None
    _refuse(tables.problems)
    wanted = {key: values[key] for key in edition.cells if key in tables.slots}
    content = sheetfill.filled(source, tables, wanted)
    again = sheetfill.tables_in(content, edition, file, extra)
    seen = tuple(one for one in again.drawn.findings if one.code == "seen-differs")
    _refuse_other(wanted, again.drawn.report, same=again.slots == tables.slots)
    notes = []
    if tables.formulas:
        notes.append(Message("into", "formulas", {"n": str(len(tables.formulas))}))
    if tables.others:
        notes.append(Message("into", "recalculate", {"n": str(tables.others)}))
    return content, tuple(wanted), _Before(tables.drawn.report, tables.blank, tuple(notes), seen)


def _refuse(problems: Sequence[Hindrance]) -> None:
    """Raise UnfitError where something keeps numbers out."""
    if problems:
        raise UnfitError(problems)


def _refuse_other(wanted: Mapping[str, Value], again: Report, *, same: bool) -> None:
    """Raise UnfitError where the new file does not read as the values written into it."""
    cells = again.edition.cells
    for key, value in wanted.items():
        cell = cells[key]
        printed = from_printed(cell, without_hidden(cell, _as_text(value)))
        if again.values[key] != printed:
            shown = {"label": cell.label, "given": _as_text(value) or "—"}
            shown["read"] = _as_text(again.values[key]) or "—"
            raise UnfitError([Message("into", "reads-differently", shown)])
    if not same:
        raise UnfitError([Message("into", "reads-otherwise")])


# ── what is said of it ────────────────────────────────────────────────────────────────────────────


def _others(report: Report, theirs: Report) -> Iterator[Message]:
    """Yield notes on a file for another agency or year than the return's."""
    name, other = report.agency["name"], theirs.agency["name"]
    if name and other and identity.name(name) != identity.name(other):
        yield Message("into", "other-agency", {"here": name, "there": other})
    if report.year and theirs.year and report.year != theirs.year:
        figures = {"here": str(report.year), "there": str(theirs.year)}
        yield Message("into", "other-year", figures)


def _without_table(
    values: Mapping[str, Value], here: Mapping[str, Value], edition: Edition
) -> Iterator[Message]:
    """Yield the note on values of tables that the file does not have."""
    left = {k: value for k, value in values.items() if value is not None and k not in here}
    if left:
        items = [f"{edition.cells[key].label} {_as_text(value)}" for key, value in left.items()]
        figures = {
            "n": str(len(left)),
            "items": listed(items, _SHOWN, " / "),
        }
        yield Message("into", "no-table", figures)


def lines(done: IntoFile, lang: str) -> Iterator[str]:
    """Yield the account of a filled file: its tables, the cells left blank, the warnings."""
    words = texts("into", lang)
    yield filled(
        words["written"], n=sum(done.written.values()), tables=_by_table(done.written, done, lang)
    )
    if done.empty:
        yield filled(
            words["empty"],
            n=sum(done.empty.values()),
            tables=_by_table(done.empty, done, lang),
        ) + (f" {filled(words['cleared'], n=done.cleared)}" if done.cleared else "")
    yield words["texts"]
    yield from (note[lang] for note in done.notes)


def warnings(done: IntoFile, lang: str) -> Iterator[str]:
    """Yield the warnings: values that are no numbers, totals and looks that differ."""
    words = texts("into", lang)
    for label, value in done.misfits.items():
        yield filled(words["misfit"], label=label, value=value)
    for cell, given, shown in done.differs:
        figures = {"label": cell.label, "given": _as_text(given), "shown": _as_text(shown) or "—"}
        yield filled(words["total-given"], **figures)
    yield from (finding.message(lang) for finding in done.seen)


def _by_table(counts: Mapping[str, int], done: IntoFile, lang: str) -> str:
    words = texts("into", lang)
    return say("text", "comma", lang).join(
        filled(words["table"], table=done.edition.tables[table].sheet, n=counts[table])
        for table in done.edition.tables
        if table in counts
    )


def refused(error: UnfitError, path: str, lang: str) -> Iterator[str]:
    """Yield that nothing was written, the reasons, and what to do."""
    words = texts("into", lang)
    yield filled(words["refused"], path=path)
    for reason in error.reasons[:_SHOWN]:
        yield "  " + (reason.message(lang) if isinstance(reason, Finding) else reason[lang])
    if len(error.reasons) > _SHOWN:
        yield "  " + filled(words["more"], n=len(error.reasons) - _SHOWN)
    yield words["do"]
