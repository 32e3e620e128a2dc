"""What a release hands out: the same bytes twice, with sums, and nothing over what others made."""

import hashlib
import io
import json
import re
import shlex
import zipfile
from datetime import UTC, datetime

import pytest
from office import need_office
from source import CHECKOUT

from release import build, leaflet
from release.contents import Part
from release.licences import LicenceError
from toolkit import __version__
from toolkit.addin import ribbon
from toolkit.page import bundle
from toolkit.page.downloads import PartError

PAGE = b"<!doctype html>"
METADATA = "gouji-1.dist-info/METADATA"


@pytest.fixture
def quick(monkeypatch):
    """Leave out what has a test of its own or needs a network: the page, and the PDF's printing."""

    def fetched(home):
        (home / "versions.json").write_text("{}", encoding="utf-8")
        return home, ()

    monkeypatch.setattr(build.downloads, "fetch", fetched)
    monkeypatch.setattr(bundle, "assembled", lambda *_: PAGE)
    monkeypatch.setattr(build.contents, "of_page", lambda *_: [Part("dust", "1", "MIT", "x")])
    monkeypatch.setattr(leaflet, "pdf", lambda text, day: f"{day} {len(text)}".encode())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def made(folder):
    build.main(["-o", str(folder)])
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.usefixtures("quick")
def test_a_release_has_the_same_bytes_twice_and_the_sums_of_all_its_files(tmp_path, capsys):
    first = made(tmp_path / "one")
    assert set(first) == {
        *build.PACKAGES, "gouji.html", f"gouji-page-{__version__}.zip", "gouji.xlam", "SHA256SUMS",
        "gouji.cdx.json",
    }  # fmt: skip
    assert f"not made: {build.WINDOWS}" in capsys.readouterr().out
    assert first["gouji.html"] == PAGE
    assert first["gouji.xlam"] == ribbon.shipped()
    lines = first["SHA256SUMS"].decode().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    others = {name: content for name, content in first.items() if name != "SHA256SUMS"}
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    assert made(tmp_path / "two") == first
    assert made(tmp_path / "two") == first


@pytest.mark.usefixtures("quick")
def test_the_zip_for_clerks_has_the_page_with_its_digest_in_the_instructions(tmp_path):
    ((name, content),) = build.clerks(PAGE, leaflet.pdf)
    path = tmp_path / name
    path.write_bytes(content)
    inside = members(path)
    assert set(inside) == {"gouji.html", "说明.txt", "说明.pdf"}
    text = inside["说明.txt"].decode("utf-8-sig")
    assert hashlib.sha256(PAGE).hexdigest() in text
    assert f"gouji {__version__}" in text
    assert text.count("\r\n") == text.count("\n") > 20
    assert inside["说明.pdf"].startswith(b"20270115 ")


def test_the_instructions_name_the_tabs_that_the_page_has():
    words = bundle.texts("page", "zh")
    tabs = {words[f"tab-{name}"] for name in ("agency", "blanks", "check", "notices", "rollup")}
    quoted = set(re.findall("“([^”]*)”", leaflet.text("1", "2")))
    assert tabs <= quoted


def test_the_instructions_are_printed_on_one_page_to_the_same_bytes():
    need_office()
    text = leaflet.text(__version__, "0" * 64)
    printed = leaflet.pdf(text, "20261130")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert b"(D:20261130000000Z')" in printed
    assert leaflet.pdf(text, "20261130") == printed


def test_lines_of_the_instructions_are_broken_between_words():
    assert leaflet.broken("字" * 39 + "words， 字") == ["字" * 39, "words， 字"]
    assert leaflet.broken("字" * 40 + "。" + " 字") == ["字" * 40 + "。", "字"]
    assert leaflet.broken("") == []


def test_the_day_of_a_release_is_that_of_its_version_in_the_changelog(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    version, day = re.search(r"^## \[([\d.]+)\] - (\S+)$", text, re.MULTILINE).groups()
    assert version == __version__
    assert datetime.fromtimestamp(build.epoch(), UTC).date().isoformat() == day
    monkeypatch.setattr(build, "CHECKOUT", CHECKOUT / "docs")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    assert build.epoch() == 5


def test_a_changelog_without_a_day_is_told(monkeypatch, tmp_path):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr(build, "CHECKOUT", tmp_path)
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no version with a day"):
        build.epoch()


def test_a_folder_with_files_of_others_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    (tmp_path / "SHA256SUMS").write_text("00  gouji.html\n", encoding="utf-8")
    (tmp_path / "gouji.html").write_bytes(PAGE)
    with pytest.raises(SystemExit, match=r"left alone: mine\.txt"):
        build.cleared(tmp_path)
    assert (tmp_path / "gouji.html").read_bytes() == PAGE
    (tmp_path / "mine.txt").unlink()
    (tmp_path / "site").mkdir()
    (tmp_path / "SHA256SUMS").write_text("00  gouji-0.1.0.tar.gz\n", encoding="utf-8")
    (tmp_path / "gouji-0.1.0.tar.gz").write_bytes(b"")
    build.cleared(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert build.sums(tmp_path) == b""


def test_a_part_or_a_program_that_cannot_be_had_is_told_in_a_sentence(monkeypatch):
    def lacking(_):
        raise PartError("no-node", program="npm")

    monkeypatch.setattr(build.downloads, "fetch", lacking)
    with pytest.raises(SystemExit, match="Building the page needs npm"):
        list(build.page({}))
    monkeypatch.setattr(leaflet.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="soffice is not on the PATH"):
        leaflet.pdf("", "20261130")


@pytest.mark.usefixtures("quick")
def test_a_part_that_may_not_be_handed_out_ends_the_release_with_its_name(monkeypatch, tmp_path):
    bad = [Part("dust", "1", "GPL-3.0-only", "x")]
    (tmp_path / "gouji.html").write_bytes(PAGE)
    with pytest.raises(SystemExit, match=r"dust: GPL-3\.0-only is not a permissive licence"):
        build.list_of(tmp_path, {"gouji.html": bad})

    def differing(*_):
        raise LicenceError("parts.json and the packages differ: dust")

    monkeypatch.setattr(build.contents, "of_page", differing)
    with pytest.raises(SystemExit, match="differ: dust"):
        list(build.page({}))


def test_the_folder_for_windows_is_a_zip_that_names_no_machine(monkeypatch, tmp_path):
    embedded, noted = tmp_path / "python-3.13.7.zip", {}
    with zipfile.ZipFile(embedded, "w") as package:
        package.writestr("python313._pth", "python313.zip\n")
        package.writestr("LICENSE.txt", "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2")

    def pip(command, **_):
        packages = tmp_path.joinpath(command[command.index("--target") + 1])
        gone = ("bin/gouji", "gouji-1.dist-info/direct_url.json", "xlwings/pro/caller.py")
        for name in (*gone, "toolkit/data.py"):
            (packages / name).parent.mkdir(parents=True, exist_ok=True)
            (packages / name).write_bytes(b"")
        (packages / METADATA).write_text(
            "Name: Gouji\nVersion: 1\nLicense: MIT\n", encoding="utf-8"
        )
        one = {
            "metadata": {"name": "Gouji"},
            "download_info": {"archive_info": {"hashes": {"sha256": "0"}}},
        }
        local = {"metadata": {"name": "local"}, "download_info": {"dir_info": {}}}
        report = json.dumps({"install": [one, local]})
        (packages / "report.json").write_text(report, encoding="utf-8")

    monkeypatch.setattr(build.windows.subprocess, "run", pip)
    ((name, content),) = build.windows_folder(embedded, tmp_path / "gouji.whl", None, noted)
    assert name == f"gouji-windows-{__version__}.zip"
    inside = set(members(io.BytesIO(content)))
    folder = f"gouji-windows-{__version__}"
    assert {f"{folder}/安装按钮.cmd", f"{folder}/gouji.xlam"} <= inside
    assert {name for name in inside if "site-packages" in name} == {
        f"{folder}/python/Lib/site-packages/{name}" for name in ("toolkit/data.py", METADATA)
    }
    python, gouji = noted[name]
    assert (python.name, python.licence, len(python.sha256)) == ("CPython", "PSF-2.0", 64)
    assert (gouji.name, gouji.licence, gouji.sha256) == ("Gouji", "MIT", "0")


def test_outside_git_everything_but_leftovers_is_built(monkeypatch, tmp_path):
    here = tmp_path / "here"
    for name in ("toolkit/a.py", "toolkit/__pycache__/a.pyc", "dist/old.whl"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(b"")
    monkeypatch.setattr(build, "CHECKOUT", here)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    build.copied(tmp_path / "there")
    files = [path for path in (tmp_path / "there").rglob("*") if path.is_file()]
    assert files == [tmp_path / "there" / "toolkit" / "a.py"]


def test_the_package_has_no_file_of_the_releases_making():
    for path in (CHECKOUT / "toolkit").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) release\b", path.read_text(encoding="utf-8"))


# ── the gate and the matrix ───────────────────────────────────────────────────────────────────────


def test_the_gate_builds_the_release_after_the_linters_and_hands_its_page_to_the_tests():
    lines = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    order = ["mypy", "python -m release -o dist", "python -m release.website -o dist/site",
             'export GOUJI_PAGE="$PWD/dist/gouji.html"',
             "python -m pytest -n auto"]  # fmt: skip
    assert [line for line in lines if line in order] == order
    assert lines[-1] == order[-1]


def test_the_matrix_has_every_python_and_system_and_says_that_nobody_ran_it():
    yaml = pytest.importorskip("yaml")
    text = (CHECKOUT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    assert "Nobody has run this file yet" in text
    jobs = yaml.safe_load(text)["jobs"]
    matrix = jobs["pythons"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert [system.partition("-")[0] for system in matrix["system"]] == [
        "ubuntu", "windows", "macos"
    ]  # fmt: skip
    steps = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert {shlex.split(line)[0] for line in steps} == {"apt-get", "git", ".ci/run", "python"}
