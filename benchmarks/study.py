"""Frequency of the planted mistake among the smallest corrections, and as the first; times.

python -m benchmarks.study [--count N] [--seed S]

Six real reports (blanks as 0, totals right) and synthetic ones, both editions, as sparse as an
agency's, a county's, a city's. Of each: one, two and three wrong cells, with and without last
year's report, as an imported report (every cell may be wrong) and as a workbook (totals follow).
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from toolkit.check.case import Case
from toolkit.edition import edition as editions
from toolkit.explain import Correction, explain
from toolkit.explain.model import problem
from toolkit.report.report import Report, from_json, parse_json, recompute

from .planted import Planted, clean, settings, spoiled

REAL = Path(__file__).resolve().parent.parent / "tests" / "real"
ORIGINS = ("json", "workbook")
MOST = 3
TWICE = "applications."
Setting = tuple[str, str, int, bool]
"""The origin, real or synthetic, the number of wrong cells, whether with last year."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes of the reports of one setting.

    twice: of those whose wrong cells all stand in a row's and a column's sum, as 表四's do not.
    ties: answers that share the first rank. times, building: CPU seconds of explain(), and of
    its numbers and residuals alone.
    """

    seen: Counter[str] = field(default_factory=Counter)
    twice: Counter[str] = field(default_factory=Counter)
    ties: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    building: list[float] = field(default_factory=list)


def main() -> None:
    """Plant, explain, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000, help="synthetic reports")
    parser.add_argument("--real", type=int, default=50, help="times each real one is spoiled")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tallies: dict[Setting, Tally] = {}
    for source, origin, mistakes, case in _cases(given.seed, given.count, given.real):
        before = ""
        for last in (False, True) if case.prior else (False,):
            tally = tallies.setdefault((origin, source, mistakes, last), Tally())
            told = _one(replace(case, prior=case.prior if last else None), tally)
            if last and told == "first" and before not in {"first", "whole"}:
                tally.seen["decides"] += 1
            before = told
    print(HEAD)
    for setting, tally in sorted(tallies.items()):
        print(_row(setting, tally))
    for origin in ORIGINS:
        own = [tally for setting, tally in tallies.items() if setting[0] == origin]
        print(origin, _times("explain", [t for tally in own for t in tally.times]), "; ",
              _times("of which numbers and residuals",
                     [t for tally in own for t in tally.building]))  # fmt: skip


def _cases(seed: int, count: int, real: int) -> Iterator[tuple[str, str, int, Planted]]:
    """Yield (source, origin, wrong cells, case)."""
    forms = [form for name in ("2019", "2021") if (form := editions.named("annual-report", name))]
    for rng, form, density in settings(forms, seed, count):
        made, before = clean(form, rng, density, "json")
        for origin in ORIGINS:
            for mistakes in range(1, MOST + 1):
                case = spoiled(replace(made, origin=origin), before, rng, mistakes)
                yield "synthetic", origin, mistakes, case
    for report, last in _published():
        rng = Random(f"{seed} {report.agency} {report.year}")  # noqa: S311 - reproducible, no secret
        for origin in ORIGINS:
            for mistakes in range(1, MOST + 1):
                for _ in range(real):
                    case = spoiled(replace(report, origin=origin), last, rng, mistakes)
                    yield "real", origin, mistakes, case


def _published() -> Iterator[tuple[Report, Report | None]]:
    """Yield the published reports, blanks as 0 and totals right, with last year's where there is."""
    read = [
        from_json(parse_json(path.read_text(encoding="utf-8"))) for path in sorted(REAL.glob("*"))
        if path.suffix == ".json"
    ]  # fmt: skip
    found = []
    for report in read:
        typed = {k: 0 if v is None or isinstance(v, str) else v for k, v in report.values.items()}
        values = recompute(report.edition, typed, ())
        found.append(replace(report, values=values, extra={}))
    for report in found:
        same = [r for r in found if r.agency == report.agency and r.year == (report.year or 0) - 1]
        yield report, same[0] if same else None


def _one(case: Planted, tally: Tally) -> str:
    """Explain a report; return the outcome."""
    start = process_time()
    problem(case.report, Case(case.report, case.prior, frozenset(), frozenset()).numbers)
    tally.building.append(process_time() - start)
    fresh = replace(case.report)
    start = process_time()
    found = explain(fresh, case.prior)
    tally.times.append(process_time() - start)
    told = _judged(case, found)
    tally.seen[told] += 1
    if all(key.startswith(TWICE) for key in case.truth):
        tally.twice[told] += 1
    if told in {"first", "tied", "behind"}:
        tally.ties.append(max(_tie(case, one) for one in found))
    return told


def _judged(case: Planted, found: Sequence[Correction]) -> str:
    """Return the rank of the truth: first alone, tied for it, behind, unlisted; or another outcome.

    whole: nothing is broken. smaller: fewer cells would do. values: the right cells, with other
    numbers. unlisted: the truth is none of the answers kept.
    """
    if not found:
        return "whole"
    sizes = [one.size for one in found if one.size]
    if len(sizes) == len(found) and sum(sizes) < len(case.truth):
        return "smaller"
    ranks = [_rank(case, one) for one in found]
    if None in ranks or sum(sizes) != len(case.truth):
        cells = {c.spot.key for one in found for a in one.answers for c in a.changes}
        return "values" if cells == set(case.truth) else "unlisted"
    if all(rank == 1 for rank in ranks):
        return "first" if all(_tie(case, one) == 1 for one in found) else "tied"
    return "behind"


def _rank(case: Planted, one: Correction) -> int | None:
    """Return the rank of the answer that is the truth."""
    for answer in one.answers:
        if all(case.truth.get(c.spot.key or "") == c.after for c in answer.changes):
            return answer.rank
    return None


def _tie(case: Planted, one: Correction) -> int:
    """Return the number of answers with the rank of the truth; all where more are not kept."""
    rank = _rank(case, one)
    same = sum(answer.rank == rank for answer in one.answers)
    return one.count if same == len(one.answers) else same


# ── printing ──────────────────────────────────────────────────────────────────────────────────────

HEAD = (
    "| origin | reports | wrong cells | last year | n | broken | no smaller | among | first | first in 表三 | "
    "among the likeliest | median tie | last year decides |\n" + "|---" * 13 + "|"
)


def _row(setting: Setting, tally: Tally) -> str:
    """Return a table line: shares of broken reports, then of those without smaller correction."""
    origin, source, mistakes, last = setting
    seen = tally.seen
    broken = seen.total() - seen["decides"] - seen["whole"]
    same = broken - seen["smaller"]
    among = seen["first"] + seen["tied"] + seen["behind"]
    own = tally.twice.total() - tally.twice["whole"] - tally.twice["smaller"]
    shares = (
        (same, broken), (among, same), (seen["first"], same), (tally.twice["first"], own),
        (among - seen["behind"], same),
    )  # fmt: skip
    cells = [origin, source, mistakes, "yes" if last else "no", seen.total() - seen["decides"]]
    cells += [broken, *(f"{100 * part / max(of, 1):.2f} %" for part, of in shares)]
    cells += [median(tally.ties) if tally.ties else "", seen["decides"] if last else ""]
    others = {k: seen[k] for k in ("values", "unlisted") if seen[k]}
    return "| " + " | ".join(map(str, cells)) + " |" + (f" {others}" if others else "")


def _times(name: str, taken: Sequence[float]) -> str:
    parts = sorted(1000 * one for one in taken)
    return (
        f"{name}: median {median(parts):.2f} ms, p99 {parts[len(parts) * 99 // 100]:.2f} ms, "
        f"max {parts[-1]:.2f} ms"
    )


if __name__ == "__main__":
    main()
