"""Check of a report by its edition: findings of schema, balances and edits, root causes first."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from operator import eq, ge, le
from typing import Any

from ..data import Message
from ..edition.balance import PRIOR, Balance, Edit
from ..edition.edition import Edition
from ..escape import shortened
from ..finding import SEVERITIES, Finding, Spot, arranged, spots
from ..report import schema
from ..report.official import comparable
from ..report.report import Number, Report, plain, total
from . import cover, misspelt
from .case import Case, Open, lacking, last_year, others, split, strange_keys, unknown
from .explained import RuleFinding, with_reasons
from .rules import confront, judged

LISTED = 6
"""Above this number, unknown keys or fields make one finding."""
NAMED = 60
"""Most characters of a name in a list of many."""
_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "≤": le, "≥": ge}
Operands = Mapping[str, Number]
"""The numbers of a balance by key; last year's keys begin with `prior.`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a check.

    findings: root causes first, consequences after their cause. passed, failed: ids of the
    edition's rules in file order. not_checked: {id of a rule: why}.
    """

    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    not_checked: Mapping[str, Message]


def check(
    report: Report, prior: Report | Open | None = None, found: Sequence[Finding] = ()
) -> Outcome:
    """Return the outcome of a report's check; found: findings from reading its file, included.

    prior: last year's report; without it nothing is compared with last year. A cell that `found`
    has an error for gets no second one about its blank or its text.
    """
    wrong = (finding for finding in found if finding.severity == "error")
    keys = frozenset(cell.key for finding in wrong for cell in finding.cells if cell.key)
    last = comparable(report.edition, prior) if isinstance(prior, Report) else prior
    case = Case(report, last, schema.misfits(report), keys)
    ruleless = (
        *found,
        *cover.of_agency(report, tuple(found)),
        *cover.of_level(report, tuple(found)),
        *_unknown(report),
        *misspelt.of_texts(report),
    )
    listed: list[RuleFinding] = [(None, finding) for finding in ruleless]
    opens: dict[str, list[Message]] = {}
    rules: list[Balance | Edit] = [*case.balances, *report.edition.edits]
    for rule in rules:
        opens[rule.id] = []
        for finding in _evaluated(rule, case):
            if isinstance(finding, Open):
                opens[rule.id].append(finding.why)
            else:
                listed.append((rule.id, finding))
    failed = dict.fromkeys(ident for ident, _ in listed if ident)
    listed, causes = _explained(listed, _causes(listed, case), report)
    return Outcome(
        findings=_ordered(listed, causes, report.edition),
        passed=tuple(ident for ident, whys in opens.items() if not whys and ident not in failed),
        failed=tuple(failed),
        not_checked={
            ident: replace(whys[0], more=tuple(whys[1:]))
            for ident, whys in opens.items()
            if whys and ident not in failed
        },
    )


def _explained(
    listed: Sequence[RuleFinding], causes: Mapping[int, int], report: Report
) -> tuple[list[RuleFinding], dict[int, int]]:
    """Return the findings with the agency's reasons, those on void ones at the end; their causes.

    A finding on a void reason has the cause of the finding that the reason is for.
    """
    told, voids = with_reasons(listed, report)
    new = enumerate(voids, len(listed))
    theirs = {number: causes[index] for number, index in new if index in causes}
    return [*told, *((None, finding) for finding in voids.values())], {**causes, **theirs}


def _evaluated(rule: Balance | Edit, case: Case) -> Iterator[Finding | Open]:
    """Return the findings of a rule and the reasons for not judging."""
    return _judge(rule, case) if isinstance(rule, Balance) else confront(rule, case)


def _unknown(report: Report) -> Iterator[Finding]:
    """Yield findings for keys in no edition of the form and for fields that are not in report JSON.

    More than LISTED of either are one finding, which names the first.
    """
    keys = strange_keys(report)
    if len(keys) > LISTED:
        yield _many("unknown-key", "error", keys, edition=report.edition.name)
    else:
        yield from (_unknown_key(key, report.edition) for key in keys)
    texts = [f"texts.{name}" for name in report.texts if name not in report.edition.texts]
    fields = [*report.fields, *texts]
    if len(fields) > LISTED:
        yield _many("unknown-field", "note", fields)
    else:
        yield from (Finding("unknown-field", "note", found=name) for name in fields)


def _unknown_key(key: str, edition: Edition) -> Finding:
    near = next(iter(get_close_matches(key, edition.cells, n=1)), None)
    return Finding(
        code="unknown-key",
        severity="error",
        cells=(Spot(key, None, None, ""),),
        found=key,
        expected=near,
        figures={"edition": edition.name},
        words=Message("finding", "unknown-key/near") if near else None,
    )


def _many(code: str, severity: str, names: Sequence[str], **figures: str) -> Finding:
    """Return a single finding for many names: their number and the first of them."""
    first = ", ".join(shortened(name, NAMED) for name in names[:LISTED])
    words = Message("finding", f"{code}/many")
    values = {"count": f"{len(names)}", "first": first, **figures}
    summary = f"{len(names)}: {first} …"
    return Finding(code, severity, found=summary, figures=values, words=words)


# ── balances ──────────────────────────────────────────────────────────────────────────────────────


def operands(balance: Balance, case: Case) -> Operands | Open:
    """Return {key: number} of a balance, or the reason why a number is missing."""
    keys = (*balance.left, *balance.right)
    if len(set(keys)) < len(keys) and isinstance(case.prior, Report):
        return split(case.report.edition, case.prior, balance.prior)
    numbers = {key: number for key in keys if (number := case.numbers.get(key)) is not None}
    if all(key in numbers for key in keys):
        return numbers
    prior = last_year(case) if balance.prior else case.report
    if isinstance(prior, Open):
        return prior
    blank = [key for key in balance.keys if key not in numbers]
    if blank:
        return unknown(case.report, blank)
    return next(lacking(case.report.edition, prior, balance.prior))


def sums(balance: Balance, numbers: Operands) -> tuple[Number, Number]:
    """Return the left and the right sum of a balance."""
    return _sum(numbers, balance.left), _sum(numbers, balance.right)


def line_of(balance: Balance, edition: Edition) -> str:
    """Return the printed name of a balance's row or column, empty for other balances."""
    row = edition.rows.get(f"{balance.table}.{balance.row}", "")
    return row or edition.columns.get(f"{balance.table}.{balance.column}", "")


def _sum(numbers: Operands, keys: Iterable[str]) -> Number:
    return sum(numbers[key] for key in keys)


def _judge(balance: Balance, case: Case) -> Iterator[Finding | Open]:
    """Yield the finding of a balance that does not hold, or the reason why it is open."""
    if _is_kept(balance, case) or _holds(balance, case):
        return
    numbers = operands(balance, case)
    if isinstance(numbers, Open):
        yield numbers
        return
    left, right = sums(balance, numbers)
    yield Finding(
        code=balance.code,
        severity=balance.severity,
        cells=spots(case.report.edition, (*balance.left, *balance.right)),
        found=plain(left),
        expected=plain(right),
        source=balance.source,
        figures=_figures(balance, numbers, case.report.edition),
        words=balance.message,
    )


def _holds(balance: Balance, case: Case) -> bool:
    """Tell whether a balance holds; False where a number is missing or counts other cells, too."""
    numbers, left, right = case.numbers, balance.left, balance.right
    totals = [total(map(numbers.get, side)) for side in (left, right)]
    twice = len({*left, *right}) < len(left) + len(right)
    if None in totals or (twice and isinstance(case.prior, Report)):
        return False
    return _RELATIONS[balance.relation](*totals)


def _is_kept(balance: Balance, case: Case) -> bool:
    """Tell whether a balance cannot fail: its total was computed from its own parts."""
    report, key = case.report, balance.left[0]
    computed = report.adds_up and report.edition.computes.get(key) is balance
    return computed and report.numbers[key] is not None


def _figures(balance: Balance, numbers: Operands, edition: Edition) -> dict[str, str]:
    """Return the figures of a balance's sentence: its words, sums, difference, row and column."""
    left, right = sums(balance, numbers)
    named = {word: plain(_sum(numbers, keys)) for word, keys in balance.names.items()}
    last = {w.removeprefix(PRIOR): text for w, text in named.items() if w.startswith(PRIOR)}
    return {
        **last,
        **named,
        "left": plain(left),
        "right": plain(right),
        "difference": plain(max(left - right, right - left)),
        "row": edition.rows.get(f"{balance.table}.{balance.row}", ""),
        "column": edition.columns.get(f"{balance.table}.{balance.column}", ""),
    }


# ── causes and order ──────────────────────────────────────────────────────────────────────────────


def _causes(listed: Sequence[RuleFinding], case: Case) -> dict[int, int]:
    """Return {index of a finding: index of the finding that causes it}."""
    edition = case.report.edition
    rules: dict[str, Balance | Edit] = {rule.id: rule for rule in case.balances}
    rules |= {rule.id: rule for rule in edition.edits}
    first: dict[str, int] = {}
    for index, (ident, _) in enumerate(listed):
        first.setdefault(ident or "", index)
    wrong = {
        key: first[balance.id] for key, balance in edition.computes.items() if balance.id in first
    }
    causes = {}
    for index, (ident, finding) in enumerate(listed):
        rule = rules.get(ident or "")
        totals = {
            spot.key: wrong[spot.key]
            for spot in finding.cells
            if spot.key in wrong and wrong[spot.key] != index
        }
        cause = finding.follows
        if rule is not None:
            cause = _wrong_total(rule, finding, totals, case)
        if cause is None and isinstance(rule, Balance) and not totals:
            cause = _broken_sibling(rule, first, case)
        elif cause is None and isinstance(rule, Edit):
            cause = _cause_of_edit(rule, finding, listed, case)
        if cause is not None:
            causes[index] = cause
    return causes


def _wrong_total(
    rule: Balance | Edit, finding: Finding, totals: Mapping[str, int], case: Case
) -> int | None:
    """Return the index of the finding about a wrong total without which there is not this one.

    totals: {total in this finding: index of the finding of the balance that computes it}. One total
    is corrected to the sum of its parts, then all of them.
    """
    for keys in (*((key,) for key in totals), tuple(totals)):
        if keys and not _remains(rule, finding, _corrected(case, keys)):
            return totals[keys[0]]
    return None


def _corrected(case: Case, keys: Iterable[str]) -> Case:
    """Return a case in which these totals are the sums of their parts."""
    report = case.report
    numbers = {key: number for key, number in report.numbers.items() if number is not None}
    right = {key: _sum(numbers, report.edition.computes[key].right) for key in keys}
    return replace(case, report=replace(report, values={**report.values, **right}))


def _remains(rule: Balance | Edit, finding: Finding, case: Case) -> bool:
    """Tell whether a rule still has a finding about the same cells."""
    again = _evaluated(rule, case)
    return any(isinstance(other, Finding) and other.cells == finding.cells for other in again)


def _broken_sibling(balance: Balance, first: Mapping[str, int], case: Case) -> int | None:
    """Return the index of the first finding of the implied balances, if they explain this one.

    They do while the totals of its rows hold.
    """
    residuals = []
    for rule in (balance, *(b for b in case.balances if b.id in balance.implied)):
        numbers = operands(rule, case)
        if isinstance(numbers, Open):
            return None
        left, right = sums(rule, numbers)
        residuals.append(left - right)
    if sum(residuals[1:]) != residuals[0]:
        return None
    return min(first[name] for name in balance.implied if name in first)


def _cause_of_edit(
    edit: Edit, finding: Finding, listed: Sequence[RuleFinding], case: Case
) -> int | None:
    """Return the index of another edit's finding that explains this one, or None.

    Blanks that another edition does not have follow from numbers under its keys in that table; a
    jump from a wrong unit of the same cell, or, of a total, from a jump of a part that makes up
    most of it.
    """
    edition = case.report.edition
    kinds = {rule.id: rule.kind for rule in edition.edits}
    for index, (ident, other) in enumerate(listed):
        kind = kinds.get(ident or "")
        if edit.kind == "unfilled" and kind == "mixed-edition" and _replaced(finding, other, case):
            return index
        if edit.kind == "jump" and kind == "scale" and other.cells[0].key == finding.cells[0].key:
            return index
        if edit.kind == "jump" and kind == "jump" and _makes_up(other, finding, case):
            return index
    return None


def _replaced(blanks: Finding, mixed: Finding, case: Case) -> bool:
    """Tell whether all blanks are in the table of another edition's keys and not in that edition."""
    editions = others(case.report.edition)
    other = next(edition for edition in editions if edition.name == mixed.found)
    table = (mixed.cells[0].key or "").partition(".")[0]
    keys = [cell.key or "" for cell in blanks.cells]
    return all(key.partition(".")[0] == table and key not in other.cells for key in keys)


def _makes_up(part: Finding, total: Finding, case: Case) -> bool:
    """Tell whether a part's change is most of its total's."""
    keys = [finding.cells[0].key or "" for finding in (part, total)]
    balance = case.report.edition.computes.get(keys[1])
    if balance is None or keys[0] not in balance.right:
        return False
    changes = [Decimal(f.found or 0) - Decimal(str(f.figures["before"])) for f in (part, total)]
    return changes[0] * changes[1] > 0 and 2 * abs(changes[0]) > abs(changes[1])


def _ordered(
    listed: Sequence[RuleFinding], causes: Mapping[int, int], edition: Edition
) -> tuple[Finding, ...]:
    """Return the findings in order: errors first, then by place in the form, rules in file order.

    A consequence comes after its cause; `follows` is an index in this order.
    """
    places = {key: number for number, key in enumerate(edition.cells)}

    def rank(index: int) -> tuple[tuple[int, int, int], ...]:
        finding = listed[index][1]
        at = min((places[c.key] for c in finding.cells if c.key in places), default=-1)
        place = (SEVERITIES.index(finding.severity), at, index)
        return (*rank(causes[index]), place) if index in causes else (place,)

    findings = [replace(item, follows=causes.get(index)) for index, (_, item) in enumerate(listed)]
    return arranged(findings, sorted(range(len(listed)), key=rank))


# ── every rule resolved ───────────────────────────────────────────────────────────────────────────


def resolved(edition: Edition) -> list[dict[str, Any]]:
    """Return every rule with its cells, in file order: balances as equations, edits as kinds.

    All have id, code, severity, source, sentence {zh, en} and cells; a balance has also equation,
    computes and waivable; an edit kind, figures and, where it is not for all, levels.
    """
    rules: list[Balance | Edit] = [*edition.balances, *edition.edits]
    return [_resolved(rule, edition) for rule in rules]


def _resolved(rule: Balance | Edit, edition: Edition) -> dict[str, Any]:
    what: dict[str, Any]
    more: dict[str, Any]
    if isinstance(rule, Balance):
        equation = f"{' + '.join(rule.left)} {rule.relation} {' + '.join(rule.right)}"
        cells = list(dict.fromkeys((*rule.left, *rule.right)))
        what, more = {"equation": equation}, {"computes": rule.computes, "waivable": rule.waivable}
    else:
        cells = [cell.key for cell in judged(rule, edition)]
        what = {"kind": rule.kind, "figures": dict(rule.figures)}
        more = {"levels": list(rule.levels)} if rule.levels else {}
    texts = {"severity": rule.severity, "source": rule.source, "sentence": dict(rule.rule)}
    return {"id": rule.id, "code": rule.code, **what, **texts, "cells": cells, **more}
