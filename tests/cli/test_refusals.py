"""Command lines that end early: each in a sentence, with its exit status, and nothing written."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from source import REAL, TESTS

from toolkit import cli, data, workers
from toolkit.blank.build import build
from toolkit.campaign import notices
from toolkit.cli import console
from toolkit.edition.edition import named
from toolkit.report.report import from_json
from toolkit.returned.fill import NoPlace
from toolkit.rollup import region as regions
from toolkit.xlsx.zip import Rejected

SEED, SHUYANG = REAL / "seed_jiguan_shiwu_2025.json", REAL / "shuyang_county_2025.json"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.gouji, [*map(str, arguments), "--lang", "zh"])


def raising(error: BaseException):
    def function(*_: object, **__: object) -> None:
        raise error

    return function


def main(*arguments: str) -> int:
    """Return the exit status of the program as it is started."""
    sys.argv = ["gouji", *arguments]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


@pytest.fixture
def bare(monkeypatch):
    """Keep the program's own arguments and consoles as they are."""
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setattr(cli, "spare_consoles", lambda: None)


def test_an_edition_may_be_named_by_its_form_alone():
    assert "2021 版" in run("cells", "--edition", "annual-report").stdout
    none = run("cells", "--edition", "annual-report", "--year", "1999")
    assert (none.exit_code, none.stdout) == (2, "")


def test_last_years_store_that_is_damaged_is_a_sentence(tmp_path):
    broken = tmp_path / "last.gouji"
    assert run("check", SEED, "--store", broken).exit_code in (0, 1)
    broken.write_bytes(broken.read_bytes()[:3000])
    done = run("check", SEED, "--prior", broken)
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(broken.name) in done.stderr


def test_fill_wants_to_know_where_to_write_and_takes_one_return(tmp_path):
    assert run("fill", SEED).exit_code == 2
    folder = tmp_path / "returns"
    folder.mkdir()
    for path in (SEED, SHUYANG):
        shutil.copy(path, folder)
    done = run("fill", folder, "-o", tmp_path / "a.xlsx")
    assert done.exit_code == 2
    assert "2" in done.stderr
    assert not (tmp_path / "a.xlsx").exists()


def test_two_returns_are_compared_whatever_is_found_in_them(tmp_path):
    noted = json.loads(SEED.read_text(encoding="utf-8")) | {"zzz": 1}
    (tmp_path / "a.json").write_text(json.dumps(noted), encoding="utf-8")
    done = run("diff", SEED, tmp_path / "a.json")
    assert (done.exit_code, done.stderr) == (0, "")


def test_notes_on_two_returns_are_not_printed():
    path = TESTS / "versions" / "gouji-0.1.0-annual-report-2021.xlsx"
    done = run("diff", path, path)
    assert (done.exit_code, done.stderr) == (0, "")


def test_help_is_printed_though_the_language_asked_for_is_faulty(tmp_path, monkeypatch):
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "xx.toml").write_text("[help]\nnothing = 'a'", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["gouji", f"--templates={tmp_path}", "--lang", "xx"])
    assert console.help_text("check") == data.say("help", "check", console.system_lang())


def test_the_demo_takes_the_next_free_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "toolkit.cli.district._play", lambda home, *_: (home / "报回").mkdir(parents=True)
    )
    monkeypatch.setattr("toolkit.cli.rounds.play_season", lambda *_: None)
    Path("gouji-demo").mkdir()
    assert run("demo").exit_code == 0
    assert Path("gouji-demo-2").is_dir()
    assert run("demo", "gouji-demo-2").exit_code == 2
    assert run("demo", tmp_path / "far" / "away").exit_code == 0


@pytest.mark.parametrize(
    ("error", "status"), [(NoPlace({"a.b.c": 7}), 2), (regions.DiffersError(), 1)]
)
def test_a_roll_up_that_cannot_be_written_is_said(tmp_path, monkeypatch, error, status):
    monkeypatch.setattr(regions, "region", raising(error))
    monkeypatch.setattr("toolkit.cli.rollup.region", raising(error), raising=False)
    done = run("rollup", SEED, "--agency", "某区", "-o", tmp_path / "a.xlsx")
    assert done.exit_code in (1, status)
    assert done.stderr
    assert not (tmp_path / "a.xlsx").exists()


def test_a_regions_workbook_that_reads_back_otherwise_is_not_given(monkeypatch):
    form = named("annual-report", "2021")
    report = from_json(
        {
            "form": form.form,
            "edition": form.name,
            "year": 2025,
            "agency": {"name": "某区"},
            "values": dict.fromkeys(form.typed, 0),
        }
    )
    other = build(form, replace(report, values={**report.values, form.typed[0]: 1}))
    monkeypatch.setattr(regions, "build", lambda *_: other)
    with pytest.raises(regions.DiffersError):
        regions._workbook(report, None)  # noqa: SLF001
    monkeypatch.setattr(regions, "read", raising(Rejected("damaged")))
    with pytest.raises(regions.DiffersError):
        regions._workbook(report, None)  # noqa: SLF001


def test_a_return_that_changes_while_notices_are_written_stops_them(tmp_path, monkeypatch):
    (tmp_path / "甲局.json").write_text(
        SEED.read_text(encoding="utf-8").replace('"year"', '"zzz":1,"year"', 1), encoding="utf-8"
    )
    source = json.loads((tmp_path / "甲局.json").read_text(encoding="utf-8"))
    key = next(key for key, value in source["values"].items() if isinstance(value, int))
    source["values"][key] = "甲"
    (tmp_path / "甲局.json").write_text(json.dumps(source), encoding="utf-8")
    monkeypatch.setattr(notices, "written", raising(notices.Changed("甲局.json")), raising=False)
    monkeypatch.setattr("toolkit.files.saving.write_folder", raising(notices.Changed("甲局.json")))
    done = run("check", tmp_path / "甲局.json", "--notices", tmp_path / "退回")
    assert done.exit_code == 2
    assert "甲局.json" in done.stderr


def test_a_stopped_check_says_so(monkeypatch):
    monkeypatch.setattr(workers, "workers", raising(KeyboardInterrupt()))
    assert run("check", SEED).exit_code == 130


@pytest.mark.parametrize(
    ("system", "lang"),
    [("Chinese (Simplified)_China", "zh"), ("zh_CN", "zh"), ("German_Germany", "en"), (None, "en")],
)
def test_on_windows_the_language_is_that_of_the_system(system, lang, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(console.sys, "platform", "win32")
    monkeypatch.setattr(console.locale, "getlocale", lambda: (system, None))
    console.system_lang.cache_clear()
    try:
        assert console.system_lang() == lang
    finally:
        monkeypatch.undo()
        console.system_lang.cache_clear()


def test_an_output_that_is_no_file_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(console.sys, "stdout", object())
    console.spare_consoles()


@pytest.mark.usefixtures("bare")
def test_the_program_ends_with_the_commands_status(capsys):
    assert main("check", "--nothing") == 2
    assert "--nothing" in capsys.readouterr().err


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), 130), (data.DataError("no folder"), 2)]
)
def test_the_program_ends_in_a_sentence(monkeypatch, capsys, error, status):
    monkeypatch.setattr(cli, "_registered", lambda *_: raising(error))
    assert main("check") == status
    assert "Traceback" not in capsys.readouterr().err


FAULTS = {
    "[nowhere]\na = 'b'": "[nowhere]: no such section",
    "finding = 1": "[finding]: no such section",
    "[finding]\nnothing = 'b'": "[finding] nothing: no such sentence",
    "[finding]\nzero = '{nothing}'": "[finding] zero: no figure 'nothing'",
    "[finding]\nzero = '{'": "[finding] zero: no figure '{'",
    "[finding": "xx.toml: ",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_in_a_language_of_ones_own_is_named(text, tmp_path):
    path = tmp_path / "xx.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(data.DataError) as told:
        data.say("finding", "zero", str(path))
    assert FAULTS[text] in str(told.value)


def test_a_folder_that_is_not_installed_is_said():
    with pytest.raises(data.DataError, match="install the package again"):
        data.home("nothing")


def test_on_a_terminal_results_are_in_colours(monkeypatch):
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    done = CliRunner().invoke(cli.gouji, ["check", str(SEED), "--lang", "zh"], color=True)
    assert "\x1b[" in done.stdout
