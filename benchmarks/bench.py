"""Speed of building and checking, as ratios to openpyxl's load of the same file in the same run.

    python -m benchmarks.bench [--rounds N]

Machines differ and share their cores, so milliseconds mean little: every piece of work takes turns
with openpyxl's load, and the medians are compared.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from openpyxl import load_workbook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import desktop

from toolkit import data, excel
from toolkit.blank.build import build
from toolkit.blank.stamp import stamp
from toolkit.edition import edition
from toolkit.edition.edition import Edition
from toolkit.files.examine import examine, prior_numbers
from toolkit.report.report import Report, recompute
from toolkit.returned.fill import prefilled

FORM, YEAR = "annual-report", 2025
CHECK, VALIDATE = "read + check one workbook", "validate, beyond Excel"
TARGETS = {
    "build a filled workbook": "≤ 1.2 ×",
    "stamp a blank": "≤ 1/60 of building it",
    CHECK: "≤ 0.2 ×",
    VALIDATE: "≤ 60 ms; Excel's own reads and writes left out",
    "gouji --help": "≤ 100 ms",
    "gouji check one.xlsx": "≤ 400 ms",
}
"""Targets, as ratio or as wall time of a whole process."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    form = edition.for_year(FORM, YEAR)
    if form is None:
        sys.exit(f"no edition of {FORM} for {YEAR}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.xlsx"
        path.write_bytes(build(form, filled(form)))
        with desktop.excel(path) as desk:
            times = measure(work(form, path), rounds, lambda: desk.imitation.spent)
    print(table(times, rounds))


def filled(form: Edition) -> Report:
    """Return a report whose every cell is filled and every total is right."""
    typed = dict.fromkeys(form.typed, 1)
    who = {"name": "某某局", "code": None, "level": "county"}
    values = recompute(form, typed, ())
    return Report(form, who, YEAR, values, origin="workbook")


def work(form: Edition, path: Path) -> Mapping[str, Callable[[], object]]:
    """Return the pieces of work to measure; the first is the base of the ratios."""
    file = next(p for p in data.edition_files() if (p.parent.name, p.stem) == (FORM, form.name))
    report = filled(form)
    empty = Report(form, report.agency, YEAR, dict.fromkeys(form.cells), origin="workbook")
    last = replace(report, year=YEAR - 1)
    chained = (prefilled(empty, last), prior_numbers(form, last))
    return {
        "openpyxl load_workbook": lambda: load_workbook(path),
        "load the edition": lambda: edition.load(file),
        "build a filled workbook": lambda: build(form, replace(report)),
        "build a blank": lambda: build(form, empty),
        "stamp a blank": lambda: stamp(empty),
        "build a blank, last year's": lambda: build(form, *chained),
        "stamp a blank, last year's": lambda: stamp(*chained),
        CHECK: lambda: examine(str(path)),
        VALIDATE: lambda: excel.active((), sys.exit, patience=600),
        "gouji --help": lambda: command("--help"),
        "gouji check one.xlsx": lambda: command("check", str(path)),
    }


def command(*arguments: str) -> None:
    """Run a command as a whole process."""
    subprocess.run(
        [sys.executable, "-m", "toolkit", *arguments],
        cwd=Path(__file__).resolve().parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def measure(
    works: Mapping[str, Callable[[], object]], rounds: int, aside: Callable[[], float]
) -> Mapping[str, float]:
    """Return the median seconds of each, taken in turns after one round that does not count.

    aside: the seconds so far to leave out, those of the imitated Excel itself.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, run in works.items():
            start = perf_counter() - aside()
            run()
            if number:
                times[name].append(perf_counter() - aside() - start)
    return {name: median(taken) for name, taken in times.items()}


def table(times: Mapping[str, float], rounds: int) -> str:
    """Return the medians, their ratios to the first and the targets."""
    base = next(iter(times.values()))
    lines = [f"{'median of ' + str(rounds):<28}{'ms':>9}{'ratio':>9}   to reach"]
    for name, seconds in times.items():
        reach = TARGETS.get(name, "")
        lines.append(f"{name:<28}{seconds * 1000:>9.2f}{seconds / base:>9.3f}   {reach}".rstrip())
    lines.append(f"{VALIDATE} / {CHECK}: {times[VALIDATE] / times[CHECK]:.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
