"""Formulas of random returns computed by several programs, held against the reader's own values.

    pip install formualizer; apt install gnumeric libreoffice-calc
    python -m benchmarks.engines [--count 300] [--seed 19] [--only gnumeric]

Returns of every edition, with the mistakes that people make, are built with last year's numbers and
computed from nothing by each program that is there: totals, states of typed cells, live rows, status
lines, cover, published sheets, feet, check code. None of these programs is Excel or WPS.
"""

import argparse
import csv
import importlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from office import FILTER, convert, lacking
from returns import cases

from toolkit.blank.build import build
from toolkit.blank.slots import PUBLISHED_FIRST, code_place, foot_place, published, word
from toolkit.edition.edition import Edition, known, named
from toolkit.edition.kind import on_sheet
from toolkit.returned import read as reader
from toolkit.returned import stored
from toolkit.returned.contents import KnownValue
from toolkit.returned.reading import contents
from toolkit.xlsx.address import Place, at
from toolkit.xlsx.book import open_book
from toolkit.xlsx.zip import open_package

BATCH = 30
"""Returns that are computed at a time."""
SHOWN = 3
"""Differences of each kind that are printed."""
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?")
CODE = "check code"
Spot = tuple[str, Place]
Shown = Mapping[Spot, Any]
"""{(sheet, place): number, text or error that a program computed}."""
Program = Callable[[Sequence[Path]], Iterator[Shown]]


@dataclass(slots=True)
class Tally:
    """Outcome for a program: cells compared, differences by kind, the first of them as text."""

    returns: int = 0
    cells: int = 0
    seconds: float = 0.0
    wrong: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)


def main() -> None:
    """Print a line for each program, and its first differences."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--only", choices=PROGRAMS)
    given = parser.parse_args()
    tallies = {}
    for name, (without, _) in PROGRAMS.items():
        if given.only in (None, name):
            reason = without()
            print(f"{name}: {reason}" if reason else f"{name}: is there", flush=True)
            if not reason:
                tallies[name] = Tally()
    idents = sorted(known())
    for number, ident in enumerate(idents):
        share = given.count // len(idents) + (number < given.count % len(idents))
        returns = cases(named(*ident), given.seed, share)
        for start in range(0, share, BATCH):
            books = [
                (f"{'/'.join(ident)} {start + n} {case.kind}",
                 build(case.report.edition, case.report, case.report.prior))
                for n, case in enumerate(returns[start : start + BATCH])
            ]  # fmt: skip
            for name, tally in tallies.items():
                compare(books, name, tally)
            print(f"{'/'.join(ident)}: {start + len(books)}", flush=True)
    for name, tally in tallies.items():
        wrong = ", ".join(f"{kind} {n}" for kind, n in tally.wrong.most_common()) or "none"
        print(f"{name}: {tally.returns} returns, {tally.cells} cells, differences: {wrong}; "
              f"{tally.seconds:.0f} s")  # fmt: skip
        for line in tally.first:
            print(f"    {line}")


def compare(books: Sequence[tuple[str, bytes]], name: str, tally: Tally) -> None:
    """Compute the workbooks with a program and count what differs."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.xlsx" for number in range(len(books))]
        for path, (_, source) in zip(paths, books, strict=True):
            path.write_bytes(source)
        began = time.monotonic()
        for (title, source), shown in zip(books, PROGRAMS[name][1](paths), strict=True):
            tally.returns += 1
            for spot, kind, ways in wanted(source):
                tally.cells += 1
                value = shown.get(spot)
                if not any(agrees(value, right) for right in ways):
                    tally.wrong[kind] += 1
                    sheet, place = spot
                    line = f"{title}, {sheet} {at(place)}: {value!r}, it is {ways[0]!r}"
                    tally.first += [line] if tally.wrong[kind] <= SHOWN else []
        tally.seconds += time.monotonic() - began


# ── what is right ─────────────────────────────────────────────────────────────────────────────────


def wanted(source: bytes) -> Iterator[tuple[Spot, str, list[KnownValue]]]:
    """Yield (place, kind, values) of every formula with a known value; one of them is right."""
    package = open_package(source)
    book = open_book(package)
    taken = reader.take(reader.sheets_of(package, book))
    ways = contents(taken.edition, taken.pairs, taken.typed)
    shown = [stored.values(way, taken.pairs) for way in ways]
    codes = _codes(taken.edition)
    for sheet, cells in shown[0].items():
        for place, kind in cells:
            values = [one[sheet][place, kind] for one in shown]
            if None not in values:
                yield (sheet, place), CODE if (sheet, place) in codes else kind, values
    for key in taken.edition.computes:
        cell, totals = taken.edition.cells[key], [way.totals[key] for way in ways]
        if None not in totals:
            yield (cell.sheet, on_sheet(cell.place)), "total", totals


def _codes(edition: Edition) -> set[Spot]:
    """Return the places that show the check code."""
    sections = [edition.tables[table] for table in edition.statutory]
    feet = [(section.sheet, foot_place(section)) for section in sections]
    feet += [(published(section), foot_place(section, PUBLISHED_FIRST)) for section in sections]
    return {(word("mark"), code_place()), *feet}


def agrees(value: Any, right: KnownValue) -> bool:
    """Tell whether a program's value is right; it may write numbers in another way.

    >>> agrees("3.0", 3), agrees(None, ""), agrees("相差 1.00", "相差 1"), agrees("2", "3")
    (True, True, True, False)
    """
    if isinstance(right, str):
        return _written(str("" if value is None else value)) == _written(right)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return abs(number - Decimal(right or 0)) <= abs(Decimal(right or 0)) * Decimal("1e-12")


def _written(text: str) -> str:
    """Return a text with its numbers written in one way."""
    return NUMBER.sub(lambda match: f"{float(match[0]):.12g}", text.replace("\r\n", "\n"))


# ── the programs ──────────────────────────────────────────────────────────────────────────────────


def by_libreoffice(paths: Sequence[Path]) -> Iterator[Shown]:
    """Yield what LibreOffice computes when it opens each workbook and saves it again."""
    for path in convert(paths, paths[0].parent / "libreoffice", f"xlsx:{FILTER}"):
        package = open_package(path.read_bytes())
        grids = reader.sheets_of(package, open_book(package)).grids((2000, 100))
        yield {
            (sheet, place): raw[1]
            for sheet, grid in grids.items()
            for place, raw in grid.cells.items()
        }


def by_gnumeric(paths: Sequence[Path]) -> Iterator[Shown]:
    """Yield what Gnumeric computes: a file of bare values for each sheet."""
    for path in paths:
        folder = path.with_suffix("")
        folder.mkdir()
        words = ["--recalc", "-S", "-T", "Gnumeric_stf:stf_assistant",
                 "-O", "format=raw quoting-mode=auto separator=,", str(path),
                 str(folder / "%s.csv")]  # fmt: skip
        subprocess.run(["ssconvert", *words], capture_output=True, check=True, timeout=120)
        yield {
            (page.stem, (row, column)): value
            for page in folder.iterdir()
            for row, line in enumerate(csv.reader(page.open(encoding="utf-8", newline="")), 1)
            for column, value in enumerate(line, 1)
        }


def by_formualizer(paths: Sequence[Path]) -> Iterator[Shown]:
    """Yield what formualizer computes."""
    engine = importlib.import_module("formualizer")
    for path in paths:
        book = engine.load_workbook(str(path))
        book.evaluate_all()
        spots = [spot for spot, _, _ in wanted(path.read_bytes())]
        yield {(sheet, place): book.get_value(sheet, *place) for sheet, place in spots}


PROGRAMS: Mapping[str, tuple[Callable[[], str | None], Program]] = {
    "libreoffice": (lambda: lacking(session=False), by_libreoffice),
    "gnumeric": (
        lambda: None if shutil.which("ssconvert") else "ssconvert is not installed",
        by_gnumeric,
    ),
    "formualizer": (
        lambda: None if importlib.util.find_spec("formualizer") else "formualizer is not installed",
        by_formualizer,
    ),
}
"""{program: (why it is not there, what it computes)}."""

if __name__ == "__main__":
    main()
