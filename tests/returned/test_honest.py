"""Honest returns saved again by other programs: the same data, and no finding worse than a note.

A sample of them; all with GOUJI_HONEST=all (docs/honest-files.md has the figures).
"""

import io
import os
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from office import FILTER, convert, need_office
from returns import KINDS, Case, cases
from rewriters import excel, wps
from rewriters.saving import saved
from trips import TEXT, published

from toolkit.blank.build import build
from toolkit.check import check
from toolkit.edition.edition import Edition, known, named
from toolkit.finding import Finding
from toolkit.report.report import recompute
from toolkit.returned.read import Reading, read

ALL = os.environ.get("GOUJI_HONEST") == "all"
HABITS = {habits.name: habits for habits in (*excel.HABITS, *wps.HABITS)}
FEES = ("18.8710", "59237.2449", "12345.6789", "0.0001", "7545", "316441.1")
PARAGRAPHS = f"{TEXT}\n_x000D_、_x005F_、_x4E00_ 都是照打的字\n\u3000\u3000全角空格开头"


@dataclass(frozen=True, slots=True)
class Sent:
    """A return as it was handed in."""

    name: str
    case: Case
    source: bytes
    reading: Reading


def returns(edition: Edition) -> list[Sent]:
    """Return returns of an edition: the kinds in turn, money with four decimals, texts in all."""
    kinds = tuple(KINDS) if ALL else ("clean", "text", "declared")
    found = [*cases(edition, seed=12, count=len(kinds), kinds=kinds)]
    if ALL:
        found += [case for case in published() if case.report.edition == edition]
    return [_sent(number, case) for number, case in enumerate(found)]


def _sent(number: int, case: Case) -> Sent:
    edition, values = case.report.edition, dict(case.report.values)
    for cell in edition.cells.values():
        if cell.kind == "money" and isinstance(values[cell.key], int | Decimal):
            values[cell.key] = Decimal(FEES[number % len(FEES)])
    report = replace(
        case.report,
        values=recompute(edition, values, case.report.nil),
        texts=dict.fromkeys(edition.texts, PARAGRAPHS),
        agency={"name": "某某_x0041_局", "code": "11320000MB1234567X", "level": "county"},
        sent=2,
    )
    source = build(edition, report, report.prior)
    name = f"{edition.form}-{edition.name}-{number:02d}-{case.kind}"
    return Sent(name, replace(case, report=report), source, read(source))


def told(reading: Reading, case: Case) -> list[Finding]:
    """Return the findings of a workbook, without notes."""
    outcome = check(reading.report, case.prior, reading.findings)
    return [replace(f, follows=None) for f in outcome.findings if f.severity != "note"]


def different(sent: Sent, source: bytes) -> list[str]:
    """Return the differences between a re-saved workbook and the one that was sent."""
    again = read(source)
    lines = [
        f"{name}: {getattr(again.report, name)!r}"
        for name in ("values", "nil", "texts", "agency", "year", "sent", "prior")
        if getattr(again.report, name) != getattr(sent.reading.report, name)
    ]
    lines += [f"{f.code}: {f.message('en')}" for f in again.findings if f.severity != "note"]
    if told(again, sent.case) != told(sent.reading, sent.case):
        lines.append("check finds something else")
    return [f"{sent.name}: {line}" for line in lines]


@pytest.fixture(scope="module")
def everything(unmeasured) -> list[Sent]:
    with unmeasured():
        return [sent for ident in known() for sent in returns(_named(ident))]


def _named(ident: tuple[str, str]) -> Edition:
    edition = named(*ident)
    assert edition is not None
    return edition


@pytest.mark.no_cover
def test_the_returns_are_clean_before_anybody_saves_them_again(everything):
    kinds = Counter(sent.case.report.edition for sent in everything)
    assert len(kinds) == len(known())
    assert len(everything) >= (20 if ALL else 3)
    assert [sent.name for sent in everything if sent.reading.findings] == []
    fees = {str(value) for sent in everything for value in sent.reading.report.values.values()}
    assert ALL is False or {"59237.2449", "12345.6789"} <= fees


@pytest.mark.no_cover
@pytest.mark.parametrize("name", HABITS)
def test_a_return_saved_with_the_habits_of_another_program_is_the_same(everything, name):
    found = [
        line
        for number, sent in enumerate(everything)
        for line in different(sent, saved(sent.source, HABITS[name], number))
    ]
    assert found == []


@pytest.fixture(scope="module")
def loaded(everything) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(everything[0].source))


@pytest.mark.no_cover
@pytest.mark.parametrize("name", HABITS)
def test_what_the_rewriters_write_is_a_workbook_others_can_read(everything, loaded, name):
    sent, there = everything[0], loaded
    back = openpyxl.load_workbook(io.BytesIO(saved(sent.source, HABITS[name], 7)))
    assert back.sheetnames == there.sheetnames
    for edition_cell in sent.case.report.edition.cells.values():
        one, other = (book[edition_cell.sheet][edition_cell.at] for book in (there, back))
        if one.data_type != "f":
            assert other.value == one.value, edition_cell.at
        assert other.protection.locked == one.protection.locked, edition_cell.at


def test_openpyxl_loads_and_saves_a_return_without_a_new_finding(everything):
    found = []
    for sent in everything if ALL else everything[::3]:
        book = openpyxl.load_workbook(io.BytesIO(sent.source))
        out = io.BytesIO()
        book.save(out)
        found += different(sent, out.getvalue())
    assert found == []


def through_office(sent: list[Sent], folder: Path, *steps: str) -> list[str]:
    """Return the differences after LibreOffice converted the workbooks, step by step."""
    (folder / "0").mkdir()
    paths = [folder / "0" / f"{one.name}.xlsx" for one in sent]
    for path, one in zip(paths, sent, strict=True):
        path.write_bytes(one.source)
    for number, step in enumerate(steps, 1):
        paths = convert(paths, folder / str(number), step)
    return [
        line
        for one, path in zip(sent, paths, strict=True)
        for line in different(one, path.read_bytes())
    ]


WAYS = {
    "xlsx": (f"xlsx:{FILTER}",),
    "office open": ("xlsx:Calc Office Open XML",),
    "ods and back": ("ods", f"xlsx:{FILTER}"),
}
"""LibreOffice 7.4 drops a tab at the beginning of a text from an .ods."""
TAKEN = "xlsx"
"""test_roundtrip.py covers this conversion with every kind of return."""


def untabbed(sent: Sent) -> Sent:
    """Return the return with no tab in its texts."""
    report = sent.case.report
    texts = {name: text.replace("\t", "") for name, text in report.texts.items()}
    report = replace(report, texts=texts)
    source = build(report.edition, report, report.prior)
    return replace(
        sent, case=replace(sent.case, report=report), source=source, reading=read(source)
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("name", [way for way in WAYS if ALL or way != TAKEN])
def test_libreoffice_converts_a_return_without_a_new_finding(everything, name, tmp_path):
    need_office()
    sample = [untabbed(sent) for sent in (everything if ALL else everything[3:4])]
    assert through_office(sample, tmp_path, *WAYS[name]) == []


@pytest.mark.no_cover
def test_libreoffice_saves_what_the_rewriters_wrote_without_a_new_finding(everything, tmp_path):
    need_office()
    sample = everything if ALL else everything[::3]
    names = list(HABITS)
    sent = [
        replace(one, source=saved(one.source, HABITS[names[number % len(names)]], number))
        for number, one in enumerate(sample)
    ]
    assert through_office(sent, tmp_path, f"xlsx:{FILTER}") == []
