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


def _asked(module: str, ask: str, **options: Any) -> str:
    with _window() as root:
        return getattr(import_module(f"tkinter.{module}"), ask)(parent=root, **options) or ""


def _path(ask: str, **options: Any) -> Path | None:
    chosen = _asked("filedialog", ask, **options)
    return Path(chosen) if chosen else None


def folder(title: str) -> Path | None:
    """Return the chosen folder."""
    return _path("askdirectory", title=title, mustexist=True)


def roster(title: str) -> Path | None:
    """Return the chosen list of agencies."""
    return _path("askopenfilename", title=title, filetypes=ROSTERS)


def target(title: str, name: str) -> Path | None:
    """Return the chosen path for a new workbook."""
    options = {"initialfile": name, "defaultextension": ".xlsx", "filetypes": WORKBOOKS}
    return _path("asksaveasfilename", title=title, **options)


def words(title: str, asked: str, initial: str) -> str | None:
    """Return the typed words, without blanks around them."""
    typed = _asked("simpledialog", "askstring", title=title, prompt=asked, initialvalue=initial)
    return typed.strip() or None
