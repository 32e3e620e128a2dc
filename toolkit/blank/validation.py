"""Data validations of typed cells, each with an error text.

They help while typing; the verdict is in the live rows. Cells of tables have no prompt: it would
cover their neighbours.
"""

from collections.abc import Iterable

from openpyxl.worksheet.datavalidation import DataValidation

from ..data import CHINESE, texts
from ..edition.days import FIRST_DAY, LAST_DAY, serial
from ..edition.edition import Edition, Section
from ..edition.kind import Cell, between, called, on_sheet
from ..edition.naming import DAYS
from ..xlsx.address import Place, at, column_letters
from ..xlsx.formula import quoted
from . import directory, slots
from .frames import boxes
from .live import live_rows, result_range
from .slots import LIVE, LIVE_FIRST, Sheet, word


def _accepts(places: Iterable[Place], error: str, **kind: str) -> DataValidation:
    """Return a validation over places, with its error text."""
    ranges = " ".join(f"{at(box[:2])}:{at(box[2:])}" for box in boxes(places))
    return DataValidation(
        sqref=ranges,
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=word("wrong_title"),
        error=error[:225],
        **kind,
    )


def table_accepts(edition: Edition, section: Section) -> list[DataValidation]:
    """Return the validations of a table: of groups of like cells, and of the declaration."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[Cell]] = {}
    for cell in edition.of_table(section.table or ""):
        if cell.key not in edition.computes:
            groups.setdefault((called(cell), cell.unit, cell.choices), []).append(cell)
    validations = [
        _accepts(
            [on_sheet(cell.place) for cell in cells],
            word(f"wrong_{kind}").format(unit=_in_unit(unit)),
            **cells[0].content.accepted(cells[0]),
        )
        for (kind, unit, _), cells in groups.items()
    ]
    if section.statutory:
        place, choice = slots.declaration(section), quoted(word("declaration"))
        validations.append(_accepts([place], word("wrong_choice"), type="list", formula1=choice))
    return validations


def _in_unit(unit: str) -> str:
    return word("in_unit").format(unit=unit) if unit else ""


def _prompted(validation: DataValidation, title: str, prompt: str) -> DataValidation:
    """Return a validation with a prompt, shown beside the cell while it is chosen."""
    validation.showInputMessage = True
    validation.promptTitle, validation.prompt = title[:32], prompt[:255]
    return validation


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
    if sheet.slots[places["level"]].formula:
        listed = {"type": "list", "formula1": directory.NAMES}
        kinds["agency"] = (word("choose_agency"), word("wrong_agency"), listed)
    fields = [
        _prompted(_accepts([places[name]], error, **kind), word(f"field_{name}"), prompt)
        for name, (prompt, error, kind) in kinds.items()
        if not sheet.slots[places[name]].locked
    ]
    people = slots.people_places(edition)
    day = between("date", *map(serial, (FIRST_DAY, LAST_DAY))) | {"errorStyle": "warning"}
    return fields + [
        _prompted(_accepts([people[name]], word("choose_day"), **day), edition.cover[name],
                  word("choose_day"))
        for name in DAYS if name in people
    ]  # fmt: skip


def figures_accepts(edition: Edition) -> list[DataValidation]:
    """Return the validation of the figures of explanations: a list of one entry, the present ones."""
    first, _, last, _ = result_range(edition)
    rows = [LIVE_FIRST + i for i, row in enumerate(live_rows(edition)) if row.explained]
    rows += range(first, last + 1)
    now = f"${column_letters(LIVE['present'])}{min(rows)}"
    places = [(row, LIVE["figures"]) for row in rows]
    return [_accepts(places, word("wrong_figures"), type="list", formula1=now)]
