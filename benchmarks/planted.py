"""Reports whose every balance holds, and the mistakes people make in them, from a seed."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import returns

from toolkit.edition import Edition
from toolkit.explain.model import problem
from toolkit.report import Number, Report, recompute

SPARSITY = {"agency": 0.03, "county": 0.3, "city": 0.8}
"""The share of cells that are not 0."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A report with mistakes; truth: {key: its number before}. kind: the last mistake's."""

    report: Report
    prior: Report | None
    truth: Mapping[str, Number]
    kind: str


def clean(edition: Edition, rng: Random, density: float, origin: str) -> tuple[Report, Report]:
    """Return a report whose balances hold, with the one of the year before."""
    first = edition.years[0]
    agency = {"name": "某某局", "code": None, "level": "county"}
    last = returns.report_of(edition, first, returns.clean(edition, rng, density, None), (), agency)
    typed = returns.clean(edition, rng, density, last)
    report = returns.report_of(edition, first + 1, typed, (), agency)
    return replace(report, origin=origin), last


def planted(
    edition: Edition, rng: Random, *, density: float, origin: str, mistakes: int, chained: bool
) -> Planted:
    """Return a report with so many mistakes in cells of balances that are errors.

    Every one of them breaks something on its own.
    """
    while True:
        report, last = clean(edition, rng, density, origin)
        prior = last if chained else None
        values, truth, kind = dict(report.values), {}, ""
        for key in _cells(report, rng, mistakes):
            kind = rng.choice(tuple(KINDS))
            wrong = KINDS[kind](rng, report, key)
            for cell, number in wrong.items():
                truth[cell] = report.numbers[cell] or 0
                values[cell] = number
        if origin == "workbook":
            values = recompute(edition, values, ())
        made = replace(report, values=values)
        if len(truth) == mistakes and problem(made, _numbers(prior)).broken:
            return Planted(made, prior, truth, kind)


def _numbers(prior: Report | None) -> dict[str, Number | None]:
    return {f"prior.{key}": number for key, number in prior.numbers.items()} if prior else {}


def _cells(report: Report, rng: Random, count: int) -> list[str]:
    """Return cells of balances that are errors; half of them where there is a number."""
    edition = report.edition
    firm = {key for b in edition.balances if b.severity == "error" for key in b.keys}
    own = sorted(key for key in firm if report.origin != "workbook" or key in edition.typed)
    filled = [key for key in own if report.numbers[key]]
    return rng.sample(filled if len(filled) >= count and rng.random() < 0.8 else own, count)


# ── mistakes: {key: the wrong number} ─────────────────────────────────────────────────────────────

Mistake = Callable[[Random, Report, str], Mapping[str, Number]]


def _wrong(report: Report, key: str, number: Number) -> dict[str, Number]:
    """Return the wrong number; none where it is what stands there or cannot be typed."""
    cell = report.edition.cells[key]
    fits = number >= 0 or cell.signed
    return {key: number} if fits and number != report.numbers[key] else {}


def _other(rng: Random, report: Report, key: str) -> Mapping[str, Number]:
    return _wrong(report, key, (report.numbers[key] or 0) + rng.choice((-3, -2, -1, 1, 2, 5, 40)))


def _digits(rng: Random, report: Report, key: str) -> Mapping[str, Number]:
    """Exchange, drop or double a digit."""
    text = str(report.numbers[key] or 0)
    if not text.isdecimal() or text == "0":
        return {}
    place = rng.randrange(len(text))
    changed = [
        text[: max(place - 1, 0)]
        + text[place]
        + text[max(place - 1, 0) : place]
        + text[place + 1 :],
        text[:place] + text[place + 1 :] or "0",
        text[:place] + text[place] + text[place:],
        text.translate(str.maketrans("17", "71")),
        text + "0",
    ]
    return _wrong(report, key, int(rng.choice(changed)))


def _blanked(_rng: Random, report: Report, key: str) -> Mapping[str, Number]:
    return _wrong(report, key, 0)


def _beside(rng: Random, report: Report, key: str) -> Mapping[str, Number]:
    """Repeat a neighbour's number."""
    row, column = report.edition.cells[key].place
    near = [
        cell.key
        for cell in report.edition.of_table(report.edition.cells[key].table)
        if abs(cell.place[0] - row) + abs(cell.place[1] - column) == 1
    ]
    return _wrong(report, key, report.numbers[rng.choice(near)] or 0) if near else {}


KINDS: Mapping[str, Mistake] = {
    "other": _other,
    "digits": _digits,
    "blank": _blanked,
    "beside": _beside,
}


def settings(
    editions: list[Edition], seed: int, count: int
) -> Iterator[tuple[Random, Edition, float]]:
    """Yield a random source, an edition and a density in turn, so many times."""
    for number in range(count):
        rng = Random(f"{seed} {number}")  # noqa: S311 - reproducible, no secret
        density = list(SPARSITY.values())[number % 3]
        yield rng, editions[number // 3 % len(editions)], density
