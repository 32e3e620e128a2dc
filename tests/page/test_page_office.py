"""The office's tabs by clicks: dropping, checking, stopping, sending back, adding up."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import browser
import pytest
from browser import saved, uploads
from click.testing import CliRunner
from district import NAMES
from source import messages
from test_page_agency import colored
from test_page_desk import BROKEN, MISSING, RIGHT, WORD, blank, campaign

from toolkit import cli
from toolkit.returned.read import read


def say(name: str, /, **figures: object) -> str:
    return messages()["page"][name]["zh"].format(**figures)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return campaign(tmp_path_factory.mktemp("campaign"))


@pytest.fixture(scope="module")
def one_page(chromium, built):
    """Give a page shared by all tests here."""
    with browser.opened(chromium, built) as found:
        yield found


@pytest.fixture
def page(one_page) -> Any:
    """Give the page with the tab for checking open and empty."""
    one_page.evaluate("""() => {
        for (const kind of ["files", "prior"]) office.remove(kind);
        for (const kind of ["roster", "waivers"]) office.set(kind, null);
        office.set("year", "");
    }""")
    one_page.click("#tab-check")
    return one_page


def inside(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def put(page: Any, kind: str, files: dict[str, bytes]) -> None:
    """Choose files, and wait until the page has taken and read them."""
    page.set_input_files(f"#check-{kind} input:not([webkitdirectory])", uploads(files))
    name = next(iter(files))
    page.locator(f"#check-{kind}-taken").get_by_text(name).first.wait_for(state="attached")
    quiet(page)


def quiet(page: Any) -> None:
    """Wait until all work has ended."""
    page.evaluate("work.run({ say: () => {}, busy: () => {} }, async () => {})")


def check(page: Any) -> str:
    """Check all, and return the message."""
    page.click("#check-run")
    quiet(page)
    return page.inner_text("#pane-check .stands")


def harm(page: Any, question: str, act: str, more: str = "") -> None:
    """Replace the engine's answer to a question by a harmful act, until the engine restarts."""
    page.evaluate("engine.start()")
    page.workers[-1].evaluate(
        """([question, more, act]) => {
            const real = desks, done = new Function(act);
            desks = (desk, name, given) =>
                name === question && given.includes(more) ? done() : real(desk, name, given);
        }""",
        [question, more, act],
    )


CRASH = "throw new WebAssembly.RuntimeError('trap')"


# ── what is dropped ───────────────────────────────────────────────────────────────────────────────


def test_the_same_name_with_other_content_stands_beside_the_first(page):
    put(page, "files", {"甲.xlsx": b"1", "乙": b"2"})
    put(page, "files", {"甲.xlsx": b"3", "乙": b"4"})
    page.get_by_text("乙 (2)").wait_for(state="attached")
    put(page, "files", {"甲.xlsx": b"1", "甲 (2).xlsx": b"3"})
    taken = page.locator("#check-files-taken")
    taken.get_by_text(say("check-same", names="甲.xlsx、甲 (2).xlsx")).wait_for()
    names = page.evaluate("office.get().files.map((one) => one.name)")
    assert names == ["甲.xlsx", "乙", "甲 (2).xlsx", "乙 (2)"]
    assert say("check-taken", n=4, size="0.0") in taken.inner_text()


def test_a_file_named_like_a_folder_keeps_out_of_its_way(page):
    page.evaluate("""async () => {
        const data = (text) => new Blob([text]);
        await office.add("files", [{ name: "甲/a.json", data: data("1") }, { name: "甲", data: data("2") }]);
        await office.add("files", [{ name: "乙", data: data("3") }, { name: "乙/b.json", data: data("4") }]);
    }""")
    names = page.evaluate("office.get().files.map((one) => one.name)")
    assert names == ["甲/a.json", "甲 (2)", "乙", "乙 (2)/b.json"]
    assert check(page).startswith("查完 2 份")


def test_each_file_can_be_taken_away_again_and_all_of_them(page, made):
    files = inside(made / "returns")
    put(page, "files", files)
    page.click("#check-files-taken summary")
    page.get_by_role("button", name=say("office-remove-one", name="说明.txt")).click()
    assert page.locator("#check-files-taken li").count() == len(files) - 1
    page.get_by_role("button", name=say("office-remove-all"), exact=True).click()
    assert page.inner_text("#check-files-taken") == ""
    page.click("#check-run")
    assert page.inner_text("#pane-check .stands") == say("check-none")


# ── 检查 ──────────────────────────────────────────────────────────────────────────────────────────

GIVEN = (
    "--roster",
    "../roster/名册.csv",
    "--prior",
    "../prior",
    "--waivers",
    "../waivers/豁免.csv",
)


def fill(page: Any, made: Path) -> None:
    """Drop the whole campaign."""
    for kind, folder in (("roster", "roster"), ("prior", "prior"), ("waivers", "waivers"),
                         ("files", "returns")):  # fmt: skip
        put(page, kind, inside(made / folder))


@pytest.fixture
def checked(page, made) -> Any:
    fill(page, made)
    assert check(page).startswith("查完 5 份")
    return page


def commanded(made: Path, monkeypatch, *words: str) -> bytes:
    monkeypatch.chdir(made / "returns")
    names = sorted(path.name for path in Path().iterdir())
    return (
        CliRunner().invoke(cli.gouji, [*words[:1], *names, *words[1:], "--lang", "zh"]).stdout_bytes
    )


def test_what_is_downloaded_is_what_the_command_writes(checked, made, monkeypatch):
    assert say("check-roster-good", n=5) in checked.text_content("#check-roster-taken")
    assert say("check-prior-good", n=5) in checked.text_content("#check-prior-taken")
    assert say("check-waivers-good", n=1) in checked.text_content("#check-waivers-taken")
    assert say("check-waivers-idle", n=1) in checked.inner_text("#check-said")
    for style, mark in (("json", b""), ("html", b""), ("csv", b"\xef\xbb\xbf")):
        name, content = saved(checked, lambda s=style: checked.click(f"[data-get={s}]"))
        quiet(checked)
        assert name == say(f"check-name-{style}")
        assert content == mark + commanded(made, monkeypatch, "check", *GIVEN, "--format", style)
    name, content = saved(checked, lambda: checked.click("[data-get=xlsx]"))
    assert "xl/workbook.xml" in zipfile.ZipFile(BytesIO(content)).namelist()
    quiet(checked)


def test_the_board_of_the_campaign_is_shown_and_its_lines_open(checked):
    board = checked.locator("#check-board .board")
    assert NAMES[MISSING] in board.inner_text()
    board.get_by_role("link", name=NAMES[WORD]).first.click()
    assert "22（其中当场处罚16件）" in board.locator(".entry.open").inner_text()


def test_only_what_is_new_is_examined_again_and_an_old_result_is_named_one(checked):
    checked.evaluate("""() => {
        window.asked = [];
        const ask = engine.ask;
        engine.ask = (name, given, ...more) => {
            if (name === "examined") window.asked.push(given.path);
            return ask(name, given, ...more);
        };
    }""")
    put(checked, "files", {"迟报.xlsx": blank(MISSING)})
    checked.locator("#pane-check .stands").get_by_text("查完 6 份").wait_for()
    assert checked.evaluate("asked") == ["迟报.xlsx"]
    checked.evaluate("office.remove('prior')")
    assert say("check-old") in checked.inner_text("#check-said")
    assert not checked.locator("#check-gets").is_visible()
    assert check(checked).startswith("查完 6 份")
    assert len(checked.evaluate("asked")) == 7


def test_a_bad_roster_is_told_whole_and_nothing_is_checked_until_it_is_gone(page, made):
    put(page, "files", inside(made / "returns"))
    put(page, "roster", {"坏.csv": "机关名称,层级\n甲局,银河级\n甲局,县级\n".encode()})
    told = page.text_content("#check-roster-taken")
    assert say("check-roster-bad", n=2) in told
    assert told.count("第 2") == 2
    assert check(page) == say("check-blocked")
    page.get_by_role("button", name=say("office-remove-one", name="坏.csv")).click()
    assert check(page).startswith("查完 5 份")


def test_what_cannot_be_read_of_last_year_is_named(page, made):
    put(page, "prior", {**inside(made / "prior"), "坏.xlsx": b"PK\3\4"})
    told = page.inner_text("#check-prior-taken")
    assert say("check-prior-good", n=5) in told
    assert say("check-prior-unread", n=1) in told
    assert "坏.xlsx" in told


def test_two_of_last_years_that_contradict_each_other_stop_the_check(page, made):
    put(page, "files", inside(made / "returns"))
    name = f"{NAMES[RIGHT]}.json"
    other = json.loads((made / "prior" / name).read_text("utf-8"))
    key = next(key for key, value in other["values"].items() if type(value) is int)
    other["values"][key] += 1
    put(page, "prior", {**inside(made / "prior"), "另一份.json": json.dumps(other).encode()})
    twice = say("check-prior-twice", agency=NAMES[RIGHT], year=2024)
    assert twice in page.inner_text("#check-prior-taken")
    assert check(page) == say("check-blocked")


def test_the_result_stands_above_what_was_given_and_one_button_leads_on(page, made):
    assert colored(page) == [say("choose-files")]
    fill(page, made)
    assert colored(page) == [say("check-run")]
    check(page)
    assert page.inner_text("#check-given > summary") == say("check-folded", n=5)
    assert not page.locator("#check-files").is_visible()
    assert page.locator("#check-board .totals").bounding_box()["y"] < 520
    assert colored(page) == [say("step-notices")]
    page.click("#check-next button")
    quiet(page)
    assert page.get_attribute("#tab-notices", "aria-selected") == "true"
    assert colored(page) == [say("notices-get")]
    saved(page, lambda: page.click("#notices-get"))
    quiet(page)
    assert colored(page) == [say("step-again")]
    page.click("#tab-check")
    page.evaluate("office.set('roster', null)")
    page.evaluate("office.remove('files')")
    put(page, "files", {"对.xlsx": right(made)})
    check(page)
    assert colored(page) == [say("step-rollup")]
    page.click("#tab-notices")
    quiet(page)
    assert colored(page) == [say("step-rollup")]
    page.click("#notices-next button")
    quiet(page)
    assert colored(page) == [say("rollup-run")]


def right(made: Path) -> bytes:
    return (made / "returns" / f"{NAMES[RIGHT]}.xlsx").read_bytes()


# ── given once ──


def test_a_roster_a_year_and_last_year_given_to_one_tab_hold_for_all_and_after_a_reload(
    chromium, built, made
):
    with browser.opened(chromium, built) as page:
        page.click("#tab-blanks")
        page.check("[name=blanks-who][value=typed]")
        fields = page.locator("#blanks-rows input")
        fields.nth(0).fill("甲局")
        fields.nth(2).fill("银河级")
        page.click("#blanks-year")
        wrong = page.locator("#blanks-roster-wrong")
        wrong.get_by_text("银河级").wait_for()
        assert page.evaluate("office.get().roster") is None
        fields.nth(2).fill("县级")
        page.click("#blanks-year")
        wrong.wait_for(state="hidden")
        page.get_by_label("第 2 行 机关名称").fill("乙局")
        page.fill("#blanks-year", "2025")
        page.set_input_files(
            "#blanks-prior input:not([webkitdirectory])", uploads(inside(made / "prior"))
        )
        page.get_by_text(say("blanks-prior", n=5)).wait_for()
        page.click("#tab-check")
        given_once(page, members=2)
        page.locator("#keep-told").get_by_text(say("keep-kept")).wait_for()
        page.wait_for_timeout(1000)
        page.reload()
        page.wait_for_selector(browser.READY)
        quiet(page)
        assert page.get_attribute("#tab-check", "aria-selected") == "true"
        given_once(page, members=2)
        put(page, "roster", inside(made / "roster"))
        page.fill("#check-year", "2024")
        page.click("#tab-blanks")
        page.get_by_text(say("blanks-roster", name="名册.csv", n=5)).wait_for()
        assert page.is_checked("[name=blanks-who][value=file]")
        assert page.input_value("#blanks-year") == "2024"
        page.click("#blanks-prior-clear")
        page.click("#tab-check")
        quiet(page)
        assert page.inner_text("#check-prior-taken") == ""


def given_once(page: Any, members: int) -> None:
    page.get_by_text(say("check-roster-good", n=members)).wait_for()
    page.get_by_text(say("check-prior-good", n=5)).wait_for()
    assert page.input_value("#check-year") == "2025"


# ── harm ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_that_kills_the_engine_is_named_and_the_page_goes_on(page, made):
    put(page, "files", inside(made / "returns"))
    harm(page, "rostered", CRASH, "名册.csv")
    put(page, "roster", inside(made / "roster"))
    why = say("why-crashed")
    assert say("office-lost", why=why) in page.text_content("#check-roster-taken")
    page.get_by_role("button", name=say("office-remove-one", name="名册.csv")).click()
    assert check(page).startswith("查完 5 份")


def test_a_file_of_last_year_that_kills_the_engine_costs_only_itself(page, made):
    put(page, "roster", inside(made / "roster"))
    harm(page, "prior-read", CRASH, NAMES[WORD])
    put(page, "prior", inside(made / "prior"))
    told = page.inner_text("#check-prior-taken")
    assert say("check-prior-good", n=4) in told
    assert say("check-prior-unread", n=1) in told
    assert say("check-roster-good", n=5) in page.text_content("#check-roster-taken")


def test_a_return_that_kills_the_engine_costs_its_verdict_and_lists_hold(page, made):
    fill(page, made)
    harm(page, "examined", CRASH, NAMES[BROKEN])
    assert check(page).startswith("查完 5 份")
    _, content = saved(page, lambda: page.click("[data-get=json]"))
    quiet(page)
    done = json.loads(content)
    found = {one["path"]: [f["code"] for f in one["findings"]] for one in done["files"]}
    assert found[f"{NAMES[BROKEN]}.xlsx"] == ["crashed"]
    assert len(done["campaign"]["missing"]) == 2
    assert "carried-in" in json.dumps([one["rules"]["passed"] for one in done["files"]])


def test_an_archive_that_kills_the_engine_gets_the_verdict_itself(page, made):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(made / "returns" / f"{NAMES[RIGHT]}.xlsx", "丙.xlsx")
    put(page, "files", {**inside(made / "returns"), "一批.zip": packed.getvalue()})
    page.evaluate("""() => {
        const ask = engine.ask;
        let listed = 0;
        engine.ask = (name, given, ...more) => {
            const bad = name === "opened" || (name === "listed" && !given.lost.length);
            if (bad && listed++ < 2) return Promise.reject(new Error("crashed"));
            return ask(name, given, ...more);
        };
    }""")
    assert check(page).startswith("查完 6 份")
    _, content = saved(page, lambda: page.click("[data-get=json]"))
    quiet(page)
    assert "一批.zip" in [one["path"] for one in json.loads(content)["files"]]


def test_a_check_can_be_stopped_and_goes_on_where_it_was(page, made):
    fill(page, made)
    harm(page, "examined", "for (;;);", NAMES[WORD])
    page.click("#check-run")
    page.locator("#pane-check .stands").get_by_text(
        say("check-under-way", done=3, all=5)
    ).wait_for()
    page.click("#pane-check .stop")
    quiet(page)
    assert page.inner_text("#pane-check .stands") == say("office-stopped", done=3, all=5)
    page.evaluate("""() => {
        window.again = [];
        const ask = engine.ask;
        engine.ask = (name, given, ...more) => {
            if (name === "examined") window.again.push(given.path);
            return ask(name, given, ...more);
        };
    }""")
    assert check(page).startswith("查完 5 份")
    assert len(page.evaluate("again")) == 2


def test_an_engine_that_cannot_start_is_said(page, made):
    put(page, "files", inside(made / "returns"))
    page.evaluate("""() => {
        window.real = Worker;
        window.Worker = function () { throw new RangeError("could not allocate memory"); };
        engine.stop("stopped");
    }""")
    told = check(page)
    page.evaluate("() => { window.Worker = real; }")
    assert told == say("office-failed", why="could not allocate memory")
    assert check(page).startswith("查完 5 份")


# ── 退回通知 ──────────────────────────────────────────────────────────────────────────────────────


def test_before_a_check_there_is_nothing_to_send_back_or_add_up(page):
    for tab in ("notices", "rollup"):
        page.click(f"#tab-{tab}")
        assert page.locator(f"#pane-{tab} .needs").is_visible()


def test_what_goes_back_is_listed_shown_and_packed(checked, made, monkeypatch, tmp_path):
    checked.click("#tab-notices")
    quiet(checked)
    lines = checked.locator(".due tbody tr")
    assert lines.count() == 3
    line = lines.filter(has_text=NAMES[WORD])
    assert "22（其中当场处罚16件）" in line.inner_text()
    line.get_by_role("button").click()
    area = checked.locator("#notices-letter textarea")
    area.wait_for()
    assert area.input_value().startswith(f"{NAMES[WORD]}：")
    checked.click("#notices-close")
    name, content = saved(checked, lambda: checked.click("#notices-get"))
    quiet(checked)
    commanded(made, monkeypatch, "check", *GIVEN, "--notices", str(tmp_path / "退回"))
    packed = zipfile.ZipFile(BytesIO(content))
    assert {one: packed.read(one) for one in packed.namelist()} == inside(tmp_path / "退回")
    assert name.startswith("退回-")


def test_sender_due_day_and_mails_are_the_commands_and_are_kept(
    checked, made, monkeypatch, tmp_path
):
    checked.click("#tab-notices")
    quiet(checked)
    checked.fill("#notices-sender", "云水区政务公开办 010-1")
    checked.fill("#notices-due", "2026-03-05")
    checked.check("#notices-mail")
    line = checked.locator(".dues:not(.due) tbody tr").filter(has_text=NAMES[MISSING])
    line.get_by_role("button").click()
    area = checked.locator("#notices-letter textarea")
    area.wait_for()
    assert area.input_value().startswith(f"{NAMES[MISSING]}：你单位的2025年度")
    assert "请于2026年3月5日前报来" in area.input_value()
    checked.click("#notices-close")
    _, content = saved(checked, lambda: checked.click("#notices-get"))
    quiet(checked)
    terms = ("--sender", "云水区政务公开办 010-1", "--due", "2026-03-05", "--mail")
    commanded(made, monkeypatch, "check", *GIVEN, "--notices", str(tmp_path / "退回"), *terms)
    packed = zipfile.ZipFile(BytesIO(content))
    assert {one: packed.read(one) for one in packed.namelist()} == inside(tmp_path / "退回")
    assert NAMES[MISSING] in checked.inner_text("#notices-list .amiss")
    assert checked.evaluate("office.get().sending") == {
        "sender": "云水区政务公开办 010-1", "due": "2026-03-05", "mail": True}  # fmt: skip


# ── 汇总 ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_region_is_refused_with_reasons_then_added_up(checked, made, monkeypatch, tmp_path):
    checked.click("#tab-rollup")
    quiet(checked)
    checked.fill("#rollup-name", "云水区")
    checked.select_option("#rollup-level", "county")
    checked.uncheck("#rollup-partial")
    checked.click("#rollup-run")
    quiet(checked)
    assert NAMES[MISSING] in checked.locator("#rollup-said .amiss").inner_text()
    checked.check("#rollup-partial")
    checked.click("#rollup-run")
    name, content = saved(checked, lambda: checked.click("#rollup-get"))
    written = tmp_path / "云水区.xlsx"
    told = commanded(made, monkeypatch, "rollup", *GIVEN, "--agency", "云水区", "--level", "县级",
                     "--partial", "-o", str(written)).decode()  # fmt: skip
    mine, own = read(content).report, read(written.read_bytes()).report
    assert (mine.values, mine.sources) == (own.values, own.sources)
    assert name == say("rollup-file", name="云水区", year=2025)
    for line in checked.locator("#rollup-said li, #rollup-said .partly").all_inner_texts():
        assert line in told


# ── kept ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_dropped_typed_and_found_is_there_after_a_reload(checked):
    checked.evaluate("office.set('region', { name: '云水区', code: '', level: '', partial: true })")
    checked.locator("#keep-told").get_by_text(messages()["page"]["keep-kept"]["zh"]).wait_for()
    checked.wait_for_timeout(1000)
    checked.reload()
    checked.wait_for_selector(browser.READY)
    assert checked.get_attribute("#tab-check", "aria-selected") == "true"
    checked.locator("#check-board .board").wait_for()
    quiet(checked)
    assert checked.inner_text("#pane-check .stands").startswith("查完 5 份")
    assert say("check-roster-good", n=5) in checked.text_content("#check-roster-taken")
    assert checked.input_value("#rollup-name") == "云水区"


def test_the_english_page_says_it_in_english(checked):
    checked.click("#language")
    quiet(checked)
    assert "The roster has 5 agencies." in checked.text_content("#check-roster-taken")
    assert checked.locator("#check-board .board").inner_text().find("missing") >= 0
    checked.click("#language")
    quiet(checked)
