"""Fields of the cover are read as they are meant, and told where they are not written as asked."""

import pytest
import tamper

from toolkit import cover
from toolkit.check import check
from toolkit.report import Report
from toolkit.workbook.build import build
from toolkit.workbook.read import read


def told(at, text, *, number=False):
    """Return the report and the findings of a blank with something in a cell of its cover."""
    change = (
        tamper.cell(at, f"<v>{text}</v>")
        if number
        else tamper.cell(at, f"<is><t>{text}</t></is>", t="inlineStr")
    )
    reading = read(tamper.changed(build(tamper.edition()), "填报说明", change))
    found = [
        (f.code, f.severity, f.cells[0].sheet, f.cells[0].at, f.found, f.expected)
        for f in reading.findings
    ]
    return reading.report, found


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("第2次", 2), ("２", 2), ("二", 2), ("第二次", 2), ("贰", 2), ("2次", 2), ("2.0", 2),
        ("第十二次报送", 12), ("二十", 20), ("首次报送", 1),
    ],
)  # fmt: skip
def test_a_sending_in_words_counts_with_a_warning(text, sent):
    report, found = told("B10", text)
    assert report.sent == sent
    assert found == [("cover", "warning", "填报说明", "B10", text, str(sent))]


@pytest.mark.parametrize("text", ["最新", "0", "第次", "12345", "2和3", "一百", "9" * 60])
def test_a_sending_that_cannot_be_read_is_an_error(text):
    report, found = told("B10", text)
    assert (report.sent, found) == (None, [("cover", "error", "填报说明", "B10", text, None)])


def test_a_sending_as_a_number_is_one():
    report, found = told("B10", "2", number=True)
    assert (report.sent, found) == (2, [])


@pytest.mark.parametrize(
    ("text", "year"), [("2025年", 2025), ("２０２５", 2025), ("二〇二五", 2025)]
)
def test_a_year_in_words_counts_with_a_warning(text, year):
    report, found = told("B7", text)
    assert report.year == year
    assert found == [("cover", "warning", "填报说明", "B7", text, str(year))]


def test_a_code_that_lost_digits_is_no_code():
    report, found = told("B5", "113200000143457000", number=True)
    assert report.agency["code"] is None
    assert found == [("cover", "error", "填报说明", "B5", "113200000143457000", None)]


def test_a_short_code_may_be_a_number():
    report, found = told("B5", "11320000", number=True)
    assert (report.agency["code"], found) == ("11320000", [])


@pytest.mark.parametrize(
    ("text", "level", "finding"),
    [
        ("县级", "county", []),
        ("区级", "county", [("cover", "warning", "填报说明", "B6", "区级", "县级")]),
        ("很高", "很高", [("cover", "error", "填报说明", "B6", "很高", None)]),
    ],
)
def test_a_level_counts_where_it_is_known(text, level, finding):
    report, found = told("B6", text)
    assert (report.agency["level"], found) == (level, finding)


def test_an_unknown_level_of_a_report_is_told_once():
    report = Report(tamper.edition(), {"name": "某某局", "code": None, "level": "很高"}, 2025, {})
    (one,) = cover.of_level(report, ())
    assert (one.code, one.severity, one.found, one.expected) == ("cover", "error", "很高", None)
    assert list(cover.of_level(report, (one,))) == []
    assert [f.code for f in check(report).findings].count("cover") == 1
