"""Examination of files, from paths to findings: list the files, read a file, check its report."""

import codecs
import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..blank.slots import prior_places, word
from ..check import check, narrative
from ..check.case import Open
from ..edition.balance import PRIOR
from ..edition.edition import Edition
from ..explain import Claim, Correction, explain
from ..finding import Finding, Result, Spot, verdict
from ..report import identity
from ..report import report as reports
from ..report.official import apart, held_against
from ..report.report import Number, Report, ReportError, plain
from ..returned.read import read
from ..xlsx.address import at
from ..xlsx.zip import FILE_LIMIT, Rejected
from .archive import ReadContent, is_archive, is_workbook, open_archive
from .folders import is_nobodys, walk
from .refusal import sentence, sizes

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".et", ".ods")
JSON_LIMIT = 2 * 2**20
"""Parsed JSON takes seventy times its bytes; a report takes ten thousand."""
_RTF = b"{\\rtf"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class PathError(Exception):
    """A path that does not exist."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file as read: a report with the reader's findings, or the finding that rejects it."""

    path: str
    sha256: str | None
    report: Report | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The content of an archive: paths of returns, each to be judged, and of other files."""

    returns: tuple[str, ...]
    others: tuple[str, ...] = ()


Expand = Callable[[Sequence[str]], Iterable[Listing]]


# ── which files ───────────────────────────────────────────────────────────────────────────────────


def gather(paths: Iterable[str], expand: Expand | None = None) -> tuple[list[str], int]:
    """Return the files to judge, in order of path bytes, and the number of files skipped.

    expand: lists archives, in other processes if need be. Raises PathError for a path that does
    not exist.
    """
    named: set[str] = set()
    ignored = 0
    inside: set[str] = set()
    for path in paths:
        if os.path.isdir(path):
            found, others = _walk(path)
            named.update(found)
            ignored += others
        elif file_of(path) != path:
            inside.add(path)
        elif os.path.lexists(path):
            named.add(path)
        else:
            raise PathError(path)
    archives = {path for path in named if is_archive(path)}
    opened = sorted(archives | {file_of(path) for path in inside}, key=path_bytes)
    for archive, listing in zip(opened, (expand or _listings)(opened), strict=True):
        if archive in archives:
            named.remove(archive)
            named.update(listing.returns)
            ignored += len(listing.others)
        _refuse_missing(archive, inside, listing)
    return sorted(named | inside, key=path_bytes), ignored


def path_bytes(path: str) -> bytes:
    """Return the sort key of a path: its bytes, also for a name the file system cannot encode."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def _refuse_missing(archive: str, inside: Iterable[str], listing: Listing) -> None:
    """Raise PathError for a path into an archive that does not hold it."""
    there = {archive, *listing.returns, *listing.others}
    for path in inside:
        broken = archive in listing.returns
        if file_of(path) == archive and path not in there and not broken:
            raise PathError(path)


def _walk(folder: str) -> tuple[list[str], int]:
    """Return the returns below a folder and the number of other files; links are not followed.

    A folder that cannot be read counts as a return: its content is unknown. A skipped folder
    counts as one file.
    """
    found: list[str] = []
    ignored = 0
    for parent, folders, names, passed in walk(folder, lambda e: found.append(e.filename)):
        ignored += passed
        for name in [*names, *folders]:
            path = os.path.join(parent, name)
            if name in folders and not os.path.islink(path):
                continue
            if _is_return(name, partial(_bytes, path)):
                found.append(path)
            else:
                ignored += 1
    return found, ignored


def is_read(path: str) -> bool:
    """Tell whether a file in a folder is read: as a return, or as an edition."""
    name = os.path.basename(path)
    return name.lower().endswith(".toml") or _is_return(name, partial(_bytes, path))


def _is_return(name: str, content: ReadContent) -> bool:
    """Tell whether a file found in a folder or archive is a return, or an archive of returns."""
    if name.startswith((".", "~$")):
        return False
    ending = os.path.splitext(name)[1].lower()
    if ending == ".json":
        return _has_form(content)
    return ending in SPREADSHEETS or is_archive(name)


def _has_form(content: ReadContent) -> bool:
    """Tell whether a JSON file found in a folder or archive has a field `form`."""
    try:
        source = content()
        found = json.loads(source) if len(source) <= JSON_LIMIT else None
    except (ReportError, Rejected):
        return False
    except (ValueError, RecursionError):
        return b'"form"' in source
    return isinstance(found, dict) and "form" in found


# ── archives ──────────────────────────────────────────────────────────────────────────────────────


def _listings(archives: Sequence[str]) -> Iterable[Listing]:
    return map(listing, archives)


def listing(path: str) -> Listing:
    """Return the content of an archive; one that is not opened is listed itself as a return."""
    try:
        found = open_archive(path, _bytes(path))
    except (ReportError, Rejected):
        return Listing((path,))
    if is_workbook(found):
        return Listing((path,))
    returns = {
        name
        for name, content in found.items()
        if not any(map(is_nobodys, name.split("/")[:-1]))
        and _is_return(name.rpartition("/")[2], content)
    }
    whole = {name: f"{path}/{name}" for name in found}
    return Listing(
        tuple(whole[name] for name in found if name in returns),
        tuple(whole[name] for name in found if name not in returns),
    )


def file_of(path: str) -> str:
    """Return the file of a path: the path itself, or the archive it leads into.

    A name from an archive never reaches the file system: the first part that is a file decides.
    """
    for place, sign in enumerate(path):
        if sign == "/" and is_archive(path[:place]) and os.path.isfile(path[:place]):
            return path[:place]
    return path


def content(path: str) -> bytes:
    """Return the bytes of a file or of one in an archive; raises ReportError or Rejected."""
    archive = file_of(path)
    source = _bytes(archive)
    if not is_archive(archive):
        return source
    found = open_archive(archive, source)
    if archive == path:
        return source
    inside = found.get(path[len(archive) + 1 :])
    if inside is None:
        raise ReportError("unreadable", why=os.strerror(errno.ENOENT))
    return inside()


def _bytes(path: str) -> bytes:
    """Return a regular file's bytes; raises ReportError for anything else."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            os.listdir(path)
        if not stat.S_ISREG(mode):
            raise ReportError("not-a-file")
        if (size := os.path.getsize(path)) > FILE_LIMIT:
            figures = {} if is_archive(path) else sizes("file", size, FILE_LIMIT)
            raise ReportError("too-large", **figures)
        return Path(path).read_bytes()
    except OSError as error:
        raise ReportError("unreadable", why=error.strerror or str(error)) from None


# ── one file ──────────────────────────────────────────────────────────────────────────────────────


def load(path: str, extra: Sequence[Path] = (), known: Container[str] = ()) -> Read:
    """Return a file, or a file in an archive, as read; its content never raises an exception.

    known: digests of files that need no reading; for these only the digest is returned.
    """
    try:
        source = content(path)
    except (ReportError, Rejected) as error:
        variant = "/archive" if is_archive(file_of(path)) else ""
        return _refused(path, _digest(path), error, variant)
    digest = hashlib.sha256(source).hexdigest()
    if digest in known:
        return Read(path, digest, None, ())
    try:
        if _is_json(source):
            return Read(path, digest, _from_json(source, extra), ())
        reading = read(source, extra)
    except (ReportError, Rejected) as error:
        return _refused(path, digest, error)
    return Read(path, digest, reading.report, reading.findings)


def _refused(
    path: str, digest: str | None, error: ReportError | Rejected, variant: str = ""
) -> Read:
    """Return a file that was not read; variant: suffix of its code for the sentence, if known."""
    words = sentence(error.code, error.figures, variant)
    finding = Finding(error.code, "error", figures=error.figures, words=words)
    return Read(path, digest, None, (finding,))


def _digest(path: str) -> str | None:
    """Return the SHA-256 of a file, None where it cannot be opened or is in an archive."""
    if file_of(path) != path:
        return None
    try:
        return hashlib.sha256(_bytes(path)).hexdigest()
    except ReportError:
        return None


def lost(path: str, code: str) -> Read:
    """Return a file whose examination was cut short: by its limits, or because a worker died."""
    return Read(path, _digest(path), None, (Finding(code, "error"),))


def _is_json(source: bytes) -> bool:
    """Tell whether a file begins as JSON does; Windows PowerShell saves output in UTF-16."""
    if source.startswith(_UTF_16):
        return source[2:8].strip(b"\0 \t\r\n")[:1] in (b"{", b"[")
    head = source.lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"{", b"[")) and not head.startswith(_RTF)


def _from_json(source: bytes, extra: Sequence[Path]) -> Report:
    if len(source) > JSON_LIMIT:
        raise ReportError("too-large")
    try:
        text = source.decode("utf-16" if source.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError("bad-json", why=str(error)) from None
    return reports.from_json(reports.parse_json(text), tuple(extra))


def examine(
    path: str, priors: Iterable[Report] | None = None, extra: Sequence[Path] = ()
) -> Result:
    """Return a file's result; priors: last year's reports, None where none were given."""
    loaded = load(path, extra)
    prior = of_last_year(loaded.report, priors or ()) if loaded.report else None
    return judge(loaded, prior)


def judge(loaded: Read, prior: Report | Open | None) -> Result:
    """Return the result of a file that was read.

    prior: the same agency's report of last year, or the reason why none is compared.
    """
    report = loaded.report
    if report is None:
        return rejected(loaded)
    last = None if isinstance(prior, Open) else prior
    found = (*loaded.findings, *_prior_differs(report, last))
    outcome = check(report, prior, found)
    return Result(
        path=loaded.path,
        sha256=loaded.sha256,
        verdict=verdict(outcome.findings),
        report=report,
        findings=outcome.findings,
        passed=outcome.passed,
        failed=outcome.failed,
        not_checked=outcome.not_checked,
        explanations=_explained(report, last, outcome.findings),
    )


def _explained(
    report: Report, prior: Report | None, findings: Iterable[Finding]
) -> tuple[Correction, ...]:
    """Return the smallest corrections; empty without an error."""
    if all(finding.severity != "error" for finding in findings):
        return ()
    claims = tuple(Claim(*quoted) for quoted in narrative.quoted(report))
    return explain(report, prior, claims)


def rejected(loaded: Read) -> Result:
    """Return the result of a file that was not read as a return."""
    return Result(loaded.path, loaded.sha256, "reject", None, loaded.findings)


def of_last_year(report: Report, priors: Iterable[Report]) -> Report | None:
    """Return the same agency's report of the year before, on the same form.

    None also where the reports of that name have two codes and this report has none: ambiguous.
    """
    last = of_the_year_before(report, priors)
    return last[0] if last and all(same_return(one, last[0]) for one in last) else None


def of_the_year_before(report: Report, priors: Iterable[Report]) -> list[Report]:
    """Return the reports that may be the same agency's of the year before: by code, else by name."""
    code, year = identity.code(report.agency.get("code")), (report.year or 0) - 1
    last = [prior for prior in priors if prior.year == year and same_return(report, prior)]
    return [p for p in last if code and identity.code(p.agency.get("code")) == code] or last


def same_return(one: Report, other: Report) -> bool:
    """Tell whether two reports are of one agency and one form, in any edition."""
    return one.edition.form == other.edition.form and identity.same(one.agency, other.agency)


def _prior_differs(report: Report, prior: Report | None) -> Iterable[Finding]:
    """Yield findings for last year's numbers in a workbook that differ from last year's report."""
    if prior is None or not report.prior:
        return
    numbers, unstamped = held_against(report.edition, prior), apart(report.edition)
    for key, place in prior_places(report.edition).items():
        there, true = report.prior.get(key), numbers.get(key)
        comparable = key in numbers and not (there is None and key in unstamped)
        if comparable and there != true:
            spot = Spot(PRIOR + key, word("prior"), at(place), report.edition.cells[key].label)
            found, expected = _shown(there), _shown(true)
            figures = {"found": found or "—", "expected": expected or "—"}
            yield Finding("prior-differs", "error", (spot,), found, expected, figures=figures)


def _shown(number: Number | None) -> str | None:
    return None if number is None else plain(number)


def prior_numbers(edition: Edition, prior: Report | None) -> dict[str, Number]:
    """Return {key: last year's number} for this edition's balances, where it means the same."""
    if prior is None:
        return {}
    numbers = held_against(edition, prior)
    found = {key: numbers.get(key) for key in prior_places(edition)}
    return {key: number for key, number in found.items() if number is not None}
