"""Sentences of a text: their numbers, and the words for owner and time of the numbers."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from .. import data
from ..edition.signs import radicals
from ..report.report import Number
from .numerals import numbers

TEXT_LIMIT = 60_000
"""Most characters of a text that are read."""
SENTENCE_LIMIT = 1_000
"""Skip sentences longer than this, in characters."""
BACK = 400
"""Characters before a sentence, in its paragraph, that belong to its context."""
NAME_LIMIT = 24
"""Most characters of a name before a word for an agency."""
HEADING_LIMIT = 30
"""Most characters of a line that is a heading of the next line: it has no full stop."""
_LINE = re.compile(r"[^\n\r]+")
TITLE = re.compile(r"\u300a[^\u300a\u300b]{0,80}\u300b")
_YEAR = re.compile(r"<(last|year|next)>")
_FLAT: Mapping[int, str] = {
    **{sign: unicodedata.normalize("NFKC", chr(sign)) for sign in range(0x2F00, 0x2FD6)},
    **{full: chr(full - 0xFEE0) for full in (*range(0xFF10, 0xFF1A), 0xFF05, 0xFF0D, 0xFF0E)},
    **{ord(sign): chr(ord(sign) + 0xFEE0) for sign in ",;:()!?"},
    **{ord(blank): " " for blank in "\t\v\f\x1c\x1d\x1e\x1f\xa0\u3000\u200b\u200c\u200d\ufeff"},
    **{ord(line): "\n" for line in "\x85\u2028\u2029"},
}
"""Full-width digits become ASCII, ASCII punctuation full-width, every blank a space, and radicals
the characters they look like: each sign becomes one."""
WordList = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A word for owner or time of the following numbers.

    unit: the kind of region it names, or a name. until: end of the bracket it stands in, if any.
    """

    at: int
    kind: str
    unit: str
    until: int | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A number, or a word for none, from `start` to `end` of a sentence.

    stop: end of the words before it, without fill words and a bracket; on: end of that bracket.
    clause, part: start of its clause, and of its part of the clause.
    """

    start: int
    end: int
    number: Number
    stop: int
    on: int
    clause: int
    part: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without blanks; titles of documents and misleading words are blanked out.

    places: place of each character in the text. before: its paragraph's words before it.
    marks: its own, after those handed on by the sentence before it (at -1).
    denies: whether it has a word for none. clauses: (start, end) of each.
    """

    words: str
    places: Sequence[int]
    before: str
    marks: tuple[Mark, ...]
    numbers: tuple[Mention, ...]
    denies: bool
    clauses: tuple[tuple[int, int], ...]


# ── the words ─────────────────────────────────────────────────────────────────────────────────────


def _dated(words: str, year: int | None) -> str | None:
    """Return words with the years filled in, None where they need a year and there is none."""
    if year is None:
        return None if _YEAR.search(words) else words
    years = {"last": str(year - 1), "year": str(year), "next": str(year + 1)}
    return _YEAR.sub(lambda match: years[match[1]], words)


def listed(entries: Iterable[str], year: int | None) -> WordList:
    """Return words with every @name replaced by its words, and years filled in.

    In “@name+word” or “@name+@name” each word of the one stands before each of the other.
    """
    dated = (_dated(word, year) for entry in entries for word in _each(entry))
    return tuple(word for word in dated if word is not None)


def _each(entry: str) -> Iterator[str]:
    groups = data.narrative()["words"]
    parts = entry.split("+") if entry.startswith("@") else [entry]
    lists = [groups[part[1:]] if part.startswith("@") else [part] for part in parts]
    yield from map("".join, product(*lists))


@lru_cache(maxsize=32)
def _misleading(name: str, year: int | None) -> re.Pattern[str]:
    words = listed(data.narrative()["read"][name], year)
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


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


@cache
def quotes() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of words between quotation marks, one for each kind of marks."""
    pairs = data.narrative()["read"]["quotes"]
    return tuple(re.compile(f"{o}[^{o}{c}]{{0,80}}{c}") for o, c in pairs)


def has(words: str, wanted: Iterable[str]) -> bool:
    """Tell whether any of the wanted words is in the words."""
    for word in wanted:  # noqa: SIM110 - half the time of any(), and checks spend it here
        if word in words:
            return True
    return False


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def flat(text: str) -> str:
    """Return a text cut to TEXT_LIMIT, with uniform digits, commas, blanks and characters."""
    return text[:TEXT_LIMIT].translate(_flat())


@cache
def _flat() -> Mapping[int, str]:
    return {**_FLAT, **{sign: chr(character) for sign, character in radicals().items()}}


@lru_cache(maxsize=16)
def sentences(text: str, year: int | None) -> tuple[Sentence, ...]:
    """Return the sentences of a text that may have a number, in order."""
    source = flat(text)
    result: list[Sentence] = []
    heading = ""
    for places in _paragraphs(source):
        words = "".join(source[place] for place in places)
        result += _of_line(words, places, heading, year)
        heading = (
            words if len(words) <= HEADING_LIMIT and _between("stops").fullmatch(words) else ""
        )
    return tuple(result)


def _paragraphs(source: str) -> Iterator[list[int]]:
    """Yield the places of the characters of each paragraph; one may be broken into lines."""
    gathered: list[int] = []
    last: re.Match[str] | None = None
    for line in _LINE.finditer(source):
        if last and not _goes_on(last[0], line[0], source[last.end() : line.start()]):
            yield gathered
            gathered = []
        gathered += _kept(source, line.start(), line.end())
        last = line
    if last:
        yield gathered


def _goes_on(line: str, following: str, between: str) -> bool:
    """Tell whether a line is broken within a sentence that the following line goes on with."""
    read = data.narrative()["read"]
    line, following = line.strip(), following.strip()
    if between not in ("\n", "\r\n") or not line or line[-1] in read["line_ends"]:
        return False
    if any(following.startswith(sign) for sign in read["line_begins"]):
        return False
    if line[-1].isdecimal():
        return following[:1].isdecimal() or following[:1] in tuple(read["unit"])
    return any(sign in line for sign in read["line_goes_on"])


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
    """Yield the sentences of a paragraph that may have a number."""
    read = data.narrative()["read"]
    handed: tuple[Mark, ...] = ()
    quoted = [match.span() for kind in quotes() for match in kind.finditer(words)]
    for part in _between("stops").finditer(words):
        start, end = part.span()
        if end - start > SENTENCE_LIMIT or not _telling(part[0]):
            handed = ()
            continue
        found = tuple(
            mention
            for mention in _numbers(part[0])
            if not any(opening < start + mention.start < closing for opening, closing in quoted)
        )
        clean = _blanked(_blanked(part[0], TITLE), _misleading("not_meant", year))
        before = heading + words[max(0, start - BACK) : start]
        denies = has(clean, read["none"])
        meant = _blanked(clean, _misleading("settled", year)) if found or denies else ""
        marks = tuple(_marked(meant, year))
        clauses = tuple(clause.span() for clause in _between("clause").finditer(clean))
        yield Sentence(clean, places[start:end], before, (*handed, *marks), found, denies, clauses)
        counted = any(clean[mention.end : mention.end + 1] in read["unit"] for mention in found)
        handed = tuple(_handed((*handed, *marks))) if counted else ()


def _telling(words: str) -> bool:
    """Tell whether a sentence has a number or a word for none."""
    read = data.narrative()["read"]
    return bool(_number_sign().search(words)) or has(words, read["none"])


@cache
def _number_sign() -> re.Pattern[str]:
    return re.compile(f"[\\d{''.join(data.narrative()['numeral'])}]")


def _blanked(words: str, misleading: re.Pattern[str]) -> str:
    return misleading.sub(lambda match: " " * len(match[0]), words)


def _numbers(words: str) -> Iterator[Mention]:
    """Yield the exact numbers of a sentence that have a unit or end a clause.

    A bracket without a number between them and their number is passed over.
    """
    read = data.narrative()["read"]
    ends = (*read["units"], *read["clause"], "")
    for start, end, number in numbers(words):
        if words[end : end + 1] not in ends:
            continue
        stop = on = len(words[:start].rstrip(read["fill"]))
        opening = words.rfind(read["brackets"][0], 0, stop)
        closed = opening >= 0 and words[stop - 1] == read["brackets"][1]
        if closed and not any(sign.isdigit() for sign in words[opening:stop]):
            stop = len(words[:opening].rstrip(read["fill"]))
        clause, part = (
            1 + max(words.rfind(sign, 0, stop) for sign in read[kind])
            for kind in ("clause", "part")
        )
        yield Mention(start, end, number, stop, on, clause, part)


def _marked(words: str, year: int | None) -> Iterator[Mark]:
    brackets = _spans(words)
    for match in marks_of(year).finditer(words):
        at, kind = match.start(), match.lastgroup or ""
        until = next((closing for opening, closing in brackets if opening < at < closing), None)
        unit = _name(words, match.end()) if kind == "named" else match["unit"] or ""
        yield Mark(at, kind, unit, until)


def _spans(words: str) -> list[tuple[int, int]]:
    """Return (start, end) of each bracket."""
    opening, closing = data.narrative()["read"]["brackets"]
    return [match.span() for match in re.finditer(f"{opening}[^{closing}]*{closing}", words)]


def _name(words: str, end: int) -> str:
    """Return the characters before `end` that may be a name: no digits, no punctuation."""
    start = end
    while start > max(0, end - NAME_LIMIT) and words[start - 1].isalpha():
        start -= 1
    return words[start:end]


def _handed(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield the last mark of time and the last of scope, for the next sentence."""
    last: dict[bool, Mark] = {}
    for mark in marks:
        if mark.until is None and mark.kind not in ("compare", "plan"):
            last[mark.kind in ("now", "then")] = mark
    yield from (Mark(-1, mark.kind, mark.unit, None) for mark in last.values())
