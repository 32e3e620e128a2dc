"""The JSON Schema of a return: derived, committed, with the same results in both validators."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from functools import cache

import jsonschema
import jsonschema_rs
import pytest
import returns
from committed import hold
from hypothesis import given
from hypothesis import strategies as st
from source import CHECKOUT, REAL

from toolkit.edition.edition import build, known, named
from toolkit.report import schema
from toolkit.report.report import (
    COUNT_LIMIT,
    ORIGINS,
    TOTAL_LIMIT,
    Report,
    fits,
    from_json,
    limit,
    parse_json,
)

SCHEMAS = CHECKOUT / "schemas"
EDITIONS = [named(*ident) for ident in known()]
EDITION = named("annual-report", "2021")


@cache
def fast(edition) -> Callable[[object], bool]:
    """Return the verdict of the other validator, in Rust, of the same schema."""
    return jsonschema_rs.validator_for(schema.report_schema(edition)).is_valid


def alike(edition, instance) -> bool:
    """Tell whether both validators accept an instance; Rust takes no text with a lone surrogate."""
    accepted = schema.validator(edition).is_valid(instance)
    with suppress(UnicodeEncodeError):
        assert fast(edition)(instance) == accepted
    return accepted


def seed() -> Report:
    path = REAL / "seed_jiguan_shiwu_2025.json"
    return from_json(parse_json(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_the_committed_schema_is_that_of_the_edition(edition):
    path = SCHEMAS / f"{edition.form}-{edition.name}.report.schema.json"
    hold(path, schema.report_schema(edition))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_the_schema_is_one(edition):
    jsonschema.Draft202012Validator.check_schema(schema.report_schema(edition))


def test_the_schema_has_a_property_for_each_cell_in_form_order():
    source = schema.report_schema(EDITION)
    values = source["properties"]["values"]
    assert list(values["properties"]) == list(EDITION.cells)
    assert values["additionalProperties"] is False
    assert "required" not in values
    assert values["properties"]["applications.granted.business"] == {
        "title": EDITION.cells["applications.granted.business"].label,
        "type": "integer",
        "minimum": 0,
        "maximum": COUNT_LIMIT,
    }
    assert values["properties"]["proactive.fees.collected"]["type"] == "number"
    assert values["properties"]["applications.granted.total"]["maximum"] == TOTAL_LIMIT
    assert source["properties"]["year"] == {"type": "integer", "minimum": 2021}


def test_a_signed_count_has_a_lower_bound():
    source = schema.report_schema(named("annual-report", "2019"))
    change = source["properties"]["values"]["properties"]["proactive.licences.change"]
    assert change["minimum"] == -COUNT_LIMIT
    assert source["properties"]["year"] == {"type": "integer", "minimum": 2019, "maximum": 2020}


def test_the_last_element_of_an_errors_path_is_the_cells_key():
    instance = schema.instance(seed())
    instance["values"] |= {
        "disputes.review.other": None,
        "proactive.fees.collected": Decimal("-0.5"),
        "applications.granted.total": "/",
    }
    instance["values"]["strange"] = 1
    instance["year"] = 2019
    found = {key: (keyword, value) for key, keyword, value, _ in schema.errors(EDITION, instance)}
    assert found.pop("values")[0] == "additionalProperties"
    assert found == {
        "disputes.review.other": ("type", None),
        "proactive.fees.collected": ("minimum", Decimal("-0.5")),
        "applications.granted.total": ("type", "/"),
        "year": ("minimum", 2019),
    }


def test_an_error_about_the_whole_has_no_key():
    found = [(key, keyword) for key, keyword, *_ in schema.errors(EDITION, {})]
    assert found == [("", "required")] * 3


def test_blanks_that_are_no_fault_are_left_out():
    report = seed()
    values = schema.instance(report)["values"]
    assert "processing_fee.notices.count" not in values
    assert len(values) == 200
    blank = Report(
        EDITION, {}, 2025, dict.fromkeys(EDITION.cells), ("disputes",), origin="workbook"
    )
    values = schema.instance(blank)["values"]
    assert values["disputes.review.other"] == 0
    assert values["proactive.licences.decided"] is None
    assert "disputes.review.total" not in values
    assert len(schema.misfits(blank)) == 166 - 12


def test_errors_name_cell_keyword_and_value():
    assert schema.misfits(seed()) == frozenset()
    instance = schema.instance(seed())
    instance["values"]["disputes.review.other"] = "无"
    assert [key for key, *_ in schema.errors(EDITION, instance)] == ["disputes.review.other"]


def test_a_cell_that_holds_no_number_is_a_text():
    source = {"form": "f", "name": "1", "title": "表", "source": "某函", "citation": "某函"}
    grid = [["名称", "@a.name"], ["日期", "@a.date"]]
    kinds = {"a.name": {"kind": "text"}, "a.date": {"kind": "date"}}
    section = {"caption": "一", "sheet": "表", "table": "t", "grid": grid, "cells": kinds}
    edition = build(source | {"years": {"from": 2000}, "section": [section]}, "f/1.toml")
    assert schema.report_schema(edition)["properties"]["values"]["properties"] == {
        "t.a.name": {"title": "名称", "type": "string", "minLength": 1},
        "t.a.date": {
            "title": "日期",
            "type": "string",
            "format": "date",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
            "maxLength": 10,
        },
    }


def test_a_choice_is_one_of_the_printed_words_and_yes_no_is_yes_or_no():
    source = schema.report_schema(named("site-report", "2017"))["properties"]["values"]
    words = {key: rule.get("enum") for key, rule in source["properties"].items()}
    assert words["website.profile.site_kind"] == ["政府门户网站", "部门网站", "专项网站"]
    assert words["website.security.drilled"] == ["是", "否"]
    assert words["website.profile.site_name"] is None


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("2025-03-04", True),
        ("2025-3-4", False),
        ("2025-03-04\n", False),
        ("2025-13-04", False),
        (45720, False),
        ("", False),
        (None, False),
    ],
)
def test_a_day_is_written_in_ten_signs(value, good):
    edition = named("site-report", "2017")
    instance = {"form": edition.form, "year": 2025, "values": {"website.filing.filed_on": value}}
    assert alike(edition, instance) == good


VALUES = st.one_of(
    st.none(),
    st.integers(),
    st.integers(-3, 3),
    st.sampled_from([COUNT_LIMIT, COUNT_LIMIT + 1, -COUNT_LIMIT, -COUNT_LIMIT - 1, 10**30]),
    st.sampled_from([TOTAL_LIMIT, TOTAL_LIMIT + 1]),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.decimals(min_value=-2, max_value=2, places=7),
    st.sampled_from([Decimal(text) for text in ("2", "2.0", "-0", "1E+3", "1E+400", "1E-400")]),
    st.text(),
    st.sampled_from(["12", "/", "\ud800", ""]),
)


@pytest.mark.no_cover
@given(st.sampled_from(EDITIONS), st.data())
def test_both_validators_give_the_same_verdict(edition, data):
    keys = data.draw(st.lists(st.sampled_from(list(edition.cells)), max_size=3))
    values = {key: data.draw(VALUES) for key in keys}
    report = Report(edition, {}, edition.years[0], dict.fromkeys(edition.cells, 0) | values)
    instance = schema.instance(report)
    alike(edition, instance)


def listed(report: Report) -> frozenset[str]:
    """Return the cells that jsonschema's own errors name."""
    found = (key for key, *_ in schema.errors(report.edition, schema.instance(report)))
    return frozenset(found) & report.edition.cells.keys()


@pytest.mark.no_cover
@given(st.sampled_from(EDITIONS), st.sampled_from(ORIGINS), st.data())
def test_misfits_are_those_of_a_validator(edition, origin, data):
    keys = data.draw(st.lists(st.sampled_from(list(edition.cells)), max_size=6))
    rest = data.draw(st.sampled_from([0, None, Decimal("1.5"), "2025-03-04", "是", "\ud800"]))
    nil = data.draw(st.lists(st.sampled_from(edition.statutory), unique=True))
    values = {key: data.draw(VALUES) for key in keys}
    content = dict.fromkeys(edition.cells, rest) | values
    report = Report(edition, {"name": None}, edition.years[0], content, tuple(nil), origin=origin)
    assert schema.misfits(report) == listed(report)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: f"{edition.form}-{edition.name}")
def test_returns_with_every_mistake_have_the_misfits_of_a_validator(edition):
    for case in returns.cases(edition, 7, 60):
        for origin in ORIGINS:
            report = replace(case.report, origin=origin)
            assert schema.misfits(report) == listed(report)


@given(st.sampled_from(EDITIONS), st.data())
def test_the_schema_refuses_what_is_no_number_but_for_decimals(edition, data):
    key = data.draw(st.sampled_from([k for k, c in edition.cells.items() if c.numeric]))
    value = data.draw(VALUES)
    cell = edition.cells[key]
    report = Report(edition, {}, edition.years[0], dict.fromkeys(edition.cells, 0) | {key: value})
    good = key not in schema.misfits(report)
    if cell.kind == "money" and isinstance(value, Decimal):
        whole = value.to_integral_value()
        assert good == (value >= 0 and fits(cell, max(whole, -whole), limit(edition, key)))
    elif value is None:
        assert good == (cell.table not in edition.statutory)
    else:
        assert good == fits(cell, value, limit(edition, key))
