"""Fields of the cover, read from free text: name, code, level, year, number of the sending."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from .. import data
from ..data import CHINESE, ENGLISH, Message, texts, translations
from ..edition.edition import LEVELS
from ..finding import Finding, Spot
from ..report import identity
from ..report.report import YEARS, Report, is_empty

EXACT = 15
"""Digits that a number in a spreadsheet keeps."""
SENDINGS = 9999
_LENGTH = 40
"""Most characters of a field that is read as a year or a sending."""
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+\d+", re.ASCII)
_ROUNDED = re.compile(r"\d{6,}\.0+", re.ASCII)
_TEN = 10


@dataclass(frozen=True, slots=True)
class CoverField:
    """A field of the cover as read.

    value: the value, None where there is none. meant: its standard form, where it was written
    otherwise. wrong: name of the sentence for a field that cannot be read, else None.
    """

    value: str | int | None
    meant: str | None = None
    wrong: str | None = None


BLANK = CoverField(None)


# ── names and codes ──────────────────────────────────────────────────────────────────────────────────


def lost(text: str, *, number: bool) -> str | None:
    """Return the kind of loss of a code's digits in a spreadsheet: scientific, rounded, or None.

    number: it was stored as a number.

    >>> lost("1.1E+17", number=False), lost("113200000143457000", number=True)
    ('scientific', 'rounded')
    """
    plain = identity.name(text)
    if _SCIENTIFIC.fullmatch(plain):
        return "scientific"
    whole = plain.isdigit() and len(plain) <= EXACT
    return "rounded" if _ROUNDED.fullmatch(plain) or (number and not whole) else None


def _code(text: str, kind: str) -> CoverField:
    if lost(text, number=kind == "number"):
        return CoverField(None, wrong="cover/code")
    return _name(text, kind)


def _name(text: str, kind: str) -> CoverField:
    """Return a name or code as read; an error or a truth value cannot be read."""
    return CoverField(text) if kind in ("text", "number") else CoverField(None, wrong="cover")


# ── levels ────────────────────────────────────────────────────────────────────────────────────────


@cache
def _meant() -> Mapping[str, str]:
    """Return {other word for a level, in its form for comparison: level}."""
    return {
        identity.word(text): level
        for level in texts("level_meant", ENGLISH)
        for words in translations("level_meant", level)
        for text in words.split()
    }


def _level(text: str, _: str) -> CoverField:
    bare = identity.word(text)
    if bare in identity.levels():
        return CoverField(identity.levels()[bare])
    if bare in _meant():
        return CoverField(_meant()[bare], texts("level", CHINESE)[_meant()[bare]])
    return CoverField(text, wrong="cover/level")


# ── numbers in words ──────────────────────────────────────────────────────────────────────────────


def numeral(text: str) -> int | None:
    """Return the number written in digits or Chinese numerals, None for other text.

    >>> [numeral(text) for text in ("12", "\u4e8c", "\u5341\u4e8c", "\u4e8c\u5341", "2x", "")]
    [12, 2, 12, 20, None, None]
    """
    signs = [unicodedata.numeric(sign, -1.0) for sign in text.translate(_numerals())]
    if not signs or not all(sign in range(_TEN + 1) for sign in signs):
        return None
    digits = [int(sign) for sign in signs]
    return _tens(digits) if _TEN in digits else int("".join(map(str, digits)))


@cache
def _numerals() -> Mapping[int, int]:
    """Return {numeral without a value in Unicode: its digit}, both as code points."""
    signs = data.narrative()["signs"]
    return str.maketrans(signs["numerals"], signs["digits"])


def _tens(digits: Sequence[int]) -> int | None:
    """Return a number below 100 written with a ten, None for any other.

    >>> [_tens(digits) for digits in ([10], [10, 2], [2, 10, 1], [1, 0, 10], [10, 10])]
    [10, 12, 21, None, None]
    """
    at = digits.index(_TEN)
    first, last = digits[:at] or [1], digits[at + 1 :] or [0]
    if len(first) > 1 or len(last) > 1 or last == [_TEN]:
        return None
    return _TEN * first[0] + last[0]


def _said(field: str, text: str) -> re.Match[str] | None:
    """Return the match of a field's pattern, None where the text does not fit or is too long."""
    pattern = data.narrative()["cover"][field]
    return re.fullmatch(pattern, identity.name(text)) if len(text) <= _LENGTH else None


def _year(text: str, _: str) -> CoverField:
    match = _said("year", text)
    value = numeral(match[1]) if match else None
    return _number(text, value, YEARS, "identity/unreadable")


def _sending(text: str, _: str) -> CoverField:
    match = _said("sending", text)
    value = 1 if _said("first", text) else numeral(match[1]) if match else None
    return _number(text, value, (1, SENDINGS), "cover/sent")


def _number(text: str, value: int | None, limits: tuple[int, int], wrong: str) -> CoverField:
    """Return a number as read; without one, or out of its limits, the sentence `wrong`."""
    if value is None or not limits[0] <= value <= limits[1]:
        return CoverField(None, wrong=wrong)
    return CoverField(value, None if text == str(value) else str(value))


# ── all fields ────────────────────────────────────────────────────────────────────────────────────

_READ: Mapping[str, Callable[[str, str], CoverField]] = {
    "agency": _name,
    "code": _code,
    "level": _level,
    "year": _year,
    "sent": _sending,
}


def said(field: str, text: str, kind: str) -> CoverField:
    """Return a field of the cover as read; kind: of the stored cell."""
    if not identity.name(text):
        return BLANK
    return _READ[field](text, kind) if field in _READ else CoverField(text)


def judged(text: str, reading: CoverField, spot: Spot, sent: str | None) -> Iterator[Finding]:
    """Yield a finding for a field not in standard form. sent: the value the blank was made with."""
    if reading.meant is not None:
        words = Message("finding", "cover/meant")
        yield Finding("cover", "warning", (spot,), text, reading.meant, words=words)
    elif reading.wrong is not None:
        name = f"{reading.wrong}-sent" if reading.wrong == "cover/code" and sent else reading.wrong
        words, code = Message("finding", name), name.partition("/")[0]
        figures = {"words": " / ".join(texts("level", CHINESE).values())}
        yield Finding(code, "error", (spot,), text, sent, figures=figures, words=words)


def of_agency(report: Report, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Yield a finding for a report without its agency's name, unless its reader has found it."""
    named = identity.name(report.agency.get("name")) or report.origin == "document"
    if not named and not is_empty(report) and all(f.code != "identity" for f in findings):
        words = Message("finding", "identity/json-agency")
        yield Finding("identity", "error", (Spot("agency.name", None, None, ""),), words=words)


def of_level(report: Report, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Yield a finding for a report's unknown level, unless the reader has found it."""
    level = report.agency.get("level")
    if not level or level in LEVELS or any((f.code, f.found) == ("cover", level) for f in findings):
        return
    near = _meant().get(identity.word(level))
    words = Message("finding", "cover/json-meant" if near else "cover/json")
    figures = {"words": " / ".join(LEVELS)}
    yield Finding("cover", "error", (), level, near, figures=figures, words=words)
