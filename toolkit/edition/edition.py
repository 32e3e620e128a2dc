"""An edition of a form: a flat table of cells and the balances (勾稽关系) between them.

Everything else is derived from it. An edition is a TOML file; `load` raises EditionError for
contradictions.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from .. import data
from .analysis import Analysis, analysis
from .balance import Balance, Edit, Words, balances, claimed, edits, fitting
from .derived import whole
from .grid import GridError, PrintedGrid, lay_out, widths_of
from .hazard import Hazard, hazards
from .kind import Cell
from .lines import Lines, Where
from .naming import people, placeholders, shared_words
from .overlay import counted, merge, refuse_changed, refuse_released
from .parse import Parsed, entries, parse, rule_place
from .sentence import spoken
from .shape import EditionError, hint, refuse_misshapen, refuse_no_days, refuse_sheets

LEVELS = ("central", "province", "city", "county", "town")
DEFAULT_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the form: a sheet with a printed grid, a text, or both.

    table: the first part of its cells' keys. grid: printed labels and keys by place (row, column),
    both from 0. merges: (row, column, rows, columns). statutory: its blanks count as unfilled.
    widths: one for each column of the grid, in characters. unit: of its cells, "" for several.
    printed_widths: likewise as shares, as the form is printed. sentence: with its cells as {row.column}.
    absent: the words in place of a table that does not apply.
    """

    caption: str
    sheet: str
    table: str | None
    text: str | None
    aspects: tuple[str, ...]
    statutory: bool
    size: tuple[int, int]
    labels: Mapping[tuple[int, int], str]
    keys: Mapping[tuple[int, int], str]
    merges: tuple[tuple[int, int, int, int], ...]
    widths: tuple[float, ...]
    unit: str
    printed_widths: tuple[float, ...] = ()
    sentence: str = ""
    absent: str = ""


@dataclass(frozen=True, eq=False)
class Edition:
    """An edition of a form; cells in form order, balances and edits in file order.

    base: the official edition that an overlay adds to. counts_as: {added key: the inherited one
    it belongs to when only those count}. cover: {more fields of the cover: label}. placeholders:
    {name in texts: keys of the cells whose sum it stands for}. preface: the line below the title.
    analysis: of a year. confirmed: whether its printed words were held against a published form;
    lists show other editions last, as examples.
    """

    form: str
    name: str
    title: str
    source: str
    citation: str
    years: tuple[int, int | None]
    deadlines: Words
    sections: tuple[Section, ...]
    cells: Mapping[str, Cell]
    balances: tuple[Balance, ...]
    edits: tuple[Edit, ...]
    base: str | None = None
    counts_as: Mapping[str, str] = field(default_factory=dict)
    hazards: tuple[Hazard, ...] = ()
    cover: Words = field(default_factory=dict)
    placeholders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    analysis: Analysis | None = None
    confirmed: bool = True
    preface: str = ""

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of keys, labels, places and balances, independent of the file's layout."""
        return _fingerprint(self)

    @cached_property
    def computes(self) -> Mapping[str, Balance]:
        """{computed key: the balance that computes it}."""
        return claimed(self.balances)

    @cached_property
    def typed(self) -> tuple[str, ...]:
        """Keys of cells that are typed, in form order."""
        return tuple(key for key in self.cells if key not in self.computes)

    @cached_property
    def depends(self) -> Mapping[str, tuple[Edit, ...]]:
        """{key: the edits by which the answer of another cell makes it not apply}."""
        edits: dict[str, tuple[Edit, ...]] = {}
        for edit in self.edits:
            if "on" in edit.figures:
                for cell in self.select(edit.cells):
                    edits[cell.key] = (*edits.get(cell.key, ()), edit)
        return edits

    @cached_property
    def tables(self) -> Mapping[str, Section]:
        """The sections that have a grid, by table."""
        return {part.table: part for part in self.sections if part.table}

    @cached_property
    def statutory(self) -> tuple[str, ...]:
        """Tables whose blanks count as unfilled and may be declared to be 0."""
        return tuple(name for name, part in self.tables.items() if part.statutory)

    @cached_property
    def texts(self) -> Mapping[str, Section]:
        """The sections that have a text, by its name."""
        return {part.text: part for part in self.sections if part.text}

    @cached_property
    def rows(self) -> Mapping[str, str]:
        """{table.row: the printed words that name the row}."""
        return shared_words(self.cells, "row")

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """{table.column: the printed words that name the column}."""
        return shared_words(self.cells, "column")

    def of_table(self, table: str) -> tuple[Cell, ...]:
        """Return the cells of one table in form order."""
        return tuple(cell for cell in self.cells.values() if cell.table == table)

    def select(self, patterns: tuple[str, ...]) -> tuple[Cell, ...]:
        """Return the cells whose key fits one of the patterns, in form order."""
        return tuple(self.cells[key] for key in fitting(patterns, self.cells))

    def covers(self, year: int) -> bool:
        """Tell whether the form of `year` is this edition."""
        first, last = self.years
        return first <= year and (last is None or year <= last)


def known(extra: Iterable[Path] = ()) -> dict[tuple[str, str], Path]:
    """Return {(form, name): path} of all editions found, by folder and file name.

    Raises EditionError where a name is found twice: no edition replaces another.
    """
    paths: dict[tuple[str, str], Path] = {}
    for path in data.edition_files(extra):
        ident = (path.parent.name, path.stem)
        if ident in paths:
            raise EditionError(f"{path.name}: edition {'/'.join(ident)} exists already in"
                               f" {paths[ident].parent}; give it another name")  # fmt: skip
        paths[ident] = path
    return paths


def named(form: str, name: str, extra: Iterable[Path] = ()) -> Edition | None:
    """Return an edition by name, or None."""
    path = known(extra).get((form, name))
    return _cached(path) if path else None


def every(extra: Iterable[Path] = ()) -> Iterator[Edition]:
    """Yield all editions found."""
    return map(_cached, known(extra).values())


def of_form(form: str) -> Iterator[Edition]:
    """Yield the editions of a form, without those in the folders a user names."""
    return (_cached(path) for (owner, _), path in known().items() if owner == form)


def _official() -> dict[tuple[str, str], Path]:
    """Return {(form, name): path} of the editions that came with the toolkit."""
    home = data.home("templates").resolve()
    return {ident: path for ident, path in known().items() if home in path.parents}


def for_year(form: str, year: int, extra: Iterable[Path] = ()) -> Edition | None:
    """Return the official edition whose years contain `year`, or None."""
    known(extra)
    for (owner, _), path in sorted(_official().items(), reverse=True):
        if owner == form and _cached(path).covers(year):
            return _cached(path)
    return None


@cache
def _cached(path: Path) -> Edition:
    edition = load(path)
    if (edition.form, edition.name) != (path.parent.name, path.stem):
        raise EditionError(
            f"{path.name}: edition {edition.form}/{edition.name} belongs into"
            f" {edition.form}/{edition.name}.toml; move the file"
        )
    return edition


# ── loading ───────────────────────────────────────────────────────────────────────────────────────


def load(path: Path) -> Edition:
    """Return the edition in a TOML file; raises EditionError with file, line, fact and hint."""
    return resolve(parse(path))


def resolve(parsed: Parsed) -> Edition:
    """Return the edition a file describes, merged with the edition it extends or is like."""
    refuse_misshapen(parsed.content, parsed.lines)
    plain = whole(parsed, _official)
    if "extends" in plain.content:
        return _extended(plain)
    built = _build(plain)
    return replace(built, placeholders=placeholders(plain, built.cells, {}))


def build(source: Mapping[str, Any], file: str) -> Edition:
    """Return the edition a parsed TOML describes; `file` names it in errors, without lines."""
    return resolve(Parsed(dict(source), Lines(file, {})))


def _extended(overlay: Parsed) -> Edition:
    """Return the official edition that an overlay names, extended by the overlay."""
    form, name = _base(overlay)
    base = _cached(_official()[form, name])
    merged = merge(whole(parse(_official()[form, name]), _official), overlay)
    refuse_misshapen(merged.content, merged.lines)
    built = _build(merged)
    counts_as = counted(overlay, base.cells, built.cells)
    refuse_changed(overlay, base.typed, counts_as, base.balances, built.balances)
    refuse_released(overlay, base.cells, base.edits, built.edits)
    names = placeholders(merged, built.cells, base.cells)
    return replace(built, base=base.name, counts_as=counts_as, placeholders=names)


def _base(overlay: Parsed) -> tuple[str, str]:
    """Return form and name of the official edition an overlay extends."""
    form, _, name = overlay.content["extends"].rpartition("/")
    form = form or overlay.content.get("form")
    official = _official()
    if not form:
        forms = [ident[0] for ident in official if ident[1] == name]
        usual = data.say("default", "form", data.ENGLISH)
        form = usual if usual in forms else forms[0] if len(forms) == 1 else ""
    if (form, name) not in official:
        names = ["/".join(ident) if form else ident[1] for ident in official]
        wanted = "/".join(filter(None, (form, name)))
        raise EditionError(
            f"{overlay.lines.at('extends')}: no official edition {wanted!r}{hint(wanted, names)}"
        )
    if (form, overlay.content["name"]) in official:
        raise EditionError(
            f"{overlay.lines.at('name')}: {overlay.content['name']!r} is an official"
            " edition; give the overlay a name of its own"
        )
    return form, name


def _build(parsed: Parsed) -> Edition:
    """Return the edition that a plain file describes, once its shape is right."""
    source, lines = parsed.content, parsed.lines
    sections, cells = _sections(parsed)
    first, last = source["years"]["from"], source["years"].get("to")
    if last is not None and first > last:
        raise EditionError(f"{lines.at('years')}: years from {first} to {last}; swap them")
    refuse_no_days(source.get("deadlines", {}), lines)
    texts = [part.text for part in sections if part.text]
    rules = balances(parsed, cells)
    others = tuple(edits(parsed, cells, texts))
    _refuse_same_codes((*rules, *others), parsed)
    return Edition(
        form=source["form"],
        name=source["name"],
        title=source["title"],
        source=source["source"],
        citation=source["citation"],
        years=(first, last),
        deadlines=source.get("deadlines", {}),
        sections=sections,
        cells=cells,
        balances=rules,
        edits=others,
        hazards=tuple(hazards(parsed, cells)),
        cover=people(parsed),
        analysis=analysis(parsed, cells, rules),
        confirmed=source.get("confirmed", True),
        preface=source.get("preface", ""),
    )


def _sections(parsed: Parsed) -> tuple[tuple[Section, ...], dict[str, Cell]]:
    """Return the sections and all their cells in form order."""
    placed = list(entries(parsed, "section"))
    for name in ("caption", "sheet", "table", "text"):
        _refuse_twice(name, placed)
    refuse_sheets(placed)
    sections: list[Section] = []
    cells: dict[str, Cell] = {}
    for entry, where in placed:
        try:
            grid = lay_out(entry)
            sections.append(_section(entry, grid))
        except GridError as error:
            raise EditionError(f"{where.at(*error.field)}: {error}") from None
        cells.update(grid.cells)
    if not cells:
        raise EditionError(f"{parsed.lines}: the edition has no cells; give a section a grid")
    return tuple(sections), cells


def _section(entry: Mapping[str, Any], grid: PrintedGrid) -> Section:
    """Return the section of an entry."""
    widths = widths_of(entry, grid, "widths") or (DEFAULT_WIDTH,) * grid.size[1]
    return Section(
        caption=entry["caption"],
        sheet=entry["sheet"],
        table=entry.get("table"),
        text=entry.get("text"),
        aspects=tuple(entry.get("aspects", ())),
        statutory=bool(grid.cells) and entry.get("statutory", True),
        size=grid.size,
        labels=grid.labels,
        keys=grid.keys,
        merges=grid.merges,
        widths=widths,
        unit=entry.get("unit", ""),
        printed_widths=widths_of(entry, grid, "printed_widths") or widths,
        sentence=spoken(entry, grid),
        absent=entry.get("absent", ""),
    )


def _refuse_twice(name: str, placed: Iterable[tuple[Mapping[str, Any], Where]]) -> None:
    """Raise EditionError at the second section that has the same name."""
    seen: set[str] = set()
    for entry, where in placed:
        if entry.get(name) in seen:
            raise EditionError(
                f"{where.at(name)}: {name} {entry[name]!r} is used twice; rename one"
            )
        seen.update(filter(None, [entry.get(name)]))


def _refuse_same_codes(rules: Iterable[Balance | Edit], parsed: Parsed) -> None:
    """Raise EditionError at the last entry that makes a rule of the same name."""
    for name, times in Counter(rule.id for rule in rules).items():
        if times > 1:
            where = rule_place(parsed, name)
            raise EditionError(
                f"{where.at('code')}: code {name!r} is used twice; rename one or"
                " tell them apart by `part`"
            )


def _fingerprint(edition: Edition) -> str:
    content = {
        "form": edition.form,
        "name": edition.name,
        "cells": [
            (c.key, c.sheet, c.at, c.kind, c.unit, c.signed, c.label, *filter(None, [c.choices]))
            for c in edition.cells.values()
        ],
        "labels": [
            (part.sheet, part.caption, sorted((*at, text) for at, text in part.labels.items()))
            for part in edition.sections
        ],
        "sections": [(part.merges, part.text, part.statutory) for part in edition.sections],
        "balances": [(b.id, b.left, b.relation, b.right, b.computes) for b in edition.balances],
    }
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
