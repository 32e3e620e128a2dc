"""Questions about forms: cells, rules, local editions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..data import CHINESE, say, texts
from ..edition import edition as editions
from ..edition.edition import Edition, EditionError
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
            found, content = _checked(Path(desk.home, OVERLAYS, file), lang)
        except EditionError as error:
            wrong.append({"file": file, "why": str(error)})
            continue
        if taken := right.get((found.form, found.name)):
            figures = {"edition": f"{found.form}/{found.name}", "other": taken[0]}
            wrong.append(
                {"file": file, "why": f"{file}: {say('page', 'forms-taken', lang, **figures)}"}
            )
        else:
            right[found.form, found.name] = (file, found, content)
    _use(desk, {ident: content for ident, (_, _, content) in right.items()})
    loaded = [{"file": file, **_told(one, lang)} for file, one, _ in right.values()]
    return {"loaded": loaded, "wrong": wrong}


def _checked(path: Path, lang: str) -> tuple[Edition, bytes]:
    """Return the edition in a file, and the file's bytes; raises EditionError."""
    if path.stat().st_size > LIMIT:
        raise EditionError(f"{path.name}: {say('page', 'forms-large', lang)}")
    try:
        found = editions.load(path)
    except RecursionError:
        raise EditionError(f"{path.name}: {say('page', 'forms-deep', lang)}") from None
    if (found.form, found.name) in editions.known():
        ident = f"{found.form}/{found.name}"
        raise EditionError(f"{path.name}: {say('page', 'forms-official', lang, edition=ident)}")
    return found, path.read_bytes()


def _use(desk: Desk, found: Mapping[tuple[str, str], bytes]) -> None:
    """Set the local editions of a desk; if they changed, its answers are deleted."""
    digests = (f"{ident} {hashlib.sha256(one).hexdigest()}" for ident, one in found.items())
    digest = hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest() if found else ""
    if digest == desk.editions:
        return
    folder = Path(desk.home, EDITIONS, digest[:16])
    for (form, name), content in found.items():
        (folder / form).mkdir(parents=True, exist_ok=True)
        (folder / form / f"{name}.toml").write_bytes(content)
    desk.editions = digest
    desk.given = replace(desk.given, extra=(folder,) if found else ())
    desk.forget()


def listed(desk: Desk, lang: str) -> list[dict[str, Any]]:
    """Return the editions, the newest of a form first, local ones last."""
    extra = desk.given.extra
    found = (editions.named(*ident, extra) for ident in reversed(editions.known(extra)))
    return [_told(one, lang) for one in sorted(filter(None, found), key=_order)]


def _order(one: Edition) -> tuple[str, bool]:
    return one.form, one.base is not None


def _told(one: Edition, lang: str) -> dict[str, Any]:
    return {
        "form": one.form,
        "name": one.name,
        "title": one.title,
        "years": rulebook.years_of(one, lang),
        "base": one.base,
    }


def shown(desk: Desk, form: str, edition: str, lang: str) -> str:
    """Return an edition as HTML: its tables as printed, its rules."""
    found = editions.named(form, edition, desk.given.extra)
    return "".join(manual.manual(found, lang)) if found else ""


def codes(_desk: Desk, lang: str) -> list[dict[str, str]]:
    """Return the codes of findings with their titles."""
    return [{"code": code, "title": title} for code, title in texts("title", lang).items()]
