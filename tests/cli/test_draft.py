"""`gouji draft` and `gouji forms --check`: a form on its way to an edition, and what ends it early."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sketch import YEARLY, saved, workbook

from toolkit import cli
from toolkit.cli import draft as command
from toolkit.documents import convert
from toolkit.draft import checklist
from toolkit.edition.edition import load
from toolkit.output.lists import HEAD_ROW

ASKING = "项目 | 甲 | 乙\n收入 | 5 | ~grey\n支出 | 7 | \n其他 | | "


def run(*arguments: object, lang: str = "zh") -> Result:
    return CliRunner().invoke(cli.gouji, [*map(str, arguments), "--lang", lang])


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a folder with Chinese and blanks in its name, and a form in it."""
    place = tmp_path / "我的 表" / "my-form"
    place.mkdir(parents=True)
    source = workbook(("收支", ("2024年收支情况表",), ASKING), ("封面", ("只有字",), ""))
    (place / "原表.xlsx").write_bytes(source)
    return place


def drafted(folder: Path, *more: object) -> Result:
    return run("draft", folder / "原表.xlsx", "-o", folder / "2024.toml", *more)


def test_a_form_becomes_an_edition_that_makes_blanks_at_once(folder):
    result = drafted(folder)
    assert result.exit_code == 0, result.output
    assert "已拟好：1 张表，5 个要填的格子，0 个公式。" in result.stdout
    assert "有 2 类格子" in result.stdout
    edition = load(folder / "2024.toml")
    assert (edition.form, edition.name, edition.years) == ("my-form", "2024", (2024, None))
    assert load_workbook(folder / "草稿.xlsx").sheetnames == ["收支"]
    blank = folder / "空白.xlsx"
    made = run(
        "blank", "--edition", folder / "2024.toml", "--year", 2024, "--agency", "甲局", "-o", blank
    )
    assert made.exit_code == 0
    assert "还有 5 格没有填" in run("check", blank, "--templates", folder.parent).stdout


def test_questions_are_written_and_their_answers_adopted(folder):
    drafted(folder)
    asked = folder / "勾稽.xlsx"
    assert run("draft", "--review", folder / "2024.toml", "-o", asked).exit_code == 0
    book = load_workbook(asked)
    book["提问"].cell(HEAD_ROW + 1, 5, "不填")
    book["提问"].cell(HEAD_ROW + 2, 5, "要填")
    asked.write_bytes(saved(book))
    adopted = run("draft", "--adopt", asked, folder / "2024.toml", "-o", folder / "2025.toml")
    assert adopted.exit_code == 0, adopted.output
    edition = load(folder / "2025.toml")
    assert edition.name == "2025"
    assert len(edition.cells) == 4
    assert "t1.revenue.c3" in edition.cells


def test_what_is_left_to_do_is_listed_and_a_wrong_file_refused(folder):
    drafted(folder)
    listed = run("forms", "--check", folder / "2024.toml")
    assert listed.exit_code == 0
    assert "还没有人对照原表核对过文字的表 1 张：收支。" in listed.stdout
    whole = run(
        "forms",
        "--check",
        Path(cli.__file__).parents[2] / "templates" / "annual-report" / "2021.toml",
    )
    assert whole.exit_code == 0
    assert run("forms", "--check", folder / "none.toml").exit_code == 2
    (folder / "2024.toml").write_text("x", encoding="utf-8")
    assert isinstance(run("forms", "--check", folder / "2024.toml").exception, Exception)


def test_an_edition_that_is_done_has_nothing_left(folder, monkeypatch):
    drafted(folder)
    monkeypatch.setattr(checklist, "checklist", lambda *_: iter(()))
    assert run("forms", "--check", folder / "2024.toml").stdout == "没有要补的了。\n"


def test_broken_remarks_are_refused(folder):
    drafted(folder)
    text = (folder / "2024.toml").read_text(encoding="utf-8")
    (folder / "2024.toml").write_text(text + "#? [[question\n", encoding="utf-8")
    for arguments in (("forms", "--check"), ("draft", "-o", folder / "勾稽.xlsx", "--review")):
        result = run(*arguments, folder / "2024.toml")
        assert (result.exit_code, "被改坏了" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("原表.xlsx", "--review", "--adopt"), "一次只做一件事"),
        (("原表.xlsx", "原表.xlsx"), "一次只做一件事"),
        (("没有.xlsx",), "找不到 没有.xlsx"),
        (("原表.xlsx", "--sheet", "别的", "-o", "x.toml"), "没有叫“别的”的表。有：收支, 封面。"),
        (("原表.xlsx", "-o", "x.xlsx"), "不是 .toml"),
    ],
)
def test_a_command_line_that_cannot_be_is_refused(folder, monkeypatch, arguments, sentence):
    monkeypatch.chdir(folder)
    result = run("draft", *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not (folder / "x.toml").exists()


def test_nothing_is_written_over_a_file_unless_forced(folder):
    (folder / "草稿.xlsx").write_bytes(b"")
    refused = drafted(folder)
    assert refused.exit_code == 2
    assert "草稿.xlsx 已存在" in refused.stderr
    assert drafted(folder, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        ("序号 | 名称 | 数\n1 | | \n2 | | \n3 | | ", "有几行填几行的清单"),
        ("项目 | 本年 | | \n^ | 甲 | 乙 | 丙\n收入 | | | \n支出 | | | ", "该合并而没有合并"),
        ("甲 | 乙\n丙 | 丁", "没有要填的格子"),
        ("", "没有四面画线的表格"),
    ],
)
def test_a_form_that_cannot_be_drafted_is_refused_with_the_reason(folder, picture, sentence):
    (folder / "原表.xlsx").write_bytes(workbook(("名录", ("名录",), picture)))
    result = drafted(folder)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "什么也没有写" in result.stderr
    assert not (folder / "2024.toml").exists()


def test_other_sheets_are_drafted_where_one_is_refused(folder):
    source = workbook(("收支", ("收支",), YEARLY), ("名录", (), "序号 | 名称\n1 | \n2 | \n3 | "))
    (folder / "原表.xlsx").write_bytes(source)
    result = run("draft", folder / "原表.xlsx", "-o", folder / "收支.toml")
    assert result.exit_code == 0
    assert "《名录》没有采用" in result.stderr
    assert load(folder / "收支.toml").name == "draft"
    plain = run("draft", folder / "原表.xlsx", "--sheet", "收支", "-o", folder.parent / "one.toml")
    assert plain.exit_code == 0
    assert plain.stderr == ""
    assert load(folder.parent / "one.toml").form == "form"


def test_a_form_that_asks_nothing_has_no_questions(folder):
    picture = "姓名 | | 电话 | \n地址 | < | | <"
    (folder / "原表.xlsx").write_bytes(workbook(("登记", ("登记表",), picture)))
    assert "类格子" not in drafted(folder).stdout
    asked = run("draft", "--review", folder / "2024.toml", "-o", folder / "勾稽.xlsx")
    assert (asked.exit_code, "没有要问的" in asked.stderr) == (1, True)
    assert not (folder / "勾稽.xlsx").exists()


def test_files_that_are_no_form_are_refused_with_their_reason(folder):
    (folder / "原表.xlsx").write_bytes(b"")
    assert drafted(folder).exit_code == 1
    link = folder / "link.xlsx"
    link.symlink_to(folder / "原表.xlsx")
    assert run("draft", link, "-o", folder / "x.toml").exit_code == 1


def test_answers_that_cannot_be_adopted_are_refused(folder):
    drafted(folder)
    asked, edition, new = folder / "勾稽.xlsx", folder / "2024.toml", folder / "2025.toml"
    run("draft", "--review", edition, "-o", asked)
    book = load_workbook(asked)
    book["提问"].cell(HEAD_ROW + 1, 5, "也许")
    asked.write_bytes(saved(book))
    refused = run("draft", "--adopt", asked, edition, "-o", new)
    assert refused.exit_code == 2
    assert "第 1 个问题的回答“也许”不在可选的里面" in refused.stderr
    book["提问"].cell(HEAD_ROW + 1, 5, "不填")
    asked.write_bytes(saved(book))
    text = edition.read_text(encoding="utf-8")
    edition.write_text(text.replace('sheet = "收支"', 'sheet = "别的"'), encoding="utf-8")
    refused = run("draft", "--adopt", asked, edition, "-o", new)
    assert refused.exit_code == 2
    assert "改动过" in refused.stderr
    asked.write_bytes(b"no workbook")
    assert run("draft", "--adopt", asked, edition, "-o", new).exit_code == 1
    assert not new.exists()


def test_old_formats_are_saved_again_by_libreoffice(folder, monkeypatch):
    source = (folder / "原表.xlsx").read_bytes()
    (folder / "原表.xls").write_bytes(b"\xd0\xcf\x11\xe0old")
    given = []

    def converted(content: bytes, kind: str, program: str, ending: str) -> bytes:
        given.append((content[4:], kind, program, ending))
        return source

    monkeypatch.setattr(convert, "office", lambda: "soffice")
    monkeypatch.setattr(convert, "converted", converted)
    result = run("draft", folder / "原表.xls", "-o", folder / "x.toml")
    assert result.exit_code == 0
    assert given == [(b"old", "xls", "soffice", "xlsx")]
    monkeypatch.setattr(convert, "office", lambda: None)
    refused = run("draft", folder / "原表.xls", "-o", folder / "y.toml", "--force")
    assert refused.exit_code == 2
    assert "LibreOffice" in refused.stderr


def test_a_workbook_with_an_old_ending_is_read_as_it_is(folder):
    (folder / "原表.et").write_bytes((folder / "原表.xlsx").read_bytes())
    assert run("draft", folder / "原表.et", "-o", folder / "x.toml").exit_code == 0


def test_the_year_is_that_of_the_title_or_the_last_one(folder):
    head = command._head(folder / "a.toml", "表2031.xlsx", "")  # noqa: SLF001
    assert head.year == 2031
    assert command._head(folder / "a.toml", "表.xlsx", "").year > 2020  # noqa: SLF001
