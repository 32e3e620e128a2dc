"""Totals of a batch, in one pass: a line for each agency or file, and the frequent problems."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..edition.edition import Edition
from ..escape import shortened
from ..finding import Batch, Finding, Result

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
    twins: those in conflict, none of which counts. stranger: of an agency not in the roster.
    errors, warnings: those that neither follow from others nor are waived.
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
    stranger: bool = False
    member: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """Totals of a batch.

    verdicts: {verdict: files}. codes: {code: returns that have it}. severities: {code: the worst}.
    marks: {fingerprint: {key: returns wrong there}}. returns: {fingerprint: returns}.
    """

    lines: tuple[Line, ...]
    verdicts: Counter[str]
    states: Counter[str]
    codes: Counter[str]
    severities: Mapping[str, str]
    editions: Mapping[str, Edition]
    returns: Counter[str]
    marks: Mapping[str, Counter[str]]

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
    for number, result in enumerate(batch.results):
        files[result.path] = _of_file(number, result, lang)
        if result.report:
            editions.setdefault(result.report.edition.fingerprint, result.report.edition)
        if result.path in replaced:
            continue
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
    lines = tuple(_lines(batch, files))
    verdicts = Counter(line.state for line in files.values())
    states = Counter(line.state for line in lines)
    return Tally(lines, verdicts, states, codes, severities, editions, returns, marks)


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


def _lines(batch: Batch, files: Mapping[str, Line]) -> Iterator[Line]:
    """Yield a line for each agency in the roster's order, then for each file of no agency."""
    several, owned = twins(batch), owners(batch)
    outside = batch.campaign["strangers"] if batch.campaign else ()
    strangers = {file["path"] for file in outside}
    for member in members(batch):
        same = tuple(several.get(member["name"], ()))
        numbers = [_numbers(files, paths) for paths in (member.get("superseded", ()), same)]
        left = (*same, *member.get("others", ()))
        first = files.get(member.get("path") or next(iter(left), ""))
        counted = first or Line(member["state"], member["name"])
        yield replace(
            counted,
            state=member["state"],
            name=member["name"],
            code=member.get("code"),
            file=None if numbers[1] else counted.file,
            older=numbers[0],
            twins=numbers[1],
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
        first=shortened(first, FIRST),
    )
