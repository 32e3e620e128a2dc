"""An overlay on a form of words, choices, days and numbers, with one cell a line."""

import json
import tomllib
from dataclasses import replace
from random import Random

import pytest
import share
from click.testing import CliRunner
from office import need_office, resave
from returns import KINDS, cases, clean, report_of
from source import TESTS
from trips import there_and_back, typed_in

from toolkit.check import check
from toolkit.cli import gouji
from toolkit.edition import edition
from toolkit.edition.edition import EditionError, resolve
from toolkit.edition.parse import parse_text
from toolkit.files.examine import examine, load
from toolkit.report.official import national

CASES = tomllib.loads((TESTS / "cases" / "overlays-site.toml").read_text(encoding="utf-8"))
AGENCY = {"name": "东省某局", "code": None, "level": "county"}
ADDED = {
    "website.information.policy_updates": ("count", "条", "D16"),
    "website.letters.longest_days": ("money", "天", "D36"),
    "website.video.offered": ("yes-no", "", "D59"),
    "website.video.account": ("text", "", "D60"),
    "website.video.platform": ("choice", "", "D61"),
    "website.filing.reviewed_on": ("date", "", "D72"),
}


def overlay(text=CASES["base"]):
    return resolve(parse_text(text, "x.toml"))


def filled(own, seed=3, **given):
    """Return a return on an overlay whose balances hold, except for values given by row.column."""
    typed = clean(own, Random(seed), 0.9, None)  # noqa: S311 - reproducible, no secret
    typed |= {"website.letters.longest_days": 9, "website.letters.average_days": 1}
    typed |= {f"website.{name.replace('__', '.')}": value for name, value in given.items()}
    return report_of(own, 2025, typed, (), AGENCY)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "mine" / "site-report"
    place.mkdir(parents=True)
    (place / "2017-east.toml").write_text(CASES["base"], encoding="utf-8")
    return tmp_path / "mine"


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_what_does_not_only_add_is_refused_with_line_fact_and_hint(case):
    text = CASES["base"]
    for old, new in case["change"]:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    with pytest.raises(EditionError) as error:
        overlay(text)
    assert str(error.value) == case["message"]


def test_a_line_is_added_behind_a_line_in_its_block_with_a_kind_of_its_own():
    own, base = overlay(), edition.named("site-report", "2017")
    added = {key: cell for key, cell in own.cells.items() if key not in base.cells}
    assert {key: (cell.kind, cell.unit, cell.at) for key, cell in added.items()} == ADDED
    assert [key for key in own.cells if key in base.cells] == list(base.cells)
    policy = added["website.information.policy_updates"]
    assert policy.row_path == ("信息发布（单位：条）", "政策文件更新量")
    assert added["website.video.platform"].choices == ("自建", "第三方")
    assert added["website.video.offered"].choices == ("是", "否")
    assert added["website.video.account"].optional
    assert own.deadlines == {"agency": "01-29"}


def test_inherited_sums_take_a_line_in_and_the_national_keys_count_it_where_it_says():
    own = overlay()
    total = next(balance for balance in own.balances if balance.id == "site-sum/information")
    assert "website.information.policy_updates" in total.right
    assert own.counts_as == {
        "website.information.policy_updates": "website.information.news_updates"
    }
    given = filled(own, information__policy_updates=4, information__news_updates=5)
    seen = national(given)
    assert seen.edition is edition.named("site-report", "2017")
    assert seen.values["website.information.news_updates"] == 9
    kept = {key: value for key, value in given.values.items() if key in seen.edition.cells}
    assert {**kept, "website.information.news_updates": 9} == seen.values


def test_added_cells_that_do_not_apply_may_stay_blank_and_may_not_be_filled():
    own = overlay()
    away = filled(own, video__offered="否", video__account=None, video__platform=None)
    assert {f.code for f in check(away).findings if f.severity == "error"} == set()
    assert away.state("website.video.platform") == "not-applicable"
    wrong = filled(own, video__offered="否", video__account="东省发布", video__platform=None)
    told = [(f.code, f.cells[0].at, f.found) for f in check(wrong).findings]
    assert ("dependent", "D60", "东省发布") in told
    blank = filled(own, video__offered="是", video__account=None, video__platform=None)
    (unfilled,) = [f for f in check(blank).findings if f.code == "unfilled"]
    assert [cell.at for cell in unfilled.cells] == ["D61"]


def test_added_cells_take_what_their_kind_takes():
    wrong = filled(
        overlay(),
        video__offered="有",
        video__platform="其他",
        filing__reviewed_on="2026年1月5日",
        letters__longest_days="三天",
    )
    told = {(f.code, f.cells[0].at, f.found) for f in check(wrong).findings}
    assert {
        ("entry", "D59", "有"),
        ("entry", "D61", "其他"),
        ("entry", "D72", "2026年1月5日"),
        ("number", "D36", "三天"),
    } <= told


# ── the whole way ─────────────────────────────────────────────────────────────────────────────────


def test_a_blank_is_filled_saved_by_libreoffice_and_checked(folder, tmp_path):
    need_office()
    run = CliRunner()
    blank, done = str(tmp_path / "blank.xlsx"), tmp_path / "done.xlsx"
    mine = ["--templates", str(folder)]
    made = run.invoke(
        gouji,
        [
            *("blank", "--edition", "site-report/2017-east", "--year", "2025"),
            *("--agency", AGENCY["name"], "--level", "county", "-o", blank, *mine),
        ],
    )
    assert made.exit_code == 0, made.stderr
    assert examine(blank, None, (folder,)).report.edition.name == "2017-east"
    given = filled(overlay(), letters__longest_days=1, letters__average_days=2)
    source = tmp_path / "given.json"
    values = {key: str(value) for key, value in given.values.items() if value is not None}
    source.write_text(
        json.dumps(
            {"form": "site-report", "edition": "2017-east", "year": 2025, "agency": AGENCY}
            | {"values": values},
        ),
        encoding="utf-8",
    )
    sent = run.invoke(gouji, ["fill", str(source), "-o", str(done), *mine])
    assert sent.exit_code == 0, sent.stderr
    (again,) = resave([done], tmp_path / "again")
    back = load(str(again), (folder,)).report
    assert back.values == given.values
    assert national(back).values == national(given).values
    shown = run.invoke(gouji, ["check", str(again), "--lang", "zh", *mine])
    assert shown.exit_code == 1
    assert "年度报表 D35–D36：最长 1 天，短于平均 2 天。请核对。" in shown.stdout


@pytest.mark.no_cover
def test_random_returns_on_it_come_back_from_libreoffice_as_they_were(folder, tmp_path):
    need_office()
    own = edition.named("site-report", "2017-east", (folder,))
    returns = share.spread(cases(own, seed=4, count=len(KINDS)), 2)
    assert there_and_back(returns, tmp_path, (folder,)) == []


@pytest.mark.no_cover
def test_its_live_rows_say_what_check_says(tmp_path):
    need_office(session=True)
    assert typed_in(cases(overlay(), seed=5, count=len(KINDS)), tmp_path) == []


def test_last_year_s_national_return_is_held_against_the_line_and_its_home_together():
    own = overlay()
    rule = """
[[balance]]
code = "growth"
equation = "website.information.news_updates >= prior.website.information.news_updates"
source = "东政办函〔2026〕3号第三条"
rule = { zh = "不少于上年", en = "no less than last year" }
message = { zh = "{place}：{left} 少于上年的 {right}。", en = "{place}: {left} {right}" }
"""
    own = overlay(CASES["base"].replace("\n[[edit]]", rule + "\n[[edit]]"))
    now = filled(own, information__news_updates=5, information__policy_updates=4)
    last = replace(national(filled(own, information__news_updates=9)), year=2024)
    last = replace(last, values={**last.values, "website.information.news_updates": 9})
    assert "growth" in check(now, last).passed
    last = replace(last, values={**last.values, "website.information.news_updates": 10})
    assert "growth" in check(now, last).failed


def test_the_overlay_in_the_docs_is_one():
    page = (TESTS.parent / "docs" / "site-report.md").read_text(encoding="utf-8")
    own = overlay(page.partition("```toml\n")[2].partition("```")[0])
    added = set(own.cells) - set(edition.named("site-report", "2017").cells)
    assert added == {"website.information.policy_updates", "website.video.platform"}
