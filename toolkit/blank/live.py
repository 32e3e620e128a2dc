"""Live rows: rules that recalculate in the sheet, and formulas for states and progress."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from ..data import CHINESE, filled, texts
from ..edition.balance import PRIOR as PRIOR_PREFIX
from ..edition.balance import Balance, Edit
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..finding import place, spots
from ..report.explanation import BETWEEN, NONE
from ..report.report import PLACES
from ..xlsx.address import Box, address
from ..xlsx.formula import quoted
from . import slots
from .counting import COUNTS, counted_cells
from .formulas import amend, unfilled
from .frames import index, refs
from .slots import (
    LIVE,
    LIVE_FIRST,
    RESULT_ROWS,
    word,
)

LITERAL = re.compile(r'"([^"]*)"')
"""Pattern of the words in a sentence's formula."""
_EQUAL = "0.0000005"
"""Two sums of cells with six decimals differ by more than this, or not at all."""


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A rule that recalculates in the sheet; its formulas are without the leading =.

    id: of the balance, or edit[table]. keys: the cells it colours. goto: sheet and address.
    broken: the word its state shows when the rule does not hold. name: defined name of the state.
    gate: 0 when it can be judged, 1 misfit, 2 unfilled, 3 no figures of last year.
    present: its figures while it does not hold. explained: whether a reason may be given. waits:
    counts blanks, which are only to be filled in while other blanks are.
    """

    id: str
    code: str
    severity: str
    table: str
    keys: tuple[str, ...]
    goto: tuple[str, str]
    words: str
    where: str
    gate: str
    left: str
    right: str
    difference: str
    state: str
    message: str
    present: str
    broken: str
    name: str
    explained: bool
    waits: bool = False


def _at(column: str, row: int) -> str:
    return address(row, LIVE[column])


@cache
def live_rows(edition: Edition) -> tuple[LiveRow, ...]:
    """Return the live rows: rules on single cells first, balances kept by formulas last."""
    entries: list[Balance | tuple[Edit, str]] = [
        (edit, table)
        for table in edition.tables
        for edit in edition.edits
        if counted_cells(edition, edit, table)
    ]
    entries += [b for b in edition.balances if not b.computes]
    entries += [b for b in edition.balances if b.computes]
    rows = {
        (e.id if isinstance(e, Balance) else f"{e[0].id}[{e[1]}]"): LIVE_FIRST + i
        for i, e in enumerate(entries)
    }
    return tuple(
        _balance_row(edition, e, rows) if isinstance(e, Balance) else _edit_row(edition, *e, rows)
        for e in entries
    )


def _name(row: int) -> str:
    return f"gouji_rule_{row - LIVE_FIRST + 1:03d}"


def _operands(edition: Edition, keys: Iterable[str]) -> list[str]:
    """Return references to this year's and last year's cells, from the results sheet."""
    keys = list(keys)
    now = [edition.cells[key] for key in keys if not key.startswith(PRIOR_PREFIX)]
    last = [key.removeprefix(PRIOR_PREFIX) for key in keys if key.startswith(PRIOR_PREFIX)]
    return refs(edition, now) + [_prior_ref(edition, key) for key in last]


def _prior_ref(edition: Edition, key: str) -> str:
    """Return a reference to one of last year's numbers."""
    places = slots.prior_places(edition)
    frame = (
        slots.PRIOR_FIRST - 1,
        min(slots.PRIOR.values()),
        slots.PRIOR_FIRST + len(places),
        max(slots.PRIOR.values()),
    )
    return index((*places[key], *places[key]), frame, word("prior"))


def _balance_row(edition: Edition, balance: Balance, rows: Mapping[str, int]) -> LiveRow:
    row = rows[balance.id]
    cells = [edition.cells[key] for key in balance.keys]
    left, right, state = (_at(column, row) for column in ("left", "right", "state"))
    gate = _at("gate", row)
    broken = word("differ" if balance.severity == "error" else "hint")
    holds = {
        "=": f"ABS({left}-{right})<{_EQUAL}",
        "≤": f"{left}<={right}+{_EQUAL}",
        "≥": f"{left}+{_EQUAL}>={right}",
    }[balance.relation]
    last = _operands(edition, (PRIOR_PREFIX + key for key in balance.prior))
    figures = f"{left}&{quoted(BETWEEN)}&{right}"
    missing = f"IF(COUNT({','.join(last)})<{len(last)},3,0)" if last else "0"
    message = _message(edition, balance, row)
    if balance.implied:
        caused = _caused(row, [rows[other] for other in balance.implied])
        message = f"IF({caused},{quoted(word('folded'))},{message})"
    table = balance.table or edition.cells[balance.keys[-1]].table
    target = cells[0] if balance.table else cells[-1]
    return LiveRow(
        id=balance.id,
        code=balance.code,
        severity=balance.severity,
        table=table,
        keys=balance.keys,
        goto=(target.sheet, target.at),
        words=balance.rule[CHINESE],
        where=_where(edition, balance),
        gate=f"IF({amend(edition, cells)},1,IF({unfilled(edition, cells)},2,{missing}))",
        left=f'IF({gate}>0,"",SUM({",".join(_operands(edition, balance.left))}))',
        right=f'IF({gate}>0,"",SUM({",".join(_operands(edition, balance.right))}))',
        difference=f'IF({gate}>0,"",INT(ABS({left}-{right})*{10**PLACES}+0.5)/{10**PLACES})',
        state=f"IF({gate}=1,{quoted(word('amend'))},IF({gate}=2,{quoted(word('open'))},"
        f"IF({gate}=3,{quoted(word('no_prior'))},"
        f"IF({holds},{quoted(word('agree'))},{quoted(broken)}))))",
        message=f'IF({state}={quoted(broken)},{message},"")',
        present=f'IF({state}={quoted(broken)},{figures},"")',
        broken=broken,
        name=_name(row),
        explained=balance.severity == "warning" or balance.waivable,
    )


def _caused(row: int, parts: Sequence[int]) -> str:
    """Return the condition that a row only follows from its parts' rows: all add up to it."""
    lefts, rights = (",".join(_at(side, part) for part in parts) for side in ("left", "right"))
    gap = f"SUM({lefts})-SUM({rights})-{_at('left', row)}+{_at('right', row)}"
    return f"AND(COUNT({lefts})={len(parts)},ABS({gap})<{_EQUAL})"


def _where(edition: Edition, balance: Balance) -> str:
    """Return sheet and printed row or column of a balance, else the words its rows share.

    The sheet is left out where the form has one table only and the words are enough.
    """
    sheets = dict.fromkeys(edition.cells[key].sheet for key in balance.keys)
    line = line_words(edition, balance)
    paths = [edition.cells[key].row_path for key in balance.keys]
    label = " ".join(word for word in paths[0] if all(word in path for path in paths))
    words = line["row"] or line["column"] or label
    if words and len(edition.tables) == 1:
        return words
    return " ".join(filter(None, ("、".join(sheets), words)))


def line_words(edition: Edition, balance: Balance) -> dict[str, str]:
    """Return the printed words of the row and column of a balance, empty where it has none."""
    return {
        "row": edition.rows[f"{balance.table}.{balance.row}"] if balance.row else "",
        "column": edition.columns[f"{balance.table}.{balance.column}"] if balance.column else "",
    }


def _message(edition: Edition, balance: Balance, row: int) -> str:
    """Return a balance's sentence as a formula: the words joined with the numbers of the sheet."""
    where = spots(edition, balance.keys)
    texts = {**line_words(edition, balance), "place": place(where), "label": where[0].label}
    numbers = {name: _at(name, row) for name in ("left", "right", "difference")}
    numbers |= {
        name.removeprefix(PRIOR_PREFIX): f"SUM({','.join(_operands(edition, keys))})"
        for name, keys in reversed(list(balance.names.items()))
    }
    return joined(balance.message[CHINESE], texts, numbers)


def joined(sentence: str, texts: Mapping[str, str], numbers: Mapping[str, str]) -> str:
    """Return a sentence with {names} as a formula that joins texts and numbers."""
    terms = [""]
    for literal, name, _, _ in Formatter().parse(sentence):
        terms[-1] += literal + texts.get(name or "", "")
        if name is not None and name not in texts:
            terms += [numbers[name], ""]
    return "&".join(term if i % 2 else quoted(term) for i, term in enumerate(terms) if term)


def hits(edition: Edition, cell: Cell, severity: str) -> tuple[str, ...]:
    """Return the conditions under which live rows of edits colour a cell; `{}` is the cell."""
    return tuple(
        condition for grade, condition in _hits(edition).get(cell.key, ()) if grade == severity
    )


@cache
def _hits(edition: Edition) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return {key: (severity, condition) of each edit that colours the cell}."""
    rows = {live.id: live for live in live_rows(edition)}
    found: dict[str, list[tuple[str, str]]] = {}
    for edit in edition.edits:
        hit = COUNTS[edit.kind].hit if edit.kind in COUNTS else ""
        for name, value in edit.figures.items() if hit else ():
            hit = hit.replace(name, str(value))
        for table in edition.tables if hit else ():
            for cell in counted_cells(edition, edit, table):
                live = rows[f"{edit.id}[{table}]"]
                condition = f"AND({live.name}={quoted(live.broken)},ISNUMBER({{}}),{hit})"
                found.setdefault(cell.key, []).append((edit.severity, condition))
    return found


def _broken(edit: Edit) -> str:
    """Return the name of the state word for an edit that does not hold."""
    by_severity = {"error": "differ"}.get(edit.severity, "hint")
    return {"unfilled": "open"}.get(edit.kind, by_severity)


def rule_words(edit: Edit) -> str:
    """Return the words of an edit's row: those of its kind, else its own rule."""
    own = filled(edit.rule[CHINESE], **edit.figures)
    return texts("workbook", CHINESE).get(f"{edit.kind}_rule", own)


def row_words(edit: Edit) -> str:
    """Return the sentence of an edit's row: that of its kind, else the one that states its rule."""
    return texts("workbook", CHINESE).get(f"{edit.kind}_row", word("each_row"))


def _edit_row(edition: Edition, edit: Edit, table: str, rows: Mapping[str, int]) -> LiveRow:
    """Return the live row of a table's misfits or of its blanks."""
    ident = f"{edit.id}[{table}]"
    row = rows[ident]
    section = edition.tables[table]
    cells = counted_cells(edition, edit, table)
    left, state = _at("left", row), _at("state", row)
    count, broken = COUNTS[edit.kind].count(edition, edit, cells), word(_broken(edit))
    words = {"sheet": section.sheet, "rule": rule_words(edit)}
    sentence = joined(row_words(edit), words, {"n": left})
    shown = (f'IF(COUNTA({ref})=0,"{NONE}",{ref})' for c in cells for ref in refs(edition, [c]))
    explained = edit.severity == "warning"
    figures = f'{f"&{quoted(BETWEEN)}&".join(shown)}&""' if explained else '""'
    waits, state_of = edit.kind == "present", quoted(broken)
    if waits:
        blanks = {e.id for e in edition.edits if e.kind == "unfilled"}
        others = [_at("left", n) for name, n in rows.items() if name.partition("[")[0] in blanks]
        state_of = f"IF(SUM({','.join(others)})>0,{quoted(word('open'))},{state_of})"
    return LiveRow(
        id=ident,
        code=edit.code,
        severity=edit.severity,
        table=table,
        keys=(),
        goto=(section.sheet, cells[0].at),
        words=rule_words(edit),
        where=section.sheet,
        gate="0",
        left=count,
        right="0",
        difference=left,
        state=f"IF({left}>0,{state_of},{quoted(word('agree'))})",
        message=f'IF({left}>0,{sentence},"")',
        present=f'IF({state}={quoted(broken)},{figures},"")',
        broken=broken,
        name=_name(row),
        explained=explained,
        waits=waits,
    )


def live_cells(edition: Edition, live: LiveRow) -> tuple[str, ...]:
    """Return the keys of this year's cells that a live row is about, in the order of its figures."""
    if live.keys:
        return live.keys
    edit = next(edit for edit in edition.edits if f"{edit.id}[{live.table}]" == live.id)
    return tuple(cell.key for cell in counted_cells(edition, edit, live.table))


def counted(name: str, number: str) -> str:
    """Return a text of the workbook with {n} as a formula; number: a formula."""
    return joined(word(name), {}, {"n": f"({number})"})


def result_range(edition: Edition) -> Box:
    """Return the unlocked rows of the results sheet that buttons write to."""
    first = LIVE_FIRST + len(live_rows(edition)) + slots.RESULT_GAP
    columns = slots.RESULT.values()
    return first, min(columns), first + RESULT_ROWS - 1, max(columns)
