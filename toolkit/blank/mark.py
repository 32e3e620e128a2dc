"""The mark of a blank: form, edition, agency, year, and the plan it was built by."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from ..edition.edition import Edition
from ..report.report import Report
from ..xlsx.address import corners
from .plan import plan, stated
from .slots import Sheet, grids

_BETWEEN = "/"
"""Separator of sheet names: no name may contain it."""
_AND = " "
"""Separator of the two digests of a plan."""


def mark(edition: Edition, report: Report | None, deadline: str | None) -> dict[str, str]:
    """Return {name: fact} of the mark; a general blank has no agency and no year."""
    fields = stated(report) if report else {}
    facts = {
        "form": edition.form,
        "edition": edition.name,
        "year": fields.get("year"),
        "agency": fields.get("agency"),
        "code": fields.get("code"),
        "fingerprint": edition.fingerprint,
        "deadline": deadline,
        **plan_facts(edition),
    }
    return {name: str(fact) for name, fact in facts.items() if fact is not None}


@cache
def plan_facts(edition: Edition) -> Mapping[str, str]:
    """Return the plan facts stored in a blank's mark: digests of form and whole, sheet names.

    The form is all that a blank is held to when its hints and live rows are another version's.
    """
    sheets, inside = plan(edition), grids(edition)
    form = [_printed(sheet, inside.get(sheet.name, (0, -1))) for sheet in sheets]
    return {
        "plan": _AND.join((_digest(form), _digest([content(sheet) for sheet in sheets]))),
        "sheets": _BETWEEN.join(sheet.name for sheet in sheets),
    }


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def content(sheet: Sheet) -> tuple[object, ...]:
    """Return the facts of a sheet used for comparison."""
    slots = [
        (*place, slot.text, slot.formula, slot.key, slot.name, slot.locked)
        for place, slot in sorted(sheet.slots.items())
    ]
    return sheet.name, sheet.state, sheet.kind, sheet.free, sorted(sheet.merges), slots


def _printed(sheet: Sheet, rows: tuple[int, int]) -> tuple[object, ...]:
    """Return the facts of a sheet's printed rows, and of the named cells beside its grid.

    rows: the first and last one. Sheets without a printed grid have their name only.
    """
    first, last = rows
    slots = {
        place: slot
        for place, slot in sheet.slots.items()
        if first <= place[0] <= last or (slot.name and last > 0)
    }
    merges = tuple(
        span
        for span in sheet.merges
        if (box := corners(span)) and first <= box[2] and box[0] <= last
    )
    return content(replace(sheet, slots=slots, merges=merges, free=(0, -1)))


def is_ours(edition: Edition, mark: Mapping[str, str]) -> bool:
    """Tell whether a workbook was built by this version's plan; true without a mark.

    Marks made before the form had a digest of its own have that of the whole alone.
    """
    ours = plan_facts(edition)["plan"]
    return not mark or mark.get("plan") in (ours, ours.partition(_AND)[2])


def is_printed_alike(edition: Edition, mark: Mapping[str, str]) -> bool:
    """Tell whether the printed form is this version's, whatever the hints and live rows are."""
    return mark.get("plan", "").partition(_AND)[0] == plan_facts(edition)["plan"].partition(_AND)[0]
