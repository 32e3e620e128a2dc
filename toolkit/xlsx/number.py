"""Stored numbers: a binary double as the decimal number that Excel shows."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001
"""{whether days are counted since 1904: day 0}; a workbook's days have no zone."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_SHORT = 24
"""Most characters of a number that is kept once read: most numbers of a return are small."""


def from_double(text: str) -> Decimal | None:
    """Return the number of a workbook's numeric `<v>`, or None where it is no finite double.

    >>> [from_double(t) for t in ("12345.678900000001", "1E2", "１２", "1_0", "1e999", "1e-999")]
    [Decimal('12345.6789'), Decimal('100'), None, None, None, None]
    """
    return (_kept if len(text) <= _SHORT else _double)(text)


def _double(text: str) -> Decimal | None:
    text = text.strip(" \t\r\n")
    if not _NUMBER.fullmatch(text):
        return None
    value, digits = Decimal(format(float(text), ".15g")), re.split("[eE]", text)[0]
    return value if value.is_finite() and (value or not digits.strip("+-0.")) else None


_kept = lru_cache(maxsize=4_096)(_double)


def moment(serial: Decimal, *, since_1904: bool) -> datetime:
    """Return the day and time of a serial number; raises OverflowError where there is none."""
    return EPOCHS[since_1904] + timedelta(seconds=round(serial * 86_400))


def plain(number: Decimal) -> str:
    """Return a number without exponent and closing zeros.

    >>> [plain(Decimal(text)) for text in ("1E+2", "18.8710", "-0")]
    ['100', '18.871', '0']
    """
    return f"{number.normalize():f}" if number else "0"
