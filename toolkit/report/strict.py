"""JSON with exact numbers: read strictly, of bounded size, no repeated names; and written."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

DEPTH_LIMIT = 20
"""Most levels of nested lists and objects; a report has two."""
NUMBER_LIMIT = 1_000
"""Most digits of a number, written out; a longer one is refused in JSON and is no number in text.

Calculating with more takes minutes, and writing out 1e99999999 takes all memory.
"""
_QUOTED = 30
"""Digits quoted of a number that is refused."""


class ReportError(Exception):
    """An input that is no report; code and figures of its finding."""

    def __init__(self, code: str, **figures: str) -> None:
        super().__init__(code, figures)
        self.code, self.figures = code, figures


def _refuse_constant(name: str) -> None:
    raise ReportError("bad-json", why=name)


def to_decimal(digits: str) -> Decimal:
    """Return a JSON number as Decimal; raises ReportError where it is too long written out."""
    try:
        number = Decimal(digits) if len(digits) <= NUMBER_LIMIT else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number.adjusted()) > NUMBER_LIMIT:
        raise _out_of_bounds(digits)
    return number


def _to_int(digits: str) -> int:
    if len(digits) > NUMBER_LIMIT:
        raise _out_of_bounds(digits)
    return int(digits)


def _out_of_bounds(digits: str) -> ReportError:
    return ReportError("bad-json", why=f"{digits[:_QUOTED]}…")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        often = Counter(name for name, _ in pairs)
        raise ReportError("duplicate-key", name=next(name for name, n in often.items() if n > 1))
    return content


def parse_json(text: str) -> Any:
    """Return parsed JSON, numbers exact; raises ReportError for bad, repeated or deep content."""
    try:
        content = json.loads(
            text,
            parse_float=to_decimal,
            parse_int=_to_int,
            parse_constant=_refuse_constant,
            object_pairs_hook=_no_duplicates,
        )
    except (ValueError, RecursionError) as error:
        raise ReportError("bad-json", why=str(error)) from None
    if _is_deep(content):
        raise ReportError("bad-json", why="[" * DEPTH_LIMIT + "…")
    return content


def _is_deep(content: Any) -> bool:
    """Tell whether lists and objects are nested deeper than DEPTH_LIMIT."""
    level = [content] if isinstance(content, dict | list) else []
    for _ in range(DEPTH_LIMIT):
        level = [
            inner
            for container in level
            for inner in (container.values() if isinstance(container, dict) else container)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def dumps(content: Any, *, indent: int | None = 1) -> str:
    """Return JSON text in ASCII, every number exact and every text a text.

    >>> dumps({"fee": Decimal("59237.2449"), "nil": []}, indent=None)
    '{"fee": 59237.2449, "nil": []}'
    """
    return "".join(_encode(content, indent, "\n" if indent is not None else ""))


def _encode(content: Any, indent: int | None, line: str) -> Iterator[str]:
    """Yield the pieces of JSON text; json itself cannot write a Decimal as a number."""
    if isinstance(content, Decimal):
        yield f"{content:f}"
    elif isinstance(content, Mapping) and content:
        pairs = [(f"{json.dumps(key)}: ", value) for key, value in content.items()]
        yield from _bracket("{}", pairs, indent, line)
    elif isinstance(content, list | tuple) and content:
        yield from _bracket("[]", [("", value) for value in content], indent, line)
    elif isinstance(content, Mapping):
        yield "{}"
    else:
        yield json.dumps(content)


def _bracket(
    marks: str, items: list[tuple[str, Any]], indent: int | None, line: str
) -> Iterator[str]:
    inner = line + " " * (indent or 0)
    for number, (name, value) in enumerate(items):
        before = inner if line or not number else " "
        yield ("," if number else marks[0]) + before + name
        yield from _encode(value, indent, inner)
    yield line + marks[1]
