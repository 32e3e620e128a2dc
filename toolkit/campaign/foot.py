"""Rows of a list that name no agency: sums, remarks, signatures, headings of groups."""

import re
from functools import cache

from ..report import identity
from .flat import words

_LONGEST = 500
"""Characters of a text that are looked at."""


def is_foot(text: str) -> bool:
    """Tell whether a text in the column of names is a sum, a remark, a signature or a heading."""
    bare = identity.word(text[:_LONGEST])
    return not re.search(r"\w", bare) or any(pattern.match(bare) for pattern in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of such texts, as texts are compared."""
    sums, counts, labels, people, places, numerals = (
        "|".join(map(re.escape, words("roster_foot", name)))
        for name in ("sum", "count", "label", "person", "place", "numeral")
    )
    heads = "|".join(map(re.escape, words("roster", "name")))
    return (
        re.compile(rf"({sums})(:|\d.*)?$|({counts})\d"),
        re.compile(rf"({labels})(\d|\([^)]*\))?(:|$)"),
        re.compile(rf"{people}|{places}"),
        re.compile(rf"\(?({numerals})+[、,)]"),
        re.compile(rf"({heads})$"),  # some lists repeat the head on each page
    )
