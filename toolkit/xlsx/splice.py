"""Rewriting of some cells of a sheet part; every other byte is unchanged."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from . import xml
from .address import Place, at, corners
from .xml import xml_text

_TAG = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
_PREFIX = re.compile(rb"<([\w.-]+:)?")
_CACHE = re.compile(rb"<(?:[\w.-]+:)?v\b[^>]*(?:/>|>[^<]*</(?:[\w.-]+:)?v>)")
_HEIGHT = re.compile(rb"\s(?:ht|customHeight)=(\"[^\"]*\"|'[^']*')")
_KIND = re.compile(rb"\st=(\"[^\"]*\"|'[^']*')")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_ROW, _CELL, _DATA = f"{xml.MAIN}row", f"{xml.MAIN}c", f"{xml.MAIN}sheetData"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

CellContent = str | float | None
"""New content of a cell: text, a number, or nothing."""
NewBytes = tuple[int, int, bytes]
"""Bytes to replace: start, end, and the new ones."""
Size = Mapping[str, str]
"""A row's `ht` and `customHeight`."""


@dataclass(slots=True)
class _Row:
    """A row's offsets in the bytes: start, end of its start tag, end; its cells by column."""

    number: int
    start: int
    opened: int
    attributes: Mapping[str, str]
    end: int = 0
    cells: dict[int, tuple[int, int, Mapping[str, str]]] = field(default_factory=dict)


@dataclass(slots=True)
class _Offsets:
    rows: dict[int, _Row] = field(default_factory=dict)
    end: int = 0
    prefix: bytes = b""


def spliced(
    source: bytes,
    part: str,
    cells: Mapping[Place, CellContent],
    cache: Mapping[Place, str | None],
    sizes: Mapping[int, Size],
) -> bytes:
    """Return a sheet part with the contents of `cells`, styles kept, as inline text and numbers.

    cache: {place of a formula: the text it shows, None for none}. sizes: {row of `cells`: attributes
    of its height, empty for automatic height}. The part was accepted by `sheet.parse` and is UTF-8.
    Raises ValueError where it is in another encoding.
    """
    _refuse_encoding(source, part)
    places = _places(source, part)
    pieces: list[NewBytes] = []
    wanted: dict[int, dict[int, CellContent]] = {}
    for (line, column), content in cells.items():
        wanted.setdefault(line, {})[column] = content
    for line in {line for line, _ in cache} & places.rows.keys():
        wanted.setdefault(line, {})
    for number, contents in wanted.items():
        row = places.rows.get(number)
        if row is None:
            later = [other.start for n, other in places.rows.items() if n > number]
            at = min(later, default=places.end)
            pieces.append((at, at, _new_row(number, contents, sizes, places.prefix)))
        else:
            shown = {column: text for (line, column), text in cache.items() if line == number}
            opening = _opening(source[row.start : row.opened], number, sizes)
            new = opening + _row(source, row, contents, shown, places.prefix)
            pieces.append((row.start, row.end, new))
    return _joined(source, pieces)


def _refuse_encoding(source: bytes, part: str) -> None:
    """Raise ValueError for a part that is not UTF-8."""
    if source[:2] in (b"\xff\xfe", b"\xfe\xff") or source[:1] == b"\0":
        raise ValueError(part)


def _joined(source: bytes, pieces: Iterable[NewBytes]) -> bytes:
    """Return bytes with pieces of them replaced."""
    result, last = [], 0
    for start, end, piece in sorted(pieces, key=itemgetter(0, 1)):
        result += [source[last:start], piece]
        last = end
    return b"".join((*result, source[last:]))


def retyped(
    source: bytes, part: str, cells: Mapping[Place, CellContent], looks: Mapping[Place, int]
) -> bytes:
    """Return a sheet part with the contents of `cells`; every byte between them is unchanged.

    A cell with a formula keeps it and stores the content as its result. looks: {place: style} of
    those that are not stored. The part was accepted by `sheet.parse`. Raises ValueError where it is
    in another encoding than UTF-8.
    """
    _refuse_encoding(source, part)
    places = _places(source, part)
    wanted: dict[int, dict[int, CellContent]] = {}
    for (line, column), content in sorted(cells.items()):
        wanted.setdefault(line, {})[column] = content
    return _joined(
        source,
        (
            piece
            for number, contents in wanted.items()
            for piece in _retyped(source, places, number, contents, looks)
        ),
    )


def _retyped(
    source: bytes,
    places: _Offsets,
    number: int,
    contents: Mapping[int, CellContent],
    looks: Mapping[Place, int],
) -> Iterator[NewBytes]:
    """Yield the pieces for the cells of a row; a cell that is not stored comes where it belongs."""
    row, prefix = places.rows.get(number), places.prefix
    stored = row.cells if row else {}
    new: dict[int, bytes] = {}
    for column, content in contents.items():
        if column in stored:
            start, end, attributes = stored[column]
            cell = source[start:end]
            if _FORMULA.search(cell):
                yield start, end, _shows(cell, "" if content is None else content)
            else:
                look = attributes.get("s", "")
                yield start, end, _cell((number, column), content, look, prefix)
        elif content is not None:
            look = str(looks.get((number, column), ""))
            new[column] = _cell((number, column), content, look, prefix)
    if row is None or row.opened == row.end:
        if new:
            yield _with_row(source, places, number, b"".join(new.values()))
        return
    for column, cell in new.items():
        later = [start for other, (start, _, _) in stored.items() if other > column]
        at = min(later, default=source.rindex(b"<", row.start, row.end))
        yield at, at, cell


def _with_row(source: bytes, places: _Offsets, number: int, cells: bytes) -> NewBytes:
    """Return the piece for a row that is not stored, or has no cells."""
    row, prefix = places.rows.get(number), places.prefix
    if row:
        start, end, opening = row.start, row.end, _opening(source[row.start : row.opened], 0, {})
    else:
        later = [other.start for n, other in places.rows.items() if n > number]
        start = end = min(later, default=places.end)
        opening = b'<%srow r="%d">' % (prefix, number)
    return start, end, b"%s%s</%srow>" % (opening, cells, prefix)


def _places(source: bytes, part: str) -> _Offsets:
    """Return the byte offsets of the rows and cells of a sheet part."""
    places = _Offsets()
    parser = xml.parser(part)
    number = column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number, column
        at = parser.CurrentByteIndex
        if name == _ROW:
            number = int(attributes["r"]) if "r" in attributes else number + 1
            column = 0
            places.rows[number] = _Row(number, at, _tag_end(source, at), attributes)
        elif name == _CELL:
            box = corners(attributes.get("r", ""))
            column = box[1] if box else column + 1
            places.rows[number].cells[column] = (at, 0, attributes)
        elif name == _DATA:
            match = _PREFIX.match(source, at)
            places.prefix = (match[1] or b"") if match else b""

    def end(name: str) -> None:
        at = parser.CurrentByteIndex
        if name == _ROW:
            row = places.rows[number]
            row.end = _element_end(source, row.start, at)
        elif name == _CELL:
            first, _, attributes = places.rows[number].cells[column]
            places.rows[number].cells[column] = (first, _element_end(source, first, at), attributes)
        elif name == _DATA:
            places.end = at

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    xml.run(parser, source, part)
    return places


def _element_end(source: bytes, start: int, at: int) -> int:
    """Return the end offset of an element; start: its first byte, at: the parser's end position.

    An empty element ends with its only tag; there the parser's position is already past it.
    """
    opened = _tag_end(source, start)
    return opened if source.endswith(b"/>", start, opened) else _tag_end(source, at)


def _tag_end(source: bytes, at: int) -> int:
    """Return the end offset of the tag that begins at a byte."""
    match = _TAG.match(source, at)
    return match.end() if match else at


def _new_row(
    number: int, contents: Mapping[int, CellContent], sizes: Mapping[int, Size], prefix: bytes
) -> bytes:
    cells = b"".join(
        _cell((number, column), content, "", prefix) for column, content in sorted(contents.items())
    )
    opening = _opening(b'<%srow r="%d">' % (prefix, number), number, sizes)
    return b"%s%s</%srow>" % (opening, cells, prefix)


def _opening(tag: bytes, number: int, sizes: Mapping[int, Size]) -> bytes:
    """Return a row's start tag with its new height."""
    tag = tag.removesuffix(b">").removesuffix(b"/").rstrip()
    if number in sizes:
        tag = _HEIGHT.sub(b"", tag)
        tag += "".join(f' {name}="{text}"' for name, text in sizes[number].items()).encode()
    return tag + b">"


def _row(
    source: bytes,
    row: _Row,
    contents: Mapping[int, CellContent],
    shown: Mapping[int, str | None],
    prefix: bytes,
) -> bytes:
    """Return a row's cells and end tag, `contents` written anew, `shown` with a new stored text."""
    style = row.attributes.get("s", "")
    pieces = []
    for column in sorted({*row.cells, *contents}):
        start, end, attributes = row.cells.get(column, (0, 0, {}))
        if column in shown and end:
            pieces.append(_shows(source[start:end], shown[column]))
        elif column in contents and column not in shown:
            look = attributes.get("s", style)
            pieces.append(_cell((row.number, column), contents[column], look, prefix))
        else:
            pieces.append(source[start:end])
    return b"%s</%srow>" % (b"".join(pieces), prefix)


def _cell(place: Place, content: CellContent, style: str, prefix: bytes) -> bytes:
    head = f'r="{at(place)}"' + (f' s="{style}"' if style.isdecimal() else "")
    if content is None:
        return b"<%sc %s/>" % (prefix, head.encode())
    if not isinstance(content, str):
        inner = b"<%sv>%s</%sv>" % (prefix, repr(content).encode(), prefix)
        return b"<%sc %s>%s</%sc>" % (prefix, head.encode(), inner, prefix)
    text = _UNFIT.sub(lambda sign: f"_x{ord(sign[0]):04X}_", content)
    inner = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (
        prefix, prefix, xml_text(text).encode(), prefix, prefix,
    )  # fmt: skip
    return b'<%sc %s t="inlineStr">%s</%sc>' % (prefix, head.encode(), inner, prefix)


def _shows(cell: bytes, content: CellContent) -> bytes:
    """Return a formula's cell with a new stored result, None for none."""
    end = _tag_end(cell, 0)
    opening = _KIND.sub(b"", cell[:end])
    prefix = (_PREFIX.match(cell) or [b"", b""])[1] or b""
    closing = b"</%sc>" % prefix
    body = _CACHE.sub(b"", cell[end:]).removesuffix(closing)
    if content is None:
        return opening + body + closing
    text = content if isinstance(content, str) else repr(content)
    value = b"<%sv>%s</%sv>" % (prefix, xml_text(text).encode(), prefix)
    kind = b' t="str">' if isinstance(content, str) else b">"
    return opening[:-1].rstrip() + kind + body + value + closing
