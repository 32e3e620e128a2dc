"""Last year's reports: from any files, matched to agencies, on disk and not kept in memory."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..check.case import Open, because
from ..data import reason, say
from ..files.examine import Read, of_last_year, of_the_year_before, same_return
from ..finding import Finding
from ..report import identity
from ..report.report import Report
from .pack import pack_report, unpack_report
from .store import is_store, speaking
from .store import reports as stored

if TYPE_CHECKING:
    from .roster import Match, Member

_REPORT = """CREATE TABLE report (id INTEGER PRIMARY KEY, run INTEGER, year INTEGER, name TEXT,
 code TEXT, member INTEGER, sent INTEGER, content BLOB)"""
_TABLES = (
    _REPORT,
    "CREATE INDEX by_name ON report (year, name)",
    "CREATE INDEX by_code ON report (year, code)",
    "CREATE INDEX by_member ON report (year, member)",
)
_ALL = "SELECT content FROM report ORDER BY id"
_MEMBERS = "SELECT content FROM report WHERE year = ? AND member = ? ORDER BY id"
_STRANGERS = "SELECT content FROM report WHERE year = ? AND member IS NULL ORDER BY id"
_NAMED = """SELECT content FROM report
 WHERE year = ? AND member IS NULL AND (name = ? OR code = ?) ORDER BY id"""


class TwiceError(Exception):
    """Two different reports of one agency for one year, and no way to decide which counts."""

    def __init__(self, agency: str | None, year: int | None) -> None:
        super().__init__(agency, year)
        self.agency, self.year = agency, year


# ── from files ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Unread:
    """A file of last year, or a report in a store, that is not used.

    sentence: its name in section [cli] of templates/messages. why: the reason, a finding or a text.
    """

    path: str
    sentence: str
    why: Finding | str

    def reason(self, lang: str) -> str:
        """Return the reason."""
        return reason(self.why, lang) if isinstance(self.why, str) else self.why.message(lang)

    def message(self, lang: str, shown: Callable[[str], str] = str) -> str:
        """Return the sentence; shown: makes its figures harmless where it is printed."""
        figures = {"path": shown(self.path), "why": shown(self.reason(lang))}
        return say("cli", self.sentence, lang, **figures)


def taken(
    paths: Sequence[str],
    extra: tuple[Path, ...],
    loads: Callable[[Sequence[str]], Iterable[Read]],
) -> Iterator[tuple[int, Report] | Unread]:
    """Yield (run, report) of last year's reports in files, and the files and reports left out.

    Of a store all reports, the newest run first; of another file one, its run is 0. loads: reads
    files that are no stores. Raises StoreError.
    """
    stores = [path for path in paths if Path(path).is_file() and is_store(Path(path))]
    for path in stores:
        for run, report, why in stored(Path(path), extra):
            if report is None:
                yield Unread(path, "prior-lost", why)
            else:
                yield run, report
    for read in loads([path for path in paths if path not in stores]):
        if read.report is None:
            yield Unread(read.path, "refused", read.findings[0])
        else:
            yield 0, read.report


# ── by agency ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Chain:
    """Last year's reports by the roster.

    last: {row of a member: its report}. several: {row: its reports, where there are more than
    one}. strangers: reports of no member, or with the code of one member and the name of
    another.
    """

    last: Mapping[int, Report]
    several: Mapping[int, tuple[Report, ...]]
    strangers: tuple[Report, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Last:
    """Last year's reports in a file, and the roster by which their agencies are known now."""

    path: Path
    extra: tuple[Path, ...]
    members: "tuple[Member, ...]" = ()

    def of(self, report: Report) -> Report | Open | None:
        """Return the same agency's report of the year before, None, or why none is compared.

        Renamed and merged agencies are rows of the roster: an agency is known by all its names.
        Where two of last year's became one, nothing is added up for them.
        """
        if report.year is None:
            return None
        form, year = report.edition.form, report.year - 1
        owner = _owner(_matcher(self), report)
        if owner is None:
            named = list(self._rows(form, _NAMED, year, *_known_as(report)))
            same = of_last_year(report, named)
            reports = [same] if same else of_the_year_before(report, named)
        else:
            reports = self._of_member(form, year, owner)
        if len(reports) > 1:
            parts = ((last.agency.get("name"), last.agency.get("code")) for last in reports)
            names = dict.fromkeys(" ".join(filter(None, pair)) for pair in parts)
            return because("prior-several", names=", ".join(names))
        return reports[0] if reports else None

    def chained(self, form: str, year: int) -> Chain:
        """Return the reports of a year by the roster: matched by code, then name, then alias."""
        by_row = {member.row: self._of_member(form, year, member.row) for member in self.members}
        return Chain(
            {row: reports[0] for row, reports in by_row.items() if len(reports) == 1},
            {row: tuple(reports) for row, reports in by_row.items() if len(reports) > 1},
            tuple(self._rows(form, _STRANGERS, year)),
        )

    def reports(self) -> Iterator[Report]:
        """Yield all reports that count, in the order they came."""
        return self._rows(None, _ALL)

    def _of_member(self, form: str, year: int, row: int) -> list[Report]:
        """Return the different reports of a roster's row."""
        different: list[Report] = []
        for report in self._rows(form, _MEMBERS, year, row):
            if all(other.values != report.values for other in different):
                different.append(report)
        return different

    def _rows(self, form: str | None, query: str, *values: object) -> Iterator[Report]:
        """Yield the reports of a query; form: only those on it, None for all."""
        place = f"{self.path.resolve().as_uri()}?mode=ro"
        with speaking(), closing(sqlite3.connect(place, uri=True)) as db:
            for (content,) in db.execute(query, values):
                report = unpack_report(content, self.extra)
                if form in (None, report.edition.form):
                    yield report


def built(
    path: Path,
    reports: Iterable[tuple[int, Report]],
    extra: tuple[Path, ...],
    members: "Sequence[Member]" = (),
) -> tuple[Last, str]:
    """Return last year's reports, written to a new file, and a digest of all that was kept.

    reports: (number of the run, report), newest first. Of one agency's the newest run's highest
    sending counts. Raises TwiceError, StoreError.
    """
    last = Last(path, extra, tuple(members))
    match = _matcher(last)
    digest: dict[int, str] = {}
    with speaking(), closing(sqlite3.connect(path)) as db, db:
        for table in _TABLES:
            db.execute(table)
        for run, report in reports:
            owner = _owner(match, report)
            if _replaces(db, extra, run, report, digest):
                content = pack_report(report)
                cursor = db.execute(
                    "INSERT INTO report (run, year, name, code, member, sent, content)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (run, report.year, *_known_as(report), owner, report.sent, content),
                )
                kept = hashlib.sha256(content + str(owner).encode()).hexdigest()
                digest[cursor.lastrowid or 0] = kept
    agencies = [[m.name, m.code, *m.aliases] for m in members] if digest else []
    text = json.dumps([sorted(digest.values()), agencies])
    return last, hashlib.sha256(text.encode()).hexdigest()


def _replaces(
    db: sqlite3.Connection,
    extra: tuple[Path, ...],
    run: int,
    report: Report,
    digest: dict[int, str],
) -> bool:
    """Tell whether a report counts beside the stored ones; delete the report that it replaces."""
    name, code = _known_as(report)
    query = "SELECT id, run, sent, content FROM report WHERE year IS ? AND (name = ? OR code = ?)"
    for ident, then, sent, content in db.execute(query, (report.year, name, code)).fetchall():
        other = unpack_report(content, extra)
        if not same_return(report, other):
            continue
        if then > run or other.values == report.values:
            return False
        if (sent or 1) == (report.sent or 1):
            raise TwiceError(report.agency.get("name"), report.year)
        if (sent or 1) > (report.sent or 1):
            return False
        db.execute("DELETE FROM report WHERE id = ?", (ident,))
        del digest[ident]
    return True


def _known_as(report: Report) -> tuple[str | None, str | None]:
    """Return name and code in compared form, as text for SQLite; None for none."""
    name, code = identity.known(report.agency)
    return json.dumps(name) if name else None, json.dumps(code) if code else None


Matcher = Callable[[Mapping[str, str | None]], "Match"]


def _owner(match: Matcher | None, report: Report) -> int | None:
    """Return the roster row of a report's agency; None for no member, or name and code of two."""
    if match is None:
        return None
    whose = match(report.agency)
    return whose.member.row if whose.member and not whose.swapped else None


@cache
def _matcher(last: Last) -> Matcher | None:
    if not last.members:
        return None
    from .roster import matcher  # noqa: PLC0415 - what reads rosters is slow to import

    return matcher(last.members)
