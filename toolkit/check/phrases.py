"""Phrases for numbers, from templates/narrative.toml, found in sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from .. import data
from ..edition.shape import EditionError, hint
from ..report.report import Number
from .sentences import BACK, Mention, Sentence, WordList, has, listed, sentences

QUOTE_LENGTH = 40
"""Most characters of a text in a quote."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A form of a phrase for a number; the fields are described in templates/narrative.toml."""

    heads: WordList
    ends: WordList
    follows: WordList
    taken_back: WordList
    needs_follow: WordList
    needs_clause: WordList
    needs_sentence: WordList
    needs_context: WordList
    unless_clause: WordList
    unless_sentence: WordList
    part: WordList
    whole: WordList
    bare: bool
    reach: int
    over: str
    units: str
    none: bool


@dataclass(frozen=True, slots=True)
class View:
    """The year of a report, and the kind of region at the end of its agency's name, or ''."""

    year: int | None
    region: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A number in a text.

    at: place of the number (or of the word for none) in the text. quote: the words around it.
    silent: the kind of mark that makes it incomparable, or ''.
    """

    at: int
    quote: str
    number: Number
    silent: str


@lru_cache(maxsize=512)
def phrase(name: str, year: int | None) -> tuple[Pattern, ...]:
    """Return the forms of a phrase in templates/narrative.toml, years filled in for `year`."""
    phrases = data.narrative()["phrase"]
    if name not in phrases:
        raise EditionError(f"no phrase {name!r}{hint(name, phrases)}")
    return tuple(_form(entry, year) for entry in phrases[name])


def _form(entry: Mapping[str, Any], year: int | None) -> Pattern:
    fields: dict[str, Any] = dict.fromkeys(Pattern.__slots__, ())
    fields |= {name: listed(w, year) for name, w in entry.items() if isinstance(w, list)}
    fields["taken_back"] = fields.pop("not", ())
    fields["bare"] = "" in fields["heads"]
    fields["heads"] = tuple(filter(None, fields["heads"]))
    fields["reach"] = entry.get("reach", 0)
    fields["over"] = data.narrative()["read"]["fill"] + entry.get("over", "")
    fields["units"] = entry.get("units", data.narrative()["read"]["unit"])
    fields["none"] = entry.get("none", False)
    return Pattern(**fields)


def statements(text: str, forms: Iterable[Pattern], who: View) -> Iterator[Statement]:
    """Yield the numbers of a text in any of the forms, each once, in order."""
    forms = tuple(forms)
    for sentence in sentences(text, who.year):
        mentions = {
            mention.start: mention for form in forms for mention in _in_form(form, sentence)
        }
        for at in sorted(mentions):
            yield Statement(
                at=sentence.places[at],
                quote=_quote(text, sentence, mentions[at]),
                number=mentions[at].number,
                silent=_silent(sentence, mentions[at], who.region),
            )


def _in_form(form: Pattern, sentence: Sentence) -> Iterator[Mention]:
    """Yield the numbers of a sentence in a form, each up to the end of the form."""
    words = sentence.words
    if form.none:
        yield from _none(form, sentence)
    elif form.follows or has(words, form.heads):
        for mention in sentence.numbers:
            unit = _unit_end(form, words, mention.end)
            if unit is not None and _headed(form, words[mention.clause : mention.stop]):
                end = _follow_end(form, sentence, unit)
                if end is not None and _allowed(form, sentence, mention.clause, unit):
                    yield replace(mention, end=end)


def _none(form: Pattern, sentence: Sentence) -> Iterator[Mention]:
    """Yield 0 for each clause that says there are none."""
    for start, end in sentence.clauses if has(sentence.words, form.heads) else ():
        clause = sentence.words[start:end]
        if clause.rstrip(form.over).endswith(form.ends):
            head = next((word for word in form.heads if word in clause), None)
            if head is not None and _allowed(form, sentence, start, end):
                at = start + clause.index(head)
                yield Mention(at, end, 0, at, start, start)


def _unit_end(form: Pattern, words: str, end: int) -> int | None:
    """Return the end of a number's unit, None where the unit is not the form's."""
    read, follow = data.narrative()["read"], words[end : end + 1]
    if not form.units:
        return end if not follow or follow in read["clause"] else None
    if not follow or follow not in form.units or words[end + 1 : end + 2] == read["unit_not"]:
        return None
    return end + 1


def _headed(form: Pattern, left: str) -> bool:
    """Tell whether the words before a number in its clause fit the form."""
    bare = left.rstrip(form.over)
    if form.ends and not bare.endswith(form.ends):
        return False
    if form.reach and not form.follows:
        near = left[-form.reach :]
        return has(near, form.heads) and not has(near, form.taken_back)
    if not bare:
        return form.bare
    return bare.endswith(form.heads) and not bare.endswith(form.taken_back)


def _follow_end(form: Pattern, sentence: Sentence, unit: int) -> int | None:
    """Return the end of the form's words after the unit, None where they are missing."""
    if not form.follows:
        return unit
    end = next((end for _, end in sentence.clauses if end >= unit), unit)
    right = sentence.words[unit:end]
    places = ((right.find(word), word) for word in form.follows)
    near = [(at, -len(word)) for at, word in places if 0 <= at <= form.reach]
    if not near:
        return None
    at, length = min(near)
    between = right[:at]
    if any(sign.isdigit() for sign in between):
        return None
    wanted = not form.needs_follow or has(between, form.needs_follow)
    return unit + at - length if wanted else None


def _allowed(form: Pattern, sentence: Sentence, start: int, end: int) -> bool:
    """Tell whether clause, sentence and context fulfil a form's conditions."""
    words = sentence.words
    clause = words[max(start, end - BACK) : end]
    near = words[max(0, end - BACK) : end]
    context = (sentence.before + words[:end])[-2 * BACK :]
    return (
        (not form.needs_clause or has(clause, form.needs_clause))
        and (not form.needs_sentence or has(near, form.needs_sentence))
        and (not form.needs_context or has(context, form.needs_context))
        and not has(clause, form.unless_clause)
        and not has(near, form.unless_sentence)
        and not _partial(form, clause)
    )


def _partial(form: Pattern, clause: str) -> bool:
    """Tell whether a clause is about a part: no word for a whole ends after a word for a part."""
    last = max((clause.rfind(word) for word in form.part), default=-1)
    ends = (at + len(word) for word in form.whole if (at := clause.rfind(word)) >= 0)
    return last >= 0 and max(ends, default=0) <= last


def _silent(sentence: Sentence, mention: Mention, region: str) -> str:
    """Return the kind of mark that forbids comparing a number, or ''."""
    time, scope = "", ""
    for mark in sentence.marks:
        if mark.at >= mention.start:
            break
        if mark.kind == "compare":
            if mark.at >= mention.part:
                return mark.kind
        elif mark.kind in ("now", "then"):
            time = mark.kind
        else:
            ours = bool(region) and (mark.kind == "members" or mark.unit in region)
            scope = "" if mark.kind == "ours" or (ours and mark.kind != "portion") else mark.kind
    return time if time == "then" else scope


def _quote(text: str, sentence: Sentence, mention: Mention) -> str:
    """Return the clause from the number before this one, as written, without blanks."""
    ends = (number.end for number in sentence.numbers)
    other = max((end for end in ends if end <= mention.start), default=0)
    start = mention.part if mention.clause < other else mention.clause
    long = mention.end - start > QUOTE_LENGTH
    shown = sentence.places[mention.end - QUOTE_LENGTH + 1 if long else start : mention.end]
    return ("…" if long else "") + "".join(text[place] for place in shown)
