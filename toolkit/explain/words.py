"""Corrections in words: which cells, which numbers, why; and what cannot be told."""

from collections.abc import Sequence
from typing import Any

from .. import data
from ..edition import Edition
from ..finding import Result, spots
from ..report import plain
from . import Answer, Change, Correction
from .search import ENOUGH, MOST

TOLD = 3
"""So many answers are put into words."""


def _say(name: str, lang: str, /, **figures: object) -> str:
    return data.messages()["explain"][name][lang].format_map(figures)


def sentence(correction: Correction, lang: str) -> str:
    """Return what a correction says, in one paragraph; of several answers at most TOLD.

    Where many single cells would do and no reason speaks for one of them, it says so.
    """
    n, count = len(correction.broken), _count(correction, lang)
    places = _say("places" if n > 1 else "place", lang, n=n)
    lines, told = _lines(correction, lang), telling(correction)
    if correction.size is None:
        return _say("beyond", lang, places=places, lines=lines, most=MOST, more=MOST + 1)
    if not told:
        name = "unknown" if correction.size == 1 else "unknown/sets"
        return _say(name, lang, places=places, lines=lines, count=count, size=correction.size)
    answers = [_changes(answer, lang) + _why(answer, lang) for answer in told]
    if correction.count == 1:
        return _say("one", lang, places=places, changes=answers[0])
    numbered = [f"{number}) {text}" for number, text in enumerate(answers, 1)]
    text = _say("semicolon", lang).join(numbered if len(told) > 1 else answers)
    ranked = "several/ranked" if told[0].rank != told[-1].rank else "several"
    name = ranked if correction.count == len(told) else "likeliest"
    return _say(name, lang, places=places, lines=lines, count=count, answers=text)


def of(result: Result) -> list[tuple[Correction, list[int]]]:
    """Return the corrections of a result, each with the findings it mends, by index.

    One whose findings are all waived asks nothing of anybody and is left out.
    """
    if result.report is None:
        return []
    edition: Edition = result.report.edition
    rules = {balance.id: balance for balance in edition.balances}
    found = []
    for one in result.explanations:
        balances = [rules[broken.rule] for broken in one.broken]
        about = {(b.code, spots(edition, (*b.left, *b.right))) for b in balances}
        own = [i for i, f in enumerate(result.findings) if (f.code, f.cells) in about]
        if any(not result.findings[i].waived for i in own):
            found.append((one, own))
    return found


def telling(correction: Correction) -> Sequence[Answer]:
    """Return the answers worth words: all of a few; of many only those that a reason speaks for."""
    if correction.count <= TOLD:
        return correction.answers
    likely = [answer for answer in correction.answers[:TOLD] if answer.reasons]
    first = [answer for answer in correction.answers if answer.rank == 1]
    return likely if len(first) <= TOLD else []


def _count(correction: Correction, lang: str) -> str:
    name = "count_more" if correction.count >= ENOUGH else "count"
    return _say(name, lang, count=correction.count)


def _lines(correction: Correction, lang: str) -> str:
    """Return each broken balance's row or column and by how much its sides differ."""
    shown = [
        _say("line", lang, line=one.line or one.rule, difference=plain(one.difference))
        for one in correction.broken[:TOLD]
    ]
    more = "…" if len(correction.broken) > TOLD else ""
    return _say("semicolon", lang).join(shown) + more


def _changes(answer: Answer, lang: str) -> str:
    return _say("comma", lang).join(_change(change, lang) for change in answer.changes)


def _change(change: Change, lang: str) -> str:
    spot = change.spot
    should = _say(f"after/{change.bound}", lang, number=plain(change.after))
    figures = {"sheet": spot.sheet, "at": spot.at, "label": spot.label}
    return _say("cell", lang, before=before(change, lang), after=should, **figures)


def before(change: Change, lang: str) -> str:
    """Return what stands in a cell."""
    return _say("blank", lang) if change.before is None else plain(change.before)


def after(change: Change) -> str:
    """Return the number a cell would have, ≥ or ≤ before it where it is only the nearest."""
    return plain(change.after) if change.bound == "=" else f"{change.bound}{plain(change.after)}"


def _why(answer: Answer, lang: str) -> str:
    if not answer.reasons:
        return ""
    told = _say("semicolon", lang).join(reason.text(lang) for reason in answer.reasons)
    return _say("because", lang, reasons=told)


def as_json(correction: Correction, findings: Sequence[int], lang: str) -> dict[str, Any]:
    """Return a correction as the check result's JSON has it; findings: whose balances it mends."""
    return {
        "rules": [one.rule for one in correction.broken],
        "findings": list(findings),
        "message": sentence(correction, lang),
        "size": correction.size,
        "at_least": MOST + 1 if correction.size is None else None,
        "count": correction.count,
        "candidates": [_answer(answer, lang) for answer in correction.answers],
    }


def _answer(answer: Answer, lang: str) -> dict[str, Any]:
    return {
        "rank": answer.rank,
        "changes": [
            {
                "key": change.spot.key,
                "sheet": change.spot.sheet,
                "at": change.spot.at,
                "label": change.spot.label,
                "from": None if change.before is None else plain(change.before),
                "to": plain(change.after),
                "bound": change.bound,
            }
            for change in answer.changes
        ],
        "reasons": [{"kind": r.kind, "message": r.text(lang)} for r in answer.reasons],
    }
