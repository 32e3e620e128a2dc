"""Questions about a campaign: its roster, its waivers, last year's returns, its outcome.

Messages about files come in both languages, {zh, en}: the page may switch its own.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..campaign import bulk, roster, store, waivers
from ..campaign.bulk import Given, Lost, guarded
from ..campaign.chain import TwiceError, built
from ..campaign.pack import pack_report, unpack_report
from ..data import say, texts
from ..files.examine import Read, load, lost
from ..output import board
from ..report.report import Report
from .desk import Desk
from .returns import both, gathered

ROSTER, WAIVERS, PRIOR = "roster", "waivers", "prior"
"""Folders of both lists and of last year's returns."""
_LAST = "last"
"""File for the look-up of last year's reports."""


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────


def rostered(desk: Desk, name: str | None) -> dict[str, Any]:
    """Use the roster with this name; return its member count, else all that is wrong with it."""
    desk.season = replace(desk.season, members=None)
    if name is None:
        return {"members": 0}
    try:
        members = roster.load(Path(desk.home, ROSTER, name))
    except roster.RosterError as error:
        return {"wrong": both(error.lines)}
    desk.season = replace(desk.season, members=members)
    return {"members": len(members)}


def waived(desk: Desk, name: str | None) -> dict[str, Any]:
    """Use the waivers with this name; return their number, else all that is wrong with them."""
    desk.waivers = ()
    if name is None:
        return {"waivers": 0}
    try:
        desk.waivers = waivers.load(Path(desk.home, WAIVERS, name))
    except waivers.WaiverError as error:
        problems = error.problems
        return {"wrong": both(lambda lang: [one.message(lang) for one in problems])}
    return {"waivers": len(desk.waivers)}


def dated(desk: Desk, year: int | None) -> None:
    """Set the year of the campaign, None for the one most returns are for."""
    desk.season = replace(desk.season, year=year)


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def prior_listed(desk: Desk, lost: Sequence[str] = ()) -> dict[str, Any]:
    """Return the paths of last year's files to read, and the number of files passed over.

    lost: archives that are not to be opened.
    """
    there = gathered(desk, PRIOR, lost)
    ignored = there.ignored - len(there.passed)
    return {"paths": there.told, "ignored": ignored, "editions": desk.editions}


def prior_read(desk: Desk, path: str) -> dict[str, Any]:
    """Return the packed reports of one of last year's files, and the problems of unread ones."""
    with chdir(Path(desk.home, PRIOR)):
        if Path(path).is_file() and store.is_store(Path(path)):
            return _stored(desk, path)
        found = guarded(_load, path, desk.given)
        one: Read = lost(path, found.code) if isinstance(found, Lost) else found
    if one.report is None:
        return _unread(desk, one)
    return {"editions": desk.editions, "reports": [_packed(0, one.report)], "unread": []}


def _load(path: str, given: Given) -> Read:
    return load(path, given.extra)


def prior_lost(desk: Desk, path: str, code: str) -> dict[str, Any]:
    """Return the answer for a file of last year whose reading was stopped."""
    with chdir(Path(desk.home, PRIOR)):
        return _unread(desk, lost(path, code))


def _unread(desk: Desk, one: Read) -> dict[str, Any]:
    unread = [both(one.findings[0].message)]
    return {"editions": desk.editions, "reports": [], "unread": unread}


def _stored(desk: Desk, path: str) -> dict[str, Any]:
    """Return the reports in a file of `--store`, newest run first."""
    found, unread = [], []
    try:
        for run, report, why in store.reports(Path(path), desk.given.extra):
            if report is not None:
                found.append(_packed(run, report))
            else:
                unread.append(_said("prior-lost", path, why))
    except store.StoreError as error:
        unread.append(_said(error.sentence, path, error.why))
    return {"editions": desk.editions, "reports": found, "unread": unread}


def _said(sentence: str, path: str, why: str) -> dict[str, str]:
    return both(lambda lang: say("cli", sentence, lang, path=path, why=why))


def _packed(run: int, report: Report) -> dict[str, Any]:
    return {"run": run, "content": base64.b64encode(pack_report(report)).decode("ascii")}


def last(desk: Desk, reads: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """Use last year's reports as `prior_read` returned them, None for none at all.

    Return the number that counts; twice: the agency and year of two that contradict each other.
    """
    path = Path(desk.home, _LAST)
    path.unlink(missing_ok=True)
    made, digest = None, ""
    told: dict[str, Any] = {"reports": 0}
    if reads is not None:
        members = desk.season.members or ()
        try:
            made, digest = built(path, _unpacked(desk, reads), desk.given.extra, members)
            told = {"reports": sum(1 for _ in made.reports())}
        except TwiceError as error:
            made, told = None, {"twice": {"agency": error.agency, "year": error.year}}
    desk.given = replace(desk.given, last=made)
    if desk.prior != digest:
        desk.prior = digest
        desk.forget()
    return told


def _unpacked(desk: Desk, reads: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Report]]:
    for one in sorted(reads, key=lambda one: -one["run"]):
        yield one["run"], unpack_report(base64.b64decode(one["content"]), desk.given.extra)


# ── all of them ───────────────────────────────────────────────────────────────────────────────────


def campaign(desk: Desk, lang: str) -> dict[str, Any]:
    """Return the board of all examined returns, the number by verdict, and messages.

    idle: the waivers that waived nothing.
    """
    with desk.batch() as batch:
        html = "".join(board.inside(batch, lang))
        used = batch.results.waivers if isinstance(batch.results, bulk.Results) else None
        idle = [both(one.message) for one in used.idle()] if used else []
        verdicts = dict(batch.verdicts or {})
        ignored = batch.ignored - len(batch.passed_over)
        return {"html": html, "verdicts": verdicts, "ignored": ignored, "idle": idle}


def editions(desk: Desk) -> str:
    """Return a digest of the local editions in use."""
    return desk.editions


def levels(_desk: Desk) -> dict[str, dict[str, str]]:
    """Return the levels of agencies by their keys, in both languages."""
    return both(lambda lang: dict(texts("level", lang)))


QUESTIONS: Mapping[str, Callable[..., Any]] = {
    "rostered": rostered,
    "waived": waived,
    "dated": dated,
    "prior-listed": prior_listed,
    "prior-read": prior_read,
    "prior-lost": prior_lost,
    "last": last,
    "campaign": campaign,
    "editions": editions,
    "levels": levels,
}
