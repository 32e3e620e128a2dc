"""Cells cut and pasted onto neighbours: locked formulas still agree with `check`."""

from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from random import Random

import pytest
import share
from office import need_office, session
from returns import Case, clean, report_of
from screen import Screen, differences, looks, screen

from toolkit.blank.build import build
from toolkit.check import check
from toolkit.edition.edition import Edition, named
from toolkit.edition.kind import FIRST_ROW, Cell
from toolkit.files.examine import prior_numbers
from toolkit.report.report import Report, Value
from toolkit.returned.read import read
from toolkit.xlsx.address import Place, at

SAVED = 12
"""Number of cuts between savings of the workbook."""
SHOWN = 20
"""Maximum number of differences shown."""
AGENCY = {"name": "某某局", "code": None, "level": "city"}


BLOCKS = [
    ("D7", (1, 6), "D8"),
    ("D9", (21, 1), "E9"),
    ("D9", (20, 6), "D10"),
    ("D9", (21, 5), "E9"),
    ("I7", (2, 1), "D7"),
    ("D7", (2, 6), "D20"),
]
"""First cell, size and goal: a row, a column, most of the table, its edges."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A block of a sheet cut onto another: its first place, its size, the place it goes to."""

    sheet: str
    first: Place
    size: Place
    goal: Place
    other: str

    @property
    def step(self) -> list[str]:
        """The step of a session for it."""
        row, column = self.first
        last = at((row + self.size[0] - 1, column + self.size[1] - 1))
        return ["cut", self.sheet, f"{at(self.first)}:{last}", at(self.goal), self.other]

    def change(self, report: Report) -> dict[str, Value]:
        """Return the typed cells it changes, with their new values."""
        keys = {(c.sheet, *place_of(c)): k for k, c in report.edition.cells.items()}
        changes: dict[str, Value] = {}
        moved: dict[str, Value] = {}
        for down, right in product(*map(range, self.size)):
            start = keys.get((self.sheet, self.first[0] + down, self.first[1] + right))
            end = keys.get((self.other, self.goal[0] + down, self.goal[1] + right))
            changes |= {start: None} if start else {}
            moved |= {end: report.values[start] if start else None} if end else {}
        return changes | moved


def place_of(cell: Cell) -> Place:
    """Return a cell's place on its sheet."""
    return cell.place[0] + FIRST_ROW, cell.place[1] + 1


def full(edition: Edition) -> Case:
    """Return a return with a number in every cell, and one of last year."""
    rng = Random(4)  # noqa: S311 - reproducible, no secret
    first = edition.years[0]
    prior = report_of(edition, first, clean(edition, rng, 1, None), (), AGENCY)
    typed = clean(edition, rng, 1, prior)
    typed |= {cell.key: typed[cell.key] or 7 for cell in counted(edition)}
    report = report_of(edition, first + 1, typed, (), AGENCY)
    return Case("full", replace(report, prior=prior_numbers(edition, prior)), prior)


def counted(edition: Edition) -> list[Cell]:
    """Return the typed cells for numbers: LibreOffice keeps no text under a number cut onto it."""
    return [edition.cells[key] for key in edition.typed if edition.cells[key].numeric]


def width(edition: Edition, cell: Cell) -> int:
    """Return the number of columns a cell is merged over."""
    merges = edition.tables[cell.table].merges
    return next((columns for *place, _, columns in merges if tuple(place) == cell.place), 1)


def neighbours(edition: Edition) -> list[Cut]:
    """Return cuts of every typed cell onto the next to the right or below, else left or above."""
    cells = counted(edition)
    return [
        Cut(c.sheet, place_of(c), (1, width(edition, c)), place_of(near), c.sheet)
        for c, near in ((c, _neighbour(edition, c)) for c in cells)
    ]


def anywhere(edition: Edition, count: int) -> list[Cut]:
    """Return cuts of typed cells onto others, at random and onto other sheets too."""
    rng = Random(5)  # noqa: S311 - reproducible, no secret
    cells = counted(edition)
    plain = [cell for cell in cells if width(edition, cell) == 1]
    pairs = [rng.sample(plain, 2) for _ in range(count)]
    return [Cut(c.sheet, place_of(c), (1, 1), place_of(o), o.sheet) for c, o in pairs]


def _neighbour(edition: Edition, cell: Cell) -> Cell:
    """Return the nearest typed cell; LibreOffice moves no merged cell onto a merged one."""
    row, column = cell.place
    others = [
        other
        for other in counted(edition)
        if other.key != cell.key
        and other.table == cell.table
        and min(width(edition, other), width(edition, cell)) == 1
        and (other.place[0] == row or other.place[1] == column)
    ]

    def far(other: Cell) -> tuple[bool, bool, int]:
        down, right = other.place[0] - row, other.place[1] - column
        return down + right < 0, down != 0, abs(down + right)

    return min(others, key=far)


def cut_and_compare(case: Case, made: list[Cut], folder: Path, *, undo: bool) -> list[str]:
    """Return differences between sheets and `check` after each cut, alone or after the others."""
    edition = case.report.edition
    reading = [["recalculate"], *looks(edition)]
    path = folder / "full.xlsx"
    path.write_bytes(build(edition, case.report, case.report.prior))
    steps = list(reading)
    for number, cut in enumerate(made):
        saving = [["save", str(_saved(folder, number))]] if number % SAVED == 0 else []
        steps += [cut.step, *reading, *saving, *([["undo"]] if undo else [])]
    with session() as run:
        gave = run([{"open": str(path), "steps": [*steps, *reading]}])[0]
    screens = [
        screen(edition, gave[start + 1 : start + len(reading)])
        for start, step in enumerate([*steps, *reading])
        if step == ["recalculate"]
    ]
    found, report = _unlike(screens[0], case.report, case), case.report
    for number, cut in enumerate(made):
        report = changed(
            case.report if undo else report, cut.change(case.report if undo else report)
        )
        lines = _unlike(screens[number + 1], report, case)
        if number % SAVED == 0:
            lines += misread(_saved(folder, number), report, case)
        found += [f"{' '.join(cut.step)}: {line}" for line in lines]
    last = case.report if undo else report
    return found + [f"in the end: {line}" for line in _unlike(screens[-1], last, case)]


def _unlike(now: Screen, report: Report, case: Case) -> list[str]:
    return list(differences(now, report, check(report, case.prior)))


def _saved(folder: Path, number: int) -> Path:
    return folder / f"{number:03d}.xlsx"


def changed(report: Report, change: dict[str, Value]) -> Report:
    """Return the report with some typed cells changed."""
    typed = {key: change.get(key, report.values[key]) for key in report.edition.typed}
    new = report_of(report.edition, report.year or 0, typed, report.nil, report.agency)
    return replace(new, prior=report.prior)


def misread(path: Path, report: Report, case: Case) -> list[str]:
    """Return the differences in values and findings after the saved workbook is read."""
    reading = read(path.read_bytes())
    lines = [f"found: {f}" for f in reading.findings if f.severity != "note" and f.code != "merge"]
    if reading.report.values != report.values:
        lines.append("saved and read as other values")
    told = [
        [f for f in outcome.findings if f.severity != "note"]
        for outcome in (check(reading.report, case.prior), check(report, case.prior))
    ]
    return lines if told[0] == told[1] else [*lines, "check finds something else"]


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", share.editions(), ids="/".join)
def test_every_third_cell_cut_onto_its_neighbour_leaves_live_rows_as_check(ident, tmp_path: Path):
    need_office(session=True)
    edition = named(*ident)
    walk = share.spread(list(neighbours(edition)), 3)
    found = cut_and_compare(full(edition), walk, tmp_path, undo=True)
    assert found[:SHOWN] == []


@pytest.mark.no_cover
def test_cuts_one_after_another_and_across_sheets_leave_live_rows_as_check(tmp_path: Path):
    need_office(session=True)
    edition = named("annual-report", "2021")
    found = cut_and_compare(full(edition), anywhere(edition, 30), tmp_path, undo=False)
    assert found[:SHOWN] == []


@pytest.mark.no_cover
def test_blocks_of_cells_cut_onto_others_leave_live_rows_as_check(tmp_path: Path):
    need_office(session=True)
    edition = named("annual-report", "2021")
    cells = {cell.at: cell for cell in edition.of_table("applications")}
    blocks = [
        Cut("表三", place_of(cells[first]), size, place_of(cells[goal]), "表三")
        for first, size, goal in BLOCKS
    ]
    assert cut_and_compare(full(edition), blocks, tmp_path, undo=True) == []


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "step",
    [
        ["type", "表三", {"J7": 1}],
        ["type", "表三", {"A7": "x"}],
        ["cut", "表三", "D7", "J7"],
        ["cut", "表三", "J7", "D7"],
        ["type", "上年数", {"C4": 1}],
        ["type", "校验结果", {"F6": "相符"}],
        ["type", "发布表三", {"D5": 1}],
    ],
)
def test_nobody_types_into_a_locked_cell_or_cuts_one(step, blank_session):
    run, path = blank_session
    with pytest.raises(RuntimeError, match=r"locked|RuntimeException"):
        run([{"open": str(path), "steps": [step]}])


@pytest.fixture(scope="module")
def blank_session(tmp_path_factory):
    """Yield a session and a blank for experiments."""
    need_office(session=True)
    path = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    path.write_bytes(build(named("annual-report", "2021")))
    with session() as run:
        yield run, path
