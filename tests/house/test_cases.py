"""Every code has a case that finds it: data in tests/cases or a forged file in tests/ledger.toml."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from source import TESTS
from test_docs import CODES

FOUND = {
    **dict.fromkeys(("numbers", "balances", "years", "form"), "find"),
    **dict.fromkeys(("website", "enforcement", "batches"), "find"),
    **dict.fromkeys(("received", "received-files", "received-looks"), "found"),
    **dict.fromkeys(("received-strict", "received-values"), "found"),
    "texts": "finds",
}
"""{list of cases: the field that says what a test must find}."""
SILENT = {"editions", "mistakes", "overlays", "overlays-site"}
"""Lists of cases about other things: refused editions, corrections."""
MACHINES = {"crashed", "out-of-memory", "too-slow", "unreadable"}
"""Codes for what befalls a machine, whatever the file: tests/workers, tests/campaign/test_season."""


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def found(name: str) -> Iterator[str]:
    """Yield the codes that the cases of a list find."""
    for cases in read(TESTS / "cases" / f"{name}.toml").values():
        for case in cases if isinstance(cases, list) else ():
            given = case.get(FOUND[name], [])
            for one in given if isinstance(given, list) else [given]:
                yield one["code"] if isinstance(one, dict) else one.split()[0]


def answered() -> Iterator[str]:
    """Yield the codes with which files of the ledger are answered; of two possible ones neither."""
    for files in read(TESTS / "ledger.toml").values():
        yield from (answer.split()[0] for answer in files if " or " not in answer)


def test_every_list_of_cases_is_known():
    there = {path.stem for path in (TESTS / "cases").glob("*.toml")}
    assert there == FOUND.keys() | SILENT


def test_every_code_has_a_case_that_finds_it():
    cases = {code for name in FOUND for code in found(name)} | set(answered())
    assert set(CODES) - cases == MACHINES
