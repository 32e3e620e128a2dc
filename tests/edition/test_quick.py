"""Short ways of reading that must not differ from the long ones: sentences, patterns, headers."""

import tomllib
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source import CHECKOUT

from toolkit.data import plain_sections
from toolkit.edition.lines import scan
from toolkit.edition.signs import pattern_of

MESSAGES = sorted((CHECKOUT / "templates" / "messages").glob("*.toml"))


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_sentences_are_read_as_toml_has_them(path):
    text = path.read_text(encoding="utf-8")
    found, true = plain_sections(text), tomllib.loads(text)
    assert found == true
    assert [list(section) for section in found.values()] == [list(one) for one in true.values()]


@pytest.mark.parametrize(
    "text",
    ["a = 'b'", 'a = "b"', '[a]\na = "b"\na = "c"', "[a]\n[a]", '[a.b]\nc = "d"', "[a]\nb = 1",
     '[a]\nb = "\\u0041"', '[a]\nb = "c', '[a]\nb = """\\"""', "[a]\nb =", "[[a]]"],
)  # fmt: skip
def test_any_other_toml_is_left_to_its_parser(text):
    assert plain_sections(text) is None


LINES = st.lists(
    st.sampled_from(
        ["[a]", "[b-1]", '"" = "x"', 'a = "b\\n" # c', "# d", "", 'c = """', '"""', 'x"""',
         'd = "\\"" ', "e = 1", "[a] # f", 'f.g = "h"', " ", '"i/j" = "k\\\\"']
    ),
    max_size=8,
)  # fmt: skip


@given(LINES)
def test_what_is_read_in_the_short_way_is_what_a_parser_reads(lines):
    text = "\n".join(lines)
    found = plain_sections(text)
    if found is not None:
        assert found == tomllib.loads(text)


@given(st.text("ab*?[].", max_size=5), st.text("ab.*[", max_size=6))
def test_a_pattern_fits_what_fnmatch_says(pattern, name):
    assert pattern_of(pattern)(name) == fnmatchcase(name, pattern)


def test_quoted_headers_and_keys_have_their_lines():
    lines = scan("[\"a b\"]\n'c d' = 1\n[e.f]\ng.h = 2\n", "x.toml")
    paths = (("a b", "c d"), ("e", "f", "g", "h"))
    assert [lines.at(*path) for path in paths] == ["x.toml line 2", "x.toml line 4"]
