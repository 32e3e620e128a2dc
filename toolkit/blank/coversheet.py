"""The cover: facts of the return, its state, how to fill it in, what the colours mean."""

from ..data import CHINESE, texts
from ..edition.edition import Edition
from ..xlsx.address import at
from ..xlsx.formula import quoted
from . import directory, layout, wordlist
from .live import joined
from .looks import LOOKS
from .overview import brief, overall, progress
from .sections import text_state
from .slots import (
    COVER_COLUMN,
    COVER_FIRST,
    MARK,
    STATUS_ROW,
    Draft,
    Sheet,
    Slot,
    area,
    carried_keys,
    cover_places,
    deadlines,
    notice_place,
    people_places,
    word,
)

_COVER = (13.0, 41.0, 2.5, 13.0, 33.0)
_LINE, _FIELD, _HEADING = 20.0, 26.0, 30.0
_PEOPLE = {"filled_by": "person", "phone": "person", "reviewed_by": "person", "filled_on": "filed"}
"""Roles of the fields that an edition adds."""


def cover_sheet(
    edition: Edition, fixed: frozenset[str], line: Slot | None, shared: int = 0
) -> Sheet:
    """Return the cover; fixed: names of locked fields. line: a roll-up's notice, or None.

    shared: the number of agencies of a blank for all of them, 0 for any other.
    """
    draft = Draft()
    wide = len(_COVER)
    title = word("cover_title").format(title=edition.title)
    draft.put((1, 1), Slot("title", title), 1, wide)
    draft.put((2, 1), Slot("subtitle", edition.source), 1, wide)
    draft.heights |= {1: 48, 2: 34, 3: _HEADING}
    draft.put((3, 1), Slot("heading", word("cover_facts")), 1, 2)
    draft.put((3, 4), Slot("heading", word("cover_state")), 1, 2)
    _fields(draft, edition, fixed, shared)
    after = notice_place(edition)[0]
    _panel(draft, edition)
    draft.heights |= dict.fromkeys(range(COVER_FIRST, after), _FIELD)
    draft.put((after + 1, 1), Slot("state", formula=overall(edition)), 1, wide)
    draft.heights |= {after: 12, after + 1: 36}
    if line:
        draft.put((after, 1), line, 1, wide)
        room = sum(map(layout.column, _COVER))
        draft.heights[after] = layout.height(line.text or "", room, LOOKS["notice"], 40)
    after = _steps(draft, edition, after + 2, shared)
    _legend(draft, edition, after, shared)
    if not edition.placeholders:
        return draft.sheet(word("cover"), "cover", _COVER)
    wordlist.put_list(draft, edition, wide)
    widths = (*_COVER, *wordlist.WIDTHS)
    return draft.sheet(word("cover"), "cover", widths, printed=wide)


def _fields(draft: Draft, edition: Edition, fixed: frozenset[str], shared: int) -> None:
    computed = {
        "edition": Slot(
            "field", word("cover_edition").format(name=edition.name, citation=edition.citation)
        ),
        "deadline": Slot("field", formula=_deadline(edition, shared)),
    }
    if shared:
        computed["code"] = Slot("field_code", formula=directory.fact("code", shared))
        computed["level"] = Slot("field", formula=directory.fact("level", shared))
    for name, place in cover_places().items():
        role = "field_code" if name == "code" else "field"
        draft.put((place[0], place[1] - 1), Slot("field_label", word(f"field_{name}")))
        draft.put(place, computed.get(name) or Slot(role, name=name, locked=name in fixed))
    for name, (row, column) in people_places(edition).items():
        draft.put((row, column - 1), Slot("field_label", edition.cover[name]))
        draft.put((row, column), Slot(_PEOPLE[name], name=name, locked=False))


def _deadline(edition: Edition, shared: int) -> str:
    """Return the formula of the deadlines, dated in the year after the report's.

    An agency's own deadline, in the mark or in the directory, takes precedence.
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
    if shared:
        agreed = directory.fact("deadline", shared)
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
        good = quoted(word("brief_good"))
        if section.text:
            good = f"'{section.sheet}'!{area(text_state(section), text_state(section))}"
        draft.put((row, 5), Slot("panel", formula=brief(edition, section, good)))


def _step_names(edition: Edition) -> list[str]:
    """Return the names of the steps that an edition needs, like step or step/condition."""
    words = any(not cell.numeric for cell in edition.cells.values())
    fits = {"": True, "numbers": not words, "words": words, "texts": bool(edition.texts),
            "no-texts": not edition.texts}  # fmt: skip
    names = (name for name in texts("workbook", CHINESE) if name.startswith("step_"))
    return [name for name in names if fits[name.partition("/")[2]]]


def _steps(draft: Draft, edition: Edition, row: int, shared: int) -> int:
    """Put the numbered steps; return the row after them."""
    draft.heights |= {row: 14, row + 1: _HEADING}
    draft.put((row + 1, 1), Slot("heading", word("cover_how")), 1, len(_COVER))
    room = sum(map(layout.column, _COVER[1:]))
    names = _step_names(edition)
    for number, name in enumerate(names, 1):
        place = (row + 1 + number, 1)
        draft.put(place, Slot("step_number", str(number)))
        words = word("directory_step") if shared and number == 1 else word(name)
        draft.put((place[0], 2), Slot("step", words), 1, len(_COVER) - 1)
        draft.heights[place[0]] = layout.height(words, room, LOOKS["step"], 25)
    return row + 2 + len(names)


def _legend(draft: Draft, edition: Edition, row: int, shared: int) -> None:
    """Put a sample of each colour with its meaning."""
    draft.heights |= {row: 10, row + 1: _HEADING}
    draft.put((row + 1, 1), Slot("heading", word("cover_colours")), 1, len(_COVER))
    samples = {"unfilled": None, "filled": "12", "computed": "15", "differ": "14",
               "number": word("colour_sample"), "hint": "900"}  # fmt: skip
    samples |= {"carried": "3"} if carried_keys(edition) and not shared else {}
    for number, (name, sample) in enumerate(samples.items()):
        column, place = (1, 4)[number % 2], row + 2 + number // 2
        draft.put((place, column), Slot(f"swatch_{name}", sample))
        draft.put((place, column + 1), Slot("legend", word(f"colour_{name}")))
        draft.heights[place] = 24
        draft.put((place, 3), Slot("blank"))
