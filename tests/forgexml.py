"""Parts no program writes: document types, odd encodings, contradictions inside the XML."""

from functools import partial

import tamper
from tamper import Change, cell, edited, pack, put, replacing, unpack

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
DOCTYPES = {
    "laughs": LAUGHS,
    "file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "network": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]>',
    "empty": "<!DOCTYPE x>",
}
PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
         "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet4.xml",
         "xl/theme/theme1.xml", "docProps/core.xml")  # fmt: skip


def cases(source: bytes):
    """Return {name: {place: function that makes the file}}."""
    made = doctypes(source) | encodings(source) | sheets() | books(source)
    return {f"xml/{name}": {"": make} for name, make in made.items()}


def declared(source: bytes, part: str, text: str, encoding: str = "utf-8") -> bytes:
    """Return the return with a document type in one of its parts."""
    xml = unpack(source)[part].decode()
    head, _, rest = xml.partition("?>")
    head = head.replace("UTF-8", encoding.upper())
    return pack(unpack(source) | {part: f"{head}?>{text}{rest}".encode(encoding)})


def doctypes(source: bytes):
    kinds = {
        f"doctype {kind}": partial(declared, source, "xl/worksheets/sheet4.xml", text)
        for kind, text in DOCTYPES.items()
    }
    everywhere = {
        f"doctype in {part}": partial(declared, source, part, DOCTYPES["empty"]) for part in PARTS
    }
    hidden = {
        f"doctype in utf-16 in {part}": partial(declared, source, part, LAUGHS, "utf-16")
        for part in ("xl/worksheets/sheet4.xml", "docProps/core.xml")
    }
    return kinds | everywhere | hidden


def encodings(source: bytes):
    """Bytes in another encoding than the declared one."""
    part = "xl/worksheets/sheet4.xml"
    xml = unpack(source)[part]

    def spelt(name: bytes, content: bytes = xml) -> bytes:
        return pack(unpack(source) | {part: content.replace(b"UTF-8", name, 1)})

    return {
        **{f"encoding {name.decode()}": partial(spelt, name)
           for name in (b"UTF-7", b"GBK", b"ISO-8859-1", b"IBM037", b"x")},
        "invalid utf-8": partial(spelt, b"UTF-8", xml.replace("一".encode(), b"\xe4\xb8", 1)),
        "overlong utf-8": partial(spelt, b"UTF-8", xml.replace(b"<v>7<", b"<v>\xc0\xb7<", 1)),
        "surrogate in utf-8": partial(spelt, b"UTF-8", xml.replace("一".encode(), b"\xed\xa0\x80", 1)),
        "control": partial(spelt, b"UTF-8", xml.replace("一".encode(), b"\x01", 1)),
        "control by reference": partial(spelt, b"UTF-8", xml.replace("一".encode(), b"&#1;", 1)),
        "unknown entity": partial(spelt, b"UTF-8", xml.replace(b"<v>7<", b"<v>&seven;<", 1)),
        "nothing": partial(spelt, b"UTF-8", b""),
        "cut off": partial(spelt, b"UTF-8", xml[:-99]),
        "two roots": partial(spelt, b"UTF-8", xml + b"<a/>"),
        "wrong namespace": partial(spelt, b"UTF-8", xml.replace(MAIN.encode(), b"urn:x", 1)),
        "no namespace": partial(spelt, b"UTF-8", xml.replace(b' xmlns="' + MAIN.encode() + b'"', b"", 1)),
        "another root": partial(
            spelt, b"UTF-8",
            xml.replace(b"<worksheet ", b"<chartsheet ").replace(b"</worksheet>", b"</chartsheet>")),
    }  # fmt: skip


def sheets():
    """Sheet parts that contradict themselves, or that readers understand differently."""
    damage: dict[str, Change] = {
        "cell twice": replacing('r="E7"', 'r="D7"', 1),
        "cell of another row": replacing('r="D7"', 'r="D6"', 1),
        "cells out of order": replacing('r="D7"', 'r="C7"', 1),
        "cell beyond the sheet": replacing('r="D7"', 'r="XFE7"', 1),
        "cell of no place": replacing('r="D7"', 'r="7D"', 1),
        "row twice": replacing('<row r="8"', '<row r="7"', 1),
        "row of no number": replacing('<row r="8"', '<row r="8.0"', 1),
        "row beyond the sheet": replacing('<row r="8"', '<row r="1048577"', 1),
        "unknown type": cell("D7", "<v>1</v>", t="x"),
        "boolean of 2": cell("D7", "<v>2</v>", t="b"),
        "string that is not there": cell("D7", "<v>9</v>", t="s"),
        "style that is not there": cell("D7", "<v>1</v>", s="99999"),
        "two values": cell("D7", "<v>1</v><v>2</v>"),
        "value and text": cell("D7", "<v>1</v><is><t>2</t></is>", t="inlineStr"),
        "text without its type": cell("D7", "<is><t>1</t></is>"),
        "cell in a cell": cell("D7", "<c><v>1</v></c>"),
        "element in a value": cell("D7", "<v>1<x>9</x></v>"),
        "text in a value": cell("D7", "<v>1<t>9</t></v>"),
        "hint in a value": cell("D7", "<v>1<rPh><t>9</t></rPh></v>"),
        "element in a text": cell("D7", "<is><t>1<x>2</x></t></is>", t="inlineStr"),
        "element in a formula": cell("J7", "<f>1+<x>2</x></f><v>8</v>"),
        "choice of values": cell(
            "D7", f'<mc:AlternateContent xmlns:mc="urn:mc" xmlns="{MAIN}"><mc:Choice><v>1</v>'
            "</mc:Choice><mc:Fallback><v>2</v></mc:Fallback></mc:AlternateContent>"),
        "data twice": replacing("</sheetData>", "</sheetData><sheetData/>"),
        "cells outside the data": replacing("</sheetData>", '</sheetData><row r="99"/>'),
        "formula shared by nobody": cell("J7", '<f t="shared" si="7"/>'),
        "formula too long": cell("J7", f"<f>{'1+' * 4096}1</f>"),
        "merge of no place": replacing('<mergeCell ref="', '<mergeCell ref="Z', 1),
        "column of no number": replacing('min="1"', 'min="0"', 1),
        "merges twice": replacing("</mergeCells>", "</mergeCells><mergeCells/>"),
        "protection twice": replacing("<sheetProtection ", '<sheetProtection sheet="0"/><sheetProtection '),
    }  # fmt: skip
    numbers = ("NaN", "INF", "-INF", "1_0", "１２", "1e999", "1e-400", "0x10", "--1", "1 2",
               "1,234", "1" * 41, "true", "1.2.3")  # fmt: skip
    return {
        **{name: partial(edited, tamper.filled(), "表三", change) for name, change in damage.items()},
        **{f"number {text}": partial(put, "表三", "D7", f"<v>{text}</v>") for text in numbers},
    }  # fmt: skip


def books(source: bytes):
    """Workbooks that contradict themselves, and links that lead out of the package."""
    book, links, types = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    first = "/xl/worksheets/sheet1.xml"
    changes = {
        "two sheets of one name": (book, 'name="表三"', 'name="表二"'),
        "two sheets of one part": (book, 'r:id="rId1"', 'r:id="rId2"'),
        "sheet without a part": (book, 'r:id="rId1"', 'r:id="none"'),
        "sheets twice": (book, "</sheets>", "</sheets><sheets/>"),
        "date system twice": (book, "<workbookPr/>", '<workbookPr/><workbookPr date1904="1"/>'),
        "calculation twice": (book, "<calcPr ", '<calcPr calcMode="manual"/><calcPr '),
        "relationship twice": (links, 'Id="rId2"', 'Id="rId1"'),
        "relationship without a name": (links, 'Id="rId2"', ""),
        "target up": (links, first, "../../a.xml"),
        "target on a drive": (links, first, "C:/a.xml"),
        "target with a backslash": (links, first, "..\\a.xml"),
        "target that is missing": (links, first, "/xl/worksheets/none.xml"),
        "no main part": ("_rels/.rels", "relationships/officeDocument", "relationships/other"),
        "strict dialect": (book, MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        "two types of a part": (
            types, "</Types>", '<Override PartName="/xl/workbook.xml" ContentType="a/b"/></Types>'),
        "main part of another type": (types, "sheet.main+xml", "dialog.main+xml"),
    }  # fmt: skip
    missing = ("xl/styles.xml", "xl/worksheets/sheet4.xml", "_rels/.rels", book, types)

    def without(name: str) -> bytes:
        return pack({part: content for part, content in unpack(source).items() if part != name})

    return {
        **{name: partial(edited, source, part, replacing(old, new, 1))
           for name, (part, old, new) in changes.items()},
        **{f"without {name}": partial(without, name) for name in missing},
    }  # fmt: skip
