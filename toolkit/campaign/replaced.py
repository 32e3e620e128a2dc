"""Later sendings that would replace a passing return, and the cells they change."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from ..blank.slots import cover_places, word
from ..data import Message, listed
from ..diff.changes import CellChange, compare
from ..finding import Finding, Result, Spot
from ..report.report import Value, plain
from ..xlsx.address import at
from .across import Across
from .standing import Return

CODE = "passing-superseded"
CELLS = 20
"""Maximum number of changed cells that a finding names; its sentence counts them all."""
SHOWN = 6
"""Maximum number of changed cells that a sentence quotes."""
SIGNS = 40
"""Maximum characters quoted of a text."""
ResultAt = Callable[[int], Result]
"""Function that returns the final result at a position."""


def replaced(comparison: Across, result: ResultAt) -> Iterator[tuple[int, Finding]]:
    """Yield (position, finding) for each later sending that would change a passing return."""
    for standing in comparison.standings:
        old, new = standing.counts, standing.waiting
        if old and new:
            before, after = result(old.position), result(new.position)
            cells = compare(before.report, after.report).cells
            changed = [change for change in cells if not change.follows]
            yield new.position, _finding(standing.member.name, new, old, before.path, changed)


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
        words=Message("finding", CODE if changed else f"{CODE}/same"),
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
