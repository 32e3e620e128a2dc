"""Time of `gouji check --store` for many returns, beside the careful way that people write.

    python -m benchmarks.naive FOLDER [--count 2000] [--sample 40] [--jobs 2]

The careful way: one process, for each file openpyxl loads it twice (formulas, results) and
`jsonschema.validate` checks the values; it compares no label, lock, formula or balance, and keeps no
results. It is measured on a sample and taken times the number of files. The returns all differ; they
are those of `benchmarks.speed`, written into FOLDER and kept.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

import jsonschema
from openpyxl import load_workbook

from toolkit.edition import edition
from toolkit.edition.kind import on_sheet
from toolkit.report.schema import report_schema

from .speed import FORM, NAME, YEAR, fills


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    paths = fills(given.folder / "returns", given.count)
    wall, cpu = checked(given.folder, given.jobs)
    start, spent = perf_counter(), process_time()
    for path in paths[:: max(1, len(paths) // given.sample)][: given.sample]:
        naive(path)
    each = min(given.sample, len(paths))
    usual = [
        taken / each * len(paths) for taken in (perf_counter() - start, process_time() - spent)
    ]
    load = " ".join(f"{share:.1f}" for share in os.getloadavg())
    print(f"load of the machine: {load}; {len(paths)} returns, {given.jobs} workers")
    print(f"gouji check --store: {wall:.1f} s by the clock, {cpu:.1f} s of processors")
    print(f"the careful way: {usual[0]:.1f} s by the clock, {usual[1]:.1f} s of a processor")
    print(f"{usual[0] / wall:.1f} times by the clock, {usual[1] / cpu:.1f} times by processors")


def checked(folder: Path, jobs: int) -> tuple[float, float]:
    """Return the seconds of a whole check, by the clock and of processors."""
    store = folder / "results.store"
    store.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "toolkit",
        "check",
        str(folder / "returns"),
        "--store",
        str(store),
    ]
    start, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [*command, "--jobs", str(jobs), "--format", "json"],
        cwd=Path(__file__).resolve().parent.parent,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return perf_counter() - start, spent


def naive(path: Path) -> bool:
    """Tell whether a return's values are those of the schema."""
    form = edition.named(FORM, NAME)
    if form is None:
        sys.exit(f"no edition {NAME} of {FORM}")
    load_workbook(path)
    book = load_workbook(path, data_only=True)
    values = {}
    for key in form.typed:
        cell = form.cells[key]
        row, column = on_sheet(cell.place)
        value = book[cell.sheet].cell(row, column).value
        if value is not None:
            values[key] = value
    report = {"form": FORM, "edition": NAME, "year": YEAR, "values": values}
    try:
        jsonschema.validate(json.loads(json.dumps(report)), report_schema(form))
    except jsonschema.ValidationError:
        return False
    return True


if __name__ == "__main__":
    main()
