"""The day a return came: of its mail, of its entry in a zip, else of its file."""

import io
import zipfile
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from ..report.report import ReportError
from ..xlsx.zip import Rejected, open_zip
from .archive import decoded, is_archive, is_mail
from .gathering import bytes_of, file_of

_FIRST = 2000
"""First year of a day that is believed: programs that know none write 1970 or 1980."""
_UTF_8 = 0x800


def arrived(path: str) -> date | None:
    """Return the day a file came: of its mail, of its entry in a zip, else of the file itself."""
    file = file_of(path)
    try:
        state = Path(file).stat()
        own = _believed(datetime.fromtimestamp(state.st_mtime).date())  # noqa: DTZ006 - the office's
    except (OSError, ValueError, OverflowError):
        return None
    if not is_archive(file):
        return own
    days = _inside(file, state.st_mtime_ns, state.st_size)
    return days.get(path[len(file) + 1 :]) or days.get("") or own


@lru_cache(maxsize=16)
def _inside(file: str, _changed: int, _size: int) -> dict[str, date]:
    """Return {path in an archive: its day}; "" is that of a mail and all that is in it."""
    try:
        source = bytes_of(file)
        if is_mail(file):
            from .mail import sent_on  # noqa: PLC0415 - few paths are mails

            day = _believed(sent_on(source))
            return {"": day} if day else {}
        names = {entry.raw: entry.name for entry in open_zip(source, decoded, comment=True)}
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            days = {names.get(_raw(entry), ""): _day(entry) for entry in archive.infolist()}
        return {name: day for name, day in days.items() if name and day}
    except (ValueError, zipfile.BadZipFile, NotImplementedError, Rejected, ReportError):
        return {}


def _raw(entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of an entry's name."""
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF_8 else "cp437")


def _day(entry: zipfile.ZipInfo) -> date | None:
    """Return the day of an entry, None where it has none to believe."""
    try:
        return _believed(date(*entry.date_time[:3]))
    except ValueError:
        return None


def _believed(day: date | None) -> date | None:
    return day if day and day.year >= _FIRST else None
