"""The shape of an edition file: schemas/edition.schema.json, told in the words of its author.

Only the keywords listed in KEYWORDS are understood; a test holds the schema to them.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from . import data

KEYWORDS = frozenset(
    (
        *("$schema", "$defs", "$ref", "title", "description", "type", "enum", "minimum", "pattern"),
        *("items", "minItems", "properties", "required", "additionalProperties"),
        *("allOf", "if", "then"),
    )
)
_TYPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("text", lambda v: isinstance(v, str)),
    "boolean": ("true or false", lambda v: isinstance(v, bool)),
    "integer": ("a whole number", lambda v: isinstance(v, int) and not isinstance(v, bool)),
    "number": ("a number", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    "array": ("a list", lambda v: isinstance(v, list)),
    "object": ("a table", lambda v: isinstance(v, dict)),
}


class EditionError(Exception):
    """An edition contradicts itself: file, entry, fact and hint in one line."""


def hint(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` where something known is spelt alike."""
    near = get_close_matches(name, [word for word in known if word != name], n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def title(kind: str, entry: Mapping[str, Any]) -> str:
    """Return how messages name an entry of an edition file.

    >>> title("balance", {"code": "processing-fee", "part": "notices"})
    "balance 'processing-fee/notices'"
    """
    names = [entry.get(field) for field in ("caption", "code", "part")]
    return f"{kind} {'/'.join(str(name) for name in names if name)!r}"


def refuse_misshapen(source: Mapping[str, Any], file: str) -> None:
    """Raise EditionError for the first field that is unknown, missing or of a wrong type."""
    schema = _schema()
    for kind in ("section", "balance", "edit"):
        rule = schema["properties"][kind]["items"]
        entries = source.get(kind)
        for entry in entries if isinstance(entries, list) else ():
            named = isinstance(entry, dict)
            where = f"{file}, {title(kind, entry) if named else kind}"
            _raise_first(_faults(entry, rule, ""), where)
    _raise_first(_faults(source, schema, ""), file)


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(data.schema_text("edition.schema.json"))
    return schema


def _raise_first(faults: Iterator[str], where: str) -> None:
    for fault in faults:
        raise EditionError(f"{where}: {fault}")


def _faults(value: Any, rule: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield fact and hint for whatever in `value` the rule forbids; `name` is its field."""
    if "$ref" in rule:
        rule = _schema()["$defs"][rule["$ref"].rpartition("/")[2]]
    words, fits = _TYPES[rule.get("type", "object")]
    if not fits(value):
        yield f"field {name!r} is not {words}: {value!r}"
    elif isinstance(value, dict):
        yield from _table_faults(value, rule, name)
    elif isinstance(value, list):
        if len(value) < rule.get("minItems", 0):
            yield f"field {name!r} is an empty list; fill it or leave it out"
        for number, item in enumerate(value, 1):
            yield from _faults(item, rule["items"], f"{name}, item {number}")
    else:
        yield from _scalar_faults(value, rule, name)


def _table_faults(value: Mapping[str, Any], rule: Mapping[str, Any], name: str) -> Iterator[str]:
    inside = f"{name}." if name else ""
    fields, others = rule.get("properties", {}), rule.get("additionalProperties", True)
    for field, item in value.items():
        if field in fields:
            yield from _faults(item, fields[field], inside + field)
        elif others is False:
            yield f"no field {inside + field!r}{hint(field, fields)}"
        elif others is not True:
            yield from _faults(item, others, inside + field)
    for field in rule.get("required", ()):
        if field not in value:
            yield f"field {inside + field!r} is missing; add it"
    for case in rule.get("allOf", ()):
        asked = case["if"]["properties"].items()
        if all(value.get(field) in wanted["enum"] for field, wanted in asked):
            yield from _faults(value, case["then"], name)


def _scalar_faults(value: Any, rule: Mapping[str, Any], name: str) -> Iterator[str]:
    allowed = rule.get("enum")
    if allowed and value not in allowed:
        known = ", ".join(str(word) for word in allowed)
        yield f"field {name!r}: {value!r} is not one of {known}{hint(str(value), allowed)}"
    if "pattern" in rule and not re.search(rule["pattern"], value):
        yield f"field {name!r}: {value!r} does not fit {rule['pattern']}"
    if "minimum" in rule and value < rule["minimum"]:
        yield f"field {name!r}: {value} is less than {rule['minimum']}"
