"""Returns as published documents: refusals, names and contents of files, remarks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..data import say
from ..documents.convert import to_pdf
from ..documents.phrased import is_told, left_out, stated
from ..documents.printout import Printout, printout
from ..documents.writing import PDF, WRITERS, written
from ..finding import Result
from ..report.report import Report
from .handout import alike, legal

_NAME_BYTES, _TITLE_BYTES, _CODE_BYTES = 140, 60, 40
"""Most bytes of the parts of a file name; file systems take 255 in all, with the ending."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A return as it is published: its path, its report as printed, the name of its files."""

    path: str
    report: Report
    paper: Printout
    stem: str


def publishable(result: Result, *, draft: bool) -> bool:
    """Tell whether a return is published: without errors, or as a draft if it was read."""
    return result.report is not None and (draft or result.verdict in ("pass", "warn"))


def publications(results: Sequence[Result], *, draft: bool) -> list[Publication]:
    """Return the publications of returns, in their order; no two file names are alike."""
    taken: set[str] = set()
    found = []
    for result in results:
        report: Report | None = result.report
        if report is None or not publishable(result, draft=draft):
            continue
        paper = printout(report, draft=draft)
        name = _free(_name(paper), report.agency["code"] or "", taken)
        found.append(Publication(result.path, report, paper, name))
    return found


def _name(paper: Printout) -> str:
    """Return the name of a report's files without ending."""
    return f"{legal(paper.whose, _NAME_BYTES)}{legal(paper.what, _TITLE_BYTES)}"


def _free(name: str, code: str, taken: set[str]) -> str:
    """Return a name that is not taken yet, with the code or a number behind it; note it as taken."""
    own = f"{name}-{legal(code, _CODE_BYTES)}" if code else name
    names = (name, own, *(f"{own}-{number}" for number in range(2, len(taken) + 3)))
    free = next(one for one in names if alike(one) not in taken)
    taken.add(alike(free))
    return free


def files(
    published: Publication, styles: Sequence[str], program: str | None
) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of a return's files; program: LibreOffice, for PDF.

    Raises Rejected where LibreOffice makes no PDF.
    """
    for style in dict.fromkeys(styles):
        if style == PDF:
            (_, document), *_ = written(published.paper, "docx")
            yield f"{published.stem}.pdf", to_pdf(document, program or "")
            continue
        for ending, content in written(published.paper, style):
            yield f"{published.stem}{ending}", content


def names(published: Publication, styles: Sequence[str]) -> Iterator[str]:
    """Yield the names of a return's files."""
    for style in dict.fromkeys(styles):
        yield from (f"{published.stem}{ending}" for ending in WRITERS.get(style, (f".{PDF}",)))


def remarks(published: Publication, lang: str) -> Iterator[str]:
    """Yield what somebody should know who publishes a return: sentences made, numbers not printed."""
    report = published.report
    for section in report.edition.sections:
        if sentence := left_out(report, section):
            yield say("publish", "left-out", lang, caption=section.caption, sentence=sentence)
        elif sentence := stated(report, section):
            yield say("publish", "composed", lang, caption=section.caption, sentence=sentence)
        elif is_told(section) and _is_partial(report, tuple(section.keys.values())):
            yield say("publish", "partial", lang, caption=section.caption)
    if published.paper.lost:
        yield say("publish", "lost", lang, n=published.paper.lost)


def _is_partial(report: Report, keys: Sequence[str]) -> bool:
    """Tell whether some cells have a number and some have none."""
    return len({report.numbers[key] is None for key in keys}) > 1
