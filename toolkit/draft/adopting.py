"""Adopted sums written into an edition file: lines at its end, everything else as it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..data import OURS, filled, texts
from ..edition.balance import PRIOR
from ..edition.edition import Edition, resolve
from ..edition.kind import Cell
from ..edition.parse import parse_text
from . import toml
from .families import Adopted
from .sums import BOTH, FORMULAS

_CODE = "sum"
Sides = tuple[tuple[str, ...], str, tuple[str, ...]]
"""Keys of the left side, relation, keys of the right side."""


def with_families(text: str, adopted: Sequence[Adopted], file: str) -> str:
    """Return an edition file with balances for the families adopted, its own lines kept.

    Raises EditionError where the file or an equation is none.
    """
    if not adopted:
        return text
    edition = resolve(parse_text(text, file))
    end = "" if text.endswith("\n") or not text else "\n"
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = [
        line
        for family in adopted
        for entry in _entries(family, edition)
        for line in ("", "[[balance]]", *toml.pairs(entry))
    ]
    whole = text + end + ends.join([*lines, ""])
    resolve(parse_text(whole, file))
    return whole


def _entries(family: Adopted, edition: Edition) -> Iterator[dict[str, Any]]:
    """Yield the entries of a family: one for the lines of a table that share their names."""
    codes = {balance.code for balance in edition.balances} | {edit.code for edit in edition.edits}
    code = f"{_CODE}-{family.name.lower()}"
    while code in codes:
        code += "-more"
    groups: dict[tuple[str, str, str], list[tuple[str, Sides]]] = {}
    for equation in family.equations:
        terms = _terms(equation)
        table, each, line = _line(terms, edition.cells)
        name = table, each, _short(terms, each) if each else equation
        groups.setdefault(name, []).append((line, terms))
    for number, (name, members) in enumerate(groups.items(), 1):
        yield {
            "code": code,
            **({"part": f"p{number}"} if len(groups) > 1 else {}),
            **_place(*name[:2], [line for line, _ in members], edition.cells),
            "equation": name[2],
            **_facts(family, members[0][1]),
        }


def _facts(family: Adopted, terms: Sides) -> dict[str, Any]:
    """Return what an entry says beside its equation: severity, source, sentences."""
    left, relation, _ = terms
    sure = family.name[:1] in (FORMULAS, BOTH) and relation == "="
    computes = family.computes and len(left) == 1 and relation == "="
    source = "source" if family.returns else "source-labels"
    rule = family.words.replace("{", "{{").replace("}", "}}")
    figures = {name: f"{{{name}}}" for name in ("place", "left", "right", "difference")}
    message = "message" if relation == "=" else "message-limit"
    return {
        **({"computes": True} if computes else {}),
        **({} if sure else {"severity": "warning"}),
        "source": filled(texts("sums", "zh")[source], n=family.returns),
        "rule": dict.fromkeys(OURS, rule),
        "message": {
            lang: filled(texts("sums", lang)[message], words=rule, **figures) for lang in OURS
        },
    }


def _place(
    table: str, each: str, lines: Sequence[str], cells: Mapping[str, Cell]
) -> dict[str, Any]:
    """Return table, each, and the lines where they are not all of the table."""
    if not table:
        return {}
    every = {getattr(cell, each) for cell in cells.values() if cell.table == table}
    some = {} if set(lines) == every else {f"{each}s": lines}
    return {"table": table, "each": each, **some}


def _terms(equation: str) -> Sides:
    """Return the sides and the relation of an equation; without a relation one side is empty."""
    relation = "<=" if "<=" in equation else "="
    left, _, right = equation.partition(relation)
    sides = (tuple(word.strip() for word in side.split("+")) for side in (left, right))
    first, second = sides
    return first, relation, second


def _line(terms: Sides, cells: Mapping[str, Cell]) -> tuple[str, str, str]:
    """Return table, row or column, and its name, of cells in one line; else empty names."""
    keys = [key.removeprefix(PRIOR) for key in (*terms[0], *terms[2])]
    found = [cells[key] for key in keys if key in cells]
    if len(found) == len(keys) and len({cell.table for cell in found}) == 1:
        for each in ("column", "row"):
            if len({getattr(cell, each) for cell in found}) == 1:
                return found[0].table, each, getattr(found[0], each)
    return "", "", ""


def _short(terms: Sides, each: str) -> str:
    """Return an equation of a line in the names of its rows or columns."""
    part = {"column": 1, "row": 2}[each]

    def named(keys: Iterable[str]) -> str:
        pairs = ((PRIOR if key.startswith(PRIOR) else "", key.split(".")[part - 3]) for key in keys)
        return " + ".join(prior + name for prior, name in pairs)

    return f"{named(terms[0])} {terms[1]} {named(terms[2])}"
