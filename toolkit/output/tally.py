"""What a batch comes to, in one pass: a line for each agency or file, and what goes wrong most."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..edition import Edition
from ..finding import Batch, Finding, Result

STATES = ("reject", "fail", "warn", "missing", "pass")
"""What may have become of an agency's return, in the order of lists: what can be worked on first."""
FIRST = 120
"""So many signs of the first problem are shown in a list."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: an agency of the roster, or a file that belongs to none.

    file: the number, in the batch, of the return that counts. older: those it replaces.
    errors, warnings: those that do not follow from others and have no reason given.
    member: the agency's entry in the campaign, empty for a file of nobody there.
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
    member: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a batch comes to.

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


def counts(finding: Finding) -> bool:
    """Tell whether a finding stands for itself and is still to be dealt with."""
    return finding.severity != "note" and finding.follows is None and not finding.waived


def tally(batch: Batch, lang: str) -> Tally:
    """Return what a batch comes to; no report is held longer than its turn."""
    found: dict[str, Line] = {}
    editions: dict[str, Edition] = {}
    codes, returns, marks = Counter[str](), Counter[str](), dict[str, Counter[str]]()
    severities: dict[str, str] = {}
    replaced = {path for member in members(batch) for path in member.get("superseded", ())}
    for number, result in enumerate(batch.results):
        found[result.path] = _of_file(number, result, lang)
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
            own = {spot.key for finding in wrong for spot in finding.cells if spot.key}
            marks.setdefault(fingerprint, Counter()).update(own)
    lines = tuple(_lines(batch, found))
    verdicts = Counter(line.state for line in found.values())
    states = Counter(line.state for line in lines)
    return Tally(lines, verdicts, states, codes, severities, editions, returns, marks)


def members(batch: Batch) -> Iterable[Mapping[str, Any]]:
    """Return the roster's agencies with their states, none without a roster."""
    return batch.campaign["agencies"] if batch.campaign else ()


def owners(batch: Batch) -> Mapping[str, Mapping[str, Any]]:
    """Return {path: the roster's agency whose return it is}: a rejected file names none itself."""
    return {
        path: member
        for member in members(batch)
        for path in (member.get("path"), *member.get("superseded", ()))
        if path
    }


def _lines(batch: Batch, found: Mapping[str, Line]) -> Iterator[Line]:
    """Yield a line for each agency in the roster's order, then the files that are none of theirs."""
    told: set[str] = set()
    for member in members(batch):
        own = found.get(member.get("path") or "", Line(member["state"], member["name"]))
        older = [path for path in member.get("superseded", ()) if path in found]
        told.update((own.path or "", *older))
        yield replace(
            own,
            state=member["state"],
            name=member["name"],
            code=member.get("code"),
            older=tuple(number for path in older if (number := found[path].file) is not None),
            member=member,
        )
    yield from (line for path, line in found.items() if path not in told)


def _of_file(number: int, result: Result, lang: str) -> Line:
    """Return a file's line."""
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
        first=first if len(first) <= FIRST else f"{first[:FIRST]}…",
    )
