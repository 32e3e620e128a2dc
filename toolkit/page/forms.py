"""Questions about forms: cells, rules, local editions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..data import CHINESE, say, texts
from ..edition import edition as editions
from ..edition.edition import Edition
from ..edition.shape import EditionError
from ..output import manual, rulebook
from .desk import Desk

OVERLAYS, EDITIONS = "overlays", "editions"
"""Folders of the local editions as dropped, and of the valid ones."""
LIMIT = 2**20
"""Maximum bytes of a local edition; ours are a twentieth of it."""


def overlays(desk: Desk, files: Sequence[str], lang: str = CHINESE) -> dict[str, Any]:
    """Use these local editions from now on; return the valid ones, and reasons against others.

    Their folder is named after its content, so that files in it never change and no cached
    edition is out of date.
    """
    right: dict[tuple[str, str], tuple[str, Edition, bytes]] = {}
    wrong = []
    for file in files:
        try:
            edition, content = _checked(Path(desk.home, OVERLAYS, file), lang)
        except EditionError as error:
            wrong.append({"file": file, "why": str(error)})
            continue
        if taken := right.get((edition.form, edition.name)):
            figures = {"edition": f"{edition.form}/{edition.name}", "other": taken[0]}
            wrong.append(
                {"file": file, "why": f"{file}: {say('page', 'forms-taken', lang, **figures)}"}
            )
        else:
            right[edition.form, edition.name] = (file, edition, content)
    _use(desk, {ident: content for ident, (_, _, content) in right.items()})
    loaded = [{"file": file, **_told(valid, lang)} for file, valid, _ in right.values()]
    return {"loaded": loaded, "wrong": wrong}


def _checked(path: Path, lang: str) -> tuple[Edition, bytes]:
    """Return the edition in a file, and the file's bytes; raises EditionError."""
    if path.stat().st_size > LIMIT:
        raise EditionError(f"{path.name}: {say('page', 'forms-large', lang)}")
    try:
        edition = editions.load(path)
    except RecursionError:
        raise EditionError(f"{path.name}: {say('page', 'forms-deep', lang)}") from None
    if (edition.form, edition.name) in editions.known():
        ident = f"{edition.form}/{edition.name}"
        raise EditionError(f"{path.name}: {say('page', 'forms-official', lang, edition=ident)}")
    return edition, path.read_bytes()


def _use(desk: Desk, overlays: Mapping[tuple[str, str], bytes]) -> None:
    """Set the local editions of a desk; if they changed, its answers are deleted."""
    digests = (f"{ident} {hashlib.sha256(toml).hexdigest()}" for ident, toml in overlays.items())
    digest = hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest() if overlays else ""
    if digest == desk.editions:
        return
    folder = Path(desk.home, EDITIONS, digest[:16])
    for (form, name), content in overlays.items():
        (folder / form).mkdir(parents=True, exist_ok=True)
        (folder / form / f"{name}.toml").write_bytes(content)
    desk.editions = digest
    desk.given = replace(desk.given, extra=(folder,) if overlays else ())
    desk.forget()


def listed(desk: Desk, lang: str) -> list[dict[str, Any]]:
    """Return the editions, the newest of a form first, local ones behind, examples last."""
    extra = desk.given.extra
    named = (editions.named(*ident, extra) for ident in reversed(editions.known(extra)))
    return [_told(edition, lang) for edition in sorted(filter(None, named), key=_order)]


def _order(edition: Edition) -> tuple[bool, str, bool]:
    return not edition.confirmed, edition.form, edition.base is not None


def _told(edition: Edition, lang: str) -> dict[str, Any]:
    return {
        "form": edition.form,
        "name": edition.name,
        "title": edition.title,
        "years": rulebook.years_of(edition, lang),
        "base": edition.base,
        "confirmed": edition.confirmed,
    }


def shown(desk: Desk, form: str, edition: str, lang: str) -> str:
    """Return an edition as HTML: its tables as printed, its rules."""
    named = editions.named(form, edition, desk.given.extra)
    return "".join(manual.manual(named, lang)) if named else ""


def codes(_desk: Desk, lang: str) -> list[dict[str, str]]:
    """Return the codes of findings with their titles."""
    return [{"code": code, "title": title} for code, title in texts("title", lang).items()]
