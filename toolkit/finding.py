"""Findings: fault, place and numbers; worded only when they are printed."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import reduce
from itertools import pairwise, takewhile
from typing import Any

from .data import CHINESE, Message, filled, listed, reason, say, texts, worded
from .edition.balance import PRIOR, Words
from .edition.edition import Edition
from .edition.kind import Cell
from .escape import shortened

SEVERITIES = ("error", "warning", "note")
SHOWN = 6
"""Above this number, places are counted, not listed."""
_ADDRESS = re.compile("[A-Z]+[0-9]+")
_OF_PROGRAMS = {"why": "other", "part": "part"}
"""{figure with a reason of a program: the sentence where the reason has none of its own}."""
_PLACE = re.compile(r"[ptrcl]\.\d+(?: [ptrcl]\.\d+)*", re.ASCII)
LACKING = {"save-as": "LibreOffice", "pdf": "pypdfium2"}
"""{case of a document that is not read: the missing part, whose sentence [part] has}."""
QUOTED = 300
"""Most characters of a figure in a sentence; a cell can hold a million."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a finding. key: None where the form has no cell; sheet: None for last year's."""

    key: str | None
    sheet: str | None
    at: str | None
    label: str

    @classmethod
    def of(cls, cell: Cell) -> "Spot":
        """Return the spot of one of the form's cells."""
        return cls(cell.key, cell.sheet, cell.at, cell.label)

    @classmethod
    def prior(cls, cell: Cell) -> "Spot":
        """Return the spot of last year's cell: it has a key and a label, but no place."""
        return cls(PRIOR + cell.key, None, None, cell.label)


@dataclass(frozen=True, slots=True)
class Cure:
    """A proposal that was put into the report and checked.

    kind: proposed by the sentence, zero (0 for blanks), sign, derived from the balances, or
    explained (the likeliest smallest correction). changes: (cell, new content), "" for none.
    leads_to: the verdict with it alone. breaks: the first error that it causes.
    """

    kind: str
    changes: tuple[tuple[Spot, str], ...]
    leads_to: str
    breaks: "Finding | None" = None

    def message(self, lang: str) -> str:
        """Return the sentence on what follows, empty where the proposal needs none."""
        breaks = self.breaks.message(lang) if self.breaks else ""
        name = f"{self.kind}/breaks" if breaks else self.kind
        sentence = texts("cure", lang).get(name, "")
        return filled(sentence, to=self.changes[0][1], breaks=quoted(breaks))

    def as_json(self) -> dict[str, Any]:
        """Return the proposal as JSON of the check result."""
        changes = [{"key": spot.key, "at": spot.at, "to": to} for spot, to in self.changes]
        return {"changes": changes, "leads_to": self.leads_to}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or remark about a return.

    found, expected: the present and the expected content, as text. source: the clause.
    follows: index of the finding of the same file that causes this one.
    figures: values for the sentence's {names}; `signs`, invisible characters, make one more.
    words: the sentence; None for that of the code. cure: a proposal, tried; its sentence follows.
    explained: the agency's own reason, the figures it was given for, its state
    (stands, void, accepted or refused).
    """

    code: str
    severity: str
    cells: tuple[Spot, ...] = ()
    found: str | None = None
    expected: str | None = None
    source: str | None = None
    follows: int | None = None
    waived: Mapping[str, str] | None = None
    figures: Mapping[str, str | Message | Words] = field(default_factory=dict)
    words: Message | Words | None = None
    cure: Cure | None = None
    explained: Mapping[str, str | None] | None = None

    def message(self, lang: str = CHINESE) -> str:
        """Return the sentence: place, present value, expected value, what to do."""
        words = worded(self.words or Message("finding", self.code), lang)
        figures = {
            "place": place(self.cells, lang),
            "label": self.cells[0].label if self.cells else "",
            "sheet": self.cells[0].sheet or "" if self.cells else "",
            "first": listed(addresses(self.cells, lang), SHOWN),
            "found": self.found or "",
            "expected": self.expected or "",
            **{name: worded(figure, lang) for name, figure in self.figures.items()},
        }
        for name, general in _OF_PROGRAMS.items():
            if name in figures:
                quotes = self.code == "bad-json"  # a number, or a name, that stands there
                figures[name] = reason(figures[name], lang, None if quotes else general)
        sentence = words if figures["label"] else words.replace(" {label}", "")
        if "signs" in figures:
            sentence += texts("identity", lang)["signs"]
        sentence = filled(sentence, **{name: quoted(text) for name, text in figures.items()})
        return sentence + (self.cure.message(lang) if self.cure else "")

    def reason(self, lang: str) -> str:
        """Return the sentence on the agency's own reason, empty where it gave none."""
        if not self.explained:
            return ""
        facts = {name: quoted(text or "") for name, text in self.explained.items()}
        name = facts.pop("state") + ("" if facts["figures"] else "/bare")
        return say("explained", name, lang, **facts)

    def as_json(self, lang: str) -> dict[str, Any]:
        """Return the finding as JSON of the check result."""
        return {
            "code": self.code,
            "severity": self.severity,
            "cells": [asdict(cell) for cell in self.cells],
            "message": self.message(lang),
            "found": self.found,
            "expected": self.expected,
            "source": self.source,
            "follows": self.follows,
            "waived": dict(self.waived) if self.waived else None,
            "explained": dict(self.explained) if self.explained else None,
            "cure": self.cure.as_json() if self.cure else None,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a file.

    path: as the file system names it. sha256: of its bytes, None where it could not be read.
    passed, failed: ids of rules. not_checked: {id of a rule: why}. explanations: the smallest
    corrections (explain.Correction). prior: last year's numbers were given, are those of the return
    itself (workbook), or None. check_code: the six digits on a workbook's printed tables.
    received: the day it came, if known.
    """

    path: str
    sha256: str | None
    verdict: str
    report: Any
    findings: tuple[Finding, ...]
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    not_checked: Mapping[str, Message] = field(default_factory=dict)
    explanations: tuple[Any, ...] = ()
    prior: str | None = None
    check_code: str | None = None
    received: date | None = None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that may hold a return and was not read.

    kind: workbook, archive, mail or document. why: the name of its sentence in [passed_over] of
    templates/messages. what: the name of its format.
    """

    path: str
    kind: str
    why: str
    what: str

    def message(self, lang: str = CHINESE) -> str:
        """Return the sentence: what the file is, and what to do."""
        do = texts("part", lang).get(LACKING.get(self.why, ""), "")
        return say("passed_over", self.why, lang, what=self.what, do=do)

    def as_json(self, lang: str) -> dict[str, str]:
        """Return the file as JSON of the check result."""
        message = self.message(lang)
        return {"path": self.path, "kind": self.kind, "why": self.why, "message": message}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts of a file before and now, and the codes that are gone and new with it."""

    path: str
    agency: str | None
    before: str
    after: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The results of one run; campaign is None without a roster.

    changed: those whose verdict is another than in the run before, from the store.
    results: for repeated iteration, not to be held in memory: those of many returns are on disk.
    verdicts: {verdict: number of results}; ruleset: the editions used. None: not counted yet.
    failing: number that fail or are rejected, without those that a later sending replaced.
    explained: the smallest corrections were asked for.
    passed_over: those of the ignored files that may hold a return.
    """

    results: Collection[Result]
    ignored: int = 0
    campaign: Mapping[str, Any] | None = None
    verdicts: Mapping[str, int] | None = None
    ruleset: str | None = None
    failing: int = 0
    explained: bool = False
    passed_over: tuple[PassedOver, ...] = ()
    changed: tuple[Verdicts, ...] = ()


def quoted(text: str) -> str:
    """Return a figure or name cut to QUOTED characters, with dots where it is longer.

    >>> quoted("7"), len(quoted("7" * 1_000_000))
    ('7', 301)
    """
    return shortened(text, QUOTED)


def verdict(findings: Iterable[Finding]) -> str:
    """Return fail, warn or pass; `reject` is for files that were not read as a return."""
    findings = tuple(findings)
    if any(f.severity == "error" and not f.waived for f in findings):
        return "fail"
    if any(f.severity == "warning" or f.waived for f in findings):
        return "warn"
    return "pass"


def with_more(result: Result, more: Iterable[Finding]) -> Result:
    """Return a result with findings about the whole return, each before others of its severity."""
    findings = (*result.findings, *more)
    old = len(result.findings)
    ranks: list[int] = []
    for place, finding in enumerate(findings):
        behind = finding.follows is not None and 0 < place < old
        ranks.append(ranks[-1] if behind else SEVERITIES.index(finding.severity))
    order = sorted(range(len(findings)), key=lambda index: (ranks[index], index < old))
    done = arranged(findings, order)
    wrong = "reject" if result.report is None else verdict(done)
    return replace(result, findings=done, verdict=wrong)


def arranged(findings: Sequence[Finding], order: Sequence[int]) -> tuple[Finding, ...]:
    """Return the findings in another order; `follows` is an index in `findings`, then in the order.

    order: every index of `findings` once.
    """
    new = {old: number for number, old in enumerate(order)}
    return tuple(
        finding if finding.follows is None else replace(finding, follows=new[finding.follows])
        for finding in (findings[old] for old in order)
    )


def place(cells: Sequence[Spot], lang: str = CHINESE) -> str:
    """Return the places of cells as short text; last year's only where there are no others.

    >>> place([Spot("a", "表三", "D7", ""), Spot("b", "表三", "D31", "")])
    '表三 D7–D31'
    """
    words = texts("place", lang)
    sheets: dict[str, list[str]] = {}
    own = [cell for cell in cells if not (cell.key or "").startswith(PRIOR)]
    for cell in own or cells:
        if cell.sheet and cell.at:
            sheets.setdefault(cell.sheet, []).append(cell.at)
    return words["comma"].join(f"{sheet} {_span(ats, lang)}" for sheet, ats in sheets.items())


def addresses(cells: Iterable[Spot], lang: str) -> list[str]:
    """Return the addresses of cells on their sheets; in a document their places, in words."""
    return _named([cell.at for cell in cells if cell.at], lang)


def spelled(where: str, before: str = "") -> str | Message:
    """Return a place in a document in words; any other text, like an address, as it is.

    before: the place named before; the parts that both begin with are left out.

    >>> spelled("t.3 r.10 c.4")["en"], spelled("t.3 r.10 c.4", "t.3 r.9 c.4")["en"], spelled("B7")
    ('table 3, row 10, column 4', 'row 10, column 4', 'B7')
    """
    if not _PLACE.fullmatch(where):
        return where
    parts = where.split(" ")
    same = takewhile(
        lambda pair: pair[0] == pair[1], zip(parts[:-1], before.split(" "), strict=False)
    )
    parts = parts[len(list(same)) :]
    words = (Message("where", part[0], {"n": part[2:]}) for part in parts)
    return reduce(
        lambda outer, inner: Message("where", "within", {"outer": outer, "inner": inner}), words
    )


def _named(ats: Sequence[str], lang: str) -> list[str]:
    return [worded(spelled(at, before), lang) for before, at in pairwise(("", *ats))]


def _span(ats: list[str], lang: str) -> str:
    """Return a range like D7–D31 for cells of one row or column, else a short list."""
    words = texts("place", lang)
    if len(ats) == 1 or not all(map(_ADDRESS.fullmatch, ats)):
        more = filled(words["more"], count=len(ats))
        return listed(_named(ats, lang), SHOWN, words["comma"], more)
    split = [(at.rstrip("0123456789"), at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for at in ats]
    if len({letters for letters, _ in split}) == 1 or len({row for _, row in split}) == 1:
        ordered = sorted(split, key=lambda part: (len(part[0]), part[0], int(part[1])))
        return f"{''.join(ordered[0])}–{''.join(ordered[-1])}"
    return listed(ats, SHOWN, words["comma"], filled(words["more"], count=len(ats)))


def spots(edition: Edition, keys: Iterable[str]) -> tuple[Spot, ...]:
    """Return the spots of keys, each once; `prior.` keys become last year's."""
    return tuple(
        Spot.prior(edition.cells[key.removeprefix(PRIOR)])
        if key.startswith(PRIOR)
        else Spot.of(edition.cells[key])
        for key in dict.fromkeys(keys)
    )
