"""The printed grid of a table: places, labels and cells from the picture in the edition file."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..data import CHINESE, texts
from .kind import KINDS, Cell, GridPlace
from .shape import hint
from .signs import pattern_of

FILL = "<*"
"""At the end of a grid line: continue its last cell to the right end of the grid."""

HELP_LIMIT, LIST_LIMIT = 180, 255
"""Most characters of the hint beside a cell, which begins with its kind, and of a drop-down."""

_MARK = re.compile(r"@[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*|\*)")


class GridError(Exception):
    """A grid that cannot be drawn; field: the part of the section at fault."""

    def __init__(self, fact: str, *field: str | int) -> None:
        super().__init__(fact)
        self.field = field


@dataclass(frozen=True, slots=True)
class PrintedGrid:
    """A printed grid: its size, labels and keys by place, merges and cells by key.

    merges: (row, column, rows, columns) of every printed cell wider or higher than one.
    """

    size: GridPlace
    labels: Mapping[GridPlace, str]
    keys: Mapping[GridPlace, str]
    merges: tuple[tuple[int, int, int, int], ...]
    cells: Mapping[str, Cell]


def lay_out(entry: Mapping[str, Any]) -> PrintedGrid:
    """Return the grid of a section; an empty one where the section has none.

    Raises GridError where lines differ in length, a mark continues nothing or a key is repeated.
    """
    if ("grid" in entry) != ("table" in entry):
        raise GridError("`table` and `grid` come together; give both or none")
    if "grid" not in entry:
        return PrintedGrid((0, 0), {}, {}, (), {})
    lines = written_out(entry["grid"], entry.get("columns", []))
    anchors = _anchors(lines)
    labels, keys = {}, {}
    for place, anchor in anchors.items():
        content = lines[place[0]][place[1]]
        if place == anchor and content.startswith("@"):
            keys[place] = f"{entry['table']}.{content[1:]}"
        elif place == anchor:
            labels[place] = content
    cells = _cells(entry, anchors, labels, keys)
    return PrintedGrid((len(lines), len(lines[0])), labels, keys, _merges(anchors), cells)


def widths_of(entry: Mapping[str, Any], grid: PrintedGrid, name: str) -> tuple[float, ...]:
    """Return the widths of an entry's columns, the last one for all further; none without them."""
    widths = entry.get(name, []) if grid.cells else []
    if len(widths) > grid.size[1]:
        raise GridError(f"{len(widths)} {name} for {grid.size[1]} columns; take some out", name)
    return (*widths, *widths[-1:] * (grid.size[1] - len(widths)))


def written_out(grid: list[list[str]], columns: list[str]) -> list[list[str]]:
    """Return the grid with `@row.*` and a closing `<*` written out."""
    lines = [list(_expand(line, columns, number)) for number, line in enumerate(grid)]
    width = max(len(line) - (line[-1] == FILL) for line in lines)
    for number, line in enumerate(lines):
        if line[-1] == FILL:
            line[-1:] = ["<"] * (width - len(line) + 1)
        if len(line) != width:
            raise GridError(
                f"grid line {number + 1} has {len(line)} cells, the longest has {width};"
                ' fill up with "<" or "^"',
                *("grid", number),
            )
    return lines


def _expand(line: list[str], columns: list[str], number: int) -> Iterator[str]:
    for item in line:
        if not item.startswith("@"):
            yield item
        elif not _MARK.fullmatch(item):
            fact = f"{item!r} is not @row.column; use lower-case names"
            raise GridError(fact, "grid", number)
        elif not item.endswith("*"):
            yield item
        elif columns:
            yield from (f"{item[:-1]}{column}" for column in columns)
        else:
            fact = f"{item!r} needs `columns`, the last parts of its keys; add them"
            raise GridError(fact, "grid", number)


def _anchors(lines: list[list[str]]) -> dict[GridPlace, GridPlace]:
    """Return {place: the top-left place of its printed cell}."""
    anchors: dict[GridPlace, GridPlace] = {}
    for r, line in enumerate(lines):
        for c, item in enumerate(line):
            source = {"<": (r, c - 1), "^": (r - 1, c)}.get(item, (r, c))
            if source not in anchors and source != (r, c):
                raise GridError(
                    f"grid line {r + 1}, cell {c + 1}: {item!r} continues nothing; write a label",
                    *("grid", r),
                )
            anchors[r, c] = anchors.get(source, (r, c))
    return anchors


def _merges(anchors: Mapping[GridPlace, GridPlace]) -> tuple[tuple[int, int, int, int], ...]:
    ends: dict[GridPlace, GridPlace] = {}
    counts: dict[GridPlace, int] = {}
    for (r, c), anchor in anchors.items():
        row, column = ends.get(anchor, anchor)
        ends[anchor] = (max(row, r), max(column, c))
        counts[anchor] = counts.get(anchor, 0) + 1
    merges = []
    for (r, c), (last_r, last_c) in ends.items():
        height, width = last_r - r + 1, last_c - c + 1
        if height * width != counts[r, c]:
            raise GridError(
                f"grid line {r + 1}, cell {c + 1}: the merged cell is no rectangle;"
                " see the marks right of it and below it",
                *("grid", r),
            )
        if height * width > 1:
            merges.append((r, c, height, width))
    return tuple(merges)


def _cells(
    entry: Mapping[str, Any],
    anchors: Mapping[GridPlace, GridPlace],
    labels: Mapping[GridPlace, str],
    keys: Mapping[GridPlace, str],
) -> dict[str, Cell]:
    """Return the cells by key, in form order."""
    names = list(keys.values())
    if not names:
        raise GridError("the grid has no cell to fill in; write one as @row.column", "grid")
    if len(set(names)) != len(names):
        twice = next(key for key, times in Counter(names).items() if times > 1)
        last = max(place[0] for place, key in keys.items() if key == twice)
        raise GridError(f"cell {twice!r} stands in two places; rename one", "grid", last)
    facts = _facts(entry, [key.partition(".")[2] for key in names])
    paths = {
        place: (_path(place, (0, -1), anchors, labels), _path(place, (-1, 0), anchors, labels))
        for place in keys
    }
    everywhere = set.intersection(*({*row, *column} for row, column in paths.values()))
    cells = {}
    for place, key in keys.items():
        row_path, column_path = paths[place]
        cells[key] = Cell(
            key=key,
            sheet=entry["sheet"],
            place=place,
            row_path=row_path,
            column_path=tuple(w for w in column_path if w not in everywhere) or column_path[-1:],
            **facts[key.partition(".")[2]],
        )
    return cells


def _facts(entry: Mapping[str, Any], names: list[str]) -> dict[str, dict[str, Any]]:
    """Return {row.column: facts}: kind, unit, choices and the facts in `cells`."""
    facts: dict[str, dict[str, Any]] = {
        name: {"kind": "count", "unit": entry.get("unit", "")} for name in names
    }
    for pattern, added in entry.get("cells", {}).items():
        fit = [name for name in names if pattern_of(pattern)(name)]
        if not fit:
            raise GridError(f"no cell {pattern!r}{hint(pattern, names)}", "cells", pattern)
        for name in fit:
            facts[name] |= added
    for name, cell in facts.items():
        said = [pattern for pattern in entry.get("cells", {}) if pattern_of(pattern)(name)]
        cell["choices"] = _choices(name, cell, ("cells", *said[-1:]))
        _refuse_long(name, cell, ("cells", *said[-1:]))
    return facts


def _refuse_long(name: str, facts: Mapping[str, Any], field: tuple[str, ...]) -> None:
    """Raise GridError for a hint that Excel would cut, or a list of words that it would remove."""
    for kind, text, most in (
        ("help", facts.get("help", ""), HELP_LIMIT),
        ("words to choose from, with a comma between two,", ",".join(facts["choices"]), LIST_LIMIT),
    ):
        if len(text) > most:
            fact = f"the {kind} of cell {name!r} has {len(text)} characters, {most} at most"
            raise GridError(f"{fact}; shorten", *field)


def _choices(name: str, facts: Mapping[str, Any], field: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words a cell takes; a kind may have its own, printed on every form."""
    choices = tuple(facts.get("choices", ()))
    printed = texts("choices", CHINESE).get(facts["kind"], "").split()
    kind = KINDS[facts["kind"]]
    if choices and not kind.listed:
        fact = f'cell {name!r} has `choices` but is no choice; make its kind "choice"'
        raise GridError(fact, *field)
    if kind.listed and not choices:
        raise GridError(f"cell {name!r} is a choice without words; add `choices`", *field)
    if facts.get("signed") and kind.places is None:
        fact = f"cell {name!r} is signed but holds no number; take `signed` out"
        raise GridError(fact, *field)
    return choices or tuple(printed)


def _path(
    place: GridPlace,
    step: tuple[int, int],
    anchors: Mapping[GridPlace, GridPlace],
    labels: Mapping[GridPlace, str],
) -> tuple[str, ...]:
    """Return the labels met on the way left or up, outermost first.

    Cells before the first label are skipped; a cell after it ends the path.
    """
    path: list[str] = []
    seen = {anchors[place]}
    row, column = place[0] + step[0], place[1] + step[1]
    while (anchor := anchors.get((row, column))) is not None:
        label = labels.get(anchor)
        if label is None and path:
            break
        if label and anchor not in seen:
            path.append(label)
        seen.add(anchor)
        row, column = row + step[0], column + step[1]
    return tuple(reversed(path))
