"""Returns at addresses of fsspec: listed, read and judged like files in a folder."""

import importlib.util
import json

import pytest
import tamper
from click.testing import CliRunner
from letters import zipped

from toolkit.cli import gouji
from toolkit.files import distant, gathering
from toolkit.files.arrival import arrived
from toolkit.report.report import ReportError
from toolkit.workers import Given, copies, workers

TOP = "memory://county/报"


@pytest.fixture(autouse=True)
def memory(need):
    """Return an empty file system in memory, at memory://."""
    need(importlib.util.find_spec("fsspec"), "fsspec is not installed")
    import fsspec  # noqa: PLC0415 - an extra

    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    distant.is_file.cache_clear()
    yield system
    system.store.clear()


def material() -> dict[str, bytes]:
    """Return names and contents of a folder with what is read, ignored and passed over."""
    wrong = tamper.put("表三", "D7", "<v>9</v>")
    inside = [("局/甲.xlsx".encode(), tamper.filled()), (b"a.docx", b"x")]
    return {
        "a.xlsx": tamper.filled(),
        "乙 局/b.xlsx": wrong,
        "坏.xlsx": b"PK",
        "包.zip": zipped(inside, 0x800),
        "x.json": b'{"form": "annual-report"}',
        "y.json": b"{}",
        "说明.docx": b"no document",
        "photo.rar": b"Rar!\x1a\x07\x01\x00",
        ".hidden": b"",
        "__MACOSX/a.xlsx": b"",
        ".gouji-abcdefgh": b"",
        "乙 局/.Trash-1000/c.xlsx": b"",
    }


def put(memory, tmp_path) -> None:
    """Write the material into a folder, and to an address."""
    for name, content in material().items():
        memory.pipe(f"/county/报/{name}", content)
        path = tmp_path / "报" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def check(*words: str) -> tuple[dict, int]:
    done = CliRunner().invoke(gouji, ["check", *words, "--lang", "zh", "--format", "json"])
    assert done.stdout, done.output
    return json.loads(done.stdout), done.exit_code


@pytest.mark.parametrize("jobs", [(), ("--jobs", "1")], ids=["here", "apart"])
def test_an_address_is_checked_as_a_folder_is(memory, tmp_path, monkeypatch, jobs):
    put(memory, tmp_path)
    monkeypatch.setattr(copies, "BATCH", 2)
    monkeypatch.chdir(tmp_path)
    far, status = check(TOP, *jobs)
    near, expected = check("报")
    assert status == expected == 1
    home = "memory:///county/报"
    assert [one["path"] for one in far["files"]] == [
        one["path"].replace("报", home, 1) for one in near["files"]
    ]
    for here, there in zip(near["files"], far["files"], strict=True):
        assert {**here, "path": "", "received": None} == {**there, "path": ""}
    assert far["summary"] == near["summary"]
    assert [(one["kind"], one["why"]) for one in far["passed_over"]] == [
        (one["kind"], one["why"]) for one in near["passed_over"]
    ]


def test_a_single_file_and_a_path_into_an_archive_are_read(memory, tmp_path):
    put(memory, tmp_path)
    zipped_path = f"{TOP}/包.zip/局/甲.xlsx"
    assert gathering.gather([zipped_path]) == ([zipped_path], 0)
    assert gathering.gather([f"{TOP}/说明.docx"]) == ([f"{TOP}/说明.docx"], 0)
    with workers(Given()) as crew:
        (read,) = crew.loads([zipped_path])
    assert (read.path, read.report.edition) == (zipped_path, tamper.edition())
    assert gathering.content(zipped_path) == tamper.filled()
    assert arrived(zipped_path) is None


def test_what_is_too_large_is_not_fetched(memory, tmp_path, monkeypatch):
    memory.pipe("/big.xlsx", b"x" * 100)
    for module in (distant, gathering):
        monkeypatch.setattr(module, "FILE_LIMIT", 99)
    (copy,) = distant.fetched(["memory://big.xlsx"], tmp_path)
    assert (tmp_path / "0" / "big.xlsx").read_bytes() == bytes(100)
    for path in (copy, "memory://big.xlsx"):
        with pytest.raises(ReportError, match="too-large"):
            gathering.bytes_of(path)


def test_a_file_that_is_gone_is_unreadable(tmp_path):
    (copy,) = distant.fetched(["memory://gone.xlsx"], tmp_path)
    for path in (copy, "memory://gone.xlsx"):
        with pytest.raises(ReportError, match="unreadable"):
            gathering.bytes_of(path)
    assert not distant.is_file("memory://gone.zip")


def test_errors_of_a_file_system_are_told(monkeypatch):
    def refuse(_: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(distant, "_placed", refuse)
    with pytest.raises(OSError, match="ZeroDivisionError"):
        distant.bytes_at("memory://a")
    assert not distant.is_file("memory://a.zip")
    done = CliRunner().invoke(gouji, ["check", "memory://a", "--lang", "zh"])
    assert (done.exit_code, done.stderr) == (2, "memory://a 连不上：ZeroDivisionError\n")


def test_nothing_at_an_address_is_said():
    done = CliRunner().invoke(gouji, ["check", "memory://a", "--lang", "en"])
    assert (done.exit_code, "memory://a" in done.stderr) == (2, True)


def test_without_fsspec_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    done = CliRunner().invoke(gouji, ["check", "memory://a", "--lang", "zh"])
    assert done.exit_code == 2
    assert 'pip install "gouji[dask]"' in done.stderr
