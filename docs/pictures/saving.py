"""Saves pictures as palette PNG files, and looks a page over before its picture is taken."""

import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def convert(*words: object) -> None:
    """Run ImageMagick."""
    subprocess.run(["convert", *map(str, words)], check=True)  # noqa: S607 - ImageMagick's


def palette(source: Path, name: str, *changes: str, colours: int = 128) -> None:
    """Save a picture beside this file. changes: further words for ImageMagick."""
    target = HERE / f"{name}.png"
    shades = ["+dither", "-colors", colours, "-strip", "-define", "png:compression-level=9"]
    convert(source, *changes, *shades, f"PNG8:{target}")
    print(f"{target.name} {target.stat().st_size // 1000} kB")


def shot(page: Any, scratch: Path, name: str, *, clip: dict[str, float] | None = None) -> None:
    """Save what a browser shows; the page may not be wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        print(f"{name}: {wide} pixels too wide")
    page.mouse.move(0, 0)
    page.screenshot(path=scratch / f"{name}.png", clip=clip)
    palette(scratch / f"{name}.png", name)
