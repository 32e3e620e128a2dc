"""Conditional formats: colours by the content of cells.

The conditions of one cell exclude each other (LibreOffice does not stop at the first that holds),
and none names another sheet: openpyxl writes no x14 rules. They are only a help; the verdict is
in the live rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle

from ..data import CHINESE, say
from ..edition.edition import Edition, Section
from ..edition.kind import Cell, on_sheet
from ..edition.naming import PEOPLE
from ..xlsx.address import Box, Place, at, column_letters, fixed
from ..xlsx.formula import quoted
from . import slots
from .formulas import any_of, dated
from .frames import boxes
from .live import hits, live_rows, result_range
from .looks import AMBER, DARK, GREEN, GREY, HAIR, ORANGE, PALE, RED
from .slots import (
    FAILING,
    FAILING_FIRST,
    LIVE,
    LIVE_FIRST,
    PLACE_MARK,
    RESULT,
    STATUS_ROW,
    Sheet,
    word,
)

MARKS, DAYS = "gouji_marks", "gouji_days"
"""Names of the result area's `cells` column, and of the signs of formats that show days."""
_LINES, _AHEAD = 12, 2
"""Lines of an empty text, and lines below its last paragraph."""
Paint = tuple[str, Rule]
"""Ranges like A2:B3 C5:D6, and the rule for them."""


def spans(places: Iterable[Place]) -> list[str]:
    """Return places as ranges, joined in a text as long as the first range holds the top left.

    Formulas of a conditional format are counted from the top left of all its ranges together.
    """
    groups: list[list[Box]] = []
    for box in boxes(places):
        if groups and box[1] >= groups[-1][0][1]:
            groups[-1].append(box)
        else:
            groups.append([box])
    return [" ".join(f"{at(box[:2])}:{at(box[2:])}" for box in group) for group in groups]


@cache
def _style(fill: str) -> DifferentialStyle:
    return DifferentialStyle(
        font=Font(color=f"FF{DARK[fill]}", bold=fill == RED or None),
        fill=PatternFill("solid", bgColor=f"FF{fill}", fgColor=f"FF{fill}"),
    )


def _paint(places: Iterable[Place], conditions: dict[str, str]) -> Iterator[Paint]:
    """Yield a rule for each colour and group of ranges; `{}` in a condition is the first cell."""
    for span in spans(places):
        first = span.partition(":")[0]
        for fill, condition in conditions.items():
            formula = [condition.replace("{}", first)]
            yield span, Rule(type="expression", dxf=_style(fill), formula=formula)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def table_paint(edition: Edition, section: Section) -> tuple[Paint, ...]:
    """Return the colours of a table's cells and of its status line."""
    groups: dict[tuple[tuple[str, str], ...], list[Place]] = {}
    for cell in edition.of_table(section.table or ""):
        conditions = _conditions(edition, section, cell)
        group = groups.setdefault(tuple(conditions.items()), [])
        group += slots.places_of(section, cell.place)
    paints = [
        paint for conditions, places in groups.items() for paint in _paint(places, dict(conditions))
    ]
    agreed = _declared_paint(section) if section.statutory else ()
    lines = {RED: "status_bad", AMBER: "status_hint", PALE: "overall_open", GREEN: "status_good"}
    status = [(STATUS_ROW, 1)]
    return (*paints, *agreed, *_signed(status, lines))


def _declared_paint(section: Section) -> Iterator[Paint]:
    """Yield the colour of a chosen declaration."""
    row, first = slots.declaration(section)
    places = [(row, column) for column in range(first, slots.declaration_end(section) + 1)]
    return _paint(places, {GREEN: f"{fixed((row, first))}={quoted(word('declaration'))}"})


def _names(edition: Edition, key: str, severity: str) -> tuple[str, ...]:
    """Return the conditions under which a live row colours a cell; totals of formulas do not."""
    computed = {balance.id for balance in edition.balances if balance.computes}
    return tuple(
        f"{rule.name}={quoted(rule.broken)}"
        for rule in live_rows(edition)
        if key in rule.keys and rule.severity == severity and rule.id not in computed
    )


def _conditions(edition: Edition, section: Section, cell: Cell) -> dict[str, str]:
    """Return {fill: condition} of a cell, exclusive of each other."""
    away = _away(edition, cell)
    errors = (*_names(edition, cell.key, "error"), *away.get("error", ()))
    hints = (*_names(edition, cell.key, "warning"), *away.get("warning", ()))
    place = f'"*{_escaped(section.sheet)} "&ADDRESS(ROW(),COLUMN(),4)&"{PLACE_MARK}*"'
    red = any_of([*errors, f"COUNTIF({MARKS},{place})>0"])
    hint = any_of([*hints, *hits(edition, cell, "warning")])
    hint = "" if hint == "FALSE" else hint
    if cell.key in edition.computes:
        amend = f"{{}}={quoted(word('amend'))}"
        conditions = {ORANGE: amend, RED: f"AND(NOT({amend}),{red})"}
        return conditions | ({AMBER: f"AND({hint},NOT({amend}),NOT({red}))"} if hint else {})
    wrong = cell.content.wrong(cell)
    if cell.numeric:
        wrong = f"OR(ISLOGICAL({{}}),{dated('{}', DAYS)}>0,{wrong})"
    zero = section.statutory and cell.numeric
    free = f'{fixed(slots.declaration(section))}=""' if zero else "TRUE"
    conditions = {ORANGE: wrong, RED: f"AND(NOT({wrong}),{red})"}
    if away:
        idle = any_of(away["blank"])
        conditions[GREY] = f"AND(ISBLANK({{}}),{idle},NOT({red}))"
        free = f"{free},NOT({idle})"
    if not cell.optional:
        conditions[PALE] = f"AND(ISBLANK({{}}),{free},NOT({red}))"
    if hint:
        blank = f"AND({free})" if away else free
        filled = f"OR(NOT(ISBLANK({{}})),NOT({blank}))"
        conditions[AMBER] = f"AND(NOT({wrong}),NOT({red}),{filled},{hint})"
    return conditions


def _escaped(text: str) -> str:
    """Return a text with ~ * ? and quotes escaped for COUNTIF."""
    return "".join(f"~{sign}" if sign in "~*?" else sign for sign in text).replace('"', '""')


def _away(edition: Edition, cell: Cell) -> dict[str, list[str]]:
    """Return the conditions that a cell does not apply, and that it is filled nevertheless.

    {blank: of a blank, severity: of a filled one}; only answers on its own sheet count.
    """
    conditions: dict[str, list[str]] = {}
    for edit in edition.depends.get(cell.key, ()):
        asked = edition.cells[edit.figures["on"]]
        if asked.table != cell.table:
            continue
        answer = f"{fixed(on_sheet(asked.place))}={quoted(edit.figures['value'])}"
        conditions.setdefault("blank", []).append(answer)
        wrong = f"AND({answer},NOT(ISBLANK({{}})),{{}}<>0)"
        conditions.setdefault(edit.severity, []).append(wrong)
    return conditions


def _signed(places: Sequence[Place], lines: Mapping[str, str]) -> Iterator[Paint]:
    """Yield the colours of a line by its first sign.

    lines: {fill: name of a text that begins with its sign}; none of them is begun by another's.
    """
    conditions = {fill: f"LEFT({{}},1)={quoted(word(name)[0])}" for fill, name in lines.items()}
    yield from _paint(places, conditions)


# ── other sheets ──────────────────────────────────────────────────────────────────────────────────


def text_paint(section: Section) -> tuple[Paint, ...]:
    """Return the lines to write on, and the colour of paragraphs that the result area names.

    The lines are a conditional format, because programs print every row that has a border.
    """
    first, last = slots.paragraphs(section)
    place = f'"*{_escaped(section.sheet)} "&ADDRESS(ROW(),COLUMN(),4)&"{PLACE_MARK}*"'
    rows = [(row, 1) for row in range(first, last + 1)]
    marked = _paint(rows, {AMBER: f"COUNTIF({MARKS},{place})>0"})
    return (*marked, _writing_lines(first, last))


def _writing_lines(first: int, last: int) -> Paint:
    """Return the lines of a text: on its first rows, and down to some below the last paragraph."""
    begun = f"COUNTA($A{first - _AHEAD}:$A${last + 1})>0"
    shown = f"OR(ROW()<{first + _LINES},AND(ROW()>{first + _AHEAD},{begun}))"
    return f"{at((first, 1))}:{at((last, 1))}", _under(shown)


def state_paint(places: Sequence[Place]) -> tuple[Paint, ...]:
    """Return the colours of the overall state: amber where more is said than that all is good.

    places: of one merged cell.
    """
    first, good = fixed(places[0]), quoted(word("overall_good"))
    lines = {RED: "overall_bad", PALE: "overall_open"}
    more = {GREEN: f"{first}={good}", AMBER: f"AND(LEFT({first},1)=LEFT({good},1),{first}<>{good})"}
    return (*_signed(places[:1], lines), *_paint(places[:1], more))


def cover_paint(sheet: Sheet) -> tuple[Paint, ...]:
    """Return the colours of the cover: fields to fill in, the sections' states."""
    unlocked = (item for item in sheet.slots.items() if not item[1].locked)
    fields = [place for place, slot in unlocked if slot.name not in PEOPLE]
    states = [place for place, slot in sheet.slots.items() if slot.role == "panel"]
    signs = {RED: "brief_differ", AMBER: "brief_hint", PALE: "brief_open", GREEN: "brief_good"}
    conditions = {fill: f"LEFT({{}},1)={quoted(word(name)[0])}" for fill, name in signs.items()}
    return (*_paint(fields, {PALE: "ISBLANK({})"}), *_paint(states, conditions))


def live_paint(edition: Edition) -> tuple[Paint, ...]:
    """Return the colours of states, severities, the list of failing rows, and missing reasons."""
    live = live_rows(edition)
    places = [(LIVE_FIRST + i, LIVE["state"]) for i in range(len(live))]
    words = {RED: "differ", AMBER: "hint", PALE: "open", ORANGE: "amend", GREEN: "agree"}
    conditions = {fill: f"{{}}={quoted(word(name))}" for fill, name in words.items()}
    first, _, last, _ = result_range(edition)
    graded = [(row, RESULT["severity"]) for row in range(first, last + 1)]
    severities = {
        fill: f"{{}}={quoted(say('proof', name, CHINESE))}"
        for fill, name in ((RED, "error"), (AMBER, "warning"))
    }
    listed = [(FAILING_FIRST + i, 1) for i in range(FAILING)]
    signs = {RED: "failing_differ", AMBER: "failing_hint", PALE: "failing_open",
             GREEN: "failing_none"}  # fmt: skip
    rows = [LIVE_FIRST + i for i, row in enumerate(live) if row.explained]
    return (
        *_paint(places, conditions),
        *_paint(graded, severities),
        *_signed(listed, signs),
        *_unexplained([*rows, *range(first, last + 1)]),
        _lined(edition),
    )


def _unexplained(rows: Sequence[int]) -> Iterator[Paint]:
    """Yield the colours of a reason not given yet, and of figures that are no longer the present.

    rows: of live rows that may be explained, and of the result area.
    """
    top = min(rows)
    reason, figures, now = (
        f"${column_letters(LIVE[name])}{top}" for name in ("reason", "figures", "present")
    )
    yield from _paint(
        ((row, LIVE["reason"]) for row in rows), {PALE: f'AND({now}<>"",ISBLANK({reason}))'}
    )
    yield from _paint(
        ((row, LIVE["figures"]) for row in rows), {AMBER: f'AND({figures}<>"",{figures}<>{now})'}
    )


def _lined(edition: Edition) -> Paint:
    """Return the line under each filled row of the result area."""
    first, left, last, right = result_range(edition)
    filled = f"LEN(${column_letters(RESULT['code'])}{first})>0"
    return f"{at((first, left))}:{at((last, right))}", _under(filled)


def _under(condition: str) -> Rule:
    """Return the rule that draws a line under cells."""
    line = DifferentialStyle(border=Border(bottom=Side("thin", color=f"FF{HAIR}")))
    return Rule(type="expression", dxf=line, formula=[condition])
