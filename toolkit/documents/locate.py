"""Keys of an edition found in drawn grids by their labels; what two places fit is not taken."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ..edition.edition import Edition
from ..report import identity
from ..xlsx.address import Place
from .drawn import DrawnPage, HeadEntry, Labelled, labelled
from .printed import PrintedHead, PrintedLine, likeness, lines, wording

MANY = 24
"""Most places of a label that are looked at; with more of them none is taken."""
NEXT = 3
"""Rows below the heads of a table without row labels, one of which is its first row."""


@dataclass(frozen=True, slots=True)
class Spots:
    """The places at which a key's value may stand, on one page."""

    page: DrawnPage
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def filled(self) -> list[Place]:
        """The places with content; hidden ones only where all are hidden."""
        rows = [row for row in self.rows if row not in self.page.hidden_rows] or self.rows
        seen = [c for c in self.columns if c not in self.page.hidden_columns] or self.columns
        return [(r, c) for r in rows for c in seen if (r, c) in self.page.cells]


@dataclass(frozen=True, slots=True)
class RowClaim:
    """A row of a page that fits a line of the edition.

    place: of its label. found: {key: its places}. twice: keys whose head is there more than once.
    likeness: of the row's label to the printed one, 0 the best.
    """

    page: DrawnPage
    place: Place
    likeness: int
    found: Mapping[str, Spots]
    twice: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether it holds no value."""
        return not any(spots.filled for spots in self.found.values())


@dataclass(frozen=True, slots=True)
class Missed:
    """A key that was not taken: why (row, column, twice, several, merged), where it might be."""

    key: str
    line: PrintedLine
    why: str
    where: tuple[tuple[str, Place], ...] = ()


@dataclass(slots=True)
class Located:
    """Keys found on pages.

    places: {key: (page, place)}; a blank one has the place where its value would be. rivals: {key:
    (page's name, place of the label) of the rows that fit it}, where there are several, if only blank.
    """

    edition: Edition
    places: dict[str, tuple[DrawnPage, Place]] = field(default_factory=dict)
    missed: list[Missed] = field(default_factory=list)
    rivals: dict[str, tuple[tuple[str, Place], ...]] = field(default_factory=dict)


Fits = list[tuple[PrintedLine, list[RowClaim]]]
"""The lines of a table with the rows that fit each."""


def locate(edition: Edition, pages: Sequence[DrawnPage]) -> Located:
    """Return the places of an edition's keys on the pages."""
    found = Located(edition)
    sheets = [labelled(page, edition) for page in pages]
    fits = [(line, _claims(line, sheets)) for line in lines(edition)]
    for _, group in groupby(fits, key=lambda pair: pair[0].table):
        fitting = _told_apart(list(group))
        found.rivals |= _rivals(fitting)
        table = _without_blanks(fitting)
        column = _usual_columns(table)
        for line, claims in table:
            for head in line.heads:
                _take(found, line, head.key, claims, column)
    _refuse_merged(found)
    return found


# ── rows that fit a line ──────────────────────────────────────────────────────────────────────────


def _claims(line: PrintedLine, sheets: Iterable[Labelled]) -> list[RowClaim]:
    """Return the rows that fit a line; of visible pages, if there are any."""
    found: list[RowClaim] = []
    for sheet in sheets:
        found += _named(line, line.label, sheet) if line.label else _unnamed(line, sheet)
    return [claim for claim in found if claim.page.visible] or found


def _named(line: PrintedLine, text: str, sheet: Labelled) -> Iterator[RowClaim]:
    """Yield the rows of a page that have a line's label."""
    label = wording(text)
    for place in sheet.cores.get(label.core, ())[: MANY + 1]:
        like = likeness(sheet.page.words[place], label)
        if like is not None:
            top, _, bottom, right = sheet.page.corners(place)
            rows = tuple(range(top, min(bottom, sheet.page.height) + 1))
            yield from (_headed if line.headed else _beside)(
                line, sheet, place, (rows, right, like)
            )


LabelRow = tuple[tuple[int, ...], int, int]
"""The rows of a label, its last column, its likeness."""


def _headed(line: PrintedLine, sheet: Labelled, place: Place, row: LabelRow) -> Iterator[RowClaim]:
    """Yield the claim of a row below at least half of the line's heads.

    A label that reaches below a head has pushed the row's values to other columns.
    """
    rows, right, like = row
    runs = [
        run
        for run in _runs(line, sheet, sheet.entries(rows[0], place[1], after=right))
        if 2 * len({number for _, number in run}) >= len(line.heads)
    ]
    if any(columns[0] <= right for run in runs for (_, columns), _ in run):
        yield RowClaim(sheet.page, place, like, {})
    elif len(runs) == 1:
        found, twice = _spots(line, sheet, rows, runs[0])
        yield RowClaim(sheet.page, place, like, found, twice)
    elif runs:
        twice = frozenset(head.key for head in line.heads)
        yield RowClaim(sheet.page, place, like, {}, twice)


Numbered = list[tuple[HeadEntry, int]]
"""Heads on a page, each with the number of the line's head that it is."""


def _runs(line: PrintedLine, sheet: Labelled, entries: Iterable[HeadEntry]) -> Iterator[Numbered]:
    """Yield the longest pieces of a row of heads that are all the line's."""
    wanted = [wording(head.label or "") for head in line.heads]

    def number(entry: HeadEntry) -> int | None:
        there = sheet.page.words[entry[0]]
        return next((n for n, one in enumerate(wanted) if likeness(there, one) is not None), None)

    numbered = [(entry, number(entry)) for entry in entries]
    for fits, group in groupby(numbered, key=lambda pair: pair[1] is not None):
        if fits:
            yield _without_rows(sheet, [(entry, n) for entry, n in group if n is not None])


def _without_rows(sheet: Labelled, run: Numbered) -> Numbered:
    """Return heads without the labels of rows that have the same words, below the other heads."""
    sure = [place[0] for (place, _), _ in run if place not in sheet.stops]
    if not sure:
        return run
    return [(e, n) for e, n in run if e[0] not in sheet.stops or e[0][0] <= max(sure)]


def _spots(
    line: PrintedLine, sheet: Labelled, rows: tuple[int, ...], run: Numbered
) -> tuple[dict[str, Spots], frozenset[str]]:
    """Return {key: the places below its head}, and the keys whose head is there twice."""
    found, twice = {}, set()
    for number, head in enumerate(line.heads):
        fits = [entry for entry, n in run if n == number]
        if len(fits) == 1:
            found[head.key] = Spots(sheet.page, rows, _widened(head, sheet, rows[0], fits[0]))
        elif fits:
            twice.add(head.key)
    return found, frozenset(twice)


def _widened(head: PrintedHead, sheet: Labelled, row: int, entry: HeadEntry) -> tuple[int, ...]:
    """Return the columns of a head; of one printed wider, also those right of it without a head."""
    place, columns = entry
    while len(columns) < head.wide and columns[-1] < sheet.page.width:
        column = columns[-1] + 1
        there = sheet.above(row, column)
        if (row, column) in sheet.stops or (there is not None and there[0] >= place[0]):
            break
        columns = (*columns, column)
    return columns


def _unnamed(line: PrintedLine, sheet: Labelled) -> Iterator[RowClaim]:
    """Yield the rows below heads that are all the line's, in order and without any other."""
    wanted = [wording(head.label or "") for head in line.heads]
    lasts = sheet.cores.get(wanted[-1].core, ())[: MANY + 1]
    seen: set[tuple[Place, ...]] = set()
    for row in sorted({sheet.page.corners(place)[2] + 1 for place in lasts}):
        entries = sheet.entries(row, 1)
        for start in range(len(entries) - len(wanted) + 1):
            run = entries[start : start + len(wanted)]
            words = [sheet.page.words[place] for place, _ in run]
            places = tuple(place for place, _ in run)
            fits = all(likeness(*pair) is not None for pair in zip(words, wanted, strict=True))
            if fits and places not in seen:
                seen.add(places)
                numbered = [(entry, number) for number, entry in enumerate(run)]
                for there in _rows_below(sheet, row, run):
                    spots, _ = _spots(line, sheet, (there,), numbered)
                    yield RowClaim(sheet.page, places[0], 0, spots)


def _rows_below(sheet: Labelled, first: int, run: Sequence[HeadEntry]) -> list[int]:
    """Return the rows with values below heads; the first row where there is none."""
    page, columns = sheet.page, [column for _, own in run for column in own]
    found: list[int] = []
    for row in range(first, page.height + 1):
        there = [(row, column) for column in columns if (row, column) in page.cells]
        words = (page.words[place].core for place in there if place in page.words)
        if any(core in sheet.cores for core in words) or (not found and row >= first + NEXT):
            break
        numbers = sum(identity.name(page.cells[place])[:1].isdigit() for place in there)
        if 2 * len(there) >= len(run) or (not found and 2 * numbers > len(there)):
            found.append(row)
    return found or [first]


def _beside(line: PrintedLine, sheet: Labelled, place: Place, row: LabelRow) -> Iterator[RowClaim]:
    """Yield the claim of a row without heads: what is right of its label, to the next label."""
    rows, right, like = row
    units = {wording(text).core for text in line.between}
    columns: list[int] = []
    for column in range(right + 1, max(sheet.page.width, right + 1) + 1):
        there = (rows[0], column)
        if there in sheet.stops:
            break
        if there not in sheet.page.words or sheet.page.words[there].core not in units:
            columns.append(column)
    if len(line.heads) == 1 and columns:
        spots = Spots(sheet.page, rows, tuple(columns))
        yield RowClaim(sheet.page, place, like, {line.heads[0].key: spots})


# ── which of the rows ─────────────────────────────────────────────────────────────────────────────


def _core(line: PrintedLine) -> str:
    return wording(line.label).core if line.label else ""


def _told_apart(fits: Fits) -> Fits:
    """Return the lines with the rows most like them; equal labels are told apart by their order."""
    times = Counter(_core(line) for line, _ in fits)
    clear = [
        claims[0] if times[_core(line)] == 1 and len(claims) == 1 else None for line, claims in fits
    ]
    found: Fits = []
    for number, (line, claims) in enumerate(fits):
        if times[_core(line)] > 1:
            found.append((line, _between(fits, number, clear)))
        else:
            best = min((claim.likeness for claim in claims), default=0)
            found.append((line, [claim for claim in claims if claim.likeness == best]))
    return found


def _between(fits: Fits, number: int, clear: Sequence[RowClaim | None]) -> list[RowClaim]:
    """Return the claims of a line that stand between the nearest lines with labels of their own.

    As many lines with this label as rows with it there: each has its row, in order.
    """
    before = next((n for n in range(number - 1, -1, -1) if clear[n]), -1)
    after = next((n for n in range(number + 1, len(fits)) if clear[n]), len(fits))
    ends = [clear[n] for n in (before, after) if 0 <= n < len(fits)]
    first = ends[0].place if before >= 0 and ends[0] else (0, 0)
    last = ends[-1].place if after < len(fits) and ends[-1] else None
    there = [
        claim
        for claim in fits[number][1]
        if all(end is not None and end.page is claim.page for end in ends)
        and first < claim.place
        and (last is None or claim.place < last)
    ]
    alike = [n for n in range(before + 1, after) if _core(fits[n][0]) == _core(fits[number][0])]
    if len(there) == len(alike):
        return [there[alike.index(number)]]
    return there if len(alike) == 1 else []


def _rivals(fits: Fits) -> dict[str, tuple[tuple[str, Place], ...]]:
    """Return {key: places of the labels of its rows} of the keys that have several."""
    rivals = {}
    for line, claims in fits:
        for head in line.heads:
            there = [claim for claim in claims if head.key in claim.found]
            if len(there) > 1:
                rivals[head.key] = tuple((claim.page.name, claim.place) for claim in there)
    return rivals


def _without_blanks(fits: Fits) -> Fits:
    """Return the lines without the rows of a blank copy of the table, where another is filled."""
    filled = {id(claim.page) for _, claims in fits for claim in claims if not claim.empty}
    return [
        (line, [claim for claim in claims if id(claim.page) in filled] or claims)
        for line, claims in fits
    ]


# ── where in the row ──────────────────────────────────────────────────────────────────────────────

Usual = Mapping[int, int]
"""{page: the column in which most rows without heads have their only value}."""


def _usual_columns(fits: Fits) -> Usual:
    votes = Counter(
        (id(spots.page), filled[0][1])
        for line, claims in fits
        for claim in claims
        for spots in claim.found.values()
        if not line.headed and len(filled := spots.filled) == 1
    )
    return {page: column for (page, column), _ in reversed(votes.most_common())}


def _take(
    found: Located, line: PrintedLine, key: str, claims: Sequence[RowClaim], usual: Usual
) -> None:
    """Store the place of a key, or the reason why it has none."""
    spots = [claim.found[key] for claim in claims if key in claim.found]
    twice = any(key in claim.twice for claim in claims) or len(claims) > MANY
    where = tuple((claim.page.name, claim.place) for claim in claims)
    if not spots and not twice:
        found.missed.append(Missed(key, line, "column" if claims else "row", where))
        return
    places = [_places(one, usual, headed=line.headed) for one in spots]
    contents = {
        tuple(one.page.cells.get(place, "") for place in own)
        for one, own in zip(spots, places, strict=True)
    }
    if twice or len(contents) > 1:
        found.missed.append(Missed(key, line, "twice", where))
    elif len(places[0]) > 1:
        where = tuple((spots[0].page.name, place) for place in places[0])
        found.missed.append(Missed(key, line, "several", where))
    else:
        found.places[key] = (spots[0].page, places[0][0])


def _places(spots: Spots, usual: Usual, *, headed: bool) -> list[Place]:
    """Return the place of a key's value, or several of which nobody knows which it is."""
    filled, column = spots.filled, usual.get(id(spots.page))
    if headed or column not in spots.columns:
        return filled or [(spots.rows[0], spots.columns[0])]
    there = [place for place in filled if place[1] == column]
    return there or filled or [(spots.rows[0], column or spots.columns[0])]


def _refuse_merged(found: Located) -> None:
    """Store as missed the keys that share a printed cell with another key, or with another text."""
    owners: dict[tuple[int, Place], list[str]] = {}
    for key, (page, place) in found.places.items():
        anchor = page.over(place) if page.merges else place
        if anchor in page.cells:
            owners.setdefault((id(page), anchor), []).append(key)
    shared = {key for keys in owners.values() if len(keys) > 1 for key in keys}
    shared |= {
        key
        for key, (page, place) in found.places.items()
        if place not in page.cells and page.merges and page.over(place) in page.cells
    }
    owner = {head.key: line for line in lines(found.edition) for head in line.heads}
    for key in sorted(shared):
        page, place = found.places.pop(key)
        found.missed.append(Missed(key, owner[key], "merged", ((page.name, place),)))
