"""Analysis of a form's yearly analysis: which cells are added up for which figure.

It is outside the fingerprint: it changes no number of a return and no cell of a workbook.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .balance import Balance, Words, claimed, fitting, refuse_strangers
from .kind import Cell
from .parse import Parsed
from .shape import EditionError

COMPARED, SHARES, OUTCOMES, AGENCIES = "compared", "shares", "outcomes", "agencies"
"""Kinds of topics: beside last year; parts of a whole; cases by outcome; agencies by number."""
_NEEDS = {SHARES: ("of",), OUTCOMES: ("ending", "ended")}
"""Fields that a topic of a kind must have besides those of all."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A named sum of cells.

    ended: of an outcome, whether its cases are closed; told: whether its share of them is told.
    """

    name: Words
    keys: tuple[str, ...]
    ended: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the analysis with its figure.

    chapter: the heading where it begins one, else None. whole: name of the sum of all measures.
    endings: the outcomes by which the cases of each measure are told apart; ended: the words for
    cases with one that is closed.
    """

    kind: str
    title: Words
    unit: Words
    measures: tuple[Measure, ...]
    chapter: Words | None = None
    whole: Words | None = None
    endings: tuple[Measure, ...] = ()
    ended: Words | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The topics of a form's yearly analysis, in order."""

    title: Words
    topics: tuple[Topic, ...]


def analysis(
    parsed: Parsed, cells: Mapping[str, Cell], balances: Iterable[Balance]
) -> Analysis | None:
    """Return the outline of an edition file, None where it has none.

    Raises EditionError for cells not in the form, of several units, or counted twice.
    """
    source = parsed.content.get("brief")
    if source is None:
        return None
    sums, topics = claimed(balances), list[Topic]()
    for number, entry in enumerate(source["topic"]):
        where = parsed.lines.at("brief", "topic", number)
        topics.append(_topic(entry, cells, sums, where))
    if topics[0].chapter is None:
        raise EditionError(f"{parsed.lines.at('brief', 'topic', 0)}: the first topic begins a"
                           " chapter; give it `chapter`")  # fmt: skip
    return Analysis(source["title"], tuple(topics))


def _topic(
    entry: Mapping[str, Any], cells: Mapping[str, Cell], sums: Mapping[str, Balance], where: str
) -> Topic:
    kind = entry["kind"]
    for name in _NEEDS.get(kind, ()):
        if name not in entry:
            raise EditionError(f"{where}: a topic of kind {kind!r} has `{name}`; add it")
    measures = tuple(_measures(entry["measure"], cells, where))
    endings = tuple(_measures(entry.get("ending", ()), cells, where))
    if kind == AGENCIES and len(measures) != 1:
        raise EditionError(f"{where}: a topic of kind {kind!r} has one measure; leave one")
    if endings and sum(ending.told for ending in endings) != 1:
        raise EditionError(f"{where}: the share of one ending is told; give one `told = true`")
    groups = [one.keys for one in measures]
    if endings:
        groups = [crossed(one, ending) for one in measures for ending in endings]
        if not all(groups):
            raise EditionError(f"{where}: a measure has no cell of an ending; mend its cells")
    _refuse_twice(groups, sums, where, apart=kind in (SHARES, OUTCOMES))
    if len({cells[key].unit for keys in groups for key in keys}) > 1:
        raise EditionError(f"{where}: cells of several units have no sum; take them apart")
    return Topic(
        kind=kind,
        title=entry["title"],
        unit=entry["unit"],
        measures=measures,
        chapter=entry.get("chapter"),
        whole=entry.get("of"),
        endings=endings,
        ended=entry.get("ended"),
    )


def _measures(
    listed: Iterable[Mapping[str, Any]], cells: Mapping[str, Cell], where: str
) -> Iterator[Measure]:
    numbers = [key for key, cell in cells.items() if cell.numeric]
    for entry in listed:
        refuse_strangers(entry["cells"], numbers, numbers, where)
        keys = tuple(fitting(entry["cells"], numbers))
        yield Measure(entry["name"], keys, entry.get("ended", False), entry.get("told", False))


def crossed(measure: Measure, ending: Measure) -> tuple[str, ...]:
    """Return the cells of a measure that are of an ending."""
    return tuple(key for key in measure.keys if key in ending.keys)


def _refuse_twice(
    groups: Iterable[tuple[str, ...]], sums: Mapping[str, Balance], where: str, *, apart: bool
) -> None:
    """Raise EditionError where a sum counts a cell twice; apart: or two of the sums do."""
    together: Counter[str] = Counter()
    for keys in groups:
        parts = Counter(part for key in keys for part in _leaves(key, sums))
        together.update(parts)
        for key, times in (together if apart else parts).items():
            if times > 1:
                raise EditionError(f"{where}: counts {key!r} twice; take a total or its parts")


def _leaves(key: str, sums: Mapping[str, Balance]) -> Iterator[str]:
    """Yield the typed cells that are in the number of a cell."""
    if key not in sums:
        yield key
        return
    for part in sums[key].right:
        yield from _leaves(part, sums)
