"""The check sheet for real Excel and WPS: handed out, and read when it comes back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..data import CHINESE, reason, say, texts
from ..edition.edition import Edition
from ..escape import shortened
from ..output.checksheet import (
    FACT_ROW,
    FACTS,
    HEAD_ROW,
    MADE,
    PLACE_OF,
    STEPS,
    seen_words,
    step_place,
    with_check_sheet,
)
from ..xlsx import sheet
from ..xlsx.address import Place, at
from ..xlsx.book import open_book
from ..xlsx.zip import Rejected, open_package
from .flat import Field, field_of
from .handout import empty

YEAR = 2025
"""The year of the blank that is tried: the steps and their pictures name it."""
_BOX: Place = (1000, 64)
_QUOTED = 60
_FIRST_STEPS = 12


@dataclass(frozen=True, slots=True)
class TrialStep:
    """A step that was tried; task and expected as they are in the sheet, whatever version wrote it.

    seen: one of SEEN, None where it was left open.
    """

    number: int
    task: str
    expected: str
    seen: str | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """A check sheet that came back. facts: {each of FACTS: text, None where it was left open}."""

    made_by: str
    facts: Mapping[str, str | None]
    steps: tuple[TrialStep, ...]


@dataclass(frozen=True, slots=True)
class TrialProblem:
    """A problem of a check sheet: the name of its sentence in [trial], and the figures."""

    name: str
    figures: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """Return the sentence: the place, its content, the action needed."""
        figures = dict(self.figures)
        if "why" in figures:
            figures["why"] = reason(figures["why"], lang)
        return say("trial", self.name, lang, **figures)


class TrialError(Exception):
    """A file that is no check sheet, or not filled in as it should be; all that is wrong."""

    def __init__(self, *problems: TrialProblem) -> None:
        super().__init__(*problems)
        self.problems = problems


def check_sheet(edition: Edition) -> bytes:
    """Return a blank with the check sheet in front, the same bytes for the same edition."""
    agency = {"name": texts("trial", CHINESE)["blank-agency"], "code": None, "level": "county"}
    return with_check_sheet(empty(edition, agency, YEAR))


def read_back(source: bytes) -> Tried:
    """Return a check sheet that came back; raises TrialError with all that is wrong with it."""
    try:
        fields = _fields(source)
    except Rejected as error:
        why = error.figures.get("why") or error.figures.get("kind") or error.code
        raise TrialError(TrialProblem("bad-file", {"why": why})) from None
    problems = (*_strange(fields), *_misfits(fields))
    if problems:
        raise TrialError(*problems)
    text = {place: one.text.strip() or None for place, one in fields.items()}
    results = {words: name for name, words in seen_words(CHINESE).items()}
    steps = (
        TrialStep(
            number,
            text.get(step_place(number, "task")) or "",
            text.get(step_place(number, "expected")) or "",
            results.get(text.get(step_place(number, "seen")) or ""),
            text.get(step_place(number, "remark")),
        )
        for number in _steps(fields)
    )
    facts = {name: text.get((row, 3)) for row, name in enumerate(FACTS, FACT_ROW)}
    return Tried(text.get(MADE) or "", facts, tuple(steps))


def _fields(source: bytes) -> dict[Place, Field]:
    """Return the cells of the check sheet; raises TrialError where there is no single one."""
    package = open_package(source)
    book, name = open_book(package), texts("trial", CHINESE)["sheet"]
    parts_of_it = [entry.part for entry in book.sheets if entry.name == name and entry.part]
    if not parts_of_it:
        raise TrialError(TrialProblem("bad-sheet", {"sheet": name}))
    (part,) = parts_of_it
    grid = sheet.parse(package.part(part), part, book, _BOX)
    return {
        place: field_of(raw, book)
        for place, raw in grid.cells.items()
        if raw[1] is not None or raw[2]
    }


def _steps(fields: Mapping[Place, Field]) -> tuple[int, ...]:
    """Return the steps of a check sheet; those of version 0.2 have the first twelve."""
    more = step_place(STEPS[_FIRST_STEPS], "number") in fields
    return STEPS if more else STEPS[:_FIRST_STEPS]


def _strange(fields: Mapping[Place, Field]) -> Iterator[TrialProblem]:
    """Yield the printed cells that are not as they were written: rows moved, words changed."""
    words = texts("trial", CHINESE)
    printed = {(row, 2): words[name] for row, name in enumerate(FACTS, FACT_ROW)}
    printed |= {(HEAD_ROW, column): words[name] for name, column in PLACE_OF.items()}
    printed |= {step_place(number, "number"): str(number) for number in _steps(fields)}
    for place, expected in printed.items():
        there = fields[place].text if place in fields else ""
        if there != expected:
            figures = {"at": at(place), "expected": expected, "found": shortened(there, _QUOTED)}
            yield TrialProblem("bad-label", figures)


def _misfits(fields: Mapping[Place, Field]) -> Iterator[TrialProblem]:
    """Yield the filled cells that hold a formula, or a result that is not in the list."""
    words = tuple(seen_words(CHINESE).values())
    filled = [(row, 3) for row, _ in enumerate(FACTS, FACT_ROW)]
    steps = _steps(fields)
    filled += [step_place(number, name) for number in steps for name in ("seen", "remark")]
    results = {step_place(number, "seen") for number in steps}
    for place in filled:
        one = fields.get(place, Field(""))
        text = one.text.strip()
        if one.kind == "formula":
            yield TrialProblem("bad-formula", {"at": at(place)})
        elif place in results and text and text not in words:
            figures = {"at": at(place), "found": shortened(text, _QUOTED)}
            yield TrialProblem("bad-seen", {**figures, "expected": ", ".join(words)})
