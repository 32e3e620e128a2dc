"""Notices: what goes back to each agency whose return fails: her workbook, a text, a page."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from .. import data
from ..finding import Batch, Finding, Result
from ..output.board import page
from ..report import Report
from ..workbook.build import BuildError
from ..workbook.fill import NoPlace, fill
from ..workbook.package import Rejected
from ..workbook.results import FIRST, NoRoom, noticed
from ..workbook.structure import deadlines, own_deadline, word
from .handout import alike, legal

TEXT_LIMIT = 300
"""Characters of a text to paste into a chat or mail."""
_FAILING = ("reject", "fail")
_NAME_BYTES = 150
Content = Callable[[str], bytes]
"""Gives the bytes of a path; raises an exception of its own where it cannot."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a notice is for: the agency's name, the end of its time as it is printed."""

    name: str
    deadline: str


def notices(batch: Batch, content: Content) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files to send back, up to three for each failing return.

    With a roster only the return that counts for an agency is sent back; one that is nobody's and
    all of a run without a roster go by the names they give.
    """
    counting = _counting(batch)
    taken: set[str] = set()
    for result in batch.results:
        replaced = counting is not None and _named(result) and result.path not in counting
        if result.verdict not in _FAILING or replaced:
            continue
        to = (counting or {}).get(result.path) or _addressee(result)
        stem = _free(legal(to.name, _NAME_BYTES) or "_", taken)
        told = _discreet(result)
        copy = _workbook(told, content)
        names = {kind: f"{stem}-{word}" for kind, word in _endings().items()}
        if copy is not None:
            yield names["workbook"], copy
        text = letter(told, to, names["workbook"] if copy is not None else None)
        yield names["text"], f"{text}\n".replace("\n", "\r\n").encode("utf-8-sig")
        yield names["page"], "".join(page(told, "zh")).encode()


def _discreet(result: Result) -> Result:
    """Return a result that names no other agency for the numbers they share."""
    words = data.messages()["finding"]["identical/elsewhere"]
    findings = tuple(
        replace(one, found=None, words=words) if one.code == "identical" else one
        for one in result.findings
    )
    return replace(result, findings=findings)


def _endings() -> dict[str, str]:
    return {name: words["zh"] for name, words in data.messages()["sent_back_file"].items()}


def _named(result: Result) -> bool:
    """Tell whether a return says whose it is."""
    return result.report is not None and bool(result.report.agency.get("name"))


def _counting(batch: Batch) -> dict[str, Addressee] | None:
    """Return {path of the return that counts: whom it is from}, None without a roster."""
    if batch.campaign is None:
        return None
    return {
        agency["path"]: Addressee(agency["name"], _own(agency.get("deadline")))
        for agency in batch.campaign["agencies"]
        if agency["path"]
    }


def _own(deadline: str | None) -> str:
    return own_deadline(date.fromisoformat(deadline)) if deadline else ""


def _addressee(result: Result) -> Addressee:
    """Return whom a return says it is from, else what its file is called."""
    name = result.report.agency.get("name") if result.report else None
    return Addressee(name or PurePosixPath(result.path.replace("\\", "/")).stem, "")


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no other notice has on any file system."""
    number, free = 1, name
    while alike(free) in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(alike(free))
    return free


# ── the workbook ──────────────────────────────────────────────────────────────────────────────────


def _workbook(result: Result, content: Content) -> bytes | None:
    """Return a copy of the return with the findings in it, as it was checked.

    Where its own workbook has no room for them, a fresh one with its numbers; None where no
    workbook can hold them or nothing was read.
    """
    if result.report is None:
        return None
    source = content(result.path)
    if hashlib.sha256(source).hexdigest() != result.sha256:
        raise Changed(result.path)
    if result.report.origin == "workbook":
        try:
            return noticed(source, result.report, result.findings)
        except (NoRoom, Rejected):  # a report JSON that `read` made of a workbook is none
            pass
    return _fresh(result.report, result.findings)


class Changed(Exception):
    """A file is not what it was when it was checked."""


def _fresh(report: Report, findings: tuple[Finding, ...]) -> bytes | None:
    """Return a fresh workbook with a return's numbers and what is wrong with them."""
    try:
        filled = fill(replace(report, sent=report.sent or FIRST), report.edition)
        return noticed(filled.workbook, replace(report, sent=report.sent or FIRST), findings)
    except (NoPlace, BuildError):
        return None


# ── the text ──────────────────────────────────────────────────────────────────────────────────────


def letter(result: Result, to: Addressee, copy: str | None) -> str:
    """Return the text that goes with a notice, TEXT_LIMIT characters at most.

    It says what is wrong as far as there is room, which file to open, what to do, by when.
    """
    words = {name: word["zh"] for name, word in data.messages()["sent_back"].items()}
    own = [f for f in result.findings if f.follows is None and f.severity == "error"]
    told = [finding.message("zh") for finding in own if not finding.waived]
    figures = {
        "agency": to.name,
        "n": len(told),
        "file": PurePosixPath(result.path.replace("\\", "/")).name,
        "copy": copy or "",
        "deadline": to.deadline or _general(result.report),
        **_about(result.report),
    }
    kind = "reject" if result.report is None else "copy" if copy else "plain"
    head, foot = (words[f"{kind}_{part}"].format_map(figures) for part in ("head", "foot"))
    return _fitted(head, told, foot, words)


def _about(report: Report | None) -> Mapping[str, object]:
    if report is None:
        return {"title": "", "year": ""}
    return {"title": report.edition.title, "year": report.year or ""}


def _general(report: Report | None) -> str:
    """Return the edition's deadlines; without a report nobody knows which."""
    if report is None or report.year is None:
        return data.messages()["sent_back"]["soon"]["zh"]
    return word("year_of").format(year=report.year + 1) + deadlines(report.edition)


def _fitted(head: str, told: list[str], foot: str, words: Mapping[str, str]) -> str:
    """Return head, as many lines as there is room for, foot."""
    for count in range(len(told), -1, -1):
        lines = [f"{number}. {text}" for number, text in enumerate(told[:count], 1)]
        if count < len(told):
            lines.append(words["more"].format(n=len(told) - count))
        text = "\n".join((head, *lines, foot))
        if len(text) <= TEXT_LIMIT:
            return text
    return text[:TEXT_LIMIT]
