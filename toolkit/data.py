"""Files of templates/ and schemas/: from the wheel, a checkout, and folders the user names."""

import os
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_WORDS = ("messages.toml", "narrative.toml")


class DataError(Exception):
    """A folder of templates, schemas or further editions is missing."""


def home(name: str) -> Path:
    """Return the folder `name` (templates or schemas) that came with the toolkit."""
    for parent in (_HERE, _HERE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise DataError(f"folder {name!r} is missing; install the package again")


def folders(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the folders searched for editions: ours, GOUJI_TEMPLATES, then `extra`."""
    named = os.environ.get("GOUJI_TEMPLATES", "")
    own = [Path(part) for part in named.split(os.pathsep) if part]
    for folder in (*own, *extra):
        if not folder.is_dir():
            raise DataError(f"no folder {str(folder)!r}; check --templates and GOUJI_TEMPLATES")
    return tuple(dict.fromkeys(path.resolve() for path in (home("templates"), *own, *extra)))


def edition_files(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the TOML files of all editions, by form and name, without those of messages."""
    found = {path for folder in folders(extra) for path in folder.rglob("*.toml")}
    editions = (path for path in found if path.name not in _WORDS)
    return tuple(sorted(editions, key=lambda path: (path.parent.name, path.stem, path)))


@cache
def messages() -> dict[str, dict[str, dict[str, str]]]:
    """Return templates/messages.toml: {section: {name: {zh, en}}}."""
    return tomllib.loads((home("templates") / "messages.toml").read_text(encoding="utf-8"))


@cache
def narrative() -> dict[str, dict[str, Any]]:
    """Return templates/narrative.toml: patterns and words for numbers in texts."""
    source = (home("templates") / "narrative.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def schema_text(name: str) -> str:
    """Return a committed JSON Schema as text."""
    return (home("schemas") / name).read_text(encoding="utf-8")


def asset(name: str) -> str:
    """Return a style or script of the board's pages as text."""
    return (home("templates") / "board" / name).read_text(encoding="utf-8")


def released(form: str, edition: str) -> tuple[bytes, ...]:
    """Return the packed plans of an edition's blanks in released versions, oldest version first."""
    folders = sorted((home("templates") / "released").iterdir())
    paths = (folder / form / f"{edition}.plan" for folder in folders)
    return tuple(path.read_bytes() for path in paths if path.is_file())
