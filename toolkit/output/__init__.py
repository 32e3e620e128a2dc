"""Findings out: one small file per format."""

from collections.abc import Callable, Iterator

from ..finding import Batch
from . import board, result, rows, text

Write = Callable[[Batch, str], Iterator[str | bytes]]
"""From a batch and a language to pieces of text, or of a file that is none."""


def _sheets(batch: Batch, lang: str) -> Iterator[bytes]:
    """Yield the pieces of a workbook; only who wants one waits for what writes it."""
    from . import sheets  # noqa: PLC0415

    return sheets.write(batch, lang)


FORMATS: dict[str, Write] = {
    "text": text.write,
    "json": result.write,
    "jsonl": result.write_lines,
    "csv": rows.write,
    "html": board.write,
    "xlsx": _sheets,
}
