"""Formulas of a form as balances of its edition: lines of one shape in one entry."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..data import OURS, filled, texts
from ..edition.kind import Cell
from ..escape import shortened
from . import toml
from .remarks import BEGIN, END, Stated

_LONGEST = 60


def entries(
    stated: Iterable[Stated], cells: Mapping[str, Cell], printed: frozenset[str] = frozenset()
) -> Iterator[dict[str, Any]]:
    """Yield the balances that formulas are; printed: keys of cells with a number that is given.

    Left out are formulas over other cells than numbers of one unit. A difference is no formula of
    the workbook: its parts are moved to the other side.
    """
    groups: dict[tuple[str, str, str, bool], list[str]] = {}
    first: dict[tuple[str, str, str, bool], Stated] = {}
    for one in stated:
        kept = {key: sign for key, sign in one.terms.items() if key in cells}
        if (
            one.key in cells
            and max(kept.values(), default=0) > 0
            and _fits(one, kept, cells, printed)
        ):
            table, each, line = _line(one.key, kept)
            shape = table, each, _equation(one.key, kept, each), min(kept.values()) > 0
            groups.setdefault(shape, []).append(line)
            first.setdefault(shape, Stated(one.key, kept))
    for number, (shape, members) in enumerate(groups.items(), 1):
        table, each, equation, computes = shape
        yield {
            "code": "form-formula",
            "part": f"f{number}",
            **({"table": table, "each": each, f"{each}s": members} if each else {}),
            "equation": equation,
            **({"computes": True} if computes else {}),
            "source": texts("draft", "zh")["source-formula"],
            **_words(first[shape], each, cells),
        }


def _fits(
    one: Stated, kept: Mapping[str, int], cells: Mapping[str, Cell], printed: frozenset[str]
) -> bool:
    """Tell whether a formula is a sum of numbers of one unit, none of them printed."""
    keys = [one.key, *kept]
    alone = one.key not in kept and not printed.intersection(one.terms)
    return alone and all(cells[key].numeric and cells[key].unit == cells[one.key].unit
                         for key in keys)  # fmt: skip


def _line(key: str, terms: Mapping[str, int]) -> tuple[str, str, str]:
    """Return table, row or column, and its name, of a formula in one line; else empty names."""
    parts = [one.split(".") for one in (key, *terms)]
    table, row, column = parts[0]
    if all(part[0] == table for part in parts):
        if all(part[1] == row for part in parts):
            return table, "row", row
        if all(part[2] == column for part in parts):
            return table, "column", column
    return "", "", ""


def _equation(key: str, terms: Mapping[str, int], each: str) -> str:
    names = {one: one.split(".")[{"row": 2, "column": 1}[each]] if each else one
             for one in (key, *terms)}  # fmt: skip
    left = [names[key], *(names[one] for one, sign in terms.items() if sign < 0)]
    right = [names[one] for one, sign in terms.items() if sign > 0]
    return f"{' + '.join(left)} = {' + '.join(right)}"


def _words(one: Stated, each: str, cells: Mapping[str, Cell]) -> dict[str, dict[str, str]]:
    """Return the sentences of a rule in each language."""
    names = {key: _named(cells[key], each) for key in (one.key, *one.terms)}
    left = [names[one.key], *(names[key] for key, sign in one.terms.items() if sign < 0)]
    right = [names[key] for key, sign in one.terms.items() if sign > 0]
    rule = f"{_joined(left)} = {_joined(right)}".replace("{", "{{").replace("}", "}}")
    return {
        "rule": dict.fromkeys(OURS, rule),
        "message": {
            lang: filled(texts("draft", lang)["message-formula"], **_FIGURES) for lang in OURS
        },
    }


_FIGURES = {name: f"{{{name}}}" for name in ("place", "left", "right", "difference")}


def _named(cell: Cell, each: str) -> str:
    """Return the words that tell a cell from the others of its line."""
    path = cell.column_path if each == "row" else cell.row_path
    return shortened("".join((path or (cell.label,))[-1].split()), 20)


def _joined(names: list[str]) -> str:
    return shortened(" + ".join(names), _LONGEST)


def block(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return balances as the lines of an edition file, between the marks of those from formulas."""
    written = [BEGIN]
    for entry in entries:
        written += ["[[balance]]", *toml.pairs(entry), ""]
    return [*written, END]
