"""All sheets of a workbook: cover, sections, results, published tables, last year, mark."""

import re
from functools import cache

from ..data import CHINESE, texts
from ..edition.edition import Edition, Section
from ..edition.kind import FIRST_ROW
from ..report.contribution import notice, partial
from ..report.report import Report
from ..xlsx.address import Place, at, fixed
from ..xlsx.formula import quoted
from . import layout
from .formulas import any_of
from .frames import refs
from .live import LiveRow, counted, joined, live_rows, overall, progress, result_range
from .looks import LOOKS
from .sections import prior_sheet, published_sheet, section_sheet, text_state
from .slots import (
    CAPTION_ROW,
    COVER_COLUMN,
    COVER_FIRST,
    LIVE,
    LIVE_FIRST,
    RESULT,
    STATUS_ROW,
    Draft,
    Sheet,
    Slot,
    carried_keys,
    cover_places,
    deadlines,
    notice_place,
    paragraphs,
    prior_places,
    word,
)

_COVER = (13.0, 41.0, 2.5, 13.0, 33.0)
RESULT_WIDTHS = (29.0, 23.0, 9.5, 9.5, 8.5, 8.5, 58.0, 1.5)
_MARK = (16.0, 72.0)
_LINE, _FIELD, _HEADING = 20.0, 26.0, 30.0
_LITERAL, _DIGITS = re.compile(r'"([^"]*)"'), 12
"""Pattern of the words in a message's formula, and room for its numbers in digits."""
STAMP = {"stamp_state": 1, "overflow": 7, "digest": 5, "stamp": 6}
"""Columns of the line above the result area."""


def plan(
    edition: Edition, report: Report | None = None, *, rollup: bool = False
) -> tuple[Sheet, ...]:
    """Return every sheet in order.

    With a report its cover fields are locked and the rows of its paragraphs have the height they
    need; places, roles and formulas are the same for every report.
    """
    if report is None:
        notice_line = Slot("notice", name="notice") if rollup else None
        return _cover(edition, frozenset(), notice_line), *_blank(edition)[1:]
    texts = {name: text for name, text in report.texts.items() if name in edition.texts}
    role = "notice" if partial(report.sources) else "notice_whole"
    line = Slot(role, notice(report.sources)) if report.sources else None
    cover = _cover(edition, frozenset(stated(report)), line)
    changed = {cover.name: cover}
    for name in texts:
        sheet = section_sheet(edition, edition.texts[name], texts)
        changed[sheet.name] = sheet
    return tuple(changed.get(sheet.name, sheet) for sheet in _blank(edition))


@cache
def _blank(edition: Edition) -> tuple[Sheet, ...]:
    statutory = [edition.tables[name] for name in edition.statutory]
    return (
        _cover(edition, frozenset(), None),
        *(section_sheet(edition, section, {}) for section in edition.sections),
        _results(edition),
        *(published_sheet(edition, section) for section in statutory),
        *([prior_sheet(edition)] if prior_places(edition) else []),
        _mark(),
    )


def stated(report: Report) -> dict[str, str | int]:
    """Return {field: value as printed} of the cover fields that a report has.

    An unknown level is unchanged.
    """
    level = report.agency.get("level")
    fields: dict[str, str | int | None] = {
        "agency": report.agency.get("name"),
        "code": report.agency.get("code"),
        "level": texts("level", CHINESE).get(level or "", level),
        "year": report.year,
        "sent": report.sent,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


# ── the cover ─────────────────────────────────────────────────────────────────────────────────────


def _cover(edition: Edition, fixed: frozenset[str], line: Slot | None) -> Sheet:
    """Return the cover; fixed: names of locked fields. line: a roll-up's notice, or None."""
    draft = Draft()
    wide = len(_COVER)
    title = word("cover_title").format(title=edition.title)
    draft.put((1, 1), Slot("title", title), 1, wide)
    draft.put((2, 1), Slot("subtitle", edition.source), 1, wide)
    draft.heights |= {1: 48, 2: 34, 3: _HEADING}
    draft.put((3, 1), Slot("heading", word("cover_facts")), 1, 2)
    draft.put((3, 4), Slot("heading", word("cover_state")), 1, 2)
    _fields(draft, edition, fixed)
    after = notice_place(edition)[0]
    _panel(draft, edition)
    draft.heights |= dict.fromkeys(range(COVER_FIRST, after), _FIELD)
    draft.put((after + 1, 1), Slot("state", formula=overall(edition)), 1, wide)
    draft.heights |= {after: 12, after + 1: 36}
    if line:
        draft.put((after, 1), line, 1, wide)
        room = sum(map(layout.column, _COVER))
        draft.heights[after] = layout.height(line.text or "", room, LOOKS["notice"], 40)
    after = _steps(draft, edition, after + 2)
    _legend(draft, edition, after)
    return draft.sheet(word("cover"), "cover", _COVER)


def _fields(draft: Draft, edition: Edition, fixed: frozenset[str]) -> None:
    computed = {
        "edition": Slot(
            "field", word("cover_edition").format(name=edition.name, citation=edition.citation)
        ),
        "deadline": Slot("field", formula=_deadline(edition)),
    }
    for name, place in cover_places().items():
        role = "field_code" if name == "code" else "field"
        draft.put((place[0], place[1] - 1), Slot("field_label", word(f"field_{name}")))
        draft.put(place, computed.get(name) or Slot(role, name=name, locked=name in fixed))


def _deadline(edition: Edition) -> str:
    """Return the formula of the deadlines, dated in the year after the report's.

    An agency's own deadline in the mark takes precedence.
    """
    places = cover_places()
    last = places["deadline"][0] - 1
    row = places["year"][0] - COVER_FIRST + 1
    year = f"INDEX($A${COVER_FIRST}:$B${last},{row},{COVER_COLUMN})"
    dated = joined(word("year_of"), {}, {"year": f"SUM({year},1)"})
    general = (
        f"IF(ISNUMBER({year}),{dated},{quoted(word('year_next'))})&{quoted(deadlines(edition))}"
    )
    agreed = f"'{word('mark')}'!{at((MARK.index('deadline') + 1, 2))}"
    return f'IF({agreed}="",{general},{agreed})'


def _panel(draft: Draft, edition: Edition) -> None:
    """Put the progress and the state of each section."""
    row = COVER_FIRST
    draft.put((row, 4), Slot("field_label", word("cover_progress")))
    draft.put((row, 5), Slot("progress", formula=progress(edition)))
    for section in edition.sections:
        row += 1
        draft.put((row, 4), Slot("panel_link", section.sheet))
        draft.links[row, 4] = (section.sheet, at((STATUS_ROW, 1)))
        draft.put((row, 5), Slot("panel", formula=_brief(edition, section)))


def _brief(edition: Edition, section: Section) -> str:
    """Return the formula of a section's short state: broken before open before hint.

    Without any of them, a section with a text shows the state of the text.
    """
    good = quoted(word("brief_good"))
    if section.text:
        good = f"'{section.sheet}'!{area(text_state(section), text_state(section))}"
    if not section.table:
        return good
    rows = [(row, rule) for row, rule in enumerate(live_rows(edition), LIVE_FIRST)
            if rule.table == section.table]  # fmt: skip
    opens = [row for row, rule in rows if rule.broken == word("open")]
    blanks = "+".join(_result(LIVE["left"], row) for row in opens)
    words = {
        "differ": quoted(word("brief_differ")),
        **({"open": counted("brief_open", blanks)} if opens else {}),
        "hint": quoted(word("brief_hint")),
    }
    formula = good
    for name, said in reversed(words.items()):
        shows = [f"{_result(LIVE['state'], row)}={quoted(word(name))}" for row, _ in rows]
        formula = f"IF({any_of(shows)},{said},{formula})"
    return formula


def _result(column: int, row: int) -> str:
    return f"'{word('results')}'!{at((row, column))}"


def _step_names(edition: Edition) -> list[str]:
    """Return the names of the steps that an edition needs, like step or step/condition."""
    words = any(not cell.numeric for cell in edition.cells.values())
    fits = {"": True, "numbers": not words, "words": words, "texts": bool(edition.texts),
            "no-texts": not edition.texts}  # fmt: skip
    names = (name for name in texts("workbook", CHINESE) if name.startswith("step_"))
    return [name for name in names if fits[name.partition("/")[2]]]


def _steps(draft: Draft, edition: Edition, row: int) -> int:
    """Put the numbered steps; return the row after them."""
    draft.heights |= {row: 14, row + 1: _HEADING}
    draft.put((row + 1, 1), Slot("heading", word("cover_how")), 1, len(_COVER))
    room = sum(map(layout.column, _COVER[1:]))
    names = _step_names(edition)
    for number, name in enumerate(names, 1):
        place = (row + 1 + number, 1)
        draft.put(place, Slot("step_number", str(number)))
        draft.put((place[0], 2), Slot("step", word(name)), 1, len(_COVER) - 1)
        draft.heights[place[0]] = layout.height(word(name), room, LOOKS["step"], 25)
    return row + 2 + len(names)


def _legend(draft: Draft, edition: Edition, row: int) -> None:
    """Put a sample of each colour with its meaning."""
    draft.heights |= {row: 10, row + 1: _HEADING}
    draft.put((row + 1, 1), Slot("heading", word("cover_colours")), 1, len(_COVER))
    samples = {"unfilled": None, "filled": "12", "computed": "15", "differ": "14",
               "number": word("colour_sample"), "hint": "900"}  # fmt: skip
    samples |= {"carried": "3"} if carried_keys(edition) else {}
    for number, (name, sample) in enumerate(samples.items()):
        column, place = (1, 4)[number % 2], row + 2 + number // 2
        draft.put((place, column), Slot(f"swatch_{name}", sample))
        draft.put((place, column + 1), Slot("legend", word(f"colour_{name}")))
        draft.heights[place] = 24
        draft.put((place, 3), Slot("blank"))


# ── results ───────────────────────────────────────────────────────────────────────────────────────


def _results(edition: Edition) -> Sheet:
    """Return the sheet of live rows, with the result area for buttons below them."""
    draft = Draft()
    live = live_rows(edition)
    wide = LIVE["message"]
    draft.put((1, 1), Slot("title", word("results")), 1, wide)
    draft.put((2, 1), Slot("state", formula=overall(edition)), 1, wide)
    lively = {row.id.partition("[")[0] for row in live}
    more = sum(edit.id not in lively for edit in edition.edits)
    draft.put((3, 1), Slot("heading", word("live_heading")), 1, wide)
    note = word("live_more").format(n=len(live), more=more)
    draft.put((4, 1), Slot("note", note), 1, wide - 1)
    draft.put((4, wide), Slot("jump", word("result_jump")))
    draft.links[4, wide] = (word("results"), at((result_range(edition)[0] - 3, 1)))
    draft.heights |= {1: 40, 2: 30, 3: _HEADING, 4: _LINE + 2, LIVE_FIRST - 1: 24}
    for name, column in LIVE.items():
        if name != "gate":
            draft.put((LIVE_FIRST - 1, column), Slot("live_head", word(f"live_{name}")))
    for row, rule in enumerate(live, LIVE_FIRST):
        _live(draft, row, rule)
    free = _result_area(draft, edition)
    below = (LIVE_FIRST, 1)
    return draft.sheet(
        word("results"), "results", RESULT_WIDTHS, free=free, freeze=below, across=True
    )


def _live(draft: Draft, row: int, rule: LiveRow) -> None:
    draft.put((row, LIVE["words"]), Slot("live", rule.words))
    room = layout.column(RESULT_WIDTHS[LIVE["where"] - 1])
    where = layout.shortened(rule.where, room, LOOKS["live_link"])
    draft.put((row, LIVE["where"]), Slot("live_link", where))
    draft.links[row, LIVE["where"]] = rule.goto
    for name in ("left", "right", "difference"):
        draft.put((row, LIVE[name]), Slot("live_number", formula=getattr(rule, name)))
    draft.put((row, LIVE["state"]), Slot("live_state", formula=rule.state))
    draft.put((row, LIVE["message"]), Slot("live", formula=rule.message))
    draft.put((row, LIVE["gate"]), Slot("gate", formula=rule.gate))
    sentence = "".join(_LITERAL.findall(rule.message)) + "0" * _DIGITS
    texts = {"words": rule.words, "message": sentence}
    draft.heights[row] = max(
        layout.height(text, layout.column(RESULT_WIDTHS[LIVE[name] - 1]), LOOKS["live"], 24)
        for name, text in texts.items()
    )


def _result_area(draft: Draft, edition: Edition) -> tuple[int, int]:
    """Put the heads of the result area; return its first and last row."""
    first, _, last, _ = result_range(edition)
    wide = LIVE["message"]
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
    for name, column in RESULT.items():
        columns = RESULT["severity"] - column if name == "sheet" else 1
        draft.put((first - 1, column), Slot("live_head", word(f"result_{name}")), 1, columns)
    return first, last


def _digest(edition: Edition) -> str:
    """Return a formula whose value changes with any number, declaration or paragraph."""
    terms = []
    for weight, section in enumerate(edition.sections, 1):
        name = f"'{section.sheet}'!"
        if section.table:
            rows, columns = section.size
            frame = area((CAPTION_ROW, 1), (FIRST_ROW + rows, columns))
            top = area((STATUS_ROW, 1), (CAPTION_ROW, columns))
            weights = f"ROW({name}{frame})*{31 + weight}+COLUMN({name}{frame})*{7 + weight}"
            terms.append(f"SUMPRODUCT({name}{frame},{weights})")
            terms.append(f"COUNTA({name}{frame},{name}{top})*{weight}")
            terms += _digest_words(edition, section, weights, name + frame)
        if section.text:
            first, last = paragraphs(section)
            text = area((first - 1, 1), (last + 1, 1))
            terms.append(f"COUNTA({name}{text})*{weight * 1009}")
    return "+".join(terms)


def _digest_words(edition: Edition, section: Section, weights: str, frame: str) -> list[str]:
    """Return terms whose value changes with any text or choice of a table."""
    worded = [cell for cell in edition.of_table(section.table or "") if not cell.numeric]
    chosen = [
        f"COUNTIF({ref},{quoted(choice)})*{cell.place[0] * 13 + number * 7}"
        for cell in worded
        if cell.choices
        for ref in refs(edition, [cell])
        for number, choice in enumerate(cell.choices, 1)
    ]
    return [f"SUMPRODUCT(LEN({frame}),{weights})", *chosen] if worded else []


def area(first: Place, last: Place) -> str:
    """Return a range with absolute addresses; a single address for a single cell."""
    ends = map(fixed, (first, last))
    return ":".join(dict.fromkeys(ends))


# ── the mark ───────────────────────────────────────────────────────────────────────────


MARK = ("form", "edition", "year", "agency", "code", "fingerprint", "deadline", "plan", "sheets")
"""Facts of the mark, a row each: name, value. The last two: version.py."""


def _mark() -> Sheet:
    draft = Draft()
    for row, name in enumerate(MARK, 1):
        draft.put((row, 1), Slot("blank", name))
        draft.put((row, 2), Slot("blank", name=f"mark.{name}"))
        draft.heights[row] = _LINE
    return draft.sheet(word("mark"), "mark", _MARK, state="veryHidden")
