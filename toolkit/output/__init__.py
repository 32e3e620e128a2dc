"""Output formats of findings: one small file per format."""

from collections.abc import Callable, Iterator

from ..finding import Batch
from . import board, result, rows, text

WriteBatch = Callable[[Batch, str], Iterator[str | bytes]]
"""Function from a batch and a language to pieces of text, or of bytes for a binary file."""


def _sheets(batch: Batch, lang: str) -> Iterator[bytes]:
    """Yield the pieces of a workbook; its writer is imported only when needed."""
    from . import sheets  # noqa: PLC0415

    return sheets.write(batch, lang)


FORMATS: dict[str, WriteBatch] = {
    "text": text.write,
    "json": result.write,
    "jsonl": result.write_lines,
    "csv": rows.write,
    "html": board.write,
    "xlsx": _sheets,
}
