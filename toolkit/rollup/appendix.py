"""Annexes of an analysis: every number with its cells, every agency with its file, every problem."""

from collections.abc import Iterator, Sequence

from ..data import say, texts, worded
from ..edition.analysis import AGENCIES, SHARES, crossed
from ..output.chapters import Annex
from ..report.contribution import COUNTED
from ..report.report import Number, total
from .briefing import Briefing, numbers_of
from .figures import cells_of, percent, spans

Row = Sequence[str | Number | None]
_WIDTHS = {"figure": 28.0, "item": 18.0, "cells-of": 34.0, "agency": 30.0, "code": 22.0,
           "path": 34.0, "sha256": 68.0, "rule": 44.0, "state": 20.0}  # fmt: skip
_NUMBERS = ("figure", "item", "now", "base", "then", "growth", "part", "cells-of")
_SENDINGS = ("agency", "not-sent", "late-days", "sent-back")


def annexes(brief: Briefing, lang: str) -> tuple[Annex, ...]:
    """Return the tables behind an analysis."""
    wanted = [t.measures[0] for t in brief.analysis.topics if t.kind == AGENCIES]
    columns = [worded(measure.name, lang) for measure in wanted]
    heads = ("agency", "code", "state", "sent", "path", "sha256")
    agencies = Annex(
        say("briefing", "agencies", lang),
        (*_heads(heads[:3], lang), *((name, 12.0) for name in columns), *_heads(heads[3:], lang)),
        tuple(_agencies(brief, lang)),
    )
    return (
        Annex(say("briefing", "numbers", lang), _heads(_NUMBERS, lang), tuple(_numbers(brief, lang))),
        agencies,
        Annex(say("briefing", "sendings", lang), _heads(_SENDINGS, lang), tuple(_sendings(brief, lang))),
        Annex(say("briefing", "issues", lang), _heads(("rule", "code", "returns"), lang), tuple(_problems(brief, lang))),
    )  # fmt: skip


def _heads(names: Sequence[str], lang: str) -> tuple[tuple[str, float], ...]:
    return tuple((say("briefing", name, lang), _WIDTHS.get(name, 12.0)) for name in names)


def _numbers(brief: Briefing, lang: str) -> Iterator[Row]:
    """Yield a row for each amount, and for each of its outcomes."""
    edition = brief.report.edition
    for topic, amounts in zip(brief.analysis.topics, brief.amounts, strict=True):
        title, whole = worded(topic.title, lang), total(amount.now for amount in amounts)
        for amount in amounts:
            share = topic.kind == SHARES and whole and amount.now is not None
            known = amount.base is not None and amount.then is not None
            yield (
                title,
                worded(amount.measure.name, lang),
                amount.now,
                amount.base if brief.past.lacking else None,
                amount.then,
                (amount.base or 0) - (amount.then or 0) if known else None,
                percent(amount.now or 0, whole, lang).strip() if share and whole else None,
                spans(edition, cells_of(topic, amount.measure, edition)),
            )
            for ending, number in zip(topic.endings, amount.endings, strict=True):
                keys = crossed(amount.measure, ending)
                name = say("briefing", "one", lang, name=worded(amount.measure.name, lang),
                           what=worded(ending.name, lang))  # fmt: skip
                yield (title, name, number, None, None, None, None, spans(edition, keys))


def _agencies(brief: Briefing, lang: str) -> Iterator[Row]:
    """Yield a row for each agency that is or should be in the sums."""
    states, edition = texts("sources", lang), brief.report.edition
    wanted = [t.measures[0].keys for t in brief.analysis.topics if t.kind == AGENCIES]
    for row in brief.report.sources:
        if row.state != "places":
            numbers = numbers_of(edition, row) if row.state in COUNTED else {}
            mine = (total(map(numbers.get, keys)) for keys in wanted)
            yield (row.name, row.code, states[row.state], *mine, row.sent, row.file, row.sha256)


def _sendings(brief: Briefing, lang: str) -> Iterator[Row]:
    """Yield the agencies that did not send, were late, or whose return was sent back."""
    if brief.filing is None:
        return
    late, returned = dict(brief.filing.late), dict(brief.filing.returned)
    for name in dict.fromkeys((*brief.filing.missing, *late, *returned)):
        absent = say("briefing", "not-sent", lang) if name in brief.filing.missing else None
        yield (name, absent, late.get(name), returned.get(name))


def _problems(brief: Briefing, lang: str) -> Iterator[Row]:
    titles = texts("title", lang)
    for code, count in brief.problems:
        yield (titles.get(code, code), code, count)
