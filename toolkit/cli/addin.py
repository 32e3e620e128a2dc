"""`gouji addin`: the ribbon in Excel installed, examined, removed."""

import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ..data import Message, say
from ..escape import inert
from ..files.saving import write_file
from .arguments import refuse_existing, say_written
from .console import Command, Inputs, gouji, help_text, options, refuse_over

if TYPE_CHECKING:
    from ..addin.place import Seat


@gouji.group("addin", help=help_text("addin"), short_help=help_text("addin"))
def addin() -> None:
    """Group the commands; the help is in templates/messages."""


def _command(name: str) -> Callable[[Command], click.Command]:
    text = help_text(f"addin-{name}")
    return addin.command(name, help=text, short_help=text)


@_command("build")
@click.option("-o", "--output", required=True, help=help_text("addin-output"))
@options("force")
def build_(inputs: Inputs) -> None:
    from ..addin.ribbon import build
    from ..files.installed import advice

    lang, path = inputs.lang, Path(inputs.output or "")
    if path.suffix.lower() != ".xlam":
        _fail("not-xlam", lang, path=inputs.output)
    refuse_over(inputs)
    refuse_existing(inputs)
    try:
        content = build()
    except ImportError:
        _fail("no-builder", lang, do=advice("pyOpenVBA"))
    write_file(path, content)
    say_written(inputs)


@_command("install")
@options()
def install(inputs: Inputs) -> None:
    from ..addin import place, ribbon

    lang = inputs.lang
    seat = _seat(lang)
    try:
        wanted = place.files(seat)
    except place.NoExcel:
        _fail("no-excel", lang, path=seat.excel)
    for path, content in wanted.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, content)
        except OSError as error:
            if error.errno not in {errno.EACCES, errno.EPERM}:
                raise
            _fail("busy", lang, path=path)
        if not path.is_file() or path.read_bytes() != content:
            _fail("vanished", lang, 1, path=path)
        click.echo(_told("placed-now", lang, path=path))
    click.echo(_told("starts", lang, path=seat.python))
    click.echo(_told("next", lang, tab=ribbon.word("tab")))


@_command("doctor")
@options()
def doctor(inputs: Inputs) -> None:
    from ..addin.doctor import asked, registry, signs

    lang, sick = inputs.lang, False
    for sign in signs(_seat(lang), registry, asked):
        sick = sick or not sign.well
        mark = "✓" if sign.well else "✗"
        click.echo(f"{mark} {_told(sign.name, lang, 'doctor', **sign.figures)}")
    if not sick:
        click.echo(_told("restart", lang, "doctor"))
    sys.exit(1 if sick else 0)


@_command("uninstall")
@options()
def uninstall(inputs: Inputs) -> None:
    from ..addin.place import ours

    lang = inputs.lang
    files = ours(_seat(lang))
    for path in files:
        try:
            path.unlink()
        except PermissionError:
            _fail("busy", lang, path=path)
        click.echo(_told("removed", lang, path=path))
    if not files:
        click.echo(_told("nothing", lang))


def _seat(lang: str) -> "Seat":
    """Return the place of Excel on this computer; exit where there is no desktop Excel."""
    from ..addin import place

    seat = place.here()
    if seat is None:
        _fail("platform", lang)
    return seat


def _told(name: str, lang: str, section: str = "addin", **figures: object) -> str:
    shown = {
        key: value[lang] if isinstance(value, Message) else inert(str(value))
        for key, value in figures.items()
    }
    return say(section, name, lang, **shown)


def _fail(name: str, lang: str, code: int = 2, **figures: object) -> NoReturn:
    click.echo(_told(name, lang, "addin", **figures), err=True)
    sys.exit(code)
