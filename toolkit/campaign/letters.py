"""Text of a notice to paste into a chat: the task, the day, and every item that has room."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from ..blank.frames import boxes
from ..blank.slots import PLACE_MARK
from ..check.explained import is_open, is_refused
from ..data import CHINESE, filled, listed, say, texts
from ..explain import Answer, Correction
from ..explain import words as corrections
from ..finding import Finding, Result, Spot, place
from ..report.report import Number, plain
from ..xlsx.address import Place, at, corners
from .sending import Sending, one_line, quoted, returned_by, room, signed

_TERSE = 30
"""Most characters of what was typed, and of a label, in an item that is told tersely."""
_FEW = 6
"""Most answers that are told one by one, each with its numbers; of more only the difference."""
_TOLD_ALWAYS = ("swap",)
"""Kinds of reasons that name another cell, which an item never leaves out."""
_UNREAD = ("other", "reject")
"""Kinds of notices for returns of which nothing was checked, or that do not count."""
_WITH_REASONS = ("copy", "fresh", "drawn")
"""Kinds of notices with a workbook in which reasons can be written."""
Wordings = tuple[str, ...]
"""An item to correct, from its longest wording to its shortest."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Addressee of a notice: the agency's name, its deadline by the roster.

    counts: whether the return that goes back is the one that counts for the agency.
    known: whether the name is an agency's; else it is that of a file.
    """

    name: str
    deadline: date | None = None
    counts: bool = True
    known: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """A text to an agency: its first lines, then the items that have room."""

    lead: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the whole text."""
        return "\n".join((*self.lead, *self.items))


def letter(result: Result, to: Addressee, copy: str | None, how: str, sending: Sending) -> Letter:
    """Return the text that goes with a notice; as a file it has at most TEXT_LIMIT characters.

    It says whose return, which file to open, by when and to whom it goes back, then each item with
    its cells and numbers. What one correction would mend is one item; its reasons are told where
    all items have room with them.
    how: copy, fresh, drawn, plain, other or reject, by what goes with it.
    """
    words = texts("sent_back", CHINESE)
    items, report = list(_items(result, words, how)), result.report
    figures = {
        "agency": quoted(to.name) if to.known else words["somebody"],
        "n": len(items),
        "file": _file(PurePosixPath(result.path.replace("\\", "/")).name),
        "copy": _file(copy or ""),
        "title": quoted(report.edition.title) if report else "",
        "year": (report and report.year) or "",
        "when": returned_by(sending, to.deadline, report),
    }
    lead = tuple(filled(words[f"{how}_{part}"], **figures) for part in ("head", "foot"))
    lead = (*lead, signed(sending))
    told = [] if how in _UNREAD else [f for f in result.findings if is_open(f, report.edition)]
    more = (words["may-explain"],) if told and how in _WITH_REASONS else ()
    shown = _fitted((*lead, *more), items, words)
    return Letter(lead, (*shown, *_to_explain((*lead, *shown, *more), told, words), *more))


def _to_explain(
    lines: Sequence[str], findings: Sequence[Finding], words: Mapping[str, str]
) -> Iterator[str]:
    """Yield a line with the places of warnings without a reason, as many as have room, if any."""
    hints = [finding for finding in findings if finding.severity == "warning"]
    places = [place(f.cells) or say("title", f.code, CHINESE) for f in hints]
    for count in range(len(places), 0, -1):
        cells = listed(places, count, PLACE_MARK, words["more"])
        line = one_line(filled(words["to-explain"], n=len(hints), cells=cells))
        if room((*lines, line)) >= 0:
            yield line
            return


def _file(name: str) -> str:
    """Return a file's name with its ending, the middle left out where it is long."""
    stem, dot, ending = one_line(name).rpartition(".")
    return f"{quoted(stem)}{dot}{ending}" if len(ending) < _TERSE else quoted(name)


def to_mend(result: Result) -> int:
    """Return the number of items to correct; findings that one correction clears count once."""
    words = texts("sent_back", CHINESE)
    return sum(1 for _ in _items(result, words, "copy"))


# ── the items ─────────────────────────────────────────────────────────────────────────────────────


def _items(result: Result, words: Mapping[str, str], how: str) -> Iterator[Wordings]:
    """Yield the items to correct, in the order in which a result lists them.

    Findings whose correction would need more cells than were searched are items of their own, and
    warnings whose reason the office sent back.
    """
    for cause, group in corrections.grouped(result.findings, corrections.of(result)):
        errors = [f for f in group if f.follows is None and f.severity == "error" and not f.waived]
        if cause and errors and cause.size is not None:
            yield _reasoned(_correction(cause, errors, words), errors)
        else:
            yield from (_reasoned(_single(finding, words, how), (finding,)) for finding in errors)
        refused = (f for f in group if is_refused(f) and f.severity == "warning" and not f.waived)
        yield from (_reasoned(_single(finding, words, how), (finding,)) for finding in refused)


def _reasoned(wordings: Wordings, findings: Sequence[Finding]) -> Wordings:
    """Return an item with the reasons that the agency gave for its findings."""
    said = "".join(one.reason(CHINESE) for one in map(_terse, findings))
    return tuple(f"{wording}{said}" for wording in wordings) if said else wordings


def _single(finding: Finding, words: Mapping[str, str], how: str) -> Wordings:
    """Return the item of a finding; how "other": of a return that does not count."""
    sentence = words.get(f"other_{finding.code}") if how == "other" else None
    if sentence is not None:
        figures = {**finding.figures, "found": finding.found, "expected": finding.expected}
        return (filled(sentence, **figures),)
    full, terse = (_placed(f.message(CHINESE), f) for f in (finding, _terse(finding)))
    spans = _spans(finding.cells)
    if len(spans) > 1 and not all(_names(full, spot) for spot in finding.cells if spot.at):
        return f"{full}{filled(words['cells'], cells=PLACE_MARK.join(spans))}", full, terse
    return full, terse


def _spans(cells: Sequence[Spot]) -> list[str]:
    """Return the places of cells as ranges on their sheets."""
    sheets: dict[str, list[Place]] = {}
    for spot in cells:
        if spot.sheet and (box := corners(spot.at or "")):
            sheets.setdefault(spot.sheet, []).append((box[0], box[1]))
    several = len(sheets) > 1
    return [
        f"{sheet} " * several + "–".join(dict.fromkeys((at(box[:2]), at(box[2:]))))
        for sheet, places in sheets.items()
        for box in boxes(places)
    ]


def _placed(sentence: str, finding: Finding) -> str:
    """Return a finding's sentence with its place before it where it names none."""
    named = any(_names(sentence, spot) for spot in finding.cells)
    where = place(finding.cells)
    return sentence if named or not where else f"{where} {sentence}"


def _terse(finding: Finding) -> Finding:
    """Return a finding with short quotations: its place and its numbers stay."""

    def short(text: str | None) -> str | None:
        return None if text is None else _cut(text, _TERSE)

    figures = {
        name: _cut(figure, _TERSE) if isinstance(figure, str) else figure
        for name, figure in finding.figures.items()
    }
    cells = tuple(replace(spot, label=_cut(spot.label, _TERSE)) for spot in finding.cells)
    return replace(
        finding,
        cells=cells,
        found=short(finding.found),
        expected=short(finding.expected),
        explained=finding.explained and {n: short(t) for n, t in finding.explained.items()},
        figures=figures,
    )


def _cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, with dots where it was longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _correction(cause: Correction, errors: Sequence[Finding], words: Mapping[str, str]) -> Wordings:
    """Return the item of a correction: every cell that may be changed is named."""
    sheet = next(cell.sheet for cell in errors[0].cells if cell.sheet)
    full, bare = (corrections.brief(cause, sheet, CHINESE, why=why) for why in (True, False))
    for reason in (r for answer in corrections.telling(cause) for r in answer.reasons):
        said = reason.text(CHINESE)
        if reason.kind in _TOLD_ALWAYS and said not in bare:
            bare += say("explain", "because", CHINESE, reasons=said)
    left = [answer for answer in cause.answers if not _named(answer, bare)]
    if not left:
        return full, bare
    steps = _steps(left, words)
    if steps and len(left) > _FEW:
        return f"{full}{steps}", f"{bare}{steps}", _tied(cause, sheet, words)
    numbers, addresses = (
        filled(words["which"], cells=say("explain", "semicolon", CHINESE).join(lines))
        for lines in ((_told(answer, sheet) for answer in left),
                      (_told(left[0], sheet), *(_cells(answer, sheet) for answer in left[1:])))
    )  # fmt: skip
    return f"{full}{numbers}", f"{bare}{numbers}", f"{bare}{steps or addresses}"


def _tied(cause: Correction, sheet: str, words: Mapping[str, str]) -> str:
    """Return the shortest item of a correction with many answers, the likeliest first."""
    lines = corrections.lines(cause, CHINESE)
    return words["tied"].format(sheet=sheet, lines=lines, cells=_stepped(cause.answers, words))


def _steps(answers: Sequence[Answer], words: Mapping[str, str]) -> str:
    """Return the sentence on the cells of answers; empty where more than one is to change."""
    cells = _stepped(answers, words)
    return words["which"].format(cells=cells) if cells else ""


def _stepped(answers: Sequence[Answer], words: Mapping[str, str]) -> str:
    """Return the cells by the number to add to one of them; empty where one change is not enough."""
    steps: dict[Number, list[Spot]] = {}
    for answer in answers:
        change, *more = answer.changes
        if more or change.bound != "=":
            return ""
        steps.setdefault(change.after - (change.before or 0), []).append(change.spot)
    lines = [
        words[f"step-{'more' if step > 0 else 'less'}{'-any' if len(spots) > 1 else ''}"].format(
            cells=PLACE_MARK.join(_spans(spots)), n=plain(max(step, -step))
        )
        for step, spots in steps.items()
    ]
    return say("explain", "semicolon", CHINESE).join(lines)


def _named(answer: Answer, text: str) -> bool:
    """Tell whether a text names every cell of an answer."""
    return all(_names(text, change.spot) for change in answer.changes)


def _names(text: str, spot: Spot) -> bool:
    """Tell whether a text has a cell's address."""
    return bool(spot.at and re.search(rf"(?<![A-Z]){re.escape(spot.at)}(?![0-9])", text))


def _told(answer: Answer, sheet: str) -> str:
    """Return the changes of an answer with both numbers; sheet: the one that is not named."""
    lines = (
        say(
            "explain",
            "here" if change.spot.sheet == sheet else "there",
            CHINESE,
            sheet=change.spot.sheet,
            at=change.spot.at,
            after=say("explain", f"after/{change.bound}", CHINESE, number=plain(change.after)),
            before=corrections.before(change, CHINESE),
        )
        for change in answer.changes
    )
    return say("explain", "comma", CHINESE).join(lines)


def _cells(answer: Answer, sheet: str) -> str:
    """Return the places of an answer's changes."""
    spots = (change.spot for change in answer.changes)
    names = (s.at or "" if s.sheet == sheet else f"{s.sheet} {s.at}" for s in spots)
    return say("explain", "comma", CHINESE).join(names)


# ── what has room ─────────────────────────────────────────────────────────────────────────────────


def _fitted(
    lead: Sequence[str], items: Sequence[Wordings], words: Mapping[str, str]
) -> Sequence[str]:
    """Return the items that have room behind the first lines, each as long as all can be told.

    Those that have none are counted in a last line. The first item is there in any case.
    """
    for level in range(max(map(len, items), default=0)):
        lines = [_numbered(place, item, level) for place, item in enumerate(items, 1)]
        if room((*lead, *lines)) >= 0:
            return lines
    lines = [_numbered(place, item, -1) for place, item in enumerate(items, 1)]
    for count in range(len(lines) - 1, 0, -1):
        shown = [*lines[:count], filled(words["rest"], n=len(lines) - count)]
        if room((*lead, *shown)) >= 0:
            return shown
    rest = [filled(words["rest"], n=len(lines) - 1)] if len(lines) > 1 else []
    left = room((*lead, "", *rest))
    return [*(_cut(line, left) for line in lines[:1]), *rest]


def _numbered(place: int, item: Wordings, level: int) -> str:
    """Return an item with its number, in a wording; -1: in the shortest."""
    return f"{place}. {one_line(item[level] if level < len(item) else item[-1])}"
