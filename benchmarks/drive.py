"""Runs commands in one checkout and keeps all that they write: output, status, files.

    python -P benchmarks/drive.py CHECKOUT COMMANDS.json [NUMBER...]

The checkout is on PYTHONPATH; the working folder holds the material. Command N writes below out/N:
stdout, stderr, status and files/, where {out} leads to. benchmarks/same.py starts this.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

OUT = Path("out")
KEPT = "SELECT id, sha256, prior, head, hex(content) FROM result ORDER BY id"
SEEN = "SELECT result, run FROM seen ORDER BY run, result"


def main() -> None:
    """Run all commands, or those of some numbers."""
    checkout, commands, *chosen = sys.argv[1:]
    run = entry(Path(checkout))
    listed: list[list[str]] = json.loads(Path(commands).read_text(encoding="utf-8"))
    for number in map(int, chosen) if chosen else range(len(listed)):
        record(run, OUT / f"{number:05d}", listed[number])
    for path in sorted(OUT.rglob("*.store")):
        path.with_suffix(".rows").write_text(rows(path), encoding="utf-8")


def entry(checkout: Path) -> Callable[[], None]:
    """Return the command line's main; leave where it is not the checkout's own."""
    import toolkit  # noqa: PLC0415 - workers load this file too, and need none of it
    from toolkit.cli import main as run  # noqa: PLC0415

    if checkout.resolve() not in Path(toolkit.__file__ or "").resolve().parents:
        sys.exit(f"{toolkit.__file__} is not in {checkout}")
    return run


def record(run: Callable[[], None], folder: Path, words: Sequence[str]) -> None:
    """Run one command with its output going to files."""
    shutil.rmtree(folder, ignore_errors=True)
    files = folder / "files"
    files.mkdir(parents=True)
    given = [word.replace("{out}", files.as_posix()) for word in words]
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        if "--help" in given or "--version" in given:  # the language of help is chosen at the start
            status = str(apart(given, out.fileno(), err.fileno()))
        else:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            status = called(run, given)
    (folder / "status").write_text(f"{status}\n", encoding="utf-8")


def apart(words: Sequence[str], out: int, err: int) -> int:
    """Run a command as a process of its own; return its exit status."""
    command = [sys.executable, "-P", "-m", "toolkit", *words]
    return subprocess.run(command, stdout=out, stderr=err, check=False).returncode


def called(run: Callable[[], None], words: Sequence[str]) -> str:
    """Run a command here; return its exit status, or what it raised."""
    sys.argv = ["gouji", *words]
    try:
        run()
    except SystemExit as status:
        return str(status.code or 0)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is to be compared
        return f"{type(error).__name__}: {error}"
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return "0"


def rows(store: Path) -> str:
    """Return what a store holds, but for the digest of the code that made it."""
    with closing(sqlite3.connect(store)) as db:
        found = [*db.execute(KEPT), *db.execute(SEEN)]
    return "".join(f"{'|'.join(map(str, row))}\n" for row in found)


if __name__ == "__main__":
    main()
