"""The page of instructions for clerks: its text, and the same text as a PDF by LibreOffice."""

import hashlib
import re
import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

TEXT = Path(__file__).with_name("leaflet.txt")
NAME = "说明"
_FONT = "Noto Sans CJK SC"
_MOST = 80
"""Maximum width of a line, in half widths: 40 Chinese characters of 12 points fit on A4."""
_NEVER_FIRST = "，。；：！？、”）》"
_TIMEOUT = 120


def text(version: str, sha256: str) -> str:
    """Return the instructions; sha256: digest of the page that they come with."""
    return TEXT.read_text(encoding="utf-8").format(version=version, sha256=sha256)


def pdf(content: str, day: str) -> bytes:
    """Return the text on one page, printed by LibreOffice; exits where it is missing.

    day: as 20261130.
    Calc prints it, since that is the part of LibreOffice that the tests need anyway.
    """
    if shutil.which("soffice") is None:
        raise SystemExit("LibreOffice prints the instructions, and soffice is not on the PATH")
    with tempfile.TemporaryDirectory(prefix="gouji-") as home:
        source = Path(home, "leaflet.xlsx")
        _sheet(content).save(source)
        command = ["soffice", f"-env:UserInstallation={Path(home, 'profile').as_uri()}"]
        command += ["--headless", "--norestore", "--convert-to", "pdf", "--outdir", home]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=_TIMEOUT)
        return _steady(Path(home, "leaflet.pdf").read_bytes(), content, day)


def _steady(printed: bytes, content: str, day: str) -> bytes:
    """Return the PDF with a given day, and identifiers that follow from the text.

    LibreOffice 7.4 knows no SOURCE_DATE_EPOCH; of two prints nothing else differs.
    """
    digest = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest().upper().encode()
    printed = re.sub(rb"(?<=/CreationDate\(D:)\d{14}[^)]*", f"{day}000000Z'".encode(), printed)
    return re.sub(rb"(?<=<)[0-9A-F]{32}(?=>)|(?<=/DocChecksum /)[0-9A-F]{32}", digest, printed)


def _sheet(content: str) -> Workbook:
    """Return a workbook with a row for each line; headings are the lines with a Chinese number."""
    book = Workbook()
    book.properties.creator = "gouji"
    sheet = book.active
    row = 0
    for number, paragraph in enumerate(content.splitlines(), 1):
        size = {1: 18, 2: 10}.get(number, 12)
        font = Font(_FONT, size=size, bold=number == 1 or "、" in paragraph[:2])
        for line in broken(paragraph) or [""]:
            row += 1
            cell = sheet.cell(row, 1, line or " ")
            cell.font = font
            sheet.row_dimensions[row].height = size * (1.7 if line else 0.9)
    sheet.column_dimensions["A"].width = _MOST
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return book


def broken(paragraph: str) -> list[str]:
    """Return the lines of a paragraph; words of letters stay whole, no line begins with a stop.

    >>> broken("字" * 39 + "two words，" + "字" * 3)
    ['字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字', 'two words，字字字']
    """
    lines: list[str] = []
    width = _MOST
    for word in re.findall(r"[!-~]+|.", paragraph):
        wide = sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in word)
        if width + wide > _MOST and word not in _NEVER_FIRST:
            lines.append("")
            width = 0
            if word == " ":
                continue
        lines[-1] += word
        width += wide
    return lines
