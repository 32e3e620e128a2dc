"""`gouji serve` and `gouji page --pane` on the command line: options, addresses, refusals."""

import json
import re
import socket
import ssl
import struct
import sys
import zlib
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
import uvicorn
from click.testing import CliRunner
from source import messages

from toolkit import __version__, cli
from toolkit.page import bundle, panefiles
from toolkit.page.downloads import PartError
from toolkit.page.icons import SIZES, icon

URL = "https://gouji.example.cn/pane"
SPACE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"


def run(*words):
    return CliRunner().invoke(cli.gouji, [*map(str, words), "--lang", "zh"])


def said(name, **figures):
    return messages()["cli"][name]["zh"].format(**figures)


# ── serve ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def started(monkeypatch):
    """Return the servers that are started: their configuration, the sockets they listen at."""
    found = []

    def run(self, sockets):
        found.append(SimpleNamespace(config=self.config, sockets=sockets))
        self.config.app.tell("x")
        raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn.Server, "run", run)
    return found


def test_it_listens_on_this_computer_and_says_where(started):
    done = run("serve", "--port", 0)
    assert done.exit_code == 0, done.output
    (one,) = started
    port = re.search(r"http://127\.0\.0\.1:(\d+)/ ", done.stderr)[1]
    assert done.stderr.splitlines() == [
        said("serve-at", url=f"http://127.0.0.1:{port}/"),
        said("serve-counts", counts="x"),
    ]
    assert not one.config.access_log
    assert one.config.log_level == "critical"


def test_other_computers_are_warned_of_and_ipv6_has_brackets(started):
    done = run("serve", "--host", "0.0.0.0", "--port", 0)  # noqa: S104 - what an office does
    assert said("serve-plain") in done.stderr
    with_six = run("serve", "--host", "::1", "--port", 0)
    assert "http://[::1]:" in with_six.stderr or with_six.exit_code == 2
    assert started


def test_a_certificate_makes_it_https(started, tmp_path, monkeypatch):
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", lambda *_: None)
    done = run("serve", "--port", 0, "--cert", "a.pem", "--key", "b.pem", "--files", tmp_path)
    assert "https://127.0.0.1:" in done.stderr
    assert started[0].config.ssl_certfile == "a.pem"


def test_what_cannot_be_used_is_named(tmp_path):
    path = tmp_path / "a.pem"
    path.write_text("x", encoding="utf-8")
    alone = run("serve", "--cert", path)
    assert (alone.exit_code, alone.stderr.strip()) == (2, said("serve-pair"))
    bad = run("serve", "--cert", path, "--key", path)
    assert bad.stderr.startswith(said("serve-cert", path=path, why="").rstrip("。"))
    gone = run("serve", "--cert", tmp_path / "b", "--key", path)
    assert str(tmp_path / "b") in gone.stderr
    assert run("serve", "--files", tmp_path / "no").exit_code == 2


def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", port)
    assert done.exit_code == 2
    assert str(port) in done.stderr


def test_without_its_packages_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    done = run("serve")
    assert (done.exit_code, done.stderr.strip()) == (
        2,
        said("no-server", do=messages()["part"]["fastapi"]["zh"]),
    )


# ── the folder of a pane ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def _packed(monkeypatch):
    parts = {name: name.encode() for name in ("wasm", "std", "own", "worker")}
    monkeypatch.setattr(panefiles, "packed", lambda: parts)


@pytest.mark.usefixtures("_packed")
@pytest.mark.parametrize("more", [(), ("--back-end",)])
def test_a_panes_folder_has_all_that_excel_and_wps_ask_for(tmp_path, more):
    folder = tmp_path / "侧栏"
    done = run("page", "--pane", "--url", URL, "-o", folder, *more)
    assert done.output.strip() == said("pane-written", path=folder, url=f"{URL}/")
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *("pane.html", "gouji.html", "index.html", "functions.html", "main.js"),
        *("manifest.xml", "jsplugins.xml", "ribbon.xml"),
        *(f"icon-{size}.png" for size in SIZES),
    }
    again = run("page", "--pane", "--url", URL, "-o", folder, *more)
    assert again.exit_code == 2
    assert run("page", "--pane", "--url", URL, "-o", folder, "--force", *more).exit_code == 0
    parts = panefiles.packed()
    assert (folder / "gouji.html").read_bytes() == bundle.document(parts)
    text = (folder / "pane.html").read_text(encoding="utf-8")
    assert ('id="part-wasm"' in text) is not bool(more)


@pytest.mark.usefixtures("_packed")
def test_the_manifest_has_what_excel_holds_it_to(tmp_path):
    """Unique identity, version of four figures, https, every resid there, sizes of icons."""
    run("page", "--pane", "--url", URL, "-o", tmp_path / "a")
    text = (tmp_path / "a" / "manifest.xml").read_text(encoding="utf-8")
    assert "{" not in text
    root = ET.fromstring(text)
    assert root.find(f"{SPACE}Id").text == panefiles.identity(f"{URL}/")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                        root.find(f"{SPACE}Id").text)  # fmt: skip
    assert root.find(f"{SPACE}Version").text == f"{__version__}.0"
    values = {one.get("DefaultValue") for one in root.iter() if one.get("DefaultValue")}
    addresses = {value for value in values if value.startswith("http")}
    assert addresses
    assert all(value.startswith(f"{URL}/") for value in addresses)
    there = {path.name for path in (tmp_path / "a").iterdir()}
    assert {value.removeprefix(f"{URL}/") for value in addresses} <= there
    asked = {one.get("resid") for one in root.iter() if one.get("resid")}
    assert asked == {
        one.get("id")
        for one in root.iter()
        if one.tag.startswith("{http://schemas.microsoft.com/office/officeappbasictypes")
    } - {None}
    labels = {one.get("id"): one.get("DefaultValue") for one in root.iter() if one.get("id")}
    assert len(labels["title"]) <= 125
    assert len(labels["about"]) <= 250


@pytest.mark.usefixtures("_packed")
def test_the_add_in_of_wps_begins_as_wps_wants_it(tmp_path):
    run("page", "--pane", "--url", URL, "-o", tmp_path / "a")
    ribbon = (tmp_path / "a" / "ribbon.xml").read_text(encoding="utf-8")
    assert ribbon.startswith("<customUI")
    script = (tmp_path / "a" / "main.js").read_text(encoding="utf-8")
    called = set(re.findall(r'(?:onLoad|onAction|getImage)="(\w+)"', ribbon))
    assert called == set(re.findall(r"^function (\w+)", script, re.MULTILINE))
    (plugin,) = ET.parse(tmp_path / "a" / "jsplugins.xml").getroot()
    assert plugin.attrib == {"name": "gouji", "type": "et", "url": f"{URL}/"}


def test_icons_are_png_of_their_size():
    for size in SIZES:
        content = icon(size)
        assert struct.unpack(">II", content[16:24]) == (size, size)
        rows = zlib.decompress(content[41:-16])
        assert len(rows) == size * (4 * size + 1)
        middle = rows[size // 2 * (4 * size + 1) :][1:]
        assert middle[4 * (size // 2) + 3] == 255
        assert rows[4] < 255


@pytest.mark.parametrize(
    "url", [None, "http://a.example", "https://", "https://[", "https://a/?x", "https://a b/", "a"]
)
def test_a_pane_needs_an_address_of_https(url, tmp_path):
    words = ["--url", url] if url is not None else []
    done = run("page", "--pane", *words, "-o", tmp_path / "a")
    assert (done.exit_code, done.stderr.strip()) == (2, said("pane-url"))


def test_a_pane_needs_a_folder_of_its_own(tmp_path):
    assert run("page", "--pane", "--url", URL).stderr.strip() == said("pane-folder")
    (tmp_path / "a").write_text("", encoding="utf-8")
    done = run("page", "--pane", "--url", URL, "-o", tmp_path / "a")
    assert done.stderr.strip() == said("not-a-folder", path=tmp_path / "a")
    for words in (("--url", URL), ("--back-end",)):
        assert run("page", *words).stderr.strip() == said("pane-alone")


def test_a_pane_that_cannot_be_built_or_saved_says_why(tmp_path, monkeypatch):
    def refuse():
        raise PartError("no-node", program="npm")

    monkeypatch.setattr(panefiles, "packed", refuse)
    done = run("page", "--pane", "--url", URL, "-o", tmp_path / "a")
    assert (done.exit_code, "npm" in done.stderr) == (2, True)
    monkeypatch.setattr(panefiles, "files", lambda _: [("a/b", b"")])
    done = run("page", "--pane", "--url", URL, "-o", tmp_path / "a")
    assert done.exit_code == 2
    assert json.dumps(str(tmp_path))[1:-1] in json.dumps(done.stderr)
