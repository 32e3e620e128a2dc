"""Compares all that two checkouts write: every case, report, workbook, forged file and blank.

    python benchmarks/same.py OLD NEW [--quick | --every N] [--groups cases,forms] [--keep FOLDER]

Proves that a rearrangement changes no output. The material is made once (benchmarks/material.py,
with the tests of NEW), both checkouts run the same commands on it (benchmarks/commands.py), each in
a working folder of its own with the same relative paths (benchmarks/drive.py), and what they wrote
is compared byte by byte: stdout, stderr, exit status, files. Prints each difference and ends with 1
where there is one. --quick takes a sample.

Left out, and why:
- gouji.html, and the command page: it holds the code.
- addin install, doctor and uninstall: they change the Excel of this computer. check --open: no Excel.
- In the workbook of check --format xlsx the time it was made at, which openpyxl writes: in
  docProps/core.xml and in the headers of the zip. Its parts are compared.
- In stores the digest of the code that made them; all else of them is compared, row by row.
A command that differs is run again in both checkouts, one after the other, up to three times: a file
is given up after some seconds, and on a busy computer that may be one more in one of the two. Only
what then still differs is counted; what does not is named.
"""

import argparse
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from time import monotonic

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from benchmarks.commands import BOARD, GROUPS, Words, commands  # noqa: E402 - it runs as a script, too

TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
QUICK = 20
SHOWN, WIDE = 200, 160
"""Differences that are printed; signs of a line."""
AGAIN, TIMES = 60, 3
"""So many commands at most are run again, so often: more differ for another reason than time."""


@dataclass(frozen=True, slots=True)
class Side:
    """One checkout, the folder it works in, and the processors it may use."""

    name: str
    checkout: Path
    folder: Path
    processors: tuple[int, ...]

    def environment(self) -> dict[str, str]:
        """Return the environment: the checkout first, everything else as on any computer."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
        return kept | {
            "PYTHONPATH": str(self.checkout),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "LC_ALL": "C.UTF-8",
        }

    def start(self, words: Words, *numbers: int) -> subprocess.Popen[bytes]:
        """Start the commands, or those of some numbers."""
        command = [sys.executable, "-P", str(HERE / "drive.py"), str(self.checkout), *words]
        started = subprocess.Popen(
            [*command, *map(str, numbers)], cwd=self.folder, env=self.environment()
        )
        if self.processors and sys.platform == "linux":
            os.sched_setaffinity(started.pid, self.processors)
        return started

    def manifest(self) -> dict[str, str]:
        """Return {item: SHA-256} of all that was written; nothing for what is empty."""
        found = (path for path in (self.folder / "out").rglob("*") if path.suffix != ".store")
        return {
            path.relative_to(self.folder / "out").as_posix(): digest(path)
            for path in sorted(found)
            if path.is_file() and path.stat().st_size
        }


def main() -> int:
    """Compare; return 1 where anything differs."""
    given = asked()
    groups = given.groups.split(",") if given.groups else list(GROUPS)
    every = QUICK if given.quick else given.every
    start = monotonic()
    with tempfile.TemporaryDirectory(prefix="gouji-same-", ignore_cleanup_errors=True) as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        old, new = sides(given.old.resolve(), given.new.resolve(), folder.resolve())
        make(new, given.shared.resolve(), every, [name for name in groups if name != "forms"])
        shutil.copytree(new.folder, old.folder)
        count = sum(path.is_file() for path in new.folder.rglob("*"))
        listed = list(commands(new.folder, groups, every))
        print(f"{len(listed)} commands on {count} files", flush=True)
        found = compared(old, new, listed, folder / "commands.json")
        items = len(old.manifest().keys() | new.manifest().keys())
        show(found, old, new, listed)
    minutes = (monotonic() - start) / 60
    print(
        f"{items} outputs of {count} files compared, {len(found)} differences ({minutes:.1f} min)"
    )
    return 1 if found else 0


def asked() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--quick", action="store_true", help=f"as --every {QUICK}")
    parser.add_argument("--every", type=int, default=1, help="each so-many-th file of a set")
    parser.add_argument("--groups", help=f"some of {','.join(GROUPS)}")
    parser.add_argument("--keep", type=Path, help="a new folder for the files, which then stay")
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared")
    return parser.parse_args()


def sides(old: Path, new: Path, folder: Path) -> tuple[Side, Side]:
    """Return both checkouts, half of the processors each where the system can part them."""
    allowed = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
    half = len(allowed) // 2
    return (
        Side("old", old, folder / "old", tuple(allowed[:half])),
        Side("new", new, folder / "new", tuple(allowed[half:] if half else ())),
    )


def make(side: Side, shared: Path, every: int, groups: Sequence[str]) -> None:
    """Make the material with a checkout's tests."""
    side.folder.mkdir()
    path = os.pathsep.join((str(side.checkout), str(side.checkout / "tests")))
    words = [str(side.checkout), str(shared), str(side.folder), str(every), *groups]
    subprocess.run(
        [sys.executable, "-P", str(HERE / "material.py"), *words],
        env=side.environment() | {"PYTHONPATH": path},
        check=True,
    )


# ── running and comparing ─────────────────────────────────────────────────────────────────────────


def compared(old: Side, new: Side, listed: Sequence[Words], plan: Path) -> list[str]:
    """Run the commands in both checkouts at a time; return the items that differ."""
    plan.write_text(json.dumps(listed), encoding="utf-8")
    ended([side.start([str(plan)]) for side in (old, new)])
    found = left = differing(old.manifest(), new.manifest())
    for _ in range(TIMES):
        numbers = sorted({int(item[:5]) for item in left if item[:5].isdecimal()})
        if not 0 < len(numbers) <= AGAIN:
            break
        for side in (old, new):
            ended([side.start([str(plan)], *numbers)])
        before, left = left, differing(old.manifest(), new.manifest())
        if left == before:
            break
    for item in sorted(set(found) - set(left)):
        print(f"differed only while both ran: {told(item, listed)}")
    return left


def ended(started: Sequence[subprocess.Popen[bytes]]) -> None:
    """Wait for all; leave where one failed."""
    statuses = [process.wait() for process in started]
    if any(statuses):
        sys.exit("a checkout could not be run")


def differing(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Return the items that differ or that only one has."""
    return [item for item in sorted(old.keys() | new.keys()) if old.get(item) != new.get(item)]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; of a board in xlsx that of its parts without the time."""
    content = path.read_bytes()
    if path.name == BOARD and zipfile.is_zipfile(path):
        content = b"".join(f"{name}\n".encode() + part for name, part in parts(content).items())
    return hashlib.sha256(content).hexdigest()


def parts(content: bytes) -> dict[str, bytes]:
    """Return {name: part} of a zip in its order, without the time."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: TIME.sub(rb"\1", archive.read(name)) for name in archive.namelist()}


# ── telling ───────────────────────────────────────────────────────────────────────────────────────


def show(found: Sequence[str], old: Side, new: Side, listed: Sequence[Words]) -> None:
    """Print each difference: the item, its command, and where it begins."""
    for item in found[:SHOWN]:
        print(told(item, listed))
        for line in where(*(side.folder / "out" / item for side in (old, new))):
            print(f"    {line}")
    if len(found) > SHOWN:
        print(f"… and {len(found) - SHOWN} more")


def told(item: str, listed: Sequence[Words]) -> str:
    """Return an item with the command that wrote it."""
    command = " ".join(listed[int(item[:5])]) if item[:5].isdecimal() else ""
    return f"{item}  {command}".rstrip()


def where(old: Path, new: Path) -> Iterator[str]:
    """Yield where two files begin to differ: the part of a zip, the line of a text."""
    missing = [name for name, path in (("old", old), ("new", new)) if not path.is_file()]
    if missing:
        yield f"not in {missing[0]}"
        return
    before, after = old.read_bytes(), new.read_bytes()
    if zipfile.is_zipfile(old) and zipfile.is_zipfile(new):
        name, before, after = parted(before, after)
        yield name
    texts = (content.decode("utf-8", "replace").splitlines() for content in (before, after))
    for number, (line, now) in enumerate(zip_longest(*texts, fillvalue=""), 1):
        if line != now:
            same = next((n for n, signs in enumerate(zip_longest(line, now)) if len({*signs}) > 1))
            yield f"line {number}, sign {same + 1}"
            yield f"- {cut(line, same)}"
            yield f"+ {cut(now, same)}"
            return


def parted(old: bytes, new: bytes) -> tuple[str, bytes, bytes]:
    """Return the first part that differs of two zips, or nothing where only their headers do."""
    before, after = parts(old), parts(new)
    if list(before) != list(after):
        return "names of parts", str(list(before)).encode(), str(list(after)).encode()
    for name, part in before.items():
        if part != after[name]:
            return name, part, after[name]
    return "the zip's own headers, or the time", b"", b""


def cut(line: str, place: int) -> str:
    """Return the piece of a line around a place, as it can be printed anywhere."""
    start = max(0, place - WIDE // 4)
    piece = line[start : start + WIDE]
    return piece if piece.isprintable() else piece.encode("unicode_escape").decode()


if __name__ == "__main__":
    sys.exit(main())
