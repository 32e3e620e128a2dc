"""Plain text and Markdown: a line is a paragraph, rows of pipes are a table.

A line that begins with a wide blank, as Chinese paragraphs do, is text: no sign in it is Markdown. Where
there are such lines, the others are headings.
"""

import re
from itertools import groupby

from .document import Document, Flow, too_large
from .html import decoded

SOURCE_LIMIT = 4 * 2**20
"""Most bytes of a text."""
_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_INDENT = "\u3000"
_BETWEEN = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br ?/?>")


def read_text(source: bytes) -> Document:
    """Return a text as a document; raises Rejected where it is too large."""
    if len(source) > SOURCE_LIMIT:
        raise too_large("file", len(source), SOURCE_LIMIT)
    flow = Flow()
    text = decoded(source).splitlines()
    indented = any(line.startswith(_INDENT) for line in text)
    for piped, lines in groupby(text, key=_is_piped):
        if not piped:
            for line in lines:
                plain = line.startswith(_INDENT)
                marked = _HEADING.match(line) is not None
                flow.heading = not plain and (indented or marked)
                flow.text(line if plain else _HEADING.sub("", line).replace("**", ""))
                flow.end_line()
            continue
        flow.heading = False
        flow.start_table()
        for number, line in enumerate(lines):
            if number == 1 and _RULE.fullmatch(line.strip()):
                continue
            flow.start_row()
            for cell in _cells(line):
                flow.start_cell()
                flow.text(_BREAK.sub("\n", cell.replace("\\|", "|")))
        flow.end_table()
    return flow.finished()


def _is_piped(line: str) -> bool:
    """Tell whether a line is a row of a Markdown table."""
    return not line.startswith(_INDENT) and line.strip().startswith("|") and line.count("|") > 1


def _cells(line: str) -> list[str]:
    """Return the cells of a row between pipes."""
    return _BETWEEN.split(line.strip().removeprefix("|").removesuffix("|"))
