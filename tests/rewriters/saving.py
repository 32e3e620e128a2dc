"""Writes a workbook of ours again, as after opening, calculating and saving in another program."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from xml.sax.saxutils import escape, quoteattr

from .caches import Cached, caches, double
from .habits import CORE, RICH, Habits

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument."
_M = f"{{{MAIN}}}"
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_QUOTED = re.compile(r"'([^\W\d][\w.]*)'!")
_RELATIVE = re.compile(r'"[^"]*"|(?<![\w$.])([A-Z]{1,3})(\d+)(?![\w(!])')
_AT = re.compile("([A-Z]+)([0-9]+)")


@dataclass(slots=True)
class Saving:
    """A workbook being written: its parts, its shared strings, the new numbers of cell styles."""

    habits: Habits
    rng: Random
    parts: dict[str, bytes]
    results: dict[tuple[str, str], Cached]
    styles: dict[str, str] = field(default_factory=dict)
    strings: dict[str, int] = field(default_factory=dict)
    chain: list[str] = field(default_factory=list)
    used: int = 0


def saved(source: bytes, habits: Habits, seed: int) -> bytes:
    """Return the workbook as a program with these habits saves it."""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rng = Random(f"{habits.name} {seed}")  # noqa: S311 - reproducible, no secret
    it = Saving(habits, rng, parts, caches(source))
    it.styles = _styles(it)
    book = ET.fromstring(parts["xl/workbook.xml"])
    sheets = [dict(sheet.items()) for sheet in book.iter(f"{_M}sheet")]
    names = {int(one[f"{{{LINKS}}}id"].removeprefix("rId")): one["name"] for one in sheets}
    for number, name in names.items():
        part = f"xl/worksheets/sheet{number}.xml"
        _put(it, part, _sheet(it, ET.fromstring(parts[part]), name, number))
        if habits.printer:
            parts[f"xl/printerSettings/printerSettings{number}.bin"] = b"\0" * 64
            target = f"../printerSettings/printerSettings{number}.bin"
            links = _links({"rId1": ("printerSettings", target)})
            _put(it, f"xl/worksheets/_rels/sheet{number}.xml.rels", links)
    _book(it, book, list(names.values()))
    return _packed(it)


def _put(it: Saving, name: str, content: str) -> None:
    """Store a part; elements of the main namespace get the writer's prefix."""
    if it.habits.prefix and f'xmlns="{MAIN}"' in content:
        content = re.sub(r"<(/?)(?=[A-Za-z]+[ />])", rf"<\1{it.habits.prefix}", content)
        content = content.replace(f'xmlns="{MAIN}"', f'xmlns:{it.habits.prefix[:-1]}="{MAIN}"')
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{it.habits.line}'
    it.parts[name] = (head + content).encode()


def _plain(element: ET.Element) -> str:
    """Return an element without declarations: its root has them."""
    name = element.tag.removeprefix(_M)
    given = "".join(
        f" {key.replace(f'{{{LINKS}}}', 'r:')}={quoteattr(value, {chr(10): '&#10;'})}"
        for key, value in element.attrib.items()
    )
    inner = _escaped(element.text or "") + "".join(map(_plain, element))
    return f"<{name}{given}>{inner}</{name}>" if inner else f"<{name}{given}/>"


# ── styles ────────────────────────────────────────────────────────────────────────────────────────


def _styles(it: Saving) -> dict[str, str]:
    """Write the styles in another order, some twice; return {old number: new number}."""
    root = ET.fromstring(it.parts["xl/styles.xml"])
    block = root.find(f"{_M}cellXfs")
    assert block is not None
    _, *rest = block
    order = list(enumerate(rest, 1))
    it.rng.shuffle(order)
    for element in rest:
        block.remove(element)
    for _, element in order:
        block.append(element)
    for element in it.rng.sample(rest, 5):
        block.append(element)
    block.set("count", str(len(block)))
    for style in root.iter(f"{_M}cellStyle"):
        style.set("name", it.habits.normal)
    inner = "".join(map(_plain, root))
    _put(it, "xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{inner}</styleSheet>')
    return {"0": "0"} | {str(old): str(new) for new, (old, _) in enumerate(order, 1)}


# ── sheets ────────────────────────────────────────────────────────────────────────────────────────


def _sheet(it: Saving, root: ET.Element, name: str, number: int) -> str:
    """Return a sheet, rewritten."""
    h = it.habits
    uid = f' xr:uid="{{00000000-0001-0000-{number - 1:02X}00-000000000000}}"' if h.uids else ""
    links = f'xmlns="{MAIN}" xmlns:r="{LINKS}"'
    pieces = [f"<worksheet {' '.join(filter(None, (links, h.namespaces)))}{uid}>"]
    for element in root:
        tag = element.tag.removeprefix(_M)
        if tag == "sheetPr":
            pieces.append(_plain(element) or h.sheet)
        elif tag == "dimension":
            pieces.append(f'<dimension ref="{h.box or element.get("ref")}"/>')
        elif tag == "sheetViews":
            pieces.append(_views(it, element, number))
        elif tag == "sheetFormatPr":
            pieces.append(h.format)
        elif tag == "cols":
            pieces.append(_columns(it, element))
        elif tag == "sheetData":
            pieces.append(_data(it, element, name, number))
        else:
            pieces.append(_around(it, element, tag))
    ends = "" if any("<headerFooter" in piece for piece in pieces) else h.closing
    return f"{''.join(pieces)}{ends}</worksheet>"


def _views(it: Saving, element: ET.Element, number: int) -> str:
    """Return the views after use: another cell, another zoom."""
    view = element[0]
    view.set("zoomScale", str(it.rng.choice((70, 85, 100, 130))))
    if number == 1:
        view.set("tabSelected", "1")
    for selection in view.iter(f"{_M}selection"):
        at = f"B{it.rng.randint(1, 40)}"
        selection.set("activeCell", at)
        selection.set("sqref", at)
    return _plain(element)


def _columns(it: Saving, element: ET.Element) -> str:
    """Return the columns, equal ones merged, wider or narrower by a pixel."""
    runs: list[list[str]] = []
    for column in element:
        width = f"{float(column.get('width', '9')) + 0.7109375:.{it.habits.width}g}"
        if runs and runs[-1][2] == width:
            runs[-1][1] = column.get("max", "")
        else:
            runs.append([column.get("min", ""), column.get("max", ""), width])
    inner = "".join(f'<col min="{a}" max="{b}" width="{w}" customWidth="1"/>' for a, b, w in runs)
    return f"<cols>{inner}</cols>"


def _around(it: Saving, element: ET.Element, tag: str) -> str:
    """Return an element beside the cell data, in the program's form."""
    h = it.habits
    if tag == "pageSetup" and h.printer:
        element.set(f"{{{LINKS}}}id", "rId1")
    if tag == "sheetProtection":
        kept = {n: v for n, v in element.attrib.items() if n == "sheet" or v == "0"}
        element.attrib.clear()
        element.attrib.update({**kept, "objects": "1", "scenarios": "1"})
    after = '<phoneticPr fontId="1" type="noConversion"/>' if h.phonetic else ""
    return _plain(element) + (after if tag == "mergeCells" else "")


def _data(it: Saving, data: ET.Element, sheet: str, number: int) -> str:
    """Return the rows; formulas that repeat from row to row are shared."""
    formulas = _formulas(data)
    it.chain += [f'<c r="{at}" i="{number}"/>' for at in formulas]
    results = {at: _result(it, sheet, at) for at in formulas}
    rows = []
    for row in data:
        own = {n: row.get(n, "") for n in ("s", "customFormat", "ht", "customHeight") if row.get(n)}
        if "s" in own:
            own["s"] = it.styles[own["s"]]
        given = [f' {name}="{value}"' for name, value in own.items()]
        spans = [f' spans="1:{max(1, len(row))}"']
        attributes = "".join([*spans, *given] if it.habits.spans_first else [*given, *spans])
        inner = "".join(_cell(it, cell, formulas, results) for cell in row)
        rows.append(f'<row r="{row.get("r")}"{attributes}{it.habits.rows}>{inner}</row>')
    return f"<sheetData>{''.join(rows)}</sheetData>"


def _formulas(data: ET.Element) -> dict[str, str]:
    """Return {address: its formula element}; runs of a column are written once."""
    columns: dict[str, list[tuple[int, str]]] = {}
    for cell in data.iter(f"{_M}c"):
        formula = cell.find(f"{_M}f")
        if formula is not None:
            column, row = _AT.fullmatch(cell.get("r", "")).groups()  # type: ignore[union-attr]
            columns.setdefault(column, []).append((int(row), formula.text or ""))
    found: dict[str, str] = {}
    groups = 0
    for column, entries in columns.items():
        for run in _runs(entries):
            (first, text), last = run[0], run[-1][0]
            kind = f' t="shared" ref="{column}{first}:{column}{last}" si="{groups}"'
            found[f"{column}{first}"] = f"<f{kind if len(run) > 1 else ''}>{_spelt(text)}</f>"
            found |= {f"{column}{row}": f'<f t="shared" si="{groups}"/>' for row, _ in run[1:]}
            groups += len(run) > 1
    return found


def _runs(entries: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Return the formulas of a column in runs of the same formula, each one row further down."""
    runs: list[list[tuple[int, str]]] = []
    for row, text in entries:
        if runs and runs[-1][-1][0] == row - 1 and _one_down(runs[-1][-1][1]) == text:
            runs[-1].append((row, text))
        else:
            runs.append([(row, text)])
    return runs


def _one_down(formula: str) -> str:
    return _RELATIVE.sub(
        lambda match: f"{match[1]}{int(match[2]) + 1}" if match[1] else match[0], formula
    )


def _spelt(formula: str) -> str:
    """Return a formula as programs write it: no quotes where a name needs none."""
    return escape(_QUOTED.sub(r"\1!", formula))


def _cell(
    it: Saving, cell: ET.Element, formulas: dict[str, str], results: dict[str, Cached]
) -> str:
    """Return a cell: text as a shared string, a formula with its result."""
    at, style = cell.get("r", ""), it.styles[cell.get("s", "0")]
    head = f'<c r="{at}"' + (f' s="{style}"' if style != "0" else "")
    value = cell.findtext(f"{_M}v")
    if at in formulas:
        kind, shown = results[at]
        kind = f' t="{kind}"' if kind else ""
        return f"{head}{kind}>{formulas[at]}<v>{_escaped(shown)}</v></c>"
    if cell.get("t") == "inlineStr":
        text = "".join(part.text or "" for part in cell.iter(f"{_M}t"))
        return f'{head} t="s"><v>{_shared(it, _unescaped(text))}</v></c>'
    return f"{head}><v>{double(Decimal(value))}</v></c>" if value else f"{head}/>"


def _result(it: Saving, sheet: str, at: str) -> Cached:
    """Return a formula's result; live rows and status lines give words, numbers, at times #N/A."""
    others = (("str", ""), ("str", "待填"), ("", "0"), ("b", "1"), ("e", "#N/A"))
    return it.results.get((sheet, at)) or it.rng.choice(others)


def _unescaped(text: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def _escaped(text: str) -> str:
    """Return a text for XML; characters that XML cannot hold, and their escapes, are escaped."""
    return escape(_ESCAPED.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text))


def _t(text: str) -> str:
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{kept}>{_escaped(text)}</t>"


def _shared(it: Saving, text: str) -> int:
    """Return the number of a shared string; some have two fonts, some a phonetic reading."""
    it.used += 1
    chance = it.rng.random()
    item = _t(text)
    if len(text) > 1 and chance < 0.05:
        cut = it.rng.randrange(1, len(text))
        item = f"<r>{_t(text[:cut])}</r><r>{it.rng.choice(RICH)}{_t(text[cut:])}</r>"
    elif chance < 0.1:
        item += f'<rPh sb="0" eb="{len(text)}"><t>ヨミ</t></rPh>'
    if it.habits.phonetic:
        item += '<phoneticPr fontId="1" type="noConversion"/>'
    return it.strings.setdefault(f"<si>{item}</si>", len(it.strings))


# ── the workbook around them ──────────────────────────────────────────────────────────────────────


def _book(it: Saving, book: ET.Element, names: list[str]) -> None:
    """Write the workbook part, its links, strings, properties and content types."""
    h = it.habits
    links = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)}
    more = [("theme", "theme/theme1.xml"), ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml")]  # fmt: skip
    more += [("calcChain", "calcChain.xml")] if h.chain else []
    links |= {f"rId{len(names) + i}": link for i, link in enumerate(more, 1)}
    _put(it, "xl/_rels/workbook.xml.rels", _links(dict(reversed(links.items()))))
    count = f'count="{it.used}"' + (f' uniqueCount="{len(it.strings)}"' if h.counted else "")
    _put(it, "xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" {count}>{"".join(it.strings)}</sst>')
    if h.chain:
        _put(it, "xl/calcChain.xml", f'<calcChain xmlns="{MAIN}">{"".join(it.chain)}</calcChain>')
    protection = "".join(_plain(one) for one in book if one.tag == f"{_M}workbookProtection")
    sheets = "".join(
        _plain(sheet).replace(' state="visible"', "") for sheet in book.iter(f"{_M}sheet")
    )
    defined = sorted(book.iter(f"{_M}definedName"), key=lambda one: one.get("name", "").casefold())
    defined_names = "".join(map(_plain, defined))
    views = h.views.format(active=it.rng.randrange(len(names) - 1))
    root = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}" {h.root}'.rstrip() + ">"
    content = (
        f"{root}{h.head}{protection}<bookViews>{views}</bookViews><sheets>{sheets}</sheets>"
        f"<definedNames>{defined_names}</definedNames>{h.calc}{h.tail}</workbook>"
    )
    _put(it, "xl/workbook.xml", content)
    _properties(it, names)
    _types(it)


def _links(links: dict[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{ident}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for ident, (kind, target) in links.items()
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{package}">{inner}</Relationships>'


def _properties(it: Saving, names: list[str]) -> None:
    """Write the program's own properties and keep the custom ones, with the program's beside."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006"
    listed = "".join(f"<vt:lpstr>{escape(name)}</vt:lpstr>" for name in names)
    titles = (
        '<HeadingPairs><vt:vector size="2" baseType="variant"><vt:variant><vt:lpstr>工作表'
        f"</vt:lpstr></vt:variant><vt:variant><vt:i4>{len(names)}</vt:i4></vt:variant></vt:vector>"
        f'</HeadingPairs><TitlesOfParts><vt:vector size="{len(names)}" baseType="lpstr">{listed}'
        "</vt:vector></TitlesOfParts>"
    )
    kinds = f'xmlns:vt="{office}/docPropsVTypes"'
    app = it.habits.app.format(titles=titles)
    root = f'<Properties xmlns="{office}/extended-properties" {kinds}>'
    _put(it, "docProps/app.xml", f"{root}{app}</Properties>")
    _put(it, "docProps/core.xml", CORE)
    vt = f"{{{office}/docPropsVTypes}}lpwstr"
    old = ET.fromstring(it.parts["docProps/custom.xml"])
    given = {one.get("name", ""): one.findtext(vt) or "" for one in old} | it.habits.custom
    inner = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" '
        f"name={quoteattr(name)}><vt:lpwstr>{_escaped(text)}</vt:lpwstr></property>"
        for pid, (name, text) in enumerate(given.items(), 2)
    )
    root = f'<Properties xmlns="{office}/custom-properties" {kinds}>'
    _put(it, "docProps/custom.xml", f"{root}{inner}</Properties>")


def _types(it: Saving) -> None:
    """Write the content types: the old ones, and those of added parts."""
    text = it.parts["[Content_Types].xml"].decode()
    text = text.partition("?>")[2].strip()
    more = {"sharedStrings": "sharedStrings", "calcChain": "calcChain"}
    added = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{TYPES}spreadsheetml.{kind}+xml"/>'
        for name, kind in more.items()
        if f"xl/{name}.xml" in it.parts
    )
    if it.habits.printer:
        kind = f"{TYPES}spreadsheetml.printerSettings"
        text = text.replace(
            "<Default", f'<Default Extension="bin" ContentType="{kind}"/><Default', 1
        )
    _put(it, "[Content_Types].xml", text.replace("</Types>", f"{added}</Types>"))


def _packed(it: Saving) -> bytes:
    """Return the parts as a zip, some programs with entries for its folders."""
    folders = sorted({f"{name.rpartition('/')[0]}/" for name in it.parts if "/" in name})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(it.parts, key=lambda name: (name != "[Content_Types].xml", name)):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), it.parts[name],
                             zipfile.ZIP_DEFLATED)  # fmt: skip
        for folder in folders if it.habits.folders else ():
            archive.writestr(zipfile.ZipInfo(folder, (1980, 1, 1, 0, 0, 0)), b"")
    return out.getvalue()
