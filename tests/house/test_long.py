"""The command of the slow studies: its table, its bounds, its status; none is run in full here."""

import re
import sys

import long
import pytest
from source import CHECKOUT


@pytest.fixture
def studies(monkeypatch):
    """Give studies of our own, each a line of Python."""
    monkeypatch.setattr(long, "STUDIES", {
        "good": long.Study("-c print({n})", 50, 2),
        "bad": long.Study("-c raise[SystemExit(3)][0]"),
        "told": long.Study("-c print('4','differ')", wrong="^[1-9] differ", figure="differ"),
        "slow": long.Study("-c __import__('time').sleep(99)"),
        "absent": long.Study("-c 0", needs=("no_such_package",)),
    })  # fmt: skip
    run = long.subprocess.run

    def quick(command, **given):
        patience = given.pop("timeout")
        command = [word for word in command if word != "-m"]
        wait = patience and (0.2 if "sleep" in command[-1] else 60)
        return run(command, timeout=wait, **given)

    monkeypatch.setattr(long.subprocess, "run", quick)


def told(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["long.py", *words])
    status = long.main()
    return status, capsys.readouterr().out


@pytest.mark.usefixtures("studies")
def test_every_study_has_a_row_and_an_error_of_one_is_the_status(monkeypatch, capsys):
    status, out = told(monkeypatch, capsys, "--minutes", "15")
    assert status == 1
    table = out.partition("### Long run of ")[2]
    rows = dict(re.findall(r"^\| (\w+) \| ([\w ]+) \|", table, re.MULTILINE))
    assert rows == {"good": "fine", "bad": "error", "told": "error", "slow": "stopped",
                    "absent": "not run"}  # fmt: skip
    assert "| good | fine | 6 |" in table
    assert "| absent | not run | needs no_such_package | 0.0 |" in table
    assert re.match(r"\d{4}-\d\d-\d\d\nPython 3", table)


@pytest.mark.usefixtures("studies")
def test_a_single_study_is_run_in_full_without_minutes(monkeypatch, capsys):
    status, out = told(monkeypatch, capsys, "--only", "good")
    assert status == 0
    assert "| good | fine | 50 |" in out
    assert "bad" not in out


def test_the_studies_are_commands_of_this_repository_with_the_options_they_are_given():
    for study in long.STUDIES.values():
        module, *words = study.command.split()
        if module == "pytest":
            assert all(CHECKOUT.joinpath(word).exists() for word in words if "/" in word)
            continue
        source = CHECKOUT.joinpath(*module.split(".")).with_suffix(".py")
        text = source.read_text(encoding="utf-8")
        for option in (word for word in words if word.startswith("--")):
            assert f'"{option}"' in text, (module, option)
