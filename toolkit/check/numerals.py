"""Exact numbers in a sentence, in digits or in Chinese numerals; about, ranges, maxims are none."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from .. import data
from ..report.report import Number

DIGITS = re.compile(
    r"(?<![\d.])(?<!\d\uff0c)(?:\d{1,3}(?:\uff0c\d{3}){1,3}(?!\d)|\d{1,12})(?:\.\d{1,2})?(?![\d.])"
)
_TEN = 10
Counted = tuple[int, int, Number]
"""(start, end, number) in a sentence."""


def numbers(words: str) -> Iterator[Counted]:
    r"""Yield the exact numbers of a sentence.

    >>> [number for _, _, number in numbers("3\uff0c511 and 12.50, not 1.2.3")]
    [3511, Decimal('12.50')]
    """
    for start, end, number in (*_digits(words), *_numerals(words)):
        if not _loose(words, start, end) and not _distributive(words, start, end, number):
            yield start, end, number


def _digits(words: str) -> Iterator[Counted]:
    for match in DIGITS.finditer(words):
        bare = match[0].replace("\uff0c", "")
        yield *match.span(), Decimal(bare) if "." in bare else int(bare)


def _numerals(words: str) -> Iterator[Counted]:
    for match in _run().finditer(words):
        start, end = match.span()
        about = words.endswith(tuple(data.narrative()["read"]["about_numeral"]), 0, start)
        number = value(match[0])
        if number is not None and not about and not words[max(0, start - 1) : start].isdigit():
            yield start, end, number


@cache
def _run() -> re.Pattern[str]:
    return re.compile(f"[{''.join(data.narrative()['numeral'])}]+")


def value(numeral: str) -> int | None:
    """Return the number of a Chinese numeral below 10,000; None for a year, a range or a rough one.

    A hundred without a digit before it is rough, and so are two digits side by side.
    """
    signs = data.narrative()["numeral"]
    whole, digit, last, zero = 0, None, 10_000, False
    for place, sign in enumerate(numeral):
        size = signs[sign]
        counted = digit or (digit is None and not place and size == _TEN)
        if _TEN <= size < last and counted:
            whole, digit, last, zero = whole + (digit or 1) * size, None, size, False
        elif size == 0 and digit is None and whole:
            zero = True
        elif size < _TEN and digit is None:
            digit = size
        else:
            return None
    if digit is not None and last > _TEN and whole and not zero:
        return None
    return whole + (digit or 0)


def _loose(words: str, start: int, end: int) -> bool:
    """Tell whether a number is rough, or an end of a range."""
    read = data.narrative()["read"]
    if words.endswith(tuple(read["about"]), 0, start):
        return True
    before, link = words[max(0, start - 2) : max(0, start - 1)], words[max(0, start - 1) : start]
    if link == " " or (link and link in read["to"]):
        return _counts(before) or (link != " " and before != "" and before in read["unit"])
    behind = end + 1 if words[end : end + 1] in tuple(read["unit"]) else end
    if words.startswith(tuple(read["about_behind"]), behind):
        return True
    sign, after = words[behind : behind + 1], words[behind + 1 : behind + 2]
    return sign != "" and sign in read["to"] and _counts(after)


def _counts(sign: str) -> bool:
    return sign.isdigit() or sign in data.narrative()["numeral"]


def _distributive(words: str, start: int, end: int, number: Number) -> bool:
    """Tell whether a number is none of a count: each one, or one by one, as maxims say."""
    read = data.narrative()["read"]
    before = words[:start]
    clause = before[1 + max(before.rfind(sign) for sign in read["clause"]) :]
    if any(word in clause for word in read["each"]):
        return True
    if number != 1:
        return False
    maxim, told = _last(before, read["maxim"]), _last(before, read["told"])
    repeated = len(_one().findall(words)) > 1
    if words[start:end].isdigit() and maxim < 0:
        return _joined(words, start)
    return told <= maxim and (repeated or (maxim >= 0 and not words[start:end].isdigit()))


def _last(words: str, wanted: Iterable[str]) -> int:
    return max(words.rfind(word) for word in wanted)


@cache
def _one() -> re.Pattern[str]:
    return re.compile(data.narrative()["read"]["one"])


def _joined(words: str, start: int) -> bool:
    """Tell whether another 1 follows or precedes in the same part, a few words between."""
    read = data.narrative()["read"]
    return any(
        start in (match.start(), match.end() - 2)
        and not any(sign in match[0] for sign in read["part"])
        for match in re.finditer(rf"1[{read['unit']}]\D{{1,6}}(?=1[{read['unit']}])1.", words)
    )
