"""Numbers of each section and status lines of a blank: the values their formulas show."""

from functools import cache

from ..blank.live import LiveRow, live_rows
from ..blank.overview import GRADES, PLACED, STATUS_ROWS, blanks
from ..blank.slots import FAILING, word
from ..edition.edition import Edition, Section
from .contents import Contents, KnownValue, added
from .glance import LiveValue, LiveValues, text_state

Ranks = dict[str, dict[str, KnownValue]]
"""{id of a live row: {grade, order, spot, turn}}."""
Numbers = dict[str, int | None]
"""{name of a number in slots.TALLY: the number, None where it cannot be known}."""


def ranked(edition: Edition, rows: LiveValues) -> Ranks:
    """Return {id of a live row: {grade, order, spot, turn}}, None where they cannot be known."""
    lives = live_rows(edition)
    grades = {live.id: _grade(rows[live.id], live) for live in lives}
    if None in grades.values():
        return {live.id: dict.fromkeys(("grade", "order", "spot", "turn")) for live in lives}
    found = [(grade, n, live) for n, live in enumerate(lives) if (grade := grades[live.id])]
    sections = {live.id: edition.sections.index(edition.tables[live.table]) + 1 for live in lives}
    blank: dict[str, KnownValue] = {"grade": 0, "order": "", "spot": "", "turn": ""}
    values = {live.id: dict(blank) for live in lives}
    turns: dict[int, int] = {}
    for order, (grade, _, live) in enumerate(sorted(found, key=lambda item: item[:2]), 1):
        number = sections[live.id]
        turns[number] = turns.get(number, 0) + 1
        values[live.id] = {
            "grade": grade,
            "order": order,
            "spot": number * 10 + (grade or 0),
            "turn": number * PLACED + turns[number],
        }
    return values


def _grade(row: LiveValue, live: LiveRow) -> int | None:
    """Return the grade of a live row: 0 where it holds or follows from others."""
    message, state = row["message"], row["state"]
    if message is None or (live.waits and state is None):
        return None
    if message in ("", word("folded")):
        return 0
    return _grades()[str(state if live.waits else live.broken)]


@cache
def _grades() -> dict[str, int]:
    """Return {word of a row's state: its grade}."""
    return {word(name): grade for name, grade in GRADES.items()}


def tallies(contents: Contents, rows: LiveValues, section: Section | None) -> Numbers:
    """Return the numbers of a section, None: of all."""
    name = ("tallies", section and (section.sheet, section.table, section.text))
    if name not in contents.notes:
        contents.notes[name] = _tallies(contents, rows, section)
    known: Numbers = contents.notes[name]
    return known


def _tallies(contents: Contents, rows: LiveValues, section: Section | None) -> Numbers:
    edition = contents.edition
    if section is None:
        parts = [tallies(contents, rows, part) for part in edition.sections]
        sums = {name: added(part[name] for part in parts) for name in parts[0]}
        return sums | {name: _found(contents, name) for name in ("error", "warning")}
    lives = [live for live in live_rows(edition) if live.table == section.table]
    grades = [_grade(rows[live.id], live) for live in lives]
    counts: Numbers = {
        name: None if None in grades else grades.count(grade) for name, grade in GRADES.items()
    }
    left = [rows[live.id]["left"] for live in lives if live.id in blanks(edition)]
    counts["blank"] = added(n if isinstance(n, int) else None for n in left)
    return counts | {name: _found(contents, name, section.sheet) for name in ("error", "warning")}


def _found(contents: Contents, severity: str, sheet: str | None = None) -> int | None:
    """Return the number of findings that a check wrote; sheet: of a sheet only."""
    listed = [
        where for said, where, _ in contents.found if said == severity and sheet in (None, where)
    ]
    if not contents.found or contents.outdated:
        return 0
    return None if contents.outdated is None else len(listed)


def messages(contents: Contents, rows: LiveValues, table: str | None = None) -> list[str] | None:
    """Return the sentences of the rows that do not hold, in order; table: of a table only."""
    lives = [live for live in live_rows(contents.edition) if table in (None, live.table)]
    grades = [_grade(rows[live.id], live) for live in lives]
    known = [(grade, live) for grade, live in zip(grades, lives, strict=True) if grade is not None]
    if len(known) < len(lives):
        return None
    shown = sorted((item for item in known if item[0]), key=lambda item: item[0])
    return [str(rows[live.id]["message"]) for _, live in shown]


def status(contents: Contents, rows: LiveValues, table: str) -> KnownValue:
    """Return a table's status line."""
    tally = _known(tallies(contents, rows, contents.edition.tables[table]))
    lines = messages(contents, rows, table)
    if lines is None or tally is None:
        return None
    wrong, hint, error = (tally[name] for name in ("differ", "hint", "error"))
    said = word("found_status").format(n=error) if error else ""
    if not lines:
        return said + word("status_good")
    sign = word("status_bad") if wrong else word("status_hint") if hint else ""
    many = word("status_many").format(n=wrong + hint) if wrong + hint > 1 else ""
    return said + sign + many + "\n".join(lines[:STATUS_ROWS])


def _known(tally: Numbers) -> dict[str, int] | None:
    """Return the numbers of a tally, None where one of them cannot be known."""
    known = {name: number for name, number in tally.items() if number is not None}
    return known if len(known) == len(tally) else None


def overall(contents: Contents, rows: LiveValues) -> KnownValue:
    """Return the sentence on the whole return."""
    tally = _known(tallies(contents, rows, None))
    if tally is None:
        return None
    wrong, hint, blank, error, warning = (
        tally[name] for name in ("differ", "hint", "open", "error", "warning")
    )
    if error:
        return word("found_state").format(n=error)
    good = word("overall_mind") if contents.caveats else word("overall_good")
    state = word("overall_open") if blank else good
    sentence = word("overall_bad").format(n=wrong) if wrong else state
    if warning:
        return sentence + word("found_hint").format(n=warning)
    return sentence + (word("overall_hint").format(n=hint) if hint else "")


def brief(contents: Contents, rows: LiveValues, section: Section) -> KnownValue:
    """Return a section's state on the cover: found or broken before open before hint."""
    tally = _known(tallies(contents, rows, section))
    if tally is None:
        return None
    if tally["error"]:
        return word("found_panel").format(n=tally["error"])
    signs = {
        "differ": tally["differ"],
        "open": tally["open"],
        "hint": tally["hint"] + tally["warning"],
    }
    for name in (name for name, number in signs.items() if number):
        return word(f"brief_{name}").format(n=tally["blank"])
    return text_state(contents, section) if section.text else word("brief_good")


def failing(contents: Contents, rows: LiveValues) -> list[KnownValue]:
    """Return the lines of the list of findings."""
    tally, lines = _known(tallies(contents, rows, None)), messages(contents, rows)
    if lines is None or tally is None:
        return [None] * FAILING
    signs = {grade: word(f"failing_{name}") for name, grade in GRADES.items()}
    ranks = ranked(contents.edition, rows).values()
    grades = sorted(rank["grade"] for rank in ranks if isinstance(rank["grade"], int))
    listed = [
        signs[grade] + line
        for grade, line in zip((grade for grade in grades if grade), lines, strict=True)
    ]
    if tally["error"] + tally["warning"]:
        said = {"error": signs[GRADES["differ"]], "warning": signs[GRADES["hint"]]}
        listed = [said[severity] + message for severity, _, message in contents.found]
    shown: list[KnownValue] = [*listed[:FAILING], *[""] * (FAILING - len(listed))]
    if not listed:
        shown[0] = word("failing_none")
    if len(listed) > FAILING:
        shown[-1] = word("failing_more").format(n=len(listed) - FAILING + 1)
    return shown
