"""Charts as DrawingML, for workbooks and documents: they print in grey, each bar has its number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..report.report import Number, plain
from ..xlsx.address import column_letters
from .chapters import BARS, PAIRS, STACKED, Chart
from .container import HEAD, escaped, quoted

_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
INK = "1F3A5F"
_LIGHT, _PAPER, _TEXT = "C3CCD8", "FFFFFF", "222B38"
FILLS = (("solid", INK), ("wdUpDiag", INK), ("solid", _LIGHT), ("pct20", INK))
"""Fills of the series, told apart by lightness and pattern, not by colour."""
_WHITE_ON = 0
"""The fill on which a number is white."""
_SIZE, _TITLE = 900, 1000
_CATEGORIES, _VALUES = 111, 112
"""Names of the axes."""
_GAPS = {BARS: 45, PAIRS: 55, STACKED: 60}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place of a chart's numbers in a workbook: the sheet and the corner of its table.

    The names stand below the corner, the series beside it, their names in the corner's row.
    """

    sheet: str
    row: int = 1
    column: int = 1

    def at(self, column: int, first: int, last: int) -> str:
        """Return a reference to rows of a column, counted from the corner."""
        letters = column_letters(self.column + column)
        name = self.sheet.replace("'", "''")
        ends = (f"${letters}${self.row + row}" for row in dict.fromkeys((first, last)))
        return f"'{name}'!{':'.join(ends)}"


def drawn(chart: Chart, place: Anchor, font: str, external: str = "") -> bytes:
    """Return a chart's part; external: relation of the workbook in a document, for editing."""
    data = (
        f'<c:externalData r:id="{external}"><c:autoUpdate val="0"/></c:externalData>'
        if external
        else ""
    )
    legend = (
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text(_SIZE, _TEXT)}</c:legend>'
        if len(chart.series) > 1
        else ""
    )
    face = f"<a:latin typeface={quoted(font)}/><a:ea typeface={quoted(font)}/>"
    return (
        f'{HEAD}<c:chartSpace {_NAMESPACES}><c:roundedCorners val="0"/><c:chart>'
        f"{_title(chart.title)}"
        f'<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>{"".join(_bars(chart, place))}'
        f"{_axes()}</c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr>{_solid(_PAPER)}<a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{_SIZE}">{face}</a:defRPr>'
        f'</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>{data}</c:chartSpace>'
    ).encode()


def _title(text: str) -> str:
    look = f'sz="{_TITLE}" b="1"'
    return (
        "<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f"<a:defRPr {look}>{_solid(_TEXT)}</a:defRPr></a:pPr>"
        f'<a:r><a:rPr lang="zh-CN" {look}>{_solid(_TEXT)}</a:rPr><a:t>{escaped(text)}</a:t></a:r>'
        '</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _bars(chart: Chart, place: Anchor) -> Iterator[str]:
    stacked = chart.kind == STACKED
    grouping = "stacked" if stacked else "clustered"
    yield f'<c:barChart><c:barDir val="bar"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>'
    for number, (name, values) in enumerate(chart.series):
        yield (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
            f"<c:tx>{_strings(place.at(number + 1, 0, 0), [name])}</c:tx>"
            f'<c:spPr>{_fill(number)}<a:ln w="9525">{_solid(INK)}</a:ln></c:spPr>'
            f'<c:invertIfNegative val="0"/>{_labels(number, stacked=stacked)}'
            f"<c:cat>{_strings(place.at(0, 1, len(values)), chart.labels)}</c:cat>"
            f"<c:val>{_numbers(place.at(number + 1, 1, len(values)), values)}</c:val></c:ser>"
        )
    overlap = '<c:overlap val="100"/>' if stacked else ""
    yield f'<c:gapWidth val="{_GAPS[chart.kind]}"/>{overlap}'
    yield f'<c:axId val="{_CATEGORIES}"/><c:axId val="{_VALUES}"/></c:barChart>'


def _strings(reference: str, texts: Sequence[str]) -> str:
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{escaped(text)}</c:v></c:pt>' for n, text in enumerate(texts)
    )
    count = f'<c:ptCount val="{len(texts)}"/>'
    cache = f"<c:strCache>{count}{points}</c:strCache>"
    return f"<c:strRef><c:f>{escaped(reference)}</c:f>{cache}</c:strRef>"


def _numbers(reference: str, values: Sequence[Number | None]) -> str:
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{plain(value)}</c:v></c:pt>'
        for n, value in enumerate(values)
        if value is not None
    )
    count = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>'
    cache = f"<c:numCache>{count}{points}</c:numCache>"
    return f"<c:numRef><c:f>{escaped(reference)}</c:f>{cache}</c:numRef>"


def _labels(number: int, *, stacked: bool) -> str:
    """Return the labels of a series: its numbers beside the bars, or in the pieces but for 0."""
    code, place = ("General;-General;;", "ctr") if stacked else ("General", "outEnd")
    white = stacked and number == _WHITE_ON
    back = _solid(_PAPER) if stacked and not white else "<a:noFill/>"
    return (
        f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/>'
        f"<c:spPr>{back}<a:ln><a:noFill/></a:ln></c:spPr>"
        f"{_text(_SIZE, _PAPER if white else _TEXT)}"
        f'<c:dLblPos val="{place}"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/></c:dLbls>'
    )


def _axes() -> str:
    """Return both axes: names from top to bottom, numbers from 0 and not drawn."""
    line = f'<c:spPr><a:ln w="9525">{_solid(_TEXT)}</a:ln></c:spPr>'
    marks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    return (
        f'<c:catAx><c:axId val="{_CATEGORIES}"/><c:scaling><c:orientation val="maxMin"/>'
        f'</c:scaling><c:delete val="0"/><c:axPos val="l"/>{marks}<c:tickLblPos val="low"/>'
        f'{line}{_text(_SIZE, _TEXT)}<c:crossAx val="{_VALUES}"/><c:crosses val="autoZero"/>'
        '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="60"/>'
        '<c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{_VALUES}"/><c:scaling><c:orientation val="minMax"/>'
        '<c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="t"/>'
        f'<c:numFmt formatCode="General" sourceLinked="0"/>{marks}<c:tickLblPos val="none"/>'
        f'<c:crossAx val="{_CATEGORIES}"/><c:crosses val="autoZero"/></c:valAx>'
    )


def _text(size: int, ink: str) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}" b="0">{_solid(ink)}'
        '</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _fill(number: int) -> str:
    """Return the fill of a series."""
    kind, colour = FILLS[number % len(FILLS)]
    if kind == "solid":
        return _solid(colour)
    back = f'<a:bgClr><a:srgbClr val="{_PAPER}"/></a:bgClr>'
    return f'<a:pattFill prst="{kind}"><a:fgClr><a:srgbClr val="{colour}"/></a:fgClr>{back}</a:pattFill>'
