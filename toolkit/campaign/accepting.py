"""Reasons that the office accepts: a row of a list of waivers for each."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..check.explained import STANDS
from ..data import CHINESE, texts
from ..escape import inert, utf8
from ..finding import Batch, Finding, Result
from ..output.decisions import cell_of
from ..output.export import line
from ..output.lists import Column, Page, written
from ..output.tally import owners
from . import flat
from .waivers import COLUMNS, Waiver, WaiverError, WaiverProblem, columns, load

_WIDTHS = {"agency": 30, "code": 18, "cell": 22, "reason": 44, "by": 22}
_ROOM = 200
"""Free rows of a new list."""


def accepted(batch: Batch, by: str, date: str) -> list[Waiver]:
    """Return a waiver for each reason that stands, of returns that no other replaced.

    Where nobody knows whose return it is there is none. by, date: who accepts them, and the day.
    """
    names, replaced = owners(batch), batch.campaign["agencies"] if batch.campaign else ()
    gone = {path for agency in replaced for path in agency["superseded"]}
    rows = (
        waiver(result, finding, names.get(result.path, {}).get("name"), (by, date))
        for result in batch.results
        if result.path not in gone and result.report
        for finding in result.findings
        if finding.explained and finding.explained["state"] == STANDS and not finding.waived
    )
    return [row for row in rows if row.agency and row.reason.strip()]


def waiver(result: Result, finding: Finding, name: str | None, whose: tuple[str, str]) -> Waiver:
    """Return the waiver of a finding for its own reason; name: of the agency in the roster.

    whose: who accepts it, and the day.
    """
    agency = name or result.report.agency.get("name") or result.report.agency.get("code") or ""
    reason = (finding.explained or {}).get("reason") or ""
    cell = cell_of(finding)
    return Waiver(0, agency, finding.code, cell, reason, *whose, year=result.report.year)


def with_rows(path: Path, rows: Sequence[Waiver]) -> tuple[bytes, int]:
    """Return a list of waivers with the rows added that it lacks, and their number.

    It is made anew where there is no file; what is in the file stays as it is. Raises WaiverError
    where it is no list of waivers, or has no column for the cell of a row.
    """
    stands = path.exists()
    today = max((waiver.date for waiver in rows), default="")
    there = load(path) if stands else ()
    known = {_essence(waiver) for waiver in there if not waiver.until or waiver.until >= today}
    new = {_essence(waiver): waiver for waiver in rows if _essence(waiver) not in known}
    source = path.read_bytes() if stands else b""
    order = columns(source) if stands else COLUMNS
    if "cell" not in order and any(waiver.cell for waiver in new.values()):
        column = flat.printed_head("waiver_column", "cell")
        raise WaiverError(WaiverProblem(0, "heads", {"columns": column}))
    if not stands and path.suffix.lower() == ".xlsx":
        return as_list(new.values()), len(new)
    add = _in_book if source.startswith(flat.ZIP) else _added
    return add(source, order, tuple(new.values())), len(new)


def as_list(rows: Iterable[Waiver]) -> bytes:
    """Return a list of waivers as a workbook."""
    words = texts("waiver_file", CHINESE)
    heads = tuple(
        Column(flat.printed_head("waiver_column", n), _WIDTHS.get(n, 14)) for n in COLUMNS
    )
    told = tuple(tuple(_text(one, name) for name in COLUMNS) for one in rows)
    return written([Page(words["sheet"], words["note"], heads, told, free=_ROOM)])


def _added(source: bytes, order: Sequence[str], rows: Iterable[Waiver]) -> bytes:
    """Return a csv with rows added; with its heads where it is empty."""
    lines = [line([_text(one, name) for name in order]) for one in rows]
    if not source:
        heads = [flat.printed_head("waiver_column", name) for name in order]
        return BOM_UTF8 + "".join((line(heads), *lines)).encode("utf-8")
    text, encoding, between = flat.decoded(source)
    if not text.endswith(("\r", "\n")):
        text += "\r\n"
    if between != ",":
        lines = [_apart(one, order, between) for one in rows]
    whole = "".join((text, *lines))
    try:
        return whole.encode("gbk" if encoding == "gb18030" else encoding)
    except UnicodeEncodeError:  # Excel shows no other signs than those of GBK in such a file
        return BOM_UTF8 + utf8(whole)


def _apart(one: Waiver, order: Sequence[str], between: str) -> str:
    """Return a row of a csv whose fields stand apart by another sign than a comma."""
    return between.join(line([_text(one, name)]).rstrip("\r\n") for name in order) + "\r\n"


def _in_book(source: bytes, order: Sequence[str], rows: Iterable[Waiver]) -> bytes:
    """Return a workbook with rows added to its first visible sheet; all else stays as it is."""
    first = max(flat.rows(source)) + 1
    cells = {
        (row, column): text
        for row, one in enumerate(rows, first)
        for column, name in enumerate(order, 1)
        if (text := _text(one, name))
    }
    try:
        return flat.with_cells(source, cells)
    except ValueError as part:
        raise WaiverError(WaiverProblem(0, "unreadable", {"why": str(part)})) from None


def _text(one: Waiver, name: str) -> str:
    """Return the text of a column of a waiver's row; a column of no waiver is blank."""
    value = getattr(one, name, None) if name in COLUMNS else None
    return "" if value is None else inert(str(value))


def _essence(one: Waiver) -> tuple[object, ...]:
    """Return what makes a row another one, as it is in the file."""
    names = ("agency", "code", "cell", "reason")
    return (*(_text(one, name).strip().lstrip("'") for name in names), one.year)
