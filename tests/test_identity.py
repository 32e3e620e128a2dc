"""Whose return it is, however names and codes are written."""

import pytest

from toolkit import identity


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
    assert identity.name(written) == "某某局(本级)"


def test_radicals_are_the_characters_they_look_like():
    assert identity.name("\u2f8f\u2ec5") == "行见"


@pytest.mark.parametrize(
    "written", ["1132x", "1132X", " 11 32X", "１１３２ｘ", '="1132x"', "'1132X", "‘1132X"]
)
def test_a_code_is_the_same_however_it_is_written(written):
    assert identity.code(written) == "1132X"


def test_two_are_one_agency_by_code_else_by_name():
    one = {"name": "甲局", "code": "1132X"}
    assert identity.same(one, {"name": "乙局", "code": "1132x"})
    assert not identity.same(one, {"name": "甲局", "code": "1133X"})
    assert identity.same(one, {"name": "甲 局", "code": None})
    assert not identity.same({"name": None}, {"name": None})


def test_a_sentence_names_the_signs_that_nobody_sees():
    words = {"zh": "不同。", "en": "They differ."}
    assert identity.remarked(words, "某局\u200b", None, "\u2f8f局") == {
        "zh": "不同。名称或代码里有看不见的或形近的字符：U+200B, U+2F8F。",
        "en": "They differ. It holds invisible or look-alike signs: U+200B, U+2F8F.",
    }
    assert identity.remarked(words, "某局") == words
