"""Decisions of the office in a season: which sending counts, which reasons are enough."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from ..check.explained import REFUSED, STANDS
from ..finding import Result, verdict
from ..report import identity
from .roster import Member, matcher
from .standing import PASSING
from .waivers import speaks_of

ACCEPTED = "accepted"
STATES = (ACCEPTED, REFUSED)
"""Decisions on a reason."""
BETWEEN = "|"
"""What stands between agency, code and cell in the name of a reason."""


class Decision(NamedTuple):
    """A decision on an agency's reason for a finding, named by its code and a cell or all places."""

    code: str
    cell: str
    state: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Decisions of the office.

    preferred: {agency or code: SHA-256 of the return that counts for it}. reasons: {agency, code
    and cell with BETWEEN: accepted or refused}. by: who decided.
    """

    preferred: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    by: str = ""

    def chosen(self, member: Member) -> str | None:
        """Return the digest of the return that the office prefers for a member."""
        return next((self.preferred[name] for name in self._named(member)), None)

    def name_of(self, member: Member) -> str:
        """Return the name by which a member's return is or will be preferred."""
        return next(self._named(member), member.name)

    def preferring(self, member: Member, sha256: str) -> "Settled":
        """Return the decisions with another return preferred for a member."""
        others = self.preferred.keys() - self._named(member)
        kept = {name: self.preferred[name] for name in self.preferred if name in others}
        return replace(self, preferred={**kept, self.name_of(member): sha256})

    def _named(self, member: Member) -> Iterator[str]:
        """Yield the names in `preferred` that a member goes by."""
        names = _compared(member.name, *member.aliases, member.code or "")
        return (name for name in self.preferred if names & _compared(name))

    def decisions(self, names: Iterable[str]) -> list[Decision]:
        """Return the decisions on the reasons of an agency; names: all that it goes by."""
        theirs = _compared(*names)
        parts = ((*named.rsplit(BETWEEN, 2), state) for named, state in self.reasons.items())
        return [Decision(*rest) for agency, *rest in parts if theirs & _compared(agency)]


OPEN = Settled()
"""No decision."""


def without_others(
    results: Iterable[Result], members: Sequence[Member], settled: Settled
) -> list[Result]:
    """Return the results without those of agencies of which the office prefers another one here.

    members: the roster; without one an agency goes by its own name and code. Of another form or
    year all are kept.
    """
    every = list(results)
    if not settled.preferred:
        return every
    match, here = matcher(members), {result.sha256: result for result in every if result.report}
    kept: list[Result] = []
    for result in every:
        agency = result.report.agency if result.report else {}
        owner = match(agency).member or Member(agency.get("name") or "", agency.get("code"))
        chosen = here.get(settled.chosen(owner))
        if chosen is None or not _gives_way(result, chosen):
            kept.append(result)
    return kept


def _gives_way(one: Result, chosen: Result) -> bool:
    """Tell whether a return gives way to a preferred one: not where it came after one that fails."""
    later = (one.report.sent or 1) > (chosen.report.sent or 1)
    same = one.sha256 == chosen.sha256 or not _alike(one, chosen)
    return not same and (chosen.verdict in PASSING or not later)


def _alike(one: Result, other: Result) -> bool:
    """Tell whether two returns are of the same form and, as far as they say, year."""
    years = {one.report.year, other.report.year} - {None}
    return one.report.edition.form == other.report.edition.form and len(years) <= 1


def name_of(agency: str, code: str, cell: str) -> str:
    """Return the name of a reason in `Settled.reasons`."""
    return BETWEEN.join((agency, code, cell))


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a reason."""
    return text.count(BETWEEN) >= 2 and bool(text.partition(BETWEEN)[0].strip())  # noqa: PLR2004


def decided(result: Result, decisions: Sequence[Decision], by: str) -> Result:
    """Return a result with the decisions on its reasons; a reason that is void needs a new one.

    An accepted reason waives its finding, where no waiver does already. by: who accepts.
    """
    findings = list(result.findings)
    for number, finding in enumerate(findings):
        if not finding.explained or finding.explained["state"] != STANDS:
            continue
        states = [one.state for one in decisions if speaks_of(one.code, one.cell, finding)]
        state = ACCEPTED if finding.waived else next(iter(states), None)
        if state is not None:
            waived = {"reason": finding.explained["reason"] or "", "by": by, "date": ""}
            findings[number] = replace(
                finding,
                explained={**finding.explained, "state": state},
                waived=finding.waived or (waived if state == ACCEPTED else None),
            )
    return replace(result, findings=tuple(findings), verdict=verdict(findings))


@lru_cache(maxsize=2**16)
def _compared(*names: str) -> frozenset[str]:
    return frozenset((*map(identity.name, names), *map(identity.code, names))) - {""}
