"""Values of returns as output: report JSON, JSON lines, long csv."""

from collections.abc import Iterator, Sequence

from ..escape import inert
from ..report.report import Report, Value, as_json, dumps, plain

COLUMNS = ("agency", "code", "year", "edition", "key", "value", "state")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def write_json(reports: Sequence[Report], single: bool) -> Iterator[str]:
    """Yield a report object for a single named file, else an array."""
    objects = [as_json(report) for report in reports]
    yield dumps(objects[0] if single else objects)
    yield "\n"


def write_lines(reports: Sequence[Report], single: bool) -> Iterator[str]:  # noqa: ARG001
    """Yield the reports as JSON lines."""
    for report in reports:
        yield dumps(as_json(report), indent=None) + "\n"


def write_csv(reports: Sequence[Report], single: bool) -> Iterator[str]:  # noqa: ARG001
    """Yield a csv with a line for each cell; text like a spreadsheet's formula is quoted."""
    yield line(COLUMNS)
    for report in reports:
        head = (report.agency.get("name"), report.agency.get("code"), report.year)
        for key, value in report.values.items():
            yield line((*head, report.edition.name, key, value, report.state(key)))


def line(fields: Sequence[Value]) -> str:
    """Return a csv line."""
    return ",".join(_field(field) for field in fields) + "\r\n"


def _field(value: Value) -> str:
    r"""Return text in quotes, protected from evaluation as a formula; numbers as they are.

    >>> [_field(value) for value in ("=1+1", " －3", 'a;"b', -3, None)]
    ['"\'=1+1"', '"\' －3"', '"a;""b"', '-3', '']
    """
    if not isinstance(value, str):
        return "" if value is None else plain(value)
    text = inert(value).replace('"', '""')
    return f'"\'{text}"' if text.strip(" \u3000").startswith(_FORMULA) else f'"{text}"'
