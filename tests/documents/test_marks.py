"""Headings, blanks, margins and page numbers of documents; the sentence of a section in an edition."""

import re
import zipfile
from io import BytesIO

import papers
import pytest
from papers import docx

from toolkit.documents.document import DocumentTable, Paragraph
from toolkit.documents.docx import read_docx
from toolkit.documents.html import read_html
from toolkit.documents.margins import PrintedText, margins, paragraphs
from toolkit.documents.plaintext import read_text
from toolkit.documents.printout import printout
from toolkit.documents.wordfile import write_docx
from toolkit.edition import edition as editions
from toolkit.edition.shape import EditionError
from toolkit.report.report import Report

STYLES = (
    f'<w:styles xmlns:w="{papers.WORD}"><w:style w:styleId="a"><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    '</w:style><w:style w:styleId="b"><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style></w:styles>'
)


def told(document):
    lines = (block for block in document.blocks if isinstance(block, Paragraph))
    return [(line.text, line.heading) for line in lines]


def paragraph(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_headings_of_a_word_document_are_told_by_outline_levels():
    body = "".join((
        paragraph("one", '<w:pStyle w:val="a"/>'),
        paragraph("two", '<w:pStyle w:val="b"/>'),
        paragraph("three", '<w:outlineLvl w:val="1"/>'),
        paragraph("four"),
        paragraph("five", '<w:pStyle w:val="a"/><w:outlineLvl w:val="9"/>'),
    ))  # fmt: skip
    source = docx(f"<w:body>{body}</w:body>", **{"word/styles.xml": STYLES})
    heads = [True, False, True, False, False]
    assert told(read_docx(source)) == list(
        zip(("one", "two", "three", "four", "five"), heads, strict=True)
    )
    broken = docx(f"<w:body>{body}</w:body>", **{"word/styles.xml": "<w:styles"})
    assert [head for _, head in told(read_docx(broken))] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<h2>a</h2><p>b", [("a", True), ("b", False)]),
        ("<h2><span><div>a</div></span>b</h2>c", [("a", True), ("b", False), ("c", False)]),
        ("<h1></h1><p>b</p>", [("b", False)]),
        ("<p>a  b\tc&nbsp;&nbsp;d\u3000\u3000e</p>", [("a b c  d\u3000\u3000e", False)]),
        ("<pre>a  b\n c</pre>d  e", [("a  b", False), ("c", False), ("d e", False)]),
        ("<p style='white-space: pre-wrap'>a\tb<p>c\td</p>e  f", [("a\tb", False), ("c d", False), ("e f", False)]),
        ("<table><tr><td><p style='white-space:pre'>a  b</td></tr></table>c  d",
         [("c d", False)]),
        ("<div style='white-space:pre'>a<div>b  c</div>d  e</div>f  g",
         [("a", False), ("b  c", False), ("d  e", False), ("f g", False)]),
    ],
)  # fmt: skip
def test_headings_and_blanks_of_a_page_are_those_a_browser_shows(body, lines):
    assert told(read_html(body.encode())) == lines


def test_indented_lines_of_a_text_are_no_markdown_and_the_others_are_headings():
    source = "\u3000\u3000# a **b**\n一、c\n\u3000\u3000| d | e |\n# f"
    lines = [("# a **b**", False), ("一、c", True), ("| d | e |", False), ("f", True)]
    assert told(read_text(source.encode())) == lines
    assert told(read_text(b"# a\nb **c**")) == [("a", True), ("b c", False)]


def test_cells_of_a_text_may_hold_pipes_lines_and_dashes():
    (table,) = read_text(b"| a\\|b | c<br>d |\n|---|---|\n| - | - |").blocks
    assert isinstance(table, DocumentTable)
    assert [cell.text for cell in table.cells] == ["a|b", "c\nd", "-", "-"]


# ── lines of a PDF ────────────────────────────────────────────────────────────────────────────────


def line(y, left, right, text="x"):
    return PrintedText(y, left, right, 16.0, text)


FULL = [line(100 + 29 * n, 80, 520, "pqr"[n]) for n in range(3)]


def joined(lines, area):
    return [one.text for one in paragraphs(lines, 842, area)]


def test_lines_that_the_margin_broke_are_one_paragraph():
    lines = [line(71, 112, 520, "a"), *FULL, line(187, 80, 200, "b"), line(216, 112, 300, "c"),
             line(300, 80, 520, "d"), line(400, 80, 520, "e")]  # fmt: skip
    area = margins([(one.left, one.right) for one in lines], [])
    assert area == (80, 520)
    assert joined(lines, area) == ["apqrb", "c", "d", "e"]
    assert joined(lines, None) == ["a", "p", "q", "r", "b", "c", "d", "e"]


def test_margins_are_not_told_by_a_few_full_lines_or_by_wider_tables():
    edges = [(one.left, one.right) for one in FULL]
    assert margins(edges[:2], []) is None
    assert margins(edges, [(40, 560)]) is None
    assert margins([], []) is None


def test_a_pages_number_is_left_out_where_there_is_more():
    number = line(800, 400, 440, "— 12 —")
    assert joined([line(100, 80, 90, "7"), line(300, 80, 90, "8"), number], None) == ["8"]
    assert joined([number], None) == ["— 12 —"]
    assert joined([], None) == []


# ── the sentence of a section ─────────────────────────────────────────────────────────────────────


def form(**section):
    return {
        "form": "x", "name": "1", "title": "x", "source": "x", "citation": "x", "years": {"from": 2020},
        "section": [{"caption": "a", "sheet": "a", "table": "t", "text": "a", "statutory": False,
                     "grid": [["甲", "@a.n"], ["乙", "@b.n"]], **section}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"sentence": "甲{a.n}，乙{c.n}。"}, "no cell 'c.n' for the sentence"),
        ({"sentence": "甲{a.n}，乙{a.n}。"}, "the sentence has a cell twice"),
        ({"sentence": "甲{a.n}"}, "sentence"),
        ({"printed_widths": [1, 2, 3]}, "3 printed_widths for 2 columns"),
        ({"widths": [1, 2, 3]}, "3 widths for 2 columns"),
    ],
)
def test_wrong_sentences_and_widths_are_refused(section, says):
    with pytest.raises(EditionError, match=says):
        editions.build(form(**section), "x.toml")


def test_printed_widths_are_those_of_the_sheet_without_their_own():
    assert editions.build(form(widths=[3]), "x.toml").sections[0].printed_widths == (3, 3)


@pytest.mark.parametrize("ident", editions.known(), ids=" ".join)
def test_no_line_alone_makes_a_page_between_a_table_and_what_begins_one(ident):
    report = Report(editions.named(*ident), {"name": "某局"}, 2025, {})
    with zipfile.ZipFile(BytesIO(write_docx(printout(report, draft=True)))) as archive:
        main = archive.read("word/document.xml").decode()
    gap = '<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>'
    assert "</w:tbl><w:tbl>" not in main
    assert re.search(f"{gap}<w:p><w:pPr>[^/]*/><w:pageBreakBefore/>", main) is None
    assert f"{gap}<w:sectPr>" not in main
    assert "</w:tbl><w:sectPr>" not in main
