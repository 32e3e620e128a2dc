"""Parts of the files that are handed out: name, version, licence, digest, as the parts say it."""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from toolkit.page.downloads import Download, folder

from .licences import LicenceError, declared, kinds, whole

_LICENCE = re.compile(r"\.dist-info/(?:.*/)?(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
_NATIVE = re.compile(r"^(\S+(?: and \S+)?): (.*(?:\n  .*)*)", re.MULTILINE)
"""An entry of terms/engine.txt: a name or two, and words of which the last in brackets are SPDX."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file.

    read: the place its licence was read. sha256: of the file it came in; '' where there is none.
    inside: parts compiled into it. beside: whether it is installed beside the file, not in it.
    """

    name: str
    version: str
    licence: str
    read: str
    kind: str = "pypi"
    sha256: str = ""
    inside: tuple["Part", ...] = ()
    beside: bool = False


# ── packages ──────────────────────────────────────────────────────────────────────────────────────


def of_package(files: Mapping[str, bytes]) -> Part:
    """Return the part that a package is; files: those of its dist-info, by path."""
    metadata, texts = _said(files)
    sboms = [json.loads(files[name]) for name in sorted(files) if "/sboms/" in name]
    return Part(
        metadata["Name"],
        metadata["Version"],
        whole(metadata, texts),
        "METADATA and licence files",
        inside=tuple(_compiled(sboms)),
    )


def _said(files: Mapping[str, bytes]) -> tuple[Message, list[str]]:
    """Return the METADATA of a package, and the texts of its licences."""
    (head,) = (name for name in files if name.endswith(".dist-info/METADATA"))
    texts = [
        files[name].decode("utf-8", "replace")
        for name in sorted(files)
        if _LICENCE.search(name) and "/sboms/" not in name
    ]
    return HeaderParser().parsestr(files[head].decode("utf-8")), texts


def _compiled(sboms: Sequence[Any]) -> Iterator[Part]:
    """Yield the parts that a package's own lists (PEP 770) name."""
    for sbom in sboms:
        for one in sbom.get("components", ()):
            named = [
                licence.get("expression") or licence["license"].get("id", "")
                for licence in one.get("licenses", ())
            ]
            purl = one.get("purl", "pkg:generic/").removeprefix("pkg:").partition("/")[0]
            expression = " AND ".join(named).replace("/", " OR ")
            yield Part(one["name"], one.get("version", ""), expression, "its own SBOM", purl)


def of_wheel(path: Path) -> Part:
    """Return the part that a wheel is."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" in name}
    return replace(of_package(files), sha256=_digest(path))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def required(wheel: Path) -> Iterator[Part]:
    """Yield the packages that a wheel needs, as installed here, sorted by name."""
    with zipfile.ZipFile(wheel) as archive:
        (head,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        wanted = HeaderParser().parsestr(archive.read(head).decode()).get_all("Requires-Dist", ())
    there: dict[str, Distribution] = {}
    waiting = list(wanted)
    while waiting:
        one = Requirement(waiting.pop())
        name = str(canonicalize_name(one.name))
        if name in there or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        there[name] = distribution(name)
        waiting += there[name].requires or ()
    for name in sorted(there):
        files = {
            str(file): Path(str(file.locate())).read_bytes()
            for file in there[name].files or ()
            if ".dist-info/" in str(file) and Path(str(file.locate())).is_file()
        }
        yield replace(of_package(files), beside=True)


# ── gouji.html ────────────────────────────────────────────────────────────────────────────────────


def of_page(
    engine: Path, wheels: Sequence[Path], stated: Sequence[Download], versions: Mapping[str, str]
) -> list[Part]:
    """Return the parts of the page; versions: those of the libraries in the engine.

    stated: parts.json, which the page shows. Raises LicenceError where a package says otherwise.
    """
    first, *others = stated
    package = json.loads((engine / "package.json").read_text(encoding="utf-8"))
    head = Part(
        package["name"], package["version"], package["license"], "package.json", "npm",
        first.sha256, tuple(_native(engine, versions)),
    )  # fmt: skip
    parts = [head, _python(engine / "python_stdlib.zip", versions["CPython"])]
    parts += map(of_wheel, wheels)
    said = {(part.name, part.version, part.licence) for part in (parts[0],)}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if ".dist-info/" in name]
            metadata, texts = _said({name: archive.read(name) for name in names})
        said.add((metadata["Name"], metadata["Version"], declared(metadata, texts)))
    listed = {(one.name, one.version, one.licence) for one in (first, *others)}
    if wrong := sorted(said ^ listed):
        raise LicenceError(f"parts.json and the packages differ: {wrong}")
    return parts


def _python(library: Path, version: str) -> Part:
    """Return CPython; no licence is in the engine's copy, so its text is in the page's folder."""
    (licence,) = kinds((folder() / "terms" / "CPython.txt").read_text(encoding="utf-8")) & {
        "PSF-2.0"
    }
    return Part("CPython", version, licence, "terms/CPython.txt", "generic", _digest(library))


def _native(engine: Path, versions: Mapping[str, str]) -> Iterator[Part]:
    """Yield the libraries that terms/engine.txt names, each with its licence."""
    text = (folder() / "terms" / "engine.txt").read_text(encoding="utf-8").partition("──")[0]
    digest = _digest(engine / "pyodide.asm.wasm")
    for names, words in _NATIVE.findall(text):
        licence = re.findall(r"\(([^()]*)\)", words)[-1]
        for name in names.split(" and "):
            version = versions.get(name, "")
            yield Part(name, version, licence, "terms/engine.txt", "generic", digest)


# ── the folder for Windows ────────────────────────────────────────────────────────────────────────


def of_windows(python: Path, embedded: Path, digests: Mapping[str, str]) -> list[Part]:
    """Return the parts of the folder for Windows; python: its folder of Python.

    embedded: the zip of python.org. digests: {package: SHA-256 of its wheel}.
    """
    text = (python / "LICENSE.txt").read_text(encoding="utf-8", errors="replace")
    found = sorted(kinds(text) & {"PSF-2.0"})
    version = re.search(r"\d+(\.\d+)+", embedded.name)
    parts = [
        Part(
            "CPython", version[0] if version else "", " AND ".join(found), "LICENSE.txt",
            "generic", _digest(embedded),
        )
    ]  # fmt: skip
    for info in sorted((python / "Lib" / "site-packages").glob("*.dist-info")):
        files = {
            path.relative_to(info.parent).as_posix(): path.read_bytes()
            for path in info.rglob("*")
            if path.is_file()
        }
        part = of_package(files)
        parts.append(replace(part, sha256=digests.get(canonicalize_name(part.name), "")))
    return parts
