"""Places on a sheet and their A1 addresses."""

import re
from functools import lru_cache

Place = tuple[int, int]
"""(row, column) on a sheet, from 1."""
Box = tuple[int, int, int, int]
"""First row, first column, last row, last column on a sheet, from 1."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LONGEST_REFERENCE = 40
"""Most characters of a reference that are looked at."""
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")


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


def column_number(letters: str) -> int:
    """Return the number of a column's letters.

    >>> column_number("xfd")
    16384
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell given from 1."""
    return f"{column_letters(column)}{row}"


def at(place: Place) -> str:
    """Return a place as A1 address."""
    return address(*place)


def fixed(place: Place) -> str:
    """Return a place as an address that stays the same where a formula is copied.

    >>> fixed((7, 4))
    '$D$7'
    """
    return f"${column_letters(place[1])}${place[0]}"


@lru_cache(maxsize=16_384)
def place_of(reference: str) -> Place | None:
    """Return the place of an A1 reference, None for other text."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def corners(reference: str) -> Box | None:
    """Return the box of A1 or A1:B2, None for other text."""
    first, _, last = reference[:LONGEST_REFERENCE].partition(":")
    start, end = place_of(first), place_of(last or first)
    if start is None or end is None or start[0] > end[0] or start[1] > end[1]:
        return None
    return *start, *end


def inside(place: Place, box: Box) -> bool:
    """Tell whether a place is in a box."""
    return box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3]
