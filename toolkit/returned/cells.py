"""Comparison of each cell of a sheet with its slot: labels, formulas, locks, outside content."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from ..data import Message
from ..edition.naming import PEOPLE
from ..finding import Finding, Spot
from ..xlsx import formula
from ..xlsx.address import Place
from ..xlsx.book import Book
from ..xlsx.numfmt import Styles
from ..xlsx.sheet import Raw
from .compare import (  # fmt: skip
    LISTED,
    SHORT,
    Form,
    Pair,
    cut,
    has_content,
    is_clean,
    note_clean,
    outside,
    reaching,
    shown,
    spot_of,
    whole,
)
from .values import result

Alike = Callable[[str, str], bool]


def compare(pair: Pair, book: Book, same: Alike) -> Iterator[Finding]:
    """Yield findings on the cells of a sheet; same: compares two formulas."""
    form, cells = pair.form, pair.grid.cells
    wrong = changed_formulas(pair, same)
    yield from labels(pair)
    words = Message("finding", "formula/display")
    for finding in _each(pair, "formula", wrong, {p: f"={f}" for p, f in form.formulas.items()}):
        displays = _only_displays(pair, finding.cells[0])
        yield replace(finding, severity="warning", words=words) if displays else finding
    yield from _typed_formulas(pair, book)
    filled = [(p, cells[p]) for p in sorted(form.empty & cells.keys()) if has_content(cells[p])]
    filled = [entry for entry in (*filled, *pair.strangers) if _judged(*entry, pair, book)]
    if filled or pair.grid.outside:
        finding = outside(pair.name, filled, pair.grid.outside)
        yield replace(finding, words=_locked_words(pair, book, filled))
    yield from reaching(pair.name, _strange(pair, frozenset(wrong)), pair.grid.reaching)
    yield from _locks(pair, book.styles)


def _only_displays(pair: Pair, spot: Spot) -> bool:
    """Tell whether a formula shows the state of the return and no number of the form."""
    kind = pair.form.sheet.kind
    return kind in ("cover", "results") or (kind != "published" and spot.key is None)


def _typed_formulas(pair: Pair, book: Book) -> Iterator[Finding]:
    """Yield findings for formulas in typed cells, with a result that the cell takes.

    Who filled the return in, and when, is no part of the form: it may be calculated.
    """
    form, cells = pair.form, pair.grid.cells
    slots = form.sheet.slots
    inputs = {place for place in form.inputs if slots[place].name not in PEOPLE}
    for place in sorted(inputs & cells.keys()):
        raw, cell = cells[place], form.cells.get(place)
        if raw[2] is None:
            continue
        right = result(cell, raw, book) if cell else None
        part = "" if right else "/number" if cell and cell.numeric else "/words"
        said = Message("finding", f"typed-formula{part}")
        spot = spot_of(pair, place)
        yield Finding("typed-formula", "error", (spot,), shown(raw), right, words=said)


def _strange(pair: Pair, wrong: frozenset[Place]) -> list[tuple[Place, str]]:
    """Return (place, formula) of the formulas that are not the form's own."""
    cells, ours = pair.grid.cells, pair.form.formulas
    lost = [entry for entry in pair.strangers if entry[0] not in cells]
    return [
        (place, raw[2])
        for place, raw in (*cells.items(), *lost)
        if raw[2] and (place not in ours or place in wrong)
    ]


def labels(pair: Pair) -> Iterator[Finding]:
    """Yield findings for labels of a sheet that differ from the printed ones."""
    protected = "protected" in pair.grid.marks
    words = Message("finding", "label/locked") if protected else None
    for finding in _each(pair, "label", _labels(pair), pair.form.labels):
        yield replace(finding, words=words)


def _locked_words(pair: Pair, book: Book, filled: Sequence[tuple[Place, Raw]]) -> Message | None:
    """Return the sentence for content that protection keeps from being deleted, None for others."""
    locked = filled and all(raw[3] not in book.styles.unlocked for _, raw in filled)
    if not locked or "protected" not in pair.grid.marks:
        return None
    return Message("finding", "outside/locked")


def _judged(place: Place, raw: Raw, pair: Pair, book: Book) -> bool:
    """Tell whether content outside the form's cells was typed, so that it is a finding.

    Outside the grid another version's own words are locked on a protected sheet.
    """
    grid = pair.form.grid
    if grid is None or grid[0] <= place[0] <= grid[1]:
        return True
    return raw[3] in book.styles.unlocked or "protected" not in pair.grid.marks


def _labels(pair: Pair) -> list[Place]:
    """Return the places whose label is missing or changed."""
    cells = pair.grid.cells
    return [
        place
        for place, text in pair.form.labels.items()
        if (raw := cells.get(place)) is None or raw[1] != text or raw[2] is not None
    ]


def changed_formulas(pair: Pair, same: Alike) -> list[Place]:
    """Return the places whose formula is missing or changed."""
    cells = pair.grid.cells
    if is_clean(pair.form, pair.grid, "formulas", same):
        return []
    changed = [
        place
        for place, text in pair.form.formulas.items()
        if (raw := cells.get(place)) is None
        or (raw[2] != text and (raw[2] is None or not same(text, raw[2])))
    ]
    if not changed:
        note_clean(pair.form, pair.grid, "formulas", same)
    return changed


def _locks(pair: Pair, styles: Styles) -> Iterator[Finding]:
    """Yield findings for locked cells that were unlocked, and typed cells that were locked."""
    form, cells, unlocked = pair.form, pair.grid.cells, styles.unlocked
    opened = [p for p in form.locked if p in cells and cells[p][3] in unlocked]
    closed = [
        p for p in form.free if (cells[p][3] if p in cells else _style(pair, p)) not in unlocked
    ]
    if opened:
        yield _listed("unlocked", "warning", pair, sorted(opened))
    if closed:
        yield _listed("restyled", "note", pair, sorted(closed))


def _style(pair: Pair, place: Place) -> int:
    """Return the style of a cell that is not stored: its row's, else its column's."""
    grid = pair.grid
    if place[0] in grid.row_styles:
        return grid.row_styles[place[0]]
    return next((s for a, b, s in grid.column_styles if a <= place[1] <= b), 0)


def _each(
    pair: Pair, code: str, places: Sequence[Place], expected: Mapping[Place, str]
) -> Iterator[Finding]:
    """Yield a finding per place on sheets of tables and texts, a finding per sheet on others."""
    cells = pair.grid.cells
    apart = pair.form.sheet.kind in ("table", "text")
    groups = [[place] for place in places] if apart else [places]
    for group in filter(None, groups):
        spots = tuple(spot_of(pair, place) for place in group[:LISTED])
        shown_part, wanted_part = differing(whole(cells.get(group[0])), expected[group[0]])
        yield Finding(code, "error", spots, shown_part, wanted_part)


def differing(present: str, expected: str) -> tuple[str, str]:
    """Return two texts cut to the part where they differ.

    >>> differing("=" + "x" * 99 + "1", "=" + "x" * 99 + "2")
    ('…xxxxxxxxxx1', '…xxxxxxxxxx2')
    """
    pairs = zip(present, expected, strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = max(0, alike - 10) if max(len(present), len(expected)) > SHORT else 0
    return cut(present, start), cut(expected, start)


def _listed(code: str, severity: str, pair: Pair, places: Sequence[Place]) -> Finding:
    """Return a single finding for several places."""
    spots = tuple(spot_of(pair, place) for place in places[:LISTED])
    return Finding(code, severity, spots, figures={"count": str(len(places))})


def comparer(pairs: Sequence[Pair], expected: Sequence[Form]) -> Alike:
    """Return the function that compares an expected formula with the one found.

    Where sheets were renamed, deleted or had rows moved, the program rewrote the references in
    formulas: then only the rest is compared, as the cause has its own finding.
    """
    names = {pair.form.sheet.name for pair in pairs if pair.name == pair.form.sheet.name}
    rewritten = any(pair.moved for pair in pairs) or any(
        form.sheet.name not in names and form.sheet.kind != "mark" for form in expected
    )
    return _rewritten if rewritten else formula.same


def _rewritten(expected: str, present: str) -> bool:
    return "#REF!" in present or formula.alike(expected, present)
