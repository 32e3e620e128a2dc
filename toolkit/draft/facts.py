"""Kind, unit and words to choose of a form's cells: by validations, formats and printed words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..data import CHINESE, texts
from ..edition.kind import GridPlace
from .field import DrawnGrid, FormField
from .roles import Roles
from .vocabulary import (
    choices_in,
    core,
    is_decimal,
    is_head,
    is_label,
    kind_in,
    unit_in,
    unit_of_caption,
    units,
)

COUNT, MONEY, TEXT, CHOICE, YES_NO, DATE = "count", "money", "text", "choice", "yes-no", "date"
_VALIDATED = {"whole": COUNT, "decimal": MONEY, "date": DATE, "time": TEXT, "textLength": TEXT}
_NUMERIC = (COUNT, MONEY)
_LONGEST_LIST = 255
_TRUTH = ("TRUE", "FALSE")


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What a cell takes: its kind, unit, and words to choose."""

    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """The printed words that name a cell, the nearest first: left of it, and above it."""

    beside: tuple[FormField, ...]
    above: tuple[FormField, ...]


def names_of(grid: DrawnGrid, roles: Roles, place: GridPlace) -> Names:
    """Return the words that name a cell."""
    row, column = place
    beside, above = [], []
    for one in (grid.fields[other] for other in roles.words if other != place):
        if row in one.rows and one.place[1] < column:
            beside.append(one)
        elif column in one.columns and one.place[0] < row:
            above.append(one)
    beside.sort(key=lambda one: (-one.place[1], one.place))
    above.sort(key=lambda one: (-one.place[0], one.place))
    return Names(tuple(beside), tuple(_block(above, roles)))


def _block(above: Sequence[FormField], roles: Roles) -> list[FormField]:
    """Return the heads directly above a cell: those of one block of lines."""
    block: list[FormField] = []
    for one in above:
        last = one.place[0] + one.span[0] - 1
        if one.place[0] not in roles.heads:
            continue
        if block and last < block[-1].place[0] - 1:
            break
        block.append(one)
    return block or list(above[:1])


def facts(grid: DrawnGrid, roles: Roles, places: Iterable[GridPlace]) -> dict[GridPlace, CellFacts]:
    """Return what each of the cells takes."""
    common = unit_of_caption(grid.above)
    named = {place: names_of(grid, roles, place) for place in places}
    found = {
        place: _facts(grid.fields[place], names, common, grid, roles)
        for place, names in named.items()
    }
    decimal = {
        place[1]
        for place, one in found.items()
        if one.kind == MONEY and not one.unit and _has_decimals(grid.fields[place])
    }
    return {
        place: CellFacts(MONEY)
        if one == CellFacts(COUNT) and place[1] in decimal and not grid.fields[place].accepted[0]
        else one
        for place, one in found.items()
    }


def _facts(one: FormField, names: Names, common: str, grid: DrawnGrid, roles: Roles) -> CellFacts:
    choices = choices_in(one.text) or _listed(one.accepted)
    if choices:
        yes_no = set(choices) == set(texts("choices", CHINESE)[YES_NO].split())
        return CellFacts(YES_NO) if yes_no else CellFacts(CHOICE, "", choices)
    unit = _unit(names, grid, roles, one.place)
    kind = _VALIDATED.get(one.accepted[0], "") or _by_content(one)
    if not kind and unit is not None:
        kind = MONEY if is_decimal(unit) else COUNT
    if not kind:
        named = [
            [one.text for one in side if is_label(one.text)][:1]
            for side in (names.beside, names.above)
        ]
        kind = next(filter(None, (kind_in(text) for side in named for text in side)), "")
    if one.formula is not None and kind != MONEY:
        kind = COUNT
    kind = kind or COUNT
    if kind in _NUMERIC and unit is None and common:
        unit = common
        kind = MONEY if is_decimal(common) and not one.accepted[0] else kind
    if kind not in _NUMERIC:
        return CellFacts(kind)
    kind = MONEY if kind == COUNT and _has_decimals(one) and not one.accepted[0] else kind
    return CellFacts(kind, unit or "")


def _texts(names: Names) -> list[str]:
    """Return the words that name a cell, those of its row and column by turns, the nearest first."""
    rounds = max(len(names.beside), len(names.above))
    ordered = []
    for number in range(rounds):
        ordered += [one.text for one in names.beside[number : number + 1]]
        ordered += [one.text for one in names.above[number : number + 1]]
    return ordered


def _listed(accepted: tuple[str, str]) -> tuple[str, ...]:
    """Return the words of a validation's list; a list elsewhere in the workbook has none here."""
    kind, formula = accepted
    inner = formula.strip('"')
    if kind != "list" or inner == formula or len(inner) > _LONGEST_LIST:
        return ()
    words = tuple(dict.fromkeys(word.strip() for word in inner.split(",") if word.strip()))
    plain = all('"' not in word and not any(map(str.isspace, word)) for word in words)
    return words if len(words) > 1 and plain else ()


def _by_content(one: FormField) -> str:
    """Return the kind that a cell's format or printed content tells, empty where it tells none."""
    if one.day:
        return DATE
    if one.text in _TRUTH:
        return YES_NO
    if one.code == "@":
        return TEXT
    return MONEY if _has_decimals(one) else ""


def _has_decimals(one: FormField) -> bool:
    if "%" in one.code or ("." in one.code and "0" in one.code.partition(".")[2]):
        return True
    return one.number is not None and one.number != one.number.to_integral_value()


def _unit(names: Names, grid: DrawnGrid, roles: Roles, place: GridPlace) -> str | None:
    """Return the unit that printed words give a cell, None where they give none."""
    said = [unit for text in _texts(names) if (unit := unit_in(text)) is not None]
    if said:
        return said[0]
    for one in names.beside:
        head = names_of(grid, roles, one.place).above[:1]
        if core(one.text) in units() and (not head or is_head(head[0].text, "units")):
            return one.text.strip()
    if "%" in grid.fields[place].code:
        return "%"
    return next((one.text.strip() for one in names.above if core(one.text) in units()), None)


def unit_of(found: Mapping[GridPlace, CellFacts]) -> str:
    """Return the unit that half of a table's cells have, empty where none does."""
    given = [one.unit for one in found.values() if one.kind in _NUMERIC]
    most = max(sorted(set(given)), key=given.count, default="")
    return most if 2 * given.count(most) >= len(found) else ""
