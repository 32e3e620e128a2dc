"""The sheets of an edition's sections: tables and texts to fill in, published tables, last year."""

from collections.abc import Mapping, Sequence

from ..edition.edition import Edition, Section
from ..edition.kind import FIRST_ROW, Cell, GridPlace, on_sheet
from ..xlsx.address import Place
from ..xlsx.formula import quoted
from . import directory, layout, slots
from .footer import put_foot
from .formulas import published as published_formula
from .formulas import total
from .layout import column, grid_heights, height
from .live import LITERAL, counted, live_rows
from .looks import LOOKS
from .overview import STATUS_ROWS, status
from .slots import (
    CAPTION_ROW,
    DECLARATION_ROW,
    PRIOR,
    PRIOR_FIRST,
    PUBLISHED_FIRST,
    STATUS_ROW,
    Draft,
    Sheet,
    Slot,
    declaration,
    paragraphs,
    prior_places,
    published,
    spans_of,
    word,
)
from .wordlist import example

_TEXT_WIDTH, _BESIDE, _SIDE_WIDTH, _WIDTH = 75.0, 96.0, 18.0, 12.0
"""Widths; a text alone is as wide as a page: a single column is not scaled (LibreOffice 7.4)."""
_STATUS, _LINE, _CAPTION, _ROW = 42.0, 18.0, 20.25, 15.75
_PARAGRAPH, _PRINTED_ROW = 25.5, 18.0
_LONG, _MOST_LINES, _DIGITS = 20, 4, 12
"""A table of so many rows has a status line of three lines of text, others of so many at most; room
for numbers in digits."""
_LARGER = 1.28
"""Largest width of a table on screen, in pages: 10 pt are printed as 7 pt or more,
also where a wider font replaces the default one."""
_FREE, _WORDS = "typed_text", 34.0
"""Role of cells for free words, and their width in digits on published sheets."""
_PRIOR = (70.0, 12.0, 14.0)


def section_sheet(edition: Edition, section: Section, texts: Mapping[str, str]) -> Sheet:
    """Return a section's input sheet; texts: by name, for the heights of their rows."""
    draft = Draft()
    widths = _widths(section)
    points = {i: column(width) for i, width in enumerate(widths)}
    draft.heights |= {
        STATUS_ROW: _status_height(edition, section, sum(points.values())),
        DECLARATION_ROW: _LINE,
        CAPTION_ROW: _CAPTION,
    }
    draft.put((CAPTION_ROW, 1), Slot("caption", section.caption), 1, len(widths))
    if section.table:
        draft.put(
            (STATUS_ROW, 1), Slot("status", formula=status(edition, section.table)), 1, len(widths)
        )
        _declaration(draft, edition, section)
        slots = {
            place: Slot("computed", formula=total(edition, key))
            if key in edition.computes
            else Slot(edition.cells[key].content.typed, key=key, locked=False)
            for place, key in section.keys.items()
        }
        _grid(draft, section, (FIRST_ROW, _ROW), points, label_roles(section), slots)
        put_foot(draft, section, len(widths), FIRST_ROW, "foot")
    hints = _hints(edition, section)
    if section.text:
        how = "\n".join([*hints, _how(edition, section)])
        _text(draft, section, points, (how, texts.get(section.text, "")))
    else:
        _notes(draft, section, sum(points.values()), hints)
    return draft.sheet(
        section.sheet,
        "text" if section.text else "table",
        widths,
        freeze=_freeze(section),
        across=not section.text and layout.across(section),
    )


def _status_height(edition: Edition, section: Section, room: float) -> float:
    """Return the height of a table's status line: its longest sentences, but on a long table less.

    room: the width of the sheet in points.
    """
    look, longest = LOOKS["status"], []
    for live in live_rows(edition):
        if live.table == section.table:
            sentence = "".join(LITERAL.findall(live.message)) + "0" * _DIGITS
            longest.append(layout.lines(sentence, room, look.size))
    lines = min(sum(sorted(longest)[-STATUS_ROWS:]), _MOST_LINES)
    wanted = layout.of_lines(lines, look)
    return max(_STATUS, wanted) if section.size[0] < _LONG else _STATUS


def _widths(section: Section) -> tuple[float, ...]:
    """Return the widths of the sheet's columns; with a text the first column is wide.

    They are the edition's, unless the print would become too small.
    """
    widths = section.widths or (_WIDTH,) * section.size[1]
    if section.text:
        beside = tuple(min(width, _SIDE_WIDTH) for width in widths[1:])
        return (_BESIDE - sum(beside), *beside) if beside else (_TEXT_WIDTH,)
    room = layout.page_room(section) * _LARGER
    if sum(map(column, widths)) <= room:
        return widths
    return layout.fitted(section, label_roles(section), LOOKS["stub"].size, room)


def _declaration(draft: Draft, edition: Edition, section: Section) -> None:
    """Put the declaration with the words left of it, or the hint that its numbers are to be 0."""
    if not section.statutory:
        if any(cell.numeric for cell in edition.of_table(section.table or "")):
            draft.put((DECLARATION_ROW, 1), Slot("hint", word("zero_too")), 1, section.size[1])
        return
    row, first = declaration(section)
    last = slots.declaration_end(section)
    draft.put((row, 1), Slot("declare_label", word("declare_here")), 1, first - 1)
    slot = Slot("declare", name="declaration", locked=False)
    draft.put((row, first), slot, 1, last - first + 1)
    if last < section.size[1]:
        draft.put((row, last + 1), Slot("declare_arrow", word("declare_arrow")))


def _grid(  # noqa: PLR0913, PLR0917 - one grid
    draft: Draft,
    section: Section,
    rows: tuple[int, float],
    points: Mapping[int, float],
    roles: Mapping[GridPlace, str],
    slots: Mapping[GridPlace, Slot],
) -> None:
    """Put a printed grid; rows: the first one, and the least height of each.

    points: widths of its columns. roles: of its labels. slots: of its cells.
    """
    spans, (first, least) = spans_of(section), rows
    labels = {place: Slot(roles[place], text) for place, text in section.labels.items()}
    for place, slot in {**labels, **slots}.items():
        draft.put(on_sheet(place, first), slot, *spans.get(place, (1, 1)))
    looks = {place: LOOKS[role] for place, role in roles.items()}
    heights = grid_heights(section, points, looks, least)
    draft.heights |= {first + i: value for i, value in enumerate(heights)}


def label_roles(section: Section) -> dict[Place, str]:
    """Return {place: role of its label}: stub or group beside cells, else band, corner, header."""
    spans = spans_of(section)
    filled = {row for row, _ in section.keys}
    left = min(col for _, col in section.keys)
    roles = {}
    for row, col in section.labels:
        rows, columns = spans.get((row, col), (1, 1))
        if filled.intersection(range(row, row + rows)):
            roles[row, col] = "group" if rows > 1 else "stub"
        elif columns == section.size[1]:
            roles[row, col] = "band"
        else:
            roles[row, col] = "corner" if rows > 1 and col < left else "header"
    return roles


def _freeze(section: Section) -> Place:
    """Return the first cell that scrolls: below the column heads, right of the row labels."""
    if not section.table or section.text:
        return FIRST_ROW, 1
    rows, columns = zip(*section.keys, strict=True)
    heads = {row for row, _ in section.labels} - set(rows)
    at_top = max(heads, default=-1) < min(rows)
    return on_sheet((min(rows) if at_top else 0, min(columns)))


def text_state(section: Section) -> Place:
    """Return the place of a text's state: the number of paragraphs written."""
    return (paragraphs(section)[0] - 2 if section.table else STATUS_ROW), 1


def _hints(edition: Edition, section: Section) -> list[str]:
    """Return the hints for filling in single cells: which may stay blank, and their own ones."""
    cells = edition.of_table(section.table or "")
    labels = [" ".join(cell.row_path) or cell.at for cell in cells if cell.optional]
    between = word("help_between")
    hints = [word("help_optional").format(cells=between.join(labels))] if labels else []
    helped: dict[str, list[str]] = {}
    for cell in cells:
        if cell.help:
            helped.setdefault(cell.help, []).append(cell.at)
    hints += [
        word("help_cell").format(cell=between.join(places), help=text)
        for text, places in helped.items()
    ]
    return hints


def _notes(draft: Draft, section: Section, points: float, hints: Sequence[str]) -> None:
    """Put hints below the foot of a table, a row each."""
    for row, hint in enumerate(hints, slots.foot_place(section)[0] + 1):
        draft.put((row, 1), Slot("hint", hint), 1, section.size[1])
        draft.heights[row] = height(hint, points, LOOKS["hint"], _LINE)


def _text(
    draft: Draft, section: Section, points: Mapping[int, float], words: tuple[str, str]
) -> None:
    """Put the rows of a text, below its state; words: the hints for filling in, the text."""
    how, text = words
    first, last = paragraphs(section)
    wide = section.size[1] or 1
    count = f"COUNTA($A${first - 1}:$A${last + 1})-1"
    state = f"IF({count}>0,{counted('text_written', count)},{quoted(word('text_open'))})"
    row = text_state(section)[0]
    draft.put((row, 1), Slot("text_status", formula=state), 1, wide)
    draft.put((row + 1, 1), Slot("hint", how), 1, wide)
    draft.heights[row] = _LINE
    draft.heights[row + 1] = height(how, sum(points.values()), LOOKS["hint"], _LINE)
    lines = text.split("\n")
    for i, row in enumerate(range(first, last + 1)):
        draft.put((row, 1), Slot("paragraph", name=section.text, locked=False))
        line = lines[i] if i < len(lines) else ""
        draft.heights[row] = height(line, points[0], LOOKS["paragraph"], _PARAGRAPH)


def _how(edition: Edition, section: Section) -> str:
    """Return the hint for writing a text, with its aspects."""
    aspects = word("text_aspects").format(aspects="、".join(section.aspects))
    numbers = example(edition, column=False) if edition.placeholders else ""
    return (
        (aspects if section.aspects else "")
        + word("text_how")
        + (word("text_numbers").format(example=numbers) if numbers else "")
    )


# ── published sheets ──────────────────────────────────────────────────────────────────────────────


def _worded(edition: Edition, section: Section) -> dict[int, float]:
    """Return {column: width in digits} for columns of free words."""
    cells = edition.of_table(section.table or "")
    return {cell.place[1]: _WORDS for cell in cells if cell.content.typed == _FREE}


def published_sheet(edition: Edition, section: Section) -> Sheet:
    """Return the locked sheet that prints a table: its caption and grid, every cell a formula."""
    draft = Draft()
    roles = label_roles(section)
    size = LOOKS["print_label"].size
    room = layout.page_room(section)
    widths = layout.fitted(section, roles, size, room, _worded(edition, section))
    points = {i: column(width) for i, width in enumerate(widths)}
    draft.put((PUBLISHED_FIRST - 1, 1), Slot("print_caption", section.caption), 1, len(widths))
    draft.heights[PUBLISHED_FIRST - 1] = _CAPTION
    printed = {p: "print_stub" if role == "stub" else "print_label" for p, role in roles.items()}
    slots = {
        place: Slot(edition.cells[key].content.printed, formula=published_formula(edition, key))
        for place, key in section.keys.items()
    }
    _grid(draft, section, (PUBLISHED_FIRST, _PRINTED_ROW), points, printed, slots)
    put_foot(draft, section, len(widths), PUBLISHED_FIRST, "print_foot")
    across = layout.across(section)
    return draft.sheet(published(section), "published", widths, across=across)


def prior_label(cell: Cell) -> str:
    """Return the words of one of last year's numbers: the sheet and the label of its cell."""
    return f"{cell.sheet} {cell.label}"


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def prior_sheet(edition: Edition, shared: int = 0) -> Sheet:
    """Return the locked sheet of last year's numbers; their values are filled in at building.

    shared: the number of agencies of a blank for all, whose directory the sheet looks them up in.
    """
    draft = Draft()
    draft.put((1, 1), Slot("title", word("prior")), 1, len(_PRIOR))
    note = word("prior_note/shared") if shared else word("prior_note")
    draft.put((2, 1), Slot("note", note), 1, len(_PRIOR))
    draft.heights |= {1: 40, 2: 26, PRIOR_FIRST - 1: 24}
    for name, place in PRIOR.items():
        draft.put((PRIOR_FIRST - 1, place), Slot("live_head", word(f"prior_{name}")))
    room = layout.column(_PRIOR[PRIOR["label"] - 1])
    for key, spot in prior_places(edition).items():
        cell = edition.cells[key]
        label = prior_label(cell)
        draft.put((spot[0], PRIOR["label"]), Slot("live", label))
        draft.put((spot[0], PRIOR["at"]), Slot("prior_at", cell.at))
        value = Slot("prior_value", name=f"prior.{key}")
        if shared:
            value = Slot("prior_lookup", formula=directory.number(edition, key, shared))
        draft.put(spot, value)
        draft.heights[spot[0]] = layout.height(label, room, LOOKS["live"], 24)
    return draft.sheet(word("prior"), "prior", _PRIOR, freeze=(PRIOR_FIRST, 1))
