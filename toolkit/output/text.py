"""Findings for people at a terminal: grouped by file and sheet, the number and the cell in view."""

from collections import Counter
from collections.abc import Iterable, Iterator

from .. import data
from ..escape import inert
from ..finding import Batch, Finding, Result
from .result import summary

MARKS = {"error": "✗", "warning": "!", "note": "·"}
REASONS = 2
"""More reasons than this are counted together."""
COLOURS = {"error": "31", "warning": "33", "note": "36", "fail": "31", "reject": "31"}
COLOURS |= {"warn": "33", "pass": "32"}


def say(name: str, lang: str, **figures: object) -> str:
    """Return one of the program's own sentences."""
    return data.messages()["text"][name][lang].format_map(figures)


def write(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the result as text without colours."""
    yield from lines(batch, lang, colour=False)


def lines(batch: Batch, lang: str, *, colour: bool) -> Iterator[str]:
    """Yield the result as text, with ANSI colours where the reader is a terminal."""

    def paint(text: str, name: str) -> str:
        return f"\x1b[{COLOURS[name]}m{text}\x1b[0m" if colour and name in COLOURS else text

    for result in batch.results:
        yield paint(_head(result, lang), result.verdict) + "\n"
        for sheet, found in _by_sheet(result.findings).items():
            yield f"  {inert(sheet) or say('whole', lang)}\n"
            for finding in found:
                mark = MARKS[finding.severity]
                indent = "    " if finding.follows is None else "      └ "
                yield indent + paint(f"{mark} {inert(finding.message(lang))}", finding.severity)
                yield f"  [{finding.code}]\n"
        yield from _not_checked(result, lang)
        yield "\n"
    yield say("summary", lang, **summary(batch)) + "\n"


def _head(result: Result, lang: str) -> str:
    """Return a file's first line: verdict, path, whose return it is."""
    report = result.report
    name = f"{say(result.verdict, lang)}  {inert(result.path)}"
    if report is None:
        return name
    who = inert(report.agency.get("name") or say("nobody", lang))
    return f"{name}  {say('whose', lang, who=who, year=report.year, edition=report.edition.name)}"


def _by_sheet(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by the sheet they speak of, those about the whole return first."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        sheet = next((cell.sheet for cell in finding.cells if cell.sheet), "")
        found.setdefault(sheet, []).append(finding)
    return dict(sorted(found.items(), key=lambda item: bool(item[0])))


def _not_checked(result: Result, lang: str) -> Iterator[str]:
    """Yield one line that counts what was not checked, by reason."""
    reasons = Counter(why[lang] for why in result.not_checked.values())
    if reasons:
        shown = dict(reasons.most_common(REASONS))
        if len(reasons) > REASONS:
            shown[say("others", lang)] = reasons.total() - sum(shown.values())
        parts = say("comma", lang).join(f"{inert(why)} {n}" for why, n in shown.items())
        yield "  " + say("not_checked", lang, n=len(result.not_checked), reasons=parts) + "\n"
