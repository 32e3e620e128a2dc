"""A returned workbook gives the typed values, and a finding for any other content."""

import html
import io
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import office
import openpyxl
import pytest
import tamper
from tamper import cell, changed, filled, put, replacing, shifted

from toolkit.blank import slots
from toolkit.blank.build import build
from toolkit.blank.live import result_range
from toolkit.edition import edition as editions
from toolkit.edition.edition import named
from toolkit.finding import Finding, Spot
from toolkit.report.report import Report, recompute
from toolkit.returned import compare, recognise
from toolkit.returned.read import Reading, read
from toolkit.xlsx.sheet import Grid
from toolkit.xlsx.strings import shared_strings
from toolkit.xlsx.zip import Rejected

RECEIVED = "applications.received.natural_person"
FEE = "proactive.fees.collected"
COLUMNS = ("natural_person", "business", "research", "social_org", "legal_service", "other_org")
LABEL = "一、本年新收政府信息公开申请数量"


def facts(reading: Reading) -> list[tuple]:
    """Return (code, severity, places, found, expected) of each finding."""
    return [
        (f.code, f.severity, " ".join(f"{c.sheet} {c.at or '-'}" for c in f.cells), f.found, f.expected)
        for f in reading.findings
    ]  # fmt: skip


def found(source: bytes) -> list[tuple]:
    """Return the findings of a workbook, after formatting each sentence in both languages."""
    reading = read(source)
    for finding in reading.findings:
        assert not re.search("{[a-z]+}", finding.message("zh") + finding.message("en"))
    return facts(reading)


def of(source: bytes, code: str) -> list[Finding]:
    return [finding for finding in read(source).findings if finding.code == code]


def value(source: bytes, key: str = RECEIVED) -> object:
    return read(source).report.values[key]


# ── what is typed ─────────────────────────────────────────────────────────────────────────────────


def test_a_return_gives_back_every_value_and_no_finding():
    reading = read(filled())
    report = reading.report
    assert reading.findings == ()
    assert (report.origin, report.year, report.sent, report.edition.name) == (
        "workbook", 2025, 2, "2021",
    )  # fmt: skip
    assert report.agency == {"name": "某某局", "code": "11320000", "level": "county"}
    assert report.texts == {"overview": "第一段\n第二段", "problems": "无", "other": ""}
    assert report.prior == {"applications.carried_out.natural_person": 0}
    assert {key for key, number in report.values.items() if number} == {
        RECEIVED, "applications.received.business", "applications.received.total",
        "applications.granted.natural_person", "applications.granted.business",
        "applications.granted.total", "applications.concluded.natural_person",
        "applications.concluded.business", "applications.concluded.total",
        "applications.carried_out.natural_person", "applications.carried_out.total",
        "disputes.review.upheld", "disputes.review.total",
    }  # fmt: skip


def test_a_blank_gives_unfilled_cells_and_no_finding():
    reading = read(build(tamper.edition()))
    assert reading.findings == ()
    assert set(reading.report.values.values()) == {None}
    assert (reading.report.year, reading.report.agency["name"], reading.report.nil) == (
        None, None, (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("inner", "attributes", "expected"),
    [
        ("<v>12</v>", {}, 12),
        ("<v>12</v>", {"t": "n"}, 12),
        ("<v>12</v>", {"t": "str"}, "12"),
        ("<is><t>12</t></is>", {"t": "inlineStr"}, "12"),
        ("<is><t> 12 </t></is>", {"t": "inlineStr"}, " 12 "),
        ("<is><t>１２</t></is>", {"t": "inlineStr"}, "１２"),
        ("<is><t>\u00a0</t></is>", {"t": "inlineStr"}, "\u00a0"),
        ("<is><t>1_x000D_2</t></is>", {"t": "inlineStr"}, "1\r2"),
        ("<is><t>_x0001_</t></is>", {"t": "inlineStr"}, "_x0001_"),
        ("<is><r><t>_x00</t></r><r><t>41_</t></r></is>", {"t": "inlineStr"}, "_x0041_"),
        ("<is><r><rPr><b/></rPr><t>1</t></r><r><t>2件</t></r></is>", {"t": "inlineStr"}, "12件"),
        ("<is><t>件</t><rPh sb='0' eb='1'><t>ケン</t></rPh><phoneticPr/></is>",
         {"t": "inlineStr"}, "件"),
        ("<is><t></t></is>", {"t": "inlineStr"}, None),
        ("", {"t": "inlineStr"}, None),
        ("<v></v>", {}, None),
        ("<v/>", {"t": "str"}, None),
        ("<v>-3</v>", {}, -3),
        ("<v>1.5</v>", {}, Decimal("1.5")),
        ("<v>9007199254740993</v>", {}, 9007199254740990),
        ("<v>1</v>", {"t": "b"}, "TRUE"),
        ("<v>false</v>", {"t": "b"}, "FALSE"),
        ("<v>#REF!</v>", {"t": "e"}, "#REF!"),
        ("<v>2026-01-02</v>", {"t": "d"}, "2026-01-02"),
    ],
)  # fmt: skip
def test_a_typed_cell_is_read_as_it_is(inner, attributes, expected):
    source = put("表三", "D7", inner, **attributes)
    assert value(source) == expected
    assert type(value(source)) is type(expected)
    assert found(source) == []


@pytest.mark.parametrize(
    ("stored", "read_as", "noted"),
    [
        ("4068.208", Decimal("4068.208"), False),
        ("12345.678900000001", Decimal("12345.6789"), False),
        ("1E2", Decimal(100), True),
        ("3.0", Decimal(3), True),
        (" 7 ", Decimal(7), True),
        ("1.0000000000000001E-5", Decimal("0.00001"), False),
    ],
)
def test_a_number_is_the_double_the_program_meant_however_it_is_spelt(stored, read_as, noted):
    source = put("表二", "B17", f"<v>{stored}</v>")
    assert value(source, FEE) == read_as
    shown = ("spelling", "note", "表二 B17", stored, str(read_as))
    assert found(source) == [shown] * noted
    assert [one.cells[0].key for one in of(source, "spelling")] == [FEE] * noted
    assert [one.cells[0].label for one in of(source, "spelling")] == [
        tamper.edition().cells[FEE].label
    ] * noted


@pytest.mark.parametrize(
    "stored", ["NaN", "INF", "1_0", "１２", "1e999", "0x10", "--1", "1" * 41, "true"]
)
def test_a_number_that_is_no_double_is_damage(stored):
    with pytest.raises(Rejected) as caught:
        read(put("表三", "D7", f"<v>{stored}</v>"))
    assert caught.value.code == "damaged"
    assert stored[:40] in caught.value.figures["why"]


@pytest.mark.parametrize(
    ("xf", "system", "shown"),
    [
        ('<xf numFmtId="14" xfId="0"/>', "", "2025-03-04"),
        ('<xf numFmtId="58" xfId="0"/>', "", "2025-03-04"),
        ('<xf numFmtId="14" xfId="0"/>', ' date1904="1"', "2029-03-05"),
    ],
)
def test_a_number_that_shows_as_a_date_is_a_date(xf, system, shown):
    source, style = tamper.added_style(filled(), xf.replace("/>", '><protection locked="0"/></xf>'))
    source = changed(source, "表三", cell("D7", "<v>45720</v>", s=style))
    if system:
        source = changed(
            source, "xl/workbook.xml", replacing("<workbookPr", f"<workbookPr{system}", 1)
        )
    assert value(source) == shown
    assert found(source) == []


@pytest.mark.parametrize(
    ("code", "stored", "expected"),
    [
        ('m"月"d"日"', "45720", "2025-03-04"),
        ("[h]:mm", "45720.5", "2025-03-04 12:00:00"),
        ("yyyy", "999999999", "999999999"),
        ('0"d"', "45720", 45720),
        ("[Red]0", "45720", 45720),
        (r"0\d_d", "45720", 45720),
    ],
)
def test_a_format_of_somebodys_own_is_a_date_if_it_shows_one(code, stored, expected):
    xf = '<xf numFmtId="300" xfId="0"><protection locked="0"/></xf>'
    source, style = tamper.added_style(filled(), xf)
    form = f'<numFmts count="1"><numFmt numFmtId="300" formatCode="{html.escape(code)}"/></numFmts>'
    source = changed(
        source,
        "xl/styles.xml",
        lambda xml: re.sub("<numFmts.*?(</numFmts>|/>(?=<fonts))", "", xml).replace(
            "<fonts", f"{form}<fonts", 1
        ),
    )
    assert value(changed(source, "表三", cell("D7", f"<v>{stored}</v>", s=style))) == expected


def test_words_that_look_like_escapes_come_back_as_they_were_written(tmp_path, checkout):
    toml = (checkout / "templates" / "annual-report" / "2021.toml").read_text(encoding="utf-8")
    for old, new in (
        ('name = "2021"', 'name = "2031"'),
        ("years = { from = 2021 }", "years = { from = 2031 }"),
        ("一、本年新收政府信息公开申请数量", "一、本年_x0041_新收_x000D_"),
    ):
        assert toml.count(old) == 1
        toml = toml.replace(old, new)
    (tmp_path / "annual-report").mkdir()
    (tmp_path / "annual-report" / "2031.toml").write_text(toml, encoding="utf-8")
    edition = editions.named("annual-report", "2031", (tmp_path,))
    assert edition is not None
    agency = {"name": "某_x005F_局", "code": "_x0031_", "level": "county"}
    texts = {
        "overview": "_x000D_\na_x0041_b _xD83D__xDE00_",
        "problems": "_X0041_",
        "other": "_x41_",
    }
    values = {RECEIVED: "_x0037_"}
    report = Report(edition, agency, 2031, values, texts=texts, origin="workbook")
    source = build(edition, report)
    parts = tamper.unpack(source)
    live = parts[tamper.part_of(parts, "校验结果")].decode()
    assert re.search("<f>[^<]*一、本年_x005F_x0041_新收", live)
    reading = read(source, (tmp_path,))
    assert reading.findings == ()
    assert (reading.report.agency, reading.report.texts) == (agency, texts)
    assert reading.report.values[RECEIVED] == "_x0037_"


def with_strings(source: bytes, items: str) -> bytes:
    """Return the workbook with shared strings."""
    rels = "xl/_rels/workbook.xml.rels"
    source = tamper.related(source, rels, "sharedStrings", "/xl/sharedStrings.xml", ident="rIdS")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = f'<sst xmlns="{main}" count="9" uniqueCount="9">{items}</sst>'.encode()
    return tamper.pack(tamper.unpack(source) | {"xl/sharedStrings.xml": part})


STRINGS = (
    "<si><t>无</t></si><si><r><t>1</t></r><r><t>2</t></r></si>"
    "<si><t>3</t><rPh sb='0' eb='1'><t>サン</t></rPh></si><si/>"
    "<si><r><t>_x00</t></r><r><t>0D_</t></r></si><si><t>a_x000d_b_x005F_x000D_</t></si>"
)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "无"), (1, "12"), (2, "3"), (3, None), (4, "_x000D_"), (5, "a\rb_x000D_")],
)
def test_shared_strings_are_read_without_phonetic_hints(number, text):
    source = put("表三", "D7", f"<v>{number}</v>", t="s")
    assert value(with_strings(source, STRINGS)) == text


def sst(inner: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<sst xmlns="{main}">{inner}</sst>'.encode()


@pytest.mark.parametrize(
    ("inner", "texts"),
    [
        (" <si> <t>a</t> b </si> <si/> ", ("a", "")),
        ("<si><t>a</t><rPh><t>x</t></rPh><t>b</t></si>", ("ab",)),
        ("<si><rPh><rPh><t>x</t></rPh><t>y</t></rPh><t>a</t></si><si><t>b</t></si>", ("a", "b")),
        ("<si><r><rPr><b/></rPr><t>1</t></r><r><t>2</t></r></si>", ("12",)),
        ("<extLst>x</extLst><si><t>_x000D_</t></si>", ("\r",)),
        (f"<si><t>a</t></si>{'<x>' * 63}{'</x>' * 63}", ("a",)),
        ("<si " + " ".join(f'a{n}=""' for n in range(256)) + "/>", ("",)),
    ],
)
def test_a_shared_string_is_the_text_of_its_runs(inner, texts):
    assert shared_strings(sst(inner), "p") == texts


@pytest.mark.parametrize(
    ("source", "code", "figures"),
    [
        (sst("<si><si/></si>"), "damaged", {"part": "p", "why": "si"}),
        (sst("<si><t>a</t><si/></si>"), "damaged", {"part": "p", "why": "si"}),
        (sst("<si><t>a<t>b</t></t></si>"), "damaged", {"part": "p", "why": "t"}),
        (sst("<si>"), "damaged", {"part": "p", "why": "mismatched tag"}),
        (b"<sst/>", "damaged", {"part": "p", "why": "namespace"}),
        (sst("<x>" * 64), "too-large", {"part": "p", "size": "65", "limit": "64"}),
        (sst("<si " + " ".join(f'a{n}=""' for n in range(257)) + "/>"),
         "too-large", {"part": "p", "size": "257", "limit": "256"}),
    ],
)  # fmt: skip
def test_shared_strings_no_program_writes_are_refused(source, code, figures):
    with pytest.raises(Rejected) as caught:
        shared_strings(source, "p")
    assert (caught.value.code, caught.value.figures) == (code, figures)


@pytest.mark.parametrize("number", ["6", "-1", "１", "99999999"])
def test_a_shared_string_that_is_not_there_is_damage(number):
    with pytest.raises(Rejected, match="damaged"):
        read(with_strings(put("表三", "D7", f"<v>{number}</v>", t="s"), STRINGS))


@pytest.mark.parametrize("items", ["<x><si/></x>", "<a>" * 65 + "</a>" * 65])
def test_shared_strings_out_of_shape_are_refused(items):
    with pytest.raises(Rejected):
        read(with_strings(filled(), items))


@pytest.mark.parametrize(
    "change",
    [
        cell("D7", "<v>1</v>", t="x"),
        cell("D7", "<v>2</v>", t="b"),
        cell("D7", "<v>1</v><v>2</v>"),
        cell("D7", "<is><t>1</t></is>"),
        cell("D7", "<v>1</v><is><t>1</t></is>", t="inlineStr"),
        cell("D7", "<c><v>1</v></c>"),
        cell("D7", "<v>1</v>", s="99999"),
        cell("D7", "<v>1</v>", s="x"),
        cell("D7", f"<f>{'1+' * 4096}1</f>"),
        cell("D7", '<f t="shared" si="7"/>'),
        replacing('r="D7"', 'r="D6"', 1),
        replacing('r="D7"', 'r="C7"', 1),
        replacing('r="D7"', 'r="7D"', 1),
        replacing('r="D7"', 'r=""', 1),
        replacing('r="D7"', 'r="XFE7"', 1),
        replacing('<row r="8"', '<row r="7"', 1),
        replacing('<row r="8"', '<row r="x"', 1),
        replacing('<row r="8"', '<row r="1048577"', 1),
        replacing("</sheetData>", "</sheetData><sheetData/>"),
        replacing("</sheetData>", "</sheetData><row/>"),
        replacing('<mergeCell ref="', '<mergeCell ref="Z', 1),
        replacing('min="1"', 'min="0"', 1),
    ],
)
def test_a_sheet_no_program_writes_is_damage(change):
    with pytest.raises(Rejected) as caught:
        read(changed(filled(), "表三", change))
    assert caught.value.code == "damaged"
    assert caught.value.figures["part"].startswith("xl/worksheets/sheet")


def test_rows_and_cells_may_leave_out_where_they_are():
    def bare(xml: str) -> str:
        return re.sub(r'<(row|c) r="\w+"', r"<\1", xml)

    source = changed(filled(), "表三", bare)
    assert read(source).report.values == read(filled()).report.values
    assert found(source) == []


def test_a_declaration_turns_blanks_into_zeros_and_other_words_are_an_error():
    source = changed(filled(), "表三", cell("D8", ""))
    declared = changed(
        source, "表三", cell("D2", "<is><t> 本表其余空白均为0（已核对）\n</t></is>", t="inlineStr")
    )
    assert read(declared).report.nil == ("applications",)
    assert read(declared).report.values["applications.carried_in.natural_person"] is None
    assert read(declared).report.numbers["applications.carried_in.natural_person"] == 0
    assert found(declared) == []
    other = put("表三", "D2", "<is><t>空白为0</t></is>", t="inlineStr")
    assert found(other) == [
        ("declaration", "error", "表三 D2", "空白为0", "本表其余空白均为0（已核对）")
    ]
    assert read(other).report.nil == ()
    assert of(other, "declaration")[0].cells == (Spot(None, "表三", "D2", ""),)


def test_a_text_is_read_row_by_row():
    source = changed(
        filled(), "总体情况", cell("A7", "<is><t>　　第四行_x000D_\n又一行</t></is>", t="inlineStr")
    )
    source = changed(source, "总体情况", cell("A8", "<v>2025.0</v>"))
    source = changed(source, "总体情况", cell("A9", "<is><t>  </t></is>", t="inlineStr"))
    assert read(source).report.texts["overview"] == "第一段\n第二段\n\n　　第四行\n又一行\n2025"


def test_cover_fields_are_read_as_people_write_them():
    source = build(tamper.edition())
    for at, inner in (("B4", "<is><t> 某某局 </t></is>"), ("B6", "<is><t>直辖</t></is>")):
        source = changed(source, "填报说明", cell(at, inner, t="inlineStr"))
    for at, number in (("B5", "11320000.0"), ("B7", "2025"), ("B10", "0")):
        source = changed(source, "填报说明", cell(at, f"<v>{number}</v>"))
    report = read(source).report
    assert report.agency == {"name": "某某局", "code": "11320000", "level": "直辖"}
    assert (report.year, report.sent) == (2025, None)
    assert found(source) == [
        ("cover", "error", "填报说明 B6", "直辖", None),
        ("cover", "error", "填报说明 B10", "0", None),
    ]


# ── totals ────────────────────────────────────────────────────────────────────────────────────────


def cached(source: bytes, sheet: str, at: str, inner: str, **attributes: str) -> bytes:
    """Return the workbook with the stored result of a formula."""
    formula = tamper.formula_of(source, sheet, at)
    return changed(source, sheet, cell(at, f"<f>{formula}</f>{inner}", **attributes))


def test_a_stored_total_that_is_right_or_absent_is_fine():
    assert found(cached(filled(), "表三", "J7", "<v>8</v>")) == []
    assert found(cached(filled(), "表三", "J7", "<v>8.0000000000000001</v>")) == []
    assert found(cached(filled(), "表三", "J7", "")) == []


@pytest.mark.parametrize(
    ("inner", "attributes", "stored"),
    [
        ("<v>9</v>", {}, "9"),
        ("<v></v>", {"t": "str"}, ""),
        ("<v>#REF!</v>", {"t": "e"}, "#REF!"),
    ],
)
def test_a_forged_total_is_an_error_and_the_report_has_the_true_one(inner, attributes, stored):
    source = cached(filled(), "表四", "E7", "<v>3</v>")
    source = cached(source, "表三", "J7", inner, **attributes)
    assert found(source) == [("total-differs", "error", "表三 J7", stored, "8")]
    total = tamper.edition().cells["applications.received.total"]
    spot = of(source, "total-differs")[0].cells[0]
    assert (spot.key, spot.label) == (total.key, total.label)
    assert value(source, "applications.received.total") == 8


@pytest.mark.parametrize(
    ("typed", "attributes", "right"),
    [
        ("<is><t>7</t></is>", {"t": "inlineStr"}, "待改"),
        ("<is><t></t></is>", {"t": "inlineStr"}, "待改"),
        ("<v>-7</v>", {}, "待改"),
        ("<v>7.5</v>", {}, "待改"),
        ("<v>1000000000001</v>", {}, "待改"),
        ("<v>1</v>", {"t": "b"}, "待改"),
        ("<v>#N/A</v>", {"t": "e"}, "待改"),
        ("", {}, ""),
    ],
)
def test_a_total_over_a_misfit_or_a_blank_says_so(typed, attributes, right):
    source = changed(filled(), "表三", cell("D7", typed, **attributes))
    assert found(cached(source, "表三", "J7", f"<v>{right}</v>", t="str")) == []
    wrong = cached(cached(source, "表三", "J7", "<v>70</v>"), "表四", "E7", "<v>3</v>")
    assert found(wrong) == [("total-differs", "error", "表三 J7", "70", right)]


@pytest.mark.parametrize(
    ("typed", "attributes", "total"),
    [
        ("<v>1</v>", {"t": "b"}, "待改"),
        ("<f>TRUE()</f><v>1</v>", {"t": "b"}, "待改"),
        ("<is><t></t></is>", {"t": "inlineStr"}, ""),
    ],
)
def test_a_total_is_right_as_any_program_reads_its_cells(typed, attributes, total):
    """The sheet counts a truth value as no number; LibreOffice 7.4 an empty text as a blank."""
    source = changed(filled(), "表三", cell("D7", typed, **attributes))
    kind = {"t": "str"}
    there = cached(
        cached(source, "表三", "J7", f"<v>{total}</v>", **kind), "表四", "E7", "<v>3</v>"
    )
    assert [fact[0] for fact in found(there)] == ["typed-formula"] * ("<f>" in typed)


def test_a_total_over_a_formula_without_a_result_is_not_compared():
    source = changed(filled(), "表三", cell("D7", "<f>3+4</f>"))
    assert [fact[0] for fact in found(cached(source, "表三", "J7", "<v>9</v>"))] == [
        "typed-formula"
    ]


def test_a_declared_blank_counts_as_0_in_a_stored_total():
    source = changed(cached(filled(), "表四", "E7", "<v>3</v>"), "表四", cell("C7", ""))
    assert found(source) == [("total-differs", "error", "表四 E7", "3", "")]
    said = "<is><t>本表其余空白均为0（已核对）</t></is>"
    place = slots.at(slots.declaration(tamper.edition().tables["disputes"]))
    assert found(changed(source, "表四", cell(place, said, t="inlineStr"))) == []


def test_a_number_as_text_is_no_total_that_waits_for_its_parts():
    source = cached(changed(filled(), "表三", cell("D7", "")), "表三", "J7", "<v>9</v>", t="str")
    source = cached(source, "表四", "E7", "<v>3</v>")
    assert found(source) == [("total-differs", "error", "表三 J7", "9", "")]


def test_right_totals_that_are_stored_as_text_are_one_note():
    source = cached(filled(), "表三", "J7", "<v>8</v>", t="str")
    source = cached(source, "表四", "E7", "<v> 3.0 </v>", t="str")
    assert found(source) == [("total-differs", "note", "表三 J7 表四 E7", "8", "8")]
    assert "存成了文字" in of(source, "total-differs")[0].message("zh")
    source = cached(source, "表三", "J8", "<v>9</v>")
    assert [fact[:3] for fact in found(source)] == [
        ("total-differs", "note", "表三 J7 表四 E7"), ("total-differs", "error", "表三 J8"),
    ]  # fmt: skip


def test_totals_that_were_never_recalculated_are_one_note():
    source = cached(filled(), "表三", "J7", "<v></v>", t="str")
    source = cached(source, "表四", "E7", "<v></v>", t="str")
    assert found(source) == [("total-differs", "note", "表三 J7 表四 E7", "", "8")]
    assert "总计还没有重新计算" in of(source, "total-differs")[0].message("zh")
    manual = changed(
        cached(filled(), "表三", "J7", "<v>9</v>"),
        "xl/workbook.xml",
        replacing("<calcPr ", '<calcPr calcMode="manual" '),
    )
    assert found(manual) == [("total-differs", "error", "表三 J7", "9", "8")]


def test_totals_of_what_was_filled_in_from_last_year_are_still_the_blanks():
    form = tamper.edition()
    last = {f"applications.carried_out.{column}": 2 for column in COLUMNS}
    prior = last | {"applications.carried_out.total": 12}
    typed = dict.fromkeys(form.typed, 0) | {
        f"applications.carried_in.{column}": 2 for column in COLUMNS
    }
    report = Report(form, {"name": "某某局"}, 2025, recompute(form, typed, ()), origin="workbook")
    source = build(form, report, prior)
    source = changed(source, "表三", cell("D8", "<v>5</v>"))
    source = cached(cached(source, "表三", "J8", "<v>12</v>"), "表三", "J7", "<v></v>", t="str")
    assert found(source)[0] == ("total-differs", "note", "表三 J7 表三 J8", "", "0")
    forged = cached(source, "表三", "J9", "<v>1</v>")
    assert [fact[:3] for fact in found(forged) if fact[0] == "total-differs"] == [
        ("total-differs", "error", f"表三 {at}") for at in ("J7", "J8", "J9")
    ]


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_label_is_an_error():
    source = changed(filled(), "表三", cell("A7", "<is><t>本年收到</t></is>", t="inlineStr"))
    assert found(source) == [("label", "error", "表三 A7", "本年收到", LABEL)]
    assert value(source) == 7


@pytest.mark.parametrize(("inner", "there"), [("", ""), ("<v>1</v>", "1"), ("<f>B1</f>", "=B1")])
def test_a_label_turned_into_something_else_is_an_error(inner, there):
    assert found(changed(filled(), "表三", cell("A7", inner))) == [
        ("label", "error", "表三 A7", there, LABEL)
    ]


def test_many_changed_labels_are_one_finding_each_on_the_forms_own_sheets():
    source = changed(filled(), "表三", replacing("（", "("))
    source = changed(source, "填报说明", replacing("，", ","))
    labels = of(source, "label")
    assert len([f for f in labels if f.cells[0].sheet == "表三"]) == 8
    assert [len(f.cells) > 5 for f in labels if f.cells[0].sheet == "填报说明"] == [True]


def test_two_labels_swapped_are_two_errors_and_the_numbers_stay():
    other = "二、上年结转政府信息公开申请数量"

    def swap(xml: str) -> str:
        return xml.replace(LABEL, "%").replace(other, LABEL).replace("%", other)

    source = changed(filled(), "表三", swap)
    assert found(source) == [
        ("label", "error", "表三 A7", other, LABEL),
        ("label", "error", "表三 A8", LABEL, other),
    ]
    assert (value(source), value(source, "applications.carried_in.natural_person")) == (7, 0)


@pytest.mark.parametrize(
    ("inner", "there"),
    [
        ("<v>8</v>", "8"),
        ("", ""),
        ("<is><t>八</t></is>", "八"),
        ("<f>SUM(D7:I7)</f><v>8</v>", "=SUM(D7:I7)"),
        ("<f>D7+E7</f>", "=D7+E7"),
    ],
)
def test_a_total_that_lost_its_formula_is_an_error(inner, there):
    kind = {"t": "inlineStr"} if "<is>" in inner else {}
    ((code, severity, place, shown, expected),) = found(put("表三", "J7", inner, **kind))
    assert (code, severity, place) == ("formula", "error", "表三 J7")
    assert there.startswith(shown.removesuffix("…"))
    assert expected.startswith("=IF(")


def test_a_formula_made_an_array_is_another_formula():
    source = filled()
    formula = tamper.formula_of(source, "表三", "J7")
    array = changed(source, "表三", cell("J7", f'<f t="array" ref="J7">{formula}</f>'))
    assert [fact[:3] for fact in found(array)] == [("formula", "error", "表三 J7")]


def test_a_formula_that_differs_far_in_is_shown_where_it_differs():
    source = filled()
    formula = tamper.formula_of(source, "表三", "D30")
    other = changed(source, "表三", cell("D30", f"<f>{formula.replace('24,2', '23,2')}</f>"))
    ((_, _, place, there, expected),) = found(other)
    assert place == "表三 D30"
    assert there.startswith("…")
    assert ("23,2" in there, "24,2" in expected) == (True, True)


def test_formulas_may_be_spelt_as_other_programs_do():
    def respell(xml: str) -> str:
        def other(match: re.Match[str]) -> str:
            text = re.sub(r"'([^']*)'!", r"\1!", match[2]).replace("FALSE", "FALSE()")
            text = re.sub(r"(SUM|INDEX|COUNTIF)\(", lambda m: f"_xlfn.{m[1].lower()}( ", text)
            return f"{match[1]}{text}{match[3]}"

        return re.sub(r"(<f>)(.*?)(</f>)", other, xml)

    for sheet in ("填报说明", "表三", "校验结果", "发布表三"):
        assert found(changed(filled(), sheet, respell)) == []


def test_shared_formulas_are_written_out_before_they_are_compared():
    source = filled()
    plain = tamper.formula_of(source, "表三", "J7")
    shared = changed(
        source, "表三", cell("J7", f'<f t="shared" ref="J7:J8" si="0">{plain}</f><v>8</v>')
    )
    at_8 = changed(shared, "表三", cell("J8", '<f t="shared" si="0"/><v>0</v>'))
    right = plain == tamper.formula_of(source, "表三", "J8")
    assert [fact[:3] for fact in found(at_8)] == (
        [] if right else [("formula", "error", "表三 J8")]
    )
    alone = changed(
        source, "表三", cell("J7", f'<f t="shared" ref="J7" si="0">{plain}</f><v>8</v>')
    )
    assert found(alone) == []


def test_too_many_shared_formulas_are_refused():
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>' for n in range(2, 140)
    )
    first = f'<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A9">{"A1+" * 2700}1</f></c></row>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{first}{rows}</sheetData></worksheet>'
    parts = tamper.unpack(filled())
    with pytest.raises(Rejected) as caught:
        read(tamper.pack(parts | {tamper.part_of(parts, "表三"): sheet.encode()}))
    assert (caught.value.code, caught.value.figures["limit"]) == ("too-large", "262,144")


@pytest.mark.parametrize(
    ("inner", "there", "number"),
    [
        ("<f>3+4</f><v>7</v>", "=3+4", 7),
        ("<f>3+4</f>", "=3+4", "=3+4"),
        ("<f>1/2</f><v>0.5</v>", "=1/2", Decimal("0.5")),
        ("<f>0-1</f><v>-1</v>", "=0-1", -1),
    ],
)
def test_a_formula_in_a_typed_cell_is_an_error(inner, there, number):
    source = put("表三", "D7", inner)
    stored = str(number) if number == 7 else None
    assert found(source) == [("typed-formula", "error", "表三 D7", there, stored)]
    assert of(source, "typed-formula")[0].cells[0].key == RECEIVED
    assert value(source) == number


def test_a_remark_outside_the_form_is_an_error_with_its_text():
    row = '<row r="40"><c r="B40" t="inlineStr"><is><t>请看这里</t></is></c></row></sheetData>'
    source = changed(filled(), "表三", replacing("</sheetData>", row))
    assert found(source) == [("outside", "error", "表三 B40", "请看这里", "")]
    assert of(source, "outside")[0].figures["count"] == "1"


def test_what_stands_outside_is_one_finding_that_shows_fifty_places_and_counts_all():
    rows = "".join(f'<row r="{n}"><c r="B{n}"><v>{n}</v></c></row>' for n in range(40, 99))
    far = '<row r="900"><c r="B900"><v>1</v></c></row></sheetData>'
    source = changed(filled(), "表三", replacing("</sheetData>", rows + far))
    (finding,) = of(changed(source, "表三", cell("B7", "<v>5</v>")), "outside")
    shown = [cell.at for cell in finding.cells]
    assert (len(shown), shown[:3], finding.found) == (50, ["B7", "B40", "B41"], "5")
    assert finding.figures == {"count": "61"}
    assert {(cell.key, cell.sheet, cell.label) for cell in finding.cells} == {(None, "表三", "")}


@pytest.mark.parametrize("at", ["XFD1048576", "ZZ900"])
def test_a_value_far_outside_is_counted(at):
    number = re.sub("[A-Z]", "", at)
    row = f'<row r="{number}"><c r="{at}"><v>1</v></c></row></sheetData>'
    assert found(changed(filled(), "表三", replacing("</sheetData>", row))) == [
        ("outside", "error", f"表三 {at}", "", "")
    ]


def test_a_value_under_a_merged_cell_is_outside():
    assert found(changed(filled(), "表三", cell("B7", "<v>5</v>"))) == [
        ("outside", "error", "表三 B7", "5", "")
    ]
    assert found(changed(filled(), "表二", cell("C10", "<v>5</v>"))) == [
        ("outside", "error", "表二 C10", "5", "")
    ]


def test_empty_formatted_cells_anywhere_mean_nothing():
    rows = "".join(f'<row r="{n}"><c r="XFD{n}" s="1"/></row>' for n in range(2000, 4000))
    source = changed(filled(), "表三", replacing("</sheetData>", f"{rows}</sheetData>"))
    source = changed(source, "表三", replacing('ref="A1:J33"', 'ref="A1:XFD1048576"'))
    assert found(source) == []


AREA = result_range(tamper.edition())


@pytest.mark.parametrize(
    ("number", "codes"), [(AREA[0], []), (AREA[2], []), (AREA[2] + 1, ["outside"])]
)
def test_what_a_button_wrote_is_not_outside(number, codes):
    one = f'<c r="A{number}" t="inlineStr"><is><t>balance</t></is></c>'

    def written(xml: str) -> str:
        if f'<row r="{number}"' not in xml:
            return xml.replace("</sheetData>", f'<row r="{number}">{one}</row></sheetData>')
        return re.sub(rf'(<row r="{number}"[^>]*[^/])>', rf"\1>{one}", xml)

    assert [fact[0] for fact in found(changed(filled(), "校验结果", written))] == codes


def test_a_locked_cell_that_was_unlocked_is_a_warning():
    free = tamper.style_of(filled(), "表三", "D7")
    formula = tamper.formula_of(filled(), "表三", "J7")
    source = put("表三", "J7", f"<f>{formula}</f>", s=free)
    assert found(source) == [("unlocked", "warning", "表三 J7", None, None)]
    assert of(source, "unlocked")[0].figures["count"] == "1"


@pytest.mark.parametrize("change", [cell("D8", "<v>0</v>", s="0"), tamper.gone("D8")])
def test_a_typed_cell_that_lost_its_style_is_a_note(change):
    assert found(changed(filled(), "表三", change)) == [("restyled", "note", "表三 D8", None, None)]


def test_a_cell_that_is_not_stored_has_the_style_of_its_row_or_column():
    free = tamper.style_of(filled(), "表三", "D8")
    source = changed(filled(), "表三", tamper.gone("D8"))
    row = changed(
        source, "表三", replacing('<row r="8"', f'<row r="8" s="{free}" customFormat="1"')
    )
    assert found(row) == []
    column = changed(source, "表三", replacing('min="4"', f'min="4" style="{free}"', 1))
    assert found(column) == []


# ── sheets ────────────────────────────────────────────────────────────────────────────────────────


def renamed(source: bytes, old: str, new: str) -> bytes:
    return changed(source, "xl/workbook.xml", replacing(f'name="{old}"', f'name="{new}"', 1))


def removed(source: bytes, sheet: str) -> bytes:
    return changed(
        source, "xl/workbook.xml", lambda xml: re.sub(f'<sheet [^>]*name="{sheet}"[^>]*/>', "", xml)
    )


def added(source: bytes, name: str, content: bytes, state: str = "visible") -> bytes:
    """Return the workbook with one more sheet."""
    source = tamper.related(
        source, "xl/_rels/workbook.xml.rels", "worksheet", "/xl/worksheets/more.xml"
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    entry = f'<Override PartName="/xl/worksheets/more.xml" ContentType="{kind}"/></Types>'
    source = changed(source, "[Content_Types].xml", replacing("</Types>", entry))
    office_links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    line = (
        f'<sheet xmlns:q="{office_links}" name="{name}" sheetId="99" state="{state}" q:id="rIdX"/>'
    )
    source = changed(source, "xl/workbook.xml", replacing("</sheets>", f"{line}</sheets>"))
    return tamper.pack(tamper.unpack(source) | {"xl/worksheets/more.xml": content})


def test_a_renamed_sheet_is_an_error_and_is_read_all_the_same():
    source = renamed(filled(), "表三", "表3")
    assert found(source) == [("sheet-renamed", "error", "表3 -", "表3", "表三")]
    assert value(source) == 7


def test_formulas_that_follow_a_renamed_sheet_are_no_errors():
    source = renamed(filled(), "表三", "表3")
    for sheet in ("填报说明", "校验结果", "发布表三"):
        source = changed(source, sheet, replacing("'表三'!", "'表3'!"))
    assert [fact[0] for fact in found(source)] == ["sheet-renamed"]


def test_a_missing_sheet_is_an_error_and_its_cells_are_unfilled():
    source = removed(filled(), "表四")
    assert ("sheet-missing", "error", "表四 -", None, "表四") in found(source)
    assert value(source, "disputes.review.upheld") is None
    assert value(source) == 7


def test_a_missing_text_is_no_text():
    source = removed(filled(), "总体情况")
    assert ("sheet-missing", "error", "总体情况 -", None, "总体情况") in found(source)
    assert read(source).report.texts == {"problems": "无", "other": ""}


def test_a_missing_sheet_is_not_taken_for_a_foreign_one():
    row = '<row r="3"><c r="C3"><v>17</v></c></row>'
    remark = f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'.encode()
    places = [fact[:3] for fact in found(added(removed(filled(), "表四"), "草稿", remark))]
    assert ("sheet-missing", "error", "表四 -") in places
    assert ("outside", "error", "草稿 C3") in places


def test_a_copied_sheet_is_an_error_even_when_it_is_hidden():
    parts = tamper.unpack(filled())
    copy = parts[tamper.part_of(parts, "表三")]
    for state in ("visible", "veryHidden"):
        source = added(filled(), "表三 (2)", copy, state)
        assert found(source) == [("sheet-copied", "error", "表三 (2) -", "表三 (2)", None)]
        assert of(source, "sheet-copied")[0].figures["original"] == "表三"


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def test_another_sheet_matters_only_if_something_stands_on_it():
    empty = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
    assert found(added(filled(), "Sheet1", empty)) == []
    row = '<row r="3"><c r="C3"><v>17</v></c></row>'
    remark = empty.replace(b"<sheetData/>", f"<sheetData>{row}</sheetData>".encode())
    assert found(added(filled(), "草稿", remark)) == [("outside", "error", "草稿 C3", "17", "")]
    far = b'<row r="900"><c r="C900"><v>17</v></c></row></sheetData>'
    both = remark.replace(b"</sheetData>", far)
    (finding,) = of(added(filled(), "草稿", both), "outside")
    assert [cell.at for cell in finding.cells] == ["C3", "C900"]
    only = empty.replace(b"<sheetData/>", b"<sheetData>" + far)
    assert found(added(filled(), "草稿", only)) == [("outside", "error", "草稿 C900", "", "")]


def test_a_chart_sheet_is_an_error():
    source = added(filled(), "图", b"<chartsheet/>")
    source = changed(
        source, "xl/_rels/workbook.xml.rels",
        lambda xml: re.sub(r'relationships/worksheet("[^>]*more)', r"relationships/chartsheet\1", xml),
    )  # fmt: skip
    assert found(source) == [("sheet-added", "error", "图 -", "图", None)]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_a_warning(state):
    source = changed(
        filled(),
        "xl/workbook.xml",
        lambda xml: re.sub(
            r'(<sheet [^>]*name="表三"[^>]*?)state="visible"', rf'\1state="{state}"', xml
        ),
    )
    assert found(source) == [("hidden-sheet", "warning", "表三 -", state, "visible")]


def test_the_mark_may_be_hidden_or_shown():
    source = changed(filled(), "xl/workbook.xml", replacing('"veryHidden"', '"hidden"'))
    assert found(source) == []


@pytest.mark.parametrize(
    ("change", "place", "rows", "columns"),
    [
        (replacing('<row r="9"', '<row r="9" hidden="1"'), "表三 A9", "1", "0"),
        (
            lambda xml: re.sub(r'<row r="9" ht="[^"]*"', '<row r="9" ht="0"', xml),
            "表三 A9",
            "1",
            "0",
        ),
        (replacing('min="5"', 'hidden="1" min="5"', 1), "表三 E1", "0", "1"),
    ],
)
def test_hidden_rows_and_columns_are_a_warning(change, place, rows, columns):
    source = changed(filled(), "表三", change)
    assert found(source) == [("hidden", "warning", place, None, None)]
    assert of(source, "hidden")[0].figures == {"rows": rows, "columns": columns}


def test_a_sheet_without_protection_is_a_warning():
    for off in ("", '<sheetProtection sheet="0"/>'):
        source = changed(
            filled(), "表三", lambda xml, off=off: re.sub("<sheetProtection[^>]*/>", off, xml)
        )
        assert found(source) == [("unprotected", "warning", "表三 -", None, None)]


def test_a_merge_of_typed_cells_made_or_undone_is_an_error():
    undone = changed(filled(), "表二", lambda xml: re.sub('<mergeCell ref="B10:D10"/>', "", xml))
    assert found(undone) == [("merge", "error", "表二 B10", "", "B10:D10")]
    made = changed(filled(), "表三", replacing("<mergeCells ", '<mergeCells x="1" ', 1))
    made = changed(
        made, "表三", replacing("</mergeCells>", '<mergeCell ref="D7:E8"/></mergeCells>')
    )
    assert found(made) == [("merge", "error", "表三 D7", "D7:E8", "")]
    for span, place in (("C7:D7", "D7"), ("D4:D7", "D7"), ("I7:K7", "I7"), ("I31:I33", "I31")):
        made = changed(
            filled(),
            "表三",
            replacing("</mergeCells>", f'<mergeCell ref="{span}"/></mergeCells>'),
        )
        assert found(made) == [("merge", "error", f"表三 {place}", span, "")]
    moved = renamed(undone, "表二", "表2")
    assert ("merge", "error", "表2 B10", "", "B10:D10") in found(moved)
    label = changed(
        filled(), "表三", replacing("</mergeCells>", '<mergeCell ref="A40:B40"/></mergeCells>')
    )
    assert found(label) == []


# ── rows and columns that moved ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("first", "by"), [(8, 1), (9, 3), (4, 1)])
def test_where_rows_were_inserted_the_numbers_are_found_by_their_labels(first, by):
    source = changed(filled(), "表三", lambda xml: shifted(xml, first, by))
    assert found(source) == [("moved", "error", "表三 -", None, None)]
    assert read(source).report.values == read(filled()).report.values


def test_where_rows_moved_totals_count_other_cells_and_only_the_move_is_told():
    source = cached(filled(), "表三", "J7", "<v>#VALUE!</v>", t="e")
    source = changed(source, "表三", lambda xml: shifted(xml, 8, 1))
    assert found(source) == [("moved", "error", "表三 -", None, None)]


def test_a_remark_in_an_inserted_row_is_outside():
    source = changed(filled(), "表三", lambda xml: shifted(xml, 8, 1))
    row = '<row r="8"><c r="D8"><v>99</v></c><c r="E8"/></row><row r="9"'
    source = changed(source, "表三", replacing('<row r="9"', row, 1))
    assert found(source) == [
        ("moved", "error", "表三 -", None, None),
        ("outside", "error", "表三 D8", "99", ""),
    ]
    assert read(source).report.values == read(filled()).report.values


def test_where_a_row_was_deleted_its_cells_are_unfilled_and_the_rest_is_right():
    source = changed(filled(), "表三", lambda xml: re.sub(r'<row r="10".*?</row>', "", xml))
    source = changed(source, "表三", lambda xml: shifted(xml, 11, -1))
    codes = {(fact[0], fact[2]) for fact in found(source)}
    assert ("moved", "表三 -") in codes
    assert ("label", "表三 B10") in codes
    report = read(source).report
    assert report.values["applications.partly_granted.natural_person"] is None
    assert report.values["applications.carried_out.natural_person"] == 2
    assert report.values["applications.granted.natural_person"] == 5


def columns_shifted(xml: str, first: str) -> str:
    def column(match: re.Match[str]) -> str:
        letter = chr(ord(match[1]) + 1) if match[1] >= first else match[1]
        return f'<c r="{letter}{match[2]}"'

    return re.sub(r'<c r="([A-Z])(\d+)"', column, xml)


@pytest.mark.parametrize(("sheet", "first"), [("表三", "E"), ("表四", "C"), ("表四", "F")])
def test_where_a_column_was_inserted_the_numbers_are_found_by_their_labels(sheet, first):
    source = changed(filled(), sheet, lambda xml: columns_shifted(xml, first))
    assert [fact[:3] for fact in found(source)] == [("moved", "error", f"{sheet} -")]
    assert read(source).report.values == read(filled()).report.values


def test_a_row_inserted_above_cells_without_labels_is_never_silent():
    source = changed(filled(), "表四", lambda xml: shifted(xml, 7, 1))
    codes = {fact[0] for fact in found(source)}
    assert {"outside", "formula"} <= codes
    assert value(source, "disputes.review.upheld") is None


# ── identity and what else a file carries ─────────────────────────────────────────────────────────


def test_a_mark_that_is_gone_is_a_warning():
    assert found(removed(filled(), "标记")) == [("mark-missing", "warning", "", None, None)]


def test_a_mark_of_another_edition_is_an_error():
    other = changed(filled(), "标记", cell("B2", "<is><t>2019</t></is>", t="inlineStr"))
    assert found(other) == [
        ("mark-differs", "error", "", "annual-report 2019", "annual-report 2021")
    ]
    assert value(other) == 7
    print_ = changed(filled(), "标记", cell("B6", "<is><t>00</t></is>", t="inlineStr"))
    assert [fact[0] for fact in found(print_)] == ["mark-differs"]


@pytest.mark.parametrize(
    ("at", "inner", "attributes", "there", "sent"),
    [
        ("B4", "<is><t>另一局</t></is>", {"t": "inlineStr"}, "另一局", "某某局"),
        ("B5", "", {}, "", "11320000"),
        ("B7", "<v>2024</v>", {}, "2024", "2025"),
        ("B7", "", {}, "", "2025"),
    ],
)
def test_an_agency_or_year_other_than_the_marks_is_an_error(at, inner, attributes, there, sent):
    source = put("填报说明", at, inner, **attributes)
    assert found(source) == [("identity", "error", f"填报说明 {at}", there, sent)]


def test_a_year_that_cannot_be_read_is_an_error():
    source = changed(
        build(tamper.edition()), "填报说明", cell("B7", "<is><t>今年</t></is>", t="inlineStr")
    )
    assert found(source) == [("identity", "error", "填报说明 B7", "今年", None)]
    assert "四位数字" in of(source, "identity")[0].message("zh")
    assert read(source).report.year is None


def test_a_filled_blank_for_anybody_must_say_whose_it_is_and_of_which_year():
    typed = changed(build(tamper.edition()), "表三", cell("D7", "<v>0</v>"))
    assert found(typed) == [
        ("identity", "error", "填报说明 B4", "", None),
        ("identity", "error", "填报说明 B7", "", None),
    ]
    first, second = of(typed, "identity")
    assert "没有填机关名称" in first.message("zh")
    assert "没有填报告年度" in second.message("zh")
    named = changed(typed, "填报说明", cell("B4", "<is><t>某某局</t></is>", t="inlineStr"))
    assert found(named) == [("identity", "error", "填报说明 B7", "", None)]
    assert found(changed(named, "填报说明", cell("B7", "<v>2025</v>"))) == []


@pytest.mark.parametrize(
    ("kind", "target", "external", "code"),
    [
        ("externalLink", "/xl/externalLinks/externalLink1.xml", False, "external-link"),
        ("externalLinkPath", "\\\\server\\share\\a.xlsx", True, "external-link"),
        ("image", "http://example.org/a.png", True, "external-link"),
        ("hyperlink", "\\\\server\\share", True, "external-link"),
        ("hyperlink", "file:///c:/a.exe", True, "external-link"),
        ("oleObject", "/xl/embeddings/a.bin", False, "embedded-object"),
        ("package", "/xl/embeddings/a.docx", False, "embedded-object"),
        ("control", "/xl/activeX/a.xml", False, "embedded-object"),
        ("connections", "/xl/connections.xml", False, "connection"),
        ("queryTable", "/xl/queryTables/a.xml", False, "connection"),
    ],
)
def test_links_objects_and_connections_are_errors_and_never_followed(kind, target, external, code):
    source = tamper.related(
        filled(), "xl/worksheets/_rels/sheet3.xml.rels", kind, target, external=external
    )
    shown = target if external else target.lstrip("/").lower()
    assert found(source) == [(code, "error", "", shown, None)]
    assert value(source) == 7


@pytest.mark.parametrize("target", ["http://www.gov.cn/", "mailto:a@b.cn", "HTTPS://x.cn/a?b"])
def test_a_web_address_somebody_typed_is_nothing(target):
    rels = "xl/worksheets/_rels/sheet2.xml.rels"
    assert found(tamper.related(filled(), rels, "hyperlink", target, external=True)) == []
    assert found(tamper.related(filled(), rels, "hyperlink", "#表三!A1")) == []


def test_a_name_that_runs_by_itself_is_an_error():
    name = '<definedName name="_xlnm.Auto_Open">表三!$A$1</definedName></definedNames>'
    source = changed(filled(), "xl/workbook.xml", replacing("</definedNames>", name))
    assert found(source) == [("auto-run", "error", "", "_xlnm.Auto_Open", None)]


def test_comments_and_pictures_are_a_note():
    rels = "xl/worksheets/_rels/sheet3.xml.rels"
    source = tamper.related(filled(), rels, "comments", "/xl/comments1.xml")
    assert found(source) == [("added", "note", "", "comments", None)]


# ── which form ────────────────────────────────────────────────────────────────────────────────────


def test_a_workbook_that_is_not_ours_is_refused():
    book = openpyxl.Workbook()
    book.active["A1"] = "某某局"
    source = saved(book)
    with pytest.raises(Rejected, match="not-our-form"):
        read(source)
    for number in range(64):
        book.create_sheet(f"s{number}")
    with pytest.raises(Rejected, match="not-our-form"):
        read(saved(book))


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_form_whose_sheets_were_all_renamed_is_still_recognised():
    source = filled()
    for section in tamper.edition().sections:
        source = renamed(source, section.sheet, f"x{section.sheet}")
    codes = [fact[0] for fact in found(removed(source, "标记"))]
    assert codes.count("sheet-renamed") >= len(tamper.edition().tables)
    assert value(source) == 7


def test_a_form_most_of_whose_labels_are_gone_is_refused():
    source = removed(filled(), "标记")
    for section in tamper.edition().sections:
        if section.table:
            source = changed(
                source, section.sheet, lambda xml: re.sub(r"<is>.*?</is>", "<is><t>x</t></is>", xml)
            )
    with pytest.raises(Rejected, match="not-our-form"):
        read(source)


@pytest.mark.parametrize("marked", [True, False])
def test_each_official_edition_is_recognised_by_its_labels(marked):
    for form, name in editions.known():
        edition = editions.named(form, name)
        assert edition is not None
        source = build(edition)
        reading = read(source if marked else removed(source, "标记"))
        assert reading.report.edition.name == name
        assert [f.code for f in reading.findings] == ([] if marked else ["mark-missing"])


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr("toolkit.returned.read.CELL_LIMIT", 1000)
    with pytest.raises(Rejected) as caught:
        read(filled())
    assert (caught.value.code, caught.value.figures["limit"]) == ("too-large", "1,000")


def test_too_many_tags_are_refused():
    rows = "".join(
        f'<row r="{n}">' + "".join(f"<c><v>{n}</v></c>" for _ in range(20)) + "</row>"
        for n in range(1, 1500)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    parts = tamper.unpack(filled())
    large = {name: sheet for name in parts if name.startswith("xl/worksheets/sheet")}
    with pytest.raises(Rejected) as caught:
        read(tamper.pack(parts | large, 0))
    assert (caught.value.code, caught.value.figures["part"]) == ("too-large", "tags")


# ── honest programs ───────────────────────────────────────────────────────────────────────────────


def honest() -> dict[str, bytes]:
    """Return returns as people send them: complete, blank, declared, with misfits."""
    edition = tamper.edition()
    complete = read(filled()).report
    odd = {**complete.values, RECEIVED: "12", FEE: Decimal("12345.6789"),
           "applications.granted.business": Decimal("1.5"), "disputes.review.pending": -3}  # fmt: skip
    declared = replace(
        complete,
        values=dict.fromkeys(complete.values),
        nil=edition.statutory,
        texts={"overview": "甲 a\n乙"},
    )
    return {
        "complete": filled(),
        "blank": build(edition),
        "declared": build(edition, declared),
        "odd": build(edition, replace(complete, values=recompute(edition, odd, ()))),
    }


def same_report(one: Report, other: Report) -> bool:
    fields = ("values", "nil", "texts", "agency", "year", "sent", "prior")
    return all(getattr(one, name) == getattr(other, name) for name in fields)


@pytest.mark.no_cover
def test_openpyxl_saves_a_return_without_a_new_finding(tmp_path):
    for name, source in honest().items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(source)
        openpyxl.load_workbook(path).save(path)
        again = read(path.read_bytes())
        assert same_report(again.report, read(source).report)
        assert facts(again) == []


ROOT = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
    'mc:Ignorable="x14ac xr" xr:uid="{00000000-0001-0000-0000-000000000000}"'
)
PATH = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="x15"><x15ac:absPath url="C:\\" xmlns:x15ac='
    '"http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice>'
    "</mc:AlternateContent>"
)


def as_excel_writes(source: bytes) -> bytes:
    """Return the workbook with the features of 154 files saved by Excel that ours lack."""
    strings: list[str] = []

    def shared(match: re.Match[str]) -> str:
        strings.append(f"<si>{match[2]}<phoneticPr fontId='1'/></si>")
        return f'{match[1]} t="s"><v>{len(strings) - 1}</v></c>'

    def sheet(xml: str) -> str:
        xml = re.sub(r'(<c [^>]*?) t="inlineStr"><is>(.*?)</is></c>', shared, xml, flags=re.DOTALL)
        xml = xml.replace("<worksheet ", f"<worksheet {ROOT} ", 1).replace(' t="n"', "")
        xml = re.sub(r"<row ", '<row spans="1:10" x14ac:dyDescent="0.25" ', xml)
        return re.sub(r"<v ?/>|<v></v>", "", xml)

    for section in ("填报说明", "总体情况", "表二", "表三", "表四", "校验结果", "发布表三", "标记"):
        source = changed(source, section, sheet)
    source = changed(source, "xl/workbook.xml", replacing("<workbookPr", f"{PATH}<workbookPr", 1))
    calc = b'<calcChain xmlns="x"><c r="J7" i="4"/></calcChain>'
    source = tamper.pack(tamper.unpack(source) | {"xl/calcChain.xml": calc})
    rels = "xl/_rels/workbook.xml.rels"
    return with_strings(
        tamper.related(source, rels, "calcChain", "calcChain.xml"), "".join(strings)
    )


def test_what_excel_adds_is_no_finding():
    for name, source in honest().items():
        again = read(as_excel_writes(source))
        assert same_report(again.report, read(source).report), name
        assert facts(again) == [], name


@pytest.mark.no_cover
def test_libreoffice_saves_a_return_without_a_new_finding(tmp_path):
    office.need_office()
    paths = [tmp_path / f"{name}.xlsx" for name in honest()]
    for path, source in zip(paths, honest().values(), strict=True):
        path.write_bytes(source)
    made = tmp_path / "made"
    for path, source in zip(office.resave(paths, made), honest().values(), strict=True):
        again = read(path.read_bytes())
        assert same_report(again.report, read(source).report), path.stem
        assert facts(again) == [], path.stem


def test_a_cure_does_not_lie_in_a_locked_cell():
    """A protected sheet keeps people from restoring a label and from deleting what is locked."""
    bare = replacing("<sheetProtection", "<x", 1)
    label = put("表三", "A7", "<is><t>本年收到</t></is>", t="inlineStr")
    remark = put("表三", "B8", "<is><t>备注</t></is>", t="inlineStr")
    for source, code, locked, free in (
        (label, "label", "改不回去", "请改回"), (remark, "outside", "删不掉", "请删除"),
    ):  # fmt: skip
        assert locked in of(source, code)[0].message("zh")
        assert free in of(changed(source, "表三", bare), code)[0].message("zh")


@pytest.mark.parametrize(
    ("at", "inner", "attributes", "proposed"),
    [
        ("D7", "<v>部门网站</v>", {"t": "str"}, "部门网站"),
        ("D7", "<v>部门</v>", {"t": "str"}, None),
        ("D7", "", {}, None),
        ("D2", "<v>某某网</v>", {"t": "str"}, None),
        ("D66", "<v>46034</v>", {}, "2026-01-12"),
        ("D66", "<v>46034.5</v>", {}, None),
    ],
)
def test_a_formulas_result_is_proposed_where_the_cell_takes_it(at, inner, attributes, proposed):
    source = build(editions.named("site-report", "2017"))
    source = changed(source, "年度报表", cell(at, f"<f>A1</f>{inner}", **attributes))
    (finding,) = of(source, "typed-formula")
    assert finding.expected == proposed
    assert (f"请改填 {proposed}" in finding.message("zh")) == (proposed is not None)


# ── limits, at them and beside them ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("labels", "copied"), [(5, False), (6, True), (7, True)])
def test_a_sheet_with_six_tenths_of_a_forms_labels_is_taken_for_it(labels, copied):
    names = [f"label {number}" for number in range(10)]
    plain = next(form for form in compare.forms(named("annual-report", "2021")) if form.own)
    form = replace(
        plain, labels={(1, n): text for n, text in enumerate(names, 1)}, typed=frozenset()
    )
    grid = Grid({(n, 9): ("text", text, None, 0) for n, text in enumerate(names[:labels], 1)})
    book = SimpleNamespace(sheets=(SimpleNamespace(name="x", state="visible", part="x"),))
    pairs = compare.match((form,), book, {"x": grid})
    assert [pair.name for pair in pairs] == ["x"] * copied
    codes = [one.code for one in compare.whole_sheets((form,), (), book, {"x": grid})]
    assert codes == ["sheet-missing", "sheet-copied" if copied else "outside"]


@pytest.mark.parametrize(("fit", "taken"), [(0.599, False), (0.6, True), (0.601, True)])
def test_a_workbook_with_six_tenths_of_a_forms_labels_is_of_its_edition(monkeypatch, fit, taken):
    monkeypatch.setattr(recognise, "score", lambda edition, _: (fit, 0.0, len(edition.name)))
    source = recognise.Source(SimpleNamespace(), {}, lambda _: {"x": Grid()})
    if taken:
        assert recognise.recognised(source, ())[1] == {"x": Grid()}
    else:
        with pytest.raises(Rejected, match="not-our-form"):
            recognise.recognised(source, ())
