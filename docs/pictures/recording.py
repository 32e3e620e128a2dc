"""Records half a minute on the page: returns dropped, the board, a reason accepted, a red cell."""

from pathlib import Path
from typing import Any

import pages
from material import Season
from saving import HERE, convert

SIZE = {"width": 1200, "height": 760}
SCALE = "860x"
LIMIT = 1_500_000
"""Bytes."""
RING = 26
"""Radius of the ring around the place of the next click."""


class Film:
    """Frames with the hundredths of a second that each is shown."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.frames: list[tuple[Path, int]] = []

    def frame(self, seconds: float, click: str | None = None) -> None:
        """Add what is shown. click: an element that is clicked next, ringed."""
        self.page.mouse.move(0, 0)
        path = self.folder / f"frame{len(self.frames):02d}.png"
        self.page.screenshot(path=path)
        if click:
            box = self.page.locator(click).first.bounding_box()
            x, y = box["x"] + min(box["width"] / 2, 60), box["y"] + box["height"] / 2
            ring = f"circle {x:.0f},{y:.0f} {x + RING:.0f},{y:.0f}"
            convert(
                path,
                "-fill",
                "#ff8c0030",
                "-stroke",
                "#e06c00",
                "-strokewidth",
                4,
                "-draw",
                ring,
                path,
            )
        self.frames.append((path, int(seconds * 100)))

    def save(self, target: Path) -> None:
        """Join the frames; raises ValueError where they are too large."""
        shown = [word for path, delay in self.frames for word in ("-delay", delay, path)]
        look = ["-resize", SCALE, "+dither", "-colors", 64, "-layers", "optimize", "-loop", 0]
        convert(*shown, *look, target)
        size, seconds = target.stat().st_size, sum(delay for _, delay in self.frames) / 100
        print(f"{target.name} {size // 1000} kB, {len(self.frames)} frames, {seconds:.0f} s")
        if size > LIMIT:
            raise ValueError(f"{target.name}: {size} bytes, at most {LIMIT}")


def make(chromium: Any, built: Path, season: Season, scratch: Path) -> None:
    """Write the recording beside this file."""
    with pages.opened(chromium, built, viewport=SIZE) as page:
        pages.give_season(page, season)
        page.click("#tab-check")
        film = Film(page, scratch)
        film.frame(2.5, "#check-files")
        pages.put_returns(page, season)
        pages.idle(page)
        page.locator("#check-run").scroll_into_view_if_needed()
        film.frame(2.5, "#check-run")
        page.click("#check-run")
        pages.until(page, "(document.querySelector('#pane-check progress')?.value ?? 0) > 0.3")
        film.frame(1.5)
        pages.until(page, "office.checked() && !work.busy()")
        page.evaluate("scrollTo(0, 0)")
        film.frame(4)
        _reason(page, film)
        _red(page, film)
        film.save(HERE / "season.gif")


def _reason(page: Any, film: Film) -> None:
    """Accept the reason of an agency."""
    page.fill("#search", "交通")
    page.evaluate("document.querySelector('#check-board .listing').scrollIntoView()")
    film.frame(3, "#check-board .lines tr:visible th > a")
    page.click("#check-board .lines tr:visible th > a")
    page.wait_for_timeout(300)
    accept = ".entry.open button:text-is('认可')"
    page.locator(accept).first.scroll_into_view_if_needed()
    film.frame(4, accept)
    page.click(accept)
    pages.idle(page)
    film.frame(3)


def _red(page: Any, film: Film) -> None:
    """Open a return that fails, and follow a finding to its red cell."""
    page.fill("#search", "民族")
    page.evaluate("document.querySelector('#check-board .listing').scrollIntoView()")
    film.frame(3, "#check-board .lines tr:visible th > a")
    page.click("#check-board .lines tr:visible th > a")
    page.wait_for_timeout(300)
    link = ".entry.open .findings a"
    film.frame(3, link)
    page.click(link)
    page.wait_for_timeout(300)
    film.frame(4)
