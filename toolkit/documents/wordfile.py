"""A report as a Word document (.docx): the page of an official document (GB/T 9704), the form's grid.

The parts that never change are in templates/publish. The zip is not compressed: the same report gives
the same bytes on every machine.
"""

from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from .. import __version__, data
from ..data import CHINESE, say
from .fitting import Fitting, fitting, number_size, subheading
from .printout import BAND, HEAD, PrintedCell, PrintedSection, PrintedTable, Printout

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_MOMENT = (2000, 1, 1, 0, 0, 0)
"""The date of every part."""
_FIXED = {
    "[Content_Types].xml": "types.xml",
    "_rels/.rels": "rels.xml",
    "word/_rels/document.xml.rels": "document-rels.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fonts.xml",
    "word/footer1.xml": "footer-odd.xml",
    "word/footer2.xml": "footer-even.xml",
    "docProps/app.xml": "app.xml",
}
_TWIPS = 8845
"""Width of the type area, 156 mm, in twentieths of a point."""
_LINE = 40
"""Most bytes (in GB 18030) of a title on one line; a longer one is broken between its halves."""
_PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="1134"'
    ' w:footer="1247" w:gutter="0"/><w:cols w:space="720"/>'
    '<w:docGrid w:type="lines" w:linePitch="578"/>'
)
"""A4 with margins of 37, 26, 35 and 28 mm; the number of the page is 7 mm below the text."""


def write_docx(paper: Printout) -> bytes:
    """Return a report as a Word document."""
    parts = {name: data.publication(file) for name, file in _FIXED.items()}
    parts |= {
        "word/document.xml": f"{_HEAD}{_document(paper)}",
        "word/header1.xml": f"{_HEAD}<w:hdr {_WORD}>{_paragraph(paper.draft, 'Header')}</w:hdr>",
        "docProps/core.xml": f"{_HEAD}{_core(paper)}",
        "docProps/custom.xml": f"{_HEAD}{_custom()}",
    }
    stored = BytesIO()
    with ZipFile(stored, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            entry = ZipInfo(name, _MOMENT)
            entry.create_system = 0
            archive.writestr(entry, content.encode())
    return stored.getvalue()


def _core(paper: Printout) -> str:
    """Return the properties with the title and the language."""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{escape(paper.title, quote=False)}</dc:title><dc:creator>{escape(paper.whose, quote=False)}"
        "</dc:creator><dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _custom() -> str:
    """Return the property by which folders know a document of this program."""
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="gouji">'
        f"<vt:lpwstr>{__version__}</vt:lpwstr></property></Properties>"
    )


# ── the text ──────────────────────────────────────────────────────────────────────────────────────


def _document(paper: Printout) -> str:
    """Return the main part."""
    blocks = [_paragraph(paper.draft, "Draft")] if paper.draft else []
    blocks.append(_title(paper))
    blocks += [_paragraph(paper.preface, "BodyText")] if paper.preface else []
    for number, section in enumerate(paper.sections, 1):
        blocks += _section(section, draft=bool(paper.draft))
        blocks += _gap(paper.sections[number:]) if section.table else []
    header = '<w:headerReference w:type="{}" r:id="rId4"/>' if paper.draft else ""
    parts = [header.format(side) for side in ("even", "default")]
    parts += ['<w:footerReference w:type="even" r:id="rId6"/>',
              '<w:footerReference w:type="default" r:id="rId5"/>']  # fmt: skip
    page = f"<w:sectPr>{''.join(parts)}{_PAGE}</w:sectPr>"
    return f"<w:document {_WORD} {_RELATIONS}><w:body>{''.join(blocks)}{page}</w:body></w:document>"


def _title(paper: Printout) -> str:
    """Return the title, broken between agency and year where it is long."""
    if len(paper.title.encode("gb18030", "replace")) <= _LINE:
        return _paragraph(paper.title, "Title")
    return f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{_run(paper.whose)}<w:r><w:br/></w:r>{_run(paper.what)}</w:p>'


def _section(section: PrintedSection, *, draft: bool) -> Iterator[str]:
    """Yield the paragraphs and the table of a section."""
    fits = fitting(section.table) if section.table else None
    if section.caption:
        fresh = "<w:pageBreakBefore/>" if fits and fits.fresh else ""
        above = '<w:spacing w:after="120"/>' if fits and not section.paragraphs else ""
        yield _paragraph(section.caption, "Heading1", more=f"{fresh}{above}")
    for number, text in enumerate(section.paragraphs, 1):
        made = draft and section.made and number == len(section.paragraphs)
        yield _paragraph(text, "BodyText", run="Made" if made else "", head=subheading(text))
    if section.table and fits:
        yield _table(section.table, section.caption or section.name, fits)


def _gap(after: Sequence[PrintedSection]) -> list[str]:
    """Return the paragraph below a table; one that does not fit there would be a page of its own.

    None before a section that begins a page, one without height at the end.
    """
    follows = after[0] if after else None
    if follows and follows.caption and follows.table and fitting(follows.table).fresh:
        return []
    flat = '<w:spacing w:line="20" w:lineRule="exact"/>'
    return [_paragraph("", "Gap", more="" if follows else flat)]


def _paragraph(text: str, style: str, *, run: str = "", head: int = 0, more: str = "") -> str:
    """Return a paragraph; head: its first characters that are a subheading; more: its properties."""
    runs = _run(text[:head], "Subheading") + _run(text[head:], run)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>'


def _run(text: str, style: str = "", *, look: str = "") -> str:
    """Return a text as a run; its tabs are elements of their own."""
    if not text:
        return ""
    look = f'<w:rStyle w:val="{style}"/>{look}' if style else look
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    pieces = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(piece, quote=False)}</w:t>' if piece else ""
        for piece in text.split("\t")
    )
    return f"<w:r>{look}{pieces}</w:r>"


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def _table(table: PrintedTable, caption: str, fits: Fitting) -> str:
    """Return a table: heads are repeated, no group of rows is parted by the end of a page."""
    widths = _whole(table.widths)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    described = escape(say("publish", "described", CHINESE, caption=caption))
    rows = "".join(_rows(table, widths, fits))
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="FormTable"/><w:tblW w:w="{_TWIPS}" w:type="dxa"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCaption w:val="{escape(caption)}"/>'
        f'<w:tblDescription w:val="{described}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _whole(shares: Sequence[float]) -> list[int]:
    """Return the widths of columns, which together are the type area."""
    ends = [0.0]
    for share in shares:
        ends.append(ends[-1] + share)
    return [round(b * _TWIPS) - round(a * _TWIPS) for a, b in pairwise(ends)]


def _rows(table: PrintedTable, widths: Sequence[int], fits: Fitting) -> Iterator[str]:
    """Yield the rows; a cell of several rows is continued in each of them."""
    for row in range(table.rows):
        kept = row + 1 < table.rows and (fits.together or row + 1 not in table.groups)
        cells = [
            _cell(cell, row, widths, fits, kept=kept)
            for cell in sorted(table.cells, key=lambda cell: cell.column)
            if cell.row <= row < cell.row + cell.rows
        ]
        head = "<w:tblHeader/>" if row < table.heads else ""
        yield (
            f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{fits.height}" w:hRule="atLeast"/>'
            f"{head}</w:trPr>{''.join(cells)}</w:tr>"
        )


def _cell(cell: PrintedCell, row: int, widths: Sequence[int], fits: Fitting, *, kept: bool) -> str:
    """Return a cell in one of its rows."""
    wide = sum(widths[cell.column : cell.column + cell.columns])
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    first = cell.row == row
    merge = ('<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>") if cell.rows > 1 else ""
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="C6D9F1"/>' if cell.role == BAND else ""
    stay = "<w:keepNext/>" if kept else ""
    middle = '<w:jc w:val="center"/>' if cell.centred else ""
    look = "<w:b/>" if cell.role == HEAD and fits.bold else ""
    if cell.numeric and (size := number_size(cell.text, wide / _TWIPS, fits.size)) < fits.size:
        look = f'<w:sz w:val="{round(2 * size)}"/><w:szCs w:val="{round(2 * size)}"/>'
    lines = cell.text.split("\n") if first else [""]
    paragraphs = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{fits.style}"/>{stay}{middle}</w:pPr>{_run(line, look=look)}</w:p>'
        for line in lines
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{span}{merge}{fill}'
        f'<w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'
    )
