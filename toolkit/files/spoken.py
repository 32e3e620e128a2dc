"""Numbers that a report gives only in a sentence, like its processing fees: proposals with the quote."""

from dataclasses import replace

from ..check.narrative import quoted
from ..documents.document import Document, Paragraph
from ..documents.importing import Imported
from ..report.provenance import Evidence
from ..report.report import Number, Report


def spoken(report: Report) -> dict[str, tuple[Number, str]]:
    """Return {key: (number, quote)} of cells whose number is in the text of their own section.

    A cell with different numbers in it has none.
    """
    numbers: dict[str, dict[Number, str]] = {}
    for section in report.edition.sections:
        text = report.texts.get(section.text or "")
        if not section.table or not section.text or not text:
            continue
        alone = replace(report, texts={section.text: text})
        for number, quote, keys in quoted(alone):
            if len(keys) == 1 and report.edition.cells[keys[0]].table == section.table:
                numbers.setdefault(keys[0], {}).setdefault(number, quote)
    return {key: next(iter(said.items())) for key, said in numbers.items() if len(said) == 1}


def with_spoken(read: Imported) -> Imported:
    """Return a document with proposals for the cells that only a sentence gives: never taken."""
    report = read.report
    proposals = {
        key: Evidence(_place(quote, read.document), quote, "label-differs", taken=False)
        for key, (_, quote) in spoken(report).items()
    }
    return replace(read, report=replace(report, evidence={**proposals, **report.evidence}))


def _place(quote: str, document: Document) -> str:
    """Return the place of the last line with a quote, empty where it is in no line."""
    words = quote.removeprefix("…")
    lines = (block for block in reversed(document.blocks) if isinstance(block, Paragraph))
    return next((line.where for line in lines if words in "".join(line.text.split())), "")
