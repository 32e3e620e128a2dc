"""Placeholders in texts: names in braces that stand for numbers of the form."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ..edition.edition import Edition
from ..edition.naming import Keys, spelt

LONGEST = 30
"""Longer text in braces is no placeholder."""
_BRACES = re.compile(r"[{\uff5b]([^{}\uff5b\uff5d\r\n]{1,60})[}\uff5d]")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name in braces. start, end: of the braces in the text. keys: of its cells, None for none."""

    name: str
    start: int
    end: int
    keys: Keys | None


@cache
def _known(edition: Edition) -> Mapping[str, Keys]:
    return {spelt(name): keys for name, keys in edition.placeholders.items()}


def placeholders(text: str, edition: Edition) -> Iterator[Placeholder]:
    """Yield the placeholders of a text, also those of no cell; braces around other text are none.

    An edition without names has no placeholders.
    """
    known = _known(edition)
    for match in _BRACES.finditer(text) if known else ():
        name = spelt(match[1])
        if name and len(name) <= LONGEST and not name.isascii():
            yield Placeholder(match[1].strip(), *match.span(), known.get(name))


def filled(text: str, edition: Edition, shown: Callable[[Keys], str | None]) -> str:
    """Return a text with the content of cells in place of their placeholders.

    shown: the content by the keys of the cells; None leaves the placeholder.
    """
    parts, end = [], 0
    for one in placeholders(text, edition):
        content = shown(one.keys) if one.keys else None
        if content is not None:
            parts += [text[end : one.start], content]
            end = one.end
    return "".join((*parts, text[end:]))
