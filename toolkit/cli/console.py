"""Code shared by all commands: language, errors, options, output."""

import io
import locale
import os
import re
import sys
import tempfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from functools import cache, wraps
from itertools import chain, combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .. import __version__
from ..data import BUTTON, CHINESE, ENGLISH, OURS, DataError, languages, reason, refused, say, texts
from ..escape import inert

if TYPE_CHECKING:
    from ..workers import Workers

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""
_NAMED = re.compile(r"[('](.*)[')]")
"""A command that click does not know, or arguments that are too many, in its sentence."""


@cache
def system_lang() -> str:
    """Return Chinese on a Chinese system, else English."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next(filter(None, names), "")
    if not name and sys.platform == "win32":
        name = locale.getlocale()[0] or ""
    return CHINESE if name.lower().startswith(("zh", "chinese")) else ENGLISH


def asked_lang(arguments: Sequence[str]) -> str:
    """Return the language a command line asks for, before it is parsed: help needs it."""
    for lang in _asked(arguments, "--lang"):
        with suppress(DataError, KeyError):
            folders = map(Path, _asked(arguments, "--templates"))
            return lang if lang in OURS else languages(folders)[lang]
    return system_lang()


def _asked(arguments: Sequence[str], option: str) -> Iterator[str]:
    """Yield the values of an option on a command line."""
    for number, argument in enumerate(arguments):
        if argument.startswith(option):
            yield argument.partition("=")[2] or "".join(arguments[number + 1 : number + 2])


def _lang(context: click.Context, _option: click.Parameter, name: str | None) -> str:
    """Return the language named, else that of the system; exit where there is no such language."""
    if name is None:
        return asked_lang(sys.argv[1:])
    by_name = languages(
        context.params.get("templates") or map(Path, _asked(sys.argv[1:], "--templates"))
    )
    if name not in by_name:
        stop("no-lang", system_lang(), name=name, names=", ".join(by_name))
    return by_name[name]


def help_text(name: str) -> str:
    """Return a command's or option's help in the language asked for."""
    try:
        return say("help", name, asked_lang(sys.argv[1:]))
    except DataError:  # in a file of sentences; the command will tell
        return say("help", name, system_lang())


@click.group(help=help_text("gouji"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gouji")
@click.option(
    "--lang", metavar="zh|en|…", callback=_lang, expose_value=False, help=help_text("lang")
)
def gouji() -> None:
    """Group the commands; the help is in templates/messages."""


def command(name: str) -> "Callable[[Command], click.Command]":
    """Register a command under its name, with its help in both languages."""
    return gouji.command(name, help=help_text(name), short_help=help_text(name).split("\n")[0])


def stop(sentence: str, lang: str, code: int = 2, **figures: object) -> NoReturn:
    """Print a sentence of section [cli] to standard error, and exit with status `code`."""
    shown = {key: inert(str(value)) for key, value in figures.items()}
    say_refused(sentence, lang, **shown)
    sys.exit(code)


def say_refused(sentence: str, lang: str, notes: Sequence[str] = (), **figures: str) -> None:
    """Print a sentence of section [cli] to standard error, `notes` below it, and its option.

    The option (`sentence/option`) is a sentence for whoever types commands: a button leaves it out.
    """
    lines = [say("cli", sentence, lang, **figures), *(f"  {inert(note)}" for note in notes)]
    option = texts("cli", lang).get(f"{sentence}/option")
    if option and BUTTON not in os.environ:
        lines = [*lines, option] if notes else [lines[0] + option]
    click.echo("\n".join(lines), err=True)


def say_misused(error: click.ClickException, lang: str) -> None:
    """Print an error of the command line that click found, in a language, to standard error."""
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        shown = io.StringIO()
        error.show(file=shown)
        click.echo("\n".join(map(inert, shown.getvalue().splitlines())), err=True)
        return
    context: click.Context | None = getattr(error, "ctx", None)
    command = context.command_path if context else "gouji"
    lines = [_misuse(error, context, lang), say("cli", "usage/help", lang, command=command)]
    click.echo("\n".join(map(inert, lines)), err=True)


def _misuse(error: click.ClickException, context: click.Context | None, lang: str) -> str:
    """Return the sentence on an option, argument or command that is wrong."""
    parameter = getattr(error, "param", None)
    option = getattr(error, "option_name", None)
    if parameter is not None:
        argument = isinstance(parameter, click.Argument)
        name = parameter.human_readable_name if argument else max(parameter.opts, key=len)
        sentence = "missing" if isinstance(error, click.MissingParameter) else "value"
        wanted = _wanted(parameter.type, lang)
        return say("cli", f"usage/{sentence}", lang, name=name, wanted=wanted)
    if option is not None:
        near = ", ".join(getattr(error, "possibilities", None) or ())
        strange = isinstance(error, click.NoSuchOption)
        sentence = "option" if strange and not near else "option-near" if strange else "option-use"
        return say("cli", f"usage/{sentence}", lang, name=option, near=near)
    named = _NAMED.search(error.message)
    sentence = "command" if context and isinstance(context.command, click.Group) else "extra"
    return say("cli", f"usage/{sentence}", lang, names=named[1] if named else error.message)


def _wanted(kind: "click.ParamType[Any]", lang: str) -> str:
    """Return the sentence on the values that an option takes, empty where any will do."""
    if isinstance(kind, click.Choice):
        return say("cli", "usage/choice", lang, names=", ".join(map(str, kind.choices)))
    if isinstance(kind, click.IntRange):
        name = "least" if kind.max is None else "range"
        return say("cli", f"usage/{name}", lang, least=kind.min, most=kind.max)
    return say("cli", "usage/number", lang) if kind is click.INT else ""


def say_failed(error: OSError, lang: str) -> NoReturn:
    """Print the file the system refused and whether anything was written; exit with status 2."""
    from ..files.saving import NotSavedError, PartlySavedError

    why = reason(refused(error), lang)
    if isinstance(error, PartlySavedError):
        stop("os-error/part", lang, path=error.filename, why=why, n=error.count)
    sentence = "os-error" if isinstance(error, NotSavedError) else "os-error/read"
    stop(sentence, lang, why=why, path=error.filename or "")


Command = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The options that commands hand on: inputs, the place of the result, the language.

    left: files and folders that are no returns, also where they lie in a folder of returns.
    """

    lang: str
    paths: tuple[str, ...] = ()
    edition: str | None = None
    year: int | None = None
    templates: tuple[Path, ...] = ()
    prior: str | None = None
    roster: str | None = None
    waivers: str | None = None
    store: str | None = None
    output: str | None = None
    force: bool = False
    jobs: int | None = None
    engine: str | None = None
    left: tuple[str, ...] = ()

    @property
    def edition_file(self) -> str | None:
        """The path of an edition given as a TOML file, None for a name."""
        name = self.edition
        return name if name and name.lower().endswith(".toml") else None

    @property
    def files(self) -> tuple[str | Path, ...]:
        """All paths that are read and never written."""
        lists = (self.prior, self.roster, self.waivers, self.edition_file)
        return (*self.paths, *self.templates, *(path for path in lists if path is not None))


def options(*names: str) -> Callable[[Command], Command]:
    """Return a decorator that adds shared options to a command, --lang always.

    The command gets the options of `Inputs` as its first argument.
    """
    decorators = {
        "edition": click.option("--edition", help=help_text("edition")),
        "year": click.option("--year", type=int, help=help_text("year")),
        "templates": click.option(
            "--templates",
            multiple=True,
            is_eager=True,
            type=click.Path(path_type=Path),
            help=help_text("templates"),
        ),
        "prior": click.option("--prior", help=help_text("prior")),
        "output": click.option("-o", "--output", help=help_text("output")),
        "roster": click.option("--roster", help=help_text("check-roster")),
        "waivers": click.option("--waivers", help=help_text("waivers")),
        "store": click.option("--store", help=help_text("store")),
        "force": click.option("--force", is_flag=True, help=help_text("force")),
        "lang": click.option("--lang", metavar="zh|en|…", callback=_lang, help=help_text("lang")),
    }

    def add(command: Command) -> Command:
        @wraps(command)
        def gathering(**values: Any) -> None:
            shared = {f.name: values.pop(f.name) for f in fields(Inputs) if f.name in values}
            command(Inputs(**shared), **values)

        for name in (*names, "lang"):
            gathering = decorators[name](gathering)
        return gathering

    return add


def missing(option: str) -> click.MissingParameter:
    """Return the error of an option that the running command needs and nobody gave."""
    context = click.get_current_context()
    found = next(one for one in context.command.params if option in one.opts)
    return click.MissingParameter(ctx=context, param=found)


def spare_consoles() -> None:
    """Set output to escape characters that a console's encoding lacks.

    A pipe or file has GBK or cp1252 on Windows, which have no ✓ or no Chinese.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def need(package: str, sentence: str, lang: str) -> None:
    """Exit with a sentence and what to do where a package is not installed."""
    from importlib.util import find_spec

    from ..files.installed import advice

    if find_spec(package) is None:
        stop(sentence, lang, do=advice(package)[lang])


@contextmanager
def crew_of(inputs: Inputs, **terms: Any) -> "Iterator[Workers]":
    """Yield workers that examine returns; Ctrl-C ends them and the command.

    terms: further fields of Given; its folder for copies of documents is made here.
    """
    from ..workers import ClusterError, Given, workers

    if inputs.engine:
        need("distributed", "no-dask", inputs.lang)
    try:
        with tempfile.TemporaryDirectory(prefix="gouji-") as saved:
            given = Given(extra=inputs.templates, saved=Path(saved), **terms)
            with workers(given, inputs.jobs, engine=inputs.engine) as crew:
                yield crew
    except ClusterError as error:
        stop(error.sentence, inputs.lang, engine=inputs.engine, why=error.why)
    except KeyboardInterrupt:
        sentence = "interrupted/store" if inputs.store else "interrupted"
        stop(sentence, inputs.lang, INTERRUPTED, path=inputs.store)


def refuse_over(
    inputs: Inputs, *more: str | None, read: Sequence[str | None] = (), folder: str | None = None
) -> None:
    """Exit where a result would be written over an input or over another result.

    more: files that are written besides the output. read: inputs besides those of the options.
    folder: an output folder.
    """
    from ..files.saving import alike, over

    written = [path for path in (inputs.output, *more) if path is not None]
    for path in written:
        if Path(path).is_dir():
            stop("a-folder", inputs.lang, path=path)
        if over(path, [*inputs.files, *(file for file in read if file is not None)]):
            stop("over", inputs.lang, path=path)
    for path, other in combinations([*written, *([folder] if folder else [])], 2):
        if alike(path, other):
            stop("same-output", inputs.lang, path=path)


def emit(pieces: Iterator[str | bytes], output: str | None, *, csv: bool = False) -> None:
    """Write text to standard output, or whole to a file; a CSV file begins with a byte order mark.

    Without it Excel on a Chinese Windows takes UTF-8 for GBK; programs at a pipe expect none.
    """
    content = (p if isinstance(p, bytes) else p.encode("utf-8", "backslashreplace") for p in pieces)
    if output is None:
        for piece in content:
            click.echo(piece, nl=False)
    else:
        from ..files.saving import write_file

        write_file(Path(output), chain([BOM_UTF8] if csv else [], content))
