"""The structure of a locked workbook, from the Edition: for drawing and for comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from ..data import CHINESE, texts
from ..edition.edition import Edition, Section
from ..edition.kind import FIRST_ROW, GridPlace, on_sheet
from ..report.report import Number
from ..xlsx.address import Place, at, fixed

STATUS_ROW, DECLARATION_ROW, CAPTION_ROW = 1, 2, 3
PARAGRAPHS = 60
"""Unlocked rows for each text, a paragraph per row."""
RESULT_ROWS = 400
"""Unlocked rows for findings that a button writes."""
RESULT_GAP = 4
"""Rows between the last live row and the first result row: heading, stamp and column heads."""
PUBLISHED_FIRST = 2
"""The row on which the printed grid begins on the sheet to be published; above it the caption."""
FAILING_FIRST, FAILING = 4, 12
"""First row of the list of live rows that do not hold, and its length."""
LIVE_FIRST = FAILING_FIRST + FAILING + 3
"""First live row on the results sheet."""
LIVE = {"words": 1, "where": 2, "left": 3, "right": 4, "difference": 5, "state": 6, "message": 7,
        "gate": 8, "reason": 9, "figures": 10, "present": 11, "grade": 12, "order": 13, "spot": 14,
        "turn": 15}  # fmt: skip
"""Columns of a live row. reason, figures: typed, an explanation and what it was given for. present:
the figures now. grade: 1 broken, 2 a hint, 3 open, else 0; order: its place among all that are not
0. spot: grade and section; turn: section and its place in it."""
RESULT = {"code": 1, "severity": 6, "sheet": 3, "cells": 2, "message": 7, "reason": 9,
          "figures": 10, "present": 11}  # fmt: skip
"""Columns of the result area, each below the same head of the live rows. In `cells` each place
ends with PLACE_MARK: `表三 D7、表三 D8、`."""
TALLY = {"differ": 5, "hint": 6, "open": 7, "blank": 8, "error": 9, "warning": 10}
"""Columns of the mark's sheet with the numbers of a section, a row for each, a row for all: live
rows by state, blank cells, findings that a check wrote."""
DIGEST, MOST_TERMS = 11, 30
"""First column, and most columns, of the numbers that change with the content of a section."""
MIRROR = 5
"""Column of the mark's sheet that mirrors a printed grid's first column: the states of its cells."""
BLANK, FREE, WRONG, APART = 0, 1, 2, 3
"""States of a typed cell: blank, filled or free to be blank, filled wrongly, filled although it does
not apply."""
PLACE_MARK, PLACE_COMMA = "、", "，"
"""A format colours places that end with the first; places with the second are only named."""
STAMP = {"stamp_state": 1, "overflow": 7, "digest": 5, "stamp": 6}
"""Columns of the line above the result area."""
PRIOR_FIRST = 4
"""First row of last year's numbers, a row for each key."""
PRIOR = {"label": 1, "at": 2, "value": 3}
"""Columns of last year's numbers. Older blanks have the keys in place of the addresses."""
COVER = ("agency", "code", "level", "year", "edition", "deadline", "sent")
"""The cover's fields, a row each."""
COVER_FIRST, COVER_COLUMN = 4, 2
PEOPLE_COLUMNS = (2, 5)
"""Columns of the fields that an edition adds; their labels are left of them."""
FIRST_SENDING = 1
"""The number of the sending in a blank."""
MARK = ("form", "edition", "year", "agency", "code", "fingerprint", "deadline", "plan", "sheets",
        "shared", "agencies", "seed")  # fmt: skip
"""Facts of the mark, a row each: name, value. plan and sheets: version.py. shared: the number of
agencies of a blank for all of them, agencies: the digest of their rows. seed: a number."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a sheet.

    role: the name of its look. text: a locked label. formula: without the leading =.
    key: the form's cell typed here. name: another input (a cover field, a declaration, a
    paragraph). A slot with none of them is a locked blank.
    """

    role: str
    text: str | None = None
    formula: str | None = None
    key: str | None = None
    name: str | None = None
    locked: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its slots by place, merges as A1 ranges, widths by column, heights by row.

    kind: cover, table, text, results, published, prior or mark. links: {place: sheet and address}.
    free: first and last row that are unlocked as a whole (the result area), (0, -1) for none.
    freeze: the first cell that scrolls. across: printed on a page laid across. printed: the number
    of columns that are printed, 0 for all.
    A merged slot's other places hold the same role without content; they are locked as it is.
    """

    name: str
    slots: Mapping[Place, Slot]
    merges: tuple[str, ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    state: str = "visible"
    kind: str = ""
    links: Mapping[Place, tuple[str, str]] = field(default_factory=dict)
    free: tuple[int, int] = (0, -1)
    freeze: Place = (1, 1)
    across: bool = False
    printed: int = 0


@dataclass(slots=True)
class Draft:
    """A sheet while it is put together."""

    slots: dict[Place, Slot] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    links: dict[Place, tuple[str, str]] = field(default_factory=dict)

    def put(self, place: Place, slot: Slot, rows: int = 1, columns: int = 1) -> None:
        """Put a slot in its place, merged over so many rows and columns."""
        self.slots[place] = slot
        if rows * columns == 1:
            return
        row, column = place
        cover = Slot(slot.role, locked=slot.locked)
        for r in range(row, row + rows):
            for c in range(column, column + columns):
                self.slots.setdefault((r, c), cover)
        self.merges.append(f"{at(place)}:{at((row + rows - 1, column + columns - 1))}")

    def sheet(self, name: str, kind: str, widths: Sequence[float], **more: Any) -> Sheet:
        """Return the finished sheet."""
        return Sheet(
            name=name,
            slots=self.slots,
            merges=tuple(self.merges),
            widths=dict(enumerate(widths, 1)),
            heights=self.heights,
            kind=kind,
            links=self.links,
            **more,
        )


def word(name: str) -> str:
    """Return a text of section [workbook]; texts in workbooks are Chinese."""
    return texts("workbook", CHINESE)[name]


def spans_of(section: Section) -> dict[GridPlace, tuple[int, int]]:
    """Return {place in the grid: (rows, columns)} of the merged cells."""
    return {(row, col): (rows, columns) for row, col, rows, columns in section.merges}


def places_of(section: Section, place: GridPlace) -> list[Place]:
    """Return the places of a printed cell on its sheet, all of a merged one."""
    rows, columns = map(range, spans_of(section).get(place, (1, 1)))
    return [on_sheet((place[0] + down, place[1] + right)) for down in rows for right in columns]


def declaration(section: Section) -> Place:
    """Return the place of a statutory table's declaration, merged to `declaration_end`."""
    first = min(column for _, column in section.keys) + 1
    return DECLARATION_ROW, first if first > 1 else section.size[1] // 2 + 1


def declaration_end(section: Section) -> int:
    """Return the last column of a declaration: an arrow has the last one, where there are two."""
    return max(declaration(section)[1], section.size[1] - 1)


def cover_places() -> dict[str, Place]:
    """Return the place of each cover field: {name: (row, column)}."""
    return {name: (COVER_FIRST + i, COVER_COLUMN) for i, name in enumerate(COVER)}


def facts_end(edition: Edition) -> int:
    """Return the row below the cover's fields that every edition has, and their panel."""
    return max(COVER_FIRST + len(COVER), COVER_FIRST + 1 + len(edition.sections))


def people_places(edition: Edition) -> dict[str, Place]:
    """Return the place of each field of the cover that the edition adds: two in a row."""
    first = facts_end(edition)
    return {
        name: (first + i // len(PEOPLE_COLUMNS), PEOPLE_COLUMNS[i % len(PEOPLE_COLUMNS)])
        for i, name in enumerate(edition.cover)
    }


def notice_place(edition: Edition) -> Place:
    """Return the place of the notice on a roll-up's cover, below all fields."""
    rows = {row for row, _ in people_places(edition).values()}
    return facts_end(edition) + len(rows), 1


def tally_row(edition: Edition, section: Section | None) -> int:
    """Return the row of a section's numbers on the mark's sheet; None: of all sections."""
    return len(edition.sections) + 1 if section is None else edition.sections.index(section) + 1


def signs_row(edition: Edition) -> int:
    """Return the row of the mark's sheet with the signs by which a program's day is known."""
    return len(edition.sections) + 2


@cache
def mirrors(edition: Edition) -> Mapping[str, int]:
    """Return {table: row of the mark's sheet that mirrors the first row of its grid}.

    The row above it tells in the same column whether the table's blanks are declared to be 0.
    """
    rows, row = {}, signs_row(edition) + 2
    for table, section in edition.tables.items():
        rows[table] = row
        row += section.size[0] + 1
    return rows


def mirror(edition: Edition, table: str, place: GridPlace) -> Place:
    """Return the place on the mark's sheet with the state of a printed cell."""
    return mirrors(edition)[table] + place[0], MIRROR + place[1]


def paragraphs(section: Section) -> tuple[int, int]:
    """Return the first and last row of a text's paragraphs, in column A."""
    first = FIRST_ROW + (section.size[0] + 2 if section.table else 0)
    return first, first + PARAGRAPHS - 1


def foot_place(section: Section, first: int = FIRST_ROW) -> Place:
    """Return the place of the foot below a table; first: the row on which its grid begins.

    A row lies between, so that no frame around the grid holds the foot.
    """
    return first + section.size[0] + 1, 1


def code_place() -> Place:
    """Return the place of the check code on the mark's sheet, below the facts."""
    return len(MARK) + 1, 2


def sources_name(number: int) -> str:
    """Return the name of a roll-up's first, second … sheet of sources."""
    return word("sources") + (f" {number}" if number > 1 else "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0  # noqa: PLR2004


def is_sources(name: str) -> bool:
    """Tell whether a name is that of a roll-up's sheet of sources."""
    first, _, number = name.partition(" ")
    return first == word("sources") and (not number or name == sources_name(_number(number)))


def published(section: Section) -> str:
    """Return the name of the sheet that prints a statutory table."""
    return word("publish") + section.sheet


@cache
def grids(edition: Edition) -> Mapping[str, tuple[int, int]]:
    """Return {sheet: first and last row} of each caption with its printed grid."""
    rows = {}
    for section in edition.sections:
        rows[section.sheet] = (FIRST_ROW - 1, FIRST_ROW + section.size[0] - 1)
        if section.table:
            first = PUBLISHED_FIRST
            rows[published(section)] = (first - 1, first + section.size[0] - 1)
    return rows


@cache
def prior_keys(edition: Edition) -> tuple[str, ...]:
    """Return last year's keys in the balances, in form order."""
    wanted = {key for balance in edition.balances for key in balance.prior}
    return tuple(key for key in edition.cells if key in wanted)


@cache
def carried_keys(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Return {key of a cell that must equal last year's numbers: their keys}, in form order."""
    sources: dict[str, tuple[str, ...]] = {}
    for balance in edition.balances:
        alone = len(balance.left) == 1 and balance.keys == balance.left
        if alone and balance.relation == "=" and balance.severity == "error":
            sources.setdefault(balance.left[0], balance.prior)
    return {key: sources[key] for key in edition.typed if key in sources}


def carried(edition: Edition, last: Mapping[str, Number | None]) -> dict[str, Number]:
    """Return {key: number} of the cells that last year's numbers fill in."""
    sums = {}
    for key, keys in carried_keys(edition).items():
        numbers = [number for number in map(last.get, keys) if number is not None]
        if len(numbers) == len(keys):
            sums[key] = sum(numbers)
    return sums


def deadlines(edition: Edition) -> str:
    """Return the edition's deadlines without their year, as they are printed."""
    days = {name: date.fromisoformat(f"2000-{day}") for name, day in edition.deadlines.items()}
    return "；".join(word(f"deadline_{name}").format(day=_day(day)) for name, day in days.items())


def own_deadline(day: date) -> str:
    """Return an agency's own deadline as it is printed."""
    return word("deadline_own").format(date=printed_day(day))


def printed_deadline(name: str, day: date) -> str:
    """Return a deadline of an edition with its year as it is printed."""
    return word("year_of").format(year=day.year) + word(f"deadline_{name}").format(day=_day(day))


def printed_day(day: date) -> str:
    """Return a day with its year as it is printed."""
    return word("year_of").format(year=day.year) + _day(day)


def _day(day: date) -> str:
    return word("day").format(month=day.month, day=day.day)


def prior_places(edition: Edition) -> dict[str, Place]:
    """Return the place of each of last year's numbers on their sheet: {key: (row, column)}."""
    return {key: (PRIOR_FIRST + i, PRIOR["value"]) for i, key in enumerate(prior_keys(edition))}


def area(first: Place, last: Place) -> str:
    """Return a range with absolute addresses; a single address for a single cell."""
    ends = map(fixed, (first, last))
    return ":".join(dict.fromkeys(ends))
