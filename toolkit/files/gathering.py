"""Gathering of returns: the files of folders, archives and mails, and those passed over by name."""

import json
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..data import refused
from ..finding import PassedOver
from ..report.report import ReportError
from ..xlsx.zip import FILE_LIMIT, Rejected
from . import distant
from .archive import ReadContent, is_archive, is_mail, is_workbook, open_archive
from .distant import is_address
from .folders import is_nobodys, walk
from .refusal import sizes
from .signature import HEAD, READ, Signature, by_name, signature

DOCUMENTS = (
    ".html", ".htm", ".mhtml", ".mht", ".docx", ".pdf", ".txt", ".md", ".doc", ".wps", ".rtf", ".odt"
)  # fmt: skip
"""Endings of documents: named outright they are returns, in folders where they hold a form."""
OLD = (".doc", ".wps", ".rtf", ".odt")
"""Endings of documents that LibreOffice may have to open."""
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".et", ".ods")
REPORT = "report"
JSON_LIMIT = 2 * 2**20
"""Parsed JSON takes seventy times its bytes; a report takes ten thousand."""
_WRAPPERS = ("winmail", "smime")
"""What holds a whole mail: the mail is passed over, by its own name."""


class PathError(Exception):
    """A path that does not exist."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The content of an archive: paths of returns, each to be judged, and of other files.

    passed: those of the others that may hold a return. documents: those that may be reports.
    """

    returns: tuple[str, ...]
    others: tuple[str, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files to judge, in order of path bytes, and the number of files skipped.

    passed: those of the skipped files that may hold a return, in order of path bytes.
    """

    paths: list[str]
    ignored: int
    passed: tuple[PassedOver, ...]

    @property
    def told(self) -> list[str]:
        """The files to judge, and those passed over, to be refused by name."""
        return [*self.paths, *(file.path for file in self.passed)]

    def without(self, left: Iterable[str], outright: Iterable[str]) -> "tuple[Gathered, list[str]]":
        """Return the files without those at or below paths to leave out, and these files.

        A path given outright, and what is below it, is not left out for a path above it.
        """
        given = [_steps(path) for path in outright]
        tops = [top for top in map(_steps, left) if not any(_below(path, top) for path in given)]
        gone = [path for path in self.told if any(_below(_steps(path), top) for top in tops)]
        away = frozenset(gone)
        kept = Gathered(
            [path for path in self.paths if path not in away],
            self.ignored + sum(path in away for path in self.paths),
            tuple(file for file in self.passed if file.path not in away),
        )
        return kept, gone


Expand = Callable[[Sequence[str]], Iterable[Listing]]
Sift = Callable[[Sequence[str]], Iterable[str]]
"""Function that tells of each document whether it is a report, as `sifted` does."""


# ── which files ───────────────────────────────────────────────────────────────────────────────────


def gather(paths: Iterable[str], expand: Expand | None = None) -> tuple[list[str], int]:
    """Return the files to judge, in order of path bytes, and the number of files skipped.

    expand: lists archives, in other processes if need be. Raises PathError for a path that does
    not exist.
    """
    gathered = collected(paths, expand)
    return gathered.paths, gathered.ignored


def collected(
    paths: Iterable[str], expand: Expand | None = None, sift: Sift | None = None
) -> Gathered:
    """Return the files to judge, and those passed over.

    An archive that is named outright and is itself passed over is judged, unless it holds returns.
    Raises PathError for a path that does not exist.
    """
    outright = tuple(paths)
    named: set[str] = set()
    inside: set[str] = set()
    others: list[str] = []
    passed: dict[str, PassedOver] = {}
    documents: set[str] = set()
    for path in outright:
        far = is_address(path) and file_of(path) == path
        if far or os.path.isdir(path):
            below = _far(path) if far else _walk(path)
            named.update(below.returns)
            others += below.others
            passed |= {file.path: file for file in below.passed}
            documents.update(below.documents)
        elif file_of(path) != path:
            inside.add(path)
        elif os.path.lexists(path):
            named.add(path)
        else:
            raise PathError(path)
    archives = {path for path in named if is_archive(path)}
    opened = sorted(archives | {file_of(path) for path in inside}, key=path_bytes)
    listings = expand(opened) if expand else map(listing, opened)
    for archive, contents in zip(opened, listings, strict=True):
        _refuse_missing(archive, inside, contents)
        if archive in archives:
            here = {file.path: file for file in contents.passed}
            refused = archive in outright and archive in here and not contents.returns
            named.remove(archive)
            named.update((archive,) if refused else contents.returns)
            others += contents.others
            passed |= here
            documents.update(contents.documents)
    asked = sorted(documents - named - inside, key=path_bytes)
    for path, why in zip(asked, sift(asked) if sift else map(sifted, asked), strict=True):
        if why == REPORT:
            named.add(path)
        elif why:
            passed[path] = PassedOver(path, "document", why, _ending(path)[1:].upper())
    judged = named | inside
    left = (file for path, file in passed.items() if path not in judged)
    return Gathered(
        sorted(judged, key=path_bytes),
        sum(path not in judged for path in others),
        tuple(sorted(left, key=lambda file: path_bytes(file.path))),
    )


def _steps(path: str) -> tuple[str, ...]:
    """Return the steps of a path from the root, as the system compares them."""
    return Path(os.path.normcase(os.path.abspath(path))).parts


def _below(path: tuple[str, ...], top: tuple[str, ...]) -> bool:
    return path[: len(top)] == top


def path_bytes(path: str) -> bytes:
    """Return the sort key of a path: its bytes, also for a name the file system cannot encode."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def _refuse_missing(archive: str, inside: Iterable[str], listing: Listing) -> None:
    """Raise PathError for a path into an archive that does not hold it."""
    present = {archive, *listing.returns, *listing.others}
    for path in inside:
        broken = archive in listing.returns
        if file_of(path) == archive and path not in present and not broken:
            raise PathError(path)


def _walk(folder: str) -> Listing:
    """Return the files below a folder; links are not followed.

    A folder that cannot be read counts as a return: its content is unknown. A skipped folder
    counts as one file.
    """
    closed: list[str] = []
    others: list[str] = []
    paths: list[str] = []
    for parent, folders, names, skipped in walk(folder, lambda e: closed.append(e.filename)):
        others += [parent] * skipped
        paths += [os.path.join(parent, name) for name in names]
        links = (os.path.join(parent, name) for name in folders)
        paths += [path for path in links if os.path.islink(path)]
    return _sorted_in(paths, closed, others)


def _sorted_in(paths: Iterable[str], returns: list[str], others: list[str]) -> Listing:
    """Return files by what they are, after returns and others that are known."""
    passed: list[PassedOver] = []
    documents: list[str] = []
    for path in paths:
        name = os.path.basename(path)
        kind = _kind(name, partial(bytes_of, path), partial(bytes_of, path, HEAD))
        (returns if kind == READ else others).append(path)
        if kind not in (READ, None):
            passed.append(_passed(path, kind))
        elif kind is None and is_document(name):
            documents.append(path)
    return Listing(tuple(returns), tuple(others), tuple(passed), tuple(documents))


def _far(address: str) -> Listing:
    """Return the files at or below an address; a file named outright is a return."""
    found, skipped = distant.below(address)
    if found == [address]:
        return Listing((address,))
    return _sorted_in(found, [], skipped)


def is_read(path: str) -> bool:
    """Tell whether a file in a folder is read: as a return, or as an edition."""
    name = os.path.basename(path)
    kind = _kind(name, partial(bytes_of, path), partial(bytes_of, path, HEAD))
    return name.lower().endswith(".toml") or kind == READ


def _kind(name: str, content: ReadContent, head: ReadContent) -> Signature | None:
    """Return the kind of a file in a folder or archive: READ for a return or archive of returns.

    None: it holds no return. head: returns its first bytes.
    """
    if name.startswith((".", "~$")):
        return None
    ending = _ending(name)
    if ending == ".json":
        return READ if _has_form(content) else None
    if ending in SPREADSHEETS or is_archive(name):
        return READ
    try:
        return signature(name, head()[:HEAD], content)
    except (ReportError, Rejected):
        return by_name(name)


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def is_document(name: str) -> bool:
    """Tell by its name whether a file is a document."""
    return _ending(name) in DOCUMENTS and not name.startswith((".", "~$"))


def sifted(path: str, extra: Sequence[Path] = ()) -> str:
    """Return REPORT for a document in a folder that is read, why one is not, or "" for others."""
    from ..documents.candidate import sorted_out  # noqa: PLC0415 - few folders hold documents

    try:
        return sorted_out(content(path), extra)
    except (ReportError, Rejected):
        return ""


def _passed(path: str, kind: Signature) -> PassedOver:
    return PassedOver(path, kind.kind, kind.why, kind.what)


def passed_over(path: str, source: bytes) -> PassedOver | None:
    """Return a file that is no workbook as it is passed over in a folder; source: its bytes."""
    if is_archive(path):
        return next((file for file in listing(path).passed if file.path == path), None)
    kind = signature(os.path.basename(path), source[:HEAD], lambda: source)
    return _passed(path, kind) if kind else None


def _has_form(content: ReadContent) -> bool:
    """Tell whether a JSON file found in a folder or archive has a field `form`."""
    try:
        source = content()
        parsed = json.loads(source) if len(source) <= JSON_LIMIT else None
    except (ReportError, Rejected):
        return False
    except (ValueError, RecursionError):
        return b'"form"' in source
    return isinstance(parsed, dict) and "form" in parsed


# ── archives ──────────────────────────────────────────────────────────────────────────────────────


def listing(path: str) -> Listing:
    """Return the content of an archive; one that is not opened is listed itself as a return."""
    try:
        files = open_archive(path, bytes_of(path))
    except (ReportError, Rejected):
        return Listing((path,))
    if is_workbook(files):
        return Listing((path,))
    kinds: dict[str, Signature | None] = {}
    documents: list[str] = []
    for name, read in files.items():
        folders, _, last = name.rpartition("/")
        skipped = any(map(is_nobodys, folders.split("/")))
        kinds[name] = None if skipped else _kind(last, read, read)
        if kinds[name] is None and is_document(last) and not skipped:
            documents.append(f"{path}/{name}")
    whole = {name: f"{path}/{name}" for name in files}
    passed = (
        _passed(path if kind.why in _WRAPPERS and is_mail(path) else whole[name], kind)
        for name, kind in kinds.items()
        if kind not in (READ, None)
    )
    return Listing(
        tuple(whole[name] for name in files if kinds[name] == READ),
        tuple(whole[name] for name in files if kinds[name] != READ),
        tuple({file.path: file for file in passed}.values()),
        tuple(documents),
    )


def file_of(path: str) -> str:
    """Return the file of a path: the path itself, or the archive it leads into.

    A name from an archive never reaches the file system: the first part that is a file decides.
    """
    for place, sign in enumerate(path):
        if sign == "/" and is_archive(path[:place]) and _is_file(path[:place]):
            return path[:place]
    return path


def _is_file(path: str) -> bool:
    return distant.is_file(path) if is_address(path) else os.path.isfile(path)


def content(path: str) -> bytes:
    """Return the bytes of a file or of one in an archive; raises ReportError or Rejected."""
    archive = file_of(path)
    source = bytes_of(archive)
    if not is_archive(archive):
        return source
    files = open_archive(archive, source)
    if archive == path:
        return source
    inside = files.get(path[len(archive) + 1 :])
    if inside is None:
        raise ReportError("unreadable", why="ENOENT")
    return inside()


def bytes_of(path: str, first: int | None = None) -> bytes:
    """Return a regular file's bytes, or the first of them; raises ReportError for anything else."""
    try:
        if is_address(path):
            if first is None:
                _refuse_large(path, distant.size_of(path))
            return distant.bytes_at(path, first)
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            os.listdir(path)
        if not stat.S_ISREG(mode):
            raise ReportError("not-a-file")
        if first is None:
            _refuse_large(path, os.path.getsize(path))
        with Path(path).open("rb") as file:
            return file.read(first)
    except OSError as error:
        raise ReportError("unreadable", why=refused(error)) from None


def _refuse_large(path: str, size: int) -> None:
    if size > FILE_LIMIT:
        figures = {} if is_archive(path) else sizes("file", size, FILE_LIMIT)
        raise ReportError("too-large", **figures)
