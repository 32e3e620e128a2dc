"""The blank for all agencies: a hidden directory, and formulas that look the chosen one up."""

import io
import re
from functools import cache

import pytest
from openpyxl import load_workbook
from test_build import FUNCTIONS, REFERENCE, edges

from toolkit.blank import directory
from toolkit.blank.build import build
from toolkit.blank.directory import CHOSEN, FIRST, HEAD, META, MOST, Listed
from toolkit.blank.mark import plan_facts
from toolkit.blank.plan import plan
from toolkit.blank.slots import MARK, carried_keys, cover_places, prior_keys, prior_places, word
from toolkit.edition.edition import known, named
from toolkit.report.report import Report
from toolkit.xlsx.address import at

EDITIONS = [named(*ident) for ident in known()]
EDITION = named("annual-report", "2021")
NOBODY = dict.fromkeys(("name", "code", "level"))


def agency(number, **more):
    facts = {"code": None, "level": "市级", "deadline": None, "seed": number, "prior": {}}
    return Listed(name=f"第{number}局", **{**facts, **more})


@cache
def pages(edition=EDITION, count=3):
    report = Report(edition, NOBODY, 2025, dict.fromkeys(edition.cells), origin="workbook")
    last = dict.fromkeys(prior_keys(edition), 7)
    agencies = [
        agency(1, code="0011", deadline="某日前", prior=last),
        *map(agency, range(2, count + 1)),
    ]
    return load_workbook(io.BytesIO(build(edition, report, None, None, agencies)))


def test_the_directory_has_a_row_an_agency_and_is_hidden_and_locked():
    page = pages()["名册"]
    assert (page.sheet_state, page.protection.sheet) == ("hidden", True)
    assert all(cell.protection.locked for row in page.iter_rows() for cell in row)
    heads = [page.cell(HEAD, column).value for column in range(1, len(META) + 1)]
    assert heads == ["机关名称", "机关代码", "层级", "报送期限", "校验码用数"]
    for column, key in enumerate(prior_keys(EDITION), len(META) + 1):
        cell, head = EDITION.cells[key], [page.cell(HEAD + i, column).value for i in range(3)]
        assert head == [cell.sheet, cell.at, cell.label]
    rows = list(page.iter_rows(min_row=FIRST, values_only=True))
    none = [None] * len(prior_keys(EDITION))
    assert [list(row) for row in rows] == [
        ["第1局", "0011", "市级", "某日前", 1, *(7 for _ in none)],
        ["第2局", None, "市级", None, 2, *none],
        ["第3局", None, "市级", None, 3, *none],
    ]


def test_the_agency_is_chosen_from_the_directory_and_nothing_else_of_the_cover_is_open():
    cover, places = pages()["填报说明"], cover_places()
    lists = {str(v.sqref): v for v in cover.data_validations.dataValidation if v.type == "list"}
    assert {sqref: v.formula1 for sqref, v in lists.items()} == {"B4": "gouji_agencies"}
    assert "上年数" in lists["B4"].prompt
    assert pages().defined_names["gouji_agencies"].attr_text == "'名册'!$A$7:$A$9"
    opened = {name for name, place in places.items() if not cover.cell(*place).protection.locked}
    assert opened == {"agency", "sent"}
    assert cover.cell(*places["year"]).value == 2025
    steps = [row[1].value for row in cover.iter_rows(min_row=12, max_row=20)]
    assert word("directory_step") in steps
    assert word("step_1") not in steps


def test_cells_that_repeat_last_year_are_typed_and_blank():
    for key in carried_keys(EDITION):
        cell = EDITION.cells[key]
        assert pages()[cell.sheet][cell.at].value is None
    texts = {cell.value for row in pages()["填报说明"].iter_rows() for cell in row}
    assert word("colour_carried") not in texts


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: f"{e.form}-{e.name}")
def test_its_formulas_are_short_know_few_functions_and_touch_no_cell_that_can_be_cut(edition):
    free = {
        sheet.name: {place for place, slot in sheet.slots.items() if not slot.locked}
        for sheet in plan(edition, shared=MOST)
    } | {"名册": set()}
    draft = directory.headed(edition, MOST)
    formulas = [("名册", place, s.formula) for place, s in draft.slots.items() if s.formula]
    formulas += [("名册", CHOSEN, directory.chosen_seed(MOST))]
    formulas += [
        (sheet.name, place, slot.formula)
        for sheet in plan(edition, shared=MOST)
        if sheet.kind in ("cover", "prior")
        for place, slot in sheet.slots.items()
        if slot.formula and "名册" in slot.formula
    ]
    assert len(formulas) == 5 + len(prior_keys(edition))
    for sheet, place, formula in formulas:
        bare = re.sub(r'"[^"]*"', '""', formula)
        assert set(re.findall(r"([A-Z][A-Z.]*)\(", bare)) <= FUNCTIONS | {"ISTEXT"}
        assert len(formula) < 1024
        for other, first, last in REFERENCE.findall(bare):
            span = f"{first}:{last}" if last else first
            typed = free[other or sheet]
            assert not any(edge <= typed for edge in edges(span)), (sheet, at(place), span)


def test_no_lookup_is_in_a_circle():
    cover = plan(EDITION, shared=3)[0]
    formulas = [directory.headed(EDITION, 3).slots[CHOSEN].formula, directory.fact("level", 3)]
    for formula in formulas:
        spans = {(first, last) for sheet, first, last in REFERENCE.findall(formula)
                 if sheet == "填报说明"}  # fmt: skip
        assert spans == {("$A$3", "$B$4")}
    inside = [cover.slots.get((row, column)) for row in (3, 4) for column in (1, 2)]
    assert [slot.formula for slot in inside] == [None] * 4


def test_the_mark_counts_the_agencies_and_has_a_digest_of_their_rows():
    page = pages()[word("mark")]
    said = {page.cell(row, 1).value: page.cell(row, 2).value for row in range(1, len(MARK) + 1)}
    assert said["shared"] == "3"
    assert re.fullmatch("[0-9a-f]{64}", said["agencies"])
    assert said["sheets"].split("/") == pages().sheetnames
    assert (said["agency"], said["code"], said["year"]) == (None, None, "2025")
    assert {name: said[name] for name in ("plan", "sheets")} == plan_facts(EDITION, 3)
    properties = {part.name: part.value for part in pages().custom_doc_props.props}
    assert properties["gouji.agencies"] == said["agencies"]
    assert plan_facts(EDITION, 3)["plan"] != plan_facts(EDITION, 4)["plan"]
    printed = {facts["plan"].split()[0] for facts in (plan_facts(EDITION), plan_facts(EDITION, 3))}
    assert len(printed) == 1


def test_an_edition_without_last_years_numbers_has_a_directory_too():
    edition = named("site-report", "2017")
    book = pages(edition)
    assert book["名册"].max_column == len(META)
    assert "上年数" not in book.sheetnames
    assert prior_places(edition) == {}
