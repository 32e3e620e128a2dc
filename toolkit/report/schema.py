"""The JSON Schema of an acceptable return, derived from its edition; validators compiled once."""

from collections.abc import Callable, Iterator, Mapping
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
    """Return the keys whose value or blank the schema does not accept."""
    keys = (key for key, *_ in errors(report.edition, instance(report)))
    return frozenset(key for key in keys if key in report.edition.cells)


def errors(edition: Edition, instance: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield (cell key, keyword, value, value of the keyword) of each schema error.

    An error about no cell has the name of its field as key, or none. Numbers are int or Decimal.
    """
    if _accepted(edition, instance):
        return
    for error in slow(edition).iter_errors(instance):
        path = error.absolute_path
        key = str(path[-1]) if path else ""
        yield key, str(error.validator), error.instance, error.validator_value


def _accepted(edition: Edition, instance: Mapping[str, Any]) -> bool:
    """Tell whether jsonschema-rs accepts an instance; it takes no text with a lone surrogate."""
    accepts = fast(edition)
    try:
        return accepts is not None and accepts(instance)
    except UnicodeEncodeError:
        return False


@cache
def slow(edition: Edition) -> Any:
    """Return the jsonschema validator, which lists the errors."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 40 ms that accepting never needs

    return Draft202012Validator(report_schema(edition))


@cache
def fast(edition: Edition) -> Callable[[Any], bool] | None:
    """Return the verdict of jsonschema-rs as a function, or None where it is not installed."""
    try:
        import jsonschema_rs  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    accepts: Callable[[Any], bool] = jsonschema_rs.validator_for(report_schema(edition)).is_valid
    return accepts
