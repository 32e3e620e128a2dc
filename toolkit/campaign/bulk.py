"""Many returns in one run: each checked once, its result kept in a store and read from there."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..examine import judge, load, lost, of_last_year, rejected
from ..finding import Batch, Result
from ..report import Report
from .pack import head, head_text, pack
from .store import Answer, Store


@dataclass(frozen=True, slots=True)
class Given:
    """What every file is examined with: last year's reports, more template folders.

    known: digests of files whose results are there already.
    """

    priors: tuple[Report, ...] | None = None
    extra: tuple[Path, ...] = ()
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lost:
    """What came instead of an answer: the code of the finding that says so."""

    code: str


Task = Callable[[str, Given], Any]
"""From a path and what all are examined with; a function of a module, so that a worker finds it."""
Each = Callable[[Task, Sequence[str]], Iterable[Any]]
"""A pool: gives a task's answer for each path in order, or Lost where the file did harm."""


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a run in order of paths, read from its store as often as they are wanted."""

    store: Store
    paths: Sequence[str]

    def __iter__(self) -> Iterator[Result]:
        return self.store.results(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __contains__(self, result: object) -> bool:
        return any(one == result for one in self)


def answers(paths: Sequence[str], given: Given, each: Each | None = None) -> Iterator[Answer]:
    """Yield what came of each file, in order; without a pool one after the other."""
    got = each(answer, paths) if each else (answer(path, given) for path in paths)
    for path, one in zip(paths, got, strict=True):
        yield _answered(rejected(lost(path, one.code))) if isinstance(one, Lost) else one


def answer(path: str, given: Given) -> Answer:
    """Return what came of one file; only its digest where its result is known."""
    loaded = load(path, given.extra, given.known)
    if loaded.sha256 in given.known:
        return Answer(loaded.sha256, kept=True)
    prior = of_last_year(loaded.report, given.priors or ()) if loaded.report else None
    return _answered(judge(loaded, prior))


def _answered(result: Result) -> Answer:
    """Return a result, packed; why a file was rejected may depend on where it stands."""
    kept = result.report is not None
    return Answer(result.sha256, head_text(head(result)), pack(result), kept)


def batch(store: Store, paths: Sequence[str], ignored: int) -> Batch:
    """Return what a run found, once all answers are in its store."""
    heads = Counter[str]()
    editions = set()
    for _, _, one in store.heads():
        heads[one.verdict] += 1
        editions.add(one.ruleset)
    return Batch(
        results=Results(store, paths),
        ignored=ignored,
        verdicts=heads,
        ruleset=" ".join(sorted(filter(None, editions))),
    )
