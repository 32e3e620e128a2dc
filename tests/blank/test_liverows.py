"""The live rows of the workbook agree with `check` for any typed content."""

from dataclasses import replace

import pytest
import share
from office import need_office
from returns import KINDS, Case, cases, report_of
from trips import typed_in

from toolkit.check import check
from toolkit.edition.edition import named
from toolkit.files.examine import prior_numbers
from toolkit.report.report import Report

AGENCY = {"name": "某某局", "code": None, "level": "county"}
OUT = "applications.carried_out.{}"
PARTS = {"natural_person": 6, "total": 6}
"""Last year's numbers that are not 0."""
SHOWN = 20
"""Maximum number of differences shown."""


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", share.editions(), ids="/".join)
def test_live_rows_totals_and_printed_sheets_say_what_check_says(ident, tmp_path):
    need_office(session=True)
    returns = cases(named(*ident), seed=2, count=5 * len(KINDS))
    assert typed_in(returns, tmp_path)[:SHOWN] == []


LAST_YEAR = {
    "whole": ({}, True),
    "a part is missing": ({"business": None}, False),
    "it did not add up": ({"total": 9}, False),
}
"""Numbers carried out last year besides PARTS, and whether this year's total is folded."""


def test_a_total_is_folded_only_where_its_parts_explain_it(tmp_path):
    need_office(session=True)
    edition = named("annual-report", "2021")
    report = report_of(edition, 2025, dict.fromkeys(edition.typed, 0), (), AGENCY)
    returns = []
    for kind, (change, folded) in LAST_YEAR.items():
        own = {OUT.format(column): number for column, number in {**PARTS, **change}.items()}
        prior = Report(edition, AGENCY, 2024, dict.fromkeys(edition.cells, 0) | own)
        given = replace(report, prior=prior_numbers(edition, prior))
        returns.append(Case(kind, given, prior))
        (total,) = [
            finding
            for finding in check(given, prior).findings
            if finding.code == "carried-in" and finding.cells[0].key.endswith(".total")
        ]
        assert (total.follows is not None) == folded, kind
    assert typed_in(returns, tmp_path) == []
