"""Names of an edition: people on the cover, and placeholders that stand for numbers in texts.

Both are outside the fingerprint: they change no number of a return.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from .kind import Cell
from .parse import Parsed, entries
from .shape import EditionError, hint
from .signs import comparable

PEOPLE = ("filled_by", "phone", "reviewed_by", "filled_on")
"""Fields of the cover that an edition may have, in their order."""
DAYS = ("filled_on",)
"""Those of them that are a day."""
BETWEEN = "."
"""Sign between the names of column and row in a placeholder."""
_STOP = "\u3002"
"""The full stop that a Chinese keyboard writes for BETWEEN."""
Keys = tuple[str, ...]


def spelt(name: str) -> str:
    """Return a placeholder's name as it is compared.

    >>> spelt(" \u81ea\u7136\u4eba\u3002\u65b0\u6536") == "\u81ea\u7136\u4eba.\u65b0\u6536"
    True
    """
    return comparable(name).replace(_STOP, BETWEEN)


def people(parsed: Parsed) -> dict[str, str]:
    """Return {field of the cover: its printed label}; raises EditionError for a label used twice."""
    labels: Mapping[str, str] = parsed.content.get("cover", {})
    fields = {name: labels[name] for name in PEOPLE if name in labels}
    for name, label in fields.items():
        if list(fields.values()).count(label) > 1:
            where = parsed.lines.at("cover", name)
            raise EditionError(f"{where}: label {label!r} of the cover is used twice; rename one")
    return fields


def placeholders(
    parsed: Parsed, cells: Mapping[str, Cell], inherited: Mapping[str, Cell]
) -> dict[str, Keys]:
    """Return {placeholder: keys of the cells whose sum it stands for}, by section, as listed there.

    inherited: cells of the edition that an overlay adds to, else none. Raises EditionError for a
    name of no row or column, a name used twice, and for cells that have no sum.
    """
    names: dict[str, Keys] = {}
    taken: set[str] = set()
    for entry, where in entries(parsed, "section"):
        given = entry.get("placeholders", {})
        inside = _inside(entry, cells, inherited)
        _refuse_unknown(given, inside, where.at("placeholders"))
        for line in given:
            for name, group in _named(line, given, inside):
                place = where.at("placeholders", line)
                if spelt(name) in taken:
                    raise EditionError(f"{place}: placeholder {name!r} is used twice; rename one")
                if not all(cell.numeric for cell in group) or len({c.unit for c in group}) > 1:
                    fact = "stands for no number of one unit; leave it out"
                    raise EditionError(f"{place}: placeholder {name!r} {fact}")
                taken.add(spelt(name))
                names[name] = tuple(cell.key for cell in group)
    return names


def _inside(
    entry: Mapping[str, Any], cells: Mapping[str, Cell], inherited: Mapping[str, Cell]
) -> list[Cell]:
    """Return the cells of a section that placeholders may name.

    A column added to an inherited table has none without a name: that of the row is taken.
    """
    table, given = entry.get("table"), entry.get("placeholders", {})
    old = {cell.column for cell in inherited.values() if cell.table == table}
    columns = old.union(given) if old else {cell.column for cell in cells.values()}
    return [cell for cell in cells.values() if cell.table == table and cell.column in columns]


def _refuse_unknown(given: Mapping[str, str], cells: Sequence[Cell], where: str) -> None:
    """Raise EditionError for a line that is no row or column, or both."""
    rows, columns = (tuple(dict.fromkeys(getattr(c, s) for c in cells)) for s in ("row", "column"))
    for line in given:
        as_row, as_column = any(fnmatchcase(row, line) for row in rows), line in columns
        if as_row == as_column:
            fact = "is a row and a column" if as_row else "is no row or column"
            near = "; rename one" if as_row else hint(line, (*rows, *columns))
            raise EditionError(f"{where}: placeholders: {line!r} {fact}{near}")


def _named(
    line: str, given: Mapping[str, str], cells: Sequence[Cell]
) -> Iterator[tuple[str, list[Cell]]]:
    """Yield (placeholder, cells) of a row, or of the rows of a pattern, for each named column.

    Of the columns without a name the last one, where totals are, has the name of the row alone.
    """
    inside = [cell for cell in cells if fnmatchcase(cell.row, line)]
    columns = tuple(dict.fromkeys(cell.column for cell in inside))
    unnamed = [column for column in columns if column not in given][-1:]
    for column in columns:
        if column in given or column in unnamed:
            first = f"{given[column]}{BETWEEN}" if column in given else ""
            yield f"{first}{given[line]}", [cell for cell in inside if cell.column == column]


def shared_words(cells: Mapping[str, Cell], side: str) -> dict[str, str]:
    """Return the last printed label that all cells of one row (or column) key share.

    A label that the whole table shares is skipped. Where none is left: the first label and the last,
    or the key where nothing is printed.
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
        ends = filter(None, dict.fromkeys((first.label, group[-1].label)))
        words[name] = (row or column or ["–".join(ends) or name.partition(".")[2]])[-1]
    return words
