"""Kills commands while they write, and checks the files left: python -m tests.kills --points 64."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from toolkit.files.examine import gather
from toolkit.files.scratch import is_scratch

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tests" / "real" / "suqian_city_2024.json"
MEMBERS = 6
COMMANDS = {
    "blank --roster": ("blank --roster 名册.csv --year 2025 -o 发放", ("发放",)),
    "check --store": (
        "check 报回 --roster 名册.csv --store 今年.store --jobs 1 --format json -o 结果.json",
        ("结果.json",),
    ),
    "check --notices": (
        "check 报回 --jobs 1 --notices 退回 --format html -o 一览.html",
        ("退回", "一览.html"),
    ),
    "rollup": (
        "rollup 报回 --agency 某区 --partial --jobs 1 -o 汇总.xlsx --force",
        ("汇总.xlsx",),
    ),
    "fill": ("fill 报回/0.json -o 填好.xlsx --force", ("填好.xlsx",)),
    "read": ("read 报回 -o 读出.json", ("读出.json",)),
}
"""{name: (command, files it writes)}; a store is compared by its results."""
CHILD = """
import os, sys, time
at, words = int(sys.argv[1]), sys.argv[2:]
main, seen, home = os.getpid(), [0], os.getcwd()
FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def point():
    if os.getpid() == main:
        seen[0] += 1
        if seen[0] == at:
            os.write(2, b"\\nREADY\\n")
            time.sleep(120)
def heard(event, given):
    # Elsewhere Python and libraries write as they like, each time something else.
    if event == "open" and len(given) == 3 and isinstance(given[2], int):
        writes = given[2] & FLAGS
    else:
        writes = event in {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "sqlite3.connect"}
    if writes and not isinstance(given[0], int):
        if os.path.abspath(os.fsdecode(given[0])).startswith(home):
            point()
def around(module, name):
    plain = getattr(module, name)
    def wrapped(*given):
        point()
        answer = plain(*given)
        point()
        return answer
    setattr(module, name, wrapped)
if __name__ == "__main__":
    from toolkit.campaign import store
    store.SECONDS = 3600  # else a slow machine writes once more, and the points are others
    from toolkit.cli import main as command
    around(os, "fsync")
    around(store.Store, "write")
    sys.addaudithook(heard)
    sys.argv[:] = ["gouji", *words, "--lang", "en"]
    try:
        command()
    finally:
        os.write(2, b"\\nPOINTS %d\\n" % seen[0])
"""
"""The command, which waits at a point where it writes until it is killed."""


def season(home: Path) -> None:
    """Make a roster and returns, one of them failing."""
    (home / "报回").mkdir(parents=True)
    content = json.loads(SOURCE.read_text("utf-8"))
    for number in range(MEMBERS):
        content["agency"] = {"name": f"甲{number}局", "code": None, "level": "county"}
        content["values"]["applications.received.natural_person"] += number == 1
        text = json.dumps(content, ensure_ascii=False)
        (home / "报回" / f"{number}.json").write_text(text, encoding="utf-8")
    rows = "".join(f"甲{number}局,,县级\n" for number in range(MEMBERS))
    (home / "名册.csv").write_text(f"机关名称,统一社会信用代码,层级\n{rows}", encoding="utf-8")


def start(home: Path, line: str, at: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", CHILD, str(at), *line.split()]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=home, env=env, stdout=pipe, stderr=pipe)


def finished(home: Path, line: str) -> tuple[int, bytes, int]:
    """Return a run's status, its output, and the number of points where it can be killed."""
    process = start(home, line, 0)
    out, told = process.communicate(timeout=300)
    return process.returncode, out, int(told.rpartition(b"POINTS")[2] or 0)


def killed(home: Path, line: str, at: int) -> bool:
    """Kill a run at a point; return whether it reached the point."""
    process = start(home, line, at)
    reached = any(b"READY" in told for told in process.stderr)  # type: ignore[union-attr]
    process.kill()
    process.communicate(timeout=60)
    return reached


def written(home: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files under the names a command writes, without scratch files."""
    paths = [path for name in names for path in (home / name, *(home / name).rglob("*"))]
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in paths
        if path.is_file() and not any(map(is_scratch, path.relative_to(home).parts))
    }


def scraps(home: Path) -> list[str]:
    return [path.name for path in home.rglob(".gouji-*") if is_scratch(path.name)]


def returns(home: Path, names: tuple[str, ...]) -> set[str]:
    """Return the paths that the next check of the whole folder would judge, without the results."""
    found = {os.path.relpath(path, home) for path in gather([str(home)])[0]}
    return {path for path in found if Path(path).parts[0] not in names}


def clean(home: Path, line: str, names: tuple[str, ...]) -> tuple[tuple[int, bytes], int, dict]:
    """Return the answer of a complete run: (status, output), its points, its files."""
    season(home)
    *answer, points = finished(home, line)
    return (answer[0], answer[1]), points, written(home, names)


def point(name: str, at: int, expected: tuple) -> dict[str, int]:
    """Kill a command at a point, run it again, and count the errors."""
    line, names = COMMANDS[name]
    (status, output), _, files = expected
    with tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as folder:
        home = Path(folder, "s")
        season(home)
        before = returns(home, names)
        count = Counter(killed=int(killed(home, line, at)))
        there = written(home, names)
        count["half files"] = sum(files.get(path) != content for path, content in there.items())
        count["scratch left"] = int(bool(scraps(home)))
        count["whole results left"] = int(bool(there))
        count["scratch read"] = len(returns(home, names) ^ before)
        for path in names:  # a folder that stands is never written into again
            shutil.rmtree(home / path, ignore_errors=True) if (home / path).is_dir() else None
        again = finished(home, line)[:2]
        same = again == (status, output) and written(home, names) == files
        count["other bytes"] = int(not same)
        count["scratch not swept"] = int(os.name == "posix" and bool(scraps(home)))
    return count


def points(total: int) -> Iterator[tuple[str, int, tuple]]:
    """Yield (command, point, answer of a complete run), spread over all commands."""
    each = -(-total // len(COMMANDS))
    for name, (line, names) in COMMANDS.items():
        with tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as folder:
            expected = clean(Path(folder, "s"), line, names)
        if not expected[2]:
            raise SystemExit(f"{line}: wrote nothing, status {expected[0]}")
        there = expected[1]
        places = sorted({1 + round(n * (there - 1) / max(each - 1, 1)) for n in range(each)})
        yield from ((name, place, expected) for place in places)


def main() -> None:
    """Print the number of kills and of errors for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=64)
    total = parser.parse_args().points
    found: dict[str, Counter[str]] = {}
    for name, place, expected in islice(points(total), total):
        found.setdefault(name, Counter()).update(point(name, place, expected))
    for name, count in found.items():
        print(f"{name:16}", dict(count))  # noqa: T201
    print("all", dict(sum(found.values(), Counter())))  # noqa: T201


if __name__ == "__main__":
    main()
