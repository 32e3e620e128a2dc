"""Sums found in returns: recall and precision by form, sparsity, number of returns, slips.

    python -m benchmarks.sums [--seeds 4] [--forms 24] [--real FOLDER]

Editions lose their rules and must get them back from random returns, and from the published ones
in a folder of report JSON; nested forms and forms without any sum are made by seed. Recall: the
share of true equations that follow from those found. Precision: the share of families found whose
equations all follow from the true ones; of the nested forms those of the classes A to C.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import nested
from foundsums import bare, filled, flat, noise, score, truth

from toolkit.draft.linear import Equation
from toolkit.draft.sums import propose
from toolkit.edition.edition import Edition, named
from toolkit.report.report import Report, from_json
from toolkit.report.strict import parse_json

EDITIONS = (("annual-report", "2021"), ("annual-report", "2019"), ("site-report", "2017"))
DENSITIES = ((0.03, 9), (0.1, 3), (0.3, 3), (0.6, 1000), (0.9, 100_000))
"""Shares of cells that are not 0, and the largest number."""
COUNTS, SLIPS = (12, 5), (0.0, 0.25)


def main() -> None:
    """Print a line for each kind of form and of returns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--forms", type=int, default=24)
    parser.add_argument("--real", type=Path)
    given = parser.parse_args()
    print(
        "| form | not 0 | returns | slips | recall | lowest | precision | families | slowest, s |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    if given.real:
        _real(given.real)
    for form, name in EDITIONS:
        edition = _named(form, name)
        for density, most in DENSITIES:
            for count in COUNTS:
                for slips in SLIPS:
                    runs = [
                        _run(edition, filled(edition, count, seed, (density, most), slips),
                             truth(edition), "ABCD")
                        for seed in range(given.seeds)
                    ]  # fmt: skip
                    _line(f"{form} {name}", density, count, slips, runs)
    made = [nested.form(seed) for seed in range(given.forms)]
    for density, most in DENSITIES[1:]:
        for count in COUNTS:
            for slips in SLIPS:
                runs = [
                    _run(form.edition, nested.returns(form, count, seed, (density, most), slips),
                         form.sums, "ABC")
                    for seed, form in enumerate(made)
                ]  # fmt: skip
                _line("nested", density, count, slips, runs)
    _without_sums(given.seeds)


def _named(form: str, name: str) -> Edition:
    edition = named(form, name)
    if edition is None:
        sys.exit(f"no edition {form}/{name}")
    return edition


def _real(folder: Path) -> None:
    for form, name in EDITIONS:
        edition = _named(form, name)
        texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json")))
        found = [from_json(parse_json(text)) for text in texts]
        reports = [
            replace(report, edition=bare(edition))
            for report in found
            if (report.edition.form, report.edition.name) == (form, name)
        ]
        if reports:
            run = _run(edition, reports, truth(edition), "ABCD")
            _line(f"{form} {name}, published", "", len(reports), "", [run])


def _run(
    edition: Edition, reports: list[Report], sums: Sequence[Equation], letters: str
) -> tuple[float, int, int, float]:
    """Return recall, families that are right, families, seconds."""
    began = time.monotonic()
    families = propose(bare(edition), reports)
    seconds = time.monotonic() - began
    recall, right = score(families, sums)
    counted = [
        good for family, good in zip(families, right, strict=True) if family.letter in letters
    ]
    return recall, sum(counted), len(counted), seconds


def _line(
    form: str,
    density: object,
    count: int,
    slips: object,
    runs: Sequence[tuple[float, int, int, float]],
) -> None:
    """Print a row of the table."""
    recalls, right, families, seconds = zip(*runs, strict=True)
    share = sum(right) / max(1, sum(families))
    mean = sum(recalls) / len(recalls)
    print(f"| {form} | {density} | {count} | {slips} | {mean:.3f} | {min(recalls):.2f} | {share:.3f} |"
          f" {sum(families)} | {max(seconds):.2f} |", flush=True)  # fmt: skip


def _without_sums(seeds: int) -> None:
    """Print how many forms without any sum get a family."""
    tried = wrong = 0
    for rows, columns in ((30, 1), (12, 4), (1, 15), (6, 8), (60, 2)):
        edition = flat(rows, columns)
        for density, most in ((0.1, 3), (0.3, 3), (0.7, 3), (0.9, 9), (0.5, 50)):
            for count in (5, 12, 30):
                for seed in range(seeds):
                    tried += 1
                    wrong += bool(propose(edition, noise(edition, count, seed, (density, most))))
    print(f"\nForms without sums: {wrong} of {tried} get a family.")


if __name__ == "__main__":
    main()
