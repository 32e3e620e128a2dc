"""CPU of examining a return, by the program that saved it, as a ratio to openpyxl's load of the file.

    python -m benchmarks.speed [--count 40] [--folder FOLDER]

Fills that all differ, as our own program writes them, as LibreOffice saves them again (where it is
installed), and as Excel does (the writer of tests/rewriters, with a cursor, zoom and document of
its own in each save). Each is examined without the memory of rows that were read before, as the
first save of an unknown writer is, and with it; openpyxl loads the same file in turn. Medians of
the processor's time; the first third of the files is not counted.
"""

import argparse
import io
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from openpyxl import load_workbook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import office
import returns
from rewriters import excel
from rewriters.saving import saved

from toolkit.blank.build import build
from toolkit.edition import edition
from toolkit.files.examine import examine

FORM, NAME, YEAR = "annual-report", "2021", 2025
_CURSOR = re.compile(rb'activeCell="[A-Z]+[0-9]+" sqref="[A-Z]+[0-9]+"')
_ZOOM = re.compile(rb'zoomScale="[0-9]+"')
_UID = re.compile(rb'xr:uid="\{[0-9A-F]{8}')


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=40, help="fills of each writer")
    parser.add_argument("--folder", type=Path, help="where to write the returns; kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = given.folder or Path(scratch)
        writers = {"own": fills(home / "own", given.count)}
        if office.lacking(session=False) is None:
            writers["LibreOffice"] = resaved(writers["own"], home / "libreoffice")
        writers["Excel-like"] = as_excel(writers["own"], home / "excel")
        load = " ".join(f"{share:.1f}" for share in os.getloadavg())
        print(f"load of the machine: {load}; {given.count} fills of each writer")
        print(
            f"{'CPU, ms':<14}{'openpyxl':>10}{'unknown':>10}{'ratio':>8}{'known':>10}{'ratio':>8}"
        )
        for name, paths in writers.items():
            print(line(name, paths), flush=True)


def fills(folder: Path, count: int) -> list[Path]:
    """Return complete returns of as many agencies, in which every error rule holds."""
    folder.mkdir(parents=True, exist_ok=True)
    form = edition.named(FORM, NAME)
    if form is None:
        sys.exit(f"no edition {NAME} of {FORM}")
    paths = [folder / f"{number:05d}.xlsx" for number in range(count)]
    for number, case in enumerate(returns.cases(form, 23, count, ("clean",))):
        agency = {"name": f"某某局{number:05d}", "code": None, "level": "county"}
        report = replace(case.report, year=YEAR, agency=agency)
        if not paths[number].exists():
            paths[number].write_bytes(build(form, report, case.report.prior))
    return paths


def resaved(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Return the files as LibreOffice recalculates and saves them."""
    folder.mkdir(parents=True, exist_ok=True)
    there = [folder / path.name for path in paths]
    lacking = [path for path, new in zip(paths, there, strict=True) if not new.exists()]
    if lacking:
        office.resave(lacking, folder)
    return there


def as_excel(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Return the files as one Excel saves them, each with a cursor, a zoom and a mark of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    there = [folder / path.name for path in paths]
    for number, (path, new) in enumerate(zip(paths, there, strict=True)):
        if not new.exists():
            new.write_bytes(_own_head(saved(path.read_bytes(), excel.EXCEL_2016, 0), number))
    return there


def _own_head(source: bytes, number: int) -> bytes:
    dice, out = Random(number), io.BytesIO()  # noqa: S311 - reproducible, no secret
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if "worksheets/sheet" in entry.filename:
                at = f"B{dice.randint(1, 40)}"
                content = _CURSOR.sub(f'activeCell="{at}" sqref="{at}"'.encode(), content)
                content = _ZOOM.sub(b'zoomScale="%d"' % dice.choice((70, 85, 100, 130)), content)
                content = _UID.sub(b'xr:uid="{%08X' % dice.getrandbits(32), content)
            new.writestr(entry, content)
    return out.getvalue()


def line(name: str, paths: Sequence[Path]) -> str:
    """Return the figures of a writer."""
    times: dict[str, list[float]] = {"openpyxl": [], "0": [], "": []}
    for number, path in enumerate(paths):
        for work in _works(number, len(paths)):
            os.environ["GOUJI_MEMORY"] = work
            start = process_time()
            (load_workbook if work == "openpyxl" else examine)(str(path))
            times[work].append(process_time() - start)
    usual, unknown, known = (median(taken[len(taken) // 3 :]) * 1000 for taken in times.values())
    return (
        f"{name:<14}{usual:>10.1f}{unknown:>10.1f}{'1/' + format(usual / unknown, '.1f'):>8}"
        f"{known:>10.1f}{'1/' + format(usual / known, '.1f'):>8}"
    )


def _works(number: int, count: int) -> Iterator[str]:
    """Yield the work to do with a file; openpyxl is slow: not with each of many."""
    yield ""
    yield "0"
    if number % max(1, count // 30) == 0:
        yield "openpyxl"


if __name__ == "__main__":
    main()
