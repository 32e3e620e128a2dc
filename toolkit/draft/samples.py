"""Returns on a draft, for its sums: report JSON by keys, workbooks and documents by printed labels."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..documents.importing import import_document
from ..edition.edition import Edition
from ..edition.kind import Cell
from ..files.gathering import content, gather
from ..files.refusal import refusal
from ..finding import Finding
from ..report import identity
from ..report.report import Report, ReportError, Value, from_text, to_number
from ..report.strict import parse_json
from ..returned.read import read_as
from ..xlsx.zip import Rejected


def samples(
    paths: Iterable[str], edition: Edition
) -> tuple[list[Report], list[tuple[str, Finding]]]:
    """Return the returns in files and folders, and the files that are none with the reason."""
    reports: list[Report] = []
    refused: list[tuple[str, Finding]] = []
    for path in gather(paths)[0]:
        try:
            reports += _read(content(path), Path(path).name, edition)
        except (ReportError, Rejected) as error:
            refused.append((path, refusal(error.code, error.figures)))
    return list(_distinct(reports)), refused


def _distinct(reports: Iterable[Report]) -> Iterator[Report]:
    """Yield each return once: of an agency's for a year that by keys before documents."""
    seen: set[object] = set()
    for report in sorted(reports, key=lambda report: report.origin == "document"):
        name = identity.name(report.agency.get("name"))
        numbers = tuple(report.numbers.values())
        marks = {numbers, *([(name, report.year)] if name and report.year else [])}
        if any(numbers) and seen.isdisjoint(marks):
            yield report
        seen |= marks


def _read(source: bytes, name: str, edition: Edition) -> Iterator[Report]:
    if source.startswith(b"PK") and b"xl/workbook" in source:
        yield read_as(source, edition, name)
        return
    if source.removeprefix(BOM_UTF8).lstrip()[:1] not in (b"{", b"["):
        yield import_document(source, name, only=edition).report
        return
    try:
        parsed = parse_json(source.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReportError("bad-json", why=str(error)) from None
    for item in parsed if isinstance(parsed, list) else [parsed]:
        if not isinstance(item, dict) or not isinstance(item.get("values"), dict):
            raise ReportError("not-a-report")
        yield _report(item, edition)


def _report(item: Mapping[str, Any], edition: Edition) -> Report:
    """Return a report JSON as one on this edition, whatever edition it names; the keys count."""
    agency, year = item.get("agency"), item.get("year")
    prior = item.get("prior")
    last = prior.get("values") if isinstance(prior, dict) else {}
    return Report(
        edition=edition,
        agency=agency if isinstance(agency, dict) else {},
        year=year if isinstance(year, int) else None,
        values=_values(item["values"], edition),
        nil=tuple(table for table in item.get("nil") or () if table in edition.statutory),
        prior={
            key: number
            for key, number in _values(last if isinstance(last, dict) else {}, edition).items()
            if isinstance(number, int | Decimal)
        },
    )


def _values(values: Mapping[str, Any], edition: Edition) -> dict[str, Value]:
    return {key: _value(cell, values.get(key)) for key, cell in edition.cells.items()}


def _value(cell: Cell, raw: object) -> Value:
    """Return a number or text of JSON; None for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        return None
    return from_text(cell, raw) if isinstance(raw, str) else to_number(cell, Decimal(raw))
