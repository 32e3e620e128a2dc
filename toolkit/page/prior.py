"""Questions about last year's returns, the same at each desk.

Messages about files come in both languages, {zh, en}: the page may switch its own.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..campaign import bulk
from ..campaign.chain import Last, TwiceError, Unread, built, taken
from ..campaign.pack import pack_report, unpack_report
from ..campaign.roster import Member
from ..campaign.store import StoreError
from ..data import say
from ..files.examine import lost
from ..report.report import Report
from .desk import Desk
from .returns import both, gathered

PRIOR = "prior"
"""Folder of last year's returns."""
_LAST, _OWNED = "last", "last-owned"
"""Files for the look-up of last year's reports, the second by a roster."""


def prior_listed(desk: Desk, lost: Sequence[str] = ()) -> dict[str, Any]:
    """Return the paths of last year's files to read, and the number of files passed over.

    lost: archives that are not to be opened.
    """
    files = gathered(desk, PRIOR, lost)
    ignored = files.ignored - len(files.passed)
    return {"paths": files.told, "ignored": ignored, "editions": desk.editions}


def prior_read(desk: Desk, path: str) -> dict[str, Any]:
    """Return the packed reports of one of last year's files, and messages on unread ones."""
    reports, unread = [], []
    each = bulk.one_by_one(desk.given)
    with chdir(Path(desk.home, PRIOR)):
        try:
            for report in taken([path], desk.given.extra, lambda paths: bulk.reads(paths, each)):
                if isinstance(report, Unread):
                    unread.append(report)
                else:
                    reports.append(_packed(*report))
        except StoreError as error:
            unread.append(Unread(path, error.sentence, error.why))
    return _answer(desk, reports, unread)


def prior_lost(desk: Desk, path: str, code: str) -> dict[str, Any]:
    """Return the answer for a file of last year whose reading was stopped."""
    with chdir(Path(desk.home, PRIOR)):
        file = Unread(path, "refused", lost(path, code).findings[0])
    return _answer(desk, [], [file])


def _answer(desk: Desk, reports: list[dict[str, Any]], unread: list[Unread]) -> dict[str, Any]:
    """Return the reports of a file; unread: the reasons, said: the sentences with the path."""
    return {
        "editions": desk.editions,
        "reports": reports,
        "unread": [both(file.reason) for file in unread],
        "said": [both(file.message) for file in unread],
    }


def _packed(run: int, report: Report) -> dict[str, Any]:
    return {"run": run, "content": base64.b64encode(pack_report(report)).decode("ascii")}


def last(desk: Desk, reads: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """Use last year's reports as `prior_read` returned them, None for none at all.

    Return the number that counts; twice: the agency and year of two that contradict each other,
    said: the sentence about them.
    """
    path = Path(desk.home, _LAST)
    path.unlink(missing_ok=True)
    reports, digest = None, ""
    outcome: dict[str, Any] = {"reports": 0}
    if reads:
        members = desk.season.members or ()
        try:
            reports, digest = built(path, _unpacked(desk, reads), desk.given.extra, members)
            outcome = {"reports": sum(1 for _ in reports.reports())}
        except TwiceError as error:
            reports, outcome = None, _twice(error)
    desk.given = replace(desk.given, last=reports)
    if desk.prior != digest:
        desk.prior = digest
        desk.forget()
    return outcome


def _twice(error: TwiceError) -> dict[str, Any]:
    two = {"agency": error.agency, "year": error.year}

    def said(lang: str) -> str:
        path = say("page", "blanks-prior-name", lang)
        return say("cli", "prior-twice", lang, path=path, **two)

    return {"twice": two, "said": both(said)}


def _unpacked(desk: Desk, reads: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Report]]:
    for read in sorted(reads, key=lambda read: -read["run"]):
        yield read["run"], unpack_report(base64.b64decode(read["content"]), desk.given.extra)


def used(desk: Desk) -> list[dict[str, str]]:
    """Return the agency and year of each of last year's reports in use."""
    return [
        {"name": report.agency.get("name") or "", "year": str(report.year or "")}
        for report in (desk.given.last.reports() if desk.given.last else ())
    ]


def owned(desk: Desk, members: Sequence[Member]) -> Last | None:
    """Return last year's reports as a roster knows their agencies, None without any."""
    if desk.given.last is None:
        return None
    path = Path(desk.home, _OWNED)
    path.unlink(missing_ok=True)
    reports = ((0, report) for report in desk.given.last.reports())
    return built(path, reports, desk.given.extra, members)[0]
