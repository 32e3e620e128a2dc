"""Somebody's form as its grids: from a workbook by the strict reader, from a document by its tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..blank.slots import CAPTION_ROW, word
from ..documents.document import Document, DocumentTable, Paragraph
from ..documents.importing import read_document
from ..edition.kind import FIRST_ROW
from ..returned.recognise import mark_of
from ..xlsx import render, sheet
from ..xlsx.address import Box, Place, corners, inside
from ..xlsx.book import Book, open_book
from ..xlsx.colour import WHITE
from ..xlsx.number import from_double
from ..xlsx.outline import Accepted, Drawing, Marginalia, drawings, marginalia
from ..xlsx.sheet import Grid, Raw, number_in
from ..xlsx.zip import Package, open_package, refuse_more
from .enclosed import LEAST_CELLS, enclosed, placed
from .field import DrawnGrid, FormField

BOX: Place = (1_000, 120)
"""Last row and column that are read of a sheet."""
SHEET_LIMIT, CELL_LIMIT, FIELD_LIMIT = 64, 100_000, 5_000
"""Most sheets of a form, cells of a sheet, printed cells of a grid: a larger one is a list."""
_OFFICE = {".xls": "xlsx", ".et": "xlsx", ".ods": "xlsx", ".doc": "docx", ".wps": "docx",
           ".rtf": "docx", ".odt": "docx"}  # fmt: skip
"""Endings of forms that LibreOffice saves again, and the format it saves them in."""
_NEAR = 8
"""Lines of text around a grid that are looked at, each way."""
_PLAIN = Drawing()


@dataclass(frozen=True, slots=True)
class Original:
    """A form: the grids of its sheets, and sheets without one. names: all visible sheets."""

    grids: tuple[DrawnGrid, ...]
    names: tuple[str, ...]
    without: tuple[str, ...]


def original(source: bytes, only: Sequence[str] = ()) -> Original:
    """Return the grids of a form; only: the sheets to look at, all visible ones without any.

    Raises Rejected.
    """
    if not _is_workbook(source):
        return _of_document(read_document(source))
    package = open_package(source)
    book = open_book(package)
    refuse_more("sheets", len(book.sheets), SHEET_LIMIT)
    names = tuple(
        e.name for e in book.sheets if e.part and (e.state == "visible" or e.name in only)
    )
    ours = bool(mark_of(package, book))
    wanted = [name for name in names if (name in only if only else not (ours and _is_ours(name)))]
    drawn = drawings(package)
    grids = {name: _of_sheet(package, book, drawn, name, ours=ours) for name in wanted}
    without = tuple(name for name in wanted if not grids[name])
    return Original(tuple(grid for name in wanted for grid in grids[name]), names, without)


def saved_as(suffix: str, source: bytes) -> str:
    """Return the format in which an office saves a form so that it can be read; empty for others."""
    packed = source.startswith(b"PK") and suffix not in (".ods", ".odt")
    return "" if packed else _OFFICE.get(suffix, "")


def _is_workbook(source: bytes) -> bool:
    return source.startswith(b"PK") and b"xl/" in source and b"word/document" not in source


def _is_ours(name: str) -> bool:
    """Tell whether a sheet of a blank is no table of its form."""
    apart = {word(role) for role in ("cover", "results", "prior", "mark")}
    return name in apart or name.startswith(word("publish"))


# ── workbooks ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _SheetPage:
    """A sheet while its grids are searched; drawn: of each style."""

    name: str
    content: Grid
    book: Book
    drawn: Sequence[Drawing]
    beside: Marginalia
    merges: Sequence[Box]

    def style(self, place: Place) -> int:
        """Return the style of a place, stored or not."""
        if place in self.content.cells:
            return self.content.cells[place][3]
        if place[0] in self.content.row_styles:
            return self.content.row_styles[place[0]]
        columns = self.content.column_styles
        return next((style for a, b, style in columns if a <= place[1] <= b), 0)

    def lines(self, place: Place) -> frozenset[str]:
        """Return the sides of a place that have a line."""
        return self.drawing(place).sides

    def drawing(self, place: Place) -> Drawing:
        """Return what is drawn in a place."""
        style = self.style(place)
        return self.drawn[style] if 0 <= style < len(self.drawn) else _PLAIN


def _of_sheet(
    package: Package, book: Book, drawn: Sequence[Drawing], name: str, *, ours: bool
) -> list[DrawnGrid]:
    """Return the grids of a sheet; ours: of a blank of this program, whose own rows are left out."""
    part = next(entry.part for entry in book.sheets if entry.name == name)
    content = sheet.parse(package.part(part), part, book, BOX)
    refuse_more(part, len(content.cells), CELL_LIMIT)
    merges = [box for span in content.merges if (box := corners(span)) and box[2] <= BOX[0]]
    page = _SheetPage(name, content, book, drawn, marginalia(package, book, name), merges)
    rows, columns = _visible(content)
    filled = [place for place, raw in content.cells.items() if raw[1] or raw[2] is not None]
    first, caption = (FIRST_ROW, CAPTION_ROW) if ours else (1, 1)
    texts = {at: text for at, text in _lines(page, rows, columns) if at[0] >= caption}
    every = enclosed(rows, columns, merges, filled, page.lines)
    found = [boxes for grid in every if (boxes := _trimmed(grid, first))]
    return [_grid(page, boxes, found, texts, columns) for boxes in found]


def _trimmed(boxes: list[Box], first: int) -> list[Box]:
    """Return the boxes of a grid without its title and its foot: lines of a single cell.

    Where there are such lines inside, too, those at the top are heads of parts and stay.
    """
    boxes = [box for box in boxes if box[0] >= first]
    left, right = min((b[1] for b in boxes), default=0), max((b[3] for b in boxes), default=0)
    bands = [box for box in boxes if (box[1], box[3]) == (left, right)]
    while boxes and bands and bands[-1] == boxes[-1]:
        boxes, bands = boxes[:-1], bands[:-1]
    heads: list[Box] = []
    while len(heads) < len(bands) and bands[len(heads)] == boxes[len(heads)]:
        heads.append(bands[len(heads)])
    whole = len(heads) == len(bands)
    kept = boxes[len(heads) :] if whole else boxes
    return kept if len(kept) >= LEAST_CELLS else []


def _visible(content: Grid) -> tuple[list[int], list[int]]:
    """Return the visible rows and columns up to the last place with content or a style."""
    last_row = max((row for row, _ in content.cells), default=0)
    last_column = max((column for _, column in content.cells), default=0)
    gone = content.hidden_columns
    rows = [row for row in range(1, last_row + 1) if row not in content.hidden_rows]
    columns = [c for c in range(1, last_column + 1) if not any(a <= c <= b for a, b in gone)]
    return rows, columns


def _lines(
    page: _SheetPage, rows: Sequence[int], columns: Sequence[int]
) -> Iterator[tuple[Place, str]]:
    """Yield the texts of a sheet by place."""
    for place in sorted(page.content.cells):
        text = _seen(page, page.content.cells[place])
        if text.strip() and place[0] in rows and place[1] in columns:
            yield place, text


def _seen(page: _SheetPage, raw: Raw) -> str:
    """Return a cell's content as it is seen."""
    number = number_in(raw)
    if number is None:
        return raw[1] or ""
    code = page.book.styles.faces[raw[3]].code
    return render.of_number(code, number, since_1904=page.book.since_1904).text.strip()


def _grid(
    page: _SheetPage,
    boxes: list[Box],
    every: list[list[Box]],
    texts: Mapping[Place, str],
    columns: Sequence[int],
) -> DrawnGrid:
    if len(boxes) > FIELD_LIMIT:
        return DrawnGrid(page.name, (len({box[0] for box in boxes}), 1), {}, {})
    size, places = placed(boxes)
    fields: dict[tuple[int, int], FormField] = {}
    owners: dict[Place, tuple[int, int]] = {}
    for box, (row, column, high, wide) in places.items():
        fields[row, column] = _field(page, box, (row, column), (high, wide))
        owners |= {(r, c): (row, column) for r in range(box[0], box[2] + 1)
                   for c in range(box[1], box[3] + 1)}  # fmt: skip
    above, below = _around(boxes, every, texts)
    lefts = sorted({box[1] for box in boxes})
    ends = [*lefts[1:], max(box[3] for box in boxes) + 1]
    widths = [
        sum(page.content.view.width(c) or 8.43 for c in columns if left <= c < end)
        for left, end in zip(lefts, ends, strict=True)
    ]
    return DrawnGrid(
        page.name, size, dict(sorted(fields.items())), owners, above, below, tuple(widths)
    )


def _around(
    boxes: list[Box], every: list[list[Box]], texts: Mapping[Place, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines of text above and below a grid, as far as the next grid."""
    top, bottom = min(box[0] for box in boxes), max(box[2] for box in boxes)
    ends = [max(box[2] for box in other) for other in every if other is not boxes]
    starts = [min(box[0] for box in other) for other in every if other is not boxes]
    before = max((end for end in ends if end < top), default=0)
    after = min((start for start in starts if start > bottom), default=BOX[0] + 1)
    above = [(row, text) for (row, _), text in texts.items() if before < row < top]
    below = [(row, text) for (row, _), text in texts.items() if bottom < row < after]
    return tuple(_by_row(above))[-_NEAR:], tuple(_by_row(below))[:_NEAR]


def _by_row(texts: Iterable[tuple[int, str]]) -> Iterator[str]:
    yield from (text.strip() for _, text in sorted(texts, key=lambda one: one[0]))


def _field(page: _SheetPage, box: Box, place: tuple[int, int], span: tuple[int, int]) -> FormField:
    """Return the printed cell over a box of the sheet; its content is that of the first place."""
    content = page.content.cells
    inner = [(r, c) for r in range(box[0], box[2] + 1) for c in range(box[1], box[3] + 1)]
    said = [one for one in inner if one in content and (content[one][1] or content[one][2])]
    over = [merge[:2] for merge in page.merges if inside(inner[0], merge)]
    at = said[0] if said else (*over, inner[0])[0]
    raw = content.get(at)
    style = page.style(at)
    face = page.book.styles.faces[style] if 0 <= style < len(page.book.styles.faces) else None
    drawing = page.drawing(at)
    protected = "protected" in page.content.marks
    return FormField(
        place,
        span,
        at,
        text=_seen(page, raw) if raw else "",
        number=_number(raw),
        formula=_formula(raw),
        fill=face.fills[0] if face and face.fills else WHITE,
        bold=drawing.bold,
        indent=drawing.indent,
        code=face.code if face else "General",
        day=style in page.book.styles.dates,
        note=page.beside.notes.get(at, ""),
        accepted=_accepted(page.beside.accepted, at),
        unlocked=style in page.book.styles.unlocked if protected else None,
    )


def _formula(raw: Raw | None) -> str | None:
    """Return a cell's formula, None without one and where it gives words: a label, no number."""
    words = raw is not None and raw[0] == "text" and bool((raw[1] or "").strip())
    return None if raw is None or words else raw[2]


def _number(raw: Raw | None) -> Decimal | None:
    """Return the number that is printed in a cell; a TRUE or FALSE counts as one."""
    if raw is None or raw[2] is not None:
        return None
    return Decimal(1) if raw[0] == "boolean" else number_in(raw)


def _accepted(rules: Iterable[Accepted], at: Place) -> tuple[str, str]:
    fitting = (rule for rule in rules if any(inside(at, box) for box in rule.boxes))
    rule = next(fitting, None)
    return (rule.kind, rule.formula) if rule else ("", "")


# ── documents ─────────────────────────────────────────────────────────────────────────────────────


def _of_document(document: Document) -> Original:
    grids, before = [], list[str]()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            before.append(block.text.strip())
            continue
        size, fields = _of_table(block)
        if len(fields) >= 4 and min(size) > 1:  # noqa: PLR2004 - as sheets have it
            owners = {(r + 1, c + 1): place for place, field in fields.items()
                      for r in field.rows for c in field.columns}  # fmt: skip
            name = block.where
            grids.append(DrawnGrid(name, size, fields, owners, tuple(before[-_NEAR:])))
        before = []
    names = tuple(grid.sheet for grid in grids)
    return Original(tuple(grids), names, () if grids else ("",))


def _of_table(table: DocumentTable) -> tuple[tuple[int, int], dict[tuple[int, int], FormField]]:
    boxes = {
        (cell.row, cell.column, cell.row + cell.rows - 1, cell.column + cell.columns - 1): cell.text
        for cell in table.cells
    }
    size, places = placed(list(boxes))
    fields = {}
    for box, (row, column, high, wide) in places.items():
        text = boxes[box]
        number = from_double(text)
        fields[row, column] = FormField(
            (row, column), (high, wide), (row + 1, column + 1), text, number
        )
    return size, dict(sorted(fields.items()))
