"""Public import paths: those that docs/design.md lists can be imported and do their work."""

import importlib
import json
import re
import subprocess
import sys

import pytest
from source import CHECKOUT, REAL

from toolkit.blank.build import build
from toolkit.report.report import from_json, parse_json

_LISTED = (CHECKOUT / "docs" / "design.md").read_text(encoding="utf-8")
_TABLE = _LISTED.partition("\n## What other programs rely on\n")[2].partition("\nWhat version")[0]


def paths() -> list[tuple[str, str]]:
    """Return (module, name) of everything in the table."""
    found = []
    for cell in re.findall(r"^\| (.*?) \|", _TABLE, re.MULTILINE):
        code = re.findall(r"`([\w.]+)`", cell)
        if cell.startswith("`") and "`: " in cell:
            found += [(code[0], name) for name in code[1:]]
        else:
            found += [
                tuple(path.rpartition(".")[::2]) for path in code if path.startswith("toolkit")
            ]
    return found


def test_the_table_lists_what_was_there():
    listed = {".".join(path) for path in paths()}
    assert {
        "toolkit.examine.examine",
        "toolkit.national.national",
        "toolkit.excel.validate",
        "toolkit.check.check",
        "toolkit.report.from_json",
        "toolkit.edition.load",
    } <= listed
    assert len(listed) > 30


@pytest.mark.parametrize(("module", "name"), paths(), ids=".".join)
def test_a_listed_path_can_be_imported(module, name):
    assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("name", ["examine", "load", "judge", "gather", "prior_numbers"])
def test_a_forwarded_name_is_the_same_object(name):
    old, new = (importlib.import_module(f"toolkit.{room}") for room in ("examine", "files.examine"))
    assert getattr(old, name) is getattr(new, name)


def test_a_program_written_for_version_0_1_still_runs(tmp_path):
    report = from_json(parse_json((REAL / "suqian_city_2024.json").read_text(encoding="utf-8")))
    (tmp_path / "a.xlsx").write_bytes(build(report.edition, report))
    program = (
        "import json\n"
        "from toolkit.examine import examine, load\n"
        "from toolkit.national import national\n"
        "from toolkit.edition import for_year\n"
        "from toolkit.report import as_json, recompute\n"
        "from toolkit.check import check\n"
        "result = examine('a.xlsx')\n"
        "report = national(load('a.xlsx').report)\n"
        "outcome = check(report, None)\n"
        "print(json.dumps([result.verdict, report.year, for_year('annual-report', 2024).name]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert json.loads(done.stdout) == [json.loads(done.stdout)[0], 2024, "2021"]
