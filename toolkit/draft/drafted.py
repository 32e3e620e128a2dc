"""A form drafted as an edition: its tables with cells and keys, its sums, what is up to answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..blank.slots import word
from ..data import CHINESE, say, texts
from ..edition.kind import GridPlace
from ..xlsx.address import Place
from .classes import Question, answered, questions
from .facts import CellFacts, facts, names_of, unit_of
from .field import DrawnGrid
from .keys import keys
from .original import Original
from .roles import Roles, roles
from .totals import NoSumError, terms
from .vocabulary import is_wording, says_unit

SHEET_LIMIT, TITLE_LIMIT = 27, 60
_FORBIDDEN = str.maketrans(dict.fromkeys("\\/?*[]:'", " "))


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A grid as a table of the edition.

    keys: {cell that may be filled in: table.row.column}. facts: what each of them takes.
    """

    number: int
    grid: DrawnGrid
    roles: Roles
    caption: str
    sheet: str
    name: str
    unit: str
    keys: Mapping[GridPlace, str]
    facts: Mapping[GridPlace, CellFacts]


@dataclass(frozen=True, slots=True)
class DraftSum:
    """A formula of the form. terms: {key: how often it is added}; text: the formula as written."""

    key: str
    terms: Mapping[str, int]
    text: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A form drafted. refused: grids that are no form, with reason and row. unread: (key, formula)."""

    title: str
    tables: tuple[DraftTable, ...]
    asked: tuple[Question, ...]
    sums: tuple[DraftSum, ...]
    refused: tuple[tuple[DrawnGrid, Roles], ...]
    unread: tuple[tuple[str, str], ...]

    def filled(self, answers: Mapping[int, str]) -> list[set[GridPlace]]:
        """Return the cells of each table that are filled in."""
        filled = [set(table.roles.filled) for table in self.tables]
        for number, place in answered(self.asked, answers):
            filled[number].add(place)
        return filled


def drafted(form: Original) -> Drafted:
    """Return a form as a draft; without tables where none of its grids is a form."""
    sorted_grids = [(grid, roles(grid)) for grid in form.grids]
    refused = tuple((grid, found) for grid, found in sorted_grids if found.why)
    kept = [(grid, found) for grid, found in sorted_grids if not found.why]
    names = _sheets([grid for grid, _ in kept])
    captions = _captions([grid for grid, _ in kept], names)
    tables = tuple(
        _table(number, grid, found, captions[number], names[number])
        for number, (grid, found) in enumerate(kept)
    )
    asked = questions([grid for grid, _ in kept], [found for _, found in kept])
    read = list(_sums(tables))
    tables = _agreeing(tables, [one for one in read if isinstance(one, DraftSum)])
    sums = tuple(one for one in read if isinstance(one, DraftSum))
    unread = tuple(one for one in read if not isinstance(one, DraftSum))
    return Drafted(_title(kept, captions), tables, asked, sums, refused, unread)


def _table(number: int, grid: DrawnGrid, found: Roles, caption: str, sheet: str) -> DraftTable:
    places = sorted((*found.filled, *found.asked))
    taken = facts(grid, found, places)
    proposed = keys(grid, {place: names_of(grid, found, place) for place in places})
    name = f"t{number + 1}"
    own = {place: f"{name}.{key}" for place, key in proposed.items()}
    return DraftTable(number, grid, found, caption, sheet, name, unit_of(taken), own, taken)


def _agreeing(tables: Sequence[DraftTable], sums: Sequence[DraftSum]) -> tuple[DraftTable, ...]:
    """Return the tables with totals that take what their parts take, where all of these agree."""
    every = {key: table.facts[place] for table in tables for place, key in table.keys.items()}
    for one in sums:
        parts = {every[key] for key in one.terms}
        units = {part.unit for part in parts}
        if len(units) == 1 and (unit := next(iter(units))) and not every[one.key].unit:
            every[one.key] = CellFacts(every[one.key].kind, unit)
        if len(parts) == 1 and every[one.key].unit in units:
            every[one.key] = next(iter(parts))
    return tuple(
        replace(table, facts={place: every[key] for place, key in table.keys.items()})
        for table in tables
    )


# ── names ─────────────────────────────────────────────────────────────────────────────────────────


def _sheets(grids: Sequence[DrawnGrid]) -> list[str]:
    """Return a name for the sheet of each table; no two are the same on any system."""
    taken = {word(name).lower() for name in ("cover", "results", "prior", "mark")} | {"history"}
    names = []
    for number, grid in enumerate(grids, 1):
        bare = " ".join(grid.sheet.translate(_FORBIDDEN).split())[:SHEET_LIMIT].strip()
        name = bare or say("draft", "table", CHINESE, n=number)
        while name.lower() in taken:
            name = f"{bare[: SHEET_LIMIT - 4]} {number}".strip() if bare else f"{name}{number}"
            bare = name if name.lower() in taken else bare
        taken |= {name.lower(), f"{word('publish')}{name}".lower()}
        names.append(name)
    return names


def _captions(grids: Sequence[DrawnGrid], names: Sequence[str]) -> list[str]:
    captions: list[str] = []
    for grid, name in zip(grids, names, strict=True):
        caption = next(filter(_is_title, reversed(grid.above)), name)
        caption = " ".join(caption.split())
        captions.append(f"{caption} ({name})" if caption in captions else caption)
    return captions


def _is_title(line: str) -> bool:
    """Tell whether a line above a grid may be its caption: no unit, no field to fill in."""
    colons = any(sign in line for sign in (":", "\uff1a"))
    marked = line.startswith(tuple(texts("draft", CHINESE)["bracket"]))
    fits = 1 < len(line) <= TITLE_LIMIT and is_wording(line)
    return fits and not says_unit(line) and not colons and not marked


def _title(kept: Sequence[tuple[DrawnGrid, Roles]], captions: Sequence[str]) -> str:
    """Return the title of a form: the first line above its first table."""
    first = next(filter(_is_title, kept[0][0].above), "") if kept else ""
    return " ".join(first.split()) or (captions[0] if captions else "")


# ── sums ──────────────────────────────────────────────────────────────────────────────────────────


def _sums(tables: Sequence[DraftTable]) -> Iterator[DraftSum | tuple[str, str]]:
    """Yield the formulas of a form as sums, or as (key, formula) where one is no sum."""
    owners: dict[tuple[str, Place], str | None] = {}
    for table in tables:
        for spot, place in table.grid.owners.items():
            key = table.keys.get(place) if table.grid.fields[place].at == spot else None
            owners[table.grid.sheet.upper(), spot] = key
    for table in tables:
        for place, key in table.keys.items():
            formula = table.grid.fields[place].formula
            if formula is not None:
                found = _terms(formula, table, owners)
                added = max(found.values(), default=0) > 0
                yield DraftSum(key, found, formula) if added else (key, formula)


def _terms(
    formula: str, table: DraftTable, owners: Mapping[tuple[str, Place], str | None]
) -> dict[str, int]:
    """Return {key: times} of a formula, {} for one that is no sum of the form's cells."""
    try:
        parts = terms(formula, table.grid.sheet)
    except NoSumError:
        return {}
    found: dict[str, int] = {}
    for (sheet, at), times in parts.items():
        if (sheet, at) not in owners:
            return {}
        key = owners[sheet, at]
        if key is not None:
            found[key] = found.get(key, 0) + times
    return found if all(abs(times) == 1 for times in found.values()) else {}
