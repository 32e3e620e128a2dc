"""The mark of a blank: form, edition, agency, year, and the plan it was built by."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from ..edition.edition import Edition
from ..report import checksum, identity
from ..report.report import Report
from ..xlsx.address import corners
from . import directory
from .directory import Listed
from .plan import plan, stated
from .slots import Sheet, grids, word

_BETWEEN = "/"
"""Separator of sheet names: no name may contain it."""
AND = " "
"""Separator of the two digests of a plan."""
_DIGITS = 4


def seed_of(edition: Edition, year: str, agency: str, code: str) -> int:
    """Return the number that the check code of an agency's return begins with."""
    return checksum.seed(
        (edition.form, edition.name, year, identity.name(agency), identity.code(code))
    )


def mark(
    edition: Edition,
    report: Report | None,
    deadline: str | None,
    agencies: Sequence[Listed] = (),
) -> dict[str, str]:
    """Return {name: fact} of the mark; a general blank has no agency and no year, and seed 0.

    agencies: of a blank for all of them; its seed is looked up.
    """
    fields = stated(report) if report else {}
    whose = [str(fields.get(name, "")) for name in ("year", "agency", "code")]
    seed = seed_of(edition, *whose) if fields.get("agency") else 0
    facts = {
        "form": edition.form,
        "edition": edition.name,
        "year": fields.get("year"),
        "agency": fields.get("agency"),
        "code": fields.get("code"),
        "fingerprint": edition.fingerprint,
        "deadline": deadline,
        **plan_facts(edition, len(agencies)),
        **_directory(edition, agencies),
        "seed": None if agencies else seed,
    }
    return {name: str(fact) for name, fact in facts.items() if fact is not None}


def _directory(edition: Edition, agencies: Sequence[Listed]) -> dict[str, str]:
    """Return the facts of a directory, none without one."""
    if not agencies:
        return {}
    cells = directory.stored(directory.entered(edition, agencies))
    return {"shared": str(len(agencies)), "agencies": directory.digest(cells)}


def shared(mark: Mapping[str, str]) -> int:
    """Return the number of agencies that a blank is for, 0 where it is not for all of a list."""
    text = mark.get("shared", "")
    count = int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0
    return count if count <= directory.MOST else 0


@cache
def plan_facts(edition: Edition, agencies: int = 0) -> Mapping[str, str]:
    """Return the plan facts stored in a blank's mark: digests of form and whole, sheet names.

    agencies: the number of them, in a blank for all.
    The form is all that a blank is held to when its hints and live rows are another version's.
    """
    sheets, inside = plan(edition, shared=agencies), grids(edition)
    listed = [word("agencies")] if agencies else []
    form = [_printed(sheet, inside.get(sheet.name, (0, -1))) for sheet in sheets]
    return {
        "plan": AND.join((_digest(form), _digest([content(sheet) for sheet in sheets]))),
        "sheets": _BETWEEN.join((*(sheet.name for sheet in sheets), *listed)),
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
    ours = plan_facts(edition, shared(mark))["plan"]
    return not mark or mark.get("plan") in (ours, ours.partition(AND)[2])


def is_printed_alike(edition: Edition, mark: Mapping[str, str]) -> bool:
    """Tell whether the printed form is this version's, whatever the hints and live rows are."""
    return mark.get("plan", "").partition(AND)[0] == plan_facts(edition)["plan"].partition(AND)[0]
