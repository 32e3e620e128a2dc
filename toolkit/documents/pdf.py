"""PDF files with a text layer: signs and ruled lines of each page, tables by the lines.

pypdfium2 (extra `pdf`) is imported when a PDF is read. It runs code that is not Python: a PDF from
outside is read in a process of its own (`workers`).
"""

import ctypes
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ..xlsx.zip import FILE_LIMIT, Rejected
from .document import Document, DocumentBlock, DocumentTable, Paragraph, too_large
from .lattice import Glyph, RuledLine, lines_of, ruled
from .margins import Margins, PrintedText, margins, paragraphs, turns_over

PAGE_LIMIT = 300
SIGN_LIMIT = 20_000
"""Most characters of a page."""
OBJECT_LIMIT = 50_000
"""Most objects, and most points of lines, of a page."""
RULE_LIMIT = 1_000
"""Most ruled lines of a page each way."""
_THIN = 3.0
"""Widest line that is a rule, in points; wider boxes are backgrounds."""
_SHORT = 4.0
"""Shortest line that is a rule, in points."""
_GLYPH = 0.05
"""Width or height of text without any glyph, in points."""
_WHITE = 250
_NESTED = 8


def read_pdf(source: bytes) -> Document:
    """Return a PDF as a document; raises Rejected: without text layer, or without any ruled line."""
    try:
        import pypdfium2  # noqa: PLC0415 - an extra
    except ImportError:
        case = "pdf-page" if sys.platform == "emscripten" else "pdf"
        raise Rejected("not-a-workbook", kind="PDF", case=case) from None
    if len(source) > FILE_LIMIT:
        raise too_large("file", len(source), FILE_LIMIT)
    try:
        file = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Rejected("encrypted" if locked else "damaged", part="pdf", why="pdfium") from None
    try:
        return _document(file)
    except pypdfium2.PdfiumError:
        raise Rejected("damaged", part="pdf", why="pdfium") from None
    finally:
        file.close()


def _document(file: Any) -> Document:
    if len(file) > PAGE_LIMIT:
        raise too_large("pages", len(file), PAGE_LIMIT)
    pages: list[_PageContent] = []
    for number in range(len(file)):
        page = file[number]
        pages.append(_page(page, number + 1))
        page.close()
    edges = [(line.left, line.right) for page in pages for line in page.lines]
    area = margins(edges, [edge for page in pages for edge in page.edges])
    blocks: list[DocumentBlock] = []
    last: PrintedText | None = None
    for number, page in enumerate(pages, 1):
        for count, (block, line) in enumerate(_blocks(page, number, area)):
            before = blocks[-1] if blocks and not count else None
            if (
                isinstance(before, Paragraph)
                and (area and last and line)
                and turns_over(last, line, area)
            ):
                blocks[-1] = replace(before, text=before.text + line.text)
            else:
                blocks.append(block)
            last = line
    if not blocks:
        raise Rejected("not-our-form", case="scan")
    if not any(isinstance(block, DocumentTable) for block in blocks):
        raise Rejected("not-our-form", case="no-lines")
    return Document(file.get_metadata_value("Title") or "", tuple(blocks))


@dataclass(frozen=True, slots=True)
class _PageContent:
    """A page: its height, tables with their places from the top and their edges, lines outside."""

    height: float
    tables: list[tuple[float, DocumentTable]]
    edges: list[tuple[float, float]]
    lines: list[PrintedText]


def _blocks(
    page: _PageContent, number: int, area: Margins | None
) -> list[tuple[DocumentBlock, PrintedText | None]]:
    """Return the blocks of a page from top to bottom, paragraphs with their place.

    area: where its lines begin and end.
    """
    placed: list[tuple[float, DocumentBlock, PrintedText | None]] = [
        (y, table, None) for y, table in page.tables
    ]
    for count, line in enumerate(paragraphs(page.lines, page.height, area), 1):
        placed.append((line.y, Paragraph(line.text, f"p.{number} l.{count}"), line))
    return [(block, line) for _, block, line in sorted(placed, key=lambda one: one[0])]


def _page(page: Any, number: int) -> _PageContent:
    """Return the content of a page."""
    height = page.get_height()
    signs = list(_signs(page, height))
    across, upright = _rules(page, height)
    tables = list(ruled(across, upright, signs))
    placed = [
        (table.top, DocumentTable(table.cells, f"p.{number} t.{count}"))
        for count, table in enumerate(tables, 1)
    ]
    outside = [
        replace(sign, y=sign.level or sign.y)
        for sign in signs
        if not any(t.top <= sign.y <= t.bottom and t.left <= sign.x <= t.right for t in tables)
    ]
    edges = [(table.left, table.right) for table in tables]
    return _PageContent(height, placed, edges, _lines(outside))


def _lines(signs: list[Glyph]) -> list[PrintedText]:
    """Return the lines of a page from top to bottom."""
    found: list[list[Glyph]] = []
    for sign in sorted(signs, key=lambda one: one.y):
        if found and abs(sign.y - found[-1][0].y) < max(sign.high, found[-1][0].high) / 2:
            found[-1].append(sign)
        else:
            found.append([sign])
    lines = (
        PrintedText(
            y=line[0].y,
            left=min(sign.left for sign in line),
            right=max(sign.right for sign in line),
            high=max(sign.high for sign in line),
            text=lines_of(line).replace("\n", ""),
        )
        for line in found
    )
    return [line for line in lines if line.text]


def _signs(page: Any, height: float) -> Iterator[Glyph]:
    """Yield the signs of a page's text layer, blanks left out."""
    from pypdfium2 import raw  # noqa: PLC0415 - an extra

    text = page.get_textpage()
    count = raw.FPDFText_CountChars(text)
    if count > SIGN_LIMIT:
        raise too_large("signs", count, SIGN_LIMIT)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box, shown = raw.FS_RECTF(), True
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        sign = chr(code) if code <= sys.maxunicode else ""
        if not sign.strip():
            continue
        drawn = raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        if drawn and raw.FPDFText_GetLooseCharBox(text, index, box):
            middle = height - (top.value + bottom.value) / 2
            shown = shown and top.value - bottom.value > _GLYPH
            high = max(abs(box.top - box.bottom), 1.0)
            across = (left.value + right.value) / 2
            level = height - (box.top + box.bottom) / 2
            yield Glyph(sign, across, middle, high, left.value, right.value, level)
    text.close()
    if not shown:
        yield from _lost(page, height)


def _lost(page: Any, height: float) -> Iterator[Glyph]:
    """Yield a sign for each piece of text that pdfium leaves out: its font has no such glyph.

    A number with one of them is not read as the number of its other digits.
    """
    from pypdfium2 import raw  # noqa: PLC0415 - an extra

    for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=_NESTED):
        left, bottom, right, _ = piece.get_bounds()
        if right - left < _GLYPH:
            yield Glyph("\ufffd", left, height - bottom, 1.0, left, right)


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────

Extent = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def _rules(page: Any, height: float) -> tuple[list[RuledLine], list[RuledLine]]:
    """Return the ruled lines of a page: across and upright, y from the top."""
    across: list[RuledLine] = []
    upright: list[RuledLine] = []
    for left, bottom, right, top in _boxes(page):
        wide, high = right - left, top - bottom
        if high <= _THIN and wide >= _SHORT:
            across.append(RuledLine(height - (top + bottom) / 2, left, right))
        elif wide <= _THIN and high >= _SHORT:
            upright.append(RuledLine((left + right) / 2, height - top, height - bottom))
    for rules in (across, upright):
        if len(rules) > RULE_LIMIT:
            raise too_large("lines", len(rules), RULE_LIMIT)
    return across, upright


def _boxes(page: Any) -> Iterator[Extent]:
    """Yield the boxes around each drawn line and each filled shape of a page."""
    from pypdfium2 import raw  # noqa: PLC0415 - an extra

    points = 0
    for count, shape in enumerate(page.get_objects(max_depth=_NESTED)):
        if count > OBJECT_LIMIT or points > OBJECT_LIMIT:
            raise too_large("objects", max(count, points), OBJECT_LIMIT)
        if shape.type != raw.FPDF_PAGEOBJ_PATH:
            continue
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(shape, fill, stroke)
        points += raw.FPDFPath_CountSegments(shape)
        if stroke.value or (fill.value and not _is_white(shape)):
            yield from _drawn(shape, stroked=bool(stroke.value))


def _is_white(shape: Any) -> bool:
    from pypdfium2 import raw  # noqa: PLC0415 - an extra

    parts = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(shape, *parts)
    return all(part.value >= _WHITE for part in parts[:3]) or not parts[3].value


def _drawn(shape: Any, *, stroked: bool) -> Iterator[Extent]:
    """Yield the box of each part of a path; of a stroked one, of each of its lines."""
    for part in _parts(shape):
        xs, ys = [x for x, _ in part], [y for _, y in part]
        if not stroked or min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
            yield min(xs), min(ys), max(xs), max(ys)
            continue
        for (x, y), (u, v) in pairwise(part):
            yield min(x, u), min(y, v), max(x, u), max(y, v)


def _parts(shape: Any) -> Iterator[list[tuple[float, float]]]:
    """Yield the points of each part of a path on the page; curves are no rules and left out."""
    from pypdfium2 import raw  # noqa: PLC0415 - an extra

    matrix = shape.get_matrix()
    outer = shape.container
    while outer is not None:
        matrix = matrix.multiply(outer.get_matrix())
        outer = outer.container
    x, y = ctypes.c_float(), ctypes.c_float()
    part: list[tuple[float, float]] = []
    for index in range(raw.FPDFPath_CountSegments(shape)):
        segment = raw.FPDFPath_GetPathSegment(shape, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if len(part) > 1:
                yield part
            part = [point]
        elif kind == raw.FPDF_SEGMENT_LINETO:
            part.append(point)
            if raw.FPDFPathSegment_GetClose(segment):
                part.append(part[0])
        else:
            part = []
    if len(part) > 1:
        yield part
