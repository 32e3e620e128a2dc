"""Formats of papers: by the ending of the file, each imported only when it is asked for."""

from collections.abc import Callable, Mapping
from importlib import import_module

from .chapters import Paper

WritePaper = Callable[[Paper, str], bytes]


def _later(module: str) -> WritePaper:
    """Return the writer of a module of this package, which is imported when it is called."""

    def write(paper: Paper, lang: str) -> bytes:
        writer: WritePaper = import_module(f".{module}", __package__).write
        return writer(paper, lang)

    return write


PAPERS: Mapping[str, WritePaper] = {
    ".docx": _later("paperdocx"),
    ".html": _later("paperhtml"),
    ".xlsx": _later("paperxlsx"),
}
"""{ending: writer}."""
