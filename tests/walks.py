"""Pages of docs that are followed literally: their blocks, run in a shell."""

import os
import re
import subprocess
import sys

from source import CHECKOUT


def blocks(text, kind):
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def run(block, folder, checkout=CHECKOUT):
    """Run the lines of a block of the page in a shell, and return their output."""
    commands = folder / ".commands"
    commands.mkdir(exist_ok=True)
    for name, words in {"gouji": "-m toolkit", "python": ""}.items():
        path = commands / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    profile = (folder / ".office").as_uri()
    office = f'soffice() {{ command soffice -env:UserInstallation={profile} "$@"; }}\n'
    env = os.environ | {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(checkout),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", office + block],
        cwd=folder,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
