"""The build of gouji.html: reproducible bytes, only listed parts, plain refusals."""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from source import messages

from toolkit import __version__, cli
from toolkit.page import bundle, downloads
from toolkit.page.downloads import Download, PartError

MOST = 13 * 10**6
"""Maximum bytes of the whole page."""


@pytest.fixture
def bare(built, need):
    """Return the text of a page of this checkout; one named by GOUJI_PAGE may be older.

    Where nothing may be skipped, that one is new: .ci/run builds it with the other files.
    """
    ours = "GOUJI_PAGE" not in os.environ or os.environ.get("GOUJI_REQUIRE_ALL") == "1"
    need(ours, "GOUJI_PAGE names a page that was built before")
    return built.read_text(encoding="utf-8")


def part(text, name):
    """Return the content packed under a name."""
    found = re.search(f'id="part-{name}">([^<]*)<', text)
    return gzip.decompress(base64.b64decode(found[1]))


def page(*arguments):
    return CliRunner().invoke(cli.gouji, ["page", *map(str, arguments), "--lang", "zh"])


def said(name, **figures):
    return messages()["cli"][name]["zh"].format(**figures)


# ── what comes out ────────────────────────────────────────────────────────────────────────────────


def test_the_command_builds_the_same_bytes_elsewhere_and_says_their_digest(bare, tmp_path):
    path = tmp_path / "别处 folder" / "gouji.html"
    path.parent.mkdir()
    told = page("-o", path)
    assert told.exit_code == 0, told.output
    assert path.read_bytes() == bare.encode()
    assert hashlib.sha256(bare.encode()).hexdigest() in told.stdout


def test_the_page_is_small_enough_to_hand_around(bare):
    assert len(bare.encode()) <= MOST


def test_the_parts_inside_are_those_that_are_listed_with_their_versions_and_licences(bare):
    with zipfile.ZipFile(io.BytesIO(part(bare, "own"))) as archive:
        names = archive.namelist()
        heads = [HeaderParser().parsestr(archive.read(name).decode())
                 for name in names if name.endswith(".dist-info/METADATA")]  # fmt: skip
    engine, *wheels = downloads.parts()
    inside = {(one["Name"], one["Version"], one["License-Expression"] or one["License"])
              for one in heads}  # fmt: skip
    assert inside == {(one.name, one.version, one.licence) for one in wheels}
    lists = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    roots = {"toolkit", "openpyxl", "et_xmlfile", "jsonschema", "attr", "attrs", "pyrsistent",
             "_pyrsistent_version.pyc", "pvectorc.pyc"}  # fmt: skip
    assert lists <= roots
    assert engine.version in part(bare, "worker").decode()


def test_the_page_has_what_a_browser_needs_and_nothing_else_of_the_package(bare):
    with zipfile.ZipFile(io.BytesIO(part(bare, "own"))) as archive:
        names = set(archive.namelist())
    for place in (
        "examine.pyc",
        "page/returns.pyc",
        "templates/messages/zh.toml",
        "templates/annual-report/2021.toml",
    ):
        assert f"toolkit/{place}" in names
    for place in ("cli/__init__.pyc", "page/build.pyc", "workers.pyc", "templates/page/page.js"):
        assert f"toolkit/{place}" not in names


def test_the_policy_allows_the_scripts_that_are_there_and_no_connection(bare):
    policy = re.search('Content-Security-Policy" content="([^"]*)"', bare)[1]
    assert policy.startswith("default-src 'none'; script-src ")
    for word in ("connect-src", "unsafe-inline", "'unsafe-eval'", "http", "*", "data:"):
        assert word not in policy
    for script in re.findall("<script>(.*?)</script>", bare, re.DOTALL):
        wanted = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{wanted}'" in policy
    words = json.loads(re.search('id="words">([^<]*)<', bare)[1])
    assert words["version"] == __version__


# ── what is refused ───────────────────────────────────────────────────────────────────────────────

CONTENT = b"what was tried"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def programs(monkeypatch, tmp_path):
    """Give substitutes for npm and pip: {program: function}; both write the expected files."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as packed:
        packed.addfile(tarfile.TarInfo("package/pyodide.js"))
    engine = Download("pyodide", "1", hashlib.sha256(archive.getvalue()).hexdigest(), "MPL-2.0")
    monkeypatch.setattr(downloads, "parts", lambda: (engine, Download("attrs", "2", DIGEST, "MIT")))
    monkeypatch.setattr(downloads.shutil, "which", lambda name: f"/{name}")
    made = {
        "npm": lambda: (tmp_path / "pyodide-1.tgz").write_bytes(archive.getvalue()),
        "pip": lambda: (tmp_path / "wheels" / "attrs-2-py3-none-any.whl").write_bytes(CONTENT),
    }
    (tmp_path / "wheels").mkdir()

    def run(command, **_):
        name = "npm" if command[0] == "/npm" else "pip"
        assert command[0] in {"/npm", sys.executable}
        done = made[name]()
        return done if isinstance(done, subprocess.CompletedProcess) else _done(0)

    monkeypatch.setattr(downloads.subprocess, "run", run)
    return made


def _done(code, out="", err=""):
    return subprocess.CompletedProcess([], code, out, err)


def refused(act, *given):
    with pytest.raises(PartError) as caught:
        act(*given)
    return caught.value.sentence, caught.value.figures


def test_what_comes_as_it_was_tried_is_taken(programs, tmp_path):
    assert programs
    engine, wheels = downloads.fetch(tmp_path)
    assert (engine / "pyodide.js").exists()
    assert [path.read_bytes() for path in wheels] == [CONTENT]


def test_another_file_than_the_one_that_was_tried_is_not_taken(programs, tmp_path):
    programs["pip"] = lambda: (tmp_path / "wheels" / "attrs-2-x.whl").write_bytes(b"another")
    assert refused(downloads.fetch, tmp_path) == ("other-part", {"part": "attrs 2"})


def test_a_program_that_leaves_no_file_is_no_success(programs, tmp_path):
    programs["pip"] = lambda: None
    assert refused(downloads.fetch, tmp_path) == ("no-part", {"part": "attrs", "why": "0 files"})


@pytest.mark.parametrize(("out", "err", "why"), [
    ("", "npm error\nnetwork is down\n", "network is down"),
    ("no such version\n", "", "no such version"),
    ("", "", "?"),
])  # fmt: skip
def test_a_program_that_fails_is_quoted_with_its_last_line(programs, tmp_path, out, err, why):
    programs["npm"] = lambda: _done(1, out, err)
    assert refused(downloads.fetch, tmp_path) == ("no-part", {"part": "pyodide@1", "why": why})


def test_the_command_names_the_program_that_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(downloads.shutil, "which", lambda _: None)
    path = tmp_path / "gouji.html"
    told = page("-o", path)
    assert told.exit_code == 2
    do = messages()["part"]["node"]["zh"]
    assert said("no-node", program="npm", do=do) in told.output
    assert not path.exists()


@pytest.mark.parametrize(("err", "why"), [("at x\nit broke\n", "it broke"), ("", "?")])
def test_a_node_that_fails_is_quoted(monkeypatch, tmp_path, err, why):
    monkeypatch.setattr(bundle, "_worker", lambda _: "")
    monkeypatch.setattr(bundle, "tool", lambda _: "/node")
    monkeypatch.setattr(bundle.subprocess, "run", lambda *_, **__: _done(1, "", err))
    assert refused(bundle._prepared, tmp_path, tmp_path, {}) == (  # noqa: SLF001
        "no-part", {"part": "node", "why": why}
    )  # fmt: skip


def test_a_page_is_assembled_of_parts_fetched_before(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "_prepared", lambda _, engine, __: {"own": engine.name.encode()})
    made = bundle.assembled(tmp_path, tmp_path / "engine", ())
    assert made == bundle.document({"own": b"engine"})


def test_without_a_file_to_write_the_command_says_where_the_page_of_this_version_is(
    monkeypatch, tmp_path
):
    content = "".join(bundle._document({"own": b""}))  # noqa: SLF001
    monkeypatch.setattr(bundle, "data", SimpleNamespace(home=tmp_path.joinpath))
    told = page()
    assert told.exit_code == 2
    do = messages()["part"]["page"]["zh"]
    assert said("no-page", do=do) in told.stderr
    path = tmp_path / "dist" / "gouji.html"
    path.parent.mkdir()
    path.write_text(content.replace(f"gouji {__version__}", "gouji 0.0.9"), encoding="utf-8")
    assert page().exit_code == 2
    path.write_bytes(content.encode())
    told = page()
    assert told.exit_code == 0
    digest = hashlib.sha256(content.encode()).hexdigest()
    size = f"{len(content.encode()) / 1e6:.1f}"
    assert told.stdout == said("page-made", path=path, size=size, sha256=digest) + "\n"


def test_the_command_overwrites_no_file(tmp_path):
    path = tmp_path / "gouji.html"
    path.write_bytes(b"x")
    assert page("-o", path).exit_code == 2
    assert path.read_bytes() == b"x"
