"""Reading of untrusted lists, plain sheets of rows that an office keeps."""

import codecs
import csv
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO

from ..blank.slots import word
from ..data import CHINESE, ENGLISH, texts, translations
from ..escape import guess
from ..report import identity
from ..returned.values import date_text
from ..xlsx import sheet
from ..xlsx.address import Place, corners
from ..xlsx.book import Book, open_book
from ..xlsx.number import from_double
from ..xlsx.repack import repacked, stored
from ..xlsx.sheet import Raw
from ..xlsx.splice import spliced
from ..xlsx.zip import FILE_LIMIT, Package, Rejected, open_package

ROW_LIMIT, COLUMN_LIMIT = 100_000, 64
"""Most rows and columns of a list that people typed."""
ZIP, _OLE = b"PK\3\4", b"\xd0\xcf\x11\xe0"
_MARKED = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of a list.

    kind: text, number, date, boolean, error, or formula: one without a stored value, which is then
    the text. merged: the text is that of the first cell of a merge.
    """

    text: str
    kind: str = "text"
    merged: bool = False


Rows = dict[int, tuple[Field, ...]]
"""{number of a row, from 1: its cells from the left}; rows without content are left out."""


def rows(source: bytes) -> Rows:
    """Return the rows of a list: of the first visible sheet of a workbook, or of a csv.

    A csv is UTF-8, UTF-16 or GBK and delimited by comma, semicolon or tab. Raises Rejected.
    """
    if len(source) > FILE_LIMIT:
        raise _too_large(len(source), FILE_LIMIT)
    if source.startswith((ZIP, _OLE)):
        return _of_workbook(open_package(source))
    return _of_csv(source)


def refusal(error: Rejected) -> tuple[str, str]:
    """Return the code of a list that is refused, empty for a csv, and the reason."""
    kind = error.figures.get("kind", "")
    code = kind if error.code == "not-our-form" else error.code
    why = kind or error.figures.get("why") or error.code
    return "" if error.figures.get("part") == "csv" else code, why


def _too_large(size: int, limit: int) -> Rejected:
    return Rejected("too-large", part="file", size=f"{size:,}", limit=f"{limit:,}")


def with_cells(source: bytes, cells: Mapping[Place, str]) -> bytes:
    """Return a workbook whose `rows` were read, with texts in its first visible sheet.

    Raises ValueError for a sheet in another encoding than UTF-8.
    """
    package = open_package(source)
    part = _first(open_book(package))
    names = {name.lower(): name for name in package.names}
    changed = {names[part]: spliced(package.part(part), part, cells, {}, {})}
    return repacked(stored(source), changed)


def _first(book: Book) -> str:
    """Return the part of the first visible sheet; raises Rejected where there is none."""
    for entry in book.sheets:
        if entry.part and entry.state == "visible":
            return entry.part
    raise Rejected("damaged", part="xl/workbook.xml", why="sheets")


def _of_workbook(package: Package) -> Rows:
    book = open_book(package)
    names = {entry.name for entry in book.sheets}
    if word("mark") in names or {word("cover"), word("results")} <= names:
        raise Rejected("not-our-form", kind="a-return")
    part = _first(book)
    grid = sheet.parse(package.part(part), part, book, (ROW_LIMIT, COLUMN_LIMIT))
    if any(row > ROW_LIMIT for row, _ in grid.outside):
        raise _too_large(max(row for row, _ in grid.outside), ROW_LIMIT)
    lines: dict[int, dict[int, Field]] = {}
    for (row, column), raw in grid.cells.items():
        if (raw[1] and raw[1].strip()) or (raw[2] and raw[1] is None):
            lines.setdefault(row, {})[column] = field_of(raw, book)
    _fill_down(lines, grid.merges)
    blank = Field("")
    return {
        row: tuple(cells.get(column, blank) for column in range(1, max(cells) + 1))
        for row, cells in lines.items()
    }


def _fill_down(lines: dict[int, dict[int, Field]], merges: Iterable[str]) -> None:
    """Copy the first cell of each merge into the rows below it that have content of their own."""
    rows = sorted(lines)
    done: dict[int, int] = {}
    for top, column, last in sorted((e[0], e[1], e[2]) for e in map(corners, merges) if e):
        field = lines.get(top, {}).get(column)
        first = max(top, done.get(column, 0))
        done[column] = max(last, done.get(column, 0))
        if field:
            for row in rows[bisect_right(rows, first) : bisect_right(rows, last)]:
                lines[row].setdefault(column, replace(field, merged=True))


def field_of(raw: Raw, book: Book) -> Field:
    """Return a stored cell as displayed: whole numbers without decimals, days as days."""
    kind, text, formula, style = raw
    if text is None:
        return Field(f"={formula}", "formula")
    number = from_double(text) if kind == "number" and text else None
    if number is None:
        return Field(text, kind)
    if style in book.styles.dates:
        return Field(date_text(number, since_1904=book.since_1904), "date")
    return Field(f"{number.normalize():f}", "number")


def decoded(source: bytes) -> tuple[str, str, str]:
    """Return the text of a csv, its encoding and its delimiter; raises UnicodeError."""
    marks = (name for mark, name in _MARKED.items() if source.startswith(mark))
    encoding = next(marks, None)
    text = source.decode(encoding) if encoding else guess(source)
    if encoding is None:
        encoding = "utf-8" if text.encode("utf-8", "replace") == source else "gb18030"
    return text, encoding, _delimiter(text)


def _of_csv(source: bytes) -> Rows:
    try:
        text, _, delimiter = decoded(source)
        text.encode("utf-8")
        if "\0" in text:
            raise Rejected("not-a-workbook", kind="?")
        read = csv.reader(StringIO(text, ""), delimiter=delimiter, strict=True)
        lines = {number: line for number, line in enumerate(read, 1) if any(map(str.strip, line))}
    except UnicodeError:
        raise Rejected("damaged", part="csv", why="encoding") from None
    except csv.Error as error:
        raise Rejected("damaged", part="csv", why=str(error)) from None
    if len(lines) > ROW_LIMIT:
        raise _too_large(len(lines), ROW_LIMIT)
    return {number: tuple(map(Field, line[:COLUMN_LIMIT])) for number, line in lines.items()}


def _delimiter(text: str) -> str:
    """Return the delimiter that occurs in most rows."""
    return max(_DELIMITERS, key=lambda sign: sum(sign in line for line in text.splitlines()))


# ── words ─────────────────────────────────────────────────────────────────────────────────────────


def head(text: str) -> str:
    """Return a head in compared form, without asterisks and the part in brackets."""
    return identity.word(text).partition("(")[0].strip("*")


def printed_head(section: str, column: str) -> str:
    """Return the printed head of a column; section: of templates/messages."""
    return texts(section, CHINESE)[column].split()[0]


def words(section: str, key: str) -> Iterator[str]:
    """Yield the words that stand for a key in any language, in compared form."""
    return map(identity.word, " ".join(translations(section, key)).split())


def keys(section: str) -> dict[str, str]:
    """Return {word in compared form: the key of the section that it stands for}."""
    return {
        word: key
        for key in texts(section, ENGLISH)
        for word in (identity.word(key), *words(section, key))
    }
