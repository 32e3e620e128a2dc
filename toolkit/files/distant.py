"""Files at addresses like s3://bucket/returns, by fsspec: listed, read, and fetched many at a time."""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..xlsx.zip import FILE_LIMIT
from .folders import is_nobodys
from .scratch import is_scratch

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:::[A-Za-z][A-Za-z0-9+.-]+)*://")
_AT_ONCE = 16
"""Files that are fetched at a time."""


class AddressError(Exception):
    """An address that cannot be reached, and why; why: None where nothing is there."""

    def __init__(self, path: str, why: str | None = None) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why


def is_address(path: str) -> bool:
    """Tell whether a path is an address.

    >>> is_address("s3://bucket/a.xlsx"), is_address("C:/a.xlsx"), is_address("a://b")
    (True, False, False)
    """
    return _ADDRESS.match(path) is not None


def _placed(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it."""
    from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra

    system, path = url_to_fs(address)
    return system, str(path)


def below(address: str) -> tuple[list[str], list[str]]:
    """Return the addresses of the files at or below one, and the folders that are skipped.

    Raises AddressError.
    """
    try:
        system, top = _placed(address)
        if system.isfile(top):
            return [address], []
        found = sorted(system.unstrip_protocol(name) for name in system.find(top))
    except Exception as error:  # each file system has errors of its own
        raise AddressError(address, str(error) or type(error).__name__) from error
    if not found:
        raise AddressError(address)
    skipped: dict[str, None] = {}
    kept = []
    start = len(system.unstrip_protocol(top))
    for path in found:
        if gone := next(_skipped(path, start), None):
            skipped[gone] = None
        elif not is_scratch(path.rsplit("/", 1)[-1]):
            kept.append(path)
    return kept, list(skipped)


def _skipped(path: str, start: int) -> Iterator[str]:
    """Yield the folders of a path that hold no returns; start: where the names begin."""
    for place, sign in enumerate(path):
        if sign == "/" and place > start:
            name = path[:place].rsplit("/", 1)[-1]
            if is_nobodys(name) or is_scratch(name):
                yield path[:place]


@lru_cache(maxsize=1_024)
def is_file(address: str) -> bool:
    """Tell whether a file is at an address."""
    try:
        system, path = _placed(address)
        return bool(system.isfile(path))
    except Exception:  # noqa: BLE001 - each file system has errors of its own
        return False


def size_of(address: str) -> int:
    """Return the size of a file; raises OSError."""
    return int(_tried(address, "size") or 0)


def bytes_at(address: str, first: int | None = None) -> bytes:
    """Return a file's bytes, or the first of them; raises OSError."""
    content: bytes = _tried(address, "cat_file", **({} if first is None else {"end": first}))
    return content


def _tried(address: str, method: str, **terms: object) -> Any:
    try:
        system, path = _placed(address)
        return getattr(system, method)(path, **terms)
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(error) or type(error).__name__) from error


def fetched(addresses: Sequence[str], folder: Path) -> list[str]:
    """Return the paths of copies in a folder, each under its own name; none is where that failed.

    A file that is too large is not fetched: its copy has the size and no content.
    """
    places = [folder / str(number) for number, _ in enumerate(addresses)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(_copied, addresses, places))


def _copied(address: str, folder: Path) -> str:
    folder.mkdir()
    target = f"{folder}{os.sep}{address.rsplit('/', 1)[-1]}"
    with suppress(OSError, ValueError):
        size = size_of(address)
        if size > FILE_LIMIT:
            with Path(target).open("wb") as file:
                file.truncate(size)
        else:
            Path(target).write_bytes(bytes_at(address))
    return target
