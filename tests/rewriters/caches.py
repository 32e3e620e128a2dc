"""Stored results of formulas in a return, as a program that calculates writes them."""

from decimal import Decimal

from toolkit.blank.slots import PUBLISHED_FIRST, published, word
from toolkit.report.report import Report
from toolkit.xlsx.address import at

Cached = tuple[str, str]
"""The cell's type, "" for a number, and the content of `<v>`."""


def double(number: int | Decimal) -> str:
    """Return a number as Excel writes a double: with 17 digits."""
    text = f"{float(number):.17g}"
    mantissa, sign, exponent = text.partition("e")
    return f"{mantissa}E{int(exponent):+d}" if sign else text


def caches(report: Report) -> dict[tuple[str, str], Cached]:
    """Return {(sheet, address): stored result} of totals and of published cells."""
    edition = report.edition
    shown = {key: _shown(report, key) for key in edition.cells}
    found = {}
    for key, cell in edition.cells.items():
        row, column = cell.place
        kind, text = shown[key]
        if key in edition.computes:
            found[cell.sheet, cell.at] = (kind, text)
        sheet = published(edition.tables[cell.table])
        found[sheet, at((row + PUBLISHED_FIRST, column + 1))] = (kind, text)
    return found


def _shown(report: Report, key: str) -> Cached:
    """Return the stored result of a total or a published cell."""
    if key in report.edition.computes:
        parts = [_shown(report, part) for part in report.edition.computes[key].right]
        for sign in (word("amend"), ""):
            if ("str", sign) in parts:
                return "str", sign
        return "", double(sum(Decimal(text) for _, text in parts))
    value, number = report.values[key], report.numbers[key]
    if report.edition.cells[key].numeric and number is None and value is not None:
        return "str", word("amend")
    if number is not None:
        return "", str(number)
    return "str", str(value or "")
