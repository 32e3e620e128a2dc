"""The comparison of two checkouts finds nothing between equals, and what differs in one of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PARTS = ("toolkit", "templates", "schemas")
FEW = ("--every", "1000", "--groups", "editions")


@pytest.fixture
def copied(checkout: Path, tmp_path: Path) -> Path:
    """Return a copy of what a checkout runs on."""
    ignored = shutil.ignore_patterns("__pycache__")
    for part in PARTS:
        shutil.copytree(checkout / part, tmp_path / "copy" / part, ignore=ignored)
    return tmp_path / "copy"


def compared(copied: Path, checkout: Path) -> tuple[int, str]:
    """Return the exit status and the output of a comparison of a few files."""
    script = checkout / "benchmarks" / "same.py"
    done = subprocess.run(
        [sys.executable, script, copied, checkout, *FEW],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def change(folder: Path, pattern: str, old: str, new: str) -> None:
    """Change a text in the only file of a pattern that has it, wherever it lies."""
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob(pattern)}
    ((path, text),) = ((path, text) for path, text in texts.items() if old in text)
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_a_copy_writes_the_same(checkout, copied):
    status, told = compared(copied, checkout)
    assert (status, ", 0 differences (" in told) == (0, True), told


def test_a_changed_message_and_a_changed_look_are_found(checkout, copied):
    change(copied / "templates", "*.toml", "指标 {", "各项指标 {")
    change(copied / "toolkit", "looks.py", '"1F3A5F"', '"1F3A5E"')
    status, told = compared(copied, checkout)
    assert (status, ", 0 differences (" in told) == (1, False), told
    for line in ("xl/styles.xml", "- 各项指标 ", "+ 指标 ", "cells --edition editions/"):
        assert line in told
