"""Documents in WordprocessingML: paragraphs, tables, charts that can be edited, page numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from .. import __version__
from .container import HEAD, escaped, quoted, stored

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    f' xmlns:r="{_OFFICE}/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
_LATIN = "Times New Roman"
_EMU, _TWIPS = 36000, 56.7
"""Units of drawings and of pages in a millimetre."""
PAGE, MARGINS = (210.0, 297.0), (30.0, 26.0, 25.0, 28.0)
"""A4, its text as wide as GB/T 9704 has it; margins in mm: top, right, bottom, left."""
WIDTH = PAGE[0] - MARGINS[1] - MARGINS[3]


@dataclass(frozen=True, slots=True)
class Style:
    """A style of paragraphs: font for Chinese, size in points, line height in points.

    indent: of the first line, in characters. before, after: points.
    """

    name: str
    font: str
    size: float
    line: float
    bold: bool = False
    across: str = "both"
    indent: int = 0
    before: float = 0
    after: float = 0
    keep: bool = False


def paragraph(text: str, style: str) -> str:
    """Return a paragraph of a style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'


def picture(number: int, size: tuple[float, float], about: str, style: str) -> str:
    """Return a paragraph with the chart of that number, from 1; size: width and height in mm."""
    width, height = (round(side * _EMU) for side in size)
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:keepNext/></w:pPr><w:r><w:drawing>'
        '<wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="{number}" descr={quoted(about)}/>'
        "<wp:cNvGraphicFramePr/><a:graphic>"
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="chart{number}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )


def beside(cells: Sequence[str]) -> str:
    """Return a table without lines, with paragraphs in cells beside each other; never broken."""
    width = round(WIDTH * _TWIPS / len(cells))
    grid = f'<w:gridCol w:w="{width}"/>' * len(cells)
    columns = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in cells
    )
    edges = "".join(
        f'<w:{side} w:w="{0 if side in ("top", "bottom") else 57}" w:type="dxa"/>'
        for side in ("top", "left", "bottom", "right")
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width * len(cells)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{edges}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>{columns}</w:tr></w:tbl>"
    )


def document(
    body: Iterable[str],
    styles: Sequence[Style],
    charts: Sequence[tuple[bytes, bytes]],
    title: str,
) -> bytes:
    """Return a document; the first style is the usual one, the last one that of page numbers.

    charts: (a chart's part, the workbook with its numbers), in the order of their numbers.
    """
    parts = {
        "word/document.xml": _body(body),
        "word/styles.xml": _styles(styles),
        "word/settings.xml": _settings(),
        "word/footer1.xml": _footer(styles[-1].name),
        "docProps/core.xml": _core(title),
        "docProps/custom.xml": _custom(),
        "_rels/.rels": _relations(
            {
                "document": (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
                "core": (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                "custom": (f"{_OFFICE}/relationships/custom-properties", "docProps/custom.xml"),
            }
        ),
    }
    related = {
        "styles": (f"{_OFFICE}/relationships/styles", "styles.xml"),
        "settings": (f"{_OFFICE}/relationships/settings", "settings.xml"),
        "footer": (f"{_OFFICE}/relationships/footer", "footer1.xml"),
    }
    for number, (chart, workbook) in zip(count(1), charts, strict=False):
        book = {"book": (f"{_OFFICE}/relationships/package", f"../embeddings/chart{number}.xlsx")}
        related[f"chart{number}"] = f"{_OFFICE}/relationships/chart", f"charts/chart{number}.xml"
        parts[f"word/charts/chart{number}.xml"] = chart
        parts[f"word/charts/_rels/chart{number}.xml.rels"] = _relations(book)
        parts[f"word/embeddings/chart{number}.xlsx"] = workbook
    parts["word/_rels/document.xml.rels"] = _relations(related)
    return stored({"[Content_Types].xml": _types(parts), **parts})


EXTERNAL = "book"
"""The relation of a chart's workbook."""


def _body(body: Iterable[str]) -> bytes:
    top, right, bottom, left = (round(side * _TWIPS) for side in MARGINS)
    width, height = (round(side * _TWIPS) for side in PAGE)
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        f' w:header="{round(15 * _TWIPS)}" w:footer="{round(15 * _TWIPS)}" w:gutter="0"/></w:sectPr>'
    )
    inside = "".join(body)
    return f"{HEAD}<w:document {_NAMESPACES}><w:body>{inside}{page}</w:body></w:document>".encode()


def _styles(styles: Sequence[Style]) -> bytes:
    face = f'<w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:cs="{_LATIN}"'
    shown = "".join(
        f'<w:style w:type="paragraph"{" w:default=" + chr(34) + "1" + chr(34) if not n else ""}'
        f' w:styleId="{style.name}"><w:name w:val="{style.name}"/><w:qFormat/>'
        f"{_paragraph_look(style)}<w:rPr>{face} w:eastAsia={quoted(style.font)}/>"
        f"{'<w:b/>' if style.bold else ''}"
        f'<w:sz w:val="{round(2 * style.size)}"/><w:szCs w:val="{round(2 * style.size)}"/>'
        '<w:lang w:eastAsia="zh-CN"/></w:rPr></w:style>'
        for n, style in enumerate(styles)
    )
    return f"{HEAD}<w:styles {_NAMESPACES}>{shown}</w:styles>".encode()


def _paragraph_look(style: Style) -> str:
    rule = "exact" if style.line else "auto"
    spacing = (
        f'<w:spacing w:before="{round(20 * style.before)}" w:after="{round(20 * style.after)}"'
        f' w:line="{round(20 * style.line) or 240}" w:lineRule="{rule}"/>'
    )
    indent = f'<w:ind w:firstLineChars="{100 * style.indent}" w:firstLine="{round(20 * style.size * style.indent)}"/>'
    keep = "<w:keepNext/>" if style.keep else ""
    return f'<w:pPr>{keep}{spacing}{indent if style.indent else ""}<w:jc w:val="{style.across}"/></w:pPr>'


def _footer(style: str) -> bytes:
    """Return the foot of a page: its number between dashes."""
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    line = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run("— ")}{field}{_run(" —")}</w:p>'
    return f"{HEAD}<w:ftr {_NAMESPACES}>{line}</w:ftr>".encode()


def _settings() -> bytes:
    """Return the settings: of the present Word, which else lays pages out as an older one."""
    mode = 'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"'
    compat = f"<w:compat><w:compatSetting {mode}/></w:compat>"
    return f"{HEAD}<w:settings {_NAMESPACES}>{compat}</w:settings>".encode()


def _core(title: str) -> bytes:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>gouji</dc:creator><dc:title>{escaped(title)}</dc:title></cp:coreProperties>"
    ).encode()


def _custom() -> bytes:
    """Return the mark by which a document is known to be no return."""
    kinds = f'xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes"'
    ident = 'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="gouji"'
    value = f"<vt:lpwstr>{__version__}</vt:lpwstr>"
    return f"{HEAD}<Properties {kinds}><property {ident}>{value}</property></Properties>".encode()


def _relations(targets: Mapping[str, tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    kinds = f'xmlns="{_PACKAGE}/relationships"'
    return f"{HEAD}<Relationships {kinds}>{lines}</Relationships>".encode()


_KINDS = {
    "word/document.xml": f"{_TYPE}.wordprocessingml.document.main+xml",
    "word/styles.xml": f"{_TYPE}.wordprocessingml.styles+xml",
    "word/settings.xml": f"{_TYPE}.wordprocessingml.settings+xml",
    "word/footer1.xml": f"{_TYPE}.wordprocessingml.footer+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/custom.xml": f"{_TYPE}.custom-properties+xml",
}


def _types(parts: Iterable[str]) -> bytes:
    kinds = {name: _KINDS[name] for name in parts if name in _KINDS}
    kinds |= {
        name: f"{_TYPE}.drawingml.chart+xml"
        for name in parts
        if name.startswith("word/charts/chart")
    }
    listed = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    usual = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xlsx": f"{_TYPE}.spreadsheetml.sheet",
        "xml": "application/xml",
    }
    ends = "".join(
        f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in usual.items()
    )
    return f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">{ends}{listed}</Types>'.encode()
