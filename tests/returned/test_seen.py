"""What a person sees in a cell is what was read, or it is told: forged looks and honest hands."""

import forge
import forgelooks
import pytest
from forgelooks import ink, look, page, solid, styled
from tamper import cell, edited, filled, gone, pack, shifted, unpack

from toolkit.check import check
from toolkit.returned.read import read
from toolkit.xlsx.zip import Rejected

FORGED, HONEST = forgelooks.forged(), forgelooks.honest()
SAID = {"seen-differs", "number", "hidden", "merge", "auto-run"}


def places(finding):
    return {f"{cell.sheet} {cell.at or '-'}" for cell in finding.cells}


def test_there_are_many_ways():
    assert len(FORGED) >= 60
    assert len(HONEST) >= 100


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_look_is_told_with_its_place(name):
    severity, wanted, make = FORGED[name]
    reading = read(make())
    findings = check(reading.report, None, reading.findings).findings
    told = [f for f in findings if f.code in SAID and f.severity == severity]
    named = set().union(*map(places, told))
    assert told, findings
    assert set(wanted) <= named, named
    for finding in told:
        for lang in ("zh", "en"):
            assert finding.message(lang).endswith(("。", "."))


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_look_is_a_note_at_most(name):
    found = [f for f in read(HONEST[name]()).findings if f.severity != "note"]
    assert [(f.code, f.message("en")) for f in found] == []


# ── days ──────────────────────────────────────────────────────────────────────────────────────────

_, SITE = forge.honest("site-report", "2017")
DAY = next(
    (finding.sheet, finding.at)
    for finding in forge.honest("site-report", "2017")[0].cells.values()
    if finding.kind == "date"
)
DAYS = {
    "yyyy/m/d": None, "yyyy-mm-dd;@": None, "yyyy\\-mm\\-dd": None, 'yyyy"年"m"月"d"日"': None,
    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy": "note", "d-mmm-yy": None, "yyyy-mm": "note", "m/d/yy h:mm": None,
    "[$-804]e-m-d": None, "bbbb-mm-dd": "error", '"2025-01-05";@': "error", "General": "error", "0": "error",
    'yyyy"年"m"月"d"天"': "error", '"1"yyyy-mm-dd': "error", ";;;": "warning", "aaaa": "note",
}  # fmt: skip
"""Formats of a day, and how they are told; None: not at all."""


@pytest.mark.parametrize("code", DAYS)
def test_a_day_is_told_where_its_format_shows_another_one(code):
    sheet, at = DAY
    source = edited(SITE, sheet, cell(at, "<v>43915</v>"))
    findings = read(look(sheet, at, code=code, source=source)).findings
    assert [(f.code, f.severity) for f in findings] == (
        [("seen-differs", DAYS[code])] if DAYS[code] else []
    )
    assert all(f.expected == "2020-03-25" for f in findings)


def epoch(words):
    source = edited(SITE, DAY[0], cell(DAY[1], "<v>43915</v>"))
    return edited(
        source,
        "xl/workbook.xml",
        lambda xml: xml.replace("<workbookPr/>", f"<workbookPr {words}/>"),
    )


def test_days_counted_in_an_unusual_way_are_told():
    (finding,) = read(epoch('date1904=" 1 "')).findings
    assert (finding.severity, finding.found, finding.expected) == (
        "warning", "2020-03-25", "2024-03-26",
    )  # fmt: skip
    assert read(epoch('date1904="1"')).findings == ()
    with pytest.raises(Rejected):
        read(epoch('date1904="t"'))


@pytest.mark.parametrize(
    "wrapped",
    [
        "<mc:Choice><workbookPr/></mc:Choice>",
        "<z:a><calcPr/></z:a>",
        "<z:a><fileVersion/></z:a>",
    ],
)
def test_settings_inside_foreign_elements_are_refused(wrapped):
    new = (f'<mc:AlternateContent xmlns:z="urn:z" xmlns:mc="http://schemas.openxmlformats.org/'
           f'markup-compatibility/2006">{wrapped}</mc:AlternateContent><sheets>')  # fmt: skip
    with pytest.raises(Rejected):
        read(edited(filled(), "xl/workbook.xml", lambda xml: xml.replace("<sheets>", new)))


def test_a_merge_outside_the_list_of_merges_is_refused():
    with pytest.raises(Rejected):
        read(page("表三", ("<cols>", '<mergeCell ref="A1:B1"/><cols>')))


def test_columns_inside_foreign_elements_are_refused():
    with pytest.raises(Rejected):
        read(page("表三", ("<cols>", '<z:a xmlns:z="urn:z"><cols>'), ("</cols>", "</cols></z:a>")))


def test_a_column_without_a_width_and_a_foreign_element_change_nothing():
    source = page("表三", ("</cols>", '<col min="90" max="90" style="0"/></cols>'),
                  ("<pageMargins", '<z:a xmlns:z="urn:z"/><pageMargins'))  # fmt: skip
    assert read(source).findings == read(filled()).findings


# ── what is not told ──────────────────────────────────────────────────────────────────────────────


def severities(source):
    return {f.severity for f in read(source).findings if f.code == "seen-differs"}


def test_a_negative_number_in_red_without_its_sign_is_the_same():
    minus = edited(filled(), "表三", cell("D7", "<v>-7</v>"))
    assert severities(look("表三", "D7", code="0;[Red]0", source=minus)) == {"note"}
    assert severities(look("表三", "D7", code="0;0", source=minus)) == {"error"}


def test_rounded_money_is_a_note_while_it_is_close():
    for number, code, told in (
        ("12.3456", "0.00", {"note"}), ("18.871", "0", {"note"}), ("0.4", "0", {"error"}),
        ("12.5", "# ?/?", set()), ("12.3456", "# ?/?", {"note"}), ("0.00", "0%", {"error"}),
        ("1234.5", "0.0##", set()), ("12.3", '0.0"万元"', {"note"}), ("12.3", '0.0"元"', {"error"}),
    ):  # fmt: skip
        money = edited(filled(), "表二", cell("B17", f"<v>{number}</v>"))
        assert severities(look("表二", "B17", code=code, source=money)) == told, (number, code)


def test_zeros_in_words_are_a_note():
    for code, told in (('0;-0;"无"', {"note"}), ('0;-0;"零"', {"note"}), ('0;-0;"五"', {"error"})):
        assert severities(look("表三", "F7", code=code)) == told


def test_blank_and_large_texts():
    blank = edited(filled(), "总体情况", cell("A4", "<is><t> </t></is>", t="inlineStr"))
    white = ink('rgb="FFFFFFFF"')
    assert severities(look("总体情况", "A4", font=white, source=blank)) == set()
    assert severities(look("表三", "E6", font=ink('rgb="FF000000"', "200"))) == {"warning"}
    assert severities(look("表三", "D7", align='horizontal="fill"', code=";;;")) == {"warning"}


def test_a_total_that_is_open_or_not_calculated():
    waiting = edited(filled(), "表三", gone("D7"))
    assert severities(look("表三", "J7", font=ink('rgb="FFEDEFF2"'), source=waiting)) == {"warning"}
    assert severities(look("表三", "J7", font=ink('rgb="FF000000"', "16"), source=waiting)) == set()
    truth = edited(filled(), "表三", cell("D7", "<v>1</v>", t="b"))
    assert severities(look("表三", "D7", font=ink('rgb="FFFFFFFF"'), source=truth)) == set()


def test_turned_numbers_are_told_where_they_do_not_fit():
    long = edited(filled(), "表三", cell("D7", "<v>123456789</v>"))
    assert severities(look("表三", "D7", align='textRotation="90"', source=long)) == {"warning"}
    assert severities(look("表三", "D7", align='textRotation="90"')) == set()


def test_where_lines_moved_places_mean_others():
    make = FORGED["text box"][2]
    source = edited(make(), "表三", lambda xml: shifted(xml, 8, 1))
    assert sorted(f.code for f in read(source).findings) == ["added", "moved"]


def test_zeros_off_where_cells_are_hidden_by_design():
    view = ("<sheetView [^>]*>", '<sheetView showZeros="0" workbookViewId="0">')
    assert severities(page("校验结果", view)) <= {"note"}


RULES = {
    'type="cellIs" operator="equal"><formula>$A$1</formula>': {"warning"},
    'type="cellIs" operator="containsText"><formula>7</formula>': {"warning"},
    'type="cellIs" operator="notBetween"><formula>1</formula><formula>3</formula>': {"error"},
    'type="expression"><formula>$D7=8</formula>': set(),
    'type="expression"><formula>D7&gt;3</formula>': {"error"},
    'type="expression"><formula>0</formula>': set(),
    'type="expression"><formula>$E$9=0</formula>': {"warning"},
    'type="expression">': {"warning"},
    'type="notContainsBlanks"><formula>LEN(TRIM(D7))&gt;0</formula>': {"error"},
    'type="containsBlanks"><formula>LEN(TRIM(D7))=0</formula>': set(),
    'type="uniqueValues">': {"warning"},
}
"""Conditions, and how a format of another number is told under them."""


@pytest.mark.parametrize("rule", RULES)
def test_a_condition_counts_as_far_as_it_can_be_computed(rule):
    seventy = '<numFmt numFmtId="301" formatCode="&quot;70&quot;"/>'
    assert severities(forgelooks.condition("D7", seventy, rule)) == RULES[rule]


def test_strange_rules_are_no_exception():
    for inner in (
        '<dataBar showValue="0"/>', '<iconSet showValue="0"/>', '<color rgb="FF000000"/>',
        '<cfRule type="dataBar" dxfId="x"><dataBar><color auto="1"/></dataBar></cfRule>',
        '<cfRule type="dataBar" dxfId="99"/>',
    ):  # fmt: skip
        wrapped = f'<conditionalFormatting sqref="x 1:2 D:E">{inner}</conditionalFormatting>'
        source = page("表三", ("</mergeCells>", f"</mergeCells>{wrapped}"))
        assert severities(source) == set()
    stray = f'</mergeCells><extLst><ext xmlns:x="{forgelooks.X14}"><x:dxf/></ext></extLst>'
    assert severities(page("表三", ("</mergeCells>", stray))) == set()
    border = ('<x14:cfRule type="expression"><xm:f>TRUE</xm:f><x14:dxf><border><color rgb="FFFFFFFF"/>'
              "</border></x14:dxf></x14:cfRule>")  # fmt: skip
    assert severities(forgelooks.modern("D7", border)) == set()
    bare = page("表三", ("<sheetFormatPr [^>]*/>", "<sheetFormatPr/>"))
    assert severities(bare) == set()


def test_too_many_rules_are_refused():
    rules = '<cfRule type="dataBar"/>' * 4_097
    wrapped = f'</mergeCells><conditionalFormatting sqref="D7">{rules}</conditionalFormatting>'
    with pytest.raises(Rejected) as refused:
        read(page("表三", ("</mergeCells>", wrapped)))
    assert refused.value.code == "too-large"


def test_a_merge_beside_the_table_hides_nothing():
    merge = ("<mergeCells[^>]*>", '<mergeCells><mergeCell ref="L7:M7"/>')
    assert read(page("表三", merge)).findings == ()


def test_pieces_of_a_text_beside_the_form_are_not_kept():
    runs = "<r><t>a</t></r>"
    row = f'<row r="900"><c r="A900" t="inlineStr"><is>{runs}</is></c></row></sheetData>'
    assert [f.code for f in read(page("表三", ("</sheetData>", row))).findings] == ["outside"]


def test_many_wrong_cells_are_listed_in_bounds():
    parts = dict(unpack(filled()))
    parts = styled(parts, "表三", "D7", ('"70"', "", solid('rgb="FFFFFF00"'), "", ""))
    rows = parts["xl/worksheets/sheet4.xml"].decode()
    mine = rows.partition('<c r="D7" s="')[2].partition('"')[0]
    plain = rows.partition('<c r="E8" s="')[2].partition('"')[0]
    changed = rows.replace(f' s="{plain}"', f' s="{mine}"').encode()
    found = read(pack(parts | {"xl/worksheets/sheet4.xml": changed}, 0)).findings
    assert len([f for f in found if f.code == "seen-differs"]) == 50
    assert found[-1].figures["count"] > "50"
