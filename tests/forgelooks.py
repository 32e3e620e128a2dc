"""Forged and honest looks: ways to show a cell otherwise than it is stored, and ways people do it.

FORGED: {name: (severity, places that must be named, function that makes the file)}.
HONEST: {name: function that makes the file}, told as a note at most.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from html import escape

from tamper import Parts, cell, edited, filled, pack, part_of, related, unpack

Make = Callable[[], bytes]
STYLES, BOOK, TYPES = "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DML = "http://schemas.openxmlformats.org/drawingml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
RELS = "xl/worksheets/_rels/sheet4.xml.rels"
WHITE = '<color rgb="FFFFFFFF"/>'
DARK = ('<stop position="0"><color rgb="FF000000"/></stop>'
        '<stop position="1"><color rgb="FF111111"/></stop>')  # fmt: skip
TYPED, ZERO, TOTAL, LABEL = "D7", "F7", "J7", "E6"
"""Cells of 表三: 7, 0, a total of 8, and a head."""


# ── styles ────────────────────────────────────────────────────────────────────────────────────────


def listed(xml: str, name: str, item: str) -> tuple[str, int]:
    """Return a styles part with one more item of a list, and the item's number."""
    block = re.search(rf"<{name}[ >].*?</{name}>", xml, re.DOTALL)
    if block is None:
        return xml.replace("<cellXfs", f"<{name}>{item}</{name}><cellXfs", 1), 0
    kind = re.match(r"<(\w+)", item)
    assert kind is not None
    number = len(re.findall(rf"<{kind[1]}[ />]", re.sub(rf"^<{name}[^>]*>", "", block[0])))
    return xml.replace(block[0], block[0].replace(f"</{name}>", f"{item}</{name}>")), number


def look(  # noqa: PLR0913 - the parts of a style
    sheet: str, at: str, *, code: str = "", font: str = "", fill: str = "", align: str = "",
    more: str = "", source: bytes | None = None,
) -> bytes:  # fmt: skip
    """Return the return with one cell in a style of its own; what is left out stays as it is."""
    parts = dict(unpack(filled() if source is None else source))
    return pack(styled(parts, sheet, at, (code, font, fill, align, more)), 0)


def styled(parts: Parts, sheet: str, at: str, wanted: tuple[str, str, str, str, str]) -> Parts:
    code, font, fill, align, more = wanted
    xml, page = parts[STYLES].decode(), part_of(parts, sheet)
    rows = parts[page].decode()
    old = re.search(rf'<c r="{at}"[^>]*? s="(\d+)"', rows)
    assert old is not None, at
    xf = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", xml.partition("<cellXfs")[2])[int(old[1])]
    if code:
        xml, _ = listed(xml, "numFmts", f'<numFmt numFmtId="300" formatCode="{escape(code)}"/>')
        xf = re.sub(r'numFmtId="\d+"', 'numFmtId="300"', xf)
    if font:
        xml, number = listed(xml, "fonts", f"<font>{font}</font>")
        xf = re.sub(r'fontId="\d+"', f'fontId="{number}"', xf)
    if fill:
        xml, number = listed(xml, "fills", f"<fill>{fill}</fill>")
        xf = re.sub(r'fillId="\d+"', f'fillId="{number}"', xf)
    if align:
        xf = re.sub("<alignment[^>]*/>", "", xf)
        xf = xf.replace("/>", f"><alignment {align}/></xf>", 1) if xf.count(">") == 1 else (
            re.sub(r"(<xf [^>]*>)", rf"\1<alignment {align}/>", xf))  # fmt: skip
    xf = re.sub(r"<xf ", f"<xf {more} ", xf, count=1) if more else xf
    xml, style = listed(xml, "cellXfs", xf)
    rows = rows.replace(old[0], f'{old[0].rpartition(" s=")[0]} s="{style}"', 1)
    return parts | {STYLES: xml.encode(), page: rows.encode()}


def solid(colour: str) -> str:
    return f'<patternFill patternType="solid"><fgColor {colour}/></patternFill>'


def ink(colour: str, size: str = "11") -> str:
    return f'<sz val="{size}"/><color {colour}/><name val="SimSun"/>'


# ── conditional formats ───────────────────────────────────────────────────────────────────────────


def condition(at: str, dxf: str, rule: str = "", sheet: str = "表三", first: str = "1") -> bytes:
    """Return the return with a conditional format; rule: its attributes and content."""
    parts = dict(unpack(filled()))
    xml, number = listed(parts[STYLES].decode(), "dxfs", f"<dxf>{dxf}</dxf>")
    page = part_of(parts, sheet)
    rule = rule or 'type="expression"><formula>TRUE</formula>'
    new = (f'<conditionalFormatting sqref="{at}"><cfRule priority="{first}" dxfId="{number}" {rule}'
           "</cfRule></conditionalFormatting>")  # fmt: skip
    return pack(parts | {STYLES: xml.encode(), page: after_cells(parts[page], new)}, 0)


def after_cells(page: bytes, new: str) -> bytes:
    """Return a sheet with an element put where conditional formats belong."""
    text = page.decode()
    end = "</mergeCells>" if "</mergeCells>" in text else "</sheetData>"
    return text.replace(end, f"{end}{new}", 1).encode()


def scaled(at: str, inner: str, kind: str) -> bytes:
    """Return the return with an icon set, data bar or colour scale."""
    parts = dict(unpack(filled()))
    page = part_of(parts, "表三")
    new = (f'<conditionalFormatting sqref="{at}"><cfRule type="{kind}" priority="1">{inner}'
           "</cfRule></conditionalFormatting>")  # fmt: skip
    return pack(parts | {page: after_cells(parts[page], new)}, 0)


def modern(at: str, rule: str) -> bytes:
    """Return the return with a conditional format as Excel 2010 writes them, in extLst."""
    new = (f'<extLst><ext xmlns:x14="{X14}" uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}">'
           f'<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="{XM}">{rule}'
           f"<xm:sqref>{at}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
           "</ext></extLst></worksheet>")  # fmt: skip
    return edited(filled(), "表三", lambda xml: xml.replace("</worksheet>", new))


VALUES = '<cfvo type="min"/><cfvo type="max"/>'
THREE = (
    '<cfvo type="percent" val="0"/><cfvo type="percent" val="33"/><cfvo type="percent" val="67"/>'
)


# ── boxes ─────────────────────────────────────────────────────────────────────────────────────────


def anchored(inner: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return an anchor from a column and row to another, both counted from 0."""
    corners = "".join(
        f"<xdr:{name}><xdr:col>{col}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
        for name, (col, row) in (("from", start), ("to", end))
    )
    return f"<xdr:twoCellAnchor>{corners}{inner}<xdr:clientData/></xdr:twoCellAnchor>"


def shape(text: str = "", fill: str = "<a:solidFill/>", macro: str = "", more: str = "") -> str:
    body = f"<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody>"
    return (f'<xdr:sp macro="{macro}" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="t"{more}/>'
            f"<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr>{fill}</xdr:spPr>{body}</xdr:sp>")  # fmt: skip


def drawn(anchors: str) -> bytes:
    """Return the return with a drawing over 表三."""
    return with_part("drawing", "drawings/drawing1.xml",
                     f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{DML}">{anchors}</xdr:wsDr>')  # fmt: skip


def with_part(kind: str, name: str, content: str) -> bytes:
    source = related(filled(), RELS, kind, f"../{name}")
    return pack(unpack(source) | {f"xl/{name}": content.encode()}, 0)


def noted(facts: str, style: str = "", kind: str = "Note", text: str = "70") -> bytes:
    """Return the return with a note as old parts draw it, over D7."""
    return with_part("vmlDrawing", "drawings/vmlDrawing1.vml", (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<v:shape style="{style}"><v:textbox><div>{text}</div></v:textbox>'
        f'<x:ClientData ObjectType="{kind}"><x:Anchor>3, 0, 6, 0, 4, 0, 7, 0</x:Anchor>{facts}'
        "</x:ClientData></v:shape></xml>"))  # fmt: skip


ON_D7 = ((3, 6), (4, 7))
BESIDE = ((11, 6), (14, 9))


# ── sheets ────────────────────────────────────────────────────────────────────────────────────────


def page(sheet: str, *changes: tuple[str, str]) -> bytes:
    """Return the return with patterns of a sheet replaced, each once."""

    def change(xml: str) -> str:
        for old, new in changes:
            assert re.search(old, xml), old
            xml = re.sub(old, new, xml, count=1)
        return xml

    return edited(filled(), sheet, change)


def rich(at: str, runs: str, sheet: str = "表三") -> bytes:
    return edited(filled(), sheet, cell(at, f"<is>{runs}</is>", t="inlineStr"))


def run(text: str, font: str = "") -> str:
    return f"<r>{f'<rPr>{font}</rPr>' if font else ''}<t>{text}</t></r>"


def book(old: str, new: str) -> bytes:
    return edited(filled(), BOOK, lambda xml: re.sub(old, new, xml, count=1))


def themed(light: str, dark: str) -> bytes:
    def change(xml: str) -> str:
        xml = re.sub(
            r"<a:dk1>.*?</a:dk1>", f'<a:dk1><a:srgbClr val="{dark}"/></a:dk1>', xml, flags=re.DOTALL
        )
        return re.sub(
            r"<a:lt1>.*?</a:lt1>",
            f'<a:lt1><a:srgbClr val="{light}"/></a:lt1>',
            xml,
            flags=re.DOTALL,
        )

    return edited(filled(), "xl/theme/theme1.xml", change)


def area(sheet: int, where: str) -> bytes:
    name = f'<definedName name="_xlnm.Print_Area" localSheetId="{sheet}">{where}</definedName>'
    return book("</definedNames>", f"{name}</definedNames>")


CODES_OTHER = (
    '0"0"', '"1"0', "0\\0", '0"\u2070"', '0"十"', "0万", '0"亿"', '0"千"', "#\\.#", '"0."0', "0%%", "0\u2030",
    "-General", "(General)", "(#,##0)", "0*7", "[Red]-0", "[=7]8;General", '[<10]"多";General',
    '[>5]"9";0', "0/1", "?/?", "0/5", "0.0,", '"7"7', 'General"0"', "[$5]General", "0_0\\0", '#"'
     "８" + '"', '"二十"', 'yyyy"年"', "[h]", '0e+0"1"', '0"①"', '0"/2"',
)  # fmt: skip
"""Formats that show 7 as another number or as other words."""
CODES_HIDDEN = (
    ";;;",
    "#,",
    '""',
    ";",
    "[White]0",
    "[Color2]General",
    "[>9]0;",
    "[Yellow]0",
    "_0",
    '" "',
    '"";"";""',
)
CODES_HONEST = (
    "General", "0", "0_ ", "0.00", "0.00_ ", "#,##0", "#,##0_ ", "#,##0.00", "#,##0.00_ ", "@",
    "0_);[Red]\\(0\\)", "0_);\\(0\\)", "#,##0_);[Red]\\(#,##0\\)", "#,##0.00_);[Red]\\(#,##0.00\\)",
    "#,##0;\\-#,##0", "#,##0;[Red]\\-#,##0", '"¥"#,##0;"¥"\\-#,##0', '"¥"#,##0.00;[Red]"¥"\\-#,##0.00',
    '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    '_ "¥"* #,##0_ ;_ "¥"* \\-#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    '_ [$¥-804]* #,##0.00_ ;_ [$¥-804]* \\-#,##0.00_ ;_ [$¥-804]* "-"??_ ;_ @_ ',
    "[$¥-804]#,##0.00", "[$$-409]#,##0", "[$€-2]\\ #,##0", "0;[Red]0", "0;-0;0", "0;-0;0;@",
    "General;-General", "General;[Red]-General", "G/通用格式", "G/標準", '0"件"', 'General"件"', '0"个"',
    '0"条"', '0"次"', "###0", "0.0", "##0.0E+0", "0.00E+00", "# ?/?", "# ??/??", "000", "[Blue]0",
    "[Black]General", "[Color10]0", "[$-804]General", "[DBNum1]General", "#,##0.0;-#,##0.0",
    "0 ", "?0", "??", "#,###", "[>=1000]#,##0;0", "[=0]0;General", '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    "#,##0\\ ", "0;-0;;@", "#,##0;-#,##0;-", "0;-0;-", '0;-0;"—"', "#", '#,##0;-#,##0;""',
)  # fmt: skip
FONTS_HONEST = {
    "bold": "<b/>" + ink('rgb="FF000000"'), "italic": "<i/>" + ink('rgb="FF000000"'),
    "underlined": "<u/>" + ink('rgb="FF1F3A5F"'), "struck through": "<strike/>" + ink('rgb="FF000000"'),
    "red": ink('rgb="FFFF0000"'), "green": ink('rgb="FF00B050"'), "blue": ink('rgb="FF0070C0"'),
    "orange": ink('rgb="FFFFC000"'), "grey 808080": ink('rgb="FF808080"'), "grey A6A6A6": ink('rgb="FFA6A6A6"'),
    "grey BFBFBF": ink('rgb="FFBFBFBF"'), "palette black": ink('indexed="8"'), "automatic": ink('auto="1"'),
    "system colour": ink('indexed="64"'), "theme text": ink('theme="1"'), "theme text, lighter":
    ink('theme="1" tint="0.499984740745262"'), "theme accent": ink('theme="4"'),
    "theme background, darker": ink('theme="0" tint="-0.249977111117893"'), "without colour": '<sz val="11"/>',
    "6 points": ink('rgb="FF000000"', "6"), "7 points": ink('rgb="FF000000"', "7"),
    "8 points": ink('rgb="FF000000"', "8"), "9 points": ink('rgb="FF000000"', "9"),
    "14 points": ink('rgb="FF000000"', "14"), "16 points": ink('rgb="FF000000"', "16"),
    "Times New Roman": '<sz val="11"/><name val="Times New Roman"/><family val="1"/>',
    "仿宋_GB2312": '<sz val="12"/><name val="仿宋_GB2312"/><charset val="134"/>',
    "superscript": '<vertAlign val="superscript"/><sz val="11"/>', "without size": '<name val="Arial"/>',
}  # fmt: skip
FILLS_HONEST = {
    "yellow": solid('rgb="FFFFFF00"'), "green": solid('rgb="FF92D050"'), "orange": solid('rgb="FFFFC000"'),
    "grey": solid('rgb="FFD9D9D9"'), "theme": solid('theme="0" tint="-0.149"'), "palette": solid('indexed="43"'),
    "light red": solid('rgb="FFFFC7CE"'), "system": solid('indexed="65"'),
    "dotted": '<patternFill patternType="gray125"/>',
    "hatched": '<patternFill patternType="lightGray"><fgColor rgb="FFCCCCCC"/></patternFill>',
    "none": '<patternFill patternType="none"/>',
    "gradient": '<gradientFill degree="90"><stop position="0"><color rgb="FFFFFFFF"/></stop>'
    '<stop position="1"><color rgb="FFDDEBF7"/></stop></gradientFill>',
}  # fmt: skip
ALIGN_HONEST = ('horizontal="left"', 'horizontal="right"', 'horizontal="center" vertical="bottom"',
                'horizontal="general"', 'horizontal="left" indent="2"', 'wrapText="1"', 'shrinkToFit="1"',
                'horizontal="distributed"', 'textRotation="45"')  # fmt: skip


# ── forged ────────────────────────────────────────────────────────────────────────────────────────

Forged = Mapping[str, tuple[str, tuple[str, ...], Make]]


@cache
def forged() -> Forged:
    """Return every forged look."""
    d7, j7, e6, head = "表三 D7", "表三 J7", "表三 E6", "发布表三 D5"
    on = partial(partial, look, "表三", TYPED)
    found = {f"format {code}": ("error", (d7,), on(code=code)) for code in CODES_OTHER}
    found |= {f"hiding format {code}": ("warning", (d7,), on(code=code)) for code in CODES_HIDDEN}
    return (
        found
        | _cells(on, d7)
        | _locked(j7, e6, head)
        | _conditions(d7, j7)
        | _boxes(d7)
        | _sheets()
    )


def _cells(on: Callable[..., Make], d7: str) -> dict[str, tuple[str, tuple[str, ...], Make]]:
    """Return forged looks of a typed cell, by its font, fill and alignment."""
    black = ink('rgb="FF000000"')
    fonts = {
        "white": ink('rgb="FFFFFFFF"'), "nearly white": ink('rgb="FFF0F0F0"'), "1 point": ink('rgb="FF000000"', "1"),
        "5 points": ink('rgb="FF000000"', "5"), "no size at all": ink('rgb="FF000000"', "0"),
        "palette white": ink('indexed="9"'), "theme white": ink('theme="0"'),
        "theme text, tinted white": ink('theme="1" tint="1"'), "system back": ink('indexed="65"'),
        "Wingdings": '<sz val="11"/><name val="Wingdings"/>', "Webdings": '<sz val="11"/><name val="WEBDINGS"/>',
        "set of symbols": '<sz val="11"/><name val="Arial"/><charset val="2"/>',
    }  # fmt: skip
    seen = {f"font {name}": ("warning", (d7,), on(font=font)) for name, font in fonts.items()}
    fills = {
        "black on black": (black, solid('rgb="FF000000"')), "red on red": (ink('rgb="FFFF0000"'), solid('rgb="FFFA0505"')),
        "black on no colour": (black, '<patternFill patternType="solid"/>'),
        "theme on theme": (ink('theme="4"'), solid('theme="4"')),
        "palette on palette": (ink('indexed="43"'), solid('indexed="26"')),
        "gradient": (black, f"<gradientFill>{DARK}</gradientFill>"),
    }  # fmt: skip
    seen |= {
        f"fill {name}": ("warning", (d7,), on(font=f, fill=b)) for name, (f, b) in fills.items()
    }
    seen["repeated"] = ("error", (d7,), on(align='horizontal="fill"'))
    seen["indented out of the cell"] = (
        "warning",
        (d7,),
        on(align='horizontal="left" indent="200"'),
    )
    seen["larger than its row"] = ("warning", (d7,), on(font=ink('rgb="FF000000"', "200")))
    for name, code, more in (("leading zeros", "0200", "200"), ("blanks", " 200 ", "200")):
        seen[f"format number with {name}"] = ("error", (d7,), partial(numbered, code, more))
    seen["of its named style"] = ("error", (d7,), inherited)
    return seen


def numbered(declared: str, used: str) -> bytes:
    """Return the return with a format that is declared and used under two spellings of a number."""
    made = dict(unpack(look("表三", TYPED, code='"70"')))
    xml = (
        made[STYLES]
        .decode()
        .replace('numFmtId="300" formatCode', f'numFmtId="{declared}" formatCode')
    )
    return pack(made | {STYLES: xml.replace('numFmtId="300"', f'numFmtId="{used}"').encode()}, 0)


def inherited() -> bytes:
    """Return the return with a format that only the cell's named style has."""
    made = dict(unpack(look("表三", TYPED, code='"70"')))
    xml, number = listed(
        made[STYLES].decode(), "cellStyleXfs", '<xf numFmtId="300" fontId="0" fillId="0"/>'
    )
    first, _, rest = xml.partition("<cellXfs")
    rest = rest.replace('numFmtId="300"', "", 1).replace("<cellXfs", "")
    xml = f"{first}<cellXfs{rest}"
    last = xml[: xml.index("</cellXfs>")].rpartition("<xf ")
    xml = xml.replace(
        f"<xf {last[2]}",
        f"<xf {re.sub(r'xfId=.[0-9]+.', f'xfId={chr(34)}{number}{chr(34)}', last[2])}",
        1,
    )
    return pack(made | {STYLES: xml.encode()}, 0)


def _locked(j7: str, e6: str, head: str) -> dict[str, tuple[str, tuple[str, ...], Make]]:
    """Return forged looks of labels, totals, published cells and status lines."""
    label, total = partial(partial, look, "表三", LABEL), partial(partial, look, "表三", TOTAL)
    show = partial(partial, look, "发布表三", "D5")
    white = ink('rgb="FFFFFFFF"')
    return {
        "label replaced by its format": ("error", (e6,), label(code=';;;"科研机构"')),
        "label with words more": ("error", (e6,), label(code='@"（含）"')),
        "label with words before": ("error", (e6,), label(code='General;General;General;"非"@')),
        "label hidden by its format": ("warning", (e6,), label(code=";;;")),
        "label written in white": ("warning", (e6,), label(code="[White]@", fill=solid('rgb="FFFFFFFF"'))),
        "label as light as its fill": ("warning", (e6,), label(font=ink('rgb="FFE4EBF4"'))),
        "label of 1 point": ("warning", (e6,), label(font=ink('rgb="FF000000"', "1"))),
        "label struck through": ("warning", (e6,), label(font="<strike/>" + ink('rgb="FF000000"'))),
        "label in symbols": ("warning", (e6,), label(font='<sz val="11"/><name val="Wingdings 3"/>')),
        "label of a row in pieces": ("error", ("表三 A7",), partial(
            rich, "A7", run("一、本年") + run("新收", ink('rgb="FFFFFFFF"', "1")) + run("政府信息公开申请数量"))),
        "label of a head in pieces": ("error", (e6,), partial(
            rich, "E6", run("商业", '<sz val="0.5"/>') + run("企业"))),
        "label all white pieces": ("warning", (e6,), partial(
            rich, "E6", run("商业企业", ink('theme="0"') + '<rFont val="Arial"/>'))),
        "label with a struck piece": ("warning", (e6,), partial(
            rich, "E6", run("商业", "<strike/>") + run("企业"))),
        "total of other words": ("error", (j7,), total(code='"80"')),
        "total moved": ("error", (j7,), total(code='0"0"')),
        "total in white": ("warning", (j7,), total(font=white, fill=solid('rgb="FFFFFFFF"'))),
        "total hidden": ("warning", (j7,), total(code=";;;")),
        "total that lies on other days": ("warning", (j7,), total(code='[=7]"70";General')),
        "total as percent": ("error", (j7,), total(code="0%")),
        "total as a day": ("error", (j7,), total(code="yyyy-mm-dd")),
        "published number of other words": ("error", (head,), show(code='"70"')),
        "published number in white": ("warning", (head,), show(font=white)),
        "published number in thousands": ("error", (head,), show(code='0","')),
        "published head swapped": ("error", ("发布表三 E4",), partial(look, "发布表三", "E4", code=';;;"科研机构"')),
        "published head in white": ("warning", ("发布表三 E4",), partial(look, "发布表三", "E4", font=white)),
        "status line in white": ("warning", ("表三 A1",), partial(
            look, "表三", "A1", font=white, fill=solid('rgb="FFFFFFFF"'))),
        "cover's state in white": ("warning", ("填报说明 E5",), partial(look, "填报说明", "E5", font=white)),
        "declaration's words in white": ("warning", ("表三 A2",), partial(look, "表三", "A2", font=white)),
        "a paragraph with a white piece": ("error", ("总体情况 A4",), partial(
            rich, "A4", run("第一段") + run("另有三十件", ink('rgb="FFFFFFFF"')), "总体情况")),
    }  # fmt: skip


def _conditions(d7: str, j7: str) -> dict[str, tuple[str, tuple[str, ...], Make]]:
    """Return forged conditional formats."""
    code = '<numFmt numFmtId="301" formatCode="{}"/>'
    seventy, white = code.format("&quot;70&quot;"), f"<font>{WHITE}</font>"
    when = 'type="expression"><formula>{}</formula>'
    one = '<x14:cfRule type="{}" priority="1">{}</x14:cfRule>'
    return {
        "condition shows another number": ("error", (d7,), partial(condition, TYPED, seventy)),
        "condition on a column": ("error", (d7,), partial(condition, "D1:D40", seventy)),
        "condition on many ranges": ("error", (d7,), partial(condition, "A40 C1:C3 D7:E8", seventy)),
        "condition on a total": ("error", (j7,), partial(condition, TOTAL, seventy)),
        "condition that may hold": ("warning", (d7,), partial(condition, TYPED, seventy, when.format("LEN(D7)=1"))),
        "condition that holds by number": ("error", (d7,), partial(condition, TYPED, seventy, when.format("D7=7"))),
        "condition on what the cell is": ("error", (d7,), partial(
            condition, TYPED, seventy, 'type="cellIs" operator="between"><formula>5</formula><formula>9</formula>')),
        "condition that hides": ("warning", (d7,), partial(condition, TYPED, code.format(";;;"))),
        "condition in white": ("warning", (d7,), partial(condition, TYPED, white)),
        "condition of one colour": ("warning", (d7,), partial(
            condition, TYPED, f'<font>{WHITE}</font><fill><patternFill><bgColor rgb="FFFFFFFF"/></patternFill></fill>')),
        "condition as dark as the ink": ("warning", (d7,), partial(
            condition, TYPED, '<fill><patternFill><bgColor rgb="FF1F3A5F"/></patternFill></fill>')),
        "condition on a label": ("error", ("表三 E6",), partial(
            condition, LABEL, code.format(";;;&quot;科研机构&quot;"))),
        "condition hides a published number": ("warning", ("发布表三 D5",), partial(
            condition, "D5", white, "", "发布表三")),
        "icons without the number": ("warning", (d7,), partial(
            scaled, TYPED, f'<iconSet iconSet="3Flags" showValue="0">{THREE}</iconSet>', "iconSet")),
        "bar without the number": ("warning", (d7,), partial(
            scaled, TYPED, f'<dataBar showValue=" false ">{VALUES}<color rgb="FF638EC6"/></dataBar>', "dataBar")),
        "bar of the number's colour": ("warning", (d7,), partial(
            scaled, TYPED, f'<dataBar>{VALUES}<color rgb="FF1F3A5F"/></dataBar>', "dataBar")),
        "scale of the number's colour": ("warning", (d7,), partial(
            scaled, TYPED, f'<colorScale>{VALUES}<color rgb="FF1F3A5F"/><color rgb="FF203B60"/></colorScale>',
            "colorScale")),
        "newer icons without the number": ("warning", (d7,), partial(
            modern, TYPED, one.format("iconSet", '<x14:iconSet iconSet="3Stars" showValue="0"/>'))),
        "newer condition shows another number": ("error", (d7,), partial(modern, TYPED, one.format(
            "expression", f"<xm:f>TRUE</xm:f><x14:dxf>{seventy}</x14:dxf>"))),
        "newer condition in white": ("warning", (d7,), partial(modern, TYPED, one.format(
            "expression", f"<xm:f>TRUE</xm:f><x14:dxf>{white}</x14:dxf>"))),
    }  # fmt: skip


def _boxes(d7: str) -> dict[str, tuple[str, tuple[str, ...], Make]]:
    """Return boxes drawn over cells."""
    picture = (
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="p"/></xdr:nvPicPr><xdr:spPr/></xdr:pic>'
    )
    chart = '<xdr:graphicFrame macro=""><a:graphic/></xdr:graphicFrame>'
    group = f"<xdr:grpSp>{shape('70')}</xdr:grpSp>"
    one = ("<xdr:oneCellAnchor><xdr:from><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>6</xdr:row>"
           f'<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="500000" cy="280000"/>{shape("70")}'
           "<xdr:clientData/></xdr:oneCellAnchor>")  # fmt: skip
    free = ('<xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="15000000" cy="15000000"/>'
            f'{shape("")}<xdr:clientData/></xdr:absoluteAnchor>')  # fmt: skip
    return {
        "text box": ("warning", (d7,), partial(drawn, anchored(shape("70"), *ON_D7))),
        "text box without a fill": ("warning", (d7,), partial(drawn, anchored(shape("70", "<a:noFill/>"), *ON_D7))),
        "empty white box": ("warning", (d7,), partial(drawn, anchored(shape(), *ON_D7))),
        "picture": ("warning", (d7,), partial(drawn, anchored(picture, *ON_D7))),
        "chart": ("warning", (d7,), partial(drawn, anchored(chart, *ON_D7))),
        "group of boxes": ("warning", (d7,), partial(drawn, anchored(group, *ON_D7))),
        "box of a size": ("warning", (d7,), partial(drawn, one)),
        "box over the whole table": ("warning", (d7, "表三 J7"), partial(drawn, free)),
        "box over a head": ("warning", ("表三 E6",), partial(drawn, anchored(shape("科研"), (4, 5), (5, 6)))),
        "box that starts a program": ("error", ("表三 -",), partial(
            drawn, anchored(shape("", "<a:noFill/>", macro="[0]!Press"), *BESIDE))),
        "open note": ("warning", (d7,), partial(noted, "<x:Visible/>")),
        "old shape": ("warning", (d7,), partial(noted, "", kind="Rect")),
        "old shape that starts a program": ("error", ("表三 -",), partial(
            noted, "<x:FmlaMacro>[0]!A</x:FmlaMacro>", kind="Note")),
    }  # fmt: skip


def _sheets() -> dict[str, tuple[str, tuple[str, ...], Make]]:
    """Return sizes, merges, print areas, themes, and words that no program writes."""
    row7 = r'<row r="7" ht="[^"]*" customHeight="1"'
    format_ = "<sheetFormatPr [^>]*/>"
    seven, column = ("表三 A7",), ("表三 D1",)
    heights = ("5", ".5", "0.", "0", "1e0", " 5.9 ", "-3", "INF", "0x0", "5pt")
    widths = ("1.9", ".0", "0.", "1e-3", "abc")
    words = (" 1 ", "true&#10;", "&#9;true", "t", "2", "yes", "TRUE")
    col4 = r'<col width="[^"]*" customWidth="1" min="4"'
    found = {f"row {h} high": ("warning", seven, partial(page, "表三", (row7, f'<row r="7" ht="{h}"')))
             for h in heights}  # fmt: skip
    found |= {f"column {w} wide": ("warning", column, partial(page, "表三", (col4, f'<col width="{w}" min="4"')))
              for w in widths}  # fmt: skip
    found |= {f"row hidden={w!r}": ("warning", seven, partial(page, "表三", (row7, f'<row r="7" ht="22" hidden="{w}"')))
              for w in words}  # fmt: skip
    found |= {f"column hidden={w!r}": ("warning", column, partial(
        page, "表三", (col4, f'<col width="9" hidden="{w}" min="4"'))) for w in words}  # fmt: skip
    bare = (row7, '<row r="7"')
    merge = "<mergeCells[^>]*>"
    return found | {
        "rows low by default": ("warning", seven, partial(
            page, "表三", bare, (format_, '<sheetFormatPr defaultRowHeight=".5" customHeight="1"/>'))),
        "rows hidden by default": ("warning", seven, partial(
            page, "表三", bare, (format_, '<sheetFormatPr defaultRowHeight="15" zeroHeight=" true "/>'))),
        "columns narrow by default": ("warning", ("表三 A1",), partial(
            page, "表三", ("<cols>.*?</cols>", ""), (format_, '<sheetFormatPr defaultColWidth="1" defaultRowHeight="15"/>'))),
        "columns of no digits by default": ("warning", ("表三 A1",), partial(
            page, "表三", ("<cols>.*?</cols>", ""), (format_, '<sheetFormatPr baseColWidth="0" defaultRowHeight="15"/>'))),
        "row of a published sheet": ("warning", ("发布表三 A5",), partial(
            page, "发布表三", ('<row r="5" ht="[^"]*"', '<row r="5" ht="2"'))),
        "number too wide for its column": ("warning", ("表二 B6",), wide),
        "merge of two heads": ("error", ("表三 F6",), partial(
            page, "表三", (merge, '<mergeCells><mergeCell ref="E6:F6"/>'))),
        "merge of two row labels": ("error", ("表三 A8",), partial(
            page, "表三", (merge, '<mergeCells><mergeCell ref="A7:A8"/>'))),
        "merge of published numbers": ("error", ("发布表三 E5",), partial(
            page, "发布表三", (merge, '<mergeCells><mergeCell ref="D5:E5"/>'))),
        "merge of published heads": ("error", ("发布表三 F4",), partial(
            page, "发布表三", (merge, '<mergeCells><mergeCell ref="E4:F4"/>'))),
        "all merges undone": ("warning", ("表三 A4",), partial(
            page, "表三", ("<mergeCells.*?</mergeCells>", ""))),
        "print area without rows": ("warning", ("发布表三 A5",), partial(area, 9, "'发布表三'!$A$1:$J$4")),
        "print area by a formula": ("warning", ("发布表三 A1",), partial(
            area, 9, "OFFSET('发布表三'!$A$1,0,0,4,9)")),
        "frozen below the first rows": (
            "warning",
            ("表三 A1", "表三 A7"),
            partial(
                page,
                "表三",
                ('workbookViewId="0">', 'topLeftCell="A8" workbookViewId="0">'),
            ),
        ),
        "theme white on white": ("warning", (), partial(themed, "FFFFFF", "FFFFFF")),
        "theme light on white": ("warning", (), partial(themed, "FFFFFF", "EEEEEE")),
    }  # fmt: skip


def wide() -> bytes:
    """Return the return with a number of nine digits in a column of four."""
    made = edited(filled(), "表二", cell("B6", "<v>123456789</v>"))
    return edited(
        made,
        "表二",
        lambda xml: re.sub(
            '<col width="[^"]*" customWidth="1" min="2"',
            '<col width="4" customWidth="1" min="2"',
            xml,
        ),
    )


# ── honest ────────────────────────────────────────────────────────────────────────────────────────


@cache
def honest() -> Mapping[str, Make]:
    """Return every honest look: of a typed cell with a number, and with a 0."""
    on, zero = partial(partial, look, "表三", TYPED), partial(partial, look, "表三", ZERO)
    found = {f"format {code}": on(code=code) for code in CODES_HONEST}
    found |= {f"format {code} on 0": zero(code=code) for code in CODES_HONEST}
    found |= {f"font {name}": on(font=font) for name, font in FONTS_HONEST.items()}
    found |= {f"fill {name}": on(fill=fill) for name, fill in FILLS_HONEST.items()}
    found |= {f"alignment {align}": on(align=align) for align in ALIGN_HONEST}
    found["white 0"] = zero(font=ink('rgb="FFFFFFFF"'))
    found["label in bold and red"] = partial(
        look, "表三", LABEL, font="<b/>" + ink('rgb="FFFF0000"')
    )
    found["total with group signs"] = partial(look, "表三", TOTAL, code="#,##0_ ")
    found["total on yellow"] = partial(look, "表三", TOTAL, fill=FILLS_HONEST["yellow"])
    return found | _habits()


def _habits() -> dict[str, Make]:
    """Return honest settings of sheets: sizes, views, colours by content, notes, pictures beside."""
    grey = '<font><color rgb="FFBFBFBF"/></font>'
    view = "<sheetView [^>]*>"
    rows = r'(<row r="7") ht="[^"]*"'
    three = '<color rgb="FFF8696B"/><color rgb="FF63BE7B"/>'
    return {
        **{f"row {h} high": partial(page, "表三", (rows, rf'\1 ht="{h}"')) for h in ("6", "9.75", "15", "48")},
        **{f"column {w} wide": partial(page, "表三", ('<col width="[^"]*" customWidth="1" min="4"',
                                                     f'<col width="{w}" min="4"'))
           for w in ("2.5", "3", "8.38", "40")},
        "row not hidden": partial(page, "表三", ('<row r="7"', '<row r="7" hidden="0"')),
        "row hidden=false": partial(page, "表三", ('<row r="7"', '<row r="7" hidden=" false "')),
        "column not hidden": partial(page, "表三", ('min="4"', 'hidden="false" min="4"')),
        "zeros switched off": partial(page, "表三", (view, '<sheetView showZeros="0" workbookViewId="0">')),
        "zeros switched on": partial(page, "表三", (view, '<sheetView showZeros=" 1 " workbookViewId="0">')),
        "from right to left": partial(page, "表三", (view, '<sheetView rightToLeft="1" workbookViewId="0">')),
        "default sizes": partial(page, "表三", ("<sheetFormatPr [^>]*/>",
                                               '<sheetFormatPr defaultColWidth="9" defaultRowHeight="13.5"/>')),
        "zeros in grey by condition": partial(
            condition, "D7:I31", grey, 'type="cellIs" operator="equal"><formula>0</formula>'),
        "zeros in white by condition": partial(
            condition, "D7:I31", f"<font>{WHITE}</font>", 'type="cellIs" operator="equal"><formula>0</formula>'),
        "large numbers in bold by condition": partial(
            condition, "D7:I31", '<font><b/><color rgb="FFC00000"/></font>', 'type="top10" rank="3">'),
        "condition that never holds": partial(
            condition, TYPED, '<numFmt numFmtId="301" formatCode="&quot;70&quot;"/>',
            'type="cellIs" operator="greaterThan"><formula>1000</formula>'),
        "condition with group signs": partial(condition, TYPED, '<numFmt numFmtId="301" formatCode="#,##0"/>'),
        "condition with a border": partial(condition, TYPED, '<border><left style="thin"><color rgb="FFFFFFFF"/></left></border>'),
        "colour scale": partial(scaled, "D7:I31", f"<colorScale>{VALUES}{three}</colorScale>", "colorScale"),
        "bars": partial(scaled, "D7:I31", f'<dataBar>{VALUES}<color rgb="FF9BC2E6"/></dataBar>', "dataBar"),
        "icons": partial(scaled, "D7:I31", f'<iconSet iconSet="3Arrows">{THREE}</iconSet>', "iconSet"),
        "newer bars": partial(modern, "D7:I31", '<x14:cfRule type="dataBar"><x14:dataBar><x14:fillColor '
                              'rgb="FF9BC2E6"/></x14:dataBar></x14:cfRule>'),
        "picture beside the table": partial(drawn, anchored(shape("公章"), *BESIDE)),
        "ellipse around a number": partial(drawn, anchored(shape("", "<a:noFill/>"), *ON_D7)),
        "arrow to a number": partial(drawn, anchored('<xdr:cxnSp macro=""><xdr:spPr/></xdr:cxnSp>', *ON_D7)),
        "year with its word": partial(look, "填报说明", "B7", code='0"年度"'),
        "number of the sending in words": partial(look, "填报说明", "B10", code='"第"0"次"'),
        "hidden shape": partial(drawn, anchored(shape("70", more=' hidden="1"', fill="<a:noFill/>").replace(
            "<a:t>70</a:t>", "<a:t/>"), *ON_D7)),
        "closed note": partial(noted, "", "visibility:hidden"),
        "note that is not open": partial(noted, "<x:Visible>False</x:Visible>"),
        "drawing nobody can parse": partial(with_part, "drawing", "drawings/drawing1.xml", "<a"),
        "print area of an input sheet": partial(area, 3, "表三!$A$3:$J$31"),
        "print area of all": partial(area, 9, "'发布表三'!$A:$J"),
        "print areas in two pieces": partial(area, 9, "'发布表三'!$A$1:$J$15,'发布表三'!$16:$40"),
        "another theme": partial(themed, "FFFFFF", "44546A"),
        "label in pieces of fonts": partial(rich, "E6", run("商业", '<rFont val="宋体"/><sz val="10.5"/><b/>') + run("企业")),
        "paragraph in colours": partial(
            rich, "A4", run("第一段", ink('rgb="FFC00000"')) + run("，加粗", "<b/>"), "总体情况"),
        "days since 1904, plainly": partial(book, "<workbookPr[^>]*/>", '<workbookPr date1904="false"/>'),
    }  # fmt: skip
