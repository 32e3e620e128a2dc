"""Building of the add-in gouji.xlam on any platform: macros by pyOpenVBA, the rest by templates."""

import io
import re
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from .. import data
from ..data import CHINESE, texts

NAME = "gouji.xlam"
MODULE = "Gouji"
HELP = "help"
"""The button that starts no Python."""
GROUPS = {
    "fill": ("validate", "explain", "clear"),
    "office": ("roll_up", "new_blank"),
    "about": (HELP,),
}
"""The ribbon from left to right: {group: buttons}."""
BUTTONS = tuple(name for names in GROUPS.values() for name in names if name != HELP)
"""Functions of `toolkit.excel` that the ribbon calls, by name."""
IMAGES = {
    "validate": "DataValidation",
    "clear": "ClearFormats",
    "explain": "ReviewNewComment",
    "roll_up": "AutoSum",
    "new_blank": "FileNew",
    HELP: "Help",
}
"""Pictures that Excel has, by its own names."""
CELLS = ("title", "help_text", "not_installed", "failed")
"""The texts in the sheet, below the path of Python in its first cell."""

SHEET, RIBBON = "xl/worksheets/sheet1.xml", "customUI/customUI14.xml"
_RIBBON_SPACE = "http://schemas.microsoft.com/office/2009/07/customui"
_RIBBON_LINK = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NEVER_CHANGES = (1980, 1, 1, 0, 0, 0)
_CORE = """\
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/\
core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>\
<dc:creator>gouji</dc:creator></cp:coreProperties>"""
_APP = """\
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">\
<Application>Microsoft Excel</Application></Properties>"""


def folder() -> Path:
    """Return the folder with the add-in and its sources."""
    return data.home("templates") / "ribbon"


def shipped() -> bytes:
    """Return the add-in as it came with the toolkit, without a path of Python."""
    return (folder() / NAME).read_bytes()


def source() -> str:
    """Return the macros, with the names of our buttons filled in."""
    return (folder() / f"{MODULE}.bas").read_text(encoding="ascii").replace("BUTTONS", buttons())


def buttons() -> str:
    """Return the names of the buttons that start Python, as a list for both scripts."""
    return ", ".join(f'"{name}"' for name in BUTTONS)


def word(name: str) -> str:
    """Return a text of the ribbon, in Chinese like all texts in workbooks."""
    return texts("ribbon", CHINESE)[name]


def build() -> bytes:
    """Return a newly built add-in, the same bytes each time; raises ImportError without pyOpenVBA.

    Members are stored, since how they are deflated differs from one zlib to the next.
    """
    parts = _with_macros()
    links = "_rels/.rels"
    link = f'<Relationship Id="gouji" Type="{_RIBBON_LINK}" Target="{RIBBON}"/></Relationships>'
    parts[links] = parts[links].replace(b"</Relationships>", link.encode())
    parts[RIBBON] = (_HEAD + ribbon()).encode()
    parts["docProps/core.xml"] = (_HEAD + _CORE.format(title=escape(word("tab")))).encode()
    parts["docProps/app.xml"] = (_HEAD + _APP).encode()
    parts[SHEET] = _with_cells(parts[SHEET], "")
    return _packed(parts)


def ribbon() -> str:
    """Return the ribbon as XML: a tab with groups of buttons."""
    groups = "".join(
        f'<group id="gouji_{group}" label={quoteattr(word(group))}>'
        + "".join(map(_button, buttons))
        + "</group>"
        for group, buttons in GROUPS.items()
    )
    tab = f'<tab id="gouji" label={quoteattr(word("tab"))}>{groups}</tab>'
    return f'<customUI xmlns="{_RIBBON_SPACE}"><ribbon><tabs>{tab}</tabs></ribbon></customUI>'


def _button(name: str) -> str:
    shown = f"label={quoteattr(word(name))} supertip={quoteattr(word(f'{name}_tip'))}"
    drawn = f'size="large" imageMso="{IMAGES[name]}"'
    return f'<button id="{name}" {shown} {drawn} onAction="{MODULE}Pressed"/>'


def with_python(content: bytes, python: str) -> bytes:
    """Return an add-in that starts this Python; a relative path counts from its own folder."""
    parts = _unpacked(content)
    return _packed(parts | {SHEET: _with_cells(parts[SHEET], python)})


def python_of(content: bytes) -> str:
    """Return the path of Python an add-in starts, "" for none; raises ValueError for no add-in."""
    try:
        sheet = ET.fromstring(_unpacked(content)[SHEET])  # noqa: S314 - never a stranger's
    except (zipfile.BadZipFile, KeyError, ET.ParseError) as error:
        raise ValueError(f"no add-in: {error}") from error
    return "".join(sheet.find(f".//{_MAIN}c[@r='A1']").itertext())  # type: ignore[union-attr]


def _with_macros() -> dict[str, bytes]:
    """Return the parts of an add-in that holds our macros and no others."""
    from pyopenvba import ExcelFile  # noqa: PLC0415 - only who builds has it

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / NAME
        with ExcelFile.create_new(path) as file:
            project = file.vba_project()
            for module in project.modules:
                if module.name not in {"ThisWorkbook", "Sheet1"}:
                    project.delete_module(module.name)
            project.add_module(MODULE, source().replace("\n", "\r\n"))
            file.save()
        return _unpacked(path.read_bytes())


def _with_cells(sheet: bytes, python: str) -> bytes:
    """Return a sheet with the path of Python and the texts, a row each in its first column."""
    texts = (python, *map(word, CELLS))
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t>'
        "</is></c></row>"
        for n, text in enumerate(texts, 1)
    )
    filled = f"<sheetData>{rows}</sheetData>".encode()
    return re.sub(rb"<sheetData(/>|>.*</sheetData>)", lambda _: filled, sheet, flags=re.DOTALL)


def _unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    """Return the parts as a zip; the content types come first, as in Excel's files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name in sorted(parts, key=lambda name: (not name.startswith("["), name)):
            entry = zipfile.ZipInfo(name, _NEVER_CHANGES)
            entry.create_system, entry.external_attr = 0, 0
            package.writestr(entry, parts[name])
    return out.getvalue()
