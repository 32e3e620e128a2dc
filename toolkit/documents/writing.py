"""Formats of published documents: what each is called, and who writes it."""

from collections.abc import Callable, Iterator, Mapping

from .printout import Printout
from .textfile import write_text
from .webpage import write_fragment, write_page
from .wordfile import write_docx

WRITERS: Mapping[str, Mapping[str, Callable[[Printout], bytes]]] = {
    "docx": {".docx": write_docx},
    "html": {".html": write_page, ".fragment.html": write_fragment},
    "txt": {".txt": write_text},
}
"""{format: {ending of a file: its writer}}."""
PDF = "pdf"
"""The format that LibreOffice makes of a .docx."""


def written(paper: Printout, style: str) -> Iterator[tuple[str, bytes]]:
    """Yield (ending, content) of the files that a report is in a format."""
    for ending, write in WRITERS[style].items():
        yield ending, write(paper)
