"""Reports whose balances all hold, and typical mistakes in them, from a seed."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import returns

from toolkit.edition.edition import Edition
from toolkit.explain.model import parts, problem
from toolkit.report.report import Number, Report, Value, from_json, parse_json, recompute

REAL = Path(__file__).resolve().parent.parent / "tests" / "real"
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
    typed = _asks_nothing(edition, returns.clean(edition, rng, density, last), last)
    report = returns.report_of(edition, first + 1, typed, (), agency)
    return replace(report, origin=origin), last


def _asks_nothing(edition: Edition, typed: Mapping[str, Value], last: Report) -> dict[str, Value]:
    """Return typed cells, some raised so that no balance that is a warning is broken either."""
    found = dict(typed)
    asking = [balance for balance in edition.balances if balance.severity != "error"]
    for balance in (*asking, *asking):
        numbers = {**_numbers(last), **recompute(edition, found, ())}
        left, right = (_sum(numbers, side) for side in (balance.left, balance.right))
        holds = {"=": left == right, "≤": left <= right, "≥": left >= right}[balance.relation]
        if holds:
            continue
        less = balance.right if left > right else balance.left
        own = next(k for key in less for k in parts(edition, key, typed=True) if k in found)
        lacking = left - right if left > right else right - left
        found[own] = _sum(found, (own,)) + lacking
    return found


def _sum(numbers: Mapping[str, Value], keys: Iterable[str]) -> Number:
    found: Number = 0
    for key in keys:
        number = numbers[key]
        if number is not None and not isinstance(number, str):
            found += number
    return found


def published() -> Iterator[tuple[Report, Report | None]]:
    """Yield the published reports, blanks as 0 and totals right, with last year's where there is."""
    read = [
        from_json(parse_json(path.read_text(encoding="utf-8"))) for path in sorted(REAL.glob("*"))
        if path.suffix == ".json"
    ]  # fmt: skip
    found = []
    for report in read:
        typed = {k: 0 if v is None or isinstance(v, str) else v for k, v in report.values.items()}
        values = recompute(report.edition, typed, ())
        found.append(replace(report, values=values, extra={}))
    for report in found:
        same = [r for r in found if r.agency == report.agency and r.year == (report.year or 0) - 1]
        yield report, same[0] if same else None


def planted(
    edition: Edition, rng: Random, *, density: float, origin: str, mistakes: int, chained: bool
) -> Planted:
    """Return a synthetic report with that number of wrong cells; chained: with last year's."""
    report, last = clean(edition, rng, density, origin)
    return spoiled(report, last if chained else None, rng, mistakes)


def spoiled(report: Report, prior: Report | None, rng: Random, mistakes: int) -> Planted:
    """Return a report with that number of wrong cells in balances that are errors, some broken.

    Two exchanged cells are two wrong cells.
    """
    while True:
        values, kind = dict(report.values), ""
        truth: dict[str, Number] = {}
        for key in _cells(report, rng, mistakes):
            if len(truth) >= mistakes:
                break
            kind = rng.choice(tuple(KINDS))
            wrong = KINDS[kind](rng, report, key)
            for cell, number in wrong.items():
                truth[cell] = report.numbers[cell] or 0
                values[cell] = number
        if report.origin == "workbook":
            values = recompute(report.edition, values, ())
        made = replace(report, values=values)
        if len(truth) == mistakes and problem(made, _numbers(prior)).broken:
            return Planted(made, prior, truth, kind)


def _numbers(prior: Report | None) -> dict[str, Number | None]:
    return {f"prior.{key}": number for key, number in prior.numbers.items()} if prior else {}


def _cells(report: Report, rng: Random, count: int) -> list[str]:
    """Return cells of balances that are errors; most often cells with a number."""
    edition = report.edition
    firm = {key for b in edition.balances if b.severity == "error" for key in b.keys}
    own = sorted(key for key in firm if report.origin != "workbook" or key in edition.typed)
    filled = [key for key in own if report.numbers[key]]
    return rng.sample(filled if len(filled) >= count and rng.random() < 0.8 else own, count)


# ── mistakes: {key: the wrong number} ─────────────────────────────────────────────────────────────

Mistake = Callable[[Random, Report, str], Mapping[str, Number]]


def _wrong(report: Report, key: str, number: Number) -> dict[str, Number]:
    """Return the wrong number; none where it is unchanged or cannot be typed."""
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


def _swapped(rng: Random, report: Report, key: str) -> Mapping[str, Number]:
    """Exchange two numbers of a row or a column."""
    own = report.edition.cells[key]
    others = [
        cell.key
        for cell in report.edition.of_table(own.table)
        if (cell.place[0] == own.place[0]) != (cell.place[1] == own.place[1])
        and (report.origin != "workbook" or cell.key in report.edition.typed)
        and _wrong(report, key, report.numbers[cell.key] or 0)
    ]
    if not others:
        return {}
    other = rng.choice(others)
    mine = _wrong(report, key, report.numbers[other] or 0)
    return {**mine, **_wrong(report, other, report.numbers[key] or 0)}


def _sign(_rng: Random, report: Report, key: str) -> Mapping[str, Number]:
    return _wrong(report, key, -(report.numbers[key] or 0))


def _factor(rng: Random, report: Report, key: str) -> Mapping[str, Number]:
    """Type some zeros too many, or too few."""
    old, factor = report.numbers[key] or 0, 10 ** rng.choice((1, 2, 3, 4))
    less = [old // factor] if old % factor == 0 else []
    return _wrong(report, key, rng.choice([old * factor, *less]))


KINDS: Mapping[str, Mistake] = {
    "other": _other,
    "digits": _digits,
    "blank": _blanked,
    "beside": _beside,
    "swapped": _swapped,
    "sign": _sign,
    "factor": _factor,
}


def settings(
    editions: list[Edition], seed: int, count: int
) -> Iterator[tuple[Random, Edition, float]]:
    """Yield a random source, an edition and a density in turn, `count` times."""
    for number in range(count):
        rng = Random(f"{seed} {number}")  # noqa: S311 - reproducible, no secret
        density = list(SPARSITY.values())[number % 3]
        yield rng, editions[number // 3 % len(editions)], density
