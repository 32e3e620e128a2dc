"""Published documents by path: read in a worker process, a report or the finding that refuses it."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..documents.candidate import needs_office
from ..documents.convert import office, to_docx
from ..documents.importing import Imported, kind_of
from ..edition.edition import Edition
from ..finding import Finding
from ..report.report import ReportError
from ..xlsx.zip import Rejected
from .gathering import bytes_of, content, is_document, passed_over
from .publication import copy_name, imported
from .refusal import refusal


@dataclass(frozen=True, slots=True)
class Published:
    """A document by its path: as read, or the finding that refuses it."""

    path: str
    sha256: str | None
    imported: Imported | None
    finding: Finding | None = None


def load_document(
    path: str,
    extra: Sequence[Path] = (),
    only: Edition | None = None,
    saved: Path | None = None,
) -> Published:
    """Return a document as read; its content never raises an exception.

    only: the edition to read it by. saved: folder with the copies LibreOffice made, by digest.
    """
    digest = None
    try:
        source = bytes_of(path)
        digest = hashlib.sha256(source).hexdigest()
        return Published(path, digest, imported(source, Path(path).name, extra, only, saved))
    except (ReportError, Rejected) as error:
        return refused(path, digest, error)


def refused(path: str, digest: str | None, error: ReportError | Rejected) -> Published:
    """Return a document that was not read."""
    return Published(path, digest, None, refusal(error.code, error.figures))


def lost(path: str, code: str) -> Published:
    """Return a document whose reading was cut short: by its limits, or because a worker died."""
    return Published(path, None, None, Finding(code, "error"))


def documents(paths: Iterable[str]) -> list[str]:
    """Return the files named, and those with a document's ending in folders named, in order."""
    files: list[str] = []
    for path in paths:
        if not Path(path).is_dir():
            files.append(path)
            continue
        files += sorted(
            os.path.join(top, name)  # noqa: PTH118 - paths stay text, as the file system names them
            for top, _, names in os.walk(path)
            for name in names
            if is_document(name)
        )
    return list(dict.fromkeys(files))


def convert(paths: Iterable[str], folder: Path | None) -> Iterator[str]:
    """Save a copy of each document that only LibreOffice opens, and yield each path when done.

    Copies are named by the digest of the document. One that it cannot convert has an empty copy;
    without LibreOffice there are none.
    """
    program = office() if folder else None
    for path in paths:
        if folder and program:
            with suppress(ReportError, Rejected):
                _save_copy(path, folder, program)
        yield path


def _save_copy(path: str, folder: Path, program: str) -> None:
    source = content(path)
    copy = folder / copy_name(source)
    if copy.exists() or not needs_office(source) or passed_over(path, source):
        return
    copy.touch()
    copy.write_bytes(to_docx(source, kind_of(source), program))
