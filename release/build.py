"""Writes what a release hands out into one folder.

    python -m release -o dist

The wheel, the sdist, gouji.html, a zip of it with instructions for clerks, the add-in, the folder
for Windows computers without Python as a zip, the list of all their parts and licences
(gouji.cdx.json, CycloneDX), and SHA256SUMS. Runs in a checkout with the extra
`test` installed. The same checkout gives the same bytes on machines with the same
Python, Node.js, LibreOffice and fonts.
"""

import argparse
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from toolkit import __version__
from toolkit.addin import ribbon
from toolkit.data import ENGLISH, say
from toolkit.files.installed import without_page
from toolkit.page import bundle, downloads
from toolkit.page.downloads import PartError

from . import contents, leaflet, sbom, windows
from .contents import Part
from .licences import LicenceError

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE, SUMS, PARTS = "gouji.html", "SHA256SUMS", "gouji.cdx.json"
SITE = "site"
"""Folder of the documentation site, which is built beside these files (release/website.py)."""
CLERKS = f"gouji-page-{__version__}.zip"
WINDOWS = f"gouji-windows-{__version__}.zip"
PACKAGES = (f"gouji-{__version__}-py3-none-any.whl", f"gouji-{__version__}.tar.gz")
_DAY = re.compile(r"^## \[\d[^\]]*\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE)

Files = Iterator[tuple[str, bytes]]


def main(arguments: list[str] | None = None) -> None:
    """Write the folder, and print each file with its size and the seconds it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="a new folder")
    parser.add_argument("--embedded", type=Path, help="python-3.…-embed-amd64.zip of python.org")
    parser.add_argument("--find-links", type=Path, help="a folder of wheels for Windows")
    given = parser.parse_args(arguments)
    output = given.output
    cleared(output)
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    parts: dict[str, list[Part]] = {}
    write(output, packages())
    wheel = next(output.glob("*.whl"))
    parts[wheel.name] = list(contents.required(wheel))
    write(output, page(parts))
    write(output, clerks((output / PAGE).read_bytes(), leaflet.pdf))
    write(output, [(ribbon.NAME, ribbon.shipped())])
    if given.embedded:
        write(output, windows_folder(given.embedded, wheel, given.find_links, parts))
    else:
        print(f"not made: {WINDOWS}; give --embedded the embeddable Python of python.org for it")
    write(output, [(PARTS, list_of(output, parts))])
    write(output, [(SUMS, sums(output))])


def epoch() -> int:
    """Return SOURCE_DATE_EPOCH, else the day of the newest version in CHANGELOG.md, in seconds."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    newest = _DAY.search((CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if newest is None:
        raise SystemExit("CHANGELOG.md: no version with a day; set SOURCE_DATE_EPOCH")
    return int(datetime.fromisoformat(newest[1]).replace(tzinfo=UTC).timestamp())


def cleared(folder: Path) -> None:
    """Make the folder, and take out what an earlier build put there; refuse any other file."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = {SUMS, PARTS, PAGE, CLERKS, WINDOWS, ribbon.NAME, *PACKAGES}
    if (folder / SUMS).is_file():
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        ours |= {line.partition("  ")[2] for line in lines}
    there = sorted(path for path in folder.iterdir() if path.name != SITE)
    if others := [path.name for path in there if path.name not in ours]:
        raise SystemExit(f"{folder} holds other files and was left alone: {', '.join(others)}")
    for path in there:
        path.unlink()


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files as they are made, and print them."""
    since = time.monotonic()
    for name, content in files:
        (folder / name).write_bytes(content)
        now = time.monotonic()
        print(f"{len(content) / 1e6:8.2f} MB {now - since:6.1f} s  {name}", flush=True)
        since = now


# ── the files ─────────────────────────────────────────────────────────────────────────────────────


def packages() -> Files:
    """Yield the wheel and the sdist, built from a copy without what git ignores or does not know.

    Outside a checkout of git, as in an unpacked sdist, everything there is built.
    """
    with tempfile.TemporaryDirectory(prefix="gouji-") as home:
        source, out = Path(home, "source"), Path(home, "out")
        copied(source)
        command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
        subprocess.run(command, cwd=source, check=True, capture_output=True)
        for path in sorted(out.iterdir()):
            yield path.name, path.read_bytes()


def copied(target: Path) -> None:
    """Copy the checkout's files as they are, those that git tracks."""
    git = ["git", "-C", str(CHECKOUT), "ls-files", "-z"]
    listed = subprocess.run(git, check=False, capture_output=True, encoding="utf-8")
    if listed.returncode:
        shutil.copytree(CHECKOUT, target, ignore=shutil.ignore_patterns("__pycache__", "dist"))
        return
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / name, target / name)


def page(parts: dict[str, list[Part]]) -> Files:
    """Yield gouji.html, and note its parts."""
    try:
        with tempfile.TemporaryDirectory(prefix="gouji-") as home:
            engine, wheels = downloads.fetch(Path(home))
            yield PAGE, bundle.assembled(Path(home), engine, wheels)
            versions = json.loads(Path(home, "versions.json").read_text(encoding="utf-8"))
            parts[PAGE] = contents.of_page(engine, wheels, downloads.parts(), versions)
    except PartError as error:
        do = without_page(error.sentence)[ENGLISH]
        raise SystemExit(say("cli", error.sentence, ENGLISH, do=do, **error.figures)) from error
    except LicenceError as error:
        raise SystemExit(str(error)) from error


def clerks(content: bytes, printed: Callable[[str, str], bytes]) -> Files:
    """Yield the page with its instructions as text and, printed, as PDF."""
    text = leaflet.text(__version__, hashlib.sha256(content).hexdigest())
    day = f"{datetime.fromtimestamp(epoch(), UTC):%Y%m%d}"
    note = text.replace("\n", "\r\n").encode("utf-8-sig")
    members = {
        f"{leaflet.NAME}.txt": note,
        f"{leaflet.NAME}.pdf": printed(text, day),
        PAGE: content,
    }
    yield CLERKS, packed(members)


def windows_folder(
    embedded: Path, wheel: Path, links: Path | None, parts: dict[str, list[Part]]
) -> Files:
    """Yield the folder for Windows computers without Python, and note its parts."""
    with tempfile.TemporaryDirectory(prefix="gouji-") as home:
        folder = Path(home, WINDOWS.removesuffix(".zip"))
        digests = windows.make(embedded, wheel, folder, links)
        parts[WINDOWS] = contents.of_windows(folder / windows.PYTHON, embedded, digests)
        members = {
            path.relative_to(home).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        yield WINDOWS, packed(members)


def packed(members: dict[str, bytes]) -> bytes:
    """Return a zip of the members in the order of their names, all of one time."""
    stream = io.BytesIO()
    when = datetime.fromtimestamp(epoch(), UTC).timetuple()[:6]
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, when)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, members[name], zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def list_of(folder: Path, parts: dict[str, list[Part]]) -> bytes:
    """Return the list of the parts of the folder's files; exits where one may not be handed out."""
    licence = (CHECKOUT / "LICENSE").read_text(encoding="utf-8").partition(" ")[0]
    files = {name: ((folder / name).read_bytes(), some) for name, some in parts.items()}
    try:
        return sbom.listed(files, licence, epoch())
    except LicenceError as error:
        raise SystemExit(str(error)) from error


def sums(folder: Path) -> bytes:
    """Return the digests of the folder's files, as sha256sum reads them."""
    return b"".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n".encode()
        for path in sorted(folder.iterdir())
        if path.is_file()
    )
