"""season.toml on the command line: given once, used by every command; decisions kept in it."""

import hashlib
import json
import os
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from casebook import balanced
from click.testing import CliRunner
from source import TEMPLATES

from toolkit import cli
from toolkit.campaign.seasonfile import load
from toolkit.edition.edition import EditionError
from toolkit.report.explanation import Explanation
from toolkit.report.report import Report, as_json, dumps

WORDS = "# 我自己的话，勿动\n"
DECIDED = "proactive__licences__decided"
FLOOR = tuple(f"proactive.rules.{name}" for name in ("issued", "in_force", "repealed"))


def sent(name: str, number: int = 1, reason: str = "", **changes: int) -> Report:
    """Return a report of an agency; reason: why more rules were issued than are in force."""
    given = (Explanation("in-force-floor", FLOOR, reason, None),) if reason else ()
    return replace(
        balanced("seed_jiguan_shiwu_2025", **changes),
        agency={"name": name, "code": None, "level": None},
        sent=number,
        explained=given,
    )


def put(path: Path, report: Report) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(as_json(report)), encoding="utf-8")
    return str(path)


def digest(source: str | bytes) -> str:
    return hashlib.sha256(
        Path(source).read_bytes() if isinstance(source, str) else source
    ).hexdigest()


def gouji(*arguments: object):
    return CliRunner().invoke(cli.gouji, [*map(str, arguments), "--lang", "zh"])


def checked(*arguments: object) -> dict:
    """Return the result of a check as JSON."""
    return json.loads(gouji("check", *arguments, "--format", "json").stdout)


def counts(done: dict) -> dict[str, tuple[str, str | None]]:
    """Return {agency: (state, name of the file that counts)}."""
    return {
        one["name"]: (one["state"], one["path"] and Path(one["path"]).name)
        for one in done["campaign"]["agencies"]
    }


@pytest.fixture
def season(tmp_path, monkeypatch) -> Path:
    """Return a season's folder, the working folder: a roster and the returns of three agencies."""
    home = tmp_path / "2025 年报"
    put(home / "报 回" / "甲 局.json", sent("甲 局", reason="由上级废止", proactive__rules__issued=3,
                                          proactive__rules__in_force=1))  # fmt: skip
    put(home / "报 回" / "乙局.json", sent("乙局", **{DECIDED: 7}))
    put(home / "报 回" / "乙局 二.json", sent("乙局", 2, **{DECIDED: 8}))
    (home / "名 册.csv").write_text("机关名称,类别\n甲 局,部门\n乙局,部门\n某区,本级\n", "utf-8")
    put(home / "报 回" / "某区.json", sent("某区", **{DECIDED: 9}))
    monkeypatch.chdir(home)
    return home


def write(home: Path, *lines: str) -> Path:
    path = home / "season.toml"
    path.write_text("\n".join((WORDS, 'roster = "名 册.csv"', *lines, "")), encoding="utf-8")
    return path


# ── new, show ─────────────────────────────────────────────────────────────────────────────────────


def test_a_new_season_has_what_was_given_with_paths_from_its_folder(season):
    (season / "上年").mkdir()
    done = gouji("season", "new", "--year", 2025, "--agency", " 某区 ", "--roster", "名 册.csv",
                 "--prior", season / "上年", "--sender", "办公室", "--due", "2026年3月5日",
                 "--store", "../结果.gouji")  # fmt: skip
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("已写好 season.toml。")
    made = load(season / "season.toml")
    assert (made.year, made.region, made.roster, made.prior) == (2025, "某区", "名 册.csv", "上年")
    assert made.store == "../结果.gouji"
    assert (made.sender, str(made.due), made.waivers) == ("办公室", "2026-03-05", None)
    again = gouji("season", "new", "--year", 2026, "--agency", "x")
    assert (again.exit_code, load(season / "season.toml")) == (2, made)
    assert "season.toml 已存在，没有覆盖。" in again.stderr
    forced = gouji("season", "new", ".", "--year", 2026, "--agency", "x", "--force")
    assert (forced.exit_code, load(season / "season.toml").year) == (0, 2026)
    other = gouji(
        "season", "new", "新 季", "--year", 2026, "--agency", "x", "--roster", "名 册.csv"
    )
    assert other.exit_code == 0
    assert load(season / "新 季" / "season.toml").roster == (season / "名 册.csv").as_posix()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--agency", "x"], "'--year'"),
        (["--year", 25, "--agency", "x"], "'--year'"),
        (["--year", 2025, "--agency", " "], "--agency 的值不对"),
        (["--year", 2025, "--agency", "x", "--due", "三月"], "三月"),
        (["a/b", "--year", 2025, "--agency", "x"], "找不到 "),
        (["名 册.csv", "--year", 2025, "--agency", "x"], "名 册.csv 是一个文件，不是文件夹。"),
    ],
)
def test_a_new_season_is_refused(season, arguments, sentence):
    done = gouji("season", "new", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert not (season / "season.toml").exists()


def test_a_season_is_shown_with_what_is_not_there_yet_and_what_was_decided(season):
    write(season, 'waivers = "豁免.csv"', 'store = "结果"', "[prefer]", f'"乙局" = "{"ab" * 32}"',
          "[reasons]", '"甲 局|x|" = "refused"')  # fmt: skip
    shown = gouji("season", "show").stdout
    assert "名册： 名 册.csv\n" in shown
    assert "豁免清单： 豁免.csv（还没有这个文件）\n结果库： 结果\n" in shown
    assert "上年的表： （没有给）\n" in shown
    assert f"已定以哪份为准的单位： 1\n  乙局: {'ab' * 32}\n" in shown
    assert shown.endswith("已定是否认可的说明： 1\n  甲 局|x|: 不认可\n")
    facts = json.loads(gouji("season", "show", season / "season.toml", "--format", "json").stdout)
    assert facts["roster"] == str(season / "名 册.csv")
    assert facts["reasons"] == {"甲 局|x|": "refused"}
    assert gouji("season", "show", ".", "-o", "x.txt").exit_code == 0
    assert Path("x.txt").read_text("utf-8") == shown


def test_there_is_nothing_to_show_or_it_is_wrong(season):
    none = gouji("season", "show", "报 回")
    assert none.exit_code == 2
    assert "season.toml 还没有。请先用 gouji season new 写一份。" in none.stderr
    write(season, "yaer = 2025", "year = 1")
    bad = gouji("season", "show")
    assert (bad.exit_code, bad.stdout) == (2, "")
    assert bad.stderr.startswith("season.toml 有 2 处不对，没有用：\n  没有叫 yaer 的项。")


# ── use ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_check_uses_the_season_and_says_so(season):
    alone = gouji("check", "报 回")
    assert ("名册上" in alone.stdout, alone.stderr) == (False, "")
    write(season, "year = 2025")
    for paths in ([Path("报 回")], [season / "报 回" / "乙局.json", season / "报 回"]):
        done = gouji("check", *paths)
        assert done.exit_code == 0
        assert "名册上 3 个单位：已报 3 个，未报 0 个。" in done.stdout
        assert done.stderr == "用 season.toml 里的设置。\n"


def test_a_season_is_found_from_another_folder_and_its_paths_are_its_own(season, monkeypatch):
    write(season)
    monkeypatch.chdir(season.parent)
    for path in ("2025 年报", "2025 年报/报 回"):
        done = gouji("check", path)
        assert "名册上 3 个单位" in done.stdout
        assert "2025 年报/season.toml 里的设置" in done.stderr.replace(os.sep, "/")


def test_options_come_before_the_season(season):
    write(season, "year = 2024", 'waivers = "没有.csv"', 'store = "名 册.csv"')
    (season / "一个.csv").write_text("机关名称\n甲 局\n", "utf-8")
    (season / "豁免.csv").write_text("单位,提示代码,单元格,理由,批准人,日期\n", "utf-8")
    done = gouji("check", "报 回", "--roster", "一个.csv", "--year", 2025, "--waivers", "豁免.csv",
                 "--store", "库")  # fmt: skip
    assert "名册上 1 个单位：已报 1 个" in done.stdout
    assert "other-year" not in done.stdout
    assert "没有.csv" not in done.stderr
    assert gouji("check", "报 回").exit_code == 2, "the season's store is a roster"


def test_the_seasons_editions_are_used_unless_others_are_given(season):
    (season / "版本").mkdir()
    write(season, 'templates = "版本"')
    assert gouji("check", "报 回").exit_code == 0
    (season / "版本" / "annual-report").mkdir()
    broken = season / "版本" / "annual-report" / "2021.toml"
    broken.write_bytes((TEMPLATES / "annual-report" / "2021.toml").read_bytes())
    assert isinstance(gouji("check", "报 回").exception, EditionError)
    (season / "空").mkdir()
    assert gouji("check", "报 回", "--templates", "空").exit_code == 0


@pytest.mark.parametrize("command", ["check", "rollup", "blank"])
def test_a_season_that_is_wrong_stops_every_command(season, command):
    (season / "season.toml").mkdir()
    more = {"check": ["报 回"], "rollup": ["报 回", "-o", "x.xlsx"], "blank": ["-o", "x.xlsx"]}
    done = gouji(command, *more[command])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "season.toml 有 1 处不对，没有用：\n  读不出来（" in done.stderr


def test_what_the_season_names_is_not_judged_and_nothing_else_is_passed_over(season):
    put(season / "上 年" / "甲.json", replace(sent("甲 局"), year=2024))
    (season / "名册.xlsx").write_bytes(b"")
    roster = gouji("roster", "-o", "名单.xlsx")
    assert roster.exit_code == 0
    write(season, 'prior = "上 年"', 'waivers = "名单.xlsx"')
    done = gouji("check", ".", "--waivers", "豁免.csv")
    assert done.exit_code == 2, "a list that was asked for has to be there"
    (season / "豁免.csv").write_text("单位,提示代码,单元格,理由,批准人,日期\n", "utf-8")
    done = gouji("check", ".", "--waivers", "豁免.csv", "--format", "json")
    told = json.loads(done.stdout)
    assert [Path(file["path"]).name for file in told["files"]] == [
        "名册.xlsx", "乙局 二.json", "乙局.json", "某区.json", "甲 局.json"]  # fmt: skip
    assert told["files"][0]["verdict"] == "reject"
    assert told["summary"]["ignored"] == 5
    left = next(line for line in done.stderr.splitlines() if line.startswith("以下各项"))
    assert left.replace(os.sep, "/").endswith("：./上 年/甲.json，./名单.xlsx")
    outright = checked(".", "上 年", "名单.xlsx", "--waivers", "豁免.csv")
    assert {Path(file["path"]).name for file in outright["files"]} >= {"甲.json", "名单.xlsx"}


def test_a_folder_with_nothing_but_what_the_season_names_has_no_returns(season):
    put(season / "空" / "上年.json", replace(sent("甲 局"), year=2024))
    write(season, 'prior = "空/上年.json"')
    done = gouji("check", "空")
    assert done.exit_code == 2
    assert "上年.json" in done.stderr


def test_a_list_of_waivers_that_is_not_there_yet_is_said(season):
    write(season, 'waivers = "豁 免.csv"')
    assert "还没有豁免清单 豁 免.csv，这次没有豁免。" in gouji("check", "报 回").stderr
    blank = gouji("blank", "--agency", "甲局", "--year", 2025, "-o", "x.xlsx")
    assert (blank.exit_code, "豁" in blank.stderr) == (0, False)


def test_blank_takes_year_and_roster_from_the_season(season):
    write(season, "year = 2025")
    assert gouji("blank", "-o", "发放").exit_code == 0
    assert len(list(Path("发放").glob("*.xlsx"))) == 3
    assert gouji("blank", "--agency", "丁局", "-o", "丁局.xlsx").exit_code == 0
    Path("season.toml").unlink()
    none = gouji("blank", "--agency", "丁局", "-o", "丁局.xlsx")
    assert none.exit_code == 2
    assert "'--year'" in none.stderr


def test_rollup_takes_region_roster_and_decisions_from_the_season(season):
    second = digest("报 回/乙局 二.json")
    none = gouji("rollup", "报 回", "-o", "汇总.xlsx")
    assert (none.exit_code, "'--agency'" in none.stderr) == (2, True)

    def licences(*options: str) -> int:
        done = gouji("rollup", "报 回", "-o", "汇总.xlsx", "--force", *options)
        assert done.exit_code == 0, done.stderr
        return json.loads(gouji("read", "汇总.xlsx").stdout)["values"]["proactive.licences.decided"]

    kept = sent("甲 局").values["proactive.licences.decided"]
    write(season, 'region = "某区"')
    assert licences() == kept + 7 + 9
    write(season, 'region = "某区"', "[prefer]", f'"乙局" = "{second}"')
    assert licences() == kept + 8 + 9
    (season / "season.toml").write_text(f'region = "某区"\n[prefer]\n"乙局" = "{second}"', "utf-8")
    assert licences("--partial") == kept + 8 + 9, "without a roster too"
    assert licences("--partial", "--agency", "另一区") == kept + 8 + 9


# ── which return counts ───────────────────────────────────────────────────────────────────────────


def test_a_preferred_return_counts_and_the_season_keeps_it(season):
    path = write(season, "[prefer]", "# 打过电话")
    before = checked("报 回")
    assert counts(before)["乙局"] == ("pass", "乙局.json")
    done = gouji(
        "check", "报 回", "--prefer", season / "报 回" / "乙局 二.json", "--format", "json"
    )
    assert counts(json.loads(done.stdout))["乙局"] == ("pass", "乙局 二.json")
    assert "乙局：以这份为准，已记在 season.toml 里。" in done.stderr
    row = f'"乙局" = "{digest("报 回/乙局 二.json")}"\n'
    assert path.read_text("utf-8") == f'{WORDS}\nroster = "名 册.csv"\n[prefer]\n# 打过电话\n{row}'
    assert counts(checked("报 回"))["乙局"] == ("pass", "乙局 二.json")
    (agency,) = [a for a in checked("报 回")["campaign"]["agencies"] if a["name"] == "乙局"]
    assert agency["preferred"] == digest("报 回/乙局 二.json")
    gouji("check", "报 回", "--prefer", "报 回/乙局.json")
    assert counts(checked("报 回"))["乙局"] == ("pass", "乙局.json")
    assert path.read_text("utf-8").count("乙局") == 1


@pytest.mark.usefixtures("season")
def test_without_a_season_a_return_is_preferred_this_time():
    options = ("报 回", "--roster", "名 册.csv", "--prefer", "报 回/乙局 二.json")
    done = gouji("check", *options, "--format", "json")
    assert counts(json.loads(done.stdout))["乙局"][1] == "乙局 二.json"
    assert "乙局：这次以这份为准。没有 season.toml，没有记下" in done.stderr
    assert not Path("season.toml").exists()


def test_returns_in_a_zip_and_in_a_mail_may_be_preferred(season):
    write(season)
    mail = EmailMessage()
    mail["From"], mail["Date"] = "a@b.c", "Tue, 03 Feb 2026 12:00:00 +0000"
    for number in (5, 6):
        source = dumps(as_json(sent("甲 局", 3, **{DECIDED: number}))).encode()
        mail.add_attachment(source, "application", "json", filename=f"甲局{number}.json")
    Path("报 回/甲 局.eml").write_bytes(mail.as_bytes())
    with zipfile.ZipFile("报 回/乙 局.zip", "w") as archive:
        entry = zipfile.ZipInfo("三 次/乙局.json", (2026, 1, 5, 8, 0, 0))
        archive.writestr(entry, dumps(as_json(sent("乙局", 3, **{DECIDED: 11}))))
    done = checked("报 回", "--prefer", "报 回/甲 局.eml/甲局6.json",
                   "--prefer", "报 回/乙 局.zip/三 次/乙局.json")  # fmt: skip
    assert counts(done)["甲 局"] == ("pass", "甲局6.json")
    assert counts(done)["乙局"] == ("pass", "乙局.json")
    when = {a["name"]: a["received"] for a in done["campaign"]["agencies"]}
    assert (when["甲 局"], when["乙局"]) == ("2026-02-03", "2026-01-05")
    assert counts(checked("报 回")) == counts(done)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("没有.json", "找不到 没有.json。"),
        ("报 回", "找不到 报 回。"),
        ("别处.json", "别处.json 不在这次检查的表里"),
        ("报 回/坏.xlsx", "报 回/坏.xlsx 不在这次检查的表里，或不是名册上哪个单位的。"),
        ("报 回/外来.json", "报 回/外来.json 不在这次检查的表里"),
        (
            "报 回/去年.json",
            "乙局：要为准的那份不是这次收的年度或表，或单位名称与代码对不上，没有改。",
        ),
    ],
)
def test_what_cannot_be_preferred_is_refused_and_nothing_is_kept(season, path, sentence):
    put(season / "别处.json", sent("乙局", 5))
    put(season / "报 回" / "外来.json", sent("外来局"))
    put(season / "报 回" / "去年.json", replace(sent("乙局", 5), year=2024))
    (season / "报 回" / "坏.xlsx").write_bytes(b"x")
    before = write(season).read_bytes()
    done = gouji("check", "报 回", "--prefer", path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert Path("season.toml").read_bytes() == before


def test_two_of_one_agency_cannot_be_preferred_and_a_roster_is_needed(season):
    two = ("--prefer", "报 回/乙局.json", "--prefer", "报 回/乙局 二.json")
    done = gouji("check", "报 回", *two)
    assert (done.exit_code, done.stderr.startswith("定以哪份为准，要有名册。")) == (2, True)
    write(season)
    done = gouji("check", "报 回", *two)
    assert (done.exit_code, "乙局 给了两份都要为准，只能一份。" in done.stderr) == (2, True)
    same = gouji("check", "报 回", *two[:2], *two[:2])
    assert same.exit_code == 0


def test_a_season_that_was_changed_meanwhile_is_not_written_over(season, monkeypatch):
    path = write(season)
    monkeypatch.setattr(cli.check, "_show", lambda *_: path.write_text("yaer = 1", "utf-8"))
    done = gouji("check", "报 回", "--prefer", "报 回/乙局.json")
    assert (done.exit_code, path.read_text("utf-8")) == (2, "yaer = 1")
    assert "没有叫 yaer 的项" in done.stderr


# ── which reasons are enough ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["豁 免.csv", "豁免.xlsx"])
def test_accepted_reasons_are_waivers_from_then_on(season, name):
    write(season, 'sender = "办公室"', f'waivers = "{name}"')
    done = gouji("check", ".", "--accept", name)
    assert done.exit_code == 0
    assert f"认可 1 条说明，已写进 {name}。用 --waivers {name} 再查一遍。" in done.stderr
    again = checked(".")
    (found,) = [f for file in again["files"] for f in file["findings"] if f["explained"]]
    assert (found["explained"]["state"], found["waived"]["by"]) == ("accepted", "办公室")
    source = Path(name).read_bytes()
    none = gouji("check", ".", "--accept", name)
    assert f"没有要认可的说明，没有写 {name}。" in none.stderr
    assert Path(name).read_bytes() == source


def test_who_accepts_is_named_by_an_option_or_the_region(season):
    no_one = gouji("check", "报 回", "--accept", "豁免.csv")
    assert (no_one.exit_code, Path("豁免.csv").exists()) == (2, False)
    assert "认可说明，要写明是谁认可的。" in no_one.stderr
    for number, terms in enumerate((["--sender", "张三"], [])):
        write(season, 'region = "某区"')
        assert gouji("check", "报 回", "--accept", f"{number}.csv", *terms).exit_code == 0
    assert "张三" in Path("0.csv").read_text("utf-8")
    assert "某区" in Path("1.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--accept", "豁免"], "豁免 不能写成清单。请给一个以 .csv 或 .xlsx 结尾的文件名。"),
        (["--accept", "没有/豁免.csv"], "找不到 没有。"),
        (["--accept", "夹.csv"], "夹.csv"),
        (["--accept", "名 册.csv"], "名 册.csv"),
        (["--accept", "看.csv", "--format", "csv", "-o", "看.csv"], "看.csv"),
        (["--accept", "看.csv", "--store", "看.csv"], "看.csv"),
    ],
)
def test_a_list_is_never_written_over_anything_else(season, options, sentence):
    write(season, 'sender = "x"')
    (season / "夹.csv").mkdir()
    done = gouji("check", "报 回", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert not Path("看.csv").exists()


def test_a_file_that_is_no_list_is_left_alone(season):
    write(season, 'sender = "x"')
    Path("豁免.csv").write_text("a,b\n", "utf-8")
    done = gouji("check", "报 回", "--accept", "豁免.csv")
    assert (done.exit_code, Path("豁免.csv").read_text("utf-8")) == (2, "a,b\n")
    assert "豁免.csv 不是豁免清单，没有写：找不到这些列：" in done.stderr


def test_the_seasons_day_and_office_stand_in_notices(season):
    write(season, 'sender = "办公室"', "due = 2099-03-05")
    put(season / "报 回" / "某区.json", replace(sent("某区"), values={}))
    done = gouji("check", "报 回", "--notices", "退 回")
    assert done.exit_code == 1
    (text,) = Path("退 回").glob("某区*.txt")
    assert "办公室" in text.read_text("utf-8-sig")
    assert "3月5日" in text.read_text("utf-8-sig")


# ── whose verdict changed ─────────────────────────────────────────────────────────────────────────


def test_whose_verdict_a_changed_list_or_decision_changed_is_told_once(season):
    Path("豁免.csv").write_text("单位,提示代码,单元格,理由,批准人,日期\n", "utf-8")
    options = ("报 回", "--store", "结果.gouji", "--roster", "名 册.csv", "--waivers", "豁免.csv")
    put(
        season / "报 回" / "甲 局.json",
        sent("甲 局", reason="由上级废止", proactive__rules__issued=3),
    )
    first = checked(*options)
    assert first["changed"] == []
    assert checked("报 回", "--roster", "名 册.csv", "--waivers", "豁免.csv")["changed"] == []
    for name in ("三", "四"):
        put(season / "报 回" / f"乙局 {name}.json", sent("乙局", 2, **{DECIDED: 99}))
    done = gouji("check", *options)
    assert "与上一次检查相比，1 份表的结论变了：\n  乙局：! 提醒 → ✗ 不通过（不再有的：passing-superseded；新有的：duplicate）\n" in done.stdout  # fmt: skip
    rolled = gouji("rollup", "报 回", "--agency", "某区", "--partial", "--store", "结果.gouji", "-o",
                   "汇总.xlsx")  # fmt: skip
    assert rolled.exit_code == 0
    told = checked(*options, "--prefer", "报 回/乙局 三.json")["changed"]
    assert [Path(one["path"]).name for one in told] == ["乙局 三.json", "乙局 二.json"], (
        "copies once"
    )
    second = told[0]
    assert second["agency"] == "乙局"
    assert (second["before"], second["after"]) == ("fail", "pass")
    assert (second["gone"], second["new"]) == (["duplicate"], [])
    assert {one["after"] for one in checked(*options)["changed"]} == {"fail"}
    assert checked(*options)["changed"] == []


def test_whose_verdict_a_changed_overlay_changed_is_told(season):
    overlay = season / "版本" / "annual-report" / "2021-east.toml"
    overlay.parent.mkdir(parents=True)
    head = 'extends = "annual-report/2021"\nname = "2021-east"\nsource = "区办函〔2026〕1号"\n'
    overlay.write_text(head, "utf-8")
    report = json.loads(Path("报 回/乙局.json").read_text("utf-8"))
    Path("报 回/乙局.json").write_text(json.dumps({**report, "edition": "2021-east"}), "utf-8")
    options = ("报 回/乙局.json", "--store", "结果", "--templates", "版本")
    assert checked(*options)["files"][0]["verdict"] == "pass"
    words = '{ zh = "{place} {label}：填 {found}", en = "{place} {label}: {found}" }'
    rule = f"""
[[edit]]
code = "no-licences"
kind = "zero"
cells = ["proactive.licences.decided"]
severity = "warning"
source = "区办函〔2026〕1号"
rule = {{ zh = "没有许可", en = "no licences" }}
message = {words}
"""
    mended = season / "新版" / "annual-report" / "2021-east.toml"
    mended.parent.mkdir(parents=True)
    mended.write_text(head + rule, "utf-8")
    (told,) = checked(*options[:-1], "新版")["changed"]
    assert (told["before"], told["after"]) == ("pass", "warn")
    assert (told["gone"], told["new"]) == ([], ["no-licences"])
