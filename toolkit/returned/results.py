"""Writing of findings into a workbook's result area; formats then turn the named cells red."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ..blank import layout
from ..blank.live import result_range
from ..blank.looks import LOOKS
from ..blank.mark import is_ours
from ..blank.resultsheet import RESULT_WIDTHS
from ..blank.slots import PLACE_COMMA, PLACE_MARK, RESULT, RESULT_ROWS, STAMP, cover_places, word
from ..check.explained import VOID, assigned, is_refused, present
from ..data import CHINESE, say, texts
from ..edition.edition import Edition
from ..finding import Finding
from ..report.report import Number, Report
from ..xlsx import sheet
from ..xlsx.address import Place
from ..xlsx.book import Book, open_book
from ..xlsx.number import plain
from ..xlsx.repack import repacked, stored
from ..xlsx.splice import CellContent, Size, spliced
from ..xlsx.zip import Package, open_package
from . import stored as shown
from .cells import changed_formulas, comparer
from .read import sheets_of, take
from .reading import contents
from .recognise import mark_of

ResultRow = tuple[str, ...]
"""A line of the result area, in the order of RESULT: code, severity, sheet, cells, message, the
agency's reason and the figures it was given for, the present figures."""
LONGEST = 2_000
"""Most characters of a line's places; further places are counted in its message."""
PLACES = 4
"""Most text lines of a row for its places; the cell holds all of them."""
FIRST = 1
"""The sending of a return whose cover has none."""


class NoRoom(Exception):
    """A workbook without a result area in the place of this version's blanks."""


def rows(findings: Sequence[Finding], report: Report) -> tuple[ResultRow, ...]:
    """Return the lines of the result area, a line per finding, errors first.

    An error's places end with a mark each, by which the formats find them; other places are named
    without a colour. Consequences of other findings, waived findings and notes have no line.
    Reasons that stood in the area are kept with their findings.
    """
    listed = [f for f in findings if f.follows is None and not f.waived and f.severity != "note"]
    listed.sort(key=lambda finding: finding.severity != "error")
    given = [one for one in report.explained if one.rule is None]
    kept = assigned([(None, finding) for finding in listed], report, given)
    return tuple(
        (
            finding.code,
            say("proof", finding.severity, CHINESE),
            next((cell.sheet for cell in finding.cells if cell.sheet), ""),
            _places(finding),
            finding.message(CHINESE) + (word("result_refused") if is_refused(finding) else ""),
            kept[number].reason if number in kept else "",
            (kept[number].figures or "") if number in kept else "",
            present(finding, report) if finding.code != VOID else "",
        )
        for number, finding in enumerate(listed)
    )


def noted(text: str) -> ResultRow:
    """Return a line that holds a note to the agency."""
    return word("result_note"), "", "", "", text, "", "", ""


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
    lines = (*([noted(note)] if note else ()), *rows(findings, report))
    cells, cache = _results(edition, _grid(package, book, results, edition), lines)
    place = _sent(package, book, cover)
    sending: dict[Place, CellContent] = {place: (report.sent or FIRST) + 1} if again else {}
    new: dict[str, dict[Place, CellContent]] = {results: cells, cover: sending}
    caches = {results: cache, cover: {}}
    for name, at, cell in _states(package, book, lines):
        caches.setdefault(parts[name], {})[at] = cell
    names = {name.lower(): name for name in package.names}
    sizes = {results: _sizes(edition, cells, lines)}
    try:
        changed = {
            names[part]: spliced(
                package.part(part), part, new.get(part, {}), cache, sizes.get(part, {})
            )
            for part, cache in caches.items()
        }
    except ValueError as error:
        raise NoRoom from error
    return repacked(stored(source), changed)


def _states(
    package: Package, book: Book, lines: Sequence[ResultRow]
) -> Iterator[tuple[str, Place, str | None]]:
    """Yield (sheet, place, text) of the stored results that the findings change, as they then are.

    A program that opens the copy computes them anew; a preview shows what is stored.
    """
    taken = take(sheets_of(package, book))
    severities = {said: name for name, said in texts("proof", CHINESE).items()}
    listed = [
        (severities[line[1]], line[2], line[4])
        for line in lines[:RESULT_ROWS]
        if line[1] in severities
    ]
    before, *_ = contents(taken.edition, taken.pairs, taken.typed)
    now = replace(before, found=tuple(listed), outdated=False)
    same = comparer(taken.pairs, taken.expected)
    all_old, all_new = (shown.values(content, taken.pairs) for content in (before, now))
    for pair in (pair for pair in taken.pairs if pair.name == pair.form.sheet.name):
        name, other = pair.form.sheet.name, changed_formulas(pair, same)
        old, new = all_old[name], all_new[name]
        for (place, kind), value in new.items():
            raw = pair.grid.cells.get(place)
            stored_there = raw and raw[1] is not None and place not in other
            if stored_there and value != old[place, kind]:
                text = (
                    None
                    if value is None
                    else plain(Decimal(value))
                    if isinstance(value, Number)
                    else value
                )
                yield name, place, text


def height(line: ResultRow) -> float:
    """Return the height of a line's row: that of its texts, with at most PLACES lines of places."""
    return max(_high(name, text) for name, text in zip(RESULT, line, strict=True) if _shown(name))


def is_cut(line: ResultRow) -> bool:
    """Tell whether a line has more places than its row shows."""
    shown = ((name, text) for name, text in zip(RESULT, line, strict=True) if _shown(name))
    return max(_high(name, text, None) for name, text in shown) > height(line)


def _shown(name: str) -> bool:
    """Tell whether a column of the area is seen; the present figures are only a list's entry."""
    return name != "present"


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
    grid = sheet.parse(package.part(part), part, book, (last, max(RESULT.values())))
    for name, column in RESULT.items():
        raw = grid.cells.get((first - 1, column))
        if not _shown(name):
            continue
        if raw is None or raw[1] != word(f"result_{name}"):
            raise NoRoom
    return grid


def _results(
    edition: Edition, grid: sheet.Grid, lines: Sequence[ResultRow]
) -> tuple[dict[Place, CellContent], dict[Place, str | None]]:
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
        new |= {
            (row, column): text or None for column, text in zip(RESULT.values(), line, strict=True)
        }
    more = len(lines) - RESULT_ROWS
    new[above, STAMP["overflow"]] = word("result_more").format(n=more) if more > 0 else None
    digest = grid.cells.get((above, STAMP["digest"]))
    dated = digest is not None and digest[0] == "number" and digest[1] is not None
    new[above, STAMP["stamp"]] = float(digest[1] or 0) if digest and dated else None
    unknown = "result_undated" if lines else "result_none"
    shows = word("result_fresh" if dated else unknown)
    return new, {(above, STAMP["stamp_state"]): shows}
