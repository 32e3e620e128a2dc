"""Hazards: cells that may be counted twice when a region's returns are added up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .balance import Words, refuse_placeholders, refuse_strangers
from .kind import Cell
from .parse import Parsed, entries


@dataclass(frozen=True, slots=True)
class Hazard:
    """Cells in which several agencies may count the same event.

    cells: keys or patterns. agencies: the least number of agencies with a number other than 0 in
    one of them. message: with {names} of the agencies and their number {n}.
    """

    code: str
    cells: tuple[str, ...]
    agencies: int
    source: str
    message: Words


def hazards(parsed: Parsed, cells: Mapping[str, Cell]) -> Iterator[Hazard]:
    """Yield the hazards of an edition file; raises EditionError for cells not in the form."""
    numbers = [key for key, cell in cells.items() if cell.numeric]
    for entry, where in entries(parsed, "hazard"):
        refuse_strangers(entry["cells"], numbers, numbers, where.at("cells"))
        refuse_placeholders(entry["message"], ("names", "n"), where.at("message"))
        yield Hazard(
            code=entry["code"],
            cells=tuple(entry["cells"]),
            agencies=entry.get("agencies", 1),
            source=entry["source"],
            message=entry["message"],
        )
