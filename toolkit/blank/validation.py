"""Data validations of typed cells, each with a hint and an error text.

They help while typing; the verdict is in the live rows.
"""

from collections.abc import Iterable

from openpyxl.worksheet.datavalidation import DataValidation

from ..data import CHINESE, texts
from ..edition.edition import Edition, Section
from ..edition.kind import Cell, between, called, on_sheet
from ..xlsx.address import Place, at
from ..xlsx.formula import quoted
from . import slots
from .frames import boxes
from .slots import Sheet, word


def _accepts(
    places: Iterable[Place], title: str, prompt: str, error: str, **kind: str
) -> DataValidation:
    """Return a validation over places, with its hint and its error text."""
    ranges = " ".join(f"{at(box[:2])}:{at(box[2:])}" for box in boxes(places))
    return DataValidation(
        sqref=ranges,
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        promptTitle=title[:32],
        prompt=prompt[:255],
        errorTitle=word("wrong_title"),
        error=error[:225],
        **kind,
    )


def table_accepts(edition: Edition, section: Section) -> list[DataValidation]:
    """Return the validations of a table: of groups of like cells, and of the declaration."""
    carried = slots.carried_keys(edition)
    groups: dict[tuple[str, str, bool, str, tuple[str, ...]], list[Cell]] = {}
    for cell in edition.of_table(section.table or ""):
        if cell.key not in edition.computes:
            advice = (word("type_carried") if cell.key in carried else "") + cell.help
            alike = (called(cell), cell.unit, cell.optional, advice, cell.choices)
            groups.setdefault(alike, []).append(cell)
    validations = [
        _accepts(
            [on_sheet(cell.place) for cell in cells],
            section.sheet,
            word(f"type_{kind}").format(unit=_in_unit(unit))
            + (word("type_optional") if optional else "")
            + advice,
            word(f"wrong_{kind}").format(unit=_in_unit(unit)),
            **cells[0].content.accepted(cells[0]),
        )
        for (kind, unit, optional, advice, _), cells in groups.items()
    ]
    if section.statutory:
        place, choice = slots.declaration(section), quoted(word("declaration"))
        words = word("choose_declaration"), word("wrong_choice")
        validations.append(_accepts([place], section.sheet, *words, type="list", formula1=choice))
    return validations


def _in_unit(unit: str) -> str:
    return word("in_unit").format(unit=unit) if unit else ""


def cover_accepts(edition: Edition, sheet: Sheet) -> list[DataValidation]:
    """Return the validations of the cover's unlocked fields."""
    first, last = edition.years
    levels = quoted(",".join(texts("level", CHINESE).values()))
    kinds: dict[str, tuple[str, str, dict[str, str]]] = {
        "level": (word("choose_level"), word("wrong_choice"), {"type": "list", "formula1": levels}),
        "year": (
            word("choose_year").format(year=first),
            word("choose_year").format(year=first),
            between("whole", first, last or 9999),
        ),
        "sent": (word("choose_sent"), word("choose_sent"), between("whole", 1, 999)),
    }
    places = slots.cover_places()
    return [
        _accepts([places[name]], word(f"field_{name}"), prompt, error, **kind)
        for name, (prompt, error, kind) in kinds.items()
        if not sheet.slots[places[name]].locked
    ]
