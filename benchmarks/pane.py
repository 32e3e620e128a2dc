"""Speed of the pane beside gouji.html in the same run: ready, and a verdict after the click.

    python -m benchmarks.pane FOLDER [--runs 5]

FOLDER is what `gouji page --pane` wrote. Both are opened in the system's Chromium from the same
kind of address, each from an empty profile, in turns; nothing of a network is used. Around the pane
is the stub of Excel that tests/page has.
"""

import argparse
import base64
import statistics
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import browser
import panes

from .bench import FORM, YEAR
from .campaign import stamper

READY = {"gouji.html": "#engine[data-ready]", "pane.html": panes.READY}


def opened(chromium: Any, folder: Path, name: str, script: str) -> tuple[float, Any]:
    """Return the seconds until a page is ready, and the page."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})

    def route(given: Any) -> None:
        address = given.request.url.partition("?")[0].removeprefix(panes.URL)
        if address == "office/office.js":
            given.fulfill(body=script, content_type="text/javascript")
        else:
            given.fulfill(body=(folder / address).read_bytes(), content_type="text/html")

    context.route("**/*", route)
    page = context.new_page()
    began = perf_counter()
    page.goto(panes.URL + name)
    page.wait_for_selector(READY[name], timeout=panes.PATIENCE)
    return perf_counter() - began, page


def verdicts(page: Any, sources: list[bytes]) -> list[float]:
    """Return the seconds from a click to the verdict, for a workbook after the other."""
    found = []
    for source in sources:
        file = base64.b64encode(source).decode()
        page.evaluate("(file) => { desk.model.file = file; }", file)
        panes.pressed(page, "check")
        found.append(int(page.get_attribute("#told", "data-took")) / 1000)
    return found


def main() -> None:
    """Print the measurements."""
    from toolkit.edition import edition  # noqa: PLC0415 - what the arguments say comes first

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--runs", type=int, default=5)
    given = asked.parse_args()
    form = edition.for_year(FORM, YEAR)
    if form is None:
        raise LookupError(FORM)
    stamp = stamper(form)
    sources = [stamp(1), stamp(2), stamp(2)]
    script = panes.stub("excel", panes.model("return.xlsx", sources[0]))
    ready: dict[str, list[float]] = {name: [] for name in READY}
    clicks: list[list[float]] = []
    with browser.started() as chromium:
        for _ in range(given.runs):
            for name in READY:
                seconds, page = opened(chromium, given.folder, name, script)
                ready[name].append(seconds)
                if name == "pane.html":
                    clicks.append(verdicts(page, sources))
                page.context.close()
    for name, seconds_of in ready.items():
        print(f"{statistics.median(seconds_of):8.2f} s until {name} is ready (median)")
    bare, pane = (statistics.median(ready[name]) for name in READY)
    print(f"{pane / bare:8.2f} times the bare page")
    for number, name in enumerate(("first click, at once", "after a change", "without a change")):
        value = statistics.median(each[number] for each in clicks)
        print(f"{value:8.2f} s to the verdict, {name}")


if __name__ == "__main__":
    main()
