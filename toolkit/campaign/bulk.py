"""Many returns in one run: each checked once, its result kept in a store and read from there."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..data import DataError
from ..edition.shape import EditionError
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


def one_by_one(given: Given) -> Each:
    """Return the pool that examines files in this process."""
    return lambda task, paths: (guarded(task, path, given) for path in paths)


def reads(paths: Sequence[str], each: Each) -> Iterator[Read]:
    """Yield each file as read, in order."""
    for path, read in zip(paths, each(loaded, paths), strict=True):
        yield lost(path, read.code) if isinstance(read, Lost) else read


def answers(paths: Sequence[str], each: Each) -> Iterator[KeptResult]:
    """Yield the answer for each file, in order."""
    for path, result in zip(paths, each(answer, paths), strict=True):
        yield stopped(path, result.code) if isinstance(result, Lost) else result


def stopped(path: str, code: str) -> KeptResult:
    """Return the answer for a file without one; code: of the finding that says why."""
    return _answered(rejected(lost(path, code)))


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


def loaded(path: str, given: Given) -> Read:
    """Return a file as read."""
    return load(path, given.extra, (), given.saved, given.names)


def answer(path: str, given: Given) -> KeptResult:
    """Return the answer for one file; only its digest where its result is known."""
    read = load(path, given.extra, given.known, given.saved, given.names)
    if read.sha256 in given.known and read.report is None and not read.findings:
        return KeptResult(read.sha256, kept=True)
    last = given.last.of(read.report) if read.report and given.last else None
    return _answered(judge(read, last), by_name=read.by_name)


def _answered(result: Result, *, by_name: bool = False) -> KeptResult:
    """Return a packed result, kept unless it depends on the file's path, as a rejection may."""
    kept = result.report is not None and not by_name
    try:
        content = pack(result)
    except PackError:
        return stopped(result.path, "too-large")
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
        return any(other == result for other in self)

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
    comparison = _across(store, paths, season)
    campaign = comparison if season.members is not None else None
    waived: dict[int, list[Waiver]] = {}
    more = comparison.findings if comparison else {}
    results = Results(store, paths, more, waived, season.waivers)
    superseded = comparison.superseded if comparison else set()
    counting = comparison.counting if comparison else frozenset()
    verdicts: dict[int, str] = {}
    tally, failing, rulesets = Counter[str](), 0, set()
    if season.waivers:
        waived.update(_waived(store, season.waivers))
    if campaign:
        from . import replaced  # noqa: PLC0415 - what reads rosters is slow to import

        for position, finding in tuple(replaced.replaced(campaign, results.at)):
            campaign.say(position, finding)
    for position, _, summary in store.heads():
        changed = position in results.more or position in waived
        final = results.at(position).verdict if changed else summary.verdict
        tally[final] += 1
        failing += final in ("fail", "reject") and position not in superseded
        rulesets.add(summary.ruleset)
        if position in counting:
            verdicts[position] = final
    return Batch(
        results=results,
        ignored=ignored,
        campaign=campaign.campaign(paths, verdicts) if campaign else None,
        verdicts=tally,
        failing=failing,
        ruleset=" ".join(sorted(filter(None, rulesets))),
    )


def _waived(store: Store, used: "Waivers") -> "Iterator[tuple[int, list[Waiver]]]":
    """Yield (position, waivers that may be about the return there)."""
    for position, _, summary in store.heads():
        if rows := used.of(summary):
            yield position, rows


def _across(store: Store, paths: Sequence[str], season: Season) -> "Across | None":
    """Return the comparison of the returns; without a roster that of documents with the others."""
    drawn = {head.drawn for _, _, head in store.heads() if head.form}
    if season.members is None and drawn != {True, False}:
        return None
    from .across import across, beside  # noqa: PLC0415 - what reads rosters is slow to import

    if season.members is None:
        return beside(store.heads(), paths)
    return across(season.members, store.heads(), paths, season.year)
