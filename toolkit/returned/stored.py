"""Stored results of a returned workbook's formulas, compared with the values they show."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache, partial

from ..blank.live import live_rows
from ..blank.plan import MARK
from ..blank.sections import text_state
from ..blank.slots import (
    LIVE,
    LIVE_FIRST,
    PUBLISHED_FIRST,
    Sheet,
    carried,
    cover_places,
    deadlines,
    published,
    word,
)
from ..data import Message, filled
from ..edition.edition import Edition
from ..edition.kind import on_sheet
from ..finding import Finding, Spot
from ..report.report import Number
from ..xlsx import formula
from ..xlsx.address import Place, at
from ..xlsx.number import from_double, plain
from ..xlsx.sheet import Raw, number_in
from . import banner, cells, glance
from .compare import LISTED, Form, Pair, forms
from .contents import Contents, KnownValue
from .contents import published as repeated
from .reading import contents
from .values import Typed

_TOLERANCE = Decimal("1e-12")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?")
_KINDS = ("published", "status", "live")
Stale = tuple[Pair, Place, KnownValue]
"""A stored result that differs: its sheet, its place, the value the formula shows."""


def compared(
    edition: Edition, expected: Sequence[Form], pairs: Sequence[Pair], typed: Typed
) -> Iterator[Finding]:
    """Yield findings for stored results that are not what their formulas show."""
    if any(_has_result(raw) for pair in pairs for raw in pair.grid.cells.values()):
        ways = contents(edition, pairs)
        yield from totals(ways, typed, pairs)
        yield from stale(ways, expected, pairs)


# ── totals ────────────────────────────────────────────────────────────────────────────────────────


def totals(ways: Sequence[Contents], typed: Typed, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Yield findings for stored totals that differ from their formulas; missing ones are accepted.

    A single note covers all where every total is still the blank's. Where rows or columns moved,
    formulas count other cells and the move has its own finding.
    """
    edition = ways[0].edition
    moved = {pair.form.sheet.name for pair in pairs if pair.moved}
    wrong = {
        key: right
        for key, raw in typed.caches.items()
        if edition.cells[key].sheet not in moved
        and (right := _wanted(raw, [content.totals[key] for content in ways], same_value))
        is not None
    }
    names = {pair.form.sheet.name: pair.name for pair in pairs}
    spots = {
        key: Spot(key, names[cell.sheet], cell.at, cell.label)
        for key, cell in edition.cells.items()
        if key in wrong
    }
    as_text = {key: right for key, right in wrong.items() if _as_text(typed.caches[key], right)}
    if as_text:
        yield _one_note("total-differs/text", as_text, spots, typed)
    wrong = {key: right for key, right in wrong.items() if key not in as_text}
    if wrong and _as_built(ways[0], typed):
        yield _one_note("total-differs/stale", wrong, spots, typed)
        return
    for key, right in wrong.items():
        yield Finding("total-differs", "error", (spots[key],), typed.caches[key][1], str(right))


def _wanted(
    raw: Raw, shown: Sequence[KnownValue], alike: Callable[[Raw, Number | str], bool]
) -> Number | str | None:
    """Return the value a stored result should be; None where it is that, or cannot be known."""
    values = [value for value in shown if value is not None]
    unknown = len(values) < len(shown)
    return None if unknown or any(alike(raw, value) for value in values) else values[0]


def _one_note(
    words: str, keys: Mapping[str, KnownValue], spots: Mapping[str, Spot], typed: Typed
) -> Finding:
    first = next(iter(keys))
    places = tuple(spots[key] for key in keys)
    stored, right = typed.caches[first][1], str(keys[first])
    said = Message("finding", words)
    return Finding("total-differs", "note", places, stored, right, words=said)


def _as_built(content: Contents, typed: Typed) -> bool:
    """Tell whether every stored total is still that of the blank as it was handed out."""
    filled_in = carried(content.edition, content.prior)
    blank = replace(content, typed=filled_in, unsure=frozenset(), declared=frozenset()).totals
    return all(
        raw[1] == "" or ((right := blank[key]) is not None and same_value(raw, right))
        for key, raw in typed.caches.items()
    )


def _as_text(raw: Raw, right: KnownValue) -> bool:
    """Tell whether a stored result is the right number, written as text."""
    number = from_double(raw[1] or "") if raw[0] == "text" else None
    return number is not None and _near(number, right)


def same_value(raw: Raw, right: Number | str) -> bool:
    """Tell whether a stored result equals the value the formula shows."""
    kind, text = raw[0], raw[1] or ""
    if isinstance(right, str):
        return kind != "number" and _lines(text) == _lines(right)
    number = number_in(raw)
    return number is not None and _near(number, right)


def _near(number: Number, right: KnownValue) -> bool:
    if isinstance(right, str) or right is None:
        return False
    return abs(Decimal(number) - right) <= abs(Decimal(right)) * _TOLERANCE


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ── other results ─────────────────────────────────────────────────────────────────────────────────


def stale(
    ways: Sequence[Contents], expected: Sequence[Form], pairs: Sequence[Pair]
) -> Iterator[Finding]:
    """Yield findings for other stored results that are not what their formulas show.

    Published sheets, status lines, live rows: one finding for each published sheet and one for
    each other kind. Where a sheet is missing or its rows or columns moved, nothing is compared.
    """
    names = {pair.form.sheet.name for pair in pairs}
    gone = any(form.sheet.kind != "mark" and form.sheet.name not in names for form in expected)
    stored = [pair for pair in pairs if any(map(_has_result, pair.grid.cells.values()))]
    if gone or not stored or any(pair.moved for pair in pairs):
        return
    same = cells.comparer(pairs, expected)
    edition = ways[0].edition
    wrong = {pair.form.sheet.name: _not_ours(edition, pair, same) for pair in pairs}
    shown_values = [values(with_changes(content, wrong), pairs) for content in ways]
    counted = _counting(edition, pairs)
    groups: dict[tuple[str, str], list[Stale]] = {}
    for pair in stored:
        name = pair.form.sheet.name
        for place, kind in shown_values[0].get(name, {}):
            raw = pair.grid.cells.get(place)
            if raw is None or not _has_result(raw) or place in wrong[name]:
                continue
            shown = [value[name][place, kind] for value in shown_values]
            shown = [counted(place, raw, name, value) for value in shown]
            right = _wanted(raw, shown, partial(_agrees, kind))
            if right is not None:
                group = groups.setdefault((kind, name if kind == "published" else ""), [])
                group.append((pair, place, right))
    for (kind, _), group in sorted(groups.items(), key=lambda item: _KINDS.index(item[0][0])):
        yield _stale(kind, group)


def _counting(
    edition: Edition, pairs: Sequence[Pair]
) -> Callable[[Place, Raw, str, KnownValue], KnownValue]:
    """Return a function from a stored status line of a sheet to the value its formula shows.

    Its last argument is the value of the blank's own formula, which a red copy's may have in it.
    """
    grid = next(pair.grid for pair in pairs if pair.form.sheet.kind == "results")
    sheets, stale = list(banner.errors_in(edition, grid)), banner.is_stale(edition, grid)
    lines = banner.banners(edition)

    def value(place: Place, raw: Raw, name: str, own: KnownValue) -> KnownValue:
        line = lines.get(name, {}).get(place)
        if line is None or raw[2] is None or not formula.same(line.formula, raw[2]):
            return own
        return line.shows(own, banner.count(line, sheets), stale=stale)

    return value


def _has_result(raw: Raw) -> bool:
    return raw[1] is not None and raw[2] is not None


def _agrees(kind: str, raw: Raw, right: Number | str) -> bool:
    """Tell whether a stored result is right; in sentences numbers may be written in another way."""
    if same_value(raw, right) or _as_text(raw, right):
        return True
    text = raw[1] or ""
    if kind == "published" or raw[0] != "text" or not isinstance(right, str):
        return False
    if _NUMBER.split(text) != _NUMBER.split(right):
        return False
    pairs = zip(_NUMBER.findall(text), _NUMBER.findall(right), strict=True)
    return all(_near(Decimal(first), Decimal(second)) for first, second in pairs)


def _stale(kind: str, group: Sequence[Stale]) -> Finding:
    spots = tuple(Spot(None, pair.name, at(place), "") for pair, place, _ in group[:LISTED])
    pair, place, right = group[0]
    shown, expected = cells.differing(pair.grid.cells[place][1] or "", _plain(right))
    said = Message("finding", f"stale-value/{kind}")
    figures = {"count": str(len(group))}
    return Finding("stale-value", "warning", spots, shown, expected, figures=figures, words=said)


def _plain(right: KnownValue) -> str:
    return right if isinstance(right, str) else plain(Decimal(right or 0))


# ── the places of this version's formulas ─────────────────────────────────────────────────────────


@cache
def _own_formulas(edition: Edition) -> Mapping[str, Mapping[Place, str]]:
    return {form.sheet.name: form.formulas for form in forms(edition)}


def _not_ours(edition: Edition, pair: Pair, same: cells.Alike) -> frozenset[Place]:
    """Return the places of a sheet whose formula was changed, or is not this version's."""
    ours, present = _own_formulas(edition).get(pair.form.sheet.name, {}), pair.form.formulas
    other = {place for place in (*ours, *present) if ours.get(place) != present.get(place)}
    return frozenset(other.union(cells.changed_formulas(pair, same)))


def with_changes(content: Contents, wrong: Mapping[str, frozenset[Place]]) -> Contents:
    """Return the content with the cells that changed formulas calculate; wrong: by sheet."""
    edition, nothing = content.edition, frozenset[Place]()
    computed = (edition.cells[key] for key in edition.computes)
    lost = {c.key for c in computed if on_sheet(c.place) in wrong.get(c.sheet, nothing)}
    results = wrong.get(word("results"), nothing)
    changed = {
        (live.id, column)
        for row, live in enumerate(live_rows(edition), LIVE_FIRST)
        for column, place in LIVE.items()
        if (row, place) in results
    }
    silent = {
        name
        for name, section in edition.texts.items()
        if text_state(section) in wrong.get(section.sheet, nothing)
    }
    return replace(
        content, unsure=content.unsure | lost, changed=frozenset(changed), silent=frozenset(silent)
    )


def values(
    content: Contents, pairs: Sequence[Pair]
) -> dict[str, dict[tuple[Place, str], KnownValue]]:
    """Return {sheet: {(place, kind): value}} of the formulas whose value is known."""
    rows = glance.rows(content)
    due = _due(content.edition, {pair.form.sheet.kind: pair for pair in pairs})
    results = {}
    for sheet in (form.sheet for form in forms(content.edition)):
        lines = {(place, "status"): value for place, value in _states(content, rows, sheet, due)}
        if sheet.kind == "results":
            lines |= {
                ((row, LIVE[column]), "live"): value
                for row, live in enumerate(rows.values(), LIVE_FIRST)
                for column, value in live.items()
            }
        results[sheet.name] = lines
    for table in content.edition.statutory:
        section = content.edition.tables[table]
        results[published(section)] = {
            (on_sheet(place, PUBLISHED_FIRST), "published"): repeated(content, key)
            for place, key in section.keys.items()
        }
    return results


def _states(
    content: Contents, rows: glance.LiveValues, sheet: Sheet, due: KnownValue
) -> Iterator[tuple[Place, KnownValue]]:
    """Yield place and value of a sheet's lines on the state of the return, by their roles."""
    sections = iter(content.edition.sections)
    section = next((part for part in content.edition.sections if part.sheet == sheet.name), None)
    for place, slot in sorted(sheet.slots.items()):
        if slot.formula is None:
            continue
        if slot.role == "state":
            yield place, glance.overall(content, rows)
        elif slot.role == "progress":
            yield place, glance.progress(content)
        elif slot.role == "panel":
            yield place, glance.brief(content, rows, next(sections))
        elif slot.role == "field":
            yield place, due
        elif slot.role == "status" and section:
            yield place, glance.status(content, rows, section.table or "")
        elif slot.role == "text_status" and section:
            yield place, glance.text_state(content, section)


def _due(edition: Edition, sheets: Mapping[str, Pair]) -> KnownValue:
    """Return the deadline on the cover; None without the mark, which may have another one."""
    if not {"cover", "mark"} <= sheets.keys():
        return None
    agreed = sheets["mark"].grid.cells.get((MARK.index("deadline") + 1, 2))
    if agreed and agreed[1]:
        return agreed[1]
    number = number_in(sheets["cover"].grid.cells.get(cover_places()["year"]))
    words = word("year_next") if number is None else word("year_of")
    return filled(words, year="" if number is None else _plain(number + 1)) + deadlines(edition)
