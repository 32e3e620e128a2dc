"""One edition of a form: a flat table of cells and the balances (勾稽关系) between them.

Everything else is derived from it. An edition is a TOML file; `load` refuses contradictions.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from . import data
from .balance import PRIOR, Balance, Edit, Words, balances, claimed, edits
from .grid import Cell, Grid, GridError, lay_out
from .shape import EditionError, refuse_misshapen, title

__all__ = [
    "LEVELS",
    "PRIOR",
    "Balance",
    "Cell",
    "Edit",
    "Edition",
    "EditionError",
    "Section",
    "Words",
    "build",
    "for_year",
    "known",
    "load",
    "named",
]

LEVELS = ("central", "province", "city", "county", "town")
DEFAULT_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the form: a sheet with a printed grid, a text, or both.

    table: the first part of its cells' keys. grid: printed labels and keys by place (row, column),
    both from 0. merges: (row, column, rows, columns). statutory: its blanks count as unfilled.
    widths: one for each column of the grid, in characters.
    """

    caption: str
    sheet: str
    table: str | None
    text: str | None
    aspects: tuple[str, ...]
    statutory: bool
    size: tuple[int, int]
    labels: Mapping[tuple[int, int], str]
    keys: Mapping[tuple[int, int], str]
    merges: tuple[tuple[int, int, int, int], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Edition:
    """An edition of a form; cells in form order, balances and edits in file order."""

    form: str
    name: str
    title: str
    source: str
    citation: str
    years: tuple[int, int | None]
    deadlines: Words
    sections: tuple[Section, ...]
    cells: Mapping[str, Cell]
    balances: tuple[Balance, ...]
    edits: tuple[Edit, ...]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of keys, labels, places and balances, however the file is laid out."""
        return _fingerprint(self)

    @cached_property
    def computes(self) -> Mapping[str, Balance]:
        """The balance that writes each computed cell."""
        return claimed(self.balances)

    @cached_property
    def typed(self) -> tuple[str, ...]:
        """Keys that somebody types, in form order."""
        return tuple(key for key in self.cells if key not in self.computes)

    @cached_property
    def depends(self) -> Mapping[str, tuple[Edit, ...]]:
        """{key: the edits by which the answer of another cell makes it not apply}."""
        found: dict[str, tuple[Edit, ...]] = {}
        for edit in self.edits:
            if "on" in edit.figures:
                for cell in self.select(edit.cells):
                    found[cell.key] = (*found.get(cell.key, ()), edit)
        return found

    @cached_property
    def tables(self) -> Mapping[str, Section]:
        """The sections that have a grid, by table."""
        return {part.table: part for part in self.sections if part.table}

    @cached_property
    def statutory(self) -> tuple[str, ...]:
        """Tables whose blanks count as unfilled and may be declared to be 0."""
        return tuple(name for name, part in self.tables.items() if part.statutory)

    @cached_property
    def texts(self) -> Mapping[str, Section]:
        """The sections that have a text, by its name."""
        return {part.text: part for part in self.sections if part.text}

    @cached_property
    def rows(self) -> Mapping[str, str]:
        """{table.row: the printed words that name the row}."""
        return _shared_words(self.cells, "row")

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """{table.column: the printed words that name the column}."""
        return _shared_words(self.cells, "column")

    def of_table(self, table: str) -> tuple[Cell, ...]:
        """Return the cells of one table in form order."""
        return tuple(cell for cell in self.cells.values() if cell.table == table)

    def select(self, patterns: tuple[str, ...]) -> tuple[Cell, ...]:
        """Return the cells whose key fits one of the patterns, in form order."""
        return tuple(
            cell
            for cell in self.cells.values()
            if any(fnmatchcase(cell.key, pattern) for pattern in patterns)
        )

    def covers(self, year: int) -> bool:
        """Tell whether the form of `year` is this edition."""
        first, last = self.years
        return first <= year and (last is None or year <= last)


def _shared_words(cells: Mapping[str, Cell], side: str) -> dict[str, str]:
    """Return the last printed label that all cells of one row (or column) key share.

    A label that the whole table shares names nothing and is passed over.
    """
    groups: dict[str, list[Cell]] = {}
    for cell in cells.values():
        groups.setdefault(f"{cell.table}.{getattr(cell, side)}", []).append(cell)
    words = {}
    for name, group in groups.items():
        first = group[0]
        shared = [
            [word for word in path if all(word in (*c.row_path, *c.column_path) for c in group)]
            for path in ((first.row_path, first.column_path))
        ]
        row, column = shared if side == "row" else reversed(shared)
        words[name] = (row or column or [name.partition(".")[2]])[-1]
    return words


def known(extra: Iterable[Path] = ()) -> dict[tuple[str, str], Path]:
    """Return {(form, name): path} of every edition found; path and content agree on both.

    Raises EditionError where a name is found twice: nothing shadows anything.
    """
    found: dict[tuple[str, str], Path] = {}
    for path in data.edition_files(extra):
        ident = (path.parent.name, path.stem)
        if ident in found:
            raise EditionError(f"{path.name}: edition {'/'.join(ident)} exists already in"
                               f" {found[ident].parent}; give it another name")  # fmt: skip
        found[ident] = path
    return found


def named(form: str, name: str, extra: Iterable[Path] = ()) -> Edition | None:
    """Return an edition by name, or None."""
    path = known(extra).get((form, name))
    return _cached(path) if path else None


def for_year(form: str, year: int, extra: Iterable[Path] = ()) -> Edition | None:
    """Return the official edition whose years contain `year`, or None."""
    official = data.home("templates").resolve()
    for (owner, _), path in sorted(known(extra).items(), reverse=True):
        if owner == form and official in path.parents and _cached(path).covers(year):
            return _cached(path)
    return None


@cache
def _cached(path: Path) -> Edition:
    edition = load(path)
    if (edition.form, edition.name) != (path.parent.name, path.stem):
        raise EditionError(
            f"{path.name}: edition {edition.form}/{edition.name} belongs into"
            f" {edition.form}/{edition.name}.toml; move the file"
        )
    return edition


# ── loading ───────────────────────────────────────────────────────────────────────────────────────


def load(path: Path) -> Edition:
    """Return the edition in a TOML file.

    Raises EditionError with file, entry, fact and hint.
    """
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EditionError(f"{path.name}: cannot be read as TOML: {error}") from None
    return build(source, path.name)


def build(source: Mapping[str, Any], file: str) -> Edition:
    """Return the edition a parsed TOML describes; `file` names it in errors."""
    refuse_misshapen(source, file)
    sections, cells = _sections(source["section"], file)
    first, last = source["years"]["from"], source["years"].get("to")
    if last is not None and first > last:
        raise EditionError(f"{file}: years from {first} to {last}; swap them")
    rules = balances(source.get("balance", ()), cells, file)
    others = tuple(edits(source.get("edit", ()), cells, file))
    _refuse_twice("code", [*(rule.id for rule in rules), *(rule.id for rule in others)], file)
    return Edition(
        form=source["form"],
        name=source["name"],
        title=source["title"],
        source=source["source"],
        citation=source["citation"],
        years=(first, last),
        deadlines=source.get("deadlines", {}),
        sections=sections,
        cells=cells,
        balances=rules,
        edits=others,
    )


def _sections(
    entries: Iterable[Mapping[str, Any]], file: str
) -> tuple[tuple[Section, ...], dict[str, Cell]]:
    """Return the sections and all their cells in form order."""
    for field in ("caption", "sheet", "table", "text"):
        _refuse_twice(field, [entry[field] for entry in entries if field in entry], file)
    sections: list[Section] = []
    cells: dict[str, Cell] = {}
    for entry in entries:
        try:
            grid = lay_out(entry)
            sections.append(_section(entry, grid))
        except GridError as error:
            raise EditionError(f"{file}, {title('section', entry)}: {error}") from None
        cells.update(grid.cells)
    if not cells:
        raise EditionError(f"{file}: the edition has no cells; give a section a grid")
    return tuple(sections), cells


def _section(entry: Mapping[str, Any], grid: Grid) -> Section:
    """Return one section; the last of its widths holds for all further columns."""
    widths = entry.get("widths", [DEFAULT_WIDTH])
    missing = grid.size[1] - len(widths)
    if grid.cells and missing < 0:
        raise GridError(f"{len(widths)} widths for {grid.size[1]} columns; take some out")
    return Section(
        caption=entry["caption"],
        sheet=entry["sheet"],
        table=entry.get("table"),
        text=entry.get("text"),
        aspects=tuple(entry.get("aspects", ())),
        statutory=bool(grid.cells) and entry.get("statutory", True),
        size=grid.size,
        labels=grid.labels,
        keys=grid.keys,
        merges=grid.merges,
        widths=(*widths, *widths[-1:] * missing) if grid.cells else (),
    )


def _refuse_twice(field: str, values: list[str], file: str) -> None:
    for value in values:
        if values.count(value) > 1:
            apart = " or tell them apart by `part`" if field == "code" else ""
            raise EditionError(f"{file}: {field} {value!r} is used twice; rename one{apart}")


def _fingerprint(edition: Edition) -> str:
    content = {
        "form": edition.form,
        "name": edition.name,
        "cells": [
            (c.key, c.sheet, c.at, c.kind, c.unit, c.signed, c.label, *filter(None, [c.choices]))
            for c in edition.cells.values()
        ],
        "labels": [
            (part.sheet, part.caption, sorted((*at, text) for at, text in part.labels.items()))
            for part in edition.sections
        ],
        "sections": [(part.merges, part.text, part.statutory) for part in edition.sections],
        "balances": [(b.id, b.left, b.relation, b.right, b.computes) for b in edition.balances],
    }
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
