"""season.toml: read whole or refused whole, found where it lies, written without losing a word."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.campaign.seasonfile import (
    PATHS,
    SeasonError,
    SeasonFile,
    load,
    parsed,
    with_row,
    written,
)
from toolkit.files.folders import season_file as found

DIGEST, OTHER = "ab" * 32, "cd" * 32
OWN = f"""# 我自己的话
year = 2025  # 今年
sender = '办公室'

# 打过电话的
[prefer]  # 我定的
# 乙局两份，要了后一份
"乙局" = "{OTHER}"  # 张三定的
'丙局' = '{OTHER}'

# 说明
[reasons]
"甲局|in-force-chain|表二 D5" = "accepted"
"""


def told(text: str) -> list[str]:
    """Return all that is wrong with a file."""
    with pytest.raises(SeasonError) as caught:
        parsed(text.encode())
    return [problem.message("zh") for problem in caught.value.problems]


def test_a_file_is_read_with_its_paths_from_its_own_folder():
    season = parsed(OWN.encode("utf-8-sig") + b"").resolved(Path("a"))
    assert (season.year, season.sender, season.roster) == (2025, "办公室", None)
    assert season.prefer == {"乙局": OTHER, "丙局": OTHER}
    assert season.reasons == {"甲局|in-force-chain|表二 D5": "accepted"}
    paths = parsed('roster = "名 册.xlsx"\nprior = "/上年"'.encode()).resolved(Path("季"))
    assert paths.roster == str(Path("季", "名 册.xlsx"))
    assert paths.prior == str(Path("/上年"))
    assert parsed(b"") == SeasonFile()
    assert parsed(b'sender = "x"\nregion = "y"').settled.by == "x"
    assert parsed(b'region = "y"').settled.by == "y"
    assert SeasonFile().settled.by == ""


@pytest.mark.parametrize("text", ["2026-03-05", '"2026-03-05"', '"2026年3月5日"'])
def test_a_day_may_be_written_as_a_day_or_as_text(text):
    assert parsed(f"due = {text}".encode()).due == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "yaer = 2025",
            "没有叫 yaer 的项。可以写的有：year, region, roster, prior, waivers, store,",
        ),
        ('year = "2025"', "year 写的是 2025，不是年度。"),
        ("year = true", "year 写的是 True，不是年度。"),
        ("year = 25", "year 写的是 25，不是年度。"),
        ('due = "三月"', "due 写的是 三月，不是日期。"),
        ("due = 2026-03-05T08:00:00", "due 写的是 2026-03-05 08:00:00，不是日期。"),
        ("due = 5", "due 写的是 5，不是日期。"),
        ("roster = 5", "roster 写的是 5。请写一段放在引号里的文字"),
        ('sender = " "', "sender 写的是  。请写一段放在引号里的文字"),
        ('prefer = "甲局"', "prefer 应当是一节，请写成 [prefer]"),
        ('[prefer]\n"甲局" = "ab"', "[prefer] 里 甲局 写的是 ab，不是文件的 SHA-256"),
        ('[prefer]\n"甲局" = 5', "[prefer] 里 甲局 写的是 5，不是文件的 SHA-256"),
        (f'[prefer]\n"甲局" = "{DIGEST.upper()}"', "[prefer] 里 甲局 写的是 ABAB"),
        ('[reasons]\n"甲局" = "accepted"', "[reasons] 里的 甲局 不像“单位|提示代码|单元格”。"),
        ('[reasons]\n"|x|" = "accepted"', "[reasons] 里的 |x| 不像"),
        (
            '[reasons]\n"甲|x|" = "yes"',
            "[reasons] 里 甲|x| 写的是 yes。只能写 accepted 或 refused。",
        ),
        ("year = ", "不是 TOML 格式："),
        ("[" * 5000, "不是 TOML 格式："),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(text, sentence):
    (said,) = told(text)
    assert said.startswith(sentence)


def test_everything_that_is_wrong_is_told_at_once():
    assert len(told('a = 1\nyear = 1\n[prefer]\n"x" = ""\n[reasons]\nx = 1')) == 5


def test_a_damaged_file_and_a_folder_are_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b").mkdir()
    for name, sentence in (("a", "no-toml"), ("b", "unreadable"), ("c", "unreadable")):
        with pytest.raises(SeasonError) as caught:
            load(tmp_path / name)
        assert [problem.sentence for problem in caught.value.problems] == [sentence]


def test_the_file_is_that_of_the_working_folder_else_of_the_first_path(tmp_path, monkeypatch):
    work, returns = tmp_path / "工作", tmp_path / "季 度" / "报回"
    for folder in (work, returns):
        folder.mkdir(parents=True)
    (returns / "a.json").touch()
    monkeypatch.chdir(work)
    paths = (str(returns), str(work))
    assert found(paths) is found(()) is found((str(tmp_path),)) is None
    beside = returns.parent / "season.toml"
    beside.touch()
    assert found(paths) == beside
    assert found((str(returns / "a.json"),)) is None, "only the file's own folder"
    within = returns / "season.toml"
    within.mkdir()
    assert found(paths) == found((str(returns / "a.json"),)) == within, "a folder is refused later"
    here = work / "season.toml"
    here.touch()
    assert found(paths) == Path("season.toml")
    monkeypatch.chdir(returns)
    within.rmdir()
    assert found((".",)) == beside, "the parent of the working folder"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_file_reads_back_and_says_what_each_line_is_for(lang):
    season = SeasonFile(
        2025, '某"区\\', "名 册.xlsx", due=date(2026, 3, 5), prefer={"甲 局": DIGEST}
    )
    text = written(season, lang)
    assert parsed(text.encode()) == season
    assert text.count("#") >= 12
    assert parsed(written(SeasonFile(), lang).encode()) == SeasonFile()
    bare = re.sub(r"(?m)^# ([a-z]+ = )", r"\1", written(SeasonFile(), lang))
    example = parsed(bare.encode())
    assert (example.year, example.due) == (2025, date(2026, 3, 5))
    assert None not in (example.region, example.sender, *map(example.__getattribute__, PATHS))


def test_a_row_is_changed_or_added_and_all_else_kept():
    changed = with_row(OWN, "prefer", "乙局", DIGEST)
    assert changed == OWN.replace(f'"乙局" = "{OTHER}"', f'"乙局" = "{DIGEST}"')
    single = with_row(OWN, "prefer", "丙局", DIGEST)
    assert single == OWN.replace(f"'丙局' = '{OTHER}'", f"'丙局' = \"{DIGEST}\"")
    last = f"'丙局' = '{OTHER}'\n"
    new = with_row(OWN, "prefer", "丁=局", DIGEST)
    assert new == OWN.replace(last, f'{last}"丁=局" = "{DIGEST}"\n')
    reason = with_row(OWN, "reasons", "丁|x|", "refused")
    assert reason == f'{OWN}"丁|x|" = "refused"\n'


def test_a_table_that_is_not_there_is_added_and_ends_of_lines_stay():
    assert with_row("year = 2025", "prefer", "甲", DIGEST) == (
        f'year = 2025\n\n[prefer]\n"甲" = "{DIGEST}"\n'
    )
    windows = OWN.replace("\n", "\r\n")
    assert with_row(windows, "prefer", "乙局", DIGEST) == (
        with_row(OWN, "prefer", "乙局", DIGEST).replace("\n", "\r\n")
    )
    empty = "[prefer]\n# 一句话\n\n# 下一节\n[reasons]\n"
    assert with_row(empty, "prefer", "甲", DIGEST) == (
        f'[prefer]\n# 一句话\n"甲" = "{DIGEST}"\n\n# 下一节\n[reasons]\n'
    )


def test_a_table_in_braces_is_written_anew_and_what_is_no_season_is_refused():
    braces = f'prefer = {{ "甲" = "{OTHER}" }}\nyear = 2025\n'
    assert parsed(with_row(braces, "prefer", "甲", DIGEST).encode()) == (
        SeasonFile(2025, prefer={"甲": DIGEST})
    )
    with pytest.raises(SeasonError):
        with_row("yaer = 1", "prefer", "甲", DIGEST)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_comes_back(name):
    season = parsed(OWN.encode())
    text = with_row(OWN, "prefer", name, DIGEST)
    assert parsed(text.encode()) == replace(season, prefer={**season.prefer, name: DIGEST})
    assert parsed(written(SeasonFile(region=f"x{name}"), "zh").encode()).region == f"x{name}"
