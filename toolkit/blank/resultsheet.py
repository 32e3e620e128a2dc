"""The sheet of live rows, with the result area for buttons below them."""

from ..edition.edition import Edition
from ..xlsx.address import at
from ..xlsx.formula import quoted
from . import layout
from .live import LITERAL, LiveRow, live_rows, result_range
from .looks import LOOKS
from .overview import failing, overall, ranks
from .slots import (
    DIGEST,
    FAILING,
    FAILING_FIRST,
    LIVE,
    LIVE_FIRST,
    MOST_TERMS,
    RESULT,
    STAMP,
    Draft,
    Sheet,
    Slot,
    area,
    word,
)

RESULT_WIDTHS = (23.0, 19.5, 8.5, 8.5, 7.5, 7.5, 44.0, 1.0, 22.0, 12.5, *(1.0,) * 5)
_LINE, _HEADING, _FAILING = 20.0, 28.0, 17.0
_SHOWN = ("words", "where", "left", "right", "difference", "state", "message", "reason", "figures")
"""Columns of the live rows that have a head."""
_DIGITS = 12
"""Room for the numbers of a sentence in digits."""


def results_sheet(edition: Edition) -> Sheet:
    """Return the sheet of live rows, with the result area for buttons below them."""
    draft = Draft()
    live = live_rows(edition)
    wide = LIVE["figures"]
    draft.put((1, 1), Slot("title", word("results")), 1, wide)
    draft.put((2, 1), Slot("state", formula=overall(edition)), 1, wide)
    draft.put((3, 1), Slot("heading", word("failing_heading")), 1, wide)
    for number in range(1, FAILING + 1):
        row = FAILING_FIRST + number - 1
        draft.put((row, 1), Slot("failing", formula=failing(edition, number)), 1, wide)
        draft.heights[row] = _FAILING
    head = LIVE_FIRST - 3
    draft.put((head, 1), Slot("heading", word("live_heading")), 1, wide)
    note = word("live_more").format(n=len(live), more=_not_lively(edition, live))
    note_room = sum(layout.column(width) for width in RESULT_WIDTHS[: LIVE["message"] - 1])
    draft.put((head + 1, 1), Slot("note", note), 1, LIVE["message"] - 1)
    draft.put((head + 1, LIVE["message"]), Slot("jump", word("result_jump")), 1, 4)
    draft.links[head + 1, LIVE["message"]] = (
        word("results"),
        at((result_range(edition)[0] - 3, 1)),
    )
    draft.heights |= {1: 34, 2: 30, 3: _HEADING, head: _HEADING, LIVE_FIRST - 1: 24}
    draft.heights[head + 1] = layout.height(note, note_room, LOOKS["note"], _LINE + 2)
    for name in _SHOWN:
        draft.put((LIVE_FIRST - 1, LIVE[name]), Slot("live_head", word(f"live_{name}")))
    for row, rule in enumerate(live, LIVE_FIRST):
        _live(draft, edition, row, rule)
    free = _result_area(draft, edition)
    return draft.sheet(
        word("results"), "results", RESULT_WIDTHS, free=free, freeze=(FAILING_FIRST, 1), across=True
    )


def _not_lively(edition: Edition, live: tuple[LiveRow, ...]) -> int:
    """Return the number of edits that have no live row."""
    lively = {row.id.partition("[")[0] for row in live}
    return sum(edit.id not in lively for edit in edition.edits)


def _live(draft: Draft, edition: Edition, row: int, rule: LiveRow) -> None:
    draft.put((row, LIVE["words"]), Slot("live", rule.words))
    room = layout.column(RESULT_WIDTHS[LIVE["where"] - 1])
    where = layout.shortened(rule.where, room, LOOKS["live_link"])
    draft.put((row, LIVE["where"]), Slot("live_link", where))
    draft.links[row, LIVE["where"]] = rule.goto
    for name in ("left", "right", "difference"):
        draft.put((row, LIVE[name]), Slot("live_number", formula=getattr(rule, name)))
    draft.put((row, LIVE["state"]), Slot("live_state", formula=rule.state))
    draft.put((row, LIVE["message"]), Slot("live", formula=rule.message))
    hidden = {"gate": rule.gate, "present": rule.present, **ranks(edition, rule, row)}
    for name, formula in hidden.items():
        role = "present" if name == "present" else "gate"
        draft.put((row, LIVE[name]), Slot(role, formula=formula))
    for name in ("reason", "figures"):
        typed = Slot("reason", name=f"{name}.{rule.id}", locked=False)
        draft.put((row, LIVE[name]), typed if rule.explained else Slot("live"))
    sentence = "".join(LITERAL.findall(rule.message)) + "0" * _DIGITS
    texts = {"words": rule.words, "message": sentence}
    draft.heights[row] = max(
        layout.height(text, layout.column(RESULT_WIDTHS[LIVE[name] - 1]), LOOKS["live"], 24)
        for name, text in texts.items()
    )


def _result_area(draft: Draft, edition: Edition) -> tuple[int, int]:
    """Put the heads of the result area; return its first and last row."""
    first, _, last, _ = result_range(edition)
    wide = LIVE["figures"]
    draft.heights |= {first - 4: 16, first - 3: _HEADING, first - 2: 28, first - 1: 24}
    draft.put((first - 3, 1), Slot("heading", word("result_heading")), 1, wide)
    row = first - 2
    digest = at((row, STAMP["digest"]))
    left, right = STAMP["digest"], max(STAMP.values()) + 1
    frame = area((row - 1, left), (row + 1, right))
    stamp = f"INDEX({frame},2,{STAMP['stamp'] - left + 1})"
    fresh = f"IF(ISNUMBER({digest}),SUM({stamp})={digest},FALSE)"
    lines = area((first - 1, 1), (last + 1, wide))
    none = f"IF(COUNTA(INDEX({lines},2,1))=0,{quoted(word('result_none'))},"
    state = (
        f"IF(COUNT({stamp})=0,{none}{quoted(word('result_undated'))}),"
        f"IF({fresh},{quoted(word('result_fresh'))},{quoted(word('result_stale'))}))"
    )
    draft.put((row, STAMP["stamp_state"]), Slot("stamp_state", formula=state), 1, 4)
    draft.put((row, STAMP["overflow"]), Slot("overflow", name="overflow", locked=False))
    draft.put((row, STAMP["digest"]), Slot("stamp", formula=_digest(edition)))
    draft.put((row, STAMP["stamp"]), Slot("stamp", name="stamp", locked=False))
    for row in range(first, last + 1):
        draft.put((row, RESULT["present"]), Slot("present", name=f"present.{row}", locked=False))
    for name, column in RESULT.items():
        columns = RESULT["severity"] - column if name == "sheet" else 1
        if name != "present":
            draft.put((first - 1, column), Slot("live_head", word(f"result_{name}")), 1, columns)
    return first, last


def _digest(edition: Edition) -> str:
    """Return a formula whose value changes with any number, declaration or paragraph."""
    last = area((1, DIGEST), (len(edition.sections), DIGEST + MOST_TERMS - 1))
    return f"SUM('{word('mark')}'!{last})"
