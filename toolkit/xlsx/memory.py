"""Memory of parsed rows and sheets by their exact bytes; the oldest is forgotten above a limit."""

import os
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from .address import Place

SWITCH = "GOUJI_MEMORY"
"""Set to 0 in the environment: nothing is remembered."""
LIMIT = 24 * 2**20
"""Most bytes that are remembered, as counted."""
ENTRY = 400
"""Bytes that an entry takes besides its content."""
_ROWS = 2**13
"""Most rows of a family of sheets of which it is known that they are clean."""
_RESULTS = 64
"""Most results of comparisons that are kept of a sheet."""
SEEN_LIMIT = 2**15
"""Most keys of which it is known that they were met once."""


def is_on() -> bool:
    """Tell whether anything is remembered."""
    return os.environ.get(SWITCH) != "0"


@dataclass(slots=True)
class Memory:
    """Entries by key, the least recently used first; each counts for its size.

    met: digests of keys that were met once. They only decide what is worth learning.
    """

    limit: int = LIMIT
    size: int = 0
    entries: OrderedDict[Hashable, tuple[Any, int]] = field(default_factory=OrderedDict)
    met: OrderedDict[int, None] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable) -> Any:
        """Return an entry, None for an unknown key."""
        with self.lock:
            entry = self.entries.get(key)
            if entry is None:
                return None
            self.entries.move_to_end(key)
            return entry[0]

    def several(self, keys: Sequence[Hashable]) -> list[Any]:
        """Return the entries of several keys, None for the unknown ones."""
        with self.lock:
            found = []
            for key in keys:
                entry = self.entries.get(key)
                if entry is not None:
                    self.entries.move_to_end(key)
                found.append(entry and entry[0])
            return found

    def put(self, key: Hashable, content: object, size: int) -> None:
        """Remember an entry, and forget the oldest ones where there is no room."""
        with self.lock:
            _, before = self.entries.pop(key, (None, 0))
            self.entries[key] = content, size + ENTRY
            self.size += size + ENTRY - before
            while self.size > self.limit:
                _, (_, freed) = self.entries.popitem(last=False)
                self.size -= freed

    def is_met(self, key: Hashable) -> bool:
        """Tell whether a key was met before, and note that it is now."""
        digest = hash(key)
        with self.lock:
            if digest in self.met:
                return True
            self.met[digest] = None
            if len(self.met) > SEEN_LIMIT:
                self.met.popitem(last=False)
            return False

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.entries.clear()
            self.met.clear()
            self.size = 0


@dataclass(slots=True, eq=False)
class Kept:
    """Facts of all sheets that are like one but for numbers and texts.

    free: the places whose content differs. texts: those of shared strings among them. known: results
    of comparisons, shared by all such sheets. rows: numbers of their rows, as learnt; family: {name
    of a comparison: rows in sheets of the same frame where it found nothing}. rich: {place: pieces
    of its text}, and said: what was looked up, of this sheet.
    """

    free: frozenset[Place]
    texts: tuple[Place, ...]
    known: dict[Any, Any]
    rows: frozenset[int]
    family: dict[Any, tuple[set[int], object]]
    rich: dict[Place, Any] = field(default_factory=dict)
    said: dict[Any, Any] = field(default_factory=dict)

    def note(self, name: Hashable, result: object) -> None:
        """Store a result; of very many kinds of texts none is kept."""
        if len(self.known) >= _RESULTS:
            self.known.clear()
        self.known[name] = result

    def is_clean(self, name: Hashable) -> bool:
        """Tell whether a comparison found nothing: in such a sheet, or in sheets with its rows.

        A comparison looks at each place by itself, so that rows which were clean are so together.
        """
        if name in self.known:
            return True
        rows, rich = self.family.get(name, (frozenset(), None))
        if not self.rows or not self.rows <= rows:
            return False
        self.note(name, rich)
        return True

    def note_clean(self, name: Hashable) -> None:
        """Store that a comparison found nothing; rich: keeps what `name` has the addresses of."""
        self.note(name, self.rich)
        known = sum(len(rows) for rows, _ in self.family.values())
        if len(self.family) >= _RESULTS or known > _ROWS:
            self.family.clear()
        rows, rich = self.family.get(name, (set(), self.rich))
        rows.update(self.rows)
        self.family[name] = rows, rich


MEMORY = Memory()
"""The memory of this process."""
