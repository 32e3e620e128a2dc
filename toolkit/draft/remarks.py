"""Remarks of a draft in its edition file: what was assumed, as TOML in comments that begin with #?.

Other readers of the file see comments. A question has all that another answer needs: places in the
grid, what is printed there, the key, and what the cell takes.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..edition.kind import GridPlace
from . import toml

SIGN = "#? "
BEGIN, END = "# >>>", "# <<<"
"""Lines around the balances that stand for formulas: they are written anew with each answer."""


class RemarksError(Exception):
    """Remarks that somebody broke; the sentence is that of the TOML parser."""


@dataclass(frozen=True, slots=True)
class Spare:
    """A cell up to an answer. place: in the grid. printed: the text where it is not filled in.

    facts: of `cells`, where they differ from the table's.
    """

    sheet: str
    place: GridPlace
    key: str
    printed: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in an edition file, with its answer now. colour: of shaded cells, RRGGBB."""

    code: str
    colour: str
    answer: str
    cells: tuple[Spare, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """A formula of the form: terms are {key: +1 or -1}."""

    key: str
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Remarks:
    """What an edition file says of its draft. unconfirmed: sheets whose words nobody has compared."""

    form: str = ""
    unconfirmed: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    stated: tuple[Stated, ...] = ()


def lines(remarks: Remarks) -> list[str]:
    """Return remarks as comments."""
    written = toml.pairs({"drafted_from": remarks.form, "unconfirmed": remarks.unconfirmed})
    for one in remarks.asked:
        head = {"code": one.code, "colour": one.colour, "answer": one.answer}
        written += ["[[question]]", *toml.pairs({k: v for k, v in head.items() if v}), "cells = ["]
        for cell in one.cells:
            entry = [cell.sheet, *cell.place, cell.key, cell.printed]
            written.append(f"  {toml.value([*entry, cell.facts] if cell.facts else entry)},")
        written.append("]")
    for sum_ in remarks.stated:
        written += ["[[formula]]", *toml.pairs({"key": sum_.key, "terms": sum_.terms})]
    return [f"{SIGN}{line}" for line in written]


def remarks_in(source: str) -> Remarks:
    """Return the remarks of an edition file; empty ones where it has none. Raises RemarksError."""
    kept = [line[len(SIGN) :] for line in source.splitlines() if line.startswith(SIGN)]
    try:
        content = tomllib.loads("\n".join(kept))
        return Remarks(
            form=str(content.get("drafted_from", "")),
            unconfirmed=tuple(content.get("unconfirmed", ())),
            asked=tuple(map(_asked, content.get("question", ()))),
            stated=tuple(
                Stated(one["key"], dict(one["terms"])) for one in content.get("formula", ())
            ),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise RemarksError(str(error)) from error


def _asked(entry: Mapping[str, Any]) -> Asked:
    return Asked(
        entry["code"], entry.get("colour", ""), entry["answer"], tuple(map(_spare, entry["cells"]))
    )


def _spare(item: Sequence[Any]) -> Spare:
    sheet, row, column, key, printed, *facts = item
    return Spare(sheet, (int(row), int(column)), key, printed, dict(*facts))
