"""Reading of untrusted .zip and .eml files: content by path, nothing extracted to the disk."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import NoReturn

from ..escape import guess
from ..xlsx.zip import ENTRY_LIMIT, Entry, Rejected, inflate, open_zip, refuse_odd

ENDINGS = (".zip", ".eml")
PATH_LIMIT = 1024
_ENCRYPTED = 0x1
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "BZip2", 14: "LZMA", 20: "Zstandard",
            93: "Zstandard", 95: "XZ", 98: "PPMd"}  # fmt: skip
"""Ways of packing that are not read, by their numbers."""
ReadContent = Callable[[], bytes]
"""Function that returns a file's bytes; raises Rejected where it may not be read."""


def is_archive(name: str) -> bool:
    """Tell by its name whether a file is opened as an archive."""
    return name.lower().endswith(ENDINGS)


def is_mail(name: str) -> bool:
    """Tell by its name whether an archive is a mail."""
    return name.lower().endswith(".eml")


def is_workbook(names: Iterable[str]) -> bool:
    """Tell whether a zip's entries are a workbook's parts: mail programs rename .xlsx to .zip."""
    return any(name.lower() == "[content_types].xml" for name in names)


def unpacked(source: bytes) -> int:
    """Return the unpacked size of a zip's files in bytes; for any other file, its own size."""
    try:
        return sum(entry.size for entry in open_zip(source, decoded, comment=True))
    except Rejected:
        return len(source)


def open_archive(name: str, source: bytes) -> dict[str, ReadContent]:
    """Return {path inside: function that returns the bytes} of an archive's files, without folders.

    In a mail, zips and other mails are opened too, and their files have paths below theirs;
    nothing else in an archive is opened. Raises Rejected where the archive is not to be trusted.
    """
    return _mailed(source, _inner) if is_mail(name) else _zipped(source)


def _zipped(source: bytes) -> dict[str, ReadContent]:
    entries = open_zip(source, decoded, comment=True)
    return {
        entry.name: partial(_unzipped, source, entry, start)
        for entry, start in entries.items()
        if not entry.is_folder
    }


def _unzipped(source: bytes, entry: Entry, start: int) -> bytes:
    if entry.is_link:
        raise Rejected("not-a-file")
    if _leaves(entry.name):
        raise Rejected("unsafe", part=ascii(entry.name)[1:-1], why="name")
    if is_archive(entry.name):
        raise Rejected("nested")
    if entry.method in _METHODS and not entry.flags & _ENCRYPTED:
        raise Rejected("not-a-workbook", kind=_METHODS[entry.method], why="method")
    refuse_odd(entry)
    return inflate(source, entry, start)


def _leaves(name: str) -> bool:
    r"""Tell whether a name may lead outside the archive, or is ambiguous.

    >>> [_leaves(name) for name in ("局/a.xlsx", "../a.xlsx", "/a.xlsx", "C:/a.xlsx", "b\\a.xlsx")]
    [False, True, True, True, True]
    """
    odd = re.search(r"[\\\0]|^[A-Za-z]:", name) or len(name) > PATH_LIMIT
    return bool(odd) or any(step in ("", ".", "..") for step in name.split("/"))


def decoded(raw: bytes, utf8: bool) -> str:  # noqa: FBT001 - a flag of the entry
    """Return an entry's name as text; undecodable bytes become surrogates.

    Without the flag the encoding is that of the packing machine: UTF-8 on a Mac, GBK on a
    Chinese Windows.
    """
    return raw.decode("utf-8", "surrogateescape") if utf8 else guess(raw)


Opener = Callable[[str, ReadContent], dict[str, ReadContent]]


def _mailed(source: bytes, opener: Opener) -> dict[str, ReadContent]:
    """Return {path: content} of a mail's files; opener: opens an archive among them."""
    from .mail import take_apart  # noqa: PLC0415 - few paths are mails

    files: dict[str, ReadContent] = {}
    taken: set[str] = set()
    for part in take_apart(source):
        name = _free(part.name, taken)
        files |= opener(name, part.content) if is_archive(name) else {name: part.content}
    if len(files) > ENTRY_LIMIT:
        raise Rejected("too-large", part="mail", size=str(len(files)), limit=str(ENTRY_LIMIT))
    return files


def _free(name: str, taken: set[str]) -> str:
    """Return an unused name for a file and add it to `taken`: a mail may repeat a name."""
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"
    taken.add(free.casefold())
    return free


def _inner(name: str, content: ReadContent) -> dict[str, ReadContent]:
    """Return the files of an archive in a mail, or the archive itself where it is not opened."""
    try:
        source = content()
        files = _mailed(source, _unopened) if is_mail(name) else _zipped(source)
    except Rejected as error:
        return {name: partial(_refused, error)}
    if is_workbook(files):
        return {name: content}
    return {f"{name}/{path}": inside for path, inside in files.items()}


def _unopened(name: str, _: ReadContent) -> dict[str, ReadContent]:
    return {name: partial(_refused, Rejected("nested"))}


def _refused(error: Rejected) -> NoReturn:
    raise error
