"""Filling of a new locked workbook with a report's typed values, none dropped or changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from ..blank.build import LONGEST, build
from ..blank.slots import PARAGRAPHS, carried
from ..data import say
from ..edition.edition import Edition, for_year
from ..edition.kind import Cell
from ..escape import inert, shortened
from ..report.official import held_against
from ..report.report import Number, Report, Value, recompute
from ..xlsx.number import from_double

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""
_SHOWN = 40
"""Most characters shown of a value that cannot be held."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled workbook, and the given totals that differ in it: (cell, given, computed)."""

    workbook: bytes
    differs: tuple[tuple[Cell, Value, Value], ...]


class NoPlace(Exception):
    """Values that have no cell or cannot be held: {key or text: value as text}."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.values = values


def fitting(report: Report, extra: Iterable[Path] = ()) -> Edition:
    """Return the edition for filling a report: its own if it covers the year, else the year's."""
    edition, year = report.edition, report.year
    if year is None or edition.covers(year):
        return edition
    return for_year(edition.form, year, extra) or edition


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
    """Yield a line for each given total that a filled workbook does not show."""
    for cell, stated, shown in filled.differs:
        figures = {"at": cell.at, "sheet": cell.sheet, "label": cell.label, "given": stated}
        figures["shown"] = "—" if shown is None else shown
        yield inert(say("fill", "total-given", lang, **figures))


def homeless(values: Mapping[str, str], lang: str) -> Iterator[str]:
    """Yield lines on values that no workbook can hold: their number, then each value."""
    yield say("fill", "no-place", lang, n=len(values))
    for name, value in values.items():
        yield f"  {inert(name)} = {inert(value)}"


def refuse_lost(report: Report, edition: Edition) -> None:
    """Raise NoPlace where a workbook of `edition` cannot hold a value or text of the report."""
    if lost := _lost(report, edition):
        raise NoPlace(lost)


def _lost(report: Report, edition: Edition) -> dict[str, str]:
    """Return {key or text: value as text} of everything the workbook cannot hold."""
    lost: dict[str, object] = {k: value for k, value in report.extra.items() if value is not None}
    lost |= {
        key: value
        for key, value in report.values.items()
        if value is not None and (key not in edition.cells or not holds(value))
    }
    lost |= {
        name: text
        for name, text in report.texts.items()
        if text and (name not in edition.texts or not _has_room(text))
    }
    lost |= {f"agency.{part}": who for part, who in report.agency.items() if not holds(who)}
    lost |= {
        f"cover.{part}": text
        for part, text in report.cover.items()
        if part not in edition.cover or not holds(text)
    }
    return {name: shortened(str(value), _SHOWN) for name, value in lost.items()}


def holds(value: Value) -> bool:
    """Tell whether a cell keeps a value: a number of 15 digits, a text of XML's characters."""
    if isinstance(value, Number):
        return from_double(format(value, "f")) == Decimal(value)
    return value is None or (len(value) <= LONGEST and not _UNFIT.search(value))


def _has_room(text: str) -> bool:
    """Tell whether a text's paragraphs fit: a row each, and each into its cell."""
    rows = text.split("\n")
    return len(rows) <= PARAGRAPHS and all(map(holds, rows))


def prefilled(report: Report, prior: Report | None) -> Report:
    """Return the report with every cell filled that must equal one of last year's.

    Such cells stay typed: the agency may correct them, with a reason.
    """
    if prior is None:
        return report
    numbers = held_against(report.edition, prior)
    return replace(report, values={**report.values, **carried(report.edition, numbers)})
