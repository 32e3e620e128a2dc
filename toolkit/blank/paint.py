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
from ..xlsx.address import Box, Place, at, column_letters, fixed
from ..xlsx.formula import quoted
from . import slots
from .formulas import any_of
from .frames import boxes
from .live import live_rows, opening, result_range
from .looks import AMBER, DARK, GREEN, GREY, HAIR, ORANGE, PALE, RED
from .slots import LIVE, LIVE_FIRST, PLACE_MARK, RESULT, STATUS_ROW, Sheet, word

MARKS, STATES = "gouji_marks", "gouji_states"
"""Names of the result area's `cells` column and of the live rows' states."""
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
    chosen = [slots.declaration(section)] if section.statutory else []
    agreed = _paint(chosen, {GREEN: f"{{}}={quoted(word('declaration'))}"})
    return (*paints, *agreed, *_status_paint(edition, section))


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
    hint = any_of(hints) if hints else ""
    if cell.key in edition.computes:
        amend = f"{{}}={quoted(word('amend'))}"
        conditions = {ORANGE: amend, RED: f"AND(NOT({amend}),{red})"}
        return conditions | ({AMBER: f"AND({hint},NOT({amend}),NOT({red}))"} if hint else {})
    wrong = cell.content.wrong(cell)
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


def _status_paint(edition: Edition, section: Section) -> Iterator[Paint]:
    """Yield the colours of a status line: by its sign and the states of the table's live rows."""
    fills: dict[str, list[str]] = {RED: [_is_bad((STATUS_ROW, 1))], AMBER: [], PALE: []}
    by_severity = {"error": RED, "warning": AMBER}
    for rule in live_rows(edition):
        fill = PALE if rule.broken == word("open") else by_severity.get(rule.severity)
        if fill and rule.table == section.table:
            fills[fill].append(f"{rule.name}={quoted(rule.broken)}")
    places = [(STATUS_ROW, column) for column in range(1, section.size[1] + 1)]
    yield from _paint(places, _graded(fills))


def _is_bad(place: Place) -> str:
    """Return the condition that a line begins with the sign of an error."""
    return f"LEFT({fixed(place)},1)={quoted(word('status_bad')[0])}"


def _graded(fills: Mapping[str, list[str]]) -> dict[str, str]:
    """Return {fill: condition}: each only where none before it holds; green where none does."""
    graded: dict[str, str] = {}
    worse: list[str] = []
    for fill, conditions in fills.items():
        if conditions:
            mine = any_of(conditions)
            graded[fill] = f"AND({mine},NOT({any_of(worse)}))" if worse else mine
            worse += conditions
    graded[GREEN] = f"NOT({any_of(worse)})" if worse else "TRUE"
    return graded


# ── other sheets ──────────────────────────────────────────────────────────────────────────────────


def text_paint(section: Section) -> tuple[Paint, ...]:
    """Return the colour of paragraphs that the result area names."""
    first, last = slots.paragraphs(section)
    place = f'"*{_escaped(section.sheet)} "&ADDRESS(ROW(),COLUMN(),4)&"{PLACE_MARK}*"'
    rows = [(row, 1) for row in range(first, last + 1)]
    return tuple(_paint(rows, {AMBER: f"COUNTIF({MARKS},{place})>0"}))


def state_paint(edition: Edition, places: Sequence[Place]) -> tuple[Paint, ...]:
    """Return the colours of the overall state: red before blank before amber before green.

    places: of one merged cell.
    """
    first, *_ = places
    conditions = _graded(
        {
            RED: [_is_bad(first), f"COUNTIF({STATES},{quoted(word('differ'))})>0"],
            PALE: [f"{rule.name}={quoted(rule.broken)}" for rule in opening(edition)],
            AMBER: [f"COUNTIF({STATES},{quoted(word('hint'))})>0"],
        }
    )
    return tuple(_paint(places, conditions))


def cover_paint(sheet: Sheet) -> tuple[Paint, ...]:
    """Return the colours of the cover: fields to fill in, the sections' states."""
    fields = [place for place, slot in sheet.slots.items() if not slot.locked]
    states = [place for place, slot in sheet.slots.items() if slot.role == "panel"]
    signs = {RED: "brief_differ", AMBER: "brief_hint", PALE: "brief_open", GREEN: "brief_good"}
    conditions = {fill: f"LEFT({{}},1)={quoted(word(name)[0])}" for fill, name in signs.items()}
    return (*_paint(fields, {PALE: "ISBLANK({})"}), *_paint(states, conditions))


def live_paint(edition: Edition) -> tuple[Paint, ...]:
    """Return the colours of the live rows' states and of severities in the result area."""
    places = [(LIVE_FIRST + i, LIVE["state"]) for i in range(len(live_rows(edition)))]
    words = {RED: "differ", AMBER: "hint", PALE: "open", ORANGE: "amend", GREEN: "agree"}
    conditions = {fill: f"{{}}={quoted(word(name))}" for fill, name in words.items()}
    first, _, last, _ = result_range(edition)
    graded = [(row, RESULT["severity"]) for row in range(first, last + 1)]
    severities = {
        fill: f"{{}}={quoted(say('proof', name, CHINESE))}"
        for fill, name in ((RED, "error"), (AMBER, "warning"))
    }
    return (*_paint(places, conditions), *_paint(graded, severities), _lined(edition))


def _lined(edition: Edition) -> Paint:
    """Return the line under each filled row of the result area."""
    first, left, last, right = result_range(edition)
    filled = f"LEN(${column_letters(RESULT['code'])}{first})>0"
    line = DifferentialStyle(border=Border(bottom=Side("thin", color=f"FF{HAIR}")))
    rule = Rule(type="expression", dxf=line, formula=[filled])
    return f"{at((first, left))}:{at((last, right))}", rule
