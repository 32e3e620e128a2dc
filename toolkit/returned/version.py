"""Blanks of other versions of this program: recognition, and the parts that are judged.

A blank's words, formulas and places beside the printed grid are this program's own and change from
version to version; those of the Edition do not. The mark has the digest of the blank's plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from ..blank.mark import is_ours, sheet_names
from ..blank.slots import (
    COVER_COLUMN,
    PRIOR,
    PUBLISHED_FIRST,
    cover_places,
    prior_places,
    published,
    word,
)
from ..edition.edition import Edition, Section
from ..edition.grid import FIRST_ROW
from ..finding import Finding, Spot
from ..xlsx import formula
from ..xlsx.address import Place, at
from .compare import LISTED, Form, Pair, forms, reaching, shown


def expected(edition: Edition, mark: Mapping[str, str], *, rollup: bool) -> tuple[Form, ...]:
    """Return the expected sheets; a roll-up's cover has a place for its notice."""
    return forms(edition, rollup=rollup) if is_ours(edition, mark) else printed(edition)


def known(edition: Edition, mark: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sheet names of another version's blank, () for this version's."""
    return () if is_ours(edition, mark) else sheet_names(mark)


@cache
def printed(edition: Edition) -> tuple[Form, ...]:
    """Return the sheets with the Edition's own demands only, valid for every version's blanks."""
    grids = {
        name: (first - 1, first + section.size[0] - 1)
        for section in edition.sections
        for name, first in _grids(section)
    }
    return tuple(_printed(form, grids.get(form.sheet.name)) for form in forms(edition))


def _grids(section: Section) -> tuple[tuple[str, int], ...]:
    """Return (sheet, first row of the grid) for the sheets with a section's caption and grid."""
    filled_in = (section.sheet, FIRST_ROW)
    return (filled_in, (published(section), PUBLISHED_FIRST)) if section.table else (filled_in,)


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


# ── what is found by its label ────────────────────────────────────────────────────────────────────


def cover_fields(cover: Pair | None) -> dict[str, Place]:
    """Return {cover field: place}; on another version's cover, right of its printed name.

    A field without a printed name there has this version's place, unless another field is there.
    """
    places = cover_places()
    if cover is None or cover.form.own:
        return places
    there = _rows(cover, COVER_COLUMN - 1)
    names = {name: word(f"field_{name}") for name in places}
    rows = {name: there[label] for name, label in names.items() if label in there}
    found = {name: (row, COVER_COLUMN) for name, row in rows.items()}
    return {name: at for name, at in places.items() if at not in found.values()} | found


def prior_fields(edition: Edition, pair: Pair | None) -> dict[str, Place]:
    """Return {key: place of last year's number}; in another version's blank, in the key's row."""
    places = prior_places(edition)
    if pair is None or pair.form.own:
        return places
    rows = _rows(pair, PRIOR["key"])
    return {key: (rows[key], PRIOR["value"]) for key in places if key in rows}


def _rows(pair: Pair, column: int) -> dict[str | None, int]:
    """Return {text: its first row} of a column."""
    cells = sorted(pair.grid.cells.items(), reverse=True)
    return {raw[1]: row for (row, there), raw in cells if there == column}


# ── what is not judged cell by cell ───────────────────────────────────────────────────────────────


def active(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Yield findings for formulas beside another version's grid that do more than calculate."""
    for pair in pairs:
        form = pair.form
        if form.own and form.grid is None:
            continue
        told = form.formulas.keys() | form.inputs
        cells = sorted(pair.grid.cells.items())
        there = [(place, raw[2]) for place, raw in cells if raw[2] and place not in told]
        if not form.own:
            yield from reaching(pair.name, there, pair.grid.reaching)
        places = [p for p, one in there if not formula.is_inert(one) and not formula.reaches(one)]
        if places:
            spots = tuple(Spot(None, pair.name, at(place), "") for place in places[:LISTED])
            yield Finding("formula", "error", spots, shown(pair.grid.cells[places[0]]), "")
