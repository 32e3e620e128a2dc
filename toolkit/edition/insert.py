"""Insertion of a row or column into the grid of a section, drawn like the one it follows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .grid import GridError, lay_out, written_out
from .kind import Cell
from .lines import Where
from .shape import EditionError, hint

TomlEntry = dict[str, Any]
"""A section, or an entry that adds to one, as its TOML has it."""


def add_row(section: TomlEntry, entry: TomlEntry, where: Where) -> tuple[TomlEntry, int]:
    """Return the changed fields of a section, and the index of the new grid line.

    Raises EditionError where the row cannot be drawn, or changes an inherited cell.
    """
    lines = written_out(section["grid"], section.get("columns", []))
    names = [_names(line) for line in lines]
    single = "." in entry["after"]
    rows = [{f"{row}.{column}" if single else row for row, column in line} for line in names]
    _refuse_known(section, entry, {row for line in rows for row in line}, "row", where)
    _refuse_unlike(entry, where)
    last = max(at for at, line in enumerate(rows) if entry["after"] in line)
    shared = sorted(rows[last] - {entry["after"]})
    if shared:
        raise EditionError(
            f"{where.at('after')}: row {entry['after']!r} shares its line with"
            f" {', '.join(shared)}; follow a row with a line of its own"
        )
    lines.insert(last + 1, _like(lines[last], entry, where))
    pattern = entry["key"] if single else f"{entry['key']}.*"
    drawn = {"grid": lines, "cells": _facts(section, pattern, entry)}
    _refuse_redrawn(section, drawn, where)
    return drawn, last + 1


def _refuse_unlike(entry: TomlEntry, where: Where) -> None:
    """Raise EditionError where a field names a row and `after` a single cell, or the reverse."""
    single = "." in entry["after"]
    for field in ("key", "counts_as"):
        if field in entry and ("." in entry[field]) != single:
            how = "row.column" if single else "a row alone"
            raise EditionError(
                f"{where.at(field)}: {entry[field]!r} is not written like `after`; write {how}"
            )


def _facts(section: TomlEntry, pattern: str, entry: TomlEntry) -> TomlEntry:
    """Return the `cells` of a section, with the facts of the new cells."""
    added = {pattern: entry["cell"]} if "cell" in entry else {}
    return {**section.get("cells", {}), **added}


def _like(line: list[str], entry: TomlEntry, where: Where) -> list[str]:
    """Return a new grid line like the one it follows, with the label and keys of the entry."""
    first = next(at for at, item in enumerate(line) if item.startswith("@"))
    labels = [at for at in range(first) if line[at] not in ("<", "^")]
    if not labels:
        raise EditionError(
            f"{where.at('after')}: row {entry['after']!r} has no label of its own;"
            " follow another row"
        )
    above = ["^" if at in labels else line[at] for at in range(labels[-1])]
    rest = [_renamed(item, entry["key"]) for item in line[labels[-1] + 1 :]]
    return [*above, entry["label"], *rest]


def _renamed(item: str, key: str) -> str:
    """Return an item of a grid line; a cell is renamed to the row `key`, or to `key` as a whole."""
    if not item.startswith("@"):
        return item
    return f"@{key}" if "." in key else f"@{key}.{item.partition('.')[2]}"


def add_column(section: TomlEntry, entry: TomlEntry, where: Where) -> TomlEntry:
    """Return the changed fields of a section; the column is added in each place of the one before.

    Raises EditionError where the column cannot be drawn, or changes an inherited cell.
    """
    lines = written_out(section["grid"], section.get("columns", []))
    names = {column for line in lines for _, column in _names(line)}
    _refuse_known(section, entry, names, "column", where)
    places = {at for line in lines for at, item in enumerate(line) if _is_in(item, entry["after"])}
    sizes: dict[str, list[float]] = {
        name: list(section[name]) for name in ("widths", "printed_widths") if name in section
    }
    for at in sorted(places, reverse=True):
        _widen(lines, at, entry, where)
        for widths in sizes.values():
            widths[at + 1 : at + 1] = widths[at : at + 1]
    drawn = {"grid": lines, "cells": _facts(section, f"*.{entry['key']}", entry), **sizes}
    _refuse_redrawn(section, drawn, where)
    return drawn


def _is_in(item: str, column: str) -> bool:
    """Tell whether an item of a grid line is a cell of a column."""
    return item.startswith("@") and item.endswith(f".{column}")


def _widen(lines: list[list[str]], at: int, entry: TomlEntry, where: Where) -> None:
    """Insert an item behind `at` in every line: a cell, the label, or a continuation mark."""
    heads = _heads(lines, at, entry["after"])
    if not heads:
        raise EditionError(
            f"{where.at('after')}: column {entry['after']!r} has no printed head of"
            " its own; follow another column, or add a [[row]]"
        )
    before = "<"
    for number, line in enumerate(lines):
        item = line[at]
        if number in heads:
            before = entry["label"]
        elif _is_in(item, entry["after"]):
            before = f"{item.partition('.')[0]}.{entry['key']}"
        elif item != "^" or before == "<":
            before = "<"
        else:
            before = "^"
        line.insert(at + 1, before)


def _heads(lines: list[list[str]], at: int, column: str) -> set[int]:
    """Return the lines that print the head of a column: the next label above its cells."""
    heads = set()
    for number, line in enumerate(lines):
        if _is_in(line[at], column):
            above = number
            while above >= 0 and (lines[above][at][:1] in ("^", "@")):
                above -= 1
            if above >= 0 and lines[above][at] != "<":
                heads.add(above)
    return heads


def _names(line: Sequence[str]) -> list[tuple[str, str]]:
    """Return (row, column) of the cells in a line."""
    cells = (item[1:].partition(".") for item in line if item.startswith("@"))
    return [(row, column) for row, _, column in cells]


def _refuse_known(
    section: TomlEntry, entry: TomlEntry, names: set[str], kind: str, where: Where
) -> None:
    """Raise EditionError where `after` is unknown, or the key of the entry exists already."""
    if entry["after"] not in names:
        near = _printed(section, entry["after"], kind) or hint(entry["after"], sorted(names))
        raise EditionError(f"{where.at('after')}: no {kind} {entry['after']!r}{near}")
    if entry["key"] in names:
        raise EditionError(
            f"{where.at('key')}: {kind} {entry['key']!r} exists already; give the"
            " new one a key of its own"
        )


def _printed(section: TomlEntry, words: str, kind: str) -> str:
    """Return a hint with the rows or columns that have these words as label, else no text."""
    cells = lay_out(section).cells.values()
    path = {"row": "row_path", "column": "column_path"}[kind]
    names = dict.fromkeys(
        getattr(cell, kind) for cell in cells if getattr(cell, path)[-1:] == (words,)
    )
    return f"; these words are printed on {', '.join(map(repr, names))}" if names else ""


def _refuse_redrawn(section: TomlEntry, drawn: TomlEntry, where: Where) -> None:
    """Raise EditionError where a changed section cannot be drawn, or labels change or repeat."""
    try:
        before, after = lay_out(section).cells, lay_out(section | drawn).cells
    except GridError as error:
        if error.field[:1] == ("cells",):
            raise EditionError(f"{where.at('cell')}: {error}") from None
        raise EditionError(f"{where}: it cannot be drawn there: {error}") from None
    for key, cell in before.items():
        if _unplaced(after[key]) != _unplaced(cell):
            raise EditionError(
                f"{where}: {key!r} would read {after[key].label!r} instead of {cell.label!r};"
                " choose another `after`"
            )
    read = {cell.label: key for key, cell in before.items()}
    for key, cell in after.items():
        if key not in before and cell.label in read:
            raise EditionError(
                f"{where.at('label')}: {key!r} would read {cell.label!r}, as"
                f" {read[cell.label]!r} does; choose other words"
            )


def _unplaced(cell: Cell) -> Cell:
    """Return a cell without its place, which additions move."""
    return replace(cell, place=(0, 0))
