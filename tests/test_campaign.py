"""A whole season by its commands: 120 agencies, 12 mistakes, six corrections, the region's sum."""

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
from district import FORM, LATE, MENDED, MISTAKES, NAMES, OWN, TWICE, VERTICAL, code
from office import lacking, need_office, resave

from toolkit import cli
from toolkit.report import as_json, dumps
from toolkit.workbook.structure import word

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
"""Which mistake is planted in whose return: what has to be found, and where."""


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.gouji, [*map(str, words), "--lang", "zh"])


class Season:
    """The folder a clerk keeps, and what the commands said in the order they were run."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said: dict[str, Result] = {}

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
    """Return workbooks as LibreOffice saves them; as they are where there is none."""
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
def season(tmp_path_factory) -> Season:
    """Play the season up to the second roll-up."""
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
    one.sent = district.post(home / "报回", one.blank, lambda books: saved(books, scratch))
    one.check("first", "--format", "json")
    one.check("board", "--format", "html", "-o", home / "一览.html", "--notices", home / "退回")
    rolled = ("rollup", home / "报回", "--roster", home / "名册.xlsx", "--agency", "云水区")
    one.run("refused", *rolled, "-o", home / "云水区.xlsx", status=1)
    one.run("before", *rolled, "--partial", "-o", home / "云水区-1.xlsx")
    (home / "报回" / "更正").mkdir()
    for number in MENDED:
        one.sent[number] = district.corrected(number, one.notice(number))
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
    """Return code and cells of what is wrong with a file, what only follows left out."""
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
    assert here["verdict"] == ("warn" if number == 99 else "fail")  # noqa: PLR2004


def test_the_108_other_agencies_are_clean(season):
    assert len(FOUND) == 12  # noqa: PLR2004
    found = season.files("second")
    others = [n for n in range(len(NAMES)) if n not in FOUND]
    assert len(others) == 108  # noqa: PLR2004
    for number in others:
        assert [(file["verdict"], told(file)) for file in found[NAMES[number]]] == [("pass", [])]
