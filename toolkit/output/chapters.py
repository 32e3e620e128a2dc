"""A paper with figures as plain data: chapters of sentences, charts, and notes under them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..report.report import Number, plain

BARS, PAIRS, STACKED = "bars", "pairs", "stacked"
"""Kinds of charts: one bar for each name; two beside each other; one bar of several pieces."""
_HEAD, _LEGEND = 7.0, 5.5
_BAR = {BARS: 4.5, PAIRS: 9.5, STACKED: 7.5}
"""Heights of the parts of a chart in mm: title, legend, each name."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars, one or several for each name.

    series: (name, a number for each of `names`, None for none). shares: a text beside each number of
    a chart with one series, or none. notes: definition and source, printed under it.
    """

    kind: str
    title: str
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[Number | None, ...]], ...]
    notes: tuple[str, ...]
    shares: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The names with their shares."""
        shares = self.shares or ("",) * len(self.names)
        pairs = zip(self.names, shares, strict=True)
        return tuple(f"{name} {share}".rstrip() for name, share in pairs)

    @property
    def height(self) -> float:
        """Its height on paper, in mm."""
        legend = _LEGEND if len(self.series) > 1 else 0
        return _HEAD + legend + max(len(self.names), 1) * _BAR[self.kind]

    @property
    def about(self) -> str:
        """The chart in words, for those who do not see it."""
        rows = (
            f"{name} {' '.join(shown(values[n]) for _, values in self.series)}"
            for n, name in enumerate(self.labels)
        )
        heads = " / ".join(name for name, _ in self.series)
        return f"{self.title} ({heads}): {'; '.join(rows)}"

    @property
    def most(self) -> Number:
        """The length of the longest bar, 1 where there is none."""
        columns = [[number or 0 for number in numbers] for _, numbers in self.series]
        if self.kind == STACKED:
            columns = [[sum(pieces) for pieces in zip(*columns, strict=True)]]
        return max((number for column in columns for number in column), default=0) or 1


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its heading, sentences, charts beside each other, notes of its sentences."""

    heading: str
    sentences: tuple[str, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """A table of an annex: its name, heads with widths in characters, rows."""

    name: str
    heads: tuple[tuple[str, float], ...]
    rows: tuple[Sequence[str | Number | None], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: title, the scope of its numbers, chapters; annexes for workbooks."""

    title: str
    lead: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    annexes: tuple[Annex, ...] = ()


def shown(number: Number | None) -> str:
    """Return a number as it is printed, a dash for none."""
    return "–" if number is None else plain(number)
