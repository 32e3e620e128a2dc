"""A cell of the form, and one record for each kind of content: what a cell of it takes everywhere.

In reports, the JSON Schema, and the workbook: what may be typed, what live rows count as a fault,
what is orange, how a value is stored. Formulas are without the leading =.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from ..xlsx.address import Place, at
from ..xlsx.formula import quoted
from .days import FIRST_DAY, LAST_DAY, day, serial, timed, written_day
from .signs import comparable, visible

GridPlace = tuple[int, int]
"""(row, column) in a printed grid, from 0."""
Number = int | Decimal
FIRST_ROW = 4
"""The sheet row on which every grid begins; above it: status line, declaration, caption."""
COUNT_LIMIT = 10**12
"""Largest number of a typed cell, also in money; sums of smaller numbers are exact."""
PLACES = 6
"""Money has at most this many decimals."""
TEXT_LIMIT = 500
"""Most characters typed into a cell for text."""
_EXACT, _ROUNDED = 10**15, "5/10^16"
"""Numbers from the first on have no decimals that a double could hold. The rounding error of a
double is smaller than the second, a step in its 15th digit larger."""
_BLANKS = "".join(map(chr, range(33)))
"""Signs that CLEAN and TRIM take away."""


def on_sheet(place: GridPlace, first: int = FIRST_ROW) -> Place:
    """Return a place of a printed grid, from 0, as a place on its sheet, from 1.

    first: the sheet row on which the grid begins.

    >>> on_sheet((0, 0)), on_sheet((2, 3), 2)
    ((4, 1), (4, 4))
    """
    return place[0] + first, place[1] + 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the form.

    key: `table.row.column`. place: (row, column) in the printed grid, from 0.
    row_path, column_path: the printed labels left of it and above it, outermost first.
    signed: a number that may be negative. choices: the printed words it takes.
    optional: a blank is no fault. help: a hint for filling it in.
    """

    key: str
    sheet: str
    place: GridPlace
    kind: str
    unit: str
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    signed: bool = False
    choices: tuple[str, ...] = ()
    optional: bool = False
    help: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it holds a number."""
        return self.content.places is not None

    @property
    def content(self) -> "Kind":
        """What cells of its kind take, in every place."""
        return KINDS[self.kind]

    @property
    def table(self) -> str:
        """The first part of the key."""
        return self.key.split(".", 1)[0]

    @property
    def row(self) -> str:
        """The middle part of the key."""
        return self.key.split(".")[1]

    @property
    def column(self) -> str:
        """The last part of the key."""
        return self.key.rsplit(".", 1)[1]

    @property
    def at(self) -> str:
        """Its address on the sheet, like D7."""
        return at(on_sheet(self.place))

    @property
    def label(self) -> str:
        """The printed labels that name it."""
        return " · ".join(filter(None, (" ".join(self.row_path), " ".join(self.column_path))))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content.

    places: decimals of its numbers, None for words and days. typed, printed: roles in blank/looks.
    schema: of a value in JSON; given the largest number. accepted: the workbook's validation.
    fault: terms of a sum above 0 where a cell is filled wrongly; of numbers, given that it has one.
    counted: whether that holds for a value, None where programs differ. wrong: the condition of
    the colour for bad content; `{}` is the cell. takes, meant: of a text.
    listed: takes `choices`. exact: one of few words or days; hidden signs in it are dropped.
    day: numbers in the workbook are days.
    """

    typed: str
    printed: str
    schema: Callable[[Cell, int], dict[str, Any]]
    accepted: Callable[[Cell], dict[str, str]]
    fault: Callable[[Cell, str], str]
    counted: Callable[[Cell, Number | str], int | None]
    wrong: Callable[[Cell], str]
    takes: Callable[[Cell, str], bool] = lambda *_: False
    meant: Callable[[Cell, str], str | None] = lambda *_: None
    places: int | None = None
    listed: bool = False
    exact: bool = False
    day: bool = False


def called(cell: Cell) -> str:
    """Return the name of a cell's kind in messages; signed cells have words of their own."""
    return f"{cell.kind}/signed" if cell.signed else cell.kind


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


def decimals(value: Number) -> int:
    """Return the number of decimals of a finite number, without zeros at the end.

    >>> [decimals(Decimal(text)) for text in ("1.50", "100", "0.000001", "1E+2")]
    [1, 0, 6, 0]
    """
    if isinstance(value, int):
        return 0
    _, digits, exponent = value.as_tuple()
    if int(exponent) >= 0:
        return 0
    idle = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -int(exponent) - idle) if value else 0


def _number_schema(name: str, cell: Cell, most: int) -> dict[str, Any]:
    return {"type": name, "minimum": -most if cell.signed else 0, "maximum": most}


def _number_accepted(name: str, cell: Cell) -> dict[str, str]:
    if cell.signed:
        return between(name, -COUNT_LIMIT, COUNT_LIMIT)
    return {"type": name, "operator": "greaterThanOrEqual", "formula1": "0"}


def _no_count(cell: Cell, ref: str) -> str:
    """Return terms for a number that is no count: point, minus or exponent in its text."""
    signs = (".", "E-") if cell.signed else (".", "-")
    hits = [f"ISNUMBER(FIND({quoted(sign)},{ref}))" for sign in signs]
    return "+".join([*hits, _too_large(cell, ref)])


def _no_money(cell: Cell, ref: str) -> str:
    scaled = f"SUM({ref})*{10 ** (cell.content.places or 0)}"
    wrong = [f"(ABS({scaled}-INT({scaled}+0.5))>ABS({scaled})*{_ROUNDED})", _too_large(cell, ref)]
    return "+".join(wrong if cell.signed else [f"(SUM({ref})<0)", *wrong])


def _too_large(cell: Cell, ref: str) -> str:
    size = f"ABS(SUM({ref}))" if cell.signed else f"SUM({ref})"
    return f"({size}>{COUNT_LIMIT})"


def _wrong_number(bounds: str, signed: str, cell: Cell) -> str:
    wrong = signed if cell.signed else bounds
    return f"IF(ISNUMBER({{}}),OR({wrong}),NOT(ISBLANK({{}})))"


def _counted_number(cell: Cell, value: Number | str) -> int | None:
    if isinstance(value, str):
        return 1
    return _number_fault(Decimal(value), cell.signed, cell.content.places or 0)


@lru_cache(maxsize=4_096)
def _number_fault(exact: Decimal, signed: bool, places: int) -> int | None:  # noqa: FBT001 - a cell's
    """Return 1 for a number that its cell does not take, None where programs differ in it."""
    if abs(exact) >= _EXACT:
        return None
    large = exact > COUNT_LIMIT or (signed and exact < -COUNT_LIMIT)
    below = exact < 0 and not signed
    return int(large or below or decimals(exact) > places)


# ── words ─────────────────────────────────────────────────────────────────────────────────────────


def _no_text(_: Cell, ref: str) -> str:
    bare = f'TRIM(CLEAN(SUBSTITUTE({ref},"\u3000","")))'
    return f"ISTEXT({ref})*(LEN({bare})=0)"


def _counted_text(_: Cell, value: Number | str) -> int:
    return int(isinstance(value, str) and not value.replace("\u3000", "").strip(_BLANKS))


def _no_choice(cell: Cell, ref: str) -> str:
    return "1-" + "-".join(f"COUNTIF({ref},{quoted(choice)})" for choice in cell.choices)


def _wrong_choice(cell: Cell) -> str:
    return f"AND(NOT(ISBLANK({{}})),{','.join(f'{{}}<>{quoted(c)}' for c in cell.choices)})"


def _meant_word(cell: Cell, text: str) -> str | None:
    printed = {comparable(word): word for word in cell.choices}
    return printed.get(comparable(text))


# ── days ──────────────────────────────────────────────────────────────────────────────────────────


def between(name: str, first: int, last: int) -> dict[str, str]:
    """Return the facts of a workbook's validation: a number, day or length from first to last."""
    return {"type": name, "operator": "between", "formula1": str(first), "formula2": str(last)}


_FIRST, _LAST = serial(FIRST_DAY), serial(LAST_DAY)


def _no_day(_: Cell, ref: str) -> str:
    """Return 1 for no day: no serial number and no text like 2025-03-04."""
    number, text = f"SUM({ref})", f"T({ref})"
    stored = f"({number}<{_FIRST})+({number}>{_LAST})+(INT({number})<>{number})"
    dashes = "+".join(f'(MID({text},{place},1)<>"-")' for place in (5, 8))
    written = f'(LEN({text})<>10)+{dashes}+ISNUMBER(FIND(" ",{text}))+(DATEVALUE({text})<{_FIRST})'
    typed = f"IF(ISNUMBER(DATEVALUE({text})),{written},1)"
    return f"(COUNT({ref})=1)*({stored})+(COUNT({ref})=0)*{typed}"


def _counted_day(_: Cell, value: Number | str) -> int:
    if isinstance(value, str):
        return int(day(value) is None)
    return int(not _FIRST <= value <= _LAST or value != int(value))


def _wrong_day(_: Cell) -> str:
    return (
        f"IF(ISNUMBER({{}}),OR({{}}<{_FIRST},{{}}>{_LAST},INT({{}})<>{{}}),"
        "AND(NOT(ISBLANK({})),ISERROR(DATEVALUE({}))))"
    )


def _meant_day(_: Cell, text: str) -> str | None:
    bare, midnight, zone = timed(text)
    named = written_day(bare) if midnight or not zone else None
    return named.isoformat() if named else None


# ── the kinds ─────────────────────────────────────────────────────────────────────────────────────


_CHOICE = Kind(
    typed="typed_choice",
    printed="print_choice",
    schema=lambda cell, _: {"type": "string", "enum": list(cell.choices)},
    accepted=lambda cell: {"type": "list", "formula1": quoted(",".join(cell.choices))},
    fault=_no_choice,
    counted=lambda cell, value: int(value not in cell.choices),
    wrong=_wrong_choice,
    takes=lambda cell, text: text in cell.choices,
    meant=_meant_word,
    listed=True,
    exact=True,
)
_NUMBER = partial(Kind, typed="typed", printed="print_value", counted=_counted_number)
KINDS: Mapping[str, Kind] = {
    "count": _NUMBER(
        schema=partial(_number_schema, "integer"),
        accepted=partial(_number_accepted, "whole"),
        fault=_no_count,
        wrong=partial(
            _wrong_number,
            f"{{}}<0,{{}}>{COUNT_LIMIT},INT({{}})<>{{}}",
            f"ABS({{}})>{COUNT_LIMIT},INT({{}})<>{{}}",
        ),
        places=0,
    ),
    "money": _NUMBER(
        schema=partial(_number_schema, "number"),
        accepted=partial(_number_accepted, "decimal"),
        fault=_no_money,
        wrong=partial(_wrong_number, "{}<0", f"ABS({{}})>{COUNT_LIMIT}"),
        places=PLACES,
    ),
    "text": Kind(
        typed="typed_text",
        printed="print_text",
        schema=lambda *_: {"type": "string", "minLength": 1},
        accepted=lambda _: between("textLength", 1, TEXT_LIMIT),
        fault=_no_text,
        counted=_counted_text,
        wrong=lambda _: 'AND(ISTEXT({}),TRIM({})="")',
        takes=lambda _, text: bool(text.strip()),
    ),
    "choice": _CHOICE,
    "yes-no": replace(_CHOICE, listed=False),
    "date": Kind(
        typed="typed_date",
        printed="print_date",
        schema=lambda *_: {
            "type": "string",
            "format": "date",
            "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
            "maxLength": 10,
        },
        accepted=lambda _: between("date", _FIRST, _LAST),
        fault=_no_day,
        counted=_counted_day,
        wrong=_wrong_day,
        takes=lambda _, text: day(text) is not None,
        meant=_meant_day,
        exact=True,
        day=True,
    ),
}
"""{name in an edition file: record}; schemas/edition.schema.json lists the same names."""


# ── a cell's content ──────────────────────────────────────────────────────────────────────────────


def takes(cell: Cell, value: object) -> bool:
    """Tell whether a value is text that a cell without a number takes."""
    return isinstance(value, str) and cell.content.takes(cell, value)


def meant(cell: Cell, text: str) -> str | None:
    """Return the word or day that a text the cell does not take may mean, or None."""
    return cell.content.meant(cell, text)


def without_hidden(cell: Cell, text: str) -> str:
    """Return a printed word or day without the invisible characters in it, a day without midnight.

    Other text is returned as typed.
    """
    bare = visible(text)
    if cell.content.day:
        clean, midnight, _ = timed(bare)
        bare = clean if midnight else bare
    return bare if cell.content.exact and takes(cell, bare) else text


def stored(cell: Cell, value: Number | str) -> Number | str:
    """Return a value as a workbook stores it: a day as its serial number."""
    named = day(value) if cell.content.day and isinstance(value, str) else None
    return serial(named) if named else value
