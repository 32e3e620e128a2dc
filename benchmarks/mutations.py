"""Verdicts, exceptions and seconds of a filled return with random changes of its structure.

    python -m benchmarks.mutations [--runs 20000] [--seed 0]

The changes are those of tests/mutations.py; a seed gives the same file every time.
"""

import argparse
import importlib
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from time import process_time

CHECKOUT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Try many and print the results; return 1 where one raised."""
    sys.path.insert(0, str(CHECKOUT / "tests"))
    mutations = importlib.import_module("mutations")
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    verdicts, raised, codes = Counter[str](), Counter[str](), Counter[str]()
    slowest = (0.0, 0, ())
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(given.seed, given.seed + given.runs):
            one = mutations.mutant(seed)
            before = process_time()
            try:
                result = mutations.tried(one, Path(folder))
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                where = traceback.extract_tb(error.__traceback__)[-1]
                what = f"{type(error).__name__} {Path(where.filename).name}:{where.lineno}"
                if not raised[what]:
                    print(seed, what, ascii(str(error))[:200], one.done, flush=True)
                raised[what] += 1
            else:
                verdicts[result.verdict] += 1
                codes.update({finding.code for finding in result.findings})
            slowest = max(slowest, (process_time() - before, seed, one.done))
    print(f"{given.runs} runs from seed {given.seed}: {dict(verdicts)}; raised {raised.total()}")
    print(f"{len(codes)} codes; slowest {slowest[0]:.2f} s of CPU, seed {slowest[1]}: {slowest[2]}")
    return 1 if raised else 0


if __name__ == "__main__":
    sys.exit(main())
