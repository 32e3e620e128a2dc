"""Cells of the tables of a Word document by their bytes, and new texts for some of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from ..xlsx import xml
from ..xlsx.xml import xml_text
from .docx import COMPATIBLE, MAIN_PART, SKIPPED, WORD

_TAG = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
_PREFIX = re.compile(rb"<([\w.-]+:)?")
_SIZE = re.compile(rb"<(?:[\w.-]+:)?sz\s[^>]*?val=.(\d+)")
_TRACKED = frozenset(("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge"))
_FIELDS = frozenset(("fldSimple", "fldChar", "instrText"))
_CONTROLS = frozenset(
    ("dataBinding", "showingPlcHdr", "dropDownList", "comboBox", "date", "checkbox", "picture")
)
"""Properties of a content control whose text is chosen, stands for nothing, or is kept elsewhere."""
_CHANGES = frozenset(("rPrChange", "pPrChange", "tcPrChange"))
"""Elements that hold how something looked before."""
_PROPERTIES = frozenset(("tcPr", "pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"))
_KNOWN = frozenset(
    ("p", "r", "t", "br", "cr", "tab", "sdt", "sdtContent", "smartTag", "customXml", "hyperlink",
     "proofErr", "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd",
     "commentReference", "permStart", "permEnd", "lastRenderedPageBreak")
)  # fmt: skip
"""Elements in a cell beside which, or in which, a number may be written."""

Span = tuple[int, int, int, int]
"""Offsets of an element: its start tag's first byte and end, its end tag's first byte and end."""


@dataclass(slots=True)
class WordRun:
    """A run: its element, that of its properties, and those of its texts; bare: nothing else."""

    span: Span = (0, 0, 0, 0)
    properties: Span | None = None
    texts: list[Span] = field(default_factory=list)
    hidden: bool = False
    bare: bool = True


@dataclass(slots=True)
class WordParagraph:
    """A paragraph: its element, and the properties of its mark without what they were before."""

    span: Span = (0, 0, 0, 0)
    properties: bytes = b""
    hidden: bool = False


@dataclass(slots=True)
class WordCell:
    """A cell of a table.

    table, row: their numbers in the document. blocked: what stops a number from being written into
    it: tracked, field, control, box or other; empty for nothing.
    """

    table: int
    row: int
    blocked: str = ""
    paragraphs: list[WordParagraph] = field(default_factory=list)
    runs: list[WordRun] = field(default_factory=list)

    @property
    def seen(self) -> list[WordRun]:
        """The runs that are printed."""
        return [run for run in self.runs if not run.hidden]

    @property
    def mark(self) -> bytes:
        """The properties of its first paragraph's mark, empty without any."""
        first = self.paragraphs[0]
        return b"" if first.hidden else first.properties


@dataclass(slots=True)
class _Open:
    """An open element: its name, first byte, end of its start tag."""

    name: str
    start: int
    opened: int


@dataclass(slots=True)
class _Scan:
    """State of the main part while its cells are listed; the numbers are those of the reader."""

    source: bytes
    parser: xml.Parser
    cells: list[WordCell] = field(default_factory=list)
    open: list[WordCell] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    controls: list[bool] = field(default_factory=list)
    path: list[_Open] = field(default_factory=list)
    skipped: int = 0
    boxes: int = 0
    table: int = 0
    row: int = 0
    changes: list[Span] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        at = self.parser.CurrentByteIndex
        local = name.rpartition(" ")[2] if name.startswith(WORD) else f" {name}"
        self.path.append(_Open(local, at, _tag_end(self.source, at)))
        if self.skipped:
            return
        if name in SKIPPED or local in _CHANGES:
            self.skipped = len(self.path)
            self._block("tracked" if local in _TRACKED else "field" if local in _FIELDS else "")
        elif name == f"{COMPATIBLE}AlternateContent" or local == "txbxContent":
            self.boxes += 1
            self._block("other")
        elif local == "tr":
            self.row += 1
            self.rows.append("")
        elif local == "tbl":
            self.table += 1
            self._block("other")
        elif local == "tc":
            self._cell()
        elif local == "sdt":
            self.controls.append(False)
        elif self._within("sdtPr"):
            if name.rpartition(" ")[2] in _CONTROLS and self.controls:
                self.controls[-1] = True
                self._block("control")
        else:
            self._inside(local, attributes)

    def _cell(self) -> None:
        blocked = (self.rows and self.rows[-1]) or (self.boxes and "box") or ""
        blocked = blocked or ("control" if any(self.controls) else "")
        self.open.append(WordCell(self.table, self.row, blocked))
        self.cells.append(self.open[-1])

    def _within(self, name: str) -> bool:
        return any(one.name == name for one in self.path[:-1][-2:])

    def _block(self, why: str) -> None:
        """Note what stops a number from being written into the cell that is open, or the row."""
        if self._within("trPr") and self.rows:
            self.rows[-1] = self.rows[-1] or why
        elif self.open:
            self.open[-1].blocked = self.open[-1].blocked or why

    def _inside(self, local: str, attributes: dict[str, str]) -> None:
        """Take an element that may be in a cell."""
        if local in _TRACKED:
            self._block("tracked")
        elif local in _FIELDS:
            self._block("field")
        if not self.open or local in _PROPERTIES or self._parts() & _PROPERTIES:
            self._look(local, attributes)
            return
        cell = self.open[-1]
        if local == "p":
            cell.paragraphs.append(WordParagraph())
        elif local == "r":
            cell.runs.append(WordRun())
        elif cell.runs and self._parent() == "r":
            cell.runs[-1].bare = cell.runs[-1].bare and local == "t"
        if local not in _KNOWN:
            self._block("other")

    def _look(self, local: str, attributes: dict[str, str]) -> None:
        """Take a property of a run or of a paragraph's mark: whether it is hidden."""
        value = attributes.get(f"{WORD}val")
        if local != "vanish" or not self.open or (value is not None and xml.is_false(value)):
            return
        cell = self.open[-1]
        if self._parent(2) == "r":
            if cell.runs:
                cell.runs[-1].hidden = True
        elif cell.paragraphs:
            cell.paragraphs[-1].hidden = self._parent(2) == "pPr"

    def _parent(self, steps: int = 1) -> str:
        return self.path[-1 - steps].name if len(self.path) > steps else ""

    def _parts(self) -> set[str]:
        """Return the names of the elements around, up to the innermost paragraph or cell."""
        around = (one.name for one in reversed(self.path[:-1]))
        return set(takewhile(lambda name: name not in ("p", "tc"), around))

    def end(self, name: str) -> None:
        """Take the end of an element."""
        one = self.path[-1]
        span = self._span(one)
        if self.skipped:
            if one.name == "rPrChange":
                self.changes.append(span)
            self.skipped = 0 if self.skipped == len(self.path) else self.skipped
        elif name == f"{COMPATIBLE}AlternateContent" or one.name == "txbxContent":
            self.boxes -= 1
        elif one.name == "tr":
            self.rows.pop()
        elif one.name == "tc":
            cell = self.open.pop()
            cell.blocked = cell.blocked or ("" if cell.paragraphs else "other")
        elif one.name == "sdt":
            self.controls.pop()
        elif self.open:
            self._store(one.name, span)
        self.path.pop()

    def _span(self, one: _Open) -> Span:
        if self.source.endswith(b"/>", one.start, one.opened):
            return one.start, one.opened, one.opened, one.opened
        at = self.parser.CurrentByteIndex
        return one.start, one.opened, at, _tag_end(self.source, at)

    def _store(self, local: str, span: Span) -> None:
        """Store the place of an element of the open cell."""
        cell, parent = self.open[-1], self._parent()
        run, paragraph = cell.runs[-1:], cell.paragraphs[-1:]
        if local == "p" and parent != "pPr" and paragraph:
            paragraph[0].span = span
        elif local == "r" and run:
            run[0].span = span
        elif local == "t" and parent == "r" and run:
            run[0].texts.append(span)
        elif local == "rPr" and parent == "r" and run:
            run[0].properties = span
        elif local == "rPr" and parent == "pPr" and self._parent(2) == "p" and paragraph:
            paragraph[0].properties = self._without_changes(span)
        if local == "rPr":
            self.changes.clear()

    def _without_changes(self, span: Span) -> bytes:
        """Return the bytes of properties without those that were before."""
        pieces, last = [], span[0]
        for change in self.changes:
            pieces.append(self.source[last : change[0]])
            last = change[3]
        return b"".join((*pieces, self.source[last : span[3]]))


def _tag_end(source: bytes, at: int) -> int:
    """Return the end offset of the tag that begins at a byte."""
    match = _TAG.match(source, at)
    return match.end() if match else at


def cells_of(main: bytes) -> list[WordCell]:
    """Return the cells of a main part that `read_docx` has read, by its numbers.

    Raises ValueError where the part is not UTF-8.
    """
    if main[:2] in (b"\xff\xfe", b"\xfe\xff") or main[:1] == b"\0":
        raise ValueError(MAIN_PART)
    parser = xml.parser(MAIN_PART)
    scan = _Scan(main, parser)
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    xml.run(parser, main, MAIN_PART)
    return scan.cells


# ── new texts ─────────────────────────────────────────────────────────────────────────────────────


def retexted(main: bytes, cells: list[WordCell], texts: Mapping[int, str]) -> bytes:
    """Return a main part with the texts of some cells, by number; all other bytes are unchanged.

    A text takes the place of the first one that is printed in its cell, and looks as it did; in a
    cell without one as the mark of its paragraph says, or as the numbers beside it do.
    """
    look = _looks(main, (cells[number] for number in texts))
    pieces = [
        piece
        for number, text in texts.items()
        for piece in _rewritten(main, cells[number], text, look(cells[number]))
    ]
    result, last = [], 0
    for start, end, new in sorted(pieces):
        result += [main[last:start], new]
        last = end
    return b"".join((*result, main[last:]))


def _looks(main: bytes, cells: Iterable[WordCell]) -> Callable[[WordCell], bytes]:
    """Return a function from a cell without a text to the run properties its number gets.

    They are those of most numbers in its row, else in its table, but its own mark's where that has
    the same size, or there are no numbers.
    """
    looks: dict[tuple[str, int], Counter[bytes]] = {}
    for cell in cells:
        text = next((run for run in cell.seen if run.texts), None)
        own = text.properties if text else None
        there = main[own[0] : own[3]] if own else b"" if text else cell.mark
        kind = "text" if text else "mark"
        if text or there:
            looks.setdefault((f"{kind} row", cell.row), Counter())[there] += 1
            looks.setdefault((f"{kind} table", cell.table), Counter())[there] += 1

    def usual(kind: str, cell: WordCell) -> bytes | None:
        for there in ((f"{kind} row", cell.row), (f"{kind} table", cell.table)):
            if there in looks:
                return looks[there].most_common(1)[0][0]
        return None

    def look(cell: WordCell) -> bytes:
        beside = usual("text", cell)
        if beside is None or (cell.mark and _size(cell.mark) == _size(beside)):
            return cell.mark or usual("mark", cell) or b""
        return beside

    return look


def _size(look: bytes) -> bytes:
    """Return the size that run properties give, empty for none."""
    match = _SIZE.search(look)
    return match[1] if match else b""


def _rewritten(
    main: bytes, cell: WordCell, text: str, look: bytes
) -> Iterator[tuple[int, int, bytes]]:
    """Yield (start, end, new bytes) for a cell; look: of a number where there was no text."""
    spans = [span for run in cell.seen for span in run.texts]
    for number, span in enumerate(spans):
        new = b"" if number else xml_text(text).encode()
        if span[1] == span[3]:
            if new:
                yield span[0], span[3], _element(main, span, new)
        elif main[span[1] : span[2]] != new:
            yield span[1], span[2], new
    if spans or not text:
        return
    paragraph = cell.paragraphs[0]
    prefix = _prefix(main, paragraph.span)
    new = b"<%st>%s</%st>" % (prefix, xml_text(text).encode(), prefix)
    run = next((run for run in cell.seen if run.bare), None)
    if run is not None and run.span[1] < run.span[3]:
        yield run.span[2], run.span[2], new
        return
    new = b"<%sr>%s%s</%sr>" % (prefix, look, new, prefix)
    if paragraph.span[1] == paragraph.span[3]:
        yield paragraph.span[0], paragraph.span[3], _element(main, paragraph.span, new)
    else:
        yield paragraph.span[2], paragraph.span[2], new


def _prefix(main: bytes, span: Span) -> bytes:
    match = _PREFIX.match(main, span[0])
    return (match and match[1]) or b""


def _element(main: bytes, span: Span, content: bytes) -> bytes:
    """Return an empty element with content."""
    tag = main[span[0] : span[1]].removesuffix(b"/>").rstrip()
    name = tag[1:].split(maxsplit=1)[0]
    return b"%s>%s</%s>" % (tag, content, name)
