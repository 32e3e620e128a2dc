"""Single mistakes of every kind in filled returns, as sparse as agencies' are, from a seed."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import returns

from toolkit.edition.edition import Edition
from toolkit.report.report import Number, Report, Value

from .planted import Planted, published

TABLE = "applications"
RESULTS = {"granted": 40, "partly_granted": 8, "unable_not_held": 25, "declined_petition": 5}
"""{row: its weight among the results}; any other row weighs 1."""
COLUMNS = {"natural_person": 85, "business": 8}
"""{column: its weight among the applicants}; any other column weighs 1."""
SIZES = (3, 12, 60, 400, 4000)
"""How many requests an agency, a large agency, a county, a large county, a city receives."""
DENSE = (0.03, 0.3, 0.8)


Pair = tuple[Report, Report | None]
"""A report whose balances hold, its zeros blank and declared, and that of the year before."""


def filled(edition: Edition, rng: Random, number: int) -> Pair:
    """Return a return whose balances hold, its zeros left blank and declared, with last year's.

    number: decides how large it is, and whether its numbers are spread as an office's are or evenly.
    """
    first, agency = edition.years[0], {"name": "某某局", "code": None, "level": "county"}
    size, even = number % 5, number % 4 == 0
    density, most = DENSE[size % 3], SIZES[size]
    last, own = (returns.clean(edition, rng, density, None) for _ in range(2))
    if not even:
        requests = _requests(edition, rng, most, {})
        last, own = last | requests, own | _requests(edition, rng, most, requests)
    before = _declared(edition, first, last, agency)
    if even:
        own = returns.clean(edition, rng, density, before)
    return _declared(edition, first + 1, own, agency), before


def _declared(
    edition: Edition, year: int, typed: Mapping[str, Value], agency: Mapping[str, str | None]
) -> Report:
    sparse = {key: value or None for key, value in typed.items()}
    made: Report = returns.report_of(edition, year, sparse, tuple(edition.statutory), agency)
    return made


def _requests(edition: Edition, rng: Random, most: int, last: Mapping[str, int]) -> dict[str, int]:
    """Return the table of requests: each request has an applicant and a result."""
    keys = [key for key in edition.typed if key.startswith(f"{TABLE}.")]
    rows = list(dict.fromkeys(key.split(".")[1] for key in keys))
    columns = list(dict.fromkeys(key.split(".")[2] for key in keys))
    results = [row for row in rows if row not in ("received", "carried_in", "carried_out")]
    weights = [RESULTS.get(row, 1) * rng.uniform(0.2, 1.8) for row in results]
    shares = [COLUMNS.get(column, 1) * rng.uniform(0.2, 1.8) for column in columns]
    typed: dict[str, int] = dict.fromkeys(keys, 0)
    open_ = rng.uniform(0, 0.15)
    for column in columns:
        before = last.get(f"{TABLE}.carried_out.{column}", 0)
        typed[f"{TABLE}.carried_in.{column}"] = before
    for column in rng.choices(columns, shares, k=rng.randint(max(1, most // 4), most)):
        typed[f"{TABLE}.received.{column}"] += 1
    for column in columns:
        own = typed[f"{TABLE}.received.{column}"] + typed[f"{TABLE}.carried_in.{column}"]
        for _ in range(own):
            row = "carried_out" if rng.random() < open_ else rng.choices(results, weights)[0]
            typed[f"{TABLE}.{row}.{column}"] += 1
    return typed


# ── the mistakes: {key: the number typed in place of its own, None for a blank} ───────────────────

Slip = Callable[[Random, "Place"], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell that is not 0, in its report, with last year's."""

    report: Report
    prior: Report | None
    key: str

    @property
    def number(self) -> int:
        """The number of the cell."""
        return int(self.at(self.key))

    def at(self, key: str) -> Number:
        """Return the number of any cell, 0 for a blank."""
        return self.report.numbers[key] or 0

    def beside(self, down: int, right: int) -> str | None:
        """Return the typed cell so many rows and columns away."""
        cell = self.report.edition.cells[self.key]
        wanted = (cell.place[0] + down, cell.place[1] + right)
        near = [c.key for c in self.report.edition.of_table(cell.table) if c.place == wanted]
        return near[0] if near and near[0] in self.report.edition.typed else None


def _drop(rng: Random, place: Place) -> Mapping[str, Value]:
    text = str(place.number)
    gone = rng.randrange(len(text))
    left = text[:gone] + text[gone + 1 :]
    return {place.key: int(left) or None} if left else {}


def _double(rng: Random, place: Place) -> Mapping[str, Value]:
    text = str(place.number)
    twice = rng.randrange(len(text))
    return {place.key: int(text[:twice] + text[twice] + text[twice:])}


def _swap(rng: Random, place: Place) -> Mapping[str, Value]:
    text = str(place.number)
    pairs = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not pairs:
        return {}
    i = rng.choice(pairs)
    return {place.key: int(text[:i] + text[i + 1] + text[i] + text[i + 2 :])}


def _digit(rng: Random, place: Place) -> Mapping[str, Value]:
    text = str(place.number)
    i = rng.randrange(len(text))
    return {place.key: int(text[:i] + rng.choice("0123456789") + text[i + 1 :]) or None}


def _tenfold(_rng: Random, place: Place) -> Mapping[str, Value]:
    return {place.key: 10 * place.number}


def _off(rng: Random, place: Place) -> Mapping[str, Value]:
    return {place.key: place.number + rng.choice((-1, 1)) or None}


def _blank(_rng: Random, place: Place) -> Mapping[str, Value]:
    return {place.key: None}


def _left(_rng: Random, place: Place) -> Mapping[str, Value]:
    other = place.beside(0, -1)
    return {place.key: place.at(other)} if other and place.at(other) else {}


def _below(_rng: Random, place: Place) -> Mapping[str, Value]:
    other = place.beside(1, 0)
    return {place.key: place.at(other)} if other and place.at(other) else {}


def _last(_rng: Random, place: Place) -> Mapping[str, Value]:
    return {place.key: place.prior.numbers[place.key] or None} if place.prior else {}


def _total(rng: Random, place: Place) -> Mapping[str, Value]:
    row = place.key.rsplit(".", 1)[0]
    column = place.key.rsplit(".", 1)[1]
    return {place.key: place.at(rng.choice((f"{row}.total", f"{TABLE}.concluded.{column}")))}


def _carried(rng: Random, place: Place) -> Mapping[str, Value]:
    column = place.key.rsplit(".", 1)[1]
    key = f"{TABLE}.carried_in.{column}"
    return {key: max(0, int(place.at(key)) + rng.choice((-9, -2, -1, 1, 2, 3, 10))) or None}


def _exchange(rng: Random, place: Place) -> Mapping[str, Value]:
    cells = place.report.edition.of_table(TABLE)
    own = place.report.edition.cells[place.key]
    others = [c.key for c in cells if c.key in place.report.edition.typed
              and (c.place[0] == own.place[0]) != (c.place[1] == own.place[1])]  # fmt: skip
    other = rng.choice(others)
    return {place.key: place.at(other) or None, other: place.at(place.key)}


def _shift(_rng: Random, place: Place) -> Mapping[str, Value]:
    """Type the row's numbers one column further to the right."""
    row = place.key.rsplit(".", 1)[0]
    keys = [key for key in place.report.edition.typed if key.rsplit(".", 1)[0] == row]
    numbers = [None, *(place.at(key) or None for key in keys[:-1])]
    return dict(zip(keys, numbers, strict=True))


def _lower(_rng: Random, place: Place) -> Mapping[str, Value]:
    """Type the row's numbers in the row below, which stays blank otherwise."""
    below = place.beside(1, 0)
    if not below:
        return {}
    rows = [key.rsplit(".", 1)[0] for key in (place.key, below)]
    typed = [k for k in place.report.edition.typed if k.rsplit(".", 1)[0] == rows[0]]
    lower = [rows[1] + k[len(rows[0]) :] for k in typed]
    return dict.fromkeys(typed) | {
        b: place.at(a) or None for a, b in zip(typed, lower, strict=True)
    }


KINDS: Mapping[str, Slip] = {
    "digits exchanged": _swap,
    "digit dropped": _drop,
    "digit doubled": _double,
    "tenfold": _tenfold,
    "last year's number": _last,
    "left neighbour's number": _left,
    "lower neighbour's number": _below,
    "digit mistyped": _digit,
    "one more or less": _off,
    "left blank": _blank,
    "total in a part": _total,
    "carried in": _carried,
    "cells exchanged": _exchange,
    "row shifted right": _shift,
    "row typed one lower": _lower,
}
TRACE = tuple(KINDS)[:7]
"""Kinds that leave a trace in the wrong number itself."""


def mistakes(
    editions: list[Edition], seed: int, each: int
) -> Iterator[tuple[str, Planted, Planted]]:
    """Yield (source, workbook, the same imported) with one mistake, `each` of each kind and source.

    source: synthetic or real. Some mistakes break nothing.
    """
    real = [(_sparse(report), last) for report, last in published()]
    for kind in KINDS:
        for number in range(each):
            rng = Random(f"{seed} {kind} {number}")  # noqa: S311 - reproducible, no secret
            form = editions[number % len(editions)]
            made = (filled(form, rng, number + more) for more in count())
            yield (
                "synthetic",
                *next(_planted(pair, rng, kind) for pair in made if _fits(pair, kind)),
            )
            known = [pair for pair in real if _fits(pair, kind)]
            yield "real", *_planted(known[number % len(known)], rng, kind)


def _sparse(report: Report) -> Report:
    typed = {key: report.values[key] for key in report.edition.typed}
    return _declared(report.edition, report.year or 0, typed, report.agency)


def _fits(pair: Pair, kind: str) -> bool:
    """Tell whether a mistake of a kind can be made in a report."""
    return any(_slip(Random(0), pair, key, kind) for key in _cells(pair[0]))  # noqa: S311


def _cells(report: Report) -> list[str]:
    return [k for k in report.edition.typed if k.startswith(f"{TABLE}.") and report.numbers[k]]


def _slip(rng: Random, pair: Pair, key: str, kind: str) -> Mapping[str, Value]:
    """Return the cells that a mistake changes, with the wrong numbers."""
    wrong = KINDS[kind](rng, Place(*pair, key))
    return {k: n for k, n in wrong.items() if n != pair[0].values[k]}


def _planted(pair: Pair, rng: Random, kind: str) -> tuple[Planted, Planted]:
    """Return a workbook with a mistake, and an imported report with the same one."""
    report, prior = pair
    wrong: Mapping[str, Value] = {}
    while not wrong:
        wrong = _slip(rng, pair, rng.choice(_cells(report)), kind)
    truth = {k: report.numbers[k] or 0 for k in wrong}
    typed = {k: report.values[k] for k in report.edition.typed} | dict(wrong)
    book = returns.report_of(report.edition, report.year or 0, typed, report.nil, report.agency)
    numbers = {k: report.numbers[k] or 0 for k in report.values if report.edition.cells[k].numeric}
    values = {**report.values, **numbers, **{k: n or 0 for k, n in wrong.items()}}
    imported = replace(report, values=values, nil=(), origin="json")
    return Planted(book, prior, truth, kind), Planted(imported, prior, truth, kind)
