"""The check result as a workbook and as csv: every finding once, no active content."""

import csv
import io
import re
import zipfile

import pytest
from boards import BROKEN, NATURAL, member, real, result, season, talk
from click.testing import CliRunner
from hazards import EVIL, hostile, still
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.cli import gouji
from toolkit.finding import Batch, Finding, Result, Spot
from toolkit.output import FORMATS
from toolkit.report.report import as_json, dumps

Rows = list[dict[str, object]]


def book(batch: Batch, lang: str = "zh") -> dict[str, Worksheet]:
    source = io.BytesIO(b"".join(FORMATS["xlsx"](batch, lang)))
    return {sheet.title: sheet for sheet in load_workbook(source).worksheets}


def rows(sheet: Worksheet) -> Rows:
    heads, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in found]


def lines(batch: Batch, lang: str = "zh") -> Rows:
    return list(csv.DictReader(io.StringIO("".join(FORMATS["csv"](batch, lang)), "")))


def test_the_workbook_has_totals_agencies_findings_and_who_is_missing():
    sheets = book(season())
    assert list(sheets) == ["汇总", "各单位", "问题清单", "按规则", "未报", "考核用表"]
    totals = [row[:2] for row in sheets["汇总"].iter_rows(min_row=2, values_only=True)]
    assert totals == [
        ("应报单位", 6), ("报表份数", 8), ("退回", 1), ("不通过", 2), ("提醒", 1), ("未报", 1),
        ("通过", 2), ("不是报表的文件", 2), ("问题", "有此问题的报表份数"),
        ("一个名称写了两次 (duplicate-key)", 2), ("申请数不平 (balance)", 1), ("空文件 (empty)", 1), ("信息处理费 (processing-fee)", 1),
    ]  # fmt: skip
    states = [
        (row["单位"], row["状态"], row["错误"], row["提醒"]) for row in rows(sheets["各单位"])
    ]
    assert states == [
        ("甲局", "不通过", 1, None), ("乙局", "通过", None, None), ("丙局", "退回", 1, None),
        ("戊局", "未报", None, None), ("丁局", "提醒", None, 1), ("己局", "不通过", 1, None),
        ("外单位", "通过", None, None),
    ]  # fmt: skip
    missing = [tuple(row.values()) for row in rows(sheets["未报"])]
    assert missing == [("戊局", "11戊局", "县级", "部门", None, "2026-01-20")]


def test_the_workbook_lists_every_finding_with_its_cells_and_numbers():
    found = rows(book(season())["问题清单"])
    told = [(r["单位"], r["级别"], r["代码"], r["格"], r["现在是"], r["应为"], r["由别的差错带出"])
            for r in found if r["文件"] == "a/甲.xlsx"]  # fmt: skip
    assert told == [
        ("甲局", "错误", "balance", "D7 D8 D30 D31", "6", "2", None),
        ("甲局", "错误", "balance", "J7 J8 J30 J31", "6", "2", "balance"),
    ]
    assert [r["单位"] for r in found if r["代码"] == "empty"] == ["丙局"]


def test_a_problem_says_which_cell_it_may_be():
    found = rows(book(season())["问题清单"])
    leads = [r["可能错在哪一格"] for r in found if r["代码"] == "balance"]
    assert [bool(lead) for lead in leads] == [True, False, True, False]
    assert "相差" in leads[0]
    assert not any(r["可能错在哪一格"] for r in found if r["代码"] != "balance")


def test_heads_stay_and_filter_and_states_are_coloured():
    sheets = book(season())
    for sheet in sheets.values():
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
    fills = {cell.value: cell.fill.fgColor.rgb for cell in sheets["各单位"]["B"][1:]}
    assert len({fills[state] for state in ("不通过", "提醒", "未报", "通过")}) == 4


def test_without_a_roster_nobody_is_missing():
    sheets = book(Batch(season().results), "en")
    assert list(sheets) == ["Summary", "Agencies", "Problems", "By rule"]
    assert not any(row[0] == "missing" for row in sheets["Summary"].iter_rows(values_only=True))


def test_nothing_found_is_a_workbook_too():
    sheets = book(Batch((result("a.xlsx", real("甲局")),)))
    assert sheets["问题清单"].max_row == 1
    assert sheets["各单位"].max_row == 2


def test_a_row_is_as_high_as_its_text_and_no_higher_than_a_sheet_allows():
    long = Finding("balance", "error", words={"zh": "很长。" * 2000, "en": "long " * 2000})
    one = Result("a", None, "fail", real("甲局"), (long, Finding("empty", "error")))
    heights = [
        d.height for d in book(Batch((one,)))["问题清单"].row_dimensions.values() if d.height
    ]
    assert max(heights) == 400
    assert 15 < min(heights) < 60


def hostile_batch(text: str) -> Batch:
    report = hostile(text)
    words = {"zh": "{found}", "en": "{found}"}
    waived = {"reason": text, "by": text, "date": text}
    given = {"reason": text, "figures": text, "state": "void"}
    found = Finding("balance", "error", (Spot(None, text, text, text),), text, text,
                    waived=waived, words=words, explained=given)  # fmt: skip
    results = (
        Result(text, None, "fail", report, (found, *result("x", report).findings)),
        Result(text + ".", None, "reject", None, (found,)),
    )
    missing = member(text, "missing") | {"kind": text, "parent": text, "deadline": text}
    agencies = [missing, member(text, "fail", text)]
    campaign = {"expected": 1, "agencies": agencies, "duplicates": [], "strangers": []}
    return Batch(results, 0, campaign)


@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
def test_a_text_is_never_a_formula_nor_a_sign_that_moves(text):
    source = b"".join(FORMATS["xlsx"](hostile_batch(text), "zh"))
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    for name, part in parts.items():
        assert still(part), name
        if name.startswith("xl/worksheets/"):
            assert "<f>" not in part
            assert not re.search(r"<f[ />]|<hyperlink", part)
    csv_text = "".join(FORMATS["csv"](hostile_batch(text), "zh"))
    assert still(csv_text)
    for row in csv.reader(io.StringIO(csv_text, "")):
        assert not [f for f in row if f.strip(" \u3000").startswith(tuple("=+-@＝＋－＠\t\r\n"))]


@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
@pytest.mark.parametrize("style", [name for name in FORMATS if name != "xlsx"])
def test_no_format_of_text_moves_a_cursor_or_turns_a_line(style, text):
    batch = Batch(hostile_batch(text).results)
    written = "".join(map(str, FORMATS[style](batch, "zh")))
    assert written
    assert still(written.replace("\t", " ") if style == "html" else written)


def test_a_number_of_a_sign_in_a_text_stays_text():
    one = Result("_x0041_.xlsx", None, "reject", None, (Finding("empty", "error"),))
    source = b"".join(FORMATS["xlsx"](Batch((one,)), "zh"))
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        assert b"_x005F_x0041_.xlsx" in archive.read("xl/worksheets/sheet2.xml")


def test_csv_has_a_line_for_each_finding_and_for_each_return_without_any():
    batch = season()
    told = [(r["agency"], r["verdict"], r["severity"], r["finding"], r["at"]) for r in lines(batch)]
    assert told == [
        ("甲局", "fail", "error", "balance", "D7 D8 D30 D31"),
        ("甲局", "fail", "error", "balance", "J7 J8 J30 J31"),
        ("甲局", "fail", "error", "balance", "D7 D8 D30 D31"),
        ("甲局", "fail", "error", "balance", "J7 J8 J30 J31"),
        ("乙局", "pass", "", "", ""),
        ("丙局", "reject", "error", "empty", ""),
        ("丁局", "warn", "warning", "processing-fee", "B5"),
        ("外单位", "pass", "", "", ""),
        ("己局", "fail", "error", "duplicate-key", ""),
        ("己局", "fail", "error", "duplicate-key", ""),
    ]
    first = lines(batch)[0]
    assert (first["found"], first["expected"], first["follows"], first["year"]) == (
        "6",
        "2",
        "",
        "2025",
    )
    assert first["message"].startswith("表三 D7–D31 自然人：新收 5 + 上年结转 1 = 6")


def test_csv_says_the_label_of_one_cell_and_why_it_is_waived():
    waived = {"reason": "清理", "by": "王", "date": "2026-01-05"}
    report = real("甲局", {NATURAL.format("received"): "无"})
    one = result("a.xlsx", report)
    batch = Batch(
        (one, Result("b", None, "warn", report, (Finding("empty", "error", waived=waived),)))
    )
    number, *_, last = lines(batch)
    assert number["label"] == "一、本年新收政府信息公开申请数量 · 自然人"
    assert last["waived"] == "清理 王 2026-01-05"


@pytest.fixture
def returned(tmp_path):
    path = tmp_path / "甲.json"
    path.write_text(dumps(as_json(real("甲局", BROKEN))), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["check", "read"])
def test_a_csv_file_opens_in_excel_and_a_pipe_has_no_mark(command, returned, tmp_path):
    arguments = [command, str(returned), "--format", "csv", "--lang", "zh"]
    piped = CliRunner().invoke(gouji, arguments).stdout_bytes
    CliRunner().invoke(gouji, [*arguments, "-o", str(tmp_path / "a.csv")])
    written = (tmp_path / "a.csv").read_bytes()
    assert piped.startswith(b'"agency","code"')
    assert written == b"\xef\xbb\xbf" + piped


def test_a_workbook_goes_into_a_file(returned, tmp_path):
    out = tmp_path / "a.xlsx"
    done = CliRunner().invoke(gouji, ["check", str(returned), "--format", "xlsx", "--lang", "zh"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "请用 -o 指定要写的 .xlsx 文件" in done.stderr
    done = CliRunner().invoke(gouji, ["check", str(returned), "--format", "xlsx", "-o", str(out)])
    assert done.exit_code == 1
    assert load_workbook(out).sheetnames[0] in ("汇总", "Summary")


def test_a_workbook_does_not_say_when_it_was_made(returned, tmp_path):
    out = tmp_path / "a.xlsx"
    CliRunner().invoke(gouji, ["check", str(returned), "--format", "xlsx", "-o", str(out)])
    with zipfile.ZipFile(out) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {2000}
        properties = archive.read("docProps/core.xml")
    assert (
        re.findall(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", properties) == [b"2000-01-01T00:00:00"] * 2
    )


def test_each_rule_that_fails_has_a_row_for_each_return_the_most_frequent_first():
    found = [tuple(row.values()) for row in rows(book(talk())["按规则"])]
    assert found[:4] == [
        ("prior-jump", "prior-jump", 3, name, at, "70", "7", "集中办理了往年的积案", state, path)
        for name, at, state, path in (
            ("甲局", "表三 D7", "等收表单位看", "a/甲.xlsx"),
            ("甲局", "表三 E7", "没有认可", "a/甲.xlsx"),
            ("乙局", "表三 D7", "已认可", "a/乙.xlsx"),
            ("丙局", "表三 D7", "数改了，失效", "a/丙.xlsx"),
        )
    ]
    assert [row[1:5] for row in found[4:]] == [
        ("balance", 2, "乙局", "表三 D7–D31"), ("balance", 2, "丙局", "表三 D7–D31"),
        ("duplicate", 2, "己局", None), ("duplicate", 2, "己局", None),
        ("passing-superseded", 1, "乙局", None),
    ]  # fmt: skip


def test_the_sheet_for_the_appraisal_has_every_agency_and_fits_a_page_across():
    sheet = book(talk())["考核用表"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_area.endswith("$A$1:$L$6")
    first, *_, last = rows(sheet)
    assert first == {
        "单位": "甲局", "统一社会信用代码": "11甲局", "类别": "部门", "状态": "提醒", "收到日期": "2026-01-23",
        "截止日期": "2026-01-20", "迟报天数": 3, "退回次数": 1, "提醒数": 2, "有说明的": 2,
        "联系人": "王某某", "电话": "0000-1234567",
    }  # fmt: skip
    assert last["状态"] == "不通过"


def test_whose_verdict_changed_has_a_sheet_of_its_own():
    assert [tuple(row.values()) for row in rows(book(talk())["结论有变的"])] == [
        ("丙局", "提醒", "不通过", "prior-jump (prior-jump)", "申请数不平 (balance)", "a/丙.xlsx"),
        ("b/走了.xlsx", "不通过", "通过", "申请数不平 (balance)", None, "b/走了.xlsx"),
    ]


def test_the_workbook_shows_each_reason_with_figures_and_state():
    said = [row["单位说明"] for row in rows(book(talk())["问题清单"]) if row["单位说明"]]
    assert [one.removeprefix("单位说明：集中办理了往年的积案") for one in said] == [
        "（按 70 | 7 写的，数没有变）", "（按 70 | 7 写的，没有认可，请改正或另作说明）",
        "（按 70 | 7 写的，已认可）", "（写好以后数已改动，说明失效）",
    ]  # fmt: skip
