"""Drives headless LibreOffice: files re-saved in one call, and a session to type and cut.

Run as a script under a Python that has `uno`, it is the session's other end: it reads jobs as JSON
from its input and prints their results.

A job is {"open": path, "steps": [...]}; its result is the list of what the steps gave, or the text
of the error that ended it. Addresses are A1, sheets are named. Steps:
    ["type", sheet, {at: number | text | None}]   as a person could: a locked cell is refused
    ["cut", sheet, source, target, its sheet]     cut a cell or range and paste it, likewise; the
                                                  target's sheet may be left out
    ["copy", sheet, source, target]               copy and paste it, likewise
    ["undo"]                                      the last of these
    ["stamp", sheet, {at: number | text | None}]  as the toolkit could: locked cells too
    ["recalculate"]
    ["values" | "strings" | "formulas", sheet, range]   gives rows of what is there
    ["save", path]                                as xlsx
    ["module", library, name, source]             adds a module of macros
    ["macro", "library.module.name", [argument]]  runs one of the document's macros
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

FILTER = "Calc MS Excel 2007 XML"
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Recalculate every workbook on load, whatever program saved it."""

Step = list[Any]
Job = dict[str, Any]
_START, _STOP = 60, 10
_pythons: list[str | None] = []


def lacking(*, session: bool) -> str | None:
    """Return the parts this machine lacks, or None; a session also needs a Python with `uno`."""
    if sys.platform != "linux":
        return "LibreOffice is driven on Linux only"
    if shutil.which("soffice") is None:
        return "soffice is not installed"
    if session and _uno_python() is None:
        return "no Python here imports uno (python3-uno)"
    return None


def need_office(*, session: bool = False) -> None:
    """Skip the test with a reason where LibreOffice is missing; fail it under GOUJI_REQUIRE_ALL."""
    import pytest  # noqa: PLC0415 - the other end runs without it

    reason = lacking(session=session)
    if reason and os.environ.get("GOUJI_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def _uno_python() -> str | None:
    """Return a Python that imports uno; asked once."""
    if not _pythons:
        asked = (shutil.which("python3", path="/usr/bin:/usr/local/bin"), sys.executable)
        _pythons.append(next((path for path in asked if path and _imports_uno(path)), None))
    return _pythons[0]


def _imports_uno(python: str) -> bool:
    done = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
    return done.returncode == 0


def _profile() -> Path:
    """Return a new profile folder that recalculates on load."""
    folder = Path(tempfile.mkdtemp(prefix="gouji-office-"))
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    return folder


def _command(profile: Path, *words: str) -> list[str]:
    quiet = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
    return ["soffice", f"-env:UserInstallation={profile.as_uri()}", *quiet, *words]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End LibreOffice and the processes it started: they share its process group."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(_STOP)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait(_STOP)


def convert(paths: Iterable[Path], folder: Path, to: str, *, timeout: float = 300) -> list[Path]:
    """Return the files LibreOffice made of `paths`, in their order, by one call of it.

    to: an ending such as pdf, or xlsx:filter. Two paths may not share a name.
    """
    sources = [Path(path) for path in paths]
    made = [folder / f"{path.stem}.{to.partition(':')[0]}" for path in sources]
    if len(set(made)) != len(made):
        raise ValueError("two files share a name")
    profile = _profile()
    process = _start(
        [*_command(profile), "--convert-to", to, "--outdir", str(folder), *map(str, sources)]
    )
    try:
        process.wait(timeout)
    finally:
        _end(process)
        shutil.rmtree(profile, ignore_errors=True)
    lost = [path.name for path in made if not path.is_file()]
    if lost:
        raise RuntimeError(f"LibreOffice wrote no {', '.join(lost)}")
    return made


def resave(paths: Iterable[Path], folder: Path, *, timeout: float = 300) -> list[Path]:
    """Return the workbooks opened, recalculated and saved again into `folder`."""
    return convert(paths, folder, f"xlsx:{FILTER}", timeout=timeout)


@contextmanager
def session() -> Iterator[Callable[..., list[list[Any]]]]:
    """Yield `run(jobs, timeout=300)` of a LibreOffice that runs as long as the `with` lasts.

    It returns each job's results; it raises RuntimeError naming the first job that failed.
    """
    profile = _profile()
    pipe = profile.name
    accept = f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"
    process = _start(_command(profile, accept))
    try:
        yield partial(_run, pipe)
    finally:
        with suppress(subprocess.TimeoutExpired):
            _ask("end", pipe, "", _STOP)
            process.wait(_STOP)
        _end(process)
        shutil.rmtree(profile, ignore_errors=True)


def _run(pipe: str, jobs: Sequence[Job], *, timeout: float = 300) -> list[list[Any]]:
    done = _ask("do", pipe, json.dumps(jobs, default=float), timeout)
    if done.returncode:
        raise RuntimeError(f"the session ended early: {done.stderr[-2000:]}")
    results = json.loads(done.stdout)
    for job, result in zip(jobs, results, strict=True):
        if "error" in result:
            raise RuntimeError(f"{job['open']}: {result['error']}")
    return [result["gave"] for result in results]


def _ask(what: str, pipe: str, jobs: str, timeout: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(_uno_python()), __file__, what, pipe],
        input=jobs,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


# ── the other end: runs under the Python that has uno ─────────────────────────────────────────────


def _connect(pipe: str) -> Any:
    """Return the desktop of the LibreOffice that listens on a pipe."""
    import uno  # noqa: PLC0415

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    last = time.monotonic() + _START
    while True:
        try:
            context = resolver.resolve(address)
        except Exception:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)
        else:
            service = context.ServiceManager
            return service.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def _property(name: str, *, value: Any) -> Any:
    import uno  # noqa: PLC0415

    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _serve(what: str, pipe: str) -> None:
    """Do the jobs on the standard input and print their results, or end LibreOffice."""
    desktop = _connect(pipe)
    if what == "end":
        desktop.terminate()
        return
    results = [_result(desktop, job) for job in json.load(sys.stdin)]
    json.dump(results, sys.stdout)


def _result(desktop: Any, job: Job) -> dict[str, Any]:
    """Return the results of a job's steps, or the error that ended them as text."""
    document = None
    try:
        where = Path(job["open"]).resolve().as_uri()
        load = {"Hidden": True, **job.get("load", {})}
        given = tuple(_property(name, value=value) for name, value in load.items())
        document = desktop.loadComponentFromURL(where, "_blank", 0, given)
        if document is None:
            return {"error": "LibreOffice cannot open it"}
        return {"gave": [STEPS[step[0]](document, *step[1:]) for step in job["steps"]]}
    except Exception as error:  # noqa: BLE001 - told to the caller, who raises it
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        if document is not None:
            document.close(False)  # noqa: FBT003 - UNO takes no names


def _range(document: Any, sheet: str, at: str) -> Any:
    return document.Sheets.getByName(sheet).getCellRangeByName(at)


def _must_be_free(document: Any, sheet: str, at: str) -> None:
    """Raise PermissionError for a locked cell of a protected sheet, as for a person."""
    locked = _range(document, sheet, at).CellProtection.IsLocked
    if document.Sheets.getByName(sheet).isProtected() and locked:
        raise PermissionError(f"{sheet} {at} is locked")


def _type(document: Any, sheet: str, cells: dict[str, Any]) -> None:
    """Set cells block by block: a call to LibreOffice takes longer than a sheet's sums.

    LibreOffice itself refuses a block with a locked cell in it. It gives a text that looks like a
    number the format of texts: each cell keeps its own.
    """
    document.enableAutomaticCalculation(False)  # noqa: FBT003 - UNO takes no names
    page = document.Sheets.getByName(sheet)
    worded = [
        page.getCellByPosition(*_place(at)) for at, value in cells.items() if isinstance(value, str)
    ]
    formats = [cell.NumberFormat for cell in worded]
    for (left, top), rows in _blocks(cells):
        last = (left + len(rows[0]) - 1, top + len(rows) - 1)
        page.getCellRangeByPosition(left, top, *last).setDataArray(rows)
    for cell, own in zip(worded, formats, strict=True):
        cell.NumberFormat = own
    document.enableAutomaticCalculation(True)  # noqa: FBT003


def _stamp(document: Any, sheet: str, cells: dict[str, Any]) -> None:
    page = document.Sheets.getByName(sheet)
    page.unprotect("")
    _type(document, sheet, cells)
    page.protect("")


def _blocks(cells: dict[str, Any]) -> list[tuple[tuple[int, int], list[tuple[Any, ...]]]]:
    """Return the cells as few rectangles: (column, row) of each first cell, from 0, and its rows.

    >>> _blocks({"B2": 1, "C2": None, "B3": "x", "C3": 2, "E3": 4})
    [((1, 1), [(1.0, ''), ('x', 2.0)]), ((4, 2), [(4.0,)])]
    """
    contents = {_place(at): _content(value) for at, value in cells.items()}
    blocks: list[tuple[tuple[int, int], list[tuple[Any, ...]]]] = []
    for column, row in sorted(contents, key=lambda at: (at[1], at[0])):
        if (column - 1, row) in contents:
            continue
        end = column
        while (end + 1, row) in contents:
            end += 1
        run = tuple(contents[at, row] for at in range(column, end + 1))
        for (left, top), rows in blocks:
            if (left, len(rows[0]), top + len(rows)) == (column, len(run), row):
                rows.append(run)
                break
        else:
            blocks.append(((column, row), [run]))
    return blocks


def _place(at: str) -> tuple[int, int]:
    """Return column and row of an A1 address, from 0."""
    letters = at.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1, int(at[len(letters) :]) - 1


def _content(value: Any) -> float | str:
    return "" if value is None else value if isinstance(value, str) else float(value)


def _cut(document: Any, sheet: str, source: str, target: str, other: str = "") -> None:
    _must_be_free(document, sheet, source)
    _must_be_free(document, other or sheet, target)
    goal = _range(document, other or sheet, target).getCellByPosition(0, 0).CellAddress
    taken = _range(document, sheet, source).RangeAddress
    done = len(document.getUndoManager().getAllUndoActionTitles())
    document.Sheets.getByName(sheet).moveRange(goal, taken)
    if len(document.getUndoManager().getAllUndoActionTitles()) == done:
        raise PermissionError(f"LibreOffice does not move {sheet} {source} onto {target}")


def _copy(document: Any, sheet: str, source: str, target: str) -> None:
    _must_be_free(document, sheet, target)
    goal = _range(document, sheet, target).getCellByPosition(0, 0).CellAddress
    taken = _range(document, sheet, source).RangeAddress
    document.Sheets.getByName(sheet).copyRange(goal, taken)


def _strings(document: Any, sheet: str, at: str) -> list[list[str]]:
    cells = _range(document, sheet, at)
    address = cells.RangeAddress
    return [
        [
            cells.getCellByPosition(column, row).getString()
            for column in range(address.EndColumn - address.StartColumn + 1)
        ]
        for row in range(address.EndRow - address.StartRow + 1)
    ]


def _save(document: Any, path: str) -> None:
    where = Path(path).resolve().as_uri()
    document.storeToURL(where, (_property("FilterName", value=FILTER),))


def _module(document: Any, library: str, name: str, source: str) -> None:
    document.BasicLibraries.getByName(library).insertByName(name, source)


def _macro(document: Any, name: str, arguments: list[Any]) -> None:
    address = f"vnd.sun.star.script:{name}?language=Basic&location=document"
    document.getScriptProvider().getScript(address).invoke(tuple(arguments), (), ())


STEPS: dict[str, Any] = {
    "type": _type,
    "cut": _cut,
    "copy": _copy,
    "undo": lambda document: document.getUndoManager().undo(),
    "stamp": _stamp,
    "recalculate": lambda document: document.calculateAll(),
    "values": lambda document, sheet, at: _range(document, sheet, at).getDataArray(),
    "formulas": lambda document, sheet, at: _range(document, sheet, at).getFormulaArray(),
    "strings": _strings,
    "save": _save,
    "module": _module,
    "macro": _macro,
}

if __name__ == "__main__":
    _serve(*sys.argv[1:])
