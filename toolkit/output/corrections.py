"""The smallest corrections on the board: cells to change, with old and new numbers."""

from collections.abc import Iterator

from ..data import say
from ..edition.edition import Edition
from ..explain import Correction, words
from ..finding import Result, place
from . import tables
from .tags import esc, opened, tag


def corrections(result: Result, ident: str, lang: str) -> Iterator[str]:
    """Yield the corrections as a list, each with links to its cells and the findings it clears."""
    listed = words.of(result)
    if not listed:
        return
    yield tag("h3", esc(say("board", "corrections", lang)), id=f"{ident}c")
    yield tag("p", esc(say("board", "corrections-note", lang)), class_="remark")
    yield opened("ol", class_="corrections", aria_labelledby=f"{ident}c")
    numbers = tables.numbers(result.findings)
    for number, (correction, findings) in enumerate(listed, 1):
        mends = (tables.mark(numbers[index], ident, lang) for index in findings)
        yield opened("li", id=f"{ident}c{number}")
        yield esc(words.sentence(correction, lang)) + " " + "".join(mends)
        yield from _links(correction, result.report.edition, ident, lang)
        yield "</li>\n"
    yield "</ol>"


def _links(correction: Correction, edition: Edition, ident: str, lang: str) -> Iterator[str]:
    """Yield links to the cells to change, with old and new value."""
    links = []
    answers = words.telling(correction) or correction.answers
    for change in (change for answer in answers for change in answer.changes):
        spot = change.spot
        before = f"{say('board', 'colon', lang)}{words.before(change, lang)} → "
        named = place((spot,), lang)
        shown = esc(f"{named}{before}") + tag("b", esc(words.after(change)))
        box = tables.place_of(edition, spot)
        href = f"#{ident}{box}" if box else None
        links.append(tag("a" if box else "span", shown, href=href))
    if links:
        yield tag("p", " ".join(dict.fromkeys(links)), class_="cells")


def proposed(result: Result) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return {place: (number of the correction, proposed number)}, of the corrections listed."""
    proposals: dict[str, tuple[tuple[int, str], ...]] = {}
    for number, (correction, _) in enumerate(words.of(result), 1):
        for change in (c for answer in words.telling(correction) for c in answer.changes):
            if place := tables.place_of(result.report.edition, change.spot):
                proposal = (number, words.after(change))
                proposals[place] = tuple(dict.fromkeys((*proposals.get(place, ()), proposal)))
    return proposals
