"""Runs the slow studies one after the other: python -m tests.long [--only NAME]… [--minutes 60].

Each is a command of its own, which prints its figures. --minutes is shared out: a study gets as many
tries as fit into its part, at most those of a full run, and is stopped after twice its part. Without
it every study is run in full, which takes hours. Ends with a table for docs/measured.md, and with 1
where a study found an error.
"""

import argparse
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTED = 110
"""Most characters of a figure in the table."""


@dataclass(frozen=True, slots=True)
class Study:
    """A command; {n} in it is the number of tries, {step} the one for commands that take
    every n-th, {seconds} the time it has, {folder} a folder for its files.

    full: tries of a full run. pace: tries a minute on two cores. wrong: a line that tells of an
    error, for commands that end with 0 all the same. figure: the line to quote, else the last one.
    needs: packages and programs that are not part of the extra `test`.
    """

    command: str
    full: int = 1
    pace: float = 1
    wrong: str = r"(?!)"
    figure: str = r"."
    needs: tuple[str, ...] = ()


STUDIES = {
    # The tests of which the gate takes a share, whole.
    "walks": Study("pytest -q -n auto -p no:cacheprovider tests/blank tests/cli/test_kills.py"
                   " tests/edition tests/excel tests/house/test_words.py tests/page/test_page_same.py"
                   " tests/page/test_page_fields.py tests/returned", figure=" in "),
    "rules": Study("tests.plain --count {n}", 5000, 3000),
    "corpus": Study("benchmarks.hostile --forged", figure="^(public|forged): "),
    "fuzz": Study("benchmarks.mutations --runs {n}", 20_000, 1000, figure="runs from"),
    "flips": Study("benchmarks.flips --runs {n}", 12_000, 2000, figure=r"^\|.*mended"),
    "orders": Study(
        "benchmarks.orders --orders {n} --parts {n} --mutants {n} --seconds {seconds}", 1000, 5,
        figure="differ"),
    "misprints": Study("benchmarks.documents --mutate {n}", 1000, 500),
    "damaged": Study("benchmarks.documents --fuzz {n}", 5000, 200),
    "publish": Study("benchmarks.publish --count {n}", 300, 150, figure=r"docx \d+ of"),
    "kills": Study("tests.kills --points {n}", 64, 6,
                   r"^all .*'(half files|scratch read|other bytes|scratch not swept)': [1-9]"),
    "saves": Study("benchmarks.honest {folder} --only LibreOffice --sample {step}", 300, 30,
                   figure="^. LibreOffice", needs=("soffice",)),
    "codes": Study("benchmarks.codes --count {n}", 1000, 40, r", [1-9]\d* differences",
                   needs=("soffice",)),
    "engines": Study("benchmarks.engines --only libreoffice --count {n}", 300, 20,
                     r"^libreoffice: .*differences: (?!none)", needs=("soffice",)),
    "verdicts": Study("benchmarks.verdicts --count {n}", 1000, 20, r"^\d+ returns, [1-9]",
                      needs=("soffice",)),
    "notices": Study("benchmarks.player --count {n}", 210, 40),
    "oracle": Study("benchmarks.oracle --count {n}", 5000, 60, " differs", figure="reports",
                    needs=("ortools", "scipy")),
}  # fmt: skip


def lacking(study: Study) -> list[str]:
    """Return the packages and programs that a study needs and that are not here."""
    return [
        name
        for name in study.needs
        if not shutil.which(name) and not importlib.util.find_spec(name)
    ]


def run(name: str, minutes: float | None) -> tuple[str, str, float]:
    """Run a study; return its outcome (fine, error, stopped, not run), figure and minutes."""
    study = STUDIES[name]
    if missing := lacking(study):
        return "not run", f"needs {', '.join(missing)}", 0
    tries = study.full if minutes is None else round(study.pace * minutes)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as folder:
        count = max(1, min(tries, study.full))
        seconds = "inf" if minutes is None else 60 * minutes
        given = {"n": count, "step": study.full // count, "seconds": seconds, "folder": folder}
        words = study.command.format_map(given).split()
        print(f"== {name}: python -m {' '.join(words)}", flush=True)  # noqa: T201
        output, status = _child([sys.executable, "-m", *words], minutes)
    taken = (time.monotonic() - began) / 60
    print(output, flush=True)  # noqa: T201
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    quoted = [line for line in lines if re.search(study.figure, line)] or lines or ["no output"]
    figure = quoted[-1].replace("|", " ").strip()[:REPORTED]
    if status is None:
        return "stopped", figure, taken
    wrong = status or any(re.search(study.wrong, line) for line in lines)
    return "error" if wrong else "fine", figure, taken


def _child(command: list[str], minutes: float | None) -> tuple[str, int | None]:
    """Return a command's output and exit status, None where it was stopped."""
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"PYTHONPATH": paths, "PYTHONUTF8": "1", "GOUJI_LONG": "1"}
    patience = None if minutes is None else 120 * minutes + 60
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, timeout=patience, check=False, **pipe)
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace"), None
    return done.stdout.decode("utf-8", "replace"), done.returncode


def main() -> int:
    """Run the studies and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", choices=[*STUDIES], metavar="NAME",
                        help=f"one of {', '.join(STUDIES)}; may be given again")  # fmt: skip
    parser.add_argument("--minutes", type=float, help="for all studies together")
    given = parser.parse_args()
    names = given.only or [*STUDIES]
    share = None if given.minutes is None else given.minutes / len(names)
    rows = {name: run(name, share) for name in names}
    day = f"{datetime.now().astimezone():%Y-%m-%d}"
    print(f"\n### Long run of {day}\nPython {platform.python_version()}, "  # noqa: T201
          f"{os.cpu_count()} processors, load {_load()}.\n\n"
          "| study | | last figure | minutes |\n|---|---|---|---:|")  # fmt: skip
    for name, (outcome, figure, minutes) in rows.items():
        print(f"| {name} | {outcome} | {figure} | {minutes:.1f} |")  # noqa: T201
    return 1 if any(outcome == "error" for outcome, *_ in rows.values()) else 0


def _load() -> str:
    return f"{os.getloadavg()[0]:.0f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.exit(main())
