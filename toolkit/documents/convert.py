"""Files saved in another format by LibreOffice: .rtf, .odt, .doc, .xls to be read; .docx as .pdf.

LibreOffice runs with a profile of its own, without macros, without a network and for a bounded time.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..xlsx.zip import FILE_LIMIT, Rejected
from .document import too_large

CONVERTED = ("doc", "rtf", "odt")
"""Formats that are converted, as `kind_of` names them: .doc and .wps where `doc` refuses them."""
PATIENCE = 90.0
"""Seconds after which a conversion is stopped."""
_NAMES = ("soffice", "libreoffice")
_PLACES = (
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_SETTINGS = (
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
)
"""(path, name, value) of the profile: a proxy that is not there, no macros, no linked files."""


def office() -> str | None:
    """Return the path of LibreOffice, None where it is not found."""
    named = (shutil.which(name) for name in _NAMES)
    placed = (place for place in _PLACES if Path(place).is_file())
    return next((path for path in (*named, *placed) if path), None)


def to_docx(source: bytes, kind: str, program: str) -> bytes:
    """Return a document as LibreOffice saves it in .docx; raises Rejected where it does not."""
    return converted(source, kind, program, "docx")


def to_pdf(source: bytes, program: str) -> bytes:
    """Return a .docx as LibreOffice prints it; raises Rejected where it does not."""
    return converted(source, "docx", program, "pdf")


def converted(source: bytes, kind: str, program: str, ending: str) -> bytes:
    """Return a file as LibreOffice saves it in another format; raises Rejected where it does not."""
    if len(source) > FILE_LIMIT:
        raise too_large("file", len(source), FILE_LIMIT)
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _settings(folder / "own" / "user")
        given, saved = folder / f"document.{kind}", folder / "saved" / f"document.{ending}"
        given.write_bytes(source)
        command = [
            program, f"-env:UserInstallation={(folder / 'own').as_uri()}", "--headless",
            "--norestore", "--nolockcheck", "--convert-to", ending, "--outdir",
            str(saved.parent), str(given),
        ]  # fmt: skip
        if not _run(command) or not saved.is_file():
            raise Rejected("damaged", part=kind, why="LibreOffice")
        if saved.stat().st_size > FILE_LIMIT:
            raise too_large("file", saved.stat().st_size, FILE_LIMIT)
        return saved.read_bytes()


def _settings(folder: Path) -> None:
    """Write the settings of a new profile."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for path, name, value in _SETTINGS
    )
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items'
        f' xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        encoding="utf-8",
    )


def _run(command: Sequence[str]) -> bool:
    """Run a program and all it starts; tell whether it ended well in time."""
    nothing = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603 - LibreOffice, by its own path
        command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    ) as process:
        try:
            return process.wait(PATIENCE) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            with suppress(OSError):
                if sys.platform == "win32":
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
