"""The check code and the feet of printed tables: the values that a workbook's formulas show."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ..blank.footer import words_of
from ..blank.slots import MARK, Sheet, cover_places, deadlines, published, word
from ..data import filled
from ..edition.edition import Edition
from ..report import checksum
from ..report.report import Report
from ..xlsx.address import Place
from ..xlsx.number import from_double, plain
from ..xlsx.sheet import number_in
from .compare import Pair, forms, stored_at
from .contents import Contents, KnownValue

_PLANE = 0xFFFF
"""Programs differ in the length of a text with characters beyond this one."""
_CODE = ""
"""The name under which `feet` holds the code alone."""


def code_of(report: Report, mark: Mapping[str, str]) -> str | None:
    """Return a workbook's check code, None where its mark has no seed or it has no code."""
    seed = from_double(mark.get("seed", ""))
    if seed is None:
        return None
    return checksum.check_code(report.edition, report.values, report.nil, int(seed))


def feet(contents: Contents, sheets: Mapping[str, Pair]) -> dict[str, KnownValue]:
    """Return {sheet: its foot} and, under _CODE, the code; sheets: by their kind."""
    code = _code(contents, sheets.get("mark"))
    agency, year = (_said(sheets.get("cover"), name) for name in ("agency", "year"))
    shown: dict[str, KnownValue] = {_CODE: code}
    for section in map(contents.edition.tables.__getitem__, contents.edition.statutory):
        facts = {"agency": agency, "year": year, "code": code, "unit": section.unit}
        known = all(fact is not None for fact in facts.values())
        foot = filled(words_of(section), **facts) if known else None
        shown |= {section.sheet: foot, published(section): foot}
    return shown


def lines(
    edition: Edition, sheet: Sheet, feet: Mapping[str, KnownValue]
) -> Iterator[tuple[Place, KnownValue]]:
    """Yield place and value of a sheet's code or foot."""
    for place, name in _lines(edition)[sheet.name]:
        yield place, feet[name]


@cache
def _lines(edition: Edition) -> Mapping[str, Sequence[tuple[Place, str]]]:
    """Return {sheet: places of its code or foot, with the name in `feet`}."""
    names = {"code": False, "foot": True, "print_foot": True}
    return {
        form.sheet.name: tuple(
            (place, form.sheet.name if names[slot.role] else _CODE)
            for place, slot in form.sheet.slots.items()
            if slot.formula is not None and slot.role in names
        )
        for form in forms(edition)
    }


def _code(contents: Contents, mark: Pair | None) -> KnownValue:
    """Return the code that the formula shows, None where it cannot be known."""
    seed = number_in(stored_at(mark, (MARK.index("seed") + 1, 2)))
    rare = any(
        isinstance(v, str) and max(v, default="") > chr(_PLANE) for v in contents.typed.values()
    )
    if seed is None or contents.unsure or rare or not contents.coded:
        return None
    code = checksum.check_code(contents.edition, contents.typed, contents.declared, int(seed))
    return code or checksum.NONE


def _said(cover: Pair | None, name: str) -> str | None:
    """Return a cover field as the foot shows it, None where it cannot be known."""
    raw = stored_at(cover, cover_places()[name])
    if raw is None:
        return word(f"foot_{name}")
    number = number_in(raw)
    return plain(number) if number is not None else raw[1] or None


# ── the deadline ──────────────────────────────────────────────────────────────────────────────────


def due(edition: Edition, sheets: Mapping[str, Pair]) -> KnownValue:
    """Return the deadline on the cover; None without the mark, which may have another one."""
    if not {"cover", "mark"} <= sheets.keys():
        return None
    agreed = sheets["mark"].grid.cells.get((MARK.index("deadline") + 1, 2))
    if agreed and agreed[1]:
        return agreed[1]
    return general_deadline(edition, sheets["cover"])


def general_deadline(edition: Edition, cover: Pair) -> str:
    """Return the edition's deadlines, dated in the year after that on the cover."""
    number = number_in(cover.grid.cells.get(cover_places()["year"]))
    words = word("year_next") if number is None else word("year_of")
    return filled(words, year="" if number is None else plain(number + 1)) + deadlines(edition)
