"""Plans of released versions: what their blanks hold, packed in templates/released."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from .. import data
from ..blank.mark import AND, content
from ..blank.plan import plan
from ..blank.slots import Sheet, Slot, facts_end, notice_place
from ..edition.edition import Edition
from ..edition.kind import on_sheet
from ..edition.naming import PEOPLE
from ..xlsx.address import Place
from .compare import Form, form_of

_ROLE = ""
_PRINTED_KINDS = ("table", "text", "published")
"""Looks are not kept: these blanks are never drawn again."""
_NOTICE = "notice"


def packed(plan: str, sheets: Sequence[Sheet]) -> bytes:
    """Return a plan packed; plan: its digest in the mark, empty where the mark has none."""
    listed = {"plan": plan, "sheets": [content(sheet) for sheet in sheets]}
    text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def unpacked(source: bytes) -> tuple[str, tuple[Sheet, ...]]:
    """Return the digest and the sheets of a packed plan."""
    listed = json.loads(zlib.decompress(source))
    return listed["plan"], tuple(_sheet(*facts) for facts in listed["sheets"])


def _sheet(  # noqa: PLR0913, PLR0917 - as they are packed
    name: str, state: str, kind: str, free: list[int], merges: list[str], slots: list[list[Any]]
) -> Sheet:
    return Sheet(
        name=name,
        slots={
            (row, column): Slot(_ROLE, text, formula, key, called, locked)
            for row, column, text, formula, key, called, locked in slots
        },
        merges=tuple(merges),
        state=state,
        kind=kind,
        free=(free[0], free[1]),
    )


@cache
def plans(edition: Edition) -> Mapping[str, tuple[Sheet, ...]]:
    """Return {digest of a plan: its sheets} of an edition's blanks in released versions.

    A plan is there under its whole digest, too: marks made before the form had one have no other.
    """
    known = map(unpacked, data.released(edition.form, edition.name))
    return {digest: sheets for both, sheets in known for digest in (both, both.rpartition(AND)[2])}


@cache
def released_forms(edition: Edition, digest: str, *, rollup: bool) -> tuple[Form, ...]:
    """Return the expected sheets of a released plan; a roll-up's cover has a place for a notice."""
    cells = {(cell.sheet, on_sheet(cell.place)): cell for cell in edition.cells.values()}
    expected = []
    for packed_sheet in plans(edition)[digest]:
        sheet = _dressed(packed_sheet, edition)
        placed = {place: cell for (name, place), cell in cells.items() if name == sheet.name}
        if rollup and sheet.kind == "cover":
            line = {_notice(sheet, edition): Slot(_NOTICE, name=_NOTICE)}
            expected.append(form_of(replace(sheet, slots={**line, **sheet.slots}), placed))
        else:
            expected.append(form_of(sheet, placed))
    return tuple(expected)


def _notice(cover: Sheet, edition: Edition) -> Place:
    """Return the place of the notice; version 0.1 had no further fields above it."""
    further = any(slot.name in PEOPLE for slot in cover.slots.values())
    return notice_place(edition) if further else (facts_end(edition), 1)


def _dressed(packed_sheet: Sheet, edition: Edition) -> Sheet:
    """Return a packed sheet with the sizes of this version's, and its looks on printed sheets."""
    ours = next((sheet for sheet in plan(edition) if sheet.name == packed_sheet.name), packed_sheet)
    looks = ours.slots if packed_sheet.kind in _PRINTED_KINDS else {}
    slots = {
        place: replace(slot, role=looks[place].role) if place in looks else slot
        for place, slot in packed_sheet.slots.items()
    }
    return replace(packed_sheet, slots=slots, widths=ours.widths)
