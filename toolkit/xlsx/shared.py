"""Shared formulas of a sheet, written out for each cell."""

import re
from collections.abc import Callable

from . import formula
from .address import Place, corners, inside
from .zip import Rejected, refuse_more

LONGEST = 8_192
"""Most characters of a formula, as in Excel."""
SHARED_LIMIT = 2**18
"""Most characters of all shared formulas of a sheet, written out."""
_SHOWN = 40
_GROUP = re.compile("0{0,9}[0-9]{1,9}")


def writer(  # noqa: C901 - a function and its state
    part: str,
) -> Callable[[str, dict[str, str], Place], str]:
    """Return a function that gives the formula of a cell's `<f>` at its place.

    Formulas shared by several cells are written out for each; arrays and data tables get braces.
    A cell of a group takes the group's formula, as in Excel; raises Rejected where its own text
    is another one, where a group has two formulas, or its first cell is outside its area.
    """
    masters: dict[int, tuple[Place, str]] = {}
    spent = 0

    def refused(attributes: dict[str, str]) -> Rejected:
        group = attributes.get("si", "")[:_SHOWN]
        return Rejected("damaged", part=part, why=f"shared formula {group}")

    def shared(text: str, attributes: dict[str, str], place: Place) -> str:
        nonlocal spent
        if not _GROUP.fullmatch(attributes.get("si", "")):
            raise refused(attributes)
        group = int(attributes["si"])
        if "ref" in attributes:
            box = corners(attributes["ref"])
            if not text or group in masters or box is None or not inside(place, box):
                raise refused(attributes)
            masters[group] = place, text
            return text
        if group not in masters:
            raise refused(attributes)
        start, master = masters[group]
        spent += len(master)
        refuse_more(part, spent, SHARED_LIMIT)
        moved = formula.moved(master, start, place)
        if text and not formula.same(text, moved):
            raise refused(attributes)
        return moved

    def written(text: str, attributes: dict[str, str], place: Place) -> str:
        kind = attributes.get("t")
        if len(text) > LONGEST:
            raise Rejected("damaged", part=part, why=f"formula of {len(text)} characters")
        if kind == "shared":
            return shared(text, attributes, place)
        return f"{{{text}}}" if kind in ("array", "dataTable") else text

    return written
