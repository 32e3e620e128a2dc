"""Parts that readers take apart differently, strays in the package, and honest habits like them."""

import re
import struct
import zipfile
import zlib
from functools import partial

import tamper
from tamper import cell, edited, pack, put, replacing, unpack

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK, LINKS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
SHEET_LINKS = "xl/worksheets/_rels/sheet4.xml.rels"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG, DEVMODE = b"\x89PNG\r\n\x1a\n", "HP LaserJet".encode("utf-16-le")
MOST, SHORT = 2**32 - 1, struct.Struct("<2H")


def cases(source: bytes):
    """Return {name: {place: function that makes the file}}."""
    made = pieces() | shared(source) | books(source) | strays(source) | zips(source)
    return {f"strict/{name}": {"": make} for name, make in made.items()} | named(source)


def pieces():
    """Values, formulas and texts cut by something; the last ones are the same to all readers."""
    text = {"t": "inlineStr"}
    formula = tamper.formula_of(tamper.filled(), "表三", "J7")
    return {
        **{f"{name} in a value": partial(put, "表三", "D7", f"<v>7{inner}</v>")
           for name, inner in (("comment", "<!-- -->"), ("instruction", "<?x y?>"),
                               ("cdata", "<![CDATA[0]]>"))},
        "cdata before a value": partial(put, "表三", "D7", "<v><![CDATA[7]]>0</v>"),
        "two cdata in a value": partial(put, "表三", "D7", "<v><![CDATA[7]]><![CDATA[0]]></v>"),
        "comment in a formula": partial(put, "表三", "J7", f"<f>{formula}<!--+1--></f>"),
        "comment in a label": partial(
            put, "表三", "E6", "<is><t>商业<!-- -->企业</t></is>", **text),
        "foreign element in a text": partial(
            put, "表三", "E6", '<is><z:a xmlns:z="u"><t>商业</t></z:a><t>企业</t></is>', **text),
        "text after its element": partial(
            put, "表三", "E6", "<is/><t>商业企业</t>", **text),
        "value as cdata": partial(put, "表三", "D7", "<v><![CDATA[7]]></v>"),
        "formula as cdata": partial(
            put, "表三", "J7", f"<f><![CDATA[{formula.replace('&gt;', '>')}]]></f><v>8</v>"
            .replace("&quot;", '"').replace("&lt;", "<").replace("&amp;", "&")),
        "label as cdata": partial(
            put, "表三", "E6", "<is><t><![CDATA[商业企业]]></t></is>", **text),
        "comment between elements": partial(put, "表三", "D7", "<!-- --><v>7</v><?x y?>"),
        "reading of a label": partial(
            put, "表三", "E6",
            '<is><r><rPr><b/></rPr><t>商业企业</t></r><rPh sb="0" eb="1"><r><t>x</t></r></rPh>'
            '<phoneticPr fontId="1"/></is>', **text),
        "string without a number": partial(put, "总体情况", "A20", "<v></v>", t="s"),
        "references in lower case": partial(
            edited, tamper.filled(), "表三", lambda xml: re.sub(
                '(<c r=|<mergeCell ref=)"([^"]*)"', lambda m: f'{m[1]}"{m[2].lower()}"', xml)),
        "attributes of a row in another order": partial(
            edited, tamper.filled(), "表三", lambda xml: re.sub(
                "<row ([^>]*?)(/?)>", lambda m: f"<row {' '.join(m[1].split()[::-1])}{m[2]}>", xml)),
        "dimension that is not true, behind the data": partial(
            edited, tamper.filled(), "表三", replacing(
                "</sheetData>", '</sheetData><dimension ref="A1:XFD1"/>')),
        "columns inside another element": partial(
            edited, tamper.filled(), "表三", lambda xml: re.sub(
                "<cols>.*?</cols>", lambda m: f'<z:a xmlns:z="u">{m[0]}</z:a>', xml)),
    }  # fmt: skip


def shared(source: bytes):
    """Formulas shared by J7 and J8 of 表三."""
    one, other = (tamper.formula_of(source, "表三", at) for at in ("J7", "J8"))
    master = '<f t="shared" ref="J7:J8" si="{}">{}</f><v>8</v>'
    child = '<f t="shared" si="{}">{}</f><v>0</v>'

    def group(first: str, second: str) -> bytes:
        made = edited(source, "表三", cell("J7", first))
        return edited(made, "表三", cell("J8", second))

    whole = master.format(0, one)
    return {
        "shared child of another text": partial(group, whole, child.format(0, "SUM(1)")),
        "shared master outside its area": partial(
            group, whole.replace("J7:J8", "A1:A1"), child.format(0, other)),
        "shared area of no place": partial(
            group, whole.replace("J7:J8", "7J"), child.format(0, other)),
        "shared group twice": partial(group, whole, master.format(0, other)),
        "shared master without a text": partial(
            group, master.format(0, ""), child.format(0, other)),
        "shared group of no number": partial(
            group, master.format("x", one), child.format("x", "")),
        "shared child alone": partial(group, f"<f>{one}</f>", child.format(0, other)),
    }  # fmt: skip


def books(source: bytes):
    """Relationships, types and names that programs resolve differently."""
    first = "/xl/worksheets/sheet4.xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = "_rels/.rels"
    item = {"customXml/item1.xml": b"<a/>"}
    kelvin = {name.replace("workbook.xml", "wor\u212abook.xml"): content
              for name, content in unpack(source).items()}  # fmt: skip
    macro = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    typed = edited(source, TYPES, replacing("</Types>", macro))
    printed = tamper.related(typed, SHEET_LINKS, "printerSettings", "/xl/printerSettings/p1.bin")
    changes = {
        "target with a fragment": (LINKS, first, f"{first}#a.xml"),
        "target with a percent sign": (LINKS, first, "/xl/worksheets/sheet%34.xml"),
        "target with a query": (LINKS, first, f"{first}?a"),
        "type of somebody else": (
            LINKS, f'{office}/worksheet" Target="{first}', f'http://a/worksheet" Target="{first}'),
        "relationship twice by case": (LINKS, 'Id="rId2"', 'Id="RID1"'),
        "unknown mode of a target": (LINKS, f'Target="{first}"', f'Target="{first}" TargetMode="X"'),
        "date system in a choice": (
            BOOK, "<workbookPr/>", '<a xmlns="urn:a"><workbookPr xmlns="'
            + MAIN + '" date1904="1"/></a>'),
    }  # fmt: skip
    return {
        **{name: partial(edited, source, part, replacing(old, new, 1))
           for name, (part, old, new) in changes.items()},
        "main part by the Kelvin sign": partial(pack, kelvin),
        "properties above the root": lambda: pack(
            unpack(tamper.related(source, rels, "customXml", "../customXml/item1.xml")) | item),
        "picture that WPS lost": lambda: tamper.related(
            source, SHEET_LINKS, "image", "NULL", external=True),
        "printer settings of a macro's type": lambda: pack(
            unpack(printed) | {"xl/printerSettings/p1.bin": DEVMODE}),
        "program as printer settings": lambda: pack(
            unpack(printed) | {"xl/printerSettings/p1.bin": OLE}),
        "type of a bin that is not there": lambda: typed,
    }  # fmt: skip


def strays(source: bytes):
    """Parts nobody refers to: programs are named, what programs leave behind is not."""
    image = tamper.related(source, SHEET_LINKS, "hyperlink", "/xl/media/a.png")
    odd = {
        "program": {"xl/media/a.exe": b"x"}, "script": {"xl/a.VBS": b"x"},
        "program by its bytes": {"docProps/thumbnail.jpeg": b"MZ\x90\0"},
        "document": {"xl/embeddings/oleObject1.bin": OLE}, "archive": {"customXml/a.dat": b"PK\3\4"},
        "bytes": {"xl/media/a.bin": b"\0\1"}, "picture of no kind": {"xl/media/a.png": b"\0\1"},
        "folder of its own": {"payload/a.xml": b"<a/>"},
    }  # fmt: skip
    innocent = {
        "thumbnail": {"docProps/thumbnail.wmf": b"\xd7\xcd\xc6\x9a"},
        "printer settings": {"xl/printerSettings/printerSettings1.bin": DEVMODE},
        "custom xml": {"customXml/item1.xml": b"<a/>", "customXml/itemProps1.xml": b"<a/>"},
        "calculation chain": {"xl/calcChain.xml": b"<a/>"},
        "comments": {"xl/comments1.xml": b"<a/>", "xl/drawings/vmlDrawing1.vml": b"<xml/>"},
        "picture": {"xl/media/image1.png": PNG}, "trash of Excel": {"[trash]/0000.dat": b"\0"},
        "files of a Mac": {"xl/.DS_Store": b"\0", "__MACOSX/._a": b"\0"},
        "parts of WPS": {"xl/cellimages.xml": b"<a/>", "docProps/custom.xml2": b""},
    }  # fmt: skip
    found = {
        f"{kind} {name}": partial(lambda parts: pack(unpack(source) | parts), parts)
        for kind, group in (("stray", odd), ("left", innocent))
        for name, parts in group.items()
    }
    named_image = unpack(image) | {"xl/media/a.png": b"MZ\x90\0"}
    return found | {"stray program shown as a picture": partial(pack, named_image)}


def named(source: bytes):
    """Formulas that are not ours by a letter, and pivot tables over the form: told by place."""
    formula = tamper.formula_of(source, "表三", "J7")
    pivot = "xl/pivotTables/pivotTable1.xml"

    def covered(area: str, sheet: str) -> bytes:
        part = tamper.part_of(unpack(source), sheet).replace("worksheets/", "worksheets/_rels/")
        made = tamper.related(source, f"{part}.rels", "pivotTable", f"/{pivot}")
        table = (
            f'<pivotTableDefinition xmlns="{MAIN}"><location ref="{area}"/></pivotTableDefinition>'
        )
        return pack(unpack(made) | {pivot: table.encode()})

    return {
        **{f"strict/function {name}": {"表三 J7": partial(
            put, "表三", "J7", f"<f>{formula.replace('SUM(', text, 1)}</f><v>8</v>")}
           for name, text in (("with a long s", "\u017fUM("), ("of an add-in", "_xludf.SUM("),
                              ("with a wide blank", "SUM\u3000("))},
        "strict/pivot table over cells": {"表三 D7": partial(covered, "D7:E9", "表三")},
        "strict/pivot table over a label": {"表二 A1": partial(covered, "A1", "表二")},
        "strict/pivot table far away": {"": partial(covered, "Z99:AA100", "表三")},
    }  # fmt: skip


# ── the zip ───────────────────────────────────────────────────────────────────────────────────────


def field(*numbers: int) -> bytes:
    """Return a zip64 field of numbers."""
    return SHORT.pack(1, 8 * len(numbers)) + struct.pack(f"<{len(numbers)}Q", *numbers)


def written(  # noqa: PLR0913 - how a zip is written
    source: bytes, central: str = "", local: str = "", *, late: int = 0, end: bool = False,
    unlisted: int = -1,
) -> bytes:  # fmt: skip
    """Return the return as a zip with sizes of 64 bits.

    central, local: "", "sizes" (in the field, the header's own are all ones), "zeros" (a field of
    zeros nothing asks for), "other" (a field of other sizes), "twice" (two fields). late: bytes of
    each size in data descriptors, 0 for none. end: with a zip64 end record. unlisted: the entry
    before which another stands that no table lists, 99 for behind the last.
    """
    heads, table, place = [], [], 0
    parts = list(unpack(source).items())
    hidden = ("xl/worksheets/sheet4.xml", b"<a/>")
    for number, (name, content) in enumerate([*parts, hidden] if unlisted == 99 else parts):
        for entry, listed in [(hidden, False)] * (number == unlisted) + [
            ((name, content), number < len(parts))
        ]:
            piece, line = _entry(*entry, (central, local), late, place)
            heads.append(piece)
            table += [line] * listed
            place += len(piece)
    listed_parts = b"".join(table)
    count, size = len(table), len(listed_parts)
    wide = b""
    if end:
        wide = b"PK\6\6" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, count, count, size, place)
        wide += b"PK\6\7" + struct.pack("<LQL", 0, place + size, 1)
    tail = struct.pack("<4H2LH", 0, 0, count, count, size, MOST if end else place, 0)
    return b"".join((*heads, listed_parts, wide, b"PK\5\6", tail))


def _entry(name: str, content: bytes, kinds, late: int, place: int):
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    crc, true = zlib.crc32(content), (len(content), len(packed))
    fields = {
        "": ((true[1], true[0]), b""),
        "sizes": ((MOST, MOST), field(*true)),
        "zeros": ((true[1], true[0]), field(0, 0)),
        "other": ((true[1], true[0]), field(true[0] + 1, true[1])),
        "short": ((MOST, MOST), field(true[0])),
        "twice": ((MOST, MOST), field(*true) * 2),
    }
    told, extra = fields[kinds[0]]
    own, mine = ((0, 0), b"") if late else fields[kinds[1]]
    flags, raw = 8 if late else 0, name.encode()
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 45, flags, 8, 0, 33, 0 if late else crc, *own,
                       len(raw), len(mine))  # fmt: skip
    after = (
        b"PK\7\x08" + struct.pack("<L" + {4: "LL", 8: "QQ"}[late], crc, true[1], true[0])
        if late
        else b""
    )
    line = struct.pack("<4s6H3L5H2L", b"PK\1\2", 45, 45, flags, 8, 0, 33, crc, *told, len(raw),
                       len(extra), 0, 0, 0, 0, place)  # fmt: skip
    return head + raw + mine + packed + after, line + raw + extra


def zips(source: bytes):
    """Sizes of 64 bits, honest and contradictory; entries that the table does not list."""
    make = partial(written, source)
    good = written(source, end=True)
    locator = good.rfind(b"PK\6\7")
    return {
        "zip64 in both headers": partial(make, "sizes", "sizes"),
        "zip64 in the local header": partial(make, "", "sizes"),
        "zip64 in the table": partial(make, "sizes", ""),
        "zip64 field of zeros": partial(make, "", "zeros"),
        "zip64 in descriptors": partial(make, late=8),
        "descriptors of 32 bits": partial(make, late=4),
        "zip64 end record": lambda: good,
        "zip64 of other sizes": partial(make, "other", ""),
        "zip64 of other sizes in the local header": partial(make, "", "other"),
        "zip64 field too short": partial(make, "short", "sizes"),
        "zip64 twice": partial(make, "twice", "sizes"),
        "zip64 end on another disk": lambda: tamper.poked(good, locator + 4, b"\1"),
        "zip64 end elsewhere": lambda: tamper.poked(good, locator + 8, b"\0"),
        "zip64 end of another count": lambda: tamper.poked(good, locator - 24, b"\1"),
        "zip64 end outside": lambda: tamper.poked(good, locator + 8, b"\xff" * 4),
        "unlisted entry first": partial(make, unlisted=0),
        "unlisted entry between": partial(make, unlisted=3),
        "unlisted entry last": partial(make, unlisted=99),
        "as zipfile writes": partial(pack, unpack(source), zipfile.ZIP_STORED),
    }
