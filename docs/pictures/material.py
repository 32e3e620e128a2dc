"""The invented season that the pictures show: 云水区, 120 agencies, with mistakes and reasons.

Figures are shares of published ones (tests/district.py). Some agencies explain a warning, one
changes the number afterwards, some send once more, two send two returns as their first.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import district
import openpyxl
from district import FORM, NAMES, Typed

from toolkit.blank.build import build
from toolkit.blank.live import result_range
from toolkit.blank.slots import RESULT, word
from toolkit.campaign.handout import roster_file
from toolkit.campaign.roster import Member
from toolkit.check import check
from toolkit.files.examine import prior_numbers
from toolkit.report.report import Report, as_json, dumps
from toolkit.returned.fill import prefilled
from toolkit.returned.read import read
from toolkit.returned.results import noticed
from toolkit.xlsx.address import at

REGION, SENDER, DUE = "云水区", "云水区政务公开办 0000-1234567", "2026-03-05"
LICENCES, PENALTIES, COERCION = (
    f"proactive.{row}.decided" for row in ("licences", "penalties", "coercion")
)
RECEIVED, GRANTED = (f"applications.{row}.natural_person" for row in ("received", "granted"))
REASONS = {
    4: (LICENCES, "数量较多"),
    8: (LICENCES, "代理记账许可下放到区，本年起由本局办理"),
    12: (PENALTIES, "执法权下放，本年起由本局统计"),
    13: (COERCION, "治超专项行动，集中实施"),
    17: (COERCION, "文化市场专项整治，集中实施"),
    20: (COERCION, "安全生产专项整治，集中实施"),
}
"""{agency: the cell that is far from last year's, the reason}."""
SILENT, MOVED, AGAIN, TWICE = (28, 53), 20, (9, 52), (47, 66)
"""Agencies: that give no reason; whose number changed after the reason was given; that send once
more though the first return passes; with two different returns of the same number."""
LATE = (30, 75, 110)


@dataclass(frozen=True, slots=True)
class Season:
    """The season's files: the roster, last year's reports, this year's returns."""

    roster: Path
    last: Path
    returns: Path

    def paths(self) -> list[Path]:
        """Return the returns in order of name."""
        return sorted(self.returns.iterdir())


def season(home: Path) -> Season:
    """Write the season into a folder."""
    made = Season(home / "名册.xlsx", home / "上年的表", home / "报回的表")
    made.last.mkdir()
    made.returns.mkdir()
    made.roster.write_bytes(roster_file(list(_members())))
    for number, name in enumerate(NAMES):
        path = made.last / f"{name}.json"
        path.write_text(dumps(as_json(_last(number))), encoding="utf-8")
        for count, source in enumerate(_sent(number)):
            path = made.returns / f"{name}{'' if count == 0 else f'（{count + 1}）'}.xlsx"
            path.write_bytes(source)
            _come(path, number, count)
    return made


def _members() -> Iterator[Member]:
    for number, name in enumerate(NAMES):
        kind = "department" if district.level(number) == "county" else "town"
        kind = {district.OWN: "own"}.get(number, kind)
        yield Member(
            name,
            district.code(number),
            district.level(number),
            kind=kind,
            contact="办公室",
            phone=f"0000-1234{number:03d}",
            deadline=f"{district.YEAR + 1}-01-31",
        )


def _come(path: Path, number: int, count: int) -> None:
    """Give a file the time at which it came: in January, some a few days late."""
    day = 3 + number % 9 if number % 17 == 0 else 8 + number % 22
    month = 2 if number % 17 == 0 else 1
    came = datetime(2026, month, min(day + 5 * count, 28), 9 + number % 8, 30).timestamp()  # noqa: DTZ001 - the clock of the machine
    os.utime(path, (came, came))


def _blank(number: int) -> bytes:
    """Return an agency's blank, with last year's numbers."""
    last = _last(number)
    who = {"name": NAMES[number], "code": district.code(number), "level": district.level(number)}
    empty = Report(FORM, who, district.YEAR, dict.fromkeys(FORM.cells))
    return build(FORM, prefilled(empty, last), prior_numbers(FORM, last))


def _sent(number: int) -> Iterator[bytes]:
    """Yield what an agency sends, in order."""
    if number in LATE:
        return
    typed = district.this_year(number)
    if number in REASONS:
        yield _reasoned(number, typed, *REASONS[number])
        return
    if number in SILENT:
        yield district.sent(_blank(number), typed | {COERCION: _far(typed, COERCION)})
        return
    yield district.returned(number, _blank)
    if number in TWICE:
        yield district.sent(_blank(number), _shifted(typed, 3))
    if number in AGAIN:
        yield district.again(district.sent(_blank(number), _shifted(typed, 2)), 2)


def _far(typed: Typed, key: str) -> int:
    return int(typed[key] or 0) * 6 + 120


def _shifted(typed: Typed, by: int) -> Typed:
    """Return figures with some requests more, all granted."""
    return typed | {key: int(typed[key] or 0) + by for key in (RECEIVED, GRANTED)}


def _reasoned(number: int, typed: Typed, key: str, reason: str) -> bytes:
    """Return a return whose number is far from last year's, with the reason beside the finding.

    The agency's own check wrote the finding into the return's result area.
    """
    source = district.sent(_blank(number), typed | {key: _far(typed, key)})
    reading = read(source)
    found = check(reading.report, _last(number), reading.findings).findings
    copy = noticed(source, reading.report, found, again=False)
    page = openpyxl.load_workbook(io.BytesIO(copy))[word("results")]
    rows = range(result_range(FORM)[0], result_range(FORM)[0] + len(found))
    row = next(r for r in rows if page.cell(r, RESULT["code"]).value == "jump")
    beside = {
        at((row, RESULT["reason"])): reason,
        at((row, RESULT["figures"])): page.cell(row, RESULT["present"]).value,
    }
    moved = {key: _far(typed, key) + 40} if number == MOVED else {}
    return district.typed_in(copy, moved, more={word("results"): beside})


def wrong() -> tuple[bytes, bytes]:
    """Return a return with a number that is not last year's, and a reason; and last year's report."""
    number = 13
    typed = district.this_year(number)
    typed[district.CARRIED] = int(typed[district.CARRIED] or 0) + 10
    source = _reasoned(number, typed, *REASONS[number])
    return source, dumps(as_json(_last(number))).encode()


def _last(number: int) -> Report:
    return district.report(number, district.last_year(number), district.YEAR - 1)
