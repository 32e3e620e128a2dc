"""Writing of files, whole or not at all, never over an input."""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .folders import files
from .gathering import file_of, is_read
from .scratch import prefix, sweep

_HANDLES = re.compile(r"/dev/fd|/proc/\d+(/task/\d+)?/fd")
"""Folders of open files; /dev/stdout leads into one."""
LINKS = 9
"""Most links followed to find whether a path is an open file."""


class NotSavedError(OSError):
    """A file or folder could not be written; nothing of it was."""


class PartlySavedError(OSError):
    """A folder could not be written whole; `count` files in it were replaced already."""

    count = 0


class OverError(Exception):
    """A file would replace an input: its path."""


# ── inputs ────────────────────────────────────────────────────────────────────────────────────────


def over(output: str | Path, inputs: Iterable[str | Path]) -> bool:
    """Tell whether writing a file would replace an input, under any name or link.

    inputs: files, paths into archives, and folders of returns or editions.
    """
    try:
        target = os.stat(output)  # noqa: PTH116 - paths stay text
    except OSError:
        return False
    return any(_reads(str(path), target) for path in inputs)


def _reads(path: str, target: os.stat_result) -> bool:
    """Tell whether a file is the file of a path, or a file that is read in that folder."""
    if Path(path).is_dir():
        return any(_same(inside, target) and is_read(inside) for inside in files(path))
    return _same(file_of(path), target)


def _same(path: str, target: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), target)  # noqa: PTH116 - paths stay text
    except OSError:
        return False


def alike(one: str, other: str) -> bool:
    """Tell whether two paths are the same place, existing or not."""
    first, second = Path(one), Path(other)
    with suppress(OSError):
        return first.samefile(second)
    return os.path.normcase(first.absolute()) == os.path.normcase(second.absolute())


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def write_file(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all; a device or pipe is written into, never replaced.

    Raises NotSavedError, which names the file that was asked for.
    """
    pieces = (content,) if isinstance(content, bytes) else content
    try:
        if is_device(path):
            with path.open("wb") as file:
                file.writelines(pieces)
        else:
            _write_beside(path, pieces)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NotSavedError(error.errno, error.strerror, str(path)) from error


def is_device(path: Path) -> bool:
    """Tell whether a path is a device, pipe or socket, or a file that is open already."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or _is_handle(path)


def _is_handle(path: Path) -> bool:
    """Tell whether a path leads through the open files of a process, as /dev/stdout does."""
    for _ in range(LINKS if os.name == "posix" else 0):
        if _HANDLES.fullmatch(str(path.parent.resolve())):
            return True
        if not path.is_symlink():
            return False
        path = path.parent / path.readlink()
    return False


def write_folder(
    folder: Path, content: Iterable[tuple[str, bytes]], inputs: Iterable[str | Path] = ()
) -> None:
    """Write files into a folder, all of them or none.

    They are written beside it first, or inside where it exists. Files of the same names are
    replaced, but none that is read: OverError. Raises NotSavedError, PartlySavedError; both name
    the folder that was asked for.
    """
    new = not folder.exists()
    home = folder.parent if new else folder
    try:
        sweep(home)
        beside = Path(tempfile.mkdtemp(dir=home, prefix=prefix()))
        try:
            _fill(beside, content)
            if new:
                beside.chmod(0o777 & ~_mask())
                beside.rename(folder)
            else:
                _move(beside, folder, tuple(inputs))
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        settle(home)
    except PartlySavedError:
        raise
    except OSError as error:
        raise NotSavedError(error.errno, error.strerror, str(folder)) from error


def _fill(folder: Path, content: Iterable[tuple[str, bytes]]) -> None:
    """Write new files and flush them to the disk."""
    for name, source in content:
        with (folder / name).open("xb") as file:
            file.write(source)
            file.flush()
            os.fsync(file.fileno())
    settle(folder)


def _move(source: Path, folder: Path, inputs: tuple[str | Path, ...]) -> None:
    """Move all files of a folder into another; after a failure, remove the new ones again."""
    moved, replaced = [], 0
    paths = sorted(source.iterdir())
    for path in paths:
        if over(folder / path.name, inputs):
            raise OverError(str(folder / path.name))
    try:
        for path in paths:
            target = folder / path.name
            existed = target.exists()
            path.replace(target)
            replaced += existed
            moved += [] if existed else [target]
    except BaseException as error:
        for path in moved:
            path.unlink(missing_ok=True)
        if replaced:
            why = getattr(error, "strerror", None) or type(error).__name__
            part = PartlySavedError(getattr(error, "errno", None), why, str(folder))
            part.count = replaced
            raise part from error
        raise


def _mask() -> int:
    """Return the file mode mask: the permissions that new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write_beside(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a new file beside `path`, then put it in its place."""
    sweep(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix())
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_mask())
        Path(name).replace(path)
        settle(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def settle(folder: Path) -> None:
    """Flush a folder's own entries to the disk, where the system can."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some file systems cannot
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
