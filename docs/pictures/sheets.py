"""Pictures of the workbook's sheets, as LibreOffice draws them."""

import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
from casebook import balanced, real
from office import convert
from openpyxl.utils import get_column_letter
from saving import HERE, palette

from toolkit.blank.build import build
from toolkit.blank.live import result_range
from toolkit.blank.slots import LIVE_FIRST, RESULT, STAMP, word
from toolkit.check import check
from toolkit.edition.edition import Edition, load
from toolkit.report.report import Report, from_json, recompute
from toolkit.returned.read import read
from toolkit.returned.results import noticed
from toolkit.xlsx.address import at

CHECKOUT = HERE.parent.parent
COUNTY = {"name": "示例区人民政府办公室", "code": "113200000000000000", "level": "county"}
RECEIVED, GRANTED = (f"applications.{row}.natural_person" for row in ("received", "granted"))
TEXTS = {
    "overview": "2023年，本机关围绕中心工作推进政府信息公开，主动公开及时、依申请公开规范。",
    "problems": "主动公开的内容还不够丰富。下一年将按目录逐项更新，并加强培训。",
    "other": "本年度没有收取信息处理费。",
}
SHEETS = {
    "cover": "cover", "text": "总体情况", "table2": "表二", "table3": "表三", "table4": "表四",
    "section6": "其他事项", "published": "发布表三", "last-year": "prior",
}  # fmt: skip
"""{picture: sheet, by its name or by the word for it}."""
TRIM = ("-trim", "+repage", "-bordercolor", "white", "-border", "6")


def make(scratch: Path) -> None:
    """Save all pictures of sheets."""
    made = {name: _only(_county(), sheet) for name, sheet in SHEETS.items()}
    made["website"] = _only(_website(), "年度报表")
    made["enforcement"] = _only(_enforcement(), "表一")
    made["results"] = _list(_county())
    made["button-before"], made["button-after"] = _pressed()
    sources = []
    for name, source in made.items():
        path = scratch / f"{name}.xlsx"
        path.write_bytes(source)
        sources.append(path)
    for path in convert(sources, scratch, "pdf"):
        words = ["pdftoppm", "-r", "96", "-png", "-f", "1", "-l", "1", "-singlefile"]
        subprocess.run([*words, path, path.with_suffix("")], check=True)
        palette(path.with_suffix(".png"), path.stem, *TRIM)


def _county() -> bytes:
    """Return the published figures of a county with one number changed, as a workbook."""
    found = balanced("hongze_district_2023", "workbook")
    values = found.values | {GRANTED: 5}
    report = replace(found, agency=COUNTY, values=values, texts=TEXTS, sent=1)
    last = {
        "proactive.normative_documents.in_force": 10,
        **{key: 0 for key in found.edition.typed if ".carried_out." in key or ".pending" in key},
        "proactive.rules.in_force": 0,
    }
    return build(found.edition, report, last)


def _website() -> bytes:
    """Return the demo's made-up figures of a website, with the mistakes that the form can show."""
    home = CHECKOUT / "templates" / "site-report"
    demo = json.loads((home / "demo.json").read_text("utf-8"), parse_float=Decimal)
    form = load(home / "2017.toml")
    wrong = {
        "website.handled.total": 203319,
        "website.letters.average_days": "abc",
        "website.security.drilled": "有",
        "website.media.offered": "否",
        "website.weibo.followers": 5,
    }
    kept = {key: value for key, value in demo["figures"]["portal"].items()
            if not key.startswith(("website.weibo", "website.wechat"))}  # fmt: skip
    values = dict.fromkeys(form.cells) | kept | wrong
    who = {"name": "示例县人民政府办公室", "code": None, "level": "county"}
    return build(form, Report(form, who, 2025, values, origin="workbook", sent=1))


def _enforcement() -> bytes:
    """Return a county's published figures of law enforcement without its fines, as a workbook."""
    found = from_json(real("qingyuan_2024"))
    none = {f"penalties.decided.{kind}": 0 for kind in ("fined", "confiscated")}
    values = recompute(found.edition, {**found.values, **none}, ())
    who = {"name": "示例县人民政府", "code": None, "level": "county"}
    report = replace(found, agency=who, values=values, origin="workbook", sent=1)
    return build(found.edition, report)


def _pressed() -> tuple[bytes, bytes]:
    """Return a workbook before and after a check wrote its findings into it."""
    found = balanced("shuyang_county_2025", "workbook")
    values = found.values | {
        RECEIVED: int(found.values[RECEIVED] or 0) - 2,
        "proactive.fees.collected": None,
    }
    texts = {"overview": "本机关共收到政府信息公开申请12件。", "problems": "无", "other": ""}
    who = {"name": "某某县人民政府", "code": None, "level": "county"}
    before = build(found.edition, replace(found, agency=who, values=values, texts=texts, sent=1))
    reading = read(before)
    findings = check(reading.report, None, reading.findings).findings
    after = noticed(before, reading.report, findings, again=False)
    return _area(before, found.edition), _area(after, found.edition)


# ── one sheet alone ───────────────────────────────────────────────────────────────────────────────


def _changed(source: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(source))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _only(source: bytes, sheet: str) -> bytes:
    """Return the workbook with one sheet printed; the others are hidden, and still compute."""
    return _changed(source, lambda book: _alone(book, _named(book, sheet)))


def _named(book: openpyxl.Workbook, sheet: str) -> str:
    return sheet if sheet in book.sheetnames else word(sheet)


def _alone(book: openpyxl.Workbook, name: str) -> None:
    """Leave one sheet to print, without header and footer."""
    book.active = book.sheetnames.index(name)
    for page in book.worksheets:
        page.sheet_state = "visible" if page.title == name else "hidden"
        page.sheet_view.tabSelected = page.title == name
        if page.title != name:
            page.print_area = None
            page.print_title_rows = None
    page = book[name]
    page.page_setup.fitToHeight = 1
    for line in (page.oddHeader, page.oddFooter):
        for part in (line.left, line.center, line.right):
            part.text = None


def _list(source: bytes) -> bytes:
    """Return the workbook with the head of its results printed, and the first live rows."""
    return _changed(source, lambda book: _part(book, 1, LIVE_FIRST + 9))


def _area(source: bytes, edition: Edition) -> bytes:
    """Return the workbook with the head of its result area printed."""
    first = result_range(edition)[0]

    def change(book: openpyxl.Workbook) -> None:
        _part(book, first - 3, first + 3)
        stamp, digest = ((first - 2, STAMP[name]) for name in ("stamp", "digest"))
        if book[word("results")].cell(first, RESULT["code"]).value:
            book[word("results")].cell(*stamp).value = f"={at(digest)}"

    return _changed(source, change)


def _part(book: openpyxl.Workbook, first: int, last: int) -> None:
    """Leave rows of the results to print."""
    _alone(book, word("results"))
    page = book[word("results")]
    page.print_title_rows = None
    page.print_area = f"A{first}:{get_column_letter(max(RESULT.values()))}{last}"
    page.row_breaks.brk.clear()
