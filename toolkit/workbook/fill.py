"""A report's typed values into a fresh locked workbook; nothing dropped, nothing changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from .. import data
from ..edition import Edition, for_year
from ..escape import inert
from ..grid import Cell
from ..national import held_against
from ..report import Number, Report, Value, from_double, recompute
from .build import LONGEST, build
from .structure import PARAGRAPHS, carried

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no sign for."""
_SHOWN = 40
"""Characters shown of what cannot be held."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled workbook, and the given totals it will not show: (cell, given, computed)."""

    workbook: bytes
    differs: tuple[tuple[Cell, Value, Value], ...]


class NoPlace(Exception):
    """Values that have no cell or cannot be held: {key or text: value as text}."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.values = values


def fitting(report: Report, extra: Iterable[Path] = ()) -> Edition:
    """Return the edition a report is to be filled in: its own, else the one for its year."""
    own, year = report.edition, report.year
    if year is None or own.covers(year):
        return own
    return for_year(own.form, year, extra) or own


def fill(report: Report, edition: Edition) -> Filled:
    """Return the typed values of `report` in a fresh workbook of `edition`.

    Raises NoPlace where a value or text has no cell there, or a number more digits than a
    workbook can hold.
    """
    refuse_lost(report, edition)
    values = {key: report.values.get(key) for key in edition.cells}
    typed = replace(
        report,
        edition=edition,
        values={key: None if key in edition.computes else value for key, value in values.items()},
        nil=tuple(table for table in report.nil if table in edition.statutory),
        origin="workbook",
    )
    shown = recompute(edition, typed.values, typed.nil)
    differs = tuple(
        (edition.cells[key], values[key], shown[key])
        for key in edition.computes
        if values[key] is not None and values[key] != shown[key]
    )
    return Filled(build(edition, typed, report.prior), differs)


def differing(filled: Filled, lang: str) -> Iterator[str]:
    """Yield which given totals a filled workbook does not show, a line each."""
    words = data.messages()["fill"]["total-given"][lang]
    for cell, given, shown in filled.differs:
        told = {"at": cell.at, "sheet": cell.sheet, "label": cell.label, "given": given}
        yield inert(words.format(**told, shown="—" if shown is None else shown))


def homeless(values: Mapping[str, str], lang: str) -> Iterator[str]:
    """Yield which values no workbook can take: how many, then each."""
    yield data.messages()["fill"]["no-place"][lang].format(n=len(values))
    for name, value in values.items():
        yield f"  {inert(name)} = {inert(value)}"


def refuse_lost(report: Report, edition: Edition) -> None:
    """Raise NoPlace where a workbook of `edition` cannot hold what the report says."""
    if lost := _lost(report, edition):
        raise NoPlace(lost)


def _lost(report: Report, edition: Edition) -> dict[str, str]:
    """Return what the workbook cannot hold."""
    lost: dict[str, object] = {k: value for k, value in report.extra.items() if value is not None}
    lost |= {
        key: value
        for key, value in report.values.items()
        if value is not None and (key not in edition.cells or not _holds(value))
    }
    lost |= {
        name: text
        for name, text in report.texts.items()
        if text and (name not in edition.texts or not _has_room(text))
    }
    lost |= {f"agency.{part}": who for part, who in report.agency.items() if not _holds(who)}
    return {name: _shown(str(value)) for name, value in lost.items()}


def _holds(value: Value) -> bool:
    """Tell whether a cell gives this value back: a double 15 digits, a text what XML can say."""
    if isinstance(value, Number):
        return from_double(format(value, "f")) == Decimal(value)
    return value is None or (len(value) <= LONGEST and not _UNFIT.search(value))


def _has_room(text: str) -> bool:
    """Tell whether a text's paragraphs have a row each, and room in it."""
    rows = text.split("\n")
    return len(rows) <= PARAGRAPHS and all(map(_holds, rows))


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def prefilled(report: Report, prior: Report | None) -> Report:
    """Return the report with every cell filled that must equal one of last year's.

    Such cells stay typed: the agency may know better, and then gives a reason.
    """
    if prior is None:
        return report
    numbers = held_against(report.edition, prior)
    return replace(report, values={**report.values, **carried(report.edition, numbers)})
