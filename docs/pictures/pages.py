"""Pictures of gouji.html and of the board in Chromium."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import browser
import material
import misprinted
from material import DUE, REGION, SENDER, Season
from saving import shot

WIDE = {"width": 1280, "height": 900}


def until(page: Any, script: str) -> None:
    """Wait until a script in the page is true: its policy allows no other way."""
    end = time.monotonic() + browser.PATIENCE / 1000
    while not page.evaluate(script):
        if time.monotonic() > end:
            raise TimeoutError(script)
        page.wait_for_timeout(50)


def idle(page: Any) -> None:
    """Wait until the page works on nothing."""
    page.wait_for_timeout(100)
    until(page, "!work.busy()")


def choose(page: Any, place: str, paths: list[Path]) -> None:
    """Choose files in a place to drop them."""
    page.locator(f"{place} input[type=file]:not([webkitdirectory])").first.set_input_files(paths)


def give_season(page: Any, season: Season) -> None:
    """Fill in the line of the season: office, day, roster, last year's returns."""
    page.click("#season > summary")
    page.fill("#season-year", "2025")
    page.fill("#season-region", REGION)
    page.fill("#season-sender", SENDER)
    page.fill("#season-due", DUE)
    choose(page, "#season-roster", [season.roster])
    choose(page, "#season-prior", sorted(season.last.iterdir()))
    until(page, "office.get().prior.length === 120 && office.get().roster")
    idle(page)
    page.click("#season > summary")


def put_returns(page: Any, season: Season) -> None:
    """Choose all returns, and wait until the page has them."""
    paths = season.paths()
    choose(page, "#check-files", paths)
    until(page, f"office.get().files.length === {len(paths)}")


def check(page: Any) -> None:
    """Check the returns, up to the board."""
    page.click("#check-run")
    until(page, "office.checked() && !work.busy()")
    page.locator("#check-board .board").wait_for()


def open_return(page: Any, agency: str) -> None:
    """Open the return of an agency on the board."""
    page.locator(f"#check-board .lines tr:has-text('{agency}') th > a").first.click()
    page.wait_for_timeout(300)


@contextmanager
def opened(chromium: Any, path: Path, **options: Any) -> Iterator[Any]:
    """Give gouji.html in a browser of its own."""
    with browser.opened(chromium, path, **({"viewport": WIDE} | options)) as page:
        yield page


def office(chromium: Any, built: Path, season: Season, scratch: Path) -> None:
    """Save the tabs in the order of a season."""
    with opened(chromium, built) as page:
        give_season(page, season)
        page.click("#tab-blanks")
        until(page, "document.querySelector('#blanks-edition').value !== ''")
        until(page, "document.querySelector('#blanks-roster-told').textContent !== ''")
        idle(page)
        shot(page, scratch, "page-blanks")
        page.click("#tab-check")
        put_returns(page, season)
        idle(page)
        shot(page, scratch, "page-check")
        check(page)
        page.evaluate("scrollTo(0, 0)")
        shot(page, scratch, "page-board")
        page.fill("#search", "人力")
        page.locator("#check-board .listing").scroll_into_view_if_needed()
        box = page.locator("#check-board .listing").bounding_box()
        page.evaluate("document.activeElement.blur()")
        shot(page, scratch, "page-waits", clip=box | {"height": 284})
        page.fill("#search", "")
        open_return(page, "云水区交通运输局")
        shot(page, scratch, "page-reason")
        page.click("#tab-notices")
        idle(page)
        page.evaluate("scrollTo(0, 0)")
        shot(page, scratch, "page-notices")
        page.click("#tab-rollup")
        page.click("#rollup-run")
        idle(page)
        page.evaluate("scrollTo(0, 0)")
        shot(page, scratch, "page-rollup")


def agency(chromium: Any, built: Path, scratch: Path) -> None:
    """Save a return and a published report on the agency's own tab."""
    names = ("云水区交通运输局.xlsx", "云水区交通运输局 2024.json", "某某市公布的报告.html")
    wrong, last, paper = (scratch / name for name in names)
    for path, content in zip((wrong, last), material.wrong(), strict=True):
        path.write_bytes(content)
    paper.write_bytes(misprinted.paper())
    with opened(chromium, built) as page:
        page.click("#tab-agency")
        choose(page, "[data-drop=agency-last]", [last])
        idle(page)
        choose(page, "[data-drop=agency]", [wrong])
        page.locator("#agency-shown .form").first.wait_for()
        idle(page)
        shot(page, scratch, "page-agency")
    with opened(chromium, built) as page:
        page.click("#tab-agency")
        choose(page, "[data-drop=agency]", [paper])
        page.locator("#agency-asked .row-of").first.wait_for()
        idle(page)
        page.locator("#agency-asked .row-of [type=checkbox]").first.check()
        page.evaluate("document.querySelector('#agency-told').scrollIntoView()")
        shot(page, scratch, "documents-page")


def gouji(home: Path, *words: str) -> None:
    """Run a command in a folder; a board of returns with mistakes ends with 1."""
    subprocess.run([sys.executable, "-m", "toolkit", *words, "--lang", "zh"], cwd=home, check=False)


def boards(chromium: Any, season: Season, scratch: Path) -> None:
    """Save the board of the command line, and returns on boards."""
    given = ("--roster", str(season.roster), "--prior", str(season.last))
    gouji(season.returns.parent, "check", "报回的表", *given, "--format", "html", "-o", "一览.html")
    misprinted.write(scratch)
    for name in ("explain", "unknown"):
        names = [path.name for path in (scratch / name).iterdir()]
        gouji(scratch / name, "check", *names, "--format", "html", "-o", f"../{name}.html")
    documents = scratch / "document"
    documents.mkdir()
    (documents / "某某市.html").write_bytes(misprinted.paper())
    gouji(documents, "import", "某某市.html", "--format", "html", "-o", "../evidence.html")
    board = season.returns.parent / "一览.html"
    with file(chromium, board, {"width": 1280, "height": 1080}) as page:
        shot(page, scratch, "board")
        page.locator(".lines tr:has-text('云水区民族宗教事务局') th > a").first.click()
        page.wait_for_timeout(300)
        shot(page, scratch, "board-return")
    for name, (width, height) in {"explain": (1120, 760), "unknown": (1000, 604)}.items():
        with file(chromium, scratch / f"{name}.html", {"width": width, "height": height}) as page:
            page.locator(".lines tr:has-text('某某市') th > a").first.click()
            page.wait_for_timeout(300)
            shot(page, scratch, name)
    with file(chromium, scratch / "evidence.html", {"width": 1280, "height": 1000}) as page:
        shot(page, scratch, "documents-evidence")


@contextmanager
def file(chromium: Any, path: Path, size: dict[str, int]) -> Iterator[Any]:
    """Give a page without an engine."""
    context = chromium.new_context(viewport=size, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()
