"""Blanks of other versions of this program: recognition, and the parts that are judged.

A blank's words, formulas and places beside the printed grid are this program's own and change from
version to version; those of the Edition do not. The mark has two digests of the blank's plan: of
its printed form, and of the whole. Where only the form is ours (a rule was added, a hint reworded),
the form is compared cell by cell. The plans of released versions are kept, so that their blanks are
compared whole; any other plan excuses nothing. The plans of local editions are not kept: an older
blank of one is compared with the Edition alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from ..blank.mark import is_ours, is_printed_alike, shared
from ..blank.sections import prior_label
from ..blank.slots import (
    COVER_COLUMN,
    PEOPLE_COLUMNS,
    PRIOR,
    cover_places,
    grids,
    people_places,
    prior_places,
    word,
)
from ..edition.balance import PRIOR as PRIOR_PREFIX
from ..edition.edition import Edition
from ..finding import Finding
from ..xlsx import formula
from ..xlsx.address import Place, at
from ..xlsx.sheet import number_in
from .compare import Form, Pair, forms, reaching, shown, spots_of
from .released import plans, released_forms


def standing(edition: Edition, mark: Mapping[str, str]) -> str:
    """Return the version that a blank is of: own, released, worded, local (not kept) or unknown.

    worded: the printed form is ours, its hints or live rows are not.
    """
    if is_ours(edition, mark):
        return "own"
    if mark.get("plan", "") in plans(edition):
        return "released"
    if is_printed_alike(edition, mark):
        return "worded"
    older = "plan" not in mark or mark.get("fingerprint") != edition.fingerprint
    return "local" if older and not plans(edition) else "unknown"


def expected(edition: Edition, mark: Mapping[str, str], *, rollup: bool) -> tuple[Form, ...]:
    """Return the expected sheets; a roll-up's cover has a place for its notice."""
    version = standing(edition, mark)
    if version == "released":
        return released_forms(edition, mark.get("plan", ""), rollup=rollup)
    if version in ("worded", "local"):
        return printed(edition)
    return forms(edition, rollup=rollup, shared=shared(mark))


@cache
def printed(edition: Edition) -> tuple[Form, ...]:
    """Return the sheets with the Edition's own demands only, and this version's formulas in them."""
    return tuple(_printed(form, grids(edition).get(form.sheet.name)) for form in forms(edition))


def _printed(form: Form, grid: tuple[int, int] | None) -> Form:
    """Return a form without this version's own parts; sheets without a grid are not judged."""
    first, last = grid or (0, -1)

    def inside(places: Mapping[Place, str]) -> dict[Place, str]:
        return {place: text for place, text in places.items() if first <= place[0] <= last}

    labels, formulas = inside(form.labels), inside(form.formulas)
    return replace(
        form,
        labels=labels if grid else form.labels,
        formulas=formulas,
        inputs=form.inputs if form.typed or form.sheet.kind == "text" else form.typed,
        empty=frozenset(place for place in form.empty if first <= place[0] <= last),
        locked=form.locked & (labels.keys() | formulas.keys()),
        free=form.free & form.typed,
        own=grid is not None,
        grid=grid,
        roles={
            p: role for p, role in form.roles.items() if p in form.typed or p in labels | formulas
        },
    )


# ── places found by label ─────────────────────────────────────────────────────────────────────────


def cover_fields(cover: Pair) -> dict[str, Place]:
    """Return {cover field: place}; on another version's cover, right of its printed name.

    A field without a printed name there has its usual place, unless another field is there.
    """
    places = _named(cover, cover_places())
    cells, labels = cover.grid.cells, _rows(cover, COVER_COLUMN - 1)
    fields = {}
    for name, (row, column) in places.items():
        label = cells.get((row, column - 1))
        printed = word(f"field_{name}")
        if label is not None and label[1] == printed:
            fields[name] = (row, column)
        elif printed in labels:
            fields[name] = (labels[printed], COVER_COLUMN)
    return {name: at for name, at in places.items() if at not in fields.values()} | fields


def people_fields(edition: Edition, cover: Pair) -> dict[str, Place]:
    """Return {field that the edition adds to the cover: place}, where its label is left of it.

    On another version's cover it may be in another row; without its label there is no field.
    """
    cells = cover.grid.cells
    labels = {
        raw[1]: (row, column + 1)
        for (row, column), raw in sorted(cells.items(), reverse=True)
        if column + 1 in PEOPLE_COLUMNS
    }
    fields = {}
    for name, (row, column) in people_places(edition).items():
        label, beside = edition.cover[name], cells.get((row, column - 1))
        if beside is not None and beside[1] == label:
            fields[name] = (row, column)
        elif label in labels:
            fields[name] = labels[label]
    return fields


def prior_fields(edition: Edition, pair: Pair | None) -> dict[str, Place]:
    """Return {key: place of last year's number}; in another version's blank, in its row.

    Older blanks have the keys in the column of the addresses. In this version's own a number
    without its words is read in its place: the words are compared elsewhere.
    """
    places = _named(pair, prior_places(edition), PRIOR_PREFIX)
    if pair is None:
        return places
    rows = _rows(pair, PRIOR["at"])
    older = any(key in rows for key in places)
    if not older:
        rows = _prior_rows(edition, pair)
    kept = {key: place for key, place in places.items() if rows.get(key) == place[0]}
    moved = {key: (rows[key], PRIOR["value"]) for key in places if key in rows.keys() - kept}
    return (places if pair.form.own and not older else {}) | kept | moved


def _prior_rows(edition: Edition, pair: Pair) -> dict[str | None, int]:
    """Return {key: the row with the words and the address of its cell} of last year's numbers."""
    cells = sorted(pair.grid.cells.items(), reverse=True)
    ats = {row: raw[1] for (row, column), raw in cells if column == PRIOR["at"]}
    rows = {(raw[1], ats.get(row)): row for (row, column), raw in cells
            if column == PRIOR["label"]}  # fmt: skip
    named = {key: (prior_label(edition.cells[key]), edition.cells[key].at)
             for key in prior_places(edition)}  # fmt: skip
    return {key: rows[words] for key, words in named.items() if words in rows}


def prior_numbers(edition: Edition, pair: Pair | None) -> dict[str, Decimal]:
    """Return {key: last year's number} as filled into the workbook when it was built."""
    cells = pair.grid.cells if pair else {}
    fields = prior_fields(edition, pair).items()
    return {key: n for key, place in fields if (n := number_in(cells.get(place))) is not None}


def prior_spots(edition: Edition, pairs: Sequence[Pair]) -> dict[str, tuple[str, str]]:
    """Return {`prior.` and key: (sheet, address)} of last year's numbers in a workbook."""
    pair = next((pair for pair in pairs if pair.form.sheet.name == word("prior")), None)
    places = prior_fields(edition, pair) if pair else {}
    return {PRIOR_PREFIX + key: (word("prior"), at(place)) for key, place in places.items()}


def _named(pair: Pair | None, places: Mapping[str, Place], prefix: str = "") -> dict[str, Place]:
    """Return the places where the expected sheet has slots of these names, else those given."""
    slots = pair.form.sheet.slots if pair else {}
    named = {slot.name: place for place, slot in slots.items() if slot.name}
    return {name: named.get(f"{prefix}{name}", place) for name, place in places.items()}


def _rows(pair: Pair, column: int) -> dict[str | None, int]:
    """Return {text: its first row} of a column."""
    cells = sorted(pair.grid.cells.items(), reverse=True)
    return {raw[1]: row for (row, position), raw in cells if position == column}


# ── content beside the grid ───────────────────────────────────────────────────────────────────────


def active(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Yield findings for formulas beside another version's grid that do more than calculate."""
    for pair in pairs:
        form = pair.form
        if form.own and form.grid is None:
            continue
        judged = form.formulas.keys() | form.inputs
        cells = sorted(pair.grid.cells.items())
        formulas = [(place, raw[2]) for place, raw in cells if raw[2] and place not in judged]
        if not form.own:
            yield from reaching(pair.name, formulas, pair.grid.reaching)
        places = [p for p, f in formulas if not formula.is_inert(f) and not formula.reaches(f)]
        if places:
            spots = spots_of(pair.name, places)
            yield Finding("formula", "error", spots, shown(pair.grid.cells[places[0]]), "")
