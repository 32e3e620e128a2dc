"""Live rows of edits: what they count for a content, and the formulas that count it."""

from dataclasses import replace

import pytest

from toolkit.blank import footer
from toolkit.blank.build import build
from toolkit.blank.counting import COUNTS, counted_cells
from toolkit.blank.parts import members
from toolkit.blank.stamp import stamp
from toolkit.edition.edition import named
from toolkit.report.placeholders import placeholders
from toolkit.report.report import Report
from toolkit.returned import glance
from toolkit.returned.contents import Contents

EDITION = named("annual-report", "2021")
ZERO, CEILING = "rules-level[proactive]", "fee-unit/ceiling[proactive]"
TYPED = {"proactive.rules.issued": 3, "proactive.fees.collected": 400_000}


def left(ident, **more):
    content = {"typed": TYPED, "unsure": frozenset(), "declared": frozenset(), "prior": {},
               "written": {}, "level": "county", **more}  # fmt: skip
    return glance.rows(Contents(EDITION, **content))[ident]["left"]


@pytest.mark.parametrize(
    ("ident", "more", "count"),
    [
        (ZERO, {}, 1),
        (ZERO, {"level": "city"}, 0),
        (ZERO, {"typed": {"proactive.rules.issued": "3件"}}, 0),
        (ZERO, {"unsure": frozenset({"proactive.rules.issued"})}, None),
        (CEILING, {}, 1),
        (CEILING, {"summed": True}, 0),
        (CEILING, {"typed": {"proactive.fees.collected": 300_000}}, 0),
    ],
)
def test_an_edit_counts_valid_numbers_where_it_applies(ident, more, count):
    assert left(ident, **more) == count


def test_a_rule_for_every_level_does_not_ask_for_it():
    edit = next(edit for edit in EDITION.edits if edit.kind == "zero")
    cells = counted_cells(EDITION, edit, "proactive")
    asks, every = (
        COUNTS["zero"].count(EDITION, one, cells) for one in (edit, replace(edit, levels=()))
    )
    assert ("县级" in asks, "县级" in every) == (True, False)
    assert every in asks


def test_a_signed_number_has_no_code_when_it_is_too_large_on_either_side():
    cell = EDITION.cells["proactive.rules.issued"]
    ((plain, _),) = footer._terms(EDITION, 1, [cell])  # noqa: SLF001
    ((signed, _),) = footer._terms(EDITION, 1, [replace(cell, signed=True)])  # noqa: SLF001
    assert ('"<-' in plain, '"<-' in signed) == (False, True)


def test_a_copy_for_nobody_is_what_is_built():
    nobody = Report(
        EDITION, {"level": "county"}, 2025, dict.fromkeys(EDITION.cells), origin="workbook"
    )
    assert members(stamp(nobody)) == members(build(EDITION, nobody))


def test_braces_around_letters_are_no_placeholder():
    assert [one.name for one in placeholders("{abc} {} {新收}", EDITION)] == ["新收"]
