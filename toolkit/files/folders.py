"""Walk through a folder of returns: folders of systems are skipped, links are not followed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from .scratch import is_scratch

_NOBODYS = ("__macosx", "$recycle.bin", "system volume information", "@eadir", "lost+found")
"""Folders made by programs and systems; they hold no returns. Dot folders are further ones."""


def is_nobodys(folder: str) -> bool:
    """Tell by its name whether a folder belongs to a program or system and holds no returns.

    >>> [is_nobodys(name) for name in ("$RECYCLE.BIN", ".Trash-1000", "..", "报回")]
    [True, True, False, False]
    """
    dotted = folder.startswith(".") and folder not in {".", ".."}
    return dotted or folder.lower() in _NOBODYS


def walk(
    folder: str, failed: Callable[[OSError], object] | None = None
) -> Iterator[tuple[str, list[str], list[str], int]]:
    """Yield (folder, folders in it, files in it, number of folders skipped) from the top down.

    Scratch of the toolkit is left out. failed: called with the error of a folder that cannot be
    read.
    """
    for parent, folders, names in os.walk(folder, onerror=failed):
        mine = [name for name in folders if not is_scratch(name)]
        folders[:] = [name for name in mine if not is_nobodys(name)]
        files = [name for name in names if not is_scratch(name)]
        yield parent, folders, files, len(mine) - len(folders)


def files(folder: str) -> Iterator[str]:
    """Yield the files below a folder."""
    for parent, _, names, _ in walk(folder):
        yield from (os.path.join(parent, name) for name in names)  # noqa: PTH118 - paths stay text


SEASON = "season.toml"
"""The name of a season's file."""


def season_file(paths: tuple[str, ...] = ()) -> Path | None:
    """Return the season's file: of the working folder, else of the first path or its parent."""
    folders = [Path()]
    if paths:
        first = Path(paths[0])
        folders += [first] * first.is_dir() + [first.absolute().parent]
    files = (folder / SEASON for folder in folders)
    return next((file for file in files if os.path.lexists(file)), None)
