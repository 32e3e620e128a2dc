"""Question about the parts of the page: the licences of everything in it."""

from collections.abc import Iterator
from pathlib import Path

from .. import data
from .desk import Desk

_NAMES = ("licen", "copying", "notice")


def terms(_desk: Desk) -> list[dict[str, str]]:
    """Return the licences in full: the part each is for, and its text."""
    return [
        {"name": name, "text": path.read_text(encoding="utf-8", errors="replace")}
        for name, path in _found()
    ]


def _found() -> Iterator[tuple[str, Path]]:
    """Yield the licences of this package and the engine, then those of other packages."""
    for path in sorted((data.home("templates") / "page" / "terms").glob("*.txt")):
        yield path.stem, path
    for folder in sorted(Path(__file__).resolve().parents[2].glob("*.dist-info")):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name.lower().startswith(_NAMES):
                yield f"{folder.name.partition('-')[0]}: {path.name}", path
