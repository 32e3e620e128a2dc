"""On the agency's tab: a return's numbers copied table by table, and filled into a draft."""

import json
from pathlib import Path

import browser
import papers
import printed
import pytest
import source
import theirs

from toolkit.documents.importing import import_document
from toolkit.edition.edition import named
from toolkit.page.desk import Desk
from toolkit.page.questions import ask
from toolkit.report.report import as_json, dumps, plain

EDITION = named("annual-report", "2021")
WORDS = source.messages()["page"]
INTO = source.messages()["into"]
REPORT = theirs.random_report(EDITION, 1)
RETURN = dumps(as_json(REPORT)).encode()
PASTED = """() => new Promise((done) => {
  const field = document.createElement("textarea");
  document.body.append(field);
  field.addEventListener("paste", (event) => {
    const given = event.clipboardData;
    field.remove();
    done({ text: given.getData("text/plain"), html: given.getData("text/html") });
  });
  field.focus();
})"""


def blocks():
    """Return {sheet: rows of texts} of each table, from the first number to the last."""
    values = theirs.printed(REPORT)
    found = {}
    for name in EDITION.statutory:
        section = EDITION.tables[name]
        rows, columns = {r for r, _ in section.keys}, {c for _, c in section.keys}
        spans = {(r, c): wide for r, c, _, wide in section.merges if (r, c) in section.keys}
        right = max(c + spans.get((r, c), 1) - 1 for r, c in section.keys)
        shown = {place: values[key] for place, key in section.keys.items()}
        texts = {place: plain(v) if v is not None else "" for place, v in shown.items()}
        found[section.caption] = [
            [{**section.labels, **texts}.get((r, c), "") for c in range(min(columns), right + 1)]
            for r in range(min(rows), max(rows) + 1)
        ]
    return found


# ── the question ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(tmp_path):
    return Desk(str(tmp_path / "agency"))


def asked(desk, name, content, filled=RETURN, returned="a.json"):
    for folder, file, source_ in (("returns", returned, filled), ("into", name, content)):
        place = Path(desk.home, folder)
        place.mkdir(parents=True)
        (place / file).write_bytes(source_)
    ask({"": desk}, "", "listed", "{}")
    return ask({"": desk}, "", "into", json.dumps({"lang": "en"}))


def test_a_draft_is_given_back_with_the_numbers_and_what_was_done(desk):
    made = asked(desk, "稿.docx", theirs.bold_old(EDITION, 1))
    again = import_document(made["file"]).report
    assert made["ending"] == ".docx"
    assert all(again.values[key] == value for key, value in theirs.printed(REPORT).items())
    assert INTO["texts"]["en"] in made["said"]


def test_what_is_wrong_in_the_return_is_said_beside_what_was_done(desk):
    drawn = printed.draw(REPORT, printed.Style(title=()))
    made = asked(desk, "稿.docx", theirs.bold_old(EDITION, 1), drawn, "a.xlsx")
    assert made["file"]
    assert any("agency" in line for line in made["said"]), made["said"]


@pytest.mark.parametrize(
    ("filled", "content", "said"),
    [
        (RETURN, b"%PDF-1.7", INTO["format"]["en"]),
        (RETURN, b"PK\x03\x04word/", "damaged"),
        (b"{}", theirs.bold_old(EDITION, 1), "not one report"),
        (dumps(as_json(REPORT) | {"values": {"nobody.knows": 1}}).encode(),
         theirs.bold_old(EDITION, 1), "nobody.knows = 1"),
    ],
)  # fmt: skip
def test_without_a_file_the_reasons_are_said(desk, filled, content, said):
    made = asked(desk, "稿.docx", content, filled)
    assert made["file"] is None
    assert any(said in line for line in made["said"]), made["said"]


# ── the tab ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def opened(chromium, built):
    with browser.opened(chromium, built) as page:
        put(page, "agency", **{"报表.json": RETURN})
        page.locator(".form .copying button").nth(2).wait_for()
        yield page


def put(page, place, **content):
    page.locator(f"[data-drop={place}] input").first.set_input_files(browser.uploads(content))


def test_each_tables_numbers_are_copied_as_text_and_as_a_table_in_their_places(opened):
    for caption, rows in blocks().items():
        name = f"{WORDS['copy-table']['zh']} {caption}"
        opened.get_by_role("button", name=name, exact=True).click()
        said = WORDS["copy-done"]["zh"].format(rows=len(rows), columns=len(rows[0]))
        opened.locator(".copying [role=status]", has_text=said).wait_for()
        opened.evaluate(f"() => {{ window.pasted = ({PASTED})(); }}")
        opened.keyboard.press("Control+V")
        pasted = opened.evaluate("() => window.pasted")
        assert [line.split("\t") for line in pasted["text"].split("\r\n")] == rows
        cells = opened.evaluate(
            """(html) => {
                const page = new DOMParser().parseFromString(html, "text/html");
                return Array.from(page.querySelectorAll("tr"), (row) =>
                    Array.from(row.cells, (cell) => cell.textContent));
            }""",
            pasted["html"],
        )
        assert cells == rows


def test_where_copying_is_not_allowed_the_numbers_lie_in_a_box_already_selected(opened):
    opened.evaluate("document.execCommand = () => false")
    opened.locator(".copying button").nth(1).click()
    box = opened.locator(".copying textarea")
    box.wait_for()
    rows = blocks()[EDITION.tables[EDITION.statutory[1]].caption]
    assert [line.split("\t") for line in box.input_value().split("\n")] == rows
    assert opened.evaluate("document.activeElement.tagName") == "TEXTAREA"
    opened.evaluate("delete document.execCommand")


def test_a_draft_that_is_chosen_is_saved_with_the_numbers_in_it(opened):
    draft = theirs.bold_old(EDITION, 1)
    name, content = browser.saved(opened, lambda: put(opened, "agency-into", **{"稿.docx": draft}))
    assert name == "稿-已填.docx"
    again = import_document(content).report
    assert all(again.values[key] == value for key, value in theirs.printed(REPORT).items())
    opened.locator("#agency-into-note", has_text=INTO["texts"]["zh"]).wait_for()


def test_a_file_that_does_not_fit_is_named_with_the_reasons(opened):
    assert opened.locator("#agency-into button").first.is_visible()
    put(opened, "agency-into", **{"别的.xlsx": printed.draw(REPORT)[:900]})
    opened.locator("#agency-into-note", has_text="损坏").wait_for()
    put(opened, "agency-into", **{"空.docx": papers.docx("<w:body/>")})
    opened.locator("#agency-into-note", has_text="没有读取").wait_for()
