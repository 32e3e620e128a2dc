"""The drawn side of a workbook that a form needs: borders, bold type, validations, notes of cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from . import xml
from .address import Place, corners, place_of
from .book import Book
from .relations import Relation, relations_in, relations_of
from .xml import MAIN, Element, is_false
from .zip import Package

T = TypeVar("T")
SIDES = ("left", "right", "top", "bottom")
AREA_LIMIT = 4_096
"""Most validations of a sheet that are read."""
_NOTE_LIMIT = 500
_STYLES = "styles"
_PARTS = ("dataValidation", "formula1", "f", "sqref")
_FORMULA, _RANGES = ("formula1", "f"), "sqref"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The look of a style's cells: sides with a line, bold type, steps of indent."""

    sides: frozenset[str] = frozenset()
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """A data validation: its boxes, its type as stored (list, whole, date …), its first formula."""

    boxes: tuple[tuple[int, int, int, int], ...]
    kind: str
    formula: str


@dataclass(frozen=True, slots=True)
class Marginalia:
    """Validations and notes of a sheet. notes: {place: text}."""

    accepted: tuple[Accepted, ...]
    notes: Mapping[Place, str]


def drawings(package: Package) -> tuple[Drawing, ...]:
    """Return the look of the cells of each style, in the order of the styles."""
    part = _styles_part(package)
    if not part:
        return (Drawing(),)
    borders: list[set[str]] = []
    fonts: list[bool] = []
    found: list[Drawing] = []
    for element in xml.elements(package.part(part), part, MAIN):
        path, attributes = element.path[1:], element.attributes
        if path == ("borders", "border"):
            borders.append(set())
        elif path[:2] == ("borders", "border") and len(path) == 3 and _ruled(element):  # noqa: PLR2004
            borders[-1].add({"start": "left", "end": "right"}.get(path[2], path[2]))
        elif path == ("fonts", "font"):
            fonts.append(False)
        elif path == ("fonts", "font", "b"):
            fonts[-1] = not is_false(attributes.get("val", "1"))
        elif path == ("cellXfs", "xf"):
            sides = _picked(borders, attributes.get("borderId")) or set()
            bold = _picked(fonts, attributes.get("fontId")) or False
            found.append(Drawing(frozenset(sides & set(SIDES)), bold))
        elif path == ("cellXfs", "xf", "alignment"):
            last = found[-1]
            found[-1] = Drawing(last.sides, last.bold, _whole(attributes.get("indent")))
    return tuple(found) or (Drawing(),)


def _ruled(element: Element) -> bool:
    return element.attributes.get("style", "none") != "none"


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004


def _picked(items: list[T], number: str | None) -> T | None:
    place = _whole(number)
    return items[place] if place < len(items) else None


def _styles_part(package: Package) -> str:
    """Return the name of the styles part, empty where there is none."""
    roots = _linked(package, "_rels/.rels")
    main = next((r.target for r in roots if r.kind == "officeDocument"), "")
    return next((r.target for r in _linked(package, relations_of(main)) if r.kind == _STYLES), "")


def _linked(package: Package, name: str) -> Iterator[Relation]:
    if name in package.parts:
        yield from (r for r in relations_in(package, name).values() if not r.external)


def marginalia(package: Package, book: Book, sheet: str) -> Marginalia:
    """Return the validations and notes of a sheet; a part that is not there has none."""
    part = next(entry.part for entry in book.sheets if entry.name == sheet)
    notes: dict[Place, str] = {}
    for relation in _linked(package, relations_of(part)):
        if relation.kind == "comments" and relation.target in package.parts:
            notes |= _notes(package.part(relation.target), relation.target)
    return Marginalia(tuple(_validations(package.part(part), part)), notes)


def _notes(source: bytes, part: str) -> dict[Place, str]:
    notes: dict[Place, str] = {}
    place: Place | None = None
    for element in xml.elements(source, part, MAIN):
        if element.path[-1] == "comment":
            place = place_of(element.attributes.get("ref", ""))
        elif element.path[-1] == "t" and place is not None:
            text = notes.get(place, "") + "".join(element.text)
            notes[place] = text[:_NOTE_LIMIT]
    return notes


def _validations(source: bytes, part: str) -> list[Accepted]:
    """Return the validations of a sheet part, those of Excel 2010 too."""
    found: list[Accepted] = []
    open_rule: dict[str, str] = {}
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name.rpartition(" ")[2])
        if path[-1] == _PARTS[0]:
            open_rule.clear()
            open_rule.update(attributes)

    def text(content: str) -> None:
        if open_rule and path[-1] in _PARTS[1:]:
            name = "formula" if path[-1] in _FORMULA and "formula2" not in path else path[-1]
            open_rule[name] = open_rule.get(name, "") + content

    def end(_: str) -> None:
        if path.pop() == _PARTS[0] and len(found) < AREA_LIMIT:
            boxes = (corners(one) for one in open_rule.get(_RANGES, "").split())
            kind, formula = open_rule.get("type", "none"), open_rule.get("formula", "")
            found.append(Accepted(tuple(filter(None, boxes)), kind, formula.strip()))
            open_rule.clear()

    xml.parse(source, part, start, end, text)
    return found
