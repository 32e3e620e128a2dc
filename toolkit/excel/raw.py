"""Values from Excel as the cells of a stored sheet."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from ..xlsx.address import Place
from ..xlsx.sheet import Grid, Raw, is_number

PLAIN, DATED = 0, 1
"""Styles of cells without and with a date."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no zone
_DAY = timedelta(days=1)
_ERRORS = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
    -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!",
    -2146826242: "#CONNECT!",
    -2146826241: "#BLOCKED!",
    -2146826240: "#UNKNOWN!",
    -2146826239: "#FIELD!",
    -2146826238: "#CALC!",
    -2146826237: "#BUSY!",
}
"""Error values by the numbers Excel gives for them; xlwings knows the oldest seven."""


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


def _content(value: object) -> tuple[str, str]:
    """Return the kind of a value, and its digits or text."""
    if isinstance(value, bool):
        return "boolean", str(value).upper()
    if isinstance(value, int) and value in _ERRORS:
        return "error", _ERRORS[value]
    if isinstance(value, Decimal):
        return "number", f"{value.normalize():f}"
    if isinstance(value, datetime):
        value = (value - _EPOCH) / _DAY
    return ("number", f"{value:.15G}") if isinstance(value, int | float) else ("text", str(value))


def grid(rows: Sequence[Sequence[object]], exact: Callable[[Place], object]) -> Grid:
    """Return the rows of a sheet, from its first cell on, as a stored grid.

    exact: returns the digits in a cell. Excel gives currency values with only four decimals.
    """
    found: dict[Place, Raw] = {}
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell = raw(value)
            if isinstance(value, Decimal) and is_number(typed := str(exact((row, column)))):
                cell = raw(float(typed))
            if cell is not None:
                found[row, column] = cell
    return Grid(cells=found)
