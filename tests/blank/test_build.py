"""Built workbooks: the same bytes every time, locked where they should be, legible on paper."""

import os
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import product
from shutil import which

import openpyxl
import pytest
from office import convert, need_office
from openpyxl.utils import range_boundaries
from source import REAL

from toolkit.blank import parts, slots
from toolkit.blank.build import BuildError, build
from toolkit.blank.live import live_rows, result_range
from toolkit.blank.looks import AMBER, GREEN, GREY, ORANGE, PALE, RED
from toolkit.blank.mark import plan_facts
from toolkit.blank.plan import plan
from toolkit.blank.slots import LIVE, LIVE_FIRST, MARK, word
from toolkit.edition import edition as editions
from toolkit.edition.edition import named
from toolkit.report.report import Report, from_json, parse_json
from toolkit.xlsx.address import at

FUNCTIONS = set(
    re.findall(
        r"\w+",
        "SUM IF AND OR NOT COUNT COUNTA COUNTIF ISNUMBER ISBLANK INDEX FIND INT MOD ABS ROW COLUMN"
        " ADDRESS LEFT SUMPRODUCT ISTEXT ISERROR IFERROR LEN TRIM CLEAN SUBSTITUTE T RIGHT"
        " DATEVALUE MID MATCH CHOOSE CHAR ISLOGICAL CELL",
    )
)
"""Functions that every Excel and WPS knows; none is active. CELL alone is computed anew each time:
nothing else tells that a number is shown as a day."""
NAMES = (*("/".join(ident) for ident in editions.known()), "mini")
MINI = """
form = "survey"
name = "mini"
title = "小表"
source = "一份小表的通知"
citation = "试〔2024〕1号"
years = { from = 2024 }

[[section]]
caption = "一、长长的表"
sheet = "甲表"
table = "alpha"
unit = "项"
grid = [
  ["项目", "本期", "增减", "金额（元）", "合计"],
  ["第一行", "@one.now", "@one.change", "@one.fee", "@one.total"],
  ["^", "@two.now", "@two.change", "@two.fee", "@two.total"],
  ["第三行", "@three.now", "<", "@three.fee", "@three.total"],
]
cells."*.change" = { signed = true }
cells."*.fee" = { kind = "money", unit = "元" }

[[section]]
caption = "二、说明"
sheet = "说明"
text = "notes"

[[balance]]
code = "sum"
table = "alpha"
each = "row"
rows = ["one", "two"]
equation = "total = now + change"
computes = true
source = "甲表"
rule = { zh = "合计 = 本期 + 增减", en = "total = now + change" }
message = { zh = "{place}：{total} 不等于 {right}。", en = "{place}: {total} is not {right}." }

[[edit]]
code = "unfilled"
kind = "unfilled"
cells = ["*"]
source = "甲表"
rule = { zh = "都要填", en = "all are filled" }

[[edit]]
code = "number"
kind = "number"
cells = ["*"]
source = "甲表"
rule = { zh = "都是数字", en = "all are numbers" }
"""
WORDED = MINI.replace(
    'kind = "money", unit = "元" }',
    """kind = "money", unit = "元" }
cells."two.fee" = { kind = "text", unit = "" }
cells."three.fee" = { kind = "text", unit = "" }""",
)
APART = (
    MINI
    + """
[[section]]
caption = "三、设备"
sheet = "乙表"
table = "beta"
unit = "台"
grid = [
  ["有无设备", "@device.answer"],
  ["设备数量", "@device.amount"],
]
cells."device.answer" = { kind = "yes-no", unit = "" }

[[edit]]
code = "dependent"
kind = "dependent"
on = "beta.device.answer"
value = "否"
cells = ["beta.device.amount", "alpha.three.fee"]
source = "乙表"
rule = { zh = "没有设备的不填", en = "left blank without a device" }
"""
)
OURS = {"mini": MINI, "worded": WORDED, "apart": APART}
"""Editions of this file: of numbers; with two cells for words; with a cell that depends on an
answer of another sheet."""


@cache
def form(name):
    if name in OURS:
        return editions.build(tomllib.loads(OURS[name]), f"{name}.toml")
    return named(*name.split("/")) if "/" in name else named("annual-report", name)


@cache
def real(name):
    return from_json(parse_json((REAL / f"{name}.json").read_text(encoding="utf-8")))


def full():
    """Return a report that fills everything a workbook has room for."""
    report = real("suqian_city_2024")
    texts = dict.fromkeys(report.edition.texts, "第一段。\n\n第三段。")
    agency = {"name": "某某市人民政府", "code": "113200000000000001", "level": "city"}
    return replace(report, texts=texts, agency=agency, sent=2, nil=report.edition.statutory)


@cache
def blank(name):
    return build(form(name))


@cache
def filled():
    return build(form("2021"), full(), real("suqian_city_2023").numbers)


def book(content):
    return openpyxl.load_workbook(BytesIO(content))


def places(span):
    left, top, right, bottom = range_boundaries(span.replace("$", ""))
    return set(product(range(top, bottom + 1), range(left, right + 1)))


def cell_of(page, place):
    return page[at(place)]


# ── the same bytes ────────────────────────────────────────────────────────────────────────────────


def test_the_committed_blanks_are_what_is_built(checkout):
    sources = sorted(set(checkout.glob("templates/*/*.toml")) - set(checkout.glob("*/messages/*")))
    built = {path.with_suffix(".xlsx"): build(editions.load(path)) for path in sources}
    if os.environ.get("GOUJI_REGENERATE") == "1":
        for path, content in built.items():
            path.write_bytes(content)
    stale = {
        path.name: parts.differing(path.read_bytes(), content) if path.is_file() else "missing"
        for path, content in built.items()
    }
    again = "write them anew with GOUJI_REGENERATE=1 and look at the difference"
    assert {"2019.xlsx", "2021.xlsx"} <= stale.keys()
    assert stale == dict.fromkeys(stale, ()), again


def test_the_same_report_gives_the_same_bytes():
    assert build(form("2021"), full(), real("suqian_city_2023").numbers) == filled()


def test_two_workbooks_differ_by_the_members_that_differ():
    changed = replace(full(), values={**full().values, "disputes.review.upheld": 5})
    other = build(form("2021"), changed, real("suqian_city_2023").numbers)
    sheet = [page.name for page in plan(form("2021"))].index("表四") + 1
    assert parts.differing(filled(), other) == (f"xl/worksheets/sheet{sheet}.xml",)


@pytest.mark.parametrize("content", [blank("2021"), filled()], ids=["blank", "filled"])
def test_every_part_is_well_formed_utf_8_without_character_references(content):
    for name, part in parts.members(content).items():
        ET.fromstring(part)
        assert part.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'), name
        assert not re.search(rb"&#\d{3,};", part), name


@pytest.mark.parametrize(
    "spelled",
    [
        b"<?xml version='1.0' encoding='us-ascii'?>\n<a xmlns='x'><b r=\"1\"></b>&#26657;</a>",
        b"<a xmlns='x'><b r=\"1\" />\xe6\xa0\xa1</a>",
    ],
    ids=["lxml", "without lxml"],
)
def test_a_part_is_spelled_alike_whichever_library_wrote_it(spelled):
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    assert parts.steady("xl/worksheets/sheet1.xml", spelled) == (
        head + "<a xmlns='x'><b r=\"1\"/>校</a>".encode()
    )


def test_merges_stand_in_one_order_on_every_machine():
    one, two = b'<mergeCell ref="A1:B1"/>', b'<mergeCell ref="C1:D2"/>'
    both = [
        parts.steady("xl/worksheets/sheet1.xml", b"<mergeCells>%s%s</mergeCells>" % pair)
        for pair in ((one, two), (two, one))
    ]
    assert both[0] == both[1]
    assert both[0].endswith(b"<mergeCells>" + one + two + b"</mergeCells>")


def test_namespaces_are_declared_in_the_first_tag_whichever_library_wrote_them():
    early = b'<a xmlns:r="R" xmlns="A"><b r:id="1"/></a>'
    late = b'<a xmlns="A"><b xmlns:r="R" r:id="1"/></a>'
    assert parts.steady("xl/workbook.xml", early) == parts.steady("xl/workbook.xml", late)


def test_nothing_tells_of_the_machine_that_built_it():
    core = parts.members(blank("2021"))["docProps/core.xml"].decode()
    app = parts.members(blank("2021"))["docProps/app.xml"].decode()
    assert re.findall(r"<dc:creator>(.*?)<", core) == ["gouji"]
    assert re.findall(r"<cp:lastModifiedBy>(.*?)<", core) == ["gouji"]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}
    assert openpyxl.__version__ not in app


# ── sheets, locks, sizes ──────────────────────────────────────────────────────────────────────────


def test_the_sheets_stand_in_the_order_of_the_form():
    assert book(blank("2021")).sheetnames == [
        *("填报说明", "总体情况", "表二", "表三", "表四", "问题改进", "其他事项"),
        *("校验结果", "发布表二", "发布表三", "发布表四", "上年数", "标记"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_typed_cells_are_unlocked_and_nothing_else_of_a_table_but_its_declaration(name):
    pages, edition = book(blank(name)), form(name)
    for section in edition.tables.values():
        merged = {at: span for at, *span in (((r, c), h, w) for r, c, h, w in section.merges)}
        expected = {
            (row + slots.FIRST_ROW + down, column + 1 + right)
            for (row, column), key in section.keys.items()
            if key not in edition.computes
            for down, right in product(*map(range, merged.get((row, column), (1, 1))))
        }
        if section.statutory:
            row, first = slots.declaration(section)
            end = slots.declaration_end(section)
            expected |= {(row, column) for column in range(first, end + 1)}
        if section.text:
            first, last = slots.paragraphs(section)
            expected |= {(row, 1) for row in range(first, last + 1)}
        page = pages[section.sheet]
        unlocked = {
            (cell.row, cell.column)
            for line in page.iter_rows()
            for cell in line
            if not cell.protection.locked
        }
        assert unlocked == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_is_protected_without_a_password_and_lets_columns_be_resized(name):
    pages = book(blank(name))
    assert pages.security.lockStructure
    for page in pages:
        guard = page.protection
        assert (guard.sheet, guard.password, guard.formatColumns) == (True, None, False), page.title
        assert not guard.selectLockedCells
        assert not guard.selectUnlockedCells


def test_only_the_mark_is_hidden_and_the_cover_is_in_front():
    pages = book(blank("2021"))
    states = {page.title: page.sheet_state for page in pages if page.sheet_state != "visible"}
    assert states == {word("mark"): "veryHidden"}
    assert pages.active.title == word("cover")
    assert [page.title for page in pages if page.sheet_view.tabSelected] == [word("cover")]


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_its_height_but_rows_of_text_and_of_results_may_grow(name):
    members = parts.members(blank(name))
    for number, sheet in enumerate(plan(form(name)), 1):
        part = members[f"xl/worksheets/sheet{number}.xml"].decode()
        rows = re.findall(r"<row ([^>]*)>", part)
        loose = {row for (row, _), slot in sheet.slots.items() if slot.role == "paragraph"}
        found = {dict(re.findall(r'(\w+)="([^"]*)"', row))["r"]: row for row in rows}
        assert {row for row, _ in sheet.slots} <= set(map(int, found)), sheet.name
        free = set(range(sheet.free[0], sheet.free[1] + 1))
        assert {int(row) for row, text in found.items() if ' ht="' not in text} == free, sheet.name
        growing = {int(row) for row, text in found.items() if "customHeight" not in text}
        assert growing == loose | free, sheet.name


def test_a_long_paragraph_gets_a_higher_row():
    page = book(build(form("2021"), replace(full(), texts={"overview": "字" * 300 + "\n短"})))
    heights = page["总体情况"].row_dimensions
    assert 300 * 11 * 11 / 440 < heights[4].height < 200
    assert heights[5].height == 25.5
    page = book(build(form("2021"), replace(full(), texts={"overview": "字" * 9000})))
    assert page["总体情况"].row_dimensions[4].height == 409


@pytest.mark.parametrize("name", NAMES)
def test_a_merged_cell_has_one_look_all_over(name):
    for sheet in plan(form(name)):
        covered = set()
        for span in sheet.merges:
            looks = {(sheet.slots[p].role, sheet.slots[p].locked) for p in places(span)}
            assert len(looks) == 1, (sheet.name, span)
            assert not covered & places(span)
            covered |= places(span)


def test_labels_stay_visible_while_the_numbers_scroll():
    pages = book(blank("2021"))
    panes = {name: pages[name].freeze_panes for name in ("表二", "表三", "表四", "校验结果")}
    assert panes == {"表二": "B4", "表三": "D7", "表四": "A7", "校验结果": "A4"}


# ── formulas ──────────────────────────────────────────────────────────────────────────────────────

REFERENCE = re.compile(r"(?:'([^']+)'!)?(\$?[A-Z]{1,3}\$?\d+)(?::(\$?[A-Z]{1,3}\$?\d+))?(?![\w(])")


def formulas(edition):
    return [
        (sheet, place, slot.formula)
        for sheet in plan(edition)
        for place, slot in sheet.slots.items()
        if slot.formula
    ]


def open_places(edition):
    """Return {sheet: places that are open for typing}."""
    found = {}
    for sheet in plan(edition):
        first, last = sheet.free
        found[sheet.name] = {p for p, slot in sheet.slots.items() if not slot.locked}
        found[sheet.name] |= set(product(range(first, last + 1), range(1, 27)))
    return found


def edges(span):
    left, top, right, bottom = range_boundaries(span.replace("$", ""))
    rows, columns = range(top, bottom + 1), range(left, right + 1)
    yield from ({(row, c) for c in columns} for row in (top, bottom))
    yield from ({(r, column) for r in rows} for column in (left, right))


@pytest.mark.parametrize("name", NAMES)
def test_formulas_use_only_functions_that_everyone_has(name):
    for _, _, formula in formulas(form(name)):
        bare = re.sub(r'"[^"]*"', '""', formula)
        assert set(re.findall(r"([A-Z][A-Z.]*)\(", bare)) <= FUNCTIONS


@pytest.mark.parametrize("name", NAMES)
def test_no_formula_addresses_a_place_that_can_be_cut_or_a_range_that_moves_with_one(name):
    free = open_places(form(name))
    seen = 0
    for sheet, place, formula in formulas(form(name)):
        for other, first, last in REFERENCE.findall(re.sub(r'"[^"]*"', '""', formula)):
            typed = free[other or sheet.name]
            span = f"{first}:{last}" if last else first
            assert not any(edge <= typed for edge in edges(span)), (sheet.name, at(place), span)
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("name", NAMES)
def test_no_formula_is_longer_than_excel_takes(name):
    for _, place, formula in formulas(form(name)):
        assert len(formula) < 8192, at(place)
        assert all(len(text) <= 255 for text in re.findall(r'"([^"]*)"', formula)), at(place)


def test_no_formula_has_a_stored_result():
    for name, part in parts.members(filled()).items():
        if name.startswith("xl/worksheets/"):
            assert not re.search(rb"</f><v>[^<]", part), name


@pytest.mark.parametrize("name", NAMES)
def test_colours_name_no_other_sheet_and_only_functions_everyone_has(name):
    for page in book(blank(name)):
        for rules in page.conditional_formatting:
            for rule in rules.rules:
                bare = re.sub(r'"[^"]*"', '""', rule.formula[0])
                assert "!" not in rule.formula[0], page.title
                assert set(re.findall(r"([A-Z]+)\(", bare)) <= FUNCTIONS, page.title


@pytest.mark.parametrize("name", NAMES)
def test_a_colour_counts_from_the_top_left_of_its_ranges(name):
    for page in book(blank(name)):
        for rules in page.conditional_formatting:
            spans = str(rules.sqref).split()
            corners = [range_boundaries(span)[:2] for span in spans]
            first = corners[0]
            assert first == (min(c for c, _ in corners), min(r for _, r in corners)), page.title


@pytest.mark.parametrize("name", NAMES)
def test_every_form_cell_has_its_colours_and_every_typed_one_a_validation(name):
    pages, edition = book(blank(name)), form(name)
    for section in edition.tables.values():
        page = pages[section.sheet]
        painted = set().union(*(places(s) for r in page.conditional_formatting
                                for s in str(r.sqref).split()))  # fmt: skip
        accepting = [p for v in page.data_validations.dataValidation
                     for s in str(v.sqref).split() for p in places(s)]  # fmt: skip
        for (row, column), key in section.keys.items():
            place = (row + slots.FIRST_ROW, column + 1)
            assert place in painted, key
            assert accepting.count(place) == (key not in edition.computes), key


def test_validations_speak_chinese_and_say_what_is_wanted():
    pages = book(blank("2021"))
    found = {
        (v.type, v.operator, v.formula1, v.error)
        for name in ("表二", "表三", "其他事项")
        for v in pages[name].data_validations.dataValidation
        if v.type != "list"
    }
    whole, decimal = (
        (kind, "greaterThanOrEqual", "0", f"此格只填不小于 0 的{words}；没有的填 0。")
        for kind, words in (
            ("whole", "整数，不带单位、符号和文字"),
            ("decimal", "数字（{}），不写单位和逗号"),
        )
    )
    money = {(*decimal[:3], decimal[3].format(unit)) for unit in ("万元", "元")}
    assert found == {whole, *money}
    signed = [v for v in book(blank("2019"))["表二"].data_validations.dataValidation
              if v.operator == "between"]  # fmt: skip
    assert [(v.type, v.formula1) for v in signed] == [("whole", "-1000000000000")]


def test_no_cell_of_a_table_has_a_prompt_that_covers_its_neighbours():
    for name in NAMES:
        pages = book(blank(name))
        for section in form(name).tables.values():
            for rule in pages[section.sheet].data_validations.dataValidation:
                assert (rule.showInputMessage, rule.prompt, rule.promptTitle) == (False, None, None)
                assert rule.error


def conditions(page):
    """Yield (place, fill, condition as a formula of another sheet) for every coloured cell."""
    for rules in page.conditional_formatting:
        first = str(rules.sqref).partition(":")[0].partition(" ")[0]
        here = re.compile(rf"(?<![$A-Z]){first}(?!\d)")
        fills = [rule for rule in rules.rules if rule.dxf.fill]
        for rule, (row, column) in product(fills, places_of(str(rules.sqref))):
            formula = here.sub(f"'{page.title}'!{at((row, column))}", rule.formula[0])
            formula = re.sub(r"(?<!!)(\$[A-Z]+\$\d+)", rf"'{page.title}'!\1", formula)
            formula = formula.replace("ROW()", str(row)).replace("COLUMN()", str(column))
            yield (row, column), rule.dxf.fill.bgColor.rgb[2:], formula


def places_of(spans):
    return sorted(set().union(*map(places, spans.split())))


def coloured(name, content, marks, folder):
    """Return {(sheet, address): fills} as LibreOffice evaluates the conditions."""
    pages = book(content)
    first, *_ = result_range(form(name))
    pages[word("results")].cell(first, slots.RESULT["cells"]).value = marks
    asked = [(page.title, *entry) for page in pages for entry in conditions(page)]
    probe = pages.create_sheet("probe")
    for row, (*_, formula) in enumerate(asked, 1):
        probe.cell(row, 1).value = f"={formula}"
    pages.save(folder / "probe.xlsx")
    (folder / "judged").mkdir()
    (made,) = convert([folder / "probe.xlsx"], folder / "judged", "xlsx")
    answers = openpyxl.load_workbook(made, data_only=True)["probe"]
    found = {}
    for row, (sheet, place, fill, _) in enumerate(asked, 1):
        assert isinstance(answers.cell(row, 1).value, bool), (sheet, at(place), fill)
        found.setdefault((sheet, at(place)), [])
        found[sheet, at(place)] += [fill] * answers.cell(row, 1).value
    return found


@pytest.mark.no_cover
def test_a_cell_has_one_colour_at_most_and_the_right_one(tmp_path):
    need_office()
    typed = {
        "applications.received.natural_person": 9999,
        "applications.granted.business": "3件",
        "applications.refused_law.social_org": -2,
        "applications.declined_repeat.research": Decimal("1.5"),
        "applications.carried_in.legal_service": None,
        "proactive.rules.issued": 99,
        "proactive.fees.collected": None,
        "disputes.review.upheld": None,
    }
    report = replace(full(), values={**full().values, **typed}, nil=("disputes",))
    content = build(form("2021"), report, real("suqian_city_2023").numbers)
    found = coloured("2021", content, "表三 D11、表三 E9、表四 A7、总体情况 A4、", tmp_path)
    assert {spot: fills for spot, fills in found.items() if len(fills) > 1} == {}
    expected = {
        ("表三", "D7"): [RED],
        ("表三", "D30"): [RED],
        ("表三", "D9"): [],
        ("表三", "D11"): [RED],
        ("表三", "D12"): [],
        ("表三", "E9"): [ORANGE],
        ("表三", "G12"): [ORANGE],
        ("表三", "F23"): [ORANGE],
        ("表三", "E30"): [ORANGE],
        ("表三", "H8"): [PALE],
        ("表二", "B6"): [AMBER],
        ("表二", "B17"): [PALE],
        ("表二", "D17"): [PALE],
        ("表四", "A7"): [RED],
        ("表四", "B7"): [],
        ("表三", "A1"): [RED],
        ("表二", "A1"): [AMBER],
        ("表四", "H2"): [GREEN],
        ("总体情况", "A4"): [AMBER],
        ("总体情况", "A5"): [],
    }
    assert {spot: found[spot] for spot in expected} == expected


def test_words_in_a_cell_for_words_have_no_colour_and_a_blank_one_is_pale(tmp_path):
    need_office()
    values = {"alpha.one.fee": "免收", "alpha.two.fee": "免收"}
    agency = {"name": "某某局", "code": None, "level": None}
    content = build(form("worded"), Report(form("worded"), agency, 2024, values))
    found = coloured("worded", content, "", tmp_path)
    assert [found["甲表", spot] for spot in ("D5", "D6", "D7")] == [[ORANGE], [], [PALE]]


def test_an_answer_greys_cells_of_its_own_sheet_and_is_counted_for_those_of_others():
    fills = {
        sheet: {(at(place), fill) for place, fill, _ in conditions(book(blank("apart"))[sheet])}
        for sheet in ("甲表", "乙表")
    }
    assert ("B5", GREY) in fills["乙表"]
    assert {fill for spot, fill in fills["甲表"] if spot == "D7"} == {ORANGE, RED, PALE}
    rows = {row.id: row.left for row in live_rows(form("apart"))}
    asked = "COUNTIF(INDEX('乙表'!"
    assert all(asked in rows[f"dependent[{table}]"] for table in ("alpha", "beta"))


# ── names, links, the result area ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_every_live_row_has_its_name_and_its_link(name):
    pages, edition = book(blank(name)), form(name)
    results = pages[word("results")]
    for row, rule in enumerate(live_rows(edition), LIVE_FIRST):
        state = f"'{word('results')}'!${at((1, LIVE['state']))[:-1]}${row}"
        assert pages.defined_names[rule.name].attr_text == state
        link = results.cell(row, LIVE["where"]).hyperlink
        assert (link.location, link.target) == ("'{}'!{}".format(*rule.goto), None)


def test_no_part_points_outside_the_workbook():
    for name, part in parts.members(filled()).items():
        assert b'TargetMode="External"' not in part, name


def test_the_result_area_is_400_unlocked_rows_below_the_live_rows():
    first, _, last, _ = result_range(form("2021"))
    page = book(blank("2021"))[word("results")]
    assert last - first + 1 == 400
    assert plan(form("2021"))[7].free == (first, last)
    assert not any(page.row_dimensions[row].protection.locked for row in (first, last))
    assert page.row_dimensions[last + 1].height is None
    style = book(blank("2021"))._cell_styles[page.row_dimensions[first].s]  # noqa: SLF001
    assert page.parent._alignments[style.alignmentId].wrap_text  # noqa: SLF001
    assert page.print_area == f"'校验结果'!$A$1:$J${LIVE_FIRST - 4}"
    names = book(blank("2021")).defined_names
    assert names["gouji_marks"].attr_text == f"'{word('results')}'!$B${first}:$B${last}"
    stamp = names["gouji_stamp"].attr_text.partition("!")[2].replace("$", "")
    assert not page[stamp].protection.locked


# ── what is stamped in ────────────────────────────────────────────────────────────────────────────


def test_a_report_stands_in_its_typed_cells_its_cover_and_its_rows_of_text():
    report, pages = full(), book(filled())
    for key in report.edition.typed:
        cell = report.edition.cells[key]
        found = pages[cell.sheet][cell.at].value
        assert (None if found is None else Decimal(str(found))) == report.values[key], key
    cover, fields = pages[word("cover")], slots.cover_places()
    stamped = {name: cover_value(cover, fields[name]) for name in ("agency", "code", "level")}
    assert stamped == {
        "agency": ("某某市人民政府", True),
        "code": ("113200000000000001", True),
        "level": ("市级", True),
    }
    assert cover_value(cover, fields["year"]) == (2024, True)
    assert cover_value(cover, fields["sent"]) == (2, False)
    rows = [pages["总体情况"].cell(row, 1).value for row in (4, 5, 6, 7)]
    assert rows == ["第一段。", None, "第三段。", None]
    assert pages["表四"]["H2"].value == word("declaration")


def cover_value(page, place):
    return cell_of(page, place).value, cell_of(page, place).protection.locked


def test_a_blank_for_anybody_asks_for_agency_code_level_year_and_sending():
    cover, fields = book(blank("2021"))[word("cover")], slots.cover_places()
    asked = {name for name, at in fields.items() if not cell_of(cover, at).protection.locked}
    assert asked == {"agency", "code", "level", "year", "sent"}
    validated = {str(v.sqref) for v in cover.data_validations.dataValidation}
    assert validated >= {at(fields["level"]), at(fields["year"]), at(fields["sent"])}


def test_last_years_numbers_stand_on_their_own_locked_sheet():
    page, edition = book(filled())[word("prior")], form("2021")
    numbers = real("suqian_city_2023").numbers
    for key, place in slots.prior_places(edition).items():
        label, printed, number = (page.cell(place[0], column).value for column in (1, 2, 3))
        cell = edition.cells[key]
        assert (label, printed) == (f"{cell.sheet} {cell.label}", cell.at)
        assert number == numbers[key]
        assert cell_of(page, place).protection.locked


def test_the_mark_and_the_properties_say_whose_blank_it_is():
    pages = book(filled())
    page = pages[word("mark")]
    said = {page.cell(row, 1).value: page.cell(row, 2).value for row in range(1, len(MARK) + 1)}
    seed = said["seed"]
    assert said == {
        "form": "annual-report",
        "edition": "2021",
        "year": "2024",
        "agency": "某某市人民政府",
        "code": "113200000000000001",
        "fingerprint": form("2021").fingerprint,
        "deadline": None,
        "shared": None,
        "agencies": None,
        **plan_facts(form("2021")),
        "seed": seed,
    }
    assert 0 < seed < 10**6
    said = {name: str(text) for name, text in said.items() if text}
    assert said["sheets"].split("/") == pages.sheetnames
    properties = {part.name: part.value for part in pages.custom_doc_props.props}
    assert properties == {f"gouji.{name}": text for name, text in said.items()}


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (7, "n", "7"),
        (-3, "n", "-3"),
        (Decimal("9.95"), "n", "9.95"),
        (Decimal("59237.2449"), "n", "59237.2449"),
        (Decimal("0.000001"), "n", "0.000001"),
        (Decimal("18.8710"), "n", "18.871"),
        (10**12, "n", "1000000000000"),
        (12345678901234567, "inlineStr", "12345678901234567"),
        ("3件", "inlineStr", "3件"),
        ("=1+1", "inlineStr", "=1+1"),
        ("a<b & \x01_x0041_", "inlineStr", "a&lt;b &amp; _x0001__x005F_x0041_"),
    ],
)
def test_a_value_stays_what_it_is(value, kind, text):
    report = replace(real("seed_jiguan_shiwu_2025"), values={"proactive.fees.collected": value})
    sheets = [sheet.name for sheet in plan(report.edition)]
    cell = report.edition.cells["proactive.fees.collected"]
    part = parts.members(build(report.edition, report))[
        f"xl/worksheets/sheet{sheets.index(cell.sheet) + 1}.xml"
    ].decode()
    found = re.search(rf'<c r="{cell.at}" s="\d+" t="(\w+)"><(?:v|is><t)>(.*?)</', part)
    assert found is not None
    assert found.groups() == (kind, text)


def test_computed_cells_are_formulas_whatever_the_report_says():
    report = full()
    wrong = replace(report, values={**report.values, "disputes.review.total": 999})
    assert book(build(report.edition, wrong))["表四"]["E7"].data_type == "f"


def test_paragraphs_beyond_the_last_row_share_it():
    text = "\n".join(str(number) for number in range(70))
    page = book(build(form("2021"), replace(full(), texts={"overview": text})))["总体情况"]
    first, last = slots.paragraphs(form("2021").texts["overview"])
    assert page.cell(first, 1).value == "0"
    assert page.cell(last, 1).value.split("\n") == [str(number) for number in range(59, 70)]
    assert page.cell(last + 1, 1).value is None


def test_a_text_no_cell_can_hold_is_refused():
    with pytest.raises(BuildError, match=r"总体情况 A4: 32768 characters; a cell holds 32767"):
        build(form("2021"), replace(full(), texts={"overview": "字" * 32768}))


def test_the_plan_is_the_same_with_a_report_but_for_locked_cover_fields_and_heights():
    one, other = plan(form("2021")), plan(form("2021"), full())
    changed = {
        (sheet.name, place): (slot.locked, there.slots[place].locked)
        for sheet, there in zip(one, other, strict=True)
        for place, slot in sheet.slots.items()
        if there.slots[place] != slot
    }
    fields = slots.cover_places()
    assert changed == {
        (word("cover"), fields[name]): (False, True) for name in ("agency", "code", "level", "year")
    }
    assert [sheet.merges for sheet in one] == [sheet.merges for sheet in other]


# ── any edition ───────────────────────────────────────────────────────────────────────────────────


def test_an_edition_nobody_has_seen_gets_all_its_sheets():
    pages = book(blank("mini"))
    assert pages.sheetnames == [
        "填报说明",
        "甲表",
        "说明",
        "校验结果",
        "发布甲表",
        "标记",
    ]
    page = pages["甲表"]
    assert (page["A5"].value, page["B4"].value) == ("第一行", "本期")
    assert set(map(str, page.merged_cells.ranges)) == {
        *("A1:E1", "B2:D2", "A3:E3", "A5:A6", "B7:C7", "A9:E9"),
    }
    assert page["E5"].data_type == "f"
    assert {str(v.sqref): v.type for v in page.data_validations.dataValidation} == {
        "B5:B7 E7": "whole",
        "C5:C6": "whole",
        "D5:D7": "decimal",
        "B2": "list",
    }
    assert (page["A2"].value, page["E2"].value) == (
        "空白格都是 0 的，在 ▼ 中选择 →",
        "▼",
    )


def test_a_cell_for_words_is_held_to_no_number_but_is_still_to_be_filled():
    validations = book(blank("worded"))["甲表"].data_validations.dataValidation
    kinds = {str(v.sqref): v.type for v in validations}
    numbers = {"B5:B7 E7": "whole", "C5:C6": "whole", "D5": "decimal"}
    assert kinds == numbers | {"D6:D7": "textLength", "B2": "list"}
    unfilled, number, *_ = live_rows(form("worded"))
    assert (unfilled.code, number.code) == ("unfilled", "number")
    edition = form("worded")
    typed = [edition.cells[key] for key in edition.typed]
    places = {cell.key: slots.mirror(edition, cell.table, cell.place) for cell in typed}
    assert counted(number.left) == {places[cell.key] for cell in typed if cell.numeric}
    assert counted(unfilled.left) == {places[cell.key] for cell in typed if not cell.optional}
    mark, declared = plan(edition)[-1], f"$E${slots.mirrors(edition)[typed[0].table] - 1}=1"
    for cell in typed:
        formula = mark.slots[places[cell.key]].formula
        assert (declared in formula) == cell.numeric, "words are no zeros: they stay open"


def counted(formula):
    """Return the places on the mark's sheet that a formula counts."""
    spans = re.findall(r"!([$A-Z0-9:]+),", formula)
    boxes = (range_boundaries(span.replace("$", "")) for span in spans)
    return {
        (row, column)
        for left, top, right, bottom in boxes
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }


# ── on paper ──────────────────────────────────────────────────────────────────────────────────────

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)')
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Return the pages of each workbook as `page_of` gives them."""
    need_office()
    if which("pdftotext") is None:
        reason = "pdftotext (poppler-utils) is not installed"
        (pytest.fail if os.environ.get("GOUJI_REQUIRE_ALL") == "1" else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("printed")
    contents = {"y2021": filled(), "y2019": blank("2019"), "mini": blank("mini")}
    contents["site"] = blank("site-report/2017")
    for name, content in contents.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    made = convert([folder / f"{name}.xlsx" for name in contents], folder, "pdf")
    return dict(zip(contents, map(pages_of, made), strict=True))


def pages_of(path):
    text = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    return [page_of(page) for page in text.split("<page ")[1:]]


def page_of(page):
    """Return a page's words, the sizes of the Chinese ones in points, and the words cut off."""
    words = [(float(left), float(right), word) for left, right, word in WORD.findall(page)]
    sizes = [(right - left) / len(word) for left, right, word in words if HAN.fullmatch(word)]
    width = float(page.partition('width="')[2].partition('"')[0])
    cut = [word for left, right, word in words if left < 0 or right > width]
    return " ".join(word for *_, word in words), sizes, cut


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["y2021", "y2019", "mini", "site"])
def test_no_printed_word_is_smaller_than_7_points(printed, name):
    sizes = {number: min(found) for number, (_, found, _) in enumerate(printed[name], 1) if found}
    assert {number: size for number, size in sizes.items() if size < 6.95} == {}


@pytest.mark.parametrize(
    ("name", "captions"),
    [
        ("y2021", ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况")),
        ("y2019", ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况")),
        ("mini", ("一、长长的表",)),
    ],
)
def test_every_table_is_one_page_to_fill_in_and_one_to_publish(printed, name, captions):
    for caption in captions:
        assert sum(caption in words for words, _, _ in printed[name]) == 2, caption


def test_a_table_too_high_for_one_page_takes_two():
    pages = book(blank("site-report/2017"))
    high = {page.title: page.page_setup.fitToHeight for page in pages}
    assert (high["填报说明"], high["年度报表"], high["发布年度报表"]) == (1, 2, 2)


@pytest.mark.parametrize("name", ["y2021", "y2019", "mini", "site"])
def test_no_printed_word_runs_off_the_page(printed, name):
    assert [word for _, _, cut in printed[name] for word in cut] == []
