"""The live rows of the workbook say what `check` says, whatever people type."""

import pytest
from office import need_office
from returns import KINDS, cases
from trips import typed_in

from toolkit.edition import known, named

SHOWN = 20
"""Differences told of one batch."""


@pytest.mark.parametrize("ident", known(), ids="/".join)
def test_live_rows_totals_and_printed_sheets_say_what_check_says(ident, tmp_path):
    need_office(session=True)
    returns = cases(named(*ident), seed=2, count=13 * len(KINDS))
    assert typed_in(returns, tmp_path)[:SHOWN] == []
