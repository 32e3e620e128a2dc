"""Charts of an analysis, with the definition and the source of their numbers under each."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..data import filled, listed, say, texts, worded
from ..edition.analysis import AGENCIES, COMPARED, OUTCOMES, SHARES, Topic
from ..output.chapters import BARS, PAIRS, STACKED, Chart
from ..report.contribution import missing
from ..report.report import Number, total
from .briefing import Amount, Briefing
from .figures import cells_of, names_of, percent, rounded, short, spans

TOP = 10
"""Maximum number of agencies in a chart."""
_FILES = 2
_BESIDE = (COMPARED, OUTCOMES)
"""Kinds of topics told beside last year."""
Ranked = Sequence[tuple[str, Number | None]]
Columns = tuple[tuple[str, tuple[Number | None, ...]], ...]


def chart(brief: Briefing, index: int, lang: str) -> Chart:
    """Return the chart of a topic; index: of the topic, from 0."""
    topic, amounts, ranks = brief.analysis.topics[index], brief.amounts[index], brief.ranks[index]
    kind, shares = BARS, tuple[str, ...]()
    names = tuple(worded(amount.measure.name, lang) for amount in amounts)
    columns: Columns = ((_year(brief, lang), tuple(amount.now for amount in amounts)),)
    if topic.kind == OUTCOMES:
        kind, columns = STACKED, _endings(topic, amounts, lang)
    elif topic.kind == AGENCIES:
        top = [(short(name), n) for name, n in ranks if n][:TOP]
        names = tuple(name for name, _ in top)
        columns = ((_year(brief, lang), tuple(n for _, n in top)),)
    elif topic.kind == SHARES:
        shares = _shares(amounts, lang)
    elif brief.past.source != "none":
        kind = PAIRS
        now, then = (tuple(getattr(a, side) for a in amounts) for side in ("base", "then"))
        last = say("briefing", "year", lang, year=(brief.report.year or 0) - 1)
        columns = ((_year(brief, lang, compared=True), now), (last, then))
    title = say("briefing", "figure-of", lang, n=index + 1, title=worded(topic.title, lang))
    definition = _definition(brief, topic, amounts, ranks, lang)
    notes = (*definition, *_source(brief, index, lang), *_past(brief, index, lang))
    return Chart(kind, title, names, columns, notes, shares)


def _year(brief: Briefing, lang: str, *, compared: bool = False) -> str:
    """Return the name of this year's numbers; compared: of the agencies with last year's."""
    name = "year-some" if compared and brief.past.lacking else "year"
    return say("briefing", name, lang, year=brief.report.year, n=brief.past.compared)


def _endings(topic: Topic, amounts: Sequence[Amount], lang: str) -> Columns:
    columns = zip(*(amount.endings for amount in amounts), strict=True)
    names = (worded(ending.name, lang) for ending in topic.endings)
    return tuple(zip(names, columns, strict=True))


def _shares(amounts: Sequence[Amount], lang: str) -> tuple[str, ...]:
    """Return the shares of amounts in their sum, none where there is no sum or it is 0."""
    whole = total(amount.now for amount in amounts)
    return tuple(percent(a.now or 0, whole, lang).strip() for a in amounts) if whole else ()


# ── notes ─────────────────────────────────────────────────────────────────────────────────────────


def _definition(
    brief: Briefing, topic: Topic, amounts: Sequence[Amount], ranks: Ranked, lang: str
) -> Iterator[str]:
    """Yield the sentences on which cells are added up, how shares are made, who is not drawn."""
    words, edition = texts("briefing", lang), brief.report.edition
    items = []
    for measure in topic.measures:
        keys = cells_of(topic, measure, edition)
        name = "cells" if len(keys) > 1 else "cell"
        figures = {"name": worded(measure.name, lang), "cells": spans(edition, keys)}
        items.append(filled(words[name], **figures))
    yield filled(words["define"], items=words["between"].join(items))
    if topic.kind == SHARES:
        yield filled(words["define-share"], whole=worded(topic.whole or "", lang))
        yield from _sum(amounts, lang)
    elif topic.kind == OUTCOMES:
        told = next(worded(ending.name, lang) for ending in topic.endings if ending.told)
        cases = " + ".join(worded(e.name, lang) for e in topic.endings if e.ended)
        ended = worded(topic.ended or "", lang)
        yield filled(words["define-ended"], told=told, ended=ended, cases=cases)
    elif topic.kind == AGENCIES:
        drawn = [n for _, n in ranks if n]
        left = sum(n == drawn[TOP - 1] for n in drawn[TOP:]) if len(drawn) > TOP else 0
        name = "top-ties" if left else "top"
        yield filled(words[name], n=min(TOP, len(drawn)), k=left)


def _sum(amounts: Sequence[Amount], lang: str) -> Iterator[str]:
    """Yield the sentence on shares that do not add up to 100.0 by rounding."""
    whole = total(amount.now for amount in amounts)
    if whole:
        shares = sum((rounded(amount.now or 0, whole) for amount in amounts), Decimal(0))
        if shares != 100:  # noqa: PLR2004 - per cent
            yield say("briefing", "sum", lang, sum=shares)


def _source(brief: Briefing, index: int, lang: str) -> Iterator[str]:
    """Yield the sentence on the returns that are added up; under the first chart in full."""
    words, rows = texts("briefing", lang), brief.rows
    if index:
        yield filled(words["source-same"], n=1)
        return
    files = [row.file or "–" for row in rows]
    named = filled(
        words["files" if len(files) > _FILES else "file"],
        files=listed(map(short, files), _FILES, words["list"], ""),
        n=len(files),
    )
    lacking = len(missing(brief.report.sources))
    given = any(row.state == "given" for row in rows)
    name = "source-given" if given else "source"
    yield filled(words[name], n=len(rows), files=named, all=len(rows) + lacking, k=lacking)


def _past(brief: Briefing, index: int, lang: str) -> Iterator[str]:
    """Yield the sentences on last year's numbers, where the topic has some; once in full."""
    words, past = texts("briefing", lang), brief.past
    beside = [n for n, topic in enumerate(brief.analysis.topics) if topic.kind in _BESIDE]
    if index not in beside:
        return
    if index != beside[0]:
        yield filled(words["past-same"], n=beside[0] + 1)
        return
    if past.lacking:
        names = names_of(map(short, past.lacking), lang)
        yield filled(words["past-some"], n=past.compared, k=len(past.lacking), names=names)
    else:
        region = brief.report.agency["name"]
        yield filled(words[f"past-{past.source}"], n=past.compared, region=region)
    if past.source != "none":
        yield words["define-change"]
