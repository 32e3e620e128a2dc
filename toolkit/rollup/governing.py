"""Governing return of each agency, by the same rule as on the board; or why there is none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..campaign.across import across
from ..campaign.pack import head
from ..campaign.roster import Member, matcher
from ..campaign.standing import Return, Standing, settle
from ..finding import Result
from ..report import identity


@dataclass(frozen=True, slots=True)
class Sent:
    """Returns that came from one agency.

    member: None where no roster is given. last: the return that counts; else the files of the
    highest 第几次报送, one for each content: with more than one of them none counts.
    swapped: the code on a last one is this member's, the name another's.
    waiting: a later return came that is not used.
    """

    member: Member | None
    last: tuple[Result, ...] = ()
    swapped: bool = False
    waiting: bool = False


def governing(
    results: Sequence[Result], members: Sequence[Member], year: int
) -> tuple[tuple[Sent, ...], tuple[Result, ...]]:
    """Return the returns of each member, in the roster's order, and the returns of strangers.

    Files that were not read are left out.
    """
    heads = ((at, result.sha256, head(result)) for at, result in enumerate(results))
    comparison = across(members, heads, [result.path for result in results], year)
    match = matcher(members)
    swapped: dict[int, list[Result]] = {}
    for place, said in comparison.findings.items():
        if any(finding.code == "swapped" for finding in said):
            whose = match(results[place].report.agency).member
            swapped.setdefault(whose.row if whose else 0, []).append(results[place])
    sent = tuple(_standing(each, results, swapped) for each in comparison.standings)
    return sent, tuple(results[place] for place, *_ in comparison.strangers)


def _standing(
    standing: Standing, results: Sequence[Result], swapped: Mapping[int, Sequence[Result]]
) -> Sent:
    """Return a member's governing return, or the returns that show why there is none."""
    if sent := _sent(standing.member, standing, results):
        return sent
    other = [results[file.position] for file in standing.others[:1]]
    away = swapped.get(standing.member.row, ())
    return Sent(standing.member, tuple(other or away[:1]), swapped=not other and bool(away))


def _sent(member: Member | None, standing: Standing, results: Sequence[Result]) -> Sent | None:
    """Return the return that counts, else those that claim to be last; None without any."""
    if standing.counts:
        waiting = bool(standing.waiting or standing.twins)
        return Sent(member, (results[standing.counts.position],), waiting=waiting)
    twins = {file.sha256: results[file.position] for file in standing.twins}
    return Sent(member, tuple(twins.values())) if twins else None


def without_roster(results: Iterable[Result], year: int) -> tuple[Sent, ...]:
    """Return the governing return of each agency that sent something, by code, else by name.

    A return without a code whose name has several codes forms a group of its own, with theirs.
    year: that is added up; returns of another year count where an agency sent nothing else.
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
    sent = (_of_group(group, year) for group in _grouped(clear))
    return (*filter(None, sent), *beside)


def _agency(result: Result) -> tuple[str, str]:
    """Return name and code of a return in compared form, empty where it gives none."""
    return identity.known(result.report.agency)


def _grouped(results: Iterable[Result]) -> list[list[Result]]:
    """Return the returns of each agency, by code, else by name."""
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
    return groups


def _codes(group: Iterable[Result]) -> set[str]:
    """Return the codes that returns of one agency give."""
    return {_agency(result)[1] for result in group} - {""}


def _of_group(results: Sequence[Result], year: int) -> Sent | None:
    """Return an agency's governing return; files with the same bytes are one return."""
    wanted = [result for result in results if result.report.year in (None, year)] or results
    paths = [result.path for result in wanted]
    files = [Return(n, one.sha256 or one.path, head(one)) for n, one in enumerate(wanted)]
    standing = Standing(Member(""))
    tuple(settle(standing, files, paths, None))  # what it says of the others is on the board
    return _sent(None, standing, wanted)
