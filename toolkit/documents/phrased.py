"""Sentences in place of a table: its numbers, or that it does not apply; printed and read again."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..check.narrative import quoted
from ..data import CHINESE, say
from ..edition.edition import Edition, Section
from ..edition.sentence import cells_of, words_of
from ..report.provenance import Evidence
from ..report.report import Report, plain
from .document import Document, Paragraph

TellingAnswer = tuple[str, str]
"""A cell's key and its answer."""


def left_out(report: Report, section: Section) -> str:
    """Return the sentence in place of a table of which no cell applies; empty where one does.

    A table with a typed value is printed, and so is one with a total other than 0.
    """
    keys, edition = tuple(section.keys.values()), report.edition
    typed = any(report.values.get(key) is not None for key in keys if key not in edition.computes)
    if not keys or typed or not report.inapplicable.issuperset(keys):
        return ""
    if any(report.values.get(key) for key in keys):
        return ""
    said = _answers(edition, section).items()
    given = (words for (key, value), words in said if report.values.get(key) == value)
    return section.absent or "".join(given)


def _answers(edition: Edition, section: Section) -> dict[TellingAnswer, str]:
    """Return {an answer by which a cell of a table does not apply: the words that say it}."""
    found: dict[TellingAnswer, str] = {}
    for key in section.keys.values():
        for edit in edition.depends.get(key, ()):
            on, value = str(edit.figures["on"]), str(edit.figures["value"])
            label = edition.cells[on].label
            found[on, value] = say("publish", "absent", CHINESE, label=label, value=value)
    return found


def absences(
    edition: Edition, section: Section, paragraphs: Iterable[str]
) -> Iterator[dict[str, str]]:
    """Yield the answers told by each paragraph that stands in place of a table that may not apply.

    {key: answer}: without those that the words do not tell from another; blanks do not count.
    """
    answers = _answers(edition, section)
    times = Counter(answers.values())
    certain = {words: key for key, words in answers.items() if times[words] == 1}
    if section.absent:
        certain = {section.absent: next(iter(answers))} if len(answers) == 1 else {}
    spoken = [section.absent] if section.absent else list(times)
    for paragraph in paragraphs:
        rest, told = "".join(paragraph.split()), list[str]()
        for words in spoken:
            bare = "".join(words.split())
            if rest.startswith(bare):
                rest = rest.removeprefix(bare)
                told.append(words)
        if told and not rest:
            yield dict(certain[words] for words in told if words in certain)


def is_told(section: Section) -> bool:
    """Tell whether a section's sentence tells all cells of its table."""
    cells = {f"{section.table}.{name}" for name in cells_of(section.sentence)}
    return bool(cells) and cells == set(section.keys.values())


def proposed(report: Report, section: Section) -> str:
    """Return a section's sentence with its numbers; empty while one is open, or without a sentence."""
    if not is_told(section):
        return ""
    cells = [f"{section.table}.{name}" for name in cells_of(section.sentence)]
    numbers = [number for key in cells if (number := report.numbers[key]) is not None]
    if len(numbers) < len(cells):
        return ""
    first, *words = words_of(section.sentence)
    said = (f"{plain(number)}{after}" for number, after in zip(numbers, words, strict=True))
    return "".join((first, *said))


def stated(report: Report, section: Section) -> str:
    """Return the sentence that a section's text leaves unsaid; empty where it states all its numbers."""
    sentence = proposed(report, section)
    text = report.written.get(section.text or "", "")
    if not sentence or not text.strip():
        return sentence
    alone = replace(report, texts={section.text or "": text})
    said = {keys[0] for _, _, keys in quoted(alone) if len(keys) == 1}
    return "" if said >= set(section.keys.values()) else sentence


def _pattern(section: Section) -> re.Pattern[str]:
    words = [re.escape(word) for word in words_of(section.sentence)]
    return re.compile(r"([0-9]+(?:\.[0-9]+)?)".join(words))


def parted(
    edition: Edition, texts: Mapping[str, str], document: Document
) -> tuple[dict[str, str], dict[str, Evidence]]:
    """Return texts without the sentences that print numbers, and evidence of these numbers.

    Only the last paragraph of a section's text may be its sentence.
    """
    left, told = dict(texts), dict[str, Evidence]()
    for section in edition.texts.values():
        text, _, last = texts.get(section.text or "", "").rpartition("\n")
        numbers = dict(read_back(section, last))
        where = next((block.where for block in reversed(document.blocks)
                      if isinstance(block, Paragraph) and block.text == last), "")  # fmt: skip
        told |= {key: Evidence(where, raw, "order", taken=True) for key, raw in numbers.items()}
        if numbers and section.text:
            left |= {section.text: text.rstrip()}
    return {name: text for name, text in left.items() if text}, told


def read_back(section: Section, paragraph: str) -> Iterator[tuple[str, str]]:
    """Yield (key, number as printed) where a paragraph is a section's sentence, letter for letter."""
    names = cells_of(section.sentence)
    found = _pattern(section).fullmatch(paragraph) if names else None
    for name, raw in zip(names, found.groups() if found else (), strict=False):
        yield f"{section.table}.{name}", raw
