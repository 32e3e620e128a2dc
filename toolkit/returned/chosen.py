"""The agency chosen in a blank for all: its row of the directory, put in place of lookups by value.

Stored results of the lookup formulas are not trusted: some programs leave none, or old ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..blank.directory import FIRST, HEAD, META, Listed, digest, headed, sheet_of
from ..blank.mark import shared
from ..blank.slots import MARK, prior_keys, word
from ..data import Message
from ..edition.edition import Edition
from ..finding import Finding, Spot
from ..report import identity
from ..report.report import Number
from ..xlsx import formula
from ..xlsx.address import Place, at
from ..xlsx.book import Book
from ..xlsx.number import plain
from ..xlsx.sheet import Grid, number_in
from . import cells, compare, merged
from .compare import Form, Pair, whole
from .paper import general_deadline
from .stored import same_value
from .version import cover_fields, prior_fields


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory of a returned blank for all, and the agency that the cover names.

    listed: its row, None where none has its name. shown: the row that the formulas find, which
    compare names sign by sign. spot, text: of the name on the cover. typed: whether its cell has
    any content.
    """

    grid: Grid | None
    count: int
    listed: Listed | None
    shown: Listed | None
    spot: Spot
    text: str
    typed: bool


def directory_of(
    edition: Edition, mark: Mapping[str, str], grid: Grid | None, pairs: Sequence[Pair]
) -> Directory | None:
    """Return the directory of a workbook, None for a blank that is not for all."""
    count = shared(mark)
    cover = next((pair for pair in pairs if pair.form.sheet.kind == "cover"), None)
    if not count or cover is None:
        return None
    place = cover_fields(cover)["agency"]
    raw = cover.grid.cells.get(place)
    text = (raw[1] or "") if raw and raw[0] in ("text", "number") else ""
    rows = tuple(_rows(edition, grid, count)) if grid else ()
    named = identity.name(text)
    shown = next((row for row in rows if text and row.name.lower() == text.lower()), None)
    spot = Spot(None, cover.name, at(place), word("field_agency"))
    return Directory(
        grid=grid,
        count=count,
        listed=next((row for row in rows if named and identity.name(row.name) == named), shown),
        shown=shown,
        spot=spot,
        text=text,
        typed=raw is not None and whole(raw) != "",
    )


def _rows(edition: Edition, grid: Grid, count: int) -> Iterator[Listed]:
    """Yield the agencies of a directory; its columns are found by their heads."""
    texts = {place: raw[1] for place, raw in grid.cells.items()}
    last = max((column for row, column in texts if row == HEAD), default=0)
    heads = {(texts.get((HEAD, i)), texts.get((HEAD + 1, i))): i
             for i in range(last, len(META), -1)}  # fmt: skip
    places = {key: (edition.cells[key].sheet, edition.cells[key].at) for key in prior_keys(edition)}
    columns = {key: heads[place] for key, place in places.items() if place in heads}
    for row in range(FIRST, FIRST + count):
        facts = {name: texts.get((row, i)) for i, name in enumerate(META, 1)}
        last_year = {key: number_in(grid.cells.get((row, i))) for key, i in columns.items()}
        yield Listed(
            name=facts["agency"] or "",
            code=facts["code"],
            level=facts["level"],
            deadline=facts["deadline"],
            seed=int(number_in(grid.cells.get((row, META.index("seed") + 1))) or 0),
            prior={key: number for key, number in last_year.items() if number is not None},
        )


# ── values in place of lookups ────────────────────────────────────────────────────────────────────


def resolved(edition: Edition, pairs: Sequence[Pair], listed: Listed | None) -> tuple[Pair, ...]:
    """Return the sheets with an agency's facts in place of the lookups' results; None: no agency."""
    return tuple(_resolved(edition, pair, listed) for pair in pairs)


def _resolved(edition: Edition, pair: Pair, listed: Listed | None) -> Pair:
    cells = dict(pair.grid.cells)
    for place, value in _values(edition, pair, listed).items():
        _, _, lookup, style = cells.get(place, ("text", None, None, 0))
        kind, text = ("text", value) if isinstance(value, str) else ("number", str(value))
        cells[place] = kind, text, lookup, style
    return replace(pair, grid=replace(pair.grid, cells=cells, kept=None))


def _values(edition: Edition, pair: Pair, listed: Listed | None) -> dict[Place, Number | str]:
    """Return {place: value} of a sheet's cells that look up a fact that is read; "" for none."""
    if pair.form.sheet.kind == "cover":
        places = cover_fields(pair)
        facts = {"code": listed.code, "level": listed.level} if listed else {}
        return {places[name]: facts.get(name) or "" for name in ("code", "level")}
    if pair.form.sheet.kind == "prior":
        last = listed.prior if listed else {}
        return {place: last.get(key, "") for key, place in prior_fields(edition, pair).items()}
    if pair.form.sheet.kind == "mark":
        return {(MARK.index("seed") + 1, 2): listed.seed if listed else 0}
    return {}


def marked(mark: Mapping[str, str], directory: Directory | None) -> Mapping[str, str]:
    """Return a mark with the seed of the agency that is chosen in a blank for all."""
    if directory is None:
        return mark
    return {**mark, "seed": str(directory.listed.seed if directory.listed else 0)}


# ── findings ──────────────────────────────────────────────────────────────────────────────────────


def judged(directory: Directory, mark: Mapping[str, str]) -> Iterator[Finding]:
    """Yield findings for a directory that is missing or was changed, and for the name chosen.

    A name that only its spelling keeps the formulas from finding is a warning.
    """
    grid, text = directory.grid, directory.text
    if grid is None:
        yield compare.of_sheet("sheet-missing", "error", word("agencies"), None, word("agencies"))
        return
    if digest_of(grid, directory.count) != mark.get("agencies"):
        words = Message("finding", "label/directory")
        yield replace(compare.of_sheet("label", "error", word("agencies")), words=words)
    if directory.listed is None and identity.name(text):
        words = Message("finding", "identity/unlisted")
        signs = identity.hidden(text)
        yield Finding("identity", "error", (directory.spot,), text, figures=signs, words=words)
    elif directory.listed and directory.shown is None:
        words = Message("finding", "cover/meant")
        meant = directory.listed.name
        yield Finding("cover", "warning", (directory.spot,), text, meant, words=words)


def digest_of(grid: Grid, count: int) -> str:
    """Return the digest of the agencies' rows in a file."""
    return digest(
        (place, "formula", f"={raw[2]}")
        if raw[2] is not None
        else (place, raw[0], raw[1] or "" if number is None else plain(number))
        for place, raw in grid.cells.items()
        if FIRST <= place[0] < FIRST + count and (raw[1] or raw[2] is not None)
        for number in [number_in(raw)]
    )


def structure(
    edition: Edition, directory: Directory, book: Book, state: str, *, ours: bool
) -> Iterator[Finding]:
    """Yield findings on the sheet itself; ours: whether it is this version's.

    Labels and formulas of another version of this program are not compared.
    """
    grid, count = directory.grid, directory.count
    if grid is None:
        return
    head = sheet_of(edition, headed(edition, count))
    form = compare.form_of(replace(head, free=(FIRST, FIRST + count - 1)), {})
    others = tuple(compare.strangers(form, grid))
    pair = Pair(form, word("agencies"), state, grid, strangers=others)
    found = (*compare.state(pair), *merged.merges(pair), *cells.compare(pair, book, formula.same))
    yield from (f for f in found if ours or f.code not in ("label", "formula"))


def stale(
    edition: Edition, expected: Sequence[Form], pairs: Sequence[Pair], directory: Directory
) -> Iterator[Finding]:
    """Yield a finding for stored results of lookups that are not what their formulas show."""
    same = cells.comparer(pairs, expected)
    group: list[tuple[Spot, str, str]] = []
    for pair in pairs:
        judged = pair.form.formulas.keys() - set(cells.changed_formulas(pair, same))
        for place, value in _shown(edition, pair, directory).items():
            raw = pair.grid.cells.get(place)
            if place in judged and raw and raw[1] is not None and not same_value(raw, value):
                right = value if isinstance(value, str) else plain(Decimal(value))
                group.append((Spot(None, pair.name, at(place), ""), raw[1], right))
    if group:
        spots = tuple(spot for spot, _, _ in group[: compare.LISTED])
        _, stored, right = group[0]
        words = Message("finding", "stale-value/lookup")
        figures = {"count": str(len(group))}
        yield Finding("stale-value", "warning", spots, stored, right, figures=figures, words=words)


def _shown(edition: Edition, pair: Pair, directory: Directory) -> dict[Place, Number | str]:
    """Return {place: value} of what a sheet's lookups show."""
    values = _values(edition, pair, directory.shown)
    if pair.form.sheet.kind == "cover":
        places, listed = cover_fields(pair), directory.shown
        deadline = listed.deadline if listed else None
        values[places["deadline"]] = deadline or general_deadline(edition, pair)
        if listed is None and directory.typed:
            values[places["level"]] = word("directory_unlisted")
    return values
