"""A report as plain text: a paragraph a line, a row of a table a line with pipes between its cells.

Paragraphs begin with two wide blanks, captions do not: so `import` tells one from the other.
"""

from collections.abc import Iterator

from .printout import PrintedTable, Printout

_INDENT = "\u3000\u3000"


def write_text(paper: Printout) -> bytes:
    """Return a report as plain text in UTF-8 with a mark, which old editors need, and CRLF."""
    return "\r\n".join(_lines(paper)).encode("utf-8-sig")


def _lines(paper: Printout) -> Iterator[str]:
    """Yield the lines of a report."""
    yield from ([paper.draft, ""] if paper.draft else [])
    yield paper.title
    yield ""
    if paper.preface:
        yield f"{_INDENT}{paper.preface}"
    for section in paper.sections:
        yield from (["", section.caption] if section.caption else [])
        for text in section.paragraphs:
            yield f"{_INDENT}{text}"
        if section.table:
            yield from _rows(section.table)
    yield ""


def _rows(table: PrintedTable) -> Iterator[str]:
    """Yield the rows of a table; a cell of several rows or columns stands in its first place."""
    for row in range(table.rows):
        texts = {cell.column: _text(cell.text) for cell in table.row(row)}
        cells = (texts.get(column, "") for column in range(len(table.widths)))
        yield "| " + " | ".join(cells) + " |"


def _text(text: str) -> str:
    """Return a cell's text on one line, its own pipes marked as in Markdown."""
    return text.replace("|", "\\|").replace("\n", "<br>")
