"""What an edition prints, in its order: captions, labels and the rows of cells between them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ..edition.edition import Edition
from .printed import PrintedLine, Wording, lines, wording


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A caption or label: as printed and as compared.

    section: its number in the edition. row: in the printed grid, -1 for a caption.
    """

    text: str
    words: Wording
    section: int
    row: int


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A row of cells: its line, and the numbers of the words that name it.

    label: of its own innermost label, None without one. heads: of the labels above its cells, None
    where it has none. before: of all words that must be there too, since others are equal to its own.
    """

    line: PrintedLine
    label: int | None
    heads: tuple[int, ...] | None
    before: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """An edition as it is printed.

    words: in reading order. rows: all rows of cells, in form order. known: {core: numbers of the
    words with it}. starts: beginnings of words, for those broken over lines.
    """

    edition: Edition
    words: tuple[PrintedWord, ...]
    rows: tuple[ExpectedRow, ...]
    known: Mapping[str, tuple[int, ...]]
    starts: frozenset[str]
    captions: Mapping[int, int]


@cache
def expected(edition: Edition) -> Expected:
    """Return what an edition prints."""
    words: list[PrintedWord] = []
    numbers: dict[tuple[str, tuple[int, int]], int] = {}
    captions: dict[int, int] = {}
    for section, part in enumerate(edition.sections):
        captions[section] = len(words)
        words.append(PrintedWord(part.caption, wording(part.caption), section, -1))
        for place, label in sorted(part.labels.items()):
            numbers[part.table or "", place] = len(words)
            words.append(PrintedWord(label, wording(label), section, place[0]))
    known: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        known.setdefault(word.words.core, []).append(number)
    starts = frozenset(
        text[:length]
        for word in words
        for text in (word.words.full, word.words.bare)
        for length in range(1, len(text) + 1)
    )
    rows = tuple(_rows(edition, words, numbers))
    fixed = {core: tuple(own) for core, own in known.items()}
    return Expected(edition, tuple(words), rows, fixed, starts, captions)


def _rows(
    edition: Edition, words: list[PrintedWord], numbers: Mapping[tuple[str, tuple[int, int]], int]
) -> Iterator[ExpectedRow]:
    own = Counter(
        (line.table, wording(line.label).core) for line in lines(edition) if line.label is not None
    )
    for line in lines(edition):
        label = numbers[line.table, line.at] if line.at is not None else None
        places = [head.at for head in line.heads]
        heads = None
        if all(at is not None for at in places):
            heads = tuple(numbers[line.table, at] for at in places if at is not None)
        before: list[int] = []
        if label is not None and own[line.table, words[label].words.core] > 1:
            before = [number for number in (label - 1, label + 1) if number < len(words)]
        cores = [words[number].words.core for number in heads or ()]
        if len(set(cores)) < len(cores):
            before += _above(words, heads or (), line)
        yield ExpectedRow(line, label, heads, tuple(before))


def _above(words: list[PrintedWord], heads: tuple[int, ...], line: PrintedLine) -> list[int]:
    """Return the words over a row whose heads are not all different: they tell them apart."""
    section = words[heads[0]].section
    return [
        number
        for number, word in enumerate(words)
        if word.section == section and 0 <= word.row < line.row
    ]
