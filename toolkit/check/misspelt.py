"""Placeholders in the texts that stand for no number: misspelt ones, and those of open cells."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ..data import Message, listed
from ..edition.edition import Edition
from ..edition.naming import BETWEEN, spelt
from ..finding import Finding, Spot, spots
from ..report.placeholders import Placeholder, placeholders
from ..report.report import Report

CODE = "placeholder"
MOST = 6
"""Most misspelt placeholders reported of a text, and names of open ones."""
_BEFORE, _BEHIND = 12, 8
"""Characters quoted before and behind a placeholder."""
_ENDS = re.compile("[{}\uff5b\uff5d\u3002\uff1b\r\n]")
_ALIKE = 0.5
"""Least likeness of a proposal: names have two characters and more."""


def of_texts(report: Report) -> Iterator[Finding]:
    """Yield a finding for each misspelt placeholder, and one for all placeholders of open cells."""
    edition = report.edition
    opens: dict[str, tuple[str, ...]] = {}
    for text in edition.texts:
        source = report.texts.get(text, "")
        wrong: dict[str, Placeholder] = {}
        for one in placeholders(source, edition):
            if one.keys is None:
                wrong.setdefault(spelt(one.name), one)
            elif blank := [key for key in one.keys if report.numbers[key] is None]:
                opens.setdefault(spelt(one.name), tuple(blank))
        for one in list(wrong.values())[:MOST]:
            yield _misspelt(edition, text, one, source)
    if opens:
        yield _open(edition, opens)


def _misspelt(edition: Edition, text: str, one: Placeholder, source: str) -> Finding:
    near, section = _near(edition, spelt(one.name)), edition.texts[text]
    return Finding(
        code=CODE,
        severity="warning",
        cells=(Spot(None, section.sheet, None, section.caption),),
        found=_braced(one.name),
        expected=_braced(near) if near else None,
        figures={"section": section.caption, "quote": _quote(source, one)},
        words=Message("finding", f"{CODE}/near" if near else CODE),
    )


def _quote(source: str, one: Placeholder) -> str:
    """Return a placeholder with the words around it, up to the next braces or sentence."""
    before = _ENDS.split(source[max(0, one.start - _BEFORE) : one.start])[-1]
    behind = _ENDS.split(source[one.end : one.end + _BEHIND])[0]
    return " ".join(f"{before}{source[one.start : one.end]}{behind}".split())


def _near(edition: Edition, name: str) -> str | None:
    """Return the placeholder that a name may mean: with its parts swapped, or spelt alike."""
    names = {spelt(known): known for known in edition.placeholders}
    first, _, last = name.partition(BETWEEN)
    alike = get_close_matches(name, names, n=1, cutoff=_ALIKE)
    return names.get(f"{last}{BETWEEN}{first}") or next((names[one] for one in alike), None)


def _open(edition: Edition, opens: dict[str, tuple[str, ...]]) -> Finding:
    keys: Iterable[str] = (key for blank in opens.values() for key in blank)
    names = listed(map(_braced, opens), MOST, " ")
    return Finding(
        code=CODE,
        severity="warning",
        cells=spots(edition, keys),
        found=names,
        figures={"names": names},
        words=Message("finding", f"{CODE}/open"),
    )


def _braced(name: str) -> str:
    return f"{{{name}}}"
