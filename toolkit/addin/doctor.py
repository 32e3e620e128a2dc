"""Checks of the add-in on a computer: causes for buttons that do not work."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .. import __version__
from ..files.installed import advice
from . import ribbon
from .place import Seat, applescript

Values = Callable[[str], Mapping[str, object]]
"""Function from a key of the current user's registry to its values, empty without the key."""
Ask = Callable[[str], Mapping[str, str | None] | None]
"""Function from a Python's path to its {package: version}; None where it does not start."""

OFFICES = ("16.0", "15.0", "14.0")
_ASKED = """\
import importlib.util, json, toolkit
found = {"gouji": toolkit.__version__, "xlwings": None}
if importlib.util.find_spec("xlwings"):
    import xlwings
    found["xlwings"] = xlwings.__version__
print(json.dumps(found))
"""
_PATIENCE = 60
_ASKS_EACH_TIME = 2


@dataclass(frozen=True, slots=True)
class Sign:
    """The result of a check: its sentence in templates/messages, whether all is well, its figures."""

    name: str
    well: bool
    figures: Mapping[str, object] = field(default_factory=dict)


def signs(seat: Seat, values: Values, ask: Ask) -> Iterator[Sign]:
    """Yield the results of all checks: the add-in, the Python it starts, Excel's settings."""
    if not seat.excel.is_dir():
        yield Sign("no-excel", well=False, figures={"path": seat.excel})
    if seat.addin.is_file():
        yield from _addin(seat, ask)
    else:
        yield Sign("gone", well=False, figures={"path": seat.addin})
    if seat.platform == "win32":
        yield from _trust(values)


def _addin(seat: Seat, ask: Ask) -> Iterator[Sign]:
    """Yield the results for the installed add-in."""
    content = seat.addin.read_bytes()
    try:
        python = ribbon.python_of(content)
        same = ribbon.with_python(content, "") == ribbon.shipped()
    except ValueError:
        python, same = "", False
    yield Sign("placed" if same else "other", well=same, figures={"path": seat.addin})
    if seat.script is not None:
        script = seat.script.read_bytes() if seat.script.is_file() else b""
        same = script == applescript(Path(python))
        yield Sign("script" if same else "no-script", well=same, figures={"path": seat.script})
    yield from _python(python, ask)


def _python(python: str, ask: Ask) -> Iterator[Sign]:
    """Yield the results for the Python that the add-in starts."""
    if not python or not Path(python).is_file():
        yield Sign("no-python", well=False, figures={"path": python or "—"})
        return
    versions = ask(python)
    if versions is None:
        yield Sign("not-started", well=False, figures={"path": python})
        return
    same = versions["gouji"] == __version__
    figures: dict[str, object] = {
        "path": python, "version": versions["gouji"], "own": __version__,
    }  # fmt: skip
    yield Sign("python" if same else "other-version", well=same, figures=figures)
    has = versions["xlwings"] is not None
    figures = {"version": versions["xlwings"], "path": python, "do": advice("xlwings")}
    yield Sign("xlwings" if has else "no-xlwings", well=has, figures=figures)


def _trust(values: Values) -> Iterator[Sign]:
    """Yield the results for the security settings and policies of Office."""
    faults = [sign for office in OFFICES for sign in _forbidden(office, values)]
    yield from faults or [Sign("allowed", well=True)]


def _forbidden(office: str, values: Values) -> Iterator[Sign]:
    """Yield the faults in the settings of a version of Office; a policy overrides a setting."""
    figures = {"office": office}
    settings = rf"Software\Microsoft\Office\{office}"
    policies = rf"Software\Policies\Microsoft\Office\{office}"
    if values(rf"{policies}\Common").get("VBAOff") == 1:
        yield Sign("vba-off", well=False, figures=figures)
    security = [rf"{base}\Excel\Security" for base in (settings, policies)]
    merged = {name: value for key in security for name, value in values(key).items()}
    places = {n: v for key in security for n, v in values(rf"{key}\Trusted Locations").items()}
    if places.get("AllLocationsDisabled") == 1:
        asks = merged.get("VBAWarnings", _ASKS_EACH_TIME) in {1, _ASKS_EACH_TIME}
        yield Sign("asks" if asks else "untrusted", well=False, figures=figures)
    disabled = values(rf"{settings}\Excel\Resiliency\DisabledItems").values()
    if any(ribbon.NAME in _text(item).lower() for item in disabled):
        yield Sign("disabled", well=False, figures=figures)


def _text(item: object) -> str:
    """Return Excel's entry for a disabled file as text: numbers, then its path in UTF-16.

    >>> _text(b"xx" + "gouji.xlam".encode("utf-16-le")).endswith("gouji.xlam")
    True
    """
    return item.decode("utf-16-le", "replace") if isinstance(item, bytes) else str(item)


def asked(python: str) -> Mapping[str, str | None] | None:
    """Return {package: version} of a Python, started like a button; None where it fails."""
    console = Path(python).with_name("python.exe")  # pythonw prints nothing
    program = console if Path(python).name == "pythonw.exe" and console.is_file() else python
    try:
        done = subprocess.run(  # noqa: S603 - the path is the one that install wrote
            [program, "-P", "-c", _ASKED],
            capture_output=True, encoding="utf-8", timeout=_PATIENCE, check=True,
        )  # fmt: skip
        versions: dict[str, str | None] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return versions


def registry(path: str) -> Mapping[str, object]:
    """Return the values of a key of the current user's registry, by name."""
    entries: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only Windows has one

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    name, value, _ = winreg.EnumValue(key, number)
                    entries[name] = value
        except OSError:
            return entries
    return entries
