"""Overlays: additions of an edition file to an official edition, merged before it is built.

The result is a plain edition file; later steps treat it like any other. Inherited keys,
rules and printed labels stay, so that what passes on an overlay passes on its base.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from .balance import PRIOR, Balance, Edit, claimed, fitting, ident
from .insert import TomlEntry, add_column, add_row
from .kind import Cell
from .lines import Lines, Path, Where
from .parse import Parsed, entries, rule_place
from .shape import EditionError, hint

_HEAD = ("name", "title", "years", "source", "deadlines", "cover")
_SECTION = (
    "caption", "aspects", "widths", "printed_widths", "sentence", "absent", "cells", "placeholders",
)  # fmt: skip
_RULE = ("severity", "message")
"""Fields of an inherited section or rule that an overlay may change."""
_REPLACED = ("caption", "widths", "printed_widths", "sentence", "absent")
"""Fields of an inherited section that an overlay gives anew."""
_WHICH = ("sheet", "code", "part")
_WHOLE = {"balance": "equation", "edit": "kind"}
"""The field that tells a new rule from a changed one."""
_EVER = 9999


@dataclass(frozen=True, slots=True)
class Merging:
    """An edition while another file is merged into it, and the places its parts come from."""

    content: TomlEntry
    places: dict[Path, str]

    def take(self, lines: Lines, old: Path, new: Path) -> None:
        """Copy the source places at `old` to `new`, for error messages."""
        spots = {path: spot for path, spot in lines.places.items() if path[: len(old)] == old}
        self.places.update({(*new, *path[len(old) :]): spot for path, spot in spots.items()})


def merge(base: Parsed, overlay: Parsed) -> Parsed:
    """Return the plain edition merged from an overlay and the edition it extends.

    Raises EditionError where the overlay changes or takes away instead of adding.
    """
    draft = Merging(deepcopy(base.content), inherited(base.lines, overlay.lines))
    _head(draft, overlay)
    for entry, where in entries(overlay, "section"):
        _section(draft, entry, where)
    add_lines(draft, overlay)
    for kind in _WHOLE:
        for entry, where in entries(overlay, kind):
            _rule(draft, kind, entry, where)
    return Parsed(draft.content, Lines(overlay.lines.file, draft.places))


def inherited(base: Lines, lines: Lines) -> dict[Path, str]:
    """Return the places of a base edition, as told in errors of the file that builds on it."""
    return {path: f"{lines} with {spot}" for path, spot in base.places.items()}


def add_lines(draft: Merging, file: Parsed) -> None:
    """Replace labels, then add columns and rows of a file to inherited tables."""
    for kind, change in (("label", _label), ("column", _column), ("row", _row)):
        for entry, where in entries(file, kind):
            change(draft, entry, where)


# ── the head ──────────────────────────────────────────────────────────────────────────────────────


def _head(draft: Merging, overlay: Parsed) -> None:
    content, added, lines = draft.content, overlay.content, overlay.lines
    if added.get("form", content["form"]) != content["form"]:
        raise EditionError(
            f"{lines.at('form')}: form {added['form']!r}, but it extends one of"
            f" {content['form']!r}; leave `form` out"
        )
    if "hazard" in added:
        raise EditionError(
            f"{lines.at('hazard')}: hazards are inherited: returns add up under the official keys;"
            " leave `hazard` out"
        )
    if "brief" in added:
        raise EditionError(
            f"{lines.at('brief')}: the yearly analysis is inherited: returns add up under the"
            " official keys; leave `brief` out"
        )
    if "citation" in added:
        raise EditionError(
            f"{lines.at('citation')}: the citation is inherited: texts cite the"
            " official document; name your own in `source`"
        )
    if "confirmed" in added:
        raise EditionError(
            f"{lines.at('confirmed')}: whether printed words are confirmed is inherited;"
            " leave `confirmed` out"
        )
    years: dict[str, int] = content["years"]
    days: dict[str, str] = content.get("deadlines", {})
    _refuse_years(years, added.get("years", years), lines.at("years"))
    _refuse_later(days, added.get("deadlines", {}), lines)
    content |= {name: added[name] for name in ("name", "title") if name in added}
    content |= {"cover": content.get("cover", {}) | added["cover"]} if "cover" in added else {}
    content["years"] = years | added.get("years", {})
    content["source"] = f"{content['source']}；{added['source']}"
    content["deadlines"] = days | added.get("deadlines", {})
    for name in _HEAD:
        draft.take(lines, (name,), (name,))


def _refuse_years(whole: Mapping[str, int], part: Mapping[str, int], where: str) -> None:
    """Raise EditionError where the years of an overlay exceed those of its base."""
    first, last = whole["from"], whole.get("to", _EVER)
    if not first <= part["from"] <= part.get("to", last) <= last:
        span = f"{first} to {whole['to']}" if "to" in whole else f"{first} on"
        raise EditionError(f"{where}: the inherited edition is for {span}; stay within its years")


def _refuse_later(days: Mapping[str, str], earlier: Mapping[str, str], lines: Lines) -> None:
    for name, day in earlier.items():
        if day > days.get(name, day):
            raise EditionError(
                f"{lines.at('deadlines', name)}: deadline {name!r}: {day} is later"
                f" than the inherited {days[name]}; make it earlier"
            )


# ── sections and labels ───────────────────────────────────────────────────────────────────────────


def _section(draft: Merging, entry: TomlEntry, where: Where) -> None:
    """Change an inherited section, or add a new one behind the others."""
    sheets = [section["sheet"] for section in draft.content["section"]]
    if entry["sheet"] not in sheets:
        if not {"table", "text"} & entry.keys():
            raise EditionError(
                f"{where.at('sheet')}: no inherited sheet {entry['sheet']!r}"
                f"{hint(entry['sheet'], sheets)}"
            )
        draft.take(where.lines, where.path, ("section", len(sheets)))
        draft.content["section"].append(entry)
        return
    number = sheets.index(entry["sheet"])
    _refuse_others(entry, _SECTION, "section", where)
    inherited = draft.content["section"][number]
    for pattern, facts in entry.get("cells", {}).items():
        if facts.keys() != {"help"}:
            raise EditionError(
                f"{where.at('cells', pattern)}: inherited cells only take `help`;"
                " leave the rest out"
            )
        cells = inherited.setdefault("cells", {})
        cells[pattern] = cells.get(pattern, {}) | facts
    aspects = [*inherited.get("aspects", []), *entry.get("aspects", [])]
    inherited |= {name: entry[name] for name in _REPLACED if name in entry}
    inherited |= {"aspects": aspects} if aspects else {}
    _placeholders(inherited, entry.get("placeholders", {}), where)
    draft.take(where.lines, where.path, ("section", number))


def _placeholders(inherited: TomlEntry, added: Mapping[str, str], where: Where) -> None:
    """Name more rows and columns of an inherited section; no name changes."""
    named = inherited.get("placeholders", {})
    for line in added:
        if line in named:
            raise EditionError(
                f"{where.at('placeholders', line)}: the inherited {line!r} is"
                f" {named[line]!r} in texts; leave it out"
            )
    inherited |= {"placeholders": {**named, **added}} if added else {}


def _refuse_others(entry: TomlEntry, allowed: Sequence[str], kind: str, where: Where) -> None:
    """Raise EditionError for a field that an overlay cannot change."""
    for name in entry:
        if name not in (*_WHICH, *allowed):
            raise EditionError(
                f"{where.at(name)}: {name!r} of an inherited {kind} stays; it takes"
                f" {', '.join(allowed)} only"
            )


def _table(draft: Merging, entry: TomlEntry, where: Where) -> tuple[int, TomlEntry]:
    """Return number and content of the inherited section an entry adds to."""
    tables = {
        section["table"]: (number, section)
        for number, section in enumerate(draft.content["section"])
        if "table" in section
    }
    if entry["table"] not in tables:
        name = entry["table"]
        printed = (part["table"] for _, part in tables.values() if part["sheet"] == name)
        near = "".join(f"; that is the sheet of {table!r}" for table in printed)
        raise EditionError(f"{where.at('table')}: no table {name!r}{near or hint(name, tables)}")
    return tables[entry["table"]]


def _label(draft: Merging, entry: TomlEntry, where: Where) -> None:
    """Replace a printed label everywhere in its table."""
    _, section = _table(draft, entry, where)
    printed = [word for line in section["grid"] for word in line if word[:1] not in "@<^"]
    if entry["was"] not in printed:
        fact = f"the table prints no {entry['was']!r}{hint(entry['was'], printed)}"
        raise EditionError(f"{where.at('was')}: {fact}")
    for line in section["grid"]:
        line[:] = [entry["label"] if word == entry["was"] else word for word in line]


def _column(draft: Merging, entry: TomlEntry, where: Where) -> None:
    _, section = _table(draft, entry, where)
    section |= add_column(section, entry, where)


def _row(draft: Merging, entry: TomlEntry, where: Where) -> None:
    number, section = _table(draft, entry, where)
    drawn, at = add_row(section, entry, where)
    section |= drawn
    grid = ("section", number, "grid")
    for line in range(len(drawn["grid"]) - 1, at, -1):
        draft.places[*grid, line] = draft.places[*grid, line - 1]
    draft.places[*grid, at] = where.lines.at(*where.path)


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────


def _rule(draft: Merging, kind: str, entry: TomlEntry, where: Where) -> None:
    """Add a balance or edit, or change severity or message of an inherited one."""
    rules = draft.content.setdefault(kind, [])
    names, name = list(map(ident, rules)), ident(entry)
    if name not in names:
        if _WHOLE[kind] not in entry:
            raise EditionError(
                f"{where}: no inherited {kind} {name!r}, and a new one needs"
                f" `{_WHOLE[kind]}`{hint(name, names)}"
            )
        draft.take(where.lines, where.path, (kind, len(rules)))
        rules.append(entry)
        return
    number = names.index(name)
    _refuse_others(entry, _RULE, kind, where)
    was, now = (rule.get("severity", "error") for rule in (rules[number], rules[number] | entry))
    if was == "error" != now:
        raise EditionError(
            f"{where.at('severity')}: an inherited error stays one, else what"
            " passes here fails on the official edition"
        )
    rules[number] |= entry
    draft.take(where.lines, where.path, (kind, number))


# ── national counting ─────────────────────────────────────────────────────────────────────────────


def counted(
    overlay: Parsed, inherited: Mapping[str, Cell], cells: Mapping[str, Cell]
) -> dict[str, str]:
    """Return {added key: the inherited key it belongs to}; other added keys are left out."""
    names = dict(_counts(overlay, inherited))
    homes = {}
    for key, cell in cells.items():
        row = names.get(("row", cell.table, cell.row), cell.row)
        column = names.get(("column", cell.table, cell.column), cell.column)
        line = names.get(("row", cell.table, _line(cell)), f"{row}.{column}")
        home = f"{cell.table}.{line}"
        if key != home and home in inherited:
            homes[key] = home
    return homes


def _counts(
    overlay: Parsed, inherited: Mapping[str, Cell]
) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield ((row or column, table, added name), the inherited name it counts as)."""
    for kind in ("row", "column"):
        for entry, where in entries(overlay, kind):
            if "counts_as" not in entry:
                continue
            table, name = entry["table"], entry["counts_as"]
            inside = [cell for cell in inherited.values() if cell.table == table]
            names = {_line(cell) if "." in name else getattr(cell, kind) for cell in inside}
            if name not in names:
                near = hint(name, sorted(names))
                raise EditionError(f"{where.at('counts_as')}: no inherited {kind} {name!r}{near}")
            yield (kind, table, entry["key"]), name


def _line(cell: Cell) -> str:
    """Return the name of a line of a single cell: row.column."""
    return f"{cell.row}.{cell.column}"


def refuse_released(
    overlay: Parsed, inherited: Iterable[str], old_edits: Iterable[Edit], edits: Iterable[Edit]
) -> None:
    """Raise EditionError where an answer would make an inherited cell not apply.

    Its blank would count as 0 here and be unfilled in the inherited edition.
    """
    old = {edit.id for edit in old_edits}
    for edit in edits:
        free = [] if edit.id in old or "on" not in edit.figures else fitting(edit.cells, inherited)
        if free:
            where = rule_place(overlay, edit.id)
            raise EditionError(
                f"{where.at('cells')}: it would make {free[0]!r} not apply, which is filled in"
                " anyway in the inherited edition; name added cells only"
            )


def refuse_changed(
    overlay: Parsed,
    typed: Iterable[str],
    counts_as: Mapping[str, str],
    inherited: Iterable[Balance],
    balances: Iterable[Balance],
) -> None:
    """Raise EditionError where additions change what an inherited cell or balance means.

    typed: inherited keys that are typed. Every inherited balance must hold for the inherited
    keys alone once each addition counts as the cell it belongs to.
    """
    by_id = {balance.id: balance for balance in balances}
    for key, balance in claimed(by_id.values()).items():
        if key in typed:
            where = rule_place(overlay, balance.id)
            raise EditionError(
                f"{where.at('computes')}: it would compute {key!r}, which is typed in"
                " the inherited edition; leave `computes` out"
            )
    for balance in inherited:
        now = by_id[balance.id]
        for old, new in ((balance.left, now.left), (balance.right, now.right)):
            for key in new:
                bare = key.removeprefix(PRIOR)
                home = key[: -len(bare)] + counts_as.get(bare, bare)
                if home not in old:
                    raise EditionError(_uncounted(overlay, bare, balance.id))


def _uncounted(overlay: Parsed, key: str, balance: str) -> str:
    """Return the error text for an added key that an inherited balance counts."""
    table, row, column = key.split(".")
    added = [
        (kind, entry, where)
        for kind, name in (("row", row), ("column", column), ("row", f"{row}.{column}"))
        for entry, where in entries(overlay, kind)
        if (entry["table"], entry["key"]) == (table, name)
    ]
    kind, entry, where = max(added, key=lambda addition: "counts_as" not in addition[1])
    fact = f"the inherited {balance!r} counts it"
    if "counts_as" not in entry:
        return f"{where}: {fact}; say with `counts_as` which inherited {kind} it belongs to"
    home = entry["counts_as"]
    return f"{where.at('counts_as')}: {fact}, but not {home!r}; name a {kind} that it counts"
