"""Validation of edition files by schemas/edition.schema.json, with messages for their authors.

Only the keywords listed in KEYWORDS are understood; a test holds the schema to them.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from .. import data
from ..data import CHINESE, listed, texts
from ..escape import shortened
from .lines import Lines, Path, Where

KEYWORDS = frozenset(
    (
        *("$schema", "$defs", "$ref", "title", "description", "examples", "type", "enum"),
        *("minimum", "pattern", "items", "minItems", "properties", "required"),
        *("additionalProperties", "dependentRequired", "dependentSchemas"),
        *("allOf", "if", "then", "else"),
    )
)
_TYPES: Mapping[str, tuple[str, Callable[[Any], bool], str]] = {
    "string": ("text", lambda v: isinstance(v, str), "put it in quotes"),
    "boolean": ("true or false", lambda v: isinstance(v, bool), "write one of them unquoted"),
    "integer": (
        "a whole number",
        lambda v: isinstance(v, int) and not isinstance(v, bool),
        "write digits only, unquoted",
    ),
    "number": (
        "a number",
        lambda v: isinstance(v, int | float) and not isinstance(v, bool),
        "write digits only, unquoted",
    ),
    "array": ("a list", lambda v: isinstance(v, list), "put it in [ ]"),
    "object": ("a table", lambda v: isinstance(v, dict), "write it as { name = value }"),
}
_SHOWN = 12
"""Most names in a hint."""
_QUOTED = 40
"""Most characters of a value in a message."""


_FEW = 2
"""Most fields of a table named in the hint for a value that is no table."""
_SHEET = 31
"""Characters in a sheet's name."""
_LEAP = 2000
"""A leap year: it has every day."""


class EditionError(Exception):
    """An edition contradicts itself: file, line, entry, fact and hint in one line."""


def hint(name: str, names: Iterable[str]) -> str:
    """Return `; did you mean …?` where a known name is spelt alike, else the known names.

    >>> hint("esat", ["east", "west"]), hint("x", ["east", "west"]), hint("x", [])
    ("; did you mean 'west'?", '; there are east, west', '; there are none')
    """
    words = list(names)
    return _near(name, words) or f"; there are {listed(words, _SHOWN) or 'none'}"


def _near(name: str, names: Iterable[str]) -> str:
    """Return `; did you mean …?` where a known name is spelt alike, else an empty text."""
    near = get_close_matches(name, [word for word in names if word != name], n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def title(kind: str, entry: Mapping[str, Any]) -> str:
    """Return the name of an entry of an edition file in messages.

    >>> title("balance", {"code": "processing-fee", "part": "notices"})
    "balance 'processing-fee/notices'"
    """
    fields = [entry.get(field) for field in ("caption", "code", "part", "key", "was")]
    names = [str(name) for name in fields if name] or [str(entry.get("sheet", ""))]
    return f"{kind} {'/'.join(names)!r}"


def place(lines: Lines, kind: str, number: int, entry: Mapping[str, Any]) -> Where:
    """Return the place of an entry, by its kind and its number among them."""
    return lines.entry(title(kind, entry), kind, number)


def refuse_sheets(entries: Iterable[tuple[Mapping[str, Any], Where]]) -> None:
    """Raise EditionError for a sheet name that a workbook cannot have beside the others.

    A table's numbers are printed on a second sheet; Excel keeps one name for itself.
    """
    words = texts("workbook", CHINESE)
    fixed = ("cover", "results", "prior", "mark")
    taken = {words[name]: "the workbook itself" for name in fixed} | {"history": "Excel"}
    for entry, where in entries:
        sheet = entry["sheet"]
        names = [sheet, *([words["publish"] + sheet] if "table" in entry else [])]
        long = next((name for name in names if len(name) > _SHEET), "")
        if long or sheet != sheet.strip():
            fact = f"is printed as {long!r}, which is too long" if long else "has blanks around it"
            raise EditionError(f"{where.at('sheet')}: sheet {sheet!r} {fact}; rename it")
        for name in names:
            if name.lower() in taken:
                fact = f"sheet {name!r} is taken by {taken[name.lower()]}; rename it"
                raise EditionError(f"{where.at('sheet')}: {fact}")
            taken[name.lower()] = repr(sheet)


def refuse_no_days(days: Mapping[str, str], lines: Lines) -> None:
    """Raise EditionError for a deadline that is no day of the calendar."""
    for name, day in days.items():
        try:
            date.fromisoformat(f"{_LEAP}-{day}")
        except ValueError:
            where = lines.at("deadlines", name)
            raise EditionError(f"{where}: deadline {name!r}: {day} is no day; mend it") from None


def refuse_misshapen(source: Mapping[str, Any], lines: Lines) -> None:
    """Raise EditionError for the first field that is unknown, missing or of a wrong type."""
    for path, fault in _faults(source, _schema(), ()):
        raise EditionError(f"{_where(source, lines, path)}: {fault}")


def _where(source: Mapping[str, Any], lines: Lines, path: Path) -> str:
    """Return the place of a field as text, with the entry it belongs to."""
    match path:
        case (str(kind), int(number), *field):
            entry = source[kind][number]
            named = place(lines, kind, number, entry) if isinstance(entry, dict) else None
            return named.at(*field) if named else lines.at(*path)
        case _:
            return lines.at(*path)


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(data.schema_text("edition.schema.json"))
    return schema


def _resolved(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the rule that a `$ref` names by its path in the schema; without one, `rule`."""
    if "$ref" not in rule:
        return rule
    part = _schema()
    for name in rule["$ref"].split("/")[1:]:
        part = part[name]
    return part


def _name(path: Path) -> str:
    """Return a field's name in messages, without the entry it belongs to.

    >>> _name(("edit", 0, "levels", 1)), _name(("years", "from")), _name(("edit", 0))
    ('levels, item 2', 'years.from', 'edit, item 1')
    """
    inner = path[2:] if len(path) > 2 and isinstance(path[1], int) else path  # noqa: PLR2004
    parts = [f", item {part + 1}" if isinstance(part, int) else f".{part}" for part in inner]
    return "".join(parts).removeprefix(".")


def _quoted(value: Any) -> str:
    return shortened(repr(value), _QUOTED)


def _entries(rule: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a value is a table where the rule asks for a list of tables."""
    listed = _resolved(rule.get("items", {})).get("type") == "object"
    return listed and isinstance(value, dict)


Faults = Iterator[tuple[Path, str]]
"""Path, and fact with hint, of each fault."""


def _faults(value: Any, rule: Mapping[str, Any], path: Path) -> Faults:
    """Yield the faults of a value by a rule of the schema."""
    rule = _resolved(rule)
    words, fits, how = _TYPES[rule.get("type", "object")]
    if not fits(value):
        names = rule.get("properties", ())
        if 0 < len(names) <= _FEW:
            how = f"write it as {{ {', '.join(f'{name} = …' for name in names)} }}"
        how = f"write its header as [[{path[-1]}]]" if _entries(rule, value) else how
        yield path, f"field {_name(path)!r} is not {words}: {_quoted(value)}; {how}"
    elif isinstance(value, dict):
        yield from _table_faults(value, rule, path)
    elif isinstance(value, list):
        if len(value) < rule.get("minItems", 0):
            yield path, f"field {_name(path)!r} is an empty list; fill it or leave it out"
        for number, item in enumerate(value):
            yield from _faults(item, rule.get("items", {}), (*path, number))
    else:
        yield from ((path, fault) for fault in _scalar_faults(value, rule, _name(path)))


def _table_faults(value: Mapping[str, Any], rule: Mapping[str, Any], path: Path) -> Faults:
    fields, others = rule.get("properties", {}), rule.get("additionalProperties", True)
    for field, item in value.items():
        inside = (*path, field)
        if field in fields:
            yield from _faults(item, fields[field], inside)
        elif others is False:
            meant = _near(field, fields.keys() - value.keys()) or hint(field, fields)
            yield inside, f"no field {_name(inside)!r}{meant}"
        elif others is not True:
            yield from _faults(item, others, inside)
    yield from _lacking(value, rule, path)
    for case in rule.get("allOf", ()):
        holds = next(_faults(value, case["if"], path), None) is None
        yield from _faults(value, case.get("then" if holds else "else", {}), path)


def _lacking(value: Mapping[str, Any], rule: Mapping[str, Any], path: Path) -> Faults:
    for field in rule.get("required", ()):
        if field not in value:
            yield path, f"field {_name((*path, field))!r} is missing; add it"
    for field, needed in rule.get("dependentRequired", {}).items():
        for other in needed if field in value else ():
            if other not in value:
                yield (*path, field), f"field {_name((*path, field))!r} needs {other!r}; add it"
    for field, demanded in rule.get("dependentSchemas", {}).items():
        for other, wanted in demanded["properties"].items() if field in value else ():
            content, allowed = value.get(other), wanted["enum"]
            if content is not None and content not in allowed:
                goes = f"it goes with {', '.join(allowed)}"
                fact = f"field {field!r} does not go with {other} {content!r}; {goes}"
                yield (*path, field), fact


def _scalar_faults(value: Any, rule: Mapping[str, Any], name: str) -> Iterator[str]:
    allowed = rule.get("enum")
    if allowed and value not in allowed:
        choices = ", ".join(str(word) for word in allowed)
        yield f"field {name!r}: {value!r} is not one of {choices}{_near(str(value), allowed)}"
    if "pattern" in rule and not re.search(rule["pattern"], value):
        yield f"field {name!r}: {_quoted(value)} does not fit {rule['pattern']}{_such(rule)}"
    if "minimum" in rule and value < rule["minimum"]:
        yield f"field {name!r}: {value} is less than {rule['minimum']}{_such(rule)}"


def _such(rule: Mapping[str, Any]) -> str:
    return "".join(f"; write it like {example!r}" for example in rule.get("examples", ())[:1])
