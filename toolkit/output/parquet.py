"""Values of returns as a Parquet file: a row for each cell, with its agency, file and digest.

Numbers are decimals: a sum over a country is exact. A value with more digits than fit is no number
here; it stands as text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Any

from ..report.report import Report, Value, plain

Sourced = tuple[str, str | None, Report]
"""Path and digest of a file, and the report in it."""
Parents = Callable[[Mapping[str, str | None]], Sequence[str]]
"""Function from an agency to the names of those above it, the highest first."""
DIGITS, PLACES = 38, 6
"""Digits of a number, and those of them after the point."""
_GROUP = 200
"""Returns whose rows are written at a time."""
_TEXTS = ("file", "sha256", "form", "edition", "agency", "code", "level", "key", "table", "row",
          "column", "sheet", "cell", "label", "unit", "state", "text")  # fmt: skip


def write(reads: Iterable[Sourced], above: Parents) -> Iterator[bytes]:
    """Yield the bytes of the file, in pieces; raises ImportError without pyarrow."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415 - as above

    texts = [(name, pa.string()) for name in _TEXTS]
    schema = pa.schema(
        [
            *texts[:4],
            ("year", pa.int32()),
            *texts[4:7],
            ("parents", pa.list_(pa.string())),
            *texts[7:-1],
            ("value", pa.decimal128(DIGITS, PLACES)),
            texts[-1],
        ]
    )
    target, rest = BytesIO(), iter(reads)
    with parquet.ParquetWriter(target, schema, compression="zstd") as file:
        while group := list(islice(rest, _GROUP)):
            rows = [row for read in group for row in _rows(*read, above)]
            file.write_table(pa.Table.from_pylist(rows, schema=schema))
    yield target.getvalue()


def _rows(
    path: str, sha256: str | None, report: Report, above: Parents
) -> Iterator[dict[str, Any]]:
    """Yield the row of each cell, in form order."""
    edition = report.edition
    head = {
        "file": path,
        "sha256": sha256,
        "form": edition.form,
        "edition": edition.name,
        "year": report.year,
        **{name: report.agency.get(name) for name in ("code", "level")},
        "agency": report.agency.get("name"),
        "parents": [_sound(name) for name in above(report.agency)],
    }
    for key, cell in edition.cells.items():
        value = report.values.get(key)
        number = exact(value)
        text = None if number is not None or value is None else _text(value)
        row = {
            **head,
            "key": key,
            "table": cell.table,
            "row": cell.row,
            "column": cell.column,
            "sheet": cell.sheet,
            "cell": cell.at,
            "label": cell.label,
            "unit": cell.unit,
            "state": report.state(key),
            "text": text,
        }
        sound = {
            name: _sound(each) if isinstance(each, str) else each for name, each in row.items()
        }
        yield {**sound, "value": number}


def exact(value: Value) -> Decimal | None:
    """Return a number with all its digits, None for a text and for a number that does not fit.

    >>> exact(Decimal("1E+2")), exact(Decimal("0.0000001")), exact("3"), exact(10**32)
    (Decimal('1E+2'), None, None, None)
    """
    if not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    _, digits, exponent = number.as_tuple()
    idle = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    fits = number.adjusted() < DIGITS - PLACES and int(exponent) + idle >= -PLACES
    return number if fits or not number else None


def _text(value: Value) -> str:
    return value if isinstance(value, str) else plain(value or 0)


def _sound(text: str) -> str:
    """Return text as UTF-8 has it: lone surrogates escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
