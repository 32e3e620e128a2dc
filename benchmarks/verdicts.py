"""Is the verdict of a return the same on its cover, in `check`, by the button and in the page?

    python -m benchmarks.verdicts [--count 1000] [--seed 19]

Random returns of every edition, with the mistakes that people make, with days, times, truth values
and errors in cells for numbers, are recalculated and saved by LibreOffice. The state line of the
cover is held against the rules that fail, of those that have a live row. The button runs on an
imitation of Excel (tests/imitation.py).
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from coververdict import differing

from toolkit.edition.edition import known, named

BATCH = 50
"""Returns that are saved at a time."""


def main() -> None:
    """Print how many returns were compared, and every difference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=19)
    given = parser.parse_args()
    began, idents, wrong, done = time.monotonic(), sorted(known()), 0, 0
    while done < given.count:
        ident = idents[done // BATCH % len(idents)]
        count = min(BATCH, given.count - done)
        with tempfile.TemporaryDirectory() as folder:
            found, _ = differing(named(*ident), given.seed + done, count, Path(folder))
        wrong, done = wrong + len(found), done + count
        print("/".join(ident), count, "returns,", len(found), "differ; in all", done, flush=True)
        for line in found:
            print("  ", line, flush=True)
    print(done, "returns,", wrong, "differ;", round(time.monotonic() - began), "s")


if __name__ == "__main__":
    main()
