"""Which sending of an agency counts, and what becomes of its others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..data import Message, listed
from ..finding import Finding
from ..report import identity
from .pack import Head
from .roster import Member

PASSING = ("pass", "warn")
"""Verdicts of a return that counts until the office prefers another."""
SHOWN = 3
"""Maximum number of other returns named in a sentence."""
Said = Iterator[tuple[int, Finding]]
"""(position of a return, finding about it)."""


@dataclass(frozen=True, slots=True)
class Return:
    """A return of a member: its position in the run, its file's digest, its head.

    The head's verdict is that of the return alone, waivers used.
    """

    position: int
    sha256: str | None
    head: Head

    @property
    def sent(self) -> int:
        """Return the number of the sending, 1 where the return gives none."""
        return self.head.sent or 1


@dataclass(slots=True)
class Standing:
    """The returns of a member: the one that counts, those that another replaced, all others.

    preferred: the office prefers the one that counts. waiting: a later sending that the office has
    not preferred to the passing one that counts; twins: several files that claim to be the last
    sending. Both are among the others.
    """

    member: Member
    counts: Return | None = None
    superseded: list[Return] = field(default_factory=list)
    others: list[Return] = field(default_factory=list)
    preferred: bool = False
    waiting: Return | None = None
    twins: list[Return] = field(default_factory=list)


def worded(name: str, figures: Mapping[str, object], **more: Any) -> Finding:
    """Return a finding in the words of a variant of its code, invisible characters pointed out."""
    code = name.partition("/")[0]
    signs = identity.hidden(more.get("found"), more.get("expected"))
    return Finding(
        code,
        more.pop("severity", "error"),
        figures={key: str(value) for key, value in figures.items()} | signs,
        words=Message("finding", name),
        **more,
    )


def settle(
    standing: Standing, right: Sequence[Return], paths: Sequence[str], chosen: str | None
) -> Said:
    """Set the return of a member that counts and what becomes of its others; yield the findings.

    It is the one that the office prefers; else the first passing one; else the highest sending,
    where that is one file. A document counts only where no workbook or report JSON is there.
    A preference for one that fails is for it and those before; what comes later is settled as ever.
    chosen: the digest of the one preferred.
    """
    preferred = next((file for file in right if file.sha256 == chosen), None) if chosen else None
    if preferred:
        standing.preferred = True
        later = [file for file in right if file.sent > preferred.sent]
        if preferred.head.verdict in PASSING or not later:
            yield from _count(standing, preferred, right, paths)
            return
        before = [file for file in right if file not in (preferred, *later)]
        yield from _replaced(standing, before, [preferred], paths)
        standing.preferred, right = False, [preferred, *later]
    for position, finding in beside_typed(right, standing.member.name, paths):
        standing.superseded += [file for file in right if file.position == position]
        yield position, finding
    right = [file for file in right if file not in standing.superseded]
    latest = _of_number(right, max((file.sent for file in right), default=0))
    several, kept = len({file.sha256 for file in latest}) > 1, _kept(right)
    if kept and kept.sent < latest[0].sent:
        yield from _count(standing, kept, [f for f in right if f.sent <= kept.sent], paths)
        yield from _replaced(standing, [f for f in right if f.sent > kept.sent], latest, paths)
        standing.others += latest
        standing.waiting = None if several else latest[0]
    elif several:
        yield from _replaced(standing, right, latest, paths)
        standing.others += latest
    elif latest:
        yield from _count(standing, latest[0], right, paths)
    if several:
        standing.twins += latest
        yield from _duplicate(standing, paths)


def _of_number(files: Sequence[Return], number: int) -> list[Return]:
    """Return the files of a sending."""
    return [file for file in files if file.sent == number]


def _kept(right: Sequence[Return]) -> Return | None:
    """Return the first passing return, or the last passing one that has the same numbers."""
    kept: Return | None = None
    for number in sorted({file.sent for file in right}):
        first, *more = _of_number(right, number)
        passing = first.head.verdict in PASSING and all(f.sha256 == first.sha256 for f in more)
        if passing and (kept is None or first.head.numbers == kept.head.numbers):
            kept = first
    return kept


def _count(
    standing: Standing, counts: Return, files: Sequence[Return], paths: Sequence[str]
) -> Said:
    """Set the return that counts; yield a note for each of the files that it replaces."""
    standing.counts = counts
    for file in files:
        if file is not counts and file.sha256 == counts.sha256:
            standing.superseded.append(file)
            figures = {"path": paths[counts.position]}
            yield file.position, worded("copy", figures, severity="note")
    others = [file for file in files if file.sha256 != counts.sha256]
    yield from _replaced(standing, others, [counts], paths)


def _replaced(
    standing: Standing, files: Sequence[Return], latest: Sequence[Return], paths: Sequence[str]
) -> Said:
    """Yield a note for each of the files that those of a later sending replace."""
    name = "superseded/preferred" if standing.preferred else "superseded"
    for file in files:
        if file not in latest:
            standing.superseded.append(file)
            figures = {"name": standing.member.name, "sent": file.sent,
                       "later": latest[0].sent, "path": paths[latest[0].position]}  # fmt: skip
            yield file.position, worded(name, figures, severity="note")


def beside_typed(files: Sequence[Return], name: str, paths: Sequence[str]) -> Said:
    """Yield a note for each document of an agency of which a workbook or report JSON is there.

    name: of the agency; empty for the name in the workbook.
    """
    typed = [file for file in files if not file.head.drawn]
    for file in files if typed else ():
        if file.head.drawn:
            figures = {"name": name or typed[0].head.name, "path": paths[typed[0].position]}
            yield file.position, worded("superseded/document", figures, severity="note")


def _duplicate(standing: Standing, paths: Sequence[str]) -> Said:
    """Yield an error for each of several files that claim to be the last sending."""
    twins = standing.twins
    alike = len({file.head.numbers for file in twins}) == 1
    for file in twins:
        others = [paths[other.position] for other in twins if other is not file]
        figures = {
            "name": standing.member.name,
            "count": len(twins),
            "sent": file.sent,
            "next": file.sent + 1,
            "others": listed(others, SHOWN),
        }
        yield file.position, worded("duplicate/same" if alike else "duplicate", figures)
