"""A report as a web page, and as a fragment that is pasted into the editor of a site.

Editors strip styles, classes and ids: every look is inline. The looks are in templates/publish.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape

from .. import __version__, data
from .fitting import fitting, subheading
from .printout import BAND, HEAD, LABEL, PrintedCell, PrintedSection, PrintedTable, Printout

_BLANKS = re.compile(r"\t|  ")
"""Blanks that a browser does not keep."""
_SMALL, _LARGE = 14, 16
_LEAST = 58
"""Pixels that a column takes at least, 15 for a sign in it; a narrower window scrolls."""
_NARROW, _FEW = 300, 4
"""Least width of a table of few columns."""


@cache
def _looks() -> Mapping[str, str]:
    looks: dict[str, str] = json.loads(data.publication("web.json"))
    return looks


def write_page(paper: Printout) -> bytes:
    """Return a report as a web page."""
    look = _looks()
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="gouji {__version__}">\n'
        f"<title>{escape(paper.title)}</title>\n</head>\n"
        f'<body style="{look["body"]}">\n<main style="{look["main"]}">\n{_report(paper)}'
        "</main>\n</body>\n</html>\n"
    ).encode()


def write_fragment(paper: Printout) -> bytes:
    """Return a report as a fragment of a page; a comment has the mark, which editors leave out."""
    mark = f'<!-- <meta name="generator" content="gouji {__version__}"> -->\n'
    return f"{mark}{_report(paper)}".encode()


def _report(paper: Printout) -> str:
    """Return a report as an element."""
    look = _looks()
    parts = [_element("p", look["draft"], escape(paper.draft))] if paper.draft else []
    parts.append(_element("h1", look["h1"], _title(paper)))
    parts += [_paragraph(paper.preface)] if paper.preface else []
    for section in paper.sections:
        parts += _section(section, draft=bool(paper.draft))
    inside = "\n".join(parts)
    return f'<div lang="zh-CN" style="{look["report"]}">\n{inside}\n</div>\n'


def _element(name: str, style: str, content: str) -> str:
    return f'<{name} style="{style}">{content}</{name}>'


def _title(paper: Printout) -> str:
    """Return the title; a narrow window may break it between its halves."""
    return f"{escape(paper.whose)}<wbr>{escape(paper.what)}"


def _section(section: PrintedSection, *, draft: bool) -> Iterator[str]:
    """Yield the caption, the paragraphs and the table of a section."""
    if section.caption:
        yield _element("h2", _looks()["h2"], escape(section.caption))
    for number, text in enumerate(section.paragraphs, 1):
        yield _paragraph(text, made=draft and section.made and number == len(section.paragraphs))
    if section.table:
        yield _table(section.table, section)


def _paragraph(text: str, *, made: bool = False) -> str:
    """Return a paragraph, its blanks kept as they are."""
    look, head = _looks(), subheading(text)
    kept = look["kept"] if _BLANKS.search(text) else ""
    first = _element("span", look["head"], escape(text[:head])) if head else ""
    style = f"{look['p']}{kept}{look['composed'] if made else ''}"
    return _element("p", style, f"{first}{escape(text[head:], quote=False)}")


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def _table(table: PrintedTable, section: PrintedSection) -> str:
    """Return a table in a box that scrolls across where the window is narrow."""
    look, fits = _looks(), fitting(table)
    name = escape(section.caption or section.name)
    size = _SMALL if fits.style == "TableSmall" else _LARGE
    columns = len(table.widths)
    least = _LEAST * columns if columns > _FEW else _NARROW
    grid = "".join(f'<col style="width:{100 * share:.2f}%">' for share in table.widths)
    pad = "3px 2" if columns > _FEW else "5px 6"
    rows = "\n".join(
        f"<tr>{''.join(_cell(cell, pad, bold=fits.bold) for cell in table.row(row))}</tr>"
        for row in range(table.rows)
    )
    # A caption between the paragraphs of a section would be read as one of them.
    caption = "" if section.paragraphs else _element("caption", look["caption"], name)
    return (
        f'<div role="region" tabindex="0" aria-label="{name}" style="{look["box"]}">\n'
        f'<table border="1" style="{look["table"].format(size=size, least=least)}">{caption}\n'
        f"<colgroup>{grid}</colgroup>\n{rows}\n</table>\n</div>"
    )


def _cell(cell: PrintedCell, pad: str, *, bold: bool) -> str:
    """Return a cell; a label is a head of the cells below it or beside it."""
    look = _looks()
    scope = {BAND: "col", HEAD: "col", LABEL: "row"}.get(cell.role)
    name = "th" if scope else "td"
    spans = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    spans += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' scope="{scope}"' if scope else ""
    style = look["cell"].format(pad=pad, side="center" if cell.centred else "left")
    style += look["band"] if cell.role == BAND else ""
    style += look["whole"] if cell.numeric else ""
    style += look["strong"] if cell.role == HEAD and bold else ""
    content = "<br>".join(escape(line, quote=False) for line in cell.text.split("\n"))
    shade = ' bgcolor="#C6D9F1"' if cell.role == BAND else ""
    align = ' align="center"' if cell.centred else ""
    return f'<{name}{spans}{align}{shade} style="{style}">{content}</{name}>'
