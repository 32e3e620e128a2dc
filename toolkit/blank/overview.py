"""The state of a return in the sheet: ranks of live rows, numbers of each section, status lines."""

from functools import cache

from ..data import CHINESE, say, texts
from ..edition.edition import Edition, Section
from ..edition.kind import FIRST_ROW
from ..xlsx.address import address, fixed
from ..xlsx.formula import quoted
from .formulas import having
from .live import LiveRow, counted, live_rows, result_range
from .slots import (
    BLANK,
    CAPTION_ROW,
    DECLARATION_ROW,
    FAILING,
    LIVE,
    LIVE_FIRST,
    RESULT,
    STAMP,
    TALLY,
    area,
    notice_place,
    paragraphs,
    tally_row,
    word,
)

GRADES = {"differ": 1, "hint": 2, "open": 3}
"""{word of a row's state: its grade}."""
STATUS_ROWS = 3
"""Most messages of a table's status line."""
PLACED = 1000
"""A row's turn is the number of its section times this, and its place in the section."""


def _at(name: str, row: int) -> str:
    return address(row, LIVE[name])


def column(edition: Edition, name: str) -> str:
    """Return a column of the live rows as a range on the results sheet."""
    last = LIVE_FIRST + len(live_rows(edition)) - 1
    first, end = (fixed((row, LIVE[name])) for row in (LIVE_FIRST, last))
    return f"{_results()}!{first}:{end}"


def ranks(edition: Edition, live: LiveRow, row: int) -> dict[str, str]:
    """Return {column: formula} of a live row's grade and places among all, and in its section."""
    grade, spot, message = (_at(name, row) for name in ("grade", "spot", "message"))
    number = _section_number(edition, live.table)
    grades, places = column(edition, "grade"), column(edition, "spot")
    above = (f"{fixed((LIVE_FIRST, LIVE[name]))}:{_at(name, row)}" for name in ("grade", "spot"))
    here, mine = above
    shown = str(GRADES[next(name for name in GRADES if word(name) == live.broken)])
    if live.waits:
        state = _at("state", row)
        shown = f"IF({state}={quoted(word('open'))},{GRADES['open']},{shown})"
    quiet = f'OR({message}="",{message}={quoted(word("folded"))})'
    return {
        "grade": f"IF({quiet},0,{shown})",
        "order": f'IF({grade}=0,"",COUNTIF({grades},"<"&{grade})-COUNTIF({grades},0)'
        f"+COUNTIF({here},{grade}))",
        "spot": f'IF({grade}=0,"",{number * 10}+{grade})',
        "turn": f'IF({grade}=0,"",{number * PLACED}+COUNTIF({places},"<"&{spot})'
        f'-COUNTIF({places},"<{number * 10}")+COUNTIF({mine},{spot}))',
    }


def _section_number(edition: Edition, table: str) -> int:
    return edition.sections.index(edition.tables[table]) + 1


def tally(edition: Edition, name: str, section: Section | None) -> str:
    """Return a reference to a number of a section, None for all, on the mark's sheet."""
    place = tally_row(edition, section), TALLY[name]
    return f"'{word('mark')}'!{fixed(place)}"


@cache
def blanks(edition: Edition) -> frozenset[str]:
    """Return the ids of the live rows that count cells to be filled in."""
    return frozenset(
        live.id for live in live_rows(edition) if live.waits or live.broken == word("open")
    )


def tallies(edition: Edition, section: Section | None) -> dict[str, str]:
    """Return {name in TALLY: formula} of a section's numbers; None: of all sections.

    Findings of a check that are out of date count as none.
    """
    if section is None:
        last = len(edition.sections)
        sums = {name: f"SUM({fixed((1, at))}:{fixed((last, at))})" for name, at in TALLY.items()}
        every = {
            name: f"COUNTIF({_found(edition, 'severity')},{quoted(said)})"
            for name, said in _severities().items()
        }
        return {**sums, **{name: _current(edition, count) for name, count in every.items()}}
    rows = [(row, live) for row, live in enumerate(live_rows(edition), LIVE_FIRST)
            if section.table and live.table == section.table]  # fmt: skip
    number, places = edition.sections.index(section) + 1, column(edition, "spot")
    counts = {
        name: f"COUNTIF({places},{number * 10 + grade})" if rows else "0"
        for name, grade in GRADES.items()
    }
    opens = blanks(edition)
    left = (f"{_results()}!{_at('left', row)}" for row, live in rows if live.id in opens)
    here = f"({_found(edition, 'sheet')}={quoted(section.sheet)})"
    found = {
        name: f"SUMPRODUCT({here}*({_found(edition, 'severity')}={quoted(said)}))"
        for name, said in _severities().items()
    }
    current = {name: _current(edition, count) for name, count in found.items()}
    return {**counts, "blank": "+".join(left) or "0", **current}


def _severities() -> dict[str, str]:
    words = texts("proof", CHINESE)
    return {name: words[name] for name in ("error", "warning")}


def _results() -> str:
    return f"'{word('results')}'"


def _found(edition: Edition, name: str) -> str:
    """Return a column of the result area with the locked rows around it, as a range."""
    first, _, last, _ = result_range(edition)
    ends = (fixed((row, RESULT[name])) for row in (first - 1, last + 1))
    return f"{_results()}!{':'.join(ends)}"


def _current(edition: Edition, count: str) -> str:
    """Return a number of findings, 0 where the data changed since they were written."""
    state = f"{_results()}!{fixed((result_range(edition)[0] - 2, STAMP['stamp_state']))}"
    return f"IF({state}={quoted(word('result_stale'))},0,{count})"


def status(edition: Edition, table: str) -> str:
    """Return a table's status formula: findings of a check, then the first messages of its rows.

    Several messages are counted first. Broken rules come before hints, and those before blanks.
    """
    section = edition.tables[table]
    wrong, hint, blank, found = (
        tally(edition, name, section) for name in ("differ", "hint", "open", "error")
    )
    messages, turns = column(edition, "message"), column(edition, "turn")
    number = _section_number(edition, table) * PLACED
    lines = "&".join(
        f'IF({n}>{wrong}+{hint}+{blank},"",{"CHAR(10)&" if n > 1 else ""}'
        f"INDEX({messages},MATCH({number + n},{turns},0)))"
        for n in range(1, STATUS_ROWS + 1)
    )
    bad, look, good = (quoted(word(f"status_{name}")) for name in ("bad", "hint", "good"))
    sign = f'IF({wrong}>0,{bad},IF({hint}>0,{look},""))'
    many = f'IF({wrong}+{hint}>1,{counted("status_many", f"{wrong}+{hint}")},"")'
    said = f'IF({found}>0,{counted("found_status", found)},"")'
    return f"{said}&IF({wrong}+{hint}+{blank}=0,{good},{sign}&{many}&{lines})"


def overall(edition: Edition) -> str:
    """Return the formula for the state of the whole return, a sentence.

    A roll-up with caveats in its notice is not said to be ready.
    """
    notice = f"'{word('cover')}'!{fixed(notice_place(edition))}"
    mind = f"ISNUMBER(FIND({quoted(say('notice', 'mind', CHINESE))},{notice}))"
    good = f"IF({mind},{quoted(word('overall_mind'))},{quoted(word('overall_good'))})"
    wrong, hint, blank, error, warning = (
        tally(edition, name, None) for name in ("differ", "hint", "open", "error", "warning")
    )
    live = (
        f"IF({wrong}>0,{counted('overall_bad', wrong)},"
        f"IF({blank}>0,{quoted(word('overall_open'))},{good}))"
        f"&IF({warning}>0,{counted('found_hint', warning)},"
        f'IF({hint}>0,{counted("overall_hint", hint)},""))'
    )
    return f"IF({error}>0,{counted('found_state', error)},{live})"


def brief(edition: Edition, section: Section, good: str) -> str:
    """Return the formula of a section's short state: found or broken before open before hint.

    good: that of its text, or that it is filled in.
    """
    wrong, hint, blank, cells, error, warning = (tally(edition, name, section) for name in TALLY)
    return (
        f"IF({error}>0,{counted('found_panel', error)},IF({wrong}>0,{quoted(word('brief_differ'))},"
        f"IF({blank}>0,{counted('brief_open', cells)},"
        f"IF({hint}+{warning}>0,{quoted(word('brief_hint'))},{good}))))"
    )


def failing(edition: Edition, number: int) -> str:
    """Return the formula of a line of the list of findings; number: from 1.

    The list has what a check wrote, and once the data changed the live rows that do not hold.
    """
    found = tally(edition, "error", None), tally(edition, "warning", None)
    order, messages, grades = (column(edition, name) for name in ("order", "message", "grade"))
    row = f"MATCH({number},{order},0)"
    signs = ",".join(quoted(word(f"failing_{name}")) for name in GRADES)
    count = f"COUNT({order})"
    live = f"CHOOSE(INDEX({grades},{row}),{signs})&INDEX({messages},{row})"
    severity = _found(edition, "severity")
    written = f'{number + 1}+IF(INDEX({severity},2)="",1,0)'
    wrong, hint = (quoted(word(f"failing_{name}")) for name in ("differ", "hint"))
    said = (
        f"IF(INDEX({severity},{written})={quoted(_severities()['error'])},{wrong},{hint})"
        f"&INDEX({_found(edition, 'message')},{written})"
    )
    none = quoted(word("failing_none")) if number == 1 else '""'
    return (
        f"IF({'+'.join(found)}>0,{_listed('+'.join(found), number, said, quoted(''))},"
        f"{_listed(count, number, live, none)})"
    )


def _listed(count: str, number: int, line: str, none: str) -> str:
    """Return a line of a list of `count` entries: its own entry, in the last line how many more."""
    if number == FAILING:
        more = counted("failing_more", f"{count}-{number - 1}")
        line = f"IF({count}>{number},{more},{line})"
    return f"IF({count}<{number},{none},{line})"


def progress(edition: Edition) -> str:
    """Return the formula for the number of statutory typed cells filled, as text."""
    cells = [
        cell
        for table in edition.statutory
        for cell in edition.of_table(table)
        if cell.key not in edition.computes and not cell.optional
    ]
    return f"({len(cells)}-({having(edition, cells, BLANK)}))&{quoted(f'/{len(cells)}')}"


# ── the age of findings ───────────────────────────────────────────────────────────────────────────


def digest(edition: Edition, section: Section) -> list[str]:
    """Return formulas whose sum changes with any number, declaration or paragraph of a section."""
    terms, weight = [], edition.sections.index(section) + 1
    name = f"'{section.sheet}'!"
    if section.table:
        rows, columns = section.size
        frame = name + area((CAPTION_ROW, 1), (FIRST_ROW + rows, columns))
        top = name + area((DECLARATION_ROW, 1), (CAPTION_ROW, columns))
        weights = f"ROW({frame})*{31 + weight}+COLUMN({frame})*{7 + weight}"
        terms += [f"SUMPRODUCT({frame},{weights})", f"COUNTA({frame},{top})*{weight}"]
        worded = [cell for cell in edition.of_table(section.table) if not cell.numeric]
        words = dict.fromkeys(choice for cell in worded for choice in cell.choices)
        terms += [f"SUMPRODUCT(({frame}={quoted(choice)})*({weights}))" for choice in words]
        terms += [f"SUMPRODUCT(LEN({frame}),{weights})"] if worded else []
    if section.text:
        first, last = paragraphs(section)
        terms.append(f"COUNTA({name}{area((first - 1, 1), (last + 1, 1))})*{weight * 1009}")
    return terms
