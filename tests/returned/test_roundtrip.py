"""A workbook recalculated and saved by LibreOffice is read as the same return."""

from dataclasses import replace

import pytest
import share
from office import need_office
from returns import KINDS, cases, report_of
from source import TESTS
from trips import published, there_and_back, typed_in

from toolkit.edition.edition import named

TOML = TESTS.parent / "templates" / "annual-report" / "2021.toml"
WIDER = [
    ('name = "2021"', 'name = "2031"'),
    ("years = { from = 2021 }", "years = { from = 2031 }"),
    ('"legal_service", "other_org"', '"legal_service", "foundation", "other_org"'),
    ("widths = [6, 13, 44, 8, 8, 8, 8, 8, 8]", "widths = [6, 13, 44, 8, 8, 8, 8, 8, 8, 8]"),
    ('"法人或其他组织", "<",', '"法人或其他组织", "<", "<",'),
    ('"法律服务机构", "其他"', '"法律服务机构", "基金会", "其他"'),
    (
        '"@refused_inquiry.*"],',
        '"@refused_inquiry.*"],\n  ["^", "^", "9.其他", "@refused_rest.*"],',
    ),
]
"""Replacements in the text of 2021 for an edition with one more column and row."""


@pytest.fixture
def wider(tmp_path):
    """Return the edition with one column and one row more, and the folder it is in."""
    text = TOML.read_text(encoding="utf-8")
    for old, new in WIDER:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    folder = tmp_path / "templates"
    (folder / "annual-report").mkdir(parents=True)
    (folder / "annual-report" / "2031.toml").write_text(text, encoding="utf-8")
    return named("annual-report", "2031", (folder,)), folder


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", share.editions(), ids="/".join)
def test_a_trip_through_libreoffice_changes_no_value_and_adds_only_notes(ident, tmp_path):
    need_office()
    returns = cases(named(*ident), seed=3, count=len(KINDS))
    assert there_and_back(returns, tmp_path) == []


@pytest.mark.no_cover
def test_real_reports_come_back_from_libreoffice_as_they_were_published(tmp_path):
    need_office()
    assert there_and_back(list(published()), tmp_path) == []


@pytest.mark.no_cover
def test_an_edition_with_one_column_and_one_row_more_makes_the_trip(wider, tmp_path):
    need_office()
    edition, folder = wider
    assert len(edition.cells) == 203 + 26 + 7
    assert len(edition.computes) == 34 + 1 + 1
    returns = share.spread(cases(edition, seed=6, count=len(KINDS)), 2)
    blank = replace(returns[0], report=report_of(edition, 2031, {}, (), returns[0].report.agency))
    assert there_and_back([blank, *returns], tmp_path, (folder,)) == []


@pytest.mark.no_cover
def test_its_live_rows_say_what_check_says(wider, tmp_path):
    need_office(session=True)
    assert typed_in(cases(wider[0], seed=7, count=2 * len(KINDS)), tmp_path) == []
