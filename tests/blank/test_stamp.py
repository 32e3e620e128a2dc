"""A stamped blank has the bytes of a built one."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import cache

import office
import openpyxl
import pytest
from source import REAL

from toolkit.blank import parts
from toolkit.blank.build import BuildError, build
from toolkit.blank.stamp import stamp
from toolkit.edition.edition import named
from toolkit.files.examine import examine, load, prior_numbers
from toolkit.report.report import Report
from toolkit.returned.fill import prefilled
from toolkit.returned.read import read
from toolkit.xlsx.book import open_book
from toolkit.xlsx.repack import repacked, stored
from toolkit.xlsx.zip import open_package

OWN = "2025年1月10日前"


@cache
def last():
    return load(str(REAL / "suqian_city_2023.json")).report


def blank(name="某某市人民政府", code="1132", level="city", form="annual-report", edition="2021"):
    made = named(form, edition)
    who = {"name": name, "code": code, "level": level}
    return Report(made, who, 2024, dict.fromkeys(made.cells), origin="workbook")


def chained(numbers=None):
    """Return a blank with last year's numbers in it, and those numbers."""
    before = last() if numbers is None else replace(last(), values=last().values | numbers)
    return prefilled(blank(), before), prior_numbers(blank().edition, before)


BLANKS = {
    "all stated": (blank(), None, None),
    "its own deadline": (blank(), None, OWN),
    "a name alone": (blank(code=None, level=None), None, None),
    "signs of XML": (blank("<某>&\"某'局", "</t>&amp;"), None, OWN),
    "signs a workbook escapes": (blank("某_x0041_局"), None, None),
    "a level nobody knows": (blank(level="局级"), None, None),
    "edition 2019": (blank(edition="2019"), None, None),
    "a form without last year": (blank(form="site-report", edition="2017"), None, None),
    "last year": (*chained(), None),
    "last year and its own deadline": (*chained(), OWN),
    "half of last year": (*chained({"applications.carried_out.business": None}), None),
    "a number no double holds": (blank(), {"disputes.review.pending": 10**17 + 1}, None),
    "last year's numbers, nothing filled in": (blank(), chained()[1], None),
    "money": (blank(form="annual-report"), {"proactive.fees.collected": Decimal("18.871")}, None),
}


@pytest.mark.parametrize("case", BLANKS)
def test_a_stamped_blank_equals_what_is_built_part_by_part(case):
    report, prior, deadline = BLANKS[case]
    stamped, built = stamp(report, prior, deadline), build(report.edition, report, prior, deadline)
    assert parts.differing(stamped, built) == ()
    assert [entry.name for entry in stored(stamped)] == [entry.name for entry in stored(built)]


def test_a_stamped_blank_is_a_sound_zip_for_the_strict_reader_and_openpyxl():
    content = stamp(*chained(), OWN)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
    assert len(open_book(open_package(content)).sheets) == 13
    assert openpyxl.load_workbook(io.BytesIO(content))["填报说明"]["B4"].value == "某某市人民政府"
    assert stamp(*chained(), OWN) == content


@pytest.mark.parametrize(
    "case", ["all stated", "a name alone", "its own deadline", "last year and its own deadline"]
)
def test_check_finds_nothing_in_a_stamped_blank_but_that_it_is_unfilled(case, tmp_path):
    report, prior, deadline = BLANKS[case]
    path = tmp_path / "a.xlsx"
    path.write_bytes(stamp(report, prior, deadline))
    found = examine(str(path), [last()] if prior else None).findings
    assert [finding.code for finding in found] == ["unfilled"] * 3 + ["processing-fee"]


def test_what_last_year_filled_in_is_typed_and_looks_it():
    report, prior = chained()
    page = openpyxl.load_workbook(io.BytesIO(stamp(report, prior)))["表三"]
    assert [page.cell(8, column).value for column in range(4, 10)] == [118, 3, 0, 0, 0, 0]
    assert {page.cell(8, column).fill.fgColor.rgb for column in range(4, 10)} == {"FFEAF5E6"}
    assert page["D7"].fill.fgColor.rgb != "FFEAF5E6"
    assert not any(page.cell(8, column).protection.locked for column in range(4, 10))


def test_a_number_other_than_last_years_does_not_look_filled_in():
    report, prior = chained()
    changed = replace(report, values={**report.values, "applications.carried_in.business": 4})
    page = openpyxl.load_workbook(io.BytesIO(build(report.edition, changed, prior)))["表三"]
    assert (page["D8"].fill.fgColor.rgb, page["E8"].fill.fgColor.rgb) == ("FFEAF5E6", "00000000")


def test_numbers_of_last_year_come_back_from_a_stamped_blank():
    report, prior = chained()
    back = read(stamp(report, prior)).report
    assert back.prior == prior
    assert {key: v for key, v in back.values.items() if v is not None} == {
        **{key: v for key, v in report.values.items() if v is not None},
        "applications.carried_in.total": 121,
    }


def test_a_name_longer_than_a_cell_is_refused():
    with pytest.raises(BuildError):
        stamp(blank("局" * 32768))


def test_libreoffice_opens_a_stamped_blank_and_shows_the_agencys_own_deadline(tmp_path):
    office.need_office()
    (tmp_path / "a.xlsx").write_bytes(stamp(*chained(), OWN))
    (path,) = office.resave([tmp_path / "a.xlsx"], tmp_path / "out")
    shown = openpyxl.load_workbook(path, data_only=True)
    assert shown["填报说明"]["B9"].value == OWN
    assert shown["表三"]["J8"].value == 121


def test_a_zip_with_entries_written_anew_keeps_the_others_byte_for_byte():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("名.txt", "甲" * 9)
        with archive.open(zipfile.ZipInfo("b", (2026, 5, 6, 7, 8, 10)), "w") as file:
            file.write(b"b")
    entries = stored(out.getvalue())
    assert repacked(entries, {}) == out.getvalue()
    again = repacked(entries, {"b": b"new" * 99})
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert archive.testzip() is None
        assert archive.read("b") == b"new" * 99
        assert archive.read("名.txt").decode() == "甲" * 9
        assert archive.getinfo("b").date_time == (2026, 5, 6, 7, 8, 10)
    assert stored(again)[0].raw == entries[0].raw
