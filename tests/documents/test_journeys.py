"""What is published and imported again is the same report, in every edition and format."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import journeys
import pytest
from source import TESTS

from toolkit.documents import convert
from toolkit.documents.candidate import sorted_out
from toolkit.documents.importing import read_document
from toolkit.documents.printout import printout
from toolkit.documents.wordfile import write_docx
from toolkit.edition import edition as editions
from toolkit.files.publication import imported
from toolkit.report.report import from_json, parse_json

FORMS = [editions.named(*ident) for ident in editions.known()]
FORM = editions.named("annual-report", "2021")
REAL = sorted((TESTS / "real").glob("*.json"))
FEES = (
    "processing_fee.notices.count",
    "processing_fee.notices.amount",
    "processing_fee.collected.amount",
)
OVERLAY = """
extends = "annual-report/2021"
name = "2021-x"
title = "政府信息公开工作年度报告"
source = "某市通知"

[[column]]
table = "applications"
after = "other_org"
key = "foreign"
label = "境外组织"
counts_as = "other_org"

[[row]]
table = "processing_fee"
after = "collected"
key = "waived"
label = "信息处理费：减免的总金额（元）"
"""

UNITS = """
form = "own"
name = "2025"
title = "某项统计表"
source = "本单位"
citation = "本单位"
years = { from = 2020 }

[[section]]
caption = "一、办理情况"
sheet = "表一"
table = "work"
columns = ["this", "last"]
widths = [20, 10, 12, 12]
grid = [
  ["指标", "计量单位", "本年", "上年"],
  ["收到申请", "件", "@received.*"],
  ["办结", "件", "@closed.*"],
  ["其中：超期", "件", "@late.*"],
  ["收费金额", "万元", "@fee.*"],
]
cells."fee.*" = { kind = "money", unit = "万元" }

[[section]]
caption = "二、人员情况"
sheet = "表二"
table = "staff"
widths = [8, 24, 10, 14]
grid = [
  ["1", "专职人员", "人", "@full.number"],
  ["2", "兼职人员", "人", "@part.number"],
  ["3", "培训", "次", "@training.number"],
]

[[edit]]
code = "number"
kind = "number"
cells = ["*"]
source = "各表均填写数字"
rule = { zh = "只填数字", en = "plain numbers only" }
"""
"""A form with a column of units, numbers in front of its rows, heads above one table only."""

_PLAIN = re.compile(r"<(/?)(?:td|th)[^>]*>")


def real(path):
    return from_json(parse_json(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.form}-{form.name}")
@pytest.mark.parametrize("odd", [False, True], ids=["plain", "odd"])
def test_a_random_report_comes_back_in_every_format(form, odd):
    for seed in range(2):
        sent = journeys.report(form, seed, odd=odd)
        for ending, document in journeys.documents(sent):
            assert (ending, journeys.lost(sent, document)) == (ending, [])


@pytest.mark.parametrize("line", journeys.ODD, ids=range(len(journeys.ODD)))
def test_odd_paragraphs_come_back(line):
    sent = journeys.report(FORM, 1, odd=False)
    around = f"前文。\n{line}\n后文。"
    sent = replace(sent, texts={"overview": around, "problems": line, "other": around})
    for ending, document in journeys.documents(sent):
        assert (ending, journeys.lost(sent, document)) == (ending, [])


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_reports_come_back_with_their_faults(path):
    sent = real(path)
    for ending, document in journeys.documents(sent, draft=True):
        assert (ending, journeys.lost(sent, document)) == (ending, [])


def test_rows_and_columns_of_an_overlay_come_back(tmp_path):
    path = tmp_path / "annual-report" / "2021-x.toml"
    path.parent.mkdir()
    path.write_text(OVERLAY, encoding="utf-8")
    form = editions.load(path)
    assert len(form.tables["applications"].printed_widths) == 11
    sent = journeys.report(form, 3, odd=False)
    paper = printout(sent, draft=False)
    assert paper.sections[-1].table is not None  # a cell that is not in the sentence
    for ending, document in journeys.documents(sent):
        assert (ending, journeys.lost(sent, document)) == (ending, [])


@pytest.fixture(scope="module")
def with_units(tmp_path_factory):
    path = tmp_path_factory.mktemp("forms") / "own" / "2025.toml"
    path.parent.mkdir()
    path.write_text(UNITS, encoding="utf-8")
    return editions.load(path)


@pytest.mark.parametrize("seed", range(4))
def test_a_form_with_a_column_of_units_comes_back(with_units, seed):
    sent = journeys.report(with_units, seed, odd=False)
    for ending, document in journeys.documents(sent):
        assert (ending, journeys.lost(sent, document)) == (ending, [])
        read = imported(document, "", (), with_units, None)
        assert not read.not_taken


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<td>件</td>", "<td></td>"),
        ("<td>件</td>", "<td>项</td>"),
        ("<td>件</td>", ""),
        ("<td>计量单位</td>", "<td>单位</td>"),
        ("<td>2</td>", "<td>二</td>"),
        ("<td>件</td>", "<td>12</td>"),
    ],
)
def test_a_changed_unit_leaves_the_numbers_in_their_cells_or_takes_none(with_units, was, becomes):
    sent = journeys.report(with_units, 2, odd=False)
    page = _PLAIN.sub(r"<\1td>", dict(journeys.documents(sent))[".html"].decode())
    assert was in page
    read = imported(page.replace(was, becomes).encode(), "", (), with_units, None)
    taken = {key: value for key, value in read.report.values.items() if value is not None}
    assert {key: sent.values[key] for key in taken} == taken
    assert becomes in ("", "<td>12</td>") or taken == sent.values


def test_documents_of_ours_are_no_returns_in_folders():
    sent = journeys.report(FORM, 1, odd=False)
    told = {ending: sorted_out(document) for ending, document in journeys.documents(sent)}
    assert told == {".docx": "", ".html": "", ".fragment.html": "", ".txt": "report"}


def test_the_same_report_gives_the_same_bytes():
    sent = journeys.report(FORM, 1)
    assert dict(journeys.documents(sent)) == dict(journeys.documents(sent))


# ── the numbers that a sentence tells ─────────────────────────────────────────────────────────────


def with_fees(text, *numbers):
    sent = journeys.report(FORM, 1, odd=False)
    values = {**sent.values, **dict(zip(FEES, numbers, strict=True))}
    texts = {**sent.texts, "other": text} if text else {"overview": "略。"}
    return replace(sent, values=values, texts=texts, year=2025)


def last_section(sent):
    return printout(sent, draft=False).sections[-1]


SAID = "本年度发出信息处理费收费通知3件，收费通知总金额120元，实际收取总金额80元。"


@pytest.mark.parametrize("text", ["", "无其他需要报告的事项。", "发出收费通知3件。"])
def test_fees_that_the_text_does_not_state_are_printed_as_a_sentence(text):
    sent = with_fees(text, 3, Decimal(120), Decimal(80))
    section = last_section(sent)
    assert section.paragraphs == (*filter(None, [text]), SAID)
    assert section.made
    assert section.table is None


def test_fees_that_the_text_states_are_printed_once():
    text = "2025年，本机关共发出收费通知3件，总金额120元，实际收取80元。"
    sent = with_fees(text, 3, Decimal(120), Decimal(80))
    assert last_section(sent).paragraphs == (text,)
    assert not last_section(sent).made


def test_placeholders_in_the_text_state_them_too():
    text = "共发出收费通知{收费通知}件，总金额{金额.收费通知}元，实际收取{金额.实际收取}元。"
    sent = with_fees(text, 3, Decimal(120), Decimal(80))
    assert last_section(sent).paragraphs == ("共发出收费通知3件，总金额120元，实际收取80元。",)


def test_fees_that_are_not_complete_are_not_printed():
    sent = with_fees("", 3, None, Decimal(80))
    assert last_section(sent).paragraphs == ()


# ── as others read it ─────────────────────────────────────────────────────────────────────────────


def test_a_draft_says_so_and_marks_the_sentence_that_was_made():
    sent = with_fees("", 3, Decimal(120), Decimal(80))
    final, draft = (
        journeys.unpacked(write_docx(printout(sent, draft=one)))["word/document.xml"]
        for one in (False, True)
    )
    assert "草" not in final
    assert "headerReference" not in final
    assert '<w:pStyle w:val="Draft"/>' in draft
    assert draft.count("headerReference") == 2
    assert '<w:rStyle w:val="Made"/></w:rPr><w:t xml:space="preserve">本年度发出' in draft
    pages = {e: d.decode() for e, d in journeys.documents(sent, draft=True) if e.endswith("html")}
    assert all("草　稿" in page and "background:#fff2cc" in page for page in pages.values())


def test_a_word_document_has_heads_groups_and_descriptions():
    word = journeys.unpacked(write_docx(printout(journeys.report(FORM, 1, odd=False), draft=False)))
    body = ET.fromstring(word["word/document.xml"])
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    tables = list(body.iter(f"{w}tbl"))
    assert [len(list(table.iter(f"{w}tblHeader"))) for table in tables] == [2, 3, 3]
    assert [len(table.findall(f"{w}tr")) for table in tables] == [14, 28, 4]
    for table in tables:
        assert table.find(f"{w}tblPr/{w}tblCaption") is not None
        assert table.find(f"{w}tblPr/{w}tblDescription") is not None
        widths = [int(one.get(f"{w}w")) for one in table.iter(f"{w}gridCol")]
        assert sum(widths) == 8845
        *rows, last = table.findall(f"{w}tr")
        stays = [[p.find(f"{w}pPr/{w}keepNext") is not None for p in r.iter(f"{w}p")] for r in rows]
        assert all(map(all, stays))
        assert last.find(f".//{w}keepNext") is None
    fills = [one.get(f"{w}fill") for one in tables[0].iter(f"{w}shd")]
    assert fills == ["C6D9F1"] * 4
    assert word["docProps/core.xml"].count("zh-CN") == 1
    assert "evenAndOddHeaders" in word["word/settings.xml"]


def test_a_long_title_is_broken_between_agency_and_year():
    sent = replace(
        journeys.report(FORM, 1, odd=False), agency={"name": "某" * 22, "code": None, "level": None}
    )
    body = journeys.unpacked(write_docx(printout(sent, draft=False)))["word/document.xml"]
    assert body.count("<w:br/>") == 1
    nobody = replace(sent, agency=dict.fromkeys(("name", "code", "level")), year=None)
    assert printout(nobody, draft=False).title == FORM.title


def test_a_table_longer_than_a_page_keeps_its_groups_together():
    form = editions.named("site-report", "2017")
    body = journeys.unpacked(
        write_docx(printout(journeys.report(form, 1, odd=False), draft=False))
    )["word/document.xml"]
    rows = body.split("<w:tr>")[1:]
    free = [number for number, row in enumerate(rows) if "keepNext" not in row]
    starts = {row for row, _ in form.sections[0].labels}
    assert 10 < len(free) < len(rows)
    assert {number + 1 for number in free[:-1]} <= starts
    assert form.title not in body.partition("<w:tbl>")[2]


def test_a_page_reads_the_same_without_styles_classes_and_ids():
    sent = journeys.report(FORM, 2, odd=False)
    for ending, document in journeys.documents(sent):
        if ending.endswith("html"):
            text = document.decode()
            assert not any(one in text for one in ("<style", "class=", " id=", "<script", "<link"))
            assert text.count('border="1"') == 3
            assert text.count("<caption") == 3
            assert text.count("overflow-x:auto") == 3
            assert text.count('bgcolor="#C6D9F1"') == text.count("background:#C6D9F1") == 4


def test_a_pdf_comes_back(need):
    program = convert.office()
    need(program, "needs LibreOffice")
    sent = journeys.report(FORM, 4, odd=False)
    pdf = convert.to_pdf(write_docx(printout(sent, draft=False)), program)
    assert journeys.lost(sent, pdf, flowing=True) == []
    assert read_document(pdf).title.startswith(sent.agency["name"])
