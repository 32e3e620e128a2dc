"""The printed words of an edition, for grids that somebody drew: labels as compared, lines of keys."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ..data import CHINESE, say
from ..edition.edition import Edition, Section
from ..edition.kind import GridPlace
from ..report import identity

LONGEST = 200
"""Most characters of a cell that may be a label."""
_BRACKETED = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Wording:
    """A label as it is compared.

    full: letters and digits only. bare: without a number in front. core: without remarks in
    brackets too. unit: a unit of money in the brackets, empty without one.
    """

    full: str
    bare: str
    core: str
    unit: str


@dataclass(frozen=True, slots=True)
class PrintedHead:
    """A key of a line: the label above it, None where it has none, and its printed width.

    at: the label's place in the printed grid.
    """

    key: str
    label: str | None
    wide: int
    at: GridPlace | None = None


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A row of keys of a table: the label to their left that names it, None where it has none.

    row: in the printed grid, from 0. at: the label's place in it. between: labels between that one
    and the keys, such as a unit.
    """

    table: str
    label: str | None
    heads: tuple[PrintedHead, ...]
    row: int = 0
    at: GridPlace | None = None
    between: tuple[str, ...] = ()

    @property
    def headed(self) -> bool:
        """Whether its keys have labels above them."""
        return self.heads[0].label is not None


@lru_cache(maxsize=4_096)
def wording(text: str) -> Wording:
    """Return a text as it is compared as a label.

    >>> [wording(text).full for text in ("（1） a", "１.a", "①a")]
    ['1a', '1a', '1a']
    >>> wording("(1)a（万元）")
    Wording(full='1a万元', bare='a万元', core='a', unit='万元')
    """
    plain = unicodedata.normalize("NFKC", identity.name(text))
    bare = _unnumbered(plain)
    core = _BRACKETED.sub("", bare)
    notes = " ".join(_BRACKETED.findall(bare))
    full, bare = _signs(plain), _signs(bare)
    return Wording(full, bare, _signs(core) or bare, _unit(notes))


def _signs(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(sign for sign in text if sign.isalnum())


def _unnumbered(text: str) -> str:
    """Return a text without the number in front of it, which a sign must part from the rest."""
    for place, sign in enumerate(text):
        if sign.isalnum() and unicodedata.numeric(sign, -1) < 0:
            front = text[:place]
            numbered = any(map(str.isalnum, front)) and not all(map(str.isalnum, front))
            return text[place:] if numbered else text
    return text


def _unit(notes: str) -> str:
    """Return the first unit of money in a text, with the numeral in front of it."""
    for word in say("unit", "money", CHINESE).split():
        before, unit, _ = notes.partition(word)
        if unit:
            scale = before[-1:] if unicodedata.numeric(before[-1:] or " ", -1) > 0 else ""
            return scale + word
    return ""


def likeness(there: Wording, label: Wording) -> int | None:
    """Return how far a text is from a label: 0 the same, 1 but for the number, 2 but for remarks.

    None for another label, or another unit of money.
    """
    if there.core != label.core or (there.unit and label.unit and there.unit != label.unit):
        return None
    if there.full == label.full:
        return 0
    return 1 if there.bare == label.bare else 2


@cache
def lines(edition: Edition) -> tuple[PrintedLine, ...]:
    """Return the rows of keys of all tables, in form order."""
    return tuple(
        line for table, section in edition.tables.items() for line in _lines(table, section)
    )


@cache
def vocabulary(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Return {core of a label: the printed labels with it}."""
    labels: dict[str, dict[str, None]] = {}
    for section in edition.tables.values():
        for label in section.labels.values():
            labels.setdefault(wording(label).core, {})[label] = None
    return {core: tuple(labels) for core, labels in labels.items()}


def _spans(section: Section) -> dict[GridPlace, GridPlace]:
    """Return {place of a printed cell: (rows, columns)} of the merged ones."""
    return {(row, column): (high, wide) for row, column, high, wide in section.merges}


def _lines(table: str, section: Section) -> Iterator[PrintedLine]:
    """Yield the lines of a table."""
    spans = _spans(section)
    anchors = {
        (row + down, column + right): (row, column)
        for (row, column), (high, wide) in spans.items()
        for down in range(high)
        for right in range(wide)
    }
    rows: dict[int, list[GridPlace]] = {}
    for place in sorted(section.keys):
        rows.setdefault(place[0], []).append(place)
    owns = {row: _own_labels(places[0], section, spans, anchors) for row, places in rows.items()}
    columns = _telling(section, owns.values())
    for row, places in rows.items():
        heads = tuple(
            PrintedHead(section.keys[at], section.labels.get(above) if above else None,
                 spans.get(at, (1, 1))[1], above)
            for at in places
            for above in [_met(at, (-1, 0), section, anchors)]
        )  # fmt: skip
        own = owns[row]
        if not own:
            yield PrintedLine(table, None, heads, row)
            continue
        label = max(own, key=lambda at: columns[at[1]])
        between = tuple(section.labels[at] for at in own[: own.index(label)])
        yield PrintedLine(table, section.labels[label], heads, row, label, between)


def _telling(section: Section, owns: Iterable[Sequence[GridPlace]]) -> dict[int, int]:
    """Return {column: how many different words the labels of rows are in it}.

    A unit that stands in a column of its own, or a remark, names no row, nor does a number.
    """
    words: dict[int, set[str]] = {}
    for own in owns:
        for at in own:
            words.setdefault(at[1], set()).add(wording(section.labels[at]).bare)
    return {
        column: sum(any(map(str.isalpha, word)) for word in there)
        for column, there in words.items()
    }


def _own_labels(
    place: GridPlace,
    section: Section,
    spans: Mapping[GridPlace, GridPlace],
    anchors: Mapping[GridPlace, GridPlace],
) -> list[GridPlace]:
    """Return the labels left of a row's first key that are as high as it, from the innermost."""
    found: list[GridPlace] = []
    high = spans.get(place, (1, 1))[0]
    label = _met(place, (0, -1), section, anchors)
    while label and label[0] == place[0] and spans.get(label, (1, 1))[0] == high:
        found.append(label)
        label = _met((label[0], label[1] - 1), (0, -1), section, anchors)
    return found


def _met(
    place: GridPlace, step: GridPlace, section: Section, anchors: Mapping[GridPlace, GridPlace]
) -> GridPlace | None:
    """Return the place of the first label met on the way left or up."""
    row, column = place
    while row >= 0 and column >= 0:
        anchor = anchors.get((row, column), (row, column))
        if anchor in section.labels:
            return anchor
        row, column = row + step[0], column + step[1]
    return None
