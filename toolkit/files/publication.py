"""Published documents as returns: the report in one, its agency, and findings on the rest."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ..data import Message
from ..documents import heading
from ..documents.account import at_place
from ..documents.importing import Imported, import_document, kind_of
from ..documents.taking import NotTaken
from ..edition.edition import Edition
from ..escape import shortened
from ..finding import Finding, spots
from ..report import identity
from ..report.report import Report
from ..returned.foreign import unknown
from ..returned.read import Reading
from ..xlsx.zip import Rejected
from .spoken import with_spoken

_QUOTED, _LISTED = 60, 4
"""Most characters of a row that a finding quotes, and most rows."""


def read_published(
    source: bytes,
    file: str,
    extra: Sequence[Path] = (),
    saved: Path | None = None,
    names: Mapping[str, str] = {},
) -> tuple[Reading, bool]:
    """Return a document's report with findings, and whether the file's name decided whose it is.

    saved: folder with the copies LibreOffice made, by digest. names: {name or other name of an
    agency of the roster, as compared: its name}. Raises Rejected.
    """
    read = imported(source, "", extra, None, saved)
    report, said, by_name = _whose(read.report, Path(file).stem, names)
    findings = (*said, *unknown(report.agency["name"], report.year), *_not_taken(read))
    places = {
        key: (report.edition.cells[key].sheet, one.where) for key, one in report.evidence.items()
    }
    return Reading(report, findings, places), by_name


def imported(
    source: bytes, file: str, extra: Sequence[Path], only: Edition | None, saved: Path | None
) -> Imported:
    """Return the report in a document, or in the copy that LibreOffice made of it.

    file: its name. only: the edition to read it by. saved: as above. Raises Rejected.
    """
    return with_spoken(import_document(_as_read(source, saved), file, extra, only))


def _as_read(source: bytes, saved: Path | None) -> bytes:
    """Return a document's bytes, those of its copy where LibreOffice made one."""
    copy = saved / copy_name(source) if saved else None
    if copy is None or not copy.is_file():
        return source
    if converted := copy.read_bytes():
        return converted
    raise Rejected("damaged", part=kind_of(source), why="LibreOffice")


def copy_name(source: bytes) -> str:
    """Return the name of a document's copy."""
    return f"{hashlib.sha256(source).hexdigest()}.docx"


# ── whose ─────────────────────────────────────────────────────────────────────────────────────────


def _whose(
    report: Report, stem: str, names: Mapping[str, str]
) -> tuple[Report, tuple[Finding, ...], bool]:
    """Return a report with agency and year, by its title, else by the file's name.

    A name of the roster that the file has goes before a title that is nobody's of the roster.
    """
    edition: Edition = report.edition
    titled, dated = report.agency["name"], report.year
    file, year = heading.whose(edition, (), stem)
    stems = stem, heading.named(edition, stem)
    listed = next(filter(None, (names.get(identity.name(one)) for one in stems)), None)
    agency, findings = titled or listed or file, []
    if titled and listed and identity.name(titled) not in names:
        agency, words = listed, Message("finding", "identity/document-file")
        findings.append(Finding("identity", "warning", (), titled, listed, words=words))
    changed = replace(report, agency={**report.agency, "name": agency}, year=dated or year)
    by_name = agency != titled or changed.year != dated
    return changed, tuple(findings), by_name


# ── what was not taken ────────────────────────────────────────────────────────────────────────────


def _not_taken(read: Imported) -> Iterator[Finding]:
    """Yield a finding for each table and reason, with text and place in the document."""
    order = sorted(read.not_taken, key=lambda row: (row.table, row.why))
    for (table, why), group in groupby(order, key=lambda row: (row.table, row.why)):
        rows = list(group)
        keys = [key for row in rows for key in row.keys]
        texts = [_shortened(row) for row in rows[:_LISTED] if row.text]
        figures = {"table": table, "at": "", "text": _quoted(rows)}
        yield Finding(
            "not-taken",
            "error",
            spots(read.report.edition, keys),
            found="\n".join(texts) or None,
            figures={"what": Message("import", why, figures), "count": str(len(keys))},
            words=Message("finding", "not-taken/document" if keys else "not-taken/no-slot"),
        )


def _quoted(rows: Sequence[NotTaken]) -> str | Message:
    """Return the first texts with their places."""
    quotes = [
        Message("import", "quoted", {"text": _shortened(row), "at": at_place(row)})
        for row in rows
        if row.text
    ]
    if not quotes:
        return ""
    first, *more = quotes[:_LISTED]
    if len(quotes) > _LISTED:
        more.append(Message("evidence", "others", {"n": str(len(quotes) - _LISTED)}))
    return replace(first, more=tuple(more))


def _shortened(row: NotTaken) -> str:
    return shortened(" ".join(row.text.split()), _QUOTED)
