"""Stored results of a returned workbook's formulas, compared with the values they show."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache, partial

from ..blank.live import live_rows
from ..blank.sections import text_state
from ..blank.slots import (
    FAILING_FIRST,
    LIVE,
    LIVE_FIRST,
    PUBLISHED_FIRST,
    TALLY,
    Sheet,
    Slot,
    carried,
    mirror,
    published,
    tally_row,
    word,
)
from ..blank.wordlist import VALUE
from ..data import Message
from ..edition.edition import Edition
from ..edition.kind import on_sheet
from ..finding import Finding, Spot
from ..report.report import Number
from ..xlsx.address import Place, at
from ..xlsx.number import from_double, plain
from ..xlsx.sheet import Raw, number_in
from . import cells, earlier, glance, paper, tallied
from .compare import LISTED, Form, Pair, forms
from .contents import Contents, KnownValue, state, stood_for
from .contents import published as repeated
from .reading import contents
from .values import Typed

_TOLERANCE = Decimal("1e-12")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?")
_KINDS = ("published", "status", "live")
_STATED = frozenset(("state", "progress", "panel", "field", VALUE, "status", "text_status"))
"""The roles of cells with lines on the state of the return."""
Known = dict[str, dict[tuple[Place, str], KnownValue]]
"""{sheet: {(place, kind): value}} of formulas whose value is known."""
Stale = tuple[Pair, Place, KnownValue]
"""A stored result that differs: its sheet, its place, the value the formula shows."""


def compared(
    edition: Edition, expected: Sequence[Form], pairs: Sequence[Pair], typed: Typed
) -> Iterator[Finding]:
    """Yield findings for stored results that are not what their formulas show."""
    if any(map(_has_results, pairs)):
        ways = contents(edition, pairs, typed)
        if earlier.results(expected):
            ways = tuple(replace(way, booleans=frozenset()) for way in ways)
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

    One finding for each published sheet, one for status lines, one for live rows. Where a sheet is
    missing or its rows or columns moved, nothing is compared.
    """
    names = {pair.form.sheet.name for pair in pairs}
    gone = any(form.sheet.kind != "mark" and form.sheet.name not in names for form in expected)
    stored = [pair for pair in pairs if _has_results(pair)]
    if gone or not stored or any(pair.moved for pair in pairs):
        return
    same = cells.comparer(pairs, expected)
    first = earlier.results(expected)
    wrong = {
        pair.form.sheet.name: frozenset(cells.changed_formulas(pair, same))
        if first
        else _not_ours(ways[0].edition, pair, same)
        for pair in pairs
    }
    shown_values = [_shown(content, first, pairs, wrong) for content in ways]
    groups: dict[tuple[str, str], list[Stale]] = {}
    for pair in stored:
        name = pair.form.sheet.name
        cells_of, changed = pair.grid.cells, wrong[name]
        for (place, kind), value in shown_values[0].get(name, {}).items():
            raw = cells_of.get(place)
            if (
                raw is None
                or raw[1] is None
                or raw[2] is None
                or _is_said(raw, value)
                or place in changed
            ):
                continue
            shown = [value[name][place, kind] for value in shown_values]
            right = _wanted(raw, shown, partial(_agrees, kind))
            if right is not None:
                group = groups.setdefault((kind, name if kind == "published" else ""), [])
                group.append((pair, place, right))
    for (kind, _), group in sorted(groups.items(), key=lambda item: _KINDS.index(item[0][0])):
        yield _stale(kind, group)


def _shown(
    content: Contents,
    first: Form | None,
    pairs: Sequence[Pair],
    wrong: Mapping[str, frozenset[Place]],
) -> Known:
    """Return the values of the formulas of a blank; first: the results of one of version 0.1.

    Where what the live rows are computed from is not this version's, only published cells are known.
    """
    results = word("results")
    if first is None:
        shown = values(with_changes(content, wrong), pairs)
        if not wrong.get(word("mark")):
            return shown
    else:
        mine = {name: places for name, places in wrong.items() if name != results}
        content = with_changes(content, mine)
        shown = values(content, pairs)
    known = {
        name: {place: value for place, value in lines.items() if place[1] == "published"}
        for name, lines in shown.items()
    }
    if first is not None and not wrong.get(results):
        for name, lines in earlier.values(content, first).items():
            known[name] = {**known.get(name, {}), **lines}
    return known


def _is_said(raw: Raw, value: KnownValue) -> bool:
    """Tell whether a stored result is a value to the letter, as nearly all are."""
    return raw[1] == str(value) and (raw[0] == "number") != isinstance(value, str)


def _has_results(pair: Pair) -> bool:
    """Tell whether a formula of a sheet has a stored result; that is so for all sheets like it."""
    kept, raws = pair.grid.kept, pair.grid.cells.values()
    if kept is None:
        return any(map(_has_result, raws))
    if (stored := kept.known.get("results")) is None:
        kept.note("results", stored := any(map(_has_result, raws)))
    return bool(stored)


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
def _others(edition: Edition, form: Form) -> frozenset[Place]:
    """Return the places of an expected sheet where this version has another formula."""
    ours, present = _own_formulas(edition).get(form.sheet.name, {}), form.formulas
    return frozenset(place for place in (*ours, *present) if ours.get(place) != present.get(place))


@cache
def _own_formulas(edition: Edition) -> Mapping[str, Mapping[Place, str]]:
    return {form.sheet.name: form.formulas for form in forms(edition)}


def _not_ours(edition: Edition, pair: Pair, same: cells.Alike) -> frozenset[Place]:
    """Return the places of a sheet whose formula was changed, or is not this version's."""
    other = _others(edition, pair.form)
    changed = cells.changed_formulas(pair, same)
    return other.union(changed) if changed else other


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
    coded = not (changed or wrong.get(word("mark")))
    if not (lost - content.unsure or changed or silent) and coded == content.coded:
        return content
    return replace(content, unsure=content.unsure | lost, changed=frozenset(changed),
                   silent=frozenset(silent), coded=coded)  # fmt: skip


def values(content: Contents, pairs: Sequence[Pair]) -> Known:
    """Return the values of this version's formulas."""
    rows = glance.rows(content)
    sheets = {pair.form.sheet.kind: pair for pair in pairs}
    due = paper.due(content.edition, sheets)
    feet = paper.feet(content, sheets)
    results = {}
    for sheet in (form.sheet for form in forms(content.edition)):
        states = (*_states(content, rows, sheet, due), *paper.lines(content.edition, sheet, feet))
        lines = {(place, "status"): value for place, value in states}
        if sheet.kind == "results":
            lines |= {(place, "live"): value for place, value in _live(content, rows)}
        if sheet.kind == "mark":
            lines |= {(place, "live"): value for place, value in _beside_mark(content, rows)}
        results[sheet.name] = lines
    for table in content.edition.statutory:
        section = content.edition.tables[table]
        results[published(section)] |= {
            (on_sheet(place, PUBLISHED_FIRST), "published"): repeated(content, key)
            for place, key in section.keys.items()
        }
    return results


def _live(content: Contents, rows: glance.LiveValues) -> Iterator[tuple[Place, KnownValue]]:
    """Yield place and value of the live rows, and of the list of those that do not hold."""
    ranks = tallied.ranked(content.edition, rows)
    for row, (ident, live) in enumerate(rows.items(), LIVE_FIRST):
        for column, value in {**live, **ranks[ident]}.items():
            yield (row, LIVE[column]), value
    for row, line in enumerate(tallied.failing(content, rows), FAILING_FIRST):
        yield (row, 1), line


def _beside_mark(content: Contents, rows: glance.LiveValues) -> Iterator[tuple[Place, KnownValue]]:
    """Yield place and value of the formulas beside the mark."""
    edition = content.edition
    for section in (*edition.sections, None):
        for name, number in tallied.tallies(content, rows, section).items():
            yield (tally_row(edition, section), TALLY[name]), number
    for key in edition.typed:
        cell = edition.cells[key]
        yield mirror(edition, cell.table, cell.place), state(content, cell)


def _states(
    content: Contents, rows: glance.LiveValues, sheet: Sheet, due: KnownValue
) -> Iterator[tuple[Place, KnownValue]]:
    """Yield place and value of a sheet's lines on the state of the return, by their roles."""
    sections = iter(content.edition.sections)
    own = {part.sheet: part for part in reversed(content.edition.sections)}
    for place, slot in _stated(content.edition)[sheet.name]:
        if slot.role == "state":
            yield place, tallied.overall(content, rows)
        elif slot.role == "progress":
            yield place, glance.progress(content)
        elif slot.role == "panel":
            yield place, tallied.brief(content, rows, next(sections))
        elif slot.role == "field":
            yield place, due
        elif slot.role == VALUE:
            name = (sheet.slots[place[0], place[1] - 1].text or "")[1:-1]
            yield place, stood_for(content, content.edition.placeholders[name])
        elif slot.role == "status":
            yield place, tallied.status(content, rows, own[sheet.name].table or "")
        else:
            yield place, glance.text_state(content, own[sheet.name])


@cache
def _stated(edition: Edition) -> Mapping[str, Sequence[tuple[Place, Slot]]]:
    """Return {sheet: places and slots of its lines on the state of the return, in order}."""
    return {
        form.sheet.name: tuple(
            (place, slot)
            for place, slot in sorted(form.sheet.slots.items(), key=lambda item: item[0])
            if slot.formula is not None and slot.role in _STATED
        )
        for form in forms(edition)
    }
