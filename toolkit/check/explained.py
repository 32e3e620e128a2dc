"""Explanations judged: which finding each is for, and whether its figures are still the present ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from ..data import Message
from ..edition.balance import PRIOR, Edit
from ..edition.edition import Edition
from ..escape import shortened
from ..finding import Finding, place
from ..report.explanation import BETWEEN, NONE, REASON, Explanation
from ..report.report import Report, plain
from .rules import judged

RuleFinding = tuple[str | None, Finding]
"""A finding and the id of its rule, None where no rule of the edition found it."""
VOID = "explained-void"
"""Code of the finding for a reason whose figures have changed."""
STANDS, GONE, REFUSED = "stands", "void", "refused"
_EQUAL = Decimal("0.0000005")


def explainable(finding: Finding, edition: Edition) -> bool:
    """Tell whether a reason may be given for a finding: a warning, or an error that may be waived."""
    if finding.severity == "warning":
        return finding.code != VOID
    return any(b.waivable and b.code == finding.code for b in edition.balances)


def is_open(finding: Finding, edition: Edition) -> bool:
    """Tell whether a reason may be given for a finding and none holds: none was given, or it is void."""
    if finding.follows is not None or finding.waived or not explainable(finding, edition):
        return False
    return finding.explained is None or finding.explained["state"] == GONE


def is_refused(finding: Finding) -> bool:
    """Tell whether the office sent a finding's reason back as not enough."""
    return finding.explained is not None and finding.explained["state"] == REFUSED


def cells_of(finding: Finding) -> tuple[str, ...]:
    """Return this year's cells of a finding as an explanation has them."""
    names = (
        cell.key or (f"{cell.sheet} {cell.at}" if cell.sheet and cell.at else "")
        for cell in finding.cells
    )
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith(PRIOR)))


def present(finding: Finding, report: Report) -> str:
    """Return the present figures of a finding: found and expected, else those of its cells."""
    if finding.found is None and finding.expected is None:
        return figures_of(cells_of(finding), report)
    return _joined(finding.found, finding.expected)


def figures_of(keys: Sequence[str], report: Report) -> str:
    """Return what the cells hold, as a live row of an edit joins it."""
    values = [report.values.get(key) for key in keys]
    return _joined(*(v if v is None or isinstance(v, str) else plain(v) for v in values))


def _joined(*figures: str | None) -> str:
    return shortened(BETWEEN.join(NONE if text is None else text for text in figures), REASON)


def alike(one: str, other: str) -> bool:
    """Tell whether two texts of figures have the same numbers and words.

    >>> alike("12 | 7.50", "12 | 7.5"), alike("12 | 7", "12 | 8"), alike("12", "12 | 8")
    (True, False, False)
    """
    parts = [[part.strip() for part in text.split(BETWEEN.strip())] for text in (one, other)]
    return len(parts[0]) == len(parts[1]) and all(map(_is_same, *parts))


def _is_same(one: str, other: str) -> bool:
    try:
        return one == other or abs(Decimal(one) - Decimal(other)) < _EQUAL
    except InvalidOperation:
        return False


def _is_for(one: Explanation, finding: Finding, rule: str | None, edition: Edition) -> bool:
    """Tell whether an explanation is for a finding: of its rule, else of its code and its cells.

    One for all cells of an edit in a table is for each finding of it there.
    """
    if one.code != finding.code:
        return False
    cells = frozenset(cells_of(finding))
    tables = {key.partition(".")[0] for key in cells}
    if one.rule is not None:
        return one.rule in {rule, *(f"{rule}[{table}]" for table in tables)}
    its = frozenset(key for key in one.cells if not key.startswith(PRIOR))
    return its == cells or its in {_row(rule, table, edition) for table in tables}


def _row(rule: str | None, table: str, edition: Edition) -> frozenset[str] | None:
    """Return the cells that a live row of an edit has in a table, None for another rule."""
    edit = _edit(rule, edition)
    if edit is None:
        return None
    typed = (cell for cell in judged(edit, edition) if cell.key not in edition.computes)
    return frozenset(cell.key for cell in typed if cell.table == table)


def _edit(rule: str | None, edition: Edition) -> Edit | None:
    return next((edit for edit in edition.edits if edit.id == rule), None)


def assigned(
    findings: Sequence[RuleFinding], report: Report, given: Sequence[Explanation]
) -> dict[int, Explanation]:
    """Return {index of a finding: its explanation}, from those given.

    Of several, one that stands comes first; then one with figures; then one not yet assigned.
    """
    best: dict[int, Explanation] = {}
    used: set[int] = set()
    for index, (rule, finding) in enumerate(findings if given else ()):
        if explainable(finding, report.edition):
            ranked = sorted(
                (_state(one, finding, rule, report) != STANDS, not one.figures, n in used, n)
                for n, one in enumerate(given)
                if _is_for(one, finding, rule, report.edition)
            )
            for *_, number in ranked[:1]:
                best[index] = given[number]
                used.add(number)
    return best


def with_reasons(
    findings: Sequence[RuleFinding], report: Report
) -> tuple[list[RuleFinding], dict[int, Finding]]:
    """Return the findings with their explanations; {index: finding on one that is void}."""
    told, voids = list(findings), dict[int, Finding]()
    for index, one in assigned(findings, report, report.explained).items():
        rule, finding = findings[index]
        state = _state(one, finding, rule, report)
        facts = {"reason": one.reason, "figures": one.figures, "state": state}
        told[index] = rule, replace(finding, explained=facts)
        if state == GONE:
            now = _now(one, finding, rule, report)
            voids[index] = void(told[index][1], one.figures or "", now)
    return told, voids


def _state(one: Explanation, finding: Finding, rule: str | None, report: Report) -> str:
    """Return whether an explanation stands; without figures it does."""
    now = present(finding, report), _of_row(one, finding, rule, report)
    return STANDS if one.figures is None or any(alike(one.figures, text) for text in now) else GONE


def _of_row(one: Explanation, finding: Finding, rule: str | None, report: Report) -> str:
    """Return the present figures as the live row shows them beside which a reason may stand."""
    edit = _edit(rule, report.edition)
    return figures_of(one.cells, report) if edit else present(finding, report)


def _now(one: Explanation, finding: Finding, rule: str | None, report: Report) -> str:
    """Return the present figures in the form of those that an explanation was given for."""
    now, row = present(finding, report), _of_row(one, finding, rule, report)
    parts, same = (one.figures or "").count(BETWEEN), now.count(BETWEEN)
    return row if row.count(BETWEEN) == parts and (one.rule or same != parts) else now


def void(finding: Finding, then: str, now: str) -> Finding:
    """Return the finding that an explanation's figures have changed."""
    figures = {"then": then, "now": now, "reason": (finding.explained or {}).get("reason") or ""}
    words = None if place(finding.cells) else Message("finding", f"{VOID}/whole")
    return Finding(VOID, "warning", finding.cells, then, now, figures=figures, words=words)


def since_first(
    findings: Sequence[Finding], firsts: Mapping[int, str], report: Report
) -> tuple[tuple[Finding, ...], list[Finding]]:
    """Return the findings with explanations without figures judged; those on void ones.

    firsts: {index of such a finding: the figures when its explanation was first read}.
    """
    told, voids = list(findings), []
    for index, then in firsts.items():
        now = present(findings[index], report)
        if not alike(then, now):
            told[index] = replace(
                findings[index], explained={**(findings[index].explained or {}), "state": GONE}
            )
            if findings[index].follows is None:
                voids.append(void(told[index], then, now))
    return tuple(told), voids
