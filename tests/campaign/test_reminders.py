"""Reminders: every missing agency is told the deadline, the days left or gone, what to send."""

from dataclasses import replace
from datetime import date

import pytest
import tamper
from click.testing import CliRunner

from toolkit.campaign.reminders import reminders
from toolkit.campaign.sending import TEXT_LIMIT, Sending, text_file
from toolkit.cli import gouji
from toolkit.edition.edition import named
from toolkit.files.examine import judge, load
from toolkit.finding import Batch

SENDING = Sending("示例区政务公开办 010-12345678", today=date(2026, 2, 3))


def missing(name="甲局", **facts) -> Batch:
    """Return a run to which nothing came, of a roster with one agency."""
    agency = {"name": name, "path": None, "state": "missing", **facts}
    there = {"name": "乙局", "path": "b.xlsx", "state": "pass"}
    return Batch((), campaign={"agencies": [agency, there], "missing": [agency]})


def lines(batch: Batch, sending: Sending = SENDING) -> list[str]:
    (reminder,) = reminders(batch, sending)
    assert len(text_file(reminder.text).decode()) <= TEXT_LIMIT
    return reminder.text.split("\n")


def test_a_reminder_says_to_whom_what_by_when_and_from_whom():
    assert lines(missing(kind="department")) == [
        "甲局：你单位的2025年度《政府信息公开工作年度报告》还没有收到。",
        "报送期限：2026年部门报告1月31日前（已过 3 天）。",
        "请尽快报来：用发给你单位的填报表填好，保存为 .xlsx，原路发回，不改文件名，不发截图。",
        "已经报过的，请告知何时、用什么方式报的，以便核对。",
        "联系：示例区政务公开办 010-12345678（2026年2月3日）",
    ]


@pytest.mark.parametrize(
    ("facts", "deadline", "act"),
    [
        ({"deadline": "2026-02-10"}, "2026年2月10日前（还有 7 天）", "请按期报来"),
        ({"deadline": "2026-02-03"}, "2026年2月3日前（今天到期）", "请按期报来"),
        ({"deadline": "2026-02-02"}, "2026年2月2日前（已过 1 天）", "请尽快报来"),
        ({}, "2026年部门报告1月31日前（已过 3 天）；2026年地区报告3月31日前（还有 56 天）",
         "请尽快报来"),
        ({"kind": "own"},
         "2026年部门报告1月31日前（已过 3 天）；2026年地区报告3月31日前（还有 56 天）",
         "请尽快报来"),
    ],
)  # fmt: skip
def test_the_deadline_is_told_with_the_days_left_or_gone(facts, deadline, act):
    said = lines(missing(**facts))
    assert said[1] == f"报送期限：{deadline}。"
    assert said[2].startswith(f"{act}：")


def test_a_day_that_was_set_is_the_one_to_send_by():
    assert lines(missing(), replace(SENDING, due=date(2026, 2, 9)))[2].startswith(
        "请于2026年2月9日前报来："
    )


def test_an_edition_without_deadlines_has_none_to_tell(monkeypatch):
    bare = replace(named("annual-report", "2021"), deadlines={})
    monkeypatch.setattr("toolkit.campaign.reminders.editions.for_year", lambda *_: bare)
    assert [line[:4] for line in lines(missing())] == [
        "甲局：你",
        "请尽快报",
        "已经报过",
        "联系：示",
    ]


@pytest.mark.parametrize(
    ("year", "said"), [(2019, "2019年度"), (1990, "1990年度"), (None, "2025年度")]
)
def test_without_any_return_the_year_is_the_one_given_else_the_one_due(year, said):
    assert said in lines(missing(), replace(SENDING, year=year))[0]


def test_what_most_returns_are_is_what_is_missing(tmp_path):
    results = []
    for number, source in enumerate((tamper.filled(), tamper.filled(), b"nothing")):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(source)
        results.append(judge(load(str(path)), None))
    report = replace(results[0].report, year=2023)
    results[0] = replace(results[0], report=report)
    results.append(replace(results[1], report=replace(report, year=None)))
    one, two = replace(missing(), results=tuple(results)), replace(SENDING, year=2023)
    assert "2025年度" in lines(replace(one, results=(*results, results[1])))[0]
    assert "2023年度" in lines(one, two)[0]


def test_nobody_is_reminded_without_a_roster_or_where_all_is_there():
    assert list(reminders(Batch(()), SENDING)) == []
    there = {"agencies": [{"name": "甲局", "path": "a", "state": "pass"}], "missing": []}
    assert list(reminders(Batch((), campaign=there), SENDING)) == []


# ── the command ───────────────────────────────────────────────────────────────────────────────────


ROSTER = """机关名称,统一社会信用代码,层级,截止日期,邮箱,联系人,联系电话
某某局,11320000,县级,,,,
甲/局,2,县级,2026-01-05,jia@example.gov.cn,张三,
甲:局,3,县级,,"a@b.cn,c@d.cn",李四,0512-1
"""


def run(tmp_path, *options, source=None):
    (tmp_path / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "报回").mkdir()
    (tmp_path / "报回" / "a.xlsx").write_bytes(source or tamper.filled())
    arguments = [tmp_path / "报回", "--roster", tmp_path / "名册.csv"]
    return CliRunner().invoke(gouji, ["check", *map(str, (*arguments, *options)), "--lang", "zh"])


def test_check_reminds_each_missing_agency_by_files_of_its_own(tmp_path):
    done = run(tmp_path, "--notices", tmp_path / "退回", "--sender", "区办 010-1", "--mail")
    assert done.exit_code == 0
    assert "4 个文件，给 2 个单位。" in done.output
    assert "催报 2 个单位" in done.output
    assert (
        "1 个单位在名册里没有可用的邮箱，邮件草稿没有填收件人：甲:局 李四 0512-1。" in done.output
    )
    names = sorted(path.name for path in (tmp_path / "退回").iterdir())
    assert names == ["甲_局 (2)-催报.eml", "甲_局 (2)-催报.txt", "甲_局-催报.eml", "甲_局-催报.txt"]
    for path in (tmp_path / "退回").glob("*.txt"):
        text = path.read_bytes().decode()
        assert "联系：区办 010-1（" in text
        assert len(text) <= TEXT_LIMIT
    assert "2026年1月5日前（" in (tmp_path / "退回" / "甲_局-催报.txt").read_text(encoding="utf-8")


def test_where_all_came_and_passed_nothing_is_written(tmp_path):
    (tmp_path / "报回").mkdir()
    (tmp_path / "a.xlsx").write_bytes(tamper.filled())
    (tmp_path / "名册.csv").write_text("机关名称\n某某局\n", encoding="utf-8")
    arguments = [tmp_path / "a.xlsx", "--roster", tmp_path / "名册.csv"]
    arguments += ["--notices", tmp_path / "退回", "--lang", "zh"]
    done = CliRunner().invoke(gouji, ["check", *map(str, arguments)])
    assert "也没有未报的单位" in done.output
    assert not (tmp_path / "退回").exists()


@pytest.mark.parametrize("option", [("--sender", "x"), ("--due", "2026-03-05"), ("--mail",)])
def test_what_only_notices_have_goes_with_them(tmp_path, option):
    done = run(tmp_path, *option)
    assert (done.exit_code, "--notices" in done.output) == (2, True)


def test_a_due_day_that_is_none_or_gone_is_told(tmp_path):
    done = run(tmp_path, "--notices", tmp_path / "退回", "--due", "下周三")
    assert done.exit_code == 2
    assert "--due 写的是“下周三”，不是日期。请写成 2026-03-05 或 2026年3月5日。" in done.output
    assert not (tmp_path / "退回").exists()


@pytest.mark.parametrize("day", ["2020-03-05", "2020年3月5日", "2020/3/5"])
def test_a_due_day_that_is_gone_is_written_as_given_and_asked_about(tmp_path, day):
    done = run(tmp_path, "--notices", tmp_path / "退回", "--due", day)
    assert "期限 2020-03-05 已经过去" in done.output
    texts = [p.read_text(encoding="utf-8") for p in (tmp_path / "退回").glob("*.txt")]
    assert all("请于2020年3月5日前报来" in text for text in texts)
