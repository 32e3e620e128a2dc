"""The cover's fields as people fill them in: read where the meaning is clear, else a finding."""

from dataclasses import replace

import pytest
import tamper

from toolkit.blank.build import build
from toolkit.check import check, cover
from toolkit.finding import Spot
from toolkit.report.report import from_json
from toolkit.returned.read import read

PLACES = {"agency": "B4", "code": "B5", "level": "B6", "year": "B7", "sent": "B10"}
MARKED = {"agency": "某某局", "code": "11320000"}
YEARLY = {"form": "annual-report", "edition": "2021", "year": 2025, "values": {}}


def typed(field, value, source=None):
    """Return a blank, or the return given, with a field of its cover filled in."""
    number = isinstance(value, float | int)
    inner = f"<v>{value}</v>" if number else f"<is><t>{value}</t></is>"
    kind = {} if number else {"t": "inlineStr"}
    change = tamper.cell(PLACES[field], inner, **kind)
    return tamper.changed(source or build(tamper.edition()), "填报说明", change)


def told(source, code="cover"):
    return [
        (f.severity, f"{f.cells[0].sheet} {f.cells[0].at}", f.found, f.expected)
        for f in read(source).findings
        if f.code == code
    ]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "text",
    [
        "第2次",
        "２",
        "二",
        "第二次",
        "2次",
        "贰",
        "第２次报送",
        "⼆",
        "两次",
        "第\u200b2次",
        "2.0",
        "第 2 次",
    ],
)
def test_a_sending_in_words_counts_and_is_a_warning(text):
    source = typed("sent", text)
    assert read(source).report.sent == 2
    assert told(source) == [("warning", "填报说明 B10", text, "2")]
    assert "请改填“2”" in read(source).findings[0].message("zh")


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("text", "sent"), [("十", 10), ("第十二次", 12), ("二十", 20), ("二十一", 21), ("首次报送", 1)]
)
def test_greater_sendings_and_the_first_are_read(text, sent):
    assert read(typed("sent", text)).report.sent == sent
    assert told(typed("sent", text)) == [("warning", "填报说明 B10", text, str(sent))]


@pytest.mark.parametrize(("value", "sent"), [(2, 2), ("2", 2), (2.0, 2), (" 3 ", 3), (9999, 9999)])
def test_a_sending_as_a_number_is_no_finding(value, sent):
    source = typed("sent", value)
    assert (read(source).report.sent, read(source).findings) == (sent, ())


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "value", ["最新", "补报", "0", "10000", 2.5, "-1", "2或3", "第次", "x" * 50]
)
def test_a_sending_that_says_no_number_is_an_error(value):
    source = typed("sent", value)
    assert read(source).report.sent is None
    assert told(source) == [("error", "填报说明 B10", str(value), None)]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "text", ["2025年", "２０２５", "2025年度", "二〇二五年", "二零二五", "2025.0"]
)
def test_a_year_in_words_counts_and_is_a_warning(text):
    source = typed("year", text)
    assert read(source).report.year == 2025
    assert told(source) == [("warning", "填报说明 B7", text, "2025")]


@pytest.mark.no_cover
@pytest.mark.parametrize("text", ["去年", "25", "0025", "3000", "y" * 50])
def test_a_year_that_says_none_is_an_error(text):
    source = typed("year", text)
    assert read(source).report.year is None
    assert told(source, "identity") == [("error", "填报说明 B7", text, None)]
    sent = typed("year", text, tamper.filled())
    assert told(sent, "identity") == [("error", "填报说明 B7", text, "2025")]


def test_a_year_in_words_other_than_the_marks_is_an_error_too():
    source = typed("year", "2024年", tamper.filled())
    assert told(source) == [("warning", "填报说明 B7", "2024年", "2024")]
    assert told(source, "identity") == [("error", "填报说明 B7", "2024年", "2025")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (113200000143456789, "113200000143457000"),
        ("1.132E+17", "1.132E+17"),
        ("１.132Ｅ＋17", "１.132Ｅ＋17"),
        ("113200000143457000.0", "113200000143457000.0"),
        (1132.5, "1132.5"),
    ],
)
def test_a_code_that_lost_digits_is_an_error_and_no_code(value, shown):
    source = typed("code", value)
    assert read(source).report.agency["code"] is None
    assert told(source) == [("error", "填报说明 B5", shown, None)]
    assert "这样存会丢失后面的数字" in read(source).findings[0].message("zh")


def test_the_code_the_form_was_sent_with_is_proposed_and_said_once():
    source = typed("code", 113200000143456789, tamper.filled())
    assert told(source) == [("error", "填报说明 B5", "113200000143457000", "11320000")]
    assert told(source, "identity") == []
    assert "改填“11320000”" in read(source).findings[0].message("zh")


@pytest.mark.parametrize(
    "value", [11320000, 113200000143456, "113200000143456789", "11320000014345678x"]
)
def test_a_code_with_all_its_digits_is_read(value):
    source = typed("code", value)
    assert (read(source).report.agency["code"], read(source).findings) == (str(value), ())


@pytest.mark.parametrize(
    ("text", "level", "meant"),
    [
        ("区级", "county", "县级"),
        ("县（区）级", "county", "县级"),
        ("县级市", "county", "县级"),
        ("地级市", "city", "市级"),
        ("街道", "town", "乡级"),
        ("省", "province", "省级"),
        ("国家", "central", "国家级"),
    ],
)
def test_a_level_in_other_words_counts_and_is_a_warning(text, level, meant):
    source = typed("level", text)
    assert read(source).report.agency["level"] == level
    assert told(source) == [("warning", "填报说明 B6", text, meant)]


@pytest.mark.parametrize("text", ["县级", "县 级\u200b", "county", "⺠".replace("⺠", "县级")])
def test_a_printed_level_is_no_finding(text):
    source = typed("level", text)
    assert (read(source).report.agency["level"], read(source).findings) == ("county", ())


def test_a_level_nobody_knows_is_an_error():
    source = typed("level", "直辖")
    assert told(source) == [("error", "填报说明 B6", "直辖", None)]
    report = read(source).report
    findings = check(report, None, read(source).findings).findings
    assert [f.found for f in findings if f.code == "cover"] == ["直辖"]


@pytest.mark.parametrize(
    ("level", "near"), [("区级", "county"), ("直辖", None), ("县级市", "county")]
)
def test_an_unknown_level_in_json_is_an_error(level, near):
    report = from_json(YEARLY | {"agency": {"level": level}})
    found = [f for f in check(report).findings if f.code == "cover"]
    assert [(f.severity, f.cells, f.found, f.expected) for f in found] == [
        ("error", (), level, near)
    ]
    assert "agency.level" in found[0].message("zh")


@pytest.mark.parametrize("level", ["county", "县级", " 县级\u200b", "County", None])
def test_a_known_level_in_json_is_no_finding(level):
    report = from_json(YEARLY | {"agency": {"level": level}})
    assert report.agency["level"] == (level and "county")
    assert [f for f in check(report).findings if f.code == "cover"] == []


def test_blank_fields_are_silent():
    for field in ("level", "code", "sent"):
        assert read(typed(field, " \u200b ")).findings == ()
    assert cover.said("sent", "", "text") == cover.BLANK


def test_fields_nobody_judges_are_what_they_say():
    assert cover.said("agency", "某局", "text") == cover.CoverField("某局")
    spot = Spot(None, "填报说明", "B4", "机关名称")
    assert list(cover.judged("某局", cover.CoverField("某局"), spot, None)) == []


def test_a_sending_in_words_does_not_change_the_report():
    one, other = (read(typed("sent", text, tamper.filled())).report for text in ("第2次", "2"))
    assert replace(one, edition=other.edition) == other


@pytest.mark.no_cover
@pytest.mark.parametrize(("kind", "value", "shown"), [("b", "1", "TRUE"), ("e", "#N/A", "#N/A")])
@pytest.mark.parametrize("field", ["agency", "code"])
def test_an_error_or_a_truth_value_is_no_name_and_no_code(field, kind, value, shown):
    change = tamper.cell(PLACES[field], f"<v>{value}</v>", t=kind)
    for blank, sent in ((build(tamper.edition()), None), (tamper.filled(), MARKED[field])):
        source = tamper.changed(blank, "填报说明", change)
        agency = read(source).report.agency
        assert agency["name" if field == "agency" else field] is None
        assert told(source) == [("error", f"填报说明 {PLACES[field]}", shown, sent)]
