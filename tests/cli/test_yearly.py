"""A season of 120 agencies by commands: reasons, refusals, double sendings, the region's report."""

import json

import pytest
import yearly
from click.testing import CliRunner
from yearly import BROKEN, CODE, DOUBLE, EXPLAINED, LICENCES, REFUSED, VOIDED, name

from toolkit.cli import gouji
from toolkit.returned.read import read


def run(*words) -> str:
    done = CliRunner().invoke(gouji, [*map(str, words), "--lang", "zh"])
    assert done.exit_code in (0, 1), done.output
    return done.stdout


def checked(home, *words) -> dict:
    return json.loads(run("check", home / "收到", "--format", "json", *words))


def states(result: dict) -> dict[str, str]:
    """Return {agency: state of its reason} of the returns that count."""
    counting = {agency["path"]: agency["name"] for agency in result["campaign"]["agencies"]}
    return {
        counting[file["path"]]: finding["explained"]["state"]
        for file in result["files"]
        for finding in file["findings"]
        if file["path"] in counting and finding["explained"] and finding["code"] == CODE
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Play the season up to the corrected returns, and give its folder."""
    home = tmp_path_factory.mktemp("一 季")
    (home / "名册.csv").write_bytes(yearly.roster())
    received = home / "收到"
    received.mkdir()
    run("season", "new", home, "--year", 2025, "--agency", "某某市", "--sender", "政务公开办",
        "--roster", home / "名册.csv", "--store", home / "结果.gouji")  # fmt: skip
    for file, source in yearly.first().items():
        (received / file).write_bytes(source)
    return home


def test_the_season_goes_from_the_first_check_to_the_regions_report(home):
    # What came first: reasons stand, what fails fails, twins wait for the office.
    result = checked(home)
    agencies = {agency["name"]: agency for agency in result["campaign"]["agencies"]}
    assert states(result) == {name(n): "stands" for n in EXPLAINED}
    assert {n for n, a in agencies.items() if a["state"] == "fail"} == {
        name(n) for n in (*DOUBLE, *BROKEN)
    }
    assert all(len(agencies[name(n)]["others"]) == 2 for n in DOUBLE)

    # What the office decides.
    better = [word for n in DOUBLE for word in ("--prefer", home / "收到" / f"{name(n)}-另.json")]
    checked(home, *better)
    settings = home / "season.toml"
    rows = "".join(f'"{name(n)}|{CODE}|表二 B6" = "refused"\n' for n in REFUSED)
    settings.write_text(f"{settings.read_text('utf-8')}\n{rows}", "utf-8")
    run("check", home / "收到", "--accept", home / "豁免.csv", "--notices", home / "通知")
    texts = [path.name for path in (home / "通知").glob("*.txt")]
    assert len(texts) == len(BROKEN) + len(REFUSED)

    # What comes later: corrections count, other numbers wait, and once preferred void the reason.
    for file, source in yearly.later().items():
        (home / "收到" / file).write_bytes(source)
    waivers = ("--waivers", home / "豁免.csv")
    result = checked(home, *waivers)
    agencies = {agency["name"]: agency for agency in result["campaign"]["agencies"]}
    assert all(agencies[name(n)]["path"].endswith("-2.json") for n in BROKEN)
    assert all(agencies[name(n)]["sent_back"] == 1 for n in BROKEN)
    assert not any(agencies[name(n)]["path"].endswith("-2.json") for n in VOIDED)
    files = {file["path"]: file for file in result["files"]}
    for n in VOIDED:
        (path,) = (p for p in agencies[name(n)]["others"] if p.endswith("-2.json"))
        assert "passing-superseded" in {f["code"] for f in files[path]["findings"]}
    newer = [word for n in VOIDED for word in ("--prefer", home / "收到" / f"{name(n)}-2.json")]
    result = checked(home, *waivers, *newer)
    expected = {name(n): "accepted" for n in EXPLAINED}
    expected |= {name(n): "void" for n in VOIDED} | {name(n): "refused" for n in REFUSED}
    assert states(result) == expected
    assert result["summary"]["fail"] == len(BROKEN)  # replaced, each by its correction

    # The region's report: whose, which file, which sending; and what nobody looked into.
    run("rollup", home / "收到", *waivers, "-o", home / "汇总.xlsx")
    report = read((home / "汇总.xlsx").read_bytes()).report
    rows = {row.name: row for row in report.sources}
    assert len(rows) == yearly.COUNT
    assert all(rows[name(n)].values[LICENCES] == 9 for n in DOUBLE)
    assert all(rows[name(n)].sent == 2 for n in (*BROKEN, *VOIDED))
    digests = {file["sha256"] for file in result["files"]}
    assert {row.sha256 for row in report.sources} <= digests
    assert {row.name for row in report.sources if "warned" in row.caveats} >= {
        name(n) for n in (*VOIDED, *REFUSED)
    }


def test_a_failing_return_of_nobody_on_the_roster_is_named_beside_the_notices(tmp_path):
    number = BROKEN[0]
    (tmp_path / "收到").mkdir()
    (tmp_path / "收到" / "甲.json").write_bytes(yearly.first()[f"{name(number)}.json"])
    (tmp_path / "名册.csv").write_text("机关名称\n另一局\n", "utf-8")
    words = [
        "check",
        tmp_path / "收到",
        "--roster",
        tmp_path / "名册.csv",
        "--notices",
        tmp_path / "通知",
    ]
    done = CliRunner().invoke(gouji, [*map(str, words), "--lang", "zh"])
    assert "甲.json" in done.output.splitlines()[-1]
    assert not list((tmp_path / "通知").glob("*退回*"))
