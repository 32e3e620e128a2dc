"""The kinds of edit: rules that are no equation, each a generator of findings in KINDS."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from inspect import signature
from itertools import groupby
from typing import Any

from ..data import listed
from ..edition import edition as editions
from ..edition.balance import Edit
from ..edition.edition import LEVELS, Edition
from ..edition.kind import Cell, meant, takes
from ..edition.shape import EditionError
from ..escape import shortened
from ..finding import Finding, Spot
from ..report.report import Number, Value, fits, limit, plain, proposal
from . import narrative
from .case import (
    Case,
    Found,
    Open,
    because,
    finding_of,
    lacking,
    last_year,
    others,
    places,
    split,
    unknown,
)

Compared = tuple[Cell, Number, Number]
"""A cell with this year's and last year's number."""
NEAR = 4
"""A ratio is near a factor where it is at most this many times larger or smaller."""
KEYS_SHOWN = 12
"""Most keys of another edition in a sentence."""
TYPED_LENGTH = 40
"""Most characters of a typed text in a sentence."""


def confront(edit: Edit, case: Case) -> Found:
    """Yield an edit's findings in a case; raises EditionError for figures not of its kind."""
    level = case.report.agency.get("level")
    if not edit.levels or level in edit.levels:
        figures = {
            name: Decimal(str(value)) if isinstance(value, float) else value
            for name, value in edit.figures.items()
        }
        yield from _generator(edit.kind, tuple(figures), edit.id)(edit, case, **figures)
    elif not level:
        yield because("no-level")
    elif level not in LEVELS:
        yield because("unknown-level", level=level)


@cache
def _generator(kind: str, figures: tuple[str, ...], ident: str) -> Callable[..., Found]:
    try:
        signature(KINDS[kind]).bind(None, None, **dict.fromkeys(figures))
    except TypeError as error:
        raise EditionError(f"edit {ident!r}: kind {kind!r}: {error}") from None
    return KINDS[kind]


# ── what the kinds are made of ────────────────────────────────────────────────────────────────────


_ONLY = dict.fromkeys(
    ("number", "zero", "jump", "unchanged", "scale", "ceiling", "multiple", "needs"), True
) | {"entry": False}
"""Kinds that apply only to cells with numbers (True), or only to cells without (False)."""


def judged(edit: Edit, edition: Edition) -> tuple[Cell, ...]:
    """Return the cells an edit applies to, in form order."""
    return _selected(edition, edit.cells, edit.kind)


@cache
def _selected(edition: Edition, patterns: tuple[str, ...], kind: str) -> tuple[Cell, ...]:
    numeric = _ONLY.get(kind)
    return tuple(cell for cell in edition.select(patterns) if numeric in (None, cell.numeric))


def _cells(edit: Edit, case: Case) -> tuple[Cell, ...]:
    return judged(edit, case.report.edition)


def _finding(
    edit: Edit,
    cells: Iterable[Cell | Spot] = (),
    found: str | None = None,
    expected: str | None = None,
    part: str = "",
    **figures: str,
) -> Finding:
    """Return a finding of an edit, with the figures of the edit."""
    limits = {figure: str(value) for figure, value in edit.figures.items()}
    spots = (Spot.of(cell) if isinstance(cell, Cell) else cell for cell in cells)
    return finding_of(edit, spots, found, expected, part, **{**limits, **figures})


def _numbers(edit: Edit, case: Case) -> tuple[list[tuple[Cell, Number]], list[Open]]:
    """Return the edit's cells that hold a number, and the reasons for not judging the others."""
    numbers, cells = case.report.numbers, _cells(edit, case)
    pairs = [(c, n) for c in cells if (n := numbers[c.key]) is not None]
    blank = [cell.key for cell in cells if numbers[cell.key] is None]
    return pairs, [unknown(case.report, blank)] if blank else []


def _pairs(edit: Edit, case: Case) -> tuple[list[Compared], list[Open]]:
    """Return the cells with a number in both years, and the reasons for leaving out the others."""
    prior = last_year(case)
    if isinstance(prior, Open):
        return [], [prior]
    current, opens = _numbers(edit, case)
    numbers = {key: number for key, number in prior.numbers.items() if key not in case.divided}
    pairs = [(c, n, then) for c, n in current if (then := numbers.get(c.key)) is not None]
    keys = [cell.key for cell in _cells(edit, case)]
    if apart := [key for key in keys if key in case.divided]:
        opens.append(split(case.report.edition, prior, apart))
    shared = (key for key in keys if key not in case.divided)
    return pairs, [*opens, *lacking(case.report.edition, prior, shared)]


def _untold(cells: Iterable[Cell], case: Case) -> tuple[list[Cell], list[Open]]:
    """Return the cells without an error from reading the file, and the reason for the others."""
    cells = tuple(cells)
    reported = [cell for cell in cells if cell.key in case.reported]
    rest = [cell for cell in cells if cell.key not in case.reported]
    return rest, [because("told", place=places(reported))] if reported else []


# ── the kinds ─────────────────────────────────────────────────────────────────────────────────────


def unfilled(edit: Edit, case: Case) -> Found:
    """Yield a finding for each sheet with blanks that no declaration turns into 0."""
    values = case.report.values
    blank = (c for c in _cells(edit, case) if c.key in case.misfits and values.get(c.key) is None)
    cells, opens = _untold(blank, case)
    yield from opens
    for _, group in groupby(cells, key=lambda cell: cell.sheet):
        part = tuple(group)
        wants = "" if any(cell.numeric for cell in part) else "words"
        yield _finding(edit, part, None, None, wants, count=str(len(part)))


def number(edit: Edit, case: Case) -> Found:
    """Yield a finding for each cell with no valid number, with a proposal if the text means one."""
    report = case.report
    wrong = (
        cell
        for cell in _cells(edit, case)
        if report.values.get(cell.key) is not None
        and (cell.key in case.misfits or report.numbers[cell.key] is None)
    )
    cells, opens = _untold(wrong, case)
    yield from opens
    for cell in cells:
        yield _misfit(edit, cell, report.values[cell.key], limit(report.edition, cell.key))


def _misfit(edit: Edit, cell: Cell, value: Value, most: int) -> Finding:
    text = plain(value) if isinstance(value, int | Decimal) else str(value)
    meant = proposal(text, cell.unit) if isinstance(value, str) else None
    expected = plain(meant) if meant is not None and fits(cell, meant, most) else None
    if isinstance(value, str) or value is None:
        part = "text" if expected is None else "meant"
    elif value < 0 and not cell.signed:
        part = "negative"
    elif not -most <= value <= most:
        part = "large"
    else:
        part = "fraction" if cell.content.places == 0 else "decimals"
    figures = {"typed": _quoted(text), "unit": cell.unit, "places": str(cell.content.places)}
    return _finding(edit, (cell,), text, expected, part, **figures)


def entry(edit: Edit, case: Case) -> Found:
    """Yield a finding for each cell for words or a day with content that it does not take."""
    values = case.report.values
    wrong = (
        cell
        for cell in _cells(edit, case)
        if values.get(cell.key) is not None and not takes(cell, values[cell.key])
    )
    cells, opens = _untold(wrong, case)
    yield from opens
    for cell in cells:
        text = str(values[cell.key])
        words = " / ".join(cell.choices)
        right = meant(cell, text)
        part = "meant" if right else cell.kind
        yield _finding(edit, (cell,), text, right, part, typed=_quoted(text), words=words)


def dependent(edit: Edit, case: Case, *, on: str, value: str) -> Found:
    """Yield a finding for each cell filled with anything but 0 although `on` makes it not apply."""
    report = case.report
    asked = report.edition.cells[on]
    if report.values.get(on) is None:
        if not asked.optional:
            yield unknown(report, (on,))
    elif report.values[on] == value:
        for cell in _cells(edit, case):
            content = report.values.get(cell.key)
            if content is not None and report.numbers[cell.key] != 0:
                text = plain(content) if isinstance(content, int | Decimal) else content
                yield _finding(edit, (cell,), text, "", typed=_quoted(text), asked=asked.label)


def _quoted(text: str) -> str:
    r"""Return a text on one line, cut where it is long.

    >>> _quoted("a\nb" + "c" * 99) == "a b" + "c" * (TYPED_LENGTH - 3) + "…"
    True
    """
    line = "".join(sign if sign.isprintable() else " " for sign in text[: TYPED_LENGTH + 1])
    return shortened(line, TYPED_LENGTH)


def _each(
    edit: Edit,
    case: Case,
    wrong: Callable[[Number], object],
    expected: str | None = None,
    *,
    unit: bool = False,
) -> Found:
    """Yield a finding for each number that is wrong; unit: whether its sentence names the unit."""
    numbers, opens = _numbers(edit, case)
    yield from opens
    for cell, now in numbers:
        if wrong(now):
            figures = {"unit": cell.unit} if unit else {}
            yield _finding(edit, (cell,), plain(now), expected, **figures)


def zero(edit: Edit, case: Case) -> Found:
    """Return a finding for each number that is not 0."""
    return _each(edit, case, bool, "0")


def ceiling(edit: Edit, case: Case, *, limit: Number) -> Found:
    """Yield a finding for each number above `limit`, that of one agency: sums are not judged."""
    if case.report.sources:
        yield because("summed")
        return
    yield from _each(edit, case, lambda now: now > limit, unit=True)


def multiple(edit: Edit, case: Case, *, of: Number) -> Found:
    """Return a finding for each number that is no multiple of `of`."""
    return _each(edit, case, lambda now: now % of)


def needs(edit: Edit, case: Case, *, one_of: list[str]) -> Found:
    """Yield a finding for each number that is not 0 although all of `one_of` are 0."""
    grounds = [case.report.numbers[key] for key in one_of]
    if any(grounds):
        return
    if None in grounds:
        blank = (key for key, ground in zip(one_of, grounds, strict=True) if ground is None)
        yield unknown(case.report, blank)
        return
    yield from _each(edit, case, bool)


def _each_change(
    edit: Edit, case: Case, wrong: Callable[[Number, Number], object], *, unit: bool = False
) -> Found:
    """Yield a finding for each cell whose smaller and larger number of both years are wrong."""
    pairs, opens = _pairs(edit, case)
    yield from opens
    for cell, now, then in pairs:
        sizes = max(now, -now), max(then, -then)
        if wrong(min(sizes), max(sizes)):
            spots = (Spot.of(cell), Spot.prior(cell))
            figures = {"before": plain(then)} | ({"unit": cell.unit} if unit else {})
            part = "" if now and then else "zero"
            yield _finding(edit, spots, plain(now), None, part, **figures)


def jump(edit: Edit, case: Case, *, ratio: Number, floor: Number) -> Found:
    """Return a finding for each number over `ratio` times last year's, or below its inverse.

    One of the two is at least `floor`, so that small numbers do not alarm; 0 counts like any other:
    with 5 and 20, 0 → 20 and 4 → 21 are found, 4 → 20 and 3 → 19 are not.
    """
    return _each_change(edit, case, lambda low, high: high >= floor and high > ratio * low)


def unchanged(edit: Edit, case: Case, *, nonzero: Number) -> Found:
    """Yield a finding where all cells are as last year and at least `nonzero` are not 0."""
    pairs, opens = _pairs(edit, case)
    yield from opens
    same = not opens and all(now == then for _, now, then in pairs)
    if same and sum(now != 0 for _, now, _ in pairs) >= nonzero:
        yield _finding(edit, count=str(len(pairs)))


def scale(edit: Edit, case: Case, *, factor: Number) -> Found:
    """Return a finding per number about `factor` times last year's, or 1/`factor` (wrong unit)."""

    def near(low: Number, high: Number) -> bool:
        return low != 0 and factor * low <= high * NEAR and high <= factor * low * NEAR

    return _each_change(edit, case, near, unit=True)


def present(edit: Edit, case: Case) -> Found:
    """Yield a finding for each sheet with blanks that must be filled even with 0."""
    blank = [cell for cell in _cells(edit, case) if case.report.state(cell.key) == "unfilled"]
    for _, group in groupby(blank, key=lambda cell: cell.sheet):
        part = tuple(group)
        yield _finding(edit, part, count=str(len(part)))


def edition_year(edit: Edit, case: Case) -> Found:
    """Yield findings for an edition not for the year, and for texts citing only another edition."""
    report, edition = case.report, case.report.edition
    if report.year is None:
        yield because("no-year")
    elif not edition.covers(report.year):
        other = editions.for_year(edition.form, report.year)
        expected, part = (other.name, "") if other else (None, "none")
        yield _finding(edit, (), edition.name, expected, part, year=str(report.year))
    texts = "\n".join(report.written.values()).strip()
    for other in others(edition) if texts and edition.citation not in texts else ():
        if other.citation in texts:
            yield _finding(edit, (), other.citation, edition.citation, "cited")


def mixed_edition(edit: Edit, case: Case) -> Found:
    """Yield a finding for each other edition and sheet whose keys have a value in this report."""
    edition = case.report.edition
    left = {key for key, value in case.report.extra.items() if value is not None}
    for other in others(edition) if left else ():
        cells = [cell for key, cell in other.cells.items() if key in left]
        left -= other.cells.keys()
        for sheet, group in groupby(cells, key=lambda cell: cell.sheet):
            part = tuple(group)
            yield _finding(
                edit,
                (Spot(cell.key, None, None, cell.label) for cell in part),
                other.name,
                edition.name,
                sheet=sheet,
                count=str(len(part)),
                other=other.name,
                edition=edition.name,
                keys=listed((cell.key for cell in part), KEYS_SHOWN),
            )


def text(edit: Edit, case: Case, **figures: Any) -> Found:
    """Yield findings for texts that contradict the tables, and reasons for not judging."""
    for outcome in narrative.text(edit, case.report, **figures):
        if isinstance(outcome, Finding):
            yield outcome
        else:
            yield unknown(case.report, (spot.key for spot in outcome if spot.key))


_ALL = (unfilled, number, entry, dependent, edition_year, mixed_edition, zero, jump, unchanged,
        scale, ceiling, present, multiple, needs, text)  # fmt: skip
KINDS: Mapping[str, Callable[..., Any]] = {
    function.__name__.replace("_", "-"): function for function in _ALL
}
