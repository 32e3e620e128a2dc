"""Sheets and shared strings whose rows are those of others, byte for byte, in another context.

Each is made so that what was learnt from one would be wrong for the other: another root, table of
strings, frame, order, first cell of a shared formula, kind of cell; numbers written in odd ways.
"""

import re
from collections.abc import Callable, Iterator, Mapping

import tamper
from rewriters import excel
from rewriters.saving import saved

from toolkit.xlsx.book import Book
from toolkit.xlsx.numfmt import Styles

Edit = Callable[[bytes], bytes]
ODD_NUMBERS = (
    "1e3", "-0", "0x1", "1.0", "1" * 16, "1" * 400, " 5 ", "5\n", "+5", "1E5", "1E+05", "1E-05",
    "1e999", "1E+99", "", "007", "-", "1.", ".5", "1,5", "1_0", "INF", "١", "&#49;", "1000000",
    "&#49;000000", "1000001", "0.1234567890123456789", "99999999", "12345678", "x", "_x0041_",
)  # fmt: skip
KINDS = ("n", "str", "b", "e", "d", "inlineStr", "q", "")
WORDS = (
    "a_x0041_b", "a&lt;b", "a\r\nb", "a\nb", "a\tb", "&#x41;", "甲\U0001f600", "\ufffe", "", "12",
    "1000000", "]]>", "a]]b", "<b/>", "<!-- -->", "<![CDATA[x]]>", "x" * 40_000,
)  # fmt: skip
_NUMBER = re.compile(rb"<v>-?[0-9.E+-]+</v>")
_SAID = re.compile(rb'(t="str"><f[^<]*(?:</f>)?<v>)[^<]*(</v>)')
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def of(old: bytes, new: bytes, times: int = 1) -> Edit:
    """Return a change of bytes by others."""
    return lambda source: source.replace(old, new, times)


def first(pattern: bytes, new: bytes) -> Edit:
    """Return a change of what fits a pattern first."""
    return lambda source: re.sub(pattern, new, source, count=1, flags=re.DOTALL)


def last_number(text: bytes) -> Edit:
    """Return a change of the last number of a sheet."""

    def change(source: bytes) -> bytes:
        found = list(_NUMBER.finditer(source))
        if not found:
            return source
        return source[: found[-1].start()] + b"<v>" + text + b"</v>" + source[found[-1].end() :]

    return change


def swapped(source: bytes) -> bytes:
    """Return a sheet with its last two rows in the other order."""
    rows = source.split(b"</row>")
    rows[-3:-1] = reversed(rows[-3:-1])
    return b"</row>".join(rows)


EDITS: Mapping[str, Edit] = {
    **{f"number {t}": last_number(t.encode()) for t in ODD_NUMBERS},
    **{f"first number {t}": first(_NUMBER.pattern, b"<v>%b</v>" % t.encode()) for t in ODD_NUMBERS},
    **{f"words {t[:9]!a}": first(_SAID.pattern, rb"\g<1>%b\g<2>" % t.encode()) for t in WORDS},
    "words in no UTF-8": first(_SAID.pattern, b"\\g<1>\xff\\g<2>"),
    "control sign": first(_SAID.pattern, b"\\g<1>\1\\g<2>"),
    **{f"kind {t}": first(rb'(<c r="[A-Z]+[0-9]+"[^<>]*?)(?: t="[a-z]*")?>(?=<v>)', b'\\1 t="%b">' % t.encode()) for t in KINDS},
    "number of a text": first(rb'(<c r="[A-Z]+[0-9]+" s="2")>(?=<v>)', rb'\1 t="s">'),
    "kind in quotes": first(rb'(<c r="[A-Z]+[0-9]+"[^<>]*?)(?: t="[a-z]*")?>(?=<v>)', rb"\1 t='s'>"),
    "kind by reference": first(rb'(<c r="[A-Z]+[0-9]+"[^<>]*?)(?: t="[a-z]*")?>(?=<v>)', rb'\1 t="&#115;">'),
    "hole": last_number(b"\1"), "fixed": last_number(b"\2" + b"1"), "word hole": last_number(b"\3"),
    "rows swapped": swapped,
    "row twice": first(rb"(<row [^<>]*>.*?</row>)", rb"\1\1"),
    "row lost": first(rb"<row [^<>]*>(?:(?!</row>).)*</row>", b""),
    "row without number": first(rb'<row r="[0-9]+"', b"<row"),
    "row renumbered": first(rb'<row r="([0-9])"', rb'<row r="9\1"'),
    "row with blanks": first(rb'<row r="([0-9]+)"', rb'<row  r="\1"'),
    "row hidden": first(rb'<row r="([0-9]+)"', rb'<row r="\1" hidden="1"'),
    "row styled": first(rb'<row r="([0-9]+)"', rb'<row r="\1" s="1" customFormat="1"'),
    "row closed": first(rb"(?=<row )", rb'<row r="1"/>'),
    "rows after": of(b"</sheetData>", b'<row r="900" hidden="1"/></sheetData>'),
    "row in a row": of(b"</row>", b'<row r="99"/></row>'),
    "cell twice": first(rb'(<c r="[A-Z]+[0-9]+"[^<>]*?/>|<c .*?</c>)', rb"\1\1"),
    "cell without place": first(rb'<c r="[A-Z]+[0-9]+"', b"<c"),
    "attribute twice": first(rb'<c r="([A-Z]+[0-9]+)"', rb'<c r="\1" r="\1"'),
    "two values": of(b"</v>", b"</v><v>1</v>"),
    "value in pieces": first(rb"<v>([0-9])", rb"<v>\1<b/>"),
    "comment in a value": first(rb"<v>([0-9])", rb"<v>\1<!-- 5 -->"),
    "comment with a row": of(b"</row>", b"<!-- </row> --></row>"),
    "comment with a value": of(b"</row>", b"<!-- <v>5</v> --></row>"),
    "comment with rows": first(rb"<sheetData>", b"<!-- <sheetData></sheetData> --><sheetData>"),
    "open comment": first(rb"<sheetData>", b"<!-- <sheetData> --><sheetData>"),
    "section": first(rb"<v>([0-9]+)</v>", rb"<v><![CDATA[\1]]></v>"),
    "instruction": of(b"</row>", b"<?x </row>?></row>"),
    "style too high": first(rb'<c r="([A-Z]+[0-9]+)"(?: s="[0-9]+")?', rb'<c r="\1" s="9999"'),
    "text between": of(b"</row>", b"</row>abc"),
    "prefix": lambda s: re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", s).replace(b'xmlns="', b'xmlns:x="'),
    "second prefix": lambda s: s.replace(b'xmlns="', b'xmlns:y="%b" xmlns="' % _MAIN, 1).replace(b"<row ", b"<y:row ", 1).replace(b"</row>", b"</y:row>", 1),
    "prefixed cell": lambda s: s.replace(b'xmlns="', b'xmlns:y="%b" xmlns="' % _MAIN, 1).replace(b"</row>", b'<y:c r="XFD1"/></row>', 1),
    "other namespace": of(_MAIN, b"urn:x"),
    "row of another": of(b"<row ", b'<row xmlns="urn:x" '),
    "cell of another": of(b"<c ", b'<c xmlns="urn:x" '),
    "foreign": of(b"</row>", b'<foo xmlns="urn:x"><row></row></foo></row>'),
    "split foreign": of(b"</row>", b'<row xmlns="urn:x"></row></row>'),
    "more in the root": of(b"<worksheet ", b'<worksheet xmlns:q="urn:q" '),
    "root in quotes": of(b"<worksheet ", b"<worksheet a='xmlns' "),
    "no declaration": first(rb"\A<\?xml[^>]*\?>\s*", b""),
    "mark": lambda s: b"\xef\xbb\xbf" + s,
    "latin": of(b"UTF-8", b"iso-8859-1"), "ascii": of(b"UTF-8", b"US-ASCII"),
    "utf-16": lambda s: s.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "utf-16 said": of(b"UTF-8", b"UTF-16"), "old": of(b'version="1.0"', b'version="1.1"'),
    "doctype": of(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "5">]><worksheet'),
    "second data": of(b"</sheetData>", b"</sheetData><sheetData></sheetData>"),
    "data in data": of(b"</sheetData>", b"<sheetData></sheetData></sheetData>"),
    "comment at the end": of(b"</worksheet>", b"</worksheet><!-- x -->"),
    "cell after": of(b"</sheetData>", b'</sheetData><c r="A1"><v>1</v></c>'),
    "unprotected": first(rb"<sheetProtection[^<>]*/>", b""),
    "merged": of(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:C2"/></mergeCells>'),
    "hidden columns": of(b"<sheetData>", b'<cols><col min="1" max="3" hidden="1"/></cols><sheetData>'),
    "no height": first(rb"<sheetFormatPr[^<>]*/>", b'<sheetFormatPr zeroHeight="1" defaultRowHeight="1"/>'),
    "no zeros": of(b"<sheetView ", b'<sheetView showZeros="0" '),
    "zoom": of(b"<sheetView ", b'<sheetView zoomScale="55" '),
    "zoom in a value": of(b"<sheetView ", b'<sheetView showZeros=\' zoomScale="10"\' '),
    "cursor": first(rb"<selection [^<>]*/>", b'<selection activeCell="Z9" sqref="Z9 A1:B2"/>'),
    "scrolled": of(b"<sheetView ", b'<sheetView topLeftCell="C9" '),
    "frozen": first(rb"(<sheetView [^<>]*)/?>", rb'\1><pane state="frozen" topLeftCell="D9"/>'),
    "format": of(b"</sheetData>", b'</sheetData><conditionalFormatting sqref="A1:Z99"><cfRule type="expression" dxfId="0" priority="1"><formula>TRUE</formula></cfRule></conditionalFormatting>'),
    "rule that reaches": of(b"</sheetData>", b'</sheetData><dataValidations><dataValidation sqref="A1"><formula1>[1]x!A1</formula1></dataValidation></dataValidations>'),
    "cell that reaches": of(b"</row>", b'<c r="XFD99"><f>[1]x!A1</f></c></row>'),
    "far number": first(rb"(</row>)(?!.*</row>)", rb'<c r="XFC4"><v>7</v></c>\1'),
    "long": lambda s: s.replace(b"</row>", b"</row>" + b" " * 70_000, 1),
    "cut": lambda s: s[: len(s) // 2],
    "shared otherwise": first(rb'(<f t="shared" ref="[A-Z0-9:]+" si="[0-9]+">)[^<]*', rb"\1A1+1"),
    "shared without a first": first(rb' ref="[A-Z0-9:]+" si=', b" si="),
    "shared twice": first(rb'<f t="shared" si="([0-9]+)"/>', rb'<f t="shared" ref="A1:Z99" si="\1">A1</f>'),
    "shared renumbered": of(b' si="0"', b' si="7"'), "shared with zeros": of(b' si="0"', b' si="00"'),
    "shared by reference": lambda s: s.replace(b't="shared"', b't="sh&#97;red"'),
    "shared with a text": first(rb'(<f t="shared" si="[0-9]+")/>', rb"\1>A1*9</f>"),
    "array": first(rb"<f>", b'<f t="array" ref="A1:B2">'),
}  # fmt: skip
"""{name: change of a sheet part}; not every one changes every sheet."""

_ITEM = b"<si><t>"
ITEM_EDITS: Mapping[str, Edit] = {
    "other texts": of(b"<t>", b"<t>x"),
    "one less": first(rb"<si>.*?</si>", b""), "one more": of(_ITEM, b"<si><t>y</t></si><si><t>"),
    "empty": of(_ITEM, b"<si/>" + _ITEM), "nested": of(_ITEM, b"<si><si><t>"),
    "in pieces": of(_ITEM, b"<si><r><rPr><b/><sz val='1'/></rPr><t>a</t></r><r><t>b</t></r></si>" + _ITEM),
    "hint": of(b"</si>", b"<rPh sb='0' eb='1'><t>kana</t></rPh></si>"),
    "escaped": of(b"<t>", b"<t>_x000D_"), "blanks": of(b"<t>", b'<t xml:space="preserve"> '),
    "section": first(rb"<t>([^<]*)</t>", rb"<t><![CDATA[\1]]></t>"),
    "comment": of(b"<t>", b"<t><!-- </si> -->"),
    "other namespace": of(_MAIN, b"urn:x"), "item of another": of(b"<si>", b'<si xmlns="urn:x">'),
    "prefixed": lambda s: s.replace(b'xmlns="', b'xmlns:y="%b" xmlns="' % _MAIN, 1).replace(b"<si>", b"<y:si>", 1).replace(b"</si>", b"</y:si>", 1),
    "prefixed within": lambda s: s.replace(b'xmlns="', b'xmlns:y="%b" xmlns="' % _MAIN, 1).replace(b"<si>", b'<si xmlns="urn:x"><t>q</t></si><si><t>p</t><y:si><t>z</t></y:si>', 1),
    "counted": first(rb'(?: count="[0-9]+")?(?: uniqueCount="[0-9]+")?>', b' count="7" uniqueCount="9">'),
    "no declaration": first(rb"\A<\?xml[^>]*\?>\s*", b""), "latin": of(b"UTF-8", b"iso-8859-1"),
    "doctype": of(b"<sst", b"<!DOCTYPE sst><sst"), "after": of(b"</sst>", b"<t>x</t></sst>"),
    "cut": lambda s: s[: len(s) // 2], "no UTF-8": of(b"<t>", b"<t>\xff"),
}  # fmt: skip
"""{name: change of a shared strings part}."""


# ── a sheet with a row of each kind ───────────────────────────────────────────────────────────────

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXTS = tuple(f"text {number}" for number in range(30))
RUNS = {4: (("text", {}), (" 4", {"b": {}})), 5: (("text 5", {}),)}
STYLES = (Styles(number=6), Styles(number=6), Styles(number=3))
PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DATA = (
    '<row r="1" ht="20.5"><c r="A1" s="1" t="s"><v>3</v></c><c r="B1" s="2"/>'
    '<c r="C1" t="inlineStr"><is><t>own &amp; text</t></is></c><c r="D1" t="inlineStr"><is><r><rPr><b/></rPr>'
    "<t>two</t></r><r><t> fonts</t></r></is></c></row>"
    '<row r="2" hidden="1" s="2" customFormat="1"><c r="A2" s="1" t="s"><v>4</v></c>'
    '<c r="B2" s="2"><v>17</v></c><c r="C2"><f>SUM(B2:B3)</f><v>17.25</v></c></row>'
    '<row r="3"/><row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="b"><f>A4</f><v>0</v></c>'
    '<c r="C4" t="e"><v>#REF!</v></c><c r="D4" s="5"><v>-3.0E-2</v></c></row>'
    '<row r="5"><c r="A5" t="str"><f>"甲"</f><v>甲 5</v></c><c r="B5" t="str"><f>C5</f><v></v></c>'
    '<c r="C5" t="str"><v>12</v></c></row>'
    '<row r="6"><c r="A6"><f t="shared" ref="A6:A8" si="0">B6*2</f><v>8</v></c><c r="B6"><v>4</v></c></row>'
    '<row r="7"><c r="A7"><f t="shared" si="0"/><v>10</v></c><c r="B7"><v>5</v></c></row>'
    '<row r="8"><c r="A8"><f t="shared" si="0"/><v>12</v></c><c r="B8"><v>6</v></c></row>'
    '<row r="60"><c r="A60"><v>5</v></c><c r="B60"><f>[2]a!A1</f><v>1</v></c></row>'
    '<row r="70"><c r="A70" t="str"><f>A1</f><v>beyond</v></c></row>'
)
BASE = (
    f'{PROLOGUE}<worksheet xmlns="{SPACE}" xmlns:xr="urn:r" xr:uid="{{00000000-0001-0000-0000-000000000000}}">'
    '<sheetViews><sheetView tabSelected="1" zoomScale="100" workbookViewId="0">'
    '<selection activeCell="B2" sqref="B2"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="2" width="9" style="1"/></cols>'
    f'<sheetData>{DATA}</sheetData><sheetProtection sheet="1"/>'
    '<mergeCells count="1"><mergeCell ref="C1:D1"/></mergeCells></worksheet>'
).encode()


def book(
    styles: Styles = STYLES[0], strings: tuple[str, ...] = TEXTS, *, rich: bool = False
) -> Book:
    """Return a workbook around the sheet."""
    runs = RUNS if rich else {}
    return Book(
        (),
        strings,
        styles,
        since_1904=False,
        manual=False,
        active={},
        added=(),
        reaching={},
        runs=runs,
    )


BOOKS = (
    book(), book(rich=True), book(STYLES[1]), book(STYLES[2]),
    book(strings=tuple(reversed(TEXTS))), book(strings=TEXTS[:4]), book(strings=()),
)  # fmt: skip


# ── whole returns ─────────────────────────────────────────────────────────────────────────────────


def every() -> Iterator[bytes]:
    """Yield whole returns with each change in a table or on the sheet of results."""
    own = tamper.filled()
    for source, strings in ((own, ""), (saved(own, excel.EXCEL_2016, 0), "xl/sharedStrings.xml")):
        parts = tamper.unpack(source)
        for edit in EDITS.values():
            for sheet in ("表三", "校验结果"):
                name = tamper.part_of(parts, sheet)
                changed = edit(parts[name])
                if changed != parts[name]:
                    yield tamper.pack(parts | {name: changed})
        for edit in ITEM_EDITS.values() if strings else ():
            yield tamper.pack(parts | {strings: edit(parts[strings])})
