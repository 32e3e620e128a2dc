"""Questions about a campaign: its roster, its waivers, all its returns.

Messages about files come in both languages, {zh, en}: the page may switch its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..campaign import bulk, roster, undecided, waivers
from ..campaign.accepting import as_list
from ..campaign.settled import STATES, Settled
from ..check.explained import STANDS
from ..data import texts
from ..output import board
from .desk import Desk
from .returns import both

ROSTER, WAIVERS = "roster", "waivers"
"""Folders of both lists."""


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
        return {"wrong": both(lambda lang: [problem.message(lang) for problem in problems])}
    return {"waivers": len(desk.waivers)}


def dated(desk: Desk, year: int | None) -> None:
    """Set the year of the campaign, None for the one most returns are for."""
    desk.season = replace(desk.season, year=year)


def settled(
    desk: Desk, prefer: Mapping[str, str], reasons: Mapping[str, str], by: str
) -> dict[str, Any]:
    """Use the office's decisions; by: who decides."""
    desk.season = replace(desk.season, settled=Settled(prefer, reasons, by))
    return {"settled": len(prefer) + len(reasons)}


def accepted(desk: Desk, by: str, date: str) -> bytes:
    """Return the list of waivers in use and of the reasons accepted, as a workbook."""
    with desk.batch() as batch:
        return as_list((*desk.waivers, *undecided.accepted(batch, by, date)))


# ── all of them ───────────────────────────────────────────────────────────────────────────────────


def campaign(desk: Desk, lang: str) -> dict[str, Any]:
    """Return the board of all examined returns, the number by verdict, and messages.

    idle: the waivers that waived nothing. due: the number of returns to send back and of missing
    agencies. reasons: {name of each reason that nobody decided on: its text}. settled: those
    that were accepted or refused. to_choose: the number of agencies of which the office is to choose a return.
    """
    with desk.batch() as batch:
        html = "".join(board.inside(batch, lang))
        used = batch.results.waivers if isinstance(batch.results, bulk.Results) else None
        idle = [both(waiver.message) for waiver in used.idle()] if used else []
        verdicts = dict(batch.verdicts or {})
        ignored = batch.ignored - len(batch.passed_over)
        told = list(undecided.reasons(batch))
        more = {
            "reasons": {name: text for name, text, state in told if state == STANDS},
            "settled": {name: text for name, text, state in told if state in STATES},
            "to_choose": undecided.to_choose(batch),
        }
        due = batch.failing + len((batch.campaign or {}).get("missing", ()))
        answer = {"html": html, "verdicts": verdicts, "due": due}
        return answer | more | {"ignored": ignored, "idle": idle}


def editions(desk: Desk) -> str:
    """Return a digest of the local editions in use."""
    return desk.editions


def levels(_desk: Desk) -> dict[str, dict[str, str]]:
    """Return the levels of agencies by their keys, in both languages."""
    return both(lambda lang: dict(texts("level", lang)))
