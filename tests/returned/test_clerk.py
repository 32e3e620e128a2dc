"""Harmless changes within a return: the data as typed, and a note at most."""

import re
from decimal import Decimal

import pytest
from rewriters.excel import EXCEL_2016
from rewriters.saving import saved
from rewriters.wps import WPS_12
from tamper import added_style, cell, changed, filled, gone, related, replacing, style_of
from test_read import facts, same_report

from toolkit.check import check
from toolkit.returned.read import read

RECEIVED = "applications.received.natural_person"
CARRIED = "applications.carried_in.natural_person"
GRANTED = "applications.granted.natural_person"
FEE = "proactive.fees.collected"
FREE = style_of(filled(), "表三", "D7")


def text(words, style=""):
    """Return the content and the attributes of a cell with words."""
    return f"<is><t>{words}</t></is>", {"t": "inlineStr"} | ({"s": style} if style else {})


def typed(at, words, style=""):
    inner, attributes = text(words, style)
    return cell(at, inner, **attributes)


def each(*changes):
    def change(xml):
        for one in changes:
            xml = one(xml)
        return xml

    return change


def without(pattern):
    return lambda xml: re.sub(pattern, "", xml, flags=re.DOTALL)


def before(tag, more):
    return replacing(f"<{tag}", f"{more}<{tag}", 1)


def named(name, where, more=""):
    entry = f'<definedName name="{name}" localSheetId="3"{more}>{where}</definedName>'
    return replacing("</definedNames>", f"{entry}</definedNames>")


def dragged(xml):
    """Return a workbook part whose first sheet was dragged to the end; names go with their sheets."""
    count = len(re.findall("<sheet ", xml))
    xml = re.sub(r"(<sheets>)(<sheet [^>]*/>)(.*)(</sheets>)", r"\1\3\2\4", xml)
    return re.sub(
        r'localSheetId="(\d+)"', lambda m: f'localSheetId="{(int(m[1]) - 1) % count}"', xml
    )


RESTYLED = [("restyled", "note")]
VIEW = re.compile(r"<sheetView [^>]*>.*?</sheetView>", re.DOTALL)
HANDS = {
    "a paste with styles from another book": (
        "表三", each(cell("D8", "<v>3</v>", s="0"), cell("E8", "<v>0</v>", s="0")),
        RESTYLED, {CARRIED: 3}),
    "a cell cut and pasted two rows below": (
        "表三", each(gone("D7"), cell("D9", "<v>7</v>", s=FREE)),
        RESTYLED, {RECEIVED: None, GRANTED: 7}),
    "a number filled down": (
        "表三", each(*(cell(f"D{row}", "<v>7</v>", s=FREE) for row in range(7, 10))),
        [], {CARRIED: 7, GRANTED: 7}),
    "a number pasted as text from the web": (
        "表三", typed("D8", "12\u00a0"), [], {CARRIED: "12\u00a0"}),
    "a number with its group signs, out of Word": (
        "表三", typed("D8", "１，２３４"), [], {CARRIED: "１，２３４"}),
    "a fee with four decimals as Excel stores it": (
        "表二", cell("B17", "<v>12345.678900000001</v>"), [], {FEE: Decimal("12345.6789")}),
    "columns made wider and fitted": (
        "表三", lambda xml: re.sub(r'<col width="[^"]*"', '<col width="22.625" bestFit="1"', xml), [], {}),
    "rows made higher": (
        "总体情况", lambda xml: re.sub(r'<row r="(\d+)" ht="[^"]*"', r'<row r="\1" ht="139.5"', xml), [], {}),
    "another zoom and a view with page breaks": (
        "表三", lambda xml: VIEW.sub(
            '<sheetView view="pageBreakPreview" zoomScale="60" zoomScaleNormal="85" '
            'zoomScaleSheetLayoutView="60" workbookViewId="0"><selection activeCell="D7" '
            'sqref="D7:E9"/></sheetView>', xml), [], {}),
    "other frozen panes": (
        "表三", lambda xml: re.sub(
            "<pane [^>]*/>", '<pane ySplit="1" topLeftCell="A2" state="frozen"/>', xml), [], {}),
    "a filter": (
        "表三", before("mergeCells", '<autoFilter ref="A6:J31"/>'), [], {}),
    "the name of a filter": (
        "xl/workbook.xml", named("_xlnm._FilterDatabase", "表三!$A$6:$J$31", ' hidden="1"'), [], {}),
    "a print area": (
        "xl/workbook.xml", named("_xlnm.Print_Area", "表三!$A$3:$J$31"), [], {}),
    "another page": (
        "表三", lambda xml: re.sub(
            "<pageSetup[^>]*/>", '<pageSetup paperSize="8" scale="75" orientation="landscape" '
            'horizontalDpi="600" verticalDpi="600"/>', xml), [], {}),
    "breaks between pages": (
        "表三", replacing("</worksheet>", '<rowBreaks count="1" manualBreakCount="1"><brk id="18" '
                          'max="16383" man="1"/></rowBreaks></worksheet>'), [], {}),
    "colours lost": ("表三", without("<conditionalFormatting.*</conditionalFormatting>"), [], {}),
    "validations lost": ("表三", without("<dataValidations.*</dataValidations>"), [], {}),
    "green corners switched off": (
        "表三", before("pageMargins", '<ignoredErrors><ignoredError sqref="D7:I8" '
                       'numberStoredAsText="1"/></ignoredErrors>'), [], {}),
    "sheets dragged into another order": (
        "xl/workbook.xml",
        dragged, [], {}),
    "another tab in front": (
        "xl/workbook.xml", replacing('activeTab="0"', 'activeTab="3"'), [], {}),
}  # fmt: skip


PROGRAMS = (EXCEL_2016, WPS_12)


@pytest.fixture(scope="module")
def there():
    return read(filled()).report


@pytest.mark.no_cover
@pytest.mark.parametrize("name", HANDS)
def test_honest_hands_leave_the_data_as_typed_and_a_note_at_most(name, there):
    sheet, change, told, values = HANDS[name]
    source = changed(filled(), sheet, change)
    program = PROGRAMS[list(HANDS).index(name) % len(PROGRAMS)]
    for reading in (read(source), read(saved(source, program, 3))):
        assert [fact[:2] for fact in facts(reading)] == told
        assert {key: reading.report.values[key] for key in values} == values
        assert values or same_report(reading.report, there)


STYLES = {
    "a number format of money": '<xf numFmtId="44" xfId="0"><protection locked="0"/></xf>',
    "two decimals": '<xf numFmtId="2" xfId="0"><protection locked="0"/></xf>',
    "text, with an apostrophe": '<xf numFmtId="49" quotePrefix="1" xfId="0"><protection locked="0"/></xf>',
    "a style of its own": '<xf numFmtId="0" fontId="3" fillId="2" xfId="0"><protection locked="0"/></xf>',
}


@pytest.mark.parametrize("name", STYLES)
def test_how_a_typed_cell_looks_is_no_finding(name):
    source, style = added_style(filled(), STYLES[name])
    reading = read(changed(source, "表三", cell("D7", "<v>7</v>", s=style)))
    assert facts(reading) == []
    assert reading.report.values[RECEIVED] == 7


def test_a_typed_cell_that_was_locked_is_a_note():
    locked = style_of(filled(), "表三", "A7")
    reading = read(changed(filled(), "表三", cell("D7", "<v>7</v>", s=locked)))
    assert facts(reading) == [("restyled", "note", "表三 D7", None, None)]
    assert reading.report.values[RECEIVED] == 7


WORD = [
    "一、主动公开。2025年，本机关主动公开信息 12 条。",
    "\u00a0\u00a0二、依申请公开。",
    "\u3000\u3000（一）收到申请\t3\t件；",
    "“引号”、‘单引号’——破折号……省略号",
    "•\u200b项目符号",
    "第一行_x000D_第二行",
    "３．全角数字：１２３",
    "",
    "-减号开头、=等号开头、+加号开头、@艾特",
]
"""Paragraphs copied from Word: bullets, tabs, non-breaking blanks, soft line breaks."""


@pytest.mark.parametrize("program", [None, *PROGRAMS], ids=lambda it: it and it.name)
def test_a_text_pasted_from_word_is_read_line_by_line_as_it_is(program):
    rows = (WORD * 7)[:60]
    source = changed(
        filled(), "总体情况",
        each(*(typed(f"A{row}", words) for row, words in enumerate(rows, 4) if words)),
    )  # fmt: skip
    source = changed(source, "总体情况", gone("A11"))
    reading = read(saved(source, program, 3) if program else source)
    assert [fact[:2] for fact in facts(reading)] == RESTYLED
    expected = "\n".join(rows).replace("_x000D_", "\n").rstrip("\n")
    assert reading.report.texts["overview"] == expected
    assert [f.code for f in check(reading.report).findings if f.severity == "error"] == []


def test_what_was_undone_is_read_as_if_nothing_had_been_done(there):
    done = changed(filled(), "表三", cell("D7", "<v>9</v>", s="0"))
    undone = read(changed(done, "表三", cell("D7", "<v>7</v>", s=FREE)))
    assert same_report(undone.report, there)
    assert facts(undone) == []


@pytest.mark.parametrize(
    ("rels", "kind", "target"),
    [
        ("xl/_rels/workbook.xml.rels", "customXml", "../customXml/item1.xml"),
        ("xl/_rels/workbook.xml.rels", "person", "persons/person.xml"),
        ("xl/_rels/workbook.xml.rels", "sheetMetadata", "metadata.xml"),
        ("_rels/.rels", "classificationlabels", "docMetadata/LabelInfo.xml"),
        ("_rels/.rels", "thumbnail", "docProps/thumbnail.jpeg"),
        ("xl/worksheets/_rels/sheet4.xml.rels", "customProperty", "../customProperty1.bin"),
    ],
)
def test_parts_that_offices_servers_add_are_no_finding(rels, kind, target):
    assert facts(read(related(filled(), rels, kind, target))) == []
