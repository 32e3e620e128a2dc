"""Numbers that a text may mean, proposed and never taken."""

import re
from decimal import Decimal

from ..data import translations
from ..edition.kind import Number
from . import identity
from .strict import NUMBER_LIMIT

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""{full-width sign: its ASCII sign}, both as code points."""
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?", re.ASCII)


def proposal(text: str, unit: str = "") -> Number | None:
    """Return the number that a text may mean, or None; never 0 for a sign or a word.

    unit: the cell's; what is written in 元 is not proposed for a cell in 万元, nor the reverse.

    >>> [proposal(t) for t in ("１２", "0件", "1,234", " 7 ", "251000元", "/", "无", "22（其中3件）")]
    [12, 0, 1234, 7, 251000, None, None, None]
    """
    if len(text) > NUMBER_LIMIT:
        return None
    bare = identity.visible("".join(text.split())).translate(FULL_WIDTH)
    money, things = _units()
    written = next((name for name in (*money, *things) if bare.endswith(name)), "")
    if unit and written in money and written != unit:
        return None
    bare = bare.removesuffix(written).removeprefix("+")
    if not _GROUPED.fullmatch(bare):
        return None
    number = Decimal(bare.replace(",", ""))
    return int(number) if number == number.to_integral_value() else number


def _units() -> tuple[list[str], list[str]]:
    """Return the unit words for money and for counts, longer ones first."""
    money, things = (" ".join(translations("unit", n)).split() for n in ("money", "things"))
    return sorted(money, key=len, reverse=True), sorted(things, key=len, reverse=True)
