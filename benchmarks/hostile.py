"""Cost of hostile files: CPU seconds, wall seconds and memory, file by file.

    python -m benchmarks.hostile [FOLDER] [--forged] [--flips 500] [--worker 4000]

FOLDER holds public workbooks (../shared/workbooks). --forged adds the set of tests/forge.py, every
place of it. --flips changes bytes of a filled return, with three seeds, and counts where other
numbers were read without a finding. --worker gives so many files (public, forged, changed at random,
in turn) to one worker process and prints the most memory it had.
"""

import argparse
import importlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import NamedTuple

from toolkit.campaign.bulk import answers
from toolkit.campaign.pack import head_of
from toolkit.files.examine import examine
from toolkit.returned.read import read
from toolkit.workers import Given, workers
from toolkit.xlsx.zip import Rejected

CHECKOUT = Path(__file__).resolve().parent.parent
SEEDS = (1, 2, 3)
SLOWEST = 5
FIRST = 3
"""Places tried of each forged case, in a worker."""


class Taken(NamedTuple):
    """A measured file: CPU seconds, wall seconds, name and answer."""

    cpu: float
    wall: float
    name: str
    answer: str


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", default=CHECKOUT.parent / "shared" / "workbooks")
    parser.add_argument("--forged", action="store_true")
    parser.add_argument("--flips", type=int, default=0)
    parser.add_argument("--worker", type=int, default=0)
    given = parser.parse_args()
    if given.worker:
        report_worker(Path(given.folder), given.worker)
        return
    report("public", [taken(path, path.name) for path in sorted(Path(given.folder).rglob("*.xl*"))])
    if given.forged:
        report("forged", list(forged()))
    if given.flips:
        report_flips(given.flips)


def taken(path: Path, name: str) -> Taken:
    """Return the measurement of a file."""
    cpu, wall = process_time(), perf_counter()
    result = examine(str(path))
    cpu, wall = process_time() - cpu, perf_counter() - wall
    return Taken(cpu, wall, name, result.findings[0].code if result.findings else "ok")


def forged() -> Iterator[Taken]:
    """Yield the measurement of each forged file."""
    sys.path.insert(0, str(CHECKOUT / "tests"))
    cases = importlib.import_module("forge").cases()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        for name, places in cases.items():
            for at, make in places.items():
                path.write_bytes(make())
                yield taken(path, f"{name} {at}")


def report_worker(folder: Path, count: int) -> None:
    """Print the most memory of one worker that examined `count` files of all kinds."""
    public = sorted(folder.rglob("*.xl*"))
    with tempfile.TemporaryDirectory() as scratch:
        paths = [*map(str, public[:count]), *written(Path(scratch), count - len(public))]
        Random(0).shuffle(paths)  # noqa: S311 - reproducible, no secret
        with workers(Given(), jobs=1) as crew:
            verdicts = Counter(head_of(one.head).verdict for one in answers(paths, crew.each))
        print(f"worker: {len(paths)} files, {dict(verdicts)}, peak {peak(children=True)}")


def written(folder: Path, count: int) -> Iterator[str]:
    """Write forged files, then changed returns, up to `count`, and yield their paths."""
    sys.path.insert(0, str(CHECKOUT / "tests"))
    cases = importlib.import_module("forge").cases().values()
    mutant = importlib.import_module("mutations").mutant
    forgeries = [make for places in cases for make in list(places.values())[:FIRST]]
    for number in range(count):
        changed = None if number < len(forgeries) else mutant(number)
        path = folder / f"{number:05d}{Path(changed.name).suffix if changed else '.xlsx'}"
        path.write_bytes(changed.content if changed else forgeries[number]())
        yield str(path)


def report(title: str, files: list[Taken]) -> None:
    """Print the seconds of files: median, 99th percentile, maximum."""
    print(f"{title}: {len(files)} files, peak {peak()}")
    for kind, times in (("cpu", [f.cpu for f in files]), ("wall", [f.wall for f in files])):
        spread = sorted(times) or [0.0]
        p50, p99 = spread[len(spread) // 2], spread[len(spread) * 99 // 100]
        print(f"  {kind:<5} p50 {p50:.4f} s  p99 {p99:.3f} s  max {spread[-1]:.3f} s")
    for one in sorted(files, reverse=True)[:SLOWEST]:
        print(f"    {one.cpu:.3f} s  {one.answer}  {one.name}")


def peak(*, children: bool = False) -> str:
    """Return the peak memory of this process or of its children, where the system gives it."""
    if sys.platform == "win32":
        return "unknown"
    import resource  # noqa: PLC0415 - Windows has none

    unit = 2**20 if sys.platform == "darwin" else 2**10
    whose = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return f"{resource.getrusage(whose).ru_maxrss / unit:.0f} MB"


def report_flips(count: int) -> None:
    """Print the results of changed bytes."""
    sys.path.insert(0, str(CHECKOUT / "tests"))
    source: bytes = importlib.import_module("tamper").filled()
    true = read(source).report
    for seed in SEEDS:
        rng = Random(seed)  # noqa: S311 - reproducible, no secret
        told = {"rejected": 0, "same": 0, "told": 0, "wrong": 0}
        for _ in range(count):
            place, turned = rng.randrange(len(source)), rng.randrange(1, 256)
            flipped = bytearray(source)
            flipped[place] ^= turned
            try:
                found = read(bytes(flipped))
            except Rejected:
                told["rejected"] += 1
                continue
            same = found.report.values == true.values and found.report.texts == true.texts
            told["same" if same else "told" if found.findings else "wrong"] += 1
        print(f"flips, seed {seed}: {told}")


if __name__ == "__main__":
    main()
