"""A whole season of commands: 120 agencies, 12 mistakes, six corrections, the region's sum."""

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import district
import pytest
import tamper
from boards import parsed
from click.testing import CliRunner, Result
from district import FORM, LATE, MENDED, NAMES, SAVED, TWICE, VERTICAL, code
from office import lacking, need_office, resave

from toolkit import cli
from toolkit.blank.slots import word
from toolkit.report.report import as_json, dumps

FOUND = {
    5: [("balance", "表三 D7 表三 D8 表三 D30 表三 D31")],
    11: [("number", "表二 B13")],
    16: [("outside", "表三 M9")],
    23: [("unfilled", " ".join(f"表四 {c}7" for c in "ABCDFGHIKLMN"))],
    36: [("other-year", "")],
    42: [("swapped", ""), ("identity", "填报说明 B4")],
    TWICE: [("duplicate", "")],
    58: [("carried-in", "表三 D8")],
    64: [("formula", "表三 J7")],
    71: [("total-differs", "表四 O7")],
    85: [("sheet-renamed", "")],
    99: [("fee-unit", "表二 B17"), ("fee-unit", "表二 B17")],
}
"""Planted mistakes by agency: the findings to expect, and their places."""


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.gouji, [*map(str, words), "--lang", "zh"])


class Season:
    """A clerk's folder, and the output of the commands in the order they were run."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said: dict[str, Result] = {}
        self.first: dict[int, bytes] = {}
        self.sent: dict[int, bytes] = {}

    def run(self, name: str, *words: object, status: int = 0) -> Result:
        self.said[name] = run(*words)
        assert self.said[name].exit_code == status, self.said[name].output
        return self.said[name]

    def check(self, name: str, *words: object, status: int = 1) -> None:
        given = ("--roster", self.home / "名册.xlsx", "--prior", self.home / "2024.store")
        store = ("--store", self.home / "2025.store")
        self.run(name, "check", self.home / "报回", *given, *store, *words, status=status)

    def json(self, name: str) -> dict[str, Any]:
        return json.loads(self.said[name].stdout)

    def files(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """Return {agency: its files of a check that count}."""
        found: dict[str, list[dict[str, Any]]] = {}
        for file in self.json(name)["files"]:
            if not {"superseded", "copy"} & {finding["code"] for finding in file["findings"]}:
                found.setdefault(file["agency"]["name"], []).append(file)
        return found

    def blank(self, number: int) -> bytes:
        return (self.home / "发放" / f"{code(number)}-{NAMES[number]}-2025.xlsx").read_bytes()

    def notice(self, number: int) -> bytes:
        return (self.home / "退回" / f"{NAMES[number]}-退回修改.xlsx").read_bytes()


def saved(books: dict[int, bytes], folder: Path) -> dict[int, bytes]:
    """Return workbooks saved by LibreOffice; unchanged where it is missing."""
    if os.environ.get("GOUJI_REQUIRE_ALL") == "1":
        need_office()
    if lacking(session=False):
        return books
    (folder / "saved").mkdir()
    paths = [folder / f"{number}.xlsx" for number in books]
    for path, source in zip(paths, books.values(), strict=True):
        path.write_bytes(source)
    done = resave(paths, folder / "saved")
    return {number: path.read_bytes() for number, path in zip(books, done, strict=True)}


@pytest.fixture(scope="module")
def season(tmp_path_factory, unmeasured) -> Season:
    """Run the season up to the second roll-up."""
    with unmeasured():
        return _run(tmp_path_factory)


def _run(tmp_path_factory) -> Season:
    home = tmp_path_factory.mktemp("s") / "2025年度 政府信息公开"
    (home / "上年").mkdir(parents=True)
    one = Season(home)
    for number, name in enumerate(NAMES):
        last = district.report(number, district.last_year(number), 2024)
        (home / "上年" / f"{name}.json").write_text(dumps(as_json(last)), encoding="utf-8")
    one.run("last", "check", home / "上年", "--store", home / "2024.store")
    one.run("roster", "roster", "-o", home / "名册.xlsx")
    district.fill_roster(home / "名册.xlsx")
    one.run("blanks", "blank", "--roster", home / "名册.xlsx", "--year", 2025,
            "--prior", home / "2024.store", "-o", home / "发放")  # fmt: skip
    scratch = tmp_path_factory.mktemp("office")
    one.first = district.post(home / "报回", one.blank, lambda books: saved(books, scratch))
    one.sent = dict(one.first)
    one.check("first", "--format", "json")
    one.check("board", "--format", "html", "-o", home / "一览.html", "--notices", home / "退回")
    rolled = ("rollup", home / "报回", "--roster", home / "名册.xlsx", "--agency", "云水区",
              "--prior", home / "2024.store", "--store", home / "2025.store")  # fmt: skip
    one.run("before", *rolled, "--partial", "-o", home / "云水区-1.xlsx")
    (home / "报回" / "更正").mkdir()
    mended = {number: district.corrected(number, one.notice(number)) for number in MENDED}
    again = tmp_path_factory.mktemp("office")
    one.sent |= mended | saved({n: mended[n] for n in MENDED if n in SAVED}, again)
    for number in MENDED:
        path = home / "报回" / "更正" / f"{NAMES[number]}-退回修改.xlsx"
        path.write_bytes(one.sent[number])
    for number in LATE:
        one.sent[number] = district.returned(number, one.blank)
        (home / "报回" / f"迟报{number}.xlsx").write_bytes(one.sent[number])
    one.check("second", "--format", "json")
    one.run("after", *rolled, "--partial", "-o", home / "云水区-2.xlsx")
    one.run("diff", "diff", home / "云水区-1.xlsx", home / "云水区-2.xlsx", status=1)
    return one


def told(file: dict[str, Any]) -> list[tuple[str, str]]:
    """Return code and cells of a file's findings, without notes and consequences."""
    return [
        (finding["code"], " ".join(f"{c['sheet']} {c['at']}" for c in finding["cells"] if c["at"]))
        for finding in file["findings"]
        if finding["severity"] != "note" and finding["follows"] is None
    ]


@pytest.mark.parametrize("number", FOUND, ids=lambda n: FOUND[n][0][0])
def test_each_mistake_is_found_at_its_agency_and_cell(season, number):
    files = season.files("first")[NAMES[number]]
    assert len(files) == (2 if number == TWICE else 1)
    here = next(file for file in files if "最终版" not in file["path"])
    assert told(here) == FOUND[number]
    assert here["verdict"] == ("warn" if number == 99 else "fail")


def test_the_108_other_agencies_are_clean(season):
    assert len(FOUND) == 12
    found = season.files("second")
    others = [n for n in range(len(NAMES)) if n not in FOUND]
    assert len(others) == 108
    for number in others:
        assert [(file["verdict"], told(file)) for file in found[NAMES[number]]] == [("pass", [])]


def test_who_is_missing_twice_and_replaced_is_told(season):
    campaign = season.json("first")["campaign"]
    missing = {entry["name"] for entry in campaign["missing"]}
    assert missing == {NAMES[n] for n in (*LATE, 42)}
    assert [entry["name"] for entry in campaign["duplicates"]] == [NAMES[TWICE]]
    codes = Counter(f["code"] for file in season.json("first")["files"] for f in file["findings"])
    assert (codes["superseded"], codes["copy"]) == (1, 1)
    assert season.json("first")["summary"]["ignored"] == 1
    assert {entry["name"] for entry in season.json("second")["campaign"]["missing"]} == {NAMES[42]}


def test_six_corrections_count_and_no_file_was_deleted(season):
    agencies = {one["name"]: one for one in season.json("second")["campaign"]["agencies"]}
    for number in MENDED:
        (file,) = season.files("second")[NAMES[number]]
        assert (file["verdict"], told(file)) == ("pass", [])
        assert "更正" in file["path"]
        assert agencies[NAMES[number]]["state"] == "pass"
        assert len(agencies[NAMES[number]]["superseded"]) == 1
    before, after = (len(season.json(name)["files"]) for name in ("first", "second"))
    assert after == before + len(MENDED) + len(LATE)
    left = {one["name"] for one in agencies.values() if one["state"] == "fail"}
    assert left == {NAMES[n] for n in (36, TWICE, 64, 85)}


@pytest.mark.parametrize("number", MENDED, ids=lambda n: FOUND[n][0][0])
def test_the_workbook_that_goes_back_holds_what_was_sent(season, number, tmp_path):
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(season.first[number])
    after.write_bytes(season.notice(number))
    done = json.loads(run("diff", before, after, "--format", "json").stdout)
    assert (done["cells"], done["texts"], done["declarations"]) == ([], [], [])
    assert [(fact["fact"], fact["new"]) for fact in done["facts"]] == [("sent", 2)]
    own, copy = (tamper.unpack(path.read_bytes()) for path in (before, after))
    names = (word("results"), word("cover"), word("mark"), *(s.sheet for s in FORM.tables.values()))
    touched = {tamper.part_of(own, name) for name in names}
    again = FOUND[number][0][0] == "outside"  # what stands in a locked cell: a new workbook
    assert again or {name for name in own if own[name] != copy[name]} <= touched


@pytest.mark.no_cover
def test_the_roll_up_is_the_sum_cell_by_cell_as_another_reader_sees_it(season):
    left_out = {36, 42, TWICE, 64, 85, *VERTICAL}
    parts = [district.seen(one) for n, one in season.sent.items() if n not in left_out]
    assert len(parts) == 113
    region = district.seen((season.home / "云水区-2.xlsx").read_bytes())
    for key in FORM.typed:
        numbers = [Decimal(str(one[key] or 0)) for one in parts]
        assert Decimal(str(region[key])) == sum(numbers), key


def test_the_roll_up_names_whom_it_lacks(season):
    first, second = (season.said[name].stdout for name in ("before", "after"))
    assert "应计入 118 个机关，已计入 104 个" in first
    assert "应计入 118 个机关，已计入 113 个" in second
    for number in (36, 42, TWICE, 64, 85):
        assert NAMES[number] in second


def test_the_roll_up_names_whose_return_it_counts_with_a_warning(season):
    assert f"有提醒还没有核实、已经计入：{NAMES[99]}。" in season.said["after"].stdout


def test_the_difference_of_two_roll_ups_names_whose_numbers_came(season):
    said = season.said["diff"].stdout
    for number in (*MENDED, *LATE):
        assert NAMES[number] in said


def test_the_board_has_one_line_for_each_agency_and_one_for_what_is_nobodys(season):
    page = parsed((season.home / "一览.html").read_text("utf-8"))
    totals = {one["data-filter"]: one.all("b")[0].text for one in page.all("button") if
              one.get("data-filter")}  # fmt: skip
    assert totals == {"all": "121", "reject": "0", "fail": "11", "warn": "1", "missing": "4",
                      "pass": "105"}  # fmt: skip
    lines = [row for row in page.all("tr") if row.get("data-state")]
    (old,) = [row for row in lines if row.all("th")[0].text.startswith(NAMES[36])]
    assert old.all("a")
    assert "这份是 2024 年度的" in old.text


def test_every_failing_agency_gets_its_notice(season):
    wanted = {NAMES[n] for n in (5, 11, 16, 23, 36, TWICE, 58, 64, 71, 85)}
    there = sorted(path.name for path in (season.home / "退回").iterdir())
    late = {name.partition("-")[0] for name in there if name.endswith("-催报.txt")}
    assert late == {entry["name"] for entry in season.json("first")["campaign"]["missing"]}
    there = [name for name in there if not name.endswith("-催报.txt")]
    assert {name.partition("-")[0] for name in there} == wanted
    without = {NAMES[36], NAMES[TWICE]}
    assert {name.partition("-")[0] for name in there if name.endswith(".xlsx")} == wanted - without
    assert "另有 1 份不通过的不知道是谁的" in season.said["board"].stderr
    for name in there:
        if name.endswith(".html"):
            lead = parsed((season.home / "退回" / name).read_text("utf-8")).all("p", "lead")
            assert name.partition("-")[0] in lead[0].text
            assert "原路发回" in lead[1].text


def test_a_workbook_whose_formula_is_gone_goes_back_as_a_new_one(season, tmp_path):
    path = tmp_path / "new.xlsx"
    path.write_bytes(season.notice(64))
    before, after = district.seen(season.first[64]), district.seen(season.notice(64))
    assert after == before
    assert "新表" in (season.home / "退回" / f"{NAMES[64]}-退回通知.txt").read_text("utf-8-sig")
    result = json.loads(run("check", path, "--format", "json").stdout)["files"][0]
    assert result["verdict"] == "pass"
