"""Numbers read of published documents: right, wrong, missing; by format, real and made apart.

    python -m benchmarks.documents [FOLDER]          a folder with real/, made/, quirks/ and TRUTH/
    python -m benchmarks.documents --mutate 1000     made documents with one thing changed
    python -m benchmarks.documents --fuzz 5000 [--reader docx]      damaged documents, per reader

A cell is right where its number is the one in TRUTH, wrong where it is another, missing where none
was taken; proposals are counted among the missing ones and beside them. The made documents and
their changes are those of tests/papers.py and tests/misprints.py. Exits with 1 where a number was wrong, something missing
was not named, or an exception was not caught. FOLDER is ../shared/documents where none is named.
"""

import argparse
import importlib
import json
import statistics
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from toolkit.documents.candidate import needs_office
from toolkit.documents.convert import office, to_docx
from toolkit.documents.importing import (
    READERS,
    Imported,
    import_document,
    imported,
    kind_of,
)
from toolkit.edition import edition as editions
from toolkit.xlsx.zip import Rejected

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared" / "documents"
TRUTHS = {
    "seed": "seed_2025",
    "suqian24": "suqian_2024",
    "suqian23": "suqian_2023",
    "shuyang": "shuyang_county_2025",
    "hzq2023_working": "hongze_2023",
    "last_row_no_rule_and_white_boxes": "hongze_2023",
    "glued_cells": "pingtan_2023",
    "q": "suqian_2024",
}
"""{beginning of a document's name: its file in TRUTH}, where they are not the same."""


@dataclass
class Count:
    """What came of the documents of one kind."""

    documents: int = 0
    whole: int = 0
    right: int = 0
    wrong: int = 0
    missing: int = 0
    proposed: int = 0
    seconds: list[float] = field(default_factory=list)


def main() -> int:
    """Measure and print; return 1 where something is wrong."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", nargs="?", type=Path, default=SHARED)
    options.add_argument("--mutate", type=int, default=0, metavar="N")
    options.add_argument("--fuzz", type=int, default=0, metavar="N")
    options.add_argument("--reader", choices=[*READERS], help="the only one to damage documents of")
    given = options.parse_args()
    sys.path.insert(0, str(CHECKOUT / "tests"))
    if given.mutate:
        return mutate(given.mutate)
    return fuzz(given.fuzz, given.reader) if given.fuzz else compare(given.folder)


# ── real and made documents ───────────────────────────────────────────────────────────────────────


def compare(folder: Path) -> int:
    """Print what is read of a folder's documents beside their true numbers."""
    counts: defaultdict[tuple[str, str], Count] = defaultdict(Count)
    for part in ("real", "made", "quirks"):
        for path in sorted((folder / part).iterdir()):
            if path.suffix in (".tsv", ".json"):
                continue
            source = path.read_bytes()
            kind = path.name.partition(".")[2] if part == "made" else path.suffix[1:]
            truth = true_numbers(folder, path)
            report(path, source, truth, counts[part, kind])
    print(f"\n{'':24} documents  whole   right  wrong  missing  (proposed)  median CPU")
    for (part, kind), one in sorted(counts.items()):
        middle = statistics.median(one.seconds) * 1_000
        print(f"{part:8} {kind:15} {one.documents:9}  {one.whole:5}  {one.right:6}  {one.wrong:5}"
              f"  {one.missing:7}  {one.proposed:10}  {middle:6.0f} ms")  # fmt: skip
    return 1 if any(one.wrong for one in counts.values()) else 0


def true_numbers(folder: Path, path: Path) -> dict[str, Any]:
    """Return the true numbers of a document by key, none where they are not known."""
    stem = path.name.partition(".")[0]
    file = folder / "TRUTH" / f"{TRUTHS.get(stem, stem)}.json"
    if not file.exists():
        return {}
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)[
        "values"
    ]
    return values


def report(path: Path, source: bytes, truth: dict[str, Any], one: Count) -> None:
    """Read a document, count its numbers and print a line."""
    program = office()
    try:
        if program and needs_office(source):
            source = to_docx(source, kind_of(source), program)
        import_document(source, path.name)
        before = process_time()
        read = import_document(source, path.name)
    except Rejected as error:
        print(f"{path.parent.name}/{path.name}: {error.code} {error.figures.get('case', '')}")
        return
    seconds = process_time() - before
    right, wrong, missing, proposed = counted(read, truth)
    one.seconds.append(seconds)
    one.documents += 1
    one.whole += bool(truth) and right == len(truth)
    one.right, one.wrong = one.right + right, one.wrong + wrong
    one.missing, one.proposed = one.missing + missing, one.proposed + proposed
    whys = Counter(item.why for item in read.not_taken)
    told = ", ".join(f"{why} {times}" for why, times in whys.items())
    print(
        f"{path.parent.name}/{path.name}: {right} / {wrong} / {missing} ({proposed} proposed) {told}"
    )


def counted(read: Imported, truth: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return how many numbers are right, wrong, missing, and proposed."""
    right = wrong = missing = proposed = 0
    for key, value in truth.items():
        found, told = read.report.values.get(key), read.report.evidence.get(key)
        number = isinstance(found, int | Decimal)
        right += number and found == value
        wrong += number and found != value
        missing += not number
        proposed += told is not None and not told.taken
    return right, wrong, missing, proposed


# ── changed and damaged documents ─────────────────────────────────────────────────────────────────


def papers_of(papers: Any) -> list[Any]:
    """Return a made report of each edition of the form."""
    forms = (editions.named("annual-report", name) for name in ("2021", "2019"))
    return [papers.paper(form, papers.numbers(form)) for form in forms if form]


def mutate(runs: int) -> int:
    """Print how many numbers are wrong, or missing and not named, in documents with one change."""
    papers, misprints = (importlib.import_module(name) for name in ("papers", "misprints"))
    made = papers_of(papers)
    piped = partial(papers.as_markdown, padded=False)
    writers = (papers.as_html, papers.as_text, papers.as_docx, piped)
    tried: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for seed in range(runs):
        what, done = misprints.mutated(made[seed % 7 == 3], seed)
        tried[what] += 1
        try:
            read = import_document(writers[seed // 20 % len(writers)](done))
        except Rejected:
            continue
        wrong, unnamed = misprints.judged(done, read)
        taken[what] += sum(one.taken for one in read.report.evidence.values())
        faults["wrong"] += bool(wrong)
        faults["not named"] += bool(unnamed)
        for name, found in (("wrong", wrong), ("not named", unnamed)):
            if found:
                print(seed, what, name, list(found)[:3])
    for what, times in sorted(tried.items()):
        print(f"{what:16} {times:5} documents, {taken[what] / times:5.1f} cells taken on average")
    print(f"{runs} documents: {faults['wrong']} with a wrong number, {faults['not named']} with"
          " something missing that is not named")  # fmt: skip
    return 1 if faults.total() else 0


def damages(papers: Any, misprints: Any) -> Iterator[tuple[str, bytes, Any]]:
    """Yield (reader, a document, what damages it)."""
    made = papers_of(papers)[0]
    yield "html", papers.as_html(made), misprints.damaged
    yield "mhtml", papers.as_mhtml(made), misprints.saved_anew
    yield "docx", papers.as_docx(made), misprints.repacked
    yield "doc", importlib.import_module("olddoc").as_doc(made), misprints.damaged
    yield "text", papers.as_text(made), misprints.damaged
    yield "text", papers.as_markdown(made), misprints.damaged
    yield "pdf", papers.as_pdf(made), misprints.damaged


def fuzz(runs: int, only: str | None) -> int:
    """Print what becomes of damaged documents, and the slowest; only: a reader's name."""
    papers, misprints = (importlib.import_module(name) for name in ("papers", "misprints"))
    raised = 0
    for name, source, damage in damages(papers, misprints):
        if only not in (None, name):
            continue
        codes: Counter[str] = Counter()
        slowest = (0.0, 0)
        for seed in range(runs):
            one = damage(source, seed)
            before = process_time()
            try:
                imported(READERS[name](one))
                codes["read"] += 1
            except Rejected as error:
                codes[error.code] += 1
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                raised += 1
                codes[type(error).__name__] += 1
                print(name, seed, *traceback.format_exception_only(error))
            slowest = max(slowest, (process_time() - before, seed))
        print(f"{name:6} {runs} {dict(codes)}; slowest {slowest[0]:.2f} s (seed {slowest[1]})")
    return 1 if raised else 0


if __name__ == "__main__":
    sys.exit(main())
