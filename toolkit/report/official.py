"""Returns on an overlay, converted to the official edition that it extends."""

from dataclasses import replace

from ..edition import edition as editions
from ..edition.edition import Edition
from .placeholders import placeholders
from .report import Number, Report, Value, total


def national(report: Report) -> Report:
    """Return a report on an overlay as one on its base; a report on any other edition as it is.

    Inherited keys keep their values; what was added counts as the row or column it names, and is
    left out where it names none. A sum with a blank part is blank.
    """
    base = _base(report.edition)
    if base is None:
        return report
    parts: dict[str, list[str]] = {key: [key] for key in base.cells}
    for key, home in report.edition.counts_as.items():
        parts[home].append(key)
    return replace(
        report,
        edition=base,
        values={key: _together(report, keys) for key, keys in parts.items()},
        nil=tuple(table for table in report.nil if table in base.statutory),
        texts={name: _told(report, name, base) for name in report.texts if name in base.texts},
        prior={key: number for key, number in report.prior.items() if key in base.cells},
    )


def _told(report: Report, name: str, base: Edition) -> str:
    """Return a text; where it has placeholders that the base lacks, with the numbers in it."""
    text = report.texts[name]
    here, there = (
        {one.start for one in placeholders(text, edition) if one.keys}
        for edition in (report.edition, base)
    )
    return text if here <= there else report.written[name]


def _together(report: Report, keys: list[str]) -> Value:
    """Return the sum of cells, None with a blank; one cell, or a text in the first, unchanged."""
    first = report.values.get(keys[0])
    if len(keys) == 1 or isinstance(first, str):
        return first
    if all(report.values.get(key) is None for key in keys):
        return None
    return total(report.numbers[key] for key in keys)


def _base(edition: Edition) -> Edition | None:
    return editions.named(edition.form, edition.base) if edition.base else None


# ── beside another year's ─────────────────────────────────────────────────────────────────────────


def own_last_year(report: Report) -> Report | None:
    """Return last year's report as far as the report itself holds it, None without its numbers."""
    if report.year is None or not report.prior:
        return None
    values = dict.fromkeys(report.edition.cells) | dict(report.prior)
    return Report(report.edition, report.agency, report.year - 1, values)


def comparable(edition: Edition, prior: Report) -> Report:
    """Return last year's report in the form to compare with a report on `edition`.

    On the same edition it stays as it is; on any other only the national keys mean the same.
    """
    return prior if _is(edition, prior.edition) else national(prior)


def divided(edition: Edition, prior: Edition) -> frozenset[str]:
    """Return inherited keys that added keys of `edition` count a part of; none on the same edition."""
    return frozenset() if _is(edition, prior) else frozenset(edition.counts_as.values())


def apart(edition: Edition) -> set[str]:
    """Return keys with a meaning on this overlay only: added keys, inherited keys they split."""
    base = _base(edition)
    added = edition.cells.keys() - base.cells.keys() if base else ()
    return {*edition.counts_as.values(), *added}


def held_against(edition: Edition, prior: Report) -> dict[str, Number | None]:
    """Return {key of `edition`: last year's number}, None for a blank, where both mean the same."""
    last = comparable(edition, prior)
    left_out = set() if _is(edition, prior.edition) else apart(edition)
    return {key: last.numbers.get(key) for key in edition.cells if key not in left_out}


def _is(one: Edition, other: Edition) -> bool:
    return (one.form, one.name) == (other.form, other.name)
