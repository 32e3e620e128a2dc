"""Rows of a list that name no agency: sums, remarks, signatures, headings of groups."""

import re
from functools import cache

from ..data import translations
from ..report import identity

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
        "|".join(
            re.escape(identity.word(word))
            for word in " ".join(translations("roster_foot", name)).split()
        )
        for name in ("sum", "count", "label", "person", "place", "numeral")
    )
    heads = "|".join(re.escape(word) for word in _heads())
    return (
        re.compile(rf"({sums})(:|\d.*)?$|({counts})\d"),
        re.compile(rf"({labels})(\d|\([^)]*\))?(:|$)"),
        re.compile(rf"{people}|{places}"),
        re.compile(rf"\(?({numerals})+[、,)]"),
        re.compile(rf"({heads})$"),
    )


def _heads() -> list[str]:
    """Return the heads of the column of names: some lists repeat them on each page."""
    return [identity.word(word) for word in " ".join(translations("roster", "name")).split()]
