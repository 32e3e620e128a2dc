"""Lines of the entries of an edition file, for messages: tomllib gives none.

A path leads to an entry or a field as in the parsed TOML: ("balance", 2, "rule", "en"). Found are
headers, keys at the start of a line, and the items of a list that spans lines; anything deeper has
the line of the entry or field around it.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
_HIDDEN = re.compile(
    r"""
    \"{3}(?:[^\\]|\\.)*?\"{3} | '{3}.*?'{3} |   # over several lines
    "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | \#[^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
"""Strings and comments: brackets and signs in them mean nothing."""
_HEADER = re.compile(r"\s*(\[{1,2})[^\[\]]*\]{1,2}\s*")
_KEY = re.compile(r"[^=\[\]{}]+(?==)")
_PLAIN = re.compile(r"\s*\[{0,2}([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)(?:\]{1,2}| *= 0)\s*")
"""A header or key without quotes."""
_ITEM = 2
"""Depth in brackets of the items of a list."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one edition file; as text, the file's name.

    places: {path: file and line}. An entry may come from another file than the one it is in.
    """

    file: str
    places: Mapping[Path, str]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.file

    def at(self, *path: str | int) -> str:
        """Return file and line of a path, or of the nearest entry or field around it."""
        whole = (path[:end] for end in range(len(path), 0, -1))
        return next((self.places[part] for part in whole if part in self.places), self.file)

    def entry(self, name: str, *path: str | int) -> "Where":
        """Return the place of an entry; name: its name in messages."""
        return Where(self, path, name)


@dataclass(frozen=True, slots=True)
class Where:
    """The place of an entry; as text: file, line and name."""

    lines: Lines
    path: Path
    name: str

    def __str__(self) -> str:
        """Return file and line of its beginning, and its name."""
        return self.at()

    def at(self, *field: str | int) -> str:
        """Return file and line of one of its fields, and its name."""
        return f"{self.lines.at(*self.path, *field)}, {self.name}"


def scan(text: str, file: str) -> Lines:
    r"""Return the lines of an edition file.

    >>> lines = scan('form = "x"\n\n[[row]]\nline = [\n  "#[",\n]\n[[row]]', "x.toml")
    >>> [lines.at(*path) for path in (("form",), ("row", 0, "line", 0), ("row", 1, "line"), ("no",))]
    ['x.toml line 1', 'x.toml line 4', 'x.toml line 7', 'x.toml']
    """
    places: dict[Path, str] = {}
    for path, line in _paths(text.split("\n"), _masked(text).split("\n")):
        places.setdefault(path, f"{file} line {line}")
    return Lines(file, places)


def _masked(text: str) -> str:
    """Return a text of the same lines, strings and comments masked."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " " if match[0][0] == "#" else "_", match[0])

    return _HIDDEN.sub(blank, text)


def _paths(lines: list[str], masked: list[str]) -> Iterator[tuple[Path, int]]:
    """Yield (path, line from 1) of each header, key and list item."""
    entry: Path = ()
    path: Path = ()
    seen: Counter[str] = Counter()
    depth = items = 0
    for number, (line, bare) in enumerate(zip(lines, masked, strict=True), 1):
        if not depth and (header := _HEADER.fullmatch(bare)):
            entry = path = _entry(_names(line), seen, listed=header[1] == "[[")
            yield path[:1], number
            yield path, number
            continue
        if not depth and (key := _KEY.match(bare)):
            path, items = (*entry, *_names(f"{line[: key.end()]}= 0")), 0
            yield path, number
        for sign in bare:
            depth += (sign in "[{") - (sign in "]}")
            if sign in "[{" and depth == _ITEM:
                yield (*path, items), number
                items += 1


def _entry(names: list[str], seen: Counter[str], *, listed: bool) -> Path:
    """Return the path a header opens; `seen` counts the entries of each list."""
    first, *rest = names
    if listed and rest and not seen[first]:
        seen[".".join(names)] += 1
        return (*names, seen[".".join(names)] - 1)
    seen[first] += listed
    return (first, seen[first] - 1, *rest) if seen[first] else (first, *rest)


def _names(toml: str) -> list[str]:
    """Return the names of a header or key, however they are quoted."""
    if plain := _PLAIN.fullmatch(toml):
        return plain[1].split(".")
    content: Any = tomllib.loads(toml)
    names = []
    while content:
        name, content = next(iter(content.items()))
        names.append(name)
        content = content[0] if isinstance(content, list) else content
    return names
