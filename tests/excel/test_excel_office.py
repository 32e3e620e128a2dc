"""The office's buttons in Excel: questions, commands, messages and files opened."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlwings as xw
from desktop import excel
from test_excel import AGENCY, EDITION

from toolkit import excel as hooks
from toolkit.blank.build import build
from toolkit.excel import dialogs
from toolkit.report.report import Report
from toolkit.returned.read import read


@pytest.fixture
def answers(monkeypatch):
    """Return a function that sets the answers to the dialogs."""

    def answer(**given: object) -> None:
        for name, value in given.items():
            monkeypatch.setattr(dialogs, name, value if callable(value) else lambda *_, v=value: v)

    return answer


def returned(folder: Path, name: str, received: int | None = 0) -> None:
    typed = dict.fromkeys(EDITION.typed, 0) | {"proactive.licences.decided": received}
    report = Report(EDITION, {**AGENCY, "name": name}, 2025, typed, origin="workbook")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.xlsx").write_bytes(build(EDITION, report))


def test_a_new_blank_is_made_and_opened(tmp_path, answers):
    target = tmp_path / "新 表.xlsx"
    given = iter(("某某局", "2025"))
    answers(words=lambda *_: next(given), target=target)
    with excel() as desk:
        hooks.new_blank()
        assert [book.name for book in desk.app.books] == ["新 表.xlsx"]
    assert desk.alerts[0][0] == "info"
    assert "新 表.xlsx" in desk.alerts[0][1]
    assert read(target.read_bytes()).report.agency["name"] == "某某局"


def test_a_file_that_is_there_is_left_alone(tmp_path, answers):
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"somebody's")
    given = iter(("--version", "2025"))
    answers(words=lambda *_: next(given), target=target)
    with excel() as desk:
        hooks.new_blank()
        assert list(desk.app.books) == []
    assert desk.alerts[0][0] == "critical"
    assert "已存在" in desk.alerts[0][1]
    assert "--" not in desk.alerts[0][1]
    assert target.read_bytes() == b"somebody's"


def test_a_folder_is_added_up_where_somebody_says_so_and_opened(tmp_path, answers):
    folder, target = tmp_path / "报 表", tmp_path / "汇总.xlsx"
    returned(folder, "甲局", 3)
    returned(folder, "乙局", 4)
    answers(folder=folder, roster=None, words=lambda *given: given[-1] + "区", target=target)
    with excel() as desk:
        desk.answer = "no"
        hooks.roll_up()
        assert not target.exists()
        assert "没有汇总" in desk.alerts[0][1]
        assert "名册" in desk.alerts[0][1]
        desk.answer = "yes"
        hooks.roll_up()
        assert [book.name for book in desk.app.books] == ["汇总.xlsx"]
    report = read(target.read_bytes()).report
    assert report.values["proactive.licences.decided"] == 7
    assert report.agency["name"] == "报 表区"


def test_a_roster_that_was_chosen_says_who_is_added(tmp_path, answers):
    folder, roster = tmp_path / "报表", tmp_path / "名册.csv"
    target = tmp_path / "汇总.xlsx"
    returned(folder, "区政府办", 3)
    roster.write_text("name,code,level,kind\n区政府办,,county,本级\n", encoding="utf-8")
    answers(folder=folder, roster=roster, words="某某区", target=target)
    with excel() as desk:
        hooks.roll_up()
        assert len(desk.alerts) == 1
    assert read(target.read_bytes()).report.values["proactive.licences.decided"] == 3


def test_a_year_is_understood_as_people_write_it_and_asked_for_in_words(tmp_path, answers):
    target = tmp_path / "a.xlsx"
    given = iter(("某某局", "2025年", "某某局", "去年"))
    answers(words=lambda *_: next(given), target=target)
    with excel() as desk:
        hooks.new_blank()
        hooks.new_blank()
    assert read(target.read_bytes()).report.year == 2025
    assert desk.alerts[1][0] == "critical"
    assert "年度“去年”看不出是哪一年" in desk.alerts[1][1]


@pytest.mark.parametrize("gone", ["folder", "words", "target"])
def test_who_chooses_nothing_gets_nothing(gone, tmp_path, answers):
    given = {"folder": tmp_path, "roster": None, "words": "2025", "target": tmp_path / "x.xlsx"}
    answers(**given | {gone: None})
    with excel() as desk:
        hooks.roll_up()
        if gone != "folder":
            hooks.new_blank()
    assert desk.alerts == []


def test_the_windows_ask_before_an_invisible_one(monkeypatch):
    asked = []

    def answer(kind, text):
        return lambda **given: asked.append((kind, given)) or text

    root = SimpleNamespace(
        withdraw=lambda: None, attributes=lambda *_: None, destroy=lambda: asked.append("gone")
    )
    names = ("askdirectory", "askopenfilename", "asksaveasfilename")
    files = SimpleNamespace(**{name: answer(name, f"/{name}") for name in names})
    words = SimpleNamespace(askstring=answer("askstring", " 某局 "))
    monkeypatch.setitem(sys.modules, "tkinter", SimpleNamespace(Tk=lambda: root))
    monkeypatch.setitem(sys.modules, "tkinter.filedialog", files)
    monkeypatch.setitem(sys.modules, "tkinter.simpledialog", words)
    assert dialogs.folder("a") == Path("/askdirectory")
    assert dialogs.roster("a") == Path("/askopenfilename")
    assert dialogs.target("a", "b.xlsx") == Path("/asksaveasfilename")
    assert dialogs.words("a", "b", "c") == "某局"
    assert asked.count("gone") == 4
    assert asked[-2][1]["initialvalue"] == "c"
    for module in (files, words):
        for name in vars(module):
            monkeypatch.setattr(module, name, lambda **_: None)
    assert [dialogs.folder("a"), dialogs.roster("a"), dialogs.target("a", "b")] == [None] * 3
    assert dialogs.words("a", "b", "c") is None


def test_without_windows_it_says_so_plainly(monkeypatch):
    monkeypatch.setitem(sys.modules, "tkinter", None)
    with excel() as desk:
        hooks.new_blank()
    assert desk.alerts[0][1].startswith("没有完成，没有写任何文件。")
    assert xw.__pro__ is False
