"""Names in braces in texts, and who filled a return in: in reports and their JSON."""

import tomllib
from dataclasses import replace

import pytest
from casebook import real, report_of
from source import TESTS

from toolkit.check import check
from toolkit.check.misspelt import MOST
from toolkit.diff.changes import compare
from toolkit.edition.edition import named, resolve
from toolkit.edition.parse import parse_text
from toolkit.finding import Result
from toolkit.output.entry import entry as drawn
from toolkit.output.entry import view
from toolkit.output.result import entry
from toolkit.report.official import national
from toolkit.report.placeholders import filled, placeholders
from toolkit.report.report import Report, ReportError, as_json, from_json

EDITION = named("annual-report", "2021")
PEOPLE = {"filled_by": "张三", "phone": "0527-84388888", "filled_on": "2026-01-15"}


def written(text, **case):
    return report_of({"texts": {"overview": text}, **case}).written["overview"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("新收{新收}件", "新收2件"),
        ("{ 自然人 . 新收 }、｛自然人。新收｝、{自然人．新收}", "2、2、2"),
        ("{新收", "{新收"),
        ("{{新收}}", "{2}"),
        ("{新手}{}", "{新手}{}"),
        ("{新\n收}", "{新\n收}"),
        ("{无法提供}、{行政事业性收费}", "1、0"),
        ("没有", "没有"),
    ],
)
def test_a_name_in_braces_is_the_number_of_its_cell(text, shown):
    assert written(text) == shown


def test_the_name_of_an_open_cell_or_sum_stays():
    blank = {"null": ["applications.unable_not_held.total"]}
    assert written("{不掌握信息}{无法提供}{新收}", **blank) == "{不掌握信息}{无法提供}2"


def test_a_declared_blank_is_0_and_money_has_every_digit():
    case = {"null": ["proactive.licences.decided"], "nil": ["proactive"]}
    assert written("{行政许可}", **case) == "0"
    assert written("{行政事业性收费}", set={"proactive.fees.collected": 18}) == "18"


def test_json_keeps_the_texts_as_they_are_typed():
    report = report_of({"texts": {"overview": "新收{新收}件"}})
    assert as_json(report)["texts"] == {"overview": "新收{新收}件"}
    assert from_json(as_json(report)).texts == report.texts


def test_an_edition_without_names_has_no_placeholders():
    site = named("site-report", "2017")
    assert list(placeholders("{新收}", site)) == []
    assert filled("{新收}", site, lambda _: "1") == "{新收}"


def test_texts_are_shown_and_compared_with_their_numbers():
    one = report_of({"texts": {"overview": "新收{新收}件"}})
    other = report_of({"texts": {"overview": "新收2件"}})
    assert compare(one, other).texts == ()
    result = Result("x", None, "pass", one, ())
    page = "".join(drawn(result, view(result, 0, None, "zh")))
    assert "新收2件" in page
    assert "{新收}" not in page


def test_of_many_misspelt_names_each_text_tells_the_first():
    text = "".join(f"{{第{number}附件}}" for number in range(MOST + 3))
    report = report_of({"texts": {"overview": text, "other": "{第一附件}"}})
    found = [f.found for f in check(report).findings if f.code == "placeholder"]
    assert found == [*(f"{{第{number}附件}}" for number in range(MOST)), "{第一附件}"]


def test_open_names_are_one_finding_that_lists_the_first():
    rows = ("新收", "上年结转", "予以公开", "部分公开", "国家秘密", "重复申请", "办理结果")
    text = "".join(f"{{{row}}}" for row in rows)
    report = report_of({"texts": {"overview": text}, "clear": ["applications.*"]})
    (finding,) = (f for f in check(report).findings if f.code == "placeholder")
    assert finding.found == " ".join(f"{{{row}}}" for row in rows[:MOST]) + " …"
    assert [cell.key for cell in finding.cells] == [
        f"applications.{row}.total"
        for row in ("received", "carried_in", "granted", "partly_granted",
                    "refused_state_secret", "declined_repeat", "concluded")
    ]  # fmt: skip
    assert (finding.severity, finding.expected) == ("warning", None)


# ── overlays ──────────────────────────────────────────────────────────────────────────────────────


def test_names_the_official_edition_lacks_are_numbers_there():
    source = tomllib.loads((TESTS / "cases" / "overlays.toml").read_text(encoding="utf-8"))["base"]
    names = 'help = "含网上申请。" }\nplaceholders = { other_moved = "转办" }'
    overlay = resolve(parse_text(source.replace('help = "含网上申请。" }', names), "x.toml"))
    values = dict.fromkeys(overlay.cells, 0) | {"applications.other_moved.total": 3}
    texts = {"overview": "{转办}{新收}", "other": "{新收}{附件}"}
    report = Report(overlay, {"name": "某局"}, 2025, values, texts=texts)
    report = replace(report, edition=replace(overlay, base="2021"))
    assert national(report).texts == {"overview": "30", "other": "{新收}{附件}"}


# ── people ────────────────────────────────────────────────────────────────────────────────────────


def test_people_are_fields_of_the_json_without_findings():
    report = report_of({"field": {"cover": {**PEOPLE, "reviewed_by": None}}})
    assert report.cover == PEOPLE
    assert as_json(report)["cover"] == PEOPLE
    assert from_json(as_json(report)).cover == PEOPLE
    assert check(report).findings == check(report_of({})).findings
    assert "cover" not in as_json(report_of({}))
    assert report_of({"field": {"cover": {"phone": "  "}}}).cover == {}


@pytest.mark.parametrize("cover", [[], "张三", {"phone": 5}, {"phone": ["1"]}, None])
def test_a_cover_that_is_no_object_of_texts_is_refused(cover):
    source = real("seed_jiguan_shiwu_2025") | {"cover": cover}
    with pytest.raises(ReportError) as error:
        from_json(source)
    assert (error.value.code, error.value.figures["name"]) == ("bad-field", "cover")


def test_the_result_of_a_check_has_them():
    report = report_of({"field": {"cover": PEOPLE}})
    assert entry(Result("x", None, "pass", report, ()), "zh")["cover"] == PEOPLE
    assert entry(Result("x", None, "reject", None, ()), "zh")["cover"] == {}
