"""The cases of tests/cases and the published reports, as reports."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import pytest
from source import REAL, TESTS

from toolkit.edition.edition import named
from toolkit.report.report import Report, from_json, parse_json, recompute

CLEAN = ("seed_jiguan_shiwu_2025", "shuyang_county_2025", "suqian_city_2023", "suqian_city_2024")


def real(name: str) -> dict[str, Any]:
    """Return a real report as parsed JSON, or the made-up one beside the cases."""
    found = next(folder / f"{name}.json" for folder in (REAL, TESTS / "cases")
                 if (folder / f"{name}.json").exists())  # fmt: skip
    return parse_json(found.read_text(encoding="utf-8"))


def report_of(case: dict[str, Any], year: int = 0) -> Report:
    """Return the report a case describes; `year` is added to its base's."""
    source = real(case.get("base", CLEAN[0]))
    edition = named(source["form"], source["edition"])
    facts = {
        key: 0
        for key, cell in edition.cells.items()
        if cell.numeric and cell.table not in edition.statutory
    }
    values = facts | source["values"]
    for pattern in case.get("clear", ()):
        values |= {key: None for key in values if fnmatchcase(key, pattern)}
    level = case.get("level", "county" if "base" not in case else "city")
    source |= {
        "year": case.get("year", source["year"] + year),
        "agency": source["agency"] | {"level": level},
        "values": values | case.get("set", {}) | dict.fromkeys(case.get("null", ())),
        "nil": case.get("nil", []),
        "texts": case.get("texts", {}),
        "origin": case.get("origin", "json"),
        **case.get("field", {}),
    }
    report = from_json(source)
    return as_workbook(report) if report.origin == "workbook" else report


def as_workbook(report: Report) -> Report:
    """Return the report that is read from a workbook with the same typed cells."""
    values = recompute(report.edition, report.values, report.nil)
    return replace(report, values=values, origin="workbook")


def cases() -> Iterator[Any]:
    for path in (
        TESTS / "cases" / f"{name}.toml"
        for name in ("numbers", "balances", "years", "form", "website", "enforcement")
    ):
        source = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for case in source["case"]:
            yield pytest.param(case, id=case["name"])


def balanced(name, origin="json", **changes):
    """Return a real report with blanks as 0 and its totals right, then changed."""
    report = from_json(parse_json((REAL / f"{name}.json").read_text(encoding="utf-8")))
    values = {
        key: 0 if value is None or isinstance(value, str) else value
        for key, value in report.values.items()
    }
    values = recompute(report.edition, values, ())
    values |= {key.replace("__", "."): value for key, value in changes.items()}
    if origin == "workbook":
        values = recompute(report.edition, values, ())
    return replace(report, values=values, origin=origin, extra={})
