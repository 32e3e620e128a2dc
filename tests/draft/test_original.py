"""A form read from its file: workbooks by the strict reader, documents by their tables."""

import io
import zipfile
from copy import copy
from dataclasses import replace
from decimal import Decimal

import pytest
from sketch import YEARLY, saved, workbook

from toolkit.data import home
from toolkit.draft import original as reading
from toolkit.draft.original import original
from toolkit.draft.roles import OPEN, roles
from toolkit.edition.edition import named
from toolkit.xlsx import outline
from toolkit.xlsx.book import open_book
from toolkit.xlsx.outline import Drawing, drawings, marginalia
from toolkit.xlsx.zip import Rejected, open_package

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def document(*blocks: str) -> bytes:
    """Return a Word document: a text is a paragraph, lines with bars are a table."""
    body = "".join(_table(block) if "|" in block else _paragraph(block) for block in blocks)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        xml = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", xml)
    return out.getvalue()


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _table(block: str) -> str:
    rows = [line.split("|") for line in block.split("\n")]
    cells = ["".join(f"<w:tc>{_paragraph(c.strip())}</w:tc>" for c in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def test_the_tables_of_a_document_are_grids_with_the_lines_above_them():
    source = document("一、收支", "项目 | 数\n收入 | 5\n支出 | ", "二、只有一格", "甲", "| ", "三、人员",
                      "项目 | 数\n男 | \n女 | ")  # fmt: skip
    found = original(source)
    assert [(grid.sheet, grid.above) for grid in found.grids] == [
        ("t.1", ("一、收支",)), ("t.3", ("三、人员",))]  # fmt: skip
    assert found.grids[0].fields[1, 1].number == Decimal(5)


def test_a_document_without_a_table_has_no_grid():
    assert original(document("一封信")).without == ("",)


def test_only_the_sheets_named_are_read_and_hidden_ones_when_named():
    book = workbook(("甲", (), YEARLY), ("乙", ("只有字",), ""), ("丙", (), YEARLY), save=False)
    book["丙"].sheet_state = "hidden"
    source = saved(book)
    found = original(source)
    assert (found.names, found.without) == (("甲", "乙"), ("乙",))
    assert [grid.sheet for grid in original(source, ("丙",)).grids] == ["丙"]


def test_a_grid_of_thousands_of_cells_is_a_list(monkeypatch):
    monkeypatch.setattr(reading, "FIELD_LIMIT", 25)
    (grid,) = original(workbook(("收支", (), YEARLY))).grids
    assert (roles(grid).why, roles(grid).row) == (OPEN, 1)


def test_what_is_no_form_is_rejected():
    with pytest.raises(Rejected):
        original(b"PK\x03\x04xl/")
    with pytest.raises(Rejected):
        original(b"")


def test_hidden_rows_and_columns_are_not_seen_and_a_merge_over_them_keeps_its_words():
    book = workbook(
        ("甲", (), "项目 | 本年 | < | 上年\n收入 | | | \n支出 | | | \n其他 | | | "), save=False
    )
    page = book["甲"]
    page.row_dimensions[3].hidden = page.column_dimensions["B"].hidden = True
    grid = original(saved(book)).grids[0]
    assert grid.size == (3, 3)
    assert grid.fields[0, 1].text == "本年"


def test_a_title_inside_the_frame_and_a_foot_are_no_rows_of_the_form():
    picture = "收支表 | <\n项目 | 数\n收入 | \n支出 | \n注：按实填 | <"
    grid = original(workbook(("甲", (), picture))).grids[0]
    assert grid.size == (3, 2)
    assert (grid.above, grid.below) == (("收支表",), ("注：按实填",))
    bands = "第一项 | <\n项目 | 数\n收入 | \n第二项 | <\n支出 | \n其他 | "
    assert original(workbook(("甲", (), bands))).grids[0].size == (6, 2)
    assert original(workbook(("甲", (), "项目 | 数\n收入 | \n注 | <"))).grids[0].size == (2, 2)
    assert original(workbook(("甲", (), "收支表 | <\n填表说明 | <\n收入 | 支出"))).grids == ()


def test_two_tables_of_a_sheet_have_their_own_lines_around_them():
    book = workbook(("甲", ("一、收入",), "项目 | 数\n收入 | \n支出 | "), save=False)
    other = workbook(("乙", (), "项目 | 数\n男 | \n女 | "), save=False)["乙"]
    page = book["甲"]
    page["A6"] = "二、人员"
    for row in other.iter_rows():
        for cell in row:
            new = page.cell(cell.row + 6, cell.column, cell.value)
            new.border = copy(cell.border)
    found = original(saved(book)).grids
    assert [(grid.above, grid.below) for grid in found] == [
        (("一、收入",), ("二、人员",)), (("二、人员",), ())]  # fmt: skip


def test_what_a_cell_is_like_is_kept():
    book = workbook(
        (
            "甲",
            (),
            "项目~bold ~indent | 数~note #all\n收入 | 1.5~code 0.00 ~unlocked\n支出 | ~grey\n日 | ~day",
        ),
        save=False,
    )
    page = book["甲"]
    page["B3"] = True
    page["A3"] = '="支"&"出"'
    fields = original(saved(book)).grids[0].fields
    assert fields[0, 0].bold
    assert fields[0, 0].indent == 1
    assert fields[0, 1].note == "#all"
    assert (fields[1, 1].text, fields[1, 1].number) == ("1.50", Decimal("1.5"))
    assert fields[1, 1].unlocked is True
    assert fields[0, 0].unlocked is False
    assert (fields[2, 1].text, fields[2, 1].fill) == ("TRUE", (217, 217, 217))
    assert fields[3, 1].day
    assert fields[2, 0].formula == '"支"&"出"'


def test_a_formula_that_gives_words_is_a_label():
    source = workbook(("甲", (), "项目 | 数\n=B9 | \n支出 | "))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            part = part.replace('<c r="A2"', '<c t="str" r="A2"').replace(
                "<f>B9</f><v />", "<f>B9</f><v>收入</v>"
            )
            part = part.replace("<f>B9</f><v></v>", "<f>B9</f><v>收入</v>")
            new.writestr(name, part)
    field = original(out.getvalue()).grids[0].fields[1, 0]
    assert (field.text, field.formula) == ("收入", None)


def test_a_blank_of_this_program_is_read_without_its_own_lines():
    found = original((home("templates") / "annual-report" / "2021.xlsx").read_bytes())
    sections = named("annual-report", "2021").tables.values()
    assert [(grid.sheet, grid.size) for grid in found.grids] == [
        (s.sheet, s.size) for s in sections
    ]
    assert found.grids[0].above == ("二、主动公开政府信息情况",)


def test_styles_of_rows_and_columns_hold_for_cells_that_are_not_stored():
    book = workbook(("甲", (), "项目 | 数\n收入 | \n支出 | "), save=False)
    source = saved(book)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                part = part.replace('<row r="2"', '<row r="2" s="1" customFormat="1"')
                part = part.replace('<c r="B2" s="1" t="n" />', "").replace(
                    '<c r="B3" s="1" t="n" />', ""
                )
                part = part.replace(
                    "<sheetData>",
                    '<cols><col min="2" max="2" width="9" style="1"/></cols><sheetData>',
                )
            new.writestr(name, part)
    grid = original(out.getvalue()).grids[0]
    assert grid.size == (3, 2)
    assert grid.fields[1, 1].blank


# ── the drawn side of a workbook ──────────────────────────────────────────────────────────────────


def opened(source):
    package = open_package(source)
    return package, open_book(package)


def test_lines_type_and_indents_of_styles_are_read():
    package, book = opened(workbook(("甲", (), "项目~bold | 数~indent\n收入 | \n支出 | ")))
    drawn = drawings(package)
    assert len(drawn) == book.styles.number
    assert Drawing() in drawn
    assert any(one.bold and len(one.sides) == 4 for one in drawn)
    assert any(one.indent == 1 for one in drawn)


def test_a_workbook_without_styles_has_a_single_plain_one():
    source = workbook(("甲", (), "项目 | 数\n收入 | \n支出 | "))
    package, _ = opened(source)
    bare = {
        name: part for name, part in package.parts.items() if name != "xl/_rels/workbook.xml.rels"
    }
    assert drawings(replace(package, parts=bare)) == (Drawing(),)
    empty = package.parts | {
        "xl/styles.xml": b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    }
    assert drawings(replace(package, parts=empty)) == (Drawing(),)


def test_styles_that_point_to_nothing_are_plain():
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font/></fonts>'
        '<borders><border><start style="thin"/><end style="none"/><diagonal style="thin"/></border></borders>'
        '<cellXfs><xf borderId="0"/><xf borderId="7" fontId="x"/></cellXfs></styleSheet>'
    )
    package, _ = opened(workbook(("甲", (), "")))
    found = drawings(replace(package, parts=package.parts | {"xl/styles.xml": styles.encode()}))
    assert found == (Drawing(frozenset(("left",))), Drawing())


def test_validations_and_notes_of_a_sheet_are_read(monkeypatch):
    picture = "项目 | 数~note #all\n收入 | ~list 优,良\n支出 | ~whole"
    package, book = opened(workbook(("甲", (), picture)))
    beside = marginalia(package, book, "甲")
    assert beside.notes == {(1, 2): "#all"}
    assert [(one.boxes, one.kind, one.formula) for one in beside.accepted] == [
        (((2, 2, 2, 2),), "list", '"优,良"'), (((3, 2, 3, 2),), "whole", "0")]  # fmt: skip
    monkeypatch.setattr(outline, "AREA_LIMIT", 1)
    assert len(marginalia(package, book, "甲").accepted) == 1
