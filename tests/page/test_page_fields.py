"""Fields of the page keep their content while the engine starts and saved data is restored."""

import re
from contextlib import contextmanager
from typing import Any

import browser
import pytest
import share
from browser import saved
from source import CHECKOUT

SCRIPTS = CHECKOUT / "templates" / "page"


@contextmanager
def opening(chromium: Any, built: Any, context: Any = None):
    """Give the page before its engine is ready."""
    own = context or chromium.new_context(offline=True)
    own.set_default_timeout(browser.PATIENCE)
    page = own.new_page()
    page.goto(built.as_uri(), wait_until="commit")
    page.wait_for_selector("#keep-told:not(:empty)", state="attached")
    yield page
    if context is None:
        own.close()


def ready(page: Any) -> None:
    page.wait_for_selector(browser.READY)
    page.evaluate("engine.start()")


def test_only_one_place_gives_a_field_its_value():
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(SCRIPTS.glob("*.js"))
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\.(value|checked|selectedIndex|selected) = ", line)
    ]
    assert found == [
        'blanks.js: at("blanks-progress").value = done;',
        'keep.js: input.value = "";',
        'page.js: if (typeof value === "boolean") field.checked = value;',
        "page.js: else if (field.value !== value) field.value = value;",
        "page.js: if (has(before)) select.value = before;",
        'page.js: one.value = "";',
    ]


@pytest.mark.parametrize("moment", share.spread([0, 400, 2_500], 2))
def test_a_year_typed_while_the_engine_starts_is_that_of_the_blanks(chromium, built, moment):
    with opening(chromium, built) as page:
        page.wait_for_timeout(moment)
        page.click("#tab-blanks")
        # Not press_sequentially: it takes the selection away that a click makes.
        page.click("#blanks-year")
        page.keyboard.type("2024", delay=20)
        page.check("[name=blanks-who][value=single]")
        page.fill("#blanks-single-name", "某某局")
        ready(page)
        page.wait_for_selector("#blanks-edition option", state="attached")
        page.evaluate("engine.ask('blanks_levels', { lang: 'zh' })")
        assert page.input_value("#blanks-year") == "2024"
        assert page.is_checked("[name=blanks-who][value=single]")
        name, content = saved(page, lambda: page.click("#blanks-make"))
        assert "2024" in name
        assert content.startswith(b"PK")


@pytest.mark.parametrize("typed", ["2019", ""])
def test_a_default_that_comes_late_changes_no_year_that_was_typed_or_cleared(
    chromium, built, typed
):
    with opening(chromium, built) as page:
        hold(page, "blanks_year")
        page.click("#tab-blanks")
        page.locator("#blanks-year").press_sequentially("2")
        page.fill("#blanks-year", typed)
        page.evaluate("gate.open()")
        ready(page)
        page.evaluate("engine.ask('blanks_levels', { lang: 'zh' })")
        assert page.input_value("#blanks-year") == typed
        if typed:
            page.wait_for_selector("#blanks-edition option", state="attached")
            assert page.input_value("#blanks-edition") == "annual-report/2019"


@pytest.mark.parametrize("way", ["focus", "click"])
def test_a_year_is_typed_over_the_default_that_is_or_comes_where_the_person_is(
    chromium, built, way
):
    with opening(chromium, built) as page:
        hold(page, "blanks_year")
        page.click("#tab-blanks")
        getattr(page, way)("#blanks-year")
        page.evaluate("gate.open()")
        ready(page)
        page.wait_for_selector("#blanks-edition option", state="attached")
        assert page.input_value("#blanks-year") != ""
        page.keyboard.type("2024")
        assert page.input_value("#blanks-year") == "2024"
        page.click("#blanks-year")
        page.keyboard.press("End")
        page.keyboard.press("Backspace")
        assert page.input_value("#blanks-year") == "202"
    with opening(chromium, built) as page:
        ready(page)
        page.click("#tab-blanks")
        page.wait_for_selector("#blanks-edition option", state="attached")
        getattr(page, way)("#blanks-year")
        page.keyboard.type("2024")
        assert page.input_value("#blanks-year") == "2024"


def hold(page: Any, question: str) -> None:
    """Delay the answer to a question until `gate.open()`."""
    page.evaluate(
        """(question) => {
            const ask = engine.ask;
            window.gate = {};
            const opened = new Promise((done) => { gate.open = done; });
            engine.ask = (name, ...more) => ask(name, ...more).then(async (answer) => {
                if (name === question) await opened;
                return answer;
            });
        }""",
        question,
    )


def test_the_editions_of_a_year_that_was_typed_over_are_not_offered(chromium, built):
    with opening(chromium, built) as page:
        ready(page)
        page.click("#tab-blanks")
        page.wait_for_selector("#blanks-edition option", state="attached")
        hold(page, "blanks_fitting")
        page.fill("#blanks-year", "2019")
        page.fill("#blanks-year", "2024")
        page.check("[name=blanks-who][value=single]")
        page.fill("#blanks-single-name", "某某局")
        page.click("#blanks-make")
        with page.expect_download() as waiting:
            page.evaluate("gate.open()")
        assert "2024" in waiting.value.suggested_filename
        assert page.input_value("#blanks-edition") == "annual-report/2021"


def test_a_field_to_choose_from_is_disabled_until_there_is_a_choice(chromium, built):
    with opening(chromium, built) as page:
        hold(page, "levels")
        for tab, field in (("blanks", "edition"), ("rollup", "level"), ("forms", "which")):
            assert page.locator(f"#{tab}-{field}").is_disabled()
            page.click(f"#tab-{tab}")
        page.evaluate("gate.open()")
        ready(page)
        for tab, field in (("blanks", "edition"), ("rollup", "level"), ("forms", "which")):
            page.wait_for_selector(f"#{tab}-{field}:enabled", state="attached")


@pytest.fixture
def kept(chromium, built):
    """Give a browser in which the page kept a year, a list, a region."""
    context = chromium.new_context(offline=True)
    with opening(chromium, built, context) as page:
        ready(page)
        page.click("#tab-blanks")
        page.fill("#blanks-year", "2023")
        page.check("[name=blanks-who][value=typed]")
        page.locator("#blanks-rows input").first.fill("甲局")
        page.wait_for_selector("#blanks-edition option", state="attached")
        page.select_option("#blanks-edition", "site-report/2017")
        page.evaluate("""() => {
            office.set("year", "2023");
            office.set("region", { name: "云水区", code: "", level: "county", partial: true });
        }""")
        page.wait_for_timeout(1_500)
        page.close()
    yield context
    context.close()


def test_what_was_kept_comes_back_into_fields_nobody_typed_in(chromium, built, kept):
    with opening(chromium, built, kept) as page:
        page.click("#tab-blanks")
        page.locator("#blanks-rows input").first.fill("乙局")
        page.click("#tab-rollup")
        page.fill("#rollup-name", "山阳区")
        ready(page)
        page.wait_for_selector("#blanks-edition option", state="attached")
        page.wait_for_selector("#rollup-level:enabled", state="attached")
        assert page.input_value("#blanks-year") == "2023"
        assert page.input_value("#blanks-edition") == "site-report/2017"
        assert page.locator("#blanks-rows input").first.input_value() == "乙局"
        assert page.input_value("#rollup-name") == "山阳区"
        assert page.input_value("#rollup-level") == "county"
        assert page.is_checked("#rollup-partial")
        region = page.evaluate("office.get().region")
        assert region == {"name": "山阳区", "code": "", "level": "county", "partial": True}


def test_what_is_typed_while_kept_things_come_back_is_kept_as_well(chromium, built, kept):
    with opening(chromium, built, kept) as page:
        page.click("#tab-blanks")
        page.fill("#blanks-year", "2022")
        ready(page)
        page.wait_for_timeout(1_500)
        page.close()
    with opening(chromium, built, kept) as page:
        ready(page)
        page.click("#tab-blanks")
        page.wait_for_selector("#blanks-edition option", state="attached")
        assert page.input_value("#blanks-year") == "2022"


def test_a_year_that_is_being_typed_in_the_check_stays_when_the_page_is_drawn_anew(chromium, built):
    with opening(chromium, built) as page:
        page.click("#tab-check")
        page.locator("#check-year").press_sequentially("202")
        page.evaluate("page.speak('zh')")
        page.locator("#check-year").press_sequentially("4")
        ready(page)
        page.evaluate("page.speak('zh')")
        assert page.input_value("#check-year") == "2024"
        assert page.evaluate("office.year()") == 2024
