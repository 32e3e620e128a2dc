"""Live rows and status lines of blanks of version 0.1: the values their formulas show.

Their rows are this version's without the later ones, in another order and place. Their formulas are
in the plans of released versions; a sentence that was worded in another way is not compared.
"""

from collections.abc import Iterator, Mapping, Sequence

from ..blank.counting import counted_cells
from ..blank.live import LITERAL, LiveRow, live_rows
from ..blank.sections import text_state
from ..blank.slots import COVER_FIRST, LIVE, facts_end, word
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..xlsx.address import Place
from . import glance
from .compare import Form
from .contents import Contents, KnownValue, added, answered

_FIRST = 6
"""First live row of those blanks."""
_LATER = ("zero", "ceiling", "multiple")
"""Kinds of edit that had no live row."""
_COLUMNS = ("left", "right", "difference", "state", "gate")


def results(expected: Sequence[Form]) -> Form | None:
    """Return the results sheet of a blank of version 0.1, None for other blanks."""
    at = _FIRST, LIVE["state"]
    return next(
        (form for form in expected if form.sheet.kind == "results" and at in form.formulas), None
    )


def values(content: Contents, form: Form) -> dict[str, dict[tuple[Place, str], KnownValue]]:
    """Return {sheet: {(place, kind): value}} of live rows and status lines; form: the results."""
    edition, rows = content.edition, _rows(content)
    lives = _lives(edition)
    shown: dict[str, dict[tuple[Place, str], KnownValue]] = {form.sheet.name: {}}
    said: dict[str, KnownValue] = {}
    for row, live in enumerate(lives, _FIRST):
        for column in _COLUMNS:
            shown[form.sheet.name][(row, LIVE[column]), "live"] = _early(
                rows[live.id], live, column
            )
        formula = form.formulas.get((row, LIVE["message"]), "")
        alike = _words(formula, live) == _words(live.message, live)
        said[live.id] = rows[live.id]["message"] if alike else None
        shown[form.sheet.name][(row, LIVE["message"]), "live"] = said[live.id]
    for table, section in edition.tables.items():
        mine = [live for live in lives if live.table == table]
        shown.setdefault(section.sheet, {})[(1, 1), "status"] = _status(mine, said)
    for section in edition.texts.values():
        lines = shown.setdefault(section.sheet, {})
        lines[text_state(section), "status"] = glance.text_state(content, section)
    states = {live.id: _early(rows[live.id], live, "state") for live in lives}
    overall = _overall(lives, states, rows)
    shown[form.sheet.name][(2, 1), "status"] = overall
    cover = shown.setdefault(word("cover"), {})
    cover[(facts_end(edition) + 1, 1), "status"] = overall
    cover[(COVER_FIRST, 5), "status"] = glance.progress(content)
    for row, section in enumerate(edition.sections, COVER_FIRST + 1):
        mine = [live for live in lives if live.table == section.table]
        good = glance.text_state(content, section) if section.text else word("brief_good")
        cover[(row, 5), "status"] = _brief(mine, states, rows, good)
    return shown


def _rows(content: Contents) -> dict[str, glance.LiveValue]:
    """Return the live rows: what does not apply was counted there even if it was no number."""
    edition, rows = content.edition, glance.rows(content)
    edits = {edit.id: edit for edit in edition.edits if edit.kind == "dependent"}
    for live in live_rows(edition):
        if edit := edits.get(live.id.partition("[")[0]):
            count: int | None = 0
            if (away := answered(content, edit)) is not False:
                cells = counted_cells(edition, edit, live.table)
                count = added(_filled(content, cell) for cell in cells) if away else None
            rows[live.id] = glance.counted_row(content, edit, live, rows, count)
    return rows


def _filled(content: Contents, cell: Cell) -> int | None:
    """Return 1 for a cell filled with anything but 0."""
    filled = content.typed.get(cell.key) not in (None, 0)
    return None if cell.key in content.unsure else int(filled)


def _overall(
    lives: Sequence[LiveRow],
    states: Mapping[str, KnownValue],
    rows: glance.LiveValues,
) -> KnownValue:
    """Return the sentence on the whole return."""
    shown, messages = zip(
        *((states[live.id], rows[live.id]["message"]) for live in lives), strict=True
    )
    if None in shown or None in messages:
        return None
    folded = messages.count(word("folded"))
    wrong, hints = shown.count(word("differ")) - folded, shown.count(word("hint"))
    state = (
        word("overall_open") if word("open") in _of_blanks(lives, states) else word("overall_good")
    )
    sentence = word("overall_bad").format(n=wrong) if wrong > 0 else state
    return sentence + (word("overall_hint").format(n=hints) if hints else "")


def _of_blanks(lives: Sequence[LiveRow], states: Mapping[str, KnownValue]) -> list[KnownValue]:
    return [states[live.id] for live in lives if live.broken == word("open")]


def _brief(
    lives: Sequence[LiveRow],
    states: Mapping[str, KnownValue],
    rows: glance.LiveValues,
    good: KnownValue,
) -> KnownValue:
    """Return a section's state on the cover: broken before open before hint."""
    shown = [states[live.id] for live in lives]
    if None in shown:
        return None
    left = [rows[live.id]["left"] for live in lives if live.broken == word("open")]
    blank = added(n if isinstance(n, int) else None for n in left)
    for name in ("differ", "open", "hint"):
        if word(name) in shown and (left or name != "open"):
            return None if blank is None else word(f"brief_{name}").format(n=blank)
    return good


def _words(formula: str, live: LiveRow) -> list[str]:
    """Return the words of a sentence's formula, without the state that it begins with."""
    words = LITERAL.findall(formula)
    return words[1:] if words[:1] == [live.broken] else words


def _early(row: glance.LiveValue, live: LiveRow, column: str) -> KnownValue:
    """Return a column of a live row: there blanks that may wait did not."""
    if live.waits and column == "state":
        count = row["left"]
        return None if count is None else live.broken if count else word("agree")
    return row[column]


def _lives(edition: Edition) -> list[LiveRow]:
    """Return the live rows of those blanks, in order."""
    kinds = {edit.id: edit.kind for edit in edition.edits}
    computed = {balance.id for balance in edition.balances if balance.computes}
    lives = [live for live in live_rows(edition)
             if kinds.get(live.id.partition("[")[0]) not in _LATER]  # fmt: skip
    return sorted(
        lives,
        key=lambda live: 1 if live.id.partition("[")[0] in kinds else 2 * (live.id in computed),
    )


def _status(lives: Sequence[LiveRow], said: Mapping[str, KnownValue]) -> KnownValue:
    """Return a table's status line: the sentences of all its rows, one after another."""
    if any(said[live.id] is None for live in lives):
        return None
    lines = {name: list(_lines(lives, said, name)) for name in ("differ", "hint", "open")}
    wrong, hints, blank = ("".join(parts) for parts in lines.values())
    if not (wrong or hints or blank):
        return word("status_good")
    count = len(lines["differ"]) + len(lines["hint"])
    many = word("status_many").format(n=count) if count > 1 else ""
    first = word("status_bad") if wrong else word("status_hint") if hints else ""
    return f"{first}{many}{wrong}{hints}{blank}"


def _lines(lives: Sequence[LiveRow], said: Mapping[str, KnownValue], name: str) -> Iterator[str]:
    """Yield the sentences of rows with a state, rules on single cells first."""
    for live in sorted(lives, key=lambda live: bool(live.keys)):
        if live.broken == word(name) and said[live.id] not in ("", word("folded")):
            yield str(said[live.id])
