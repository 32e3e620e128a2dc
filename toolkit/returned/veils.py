"""Veils over the cells of the form: conditional formats, boxes drawn over them, print areas."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

from ..data import Message
from ..finding import Finding
from ..report.report import Report
from ..xlsx.address import LAST_ROW, Box, Place, corners, inside, place_of
from ..xlsx.around import FAINT, Rule
from ..xlsx.book import Book
from ..xlsx.colour import contrast
from ..xlsx.drawing import Drawn
from ..xlsx.face import Face
from ..xlsx.render import GENERAL, holds, is_day
from . import sight
from .compare import Pair, cut, of_sheet, stored_at
from .seen import Sight, Spotted, grouped, is_judged, is_unseen, of_face, view_of, width_of
from .sight import MAYBE, OTHER, SAME, UNSEEN, ZERO
from .values import date_text

_SPANS = 2_000
"""Most ranges of a rule that are looked at."""
_SIGNS = {"equal": "=", "notEqual": "<>", "greaterThan": ">", "lessThan": "<",
          "greaterThanOrEqual": ">=", "lessThanOrEqual": "<="}  # fmt: skip
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_COMPARED = re.compile(r"(\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})(<=|>=|<>|=|<|>)(-?[0-9]{1,15})")
_DIGITS, _ROW = 9.0, 15.0
"""Default width of columns in digits, height of rows in points."""
_DIGIT_POINTS = 5.25
_DIGIT, _NARROWER = 11.0, 0.75
"""Size of the font whose digits are the unit of widths; columns below this share are looked at."""
_COVERED = 0.3
"""A cell is covered where at least this share of it is."""
_AREA = re.compile(r"(?:'?[^!]*'?!)?(\$?[A-Z]{0,3}\$?[0-9]{0,7})(?::(\$?[A-Z]{0,3}\$?[0-9]{0,7}))?")


def veils(pairs: Sequence[Pair], book: Book, report: Report) -> Iterator[Finding]:
    """Yield findings for cells that something else hides or shows otherwise."""
    parts = {entry.name: entry.part for entry in book.sheets}
    for pair in filter(is_judged, pairs):
        view = view_of(pair)
        if view.rules:
            yield from grouped(pair, _conditioned(pair, book, report))
        if boxes := book.boxes.get(parts.get(pair.name, ""), ()):
            yield from _started(pair, boxes)
            if not pair.moved:
                yield from grouped(pair, _covered(pair, boxes, book, report))
        if narrow := _narrowed(pair):
            yield from grouped(pair, _too_wide(pair, narrow, book, report))
        if not view.zeros:
            yield from grouped(pair, _zeros(pair, book, report))
        if pair.form.sheet.kind == "published" and pair.name in book.areas:
            yield from grouped(pair, _unprinted(pair, book.areas[pair.name]))
        if book.odd_epoch:
            yield from grouped(pair, _days(pair, book, report))
    if contrast(*book.styles.theme[:2]) < FAINT:
        words = Message("finding", "seen-differs/theme")
        yield Finding("seen-differs", "warning", (), "", words=words)


def _spotted(pair: Pair, book: Book, report: Report) -> Iterator[Spotted]:
    """Yield the cells with content that a blank shows."""
    for place in pair.form.roles:
        if raw := stored_at(pair, place):
            spot = Spotted(pair, place, raw, book, report)
            if not is_unseen(spot.own):
                yield spot


def _zeros(pair: Pair, book: Book, report: Report) -> Iterator[tuple[Place, Sight]]:
    """Yield the zeros of a sheet on which zeros are switched off."""
    for spot in _spotted(pair, book, report):
        if spot.value == 0:
            yield spot.place, Sight(ZERO, "", "0")


def _narrowed(pair: Pair) -> frozenset[int]:
    """Return the columns that are a good deal narrower than in a blank."""
    sheet, view = pair.form.sheet, view_of(pair)
    widths = {n: view.width(n) for n in sheet.widths} if view.widths else {}
    return frozenset(
        n for n, wide in widths.items() if wide is not None and wide < sheet.widths[n] * _NARROWER
    )


def _too_wide(
    pair: Pair, narrow: Collection[int], book: Book, report: Report
) -> Iterator[tuple[Place, Sight]]:
    """Yield the numbers with more digits than there is room for: number signs are shown instead."""
    for spot in _spotted(pair, book, report):
        value = spot.value
        if (
            spot.place[1] in narrow
            and isinstance(value, Decimal)
            and "shrink" not in spot.face.marks
        ):
            seen = of_face(spot, spot.face)
            whole = seen.found.partition(".")[0] if spot.face.code == GENERAL else seen.found
            if len(whole) * spot.face.size / _DIGIT > width_of(spot) + 1 and seen.grade != UNSEEN:
                yield spot.place, Sight(UNSEEN, "", seen.expected)


def _days(pair: Pair, book: Book, report: Report) -> Iterator[tuple[Place, Sight]]:
    """Yield the typed days of a workbook that says in an unusual way how days are counted."""
    for spot in _spotted(pair, book, report):
        value = spot.value
        if spot.place in pair.form.typed and is_day(spot.own.code) and isinstance(value, Decimal):
            taken, other = (date_text(value, since_1904=book.since_1904 == same)
                            for same in (True, False))  # fmt: skip
            yield spot.place, Sight("epoch", other, taken)


# ── conditional formats ───────────────────────────────────────────────────────────────────────────


def _conditioned(pair: Pair, book: Book, report: Report) -> Iterator[tuple[Place, Sight]]:
    """Yield (place, sight) of cells that a conditional format changes, each once."""
    rules = [(rule, spans_of(rule.sqref)) for rule in view_of(pair).rules]
    for spot in _spotted(pair, book, report):
        before = of_face(spot, spot.face).grade
        worst = Sight(SAME, "", "")
        for rule, spans in rules:
            if any(inside(spot.place, span) for span in spans):
                seen = _under(rule, spans[0][:2], spot)
                worst = seen if sight.worse(seen.grade, worst.grade) != worst.grade else worst
        if worst.grade and sight.worse(before, worst.grade) != before:
            yield spot.place, worst


def spans_of(sqref: str) -> list[Box]:
    """Return the ranges of a rule: A1, A1:B2, A:A or 1:1, several with blanks between them."""
    boxes = []
    for text in sqref.replace("$", "").split()[:_SPANS]:
        first, _, last = text.partition(":")
        if first.isalpha():
            text = f"{first}1:{last or first}{LAST_ROW}"  # noqa: PLW2901
        elif first.isdecimal():
            text = f"A{first}:XFD{last or first}"  # noqa: PLW2901
        if span := corners(text):
            boxes.append(span)
    return boxes


def _under(rule: Rule, first: Place, spot: Spotted) -> Sight:
    """Return the sight of a cell under a rule; one that may not hold is a warning only."""
    value = spot.value
    true = is_true(rule, first, spot.place, value if isinstance(value, Decimal) else None)
    if true is False:
        return Sight(SAME, "", "")
    seen = of_face(spot, changed(spot.face, rule))
    hidden = rule.hides or any(contrast(spot.face.ink, colour) < FAINT for colour in rule.colours)
    if hidden and seen.grade != OTHER:
        seen = seen._replace(grade=UNSEEN if value else ZERO, found="")
    return seen._replace(grade=MAYBE) if seen.grade == OTHER and true is None else seen


def changed(face: Face, rule: Rule) -> Face:
    """Return a look with the changes of a conditional format."""
    change = rule.change
    return face._replace(
        code=face.code if change.code is None else change.code,
        size=change.size or face.size,
        ink=change.ink or face.ink,
        fills=(change.fill,) if change.fill else face.fills,
        marks=face.marks | change.marks,
    )


def is_true(rule: Rule, first: Place, place: Place, value: Decimal | None) -> bool | None:
    """Tell whether a rule's condition holds, None where that is not known.

    first: the top left cell of its ranges; a formula that names it means each cell in turn.
    """
    formulas = [formula.removeprefix("=").replace(" ", "") for formula in rule.formulas]
    if rule.kind == "cellIs" and value is not None:
        return _compared(rule.operator, formulas, value)
    if rule.kind != "expression" or not formulas:
        return _ALWAYS.get(rule.kind)
    return _formula_holds(formulas[0].upper(), first, place, value)


_ALWAYS = {"iconSet": True, "dataBar": True, "colorScale": True, "notContainsBlanks": True,
           "containsBlanks": False}  # fmt: skip
"""Kinds of rules that hold for every cell with content, or for none."""


def _formula_holds(text: str, first: Place, place: Place, value: Decimal | None) -> bool | None:
    """Tell whether a condition is true: a constant, or a cell compared with a number."""
    if text.removesuffix("()") in ("TRUE", "FALSE") or _NUMBER.fullmatch(text):
        return text.removesuffix("()") == "TRUE" or bool(_NUMBER.fullmatch(text) and Decimal(text))
    match = _COMPARED.fullmatch(text)
    named = place_of(match[1].replace("$", "")) if match else None
    if match and value is not None and named == first and ("$" not in match[1] or place == first):
        return holds(value, match[2], Decimal(match[3]))
    return None


def _compared(operator: str, formulas: Sequence[str], value: Decimal) -> bool | None:
    """Tell whether a number fits the comparison of a rule, None where that is not known."""
    if not formulas or not all(_NUMBER.fullmatch(formula) for formula in formulas):
        return None
    numbers = [Decimal(formula) for formula in formulas]
    if operator in _SIGNS:
        return holds(value, _SIGNS[operator], numbers[0])
    if operator in ("between", "notBetween") and len(numbers) > 1:
        return (min(numbers) <= value <= max(numbers)) == (operator == "between")
    return None


# ── boxes ─────────────────────────────────────────────────────────────────────────────────────────


def _started(pair: Pair, boxes: Sequence[Drawn]) -> Iterator[Finding]:
    """Yield a finding for a box that starts a program when it is clicked."""
    macro = next((box.macro for box in boxes if box.macro.strip()), "")
    if macro:
        words = Message("finding", "auto-run/shape")
        yield replace(of_sheet("auto-run", "error", pair.name, cut(macro)), words=words)


def _covered(
    pair: Pair, boxes: Sequence[Drawn], book: Book, report: Report
) -> Iterator[tuple[Place, Sight]]:
    """Yield (place, sight) of cells under a box that hides them."""
    left, top = _lines(pair)
    areas = [(box, _rectangle(box, left, top)) for box in boxes if box.covers]
    merged = {span[:2]: span for span in map(corners, pair.form.sheet.merges) if span}
    for place in pair.form.roles if areas else ():
        raw = pair.grid.cells.get(place)
        filled = raw is not None and bool(raw[1] or raw[2])
        if not filled and place not in pair.form.typed:
            continue
        span = merged.get(place, (*place, *place))
        cell = left[span[1] - 1], top[span[0] - 1], left[span[3]], top[span[2]]
        box = next((box for box, area in areas if _share(cell, area) >= _COVERED), None)
        if box is not None and (box.text.strip() or filled):
            taken = of_face(Spotted(pair, place, raw, book, report), Face()) if raw else None
            yield place, Sight("covered", cut(box.text.strip()), taken.expected if taken else "")


def _lines(pair: Pair) -> tuple[list[float], list[float]]:
    """Return the left edges of columns and the top edges of rows, in points, with the last ends."""
    sheet, view = pair.form.sheet, view_of(pair)
    columns = (
        (view.width(n) or sheet.widths.get(n, _DIGITS)) * _DIGIT_POINTS + 3.75
        for n in range(1, pair.form.size[1] + 1)
    )
    rows = (
        view.heights.get(n, sheet.heights.get(n, _ROW)) for n in range(1, pair.form.size[0] + 1)
    )
    return [0.0, *accumulate(columns)], [0.0, *accumulate(rows)]


Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom in points."""


def _rectangle(box: Drawn, left: Sequence[float], top: Sequence[float]) -> Rectangle:
    """Return the rectangle of a box."""
    left_edge = _edge(left, box.first[0]) + box.first[1]
    top_edge = _edge(top, box.first[2]) + box.first[3]
    if box.last is None:
        return left_edge, top_edge, left_edge + box.size[0], top_edge + box.size[1]
    right, bottom = _edge(left, box.last[0]) + box.last[1], _edge(top, box.last[2]) + box.last[3]
    return left_edge, top_edge, right, bottom


def _edge(lines: Sequence[float], number: int) -> float:
    """Return the start of a column or row; beyond the form all have the default height."""
    inner = min(max(0, number), len(lines) - 1)
    return lines[inner] + (max(0, number) - inner) * _ROW


def _share(cell: Rectangle, area: Rectangle) -> float:
    """Return the share of a cell that a box covers."""
    wide = min(cell[2], area[2]) - max(cell[0], area[0])
    high = min(cell[3], area[3]) - max(cell[1], area[1])
    size = (cell[2] - cell[0]) * (cell[3] - cell[1])
    return max(0.0, wide) * max(0.0, high) / size if size else 0.0


# ── print areas ───────────────────────────────────────────────────────────────────────────────────


def _unprinted(pair: Pair, area: str) -> Iterator[tuple[Place, Sight]]:
    """Yield (place, sight) of the cells that a print area leaves out."""
    spans = _areas(area)
    for place in pair.form.roles:
        raw = pair.grid.cells.get(place)
        if raw is not None and raw[1] and not any(inside(place, span) for span in spans):
            yield place, Sight("printed", "", cut(raw[1]))


def _areas(text: str) -> list[Box]:
    """Return the ranges of a print area; none where it is a formula."""
    boxes = []
    for part in text.split(","):
        match = _AREA.fullmatch(part.strip())
        if match is None:
            return []
        first, last = match[1].replace("$", ""), (match[2] or match[1]).replace("$", "")
        boxes += spans_of(f"{first}:{last}")
    return boxes
