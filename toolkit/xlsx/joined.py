"""Rows of sheets that were parsed before: taken from memory, with this sheet's numbers in them.

Between saves of a workbook most rows stay equal, byte for byte, but for the numbers in them. A
sheet is cut after each row, its numbers are taken out, and the rest of each row is looked up by its
exact bytes. Rows that are not known go through `sheet.parse` in one call, with numbered sentinels
for their numbers: so the parser itself says which cell owns which number, and no second reader
exists that could disagree with it. Whatever is not plain is parsed as a whole: comments and CDATA,
rows without a number, prefixes, formulas shared with another row than before. An error always is
the parser's own.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from . import sheet, xml
from .address import Place
from .book import Book
from .cutting import ROW_END, Cut, Odd, cut_up
from .fragments import Fragment, learnt
from .memory import MEMORY, Kept, is_on
from .numfmt import Styles
from .runs import Runs, note
from .shared import SHARED_LIMIT
from .sheet import Grid, number_of
from .zip import Package, Rejected

_CELL_SIZE, _FRAME_SIZE, _FAMILY_SIZE = 360, 4, 1_000
"""Bytes of memory for a cell, for a byte around the rows, for what is known of a row."""
_REFUSED = object()
"""What is remembered of a row that the parser does not take by itself."""
Gap = tuple[int, Place, str, str | None, int]
"""A cell whose number is not remembered: index of the number, place, kind, formula, style."""


@dataclass(slots=True, eq=False)
class Frame:
    """A sheet without its rows, as the parser took it, by these styles."""

    grid: Grid
    styles: Styles


@dataclass(slots=True, eq=False)
class Skeleton:
    """A sheet put together, with sentinels for its numbers.

    numbers, words, strings: cells with a number of their own, with
    the text that a formula gives, and with that of a shared string. free: their places, texts: of the
    last. rows, family, known: as of `Kept`.
    """

    grid: Grid
    numbers: list[Gap]
    words: list[Gap]
    strings: list[Gap]
    rows: frozenset[int]
    family: dict[Any, Any]
    known: dict[Any, Any] = field(default_factory=dict)
    free: frozenset[Place] = field(init=False)
    texts: tuple[Place, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Note the places whose content differs."""
        self.texts = tuple(slot[1] for slot in self.strings)
        self.free = frozenset(slot[1] for slot in (*self.numbers, *self.words, *self.strings))


def parse(package: Package, part: str, book: Book, box: Place) -> Grid:
    """Return the sheet in a part, as `sheet.parse` does; raises Rejected."""
    source = package.part(part)
    if is_on():
        xml.refuse_size(source, part)
        with suppress(Odd, Rejected):
            if part not in package.cuts:
                package.cuts[part] = cut_up(source)
            return _remembered(package.cuts[part], part, book, box)
    return sheet.parse(source, part, book, box)


def _remembered(cut: Cut, part: str, book: Book, box: Place) -> Grid:
    """Return the sheet from memory; raises Odd or Rejected where it is to be parsed as a whole."""
    context = (cut.tag, box, book.styles.number)
    frame = _frame(cut, part, book, box)
    key = (cut.rows, context, frame)
    skeleton = MEMORY.get(key)
    if skeleton is None:
        fragments, all_kept = _fragments(cut, context, part, book)
        skeleton = _joined(frame, fragments, _family(frame, fragments, context))
        if all_kept and MEMORY.is_met(key):
            MEMORY.put(key, skeleton, len(cut.rows) + _CELL_SIZE * len(skeleton.grid.cells))
    return _filled(skeleton, cut, book)


def _frame(cut: Cut, part: str, book: Book, box: Place) -> Frame:
    """Return the sheet without its rows."""
    key = (cut.tag, cut.inner, cut.tail, box, id(book.styles))
    frame: Frame | None = MEMORY.get(key)
    if frame is None:
        frame = Frame(sheet.parse(cut.head + cut.tail, part, book, box), book.styles)
        if MEMORY.is_met(key):
            MEMORY.put(key, frame, _FRAME_SIZE * (len(cut.head) + len(cut.tail)))
    return frame


def _fragments(
    cut: Cut, context: tuple[bytes, Place, int], part: str, book: Book
) -> tuple[list[Fragment], bool]:
    """Return the rows, those not known newly parsed; and whether all are remembered now."""
    blobs = cut.rows.split(ROW_END)
    rest = blobs.pop()
    keys: list[Any] = [(blob, context) for blob in blobs]
    blobs = [blob + ROW_END for blob in blobs]
    if rest.strip():
        blobs.append(rest)
        keys.append((b"", rest, context))
    known = MEMORY.several(keys)
    if _REFUSED in known:
        raise Odd
    lacking = [number for number, fragment in enumerate(known) if fragment is None]
    if not lacking:
        return known, True
    met = {number for number in lacking if MEMORY.is_met(keys[number])}
    new, again = (sum(len(blobs[number]) for number in some) for some in (lacking, met))
    if 2 * new > len(cut.rows) and 2 * again < new:
        raise Odd
    parsed = lacking
    if any(b"shared" in blobs[number] for number in lacking):
        masters = {n for n, blob in enumerate(blobs) if b"ref=" in blob and b"shared" in blob}
        parsed = sorted(masters.union(lacking))
    try:
        several = learnt(cut, [blobs[number] for number in parsed], part, book, context[1])
    except (Odd, Rejected):
        for number in met:
            MEMORY.put(keys[number], _REFUSED, len(blobs[number]))
        raise
    fragments = dict(zip(parsed, several, strict=True))
    for number in lacking:
        known[number] = fragment = fragments[number]
        if number in met:
            MEMORY.put(keys[number], fragment, _size(blobs[number], fragment))
    return known, len(met) == len(lacking)


def _size(blob: bytes, fragment: Fragment) -> int:
    return 3 * len(blob) + _CELL_SIZE * len(fragment.grid.cells)


# ── a sheet from its rows ─────────────────────────────────────────────────────────────────────────


def _family(
    frame: Frame, fragments: Sequence[Fragment], context: tuple[bytes, Place, int]
) -> dict[Any, Any]:
    """Return the facts of sheets with the same frame and the same numbers of rows."""
    key = ("family", frame, context, tuple([(each.first, each.last) for each in fragments]))
    family: dict[Any, Any] | None = MEMORY.get(key)
    if family is None:
        family = {}
        MEMORY.put(key, family, _FAMILY_SIZE * len(fragments))
    return family


def _joined(frame: Frame, fragments: Sequence[Fragment], family: dict[Any, Any]) -> Skeleton:
    """Return a sheet of these rows; raises Odd where they do not follow each other."""
    around, grid = frame.grid, Grid()
    slots: dict[str, list[Gap]] = {"number": [], "words": [], "string": []}
    counts, last = {"number": 0, "words": 0}, 0
    for fragment in fragments:
        if fragment.first <= last:
            raise Odd
        last, own = fragment.last, fragment.grid
        grid.cells.update(own.cells)
        grid.view.heights.update(own.view.heights)
        if fragment.rare:
            grid.outside.extend(own.outside)
            grid.hidden_rows.update(own.hidden_rows)
            grid.row_styles.update(own.row_styles)
            grid.reaching.extend(own.reaching)
            grid.view.runs.update(own.view.runs)
        for place, how in fragment.slots:
            source = "words" if how == "words" else "number"
            if place is not None:
                kind, _, formula, style = own.cells[place]
                slots[how].append((counts[source], place, kind, formula, style))
            counts[source] += 1
    _refuse_other_groups(fragments)
    if grid.reaching and around.reaching:
        raise Odd
    whole = replace(
        grid,
        merges=around.merges,
        hidden_columns=around.hidden_columns,
        column_styles=around.column_styles,
        reaching=grid.reaching or around.reaching,
        marks=around.marks,
        view=replace(around.view, heights=grid.view.heights, runs=grid.view.runs),
        kept=None,
    )
    rows = frozenset(fragment.number for fragment in fragments)
    return Skeleton(whole, slots["number"], slots["words"], slots["string"], rows, family)


def _refuse_other_groups(fragments: Iterable[Fragment]) -> None:
    """Raise Odd where a shared formula's first cell is another one than when it was learnt."""
    masters, spent = dict[int, tuple[Place, str]](), 0
    for fragment in fragments:
        for group, master, first in fragment.groups:
            if first == (group in masters) or masters.setdefault(group, master) != master:
                raise Odd
            spent += 0 if first else len(master[1])
    if spent > SHARED_LIMIT:
        raise Odd


def _filled(skeleton: Skeleton, cut: Cut, book: Book) -> Grid:
    """Return a sheet with its numbers and texts."""
    numbers, words, strings = cut.numbers, cut.words, book.strings
    grid, view, rich = skeleton.grid, skeleton.grid.view, dict[Place, Runs]()
    cells = dict(grid.cells)
    for index, place, kind, formula, style in skeleton.numbers:
        cells[place] = kind, numbers[index], formula, style
    for index, place, kind, formula, style in skeleton.words:
        cells[place] = kind, words[index], formula, style
    for index, place, kind, formula, style in skeleton.strings:
        number = number_of(numbers[index])
        if not 0 <= number < len(strings):
            raise Odd
        cells[place] = kind, strings[number], formula, style
        if book.runs:
            note(rich, place, book.runs.get(number))
    if rich:
        view = replace(view, runs=view.runs | rich)
    known, family = skeleton.known, skeleton.family
    kept = Kept(skeleton.free, skeleton.texts, known, skeleton.rows, family, rich)
    # `replace` takes ten times as long.
    return Grid(
        cells, grid.outside, grid.merges, grid.hidden_rows, grid.hidden_columns, grid.row_styles,
        grid.column_styles, grid.reaching, grid.marks, view, kept,
    )  # fmt: skip
