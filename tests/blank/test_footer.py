"""The foot of printed tables: agency, year, unit and the check code, in the sheet as in Python."""

import re

import pytest
import share
from codecheck import differing
from office import need_office
from returns import cases, report_of
from tamper import cell, changed

from toolkit.blank import footer, slots
from toolkit.blank.build import build
from toolkit.blank.frames import _frame
from toolkit.blank.plan import plan
from toolkit.blank.slots import MARK, word
from toolkit.blank.stamp import stamp
from toolkit.edition.edition import known, named
from toolkit.edition.kind import on_sheet
from toolkit.report import checksum
from toolkit.report.report import Report
from toolkit.returned.read import read
from toolkit.xlsx.address import at, inside, place_of

EDITION = named("annual-report", "2021")
AGENCY = {"name": "某某局", "code": None, "level": "county"}
REFERENCE = re.compile(r"(?:'([^']+)'!)?\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?")


def report(edition=EDITION, agency=AGENCY, year=2025, **typed):
    values = dict.fromkeys(edition.typed, 0)
    return report_of(edition, year, values | typed, (), agency)


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", share.editions(), ids="/".join)
def test_the_sheets_feet_and_code_are_those_of_the_program(ident, tmp_path):
    need_office(session=True)
    found, coded = differing(cases(named(*ident), seed=7, count=18), tmp_path)
    assert found == []
    assert 6 <= coded < 18


@pytest.mark.parametrize("ident", known(), ids="/".join)
def test_no_frame_of_a_formula_holds_a_foot(ident):
    edition = named(*ident)
    feet = {
        (sheet.name, place)
        for sheet in plan(edition)
        for place, slot in sheet.slots.items()
        if slot.role in ("foot", "print_foot") and slot.formula
    }
    assert len(feet) == 2 * len(edition.statutory)
    for sheet in plan(edition):
        for slot in sheet.slots.values():
            for other, *corners in REFERENCE.findall(slot.formula or ""):
                first, last = place_of("".join(corners[:2])), place_of("".join(corners[2:]) or "A1")
                last = max(first, last)
                for name, place in feet:
                    box = (*first, *last)
                    assert name != (other or sheet.name) or not inside(place, box), slot.formula


def test_a_foot_is_two_rows_below_its_grid_and_the_grids_did_not_move():
    assert (slots.PUBLISHED_FIRST, slots.FIRST_ROW) == (2, 4)
    for section in EDITION.tables.values():
        if section.statutory:
            assert slots.foot_place(section)[0] == _frame(section)[2] + 1


def test_a_section_with_a_text_has_no_foot():
    sheets = {sheet.name: sheet for sheet in plan(EDITION)}
    roles = {slot.role for slot in sheets["其他事项"].slots.values()}
    assert not roles & {"foot", "print_foot"}


def test_a_large_table_is_computed_in_pieces_that_programs_count_exactly():
    cells = [EDITION.cells[key] for key in EDITION.typed if key.startswith("applications.")] * 4
    found = list(footer.pieces(2, cells))
    assert [cell for piece in found for cell in piece] == cells
    assert len(found) > 1
    for piece in found:
        weight = sum(checksum.weight(2, on_sheet(cell.place)) for cell in piece)
        assert weight * checksum.LARGEST_COUNT <= 10**14


# ── the seed ──────────────────────────────────────────────────────────────────────────────────────


def test_the_seed_is_the_agencys_the_years_and_the_editions():
    codes = [
        read(build(one.edition, one)).check_code
        for one in (
            report(),
            report(agency={**AGENCY, "name": "另一局"}),
            report(agency={**AGENCY, "code": "11000000MB0000000X"}),
            report(year=2024),
            report(named("annual-report", "2019"), year=2020),
        )
    ]
    assert len(set(codes)) == 5
    assert all(re.fullmatch("[0-9]{6}", code) for code in codes)
    assert codes[0] == read(build(EDITION, report())).check_code


def test_a_general_blank_begins_with_zero_and_has_a_code_all_the_same():
    assert read(build(EDITION)).check_code == "000000"
    nobody = report(agency=dict.fromkeys(AGENCY))
    assert read(build(EDITION, nobody)).check_code == read(build(EDITION, nobody)).check_code


def test_a_stamped_blank_has_the_agencys_seed():
    blank = Report(EDITION, AGENCY, 2025, dict.fromkeys(EDITION.cells), origin="workbook")
    other = Report(EDITION, {**AGENCY, "name": "另一局"}, 2025, blank.values, origin="workbook")
    codes = [read(stamp(one)).check_code for one in (blank, other)]
    assert codes == [read(build(EDITION, one)).check_code for one in (blank, other)]
    assert codes[0] != codes[1]


def test_a_workbook_whose_mark_has_no_seed_has_no_code():
    source = build(EDITION, report())
    assert read(source).check_code
    older = changed(source, word("mark"), cell(at((MARK.index("seed") + 1, 2)), ""))
    assert read(older).check_code is None
