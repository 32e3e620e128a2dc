"""Speed and memory of gouji.html, beside the command line in the same run.

    python -m benchmarks.page [--page gouji.html] [--count 120]

Builds the page unless it is given; opens it in the system's Chromium without a network, from an
empty profile and once more. Both check the same returns: the page by its button, the command with
one process, as the page has one.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from playwright.sync_api import sync_playwright

from toolkit.edition import edition

from .bench import FORM, YEAR
from .campaign import stamper

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READY = "#engine[data-ready]"
FILES = "#check-files input:not([webkitdirectory])"
LIMIT = 300_000


def returns(folder: Path, count: int) -> list[Path]:
    """Write filled workbooks that differ by agency."""
    form = edition.for_year(FORM, YEAR)
    if form is None:
        raise LookupError(FORM)
    stamp = stamper(form)
    paths = [folder / f"{number:03d}.xlsx" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(stamp(number))
    return paths


def opened(page: Any, address: str) -> float:
    """Return the seconds until the page's engine is ready."""
    began = perf_counter()
    page.goto(address)
    page.wait_for_selector(READY, timeout=LIMIT)
    return perf_counter() - began


def checked(page: Any, paths: list[Path]) -> float:
    """Return the seconds from the button to the board."""
    page.click("#tab-check")
    page.set_input_files(FILES, paths)
    page.locator("#check-files-taken summary").wait_for(timeout=LIMIT)
    began = perf_counter()
    page.click("#check-run")
    page.locator("#check-board .board").wait_for(timeout=LIMIT)
    return perf_counter() - began


def command(paths: list[Path]) -> float:
    """Return the seconds the command line needs for the same returns."""
    began = perf_counter()
    words = ["check", *map(str, paths), "--format", "html", "--jobs", "1", "--lang", "zh"]
    subprocess.run([sys.executable, "-m", "toolkit", *words], check=False, capture_output=True)
    return perf_counter() - began


def measured(page_file: Path, paths: list[Path]) -> dict[str, float]:
    """Return the measurements by name."""
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile,
            executable_path=next(filter(None, map(shutil.which, NAMES))),
            args=["--no-sandbox"],
            offline=True,
        )
        page = context.new_page()
        cold, warm = (opened(page, page_file.as_uri()) for _ in range(2))
        seconds = checked(page, paths)
        script, engine = page.evaluate("[performance.memory.usedJSHeapSize, engine.memory()]")
        context.close()
    return {
        "ready from an empty profile, s": cold,
        "ready once more, s": warm,
        f"{len(paths)} returns in the page, s": seconds,
        f"{len(paths)} returns by the command, s": command(paths),
        "the page's own memory, MiB": script / 2**20,
        "the engine's memory, MiB": engine / 2**20,
    }


def main() -> None:
    """Print the measurements."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--page", type=Path)
    asked.add_argument("--count", type=int, default=120)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        page_file = (given.page or Path(home, "gouji.html")).resolve()
        if given.page is None:
            from toolkit.page.bundle import build as built  # noqa: PLC0415 - seldom needed

            page_file.write_bytes(built())
        print(f"{page_file.stat().st_size / 1e6:.2f} MB")
        for name, value in measured(page_file, returns(Path(home), given.count)).items():
            print(f"{value:8.2f}  {name}")


if __name__ == "__main__":
    main()
