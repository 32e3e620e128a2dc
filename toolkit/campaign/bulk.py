"""Many returns in one run: each checked once, its result kept in a store and read from there."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..check.explained import cells_of, present, since_first
from ..data import DataError
from ..edition.shape import EditionError
from ..files.examine import Read, judge, load, lost, rejected
from ..finding import Batch, Finding, Result, Verdicts, with_more
from ..report import identity
from ..report.report import Report
from .pack import Head, PackError, head, head_text, pack
from .store import KeptResult, Store

if TYPE_CHECKING:
    from .across import Across
    from .chain import Last
    from .roster import Member
    from .settled import Decision, Settled
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
    """Roster, year, waivers and decisions that the returns of one run are compared with.

    members: the roster, None without one. year: of the campaign, None if not given. together:
    whether what the returns are among each other decides of them; else it only makes warnings, as
    for a roll-up, which says itself why a return is not in it.
    """

    members: "Sequence[Member] | None" = None
    year: int | None = None
    waivers: "Waivers | None" = None
    settled: "Settled | None" = None
    together: bool = True


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a run in order of paths, read from its store on each iteration.

    more: {position: findings across returns}. waived: {position: the waivers for it}. firsts:
    {position: {index of a finding: its figures when a reason without figures was first read}}.
    decisions: {position: those on its reasons}, made by `by`.
    """

    store: Store
    paths: Sequence[str]
    more: Mapping[int, Sequence[Finding]] = field(default_factory=dict)
    waived: "Mapping[int, Sequence[Waiver]]" = field(default_factory=dict)
    waivers: "Waivers | None" = None
    firsts: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    decisions: "Mapping[int, Sequence[Decision]]" = field(default_factory=dict)
    by: str = ""

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

    def is_touched(self, position: int) -> bool:
        """Tell whether a result is other than it was when its file was checked."""
        touched = (self.more, self.waived, self.firsts, self.decisions)
        return any(position in those for those in touched)

    def _final(self, position: int, result: Result) -> Result:
        if position in self.firsts:
            findings, voids = since_first(result.findings, self.firsts[position], result.report)
            result = with_more(replace(result, findings=findings), voids)
        if position in self.more:
            result = with_more(result, self.more[position])
        if self.waivers and position in self.waived:
            result = self.waivers.applied(result, self.waived[position])
        if position in self.decisions or position in self.waived:
            from .settled import decided  # noqa: PLC0415 - what reads rosters is slow to import

            result = decided(result, self.decisions.get(position, ()), self.by)
        return result


def names_of(members: "Sequence[Member]") -> dict[str, str]:
    """Return {each name of an agency, as compared: its name in the roster}."""
    words = ((word, one.name) for one in members for word in (*one.aliases, one.name))
    return {identity.name(word): name for word, name in words}


def batch(store: Store, paths: Sequence[str], ignored: int, season: Season = Season()) -> Batch:
    """Return the batch of a run, once all answers are in its store."""
    firsts = _firsts(store, paths)
    waived = dict(_waived(store, season.waivers)) if season.waivers else {}
    decisions = dict(_decisions(store, season))
    by = season.settled.by if season.settled else ""
    results = Results(store, paths, {}, waived, season.waivers, firsts, decisions, by)
    comparison = _across(results, season)
    if comparison:
        more = comparison.findings if season.together else _hints(comparison.findings)
        results = replace(results, more=more)
    campaign = comparison if season.members is not None and season.together else None
    superseded = comparison.superseded if comparison else set()
    counting = comparison.counting if comparison else frozenset()
    verdicts: dict[int, str] = {}
    tally, failing, rulesets = Counter[str](), 0, set()
    if campaign:
        from . import replaced  # noqa: PLC0415 - what reads rosters is slow to import

        for position, finding in tuple(replaced.replaced(campaign, results.at)):
            campaign.say(position, finding)
    for position, summary in _finals(results):
        tally[summary.verdict] += 1
        failing += summary.verdict in ("fail", "reject") and position not in superseded
        rulesets.add(summary.ruleset)
        if position in counting:
            verdicts[position] = summary.verdict
    return Batch(
        results=results,
        ignored=ignored,
        campaign=_campaign(campaign, results, verdicts) if campaign else None,
        verdicts=tally,
        failing=failing,
        ruleset=" ".join(sorted(filter(None, rulesets))),
    )


def _hints(findings: Mapping[int, Sequence[Finding]]) -> dict[int, list[Finding]]:
    """Return the warnings among findings across returns."""
    hints = {
        position: [finding for finding in found if finding.severity == "warning"]
        for position, found in findings.items()
    }
    return {position: found for position, found in hints.items() if found}


def _finals(results: Results) -> Iterator[tuple[int, Head]]:
    """Yield (position, head of the final result)."""
    for position, _, summary in results.store.heads():
        yield position, head(results.at(position)) if results.is_touched(position) else summary


def changed(results: Results) -> tuple[Verdicts, ...]:
    """Return the files whose verdict is another than in the run before; keep those of this one."""
    told: list[Verdicts] = []
    kept = results.store.verdicts()
    now: dict[str, tuple[str, str]] = {}
    for (position, sha256, _), (_, final) in zip(
        results.store.heads(), _finals(results), strict=True
    ):
        if sha256 and sha256 not in now:
            now[sha256] = final.verdict, final.codes
            before, codes = kept.get(sha256, now[sha256])
            if before != final.verdict:
                gone, new = set(codes.split()), set(final.codes.split())
                told.append(
                    Verdicts(
                        path=results.paths[position],
                        agency=final.name,
                        before=before,
                        after=final.verdict,
                        gone=tuple(sorted(gone - new)),
                        new=tuple(sorted(new - gone)),
                    )
                )
    results.store.keep(now)
    return tuple(told)


def _campaign(
    comparison: "Across", results: Results, verdicts: Mapping[int, str]
) -> dict[str, Any]:
    """Return the campaign's facts, for each agency with when it came, and who sent it."""
    from .appraisal import appraised  # noqa: PLC0415 - what reads rosters is slow to import

    facts = comparison.campaign(results.paths, verdicts)
    more = (appraised(one, results.paths, results.store.extra) for one in comparison.standings)
    agencies = [{**one, **its} for one, its in zip(facts["agencies"], more, strict=True)]
    return {**facts, "agencies": agencies}


def _firsts(store: Store, paths: Sequence[str]) -> dict[int, dict[int, str]]:
    """Return {position: {index of a finding: its figures when its reason was first read}}.

    Only of reasons without figures; what an agency sent first is read first.
    """
    undated = [(head.sent or 0, position) for position, _, head in store.heads() if head.undated]
    return {
        position: dict(_first(store, store.result(position, paths[position])))
        for _, position in sorted(undated)
    }


def _first(store: Store, result: Result) -> Iterator[tuple[int, str]]:
    report: Report = result.report
    agency = identity.code(report.agency.get("code")) or identity.name(report.agency.get("name"))
    whose = " ".join((report.edition.form, str(report.year), agency))
    for index, finding in enumerate(result.findings):
        if finding.explained and not finding.explained["figures"]:
            named = " ".join((finding.code, *cells_of(finding)))
            now = present(finding, report)
            yield index, store.first(whose, named, finding.explained["reason"] or "", now)


def _waived(store: Store, used: "Waivers") -> "Iterator[tuple[int, list[Waiver]]]":
    """Yield (position, waivers that may be about the return there)."""
    for position, _, summary in store.heads():
        if rows := used.of(summary):
            yield position, rows


def _decisions(store: Store, season: Season) -> "Iterator[tuple[int, list[Decision]]]":
    """Yield (position, decisions on the reasons of the return there)."""
    if not (season.settled and season.settled.reasons):
        return
    from .roster import matcher  # noqa: PLC0415 - what reads rosters is slow to import

    match = matcher(season.members or ())
    for position, _, summary in store.heads():
        whose = match({"name": summary.name, "code": summary.code}).member
        known = (whose.name, whose.code, *whose.aliases) if whose else ()
        names = (summary.name, summary.code, *known)
        if rows := season.settled.decisions(filter(None, names)):
            yield position, rows


def _across(results: Results, season: Season) -> "Across | None":
    """Return the comparison of the returns; without a roster that of documents with the others."""
    store, paths = results.store, results.paths
    drawn = {head.drawn for _, _, head in store.heads() if head.form}
    if season.members is None and drawn != {True, False}:
        return None
    from .across import across, beside  # noqa: PLC0415 - what reads rosters is slow to import
    from .settled import OPEN  # noqa: PLC0415 - as above

    if season.members is None:
        return beside(store.heads(), paths)
    finals = dict(_finals(results))
    heads = ((position, sha256, finals[position]) for position, sha256, _ in store.heads())
    return across(season.members, heads, paths, season.year, season.settled or OPEN)
