"""Where the add-in stands on a computer with Excel: put there, taken away."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import build

SCRIPT = "gouji.applescript"


class NoExcel(Exception):
    """There is no folder that Excel makes when it is first started."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A computer with Excel: platform as Python names it, its user's folders, its Python."""

    platform: str
    home: Path
    roaming: Path
    python: Path

    @property
    def excel(self) -> Path:
        """The folder Excel makes for itself."""
        if self.platform == "win32":
            return self.roaming / "Microsoft" / "Excel"
        return self.home / "Library" / "Group Containers" / "UBF8T346G9.Office"

    @property
    def addin(self) -> Path:
        """Where Excel looks for what it opens at each start, and trusts it."""
        if self.platform == "win32":
            return self.excel / "XLSTART" / build.NAME
        startup = self.excel / "User Content.localized" / "Startup.localized" / "Excel"
        return startup / build.NAME

    @property
    def script(self) -> Path | None:
        """Where Excel on a Mac takes from what a macro may start; elsewhere a macro starts it."""
        if self.platform == "win32":
            return None
        scripts = self.home / "Library" / "Application Scripts" / "com.microsoft.Excel"
        return scripts / SCRIPT


def here() -> Seat | None:
    """Return this computer, None where there is no desktop Excel."""
    return seat(sys.platform, Path.home(), os.environ, Path(sys.executable))


def seat(platform: str, home: Path, environ: Mapping[str, str], python: Path) -> Seat | None:
    """Return a computer as its settings say; None for a platform without desktop Excel."""
    if platform not in {"win32", "darwin"}:
        return None
    roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    silent = python.with_name("pythonw.exe")  # it opens no window
    return Seat(platform, home, roaming, silent if silent.exists() else python)


def files(seat: Seat) -> dict[Path, bytes]:
    """Return all that stands on a computer: {path: content}; raises NoExcel."""
    if not seat.excel.is_dir():
        raise NoExcel(seat.excel)
    wanted = {seat.addin: build.with_python(build.shipped(), str(seat.python))}
    if seat.script is not None:
        wanted[seat.script] = applescript(seat.python)
    return wanted


def ours(seat: Seat) -> tuple[Path, ...]:
    """Return the files of ours that are there now."""
    return tuple(path for path in (seat.addin, seat.script) if path is not None and path.is_file())


def applescript(python: Path) -> bytes:
    """Return what starts this Python on a Mac, for our buttons only."""
    named = str(python).replace("\\", "\\\\").replace('"', '\\"')
    text = (build.folder() / SCRIPT).read_text(encoding="utf-8")
    return text.replace("BUTTONS", build.buttons()).replace("PYTHON", named).encode()
