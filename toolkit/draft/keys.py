"""Proposed keys: plain names of rows and columns by a list of common words, else their numbers."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from ..data import form_words
from ..edition.kind import GridPlace
from .facts import Names
from .field import DrawnGrid
from .vocabulary import core, is_label

_NOTE = re.compile(r"#([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,2})(?![\w.])")
_LATIN = re.compile(r"[a-z][a-z0-9]*")
_LONGEST = 24
_NUMBERED = re.compile(r"[rc]\d+")
_NUMBERING = re.compile(
    r"^[^\w]*(?:\d+|[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,3})[.、．,，:：]\s*"
)
"""The number of an item before its words."""


@cache
def _words() -> tuple[tuple[str, str], ...]:
    """Return (word, name), the longest word first."""
    pairs = ((core(word), name) for word, name in form_words()["keys"].items())
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def plain_name(label: str) -> str:
    """Return a name for a label, empty where it does not end in a common word that is most of it.

    >>> plain_name("Net income (EUR)")
    'net_income'
    """
    bare = core(label)
    if bare.isascii():
        return "_".join(_LATIN.findall(label.partition("(")[0].lower()))[:_LONGEST].strip("_")
    bare = _NUMBERING.sub("", bare)
    return next(
        (name for word, name in _words() if bare.endswith(word) and 2 * len(word) >= len(bare)), ""
    )


def noted(note: str) -> str:
    """Return the key in a cell's note, empty without one: `#received`, `#received.total`."""
    match = _NOTE.search(note)
    return match[1] if match else ""


def keys(grid: DrawnGrid, names: Mapping[GridPlace, Names]) -> dict[GridPlace, str]:
    """Return {cell: row.column} for the cells of a grid; no two are the same."""
    rows, columns = _lines(names, 0, "r"), _lines(names, 1, "c")
    found = {place: f"{rows[place[0]]}.{columns[place[1]]}" for place in names}
    given = {place: own.split(".") for place in names if (own := noted(grid.fields[place].note))}
    taken = set(found.values())
    for place, parts in given.items():
        key = ".".join(parts[-2:]) if len(parts) > 1 else f"{rows[place[0]]}.{parts[0]}"
        if key not in taken:
            taken.add(key)
            found[place] = key
    return found


def _lines(names: Mapping[GridPlace, Names], side: int, letter: str) -> dict[int, str]:
    """Return {number of a row (side 0) or column (side 1): its name}; names differ."""
    labels: dict[int, list[tuple[str, str]]] = {}
    for place, one in names.items():
        fields = one.above if side else one.beside
        label = next(((f.text, f.note) for f in fields if is_label(f.text)), ("", ""))
        labels.setdefault(place[side], []).append(label)
    chosen: dict[int, str] = {}
    taken: set[str] = set()
    for number in sorted(labels):
        name = _name(labels[number])
        if not name or name in taken or _NUMBERED.fullmatch(name):
            name = f"{letter}{number + 1}"
        chosen[number] = name
        taken.add(name)
    return chosen


def _name(labels: Iterable[tuple[str, str]]) -> str:
    """Return the name that a line's labels give; none where they differ."""
    given = list(labels)
    notes = {noted(note).rpartition(".")[2] for _, note in given} - {""}
    texts = {text for text, _ in given}
    if len(notes) == 1:
        return min(notes)
    return plain_name(min(texts)) if len(texts) == 1 else ""
