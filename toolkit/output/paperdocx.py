"""A paper as a document (docx): official page and fonts, charts with the workbooks of their numbers."""

from collections.abc import Iterator

from openpyxl import Workbook

from ..blank import parts
from ..data import say
from ..escape import inert
from . import worddoc
from .chapters import Chapter, Chart, Paper
from .chartxml import Anchor, drawn
from .container import stored
from .lists import put
from .worddoc import Style

_SHEET = "Sheet1"
_NARROW = 1.5
"""Space between charts beside each other, in mm."""


def write(paper: Paper, lang: str) -> bytes:
    """Return a paper as docx."""
    charts = [chart for chapter in paper.chapters for chart in chapter.charts]
    text = say("briefing", "font_body", lang)
    drawings = [(drawn(chart, Anchor(_SHEET), text, worddoc.EXTERNAL), _numbers(chart)) for chart in charts]  # fmt: skip
    return worddoc.document(_body(paper), _styles(lang), drawings, paper.title)


def _styles(lang: str) -> tuple[Style, ...]:
    title, heading, body = (say("briefing", f"font_{name}", lang) for name in ("title", "heading", "body"))  # fmt: skip
    return (
        Style("Normal", body, 10.5, 16.5, indent=2),
        Style("Title", title, 18, 26, across="center", after=4),
        Style("Heading1", heading, 12, 18, before=3, keep=True),
        Style("Chart", body, 9, 0, across="center"),
        Style("Note", body, 8, 10, after=1),
        Style("Foot", body, 10.5, 0, across="center"),
    )


def _body(paper: Paper) -> Iterator[str]:
    yield worddoc.paragraph(paper.title, "Title")
    yield worddoc.paragraph("".join(paper.lead), "Normal")
    number = 1
    for chapter in paper.chapters:
        yield worddoc.paragraph(chapter.heading, "Heading1")
        yield worddoc.paragraph("".join(chapter.sentences), "Normal")
        yield from _charts(chapter, number)
        number += len(chapter.charts)
        if chapter.notes:
            yield worddoc.paragraph("".join(chapter.notes), "Note")


def _charts(chapter: Chapter, first: int) -> Iterator[str]:
    """Yield the charts of a chapter with their notes, those of one chapter beside each other."""
    charts = chapter.charts
    if not charts:
        return
    width = worddoc.WIDTH / len(charts) - _NARROW * (len(charts) > 1) * 2
    height = max(chart.height for chart in charts)
    cells = [
        worddoc.picture(number, (width, height), chart.about, "Chart")
        + worddoc.paragraph("".join(chart.notes), "Note")
        for number, chart in enumerate(charts, first)
    ]
    yield worddoc.beside(cells) if len(cells) > 1 else cells[0]


def _numbers(chart: Chart) -> bytes:
    """Return the workbook of a chart's numbers."""
    book = Workbook()
    book.properties = parts.properties()
    sheet = book.worksheets[0]
    sheet.title = _SHEET
    for column, (name, values) in enumerate(chart.series, 2):
        put(sheet, (1, column), inert(name))
        for row, (label, value) in enumerate(zip(chart.labels, values, strict=True), 2):
            put(sheet, (row, 1), inert(label))
            put(sheet, (row, column), value)
    return stored({name: parts.steady(name, part) for name, part in parts.written(book).items()})
