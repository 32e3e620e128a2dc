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
from ..xlsx.address import Place, at

STATUS_ROW, DECLARATION_ROW, CAPTION_ROW = 1, 2, 3
PARAGRAPHS = 60
"""Unlocked rows for each text, a paragraph per row."""
RESULT_ROWS = 400
"""Unlocked rows for findings that a button writes."""
RESULT_GAP = 4
"""Rows between the last live row and the first result row: heading, stamp and column heads."""
PUBLISHED_FIRST = 2
"""The row on which the printed grid begins on the sheet to be published; above it the caption."""
LIVE_FIRST = 6
"""First live row on the results sheet."""
LIVE = {"words": 1, "where": 2, "left": 3, "right": 4, "difference": 5, "state": 6, "message": 7,
        "gate": 8}  # fmt: skip
"""Columns of a live row."""
RESULT = {"code": 1, "severity": 6, "sheet": 3, "cells": 2, "message": 7}
"""Columns of the result area, each below the same head of the live rows. In `cells` each place
ends with PLACE_MARK: `表三 D7、表三 D8、`."""
PLACE_MARK, PLACE_COMMA = "、", "，"
"""A format colours places that end with the first; places with the second are only named."""
PRIOR_FIRST = 4
"""First row of last year's numbers, a row for each key."""
PRIOR = {"label": 1, "key": 2, "value": 3}
COVER = ("agency", "code", "level", "year", "edition", "deadline", "sent")
"""The cover's fields, a row each."""
COVER_FIRST, COVER_COLUMN = 4, 2


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
    freeze: the first cell that scrolls. across: printed on a page laid across.
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
    """Return the place of a statutory table's declaration (merged to the grid's right end)."""
    first = min(column for _, column in section.keys) + 1
    return DECLARATION_ROW, first if first > 1 else section.size[1] // 2 + 1


def cover_places() -> dict[str, Place]:
    """Return the place of each cover field: {name: (row, column)}."""
    return {name: (COVER_FIRST + i, COVER_COLUMN) for i, name in enumerate(COVER)}


def notice_place(edition: Edition) -> Place:
    """Return the place of the notice on a roll-up's cover."""
    return max(COVER_FIRST + len(COVER), COVER_FIRST + 1 + len(edition.sections)), 1


def paragraphs(section: Section) -> tuple[int, int]:
    """Return the first and last row of a text's paragraphs, in column A."""
    first = FIRST_ROW + (section.size[0] + 2 if section.table else 0)
    return first, first + PARAGRAPHS - 1


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
