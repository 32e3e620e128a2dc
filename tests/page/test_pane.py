"""The pane with a stub of Excel or WPS around it, or nothing: findings, places, the result area."""

import base64
import json
import re

import browser
import panes
import pytest
import share
import tamper
from casebook import cases, report_of
from click.testing import CliRunner
from panes import pressed
from serving import serving
from source import messages
from test_page_axe import axe, faults  # noqa: F401 - a fixture

from toolkit import cli
from toolkit.blank.build import build
from toolkit.page import panefiles
from toolkit.page.panefiles import Pane, files
from toolkit.server.gate import Bounds

NAME = "某某局.xlsx"
WRONG = tamper.put("表三", "D7", "<v>9</v>")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, built):
    """Return the folder of a pane with the engine of the page that was built."""
    return written(tmp_path_factory.mktemp("pane"), built, Pane(panes.URL))


def written(target, built, pane):
    """Write a pane's folder; its parts are those of the page that was built."""
    text = built.read_text(encoding="utf-8")
    found = dict(re.findall(r'id="part-(\w+)">([^<]*)<', text))
    with pytest.MonkeyPatch.context() as patch:
        parts = {name: base64.b64decode(content) for name, content in found.items()}
        patch.setattr(panefiles, "packed", lambda: parts)
        for name, content in files(pane):
            (target / name).write_bytes(content)
    return target


def say(name, **figures):
    return messages()["pane"][name]["zh"].format(**figures)


def told(page):
    """Return verdict, findings and last message as they are seen."""
    return {
        "verdict": page.get_attribute("#told", "class"),
        "findings": page.locator("#findings li").all_inner_texts(),
        "said": page.inner_text("#doing"),
    }


def log(page, kind):
    """Return what was done to the workbook around the pane."""
    return [each for each in page.evaluate("desk.log") if each[0] == kind]


def replace_book(page, name, source, *, whole=True):
    put(page, panes.model(name, source, whole=whole))


def put(page, book):
    """Put a workbook around the pane, with nothing done to it yet."""
    page.evaluate("(model) => { desk.model = model; desk.log.length = 0; }", book)


# ── in Excel and WPS ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def in_excel(chromium, folder):
    """Give a pane in Excel that tests share: each puts its own workbook there."""
    with panes.opened(chromium, folder, "excel", panes.model(NAME, WRONG)) as page:
        yield page


@pytest.fixture(scope="module")
def in_wps(chromium, folder):
    """Give a pane in WPS that tests share."""
    with panes.opened(chromium, folder, "wps", panes.model(NAME, WRONG)) as page:
        yield page


@pytest.fixture(params=["excel", "wps"])
def around(request):
    """Give the name of a program and the pane in it, with nothing done to its workbook yet."""
    return request.param, request.getfixturevalue(f"in_{request.param}")


def sources():
    """Yield workbooks of cases, and some whose structure was changed."""
    found = [param for param in cases() if report_of(param.values[0]).year]
    for number, param in enumerate(share.spread(found, 60)):
        report = report_of(param.values[0])
        yield f"{number}.xlsx", build(report.edition, report)
    yield NAME, WRONG
    yield (
        "拆.xlsx",
        tamper.changed(tamper.filled(), "表三", tamper.replacing("<sheetProtection ", "<x ")),
    )
    yield "改.xlsx", tamper.put("表三", "D7", "<f>1+1</f><v>2</v>")


def test_pane_page_server_and_command_give_the_same_bytes(in_excel, tmp_path, monkeypatch):
    """The pane's engine is the page's; the page itself is compared in test_page_same.py."""
    monkeypatch.chdir(tmp_path)
    differing = {}
    with serving(monkeypatch, bounds=Bounds(burst=1000)) as server:
        for name, source in sources():
            (tmp_path / name).write_bytes(source)
            words = ["check", name, "--lang", "zh", "--format", "json"]
            there = CliRunner().invoke(cli.gouji, words).stdout_bytes
            replace_book(in_excel, name, source)
            pressed(in_excel, "check")
            given = {"style": "json", "lang": "zh"}
            mine = browser.ask(in_excel, "written", given, "agency")
            answer = server.post("/v1/check?lang=zh", file=(name, source)).content
            shown = server.post("/v1/pane?lang=zh", file=(name, source)).json()["findings"]
            seen = [text.partition(" ")[2] for text in told(in_excel)["findings"]]
            if not there == mine == answer or seen != [one["message"] for one in shown]:
                differing[name] = there, mine, answer, seen
    assert differing == {}


def test_a_check_writes_into_the_result_area_and_nowhere_else(around):
    host, page = around
    book = panes.model(NAME, WRONG)
    place = next(at for at, one in enumerate(book["sheets"]) if one["name"] == "校验结果")
    book["sheets"][place]["values"][89][4] = 12.5
    put(page, book)
    assert page.inner_text("#host") == say(f"host-{host}")
    pressed(page, "check")
    found = told(page)
    assert (found["verdict"], found["said"]) == ("fail", say("written"))
    assert page.inner_text("#verdict") == say("fail", errors=1, warnings=0)
    lines, more, stamp = log(page, "write")
    assert lines[1:4] == ["校验结果", 92, 1]
    assert lines[4][0][:2] == ["balance", "表三 D7、表三 D8、表三 D30、表三 D31、"]
    assert {text for row in lines[4][1:] for text in row} == {""}
    assert more[1:] == ["校验结果", 90, 7, [[""]]]
    assert stamp[1:] == ["校验结果", 90, 6, [[12.5]]]
    assert log(page, "select") == [["select", "表三", 7, 4]]
    page.click("#findings .go")
    page.wait_for_function("() => desk.log.filter((one) => one[0] === 'select').length === 2")
    pressed(page, "explain")
    assert page.inner_text("#fixes li").startswith("此处不符")
    assert len(log(page, "write")) == 3
    pressed(page, "clear")
    assert told(page)["said"] == say("cleared")
    cleared = log(page, "write")[3:]
    assert {str(text) for _, _, _, _, rows in cleared for row in rows for text in row} == {""}
    assert page.is_hidden("#told")
    assert host == "excel" or page.evaluate("Object.keys(desk.files)") == []


def test_where_no_file_is_given_the_values_are_looked_at(around):
    _, page = around
    replace_book(page, NAME, WRONG, whole=False)
    pressed(page, "check")
    assert page.inner_text("#whole") == say("values")
    (finding,) = told(page)["findings"]
    assert "新收 9" in finding
    page.evaluate("desk.model.sheets[0].name = '某表'")
    page.evaluate("desk.model.sheets.find((one) => one.name === '表三').name = '表叁'")
    pressed(page, "check")
    assert told(page)["said"] == say("failed", why=say("sheet-gone", sheets="表三"))
    page.evaluate("desk.model.sheets = [{ name: 'Sheet1', values: [], unlocked: {} }]")
    pressed(page, "check")
    assert told(page)["said"].startswith(say("failed", why=""))


def test_errors_of_excel_are_read_as_errors(in_excel):
    book = panes.model(NAME, WRONG, whole=False)
    table = next(one for one in book["sheets"] if one["name"] == "表三")
    table["values"][6][3] = "#N/A"
    put(in_excel, book)
    pressed(in_excel, "check")
    assert any("#N/A" in text for text in told(in_excel)["findings"])


def test_reasons_stay_when_the_area_is_cleared(in_excel):
    replace_book(in_excel, NAME, WRONG)
    pressed(in_excel, "check")
    row = "desk.model.sheets.find((one) => one.name === '校验结果').values[91]"
    in_excel.evaluate(f"{row}[8] = '=已核实'")
    in_excel.evaluate("desk.log.length = 0")
    pressed(in_excel, "clear")
    lines = log(in_excel, "write")[0][4]
    assert lines[0][0] == "balance"
    assert lines[0][8] == "'=已核实"
    assert {text for line in lines[1:] for text in line} == {""}


def test_more_findings_than_lines_are_counted(in_excel):
    replace_book(in_excel, NAME, WRONG)
    in_excel.evaluate("desk.model.names.gouji_results = 'A92:K92'")
    source = tamper.changed(WRONG, "表三", tamper.cell("E7", "<v>99</v>"))
    in_excel.evaluate("(file) => { desk.model.file = file; }", base64.b64encode(source).decode())
    pressed(in_excel, "check")
    lines, more, _ = log(in_excel, "write")
    assert len(lines[4]) == 1
    assert more[4] == [[messages()["workbook"]["result_more"]["zh"].format(n=1)]]


@pytest.mark.parametrize("broken", ["moved", "gone", "heads", "locked"])
def test_where_the_area_is_not_as_in_a_blank_nothing_is_written(in_excel, broken):
    replace_book(in_excel, NAME, WRONG)
    area = "desk.model.sheets.find((one) => one.name === '校验结果')"
    in_excel.evaluate({
        "moved": "desk.model.names.gouji_stamp = 'F80'",
        "gone": "delete desk.model.names.gouji_digest",
        "heads": f"{area}.values[90][0] = '别的'",
        "locked": f"{area}.unlocked = {{}}",
    }[broken])  # fmt: skip
    in_excel.evaluate("desk.log.length = 0")
    pressed(in_excel, "check")
    assert told(in_excel)["said"] == say("not-written" if broken == "locked" else "no-area")
    pressed(in_excel, "clear")
    assert told(in_excel)["said"] == say("not-written" if broken == "locked" else "no-area")
    assert log(in_excel, "write") == []


def test_a_hidden_sheet_that_cannot_be_shown_is_named(in_excel):
    replace_book(in_excel, NAME, WRONG)
    pressed(in_excel, "check")
    in_excel.evaluate("desk.model.sheets = desk.model.sheets.filter((one) => one.name !== '表三')")
    in_excel.click("#findings .go")
    in_excel.wait_for_function("() => document.getElementById('doing').textContent.includes('D7')")
    assert told(in_excel)["said"] == say("no-select", sheet="表三", cell="D7")


# ── in a browser ──────────────────────────────────────────────────────────────────────────────────


def test_in_a_browser_a_file_is_chosen_and_nothing_is_written(chromium, folder):
    with panes.opened(chromium, folder) as page:
        assert page.is_hidden("#clear")
        pressed(page, "check")
        assert told(page)["said"] == say("failed", why=say("no-file"))
        page.set_input_files("#file", browser.uploads({NAME: tamper.filled()}))
        page.wait_for_selector("#told:not([hidden])")
        assert told(page) == {"verdict": "pass", "findings": [], "said": say("checked")}
        pressed(page, "explain")
        assert page.inner_text("#fixes li") == say("no-need")
        page.click("#language")
        page.wait_for_selector("#check:not(:disabled)")
        assert page.title() == messages()["pane"]["title"]["en"]
        page.set_input_files("#file", browser.uploads({"a.txt": b"abc"}))
        page.wait_for_selector("#told.reject, #doing:has-text('Not checked')")


# ── with the office's own server ──────────────────────────────────────────────────────────────────


def test_with_a_back_end_the_file_goes_to_the_same_address_and_no_engine_starts(
    chromium, built, tmp_path, monkeypatch
):
    target = written(tmp_path, built, Pane(panes.URL, back_end=True))
    policy = (target / "pane.html").read_text(encoding="utf-8").partition("</style>")[0]
    assert "connect-src 'self'" in policy
    assert "wasm" not in policy
    assert (target / "pane.html").stat().st_size < 100_000
    with serving(monkeypatch, bounds=Bounds(burst=3, minute=1)) as server:

        def answer(body, address):
            kind = body[2:].partition(b"\r\n")[0].decode()
            headers = {"content-type": f"multipart/form-data; boundary={kind}"}
            path = address.removeprefix(panes.URL.rstrip("/"))
            found = server.ask("POST", path, headers=headers, content=body)
            return found.status_code, found.content

        book = panes.model(NAME, WRONG)
        seen: list[str] = []
        with panes.opened(chromium, target, "excel", book, answer=answer, faults=seen) as page:
            pressed(page, "check")
            assert told(page)["verdict"] == "fail"
            assert len(log(page, "write")) == 3
            pressed(page, "check")
            pressed(page, "check")
            pressed(page, "check")
            why = messages()["serve"]["too-many"]["zh"].format(retry=60)
            assert told(page)["said"] == say("failed", why=why)
            page.evaluate("desk.model.file = null")
            pressed(page, "check")
            assert told(page)["said"] == say("failed", why=say("back-end-whole"))
        assert [one for one in seen if "429" not in one] == []


# ── for everybody ─────────────────────────────────────────────────────────────────────────────────


def test_at_320_pixels_nothing_is_cut_off_and_nothing_shuts_anybody_out(in_excel, axe):  # noqa: F811
    replace_book(in_excel, NAME, WRONG)
    in_excel.evaluate(axe)
    pressed(in_excel, "explain")
    for scheme in ("light", "dark"):
        in_excel.emulate_media(color_scheme=scheme)
        assert in_excel.evaluate("() => document.documentElement.scrollWidth") == 320
        assert faults(in_excel) == []


def test_everything_is_reached_by_keyboard(in_excel):
    replace_book(in_excel, NAME, WRONG)
    in_excel.focus("#check")
    in_excel.keyboard.press("Enter")
    in_excel.wait_for_selector("#told:not([hidden]) .go")
    in_excel.wait_for_selector("#check:not(:disabled)")
    assert in_excel.evaluate("() => document.activeElement.id") == "verdict"
    in_excel.evaluate("desk.log.length = 0")
    in_excel.keyboard.press("Tab")
    in_excel.keyboard.press("Enter")
    in_excel.wait_for_function("() => desk.log.some((one) => one[0] === 'select')")


@pytest.mark.parametrize("back_end", [False, True])
def test_an_old_engine_gets_a_sentence_with_the_way_that_works(
    chromium, folder, built, tmp_path, back_end
):
    target = written(tmp_path, built, Pane(panes.URL, back_end=True)) if back_end else folder
    lacking = "fetch" if back_end else "DecompressionStream"
    context = chromium.new_context()
    context.add_init_script(f"delete window.{lacking};")
    page = context.new_page()
    page.goto((target / "pane.html").as_uri(), wait_until="domcontentloaded")
    assert page.is_hidden("#app")
    assert say("too-old") in page.inner_text("#too-old")
    assert messages()["pane"]["too-old"]["en"] in page.inner_text("#too-old")
    context.close()


def test_the_first_page_tells_how_to_install_and_is_the_add_in_of_wps(chromium, folder):
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    assert say("experimental") in page.inner_text("main")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    made = page.evaluate(
        """() => {
            const store = new Map();
            const shown = [];
            window.Application = {
                PluginStorage: { getItem: (key) => store.get(key), setItem: (key, value) => store.set(key, value) },
                CreateTaskPane: (url) => shown[shown.push({ ID: 7, url }) - 1],
                GetTaskPane: (id) => shown.find((one) => one.ID === id),
            };
            const told = [OnAddinLoad(), GetImage(), OnAction(), OnAction()];
            return { told, shown };
        }"""
    )
    address = (folder / "pane.html").as_uri()
    assert made["told"] == [True, "icon-32.png", True, True]
    assert made["shown"] == [{"ID": 7, "url": address, "Visible": True}]
    context.close()


def test_what_the_pane_asks_of_office_is_a_file_of_its_own_address(folder):
    text = (folder / "pane.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith(
        "default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'self' "
    )
    assert "connect-src" not in policy
    assert re.findall(r'<script src="([^"]*)"', text) == [panefiles.OFFICE]
    assert json.loads(re.search(r'id="words">([^<]*)<', text)[1])["backEnd"] is False
