"""Result of one return for a pane beside its workbook: findings with places, lines for its area."""

from typing import Any

from ..blank.slots import RESULT, word
from ..explain import words
from ..finding import Result
from ..returned.results import rows
from .text import remarks

_UNSEEN = "present"
"""The part of a line without a head."""


def sidepane(result: Result, lang: str) -> dict[str, Any]:
    """Return a result as a pane shows it.

    findings: those a line is for, errors first, in the order of `lines`. lines: for the result
    area, their parts in the order of `parts`; always Chinese, as the workbook is. heads: {part of
    a line: its head in the area}.
    """
    listed = [f for f in result.findings if f.follows is None and not f.waived]
    shown = sorted(
        (finding for finding in listed if finding.severity != "note"),
        key=lambda finding: finding.severity != "error",
    )
    return {
        "verdict": result.verdict,
        "read": result.report is not None,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message(lang),
                "cells": [
                    {"sheet": cell.sheet, "at": cell.at}
                    for cell in finding.cells
                    if cell.sheet and cell.at
                ],
            }
            for finding in shown
        ],
        "corrections": [words.sentence(fix, lang) for fix, _ in words.of(result)],
        "remarks": list(remarks(result, lang)),
        "open": len(result.not_checked),
        **area(result),
    }


def area(result: Result) -> dict[str, Any]:
    """Return the lines for the result area of a workbook, its sheet, and the heads above it.

    columns: {part of a line: its column in the area}, in a blank of this version.
    """
    return {
        "sheet": word("results"),
        "parts": list(RESULT),
        "columns": {name: column - min(RESULT.values()) for name, column in RESULT.items()},
        "heads": {name: word(f"result_{name}") for name in RESULT if name != _UNSEEN},
        "lines": [list(line) for line in rows(result.findings, result.report)]
        if result.report
        else [],
        "more": word("result_more"),
    }
