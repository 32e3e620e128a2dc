"""Places on a sheet and their A1 addresses."""

Place = tuple[int, int]
"""(row, column) on a sheet, from 1."""


def column_letters(number: int) -> str:
    """Return a column's letters.

    >>> [column_letters(n) for n in (1, 26, 27, 702, 703)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell given from 1."""
    return f"{column_letters(column)}{row}"


def at(place: Place) -> str:
    """Return a place as A1 address."""
    return address(*place)
