"""Sentences of a text: their numbers, and the words for owner and time of the numbers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from .. import data
from ..report.report import Number

TEXT_LIMIT = 60_000
"""Most characters of a text that are read."""
SENTENCE_LIMIT = 1_000
"""Skip sentences longer than this, in characters."""
BACK = 400
"""Characters before a sentence, in its paragraph, that belong to its context."""
HEADING_LIMIT = 30
"""Most characters of a line that is a heading of the next line: it has no full stop."""
_LINE = re.compile(r"[^\n\r]+")
TITLE = re.compile(r"\u300a[^\u300a\u300b]{0,80}\u300b")
_YEAR = re.compile(r"<(last|year|next)>")
DIGITS = re.compile(
    r"(?<![\d.])(?<!\d\uff0c)(?:\d{1,3}(?:\uff0c\d{3}){1,3}(?!\d)|\d{1,12})(?:\.\d{1,2})?(?![\d.])"
)
_FLAT = {
    **{full: chr(full - 0xFEE0) for full in (*range(0xFF10, 0xFF1A), 0xFF05, 0xFF0D, 0xFF0E)},
    **{ord(sign): chr(ord(sign) + 0xFEE0) for sign in ",;:()!?"},
    **{ord(blank): " " for blank in "\t\v\f\x1c\x1d\x1e\x1f\xa0\u3000\u200b\u200c\u200d\ufeff"},
    **{ord(line): "\n" for line in "\x85\u2028\u2029"},
}
"""Full-width digits become ASCII, ASCII punctuation full-width, every blank a space."""
WordList = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A word for owner or time of the following numbers; unit: the kind of region it names."""

    at: int
    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A number, or a word for none, from `start` to `end` of a sentence.

    stop: end of the words before it, without fill words. clause, part: start of its clause,
    and of its part of the clause.
    """

    start: int
    end: int
    number: Number
    stop: int
    clause: int
    part: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without blanks; titles of documents and misleading words are blanked out.

    places: place of each character in the text. before: its paragraph's words before it.
    marks: its own, after those handed on by the sentence before it (at -1).
    clauses: (start, end) of each.
    """

    words: str
    places: Sequence[int]
    before: str
    marks: tuple[Mark, ...]
    numbers: tuple[Mention, ...]
    clauses: tuple[tuple[int, int], ...]


# ── the words ─────────────────────────────────────────────────────────────────────────────────────


def _dated(words: str, year: int | None) -> str | None:
    """Return words with the years filled in, None where they need a year and there is none."""
    if year is None:
        return None if _YEAR.search(words) else words
    years = {"last": str(year - 1), "year": str(year), "next": str(year + 1)}
    return _YEAR.sub(lambda match: years[match[1]], words)


def listed(entries: Iterable[str], year: int | None) -> WordList:
    """Return words with every @name replaced by its words, and years filled in."""
    groups = data.narrative()["words"]
    each = (w for entry in entries for w in (groups[entry[1:]] if entry[:1] == "@" else (entry,)))
    dated = (_dated(word, year) for word in each)
    return tuple(word for word in dated if word is not None)


@lru_cache(maxsize=32)
def _misleading(name: str, year: int | None) -> WordList:
    return listed(data.narrative()["read"][name], year)


@lru_cache(maxsize=16)
def marks_of(year: int | None) -> re.Pattern[str]:
    """Return the pattern of marks in a report for `year`; without a year, all years are others."""
    kinds = data.narrative()["mark"].items()
    never = "0000" if year is None else str(year)
    return re.compile("|".join(f"(?P<{k}>{_YEAR.sub(never, words)})" for k, words in kinds))


@cache
def _between(signs: str) -> re.Pattern[str]:
    """Return the pattern of the words between signs: `stops` of sentences, or those of a clause."""
    return re.compile(f"[^{data.narrative()['read'][signs]}]+")


def has(words: str, wanted: Iterable[str]) -> bool:
    """Tell whether any of the wanted words is in the words."""
    return any(word in words for word in wanted)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def flat(text: str) -> str:
    """Return a text cut to TEXT_LIMIT, with uniform digits, commas and blanks."""
    return text[:TEXT_LIMIT].translate(_FLAT)


@lru_cache(maxsize=16)
def sentences(text: str, year: int | None) -> tuple[Sentence, ...]:
    """Return the sentences of a text that may have a number, in order."""
    source = flat(text)
    result: list[Sentence] = []
    heading = ""
    for line in _LINE.finditer(source):
        places = _kept(source, line.start(), line.end())
        words = "".join(source[place] for place in places)
        result += _of_line(words, places, heading, year)
        heading = (
            words if len(words) <= HEADING_LIMIT and _between("stops").fullmatch(words) else ""
        )
    return tuple(result)


def _kept(source: str, start: int, end: int) -> list[int]:
    """Return the places of all characters but blanks; a blank between two digits stays."""
    return [
        place
        for place in range(start, end)
        if source[place] != " " or source[place - 1 : place + 2 : 2].isdecimal()
    ]


def _of_line(
    words: str, places: Sequence[int], heading: str, year: int | None
) -> Iterator[Sentence]:
    """Yield the sentences of a line that may have a number."""
    read = data.narrative()["read"]
    handed: tuple[Mark, ...] = ()
    for part in _between("stops").finditer(words):
        start, end = part.span()
        if end - start > SENTENCE_LIMIT or not _telling(part[0]):
            handed = ()
            continue
        numbers = tuple(_numbers(part[0]))
        untitled = TITLE.sub(lambda title: " " * len(title[0]), part[0])
        clean = _blanked(untitled, _misleading("not_meant", year))
        marks = tuple(_marked(_blanked(clean, _misleading("settled", year)), year))
        before = heading + words[max(0, start - BACK) : start]
        clauses = tuple(clause.span() for clause in _between("clause").finditer(clean))
        yield Sentence(clean, places[start:end], before, (*handed, *marks), numbers, clauses)
        counted = any(clean[mention.end : mention.end + 1] in read["unit"] for mention in numbers)
        handed = tuple(_handed((*handed, *marks))) if counted else ()


def _telling(words: str) -> bool:
    """Tell whether a sentence has a number or a word for none."""
    read = data.narrative()
    return has(words, read["read"]["none"]) or any(
        sign.isdecimal() or sign in read["numeral"] for sign in words
    )


def _blanked(words: str, misleading: WordList) -> str:
    for word in misleading:
        words = words.replace(word, " " * len(word))
    return words


def _numbers(words: str) -> Iterator[Mention]:
    r"""Yield the exact numbers of a sentence: digits, or a single numeral.

    >>> [mention.number for mention in _numbers("3\uff0c511 and 12.50, not 1.2.3")]
    [3511, Decimal('12.50')]
    """
    read = data.narrative()["read"]
    about = tuple(read["about"])
    for start, end, number in (*_digits(words), *_numerals(words)):
        if not words.endswith(about, 0, start):
            stop = len(words[:start].rstrip(read["fill"]))
            clause, part = (
                1 + max(words.rfind(sign, 0, stop) for sign in read[kind])
                for kind in ("clause", "part")
            )
            yield Mention(start, end, number, stop, clause, part)


def _digits(words: str) -> Iterator[tuple[int, int, Number]]:
    for match in DIGITS.finditer(words):
        bare = match[0].replace("\uff0c", "")
        yield *match.span(), Decimal(bare) if "." in bare else int(bare)


def _numerals(words: str) -> Iterator[tuple[int, int, Number]]:
    numerals = data.narrative()["numeral"]
    for at, sign in enumerate(words):
        if sign in numerals:
            beside = words[max(0, at - 1) : at + 2].replace(sign, "", 1)
            if not any(other in numerals or other.isdigit() for other in beside):
                yield at, at + 1, int(numerals[sign])


def _marked(words: str, year: int | None) -> Iterator[Mark]:
    for match in marks_of(year).finditer(words):
        yield Mark(match.start(), match.lastgroup or "", match["unit"] or "")


def _handed(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield the last mark of time and the last of scope, for the next sentence."""
    last: dict[bool, Mark] = {}
    for mark in marks:
        if mark.kind != "compare":
            last[mark.kind in ("now", "then")] = mark
    yield from (Mark(-1, mark.kind, mark.unit) for mark in last.values())
