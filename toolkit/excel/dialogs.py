"""Dialogs of the system for a folder, a file or a word; None where nothing is chosen."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

WORKBOOKS, ROSTERS = [("Excel", "*.xlsx")], [("Excel, CSV", "*.xlsx *.csv")]


@contextmanager
def _window() -> Iterator[Any]:
    """Give an invisible window as the parent of a dialog; some Pythons have no tkinter."""
    root = import_module("tkinter").Tk()
    try:
        root.withdraw()
        root.attributes("-topmost", True)  # noqa: FBT003 - Tk takes no names
        yield root
    finally:
        root.destroy()


def _asked(module: str, ask: str, **given: Any) -> str:
    with _window() as root:
        return getattr(import_module(f"tkinter.{module}"), ask)(parent=root, **given) or ""


def folder(title: str) -> Path | None:
    """Return the chosen folder."""
    found = _asked("filedialog", "askdirectory", title=title, mustexist=True)
    return Path(found) if found else None


def roster(title: str) -> Path | None:
    """Return the chosen list of agencies."""
    found = _asked("filedialog", "askopenfilename", title=title, filetypes=ROSTERS)
    return Path(found) if found else None


def target(title: str, name: str) -> Path | None:
    """Return the chosen path for a new workbook."""
    found = _asked(
        "filedialog",
        "asksaveasfilename",
        title=title,
        initialfile=name,
        defaultextension=".xlsx",
        filetypes=WORKBOOKS,
    )
    return Path(found) if found else None


def words(title: str, asked: str, given: str) -> str | None:
    """Return the typed words, without blanks around them."""
    found = _asked("simpledialog", "askstring", title=title, prompt=asked, initialvalue=given)
    return found.strip() or None
