"""Numbers that texts give for cells: how many are read, how many of them rightly.

    python -m benchmarks.narrative [FOLDER] [--misses]     FOLDER: documents with TRUTH/

The sentences of tests/check/facts.toml are our own; those of published reports are read in FOLDER,
and only their numbers are here. Precision: right among those read. Recall: right among those said.
Then the alarms of each published report are listed, to be looked at. Exits with 1 where a number
was read that no text says.
"""

import argparse
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from toolkit.check import check, narrative
from toolkit.documents.importing import import_document
from toolkit.edition import edition
from toolkit.report.report import Report, from_json

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared" / "documents"
SENTENCES = CHECKOUT / "tests" / "check" / "facts.toml"
SAID = {
    "TRUTH/hongze_2023.json": "received 21, fee_collected 0",
    "TRUTH/pingtan_2019.json": "",
    "TRUTH/pingtan_2021.json": "received 70, concluded 69, carried_out 1, fee_collected 0",
    "TRUTH/pingtan_2023.json": "documents_in_force 393, documents_issued 77, received 81,"
    " natural_persons 80, concluded 81, granted_or_partly 42, refused 5, unable 31, declined 1,"
    " other_handling 2, reviews 2, suits 7, fee_collected 0",
    "TRUTH/seed_2025.json": "fee_notices 0, fee_charged 0, fee_collected 0",
    "TRUTH/shuyang_county_2025.json": "received 749, natural_persons 741, organisations 8,"
    " handled 718, carried_out 31, disputes 74, fee_collected 380",
    "TRUTH/suqian_2023.json": "received 3607, natural_persons 3493, organisations 114,"
    " granted 1191, partly_granted 328, refused 142, unable 1078, declined 406,"
    " other_handling 341, carried_out 121",
    "TRUTH/suqian_2024.json": "received 3646, granted 1431, partly_granted 471, refused 92,"
    " unable 941, declined 117, other_handling 469, carried_out 125, reviews 134, suits 57",
    "quirks/slogan.json": "received 0",
    "quirks/slogan_seed.json": "received 2",
    "../real/raw/shanghai_gov_office_2019.html": "received 859, concluded 805, carried_in 18,"
    " carried_out 72, granted_or_partly 258, refused 35, unable 265, declined 158,"
    " other_handling 0, reviews 7, suits 9",
}
"""{path of a published report in FOLDER: what its texts say, by phrase}."""
Facts = Counter[tuple[str, Decimal]]


def facts(line: str) -> Facts:
    """Return the phrases and numbers of a line like “received 20, carried_in 2”."""
    pairs = (entry.split() for entry in line.split(",") if entry.strip())
    return Counter((name, Decimal(number)) for name, number in pairs)


def read(report: Report) -> Facts:
    """Return the phrases and numbers read of a report's texts, each place once."""
    result: Facts = Counter()
    for edit in report.edition.edits:
        if says := edit.figures.get("says"):
            for _, statement in narrative.said(edit, report, report.written, says):
                result[says[0], Decimal(statement.number)] += 1
    return result


def sentences() -> Iterator[tuple[str, Report, str]]:
    """Yield (group and sentence, report with it, what it says) for each of our own."""
    form = edition.load(CHECKOUT / "templates" / "annual-report" / "2021.toml")
    for group in tomllib.loads(SENTENCES.read_text(encoding="utf-8"))["group"]:
        agency = {"name": group["agency"], "code": None, "level": None}
        for said, text in (*group["sentences"], *group.get("missed", ())):
            texts = {group.get("section", "overview"): text}
            report = Report(form, agency, 2025, dict.fromkeys(form.cells), texts=texts)
            yield f"{group['name']}: {text}", report, said


def published(folder: Path) -> Iterator[tuple[str, Report, str]]:
    """Yield (path, report, what it says) for each published report in the folder."""
    for name, said in SAID.items():
        path = folder / name
        if path.suffix == ".html":
            yield name, import_document(path.read_bytes(), path.name).report, said
        elif path.exists():
            source = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
            yield name, from_json(source), said


def count(
    cases: Iterator[tuple[str, Report, str]], *, show: bool, once: bool
) -> tuple[int, int, int]:
    """Return how many numbers are said, read and read rightly; tell the others if `show`.

    once: a text that says a number twice counts once.
    """
    sums = Counter[str]()
    for name, report, line in cases:
        said, found = facts(line), read(report)
        if once:
            found = Counter(dict.fromkeys(found, 1))
        right = said & found
        sums.update(said=said.total(), found=found.total(), right=right.total())
        if show and (said - right or found - right):
            missed = ", ".join(f"{phrase} {number}" for phrase, number in said - right)
            wrong = ", ".join(f"{phrase} {number}" for phrase, number in found - right)
            print(f"  {name}\n    missed: {missed or '-'}   wrong: {wrong or '-'}")
    return sums["said"], sums["found"], sums["right"]


def main() -> int:
    """Print precision and recall of our own sentences and of the published reports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--misses", action="store_true", help="list what is missed or wrong")
    options = parser.parse_args()
    wrong = 0
    for title, cases, once in (
        ("our own sentences", sentences(), False),
        ("published reports", published(options.folder), True),
    ):
        said, found, right = count(cases, show=options.misses, once=once)
        wrong += found - right
        if said:
            print(
                f"{title}: said {said}, read {found}, right {right},"
                f" precision {right / max(found, 1):.1%}, recall {right / said:.1%}"
            )
    for name, report, _ in published(options.folder):
        for finding in check(report).findings:
            if finding.code.startswith("text-"):
                print(f"{name}: {finding.message()}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
