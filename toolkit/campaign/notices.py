"""Notices for each agency whose return fails: a copy of the workbook, a text, a page."""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from ..blank.build import BuildError
from ..blank.slots import deadlines, own_deadline, word
from ..data import CHINESE, Message, say, texts
from ..escape import utf8
from ..explain import words as corrections
from ..files.placing import at_home
from ..finding import Batch, Finding, Result
from ..output.board import page
from ..output.tally import members
from ..report.report import Report, ReportError
from ..returned.fill import NoPlace, fill
from ..returned.results import FIRST, NoRoom, noticed
from ..xlsx.zip import Rejected
from .handout import alike, legal

TEXT_LIMIT = 300
"""Maximum characters of a text to paste into a chat or mail."""
_FAILING = ("reject", "fail")
_BROKEN = ("formula", "merge", "moved", "sheet-missing")
"""Codes of findings that cannot be corrected in a locked workbook."""
_NAME_BYTES = 150
ReadFile = Callable[[str], bytes]
"""Function that returns the bytes of a path; raises an exception of its own where it cannot."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Addressee of a notice: the agency's name, its deadline as printed.

    counts: whether the return that goes back is the one that counts for the agency.
    """

    name: str
    deadline: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """A failing return to send back. stem: the beginning of its files' names."""

    stem: str
    result: Result
    to: Addressee


def notices(batch: Batch, content: ReadFile) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files to send back, up to three for each failing return."""
    for notice in due(batch):
        yield from files(notice, content)


def due(batch: Batch) -> Iterator[Notice]:
    """Yield a notice for each failing return that goes back.

    With a roster only the return that counts for an agency is sent back. A return without a name,
    and every return of a run without a roster, goes by the name it gives, else its file's.
    """
    counting, taken = _counting(batch), dict[str, int]()
    for result in batch.results:
        to = _whom(result, counting)
        if result.verdict in _FAILING and to is not None:
            yield Notice(_free(legal(to.name, _NAME_BYTES) or "_", taken), result, to)


def files(notice: Notice, content: ReadFile) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files of one notice; raises Changed."""
    result, to = at_home(_discreet(notice.result)), notice.to
    endings = texts("sent_back_file", CHINESE)
    names = {kind: f"{notice.stem}-{ending}" for kind, ending in endings.items()}
    copy, how = workbook(result, content) if to.counts else (None, "other")
    if copy is not None:
        yield names["workbook"], copy
    lines = letter(result, to, names["workbook"] if copy is not None else None, how).split("\n")
    yield names["text"], BOM_UTF8 + utf8("".join(f"{line}\r\n" for line in lines))
    yield names["page"], utf8("".join(page(result, CHINESE, (lines[0], lines[-1]))))


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
        elif finding.code == "passing-superseded":
            words = Message("finding", "passing-superseded/agency")
            findings[number] = replace(finding, words=words)
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
            deadline = own_deadline(date.fromisoformat(day)) if day else ""
            addressees[path] = Addressee(agency["name"], deadline, counts=bool(agency["path"]))
    return addressees


def _addressee(result: Result) -> Addressee:
    """Return the agency named in a return, else the name of its file, as addressee."""
    name = result.report.agency.get("name") if result.report else None
    return Addressee(name or PurePosixPath(result.path.replace("\\", "/")).stem, "")


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


def workbook(result: Result, content: ReadFile, *, again: bool = True) -> tuple[bytes | None, str]:
    """Return a copy of the checked return with the findings in it, and the kind of copy.

    Where its own workbook has no room for them, or cannot be corrected by hand, the copy is a
    fresh one with its numbers; None where no workbook can hold them or nothing was read.
    again: whether it was sent already, so that the copy is for the next time. Raises Changed.
    """
    if result.report is None:
        return None, "reject"
    try:
        source = content(result.path)
    except (ReportError, Rejected):
        raise Changed(result.path) from None
    if hashlib.sha256(source).hexdigest() != result.sha256:
        raise Changed(result.path)
    broken = any(f.code in _BROKEN and f.severity == "error" for f in result.findings)
    if result.report.origin == "workbook" and not broken:
        try:
            return noticed(source, result.report, result.findings, again=again), "copy"
        except (NoRoom, Rejected):  # a report JSON that `read` made of a workbook is none
            pass
    report = replace(result.report, sent=result.report.sent or FIRST) if again else result.report
    fresh = _fresh(report, at_home(result).findings, again=again)
    kind = "drawn" if report.origin == "document" else "fresh"
    return fresh, "plain" if fresh is None else kind


class Changed(Exception):
    """A file that changed or vanished after it was checked."""


def _fresh(report: Report, findings: tuple[Finding, ...], *, again: bool) -> bytes | None:
    """Return a fresh workbook with a return's numbers and findings; None where they do not fit."""
    try:
        filled = fill(report, report.edition)
        return noticed(filled.workbook, report, findings, again=again)
    except (NoPlace, BuildError):
        return None


# ── the text ──────────────────────────────────────────────────────────────────────────────────────


def letter(result: Result, to: Addressee, copy: str | None, how: str) -> str:
    """Return the text that goes with a notice, at most TEXT_LIMIT characters.

    It says what is wrong as far as there is room, which file to open, what to do, by when. What
    one correction would mend is one item, with the reasons where all items have room.
    how: copy, fresh, drawn, plain, other or reject, by what goes with it.
    """
    words = texts("sent_back", CHINESE)
    items, report = list(_items(result, words, how)), result.report
    figures = {
        "agency": to.name,
        "n": len(items),
        "file": PurePosixPath(result.path.replace("\\", "/")).name,
        "copy": copy or "",
        "deadline": to.deadline or _general(report),
        "title": report.edition.title if report else "",
        "year": (report and report.year) or "",
    }
    head, foot = (words[f"{how}_{part}"].format_map(figures) for part in ("head", "foot"))
    return _fitted(head, items, foot, words)


def to_mend(result: Result) -> int:
    """Return the number of items to correct; findings that one correction clears count once."""
    words = texts("sent_back", CHINESE)
    return sum(1 for _ in _items(result, words, "copy"))


def _items(result: Result, words: Mapping[str, str], how: str) -> Iterator[tuple[str, str]]:
    """Yield the items to correct: (text with reasons, text without)."""
    for cause, group in corrections.grouped(result.findings, corrections.of(result)):
        errors = [f for f in group if f.follows is None and f.severity == "error" and not f.waived]
        if cause and errors:
            sheet = next(cell.sheet for cell in errors[0].cells if cell.sheet)
            full = corrections.brief(cause, sheet, CHINESE, why=True)
            yield full, corrections.brief(cause, sheet, CHINESE, why=False)
        else:
            yield from ((text, text) for text in (_sentence(f, words, how) for f in errors))


def _sentence(finding: Finding, words: Mapping[str, str], how: str) -> str:
    """Return a finding's sentence for an agency; how "other": for a return that does not count."""
    sentence = words.get(f"other_{finding.code}") if how == "other" else None
    if sentence is None:
        return finding.message(CHINESE)
    figures = {**finding.figures, "found": finding.found, "expected": finding.expected}
    return sentence.format_map(figures)


def _general(report: Report | None) -> str:
    """Return the deadlines of the report's edition, a general phrase without report or year."""
    if report is None or report.year is None:
        return say("sent_back", "soon", CHINESE)
    return word("year_of").format(year=report.year + 1) + deadlines(report.edition)


def _fitted(
    head: str, items: Sequence[tuple[str, str]], foot: str, words: Mapping[str, str]
) -> str:
    """Return head, items and foot within the limit; reasons only where all items fit with them."""
    n = len(items)
    for count, why in ((n, 0), *((count, 1) for count in range(n, -1, -1))):
        lines = [f"{number}. {item[why]}" for number, item in enumerate(items[:count], 1)]
        if count < n:
            lines.append(words["more"].format(n=n - count))
        text = "\n".join((head, *lines, foot))
        if len(text) <= TEXT_LIMIT:
            return text
    return text[:TEXT_LIMIT]
