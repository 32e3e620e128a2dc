"""Documents as paths of the commands: check, read, diff, fill, rollup, --prior."""

import json
import re
import zipfile
from pathlib import Path

import openpyxl
import papers
import pytest
from click.testing import CliRunner

from toolkit.campaign import bulk
from toolkit.cli import gouji
from toolkit.edition import edition as editions
from toolkit.files import published
from toolkit.files.examine import load
from toolkit.files.gathering import collected, sifted
from toolkit.files.publication import copy_name
from toolkit.report.report import as_json, dumps
from toolkit.returned.fill import fill
from toolkit.workers.pool import Limits, Lost, Workers

EDITION = editions.named("annual-report", "2021")
VALUES = papers.numbers(EDITION)
ROW = "applications.refused_three_security"


def made(change=None):
    paper = papers.paper(EDITION, dict(VALUES))
    if change:
        change(paper)
    return paper


def lost_row(paper):
    del paper.sections[2][2][9]


def run(*arguments, lang="en"):
    done = CliRunner().invoke(gouji, [*map(str, arguments), "--lang", lang])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def checked(*arguments):
    return json.loads(run("check", *arguments, "--format", "json").stdout)


def workbook(path):
    """Write the workbook in which the numbers of the paper were reported."""
    report = load(str(path.with_suffix(".html"))).report
    path.write_bytes(fill(report, EDITION).workbook)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "one.html"
    path.write_bytes(papers.as_html(made()))
    return path


def swapped(paper):
    rows = paper.sections[2][2]
    rows[9], rows[10] = rows[10], rows[9]
    rows[4][-1].text = "7"


@pytest.mark.no_cover
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_places_are_told_in_words_and_written_short_in_json(tmp_path, lang):
    for name in ("a.html", "d.pdf", "e.txt"):
        (tmp_path / name).write_bytes(WRITERS[name](made(swapped)))
    words = {
        "zh": ("第2张表第11行第4列", "第4页第1张表第11行第4列", "正文第105行"),
        "en": ("table 2, row 11, column 4", "page 4, table 1, row 11, column 4",
               "line 105 of the text"),
    }[lang]  # fmt: skip
    short = re.compile(r"\b[ptrcl]\.\d")
    for command in ("check", "import"):
        for style in ("text", "html")[: 1 + (lang == "zh")]:
            explained = ["--explain"] if command == "check" else []
            done = run(command, tmp_path, "--format", style, *explained, lang=lang).stdout
            shown = re.sub(r'(?:id|href)="[^"]*"', "", done)
            assert short.findall(shown) == []
            assert [place for place in words if place not in shown] == []
    run("check", tmp_path, "--format", "xlsx", "-o", tmp_path / "x.xlsx", lang=lang)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
    assert [cell for cell in cells if short.search(cell)] == []
    there = json.loads(run("import", tmp_path / "a.html", "--format", "json", lang=lang).stdout)
    assert {missed["where"] for missed in there["not_taken"]} == {"t.2 r.10 c.3", "t.2 r.11 c.4"}
    places = {cell["at"] for file in checked(tmp_path)["files"] for finding in file["findings"]
              for cell in finding["cells"] if cell["at"]}  # fmt: skip
    assert {"t.2 r.5 c.10", "p.4 t.1 r.5 c.10"} <= places


WRITERS = {
    "a.html": papers.as_html, "b.mhtml": papers.as_mhtml, "c.docx": papers.as_docx,
    "d.pdf": papers.as_pdf, "e.txt": papers.as_text, "f.md": papers.as_markdown,
}  # fmt: skip


def test_documents_get_verdicts_named_outright_in_folders_and_in_archives(tmp_path):
    folder = tmp_path / "网页"
    folder.mkdir()
    for name, write in WRITERS.items():
        (folder / name).write_bytes(write(made()))
    with zipfile.ZipFile(folder / "g.zip", "w") as archive:
        archive.writestr("in/h.htm", papers.as_html(made()))
        archive.writestr("__MACOSX/h.htm", papers.as_html(made()))
    (folder / "通知.txt").write_text("请按时报送年度报告。", encoding="utf-8")
    (folder / "~$c.docx").write_bytes(b"x")
    found = checked(folder)
    assert [Path(one["path"]).name for one in found["files"]] == [*WRITERS, "h.htm"]
    assert {(one["origin"], one["agency"]["name"], one["year"]) for one in found["files"]} == {
        ("document", papers.AGENCY, papers.YEAR)
    }
    codes = {finding["code"] for one in found["files"] for finding in one["findings"]}
    assert codes.isdisjoint({"not-taken", "identity", "unfilled", "number"})
    assert found["summary"]["ignored"] == 3
    outright = checked(folder / "通知.txt")
    assert [(one["verdict"], one["origin"]) for one in outright["files"]] == [("reject", None)]


def test_what_was_not_taken_is_named_with_its_cells_and_the_others_with_their_evidence(tmp_path):
    path = tmp_path / "two.html"
    path.write_bytes(papers.as_html(made(lost_row)))
    (one,) = checked(path)["files"]
    (gone,) = [finding for finding in one["findings"] if finding["code"] == "not-taken"]
    assert (one["verdict"], gone["severity"], len(gone["cells"])) == ("fail", "error", 7)
    assert gone["found"] == "3.危及“三安全一稳定”"
    assert "These 7 cells were not taken, and are no zeros." in gone["message"]
    assert all("evidence" not in cell for cell in gone["cells"])
    assert run("check", path).exit_code == 1

    def odd(paper):
        paper.sections[2][2][4][-1].text = "77"

    path.write_bytes(papers.as_html(made(odd)))
    (one,) = checked(path)["files"]
    cells = [cell for finding in one["findings"] for cell in finding["cells"]]
    told = [cell["evidence"] for cell in cells if cell.get("evidence", {}).get("raw") == "77"]
    assert told[0]["how"] == "grid"
    assert told[0]["where"].startswith("t.2 r.")
    assert any(cell["at"] == told[0]["where"] for cell in cells)


def test_numbers_left_over_are_named(tmp_path):
    def more(paper):
        paper.sections[1][2][3].append(papers.Box("12345", kind="number"))

    path = tmp_path / "more.html"
    path.write_bytes(papers.as_html(made(more)))
    (one,) = checked(path)["files"]
    found = [finding for finding in one["findings"] if finding["code"] == "not-taken"]
    assert any("12345" in (finding["found"] or "") for finding in found)


def test_our_own_pages_stay_ignored(page, tmp_path):
    (tmp_path / "own").mkdir()
    board = tmp_path / "own" / "board.html"
    run("check", page, "--format", "html", "-o", board)
    marked = tmp_path / "own" / "marked.docx"
    marked.write_bytes(papers.as_docx(made()))
    with zipfile.ZipFile(marked, "a") as archive:
        archive.writestr("docProps/custom.xml", '<Properties><property name="gouji"/></Properties>')
    found = collected([str(tmp_path)])
    assert ([Path(path).name for path in found.paths], found.ignored) == (["one.html"], 2)
    assert [one["origin"] for one in checked(marked)["files"]] == ["document"]


def test_a_workbook_counts_before_the_published_page(page, tmp_path):
    workbook(tmp_path / "one.xlsx")
    roster = tmp_path / "roster.csv"
    roster.write_text(f"name\n{papers.AGENCY}\n", encoding="utf-8")
    found = checked(page, tmp_path / "one.xlsx", "--roster", roster)
    codes = [finding["code"] for finding in found["files"][0]["findings"]]
    assert "superseded" in codes
    assert [Path(one["path"]).name for one in found["campaign"]["agencies"]] == ["one.xlsx"]


def nameless(paper):
    paper.title = f"{papers.YEAR}年{EDITION.title}"


def test_the_files_name_says_whose_a_page_is_by_the_roster(tmp_path):
    folder, roster = tmp_path / "pages", tmp_path / "roster.csv"
    folder.mkdir()
    (folder / "市数据站.html").write_bytes(papers.as_html(made(nameless)))
    (folder / "县政府.html").write_bytes(papers.as_html(made()))
    roster.write_text("name,别名\n市数据站,\n另一个县政府,县政府\n", encoding="utf-8")
    store = tmp_path / "s.db"
    for _ in range(2):
        found = checked(folder, "--roster", roster, "--store", store)
        assert [(one["name"], one["state"]) for one in found["campaign"]["agencies"]] == [
            ("市数据站", "fail"), ("另一个县政府", "fail")]  # fmt: skip
    (said,) = [f for one in found["files"] for f in one["findings"] if f["code"] == "identity"]
    assert (said["severity"], said["found"], said["expected"]) == (
        "warning", papers.AGENCY, "另一个县政府")  # fmt: skip
    (alone,) = checked(folder / "市数据站.html")["files"]
    assert "identity" in [f["code"] for f in alone["findings"] if f["severity"] == "error"]


def test_a_store_keeps_what_does_not_depend_on_the_name(page, tmp_path):
    store = tmp_path / "s.db"
    first = checked(page, "--store", store)["files"]
    assert checked(page, "--store", store)["files"] == first
    assert bulk.answer(str(page), bulk.Given(known={first[0]["sha256"]})).content == b""


def test_diff_names_the_cells_and_paragraphs_that_were_published_otherwise(page, tmp_path):
    workbook(tmp_path / "one.xlsx")

    def otherwise(paper):
        paper.sections[2][2][4][-1].text = "77"
        paper.sections[0][1] = "无 其他  情况。"
        paper.sections[4][1] = "没有问题。"

    done = run("diff", tmp_path / "one.xlsx", page)
    assert (done.exit_code, done.stderr) == (0, "")
    page.write_bytes(papers.as_html(made(otherwise)))
    done = run("diff", tmp_path / "one.xlsx", page, "--format", "json")
    told = json.loads(done.output)
    assert done.exit_code == 1
    assert ([one["new"] for one in told["cells"]], len(told["texts"])) == ([77], 1)


def test_fill_read_and_prior_take_documents(page, tmp_path):
    page.write_bytes(papers.as_html(made(lost_row)))
    out = tmp_path / "x.xlsx"
    done = run("fill", page, "-o", out)
    assert (done.exit_code, "These 7 cells" in done.output) == (1, True)
    filled = load(str(out)).report
    assert filled.values["proactive.rules.issued"] == VALUES["proactive.rules.issued"]
    assert sum(filled.values[key] is None for key in EDITION.typed if key in made().truth) == 6
    (report,) = json.loads(run("read", tmp_path / "one.html", tmp_path).stdout)[:1]
    assert report["origin"] == "document"
    later = tmp_path / "later.json"
    own = json.loads(dumps(as_json(load(str(page)).report)))
    later.write_text(json.dumps({**own, "year": papers.YEAR + 1}), encoding="utf-8")
    told = checked(later, "--prior", page)["files"][0]["rules"]["not_checked"]
    assert not any("prior" in one["why"] and "no report" in one["why"] for one in told)


# ── old formats ───────────────────────────────────────────────────────────────────────────────────


def old(edition=EDITION):
    """Return bytes as an old .doc has its texts."""
    words = "".join(label for table in edition.tables.values() for label in table.labels.values())
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + words.encode("utf-16-le")


def test_an_old_document_is_converted_by_the_parent_process(tmp_path, monkeypatch):
    path, other = tmp_path / "a.doc", tmp_path / "b.wps"
    path.write_bytes(old())
    other.write_bytes(old()[:8] + bytes(600))
    monkeypatch.setattr("toolkit.documents.candidate.office", lambda: "soffice")
    monkeypatch.setattr(published, "office", lambda: "soffice")
    monkeypatch.setattr(published, "to_docx", lambda *_: papers.as_docx(made()))
    (one,) = checked(tmp_path)["files"]
    assert (one["origin"], Path(one["path"]).name) == ("document", "a.doc")

    def fail(*_):
        raise published.Rejected("damaged", part="doc", why="LibreOffice")

    monkeypatch.setattr(published, "to_docx", fail)
    (one,) = checked(tmp_path)["files"]
    assert [finding["code"] for finding in one["findings"]] == ["damaged"]


def test_without_libreoffice_an_old_document_is_passed_over_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "a.doc").write_bytes(old())
    monkeypatch.setattr("toolkit.documents.candidate.office", lambda: None)
    monkeypatch.setattr(published, "office", lambda: None)
    found = collected([str(tmp_path)])
    assert [(one.kind, one.why, one.what) for one in found.passed] == [
        ("document", "save-as", "DOC")]  # fmt: skip
    assert found.passed[0].message("en").startswith("This DOC file holds the report's tables")
    (one,) = checked(tmp_path / "a.doc")["files"]
    assert one["verdict"] == "reject"


def test_copies_are_made_once_and_only_of_what_needs_one(tmp_path, monkeypatch):
    asked = []

    def saved(source, *_):
        asked.append(source)
        return b"copy"

    monkeypatch.setattr(published, "office", lambda: "soffice")
    monkeypatch.setattr(published, "to_docx", saved)
    rtf, page = tmp_path / "a.rtf", tmp_path / "b.doc"
    rtf.write_bytes(b"{\\rtf1 x}")
    page.write_bytes(b"<html><p>x")
    paths = [str(rtf), str(rtf), str(page), str(tmp_path / "gone.doc")]
    assert list(published.convert(paths, tmp_path)) == paths
    assert list(published.convert(paths, None)) == paths
    assert asked == [b"{\\rtf1 x}"]
    assert (tmp_path / copy_name(b"{\\rtf1 x}")).read_bytes() == b"copy"


RTF = "".join(f"\\u{ord(sign) - 65_536 * (ord(sign) > 32_767)}?" for sign in
              "".join(EDITION.tables["proactive"].labels.values()))  # fmt: skip


def test_labels_are_found_in_the_bytes_of_old_formats(tmp_path, monkeypatch):
    monkeypatch.setattr("toolkit.documents.candidate.office", lambda: "soffice")
    words = "".join(f"<p>{one}</p>" for one in EDITION.tables["proactive"].labels.values())
    odt = tmp_path / "a.odt"
    with zipfile.ZipFile(odt, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", f"<x>{words}</x>")
    (tmp_path / "b.rtf").write_bytes(b"{\\rtf1 " + RTF.encode() + b"}")
    (tmp_path / "c.rtf").write_bytes(b"{\\rtf1 x}")
    with zipfile.ZipFile(tmp_path / "d.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    found = {path.name: sifted(str(path)) for path in tmp_path.iterdir()}
    assert found == {"a.odt": "report", "b.rtf": "report", "c.rtf": "", "d.odt": ""}


# ── what is sifted ────────────────────────────────────────────────────────────────────────────────


def test_two_reports_in_a_document_and_glued_lines_are_still_reports(tmp_path):
    path = tmp_path / "a.html"
    path.write_bytes(papers.as_html(made()) * 2)
    assert sifted(str(path)) == "report"
    assert sifted(str(tmp_path / "gone.html")) == ""
    lines = [
        one
        for caption, text, rows in made().sections
        for one in (caption, text, "".join(box.text for row in rows for box in row))
    ]
    glued = tmp_path / "glued.txt"
    glued.write_text("\n".join(lines), encoding="utf-8")
    assert sifted(str(glued)) == "report"
    glued.write_text("请按时报送年度报告。", encoding="utf-8")
    assert sifted(str(glued)) == ""
    (tmp_path / "b.docx").write_bytes(b"PK\3\4word/")
    assert sifted(str(tmp_path / "b.docx")) == ""


def test_a_scan_is_passed_over_as_a_document(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    for why in ("scan", "no-lines", "pdf", "lost"):
        found = collected([str(tmp_path)], sift=lambda paths, why=why: [why] * len(paths))
        assert [(one.kind, one.why, one.what) for one in found.passed] == [
            ("document", why, "PDF")]  # fmt: skip
        assert found.passed[0].message("zh").endswith("。") or why == "pdf"


def test_a_document_that_kills_its_reader_is_passed_over(monkeypatch):
    crew = Workers(limits=Limits())
    monkeypatch.setattr(Workers, "each", lambda *_: iter([Lost("crashed"), "report"]))
    assert list(crew.sifts(["a.pdf", "b.html"])) == ["lost", "report"]
