"""Editions that say only what differs from another edition of their form (`like`).

Unlike an overlay such a file may change and leave out anything; nothing is inherited later on: the
result is a plain edition, checked and built like any other.
"""

import fnmatch
from collections.abc import Callable, Mapping
from copy import deepcopy
from itertools import chain
from pathlib import Path

from .insert import TomlEntry
from .lines import Lines
from .overlay import Merging, add_lines, inherited
from .parse import Parsed, entries, parse
from .shape import EditionError, hint, refuse_misshapen

_NAMED = {
    "section": ("sheet",),
    "balance": ("code", "part"),
    "edit": ("code", "part"),
    "hazard": ("code",),
}
"""Lists of entries, with the fields that tell which entry is changed."""
_OWN = ("like", "without", "label", "column", "row")
Official = Callable[[], Mapping[tuple[str, str], Path]]
"""The paths of the official editions by (form, name)."""


def whole(file: Parsed, official: Official, derived: tuple[str, ...] = ()) -> Parsed:
    """Return the plain edition of a file: with the content of the edition it is like.

    derived: names of the editions that are derived from this one. Raises EditionError for an
    edition that is not there, is like itself, or has no entry that is changed or left out.
    """
    if "like" not in file.content:
        return file
    form, name = file.content["form"], file.content["like"]
    where, editions = file.lines.at("like"), official()
    if "extends" in file.content:
        raise EditionError(f"{where}: an overlay `extends` an edition; leave `like` out")
    if (form, name) not in editions:
        names = [edition for owner, edition in editions if owner == form]
        raise EditionError(f"{where}: no official edition {name!r}{hint(name, names)}")
    line = (*derived, file.content["name"])
    if name in line:
        raise EditionError(f"{where}: {name!r} is derived from this edition; name another")
    base = parse(editions[form, name])
    refuse_misshapen(base.content, base.lines)
    merged = _merged(whole(base, official, line), file)
    refuse_misshapen(merged.content, merged.lines)
    return merged


def _merged(base: Parsed, file: Parsed) -> Parsed:
    head = {name: value for name, value in file.content.items() if name not in (*_OWN, *_NAMED)}
    draft = Merging(deepcopy(base.content) | head, {})
    lines = Lines(base.lines.file, inherited(base.lines, file.lines))
    for name in draft.content:
        if name not in _NAMED:
            draft.take(file.lines if name in head else lines, (name,), (name,))
    for kind in _NAMED:
        _join(draft, kind, lines, file)
    add_lines(draft, file)
    return Parsed(draft.content, Lines(file.lines.file, draft.places))


def _join(draft: Merging, kind: str, base: Lines, file: Parsed) -> None:
    """Leave out, change and add the entries of a kind; new ones come behind the inherited."""
    old = draft.content.pop(kind, [])
    names = [_name(kind, entry) for entry in old]
    gone = file.content.get("without", {}).get(kind, ())
    for name in gone:
        if name not in names:
            place = file.lines.at("without", kind)
            raise EditionError(f"{place}: no inherited {kind} {name!r}{hint(name, names)}")
    kept = [number for number, name in enumerate(names) if name not in gone]
    joined = [old[number] for number in kept]
    for here, number in enumerate(kept):
        draft.take(base, (kind, number), (kind, here))
    at = {names[number]: here for here, number in enumerate(kept)}
    for entry, where in entries(file, kind):
        here = at.get(_name(kind, entry), len(joined))
        before = joined[here] if here < len(joined) else {}
        joined[here : here + 1] = [{**before, **entry, **_names(before, entry)}]
        draft.take(file.lines, where.path, (kind, here))
    if joined:
        draft.content[kind] = joined


def _names(before: TomlEntry, entry: TomlEntry) -> dict[str, dict[str, str]]:
    """Return the placeholders of a changed section: inherited ones of lines still drawn, new ones."""
    grid = entry.get("grid", before.get("grid", []))
    marks = (item[1:].split(".") for line in grid or () for item in line if item[:1] == "@")
    lines = {*chain(*marks), *(entry.get("columns", before.get("columns")) or ())}
    old = before.get("placeholders", {})
    kept = {line: name for line, name in old.items() if fnmatch.filter(lines, line)}
    names = kept | entry.get("placeholders", {})
    return {"placeholders": names} if names else {}


def _name(kind: str, entry: Mapping[str, str]) -> str:
    """Return the name of an entry: its sheet, its code, or code/part."""
    return "/".join(entry[field] for field in _NAMED[kind] if field in entry)
