"""Explanations in a returned workbook: beside its live rows and in its result area."""

from collections.abc import Iterator, Mapping, Sequence

from ..blank.live import live_cells, live_rows, result_range
from ..blank.mark import is_ours
from ..blank.slots import LIVE, LIVE_FIRST, PLACE_COMMA, PLACE_MARK, RESULT, word
from ..edition.edition import Edition
from ..escape import shortened
from ..report import identity
from ..report.explanation import COUNT, REASON, Explanation
from ..xlsx.address import Place
from ..xlsx.number import plain
from ..xlsx.sheet import number_in
from .compare import Pair, stored_at

_TYPED = ("reason", "figures")
"""The typed cells of a live row."""


def explanations(
    edition: Edition, pairs: Sequence[Pair], mark: Mapping[str, str]
) -> tuple[Explanation, ...]:
    """Return the explanations typed in a workbook; those of other versions' blanks have none.

    Blank reasons are none; very long ones are cut.
    """
    pair = next((pair for pair in pairs if pair.form.sheet.name == word("results")), None)
    if pair is None or not is_ours(edition, mark) or not _has_heads(edition, pair):
        return ()
    return (*_live(edition, pair), *_listed(edition, pair))[:COUNT]


def _has_heads(edition: Edition, pair: Pair) -> bool:
    """Tell whether the columns of reasons are where a blank of this version has them."""
    heads = {
        (LIVE_FIRST - 1, LIVE["reason"]): word("live_reason"),
        (result_range(edition)[0] - 1, RESULT["reason"]): word("result_reason"),
    }
    return all(_text(pair, place) == text for place, text in heads.items())


def _live(edition: Edition, pair: Pair) -> Iterator[Explanation]:
    """Yield the explanations beside the live rows."""
    named = {slot.name: place for place, slot in pair.form.sheet.slots.items() if slot.name}
    for live in (live for live in live_rows(edition) if live.explained):
        reason, figures = (_text(pair, named[f"{part}.{live.id}"]) for part in _TYPED)
        if reason:
            keys = live_cells(edition, live)
            yield Explanation(live.code, keys, reason, figures or None, live.id)


def _listed(edition: Edition, pair: Pair) -> Iterator[Explanation]:
    """Yield the explanations in the result area, by code and places."""
    keys = {f"{cell.sheet} {cell.at}": key for key, cell in edition.cells.items()}
    first, _, last, _ = result_range(edition)
    for row in range(first, last + 1):
        if stored_at(pair, (row, RESULT["reason"])) is None:
            continue
        line = {name: _text(pair, (row, column)) for name, column in RESULT.items()}
        if line["reason"] and line["code"]:
            places = line["cells"].replace(PLACE_COMMA, PLACE_MARK).split(PLACE_MARK)
            cells = (keys.get(place, place) for place in places if _is_own(place))
            yield Explanation(line["code"], tuple(cells), line["reason"], line["figures"] or None)


def _is_own(place: str) -> bool:
    """Tell whether a place is this year's."""
    return bool(place) and not place.startswith(f"{word('prior')} ")


def _text(pair: Pair, place: Place) -> str:
    """Return a cell's text without blanks around it, empty for none."""
    raw = stored_at(pair, place)
    number = number_in(raw)
    text = plain(number) if number is not None else (raw and raw[1]) or ""
    return shortened(identity.visible(text).strip(), REASON - 1)
