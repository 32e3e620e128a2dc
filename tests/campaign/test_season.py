"""The command that checks a season, with roster, last year, waivers and store together."""

import errno
import json
import os
import re
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from source import REAL

from toolkit import cli
from toolkit.cli import arguments as given
from toolkit.files.gathering import Gathered

STATUS = {
    "duplicate": {"texts": {"overview": "另一份"}},
    "swapped": {"agency": {"name": "沭阳县", "code": "A1"}},
    "stranger": {"agency": {"name": "某某厅", "code": "Z9"}},
}
"""Changes that make a valid file fail."""


@pytest.fixture
def season(tmp_path) -> Path:
    """Return a folder with a roster, waivers, last year's returns and this year's."""
    (tmp_path / "上年").mkdir()
    (tmp_path / "报回").mkdir()
    (tmp_path / "上年" / "a.json").write_text(
        (REAL / "suqian_city_2023.json").read_text("utf-8"), "utf-8"
    )
    (tmp_path / "报回" / "a.json").write_text(
        (REAL / "suqian_city_2024.json").read_text("utf-8"), "utf-8"
    )
    roster = "机关名称,统一社会信用代码,层级\n宿迁市,,市级\n沭阳县,,县级\n"
    (tmp_path / "名册.csv").write_bytes(roster.encode("gbk"))
    waived = "单位,提示代码,单元格,理由,批准人,日期\n宿迁市,processing-fee,其他事项 B4–B6,省里统收,张三,2025-01-05\n"
    (tmp_path / "豁免.csv").write_bytes(waived.encode("gbk"))
    return tmp_path


def check(folder: Path, *arguments: object):
    whole = ["check", folder / "报回", "--roster", folder / "名册.csv", *arguments, "--lang", "zh"]
    return CliRunner().invoke(cli.gouji, list(map(str, whole)))


def test_roster_last_year_waivers_and_store_go_together(season):
    options = ("--prior", season / "上年", "--waivers", season / "豁免.csv", "--store",
               season / "今年.store", "--format", "json")  # fmt: skip
    first, again = check(season, *options), check(season, *options)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == again.stdout
    done = json.loads(first.stdout)
    assert done["campaign"]["missing"] == [{"name": "沭阳县", "code": None}]
    (file,) = done["files"]
    waived = [finding for finding in file["findings"] if finding["waived"]]
    assert [finding["waived"]["by"] for finding in waived] == ["张三"]
    assert "carried-in[total]" in file["rules"]["passed"]


def test_this_years_store_is_next_years_prior(season):
    before = season / "去年.store"
    made = CliRunner().invoke(
        cli.gouji, ["check", str(season / "上年"), "--store", str(before), "--lang", "zh"]
    )
    assert made.exit_code == 0
    files = check(season, "--prior", season / "上年", "--format", "jsonl")
    kept = check(season, "--prior", before, "--format", "jsonl")
    assert kept.stdout == files.stdout


def test_two_of_last_years_reports_that_differ_are_refused(season):
    text = (season / "上年" / "a.json").read_text("utf-8")
    changed = json.loads(text)
    changed["values"]["applications.carried_out.natural_person"] += 1
    (season / "上年" / "b.json").write_text(json.dumps(changed), "utf-8")
    done = check(season, "--prior", season / "上年")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "两份宿迁市 2023 年度的报表，数字不同" in done.stderr


def test_what_is_idle_or_wrong_with_waivers_is_said_beside_the_result(season):
    heads = "单位,提示代码,单元格,理由,批准人,日期,有效期至\n"
    path = season / "豁免.csv"
    path.write_text(heads + "宿迁市,jump,表三 D12,x,张三,2025-01-05,2025-01-06\n", "utf-8")
    done = check(season, "--waivers", path)
    assert done.exit_code == 0
    assert (
        "1 条豁免没有用上：\n  第 2 行：“宿迁市”的 jump（表三 D12）已于 2025-01-06 到期"
        in done.stderr
    )
    path.write_text(heads + "宿迁市,jump,表三 D12,,张三,2025-01-05,\n", "utf-8")
    done = check(season, "--waivers", path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "有 1 处不对，没有检查：\n  第 2 行：“理由”是空的。" in done.stderr


def test_a_bad_roster_is_told_whole_and_nothing_is_checked(season):
    (season / "名册.csv").write_text("机关名称,层级\n甲局,银河级\n甲局,县级\n", "utf-8")
    done = check(season)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("第 ") >= 2


def test_the_year_goes_with_a_roster(season):
    done = check(season, "--year", 2025, "--format", "json")
    assert done.exit_code == 1
    codes = [finding["code"] for finding in json.loads(done.stdout)["files"][0]["findings"]]
    assert codes[0] == "other-year"
    alone = CliRunner().invoke(cli.gouji, ["check", str(season), "--year", "2025", "--lang", "en"])
    assert (alone.exit_code, alone.stderr) == (2, "--year goes with --roster.\n")


def test_the_store_is_never_written_over_a_return(season):
    path = season / "报回" / "a.json"
    before = path.read_bytes()
    done = check(season, "--store", path)
    assert (done.exit_code, path.read_bytes()) == (2, before)
    assert "不是 gouji 存检查结果的文件，没有动它" in done.stderr


def test_a_full_disk_writes_neither_board_nor_notices_nor_half_of_them(season, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    broken = json.loads((season / "报回" / "a.json").read_text("utf-8"))
    broken["values"]["applications.received.natural_person"] += 1
    (season / "报回" / "a.json").write_text(json.dumps(broken), "utf-8")
    before = sorted(season.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    for words in (("--format", "html", "-o", season / "一览.html"), ("--notices", season / "退回")):
        done = check(season, *words)
        assert done.exit_code == 2 or isinstance(done.exception, OSError)
        assert "磁盘已满" in done.stderr or "No space" in str(done.exception)
    assert sorted(season.iterdir()) == before


def test_a_folder_that_vanishes_is_said_file_by_file(season, monkeypatch):
    monkeypatch.setattr(
        "toolkit.cli.batch.gathered",
        lambda *_: Gathered([str(season / "去" / "a.xlsx")], 0, ()),
    )
    done = check(season, "--format", "json")
    (file,) = json.loads(done.stdout)["files"]
    assert (done.exit_code, file["verdict"]) == (1, "reject")
    assert [finding["code"] for finding in file["findings"]] == ["unreadable"]


def test_missing_agencies_leave_the_status_and_what_is_nobodys_does_not(season):
    first = check(season, "--format", "json")
    assert len(json.loads(first.stdout)["campaign"]["missing"]) == 1
    assert (first.exit_code, json.loads(first.stdout)["summary"]["fail"]) == (0, 0)
    source = json.loads((season / "报回" / "a.json").read_text("utf-8"))
    for name, changes in STATUS.items():
        path = season / "报回" / "b.json"
        path.write_text(json.dumps(source | changes), "utf-8")
        roster = "机关名称,统一社会信用代码,层级\n宿迁市,A1,市级\n沭阳县,B2,县级\n"
        (season / "名册.csv").write_text(roster, "utf-8")
        done = json.loads((result := check(season, "--format", "json")).stdout)
        codes = {finding["code"] for file in done["files"] for finding in file["findings"]}
        fails = [file for file in done["files"] if file["verdict"] == "fail"]
        assert name in codes
        assert (result.exit_code, done["summary"]["fail"]) == (1, len(fails))
        assert len(fails) == (2 if name == "duplicate" else 1)


# ── the bar ───────────────────────────────────────────────────────────────────────────────────────


def test_a_terminal_shows_how_many_how_fast_and_how_long(monkeypatch):
    shown = StringIO()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(
        "rich.console.Console",
        lambda **_: Console(file=shown, force_terminal=True, width=100, color_system=None),
    )
    monkeypatch.setattr(given, "DELAY", 0.05)

    def answers():
        yield 1
        for _ in range(100):
            if "1/3" in shown.getvalue():
                break
            time.sleep(0.05)
        yield from (2, 3)

    assert list(given.progress(answers(), 3, "zh", "converting")) == [1, 2, 3]
    text = shown.getvalue()
    assert "转换旧格式" in text
    assert "1/3" in text
    assert "3/3" in text
    assert re.search(r"每秒 [0-9.]+ 份", text)
    assert "还需" in text


def test_there_is_no_bar_under_a_second_or_where_nobody_looks(monkeypatch, capsys):
    assert list(given.progress(iter(range(60)), 60, "zh")) == list(range(60))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(given.progress(iter(range(60)), 60, "zh")) == list(range(60))
    assert capsys.readouterr().err == ""
