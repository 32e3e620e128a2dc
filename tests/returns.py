"""Random returns of any edition, reproducible from a seed: clean ones, and typical mistakes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from toolkit.edition.edition import Edition, for_year
from toolkit.edition.kind import Cell
from toolkit.edition.shape import EditionError
from toolkit.files.examine import prior_numbers
from toolkit.report.report import Number, Report, Value, inapplicable, recompute
from toolkit.xlsx.number import from_double

LEVELS = ("central", "province", "city", "county", "town")
TEXTS = (
    "12",
    "１２",
    "—",
    "/",
    "O",
    "0件",
    "无",
    "1,234",
    " 7 ",
    "3\u00a0",
    "+5",
    "-2",
    "−3",
    "1.5",
    "251000元",
    "22（其中修订16件）",
    "=",
    "*",
    "<1",
    "待填",
    "待改",
)
"""Texts typed in place of a number."""

WRONG = ("有", "是 ", "否、是", "√", " ", "\u3000", "2025-02-30", "2025/3/4", "2025-3-4", "2025年")
"""Texts typed in place of a printed word or a day."""

Typed = dict[str, Value]
Change = Callable[[Random, Edition, Typed], tuple[str, ...]]
"""Function that changes the typed cells; returns the tables it declares."""


@dataclass(frozen=True, slots=True)
class Case:
    """A return with the report of the year before; `kind`: the change made to it."""

    kind: str
    report: Report
    prior: Report | None


def cases(edition: Edition, seed: int, count: int, kinds: tuple[str, ...] = ()) -> list[Case]:
    """Return `count` returns, the kinds in turn."""
    rng = Random(f"{edition.form} {edition.name} {seed}")  # noqa: S311 - reproducible, no secret
    names = kinds or tuple(KINDS)
    return [_case(edition, rng, names[i % len(names)]) for i in range(count)]


def _case(edition: Edition, rng: Random, kind: str) -> Case:
    first, last = edition.years
    year = rng.choice(range(first, (last or first + 4) + 1))
    prior = _prior(edition, rng, year - 1)
    typed = clean(edition, rng, rng.choice((0.03, 0.2, 0.8)), prior)
    nil = KINDS[kind](rng, edition, typed)
    agency = {"name": "某某局", "code": None, "level": rng.choice(LEVELS)}
    report = report_of(edition, year, typed, nil, agency)
    return Case(kind, replace(report, prior=prior_numbers(edition, prior)), prior)


def report_of(
    edition: Edition,
    year: int,
    typed: Mapping[str, Value],
    nil: tuple[str, ...],
    agency: Mapping[str, str | None],
) -> Report:
    """Return the report that is read from a workbook with these typed cells."""
    stored = {key: _stored(value) for key, value in typed.items()}
    values = recompute(edition, stored, nil)
    return Report(edition, agency, year, values, nil, origin="workbook")


def _stored(value: Value) -> Value:
    """Return a value as read back from a workbook."""
    return from_double(f"{value:f}") if isinstance(value, Decimal) else value


def _prior(edition: Edition, rng: Random, year: int) -> Report | None:
    """Return last year's report: in that year's edition, often complete, at times missing."""
    if rng.random() < 0.3:
        return None
    try:
        last = for_year(edition.form, year) or edition
    except EditionError:
        last = edition
    typed = clean(last, rng, rng.choice((0.03, 0.8)), None)
    if rng.random() < 0.4:
        _blank(rng, last, typed)
    agency = {"name": "某某局", "code": None, "level": "county"}
    return report_of(last, year, typed, (), agency)


# ── clean ─────────────────────────────────────────────────────────────────────────────────────────


def clean(edition: Edition, rng: Random, density: float, prior: Report | None) -> Typed:
    """Return typed cells in which every balance that is an error holds.

    density: the share of cells that are not 0; agencies are sparse, cities dense.
    """
    most = 9 if density < 0.1 else 10 ** rng.randint(2, 5)
    typed: Typed = {}
    for key in edition.typed:
        cell = edition.cells[key]
        if cell.numeric:
            typed[key] = draw(cell, rng, most) if rng.random() < density else 0
        else:
            typed[key] = _word(cell, rng)
    _take_over(edition, typed, prior)
    balance(edition, typed)
    return typed | dict.fromkeys(inapplicable(edition, typed))


def _word(cell: Cell, rng: Random) -> Value:
    """Return a valid value for a cell that holds no number."""
    if cell.optional and rng.random() < 0.5:
        return None
    if cell.choices:
        return rng.choice(cell.choices)
    day = f"20{rng.randint(10, 30)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    return day if cell.kind == "date" else rng.choice(("某某局", "www.example.gov.cn", "007"))


def draw(cell: Cell, rng: Random, most: int) -> Number:
    if cell.kind == "money":
        places = rng.randint(0, 4)
        return Decimal(rng.randint(0, most * 10**places)).scaleb(-places)
    return rng.randint(-most if cell.signed else 0, most)


def _take_over(edition: Edition, typed: Typed, prior: Report | None) -> None:
    """Type the values that must equal a number of last year."""
    for balance in edition.balances:
        own = [key for key in balance.left if key in typed]
        if prior and balance.severity == "error" and balance.relation == "=" and balance.prior:
            last = prior.numbers.get(balance.prior[0])
            if own == list(balance.left) and last is not None:
                typed[own[0]] = last


def balance(edition: Edition, typed: Typed) -> None:
    """Raise a typed cell of the smaller side of every balance that does not hold."""
    for balance in edition.balances:
        if balance.computes or balance.relation == "≥" or balance.prior:
            continue
        values = recompute(edition, typed, ())
        lacking = sum(_number(values[key]) for key in balance.left) - sum(
            _number(values[key]) for key in balance.right
        )
        if balance.relation == "≤" and (lacking <= 0 or balance.severity != "error"):
            continue
        side = balance.right if lacking > 0 else balance.left
        own = [key for key in side if key in typed]
        if lacking and own:
            typed[own[0]] += abs(lacking)  # type: ignore[operator]


# ── what people make of it ────────────────────────────────────────────────────────────────────────


def _nothing(_rng: Random, _edition: Edition, _typed: Typed) -> tuple[str, ...]:
    return ()


def _some(rng: Random, edition: Edition, typed: Typed, most: int) -> list[str]:
    """Return some cells for numbers."""
    numbers = [key for key in sorted(typed) if edition.cells[key].numeric]
    return rng.sample(numbers, rng.randint(1, most))


def _number(value: Value) -> Number:
    return 0 if value is None or isinstance(value, str) else value


def _break(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    for key in _some(rng, edition, typed, 4):
        typed[key] = max(0, _number(typed[key]) + rng.choice((-7, -1, 1, 2, 30)))
    return ()


def _blank(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    """Leave cells blank: a few, most, or whole tables."""
    share = rng.choice((0.02, 0.3, 0.9))
    gone = rng.choice((None, *edition.tables))
    for key in sorted(typed):
        if rng.random() < share or edition.cells[key].table == gone:
            typed[key] = None
    return ()


def _declare(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    """Leave every 0 blank and declare the tables, at times not all of them."""
    for key, value in typed.items():
        typed[key] = value or None
    return tuple(table for table in edition.statutory if rng.random() < 0.8)


def _text(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    """Type words in place of numbers, and wrong words or days in place of right ones."""
    for key in _some(rng, edition, typed, 5):
        typed[key] = rng.choice(TEXTS)
    words = [key for key in sorted(typed) if not edition.cells[key].numeric]
    for key in rng.sample(words, min(len(words), 4)):
        typed[key] = rng.choice((*WRONG, *edition.cells[key].choices))
    return ()


def _negative(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    for key in _some(rng, edition, typed, 3):
        typed[key] = -rng.randint(1, 99)
    return ()


def _fraction(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    """Type numbers with too many places, and money with as many as it may have."""
    for key in _some(rng, edition, typed, 4):
        places = rng.choice((1, 2, 6, 7, 9))
        whole = rng.choice((0, 3, 1234, 300_000))
        typed[key] = whole + Decimal(rng.randint(1, 9)).scaleb(-places)
    for cell in edition.cells.values():
        if cell.kind == "money" and rng.random() < 0.5:
            typed[cell.key] = Decimal(rng.randint(1, 10**12)).scaleb(-rng.choice((2, 4, 6)))
    return ()


def _huge(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    money = [cell.key for cell in edition.cells.values() if cell.kind == "money"]
    for key in (*_some(rng, edition, typed, 3), rng.choice(money)):
        typed[key] = 10**12 + rng.choice((-1, 0, 1, 10**12, 10**14))
    return ()


def _mixed(rng: Random, edition: Edition, typed: Typed) -> tuple[str, ...]:
    steps: tuple[Change, ...] = (_break, _declare, _blank, _text, _negative, _fraction)
    nil = [table for step in rng.sample(steps, 3) for table in step(rng, edition, typed)]
    return tuple(nil)


KINDS: dict[str, Change] = {
    "clean": _nothing,
    "broken": _break,
    "half-filled": _blank,
    "declared": _declare,
    "text": _text,
    "negative": _negative,
    "fractional": _fraction,
    "huge": _huge,
    "mixed": _mixed,
}
