"""Does a file's answer depend on what was read before it? Many files, in many orders, with memory and without.

    python -m benchmarks.orders [--orders 1000] [--files 60] [--parts 1000] [--mutants 15000] [--seed 0]

Answers are the bytes of `gouji check --format json`. Each order takes some of the files at random:
fills of every writer, forged files, and returns whose rows are those of others in another context
(tests/contexts.py). Mutants are those of tests/mutations.py. All that was learnt stays in memory
from one file to the next, as in a worker.
"""

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import contexts
import forge
import mutations
import returns
from rewriters import excel, wps
from rewriters.saving import saved

from toolkit.blank.build import build
from toolkit.edition.edition import named
from toolkit.files.examine import examine
from toolkit.finding import Batch
from toolkit.output import FORMATS
from toolkit.xlsx import joined, sheet
from toolkit.xlsx.address import Place
from toolkit.xlsx.book import Book
from toolkit.xlsx.memory import LIMIT, MEMORY, SWITCH
from toolkit.xlsx.sheet import Grid
from toolkit.xlsx.zip import Package, Rejected

FILLS, LARGEST = 9, 2**20


def main() -> int:
    """Try and print the results; return 1 where an answer differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--files", type=int, default=60, help="of an order")
    parser.add_argument("--parts", type=int, default=1000, help="orders of changed sheets")
    parser.add_argument("--mutants", type=int, default=15_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most")
    given = parser.parse_args()
    end, wrong = monotonic() + given.seconds, 0
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        made = {name: content for name, content in files() if len(content) <= LARGEST}
        true: dict[str, str] = {}
        tried = 0
        for seed in range(given.seed, given.seed + given.orders):
            dice = Random(seed)  # noqa: S311 - reproducible, no secret
            if dice.random() < 1 / 8:
                MEMORY.clear()
            for name in dice.sample(sorted(made), min(given.files, len(made))):
                if name not in true:
                    true[name] = answer(name, made[name], memory=False)
                if answer(name, made[name], memory=True) != true[name]:
                    wrong += 1
                    print("order", seed, name, flush=True)
            tried += 1
            if monotonic() > end:
                break
        print(f"{tried} orders of {given.files} of {len(made)} files; {memory()}", flush=True)
        wrong += parts(given.seed, given.parts)
        mutants, end = 0, monotonic() + given.seconds
        for seed in range(given.seed, given.seed + given.mutants):
            one = mutations.mutant(seed)
            if answer(one.name, one.content, memory=True) != answer(
                one.name, one.content, memory=False
            ):
                wrong += 1
                print("mutant", seed, one.done, flush=True)
            mutants += 1
            if monotonic() > end:
                break
    print(f"{mutants} mutants from seed {given.seed}; {memory()}; {wrong} answers differ")
    return 1 if wrong else 0


def parts(seed: int, orders: int) -> int:
    """Parse changed sheets in random orders, with other strings, styles and boxes; return how many differ."""
    sources = [contexts.BASE, *(edit(contexts.BASE) for edit in contexts.EDITS.values())]
    os.environ[SWITCH], wrong, tried = "1", 0, 0
    for number in range(seed, seed + orders):
        dice = Random(number)  # noqa: S311 - reproducible, no secret
        if dice.random() < 1 / 2:
            MEMORY.clear()
        for source in dice.choices(sources, k=60):
            around, box = dice.choice(contexts.BOOKS), dice.choice(((40, 8), (2, 2)))
            if grid(source, around, box, memory=True) != grid(source, around, box, memory=False):
                wrong += 1
                print("sheet", number, sources.index(source), flush=True)
            tried += 1
    print(f"{tried} sheets in {orders} orders; {memory()}", flush=True)
    return wrong


def grid(source: bytes, around: Book, box: Place, *, memory: bool) -> Grid | tuple[str, str]:
    """Return a sheet, or why it is rejected."""
    try:
        if memory:
            return joined.parse(Package((), {"a": source}), "a", around, box)
        return sheet.parse(source, "a", around, box)
    except Rejected as error:
        return error.code, str(error.figures)


def memory() -> str:
    """Return how much is remembered."""
    return f"{len(MEMORY.entries)} entries, {MEMORY.size / LIMIT:.0%} of the limit"


def answer(name: str, content: bytes, *, memory: bool) -> str:
    """Return the digest of a file's answer as `check` prints it."""
    os.environ[SWITCH] = "1" if memory else "0"
    Path(name).write_bytes(content)
    try:
        batch = Batch((examine(name),), explained=True)
        text = "".join(map(str, FORMATS["json"](batch, "zh")))
    finally:
        Path(name).unlink()
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def files() -> Iterator[tuple[str, bytes]]:
    """Yield names and contents: fills, forged files, rows in other contexts."""
    for content, number in zip(contexts.every(), count()):
        yield f"context-{number:03d}.xlsx", content
    every: Mapping[str, Mapping[str, object]] = forge.cases()
    for number, places in enumerate(every.values()):
        make = next(iter(places.values()))
        yield f"forged-{number:03d}.xlsx", make()  # type: ignore[operator]
    for form, name in forge.EDITIONS:
        edition = named(form, name)
        if edition is None:
            sys.exit(f"no edition {name} of {form}")
        for number, case in enumerate(returns.cases(edition, 11, FILLS)):
            built = build(edition, case.report, case.report.prior)
            yield f"own-{name}-{number:03d}.xlsx", built
            for habits in (*excel.HABITS, *wps.HABITS):
                label = habits.name.replace(" ", "-")
                yield f"{label}-{name}-{number:03d}.xlsx", saved(built, habits, 0)


if __name__ == "__main__":
    sys.exit(main())
