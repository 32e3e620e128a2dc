"""The yearly analysis from gouji.html: the command's bytes; the page it writes, wide, narrow, printed."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import briefs
import browser
import pytest
from briefs import report, source
from click.testing import CliRunner
from office import convert, need_office
from test_page_axe import axe, faults  # noqa: F401 - a fixture
from test_page_office import quiet, say

from toolkit import cli

ENDINGS = (".docx", ".html", ".xlsx")
SEASON = 1769000000
"""A second in the season, as the day the files came."""


def season(home: Path, count: int, long: str = "") -> dict[str, bytes]:
    """Write a season with last year; return the returns by name."""
    home.joinpath("收到").mkdir()
    home.joinpath("上年").mkdir()
    home.joinpath("名册.csv").write_bytes(
        briefs.roster(count).replace("局".encode(), f"{long}局".encode())
    )
    for n in range(count):
        for folder, year in (("收到", 2025), ("上年", 2024)):
            one = report(n, year)
            one = replace(
                one, agency={**one.agency, "name": one.agency["name"].replace("局", f"{long}局")}
            )
            path = home / folder / f"{n:03d}.json"
            path.write_bytes(source(one))
            os.utime(path, (SEASON, SEASON))
    return {path.name: path.read_bytes() for path in sorted((home / "收到").iterdir())}


def commanded(home: Path, ending: str) -> bytes:
    words = ["brief", "收到", "--agency", "云水区", "--roster", "名册.csv", "--prior", "上年", "--lang", "zh",
             "-o", f"分析{ending}", "--force"]  # fmt: skip
    done = CliRunner().invoke(cli.gouji, words)
    assert done.exit_code == 0, done.output
    return (home / f"分析{ending}").read_bytes()


def test_the_page_gives_the_bytes_of_the_command(chromium, built, tmp_path, monkeypatch):
    season(tmp_path, 4)
    monkeypatch.chdir(tmp_path)
    with browser.opened(chromium, built) as page:
        page.click("#tab-check")
        for kind, paths in (("files", "收到"), ("prior", "上年")):
            files = sorted((tmp_path / paths).iterdir())
            page.set_input_files(f"#check-{kind} input:not([webkitdirectory])", files)
            page.locator(f"#check-{kind}-taken").get_by_text(files[0].name).first.wait_for(
                state="attached"
            )
            quiet(page)
        page.set_input_files("#check-roster input[type=file]", [tmp_path / "名册.csv"])
        quiet(page)
        page.click("#check-run")
        quiet(page)
        page.click("#tab-rollup")
        page.click("[data-brief='.docx']")
        quiet(page)
        assert page.inner_text("#pane-rollup .stands") == say("rollup-nameless")
        page.fill("#rollup-name", "云水区")
        for ending in ENDINGS:
            name, content = browser.saved(page, lambda e=ending: page.click(f"[data-brief='{e}']"))
            assert name == say("brief-file", name="云水区", year=2025) + ending
            assert content == commanded(tmp_path, ending)


def test_what_cannot_be_written_up_is_said(chromium, built):
    one = report(0)
    wrong = replace(one, values={**one.values, "applications.granted.business": 99})
    with browser.opened(chromium, built) as page:
        page.click("#tab-check")
        page.set_input_files(
            "#check-files input:not([webkitdirectory])", browser.uploads({"0.json": source(wrong)})
        )
        page.locator("#check-files-taken").get_by_text("0.json").first.wait_for(state="attached")
        quiet(page)
        page.click("#check-run")
        quiet(page)
        page.click("#tab-rollup")
        page.fill("#rollup-name", "云水区")
        page.click("[data-brief='.html']")
        quiet(page)
        assert page.inner_text("#brief-said li") == "没有一份通过的报表可以计入。"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_written_page_is_accessible_and_as_wide_as_the_screen(
    chromium,
    axe,  # noqa: F811
    tmp_path,
    monkeypatch,
    width,
):
    season(tmp_path, 12)
    monkeypatch.chdir(tmp_path)
    commanded(tmp_path, ".html")
    context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto((tmp_path / "分析.html").as_uri())
    page.evaluate(axe)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def pages(pdf: Path) -> int:
    """Return the number of pages of a PDF."""
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    return int(told.partition("Pages:")[2].split()[0])


@pytest.mark.parametrize("long", ["", "和它下面很多很多很多很长很长名称的派出机构"])
def test_it_is_two_pages_at_most_on_paper(chromium, need, tmp_path, monkeypatch, long):
    need_office()
    need(shutil.which("pdfinfo"), "pdfinfo is not installed")
    season(tmp_path, 30, long)
    for number in (5, 6):
        (tmp_path / "收到" / f"{number:03d}.json").unlink()
    monkeypatch.chdir(tmp_path)
    for ending in (".docx", ".html"):
        commanded(tmp_path, ending)
    (word,) = convert([tmp_path / "分析.docx"], tmp_path / "out", "pdf")
    assert pages(word) <= 2
    page = chromium.new_page()
    page.goto((tmp_path / "分析.html").as_uri())
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    page.close()
    assert pages(tmp_path / "page.pdf") <= 2
