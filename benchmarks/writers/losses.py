"""Things a program dropped or changed in a save, as openpyxl sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell import Cell

from toolkit.finding import Finding, Spot
from toolkit.xlsx.zip import FILE_LIMIT


@dataclass(frozen=True, slots=True)
class Saves:
    """The file of a return before and after a program saved it."""

    before: Path
    after: Path


@lru_cache(maxsize=4)
def _book(path: Path, *, values: bool) -> Any:
    return load_workbook(path, data_only=values)


def _cells(spot: Spot, saves: Saves, *, values: bool = False) -> tuple[Cell, Cell]:
    """Return a place's cell before and after the save."""
    one, other = (_book(path, values=values) for path in (saves.before, saves.after))
    return one[spot.sheet][spot.at], other[spot.sheet][spot.at]


def _sheets(spot: Spot, saves: Saves) -> tuple[Any, Any]:
    one, other = (_book(path, values=False) for path in (saves.before, saves.after))
    return one[spot.sheet], other[spot.sheet] if spot.sheet in other.sheetnames else None


def _content(spot: Spot, saves: Saves) -> bool:
    one, other = _cells(spot, saves)
    return _spelt(one.value) != _spelt(other.value)


def is_rewritten(spot: Spot, saves: Saves) -> bool:
    """Tell whether the program wrote another value into a cell: a text as a number, a blank."""
    return _content(spot, saves) or _kind(spot, saves)


def _kind(spot: Spot, saves: Saves) -> bool:
    one, other = _cells(spot, saves)
    return bool(one.data_type != other.data_type)


def _spelt(value: object) -> str:
    return str(value).upper().replace(" ", "").replace("'", "").removeprefix("=")


def _stored(spot: Spot, saves: Saves) -> bool:
    one, other = _cells(spot, saves, values=True)
    return str(one.value) != str(other.value)


def _look(spot: Spot, saves: Saves) -> bool:
    """Tell whether a cell's number format, colours or size are no longer those that were sent."""
    if spot.at is None:
        return False
    one, other = _cells(spot, saves)
    looks = [
        (
            cell.number_format,
            cell.font.color and cell.font.color.value,
            cell.font.size,
            cell.fill.fgColor.value if cell.fill.fill_type else None,
            cell.parent.row_dimensions[cell.row].height,
        )
        for cell in (one, other)
    ]
    return looks[0] != looks[1]


def _hidden(spot: Spot, saves: Saves) -> bool:
    one, other = _sheets(spot, saves)
    return any(
        {n for n, line in getattr(one, lines).items() if line.hidden}
        != {n for n, line in getattr(other, lines).items() if line.hidden}
        for lines in ("row_dimensions", "column_dimensions")
    )


def _unprotected(spot: Spot, saves: Saves) -> bool:
    one, other = _sheets(spot, saves)
    return bool(one.protection.sheet and not other.protection.sheet)


def _unlocked(spot: Spot, saves: Saves) -> bool:
    one, other = _cells(spot, saves)
    return bool(one.protection.locked and not other.protection.locked)


def _merged(spot: Spot, saves: Saves) -> bool:
    one, other = _sheets(spot, saves)
    return bool(set(map(str, one.merged_cells)) != set(map(str, other.merged_cells)))


def _state(spot: Spot, saves: Saves) -> bool:
    one, other = _sheets(spot, saves)
    return other is None or one.sheet_state != other.sheet_state


_BY_CODE: dict[str, Callable[[Spot, Saves], bool]] = {
    "formula": _content,
    "label": _content,
    "outside": _content,
    "typed-formula": _content,
    "total-differs": _stored,
    "stale-value": _stored,
    "seen-differs": _look,
    "hidden": _hidden,
    "unprotected": _unprotected,
    "unlocked": _unlocked,
    "merge": _merged,
    "hidden-sheet": _state,
    "sheet-missing": _state,
}


def is_lost(finding: Finding, saves: Saves) -> bool:
    """Tell whether the program really dropped or changed that of which a finding speaks."""
    if finding.code == "too-large":
        return saves.after.stat().st_size > FILE_LIMIT
    test = _BY_CODE.get(finding.code)
    try:
        return test is not None and any(test(spot, saves) for spot in finding.cells)
    except (BadZipFile, KeyError, ValueError, TypeError):
        return False
