"""Data validations of typed cells, each with a hint and an error text.

They help while typing; the verdict is in the live rows.
"""

from collections.abc import Callable, Iterable, Mapping

from openpyxl.worksheet.datavalidation import DataValidation

from ..edition.edition import Edition, Section
from ..edition.grid import Cell, on_sheet
from ..finding import level_names
from ..report.kind import FIRST_DAY, LAST_DAY, serial
from ..report.report import COUNT_LIMIT
from ..xlsx.address import Place, at
from . import slots
from .formulas import quoted
from .paint import boxes, kind_of
from .slots import Sheet, word

TEXT_LIMIT = 500
"""Most characters typed into a cell for text."""


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
            alike = (kind_of(cell), cell.unit, cell.optional, advice, cell.choices)
            groups.setdefault(alike, []).append(cell)
    found = [
        _accepts(
            [on_sheet(cell.place) for cell in cells],
            section.sheet,
            word(f"type_{kind}").format(unit=_in_unit(unit))
            + (word("type_optional") if optional else "")
            + advice,
            word(f"wrong_{kind}").format(unit=_in_unit(unit)),
            **_ACCEPTED[kind](cells[0]),
        )
        for (kind, unit, optional, advice, _), cells in groups.items()
    ]
    if section.statutory:
        choice = quoted(word("declaration"))
        found.append(
            _accepts(
                [slots.declaration(section)],
                section.sheet,
                word("choose_declaration"),
                word("wrong_choice"),
                type="list",
                formula1=choice,
            )
        )
    return found


def _in_unit(unit: str) -> str:
    return word("in_unit").format(unit=unit) if unit else ""


def _from_zero(kind: str) -> dict[str, str]:
    return {"type": kind, "operator": "greaterThanOrEqual", "formula1": "0"}


def _between(kind: str, first: int, last: int) -> dict[str, str]:
    return {"type": kind, "operator": "between", "formula1": str(first), "formula2": str(last)}


def _listed(cell: Cell) -> dict[str, str]:
    return {"type": "list", "formula1": quoted(",".join(cell.choices))}


_ACCEPTED: Mapping[str, Callable[[Cell], dict[str, str]]] = {
    "count": lambda _: _from_zero("whole"),
    "signed": lambda _: _between("whole", -COUNT_LIMIT, COUNT_LIMIT),
    "money": lambda _: _from_zero("decimal"),
    "text": lambda _: _between("textLength", 1, TEXT_LIMIT),
    "choice": _listed,
    "yes-no": _listed,
    "date": lambda _: _between("date", serial(FIRST_DAY), serial(LAST_DAY)),
}


def cover_accepts(edition: Edition, sheet: Sheet) -> list[DataValidation]:
    """Return the validations of the cover's unlocked fields."""
    first, last = edition.years
    levels = quoted(",".join(level_names("zh").values()))
    kinds: dict[str, tuple[str, str, dict[str, str]]] = {
        "level": (word("choose_level"), word("wrong_choice"), {"type": "list", "formula1": levels}),
        "year": (
            word("choose_year").format(year=first),
            word("choose_year").format(year=first),
            {
                "type": "whole",
                "operator": "between",
                "formula1": str(first),
                "formula2": str(last or 9999),
            },
        ),
        "sent": (
            word("choose_sent"),
            word("choose_sent"),
            {"type": "whole", "operator": "between", "formula1": "1", "formula2": "999"},
        ),
    }
    places = slots.cover_places()
    return [
        _accepts([places[name]], word(f"field_{name}"), prompt, error, **kind)
        for name, (prompt, error, kind) in kinds.items()
        if not sheet.slots[places[name]].locked
    ]
