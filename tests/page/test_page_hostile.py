"""Any name, label, value or file name is shown as text in gouji.html."""

import json

import browser
import district
import openpyxl
import pytest
from click.testing import CliRunner
from hazards import EVIL, hostile

from toolkit import cli
from toolkit.report.report import as_json, dumps

STRANGE = """() => Array.from(document.querySelectorAll("*"), (one) => [one, ...one.attributes])
    .flatMap(([one, ...attributes]) => [
        ...["IMG", "IFRAME", "OBJECT", "EMBED", "BASE", "LINK", "FORM", "MARQUEE"]
            .filter((name) => one.tagName === name && !one.matches("#app form")),
        ...attributes.filter(({ name, value }) => name.startsWith("on") ||
            /^\\s*(javascript|data|https?):/i.test(value)).map(({ name }) => name),
    ])"""
"""Returns elements and attributes that no page of ours has."""
SCRIPTS = "document.scripts.length + document.querySelectorAll('meta, style').length"
NAMES = (
    "<img src=x onerror=alert(1)>.json",
    '"><script>alert(1)<／script>.json',
    "&lt;b&gt;&amp;.json",
    "' onmouseover=alert(1) x='.json",
    "局\u202exslx.json",
    "{name} {why} %s $& $1.json",
    "__proto__",
    "constructor.json",
    "=cmd|' ／C calc'!A1.json",
    "局" * 100 + ".json",
    "局" * 101 + ".json",
    "a\u2028\u0085b.json",
    " .json",
    "a\ud800.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def open_page(chromium, built):
    with browser.opened(chromium, built) as found:
        yield found


@pytest.fixture
def page(open_page):
    """Give the page; at the end no element from a file may be in it."""
    scripts = open_page.evaluate(SCRIPTS)
    yield open_page
    assert open_page.evaluate(STRANGE) == []
    assert open_page.evaluate(SCRIPTS) == scripts
    assert open_page.evaluate("document.compatMode") == "CSS1Compat"


@pytest.fixture(scope="module")
def evil():
    """Return files with hostile names, each with a hostile text in all its fields."""
    texts = list(EVIL.values())
    names = [*NAMES, *(f"{number}.json" for number in range(len(NAMES), len(texts)))]
    return {
        name: dumps(as_json(hostile(text))).encode()
        for name, text in zip(names, texts, strict=True)
    }


def drop(page, where, files):
    """Drop files: `set_input_files` takes only well-formed names."""
    page.evaluate(
        """([where, files]) => {
            const transfer = new DataTransfer();
            for (const [name, text] of files) transfer.items.add(new File([text], name));
            const input = document.querySelector(where);
            input.files = transfer.files;
            input.dispatchEvent(new Event("change"));
        }""",
        [where, [[name, one.decode()] for name, one in files.items()]],
    )


def paths(page, desk):
    found = browser.ask(page, "written", {"style": "json", "lang": "zh"}, desk)
    return [one["path"] for one in json.loads(found)["files"]]


def test_an_agencys_page_shows_hostile_text_as_text(page, evil):
    drop(page, "#pane-agency input", evil)
    page.locator("#agency-shown section").first.wait_for()
    shown = page.inner_text("#agency-shown")
    assert EVIL["html"] in shown
    assert EVIL["event"] in shown
    assert len(set(paths(page, "agency"))) == len(evil)
    for name in NAMES[:8]:
        assert name in paths(page, "agency")
    for words in ("All returns", "各份报表一览"):
        page.click("#language")
        page.locator("#agency-shown section").filter(has_text=words).first.wait_for()


def test_an_offices_board_shows_hostile_text_as_text(page, evil, tmp_path):
    made = CliRunner().invoke(cli.gouji, ["roster", "-o", str(tmp_path / "roster.xlsx")])
    assert made.exit_code == 0, made.output
    district.fill_roster(tmp_path / "roster.xlsx")
    book = openpyxl.load_workbook(tmp_path / "roster.xlsx")
    for row, text in enumerate((EVIL["html"], EVIL["event"], EVIL["attribute"]), 4):
        book.active.cell(row, 1).value = text
    book.save(tmp_path / "roster.xlsx")
    page.click("#tab-check")
    page.set_input_files("#check-roster input:not([webkitdirectory])", tmp_path / "roster.xlsx")
    drop(page, "#check-files input:not([webkitdirectory])", evil)
    page.locator("#check-roster-taken p").nth(1).wait_for()
    page.click("#check-run")
    page.locator("#check-board section").first.wait_for()
    shown = page.text_content("#check-board")
    assert EVIL["html"] in shown
    assert EVIL["event"] in shown
    assert len(paths(page, "")) == len(evil)
    for tab in ("notices", "rollup"):
        page.click(f"#tab-{tab}")
    page.click("#tab-check")
