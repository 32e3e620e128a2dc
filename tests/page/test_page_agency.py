"""The agency's tab: the verdict, the marked copy, the new form, last year's; about, and too old."""

import json
import re
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import browser
import pytest
import source
from click.testing import CliRunner
from source import TESTS

from toolkit import cli
from toolkit.check import check
from toolkit.page.desk import Desk
from toolkit.page.downloads import folder, parts
from toolkit.page.questions import ask
from toolkit.report.report import Report, as_json, dumps, from_json, parse_json
from toolkit.returned.fill import fill
from toolkit.returned.read import read
from toolkit.returned.results import noticed

CELL = "applications.received.natural_person"
WORDS = source.messages()["page"]


def real(name: str) -> Report:
    source_ = (TESTS / "real" / f"{name}.json").read_text(encoding="utf-8")
    return from_json(parse_json(source_))


def workbook(name: str, **changes: int) -> bytes:
    """Return a real report as a filled workbook, some numbers raised."""
    report = real(name)
    values = {key: value + changes.get(key, 0) if key in changes else value
              for key, value in report.values.items()}  # fmt: skip
    return fill(replace(report, values=values, origin="workbook"), report.edition).workbook


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {
        "错.xlsx": workbook("suqian_city_2024", **{CELL: 3}),
        "对.xlsx": workbook("suqian_city_2024"),
        "上年.xlsx": workbook("suqian_city_2023"),
        "坏.xlsx": b"PK\x03\x04",
    }


# ── the questions ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(tmp_path):
    return Desk(str(tmp_path / "agency"))


def asked(desk, question, /, **given):
    return ask({"": desk}, "", question, json.dumps(given))


def lay(desk, folder, **content):
    place = Path(desk.home, folder)
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name, source_ in content.items():
        (place / name).write_bytes(source_)


def examine(desk, **content):
    lay(desk, "returns", **content)
    for path in asked(desk, "listed")["paths"]:
        asked(desk, "examined", path=path)


def test_what_is_told_of_a_return_are_its_verdict_and_how_much_is_to_do(desk, files):
    examine(desk, **{"错.xlsx": files["错.xlsx"]})
    told = asked(desk, "told", lang="zh")
    assert (told["verdict"], told["mend"], told["warnings"]) == ("fail", 1, 1)
    assert (told["why"], told["prior"], told["drawn"]) == (None, "none", False)
    examine(desk, **{"坏.xlsx": files["坏.xlsx"]})
    told = asked(desk, "told", lang="zh")
    assert (told["verdict"], told["mend"]) == ("reject", 1)
    assert "另存为 .xlsx" in told["why"]
    examine(desk, **files)
    assert asked(desk, "told", lang="zh") is None


def test_the_copy_has_the_findings_in_it_and_keeps_its_cover(desk, files):
    examine(desk, **{"错.xlsx": files["错.xlsx"]})
    made = asked(desk, "copied")
    reading = read(files["错.xlsx"])
    found = check(reading.report, None, reading.findings).findings
    assert made["how"] == "copy"
    assert made["copy"] == noticed(files["错.xlsx"], reading.report, found, again=False)
    back = read(made["copy"]).report
    assert (back.values, back.sent) == (reading.report.values, reading.report.sent)


def test_the_new_form_is_that_of_the_command_line(desk, files, tmp_path):
    examine(desk, **{"错.xlsx": files["错.xlsx"]})
    made = asked(desk, "fresh", lang="zh")
    with chdir(Path(desk.home, "returns")):
        done = CliRunner().invoke(cli.gouji, ["fill", "错.xlsx", "-o", str(tmp_path / "x.xlsx")])
    assert done.exit_code == 0, done.output
    assert made == {"form": (tmp_path / "x.xlsx").read_bytes(), "said": []}


def test_what_has_no_place_in_a_new_form_is_said_and_none_is_made(desk):
    report = real("suqian_city_2024")
    report = replace(report, texts={**report.texts, "preface": "前言"})
    examine(desk, **{"a.json": dumps(as_json(report)).encode()})
    made = asked(desk, "fresh", lang="zh")
    assert made["form"] is None
    assert made["said"][1:] == ["  preface = 前言"]


def test_totals_that_the_new_form_computes_otherwise_are_said(desk):
    report = real("suqian_city_2024")
    total = next(iter(report.edition.computes))
    report = replace(report, values={**report.values, total: report.values[total] + 1})
    examine(desk, **{"a.json": dumps(as_json(report)).encode()})
    made = asked(desk, "fresh", lang="zh")
    assert made["form"]
    assert len(made["said"]) == 1
    assert report.edition.cells[total].at in made["said"][0]


def last_year(desk):
    """Read last year's returns as the page does; return the agencies in use and what is said."""
    reads = [asked(desk, "prior-read", path=p) for p in asked(desk, "prior-listed")["paths"]]
    told = asked(desk, "last", reads=[one for read in reads for one in read["reports"]])
    said = [one for read in reads for one in read["said"]]
    said = [one["zh"] for one in ([told["said"]] if "twice" in told else []) + said]
    return {"used": asked(desk, "used"), "said": said}


def test_last_years_return_is_held_against_this_one_or_said_to_be_anothers(desk, files):
    examine(desk, **{"对.xlsx": files["对.xlsx"]})
    alone = asked(desk, "told", lang="zh")
    lay(desk, "prior", **{"上年.xlsx": files["上年.xlsx"], "坏.xlsx": files["坏.xlsx"]})
    held = last_year(desk)
    assert held["used"] == [{"name": "宿迁市", "year": "2023"}]
    assert [line.startswith("没有读 坏.xlsx：") for line in held["said"]] == [True]
    assert desk.answers == {}
    examine(desk, **{"对.xlsx": files["对.xlsx"]})
    told = asked(desk, "told", lang="zh")
    assert told["prior"] == "used"
    assert told["open"] < alone["open"]
    examine(desk, **{"错.xlsx": files["上年.xlsx"]})
    assert asked(desk, "told", lang="zh")["prior"] == "other"
    lay(desk, "prior")
    assert last_year(desk) == {"used": [], "said": []}
    assert desk.given.last is None


def test_two_of_last_years_that_contradict_each_other_are_said_and_not_used(desk, files):
    other = workbook("suqian_city_2023", **{CELL: 1})
    lay(desk, "prior", **{"a.xlsx": files["上年.xlsx"], "b.xlsx": other})
    held = last_year(desk)
    assert held["used"] == []
    assert "两份宿迁市 2023 年度" in held["said"][0]
    assert desk.given.last is None


# ── the tab ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def opened(chromium, built):
    with browser.opened(chromium, built) as page:
        yield page


def put(page, place, **content):
    page.locator(f"[data-drop={place}] input").first.set_input_files(browser.uploads(content))


def verdict(page, words, lang="zh", **figures):
    page.get_by_role("heading", name=WORDS[words][lang].format(**figures), exact=True).wait_for()


def test_a_dropped_workbook_is_judged_and_its_messages_lead_to_the_cell_and_back(opened, files):
    put(opened, "agency", **{"错.xlsx": files["错.xlsx"]})
    verdict(opened, "agency-fail", mend=1)
    assert opened.locator("td.error").count() == 4
    opened.get_by_role("link", name="表三 D7", exact=True).first.click()
    cell = opened.locator("td.here")
    assert cell.evaluate("one => one === document.activeElement && one.textContent").startswith(
        "3443"
    )
    cell.locator(".mark").click()
    opened.locator("li.here").wait_for()
    assert opened.locator("li.here").count() == 1


def test_the_copy_and_the_new_form_are_saved_under_the_returns_name(opened, files, desk):
    put(opened, "agency", **{"错.xlsx": files["错.xlsx"]})
    verdict(opened, "agency-fail", mend=1)
    examine(desk, **{"错.xlsx": files["错.xlsx"]})
    for words, expected in (("copy", asked(desk, "copied")["copy"]),
                            ("fresh", asked(desk, "fresh", lang="zh")["form"])):  # fmt: skip
        button = opened.get_by_role("button", name=WORDS[f"agency-{words}"]["zh"])
        name, content = browser.saved(opened, button.click)
        assert name == WORDS[f"agency-{words}-name"]["zh"].format(name="错")
        assert read(content).report == read(expected).report
        opened.locator("#agency-note", has_text=name).wait_for()


def test_another_file_takes_the_place_of_the_first_and_last_years_is_used_and_given_up(
    opened, files
):
    put(opened, "agency", **{"对.xlsx": files["对.xlsx"]})
    verdict(opened, "agency-warn", warnings=1)
    put(opened, "agency-last", **{"上年.xlsx": files["上年.xlsx"]})
    opened.locator("#agency-told", has_text=WORDS["agency-prior-used"]["zh"]).wait_for()
    opened.click("#agency-given > summary")
    opened.get_by_role("button", name=WORDS["agency-last-drop"]["zh"]).click()
    verdict(opened, "agency-warn", warnings=1)
    put(opened, "agency", **{"坏.xlsx": files["坏.xlsx"]})
    verdict(opened, "agency-reject")
    put(opened, "agency", **{"对.xlsx": files["对.xlsx"], "坏.xlsx": files["坏.xlsx"]})
    opened.locator(".lines").wait_for()
    assert opened.locator(".lines tbody tr").count() == 2
    assert opened.locator("#agency-told").is_hidden()


def colored(page):
    """Return the texts of the buttons in colour that are seen in the open tab."""
    return page.evaluate("""() => page.all("[role=tabpanel]:not([hidden]) button")
        .filter((one) => one.checkVisibility() && !one.closest("details:not([open]), .board"))
        .filter((one) => getComputedStyle(one).fontWeight === "700")
        .map((one) => one.textContent)""")


def test_the_result_is_at_the_top_with_the_next_step_as_its_only_button_in_colour(opened, files):
    words = {name: both["zh"] for name, both in WORDS.items()}
    for name, verdict_words, figures, chief in (
        ("错.xlsx", "agency-fail", {"mend": 1}, "agency-copy"),
        ("对.xlsx", "agency-warn", {"warnings": 1}, "agency-print"),
        ("坏.xlsx", "agency-reject", {}, "agency-again"),
    ):
        put(opened, "agency", **{name: files[name]})
        verdict(opened, verdict_words, **figures)
        assert colored(opened) == [words[chief]]
        assert opened.inner_text("#agency-given > summary") == words["agency-checked"].format(
            name=name
        )
        assert opened.locator("#agency-told").bounding_box()["y"] < 260
        assert not opened.locator("[data-drop=agency]").is_visible()


def test_a_file_is_dropped_on_the_folded_line_too(opened, files):
    put(opened, "agency", **{"坏.xlsx": files["坏.xlsx"]})
    verdict(opened, "agency-reject")
    opened.evaluate(
        """(bytes) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(bytes)], "对.xlsx"));
            const line = document.querySelector("#agency-given > summary");
            line.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        }""",
        list(files["对.xlsx"]),
    )
    verdict(opened, "agency-warn", warnings=1)


def test_the_language_is_changed_with_the_result_and_remembered(opened, files):
    put(opened, "agency", **{"错.xlsx": files["错.xlsx"]})
    verdict(opened, "agency-fail", mend=1)
    opened.click("#language")
    verdict(opened, "agency-fail", "en", mend=1)
    opened.reload()
    assert opened.locator("h1").inner_text() == WORDS["title"]["en"]
    opened.click("#language")
    opened.wait_for_selector(browser.READY)


def test_the_page_says_what_it_is_made_of_with_all_licences(opened):
    opened.click("#tab-about")
    shown = opened.locator("#about-table").inner_text()
    assert all(word in shown for part in parts() for word in (part.name, part.version, part.sha256))
    opened.locator("#about-licences > summary").click()
    opened.locator("#about-texts details").first.wait_for()
    names = opened.locator("#about-texts summary").all_inner_texts()
    assert {"gouji", "CPython", "MPL-2.0", "engine"} <= set(names)
    assert {part.name for part in parts()[1:]} <= {name.partition(":")[0] for name in names}
    opened.click("#tab-agency")


@pytest.mark.parametrize("gone", ["DecompressionStream", "WebAssembly", "BigInt64Array", "Worker"])
def test_a_browser_too_old_is_told_so_in_a_sentence(chromium, built, gone):
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.add_init_script(f"delete window.{gone}")
    page.goto(built.as_uri())
    told = WORDS["too-old"]
    assert page.locator("#too-old").inner_text().split("\n\n") == [told["zh"], told["en"]]
    assert page.locator("#app").is_hidden()
    context.close()


def test_every_sentence_that_the_page_says_is_there_in_both_languages():
    home = folder()
    told = "".join(path.read_text("utf-8") for path in (*home.glob("*.js"), *home.glob("*.html")))
    names = set(
        re.findall(
            r"""(?:\bsay\(|data-say(?:-label)?=|\bdoing\(|\bstatus\()"([a-z0-9-]+)"[,) >]""", told
        )
    )
    assert len(names) > 100
    begun = {name for name in names if name.endswith("-")}
    assert names - begun <= set(WORDS)
    assert [name for name in begun if not any(one.startswith(name) for one in WORDS)] == []
    assert [name for name, words in WORDS.items() if not words["zh"] or not words["en"]] == []
