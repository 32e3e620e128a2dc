"""A zip file in pieces, so that it is never in memory as a whole."""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import SEEK_SET, BytesIO
from typing import IO, cast

Moment = tuple[int, int, int, int, int, int]
"""Year, month, day, hour, minute, second."""


@dataclass(slots=True)
class _Window:
    """The end of a file whose first `base` bytes were taken already."""

    base: int = 0
    held: BytesIO = field(default_factory=BytesIO)

    def tell(self) -> int:
        return self.base + self.held.tell()

    def seek(self, place: int, whence: int = SEEK_SET) -> int:
        return self.base + self.held.seek(place - self.base, whence)

    def write(self, content: bytes) -> int:
        return self.held.write(content)

    def flush(self) -> None:
        """Do nothing: writes are not buffered."""

    def taken(self) -> bytes:
        """Return the bytes held, and release them."""
        content = self.held.getvalue()
        self.base += len(content)
        self.held = BytesIO()
        return content


def zipped(files: Iterable[tuple[str, bytes]], at: Moment) -> Iterator[bytes]:
    """Yield a zip's pieces: one for each file, in their order, and a last one that ends it.

    at: the time stamp of the files. Files are stored as they are:
    workbooks are packed already. Names are marked as UTF-8.
    """
    window = _Window()
    with zipfile.ZipFile(cast("IO[bytes]", window), "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, at), content)
            yield window.taken()
    yield window.taken()
