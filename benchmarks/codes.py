"""Random returns computed by LibreOffice: is the sheet's check code that of the program?

    python -m benchmarks.codes [--count 1000]

Returns of every edition, with the mistakes that people make, are typed into a blank; the code on
the mark's sheet and the foot of every printed table are held against the program's.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from codecheck import differing
from returns import cases

from toolkit.edition.edition import known, named


def main() -> None:
    """Print how many returns were compared, how many have a code, and every difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    began, idents = time.monotonic(), sorted(known())
    total = coded = 0
    for number, ident in enumerate(idents):
        share = count // len(idents) + (number < count % len(idents))
        with tempfile.TemporaryDirectory() as folder:
            found, there = differing(cases(named(*ident), 19, share), Path(folder))
        print("/".join(ident), share, "returns,", there, "with a code,", len(found), "differences")
        for line in found:
            print("  ", line)
        total, coded = total + share, coded + there
    print(total, "returns,", coded, "with a code;", round(time.monotonic() - began), "s")


if __name__ == "__main__":
    main()
