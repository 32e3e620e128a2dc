"""Files that are no workbook, inconsistent zips, and bombs: forged byte by byte."""

import gzip
import io
import struct
import zipfile
import zlib
from functools import partial

import letters
import tamper
from tamper import Parts, pack, poked, unpack

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
MIB = 2**20
EMPTIED = {"bomb/200,000 rows": "填报说明 B4", "bomb/240,000 cells": "填报说明 B4"}
"""Below every limit: the return is read, and the lost content of the cover is a finding."""


def cases(source: bytes):
    """Return {name: {"": function that makes the file}}."""
    made = foreign(source) | headers(source) | container(source) | bombs(source)
    return {name: {EMPTIED.get(name, ""): make} for name, make in made.items()}


def constant(content: bytes):
    return lambda: content


def foreign(source: bytes):
    """Files that are no workbook, by their content."""
    texts = {
        "html": b"<html><table><tr><td>1</td></tr></table></html>",
        "html with a mark": b"\xef\xbb\xbf\r\n<!DOCTYPE html><html/>",
        "csv in utf-8": "机关,件数\r\n某某局,3\r\n".encode(),
        "csv in gbk": "机关,件数\r\n某某局,3\r\n".encode("gbk"),
        "csv in utf-16": "机关\t件数\r\n".encode("utf-16"),
        "rtf": b"{\\rtf1\\ansi 3}",
        "mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "xml spreadsheet": b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>',
        "xls": OLE,
        "et": OLE + b"W\0o\0r\0k\0b\0o\0o\0k\0",
        "open password": OLE + "EncryptedPackage".encode("utf-16-le"),
        "rar": b"Rar!\x1a\x07\x01\0",
        "7z": b"7z\xbc\xaf\x27\x1c\0\4",
        "gzip": gzip.compress(source[:999], mtime=0),
        "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "program": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0",
        "ods": pack({"mimetype": ODS, "content.xml": b"<a/>"}, 0),
        "docx": pack({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}),
        "pptx": pack({"[Content_Types].xml": b"<a/>", "ppt/presentation.xml": b"<a/>"}),
        "xlsb": pack({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"x"}),
        "zip of a return": pack({"a.xlsx": source}, 0),
        "zip of nothing": b"PK\5\6" + bytes(18),
        "empty": b"",
        "all zero": bytes(4096),
        "report json": b'{"form": "annual-report"}',
    }
    cuts = [*range(1, 60, 7), *range(1000, len(source), 5003), len(source) - 22, len(source) - 1]
    return {f"no workbook/{name}": constant(content) for name, content in texts.items()} | {
        f"truncated/{n:02d}": constant(source[:cut]) for n, cut in enumerate(cuts)
    }


def headers(source: bytes):
    """A field of a header changed: in the table of contents, before the bytes, or in both."""

    def change(where: str, offset: int, content: bytes, entry: int = 9) -> bytes:
        central, local, _ = tamper.entries(source)[entry]
        made = source
        if "c" in where:
            made = poked(made, central + offset, content)
        if "l" in where:
            made = poked(made, local + offset - 2, content)
        return made

    short, long = struct.Struct("<H").pack, struct.Struct("<L").pack
    fields = {
        "encrypted flag": ("cl", 8, short(1)),
        "encrypted in one header": ("c", 8, short(1)),
        "strong encryption": ("cl", 8, short(0x40)),
        "patched data": ("cl", 8, short(0x20)),
        "method lzma": ("cl", 10, short(14)),
        "method deflate64": ("cl", 10, short(9)),
        "method differs": ("l", 10, short(0)),
        "bad crc": ("cl", 16, long(1)),
        "crc differs": ("l", 16, long(1)),
        "packed size differs": ("l", 20, long(1)),
        "size too small": ("cl", 24, long(99)),
        "size too large": ("cl", 24, long(999_999)),
        "size differs": ("l", 24, long(99)),
        "size of 4 GB": ("cl", 24, long(2**32 - 1)),
        "packed size too large": ("cl", 20, long(2**31)),
        "another disk": ("c", 34, short(1)),
        "symlink": ("c", 38, long(0o120777 << 16)),
        "offset outside": ("c", 42, long(2**31)),
        "offset of another entry": ("c", 42, long(0)),
    }
    end = len(source) - 22
    ends = {
        "comment": source[:-2] + short(3) + b"abc",
        "more entries than there are": poked(source, end + 8, short(999) * 2),
        "fewer entries than there are": poked(source, end + 8, short(3) * 2),
        "table of contents elsewhere": poked(source, end + 16, long(0)),
        "two end records": source + source[-22:],
        "bytes before": b"MZ" + source,
        "bytes behind": source + b"\n",
        "another zip behind": source + source,
        "zip64 end": poked(source, end + 8, b"\xff" * 12),
    }
    return {f"container/{name}": partial(change, *field) for name, field in fields.items()} | {
        f"container/{name}": constant(content) for name, content in ends.items()
    }


def named_as(source: bytes, raw: bytes, flags: int = 0x800) -> bytes:
    """Return the return with one entry more under a raw name."""
    made = pack(unpack(source) | {"x" * len(raw): b"<a/>"})
    central, local, _ = tamper.entries(made)[-1]
    for start, flag in ((central + 46, central + 8), (local + 30, local + 6)):
        made = poked(poked(made, start, raw), flag, struct.pack("<H", flags))
    return made


def with_extra(source: bytes, extra: bytes) -> bytes:
    """Return the return, the extra field of one entry filled in."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in unpack(source).items():
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.extra = extra if name == SHEET else b""
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def container(source: bytes):
    """Names that lead elsewhere or occur twice, entries that share bytes, too many entries."""
    other = unpack(source)[SHEET].replace(b"2025", b"1999")
    names = {
        "name up": b"../../a.xml", "name absolute": b"/etc/a.xml", "name on a drive": b"C:\\a.xml",
        "name with a backslash": b"xl\\worksheets\\a.xml", "name with a zero": b"a.xml\0.png",
        "name with a control": b"a\x1b[2J.xml", "name with bidi": "a\u202elmx.b".encode(),
        "name of no text": b"\xff\xfe\xfd.xml", "name of nothing": b"xl//a.xml",
        "name too long": b"a" * 252 + b".xml", "name of a device": b"a:b.xml",
        "same name": SHEET.encode(), "same name by case": SHEET.upper().encode(),
        "same name in cyrillic case": "xl/worksheets/\u0455heet1.xml".encode(),
    }  # fmt: skip
    unicode_path = b"\1" + struct.pack("<L", zlib.crc32(SHEET.encode())) + b"xl/worksheets/s9.xml"
    extra = struct.pack("<HH", 0x7075, len(unicode_path)) + unicode_path

    def twice(name: str) -> bytes:
        made = pack(unpack(source) | {name: other})
        if name == SHEET[:-1] + "_":
            return made.replace(name.encode(), SHEET.encode())
        return made

    return {
        **{f"container/{name}": partial(named_as, source, raw) for name, raw in names.items()},
        "container/part twice": partial(twice, SHEET[:-1] + "_"),
        "container/part twice by case": partial(twice, SHEET.replace("sheet1", "Sheet1")),
        "container/another name in the extra field": partial(with_extra, source, extra),
        "container/padding in the extra field": partial(
            with_extra, source, struct.pack("<HH", 0xA220, 4) + bytes(4)
        ),
        "container/shared bytes": partial(shared_bytes, source),
        "container/overlap": partial(overlap, source),
        "container/60,000 entries": partial(many_entries, 60_000),
        "container/513 entries": partial(many_entries, 513),
    }


def shared_bytes(source: bytes) -> bytes:
    """Return a zip with two entries for the same name and the same bytes."""
    (first, local, _), (second, _, _) = tamper.entries(source)[:2]
    assert first < second
    return poked(source, second + 42, struct.pack("<L", local))


def overlap(source: bytes) -> bytes:
    """Return a zip with an entry whose bytes overlap the next one."""
    made = pack(unpack(source), zipfile.ZIP_STORED)
    central, local, _ = tamper.entries(made)[9]
    (size,) = struct.unpack_from("<L", made, central + 24)
    for start in (central + 20, central + 24, local + 18, local + 22):
        made = poked(made, start, struct.pack("<L", size + 60))
    return made


def many_entries(count: int) -> bytes:
    """Return a zip with that number of empty entries."""
    heads, table = [], []
    place = 0
    for number in range(count):
        name = f"{number:05d}.xml".encode()
        fields = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0)
        heads.append(b"PK\3\4" + fields + name)
        table.append(
            b"PK\1\2"
            + struct.pack("<H", 20)
            + fields
            + struct.pack("<3H2L", 0, 0, 0, 0, place)
            + name
        )
        place += len(heads[-1])
    listed = b"".join(table)
    end = struct.pack("<4H2LH", 0, 0, count, count, len(listed), place, 0)
    return b"".join(heads) + listed + b"PK\5\6" + end


# ── bombs ─────────────────────────────────────────────────────────────────────────────────────────


def blown(source: bytes, size: int, told: int, name: str = SHEET) -> bytes:
    """Return the return with a part of `size` blanks and a declared size of `told` bytes.

    Deflated once and repeated: a full flush makes blocks that stand alone.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block * (size // MIB) + b"\3\0"
    made = pack(unpack(source) | {name: packed}, zipfile.ZIP_STORED)
    central, local, _ = next(e for e in tamper.entries(made) if e[2] == name.encode())
    for start, offset in ((central, 0), (local, -2)):
        made = poked(made, start + 10 + offset, struct.pack("<H", 8))
        made = poked(made, start + 24 + offset, struct.pack("<L", told))
    return made


def sheet(source: bytes, inner: str, part: str = SHEET, root: str = "worksheet") -> bytes:
    """Return the return with a part replaced, stored uncompressed, so that no ratio shows it."""
    xml = f'<{root} xmlns="{MAIN}">{inner}</{root}>'
    return pack(unpack(source) | {part: xml.encode()}, zipfile.ZIP_STORED)


def rows(cell: str, count: int, across: int) -> str:
    """Return sheet data with that number of cells."""
    row = "<row>" + cell * across + "</row>"
    return f"<sheetData>{row * (count // across)}</sheetData>"


def strings(source: bytes, items: str) -> bytes:
    """Return the return with shared strings."""
    links = "xl/_rels/workbook.xml.rels"
    made = tamper.related(source, links, "sharedStrings", "/xl/sharedStrings.xml", ident="rIdS")
    return sheet(made, items, "xl/sharedStrings.xml", "sst")


def everywhere(source: bytes, inner: str, parts: int) -> bytes:
    """Return the return with that number of its sheets replaced."""
    xml = f'<worksheet xmlns="{MAIN}">{inner}</worksheet>'.encode()
    made: Parts = {f"xl/worksheets/sheet{n}.xml": xml for n in range(1, parts + 1)}
    return pack(unpack(source) | made)


def bombs(source: bytes):
    """Small files with large content, and content at the limits."""
    gigabyte = 1024 * MIB
    spaces = " " * 700
    forms = "".join(f'<xf numFmtId="{n % 400}"/>' for n in range(250_000))
    spoilt = f'<numFmts><numFmt numFmtId="300" formatCode="{"[" * 1_000_000}"/></numFmts>'
    many = " ".join(f'a{n}="1"' for n in range(200_000))
    spaced = " ".join(f'xmlns:a{n}="u{n}"' for n in range(50_000))
    attribute = "x" * (MIB + 9)
    prose = "".join(f"<si><t>{n} 件{n:x}</t></si>" for n in range(160_000))
    made = {
        "1 GB of blanks": partial(blown, source, gigabyte, gigabyte),
        "1 GB that says it has 9 KB": partial(blown, source, gigabyte, 9_000),
        "200 MB attribute": partial(blown, source, 200 * MIB, 200 * MIB),
        "60 MB of blanks that nobody reads": partial(
            blown, source, 60 * MIB, 60 * MIB, "xl/media/a.png"
        ),
        "file of 10 MB": lambda: source + bytes(10 * MIB),
        "blanks of 8 MB": lambda: sheet(source, spaces * (8 * MIB // 700 + 1)),
        "200,000 rows": lambda: sheet(source, f"<sheetData>{'<row/>' * 200_000}</sheetData>"),
        "240,000 cells": lambda: sheet(source, rows("<c/>", 240_000, 16)),
        "130,000 numbers": lambda: sheet(source, rows("<c><v>1</v></c>", 130_000, 16)),
        "130,000 numbers far right": lambda: sheet(source, rows("<c><v>1</v></c>", 130_000, 16_000)),
        "cells in every sheet": lambda: everywhere(source, rows("<c/>", 30_000, 16), 12),
        "160,000 strings": lambda: strings(source, prose),
        "a string of 1 MB": lambda: strings(source, f"<si><t>{'件' * (MIB // 3 + 9)}</t></si>"),
        "250,000 styles": lambda: sheet(
            source, f"<cellXfs>{forms}</cellXfs>", "xl/styles.xml", "styleSheet"
        ),
        "a format of brackets": lambda: sheet(
            source, f"{spoilt}<cellXfs><xf numFmtId='300'/></cellXfs>", "xl/styles.xml", "styleSheet"
        ),
        "nested 100,000 deep": lambda: sheet(source, "<a>" * 100_000 + "</a>" * 100_000),
        "nested in the data": lambda: sheet(
            source, "<sheetData><row>" + "<a>" * 99 + "</a>" * 99 + "</row></sheetData>"
        ),
        "200,000 attributes": lambda: sheet(source, f"<a {many}/>"),
        "50,000 namespaces": lambda: sheet(source, f"<a {spaced}/>"),
        "an attribute of 1 MB": lambda: sheet(source, f'<a b="{attribute}"/>'),
        "300,001 elements": lambda: sheet(source, "<a/>" * 300_001),
        "17,179,869,184 cells merged": lambda: sheet(
            source, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        "2,001 merges": lambda: sheet(
            source, "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 2001 + "</mergeCells>"
        ),
        "a formula shared too often": lambda: sheet(
            source,
            f'<sheetData><row><c><f t="shared" si="0" ref="A1">{"A1+" * 2700}1</f></c>'
            + '<c><f t="shared" si="0"/></c>' * 60
            + "</row></sheetData>",
        ),
        "65 sheets": partial(many_sheets, source),
    }  # fmt: skip
    return {f"bomb/{name}": make for name, make in made.items()}


def many_sheets(source: bytes) -> bytes:
    """Return the return with many more sheets, all of one part's copy."""
    parts = unpack(source)
    links, lines, kinds = [], [], []
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    for n in range(100, 165):
        name = f"xl/worksheets/sheet{n}.xml"
        parts[name] = f'<worksheet xmlns="{MAIN}"/>'.encode()
        links.append(f'<Relationship Id="x{n}" Type="{office}" Target="/{name}"/>')
        lines.append(f'<sheet name="x{n}" sheetId="{n}" r:id="x{n}"/>')
        kinds.append(f'<Override PartName="/{name}" ContentType="{kind}"/>')
    for name, end, more in (
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", links),
        ("xl/workbook.xml", b"</sheets>", lines),
        ("[Content_Types].xml", b"</Types>", kinds),
    ):
        parts[name] = parts[name].replace(end, "".join(more).encode() + end)
    return pack(parts)


def archives(source: bytes):
    """Return {file name: (bytes, {path within: code})} of archives and mails; "" is the archive."""
    zipped, utf8, mail, part = letters.zipped, letters.utf8, letters.mail, letters.part
    inner = utf8("b.xlsx", content=source)
    plain = utf8("a.xlsx", content=source)
    central, local, _ = tamper.entries(plain)[0]
    locked = poked(poked(plain, central + 8, b"\1\0"), local + 6, b"\1\0")
    rotten = poked(poked(plain, central + 16, bytes(4)), local + 14, bytes(4))
    attached = part(source)
    outside = [b"../a.xlsx", b"/a.xlsx", b"C:/a.xlsx", b"b\\a.xlsx", b"a\0.xlsx"]
    return {
        "plain.zip": (plain, {"a.xlsx": "ok"}),
        "two.zip": (zipped([(b"a.xlsx", source), (b"~$a.xlsx", b"x")]), {"a.xlsx": "ok"}),
        "gbk.zip": (zipped([("某局.xlsx".encode("gbk"), source)]), {"某局.xlsx": "ok"}),
        "nested.zip": (zipped([(b"a.xlsx", source), (b"b.zip", inner)]),
                       {"a.xlsx": "ok", "b.zip": "nested"}),
        "outside.zip": (zipped([(name, source) for name in outside]),
                        {name.decode(): "unsafe" for name in outside}),
        "link.zip": (zipped([(b"a.xlsx", b"/etc/passwd")], kind=0o120777), {"a.xlsx": "not-a-file"}),
        "locked.zip": (locked, {"a.xlsx": "encrypted"}),
        "rotten.zip": (rotten, {"a.xlsx": "damaged"}),
        "twice.zip": (utf8("a.xlsx", "A.xlsx", content=source), {"": "unsafe"}),
        "cut.zip": (plain[:-30], {"": "damaged"}),
        "many.zip": (many_entries(60_000), {"": "too-large"}),
        "other.zip": (b"Rar!\x1a\x07\0", {"": "not-a-workbook"}),
        "none.zip": (b"", {"": "empty"}),
        "bomb.zip": (zipped([(b"a.xlsx", bytes(9 * MIB)), (b"b.xlsx", source)]),
                     {"a.xlsx": "too-large", "b.xlsx": "ok"}),
        "renamed.zip": (source, {"": "ok"}),
        "plain.eml": (mail(attached), {"a.xlsx": "ok"}),
        "open.eml": (mail(attached, end=False), {"a.xlsx": "ok"}),
        "zipped.eml": (mail(part(inner, b'filename="b.zip"')), {"b.zip/b.xlsx": "ok"}),
        "deep.eml": (mail(part(zipped([(b"c.zip", inner)]), b'filename="b.zip"')),
                     {"b.zip/c.zip": "nested"}),
        "rotten.eml": (mail(part(b"QU!D", encoding="7bit").replace(b"7bit", b"base64")),
                       {"a.xlsx": "damaged"}),
        "foreign.eml": (b"\0\1 no mail", {"": "damaged"}),
        "boundless.eml": (b"Content-Type: multipart/mixed\r\n\r\nx", {"": "damaged"}),
        "crowded.eml": (mail(*[part(b"x")] * 513), {"": "too-large"}),
        "double.eml": (b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n",
                       {"": "unsafe"}),
    }  # fmt: skip
