"""Notices for each agency whose return goes back: a copy of the workbook, a text, a page."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from ..blank.build import BuildError
from ..check.explained import is_refused
from ..data import CHINESE, Message, texts
from ..escape import utf8
from ..files.placing import at_home
from ..finding import Batch, Finding, Result
from ..output.board import page
from ..output.tally import members
from ..report.report import Report, ReportError
from ..returned.fill import NoPlace, fill
from ..returned.results import FIRST, NoRoom, noticed
from ..xlsx.zip import Rejected
from .envelope import draft, subject
from .handout import alike, legal
from .letters import Addressee, letter
from .reminders import Reminder, reminders
from .sending import Sending, footnote, text_file

_FAILING = ("reject", "fail")
_BROKEN = {
    *("formula", "merge", "moved", "sheet-missing", "label/locked", "outside/locked"),
    *("seen-differs/other-locked", "seen-differs/covered", "seen-differs/condition"),
}
"""Codes and sentences of findings that cannot be corrected in a locked workbook."""
_NAME_BYTES = 150
ReadFile = Callable[[str], bytes]
"""Function that returns the bytes of a path; raises an exception of its own where it cannot."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A return to send back. stem: the beginning of its files' names."""

    stem: str
    result: Result
    to: Addressee


def due(batch: Batch, sending: Sending) -> "Iterator[Notice | Reminder]":
    """Yield a notice for each failing return that goes back, a reminder for each missing agency.

    A return with a reason that the office sent back goes back, too; one that only warns does not.
    With a roster only the return that counts for an agency is sent back. A return without a name,
    and every return of a run without a roster, goes by the name it gives, else its file's.
    """
    counting, taken = _counting(batch), dict[str, int]()
    for result in batch.results:
        to = _whom(result, counting)
        goes_back = result.verdict in _FAILING or any(map(is_refused, result.findings))
        if goes_back and to is not None:
            yield Notice(_stem(to.name, taken), result, to)
    for reminder in reminders(batch, sending):
        yield replace(reminder, stem=_stem(reminder.name, taken))


def files(
    item: "Notice | Reminder", content: ReadFile, sending: Sending
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files of a notice or reminder; raises Changed."""
    endings = texts("sent_back_file", CHINESE)
    names = {kind: f"{item.stem}-{ending}" for kind, ending in endings.items()}
    attached: list[tuple[str, bytes]] = []
    if isinstance(item, Reminder):
        title, text, mail = item.subject, item.text, names["reminder_mail"]
        yield names["reminder"], text_file(text)
    else:
        result = at_home(_discreet(item.result))
        note = footnote(sending, item.to.deadline, result.report)
        copy, how = workbook(result, content, note) if item.to.counts else (None, "other")
        told = letter(result, item.to, names["workbook"] if copy else None, how, sending)
        shown = page(replace(result, path=_file_name(result)), CHINESE, told.lead)
        attached = [(names["workbook"], copy)] if copy else []
        attached.append((names["page"], utf8("".join(shown))))
        title, text, mail = subject(result, addressed(item)), told.text, names["mail"]
        yield from attached[:-1]
        yield names["text"], text_file(text)
        yield from attached[-1:]
    if sending.mail:
        yield mail, draft(sending.members.get(addressed(item)), title, text, attached)


def addressed(item: "Notice | Reminder") -> str:
    """Return the agency that a notice or reminder goes to, empty where it is unknown."""
    if isinstance(item, Reminder):
        return item.name
    return item.to.name if item.to.known else ""


def unsent(batch: Batch) -> list[str]:
    """Return the paths of failing returns of unknown agencies, for which there is no notice."""
    counting = _counting(batch) or {}
    theirs = ("superseded", "others")
    replaced = {
        path for agency in members(batch) for name in theirs for path in agency.get(name, ())
    }
    return [
        result.path
        for result in (batch.results if batch.campaign else ())
        if result.verdict in _FAILING and _named(result)
        and result.path not in counting and result.path not in replaced
    ]  # fmt: skip


def _whom(result: Result, counting: "dict[str, Addressee] | None") -> "Addressee | None":
    """Return the addressee of a return; None where a later one counts or the agency is unknown."""
    if counting is None or not _named(result):
        return (counting or {}).get(result.path) or _addressee(result)
    return counting.get(result.path)


def _discreet(result: Result) -> Result:
    """Return a result worded for the agency: it names no other agency and none of our files."""
    findings = list(result.findings)
    for number, finding in enumerate(findings):
        if finding.code == "identical":
            words = Message("finding", "identical/elsewhere")
            findings[number] = replace(finding, found=None, words=words)
    return replace(result, findings=tuple(findings))


def _named(result: Result) -> bool:
    """Tell whether a return gives the name of its agency."""
    return result.report is not None and bool(result.report.agency.get("name"))


def _counting(batch: Batch) -> dict[str, Addressee] | None:
    """Return {path: addressee of the return}, None without a roster.

    One return for each agency: the one that counts, else the first of the others.
    """
    if batch.campaign is None:
        return None
    addressees = {}
    for agency in members(batch):
        path = agency["path"] or next(iter(agency.get("others", ())), None)
        if path:
            day = agency.get("deadline")
            deadline = date.fromisoformat(day) if day else None
            addressees[path] = Addressee(agency["name"], deadline, counts=bool(agency["path"]))
    return addressees


def _addressee(result: Result) -> Addressee:
    """Return the agency named in a return, else the name of its file, as addressee."""
    name = result.report.agency.get("name") if result.report else None
    return Addressee(name or PurePosixPath(_file_name(result)).stem, known=bool(name))


def _file_name(result: Result) -> str:
    return PurePosixPath(result.path.replace("\\", "/")).name


def _stem(agency: str, taken: dict[str, int]) -> str:
    """Return the beginning of the names of an agency's files."""
    return _free(legal(agency, _NAME_BYTES) or "_", taken)


def _free(name: str, taken: dict[str, int]) -> str:
    """Return a name that no other notice has on any file system.

    taken: {name as `alike` has it: the last number that was tried behind it}.
    """
    free = name
    while alike(free) in taken:
        number = taken[alike(name)] = taken[alike(name)] + 1
        free = f"{name} ({number})"
    taken[alike(free)] = 1
    return free


# ── the workbook ──────────────────────────────────────────────────────────────────────────────────


def workbook(
    result: Result, content: ReadFile, note: str = "", *, again: bool = True
) -> tuple[bytes | None, str]:
    """Return a copy of the checked return with the findings in it, and the kind of copy.

    Where its own workbook has no room for them, or cannot be corrected by hand, the copy is a
    fresh one with its numbers; None where no workbook can hold them or nothing was read.
    note: by when and to whom it goes back, above the findings. again: whether it was sent already,
    so that the copy is for the next time. Raises Changed.
    """
    if result.report is None:
        return None, "reject"
    try:
        source = content(result.path)
    except (ReportError, Rejected):
        raise Changed(result.path) from None
    if hashlib.sha256(source).hexdigest() != result.sha256:
        raise Changed(result.path)
    broken = any(_is_fixed(finding) for finding in result.findings)
    if result.report.origin == "workbook" and not broken:
        try:
            return noticed(source, result.report, result.findings, note, again=again), "copy"
        except (NoRoom, Rejected):  # a report JSON that `read` made of a workbook is none
            pass
    report = replace(result.report, sent=result.report.sent or FIRST) if again else result.report
    fresh = _fresh(report, at_home(result).findings, note, again=again)
    kind = "fresh" if report.origin == "workbook" else "drawn"
    return fresh, "plain" if fresh is None else kind


def _is_fixed(finding: Finding) -> bool:
    """Tell whether a finding is an error that a clerk cannot correct in her locked workbook."""
    name = finding.words.name if isinstance(finding.words, Message) else finding.code
    return finding.severity == "error" and bool({name, finding.code} & _BROKEN)


class Changed(Exception):
    """A file that changed or vanished after it was checked."""


def _fresh(
    report: Report, findings: tuple[Finding, ...], note: str, *, again: bool
) -> bytes | None:
    """Return a fresh workbook with a return's numbers and findings; None where they do not fit."""
    try:
        filled = fill(report, report.edition)
        return noticed(filled.workbook, report, findings, note, again=again)
    except (NoPlace, BuildError):
        return None
