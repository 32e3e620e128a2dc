"""Output is inert for any content of a return, a name or a path: no cursor moves, no code runs."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hazards import EVIL, hostile, still
from source import CHECKOUT

from toolkit import cli
from toolkit.report.report import as_json, dumps


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.gouji, [str(argument) for argument in arguments])


@pytest.fixture(params=EVIL)
def text(request) -> str:
    return EVIL[request.param]


@pytest.fixture
def path(tmp_path, text) -> Path:
    """Return a report JSON full of the text."""
    found = tmp_path / "a.json"
    report = hostile(text)
    source = as_json(report) | {text: text, "origin": "workbook"}
    source["values"] |= {text: text}
    found.write_text(dumps(source), encoding="utf-8")
    return found


def test_text_for_a_terminal_keeps_its_lines(path):
    shown = run("check", path, "--lang", "zh").stdout
    assert still(shown)
    plain = run("check", *harmless(path), "--lang", "zh").stdout
    assert shown.count("\n") == plain.count("\n")


def harmless(path: Path) -> list[Path]:
    """Return the paths of the same report with a harmless word everywhere."""
    found = path.with_name("b.json")
    report = hostile("局")
    source = as_json(report) | {"局": "局", "origin": "workbook"}
    source["values"] |= {"局": "局"}
    found.write_text(dumps(source), encoding="utf-8")
    return [found]


@pytest.mark.parametrize("style", ["json", "jsonl"])
def test_check_as_json_is_ascii_and_says_the_text_itself(path, text, style):
    shown = run("check", path, "--format", style).stdout
    assert shown.isascii()
    assert still(shown)
    found = json.loads(shown)
    entry = found["files"][0] if style == "json" else found
    assert entry["agency"]["name"] == text
    codes = {finding["code"]: finding for finding in entry["findings"]}
    assert codes["number"]["found"] == text
    assert codes["unknown-field"]["severity"] == "note"


@pytest.mark.parametrize("style", ["json", "jsonl"])
def test_read_as_json_is_ascii_and_says_the_text_itself(path, text, style):
    shown = run("read", path, "--format", style).stdout
    assert shown.isascii()
    found = json.loads(shown)
    assert found["agency"] == dict.fromkeys(("name", "code", "level"), text)
    assert text in found["values"].values()
    assert set(found["texts"].values()) == {text}


def test_read_as_csv_is_text_a_spreadsheet_runs_nothing_of(path):
    shown = run("read", path, "--format", "csv").stdout_bytes.decode()
    assert still(shown)
    rows = list(csv.reader(io.StringIO(shown, newline="")))
    assert {len(row) for row in rows} == {7}
    for row in rows[1:]:
        for field in row:
            bare = field.strip(" \u3000")
            number = re.fullmatch(r"-?[0-9.]+", field)
            assert number or not bare.startswith(tuple("=+-@＝＋－＠\t\r\n"))
    quoted = re.compile(r'("([^"]|"")*"|-?[0-9.]+|)')
    for line in shown.split("\r\n")[1:-1]:
        assert re.fullmatch(rf"{quoted.pattern}(,{quoted.pattern}){{6}}", line)


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def formulas(path: Path) -> list[str]:
    sheets = (text for name, text in sorted(parts_of(path).items()) if "worksheets/sheet" in name)
    return [found for sheet in sheets for found in re.findall(r"<f[ >].*?</f>", sheet)]


@pytest.mark.no_cover
def test_a_filled_workbook_holds_the_text_and_no_formula_more(path, text, tmp_path):
    source = json.loads(path.read_text("utf-8"))
    del source["values"][text], source[text]
    path.write_text(json.dumps(source), encoding="utf-8")
    out, plain, back = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.json"))
    done = run("fill", path, "-o", out, "--lang", "zh")
    assert still(done.output)
    assert not done.exception or isinstance(done.exception, SystemExit)
    if not out.exists():
        assert done.exit_code == 1
        assert "没有写文件" in done.stderr
        return
    other = json.loads(dumps(as_json(hostile("局"))))
    del other["values"]["局"]
    plain_json = tmp_path / "plain.json"
    plain_json.write_text(json.dumps(other | {"origin": "workbook"}), encoding="utf-8")
    run("fill", plain_json, "-o", plain)
    assert formulas(out) == formulas(plain)
    run("read", out, "-o", back)
    read = json.loads(back.read_text("utf-8"))
    assert read["agency"]["name"] == text.strip()
    assert text in read["values"].values()


@pytest.mark.no_cover
def test_a_blank_holds_the_name_and_no_formula_more(text, tmp_path):
    out, plain = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    common = ("--year", 2025, "--lang", "zh")
    done = run("blank", f"--agency={text}", f"--code={text}", *common, "-o", out)
    assert not done.exception or isinstance(done.exception, SystemExit)
    assert still(done.output)
    if out.exists():
        run("blank", "--agency=局", "--code=局", *common, "-o", plain)
        assert formulas(out) == formulas(plain)


@pytest.mark.no_cover
def test_what_goes_to_stderr_is_still_too(path, text, tmp_path):
    bad = path.with_name("bad.json")
    bad.write_text(
        json.dumps({text: 1, "form": text, "year": 2025, "values": {}}), encoding="utf-8"
    )
    values = json.loads(path.read_text("utf-8"))
    commands = [
        ("read", bad),
        ("fill", bad, "-o", tmp_path / "x.xlsx"),
        ("fill", path, "-o", tmp_path / "y.xlsx"),
        ("check", f"{tmp_path}/{text}"),
        ("check", path, "--prior", f"{tmp_path}/{text}"),
        ("cells", "--edition", text),
        ("cells", "--edition", f"{text}.toml"),
        ("blank", "--year", "2025", "--agency", "x", f"--level={text}", "-o", "a.xlsx"),
        ("blank", "--year", "2025", "--agency", "x", f"-o{text}"),
        ("blank", "--year", "2025", "--agency", "x", "-o", f"{text}/a.xlsx"),
        ("check", path, "-o", f"{tmp_path}/none/{text}"),
    ]
    assert values["form"] == "annual-report"
    for command in commands:
        for lang in ("zh", "en"):
            done = run(*command, "--lang", lang)
            assert still(done.stderr), (command, done.stderr)


NAMES = ["=1+1.json", "-rf.json", "局\x1b[2J.json", "局\u202enosj.json", "a\nb.json", "<b>&.json"]


def test_a_file_may_have_any_name(tmp_path):
    source = dumps(as_json(hostile("局"))).encode()
    names = [os.fsencode(name) for name in NAMES]
    if sys.platform == "linux":
        names += [b"\xff\xfe.json", b"x" * 250 + b".json"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(source)
    (tmp_path / "\x1b[31m.xlsx").write_bytes(b"PK\3\4")
    shown = run("check", tmp_path, "--lang", "zh").stdout
    assert still(shown)
    assert len(re.findall("^[✓!✗] ", shown, re.MULTILINE)) >= len(names) + 1
    for style in ("json", "jsonl"):
        result = run("check", tmp_path, "--format", style).stdout
        assert result.isascii()
    lines = [json.loads(line) for line in result.splitlines()]
    paths = [os.fsencode(line["path"]).rpartition(b"/")[2] for line in lines]
    assert paths == sorted([*names, b"\x1b[31m.xlsx"])
    done = run("read", tmp_path, "--format", "csv", "--lang", "zh")
    assert still(done.stdout)
    assert still(done.stderr)
    assert "\\x1b[31m.xlsx" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--\x1b[31m"],
        ["\x1b[2J\u202e"],
        ["check", "x", "--format", "\x1b[2J"],
        ["forms", "\x1b[2J"],
        ["check", "x", "--jobs", "\x1b"],
        ["forms", "--templates", "\x1b[2J"],
    ],
)
def test_a_wrong_command_line_is_answered_without_its_controls(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == b""
    shown = done.stderr.decode()
    assert shown
    assert still(shown)
