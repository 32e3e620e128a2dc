"""The sheets of sources of a roll-up: drawn, read back, added up.

A row is an agency. Wide: a column for each cell with a number from any agency. Listed: a text per
row, where the wide sheets would exceed the reader's own limits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from .. import data
from ..contribution import COUNTED, Contribution, notice, state_word
from ..edition import Edition
from ..finding import Finding, Spot
from ..grid import Cell, column_letters
from ..report import Number, Report, from_double, plain, to_number
from . import cells, compare, layout, tokens
from .book import Book
from .looks import LOOKS
from .package import Rejected
from .sheet import Grid, Raw
from .structure import Draft, Place, Sheet, Slot, at, sources_name, word

META = ("agency", "code", "state", "sent", "edition", "file", "sha256")
"""The first columns; the numbers follow."""
HEAD, KEY_ROW, SUM_ROW, FIRST = 3, 6, 7, 8
"""Heads take four rows: sheet, place, label, key. Then the sums, then a row per agency."""
WIDE_ROWS, LISTED_ROWS = 400, 2_000
"""Most agencies of a sheet, within the reader's limits for any numbers."""
AGENCIES = 10_000
"""Most rows of all sheets together."""
VALUES = 600_000
"""Most numbers of all sheets together."""
WIDE_TAGS = 300_000
"""Most tags of wide sheets; more would leave too few for the form."""
BOX = (FIRST + LISTED_ROWS, 512)
_WIDTHS = (24.0, 21.0, 11.0, 7.0, 10.0, 30.0, 36.0)
_VALUE, _LIST = 11.0, 90.0
_ROW = 22.0


class TooMany(Exception):
    """More agencies than the sheets hold: their number, and the most allowed."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Contributions read from the sheets of sources, and findings on these sheets."""

    contributions: tuple[Contribution, ...]
    findings: tuple[Finding, ...]


# ── drawing ───────────────────────────────────────────────────────────────────────────────────────


def pages(
    edition: Edition, contributions: Sequence[Contribution]
) -> Iterator[tuple[Sheet, dict[Place, Number | str]]]:
    """Yield (sheet, {place: value}) of the sheets of sources; raises TooMany."""
    if len(contributions) > AGENCIES:
        raise TooMany(len(contributions), AGENCIES)
    given = {key for one in contributions for key in one.values}
    keys = tuple(key for key in edition.typed if key in given)
    tags = sum(2 + 6 * len(META) + 4 * len(one.values) for one in contributions)
    columns = keys if tags <= WIDE_TAGS else None
    most = LISTED_ROWS if columns is None else WIDE_ROWS
    for number, start in enumerate(range(0, len(contributions), most), 1):
        rows = contributions[start : start + most]
        yield _page(edition, number, columns, rows)


def _page(
    edition: Edition, number: int, keys: tuple[str, ...] | None, rows: Sequence[Contribution]
) -> tuple[Sheet, dict[Place, Number | str]]:
    draft = _head(edition, keys)
    values: dict[Place, Number | str] = {}
    for row, one in enumerate(rows, FIRST):
        texts = (one.name, one.code, state_word(one.state), None, one.edition, one.file, one.sha256)
        high = [_ROW]
        for column, text in enumerate(texts, 1):
            draft.put((row, column), Slot("source", text))
            room = layout.column(_WIDTHS[column - 1])
            high.append(layout.height(text or "", room, LOOKS["source"]))
        if one.sent is not None:
            values[row, META.index("sent") + 1] = one.sent
        high.append(_numbers(draft, values, edition, keys, row, one))
        draft.heights[row] = max(high)
    return _sheet(draft, number, keys), values


def _numbers(  # noqa: PLR0913, PLR0917 - one row
    draft: Draft,
    values: dict[Place, Number | str],
    edition: Edition,
    keys: tuple[str, ...] | None,
    row: int,
    one: Contribution,
) -> float:
    """Put an agency's numbers into its row; return the height they need in points."""
    shown = {k: word("sources_blank") if v is None else v for k, v in one.values.items()}
    first = len(META) + 1
    if keys is not None:
        for column, key in enumerate(keys, first):
            if key in shown:
                draft.put((row, column), Slot("source_value"))
                values[row, column] = shown[key]
        return 0.0
    told = word("sources_and").join(
        f"{edition.cells[key].sheet}!{edition.cells[key].at}={_plain(shown[key])}"
        for key in edition.typed
        if key in shown
    )
    draft.put((row, first), Slot("source", told))
    return layout.height(told, layout.column(_LIST), LOOKS["source"])


def _plain(value: Number | str) -> str:
    return value if isinstance(value, str) else plain(value)


def _head(edition: Edition, keys: tuple[str, ...] | None) -> Draft:
    """Return a sheet with its heads; keys: of its columns, None for a listed sheet."""
    draft = Draft()
    wide = len(META)
    draft.put((1, 1), Slot("title", word("sources")), 1, wide - 1)
    draft.put((2, 1), Slot("note", word("sources_note")), 1, wide - 1)
    draft.heights |= {1: 40, 2: 40, HEAD: 22, HEAD + 1: 20, HEAD + 2: 92, KEY_ROW: 34, SUM_ROW: 24}
    for column, name in enumerate(META, 1):
        draft.put((HEAD, column), Slot("live_head", word(f"sources_{name}")), 4)
        draft.put(
            (SUM_ROW, column), Slot("source_sum", word("sources_sum") if column == 1 else None)
        )
    if keys is None:
        draft.put((HEAD, wide + 1), Slot("live_head", word("sources_list")), 4)
        return draft
    for column, key in enumerate(keys, wide + 1):
        cell = edition.cells[key]
        for row, text in enumerate((cell.sheet, cell.at, cell.label, key), HEAD):
            draft.put((row, column), Slot("source_key" if row == KEY_ROW else "live_head", text))
        letter = column_letters(column)
        total = f"SUM({letter}{FIRST}:{letter}{FIRST + WIDE_ROWS - 1})"
        draft.put((SUM_ROW, column), Slot("source_sum", formula=total))
    return draft


def _sheet(draft: Draft, number: int, keys: tuple[str, ...] | None) -> Sheet:
    widths = (*_WIDTHS, *((_LIST,) if keys is None else (_VALUE,) * len(keys)))
    return draft.sheet(sources_name(number), "sources", widths, freeze=(FIRST, 2), across=True)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def read(edition: Edition, grids: Iterable[tuple[str, str, Grid]], book: Book) -> Origins:
    """Return the contributions of sheets, with findings; grids: (name, state, content) of each."""
    contributions: list[Contribution] = []
    findings: list[Finding] = []
    for name, state, grid in grids:
        keys = _keys(edition, grid)
        head = _sheet(_head(edition, keys), 1, keys)
        last = FIRST + (LISTED_ROWS if keys is None else WIDE_ROWS) - 1
        form = compare.form_of(replace(head, free=(FIRST, last)), {})
        pair = compare.Pair(form, name, state, grid, strangers=tuple(compare.strangers(form, grid)))
        findings += [*compare.state(pair), *compare.merges(pair)]
        findings += cells.compare(pair, book, tokens.same)
        rows, odd = _rows(edition, keys, grid, last)
        contributions += rows
        _refuse_many(name, len(contributions), AGENCIES)
        _refuse_many(name, sum(len(one.values) for one in contributions), VALUES)
        findings += [compare.outside(name, odd)] if odd else []
    return Origins(tuple(contributions), tuple(findings))


def _refuse_many(name: str, size: int, limit: int) -> None:
    """Raise Rejected above a limit: a few shared texts may hold millions of numbers."""
    if size > limit:
        raise Rejected("too-large", part=name, size=f"{size:,}", limit=f"{limit:,}")


def _keys(edition: Edition, grid: Grid) -> tuple[str, ...] | None:
    """Return the keys of a sheet's columns, up to the first that is none; None if it is listed."""
    first = len(META) + 1
    raw = grid.cells.get((HEAD, first))
    if raw and raw[1] == word("sources_list"):
        return None
    found: list[str] = []
    known = [key for key in edition.typed if edition.cells[key].numeric]
    while (raw := grid.cells.get((KEY_ROW, first + len(found)))) and raw[1] in known:
        found.append(raw[1])
        known.remove(raw[1])
    return tuple(found)


def _rows(
    edition: Edition, keys: tuple[str, ...] | None, grid: Grid, last: int
) -> tuple[list[Contribution], list[tuple[Place, Raw]]]:
    """Return the contribution of each row, and the cells that were not understood."""
    rows: dict[int, dict[int, Raw]] = {}
    for (row, column), raw in grid.cells.items():
        if FIRST <= row <= last and compare.has_content(raw):
            rows.setdefault(row, {})[column] = raw
    found: list[Contribution] = []
    odd: list[tuple[Place, Raw]] = []
    for row, line in sorted(rows.items()):
        wrong = _take(edition, keys, line, found)
        odd += [((row, column), line[column]) for column in sorted(wrong)]
    return found, odd


def _take(
    edition: Edition,
    keys: tuple[str, ...] | None,
    line: Mapping[int, Raw],
    found: list[Contribution],
) -> set[int]:
    """Append a row's contribution to `found`; return the columns that were not understood."""
    facts = {name: line[i][1] for i, name in enumerate(META, 1) if i in line}
    state = _states().get(facts.get("state") or "")
    first, words = len(META) + 1, state == "places"
    wrong = {column for column, raw in line.items() if raw[2] is not None}
    values: dict[str, Number | str | None] = {}
    if keys is None and first in line:
        told = line[first][1] or ""
        wrong |= set() if _listed(edition, told, values, words=words) else {first}
    for column, key in enumerate(keys or (), first):
        if column in line and not _one(edition.cells[key], line[column], values, words=words):
            wrong.add(column)
    past = first + (1 if keys is None else len(keys))
    wrong |= {column for column in line if column >= past}
    if state is None:
        wrong |= set(line)
    else:
        sent = facts.get("sent")
        found.append(
            Contribution(
                name=facts.get("agency") or "",
                state=state,
                code=facts.get("code"),
                file=facts.get("file"),
                sha256=facts.get("sha256"),
                edition=facts.get("edition"),
                sent=int(sent) if sent and sent.isdecimal() and sent.isascii() else None,
                values=values,
            )
        )
    return wrong


@cache
def _states() -> dict[str, str]:
    """Return {printed words of a state: state}."""
    return {words["zh"]: name for name, words in data.messages()["sources"].items()}


def _one(cell: Cell, raw: Raw, values: dict[str, Number | str | None], *, words: bool) -> bool:
    """Store a cell's number, None for a blank, any text if `words`; tell whether it was valid."""
    number = from_double(raw[1] or "") if raw[0] == "number" else None
    if number is not None:
        values[cell.key] = to_number(cell, number)
    elif raw[1] == word("sources_blank"):
        values[cell.key] = None
    elif words and raw[1]:
        values[cell.key] = raw[1]
    return cell.key in values


@cache
def _places(edition: Edition) -> dict[tuple[str, str], Cell]:
    return {(cell.sheet, cell.at): cell for cell in edition.cells.values()}


def _listed(
    edition: Edition, text: str, values: dict[str, Number | str | None], *, words: bool
) -> bool:
    """Store the numbers listed in a text; tell whether all were valid and no cell repeated."""
    for part in text.split(word("sources_and")):
        told = _told(edition, part, words=words)
        if told is None or told[0] in values:
            return False
        values[told[0]] = told[1]
    return True


@lru_cache(maxsize=2**16)
def _told(edition: Edition, part: str, *, words: bool) -> tuple[str, Number | str | None] | None:
    """Return (key, number) of a cell in a list, None where it is not understood."""
    place, _, told = part.partition("=")
    sheet, _, at = place.rpartition("!")
    cell = _places(edition).get((sheet, at))
    if cell is None or len(told.split()) != 1 or told != told.strip():
        return None
    values: dict[str, Number | str | None] = {}
    kind = "text" if from_double(told) is None else "number"
    _one(cell, (kind, told, None, 0), values, words=words)
    return next(iter(values.items()), None)


# ── holding the region's numbers against them ─────────────────────────────────────────────────────


def added(edition: Edition, contributions: Iterable[Contribution]) -> dict[str, Number | None]:
    """Return {typed key: sum of the agencies' numbers}; None where an agency left it blank."""
    parts: dict[str, list[int | Decimal | str | None]] = {}
    for one in contributions:
        if one.state in COUNTED:
            for key, value in one.values.items():
                parts.setdefault(key, []).append(value)
    keys = (key for key in edition.typed if edition.cells[key].numeric)
    return {key: _sum(parts.get(key, [])) for key in keys}


def _sum(parts: Sequence[int | Decimal | str | None]) -> Number | None:
    numbers = [part for part in parts if isinstance(part, Number)]
    return sum(numbers) if len(numbers) == len(parts) else None


def differing(report: Report, contributions: Sequence[Contribution]) -> Iterator[Finding]:
    """Yield a finding for each cell that differs from the sum of the agencies' numbers."""
    for key, total in added(report.edition, contributions).items():
        number = report.numbers[key]
        if number != total:
            blank = word("sources_blank")
            found, expected = (blank if n is None else plain(n) for n in (number, total))
            spot = Spot.of(report.edition.cells[key])
            yield Finding("sources-differ", "warning", (spot,), found, expected)


def wrong_notice(
    cover: compare.Pair | None, contributions: Sequence[Contribution], place: Place
) -> Iterator[Finding]:
    """Yield a finding for a notice on the cover that differs from the sources."""
    raw = cover.grid.cells.get(place) if cover else None
    found, expected = compare.whole(raw), notice(contributions)
    if cover is not None and found != expected:
        spot = Spot(None, cover.name, at(place), "")
        yield Finding("label", "error", (spot,), compare.cut(found), compare.cut(expected))
