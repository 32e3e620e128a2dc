"""Findings out: one small file per format."""

from collections.abc import Callable, Iterator

from ..finding import Batch
from . import result, text

Write = Callable[[Batch, str], Iterator[str]]
"""From a batch and a language to pieces of text."""

FORMATS: dict[str, Write] = {
    "text": text.write,
    "json": result.write,
    "jsonl": result.write_lines,
}
