"""Corrections in words: cells, numbers, reasons, and the limits of the search."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ..data import listed, say, worded
from ..edition.edition import Edition
from ..finding import Finding, Result, spelled
from ..report.report import plain
from . import Answer, Change, Correction
from .evidence import WEIGHTS
from .search import ENOUGH, MOST

TOLD = 3
"""Most answers put into words."""
NAMED = 8
"""Most cells named where nobody can tell which it is."""
Group = tuple[Correction | None, list[Finding]]
"""A correction and the findings it corrects, with their consequences; None: a single finding."""


def sentence(correction: Correction, lang: str) -> str:
    """Return a correction as a paragraph, with at most TOLD answers.

    Where many single cells are possible and no reason favours any, the paragraph says so, and
    which records to look at.
    """
    n = len(correction.broken)
    places = say("explain", "places" if n > 1 else "place", lang, n=n)
    answers = [
        _changes(answer, "cell", lang) + _why(answer, lang) for answer in telling(correction)
    ]
    if len(answers) > 1:
        answers = [f"{number}) {text}" for number, text in enumerate(answers, 1)]
    figures = _figures(correction, lang)
    answer = say("explain", "semicolon", lang).join(answers)
    figures["look"] = _look(correction, lang, "look")
    return say("explain", _kind(correction), lang, places=places, answers=answer, **figures)


def brief(correction: Correction, sheet: str, lang: str, *, why: bool) -> str:
    """Return a correction as a single line without labels.

    It begins with the certain facts: the row or column and its difference. why: with the reasons,
    and with the records to look at where there are none.
    """
    likely = telling(correction)
    here = {change.spot.sheet for answer in likely for change in answer.changes} <= {sheet}
    answers = [
        _changes(answer, "here" if here else "there", lang) + (_why(answer, lang) if why else "")
        for answer in likely
    ]
    figures, answer = _figures(correction, lang), say("explain", "or", lang).join(answers)
    figures["look"] = _look(correction, lang, "brief/look" if why else "look/each")
    what = say("explain", f"brief/{_kind(correction)}", lang, answers=answer, **figures)
    return say("explain", "brief", lang, sheet=sheet, what=what, **figures)


def _kind(correction: Correction) -> str:
    """Return the name of the sentence for a correction."""
    likely = telling(correction)
    if correction.size is None:
        return "beyond"
    if not likely:
        return "unknown" if correction.size == 1 else "unknown/sets"
    if correction.count == 1:
        return "one"
    if correction.count > len(likely):
        return "likeliest"
    return "several" if likely[0].rank == likely[-1].rank else "several/ranked"


def _look(correction: Correction, lang: str, name: str) -> str:
    """Return the advice which records to look at: those of the likeliest cells, blank ones last.

    name: of its sentence; but for "look" without the name of the sheet. Empty where no single
    cell would do.
    """
    first = [a.changes[0] for a in correction.answers if a.rank == 1 and correction.size == 1]
    comma, lines = (
        say("explain", "comma", lang),
        {b.line or b.rule: None for b in correction.broken},
    )
    figures = {"line": comma.join(lines)}
    prefix = f"{first[0].spot.sheet} " if first and name == "look" else ""
    for kind, most in (("cells", NAMED), ("blank", TOLD)):
        places = [c.spot.at or "" for c in first if (c.before is None) == (kind == "blank")]
        if places:
            more = say("explain", "more", lang, n=len(places))
            figures[kind] = prefix + listed(places, most, comma, more)
            prefix = ""
    if not first or {"cells", "blank"} <= figures.keys() or name == "look/each":
        return say("explain", name, lang, **figures) if first else ""
    return say("explain", f"{name}/{[*figures][-1]}", lang, **figures)


def _figures(correction: Correction, lang: str) -> dict[str, object]:
    return {
        "lines": lines(correction, lang),
        "count": say("explain", "count_more" if correction.count >= ENOUGH else "count", lang,
                      count=correction.count),
        "size": correction.size,
        "most": MOST,
        "more": MOST + 1,
    }  # fmt: skip


def of(result: Result) -> list[tuple[Correction, list[int]]]:
    """Return the corrections of a result, each with the indices of the findings it corrects.

    A correction whose findings are all waived is left out.
    """
    if result.report is None:
        return []
    pairs = located(result.explanations, result.report.edition, result.findings)
    return [
        (correction, indices)
        for correction, indices in pairs
        if any(not result.findings[index].waived for index in indices)
    ]


def located(
    corrections: Iterable[Correction], edition: Edition, findings: Sequence[Finding]
) -> Iterator[tuple[Correction, list[int]]]:
    """Yield the corrections, each with the indices of the findings it corrects."""
    rules = {balance.id: balance for balance in edition.balances}
    marks = [(finding.code, [spot.key for spot in finding.cells]) for finding in findings]
    for correction in corrections:
        balances = [rules[broken.rule] for broken in correction.broken]
        about = [(b.code, list(dict.fromkeys((*b.left, *b.right)))) for b in balances]
        yield correction, [index for index, mark in enumerate(marks) if mark in about]


def grouped(
    findings: Sequence[Finding], causes: Iterable[tuple[Correction, list[int]]]
) -> list[Group]:
    """Return findings grouped by cause, in order of each group's first, with consequences."""
    behind = {index: cause for cause, indices in causes for index in indices}
    groups: dict[int, Group] = {}
    homes: dict[int, int] = {}
    places: dict[int, int] = {}
    for index, finding in enumerate(findings):
        cause = behind.get(index)
        home = index if finding.follows is None else homes.get(finding.follows, index)
        homes[index] = places.get(id(cause), home)
        mended, group = groups.setdefault(homes[index], (cause, []))
        group.append(finding)
        if mended:
            places[id(mended)] = homes[index]
    return list(groups.values())


def telling(correction: Correction) -> Sequence[Answer]:
    """Return the answers to put into words: all of a few; of many those with a reason in favour.

    Of equally ranked answers either all are included or none.
    """
    likely = correction.answers[:TOLD]
    if correction.count <= TOLD:
        return likely
    cut = correction.answers[TOLD].rank
    return [
        answer
        for answer in likely
        if answer.rank != cut and any(WEIGHTS[r.kind] > 1 for r in answer.reasons)
    ]


def lines(correction: Correction, lang: str) -> str:
    """Return the row or column of each broken balance with its difference, each once."""
    lines = dict.fromkeys(
        say("explain", "line", lang, line=b.line or b.rule, difference=plain(b.difference))
        for b in correction.broken
    )
    return listed(lines, TOLD, say("explain", "semicolon", lang), "…")


def _changes(answer: Answer, name: str, lang: str) -> str:
    """Return the changes of an answer as text; name: of the sentence for a changed cell."""
    texts = []
    for change in answer.changes:
        should = say("explain", f"after/{change.bound}", lang, number=plain(change.after))
        figures = {"before": before(change, lang), "after": should, **asdict(change.spot)}
        figures["at"] = worded(spelled(change.spot.at or ""), lang)
        texts.append(say("explain", name, lang, **figures))
    return say("explain", "comma", lang).join(texts)


def before(change: Change, lang: str) -> str:
    """Return the present number of a changed cell as text, or the word for a blank."""
    return say("explain", "blank", lang) if change.before is None else plain(change.before)


def after(change: Change) -> str:
    """Return the new number of a cell as text, with ≥ or ≤ where it is only the nearest."""
    return plain(change.after) if change.bound == "=" else f"{change.bound}{plain(change.after)}"


def _why(answer: Answer, lang: str) -> str:
    """Return the reasons for an answer and those against it, as text."""
    text = ""
    for name, favours in (("because", True), ("but", False)):
        texts = [r.text(lang) for r in answer.reasons if (WEIGHTS[r.kind] > 1) == favours]
        if texts:
            text += say(
                "explain", name, lang, reasons=say("explain", "semicolon", lang).join(texts)
            )
    return text


def as_json(correction: Correction, findings: Sequence[int], lang: str) -> dict[str, Any]:
    """Return a correction as JSON of the check result; findings: indices of those it corrects."""
    return {
        "rules": [balance.rule for balance in correction.broken],
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
                **asdict(change.spot),
                "from": None if change.before is None else plain(change.before),
                "to": plain(change.after),
                "bound": change.bound,
            }
            for change in answer.changes
        ],
        "reasons": [{"kind": r.kind, "message": r.text(lang)} for r in answer.reasons],
    }
