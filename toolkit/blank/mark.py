"""The mark of a blank: form, edition, agency, year, and the plan it was built by."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache

from ..edition.edition import Edition
from ..report.report import Report
from .plan import plan, stated
from .slots import Sheet

_BETWEEN = "/"
"""Separator of sheet names: no name may contain it."""


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
    """Return the plan facts stored in a blank's mark: digest, sheet names."""
    sheets = plan(edition)
    content = json.dumps([_content(sheet) for sheet in sheets], separators=(",", ":"))
    return {
        "plan": hashlib.sha256(content.encode()).hexdigest(),
        "sheets": _BETWEEN.join(sheet.name for sheet in sheets),
    }


def _content(sheet: Sheet) -> object:
    """Return the facts of a sheet used for comparison."""
    slots = [
        (*place, slot.text, slot.formula, slot.key, slot.name, slot.locked)
        for place, slot in sorted(sheet.slots.items())
    ]
    return sheet.name, sheet.state, sheet.kind, sheet.free, sorted(sheet.merges), slots


def is_ours(edition: Edition, mark: Mapping[str, str]) -> bool:
    """Tell whether a workbook was built by this version's plan; true without a mark."""
    return not mark or mark.get("plan") == plan_facts(edition)["plan"]
