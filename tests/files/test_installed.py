"""Parts that commands need: `gouji doctor` and the commands that lack one say the same sentence."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError

import pytest
from click.testing import CliRunner
from source import CHECKOUT, messages

from toolkit import __version__, cli
from toolkit.documents import pdf
from toolkit.files import installed, refusal
from toolkit.finding import LACKING, PassedOver
from toolkit.page import bundle
from toolkit.xlsx.zip import Rejected


def gouji(*arguments: object, lang: str = "zh"):
    return CliRunner().invoke(cli.gouji, [*map(str, arguments), "--lang", lang])


def part(name: str) -> installed.Requisite:
    return next(one for one in installed.installed(None) if one.name == name)


@pytest.fixture
def without(monkeypatch):
    """Return a function that takes packages and programs away."""

    def take(*names: str, old: str | None = None) -> None:
        def version(name: str) -> str:
            if name in names and old is None:
                raise PackageNotFoundError(name)
            return old if name in names and old else "9999.1"

        monkeypatch.setattr(installed, "version", version)
        monkeypatch.setattr(installed.shutil, "which", lambda _: None)
        monkeypatch.setattr(installed, "office", lambda: None)

    return take


def project() -> dict:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


# ── the parts ─────────────────────────────────────────────────────────────────────────────────────


def test_the_required_packages_are_those_of_the_project():
    wanted = {one for one in project()["dependencies"] if ";" not in one}
    assert {requirement for requirement, _ in installed._REQUIRED.values()} == wanted  # noqa: SLF001


def test_the_other_packages_are_those_of_its_extras():
    extras = project()["optional-dependencies"]
    names = ("excel", "addin", "pdf", "parquet", "dask", "server")
    extras = "\n".join(line for name in names for line in extras[name])
    assert all(one in extras for one, _ in installed._EXTRA.values())  # noqa: SLF001


def test_every_command_named_exists():
    named = {use.split()[0] for one in installed.installed(None) for use in one.uses}
    assert named - {installed.ALL} <= set(cli.gouji.commands)


def test_the_doctor_lists_every_part_and_ends_well_without_the_optional_ones(without):
    without("xlwings", "pypdfium2", "pyOpenVBA", "pyarrow")
    done = gouji("doctor")
    assert done.exit_code == 0
    assert "✓ openpyxl 9999.1（所有命令）" in done.output
    optional = messages()["parts"]["optional"]["zh"]
    for name in ("pypdfium2", "pyOpenVBA", "LibreOffice"):
        uses = ", ".join(f"gouji {use}" for use in part(name).uses)
        do = messages()["part"][name]["zh"]
        assert optional.format(name=name, use=uses, do=do) in done.output
    assert "必需的都有。" in done.output


def test_the_doctor_ends_with_1_where_a_required_part_is_missing(without):
    without("rich", "pebble")
    done = gouji("doctor", lang="en")
    assert done.exit_code == 1
    assert "✗ no pebble, needed by gouji blank, gouji check" in done.output
    assert 'Run pip install "pebble>=5.1".' in done.output
    assert "2 required parts are missing" in done.output


def test_the_doctor_tells_what_is_too_old(without):
    without("openpyxl", "pypdfium2", old="3.1.4")
    done = gouji("doctor", lang="en")
    assert done.exit_code == 1
    assert "✗ openpyxl 3.1.4 is too old" in done.output
    assert "· pypdfium2 3.1.4 is too old" in done.output


def test_the_doctor_says_the_same_as_json(without, tmp_path):
    without("jsonschema")
    path = tmp_path / "out.json"
    assert gouji("doctor", "--format", "json", "-o", path).exit_code == 1
    told = json.loads(path.read_text(encoding="utf-8"))
    assert list(told) == ["tool", "python", "platform", "parts"]
    (one,) = [one for one in told["parts"] if one["name"] == "jsonschema"]
    assert one == {
        "name": "jsonschema", "version": None, "required": True, "for": ["all"],
        "do": '请运行 pip install "jsonschema>=4.17"。',
    }  # fmt: skip


# ── programs ──────────────────────────────────────────────────────────────────────────────────────


def test_a_program_that_tells_no_version_is_there_all_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(installed.shutil, "which", lambda name: str(tmp_path / name))
    assert part("node").version == installed.UNKNOWN
    monkeypatch.setattr(installed.shutil, "which", lambda _: sys.executable)
    assert part("npm").version.startswith("Python 3.")
    quiet = subprocess.CompletedProcess([], 0, "\n", "")
    monkeypatch.setattr(installed.subprocess, "run", lambda *_, **__: quiet)
    assert part("npm").version == installed.UNKNOWN


@pytest.mark.parametrize(
    ("file", "text", "version"),
    [
        ("bootstraprc", "[Bootstrap]\nProductKey=LibreOffice 7.4\n", "7.4"),
        ("bootstrap.ini", "[Bootstrap]\r\nProductKey=LibreOffice 24.8\r\n", "24.8"),
        ("../Resources/bootstraprc", "[Bootstrap]\nInstallMode=<none>\n", "?"),
        ("other", "", "?"),
    ],
)
def test_libreoffice_is_not_started_to_learn_its_version(
    monkeypatch, tmp_path, file, text, version
):
    program = tmp_path / "program" / "soffice"
    (tmp_path / "Resources").mkdir()
    program.parent.mkdir()
    program.touch()
    (program.parent / file).write_text(text, encoding="utf-8", newline="")
    monkeypatch.setattr(installed, "office", lambda: str(program))
    assert part("LibreOffice").version == version
    assert ("✓ LibreOffice（" in gouji("doctor").output) == (version == "?")


def test_the_built_page_is_the_one_that_gouji_page_names(monkeypatch, tmp_path):
    monkeypatch.setattr(bundle, "made", lambda: None)
    told = gouji("page")
    assert told.exit_code == 2
    assert part_sentence("page") in told.output
    assert part_sentence("page") in gouji("doctor").output
    monkeypatch.setattr(bundle, "made", lambda: tmp_path)
    assert f"✓ gouji.html {__version__}（gouji page）" in gouji("doctor").output


# ── the same sentence ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_document_that_needs_a_part_is_refused_with_the_doctors_sentence(lang):
    for case, name in LACKING.items():
        do = messages()["part"][name][lang]
        told = refusal.refusal("not-a-workbook", {"case": case, "kind": "RTF"}).message(lang)
        assert told.endswith(do)
        assert PassedOver("a.pdf", "document", case, "PDF").message(lang).endswith(do)
        assert installed.advice(name)[lang] == do


def test_a_pdf_without_its_reader_is_refused_with_that_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(Rejected) as refused:
        pdf.read_pdf(b"%PDF-1.7")
    told = refusal.refusal(refused.value.code, refused.value.figures).message("zh")
    assert told == f"这里没有装读 PDF 的部件（pypdfium2），没有读取。{part_sentence('pypdfium2')}"


def part_sentence(name: str) -> str:
    return messages()["part"][name]["zh"]


@pytest.mark.parametrize(
    ("platform", "name"),
    [("win32", "xlwings"), ("darwin", "xlwings"), ("linux", "xlwings/elsewhere")],
)
def test_without_xlwings_check_open_says_the_doctors_sentence(monkeypatch, without, platform, name):
    monkeypatch.setattr(installed.sys, "platform", platform)
    monkeypatch.setitem(sys.modules, "xlwings", None)
    for module in [one for one in sys.modules if one.startswith("toolkit.excel")]:
        monkeypatch.delitem(sys.modules, module)
    without("xlwings")
    told = gouji("check", "--open")
    assert told.exit_code == 2
    assert told.output == f"没有安装 xlwings，连不上 Excel。{part_sentence(name)}\n"
    assert part("xlwings").do["zh"] == part_sentence(name)


def test_only_the_sentences_of_findings_are_for_officials():
    for name in LACKING.values():
        assert "pip" not in part_sentence(name)
        assert "gouji " not in part_sentence(name)


def test_the_doctor_runs_without_what_it_looks_for():
    heavy = ("openpyxl", "jsonschema", "jsonschema_rs", "rich", "pebble", "xlwings", "pypdfium2")
    code = (
        f"import runpy, sys; sys.modules.update(dict.fromkeys({heavy!r}))\n"
        "sys.argv = ['gouji', 'doctor', '--lang', 'en']\n"
        "runpy.run_module('toolkit', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Everything required is here." in done.stdout
