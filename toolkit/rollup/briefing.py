"""Numbers of a region's yearly analysis: from its roll-up, the campaign, and last year's reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..campaign.chain import Last
from ..campaign.roster import Member
from ..data import CHINESE, say
from ..edition.analysis import AGENCIES, COMPARED, Analysis, Measure, Topic, crossed
from ..edition.edition import Edition
from ..finding import Batch, Result
from ..output.tally import tally
from ..report import identity
from ..report.contribution import COUNTED, Contribution, missing
from ..report.official import held_against, own_last_year
from ..report.report import Number, Report, recompute, total
from .rollup import Note, Rollup, roll_up

Sums = Mapping[str, Number | None]
"""{key: number}, None for a blank."""


class NoAnalysis(Exception):
    """A form whose edition has no outline of a yearly analysis."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(edition.name)
        self.edition = edition

    def message(self, lang: str) -> str:
        """Return the sentence."""
        return say(
            "briefing", "no-outline", lang, title=self.edition.title, edition=self.edition.name
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """The number of a measure; None where an agency left a cell of it blank.

    then: last year's; base: this year's of the same agencies. Both None without last year's.
    endings: {index of an outcome: number}, for outcomes.
    """

    measure: Measure
    now: Number | None
    then: Number | None = None
    base: Number | None = None
    endings: tuple[Number | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """Where last year's numbers come from.

    source: region (its own report), agencies (those of each), or none. lacking: the agencies
    without last year's numbers; compared: the number of those with them.
    """

    source: str
    compared: int = 0
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filing:
    """Facts on how the agencies of a roster sent their returns.

    late: (agency, days). undated: no day or no deadline is known. returned: (agency, times).
    """

    expected: int
    came: int
    missing: tuple[str, ...]
    late: tuple[tuple[str, int], ...]
    undated: int
    returned: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """The numbers of a yearly analysis.

    amounts: for each topic of the outline. ranks: for each topic, (agency, number), the largest
    first, of topics about agencies. filing: None without a roster. problems: {code: returns that
    have it}, the most frequent first, of `judged` returns.
    """

    report: Report
    analysis: Analysis
    notes: tuple[Note, ...]
    amounts: tuple[tuple[Amount, ...], ...]
    ranks: tuple[tuple[tuple[str, Number | None], ...], ...]
    past: Past
    filing: Filing | None
    problems: tuple[tuple[str, int], ...]
    judged: int

    @property
    def rows(self) -> tuple[Contribution, ...]:
        """The agencies whose numbers are added up."""
        return tuple(row for row in self.report.sources if row.state in COUNTED)


def briefing(
    results: Sequence[Result],
    season: Batch,
    agency: Mapping[str, str | None],
    members: Sequence[Member] | None,
    last: Last | None,
) -> Briefing:
    """Return the numbers of a region's yearly analysis; raises Refused, NoAnalysis.

    results: those to roll up. season: the same returns compared with roster and each other.
    """
    done = roll_up(results, agency, members, partial=True)
    outline = done.report.edition.analysis
    if outline is None:
        raise NoAnalysis(done.report.edition)
    past, now, then = _past(done, outline, last, members or ())
    totals = tally(season, CHINESE)
    return Briefing(
        report=done.report,
        analysis=outline,
        notes=done.notes,
        amounts=tuple(_amounts(topic, done.report.numbers, now, then) for topic in outline.topics),
        ranks=tuple(_ranks(topic, done.report) for topic in outline.topics),
        past=past,
        filing=_filing(season),
        problems=tuple(sorted(totals.codes.items(), key=lambda item: (-item[1], item[0]))),
        judged=totals.returns.total(),
    )


def _amounts(topic: Topic, numbers: Sums, base: Sums, then: Sums) -> tuple[Amount, ...]:
    amounts = []
    for measure in topic.measures:
        cells = [crossed(measure, ending) for ending in topic.endings]
        keys = [key for group in cells for key in group] or measure.keys
        endings = tuple(total(map(numbers.get, group)) for group in cells)
        now, last, same = (total(map(those.get, keys)) for those in (numbers, then, base))
        amounts.append(Amount(measure, now, last, same, endings))
    return tuple(amounts)


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def _past(
    done: Rollup, outline: Analysis, last: Last | None, members: Sequence[Member]
) -> tuple[Past, Sums, Sums]:
    """Return the source of last year's numbers, this year's to compare with them, and they.

    The region's own report where both are whole; else those of the agencies that have some, beside
    this year's of the same agencies.
    """
    edition, parts = done.report.edition, [(p.row, p.report) for p in done.parts if p.report]
    compared = (topic for topic in outline.topics if topic.kind == COMPARED)
    keys = {key for topic in compared for measure in topic.measures for key in measure.keys}
    own = _of_region(done.report, last, members)
    held = held_against(edition, own) if own else {}
    if own and all(held.get(key) is not None for key in keys):
        return Past("region", len(parts)), done.report.numbers, held
    now, then, lacking = list[Sums](), list[Sums](), list[str]()
    for row, report in parts:
        before = _of_agency(report, last)
        theirs = held_against(edition, before) if before else {}
        if before and all(theirs.get(key) is not None for key in keys):
            now.append(numbers_of(edition, row))
            then.append(theirs)
        else:
            lacking.append(row.name)
    if not now:
        return Past("none"), {}, {}
    past = Past("agencies", len(now), tuple(lacking))
    return past, _together(edition, now), _together(edition, then)


def _together(edition: Edition, sides: Sequence[Sums]) -> Sums:
    """Return {key: sum of the agencies' numbers}, None where one has none."""
    return {key: total(side.get(key) for side in sides) for key in edition.cells}


def _of_region(report: Report, last: Last | None, members: Sequence[Member]) -> Report | None:
    """Return last year's own report of the region, where both years are whole.

    Where an agency of the roster has the region's name, only a roll-up is taken for its report.
    """
    own = last.of(report) if last else None
    if not isinstance(own, Report) or _is_part(report) or (own.sources and _is_part(own)):
        return None
    name = identity.name(report.agency["name"])
    alone = all(identity.name(member.name) != name for member in members)
    return own if own.sources or alone else None


def _is_part(report: Report) -> bool:
    """Tell whether a roll-up may lack agencies of its region."""
    given = any(row.state == "given" for row in report.sources)
    return given or bool(missing(report.sources))


def _of_agency(report: Report, last: Last | None) -> Report | None:
    """Return an agency's report of last year: the one given, else what its return holds of it."""
    given = last.of(report) if last else None
    return given if isinstance(given, Report) else own_last_year(report)


# ── agencies ──────────────────────────────────────────────────────────────────────────────────────


def numbers_of(edition: Edition, row: Contribution) -> Sums:
    """Return the numbers of an agency as they are in the sums, with their totals."""
    typed = (key for key in edition.typed if edition.cells[key].numeric)
    values = recompute(edition, {key: row.values.get(key, 0) for key in typed}, ())
    return {key: value for key, value in values.items() if not isinstance(value, str)}


def _ranks(topic: Topic, report: Report) -> tuple[tuple[str, Number | None], ...]:
    """Return the agencies by their number, the largest first, in the roster's order of equals."""
    if topic.kind != AGENCIES:
        return ()
    rows = (row for row in report.sources if row.state in COUNTED)
    keys = topic.measures[0].keys
    ranked = [(row.name, total(map(numbers_of(report.edition, row).get, keys))) for row in rows]
    return tuple(sorted(ranked, key=lambda pair: -1 if pair[1] is None else pair[1], reverse=True))


def _filing(season: Batch) -> Filing | None:
    """Return the facts on the agencies of the roster, None without one."""
    if season.campaign is None:
        return None
    agencies = season.campaign["agencies"]
    came = [agency for agency in agencies if agency["state"] != "missing"]
    late = [(agency["name"], agency["days_late"] or 0) for agency in came]
    returned = [(agency["name"], agency["sent_back"]) for agency in came]
    return Filing(
        expected=season.campaign["expected"],
        came=len(came),
        missing=tuple(agency["name"] for agency in season.campaign["missing"]),
        late=_ordered(late),
        undated=sum(agency["days_late"] is None for agency in came),
        returned=_ordered(returned),
    )


def _ordered(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return the agencies with more than 0, the largest first."""
    return tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1]))
