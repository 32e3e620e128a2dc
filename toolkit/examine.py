"""The only way from a path to findings: gather the files, read one, check it."""

import codecs
import hashlib
import json
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import report as reports
from .balance import PRIOR
from .check import check
from .edition import Edition
from .finding import Finding, Result, Spot, verdict
from .report import Number, Report, ReportError, plain
from .workbook.package import FILE_LIMIT, Rejected
from .workbook.read import read
from .workbook.structure import at, prior_places, word

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".et", ".ods")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class PathError(Exception):
    """A path that does not exist."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one file gave: a report with the reader's findings, or why it was rejected."""

    path: str
    sha256: str | None
    report: Report | None
    findings: tuple[Finding, ...]


def gather(paths: Iterable[str]) -> tuple[list[str], int]:
    """Return the files to judge in order of path bytes, and how many others were passed over.

    Raises PathError for a path that does not exist.
    """
    named: set[str] = set()
    ignored = 0
    for path in paths:
        if os.path.isdir(path):
            found, others = _walk(path)
            named.update(found)
            ignored += others
        elif os.path.lexists(path):
            named.add(path)
        else:
            raise PathError(path)
    return sorted(named, key=os.fsencode), ignored


def _walk(folder: str) -> tuple[list[str], int]:
    """Return the returns below a folder and the number of other files; links are not followed."""
    found, ignored = [], 0
    for parent, folders, names in os.walk(folder):
        for name in [*names, *folders]:
            path = os.path.join(parent, name)
            if name in folders and not os.path.islink(path):
                continue
            if _is_return(path, name):
                found.append(path)
            else:
                ignored += 1
    return found, ignored


def _is_return(path: str, name: str) -> bool:
    if name.startswith((".", "~$")):
        return False
    ending = os.path.splitext(name)[1].lower()
    if ending == ".json":
        return _has_form(path)
    return ending in SPREADSHEETS


def _has_form(path: str) -> bool:
    """Tell whether a JSON file found in a folder says which form it is."""
    try:
        source = json.loads(_bytes(path))
    except (ReportError, ValueError, RecursionError):
        return False
    return isinstance(source, dict) and "form" in source


def _bytes(path: str) -> bytes:
    """Return a regular file's bytes; raises ReportError for anything else."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise ReportError("not-a-file")
        if os.path.getsize(path) > FILE_LIMIT:
            raise ReportError("too-large")
        return Path(path).read_bytes()
    except OSError as error:
        raise ReportError("unreadable", why=error.strerror or str(error)) from None


def load(path: str, extra: Sequence[Path] = ()) -> Read:
    """Return what a file holds; nothing it contains raises."""
    digest = None
    try:
        source = _bytes(path)
        digest = hashlib.sha256(source).hexdigest()
        if _is_json(source):
            return Read(path, digest, _from_json(source, extra), ())
        reading = read(source, extra)
    except (ReportError, Rejected) as error:
        finding = Finding(error.code, "error", figures=error.figures)
        return Read(path, digest, None, (finding,))
    return Read(path, digest, reading.report, reading.findings)


def _is_json(source: bytes) -> bool:
    """Tell whether a file begins as JSON does; Windows PowerShell saves output in UTF-16."""
    if source.startswith(_UTF_16):
        return source[2:8].strip(b"\0 \t\r\n")[:1] in (b"{", b"[")
    return source.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _from_json(source: bytes, extra: Sequence[Path]) -> Report:
    try:
        text = source.decode("utf-16" if source.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError("bad-json", why=str(error)) from None
    return reports.from_json(reports.parse_json(text), tuple(extra))


def examine(
    path: str, priors: Iterable[Report] | None = None, extra: Sequence[Path] = ()
) -> Result:
    """Return one file's result; `priors` are last year's reports, None where none were given."""
    loaded = load(path, extra)
    if loaded.report is None:
        return Result(path, loaded.sha256, "reject", None, loaded.findings)
    report = loaded.report
    prior = of_last_year(report, priors or ())
    found = (*loaded.findings, *_prior_differs(report, prior))
    outcome = check(report, prior, found)
    return Result(
        path=path,
        sha256=loaded.sha256,
        verdict=verdict(outcome.findings),
        report=report,
        findings=outcome.findings,
        passed=outcome.passed,
        failed=outcome.failed,
        not_checked=outcome.not_checked,
    )


def of_last_year(report: Report, priors: Iterable[Report]) -> Report | None:
    """Return the same agency's report of the year before: by code where both have one, else name."""
    if report.year is None:
        return None
    last = [prior for prior in priors if prior.year == report.year - 1]
    return next((prior for prior in last if same_agency(report, prior)), None)


def same_agency(one: Report, other: Report) -> bool:
    """Tell whether two reports are of one agency: by code where both have one, else by name."""
    codes = one.agency.get("code"), other.agency.get("code")
    if all(codes):
        return codes[0] == codes[1]
    return bool(one.agency.get("name")) and one.agency.get("name") == other.agency.get("name")


def _prior_differs(report: Report, prior: Report | None) -> Iterable[Finding]:
    """Yield where last year's numbers in the workbook are not those of last year's report."""
    if prior is None or not report.prior:
        return
    for key, place in prior_places(report.edition).items():
        there, true = report.prior.get(key), prior.numbers.get(key)
        if there != true:
            spot = Spot(PRIOR + key, word("prior"), at(place), report.edition.cells[key].label)
            found, expected = _shown(there), _shown(true)
            figures = {"found": found or "—", "expected": expected or "—"}
            yield Finding("prior-differs", "error", (spot,), found, expected, figures=figures)


def _shown(number: Number | None) -> str | None:
    return None if number is None else plain(number)


def prior_numbers(edition: Edition, prior: Report | None) -> dict[str, Number]:
    """Return last year's numbers that this edition's balances speak of."""
    if prior is None:
        return {}
    found = {key: prior.numbers.get(key) for key in prior_places(edition)}
    return {key: number for key, number in found.items() if number is not None}
