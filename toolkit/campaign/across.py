"""Checks across returns and against the roster: missing agencies, duplicates, strangers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..data import ENGLISH, Message, listed, texts
from ..finding import Finding
from ..report import identity
from .pack import Head
from .roster import ASKED, Match, Member, matcher, near
from .settled import OPEN, Settled
from .standing import SHOWN, Return, Standing, beside_typed, settle, worded

ENOUGH = 10
"""Minimum number of typed cells that are not 0 for a finding of identical numbers."""


@dataclass(slots=True)
class Across:
    """Findings and states from the comparison of a campaign's returns.

    findings: {position: findings there}. standings: one for each member, in roster order.
    duplicates: (member, positions). strangers: (position, head, near names). superseded: positions
    of the returns that another file replaced.
    """

    findings: dict[int, list[Finding]] = field(default_factory=dict)
    standings: list[Standing] = field(default_factory=list)
    duplicates: list[tuple[Member, list[int]]] = field(default_factory=list)
    strangers: list[tuple[int, Head, tuple[str, ...]]] = field(default_factory=list)
    superseded: set[int] = field(default_factory=set)

    def say(self, position: int, finding: Finding) -> None:
        """Add a finding about the return at a position."""
        self.findings.setdefault(position, []).append(finding)

    def campaign(self, paths: Sequence[str], verdicts: Mapping[int, str]) -> dict[str, Any]:
        """Return the campaign as a JSON object; verdicts: by position, of returns that count."""
        return {
            "expected": len(self.standings),
            "missing": [
                {"name": standing.member.name, "code": standing.member.code}
                for standing in self.standings
                if _state(standing, verdicts) == "missing"
            ],
            "duplicates": [
                {"name": member.name, "paths": [paths[position] for position in positions]}
                for member, positions in self.duplicates
            ],
            "strangers": [
                {"name": head.name, "code": head.code, "path": paths[position], "near": list(close)}
                for position, head, close in self.strangers
            ],
            "agencies": [_agency(standing, paths, verdicts) for standing in self.standings],
        }

    @property
    def counting(self) -> frozenset[int]:
        """Return the positions of the returns that count."""
        files = (standing.counts for standing in self.standings)
        return frozenset(file.position for file in files if file)


Heads = Iterable[tuple[int, str | None, Head]]


def across(
    members: Sequence[Member],
    heads: Heads,
    paths: Sequence[str],
    year: int | None = None,
    settled: Settled = OPEN,
) -> Across:
    """Return the findings and states of a campaign's returns, compared with roster and each other.

    year: of the campaign; without it the one most returns have, the later of two. settled: which
    returns the office prefers.
    """
    result = Across()
    match = matcher(members)
    theirs: dict[int, list[Return]] = {}
    for position, sha256, head in heads:
        if head.form is None:
            continue
        whose = match({"name": head.name, "code": head.code})
        if whose.member is None:
            _stranger(result, members, position, head)
        elif whose.swapped:
            result.say(position, _swapped(head, whose))
        else:
            theirs.setdefault(whose.member.row, []).append(Return(position, sha256, head))
            for finding in _differs(head, whose.member, whose):
                result.say(position, finding)
    wanted = _wanted((file.head for some in theirs.values() for file in some), year)
    for member in members:
        standing = Standing(member)
        result.standings.append(standing)
        right = [
            file
            for file in theirs.get(member.row, ())
            if _is_wanted(file, wanted, result, standing)
        ]
        for position, finding in settle(standing, right, paths, settled.chosen(member)):
            result.say(position, finding)
        result.superseded.update(file.position for file in standing.superseded)
        if standing.twins:
            twins = [file.position for file in standing.twins]
            result.duplicates.append((member, twins))
    _identical(result)
    return result


def beside(heads: Heads, paths: Sequence[str]) -> Across:
    """Return the notes on documents whose agency's workbook or report JSON is there, by their names."""
    result = Across()
    agencies: dict[tuple[str, str | None, int], list[Return]] = {}
    for position, sha256, head in heads:
        if head.form and head.name and head.year:
            key = (identity.name(head.name), head.form, head.year)
            agencies.setdefault(key, []).append(Return(position, sha256, head))
    for files in agencies.values():
        for position, finding in beside_typed(files, "", paths):
            result.say(position, finding)
            result.superseded.add(position)
    return result


# ── whose ─────────────────────────────────────────────────────────────────────────────────────────


def _stranger(result: Across, members: Sequence[Member], position: int, head: Head) -> None:
    asked = head.name if head.name and len(result.strangers) < ASKED else ""
    close = tuple(member.name for member in near(members, asked)) if asked else ()
    result.strangers.append((position, head, close))
    figures = {"name": head.name or "—", "code": head.code or "—", "near": " / ".join(close)}
    name = "stranger/near" if close else "stranger"
    if not head.name and not head.code:
        name = "stranger/nobody"
    result.say(
        position, worded(name, figures, found=head.name, expected=close[0] if close else None)
    )


def _swapped(head: Head, whose: Match) -> Finding:
    owner, named = (member.name if member else "" for member in (whose.member, whose.named))
    figures = {"code": head.code, "owner": owner, "named": named}
    return worded("swapped", figures, found=named, expected=owner)


def _differs(head: Head, member: Member, whose: Match) -> Iterator[Finding]:
    """Yield findings where name, code or level of a return differ from the roster."""
    if head.name and not whose.named:
        figures = {"code": head.code}
        yield worded("roster-differs/name", figures, severity="warning", found=head.name,
                      expected=member.name)  # fmt: skip
    if head.code and member.code and whose.how != "code":
        figures = {"name": member.name}
        yield worded("roster-differs/code", figures, severity="warning", found=head.code,
                      expected=member.code)  # fmt: skip
    if head.level and member.level and head.level != member.level:
        yield _level(head.level, member.level)


def _level(given_level: str, true: str) -> Finding:
    levels = texts("level", ENGLISH)
    figures = {
        figure: Message("level", level) if level in levels else level
        for figure, level in (("there", given_level), ("true", true))
    }
    words = Message("finding", "roster-differs/level")
    return Finding(
        "roster-differs", "warning", found=given_level, expected=true, figures=figures, words=words
    )


# ── which form and year ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Wanted:
    """Form, year and edition that a campaign collects; edition: None without a majority."""

    form: str | None
    year: int | None
    edition: str | None


def _wanted(heads: Iterable[Head], year: int | None) -> Wanted:
    kinds = Counter((head.form, head.year, head.edition) for head in heads)
    forms: Counter[tuple[str | None, int | None]] = Counter()
    for (form, when, _), count in kinds.items():
        if when is not None and year in (None, when):
            forms[form, when] += count
    if not forms:
        return Wanted(None, year, None)
    form, when = max(forms, key=lambda pair: (forms[pair], pair[1] or 0, pair[0] or ""))
    editions = {e: n for (f, y, e), n in kinds.items() if (f, y) == (form, when)}
    most = max(editions, key=lambda name: editions[name])
    return Wanted(form, when, most if 2 * editions[most] > forms[form, when] else None)


def _is_wanted(file: Return, wanted: Wanted, result: Across, standing: Standing) -> bool:
    """Tell whether a return is of the campaign's form and year; add findings where it differs."""
    head = file.head
    if wanted.form is not None and head.form != wanted.form:
        said = worded("other-edition/form", {}, found=head.form, expected=wanted.form)
        result.say(file.position, said)
    elif head.year is not None and head.year != wanted.year:
        said = worded("other-year", {}, found=str(head.year), expected=str(wanted.year))
        result.say(file.position, said)
    else:
        if head.fits and wanted.edition not in (None, head.edition):
            said = worded("other-edition", {}, found=head.edition, expected=wanted.edition)
            result.say(file.position, said)
        return True
    standing.others.append(file)
    return False


def _identical(result: Across) -> None:
    """Add findings to returns of different agencies with the same numbers, ENOUGH of them not 0."""
    alike: dict[str, list[tuple[Member, Return]]] = {}
    for standing in result.standings:
        if standing.counts and standing.counts.head.nonzero >= ENOUGH:
            same = alike.setdefault(standing.counts.head.numbers, [])
            same.append((standing.member, standing.counts))
    for group in alike.values():
        for member, file in group if len(group) > 1 else ():
            others = listed([other.name for other, _ in group if other is not member], SHOWN)
            figures = {"others": others, "nonzero": file.head.nonzero}
            said = worded("identical", figures, severity="warning", found=others)
            result.say(file.position, said)


# ── as JSON ───────────────────────────────────────────────────────────────────────────────────────


def _agency(
    standing: Standing, paths: Sequence[str], verdicts: Mapping[int, str]
) -> dict[str, Any]:
    names = ("name", "code", "level", "kind", "parent", "deadline")
    return {
        **{name: getattr(standing.member, name) for name in names},
        "state": _state(standing, verdicts),
        "preferred": standing.counts.sha256 if standing.counts and standing.preferred else None,
        "path": paths[standing.counts.position] if standing.counts else None,
        "superseded": [paths[other.position] for other in standing.superseded],
        "others": [paths[other.position] for other in standing.others],
    }


def _state(standing: Standing, verdicts: Mapping[int, str]) -> str:
    """Return "missing" where nothing came, "fail" where no return counts, else the verdict."""
    if standing.counts:
        return verdicts[standing.counts.position]
    return "fail" if standing.others else "missing"
