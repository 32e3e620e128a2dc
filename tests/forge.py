"""The forged set: every class of attack, slip and accident, written from our own blanks.

    python tests/forge.py FOLDER

writes each case as a file. The expected answer to a case is in ledger.toml, by its name.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

import forgebook
import forgecells
import forgeparts
import forgexml
import forgezip
import returns
import tamper

from toolkit.blank.build import build
from toolkit.edition.edition import Edition, named

Make = Callable[[], bytes]
Cases = Mapping[str, Mapping[str, Make]]
"""{name of a case: {place that must be named ("" for none): function that makes the file}}."""
EDITIONS = (("annual-report", "2021"), ("annual-report", "2019"), ("site-report", "2017"))


@cache
def honest(form: str, edition: str) -> tuple[Edition, bytes]:
    """Return an edition and a complete return of it that passes."""
    found = named(form, edition)
    assert found is not None
    if (form, edition) == EDITIONS[0]:
        return found, tamper.filled()
    typed = returns.clean(found, Random(4), 0.2, None)  # noqa: S311 - reproducible, no secret
    year = found.years[0]
    agency = {"name": "某某局", "code": "11320000", "level": "county"}
    return found, build(found, returns.report_of(found, year, typed, (), agency))


@cache
def cases() -> Cases:
    """Return every case of every class; files are made on demand."""
    first = honest(*EDITIONS[0])
    found = forgezip.cases(first[1]) | forgexml.cases(first[1]) | forgebook.cases(*first)
    found |= forgeparts.cases(first[1])
    for form, name in EDITIONS:
        found |= forgecells.cases(*honest(form, name))
    return found


def main() -> None:
    """Write every case into a folder; the place is part of its file name."""
    folder = Path(sys.argv[1])
    for name, places in cases().items():
        for at, make in places.items():
            path = folder / f"{name} {at}".strip().replace(":", "")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_suffix(".xlsx").write_bytes(make())


if __name__ == "__main__":
    main()
