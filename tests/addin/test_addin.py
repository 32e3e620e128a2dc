"""The ribbon add-in: its content, the commands of its macros, and its reproducible build."""

import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree as ET

import pytest
from office import need_office, session
from source import TOOLKIT, messages

from toolkit.addin import ribbon

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
PYTHON = "C:\\单位 电脑\\新 & 旧\\pythonw.exe"
RECORDER = """\
Public Seen As String
Public Sign As String
Public Function Environment(kind As String) As Object
    If kind = "PROCESS" Then Set Environment = Me
End Function
Public Property Let Item(name As String, value As String)
    If name = "GOUJI_PERCENT" Then Sign = value
End Property
Public Function Run(full As String, style As Long, wait As Boolean) As Long
    If InStr(full, "absent") > 0 Then Err.Raise 5
    Seen = Replace(full, "%GOUJI_PERCENT%", Sign) & "|" & style & "|" & wait
    If InStr(full, "broken") > 0 Then Run = 1
End Function
"""
STUB = """\
Public Made As Recorder
Public Function Shell() As Object
    Set Made = New Recorder
    Set Shell = Made
End Function
"""


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def words(command: str) -> list[str]:
    """Return a Windows command line as its program receives it; ours have no escapes."""
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', command)]


@pytest.fixture
def _builder(need):
    need(importlib.util.find_spec("pyopenvba"), "pyOpenVBA is not installed")


@pytest.mark.usefixtures("_builder")
def test_the_shipped_addin_is_what_is_built_today_to_the_byte():
    path, built = ribbon.folder() / ribbon.NAME, ribbon.build()
    if os.environ.get("GOUJI_REGENERATE") == "1":
        path.write_bytes(built)
    assert built == ribbon.build()
    assert path.read_bytes() == built, "write it anew with GOUJI_REGENERATE=1"


def test_it_holds_our_macros_with_our_source_and_nothing_that_runs_by_itself(need):
    need(importlib.util.find_spec("oletools"), "oletools is not installed")
    asked = (
        "import json, sys\nfrom oletools.olevba import VBA_Parser\n"
        "found = VBA_Parser(sys.argv[1])\n"
        "macros = [(one[2], one[3]) for one in found.extract_all_macros()]\n"
        "print(json.dumps([macros, found.analyze_macros()]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", asked, ribbon.folder() / ribbon.NAME],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    macros, signs = json.loads(done.stdout)
    code = {name: "".join(text.split("\r\n")) for name, text in macros}
    assert [name for name, text in code.items() if "Sub " in text] == ["Gouji.bas"]
    assert sorted(code) == ["Gouji.bas", "Sheet1.cls", "ThisWorkbook.cls"]
    ((_, text),) = [macro for macro in macros if macro[0] == "Gouji.bas"]
    assert text.replace("\r\n", "\n").strip() == ribbon.source().strip()
    assert [sign for sign in signs if sign[0] == "AutoExec"] == []
    suspicious = {sign[1] for sign in signs if sign[0] == "Suspicious"}
    hints = {"Base64 Strings", "Hex Strings"}  # any long word is one
    assert suspicious - hints == {
        "WScript.Shell", "Run", "CreateObject", "Shell", "applescript", "Environment"
    }  # fmt: skip


def test_its_source_is_ascii_and_declares_nothing_of_the_system():
    assert ribbon.source().isascii()
    assert not re.search(r"\bDeclare\b|\bLib\b|cmd\.exe|Auto_Open|Workbook_Open", ribbon.source())


def test_every_part_is_xml_and_the_ribbon_is_linked_once():
    held = parts(ribbon.shipped())
    trees = {n: ET.fromstring(p) for n, p in held.items() if n.endswith((".xml", ".rels"))}
    links = [link for link in trees["_rels/.rels"].iter(LINK) if "ui/extens" in link.get("Type")]
    assert [link.get("Target") for link in links] == [ribbon.RIBBON]
    assert set(held) - set(trees) == {"xl/vbaProject.bin"}


def test_nobodys_name_and_no_day_of_building_is_in_it():
    held = parts(ribbon.shipped())
    core = held["docProps/core.xml"].decode()
    assert re.findall(r"<dc:creator>([^<]*)<", core) == ["gouji"]
    assert "lastModifiedBy" not in core
    assert b"William" not in b"".join(held.values())
    with zipfile.ZipFile(io.BytesIO(ribbon.shipped())) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


def test_the_ribbon_has_buttons_that_call_a_macro_that_is_there():
    root = ET.fromstring(parts(ribbon.shipped())[ribbon.RIBBON])
    buttons = {button.get("id"): button for button in root.iter(f"{UI}button")}
    assert [tab.get("label") for tab in root.iter(f"{UI}tab")] == ["政府信息公开年报"]
    labels = {name: button.get("label") for name, button in buttons.items()}
    assert labels == {
        "validate": "校验",
        "explain": "怎么改",
        "clear": "清除标记",
        "roll_up": "汇总",
        "new_blank": "空白表",
        "help": "帮助",
    }
    for button in buttons.values():
        called = button.get("onAction")
        assert f"Public Sub {called}(control As IRibbonControl)" in ribbon.source()
    everyone = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(everyone) == len(set(everyone)) == 10


def test_every_button_but_help_is_a_hook():
    hooks = TOOLKIT / "excel" / "__init__.py"
    if hooks.exists():
        there = hooks.read_text(encoding="utf-8")
        assert [name for name in ribbon.BUTTONS if f'"{name}"' not in there] == []


def test_no_text_is_longer_than_excel_takes():
    texts = messages()["ribbon"]
    assert max(len(texts[name]["zh"]) for name in ribbon.CELLS) < 1000
    assert max(len(said["zh"]) for said in texts.values()) < 1024


@pytest.mark.parametrize("path", [PYTHON, "", "python\\pythonw.exe", "/Users/李 雷/a$1\\2/python"])
def test_the_path_of_python_is_written_in_and_read_back(path):
    made = ribbon.with_python(ribbon.shipped(), path)
    assert ribbon.python_of(made) == path
    assert ribbon.with_python(made, "") == ribbon.shipped()


@pytest.mark.parametrize("content", [b"", b"PK", ribbon.shipped()[:2000]])
def test_what_is_no_addin_is_said_to_be_none(content):
    with pytest.raises(ValueError, match="no add-in"):
        ribbon.python_of(content)


@pytest.fixture
def excel(_builder, tmp_path, monkeypatch):
    """Give `press(button, python=…, book=…) -> (its command, its message)` by an interpreter."""
    from pyopenvba.apps.excel import ExcelApplication  # noqa: PLC0415
    from pyopenvba.apps.excel._model import Application  # noqa: PLC0415

    plain = Application.vba_get
    monkeypatch.setattr(  # the one thing of Excel's that this interpreter lacks
        Application, "vba_get", lambda self, name, *rest: (
            4242 if name.lower() == "hwnd" else plain(self, name, *rest)
        )
    )  # fmt: skip

    def press(button: str, python: str = PYTHON, book: str | None = None) -> tuple[str, list[str]]:
        path = tmp_path / ribbon.NAME
        path.write_bytes(ribbon.with_python(ribbon.shipped(), python))
        app = ExcelApplication.open(path)
        app.add_module(RECORDER, name="Recorder", kind="class")
        app.add_module(STUB, name="Stub")
        app.interpreter.create_com = lambda name: (
            app.interpreter.run("Shell", []) if name == "WScript.Shell" else None
        )
        if book is not None:
            blank = tmp_path / book
            blank.write_bytes((TOOLKIT.parent / "templates/annual-report/2021.xlsx").read_bytes())
            app.activate_workbook(app.open_workbook(blank))
        app.run("Press", button)
        started = "" if app.evaluate("Made Is Nothing") else app.evaluate("Made.Seen")
        return started, [text for _, text, *_ in app.dialogs]

    return press


@pytest.mark.parametrize("button", ["validate", "explain"])
def test_a_button_starts_one_python_without_a_shell_and_waits_for_it(excel, button):
    started, said = excel(button, book="某某局 2025(1)&.xlsx")
    line, style, wait = started.split("|")
    *fixed, window = words(line)
    assert fixed == [
        PYTHON,
        "-P",
        "-c",
        f"import toolkit.excel; toolkit.excel.{button}()",
        "--wb=某某局 2025(1)&.xlsx",
        "--from_xl=1",
    ]
    assert window == "--hwnd=4242"
    assert (style, wait, said) == ("1", "True", [])


def test_a_name_with_signs_that_windows_would_replace_arrives_as_it_is(excel, monkeypatch):
    monkeypatch.setenv("OS", "Windows_NT")
    started, said = excel("validate", python="C:\\%OS%\\pythonw.exe", book="完成100% %OS%.xlsx")
    line = words(started.partition("|")[0])
    assert (line[0], line[4]) == ("C:\\%OS%\\pythonw.exe", "--wb=完成100% %OS%.xlsx")
    assert said == []


@pytest.mark.parametrize(
    "button",
    ["", "VALIDATE", "validate()", "validate|explain", "__import__('os').system('calc')#", "Help",
     "validate, explain", '"validate"', "active"],
)  # fmt: skip
def test_what_is_none_of_our_buttons_starts_and_says_nothing(excel, button):
    assert excel(button) == ("", [])


def test_other_macros_are_not_offered_what_starts_python():
    public = re.findall(r"^Public (?:Sub|Function) (\w+)", ribbon.source(), re.MULTILINE)
    assert public == ["GoujiPressed"]
    listed = re.search(r"^ +Case (.*)$", ribbon.source(), re.MULTILINE)
    assert listed[1] == ", ".join(f'"{name}"' for name in ribbon.BUTTONS)


def test_a_relative_path_counts_from_the_folder_of_the_addin(excel, tmp_path):
    started, _ = excel("validate", python="python\\pythonw.exe")
    assert words(started)[0] == f"{tmp_path}\\python\\pythonw.exe"
    started, _ = excel("validate", python="\\\\server\\share\\pythonw.exe")
    assert words(started)[0] == "\\\\server\\share\\pythonw.exe"


@pytest.mark.parametrize(
    ("button", "python", "told"),
    [
        ("help", "", "help_text"),
        ("validate", "", "not_installed"),
        ("explain", "C:\\broken\\pythonw.exe", "failed"),
        ("explain", "C:\\absent\\pythonw.exe", "failed"),
    ],
    ids=["help", "not installed", "Python ended badly", "Python did not start"],
)
def test_what_goes_wrong_is_said_in_chinese(excel, button, python, told):
    _, said = excel(button, python=python)
    assert said == [messages()["ribbon"][told]["zh"]]


def test_the_command_line_reaches_the_button_and_nothing_beside_the_workbook(excel, tmp_path):
    started, _ = excel("validate", book="表.xlsx")
    ours, beside = tmp_path / "ours" / "toolkit" / "excel", tmp_path / "beside" / "toolkit"
    ours.mkdir(parents=True)
    beside.mkdir(parents=True)
    (ours.parent / "__init__.py").touch()
    (ours / "__init__.py").write_text(
        "import json, sys\ndef validate():\n    print(json.dumps(sys.argv[1:]))\n", "utf-8"
    )
    (beside / "__init__.py").write_text("raise SystemExit('a stranger runs')", "utf-8")
    (beside.parent / "json.py").write_text("raise SystemExit('a stranger runs')", "utf-8")
    done = subprocess.run(
        [sys.executable, *words(started.partition("|")[0])[1:]],
        cwd=beside.parent,
        env=os.environ | {"PYTHONPATH": str(ours.parent.parent), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[:2] == ["--wb=表.xlsx", "--from_xl=1"]


def test_libreoffice_runs_the_macros_up_to_the_script_that_starts_python(tmp_path):
    """It takes both branches of `#If Mac`; the first one, a Mac's, is recorded."""
    need_office(session=True)
    path = tmp_path / ribbon.NAME
    path.write_bytes(ribbon.with_python(ribbon.shipped(), "/Users/李 雷/python"))
    stub = (
        "Option VBASupport 1\nPublic Function AppleScriptTask(file, handler, given)\n"
        'ThisWorkbook.Worksheets(1).Range("B1").Value = file & "/" & handler & "/" & given\n'
        'AppleScriptTask = "0"\nEnd Function\n'
    )
    steps = [
        ["module", "VBAProject", "Stub", stub],
        ["macro", "VBAProject.Gouji.Press", ["validate"]],
        ["strings", "Sheet1", "A1:B1"],
    ]
    load = {"MacroExecutionMode": 4, "FilterName": "Calc MS Excel 2007 VBA XML"}
    with session() as run:
        ((*_, cells),) = run([{"open": str(path), "load": load, "steps": steps}])
    assert cells == [["/Users/李 雷/python", "gouji.applescript/press/validate|gouji.xlam"]]
