"""A paper as a page of its own (html), without scripts: bars as SVG, every number beside its bar."""

from collections.abc import Iterator
from itertools import accumulate

from .. import __version__, data
from ..data import say
from ..report.report import Number
from .chapters import STACKED, Chapter, Chart, Paper, shown
from .tags import digest, esc, opened, tag

_FILLS = ("solid", "lined", "light", "dotted")
"""Classes of the fills of series, told apart by lightness and pattern."""
_PATTERNS = (
    '<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="lined" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="5" height="5" class="paper"/>'
    '<rect width="2" height="5" class="ink"/></pattern>'
    '<pattern id="dotted" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" class="paper"/><circle cx="2" cy="2" r="0.8" class="ink"/></pattern>'
    "</defs></svg>"
)


def write(paper: Paper, lang: str) -> bytes:
    """Return a paper as html."""
    return "".join(_page(paper, lang)).encode("utf-8", "backslashreplace")


def _page(paper: Paper, lang: str) -> Iterator[str]:
    style = data.asset("paper.css")
    policy = f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; form-action 'none'"
    yield f'<!doctype html>\n<html lang="{say("board", "language", lang)}">\n<head>\n'
    yield '<meta charset="utf-8">\n'
    yield f'<meta name="generator" content="gouji {__version__}">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield tag("title", esc(paper.title))
    yield f"\n<style>{style}</style>\n</head>\n<body>\n{_PATTERNS}\n"
    lead = tag("p", esc("".join(paper.lead)), class_="lead")
    yield tag("header", tag("h1", esc(paper.title)), lead) + "\n<main>\n"
    for chapter in paper.chapters:
        yield from _chapter(chapter)
    yield "</main>\n</body>\n</html>\n"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield "<section>"
    yield tag("h2", esc(chapter.heading))
    yield tag("p", esc("".join(chapter.sentences)))
    yield opened("div", class_=f"charts n{len(chapter.charts)}")
    for chart in chapter.charts:
        yield from _chart(chart)
    yield "</div>"
    if chapter.notes:
        yield tag("p", esc("".join(chapter.notes)), class_="note")
    yield "</section>\n"


def _chart(chart: Chart) -> Iterator[str]:
    """Yield a chart as a table: a row for each bar with its name and number, and the notes."""
    yield "<figure>"
    legend = (
        tag("span", _bar([(100.0, n)], class_="key"), " ", esc(name), " ")
        for n, (name, _) in enumerate(chart.series)
    )
    keys = tag("span", *legend, class_="legend") if len(chart.series) > 1 else ""
    yield opened("table")
    yield tag("caption", tag("b", esc(chart.title)), " ", keys)
    rows = _stacked(chart) if chart.kind == STACKED else _rows(chart)
    yield tag("tbody", *rows)
    yield "</table>"
    yield tag("figcaption", esc("".join(chart.notes)), class_="note")
    yield "</figure>"


def _rows(chart: Chart) -> Iterator[str]:
    """Yield rows of a bar each; the bars of a name stand below each other."""
    shares = chart.shares or ("",) * len(chart.names)
    for n, name in enumerate(chart.names):
        for number, (_, values) in enumerate(chart.series):
            head = tag("th", esc(name), scope="rowgroup" if len(chart.series) > 1 else "row", rowspan=len(chart.series)) if not number else ""  # fmt: skip
            width = 100 * float(values[n] or 0) / float(chart.most)
            bar = tag("td", _bar([(width, number)]), class_="bar")
            share = tag("span", esc(shares[n]), class_="share") if shares[n] else ""
            value = tag("td", tag("b", esc(shown(values[n]))), " ", share, class_="number")
            yield tag("tr", head, bar, value)


def _stacked(chart: Chart) -> Iterator[str]:
    """Yield rows of a bar in pieces each, with the numbers of its pieces."""
    for n, name in enumerate(chart.names):
        numbers: list[Number] = [values[n] or 0 for _, values in chart.series]
        pieces = [(100 * float(number) / float(chart.most), k) for k, number in enumerate(numbers)]
        told = " ".join(f"{name} {shown(values[n])}" for name, values in chart.series)
        bar = tag("td", _bar(pieces), tag("span", esc(told), class_="pieces"), class_="bar")
        value = tag("td", tag("b", esc(shown(sum(numbers)))), class_="number")
        yield tag("tr", tag("th", esc(name), scope="row"), bar, value)


def _bar(pieces: list[tuple[float, int]], class_: str | None = None) -> str:
    """Return a bar; pieces: (length in per cent, number of the series)."""
    starts = (0.0, *accumulate(length for length, _ in pieces))
    parts = (
        tag("rect", x=f"{start:.2f}%", width=f"{length:.2f}%", height="100%",
            class_=_FILLS[number % len(_FILLS)])
        for start, (length, number) in zip(starts, pieces, strict=False)
        if length
    )  # fmt: skip
    return tag("svg", *parts, class_=class_, aria_hidden="true")
