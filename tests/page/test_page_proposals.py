"""Documents on the agency's tab: what was not taken, proposals confirmed or corrected by typing."""

import json
import sys

import browser
import papers
import pytest
import source
from test_page_agency import asked, desk, examine, put

from toolkit.edition import edition as editions
from toolkit.returned.read import read

__all__ = ["desk"]
WORDS = source.messages()["page"]
ROWS = (7, 8)
"""Rows of the form's third table that are printed in the other order, so that they are proposals."""


@pytest.fixture(scope="module")
def paper():
    edition = editions.named("annual-report", "2021")
    made = papers.paper(edition, papers.numbers(edition))
    rows = made.sections[2][2]
    first, second = (next(i for i, box in enumerate(rows[r]) if box.kind == "value") for r in ROWS)
    (a, b) = (rows[r] for r in ROWS)
    a[first - 1 :], b[second - 1 :] = b[second - 1 :], a[first - 1 :]
    return made


@pytest.fixture(scope="module")
def keys(paper):
    """Return the keys of the cells of both rows."""
    return [box.key for r in ROWS for box in paper.sections[2][2][r] if box.key]


def test_a_documents_proposals_are_told_by_row_with_place_and_text(desk, paper, keys):
    examine(desk, **{"a.html": papers.as_html(paper)})
    told = asked(desk, "proposed", lang="zh")
    assert (told["agency"], told["year"]) == (papers.AGENCY, str(papers.YEAR))
    assert told["counts"] == {"taken": 200 - len(keys), "asked": len(keys), "missing": 0}
    assert len(told["said"]) == 2
    cells = [cell for row in told["rows"] for cell in row["cells"]]
    assert {cell["key"] for cell in cells} == set(keys)
    assert all(cell["raw"] == cell["proposal"] == str(paper.truth[cell["key"]]) for cell in cells)
    places = [[cell["where"] for cell in row["cells"]] for row in told["rows"]]
    assert [row[:2] for row in places] == [
        [f"第2张表第{number + 1}行第4列", "第5列"] for number in reversed(ROWS)]  # fmt: skip
    assert all(row["row"] and row["table"].startswith("三、") for row in told["rows"])


def test_what_is_confirmed_becomes_values_and_all_else_stays_blank(desk, paper, keys):
    examine(desk, **{"a.docx": papers.as_docx(paper)})
    typed = {keys[0]: str(paper.truth[keys[0]]), keys[1]: "1２", "no.such.cell": "7"}
    made = asked(desk, "confirmed", values=typed, agency=" 甲县 ", year="2023")
    report = json.loads(made["report"])
    assert (report["agency"]["name"], report["year"], report["origin"]) == (
        "甲县",
        2023,
        "document",
    )
    values = {key: value for key, value in report["values"].items() if value is not None}
    rest = {key: value for key, value in paper.truth.items() if key not in keys}
    assert {k: v for k, v in values.items() if k not in keys} == pytest.approx(
        {k: float(v) if "." in str(v) else v for k, v in rest.items()}
    )
    assert {key: values.get(key) for key in keys[:3]} == {
        keys[0]: paper.truth[keys[0]], keys[1]: "1２", keys[2]: None}  # fmt: skip
    assert [report["evidence"][key]["taken"] for key in keys[:3]] == [True, True, False]


def test_fees_that_only_a_sentence_gives_are_proposed_as_numbers_with_the_sentence(desk):
    edition = editions.named("annual-report", "2021")
    paper = papers.paper(edition, papers.numbers(edition))
    paper.sections[-1][1] = "未发出收费通知，实际收取信息处理费1,180元。"
    examine(desk, **{"a.html": papers.as_html(paper)})
    rows = asked(desk, "proposed", lang="zh")["rows"]
    told = {cell["key"]: (cell["proposal"], cell["raw"]) for row in rows for cell in row["cells"]}
    assert told == {
        "processing_fee.notices.count": ("0", "未发出收费通知"),
        "processing_fee.notices.amount": ("0", "未发出收费通知"),
        "processing_fee.collected.amount": ("1180", "实际收取信息处理费1,180元"),
    }
    assert {cell["where"][:2] for row in rows for cell in row["cells"]} == {"正文"}


def test_a_value_that_is_no_number_is_proposed_as_one_where_it_may_be(desk, paper, keys):
    texts = {keys[0]: "1,234", keys[1]: "/"}
    changed = papers.as_html(paper).decode()
    for key, text in texts.items():
        changed = changed.replace(f">{paper.truth[key]}<", f">{text}<")
    examine(desk, **{"a.html": changed.encode()})
    cells = [cell for row in asked(desk, "proposed", lang="zh")["rows"] for cell in row["cells"]]
    told = {cell["key"]: (cell["raw"], cell["proposal"]) for cell in cells}
    assert (told[keys[0]], told[keys[1]]) == (("1,234", "1234"), ("/", ""))


def test_nothing_is_asked_about_workbooks_several_files_and_other_documents(desk, paper):
    for files in ({"a.html": papers.as_html(paper), "b.html": papers.as_html(paper)},
                  {"a.xlsx": b"PK"}, {"a.txt": "通知".encode()}):  # fmt: skip
        examine(desk, **files)
        assert asked(desk, "proposed", lang="zh") is None
        assert asked(desk, "confirmed", values={}, agency="", year="") is None


@pytest.mark.parametrize("write", [papers.as_html, papers.as_mhtml, papers.as_docx,
                                   papers.as_text, papers.as_markdown])  # fmt: skip
def test_documents_are_judged_like_workbooks_and_have_a_copy_to_mend(desk, paper, write):
    name = "a." + {"text": "txt", "markdown": "md"}.get(write.__name__[3:], write.__name__[3:])
    examine(desk, **{name: write(paper)})
    told = asked(desk, "told", lang="zh")
    assert (told["verdict"], told["why"], told["drawn"]) == ("fail", None, True)
    assert asked(desk, "proposed", lang="zh")["counts"]["asked"] > 0
    copy = asked(desk, "copied")
    assert copy["how"] == "drawn"
    values = {k: v for k, v in read(copy["copy"]).report.values.items() if v is not None}
    assert {k: v for k, v in values.items() if paper.truth[k] != v} == {}
    assert asked(desk, "fresh", lang="zh")["form"]


def test_a_pdf_is_refused_in_the_page_with_what_to_do(desk, paper, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.setattr(sys, "platform", "emscripten")
    examine(desk, **{"a.pdf": papers.as_pdf(paper)})
    told = asked(desk, "told", lang="zh")
    assert (told["verdict"], asked(desk, "proposed", lang="zh")) == ("reject", None)
    assert told["why"].startswith("本页读不了 PDF。请用 WPS 或 Word 打开，另存为 .docx")


# ── the tab ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def opened(chromium, built):
    with browser.opened(chromium, built) as page:
        yield page


def test_proposals_are_corrected_ticked_and_saved_as_a_report_and_a_workbook(opened, paper, keys):
    put(opened, "agency", **{"公布.html": papers.as_html(paper)})
    box = opened.locator("#agency-asked")
    box.get_by_role("heading", name=WORDS["proposals-heading"]["zh"], exact=True).wait_for()
    assert box.locator("input[data-key]").count() == len(keys)
    assert WORDS["agency-drawn-next"]["zh"] in opened.locator("#agency-told").inner_text()
    copy = opened.get_by_role("button", name=WORDS["agency-drawn-copy"]["zh"])
    name, _ = browser.saved(opened, copy.click)
    note = opened.locator("#agency-note").inner_text()
    assert note == WORDS["agency-copy-drawn"]["zh"].format(file=name)
    box.locator(f'[data-key="{keys[0]}"]').fill("7")
    opened.click("#language")
    box.get_by_role("heading", name=WORDS["proposals-heading"]["en"], exact=True).wait_for()
    opened.click("#language")
    box.get_by_role("heading", name=WORDS["proposals-heading"]["zh"], exact=True).wait_for()
    assert box.locator(f'[data-key="{keys[0]}"]').input_value() == "7"
    assert box.locator("input:checked").count() == 1
    box.locator("#proposals-year").fill("二〇")
    box.get_by_role("button", name=WORDS["proposals-confirm"]["zh"]).click()
    assert box.get_by_role("alert").inner_text() == WORDS["proposals-year-wrong"]["zh"]
    box.locator("#proposals-year").fill("2024")
    box.get_by_role("button", name=WORDS["proposals-confirm"]["zh"]).click()
    get = opened.get_by_role("button", name=WORDS["agency-json"]["zh"])
    get.wait_for()
    name, content = browser.saved(opened, get.click)
    report = json.loads(content)
    row = [key for key in keys if key.split(".")[1] == keys[0].split(".")[1]]
    rest = [key for key in keys if key not in row]
    expected = {key: paper.truth[key] for key in row} | {keys[0]: 7} | dict.fromkeys(rest)
    assert name == "公布.json"
    assert {key: report["values"][key] for key in keys} == expected
    fresh = opened.get_by_role("button", name=WORDS["agency-fresh"]["zh"])
    _, workbook = browser.saved(opened, fresh.click)
    values = read(workbook).report.values
    assert {
        key: values[key] for key in keys if key not in read(workbook).report.edition.computes
    } == {
        key: value
        for key, value in expected.items()
        if key in values and key not in read(workbook).report.edition.computes
    }
    put(opened, "agency", **{"另.docx": papers.as_docx(paper)})
    box.get_by_role("heading", name=WORDS["proposals-heading"]["zh"], exact=True).wait_for()
    assert box.locator("input:checked").count() == 0


def test_the_office_checks_documents_among_workbooks(opened, paper):
    opened.click("#tab-check")
    files = {"甲.html": papers.as_html(paper), "乙.docx": papers.as_docx(paper)}
    opened.locator("#check-files input").first.set_input_files(browser.uploads(files))
    opened.click("#check-run")
    opened.locator("#check-board .lines tbody tr").first.wait_for()
    states = opened.locator("#check-board .lines tbody tr").evaluate_all(
        "rows => rows.map((row) => row.dataset.state)"
    )
    assert states == ["fail", "fail"]
