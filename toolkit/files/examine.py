"""Examination of a file, from its path to findings: read it, check its report."""

import codecs
import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..blank.slots import prior_places
from ..check import check, narrative
from ..check.case import Open
from ..data import Message
from ..edition.balance import PRIOR
from ..edition.edition import Edition
from ..explain import Claim, Correction, explain
from ..explain import words as corrections
from ..explain.cure import Trial, tried
from ..finding import Finding, PassedOver, Result, Spot, verdict
from ..report import identity
from ..report import report as reports
from ..report.official import apart, held_against, own_last_year
from ..report.report import Number, Report, ReportError, plain
from ..returned.read import read
from ..xlsx.zip import Rejected
from .archive import is_archive
from .arrival import arrived
from .gathering import JSON_LIMIT, bytes_of, file_of, is_document, passed_over
from .gathering import PathError as PathError  # noqa: PLC0414 - handed on
from .gathering import content as content  # noqa: PLC0414 - handed on
from .gathering import gather as gather  # noqa: PLC0414 - handed on
from .placing import Places, placed
from .refusal import refusal
from .signature import HEAD, signature

_RTF = b"{\\rtf"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Read:
    """A file as read: a report with the reader's findings, or the finding that rejects it.

    places: {key: (sheet, address)} where they are not the edition's own; last year's have `prior.`.
    by_name: the file's name
    decided whose it is. check_code: the code on a workbook's printed tables.
    """

    path: str
    sha256: str | None
    report: Report | None
    findings: tuple[Finding, ...]
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    by_name: bool = False
    check_code: str | None = None


# ── one file ──────────────────────────────────────────────────────────────────────────────────────


def load(
    path: str,
    extra: Sequence[Path] = (),
    known: Container[str] = (),
    saved: Path | None = None,
    names: Mapping[str, str] = {},
) -> Read:
    """Return a file, or a file in an archive, as read; its content never raises an exception.

    known: digests of files that need no reading; for these only the digest is returned. saved,
    names: for documents, as `read_published` takes them.
    """
    try:
        source = content(path)
    except (ReportError, Rejected) as error:
        variant = "/archive" if is_archive(file_of(path)) else ""
        packed = error.figures.get("kind", "") if error.figures.get("why") == "method" else ""
        seen = PassedOver(path, "archive", "method", packed) if packed else None
        return _refused(path, _digest(path), error, variant, seen)
    digest = hashlib.sha256(source).hexdigest()
    published = is_published(path, source)
    if digest in known and not (published and names):
        return Read(path, digest, None, ())
    try:
        if published:
            from .publication import read_published  # noqa: PLC0415 - few returns are documents

            reading, by_name = read_published(source, path, extra, saved, names)
            return Read(path, digest, reading.report, reading.findings, reading.places, by_name)
        if _is_json(source):
            return Read(path, digest, _from_json(source, extra), ())
        reading = read(source, extra, Path(path).name)
    except (ReportError, Rejected) as error:
        return _refused(path, digest, error, seen=passed_over(path, source))
    code = reading.check_code
    return Read(path, digest, reading.report, reading.findings, reading.places, check_code=code)


def _refused(
    path: str,
    digest: str | None,
    error: ReportError | Rejected,
    variant: str = "",
    seen: PassedOver | None = None,
) -> Read:
    """Return a file that was not read.

    variant: suffix of its code for the sentence, if known. seen: the kind of file that it is.
    """
    finding = refusal(error.code, error.figures, variant)
    if seen and seen.kind in ("archive", "mail") and error.code == "not-a-workbook":
        words, figures = Message("passed_over", seen.why), {**finding.figures, "what": seen.what}
        finding = replace(finding, found=seen.what, figures=figures, words=words)
    return Read(path, digest, None, (finding,))


def _digest(path: str) -> str | None:
    """Return the SHA-256 of a file, None where it cannot be opened or is in an archive."""
    if file_of(path) != path:
        return None
    try:
        return hashlib.sha256(bytes_of(path)).hexdigest()
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


def is_published(path: str, source: bytes) -> bool:
    """Tell whether a file is read as a published document: by its ending, where it is nothing else."""
    name = Path(path).name
    if not is_document(name) or _is_json(source):
        return False
    return signature(name, source[:HEAD], lambda: source) is None


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

    prior: the same agency's report of last year, or the reason why none is compared. Without a
    report, last year's numbers are those that the return itself holds.
    """
    report = loaded.report
    if report is None:
        return rejected(loaded)
    given = None if isinstance(prior, Open) else prior
    own = own_last_year(report) if given is None and not _is_anothers(loaded.findings) else None
    last = given or own
    findings = (*loaded.findings, *_prior_differs(loaded, report, given))
    outcome = check(report, last or prior, findings)
    explanations = _explained(report, last, outcome.findings)
    trial = Trial(report, last or prior, findings, outcome)
    result = Result(
        path=loaded.path,
        sha256=loaded.sha256,
        verdict=verdict(outcome.findings),
        report=report,
        findings=tried(trial, corrections.located(explanations, report.edition, outcome.findings)),
        passed=outcome.passed,
        failed=outcome.failed,
        not_checked=outcome.not_checked,
        explanations=explanations,
        prior="given" if given else "workbook" if own else None,
        check_code=loaded.check_code,
        received=arrived(loaded.path),
    )
    return placed(result, loaded.places if own else _this_year(loaded.places))


def _is_anothers(findings: Iterable[Finding]) -> bool:
    """Tell whether a return is in a workbook made for another agency or year, by its mark."""
    return any(finding.code == "identity" and finding.expected for finding in findings)


def _this_year(places: Places) -> Places:
    """Return the places without those of last year's numbers."""
    return {key: place for key, place in places.items() if not key.startswith(PRIOR)}


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
    day = arrived(loaded.path)
    return Result(loaded.path, loaded.sha256, "reject", None, loaded.findings, received=day)


def of_last_year(report: Report, priors: Iterable[Report]) -> Report | None:
    """Return the same agency's report of the year before, on the same form.

    None also where the reports of that name have two codes and this report has none: ambiguous.
    """
    last = of_the_year_before(report, priors)
    return last[0] if last and all(same_return(prior, last[0]) for prior in last) else None


def of_the_year_before(report: Report, priors: Iterable[Report]) -> list[Report]:
    """Return the reports that may be the same agency's of the year before: by code, else by name."""
    code, year = identity.code(report.agency.get("code")), (report.year or 0) - 1
    last = [prior for prior in priors if prior.year == year and same_return(report, prior)]
    return [p for p in last if code and identity.code(p.agency.get("code")) == code] or last


def same_return(one: Report, other: Report) -> bool:
    """Tell whether two reports are of one agency and one form, in any edition."""
    return one.edition.form == other.edition.form and identity.same(one.agency, other.agency)


def _prior_differs(loaded: Read, report: Report, prior: Report | None) -> Iterable[Finding]:
    """Yield findings for last year's numbers in a workbook that differ from last year's report."""
    if prior is None or not report.prior:
        return
    numbers, unstamped = held_against(report.edition, prior), apart(report.edition)
    for key in prior_places(report.edition):
        typed, true = report.prior.get(key), numbers.get(key)
        comparable = key in numbers and not (typed is None and key in unstamped)
        if comparable and typed != true:
            sheet, at = loaded.places.get(PRIOR + key, (None, None))
            spot = Spot(PRIOR + key, sheet, at, report.edition.cells[key].label)
            present, expected = (None if n is None else plain(n) for n in (typed, true))
            figures = {"found": present or "—", "expected": expected or "—"}
            yield Finding("prior-differs", "error", (spot,), present, expected, figures=figures)


def prior_numbers(edition: Edition, prior: Report | None) -> dict[str, Number]:
    """Return {key: last year's number} for this edition's balances, where it means the same."""
    if prior is None:
        return {}
    numbers = held_against(edition, prior)
    result = {key: numbers.get(key) for key in prior_places(edition)}
    return {key: number for key, number in result.items() if number is not None}
