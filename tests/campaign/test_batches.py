"""Files that are checked together: what is found in each of them, as tests/cases/batches.toml says."""

import io
import json
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from casebook import report_of
from click.testing import CliRunner
from openpyxl.chart import BarChart
from printed import Style, draw
from source import TESTS

from toolkit import cli
from toolkit.blank.build import build
from toolkit.report.report import Report, as_json, dumps

CASES = tomllib.loads((TESTS / "cases" / "batches.toml").read_text("utf-8"))["case"]


def reported(case: dict[str, Any]) -> Report:
    """Return a case's report of an agency."""
    who = {"name": case["name"], "code": case.get("code"), "level": None}
    return replace(report_of(case), agency=who, sent=case.get("sent", 1))


def changed(source: bytes, file: dict[str, Any]) -> bytes:
    """Return a workbook with cells changed and charts added."""
    book = openpyxl.load_workbook(io.BytesIO(source))
    for place, content in file.get("cells", {}).items():
        sheet, _, at = place.partition("!")
        book[sheet][at].value = content
    for name in file.get("charts", ()):
        book.create_chartsheet(name).add_chart(BarChart())
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def added_up(files: dict[str, Any], home: Path) -> bytes:
    """Return the workbook of a region whose agencies sent these files."""
    home.mkdir()
    for name, file in files.items():
        (home / name).write_bytes(source_of(file, home))
    out = home.with_suffix(".xlsx")
    done = CliRunner().invoke(
        cli.gouji,
        ["rollup", str(home), "--agency", "某区", "--partial", "-o", str(out), "--lang", "zh"],
    )
    assert done.exit_code == 0, done.output
    return out.read_bytes()


def source_of(file: dict[str, Any], scratch: Path) -> bytes:
    """Return a case's file; scratch: a path for what is made on the way."""
    if "text" in file:
        return file["text"].encode()
    if "zip" in file:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as packed:
            for name, inside in file["zip"].items():
                packed.writestr(name, source_of(inside, scratch))
        return target.getvalue()
    if "rollup" in file:
        return changed(added_up(file["rollup"], scratch), file)
    report = reported(file["report"])
    if file.get("drawn"):
        title = (f"{report.agency['name']}2025年政府信息公开工作年度报告",)
        return changed(draw(report, Style(title=title)), file)
    if {"workbook", "cells", "charts"} & file.keys():
        return changed(build(report.edition, report), file)
    return dumps(as_json(report)).encode()


def fields(finding: dict[str, Any]) -> dict[str, Any]:
    return {name: finding[name] for name in ("code", "severity", "found", "expected")}


@pytest.mark.no_cover
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_found_in_files_checked_together(case, tmp_path):
    folder, prior = tmp_path / "returns", case.get("prior")
    folder.mkdir()
    for name, file in case["file"].items():
        place = (tmp_path if name == prior else folder) / name
        if "link" in file:
            place.symlink_to(file["link"])
        else:
            place.write_bytes(source_of(file, tmp_path / "parts"))
    words = [str(folder), "--format", "json", "--lang", "zh"]
    if "roster" in case:
        roster = tmp_path / "roster.csv"
        roster.write_text("\n".join(["name,code,level", *case["roster"], ""]), "utf-8")
        words += ["--roster", str(roster)]
    words += ["--year", str(case["year"])] if "year" in case else []
    words += ["--prior", str(tmp_path / prior)] if prior else []
    done = CliRunner().invoke(cli.gouji, ["check", *words])
    files = {one["path"]: one["findings"] for one in json.loads(done.stdout)["files"]}
    for wanted in case["find"]:
        asked = {name: part for name, part in wanted.items() if name != "file"}
        findings = files[str(folder / wanted["file"])]
        assert any(asked.items() <= fields(one).items() for one in findings), findings
