"""The sheets of proposed sums in 勾稽.xlsx, and what a person adopts of them, read back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..data import CHINESE, filled, listed, texts
from ..edition.edition import Edition
from ..escape import shortened
from ..output.lists import HEAD_ROW, Column, Page
from ..report.report import Report
from ..xlsx import sheet
from ..xlsx.book import Book, open_book
from ..xlsx.zip import Package, open_package
from .holding import LEAST
from .limits import LIMITS
from .linear import Equation
from .sums import BOTH, FORMULAS, Family

_COLUMNS = {"id": 8.0, "class": 14.0, "sum": 58.0, "where": 26.0, "lines": 8.0, "support": 26.0,
            "idle": 28.0, "against": 34.0, "adopt": 9.0, "formula": 11.0}  # fmt: skip
_DETAILS = {"id": 8.0, "equation": 90.0, "words": 60.0, "returns": 10.0}
_LABEL, _LISTED = 60, 6
_ROWS = 20_000
"""Rows of equations that are read."""
_RELATIONS = {"=": "=", "<=": "≤"}


@dataclass(frozen=True, slots=True)
class Adopted:
    """A family that a person adopts.

    name: its number in the list, as B1. words: it as a sentence. returns: how many it is from.
    equations: in the words of an edition file. computes: its total becomes a formula.
    """

    name: str
    words: str
    returns: int
    equations: tuple[str, ...]
    computes: bool


class FamilyError(Exception):
    """A list of sums that cannot be read: the family, and the words that are no answer."""

    def __init__(self, name: str, given: str) -> None:
        super().__init__(name, given)
        self.name, self.given = name, given


# ── written ───────────────────────────────────────────────────────────────────────────────────────


def pages(edition: Edition, reports: Sequence[Report], families: Sequence[Family]) -> list[Page]:
    """Return the sheets of families: sums, what is off by default, and every single equation."""
    words = texts("sums", CHINESE)
    named = list(_numbered(families))
    groups = {
        "sums": [(name, family) for name, family in named if family.letter != LIMITS],
        "limits": [(name, family) for name, family in named if family.letter == LIMITS],
    }
    answers = (words["yes"], words["no"])
    heads = tuple(
        Column(words[f"column-{name}"], width, answers if name in ("adopt", "formula") else (),
               words.get(f"hint-{name}", ""))
        for name, width in _COLUMNS.items()
    )  # fmt: skip
    found = [
        Page(
            words[group],
            filled(words[f"{group}-note"], n=len(reports)),
            heads,
            tuple(_row(edition, reports, name, family) for name, family in members),
            tall=True,
        )
        for group, members in groups.items()
        if members
    ]
    details = tuple(Column(words[f"column-{n}"], width) for n, width in _DETAILS.items())
    lines = tuple(
        line for name, family in named for line in _details(edition, reports, name, family)
    )
    return (
        [*found, Page(words["details"], words["details-note"], details, lines, tall=True)]
        if found
        else []
    )


def offers(
    edition: Edition, reports: Sequence[Report], families: Sequence[Family]
) -> Iterator[tuple[dict[str, str | int], Adopted | None]]:
    """Yield each family as a row of the list, by column, and as it is adopted; None if it stands."""
    for name, family in _numbered(families):
        row = dict(zip(_COLUMNS, _row(edition, reports, name, family), strict=True))
        equations = tuple(written_out(one, family.relation) for one in family.equations)
        computes = _computes(family)
        taken = Adopted(name, sentence(family), len(reports), equations, computes)
        yield row, taken if family.right else None


def _numbered(families: Iterable[Family]) -> Iterator[tuple[str, Family]]:
    """Yield families with their names: class and number in it."""
    counts: dict[str, int] = {}
    for family in families:
        counts[family.letter] = counts.get(family.letter, 0) + 1
        yield f"{family.letter}{counts[family.letter]}", family


def _row(
    edition: Edition, reports: Sequence[Report], name: str, family: Family
) -> tuple[str | int, ...]:
    words, support = texts("sums", CHINESE), family.support
    yes, no = words["yes"], words["no"]
    held = filled(
        words["support"],
        good=support.agreeing,
        returns=support.returns,
        held=support.held,
        cases=support.held + round(support.failed),
        telling=support.informative,
    )
    against = (_return(reports[at], n) for at, n in support.against.items())
    return (
        name,
        words[f"class-{family.letter}"],
        sentence(family),
        _where(edition, family),
        len(family.equations),
        held if support.returns else words["no-returns"],
        _idle(family) or words["none"],
        _shown(list(against)) or words["none"],
        words["there"] if not family.right else no if family.letter == LIMITS else yes,
        "" if not family.right else yes if _computes(family) else no,
    )


def _idle(family: Family) -> str:
    """Return the parts that are 0 in every return: by label where in all lines, else how many."""
    words, idle = texts("sums", CHINESE), family.support.idle
    labels = (*family.left, *family.right)
    columns: list[tuple[str, ...]] = []
    if all(len((*one, *other)) == len(labels) for one, other in family.equations):
        columns = list(zip(*((*one, *other) for one, other in family.equations), strict=True))
    never = [at for at, keys in enumerate(columns) if idle.issuperset(keys)]
    rest = len(idle) - len({key for at in never for key in columns[at]})
    more = [filled(words["idle-cells"], n=rest)] if rest else []
    return words["between"].join([*(labels[at] for at in never), *more])


def _computes(family: Family) -> bool:
    """Tell whether a formula is proposed: for one total that labels name and no return contradicts."""
    sure = family.letter == FORMULAS or (
        family.letter == BOTH and family.support.informative >= LEAST and not family.support.against
    )
    return sure and len(family.left) == 1 and family.relation == "="


def sentence(family: Family) -> str:
    """Return a family in words: its labels, with + and the relation; many of them shortened."""
    sides = [_added(side) for side in (family.left, family.right) if side]
    return f" {_RELATIONS[family.relation]} ".join(sides)


def _added(labels: Sequence[str]) -> str:
    """Return labels with + between them; of many the first ones, the last, and how many."""
    short = [shortened(label or "…", _LABEL) for label in labels]
    if len(short) <= _LISTED:
        return " + ".join(short)
    words = texts("sums", CHINESE)["items"]
    return f"{' + '.join(short[:3])} + … + {short[-1]}{filled(words, n=len(short))}"


def _where(edition: Edition, family: Family) -> str:
    """Return the tables of a family, by their captions."""
    tables = {edition.cells[left[0]].table: None for left, _ in family.equations}
    return _shown([edition.tables[table].caption for table in tables])


def _return(report: Report, times: int) -> str:
    """Return the name of a return, its year, and how many equations do not hold in it."""
    name = report.agency.get("name") or ""
    return filled(texts("sums", CHINESE)["against"], name=name, year=report.year or "", n=times)


def _shown(names: Sequence[str]) -> str:
    words = texts("sums", CHINESE)
    return listed(names, _LISTED, words["between"], words["more"])


def _details(
    edition: Edition, reports: Sequence[Report], name: str, family: Family
) -> Iterator[tuple[str | int, ...]]:
    """Yield each equation of a family, in the words of an edition file and in labels."""
    for equation in family.equations:
        yield name, written_out(equation, family.relation), _labels(edition, equation), len(reports)


def written_out(equation: Equation, relation: str) -> str:
    """Return an equation in the words of an edition file.

    >>> written_out((("a.b.c",), ("a.d.c", "a.e.c")), "=")
    'a.b.c = a.d.c + a.e.c'
    """
    left, right = (" + ".join(side) for side in equation)
    return f"{left} {relation} {right}"


def _labels(edition: Edition, equation: Equation) -> str:
    """Return where an equation is: the labels and the place of its first cell."""
    cell = edition.cells[equation[0][0]]
    return f"{cell.sheet} {cell.at} {cell.label}"


# ── read ──────────────────────────────────────────────────────────────────────────────────────────


def adopted_in(source: bytes) -> list[Adopted]:
    """Return the families that a filled 勾稽.xlsx adopts, in the order of the list.

    Raises Rejected for no workbook, and FamilyError. A blank answer adopts nothing.
    """
    words = texts("sums", CHINESE)
    package = open_package(source)
    book = open_book(package)
    details: dict[str, list[dict[int, str]]] = {}
    for row in _rows(package, book, words["details"], len(_DETAILS)):
        details.setdefault(row.get(1, "").strip(), []).append(row)
    found: list[Adopted] = []
    for page in ("sums", "limits"):
        for row in _rows(package, book, words[page], len(_COLUMNS)):
            cells = dict(
                zip(_COLUMNS, (row.get(at, "").strip() for at in range(1, 11)), strict=True)
            )
            lines = details.get(cells["id"], [])
            if _yes(cells, "adopt", words) and lines:
                returns = lines[0].get(len(_DETAILS), "")
                found.append(
                    Adopted(
                        cells["id"],
                        cells["sum"],
                        int(float(returns)) if returns.replace(".", "").isdecimal() else 0,
                        tuple(line.get(2, "").strip() for line in lines),
                        _yes(cells, "formula", words),
                    )
                )
    return found


def _yes(cells: Mapping[str, str], name: str, words: Mapping[str, str]) -> bool:
    """Tell whether an answer is yes; raises FamilyError where it is neither yes nor no."""
    given = cells[name]
    if given and given not in (words["yes"], words["no"], words["there"]):
        raise FamilyError(cells["id"], given)
    return given == words["yes"]


def _rows(package: Package, book: Book, name: str, width: int) -> list[dict[int, str]]:
    """Return the rows of a sheet below its heads: {column: text}; none where it is not there."""
    part = next((entry.part for entry in book.sheets if entry.name == name), "")
    if not part:
        return []
    grid = sheet.parse(package.part(part), part, book, (HEAD_ROW + _ROWS, width))
    rows: dict[int, dict[int, str]] = {}
    for (row, column), raw in grid.cells.items():
        if row > HEAD_ROW and raw[1]:
            rows.setdefault(row, {})[column] = raw[1]
    return [rows[row] for row in sorted(rows)]
