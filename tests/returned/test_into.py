"""A return's numbers go into a superior's plain workbook, and nothing else of it changes."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from random import Random

import openpyxl
import papers
import pytest
import source
import theirs
from printed import Style, changed, draw, of

from toolkit.edition.edition import named
from toolkit.returned.fill import NoPlace, fill
from toolkit.returned.into import UnfitError, ending, into, lines, refused, warnings
from toolkit.returned.read import read
from toolkit.returned.sheetfill import tables_in
from toolkit.xlsx.address import at
from toolkit.xlsx.splice import retyped
from toolkit.xlsx.zip import Rejected

EDITIONS = [named("annual-report", name) for name in ("2021", "2019")]
EDITION = EDITIONS[0]
WHOLE = theirs.random_report(EDITION, 1)
OPEN = theirs.random_report(EDITION, 2)
BLANK = dict.fromkeys(EDITION.cells)
OLD = papers.numbers(EDITION, 1)
TITLE = (f"{papers.AGENCY}{papers.YEAR}年{EDITION.title}",)
WORDS = source.messages()["into"]


def plain(values=OLD, **style):
    return draw(of(EDITION, values), Style(**{"title": TITLE, **style}))


def sheets(content):
    return [name for name, _ in theirs.members(content) if "worksheets/sheet" in name]


def differing(report, content):
    """Return {key: (printed, read)} of the cells that differ; nothing is an error."""
    reading = read(content, (), "a.xlsx")
    assert theirs.errors(reading) == []
    values = reading.report.values
    return {k: (v, values[k]) for k, v in theirs.printed(report).items() if values[k] != v}


def said(content, report=WHOLE):
    with pytest.raises(UnfitError) as caught:
        into(report, content, "a.xlsx")
    return list(refused(caught.value, "a.xlsx", "en"))[1:-1]


def slots(content):
    return tables_in(content, EDITION, "a.xlsx", ()).slots


# ── every workbook takes every report ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: one.name)
def test_a_filled_workbook_reads_as_the_report_and_only_its_numbers_are_others(edition, seed):
    report = theirs.random_report(edition, seed)
    rng = Random(seed)  # noqa: S311 - nothing secret
    content = theirs.template(edition, rng, old=seed % 2 == 0)
    done = into(report, content, "a.xlsx")
    assert differing(report, done.content) == {}
    assert theirs.kept(content, done.content, *sheets(content))
    places = set(slots(content).values()) if edition is EDITION else set()
    before, after = (openpyxl.load_workbook(io.BytesIO(one)) for one in (content, done.content))
    for sheet in before if places else ():
        for row in sheet.iter_rows():
            for cell in row:
                if (sheet.title, (cell.row, cell.column)) not in places:
                    assert after[sheet.title][cell.coordinate].value == cell.value


def formulas(book):
    """Make every total a formula, and write one below the tables; give each number a look."""
    places = slots(plain())
    for key, one in EDITION.computes.items():
        sheet, place = places[key]
        book[sheet][at(place)] = "=" + "+".join(at(places[part][1]) for part in one.right)
    sheet = book.worksheets[0]
    sheet.cell(40, 1, "=1+1")


@pytest.mark.parametrize("report", [WHOLE, OPEN], ids=["whole", "open"])
def test_totals_that_are_formulas_stay_and_show_what_the_cells_add_up_to(report):
    content = changed(plain(), formulas)
    done = into(report, content, "a.xlsx")
    assert differing(report, done.content) == {}
    again = into(report, done.content, "a.xlsx")
    assert differing(report, again.content) == {}
    told = "\n".join(lines(again, "en"))
    assert "34 totals are formulas in the file and stay" in told
    assert "1 other formula was not touched" in told
    book = openpyxl.load_workbook(io.BytesIO(again.content))
    sheet, place = slots(content)["applications.received.total"]
    assert book[sheet][at(place)].value.startswith("=")


def test_a_number_takes_the_look_of_its_cell_row_or_column():
    def look(book):
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    cell.number_format = "0.0000"

    content = changed(plain(BLANK, merged=False), look)
    done = into(WHOLE, content, "a.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(done.content))
    formats = {book[s][at(place)].number_format for s, place in slots(content).values()}
    assert "0.0000" in formats


SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main"><x:sheetData>{}</x:sheetData></x:worksheet>'
)


@pytest.mark.parametrize(
    ("rows", "cells", "new"),
    [
        ("", {(2, 3): 7}, '<x:row r="2"><x:c r="C2" s="4"><x:v>7</x:v></x:c></x:row>'),
        ("", {(2, 3): None}, ""),
        ('<x:row r="2"/><x:row r="9"/>', {(2, 3): 7},
         '<x:row r="2"><x:c r="C2" s="4"><x:v>7</x:v></x:c></x:row><x:row r="9"/>'),
        ('<x:row r="9"/>', {(2, 3): 7},
         '<x:row r="2"><x:c r="C2" s="4"><x:v>7</x:v></x:c></x:row><x:row r="9"/>'),
        ('<x:row r="2"> <x:c r="D2"/> </x:row>', {(2, 3): 7, (2, 2): 8, (2, 4): 9, (2, 5): 1.5},
         ('<x:row r="2"> <x:c r="B2" s="0"><x:v>8</x:v></x:c><x:c r="C2" s="4"><x:v>7</x:v></x:c>'
         '<x:c r="D2"><x:v>9</x:v></x:c> <x:c r="E2" s="0"><x:v>1.5</x:v></x:c></x:row>')),
        ('<x:row r="2"><x:c r="C2" t="s" s="1"><x:v>0</x:v></x:c></x:row>', {(2, 3): None},
         '<x:row r="2"><x:c r="C2" s="1"/></x:row>'),
        ('<x:row r="2"><x:c r="C2" t="str"><x:f>A1</x:f><x:v>a</x:v></x:c></x:row>', {(2, 3): 7},
         '<x:row r="2"><x:c r="C2"><x:f>A1</x:f><x:v>7</x:v></x:c></x:row>'),
        ('<x:row r="2"><x:c r="C2"><x:f>A1</x:f><x:v>3</x:v></x:c></x:row>', {(2, 3): None},
         '<x:row r="2"><x:c r="C2" t="str"><x:f>A1</x:f><x:v></x:v></x:c></x:row>'),
    ],
)  # fmt: skip
def test_only_the_bytes_of_the_cells_are_others(rows, cells, new):
    looks = dict.fromkeys(cells, 0) | {(2, 3): 4}
    assert retyped(SHEET.format(rows).encode(), "a", cells, looks).decode() == SHEET.format(new)


def test_a_missing_cell_has_the_style_of_its_row_else_of_its_column():
    content = plain(BLANK)
    name = sheets(content)[0]
    xml = zipfile.ZipFile(io.BytesIO(content)).read(name).decode()
    grid = tables_in(content, EDITION, "a.xlsx", ()).grids
    assert all(not one.row_styles for one in grid.values())
    styled = xml.replace(
        "<sheetData>", '<cols><col min="1" max="99" style="0" width="9"/></cols><sheetData>'
    )
    row = min(place[0] for _, place in slots(content).values())
    assert f'<row r="{row}"' in styled
    styled = styled.replace(f'<row r="{row}"', f'<row r="{row}" s="0" customFormat="1"', 1)
    done = into(WHOLE, part(content, name, styled), "a.xlsx")
    assert differing(WHOLE, done.content) == {}


def part(content, name, xml, **more):
    """Return a package with another part."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            new.writestr(one, xml if one == name else old.read(one))
        for one, text in more.items():
            new.writestr(one, text)
    return target.getvalue()


# ── what keeps numbers out ────────────────────────────────────────────────────────────────────────


def put(sheet, place, value):
    return lambda book: book[sheet].cell(*place, value)


def test_a_typed_cell_that_is_a_formula_is_named():
    sheet, place = slots(plain())["applications.received.business"]
    (line,) = said(changed(plain(), put(sheet, place, "=1+1")))
    assert line.startswith(f"  {sheet} {at(place)} (一、本年新收政府信息公开申请数量")


def test_a_row_of_numbers_that_the_form_does_not_have_is_named():
    content = plain(apart=frozenset((4,)))
    sheet, place = slots(content)["applications.granted.business"]

    def add(book):
        book[sheet].cell(place[0] - 1, 3, "小计")
        book[sheet].cell(place[0] - 1, place[1], 4)

    rows = {place[0] for _, place in slots(content).values()}
    assert place[0] - 1 not in rows
    (line,) = said(changed(content, add))
    assert "holds numbers at" in line


def test_a_blank_table_that_is_there_twice_is_named_once():
    def copy(book):
        book.copy_worksheet(book.worksheets[1])

    (line,) = said(changed(plain(BLANK), copy))
    assert "is there more than once" in line


def test_missing_rows_are_named_as_a_check_names_them():
    content = changed(plain(), lambda book: list(rename(book, "规章")))
    (line,) = said(content)
    assert "规章" in line


def rename(book, label):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == label:
                    cell.value = "别的"
                    yield cell


def test_cells_that_are_merged_and_blank_are_named():
    content = plain(BLANK)
    sheet, place = slots(content)["disputes.review.upheld"]
    row, column = place

    def merge(book):
        book[sheet].merge_cells(
            start_row=row, end_row=row, start_column=column, end_column=column + 1
        )

    (line,) = said(changed(content, merge))
    assert "are merged into one cell" in line


def test_a_format_that_shows_another_number_is_told():
    sheet, place = slots(plain())["applications.received.business"]

    def thousands(book):
        book[sheet].cell(*place).number_format = '0.0,"千"'

    values = {**WHOLE.values, "applications.received.business": 3456}
    report = replace(WHOLE, values=values, nil=())
    done = into(report, changed(plain(), thousands), "a.xlsx")
    line = list(warnings(done, "en"))[-1]
    assert "3.5千" in line
    assert "3456" in line


def test_a_day_where_a_number_goes_is_refused():
    sheet, place = slots(plain())["applications.received.business"]

    def day(book):
        book[sheet].cell(*place).number_format = "yyyy-mm-dd"

    values = {**WHOLE.values, "applications.received.business": 3456}
    (line,) = said(changed(plain(), day), replace(WHOLE, values=values))
    assert "3456 was written but" in line


def test_our_own_blank_another_form_and_another_edition_are_named():
    blank = fill(replace(WHOLE, origin="workbook"), EDITION).workbook
    assert said(blank) == [f"  {WORDS['ours']['en']}"]
    book = openpyxl.Workbook()
    target = io.BytesIO()
    book.save(target)
    assert said(target.getvalue()) == [f"  {WORDS['no-form']['en']}"]
    for _ in range(70):
        book.create_sheet()
    target = io.BytesIO()
    book.save(target)
    assert said(target.getvalue()) == [f"  {WORDS['no-form']['en']}"]
    other = draw(of(EDITIONS[1], dict.fromkeys(EDITIONS[1].cells)), Style(title=TITLE))
    assert "is the form of edition 2019" in said(other)[0]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"<html>"]
)
def test_other_formats_are_to_be_saved_as_one_of_the_two(content):
    assert said(content) == [f"  {WORDS['format']['en']}"]


def test_a_zip_that_is_neither_is_refused_and_a_damaged_one_rejected():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.txt", "a")
    assert said(target.getvalue()) == [f"  {WORDS['format']['en']}"]
    with pytest.raises(Rejected):
        ending(target.getvalue()[:30])
    assert ending(plain()) == ".xlsx"


def test_a_sheet_in_another_encoding_is_refused():
    content = plain()
    name = sheets(content)[0]
    xml = zipfile.ZipFile(io.BytesIO(content)).read(name)
    text = xml.decode().replace("UTF-8", "UTF-16").replace("utf-8", "UTF-16")
    (line,) = said(part(content, name, text.encode("utf-16")))
    assert "rare encoding" in line


# ── the return ────────────────────────────────────────────────────────────────────────────────────


def test_values_without_a_cell_and_numbers_too_long_are_listed():
    values = {**WHOLE.values, "proactive.fees.collected": Decimal("1.2345678901234567")}
    report = replace(WHOLE, values=values, extra={"nobody.knows": 1, "blank": None})
    with pytest.raises(NoPlace) as caught:
        into(report, plain(), "a.xlsx")
    assert caught.value.values == {
        "nobody.knows": "1",
        "proactive.fees.collected": "1.2345678901234567",
    }


def test_what_is_no_number_is_written_as_typed_and_told():
    key = "applications.received.business"
    report = replace(WHOLE, values={**WHOLE.values, key: "12件"}, nil=())
    done = into(report, plain(), "a.xlsx")
    assert read(done.content, (), "a.xlsx").report.values[key] == "12件"
    told = list(warnings(done, "en"))
    assert told[0].endswith('商业企业: the return says "12件", which is no number; written as it is.'
                            " Correct the return and fill again.")  # fmt: skip
    assert "the given total is" in told[1]
    assert all(line.endswith("Compare.") for line in told[1:])


def test_what_was_done_is_told_with_what_the_file_does_not_have():
    values = {**OPEN.values, "processing_fee.notices.count": 2}
    report = replace(OPEN, values=values, year=2025, agency={**OPEN.agency, "name": "某某局"})
    told = list(lines(into(report, plain(), "a.xlsx"), "en"))
    assert told[0].startswith("Wrote 140 numbers: 表二 ")
    assert "that the return leaves blank are empty" in told[1]
    assert "old number stood and was cleared" in told[1]
    assert told[2] == WORDS["texts"]["en"]
    assert told[3].startswith("Please compare: the return is that of 某某局")
    assert told[4] == "Please compare: the return is for 2025, the title in this file says 2024."
    assert "1 more number of the return has no table in this file" in told[5]
