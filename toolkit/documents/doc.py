"""Word documents of 97 to 2003 (.doc, .wps): paragraphs and tables of the main text, as they are printed."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from .binary import Binary, Modifiers, opened, unsupported
from .compound import damaged, open_compound
from .document import Document, Flow

_IN_TABLE, _ROW_END, _DEPTH, _INNER = 0x2416, 0x2417, 0x6649, (0x244B, 0x244C)
_ROW, _JOINED_ROWS, _JOINED_CELLS = 0xD608, 0xD62B, 0x5624
_REBUILT = (0xD606, 0x7621, 0x5622, 0x5625, 0x7623)
"""Modifiers of a row that are not followed: an old definition, cells put in, taken out, split, resized."""
_ACROSS, _DOWN, _RESTART = 0x3, 0x20, 0x40
_CELL, _ENDS = "\7", "\7\r\f"
_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_PRINTED = {chr(number): "" for number in (*range(32), 0xAD)} | {
    "\t": "\t", "\x0b": "\n", "\x0e": "\n", "\x1e": "-"}  # fmt: skip
"""Control signs, as they are printed."""
_NEAR = 20
"""Edges of cells this near, in twentieths of a point, are one."""
_TITLE, _CODE_PAGE = 2, 1


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell in the definition of a row; across: 1 or 2 where it is joined with its neighbours."""

    left: int
    right: int
    across: int
    joined: bool


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the properties of a paragraph say: it is in a table; the row that it ends."""

    in_table: bool
    row: tuple[_Place, ...] | None


@dataclass(slots=True)
class _RowCell:
    """A cell of a row: its edges, and whether it continues the one above."""

    left: int
    right: int
    text: str
    joined: bool


def read_doc(source: bytes) -> Document:
    """Return a Word document; raises Rejected."""
    try:
        compound = open_compound(source)
        walk = _Walk(opened(compound))
        walk.read()
        return walk.flow.finished(_title(compound.stream("\5SummaryInformation")))
    except (struct.error, IndexError):
        raise damaged("truncated") from None


def _title(source: bytes) -> str:
    """Return the title in a document's properties, empty where it has none."""
    if not source:
        return ""
    (start,) = struct.unpack_from("<L", source, 44)
    (count,) = struct.unpack_from("<L", source, start + 4)
    pairs = struct.iter_unpack("<2L", source[start + 8 : start + 8 + 8 * min(count, 64)])
    places = {name: start + place for name, place in pairs}
    if _TITLE not in places or _CODE_PAGE not in places:
        return ""
    (page,) = struct.unpack_from("<H", source, places[_CODE_PAGE] + 4)
    kind, size = struct.unpack_from("<2L", source, places[_TITLE])
    wide = kind == 0x1F  # noqa: PLR2004 - text in UTF-16
    title = source[places[_TITLE] + 8 :][: size * (1 + wide)]
    try:
        text = title.decode("utf-16-le" if wide or page == 1200 else  # noqa: PLR2004
                            "utf-8" if page == 65001 else f"cp{page}", "replace")  # noqa: PLR2004  # fmt: skip
    except LookupError:
        return ""
    return text.partition("\0")[0]


@dataclass(slots=True)
class _Walk:
    """State while the text is read; fields: for each open one, whether its result is reached."""

    binary: Binary
    flow: Flow = field(default_factory=Flow)
    fields: list[bool] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[list[_RowCell]] = field(default_factory=list)
    known: dict[bytes, _Meaning] = field(default_factory=dict)

    def read(self) -> None:
        """Read the main text; raises Rejected."""
        paragraphs, hidden = self.binary.paragraphs(), self.binary.hidden()
        for place, width, text in self.binary.pieces():
            for number, sign in enumerate(text):
                at = place + number * width
                if sign in _ENDS:
                    self._end(sign, self._meaning(paragraphs.at(at)))
                elif hidden.at(at) is None:
                    self._sign(sign)
        if self.fields or self.cells or self.line:
            raise damaged("end")
        self._end_table()

    def _sign(self, sign: str) -> None:
        if sign == _FIELD:
            self.fields.append(False)
        elif sign == _RESULT:
            self.fields[-1:] = [True] * bool(self.fields)
        elif sign == _FIELD_END:
            self.fields[-1:] = []
        elif all(self.fields):
            self.line.append(_PRINTED.get(sign, sign))

    def _meaning(self, source: bytes | None) -> _Meaning:
        """Return what the properties of a paragraph say of tables; raises Rejected."""
        if source is None:
            raise damaged("runs")
        if source not in self.known:
            changes = self.binary.changes(source)
            values = {code: int.from_bytes(operand[:4], "little") for code, operand in changes}
            if values.get(_DEPTH, 0) > 1 or any(map(values.get, (*_INNER, *_REBUILT))):
                raise unsupported()
            row = _row(changes) if values.get(_ROW_END) else None
            self.known[source] = _Meaning(bool(values.get(_IN_TABLE) or values.get(_DEPTH)), row)
        return self.known[source]

    def _end(self, sign: str, meaning: _Meaning) -> None:
        """End a paragraph, a cell or a row."""
        inside = all(self.fields)
        if sign == _CELL and not inside:
            raise damaged("field")
        if meaning.row is not None:
            self._end_row(meaning.row)
        elif not meaning.in_table:
            if sign == _CELL or self.cells:
                raise damaged("cell")
            self._end_table()
            if inside:
                self._say(self._text())
                self.flow.end_line()
        elif sign == _CELL:
            self.cells.append(self._text())
        elif inside:
            self.line.append("\n")

    def _text(self) -> str:
        """Return the signs since the last cell or paragraph, in pairs where two make one."""
        signs = "".join(self.line).encode("utf-16-le", "surrogatepass")
        self.line.clear()
        return signs.decode("utf-16-le", "replace")

    def _say(self, text: str) -> None:
        """Hand on text and the ends of lines in it."""
        first, *others = text.split("\n")
        self.flow.text(first)
        for line in others:
            self.flow.end_line()
            self.flow.text(line)

    def _end_row(self, row: Sequence[_Place]) -> None:
        """End a row: its cells get their edges, those joined side by side become one."""
        if len(self.cells) != len(row) or self.line:
            raise damaged("row")
        made: list[_RowCell] = []
        begun = 0
        for place, text in zip(row, self.cells, strict=True):
            if begun and place.across not in (0, begun):
                made[-1].right = place.right
                made[-1].text += f"\n{text}"
                continue
            begun = place.across
            made.append(_RowCell(place.left, place.right, text, joined=place.joined))
        self.cells.clear()
        self.rows.append(made)

    def _end_table(self) -> None:
        """Hand on the rows read, their cells as many columns wide as edges are between theirs."""
        if not self.rows:
            return
        columns = _columns(
            {edge for row in self.rows for one in row for edge in (one.left, one.right)}
        )
        self.flow.start_table()
        for row in self.rows:
            self.flow.start_row()
            self.flow.skip(columns[row[0].left])
            for one in row:
                width = columns[one.right] - columns[one.left]
                if width < 1:
                    raise unsupported()
                self.flow.start_cell(1, width, joined=one.joined)
                self._say(one.text)
        self.flow.end_table()
        self.rows.clear()


def _columns(edges: Iterable[int]) -> dict[int, int]:
    """Return the number of the column at each edge, from 0.

    >>> _columns({0, 100, 110, 300})
    {0: 0, 100: 1, 110: 1, 300: 2}
    """
    found: dict[int, int] = {}
    first, number = None, -1
    for edge in sorted(edges):
        if first is None or edge - first > _NEAR:
            first, number = edge, number + 1
        found[edge] = number
    return found


def _row(changes: Modifiers) -> tuple[_Place, ...]:
    """Return the cells of a row by its properties; raises Rejected."""
    places: list[_Place] = []
    for code, operand in changes:
        if code == _ROW:
            count = operand[0]
            edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
            more = operand[3 + 2 * count :]
            flags = [int.from_bytes(more[20 * n : 20 * n + 2], "little") for n in range(count)]
            places = [
                _Place(left, right, flag & _ACROSS, flag & (_DOWN | _RESTART) == _DOWN)
                for (left, right), flag in zip(pairwise(edges), flags, strict=True)
            ]
        elif code == _JOINED_ROWS:
            places[operand[0]] = replace(places[operand[0]], joined=operand[1] == 1)
        elif code == _JOINED_CELLS:
            for number in range(operand[0], operand[1]):
                across = 1 + (number > operand[0])
                places[number] = replace(places[number], across=across)
    if not places:
        raise damaged("row")
    return tuple(places)
