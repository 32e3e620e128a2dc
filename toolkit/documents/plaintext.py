"""Plain text and Markdown: a line is a paragraph, rows of pipes are a table."""

import re
from itertools import groupby

from .document import Document, Flow, too_large
from .html import decoded

SOURCE_LIMIT = 4 * 2**20
"""Most bytes of a text."""
_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")


def read_text(source: bytes) -> Document:
    """Return a text as a document; raises Rejected where it is too large."""
    if len(source) > SOURCE_LIMIT:
        raise too_large("file", len(source), SOURCE_LIMIT)
    flow = Flow()
    for piped, lines in groupby(decoded(source).splitlines(), key=_is_piped):
        if not piped:
            for line in lines:
                flow.text(_HEADING.sub("", line).replace("**", ""))
                flow.end_line()
            continue
        flow.start_table()
        for line in lines:
            if _RULE.fullmatch(line.strip()):
                continue
            flow.start_row()
            for cell in _cells(line):
                flow.start_cell()
                flow.text(cell)
        flow.end_table()
    return flow.finished()


def _is_piped(line: str) -> bool:
    """Tell whether a line is a row of a Markdown table."""
    return line.strip().startswith("|") and line.count("|") > 1


def _cells(line: str) -> list[str]:
    """Return the cells of a row between pipes."""
    return line.strip().removeprefix("|").removesuffix("|").split("|")
