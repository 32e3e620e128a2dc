"""What a clerk sees at once, and what comes out of the printer."""

import io
import re
import subprocess
from dataclasses import replace
from shutil import which

import openpyxl
import pytest
import share
from office import convert, need_office
from source import REAL

from toolkit.blank import slots
from toolkit.blank.build import build
from toolkit.blank.looks import BLUE, GREEN, LOOKS
from toolkit.blank.plan import plan
from toolkit.blank.slots import STATUS_ROW, word
from toolkit.edition.edition import named
from toolkit.edition.kind import FIRST_ROW
from toolkit.report.report import from_json, parse_json
from toolkit.returned.fill import fill

EDITION = named("annual-report", "2021")
SCREEN = 367.5
"""Points for cells in Excel on a screen of 1366 × 768 at 100 %: 490 pixels."""
PIXEL = 0.75


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_14_rows_of_the_large_table_are_on_a_small_screen_at_once(name):
    edition = named("annual-report", name)
    section = edition.tables["applications"]
    sheet = next(sheet for sheet in plan(edition) if sheet.name == section.sheet)
    first = FIRST_ROW + min(row for row, _ in section.keys)
    assert sheet.freeze[0] == first
    rows = range(1, first + 14)
    assert sum(sheet.heights[row] for row in rows) <= SCREEN
    assert sum(round(sheet.heights[row] / PIXEL) for row in rows) * PIXEL <= SCREEN


def test_a_status_line_has_room_for_three_findings():
    height = next(sheet for sheet in plan(EDITION) if sheet.name == "表三").heights[STATUS_ROW]
    assert height >= 3 * LOOKS["status"].size * 1.3


def page(name, report=None, edition=EDITION):
    return openpyxl.load_workbook(io.BytesIO(build(edition, report)))[name]


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", share.editions(), ids="/".join)
def test_a_declaration_looks_like_a_choice_and_is_green_once_chosen(ident):
    edition = named(*ident)
    for section in (edition.tables[table] for table in edition.statutory):
        sheet = page(section.sheet, edition=edition)
        row, first = slots.declaration(section)
        last = slots.declaration_end(section)
        assert sheet.cell(row, first).border.left.color.rgb == f"FF{BLUE}"
        words = "".join(str(cell.value or "") for cell in sheet[row])
        assert ("▼" in words, words.count("▼")) == (True, 2 if last < section.size[1] else 1)
        fills = [
            rule.dxf.fill.bgColor.rgb
            for spans in sheet.conditional_formatting
            if sheet.cell(row, last).coordinate in spans.sqref
            for rule in spans.rules
        ]
        assert fills == [f"FF{GREEN}"]


def test_a_published_sheet_prints_the_forms_title_and_not_its_own_name():
    book = openpyxl.load_workbook(io.BytesIO(build(EDITION)))
    for sheet in book:
        header = sheet.oddHeader.right.text
        assert word("publish") not in header
        if sheet.title.startswith(word("publish")):
            assert header == EDITION.title
    assert book["表三"].oddHeader.right.text.endswith("三、收到和处理政府信息公开申请情况")


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────


def test_lines_to_write_on_are_no_borders_of_the_cells():
    sheet = page("总体情况")
    first, last = slots.paragraphs(EDITION.texts["overview"])
    assert not any(sheet.cell(row, 1).border.bottom for row in range(first, last + 1))
    (lines,) = [
        (spans.sqref, rule.formula)
        for spans in sheet.conditional_formatting
        for rule in spans.rules
        if rule.dxf.border and rule.dxf.border.bottom.style
    ]
    assert str(lines[0]) == f"A{first}:A{last}"
    assert lines[1] == [
        f"OR(ROW()<{first + 12},AND(ROW()>{first + 2},COUNTA($A{first - 2}:$A${last + 1})>0))"
    ]


def seeds():
    """Return the seed's agency with its numbers and texts."""
    source = from_json(parse_json((REAL / "seed_jiguan_shiwu_2025.json").read_text("utf-8")))
    line = "2025年，本机关认真贯彻落实《中华人民共和国政府信息公开条例》，主动公开政府信息128条。"
    texts = {"overview": "\n".join([line * 3] * 6), "problems": "\n".join([line * 2] * 3)}
    return replace(source, texts={**texts, "other": line})


def pages(path):
    """Return the words of each page of a PDF."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.split("\f")[:-1]


@pytest.mark.no_cover
def test_the_seeds_agency_prints_cover_and_sections_on_a_page_each(tmp_path):
    need_office()
    if which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    report = seeds()
    path = tmp_path / "表.xlsx"
    path.write_bytes(fill(report, report.edition).workbook)
    (made,) = convert([path], tmp_path, "pdf")
    printed = pages(made)
    captions = [section.caption for section in report.edition.sections]
    own = [text for text in printed if not re.search(f"{word('results')}$", text.splitlines()[0])]
    last = max(i for i, text in enumerate(own) if captions[-1] in text.splitlines()[0])
    heads = [text.splitlines()[0] for text in own[: last + 1]]
    assert len(heads) == 1 + len(captions)
    assert [caption in head for caption, head in zip(captions, heads[1:], strict=True)] == [
        True
    ] * 6
    feet = [text for text in own if "校验码" in text]
    assert len(feet) == 2 * len(report.edition.statutory)
    assert len({re.search(r"校验码 (\d{6})", text)[1] for text in feet}) == 1
