"""Writing of findings into a workbook's result area; formats then turn the named cells red."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..blank import layout
from ..blank.live import result_range
from ..blank.looks import LOOKS
from ..blank.mark import is_ours
from ..blank.plan import RESULT_WIDTHS, STAMP
from ..blank.slots import PLACE_COMMA, PLACE_MARK, RESULT, RESULT_ROWS, cover_places, word
from ..data import CHINESE, say
from ..edition.edition import Edition
from ..finding import Finding
from ..report.report import Report
from ..xlsx import sheet
from ..xlsx.address import Place
from ..xlsx.book import Book, open_book
from ..xlsx.formula import same
from ..xlsx.repack import repacked, stored
from ..xlsx.splice import CellContent, FormulaCell, Size, spliced
from ..xlsx.zip import Package, open_package
from .banner import Banner, banners, count, error_word
from .recognise import mark_of

ResultRow = tuple[str, str, str, str, str]
"""A line of the result area: code, severity, sheet, cells, message."""
LONGEST = 2_000
"""Most characters of a line's places; further places are counted in its message."""
PLACES = 4
"""Most text lines of a row for its places; the cell holds all of them."""
FIRST = 1
"""The sending of a return whose cover has none."""


class NoRoom(Exception):
    """A workbook without a result area in the place of this version's blanks."""


def rows(findings: Sequence[Finding]) -> tuple[ResultRow, ...]:
    """Return the lines of the result area, a line per finding, errors first.

    An error's places end with a mark each, by which the formats find them; other places are named
    without a colour. Consequences of other findings, waived findings and notes have no line.
    """
    listed = [f for f in findings if f.follows is None and not f.waived and f.severity != "note"]
    return tuple(
        (
            finding.code,
            say("proof", finding.severity, CHINESE),
            next((cell.sheet for cell in finding.cells if cell.sheet), ""),
            _places(finding),
            finding.message(CHINESE),
        )
        for finding in sorted(listed, key=lambda finding: finding.severity != "error")
    )


def _places(finding: Finding) -> str:
    """Return the places of a finding as text; those of an error end with the mark for formats."""
    places = _fitting(
        [f"{cell.sheet} {cell.at}" for cell in finding.cells if cell.sheet and cell.at]
    )
    if finding.severity == "error":
        return "".join(f"{place}{PLACE_MARK}" for place in places)
    return PLACE_COMMA.join(places)


def _fitting(places: Sequence[str]) -> Iterator[str]:
    room = LONGEST
    for place in places:
        room -= len(place) + 1
        if room >= 0:
            yield place


def noticed(
    source: bytes,
    report: Report,
    findings: Sequence[Finding],
    note: str = "",
    *,
    again: bool = True,
) -> bytes:
    """Return a copy of a returned workbook for its correction.

    Its result area holds the findings, its cover the number of the next sending, its status lines
    count the errors; every other byte of its sheets is unchanged. Raises NoRoom where result area
    and cover are not in their places.
    note: a line above the findings. again: whether it was sent already; else its cover is unchanged.
    """
    package = open_package(source)
    book = open_book(package)
    edition = report.edition
    parts = {entry.name: entry.part for entry in book.sheets}
    results, cover = parts.get(word("results"), ""), parts.get(word("cover"), "")
    mark = mark_of(package, book)
    if not results or not cover or not mark or not is_ours(edition, mark):
        raise NoRoom
    lines = (*([(word("result_note"), "", "", "", note)] if note else ()), *rows(findings))
    cells, cache = _results(edition, _grid(package, book, results, edition), lines)
    place = _sent(package, book, cover)
    sending: dict[Place, CellContent] = {place: (report.sent or FIRST) + 1} if again else {}
    new: dict[str, dict[Place, CellContent]] = {results: cells, cover: sending}
    shown = {results: cache}
    for name, places in banners(edition).items():
        if part := parts.get(name):
            shown.setdefault(part, {}).update(_counting(package, book, part, places, lines))
    names = {name.lower(): name for name in package.names}
    sizes = {results: _sizes(edition, cells, lines)}
    try:
        changed = {
            names[part]: spliced(
                package.part(part), part, new.get(part, {}), texts, sizes.get(part, {})
            )
            for part, texts in shown.items()
            if texts or part in new
        }
    except ValueError as error:
        raise NoRoom from error
    return repacked(stored(source), changed)


def _counting(
    package: Package,
    book: Book,
    part: str,
    places: Mapping[Place, Banner],
    lines: Sequence[ResultRow],
) -> Iterator[tuple[Place, FormulaCell]]:
    """Yield the status lines of a sheet that count errors, with the text that each then shows.

    A line whose formula is another one stays as it is; so does one without errors.
    """
    sheets = [line[2] for line in lines[:RESULT_ROWS] if line[1] == error_word()]
    box = max(row for row, _ in places), max(column for _, column in places)
    cells = sheet.parse(package.part(part), part, book, box).cells
    for place, banner in places.items():
        _, text, formula, _ = cells.get(place, ("", None, None, 0))
        errors = count(banner, sheets)
        before = formula is not None and same(formula, banner.formula)
        if not before and (not errors or formula is None or not same(formula, banner.own)):
            continue
        shown = banner.text(errors) or None
        if banner.before:
            shown = None if text is None else banner.text(errors) + banner.without(text)
        yield place, FormulaCell(shown, banner.formula)


def height(line: ResultRow) -> float:
    """Return the height of a line's row: that of its texts, with at most PLACES lines of places."""
    return max(_high(name, text) for name, text in zip(RESULT, line, strict=True))


def is_cut(line: ResultRow) -> bool:
    """Tell whether a line has more places than its row shows."""
    needed = (_high(name, text, None) for name, text in zip(RESULT, line, strict=True))
    return max(needed) > height(line)


def _high(name: str, text: str, most: int | None = PLACES) -> float:
    """Return the height of a text of a line; most: text lines of places, None for all."""
    look = LOOKS["result"]
    needed = layout.height(text, layout.column(RESULT_WIDTHS[RESULT[name] - 1]), look)
    return min(needed, layout.of_lines(most, look)) if name == "cells" and most else needed


def _sizes(edition: Edition, cells: Iterable[Place], lines: Sequence[ResultRow]) -> dict[int, Size]:
    """Return {row of the result area: its height's attributes}, empty for a blank row."""
    first = result_range(edition)[0]
    sizes: dict[int, Size] = {row: {} for row, _ in cells if row >= first}
    for row, line in enumerate(lines[:RESULT_ROWS], first):
        fixed = {"customHeight": "1"} if is_cut(line) else {}
        sizes[row] = {"ht": f"{height(line):g}", **fixed}
    return sizes


def _sent(package: Package, book: Book, part: str) -> Place:
    """Return the place of the sending on the cover; raises NoRoom where its label is elsewhere."""
    row, column = cover_places()["sent"]
    grid = sheet.parse(package.part(part), part, book, (row, column))
    raw = grid.cells.get((row, column - 1))
    if raw is None or raw[1] != word("field_sent"):
        raise NoRoom
    return row, column


def _grid(package: Package, book: Book, part: str, edition: Edition) -> sheet.Grid:
    """Return the results sheet; raises NoRoom where the heads of its result area are elsewhere."""
    first, _, last, _ = result_range(edition)
    grid = sheet.parse(package.part(part), part, book, (last, max(STAMP.values())))
    for name, column in RESULT.items():
        raw = grid.cells.get((first - 1, column))
        if raw is None or raw[1] != word(f"result_{name}"):
            raise NoRoom
    return grid


def _results(
    edition: Edition, grid: sheet.Grid, lines: Sequence[ResultRow]
) -> tuple[dict[Place, CellContent], dict[Place, FormulaCell]]:
    """Return the contents of the result area, and the text that the formula above it shows.

    The stamp is the digest of the data, calculated by the program that saved the workbook; without
    it the data of the findings are unknown.
    """
    first, _, last, _ = result_range(edition)
    above = first - 2
    old = {
        place: None
        for place in grid.cells
        if first <= place[0] <= last and place[1] in RESULT.values()
    }
    new: dict[Place, CellContent] = dict(old)
    for row, line in enumerate(lines[:RESULT_ROWS], first):
        new |= {(row, column): text for column, text in zip(RESULT.values(), line, strict=True)}
    more = len(lines) - RESULT_ROWS
    new[above, STAMP["overflow"]] = word("result_more").format(n=more) if more > 0 else None
    digest = grid.cells.get((above, STAMP["digest"]))
    dated = digest is not None and digest[0] == "number" and digest[1] is not None
    new[above, STAMP["stamp"]] = float(digest[1] or 0) if digest and dated else None
    unknown = "result_undated" if lines else "result_none"
    shows = word("result_fresh" if dated else unknown)
    return new, {(above, STAMP["stamp_state"]): FormulaCell(shows)}
