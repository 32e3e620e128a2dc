"""Values on the screen after LibreOffice recalculated a workbook, compared with `check`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from toolkit.blank import slots
from toolkit.blank.live import LiveRow, live_rows
from toolkit.blank.overview import STATUS_ROWS
from toolkit.blank.plan import plan
from toolkit.blank.slots import LIVE, LIVE_FIRST, PUBLISHED_FIRST, STATUS_ROW, word
from toolkit.check import Outcome
from toolkit.edition.balance import Balance
from toolkit.edition.edition import Edition
from toolkit.edition.kind import FIRST_ROW, Cell
from toolkit.finding import Finding
from toolkit.report.report import Report, Value
from toolkit.returned.values import date_text

Rows = list[list[Any]]
EACH = ("zero", "ceiling", "multiple")
"""Kinds of edit with a finding for each cell."""
PANEL = ("state", "progress")
"""The roles of the cover's cells that show the overall state and the progress."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Values on the screen.

    live: {id of a live row: {column: value}}. cells, published: {key: value}. status: {table: text}.
    """

    live: Mapping[str, Mapping[str, Value]]
    cells: Mapping[str, Value]
    published: Mapping[str, Value]
    status: Mapping[str, str]
    overall: str
    progress: str


def box(first: slots.Place, last: slots.Place) -> str:
    """Return a range."""
    return f"{slots.at(first)}:{slots.at(last)}"


def looks(edition: Edition) -> list[list[Any]]:
    """Return the steps of a session that read the screen."""
    last = LIVE_FIRST + len(live_rows(edition)) - 1
    steps = [["values", word("results"), box((LIVE_FIRST, 1), (last, max(LIVE.values())))]]
    for section in edition.tables.values():
        rows, columns = section.size
        steps.append(["values", section.sheet, box((1, 1), (FIRST_ROW + rows - 1, columns))])
        if section.statutory:
            end = (PUBLISHED_FIRST + rows - 1, columns)
            steps.append(["values", slots.published(section), box((1, 1), end)])
    cover = plan(edition)[0]
    panel = [next(at for at, slot in cover.slots.items() if slot.role == role) for role in PANEL]
    return steps + [["values", cover.name, slots.at(at)] for at in panel]


def screen(edition: Edition, gave: list[Rows]) -> Screen:
    """Return the screen from the results of the steps of `looks`."""
    answers = iter(gave)
    rows = next(answers)
    live = {
        row.id: {name: _value(values[column - 1]) for name, column in LIVE.items()}
        for row, values in zip(live_rows(edition), rows, strict=True)
    }
    cells: dict[str, Value] = {}
    published: dict[str, Value] = {}
    status = {}
    for table, section in edition.tables.items():
        grid = next(answers)
        status[table] = str(grid[STATUS_ROW - 1][0])
        cells |= _cells(edition, table, grid, FIRST_ROW)
        if section.statutory:
            published |= _cells(edition, table, next(answers), PUBLISHED_FIRST)
    overall, progress = (str(next(answers)[0][0]) for _ in PANEL)
    return Screen(live, cells, published, status, overall, progress)


def _cells(edition: Edition, table: str, grid: Rows, first: int) -> dict[str, Value]:
    return {
        cell.key: _as_read(cell, _value(grid[cell.place[0] + first - 1][cell.place[1]]))
        for cell in edition.of_table(table)
    }


def _as_read(cell: Cell, shown: Value) -> Value:
    """Return a day in the form of the reader; LibreOffice gives its number."""
    if cell.kind == "date" and isinstance(shown, int):
        return date_text(Decimal(shown), since_1904=False)
    return shown


def _value(shown: float | Decimal | str | None) -> Value:
    """Return a cell's value; LibreOffice gives None for an error."""
    if shown is None:
        return "#error"
    if isinstance(shown, str):
        return shown or None
    number = Decimal(format(shown, ".15g"))
    return int(number) if number == int(number) else number


# ── against check ─────────────────────────────────────────────────────────────────────────────────


def differences(now: Screen, report: Report, outcome: Outcome) -> Iterator[str]:
    """Yield every difference between the screen and `check`."""
    for row in live_rows(report.edition):
        yield from _row(now, row, report, outcome)
    yield from _shown(now, report)
    yield from _at_a_glance(now, report)


def _row(now: Screen, row: LiveRow, report: Report, outcome: Outcome) -> Iterator[str]:
    balance = next((b for b in report.edition.balances if b.id == row.id), None)
    shown = now.live[row.id]
    wanted = (
        _balance(balance, row, report, outcome)
        if balance
        else _counted(row, _of_row(row, report, outcome), blank=_is_blank(report))
    )
    for name, value in wanted.items():
        if shown[name] != value:
            yield f"{row.id} {name}: shows {shown[name]!r}, check says {value!r}"


def _balance(balance: Balance, row: LiveRow, report: Report, outcome: Outcome) -> dict[str, Value]:
    """Return the expected values of a balance's live row."""
    state = _gate(balance, report)
    if balance.id in outcome.not_checked:
        return {"state": state or "a rule that is not checked", "left": None, "right": None}
    state = row.broken if balance.id in outcome.failed else word("agree")
    sums = {side: _sum(getattr(balance, side), report) for side in ("left", "right")}
    gap = _value(abs(sums["left"] - sums["right"]))
    return {"state": state, **sums, "difference": gap, "message": _said(balance, outcome)}


def _gate(balance: Balance, report: Report) -> str | None:
    """Return the state of a balance that cannot be judged, None for others."""
    states = {report.state(leaf) for key in balance.keys for leaf in leaves(report.edition, key)}
    if "misfit" in states:
        return word("amend")
    if "unfilled" in states:
        return word("open")
    return word("no_prior") if set(balance.prior) - report.prior.keys() else None


def leaves(edition: Edition, key: str) -> tuple[str, ...]:
    """Return the typed cells that a cell is computed from; a typed cell itself."""
    if key not in edition.computes:
        return (key,)
    return tuple(leaf for part in edition.computes[key].right for leaf in leaves(edition, part))


def _sum(keys: tuple[str, ...], report: Report) -> Any:
    last = {f"prior.{key}": number for key, number in report.prior.items()}
    return sum({**report.numbers, **last}[key] for key in keys)  # type: ignore[misc]


def _said(balance: Balance, outcome: Outcome) -> str | None:
    """Return the sentence of a balance's finding, or that it follows from others."""
    keys = {cell.key for cell in _cells_of(balance)}
    for finding in outcome.findings:
        if finding.code == balance.code and {cell.key for cell in finding.cells} == keys:
            return word("folded") if finding.follows is not None else finding.message("zh")
    return None


@dataclass(frozen=True, slots=True)
class _Key:
    key: str


def _cells_of(balance: Balance) -> list[_Key]:
    return [_Key(key) for key in (*balance.left, *balance.right)]


def _is_blank(report: Report) -> bool:
    own = report.edition
    return any(
        report.state(key) == "unfilled" and not own.cells[key].optional
        for edit in own.edits
        if edit.kind == "unfilled"
        for key in {cell.key for cell in own.select(edit.cells)} - own.computes.keys()
    )


def _of_row(row: LiveRow, report: Report, outcome: Outcome) -> list[Finding]:
    """Return the findings that a table's live row covers.

    A cell that is filled wrongly is not said not to apply, too.
    """
    edition = report.edition
    typed = {cell.key for cell in edition.of_table(row.table)} - edition.computes.keys()
    edit = next(edit for edit in edition.edits if edit.id == row.id.partition("[")[0])
    typed &= {cell.key for cell in edition.select(edit.cells)}
    if edit.kind == "dependent":
        typed = {key for key in typed if report.state(key) != "misfit"}
    return [
        finding
        for finding in outcome.findings
        if finding.code == row.code
        and any(cell.key in typed for cell in finding.cells)
        and (edit.kind != "present" or "count" in finding.figures)
        and (edit.kind not in EACH or (len(finding.cells) == 1 and "count" not in finding.figures))
    ]


def _counted(row: LiveRow, findings: list[Finding], *, blank: bool) -> dict[str, Value]:
    """Return the expected values of an edit's live row; blank: whether statutory cells are."""
    count = sum(len(finding.cells) for finding in findings)
    broken = word("open") if row.waits and blank else row.broken
    return {"left": count, "state": broken if count else word("agree")}


def _shown(now: Screen, report: Report) -> Iterator[str]:
    """Yield cells whose value is not the one read, or printed cells that differ."""
    for key, cell in report.edition.cells.items():
        wanted = report.values[key]
        if key in report.edition.computes and wanted is None:
            states = {report.state(leaf) for leaf in leaves(report.edition, key)}
            wanted = word("amend") if "misfit" in states else None
        if now.cells[key] != wanted:
            yield f"{key} shows {now.cells[key]!r}, it is {wanted!r}"
        printed = _printed(cell, wanted, report)
        if key in now.published and now.published[key] != printed:
            yield f"{key} is printed {now.published[key]!r}, it is {printed!r}"


def _printed(cell: Cell, value: Value, report: Report) -> Value:
    away = report.state(cell.key) == "not-applicable"
    return 0 if value is None and report.numbers[cell.key] == 0 and not away else value


def _at_a_glance(now: Screen, report: Report) -> Iterator[str]:
    """Yield status lines, overall state or progress that do not fit the rows."""
    rows = live_rows(report.edition)
    for table, status in now.status.items():
        wanted = _status([row for row in rows if row.table == table], now)
        if status != wanted:
            yield f"status of {table}: {status!r}, wanted {wanted!r}"
    if now.overall != (wanted := _overall(rows, now)):
        yield f"overall {now.overall!r}, wanted {wanted!r}"
    if (wanted := _progress(report)) != now.progress:
        yield f"progress {now.progress!r}, wanted {wanted!r}"


def _status(rows: list[LiveRow], now: Screen) -> str:
    """Return a table's line: cells that are no numbers, broken balances, hints, blanks."""
    rows = sorted(rows, key=lambda row: bool(row.keys))
    told: dict[str, list[str]] = {word(name): [] for name in ("differ", "hint", "open")}
    for row in rows:
        message = now.live[row.id]["message"]
        if message not in (None, word("folded")):
            state = str(now.live[row.id]["state"]) if row.waits else row.broken
            told[state].append(str(message))
    wrong, hints, blank = told.values()
    if not wrong + hints + blank:
        return word("status_good")
    mark = word("status_bad") if wrong else word("status_hint") if hints else ""
    count = len(wrong + hints)
    many = word("status_many").format(n=count) if count > 1 else ""
    return mark + many + "\n".join([*wrong, *hints, *blank][:STATUS_ROWS])


def _overall(rows: tuple[LiveRow, ...], now: Screen) -> str:
    """Return the sentence about the whole return."""
    shown = [now.live[row.id] for row in rows]
    states = [live["state"] for live in shown]
    folded = sum(live["message"] == word("folded") for live in shown)
    blank = any(now.live[row.id]["state"] == row.broken == word("open") for row in rows)
    if wrong := states.count(word("differ")) - folded:
        sentence = word("overall_bad").format(n=wrong)
    else:
        sentence = word("overall_open" if blank else "overall_good")
    hints = states.count(word("hint"))
    return sentence + (word("overall_hint").format(n=hints) if hints else "")


def _progress(report: Report) -> str:
    own = report.edition
    typed = [
        k for k in own.typed if own.cells[k].table in own.statutory and not own.cells[k].optional
    ]
    filled = sum(report.state(key) != "unfilled" for key in typed)
    return f"{filled}/{len(typed)}"
