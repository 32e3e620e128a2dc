"""Frequency of the planted mistake as the first among the smallest corrections, by kind; times.

python -m benchmarks.study [--count N] [--seed S]

Two tables of docs/explain.md: what is told about a mistake of each kind, in synthetic returns as
sparse as agencies', counties' and cities', and in six real ones; and how often each reason stands
by the true answer and by the others. Once as a workbook (blanks declared, totals follow), once as
an imported report (every number stands for itself).
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from time import process_time

from toolkit.edition import edition as editions
from toolkit.explain import Answer, Correction, explain

from .planted import Planted, clean, settings, spoiled
from .single import KINDS, TRACE, mistakes

MORE = ("two wrong cells", "three wrong cells")
SETTINGS = ("workbook", "workbook, last year known", "imported", "imported, last year known")


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes of the broken reports of one kind in one setting.

    ties: answers that share the first rank with the truth.
    """

    seen: Counter[str] = field(default_factory=Counter)
    ties: list[int] = field(default_factory=list)


Tallies = dict[tuple[str, str, str], Tally]
"""{(source, kind, setting): its outcomes}."""


def main() -> None:
    """Plant, explain, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=300, help="mistakes of each kind")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tallies: Tallies = {}
    beside: dict[str, Counter[tuple[str, bool]]] = {"workbook": Counter(), "imported": Counter()}
    times: list[float] = []
    for source, case in _cases(given.seed, given.count):
        origin = "workbook" if case.report.origin == "workbook" else "imported"
        for last in (False, True) if case.prior else (False,):
            start = process_time()
            corrections = explain(replace(case.report), case.prior if last else None)
            times.append(process_time() - start)
            setting = f"{origin}, last year known" if last else origin
            tally = tallies.setdefault((source, case.kind, setting), Tally())
            if corrections:
                _count(case, corrections, tally)
                _reasons(case, corrections, beside[origin])
    for source in ("synthetic", "real"):
        print(_table(source, tallies), "\n")
    print(_evidence(beside), "\n")
    taken = sorted(1000 * one for one in times)
    print(f"explain: median {median(taken):.2f} ms, p99 {taken[len(taken) * 99 // 100]:.2f} ms")


def _cases(seed: int, count: int) -> Iterator[tuple[str, Planted]]:
    """Yield (source, case): one mistake of each kind, then two and three wrong cells."""
    forms = [form for name in ("2019", "2021") if (form := editions.named("annual-report", name))]
    for source, *both in mistakes(forms, seed, count):
        for case in both:
            yield source, case
    for rng, form, density in settings(forms, seed, count):
        made, before = clean(form, rng, density, "json")
        for origin in ("json", "workbook"):
            for more, kind in enumerate(MORE, 2):
                case = spoiled(replace(made, origin=origin), before, rng, more)
                yield "synthetic", replace(case, kind=kind)


def _count(case: Planted, corrections: Sequence[Correction], tally: Tally) -> None:
    """Count a report: the truth first alone, tied or not; an innocent cell first alone."""
    firsts = [[a for a in one.answers if a.rank == 1] for one in corrections]
    tally.seen["broken"] += 1
    tally.seen["innocent"] += any(
        len(tie) == 1 and any(c.spot.key not in case.truth for c in tie[0].changes)
        for tie in firsts
    )
    if all(any(_true(case, answer) for answer in tie) for tie in firsts):
        tally.ties.append(max(map(len, firsts)))
        tally.seen["first"] += 1
        tally.seen["alone"] += tally.ties[-1] == 1


def _true(case: Planted, answer: Answer) -> bool:
    return all(case.truth.get(c.spot.key or "") == c.after for c in answer.changes)


def _reasons(
    case: Planted, corrections: Sequence[Correction], beside: Counter[tuple[str, bool]]
) -> None:
    """Count the reasons of the true answers and of the others, where the truth is among them."""
    for one in corrections:
        if any(_true(case, answer) for answer in one.answers):
            for answer in one.answers:
                kinds = {reason.kind for reason in answer.reasons}
                beside.update((kind, _true(case, answer)) for kind in ("", *kinds))


# ── printing ──────────────────────────────────────────────────────────────────────────────────────


def _table(source: str, tallies: Tallies) -> str:
    """Return the table of a source: in each cell truth alone, first or tied, median tie, innocent."""
    lines = [f"| {source}: mistake | " + " | ".join(SETTINGS) + " |", "|---" * 5 + "|"]
    kept = [kind for kind in (*KINDS, *MORE) if any((source, kind, s) in tallies for s in SETTINGS)]
    lines += [_row(k, [tallies.get((source, k, s), Tally()) for s in SETTINGS]) for k in kept]
    for name, kinds in (("**kinds that leave a trace**", TRACE), ("**all of one mistake**", KINDS)):
        whole = [_sum([tallies.get((source, k, s), Tally()) for k in kinds]) for s in SETTINGS]
        lines.append(_row(name, whole))
    return "\n".join(lines)


def _sum(tallies: Sequence[Tally]) -> Tally:
    seen: Counter[str] = Counter()
    for tally in tallies:
        seen.update(tally.seen)
    return Tally(seen, [tie for tally in tallies for tie in tally.ties])


def _row(name: str, tallies: Sequence[Tally]) -> str:
    return f"| {name} | " + " | ".join(map(_cell, tallies)) + " |"


def _cell(tally: Tally) -> str:
    seen = tally.seen
    if not seen["broken"]:
        return "–"
    alone, first, innocent = (
        100 * seen[name] / seen["broken"] for name in ("alone", "first", "innocent")
    )
    tie = f"{median(tally.ties):.0f}" if tally.ties else "–"
    return f"{alone:.0f} / {first:.0f} / {tie} / {innocent:.1f}"


def _evidence(beside: Mapping[str, Counter[tuple[str, bool]]]) -> str:
    """Return the table of reasons: by the true answers, by the others, how many times as often."""
    lines = ["| reason | " + " | ".join(beside) + " |", "|---" * (1 + len(beside)) + "|"]
    kinds = sorted({kind for counts in beside.values() for kind, _ in counts} - {""})
    for kind in kinds:
        cells = []
        for counts in beside.values():
            true, other = counts[kind, True], counts[kind, False]
            often = (true / counts["", True]) / ((other or 0.5) / max(1, counts["", False]))
            cells.append(f"{true} : {other}, {'' if other else '> '}{often:.1f} times")
        lines.append(f"| `{kind}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
