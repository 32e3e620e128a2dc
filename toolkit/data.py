"""Files of templates/ and schemas/ and of folders the user names; sentences by language."""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from errno import errorcode
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

CHINESE, ENGLISH = OURS = ("zh", "en")
"""The languages of the package, which have every sentence. What is in workbooks is Chinese."""
BUTTON = "GOUJI_BUTTON"
"""Set in the environment by a button in Excel: its boxes name no options."""
_WORDS = ("narrative.toml", "draft.toml", "sums.toml")
"""Files of templates/ that hold words and are no editions."""
_HERE = Path(__file__).resolve().parent


_PLACE = re.compile(r"line (?P<line>\d+) column (?P<column>\d+)")
_CHOICE = re.compile(r"\[\{(\w+)\}\|([^|\[\]]*)\|([^|\[\]]*)\]")
"""[{figure}|words where it is 1|words where it is not]: “{n} [{n}|cell is|cells are] blank”."""
_CHOSEN = re.compile(r"\[\{\w+\}\|")
"""The beginning of a choice."""
_TYPED = re.compile(r"-?\d[\dEe.+…-]*")
"""A number that somebody wrote."""
_NUMBERED = re.compile(r"\d*\.(xml|rels|bin).*")


_LINE = re.compile(
    r"""
    (?: \[([A-Za-z0-9_-]+)\]
      | (?: ([A-Za-z0-9_-]+) | "([^"\\\x00-\x1f\x7f]*)" ) [ ]=[ ]
        (?: \"{3}\n? ([^"\\\x00-\x08\x0b-\x1f\x7f]*) \"{3}
          | ("(?:[^"\\\x00-\x1f\x7f]|\\[btnfr"\\])*") )
    )?
    [ \t]* (?:\#[^\x00-\x08\x0a-\x1f\x7f]*)? (?:\n|\Z)
    """,
    re.VERBOSE,
)
"""A line of TOML with a header, a text, a comment or nothing; a text over several lines whole."""


class DataError(Exception):
    """A folder of templates, schemas or further editions is missing."""


def home(name: str) -> Path:
    """Return the folder `name` (templates or schemas) that came with the toolkit."""
    for parent in (_HERE, _HERE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise DataError(f"folder {name!r} is missing; install the package again")


def folders(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the folders searched for editions: ours, GOUJI_TEMPLATES, then `extra`."""
    named = os.environ.get("GOUJI_TEMPLATES", "")
    further = [*(Path(part) for part in named.split(os.pathsep) if part), *extra]
    for folder in further:
        if not folder.is_dir():
            raise DataError(f"no folder {str(folder)!r}; check --templates and GOUJI_TEMPLATES")
    return tuple(dict.fromkeys(path.resolve() for path in (home("templates"), *further)))


def edition_files(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the TOML files of all editions, by form and name, without those of words."""
    ours = home("templates").resolve()
    paths = set(_our_files(ours))
    paths.update(*(_files_in(folder) for folder in folders(extra) if folder != ours))
    return tuple(sorted(paths, key=lambda path: (path.parent.name, path.stem, path)))


def _files_in(folder: Path) -> set[Path]:
    # Each reading asks for them: os.walk takes a fifth of the time of rglob.
    return {
        Path(inside, name)
        for inside, _, names in os.walk(folder)
        if inside != str(folder / "messages")
        for name in names
        if os.path.normcase(name).endswith(".toml")
        and (inside != str(folder) or name not in _WORDS)
    }


_our_files = cache(_files_in)


@cache
def narrative() -> dict[str, dict[str, Any]]:
    """Return templates/narrative.toml: patterns and words for numbers in texts."""
    source = (home("templates") / "narrative.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


@cache
def sum_words() -> dict[str, tuple[str, ...]]:
    """Return templates/sums.toml: the words of labels by which sums are found, {kind: patterns}."""
    source = (home("templates") / "sums.toml").read_text(encoding="utf-8")
    return {name: tuple(patterns) for name, patterns in tomllib.loads(source).items()}


@cache
def form_words() -> dict[str, dict[str, str]]:
    """Return templates/draft.toml: words by which somebody's form is read."""
    source = (home("templates") / "draft.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def schema_text(name: str) -> str:
    """Return a committed JSON Schema as text."""
    return (home("schemas") / name).read_text(encoding="utf-8")


def asset(name: str) -> str:
    """Return a style or script of the board's pages as text."""
    return (home("templates") / "board" / name).read_text(encoding="utf-8")


def publication(name: str) -> str:
    """Return a part that all published documents have as text."""
    return (home("templates") / "publish" / name).read_text(encoding="utf-8")


def released(form: str, edition: str) -> tuple[bytes, ...]:
    """Return the packed plans of an edition's blanks in released versions, oldest version first."""
    folders = sorted((home("templates") / "released").iterdir())
    paths = (folder / form / f"{edition}.plan" for folder in folders)
    return tuple(path.read_bytes() for path in paths if path.is_file())


# ── sentences ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence by its section and name, for results that are worded when they are printed.

    figures: values for its {names}, which may be sentences; without them the {names} stay.
    more: further sentences, appended.
    """

    section: str
    name: str
    figures: "Mapping[str, str | Message]" = field(default_factory=dict)
    more: "tuple[Message, ...]" = ()

    def __getitem__(self, lang: str) -> str:
        """Return the sentence in a language."""
        sentence = texts(self.section, lang)[self.name]
        if self.figures:
            figures = {name: worded(figure, lang) for name, figure in self.figures.items()}
            sentence = filled(sentence, **figures)
        return "; ".join([sentence, *(message[lang] for message in self.more)])


def say(section: str, name: str, lang: str, /, **figures: object) -> str:
    """Return a sentence with its figures; lang: zh, en, or the path of a file of sentences."""
    return filled(texts(section, lang)[name], **figures)


def filled(sentence: str, /, **figures: object) -> str:
    """Return a sentence with its figures; `[{figure}|one|several]` is the words for its number.

    >>> filled("{n} [{n}|cell is|cells are] blank", n=1), filled("[{n}|one|many] {n}", n="2")
    ('1 cell is blank', 'many 2')
    """
    return _CHOICE.sub(
        lambda choice: choice[2 if str(figures[choice[1]]) == "1" else 3], sentence
    ).format_map(figures)


def listed(names: Iterable[str], most: int, between: str = ", ", more: str = " …") -> str:
    """Return the first names of a list, and `more` after them where there are others.

    more: may have {n} in it, the number of all names.

    >>> listed("abc", 2), listed("ab", 2), listed("abc", 2, "/", " of {n}")
    ('a, b …', 'a, b', 'a/b of 3')
    """
    names = tuple(names)
    return between.join(names[:most]) + (filled(more, n=len(names)) if len(names) > most else "")


def refused(error: BaseException) -> str:
    """Return the name of an error of the system, as ENOENT, else its text or class."""
    other = getattr(error, "strerror", None) or type(error).__name__
    return errorcode.get(getattr(error, "errno", None) or 0, other)


def reason(why: str, lang: str, general: str | None = "other") -> str:
    """Return the words for a reason of a program: `refused`, a part of a file, a parser's text.

    general: the sentence for reasons without words of their own; None leaves these as they are.
    """
    words = texts("reason_of", lang)
    place = _PLACE.search(why)
    if place:
        return filled(words["place"], **place.groupdict())
    name = why if why in words else _NUMBERED.sub("", why)
    general = None if _TYPED.fullmatch(why) else general
    sentence = words.get(name, words[general] if general else "{why}")
    return filled(sentence, why=why)


def texts(section: str, lang: str) -> Mapping[str, str]:
    """Return the sentences of a section as they are in the file: {name: text with {names}}."""
    return _sentences(lang)[section]


def translations(section: str, name: str) -> tuple[str, ...]:
    """Return a text in each language of the package: words that people may write in either."""
    return tuple(texts(section, lang)[name] for lang in OURS)


def worded(words: str | Message | Mapping[str, str], lang: str) -> str:
    """Return words in a language: {language: text} of an edition in English where it lacks it.

    >>> worded({"zh": "甲", "en": "A"}, "zh"), worded({"zh": "甲", "en": "A"}, "/tmp/fr.toml")
    ('甲', 'A')
    """
    if isinstance(words, str):
        return words
    if isinstance(words, Message):
        return words[lang]
    name = lang if lang in OURS else Path(lang).stem
    return words[name if name in words else ENGLISH]


def languages(extra: Iterable[Path] = ()) -> dict[str, str]:
    """Return {name: zh, en, or the path of the file messages/name.toml in a templates folder}.

    zh and en are always those of the package; of other files of one name the first folder's counts.
    """
    files = [file for folder in folders(extra) for file in sorted(folder.glob("messages/*.toml"))]
    paths = {file.stem: str(file) for file in reversed(files)}
    return {**{name: name for name in OURS}, **{n: paths[n] for n in paths if n not in OURS}}


@cache
def _sentences(lang: str) -> Mapping[str, Mapping[str, str]]:
    """Return {section: {name: text}}; what another language lacks is in English."""
    if lang in OURS:
        return _parsed(home("templates") / "messages" / f"{lang}.toml")
    translated, english = _parsed(Path(lang)), _sentences(ENGLISH)
    for fault in _faults(translated, english):
        raise DataError(f"{Path(lang).name}, {fault}; compare messages/en.toml")
    return {section: {**words, **translated.get(section, {})} for section, words in english.items()}


def _parsed(path: Path) -> dict[str, dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8")
        return plain_sections(text) or tomllib.loads(text)
    except ValueError as error:
        raise DataError(f"{path.name}: {error}") from error


def plain_sections(text: str) -> dict[str, dict[str, str]] | None:
    r"""Return sections of texts as tomllib does, in a tenth of its time; None for any other TOML.

    >>> plain_sections('[a]\nb = "c\\n" # d\n"e/f" = "g"'), plain_sections("[a]\nb = 1")
    ({'a': {'b': 'c\n', 'e/f': 'g'}}, None)
    """
    sections: dict[str, dict[str, str]] = {}
    here: dict[str, str] | None = None
    end = 0
    while end < len(text):
        line = _LINE.match(text, end)
        if line is None:
            return None
        end, (header, bare, quoted, several, one) = line.end(), line.groups()
        if header is not None:
            if header in sections:
                return None
            here = sections[header] = {}
        elif several is not None or one is not None:
            name = quoted if bare is None else bare
            if here is None or name in here:
                return None
            here[name] = several if one is None else json.loads(one) if "\\" in one else one[1:-1]
    return sections


def _faults(sections: Mapping[str, Any], english: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the faults of a file of sentences: unknown sections, sentences and figures."""
    for section, sentences in sections.items():
        known = english.get(section)
        if known is None or not isinstance(sentences, dict):
            yield f"[{section}]: no such section"
        else:
            yield from _strange(section, sentences, known)


def _strange(section: str, sentences: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    for name, text in sentences.items():
        if name not in known or not isinstance(text, str):
            yield f"[{section}] {name}: no such sentence"
        elif figures := _figures(text).difference(*map(_figures, translations(section, name))):
            yield f"[{section}] {name}: no figure {min(figures)!r}"


def _figures(text: str) -> set[str]:
    """Return the {names} in a sentence with their formats; the whole text if it is ill-formed."""
    if _CHOSEN.search(_CHOICE.sub("", text)):
        return {text}
    try:
        return {
            f"{name}{more}{how or ''}" for _, name, more, how in Formatter().parse(text) if name
        }
    except ValueError:
        return {text}
