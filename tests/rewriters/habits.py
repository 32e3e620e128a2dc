"""Differences between programs when they save a workbook, as data."""

from dataclasses import dataclass

CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/'
    'dc/terms/" xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/'
    'XMLSchema-instance"><dc:creator>gouji</dc:creator><cp:lastModifiedBy>王芳</cp:lastModifiedBy>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2026-01-20T08:31:05Z</dcterms:modified>'
    "</cp:coreProperties>"
)
RICH = (
    '<rPr><sz val="11"/><color theme="1"/><rFont val="Times New Roman"/><family val="1"/></rPr>',
    '<rPr><b/><sz val="11"/><rFont val="宋体"/><charset val="134"/></rPr>',
)
"""Start of the runs in a text with two fonts."""


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one program.

    line: after the XML declaration. namespaces: of a sheet's root; uids: whether it has an xr:uid.
    rows: attributes every row gets; spans: whether before or after the height. sheet: what a sheet
    begins with, where ours say nothing. format: of rows. closing: what every sheet ends with.
    counted: whether shared strings say how many differ. phonetic: a mark on Chinese texts.
    chain: a calculation chain. printer: settings of a printer, as a binary part.
    head: of the workbook part, before its protection; calc, tail: its end. views: of its windows.
    app: the program's own properties. custom: more custom properties, {name: text}.
    folders: entries for folders in the zip. normal: what the default cell style is called.
    width: column widths get this many digits. box: a dimension that is not true.
    prefix: the letters before every element's name, with their colon.
    """

    name: str
    line: str
    namespaces: str
    uids: bool
    rows: str
    spans_first: bool
    sheet: str
    format: str
    closing: str
    counted: bool
    phonetic: bool
    chain: bool
    printer: bool
    root: str
    head: str
    views: str
    calc: str
    tail: str
    app: str
    custom: dict[str, str]
    folders: bool
    normal: str
    width: int
    box: str = ""
    prefix: str = ""
