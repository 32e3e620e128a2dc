"""The printed form, drawn by hand in a plain workbook, is read by its labels and held to no blank."""

import io
import json
from decimal import Decimal
from random import Random

import office
import openpyxl
import pytest
import returns
import tamper
from hypothesis import given, settings
from hypothesis import strategies as st
from printed import SPELLINGS, WRITTEN, Style, changed, draw, of
from source import REAL

from toolkit.edition.edition import named
from toolkit.files.examine import examine
from toolkit.report.report import as_json, from_json, parse_json, recompute
from toolkit.returned.read import read
from toolkit.xlsx.zip import Rejected

FORMS = [("annual-report", "2021"), ("annual-report", "2019"), ("site-report", "2017")]
TITLE = "某某局2025年{title}"
TAMPERING = {
    "label", "formula", "typed-formula", "merge", "moved", "outside", "sheet-missing", "unlocked",
    "sheet-renamed", "sheet-copied", "sheet-added", "unprotected", "mark-missing", "restyled",
}  # fmt: skip


def numbered(ident, seed=1):
    """Return a report of an edition with many numbers other than 0."""
    edition = named(*ident)
    typed = returns.clean(edition, Random(f"{seed}"), 0.9, None)  # noqa: S311
    return of(edition, recompute(edition, typed, ()))


def style_of(report, **given):
    title = (TITLE.format(title=report.edition.title),)
    return Style(**{"title": title, **given})


def drawn(report, **given):
    return read(draw(report, style_of(report, **given)))


def differing(report, reading):
    """Return {key: (drawn, read)} of the statutory cells that differ."""
    theirs = reading.report.values
    return {
        key: (value, theirs[key])
        for key, value in report.values.items()
        if value != theirs[key] and report.edition.cells[key].table in report.edition.statutory
    }


def told(reading):
    return [finding.code for finding in reading.findings if finding.severity != "note"]


def same(report, reading):
    """Tell whether everything was read, of the right edition, with no finding but the note."""
    assert differing(report, reading) == {}
    assert reading.report.edition is report.edition
    assert [finding.code for finding in reading.findings] == ["foreign"]
    assert reading.report.agency == {"name": "某某局", "code": None, "level": None}
    assert (reading.report.year, reading.report.origin) == (2025, "document")
    return True


# ── every way of drawing ──────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", FORMS, ids="/".join)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_labels_are_the_same_however_they_are_written(ident, spelling):
    report = numbered(ident)
    assert same(report, drawn(report, spelling=spelling))


@pytest.mark.parametrize("ident", FORMS[:2], ids="/".join)
@pytest.mark.parametrize("written", WRITTEN)
def test_digits_are_numbers_whether_stored_as_text_or_not(ident, written):
    report = numbered(ident)
    assert same(report, drawn(report, written=written))


STYLES = st.fixed_dictionaries(
    {
        "layout": st.sampled_from(("sheets", "stacked", "beside")),
        "at": st.tuples(st.integers(1, 9), st.integers(1, 9)),
        "gap": st.integers(0, 4),
        "merged": st.booleans(),
        "spelling": st.sampled_from(sorted(SPELLINGS)),
        "apart": st.frozensets(st.integers(0, 30), max_size=6),
        "helpers": st.frozensets(st.integers(0, 14), max_size=3),
        "captions": st.booleans(),
        "unit": st.booleans(),
        "foot": st.sampled_from(((), ("填报人：张三", "联系电话：025-12345678"), ("注：本表按年度填报",))),
    }
)  # fmt: skip


@pytest.mark.no_cover
@settings(max_examples=40)
@given(st.sampled_from(FORMS), st.integers(0, 10**6), STYLES)
def test_any_report_in_any_drawing_is_read_as_it_is(ident, seed, style):
    report = numbered(ident, seed)
    assert same(report, drawn(report, **style))


@pytest.mark.parametrize("path", sorted(REAL.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("layout", ["sheets", "stacked", "beside"])
def test_the_real_reports_are_read_whole(path, layout):
    report = from_json(parse_json(path.read_text(encoding="utf-8")))
    title = (f"{report.agency['name'] or '某某局'}{report.year}年政府信息公开工作年度报告",)
    reading = drawn(report, layout=layout, title=title, names=("Sheet1", "Sheet2", "Sheet3"))
    assert differing(report, reading) == {}
    assert [finding.code for finding in reading.findings] == ["foreign"]
    assert reading.report.year == report.year


@pytest.mark.no_cover
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_form_that_went_through_another_format_is_read_whole(ending, tmp_path):
    office.need_office()
    reports = [numbered(ident) for ident in FORMS]
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(reports))]
    for path, report in zip(paths, reports, strict=True):
        path.write_bytes(draw(report, style_of(report, layout="stacked", unit=True)))
    there = office.convert(paths, tmp_path / ending, ending)
    for report, path in zip(reports, office.resave(there, tmp_path / "back"), strict=True):
        assert same(report, read(path.read_bytes()))


# ── values ────────────────────────────────────────────────────────────────────────────────────────

PLAIN = ("annual-report", "2021")


def put(key, value, **given):
    """Return a drawing with one value replaced; `value` may be a formula."""
    report = numbered(PLAIN)
    source = draw(report, style_of(report, **given))
    sheet, at = read(source).places[key]

    def change(book):
        book[sheet][at] = value

    return changed(source, change)


KEY = "applications.received.business"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１２", 12),
        (" 1 2\u3000", 12),
        ("12.0", 12),
        ("-3", -3),
        (12.5, Decimal("12.5")),
        ("1\n2", "1\n2"),
        ("1²", "1²"),
        ("①", "①"),
        ("1,234", "1,234"),
        ("/", "/"),
        ("2件", "2件"),
        (True, "TRUE"),
        ("   ", None),
        (None, None),
    ],
)
def test_a_cell_is_taken_as_a_document_has_it(typed, value):
    reading = read(put(KEY, typed))
    assert reading.report.values[KEY] == value
    assert type(reading.report.values[KEY]) is type(value)
    assert told(reading) == []


def stored(source, sheet, at, formula, value):
    """Return the workbook with a formula and its stored result in a cell."""
    inner = f"<f>{formula}</f>" + (f"<v>{value}</v>" if value is not None else "")
    return tamper.changed(source, sheet, tamper.cell(at, inner))


def test_the_stored_result_of_a_formula_counts():
    report = numbered(PLAIN)
    source = draw(report, style_of(report))
    sheet, at = read(source).places["applications.received.total"]
    reading = read(stored(source, sheet, at, "SUM(D1:I1)", 41))
    assert reading.report.values["applications.received.total"] == 41
    assert told(reading) == []


def test_a_formula_without_a_result_is_told(tmp_path):
    report = numbered(PLAIN)
    source = draw(report, style_of(report))
    sheet, at = read(source).places["applications.received.total"]
    path = tmp_path / "a.xlsx"
    path.write_bytes(stored(source, sheet, at, "SUM(D1:I1)", None))
    found = [f for f in examine(str(path)).findings if f.severity == "error"]
    assert [(f.code, f.cells[0].key, f.cells[0].sheet, f.cells[0].at) for f in found] == [
        ("not-taken", "applications.received.total", sheet, at)
    ]
    assert "F9" in found[0].message()


def test_totals_are_data_and_every_balance_is_checked(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(put("applications.received.total", 1))
    findings = [f for f in examine(str(path)).findings if f.code == "row-total"]
    assert [(f.found, f.cells[0].key) for f in findings] == [("1", "applications.received.total")]


def test_findings_name_the_places_in_the_file(tmp_path):
    path = tmp_path / "a.xlsx"
    source = put(KEY, None, layout="stacked", at=(7, 5), names=("Sheet1",) * 3)
    path.write_bytes(source)
    sheet, at = read(source).places[KEY]
    finding = next(f for f in examine(str(path)).findings if f.code == "unfilled")
    assert (finding.cells[0].sheet, finding.cells[0].at) == (sheet, at) == ("Sheet1", at)
    assert at != named(*PLAIN).cells[KEY].at
    assert f"Sheet1：还有 1 格没有填（{at}）" in finding.message()


def test_corrections_name_the_places_in_the_file(tmp_path):
    path = tmp_path / "a.xlsx"
    source = put("applications.received.total", 10**6, layout="beside", at=(3, 3))
    path.write_bytes(source)
    places = read(source).places
    changes = [
        change.spot
        for correction in examine(str(path)).explanations
        for answer in correction.answers
        for change in answer.changes
    ]
    assert changes
    assert all((spot.sheet, spot.at) == places[spot.key] for spot in changes)


def test_days_and_words_of_the_other_form_are_read():
    report = numbered(("site-report", "2017"))
    key = "website.filing.filed_on"
    source = draw(report, style_of(report))
    sheet, at = read(source).places[key]

    def change(book):
        book[sheet][at] = 45720
        book[sheet][at].number_format = "yyyy-mm-dd"

    assert read(changed(source, change)).report.values[key] == "2025-03-04"


def test_what_is_read_is_report_json_and_fills_a_blank():
    report = numbered(PLAIN)
    reading = drawn(report, written="texts")
    again = from_json(parse_json(json.dumps(as_json(reading.report), default=str)))
    assert again.origin == "document"
    assert again.agency["name"] == "某某局"


# ── never guessed ─────────────────────────────────────────────────────────────────────────────────


def missed(reading):
    """Return {reason: keys} of what was not taken."""
    found = {}
    for finding in reading.findings:
        if finding.code == "not-taken":
            assert finding.severity == "error"
            assert all(reading.report.values[spot.key] is None for spot in finding.cells)
            found[finding.message()] = {spot.key for spot in finding.cells}
    return found


def rewritten(old, new, ident=PLAIN, **given):
    """Return the reading of a drawing in which a label is written otherwise."""
    report = numbered(ident)
    source = draw(report, style_of(report, **given))

    def change(book):
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value == old:
                        cell.value = new

    return report, read(changed(source, change))


def keys_of(report, *starts):
    return {key for key in report.values if key.startswith(starts)}


@pytest.mark.parametrize("layout", ["sheets", "stacked", "beside"])
@pytest.mark.parametrize(
    ("old", "new", "starts"),
    [
        ("1.属于国家秘密", "1.涉及国家秘密", ("applications.refused_state_secret.",)),
        ("行政许可", "许可", ("proactive.licences.",)),
        ("规章", "", ("proactive.rules.",)),
    ],
)
def test_a_row_without_its_label_is_named_and_not_taken(layout, old, new, starts):
    report, reading = rewritten(old, new or None, layout=layout)
    gone = keys_of(report, *starts)
    ((message, keys),) = missed(reading).items()
    assert keys == gone
    assert old in message
    assert set(differing(report, reading)) == gone


@pytest.mark.parametrize("merged", [True, False])
def test_a_column_without_its_head_is_named_and_not_taken(merged):
    report, reading = rewritten("商业企业", "个体户", merged=merged)
    gone = {key for key in report.values if key.endswith(".business")}
    ((message, keys),) = missed(reading).items()
    assert keys == gone
    assert "商业企业" in message
    assert set(differing(report, reading)) == gone


def test_a_head_in_another_unit_is_another_head():
    head = "本年收费金额（单位：万元）"
    for new in ("本年收费金额（单位：元）", "本年收费金额（亿元）"):
        report, reading = rewritten(head, new)
        assert set(differing(report, reading)) == {"proactive.fees.collected"}
        assert list(missed(reading).values()) == [{"proactive.fees.collected"}]
    for new in ("本年收费金额（万元）", "本年收费金额"):
        report, reading = rewritten(head, new)
        assert differing(report, reading) == {}


def test_a_renamed_head_does_not_lend_its_column_to_the_head_above():
    report, reading = rewritten("处理决定数量", "决定", ident=("annual-report", "2019"))
    gone = {key for key in report.values if key.endswith(".decided")}
    assert set(differing(report, reading)) == gone


@pytest.mark.parametrize("merged", [True, False])
def test_two_years_below_one_head_are_not_taken(merged):
    report = numbered(PLAIN)
    source = draw(report, style_of(report, apart=frozenset({2})))

    def change(book):
        sheet = book["表三"]
        (row,) = [c.row for line in sheet for c in line if c.value == "商业企业"]
        if not merged:
            for area in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(area))
        for column in range(4, 11):
            sheet.cell(row + 1, column).value = ("上年", "本年")[column % 2]

    reading = read(changed(source, change))
    assert set(differing(report, reading)) == keys_of(report, "applications.")


@pytest.mark.parametrize("line", ["件", "1"])
def test_units_and_column_numbers_below_the_heads_change_nothing(line):
    report = numbered(PLAIN)
    source = draw(report, style_of(report, apart=frozenset({2})))

    def change(book):
        sheet = book["表三"]
        (row,) = [c.row for one in sheet for c in one if c.value == "商业企业"]
        for column in range(4, 11):
            sheet.cell(row + 1, column).value = line

    assert same(report, read(changed(source, change)))


@pytest.mark.parametrize("layout", ["stacked", "beside", "sheets"])
def test_a_table_drawn_twice_with_other_numbers_is_not_taken(layout):
    one, other = numbered(PLAIN, 1), numbered(PLAIN, 2)
    source = draw(one, style_of(one, layout="sheets"))

    def change(book):
        more = openpyxl.load_workbook(io.BytesIO(draw(other, style_of(other))))["表三"]
        place = {"stacked": (60, 0), "beside": (0, 14), "sheets": (0, 0)}[layout]
        sheet = book["表三"] if layout != "sheets" else book.create_sheet("上年")
        for row in more.iter_rows():
            for cell in row:
                sheet.cell(cell.row + place[0], cell.column + place[1]).value = cell.value

    reading = read(changed(source, change))
    wrong = differing(one, reading)
    assert all(there is None for _, there in wrong.values())
    assert keys_of(one, "applications.received.") <= set(wrong)
    assert any("不知道以哪一处为准" in message for message in missed(reading))


@pytest.mark.parametrize("state", ["visible", "hidden"])
def test_an_empty_or_hidden_copy_of_a_table_is_none(state):
    one, other = numbered(PLAIN, 1), numbered(PLAIN, 2)
    values = dict.fromkeys(other.values) if state == "visible" else other.values
    source = draw(one, style_of(one))

    def change(book):
        blank = draw(of(other.edition, values), style_of(other))
        more = openpyxl.load_workbook(io.BytesIO(blank))["表三"]
        sheet = book.create_sheet("样表")
        sheet.sheet_state = state
        for row in more.iter_rows():
            for cell in row:
                sheet.cell(cell.row, cell.column).value = cell.value

    assert same(one, read(changed(source, change)))


def test_two_numbers_for_a_cell_that_is_printed_wide_are_not_taken():
    source = put("proactive.licences.decided", 5, merged=False)
    sheet, at = read(source).places["proactive.licences.decided"]

    def change(book):
        book[sheet][at].offset(column=1).value = 6

    reading = read(changed(source, change))
    assert list(missed(reading).values()) == [{"proactive.licences.decided"}]
    assert any("填了几处" in message for message in missed(reading))


def test_a_number_in_the_middle_of_a_cell_printed_wide_is_its_number():
    source = put("proactive.licences.decided", None, merged=False)
    sheet, at = read(source).places["proactive.licences.decided"]

    def change(book):
        book[sheet][at].offset(column=1).value = 6

    reading = read(changed(source, change))
    assert reading.report.values["proactive.licences.decided"] == 6


def test_a_number_merged_over_two_columns_is_nobodys():
    report = numbered(PLAIN)
    source = draw(report, style_of(report))
    sheet, at = read(source).places[KEY]

    def change(book):
        cell = book[sheet][at]
        end = cell.offset(column=1).coordinate
        book[sheet].merge_cells(f"{at}:{end}")

    reading = read(changed(source, change))
    assert list(missed(reading).values()) == [{KEY, "applications.received.research"}]


def test_the_only_row_of_a_table_without_labels_is_one():
    report = numbered(PLAIN)
    source = draw(report, style_of(report))
    sheet, at = read(source).places["disputes.review.upheld"]

    def change(book):
        for cell in list(book[sheet].iter_rows())[book[sheet][at].row - 1]:
            cell.offset(row=1).value = cell.value + 1

    reading = read(changed(source, change))
    assert list(missed(reading).values()) == [keys_of(report, "disputes.")]


def test_a_table_without_its_numbers_is_unfilled_and_its_foot_no_number():
    report = numbered(PLAIN)
    values = report.values | dict.fromkeys(keys_of(report, "disputes."))
    blank = of(report.edition, values)
    style = style_of(blank, foot=("填报人：张三", "联系电话：02512345678"))
    reading = read(draw(blank, style))
    assert missed(reading) == {}
    assert all(reading.report.values[key] is None for key in keys_of(report, "disputes."))
    assert keys_of(report, "disputes.") <= reading.places.keys()


def test_missing_tables_are_named_once():
    report = numbered(PLAIN)
    source = draw(report, style_of(report))

    def change(book):
        del book["表三"]

    reading = read(changed(source, change))
    ((message, keys),) = missed(reading).items()
    assert "没有找到“三、收到和处理政府信息公开申请情况”这张表" in message
    assert keys == keys_of(report, "applications.")


def test_hidden_rows_and_sheets_are_read_and_told():
    report = numbered(PLAIN)
    source = draw(report, style_of(report))
    sheet, at = read(source).places[KEY]

    def rows(book):
        book[sheet].row_dimensions[book[sheet][at].row].hidden = True

    def columns(book):
        book[sheet].column_dimensions[book[sheet][at].column_letter].hidden = True

    def whole(book):
        book[sheet].sheet_state = "hidden"

    for change, code in ((rows, "hidden"), (columns, "hidden"), (whole, "hidden-sheet")):
        reading = read(changed(source, change))
        assert differing(report, reading) == {}
        assert told(reading) == [code]


# ── which form, whose ─────────────────────────────────────────────────────────────────────────────


def test_two_editions_are_told_apart_by_their_labels():
    for ident in FORMS[:2]:
        report = numbered(ident)
        reading = drawn(report, title=("某某局2025年政府信息公开工作年度报告",))
        assert reading.report.edition is report.edition


def test_another_form_is_not_ours():
    book = openpyxl.Workbook()
    rows = [
        ["行政复议", None, "行政诉讼"],
        ["结果维持", "结果纠正", "总计"],
        [3, 4, 7],
        ["自然人", "法人或其他组织", "其他"],
        ["规章", 1, 2],
    ]
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(Rejected, match="not-our-form"):
        read(target.getvalue())


def test_one_table_alone_is_read_and_the_others_are_named():
    report = numbered(PLAIN)

    def change(book):
        del book["表二"]
        del book["表三"]

    reading = read(changed(draw(report, style_of(report)), change))
    assert set(differing(report, reading)) == keys_of(report, "proactive.", "applications.")
    assert len(missed(reading)) == 2


@pytest.mark.parametrize("name", ["填报说明", "校验结果", "上年数", "发布表三", "标记", "汇总来源"])
def test_a_sheet_that_only_a_blank_has_makes_it_a_blank(name):
    report = numbered(PLAIN)
    source = changed(draw(report, style_of(report)), lambda book: book.create_sheet(name))
    assert TAMPERING & set(told(read(source)))


def test_nothing_above_the_grid_and_no_file_name_is_told_once_each(tmp_path):
    report = numbered(PLAIN)
    path = tmp_path / "新建 XLSX 工作表.xlsx"
    path.write_bytes(draw(report, style_of(report, title=())))
    findings = [f for f in examine(str(path)).findings if f.code == "identity"]
    assert [f.severity for f in findings] == ["error", "error"]
    named_so = path.rename(tmp_path / "某某局2025年政府信息公开工作年度报告.xlsx")
    result = examine(str(named_so))
    assert "identity" not in [f.code for f in result.findings]
    assert (result.report.agency["name"], result.report.year) == ("某某局", 2025)


def test_links_to_other_files_are_still_told():
    report = numbered(PLAIN)
    source = tamper.related(
        draw(report, style_of(report)), "xl/_rels/workbook.xml.rels", "externalLinkPath",
        "file:///c:/a.xlsx", external=True,
    )  # fmt: skip
    assert told(read(source)) == ["external-link"]


@pytest.mark.parametrize(
    ("lines", "file", "whose"),
    [
        (["某某局2025年政府信息公开工作年度报告"], "", ("某某局", 2025)),
        (["某某局政府信息公开工作年度报告", "（2025年度）"], "", ("某某局", 2025)),
        (
            ["某某事务管理服务中心", "2025年政府信息公开工作年度报告"],
            "",
            ("某某事务管理服务中心", 2025),
        ),
        (["2025年度某某局政府信息公开年度报告统计表"], "", ("某某局", 2025)),
        (["附件2", "关于某某局2025年政府信息公开工作的报告"], "", ("某某局", 2025)),
        (["二〇二五年度某某市政府信息公开工作年度报告"], "", ("某某市", 2025)),
        (
            ["填报单位（盖章）：某某镇  填报日期：2026年1月3日"],
            "3-2025年度报表.xlsx",
            ("某某镇", 2025),
        ),
        (["填报日期：2026年1月12日"], "某某局（本级）2025年年报.xlsx", ("某某局(本级)", 2025)),
        (
            ["单位：件"],
            "某某委员会-2025政府信息公开工作年度报告（定稿）.xlsx",
            ("某某委员会", 2025),
        ),
        (["上年为2024年", "某某局2025年政府信息公开工作年度报告"], "", ("某某局", 2025)),
        (["国办公开办函〔2021〕30号"], "新建 XLSX 工作表.xlsx", (None, None)),
        (["2024年", "2025年"], "报表.xlsx", (None, None)),
        (["某某日报社2025年政府信息公开工作年度报告"], "", ("某某日报社", 2025)),
    ],
)
def test_agency_and_year_are_those_above_the_table_else_in_the_files_name(lines, file, whose):
    report = numbered(PLAIN)
    reading = read(draw(report, style_of(report, title=tuple(lines))), (), file)
    assert (reading.report.agency["name"], reading.report.year) == whose


def test_a_cover_page_of_ones_own_says_whose_it_is_after_the_lines_above_the_tables():
    report = numbered(PLAIN)
    source = draw(report, style_of(report, title=("（2025年度）",)))

    def change(book):
        sheet = book.create_sheet("封面", 0)
        sheet["B3"] = "某某局政府信息公开工作年度报告"
        sheet["B9"] = "2024年编制"

    assert same(report, read(changed(source, change)))


def test_groups_may_be_rows_of_their_own_and_all_labels_in_one_column():
    report = numbered(PLAIN)
    form = report.edition.tables["applications"]
    source = draw(report, style_of(report))

    def change(book):
        old, sheet = book["表三"], book.create_sheet("办理")
        for row in old.iter_rows(min_row=3, max_row=5):
            for cell in row[3:10]:
                sheet.cell(cell.row, cell.column - 2).value = cell.value
        line = 6
        for row in old.iter_rows(min_row=6):
            for label in (cell.value for cell in row[:3] if cell.value):
                sheet.cell(line, 1).value = label
                line += 1
            for cell in row[3:10]:
                sheet.cell(line - 1, cell.column - 2).value = cell.value
        del book["表三"]

    assert form.size[0] == 28
    assert same(report, read(changed(source, change)))


def test_a_format_that_shows_another_number_is_pointed_out():
    report = numbered(PLAIN)
    source = draw(report, style_of(report))
    sheet, at = read(source).places[KEY]

    def change(book):
        book[sheet][at].number_format = '"70"'

    findings = [f for f in read(changed(source, change)).findings if f.code == "seen-differs"]
    assert [(f.severity, f.cells[0].sheet, f.cells[0].at, f.found) for f in findings] == [
        ("error", sheet, at, "70")
    ]
