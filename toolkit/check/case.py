"""The input of a rule, and the reasons why a rule is not judged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby

from ..data import Message, listed
from ..edition import edition as editions
from ..edition.balance import PRIOR, Balance, Edit, Words
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..finding import SHOWN, Finding, Spot
from ..report.official import divided
from ..report.report import Number, Report


@dataclass(frozen=True)
class Case:
    """The input of a rule: a report, last year's report, and cells with known faults.

    prior: last year's report, comparable with this one's edition. misfits: keys the schema
    objects to, blanks among them. reported: keys that have an error from reading the file.
    """

    report: Report
    prior: "Report | Open | None"
    misfits: frozenset[str]
    reported: frozenset[str]

    @cached_property
    def numbers(self) -> Mapping[str, Number | None]:
        """{key: number} of both years; last year's keys begin with `prior.`."""
        last = last_year(self)
        if isinstance(last, Open):
            return self.report.numbers
        return {**self.report.numbers, **{PRIOR + k: n for k, n in last.numbers.items()}}

    @cached_property
    def divided(self) -> frozenset[str]:
        """Split keys: last year's number includes what added keys count this year."""
        last = last_year(self)
        return frozenset() if isinstance(last, Open) else divided(self.report.edition, last.edition)

    @cached_property
    def alike(self) -> Mapping[str, Number | None]:
        """The numbers of both years, without last year's of the keys in `divided`."""
        gone = {PRIOR + key for key in self.divided}
        return {key: number for key, number in self.numbers.items() if key not in gone}

    @cached_property
    def balances(self) -> tuple[Balance, ...]:
        """The edition's balances; with last year's split keys, this year's added keys count too."""
        edition = self.report.edition
        if not self.divided:
            return edition.balances
        whole = [_whole(balance, edition.counts_as) for balance in edition.balances]
        last = last_year(self)
        cells = last.edition.cells if isinstance(last, Report) else {}
        lacking = {b.id for b in whole if not all(key in cells for key in b.prior)}
        return tuple(
            replace(balance, implied=tuple(i for i in balance.implied if i not in lacking))
            for balance in whole
        )


@dataclass(frozen=True, slots=True)
class Open:
    """A rule, or part of it, that could not be judged, and why."""

    why: Message


Found = Iterator[Finding | Open]


def _whole(balance: Balance, counts_as: Mapping[str, str]) -> Balance:
    """Return a balance with inherited keys in their national meaning, if it has last year's keys.

    This year's keys are joined by the keys added to them; last year's numbers include these.
    """
    if not balance.prior:
        return balance

    def grown(keys: Iterable[str]) -> tuple[str, ...]:
        joined: list[str] = []
        for key in keys:
            if not key.startswith(PRIOR):
                joined += (key, *(added for added, home in counts_as.items() if home == key))
            elif counts_as.get(key.removeprefix(PRIOR)) not in balance.prior:
                joined.append(key)
        return tuple(dict.fromkeys(joined))

    names = {word: grown(keys) for word, keys in balance.names.items()}
    return replace(balance, left=grown(balance.left), right=grown(balance.right), names=names)


def finding_of(
    edit: Edit,
    cells: Iterable[Spot],
    found: str | None,
    expected: str | None,
    part: str,
    /,
    **figures: str | Words,
) -> Finding:
    """Return a finding of an edit; its sentence is the edit's own or that of its kind (and part)."""
    return Finding(
        code=edit.code,
        severity=edit.severity,
        cells=tuple(cells),
        found=found,
        expected=expected,
        source=edit.source,
        figures=figures,
        words=edit.message or Message("finding", f"{edit.kind}/{part}" if part else edit.kind),
    )


def because(name: str, **figures: str) -> Open:
    """Return the reason for not judging: a sentence of section [why] with its figures."""
    return Open(Message("why", name, figures))


def unknown(report: Report, keys: Iterable[str]) -> Open:
    """Return the reason for cells without a number; for a workbook's total, its blank parts."""
    cells = {key: report.edition.cells[key] for key in _roots(report, keys)}
    return because("open", place=places(cells.values()))


def _roots(report: Report, keys: Iterable[str]) -> Iterator[str]:
    computed = report.edition.computes if report.origin == "workbook" else {}
    for key in keys:
        if key in computed:
            blank = (part for part in computed[key].right if report.numbers[part] is None)
            yield from _roots(report, blank)
        else:
            yield key


def places(cells: Iterable[Cell | Spot]) -> str:
    """Return the first places on each sheet, as text."""
    placed = [(cell.sheet, cell.at) for cell in cells if cell.sheet and cell.at]
    sheets = groupby(placed, key=lambda pair: pair[0])
    return "; ".join(
        f"{sheet} {listed((address for _, address in group), SHOWN)}" for sheet, group in sheets
    )


def last_year(case: Case) -> Report | Open:
    """Return the report of the year before, or the reason why there is none."""
    year = case.report.year
    if isinstance(case.prior, Open):
        return case.prior
    if case.prior is None:
        return because("no-prior")
    if year is not None and case.prior.year != year - 1:
        return because("prior-year", year=str(case.prior.year))
    return case.prior


def lacking(edition: Edition, prior: Report, keys: Iterable[str]) -> Iterator[Open]:
    """Yield the reasons for keys without a number in last year's report: unknown keys, blanks.

    edition: this year's, whose cells they are.
    """
    keys = tuple(keys)
    strange = [key for key in keys if key not in prior.edition.cells]
    blank = [key for key in keys if key not in strange and prior.numbers[key] is None]
    if strange:
        yield because(
            "prior-lacks", edition=prior.edition.name, place=_places_of(edition, tuple(strange))
        )
    if blank:
        yield because("prior-open", place=_places_of(edition, tuple(blank)))


@lru_cache(maxsize=1024)
def _places_of(edition: Edition, keys: tuple[str, ...]) -> str:
    return places(edition.cells[key] for key in keys)


def split(edition: Edition, prior: Report, keys: Iterable[str]) -> Open:
    """Return the reason for keys under which last year's report counts more than this one."""
    return because(
        "prior-split", edition=prior.edition.name, place=_places_of(edition, tuple(keys))
    )


def others(edition: Edition) -> Iterator[Edition]:
    """Yield the other editions of a form."""
    return (other for other in editions.of_form(edition.form) if other.name != edition.name)


def strange_keys(report: Report) -> tuple[str, ...]:
    """Return the keys of a report that are in no edition of its form."""
    if not report.extra:
        return ()
    elsewhere = {key for other in others(report.edition) for key in other.cells}
    return tuple(key for key in report.extra if key not in elsewhere)
