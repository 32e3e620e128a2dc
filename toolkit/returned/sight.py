"""Comparison of the text that is seen in a cell with the value that was taken from it."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ..data import CHINESE, texts
from ..xlsx.render import MONTHS, WEEK

SAME, STYLED, ZERO, ROUNDED, UNSEEN, OTHER = "", "style", "zero", "rounded", "unseen", "other"
"""Grades of a text seen: the same; the same number written otherwise; a 0 shown as a blank or
sign; rounded; nothing seen; another number or other words."""
MAYBE = "condition"
"""The grade of another number that only a condition of unknown outcome shows."""
GRADES = (SAME, STYLED, ZERO, ROUNDED, MAYBE, UNSEEN, OTHER)
"""In the order of their gravity."""
_BLANKS = " \t\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"
_CURRENCY = "\u00a5\uffe5$\u20ac"
_CODES = ("CNY", "RMB", "USD", "EUR", "HKD")
_NUMBER = re.compile(
    r"-?(?:[0-9]+|[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+)?(?:\.[0-9]*)?(?:E[+-]?[0-9]+)?"
)
_SIGNS = frozenset("-\u2013\u2014\u2015\u2212\uff0d/\u2010\u2011 ")
_FRACTION = re.compile(r"(-?)(?:([0-9]+) )?([0-9]+)/([0-9]+)")
_CLOSE = Decimal("0.05")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"[0-9]+")


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    """Return {name: words} of section [seen] of the messages."""
    return {name: tuple(words.split()) for name, words in texts("seen", CHINESE).items()}


@lru_cache(maxsize=4096)
def of_number(text: str, value: Decimal, unit: str = "") -> str:
    """Return the grade of a text as the picture of a number; unit: the cell's own.

    >>> [of_number(text, Decimal(7)) for text in (" 7 ", "7.00", "70", "(7)", "")]
    ['', '', 'other', 'other', 'unseen']
    >>> [of_number(text, Decimal(0)) for text in (" - ", "", "5")]
    ['zero', 'zero', 'other']
    """
    bare = text.strip(_BLANKS)
    if not value and set(bare) <= _SIGNS | set(_CURRENCY):
        return ZERO
    if not bare:
        return UNSEEN
    grade, bare = _without_words(bare, value, unit)
    number = _read(bare)
    if number is None:
        return OTHER if not (not value and bare in _words()["zero"]) else STYLED
    if number == value:
        return grade
    return ROUNDED if _is_rounded(bare, number, value) else OTHER


def _without_words(text: str, value: Decimal, unit: str) -> tuple[str, str]:
    """Return the grade and the text without a unit behind the number or a currency beside it."""
    grade = SAME
    for word in _units(unit):
        if text.endswith(word) and len(text) > len(word):
            text, grade = text.removesuffix(word).strip(_BLANKS), STYLED
            break
    negative = value < 0 and text.startswith("(") and text.endswith(")")
    text = f"-{text[1:-1]}" if negative else text
    for sign in (*_CURRENCY, *_CODES):
        bare = text.strip(f"-+{_BLANKS}")
        if text.count(sign) == 1 and (bare.startswith(sign) or bare.endswith(sign)):
            text = text.replace(sign, "").strip(_BLANKS)
    minus, rest = text[:1] == "-", text.strip(f"{_BLANKS}").removeprefix("-").strip(_BLANKS)
    return grade, f"-{rest}" if minus else rest.removeprefix("+")


@lru_cache(maxsize=16)
def _units(unit: str) -> tuple[str, ...]:
    """Return the words that may stand behind a number, longer ones first.

    Money in another unit than the cell's is another number.
    """
    words = texts("unit", CHINESE)
    money, things = (words[name].split() for name in ("money", "things"))
    allowed = {unit} & set(money) if unit in money else set(money)
    return tuple(sorted({*things, *allowed}, key=len, reverse=True))


def _read(text: str) -> Decimal | None:
    """Return the number that a text shows, None where it shows none."""
    part = _FRACTION.fullmatch(text)
    if part and int(part[4]):
        whole = Decimal(part[2] or 0) + Decimal(part[3]) / Decimal(part[4])
        return -whole if part[1] else whole if part[2] else None
    if not _NUMBER.fullmatch(text) or not _DIGITS.search(text):
        return None
    return Decimal(re.sub(r"[, \u00a0\u202f]", "", text))


def _is_rounded(text: str, number: Decimal, value: Decimal) -> bool:
    """Tell whether a number is the value rounded to the digits shown, and close to it."""
    if "/" in text:
        return abs(number - value) <= abs(value) * _CLOSE
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return abs(number - value) <= step / 2 and abs(number - value) <= abs(value) * _CLOSE


def of_field(text: str, value: Decimal) -> str:
    """Return the grade of a text as the picture of a number on the cover, with words around it."""
    signs = any(sign.isnumeric() for sign in text if not sign.isascii())
    return OTHER if signs or _DIGITS.findall(text) != [f"{value:f}"] else STYLED


def of_day(text: str, day: str) -> str:
    """Return the grade of a text as the picture of a day, given as YYYY-MM-DD with or without time.

    >>> [of_day(text, "2025-03-04") for text in ("2025/3/4", "04-Mar-25", "2025-03", "3", "45720")]
    ['', '', 'style', 'style', 'other']
    """
    bare = text.strip(_BLANKS)
    if not bare:
        return UNSEEN
    year, month, number, *rest = map(int, _DIGITS.findall(day))
    seen = [int(digits[-9:]) for digits in _DIGITS.findall(bare)]
    named = [word for word in _WORD.findall(bare) if word not in _words()["day"]]
    months = [word for word in named if word.lower() in _names(year, month, number)]
    if len(months) < len(named):
        return OTHER
    time = rest or [0, 0, 0]
    left = [year, year % 100, month, number, *time, time[0] % 12 or 12]
    for shown in seen:
        if shown not in left:
            return OTHER
        left.remove(shown)
    whole = (year in seen or year % 100 in seen) and number in seen
    return SAME if whole and (month in seen or months) else STYLED


@lru_cache(maxsize=64)
def _names(year: int, month: int, day: int) -> frozenset[str]:
    """Return the English names of a day's month and weekday, whole and cut, and of the noon."""
    weekday = WEEK[date(year, month, day).weekday()]
    names = [name.lower() for whole in (MONTHS[month - 1], weekday) for name in (whole, whole[:3])]
    return frozenset((*names, names[0][0], "am", "pm"))


def of_text(text: str, value: str) -> str:
    """Return the grade of a text as the picture of a text."""
    if text.strip(_BLANKS) == value.strip(_BLANKS):
        return SAME
    return UNSEEN if not text.strip(_BLANKS) else OTHER


def worse(first: str, second: str) -> str:
    """Return the graver of two grades."""
    return max(first, second, key=GRADES.index)
