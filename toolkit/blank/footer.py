"""The foot of printed tables: whose they are, of which year, in which unit, and the check code.

The code is computed on the mark's sheet, in parts that are short enough for every program; the
feet refer to it. What it counts is in report/checksum, which computes the same from a report.
"""

from collections.abc import Iterator, Sequence

from ..edition.edition import Edition, Section
from ..edition.kind import Cell, on_sheet
from ..report import checksum
from ..xlsx.address import Box, fixed
from ..xlsx.formula import quoted
from .formulas import any_of, declared
from .frames import boxed, grouped
from .live import LiveRow, joined, live_rows
from .slots import (
    COVER,
    COVER_COLUMN,
    COVER_FIRST,
    MARK,
    Draft,
    Slot,
    area,
    code_place,
    cover_places,
    foot_place,
    word,
)

_HEIGHT, _ABOVE = 16.5, 6.0
_LONGEST, _HEAVIEST = 900, 100_000
"""Most characters of a part's formula, and the largest sum of its weights: that many times
LARGEST_COUNT is 10^14, the largest number that every program divides exactly."""
_UNABLE = "SUMPRODUCT(MOD(ROW($A$1:$A$3),2))<>2"
"""True in programs that compute no function for each cell of a range, as Gnumeric: no code there."""
_INVALID = ("number", "entry")
"""Kinds of edits that count cells with invalid content."""


def put_foot(draft: Draft, section: Section, columns: int, first: int, role: str) -> None:
    """Put the foot below a table; first: the row on which its grid begins. None below a text."""
    if section.text or not section.statutory:
        return
    row, column = foot_place(section, first)
    draft.put((row, column), Slot(role, formula=_foot(section)), 1, columns)
    draft.heights |= {row - 1: _ABOVE, row: _HEIGHT}


def _cover(name: str) -> str:
    """Return a reference to a cover field, over a frame with the locked words left of it."""
    row = cover_places()[name][0] - COVER_FIRST + 1
    frame = f"$A${COVER_FIRST}:$B${COVER_FIRST + len(COVER) - 1}"
    return f"INDEX('{word('cover')}'!{frame},{row},{COVER_COLUMN})"


def words_of(section: Section) -> str:
    """Return the words of a table's foot: without a unit where its cells have several."""
    return word("foot" if section.unit else "foot/units")


def _foot(section: Section) -> str:
    agency, year = _cover("agency"), _cover("year")
    numbers = {
        "agency": f"IF(COUNTA({agency})=0,{quoted(word('foot_agency'))},{agency})",
        "year": f"IF(COUNTA({year})=0,{quoted(word('foot_year'))},{year})",
        "code": f"'{word('mark')}'!{fixed(code_place())}",
    }
    return joined(words_of(section), {"unit": section.unit}, numbers)


# ── the code ──────────────────────────────────────────────────────────────────────────────────────


def put_code(draft: Draft, edition: Edition) -> None:
    """Put the check code on the mark's sheet, its parts below it."""
    row, column = code_place()
    parts = list(_parts(edition))
    for number, part in enumerate(parts, row + 1):
        draft.put((number, column), Slot("code_part", formula=part))
    draft.heights |= dict.fromkeys(range(row, row + len(parts) + 1), _HEIGHT)
    seed = fixed((MARK.index("seed") + 1, column))
    summed = area((row + 1, column), (row + len(parts), column))
    shown = f'RIGHT("{"0" * 6}"&MOD(SUM({summed},{seed}),{checksum.MODULUS}),6)'
    lacking = [f"COUNT({seed})=0", f"COUNT({summed})<{len(parts)}", _UNABLE]
    wrong = any_of([f"{live.name}={quoted(live.broken)}" for live in _invalid(edition)] + lacking)
    formula = f"IF({wrong},{quoted(checksum.NONE)},{shown})"
    draft.put((row, column), Slot("code", formula=formula))


def _invalid(edition: Edition) -> Iterator[LiveRow]:
    """Yield the live rows that count cells with invalid content."""
    kinds = {edit.id: edit.kind for edit in edition.edits}
    for live in live_rows(edition):
        if kinds.get(live.id.partition("[")[0]) in _INVALID:
            yield live


def _parts(edition: Edition) -> Iterator[str]:
    """Yield the formulas of the code's parts; a part with too large a number is empty."""
    for number, table, cells in checksum.tables(edition):
        if edition.tables[table].statutory:
            yield f"IF({declared(edition, table)},{checksum.DECLARED * number},0)"
        for group in grouped(cells, lambda cell: (cell.kind, cell.choices)):
            for chunk in pieces(number, group):
                yield from _joined(_terms(edition, number, chunk))


def pieces(number: int, cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Yield the cells in pieces that weigh no more than programs count exactly."""
    chunk: list[Cell] = []
    heavy = 0
    for cell in cells:
        weight = checksum.weight(number, on_sheet(cell.place))
        if heavy + weight > _HEAVIEST:
            yield chunk
            chunk, heavy = [], 0
        chunk.append(cell)
        heavy += weight
    yield chunk


def _terms(edition: Edition, number: int, cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """Yield (count of too large numbers or empty, term) of like cells."""
    first = cells[0]
    apart = _apart(first)
    for group in [[cell] for cell in cells] if apart else [cells]:
        for box, ref in boxed(edition, group):
            most = checksum.most(first)
            large = f'COUNTIF({ref},">{most}")' if first.numeric else ""
            if first.signed:
                large += f'+COUNTIF({ref},"<-{most}")'
            yield large, _term(first, number, box, ref)


def _apart(cell: Cell) -> bool:
    """Tell whether a cell's term is of that cell only: amounts and days."""
    return bool(cell.content.places) or cell.content.day


def _term(cell: Cell, number: int, box: Box, ref: str) -> str:
    """Return the term of the cells in a box; cell: one of them. number: of their table."""
    filled, weight = checksum.FILLED, checksum.weight(number, box[:2])
    if _apart(cell):
        amount = f"MOD(INT(SUM({ref})*{checksum.SCALE}+0.5),{checksum.MODULUS})*{weight}+"
        return f"{amount if cell.numeric else ''}COUNTA({ref})*{weight * filled}"
    weights = _weights(number, ref) if box[:2] != box[2:] else str(weight)
    if cell.choices:
        numbered = enumerate(cell.choices, 1)
        chosen = "+".join(f"({ref}={quoted(word)})*{filled + i}" for i, word in numbered)
        return f"SUMPRODUCT(({chosen})*{weights})"
    if cell.numeric:
        there = f"ISNUMBER({ref})*{weights}"
        return f"SUMPRODUCT({ref},{there})+SUMPRODUCT({there})*{filled}"
    return f"SUMPRODUCT((LEN({ref})+(LEN({ref})>0)*{filled})*{weights})"


def _weights(number: int, ref: str) -> str:
    """Return the weights of a range's cells as a formula."""
    return (
        f"(MOD(ROW({ref})*{checksum.BY_ROW}+COLUMN({ref})*{checksum.BY_COLUMN}"
        f"+{number * checksum.BY_TABLE},{checksum.PLACE_MODULUS})+1)"
    )


def _joined(terms: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Yield formulas of one or more terms each, at most _LONGEST long where there are several."""
    large: list[str] = []
    sums: list[str] = []
    for wrong, term in terms:
        if sums and sum(map(len, (*large, *sums, wrong, term))) > _LONGEST:
            yield _part(large, sums)
            large, sums = [], []
        large += [wrong] if wrong else []
        sums.append(term)
    yield _part(large, sums)


def _part(large: Sequence[str], sums: Sequence[str]) -> str:
    part = f"MOD({'+'.join(sums)},{checksum.MODULUS})"
    return f'IF({"+".join(large)}>0,"",{part})' if large else part
