"""Shared formulas of a sheet, written out for each cell."""

from collections.abc import Callable

from . import formula
from .address import Place
from .zip import Rejected

LONGEST = 8_192
"""Most characters of a formula, as in Excel."""
_SHARED_LIMIT = 2**18
"""Most characters of all shared formulas of a sheet, written out."""
_SHOWN = 40


def writer(part: str) -> Callable[[str, dict[str, str], Place], str]:
    """Return a function that gives the formula of a cell's `<f>` at its place.

    Formulas shared by several cells are written out for each; arrays and data tables get braces.
    """
    masters: dict[str, tuple[Place, str]] = {}
    spent = 0

    def written(text: str, given: dict[str, str], place: Place) -> str:
        nonlocal spent
        kind, group = given.get("t"), given.get("si", "")
        if len(text) > LONGEST:
            raise Rejected("damaged", part=part, why=f"formula of {len(text)} characters")
        if kind == "shared" and text and "ref" in given:
            masters[group] = place, text
        elif kind == "shared" and not text:
            if group not in masters:
                raise Rejected("damaged", part=part, why=f"shared formula {group[:_SHOWN]}")
            start, text = masters[group]
            spent += len(text)
            if spent > _SHARED_LIMIT:
                size, limit = f"{spent:,}", f"{_SHARED_LIMIT:,}"
                raise Rejected("too-large", part=part, size=size, limit=limit)
            return formula.moved(text, start, place)
        return f"{{{text}}}" if kind in ("array", "dataTable") else text

    return written
