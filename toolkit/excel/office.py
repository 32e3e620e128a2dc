"""The office's buttons: a region's roll-up, a new blank. They ask, run a command, open the file."""

import os
import subprocess
import sys
import time
from pathlib import Path

import xlwings as xw

from ..check import cover
from ..data import BUTTON, CHINESE
from . import dialogs
from .buttons import alert, office_button
from .wording import said

_ROOT = Path(__file__).resolve().parents[2]
"""Folder the package is imported from."""


@office_button
def roll_up() -> tuple[str, bool]:
    """Add up a folder of returns and open the region's workbook.

    Where something is missing, show the reasons and ask whether to go on without it.
    """
    folder = dialogs.folder(said("which-folder"))
    if folder is None:
        return "", True
    roster = dialogs.roster(said("which-roster"))
    region = dialogs.words(said("title"), said("which-region"), folder.name)
    target = region and dialogs.target(said("where"), f"{region}.xlsx")
    if not region or not target:
        return "", True
    arguments = ["rollup", str(folder), f"--agency={region}", f"--output={target}"]
    arguments += [f"--roster={roster}"] if roster else []
    status, output = command(*arguments)
    question = f"{output}\n\n{said('go-on')}"
    if status == 1 and alert(None, question, good=False, ask=True) == "yes":
        status, output = command(*arguments, "--partial")
    return _opened(status, output, target)


@office_button
def new_blank() -> tuple[str, bool]:
    """Make an agency's blank and open it; an existing file is not replaced."""
    agency = dialogs.words(said("title"), said("which-agency"), "")
    last_year = str(time.localtime().tm_year - 1)
    typed = agency and dialogs.words(said("title"), said("which-year"), last_year)
    if not agency or not typed:
        return "", True
    year = cover.said("year", typed, "text").value
    if year is None:
        return said("no-year", text=typed), False
    target = dialogs.target(said("where"), f"{agency}.xlsx")
    if not target:
        return "", True
    status, output = command("blank", f"--agency={agency}", f"--year={year}", f"--output={target}")
    return _opened(status, output, target)


def _opened(status: int, output: str, target: Path) -> tuple[str, bool]:
    """Open the written workbook; return the message, and whether it succeeded."""
    if status == 0:
        xw.books.open(target)
    return output, status == 0


def command(*arguments: str) -> tuple[int, str]:
    """Run a command of the program; return its exit status and its output, in Chinese."""
    paths = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    program = __package__.partition(".")[0]
    done = subprocess.run(  # noqa: S603 - our own command; nothing beside a workbook is imported
        [sys.executable, "-P", "-m", program, *arguments, f"--lang={CHINESE}"],
        env=os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", BUTTON: "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        check=False,
    )
    return done.returncode, done.stdout.strip()
