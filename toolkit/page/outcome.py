"""Questions about the outcome of a campaign: notices to agencies, the region's workbook."""

import time
import zipfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

from ..campaign import notices
from ..campaign.handout import legal
from ..campaign.notices import Changed, Notice, unsent
from ..files.examine import content
from ..finding import Finding
from ..report import contribution
from ..returned.fill import NoPlace
from ..rollup.region import DiffersError, Region, region
from ..rollup.rollup import Refused
from .desk import Desk
from .returns import RETURNS, both

_ZIP = "notices.zip"
_AT_ONCE = 1.0
"""Progress interval in seconds."""
_NAME_BYTES = 120


# ── what goes back ────────────────────────────────────────────────────────────────────────────────


def due(desk: Desk) -> dict[str, Any]:
    """Return the notices with addressee and reason, and failing returns of unknown agencies."""
    with desk.batch() as batch:
        lines = [_line(notice) for notice in notices.due(batch)]
        return {"due": lines, "unsent": unsent(batch)}


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
    return finding.severity == "error" and finding.follows is None and not finding.waived


def letter(desk: Desk, path: str) -> str:
    """Return the covering text of the notice for a return, empty where there is none."""
    with desk.batch() as batch, chdir(Path(desk.home, RETURNS)):
        notice = next((notice for notice in notices.due(batch) if notice.result.path == path), None)
        for name, source in notices.files(notice, content) if notice else ():
            if name.endswith(".txt"):
                return source.decode("utf-8-sig").replace("\r\n", "\n").strip()
    return ""


def sent_back(desk: Desk, *, begin: bool) -> dict[str, Any]:
    """Pack notices for about a second and return the progress; begin: start a new zip.

    changed: the path of a return that changed since it was checked; then packing ends.
    """
    if begin or desk.sending is None:
        desk.sending = _packing(desk)
    done = next(desk.sending)
    if done["ended"]:
        desk.sending = None
    return done


def _packing(desk: Desk) -> Iterator[dict[str, Any]]:
    """Yield the progress of packing, about once a second, and at its end."""
    progress = {"agencies": 0, "files": 0, "ended": False}
    began = time.monotonic()
    with desk.batch() as batch, zipfile.ZipFile(Path(desk.home, _ZIP), "w") as packed:
        for notice in notices.due(batch):
            try:
                progress["files"] += _pack(desk, notice, packed)
            except Changed:
                yield {**progress, "ended": True, "changed": notice.result.path}
                return
            progress["agencies"] += 1
            if time.monotonic() - began > _AT_ONCE:
                yield dict(progress)
                began = time.monotonic()
    yield {**progress, "ended": True}


def _pack(desk: Desk, notice: Notice, packed: zipfile.ZipFile) -> int:
    """Write the files of a notice; return their number. Workbooks are compressed already."""
    with chdir(Path(desk.home, RETURNS)):
        files = list(notices.files(notice, content))
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
        results = tuple(batch.results)
    try:
        done = region(results, agency, desk.season.members, desk.given.last, partial=partial)
    except Refused as refused:
        return {"refused": [both(note.message) for note in refused.notes]}
    except NoPlace as error:
        return {"homeless": [f"{key} = {value}" for key, value in error.values.items()]}
    except DiffersError:
        return {"differs": True}
    return _told(done)


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
