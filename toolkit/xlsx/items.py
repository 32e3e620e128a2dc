"""Shared strings that were parsed before, taken from memory by their exact bytes."""

import re
from collections.abc import Mapping
from contextlib import suppress

from . import xml
from .memory import MEMORY, is_on
from .pieces import may_be_cut
from .runs import Runs, runs_of
from .strings import shared_strings
from .zip import Rejected

_ROOT = re.compile(
    rb'\A(?:<\?xml [^<>]*\?>\s*)?<sst xmlns="http://schemas\.openxmlformats\.org/spreadsheetml'
    rb"/2006/main\"[^<>']*>\s*(?=<si)"
)
_COUNT = re.compile(rb' (?:count|uniqueCount)="[0-9]{1,9}"')
_FOREIGN = re.compile(rb"</?[\w.-]+:|xmlns")
_END = b"</si>"


class _Odd(Exception):
    """A part whose texts cannot be told apart: it is parsed as a whole."""


def texts_of(source: bytes, part: str) -> tuple[tuple[str, ...], Mapping[int, Runs]]:
    """Return the texts of a shared strings part, and the pieces of those in several fonts."""
    if is_on():
        xml.refuse_size(source, part)
        with suppress(_Odd, Rejected):
            return _remembered(source, part)
    return shared_strings(source, part), runs_of(source, part)


def _remembered(source: bytes, part: str) -> tuple[tuple[str, ...], Mapping[int, Runs]]:
    root = _ROOT.match(source)
    if root is None or may_be_cut(source):
        raise _Odd
    *items, end = source[root.end() :].split(_END)
    if end.strip() != b"</sst>":
        raise _Odd
    tag = _COUNT.sub(b"", root[0])
    known = MEMORY.several([(item, tag) for item in items])
    lacking = [number for number, entry in enumerate(known) if entry is None]
    if lacking:
        new = [items[number] for number in lacking]
        for number, entry in zip(lacking, _learnt(root[0], new, part), strict=True):
            known[number] = entry
            if MEMORY.is_met(key := (items[number], tag)):
                MEMORY.put(key, entry, 4 * len(items[number]))
    runs = {number: pieces for number, (_, pieces) in enumerate(known) if pieces}
    return tuple([text for text, _ in known]), runs


def _learnt(root: bytes, items: list[bytes], part: str) -> list[tuple[str, Runs | None]]:
    """Return texts with their pieces as the parsers take them, in one call; raises _Odd, Rejected."""
    if any(
        item.count(b"<si") != 1 or not item.lstrip().startswith(b"<si") or _FOREIGN.search(item)
        for item in items
    ):
        raise _Odd
    source = b"".join((root, *(item + _END for item in items), b"</sst>"))
    texts, runs = shared_strings(source, part), runs_of(source, part)
    return [(text, runs.get(number)) for number, text in enumerate(texts)]
