"""The text seen in each cell of the form, held against the value that was taken from it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ..blank.looks import FORMATS, look
from ..blank.slots import PUBLISHED_FIRST, published
from ..data import Message
from ..edition.edition import Edition
from ..edition.kind import Cell, on_sheet
from ..finding import Finding
from ..report.report import Report
from ..xlsx import render
from ..xlsx.address import Box, Place, corners
from ..xlsx.around import FAINT, Sizes
from ..xlsx.book import Book
from ..xlsx.colour import RED, WHITE, Colour, contrast, from_hex
from ..xlsx.face import Face, is_light, is_plain_font, run_face
from ..xlsx.number import plain
from ..xlsx.runs import Runs
from ..xlsx.sheet import Raw, number_in
from . import sight
from .compare import LISTED, Pair, cut, is_clean, note_clean, spot_of, stored_at
from .sight import OTHER, ROUNDED, SAME, STYLED, UNSEEN, ZERO
from .values import date_text

LOOK, STRUCK = "look", "struck"
"""Further ways to differ: a locked cell that would show other numbers otherwise; struck through."""
SEVERITY = {OTHER: "error", UNSEEN: "warning", LOOK: "warning", STRUCK: "warning",
            "covered": "warning", "condition": "warning", "printed": "warning", "epoch": "warning", ZERO: "note",
            STYLED: "note", ROUNDED: "note"}  # fmt: skip
SMALLEST = 6.0
"""Fonts smaller than this many points cannot be read."""
_PLAIN = frozenset(("General", "General;-General", "General;\\-General", "@"))
"""Formats that show numbers and texts as they are, ours also as LibreOffice writes it; for speed."""
_PROBES = (Decimal(7), Decimal(0), Decimal(1234), Decimal(-3))
_WIDTH = 9.0
"""Width of a column whose width is not known, in digits."""
_UPRIGHT = 45


class Sight(NamedTuple):
    """A cell as seen: the way it differs, the text seen and the text taken."""

    grade: str
    found: str
    expected: str


@lru_cache(maxsize=512)
def own_face(role: str, *, locked: bool) -> Face:
    """Return the look that a blank gives a role, as `numfmt` reads it from a file."""
    drawn = look(role, locked=locked)
    fill = from_hex(drawn.fill)
    return Face(
        code=FORMATS[drawn.format],
        size=float(drawn.size),
        ink=from_hex(drawn.ink) or (0, 0, 0),
        fills=(fill,) if fill else (),
        indent=drawn.indent,
    )


_IN_ANY_CELL = (OTHER, UNSEEN)
"""Grades of sights told otherwise of a locked cell, whose format nobody can mend in place."""


def looks(pairs: Sequence[Pair], book: Book, report: Report) -> Iterator[Finding]:
    """Yield findings for cells that show something else than was taken, or cannot be seen."""
    for pair in pairs:
        if is_judged(pair) and not is_clean(pair.form, pair.grid, "looks", pair.moved):
            yield from grouped(pair, _sights(pair, book, report))


def is_judged(pair: Pair) -> bool:
    """Tell whether the looks of a sheet are judged; the mark is a hidden sheet."""
    return pair.form.own and pair.form.sheet.kind != "mark"


def view_of(pair: Pair) -> Sizes:
    """Return a sheet's sizes and formats; where lines moved, places mean others: none."""
    return Sizes() if pair.moved else pair.grid.view


def _sights(pair: Pair, book: Book, report: Report) -> Iterator[tuple[Place, Sight]]:
    """Yield (place, sight) of the cells whose look is not the blank's."""
    faces, runs = book.styles.faces, view_of(pair).runs
    doubtful: dict[tuple[int, tuple[str, bool]], bool] = {}
    plain = True
    for place, role in pair.form.roles.items():
        raw = stored_at(pair, place)
        if raw is None:
            continue
        key = raw[3], role
        if key not in doubtful:
            doubtful[key] = _is_doubtful(faces[raw[3]], own_face(role[0], locked=role[1]))
        if doubtful[key] or (place in runs and not _is_plain(runs[place], faces[raw[3]])):
            sights = list(_judged(Spotted(pair, place, raw, book, report)))
            plain = plain and not sights and place in pair.form.labels
            yield from sights
    if plain:
        note_clean(pair.form, pair.grid, "looks", pair.moved)


def _is_plain(pieces: Runs, face: Face) -> bool:
    """Tell whether all pieces of a text are readable on the fill of their cell."""
    return is_light(face) and all(is_plain_font(font) for _, font in pieces)


class Spotted(NamedTuple):
    """A cell of the form with all that its look depends on."""

    pair: Pair
    place: Place
    raw: Raw
    book: Book
    report: Report

    @property
    def face(self) -> Face:
        """The look in the file."""
        return self.book.styles.faces[self.raw[3]]

    @property
    def own(self) -> Face:
        """The look in a blank."""
        role, locked = self.pair.form.roles[self.place]
        return own_face(role, locked=locked)

    @property
    def locked(self) -> bool:
        """Whether it is locked in a blank."""
        return self.pair.form.roles[self.place][1]

    @property
    def cell(self) -> Cell | None:
        """The form's cell typed or published here."""
        form = self.pair.form
        return form.cells.get(self.place) or published_cells(self.pair, self.report).get(self.place)

    @property
    def value(self) -> Decimal | str | None:
        """The value taken: of a formula the report's, where it has one, else as stored."""
        cell = self.cell
        if self.raw[2] is not None and cell is not None:
            number = self.report.values.get(cell.key)
            if isinstance(number, int | Decimal):
                return Decimal(number)
        return self.raw[1] if self.raw[0] == "text" else number_in(self.raw)


def published_cells(pair: Pair, report: Report) -> Mapping[Place, Cell]:
    """Return {place: the form's cell shown there} of a published sheet, {} of others."""
    if pair.form.sheet.kind != "published":
        return {}
    return _published(report.edition, pair.form.sheet.name)


@lru_cache(maxsize=64)
def _published(edition: Edition, name: str) -> Mapping[Place, Cell]:
    sheets = {s.sheet for s in edition.sections if s.table and published(s) == name}
    return {
        on_sheet(cell.place, PUBLISHED_FIRST): cell
        for cell in edition.cells.values()
        if cell.sheet in sheets
    }


# ── the look of a cell ────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def _is_doubtful(face: Face, blank: Face) -> bool:
    """Tell whether a look may show something else than the blank's own."""
    if face == blank or is_unseen(blank) or blank.code == FORMATS["hidden"]:
        return False
    same_format = face.code == blank.code or (face.code in _PLAIN and blank.code in _PLAIN)
    upright = face.turn == blank.turn or not face.turn
    plain = not face.marks - {"shrink"} and face.indent <= blank.indent and upright
    return not (same_format and plain and not is_unseen(face) and face.size <= blank.size + 2)


def is_unseen(face: Face, ink: Colour | None = None) -> bool:
    """Tell whether a content cannot be seen: no contrast, too small, in a font of signs."""
    behind = face.fills or (WHITE,)
    faint = any(contrast(ink or face.ink, fill) < FAINT for fill in behind)
    return faint or face.size < SMALLEST or "symbol" in face.marks


def _judged(spot: Spotted) -> Iterator[tuple[Place, Sight]]:
    """Yield (place, sight) of a cell that does not look as it should."""
    seen = of_face(spot, spot.face)
    if seen.grade in (SAME, STYLED, ZERO, ROUNDED):
        if spot.locked and "strike" in spot.face.marks:
            seen = seen._replace(grade=STRUCK)
        elif spot.raw[2] is not None and (other := _probed(spot.face.code, spot.own.code)):
            seen = other
    if seen.grade:
        yield spot.place, seen


@lru_cache(maxsize=512)
def _probed(code: str, blank: str) -> Sight | None:
    """Return the sight of a number that a format shows as another one, None without any.

    blank: the format in a blank, which shows each number as it is, or a day.
    """
    if blank == code or render.is_day(blank):
        return None
    for number in _PROBES:
        shown = render.of_number(code, number)
        if sight.of_number(shown.text, number) in (UNSEEN, OTHER):
            return Sight(LOOK, shown.text.strip(), plain(number))
    return None


def of_face(spot: Spotted, face: Face) -> Sight:
    """Return the sight of a cell in a look: its own in the file, or that of a condition."""
    value = spot.value
    if value is None:
        hidden = spot.raw[2] is not None and is_unseen(face)
        return Sight(UNSEEN if hidden else SAME, "", "")
    if isinstance(value, str):
        return _text_sight(spot, face, value)
    if spot.raw[2] is None and render.is_day(face.code) and not _is_day(spot):
        return Sight(SAME, "", "")
    shown = render.of_number(face.code, value, since_1904=spot.book.since_1904)
    text = _repeated(spot, face, shown.text)
    if _is_day(spot):
        taken = date_text(value, since_1904=spot.book.since_1904)
        grade = sight.of_day(text, taken)
    else:
        taken = plain(value)
        grade = sight.of_number(text, value, spot.cell.unit if spot.cell else "")
        if grade == OTHER and spot.pair.form.sheet.kind == "cover":
            grade = sight.of_field(text, value)
        if grade == OTHER and value < 0 and shown.ink == RED:
            grade = sight.worse(sight.of_number(text, -value), STYLED)
    grade = sight.worse(grade, STYLED) if shown.vague or "strike" in face.marks else grade
    if grade != OTHER and (is_unseen(face, shown.ink) or _is_cut(spot, face, text)):
        grade = UNSEEN if value else ZERO
    return Sight(grade, "" if grade == UNSEEN else text.strip(), taken)


def _is_day(spot: Spotted) -> bool:
    return render.is_day(spot.own.code)


def _text_sight(spot: Spotted, face: Face, value: str) -> Sight:
    """Return the sight of a text, of its pieces where they have fonts of their own."""
    if not value.strip():
        return Sight(SAME, "", "")
    shown = render.of_text(face.code, value)
    pieces = view_of(spot.pair).runs.get(spot.place)
    text, struck = shown.text, False
    if pieces and shown.text == value:
        faces = [
            run_face(font, face, spot.book.styles.theme) if font else face for _, font in pieces
        ]
        text = "".join(t for (t, _), f in zip(pieces, faces, strict=True) if not is_unseen(f))
        struck = any("strike" in each.marks for each in faces)
    elif is_unseen(face, shown.ink):
        text = ""
    text = _repeated(spot, face, text)
    grade = sight.of_text(text, value)
    if grade == SAME and _is_cut(spot, face, "" if face.size <= spot.own.size * 2 else text):
        grade, text = UNSEEN, ""
    if grade == SAME and struck and spot.locked:
        grade = STRUCK
    return Sight(grade, cut(text.strip()), cut(value))


# ── room in a cell ────────────────────────────────────────────────────────────────────────────────


def width_of(spot: Spotted) -> float:
    """Return the width of a cell or of its merge, in digits."""
    sheet, view = spot.pair.form.sheet, view_of(spot.pair)
    last = max(
        (box[3] for box in map(_corners, sheet.merges) if box[:2] == spot.place),
        default=spot.place[1],
    )
    return sum(
        view.width(column) or sheet.widths.get(column, _WIDTH)
        for column in range(spot.place[1], last + 1)
    )


@lru_cache(maxsize=4096)
def _corners(span: str) -> Box:
    return corners(span) or (0, 0, 0, 0)


def _repeated(spot: Spotted, face: Face, text: str) -> str:
    """Return a text as often as there is room for it, where the cell is to be filled with it."""
    if "fill" not in face.marks or not text.strip():
        return text
    digits = sum(1 if sign.isascii() else 2 for sign in text)
    return text * max(1, int(width_of(spot) / digits))


def _is_cut(spot: Spotted, face: Face, text: str) -> bool:
    """Tell whether a content does not fit: too large, indented out of the cell, stood on end."""
    height = view_of(spot.pair).heights.get(
        spot.place[0], spot.pair.form.sheet.heights.get(spot.place[0])
    )
    room = width_of(spot)
    if face.indent > max(spot.own.indent + 3, room - 1):
        return True
    if height and face.size > max(height * 1.6, spot.own.size * 2):
        return True
    turned = face.turn != spot.own.turn and face.turn % 180 >= _UPRIGHT
    return bool(turned and height and len(text.strip()) * face.size * 0.6 > height * 1.5)


# ── findings ──────────────────────────────────────────────────────────────────────────────────────


def grouped(pair: Pair, sights: Iterator[tuple[Place, Sight]]) -> Iterator[Finding]:
    """Yield a finding for each cell with another number or other words, one a kind for others."""
    groups: dict[str, list[tuple[Place, Sight]]] = {}
    for place, seen in sorted(sights, key=lambda each: (each[0] not in pair.form.cells, each[0])):
        groups.setdefault(seen.grade, []).append((place, seen))
    for grade, group in groups.items():
        single = group[: LISTED - 1] if SEVERITY[grade] == "error" else []
        for each in single:
            yield _finding(pair, grade, [each])
        if rest := group[len(single) :]:
            yield _finding(pair, grade, rest)


def _finding(pair: Pair, grade: str, group: Sequence[tuple[Place, Sight]]) -> Finding:
    fixed = grade in _IN_ANY_CELL and pair.form.roles.get(group[0][0], ("", False))[1]
    name = f"{grade}-locked" if fixed else grade
    words = Message("finding", f"seen-differs/{name}".removesuffix(f"/{OTHER}"))
    spots = tuple(spot_of(pair, place) for place, _ in group[:LISTED])
    first = group[0][1]
    figures = {"count": str(len(group))}
    return Finding(
        "seen-differs", SEVERITY[grade], spots, first.found, first.expected, None,
        figures=figures, words=words,
    )  # fmt: skip
