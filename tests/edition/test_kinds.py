"""Each kind of content, in every place where it is judged: all places agree."""

import io
import json
import re
from decimal import Decimal
from functools import cache

import openpyxl
import pytest
from office import need_office, session

from toolkit import data
from toolkit.blank.build import build
from toolkit.blank.live import live_rows
from toolkit.blank.slots import LIVE, LIVE_FIRST, word
from toolkit.check import check
from toolkit.edition.days import FIRST_DAY, LAST_DAY, serial
from toolkit.edition.edition import resolve
from toolkit.edition.kind import COUNT_LIMIT, KINDS, decimals, stored, takes
from toolkit.edition.parse import parse_text
from toolkit.report.report import Report, to_value
from toolkit.report.schema import errors, instance
from toolkit.returned.read import read
from toolkit.returned.values import date_text

MORE = {
    "count": {"": "", "_signed": "signed = true", "_unit": 'unit = "项"'},
    "money": {"": 'unit = "元"', "_signed": "signed = true", "_unit": 'unit = "万元"'},
    "choice": {"": 'choices = ["甲", "乙1"]'},
}
"""{kind: {ending of the row: facts}}; any other kind has no facts."""
ROWS = {
    f"{kind.replace('-', '_')}{ending}": ", ".join(filter(None, (f'kind = "{kind}"', facts)))
    for kind in KINDS
    for ending, facts in MORE.get(kind, {"": ""}).items()
}
HEAD = """form = "kinds"
name = "1"
title = "各种格"
source = "试"
citation = "试"
years = { from = 2020 }

[[section]]
caption = "各种格"
sheet = "表"
table = "t"
statutory = true
grid = [
"""
EDIT = """
[[edit]]
code = "%s"
kind = "%s"
cells = ["t.*"]
source = "试"
rule = { zh = "试", en = "test" }
"""
FIRST, LAST = serial(FIRST_DAY), serial(LAST_DAY)
NUMBERS = (
    0, 1, -1, 12.5, -12.5, 0.000001, 0.0000001, COUNT_LIMIT, COUNT_LIMIT + 1, -COUNT_LIMIT,
    -COUNT_LIMIT - 1, 2026, FIRST, FIRST - 1, FIRST + 0.5, LAST, LAST + 1,
)  # fmt: skip
TEXTS = (
    "12",
    "x",
    "1,234",
    "  ",
    "甲",
    "乙1",
    "乙 1",
    "是",
    "否",
    "2025-03-04",
    "2025-02-30",
    "2025/3/4",
)
PROBES = (*NUMBERS, *TEXTS)


_TEN = re.compile(r"\d{4}-\d{2}-\d{2}")
"""Days as a pattern has them: the schema lets days pass that are in no calendar."""


def is_large(cell, probe):
    """Tell whether a number is too large."""
    return cell.numeric and not isinstance(probe, str) and abs(probe) > COUNT_LIMIT


def is_long(cell, probe):
    """Tell whether a decimal has too many places: only live rows and `check` count them."""
    if isinstance(probe, str) or not cell.content.places:
        return False
    return decimals(Decimal(str(probe))) > cell.content.places


SOURCE = "".join((
    HEAD,
    *(f'  ["{row}", "@{row}.a"],\n' for row in ROWS),
    "]\n",
    *(f'cells."{row}.a" = {{ {facts} }}\n' for row, facts in ROWS.items()),
    *(EDIT % (kind, kind) for kind in ("number", "entry")),
))  # fmt: skip


@cache
def edition():
    return resolve(parse_text(SOURCE, "kinds.toml"))


CELLS = {cell.row: cell for cell in edition().cells.values()}


def value_of(cell, probe):
    """Return a typed content as the value of a workbook's report."""
    if isinstance(probe, str):
        return probe
    number = Decimal(str(probe))
    return date_text(number, since_1904=False) if cell.content.day else to_value(cell, number)


def is_wrong(cell, probe):
    """Tell whether `check` finds a fault in the content of a cell."""
    report = Report(edition(), {}, 2025, dict.fromkeys(edition().cells) | {
        cell.key: value_of(cell, probe)}, origin="workbook")  # fmt: skip
    codes = {f.code for f in check(report).findings if cell.key in {c.key for c in f.cells}}
    assert codes <= {"number", "entry"}
    return bool(codes)


EVERY = pytest.mark.parametrize("row", ROWS)


def test_the_schema_of_editions_has_the_same_kinds():
    section = json.loads(data.schema_text("edition.schema.json"))["properties"]["section"]["items"]
    facts = section["properties"]["cells"]["additionalProperties"]["properties"]
    assert facts["kind"]["enum"] == list(KINDS)


@EVERY
def test_some_contents_are_right_and_some_are_wrong(row):
    told = [is_wrong(CELLS[row], probe) for probe in PROBES]
    assert True in told
    assert False in told
    if CELLS[row].signed:
        assert not is_wrong(CELLS[row], -1)


@EVERY
def test_the_schema_refuses_what_check_refuses(row):
    cell = CELLS[row]
    for probe in PROBES:
        values = dict.fromkeys(edition().cells) | {cell.key: value_of(cell, probe)}
        report = Report(edition(), {}, 2025, values, origin="workbook")
        refused = cell.key in {key for key, *_ in errors(edition(), instance(report))}
        value = value_of(cell, probe)
        loose = {"text": True, "date": _TEN.fullmatch(str(value))}.get(cell.kind)
        assert refused <= is_wrong(cell, probe), probe
        assert refused or loose or is_long(cell, probe) or not is_wrong(cell, probe), probe


@EVERY
def test_a_live_row_counts_what_check_refuses(row):
    cell = CELLS[row]
    for probe in PROBES:
        value = probe if isinstance(probe, str) else Decimal(str(probe))
        assert bool(cell.content.counted(cell, value)) == is_wrong(cell, probe), probe


@cache
def blank():
    return build(edition())


@cache
def page():
    return openpyxl.load_workbook(io.BytesIO(blank()))["表"]


def accepted(rule, probe):
    """Tell whether Excel's validation takes a content; a text that names a day is one to it."""
    if rule.type == "list":
        return str(probe) in rule.formula1.strip('"').split(",")
    content = len(str(probe)) if rule.type == "textLength" else probe
    if isinstance(content, str) or (rule.type == "whole" and content != int(content)):
        return False
    low, high = Decimal(rule.formula1), Decimal(rule.formula2 or "Infinity")
    assert (rule.operator == "between") == (rule.formula2 is not None)
    assert rule.operator in ("between", "greaterThanOrEqual")
    return low <= Decimal(str(content)) <= high


@EVERY
def test_the_validation_of_the_workbook_takes_what_check_takes(row):
    cell = CELLS[row]
    (rule,) = [one for one in page().data_validations.dataValidation if cell.at in one.sqref]
    for probe in PROBES:
        if is_large(cell, probe) and not cell.signed:
            continue  # Excel's box for numbers is open above: the live row finds them
        if cell.content.day and (isinstance(probe, str) or probe != int(probe)):
            continue  # Excel makes a day of the text; it takes a time behind a day
        if cell.kind == "text" and not str(probe).strip():
            continue
        negative = cell.numeric and not cell.signed and str(probe).startswith("-")
        long = is_long(cell, probe) and not negative
        assert accepted(rule, probe) == (long or not is_wrong(cell, probe)), probe


@EVERY
def test_the_words_of_the_validation_are_those_of_the_kind(row):
    cell = CELLS[row]
    (rule,) = [one for one in page().data_validations.dataValidation if cell.at in one.sqref]
    assert ("减少的填负数" in rule.error) == cell.signed
    assert ("不小于 0" in rule.error) == (cell.numeric and not cell.signed)
    assert ("整数" in rule.error) == (cell.content.places == 0)
    assert not cell.content.places or cell.unit in rule.error
    assert rule.prompt is None


@pytest.mark.no_cover
@EVERY
def test_a_value_is_stored_and_shown_as_its_kind_and_read_back(row, tmp_path):
    cell = CELLS[row]
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "1.toml").write_text(SOURCE, encoding="utf-8")
    good = [probe for probe in PROBES if not is_wrong(cell, probe)][:6]
    shown = {"text": "@", "choice": "@", "yes-no": "@", "date": "yyyy-mm-dd"}
    for value in (value_of(cell, probe) for probe in good):
        report = Report(edition(), {}, 2025, dict.fromkeys(edition().cells) | {cell.key: value})
        source = build(edition(), report)
        there = openpyxl.load_workbook(io.BytesIO(source))["表"][cell.at]
        assert there.number_format == shown.get(cell.kind, "General")
        assert (there.data_type == "s") == isinstance(stored(cell, value), str)
        assert read(source, (tmp_path,)).report.values[cell.key] == value
        assert cell.numeric != takes(cell, value)


@pytest.mark.no_cover
def test_the_program_computes_what_check_says(tmp_path):
    """Type every probe into every cell: the live row and the colour's condition are evaluated."""
    need_office(session=True)
    path, conditions = tmp_path / "blank.xlsx", tmp_path / "conditions.xlsx"
    path.write_bytes(blank())
    rows = {row.id: LIVE_FIRST + i for i, row in enumerate(live_rows(edition()))}
    column = "ABCDEFGH"[LIVE["left"] - 1]
    steps, asked = [], []
    book = openpyxl.Workbook()
    for name, cell in CELLS.items():
        at = f"{column}{rows['number[t]' if cell.numeric else 'entry[t]']}"
        for probe in PROBES:
            steps += [["stamp", "表", {cell.at: probe}], ["recalculate"],
                      ["values", word("results"), at]]  # fmt: skip
            asked.append((name, probe))
            line = len(asked)
            book.active.cell(line, 1, probe).data_type = "s" if isinstance(probe, str) else "n"
            book.active.cell(
                line, 2, f"=IF({cell.content.wrong(cell).replace('{}', f'A{line}')},1,0)"
            )
        steps.append(["stamp", "表", {cell.at: None}])
    book.save(conditions)
    wrong = [["values", book.active.title, f"B1:B{len(asked)}"]]
    with session() as run:
        live, colours = run([{"open": str(path), "steps": steps},
                             {"open": str(conditions), "steps": [["recalculate"], *wrong]}])  # fmt: skip
    counts = [bool(answer[0][0]) for answer in live if answer]
    orange = [bool(line[0]) for line in colours[-1]]
    told = [is_wrong(CELLS[name], probe) for name, probe in asked]
    differ = [
        one for one, count, is_told in zip(asked, counts, told, strict=True) if count != is_told
    ]
    assert differ == []
    for (name, probe), colour, is_told in zip(asked, orange, told, strict=True):
        cell = CELLS[name]
        loose = is_long(cell, probe) or (cell.content.places and is_large(cell, probe))
        assert colour <= is_told, (name, probe)
        assert colour or loose or not is_told, (name, probe)
