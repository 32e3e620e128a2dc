"""Numbers in a report's texts, compared with the tables.

The words are data: templates/narrative.toml has the phrases, an edition's edits of kind `text`
assign cells to a phrase. A number that may be another agency's or time's gives no finding.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from .. import data
from ..edition.balance import Edit, Words
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..edition.shape import EditionError, hint
from ..finding import Finding, Spot
from ..report.report import Number, Report, is_empty, plain, total
from .case import finding_of
from .phrases import Statement, View, phrase, sentence_of, statements
from .sentences import flat, sentences

MOST = 3
"""Most differing numbers reported by a rule."""
NAME_LENGTH = 400


@cache
def _region() -> re.Pattern[str]:
    return re.compile(data.narrative()["read"]["region"])


def view(report: Report) -> View:
    """Return the year of a report, its agency's name and the kind of region in it."""
    name = (report.agency.get("name") or "").strip()[-NAME_LENGTH:]
    region = _region().search(name)
    return View(report.year, region[1] if region else "", name)


def unwritten(report: Report | None) -> tuple[str, ...]:
    """Return the captions of a filled report's sections of text where all of them are blank.

    Empty for a document, and for a report JSON that holds no texts at all.
    """
    if report is None or report.origin == "document" or not report.texts or is_empty(report):
        return ()
    if any(text.strip() for text in report.texts.values()):
        return ()
    return tuple(section.caption for section in report.edition.texts.values())


@cache
def operands(edition: Edition, equals: tuple[str, ...]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of each sum a number may equal; a word may be a pattern.

    Raises EditionError where a word names no cell.
    """
    return tuple(
        tuple(cell for word in words.split("+") for cell in _cells(edition, word.strip()))
        for words in equals
    )


def _cells(edition: Edition, word: str) -> tuple[Cell, ...]:
    cells = edition.select((word,))
    if not cells:
        raise EditionError(f"equals: no cell {word!r}{hint(word, edition.cells)}")
    return cells


def text(
    edit: Edit,
    report: Report,
    *,
    texts: Sequence[str],
    says: Sequence[str] = (),
    equals: Sequence[str] = (),
) -> Iterator[Finding | tuple[Spot, ...]]:
    """Yield a finding for each number in the texts that equals none of the sums in `equals`.

    Where cells of the sums are blank, their spots are yielded instead; a blank total of numbers
    counts as their sum.
    A smaller number beside an equal one is taken for a part of it. Without `says` and `equals`
    the year of the texts is checked.
    """
    if not equals:
        yield from _years(edit, report, texts)
        return
    pairs = said(edit, report, report.written, says)
    if not pairs:
        return
    sums = operands(report.edition, tuple(equals))
    numbers = {**report.numbers, **report.summed_up}
    totals = [total(numbers[cell.key] for cell in cells) for cells in sums]
    complete = [number for number in totals if number is not None]
    least = max(complete) if any(statement.number in complete for _, statement in pairs) else 0
    wrong: dict[Number, tuple[str, Statement]] = {}
    for name, statement in pairs:
        if statement.number not in complete and statement.number >= least:
            wrong.setdefault(statement.number, (name, statement))
    spots = tuple(dict.fromkeys(Spot.of(cell) for cells in sums for cell in cells))
    if wrong and len(complete) < len(totals):
        yield tuple(spot for spot in spots if numbers[spot.key or ""] is None)
        return
    expected = " / ".join(dict.fromkeys(map(plain, complete)))
    case = "summed" if any(spot.key in report.summed_up for spot in spots) else ""
    for name, statement in list(wrong.values())[:MOST]:
        figures = _figures(edit, report, name, statement.sentence)
        yield finding_of(edit, spots, plain(statement.number), expected, case, **figures)


def _figures(edit: Edit, report: Report, name: str, quote: str) -> dict[str, str | Words]:
    return {"section": report.edition.texts[name].caption, "quote": quote, "rule": edit.rule}


def quoted(report: Report) -> Iterator[tuple[Number, str, tuple[str, ...]]]:
    """Yield (number, quote, keys) for each number given by the texts for a sum of cells.

    A placeholder gives none: it repeats the cell.
    """
    for edit in report.edition.edits:
        if says := edit.figures.get("says"):
            sums = operands(report.edition, tuple(edit.figures["equals"]))
            for _, statement in said(edit, report, report.texts, says):
                for cells in sums:
                    yield statement.number, statement.quote, tuple(cell.key for cell in cells)


def said(
    edit: Edit, report: Report, source: Mapping[str, str], says: Sequence[str]
) -> list[tuple[str, Statement]]:
    """Return (name of a text, statement) for the report's own numbers, found by the phrases.

    source: its texts, with or without placeholders; those of the edit are read.
    """
    who = view(report)
    try:
        forms = tuple(form for name in says for form in phrase(name, who.year))
    except EditionError as error:
        raise EditionError(f"edit {edit.id!r}: {error}") from None
    return [
        (name, statement)
        for name in edit.figures["texts"]
        for statement in statements(source.get(name, ""), forms, who)
        if not statement.silent
    ]


def _years(edit: Edit, report: Report, texts: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for the first sentence beginning with a year, if the report's is missing."""
    for name in texts if report.year is not None else ():
        source = report.written.get(name, "")
        if str(report.year) in "".join(flat(source).split()):
            continue
        for sentence in sentences(source, report.year):
            if year := _leading_year(sentence.words):
                quote = sentence_of(source, sentence)
                figures = _figures(edit, report, name, quote)
                yield finding_of(edit, (), year, str(report.year), "year", **figures)
                break


def _leading_year(words: str) -> str:
    """Return the year at the beginning of a sentence, or ''."""
    read = data.narrative()["read"]
    digits, rest = words[:4], words[4:]
    if not digits.isdecimal() or not rest.startswith(read["year"]):
        return ""
    behind = rest.removeprefix(read["year_full"]).removeprefix(read["year"])[:1]
    return digits if behind and behind in read["year_then"] else ""
