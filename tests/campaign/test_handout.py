"""Hand out: every agency of a roster gets its workbook and its text, or no file is written."""

import errno
import json
import os
import sys
from email import message_from_bytes, policy

import openpyxl
import pytest
from click.testing import CliRunner
from source import REAL

from toolkit import cli
from toolkit.campaign.chain import built
from toolkit.campaign.handout import chain_sentences, file_names, files, for_all
from toolkit.campaign.roster import Member, RosterError, members
from toolkit.edition.edition import named
from toolkit.files import saving
from toolkit.files.examine import examine, load
from toolkit.returned.read import read
from toolkit.xlsx.zip import FILE_LIMIT

ROSTER = """机关名称,统一社会信用代码,层级,别名,上级,类别,截止日期
某某市人民政府,11321300014307892X,市级,宿迁市,,本级,
某某市教育局,,市级,某某市教育委员会,某某市人民政府,部门,2025-01-10
=某某/局,CON,县级,,某某市人民政府,部门,
"""
NAMES = ["11321300014307892X-某某市人民政府-2024", "2-某某市教育局-2024", "_CON-_某某_局-2024"]


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes(ROSTER.encode("gbk"))
    return path


@pytest.fixture
def prior(tmp_path):
    """Return a folder with last year's reports: under an alias, a near name, an unknown name."""
    folder = tmp_path / "上年"
    folder.mkdir()
    report = json.loads((REAL / "suqian_city_2023.json").read_text("utf-8"))
    for name in ("宿迁市", "某某教育局", "财政厅"):
        report["agency"] = {"name": name, "code": None, "level": "city"}
        (folder / f"{name}.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


def run(*words):
    arguments = ["blank", "--lang", "zh", "--year", "2024", *map(str, words)]
    return CliRunner().invoke(cli.gouji, arguments)


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


# ── what everybody gets ───────────────────────────────────────────────────────────────────────────


def test_every_agency_gets_a_workbook_and_a_text_that_name_it(roster, tmp_path):
    result = run("--roster", roster, "-o", tmp_path / "发放")
    assert result.exit_code == 0, result.output
    assert "3 个单位" in result.stdout
    made = tmp_path / "发放"
    assert listed(made) == sorted(f"{name}.{end}" for name in NAMES for end in ("txt", "xlsx"))
    for name, member in zip(NAMES, members(roster.read_bytes()), strict=True):
        found = examine(str(made / f"{name}.xlsx"))
        assert [f.code for f in found.findings] == ["unfilled"] * 3 + ["processing-fee"]
        assert found.report.agency == member.agency
        assert found.report.year == 2024
        text = (made / f"{name}.txt").read_bytes()
        assert text.startswith(b"\xef\xbb\xbf" + member.name.encode())
        assert f"“{name}.xlsx”" in text.decode("utf-8-sig")
        assert text.count(b"\n") == text.count(b"\r\n") == 6


def test_with_mails_every_agency_has_a_draft_with_text_and_workbook(roster, tmp_path):
    head, first, *rest = ROSTER.splitlines()
    lines = [f"{head},邮箱,联系人,联系电话", f"{first},shi@example.gov.cn,张三,",
             f"{rest[0]},无,李四,0512-1", f"{rest[1]},,,"]  # fmt: skip
    roster.write_bytes("\n".join(lines).encode("gbk"))
    done = run("--roster", roster, "--mail", "-o", tmp_path / "发放")
    assert done.exit_code == 0
    assert "2 个单位在名册里没有可用的邮箱" in done.output
    assert "某某市教育局 李四 0512-1，=某某/局。" in done.output
    folder = tmp_path / "发放"
    assert listed(folder) == sorted(
        f"{name}.{end}" for name in NAMES for end in ("xlsx", "txt", "eml")
    )
    for name in NAMES:
        mail = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=policy.default)
        (book,) = mail.iter_attachments()
        assert book.get_filename() == f"{name}.xlsx"
        assert book.get_payload(decode=True) == (folder / f"{name}.xlsx").read_bytes()
        text = (folder / f"{name}.txt").read_bytes().decode("utf-8-sig")
        assert f"{mail.get_body().get_content()}\r\n" == text
        assert (mail["To"] is not None) is (name == NAMES[0])
    assert str(mail["Subject"]).startswith("请填报：2024年度《政府信息公开工作年度报告》（")


def test_drafts_of_all_that_have_an_address_need_no_remark(roster, tmp_path):
    roster.write_text("name,email\n甲局,a@example.gov.cn\n", encoding="utf-8")
    assert "邮箱" not in run("--roster", roster, "--mail", "-o", tmp_path / "发放").output


def test_mails_go_with_a_roster(tmp_path):
    done = run("--agency", "甲局", "--mail", "-o", tmp_path / "a.xlsx")
    assert (done.exit_code, done.output) == (2, "--mail 按名册写邮件草稿，和 --roster 一起用。\n")


def test_an_agencys_own_deadline_is_on_its_cover_and_in_its_text(roster, tmp_path):
    run("--roster", roster, "-o", tmp_path / "发放")
    texts = [(tmp_path / "发放" / f"{name}.txt").read_text(encoding="utf-8-sig") for name in NAMES]
    general = "报送期限：2025年部门报告1月31日前；地区报告3月31日前。"
    assert [general in text for text in texts] == [True, False, True]
    assert "报送期限：2025年1月10日前。" in texts[1]
    book = openpyxl.load_workbook(tmp_path / "发放" / f"{NAMES[1]}.xlsx")
    assert book["标记"]["B7"].value == "2025年1月10日前"
    assert "'标记'!B7" in book["填报说明"]["B9"].value


def test_last_years_numbers_go_to_whom_an_alias_names_and_to_nobody_else(roster, prior, tmp_path):
    result = run("--roster", roster, "--prior", prior, "-o", tmp_path / "发放")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1:] == [
        "带入上年数：1 个单位。",
        "没有上年度报告，未带入（2 个）：某某市教育局、=某某/局。",
        "上年度报告“某某教育局”对不上名册里的单位，未用。是不是“某某市教育局”？是的话，请写进它的别名。",
        "上年度报告“财政厅”对不上名册里的单位，未用。改了名的，请写进该单位的别名。",
    ]
    reports = [read((tmp_path / "发放" / f"{n}.xlsx").read_bytes()).report for n in NAMES]
    assert [bool(report.prior) for report in reports] == [True, False, False]
    carried = [report.values["applications.carried_in.business"] for report in reports]
    assert carried == [3, None, None]
    last = load(str(prior / "宿迁市.json")).report
    assert {k: last.numbers[k] for k in reports[0].prior} == reports[0].prior
    texts = [(tmp_path / "发放" / f"{name}.txt").read_text(encoding="utf-8-sig") for name in NAMES]
    assert ["绿底的数" in text for text in texts] == [True, False, False]


def test_a_text_has_at_most_300_signs():
    long = Member("某" * 30, "1" * 18, "city", row=2)
    last = {2: load(str(REAL / "suqian_city_2023.json")).report}
    made = dict(files([long], named("annual-report", "2021"), 2024, last))
    (text,) = [content.decode("utf-8-sig") for name, content in made.items() if ".txt" in name]
    assert "绿底" in text
    assert len(text.replace("\r\n", "")) <= 300


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def chain(tmp_path):
    """Return a function of a roster, reports and this year: last year's by the roster."""

    def chained(members, reports, year):
        last, _ = built(tmp_path / "last", ((0, one) for one in reports), (), members)
        return last.chained("annual-report", year - 1)

    return chained


def report(name, code=None, year=2023, **values):
    base = load(str(REAL / "suqian_city_2023.json")).report
    return type(base)(
        base.edition, {"name": name, "code": code, "level": None}, year, {**base.values, **values}
    )


def test_two_different_reports_of_one_agency_are_named_and_none_is_used(chain):
    roster = (Member("甲局", "1", aliases=("乙局",), row=2), Member("丙局", "3", row=3))
    other = report("乙局", **{"disputes.review.upheld": 1})
    found = chain(roster, [report("甲局"), other, report("丙局"), report("丙局", "3")], 2024)
    assert (found.last.keys(), found.several.keys()) == ({3}, {2})
    lines = list(chain_sentences(roster, found, "zh"))
    assert "“甲局”有 2 份上年度报告（甲局、乙局）" in lines[1]
    assert "未带入" in lines[1]


def test_a_report_with_the_code_of_one_and_the_name_of_another_is_named_and_not_used(chain):
    roster = (Member("甲局", "1", row=2), Member("乙局", "2", row=3))
    found = chain(roster, [report("甲局", "2")], 2024)
    assert (found.last, len(found.strangers)) == ({}, 1)
    assert "代码是“乙局”的" in list(chain_sentences(roster, found, "zh"))[-1]


def test_reports_of_another_year_are_not_last_years(chain):
    found = chain(
        (Member("甲局", row=2),), [report("甲局", year=2022), report("甲局", year=None)], 2024
    )
    assert (found.last, found.strangers) == ({}, ())


def test_many_names_are_counted_and_not_all_listed(chain):
    roster = tuple(Member(f"局{n}", row=n) for n in range(40))
    line = list(chain_sentences(roster, chain(roster, [], 2024), "zh"))[1]
    assert "（40 个）" in line
    assert "局29 等 40 个。" in line


# ── names of files ────────────────────────────────────────────────────────────────────────────────

LEGAL = {
    "a<b>:c": "1-a_b__c-2024",
    "甲=乙/丙\\丁|?*": "1-甲_乙_丙_丁___-2024",
    "末点. ": "1-末点-2024",
    ".hidden": "1-_hidden-2024",
    "NUL": "1-_NUL-2024",
    "com1.局": "1-_com1.局-2024",
    "\u202e甲\x07": "1-_甲_-2024",
    "局" * 80: f"1-{'局' * 50}-2024",
}


@pytest.mark.parametrize("name", LEGAL)
def test_a_name_becomes_a_file_name_that_every_system_takes(name):
    assert file_names([Member(name, row=2)], 2024) == [LEGAL[name]]
    assert len(LEGAL[name].encode()) + 5 <= 255


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("CON", "_CON"),
        ("-rf", "_rf"),
        ("~$1", "_$1"),
        ("aux.x", "_aux.x"),
        ("...", "_"),
        (None, "1"),
    ],
)
def test_a_code_begins_a_file_name_that_nobody_takes_for_something_else(code, first):
    assert file_names([Member("甲局", code, row=2)], 2024) == [f"{first}-甲局-2024"]


def test_no_two_agencies_share_a_file_on_any_system():
    names = ["a?b", "a*b", "A_B", "Ａ_b", "局" * 51, "局" * 52]
    made = file_names([Member(name, "7", row=i) for i, name in enumerate(names)], 2024)
    assert len({name.casefold() for name in made}) == len(names)
    assert made[1] == "7-a_b-2024-2"


def test_numbers_have_as_many_digits_as_the_roster_needs():
    made = file_names([Member(f"局{n}", row=n) for n in range(100)], 2024)
    assert (made[0][:4], made[99][:4]) == ("001-", "100-")


# ── nothing half-written ──────────────────────────────────────────────────────────────────────────


def test_all_bad_rows_are_named_and_nothing_is_written(roster, tmp_path):
    roster.write_bytes("机关名称,代码\n,1\n甲局,9.1E+17\n甲局,2\n".encode("gbk"))
    result = run("--roster", roster, "-o", tmp_path / "发放")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert "3 处要改，没有写任何文件" in lines[0]
    assert [line.strip().partition(" 行")[0] for line in lines[1:]] == ["第 2", "第 3", "第 3、4"]
    assert listed(tmp_path) == [roster.name]


REFUSED = {
    "neither": ([], "--agency"),
    "both": (["--roster", "{roster}", "--agency", "甲局", "-o", "{out}"], "--agency"),
    "a code for all": (["--roster", "{roster}", "--code", "1", "-o", "{out}"], "--agency"),
    "no folder": (["--roster", "{roster}"], "新文件夹"),
    "a file": (["--roster", "{roster}", "-o", "{roster}"], "不是文件夹"),
    "a folder nowhere": (["--roster", "{roster}", "-o", "{out}/a/b"], "找不到"),
    "no roster": (["--roster", "{out}", "-o", "{out}"], "打不开"),
    "no last year": (["--roster", "{roster}", "--prior", "{real}", "-o", "{out}"], "没有 2023"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_refused_before_anything_is_written(case, roster, tmp_path):
    words, said = REFUSED[case]
    given = {
        "roster": roster,
        "out": tmp_path / "out",
        "real": REAL / "seed_jiguan_shiwu_2025.json",
    }
    result = run(*(word.format(**given) for word in words))
    assert result.exit_code == 2
    assert said in result.stderr
    assert listed(tmp_path) == [roster.name]


def test_a_folder_with_files_is_left_alone_unless_forced(roster, tmp_path):
    out = tmp_path / "发放"
    out.mkdir()
    (out / f"{NAMES[1]}.xlsx").write_bytes(b"old")
    (out / "别的.txt").write_bytes(b"mine")
    result = run("--roster", roster, "-o", out)
    assert (result.exit_code, len(listed(out))) == (2, 2)
    assert "已有文件" in result.stderr
    assert run("--roster", roster, "-o", out, "--force").exit_code == 0
    assert (out / "别的.txt").read_bytes() == b"mine"
    assert (out / f"{NAMES[1]}.xlsx").read_bytes() != b"old"
    assert len(listed(out)) == 7


def test_an_empty_folder_is_filled(roster, tmp_path):
    (tmp_path / "发放").mkdir()
    assert run("--roster", roster, "-o", tmp_path / "发放").exit_code == 0
    assert len(listed(tmp_path / "发放")) == 6


@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_leaves_nothing_behind(roster, tmp_path, monkeypatch, there):
    out = tmp_path / "发放"
    if there:
        out.mkdir()
    calls = []

    def full(handle):
        calls.append(handle)
        if len(calls) == 4:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run("--roster", roster, "-o", out)
    assert result.exit_code == 2
    assert f"{out}：磁盘已满。没有写任何文件。" in result.stderr
    assert listed(tmp_path) == sorted([roster.name, *(["发放"] if there else [])])
    assert not there or listed(out) == []


def test_a_folder_that_vanishes_is_said(roster, tmp_path, monkeypatch):
    out = tmp_path / "外" / "发放"
    out.parent.mkdir()

    def vanish(*_, **__):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "x")

    monkeypatch.setattr(saving.tempfile, "mkdtemp", vanish)
    result = run("--roster", roster, "-o", out)
    assert result.exit_code == 2
    assert f"{out}：找不到" in result.stderr
    assert listed(out.parent) == []


def test_a_file_that_cannot_be_replaced_takes_the_new_ones_back(roster, tmp_path):
    out = tmp_path / "发放"
    out.mkdir()
    (out / f"{NAMES[2]}.txt").mkdir()
    result = run("--roster", roster, "-o", out, "--force")
    assert result.exit_code == 2
    assert listed(out) == [f"{NAMES[2]}.txt"]


def test_a_read_only_folder_is_said(roster, tmp_path, need):
    need(sys.platform != "win32", "Windows has no read-only folders")
    out = tmp_path / "只读" / "发放"
    out.parent.mkdir()
    out.parent.chmod(0o500)
    writable = os.access(out.parent, os.W_OK)
    result = run("--roster", roster, "-o", out)
    out.parent.chmod(0o700)
    assert result.exit_code == (0 if writable else 2)
    assert writable or "没有写任何文件" in result.stderr


# ── one for all ───────────────────────────────────────────────────────────────────────────────────


def test_one_blank_for_all_has_everybodys_facts(roster, prior, tmp_path):
    out = tmp_path / "空白表.xlsx"
    result = run("--roster", roster, "--shared", "--prior", prior, "-o", out)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == (
        f"已写 {out}：3 个单位共用的一份空白表，机关在封面选择。表里有各单位的上年数，彼此看得到。"
    )
    assert lines[1] == "带入上年数：1 个单位。"
    book = openpyxl.load_workbook(out)
    assert book["填报说明"]["B7"].value == 2024
    rows = list(book["名册"].iter_rows(min_row=7, max_col=6, values_only=True))
    number = json.loads((REAL / "suqian_city_2023.json").read_text("utf-8"))
    last = number["values"]["proactive.rules.in_force"]
    assert [row[:4] for row in rows] == [
        ("某某市人民政府", "11321300014307892X", "市级", None),
        ("某某市教育局", None, "市级", "2025年1月10日前"),
        ("=某某/局", "CON", "县级", None),
    ]
    assert [row[5] for row in rows] == [last, None, None]
    assert all(0 <= row[4] < 999_983 for row in rows)
    assert not read(out.read_bytes()).findings


@pytest.mark.parametrize(
    "words", [["--agency", "某某局", "--shared"], ["--roster", "名册.csv", "--shared", "--mail"]]
)
def test_one_for_all_goes_with_a_roster_and_without_mails(words, tmp_path):
    result = run(*words, "-o", tmp_path / "x.xlsx")
    assert result.exit_code == 2
    assert "--shared 把名册里的单位放进一份表" in result.stderr


def test_one_for_all_needs_a_file_and_last_years_reports_where_they_are_named(roster, tmp_path):
    result = run("--roster", roster, "--shared")
    assert (result.exit_code, ".xlsx" in result.stderr) == (2, True)
    (tmp_path / "空").mkdir()
    out = tmp_path / "x.xlsx"
    result = run("--roster", roster, "--shared", "--prior", tmp_path / "空", "-o", out)
    assert result.exit_code == 2
    assert not out.exists()


def test_more_agencies_than_a_directory_holds_are_refused(roster, tmp_path, monkeypatch):
    monkeypatch.setattr("toolkit.blank.directory.MOST", 2)
    result = run("--roster", roster, "--shared", "-o", tmp_path / "x.xlsx")
    assert result.exit_code == 2
    assert "共有 3 个机关，一份共用表最多放 2 个" in result.stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_names_that_only_capitals_tell_apart_are_refused():
    both = [Member("A局", row=2), Member("a局", row=3), Member("乙局", row=4)]
    with pytest.raises(RosterError) as caught:
        for_all(both, named("annual-report", "2021"), 2024, {})
    assert caught.value.lines("zh") == (
        "第 2、3 行：都叫“A局”。请只留一行，或把名称写全以便区分。",
    )


def test_no_workbook_that_is_handed_out_is_larger_than_what_is_read_back():
    made = files([Member("局" * 500, row=2)], named("annual-report", "2021"), 2024, {})
    assert max(len(content) for _, content in made) * 100 < FILE_LIMIT
