"""Copies of a blank for agencies: built once, then only differing parts are written anew."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..edition.edition import Edition
from ..report.report import Number, Report
from ..xlsx.address import Place, at
from ..xlsx.repack import Stored, repacked, stored
from ..xlsx.xml import xml_text
from .build import CARRIED, StoredValue, build, carried_places, content_of, entries
from .mark import mark
from .parts import members
from .plan import plan, stated
from .slots import word
from .styles import number_of

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Signs around the name of a text that differs by agency."""
_SLOT = re.compile(f"{_OPEN}([a-z]+){_CLOSE}")
_BLANK = re.compile(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)" t="n"/>')
_SHEETS, _PROPERTIES = "xl/worksheets/", "docProps/custom.xml"
_WHO = ("name", "code", "level")


@dataclass(frozen=True, slots=True)
class _Master:
    """A workbook to make copies of.

    worded: {part: its text, split at the names of the agency's words}. sheets: {name: part}.
    texts: {part of a sheet: its text}.
    """

    entries: tuple[Stored, ...]
    worded: Mapping[str, tuple[str, ...]]
    sheets: Mapping[str, str]
    texts: Mapping[str, str]


def stamp(
    report: Report, prior: Mapping[str, Number] | None = None, deadline: str | None = None
) -> bytes:
    """Return the workbook of `build` for a blank report (no texts), equal in each part, but faster.

    prior: last year's numbers by key. deadline: the agency's own. The agency's words have no
    blanks around them. Raises BuildError for a text longer than a cell holds.
    """
    edition, last = report.edition, prior or {}
    facts = tuple(part for part in _WHO if report.agency.get(part))
    master = _master(edition, (report.year, report.sent), facts, deadline is not None)
    words = {**mark(edition, report, deadline), "level": str(stated(report).get("level", ""))}
    changed = {part: _worded(part, pieces, words) for part, pieces in master.worded.items()}
    carried = carried_places(edition, report, last)
    for name, values in entries(edition, report, last, deadline).items():
        part = master.sheets.get(name, "")
        if values and part not in changed:
            cells = _cells(name, values, carried.get(name, frozenset()))
            changed[part] = _BLANK.sub(cells, master.texts[part])
    return repacked(master.entries, {part: text.encode() for part, text in changed.items()})


def _worded(part: str, pieces: tuple[str, ...], words: Mapping[str, str]) -> str:
    """Return a part with an agency's words; cells escape more characters than properties do."""
    texts = list(pieces)
    for i, name in enumerate(pieces):
        if i % 2:
            text = words[name]
            cell = part.startswith(_SHEETS)
            texts[i] = xml_text(content_of(text, sheet=part, at=name)[0] if cell else text)
    return "".join(texts)


@lru_cache(maxsize=64)
def _master(
    edition: Edition,
    when: tuple[int | None, int | None],
    facts: tuple[str, ...],
    dated: bool,  # noqa: FBT001
) -> _Master:
    """Return the workbook to copy for agencies that have these `facts`; when: year and sending."""
    named = {"name": "agency", "code": "code", "level": "level"}
    who = {part: f"{_OPEN}{named[part]}{_CLOSE}" if part in facts else None for part in _WHO}
    year, sent = when
    values = dict.fromkeys(edition.cells)
    blank = Report(edition, who, year, values, origin="workbook", sent=sent)
    source = build(edition, blank, None, f"{_OPEN}deadline{_CLOSE}" if dated else None)
    texts = {part: content.decode() for part, content in members(source).items()}
    names = (sheet.name for sheet in plan(edition))
    sheets = {name: f"{_SHEETS}sheet{i}.xml" for i, name in enumerate(names, 1)}
    if "name" in facts:
        seed = mark(edition, blank, None)["seed"]
        for part in (sheets[word("mark")], _PROPERTIES):
            texts[part] = texts[part].replace(f">{seed}<", f">{_OPEN}seed{_CLOSE}<")
    return _Master(
        stored(source),
        {part: tuple(_SLOT.split(text)) for part, text in texts.items() if _SLOT.search(text)},
        sheets,
        texts,
    )


def _cells(
    sheet: str, values: Mapping[Place, StoredValue], carried: frozenset[Place]
) -> Callable[[re.Match[str]], str]:
    """Return a function from a blank cell to the cell with its value."""
    texts = {
        at(place): (content_of(value, sheet=sheet, at=at(place)), place in carried)
        for place, value in values.items()
    }
    look = str(number_of(CARRIED, locked=False))

    def cell(match: re.Match[str]) -> str:
        if match[1] not in texts:
            return match[0]
        (text, kind), last = texts[match[1]]
        head = f'<c r="{match[1]}" s="{look if last else match[2]}"'
        if kind == "n":
            return f'{head} t="n"><v>{text}</v></c>'
        return f'{head} t="inlineStr"><is><t>{xml_text(text)}</t></is></c>'

    return cell
