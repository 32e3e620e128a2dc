"""A returned file is not trusted when it is opened: anything but a valid zip of XML is refused."""

import struct
import zipfile

import pytest
import tamper

from toolkit.returned.read import read
from toolkit.xlsx import xml as markup
from toolkit.xlsx import zip as package
from toolkit.xlsx.book import open_book
from toolkit.xlsx.zip import Rejected, open_package

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def refusal(source: bytes) -> tuple[str, dict[str, str]]:
    """Return code and figures with which a file is refused."""
    with pytest.raises(Rejected) as caught:
        read(source)
    return caught.value.code, caught.value.figures


def test_every_part_of_an_honest_workbook_is_opened():
    opened = open_package(tamper.filled())
    assert "xl/workbook.xml" in opened.names
    assert opened.part("XL/Workbook.xml") == tamper.unpack(tamper.filled())["xl/workbook.xml"]


@pytest.mark.parametrize(
    ("source", "code", "kind"),
    [
        (b"", "empty", None),
        (bytes(2000), "empty", None),
        (OLE, "not-a-workbook", "XLS / ET"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", None),
        (b"%PDF-1.7\n%\xe2\xe3", "not-a-workbook", "PDF"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html>", "not-a-workbook", "HTML"),
        (b"<TABLE><tr>", "not-a-workbook", "HTML"),
        (b'<?xml version="1.0"?><Workbook/>', "not-a-workbook", "XML"),
        ("机关,件数\r\n某某局,3".encode("gbk"), "not-a-workbook", "CSV / TXT"),
        ("机关,件数".encode("utf-16"), "not-a-workbook", "CSV / TXT"),
        (b"Rar!\x1a\x07", "not-a-workbook", "RAR"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not-a-workbook", "PNG"),
        (b"\x00\x01\x02\x03 nothing known", "not-a-workbook", "?"),
        (tamper.pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, 0),
         "not-a-workbook", "ODS"),
        (tamper.pack({"word/document.xml": b"<a/>"}), "not-a-workbook", "DOCX"),
        (tamper.pack({"ppt/presentation.xml": b"<a/>"}), "not-a-workbook", "PPTX"),
        (tamper.pack({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"x"}),
         "not-a-workbook", "XLSB"),
        (tamper.pack({"return.xlsx": b"PK"}), "not-a-workbook", "ZIP"),
        (b"PK\5\6" + bytes(18), "damaged", None),
        (b"PK", "damaged", None),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_by_its_content(source, code, kind):
    found, figures = refusal(source)
    assert (found, figures.get("kind")) == (code, kind)


def test_a_file_truncated_anywhere_is_refused():
    source = tamper.filled()
    for length in (3, 4, 30, 1000, len(source) // 2, len(source) - 22, len(source) - 1):
        assert refusal(source[:length])[0] == "damaged"


@pytest.mark.parametrize("around", [(b"", b"\n"), (b"MZ", b""), (b"", b"PK\5\6" + bytes(18))])
def test_bytes_before_or_behind_the_zip_are_refused(around):
    before, behind = around
    assert refusal(before + tamper.filled() + behind)[0] in {"damaged", "not-a-workbook"}


def test_every_flipped_byte_of_a_part_is_noticed():
    source = tamper.filled()
    for place in range(60, len(source) - 3000, 997):
        flipped = tamper.poked(source, place, bytes([source[place] ^ 0x55]))
        try:
            report = read(flipped).report
        except Rejected:
            continue
        assert report.values == read(source).report.values


def honest() -> bytes:
    return tamper.pack({"[Content_Types].xml": b"<a/>", "a.xml": b"<a>12345678</a>", "b.xml": b"b"})


def with_name(name: bytes, flags: int = 0x800) -> bytes:
    """Return a zip with an entry renamed in both headers, to a name of the same length."""
    source = tamper.pack({"[Content_Types].xml": b"<a/>", "x" * len(name): b"<a/>"})
    place, local, _ = tamper.entries(source)[1]
    for start, flag in ((place + 46, place + 8), (local + 30, local + 6)):
        source = tamper.poked(tamper.poked(source, start, name), flag, struct.pack("<H", flags))
    return source


@pytest.mark.parametrize(
    "name",
    [b"../a.xml", b"a/../../b", b"/etc/passwd", b"C:\\a.xml", b"xl\\a.xml", b"a//b.xml", b"./a.xml",
     b"a\0b.xml", b"a\x1bb.xml", b"a" * 256, b"\xff\xfe.xml"],
)  # fmt: skip
def test_a_name_that_could_mean_another_place_is_refused(name):
    code, figures = refusal(with_name(name))
    assert (code, figures["why"]) == ("unsafe", "name")


@pytest.mark.parametrize("second", ["A.xml", "a.xml"])
def test_a_part_stored_twice_is_refused_in_any_letter_case(second):
    source = tamper.pack({"[Content_Types].xml": b"<a/>", "a.xml": b"<a/>", "b.xml": b"<b/>"})
    place, local, _ = tamper.entries(source)[2]
    for start in (place + 46, local + 30):
        source = tamper.poked(source, start, second.encode())
    assert refusal(source) == ("unsafe", {"part": second, "why": "duplicate"})


@pytest.mark.parametrize(
    ("offset", "content", "code", "why"),
    [
        (8, struct.pack("<H", 0x1), "unsafe", "local header differs"),
        (8, struct.pack("<H", 0x20), "unsafe", "method"),
        (10, struct.pack("<H", 9), "unsafe", "local header differs"),
        (10, struct.pack("<H", 0), "unsafe", "local header differs"),
        (16, b"\1\2\3\4", "unsafe", "local header differs"),
        (24, struct.pack("<L", 99), "unsafe", "local header differs"),
        (34, b"\1", "damaged", "table of contents"),
        (38, struct.pack("<L", 0o120777 << 16), "unsafe", "symlink"),
        (42, struct.pack("<L", 0xFFFFFF), "damaged", "local header"),
        (42, struct.pack("<L", 2), "damaged", "local header"),
        (0, b"XX", "damaged", "table of contents"),
    ],
)
def test_a_table_of_contents_that_lies_is_refused(offset, content, code, why):
    source = honest()
    place = tamper.entries(source)[1][0]
    found, figures = refusal(tamper.poked(source, place + offset, content))
    assert (found, figures.get("why")) == (code, why)


@pytest.mark.parametrize(
    ("offset", "number", "code", "why"),
    [(8, 0x1, "encrypted", None), (8, 0x40, "unsafe", "method"), (10, 9, "unsafe", "method")],
)
def test_an_entry_packed_in_an_odd_way_is_refused(offset, number, code, why):
    source = honest()
    place, local, _ = tamper.entries(source)[1]
    content = struct.pack("<H", number)
    source = tamper.poked(
        tamper.poked(source, place + offset, content), local + offset - 2, content
    )
    found, figures = refusal(source)
    assert (found, figures.get("why")) == (code, why)


def test_a_local_header_with_another_name_is_refused():
    source = honest()
    local = tamper.entries(source)[1][1]
    assert refusal(tamper.poked(source, local + 30, b"c.xml"))[1]["why"] == "local header differs"


def test_two_entries_that_share_bytes_are_refused():
    source = honest()
    (_, first, _), (place, _, _) = tamper.entries(source)[:2]
    other = tamper.poked(source, place + 42, struct.pack("<L", first))
    assert refusal(other)[1]["why"] in {"overlap", "local header differs"}
    inner = tamper.pack({"[Content_Types].xml": b"<a/>", "a.xml": b"0123456789", "b.xml": b"b"}, 0)
    place, local, _ = tamper.entries(inner)[1]
    for start in (place + 20, place + 24, local + 18, local + 22):
        inner = tamper.poked(inner, start, struct.pack("<L", 40))
    assert refusal(inner)[1]["why"] == "overlap"


def test_a_wrong_check_sum_or_length_is_refused():
    source = tamper.pack({"[Content_Types].xml": b"<a/>", "a.xml": b"0123456789"}, 0)
    assert refusal(source.replace(b"0123456789", b"0123456798"))[1]["why"] == "check sum"
    packed = honest()
    place, local, _ = tamper.entries(packed)[1]
    size = struct.pack("<L", 9)
    shorter = tamper.poked(tamper.poked(packed, place + 24, size), local + 22, size)
    assert refusal(shorter)[1]["why"] == "check sum"
    data = local + 30 + len("a.xml")
    assert refusal(tamper.poked(packed, data, b"\xff\xff\xff"))[1]["why"] == "deflate"


class Stream:
    """A target that cannot seek: zipfile then writes data descriptors."""

    def __init__(self) -> None:
        self.content = b""

    def write(self, content: bytes) -> int:
        self.content += content
        return len(content)

    def flush(self) -> None:
        pass


def streamed(parts: tamper.Parts) -> bytes:
    target = Stream()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.content


def test_a_streamed_zip_is_read_and_its_descriptors_are_checked():
    source = streamed(tamper.unpack(tamper.filled()))
    assert read(source).report.values == read(tamper.filled()).report.values
    place = source.index(b"PK\7\x08")
    assert refusal(tamper.poked(source, place + 4, b"\0\0\0\0"))[1]["why"] == "data descriptor"


def test_an_end_record_that_lies_is_refused():
    source = honest()
    end = len(source) - 22
    for offset, content in (
        (4, b"\1"),
        (8, b"\2"),
        (10, b"\4"),
        (12, b"\1"),
        (16, b"\1"),
        (20, b"\1"),
    ):
        assert refusal(tamper.poked(source, end + offset, content))[0] == "damaged"
    more = tamper.poked(tamper.poked(source, end + 8, b"\4"), end + 10, b"\4")
    assert refusal(more)[1]["why"] == "table of contents"
    fewer = tamper.poked(tamper.poked(source, end + 8, b"\2"), end + 10, b"\2")
    assert refusal(fewer)[1]["why"] == "table of contents"


# ── sizes ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_above_the_limit_is_refused_unread():
    code, figures = refusal(b"PK\3\4" + bytes(package.FILE_LIMIT))
    assert (code, figures["size"]) == ("too-large", "10,485,764")


def test_too_many_entries_are_refused():
    source = tamper.pack({f"{i}.xml": b"" for i in range(513)}, 0)
    assert refusal(source) == ("too-large", {"part": "entries", "size": "513", "limit": "512"})


def test_what_would_unpack_to_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    blanks = tamper.pack({"a.xml": b"<a/>", "b.bin": bytes(9 * 2**20)})
    assert refusal(blanks)[1]["part"] == "b.bin"
    part = tamper.pack({"a.xml": bytes(9 * 2**20)}, 0)
    assert refusal(part) == (
        "too-large",
        {"part": "a.xml", "size": "9,437,184", "limit": "8,388,608"},
    )
    monkeypatch.setattr(package, "TAG_LIMIT", 1000)
    assert refusal(tamper.filled())[1]["part"] == "tags"
    monkeypatch.setattr(package, "TOTAL_LIMIT", 1000)
    assert refusal(tamper.filled())[1]["part"] == "unpacked"


MANY = " ".join(f'a{i}="x"' for i in range(257))


def sheet(inner: str) -> bytes:
    """Return the complete return with the cover's part replaced."""
    xml = f'<worksheet xmlns="{MAIN}">{inner}</worksheet>'
    return tamper.pack(tamper.unpack(tamper.filled()) | {SHEET: xml.encode()}, 0)


@pytest.mark.parametrize(
    ("inner", "limit"),
    [
        ("<a>" * 64 + "</a>" * 64, "64"),
        ("<sheetData><row>" + "<a>" * 64 + "</a>" * 64 + "</row></sheetData>", "64"),
        (f"<a {MANY}/>", "256"),
        (f"<sheetData><row {MANY}/></sheetData>", "256"),
        ("<a/>" * 300_001, "300,000"),
        (f'<a b="{"x" * 2**20}"/>', "1,048,576"),
        ("<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 2001 + "</mergeCells>", "2,000"),
        ('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "100,000"),
    ],
)
def test_xml_beyond_the_limits_is_refused(inner, limit):
    code, figures = refusal(sheet(inner))
    assert (code, figures["part"], figures["limit"]) == ("too-large", SHEET, limit)


def test_a_long_part_of_short_tokens_is_read():
    text = f"<b>{'x' * 50_000}</b>" * 30
    assert len(markup.elements(f"<a>{text}</a>".encode(), "a.xml", "")) == 31


def test_other_parts_are_bounded_too():
    deep = b"<a>" * 65 + b"</a>" * 65
    for name, root in (
        ("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">'),
        ("[Content_Types].xml",
         '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'),
    ):  # fmt: skip
        end = f"</{root[1:].split()[0]}>".encode()
        parts = tamper.unpack(tamper.filled()) | {name: root.encode() + deep + end}
        assert refusal(tamper.pack(parts))[0] == "too-large"
    with pytest.raises(Rejected, match="too-large"):
        markup.elements(b"<a>" + bytes(package.PART_LIMIT), "a.xml", "")


# ── XML ───────────────────────────────────────────────────────────────────────────────────────────

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code", "why"),
    [
        (f'{LAUGHS}<worksheet xmlns="{MAIN}"/>'.encode(), "unsafe", "DOCTYPE"),
        (f'<!DOCTYPE x SYSTEM "http://localhost/x"><worksheet xmlns="{MAIN}"/>'.encode(),
         "unsafe", "DOCTYPE"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}<worksheet xmlns="{MAIN}"/>'
         .encode("utf-16"), "unsafe", "DOCTYPE"),
        (f'<?xml version="1.0" encoding="UTF-7"?><worksheet xmlns="{MAIN}"/>'.encode(),
         "unsafe", "encoding"),
        (f'<?xml version="1.0" encoding="GBK"?><worksheet xmlns="{MAIN}"/>'.encode(),
         "unsafe", "encoding"),
        (f'<worksheet xmlns="{MAIN}" a="'.encode() + b"\xff" + b'"/>',
         "damaged", "not well-formed (invalid token)"),
        (f'<worksheet xmlns="{MAIN}">&b;</worksheet>'.encode(), "damaged", "undefined entity"),
        (f'<worksheet xmlns="{MAIN}">'.encode(), "damaged", "no element found"),
        (b"", "damaged", "no element found"),
        (b"<worksheet/>", "damaged", "namespace"),
        (f'<sheet xmlns="{MAIN}"/>'.encode(), "damaged", "namespace"),
    ],
)  # fmt: skip
def test_xml_no_program_writes_is_refused(content, code, why):
    parts = tamper.unpack(tamper.filled()) | {SHEET: content}
    assert refusal(tamper.pack(parts)) == (code, {"part": SHEET, "why": why})


def test_a_utf_16_part_is_read_as_any_other():
    parts = tamper.unpack(tamper.filled())
    text = parts[SHEET].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read(tamper.pack(parts | {SHEET: text.encode("utf-16")})).findings == ()


def test_the_strict_dialect_is_refused_with_advice():
    def strict(xml: str) -> str:
        return xml.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")

    source = tamper.changed(tamper.filled(), "xl/workbook.xml", strict)
    assert refusal(source) == ("not-a-workbook", {"kind": "Strict Open XML"})
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    source = tamper.changed(
        tamper.filled(),
        "_rels/.rels",
        tamper.replacing(office, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )
    assert refusal(source) == ("not-a-workbook", {"kind": "Strict Open XML"})


# ── the package ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/styles.xml", SHEET, "[Content_Types].xml", "_rels/.rels"]
)
def test_every_expected_part_must_be_there(name):
    parts = tamper.unpack(tamper.filled())
    del parts[name]
    assert refusal(tamper.pack(parts))[0] in {"damaged", "not-a-workbook"}


@pytest.mark.parametrize(
    ("part", "old", "new", "why"),
    [
        ("xl/workbook.xml", 'name="表三"', 'name="表二"', "sheet"),
        ("xl/workbook.xml", 'r:id="rId1"', 'r:id="rId2"', "sheet"),
        ("xl/workbook.xml", 'r:id="rId1"', 'r:id="none"', "sheet"),
        ("xl/workbook.xml", "<sheets>", "<sheets><x>", "mismatched tag"),
        ("xl/_rels/workbook.xml.rels", 'Id="rId2"', 'Id="rId1"', "relationship"),
        ("xl/_rels/workbook.xml.rels", 'Id="rId2"', "", "relationship"),
        ("xl/_rels/workbook.xml.rels", "/xl/worksheets/sheet1.xml", "../../a.xml", "relationship"),
        ("xl/_rels/workbook.xml.rels", "/xl/worksheets/sheet1.xml", "C:/a.xml", "relationship"),
        ("xl/_rels/workbook.xml.rels", "/xl/worksheets/sheet1.xml", "..\\a.xml", "relationship"),
        ("_rels/.rels", "relationships/officeDocument", "relationships/other", "officeDocument"),
        ("xl/workbook.xml", "<sheets>", "<a><sheets>", "mismatched tag"),
    ],
)  # fmt: skip
def test_a_package_that_contradicts_itself_is_refused(part, old, new, why):
    source = tamper.changed(tamper.filled(), part, tamper.replacing(old, new, 1))
    code, figures = refusal(source)
    assert (code in {"unsafe", "damaged"}, figures["why"]) == (True, why)


def test_a_sheet_hidden_in_other_markup_is_refused():
    wrapped = tamper.changed(
        tamper.filled(),
        "xl/workbook.xml",
        lambda xml: xml.replace("<sheets>", "<sheets><alt>", 1).replace(
            "</sheets>", "</alt></sheets>"
        ),
    )
    assert refusal(wrapped)[1]["why"] == "sheet"


def test_a_contradictory_content_type_is_refused():
    other = '<Override PartName="/xl/workbook.xml" ContentType="text/xml"/></Types>'
    source = tamper.changed(
        tamper.filled(), "[Content_Types].xml", tamper.replacing("</Types>", other)
    )
    assert refusal(source) == ("unsafe", {"part": "[Content_Types].xml", "why": "duplicate"})


def test_a_pivot_table_that_is_missing_covers_nothing():
    part = tamper.part_of(tamper.unpack(tamper.filled()), "表三")
    rels = f"{part.replace('worksheets/', 'worksheets/_rels/')}.rels"
    source = tamper.related(tamper.filled(), rels, "pivotTable", "/xl/pivotTables/a.xml")
    assert "connection" not in {finding.code for finding in read(source).findings}


@pytest.mark.parametrize("more", [0, 1])
def test_a_wide_end_record_counts_as_the_narrow_one_does(more):
    source = tamper.filled()
    end = len(source) - 22
    count, size, offset = struct.unpack_from("<H2L", source, end + 10)
    numbers = (count + more, count + more, size, offset)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, *numbers)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    wide = source[:end] + record + locator + source[end:]
    if more:
        assert refusal(wide)[0] in ("unsafe", "damaged")
    else:
        assert read(wide).report == read(source).report


def test_two_parts_of_shared_strings_are_refused():
    rels = "xl/_rels/workbook.xml.rels"
    once = tamper.related(tamper.filled(), rels, "sharedStrings", "/xl/a.xml")
    once = tamper.changed(once, rels, tamper.replacing("rIdX", "rIdY"))
    twice = tamper.related(once, rels, "sharedStrings", "/xl/b.xml")
    assert refusal(twice) == ("unsafe", {"part": "sharedStrings", "why": "duplicate"})


def test_a_main_part_that_is_no_workbook_is_refused():
    source = tamper.changed(
        tamper.filled(),
        "[Content_Types].xml",
        tamper.replacing("spreadsheetml.sheet.main+xml", "spreadsheetml.dialog.main+xml"),
    )
    assert refusal(source) == ("not-a-workbook", {"kind": "?"})
    root = tamper.changed(
        tamper.filled(),
        "xl/workbook.xml",
        lambda xml: xml.replace("<workbook ", "<book ").replace("</workbook>", "</book>"),
    )
    assert refusal(root) == ("damaged", {"part": "xl/workbook.xml", "why": "root"})


def test_macros_are_refused_wherever_they_are_named():
    honest = tamper.filled()
    assert refusal(tamper.pack(tamper.unpack(honest) | {"xl/vbaProject.bin": b"x"})) == (
        "macros",
        {},
    )
    kind = '<Default Extension="x" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    typed = tamper.changed(honest, "[Content_Types].xml", tamper.replacing("</Types>", kind))
    assert open_book(open_package(typed)).active == {}
    assert refusal(tamper.pack(tamper.unpack(typed) | {"xl/a.x": b"x"})) == ("macros", {})
    sheet = tamper.related(honest, "xl/_rels/workbook.xml.rels", "xlMacrosheet", "a.xml")
    assert refusal(sheet) == ("macros", {})


def test_a_book_without_styles_has_one_style():
    parts = tamper.unpack(tamper.filled())
    del parts["xl/styles.xml"]
    links = parts["xl/_rels/workbook.xml.rels"].decode()
    cut = next(link for link in links.split("<") if "relationships/styles" in link)
    parts["xl/_rels/workbook.xml.rels"] = links.replace(f"<{cut}", "").encode()
    book = open_book(open_package(tamper.pack(parts)))
    assert (book.styles.number, book.styles.unlocked) == (1, frozenset())
