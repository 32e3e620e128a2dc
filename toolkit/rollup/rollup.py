"""A region's numbers: its agencies' reports added up cell by cell."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from ..blank.sources import AGENCIES, VALUES
from ..campaign.roster import Member, matcher
from ..data import CHINESE, Message, filled, listed, say, texts, worded
from ..edition.balance import Words
from ..edition.edition import Edition
from ..files.gathering import file_of
from ..finding import Result, place, quoted, spots
from ..report import contribution, identity
from ..report.contribution import COUNTED, NAMED, Contribution
from ..report.official import national
from ..report.report import COUNT_LIMIT, Number, Report, recompute
from ..returned.origins import added
from .caveats import Portion, caveats, hazards
from .governing import Sent, governing, without_roster

GOOD = ("pass", "warn")
"""Verdicts of returns that are added."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a roll-up: its words, and the names and figures in it."""

    words: Message | Words
    names: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """Return the sentence."""
        more = texts("notice", lang)["more"]
        names = listed(self.names, NAMED, say("place", "comma", lang), more)
        figures = {"names": names, "n": str(len(self.names)), **self.figures}
        return filled(worded(self.words, lang), **figures)


class Refused(Exception):
    """Refusal of a roll-up, with every reason."""

    def __init__(self, *notes: Note) -> None:
        super().__init__(notes)
        self.notes = notes


@dataclass(frozen=True, slots=True)
class Rollup:
    """A region's report with its sources, and notes to review before use.

    parts: what each agency has in it, with its own report.
    """

    report: Report
    notes: tuple[Note, ...]
    parts: tuple[Portion, ...] = ()


def note(name: str, names: Iterable[str] = (), **figures: object) -> Note:
    """Return a note with a sentence of section [rollup]."""
    shown = {key: str(figure) for key, figure in figures.items()}
    return Note(Message("rollup", name), tuple(names), shown)


def roll_up(
    results: Sequence[Result],
    agency: Mapping[str, str | None],
    members: Sequence[Member] | None,
    *,
    partial: bool,
) -> Rollup:
    """Return the sum of what the members of a region reported; without a roster of all returns.

    agency: the region's own {name, code, level}; without a level it is that of its 本级.
    partial: add what there is. Raises Refused, with all reasons at once.
    """
    edition, year = _majority(results)
    if members is None:
        parts = [_part(sent, edition, year) for sent in without_roster(results, year)]
    else:
        parts = list(_of_roster(results, str(agency["name"]), members, edition, year))
        agency = {**agency, "level": agency.get("level") or _level(members, parts)}
    rows = (*(part.row for part in parts), *_places(edition, parts, results))
    _refuse(results, rows, members, partial=partial)
    sums = added(edition, rows)
    _refuse_large(edition, sums)
    report = Report(
        edition=edition,
        agency=agency,
        year=year,
        values=recompute(edition, sums, ()),
        origin="workbook",
        sources=rows,
    )
    notes = (*_by_code(parts, members or ()), *_notes(edition, parts, results))
    return Rollup(report, notes, tuple(parts))


def _level(members: Sequence[Member], parts: Sequence[Portion]) -> str | None:
    """Return the level of the region's own body (本级), from the roster, else from its return."""
    own_bodies = [member for member in members if member.kind == "own"]
    names = {member.name for member in own_bodies}
    said = [p.report.agency.get("level") for p in parts if p.report and p.row.name in names]
    return next(filter(None, (*(member.level for member in own_bodies), *said)), None)


def _majority(results: Sequence[Result]) -> tuple[Edition, int]:
    """Return the edition and year of most returns; in a tie, the later year."""
    reports = [national(r.report) for r in results if r.report and r.report.year is not None]
    if not reports:
        raise Refused(note("nothing"))
    counts = Counter((r.year or 0, r.edition.form, r.edition.name) for r in reports)
    (year, *ident), _ = max(counts.items(), key=lambda item: (item[1], item[0][0]))
    edition = next(r.edition for r in reports if [r.edition.form, r.edition.name] == ident)
    if not any(edition.cells[key].numeric for key in edition.typed):
        raise Refused(note("no-numbers", edition=edition.name))
    return edition, year


# ── who is in the sums ────────────────────────────────────────────────────────────────────────────


def direct(members: Sequence[Member], name: str) -> tuple[list[Member], list[Member]]:
    """Return the members a region adds up, and those below one of them, in whose return they are.

    A region adds its 本级, departments and towns, and each lower region by that region's own
    roll-up. name: the region's. Where it is itself a lower region of the roster, it adds those
    whose parent it is.
    """
    named = [m for m in members if identity.name(m.name) == identity.name(name)]
    lower = next((m for m in named if m.kind != "own"), None)
    own_bodies = [m for m in members if m.kind == "own"]
    tops = {None, name, *(m.name for m in (*named, *own_bodies))}
    if lower and any(m.parent == lower.name for m in members):
        tops = {lower.name}
    mine = {m.name for m in members if m.parent in tops}
    under = mine
    while more := {m.name for m in members if m.parent in under} - under:
        under = under | more
    return (
        [m for m in members if m.name in mine],
        [m for m in members if m.name in under - mine],
    )


def _of_roster(
    results: Sequence[Result], name: str, members: Sequence[Member], edition: Edition, year: int
) -> Iterator[Portion]:
    """Yield every member's part in the roster's order, then the strangers'."""
    added_up, below = direct(members, name)
    came, strangers = governing(results, members, year)
    if not any(m.kind == "own" for m in added_up):
        yield Portion(Contribution(say("agency_kind", "own", CHINESE), "missing"))
    for sent in came:
        member = sent.member
        if member in added_up and member and member.kind != "vertical":
            yield _part(sent, edition, year)
        elif member and (member in added_up or member in below):
            state = "vertical" if member.kind == "vertical" else "below"
            yield Portion(Contribution(member.name, state, member.code))
    for result in strangers:
        who = result.report.agency
        yield Portion(_row(result, who.get("name") or "—", who.get("code"), "unlisted"))


def _part(sent: Sent, edition: Edition, year: int) -> Portion:
    """Return an agency's part in the sums, or the state that explains why it has none."""
    member = sent.member
    name = member.name if member else sent.last[0].report.agency.get("name") or "—"
    code = member.code if member else sent.last[0].report.agency.get("code")
    if not sent.last:
        return Portion(Contribution(name, "missing", code))
    result = sent.last[0]
    report = national(result.report)
    state = _state(sent, report, edition, year)
    row = _row(result, name, code, state)
    if state not in COUNTED:
        return Portion(row)
    keys = (key for key in edition.typed if edition.cells[key].numeric)
    values = {key: report.numbers[key] for key in keys if report.numbers[key] != 0}
    return Portion(replace(row, values=values, caveats=caveats(sent)), report)


def _state(sent: Sent, report: Report, edition: Edition, year: int) -> str:
    faults = {
        "year": report.year != year,
        "duplicate": len(sent.last) > 1,
        "swapped": sent.swapped,
        "edition": report.edition.fingerprint != edition.fingerprint,
        "failed": sent.last[0].verdict not in GOOD,
    }
    counted = "given" if sent.member is None else "counted"
    return next((state for state, applies in faults.items() if applies), counted)


def _row(result: Result, name: str, code: str | None, state: str) -> Contribution:
    report = result.report
    return Contribution(
        name=quoted(name),
        state=state,
        code=code and quoted(code),
        file=short(result.path),
        sha256=result.sha256,
        edition=report.edition.name,
        sent=report.sent,
    )


def _places(
    edition: Edition, parts: Sequence[Portion], results: Sequence[Result]
) -> Iterator[Contribution]:
    """Yield for each overlay the cells of its own workbooks that a national number was taken from."""
    editions = {r.report.edition.name: r.report.edition for r in results if r.report}
    for name, overlay in editions.items():
        rows = [part.row for part in parts if part.report and part.row.edition == name]
        if overlay.base and rows:
            keys = {key for row in rows for key in row.values}
            homes = {key: [key] for key in edition.typed if key in keys}
            for key, home in overlay.counts_as.items():
                homes.get(home, []).append(key)
            title = say("rollup", "places", CHINESE, edition=name)
            places = {k: "+".join(overlay.cells[n].at for n in v) for k, v in homes.items()}
            yield Contribution(title, "places", edition=name, values=places)


def short(path: str) -> str:
    """Return a file's name without its folder; in an archive, after the archive's name."""
    archive = file_of(path)
    return PurePath(archive).name + path[len(archive) :]


# ── what stands against it ────────────────────────────────────────────────────────────────────────


def _refuse(
    results: Sequence[Result],
    rows: Sequence[Contribution],
    members: Sequence[Member] | None,
    *,
    partial: bool,
) -> None:
    """Raise Refused with every reason not to add up; `partial`: missing returns are no reason."""
    if len(rows) > AGENCIES:
        raise Refused(note("too-many", count=len(rows), limit=AGENCIES))
    if (numbers := sum(len(row.values) for row in rows)) > VALUES:
        raise Refused(note("too-many-numbers", count=numbers, limit=VALUES))
    twice = list(_twice(results, rows))
    faults = [] if partial else list(_incomplete(results, rows, members))
    if not any(row.state in COUNTED for row in rows):
        faults.append(note("none-counted"))
    if twice or faults:
        raise Refused(*twice, *faults)


def _incomplete(
    results: Sequence[Result], rows: Sequence[Contribution], members: Sequence[Member] | None
) -> Iterator[Note]:
    """Yield the reasons for incomplete sums, a sentence each."""
    if members is None:
        yield note("no-roster")
    states = dict.fromkeys(row.state for row in contribution.missing(rows))
    for state in states:
        names = [_named(row) for row in rows if row.state == state]
        yield note(f"out/{state}", names)
    yield from _rejected(results)


def _rejected(results: Sequence[Result]) -> Iterator[Note]:
    """Yield a note on the files that were not read."""
    if names := [short(result.path) for result in results if result.report is None]:
        yield note("out/rejected", names)


def _named(row: Contribution) -> str:
    return f"{row.name} [{row.file}]" if row.file else row.name


def _twice(results: Sequence[Result], rows: Sequence[Contribution]) -> Iterator[Note]:
    """Yield notes on agencies added here and also inside another's roll-up."""
    for row, inner, counted in _inside(results, rows):
        digests = {source.sha256 for source in counted} - {None}
        codes = {identity.code(source.code) for source in counted} - {""}
        names = [
            source.name
            for source in inner
            if source.sha256 in digests or identity.code(source.code) in codes
        ]
        if names:
            yield note("twice", names, region=row.name)


def _namesakes(results: Sequence[Result], rows: Sequence[Contribution]) -> Iterator[Note]:
    """Yield notes on namesakes here and inside another's roll-up, with no codes to compare."""
    for row, inner, counted in _inside(results, rows):
        codes = {identity.name(source.name): source.code for source in counted if source is not row}
        names = [
            source.name
            for source in inner
            for name in [identity.name(source.name)]
            if name in codes and not (source.code and codes[name])
        ]
        if names:
            yield note("namesakes", names, region=row.name)


def _inside(
    results: Sequence[Result], rows: Sequence[Contribution]
) -> Iterator[tuple[Contribution, list[Contribution], list[Contribution]]]:
    """Yield (roll-up that is added, agencies added inside it, agencies added here)."""
    by_digest = {result.sha256: result for result in results if result.sha256}
    counted = [row for row in rows if row.state in COUNTED]
    for row in counted:
        inner = by_digest[row.sha256].report.sources if row.sha256 in by_digest else ()
        if within := [other for other in inner if other.state in COUNTED]:
            yield row, within, counted


def _refuse_large(edition: Edition, sums: Mapping[str, Number | None]) -> None:
    """Raise Refused where a sum exceeds the limit of a cell."""
    large = [
        key
        for key, total in sums.items()
        if total is not None and not -COUNT_LIMIT <= total <= COUNT_LIMIT
    ]
    if large:
        where = place(spots(edition, large))
        raise Refused(note("too-large", place=where, limit=f"{COUNT_LIMIT:,}"))


# ── what to look at ───────────────────────────────────────────────────────────────────────────────


def _notes(edition: Edition, parts: Sequence[Portion], results: Sequence[Result]) -> Iterator[Note]:
    """Yield notes on numbers that may be counted twice or not at all, naming the agencies."""
    rows = [part.row for part in parts]
    sentences = {f"beside/{state}": state for state in ("vertical", "below", "unlisted")}
    for sentence, state in (sentences | {"out/duplicate": "duplicate"}).items():
        names = [_named(row) for row in rows if row.state == state]
        if names:
            yield note(sentence, names)
    yield from _rejected(results)
    for caveat in ("warned", "partly", "waiting"):
        if names := [row.name for row in rows if caveat in row.caveats]:
            yield note(caveat, names)
    yield from _namesakes(results, rows)
    yield from _blank(edition, parts)
    for hazard, names in hazards(edition, parts):
        yield Note(hazard.message, tuple(names))


def _by_code(parts: Sequence[Portion], members: Sequence[Member]) -> Iterator[Note]:
    """Yield a note on members whose return gives a name that is not in the roster."""
    match = matcher(members)
    agencies = [(part.row, part.report.agency) for part in parts if part.report and members]
    names = [
        f"{row.name} [{who['name']}]"
        for row, who in agencies
        if who["name"] and not match(who).named
    ]
    if names:
        yield note("by-code", names)


def _blank(edition: Edition, parts: Sequence[Portion]) -> Iterator[Note]:
    """Yield a note for each table on cells that stay blank because an agency left them blank."""
    for table, section in edition.tables.items():
        keys = [cell.key for cell in edition.of_table(table)]
        lacking = [p.row for p in parts if any(p.row.values.get(k, 0) is None for k in keys)]
        if lacking:
            cells = [k for k in keys if any(row.values.get(k, 0) is None for row in lacking)]
            names = [row.name for row in lacking]
            yield note("blank", names, sheet=section.sheet, place=place(spots(edition, cells)))
