"""Questions about returns: which there are, what came of each, what is to be seen of all."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..campaign import bulk
from ..campaign.bulk import Lost
from ..campaign.store import Answer
from ..examine import gather
from ..output import FORMATS, board
from .desk import Desk

RETURNS = "returns"
"""The folder of what came back; names in it are the paths that results have."""


def listed(desk: Desk) -> dict[str, Any]:
    """Return the paths to examine and how many files were passed over."""
    os.chdir(Path(desk.home, RETURNS))
    found, desk.ignored = gather(sorted(path.name for path in Path().iterdir()))
    desk.paths = tuple(found)
    desk.answers = {path: one for path, one in desk.answers.items() if path in found}
    return {"paths": found, "ignored": desk.ignored}


def examined(desk: Desk, path: str) -> dict[str, Any]:
    """Return what came of one file, to be kept and given back one day."""
    one = bulk.answer(path, desk.given)
    desk.answers[path] = desk.known.get(one.sha256 or "", one) if not one.content else one
    return _kept(desk.answers[path])


def lost(desk: Desk, path: str, code: str) -> dict[str, Any]:
    """Return what comes instead of an answer that had to be given up."""

    def given_up(_task: object, paths: Iterable[str]) -> Iterator[Lost]:
        return (Lost(code) for _ in paths)

    desk.answers[path] = next(bulk.answers([path], desk.given, given_up))
    return _kept(desk.answers[path])


def _kept(one: Answer) -> dict[str, Any]:
    return {"sha256": one.sha256, "head": one.head, "content": one.content, "kept": one.kept}


def shown(desk: Desk, lang: str) -> dict[str, Any]:
    """Return what is to be seen of all: HTML, and how many there are of each verdict."""
    with desk.batch() as batch:
        return {"html": "".join(board.inside(batch, lang)), "verdicts": dict(batch.verdicts or {})}


def written(desk: Desk, style: str, lang: str) -> bytes:
    """Return the results in one of the formats of `check`."""
    with desk.batch() as batch:
        pieces = FORMATS[style](batch, lang)
        return b"".join(one.encode() if isinstance(one, str) else one for one in pieces)


QUESTIONS: Mapping[str, Callable[..., Any]] = {
    "listed": listed,
    "examined": examined,
    "lost": lost,
    "shown": shown,
    "written": written,
}
