"""A report: the values of an agency for a year, from a workbook, JSON or a document."""

import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from ..edition import edition as editions
from ..edition.edition import Edition
from ..edition.kind import COUNT_LIMIT as COUNT_LIMIT  # noqa: PLC0414 - handed on
from ..edition.kind import PLACES as PLACES  # noqa: PLC0414 - handed on
from ..edition.kind import Cell, decimals, takes, without_hidden
from ..edition.kind import Number as Number  # noqa: PLC0414 - handed on
from ..edition.naming import PEOPLE
from . import explanation, identity, placeholders, provenance
from .contribution import Contribution
from .explanation import Explanation
from .meaning import FULL_WIDTH
from .meaning import proposal as proposal  # noqa: PLC0414 - handed on
from .provenance import Evidence
from .strict import NUMBER_LIMIT as NUMBER_LIMIT  # noqa: PLC0414 - handed on
from .strict import ReportError as ReportError  # noqa: PLC0414 - handed on
from .strict import dumps as dumps  # noqa: PLC0414 - handed on
from .strict import parse_json as parse_json  # noqa: PLC0414 - handed on
from .strict import to_decimal as to_decimal  # noqa: PLC0414 - handed on

Value = int | Decimal | str | None
TOTAL_LIMIT = 1000 * COUNT_LIMIT
YEARS = (1000, 2999)
"""The years a report may be about: four digits, as a workbook's cover takes them."""
AGENCY = ("name", "code", "level")
"""Facts about the agency in a report."""
ORIGINS = ("workbook", "json", "document")
_DEFAULTS: Mapping[str, Any] = {
    "edition": None,
    "year": None,
    "agency": {},
    "values": None,
    "nil": [],
    "texts": {},
    "origin": "json",
    "evidence": {},
    "prior": {},
    "sent": None,
    "cover": {},
    "explained": [],
}
_DIGITS = re.compile(r"\s*\d+(\.\d+)?\s*", re.ASCII)
_PRINTED = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_BLANKS = re.compile(r"[^\S\r\n]+")
_DIGITS_LIMIT = 30
"""A count with more digits than this stays a Decimal."""
_DOUBLE_LIMIT = 308
"""Largest exponent of a number in a workbook; a number beyond it is kept as text."""


@dataclass(frozen=True)
class Report:
    """A return: the values of an agency for a year.

    agency: {name, code, level}, each text or None. year: None where it could not be read.
    values: {every key: int, Decimal, None for unfilled, or text as typed}.
    nil: tables declared to be 0 where blank. texts: {name: text}. sources: parts of a roll-up.
    extra: values under keys this edition does not have. fields: unknown top-level names.
    prior: last year's numbers {key: number} that the return itself holds. sent: 第几次报送.
    cover: {more fields of the cover, of naming.PEOPLE: text}, filled ones only.
    summed: the values whose totals `recompute` made; other values may have wrong ones.
    evidence: {key: where a document has it}. explained: the agency's reasons for findings.
    """

    edition: Edition
    agency: Mapping[str, str | None]
    year: int | None
    values: Mapping[str, Value]
    nil: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    origin: str = "json"
    extra: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    prior: Mapping[str, Number] = field(default_factory=dict)
    sent: int | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    explained: tuple[Explanation, ...] = ()
    sources: tuple[Contribution, ...] = ()
    cover: Mapping[str, str] = field(default_factory=dict)
    summed: Mapping[str, Value] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def inapplicable(self) -> frozenset[str]:
        """Keys of cells that do not apply, by the answers of other cells."""
        return inapplicable(self.edition, self.values)

    @cached_property
    def numbers(self) -> Mapping[str, Number | None]:
        """{key: its number, or None while it is unfilled or no number}.

        A blank is 0 where its table is declared or where the cell does not apply.
        """
        sums = self.edition.computes if self.origin == "workbook" else ()
        return _numbers(self.edition, self.values, self.nil, self.inapplicable, sums)

    @cached_property
    def summed_up(self) -> Mapping[str, Number]:
        """{key of a blank total: the sum of its parts}, where all of them are numbers."""
        blank = [key for key in self.edition.computes if self.values.get(key) is None]
        sums = recompute(self.edition, self.values, self.nil) if blank else {}
        found = ((key, sums[key]) for key in blank)
        return {key: n for key, n in found if isinstance(n, int | Decimal)}

    @cached_property
    def written(self) -> Mapping[str, str]:
        """The texts with numbers in place of placeholders; those of an open cell stay."""

        def shown(keys: tuple[str, ...]) -> str | None:
            number = total(map(self.numbers.get, keys))
            return None if number is None else plain(number)

        return {n: placeholders.filled(t, self.edition, shown) for n, t in self.texts.items()}

    @property
    def adds_up(self) -> bool:
        """Whether its totals were computed from its other values, so that they cannot be wrong."""
        return self.values is self.summed

    def state(self, key: str) -> str:
        """Return filled, zero (typed or declared), unfilled, not-applicable or misfit."""
        value, number = self.values.get(key), self.numbers[key]
        if value is None and key in self.inapplicable:
            return "not-applicable"
        if number is None and takes(self.edition.cells[key], value):
            return "filled"
        if number is None:
            return "unfilled" if value is None else "misfit"
        return "zero" if number == 0 else "filled"


def is_empty(report: Report) -> bool:
    """Tell whether a report has no value, declaration or text."""
    typed = any(value is not None for value in report.values.values())
    return not (typed or report.nil or any(report.texts.values()))


def inapplicable(edition: Edition, values: Mapping[str, Value]) -> frozenset[str]:
    """Return the keys of cells that do not apply, by the answers of other cells."""
    return frozenset(
        key
        for key, edits in edition.depends.items()
        if any(values.get(edit.figures["on"]) == edit.figures["value"] for edit in edits)
    )


def _numbers(
    edition: Edition,
    values: Mapping[str, Value],
    nil: Container[str],
    away: Container[str],
    sums: Container[str],
) -> dict[str, Number | None]:
    """Return {key: its number, or None}; sums: keys whose blank is never 0."""
    numbers: dict[str, Number | None] = {}
    for key, table, numeric, most in _bounds(edition):
        value = values.get(key)
        if value is None:
            zero = numeric and key not in sums and (table in nil or key in away)
            numbers[key] = 0 if zero else None
        elif type(value) is int and 0 <= value <= most:
            numbers[key] = value if numeric else None
        else:
            good = not isinstance(value, str) and fits(edition.cells[key], value, most)
            numbers[key] = value if good else None  # type: ignore[assignment]
    return numbers


@cache
def _bounds(edition: Edition) -> tuple[tuple[str, str, bool, int], ...]:
    """Return (key, table, whether it holds a number, the largest one) of each cell."""
    cells = edition.cells.items()
    return tuple((key, cell.table, cell.numeric, limit(edition, key)) for key, cell in cells)


def limit(edition: Edition, key: str) -> int:
    """Return the largest number a cell takes; a total may exceed what its parts may."""
    return TOTAL_LIMIT if key in edition.computes else COUNT_LIMIT


def fits(cell: Cell, value: Value, most: int) -> bool:
    """Tell whether a value is a number this cell accepts, `most` at most."""
    if not cell.numeric or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    if not (-most if cell.signed else 0) <= value <= most:
        return False
    return decimals(value) <= (cell.content.places or 0)


def plain(number: Number) -> str:
    """Return a number as people write it: every digit, no exponent.

    >>> plain(Decimal("1E+2")), plain(Decimal("18.8710")), plain(7)
    ('100', '18.8710', '7')
    """
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def to_number(cell: Cell, number: Decimal) -> Number:
    """Return a finite decimal as this cell's kind of number: int where it is whole.

    A count that is not whole or far too large stays a Decimal: it is a finding.
    """
    if cell.content.places == 0 and number.adjusted() <= _DIGITS_LIMIT and not decimals(number):
        return int(number)
    return number


def to_value(cell: Cell, number: Decimal) -> Value:
    """Return a finite decimal as this cell's value: a number, or digits in a cell for text."""
    return to_number(cell, number) if cell.numeric else plain(number)


def from_text(cell: Cell, text: str) -> Value:
    """Return the value of a text: a number for digits in a numeric cell, None for a blank."""
    if cell.numeric and len(text) <= NUMBER_LIMIT and _DIGITS.fullmatch(text):
        return to_number(cell, Decimal(text.strip()))
    return text if text.strip() else None


def from_printed(cell: Cell, text: str) -> Value:
    """Return the value of a text in a document: a number for digits of any width, blanks taken out.

    Raised or circled digits are none, nor are digits on two lines.
    """
    bare = _BLANKS.sub("", identity.visible(text).strip()).translate(FULL_WIDTH)
    if cell.numeric and len(bare) <= NUMBER_LIMIT and _PRINTED.fullmatch(bare):
        return to_number(cell, Decimal(bare))
    return text if text.strip() else None


def total(numbers: Iterable[Number | None]) -> Number | None:
    """Return the sum of numbers, None where one is missing."""
    numbers = tuple(numbers)
    present = [number for number in numbers if number is not None]
    return sum(present) if len(present) == len(numbers) else None


def recompute(
    edition: Edition, values: Mapping[str, Value], nil: tuple[str, ...]
) -> dict[str, Value]:
    """Return every key: typed values as they are, totals recomputed, None where a part is open."""
    typed = {key: None if key in edition.computes else values.get(key) for key in edition.cells}
    numbers = _numbers(edition, typed, nil, inapplicable(edition, typed), edition.computes)
    totals: dict[str, Number | None] = {}

    def number(key: str) -> Number | None:
        if key not in edition.computes:
            return numbers[key]
        if key not in totals:
            totals[key] = total(map(number, edition.computes[key].right))
        return totals[key]

    return {key: number(key) if key in edition.computes else typed[key] for key in edition.cells}


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


def from_json(source: Any, extra: tuple[Any, ...] = ()) -> Report:
    """Return the Report of a parsed report JSON; `extra` are more template folders.

    Raises ReportError where it is no report of a known edition.
    """
    if not isinstance(source, Mapping) or not isinstance(source.get("form"), str):
        raise ReportError("not-a-report")
    content: dict[str, Any] = {**_DEFAULTS, **source}
    _refuse_misshapen(content)
    form, name, year, values = (content[part] for part in ("form", "edition", "year", "values"))
    edition = (
        editions.named(form, name, extra) if name else editions.for_year(form, year or 0, extra)
    )
    if edition is None:
        raise ReportError("unknown-edition", name=f"{form} {name or year}")
    if year is None and not (name and content["origin"] == "workbook"):
        raise ReportError("bad-field", name="year")
    for table in content["nil"]:
        if table not in edition.statutory:
            raise ReportError("bad-field", name=f"nil: {table}")
    return Report(
        edition=edition,
        agency=_agency(content["agency"]),
        year=year,
        values={
            key: _json_value(cell, values.get(key), content["origin"])
            for key, cell in edition.cells.items()
        },
        nil=tuple(dict.fromkeys(content["nil"])),
        texts=content["texts"],
        origin=content["origin"],
        evidence=provenance.from_json(content["evidence"]),
        prior=_last_year(edition, year, content["prior"]),
        sent=content["sent"],
        cover={n: text for n in PEOPLE if (text := content["cover"].get(n)) and text.strip()},
        explained=explanation.from_json(content["explained"]),
        extra={key: value for key, value in values.items() if key not in edition.cells},
        fields=(
            *(key for key in source if key != "form" and key not in _DEFAULTS),
            *(f"agency.{part}" for part in content["agency"] if part not in AGENCY),
            *(f"cover.{part}" for part in content["cover"] if part not in PEOPLE),
        ),
    )


def _last_year(edition: Edition, year: int | None, prior: Mapping[str, Any]) -> dict[str, Number]:
    """Return last year's numbers {key: number}, those of the edition's own keys.

    Raises ReportError for another year, and for anything that is no number.
    """
    values = prior.get("values", {})
    if year is not None and prior.get("year", year - 1) != year - 1:
        raise ReportError("bad-field", name="prior.year")
    numbers: dict[str, Number] = {}
    for key, raw in values.items():
        cell = edition.cells.get(key)
        value = _json_value(cell, raw, "json") if cell else None
        if isinstance(value, str):
            raise ReportError("bad-field", name=f"prior.values.{key}")
        if value is not None:
            numbers[key] = value
    return numbers


def _agency(agency: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return name, code and level; a level by its printed name becomes its key."""
    level = agency.get("level")
    return {
        "name": agency.get("name"),
        "code": agency.get("code"),
        "level": identity.levels().get(identity.word(level), level) if level else None,
    }


def _refuse_misshapen(content: Mapping[str, Any]) -> None:
    """Raise ReportError for the first field that is not of the type report JSON gives it."""
    agency, texts, nil, year = (content[part] for part in ("agency", "texts", "nil", "year"))
    shapes = {
        "values": isinstance(content["values"], dict),
        "agency": _are_words(agency),
        "cover": _are_words(content["cover"]),
        "year": year is None or (type(year) is int and YEARS[0] <= year <= YEARS[1]),
        "texts": isinstance(texts, dict) and all(isinstance(t, str) for t in texts.values()),
        "nil": isinstance(nil, list) and all(isinstance(t, str) for t in nil),
        "edition": content["edition"] is None or isinstance(content["edition"], str),
        "origin": content["origin"] in ORIGINS,
        "evidence": provenance.is_evidence(content["evidence"]),
        "prior": isinstance(content["prior"], dict)
        and isinstance(content["prior"].get("values", {}), dict),
        "sent": content["sent"] is None or (type(content["sent"]) is int and content["sent"] > 0),
        "explained": explanation.are_explanations(content["explained"]),
    }
    for wrong in (part for part, good in shapes.items() if not good):
        raise ReportError("bad-field", name=wrong)


def _are_words(value: object) -> bool:
    """Tell whether a value is an object whose values are text or null."""
    texts = value.values() if isinstance(value, dict) else (0,)
    return all(isinstance(text, str) or text is None for text in texts)


def _json_value(cell: Cell, raw: Any, origin: str) -> Value:
    """Return a JSON value as a Report holds it; neither number nor text: its JSON text."""
    if isinstance(raw, str):
        text = without_hidden(cell, raw)
        return text if origin == "workbook" else from_text(cell, text)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return json.dumps(raw, ensure_ascii=False, default=str)
    number = Decimal(raw)
    return to_value(cell, number) if abs(number.adjusted()) <= _DOUBLE_LIMIT else str(raw)


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as report JSON: all keys, misfits and unknown keys as given."""
    last = report.year - 1 if report.year is not None else None
    return {
        "form": report.edition.form,
        "edition": report.edition.name,
        "year": report.year,
        "agency": dict(report.agency),
        "values": {**report.values, **report.extra},
        "nil": list(report.nil),
        "texts": dict(report.texts),
        "origin": report.origin,
        **({"evidence": evidence} if (evidence := provenance.as_json(report.evidence)) else {}),
        **({"prior": {"values": dict(report.prior), "year": last}} if report.prior else {}),
        **({"sent": report.sent} if report.sent else {}),
        **({"cover": dict(report.cover)} if report.cover else {}),
        **({"explained": explanation.as_json(report.explained)} if report.explained else {}),
    }
