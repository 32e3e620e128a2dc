"""Files to hand out: an empty roster; a workbook and a covering text for each agency."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from unicodedata import normalize

from ..blank import directory
from ..blank.build import build
from ..blank.directory import Listed
from ..blank.mark import seed_of
from ..blank.slots import FIRST_SENDING, deadlines, own_deadline, word
from ..blank.stamp import stamp
from ..data import CHINESE, filled, listed, say, texts
from ..edition.edition import Edition
from ..escape import utf8
from ..files.examine import prior_numbers
from ..output.lists import Column, Page, written
from ..report.report import Report
from ..returned.fill import prefilled, refuse_lost
from .chain import Chain
from .envelope import draft
from .roster import (
    COLUMNS,
    Member,
    RosterError,
    RosterProblem,
    examples,
    head_of,
    kind_name,
    kind_names,
    matcher,
    near,
)
from .sending import text_file

_WIDTHS = dict(
    zip(
        COLUMNS,
        (38.0, 25.0, 10.0, 38.0, 26.0, 12.0, 14.0, 26.0, 12.0, 16.0, 40.0),
        strict=True,
    )
)
_ROOM = 10_000
"""Rows of an empty roster that have drop-downs and hints."""
_ILLEGAL = re.compile(r'[<>:"/\\|?*=\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]')
_LEADING = re.compile(r"^[.~\-\s]+")
"""First characters of hidden files, lock files and command-line options."""
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]|CONIN\$|CONOUT\$)", re.IGNORECASE)
_CODE_BYTES, _NAME_BYTES = 60, 150
"""Maximum bytes of a code and of a name in a file name; file systems take 255 in all."""
_LISTED = 30
"""Maximum number of names listed; more are counted."""
_ASKED = 100
"""Maximum number of unknown reports for which similar names are searched, which is slow."""
_PREPARED = 10
"""The month from which the workbooks of the running year are handed out."""


def reported(today: date) -> int:
    """Return the year whose reports are handed out today: due by March, prepared from October.

    >>> reported(date(2025, 11, 3)), reported(date(2026, 2, 1)), reported(date(2026, 9, 30))
    (2025, 2025, 2025)
    """
    return today.year - (today.month < _PREPARED)


def empty_roster() -> bytes:
    """Return an empty roster as a workbook: columns of text, drop-downs, two example lines."""
    shown = tuple(tuple(text or None for text in line.values()) for line in examples().values())
    return _roster(shown, len(shown))


def roster_file(agencies: Sequence[Member]) -> bytes:
    """Return a roster of agencies as a workbook, laid out as the empty one."""
    return _roster(tuple(map(roster_row, agencies)), 0)


def _roster(rows: tuple[tuple[str | None, ...], ...], examples: int) -> bytes:
    words = texts("roster_file", CHINESE)
    offered = {"level": tuple(texts("level", CHINESE).values()), "kind": kind_names()}
    columns = tuple(
        Column(head_of(name), _WIDTHS[name], offered.get(name, ()), words[f"hint_{name}"])
        for name in COLUMNS
    )
    return written([Page(words["sheet"], words["note"], columns, rows, examples, _ROOM)])


def roster_row(agency: Member) -> tuple[str | None, ...]:
    """Return an agency's row of a roster, in the order of COLUMNS, in printed words."""
    row = {name: getattr(agency, name) for name in COLUMNS}
    row["aliases"] = say("explain", "semicolon", CHINESE).join(agency.aliases) or None
    row["level"] = texts("level", CHINESE).get(agency.level or "", agency.level)
    row["kind"] = kind_name(agency.kind)
    return tuple(row.values())


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def chain_sentences(members: Sequence[Member], chained: Chain, lang: str) -> Iterator[str]:
    """Yield sentences about last year's reports: matched, missing, several, strangers."""
    words = texts("handout", lang)
    yield filled(words["chained"], n=len(chained.last))
    rows = chained.last.keys() | chained.several.keys()
    if without := [member.name for member in members if member.row not in rows]:
        yield filled(words["without"], n=len(without), names=_listed(without, words))
    for member in members:
        if reports := chained.several.get(member.row):
            names = _listed([_called(report) for report in reports], words)
            yield filled(words["several"], name=member.name, n=len(reports), names=names)
    match = matcher(members)
    for number, report in enumerate(chained.strangers):
        name, swapped = _called(report), match(report.agency).member
        close = near(members, name) if number < _ASKED else ()
        if swapped is not None:
            yield filled(words["stranger/swapped"], name=name, near=swapped.name)
        elif close:
            yield filled(words["stranger/near"], name=name, near=close[0].name)
        else:
            yield filled(words["stranger"], name=name)


def _called(report: Report) -> str:
    return report.agency.get("name") or report.agency.get("code") or "?"


def _listed(names: Sequence[str], words: Mapping[str, str]) -> str:
    return listed(names, _LISTED, words["between"], words["more"])


# ── the files ─────────────────────────────────────────────────────────────────────────────────────


def files(
    members: Sequence[Member],
    edition: Edition,
    year: int,
    last: Mapping[int, Report],
    *,
    mail: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file to hand out, `each` for each member, in their order.

    last: {row of a member: its report of last year}. mail: whether a mail with the workbook is one.
    """
    names = file_names(members, year)
    for member, name in zip(members, names, strict=True):
        blank = empty(edition, member.agency, year)
        prior = last.get(member.row)
        filled = prefilled(blank, prior)
        deadline = _own_deadline(member)
        workbook = f"{name}.xlsx", stamp(filled, prior_numbers(edition, prior), deadline)
        letter = _letter(filled, workbook[0], deadline, carried=filled.values != blank.values)
        yield workbook
        yield f"{name}.txt", text_file(letter)
        if mail:
            figures = {"agency": member.name, "year": year, "title": edition.title}
            title = say("mail_draft", "blank", CHINESE, **figures)
            yield f"{name}.eml", draft(member, title, letter, (workbook,))


def _own_deadline(member: Member) -> str | None:
    """Return a member's own deadline as it is printed, None for that of all."""
    return own_deadline(date.fromisoformat(member.deadline)) if member.deadline else None


def each(*, mail: bool) -> int:
    """Return the number of files for each agency."""
    return 3 if mail else 2


def empty(edition: Edition, agency: Mapping[str, str | None], year: int) -> Report:
    """Return an agency's report with nothing filled in."""
    values = dict.fromkeys(edition.cells)
    return Report(edition, agency, year, values, origin="workbook", sent=FIRST_SENDING)


def for_all(
    members: Sequence[Member], edition: Edition, year: int, last: Mapping[int, Report]
) -> bytes:
    """Return a workbook for all members: the agency is chosen in it. last: as for `files`.

    Raises RosterError for more members than its sheets hold, and for names that only capitals
    tell apart: its formulas do not.
    """
    if len(members) > directory.MOST:
        figures = {"count": str(len(members)), "most": str(directory.MOST)}
        raise RosterError(RosterProblem("for-all", (), figures))
    if problems := list(_capitals(members)):
        raise RosterError(*problems)
    levels = texts("level", CHINESE)
    agencies = [
        Listed(
            name=member.name,
            code=member.code,
            level=levels[member.level] if member.level else None,
            deadline=_own_deadline(member),
            seed=seed_of(edition, str(year), member.name, member.code or ""),
            prior=prior_numbers(edition, last.get(member.row)),
        )
        for member in members
    ]
    nobody = empty(edition, dict.fromkeys(("name", "code", "level")), year)
    return build(edition, nobody, None, None, agencies)


def _capitals(members: Sequence[Member]) -> Iterator[RosterProblem]:
    """Yield a problem for each name that several members have but for capitals."""
    owners: dict[str, list[Member]] = {}
    for member in members:
        owners.setdefault(member.name.lower(), []).append(member)
    for several in owners.values():
        if len(several) > 1:
            rows = tuple(member.row for member in several)
            yield RosterProblem("same-name", rows, {"name": several[0].name})


def alone(blank: Report, prior: Report | None) -> bytes:
    """Return the workbook of one agency without a roster; prior: its report of last year.

    Raises NoPlace for words that no workbook can hold.
    """
    refuse_lost(blank, blank.edition)
    edition = blank.edition
    return build(edition, prefilled(blank, prior), prior_numbers(edition, prior))


def _letter(report: Report, file: str, deadline: str | None, *, carried: bool) -> str:
    """Return the letter that goes with a workbook."""
    words = texts("handout", CHINESE)
    year = report.year or 0
    return filled(
        words["letter"],
        agency=report.agency["name"],
        title=report.edition.title,
        year=year,
        file=file,
        deadline=deadline or word("year_of").format(year=year + 1) + deadlines(report.edition),
        declaration=word("declaration"),
        carried=words["carried"] if carried else "",
    )


def file_names(members: Sequence[Member], year: int) -> list[str]:
    """Return a file name without ending for each member, no two alike on any file system.

    By code, else by number in the roster: `{code or number}-{name}-{year}`.
    """
    digits = len(str(len(members)))
    taken: set[str] = set()
    names = []
    for number, member in enumerate(members, 1):
        first = legal(member.code or "", _CODE_BYTES) or f"{number:0{digits}}"
        name = f"{first}-{legal(member.name, _NAME_BYTES)}-{year}"
        while alike(name) in taken:
            name = f"{name}-{number}"
        taken.add(alike(name))
        names.append(name)
    return names


def alike(name: str) -> str:
    """Return a name in the form that is equal for names that some file system takes for one."""
    return normalize("NFKC", name).casefold()


def legal(text: str, most: int) -> str:
    """Return a text as part of a file name: legal on Windows, `most` bytes, never an option."""
    line = _LEADING.sub("_", _ILLEGAL.sub("_", utf8(text.strip()).decode()))
    cut = line.encode()[:most].decode(errors="ignore").rstrip(" .")
    return f"_{cut}" if _RESERVED.fullmatch(cut.partition(".")[0].strip()) else cut
