"""What returns hold, out: report JSON, JSON lines, long csv."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from ..report import Report, as_json, dumps, plain

Write = Callable[[Sequence[Report], bool], Iterator[str]]
COLUMNS = ("agency", "code", "year", "edition", "key", "value", "state")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_json(reports: Sequence[Report], single: bool) -> Iterator[str]:
    """Yield one report object for one named file, else an array."""
    found = [as_json(report) for report in reports]
    yield dumps(found[0] if single else found)
    yield "\n"


def write_lines(reports: Sequence[Report], single: bool) -> Iterator[str]:  # noqa: ARG001
    """Yield one report a line."""
    for report in reports:
        yield dumps(as_json(report), indent=None) + "\n"


def write_csv(reports: Sequence[Report], single: bool) -> Iterator[str]:  # noqa: ARG001
    """Yield one line a cell; text that a spreadsheet would run as a formula is quoted."""
    yield _line(COLUMNS)
    for report in reports:
        head = (report.agency.get("name"), report.agency.get("code"), report.year)
        for key, value in report.values.items():
            yield _line((*head, report.edition.name, key, value, report.state(key)))


def _line(fields: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_inert(field) for field in fields])
    return out.getvalue()


def _inert(field: object) -> object:
    """Return text so that no spreadsheet takes it for a formula; numbers as they are.

    >>> [_inert(x) for x in ("=1+1", "－3", -3, Decimal("-1E+2"), None)]
    ["'=1+1", "'－3", -3, '-100', '']
    """
    if field is None:
        return ""
    if isinstance(field, Decimal):
        return plain(field)
    return f"'{field}" if isinstance(field, str) and field.startswith(_FORMULA) else field


FORMATS: dict[str, Write] = {"json": write_json, "jsonl": write_lines, "csv": write_csv}
