"""A document as its readers hand it on: paragraphs and tables in their order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..xlsx.zip import Rejected

CELL_LIMIT = 50_000
"""Most cells of all tables of a document."""
SPAN_LIMIT = 500_000
"""Most columns that the cells of all tables take, each counted with its width."""
TEXT_LIMIT = 4_000_000
"""Most characters of a document."""
BLOCK_LIMIT = 50_000
"""Most paragraphs and tables of a document."""
_ROWS, _COLUMNS = 65_534, 1_000
"""Largest spans of a cell; browsers clip larger ones."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of text outside tables.

    where: its place, like l.12. heading: whether the document says that it is a heading.
    """

    text: str
    where: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """A printed cell: first row and column, from 1, and how many of them it takes.

    numbers: of the cells in the file that it is made of, where the reader counts them.
    """

    row: int
    column: int
    rows: int
    columns: int
    text: str
    numbers: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table: its cells row by row; where: its place, like t.2 or p.3 t.2."""

    cells: tuple[TableCell, ...]
    where: str


DocumentBlock = Paragraph | DocumentTable


@dataclass(frozen=True, slots=True)
class Document:
    """A document: title in its properties, empty without one, and its blocks in reading order."""

    title: str
    blocks: tuple[DocumentBlock, ...]


@dataclass(slots=True)
class _Cell:
    rows: int
    columns: int
    text: list[str] = field(default_factory=list)
    joined: bool = False
    numbers: tuple[int, ...] = ()


@dataclass(slots=True)
class _Table:
    rows: list[list[_Cell]] = field(default_factory=list)
    cell: _Cell | None = None
    layout: bool = False


def too_large(part: str, size: int, limit: int) -> Rejected:
    """Return the rejection of a document with more of something than is read."""
    return Rejected("too-large", part=part, size=f"{size:,}", limit=f"{limit:,}")


@dataclass(slots=True)
class Flow:
    """Collects the blocks of a document while a reader walks through its markup.

    A table that holds tables is layout: what is in its cells are paragraphs. heading: whether the
    line that begins is a heading.
    """

    blocks: list[DocumentBlock] = field(default_factory=list)
    heading: bool = False
    _line: list[str] = field(default_factory=list)
    _open: list[_Table] = field(default_factory=list)
    _lines: int = 0
    _tables: int = 0
    _cells: int = 0
    _spans: int = 0
    _size: int = 0

    def text(self, text: str) -> None:
        """Add text where the reader is; raises Rejected beyond the limits."""
        self._size += len(text)
        if self._size > TEXT_LIMIT:
            raise too_large("text", self._size, TEXT_LIMIT)
        cell = self._open[-1].cell if self._open else None
        (self._line if cell is None else cell.text).append(text)

    def end_line(self) -> None:
        """End a line, inside or outside a cell."""
        cell = self._open[-1].cell if self._open else None
        if cell is not None:
            cell.text.append("\n")
            return
        line = "".join(self._line).strip()
        self._line.clear()
        if line:
            self._lines += 1
            self._add(Paragraph(line, f"l.{self._lines}", self.heading))
            self.heading = False

    def _add(self, block: DocumentBlock) -> None:
        self.blocks.append(block)
        if len(self.blocks) > BLOCK_LIMIT:
            raise too_large("blocks", len(self.blocks), BLOCK_LIMIT)

    def start_table(self) -> None:
        """Begin a table; one that is open turns out to be layout."""
        self.end_line()
        if self._open and not self._open[-1].layout:
            outer = self._open[-1]
            outer.layout = True
            cells = [cell for row in outer.rows for cell in row]
            outer.rows, outer.cell = [], None
            for cell in cells:
                for line in _text(cell).split("\n"):
                    self._line.append(line)
                    self.end_line()
        self._open.append(_Table())

    def start_row(self) -> None:
        """Begin a row; outside tables it means nothing."""
        self.end_cell()
        if self._open and not self._open[-1].layout:
            self._open[-1].rows.append([])

    def start_cell(
        self,
        rows: int = 1,
        columns: int = 1,
        *,
        joined: bool = False,
        numbers: tuple[int, ...] = (),
    ) -> None:
        """Begin a cell; joined: it continues the one above; numbers: its own in the file.

        Raises Rejected beyond the limits.
        """
        self.end_cell()
        if not self._open or self._open[-1].layout:
            return
        columns = min(max(columns, 1), _COLUMNS)
        self._cells += 1
        self._spans += columns
        if self._cells > CELL_LIMIT:
            raise too_large("cells", self._cells, CELL_LIMIT)
        if self._spans > SPAN_LIMIT:
            raise too_large("columns", self._spans, SPAN_LIMIT)
        table = self._open[-1]
        if not table.rows:
            table.rows.append([])
        table.cell = _Cell(min(rows, _ROWS), columns, joined=joined, numbers=numbers)
        table.rows[-1].append(table.cell)

    def skip(self, columns: int) -> None:
        """Leave columns of a row empty."""
        for _ in range(min(columns, _COLUMNS)):
            self.start_cell()
        self.end_cell()

    def end_cell(self) -> None:
        """End a cell, if one is open."""
        if not self._open or self._open[-1].layout:
            self.end_line()
        else:
            self._open[-1].cell = None

    def end_table(self) -> None:
        """End a table; one without cells is left out."""
        if not self._open:
            return
        self.end_cell()
        table = self._open.pop()
        if not table.layout and any(table.rows):
            self._tables += 1
            self._add(DocumentTable(tuple(_placed(table.rows)), f"t.{self._tables}"))

    def finished(self, title: str = "") -> Document:
        """Return the document; tables still open are ended."""
        while self._open:
            self.end_table()
        self.end_line()
        return Document(title.strip(), tuple(self.blocks))


def _text(cell: _Cell) -> str:
    """Return a cell's text, its lines without blanks around them and without empty ones."""
    lines = (line.strip() for line in "".join(cell.text).split("\n"))
    return "\n".join(filter(None, lines))


def _placed(rows: list[list[_Cell]]) -> Iterator[TableCell]:
    """Yield the cells of a table at their places, as browsers place them."""
    until: list[int] = []
    found: list[TableCell] = []
    above: dict[int, int] = {}
    for number, row in enumerate(rows, 1):
        column = 0
        for cell in row:
            while column < len(until) and until[column] >= number:
                column += 1
            end = column + cell.columns
            until.extend([0] * (end - len(until)))
            last = len(rows) if cell.rows == 0 else min(number + cell.rows - 1, len(rows))
            if cell.joined and column in above:
                first = found[above[column]]
                found[above[column]] = TableCell(
                    first.row, first.column, number - first.row + 1, first.columns,
                    "\n".join(filter(None, (first.text, _text(cell)))),
                    first.numbers + cell.numbers)  # fmt: skip
                column = end
                continue
            until[column:end] = [last] * cell.columns
            above[column] = len(found)
            place = number, column + 1, last - number + 1, cell.columns
            found.append(TableCell(*place, _text(cell), cell.numbers))
            column = end
    yield from found
