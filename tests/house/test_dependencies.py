"""Read and check need the standard library, openpyxl and jsonschema, and nothing else."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

OLD = "4.17.3"
"""The last jsonschema without compiled parts, which a browser can run."""
BLOCKED = (
    *("lxml", "rpds", "referencing", "jsonschema_specifications", "jsonschema_rs"),
    *("click", "rich", "pebble", "xlwings"),
)
CHILD = """
import json, sys
from importlib.abc import MetaPathFinder
from importlib.metadata import version

blocked, checkout, target = set(sys.argv[1].split()), sys.argv[2], sys.argv[3:]


class Wall(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError(f"{name} is blocked", name=name)


sys.meta_path.insert(0, Wall())
sys.path[:0] = [*target, checkout]

from toolkit import edition, report
from toolkit.check import check
from toolkit.examine import examine
from toolkit.blank.build import build

form = edition.for_year("annual-report", 2025)
broken = next(b for b in form.balances if not b.computes and not b.prior and b.severity == "error")
typed = dict.fromkeys(form.typed, 0)
typed[next(key for key in broken.left if key in typed)] = 3
blank = next(key for key in reversed(form.typed) if key.split(".")[0] in form.statutory)
typed[blank] = None
agency = {"name": "某某局", "code": None, "level": "county"}
values = report.recompute(form, typed, ())
given = report.Report(form, agency, 2025, values, origin="workbook")
with open("one.xlsx", "wb") as file:
    file.write(build(form, given))
with open("one.json", "w", encoding="utf-8") as file:
    file.write(report.dumps(report.as_json(given)))
told = {
    path: [finding.as_json("zh") for finding in examine(path).findings]
    for path in ("one.xlsx", "one.json")
}
here = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"told": told, "here": sorted(here & blocked), "jsonschema": version("jsonschema")}))
"""


def told(checkout: Path, folder: Path, blocked: tuple[str, ...], *target: Path) -> dict:
    """Return the results for a broken return in a Python without some packages."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, " ".join(blocked), checkout, *target],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def old_jsonschema(tmp_path, need) -> Path:
    """Return a folder with jsonschema 4.17.3 and its dependencies."""
    need(importlib.util.find_spec("pip"), "pip is not installed in this environment")
    target = tmp_path / "old"
    options = ("--quiet", "--disable-pip-version-check", "--target", str(target))
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, f"jsonschema=={OLD}"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    need(done.returncode == 0, f"pip cannot fetch jsonschema {OLD}: {done.stderr[-300:]}")
    return target


def test_read_and_check_say_the_same_with_an_old_jsonschema_and_nothing_else(
    checkout, tmp_path, old_jsonschema
):
    bare = told(checkout, tmp_path / "bare", BLOCKED, old_jsonschema)
    full = told(checkout, tmp_path / "full", ())
    assert bare["jsonschema"] == OLD
    assert bare["here"] == []
    assert bare["told"] == full["told"]
    codes = {finding["code"] for finding in bare["told"]["one.xlsx"]}
    assert {"balance", "unfilled"} <= codes


def test_the_command_line_needs_no_spreadsheet_library_to_show_its_help(checkout):
    heavy = ("openpyxl", "lxml", "jsonschema", "jsonschema_rs", "rich", "xlwings", "pebble")
    code = (
        "import runpy, sys\n"
        "sys.argv = ['gouji', '--help']\n"
        "try:\n    runpy.run_module('toolkit', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code\n"
        f"print(sorted({set(heavy)!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
