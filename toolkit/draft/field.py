"""The grids of somebody's form: printed cells by place, with all that tells what they are for."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..edition.kind import GridPlace
from ..xlsx.address import Place
from ..xlsx.colour import WHITE, Colour


@dataclass(frozen=True, slots=True)
class FormField:
    """A printed cell: one box of a grid.

    place: row and column in the grid, from 0. span: the rows and columns it takes there. at: its
    first place on the sheet. text: its content as it is seen. number: of a cell that holds one.
    fill: colours behind it. accepted: kind and formula of its validation. unlocked: on a protected
    sheet.
    """

    place: GridPlace
    span: tuple[int, int]
    at: Place
    text: str = ""
    number: Decimal | None = None
    formula: str | None = None
    fill: Colour = WHITE
    bold: bool = False
    indent: int = 0
    code: str = "General"
    day: bool = False
    note: str = ""
    accepted: tuple[str, str] = ("", "")
    unlocked: bool | None = None

    @property
    def rows(self) -> range:
        """The rows of the grid that it takes."""
        return range(self.place[0], self.place[0] + self.span[0])

    @property
    def columns(self) -> range:
        """The columns of the grid that it takes."""
        return range(self.place[1], self.place[1] + self.span[1])

    @property
    def blank(self) -> bool:
        """Whether nothing is printed in it."""
        return not self.text.strip() and self.formula is None


@dataclass(frozen=True, slots=True)
class DrawnGrid:
    """A grid of somebody's form.

    fields: {first place in the grid: printed cell}, row by row. owners: {place on the sheet: first
    place in the grid}. above, below: the lines of text around it, from top to bottom.
    """

    sheet: str
    size: tuple[int, int]
    fields: Mapping[GridPlace, FormField]
    owners: Mapping[Place, GridPlace]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
