"""The list of names for texts beside the cover, and the cover's further fields."""

import re
from dataclasses import replace

import pytest
from office import FILTER, convert, need_office
from openpyxl import load_workbook
from tamper import edition, filled

from toolkit.blank import slots, wordlist
from toolkit.blank.coversheet import cover_sheet
from toolkit.blank.sections import section_sheet
from toolkit.blank.slots import word
from toolkit.blank.validation import cover_accepts
from toolkit.edition.edition import named
from toolkit.returned.fill import fill
from toolkit.returned.read import read
from toolkit.xlsx.address import at

ANNUAL = [named("annual-report", name) for name in ("2019", "2021")]


def cover(form):
    return cover_sheet(form, frozenset(), None)


def pairs(sheet):
    """Return {name in braces: formula right of it}."""
    values = {at: slot for at, slot in sheet.slots.items() if slot.role == wordlist.VALUE}
    return {
        sheet.slots[row, column - 1].text: slot.formula for (row, column), slot in values.items()
    }


@pytest.mark.parametrize("form", ANNUAL, ids=lambda form: form.name)
def test_each_row_has_its_name_and_value_beside_the_cover(form):
    sheet = cover(form)
    names = [f"{{{name}}}" for name in wordlist.listed(form)]
    assert sorted(pairs(sheet)) == sorted(names)
    rows = {name.rpartition(".")[2] for name in form.placeholders}
    assert {name.strip("{}").rpartition(".")[2] for name in names} == rows
    places = [place for place, slot in sheet.slots.items() if slot.role == "list_name"]
    assert min(column for _, column in places) > sheet.printed == 5
    assert min(sheet.heights[row] for row, _ in places) >= 20
    assert max(row for row, _ in places) <= max(r for r, c in sheet.slots if c <= sheet.printed)


@pytest.mark.parametrize("form", ANNUAL, ids=lambda form: form.name)
def test_a_value_is_a_short_formula_that_survives_cut_and_paste(form):
    for keys in form.placeholders.values():
        formula = wordlist.value(form, keys)
        assert len(formula) < 1024
        assert not re.search(r"'![A-Z]+\d", formula)


def test_the_hint_names_a_column_and_every_sheet_with_columns():
    (how,) = (
        slot.text
        for slot in cover(edition()).slots.values()
        if slot.role == "list_how" and slot.text
    )
    assert "如 {自然人.新收}。" in how
    assert "表三的栏：自然人、商业企业、科研机构、社会公益组织、法律服务机构、其他组织。" in how
    assert "表四的栏：维持、纠正、其他结果、尚未审结。" in how
    hints = [s.text for s in section_sheet(edition(), edition().texts["overview"], {}).slots.values()
             if s.role == "hint"]  # fmt: skip
    assert "写 {新收} 即可" in hints[0]


def test_an_edition_without_names_has_no_list_and_no_hint():
    form = replace(edition(), placeholders={}, cover={})
    sheet = cover(form)
    assert (pairs(sheet), sheet.printed, len(sheet.widths)) == ({}, 0, 5)
    assert slots.people_places(form) == {}
    hints = [s.text or "" for s in section_sheet(form, form.texts["overview"], {}).slots.values()]
    assert not any("{" in hint for hint in hints)


def test_names_without_columns_are_listed_with_an_example_of_their_own():
    form = replace(edition(), placeholders={"新收": ("applications.received.total",)})
    assert wordlist.example(form, column=True) == wordlist.example(form, column=False) == "{新收}"
    assert list(pairs(cover(form))) == ["{新收}"]
    form = replace(form, placeholders={"制发.规章": ("proactive.rules.issued",)})
    assert wordlist.example(form, column=False) == "{制发.规章}"


def test_a_long_list_goes_on_below_the_cover():
    keys = ("applications.received.total",)
    form = replace(edition(), placeholders={f"数{number}": keys for number in range(120)})
    sheet = cover(form)
    assert len(pairs(sheet)) == 120
    assert max(row for row, _ in sheet.slots) > max(r for r, c in sheet.slots if c <= sheet.printed)


def test_further_fields_are_two_in_a_row_below_the_panel():
    form = edition()
    places = slots.people_places(form)
    assert [at(place) for place in places.values()] == ["B11", "E11", "B12", "E12"]
    sheet = cover(form)
    for name, (row, column) in places.items():
        assert sheet.slots[row, column - 1].text == form.cover[name]
        assert (sheet.slots[row, column].name, sheet.slots[row, column].locked) == (name, False)
    assert slots.notice_place(form) == (13, 1)
    site = named("site-report", "2017")
    assert slots.people_places(site)["filled_by"] == (11, 2)
    one = replace(form, cover={"phone": "电话"})
    assert (slots.people_places(one), slots.notice_place(one)) == ({"phone": (11, 2)}, (12, 1))


def test_only_the_day_is_validated_and_other_text_may_stay():
    form = edition()
    (day,) = (v for v in cover_accepts(form, cover(form)) if str(v.sqref) == "E12")
    assert (day.type, day.errorStyle, day.promptTitle) == ("date", "warning", "填报日期")
    bare = replace(form, cover={"phone": "电话"})
    assert all(v.type != "date" for v in cover_accepts(bare, cover(bare)))


@pytest.mark.no_cover
def test_libreoffice_shows_the_numbers_the_texts_are_filled_with(tmp_path):
    need_office()
    form = edition()
    whole = read(filled()).report
    blank = {key: None for key in form.typed if key.startswith("applications.refused")}
    blank |= {"proactive.rules.issued": None, "disputes.review.upheld": None}
    half = replace(whole, values={**whole.values, **blank}, nil=("disputes",))
    paths = []
    for number, report in enumerate((whole, half)):
        paths.append(tmp_path / f"{number}.xlsx")
        paths[-1].write_bytes(fill(report, form).workbook)
    shown = []
    for path in convert(paths, tmp_path / "out", f"xlsx:{FILTER}"):
        source = path.read_bytes()
        report = read(source).report
        page = load_workbook(path, data_only=True)[word("cover")]
        for place, slot in cover(form).slots.items():
            if slot.role == "list_name":
                written = replace(report, texts={"overview": slot.text}).written["overview"]
                value = page.cell(place[0], place[1] + 1).value
                assert str(value) == ("—" if written == slot.text else written), slot.text
                shown.append(value)
        assert [f.code for f in read(source).findings] == []
    assert {"—", 0, 8} <= set(shown)
