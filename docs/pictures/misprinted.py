"""A city's published figures: with cells changed, and as a page whose rows stand in another order."""

from dataclasses import replace
from pathlib import Path

import papers
from casebook import balanced

from toolkit.report.report import Report, as_json, dumps
from toolkit.returned.fill import fill

_CITY = {"name": "某某市", "code": None, "level": "city"}
_FIGURES = "suqian_city_2024"
_ROWS = (7, 8)
"""Rows of the third table of the form."""


def _city(report: Report) -> Report:
    return replace(report, agency=_CITY)


def write(folder: Path) -> None:
    """Write a JSON with two cells changed, a workbook with three, and one without beside each."""
    right = dumps(as_json(replace(balanced(_FIGURES), agency=_CITY | {"name": "另一市"})))
    for name in ("explain", "unknown"):
        (folder / name).mkdir()
        (folder / name / "另一市.json").write_text(right, encoding="utf-8")
    wrong = balanced(
        _FIGURES, applications__granted__natural_person=1411, disputes__review__total=0
    )
    text = dumps(as_json(_city(wrong)))
    (folder / "explain" / "某某市.json").write_text(text, encoding="utf-8")
    wrong = _city(
        balanced(
            _FIGURES,
            "workbook",
            applications__granted__natural_person=1410,
            applications__granted__business=0,
            applications__granted__research=21,
        )
    )
    source = fill(wrong, wrong.edition).workbook
    (folder / "unknown" / "某某市.xlsx").write_bytes(source)


def paper() -> bytes:
    """Return the figures as a published page with two rows in another order."""
    report = _city(balanced(_FIGURES))
    made = papers.paper(report.edition, report.values)
    made.title = made.title.replace(f"{papers.AGENCY}{papers.YEAR}", "某某市2024")
    rows = made.sections[2][2]
    first, second = (next(i for i, box in enumerate(rows[r]) if box.kind == "value") for r in _ROWS)
    one, other = (rows[r] for r in _ROWS)
    one[first - 1 :], other[second - 1 :] = other[second - 1 :], one[first - 1 :]
    return papers.as_html(made)
