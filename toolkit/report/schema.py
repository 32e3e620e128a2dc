"""The JSON Schema of an acceptable return, derived from its edition; validators compiled once."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from ..edition.edition import LEVELS, Edition
from ..edition.kind import Cell
from .report import ORIGINS, Report, Value, as_json, limit, to_number

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def report_schema(edition: Edition) -> dict[str, Any]:
    """Return the schema of a return whose missing keys became null and its declared blanks 0.

    Decimals are not bounded here: validators disagree on `multipleOf`, so an edit counts them.
    """
    first, last = edition.years
    name = {"type": ["string", "null"]}
    return {
        "$schema": DRAFT,
        "title": f"{edition.title} ({edition.name})",
        "type": "object",
        "required": ["form", "year", "values"],
        "properties": {
            "form": {"const": edition.form},
            "edition": {"const": edition.name},
            "year": {"type": "integer", "minimum": first} | ({"maximum": last} if last else {}),
            "agency": {
                "type": "object",
                "properties": {
                    "name": name,
                    "code": name,
                    "level": name | {"examples": list(LEVELS)},
                },
            },
            "values": {
                "type": "object",
                "properties": {
                    key: {"title": cell.label, **cell.content.schema(cell, limit(edition, key))}
                    for key, cell in edition.cells.items()
                },
                "additionalProperties": False,
            },
            "nil": {"type": "array", "items": {"enum": list(edition.statutory)}},
            "texts": {"type": "object", "additionalProperties": {"type": "string"}},
            "origin": {"enum": list(ORIGINS)},
        },
    }


def instance(report: Report) -> dict[str, Any]:
    """Return a report as the schema's instance: blanks null, declared blanks 0.

    Left out are blanks that are no fault: of tables and cells that need not be filled, of cells
    that do not apply, and, in a workbook, of totals, which are blank as long as a part is.
    """
    needed = _needed(report)
    computed = report.edition.computes if report.origin == "workbook" else {}
    values = {}
    for key, cell in report.edition.cells.items():
        value = report.values.get(key)
        if value is None:
            value = report.numbers[key]
        if value is not None or (key in needed and key not in computed):
            values[key] = _whole(cell, value)
    return {**as_json(report), "values": values}


def _needed(report: Report) -> set[str]:
    """Return the keys of cells whose blank is a fault."""
    statutory = set(report.edition.statutory)
    cells = report.edition.cells.items()
    needed = {key for key, cell in cells if cell.table in statutory and not cell.optional}
    return needed - report.inapplicable


def _whole(cell: Cell, value: Value) -> Value:
    """Return a count as int where it is whole: validators disagree on Decimal("2")."""
    return value if value is None or isinstance(value, int | str) else to_number(cell, value)


def misfits(report: Report) -> frozenset[str]:
    """Return the keys whose value or blank the schema does not accept.

    They are those of `errors`, without a validator: listing the blanks of a half-filled return
    took one five milliseconds.
    """
    edition, values, numbers = report.edition, report.values, report.numbers
    computed = edition.computes if report.origin == "workbook" else {}
    needed, wrong = _needed(report), []
    for key, (whole, least, most, rule) in _rules(edition).items():
        value = values.get(key)
        if value is None:
            value = numbers[key]
        if value is None:
            if key in needed and key not in computed:
                wrong.append(key)
        elif not (whole and type(value) is int and least <= value <= most):
            value = _whole(edition.cells[key], value)
            if not all(_KEYWORDS[name](value, bound) for name, bound in rule.items()):
                wrong.append(key)
    return frozenset(wrong)


@cache
def _rules(edition: Edition) -> dict[str, tuple[bool, int, int, dict[str, Any]]]:
    """Return {key: whether a cell takes numbers, the least, the largest, its part of the schema}."""
    rules = {}
    for key, cell in edition.cells.items():
        rule = cell.content.schema(cell, limit(edition, key))
        rules[key] = (cell.numeric, rule.get("minimum", 0), rule.get("maximum", 0), rule)
    return rules


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
}
_KEYWORDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": lambda value, name: _TYPES[name](value),
    "minimum": lambda value, least: not _is_number(value) or value >= least,
    "maximum": lambda value, most: not _is_number(value) or value <= most,
    "enum": lambda value, words: value in words,
    "minLength": lambda value, least: not isinstance(value, str) or len(value) >= least,
    "maxLength": lambda value, most: not isinstance(value, str) or len(value) <= most,
    "pattern": lambda value, form: not isinstance(value, str) or re.search(form, value) is not None,
    "format": lambda *_: True,
}
"""{keyword of a cell's schema: whether a value accords with it}, as jsonschema reads it."""


def errors(edition: Edition, instance: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield (cell key, keyword, value, value of the keyword) of each schema error.

    An error about no cell has the name of its field as key, or none. Numbers are int or Decimal.
    """
    for error in validator(edition).iter_errors(instance):
        path = error.absolute_path
        key = str(path[-1]) if path else ""
        yield key, str(error.validator), error.instance, error.validator_value


@cache
def validator(edition: Edition) -> Any:
    """Return the jsonschema validator, which lists the errors."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow, and no check needs it

    return Draft202012Validator(report_schema(edition))
