"""A form of one's own in gouji.html: read, asked about, saved as the command saves it, handed out."""

import io
import shutil
import tomllib
import zipfile
from pathlib import Path

import browser
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from returns import report_of
from sketch import saved, workbook
from source import TEMPLATES

from toolkit import cli
from toolkit.edition.edition import load
from toolkit.output.lists import HEAD_ROW
from toolkit.page import forms, maker
from toolkit.page.desk import Desk
from toolkit.report.report import as_json, dumps

WORDS = {
    lang: tomllib.loads((TEMPLATES / "messages" / f"{lang}.toml").read_text(encoding="utf-8"))
    for lang in ("zh", "en")
}
PAGE = WORDS["zh"]["page"]
GRID = "项目 | 金额 | 人数 | 说明\n收入 | 5 | | \n支出 | 7 | ~grey | \n其他 | | | \n合计 | =SUM(B2:B4) | =SUM(C2:C4) | "
FORM = workbook(("收支", (), GRID))
TOTALS = workbook(("收支", (), "项目 | 金额 | 人数\n收入 | | \n支出 | | \n其他 | | \n合计 | | "))
FILE = "收支2024.xlsx"
PLAIN = {"sheets": None, "replies": [], "head": {}}


@pytest.fixture
def desk(tmp_path) -> Desk:
    put(found := Desk(str(tmp_path / "desk"), "1"), maker.OWN, FILE, FORM)
    return found


def put(desk, folder, name, content):
    place = Path(desk.home, folder)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / name).write_bytes(content)


def by_command(*words, code=0):
    done = CliRunner().invoke(cli.gouji, ["draft", "--lang", "zh", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def two_sheets():
    """Return a form of two sheets, the other of which is an open list."""
    book = load_workbook(io.BytesIO(FORM))
    book.create_sheet("信函")["A1"] = "各位同事"
    return saved(book)


def answers_of(content, *answers):
    book = load_workbook(io.BytesIO(content))
    for row, answer in enumerate(answers, HEAD_ROW + 1):
        book["提问"].cell(row, 5, answer)
    return saved(book)


# ── the engine's side ─────────────────────────────────────────────────────────────────────────────


def test_a_form_is_shown_with_its_questions_and_what_is_to_be_filled_in(desk):
    found = maker.drawn(desk, PLAIN, "zh")
    assert found["head"] == {
        "title": "收支", "form": "form", "year": "2024", "source": "", "citation": "",
    }  # fmt: skip
    assert found["sheets"] == [{"name": "收支", "ticked": True}]
    assert [(one["count"], one["answer"], one["colour"]) for one in found["asked"]] == [
        (2, "fill", ""), (1, "leave", "D9D9D9"),
    ]  # fmt: skip
    assert found["refused"] == []
    assert "<small>5</small><sup>1</sup>" in found["grids"]
    assert '<td class="gone"><sup>2</sup></td>' in found["grids"]
    again = maker.drawn(desk, {**PLAIN, "replies": ["leave", "fill"]}, "zh")
    assert [one["answer"] for one in again["asked"]] == ["leave", "fill"]
    assert "<td>5<sup>1</sup></td>" in again["grids"]


def test_the_files_are_those_of_the_command(desk, tmp_path):
    folder = tmp_path / "form"
    folder.mkdir()
    (tmp_path / FILE).write_bytes(FORM)
    by_command(tmp_path / FILE, "-o", folder / "2024.toml")
    edition = maker.saved(desk, PLAIN, "edition", "zh")
    assert edition["name"] == "form-2024.toml"
    assert edition["content"] == (folder / "2024.toml").read_bytes()
    assert maker.saved(desk, PLAIN, "proof", "zh")["content"] == (folder / "草稿.xlsx").read_bytes()
    by_command("--review", folder / "2024.toml", "-o", folder / "勾稽.xlsx")
    asked = maker.saved(desk, PLAIN, "asked", "zh")
    assert asked["content"] == (folder / "勾稽.xlsx").read_bytes()
    (folder / "答.xlsx").write_bytes(answers_of(asked["content"], "不填", "要填"))
    put(desk, maker.ANSWERED, "答.xlsx", (folder / "答.xlsx").read_bytes())
    given = maker.answered(desk, PLAIN, "zh")
    assert given == {"replies": ["leave", "fill"]}
    by_command("--adopt", folder / "答.xlsx", folder / "2024.toml", "-o", folder / "2024-1.toml")
    mine = maker.saved(desk, {**PLAIN, **given}, "edition", "zh")["content"].decode()
    theirs = (folder / "2024-1.toml").read_text(encoding="utf-8")
    assert mine == theirs.replace('name = "2024-1"', 'name = "2024"')


def returns_for(desk, tmp_path, count=4):
    """Lay filled copies of the form on a desk: in each, the last row is the sum of the others."""
    path = tmp_path / "form" / "2024.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(maker.saved(desk, PLAIN, "edition", "zh")["content"])
    edition = load(path)
    place = Path(desk.home, maker.FILLED)
    place.mkdir(parents=True)
    for number in range(count):
        typed = {key: number * 7 + at for at, key in enumerate(edition.typed, 1)}
        for column in {edition.cells[key].column for key in typed}:
            *parts, last = (key for key in typed if edition.cells[key].column == column)
            typed[last] = sum(typed[key] for key in parts)
        report = report_of(edition, 2024, typed, (), {"name": f"某{number}局"})
        (place / f"{number}.json").write_text(dumps(as_json(report)), encoding="utf-8")
    return edition


def test_sums_are_offered_and_those_ticked_are_adopted(desk, tmp_path):
    assert any(one["stands"] for one in maker.offered(desk, PLAIN, "zh")["sums"])
    put(desk, maker.OWN, FILE, TOTALS)
    returns_for(desk, tmp_path)
    found = maker.offered(desk, PLAIN, "zh")["sums"]
    first = ("合计 = 收入 + 支出 + 其他", True, True)
    assert next((one["words"], one["proposed"], one["formula"]) for one in found) == first
    free = [one for one in found if not one["stands"]]
    assert free
    assert all(one["facts"] for one in free)
    for formula in (False, True):
        ticks = [{"id": free[0]["id"], "formula": formula}]
        shown = maker.drawn(desk, {**PLAIN, "sums": ticks}, "zh")
        assert shown["adopted"] == 1
        text = maker.saved(desk, {**PLAIN, "sums": ticks}, "edition", "zh")["content"].decode()
        assert {one.get("computes", False) for one in tomllib.loads(text)["balance"]} == {formula}
    gone = maker.drawn(desk, {**PLAIN, "sums": [{"id": "没有", "formula": True}]}, "zh")
    assert gone["adopted"] == 0


def test_where_nothing_can_be_read_no_sums_are_offered(desk):
    assert maker.offered(desk, {**PLAIN, "head": {"year": "x"}}, "zh")["why"]


def test_title_year_source_and_short_name_are_those_typed(desk):
    head = {
        "title": "收支表",
        "form": "grain",
        "year": "2030",
        "source": "关于收支的通知",
        "citation": "东〔2030〕1号",
    }
    found = maker.saved(desk, {**PLAIN, "head": head}, "edition", "zh")
    content = tomllib.loads(found["content"].decode())
    assert found["name"] == "grain-2030.toml"
    assert {name: content[name] for name in ("title", "form", "name", "source", "citation")} == {
        **{name: head[name] for name in ("title", "form", "source", "citation")}, "name": "2030",
    }  # fmt: skip
    assert content["years"] == {"from": 2030}
    assert {edit["source"] for edit in content["edit"]} == {"关于收支的通知"}


@pytest.mark.parametrize(
    ("head", "name"),
    [({"year": "二〇"}, "maker-year-wrong"), ({"form": "粮食"}, "maker-form-wrong")],
)
def test_a_year_or_short_name_that_is_none_is_said(desk, head, name):
    assert maker.drawn(desk, {**PLAIN, "head": head}, "zh") == {"why": PAGE[name]}


def test_a_short_name_that_an_edition_has_is_not_proposed_again(desk):
    put(desk, forms.OVERLAYS, "a.toml", maker.saved(desk, PLAIN, "edition", "zh")["content"])
    assert forms.overlays(desk, ["a.toml"])["wrong"] == []
    assert maker.drawn(desk, PLAIN, "zh")["head"]["form"] == "form-2"


@pytest.mark.parametrize(
    "grid",
    [
        "项目 | 数\n1 | \n2 | \n3 | \n4 | ",
        "凭证",
    ],
    ids=["open lines", "no grid"],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_no_form_is_refused_with_the_sentences_of_the_command(desk, tmp_path, grid, lang):
    content = workbook(("表", (), grid))
    (tmp_path / "a.xlsx").write_bytes(content)
    put(desk, maker.OWN, "a.xlsx", content)
    printed = by_command("--lang", lang, tmp_path / "a.xlsx", "-o", tmp_path / "a.toml", code=1)
    why = maker.drawn(desk, PLAIN, lang)["why"]
    assert why.replace("a.xlsx", str(tmp_path / "a.xlsx")) in printed.replace("gouji: ", "")


def test_a_sheet_without_a_form_is_left_out_and_said_once_it_is_ticked(desk):
    put(desk, maker.OWN, FILE, two_sheets())
    found = maker.drawn(desk, PLAIN, "zh")
    assert [one["ticked"] for one in found["sheets"]] == [True, False]
    assert found["refused"] == []
    ticked = maker.drawn(desk, {**PLAIN, "sheets": ["收支", "信函"]}, "zh")
    assert ticked["refused"] == [WORDS["zh"]["draft"]["why-lines"].format(sheet="信函")]
    assert all(one["ticked"] for one in ticked["sheets"])


@pytest.mark.parametrize("name", ["旧.xls", "坏.xlsx"])
def test_a_file_that_is_not_read_says_why(desk, name):
    put(desk, maker.OWN, name, b"PK\3\4" if name.endswith("x") else b"\xd0\xcf\x11\xe0")
    why = maker.drawn(desk, PLAIN, "zh")["why"]
    assert name in why
    assert (why == PAGE["maker-office"].format(path=name)) == name.endswith("xls")


def test_returns_are_looked_through_for_sums_and_those_adopted_are_written(desk):
    put(desk, maker.FILLED, "坏.json", b"[3]")
    asked = maker.saved(desk, PLAIN, "asked", "zh")
    assert len(asked["told"]) == 1
    assert asked["told"][0].startswith("没有读 坏.json：")
    book = load_workbook(io.BytesIO(asked["content"]))
    assert "勾稽关系" in book.sheetnames


def test_nothing_is_asked_about_a_form_without_questions_and_sums(desk):
    put(desk, maker.OWN, FILE, workbook(("表", (), "项目 | 联系人 | 姓名\n甲 | | \n乙 | | ")))
    assert maker.saved(desk, PLAIN, "asked", "zh")["content"] == b""


def test_answers_that_are_none_are_said(desk):
    content = maker.saved(desk, PLAIN, "asked", "zh")["content"]
    put(desk, maker.ANSWERED, "勾稽.xlsx", answers_of(content, "也许"))
    assert "也许" in maker.answered(desk, PLAIN, "zh")["why"]
    book = load_workbook(io.BytesIO(content))
    book["勾稽关系"].cell(HEAD_ROW + 1, heads(book["勾稽关系"]).index("采用") + 1, "大概")
    put(desk, maker.ANSWERED, "勾稽.xlsx", saved(book))
    assert "大概" in maker.answered(desk, PLAIN, "zh")["why"]
    put(desk, maker.ANSWERED, "勾稽.xlsx", b"PK\3\4")
    assert maker.answered(desk, PLAIN, "zh")["why"].startswith("没有读 勾稽.xlsx：")


def heads(sheet):
    return [cell.value for cell in sheet[HEAD_ROW]]


def test_an_adopted_sum_that_is_no_equation_of_the_form_is_said(desk):
    book = load_workbook(io.BytesIO(maker.saved(desk, PLAIN, "asked", "zh")["content"]))
    sums, lines = book["勾稽关系"], book["逐条算式"]
    sums.cell(HEAD_ROW + 1, heads(sums).index("采用") + 1, "是")
    for row in range(HEAD_ROW + 1, lines.max_row + 1):
        lines.cell(row, 2, "t1.gone.a = t1.gone.b + t1.gone.c")
    put(desk, maker.ANSWERED, "勾稽.xlsx", saved(book))
    assert "gone" in maker.drawn(desk, PLAIN, "zh")["why"]


# ── by clicks ─────────────────────────────────────────────────────────────────────────────────────


def tick_sums(page, desk, tmp_path):
    """Drop a form without formulas and filled copies of it, and adopt the sum that is proposed."""
    put(desk, maker.OWN, FILE, TOTALS)
    returns_for(desk, tmp_path)
    laid = {one.name: one.read_bytes() for one in Path(desk.home, maker.FILLED).iterdir()}
    page.click("#tab-maker")
    page.locator("#maker-drop input").first.set_input_files(browser.uploads({FILE: TOTALS}))
    page.locator("#maker-grids").get_by_text("收入").wait_for()
    page.click("#maker-sums > summary")
    page.locator("#maker-returns input").first.set_input_files(browser.uploads(laid))
    page.locator("#maker-offered").get_by_text("4 份中 4 份成立").first.wait_for()
    page.click("#maker-offers-all")
    page.locator("#maker-sums-told").get_by_text("已采用勾稽关系 1 种").wait_for()
    _, content = browser.saved(page, lambda: page.click("[data-save=edition]"))
    ticked = [one for one in maker.offered(desk, PLAIN, "zh")["sums"] if one["proposed"]]
    wanted = maker.saved(desk, {**PLAIN, "sums": ticked}, "edition", "zh")["content"]
    sums, others = (tomllib.loads(one.decode())["balance"] for one in (content, wanted))
    assert sums == others
    assert all(one["computes"] for one in sums)


def test_a_form_is_dropped_answered_saved_and_handed_out(chromium, built, desk, tmp_path):
    with browser.opened(chromium, built) as page:
        page.click("#tab-maker")
        page.locator("#maker-drop input").first.set_input_files(
            browser.uploads({FILE: two_sheets()})
        )
        page.locator("#maker-steps").wait_for()
        page.locator("#maker-asked input[value=fill]").nth(1).check()
        page.locator("#maker-grids td.fill sup").get_by_text("2", exact=True).wait_for()
        page.fill("#maker-citation", "东〔2024〕1号")
        page.press("#maker-citation", "Tab")
        name, content = browser.saved(page, lambda: page.click("[data-save=edition]"))
        put(desk, maker.OWN, FILE, two_sheets())
        wanted = {
            "sheets": None,
            "replies": ["fill", "fill"],
            "head": {"citation": "东〔2024〕1号"},
        }
        assert (name, content) == tuple(maker.saved(desk, wanted, "edition", "zh").values())
        page.get_by_label("信函").check()
        page.get_by_text("信函》没有采用").wait_for()
        page.get_by_label("信函").uncheck()
        page.locator("#maker-refused:empty").wait_for(state="attached")
        page.click("#maker-use")
        page.locator("#maker-done button").click()
        page.locator("#blanks-edition option[value='form/2024']").wait_for(state="attached")
        page.check("[name=blanks-who][value=single]")
        page.fill("#blanks-single-name", "甲局")
        page.evaluate("""async () => {
            for (let n = 0; n < 600 && page.at("blanks-edition").value !== "form/2024"; n++)
                await new Promise((done) => setTimeout(done, 100));
        }""")
        _, blank = browser.saved(page, lambda: page.click("#blanks-make"))
        assert zipfile.is_zipfile(io.BytesIO(blank))
        assert load_workbook(io.BytesIO(blank))["收支"]
        tick_sums(page, desk, tmp_path)
        page.locator("#maker-drop input").first.set_input_files(
            browser.uploads({"旧.xls": b"\xd0\xcf\x11\xe0"})
        )
        page.locator("#maker-wrong").get_by_text("旧.xls").wait_for()
        assert page.locator("#maker-steps").is_hidden()
