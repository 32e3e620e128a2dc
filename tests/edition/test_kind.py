"""Cells that hold no number: values typed into them in a workbook, and values read."""

import io
from datetime import date, datetime, time
from functools import cache

import openpyxl
import pytest

from toolkit.blank.build import build
from toolkit.check import check
from toolkit.edition.days import serial
from toolkit.edition.edition import Edition, named
from toolkit.edition.kind import meant, takes
from toolkit.report.report import Report, Value, as_json, dumps, from_json, parse_json
from toolkit.returned.fill import fill
from toolkit.returned.read import read

DAY, KIND, CODE = (
    "website.filing.filed_on",
    "website.profile.site_kind",
    "website.profile.site_code",
)
ANSWER = "website.media.offered"


@cache
def form() -> Edition:
    edition = named("site-report", "2017")
    assert edition is not None
    return edition


@cache
def blank() -> bytes:
    return build(form())


def typed(key: str, value: object, *, like: str | None = None) -> bytes:
    """Return the blank with a value typed into a cell; `like`: its number format afterwards."""
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    cell = book[form().cells[key].sheet][form().cells[key].at]
    own = cell.number_format
    cell.value = value
    cell.number_format = own if like is None else like
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_of(key: str, value: object, *, like: str | None = None) -> Value:
    return read(typed(key, value, like=like)).report.values[key]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("value", "like", "there"),
    [
        (date(2026, 1, 12), None, "2026-01-12"),
        (serial(date(2026, 1, 12)), None, "2026-01-12"),
        (serial(date(2026, 1, 12)), "General", "2026-01-12"),
        ("2026-01-12", None, "2026-01-12"),
        ("2026-01-12T00:00:00", None, "2026-01-12"),
        ("2026-01-12 00:00:00.000Z", None, "2026-01-12"),
        (" 2026-01-12 0:00", None, "2026-01-12"),
        ("2026-01-12 " + "0" * 90, None, "2026-01-12 " + "0" * 90),
        (datetime(2026, 1, 12, 9, 30), None, "2026-01-12 09:30:00"),  # noqa: DTZ001
        (2026, None, "1905-07-18"),
        (20260112, None, "20260112"),
        ("2026年1月12日", None, "2026年1月12日"),
        (time(9, 30), None, "1899-12-30 09:30:00"),
    ],
)
def test_a_day_is_read_as_ten_signs_however_it_is_stored(value, like, there):
    assert read_of(DAY, value, like=like) == there
    assert takes(form().cells[DAY], there) == (there == "2026-01-12")


def test_a_day_is_stored_as_programs_store_one_and_shown_as_a_day():
    report = Report(form(), {}, 2025, {DAY: "2026-01-12"}, origin="workbook")
    cell = openpyxl.load_workbook(io.BytesIO(build(form(), report)))["年度报表"][
        form().cells[DAY].at
    ]
    assert (cell.value, cell.number_format, cell.is_date) == (
        datetime(2026, 1, 12),  # noqa: DTZ001
        "yyyy-mm-dd",
        True,
    )


@pytest.mark.parametrize(
    ("key", "value", "there"),
    [
        (CODE, 3200000001, "3200000001"),
        (CODE, "0000000001", "0000000001"),
        (CODE, 12.5, "12.5"),
        (KIND, "部门网站", "部门网站"),
        (KIND, 2, "2"),
        (ANSWER, True, "TRUE"),
    ],
)
def test_digits_in_a_cell_for_words_are_text(key, value, there):
    assert read_of(key, value) in (there, there.lower(), "1")


@pytest.mark.parametrize(
    ("key", "text", "right"),
    [
        (KIND, " 部门网站 ", "部门网站"),
        (KIND, "部门", None),
        (ANSWER, "是\n", "是"),
        (DAY, "2026/1/2", "2026-01-02"),
        (DAY, "2026.01.02", "2026-01-02"),
        (DAY, "2026年13月2日", None),
        (DAY, "1月2日", None),
        (CODE, " ", None),
    ],
)
def test_a_word_or_a_day_is_proposed_where_one_is_likely(key, text, right):
    assert meant(form().cells[key], text) == right


def test_json_to_workbook_and_back_keeps_words_and_days():
    values = {
        DAY: "2026-01-12",
        KIND: "专项网站",
        CODE: "0000000001",
        ANSWER: "否",
        "website.weibo.posts": 0,
    }
    source = {"form": "site-report", "edition": "2017", "year": 2025, "values": values}
    report = from_json(parse_json(dumps(source)))
    back = read(fill(report, form()).workbook).report
    assert {key: value for key, value in back.values.items() if value is not None} == values
    assert as_json(back)["values"][CODE] == "0000000001"


def test_a_blank_that_does_not_apply_is_0_in_sums_and_no_fault():
    values = dict.fromkeys(form().cells) | {ANSWER: "否"}
    report = Report(form(), {"name": "某某局"}, 2025, values)
    away = {key for key in form().cells if report.state(key) == "not-applicable"}
    assert away == {
        "website.weibo.account",
        "website.weibo.posts",
        "website.weibo.followers",
        "website.wechat.account",
        "website.wechat.posts",
        "website.wechat.subscribers",
        "website.media.other_media",
    }
    assert (report.numbers["website.weibo.posts"], report.numbers["website.weibo.account"]) == (
        0,
        None,
    )
    (unfilled,) = check(report).findings
    assert not away & {cell.key for cell in unfilled.cells}


def test_drop_downs_stand_on_every_choice_and_a_day_wants_a_day():
    page = openpyxl.load_workbook(io.BytesIO(blank()))["年度报表"]
    lists = {
        v.formula1: str(v.sqref) for v in page.data_validations.dataValidation if v.type == "list"
    }
    assert lists['"政府门户网站,部门网站,专项网站"'] == "D7"
    assert sum(cell.kind == "yes-no" for cell in form().cells.values()) == 11
    days = [str(v.sqref) for v in page.data_validations.dataValidation if v.type == "date"]
    assert days == [form().cells[DAY].at]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-12 08:30:00", "2026-01-12"),
        ("2026/1/12 8:30", "2026-01-12"),
        ("2026-01-12T08:30:00.5", "2026-01-12"),
        ("2026-01-12T00:00:00+08:00", "2026-01-12"),
        ("2026-01-11T16:00:00Z", None),
        ("2026-01-12 " + "0" * 90 + ":00", None),
        ("8:30", None),
    ],
)
def test_of_a_day_with_a_time_the_day_is_proposed_unless_the_zone_may_move_it(text, day):
    assert meant(form().cells[DAY], text) == day
