"""Phrases for numbers, from templates/narrative.toml, found in sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from .. import data
from ..edition.shape import EditionError, hint
from ..report.report import Number
from .sentences import BACK, Mark, Mention, Sentence, WordList, has, listed, sentences

QUOTE_LENGTH = 40
"""Most characters of a text in a quote that ends with a number."""
SENTENCE_LENGTH = 100
"""Most characters of a sentence that is quoted whole."""


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
    needs_around: WordList
    unless_clause: WordList
    unless_sentence: WordList
    unless_context: WordList
    part: WordList
    whole: WordList
    bare: bool
    reach: int
    over: str
    units: str
    none: bool
    last: bool
    across: bool


@dataclass(frozen=True, slots=True)
class View:
    """The year of a report, the kind of region its agency's name ends in, or '', and the name."""

    year: int | None
    region: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A number in a text.

    at: place of the number (or of the word for none) in the text. quote: the words up to it,
    without blanks. sentence: the sentence as written, of a long one the clauses around the number.
    silent: the kind of mark that makes it incomparable, or ''.
    """

    at: int
    quote: str
    sentence: str
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
    fields |= {name: entry.get(name, False) for name in ("none", "last", "across")}
    return Pattern(**fields)


def statements(text: str, forms: Iterable[Pattern], who: View) -> Iterator[Statement]:
    """Yield the numbers of a text in any of the forms, each once, in order."""
    forms = tuple(forms)
    counting = tuple(form for form in forms if not form.none)
    denying = tuple(form for form in forms if form.none)
    for sentence in sentences(text, who.year):
        fitting = counting if sentence.numbers else ()
        if sentence.denies:
            fitting += denying
        mentions = {
            mention.start: mention for form in fitting for mention in _in_form(form, sentence)
        }
        for at in sorted(mentions):
            yield Statement(
                at=sentence.places[at],
                quote=_quote(text, sentence, mentions[at]),
                sentence=sentence_of(text, sentence, at, mentions[at].end),
                number=mentions[at].number,
                silent=_silent(sentence, mentions[at], who),
            )


def _in_form(form: Pattern, sentence: Sentence) -> Iterator[Mention]:
    """Yield the numbers of a sentence in a form, each up to the end of the form."""
    words = sentence.words
    if form.none:
        yield from _none(form, sentence)
    elif form.follows or has(words, form.heads):
        for mention in sentence.numbers:
            unit = _unit_end(form, words, mention.end)
            left = words[mention.clause : mention.stop]
            if unit is not None and _headed(form, left):
                end = _follow_end(form, sentence, unit)
                clause = left + words[mention.on : unit]
                if end is not None and _allowed(form, sentence, clause, unit):
                    yield replace(mention, end=end)


def _none(form: Pattern, sentence: Sentence) -> Iterator[Mention]:
    """Yield 0 for each clause that says there are none."""
    for start, end in sentence.clauses if has(sentence.words, form.heads) else ():
        clause = sentence.words[start:end]
        if clause.rstrip(form.over).endswith(form.ends):
            head = next((word for word in form.heads if word in clause), None)
            if head is not None and _allowed(form, sentence, clause, end):
                at = start + clause.index(head)
                yield Mention(at, end, 0, at, at, start, start)


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
    words, clause = sentence.words, _clause_end(sentence, unit)
    right = words[unit : len(words) if form.across else clause]
    places = ((right.find(word), word) for word in form.follows)
    near = [(at, -len(word)) for at, word in places if 0 <= at <= form.reach]
    if not near:
        return None
    at, length = min(near)
    between, end = right[:at], unit + at - length
    if any(sign.isdigit() for sign in between) or (form.last and end != clause):
        return None
    if form.across and any(sign.isdigit() for sign in words[end : _clause_end(sentence, end)]):
        return None
    wanted = not form.needs_follow or has(between, form.needs_follow)
    return end if wanted else None


def _clause_end(sentence: Sentence, place: int) -> int:
    return next((end for _, end in sentence.clauses if end >= place), place)


def _allowed(form: Pattern, sentence: Sentence, clause: str, end: int) -> bool:
    """Tell whether clause, sentence and context fulfil a form's conditions."""
    words = sentence.words
    clause = clause[-BACK:]
    near = words[max(0, end - BACK) : end]
    context = (sentence.before + words[: _clause_end(sentence, end)])[-2 * BACK :]
    return (
        (not form.needs_clause or has(clause, form.needs_clause))
        and (not form.needs_sentence or has(near, form.needs_sentence))
        and (not form.needs_context or has(context, form.needs_context))
        and (not form.needs_around or has(sentence.before + words, form.needs_around))
        and not has(clause, form.unless_clause)
        and not has(near, form.unless_sentence)
        and not has(context, form.unless_context)
        and not _partial(form, clause)
    )


def _partial(form: Pattern, clause: str) -> bool:
    """Tell whether a clause is about a part: no word for a whole ends after a word for a part."""
    last = max((clause.rfind(word) for word in form.part), default=-1)
    ends = (at + len(word) for word in form.whole if (at := clause.rfind(word)) >= 0)
    return last >= 0 and max(ends, default=0) <= last


def _silent(sentence: Sentence, mention: Mention, who: View) -> str:
    """Return the kind of mark that forbids comparing a number, or ''."""
    time, scope = "", ""
    for mark in sentence.marks:
        if mark.at >= mention.start:
            break
        if mark.until is not None and mark.until <= mention.start:
            continue
        if mark.kind in ("compare", "plan"):
            if mark.at >= (mention.part if mark.kind == "compare" else mention.clause):
                return mark.kind
        elif mark.kind in ("now", "then"):
            time = mark.kind
        else:
            scope = "" if _is_ours(mark, who) else mark.kind
    return time if time == "then" else scope


def _is_ours(mark: Mark, who: View) -> bool:
    """Tell whether a mark of scope names the agency itself, or all of its region."""
    if mark.kind == "named":
        return _is_name(mark.unit, who)
    if mark.kind == "wide":
        return bool(who.region) and mark.unit in who.region
    return mark.kind == "ours" or (mark.kind == "members" and bool(who.region))


def _is_name(words: str, who: View) -> bool:
    """Tell whether words end in the agency's name, whole or shortened.

    A region is never a shortened name of one of its offices, nor its government of the region.
    """
    read = data.narrative()["read"]
    if who.name and words.endswith(who.name):
        return True
    region = next((kind for kind in read["regions"] if words.endswith(kind)), "")
    if region and (not who.region or region not in who.region):
        return False
    if words.endswith(tuple(read["governments"])) and who.region not in ("", *read["lowest"]):
        return False
    left, at = words, len(who.name)
    while left and (at := who.name.rfind(left[-1], 0, at)) >= 0:
        left = left[:-1]
    return left != words and (not left or left.endswith(tuple(read["before_name"])))


def _quote(text: str, sentence: Sentence, mention: Mention) -> str:
    """Return the clause from the number before this one, as written, without blanks."""
    ends = (number.end for number in sentence.numbers)
    other = max((end for end in ends if end <= mention.start), default=0)
    start = mention.part if mention.clause < other else mention.clause
    long = mention.end - start > QUOTE_LENGTH
    shown = sentence.places[mention.end - QUOTE_LENGTH + 1 if long else start : mention.end]
    return ("…" if long else "") + "".join(text[place] for place in shown)


def sentence_of(text: str, sentence: Sentence, start: int = 0, end: int = 0) -> str:
    """Return a sentence as written; of a long one the clauses around `start` to `end`."""
    first, last = 0, len(sentence.words)
    if last > SENTENCE_LENGTH:
        first, last = _around(sentence, start, end)
    places = sentence.places[first:last]
    shown = "".join(text[places[0] : places[-1] + 1].splitlines()).strip()
    return ("…" if first else "") + shown + ("…" if last < len(sentence.words) else "")


def _around(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """Return the clauses around a place, as many before and then behind as a quote holds."""
    at = max((at for at, _ in sentence.clauses if at <= start), default=0)
    first, last = max(at, end - SENTENCE_LENGTH), max(_clause_end(sentence, end), end)
    last = min(last, first + SENTENCE_LENGTH)
    for at, _ in reversed(sentence.clauses):
        if at < first and last - at <= SENTENCE_LENGTH:
            first = at
    for _, stop in sentence.clauses:
        if stop > last and stop - first <= SENTENCE_LENGTH:
            last = stop
    return first, last
