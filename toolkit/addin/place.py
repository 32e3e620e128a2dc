"""Places and content of the add-in's files on a computer with Excel."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import ribbon

SCRIPT = "gouji.applescript"


class NoExcel(Exception):
    """The folder that Excel makes at its first start is missing."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A computer with Excel: platform as Python names it, its user's folders, its Python."""

    platform: str
    home: Path
    roaming: Path
    python: Path

    @property
    def excel(self) -> Path:
        """The folder that Excel makes at its first start."""
        if self.platform == "win32":
            return self.roaming / "Microsoft" / "Excel"
        return self.home / "Library" / "Group Containers" / "UBF8T346G9.Office"

    @property
    def addin(self) -> Path:
        """The add-in's path, in the trusted folder whose files Excel opens at each start."""
        if self.platform == "win32":
            return self.excel / "XLSTART" / ribbon.NAME
        startup = self.excel / "User Content.localized" / "Startup.localized" / "Excel"
        return startup / ribbon.NAME

    @property
    def script(self) -> Path | None:
        """The path of the script that starts Python on a Mac; None where a macro may start it."""
        if self.platform == "win32":
            return None
        scripts = self.home / "Library" / "Application Scripts" / "com.microsoft.Excel"
        return scripts / SCRIPT


def here() -> Seat | None:
    """Return this computer, None where there is no desktop Excel."""
    return seat(sys.platform, Path.home(), os.environ, Path(sys.executable))


def seat(platform: str, home: Path, environ: Mapping[str, str], python: Path) -> Seat | None:
    """Return a computer by its settings; None for a platform without desktop Excel."""
    if platform not in {"win32", "darwin"}:
        return None
    roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    silent = python.with_name("pythonw.exe")  # it opens no window
    return Seat(platform, home, roaming, silent if silent.exists() else python)


def files(seat: Seat) -> dict[Path, bytes]:
    """Return {path: content} of the files to install; raises NoExcel."""
    if not seat.excel.is_dir():
        raise NoExcel(seat.excel)
    wanted = {seat.addin: ribbon.with_python(ribbon.shipped(), str(seat.python))}
    if seat.script is not None:
        wanted[seat.script] = applescript(seat.python)
    return wanted


def ours(seat: Seat) -> tuple[Path, ...]:
    """Return the paths of our files that are installed now."""
    return tuple(path for path in (seat.addin, seat.script) if path is not None and path.is_file())


def applescript(python: Path) -> bytes:
    """Return the AppleScript that starts this Python on a Mac, for our buttons only."""
    named = str(python).replace("\\", "\\\\").replace('"', '\\"')
    text = (ribbon.folder() / SCRIPT).read_text(encoding="utf-8")
    return text.replace("BUTTONS", ribbon.buttons()).replace("PYTHON", named).encode()
