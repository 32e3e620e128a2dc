"""Questions about returns: their paths, the answer for each, the board of all."""

import base64
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from ..campaign import bulk
from ..campaign.store import KeptResult
from ..data import OURS
from ..escape import utf8
from ..files.archive import is_archive
from ..files.gathering import Gathered, Listing, collected, listing
from ..output import FORMATS, board
from .desk import RETURNS, Desk

T = TypeVar("T")


def both(message: Callable[[str], T]) -> dict[str, T]:
    """Return a message in both languages of the page."""
    return {lang: message(lang) for lang in OURS}


def listed(
    desk: Desk, changed: Sequence[str] | None = None, lost: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the paths to examine, those left to do, and the files passed over.

    changed: the files that changed or are gone; None where that may be all of them.
    lost: archives that are not to be opened.
    """
    files = gathered(desk, RETURNS, lost)
    paths, desk.ignored, desk.passed_over = files.paths, files.ignored, files.passed
    desk.paths = tuple(paths)
    here, other = set(paths), set(changed or ())
    desk.answers = {
        path: answer
        for path, answer in desk.answers.items()
        if path in here and changed is not None and not _below(path, other)
    }
    left = [path for path in paths if path not in desk.answers]
    passed = [{"path": file.path, "said": both(file.message)} for file in desk.passed_over]
    return {"paths": paths, "left": left, "ignored": desk.ignored, "passed": passed}


def _below(path: str, names: Container[str]) -> bool:
    """Tell whether a path is one of some files, or is in one that is an archive."""
    ends = (place for place, sign in enumerate(f"{path}/") if sign == "/")
    return any(path[:end] in names for end in ends)


def gathered(desk: Desk, folder: str, lost: Sequence[str]) -> Gathered:
    """Return the returns in a folder, named as `check` names them, and the files passed over."""
    place = Path(desk.home, folder)
    place.mkdir(parents=True, exist_ok=True)

    def listings(paths: Sequence[str]) -> Iterator[Listing]:
        return (Listing((path,)) if path in lost else listing(path) for path in paths)

    with chdir(place):
        return collected(sorted(path.name for path in Path().iterdir()), listings)


def archives(desk: Desk, folder: str) -> list[str]:
    """Return the archives in a folder, without opening them."""
    place = Path(desk.home, folder)
    with chdir(place):
        paths = (path.as_posix() for path in sorted(Path().rglob("*")) if is_archive(path.name))
        return [path for path in paths if Path(path).is_file()]


def opened(desk: Desk, folder: str, path: str) -> None:
    """List an archive, to test whether that is safe."""
    with chdir(Path(desk.home, folder)):
        listing(path)


def examined(desk: Desk, path: str) -> dict[str, Any]:
    """Return the answer for a file, in a form that can be stored and recalled."""
    each = bulk.one_by_one(replace(desk.given, known=desk.known))
    with chdir(Path(desk.home, RETURNS)):
        (answer,) = bulk.answers([path], each)
    return _noted(desk, path, answer if answer.content else desk.known[answer.sha256 or ""])


def lost(desk: Desk, path: str, code: str) -> dict[str, Any]:
    """Return the answer for a file whose examination was stopped."""
    with chdir(Path(desk.home, RETURNS)):
        return _noted(desk, path, bulk.stopped(path, code))


def recalled(desk: Desk, answers: Mapping[str, Mapping[str, Any]]) -> int:
    """Restore stored answers of `examined`, by path; return the number under the current rules."""
    current = {path: answer for path, answer in answers.items() if answer["rules"] == desk.rules}
    for path, answer in current.items():
        content = base64.b64decode(answer["content"])
        _noted(desk, path, KeptResult(answer["sha256"], answer["head"], content, answer["kept"]))
    return len(current)


def _noted(desk: Desk, path: str, answer: KeptResult) -> dict[str, Any]:
    desk.answers[path] = answer
    if answer.kept and answer.sha256:
        desk.known[answer.sha256] = answer
    return {
        "rules": desk.rules,
        "sha256": answer.sha256,
        "head": answer.head,
        "content": base64.b64encode(answer.content).decode("ascii"),
        "kept": answer.kept,
    }


def shown(desk: Desk, lang: str) -> dict[str, Any]:
    """Return the board of all returns as HTML, and the number of returns by verdict."""
    with desk.batch() as batch:
        return {"html": "".join(board.inside(batch, lang)), "verdicts": dict(batch.verdicts or {})}


def written(desk: Desk, style: str, lang: str) -> bytes:
    """Return the results in a format of `check`."""
    with desk.batch() as batch:
        pieces = FORMATS[style](batch, lang)
        return b"".join(utf8(piece) if isinstance(piece, str) else piece for piece in pieces)
