"""What gouji.html publishes is to the byte what the command writes; no serious fault by axe-core."""

from pathlib import Path

import browser
import pytest
from click.testing import CliRunner
from test_page_agency import CELL, asked, examine, real, workbook
from test_page_axe import LOOKS, axe, faults  # noqa: F401 - a fixture

from toolkit import cli
from toolkit.documents.printout import printout
from toolkit.documents.webpage import write_page
from toolkit.page.desk import Desk

TITLE = "宿迁市2024年政府信息公开工作年度报告"
BUTTONS = {"docx": "生成公开稿（Word）", "html": "生成公开稿（网页）"}


def published(desk, **returns):
    examine(desk, **returns)
    return asked(desk, "published", style="html", lang="zh")


def test_a_single_passing_return_is_published(tmp_path):
    desk, good = Desk(str(tmp_path / "agency")), workbook("suqian_city_2024")
    found = published(desk, **{"对.xlsx": good})
    assert [name for name, _ in found["files"]] == [f"{TITLE}.html", f"{TITLE}.fragment.html"]
    nothing = {"files": [], "said": []}
    assert published(desk, **{"错.xlsx": workbook("suqian_city_2024", **{CELL: 3})}) == nothing
    assert published(desk, **{"一.xlsx": good, "二.xlsx": good}) == nothing


def test_the_page_saves_the_bytes_that_the_command_writes(chromium, built, tmp_path):
    path = tmp_path / "对.xlsx"
    path.write_bytes(workbook("suqian_city_2024"))
    styles = [part for style in BUTTONS for part in ("--format", style)]
    done = CliRunner().invoke(
        cli.gouji, ["publish", str(path), "-o", str(tmp_path / "out"), *styles, "--lang", "zh"]
    )
    assert done.exit_code == 0
    with browser.opened(chromium, built) as page:
        page.set_input_files("[data-drop=agency] input", [str(path)])
        for style, words in BUTTONS.items():
            with page.expect_download() as saved:
                page.get_by_role("button", name=words).click(timeout=60_000)
            name = saved.value.suggested_filename
            assert name == f"{TITLE}.{style}"
            assert Path(saved.value.path()).read_bytes() == (tmp_path / "out" / name).read_bytes()
            page.get_by_text(f"已保存 {name}").wait_for()


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow"])
def test_a_published_page_has_no_fault(chromium, tmp_path, axe, look):  # noqa: F811
    path = tmp_path / "page.html"
    path.write_bytes(write_page(printout(real("suqian_city_2024"), draft=True)))
    page = chromium.new_page(**look)
    page.goto(path.as_uri())
    page.evaluate(axe)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
