"""Questions about a document on the agency's tab: its proposals, and the report once confirmed."""

from collections.abc import Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..data import worded
from ..files.gathering import is_document
from ..finding import spelled
from ..report.report import Report, as_json, dumps, from_printed, from_text, plain, proposal
from .desk import RETURNS, Desk

if TYPE_CHECKING:
    from ..documents.importing import Imported


def proposed(desk: Desk, lang: str) -> dict[str, Any] | None:
    """Return the proposals of the single document, None where there is none.

    rows: proposals by row of the form, in form order. said: the sentences on what was not taken.
    """
    read = _document(desk)
    if read is None:
        return None
    from ..documents.account import counts, message  # noqa: PLC0415 - only documents need it

    return {
        "agency": read.report.agency["name"] or "",
        "year": str(read.report.year or ""),
        "counts": counts(read),
        "said": [message(missed, lang) for missed in read.not_taken],
        "rows": _rows(read.report, lang),
    }


def _document(desk: Desk) -> "Imported | None":
    """Return the single document as read, None where there is none or it was refused."""
    if len(desk.paths) != 1:
        return None
    if not is_document(desk.paths[0]):
        return None
    from ..files.published import load_document  # noqa: PLC0415 - only documents need it

    with chdir(Path(desk.home, RETURNS)):
        return load_document(desk.paths[0], desk.given.extra).imported


def _rows(report: Report, lang: str) -> list[dict[str, Any]]:
    from ..files.spoken import spoken  # noqa: PLC0415 - only documents need it

    edition, said = report.edition, spoken(report)
    last: dict[int, str] = {}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for key, cell in edition.cells.items():
        evidence = report.evidence.get(key)
        if evidence is None or evidence.taken:
            continue
        row = rows.setdefault((cell.table, cell.row), {
            "table": edition.tables[cell.table].caption,
            "row": " ".join(cell.row_path),
            "cells": [],
        })  # fmt: skip
        raw = evidence.raw
        value = from_printed(cell, raw) if cell.numeric else raw
        number = proposal(raw, cell.unit) if isinstance(value, str) and cell.numeric else value
        if key in said and said[key][1] == raw:
            number = said[key][0]
        text = "" if number is None else number if isinstance(number, str) else plain(number)
        row["cells"].append(
            {
                "key": key,
                "head": " ".join(cell.column_path),
                "where": worded(spelled(evidence.where, last.get(id(row), "")), lang),
                "raw": raw,
                "proposal": text,
            }
        )
        last[id(row)] = evidence.where
    return list(rows.values())


def confirmed(
    desk: Desk, values: Mapping[str, str], agency: str, year: str
) -> dict[str, Any] | None:
    """Return the document's report as JSON, with confirmed proposals; None without a document.

    values: what was typed for proposals, {key: text}; all others stay blank.
    """
    read = _document(desk)
    if read is None:
        return None
    report = read.report
    known = {key: text for key, text in values.items() if key in report.evidence}
    typed = {key: from_text(report.edition.cells[key], text) for key, text in known.items()}
    evidence = {key: replace(report.evidence[key], taken=True) for key in known}
    done = replace(
        report,
        agency={**report.agency, "name": agency.strip() or None},
        year=int(year) if year.isascii() and year.isdigit() else None,
        values={**report.values, **typed},
        evidence={**report.evidence, **evidence},
    )
    return {"report": dumps(as_json(done)) + "\n"}
