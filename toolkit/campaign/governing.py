"""Which return of each agency counts: the last sending, and none where two claim to be it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..finding import Result
from .roster import Member, matcher


@dataclass(frozen=True, slots=True)
class Sent:
    """What came from one agency.

    member: None where no roster is given. last: the returns of the highest 第几次报送, one for each
    content; more than one of them means that nobody knows which counts. older: the others.
    swapped: the code on a last one is this member's, the name another's.
    """

    member: Member | None
    last: tuple[Result, ...] = ()
    older: tuple[Result, ...] = ()
    swapped: bool = False


def governing(
    results: Iterable[Result], members: Sequence[Member]
) -> tuple[tuple[Sent, ...], tuple[Result, ...]]:
    """Return what came from each member, in the roster's order, and the returns of strangers.

    Files that were not read belong to nobody and are left out.
    """
    match = matcher(members)
    found: dict[int, list[Result]] = {id(member): [] for member in members}
    strangers: list[Result] = []
    swapped: set[int] = set()
    for result in results:
        if result.report is not None:
            whose = match(result.report.agency)
            if whose.member is None:
                strangers.append(result)
            else:
                found[id(whose.member)].append(result)
                if whose.swapped:
                    swapped.add(id(result))
    sent = (_sent(found[id(member)], member, swapped) for member in members)
    return tuple(sent), tuple(strangers)


def without_roster(results: Iterable[Result]) -> tuple[Sent, ...]:
    """Return what came from each agency that sent something, by code, else by name."""
    groups: list[list[Result]] = []
    codes: dict[str, list[Result]] = {}
    names: dict[str, list[Result]] = {}
    for result in results:
        if result.report is None:
            continue
        name, code = (result.report.agency.get(part) or "" for part in ("name", "code"))
        group = codes.get(code) or names.get(name)
        if not group or (code and code not in codes and _codes(group)):
            group = []
            groups.append(group)
        group.append(result)
        names.setdefault(name, group)
        if code:
            codes.setdefault(code, group)
    return tuple(_sent(group, None, set()) for group in groups)


def _codes(group: Iterable[Result]) -> set[str]:
    """Return the codes that returns of one agency give."""
    return {result.report.agency.get("code") for result in group} - {None, ""}


def _sent(results: Sequence[Result], member: Member | None, swapped: set[int]) -> Sent:
    """Return an agency's returns, the last sending apart; the same bytes twice are one return."""
    most = max(map(_number, results), default=1)
    last = {result.sha256 or result.path: result for result in results if _number(result) == most}
    return Sent(
        member=member,
        last=tuple(last.values()),
        older=tuple(result for result in results if _number(result) < most),
        swapped=any(id(result) in swapped for result in last.values()),
    )


def _number(result: Result) -> int:
    """Return which sending a return is; one that does not say is the first."""
    return result.report.sent or 1
