"""Parts that commands need: Python, packages, programs; which are here and which are missing."""

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .. import __version__
from ..data import Message
from ..documents.convert import office

ALL = "all"
"""Stands for all commands."""
PAGE = "gouji.html"
_MANY = ("blank", "check", "demo", "diff", "fill", "import", "read", "rollup")
_REQUIRED = {
    "openpyxl": ("openpyxl>=3.1.5", (ALL,)),
    "jsonschema": ("jsonschema>=4.17", (ALL,)),
    "click": ("click>=8.1", (ALL,)),
    "rich": ("rich>=13", _MANY),
    "pebble": ("pebble>=5.1", _MANY),
}
"""{package: (what pip is asked for, the commands that use it)}."""
_EXTRA = {
    "xlwings": ("xlwings>=0.37", ("check --open", "addin")),
    "pypdfium2": ("pypdfium2>=5", ("check", "import")),
    "pyarrow": ("pyarrow>=16", ("read",)),
    "fsspec": ("fsspec>=2024.2", ("check", "read")),
    "distributed": ("dask[distributed]>=2024.2", ("check --engine",)),
    "fastapi": ("fastapi>=0.115", ("serve",)),
    "pyOpenVBA": ("pyOpenVBA==6.5.0", ("addin build",)),
}
_PROGRAMS = ("node", "npm")
_LEAST = re.compile(r"[>=]=([\d.]+)")
_PRODUCT = re.compile(r"^ProductKey=.*?([\d.]+)\s*$", re.MULTILINE)
_ON_A_MAC = "../Resources/bootstraprc"
_PATIENCE = 20
UNKNOWN = "?"
"""The version of a program that does not tell one."""


@dataclass(frozen=True, slots=True)
class Requisite:
    """Something that commands need. version: None where it is missing.

    uses: the commands. do: the sentence on what to do, None where nothing is to be done.
    """

    name: str
    version: str | None
    required: bool
    uses: tuple[str, ...]
    do: Message | None = None


def advice(name: str, **figures: str) -> Message:
    """Return the sentence on what to do without a part, the same for every command."""
    elsewhere = name == "xlwings" and sys.platform not in ("win32", "darwin")
    return Message("part", f"{name}/elsewhere" if elsewhere else name, figures)


def without_page(sentence: str) -> Message:
    """Return what to do where the page cannot be built; sentence: that of its PartError."""
    return advice("node" if sentence == "no-node" else "page")


def installed(page: Path | None) -> Iterator[Requisite]:
    """Yield all parts: the required ones first. page: the built page of this version."""
    yield Requisite("Python", platform.python_version(), required=True, uses=(ALL,))
    yield Requisite("gouji", __version__, required=True, uses=(ALL,))
    for name, (requirement, uses) in _REQUIRED.items():
        do = advice("library", requirement=requirement)
        yield _package(Requisite(name, None, required=True, uses=uses, do=do), requirement)
    for name, (requirement, uses) in _EXTRA.items():
        part = Requisite(name, None, required=False, uses=uses, do=advice(name))
        yield _package(part, requirement)
    yield _found("LibreOffice", _office(), ("check", "import"), "LibreOffice")
    for name in _PROGRAMS:
        yield _found(name, _program(name), ("page -o",), "node")
    yield _found(PAGE, __version__ if page else None, ("page",), "page")


def lacking(part: Requisite) -> bool:
    """Tell whether a required part is missing or too old."""
    return part.required and part.do is not None


def _found(name: str, version: str | None, uses: tuple[str, ...], do: str) -> Requisite:
    """Return an optional part, with what to do where it is missing."""
    return Requisite(name, version, required=False, uses=uses, do=None if version else advice(do))


def _package(part: Requisite, requirement: str) -> Requisite:
    """Return a package with its version; the sentence stays where it is missing or too old."""
    make = partial(Requisite, part.name, required=part.required, uses=part.uses)
    try:
        there = version(part.name)
    except PackageNotFoundError:
        return part
    least = _LEAST.search(requirement)
    old = least is not None and _numbers(there) < _numbers(least[1])
    return make(version=there, do=part.do if old else None)


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, for comparison.

    >>> _numbers("3.1.5"), _numbers("4.17rc1") < _numbers("4.18")
    ((3, 1, 5), True)
    """
    return tuple(map(int, re.findall(r"\d+", version)))


def _office() -> str | None:
    """Return LibreOffice's version from a file beside its program, which is not started."""
    path = office()
    if path is None:
        return None
    program = Path(path).resolve().parent
    for file in (program / "bootstraprc", program / "bootstrap.ini", program / _ON_A_MAC):
        if file.is_file():
            told = _PRODUCT.search(file.read_text(encoding="utf-8", errors="replace"))
            return told[1] if told else UNKNOWN
    return UNKNOWN


def _program(name: str) -> str | None:
    """Return the version that a program tells, None where it is not found."""
    path = shutil.which(name)
    if path is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a program by its own path
            [path, "--version"], capture_output=True, encoding="utf-8", errors="replace",
            timeout=_PATIENCE, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN
    return done.stdout.strip().lstrip("v") or UNKNOWN
