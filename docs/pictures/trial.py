"""Draws the pictures of 真机检查.xlsx, as LibreOffice shows what its steps type, into templates/trial.

    python docs/pictures/trial.py

Needs LibreOffice, pdftoppm (poppler) and convert (ImageMagick).
"""

import subprocess
import tempfile
from pathlib import Path

from toolkit.blank.build import build
from toolkit.edition.edition import for_year
from toolkit.report.report import Report, recompute

TARGET = Path(__file__).resolve().parents[2] / "templates" / "trial"
ROW = "applications.{}.natural_person"
OFFICE, POPPLER, MAGICK = "soffice", "pdftoppm", "convert"
PICTURES = {
    1: ({}, 1, "100%x38%"),
    3: ({"received": 3}, 4, "100%x27%"),
    4: ({"received": 3, "granted": 3}, 4, "100%x27%"),
    10: ({"received": 3, "granted": 3}, 10, "100%x38%"),
}
"""{number of a step: (what is typed, the printed page, the part of the page, from its top)}."""


def workbook(typed: dict[str, int]) -> bytes:
    """Return the workbook with a few cells typed and the rest of their table declared 0."""
    form = for_year("annual-report", 2025)
    agency = {"name": "某某局", "code": None, "level": "county"}
    given = {ROW.format(row): number for row, number in typed.items()}
    nil = ("applications",) if typed else ()
    values = recompute(form, dict.fromkeys(form.typed) | given, nil)
    return build(form, Report(form, agency, 2025, values, nil=nil, origin="workbook", sent=1))


def draw(number: int, folder: Path) -> None:
    """Draw the picture of a step."""
    typed, page, part = PICTURES[number]
    (folder / "a.xlsx").write_bytes(workbook(typed))
    office = [OFFICE, f"-env:UserInstallation={(folder / 'own').as_uri()}", "--headless"]
    subprocess.run([*office, "--convert-to", "pdf", "--outdir", folder, folder / "a.xlsx"],
                   check=True, capture_output=True)  # fmt: skip
    one = ["-f", str(page), "-l", str(page), "-singlefile", "-r", "110", "-png"]
    subprocess.run([POPPLER, *one, folder / "a.pdf", folder / "a"], check=True)
    cut = ["-gravity", "north", "-crop", f"{part}+0+55", "+repage", "-trim", "+repage"]
    plain = ["-strip", "-define", "png:exclude-chunks=all"]
    small = ["-resize", "560x", "+dither", "-colors", "16", *plain]
    target = f"PNG8:{TARGET / f'{number}.png'}"
    subprocess.run([MAGICK, folder / "a.png", *cut, *small, target], check=True)


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for step in PICTURES:
        with tempfile.TemporaryDirectory() as name:
            draw(step, Path(name))
