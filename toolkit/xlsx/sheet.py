"""Parsing of a sheet part: cells by place, merges, hidden rows and columns, protection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial

from . import around, xml
from .address import LAST_COLUMN, LAST_ROW, Place, corners, place_of
from .around import LOW, NARROW, Sizes, is_hidden
from .book import Book
from .formula import may_reach
from .memory import Kept
from .number import from_double
from .pieces import refuse_child, refuse_pieces
from .runs import Collect, Fonts, collected, note, note_font
from .shared import LONGEST, writer
from .strings import unescape
from .xml import MAIN, decimal, is_true
from .zip import Rejected, refuse_more

Raw = tuple[str, str | None, str | None, int]
"""A cell as stored: kind (number, text, boolean, error), value, formula, style.

The value of a number is its `<v>`, of a text its characters; None where there is none.
"""

MERGE_LIMIT = 2_000
MERGED_LIMIT = 100_000
"""A merge over more cells than this is refused."""
_DIGITS = 7
_LONGEST_NUMBER = 40

_KINDS = {"n": "number", "b": "boolean", "e": "error"} | dict.fromkeys(
    ("s", "str", "inlineStr", "d"), "text"
)
_BOOLEANS = {"0": "FALSE", "1": "TRUE", "false": "FALSE", "true": "TRUE"}
_ROW, _CELL, _VALUE, _FORMULA, _INLINE, _TEXT, _, _HINT, _, _, _DATA, _COLUMN = xml.KNOWN
_WORKSHEET, _MERGE = f"{MAIN}worksheet", f"{MAIN}mergeCell"
_MERGES, _PROTECTION = f"{MAIN}mergeCells", f"{MAIN}sheetProtection"
_ONCE = frozenset((_MERGES, _PROTECTION))
_RULES = frozenset(
    (f"{MAIN}formula", f"{MAIN}formula1", f"{MAIN}formula2",
     "http://schemas.microsoft.com/office/excel/2006/main f", around.SQREF)
)  # fmt: skip
"""Formulas of validations and conditional formats, and ranges of Excel 2010's."""
_BLANKS = " \t\r\n"
_LEAVES = frozenset((_VALUE, _FORMULA, _TEXT))
"""Elements that hold text and nothing else."""
_ONLY_IN_DATA = frozenset((_ROW, _CELL, _VALUE, _FORMULA, _INLINE, _TEXT))
OpenRow = Callable[[dict[str, str]], int]
StoreCell = Callable[
    [int, dict[str, str], str | None, list[str] | None, str | None, dict[str, str]], Place
]
Watch = Callable[[xml.Parser, OpenRow, StoreCell], tuple[OpenRow, StoreCell]]
"""Function that puts itself between the parser and what opens rows and stores cells."""
Inner = Callable[[Callable[[], None]], tuple[xml.Start, xml.End, xml.Text]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as stored.

    cells: those inside the box. outside: places beyond it that have content.
    hidden_columns: from, to. row_styles, column_styles (from, to, style): of cells not stored.
    reaching: formulas that may lead out of the workbook: of cells beyond the box, and without a
    place of validations and formats. marks: `protected` where it is. view: sizes and formats.
    kept: of a sheet like others that were read before.
    """

    cells: dict[Place, Raw] = field(default_factory=dict)
    outside: list[Place] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    row_styles: dict[int, int] = field(default_factory=dict)
    column_styles: list[tuple[int, int, int]] = field(default_factory=list)
    reaching: list[tuple[Place | None, str]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    view: Sizes = field(default_factory=Sizes)
    kept: Kept | None = field(default=None, compare=False)


def number_in(raw: Raw | None) -> Decimal | None:
    """Return the number in a stored cell, None for a blank or any other content."""
    return from_double(raw[1]) if raw and raw[0] == "number" and raw[1] else None


@lru_cache(maxsize=4_096)
def is_number(text: str) -> bool:
    """Tell whether a numeric `<v>` is a finite double."""
    return from_double(text) is not None


@lru_cache(maxsize=4_096)
def number_of(text: str) -> int:
    """Return the number of a row, style or string; -1 for other text."""
    return int(text) if len(text) <= _DIGITS and text.isascii() and text.isdigit() else -1


def parse(source: bytes, part: str, book: Book, box: Place, watch: Watch | None = None) -> Grid:
    """Return the sheet in a part; `box` is the last row and column that are kept.

    watch: is told of every row and cell. Raises Rejected for content that no program writes: a
    repeated row or cell, an unknown type of cell, an invalid number, a missing text.
    """
    refuse_pieces(source, part)
    grid = Grid()
    parser = xml.parser(part)
    hooks = _rows(grid, part, box), _cells(grid, part, book, box)
    open_row, store = watch(parser, *hooks) if watch else hooks
    inner = partial(_data_handlers, part, open_row, store, collected(grid.view.runs, box))
    _handle(parser, grid, part, book, inner)
    xml.run(parser, source, part)
    return grid


def _damaged(part: str, why: str) -> Rejected:
    return Rejected("damaged", part=part, why=why)


def _handle(  # noqa: C901, PLR0915 - handlers share their state
    parser: xml.Parser, grid: Grid, part: str, book: Book, inner: Inner
) -> None:
    """Set the parser's handlers for elements around sheetData; inside it `inner` is used."""
    depth = 0
    seen: set[str] = set()
    rule: list[str] = []
    nesting, view, styles = xml.Nesting(part), grid.view, book.styles

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > xml.DEPTH_LIMIT or len(attributes) > xml.ATTRIBUTE_LIMIT:
            raise xml.too_deep(part, depth, len(attributes))
        if depth == 1:
            xml.refuse_root(name, _WORKSHEET, part)
        nesting.start(name)
        if name == _DATA:
            if name in seen or depth != 2:  # noqa: PLR2004
                raise _damaged(part, "sheetData")
            seen.add(name)
            parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = data
        elif name in _ONLY_IN_DATA:
            raise _damaged(part, "cell outside sheetData")
        elif name in _RULES:
            rule.clear()
            parser.CharacterDataHandler = rule.append
        elif (depth, name) in _AROUND:
            if name in seen:
                raise _damaged(part, name.rpartition(" ")[2])
            seen.update(_ONCE & {name})
            _AROUND[depth, name](grid, attributes, part)
        elif name in _PLACED:
            raise _damaged(part, name.rpartition(" ")[2])
        else:
            around.start(view, name, attributes, styles, part)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        nesting.end()
        if name in _RULES:
            parser.CharacterDataHandler = None
            text = "".join(rule)
            _note_reaching(grid, None, text)
            around.note_text(view, name, text)
        else:
            around.end(view, name, styles)

    def resume() -> None:
        nonlocal depth
        depth -= 1
        nesting.end()
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = None

    data = inner(resume)
    parser.StartElementHandler, parser.EndElementHandler = start, end


def _data_handlers(  # noqa: C901, PLR0915 - handlers share their state
    part: str, open_row: OpenRow, store: StoreCell, rich: Collect, resume: Callable[[], None]
) -> tuple[xml.Start, xml.End, xml.Text]:
    """Return the handlers inside sheetData, the reader's hot loop; store: takes a finished cell."""
    deepest, most = xml.DEPTH_LIMIT, xml.ATTRIBUTE_LIMIT
    depth, row, buffer, inside = 0, 0, "", False
    cell = shared = dict[str, str]()
    value: str | None = None
    formula: str | None = None
    inline: list[str] | None = None
    fonts, parents = Fonts(), list[str]()

    def start(name: str, attributes: dict[str, str]) -> None:  # noqa: C901 - by frequency
        nonlocal depth, row, cell, shared, buffer, value, formula, inline, inside, parents
        depth += 1
        if inside or depth > deepest or len(attributes) > most:
            raise _misplaced(part, depth, attributes)
        inside = name in _LEAVES
        if parents:
            refuse_child(parents[-1], name, part)
            parents.append(name)
        if name == _CELL and depth == 2:  # noqa: PLR2004
            cell, value, formula, inline = attributes, None, None, None
        elif name == _TEXT and parents:
            buffer = ""
        elif name == _INLINE and depth == 3 and inline is None:  # noqa: PLR2004
            inline, parents = [], [name]
        elif name == _VALUE and depth == 3 and value is None:  # noqa: PLR2004
            buffer = value = ""
        elif name == _FORMULA and depth == 3 and formula is None:  # noqa: PLR2004
            buffer, formula, shared = "", "", attributes
        elif name == _ROW and depth == 1:
            row = open_row(attributes)
        elif name in _ONLY_IN_DATA:
            raise _damaged(part, "element")
        elif inline is not None:
            note_font(fonts, len(inline), name, attributes)

    def end(name: str) -> None:
        nonlocal depth, value, formula, inside
        depth, inside = depth - 1, False
        del parents[-1:]
        if name == _CELL:
            place = store(row, cell, value, inline, formula, shared)
            if fonts:
                rich(place, fonts, inline)
        elif name == _VALUE:
            value = buffer
        elif name == _FORMULA:
            formula = unescape(buffer)
        elif name == _TEXT and inline is not None and _HINT not in parents:
            inline.append(unescape(buffer))
        elif depth < 0:
            resume()

    def text(content: str) -> None:
        nonlocal buffer
        buffer += content

    return start, end, text


def _misplaced(part: str, depth: int, attributes: dict[str, str]) -> Rejected:
    """Return the rejection of an element in a text, or nested too deep, or too long."""
    if depth > xml.DEPTH_LIMIT or len(attributes) > xml.ATTRIBUTE_LIMIT:
        return xml.too_deep(part, depth, len(attributes))
    return _damaged(part, "element")


def _rows(grid: Grid, part: str, box: Place) -> OpenRow:
    """Return a function that opens a row and returns its number; row numbers must increase."""
    last = 0

    def open_row(attributes: dict[str, str]) -> int:
        nonlocal last
        number = number_of(attributes["r"]) if "r" in attributes else last + 1
        if not last < number <= LAST_ROW:
            raise _damaged(part, f"row {attributes.get('r')}")
        last = number
        if number <= box[0]:
            if is_hidden(attributes, "ht", LOW):
                grid.hidden_rows.add(number)
            around.measure_row(grid.view, number, attributes)
            if "s" in attributes and is_true(attributes.get("customFormat")):
                grid.row_styles[number] = number_of(attributes["s"])
        return number

    return open_row


def _cells(  # noqa: C901 - once a cell: no more calls
    grid: Grid, part: str, book: Book, box: Place
) -> StoreCell:
    """Return a function that stores a cell; columns must increase within a row."""
    strings, styles, pieces = book.strings, book.styles.number, book.runs
    last = (0, 0)
    cells = grid.cells
    written = writer(part)
    last_row, last_column = box

    def store(  # noqa: PLR0913, PLR0917 - once a cell: no tuples to pack
        row: int,
        attributes: dict[str, str],
        value: str | None,
        inline: list[str] | None,
        formula: str | None,
        shared: dict[str, str],
    ) -> Place:
        nonlocal last
        reference = attributes["r"][:_LONGEST_NUMBER] if "r" in attributes else None
        place = _next(last, row) if reference is None else place_of(reference)
        if place is None or place <= last or place[0] != row:
            raise _damaged(part, f"cell {reference}")
        last = place
        inside = row <= last_row and place[1] <= last_column
        if formula is not None:
            formula = written(formula, shared, place) if inside or shared else formula
        kind = attributes.get("t", "n")
        if kind == "n" and inline is None:
            kind, content = "number", value or None
            if content and (len(content) > _LONGEST_NUMBER or not is_number(content)):
                raise _damaged(part, f"{reference} {content[:_LONGEST_NUMBER]!r}")
        elif kind == "inlineStr" and value is None:
            kind, content = "text", None if inline is None else "".join(inline)
        else:
            kind, content = _meaning(kind, value, inline, strings, part)
        if inside:
            style = number_of(attributes["s"]) if "s" in attributes else 0
            if not 0 <= style < styles:
                raise _damaged(part, f"style {style}")
            cells[place] = kind, content, formula, style
            if pieces and kind == "text" and attributes.get("t") == "s" and value:
                note(grid.view.runs, place, pieces.get(number_of(value)))
        elif content or formula is not None:
            grid.outside.append(place)
            _note_reaching(grid, place, formula or "")
        return place

    return store


def _note_reaching(grid: Grid, place: Place | None, formula: str) -> None:
    """Store a formula of no kept cell that may lead out of the workbook, for a later check."""
    if may_reach(formula := formula[:LONGEST]):
        grid.reaching.append((place, formula))


def _next(last: Place, row: int) -> Place:
    """Return the place of a cell without a reference."""
    return row, last[1] + 1 if last[0] == row else 1


def _meaning(
    kind: str, value: str | None, inline: list[str] | None, strings: Sequence[str], part: str
) -> tuple[str, str | None]:
    """Return (kind, text) of a cell's type and content."""
    if kind not in _KINDS or inline is not None or kind == "inlineStr":
        raise _damaged(part, f"t={kind[:40]}")
    if kind in ("s", "b") and value is not None:
        value = value.strip(_BLANKS)
    if kind == "s" and value:
        number = number_of(value)
        if not 0 <= number < len(strings):
            raise _damaged(part, f"string {value[:40]}")
        return "text", strings[number]
    if kind == "b" and value:
        if value not in _BOOLEANS:
            raise _damaged(part, f"boolean {value[:40]}")
        return "boolean", _BOOLEANS[value]
    if kind == "str" and value is not None:
        return "text", unescape(value)
    return _KINDS[kind], value or None


def _note_columns(grid: Grid, attributes: dict[str, str], part: str) -> None:
    first, last = number_of(attributes.get("min", "")), number_of(attributes.get("max", ""))
    if not 1 <= first <= last <= LAST_COLUMN:
        raise _damaged(part, "col")
    if is_hidden(attributes, "width", NARROW):
        grid.hidden_columns.append((first, last))
    if "width" in attributes:
        grid.view.widths.append((first, last, decimal(attributes["width"]) or 0.0))
    if "style" in attributes:
        grid.column_styles.append((first, last, number_of(attributes["style"])))


def _note_merge(grid: Grid, attributes: dict[str, str], part: str) -> None:
    ends = corners(attributes.get("ref", ""))
    if ends is None:
        raise _damaged(part, "mergeCell")
    refuse_more(part, (ends[2] - ends[0] + 1) * (ends[3] - ends[1] + 1), MERGED_LIMIT)
    refuse_more(part, len(grid.merges) + 1, MERGE_LIMIT)
    grid.merges.append(attributes["ref"].upper())


def _note_protection(grid: Grid, attributes: dict[str, str], _part: str) -> None:
    if is_true(attributes.get("sheet")):
        grid.marks.add("protected")


def _note_merges(_grid: Grid, _given: dict[str, str], _part: str) -> None:
    """Do nothing: the element is listed so that a second one is refused."""


_AROUND = {
    (2, _MERGES): _note_merges,
    (2, _PROTECTION): _note_protection,
    (3, _COLUMN): _note_columns,
    (3, _MERGE): _note_merge,
}
"""Handlers by depth and name: programs read these elements nowhere else, or some do."""
_PLACED = frozenset(name for _, name in _AROUND)
