"""Findings out: one small file per format."""

from collections.abc import Callable, Iterator

from ..finding import Batch
from . import board, result, rows, sheets, text

Write = Callable[[Batch, str], Iterator[str | bytes]]
"""From a batch and a language to pieces of text, or of a file that is none."""

FORMATS: dict[str, Write] = {
    "text": text.write,
    "json": result.write,
    "jsonl": result.write_lines,
    "csv": rows.write,
    "html": board.write,
    "xlsx": sheets.write,
}
