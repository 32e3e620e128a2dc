"""Merges and pivot tables over the cells of a sheet's form."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..data import Message
from ..finding import Finding, Spot
from ..xlsx.address import at, corners
from .compare import LISTED, Form, Pair, cut


def merges(pair: Pair) -> Iterator[Finding]:
    """Yield findings for merges that were made over cells of the form, and one for those undone.

    A merge that hides a label, a total or a cell to fill in is an error, one that was undone an
    error where it covers cells to fill in, else a warning.
    """
    if pair.moved:
        return
    expected, present = set(_judged(pair.form)), set(_judged(pair.form, pair.grid.merges))
    for span in sorted(present - expected):
        if spot := _covered(pair, span):
            yield Finding("merge", "error", (spot,), span, "")
    undone = sorted(expected - present, key=lambda span: corners(span) or ())
    if undone:
        spots = [_covered(pair, span) for span in undone]
        severity = "error" if any(spot and spot.key for spot in spots) else "warning"
        shown_spots = [spot or Spot(None, pair.name, span.partition(":")[0], "")
                for spot, span in zip(spots, undone, strict=True)]  # fmt: skip
        figures = {"count": str(len(undone))}
        many = Message("finding", "merge/undone") if len(undone) > 1 else None
        yield Finding("merge", severity, tuple(shown_spots[:LISTED]), "", cut(" ".join(undone)),
                      figures=figures, words=many)  # fmt: skip


def pivots(pair: Pair, areas: Sequence[str]) -> Iterator[Finding]:
    """Yield findings for pivot tables over the form's cells: refreshed, they overwrite them."""
    words = Message("finding", "connection/pivot")
    last_row, last_column = pair.form.size
    for area in areas:
        top, left, _, _ = corners(area) or (last_row + 1, 0, 0, 0)
        if top <= last_row and left <= last_column:
            spot = _covered(pair, area) or Spot(None, pair.name, at((top, left)), "")
            yield Finding("connection", "error", (spot,), area, "", words=words)


def _judged(form: Form, spans: Sequence[str] | None = None) -> Iterator[str]:
    """Yield the merges in the rows of a form that are judged; without spans its own."""
    first, last = form.grid or (0, form.size[0])
    for span in form.sheet.merges if spans is None else spans:
        box = corners(span)
        if box and first <= box[2] and box[0] <= last:
            yield span


def _covered(pair: Pair, span: str) -> Spot | None:
    """Return the spot of the first of the form's cells in a merge, else of a label it hides."""
    top, left, bottom, right = corners(span) or (0, 0, 0, 0)
    form = pair.form
    inside = sorted(
        (row, column)
        for row, column in form.roles
        if top <= row <= bottom and left <= column <= right
    )
    cell = next((form.cells[place] for place in inside if place in form.cells), None)
    if cell is not None:
        return replace(Spot.of(cell), sheet=pair.name)
    hidden = next((place for place in inside if place != (top, left)), None)
    return Spot(None, pair.name, at(hidden), "") if hidden else None
