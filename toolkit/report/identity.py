"""Identity of agencies: names and codes as they are compared, and invisible characters in them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from ..data import ENGLISH, say, texts, translations
from ..edition.signs import HIDDEN, LONGEST, comparable
from ..edition.signs import visible as visible  # noqa: PLC0414 - handed on

NEAR, SHOWN = 0.6, 3
"""Least similarity (0 to 1) of names to ask about, and most names asked about."""
_ALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
"""Radicals and compatibility ideographs: they look like ordinary characters."""
_GUARD = re.compile(r"[=＝]?[\"＂“”](.+)[\"＂“”]|['’‘＇](.+?)['’‘＇]?")
"""Signs that people type around a code so that a program takes it for text."""

Agency = Mapping[str, str | None]


def name(text: str | None) -> str:
    """Return a name in its form for comparison: one width, no blanks and no invisible characters.

    >>> name(" 某某　局（Ａ）\u200b") == name("某某局(A)")
    True
    >>> name("某某局【本级】") == name("某某局（本级）")
    True
    """
    return comparable(text or "")


def code(text: str | None) -> str:
    """Return a code in its form for comparison: a name in capitals, without the guards of a spreadsheet.

    >>> [code(text) for text in ("0113 00x", '="011300X"', "'011300x", "０１１３００ｘ")]
    ['011300X', '011300X', '011300X', '011300X']
    """
    return name(unguarded(text or "")).upper()


def word(text: str) -> str:
    """Return a printed word in its form for comparison: a name in small letters."""
    return name(text).casefold()


def unguarded(text: str) -> str:
    """Return a code without ="…" or ' around it."""
    bare = HIDDEN.sub("", text).strip()
    match = _GUARD.fullmatch(bare) if len(bare) <= LONGEST else None
    return (match[1] or match[2]).strip() if match else bare


def line(text: str) -> str:
    """Return text as a single visible line: no blanks around it, no invisible characters."""
    joined = "".join(part.strip() for part in re.split("[\r\n]", text))
    kept = (sign for sign in HIDDEN.sub("", joined) if sign in " \u3000" or not sign.isspace())
    return "".join(kept).strip()


# ── one agency ────────────────────────────────────────────────────────────────────────────────────


def known(agency: Agency) -> tuple[str, str]:
    """Return an agency's name and code in their forms for comparison, empty where it has none."""
    return name(agency.get("name")), code(agency.get("code"))


def same(one: Agency, other: Agency) -> bool:
    """Tell whether two are one agency: by code where both have one, else by name."""
    (here, own), (there, others) = known(one), known(other)
    return own == others if own and others else bool(here) and here == there


@cache
def levels() -> Mapping[str, str]:
    """Return {word in its form for comparison: level}: keys and printed names in both languages."""
    return {
        word(text): level
        for level in texts("level", ENGLISH)
        for text in (level, *translations("level", level))
    }


# ── invisible characters ──────────────────────────────────────────────────────────────────────────


def hidden(*typed: str | None) -> dict[str, str]:
    """Return {"signs": invisible and look-alike characters of texts}, nothing without them."""
    shown = ", ".join(dict.fromkeys(sign for text in typed for sign in _signs(text or "")))
    return {"signs": shown} if shown else {}


def remark(lang: str, *typed: str | None) -> str:
    """Return a sentence about such characters, empty without them."""
    signs = hidden(*typed)
    return say("identity", "signs", lang, **signs) if signs else ""


def _signs(text: str) -> Iterator[str]:
    """Yield the first invisible and look-alike characters of a text, like U+200B."""
    for pattern in (HIDDEN, _ALIKE):
        for sign in list(dict.fromkeys(pattern.findall(text[:LONGEST])))[:SHOWN]:
            yield f"U+{ord(sign):04X}"
