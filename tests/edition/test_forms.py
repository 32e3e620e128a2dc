"""Every edition of every form, and an overlay on each form, does the whole job the same way."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from returns import KINDS, cases, clean, report_of
from source import TESTS

from toolkit import cli
from toolkit.check import check
from toolkit.edition import edition
from toolkit.report.report import as_json, dumps

CASES = TESTS / "cases"
OVERLAYS = {
    ("annual-report", "2021-east"): "overlays.toml",
    ("site-report", "2017-east"): "overlays-site.toml",
}
IDENTS = [*edition.known(), *OVERLAYS]
AGENCY = {"name": "东省 某局", "code": None, "level": "county"}
EVERY = pytest.mark.parametrize("ident", IDENTS, ids="/".join)
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds the overlays."""
    for (form, name), cases_of in OVERLAYS.items():
        place = tmp_path / "本地 格式" / form
        place.mkdir(parents=True)
        base = tomllib.loads((CASES / cases_of).read_text(encoding="utf-8"))["base"]
        (place / f"{name}.toml").write_text(base, encoding="utf-8")
    return tmp_path / "本地 格式"


@pytest.fixture
def run(folder: Path) -> Run:
    """Return a function that runs a command with the overlays' folder."""

    def invoke(*arguments: object) -> Result:
        given = [str(argument) for argument in arguments]
        return CliRunner().invoke(cli.gouji, [*given, "--templates", str(folder)])

    return invoke


def form(ident: tuple[str, str], folder: Path) -> edition.Edition:
    found = edition.named(*ident, (folder,))
    assert found is not None
    return found


def codes(result: Result) -> list[str]:
    return [f["code"] for f in json.loads(result.stdout)["files"][0]["findings"]]


@EVERY
def test_it_is_listed_with_every_cell_and_every_rule(ident, run: Run, folder: Path) -> None:
    own, name = form(ident, folder), "/".join(ident)
    listed = run("forms").stdout.splitlines()
    assert [line for line in listed if line.split()[:2] == list(ident)] != []
    cells = run("cells", "--edition", name).stdout
    assert [key for key in own.cells if not re.search(rf"\b{re.escape(key)}\b", cells)] == []
    rules = json.loads(run("rules", "--edition", name, "--format", "json").stdout)
    told = {rule["id"] for rule in (rules["rules"] if isinstance(rules, dict) else rules)}
    assert told == {rule.id for rule in (*own.balances, *own.edits)}
    schema = json.loads(run("schema", "--edition", name).stdout)
    assert list(schema["properties"]["values"]["properties"]) == list(own.cells)


@pytest.mark.no_cover
@EVERY
def test_a_blank_of_it_is_unfilled_and_nothing_else(ident, run: Run, folder, tmp_path) -> None:
    own, path = form(ident, folder), tmp_path / "空白.xlsx"
    made = run(
        *("blank", "--edition", "/".join(ident), "--year", own.years[0]),
        *("--agency", AGENCY["name"], "--level", "county", "-o", path),
    )
    assert made.exit_code == 0, made.output
    shown = run("check", path, "--format", "json")
    kinds = {edit.code for edit in own.edits if edit.kind in ("unfilled", "present")}
    assert shown.exit_code == 1
    assert set(codes(shown)) == kinds
    entry = json.loads(shown.stdout)["files"][0]
    assert (entry["form"], entry["edition"]) == ident
    assert entry["agency"] == AGENCY


@pytest.mark.no_cover
@EVERY
def test_a_return_on_it_is_filled_in_read_back_and_passes(ident, run: Run, folder, tmp_path):
    own = form(ident, folder)
    typed = clean(own, Random(1), 0.03, None)  # noqa: S311 - reproducible, no secret
    given = as_json(report_of(own, own.years[0], typed, (), AGENCY)) | {"origin": "json"}
    source, filled, back = (tmp_path / name for name in ("a.json", "a.xlsx", "b.json"))
    source.write_text(dumps(given), encoding="utf-8")
    assert run("fill", source, "-o", filled).exit_code == 0
    assert run("read", filled, "-o", back).exit_code == 0
    got = json.loads(back.read_text(encoding="utf-8"))
    assert got["values"] == json.loads(dumps(given))["values"]
    for path in (filled, back):
        shown = run("check", path, "--format", "json")
        severities = {f["severity"] for f in json.loads(shown.stdout)["files"][0]["findings"]}
        assert (shown.exit_code, "error" in severities) == (0, False), shown.stdout
    rows = run("read", filled, "--format", "csv").stdout.splitlines()
    assert len(rows) == 1 + len(own.cells)


@EVERY
def test_whatever_is_found_in_it_is_said_in_both_languages(ident, folder) -> None:
    own = form(ident, folder)
    for case in cases(own, seed=11, count=len(KINDS)):
        outcome = check(case.report, case.prior)
        whys = [words[lang] for words in outcome.not_checked.values() for lang in ("zh", "en")]
        said = [finding.message(lang) for finding in outcome.findings for lang in ("zh", "en")]
        assert [text for text in (*said, *whys) if not text or re.search(r"[{}]", text)] == []
        where = [cell for f in outcome.findings for cell in f.cells if cell.key in own.cells]
        assert all(cell.at == own.cells[cell.key].at for cell in where)
