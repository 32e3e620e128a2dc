"""The styles of a workbook for the reader: locks, days, and the face of each cell style."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from . import xml
from .colour import BLACK, WHITE, Colour, resolved, themed
from .face import DIGITS, LISTS, Face, Item, Lists, Restyling, face_of, restyling, whole
from .render import LONGEST, is_day
from .xml import MAIN, is_true
from .zip import Rejected

_SECTION, _ITEM = 2, 3
ITEM_LIMIT = 2**16
"""Most styles, fonts, fills and conditional formats each, as many as Excel opens."""
_CACHED = 2**18
"""Styles parts up to this size are kept once parsed: those of one blank are all the same."""


_OF = " of"
"""Name under which the item of a conditional format keeps the element that is open."""
_ALTERNATE = "http://schemas.openxmlformats.org/markup-compatibility/2006 AlternateContent"


class Styles(NamedTuple):
    """The styles of cells (cellXfs): sets of their numbers by property, and their count.

    faces: the look of each. changes: those of conditional formats, in order. theme: its colours.
    """

    unlocked: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()
    number: int = 1
    faces: tuple[Face, ...] = (Face(),)
    changes: tuple[Restyling, ...] = ()
    theme: tuple[Colour, ...] = (WHITE, BLACK)


def styles(source: bytes, part: str, theme: bytes = b"", theme_part: str = "") -> Styles:
    """Return the styles of a styles part; theme: the theme part, if there is one."""
    read = _kept if len(source) <= _CACHED else _styles
    return read(source, part, themed(theme, theme_part))


def _styles(source: bytes, part: str, theme: tuple[Colour, ...]) -> Styles:
    lists = Lists()
    xml.parse(source, part, *_handlers(lists, part), None)
    palette = [
        resolved(entry["rgbColor"], theme) or BLACK
        for entry in lists.items["colors"]
        if "rgbColor" in entry
    ]

    def colour(attributes: Mapping[str, str]) -> Colour | None:
        return resolved(attributes, theme, palette)

    cells = lists.items["cellXfs"]
    faces_of: dict[tuple[object, ...], Face] = {}
    keys = [
        tuple((n, *item[n].items()) for n in ("xf", "alignment") if n in item) for item in cells
    ]
    for key, item in zip(keys, cells, strict=True):
        if key not in faces_of:
            faces_of[key] = face_of(item, lists, colour, part)
    faces = tuple(faces_of[key] for key in keys)
    return Styles(
        frozenset(n for n, item in enumerate(cells) if _is_unlocked(item)),
        frozenset(n for n, face in enumerate(faces) if is_day(face.code)),
        max(1, len(faces)),
        faces or (Face(),),
        tuple(restyling(item, colour) for item in lists.items["dxfs"]),
        theme,
    )


_kept = lru_cache(maxsize=8)(_styles)


# ── parsing ───────────────────────────────────────────────────────────────────────────────────────


def _handlers(  # noqa: C901 - handlers share their state
    lists: Lists, part: str
) -> tuple[xml.Start, xml.End]:
    """Return the handlers that fill the lists; each list may occur once."""
    depth = 0
    section = ""
    seen: set[str] = set()
    nesting = xml.Nesting(part)
    choice = _Choice(part)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, section
        depth += 1
        if depth > xml.DEPTH_LIMIT or len(attributes) > xml.ATTRIBUTE_LIMIT:
            raise xml.too_deep(part, depth, len(attributes))
        if depth == 1:
            xml.refuse_root(name, f"{MAIN}styleSheet", part)
        if section and choice.start(name, depth, lists.items[section]):
            return
        if not choice.inside:
            nesting.start(name)
        short = name.removeprefix(MAIN)
        if depth == _SECTION:
            section = short if short in LISTS else ""
            if section in seen:
                raise Rejected("damaged", part=part, why=section)
            seen.update({section} - {""})
        elif section:
            _note(lists, section, depth - 2 * choice.inside, short, attributes, part)

    def end(name: str) -> None:
        nonlocal depth, section
        if not (choice.end(name, depth, lists.items.get(section, [])) or choice.inside):
            nesting.end()
        if depth == _SECTION:
            section = ""
        depth -= 1

    return start, end


@dataclass(slots=True)
class _Choice:
    """An mc:AlternateContent among the items of a list, as Hancom Office writes around fonts.

    Its Fallback is taken; each Choice must say the same.
    """

    part: str
    inside: bool = False
    before: int = 0
    said: list[list[Item]] = field(default_factory=list)

    def start(self, name: str, depth: int, items: list[Item]) -> bool:
        """Note the start of an element; tell whether it is one of these."""
        if name == _ALTERNATE and depth == _ITEM:
            self.inside, self.said = True, []
        elif not (self.inside and depth == _ITEM + 1):
            return False
        self.before = len(items)
        return True

    def end(self, name: str, depth: int, items: list[Item]) -> bool:
        """Note the end of an element; tell whether it is one of these."""
        if not self.inside or depth not in (_ITEM, _ITEM + 1):
            return False
        if depth == _ITEM + 1:
            self.said.append(items[self.before :])
            del items[self.before :]
            return True
        first, *others = [[_bare(item) for item in items] for items in self.said] or [[]]
        if any(other != first for other in others):
            raise Rejected("unsafe", part=self.part, why=name.rpartition(" ")[2])
        items += self.said[-1] if self.said else []
        self.inside = False
        return True


def _bare(item: Item) -> dict[str, dict[str, str]]:
    """Return an item without elements and attributes of other namespaces."""
    return {
        name: {key: text for key, text in attributes.items() if " " not in key}
        for name, attributes in item.items()
        if " " not in name
    }


def _note(  # noqa: PLR0913, PLR0917 - one element of a list
    lists: Lists, section: str, depth: int, name: str, attributes: dict[str, str], part: str
) -> None:
    """Store an element of a list: a number format, an item, or something inside one."""
    items = lists.items[section]
    if section == "numFmts":
        if name == "numFmt":
            code = attributes.get("formatCode", "")[:LONGEST]
            number = whole(attributes, "numFmtId", part)
            if lists.formats.setdefault(number or 0, code) != code:
                raise Rejected("unsafe", part=part, why="duplicate")
    elif depth == _ITEM or section == "colors":
        if len(items) == ITEM_LIMIT:
            limit = f"{ITEM_LIMIT:,}"
            raise Rejected("too-large", part=part, size=f"> {limit}", limit=limit)
        items.append({name: attributes})
    else:
        if section == "dxfs" and depth == _ITEM + 1:
            items[-1][_OF] = {"name": name}
        _put(items[-1], name, attributes)


def _put(item: Item, name: str, attributes: dict[str, str]) -> None:
    """Store an element inside an item: colours of a gradient are several of one name."""
    if item.get(_OF, {}).get("name") == "border":
        return
    number = 0
    while (key := f"{name}{number or ''}") in item:
        number += 1
    if number < DIGITS:
        item[key] = attributes


def _is_unlocked(item: Item) -> bool:
    return not is_true(item.get("protection", {}).get("locked", "1"))
