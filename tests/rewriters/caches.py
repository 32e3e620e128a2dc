"""Stored results of formulas in a return, as a program that calculates writes them.

Totals are added up here; the others are the reader's own values, which LibreOffice's results are
held against in tests/returned/test_stored.py.
"""

from collections.abc import Mapping
from decimal import Decimal

from toolkit.blank.slots import word
from toolkit.report.report import Report
from toolkit.returned import read as reader
from toolkit.returned import stored
from toolkit.returned.reading import contents
from toolkit.xlsx.address import at
from toolkit.xlsx.book import open_book
from toolkit.xlsx.zip import open_package

Cached = tuple[str, str]
"""The cell's type, "" for a number, and the content of `<v>`."""


def double(number: int | Decimal) -> str:
    """Return a number as Excel writes a double: with 17 digits."""
    text = f"{float(number):.17g}"
    mantissa, sign, exponent = text.partition("e")
    return f"{mantissa}E{int(exponent):+d}" if sign else text


def caches(source: bytes) -> dict[tuple[str, str], Cached]:
    """Return {(sheet, address): stored result} of every formula whose result is known."""
    package = open_package(source)
    book = open_book(package)
    taken = reader.take(reader.sheets_of(package, book))
    found = _others(
        stored.values(contents(taken.edition, taken.pairs, taken.typed)[0], taken.pairs)
    )
    for key in taken.edition.computes:
        cell = taken.edition.cells[key]
        found[cell.sheet, cell.at] = _total(taken.report, key)
    return found


def _others(
    values: Mapping[str, Mapping[tuple[stored.Place, str], stored.KnownValue]],
) -> dict[tuple[str, str], Cached]:
    return {
        (sheet, at(place)): ("str", shown) if isinstance(shown, str) else ("", double(shown))
        for sheet, cells in values.items()
        for (place, _), shown in cells.items()
        if shown is not None
    }


def _total(report: Report, key: str) -> Cached:
    """Return the stored result of a total, or of a part as the total reads it."""
    if key in report.edition.computes:
        parts = [_total(report, part) for part in report.edition.computes[key].right]
        for sign in (word("amend"), ""):
            if ("str", sign) in parts:
                return "str", sign
        return "", double(sum(Decimal(text) for _, text in parts))
    value, number = report.values[key], report.numbers[key]
    if number is not None:
        return "", str(number)
    return "str", "" if value is None else word("amend")
