"""Values from Excel as the cells of a stored sheet."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from ..xlsx.address import Place
from ..xlsx.number import EPOCHS
from ..xlsx.sheet import Grid, Raw, is_number

PLAIN, DATED = 0, 1
"""Styles of cells without and with a date."""
_NO_ERROR = -2146828288
"""Excel's number for an error value is this and the value's own."""
_ERRORS = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!",
    2042: "#N/A", 2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!",
    2048: "#UNKNOWN!", 2049: "#FIELD!", 2050: "#CALC!", 2051: "#BUSY!",
}  # fmt: skip
"""xlwings knows the oldest seven."""
_UNKNOWN = 2048


def raw(value: object) -> Raw | None:
    """Return a value in the form of a stored cell, None for a blank.

    A number is a float; an int is an error value. A date is independent of the workbook's epoch.

    >>> [raw(x) for x in (3.0, 0.1 + 0.2, True, -2146826243, " 7 ", None)]  # doctest: +ELLIPSIS
    [('number', '3', None, 0), ('number', '0.3', None, 0), ('boolean', 'TRUE', None, 0), ...]
    """
    if value is None or value == "":
        return None
    style = DATED if isinstance(value, datetime) else PLAIN
    return *_content(value), None, style


def error_number(text: str) -> int:
    """Return Excel's number for an error value by its text; for an unknown one that of #UNKNOWN!.

    >>> error_number("#N/A"), error_number("#NEW!")
    (-2146826246, -2146826240)
    """
    numbers = {name: number for number, name in _ERRORS.items()}
    return _NO_ERROR + numbers.get(text, _UNKNOWN)


def _content(value: object) -> tuple[str, str]:
    """Return the kind of a value, and its digits or text."""
    if isinstance(value, bool):
        return "boolean", str(value).upper()
    if isinstance(value, int) and value - _NO_ERROR in _ERRORS:
        return "error", _ERRORS[value - _NO_ERROR]
    if isinstance(value, Decimal):
        return "number", f"{value.normalize():f}"
    if isinstance(value, datetime):
        value = (value - EPOCHS[False]) / timedelta(days=1)
    return ("number", f"{value:.15G}") if isinstance(value, int | float) else ("text", str(value))


def grid(rows: Sequence[Sequence[object]], exact: Callable[[Place], object]) -> Grid:
    """Return the rows of a sheet, from its first cell on, as a stored grid.

    exact: returns the digits in a cell. Excel gives currency values with only four decimals.
    """
    cells: dict[Place, Raw] = {}
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell = raw(value)
            if isinstance(value, Decimal) and is_number(typed := str(exact((row, column)))):
                cell = raw(float(typed))
            if cell is not None:
                cells[row, column] = cell
    return Grid(cells=cells)
