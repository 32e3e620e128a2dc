"""Questions about the outcome of a campaign: notices to agencies, the region's workbook."""

import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..campaign import notices
from ..campaign.envelope import without_address
from ..campaign.handout import legal
from ..campaign.notices import Changed, Notice, unsent
from ..campaign.reminders import Reminder
from ..campaign.sending import Sending, by_name
from ..campaign.settled import OPEN, without_others
from ..check.explained import is_refused
from ..edition.days import day
from ..files.examine import content
from ..finding import Finding
from ..output.papers import PAPERS
from ..report import contribution
from ..returned.fill import NoPlace
from ..rollup.briefing import NoAnalysis, briefing
from ..rollup.prose import paper
from ..rollup.region import DiffersError, Region, region
from ..rollup.rollup import Refused
from .desk import RETURNS, Desk
from .returns import both

_ZIP = "notices.zip"
_AT_ONCE = 1.0
"""Progress interval in seconds."""
_NAME_BYTES = 120


# ── what goes back ────────────────────────────────────────────────────────────────────────────────


def due(desk: Desk) -> dict[str, Any]:
    """Return the notices with addressee and reason, missing agencies, returns of unknown ones."""
    with desk.batch() as batch:
        lines, missing = list[dict[str, Any]](), list[str]()
        for item in notices.due(batch, _sending(desk)):
            if isinstance(item, Reminder):
                missing.append(item.name)
            else:
                lines.append(_line(item))
        return {"due": lines, "missing": missing, "unsent": unsent(batch)}


def _sending(desk: Desk, wanted: Mapping[str, Any] | None = None) -> Sending:
    """Return the terms of sending; wanted: sender, due (a day, or empty) and mail."""
    wanted, season = wanted or {}, desk.season
    return Sending(
        sender=wanted.get("sender", ""),
        due=day(wanted.get("due", "")),
        mail=wanted.get("mail", False),
        members=by_name(season.members),
        year=season.year,
    )


def _line(notice: Notice) -> dict[str, Any]:
    wrong = [finding for finding in notice.result.findings if _counts(finding)]
    return {
        "agency": notice.to.name,
        "path": notice.result.path,
        "verdict": notice.result.verdict,
        "errors": len(wrong),
        "first": both(wrong[0].message) if wrong else None,
    }


def _counts(finding: Finding) -> bool:
    error = finding.severity == "error" and finding.follows is None and not finding.waived
    return error or is_refused(finding)


def letter(desk: Desk, path: str, agency: str = "", wanted: Mapping[str, Any] | None = None) -> str:
    """Return the text of the notice for a return, empty where there is none.

    path: "" for the reminder of the agency. wanted: as for `sent_back`.
    """
    sending = replace(_sending(desk, wanted), mail=False)
    with desk.batch() as batch, chdir(Path(desk.home, RETURNS)):
        for item in notices.due(batch, sending):
            if _is_asked(item, path, agency):
                source = dict(notices.files(item, content, sending))
                text = next(text for name, text in source.items() if name.endswith(".txt"))
                return text.decode("utf-8-sig").replace("\r\n", "\n").strip()
    return ""


def _is_asked(item: Notice | Reminder, path: str, agency: str) -> bool:
    if isinstance(item, Reminder):
        return not path and item.name == agency
    return item.result.path == path


def sent_back(
    desk: Desk, wanted: Mapping[str, Any] | None = None, *, begin: bool
) -> dict[str, Any]:
    """Pack notices and reminders for about a second and return the progress.

    wanted: sender, due and mail. begin: start a new zip. changed: the path of a return that
    changed since it was checked; then packing ends.
    """
    if begin or desk.sending is None:
        desk.sending = _packing(desk, _sending(desk, wanted))
    done = next(desk.sending)
    if done["ended"]:
        desk.sending = None
    return done


def _packing(desk: Desk, sending: Sending) -> Iterator[dict[str, Any]]:
    """Yield the progress of packing, about once a second, and at its end.

    unaddressed: with mails, the agencies to which none is addressed.
    """
    progress: dict[str, Any] = {"agencies": 0, "files": 0, "ended": False}
    progress |= {"unaddressed": []} if sending.mail else {}
    began = time.monotonic()
    with desk.batch() as batch, zipfile.ZipFile(Path(desk.home, _ZIP), "w") as packed:
        for item in notices.due(batch, sending):
            try:
                progress["files"] += _pack(desk, item, packed, sending)
            except Changed as changed:
                yield {**progress, "ended": True, "changed": str(changed)}
                return
            progress["agencies"] += 1
            member = sending.members.get(notices.addressed(item))
            if sending.mail and member:
                progress["unaddressed"] += without_address([member])
            if time.monotonic() - began > _AT_ONCE:
                yield dict(progress)
                began = time.monotonic()
    yield {**progress, "ended": True}


def _pack(desk: Desk, item: Notice | Reminder, packed: zipfile.ZipFile, sending: Sending) -> int:
    """Write the files of a notice; return their number. Workbooks are compressed already."""
    with chdir(Path(desk.home, RETURNS)):
        files = list(notices.files(item, content, sending))
    for name, source in files:
        kind = zipfile.ZIP_STORED if name.endswith(".xlsx") else zipfile.ZIP_DEFLATED
        packed.writestr(name, source, kind)
    return len(files)


def packed(desk: Desk) -> bytes:
    """Return the complete zip of notices, and delete its file."""
    path = Path(desk.home, _ZIP)
    source = path.read_bytes()
    path.unlink()
    return source


# ── the region ────────────────────────────────────────────────────────────────────────────────────


def rolled_up(desk: Desk, name: str, code: str, level: str, *, partial: bool) -> dict[str, Any]:
    """Return the region's workbook with messages about it, or the reasons why there is none."""
    agency = {"name": name.strip(), "code": code.strip() or None, "level": level or None}
    with desk.batch(together=False) as batch:
        settled = desk.season.settled or OPEN
        results = without_others(batch.results, desk.season.members or (), settled)
    try:
        done = region(results, agency, desk.season.members, desk.given.last, partial=partial)
    except Refused as refused:
        return {"refused": [both(note.message) for note in refused.notes]}
    except NoPlace as error:
        return {"homeless": [f"{key} = {value}" for key, value in error.values.items()]}
    except DiffersError:
        return {"differs": True}
    return _told(done)


def briefed(desk: Desk, region: Mapping[str, str], style: str, lang: str) -> dict[str, Any]:
    """Return the yearly analysis of a region as a file, or the reasons why there is none.

    region: name, code and level. style: the file's ending.
    """
    agency = {"name": region["name"].strip(), "code": region["code"].strip() or None,
              "level": region["level"] or None}  # fmt: skip
    members = desk.season.members
    with desk.batch(together=False) as batch, desk.batch() as season:
        results = without_others(batch.results, members or (), desk.season.settled or OPEN)
        try:
            told = briefing(results, season, agency, members, desk.given.last)
        except Refused as refused:
            return {"refused": [both(note.message) for note in refused.notes]}
        except NoAnalysis as error:
            return {"refused": [both(error.message)]}
    return {
        "file": PAPERS[style](paper(told, lang), lang),
        "stem": legal(agency["name"] or "", _NAME_BYTES),
        "year": told.report.year,
    }


def _told(done: Region) -> dict[str, Any]:
    return {
        "workbook": done.workbook,
        "stem": legal(done.report.agency["name"] or "", _NAME_BYTES),
        "year": done.report.year,
        "partial": contribution.partial(done.report.sources),
        "notice": both(done.notice),
        "notes": [both(note.message) for note in done.notes],
        "findings": [both(finding.message) for finding in done.findings],
    }
