"""The demo: each typical mistake, then a season by every command an office types."""

import json

import pytest
from click.testing import CliRunner

from toolkit.cli import gouji
from toolkit.files.examine import examine
from toolkit.returned.read import read


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Play the demo in a folder with Chinese and a blank in its name."""
    home = tmp_path_factory.mktemp("演 示") / "区"
    done = CliRunner().invoke(gouji, ["demo", str(home), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    first, _, season = done.output.partition("再演示一季")
    return home / "一季", season, first


def test_the_demo_shows_each_typical_mistake(played):
    folder, first = played[0].parent, played[2]
    typical = ("balance", "unfilled", "number", "carried-in", "dispute-total", "formula")
    for code in (*typical, "entry", "dependent", "site-bound"):
        assert f"[{code}]" in first
    assert len(list((folder / "空白表").iterdir())) == len(list((folder / "报回").iterdir())) == 10
    assert CliRunner().invoke(gouji, ["demo", str(folder)]).exit_code == 2


def test_each_step_is_a_command_that_was_run_to_its_end(played):
    home, said, _ = played
    commands = [line[8:].split()[0] for line in said.splitlines() if line.startswith("$ gouji ")]
    assert commands == ["season", "blank", "check", "check", "check", "rollup"]
    names = (
        "名册.xlsx",
        "空白表",
        "一览.html",
        "通知",
        "一览-改好后.html",
        "豁免.csv",
        "结果.xlsx",
    )
    assert [name for name in names if not (home / name).exists()] == []
    assert "Traceback" not in said


def test_the_regions_report_counts_every_agency(played):
    home, *_ = played
    report = read((home / "汇总表.xlsx").read_bytes()).report
    assert len(report.sources) == 7
    assert {row.state.partition("/")[0] for row in report.sources} <= {"counted", "warned"}


def test_what_went_back_fails_and_what_came_again_does_not(played):
    home, *_ = played
    first = {p.name: examine(str(p)).verdict for p in (home / "报回").glob("*-1.*")}
    again = {p.name: examine(str(p)).verdict for p in (home / "报回").glob("*-2.*")}
    assert sorted(first.values()) == ["fail"] * 4 + ["pass", "pass", "warn"]
    assert set(again.values()) == {"pass", "warn"}


def test_a_return_was_preferred_and_its_reason_accepted(played):
    home, *_ = played
    done = CliRunner().invoke(
        gouji,
        ["check", str(home / "报回"), "--waivers", str(home / "豁免.csv"), "--format", "json"],
    )
    result = json.loads(done.stdout)
    agency = next(a for a in result["campaign"]["agencies"] if a["preferred"])
    assert agency["path"].endswith("示例区自然资源局-2.xlsx")
    (file,) = (f for f in result["files"] if f["path"] == agency["path"])
    states = [f["explained"]["state"] for f in file["findings"] if f["explained"]]
    assert states == ["accepted"]
