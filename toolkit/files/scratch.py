"""Scratch: temporary files and folders beside the target; a killed run leaves them there."""

import hashlib
import os
import platform
import re
import stat
import time
from contextlib import suppress
from pathlib import Path

DAY = 24 * 60 * 60
"""Age of abandoned scratch in seconds."""
_NAME = re.compile(r"\.gouji-(?:([0-9a-f]{8})-(\d+)-)?[a-z0-9_]{8}", re.ASCII)
"""The computer, the process, eight letters; version 0.1 wrote only the letters."""


def is_scratch(name: str) -> bool:
    """Tell by its name whether a file or folder is scratch of the toolkit.

    >>> [is_scratch(n) for n in (".gouji-0a1b2c3d-77-ab_cd123", ".gouji-abcdefgh", ".gouji-x", "a")]
    [True, True, False, False]
    """
    return _NAME.fullmatch(name) is not None


def sweep(folder: Path) -> None:
    """Remove scratch that a killed run left in a folder; nothing is removed that may be in use."""
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if is_scratch(entry.name) and _abandoned(entry):
                _remove(Path(entry.path))


def prefix() -> str:
    """Return the prefix for the name of new scratch."""
    return f".gouji-{_computer()}-{os.getpid()}-"


def _computer() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _abandoned(entry: os.DirEntry[str]) -> bool:
    """Tell whether the process that made scratch is gone, else whether it is a day old."""
    match = _NAME.fullmatch(entry.name)
    if os.name == "posix" and match and match[1] == _computer():
        return not _runs(int(match[2]))
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > DAY


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's, or no process's number
        return True
    return True


def _remove(path: Path) -> None:
    """Remove a file, or a folder that holds nothing but files; links are not removed."""
    with suppress(OSError):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            path.unlink()
        elif stat.S_ISDIR(mode):
            for file in list(path.iterdir()):
                if stat.S_ISREG(file.lstat().st_mode):
                    file.unlink()
            path.rmdir()
