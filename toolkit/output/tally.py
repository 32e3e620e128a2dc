"""Totals of a batch, in one pass: a line for each agency or file, and the frequent problems."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..edition.edition import Edition
from ..escape import shortened
from ..finding import Batch, Finding, Result
from .breach import Breach, breaches
from .decisions import CONTESTED

STATES = ("reject", "fail", "warn", "missing", "pass")
"""States of an agency's return in the order of lists: first those that need work."""
REPLACED = ("superseded", "copy")
"""Codes of findings on a return that no longer counts; its other findings are not listed."""
FIRST = 120
"""Maximum characters of the first problem in a list."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: an agency of the roster, or a file of none.

    file: the number, in the batch, of the return that counts. older: those it replaces.
    twins: those in conflict, of which none counts. stranger: of an agency not in the roster.
    waiting: the later one that the office has not preferred. errors, warnings: those that neither
    follow from others nor are waived. hints: all warnings that follow from no other; reasons: those
    of them with a reason.
    member: the agency's entry in the campaign, empty for a file of no member.
    """

    state: str
    name: str | None
    code: str | None = None
    year: int | None = None
    edition: str | None = None
    sent: int | None = None
    path: str | None = None
    file: int | None = None
    errors: int = 0
    warnings: int = 0
    first: str = ""
    older: tuple[int, ...] = ()
    twins: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    hints: int = 0
    reasons: int = 0
    stranger: bool = False
    member: Mapping[str, Any] = field(default_factory=dict)


class Contested(NamedTuple):
    """A return that counts once the office prefers it: its digest, its agency, its sending."""

    sha256: str
    agency: str
    sent: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Totals of a batch.

    verdicts: {verdict: files}. codes: {code: returns that have it}. severities: {code: the worst}.
    marks: {fingerprint: {key: returns wrong there}}. returns: {fingerprint: returns}.
    breaches: {code: returns in which it fails}. contested: {file number: a return that may be
    preferred}.
    """

    lines: tuple[Line, ...]
    verdicts: Counter[str]
    states: Counter[str]
    codes: Counter[str]
    severities: Mapping[str, str]
    editions: Mapping[str, Edition]
    returns: Counter[str]
    marks: Mapping[str, Counter[str]]
    breaches: Mapping[str, list[Breach]]
    contested: Mapping[int, Contested]

    @property
    def main(self) -> Edition | None:
        """The edition of most returns."""
        return self.editions[self.returns.most_common(1)[0][0]] if self.returns else None


def current(result: Result) -> tuple[Finding, ...]:
    """Return the findings to list: of a return that no longer counts only the reason."""
    return tuple(f for f in result.findings if f.code in REPLACED) or result.findings


def is_current(result: Result) -> bool:
    """Tell whether a return counts: no later sending or copy replaces it."""
    return all(finding.code not in REPLACED for finding in result.findings)


def counts(finding: Finding) -> bool:
    """Tell whether a finding is neither a note nor a consequence, and not waived."""
    return finding.severity != "note" and finding.follows is None and not finding.waived


def tally(batch: Batch, lang: str) -> Tally:
    """Return the totals of a batch; reports are read and released one by one."""
    files: dict[str, Line] = {}
    editions: dict[str, Edition] = {}
    codes, returns, marks = Counter[str](), Counter[str](), dict[str, Counter[str]]()
    severities: dict[str, str] = {}
    replaced = {path for member in members(batch) for path in member.get("superseded", ())}
    agencies, found = owners(batch), dict[str, list[Breach]]()
    contested: dict[int, Contested] = {}
    for number, result in enumerate(batch.results):
        files[result.path] = _of_file(number, result, lang)
        if result.report:
            editions.setdefault(result.report.edition.fingerprint, result.report.edition)
        if result.path in replaced:
            continue
        owner = agencies.get(result.path, {}).get("name")
        if any(finding.code in CONTESTED for finding in result.findings) and owner:
            sent = files[result.path].sent or 1
            contested[number] = Contested(result.sha256 or "", owner, sent)
        who = owner or files[result.path].name or result.path
        for code, breach in breaches(result, number, who):
            found.setdefault(code, []).append(breach)
        wrong = [finding for finding in result.findings if counts(finding)]
        codes.update({finding.code for finding in wrong})
        for finding in wrong:
            worst = "error" in (finding.severity, severities.get(finding.code))
            severities[finding.code] = "error" if worst else "warning"
        if result.report:
            fingerprint = result.report.edition.fingerprint
            returns[fingerprint] += 1
            keys = {spot.key for finding in wrong for spot in finding.cells if spot.key}
            marks.setdefault(fingerprint, Counter()).update(keys)
    lines = tuple(_lines(batch, files, contested))
    verdicts = Counter(line.state for line in files.values())
    states = Counter(line.state for line in lines)
    return Tally(lines, verdicts, states, codes, severities, editions, returns, marks, found,
                 contested)  # fmt: skip


def members(batch: Batch) -> Iterable[Mapping[str, Any]]:
    """Return the roster's agencies with their states, empty without a roster."""
    return batch.campaign["agencies"] if batch.campaign else ()


def twins(batch: Batch) -> Mapping[str, Iterable[str]]:
    """Return {agency: the paths of its returns in conflict, none of which counts}."""
    agencies = batch.campaign["duplicates"] if batch.campaign else ()
    return {agency["name"]: agency["paths"] for agency in agencies}


def owners(batch: Batch) -> Mapping[str, Mapping[str, Any]]:
    """Return {path: the roster's agency of the return}, for rejected files too."""
    several = twins(batch)
    return {
        path: member
        for member in members(batch)
        for path in (
            member.get("path"),
            *member.get("superseded", ()),
            *several.get(member["name"], ()),
            *member.get("others", ()),
        )
        if path
    }


def _lines(batch: Batch, files: Mapping[str, Line], contested: Container[int]) -> Iterator[Line]:
    """Yield a line for each agency in the roster's order, then for each file of no agency."""
    several, owned = twins(batch), owners(batch)
    outside = batch.campaign["strangers"] if batch.campaign else ()
    strangers = {file["path"] for file in outside}
    for member in members(batch):
        same = tuple(several.get(member["name"], ()))
        numbers = [_numbers(files, paths) for paths in (member.get("superseded", ()), same)]
        left = (*same, *member.get("others", ()))
        waiting = [n for n in _numbers(files, member.get("others", ())) if n in contested]
        counts_one = bool(member.get("path"))
        first = files.get(member.get("path") or next(iter(left), ""))
        counted = first or Line(member["state"], member["name"])
        yield replace(
            counted,
            state=member["state"],
            name=member["name"],
            code=member.get("code"),
            file=counted.file if counts_one or not numbers[1] else None,
            older=numbers[0],
            twins=numbers[1],
            waiting=tuple(n for n in waiting if n not in numbers[1]),
            member=member,
        )
    for path, line in files.items():
        if path not in owned:
            yield replace(line, stranger=path in strangers)


def _numbers(files: Mapping[str, Line], paths: Iterable[str]) -> tuple[int, ...]:
    lines = (files[path] for path in paths if path in files)
    return tuple(line.file for line in lines if line.file is not None)


def _of_file(number: int, result: Result, lang: str) -> Line:
    report = result.report
    wrong = [finding for finding in result.findings if counts(finding)]
    severities = Counter(finding.severity for finding in wrong)
    hints = [f for f in result.findings if f.severity == "warning" and f.follows is None]
    first = wrong[0].message(lang) if wrong else ""
    return Line(
        state=result.verdict,
        name=report.agency.get("name") if report else None,
        code=report.agency.get("code") if report else None,
        year=report.year if report else None,
        edition=report.edition.name if report else None,
        sent=report.sent if report else None,
        path=result.path,
        file=number,
        errors=severities["error"],
        warnings=severities["warning"],
        hints=len(hints),
        reasons=sum(bool(finding.explained) for finding in hints),
        first=shortened(first, FIRST),
    )
