"""`gouji addin install`, `doctor`, `uninstall` in homes laid out like Windows and macOS."""

import errno
import importlib.util
import stat
import sys
from pathlib import Path
from string import Formatter
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner
from source import messages

from toolkit import __version__
from toolkit.addin import doctor, place, ribbon
from toolkit.cli import gouji

VERSIONS = {"gouji": __version__, "xlwings": "0.37.8"}
START = {
    "win32": "AppData/Roaming/Microsoft/Excel/XLSTART",
    "darwin": "Library/Group Containers/UBF8T346G9.Office/User Content.localized/"
    "Startup.localized/Excel",
}
SECURITY = r"Software\{}Microsoft\Office\16.0\Excel\Security"
LOCATIONS = rf"{SECURITY}\Trusted Locations"


@pytest.fixture(params=sorted(START))
def seat(request, tmp_path, monkeypatch):
    """Give a computer with an Excel that ran before; Python's path has Chinese and blanks."""
    python = tmp_path / "程序 files" / "python.exe"
    python.parent.mkdir()
    python.touch()
    found = place.seat(request.param, tmp_path / "用户 李 雷", {}, python)
    found.excel.mkdir(parents=True)
    monkeypatch.setattr(place, "here", lambda: found)
    monkeypatch.setattr(doctor, "registry", lambda _: {})
    monkeypatch.setattr(doctor, "asked", lambda _: VERSIONS)
    return found


def run(*arguments: str, lang: str = "zh") -> tuple[int, str]:
    done = CliRunner().invoke(gouji, ["addin", *arguments, "--lang", lang])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def said(name: str, section: str = "addin", **figures: object) -> str:
    return messages()[section][name]["zh"].format(**figures)


def everything(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file())


def test_install_puts_the_addin_where_excel_starts_and_writes_the_path_of_python(seat):
    code, told = run("install")
    assert code == 0
    assert seat.addin == seat.home / START[seat.platform] / "gouji.xlam"
    assert ribbon.python_of(seat.addin.read_bytes()) == str(seat.python)
    assert said("placed-now", path=seat.addin) in told
    assert said("starts", path=seat.python) in told
    assert "政府信息公开年报" in told


def test_on_windows_the_python_without_a_window_is_taken_where_there_is_one(tmp_path):
    console, silent = tmp_path / "python.exe", tmp_path / "pythonw.exe"
    assert place.seat("win32", tmp_path, {}, console).python == console
    silent.touch()
    found = place.seat("win32", tmp_path, {"APPDATA": str(tmp_path / "漫游")}, console)
    assert found.python == silent
    assert found.addin == tmp_path / "漫游" / "Microsoft" / "Excel" / "XLSTART" / "gouji.xlam"


def test_on_a_mac_only_our_buttons_can_be_started(tmp_path):
    script = place.applescript(Path('/Users/李 雷/a"b\\c/python')).decode()
    assert (
        'is not in {"validate", "explain", "clear", "roll_up", "new_blank"} then return "1"'
        in script
    )
    assert 'quoted form of "/Users/李 雷/a\\"b\\\\c/python" & " -P -c "' in script
    assert place.seat("win32", tmp_path, {}, tmp_path / "python").script is None


def test_installing_again_replaces_what_was_there(seat):
    run("install")
    seat.addin.write_bytes(b"old")
    assert run("install")[0] == 0
    assert ribbon.with_python(seat.addin.read_bytes(), "") == ribbon.shipped()


def test_uninstall_leaves_nothing_of_ours_and_all_of_others(seat):
    seat.addin.parent.mkdir(parents=True)
    other = seat.addin.with_name("PERSONAL.XLSB")
    other.write_bytes(b"other")
    run("install")
    installed = place.ours(seat)
    code, told = run("uninstall")
    assert code == 0
    assert everything(seat.home) == [other]
    assert told.splitlines() == [said("removed", path=path) for path in installed]
    assert run("uninstall") == (0, said("nothing") + "\n")


def test_where_excel_was_never_started_nothing_is_written(seat):
    seat.excel.rmdir()
    assert run("install") == (2, said("no-excel", path=seat.excel) + "\n")
    assert everything(seat.home) == []
    code, told = run("doctor")
    assert code == 1
    assert f"✗ {said('no-excel', 'doctor', path=seat.excel)}" in told


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_a_file_that_excel_holds_open_is_left_alone_and_said(seat, monkeypatch, command):
    run("install")
    before = seat.addin.read_bytes()

    def held(*_):
        raise PermissionError(13, "in use", "x")

    monkeypatch.setattr("toolkit.cli.addin.write_file", held)
    monkeypatch.setattr(Path, "unlink", held)
    assert run(command) == (2, said("busy", path=seat.addin) + "\n")
    assert seat.addin.read_bytes() == before


def test_a_full_disk_is_no_file_that_excel_holds_open(seat, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "no space left", "x")

    monkeypatch.setattr("toolkit.cli.addin.write_file", full)
    done = CliRunner().invoke(gouji, ["addin", "install", "--lang", "zh"])
    assert isinstance(done.exception, OSError)
    assert said("busy", path=seat.addin) not in done.output


def test_what_antivirus_takes_away_at_once_is_noticed(seat, monkeypatch):
    monkeypatch.setattr("toolkit.cli.addin.write_file", lambda *_: None)
    assert run("install") == (1, said("vanished", path=seat.addin) + "\n")


def test_the_doctor_finds_a_fresh_installation_well(seat):
    run("install")
    code, told = run("doctor")
    assert code == 0
    *lines, last = told.splitlines()
    assert {line[0] for line in lines} == {"✓"}
    assert last == said("restart", "doctor")
    assert said("python", "doctor", path=seat.python, version=__version__) in told
    assert said("xlwings", "doctor", version="0.37.8") in told
    assert (said("allowed", "doctor") in told) == (seat.platform == "win32")


def test_the_doctor_says_that_the_addin_is_gone(seat):
    assert f"✗ {said('gone', 'doctor', path=seat.addin)}" in run("doctor")[1]


@pytest.mark.parametrize("damage", ["macros", "all"])
def test_the_doctor_knows_an_addin_of_another_version(seat, damage):
    run("install")
    content = seat.addin.read_bytes()
    other = {"all": b"old", "macros": content.replace(b"\x01\x16", b"\x01\x17", 1)}[damage]
    assert other != content
    seat.addin.write_bytes(other)
    code, told = run("doctor")
    assert code == 1
    assert f"✗ {said('other', 'doctor', path=seat.addin)}" in told


def test_on_a_mac_the_doctor_misses_the_script(tmp_path):
    seat = place.seat("darwin", tmp_path, {}, tmp_path / "python")
    seat.addin.parent.mkdir(parents=True)
    seat.addin.write_bytes(ribbon.with_python(ribbon.shipped(), str(seat.python)))
    signs = list(doctor.signs(seat, lambda _: {}, lambda _: VERSIONS))
    assert [sign.name for sign in signs if not sign.well] == ["no-script", "no-python"]
    assert signs[1].figures == {"path": seat.script}


@pytest.mark.parametrize(
    ("found", "sick"),
    [
        (None, ["not-started"]),
        (VERSIONS | {"gouji": "0.0.1"}, ["other-version"]),
        (VERSIONS | {"xlwings": None}, ["no-xlwings"]),
        ({"gouji": "0.0.1", "xlwings": None}, ["other-version", "no-xlwings"]),
    ],
)
def test_the_doctor_asks_the_python_of_the_addin(seat, found, sick):
    run("install")
    signs = list(doctor.signs(seat, lambda _: {}, lambda _: found))
    assert [sign.name for sign in signs if not sign.well] == sick


def test_the_doctor_says_that_python_was_taken_away(seat):
    run("install")
    seat.python.unlink()
    assert f"✗ {said('no-python', 'doctor', path=seat.python)}" in run("doctor")[1]


@pytest.mark.parametrize(
    ("registry", "sick"),
    [
        ({}, []),
        ({r"Software\Policies\Microsoft\Office\16.0\Common": {"VBAOff": 1}}, ["vba-off"]),
        ({SECURITY.format(""): {"VBAWarnings": 4}}, []),
        ({LOCATIONS.format(""): {"AllLocationsDisabled": 1}}, ["asks"]),
        ({LOCATIONS.format("Policies\\"): {"AllLocationsDisabled": 1},
          SECURITY.format(""): {"VBAWarnings": 3}}, ["untrusted"]),
        ({LOCATIONS.format(""): {"AllLocationsDisabled": 1},
          SECURITY.format(""): {"VBAWarnings": 4},
          SECURITY.format("Policies\\"): {"VBAWarnings": 2}}, ["asks"]),
        ({r"Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems":
          {"a": b"\1\0\0\0" + "c:\\XLSTART\\Gouji.xlam".encode("utf-16-le"), "b": 3}},
         ["disabled"]),
    ],
    ids=["nothing set", "VBA off", "macros off but the place trusted", "asks", "no place trusted",
         "policy wins", "disabled after a crash"],
)  # fmt: skip
def test_the_doctor_reads_what_excel_allows_on_windows(tmp_path, registry, sick):
    seat = place.seat("win32", tmp_path, {}, tmp_path / "python.exe")
    seat.excel.mkdir(parents=True)
    signs = doctor.signs(seat, lambda key: registry.get(key, {}), lambda _: VERSIONS)
    found = [sign for sign in signs if not sign.well and sign.name != "gone"]
    assert [sign.name for sign in found] == sick
    assert {sign.figures["office"] for sign in found} <= {"16.0"}


def test_the_registry_gives_what_stands_under_a_key(monkeypatch):
    keys = {"here": [("VBAWarnings", 2, 4), ("other", "x", 1)]}

    class Key:
        def __init__(self, _, path):
            if path not in keys:
                raise FileNotFoundError(path)
            self.held = keys[path]

        def __enter__(self):
            return self.held

        def __exit__(self, *_):
            pass

    stub = SimpleNamespace(
        HKEY_CURRENT_USER=1, OpenKey=Key, QueryInfoKey=lambda held: (0, len(held), 0),
        EnumValue=lambda held, number: held[number],
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "winreg", stub)
    monkeypatch.setattr(doctor.sys, "platform", "win32")
    assert doctor.registry("here") == {"VBAWarnings": 2, "other": "x"}
    assert doctor.registry("nowhere") == {}
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    assert doctor.registry("here") == {}


def test_a_python_is_asked_for_its_versions_as_a_button_starts_it(tmp_path):
    has = importlib.util.find_spec("xlwings") is not None
    found = doctor.asked(sys.executable)
    assert found is not None
    assert (found["gouji"], found["xlwings"] is not None) == (__version__, has)
    assert doctor.asked(str(tmp_path / "gone")) is None


def test_a_python_that_prints_something_else_does_not_count_as_started(tmp_path):
    if sys.platform == "win32":
        pytest.skip("a script is no program on Windows")
    silent, console = tmp_path / "pythonw.exe", tmp_path / "python.exe"
    silent.write_text('#!/bin/sh\necho \'{"gouji": "silent"}\'\n', encoding="utf-8")
    silent.chmod(stat.S_IRWXU)
    assert doctor.asked(str(silent)) == {"gouji": "silent"}
    console.write_text("#!/bin/sh\necho hello\n", encoding="utf-8")
    console.chmod(stat.S_IRWXU)
    assert doctor.asked(str(silent)) is None


@pytest.mark.parametrize("command", ["install", "doctor", "uninstall"])
def test_without_desktop_excel_it_is_said_plainly(monkeypatch, command):
    monkeypatch.setattr(place, "here", lambda: place.seat("linux", Path(), {}, Path()))
    assert run(command) == (2, said("platform") + "\n")


def test_this_computer_is_what_its_settings_say():
    found = place.here()
    assert (found is None) == (sys.platform not in {"win32", "darwin"})


def test_build_writes_the_addin_and_never_over_another_file(tmp_path, need):
    need(importlib.util.find_spec("pyopenvba"), "pyOpenVBA is not installed")
    path = tmp_path / "新 gouji.xlam"
    assert run("build", "-o", str(path))[0] == 0
    assert path.read_bytes() == ribbon.shipped()
    path.write_bytes(b"")
    assert run("build", "-o", str(path))[0] == 2
    assert path.read_bytes() == b""
    assert run("build", "-o", str(path), "--force")[0] == 0
    assert path.read_bytes() == ribbon.shipped()
    assert run("build", "-o", "x.xlsm") == (2, said("not-xlam", path="x.xlsm") + "\n")


def test_without_pyopenvba_build_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    code, told = run("build", "-o", str(tmp_path / "x.xlam"))
    do = messages()["part"]["pyOpenVBA"]["zh"]
    assert (code, told) == (2, said("no-builder", do=do) + "\n")
    assert 'pip install "gouji[addin]"' in told


@pytest.mark.parametrize("section", ["addin", "doctor"])
def test_what_is_said_has_the_same_figures_in_both_languages(section):
    for name, text in messages()[section].items():
        found = [{part[1] for part in Formatter().parse(text[lang])} - {None}
                 for lang in ("zh", "en")]  # fmt: skip
        assert found[0] == found[1], name


def test_the_subcommands_and_their_options_are_on_the_page(checkout):
    page = (checkout / "docs" / "commands" / "addin.md").read_text(encoding="utf-8")
    group = gouji.commands["addin"]
    assert isinstance(group, click.Group)
    assert sorted(group.commands) == ["build", "doctor", "install", "uninstall"]
    for name, command in group.commands.items():
        assert f"gouji addin {name}" in page
        options = [option for parameter in command.params for option in parameter.opts]
        assert [option for option in options if option not in page] == []
