"""Published documents by path: read in a worker process, a report or the finding that refuses it."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..documents.candidate import needs_office
from ..documents.convert import office, to_docx
from ..documents.importing import Imported, import_document, kind_of
from ..edition.edition import Edition
from ..finding import Finding
from ..report.report import ReportError
from ..xlsx.zip import Rejected
from .examine import is_published
from .gathering import bytes_of, content, is_document
from .publication import copy_name
from .refusal import sentence

_OLD = (".doc", ".wps", ".rtf", ".odt")


@dataclass(frozen=True, slots=True)
class Published:
    """A document by its path: as read, or the finding that refuses it."""

    path: str
    sha256: str | None
    imported: Imported | None
    finding: Finding | None = None


def load_document(path: str, extra: Sequence[Path] = (), only: Edition | None = None) -> Published:
    """Return a document as read; its content never raises an exception.

    only: the edition to read it by.
    """
    digest = None
    try:
        source = bytes_of(path)
        digest = hashlib.sha256(source).hexdigest()
        return Published(path, digest, import_document(source, Path(path).name, extra, only))
    except (ReportError, Rejected) as error:
        return refused(path, digest, error)


def refused(path: str, digest: str | None, error: ReportError | Rejected) -> Published:
    """Return a document that was not read."""
    words = sentence(error.code, error.figures)
    finding = Finding(error.code, "error", figures=error.figures, words=words)
    return Published(path, digest, None, finding)


def lost(path: str, code: str) -> Published:
    """Return a document whose reading was cut short: by its limits, or because a worker died."""
    return Published(path, None, None, Finding(code, "error"))


def documents(paths: Iterable[str]) -> list[str]:
    """Return the files named, and those with a document's ending in folders named, in order."""
    found: list[str] = []
    for path in paths:
        if not Path(path).is_dir():
            found.append(path)
            continue
        found += sorted(
            os.path.join(top, name)  # noqa: PTH118 - paths stay text, as the file system names them
            for top, _, names in os.walk(path)
            for name in names
            if is_document(name)
        )
    return list(dict.fromkeys(found))


def converted(path: str, folder: Path, number: int) -> str | Published:
    """Return the path of a document that can be read: its own, or of a copy LibreOffice has saved.

    folder: for the copy, which has the document's name, in a folder of its number. A document that
    needs LibreOffice and cannot be converted is returned refused; where LibreOffice is not found
    its path comes back.
    """
    try:
        source = bytes_of(path)
        program = office()
        if program is None or not needs_office(source):
            return path
        copy = folder / str(number) / f"{Path(path).stem}.docx"
        copy.parent.mkdir()
        copy.write_bytes(to_docx(source, kind_of(source), program))
    except (ReportError, Rejected) as error:
        return refused(path, None, error)
    return str(copy)


def convert(paths: Iterable[str], folder: Path | None) -> None:
    """Save copies of the documents that only LibreOffice opens, named by their digest.

    A document that it cannot convert has an empty copy; without LibreOffice there are none.
    """
    left = [path for path in paths if path.lower().endswith(_OLD)]
    program = office() if left and folder else None
    for path in left if program else ():
        with suppress(ReportError, Rejected):
            source = content(path)
            copy = Path(folder or "", copy_name(source))
            if copy.exists() or not is_published(path, source) or not needs_office(source):
                continue
            copy.touch()
            copy.write_bytes(to_docx(source, kind_of(source), program or ""))
