"""Stored numbers: a binary double as the decimal number that Excel shows."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def from_double(text: str) -> Decimal | None:
    """Return the number of a workbook's numeric `<v>`, or None where it is no finite double.

    >>> [from_double(t) for t in ("12345.678900000001", "1E2", "１２", "1_0", "1e999", "1e-999")]
    [Decimal('12345.6789'), Decimal('100'), None, None, None, None]
    """
    text = text.strip(" \t\r\n")
    if not _NUMBER.fullmatch(text):
        return None
    value, digits = Decimal(format(float(text), ".15g")), re.split("[eE]", text)[0]
    return value if value.is_finite() and (value or not digits.strip("+-0.")) else None
