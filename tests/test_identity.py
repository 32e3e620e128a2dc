"""Whose return it is, however names and codes are written."""

import pytest

from toolkit.identity import code_key, name_key, same_agency


@pytest.mark.parametrize(
    "written",
    [
        "某某局(本级)",
        " 某某局（本级）",
        "某某局【本级】",
        "某某\u200b局(本级)\ufe0f",
        "某某 局[本级]",
    ],
)
def test_a_name_is_the_same_however_it_is_written(written):
    assert name_key(written) == "某某局(本级)"


def test_radicals_are_the_characters_they_look_like():
    assert name_key("\u2f8f\u2ec5") == "行见"


@pytest.mark.parametrize(
    "written", ["1132x", "1132X", " 11 32X", "１１３２ｘ", '="1132x"', "'1132X", "‘1132X"]
)
def test_a_code_is_the_same_however_it_is_written(written):
    assert code_key(written) == "1132X"


def test_two_are_one_agency_by_code_else_by_name():
    one = {"name": "甲局", "code": "1132X"}
    assert same_agency(one, {"name": "乙局", "code": "1132x"})
    assert not same_agency(one, {"name": "甲局", "code": "1133X"})
    assert same_agency(one, {"name": "甲 局", "code": None})
    assert not same_agency({"name": None}, {"name": None})
