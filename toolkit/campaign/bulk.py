"""Many returns in one run: each checked once, its result kept in a store and read from there."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..data import DataError
from ..edition.edition import EditionError
from ..files.examine import Read, judge, load, lost, rejected
from ..finding import Batch, Finding, Result, with_more
from ..report import identity
from .pack import PackError, head, head_text, pack
from .store import KeptResult, Store

if TYPE_CHECKING:
    from .across import Across
    from .chain import Last
    from .roster import Member
    from .waivers import Waiver, Waivers


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments common to all files: more template folders, last year's reports.

    known: digests of files whose results are in the store already. saved: folder of the copies of
    documents that LibreOffice made. names: {name of an agency as compared: its name in the roster}.
    """

    extra: tuple[Path, ...] = ()
    last: "Last | None" = None
    known: Container[str] = frozenset()
    saved: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lost:
    """Replacement for a missing answer; code: of the finding that says so."""

    code: str


Task = Callable[[str, Given], Any]
"""Function of (path, Given); defined in a module, so that a worker process can import it."""
Each = Callable[[Task, Sequence[str]], Iterable[Any]]
"""Pool of workers: yields a task's answer for each path in order, Lost where there is none."""


def answers(paths: Sequence[str], given: Given, each: Each | None = None) -> Iterator[KeptResult]:
    """Yield the answer for each file, in order; without a pool one after the other."""
    got = each(answer, paths) if each else (guarded(answer, path, given) for path in paths)
    for path, one in zip(paths, got, strict=True):
        yield _answered(rejected(lost(path, one.code))) if isinstance(one, Lost) else one


def guarded(task: Task, path: str, given: Given, *, leave: bool = False) -> Any:
    """Return a task's answer, or Lost where the program itself failed on this file.

    leave: raise MemoryError for the caller to handle, instead of returning Lost.
    """
    try:
        return task(path, given)
    except (EditionError, DataError):
        raise
    except MemoryError:
        if leave:
            raise
        return Lost("out-of-memory")
    except Exception:  # noqa: BLE001 - one file must never stop the others
        return Lost("crashed")


def answer(path: str, given: Given) -> KeptResult:
    """Return the answer for one file; only its digest where its result is known."""
    loaded = load(path, given.extra, given.known, given.saved, given.names)
    if loaded.sha256 in given.known and loaded.report is None and not loaded.findings:
        return KeptResult(loaded.sha256, kept=True)
    return _answered(result_of(loaded, given), by_name=loaded.by_name)


def result_of(loaded: Read, given: Given) -> Result:
    """Return the result of a file that was read, held against its agency's report of last year."""
    report, last = loaded.report, given.last
    return judge(loaded, last.of(report) if report and last else None)


def _answered(result: Result, *, by_name: bool = False) -> KeptResult:
    """Return a packed result, kept unless it depends on the file's path, as a rejection may."""
    kept = result.report is not None and not by_name
    try:
        content = pack(result)
    except PackError:
        return _answered(rejected(lost(result.path, "too-large")))
    return KeptResult(result.sha256, head_text(head(result)), content, kept)


# ── the batch ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Season:
    """Roster, year and waivers that the returns of one run are compared with.

    members: the roster, None without one. year: of the campaign, None if not given.
    """

    members: "Sequence[Member] | None" = None
    year: int | None = None
    waivers: "Waivers | None" = None


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a run in order of paths, read from its store on each iteration.

    more: {position: findings across returns}. waived: {position: the waivers for it}.
    """

    store: Store
    paths: Sequence[str]
    more: Mapping[int, Sequence[Finding]] = field(default_factory=dict)
    waived: "Mapping[int, Sequence[Waiver]]" = field(default_factory=dict)
    waivers: "Waivers | None" = None

    def __iter__(self) -> Iterator[Result]:
        for position, result in enumerate(self.store.results(self.paths)):
            yield self._final(position, result)

    def __len__(self) -> int:
        return len(self.paths)

    def __contains__(self, result: object) -> bool:
        return any(one == result for one in self)

    def at(self, position: int) -> Result:
        """Return the final result at a position."""
        return self._final(position, self.store.result(position, self.paths[position]))

    def _final(self, position: int, result: Result) -> Result:
        if position in self.more:
            result = with_more(result, self.more[position])
        if self.waivers and position in self.waived:
            result = self.waivers.applied(result, self.waived[position])
        return result


def names_of(members: "Sequence[Member]") -> dict[str, str]:
    """Return {each name of an agency, as compared: its name in the roster}."""
    words = ((word, one.name) for one in members for word in (*one.aliases, one.name))
    return {identity.name(word): name for word, name in words}


def batch(store: Store, paths: Sequence[str], ignored: int, season: Season = Season()) -> Batch:
    """Return the batch of a run, once all answers are in its store."""
    found = _across(store, paths, season)
    waived: dict[int, list[Waiver]] = {}
    results = Results(store, paths, found.findings if found else {}, waived, season.waivers)
    replaced = found.superseded if found else frozenset()
    counting = found.counting if found else frozenset()
    verdicts: dict[int, str] = {}
    tally, failing, rulesets = Counter[str](), 0, set()
    if season.waivers:
        waived.update(_waived(store, season.waivers))
    if found:
        _say_replaced(found, results)
    for position, _, one in store.heads():
        changed = position in results.more or position in waived
        final = results.at(position).verdict if changed else one.verdict
        tally[final] += 1
        failing += final in ("fail", "reject") and position not in replaced
        rulesets.add(one.ruleset)
        if position in counting:
            verdicts[position] = final
    return Batch(
        results=results,
        ignored=ignored,
        campaign=found.campaign(paths, verdicts) if found else None,
        verdicts=tally,
        failing=failing,
        ruleset=" ".join(sorted(filter(None, rulesets))),
    )


def _waived(store: Store, used: "Waivers") -> "Iterator[tuple[int, list[Waiver]]]":
    """Yield (position, waivers that may be about the return there)."""
    for position, _, one in store.heads():
        if rows := used.of(one):
            yield position, rows


def _say_replaced(found: "Across", results: Results) -> None:
    """Add findings to returns that count, about passing returns they replaced and changed."""
    from .replaced import replaced  # noqa: PLC0415 - what reads rosters is slow to import

    for position, finding in tuple(replaced(found, results.at)):
        found.say(position, finding)


def _across(store: Store, paths: Sequence[str], season: Season) -> "Across | None":
    if season.members is None:
        return None
    from .across import across  # noqa: PLC0415 - what reads rosters is slow to import

    return across(season.members, store.heads(), paths, season.year)
