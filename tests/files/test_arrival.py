"""The day a return came: of the mail, of the entry in a zip, of the file."""

import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from toolkit.files import arrival
from toolkit.files.arrival import arrived
from toolkit.files.mail import sent_on

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC).timestamp()
DAY = date(2026, 1, 20)


def dated(path: Path, when: float = NOON) -> str:
    """Give a file a time; return its path."""
    os.utime(path, (when, when))
    return str(path)


def mail(path: Path, *fields: str) -> str:
    head = "\r\n".join(("From: a@b", *fields, 'Content-Type: application/zip; name="x.zip"'))
    path.write_bytes(f"{head}\r\n\r\nUEs=\r\n".encode())
    return dated(path)


def zipped(path: Path, *entries: tuple[str, tuple[int, ...]]) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for name, when in entries:
            archive.writestr(zipfile.ZipInfo(name, (*when, 8, 0, 0)), b"x")
    return dated(path)


def test_a_file_came_the_day_it_was_last_written(tmp_path):
    path = tmp_path / "某 局.xlsx"
    path.touch()
    assert arrived(dated(path)) == DAY
    assert arrived(dated(path, 0)) is None, "1970 is no day to believe"
    assert arrived(str(tmp_path / "没有.xlsx")) is None
    assert arrived("\0.xlsx") is None


@pytest.mark.parametrize("error", [OSError(22, "Invalid argument"), OverflowError(), ValueError()])
def test_a_time_that_the_system_cannot_tell_is_no_day(tmp_path, monkeypatch, error):
    class Clock:
        """Windows fails on times before 1970."""

        @staticmethod
        def fromtimestamp(_when: float) -> datetime:
            raise error

    (tmp_path / "a.xlsx").touch()
    monkeypatch.setattr(arrival, "datetime", Clock)
    assert arrived(str(tmp_path / "a.xlsx")) is None


def test_what_is_in_a_mail_came_with_it(tmp_path):
    path = mail(tmp_path / "某局.eml", "Date: Tue, 03 Feb 2026 12:00:00 +0000")
    assert arrived(path) == arrived(f"{path}/x.zip/甲局/a.xlsx") == date(2026, 2, 3)


@pytest.mark.parametrize(
    "field",
    [
        "Subject: none", "Date:", "Date: soon", "Date: Tue, 99 Feb 2026 12:00:00 +0800",
        "Date: Thu, 01 Jan 1970 12:00:00 +0000", "Date: Fri, 01 Jan 10000 00:00:00 +0000",
        "Date: Tue, 03 Feb 2026 12:00:00 +9999", "Date: =?utf-8?B?5LuK5aSp?=",
    ],
)  # fmt: skip
def test_a_mail_without_a_day_came_when_its_file_was_written(tmp_path, field):
    path = mail(tmp_path / "a.eml", field)
    assert arrived(f"{path}/x.zip") == DAY


def test_a_mails_day_is_the_day_here():
    when = datetime(2026, 2, 3, 23, 30, tzinfo=UTC)
    for field in ("Tue, 03 Feb 2026 23:30:00 +0000", "Wed, 04 Feb 2026 07:30:00 +0800",
                  "4 Feb 2026 07:30 +0800 (CST)", "Tue, 3 Feb 2026 23:30:00 -0000"):  # fmt: skip
        assert sent_on(f"Date: {field}\r\n\r\n".encode()) in (when.astimezone().date(), when.date())
    assert sent_on(b"\xef\xbb\xbfX-A: b\nDate: Tue, 03 Feb 2026 12:00:00 +0000\n\n") == (
        date(2026, 2, 3)
    )
    assert sent_on(b"Content-Type: a/b\nContent-Type: c/d\n\n") is None
    assert sent_on(b"no mail") is None


def test_what_is_in_a_zip_came_the_day_of_its_entry(tmp_path):
    path = zipped(tmp_path / "报 回.zip", ("甲 局/a.xlsx", (2026, 1, 5)), ("b.xlsx", (1980, 1, 1)),
                  ("c.xlsx", (2026, 1, 6)))  # fmt: skip
    assert arrived(f"{path}/甲 局/a.xlsx") == date(2026, 1, 5)
    assert arrived(f"{path}/c.xlsx") == date(2026, 1, 6)
    assert arrived(f"{path}/b.xlsx") == DAY, "1980 is what programs write that know no day"
    assert arrived(f"{path}/d.xlsx") == arrived(path) == DAY


def test_a_name_in_gbk_and_a_day_that_is_none(tmp_path):
    path = tmp_path / "a.zip"
    zipped(path, ("aa.xlsx", (2026, 1, 5)), ("bb.xlsx", (2026, 1, 6)))
    source = path.read_bytes().replace(b"aa.xlsx", "局".encode("gbk") + b".xlsx")
    thirteenth = (2026 - 1980) << 9 | 13 << 5 | 6
    sixth = (2026 - 1980) << 9 | 1 << 5 | 6
    path.write_bytes(source.replace(sixth.to_bytes(2, "little"), thirteenth.to_bytes(2, "little")))
    dated(path)
    assert arrived(f"{path}/局.xlsx") == date(2026, 1, 5)
    assert arrived(f"{path}/bb.xlsx") == DAY


def test_a_zip_that_is_read_anew_has_its_new_days(tmp_path):
    path = zipped(tmp_path / "a.zip", ("a.xlsx", (2026, 1, 5)))
    assert arrived(f"{path}/a.xlsx") == date(2026, 1, 5)
    zipped(tmp_path / "a.zip", ("a.xlsx", (2026, 1, 6)), ("b.xlsx", (2026, 1, 6)))
    assert arrived(f"{path}/a.xlsx") == date(2026, 1, 6)


@pytest.mark.parametrize("source", [b"", b"PK\3\4", b"not a zip"])
def test_a_damaged_archive_came_when_it_was_written(tmp_path, source):
    for name in ("a.zip", "b.eml"):
        (tmp_path / name).write_bytes(source)
        assert arrived(f"{dated(tmp_path / name)}/x.xlsx") == DAY
