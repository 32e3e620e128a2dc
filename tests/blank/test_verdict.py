"""The cover's state line, `check`, the button and the page give a return the same verdict."""

import pytest
import share
from coververdict import differing
from office import need_office

from toolkit.edition.edition import named

COUNT = 5
"""Returns of each edition."""


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", share.editions(), ids="/".join)
def test_verdicts_of_the_cover_and_of_every_front_end_are_the_same(ident, tmp_path):
    need_office()
    found, kinds = differing(named(*ident), 3, COUNT, tmp_path)
    assert found == []
    assert kinds > 1
