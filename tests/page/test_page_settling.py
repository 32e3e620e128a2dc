"""Decisions by clicks in a browser, and a whole season in few of them."""

import io
import json
import time
import zipfile
from dataclasses import replace

import browser
import pytest
from test_page_axe import axe, faults  # noqa: F401 - a fixture
from test_page_season import NAMES, REASON, ROSTER, report

from toolkit.report.report import as_json, dumps
from toolkit.returned.fill import fill
from toolkit.returned.read import read

CLEAN = {"proactive.rules.issued": 0, "proactive.rules.in_force": 0}
CLICKS = """() => {
    window.clicks = 0;
    addEventListener("click", ({ isTrusted }) => { window.clicks += isTrusted; }, true);
}"""


def source(*given, **more) -> bytes:
    return dumps(as_json(report(*given, **more))).encode()


@pytest.fixture(scope="module")
def one(chromium, built):
    """Give a page shared by all tests here, its season given in the line above the tabs."""
    with browser.opened(chromium, built, viewport={"width": 1366, "height": 900}) as page:
        page.click("#season > summary")
        page.fill("#season-region", "云水区")
        page.fill("#season-sender", "区政务公开办")
        page.fill("#season-due", "2026-03-05")
        roster = browser.uploads({"名册.csv": ROSTER.encode()})
        page.locator("#season-roster input[type=file]").first.set_input_files(roster)
        page.click("#season > summary")
        page.click("#tab-check")
        yield page


@pytest.fixture
def page(one):
    """Give the page with a return of each agency checked, and nothing decided."""
    one.keyboard.press("Escape")
    one.click("#tab-check")
    one.evaluate("""() => {
        office.remove("files");
        const { prefer, reasons } = office.get().settled;
        for (const [kind, rows] of Object.entries({ prefer, reasons }))
            office.settle(kind, Object.fromEntries(Object.keys(rows).map((name) => [name, null])));
    }""")
    put(one, {f"{name}.json": source(name) for name in NAMES})
    return one


def put(page, files: dict[str, bytes]) -> None:
    """Give returns and wait for the check, which begins by itself where some were there already."""
    there = page.evaluate("office.get().files.length")
    page.locator("#check-files input[type=file]").first.set_input_files(browser.uploads(files))
    until(page, f"office.get().files.length === {there + len(files)}")
    if not there:
        page.click("#check-run")
    until(page, "office.checked() && !work.busy()")


def until(page, script: str) -> None:
    """Wait until a script in the page is true: its policy allows no other way."""
    end = time.monotonic() + browser.PATIENCE / 1000
    while not page.evaluate(script):
        assert time.monotonic() < end, script
        page.wait_for_timeout(50)


def settled(page) -> None:
    page.wait_for_timeout(50)
    until(page, "!work.busy()")


def opened(page, agency: str) -> None:
    page.click(f"#check-board .lines tr:has-text('{agency}') th > a")


def buttons(page, within: str = "#check-board") -> list[str]:
    return page.locator(f"{within} .settle button:visible").all_inner_texts()


def result(page) -> dict:
    return json.loads(browser.saved(page, lambda: page.click("[data-get=json]"))[1])


def states(page) -> list[str]:
    found = (f for file in result(page)["files"] for f in file["findings"])
    return [finding["explained"]["state"] for finding in found if finding["explained"]]


def test_a_reason_is_accepted_in_two_clicks_and_the_return_stays_open(page):
    page.evaluate(CLICKS)
    opened(page, "甲局")
    page.click(".entry.open button:text-is('认可')")
    settled(page)
    assert page.evaluate("window.clicks") == 2
    assert "已认可" in page.inner_text(".entry.open")
    assert buttons(page, ".entry.open") == ["撤销"]
    assert page.evaluate("document.activeElement.textContent") == "撤销"
    assert sorted(states(page)) == ["accepted", "stands"]
    page.click(".entry.open button:text-is('撤销')")
    settled(page)
    assert buttons(page, ".entry.open") == ["认可", "不认可"]


def test_all_reasons_that_are_listed_are_accepted_at_once_and_saved_as_waivers(page):
    assert "有 2 条单位的说明等你定" in page.inner_text("#check-said")
    page.fill("#search", "乙局")
    page.click("#settle-all")
    settled(page)
    assert page.input_value("#search") == "乙局"
    assert "有 1 条单位的说明等你定" in page.inner_text("#check-said")
    page.fill("#search", "")
    page.click("#settle-all")
    settled(page)
    assert "等你定" not in page.inner_text("#check-said")
    name, content = browser.saved(page, lambda: page.click("#check-accepted"))
    assert name == "豁免清单.xlsx"
    assert content.startswith(b"PK")
    assert "已定 2 项" in page.inner_text("#season-line")


def test_a_reason_sent_back_makes_a_notice(page):
    opened(page, "甲局")
    page.click(".entry.open button:text-is('不认可')")
    settled(page)
    page.click("#tab-notices")
    page.get_by_role("button", name="看通知：甲局").click()
    until(page, "document.querySelector('#notices-letter textarea').value !== ''")
    text = page.input_value("#notices-letter textarea")
    assert REASON in text
    assert "区政务公开办" in text
    assert "3月5日" in text
    page.click("#notices-close")
    page.click("#tab-check")


def test_new_words_for_a_reason_are_to_be_decided_anew(page):
    page.click("#settle-all")
    settled(page)
    page.evaluate("office.remove('files', ['甲局.json'])")
    put(page, {"甲局.json": source("甲局", "另一个说法")})
    assert sorted(states(page)) == ["accepted", "stands"]
    assert "有 1 条单位的说明等你定" in page.inner_text("#check-said")


def test_a_later_return_waits_until_it_is_preferred_and_that_can_be_taken_back(page):
    put(page, {"甲局改.json": source("甲局", sent=2, proactive__licences__decided=9)})
    agency = result(page)["campaign"]["agencies"][0]
    assert (agency["path"], agency["preferred"]) == ("甲局.json", None)
    page.click(".lines tr:has-text('甲局') button:text-is('以这份为准')")
    settled(page)
    agency = result(page)["campaign"]["agencies"][0]
    assert agency["path"] == "甲局改.json"
    assert len(agency["preferred"]) == 64
    page.click(".lines tr:has-text('甲局') button:text-is('撤销')")
    settled(page)
    assert result(page)["campaign"]["agencies"][0]["path"] == "甲局.json"


def test_two_of_the_same_sending_are_settled_by_a_click(page):
    put(page, {"甲局另.json": source("甲局", proactive__licences__decided=9)})
    assert result(page)["campaign"]["agencies"][0]["path"] is None
    page.locator(".lines tr:has-text('甲局') button:text-is('以这份为准')").last.click()
    settled(page)
    assert result(page)["campaign"]["agencies"][0]["path"] is not None


def test_decisions_are_kept_in_the_file_and_taken_from_it(page, chromium, built):
    page.click("#settle-all")
    settled(page)
    _, content = browser.saved(page, lambda: page.click("#keep-save"))
    with browser.opened(chromium, built) as other:
        other.set_input_files("#keep-file", browser.uploads({"一季.gouji": content}))
        until(other, "office.get().files.length === 2")
        assert other.inner_text("#season-line").startswith("云水区 · 名册")
        other.click("#tab-check")
        other.click("#check-run")
        until(other, "office.checked() && !work.busy()")
        assert states(other) == ["accepted", "accepted"]


def test_no_button_on_the_board_is_a_serious_fault(page, axe):  # noqa: F811
    page.evaluate(axe)
    put(page, {"甲局改.json": source("甲局", sent=2, proactive__licences__decided=9)})
    opened(page, "乙局")
    page.click("#season > summary")
    assert faults(page) == []
    page.click("#season > summary")


# ── a season ──────────────────────────────────────────────────────────────────────────────────────


def test_a_season_of_twelve_takes_twelve_clicks_and_three_dialogs(chromium, built):
    broken, right = returns()
    roster = "\n".join(["机关名称,层级,类别", *(f"第{n}局,县级,部门" for n in range(12))])
    roster = roster.replace("第0局,县级,部门", "第0局,县级,本级")
    with browser.opened(chromium, built, viewport={"width": 1366, "height": 900}) as page:
        page.evaluate(CLICKS)
        dialogs = 0

        def choose(button: str, files: dict[str, bytes]) -> None:
            nonlocal dialogs
            with page.expect_file_chooser() as waiting:
                page.click(button)
            waiting.value.set_files(browser.uploads(files))
            dialogs += 1

        page.click("#tab-blanks")
        until(page, "document.getElementById('blanks-edition').value !== ''")
        choose("#blanks-roster button", {"名册.csv": roster.encode()})
        until(page, "document.getElementById('blanks-roster-told').textContent !== ''")
        _, content = browser.saved(page, lambda: page.click("#blanks-make"))
        assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 24
        page.click("#blanks-done [data-step=check]")
        choose("#check-files button", broken)
        until(page, f"office.get().files.length === {len(broken)}")
        page.click("#check-run")
        until(page, "office.checked() && !work.busy()")
        page.click("#check-next button")
        page.wait_for_selector("#notices-get:visible")
        browser.saved(page, lambda: page.click("#notices-get"))
        page.click("#notices-next button")
        choose("#check-more", right)
        until(page, "office.checked() && !work.busy()")
        page.click("#check-next button")
        until(page, "document.activeElement.id === 'rollup-name'")
        page.keyboard.type("某某区")
        name, workbook = browser.saved(page, lambda: page.keyboard.press("Enter"))
        assert name.endswith(".xlsx")
        assert page.evaluate("window.clicks") <= 12
        assert dialogs == 3
    total = read(workbook).report
    assert total.values["applications.received.natural_person"] == 24
    assert len(total.sources) == 12


def returns() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return twelve returns, of which three fail, and the three corrected."""
    first, again = {}, {}
    for number in range(12):
        one = report(f"第{number}局", None)
        good = replace(one, values={**one.values, **CLEAN}, origin="workbook")
        name = f"第{number}局.xlsx"
        first[name] = fill(good, good.edition).workbook
        if number < 3:
            wrong = replace(good, values={**good.values, "applications.granted.natural_person": 7})
            first[name] = fill(wrong, wrong.edition).workbook
            again[f"第{number}局改.xlsx"] = fill(replace(good, sent=2), good.edition).workbook
    return first, again
