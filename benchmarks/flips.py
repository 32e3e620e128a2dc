"""Numbers after one bit or byte of a filled return was changed.

    python -m benchmarks.flips [--runs 12000] [--seed 0]

The changes are those of tests/flips.py. A changed number is *told* where the return fails, is
rejected, or a finding names its cell. Where the check sum was mended, a file may say another
number in every reader: openpyxl is asked, and then the change counts as *typed*. A number that is
read differently and neither told nor typed is *wrong*: none may be. Exits with 1 where one is.
"""

import argparse
import importlib
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from toolkit.files.examine import examine
from toolkit.report.report import Report

CHECKOUT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Try many and print the results; return 1 where a number was wrong."""
    sys.path.insert(0, str(CHECKOUT / "tests"))
    flips, forge = importlib.import_module("flips"), importlib.import_module("forge")
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=12_000)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    counts = {kind: Counter[str]() for kind in flips.KINDS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        true: dict[Any, Report] = {}
        for ident in forge.EDITIONS:
            path.write_bytes(forge.honest(*ident)[1])
            found = examine(str(path)).report
            assert found is not None  # noqa: S101 - an honest return
            true[ident] = found
        for seed in range(given.seed, given.seed + given.runs):
            one = flips.flip(seed)
            path.write_bytes(one.content)
            answer = flips.judged(examine(str(path)), true[one.ident], one.content)
            if answer == "wrong":
                print("wrong:", seed, one.kind, one.ident, flush=True)
            counts[one.kind][answer] += 1
    names = ("rejected", "same", "told", "typed", "wrong")
    print(f"| {given.runs} changes from seed {given.seed} | {' | '.join(names)} |")
    for kind, count in counts.items():
        print(f"| {kind} | {' | '.join(str(count[name]) for name in names)} |")
    return 1 if any(count["wrong"] for count in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
