"""Findings as terminal text: grouped by file and sheet, with numbers and cells."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ..check import narrative
from ..data import listed, say
from ..escape import inert
from ..explain import Correction, words
from ..finding import Batch, Finding, Result
from .result import summary
from .tally import counts, current, is_current

NAMES = 20
"""Maximum number of names listed; more are counted."""
MARKS = {"error": "✗", "warning": "!", "note": "·"}
FOLLOWS = "      └ "
REASONS = 2
"""Maximum number of reasons listed; the others are counted together."""
COLOURS = {"error": "31", "warning": "33", "note": "36", "fail": "31", "reject": "31"}
COLOURS |= {"warn": "33", "pass": "32"}


def write(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the result as text without colours."""
    yield from lines(batch, lang, colour=False)


def lines(batch: Batch, lang: str, *, colour: bool) -> Iterator[str]:
    """Yield the result as text; colour: with ANSI colours, for a terminal."""

    def paint(text: str, name: str) -> str:
        return f"\x1b[{COLOURS[name]}m{text}\x1b[0m" if colour and name in COLOURS else text

    glance = []
    for result in batch.results:
        line = f"{say('text', result.verdict, lang)}  {inert(result.path)}{_who(result)}"
        line += _counts(result, lang)
        glance.append("  " + paint(line, result.verdict) + "\n")
        yield paint(_head(result, lang), result.verdict) + "\n"
        causes = words.of(result) if batch.explained and is_current(result) else []
        groups = _by_sheet(current(result), causes)
        yield from _groups(groups, lang, paint)
        if causes:
            yield f"  {say('text', 'explained', lang)}\n"
        if is_current(result):
            yield from beside(result, lang)
        yield "\n"
    if len(glance) > 1:
        yield say("text", "glance", lang) + "\n"
        yield from glance
    totals = summary(batch)
    ignored = totals["ignored"]
    others = say("text", "others-ignored", lang, n=ignored) if ignored else ""
    yield say("text", "summary", lang, others=others, **totals) + "\n"
    if batch.passed_over:
        yield say("text", "passed-over", lang, n=len(batch.passed_over)) + "\n"
        for file in batch.passed_over:
            line = say("text", "passed", lang, path=inert(file.path), why=inert(file.message(lang)))
            yield f"  {paint(line, 'warn')}\n"
    yield from _campaign(batch, lang)
    yield from changed(batch, lang)


def _campaign(batch: Batch, lang: str) -> Iterator[str]:
    campaign, totals = batch.campaign, summary(batch)
    if campaign is None:
        return
    expected, missing = campaign["expected"], campaign["missing"]
    figures = {"expected": expected, "returned": expected - len(missing), "missing": len(missing)}
    yield say("text", "campaign", lang, **figures) + "\n"
    for name in ("missing", "duplicates"):
        if campaign[name]:
            yield say("text", name, lang, names=_names(campaign[name], lang)) + "\n"
    strange = {"strangers": len(campaign["strangers"]), "nobodys": totals["reject"]}
    for name, number in {**strange, "replaced": totals["superseded"]}.items():
        if number:
            yield say("text", name, lang, n=number) + "\n"


def changed(batch: Batch, lang: str) -> Iterator[str]:
    """Yield a line for each return whose verdict is another than in the run before."""
    if batch.changed:
        yield say("text", "changed", lang, n=len(batch.changed)) + "\n"
    for one in batch.changed:
        figures = {
            "who": inert(one.agency or one.path),
            "before": say("text", one.before, lang),
            "after": say("text", one.after, lang),
            "gone": ", ".join(one.gone) or "—",
            "new": ", ".join(one.new) or "—",
        }
        yield f"  {say('text', 'changed-one', lang, **figures)}\n"


def _names(entries: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return the first names of a list, and the number of further ones."""
    more = say("text", "and_more", lang, n=len(entries) - NAMES)
    return listed(
        (inert(entry["name"]) for entry in entries), NAMES, say("text", "comma", lang), more
    )


def _groups(
    sheets: Mapping[str, Sequence[words.Group]], lang: str, paint: Callable[[str, str], str]
) -> Iterator[str]:
    """Yield the findings of every sheet; those that one correction clears are under it."""
    for sheet, groups in sheets.items():
        yield f"  {inert(sheet) or say('text', 'whole', lang)}\n"
        for cause, findings in groups:
            if cause:
                yield f"    → {inert(words.sentence(cause, lang))}\n"
            for finding, more in _folded(findings):
                indent = FOLLOWS if cause or finding.follows is not None else "    "
                line = f"{MARKS[finding.severity]} {inert(finding.message(lang))}"
                yield indent + paint(line, finding.severity)
                yield f"  [{finding.code}]\n"
                if finding.waived and finding.waived["date"]:
                    waiver = {name: inert(text) for name, text in finding.waived.items()}
                    yield FOLLOWS + say("text", "waived", lang, **waiver) + "\n"
                if said := finding.reason(lang):
                    yield f"{FOLLOWS}{inert(said)}\n"
                if more:
                    yield FOLLOWS + say("text", "folded", lang, n=more) + "\n"


def _folded(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    """Yield (finding, number of others folded into it): of those with the same cause, the first."""
    for cause, group in groupby(findings, key=lambda finding: finding.follows):
        first, *rest = group
        if cause is None:
            yield from ((finding, 0) for finding in (first, *rest))
        else:
            yield first, len(rest)


def _who(result: Result) -> str:
    """Return the agency's name for a line, empty where the return gives none."""
    name = result.report.agency.get("name") if result.report else None
    return f"  {inert(name)}" if name else ""


def _counts(result: Result, lang: str) -> str:
    """Return the numbers of errors and warnings of a return that count."""
    severities = Counter(finding.severity for finding in current(result) if counts(finding))
    if result.report is None or not severities["error"] + severities["warning"]:
        return ""
    figures = {name: severities[name] for name in ("error", "warning")}
    return f"  {say('text', 'counts', lang, **figures)}"


def _head(result: Result, lang: str) -> str:
    """Return a file's first line: verdict, path, agency."""
    report = result.report
    name = f"{say('text', result.verdict, lang)}  {inert(result.path)}"
    if report is None:
        return name
    who = inert(report.agency.get("name") or say("text", "nobody", lang))
    said = say("text", "whose", lang, who=who, year=report.year, edition=report.edition.name)
    code = result.check_code
    return f"{name}  {said}{say('text', 'coded', lang, code=code) if code else ''}"


def _by_sheet(
    findings: Sequence[Finding], causes: Iterable[tuple[Correction, list[int]]]
) -> dict[str, list[words.Group]]:
    """Return findings by cause and by their sheet, those about the whole return first."""
    groups: dict[str, list[words.Group]] = {}
    for cause, group in words.grouped(findings, causes):
        sheet = next((cell.sheet for cell in group[0].cells if cell.sheet), "")
        groups.setdefault(sheet, []).append((cause, group))
    return dict(sorted(groups.items(), key=lambda item: bool(item[0])))


def beside(result: Result, lang: str) -> Iterator[str]:
    """Yield the lines on what a verdict does not cover: texts not written, whose numbers last
    year's are, rules not checked.
    """
    yield from (f"  {line}\n" for line in remarks(result, lang))
    reasons = Counter(why[lang] for why in result.not_checked.values())
    if reasons:
        shown = dict(reasons.most_common(REASONS))
        if len(reasons) > REASONS:
            shown[say("text", "others", lang)] = reasons.total() - sum(shown.values())
        parts = say("text", "comma", lang).join(
            say("text", "reason", lang, why=inert(why), n=n) for why, n in shown.items()
        )
        n = len(result.not_checked)
        yield f"  {say('text', 'not_checked', lang, n=n, reasons=parts)}\n"


def remarks(result: Result, lang: str) -> Iterator[str]:
    """Yield the sentences on sections not written, and on last year's numbers of the return's own."""
    if captions := narrative.unwritten(result.report):
        yield say("text", "unwritten", lang, sections=" / ".join(captions))
    if result.prior == "workbook":
        yield say("text", "prior-own", lang)
