"""Makes the pictures of this folder anew.

    python docs/pictures/make.py [--page gouji.html] [sheets] [pages] [boards] [recording]

Needs what the tests need, ImageMagick (`convert`), and a font with Chinese. All data is invented
or published: see material.py. Look at each picture afterwards.
"""

import argparse
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests")]

import browser  # noqa: E402 - of the tests
import material  # noqa: E402
import pages  # noqa: E402
import recording  # noqa: E402
import sheets  # noqa: E402

PARTS = ("sheets", "pages", "boards", "recording")


def main() -> None:
    """Make the parts that are asked for, or all."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--page", type=Path, help="a page that was built before")
    asked.add_argument("parts", nargs="*", metavar="part", help=" ".join(PARTS))
    given = asked.parse_args()
    parts = given.parts or PARTS
    with tempfile.TemporaryDirectory() as home:
        scratch = Path(home)
        if "sheets" in parts:
            sheets.make(scratch)
        if set(parts) - {"sheets"}:
            _browse(parts, given.page, scratch)


def _browse(parts: list[str] | tuple[str, ...], page: Path | None, scratch: Path) -> None:
    season = material.season(scratch)
    built = page.resolve() if page else scratch / "gouji.html"
    if page is None and set(parts) & {"pages", "recording"}:
        from toolkit.page.bundle import build  # noqa: PLC0415 - slow, and seldom needed

        built.write_bytes(build())
    with browser.started() as chromium:
        if "pages" in parts:
            pages.office(chromium, built, season, scratch)
            pages.agency(chromium, built, scratch)
        if "boards" in parts:
            pages.boards(chromium, season, scratch)
        if "recording" in parts:
            recording.make(chromium, built, season, scratch)


if __name__ == "__main__":
    main()
