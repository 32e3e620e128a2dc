"""A yearly analysis in sentences that say what its numbers say, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from ..data import filled, texts, worded
from ..edition.analysis import AGENCIES, OUTCOMES, SHARES, Topic
from ..output.chapters import Chapter, Chart, Paper, shown
from ..report.contribution import caveats_told, missing
from ..report.report import Number, total
from .appendix import annexes
from .briefing import Amount, Briefing, Filing
from .diagrams import Ranked, chart
from .figures import names_of, percent, short, unit

_PROBLEMS = 5
"""Maximum number of problems in a sentence."""


def paper(brief: Briefing, lang: str) -> Paper:
    """Return the analysis of a region: chapters with charts, and annexes with all numbers."""
    words, region = texts("briefing", lang), str(brief.report.agency["name"])
    chapters: list[Chapter] = []
    for index, topic in enumerate(brief.analysis.topics):
        told = tuple(_sentences(brief, index, lang))
        drawn = chart(brief, index, lang)
        charts: tuple[Chart, ...] = (drawn,) if drawn.names else ()
        notes = () if charts else drawn.notes
        heading = worded(topic.chapter, lang) if topic.chapter else ""
        if not heading:
            last = chapters.pop()
            heading, told, charts = last.heading, last.sentences + told, last.charts + charts
            notes = last.notes + notes
        chapters.append(Chapter(heading, told, charts, notes))
    sent = (*_filing(brief.filing, lang), _problems(brief, lang))
    define = filled(words["define-filing"], n=brief.judged)
    chapters.append(Chapter(words["sending-in"], sent, notes=(define,)))
    subject = worded(brief.analysis.title, lang)
    title = filled(words["title"], region=region, year=brief.report.year, subject=subject)
    numbered = tuple(
        replace(chapter, heading=filled(words["heading"], n=numeral, text=chapter.heading))
        for chapter, numeral in zip(chapters, _numerals(words["numerals"]), strict=False)
    )
    return Paper(title, tuple(_lead(brief, lang)), numbered, annexes(brief, lang))


def _numerals(signs: str) -> Iterator[str]:
    """Yield the numerals of chapters, in digits where the signs end."""
    yield from signs
    yield from map(str, count(len(signs) + 1))


def _lead(brief: Briefing, lang: str) -> Iterator[str]:
    """Yield the sentences on the scope: agencies counted, agencies left out, open warnings."""
    words, out = texts("briefing", lang), missing(brief.report.sources)
    given = any(row.state == "given" for row in brief.rows)
    n = len(brief.rows)
    yield filled(words["given" if given else "counted"], n=n, all=n + len(out))
    if out:
        states = texts("sources", lang)
        each = [filled(words["one"], name=short(r.name), what=states[r.state]) for r in out]
        yield filled(words["out"], n=len(out), names=names_of(each, lang))
    yield from caveats_told(brief.report.sources, lang)


# ── sentences ─────────────────────────────────────────────────────────────────────────────────────


def _sentences(brief: Briefing, index: int, lang: str) -> Iterator[str]:
    """Yield the sentences on a topic; index: of the topic, from 0."""
    topic, amounts, ranks = brief.analysis.topics[index], brief.amounts[index], brief.ranks[index]
    words = texts("briefing", lang)
    if topic.kind == AGENCIES:
        yield from _agencies(topic, ranks, lang)
    elif topic.kind == SHARES:
        yield _shares(topic, amounts, lang) + words["end"]
    else:
        told = (_amount(brief, topic, amount, lang) for amount in amounts)
        yield words["between"].join(told) + words["end"]


def _amount(brief: Briefing, topic: Topic, amount: Amount, lang: str) -> str:
    """Return the words on a number: what it is, how it compares with last year's, how it ended."""
    words, name = texts("briefing", lang), worded(amount.measure.name, lang)
    now, base, then = amount.now, amount.base, amount.then
    if now is None:
        return filled(words["blank"], name=name)
    figures = {"name": name, "n": shown(now), "unit": unit(topic, now, lang)}
    if base is None or then is None:
        said = filled(words["stated"], **figures)
    else:
        head = words["some" if brief.past.lacking else "stated"]
        said = filled(head, base=shown(base), **figures) + _change(topic, base, then, lang)
    return said + (_ended(topic, amount, lang) if topic.kind == OUTCOMES and now else "")


def _change(topic: Topic, now: Number, then: Number, lang: str) -> str:
    """Return the words on how a number compares with last year's."""
    words = texts("briefing", lang)
    by = max(now, then) - min(now, then)
    if now == then:
        return words["level"]
    figures = {"d": shown(by), "unit": unit(topic, by, lang), "then": shown(then)}
    if not then:
        return filled(words["from-zero"], **figures)
    name = "rise" if now > then else "fall"
    return filled(words[name], p=percent(by, then, lang, within=False), **figures)


def _ended(topic: Topic, amount: Amount, lang: str) -> str:
    """Return the words on the closed cases and the share of the outcome that is told."""
    pairs = list(zip(topic.endings, amount.endings, strict=True))
    closed = total(number for ending, number in pairs if ending.ended) or 0
    told, cases = next((ending, number or 0) for ending, number in pairs if ending.told)
    words, figures = texts("briefing", lang), {"unit": unit(topic, closed, lang)}
    figures |= {"ended": worded(topic.ended or "", lang), "told": worded(told.name, lang)}
    if not closed:
        return filled(words["ended-none"], **figures)
    share = percent(cases, closed, lang)
    return filled(words["ended"], e=shown(closed), c=shown(cases), p=share, **figures)


def _shares(topic: Topic, amounts: Sequence[Amount], lang: str) -> str:
    """Return the words on the parts of a whole; those that are 0 are not named."""
    words, whole = texts("briefing", lang), worded(topic.whole or "", lang)
    all_of = total(amount.now for amount in amounts)
    if all_of is None:
        return filled(words["blank"], name=whole)
    if not all_of:
        return filled(words["shares-none"], whole=whole)
    named = [(amount.measure, amount.now) for amount in amounts if amount.now]
    items = [
        filled(words["share"], name=worded(measure.name, lang), n=shown(number),
               unit=unit(topic, number, lang), p=percent(number, all_of, lang))
        for measure, number in named
    ]  # fmt: skip
    items += [words["rest"]] if len(items) < len(amounts) else []
    told, measured = words["between"].join(items), unit(topic, all_of, lang)
    return filled(words["shares"], whole=whole, n=shown(all_of), unit=measured, items=told)


def _agencies(topic: Topic, ranks: Ranked, lang: str) -> Iterator[str]:
    """Yield the sentences on the agencies with most, with none, and without a number."""
    words, what = texts("briefing", lang), worded(topic.measures[0].name, lang)
    said = [(short(name), number) for name, number in ranks if number is not None]
    blank = [short(name) for name, number in ranks if number is None]
    if said:
        yield from _ranked(topic, said, lang, alone=len(ranks) == 1)
    if blank:
        yield filled(words["unsaid"], what=what, n=len(blank), names=names_of(blank, lang))


def _ranked(
    topic: Topic, ranks: Sequence[tuple[str, Number]], lang: str, *, alone: bool
) -> Iterator[str]:
    """Yield the sentences on the agencies with a number; alone: there is no other agency."""
    words, most = texts("briefing", lang), ranks[0][1]
    first = [name for name, number in ranks if number == most]
    none = [name for name, number in ranks if not number]
    what = worded(topic.measures[0].name, lang)
    figures = {"what": what, "unit": unit(topic, most, lang)}
    if alone:
        yield filled(words["alone"], name=first[0], n=shown(most), **figures)
    elif not most:
        yield filled(words["idle"], n=len(ranks), **figures)
    else:
        share = percent(most, sum(number for _, number in ranks), lang)
        figures |= {"names": names_of(first, lang), "n": shown(most), "p": share}
        yield filled(words["ties" if len(first) > 1 else "most"], **figures)
        name = "none" if none else "none-none"
        yield filled(words[name], what=what, n=len(none), names=names_of(none, lang))


# ── returns ───────────────────────────────────────────────────────────────────────────────────────


def _filing(filing: Filing | None, lang: str) -> Iterator[str]:
    """Yield the sentences on the agencies that did not send, were late, or sent again."""
    words = texts("briefing", lang)
    if filing is None:
        yield words["rosterless"]
        return
    yield filled(words["came"], all=filing.expected, n=filing.came)
    if filing.missing:
        names = names_of(map(short, filing.missing), lang)
        yield filled(words["missing"], n=len(filing.missing), names=names)
    if filing.late:
        names = names_of(_counted(filing.late, words["days"], words["one"]), lang)
        yield filled(words["late"], n=len(filing.late), names=names)
    elif filing.undated < filing.came:
        yield words["late-none"]
    if filing.undated:
        yield filled(words["undated"], n=filing.undated)
    if filing.returned:
        names = names_of(_counted(filing.returned, words["times"], words["one"]), lang)
        times = sum(count for _, count in filing.returned)
        yield filled(words["returned"], n=len(filing.returned), times=times, names=names)
    else:
        yield words["returned-none"]


def _counted(pairs: Sequence[tuple[str, int]], each: str, both: str) -> Iterator[str]:
    """Yield agencies with their counts; each: the words for a count, both: for the two."""
    return (filled(both, name=short(name), what=filled(each, n=count)) for name, count in pairs)


def _problems(brief: Briefing, lang: str) -> str:
    """Return the sentence on the commonest problems."""
    words, titles = texts("briefing", lang), texts("title", lang)
    items = [
        filled(words["problem"], title=titles.get(code, code), n=count)
        for code, count in brief.problems[:_PROBLEMS]
    ]
    name = "common" if items else "common-none"
    return filled(words[name], n=brief.judged, items=words["between"].join(items))
