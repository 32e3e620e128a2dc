"""Passing returns that a later sending replaced, and the cells it changed."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from ..blank.slots import cover_places, word
from ..data import Message, listed
from ..diff.changes import CellChange, compare
from ..finding import Finding, Result, Spot
from ..report.report import Value, plain
from ..xlsx.address import at
from .across import Across, Return

CODE = "passing-superseded"
CELLS = 20
"""Maximum number of changed cells that a finding names; its sentence counts them all."""
SHOWN = 6
"""Maximum number of changed cells that a sentence quotes."""
SIGNS = 40
"""Maximum characters quoted of a text."""
_PASSING = ("pass", "warn")

ResultAt = Callable[[int], Result]
"""Function that returns the final result at a position."""


def replaced(comparison: Across, result: ResultAt) -> Iterator[tuple[int, Finding]]:
    """Yield (position of the return that counts, finding) for each passing return it changes."""
    for standing in comparison.standings:
        if standing.counts:
            for old, changed in _changed(standing.counts, standing.superseded, result):
                path = result(old.position).path
                finding = _finding(standing.member.name, standing.counts, old, path, changed)
                yield standing.counts.position, finding


def _changed(
    new: Return, superseded: Iterable[Return], result: ResultAt
) -> Iterator[tuple[Return, list[CellChange]]]:
    """Yield each passing older sending with the cells that the new one changes, newest first.

    All are compared, so that no change is hidden by sending it twice.
    """
    seen = {new.head.numbers}
    after = result(new.position).report
    for old in sorted(superseded, key=lambda old: -old.sent):
        before = result(old.position)
        changed = old.head.numbers not in seen and not old.head.drawn
        if changed and before.verdict in _PASSING:
            seen.add(old.head.numbers)
            cells = compare(before.report, after).cells
            changes = [change for change in cells if not change.follows]
            if changes:
                yield old, changes


def _finding(name: str, new: Return, old: Return, path: str, changed: list[CellChange]) -> Finding:
    first = changed[:CELLS]
    cover = Spot(None, word("cover"), at(cover_places()["sent"]), word("field_sent"))
    return Finding(
        CODE,
        "warning",
        (*(Spot.of(change.cell) for change in first), cover),
        found="; ".join([*_by_sheet(first, lambda change: change.new), str(new.sent)]),
        expected="; ".join([*_by_sheet(first, lambda change: change.old), str(old.sent)]),
        figures={
            "name": name,
            "sent": str(new.sent),
            "earlier": str(old.sent),
            "path": path,
            "count": str(len(changed)),
            "changes": listed(map(_told, changed), SHOWN),
        },
        words=Message("finding", CODE),
    )


def _by_sheet(changes: Iterable[CellChange], value: Callable[[CellChange], Value]) -> Iterator[str]:
    """Yield a text for each sheet: the values of its cells, in order of the finding's places."""
    for _, group in groupby(changes, key=lambda change: change.cell.sheet):
        yield ", ".join(_shown(value(change)) for change in group)


def _told(change: CellChange) -> str:
    return f"{change.cell.sheet} {change.cell.at} {_shown(change.old)} → {_shown(change.new)}"


def _shown(value: Value) -> str:
    """Return a value as text, a dash for a blank."""
    if value is None:
        return "—"
    return plain(value) if not isinstance(value, str) else value[:SIGNS]
