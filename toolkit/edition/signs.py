"""Signs in texts that show nothing or look alike, and text as it is compared."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache

from .. import data

LONGEST = 500
"""Characters of text that is compared; longer text is compared as it is typed, without blanks."""
HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Signs that show nothing: controls, marks of direction, joiners, variation selectors, fillers."""
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of the text after them."""
_BRACKETS = str.maketrans("[]{}【】〔〕〖〗", "()()()()()")


def visible(text: str) -> str:
    r"""Return text without its invisible characters; blanks stay.

    Text that is shown in another order than it is stored is returned as it is.

    >>> visible("是\u200b "), visible("\ufeff否"), visible("\u202e12")
    ('是 ', '否', '\u202e12')
    """
    return text if _TURNED.search(text) else HIDDEN.sub("", text)


def comparable(text: str) -> str:
    """Return text as it is compared: one width, no blanks and no invisible characters.

    >>> comparable(" 某某　局（Ａ）\u200b") == comparable("某某局(A)")
    True
    """
    bare = HIDDEN.sub("", "".join(text.split()))
    if bare.isascii() or len(bare) > LONGEST:
        return bare
    plain = unicodedata.normalize("NFKC", bare.translate(radicals())).translate(_BRACKETS)
    return "".join(plain.split())


@cache
def radicals() -> Mapping[int, int]:
    """Return {CJK radical that NFKC keeps: the character it looks like}, both as code points."""
    signs = data.narrative()["signs"]
    return str.maketrans(signs["radicals"], signs["characters"])


@cache
def pattern_of(pattern: str) -> Callable[[str], bool]:
    """Return the function that tells whether a name fits a pattern, as fnmatchcase does.

    Most patterns have one star; fnmatch compiles each, which takes long.

    >>> [pattern_of("a*c")(name) for name in ("ac", "abc", "a", "cab")]
    [True, True, False, False]
    """
    before, star, after = pattern.partition("*")
    if any(sign in f"{before}{after}" for sign in "*?["):
        return lambda name: fnmatchcase(name, pattern)
    if not star:
        return pattern.__eq__
    least = len(before) + len(after)
    return lambda name: len(name) >= least and name.startswith(before) and name.endswith(after)
