"""The look of each role, as plain data: sizes, colours, borders."""

from dataclasses import dataclass

TEXT, HEAD_FONT = "text", "heading"
"""Two fonts, named in section [workbook] of the messages."""
NAVY, INK, SLATE, BLUE = "1F3A5F", "222B38", "5B6B80", "1F5FA8"
LINE, HAIR = "8A99AD", "D3DAE4"
HEAD, BAND, STUB, GREY, MIST = "E4EBF4", "D3DFEE", "F4F7FB", "EDEFF2", "F8FAFC"
LAST = "EAF5E6"
"""Fill of cells with numbers from last year's return."""

PALE, RED, ORANGE, AMBER, GREEN = "DDEBFA", "FFB3AE", "FFB566", "FFF0A8", "E3F3E5"
"""Fills of states: to be filled in, broken balance, no number, worth a look, agrees."""
DARK = {RED: "9C0006", ORANGE: "7A3B00", AMBER: "6B5200", GREEN: "1E6B34", PALE: "1F4E79",
        GREY: INK}  # fmt: skip
"""The ink on each fill."""

FORMATS = {"general": "General", "number": "General;-General", "text": "@", "hidden": ";;;",
           "date": "yyyy-mm-dd"}  # fmt: skip
"""number: as General, for formulas. A plain General is given a format of its own when the formula is
first computed, and LibreOffice 7.4, recalculating on load, then saves styles of other cells or
crashes while it saves."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a cell. border: empty, all, print, light, hair, under, box or choice.

    room: points that a row is higher than its lines.
    """

    size: float = 10.5
    font: str = TEXT
    bold: bool = False
    ink: str = INK
    fill: str = ""
    border: str = ""
    across: str = "left"
    down: str = "center"
    wrap: bool = True
    indent: int = 0
    format: str = "general"
    underline: bool = False
    room: float = 5


_DENSE = 1.5
"""Room in the rows of a grid, so that many are seen at once."""
LOOKS: dict[str, Look] = {
    "blank": Look(),
    "note": Look(size=10, ink=SLATE),
    "jump": Look(size=10, ink=BLUE, across="right", underline=True, wrap=False),
    "title": Look(size=20, font=HEAD_FONT, ink=NAVY, across="center"),
    "subtitle": Look(size=10, ink=SLATE, across="center"),
    "heading": Look(size=12, font=HEAD_FONT, ink=NAVY, border="under"),
    "field_label": Look(font=HEAD_FONT, ink=NAVY, fill=HEAD, border="all", across="center"),
    "field": Look(size=11, ink=NAVY, border="all", indent=1),
    "field.locked": Look(size=11, ink=INK, fill=GREY, border="all", indent=1),
    "field_code": Look(size=11, ink=NAVY, border="all", indent=1, format="text"),
    "field_code.locked": Look(size=11, ink=INK, fill=GREY, border="all", indent=1, format="text"),
    "person": Look(size=11, ink=NAVY, border="all", indent=1, format="text"),
    "filed": Look(size=11, ink=NAVY, border="all", indent=1, format="date"),
    "list_how": Look(size=10, ink=SLATE, down="top"),
    "list_name": Look(size=10, ink=NAVY, border="light", wrap=False),
    "stand_in": Look(
        size=10, ink=INK, fill=GREY, border="light", across="center", wrap=False, format="number"
    ),
    "notice": Look(size=11, ink=DARK[AMBER], fill=AMBER, border="all", indent=1, bold=True),
    "notice_whole": Look(size=11, ink=NAVY, fill=MIST, border="box", indent=1),
    "state": Look(size=12, font=HEAD_FONT, ink=NAVY, border="all", indent=1),
    "panel": Look(size=10.5, border="all", indent=1),
    "panel_link": Look(ink=BLUE, fill=HEAD, border="all", across="center", underline=True),
    "progress": Look(size=14, font=HEAD_FONT, ink=NAVY, border="all", indent=1),
    "step_number": Look(font=HEAD_FONT, ink=BLUE, across="right", size=12, indent=1),
    "step": Look(size=11),
    "legend": Look(size=10.5, indent=1),
    "swatch_unfilled": Look(fill=PALE, border="all", across="center"),
    "swatch_filled": Look(ink=NAVY, border="all", across="center", size=11),
    "swatch_computed": Look(fill=GREY, border="all", across="center", size=11),
    "swatch_differ": Look(fill=RED, ink=DARK[RED], border="all", across="center", bold=True),
    "swatch_number": Look(fill=ORANGE, ink=DARK[ORANGE], border="all", across="center"),
    "swatch_hint": Look(fill=AMBER, ink=DARK[AMBER], border="all", across="center"),
    "swatch_carried": Look(ink=NAVY, fill=LAST, border="all", across="center", size=11),
    "status": Look(size=10, ink=NAVY, fill=MIST, border="box", down="top", indent=1),
    "text_status": Look(size=10.5, ink=NAVY, fill=MIST, border="box", indent=1),
    "declare_label": Look(size=10, ink=SLATE, across="right"),
    "declare": Look(size=10, ink=NAVY, border="choice", across="center", wrap=False),
    "declare_arrow": Look(size=10, ink=BLUE, fill=HEAD, border="choice", across="center"),
    "caption": Look(size=13, font=HEAD_FONT, ink=NAVY, across="center"),
    "corner": Look(size=10, ink=SLATE, fill=HEAD, border="all", across="center", room=_DENSE),
    "band": Look(
        size=10, font=HEAD_FONT, ink=NAVY, fill=BAND, border="all", across="center", room=_DENSE
    ),
    "header": Look(
        size=10, font=HEAD_FONT, ink=NAVY, fill=HEAD, border="all", across="center", room=_DENSE
    ),
    "group": Look(size=10, ink=INK, fill=STUB, border="all", across="center", room=_DENSE),
    "stub": Look(size=10, ink=INK, fill=STUB, border="all", indent=1, room=_DENSE),
    "typed": Look(size=11, ink=NAVY, border="all", across="center", wrap=False),
    "typed_text": Look(size=11, ink=NAVY, border="all", indent=1, format="text"),
    "typed_choice": Look(size=11, ink=NAVY, border="all", across="center", format="text"),
    "typed_date": Look(size=11, ink=NAVY, border="all", across="center", format="date"),
    "carried": Look(size=11, ink=NAVY, fill=LAST, border="all", across="center", wrap=False),
    "computed": Look(
        size=11, ink=INK, fill=GREY, border="all", across="center", wrap=False, format="number"
    ),
    "foot": Look(size=10, ink=SLATE, across="right"),
    "code": Look(format="text"),
    "code_part": Look(),
    "hint": Look(size=10, ink=SLATE, indent=1),
    "paragraph": Look(size=11, down="center", indent=1),
    "live_head": Look(size=10, font=HEAD_FONT, ink=NAVY, fill=HEAD, border="all", across="center"),
    "live": Look(size=10, border="light", indent=1),
    "live_link": Look(size=10, ink=BLUE, border="light", underline=True, indent=1),
    "live_number": Look(
        size=10, border="light", across="right", wrap=False, indent=1, format="number"
    ),
    "live_state": Look(size=10, font=HEAD_FONT, border="light", across="center", wrap=False),
    "failing": Look(size=10, indent=1, wrap=False),
    "reason": Look(size=10, ink=NAVY, border="all", indent=1, format="text"),
    "tally": Look(wrap=False),
    "sign": Look(wrap=False),
    "cell_state": Look(wrap=False),
    "gate": Look(size=10, ink="FFFFFF", wrap=False, format="hidden"),
    "present": Look(size=10, ink="FFFFFF", wrap=False, format="number"),
    "result": Look(size=10, down="top", indent=1),
    "stamp_state": Look(size=10.5, font=HEAD_FONT, ink=NAVY, indent=1, fill=MIST, border="box"),
    "stamp": Look(size=8, ink="FFFFFF", wrap=False, format="hidden"),
    "overflow": Look(size=10, ink=SLATE, wrap=False),
    "prior_at": Look(size=10, border="light", across="center", wrap=False),
    "prior_value": Look(size=11, border="light", across="center", wrap=False),
    "prior_lookup": Look(size=11, border="light", across="center", wrap=False, format="number"),
    "source": Look(size=9.5, border="light", indent=1),
    "source_value": Look(size=10, border="light", across="center", wrap=False),
    "source_sum": Look(
        size=10,
        font=HEAD_FONT,
        fill=GREY,
        border="all",
        across="center",
        wrap=False,
        format="number",
    ),
    "print_caption": Look(size=14, font=HEAD_FONT, ink="000000", across="center"),
    "print_label": Look(size=9, ink="000000", border="print", across="center"),
    "print_stub": Look(size=9, ink="000000", border="print"),
    "print_value": Look(
        size=9.5, ink="000000", border="print", across="center", wrap=False, format="number"
    ),
    "print_foot": Look(size=9, ink="000000", across="right"),
    "print_text": Look(size=9.5, ink="000000", border="print", indent=1, format="number"),
    "print_choice": Look(size=9.5, ink="000000", border="print", across="center", format="number"),
    "print_date": Look(size=9.5, ink="000000", border="print", across="center", format="date"),
}


def look(role: str, *, locked: bool) -> Look:
    """Return the look of a slot."""
    return (LOOKS.get(f"{role}.locked") if locked else None) or LOOKS[role]
