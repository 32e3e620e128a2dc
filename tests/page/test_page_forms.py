"""Handing out and the forms, by clicks in a browser."""

import io
import json
import re
import tomllib
import zipfile

import browser
import pytest
import source
from casebook import real
from click.testing import CliRunner
from source import TESTS

from toolkit import cli
from toolkit.blank.build import build
from toolkit.campaign.handout import alone, empty, empty_roster
from toolkit.edition.edition import resolve
from toolkit.edition.parse import parse_text
from toolkit.report.report import from_json

BASE = tomllib.loads((TESTS / "cases" / "overlays.toml").read_text(encoding="utf-8"))["base"]
ROSTER = """机关名称,统一社会信用代码,层级
某某市人民政府,11321300014307892X,市级
<img src=x onerror=alert(1)>局,,县级
""".encode()
HOSTILE = "<img src=x onerror=alert(1)>"
YEAR = "2024"
STOP = """() => new MutationObserver((_, watch) => {
    if (!/正在生成：[1-9]/.test(page.at("blanks-doing").textContent)) return;
    watch.disconnect();
    page.at("blanks-stop").click();
}).observe(page.at("blanks-doing"), { childList: true })"""
"""Stops the making of workbooks once some are made, faster than a click."""


@pytest.fixture(scope="module")
def one(chromium, built):
    """Give a page shared by all tests that do not disturb each other."""
    with browser.opened(chromium, built) as found:
        yield found


@pytest.fixture
def blanks(one):
    one.locator("#tab-blanks").click()
    one.locator("#blanks-edition option").first.wait_for(state="attached")
    one.fill("#blanks-year", YEAR)
    one.check("[name=blanks-who][value=file]")
    if one.locator("#blanks-prior-clear").is_visible():
        one.click("#blanks-prior-clear")
    one.uncheck("#blanks-shared")
    one.uncheck("#blanks-mail")
    return one


def put(page, place, files):
    page.locator(f"{place} input[type=file]").first.set_input_files(browser.uploads(files))


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def parts(files):
    """Return files with workbooks as their parts: zlib versions give different bytes."""
    return {
        name: list(unpacked(one).items()) if name.endswith(".xlsx") else one
        for name, one in files.items()
    }


def by_command(folder, *words):
    arguments = ["blank", "--lang", "zh", "--year", YEAR, *map(str, words), "-o", str(folder)]
    result = CliRunner().invoke(cli.gouji, arguments)
    assert result.exit_code == 0, result.output


# ── handing out ───────────────────────────────────────────────────────────────────────────────────


def test_a_dropped_roster_gives_the_files_of_the_command_line(blanks, tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes(ROSTER)
    put(blanks, "#blanks-roster", {"名册.csv": ROSTER})
    blanks.get_by_text("名册.csv：2 个单位。").wait_for()
    name, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    assert name == "填报表-2024.zip"
    by_command(tmp_path / "发放", "--roster", path)
    there = {path.name: path.read_bytes() for path in (tmp_path / "发放").iterdir()}
    assert parts(unpacked(content)) == parts(there)
    again = browser.saved(blanks, lambda: blanks.click("#blanks-done button:not([data-step])"))
    assert again == (name, content)


def test_one_workbook_for_all_is_that_of_the_command_line_and_has_no_mails(blanks, tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes(ROSTER)
    put(blanks, "#blanks-roster", {"名册.csv": ROSTER})
    blanks.get_by_text("名册.csv：2 个单位。").wait_for()
    blanks.check("#blanks-mail")
    blanks.check("#blanks-shared")
    assert blanks.is_disabled("#blanks-mail")
    name, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    assert name == "填报表-共用-2024.xlsx"
    by_command(tmp_path / "共用.xlsx", "--roster", path, "--shared")
    there = (tmp_path / "共用.xlsx").read_bytes()
    assert list(unpacked(content).items()) == list(unpacked(there).items())
    assert "彼此看得到" in blanks.inner_text("#blanks-done")
    blanks.uncheck("#blanks-shared")
    assert not blanks.is_disabled("#blanks-mail")


def test_last_years_numbers_are_carried_and_what_became_of_them_is_said(blanks, tmp_path):
    report = json.loads((TESTS / "real" / "suqian_city_2023.json").read_text("utf-8"))
    report["agency"] = {"name": "某某市人民政府", "code": None, "level": "city"}
    mine = json.dumps(report).encode()
    report["agency"]["name"] = HOSTILE
    files = {"a.json": mine, "b.json": json.dumps(report).encode(), "坏.xlsx": b"PK\3\4"}
    folder = tmp_path / "上年"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (tmp_path / "名册.csv").write_bytes(ROSTER)
    put(blanks, "#blanks-roster", {"名册.csv": ROSTER})
    put(blanks, "#blanks-prior", files)
    blanks.get_by_text("已放 3 个文件。").wait_for()
    _, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    by_command(tmp_path / "发放", "--roster", tmp_path / "名册.csv", "--prior", folder)
    there = {path.name: path.read_bytes() for path in (tmp_path / "发放").iterdir()}
    assert parts(unpacked(content)) == parts(there)
    lines = blanks.locator("#blanks-done li").all_inner_texts()
    assert lines[0] == "带入上年数：1 个单位。"
    assert HOSTILE in lines[1]
    assert lines[-1].startswith("没有读 坏.xlsx：")


LOSE = """() => new MutationObserver((_, watch) => {
    if (!page.at("blanks-doing").textContent.includes("2 / 4")) return;
    watch.disconnect();
    setTimeout(() => engine.stop("crashed"));
}).observe(page.at("blanks-doing"), { childList: true })"""
"""Ends the engine while it reads the third of last year's four returns."""


def test_a_return_of_last_year_over_which_the_engine_is_lost_costs_only_itself(blanks):
    report = json.loads((TESTS / "real" / "suqian_city_2023.json").read_text("utf-8"))
    files = {}
    for name in "甲乙丙丁":
        report["agency"] = {"name": f"{name}局", "code": None, "level": "city"}
        files[f"{name}.json"] = json.dumps(report).encode()
    lines = ["机关名称,统一社会信用代码,层级", *(f"{name}局,,市级" for name in "甲乙丙丁")]
    put(blanks, "#blanks-roster", {"名册.csv": "\n".join(lines).encode()})
    put(blanks, "#blanks-prior", files)
    blanks.get_by_text("已放 4 个文件。").wait_for()
    blanks.evaluate(LOSE)
    _, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    assert len(unpacked(content)) == 8
    lines = blanks.locator("#blanks-done li").all_inner_texts()
    assert lines[0] == "带入上年数：3 个单位。"
    assert len(lines) == 3
    assert re.match("没有读 [甲乙丙丁].json：", lines[2])


def test_a_bad_roster_is_told_beside_it_with_its_rows_and_nothing_is_made(blanks):
    bad = ROSTER.replace("县级".encode(), "镇里".encode())
    put(blanks, "#blanks-roster", {"名册.csv": bad})
    wrong = blanks.locator("#blanks-roster-wrong")
    wrong.wait_for()
    assert wrong.inner_text().startswith("第 3 行：没有层级“镇里”。")
    blanks.click("#blanks-make")
    wrong.wait_for()
    assert blanks.locator("#blanks-done").inner_text() == ""


def test_an_empty_roster_can_be_saved(blanks):
    found = browser.saved(blanks, lambda: blanks.click("#blanks-empty"))
    assert found[0] == "名册.xlsx"
    assert unpacked(found[1]) == unpacked(empty_roster())


def test_rows_are_pasted_from_a_spreadsheet_and_wrong_ones_are_named(blanks):
    blanks.check("[name=blanks-who][value=typed]")
    text = "机关名称\t代码\t层级\r\n甲局\t01\t县级\r\n乙局\t02\t某级\r\n"
    first = blanks.get_by_role("textbox", name="第 1 行 机关名称")
    first.evaluate(
        """(field, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )
    assert blanks.locator("#blanks-typed-told").inner_text() == "已粘贴 3 行。"
    blanks.click("#blanks-make")
    wrong = blanks.locator("#blanks-roster-wrong")
    wrong.wait_for()
    assert wrong.inner_text().startswith("第 3 行：没有层级“某级”。")
    assert blanks.evaluate("document.activeElement.id") == "blanks-roster-wrong"
    blanks.get_by_label("第 3 行 层级").fill("市级")
    _, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    assert sorted(unpacked(content)) == [
        f"{code}-{name}-2024.{end}"
        for code, name in (("01", "甲局"), ("02", "乙局"))
        for end in ("txt", "xlsx")
    ]


def test_one_agency_gets_its_workbook_alone(blanks, tmp_path):
    blanks.check("[name=blanks-who][value=single]")
    blanks.click("#blanks-make")
    blanks.get_by_text("请填机关名称。").wait_for()
    blanks.locator("#pane-blanks").get_by_label("机关名称", exact=True).fill("甲局")
    blanks.locator("#pane-blanks").get_by_label("层级", exact=True).fill("县级")
    name, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    assert name == "1-甲局-2024.xlsx"
    by_command(tmp_path / "x.xlsx", "--agency", "甲局", "--level", "county")
    assert unpacked(content) == unpacked((tmp_path / "x.xlsx").read_bytes())


def test_a_year_without_a_form_is_told_beside_the_year(blanks):
    blanks.fill("#blanks-year", "1999")
    blanks.get_by_text("没有用于 1999 年度的表式").wait_for()
    assert blanks.locator("#blanks-year").get_attribute("aria-invalid") == "true"
    blanks.fill("#blanks-year", "19")
    blanks.get_by_text("年度要四位数字").wait_for()
    blanks.fill("#blanks-year", YEAR)
    blanks.locator("#blanks-year-wrong").wait_for(state="hidden")


def test_many_workbooks_are_made_in_pieces_and_can_be_stopped(blanks):
    lines = ["机关名称,统一社会信用代码,层级", *(f"第{n}局,{n},县级" for n in range(400))]
    put(blanks, "#blanks-roster", {"名册.csv": "\n".join(lines).encode()})
    blanks.get_by_text("400 个单位").wait_for()
    blanks.evaluate(STOP)
    blanks.click("#blanks-make")
    blanks.get_by_text("已停止，没有生成文件。").wait_for()
    assert blanks.locator("#blanks-make").is_enabled()
    _, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    assert len(unpacked(content)) == 800


def test_another_form_is_chosen_made_filled_in_and_checked(blanks, page):
    blanks.locator("#blanks-edition option", has_text="示例").wait_for(state="attached")
    names = blanks.locator("#blanks-edition option").all_inner_texts()
    assert names == [
        "政府信息公开工作年度报告（2021）",
        "行政执法统计年报（2021）",
        "政府网站工作年度报表（2017）〔示例：印好的文字未核对〕",
    ]
    blanks.select_option("#blanks-edition", "enforcement/2021")
    blanks.check("[name=blanks-who][value=single]")
    blanks.locator("#pane-blanks").get_by_label("机关名称", exact=True).fill("庆元县")
    blanks.locator("#pane-blanks").get_by_label("层级", exact=True).fill("县级")
    _, content = browser.saved(blanks, lambda: blanks.click("#blanks-make"))
    blanks.select_option("#blanks-edition", "annual-report/2021")
    report = from_json(real("qingyuan_2024"))
    assert content == alone(empty(report.edition, report.agency, 2024), None)
    put(page, "[data-drop=agency]", {"庆元县.xlsx": build(report.edition, report)})
    page.locator("#agency-told.pass").wait_for()


# ── the forms ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def forms(one):
    one.locator("#tab-forms").click()
    one.locator("#forms-shown .rule").first.wait_for(state="attached")
    return one


def test_cells_and_rules_are_found_by_what_is_printed(forms):
    assert forms.locator("#forms-which option").all_inner_texts() == [
        "政府信息公开工作年度报告（2021，2021 起）",
        "政府信息公开工作年度报告（2019，2019–2020）",
        "行政执法统计年报（2021，2021 起）",
        "行政执法统计年报（2018，2018–2020）",
        "政府网站工作年度报表（2017，2017 起）〔示例：印好的文字未核对〕",
    ]
    forms.fill("#forms-search", "结转下年度")
    hits = forms.locator("#forms-shown td.hit b").all_inner_texts()
    assert hits == [f"{column}31" for column in "DEFGHIJ"]
    shown = forms.locator("#forms-shown .rule:not([hidden]) h5 code").all_inner_texts()
    assert "balance" in shown
    assert "dispute-total" not in shown
    forms.fill("#forms-search", "")
    assert forms.locator("#forms-shown .rule[hidden]").count() == 0


def test_another_edition_is_shown_when_it_is_chosen(forms):
    forms.select_option("#forms-which", "annual-report/2019")
    forms.get_by_role("heading", name="2019 版").wait_for()
    forms.select_option("#forms-which", "annual-report/2021")
    forms.get_by_role("heading", name="2021 版").wait_for()


def test_a_local_edition_is_used_by_all_tabs_until_it_is_removed_and_a_wrong_one_is_told(page):
    own = tomllib.loads(BASE)["name"]
    page.locator("#tab-forms").click()
    page.locator("#forms-own summary").click()
    put(page, "#forms-drop", {"own.toml": BASE.encode(), f"{HOSTILE}.toml": b"a = ["})
    page.locator("#forms-wrong pre").wait_for()
    assert page.locator("#forms-wrong pre").inner_text().startswith(f"{HOSTILE}.toml line 1")
    assert page.locator("#forms-list li").count() == 1
    assert page.locator(f"#forms-which option[value='annual-report/{own}']").count() == 1
    for desk in ("", "agency"):
        found = browser.ask(page, "forms_listed", {"lang": "zh"}, desk)
        assert own in [one["name"] for one in found]
    page.locator("#tab-blanks").click()
    page.locator(f"#blanks-edition option[value='annual-report/{own}']").wait_for(state="attached")
    page.evaluate("engine.stop('crashed')")
    found = browser.ask(page, "forms_listed", {"lang": "zh"})
    assert own in [one["name"] for one in found]
    page.locator("#tab-forms").click()
    page.get_by_role("button", name="移除 own.toml").click()
    page.locator("#forms-none").wait_for()
    page.locator("#tab-blanks").click()
    page.locator(f"#blanks-edition option[value='annual-report/{own}']").wait_for(state="detached")


def test_a_local_edition_that_comes_or_goes_lets_what_was_examined_be_examined_anew(page):
    edition = resolve(parse_text(BASE, "own.toml"))
    agency = {"name": "甲局", "code": None, "level": "county"}
    files = {"甲局.xlsx": alone(empty(edition, agency, 2024), None)}
    words = source.messages()["page"]
    put(page, "[data-drop=agency]", files)
    page.locator("#agency-told.reject").wait_for()
    page.locator("#tab-check").click()
    put(page, "#check-files", files)
    page.locator("#check-files-taken li").wait_for(state="attached")
    page.click("#check-run")
    page.locator("#check-board .entry").first.wait_for(state="attached")
    assert page.locator("#check-board .badge.reject").count() > 0
    page.locator("#tab-forms").click()
    page.locator("#forms-own summary").click()
    put(page, "#forms-drop", {"own.toml": BASE.encode()})
    page.locator("#forms-list li").wait_for()
    page.locator("#agency-told.fail").wait_for(state="attached")
    page.locator("#tab-check").click()
    page.get_by_text(words["check-old"]["zh"]).wait_for()
    page.click("#check-run")
    page.locator("#check-board .badge.fail").first.wait_for()
    page.locator("#tab-forms").click()
    page.get_by_role("button", name="移除 own.toml").click()
    page.locator("#agency-told.reject").wait_for(state="attached")


def test_what_was_typed_and_dropped_is_there_after_a_reload(page):
    own = tomllib.loads(BASE)["name"]
    page.locator("#tab-forms").click()
    page.locator("#forms-own summary").click()
    put(page, "#forms-drop", {"own.toml": BASE.encode()})
    page.locator("#forms-list li").wait_for()
    page.locator("#tab-blanks").click()
    page.locator("#blanks-edition option").first.wait_for(state="attached")
    page.fill("#blanks-year", YEAR)
    put(page, "#blanks-roster", {"名册.csv": ROSTER})
    page.get_by_text("2 个单位").wait_for()
    page.locator(f"#blanks-edition option[value='annual-report/{own}']").wait_for(state="attached")
    page.select_option("#blanks-edition", f"annual-report/{own}")
    page.check("[name=blanks-who][value=typed]")
    page.get_by_label("第 2 行 机关名称").fill("乙局")
    page.wait_for_timeout(600)
    page.get_by_text("已暂存在这个浏览器里。").wait_for()
    page.reload()
    page.wait_for_selector(browser.READY)
    page.locator("#tab-blanks").click()
    page.locator(f"#blanks-edition option[value='annual-report/{own}']").wait_for(state="attached")
    page.get_by_text("已恢复上次的内容。").wait_for()
    assert page.locator("#blanks-edition").input_value() == f"annual-report/{own}"
    assert page.locator("#blanks-year").input_value() == YEAR
    assert page.get_by_label("第 2 行 机关名称").input_value() == "乙局"
    page.check("[name=blanks-who][value=file]")
    page.get_by_text("名册.csv：2 个单位。").wait_for()
