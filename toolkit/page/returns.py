"""Questions about returns: which there are, what came of each, what is to be seen of all."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..campaign import bulk
from ..campaign.bulk import Lost, guarded
from ..campaign.store import Answer
from ..examine import gather
from ..output import FORMATS, board
from .desk import Desk

RETURNS = "returns"
"""The folder of what came back; names in it are the paths that results have."""


def listed(desk: Desk) -> dict[str, Any]:
    """Return the paths to examine and how many files were passed over."""
    found, desk.ignored = gather(sorted(path.name for path in Path().iterdir()))
    desk.paths = tuple(found)
    desk.answers = {path: one for path, one in desk.answers.items() if path in found}
    return {"paths": found, "ignored": desk.ignored}


def examined(desk: Desk, path: str) -> dict[str, Any]:
    """Return what came of one file, to be kept and given back one day."""
    one = guarded(bulk.answer, path, replace(desk.given, known=desk.known))
    if isinstance(one, Lost):
        return lost(desk, path, one.code)
    return _noted(desk, path, one if one.content else desk.known[one.sha256])


def lost(desk: Desk, path: str, code: str) -> dict[str, Any]:
    """Return what comes instead of an answer that had to be given up."""

    def given_up(_task: object, paths: Iterable[str]) -> Iterator[Lost]:
        return (Lost(code) for _ in paths)

    return _noted(desk, path, next(bulk.answers([path], desk.given, given_up)))


def recalled(desk: Desk, answers: Mapping[str, Mapping[str, Any]]) -> int:
    """Take back answers that `examined` gave, by path; return how many are of the rules of now."""
    own = {path: one for path, one in answers.items() if one["rules"] == desk.rules}
    for path, one in own.items():
        content = base64.b64decode(one["content"])
        _noted(desk, path, Answer(one["sha256"], one["head"], content, one["kept"]))
    return len(own)


def _noted(desk: Desk, path: str, one: Answer) -> dict[str, Any]:
    desk.answers[path] = one
    if one.kept and one.sha256:
        desk.known[one.sha256] = one
    return {
        "rules": desk.rules,
        "sha256": one.sha256,
        "head": one.head,
        "content": base64.b64encode(one.content).decode("ascii"),
        "kept": one.kept,
    }


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
    "recalled": recalled,
    "shown": shown,
    "written": written,
}
