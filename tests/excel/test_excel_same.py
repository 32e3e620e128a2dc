"""The button, `check` on the saved file and the live rows agree on the same return."""

import os
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import share
from casebook import as_workbook, report_of
from desktop import REAL, Desk, excel, imitated
from office import need_office
from returns import KINDS, cases
from screen import Rows, differences, looks, screen
from test_excel import AGENCY, CASES, EDITION, amended, filled, from_excel, now
from trips import published, typed

from toolkit.blank.build import build
from toolkit.blank.slots import prior_places, word
from toolkit.blank.stamp import stamp
from toolkit.edition.edition import Edition, named
from toolkit.files.examine import judge, load
from toolkit.finding import Result
from toolkit.report.report import Report
from toolkit.returned.fill import NoPlace, refuse_lost

COUNT = int(os.environ.get("GOUJI_DIFFERENTIAL", len(KINDS)))
"""Number of returns compared for each edition; by default one of every kind."""
STRUCTURE = {"total-differs", "spelling", "typed-formula", "restyled", "outside", "formula"}
OVERLAY = tomllib.loads((CASES / "overlays.toml").read_text(encoding="utf-8"))["base"]
FEE = "proactive.fees.collected"
ONLY_HERE = imitated("in a real Excel a total is always right")
IDENTS = [*share.editions(), ("annual-report", tomllib.loads(OVERLAY)["name"])]
"""The editions, and a province's."""


def saved_in(folder: Path) -> Path:
    """Return the path of a return beside a province's edition."""
    there = folder / "templates" / "annual-report"
    there.mkdir(parents=True)
    (there / f"{IDENTS[-1][1]}.toml").write_text(OVERLAY, encoding="utf-8")
    return folder / "某某局.xlsx"


def edition_of(ident: tuple[str, str], path: Path) -> Edition:
    found = named(*ident, (path.parent / "templates",))
    assert found is not None
    return found


def from_file(path: Path) -> Result:
    """Return the result of the saved file, with the last year's numbers in it."""
    beside = path.parent / "templates"
    loaded = load(str(path), (beside,) if beside.is_dir() else ())
    assert loaded.report is not None
    found = tuple(f for f in loaded.findings if f.code not in STRUCTURE)
    return judge(replace(loaded, findings=found), None)


def says(result: Result) -> dict[str, object]:
    return {
        "findings": result.findings,
        "passed": result.passed,
        "failed": result.failed,
        "not_checked": result.not_checked,
        "explanations": result.explanations,
        "values": result.report.values,
        "texts": result.report.texts,
        "prior": result.report.prior,
    }


def differs(desk: Desk, path: Path, report: Report) -> dict[str, object]:
    """Return the button's results that differ from `check` of the same file."""
    path.write_bytes(stamp(report, report.prior))
    desk.show(path, report)
    live, stored = says(now()), says(from_file(path))
    return {name: told for name, told in live.items() if told != stored[name]}


# ── the button and the saved file ─────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", IDENTS, ids="/".join)
def test_a_button_finds_what_check_finds_in_the_saved_file(ident, tmp_path):
    path = saved_in(tmp_path)
    edition = edition_of(ident, path)
    path.write_bytes(build(edition))
    with excel(path) as desk:
        for number, case in enumerate(cases(edition, seed=2, count=COUNT)):
            texts = dict.fromkeys(edition.texts, f"本机关收到申请 {number} 件。\n=1+1\n\n其他")
            report = replace(case.report, texts=texts, sent=2)
            assert differs(desk, path, report) == {}, (number, case.kind)


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", share.editions(), ids="/".join)
def test_real_reports_and_all_cases_are_found_the_same_in(ident, tmp_path):
    path = saved_in(tmp_path)
    edition = edition_of(ident, path)
    path.write_bytes(build(edition))
    reports = [one for one in (*real_reports(), *described()) if one.edition is edition]
    assert len(reports) > 2
    with excel(path) as desk:
        for report in reports:
            assert differs(desk, path, report) == {}


def real_reports() -> Iterator[Report]:
    """Yield the published reports, as a workbook of their typed cells is read."""
    for case in published():
        yield replace(case.report, texts=dict.fromkeys(case.report.edition.texts, ""))


def described() -> Iterator[Report]:
    """Yield the returns of tests/cases that a workbook can hold."""
    for name in ("numbers", "balances", "years", "form", "website", "enforcement"):
        source = (CASES / f"{name}.toml").read_text(encoding="utf-8")
        for case in tomllib.loads(source, parse_float=Decimal)["case"]:
            report = report_of(case)
            try:
                refuse_lost(report, report.edition)
            except NoPlace:
                continue
            yield as_workbook(report)


HANDS = {
    "text of digits": "12",
    "full width": "１２",
    "a day": datetime(2025, 3, 4),  # noqa: DTZ001
    "a moment": datetime(2025, 3, 4, 13, 5, 7),  # noqa: DTZ001
    "an error": "#N/A",
    "an error xlwings does not know": "#SPILL!",
    "yes": True,
    "no": False,
    "a fraction": 0.1 + 0.2,
    "large": 1e15,
    "small": 1.5e-7,
    "negative": -3,
    "blank text": " ",
}


@pytest.mark.no_cover
@pytest.mark.parametrize("first", range(0, len(HANDS), 3))
def test_whatever_is_typed_is_read_as_from_the_file(first, tmp_path):
    """Three cells at a time, for counts and for money."""
    given = list(HANDS.values())[first : first + 3]
    money = [key for key in EDITION.typed if EDITION.cells[key].kind == "money"]
    counts = [key for key in EDITION.typed if EDITION.cells[key].kind == "count"]

    def type_it(book: openpyxl.Workbook) -> None:
        for keys in (money, counts):
            for key, value in zip(keys, given, strict=False):
                cell = book[EDITION.cells[key].sheet][EDITION.cells[key].at]
                cell.value = value
                cell.data_type = "e" if str(value).startswith("#") else cell.data_type

    path = amended(filled(tmp_path), type_it)
    assert says(from_excel(path)) == says(from_file(path))


def test_a_sum_shown_as_currency_keeps_all_its_decimals(tmp_path):
    def show(book: openpyxl.Workbook) -> None:
        cell = book[EDITION.cells[FEE].sheet][EDITION.cells[FEE].at]
        cell.value, cell.number_format = 12345.678901, "¥#,##0.00"

    found = from_excel(amended(filled(tmp_path), show))
    assert str(found.report.values[FEE]) == "12345.678901"


def test_last_years_numbers_in_the_workbook_are_those_it_is_held_against(tmp_path):
    report = Report(EDITION, AGENCY, 2025, dict.fromkeys(EDITION.typed, 0), origin="workbook")
    path = tmp_path / "某某局.xlsx"
    path.write_bytes(build(EDITION, report, dict.fromkeys(prior_places(EDITION), 4)))
    found = from_excel(path)
    carried = next(f for f in found.findings if f.code == "carried-in")
    assert (carried.cells[0].at, carried.found, carried.expected) == ("D8", "0", "4")
    assert says(found) == says(from_file(path))


# ── the button and the live rows ──────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shown(tmp_path_factory, unmeasured):
    """Return LibreOffice's values for the returns of each edition; empty with a real Excel."""
    if REAL:
        return {}
    need_office(session=True)
    folder = tmp_path_factory.mktemp("live")
    path = saved_in(folder)
    with unmeasured():
        returns = {ident: cases(edition_of(ident, path), seed=3, count=COUNT) for ident in IDENTS}
        return dict(zip(IDENTS, typed(list(returns.values()), folder), strict=True))


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", IDENTS, ids="/".join)
def test_the_live_rows_judge_as_the_button_does(ident, shown, tmp_path):
    """Every rule with a row, and the sheets' other lines, as LibreOffice or Excel calculates."""
    path = saved_in(tmp_path)
    edition = edition_of(ident, path)
    path.write_bytes(build(edition))
    found, states = [], set()
    with excel(path) as desk:
        for number, case in enumerate(cases(edition, seed=3, count=COUNT)):
            path.write_bytes(stamp(case.report, case.report.prior))
            desk.show(path, case.report)
            rows = on_the_desk(desk, edition, shown[ident][number] if shown else None)
            now_shown, result = screen(edition, rows), now()
            found += [
                f"{case.kind}: {one}" for one in differences(now_shown, result.report, result)
            ]
            states |= {row["state"] for row in now_shown.live.values()}
    assert found == []
    words = ("agree", "differ", "hint", "open", "amend", "no_prior")
    assert states >= {word(name) for name in words[: len(words) if prior_places(edition) else 4]}


def on_the_desk(desk: Desk, edition: Edition, shown: list[Rows] | None) -> list[Rows]:
    """Return the sheets' values; LibreOffice's results are put in place of Excel's formulas."""
    steps = looks(edition)
    if shown is None:
        return [desk.rows(sheet, box) for _, sheet, box in steps]
    book: Any = desk.imitation.books.active
    for (_, sheet, box), rows in zip(steps, shown, strict=True):
        first = desk.cell(sheet, box.partition(":")[0])
        for row, values in enumerate(rows, first.row):
            for column, value in enumerate(values, first.column):
                book.results[sheet, (row, column)] = value
    return shown


@ONLY_HERE
def test_what_formulas_came_to_is_nobodys_number(tmp_path):
    with excel(filled(tmp_path)) as desk:
        desk.imitation.books.active.results["表三", (7, 10)] = 99.0
        assert desk.cell("表三", "J7").value == 99
        result = now()
    assert result.report.values["applications.received.total"] == 0
    assert result.verdict == "pass"
