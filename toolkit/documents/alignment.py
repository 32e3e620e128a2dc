"""One alignment for all formats: which piece of a document is which printed word of an edition."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .expected import Expected
from .printed import Wording, likeness
from .tokens import Piece

LIKE = 0.72
"""Least similarity (0 to 1) of a label that is written differently."""
MANY = 64
"""Most pieces with the same printed word that are aligned; a report has about five."""
_LOOKED_AT = 12
"""Most pieces between two aligned ones that are compared with a label that is missing there."""
_LONGEST = 60
_SAME, _NUMBERED, _NEXT = 4, 3, 1
"""Weights of a word that is the same, of one with other remarks, of one right behind another.

In a table a word counts one more: headings of single rows are not their labels.
"""


@dataclass(slots=True)
class AlignedWords:
    """The pieces of a stream that are printed words.

    places: {number of the word: number of the token}. differing: those whose words differ.
    spare: tokens with a printed word that are none, in order.
    """

    form: Expected
    stream: Sequence[Piece]
    places: dict[int, int]
    differing: frozenset[int]
    spare: tuple[int, ...]

    def token(self, word: int) -> Piece:
        """Return the token of a word that was found."""
        return self.stream[self.places[word]]


def align(form: Expected, stream: Sequence[Piece]) -> AlignedWords:
    """Return the heaviest alignment that keeps the order of both."""
    fits = list(_fits(form, stream))
    places = _chain(fits)
    differing = _similar(form, stream, places)
    used = set(places.values())
    spare = tuple(place for place, _ in fits if place not in used)
    return AlignedWords(form, stream, places, frozenset(differing), spare)


Fit = tuple[int, list[tuple[int, int]]]
"""A token's number, and (number, weight) of the words it may be."""


def _fits(form: Expected, stream: Sequence[Piece]) -> Iterator[Fit]:
    """Yield the tokens that may be printed words; where a heading is a caption, nothing else is it."""
    seen: Counter[str] = Counter()
    headed = {token.words.core for token in stream if token.heading and token.words}
    for place, token in enumerate(stream):
        if token.words is None or token.words.core not in form.known:
            continue
        words = [
            (number, (_SAME if like < 2 else _NUMBERED) + (token.table >= 0))  # noqa: PLR2004
            for number in form.known[token.words.core]
            if (token.heading or form.words[number].row >= 0 or token.words.core not in headed)
            and (like := likeness(token.words, form.words[number].words)) is not None
        ]
        seen[token.words.core] += 1
        if words and seen[token.words.core] <= MANY:
            yield place, words


@dataclass(frozen=True, slots=True)
class _Step:
    score: int
    word: int
    place: int
    before: "_Step | None"


def _chain(fits: Sequence[Fit]) -> dict[int, int]:
    """Return {word: token} of the heaviest chain in which both only go forward.

    A word right behind the one before it, in both, counts more: labels stand together.
    """
    best: dict[int, _Step] = {}
    last: dict[int, _Step] = {}
    for place, words in fits:
        now: dict[int, _Step] = {}
        for number, weight in words:
            steps = [step for word, step in best.items() if word < number]
            before: _Step | None = max(steps, key=lambda step: step.score, default=None)
            score = weight + (before.score if before else 0)
            near = last.get(number - 1)
            if near is not None and near.score + weight + _NEXT > score:
                before, score = near, near.score + weight + _NEXT
            now[number] = _Step(score, number, place, before)
        for number, step in now.items():
            if number not in best or step.score > best[number].score:
                best[number] = step
        last = now
    heaviest: _Step | None = max(best.values(), key=lambda step: step.score, default=None)
    chain: dict[int, int] = {}
    while heaviest is not None:
        chain[heaviest.word] = heaviest.place
        heaviest = heaviest.before
    return dict(sorted(chain.items()))


# ── labels written differently ────────────────────────────────────────────────────────────────────


def _similar(form: Expected, stream: Sequence[Piece], places: dict[int, int]) -> set[int]:
    """Add the words that are written differently, between their neighbours; return their numbers."""
    if not places:
        return set()
    similar: set[int] = set()
    for number, word in enumerate(form.words):
        if number in places:
            continue
        first = max((place for other, place in places.items() if other < number), default=-1)
        last = min((p for other, p in places.items() if other > number), default=len(stream))
        used = set(places.values())
        rivals = [
            place
            for place in range(first + 1, min(last, first + 1 + 30 * _LOOKED_AT))
            if place not in used and _may_be(stream[place].words, form)
        ][:_LOOKED_AT]
        alike = [
            place
            for place in rivals
            if (words := stream[place].words) and _alike(words, word.words, form)
        ]
        if len(alike) == 1:
            places[number] = alike[0]
            similar.add(number)
    return similar


def _may_be(words: Wording | None, form: Expected) -> bool:
    return words is not None and len(words.full) <= _LONGEST and words.core not in form.known


def _alike(there: Wording, label: Wording, form: Expected) -> bool:
    """Tell whether a text is like a label, more than like any other, and no piece of it."""
    if there.unit and label.unit and there.unit != label.unit:
        return False
    likeness = _ratio(there.core, label.core)
    if likeness < LIKE or there.core in label.core or label.core in there.core:
        return False
    others = (core for core in form.known if core != label.core)
    return all(_ratio(there.core, core) < likeness for core in others)


def _ratio(one: str, other: str) -> float:
    """Return how alike two texts are, 0 for texts of very different length or few equal signs."""
    if 2 * min(len(one), len(other)) < LIKE * (len(one) + len(other)):
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LIKE else 0.0


def again(alignment: AlignedWords) -> Mapping[int, int]:
    """Return {word: token} of a second alignment, of what the first has left over."""
    form, stream = alignment.form, alignment.stream
    left = [stream[place] for place in alignment.spare]
    return _chain(list(_fits(form, left)))
