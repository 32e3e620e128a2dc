"""Numbers go into the tables of somebody's Word draft, and nothing else of it changes."""

import io
import re
import zipfile
from dataclasses import replace

import papers
import pytest
import source as source_
import theirs
from theirs import main_of, rewritten, run

from toolkit.documents.importing import import_document
from toolkit.edition.edition import named
from toolkit.returned.into import UnfitError, into, refused
from toolkit.xlsx.zip import Rejected

MAIN = "word/document.xml"
EDITIONS = [named("annual-report", name) for name in ("2021", "2019")]
EDITION = EDITIONS[0]
WHOLE = theirs.random_report(EDITION, 1)
BLANK = dict.fromkeys(EDITION.cells)


def read_back(report, content):
    """Return {key: (printed, read)} of the cells that differ; everything is taken."""
    imported = import_document(content, "", (), report.edition)
    assert imported.not_taken == ()
    values = imported.report.values
    return {k: (v, values[k]) for k, v in theirs.printed(report).items() if values[k] != v}


def draft(values=BLANK):
    return papers.as_docx(papers.paper(EDITION, values))


def changed(old, new, values=BLANK, times=1):
    """Return a draft with a piece of its main part replaced."""
    source = draft(values)
    xml = main_of(source)
    assert old in xml
    return rewritten(source, xml.replace(old, new, times))


def first(cell, values=BLANK):
    """Return a draft whose first cell for a number is another one."""
    blank = "<w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t></w:t></w:r></w:p></w:tc>"
    return changed(blank, cell, values)


def said(source, report=WHOLE):
    with pytest.raises(UnfitError) as caught:
        into(report, source, "a.docx")
    return list(refused(caught.value, "a.docx", "en"))[1:-1]


# ── every draft takes every report ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(theirs.DRAFTS))
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: one.name)
def test_a_filled_draft_reads_as_the_report_and_only_its_numbers_are_others(name, edition):
    report = WHOLE if edition is EDITION else theirs.random_report(edition, 1)
    source = theirs.DRAFTS[name](edition, 3)
    done = into(report, source, "a.docx")
    assert read_back(report, done.content) == {}
    assert theirs.kept(source, done.content, MAIN)
    before, after = main_of(source), main_of(done.content)
    assert theirs.outside(before) == theirs.outside(after)
    assert sum(done.written.values()) == sum(v is not None for v in theirs.printed(report).values())


def test_the_blank_of_the_office_takes_a_report():
    path = source_.CHECKOUT.parent / "shared" / "documents" / "real" / "nianbao_moban.docx"
    if not path.is_file():
        pytest.skip("the official blank is not part of this repository")
    source = path.read_bytes()
    done = into(WHOLE, source, path.name)
    assert read_back(WHOLE, done.content) == {}
    assert theirs.kept(source, done.content, MAIN)


def test_the_number_in_any_part_of_the_table_is_the_only_change():
    source = theirs.bold_old(EDITION, 1)
    done = into(WHOLE, source, "a.docx")
    cells = re.compile(r"(?<=<w:t>)[0-9.]*(?=</w:t>)")
    assert cells.sub("", main_of(source)) == cells.sub("", main_of(done.content))


def test_old_numbers_are_cleared_where_the_return_has_none():
    report = replace(WHOLE, values=BLANK, nil=("applications",))
    source = draft(papers.numbers(EDITION, 1))
    done = into(report, source, "a.docx")
    assert (done.written, done.empty, done.cleared) == (
        {"applications": 175},
        {"proactive": 10, "disputes": 15},
        25,
    )
    assert read_back(report, done.content) == {}


def test_a_draft_that_is_blank_already_stays_as_it_is():
    source = theirs.spaced(EDITION, 3)
    done = into(replace(WHOLE, values=BLANK, nil=()), source, "a.docx")
    assert (done.written, sum(done.empty.values()), done.cleared) == ({}, 200, 0)
    assert read_back(replace(WHOLE, values=BLANK, nil=()), done.content) == {}


def test_values_that_are_words_are_written_as_typed():
    edition = named("site-report", "2017")
    words = {k: "有&<无>" for k, cell in edition.cells.items() if cell.kind == "text"}
    report = replace(WHOLE, edition=edition, values=dict.fromkeys(edition.cells) | words, nil=())
    source = papers.as_docx(papers.paper(edition, dict.fromkeys(edition.cells)))
    done = into(report, source, "a.docx")
    assert read_back(report, done.content) == {}
    assert (sum(done.written.values()), done.misfits) == (len(words), {})


# ── how a new number looks ────────────────────────────────────────────────────────────────────────


def looks(*cells):
    """Return the run properties of the first row's numbers, whose cells are given."""
    blank = "<w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t></w:t></w:r></w:p></w:tc>"
    source = changed(blank * len(cells), "".join(f"<w:tc>{one}</w:tc>" for one in cells))
    report = replace(WHOLE, values=papers.numbers(EDITION, 1), nil=())
    content = main_of(into(report, source, "a.docx").content)
    row = re.findall(r"<w:tr>.*?</w:tr>", content)[2]
    numbers = re.findall(r"<w:r>(<w:rPr>.*?</w:rPr>|)<w:t>[0-9.]+</w:t></w:r>", row)
    return [re.sub("<.?w:rPr>", "", one) for one in numbers]


def mark(look):
    return f"<w:p><w:pPr><w:rPr>{look}</w:rPr></w:pPr></w:p>"


SMALL, LARGE = '<w:sz w:val="18"/>', '<w:sz w:val="24"/>'


def test_a_number_looks_as_those_beside_it_or_as_its_paragraph_says():
    text = f"<w:p>{run('7', f'<w:rPr>{SMALL}</w:rPr>')}</w:p>"
    assert looks(text, mark(LARGE), "<w:p/>") == [SMALL, SMALL, SMALL]
    assert looks(text, mark(f"<w:b/>{SMALL}"), "<w:p/>") == [SMALL, f"<w:b/>{SMALL}", SMALL]
    assert looks(f"<w:p>{run('7')}</w:p>", mark("<w:b/>"), "<w:p/>") == ["", "<w:b/>", ""]


def test_where_no_number_is_in_the_row_those_of_the_table_say_how_it_looks():
    assert looks(mark(LARGE), "<w:p/>", mark(LARGE)) == ["", "", ""]


def test_where_there_are_only_marks_they_say_how_numbers_look():
    blank = "<w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t></w:t></w:r></w:p></w:tc>"
    xml = main_of(draft()).replace(blank, f"<w:tc>{mark(LARGE)}</w:tc>", 1)
    xml = re.sub(r"<w:r><w:t></w:t></w:r>", "", xml)
    content = main_of(into(WHOLE, rewritten(draft(), xml), "a.docx").content)
    row = re.findall(r"<w:tr>.*?</w:tr>", content)[2]
    assert row.count(f"<w:r><w:rPr>{LARGE}</w:rPr><w:t>") == 3
    last = re.findall(r"<w:tr>.*?</w:tr>", content)[-1]
    assert f"<w:rPr>{LARGE}" not in last


# ── what keeps numbers out ────────────────────────────────────────────────────────────────────────

INSERTED = f'<w:ins w:id="1" w:author="a">{run("1")}</w:ins>'
DELETED = '<w:del w:id="1" w:author="a"><w:r><w:delText>1</w:delText></w:r></w:del>'
SHAPE = f"""<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">
<mc:Choice Requires="wps">{run("1")}</mc:Choice><mc:Fallback>{run("1")}</mc:Fallback></mc:AlternateContent>"""
CELLS = {
    "inserted": (f"<w:tc><w:p>{INSERTED}</w:p></w:tc>", "tracked"),
    "deleted": (f"<w:tc><w:p>{DELETED}</w:p></w:tc>", "tracked"),
    "deleted mark": ("<w:tc>" + mark('<w:del w:id="1"/>') + "</w:tc>", "tracked"),
    "inserted cell": ('<w:tc><w:tcPr><w:cellIns w:id="1"/></w:tcPr><w:p/></w:tc>', "tracked"),
    "field": (f'<w:tc><w:p><w:fldSimple w:instr="SUM">{run("1")}</w:fldSimple></w:p></w:tc>', "field"),
    "field by signs": (
        ('<w:tc><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText>SUM</w:instrText></w:r></w:p></w:tc>"), "field"),
    "placeholder": (
        (f"<w:tc><w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('x')}"
        "</w:sdtContent></w:sdt></w:p></w:tc>"), "control"),
    "bound cell": (
        ("<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent><w:tc><w:p/></w:tc>"
        "</w:sdtContent></w:sdt>"), "control"),
    "picture": ("<w:tc><w:p><w:r><w:drawing/></w:r></w:p></w:tc>", "other"),
    "shape": (f"<w:tc><w:p>{SHAPE}</w:p></w:tc>", "other"),
    "no paragraph": ("<w:tc><w:tcPr/></w:tc>", "other"),
    "ruby": ("<w:tc><w:p><w:r><w:ruby><w:rt><w:r><w:t>1</w:t></w:r></w:rt></w:ruby></w:r></w:p></w:tc>",
             "other"),
}  # fmt: skip


ENDED = "<w:sdt><w:sdtPr/><w:sdtEndPr><w:rPr><w:vanish/></w:rPr></w:sdtEndPr>"
ODD_CELLS = [
    "<w:tc><w:tcPr><w:vanish/></w:tcPr><w:p/></w:tc>",
    "<w:tc><w:tcPr><w:r><w:rPr><w:vanish/></w:rPr></w:r></w:tcPr><w:p/></w:tc>",
    "<w:tc><w:tcPr><w:p/></w:tcPr><w:p/></w:tc>",
    "<w:tc><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:p/></w:tc>",
    "<w:tc><w:r><w:t/></w:r><w:p/></w:tc>",
    f"<w:tc><w:tcPr/>{ENDED}<w:sdtContent><w:p/></w:sdtContent></w:sdt></w:tc>",
]


@pytest.mark.parametrize("cell", ODD_CELLS)
def test_a_cell_with_its_parts_in_odd_places_is_filled_or_named(cell):
    try:
        filled = into(WHOLE, first(cell), "a.docx").content
    except UnfitError:
        assert said(first(cell))
    else:
        read_back(WHOLE, filled)


def test_properties_of_a_row_outside_rows_stop_nothing():
    source = changed("<w:body>", "<w:body><w:trPr><w:ins/></w:trPr>")
    into(WHOLE, source, "a.docx")


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_whose_number_would_not_last_is_named(name):
    cell, why = CELLS[name]
    (line,) = said(first(cell))
    sentence = source_.messages()["into"][why]["en"]
    assert line == "  " + sentence.format(
        table="二、主动公开政府信息情况",
        at="table 1, row 3, column 2",
        label="规章 · 第二十条第（一）项 本年制发件数",
    )


@pytest.mark.parametrize("change", ["<w:ins w:id='1'/>", "<w:del w:id='1'/>"])
def test_a_row_that_is_a_tracked_change_takes_no_number(change):
    xml = main_of(draft())
    rows = re.findall(r"<w:tr>.*?</w:tr>", xml)
    new = rows[2].replace("<w:tr>", f"<w:tr><w:trPr>{change}</w:trPr>")
    lines = said(rewritten(draft(), xml.replace(rows[2], new)))
    assert len(lines) == 3
    assert all("tracked change" in line for line in lines)


def test_a_table_in_a_text_box_takes_no_number():
    xml = main_of(draft())
    table = re.findall(r"<w:tbl>.*?</w:tbl>", xml)[2]
    boxed = f"<w:p><w:r><w:txbxContent>{table}</w:txbxContent></w:r></w:p>"
    lines = said(rewritten(draft(), xml.replace(table, boxed)))
    assert "text box" in lines[0]
    assert lines[-1] == "  3 more."


def test_a_table_within_a_cell_and_a_row_outside_tables_are_not_filled():
    paper = papers.paper(EDITION, papers.numbers(EDITION, 1))
    xml = main_of(papers.as_docx(paper))
    row = re.findall(r"<w:tr>.*?</w:tr>", xml)[2]
    texts = "".join(f"<w:p>{run(text)}</w:p>" for text in re.findall(r"<w:t>(.*?)</w:t>", row))
    source = rewritten(draft(), xml.replace(row, f"</w:tbl>{texts}<w:tbl>", 1))
    (line,) = said(source)
    assert "3 cells are in no table" in line


def test_cells_that_are_merged_into_one_are_named():
    xml = main_of(draft(papers.numbers(EDITION, 1)))
    last = re.findall(r"<w:tr>.*?</w:tr>", xml)[-1]
    one = '<w:tc><w:tcPr><w:gridSpan w:val="15"/></w:tcPr><w:p/></w:tc>'
    lines = said(rewritten(draft(), xml.replace(last, f"<w:tr>{one}</w:tr>")))
    assert lines


def test_a_table_that_is_there_twice_is_named():
    xml = main_of(draft())
    table = re.findall(r"<w:tbl>.*?</w:tbl>", xml)[2]
    (line,) = said(rewritten(draft(), xml.replace("</w:body>", f"<w:p/>{table}</w:body>")))
    assert line.startswith("  “四、政府信息公开行政复议、行政诉讼情况” is there more than once")


def test_a_row_of_old_numbers_that_the_form_does_not_have_is_named():
    xml = main_of(draft(papers.numbers(EDITION, 1)))
    row = re.findall(r"<w:tr>.*?</w:tr>", xml)[2]
    (line,) = said(rewritten(draft(), xml.replace(row, row + row.replace("规章", "小计"))))
    assert "these numbers have no cell in the form: 小计" in line


def test_rows_that_are_missing_or_in_another_order_are_named():
    xml = main_of(draft())
    rows = re.findall(r"<w:tr>.*?</w:tr>", xml)
    assert "no row “规章” was found" in said(rewritten(draft(), xml.replace(rows[2], "")))[0]


@pytest.mark.parametrize(
    ("values", "why"), [(WHOLE.values, "was written but"), (BLANK, "differs elsewhere too")]
)
def test_a_row_that_is_there_again_and_then_differs_is_found_when_it_is_read_again(values, why):
    source = draft(papers.numbers(EDITION, 1))
    xml = main_of(source)
    rows = re.findall(r"<w:tr>.*?</w:tr>", xml)
    again = f"<w:tbl>{rows[1]}{rows[2]}</w:tbl>"
    twice = rewritten(source, xml.replace("<w:body>", f"<w:body>{again}<w:p/>"))
    (line,) = said(twice, replace(WHOLE, values=values, nil=()))
    assert why in line


def test_another_editions_draft_is_named():
    source = papers.as_docx(papers.paper(EDITIONS[1], dict.fromkeys(EDITIONS[1].cells)))
    assert said(source)[0] == (
        "  This file is the form of edition 2019, the return is in edition 2021. Take a file of"
        " edition 2021."
    )


def test_a_main_part_in_another_encoding_is_refused():
    source = draft()
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == MAIN:
                content = content.decode().replace("UTF-8", "UTF-16").encode("utf-16")
            new.writestr(name, content)
    (line,) = said(target.getvalue())
    assert "rare encoding" in line


def test_a_signed_document_is_refused():
    source = rewritten(draft(), main_of(draft()), **{"_xmlsignatures/sig1.xml": "<x/>"})
    assert "is signed" in said(source)[0]


def test_a_document_without_the_form_is_refused():
    with pytest.raises(Rejected) as caught:
        into(WHOLE, papers.docx("<w:body/>"), "a.docx")
    assert caught.value.figures["case"] == "document"
