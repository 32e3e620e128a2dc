import papers
import pypdfium2
import pytest

from toolkit.documents import document, html, lattice, pdf, plaintext
from toolkit.documents.document import DocumentTable, Paragraph
from toolkit.documents.docx import read_docx
from toolkit.documents.html import read_html, read_mhtml
from toolkit.documents.importing import kind_of, read_document
from toolkit.documents.plaintext import read_text
from toolkit.xlsx.zip import Rejected


def drawn(read):
    """Return blocks as plain data: a line's text, or (row, column, rows, columns, text) of cells."""
    return [
        block.text
        if isinstance(block, Paragraph)
        else [(c.row, c.column, c.rows, c.columns, c.text) for c in block.cells]
        for block in read.blocks
    ]


def page(body):
    return drawn(read_html(f"<html><body>{body}</body></html>".encode()))


def refused(read, source):
    with pytest.raises(Rejected) as caught:
        read(source)
    return caught.value.code, caught.value.figures


def test_cells_are_placed_as_a_browser_places_them():
    body = "<table><tr><td rowspan=2>a<td colspan='2'>b<tr><td>c<td>d</table>"
    assert page(body) == [
        [(1, 1, 2, 1, "a"), (1, 2, 1, 2, "b"), (2, 2, 1, 1, "c"), (2, 3, 1, 1, "d")]
    ]


def test_a_rowspan_ends_with_the_table_and_one_of_zero_reaches_its_end():
    body = "<table><tr><td rowspan=9>a<td rowspan=0>b<tr><td>c<tr><td>d</table>"
    assert page(body) == [
        [(1, 1, 3, 1, "a"), (1, 2, 3, 1, "b"), (2, 3, 1, 1, "c"), (3, 3, 1, 1, "d")]
    ]


def test_a_table_that_holds_tables_is_layout():
    body = "<table><tr><td>left<td><table><tr><td>1</table>after<tr><td>below</table>end"
    assert page(body) == ["left", [(1, 1, 1, 1, "1")], "after", "below", "end"]


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("<p>a<script>var x = '<td>';</script>b<style>p{}</style></p>", ["ab"]),
        ("<p>a<!-- <p>b --> c</p>", ["a c"]),
        ("<p>a<span style='display: NONE'>77</span>2</p>", ["a2"]),
        ("<p>a<span hidden><span>7</span>7</span>2</p>", ["a2"]),
        ("<p>a<div style='visibility:hidden'>7<br>7</div>2", ["a", "2"]),
        ("<p style='display:none'>a<p>b", ["b"]),
        ("<p>a<br>b&nbsp;&lt;c&#65;", ["a", "b <cA"]),
        ("1 < 2 <3", ["1 < 2 <3"]),
        ("<p title='a>b'>c</p><p title=\"it's\">d</p>", ["c", "d"]),
        ("<!DOCTYPE x><?xml?></nothing>a</p>", ["a"]),
        ("a<![CDATA[b]]>c<input hidden>d", ["acd"]),
        ("<textarea>a</textarea><select><option>b</select>c", ["c"]),
        ("</table></td>a", ["a"]),
        ("<td>a</td><tr>b", ["a", "b"]),
        ("a<!-- b", ["a"]),
        ("a<script>b", ["a"]),
        ("a<p b", ["a"]),
        ("a<!b", ["a"]),
    ],
)
def test_only_what_a_browser_shows_is_read(body, seen):
    assert page(body) == seen


@pytest.mark.parametrize(
    ("body", "cells"),
    [
        ("<table><tr><td style='display:none'>7<td>2</table>", [(1, 1, 1, 1, "2")]),
        ("<table><tr><td hidden>7<tr><td>2</table>", [(2, 1, 1, 1, "2")]),
        ("<table><tr hidden><td>7</tr><tr><td>2</table>", [(1, 1, 1, 1, "2")]),
        ("<table><tr><td><p hidden>7<td>2</table>", [(1, 1, 1, 1, ""), (1, 2, 1, 1, "2")]),
        ("<table><td>7<td>2</table>", [(1, 1, 1, 1, "7"), (1, 2, 1, 1, "2")]),
        ("<table><tr><td colspan=x rowspan=-1>7</table>", [(1, 1, 1, 1, "7")]),
        ("<table><tr><td>\n<p>1\n2</p> <p> 3 </p></table>", [(1, 1, 1, 1, "1 2\n3")]),
    ],
)
def test_cells_that_are_hidden_or_open_do_not_shift_others(body, cells):
    assert page(body) == [cells]


def test_an_empty_table_is_no_block_and_an_open_one_is_ended():
    assert page("<table></table><table><tr></tr></table><table><tr><td>a") == [[(1, 1, 1, 1, "a")]]


def test_the_title_is_that_of_the_page():
    read = read_html(b"<title>a\n &amp; b</title><svg><title>c</title></svg><p>d")
    assert read.title == "a & b"
    assert drawn(read) == ["d"]


@pytest.mark.parametrize(
    "source",
    [
        "一、总体情况".encode(),
        b"\xef\xbb\xbf" + "一、总体情况".encode(),
        "一、总体情况".encode("gb18030"),
        "一、总体情况".encode("utf-16"),
        b"\xfe\xff" + "一、总体情况".encode("utf-16-be"),
    ],
)
def test_bytes_are_decoded_by_mark_then_utf8_then_gb18030(source):
    assert html.decoded(source) == "一、总体情况"


def test_one_damaged_sign_does_not_make_utf8_another_encoding():
    text = "政府信息公开工作年度报告" * 20
    assert html.decoded(text.encode() + b"\xe4\xb8") == text + "\ufffd"


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        (b"a<p b", ["a"]),
        (b'<p title="b>c</p>d', ["c", "d"]),
        (b"<p " + b"a" * 70_000 + b">b", ["b"]),
    ],
)
def test_a_tag_without_an_end_or_with_an_open_quote_swallows_nothing_else(source, seen):
    assert drawn(read_html(source)) == seen


def test_an_archive_whose_page_is_empty_or_broken_is_told(monkeypatch):
    empty = b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n \r\n"
    assert refused(read_mhtml, empty)[0] == "damaged"

    def fail(*_, **__):
        raise LookupError

    monkeypatch.setattr(html.email, "message_from_bytes", fail)
    assert refused(read_mhtml, empty)[0] == "damaged"


def test_an_archive_of_a_page_gives_its_page():
    source = papers.as_mhtml(papers.Paper("标题", [["一、总体情况", "无。", []]]))
    assert drawn(read_mhtml(source)) == ["标题", "一、总体情况", "无。"]
    assert refused(read_mhtml, b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\na") == (
        "damaged", {"part": "mhtml", "why": "text/html"})  # fmt: skip


SHOWN = '<w:vanish w:val="0"/>'


def word(*paragraphs):
    return read_docx(papers.docx(f"<w:body>{''.join(paragraphs)}</w:body>"))


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"


def test_word_paragraphs_are_lines_and_tracked_or_hidden_text_is_left_out():
    read = word(
        f"<w:p>{run('a')}<w:del>{run('7')}</w:del><w:moveFrom>{run('7')}</w:moveFrom>{run('b')}</w:p>",
        f"<w:p>{run('7', '<w:vanish/>')}{run('c', SHOWN)}<w:r><w:tab/></w:r></w:p>",
        "<w:p><w:r><w:t>d</w:t><w:br/><w:t>e</w:t><w:instrText>7</w:instrText></w:r></w:p>",
    )
    assert drawn(read) == ["ab", "c", "d", "e"]


def test_word_cells_are_joined_across_and_down_and_rows_may_begin_late():
    restart, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    read = word(
        "<w:tbl><w:tr>", cell("a", restart), cell("b", '<w:gridSpan w:val="2"/>'), "</w:tr>",
        "<w:tr>", cell("", go_on), cell("c"), cell("d"), "</w:tr>",
        '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>', cell("e"), cell("f"), "</w:tr>",
        "<w:tr>", cell("", go_on), cell("", '<w:gridSpan w:val="x"/>'), "<w:tc/></w:tr></w:tbl>",
    )  # fmt: skip
    assert drawn(read) == [
        [
            (1, 1, 2, 1, "a"), (1, 2, 1, 2, "b"), (2, 2, 1, 1, "c"), (2, 3, 1, 1, "d"),
            (3, 1, 2, 1, ""), (3, 2, 1, 1, "e"), (3, 3, 1, 1, "f"),
            (4, 2, 1, 1, ""), (4, 3, 1, 1, ""),
        ]
    ]  # fmt: skip


def test_a_word_table_in_a_cell_makes_the_outer_one_layout():
    inner = f"<w:tbl><w:tr>{cell('1')}</w:tr></w:tbl>"
    read = word(f"<w:tbl><w:tr>{cell('a')}<w:tc>{inner}<w:p>{run('b')}</w:p></w:tc></w:tr></w:tbl>")
    assert drawn(read) == ["a", [(1, 1, 1, 1, "1")], "b"]


def test_a_text_box_is_read_once():
    spaces = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent><w:p>{run('a')}</w:p></w:txbxContent>"
    read = word(f"<w:p><mc:AlternateContent {spaces}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}"
                "</mc:Fallback></mc:AlternateContent></w:p>")  # fmt: skip
    assert drawn(read) == ["a"]


def test_the_title_of_a_word_document_is_in_its_properties():
    core = '<a xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>标题</dc:title><b>c</b></a>'
    read = read_docx(papers.docx("<w:body/>", **{"docProps/core.xml": core}))
    assert read.title == "标题"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (papers.docx("<w:body/>", **{"word/vbaProject.bin": "x"}), "macros"),
        (papers.docx("<w:body>" * 300 + "</w:body>" * 300), "too-large"),
        (papers.docx("<w:body>"), "damaged"),
        (b"PK", "damaged"),
    ],
)
def test_word_documents_that_are_not_whole_are_refused(source, code):
    assert refused(read_docx, source)[0] == code


def test_a_word_document_of_another_namespace_is_refused(monkeypatch):
    monkeypatch.setattr(papers, "WORD", "urn:other")
    assert refused(read_docx, papers.docx("<w:body/>")) == (
        "damaged", {"part": "word/document.xml", "why": "namespace"})  # fmt: skip


def test_text_is_a_paragraph_a_line_and_pipes_are_tables():
    source = "# 标题\n\n**a** b\n| x | y |\n|---|:-:|\n| 1 | |\nend"
    assert drawn(read_text(source.encode())) == [
        "标题", "a b",
        [(1, 1, 1, 1, "x"), (1, 2, 1, 1, "y"), (2, 1, 1, 1, "1"), (2, 2, 1, 1, "")],
        "end",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "read", "source", "part"),
    [
        ((html, "SOURCE_LIMIT"), read_html, b"<p>" * 9, "file"),
        ((html, "SOURCE_LIMIT"), read_mhtml, b"<p>" * 9, "file"),
        ((html, "PART_LIMIT"), read_mhtml, b"\n--a" * 9, "parts"),
        ((html, "TAG_LIMIT"), read_html, b"<p>" * 9, "tags"),
        ((plaintext, "SOURCE_LIMIT"), read_text, b"a" * 9, "file"),
        ((document, "TEXT_LIMIT"), read_text, b"a" * 9, "text"),
        ((document, "BLOCK_LIMIT"), read_text, b"a\n" * 9, "blocks"),
        ((document, "CELL_LIMIT"), read_text, b"|a" * 9, "cells"),
        ((document, "SPAN_LIMIT"), read_html, b"<table><td colspan=9>", "columns"),
    ],
)
def test_limits_hold(monkeypatch, limit, read, source, part):
    monkeypatch.setattr(*limit, 2)
    code, figures = refused(read, source)
    assert (code, figures["part"], figures["limit"]) == ("too-large", part, "2")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (b"%PDF-1.4", "pdf"),
        (b"{\\rtf1", "rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        (b"\xef\xbb\xbf <!DOCTYPE HTML>", "html"),
        (b"<?xml version='1.0'?><html>", "html"),
        (b"From: a\r\nMIME-Version: 1.0\r\n\r\n", "mhtml"),
        (papers.docx("<w:body/>"), "docx"),
        (b"PK\3\4" + b" " * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "odt"),
        (b"PK\3\4", ""),
        ("一、".encode("utf-16"), "text"),
        (b"a\0b", ""),
        (b"<nothing>", "text"),
    ],
)
def test_the_format_is_that_of_the_bytes(source, kind):
    assert kind_of(source) == kind


@pytest.mark.parametrize(
    ("source", "code", "figures"),
    [
        (b"{\\rtf1", "not-a-workbook", {"kind": "RTF", "case": "save-as"}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not-a-workbook", {"kind": "DOC", "case": "save-as"}),
        (b"a\0b", "not-a-workbook", {"kind": "?", "case": "unknown"}),
        (b" \n", "empty", {"kind": "?", "case": "unknown"}),
    ],
)
def test_formats_that_are_not_read_are_told(source, code, figures):
    assert refused(read_document, source) == (code, figures)


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────


def pdf_page(commands):
    return drawn(pdf.read_pdf(papers.pdf([commands])))


GRID = (
    "40 100 m 140 100 l S 40 80 100 0.5 re f 40 60 m 140 60 l S 40 60 m 40 100 l S"
    " 90 80 m 90 100 l S 139.5 60 1 40 re f"
)


def test_ruled_lines_make_cells_and_what_is_outside_is_a_line():
    words = "BT /F2 8 Tf 44 86 Td (1) Tj 50 0 Td (23) Tj -50 -20 Td (4) Tj 0 60 Td (above) Tj ET"
    assert pdf_page(f"{GRID} {words}") == [
        "above", [(1, 1, 1, 1, "1"), (1, 2, 1, 1, "23"), (2, 1, 1, 2, "4")]]  # fmt: skip


def test_a_white_box_is_no_line_and_a_box_with_a_border_is_four():
    box = "1 g 40 80 100 0.5 re f 0 g 40 60 100 40 re S 0 0 m 0 0 5 5 9 9 c S"
    assert pdf_page(f"{box} BT /F2 8 Tf 44 86 Td (1) Tj ET") == [[(1, 1, 1, 1, "1")]]


def test_lines_that_run_off_the_page_are_closed():
    lines = "40 100 m 140 100 l S 40 60 m 40 100 l S 140 60 m 140 100 l S"
    assert pdf_page(f"{lines} BT /F2 8 Tf 44 70 Td (1) Tj ET") == [[(1, 1, 1, 1, "1")]]
    lines = "40 60 m 140 60 l S 40 60 m 40 100 l S 140 60 m 140 100 l S"
    assert pdf_page(f"{lines} BT /F2 8 Tf 44 70 Td (1) Tj ET") == [[(1, 1, 1, 1, "1")]]


def test_a_wide_gap_in_a_line_is_two_blanks_and_lines_in_a_cell_stay_apart():
    lines = "40 100 m 140 100 l S 40 40 m 140 40 l S 40 40 m 40 100 l S 140 40 m 140 100 l S"
    words = "BT /F2 8 Tf 44 80 Td (12) Tj 40 0 Td (3) Tj -40 -20 Td (4) Tj ET"
    assert pdf_page(f"{lines} {words}") == [[(1, 1, 1, 1, "12  3\n4")]]


def test_lines_inside_a_drawing_of_its_own_are_where_it_is_put():
    source = papers.pdf(["q 1 0 0 1 40 0 cm /X Do Q BT /F2 8 Tf 44 86 Td (1) Tj ET"]).decode()
    lines = "0 100 m 100 100 l S 0 60 m 100 60 l S 0 60 m 0 100 l S 100 60 m 100 100 l S"
    drawing = f"<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Length {len(lines)} >>"
    source = source.replace("/Resources << /Font", "/Resources << /XObject << /X 8 0 R >> /Font")
    body, start, rest = source.partition("xref\n")
    source = f"{body}8 0 obj\n{drawing}\nstream\n{lines}\nendstream\nendobj\n{start}{rest}"
    assert drawn(pdf.read_pdf(source.encode())) == [[(1, 1, 1, 1, "1")]]


def test_a_sign_without_a_glyph_is_not_left_out_of_a_number():
    lines = "40 100 m 140 100 l S 40 60 m 140 60 l S 40 60 m 40 100 l S 140 60 m 140 100 l S"
    words = "BT /F1 8 Tf 44 80 Td <00310032> Tj 0 -10 Td <0033> Tj ET"
    ((cell,),) = pdf_page(f"{lines} {words}")
    assert cell[4] in {"12\n\ufffd", "12\n3"}


def test_a_paragraph_that_goes_on_overleaf_is_one_and_one_set_in_is_another():
    def line(x, y, words):
        return f"BT /F2 8 Tf {x} {y} Td ({words}) Tj ET"

    full = "abcdefghijklmnopqrstuvwxyz"
    pages = [
        " ".join([GRID, *(line(40, 50 - 11 * number, full) for number in range(3))]),
        f"{line(40, 86, 'goes on')} {line(60, 70, full[:21])}",
        line(60, 86, "set in"),
    ]
    document = pdf.read_pdf(papers.pdf(pages))
    found = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert [(block.text, block.where) for block in found] == [
        (f"{full * 3}goeson", "p.1 l.1"),
        (full[:21], "p.2 l.2"),
        ("setin", "p.3 l.1"),
    ]


@pytest.mark.parametrize(
    ("source", "code", "figures"),
    [
        (papers.pdf([""]), "not-our-form", {"case": "scan"}),
        (papers.pdf(["BT /F2 8 Tf 44 86 Td (1) Tj ET"]), "not-our-form", {"case": "no-lines"}),
        (b"%PDF-1.7 nothing", "damaged", {"part": "pdf", "why": "pdfium"}),
    ],
)
def test_pdfs_without_text_or_lines_are_told(source, code, figures):
    assert refused(pdf.read_pdf, source) == (code, figures)


def test_a_pdf_with_a_password_or_a_page_that_fails_is_refused(monkeypatch):
    def fail(*_):
        raise pypdfium2.PdfiumError("page")

    monkeypatch.setattr(pdf, "_document", fail)
    assert refused(pdf.read_pdf, papers.pdf([""]))[0] == "damaged"

    def locked(_):
        raise pypdfium2.PdfiumError("Incorrect password error")

    monkeypatch.setattr(pypdfium2, "PdfDocument", locked)
    assert refused(pdf.read_pdf, b"%PDF")[0] == "encrypted"


def test_lines_that_cross_nothing_make_no_table_and_a_dense_grid_is_refused(monkeypatch):
    cross = "40 100 m 140 100 l S 90 60 m 90 140 l S 40 200 m 140 200 l S"
    text = "BT /F2 8 Tf 44 86 Td (1) Tj ET"
    assert refused(pdf.read_pdf, papers.pdf([f"{cross} {text}"])) == (
        "not-our-form", {"case": "no-lines"})  # fmt: skip
    monkeypatch.setattr(lattice, "CELL_LIMIT", 1)
    code, figures = refused(pdf.read_pdf, papers.pdf([f"{GRID} {text}"]))
    assert (code, figures["part"]) == ("too-large", "cells")


@pytest.mark.parametrize(
    ("name", "part"),
    [("FILE_LIMIT", "file"), ("PAGE_LIMIT", "pages"), ("SIGN_LIMIT", "signs"), ("OBJECT_LIMIT",
     "objects"), ("RULE_LIMIT", "lines")],
)  # fmt: skip
def test_limits_of_pdfs_hold(monkeypatch, name, part):
    monkeypatch.setattr(pdf, name, 0)
    source = papers.pdf([f"{GRID} BT /F2 8 Tf 44 86 Td (123) Tj ET"])
    code, figures = refused(pdf.read_pdf, source)
    assert (code, figures["part"]) == ("too-large", part)


def test_without_pypdfium2_a_pdf_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pypdfium2", None)
    assert refused(pdf.read_pdf, b"%PDF") == ("not-a-workbook", {"kind": "PDF", "case": "pdf"})


def test_a_document_is_told_from_a_table_by_its_blocks():
    read = read_html(b"<p>a<table><tr><td>b</table>")
    assert [type(block) for block in read.blocks] == [Paragraph, DocumentTable]
    assert [block.where for block in read.blocks] == ["l.1", "t.1"]
