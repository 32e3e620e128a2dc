"""Words in somebody's form: heads, units, kinds, boxes to tick, as templates/draft.toml lists them."""

import re
from functools import cache

from ..data import form_words
from ..edition.signs import comparable

_BRACKETS = re.compile(r"[(（\[【〔]([^()（）\[\]【】〔〕]*)[)）\]】〕]")
_TRAILING = re.compile(r"[:：*＊\s]+$")


@cache
def listed(section: str, name: str) -> frozenset[str]:
    """Return words of a section as they are compared."""
    words = form_words()[section][name].split()
    return frozenset(core(word.replace("_", " ")) for word in words)


def core(text: str) -> str:
    """Return a label as it is compared: without brackets, colon and blanks, in small letters.

    >>> core(" Amount (EUR): "), core("No.")
    ('amount', 'no.')
    """
    bare = _BRACKETS.sub("", text)
    return comparable(_TRAILING.sub("", bare if bare.strip() else text)).lower()


def is_head(text: str, name: str) -> bool:
    """Tell whether a label is one of the heads of a list: printed, units, numbers."""
    return core(text) in listed("heads", name)


def is_dots(text: str) -> bool:
    """Tell whether a label stands for as many more lines as one likes."""
    return core(text) in listed("open", "dots")


def is_wording(text: str) -> bool:
    """Tell whether a text has a letter."""
    return any(map(str.isalpha, text))


# ── units ─────────────────────────────────────────────────────────────────────────────────────────


@cache
def units() -> frozenset[str]:
    """Return all units as they are compared."""
    return listed("units", "decimal") | listed("units", "whole")


def is_label(text: str) -> bool:
    """Tell whether a text names something: it has a letter and is no unit."""
    return is_wording(text) and core(text) not in units()


def is_decimal(unit: str) -> bool:
    """Tell whether numbers of a unit have decimals."""
    return core(unit) in listed("units", "decimal")


def unit_in(label: str) -> str | None:
    """Return the unit that a label gives in brackets or after the word for it, None without one."""
    for inner in reversed(_BRACKETS.findall(label)):
        unit = _said(inner) or inner.strip()
        if core(unit) in units():
            return unit
    return None


@cache
def _saying() -> re.Pattern[str]:
    words = "|".join(map(re.escape, form_words()["units"]["caption"].split()))
    return re.compile(rf"(?<!\w)(?:{words})\s*[:：]\s*([^\s,，;；、)）\]】]+)", re.IGNORECASE)


def _said(text: str) -> str:
    match = _saying().search(text)
    return match[1] if match else ""


def unit_of_caption(lines: tuple[str, ...]) -> str:
    """Return the unit that lines above a grid give for all its numbers, empty without one."""
    for line in reversed(lines):
        unit = _said(line)
        if core(unit) in units():
            return unit
    return ""


def says_unit(line: str) -> bool:
    """Tell whether a line above a grid gives a unit."""
    return core(_said(line)) in units()


# ── kinds ─────────────────────────────────────────────────────────────────────────────────────────


def kind_in(label: str) -> str:
    """Return the kind that the words of a label tell, empty where they tell none."""
    bare = core(label)
    for kind in form_words()["kinds"]:
        if any(_within(word, bare) for word in listed("kinds", kind)):
            return kind
    return ""


def _within(word: str, label: str) -> bool:
    """Tell whether a word ends a label; a Latin one is a whole word anywhere in it."""
    if not word.isascii():
        return label.endswith(word)
    return bool(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", label))


# ── boxes to tick ─────────────────────────────────────────────────────────────────────────────────


def choices_in(text: str) -> tuple[str, ...]:
    """Return the words behind two or more boxes to tick, () where there are none."""
    signs = "".join(form_words()["boxes"]["signs"].split())
    if sum(text.count(sign) for sign in signs) < 2:  # noqa: PLR2004 - one box is no choice
        return ()
    parts = re.split(f"[{re.escape(signs)}]", text)
    words = [comparable(part).strip(",，;；、") for part in parts]
    kept = tuple(dict.fromkeys(word for word in words if word))
    return kept if len(kept) > 1 and not words[0] else ()
