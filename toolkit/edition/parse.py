"""Parsing of an edition file: its TOML, and the lines of its entries."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .lines import Lines, Where, scan
from .shape import EditionError, place


@dataclass(frozen=True, slots=True)
class Parsed:
    """An edition file: its TOML, and the lines of its entries."""

    content: dict[str, Any]
    lines: Lines


def parse(path: Path) -> Parsed:
    """Return an edition file's content, with its lines."""
    try:
        return parse_text(path.read_bytes().decode("utf-8-sig"), path.name)
    except OSError as error:
        raise EditionError(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        fact = f"{path.name} line {line}: is not UTF-8; save it in that encoding"
        raise EditionError(fact) from None


def parse_text(text: str, file: str) -> Parsed:
    """Return the content of an edition file from its text; `file` names it in errors."""
    try:
        return Parsed(tomllib.loads(text), scan(text.replace("\r\n", "\n"), file))
    except tomllib.TOMLDecodeError as error:
        fact, _, spot = str(error).rstrip(")").rpartition(" (at ")
        last = f"line {text.rstrip().count(chr(10)) + 1}, the last"
        raise EditionError(
            f"{file} {spot if 'line' in spot else last}: {fact}; look there, and just before,"
            " for a quote, bracket or comma"
        ) from None


def entries(parsed: Parsed, kind: str) -> Iterator[tuple[dict[str, Any], Where]]:
    """Yield the entries of a kind, each with its place."""
    for number, entry in enumerate(parsed.content.get(kind, ())):
        yield entry, place(parsed.lines, kind, number, entry)


def rule_place(parsed: Parsed, rule: str) -> Where:
    """Return the place of the last entry that makes a rule; rule: its id."""
    name = f" {rule.partition('[')[0]!r}"
    places = [where for kind in ("balance", "edit") for _, where in entries(parsed, kind)]
    return [where for where in places if where.name.endswith(name)][-1]
