"""Waivers: findings that a person accepts, with a reason, a name and a day."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..data import OURS, reason, refused, say
from ..edition.days import written_day
from ..finding import SEVERITIES, Finding, Result, place, verdict
from ..report import identity
from ..xlsx.zip import Rejected
from . import flat
from .pack import Head
from .roster import Member, matcher

COLUMNS = ("agency", "code", "cell", "reason", "by", "date", "until", "year")
NEEDED = ("agency", "code", "reason", "by", "date")
_HEAD_ROWS = 10
"""Number of first rows that may hold the heads."""
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_TIMELESS = re.compile(r"[ 　T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A row: agency, code and cell of the waived finding, reason, person and day.

    cell: a key, or a place as messages name it; empty for findings that name none.
    until: the last day it holds. year: the reports it is about; None for any.
    """

    row: int
    agency: str
    code: str
    cell: str
    reason: str
    by: str
    date: str
    until: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class WaiverProblem:
    """A problem in a row of a list of waivers: the name of its sentence, and the figures in it."""

    row: int
    sentence: str
    figures: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """Return the sentence."""
        figures = {**self.figures, "row": str(self.row)}
        if "why" in figures:
            figures["why"] = reason(figures["why"], lang, None)
        said = say("waiver", self.sentence, lang, **figures)
        return say("waiver", "row", lang, row=self.row, what=said) if self.row else said


class WaiverError(Exception):
    """A list of waivers that cannot be read, with everything that is wrong with it."""

    def __init__(self, *problems: WaiverProblem) -> None:
        super().__init__(problems)
        self.problems = problems


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def columns(source: bytes) -> list[str]:
    """Return the names of a list's columns from the left, empty for those of none.

    The list is one that `load` takes.
    """
    rows = {row: [cell.text for cell in line] for row, line in flat.rows(source).items()}
    row, places = _heads(rows)
    names = {at: name for name, at in places.items()}
    return [names.get(at, "") for at in range(len(rows[row]))]


def load(path: Path) -> tuple[Waiver, ...]:
    """Return the waivers of a csv or xlsx; raises WaiverError with all that is wrong."""
    try:
        rows = flat.rows(path.read_bytes())
    except OSError as error:
        raise WaiverError(WaiverProblem(0, "unreadable", {"why": refused(error)})) from None
    except Rejected as error:
        code, why = flat.refusal(error)
        sentence = code if code in ("a-return", "damaged") else "unreadable"
        raise WaiverError(WaiverProblem(0, sentence, {"why": why})) from None
    head, columns = _heads({row: [cell.text for cell in line] for row, line in rows.items()})
    waivers: list[Waiver] = []
    problems: list[WaiverProblem] = []
    for row, line in rows.items():
        texts = {name: line[at].text.strip() for name, at in columns.items() if at < len(line)}
        if row > head and any(texts.values()):
            unread = (
                n for n, at in columns.items() if at < len(line) and line[at].kind == "formula"
            )
            formulas = (("formula", {"column": _head_of(name)}) for name in unread)
            wrong = [WaiverProblem(row, *problem) for problem in (*formulas, *_wrong(texts))]
            problems += wrong
            waivers += [] if wrong else [_waiver(row, texts)]
    if problems:
        raise WaiverError(*problems)
    return tuple(waivers)


def _heads(rows: Mapping[int, Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return the row of the heads and {column: its index}; raises WaiverError."""
    names = flat.keys("waiver_column")
    best: dict[str, int] = {}
    for row, line in list(rows.items())[:_HEAD_ROWS]:
        heads = [flat.head(text) for text in line]
        columns = {names[head]: at for at, head in enumerate(heads) if head in names}
        if all(name in columns for name in NEEDED):
            return row, columns
        best = max(best, columns, key=len)
    lacking = (_head_of(name) for name in NEEDED if name not in best)
    raise WaiverError(WaiverProblem(0, "heads", {"columns": ", ".join(lacking)}))


def _wrong(texts: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the problems of the texts of one row: (sentence, figures)."""
    for name in NEEDED:
        if not texts.get(name):
            yield "blank", {"column": _head_of(name)}
    for name in ("date", "until"):
        if texts.get(name) and not _day(texts[name]):
            yield "no-day", {"column": _head_of(name), "text": texts[name]}
    if texts.get("year") and not _YEAR.fullmatch(texts["year"]):
        yield "no-year", {"text": texts["year"]}


def _head_of(name: str) -> str:
    """Return the printed head of a column."""
    return flat.printed_head("waiver_column", name)


def _day(text: str) -> str:
    """Return a day as 2026-01-20, without the time behind it; empty for any other text."""
    day = written_day(_TIMELESS.sub("", text))
    return day.isoformat() if day else ""


def _waiver(row: int, texts: Mapping[str, str]) -> Waiver:
    return Waiver(
        row=row,
        agency=texts["agency"],
        code=texts["code"].strip("[]"),
        cell=texts.get("cell", ""),
        reason=texts["reason"],
        by=texts["by"],
        date=_day(texts["date"]),
        until=_day(texts.get("until", "")) or None,
        year=int(texts["year"]) if texts.get("year") else None,
    )


# ── using ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Waivers:
    """Waivers in use on a day, by agency, and the outcome of each row."""

    today: str
    rows: Sequence[Waiver]
    by_name: dict[str, list[Waiver]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)

    def of(self, head: Head) -> list[Waiver]:
        """Return the waivers for the agency and year of a return."""
        names = set(identity.known({"name": head.name, "code": head.code})) - {""}
        rows = {waiver.row: waiver for name in names for waiver in self.by_name.get(name, ())}
        return [waiver for waiver in rows.values() if waiver.year in (None, head.year)]

    def applied(self, result: Result, waivers: Iterable[Waiver]) -> Result:
        """Return a result with waived findings marked; record which rows were used or refused."""
        report = result.report
        balances = report.edition.balances if report else ()
        waivable = {balance.code for balance in balances if balance.waivable}
        findings = list(result.findings)
        for waiver in waivers:
            for number, finding in enumerate(findings):
                if not speaks_of(waiver.code, waiver.cell, finding):
                    continue
                if finding.severity != SEVERITIES[1] and finding.code not in waivable:
                    self.refused.setdefault(waiver.row, finding.severity)
                    continue
                self.used.add(waiver.row)
                reasons = {"reason": waiver.reason, "by": waiver.by, "date": waiver.date}
                findings[number] = replace(finding, waived=finding.waived or reasons)
        return replace(result, findings=tuple(findings), verdict=verdict(findings))

    def idle(self) -> Iterator[WaiverProblem]:
        """Yield every row that waived nothing, with the reason."""
        for waiver in self.rows:
            if waiver.row in self.used:
                continue
            figures = {"agency": waiver.agency, "code": waiver.code, "cell": waiver.cell or "—"}
            if waiver.until is not None and waiver.until < self.today:
                yield WaiverProblem(waiver.row, "expired", {**figures, "until": waiver.until})
            elif waiver.row in self.refused:
                yield WaiverProblem(waiver.row, "refused", figures)
            else:
                yield WaiverProblem(waiver.row, "unused", figures)


def waivers(rows: Sequence[Waiver], today: str, members: Sequence[Member] = ()) -> Waivers:
    """Return the waivers in use on a day; members: the roster with other names of agencies."""
    in_use = Waivers(today, rows)
    match = matcher(members)
    for waiver in rows:
        if waiver.until is not None and waiver.until < today:
            continue
        owner = match({"name": waiver.agency}).member or match({"code": waiver.agency}).member
        named = (waiver.agency, *((owner.name, *owner.aliases) if owner else ()))
        coded = (waiver.agency, owner.code if owner else None)
        for name in {*map(identity.name, named), *map(identity.code, coded)} - {""}:
            in_use.by_name.setdefault(name, []).append(waiver)
    return in_use


def speaks_of(code: str, cell: str, finding: Finding) -> bool:
    """Tell whether code and cell name a finding; cell: one of its cells or all their places."""
    if code != finding.code:
        return False
    wanted = _bare(cell)
    names = {_bare(place(finding.cells, lang)) for lang in OURS}
    for spot in finding.cells:
        names |= {_bare(spot.key or ""), _bare(f"{spot.sheet}{spot.at}") if spot.at else ""}
    return wanted in names - {""} if finding.cells else not wanted


def _bare(text: str) -> str:
    """Return a key or place in compared form: without blanks, quotes, ! and $.

    >>> _bare("'Sheet1'!D7") == _bare("Sheet1 d7")
    True
    """
    return re.sub(r"['!$]", "", identity.word(text))
