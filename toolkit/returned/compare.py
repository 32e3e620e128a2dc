"""Comparison of a returned workbook's sheets with the sheets that the Edition demands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from ..blank.plan import plan
from ..blank.slots import Sheet, Slot, is_sources
from ..data import Message
from ..edition.edition import Edition
from ..edition.kind import Cell, on_sheet
from ..edition.naming import PEOPLE
from ..finding import Finding, Spot
from ..xlsx.address import Place, at
from ..xlsx.around import LOW, NARROW, Sizes
from ..xlsx.book import Book
from ..xlsx.formula import reaches
from ..xlsx.memory import Kept
from ..xlsx.sheet import Grid, Raw
from .align import align, put_back

SHORT = 60
"""Most characters of a cell's content in a finding."""
LISTED = 50
"""Most places listed in a finding; the rest is counted."""
COPY = 0.6
"""A sheet with at least this share of another's labels is taken for that sheet."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A sheet of the plan, prepared for comparison.

    labels, formulas: by place. cells: the form's cells on it, by place. typed: their places that
    are filled in. inputs: these and every other named place. empty: places without content.
    locked, free: places whose lock is compared. size: last row and column in use.
    own: whether the sheet is judged. grid: first and last row that are judged, None for all;
    below and above them another version of this program may have its own words (version.py).
    roles: the look and lock of each cell whose look is judged.
    """

    sheet: Sheet
    labels: Mapping[Place, str]
    formulas: Mapping[Place, str]
    cells: Mapping[Place, Cell]
    typed: frozenset[Place]
    inputs: frozenset[Place]
    empty: frozenset[Place]
    locked: frozenset[Place]
    free: frozenset[Place]
    size: Place
    own: bool = True
    grid: tuple[int, int] | None = None
    roles: Mapping[Place, tuple[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sheet of the form and the matching sheet of the file.

    moved: rows or columns were inserted or deleted; grid has every cell where it belongs.
    strangers: content where the form has no cell, with its places in the file.
    """

    form: Form
    name: str
    state: str
    grid: Grid
    moved: bool = False
    strangers: tuple[tuple[Place, Raw], ...] = ()


@cache
def forms(edition: Edition, *, rollup: bool = False, shared: int = 0) -> tuple[Form, ...]:
    """Return the expected sheets, in order; a roll-up's cover has a place for its notice.

    shared: the number of agencies of a blank for all of them.
    """
    cells: dict[str, dict[Place, Cell]] = {}
    for cell in edition.cells.values():
        cells.setdefault(cell.sheet, {})[on_sheet(cell.place)] = cell
    return tuple(
        form_of(sheet, cells.get(sheet.name, {}))
        for sheet in plan(edition, rollup=rollup, shared=shared)
    )


def form_of(sheet: Sheet, cells: Mapping[Place, Cell]) -> Form:
    """Return a sheet of the plan, prepared for comparison; cells: of the form, by place."""
    slots = sheet.slots
    rows = [row for row, _ in slots] + [sheet.free[1]]

    def places(fits: Callable[[Slot], object]) -> frozenset[Place]:
        return frozenset(place for place, slot in slots.items() if fits(slot))

    inputs = places(lambda slot: slot.key or slot.name)
    empty = places(lambda slot: not slot.text and slot.formula is None) - inputs
    unjudged = empty | places(lambda slot: slot.name in PEOPLE)
    stamped = inputs if sheet.kind == "cover" else frozenset()
    return Form(
        sheet=sheet,
        labels={place: slot.text for place, slot in slots.items() if slot.text},
        formulas={p: slot.formula for p, slot in slots.items() if slot.formula is not None},
        cells=cells,
        typed=places(lambda slot: slot.key),
        inputs=inputs,
        empty=empty,
        locked=places(lambda slot: slot.locked) - stamped,
        free=places(lambda slot: not slot.locked) - stamped,
        size=(max(rows), max(column for _, column in slots)),
        roles={p: (s.role, s.locked) for p, s in slots.items() if s.role and p not in unjudged},
    )


def share(form: Form, grid: Grid) -> float:
    """Return the share of a sheet's printed labels found anywhere on another sheet, 0 to 1."""
    texts = {raw[1] for raw in grid.cells.values()}
    return sum(label in texts for label in form.labels.values()) / max(1, len(form.labels))


def exact(form: Form, grid: Grid) -> int:
    """Return the number of a sheet's printed labels that are in their places."""
    cells = grid.cells
    return sum(p in cells and cells[p][1] == label for p, label in form.labels.items())


def strangers(form: Form, grid: Grid) -> list[tuple[Place, Raw]]:
    """Return the cells with content where the form has none."""
    slots, (first, last) = form.sheet.slots, form.sheet.free
    return [
        (place, raw)
        for place, raw in grid.cells.items()
        if place not in slots
        and has_content(raw)
        and (raw[2] is not None or not first <= place[0] <= last)
    ]


# ── sheets like others that were read before ──────────────────────────────────────────────────────


def is_clean(form: Form, grid: Grid, *what: object) -> bool:
    """Tell whether a comparison found nothing on a sheet that differs only in its filled cells."""
    kept = grid.kept
    return kept is not None and kept.is_clean((_said(form, grid, kept), *what))


def note_clean(form: Form, grid: Grid, *what: object) -> None:
    """Note that a comparison found nothing; not where a number stands in a label's place."""
    kept = grid.kept
    if kept is not None and form.labels.keys().isdisjoint(kept.free.difference(kept.texts)):
        kept.note_clean((_said(form, grid, kept), *what))


def _said(form: Form, grid: Grid, kept: Kept) -> tuple[object, ...]:
    """Return the form, the texts that stand where nobody fills anything in, and their fonts."""
    if form not in kept.said:
        cells = grid.cells
        texts = tuple([(at, cells[at][1]) for at in kept.texts if at not in form.inputs])
        kept.said[form] = form, texts, tuple([(place, id(kept.rich[place])) for place in kept.rich])
    said: tuple[object, ...] = kept.said[form]
    return said


def has_content(raw: Raw) -> bool:
    """Tell whether a cell holds more than blanks."""
    return raw[2] is not None or bool(raw[1] and raw[1].strip())


def whole(raw: Raw | None) -> str:
    """Return a cell's content as text; a formula begins with =."""
    return "" if raw is None else (raw[1] or "") if raw[2] is None else f"={raw[2]}"


def shown(raw: Raw | None) -> str:
    """Return a cell's content, cut to the length that a finding shows."""
    return cut(whole(raw))


def cut(text: str, start: int = 0) -> str:
    """Return a piece of a text for a finding, with dots where something was cut off."""
    piece = text[start : start + SHORT]
    before, after = start > 0 and bool(text), start + SHORT < len(text)
    return f"{'…' * before}{piece}{'…' * after}"


def spot_of(pair: Pair, place: Place) -> Spot:
    """Return the spot of a place, with its key where it is a cell of the form."""
    cell = pair.form.cells.get(place)
    return Spot(cell.key if cell else None, pair.name, at(place), cell.label if cell else "")


def spots_of(name: str, places: Sequence[Place]) -> tuple[Spot, ...]:
    """Return the spots of places that are no cells of the form; name: of their sheet."""
    return tuple(Spot(None, name, at(place), "") for place in places[:LISTED])


def stored_at(pair: Pair | None, place: Place) -> Raw | None:
    """Return the cell stored in a place of the form, None for a blank."""
    raw = pair.grid.cells.get(place) if pair else None
    return None if raw is None or (raw[1] is None and raw[2] is None) else raw


# ── whole sheets ──────────────────────────────────────────────────────────────────────────────────


def match(expected: Sequence[Form], book: Book, grids: Mapping[str, Grid]) -> tuple[Pair, ...]:
    """Return each sheet of the form with its sheet of the file: by name, else by labels."""
    states = {entry.name: entry.state for entry in book.sheets}
    names = {form.sheet.name: form.sheet.name for form in expected if form.sheet.name in grids}
    for form in expected:
        left = [name for name in grids if name not in names.values()]
        if form.sheet.name not in names and left and form.labels:
            best = max(left, key=lambda name, form=form: share(form, grids[name]))  # type: ignore[misc]
            if share(form, grids[best]) >= COPY:
                names[form.sheet.name] = best
    return tuple(
        _pair(form, names[form.sheet.name], states, grids)
        for form in expected
        if form.sheet.name in names
    )


def _pair(form: Form, name: str, states: Mapping[str, str], grids: Mapping[str, Grid]) -> Pair:
    pair = Pair(form, name, states[name], grids[name])
    if is_clean(form, pair.grid, "in place"):
        return pair
    lines = align(form.labels, pair.grid, form.size) if form.typed or form.grid else None
    if lines is None:
        more = tuple(strangers(form, pair.grid))
        if not more and exact(form, pair.grid) == len(form.labels):
            note_clean(form, pair.grid, "in place")
        return replace(pair, strangers=more)
    grid, lost = put_back(pair.grid, *lines)
    return replace(pair, grid=grid, moved=True, strangers=tuple(lost))


def whole_sheets(
    expected: Sequence[Form], pairs: Sequence[Pair], book: Book, grids: Mapping[str, Grid]
) -> Iterator[Finding]:
    """Yield findings on whole sheets: missing, renamed, copied, foreign with content."""
    names = {pair.form.sheet.name: pair.name for pair in pairs}
    for form in expected:
        kind, name = form.sheet.kind, form.sheet.name
        present = names.get(name)
        if present is None and kind != "mark" and (form.own or kind == "cover"):
            yield of_sheet("sheet-missing", "error", name, expected=name)
        elif present and present != name and form.own:
            yield of_sheet("sheet-renamed", "error", present, present, name)
    for entry in book.sheets:
        listed = entry.part and is_sources(entry.name)
        if entry.name not in names.values() and not listed:
            yield from _foreign(expected, entry.name, grids.get(entry.name))


def _foreign(expected: Sequence[Form], name: str, grid: Grid | None) -> Iterator[Finding]:
    """Yield findings on a sheet that is not the form's; none for an empty sheet."""
    if grid is None:
        yield of_sheet("sheet-added", "error", name, name)
        return
    for form in expected:
        if form.labels and share(form, grid) >= COPY:
            finding = of_sheet("sheet-copied", "error", name, name)
            yield replace(finding, figures={"original": form.sheet.name})
            return
    filled = [(place, raw) for place, raw in grid.cells.items() if has_content(raw)]
    if filled or grid.outside:
        yield outside(name, filled, grid.outside)
    yield from _reaching(name, grid)


def _reaching(name: str, grid: Grid) -> Iterator[Finding]:
    formulas = [(place, raw[2]) for place, raw in grid.cells.items() if raw[2]]
    yield from reaching(name, formulas, grid.reaching)


def reaching(
    name: str, formulas: Sequence[tuple[Place, str]], more: Sequence[tuple[Place | None, str]]
) -> Iterator[Finding]:
    """Yield findings for formulas that lead out of the workbook, of cells and of rules.

    more: formulas of cells that are not kept, and of rules (without a place).
    """
    outward = [entry for entry in (*formulas, *more) if reaches(entry[1])]
    cells = [(place, formula) for place, formula in outward if place]
    if cells:
        spots = spots_of(name, [place for place, _ in cells])
        yield Finding("active-formula", "error", spots, cut(f"={cells[0][1]}"))
    rules = [formula for place, formula in outward if not place]
    if rules:
        finding = of_sheet("active-formula", "error", name, cut(f"={rules[0]}"))
        yield replace(finding, words=Message("finding", "active-formula/rule"))


def of_sheet(
    code: str, severity: str, sheet: str, found: str | None = None, expected: str | None = None
) -> Finding:
    """Return a finding about a whole sheet."""
    spot = Spot(None, sheet, None, sheet)
    return Finding(code, severity, (spot,), found, expected, figures={"sheet": sheet})


def outside(
    name: str, filled: Sequence[tuple[Place, Raw]], beyond: Sequence[Place] = ()
) -> Finding:
    """Return the finding for content where the form has no cell."""
    places = [*(place for place, _ in filled), *beyond]
    text = shown(filled[0][1]) if filled else ""
    return Finding(
        "outside", "error", spots_of(name, places), text, "", figures={"count": str(len(places))}
    )


def state(pair: Pair) -> Iterator[Finding]:
    """Yield findings for hidden parts, missing protection, and moved rows or columns."""
    form, name, grid = pair.form, pair.name, pair.grid
    if pair.state != "visible" and form.sheet.state == "visible":
        yield of_sheet("hidden-sheet", "warning", name, pair.state, "visible")
    if "protected" not in grid.marks:
        yield of_sheet("unprotected", "warning", name)
    if form.sheet.kind != "mark":
        yield from hidden(name, _hidden_rows(pair), _hidden_columns(pair))
    if pair.moved and form.typed:
        yield of_sheet("moved", "error", name)


def hidden(name: str, rows: Sequence[int], columns: Sequence[int]) -> Iterator[Finding]:
    """Yield a finding for hidden rows and columns of a sheet."""
    places = [(row, 1) for row in rows] + [(1, column) for column in columns]
    if places:
        figures = {"rows": str(len(rows)), "columns": str(len(columns))}
        yield Finding("hidden", "warning", spots_of(name, places), figures=figures)


def _hidden_rows(pair: Pair) -> list[int]:
    """Return the rows of the form that are hidden or too low to be read."""
    form, grid = pair.form, pair.grid
    hidden = {row for row in grid.hidden_rows if row <= form.size[0]}
    height = grid.view.row_height
    if height is not None and height < LOW and not pair.moved:
        hidden |= {row for row, _ in form.roles if row not in grid.view.heights}
    return sorted(hidden | _before(grid.view, 0, form.size[0]))


def _before(view: Sizes, side: int, last: int) -> set[int]:
    """Return the rows (side 0) or columns before the first of a frozen screen: out of reach."""
    return set(range(1, min(view.first[side], last + 1))) if view.frozen else set()


def _hidden_columns(pair: Pair) -> list[int]:
    """Return the columns of the form that are hidden or too narrow, without those we draw so.

    Of columns that are hidden together the first.
    """
    form, grid = pair.form, pair.grid
    shown = {n for n in range(1, form.size[1] + 1) if form.sheet.widths.get(n, NARROW) >= NARROW}
    first = [min(shown & set(range(a, min(b, form.size[1]) + 1)), default=0)
             for a, b in grid.hidden_columns]  # fmt: skip
    width = grid.view.column_width
    if width is not None and width < NARROW and not pair.moved:
        sized = {n for a, b, _ in grid.view.widths for n in range(a, min(b, form.size[1]) + 1)}
        first += sorted({column for _, column in form.roles} & shown - sized)
    first += sorted(_before(grid.view, 1, form.size[1]))
    return list(filter(None, first))
