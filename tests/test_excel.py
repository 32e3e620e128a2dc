"""The buttons in Excel, run end to end through xlwings on an imitated Excel."""

import json
import os
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import openpyxl
import pytest
import xlwings as xw
from click.testing import CliRunner
from desktop import REAL, Book, ComError, excel, imitated, refused
from office import need_office, resave
from returns import KINDS, cases
from test_check import as_workbook, report_of
from test_roundtrip import real

from toolkit import cli
from toolkit import excel as hooks
from toolkit.data import schema_text
from toolkit.edition import known, named
from toolkit.examine import judge, load
from toolkit.excel import area
from toolkit.excel.opened import folders, stamped
from toolkit.excel.plain import explained
from toolkit.finding import Result
from toolkit.grid import address
from toolkit.report import Report
from toolkit.workbook.build import build, content_of, entries
from toolkit.workbook.fill import NoPlace, refuse_lost
from toolkit.workbook.live import live_rows, result_range
from toolkit.workbook.sheets import MARK, STAMP
from toolkit.workbook.structure import LIVE, LIVE_FIRST, RESULT, RESULT_ROWS, prior_places, word

CASES = Path(__file__).resolve().parent / "cases"
EDITION = named("annual-report", "2021")
AGENCY = {"name": "某某局", "code": None, "level": "county"}
COUNT = int(os.environ.get("GOUJI_DIFFERENTIAL", "0"))
"""How many returns of each edition are compared; without it one of every kind."""
PATIENCE = 600
RECEIVED, GRANTED = "applications.received.natural_person", "applications.granted.natural_person"
STRUCTURE = {"total-differs", "spelling", "typed-formula", "restyled", "outside", "formula"}


def filled(folder: Path, name: str = "某某局.xlsx", **values: object) -> Path:
    """Return a workbook with all cells 0 but some; `values` by the last two parts of their keys."""
    typed: dict[str, object] = dict.fromkeys(EDITION.typed, 0)
    typed |= {key.replace("__", "."): value for key, value in values.items()}
    report = Report(EDITION, AGENCY, 2025, typed, origin="workbook")
    path = folder / name
    path.write_bytes(build(EDITION, report))
    return path


def broken(folder: Path, name: str = "某某局.xlsx") -> Path:
    return filled(folder, name, **{RECEIVED.replace(".", "__"): 3})


def amended(path: Path, change: object) -> Path:
    """Return the workbook changed as somebody without protection could."""
    book = openpyxl.load_workbook(path)
    change(book)  # type: ignore[operator]
    book.save(path)
    return path


def digest_of(book: Book) -> object:
    """Return what the digest shows now."""
    sheet, at = book.place("gouji_digest")
    return book.results[sheet, at.replace("$", "")]


def from_file(path: Path) -> Result:
    """Return what is found in the saved file, with last year's numbers that stand in it."""
    loaded = load(str(path))
    assert loaded.report is not None
    found = tuple(f for f in loaded.findings if f.code not in STRUCTURE)
    return judge(replace(loaded, findings=found), stamped(loaded.report))


def now() -> Result:
    """Return what is found in the active workbook; anything said besides fails the test."""
    found = hooks.active((), pytest.fail, patience=PATIENCE)
    assert found is not None
    return found


def from_excel(path: Path) -> Result:
    with excel(path):
        return now()


def says(result: Result) -> dict[str, object]:
    return {
        "findings": result.findings,
        "passed": result.passed,
        "failed": result.failed,
        "not_checked": result.not_checked,
        "explanations": result.explanations,
        "values": result.report.values,
        "texts": result.report.texts,
        "prior": result.report.prior,
    }


# ── one press of a button ─────────────────────────────────────────────────────────────────────────


def test_nothing_of_xlwings_but_its_free_part_is_used():
    assert "XLWINGS_LICENSE_KEY" not in os.environ
    assert xw.__pro__ is False


@imitated
def test_a_press_reads_every_sheet_once_and_writes_its_findings_once(tmp_path):
    with excel(broken(tmp_path)) as app:
        hooks.validate()
        reads = [sheet for what, sheet, _ in app.log if what == "read"]
        writes = [(sheet, at) for what, sheet, at in app.log if what != "read"]
    own = [section.sheet for section in EDITION.sections]
    others = [word(name) for name in ("mark", "cover", "prior", "results")]
    assert sorted(reads) == sorted([*own, *others])
    first, left, last, right = result_range(EDITION)
    assert (left, right, last) == (1, 5, first + RESULT_ROWS - 1)
    small = [f"{letter}{first - 2}" for letter in "EH"]
    assert writes == [(word("results"), at) for at in (f"A{first}:E{last}", *small)]


@imitated
def test_it_writes_marks_selects_the_first_cell_and_says_all_in_one_alert(tmp_path):
    path = broken(tmp_path)
    with excel(path) as app:
        hooks.validate()
        book = app.books.active
        page = book.cells[word("results")]
    first = result_range(EDITION)[0]
    row = [page.cell(first, column).value for column in RESULT.values()]
    assert row[:4] == ["balance", "错误", "表三", "表三 D7、表三 D8、表三 D30、表三 D31、"]
    assert page.cell(first + 1, 1).value is None
    assert page.cell(first - 2, STAMP["overflow"]).value is None
    assert page.cell(first - 2, STAMP["stamp"]).value == digest_of(book)
    assert app.selected == ("表三", "D7")
    ((mode, told),) = app.alerts
    assert mode == "critical"
    assert told.startswith(
        "《某某局.xlsx》 某某局 2025 年度\n有 1 处错误、0 处提醒。\n第一处：表三 D7–D31"
    )
    for part in (row[4], "未核对", "没有给出上年度报告", "还没有保存的", "公式、保护和表样"):
        assert part in told


@imitated
def test_no_cell_outside_the_result_area_is_touched_and_nothing_is_saved(tmp_path):
    path = broken(tmp_path)
    before = path.read_bytes()
    first, left, last, right = result_range(EDITION)
    with excel(path) as app:
        old = contents(app.books.active.cells)
        hooks.validate()
        new = contents(app.books.active.cells)
        hooks.clear()
        assert contents(app.books.active.cells) == old
    area_of = {
        (word("results"), r, c) for r in range(first, last + 1) for c in range(left, right + 1)
    }
    area_of.add((word("results"), first - 2, STAMP["stamp"]))
    changed = {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)}
    assert changed
    assert changed <= area_of
    assert path.read_bytes() == before


def contents(book: openpyxl.Workbook) -> dict[tuple[str, int, int], object]:
    return {
        (page.title, *at): cell.value
        for page in book
        for at, cell in page._cells.items()  # noqa: SLF001
        if cell.value is not None
    }


@imitated
def test_unsaved_edits_count_and_a_second_press_takes_the_old_findings_away(tmp_path):
    with excel(broken(tmp_path)) as app:
        hooks.validate()
        page = app.books.active.cells
        cell = page["表三"][EDITION.cells[GRANTED].at]
        cell.value = 3
        hooks.validate()
        first = result_range(EDITION)[0]
        assert page[word("results")].cell(first, 1).value is None
    mode, told = app.alerts[-1]
    assert mode == "info"
    assert "没有发现问题。\n《校验结果》里以前写入的结果已清空。" in told


@imitated
def test_a_change_after_the_press_makes_the_stamp_old(tmp_path):
    with excel(broken(tmp_path)) as app:
        hooks.validate()
        book = app.books.active
        line = result_range(EDITION)[0] - 2
        book.cells["表三"]["D9"].value = 1
        book.calculate()
        assert book.cells[word("results")].cell(line, STAMP["stamp"]).value != digest_of(book)


@imitated
def test_findings_beyond_the_last_row_are_counted(tmp_path):
    lines = [("number", "错误", "表三", "表三 D7、", f"=第 {n} 条") for n in range(RESULT_ROWS + 7)]
    with excel(broken(tmp_path)) as app:
        there = area.find(xw.Book.caller())
        assert there is not None
        area.write(there, lines)
        page = app.books.active.cells[word("results")]
    first, _, last, _ = result_range(EDITION)
    assert page.cell(last, 5).value == f"=第 {RESULT_ROWS - 1} 条"
    assert page.cell(last, 5).data_type == "s"
    assert page.cell(last + 1, 1).value is None
    assert page.cell(first - 2, STAMP["overflow"]).value.startswith("还有 7 条")


@imitated
def test_explain_says_the_smallest_corrections_and_writes_nothing(tmp_path):
    with excel(broken(tmp_path)) as app:
        hooks.explain()
        assert [what for what, *_ in app.log if what != "read"] == []
    ((_, told),) = app.alerts
    assert "此处不符（自然人相差 3）：改 22 格中的任一格都能相符" in told
    with excel(filled(tmp_path)) as app:
        hooks.explain()
        assert "数字之间都对得上" in app.alerts[0][1]
        page = app.books.active.cells["表三"]
        page["D7"].value = "三"
        hooks.explain()
        assert "没有可推算的改法" in app.alerts[1][1]


@imitated
def test_where_calculation_is_manual_it_is_done_first_and_said(tmp_path):
    with excel(broken(tmp_path)) as app:
        app.calculation = "manual"
        book = app.books.active
        book.cells["表三"]["D9"].value = 1
        hooks.validate()
        line = result_range(EDITION)[0] - 2
        assert book.cells[word("results")].cell(line, STAMP["stamp"]).value == digest_of(book)
    assert "手动计算，已先重新计算一次" in app.alerts[0][1]


# ── what may stand in the way ─────────────────────────────────────────────────────────────────────


@imitated
@pytest.mark.parametrize("press", [hooks.validate, hooks.clear, hooks.explain])
def test_while_a_cell_is_edited_it_says_to_press_enter(press, tmp_path):
    with excel(broken(tmp_path)) as app:
        app.typing = True
        press()
    assert app.alerts == [
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
    page = book[word("results")]
    for row in range(result_range(EDITION)[0], result_range(EDITION)[0] + 3):
        page.cell(row, 1).protection = openpyxl.styles.Protection(locked=True)
        page.cell(row, 1).number_format = "0"


def unname(book: openpyxl.Workbook) -> None:
    del book.defined_names["gouji_results"]


def drop_results(book: openpyxl.Workbook) -> None:
    page = book[word("results")]
    page.cell(result_range(EDITION)[0] - 1, 1).value = "别的"


def forget_mark(book: openpyxl.Workbook) -> None:
    book[word("mark")]["B2"].value = "2099"


TAMPERED = {
    "rows moved": (move_rows, "表三", True),
    "label": (relabel, "表三 B9", True),
    "sheet renamed": (rename, "没有校验：找不到工作表《表三》", False),
    "area locked": (lock, "写结果的位置不能写", True),
    "area without a name": (unname, "找不到写结果的位置", True),
    "area elsewhere": (drop_results, "找不到写结果的位置", True),
    "edition of nobody": (forget_mark, "没有校验，表没有动。", False),
}


@imitated
@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_workbook_gets_a_plain_sentence_and_keeps_its_numbers(name, tmp_path):
    change, sentence, checked = TAMPERED[name]
    with excel(amended(broken(tmp_path), change)) as app:
        cells = app.books.active.cells
        before = {at: cell.value for at, cell in cells.worksheets[3]._cells.items()}  # noqa: SLF001
        hooks.validate()
        assert {at: c.value for at, c in cells.worksheets[3]._cells.items()} == before  # noqa: SLF001
    ((mode, told),) = app.alerts
    assert mode == "critical"
    assert sentence in told
    assert ("处错误" in told) == checked
    assert "Error" not in told


def lose_mark(book: openpyxl.Workbook) -> None:
    del book[word("mark")]


def age(book: openpyxl.Workbook) -> None:
    page = book[word("mark")]
    page.cell(MARK.index("plan") + 1, 2).value = "an older plan"


@pytest.mark.parametrize(("change", "code"), [(lose_mark, "mark-missing"), (age, "other-version")])
def test_without_a_mark_or_of_another_version_it_is_read_by_its_labels(change, code, tmp_path):
    found = from_excel(amended(broken(tmp_path), change))
    assert code in [finding.code for finding in found.findings]
    assert [f.cells[0].at for f in found.findings if f.code == "balance" and f.follows is None] == [
        "D7"
    ]


@imitated
def test_a_workbook_in_a_cloud_has_no_editions_beside_it(tmp_path, monkeypatch):
    def fail(_):
        raise xw.XlwingsError("SharePoint")

    with excel(broken(tmp_path)) as app:
        monkeypatch.setattr(Book, "fullname", property(fail), raising=False)
        assert folders(xw.Book.caller()) == ()
        hooks.validate()
    assert "有 1 处错误" in app.alerts[0][1]


@imitated
def test_a_workbook_that_is_not_ours_is_left_alone(tmp_path):
    path = tmp_path / "预算.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.defined_names["gouji_digest"] = openpyxl.workbook.defined_name.DefinedName(
        "gouji_digest", attr_text="Sheet!$Z$9"
    )
    book.save(path)
    for press in (hooks.validate, hooks.explain, hooks.clear):
        with excel(path) as app:
            press()
            assert [what for what, *_ in app.log if what == "write"] == []
        ((mode, told),) = app.alerts
        assert mode == "critical"
        assert told.startswith(("没有校验，表没有动。", "这份表的《校验结果》里找不到"))


@imitated
def test_of_two_open_workbooks_the_calling_one_is_checked(tmp_path):
    one, other = filled(tmp_path, "甲.xlsx"), broken(tmp_path, "乙.xlsx")
    with excel(other, one) as app:
        hooks.validate()
        assert "《甲.xlsx》" in app.alerts[0][1]
        xw.Book(other).set_mock_caller()
        hooks.validate()
        assert "《乙.xlsx》" in app.alerts[1][1]
        told = []
        found = hooks.active((), told.append, patience=PATIENCE)
        assert told == ["打开着 2 个工作簿，查的是正在用的《乙.xlsx》。"]
        assert found.path == "乙.xlsx"


@imitated
def test_a_name_with_an_equals_sign_is_asked_to_be_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["x", "--wb=甲=乙.xlsx", "--from_xl=1"])
    with excel(broken(tmp_path)) as app:
        hooks.validate()
        assert app.log == []
    assert app.alerts[0][1].startswith("没有校验：文件名里有“=”")


@imitated
def test_without_a_caller_the_active_workbook_is_taken(tmp_path):
    with excel(broken(tmp_path)) as app:
        del xw.Book._mock_caller  # noqa: SLF001
        hooks.validate()
        assert "有 1 处错误" in app.alerts[0][1]
        app.books.open_books.clear()
        hooks.validate()
        assert app.alerts[1][1].startswith("Excel 里没有打开的表。")


@imitated
def test_an_error_nobody_thought_of_is_one_plain_sentence(tmp_path, monkeypatch):
    def fail(_):
        raise ComError(-2147023174, "RPC 服务器不可用。", None, None)

    with excel(broken(tmp_path)) as app:
        monkeypatch.setattr(app.books.active.__class__, "sheets", property(fail))
        hooks.validate()
    assert app.alerts[0][1].startswith("校验没有做完，填的数没有动。")
    assert "RPC 服务器不可用" in app.alerts[0][1]


# ── overlays ──────────────────────────────────────────────────────────────────────────────────────


@imitated
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
    with excel(lonely) as app:
        hooks.validate()
    assert app.alerts[0][1].startswith("没有校验，表没有动。")
    assert own.name in app.alerts[0][1]
    monkeypatch.setenv("GOUJI_TEMPLATES", str(beside / "templates"))
    assert from_excel(lonely).report.edition.name == own.name
    monkeypatch.setenv("GOUJI_TEMPLATES", str(tmp_path / "gone"))
    with excel(lonely) as app:
        hooks.validate()
    assert app.alerts[0][1].startswith("没有校验：旁边 templates 文件夹")


# ── without a button ──────────────────────────────────────────────────────────────────────────────


def run(*arguments: str) -> object:
    return CliRunner().invoke(cli.gouji, ["check", *arguments, "--lang", "zh"])


@imitated
def test_check_open_marks_the_workbook_and_prints_what_it_found(tmp_path):
    with excel(broken(tmp_path)) as app:
        done = run("--open")
        assert app.alerts == []
        assert app.books.active.cells[word("results")].cell(result_range(EDITION)[0], 1).value
    assert done.exit_code == 1
    assert "某某局.xlsx" in done.stdout
    assert "表三 D7–D31 自然人" in done.stdout
    with excel(filled(tmp_path)):
        done = run("--open", "--format", "json")
    assert done.exit_code == 0
    assert '"verdict": "pass"' in done.stdout


@imitated
def test_check_open_writes_every_format_and_json_keeps_its_contract(tmp_path):
    with excel(broken(tmp_path)) as app:
        for style in ("text", "json", "jsonl", "csv", "html", "xlsx"):
            assert (
                run("--open", "--format", style, "-o", str(tmp_path / f"o.{style}")).exit_code == 1
            )
        assert app.alerts == []
    schema = json.loads(schema_text("check-result.schema.json"))
    jsonschema.validate(json.loads((tmp_path / "o.json").read_text(encoding="utf-8")), schema)


def test_check_open_says_where_it_could_not_write(tmp_path):
    with excel(amended(broken(tmp_path), lock)):
        done = run("--open")
    assert done.exit_code == 1
    assert "写结果的位置不能写" in done.stderr
    assert "表三 D7–D31 自然人" in done.stdout


@imitated
def test_without_excel_check_open_says_so_and_leaves_with_2(monkeypatch):
    monkeypatch.setattr(xw.engines, "active", None)
    done = run("--open")
    assert done.exit_code == 2
    assert done.stderr.startswith("这台电脑上没有找到 Excel")
    assert "Traceback" not in done.output
    with pytest.raises(SystemExit) as left:
        hooks.validate()
    assert str(left.value).startswith("这台电脑上没有找到 Excel")


@imitated
def test_without_xlwings_check_open_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "toolkit.excel", None)
    done = run("--open")
    assert done.exit_code == 2
    assert "pip install" in done.stderr


def test_check_open_goes_with_no_path_and_check_needs_one_without():
    for arguments in (["--open", "a.xlsx"], ["--open", "--prior", "a"], []):
        done = run(*arguments)
        assert done.exit_code == 2
        assert "--open" in done.stderr
    assert run("--open", "--format", "xlsx").exit_code == 2


@imitated
def test_check_open_says_what_excel_may_be_waiting_for(tmp_path):
    told: list[str] = []
    with excel(broken(tmp_path)) as app:
        app.slow = lambda: len(told)
        assert hooks.active((), told.append, patience=0).verdict == "fail"
    assert told == ["Excel 还没有回应。如果有单元格正在编辑，请按回车结束编辑。"]


# ── the same as from the file ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ident", known(), ids="/".join)
def test_a_button_finds_what_check_finds_in_the_saved_file(ident, tmp_path):
    """The returns are those of test_liverows: what the live rows say agrees with the same check.

    All are typed one after another into one workbook that stands open.
    """
    edition = named(*ident)
    blank, saved = tmp_path / "某某局.xlsx", tmp_path / "saved" / "某某局.xlsx"
    saved.parent.mkdir()
    blank.write_bytes(build(edition))
    with excel(blank) as app:
        for number, case in enumerate(cases(edition, seed=2, count=COUNT or 2 * len(KINDS))):
            texts = dict.fromkeys(edition.texts, f"本机关收到申请 {number} 件。\n=1+1\n\n其他")
            report = replace(case.report, texts=texts, sent=2)
            saved.write_bytes(build(edition, report, report.prior))
            if not REAL:
                type_in(app.books.active, report)
            live, stored = says(from_excel(saved) if REAL else now()), says(from_file(saved))
            assert {k: v for k, v in live.items() if v != stored[k]} == {}, (number, case.kind)


@imitated
def test_real_reports_and_cases_are_found_the_same_in(tmp_path):
    blank, saved = tmp_path / "某某局.xlsx", tmp_path / "saved" / "某某局.xlsx"
    saved.parent.mkdir()
    reports = [*real_reports(), *list(described())[:: 1 if COUNT else 5]]
    assert len(reports) > 20
    for ident in known():
        edition = named(*ident)
        blank.write_bytes(build(edition))
        with excel(blank) as app:
            for report in (one for one in reports if one.edition is edition):
                type_in(app.books.active, report)
                saved.write_bytes(build(edition, report))
                live, stored = says(now()), says(from_file(saved))
                assert {k: v for k, v in live.items() if v != stored[k]} == {}


def real_reports() -> Iterator[Report]:
    """Yield the published reports, as a workbook of their typed cells is read."""
    for case in real():
        yield replace(case.report, texts=dict.fromkeys(case.report.edition.texts, ""))


def described() -> Iterator[Report]:
    """Yield the returns of tests/cases that a workbook can hold."""
    for name in ("numbers", "balances", "years", "form", "website"):
        source = (CASES / f"{name}.toml").read_text(encoding="utf-8")
        for case in tomllib.loads(source, parse_float=Decimal)["case"]:
            report = report_of(case)
            try:
                refuse_lost(report, report.edition)
            except NoPlace:
                continue
            yield as_workbook(report)


def type_in(book: Book, report: Report) -> None:
    """Put everything two returns may differ in into an open workbook, as if it had been typed."""
    for place in book.typed:
        book.cells[place[0]].cell(*place[1]).value = None
    book.typed.clear()
    for sheet, cells in entries(report.edition, report, report.prior, None).items():
        for place, value in cells.items():
            kind = content_of(value, sheet=sheet, at="")[1]
            cell = book.cells[sheet].cell(*place)
            cell.value = float(value) if kind == "n" else str(value)
            cell.data_type = kind
            book.typed.append((sheet, place))
    book.calculate()


@imitated
def test_the_live_rows_as_libreoffice_reckons_them_judge_as_the_button_does(tmp_path):
    need_office()
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(KINDS))]
    for path, case in zip(paths, cases(EDITION, seed=2, count=len(KINDS)), strict=True):
        path.write_bytes(build(EDITION, case.report, case.report.prior))
    rows = [(row, live) for row, live in enumerate(live_rows(EDITION), LIVE_FIRST) if live.keys]
    assert len(rows) == 58
    judged = set()
    for saved in resave(paths, tmp_path / "saved"):
        with excel(saved, calculated=True) as app:
            found = now()
            shown = app.books.active.results
        for row, live in rows:
            state = shown[word("results"), address(row, LIVE["state"])]
            group = {word("agree"): found.passed, live.broken: found.failed}
            assert live.id in group.get(state, found.not_checked), (saved.name, live.id, state)
            judged.add(state)
    words = ("agree", "differ", "hint", "open", "amend", "no_prior")
    assert judged == {word(name) for name in words}


HANDS = {
    "text of digits": "12",
    "full width": "１２",
    "a day": datetime(2025, 3, 4),  # noqa: DTZ001
    "a moment": datetime(2025, 3, 4, 13, 5, 7),  # noqa: DTZ001
    "an error": "#N/A",
    "an error xlwings does not know": "#SPILL!",
    "yes": True,
    "no": False,
    "a fraction": 0.1 + 0.2,
    "large": 1e15,
    "small": 1.5e-7,
    "negative": -3,
    "blank text": " ",
}


@pytest.mark.parametrize("name", HANDS)
def test_whatever_is_typed_is_read_as_from_the_file(name, tmp_path):
    def type_it(book: openpyxl.Workbook) -> None:
        for key in (RECEIVED, "proactive.fees.collected"):
            cell = book[EDITION.cells[key].sheet][EDITION.cells[key].at]
            cell.value = HANDS[name]
            cell.data_type = "e" if str(HANDS[name]).startswith("#") else cell.data_type

    path = amended(filled(tmp_path), type_it)
    assert says(from_excel(path)) == says(from_file(path))


def test_a_sum_shown_as_currency_keeps_all_its_decimals(tmp_path):
    key = "proactive.fees.collected"

    def show(book: openpyxl.Workbook) -> None:
        cell = book[EDITION.cells[key].sheet][EDITION.cells[key].at]
        cell.value, cell.number_format = 12345.678901, "¥#,##0.00"

    found = from_excel(amended(filled(tmp_path), show))
    assert str(found.report.values[key]) == "12345.678901"


def test_last_years_numbers_in_the_workbook_are_those_it_is_held_against(tmp_path):
    report = Report(EDITION, AGENCY, 2025, dict.fromkeys(EDITION.typed, 0), origin="workbook")
    path = tmp_path / "某某局.xlsx"
    path.write_bytes(build(EDITION, report, dict.fromkeys(prior_places(EDITION), 4)))
    found = from_excel(path)
    carried = next(f for f in found.findings if f.code == "carried-in")
    assert (carried.cells[0].at, carried.found, carried.expected) == ("D8", "0", "4")
    assert says(found) == says(from_file(path))
