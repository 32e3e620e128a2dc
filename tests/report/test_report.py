"""A report: JSON in and out, exact numbers, the states of a cell."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source import REAL

from toolkit.edition.edition import named
from toolkit.report.report import (
    COUNT_LIMIT,
    Report,
    ReportError,
    as_json,
    decimals,
    dumps,
    fits,
    from_json,
    from_text,
    parse_json,
    plain,
    proposal,
    recompute,
    to_number,
)
from toolkit.xlsx.number import from_double

EDITION = named("annual-report", "2021")
COUNT = EDITION.cells["applications.granted.business"]
MONEY = EDITION.cells["proactive.fees.collected"]
SIGNED = named("annual-report", "2019").cells["proactive.licences.change"]


def source(**changes):
    return {"form": "annual-report", "edition": "2021", "year": 2025, "values": {}} | changes


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "value", "good"),
    [
        (COUNT, 0, True),
        (COUNT, 10**12, True),
        (COUNT, 10**12 + 1, False),
        (COUNT, -1, False),
        (COUNT, True, False),
        (COUNT, "1", False),
        (COUNT, None, False),
        (COUNT, Decimal(2), True),
        (COUNT, Decimal("2.5"), False),
        (COUNT, Decimal("1E+9999999"), False),
        (SIGNED, -COUNT_LIMIT, True),
        (SIGNED, -COUNT_LIMIT - 1, False),
        (MONEY, Decimal("59237.2449"), True),
        (MONEY, Decimal("0.1234560"), True),
        (MONEY, Decimal("0.1234567"), False),
        (MONEY, Decimal("100000000000.00000000000000000001"), False),
        (MONEY, Decimal("1E-9999999"), False),
        (MONEY, Decimal("-0.01"), False),
        (MONEY, Decimal(COUNT_LIMIT) + 1, False),
    ],
)
def test_a_value_fits_its_cell(cell, value, good):
    assert fits(cell, value, COUNT_LIMIT) is good


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_decimals_are_those_that_are_written_without_trailing_zeros(number):
    written = plain(number).partition(".")[2].rstrip("0")
    assert decimals(number) == len(written)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("251000元", "", 251000),
        ("251000元", "元", 251000),
        ("251000元", "万元", None),
        ("25.1万元", "万元", Decimal("25.1")),
        ("25.1万元", "元", None),
        ("3条", "件", 3),
        ("3元", "件", None),
        ("+1036", "件", 1036),
        ("1,23", "件", None),
        ("7\u200b", "件", 7),
        ("—", "件", None),
        ("", "件", None),
        ("１，０００", "件", 1000),
        ("٣", "件", None),
        ("1.50", "件", Decimal("1.50")),
        ("2.0", "件", 2),
        ("1,234.5", "万元", Decimal("1234.5")),
        ("++7", "件", None),
        ("1 234", "件", 1234),
        ("\ufeff7 件", "件", 7),
    ],
)
def test_a_proposal_keeps_the_unit(text, unit, number):
    assert proposal(text, unit) == number


def test_a_count_is_an_int_only_where_it_is_whole_and_not_absurd():
    assert to_number(COUNT, Decimal("12.0")) == 12
    assert isinstance(to_number(COUNT, Decimal("1E+3")), int)
    assert to_number(COUNT, Decimal("2.5")) == Decimal("2.5")
    assert isinstance(to_number(COUNT, Decimal("1E+30")), int)
    assert isinstance(to_number(COUNT, Decimal("1E+31")), Decimal)
    assert isinstance(to_number(COUNT, Decimal("1E+999999999")), Decimal)
    assert isinstance(to_number(MONEY, Decimal(2)), Decimal)


@given(st.decimals(0, 10**9, places=4))
def test_a_double_with_fifteen_digits_is_read_back_exactly(number):
    assert from_double(repr(float(number))) == Decimal(format(float(number), ".15g"))


@pytest.mark.parametrize("text", ["\u00a07", "7\u3000", "X7X", "", " ", "٣", "1e", "1e400", "-"])
def test_what_is_no_double_of_ascii_digits_is_none(text):
    assert from_double(text) is None


@pytest.mark.parametrize("text", ["1e2", "1E2", "+100", "\t100.0\r\n", "1E+2", "1000e-1"])
def test_a_double_may_be_spelt_in_many_ways(text):
    assert from_double(text) == 100


def test_only_plain_digits_are_a_number_in_a_document():
    assert [from_text(MONEY, text) for text in (" 7.50 ", "１２", "-1", "", "  ")] == [
        Decimal("7.50"),
        "１２",
        "-1",
        None,
        None,
    ]


# ── states ────────────────────────────────────────────────────────────────────────────────────────


def test_the_states_of_a_cell():
    values = {
        "disputes.review.upheld": 3,
        "disputes.review.other": 0,
        "disputes.review.pending": "/",
    }
    report = from_json(source(values=values))
    assert [report.state(f"disputes.review.{c}") for c in ("upheld", "other", "pending")] == [
        "filled",
        "zero",
        "misfit",
    ]
    assert report.state("disputes.review.corrected") == "unfilled"
    declared = replace(report, nil=("disputes",))
    assert declared.state("disputes.review.corrected") == "zero"
    assert declared.state("disputes.review.pending") == "misfit"


def test_the_states_of_a_cell_for_words():
    words = {"site_name": "某某局网站", "home_page": " ", "site_kind": "别的"}
    values = {f"website.profile.{name}": text for name, text in words.items()}
    report = from_json({"form": "site-report", "edition": "2017", "year": 2025, "values": values})
    columns = (*words, "sponsor")
    assert [report.state(f"website.profile.{column}") for column in columns] == [
        "filled", "unfilled", "misfit", "unfilled",
    ]  # fmt: skip


def test_a_part_above_the_limit_is_no_number_in_a_report():
    for most, number in ((10**12, 10**12), (10**12 + 1, None)):
        report = Report(EDITION, {}, 2025, {COUNT.key: most}, origin="workbook")
        assert report.numbers[COUNT.key] == number


def test_a_declaration_reaches_totals_only_outside_workbooks():
    blank = dict.fromkeys(EDITION.cells)
    report = Report(EDITION, {}, 2025, blank, ("disputes",))
    assert report.numbers["disputes.review.total"] == 0
    assert replace(report, origin="workbook").numbers["disputes.review.total"] is None
    assert replace(report, origin="workbook").numbers["disputes.review.other"] == 0


def test_totals_are_open_while_a_part_is():
    typed = dict.fromkeys(EDITION.typed, 1) | {"applications.granted.business": None}
    values = recompute(EDITION, typed, ())
    assert values["applications.received.total"] == 6
    assert values["applications.granted.total"] is None
    assert values["applications.concluded.business"] is None
    assert values["applications.concluded.total"] is None
    assert values["applications.concluded.research"] == 21
    assert recompute(EDITION, typed, ("applications",))["applications.concluded.total"] == 125


def test_a_total_may_exceed_what_its_parts_may():
    values = recompute(EDITION, dict.fromkeys(EDITION.typed, COUNT_LIMIT), ())
    report = Report(EDITION, {}, 2025, values, origin="workbook")
    assert report.numbers["applications.concluded.total"] == 126 * 10**12
    for most, number in ((10**15, 10**15), (10**15 + 1, None)):
        values["applications.received.total"] = most
        report = Report(EDITION, {}, 2025, values, origin="workbook")
        assert report.numbers["applications.received.total"] == number


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", sorted(REAL.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_written_is_read_back(path):
    report = from_json(parse_json(path.read_text(encoding="utf-8")))
    again = from_json(parse_json(dumps(as_json(report))))
    assert again.values == report.values
    assert (again.year, again.nil, again.origin) == (report.year, report.nil, report.origin)


def test_numbers_in_json_stay_exact():
    report = from_json(parse_json(dumps(source(values={MONEY.key: Decimal("59237.2449")}))))
    assert report.values[MONEY.key] == Decimal("59237.2449")
    assert '"proactive.fees.collected": 59237.2449' in dumps(as_json(report))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from([None, 1, 4]))
def test_json_is_written_as_json_is(content, indent):
    assert json.loads(dumps(content, indent=indent)) == content
    if indent is None:
        assert dumps(content, indent=None) == json.dumps(content)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad-json"),
        ('{"a": NaN}', "bad-json"),
        ('{"a": -Infinity}', "bad-json"),
        ('{"a": 1e9999999999999999999}', "bad-json"),
        ("[" * 100_000, "bad-json"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "duplicate-key"),
    ],
)
def test_doubtful_json_is_refused(text, code):
    with pytest.raises(ReportError) as caught:
        parse_json(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ('{"a": NaN}', {"why": "NaN"}),
        ('{"a": %s}' % ("7" * 5000), {"why": f"{'7' * 30}…"}),
        ('{"a": 1e9999999999999999999}', {"why": "1e9999999999999999999…"}),
        ('{"a": 1, "b": {"x": 0, "c": 1, "c": 2}}', {"name": "c"}),
        ("[1,", {"why": "Expecting value: line 1 column 4 (char 3)"}),
    ],
)
def test_doubtful_json_is_quoted_where_it_is_doubtful(text, figures):
    with pytest.raises(ReportError) as caught:
        parse_json(text)
    assert caught.value.figures == figures


@pytest.mark.parametrize(
    ("wrong", "code", "name"),
    [
        ([], "not-a-report", None),
        ({"form": 3}, "not-a-report", None),
        (source(values=None), "bad-field", "values"),
        (source(agency="某局"), "bad-field", "agency"),
        (source(agency={"name": 3}), "bad-field", "agency"),
        (source(year="2025"), "bad-field", "year"),
        (source(year=True), "bad-field", "year"),
        (source(year=999), "bad-field", "year"),
        (source(year=3000), "bad-field", "year"),
        (source(texts={"other": 1}), "bad-field", "texts"),
        (source(nil=[1]), "bad-field", "nil"),
        (source(nil="disputes"), "bad-field", "nil"),
        (source(texts=["other"]), "bad-field", "texts"),
        (source(nil=["processing_fee"]), "bad-field", "nil: processing_fee"),
        (source(edition=2021), "bad-field", "edition"),
        (source(origin="fax"), "bad-field", "origin"),
        (source(edition="1999"), "unknown-edition", "annual-report 1999"),
        (source(edition=None, year=1999), "unknown-edition", "annual-report 1999"),
        (source(form="tax"), "unknown-edition", "tax 2021"),
    ],
)
def test_what_is_no_report_is_refused_by_code_and_name(wrong, code, name):
    with pytest.raises(ReportError) as caught:
        from_json(wrong)
    assert (caught.value.code, caught.value.figures.get("name")) == (code, name)
    assert caught.value.args == (code, caught.value.figures)


def test_without_an_edition_the_year_decides():
    assert from_json(source(edition=None, year=2020)).edition.name == "2019"
    given = source(year=2022)
    del given["edition"]
    assert from_json(given).edition.name == "2021"


def test_what_the_edition_does_not_know_is_kept_apart():
    report = from_json(source(values={"strange": [1]}, remark="x", notes="mine"))
    assert report.extra == {"strange": [1]}
    assert report.fields == ("remark", "notes")
    assert set(report.values) == set(EDITION.cells)


def test_values_that_are_neither_number_nor_text_are_kept_as_written():
    values = {
        "disputes.review.upheld": True,
        "disputes.review.other": {"a": [Decimal("1.5"), "件"]},
    }
    report = from_json(source(values=values))
    assert report.values["disputes.review.upheld"] == "true"
    assert report.values["disputes.review.other"] == '{"a": ["1.5", "件"]}'


@pytest.mark.parametrize("year", [1000, 2999])
@pytest.mark.parametrize("origin", ["workbook", "json", "document"])
def test_every_origin_and_every_year_of_four_digits_is_read(year, origin):
    report = from_json(source(year=year, origin=origin))
    assert (report.year, report.origin) == (year, origin)


def test_a_number_as_large_as_a_double_stays_a_number():
    report = from_json(source(values={MONEY.key: Decimal("1E+308"), COUNT.key: Decimal("1E-308")}))
    assert [report.values[key] for key in (MONEY.key, COUNT.key)] == [
        Decimal("1E+308"),
        Decimal("1E-308"),
    ]


@pytest.mark.parametrize("text", ["1E+999999999", "-1E+400", "1E+309", "1E-309", "1E-999999999"])
@pytest.mark.parametrize("key", [COUNT.key, MONEY.key])
def test_absurd_numbers_stay_text(text, key):
    report = from_json(source(values={key: Decimal(text)}))
    assert report.values[key] == text
    assert report.numbers[key] is None
    assert f'"{text}"' in dumps(as_json(report))


def test_a_name_that_stands_twice_among_200_000_is_found_by_counting_each_once():
    names = ",".join(f'"k{n}": 0' for n in range(200_000))
    with pytest.raises(ReportError) as caught:
        parse_json(f'{{{names}, "z": 1, "z": 2}}')
    assert caught.value.figures["name"] == "z"
