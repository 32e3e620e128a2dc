"""`gouji fill RETURN --into THEIR -o OUT`: what is written, what is said, and the exit status."""

from dataclasses import replace

import papers
import pytest
import source
import theirs
from click.testing import CliRunner
from printed import Style, draw, of

from toolkit.cli import gouji
from toolkit.documents.importing import import_document
from toolkit.edition.edition import named
from toolkit.report.report import as_json, dumps
from toolkit.returned.fill import fill
from toolkit.returned.read import read

EDITION = named("annual-report", "2021")
REPORT = theirs.random_report(EDITION, 1)
WORDS = source.messages()["into"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.json").write_text(dumps(as_json(REPORT)), encoding="utf-8")
    (tmp_path / "稿.docx").write_bytes(theirs.bold_old(EDITION, 1))
    title = (f"{papers.AGENCY}{papers.YEAR}年{EDITION.title}",)
    blank = of(EDITION, dict.fromkeys(EDITION.cells))
    (tmp_path / "表.xlsx").write_bytes(draw(blank, Style(title=title)))
    return tmp_path


def run(folder, target, output, *options, file="a.json"):
    given = ["fill", str(folder / file), "--into", str(folder / target), *options, "--lang", "en"]
    return CliRunner().invoke(gouji, [*given, "-o", str(folder / output)])


def same(values):
    return all(values[key] == value for key, value in theirs.printed(REPORT).items())


def test_a_draft_and_a_workbook_are_written_with_the_numbers(folder):
    done = run(folder, "稿.docx", "新.docx")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1].startswith(
        "Wrote 200 numbers: 表二 10 cells, 表三 175 cells"
    )
    assert same(import_document((folder / "新.docx").read_bytes()).report.values)
    done = run(folder, "表.xlsx", "新.xlsx")
    assert done.exit_code == 0, done.output
    assert same(read((folder / "新.xlsx").read_bytes()).report.values)


def test_what_is_to_be_looked_at_is_said_with_the_status_1(folder):
    values = {**REPORT.values, "applications.received.business": "3件"}
    report = replace(REPORT, values=values)
    (folder / "b.json").write_text(dumps(as_json(report)), encoding="utf-8")
    done = run(folder, "稿.docx", "新.docx", file="b.json")
    assert done.exit_code == 1
    assert 'the return says "3件", which is no number' in done.output
    assert (folder / "新.docx").exists()


def test_errors_of_the_returns_own_file_are_said_with_the_status_1(folder):
    (folder / "b.xlsx").write_bytes(draw(REPORT, Style(title=())))
    done = run(folder, "稿.docx", "新.docx", file="b.xlsx")
    assert done.exit_code == 1
    assert (folder / "新.docx").exists()


@pytest.mark.parametrize(
    ("target", "output", "status", "said"),
    [
        ("无.docx", "新.docx", 2, "does not exist"),
        ("稿.docx", "新.xlsx", 2, "is no .docx"),
        ("稿.docx", "稿.docx", 2, "稿.docx"),
        ("a.json", "新.docx", 1, WORDS["format"]["en"]),
        ("空.docx", "新.docx", 1, "None of the form's tables"),
        ("我们.xlsx", "新.xlsx", 1, "gouji fill RETURN -o NEW.xlsx fills a fresh one"),
        (".", "新.docx", 1, "not read"),
    ],
)
def test_what_cannot_be_filled_is_refused_and_nothing_is_written(
    folder, target, output, status, said
):
    (folder / "空.docx").write_bytes(papers.docx("<w:body/>"))
    (folder / "我们.xlsx").write_bytes(fill(replace(REPORT, origin="workbook"), EDITION).workbook)
    before = (folder / "稿.docx").read_bytes()
    done = run(folder, target, output)
    assert (done.exit_code, said in done.output) == (status, True), done.output
    assert (folder / "稿.docx").read_bytes() == before
    assert not any((folder / name).exists() for name in ("新.docx", "新.xlsx"))


def test_the_file_that_takes_the_numbers_is_never_written_over(folder):
    before = (folder / "稿.docx").read_bytes()
    done = run(folder, "稿.docx", "稿.docx", "--force")
    assert done.exit_code == 2
    assert (folder / "稿.docx").read_bytes() == before


def test_a_return_that_is_refused_and_values_without_a_cell_are_said(folder):
    (folder / "b.json").write_text("{}", encoding="utf-8")
    assert run(folder, "稿.docx", "新.docx", file="b.json").exit_code == 1
    (folder / "b.json").write_text(
        dumps(as_json(REPORT) | {"values": {"nobody.knows": 1}}), encoding="utf-8"
    )
    done = run(folder, "稿.docx", "新.docx", file="b.json")
    assert done.exit_code == 1
    assert "nobody.knows = 1" in done.output
    assert not (folder / "新.docx").exists()


def test_more_reasons_than_are_listed_are_counted(folder):
    xml = theirs.main_of((folder / "稿.docx").read_bytes())
    tracked = xml.replace("</w:tc>", "<w:ins w:id='1'/></w:tc>")
    source_ = theirs.rewritten((folder / "稿.docx").read_bytes(), tracked)
    (folder / "改.docx").write_bytes(source_)
    done = run(folder, "改.docx", "新.docx")
    assert done.exit_code == 1
    assert "188 more." in done.output
    assert done.output.splitlines()[-1] == WORDS["do"]["en"]
