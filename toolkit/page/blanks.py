"""Questions about handing out: rosters and blank workbooks."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from time import localtime
from typing import Any

from ..campaign import flat, handout, roster
from ..campaign.chain import Chain
from ..campaign.envelope import without_address
from ..campaign.flat import Field
from ..campaign.roster import COLUMNS, Member, RosterError
from ..data import CHINESE, ENGLISH, say, texts
from ..edition import edition as editions
from ..edition.edition import Edition
from ..report.report import Report
from ..returned.fill import NoPlace
from .desk import Desk
from .parcel import zipped
from .prior import owned

ROSTER = "roster"
"""Folder of a roster."""
TextRows = Sequence[Sequence[str]]
"""Agencies as typed, in the order of the roster's columns; the last of them may be left out."""
Problems = dict[str, list[str]]
"""{part of the input: its problems, a sentence each}."""


def year(_desk: Desk, today: str) -> int:
    """Return the year whose reports are handed out on a day like 2025-11-26."""
    return handout.reported(date.fromisoformat(today))


def fitting(desk: Desk, year: int) -> list[dict[str, Any]]:
    """Return the editions for a year, examples last; `chosen` marks the default one."""
    extra = desk.given.extra
    named = (editions.named(*ident, extra) for ident in editions.known(extra))
    fit = [edition for edition in named if edition and edition.covers(year)]
    usual = editions.for_year(say("default", "form", ENGLISH), year, extra)
    return [
        {
            "form": e.form,
            "name": e.name,
            "title": e.title,
            "chosen": e is usual,
            "confirmed": e.confirmed,
        }
        for e in sorted(fit, key=lambda edition: not edition.confirmed)
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
    return roster.of_rows({0: tuple(map(Field, _heads())), **lines})


def _heads() -> list[str]:
    return [roster.head_of(name) for name in COLUMNS]


def typed(desk: Desk, rows: TextRows, lang: str) -> dict[str, Any]:
    """Return what `counted` does, and without problems the agencies as a roster file, a csv."""
    answer = counted(desk, rows, lang)
    if not answer["count"]:
        return answer
    lines = ([text or "" for text in handout.roster_row(one)] for one in _members(desk, rows))
    file = io.StringIO(newline="")
    csv.writer(file).writerows([_heads(), *lines])
    return answer | {"file": file.getvalue().encode()}


def saved(desk: Desk, rows: TextRows | None, lang: str) -> dict[str, Any]:
    """Return the agencies as a roster, a workbook, else all that is wrong with their list.

    rows: None for the roster in its folder.
    """
    answer = counted(desk, rows, lang)
    if answer["count"]:
        answer["content"] = handout.roster_file(_members(desk, rows))
    return answer


def pasted(_desk: Desk, rows: TextRows) -> list[list[str]]:
    """Return rows pasted from a spreadsheet in the order of COLUMNS, by their heads if they have any."""
    names = flat.keys("roster")
    heads = [names.get(flat.head(text)) for text in rows[0]] if rows else []
    if "name" not in heads or heads == list(COLUMNS[: len(heads)]):
        return [list(row) for row in rows]
    places = {name: heads.index(name) for name in COLUMNS if name in heads}
    return [
        [row[places[name]] if places.get(name, len(row)) < len(row) else "" for name in COLUMNS]
        for row in rows[1:]
    ]


def levels(_desk: Desk, lang: str) -> list[str]:
    """Return the names of the levels of agencies."""
    return list(texts("level", lang).values())


# ── the workbooks ─────────────────────────────────────────────────────────────────────────────────


def begun(
    desk: Desk, wanted: Mapping[str, Any], rows: TextRows | None, prior: str | None, lang: str
) -> dict[str, Any]:
    """Begin a zip of a workbook and a covering text for each agency; `more` returns its pieces.

    wanted: year, form and name of the edition; mail: whether a mail for each is in it. prior: the name of last year's returns, None
    where none are given.
    """
    year, edition = wanted["year"], _edition(desk, wanted)
    try:
        members = _members(desk, rows)
    except RosterError as error:
        return {"wrong": _problems(error, lang)}
    chained = _chained(desk, members, edition.form, year - 1) if prior else None
    if prior and chained is None:
        return {"wrong": _no_prior("no-last-year", lang, path=prior, year=year - 1)}
    mail = wanted.get("mail", False)
    contents = handout.files(members, edition, year, chained.last if chained else {}, mail=mail)
    desk.pieces, desk.each = zipped(contents, localtime()[:6]), handout.each(mail=mail)
    sentences = list(handout.chain_sentences(members, chained, lang)) if chained else []
    begun = {"wrong": {}, "told": sentences, "count": len(members)}
    return begun | ({"unaddressed": without_address(members)} if mail else {})


def more(desk: Desk, agencies: int) -> dict[str, Any]:
    """Return the zip's next piece, for that number of agencies, and whether it is the last."""
    if desk.pieces is None:
        raise LookupError("nothing was begun")
    content = list(islice(desk.pieces, desk.each * agencies))
    last = len(content) < desk.each * agencies
    if last:
        desk.pieces = None
    return {"content": b"".join(content), "last": last}


def _chained(desk: Desk, members: Sequence[Member], form: str, year: int) -> Chain | None:
    """Return last year's reports by the roster, None where there is none of that form and year."""
    last = owned(desk, members)
    chained = last.chained(form, year) if last else None
    has_any = chained and (chained.last or chained.several or chained.strangers)
    return chained if has_any else None


def shared(
    desk: Desk, wanted: Mapping[str, Any], rows: TextRows | None, prior: str | None, lang: str
) -> dict[str, Any]:
    """Return a workbook for all agencies, as `begun` has their own, and its file name."""
    year, edition = wanted["year"], _edition(desk, wanted)
    try:
        members = _members(desk, rows)
        chained = _chained(desk, members, edition.form, year - 1) if prior else None
        if prior and chained is None:
            return {"wrong": _no_prior("no-last-year", lang, path=prior, year=year - 1)}
        content = handout.for_all(members, edition, year, chained.last if chained else {})
    except RosterError as error:
        return {"wrong": _problems(error, lang)}
    sentences = list(handout.chain_sentences(members, chained, lang)) if chained else []
    name = say("page", "blanks-shared-name", CHINESE, year=year)
    return {"wrong": {}, "told": sentences, "count": len(members), "name": name, "content": content}


def single(
    desk: Desk, wanted: Mapping[str, Any], rows: TextRows, prior: str | None, lang: str
) -> dict[str, Any]:
    """Return the workbook of a single agency and its file name."""
    year = wanted["year"]
    try:
        (member,) = _members(desk, rows)
        blank = handout.empty(_edition(desk, wanted), member.agency, year)
        match = desk.given.last.of(blank) if prior and desk.given.last else None
        last = match if isinstance(match, Report) else None
        if prior and last is None:
            figures = {"agency": member.name, "year": year - 1, "path": prior}
            return {"wrong": _no_prior("no-prior", lang, **figures)}
        content = handout.alone(blank, last)
    except (RosterError, NoPlace) as error:
        return {"wrong": _problems(error, lang)}
    name = f"{handout.file_names([member], year)[0]}.xlsx"
    sentences = [say("handout", "chained", lang, n=1)] if last else []
    return {"wrong": {}, "told": sentences, "name": name, "content": content}


def _edition(desk: Desk, wanted: Mapping[str, Any]) -> Edition:
    edition = editions.named(wanted["form"], wanted["name"], desk.given.extra)
    if edition is None or not edition.covers(wanted["year"]):
        raise LookupError("no such edition for that year")
    return edition


def _problems(error: RosterError | NoPlace, lang: str) -> Problems:
    """Return the problems of the input, as sentences."""
    if isinstance(error, RosterError):
        return {"roster": list(error.lines(lang))}
    return {"roster": [say("page", "blanks-unfit", lang)]}


def _no_prior(sentence: str, lang: str, **figures: object) -> Problems:
    return {"prior": [say("cli", sentence, lang, **figures)]}
