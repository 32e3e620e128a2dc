"""The directory of a blank for all agencies: the sheet that its lookup formulas read, drawn.

A row is an agency: name, code, level, deadline, seed, then last year's numbers, each in a column
headed by sheet, place and label. One cell holds the number of the chosen agency's row. Programs
compare texts in a formula without regard to capitals, and so does this cell.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from ..edition.edition import Edition
from ..report.report import Number
from ..xlsx.address import Place, fixed
from ..xlsx.formula import quoted
from ..xlsx.number import plain
from .frames import index
from .slots import (
    COVER_FIRST,
    Draft,
    Sheet,
    Slot,
    area,
    cover_places,
    prior_keys,
    word,
)

META = ("agency", "code", "level", "deadline", "seed")
"""The first columns; last year's numbers follow."""
HEAD, FIRST = 4, 7
"""Heads take three rows: sheet, place, label. Then a row per agency."""
MOST = 2_000
"""Most agencies of a directory."""
CHOSEN: Place = (2, 2)
"""Place of the number of the chosen agency's row, 0 without one."""
NAMES = "gouji_agencies"
"""Defined name of the agencies' names, for the drop-down list on the cover."""
BOX = (FIRST + MOST, len(META) + 512)
_WIDTHS = (38.0, 25.0, 11.0, 24.0, 11.0)
_VALUE, _ROW = 12.0, 20.0


@dataclass(frozen=True, slots=True)
class Listed:
    """An agency of a directory; level and deadline as printed, prior: {key: last year's number}."""

    name: str
    code: str | None
    level: str | None
    deadline: str | None
    seed: int
    prior: Mapping[str, Number]


# ── the sheet ─────────────────────────────────────────────────────────────────────────────────────


def page(edition: Edition, agencies: Sequence[Listed]) -> tuple[Sheet, dict[Place, Number | str]]:
    """Return the sheet of a directory and its content by place."""
    draft, values = headed(edition, len(agencies)), entered(edition, agencies)
    for row in range(FIRST, FIRST + len(agencies)):
        for column in range(1, width(edition) + 1):
            draft.put((row, column), Slot("source" if column < len(META) else "source_value"))
        draft.heights[row] = _ROW
    return sheet_of(edition, draft), values


def entered(edition: Edition, agencies: Sequence[Listed]) -> dict[Place, Number | str]:
    """Return {place: value} of the agencies' rows; blanks have none."""
    keys = prior_keys(edition)
    values: dict[Place, Number | str] = {}
    for row, agency in enumerate(agencies, FIRST):
        facts = (agency.name, agency.code, agency.level, agency.deadline, agency.seed)
        line = (*facts, *map(agency.prior.get, keys))
        values |= {(row, i): value for i, value in enumerate(line, 1) if value not in (None, "")}
    return values


def width(edition: Edition) -> int:
    """Return the number of columns."""
    return len(META) + len(prior_keys(edition))


def headed(edition: Edition, count: int) -> Draft:
    """Return a sheet for so many agencies with its heads and the number of the chosen row."""
    draft = Draft()
    draft.put((1, 1), Slot("title", word("agencies")), 1, len(META))
    draft.put((2, 1), Slot("field_label", word("directory_row")))
    draft.put(CHOSEN, Slot("computed", formula=_chosen(count)))
    draft.put((3, 1), Slot("note", word("directory_note")), 1, len(META))
    draft.heights |= {1: 40, 2: 24, 3: 40, HEAD: 22, HEAD + 1: 20, HEAD + 2: 92}
    for column, name in enumerate(META, 1):
        head = word("field_" + name) if name != "seed" else word("directory_seed")
        draft.put((HEAD, column), Slot("live_head", head), 3)
    for column, key in enumerate(prior_keys(edition), len(META) + 1):
        cell = edition.cells[key]
        for row, text in enumerate((cell.sheet, cell.at, cell.label), HEAD):
            draft.put((row, column), Slot("live_head", text))
    return draft


def sheet_of(edition: Edition, draft: Draft) -> Sheet:
    """Return the finished sheet, hidden."""
    widths = (*_WIDTHS, *(_VALUE for _ in prior_keys(edition)))
    return draft.sheet(
        word("agencies"), "agencies", widths, state="hidden", freeze=(FIRST, 2), across=True
    )


# ── formulas ──────────────────────────────────────────────────────────────────────────────────────


def _agency() -> str:
    """Return the reference to the agency's name on the cover.

    Its frame ends there: below it are cells that depend on it.
    """
    row, column = cover_places()["agency"]
    return index((row, column, row, column), (COVER_FIRST - 1, 1, row, column), word("cover"))


def _chosen(count: int) -> str:
    """Return the formula of the number of the row that has the chosen agency's name."""
    names, agency = area((FIRST, 1), (FIRST + count - 1, 1)), _agency()
    rows = f"SUMPRODUCT(({names}={agency})*(ROW({names})-{FIRST - 1}))"
    return f"IF(ISTEXT({agency}),{rows},0)"


def _column(number: int, count: int) -> str:
    return f"'{word('agencies')}'!{area((FIRST, number), (FIRST + count - 1, number))}"


def _row() -> str:
    return f"'{word('agencies')}'!{fixed(CHOSEN)}"


def names_of(count: int) -> str:
    """Return the reference to the agencies' names."""
    return _column(1, count)


@cache
def fact(name: str, count: int) -> str:
    """Return the formula of a fact of the chosen agency as text, empty where there is none."""
    lookup = f'INDEX({_column(META.index(name) + 1, count)},{_row()})&""'
    none = '""'
    if name == "level":
        chosen = f"COUNTA({_agency()})"
        none = f'IF({chosen}=0,"",{quoted(word("directory_unlisted"))})'
    return f"IF({_row()}=0,{none},{lookup})"


@cache
def number(edition: Edition, key: str, count: int) -> str:
    """Return the formula of one of the chosen agency's numbers of last year, empty without it."""
    column = len(META) + 1 + prior_keys(edition).index(key)
    found = f"INDEX({_column(column, count)},{_row()})"
    return f'IF({_row()}=0,"",IF(COUNT({found})=0,"",{found}))'


@cache
def chosen_seed(count: int) -> str:
    """Return the formula of the chosen agency's seed, 0 without one."""
    return f"IF({_row()}=0,0,INDEX({_column(META.index('seed') + 1, count)},{_row()}))"


# ── content ───────────────────────────────────────────────────────────────────────────────────────


def stored(values: Mapping[Place, Number | str]) -> Iterator[tuple[Place, str, str]]:
    """Yield (place, kind, text) of values as a file stores them."""
    for place, value in values.items():
        text = value if isinstance(value, str) else plain(Decimal(value))
        yield place, "text" if isinstance(value, str) else "number", text


def digest(cells: Iterable[tuple[Place, str, str]]) -> str:
    """Return the digest of the agencies' rows, of (place, kind, text) of every cell with content.

    kind: as a stored cell has it. text: a number without exponent and closing zeros.
    """
    text = json.dumps(sorted((*place, kind, text) for place, kind, text in cells))
    return hashlib.sha256(text.encode()).hexdigest()
