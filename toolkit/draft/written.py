"""The edition file of a draft: head, tables, what is asked of every return, sums of the form."""

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ..data import CHINESE, OURS, texts
from ..edition.edition import build
from ..edition.grid import FILL
from ..edition.kind import GridPlace
from ..escape import inert
from . import toml
from .drafted import Drafted, DraftTable
from .equations import block, entries
from .facts import CellFacts
from .field import FormField
from .remarks import Asked, Remarks, Spare, Stated, lines

_WIDTH, _NARROW, _WIDE, _FIRST, _PAGE = 10.0, 6.0, 46.0, 28.0, 80.0
"""Widths of columns in characters: without one, the least, the most, the first; of a table."""
FORM_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_EDITION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SIGNS = {"<": "\uff1c", "^": "\uff3e", FILL: "\uff1c\uff0a"}
"""Labels that would be signs of the grid, in the width that is compared as the same."""


@dataclass(frozen=True, slots=True)
class DraftHead:
    """The head of an edition file. file: the form's name. source, citation: empty ones are to come."""

    form: str
    name: str
    year: int
    file: str
    source: str = ""
    citation: str = ""


def head_of(form: str, name: str, title: str, file: str) -> DraftHead:
    """Return the head of a draft: the year by its title or its file, else the last one.

    What is no name in plain letters is replaced by one.
    """
    plain = form if FORM_NAME.fullmatch(form) else "form"
    edition = name if _EDITION_NAME.fullmatch(name) else "draft"
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", f"{title} {PurePath(file).stem}")
    year = int(years[0]) if years else time.localtime().tm_year - 1
    return DraftHead(plain, edition, year, file)


def edition_text(draft: Drafted, answers: Mapping[int, str], head: DraftHead) -> str:
    """Return the edition file of a draft; answers: {number of a question: answer}."""
    filled = draft.filled(answers)
    sections = [_section(table, filled[number]) for number, table in enumerate(draft.tables)]
    content = {**_head(draft, head), "section": sections, "edit": _edits(draft, filled, head)}
    cells = build(content, head.file).cells
    stated = [Stated(one.key, one.terms) for one in draft.sums]
    printed = _printed(draft, filled)
    remarks = Remarks(head.file, tuple(t.sheet for t in draft.tables), _asked(draft, answers),
                      tuple(stated))  # fmt: skip
    words = texts("draft", CHINESE)
    written = [
        *(f"# {line}" for line in words["note"].splitlines()),
        *toml.pairs(_head(draft, head)),
        "",
    ]
    for section in sections:
        written += [*_lines(section), ""]
    written += [f"# {words['note-formulas']}", *block(entries(stated, cells, printed)), ""]
    written += _unread(draft)
    for edit in content["edit"]:
        written += ["[[edit]]", *toml.pairs(edit), ""]
    written += [*(f"# {line}" for line in words["note-remarks"].splitlines()), *lines(remarks)]
    return "\n".join(written) + "\n"


def _head(draft: Drafted, head: DraftHead) -> dict[str, Any]:
    words = texts("draft", CHINESE)
    return {
        "form": head.form,
        "name": head.name,
        "title": draft.title,
        "source": head.source or words["source"],
        "citation": head.citation or words["citation"],
        "years": {"from": head.year},
        "cover": {name: words[name] for name in ("filled_by", "phone", "reviewed_by", "filled_on")},
    }


def _unread(draft: Drafted) -> list[str]:
    if not draft.unread:
        return []
    note = texts("draft", CHINESE)["note-unread"]
    shown = [f"#   {key}: ={inert(' '.join(formula.split()))}" for key, formula in draft.unread]
    return [f"# {note}", *shown, ""]


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def _section(table: DraftTable, filled: AbstractSet[GridPlace]) -> dict[str, Any]:
    """Return the section of a table; `grid` has its lines."""
    marks = {place: f"@{table.keys[place].partition('.')[2]}" for place in filled}
    rows, columns = table.grid.size
    grid = [["<"] * columns for _ in range(rows)]
    for place, one in table.grid.fields.items():
        for row in one.rows:
            for column in one.columns:
                grid[row][column] = "^" if row > place[0] else "<"
        grid[place[0]][place[1]] = marks.get(place) or printed(one)
    kinds = {
        key.partition(".")[2]: facts
        for place, key in table.keys.items()
        if place in filled and (facts := cell_facts(table.facts[place], table.unit))
    }
    return {
        "caption": table.caption,
        "sheet": table.sheet,
        "table": table.name,
        "unit": table.unit,
        "widths": _widths(table),
        "grid": grid,
        **({"cells": kinds} if kinds else {}),
    }


def printed(one: FormField) -> str:
    """Return the text of a cell that is not filled in, as a grid has it."""
    text = one.text if one.formula is None else ""
    text = text.strip("\r\n").replace("\r", "")
    if not text.strip():
        return ""
    return _SIGNS.get(text, f"\uff20{text[1:]}" if text.startswith("@") else text)


def cell_facts(facts: CellFacts, unit: str) -> dict[str, Any]:
    """Return what differs for a cell in a table whose cells are counts of a unit."""
    found: dict[str, Any] = {}
    if facts.kind != "count":
        found["kind"] = facts.kind
    if facts.unit != unit:
        found["unit"] = facts.unit
    if facts.choices:
        found["choices"] = list(facts.choices)
    return found


def _widths(table: DraftTable) -> list[float]:
    """Return the widths of a table's columns: as they were, but a narrow table is a page wide.

    The first column of such a table has room for the words beside its declaration.
    """
    first, *others = table.grid.widths or (_WIDTH,) * table.grid.size[1]
    narrow = first + sum(others) < _PAGE
    first = max(first, _FIRST) if narrow else first
    scale = max(1.0, (_PAGE - first) / sum(others)) if narrow else 1.0
    widths = [first, *(width * scale for width in others)]
    return [round(min(max(width, _NARROW), _WIDE), 1) for width in widths]


def _lines(section: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a section, a line for each line of its grid."""
    yield "[[section]]"
    plain = {name: part for name, part in section.items() if name not in ("grid", "cells")}
    yield from toml.pairs({name: part for name, part in plain.items() if part != ""})
    yield "grid = ["
    yield from (f"  {toml.value(line)}," for line in section["grid"])
    yield "]"
    for pattern, facts in _patterns(section).items():
        yield f"cells.{toml.text(pattern)} = {toml.value(facts)}"


def _patterns(section: Mapping[str, Any]) -> dict[str, Any]:
    """Return {pattern: facts}: one for all cells of a column that takes the same, else for each."""
    kinds: Mapping[str, Any] = section.get("cells", {})
    names = [item[1:] for line in section["grid"] for item in line if item.startswith("@")]
    sizes = Counter(name.partition(".")[2] for name in names)
    by_column: dict[str, list[str]] = {}
    for name in kinds:
        by_column.setdefault(name.partition(".")[2], []).append(name)
    found: dict[str, Any] = {}
    for column, members in by_column.items():
        first = kinds[members[0]]
        if len(members) == sizes[column] > 1 and all(kinds[name] == first for name in members):
            found[f"*.{column}"] = first
        else:
            found |= {name: kinds[name] for name in members}
    return found


# ── rules and remarks ─────────────────────────────────────────────────────────────────────────────


def _edits(
    draft: Drafted, filled: Sequence[AbstractSet[GridPlace]], head: DraftHead
) -> list[dict[str, Any]]:
    """Return what is asked of every return of any form."""
    tables = [
        f"{table.name}.*" for table, places in zip(draft.tables, filled, strict=True) if places
    ]
    kinds = {table.facts[p].kind for table, places in zip(draft.tables, filled, strict=True)
             for p in places}  # fmt: skip
    wanted: dict[str, list[str]] = {"unfilled": tables}
    if kinds & {"count", "money"}:
        wanted["number"] = ["*"]
    if kinds - {"count", "money"}:
        wanted["entry"] = ["*"]
    source = _head(draft, head)["source"]
    found: list[dict[str, Any]] = []
    for kind, cells in wanted.items():
        rule = {lang: texts("draft", lang)[f"rule-{kind}"] for lang in OURS}
        found.append({"code": kind, "kind": kind, "cells": cells, "source": source, "rule": rule})
    rule = {lang: texts("draft", lang)["rule-edition-year"] for lang in OURS}
    return [
        *found,
        {"code": "edition-year", "kind": "edition-year", "source": source, "rule": rule},
    ]


def _printed(draft: Drafted, filled: Sequence[AbstractSet[GridPlace]]) -> frozenset[str]:
    """Return the keys of cells that have a printed number and are not filled in."""
    return frozenset(
        key
        for table, places in zip(draft.tables, filled, strict=True)
        for place, key in table.keys.items()
        if place not in places and table.grid.fields[place].number
    )


def _asked(draft: Drafted, answers: Mapping[int, str]) -> tuple[Asked, ...]:
    """Return the questions as remarks."""
    found = []
    for number, question in enumerate(draft.asked):
        cells = []
        for index, place in question.cells:
            table = draft.tables[index]
            facts = cell_facts(table.facts[place], table.unit)
            key = table.keys[place].partition(".")[2]
            cells.append(Spare(table.sheet, place, key, printed(table.grid.fields[place]), facts))
        colour = (
            "".join(f"{part:02X}" for part in question.colour) if question.code == "shaded" else ""
        )
        answer = answers.get(number, question.answer)
        found.append(Asked(question.code, colour, answer, tuple(cells)))
    return tuple(found)
