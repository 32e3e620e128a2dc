"""The role of each printed cell of a grid: printed, to be filled in, or up to an answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ..edition.kind import GridPlace
from ..xlsx.colour import WHITE, Colour
from .field import DrawnGrid, FormField
from .vocabulary import choices_in, is_dots, is_head, is_wording

BAND = 0.85
"""A line of which so much is words is a head."""
_FEW, _SEVERAL = 2, 3
SHADED, NUMBERS, ZEROS, HEADINGS, SPARE = "shaded", "numbers", "zeros", "headings", "spare"
"""Classes of cells of which a person says whether they are filled in."""
MERGES, OPEN, NOTHING = "merges", "open", "nothing"
"""Reasons why a grid is no form: lost merges, an open number of lines, nothing to fill in."""


@dataclass(frozen=True, slots=True)
class Roles:
    """What a grid's printed cells are for.

    filled: those to fill in, whatever is answered. asked: {cell: its class and colour} of those
    up to an answer. heads: lines that are heads. words: cells that name others. why: the reason why
    the grid is no form, empty for a form; row: the line it shows in.
    """

    filled: frozenset[GridPlace] = frozenset()
    asked: Mapping[GridPlace, tuple[str, Colour]] = field(default_factory=dict)
    heads: frozenset[int] = frozenset()
    words: frozenset[GridPlace] = frozenset()
    why: str = ""
    row: int = 0


@dataclass(slots=True)
class _Lines:
    """A grid by lines: its printed cells by row and by column, and what is known of them so far."""

    grid: DrawnGrid
    rows: dict[int, list[FormField]] = field(default_factory=dict)
    columns: dict[int, list[FormField]] = field(default_factory=dict)
    words: set[GridPlace] = field(default_factory=set)
    counters: set[GridPlace] = field(default_factory=set)
    heads: set[int] = field(default_factory=set)

    def named(self, one: FormField) -> bool:
        """Tell whether a cell is a word or a printed counter."""
        return one.place in self.words or one.place in self.counters

    def left(self, one: FormField) -> list[FormField]:
        """Return the cells left of one in its first row, from left to right."""
        return [other for other in self.rows[one.place[0]] if other.place[1] < one.place[1]]

    def over(self, one: FormField) -> list[FormField]:
        """Return the cells above one in its first column, from the nearest."""
        column = self.columns[one.place[1]]
        return [other for other in reversed(column) if other.place[0] < one.place[0]]


def roles(grid: DrawnGrid) -> Roles:
    """Return the roles of a grid's printed cells."""
    if not grid.fields:
        return Roles(why=OPEN, row=1)
    lines = _lines(grid)
    lines.words |= {p for p, one in grid.fields.items() if _is_word(one)}
    _find_counters(lines)
    _find_heads(lines)
    if row := next(_lost(lines), 0):
        return Roles(why=MERGES, row=row)
    for place, one in grid.fields.items():
        if place in lines.words and one.place[0] not in lines.heads and is_dots(one.text):
            return Roles(why=OPEN, row=place[0] + 1)
    spare = _unnamed(lines)
    filled, asked = set[GridPlace](), dict[GridPlace, tuple[str, Colour]]()
    for place, one in grid.fields.items():
        if place in lines.words or place in lines.counters or not _is_place(lines, one):
            continue
        kind = _class(one, spare)
        if kind:
            asked[place] = kind, one.fill if kind == SHADED else WHITE
        else:
            filled.add(place)
    _ask_headings(lines, filled, asked)
    _settle_shades(filled, asked)
    named = {p[0] for p in (*filled, *asked) if p[0] not in spare}
    many = len(spare) > 1 and bool(lines.heads)
    why = OPEN if many and len(spare) > len(named) else "" if named else NOTHING
    if named and _is_list(lines, named):
        why, spare = OPEN, named
    row = min(spare, default=0) + 1
    heads, words = frozenset(lines.heads), frozenset(lines.words | lines.counters)
    return Roles(frozenset(filled), asked, heads, words, why, row)


def _lines(grid: DrawnGrid) -> _Lines:
    lines = _Lines(grid)
    for one in grid.fields.values():
        for row in one.rows:
            lines.rows.setdefault(row, []).append(one)
        for column in one.columns:
            lines.columns.setdefault(column, []).append(one)
    for fields in lines.rows.values():
        fields.sort(key=lambda one: one.place[1])
    return lines


def _is_word(one: FormField) -> bool:
    """Tell whether a cell is printed words or a sign; boxes to tick are filled in."""
    return one.formula is None and one.number is None and not one.blank and not choices_in(one.text)


# ── printed numbers that name lines ───────────────────────────────────────────────────────────────


def _find_counters(lines: _Lines) -> None:
    """Note numbers that name or count lines: years above, counters at the left."""
    for row in lines.rows.values():
        numbers = [one for one in row if one.number is not None and one.formula is None]
        if len(numbers) >= _SEVERAL and _steps(numbers) and len(_rest(lines, row, numbers)) < _FEW:
            lines.counters |= {one.place for one in numbers}
    for column, fields in lines.columns.items():
        numbers = [one for one in fields if one.number is not None and one.formula is None
                   and one.place not in lines.counters and one.place[1] == column]  # fmt: skip
        head = next((one for one in fields if one.place in lines.words), None)
        counted = head is not None and is_head(head.text, "numbers")
        first = not any(
            other.place[1] < column and not other.blank and _overlaps(other, one)
            for one in numbers
            for other in lines.rows[one.place[0]]
        )
        if len(numbers) >= _FEW and (counted or (first and _rises(numbers))):
            lines.counters |= {one.place for one in numbers}


def _overlaps(other: FormField, one: FormField) -> bool:
    return other.place[0] in one.rows


def _rest(lines: _Lines, row: list[FormField], numbers: list[FormField]) -> list[FormField]:
    """Return the cells of a row right of its first number that are neither numbers nor words."""
    first = numbers[0].place[1]
    return [one for one in row if one.place[1] > first and one not in numbers
            and one.place not in lines.words]  # fmt: skip


def _steps(numbers: list[FormField]) -> bool:
    values = [one.number or 0 for one in numbers]
    return all(b - a == 1 for a, b in pairwise(values))


def _rises(numbers: list[FormField]) -> bool:
    values = [one.number or 0 for one in numbers]
    return len(values) >= _SEVERAL and all(a < b for a, b in pairwise(values))


# ── heads ─────────────────────────────────────────────────────────────────────────────────────────


def _find_heads(lines: _Lines) -> None:
    """Note the lines that are heads: nearly all words, above lines that are not."""
    shares = {
        row: sum(map(lines.named, fields)) / len(fields) for row, fields in lines.rows.items()
    }
    full = {row for row, share in shares.items() if share == 1}
    lower = max((row for row, share in shares.items() if share < BAND), default=-1)
    lines.heads |= full | {row for row, share in shares.items() if share >= BAND and row < lower}
    lines.heads -= {row for row in lines.heads if not _has_word(lines, row)}
    lines.heads |= {row for row in lines.rows if {row - 1, row + 1} <= lines.heads
                    and _is_between(lines, row)}  # fmt: skip


def _is_between(lines: _Lines, row: int) -> bool:
    """Tell whether a line between two heads is one: words, but none to name it."""
    fields = [one for one in lines.rows[row] if one.place[0] == row]
    plain = all(one.blank or one.place in lines.words for one in fields)
    return plain and bool(fields) and fields[0].blank and _has_word(lines, row)


def _has_word(lines: _Lines, row: int) -> bool:
    return any(one.place in lines.words or one.text for one in lines.rows[row])


def _lost(lines: _Lines) -> Iterator[int]:
    """Yield the rows, from 1, in which a merge is missing: blanks beside or below a head."""
    for row in sorted(lines.rows):
        starting = [one for one in lines.rows[row] if one.place[0] == row]
        missing = [one for one in starting if one.blank and _gap(lines, one)]
        if missing and (row in lines.heads or len(missing) >= _FEW):
            yield row + 1
    gaps = [one for one in lines.grid.fields.values() if one.blank and _orphan(lines, one)]
    rows = {one.place[0] for one in gaps}
    if len(gaps) >= _FEW and len(rows) >= len(_unnamed(lines)):
        yield gaps[0].place[0] + 1


def _gap(lines: _Lines, one: FormField) -> bool:
    """Tell whether a blank above a head should be part of the word left of it."""
    row, column = one.place
    wide = lines.grid.size[1]
    if any(other.place in lines.words and other.span[1] < wide for other in lines.over(one)):
        return False
    below = [other for other in lines.columns[column] if other.place[0] == row + 1]
    beside = [other for other in lines.left(one) if not other.blank][-1:]
    named = any(other.place in lines.words and other.place[0] == row for other in beside)
    return (
        named
        and row + 1 in lines.heads
        and any(other.place in lines.words and other.place[1] == column for other in below)
    )


def _orphan(lines: _Lines, one: FormField) -> bool:
    """Tell whether a blank should be part of the label above it: the first cell of a named line."""
    row = one.place[0]
    if row in lines.heads or any(lines.named(other) for other in lines.left(one)):
        return False
    right = [other for other in lines.rows[row] if other.place[1] > one.place[1]]
    above = [other for other in lines.over(one) if other.place[0] not in lines.heads]
    named = any(other.place in lines.words for other in right)
    return named and any(other.place in lines.words for other in above)


# ── cells to fill in ──────────────────────────────────────────────────────────────────────────────


def _unnamed(lines: _Lines) -> set[int]:
    """Return the rows without a name: neither a word, nor alone below a head, nor numbers in them."""
    plain = []
    for row in sorted(lines.rows.keys() - lines.heads):
        fields = [one for one in lines.rows[row] if one.place[0] == row]
        words = [
            one for one in lines.rows[row] if one.place in lines.words and is_wording(one.text)
        ]
        counters = [one for one in fields if one.place in lines.counters and not _is_name(one)]
        if fields and not words and (len(counters) == 1 or not any(map(lines.named, fields))):
            plain.append(row)
    groups: list[list[int]] = []
    for row in plain:
        if groups and groups[-1][-1] == row - 1:
            groups[-1].append(row)
        else:
            groups.append([row])
    single = {group[0] for group in groups if len(group) == 1 and group[0] - 1 in lines.heads
              and not any(one.place in lines.counters for one in lines.rows[group[0]])}  # fmt: skip
    filled = {row for row in plain if any(one.number is not None and not lines.named(one)
                                          for one in lines.rows[row])}  # fmt: skip
    return set(plain) - single - filled


def _is_list(lines: _Lines, rows: set[int]) -> bool:
    """Tell whether the words of rows name nothing: most rows have the same ones."""
    words = {
        tuple(
            one.text for one in lines.rows[row] if one.place in lines.words or _is_year(lines, one)
        )
        for row in rows
    }
    return len(rows) > _SEVERAL and len(words) * _SEVERAL < len(rows)


def _is_year(lines: _Lines, one: FormField) -> bool:
    """Tell whether a cell is a printed number that names its line."""
    return one.place in lines.counters and _is_name(one)


def _is_name(one: FormField) -> bool:
    """Tell whether a printed number names its line, as a year does; 1, 2, 3 only count lines."""
    return one.number is not None and one.number >= 100  # noqa: PLR2004


def _is_place(lines: _Lines, one: FormField) -> bool:
    """Tell whether a cell may be filled in: named at its left, or above where its row has no name."""
    row = one.place[0]
    if row in lines.heads:
        return False
    heads = [other for other in lines.over(one) if lines.named(other)]
    if any(other.place[0] in lines.heads and is_head(other.text, "printed") for other in heads):
        return False
    if any(lines.named(other) and _names(other) for other in lines.left(one)):
        return True
    in_row = any(lines.named(other) and _names(other) for other in lines.rows[row])
    return bool(heads) and not in_row


def _names(one: FormField) -> bool:
    return is_wording(one.text) or _is_name(one)


def _class(one: FormField, spare: set[int]) -> str:
    """Return the class of a cell of which a person is asked, empty for any other."""
    if one.place[0] in spare:
        return SPARE
    if one.number is not None:
        return NUMBERS if one.number else ZEROS
    return SHADED if one.fill != WHITE and not one.text.strip() and one.formula is None else ""


def _ask_headings(
    lines: _Lines, filled: set[GridPlace], asked: dict[GridPlace, tuple[str, Colour]]
) -> None:
    """Move blanks of lines that look like headings to those asked for."""
    bold = {row for row, fields in lines.rows.items() if row not in lines.heads
            and any(one.bold and one.place in lines.words for one in fields)}  # fmt: skip
    rare = _FEW * len(bold) < len(lines.rows) - len(lines.heads)
    for row, fields in lines.rows.items():
        words = [one for one in fields if one.place in lines.words and is_wording(one.text)]
        places = [one.place for one in fields if one.place in filled]
        plain = all(lines.grid.fields[place].blank for place in places)
        if len(words) != 1 or len(places) < _FEW or not plain or row in lines.heads:
            continue
        if words[0].text.rstrip().endswith((":", "\uff1a")) or (row in bold and rare):
            filled.difference_update(places)
            asked |= dict.fromkeys(places, (HEADINGS, WHITE))


def _settle_shades(filled: set[GridPlace], asked: dict[GridPlace, tuple[str, Colour]]) -> None:
    """Fill in shaded cells without asking where all cells have that shade."""
    shades = {shade for kind, shade in asked.values() if kind == SHADED}
    if len(shades) == 1 and not filled and all(kind == SHADED for kind, _ in asked.values()):
        filled.update(asked)
        asked.clear()
