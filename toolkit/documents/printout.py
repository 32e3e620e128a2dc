"""A report as it is printed: title, texts and tables in the order of the form; no format yet."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..data import CHINESE, say
from ..edition.edition import Section
from ..report.report import Report, plain
from .phrased import is_told, left_out, stated

HEAD, BAND, LABEL, NUMBER = "head", "band", "label", "number"
"""Roles of printed cells: a label above others, one across the table, one beside others, a value."""
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A printed cell: first row and column, from 0, how many it takes, its text and its role.

    centred: whether its text is in the middle, as numbers and heads are. numeric: whether it is a
    number, which is never broken.
    """

    row: int
    column: int
    rows: int
    columns: int
    text: str
    role: str
    centred: bool
    numeric: bool


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A printed table: its cells row by row, its number of rows, shares of the columns' widths.

    heads: rows at its top without values. groups: the first row of each group of rows that stay
    on a page.
    """

    cells: tuple[PrintedCell, ...]
    rows: int
    widths: tuple[float, ...]
    heads: int
    groups: frozenset[int]

    def row(self, number: int) -> Iterator[PrintedCell]:
        """Yield the cells that begin in a row."""
        return (cell for cell in self.cells if cell.row == number)


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A printed section: caption, empty where it is the form's title, paragraphs, table.

    made: whether the last paragraph is a sentence in place of the table.
    """

    caption: str
    name: str
    paragraphs: tuple[str, ...]
    table: PrintedTable | None
    made: bool


@dataclass(frozen=True, slots=True)
class Printout:
    """A report as it is printed.

    whose, what: the two halves of its title. draft: the words that say so, empty for a final one.
    preface: the line below the title. lost: how many characters cannot be printed.
    """

    whose: str
    what: str
    draft: str
    preface: str
    sections: tuple[PrintedSection, ...]
    lost: int

    @property
    def title(self) -> str:
        """The title on one line."""
        return f"{self.whose}{self.what}"


def printout(report: Report, *, draft: bool) -> Printout:
    """Return a report as it is printed."""
    edition = report.edition
    whose = " ".join(map(printable, paragraphs(report.agency["name"] or "")))
    what = edition.title
    if report.year is not None:
        what = say("publish", "titled", CHINESE, year=report.year, title=edition.title)
    texts = [*report.written.values(), *(v for v in report.values.values() if isinstance(v, str))]
    return Printout(
        whose=whose,
        what=what,
        draft=say("publish", "draft", CHINESE) if draft else "",
        preface=edition.preface,
        sections=tuple(
            _section(report, section)
            for section in edition.sections
            if section.statutory or section.text or not section.keys
        ),
        lost=sum(len(_UNPRINTABLE.findall(text)) for text in texts),
    )


def printable(text: str) -> str:
    """Return a text without the characters that no document can hold."""
    return _UNPRINTABLE.sub("", text)


def paragraphs(text: str) -> list[str]:
    r"""Return the lines of a text that are not blank, without the blanks around them.

    >>> paragraphs(" a\r\n\n  b\tc ")
    ['a', 'b\tc']
    """
    lines = (printable(line).strip() for line in _BREAKS.split(text))
    return [line for line in lines if line]


def _section(report: Report, section: Section) -> PrintedSection:
    """Return a section as it is printed."""
    lines = paragraphs(report.written.get(section.text or "", ""))
    sentence = left_out(report, section) or stated(report, section)
    shown = bool(section.table) and not sentence and _is_shown(report, section)
    return PrintedSection(
        caption="" if section.caption == report.edition.title else section.caption,
        name=section.sheet,
        paragraphs=(*lines, *filter(None, [sentence])),
        table=_table(report, section) if shown else None,
        made=bool(sentence),
    )


def _is_shown(report: Report, section: Section) -> bool:
    """Tell whether a table is printed: one beside a text that need not be filled only with numbers."""
    if section.statutory:
        return True
    return not is_told(section) and any(
        report.values.get(key) is not None for key in section.keys.values()
    )


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def _table(report: Report, section: Section) -> PrintedTable:
    """Return a table as it is printed."""
    spans = {(row, column): (high, wide) for row, column, high, wide in section.merges}
    roles = _roles(section)
    centred = _centred(section)
    least = min(column for _, column in section.keys)
    cells = []
    for place in sorted({**section.labels, **section.keys}):
        high, wide = spans.get(place, (1, 1))
        key = section.keys.get(place)
        text = section.labels.get(place, "") if key is None else shown(report, key)
        role = NUMBER if key else roles[place]
        corner = role == HEAD and wide > 1 and place[1] + wide <= least
        middle = not corner and (
            role in (NUMBER, HEAD) or (role == LABEL and (centred or high > 1))
        )
        number = key is not None and report.numbers[key] is not None
        cells.append(PrintedCell(*place, high, wide, text, role, middle, number))
    first = min(row for row, _ in section.keys)
    return PrintedTable(
        cells=tuple(cells),
        rows=section.size[0],
        widths=shares(section.printed_widths),
        heads=first,
        groups=frozenset(_groups(cells, section.size[0], first)),
    )


def _roles(section: Section) -> dict[tuple[int, int], str]:
    """Return {place of a label: its role}."""
    spans = {(row, column): (high, wide) for row, column, high, wide in section.merges}
    valued = {row for row, _ in section.keys}
    roles = {}
    for place in section.labels:
        high, wide = spans.get(place, (1, 1))
        beside = any(row in valued for row in range(place[0], place[0] + high))
        across = wide == section.size[1] > 1
        roles[place] = LABEL if beside else BAND if across else HEAD
    return roles


def _centred(section: Section) -> bool:
    """Tell whether the labels beside the numbers have a head of their own: then they are centred."""
    wide = {(row, column): wide for row, column, _, wide in section.merges}
    return any(
        role == HEAD and place[1] == 0 and wide.get(place, 1) == 1
        for place, role in _roles(section).items()
    )


def _groups(cells: Iterable[PrintedCell], rows: int, first: int) -> Iterator[int]:
    """Yield the first rows of groups: no cell of several rows, and no head, is parted by a page."""
    together: set[int] = set(range(1, first + 1))
    for cell in cells:
        together.update(range(cell.row + 1, cell.row + cell.rows))
        if cell.role in (BAND, HEAD):
            together.add(cell.row + cell.rows)
    yield from (row for row in range(rows) if row not in together)


def shares(widths: tuple[float, ...]) -> tuple[float, ...]:
    """Return widths as shares of the whole."""
    whole = sum(widths)
    return tuple(width / whole for width in widths)


def shown(report: Report, key: str) -> str:
    """Return a cell as it is printed: 0 for a blank of a declared table, else a blank is empty."""
    value = report.values.get(key)
    if isinstance(value, str):
        return "\n".join(paragraphs(value))
    if value is not None:
        return plain(value)
    zero = report.edition.cells[key].table in report.nil and key not in report.inapplicable
    return "0" if zero and report.numbers[key] == 0 else ""
