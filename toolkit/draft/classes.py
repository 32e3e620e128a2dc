"""Questions about classes of cells: shaded ones, printed numbers, headings, lines without a name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..edition.kind import GridPlace
from ..xlsx.colour import WHITE, Colour
from .field import DrawnGrid
from .roles import NUMBERS, SHADED, ZEROS, Roles

FILL, LEAVE = ANSWERS = ("fill", "leave")
"""Answers: the cells are filled in (printed numbers are a sample or a zero), or stay as printed."""
MOST = 5
"""Most questions about a form; of smaller classes the proposed answer holds."""
_PARTS = 5
"""A table with a smaller share of printed numbers, one in so many, has them given."""
_GREY = 12
"""Largest difference between the parts of a colour that is grey."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a class of cells. answer: the proposed one. cells: (number of a grid, place)."""

    code: str
    colour: Colour
    answer: str
    cells: tuple[tuple[int, GridPlace], ...]


def questions(grids: Sequence[DrawnGrid], sorted_cells: Sequence[Roles]) -> tuple[Question, ...]:
    """Return the questions about a form, those of most cells first; sorted_cells: roles of each."""
    found: dict[tuple[str, Colour], list[tuple[int, GridPlace]]] = {}
    printed = {kind for roles in sorted_cells for kind, _ in roles.asked.values()}
    for number, roles in enumerate(sorted_cells):
        for place, (kind, colour) in roles.asked.items():
            name = NUMBERS if kind == ZEROS and NUMBERS in printed else kind
            found.setdefault((name, colour), []).append((number, place))
    plain = sum(len(roles.filled) for roles in sorted_cells)
    asked = [
        Question(code, colour, _proposed(code, colour, cells, grids, plain), tuple(cells))
        for (code, colour), cells in found.items()
    ]
    return tuple(sorted(asked, key=lambda one: -len(one.cells)))


def _proposed(
    code: str,
    colour: Colour,
    cells: Sequence[tuple[int, GridPlace]],
    grids: Sequence[DrawnGrid],
    plain: int,
) -> str:
    """Return the answer proposed for a class; plain: the number of cells that are filled anyway."""
    fields = [grids[number].fields[place] for number, place in cells]
    if code == SHADED:
        locks = {one.unlocked for one in fields}
        if len(locks) == 1 and None not in locks:
            return FILL if True in locks else LEAVE
        return LEAVE if is_grey(colour) and len(cells) < plain else FILL
    if code == NUMBERS:
        return FILL if _PARTS * len(cells) >= plain else LEAVE
    return FILL if code == ZEROS else LEAVE


def is_grey(colour: Colour) -> bool:
    """Tell whether a colour is a grey.

    >>> is_grey((217, 217, 217)), is_grey((255, 255, 153))
    (True, False)
    """
    return colour != WHITE and max(colour) - min(colour) <= _GREY


def answered(
    asked: Sequence[Question], answers: Mapping[int, str]
) -> Iterator[tuple[int, GridPlace]]:
    """Yield the cells that are filled in by answers to questions, by their numbers from 0.

    A question without an answer has the proposed one.
    """
    for number, question in enumerate(asked):
        if answers.get(number, question.answer) == FILL:
            yield from question.cells
