"""The sheets of a roll-up that say where its numbers come from: read back and added up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from ..blank import sources
from ..blank.slots import word
from ..data import CHINESE, say, texts
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..finding import Finding, Spot
from ..report.contribution import CAVEATS, COUNTED, Contribution, notice
from ..report.report import Number, Report, plain, to_number
from ..xlsx import formula
from ..xlsx.address import Place, at
from ..xlsx.book import Book
from ..xlsx.number import from_double
from ..xlsx.sheet import Grid, Raw, number_in
from ..xlsx.zip import refuse_more
from . import cells, compare, merged


@dataclass(frozen=True, slots=True)
class Origins:
    """Contributions read from the sheets of sources, and findings on these sheets."""

    contributions: tuple[Contribution, ...]
    findings: tuple[Finding, ...]


def read_origins(edition: Edition, grids: Iterable[tuple[str, str, Grid]], book: Book) -> Origins:
    """Return the contributions of sheets, with findings; grids: (name, state, content) of each."""
    contributions: list[Contribution] = []
    findings: list[Finding] = []
    for name, state, grid in grids:
        keys, keyed = _keys(edition, grid)
        head = sources.sheet_of(sources.headed(edition, keys, keyed=keyed), 1, keys)
        last = sources.FIRST + (sources.LISTED_ROWS if keys is None else sources.WIDE_ROWS) - 1
        form = compare.form_of(replace(head, free=(sources.FIRST, last)), {})
        pair = compare.Pair(form, name, state, grid, strangers=tuple(compare.strangers(form, grid)))
        findings += [*compare.state(pair), *merged.merges(pair)]
        findings += cells.compare(pair, book, formula.same)
        rows, odd = _rows(edition, keys, grid, last)
        contributions += rows
        # A few shared texts may hold millions of numbers.
        refuse_more(name, len(contributions), sources.AGENCIES)
        refuse_more(name, sum(len(agency.values) for agency in contributions), sources.VALUES)
        findings += [compare.outside(name, odd)] if odd else []
    return Origins(tuple(contributions), tuple(findings))


def _keys(edition: Edition, grid: Grid) -> tuple[tuple[str, ...] | None, bool]:
    """Return the keys of a sheet's columns, and whether they are printed there.

    Up to the first column that is none; None if the sheet is listed. Columns are known by sheet
    and place, in older roll-ups by a key.
    """
    first = len(sources.META) + 1
    raw = grid.cells.get((sources.HEAD, first))
    if raw and raw[1] == word("sources_list"):
        return None, False
    left = {key for key in edition.typed if edition.cells[key].numeric}
    keyed = _text(grid, sources.KEY_ROW, first) in left
    keys: list[str] = []
    while (key := _key(edition, grid, first + len(keys), keyed=keyed)) in left:
        keys.append(key)
        left.remove(key)
    return tuple(keys), keyed


def _key(edition: Edition, grid: Grid, column: int, *, keyed: bool) -> str:
    """Return the key of a column, empty for none."""
    if keyed:
        return _text(grid, sources.KEY_ROW, column)
    place = _text(grid, sources.HEAD, column), _text(grid, sources.HEAD + 1, column)
    cell = _places(edition).get(place)
    return cell.key if cell else ""


def _text(grid: Grid, row: int, column: int) -> str:
    raw = grid.cells.get((row, column))
    return raw[1] or "" if raw else ""


def _rows(
    edition: Edition, keys: tuple[str, ...] | None, grid: Grid, last: int
) -> tuple[list[Contribution], list[tuple[Place, Raw]]]:
    """Return the contribution of each row, and the cells that were not understood."""
    rows: dict[int, dict[int, Raw]] = {}
    for (row, column), raw in grid.cells.items():
        if sources.FIRST <= row <= last and compare.has_content(raw):
            rows.setdefault(row, {})[column] = raw
    contributions: list[Contribution] = []
    odd: list[tuple[Place, Raw]] = []
    for row, line in sorted(rows.items()):
        wrong = _take(edition, keys, line, contributions)
        odd += [((row, column), line[column]) for column in sorted(wrong)]
    return contributions, odd


def _take(
    edition: Edition,
    keys: tuple[str, ...] | None,
    line: Mapping[int, Raw],
    contributions: list[Contribution],
) -> set[int]:
    """Append a row's contribution to `contributions`; return the columns that were not understood."""
    facts = {name: line[i][1] for i, name in enumerate(sources.META, 1) if i in line}
    state, caveats = _state(facts.get("state") or "")
    first, words = len(sources.META) + 1, state == "places"
    wrong = {column for column, raw in line.items() if raw[2] is not None}
    values: dict[str, Number | str | None] = {}
    if keys is None and first in line:
        listing = line[first][1] or ""
        wrong |= set() if _listed(edition, listing, values, words=words) else {first}
    for column, key in enumerate(keys or (), first):
        if column in line and not _one(edition.cells[key], line[column], values, words=words):
            wrong.add(column)
    past = first + (1 if keys is None else len(keys))
    wrong |= {column for column in line if column >= past}
    if state is None:
        wrong |= set(line)
    else:
        sent = facts.get("sent")
        contributions.append(
            Contribution(
                name=facts.get("agency") or "",
                state=state,
                code=facts.get("code"),
                file=facts.get("file"),
                sha256=facts.get("sha256"),
                edition=facts.get("edition"),
                sent=int(sent) if sent and sent.isdecimal() and sent.isascii() else None,
                values=values,
                caveats=caveats,
            )
        )
    return wrong


def _state(text: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the state and the caveats in a row's words; None where they were not understood."""
    words, between, rest = text.partition(say("notice", "but", CHINESE))
    state, said = _states().get(words), rest.split(say("place", "comma", CHINESE))
    known = tuple(name for name in CAVEATS if say("caveat", name, CHINESE) in said)
    if not between:
        return state, ()
    right = state in COUNTED and Contribution("", state, caveats=known).words == text
    return (state, known) if right else (None, ())


@cache
def _states() -> dict[str, str]:
    """Return {printed words of a state: state}."""
    return {words: name for name, words in texts("sources", CHINESE).items()}


def _one(cell: Cell, raw: Raw, values: dict[str, Number | str | None], *, words: bool) -> bool:
    """Store a cell's number, None for a blank, any text if `words`; tell whether it was valid."""
    number = number_in(raw)
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
        entry = _listed_cell(edition, part, words=words)
        if entry is None or entry[0] in values:
            return False
        values[entry[0]] = entry[1]
    return True


@lru_cache(maxsize=2**13)
def _listed_cell(
    edition: Edition, part: str, *, words: bool
) -> tuple[str, Number | str | None] | None:
    """Return (key, number) of a cell in a list, None where it is not understood."""
    place, _, text = part.partition("=")
    sheet, _, at = place.rpartition("!")
    cell = _places(edition).get((sheet, at))
    if cell is None or len(text.split()) != 1 or text != text.strip():
        return None
    values: dict[str, Number | str | None] = {}
    kind = "text" if from_double(text) is None else "number"
    _one(cell, (kind, text, None, 0), values, words=words)
    return next(iter(values.items()), None)


# ── holding the region's numbers against them ─────────────────────────────────────────────────────


def added(edition: Edition, contributions: Iterable[Contribution]) -> dict[str, Number | None]:
    """Return {typed key: sum of the agencies' numbers}; None where an agency left it blank."""
    parts: dict[str, list[int | Decimal | str | None]] = {}
    for agency in contributions:
        if agency.state in COUNTED:
            for key, value in agency.values.items():
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
            shown, expected = (blank if n is None else plain(n) for n in (number, total))
            spot = Spot.of(report.edition.cells[key])
            yield Finding("sources-differ", "warning", (spot,), shown, expected)


def wrong_notice(
    cover: compare.Pair | None, contributions: Sequence[Contribution], place: Place
) -> Iterator[Finding]:
    """Yield a finding for a notice on the cover that differs from the sources."""
    raw = cover.grid.cells.get(place) if cover else None
    shown, expected = compare.whole(raw), notice(contributions)
    if cover is not None and shown != expected:
        spot = Spot(None, cover.name, at(place), "")
        yield Finding("label", "error", (spot,), compare.cut(shown), compare.cut(expected))
