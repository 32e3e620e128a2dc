"""`gouji publish`: what is written under which names, what is refused, what is said."""

import json
from dataclasses import replace
from pathlib import Path

import journeys
import pytest
from click.testing import CliRunner

from toolkit.cli import gouji
from toolkit.documents import convert
from toolkit.edition import edition as editions
from toolkit.files import saving
from toolkit.report.report import as_json, dumps

FORM = editions.named("annual-report", "2021")
TITLE = "2025年政府信息公开工作年度报告"


def clean(**agency):
    """Return a return without errors."""
    values = dict.fromkeys(FORM.cells, 0)
    texts = {"overview": "略。", "problems": "略。", "other": "无。"}
    sent = journeys.report(FORM, 1, odd=False)
    who = {"name": "某某局", "code": None, "level": "county", **agency}
    return replace(sent, agency=who, year=2025, values=values, nil=(), texts=texts)


def save(folder, name, report):
    path = folder / name
    path.write_text(dumps(as_json(report)), encoding="utf-8")
    return path


def run(*arguments, lang="en"):
    done = CliRunner().invoke(gouji, ["publish", *map(str, arguments), "--lang", lang])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def broken(report):
    return replace(report, values={**report.values, "applications.received.total": 5})


def test_a_return_becomes_a_word_document_by_default(tmp_path):
    done = run(save(tmp_path, "a.json", clean()), "-o", tmp_path / "out")
    assert (done.exit_code, names(tmp_path / "out")) == (0, [f"某某局{TITLE}.docx"])
    assert done.stdout == f"wrote {tmp_path / 'out' / f'某某局{TITLE}.docx'}\n"
    assert "a sentence was made" in done.stderr


def test_every_format_is_written_once(tmp_path):
    path = save(tmp_path, "a.json", clean())
    styles = [part for style in ("html", "txt", "docx", "txt") for part in ("--format", style)]
    done = run(path, "-o", tmp_path / "out", *styles)
    assert done.exit_code == 0
    endings = (".docx", ".fragment.html", ".html", ".txt")
    assert names(tmp_path / "out") == sorted(f"某某局{TITLE}{ending}" for ending in endings)


def test_names_taken_twice_get_the_code_and_odd_signs_are_replaced(tmp_path):
    who = [{"code": "1"}, {"code": "2"}, {"code": "2", "level": "town"}, {"name": "甲/乙:局"}]
    for number, agency in enumerate(who):
        save(tmp_path, f"{number}.json", clean(**agency))
    done = run(*sorted(tmp_path.glob("*.json")), "-o", tmp_path / "out")
    assert names(tmp_path / "out") == sorted(
        f"{name}.docx" for name in (f"某某局{TITLE}", f"某某局{TITLE}-2", f"某某局{TITLE}-2-2",
                                    f"甲_乙_局{TITLE}"))  # fmt: skip
    assert done.exit_code == 0


def test_a_return_with_errors_is_refused_and_the_others_are_written(tmp_path):
    good, bad = save(tmp_path, "a.json", clean()), save(tmp_path, "b.json", broken(clean()))
    other = save(tmp_path, "c.json", clean())
    other.write_text(json.dumps({"form": "annual-report"}), encoding="utf-8")
    done = run(good, bad, other, "-o", tmp_path / "out", lang="zh")
    assert done.exit_code == 1
    assert names(tmp_path / "out") == [f"某某局{TITLE}.docx"]
    assert f"{bad}：没有生成公开稿，有 1 处错误要先改：" in done.stderr
    assert "--draft" in done.stderr
    assert f"{other}：没有生成公开稿。" in done.stderr


def test_a_draft_is_written_in_spite_of_errors(tmp_path):
    bad = save(tmp_path, "b.json", broken(clean()))
    done = run(bad, "-o", tmp_path / "out", "--draft", "--format", "txt")
    assert done.exit_code == 0
    assert "草　稿" in (tmp_path / "out" / f"某某局{TITLE}.txt").read_text(encoding="utf-8-sig")


def test_nothing_is_written_where_all_are_refused(tmp_path):
    done = run(save(tmp_path, "b.json", broken(clean())), "-o", tmp_path / "out")
    assert (done.exit_code, (tmp_path / "out").exists()) == (1, False)


def test_existing_files_stay_without_force_and_others_beside_them_always(tmp_path):
    path, out = save(tmp_path, "a.json", clean()), tmp_path / "out"
    out.mkdir()
    (out / "附件.txt").write_text("x", encoding="utf-8")
    assert run(path, "-o", out).exit_code == 0
    there = out / f"某某局{TITLE}.docx"
    there.write_bytes(b"mine")
    done = run(path, "-o", out)
    assert (done.exit_code, there.read_bytes()) == (2, b"mine")
    assert str(there) in done.stderr
    assert run(path, "-o", out, "--force").exit_code == 0
    assert there.read_bytes() != b"mine"
    assert (out / "附件.txt").exists()


def test_a_document_is_not_written_over_the_return_it_is_made_of(tmp_path):
    path = save(tmp_path, f"某某局{TITLE}.txt", clean())
    done = run(path, "-o", tmp_path, "--force", "--format", "txt")
    assert done.exit_code == 2
    assert path.read_text(encoding="utf-8").startswith("{")


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ([], "Name a folder with -o"),
        (["-o", "{folder}/a.json"], "is a file"),
        (["-o", "{folder}/none/out"], "none"),
        (["-o", "{folder}/out", "--format", "rtf"], "rtf"),
        (["-o", "{folder}/out", "--prior", "{folder}/none"], "none"),
    ],
)
def test_wrong_options_are_refused(tmp_path, rest, says):
    path = save(tmp_path, "a.json", clean())
    done = run(path, *(part.format(folder=tmp_path) for part in rest))
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "out").exists()


def test_last_years_report_is_compared_as_check_does(tmp_path):
    path, last = save(tmp_path, "a.json", clean()), replace(clean(), year=2024)
    total = {
        "applications.carried_out.natural_person": 3,
        "applications.received.natural_person": 3,
    }
    last = replace(last, values={**last.values, **total})
    prior = save(tmp_path, "prior.json", last)
    assert run(path, "-o", tmp_path / "one").exit_code == 0
    done = run(path, "-o", tmp_path / "two", "--prior", prior)
    assert (done.exit_code, (tmp_path / "two").exists()) == (1, False)


def test_what_is_not_printed_is_said(tmp_path):
    sent = clean()
    values = {**sent.values, "processing_fee.notices.count": None}
    sent = replace(sent, values=values, texts={**sent.texts, "overview": "a\x07b\x00"})
    done = run(save(tmp_path, "a.json", sent), "-o", tmp_path / "out")
    assert "the numbers in the table are not complete" in done.stderr
    assert "2 invisible control characters" in done.stderr


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    def full(*_):
        raise saving.NotSavedError(28, "No space left on device", str(tmp_path / "out"))

    monkeypatch.setattr(saving, "write_folder", full)
    done = run(save(tmp_path, "a.json", clean()), "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert str(tmp_path / "out") in done.stderr


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────


def test_pdf_without_libreoffice_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(convert, "office", lambda: None)
    done = run(save(tmp_path, "a.json", clean()), "-o", tmp_path / "out", "--format", "pdf")
    assert (done.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert "LibreOffice" in done.stderr
    assert "--format docx" in done.stderr


def test_a_pdf_that_libreoffice_does_not_make_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(convert, "office", lambda: "soffice")
    monkeypatch.setattr(convert, "_run", lambda _: False)
    done = run(save(tmp_path, "a.json", clean()), "-o", tmp_path / "out", "--format", "pdf")
    assert (done.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert "LibreOffice made no PDF" in done.stderr


def test_a_pdf_is_what_libreoffice_makes_of_the_document(tmp_path, monkeypatch):
    def convert_all(command):
        folder = Path(command[command.index("--outdir") + 1])
        target = command[command.index("--convert-to") + 1]
        (tmp_path / "given").write_bytes(Path(command[-1]).read_bytes())
        folder.mkdir()
        (folder / f"document.{target}").write_bytes(b"%PDF-made")
        return True

    monkeypatch.setattr(convert, "office", lambda: "soffice")
    monkeypatch.setattr(convert, "_run", convert_all)
    path = save(tmp_path, "a.json", clean())
    done = run(path, "-o", tmp_path / "out", "--format", "pdf", "--format", "docx")
    assert done.exit_code == 0
    assert (tmp_path / "out" / f"某某局{TITLE}.pdf").read_bytes() == b"%PDF-made"
    assert (tmp_path / "given").read_bytes() == (
        tmp_path / "out" / f"某某局{TITLE}.docx"
    ).read_bytes()
