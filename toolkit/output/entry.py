"""A return as a piece of HTML: agency, findings, tables with the cells marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..check.explained import is_open
from ..data import say, texts
from ..edition.edition import Edition
from ..finding import SHOWN, Finding, Result, Spot, place
from ..report.report import Report
from . import corrections, tables
from .decisions import agency_of, reason_of
from .tags import esc, opened, tag, title
from .text import remarks

DIGEST = 12
"""Characters shown of a file's SHA-256."""
MARKS = {"missing": "○", "reject": "⊘", "fail": "✗", "warn": "!", "pass": "✓"}
_SEVERITIES = {"error": "✗", "warning": "!", "note": "·"}
_LEGEND = {"declared": "nil", "unfilled": "open", "not-applicable": "none"}


def badge(state: str, lang: str) -> str:
    """Return a state as a coloured badge: a sign and a word."""
    sign = tag("span", MARKS[state], aria_hidden="true")
    return tag("span", f"{sign} {esc(say('board', state, lang))}", class_=f"badge {state}")


def name_of(result: Result, lang: str) -> str:
    """Return the name of a return's agency, or a phrase where there is none."""
    if result.report is None:
        return say("board", "unread", lang)
    return result.report.agency.get("name") or say("board", "nobody", lang)


@dataclass(frozen=True, slots=True)
class Showing:
    """A return as a page shows it; every id in it begins with `ident`.

    name: of its agency in the heading; agency: in decisions on it. skeleton: the id of the tables
    that the page's script fills; None draws them here, for a page without scripts. whole: nothing
    is folded and every cell is named, for paper.
    """

    ident: str
    name: str
    lang: str
    agency: str
    skeleton: str | None = None
    whole: bool = False


def view(result: Result, number: int, name: str | None, lang: str) -> Showing:
    """Return the view of a return with a number on the page; name: of its agency in the roster."""
    return Showing(f"f{number}", name or name_of(result, lang), lang, agency_of(result, name))


def entry(result: Result, seen: Showing) -> Iterator[str]:
    """Yield the whole content of a return."""
    report, ident, lang, whole = result.report, seen.ident, seen.lang, seen.whole
    heading = f"{badge(result.verdict, lang)} {tag('bdi', esc(seen.name))}"
    yield tag("h2", heading, id=f"{ident}h")
    yield _facts(result, lang)
    yield opened("div", class_="beside")
    yield opened("div", class_="said")
    yield from corrections.corrections(result, ident, lang)
    yield from _findings(result, seen)
    yield from _unchecked(result, lang, whole=whole)
    yield "</div>"
    if report:
        yield opened("div", class_="seen")
        yield _legend(result, report, lang)
        if seen.skeleton is None:
            yield tables.tables(report, result.findings, corrections.proposed(result), ident, lang)
        else:
            packed = tables.packed(report, result.findings, corrections.proposed(result))
            yield tag("div", class_="tables", data_skeleton=seen.skeleton, **packed)
        yield from _texts(report, lang, whole=whole)
        yield "</div>"
    yield "</div>\n"


def _facts(result: Result, lang: str) -> str:
    """Return the origin and cover facts of a return, as a list."""
    report = result.report
    facts: list[tuple[str, object]] = []
    if report:
        level = report.agency.get("level")
        facts = [
            ("code", report.agency.get("code")),
            ("level", texts("level", lang).get(level or "", level)),
            ("year", report.year),
            ("edition", report.edition.name),
            ("sent", say("board", "sent-as", lang, n=report.sent) if report.sent else None),
        ]
    facts += [("file", result.path), ("digest", (result.sha256 or "")[:DIGEST])]
    pairs = (
        tag("div", tag("dt", esc(say("board", name, lang))), tag("dd", tag("bdi", esc(value))))
        for name, value in facts
        if value
    )
    return tag("dl", *pairs, class_="facts")


# ── findings ──────────────────────────────────────────────────────────────────────────────────────


def _findings(result: Result, seen: Showing) -> Iterator[str]:
    """Yield the findings; those that follow from another are folded under it, whole unfolded."""
    if not result.findings:
        yield tag("p", esc(say("board", "nothing", seen.lang)), class_="nothing")
        return
    lang = seen.lang
    edition = result.report.edition if result.report else None
    folded: dict[str, list[tuple[str, Finding]]] = {}
    for pair in zip(tables.numbers(result.findings), result.findings, strict=True):
        folded.setdefault(pair[0].partition(".")[0], []).append(pair)
    yield opened("ol", class_="findings", aria_label=say("board", "findings", lang))
    for (number, finding), *behind in folded.values():
        yield from _finding(number, finding, edition, seen)
        if behind:
            yield opened("details", open=seen.whole)
            yield tag("summary", esc(say("board", "folded", lang, n=len(behind))))
            yield "<ol>"
            for other, consequence in behind:
                yield from _finding(other, consequence, edition, seen)
                yield "</li>"
            yield "</ol></details>"
        yield "</li>\n"
    yield "</ol>"


def _finding(
    number: str, finding: Finding, edition: Edition | None, seen: Showing
) -> Iterator[str]:
    """Yield a finding as a list item, without its end tag; with all of its cells in a whole view."""
    lang, whole = seen.lang, seen.whole
    reason = reason_of(finding, seen.agency)
    look = tables.look_of(finding)
    yield opened("li", id=f"{seen.ident}m{number}", class_=look, data_reason=reason)
    yield tag("span", number, class_="number")
    sign = tag("span", _SEVERITIES[finding.severity], aria_hidden="true")
    yield tag("b", f"{sign} {esc(say('board', finding.severity, lang))}", class_="severity")
    code = tag("code", esc(finding.code), title=title(finding.code, lang))
    yield f" {esc(finding.message(lang))} {code}"
    if finding.waived and finding.waived.get("date"):
        words = {name: finding.waived.get(name) or "" for name in ("reason", "by", "date")}
        yield tag("p", esc(say("board", "waived", lang, **words)), class_="waived")
    if said := finding.reason(lang):
        yield tag("p", esc(said), class_=f"waived {(finding.explained or {})['state']}")
    if whole and edition and is_open(finding, edition):
        yield tag("p", esc(say("board", "to-explain", lang)), class_="waived")
    if edition and (places := list(_places(finding.cells, edition, lang))):
        most = len(places) if whole else SHOWN
        links = (tag("a", esc(at), href=f"#{seen.ident}{place}") for place, at in places[:most])
        more = esc(say("board", "more", lang, n=len(places))) if len(places) > most else ""
        yield tag("p", esc(say("board", "cells", lang)), " ".join((*links, more)), class_="cells")


def _places(cells: Sequence[Spot], edition: Edition, lang: str) -> Iterator[tuple[str, str]]:
    """Yield (place on the page, name) of a finding's cells."""
    for spot in dict.fromkeys(cells):
        box = tables.place_of(edition, spot)
        if box and spot.at:
            yield box, place((spot,), lang)


def _unchecked(result: Result, lang: str, *, whole: bool) -> Iterator[str]:
    """Yield remarks on texts and last year, and the unchecked rules by reason, folded."""
    yield from (tag("p", esc(line)) for line in remarks(result, lang))
    reasons: dict[str, list[str]] = {}
    for ident, why in result.not_checked.items():
        reasons.setdefault(why[lang], []).append(ident.partition("[")[0])
    if reasons:
        comma = say("board", "comma", lang)
        lines = []
        for reason, ids in reasons.items():
            codes = comma.join(dict.fromkeys(ids))
            lines.append(say("board", "unchecked-line", lang, why=reason, n=len(ids), codes=codes))
        yield opened("details", class_="unchecked", open=whole)
        yield tag("summary", esc(say("board", "unchecked", lang, n=len(result.not_checked))))
        yield tag("ul", *(tag("li", esc(line)) for line in lines))
        yield "</details>"


# ── content ───────────────────────────────────────────────────────────────────────────────────────


def _legend(result: Result, report: Report, lang: str) -> str:
    """Return the legend for the looks of this return's cells."""
    states = {tables.shown(report, cell)[1] for cell in tables.order(report.edition)}
    signs = [
        (look, name) for state, name in _LEGEND.items() if (look := tables.LOOKS[state]) in states
    ]
    worst = {look for look, _ in tables.marks(report, result.findings).values()}
    signs += [(look, look) for look in ("error", "warning", "follows") if look in worst]
    if corrections.proposed(result):
        signs.append(("proposed", "proposed"))
    samples = []
    for look, name in signs:
        sample = tag("i", "0" if look == "n" else "", class_=look)
        samples.append(tag("li", sample, f" {esc(say('board', f'legend-{name}', lang))}"))
    if worst:
        dot = tag("i", tag("span", tag("b", class_="mark", data_n="1"), class_="marks"))
        samples.append(tag("li", dot, f" {esc(say('board', 'legend-mark', lang))}"))
    return tag("ul", *samples, class_="legend") if signs else ""


def _texts(report: Report, lang: str, *, whole: bool) -> Iterator[str]:
    """Yield the texts, folded, under their captions."""
    if not report.edition.texts:
        return
    yield opened("details", class_="texts", open=whole)
    yield tag("summary", esc(say("board", "texts", lang)))
    for name, section in report.edition.texts.items():
        lines = [line for line in report.written.get(name, "").splitlines() if line.strip()]
        yield tag("h3", esc(section.caption))
        yield from (tag("p", esc(line)) for line in lines or [say("board", "no-text", lang)])
    yield "</details>"


def words_of(lang: str) -> dict[str, str]:
    """Return the words for the page's script, as attributes of the page's body."""
    board = texts("board", lang)
    return {f"data_{name}": board[name] for name in ("mark", "proposal", "shown", "created")}
