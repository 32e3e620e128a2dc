"""Governing return of each agency: the last sending; none where two files claim to be it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..campaign.across import Standing, across
from ..campaign.pack import head
from ..campaign.roster import Member, matcher
from ..finding import Result
from ..report import identity


@dataclass(frozen=True, slots=True)
class Sent:
    """Returns that came from one agency.

    member: None where no roster is given. last: the returns of the highest 第几次报送, one for each
    content; with more than one of them none counts.
    swapped: the code on a last one is this member's, the name another's.
    """

    member: Member | None
    last: tuple[Result, ...] = ()
    swapped: bool = False


def governing(
    results: Sequence[Result], members: Sequence[Member], year: int
) -> tuple[tuple[Sent, ...], tuple[Result, ...]]:
    """Return the returns of each member, in the roster's order, and the returns of strangers.

    Files that were not read are left out.
    """
    heads = ((at, result.sha256, head(result)) for at, result in enumerate(results))
    comparison = across(members, heads, [result.path for result in results], year)
    twice = {member.row: places for member, places in comparison.duplicates}
    match = matcher(members)
    swapped: dict[int, list[Result]] = {}
    for place, said in comparison.findings.items():
        if any(finding.code == "swapped" for finding in said):
            whose = match(results[place].report.agency).member
            swapped.setdefault(whose.row if whose else 0, []).append(results[place])
    sent = tuple(
        _standing(each, twice.get(each.member.row, ()), results, swapped)
        for each in comparison.standings
    )
    return sent, tuple(results[place] for place, *_ in comparison.strangers)


def _standing(
    standing: Standing,
    twice: Sequence[int],
    results: Sequence[Result],
    swapped: Mapping[int, Sequence[Result]],
) -> Sent:
    """Return a member's governing return, or the returns that show why there is none."""
    if standing.counts:
        return Sent(standing.member, (results[standing.counts.position],))
    if twice:
        different = {results[place].sha256: results[place] for place in twice}
        return Sent(standing.member, tuple(different.values()))
    other = [results[file.position] for file in standing.others[:1]]
    away = swapped.get(standing.member.row, ())
    return Sent(standing.member, tuple(other or away[:1]), swapped=not other and bool(away))


def without_roster(results: Iterable[Result]) -> tuple[Sent, ...]:
    """Return the last sendings of each agency that sent something, by code, else by name.

    A return without a code whose name has several codes forms a group of its own, with theirs.
    """
    read = [result for result in results if result.report]
    named: dict[str, dict[str, Result]] = {}
    for result in read:
        name, code = _agency(result)
        named.setdefault(name, {}).setdefault(code, result)
    several = {name: theirs for name, theirs in named.items() if len(theirs.keys() - {""}) > 1}
    clear = [each for each in read if _agency(each)[1] or _agency(each)[0] not in several]
    beside = (
        Sent(None, (each, *(r for code, r in several[name].items() if code)))
        for each in read
        for name, code in [_agency(each)]
        if not code and name in several
    )
    return (*_grouped(clear), *beside)


def _agency(result: Result) -> tuple[str, str]:
    """Return name and code of a return in compared form, empty where it gives none."""
    return identity.known(result.report.agency)


def _grouped(results: Iterable[Result]) -> Iterator[Sent]:
    """Yield the last sendings of each agency, by code, else by name."""
    groups: list[list[Result]] = []
    codes: dict[str, list[Result]] = {}
    names: dict[str, list[Result]] = {}
    for result in results:
        name, code = _agency(result)
        group = codes.get(code) or names.get(name)
        if not group or (code and code not in codes and _codes(group)):
            group = []
            groups.append(group)
        group.append(result)
        names.setdefault(name, group)
        if code:
            codes.setdefault(code, group)
    yield from map(_sent, groups)


def _codes(group: Iterable[Result]) -> set[str]:
    """Return the codes that returns of one agency give."""
    return {_agency(result)[1] for result in group} - {""}


def _sent(results: Sequence[Result]) -> Sent:
    """Return an agency's last sending; files with the same bytes are one return.

    Documents count only where nothing else is there.
    """
    results = [result for result in results if result.report.origin != "document"] or results
    most = max(map(_number, results))
    last = {result.sha256 or result.path: result for result in results if _number(result) == most}
    return Sent(None, tuple(last.values()))


def _number(result: Result) -> int:
    """Return the number of a return's sending, 1 where it gives none."""
    return result.report.sent or 1
