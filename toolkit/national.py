"""What a return on an overlay says to somebody who only knows the edition it extends."""

from dataclasses import replace

from . import edition as editions
from .report import Report, Value


def national(report: Report) -> Report:
    """Return a report on an overlay as one on its base; a report on any other edition as it is.

    Inherited keys keep their values; what was added counts as the row or column it names, and is
    left out where it names none. A sum over something open is open.
    """
    base = report.edition.base and editions.named(report.edition.form, report.edition.base)
    if not base:
        return report
    parts: dict[str, list[str]] = {key: [key] for key in base.cells}
    for key, home in report.edition.counts_as.items():
        parts[home].append(key)
    return replace(
        report,
        edition=base,
        values={key: _together(report, keys) for key, keys in parts.items()},
        nil=tuple(table for table in report.nil if table in base.statutory),
        texts={name: text for name, text in report.texts.items() if name in base.texts},
        prior={key: number for key, number in report.prior.items() if key in base.cells},
    )


def _together(report: Report, keys: list[str]) -> Value:
    """Return what cells hold together; the first alone as it is, so that a misfit stays one."""
    own = report.values.get(keys[0])
    if len(keys) == 1 or isinstance(own, str):
        return own
    if all(report.values.get(key) is None for key in keys):
        return None
    numbers = [number for key in keys if (number := report.numbers[key]) is not None]
    return sum(numbers) if len(numbers) == len(keys) else None
