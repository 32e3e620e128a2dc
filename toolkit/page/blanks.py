"""Questions about handing out: rosters and blank workbooks."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from time import localtime
from typing import Any

from ..campaign import chain, handout, roster
from ..campaign.bulk import Given, Lost, guarded
from ..campaign.chain import TwiceError
from ..campaign.flat import Field
from ..campaign.pack import pack_report, unpack_report
from ..campaign.roster import COLUMNS, Member, RosterError
from ..data import ENGLISH, say, texts
from ..edition import edition as editions
from ..edition.edition import Edition
from ..files.examine import Read, load, lost, of_last_year
from ..files.gathering import collected
from ..report.report import Report
from ..returned.fill import NoPlace
from .desk import Desk
from .parcel import zipped

ROSTER, PRIOR, LAST = "blanks/roster", "blanks/prior", "blanks/last"
"""Folders of a roster, of last year's returns, and of the reports read from these."""
TextRows = Sequence[Sequence[str]]
"""Agencies as typed: name, code, level."""
Problems = dict[str, list[str]]
"""{part of the input: its problems, a sentence each}."""


def year(_desk: Desk, today: str) -> int:
    """Return the year whose reports are handed out on a day like 2025-11-26."""
    return handout.reported(date.fromisoformat(today))


def fitting(desk: Desk, year: int) -> list[dict[str, Any]]:
    """Return the editions for a year; `chosen` marks the default one."""
    extra = desk.given.extra
    found = (editions.named(*ident, extra) for ident in editions.known(extra))
    usual = editions.for_year(say("default", "form", ENGLISH), year, extra)
    return [
        {"form": one.form, "name": one.name, "title": one.title, "chosen": one is usual}
        for one in found
        if one and one.covers(year)
    ]


def empty_roster(_desk: Desk) -> bytes:
    """Return an empty roster as a workbook."""
    return handout.empty_roster()


# ── who gets one ──────────────────────────────────────────────────────────────────────────────────


def counted(desk: Desk, rows: TextRows | None, lang: str) -> dict[str, Any]:
    """Return the number of agencies, and all that is wrong with their list.

    rows: None for the roster in its folder.
    """
    try:
        return {"count": len(_members(desk, rows)), "wrong": {}}
    except RosterError as error:
        return {"count": 0, "wrong": {"roster": list(error.lines(lang))}}


def _members(desk: Desk, rows: TextRows | None) -> tuple[Member, ...]:
    """Return the members of the roster, or of typed rows, with heads or without.

    Raises RosterError.
    """
    if rows is None:
        return roster.load(next(Path(desk.home, ROSTER).iterdir()))
    lines = {number: tuple(map(Field, row)) for number, row in enumerate(rows, 1)}
    try:
        return roster.of_rows(lines)
    except RosterError as error:
        if error.problems[0].code != "heads":
            raise
    return roster.of_rows({0: tuple(Field(roster.head_of(n)) for n in COLUMNS[:3]), **lines})


def levels(_desk: Desk, lang: str) -> list[str]:
    """Return the names of the levels of agencies."""
    return list(texts("level", lang).values())


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def prior_listed(desk: Desk) -> list[str]:
    """Return the paths of last year's returns, relative to their folder."""
    home = f"{Path(desk.home, PRIOR)}/"
    found = collected([home]).told if Path(home).is_dir() else []
    return [path.removeprefix(home) for path in found]


def prior_read(desk: Desk, path: str, lang: str) -> dict[str, Any]:
    """Return the packed report of one of last year's returns, or the reason for a refusal."""
    whole = str(Path(desk.home, PRIOR, path))
    read = guarded(_read, whole, desk.given)
    if isinstance(read, Lost):
        read = lost(whole, read.code)
    if read.report is None:
        return {"why": say("cli", "refused", lang, path=path, why=read.findings[0].message(lang))}
    return {"report": pack_report(read.report)}


def prior_lost(desk: Desk, path: str, code: str, lang: str) -> dict[str, Any]:
    """Return the reason for the refusal of a return that crashed or stopped the engine."""
    found = lost(str(Path(desk.home, PRIOR, path)), code).findings[0].message(lang)
    return {"why": say("cli", "refused", lang, path=path, why=found)}


def _read(path: str, given: Given) -> Read:
    return load(path, given.extra)


def _last_years(desk: Desk) -> list[Report]:
    """Return last year's reports that count; raises TwiceError."""
    extra, folder = desk.given.extra, Path(desk.home, LAST)
    packed = sorted(folder.iterdir()) if folder.is_dir() else []
    reports = ((0, unpack_report(path.read_bytes(), extra)) for path in packed)
    with tempfile.TemporaryDirectory(prefix="gouji-") as home:
        last, _ = chain.built(Path(home, "last"), reports, extra)
        return list(last.reports())


# ── the workbooks ─────────────────────────────────────────────────────────────────────────────────


def begun(
    desk: Desk, wanted: Mapping[str, Any], rows: TextRows | None, prior: str | None, lang: str
) -> dict[str, Any]:
    """Begin a zip of a workbook and a covering text for each agency; `more` returns its pieces.

    wanted: year, form and name of the edition. prior: the name of last year's returns, None
    where none are given.
    """
    year, found = wanted["year"], _edition(desk, wanted)
    try:
        members, priors = _members(desk, rows), _last_years(desk) if prior else []
    except (RosterError, TwiceError) as error:
        return {"wrong": _problems(error, prior, lang)}
    chained = handout.chain(members, priors, year)
    if prior and not (chained.last or chained.several or chained.strangers):
        return {"wrong": _no_prior("no-last-year", lang, path=prior, year=year - 1)}
    made = handout.files(members, found, year, chained.last)
    desk.pieces = zipped(made, localtime()[:6])
    told = list(handout.told(members, chained, lang)) if prior else []
    return {"wrong": {}, "told": told, "count": len(members)}


def more(desk: Desk, agencies: int) -> dict[str, Any]:
    """Return the zip's next piece, for that number of agencies, and whether it is the last."""
    if desk.pieces is None:
        raise LookupError("nothing was begun")
    content = list(islice(desk.pieces, 2 * agencies))
    last = len(content) < 2 * agencies
    if last:
        desk.pieces = None
    return {"content": b"".join(content), "last": last}


def single(
    desk: Desk, wanted: Mapping[str, Any], rows: TextRows, prior: str | None, lang: str
) -> dict[str, Any]:
    """Return the workbook of a single agency and its file name."""
    year = wanted["year"]
    try:
        (member,) = _members(desk, rows)
        priors = _last_years(desk) if prior else []
        blank = handout.empty(_edition(desk, wanted), member.agency, year)
        last = of_last_year(blank, priors)
        if prior and last is None:
            figures = {"agency": member.name, "year": year - 1, "path": prior}
            return {"wrong": _no_prior("no-prior", lang, **figures)}
        content = handout.alone(blank, last)
    except (RosterError, TwiceError, NoPlace) as error:
        return {"wrong": _problems(error, prior, lang)}
    name = f"{handout.file_names([member], year)[0]}.xlsx"
    told = [say("handout", "chained", lang, n=1)] if last else []
    return {"wrong": {}, "told": told, "name": name, "content": content}


def _edition(desk: Desk, wanted: Mapping[str, Any]) -> Edition:
    found = editions.named(wanted["form"], wanted["name"], desk.given.extra)
    if found is None or not found.covers(wanted["year"]):
        raise LookupError("no such edition for that year")
    return found


def _problems(error: Exception, prior: str | None, lang: str) -> Problems:
    """Return the problems of the input, as sentences."""
    if isinstance(error, TwiceError):
        figures = {"agency": error.agency or "", "year": error.year, "path": prior}
        return _no_prior("prior-twice", lang, **figures)
    if isinstance(error, RosterError):
        return {"roster": list(error.lines(lang))}
    return {"roster": [say("page", "blanks-unfit", lang)]}


def _no_prior(sentence: str, lang: str, **figures: object) -> Problems:
    return {"prior": [say("cli", sentence, lang, **figures)]}


QUESTIONS: Mapping[str, Callable[..., Any]] = {
    "blanks_year": year,
    "blanks_fitting": fitting,
    "blanks_counted": counted,
    "blanks_levels": levels,
    "blanks_prior_listed": prior_listed,
    "blanks_prior_read": prior_read,
    "blanks_prior_lost": prior_lost,
    "blanks_begun": begun,
    "blanks_more": more,
    "blanks_single": single,
    "empty_roster": empty_roster,
}
