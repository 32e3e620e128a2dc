"""Random reports filled into other people's files, and read back: same, refused, wrong.

    python -m benchmarks.into [--count 50] [FILE.docx …]

Each report goes into every draft of tests/theirs.py, into plain workbooks of tests/printed.py with
random looks, blank and with old numbers, and into the files that are named. Right is a file that
reads as the report, and of which nothing but one part (a sheet each) is another. Exits with 1
where anything is wrong.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from toolkit.documents.importing import import_document
from toolkit.edition.edition import Edition, named
from toolkit.report.report import Report
from toolkit.returned.into import DOCX, UnfitError, ending, into
from toolkit.returned.read import read

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import theirs  # type: ignore[import-not-found]

EDITIONS = ("2021", "2019")


def answer(report: Report, source: bytes, extra: str = "") -> str:
    """Return right, refused or wrong for a file filled with a report."""
    name = f"a{ending(source)}"
    try:
        done = into(report, source, name)
    except UnfitError:
        return f"{extra}refused"
    if ending(source) == DOCX:
        imported = import_document(done.content, name, (), report.edition)
        values, whole = imported.report.values, not imported.not_taken
        parts = ["word/document.xml"]
    else:
        reading = read(done.content, (), name)
        values, whole = reading.report.values, not theirs.errors(reading)
        parts = [one for one, _ in theirs.members(source) if "worksheets/sheet" in one]
    same = all(values[key] == value for key, value in theirs.printed(report).items())
    theirs.kept(source, done.content, *parts)
    return "right" if same and whole else "wrong"


def made(edition: Edition, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the files of a seed."""
    drafts: dict[str, Callable[[Edition, int], bytes]] = theirs.DRAFTS
    for name, draft in drafts.items():
        yield f"docx, {name}", draft(edition, seed)
    for old in (False, True):
        rng: Any = Random(f"{seed} {old}")  # noqa: S311 - nothing secret
        words = "xlsx, old numbers" if old else "xlsx, blank"
        yield words, theirs.template(edition, rng, old=old)


def main() -> None:
    """Print the table of answers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    answers: Counter[tuple[str, str]] = Counter()
    for name in EDITIONS:
        edition = named("annual-report", name)
        for seed in range(given.count):
            if edition is None:
                sys.exit(f"{name}: no such edition")
            report = theirs.random_report(edition, seed)
            for kind, source in made(edition, seed):
                answers[f"{name} {kind}", answer(report, source)] += 1
            for path in given.files if edition.name == EDITIONS[0] else ():
                answers[path.name, answer(report, path.read_bytes())] += 1
    for (kind, found), times in sorted(answers.items()):
        print(f"{times:5} {found:8} {kind}")
    sys.exit(any(found == "wrong" for _, found in answers))


if __name__ == "__main__":
    main()
