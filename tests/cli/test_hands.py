"""Effects of consoles, folders and habits on the command line."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from source import CHECKOUT, REAL

from toolkit import cli
from toolkit.files.examine import examine, gather, of_last_year
from toolkit.report.report import from_json

SHUYANG = REAL / "shuyang_county_2025.json"
BEFORE, NOW = REAL / "suqian_city_2023.json", REAL / "suqian_city_2024.json"
ROOT = CHECKOUT
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(cli.gouji, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Path:
    out = tmp_path / "filled.xlsx"
    assert run("fill", SHUYANG, "-o", out).exit_code == 0
    return out


def source(path: Path = SHUYANG) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def written(folder: Path, content: dict[str, Any], name: str = "a.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def codes(run: Run, path: Path) -> list[str]:
    found = json.loads(run("check", path, "--format", "json").stdout)["files"][0]
    return [finding["code"] for finding in found["findings"]]


@pytest.mark.no_cover
@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_a_console_that_cannot_write_a_sign_shows_its_number(tmp_path: Path, encoding: str) -> None:
    out = tmp_path / "表.xlsx"
    for arguments in (["fill", SHUYANG, "-o", out, "--lang", "zh"], ["check", "--help"]):
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", *map(str, arguments)],
            env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "LANG": "zh"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(encoding)


def test_the_language_may_stand_before_the_command(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--lang", "zh", "check", str(SHUYANG)]
    monkeypatch.setattr(sys, "argv", ["gouji", *arguments])
    assert "共 1 份" in run(*arguments).stdout
    assert "1 return checked" in run(*arguments, "--lang", "en").stdout


def test_a_file_that_cannot_be_written_is_named_as_it_was_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys, "argv", ["gouji", "read", str(SHUYANG), "-o", "none/a.json", "--lang", "en"]
    )
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{Path('none/a.json')}: ")
    assert ".gouji-" not in told


@pytest.mark.parametrize("command", ["read", "check"])
def test_a_result_is_not_written_over_a_return(
    run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(filled.parent)
    before = filled.read_bytes()
    result = run(command, filled, "-o", "filled.xlsx")
    assert result.exit_code == 2
    assert "filled.xlsx" in result.stderr
    assert filled.read_bytes() == before


@pytest.mark.parametrize("agency", ["  某局 ", "某局"])
def test_blanks_around_a_name_are_no_part_of_it(run: Run, tmp_path: Path, agency: str) -> None:
    out = tmp_path / "a.xlsx"
    assert run("blank", "--year", 2025, "--agency", agency, "-o", out).exit_code == 0
    assert "identity" not in codes(run, out)


def test_a_slip_in_the_year_makes_no_workbook(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    assert run("blank", "--year", 20255, "--agency", "x", "-o", out).exit_code == 2
    assert not out.exists()


def test_a_workbook_without_a_year_can_be_read_and_checked_again(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(filled)
    book["填报说明"]["B7"] = "今年"
    book.save(filled)
    back = tmp_path / "a.json"
    assert run("read", filled, "-o", back).exit_code == 0
    assert source(back)["year"] is None
    assert codes(run, filled) == ["identity", "processing-fee"]
    assert codes(run, back) == ["processing-fee"]
    assert codes(run, written(tmp_path, source() | {"year": None})) == ["bad-field"]


def test_read_keeps_the_values_that_have_no_cell(run: Run, tmp_path: Path) -> None:
    given = REAL / "hongze_district_2023.json"
    back = tmp_path / "a.json"
    assert run("read", given, "-o", back).exit_code == 0
    assert source(given)["values"].items() <= source(back)["values"].items()
    assert codes(run, back) == codes(run, given)
    assert "mixed-edition" in codes(run, back)


def test_fill_says_what_it_did_not_take_from_a_damaged_workbook(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(filled)
    book["表三"]["J7"] = 99999
    del book["表四"]
    book.save(filled)
    out = tmp_path / "fresh.xlsx"
    result = run("fill", filled, "-o", out, "--lang", "zh")
    assert result.exit_code == 1
    assert out.exists()
    assert "99999" in result.stderr
    assert "缺少工作表“表四”" in result.stderr


def test_a_number_far_too_large_stays_a_number(run: Run, filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled)
    book["表三"]["D7"] = 1e300
    book.save(filled)
    back = tmp_path / "a.json"
    assert run("read", filled, "-o", back).exit_code == 0
    for path in (filled, back):
        assert "大得不可能" in run("check", path, "--lang", "zh").stdout


@pytest.mark.parametrize("number", ["1e999999999999999999999", "9" * 5000])
def test_a_number_no_computer_holds_is_quoted(run: Run, tmp_path: Path, number: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'{{"form": "annual-report", "year": {number}}}', encoding="utf-8")
    told = run("check", path, "--lang", "zh").stdout
    assert number[:20] in told
    assert "decimal" not in told
    assert "Exceeds" not in told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_json_as_a_windows_console_saves_it_is_read(
    run: Run, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(source(), indent=1), encoding=encoding)
    assert codes(run, path) == ["processing-fee"]


def test_an_edition_as_a_windows_editor_saves_it_is_read(run: Run, tmp_path: Path) -> None:
    ours = ROOT / "templates" / "annual-report" / "2021.toml"
    path = tmp_path / "my.toml"
    path.write_bytes(b"\xef\xbb\xbf" + ours.read_bytes())
    assert run("cells", "--edition", path).exit_code == 0


def test_csv_guards_texts_not_negative_numbers(run: Run, tmp_path: Path) -> None:
    given = source()
    given["values"] |= {"proactive.rules.issued": -1.5, "proactive.rules.repealed": "-无"}
    path = written(tmp_path, given)
    rows = csv.DictReader(io.StringIO(run("read", path, "--format", "csv").stdout))
    shown = {row["key"]: row["value"] for row in rows}
    assert shown["proactive.rules.issued"] == "-1.5"
    assert shown["proactive.rules.repealed"] == "'-无"


def test_last_year_s_report_is_not_that_of_a_namesake() -> None:
    def of(path: Path, code: str | None) -> Any:
        return from_json(source(path) | {"agency": {"name": "公安局", "code": code}})

    before = of(BEFORE, "B")
    assert of_last_year(of(NOW, "A"), [before]) is None
    assert of_last_year(of(NOW, "B"), [before]) is before
    assert of_last_year(of(NOW, None), [before]) is before


def test_a_bad_file_among_last_year_s_does_not_stop_the_check(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "last"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(b"x")
    (folder / "b.json").write_bytes(BEFORE.read_bytes())
    result = run("check", NOW, "--prior", folder, "--format", "json")
    assert result.exit_code == 0
    assert "a.xlsx" in result.stderr
    passed = json.loads(result.stdout)["files"][0]["rules"]["passed"]
    assert "carried-in[total]" in passed
    assert run("check", NOW, "--prior", folder / "a.xlsx").exit_code == 2


def test_a_template_under_another_name_is_refused_wherever_it_is_met(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "annual-report"
    folder.mkdir()
    ours = ROOT / "templates" / "annual-report" / "2021.toml"
    (folder / "other.toml").write_bytes(ours.read_bytes())
    result = run("forms", "--templates", tmp_path)
    assert "belongs into annual-report/2021.toml" in str(result.exception)


def test_two_different_reports_of_last_year_are_not_chosen_between(
    run: Run, tmp_path: Path
) -> None:
    other = source(BEFORE)
    other["values"]["disputes.review.pending"] += 1
    written(tmp_path, other)
    (tmp_path / "same.json").write_bytes(BEFORE.read_bytes())
    result = run("check", NOW, "--prior", tmp_path, "--lang", "zh")
    assert result.exit_code == 2
    assert "有两份" in result.stderr
    assert str(other["agency"]["name"]) in result.stderr


def test_a_level_may_be_named_as_it_is_printed(run: Run, tmp_path: Path) -> None:
    given = source(BEFORE)
    given["agency"]["level"] = "县级"
    given["values"]["proactive.rules.issued"] = 2
    shown = run("check", written(tmp_path, given), "--format", "json").stdout
    entry = json.loads(shown)["files"][0]
    assert entry["agency"]["level"] == "county"
    (found,) = [f for f in entry["findings"] if f["found"] == "2" and f["expected"] == "0"]
    assert (found["code"], found["cells"][0]["key"]) == ("rules-level", "proactive.rules.issued")


@pytest.mark.parametrize("year", [20255, 99, -2025, 2025.5, "2025", True])
def test_a_year_is_four_digits(run: Run, tmp_path: Path, year: object) -> None:
    path = written(tmp_path, source(BEFORE) | {"year": year})
    (finding,) = json.loads(run("check", path, "--format", "json").stdout)["files"][0]["findings"]
    assert finding["code"] == "bad-field"


def test_a_folder_nobody_may_look_into_is_rejected_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "局").mkdir()
    (tmp_path / "a.json").write_bytes(SHUYANG.read_bytes())
    scandir, listdir = os.scandir, os.listdir

    def closed(path: str, real: Callable[[str], Any]) -> Any:
        if str(path).endswith("局"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", lambda path: closed(path, scandir))
    monkeypatch.setattr(os, "listdir", lambda path: closed(path, listdir))
    paths, ignored = gather([str(tmp_path)])
    assert ([Path(path).name for path in paths], ignored) == (["a.json", "局"], 0)
    result = examine(paths[1])
    assert result.verdict == "reject"
    assert [finding.code for finding in result.findings] == ["unreadable"]


def test_a_cut_off_report_in_a_folder_is_rejected_not_passed_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(SHUYANG.read_bytes()[:300])
    (tmp_path / "b.json").write_text("{broken", encoding="utf-8")
    result = json.loads(run("check", tmp_path, "--format", "json").stdout)
    assert [finding["code"] for finding in result["files"][0]["findings"]] == ["bad-json"]
    assert result["summary"]["ignored"] == 1
