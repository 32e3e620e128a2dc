"""Output formats: one small file per format, imported only when it is asked for."""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..finding import Batch
    from ..report.report import Report

WriteBatch = Callable[["Batch", str], Iterator[str | bytes]]
"""Function from a batch and a language to pieces of text, or of bytes for a binary file."""
WriteReports = Callable[[Sequence["Report"], bool], Iterator[str]]
"""Function from reports, and whether they are a single named file's, to pieces of text."""


def _later(module: str, function: str = "write") -> Callable[..., Any]:
    """Return a function of a module of this package, which is imported when it is called."""

    def write(*arguments: Any) -> Any:
        return getattr(import_module(f".{module}", __package__), function)(*arguments)

    return write


FORMATS: dict[str, WriteBatch] = {
    "text": _later("text"),
    "json": _later("result"),
    "jsonl": _later("result", "write_lines"),
    "csv": _later("rows"),
    "html": _later("board"),
    "xlsx": _later("sheets"),
}
REPORT_FORMATS: dict[str, WriteReports] = {
    "json": _later("export", "write_json"),
    "jsonl": _later("export", "write_lines"),
    "csv": _later("export", "write_csv"),
}
