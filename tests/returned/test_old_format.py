"""A return saved as .xls and as .xlsx again: the same data, no finding worse than a note."""

from functools import cache

import pytest
import share
from forall import filled as on_blank_for_all
from forall import typed
from office import FILTER, convert, need_office
from returns import cases
from source import REAL, TESTS
from tamper import filled

from toolkit.blank.build import build
from toolkit.check import check
from toolkit.edition.edition import named
from toolkit.report.report import from_json
from toolkit.report.strict import parse_json
from toolkit.returned.fill import fill
from toolkit.returned.read import read

reading = cache(read)

PUBLISHED = {
    "the seed's agency": REAL / "seed_jiguan_shiwu_2025.json",
    "a city": REAL / "suqian_city_2024.json",
    "a website": TESTS / "cases" / "website.json",
}
KINDS = ("clean", "broken", "half-filled", "text", "fractional")


def sources():
    """Yield (name, return); the random ones have last year's numbers where they have any."""
    yield "filled", filled()
    for name, path in PUBLISHED.items():
        report = from_json(parse_json(path.read_text(encoding="utf-8")))
        yield name, fill(report, report.edition).workbook
    for ident in share.editions():
        for case in cases(named(*ident), 23, len(KINDS), KINDS):
            report = case.report
            yield f"{'/'.join(ident)} {case.kind}", build(report.edition, report, report.prior)
    yield "on the blank for all", on_blank_for_all(typed("甲局"))


@pytest.fixture(scope="module")
def trips(tmp_path_factory, unmeasured):
    """Return {name: (before, after)} of the returns."""
    need_office()
    folder = tmp_path_factory.mktemp("old")
    with unmeasured():
        there = dict(sources())
    paths = [folder / f"{number}.xlsx" for number in range(len(there))]
    for path, source in zip(paths, there.values(), strict=True):
        path.write_bytes(source)
    old = convert(paths, folder / "xls", "xls:MS Excel 97")
    assert all(path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0" for path in old)
    back = convert(old, folder / "back", f"xlsx:{FILTER}")
    return {
        name: (source, path.read_bytes())
        for (name, source), path in zip(there.items(), back, strict=True)
    }


def told(back):
    """Return verdict and findings of a workbook, without notes."""
    outcome = check(back.report, None, back.findings)
    return [
        (f.code, f.severity, tuple(spot.at for spot in f.cells), f.found, f.expected)
        for f in outcome.findings
        if f.severity != "note"
    ]


@pytest.mark.no_cover
def test_no_return_has_a_new_finding_after_a_trip_through_xls(trips):
    assert len(trips) == 5 + len(share.editions()) * len(KINDS)
    for name, (before, after) in trips.items():
        worse = [f for f in reading(after).findings if f.severity != "note"]
        assert worse == [], name
        assert told(reading(after)) == told(reading(before)), name


@pytest.mark.no_cover
def test_no_number_and_no_text_is_lost_in_xls(trips):
    for name, (before, after) in trips.items():
        first, second = reading(before).report, reading(after).report
        for part in ("values", "nil", "texts", "agency", "year", "prior", "sent"):
            assert getattr(second, part) == getattr(first, part), (name, part)
