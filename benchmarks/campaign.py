"""Speed and memory of checking many returns, as a ratio to openpyxl's load of the same files.

    python -m benchmarks.campaign [--counts 2000 10000] [--folder FOLDER]

Writes filled workbooks that differ by agency, checks them as `gouji check --store` does,
and loads a sample of the same files with openpyxl in the same run.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from openpyxl import load_workbook

from toolkit.blank.build import build
from toolkit.edition import edition
from toolkit.edition.edition import Edition

from .bench import FORM, YEAR, filled

PLACE = "某某局00000"
SAMPLE = 200
"""Number of files loaded with openpyxl."""
WATCHED = """
import resource, sys
from toolkit.cli import main
sys.argv = ["gouji", *sys.argv[1:]]
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""
"""Runs the command and prints its peak memory, without its workers."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--counts", type=int, nargs="+", default=[2000, 10_000])
    parser.add_argument("--folder", type=Path, help="where to write the returns; kept")
    given = parser.parse_args()
    form = edition.for_year(FORM, YEAR)
    if form is None:
        sys.exit(f"no edition of {FORM} for {YEAR}")
    with tempfile.TemporaryDirectory() as scratch:
        home = given.folder or Path(scratch)
        stamp = stamper(form)
        print(f"{'returns':>8}{'seconds':>9}{'a second':>10}{'ratio':>8}{'again':>8}{'MiB':>8}")
        for count in given.counts:
            folder = home / str(count)
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                path = folder / f"{number:05d}.xlsx"
                if not path.exists():
                    path.write_bytes(stamp(number))
            print(line(folder, count), flush=True)


def stamper(form: Edition) -> Callable[[int], bytes]:
    """Return a function from a number to a filled workbook of the agency of that number."""
    report = filled(form)
    made = build(form, replace(report, agency={**report.agency, "name": PLACE}))
    with zipfile.ZipFile(io.BytesIO(made)) as old:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()}

    def stamp(number: int) -> bytes:
        name = PLACE[:-5] + f"{number:05d}"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for part, content in parts.items():
                new.writestr(part, content.replace(PLACE.encode(), name.encode()))
        return out.getvalue()

    return stamp


def line(folder: Path, count: int) -> str:
    """Return the figures for checking a folder: seconds, rate, ratio to openpyxl, memory."""
    store = folder / "results.store"
    store.unlink(missing_ok=True)
    first, memory = run(folder, store)
    again, _ = run(folder, store)
    paths = sorted(folder.glob("*.xlsx"))[:SAMPLE]
    start = perf_counter()
    for path in paths:
        load_workbook(path)
    usual = (perf_counter() - start) / len(paths)
    ratio = first / count / usual
    return f"{count:>8}{first:>9.1f}{count / first:>10.1f}{ratio:>8.3f}{again:>8.1f}{memory / 1024:>8.1f}"


def run(folder: Path, store: Path) -> tuple[float, int]:
    """Return the seconds and KiB that a whole check takes."""
    options: Mapping[str, str] = {"--store": str(store), "--format": "json"}
    given = [part for option in options.items() for part in option]
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, "check", str(folder), *given],
        cwd=Path(__file__).resolve().parent.parent,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return perf_counter() - start, int(done.stderr.split()[-1])


if __name__ == "__main__":
    main()
