"""Results of spreadsheet readers for files from outside: gouji, openpyxl and calamine.

    pip install python-calamine
    python -m benchmarks.readers FOLDER [--seconds N] [--every N]

FOLDER holds workbooks of any kind. To them come the forged set of the tests and one honest return.
Every file goes to every reader in turn. A reader works in a process of its own, with a clock and
1 GiB of memory (not on Windows); where it dies or hangs the next file gets a new one.
"""

import argparse
import json
import queue
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from toolkit.edition import edition
from toolkit.edition.edition import Edition

FORM, YEAR = "annual-report", 2025

ROOT = Path(__file__).resolve().parent.parent
ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".xltx", ".xltm")
MEMORY = 2**30
PLACES = 8
"""Maximum number of cells taken from a case that is forged at many."""
OWN = ("Rejected", "InvalidFileException", "CalamineError", "PasswordError", "XmlError", "ZipError")
"""Errors by which a reader refuses a file."""
Cell = Callable[[str, str], object]
"""Function from a sheet's name and an A1 address to the value a reader gives."""


# ── the readers ───────────────────────────────────────────────────────────────────────────────────


def gouji(path: str) -> str:
    """Return the verdict of our reader and the checks."""
    from toolkit.files.examine import examine  # noqa: PLC0415 - only in this reader's process

    result = examine(path)
    if result.report is None:
        return "refused"
    return "clean" if all(f.severity == "note" for f in result.findings) else "doubted"


def openpyxl(path: str) -> str:
    """Return the verdict of a user who loads the values and tests whether they are numbers."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only in this reader's process

    book = load_workbook(path, data_only=True)
    return judged(lambda sheet, at: book[sheet][at].value)


def calamine(path: str) -> str:
    """Return the verdict of a user who loads the values and tests whether they are numbers."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only in this reader's process

    book = CalamineWorkbook.from_path(path)
    found = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
    rows = {name: sheet.to_python(skip_empty_area=False) for name, sheet in found.items()}

    def cell(sheet: str, at: str) -> object:
        letters = at.rstrip("0123456789")
        row, column = int(at[len(letters) :]) - 1, ord(letters) - ord("A")
        value = rows[sheet][row][column]
        return None if value == "" else value

    return judged(cell)


READERS = {"gouji": gouji, "openpyxl": openpyxl, "calamine": calamine}


def judged(cell: Cell) -> str:
    """Return clean where every cell of the form is a number ≥ 0 and every count whole.

    That is the check people write. A total may have no stored result, as after openpyxl.
    """
    known = form()
    numeric = [one for one in known.cells.values() if one.numeric]
    try:
        values = [(one, cell(one.sheet, one.at)) for one in numeric]
    except (KeyError, IndexError):
        return "foreign"
    good = all(
        (value is None and one.key in known.computes)
        or (type(value) in (int, float) and value >= 0 and (one.kind == "money" or value % 1 == 0))  # type: ignore[operator]
        for one, value in values
    )
    return "clean" if good else "doubted"


def form() -> Edition:
    """Return the edition of the forged and the honest returns."""
    found = edition.for_year(FORM, YEAR)
    if found is None:
        sys.exit(f"no edition of {FORM} for {YEAR}")
    return found


def serve(name: str, honest: str) -> None:
    """Answer each path on standard input with a line of JSON, until the input ends."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    read = READERS[name]
    read(honest)  # pays for the imports
    for line in sys.stdin:
        error = ""
        start = perf_counter()
        try:
            said = read(json.loads(line))
        except BaseException as caught:  # noqa: BLE001 - what readers raise is what is measured
            error = type(caught).__name__
            said = "refused" if error in OWN else "raised"
            error += "" if isinstance(caught, Exception) else " (BaseException)"
        ms = (perf_counter() - start) * 1000
        print(json.dumps({"said": said, "error": error, "ms": ms}), flush=True)


# ── asking them ───────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Reader:
    """A reader's process, and its results for the files, in their order."""

    name: str
    honest: str
    seconds: float
    process: "subprocess.Popen[str] | None" = None
    lines: "queue.Queue[str]" = field(default_factory=queue.Queue)
    said: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    memory: int = 0

    def ask(self, path: str) -> None:
        """Send it a file, and record its answer, its death or a timeout."""
        process = self.process = self.process or self._started()
        try:
            if process.stdin is not None:
                process.stdin.write(json.dumps(path) + "\n")
                process.stdin.flush()
            line = self.lines.get(timeout=self.seconds)
        except queue.Empty:
            line = json.dumps({"said": "hung", "error": "", "ms": self.seconds * 1000})
        answer = json.loads(line or '{"said": "died", "error": "", "ms": 0}')
        self.said.append(answer["said"])
        self.errors[answer["error"]] += bool(answer["error"])
        self.times.append(answer["ms"])
        self.memory = max(self.memory, peak(process.pid))
        if answer["said"] in ("hung", "died"):
            self.close()

    def _started(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.readers", "--serve", self.name, self.honest],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.lines = queue.Queue()
        threading.Thread(target=listen, args=(process, self.lines), daemon=True).start()
        return process

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def listen(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    """Queue a process's answers, then an empty line at its end; other output is skipped."""
    for line in process.stdout or ():
        if line.startswith('{"said"'):
            lines.put(line)
    lines.put("")


def peak(pid: int) -> int:
    """Return the peak memory of a process in MB, 0 where the system does not give it."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def asked(files: Sequence[str], honest: str, seconds: float) -> list[Reader]:
    """Return the readers after every file was given to each in turn."""
    readers = [Reader(name, honest, seconds) for name in READERS]
    for path in files:
        for reader in readers:
            reader.ask(path)
    for reader in readers:
        reader.close()
    return readers


# ── the tables ────────────────────────────────────────────────────────────────────────────────────


def table(readers: Sequence[Reader]) -> str:
    """Return the results for the files, a column a reader; times also as ratios to openpyxl's."""
    base = next(reader for reader in readers if reader.name == "openpyxl")
    lines = {"": [reader.name for reader in readers], "---": ["---:"] * len(readers)}
    for said in ("clean", "doubted", "foreign", "refused", "raised", "died", "hung"):
        lines[said] = [str(reader.said.count(said)) for reader in readers]
    lines["kinds of exceptions"] = [str(len(+reader.errors)) for reader in readers]
    for words, share in (("median", 0.5), ("p99", 0.99), ("most", 1.0)):
        times = [sorted(reader.times)[round(share * (len(base.times) - 1))] for reader in readers]
        unit = times[readers.index(base)]
        lines[f"ms, {words}"] = [f"{ms:.1f} ({ms / unit:.2f} ×)" for ms in times]
    lines["peak memory, MB"] = [str(reader.memory) for reader in readers]
    return "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in lines.items())


def forged(folder: Path) -> tuple[str, list[str]]:
    """Write an honest return and the forged ones that no reader may accept; return their paths.

    Cases with a note or no finding in the ledger of the tests are no forgeries.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    forge = import_module("forge")
    ledger = tomllib.loads((ROOT / "tests" / "ledger.toml").read_text(encoding="utf-8"))["forged"]
    harmless = {n for said in ledger if said.endswith((" note", "ok")) for n in ledger[said]}
    own = f"{FORM} {form().name}/"
    makes: list[Callable[[], bytes]] = [lambda: forge.honest(FORM, form().name)[1]]
    for name, places in forge.cases().items():
        if name not in harmless and (" " not in name.partition("/")[0] or name.startswith(own)):
            makes += list(places.values())[:: -(-len(places) // PLACES)]
    paths = [folder / f"{number}.xlsx" for number in range(len(makes))]
    for path, make in zip(paths, makes, strict=True):
        path.write_bytes(make())
    return str(paths[0]), [str(path) for path in paths[1:]]


def main() -> None:
    """Print a table for each set of files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10, help="for one file")
    parser.add_argument("--every", type=int, default=1, help="take every nth public file")
    given = parser.parse_args()
    found = sorted(str(p) for p in given.folder.rglob("*") if p.suffix.lower() in ENDINGS)
    names = ", ".join(f"{name} {version(name)}" for name in ("openpyxl", "python-calamine"))
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {names}")
    with tempfile.TemporaryDirectory() as folder:
        honest, tampered = forged(Path(folder))
        sets = {
            "public files": found[:: given.every],
            "forged returns": tampered,
            "readings of one honest return": [honest] * 200,
        }
        for title, files in sets.items():
            print(f"\n### {len(files)} {title}\n")
            print(table(asked(files, honest, given.seconds)), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:])
    else:
        main()
