"""Explanations (审核说明): the reasons that an agency gives for findings about its return."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

BETWEEN, NONE = " | ", "—"
"""Between the figures that an explanation is given for, and the figure of a blank. Chosen from a
list, "12 / 8" would become a day in Excel."""
REASON, COUNT = 2_000, 1_000
"""Most characters of a reason or of its figures, and most explanations of a return."""
_CELLS, _NAME = 1_000, 200
"""Most cells of an explanation, and most characters of a code or of a cell."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reason for a finding.

    code: of the finding. cells: keys; for a place without a key, sheet and address. figures: those
    that the reason was given for, None where none were chosen. rule: id of the live row beside
    which it stands, None in the result area and where it is unknown.
    """

    code: str
    cells: tuple[str, ...]
    reason: str
    figures: str | None = None
    rule: str | None = field(default=None, compare=False)


def as_json(explained: Iterable[Explanation]) -> list[dict[str, Any]]:
    """Return explanations as report JSON has them."""
    return [
        {"code": one.code, "cells": list(one.cells), "reason": one.reason, "figures": one.figures}
        for one in explained
    ]


def from_json(given: Iterable[Mapping[str, Any]]) -> tuple[Explanation, ...]:
    """Return the explanations of JSON of the right shape; blank reasons are none."""
    return tuple(
        Explanation(one["code"], tuple(one["cells"]), one["reason"], one.get("figures") or None)
        for one in given
        if one["reason"].strip()
    )


def are_explanations(given: Any) -> bool:
    """Tell whether parsed JSON is a list of explanations within the limits."""
    return (
        isinstance(given, list)
        and len(given) <= COUNT
        and all(isinstance(one, dict) and _is_explanation(one) for one in given)
    )


def _is_explanation(given: Mapping[str, Any]) -> bool:
    cells, figures = given.get("cells"), given.get("figures")
    return (
        _is_text(given.get("code"), _NAME)
        and _is_text(given.get("reason"), REASON)
        and (figures is None or _is_text(figures, REASON))
        and isinstance(cells, list)
        and len(cells) <= _CELLS
        and all(_is_text(cell, _NAME) for cell in cells)
    )


def _is_text(given: Any, most: int) -> bool:
    return isinstance(given, str) and len(given) <= most
