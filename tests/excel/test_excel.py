"""The buttons in Excel, run end to end through xlwings on an imitated Excel, or on a real one."""

import json
import os
import sys
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import jsonschema
import openpyxl
import pytest
import xlwings as xw
from click.testing import CliRunner
from desktop import Desk, excel, imitated
from imitation import ComError, refused
from source import TESTS

from toolkit import cli
from toolkit import excel as hooks
from toolkit.blank.build import build
from toolkit.blank.live import result_range
from toolkit.blank.slots import MARK, RESULT, RESULT_ROWS, STAMP, cover_places, word
from toolkit.data import schema_text
from toolkit.edition.edition import named
from toolkit.excel import area
from toolkit.excel.opened import folders
from toolkit.excel.wording import explained
from toolkit.files import installed
from toolkit.finding import Result
from toolkit.report.report import Report
from toolkit.returned.results import rows

CASES = TESTS / "cases"
EDITION = named("annual-report", "2021")
AGENCY = {"name": "某某局", "code": None, "level": "county"}
PATIENCE = 600
RECEIVED, GRANTED = "applications.received.natural_person", "applications.granted.natural_person"
RESULTS = word("results")
FIRST = result_range(EDITION)[0]
STAMPED, DIGEST, OVERFLOW = ((FIRST - 2, STAMP[name]) for name in ("stamp", "digest", "overflow"))
ROUND_TRIPS = imitated("a real Excel does not tell how often it was asked")
TYPING = imitated("nobody types into a cell of a real Excel while a test runs")


@cache
def _built(received: int) -> bytes:
    typed = dict.fromkeys(EDITION.typed, 0) | {RECEIVED: received}
    return build(EDITION, Report(EDITION, AGENCY, 2025, typed, origin="workbook"))


def filled(folder: Path, name: str = "某某局.xlsx", received: int = 0) -> Path:
    """Return a workbook with all cells 0 but one."""
    path = folder / name
    path.write_bytes(_built(received))
    return path


def broken(folder: Path, name: str = "某某局.xlsx") -> Path:
    return filled(folder, name, received=3)


def amended(path: Path, change: Callable[[openpyxl.Workbook], object]) -> Path:
    """Return the workbook with a change made without its protection."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def now() -> Result:
    """Return the result of the active workbook; any other message fails the test."""
    found = hooks.active((), pytest.fail, patience=PATIENCE)
    assert found is not None
    return found


def from_excel(path: Path) -> Result:
    with excel(path):
        return now()


def line(desk: Desk, row: int = FIRST) -> list[object]:
    """Return a line of the result area."""
    return [desk.cell(RESULTS, (row, column)).value for column in RESULT.values()]


# ── one press of a button ─────────────────────────────────────────────────────────────────────────


def test_nothing_of_xlwings_but_its_free_part_is_used():
    assert "XLWINGS_LICENSE_KEY" not in os.environ
    assert xw.__pro__ is False


@ROUND_TRIPS
def test_a_press_reads_every_sheet_once_and_writes_its_findings_once(tmp_path):
    with excel(broken(tmp_path)) as desk:
        hooks.validate()
        log = desk.imitation.log
    reads = [sheet for what, sheet, _ in log if what == "read"]
    writes = [(what, at) for what, sheet, at in log if what != "read" and sheet == RESULTS]
    assert {sheet for what, sheet, _ in log if what != "read"} == {RESULTS}
    own = [section.sheet for section in EDITION.sections]
    others = [word(name) for name in ("mark", "cover", "prior", "results", "results")]
    assert sorted(reads) == sorted([*own, *others])
    first, left, last, right = result_range(EDITION)
    assert (left, right, last) == (1, 11, first + RESULT_ROWS - 1)
    box, small = f"A{first}:K{last}", [f"{letter}{first - 2}" for letter in "GF"]
    assert writes == [("write", box), ("fit r", box), *(("write", at) for at in small)]


def test_it_writes_marks_selects_the_first_cell_and_says_all_in_one_alert(tmp_path):
    with excel(broken(tmp_path)) as desk:
        hooks.validate()
        row = line(desk)
        assert row[:4] == ["balance", "错误", "表三", "表三 D7、表三 D8、表三 D30、表三 D31、"]
        assert line(desk, FIRST + 1)[0] is None
        assert desk.cell(RESULTS, OVERFLOW).value is None
        assert desk.cell(RESULTS, STAMPED).value == desk.cell(RESULTS, DIGEST).value
        assert desk.selected == ("表三", "D7")
    ((mode, told),) = desk.alerts
    assert mode == "critical"
    assert told.startswith(
        "《某某局.xlsx》 某某局 2025 年度\n有 1 处错误、0 处提醒。\n第一处：表三 D7–D31"
    )
    for part in (row[4], "未核对", "没有给出上年度报告", "还没有保存的", "公式、保护和表样"):
        assert part in told


def test_no_cell_outside_the_result_area_is_touched_and_nothing_is_saved(tmp_path):
    path = broken(tmp_path)
    before = path.read_bytes()
    first, left, last, right = result_range(EDITION)
    with excel(path) as desk:
        old = desk.formulas()
        hooks.validate()
        new = desk.formulas()
        hooks.clear()
        assert desk.formulas() == old
    allowed = {(RESULTS, r, c) for r in range(first, last + 1) for c in range(left, right + 1)}
    allowed.add((RESULTS, *STAMPED))
    changed = {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)}
    assert len(changed) == len(RESULT.keys() - {"reason", "figures"}) + 1
    assert changed <= allowed
    assert path.read_bytes() == before


def test_unsaved_edits_count_and_a_second_press_takes_the_old_findings_away(tmp_path):
    path = broken(tmp_path)
    with excel(path) as desk:
        hooks.validate()
        assert line(desk)[0] == "balance"
        desk.cell("表三", EDITION.cells[GRANTED].at).value = 3
        hooks.validate()
        assert line(desk)[0] is None
    mode, told = desk.alerts[-1]
    assert mode == "info"
    assert "没有发现问题。\n《校验结果》里以前写入的结果已清空。" in told
    assert "包括还没有保存的" in told


def test_a_line_of_many_places_is_not_as_high_as_all_of_them(tmp_path):
    path = tmp_path / "某某局.xlsx"
    path.write_bytes(build(EDITION, Report(EDITION, AGENCY, 2025, dict.fromkeys(EDITION.cells))))
    with excel(path) as desk:
        hooks.validate()
        codes = [line(desk, FIRST + number)[0] for number in range(4)]
        heights = [desk.cell(RESULTS, (FIRST + number, 1)).row_height for number in range(4)]
        assert "表三 I31、" in line(desk, FIRST + 1)[3]
    assert codes == ["unfilled", "unfilled", "unfilled", "processing-fee"]
    assert 4 * 12 < heights[1] < 4 * 18
    assert heights[0] <= heights[1]
    if desk.imitation is not None:
        sized = [at for what, _, at in desk.imitation.log if what == "size"]
        assert sized == [f"A{FIRST}", f"A{FIRST + 1}", f"A{FIRST + 2}"]


def test_a_change_after_the_press_makes_the_stamp_old(tmp_path):
    with excel(broken(tmp_path)) as desk:
        hooks.validate()
        desk.cell("表三", "D9").value = 1
        assert desk.cell(RESULTS, STAMPED).value != desk.cell(RESULTS, DIGEST).value


def test_findings_beyond_the_last_row_are_counted(tmp_path):
    lines = [("number", "错误", "表三", "表三 D7、", f"=第 {n} 条", "", "", "3 | 2")
             for n in range(RESULT_ROWS + 7)]  # fmt: skip
    with excel(broken(tmp_path)) as desk:
        there = area.find(xw.Book.caller())
        assert there is not None
        area.write(there, lines)
        last = FIRST + RESULT_ROWS - 1
        assert line(desk, last)[4] == f"=第 {RESULT_ROWS - 1} 条"
        assert line(desk, last + 1)[0] is None
        assert line(desk, last)[5:] == [None, None, "3 | 2"]
        assert desk.cell(RESULTS, OVERFLOW).value.startswith("还有 7 条")


def test_reasons_in_the_area_stay_with_their_findings_and_are_judged(tmp_path):
    with excel(broken(tmp_path)) as desk:
        desk.cell("表二", "B6").value, desk.cell("表二", "C6").value = 3, 1
        first = now()
        there = range(FIRST, FIRST + 9)
        row = next(row for row in there if line(desk, row)[0] == "in-force-floor")
        figures = line(desk, row)[7]
        desk.cell(RESULTS, (row, RESULT["reason"])).value = "全部减免"
        desk.cell(RESULTS, (row, RESULT["figures"])).value = figures
        desk.cell(RESULTS, (FIRST, RESULT["reason"])).value = 7.0
        second = now()
        told = [finding for finding in second.findings if finding.explained]
        assert [finding.explained["state"] for finding in told] == ["stands"]
        assert [f.code for f in second.findings] == [f.code for f in first.findings]
        assert line(desk, row)[5:] == ["全部减免", figures, figures]
        assert line(desk, FIRST)[5:7] == [None, None]
        hooks.clear()
        assert line(desk, FIRST)[0] == "in-force-floor"
        assert line(desk, FIRST)[5:] == ["全部减免", figures, figures]
        assert line(desk, FIRST + 1)[0] is None


def test_explain_says_the_smallest_corrections_and_writes_nothing(tmp_path):
    with excel(broken(tmp_path)) as desk:
        old = desk.formulas()
        hooks.explain()
        assert desk.formulas() == old
    ((_, told),) = desk.alerts
    assert "· 此处不符（“自然人”相差 3）" in told
    assert "23 格" in told
    with excel(filled(tmp_path)) as desk:
        hooks.explain()
        assert "数字之间都对得上" in desk.alerts[0][1]
        desk.cell("表三", "D7").value = "三"
        hooks.explain()
        assert "没有可推算的改法" in desk.alerts[1][1]


LEVELS = {None: "没有给出机关层级（1 条）", "区里": "机关层级“区里”不在五级之内（1 条）"}


@pytest.mark.parametrize("level", LEVELS)
def test_the_level_is_the_one_typed_on_the_cover(level, tmp_path):
    typed = dict.fromkeys(EDITION.typed, 0)
    typed |= {"proactive.rules.issued": 3, "proactive.rules.in_force": 3}
    path = tmp_path / "某某局.xlsx"
    report = Report(EDITION, {**AGENCY, "level": None}, 2025, typed, origin="workbook")
    path.write_bytes(build(EDITION, report))
    with excel(path) as desk:
        cell = desk.cell(word("cover"), cover_places()["level"])
        cell.value = level
        hooks.validate()
        cell.value = "县级"
        hooks.validate()
    unknown, known = (told for _, told in desk.alerts)
    assert ("没有发现问题。" in unknown) is (level is None)
    assert ("第一处：填报说明 B6" in unknown) is (level is not None)
    assert LEVELS[level] in unknown
    assert "没有错误；有 2 处提醒，请核实。\n第一处：表二 B6" in known
    assert "已标红" not in known
    assert "层级" not in known


def test_where_calculation_is_manual_it_is_done_first_and_said(tmp_path):
    with excel(broken(tmp_path)) as desk:
        desk.app.calculation = "manual"
        desk.cell("表三", "D9").value = 1
        old = desk.cell(RESULTS, DIGEST).value
        hooks.validate()
        stamp = desk.cell(RESULTS, STAMPED).value
        desk.app.calculate()
        assert old != stamp == desk.cell(RESULTS, DIGEST).value
        assert desk.app.calculation == "manual"
    assert "手动计算，已先重新计算一次" in desk.alerts[0][1]


# ── what may stand in the way ─────────────────────────────────────────────────────────────────────


@TYPING
@pytest.mark.parametrize("press", [hooks.validate, hooks.clear, hooks.explain])
def test_while_a_cell_is_edited_it_says_to_press_enter(press, tmp_path):
    with excel(broken(tmp_path)) as desk:
        desk.imitation.typing = True
        press()
    assert desk.alerts == [
        ("critical", "没有校验：Excel 正在编辑单元格。请先按回车结束编辑，再点一次。")
    ]


def test_the_other_number_excel_refuses_with_means_the_same():
    assert explained(refused(-2146777998)).name == "busy"
    assert explained(refused()).name == "failed"


def move_rows(book: openpyxl.Workbook) -> None:
    book["表三"].insert_rows(9)


def relabel(book: openpyxl.Workbook) -> None:
    book["表三"]["B9"].value = "（一）公开"


def rename(book: openpyxl.Workbook) -> None:
    book["表三"].title = "表3"


def lock(book: openpyxl.Workbook) -> None:
    page = book[RESULTS]
    for row in range(FIRST, FIRST + 3):
        page.cell(row, 1).protection = openpyxl.styles.Protection(locked=True)
        page.cell(row, 1).number_format = "0"


def hide(book: openpyxl.Workbook) -> None:
    book["表三"].sheet_state = "hidden"


def unname(book: openpyxl.Workbook) -> None:
    del book.defined_names["gouji_results"]


def drop_results(book: openpyxl.Workbook) -> None:
    book[RESULTS].cell(FIRST - 1, 1).value = "别的"


def forget_mark(book: openpyxl.Workbook) -> None:
    book[word("mark")]["B2"].value = "2099"


def keep_nothing(book: openpyxl.Workbook) -> None:
    for number, page in enumerate(book.worksheets):
        if page.title != word("mark"):
            page.title = f"Sheet{number}"


TAMPERED = {
    "rows moved": (move_rows, "表三", True),
    "label": (relabel, "表三 B9", True),
    "sheet renamed": (rename, "没有校验：找不到工作表《表三》", False),
    "sheet hidden": (hide, "表三 D7–D31 自然人", True),
    "area locked": (lock, "写结果的位置不能写", True),
    "area without a name": (unname, "找不到写结果的位置", True),
    "area elsewhere": (drop_results, "找不到写结果的位置", True),
    "no sheet of the form": (keep_nothing, "没有校验，表没有动。", False),
    "edition of nobody": (forget_mark, "没有校验，表没有动。", False),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_workbook_gets_a_plain_sentence_and_keeps_its_numbers(name, tmp_path):
    change, sentence, checked = TAMPERED[name]
    with excel(amended(broken(tmp_path), change)) as desk:
        before = desk.formulas()
        hooks.validate()
        after = desk.formulas()
    assert {sheet for (sheet, *_), _ in before.items() ^ after.items()} <= {RESULTS}
    ((mode, told),) = desk.alerts
    assert mode == "critical"
    assert sentence in told
    assert ("处错误" in told) == checked
    assert "Error" not in told


def test_marks_that_cannot_be_taken_away_are_said_to_stand(tmp_path):
    with excel(amended(broken(tmp_path), lock)) as desk:
        hooks.clear()
    ((mode, told),) = desk.alerts
    assert mode == "critical"
    assert told.startswith("《校验结果》里写结果的位置不能写")


def lose_mark(book: openpyxl.Workbook) -> None:
    del book[word("mark")]


def age(book: openpyxl.Workbook) -> None:
    page = book[word("mark")]
    page.cell(MARK.index("plan") + 1, 2).value = "an older plan"


def age_more(book: openpyxl.Workbook) -> None:
    book[word("mark")].cell(MARK.index("plan") + 1, 2).value = None


@pytest.mark.parametrize(("change", "code"), [(lose_mark, "mark-missing"), (age, "other-version")])
def test_without_a_mark_or_of_another_version_it_is_read_by_its_labels(change, code, tmp_path):
    found = from_excel(amended(broken(tmp_path), change))
    assert code in [finding.code for finding in found.findings]
    assert [f.cells[0].at for f in found.findings if f.code == "balance" and f.follows is None] == [
        "D7"
    ]


@pytest.mark.parametrize("form", ["annual-report-2019", "annual-report-2021", "site-report-2017"])
def test_a_blank_of_version_0_1_gets_its_lines_where_its_own_heads_are(form):
    path = CASES.parent / "versions" / f"gouji-0.1.0-{form}.xlsx"
    edition = named(*form.rsplit("-", 1))
    with excel(path) as desk:
        result = now()
        named_area = desk.book.sheets[RESULTS].range("gouji_results")
        first, columns = named_area.row, named_area.shape[1]
        heads = desk.rows(RESULTS, f"A{first - 1}:E{first - 1}")[0]
        lines = [line for line in desk.rows(RESULTS, f"A{first}:E{first + 8}") if line[0]]
        stamp = desk.book.sheets[RESULTS].range("gouji_stamp").value
        assert stamp == desk.book.sheets[RESULTS].range("gouji_digest").value
        hooks.clear()
        assert desk.cell(RESULTS, (first, 1)).value is None
    assert result.report.edition is edition
    assert (heads, columns) == (["代码", "程度", "工作表", "单元格", "说明"], 5)
    written = rows(result.findings, result.report)
    assert lines == [list(row[:5]) for row in written][:9]
    assert desk.alerts[-1][1].endswith("填的数没有动。")


def test_a_workbook_in_a_cloud_has_no_editions_beside_it(tmp_path, monkeypatch):
    def fail(_):
        raise xw.XlwingsError("SharePoint")

    with excel(broken(tmp_path)) as desk:
        monkeypatch.setattr(xw.Book, "fullname", property(fail))
        assert folders(xw.Book.caller()) == ()
        hooks.validate()
    assert "有 1 处错误" in desk.alerts[0][1]


@pytest.mark.parametrize("press", [hooks.validate, hooks.explain, hooks.clear])
def test_a_workbook_that_is_not_ours_is_left_alone(press, tmp_path):
    path = tmp_path / "预算.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.defined_names["gouji_digest"] = openpyxl.workbook.defined_name.DefinedName(
        "gouji_digest", attr_text="Sheet!$Z$9"
    )
    book.save(path)
    with excel(path) as desk:
        press()
        assert desk.formulas() == {("Sheet", 1, 1): "1"}
    ((mode, told),) = desk.alerts
    assert mode == "critical"
    assert told.startswith(("没有校验，表没有动。", "这份表的《校验结果》里找不到"))


def test_of_two_open_workbooks_the_calling_one_is_checked(tmp_path):
    one, other = filled(tmp_path, "甲.xlsx"), broken(tmp_path, "乙.xlsx")
    with excel(other, one) as desk:
        hooks.validate()
        assert "《甲.xlsx》" in desk.alerts[0][1]
        xw.Book(other).set_mock_caller()
        hooks.validate()
        assert "《乙.xlsx》" in desk.alerts[1][1]
        desk.app.books["乙.xlsx"].activate()
        told = []
        found = hooks.active((), told.append, patience=PATIENCE)
        assert told == ["打开着 2 个工作簿，查的是正在用的《乙.xlsx》。"]
        assert found.path == "乙.xlsx"


def test_a_workbook_that_was_never_saved_has_no_editions_beside_it(tmp_path, monkeypatch):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.toml").write_text("", encoding="utf-8")
    with excel(broken(tmp_path)):
        book = xw.Book.caller()
        assert folders(book) == (tmp_path / "templates",)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(xw.Book, "fullname", "工作簿1")
        assert folders(book) == ()


def test_a_name_with_an_equals_sign_is_asked_to_be_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["x", "--wb=甲=乙.xlsx", "--from_xl=1"])
    with excel(broken(tmp_path)) as desk:
        old = desk.formulas()
        hooks.validate()
        assert desk.formulas() == old
    assert desk.alerts[0][1].startswith("没有校验：文件名里有“=”")


def test_without_a_caller_the_active_workbook_is_taken(tmp_path):
    with excel(broken(tmp_path)) as desk:
        del xw.Book._mock_caller  # noqa: SLF001
        hooks.validate()
        assert "有 1 处错误" in desk.alerts[0][1]
        desk.book.close()
        hooks.validate()
        assert desk.alerts[1][1].startswith("Excel 里没有打开的表。")


def test_an_error_nobody_thought_of_is_one_plain_sentence(tmp_path, monkeypatch):
    def fail(_):
        raise ComError(-2147023174, "RPC 服务器不可用。", None, None)

    with excel(broken(tmp_path)) as desk:
        monkeypatch.setattr(xw.Book, "sheets", property(fail))
        hooks.validate()
    assert desk.alerts[0][1].startswith("校验没有做完，填的数没有动。")
    assert "（ComError）" in desk.alerts[0][1]
    assert "RPC" not in desk.alerts[0][1]


def test_an_overlay_edition_is_found_beside_the_workbook_or_where_the_system_says(
    tmp_path, monkeypatch
):
    beside = tmp_path / "报表"
    (beside / "templates" / "annual-report").mkdir(parents=True)
    source = tomllib.loads((CASES / "overlays.toml").read_text(encoding="utf-8"))["base"]
    name = tomllib.loads(source)["name"]
    toml = beside / "templates" / "annual-report" / f"{name}.toml"
    toml.write_text(source, encoding="utf-8")
    own = named("annual-report", name, (beside / "templates",))
    report = Report(own, AGENCY, 2025, dict.fromkeys(own.typed, 0), origin="workbook")
    path, lonely = beside / "某某局.xlsx", tmp_path / "某某局.xlsx"
    for one in (path, lonely):
        one.write_bytes(build(own, report))
    assert from_excel(path).report.edition.name == own.name
    worded = amended(path, lambda book: book[word("cover")].__setitem__("A16", "旧的文字"))
    assert "label" in [finding.code for finding in from_excel(worded).findings]
    older = from_excel(amended(worded, age_more))
    assert [finding.code for finding in older.findings] == ["other-version"]
    path.write_bytes(lonely.read_bytes())
    with excel(lonely) as desk:
        hooks.validate()
    assert desk.alerts[0][1].startswith("没有校验，表没有动。")
    assert own.name in desk.alerts[0][1]
    monkeypatch.setenv("GOUJI_TEMPLATES", str(beside / "templates"))
    assert from_excel(lonely).report.edition.name == own.name
    monkeypatch.setenv("GOUJI_TEMPLATES", str(tmp_path / "gone"))
    with excel(lonely) as desk:
        hooks.validate()
    assert desk.alerts[0][1].startswith("没有校验：旁边“templates”文件夹")


# ── without a button ──────────────────────────────────────────────────────────────────────────────


def run(*arguments: str) -> object:
    return CliRunner().invoke(cli.gouji, ["check", *arguments, "--lang", "zh"])


def test_check_open_marks_the_workbook_and_prints_what_it_found(tmp_path):
    with excel(broken(tmp_path)) as desk:
        done = run("--open")
        assert desk.alerts == []
        assert line(desk)[0] == "balance"
    assert done.exit_code == 1
    assert "某某局.xlsx" in done.stdout
    assert "表三 D7–D31 自然人" in done.stdout
    with excel(filled(tmp_path)):
        done = run("--open", "--format", "json")
    assert done.exit_code == 0
    assert '"verdict": "pass"' in done.stdout


def test_check_open_writes_every_format_and_json_keeps_its_contract(tmp_path):
    with excel(broken(tmp_path)) as desk:
        for style in ("text", "json", "jsonl", "csv", "html", "xlsx"):
            target = tmp_path / f"o.{style}"
            assert run("--open", "--format", style, "-o", str(target)).exit_code == 1
        assert desk.alerts == []
    schema = json.loads(schema_text("check-result.schema.json"))
    jsonschema.validate(json.loads((tmp_path / "o.json").read_text(encoding="utf-8")), schema)


def test_check_open_says_where_it_could_not_write(tmp_path):
    with excel(amended(broken(tmp_path), lock)):
        done = run("--open")
    assert done.exit_code == 1
    assert "写结果的位置不能写" in done.stderr
    assert "表三 D7–D31 自然人" in done.stdout


def test_without_excel_check_open_says_so_and_leaves_with_2(monkeypatch):
    monkeypatch.setattr(xw.engines, "active", None)
    done = run("--open")
    assert done.exit_code == 2
    assert done.stderr.startswith("这台电脑上没有找到 Excel")
    assert "Traceback" not in done.output
    with pytest.raises(SystemExit) as left:
        hooks.validate()
    assert str(left.value).startswith("这台电脑上没有找到 Excel")


def test_without_xlwings_check_open_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(installed.sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "toolkit.excel", None)
    done = run("--open")
    assert done.exit_code == 2
    project = tomllib.loads((CASES.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    (needed,) = project["project"]["optional-dependencies"]["excel"]
    assert f'pip install "{needed}"' in done.stderr


def test_check_open_goes_with_no_path_and_check_needs_one_without():
    for arguments in (["--open", "a.xlsx"], ["--open", "--prior", "a"], []):
        done = run(*arguments)
        assert done.exit_code == 2
        assert "--open" in done.stderr
    assert run("--open", "--format", "xlsx").exit_code == 2


@TYPING
def test_check_open_says_what_excel_may_be_waiting_for(tmp_path):
    told: list[str] = []
    with excel(broken(tmp_path)) as desk:
        desk.imitation.slow = lambda: len(told)
        assert hooks.active((), told.append, patience=0).verdict == "fail"
    assert told == ["Excel 还没有回应。如果有单元格正在编辑，请按回车结束编辑。"]
