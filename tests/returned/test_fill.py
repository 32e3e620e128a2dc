"""Values in a fresh workbook: none lost, none changed, last year's in their places."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from source import REAL

from toolkit.edition.edition import named
from toolkit.report.report import Report, from_json, parse_json
from toolkit.returned.fill import NoPlace, fill, fitting, prefilled
from toolkit.returned.read import read

KEY = "proactive.rules.issued"
IN, OUT = (f"applications.{row}.natural_person" for row in ("carried_in", "carried_out"))


def real(name: str, **values: object) -> Report:
    """Return a real report with some values changed."""
    source = json.loads((REAL / f"{name}.json").read_text(encoding="utf-8"))
    report = from_json(parse_json(json.dumps(source)))
    return replace(report, values={**report.values, **values})


REFUSED = {
    "a text the edition has not": ({"texts": {"preface": "前言"}}, {"preface": "前言"}),
    "61 paragraphs": ({"texts": {"other": "\n".join("abc" * 20) + "\nx"}},
                      {"other": "a\nb\nc\n" * 6 + "a\nb\n…"}),
    "a long paragraph": ({"texts": {"other": "字" * 32768}}, {"other": "字" * 40 + "…"}),
    "a long name": ({"agency": {"name": "局" * 32768, "code": None, "level": None}},
                    {"agency.name": "局" * 40 + "…"}),
    "half a sign": ({"agency": {"name": "\ud800局", "code": None, "level": None}},
                    {"agency.name": "\ud800局"}),
    "a control character": ({"texts": {"other": "a\x01b"}}, {"other": "a\x01b"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_workbook_cannot_hold_is_refused_and_listed(name):
    change, listed = REFUSED[name]
    with pytest.raises(NoPlace) as refused:
        fill(replace(real("seed_jiguan_shiwu_2025"), **change), named("annual-report", "2021"))
    assert refused.value.values == listed


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("9" * 32768, "9" * 40 + "…"),
        (Decimal("1234567890.123456"), "1234567890.123456"),
        (12345678901234567, "12345678901234567"),
    ],
)
def test_a_value_a_cell_cannot_give_back_is_refused_and_listed(value, shown):
    report = real("seed_jiguan_shiwu_2025", **{KEY: value})
    with pytest.raises(NoPlace) as refused:
        fill(report, report.edition)
    assert refused.value.values == {KEY: shown}


@pytest.mark.parametrize("value", ["9" * 32767, Decimal("123456789.123456"), 123456789012345])
def test_the_longest_value_a_cell_can_hold_is_given_back(value):
    report = real("seed_jiguan_shiwu_2025", **{KEY: value})
    back = read(fill(report, report.edition).workbook).report
    assert back.values[KEY] == value


def test_60_paragraphs_are_given_back():
    text = "\n".join(map(str, range(60)))
    report = replace(real("seed_jiguan_shiwu_2025"), texts={"other": text})
    back = read(fill(report, report.edition).workbook).report
    assert back.texts["other"] == text


def test_what_was_carried_out_last_year_is_filled_in_as_carried_in():
    empty = replace(real("suqian_city_2024"), values={})
    assert prefilled(empty, real("suqian_city_2023", **{OUT: 31})).values[IN] == 31


@pytest.mark.parametrize("last", [None, "3件"])
def test_where_last_year_says_no_number_nothing_is_filled_in(last):
    empty = replace(real("suqian_city_2024"), values={})
    filled = prefilled(empty, real("suqian_city_2023", **{OUT: last})).values
    assert IN not in filled
    assert set(filled) == {
        f"applications.carried_in.{column}"
        for column in ("business", "research", "social_org", "legal_service", "other_org")
    }


def test_without_last_year_a_report_stays_as_it_is():
    report = real("suqian_city_2024")
    assert prefilled(report, None) is report


def test_a_level_nobody_knows_stays_as_typed():
    agency = {"name": "某局", "code": None, "level": "很高"}
    report = replace(real("seed_jiguan_shiwu_2025"), agency=agency)
    assert read(fill(report, report.edition).workbook).report.agency == agency


@pytest.mark.parametrize(
    ("edition", "year", "fits"),
    [
        ("2019", 2019, "2019"),
        ("2019", 2023, "2021"),
        ("2021", None, "2021"),
        ("2019", 1999, "2019"),
    ],
)
def test_the_edition_to_fill_in_is_that_of_the_year_or_else_the_reports_own(edition, year, fits):
    report = replace(real("seed_jiguan_shiwu_2025"), edition=named("annual-report", edition))
    assert fitting(replace(report, year=year)).name == fits
