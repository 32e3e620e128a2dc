"""Word documents (.docx): paragraphs and tables of the main part, as they are printed."""

from contextlib import suppress
from dataclasses import dataclass, field

from ..xlsx.xml import DEPTH_LIMIT, is_false, parse
from ..xlsx.zip import Rejected, open_parts
from .document import Document, Flow

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
_TITLE = "http://purl.org/dc/elements/1.1/ title"
DEPTH = 4 * DEPTH_LIMIT
"""Text boxes and nested tables go deeper than a workbook does."""
SKIPPED = frozenset(
    (f"{WORD}del", f"{WORD}moveFrom", f"{COMPATIBLE}Fallback", f"{WORD}rt", f"{WORD}instrText")
)
"""Elements whose text is not printed, or is printed in another place too."""
MAIN_PART, PROPERTIES, STYLES = "word/document.xml", "docprops/core.xml", "word/styles.xml"
_LEVELS = frozenset(map(str, range(9)))
"""Outline levels of headings; 9 is text."""


def read_docx(source: bytes) -> Document:
    """Return a Word document; raises Rejected."""
    package = open_parts(source)
    if any(name.lower().endswith("vbaproject.bin") for name in package.names):
        raise Rejected("macros")
    body = _Body(headings=_headings(package.parts.get(STYLES)))
    parse(package.part(MAIN_PART), MAIN_PART, body.start, body.end, body.text)
    return body.flow.finished(_title(package.parts.get(PROPERTIES)))


def _title(source: bytes | None) -> str:
    """Return the title in a document's properties, empty where it has none."""
    found: list[str] = []
    path: list[str] = []

    def text(content: str) -> None:
        if path[-1:] == [_TITLE]:
            found.append(content)

    def end(_: str) -> None:
        path.pop()

    if source is not None:
        parse(source, PROPERTIES, lambda name, _: path.append(name), end, text)
    return "".join(found)


def _headings(source: bytes | None) -> frozenset[str]:
    """Return the names of the styles of headings: those with an outline level."""
    names: set[str] = set()
    style: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == f"{WORD}style":
            style[:] = [attributes.get(f"{WORD}styleId", "")]
        elif name == f"{WORD}outlineLvl" and attributes.get(f"{WORD}val") in _LEVELS:
            names.update(style)

    with suppress(Rejected):  # without its styles a document has no headings
        parse(source or b"", STYLES, start, lambda _: None, lambda _: None)
    return frozenset(names)


@dataclass(slots=True)
class _Properties:
    """Properties of a cell or run until its content begins."""

    number: int
    columns: int = 1
    joined: bool = False
    told: bool = False


@dataclass(slots=True)
class _Body:
    """State of the main part while it is read.

    headings: names of styles. skipped: depth of the element left out.
    """

    headings: frozenset[str]
    flow: Flow = field(default_factory=Flow)
    depth: int = 0
    skipped: int = 0
    in_text: bool = False
    hidden: bool = False
    cells: list[_Properties] = field(default_factory=list)
    count: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self.depth += 1
        if self.depth > DEPTH:
            raise Rejected("too-large", part="depth", size=f"{self.depth}", limit=f"{DEPTH}")
        if self.depth == 1 and name != f"{WORD}document":
            raise Rejected("damaged", part=MAIN_PART, why="namespace")
        if self.skipped:
            return
        if name in SKIPPED:
            self.skipped = self.depth
        elif name.startswith(WORD):
            self._word(name[len(WORD) :], attributes)

    def _word(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get(f"{WORD}val")
        if name == "p":
            self._settle()
        elif name == "t":
            self.in_text = True
        elif name == "r":
            self.hidden = False
        elif name == "vanish":
            self.hidden = value is None or not is_false(value)
        elif name in ("pStyle", "outlineLvl"):
            self.flow.heading = value in (self.headings if name == "pStyle" else _LEVELS)
        elif name in ("br", "cr"):
            self.flow.end_line()
        elif name == "tab":
            self.flow.text("\t")
        else:
            self._table(name, value)

    def _table(self, name: str, value: str | None) -> None:
        if name == "tbl":
            self._settle()
            self.flow.start_table()
        elif name == "tr":
            self.flow.start_row()
        elif name == "gridBefore":
            self.flow.skip(_number(value))
        elif name == "tc":
            self.cells.append(_Properties(self.count))
            self.count += 1
        elif name == "gridSpan" and self.cells:
            self.cells[-1].columns = _number(value)
        elif name == "vMerge" and self.cells:
            self.cells[-1].joined = value != "restart"

    def _settle(self) -> None:
        """Begin the cell whose properties have been read, if there is one."""
        if self.cells and not self.cells[-1].told:
            cell = self.cells[-1]
            cell.told = True
            self.flow.start_cell(1, cell.columns, joined=cell.joined, numbers=(cell.number,))

    def text(self, content: str) -> None:
        """Take text."""
        if self.in_text and not self.skipped and not self.hidden:
            self.flow.text(content)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self.skipped:
            self.skipped = 0 if self.skipped == self.depth else self.skipped
        elif name == f"{WORD}t":
            self.in_text = False
        elif name == f"{WORD}p":
            self.flow.end_line()
            self.flow.heading = False
        elif name == f"{WORD}tc":
            self._settle()
            self.cells.pop()
            self.flow.end_cell()
        elif name == f"{WORD}tbl":
            self.flow.end_table()
        self.depth -= 1


def _number(value: str | None) -> int:
    """Return a count in an attribute, 1 where it holds no count."""
    digits = (value or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 1  # noqa: PLR2004
