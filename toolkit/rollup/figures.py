"""Numbers, shares, cells and names as an analysis prints them."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from ..data import filled, listed, say, texts, worded
from ..edition.analysis import Measure, Topic, crossed
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..escape import shortened
from ..report.report import Number

_NAMES, _SIGNS, _NAME = 8, 90, 24
"""Maximum number of names in a sentence, of their characters together, of those of one."""
_WHOLE, _STEP = Decimal(100), Decimal("0.1")


def rounded(part: Number, whole: Number) -> Decimal:
    """Return a share in per cent, rounded to 0.1, a half upwards.

    >>> rounded(1, 3), rounded(1, 2000), rounded(1, 1000)
    (Decimal('33.3'), Decimal('0.1'), Decimal('0.1'))
    """
    return (Decimal(part) * _WHOLE / Decimal(whole)).quantize(_STEP, ROUND_HALF_UP)


def percent(part: Number, whole: Number, lang: str, *, within: bool = True) -> str:
    """Return a share in words: one that is not 0 is never 0.0%, one that is not all never 100.0%.

    within: a part of the whole; else a change, which may be of any size.
    """
    share = rounded(part, whole)
    if part and not share:
        return say("briefing", "under", lang)
    if within and part < whole and share == _WHOLE:
        return say("briefing", "over", lang)
    return say("briefing", "percent", lang, share=share)


def unit(topic: Topic, number: Number, lang: str) -> str:
    """Return the unit of a topic in the words for a number."""
    return filled(worded(topic.unit, lang), n=number)


def short(name: str) -> str:
    """Return a name, cut where it is very long."""
    return shortened(name, _NAME)


def names_of(names: Iterable[str], lang: str) -> str:
    """Return the first names of a list, and the number of all where not all have room."""
    names, most, signs = tuple(names), 0, 0
    for name in names[:_NAMES]:
        signs += len(name)
        most += not most or signs <= _SIGNS
    words = texts("briefing", lang)
    return listed(names, most, words["list"], words["more"])


def cells_of(topic: Topic, measure: Measure, edition: Edition) -> list[str]:
    """Return the cells that are added up for a measure, in form order."""
    if not topic.endings:
        return list(measure.keys)
    wanted = {key for ending in topic.endings for key in crossed(measure, ending)}
    return [key for key in edition.cells if key in wanted]


def spans(edition: Edition, keys: Sequence[str]) -> str:
    """Return the addresses of cells, by sheet, neighbours in a column or row as a range."""
    told: list[str] = []
    sheet = ""
    for first, last in _runs([edition.cells[key] for key in keys]):
        here = first.at if first is last else f"{first.at}–{last.at}"
        told.append(here if first.sheet == sheet else f"{first.sheet} {here}")
        sheet = first.sheet
    return " ".join(told)


def _runs(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell]]:
    """Yield the first and last cells of ranges; a range goes down or to the right."""
    first = last = cells[0]
    step: tuple[int, int] | None = None
    for cell in cells[1:]:
        move = cell.place[0] - last.place[0], cell.place[1] - last.place[1]
        if cell.sheet == last.sheet and move in ((0, 1), (1, 0)) and step in (None, move):
            step = move
        else:
            yield first, last
            first, step = cell, None
        last = cell
    yield first, last
