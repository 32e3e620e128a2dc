import json
import os
import sys
import time
from pathlib import Path

import papers
import pytest
from click.testing import CliRunner

from toolkit.cli import gouji
from toolkit.documents import convert
from toolkit.edition import edition as editions
from toolkit.files import published
from toolkit.files.examine import load
from toolkit.xlsx.zip import Rejected


def made(change=None):
    edition = editions.named("annual-report", "2021")
    paper = papers.paper(edition, papers.numbers(edition))
    if change:
        change(paper)
    return paper


def run(*arguments):
    done = CliRunner().invoke(gouji, ["import", *map(str, arguments), "--lang", "en"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def lost_row(paper):
    del paper.sections[2][2][9]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.html").write_bytes(papers.as_html(made()))
    (tmp_path / "a" / "two.docx").write_bytes(papers.as_docx(made(lost_row)))
    (tmp_path / "a" / "~$two.docx").write_bytes(b"")
    (tmp_path / "a" / "list.xlsx").write_bytes(b"")
    return tmp_path


def test_a_whole_document_is_told_in_a_line(folder):
    path = folder / "a" / "one.html"
    done = run(path)
    assert done.output == (
        f"{path}: {papers.AGENCY}, {papers.YEAR}, read by edition 2021: 200 cells taken, 0 to be"
        " confirmed, 0 not taken.\n"
    )
    assert done.exit_code == 0


def test_what_was_not_taken_is_told_with_the_status_1(folder):
    done = run(folder / "a")
    assert "193 cells taken, 0 to be confirmed, 7 not taken." in done.output
    assert "no row “3.危及“三安全一稳定”” was found." in done.output
    assert done.exit_code == 1


def test_json_has_reports_with_evidence_and_what_was_not_taken(folder):
    (folder / "a" / "three.txt").write_text("通知", encoding="utf-8")
    done = run(folder / "a", "--format", "json")
    told = json.loads(done.output)
    assert [report["origin"] for report in told["reports"]] == ["document", "document"]
    one = told["reports"][0]["evidence"]["proactive.rules.issued"]
    assert one == {"where": "t.1 r.3 c.2", "raw": one["raw"], "how": "grid", "taken": True}
    assert [(os.path.basename(m["path"]), m["table"], m["why"]) for m in told["not_taken"]] == [  # noqa: PTH119
        ("three.txt", None, "not-our-form"), ("two.docx", papers_table(), "row")]  # fmt: skip
    assert done.exit_code == 1


def papers_table():
    return "三、收到和处理政府信息公开申请情况"


def test_the_written_report_is_read_by_the_other_commands(folder):
    out = folder / "one.json"
    done = run(folder / "a" / "one.html", "-o", out)
    assert done.exit_code == 0
    report = load(str(out)).report
    assert {k: v for k, v in report.values.items() if v is not None} == made().truth
    assert report.evidence["proactive.rules.issued"].taken
    both = folder / "both.json"
    run(folder / "a", "-o", both)
    assert len(json.loads(both.read_text("utf-8"))) == 2


@pytest.mark.parametrize("platform", [sys.platform, "win32"])
def test_a_conversion_that_takes_too_long_is_ended(monkeypatch, tmp_path, platform):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(convert, "PATIENCE", 0.2)
    monkeypatch.setattr(convert.sys, "platform", platform)
    if platform == "win32":
        monkeypatch.delattr(convert.os, "killpg")
    before = time.monotonic()
    with pytest.raises(Rejected, match="damaged"):
        convert.to_docx(b"{\\rtf1", "rtf", str(program))
    assert time.monotonic() - before < 30


def test_the_evidence_sheet_is_printed_or_written_to_an_html_file(folder):
    shown = run(folder / "a" / "one.html", "--format", "html")
    assert shown.stdout.startswith("<!doctype html>")
    assert shown.exit_code == 0
    out = folder / "x.html"
    done = run(folder / "a", "--format", "html", "-o", out)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"wrote {out}" in done.stderr
    assert out.read_text("utf-8").count('<section class="entry"') == 2
    other = run(folder / "a", "--format", "html", "-o", folder / "x.json")
    assert (other.exit_code, "is no .html" in other.output) == (2, True)


def test_a_workbook_takes_one_report(folder):
    out = folder / "one.xlsx"
    assert run(folder / "a" / "one.html", "-o", out).exit_code == 0
    assert {k: v for k, v in load(str(out)).report.values.items() if v is not None} == made().truth
    done = run(folder / "a", "-o", folder / "both.xlsx")
    assert (done.exit_code, "takes one report, there are 2" in done.output) == (1, True)


def test_values_no_workbook_can_hold_are_named(folder):
    def change(paper):
        paper.sections[0][1] = "字" * 40_000

    (folder / "long.txt").write_bytes(papers.as_text(made(change)))
    done = run(folder / "long.txt", "-o", folder / "long.xlsx")
    assert (done.exit_code, "overview" in done.output) == (1, True)


def test_a_total_that_differs_is_told_when_the_workbook_is_written(folder):
    def change(paper):
        paper.sections[2][2][3][-1].text = "7"

    (folder / "sum.html").write_bytes(papers.as_html(made(change)))
    done = run(folder / "sum.html", "-o", folder / "sum.xlsx")
    assert "the given total is 7" in done.output


def test_options_say_whose_report_it_is_and_that_blanks_are_zero(folder):
    def change(paper):
        paper.title = "年报"
        paper.sections[3][2][-1][0].text = ""

    path = folder / "blank.html"
    path.write_bytes(papers.as_html(made(change)))
    assert "no agency is named" in run(path).output
    out = folder / "out.json"
    options = ("--agency", "某局", "--code", "1", "--level", "county", "--year", "2022")
    done = run(path, *options, "--blanks-are-zero", "-o", out)
    report = json.loads(out.read_text("utf-8"))
    assert report["agency"] == {"name": "某局", "code": "1", "level": "county"}
    assert (report["year"], report["nil"]) == (2022, ["proactive", "applications", "disputes"])
    assert report["values"]["disputes.review.upheld"] is None
    assert done.exit_code == 0


@pytest.mark.parametrize("edition", ["2021", "toml"])
def test_an_edition_may_be_named_or_a_file(folder, edition, checkout):
    file = checkout / "templates" / "annual-report" / "2021.toml"
    done = run(folder / "a" / "one.html", "--edition", file if edition == "toml" else edition)
    assert "edition 2021: 200 cells taken" in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.html"], "does not exist"),
        (["empty"], "holds no document"),
        (["one.html", "-o", "one.pdf"], "no"),
        (["one.html", "--edition", "1999"], "There is no edition"),
    ],
)
def test_bad_arguments_end_with_the_status_2(folder, monkeypatch, arguments, told):
    monkeypatch.chdir(folder / "a")
    Path("empty").mkdir()
    done = run(*arguments)
    assert (done.exit_code, told in done.output) == (2, True)


def test_a_pdf_is_read_in_a_process_of_its_own(folder):
    (folder / "one.pdf").write_bytes(papers.as_pdf(made()))
    assert "200 cells taken" in run(folder / "one.pdf").output


def test_a_document_whose_process_ends_is_told(folder, monkeypatch):
    def crash(*_):
        raise RuntimeError

    monkeypatch.setattr(published, "load_document", crash)
    done = run(folder / "a" / "one.html")
    assert (done.exit_code, "was not read" in done.output) == (1, True)


# ── LibreOffice ───────────────────────────────────────────────────────────────────────────────────


def test_without_libreoffice_the_document_is_to_be_saved_again(folder, monkeypatch):
    monkeypatch.setattr(published, "office", lambda: None)
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    done = run(folder / "old.doc")
    assert (
        "Open it in Word or WPS and save it as .docx; or have LibreOffice installed" in done.output
    )
    assert done.exit_code == 1


def test_what_libreoffice_saves_is_read_under_the_documents_name(folder, monkeypatch):
    monkeypatch.setattr(published, "office", lambda: "soffice")
    monkeypatch.setattr(published, "to_docx", lambda *_: papers.as_docx(made()))
    path = folder / "old.rtf"
    path.write_bytes(b"{\\rtf1")
    assert run(path).output.startswith(f"{path}: {papers.AGENCY}, {papers.YEAR}")


def test_what_libreoffice_cannot_save_is_refused(folder, monkeypatch):
    def fail(*_):
        raise Rejected("damaged", part="rtf", why="LibreOffice")

    monkeypatch.setattr(published, "office", lambda: "soffice")
    monkeypatch.setattr(published, "to_docx", fail)
    (folder / "old.rtf").write_bytes(b"{\\rtf1")
    done = run(folder / "old.rtf", folder / "a" / "one.html")
    assert [line.partition(": ")[0][-8:] for line in done.output.splitlines()][1:] == ["one.html"]
    assert done.exit_code == 1


def test_a_program_that_saves_nothing_or_takes_too_long_is_stopped(monkeypatch):
    with pytest.raises(Rejected) as caught:
        convert.to_docx(b"{\\rtf1", "rtf", sys.executable)
    assert caught.value.figures == {"part": "rtf", "why": "LibreOffice"}
    monkeypatch.setattr(convert, "PATIENCE", 0.0)
    with pytest.raises(Rejected):
        convert.to_docx(b"{\\rtf1", "rtf", sys.executable)


@pytest.mark.parametrize("limit", [1, 6])
def test_a_document_too_large_before_or_after_is_refused(monkeypatch, limit):
    def saved(command):
        folder = Path(command[command.index("--outdir") + 1])
        folder.mkdir()
        (folder / "document.docx").write_bytes(b"1234567")
        return True

    monkeypatch.setattr(convert, "_run", saved)
    assert convert.to_docx(b"{\\rtf1", "rtf", "soffice") == b"1234567"
    monkeypatch.setattr(convert, "FILE_LIMIT", limit)
    with pytest.raises(Rejected) as caught:
        convert.to_docx(b"{\\rtf1", "rtf", "soffice")
    assert caught.value.code == "too-large"


def test_libreoffice_is_found_by_name_or_place(monkeypatch, tmp_path):
    monkeypatch.setattr(convert.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert convert.office() == "/usr/bin/soffice"
    monkeypatch.setattr(convert.shutil, "which", lambda _: None)
    monkeypatch.setattr(convert, "_PLACES", (str(tmp_path / "none"), str(tmp_path / "soffice")))
    assert convert.office() is None
    (tmp_path / "soffice").touch()
    assert convert.office() == str(tmp_path / "soffice")


def test_libreoffice_saves_an_rtf_that_is_read(folder, need):
    need(convert.office(), "LibreOffice is not here")
    text = "".join(
        rf"\u{ord(sign)}?" if not sign.isascii() else r"\par " if sign == "\n" else sign
        for sign in papers.as_text(made()).decode()
    )
    (folder / "one.rtf").write_text(r"{\rtf1\ansi " + text + "}", encoding="ascii")
    done = run(folder / "one.rtf")
    assert "200 cells taken" in done.output


def test_a_report_with_evidence_that_is_none_is_refused(tmp_path):
    out = tmp_path / "one.json"
    path = tmp_path / "one.html"
    path.write_bytes(papers.as_html(made()))
    run(path, "-o", out)
    report = json.loads(out.read_text("utf-8"))
    for wrong in ([], {"a": 1}, {"a": {"where": 1}}, {"a": {"where": "", "raw": "", "how": ""}}):
        out.write_text(json.dumps({**report, "evidence": wrong}), encoding="utf-8")
        assert load(str(out)).findings[0].figures["name"] == "evidence"
