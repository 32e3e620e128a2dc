"""The page's desk without a page: a season by questions gives the results of the commands."""

import json
import shutil
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import district
import pytest
from click.testing import CliRunner
from district import NAMES, code

from toolkit import cli
from toolkit.blank.build import build
from toolkit.campaign.sending import Sending
from toolkit.page import outcome
from toolkit.page.desk import Desk
from toolkit.page.questions import ask
from toolkit.report.report import Report, as_json, dumps
from toolkit.returned.read import read

OWN, BROKEN, WORD, RIGHT, MISSING = 0, 5, 11, 12, 13
"""The region's own body, a broken sum, a word for a number, a clean return, a missing one."""
WHO = (OWN, BROKEN, WORD, RIGHT)


def blank(number: int) -> bytes:
    who = {"name": NAMES[number], "code": code(number), "level": district.level(number)}
    empty = dict.fromkeys(district.FORM.cells)
    return build(district.FORM, Report(district.FORM, who, district.YEAR, empty, origin="workbook"))


def campaign(home: Path) -> Path:
    """Fill a campaign's folder: returns, last year's, a roster, waivers."""
    for folder in ("returns", "prior", "roster", "waivers"):
        (home / folder).mkdir()
    for number in WHO:
        source = district.returned(number, blank)
        (home / "returns" / f"{NAMES[number]}.xlsx").write_bytes(source)
    for number in (*WHO, MISSING):
        last = district.report(number, district.last_year(number), 2024)
        (home / "prior" / f"{NAMES[number]}.json").write_text(dumps(as_json(last)), "utf-8")
    (home / "returns" / "说明.txt").write_text("不是报表", "utf-8")
    lines = [f"{NAMES[n]},{code(n)},县级,{'本级' if n == OWN else '部门'}" for n in (*WHO, MISSING)]
    roster = "\n".join(["机关名称,统一社会信用代码,层级,类别", *lines, ""])
    (home / "roster" / "名册.csv").write_bytes(roster.encode("gbk"))
    heads = "单位,提示代码,单元格,理由,批准人,日期"
    idle = f"{NAMES[RIGHT]},jump,表三 D12,写错了,张三,2026-01-05"
    (home / "waivers" / "豁免.csv").write_text(f"{heads}\n{idle}\n", "utf-8")
    return home


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return campaign(tmp_path_factory.mktemp("campaign"))


@pytest.fixture
def desk(made, tmp_path) -> Desk:
    """Return a desk with the campaign's files, before any question."""
    shutil.copytree(made, tmp_path / "desk")
    return Desk(str(tmp_path / "desk"), "1")


def question(desk: Desk, name: str, /, **given: Any) -> Any:
    return ask({"": desk}, "", name, json.dumps(given))


def read_last_year(desk: Desk) -> list[dict[str, Any]]:
    listed = question(desk, "prior-listed")
    reads = [question(desk, "prior-read", path=path) for path in listed["paths"]]
    return [one for found in reads for one in found["reports"]]


def examine(desk: Desk) -> None:
    for path in question(desk, "listed")["left"]:
        question(desk, "examined", path=path)


def whole(desk: Desk) -> Desk:
    """Ask for all of the campaign."""
    assert question(desk, "rostered", name="名册.csv") == {"members": 5}
    assert question(desk, "waived", name="豁免.csv") == {"waivers": 1}
    assert question(desk, "last", reads=read_last_year(desk)) == {"reports": 5}
    examine(desk)
    return desk


def commanded(desk: Desk, monkeypatch, *words: str) -> bytes:
    monkeypatch.chdir(Path(desk.home, "returns"))
    names = sorted(path.name for path in Path().iterdir())
    done = CliRunner().invoke(cli.gouji, ["check", *names, *words, "--lang", "zh"])
    return done.stdout_bytes


GIVEN = {
    "roster": ("--roster", "../roster/名册.csv"),
    "prior": ("--prior", "../prior"),
    "waivers": ("--waivers", "../waivers/豁免.csv"),
}


@pytest.mark.parametrize(
    ("given", "style"),
    [
        ((), "json"),
        (("roster",), "json"),
        (("prior",), "json"),
        *((tuple(GIVEN), style) for style in ("json", "csv", "html")),
    ],
)
def test_the_result_is_the_commands_to_the_byte(desk, monkeypatch, given, style):
    if "roster" in given:
        question(desk, "rostered", name="名册.csv")
    if "waivers" in given:
        question(desk, "waived", name="豁免.csv")
    if "prior" in given:
        question(desk, "last", reads=read_last_year(desk))
    examine(desk)
    words = [word for name in given for word in GIVEN[name]]
    expected = commanded(desk, monkeypatch, *words, "--format", style)
    assert question(desk, "written", style=style, lang="zh") == expected
    if style == "json":
        assert json.loads(expected)["summary"]["files"] == 5


def test_the_year_that_is_collected_is_held_against_each_return(desk, monkeypatch):
    question(desk, "rostered", name="名册.csv")
    question(desk, "dated", year=2023)
    examine(desk)
    expected = commanded(desk, monkeypatch, *GIVEN["roster"], "--year", "2023", "--format", "json")
    assert question(desk, "written", style="json", lang="zh") == expected
    assert expected.count(b'"other-year"') == 4


def test_what_is_seen_of_all_says_how_many_and_which_waivers_are_idle(desk):
    shown = question(whole(desk), "campaign", lang="zh")
    assert shown["verdicts"] == {"pass": 2, "fail": 2, "reject": 1}
    (idle,) = shown["idle"]
    assert idle["zh"].startswith(f"第 2 行：“{NAMES[RIGHT]}”没有 jump（表三 D12）这样的提示。")
    again = question(desk, "campaign", lang="zh")
    assert again == shown


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_bad_roster_is_told_whole_and_not_used(desk):
    question(desk, "rostered", name="名册.csv")
    path = Path(desk.home, "roster", "坏.csv")
    path.write_text("机关名称,层级\n甲局,银河级\n甲局,县级\n", "utf-8")
    wrong = question(desk, "rostered", name="坏.csv")["wrong"]
    assert [line.partition("：")[0] for line in wrong["zh"]] == ["第 2 行", "第 2、3 行"]
    assert len(wrong["en"]) == 2
    assert desk.season.members is None


def test_bad_waivers_are_told_whole_and_not_used(desk):
    path = Path(desk.home, "waivers", "坏.csv")
    path.write_text("单位,提示代码,单元格,理由,批准人,日期\n甲局,jump,,,张三,昨天\n", "utf-8")
    wrong = question(desk, "waived", name="坏.csv")["wrong"]["zh"]
    assert wrong == ["第 2 行：“理由”是空的。请补填。",
                     "第 2 行：“日期”写的是“昨天”，不是日期。请写成 2026-01-20 的样子。"]  # fmt: skip
    assert desk.waivers == ()


def test_lists_taken_away_are_not_used_any_more(desk):
    whole(desk)
    assert question(desk, "rostered", name=None) == {"members": 0}
    assert question(desk, "waived", name=None) == {"waivers": 0}
    assert question(desk, "last", reads=None) == {"reports": 0}
    examine(desk)
    assert json.loads(question(desk, "written", style="json", lang="zh"))["campaign"] is None
    assert (desk.given.last, desk.prior) == (None, "")


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_read_of_last_year_is_named_with_its_reason(desk):
    bad = Path(desk.home, "prior", "坏.xlsx")
    bad.write_bytes(b"PK\3\4")
    found = question(desk, "prior-read", path="坏.xlsx")
    assert found["reports"] == []
    assert found["said"][0]["zh"] == f"没有读 坏.xlsx：{found['unread'][0]['zh']}"
    gone = question(desk, "prior-lost", path="坏.xlsx", code="too-slow")
    assert gone["unread"] != found["unread"]


def test_two_of_last_years_that_contradict_each_other_are_said_and_none_is_used(desk):
    path = Path(desk.home, "prior", f"{NAMES[OWN]}.json")
    other = json.loads(path.read_text("utf-8"))
    other["values"][district.RECEIVED] += 1
    path.with_name("另一份.json").write_text(json.dumps(other), "utf-8")
    told = question(desk, "last", reads=read_last_year(desk))
    assert told["twice"] == {"agency": NAMES[OWN], "year": 2024}
    assert "2024 年度的报表，数字不同" in told["said"]["zh"]
    assert desk.given.last is None


def test_last_years_store_is_taken_as_the_command_takes_it(desk, monkeypatch, tmp_path):
    store = tmp_path / "2024.store"
    words = ["check", str(Path(desk.home, "prior")), "--store", str(store), "--lang", "zh"]
    assert CliRunner().invoke(cli.gouji, words).exit_code == 0
    shutil.rmtree(Path(desk.home, "prior"))
    Path(desk.home, "prior").mkdir()
    shutil.copy(store, Path(desk.home, "prior"))
    assert question(desk, "last", reads=read_last_year(desk)) == {"reports": 5}
    examine(desk)
    expected = commanded(desk, monkeypatch, "--prior", str(store), "--format", "json")
    assert question(desk, "written", style="json", lang="zh") == expected


def test_a_damaged_store_is_said(desk, tmp_path):
    store = tmp_path / "2024.store"
    words = ["check", str(Path(desk.home, "prior")), "--store", str(store), "--lang", "zh"]
    CliRunner().invoke(cli.gouji, words)
    source = store.read_bytes()
    Path(desk.home, "prior", "2024.store").write_bytes(source[:5000])
    found = question(desk, "prior-read", path="2024.store")
    assert found["reports"] == []
    assert "2024.store" in found["said"][0]["zh"]


def test_other_reports_of_last_year_make_all_be_examined_anew(desk):
    whole(desk)
    assert question(desk, "listed", changed=[])["left"] == []
    question(desk, "last", reads=read_last_year(desk))
    assert question(desk, "listed", changed=[])["left"] == []
    question(desk, "last", reads=read_last_year(desk)[:2])
    assert len(question(desk, "listed", changed=[])["left"]) == 5


# ── which files are examined ──────────────────────────────────────────────────────────────────────


def test_only_files_that_are_new_or_changed_are_left_to_examine(desk):
    examine(desk)
    new = Path(desk.home, "returns", "迟报.xlsx")
    new.write_bytes(blank(MISSING))
    assert question(desk, "listed", changed=[])["left"] == ["迟报.xlsx"]
    question(desk, "examined", path="迟报.xlsx")
    name = f"{NAMES[RIGHT]}.xlsx"
    assert question(desk, "listed", changed=[name])["left"] == [name]
    new.unlink()
    question(desk, "examined", path=name)
    assert question(desk, "listed", changed=["迟报.xlsx"])["left"] == []
    assert len(desk.answers) == 5


def test_a_changed_archive_makes_what_is_in_it_be_examined_anew(desk):
    folder = Path(desk.home, "returns")
    with zipfile.ZipFile(folder / "一批.zip", "w") as packed:
        packed.write(folder / f"{NAMES[RIGHT]}.xlsx", "乙/丙.xlsx")
    examine(desk)
    assert question(desk, "listed", changed=["一批"])["left"] == []
    assert question(desk, "listed", changed=["一批.zip"])["left"] == ["一批.zip/乙/丙.xlsx"]


def test_an_archive_that_is_not_to_be_opened_gets_the_verdict_itself(desk):
    folder = Path(desk.home, "returns")
    with zipfile.ZipFile(folder / "一批.zip", "w") as packed:
        packed.write(folder / f"{NAMES[RIGHT]}.xlsx", "丙.xlsx")
    assert question(desk, "archives", folder="returns") == ["一批.zip"]
    assert question(desk, "opened", folder="returns", path="一批.zip") is None
    assert "一批.zip" in question(desk, "listed", lost=["一批.zip"])["paths"]
    question(desk, "lost", path="一批.zip", code="crashed")
    assert desk.answers["一批.zip"].sha256


def test_answers_that_are_given_back_need_no_examining(desk, monkeypatch):
    whole(desk)
    kept = {path: question(desk, "examined", path=path) for path in desk.paths}
    other = Desk(desk.home, "1")
    question(other, "rostered", name="名册.csv")
    question(other, "waived", name="豁免.csv")
    question(other, "last", reads=read_last_year(other))
    question(other, "listed", changed=[])
    assert question(other, "recalled", answers=kept) == 5
    assert question(other, "listed", changed=[])["left"] == []
    words = [word for name in GIVEN for word in GIVEN[name]]
    expected = commanded(desk, monkeypatch, *words, "--format", "json")
    assert question(other, "written", style="json", lang="zh") == expected


# ── what goes back ────────────────────────────────────────────────────────────────────────────────


def test_who_gets_a_notice_and_why(desk):
    found = question(whole(desk), "due")
    by_path = {one["path"]: one for one in found["due"]}
    assert {one["agency"] for one in found["due"]} == {NAMES[BROKEN], NAMES[WORD], "说明"}
    one = by_path[f"{NAMES[WORD]}.xlsx"]
    assert (one["verdict"], one["errors"]) == ("fail", 1)
    assert "22（其中当场处罚16件）" in one["first"]["zh"]
    assert found["unsent"] == []
    assert found["missing"] == [NAMES[MISSING]]


def test_a_failing_return_of_nobody_is_named_and_gets_no_notice(desk):
    roster = Path(desk.home, "roster", "名册.csv")
    lines = roster.read_bytes().decode("gbk").splitlines()
    kept = [line for line in lines if NAMES[BROKEN] not in line]
    roster.write_bytes("\n".join(kept).encode("gbk"))
    question(desk, "rostered", name="名册.csv")
    examine(desk)
    found = question(desk, "due")
    assert found["unsent"] == [f"{NAMES[BROKEN]}.xlsx"]
    assert NAMES[BROKEN] not in {one["agency"] for one in found["due"]}


def test_the_zip_holds_what_the_command_writes(desk, monkeypatch, tmp_path):
    whole(desk)
    done = question(desk, "sent-back", begin=True)
    while not done["ended"]:
        done = question(desk, "sent-back", begin=False)
    packed = zipfile.ZipFile(BytesIO(question(desk, "packed")))
    words = [word for name in GIVEN for word in GIVEN[name]]
    commanded(desk, monkeypatch, *words, "--notices", str(tmp_path / "退回"))
    written = {path.name: path.read_bytes() for path in (tmp_path / "退回").iterdir()}
    assert {name: packed.read(name) for name in packed.namelist()} == written
    assert done == {"agencies": 4, "files": len(written), "ended": True}
    assert f"{NAMES[MISSING]}-催报.txt" in written
    assert all(entry.flag_bits & 0x800 for entry in packed.infolist())


WANTED = {"sender": "云水区政务公开办 010-1", "due": "2026-03-05", "mail": True}


def test_with_sender_due_day_and_mails_the_zip_is_the_commands_too(desk, monkeypatch, tmp_path):
    whole(desk)
    done = question(desk, "sent-back", wanted=WANTED, begin=True)
    while not done["ended"]:
        done = question(desk, "sent-back", wanted=WANTED, begin=False)
    packed = zipfile.ZipFile(BytesIO(question(desk, "packed")))
    words = [word for name in GIVEN for word in GIVEN[name]]
    terms = ("--sender", WANTED["sender"], "--due", WANTED["due"], "--mail")
    commanded(desk, monkeypatch, *words, "--notices", str(tmp_path / "退回"), *terms)
    written = {path.name: path.read_bytes() for path in (tmp_path / "退回").iterdir()}
    assert {name: packed.read(name) for name in packed.namelist()} == written
    assert {name.rpartition(".")[2] for name in written} == {"xlsx", "txt", "html", "eml"}
    assert done["unaddressed"] == [NAMES[BROKEN], NAMES[WORD], NAMES[MISSING]]
    for name, source in written.items():
        if name.endswith(".txt"):
            assert WANTED["sender"] in source.decode()


def test_packing_says_how_far_it_came_and_begins_anew_when_told(desk, monkeypatch):
    monkeypatch.setattr(outcome, "_AT_ONCE", -1)
    whole(desk)
    told = [question(desk, "sent-back", begin=number in (0, 2)) for number in range(7)]
    assert [one["agencies"] for one in told] == [1, 2, 1, 2, 3, 4, 4]
    assert [one["ended"] for one in told] == [False] * 6 + [True]
    assert len(zipfile.ZipFile(BytesIO(question(desk, "packed"))).namelist()) == told[-1]["files"]


def test_a_return_that_is_not_what_was_checked_is_said_and_nothing_is_packed(desk):
    whole(desk)
    name = f"{NAMES[WORD]}.xlsx"
    Path(desk.home, "returns", name).write_bytes(blank(WORD))
    done = question(desk, "sent-back", begin=True)
    while not done["ended"]:
        done = question(desk, "sent-back", begin=False)
    assert (done["changed"], done["ended"]) == (name, True)
    assert list(outcome._packing(desk, Sending()))[-1]["changed"] == name  # noqa: SLF001


def test_the_letter_that_is_shown_is_the_one_that_is_packed(desk):
    whole(desk)
    text = question(desk, "letter", path=f"{NAMES[WORD]}.xlsx")
    done = question(desk, "sent-back", begin=True)
    while not done["ended"]:
        done = question(desk, "sent-back", begin=False)
    packed = zipfile.ZipFile(BytesIO(question(desk, "packed")))
    name = next(name for name in packed.namelist() if name.startswith(NAMES[WORD]) and name.endswith(".txt"))  # fmt: skip
    assert packed.read(name).decode("utf-8-sig").replace("\r\n", "\n").strip() == text
    assert text.startswith(NAMES[WORD])
    assert question(desk, "letter", path="没有.xlsx") == ""
    reminder = question(desk, "letter", path="", agency=NAMES[MISSING], wanted=WANTED)
    assert reminder.startswith(f"{NAMES[MISSING]}：你单位的2025年度")
    assert "请于2026年3月5日前报来" in reminder
    assert WANTED["sender"] in reminder


# ── the region ────────────────────────────────────────────────────────────────────────────────────


def test_the_regions_workbook_is_the_commands(desk, monkeypatch, tmp_path):
    whole(desk)
    done = question(desk, "rolled-up", name="云水区", code="", level="county", partial=True)
    monkeypatch.chdir(Path(desk.home, "returns"))
    names = sorted(path.name for path in Path().iterdir())
    words = [word for name in GIVEN for word in GIVEN[name]]
    said = CliRunner().invoke(
        cli.gouji,
        ["rollup", *names, *words, "--agency", "云水区", "--level", "县级", "--partial",
         "-o", str(tmp_path / "云水区.xlsx"), "--lang", "zh"],
    )  # fmt: skip
    assert said.exit_code == 0
    mine, own = read(done["workbook"]), read((tmp_path / "云水区.xlsx").read_bytes())
    assert (mine.report.values, mine.report.sources) == (own.report.values, own.report.sources)
    assert (done["stem"], done["year"]) == ("云水区", 2025)
    told = [done["notice"], *done["notes"], *done["findings"]]
    for one in told:
        assert one["zh"] in said.stdout


def test_a_roll_up_that_is_refused_says_every_reason(desk):
    whole(desk)
    done = question(desk, "rolled-up", name="云水区", code="", level="", partial=False)
    assert len(done["refused"]) >= 2
    assert any(NAMES[MISSING] in one["zh"] for one in done["refused"])


def test_levels_are_told_in_both_languages(desk):
    assert question(desk, "levels")["zh"]["county"] == "县级"
