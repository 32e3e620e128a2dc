"""Boxes drawn over a sheet: shapes, pictures and open notes, with place, text and macro."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import xml
from .zip import Package, Rejected

BOX_LIMIT = 2_000
"""Most boxes of a sheet that are looked at."""
TEXT_LIMIT = 4_096
_SHEET = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing "
_DRAW = "http://schemas.openxmlformats.org/drawingml/2006/main "
_VML, _OFFICE = "urn:schemas-microsoft-com:vml ", "urn:schemas-microsoft-com:office:excel "
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_SHAPES = ("sp", "pic", "graphicFrame", "cxnSp", "grpSp", "contentPart")
_COVERING = ("sp", "pic", "graphicFrame", "grpSp")
_EMU, _PIXEL = 12_700.0, 0.75
"""English metric units in a point, points in a pixel."""
_POINT = re.compile(r"-?[0-9]{1,12}")
_ANCHOR_FIELDS = 8

Corner = tuple[int, float, int, float]
"""Column and row from 0, each with a distance in points."""


@dataclass(slots=True)
class Drawn:
    """A box over a sheet.

    first: its top left corner. last: its bottom right one, or None where size is given (width
    and height in points). text: in it. covers: whether what lies behind it is hidden.
    """

    first: Corner = (0, 0.0, 0, 0.0)
    last: Corner | None = None
    size: tuple[float, float] = (0.0, 0.0)
    text: str = ""
    macro: str = ""
    covers: bool = False
    clear: bool = False


def boxes_of(package: Package, targets: Mapping[str, str]) -> tuple[Drawn, ...]:
    """Return the boxes of drawing parts; targets: {part: kind}. Parts that cannot be parsed have none."""
    boxes: list[Drawn] = []
    for part, kind in targets.items():
        source = package.parts.get(part)
        if source is None:
            continue
        read = _Vml() if kind == "vmlDrawing" else _Drawing()
        try:
            xml.parse(source, part, read.start, read.end, read.text)
        except Rejected as error:
            if error.code != "damaged":
                raise
        boxes += read.boxes
    return tuple(boxes[:BOX_LIMIT])


def _number(text: str) -> float:
    text = text.strip()
    return float(text) if _POINT.fullmatch(text) else 0.0


def _points(attributes: Mapping[str, str], name: str) -> float:
    """Return a length in points."""
    return _number(attributes.get(name, "")) / _EMU


@dataclass(slots=True)
class _Drawing:
    """Handlers for a drawing part (DrawingML)."""

    boxes: list[Drawn] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    box: Drawn = field(default_factory=Drawn)
    corner: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note the start of an element."""
        short = name.removeprefix(_SHEET).removeprefix(_DRAW)
        self.path.append(short)
        if short in _ANCHORS and len(self.path) > 1:
            self.box, self.words = Drawn(), []
        elif short in ("from", "to"):
            self.corner = {}
        elif short == "pos":
            self.box.first = 0, _points(attributes, "x"), 0, _points(attributes, "y")
        elif short == "ext" and "cx" in attributes and self.path[-2:-1] != ["xfrm"]:
            self.box.size = _points(attributes, "cx"), _points(attributes, "cy")
        elif short in _SHAPES:
            self.box.covers = self.box.covers or short in _COVERING
            self.box.macro = self.box.macro or attributes.get("macro", "")
        elif (short == "cNvPr" and xml.is_true(attributes.get("hidden"))) or (
            short == "noFill" and self.path[-2:-1] == ["spPr"]
        ):
            self.box.clear = True

    def end(self, _name: str) -> None:
        """Note the end of an element."""
        short = self.path.pop()
        if short in ("from", "to"):
            column, row = (int(_number(self.corner.get(part, ""))) for part in ("col", "row"))
            corner = column, _points(self.corner, "colOff"), row, _points(self.corner, "rowOff")
            if short == "from":
                self.box.first = corner
            else:
                self.box.last = corner
        elif short in _ANCHORS and len(self.boxes) < BOX_LIMIT:
            self.box.text = "".join(self.words)[:TEXT_LIMIT]
            self.box.covers = self.box.covers and not (self.box.clear and not self.box.text.strip())
            self.boxes.append(self.box)

    def text(self, content: str) -> None:
        """Note a text: of a corner, or of the box itself."""
        where = self.path[-1]
        if where in ("col", "colOff", "row", "rowOff"):
            self.corner[where] = self.corner.get(where, "") + content[:20]
        elif where == "t":
            self.words.append(content[:TEXT_LIMIT])


@dataclass(slots=True)
class _Vml:
    """Handlers for a VML part: notes (shown when they are open) and old shapes."""

    boxes: list[Drawn] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    box: Drawn = field(default_factory=Drawn)
    facts: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note the start of an element."""
        self.path.append(name)
        short = name.removeprefix(_VML)
        if name.startswith(_VML) and short in ("shape", "rect", "roundrect", "oval"):
            self.box, self.facts, self.words = Drawn(), {}, []
            hidden = "visibility:hidden" in attributes.get("style", "").replace(" ", "").lower()
            self.facts = {"hidden": "1"} if hidden else {}
            self.box.clear = attributes.get("filled", "t").lower() in ("f", "false")
        elif name == f"{_OFFICE}ClientData":
            self.facts["kind"] = attributes.get("ObjectType", "")
        elif name.startswith(_OFFICE):
            self.facts.setdefault(name.removeprefix(_OFFICE), "")

    def end(self, name: str) -> None:
        """Note the end of an element."""
        self.path.pop()
        if name == f"{_OFFICE}ClientData" and len(self.boxes) < BOX_LIMIT:
            self._close()

    def _close(self) -> None:
        parts = [_number(part) for part in self.facts.get("Anchor", "").split(",")]
        is_note = self.facts.get("kind") == "Note"
        shown = self.facts.get("Visible", "f").strip().lower() not in ("f", "false")
        seen = shown if is_note else "hidden" not in self.facts
        self.box.macro = self.facts.get("FmlaMacro", "").strip()
        if len(parts) == _ANCHOR_FIELDS:
            left, dx, top, dy, right, rx, bottom, by = parts
            self.box.first = int(left), dx * _PIXEL, int(top), dy * _PIXEL
            self.box.last = int(right), rx * _PIXEL, int(bottom), by * _PIXEL
            self.box.text = "".join(self.words)[:TEXT_LIMIT]
            self.box.covers = seen and not (self.box.clear and not self.box.text.strip())
        self.boxes.append(self.box)

    def text(self, content: str) -> None:
        """Note a text: of a fact about the shape, or of the box itself."""
        name = self.path[-1]
        if name.startswith(_OFFICE):
            short = name.removeprefix(_OFFICE)
            self.facts[short] = self.facts.get(short, "") + content[:200]
        elif content.strip():
            self.words.append(content[:TEXT_LIMIT])
