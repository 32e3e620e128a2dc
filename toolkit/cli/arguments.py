"""Values of options and arguments: editions, levels, returns, last year's returns, output files."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from ..data import ENGLISH, say, texts
from ..escape import inert
from ..files.scratch import is_scratch
from ..report import identity
from .console import crew_of, refuse_over, stop

if TYPE_CHECKING:
    from ..campaign.chain import Last
    from ..campaign.roster import Member
    from ..edition.edition import Edition
    from ..files.examine import Read
    from ..files.gathering import Gathered
    from ..finding import PassedOver
    from ..report.report import Report
    from ..workers import Workers

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The options that commands hand on: what is read, where the result goes, the language."""

    lang: str
    paths: tuple[str, ...] = ()
    templates: tuple[Path, ...] = ()
    prior: str | None = None
    roster: str | None = None
    waivers: str | None = None
    store: str | None = None
    output: str | None = None
    jobs: int | None = None

    @property
    def files(self) -> "tuple[str | Path | None, ...]":
        """All paths that are read and never written; None for an option that was not given."""
        return (*self.paths, *self.templates, self.prior, self.roster, self.waivers)


def inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that takes the options of `Inputs` as its first argument."""
    names = [field.name for field in fields(Inputs)]

    @wraps(command)
    def gathering(**given: Any) -> None:
        own = {name: given.pop(name) for name in names if name in given}
        command(Inputs(**own), **given)

    return gathering


def the_edition(
    name: str | None, year: int | None, templates: Sequence[Path], lang: str
) -> "Edition":
    """Return the edition given by name, TOML path or year; else exit with status 2."""
    from ..edition import edition as editions

    if file := edition_file(name):
        if not Path(file).is_file():
            stop("no-path", lang, path=file)
        return editions.load(Path(file))
    known = editions.known(templates)
    form, _, short = (name or "").rpartition("/")
    if short in {ident[0] for ident in known}:
        form, short = short, ""
    form = form or say("default", "form", ENGLISH)
    if short:
        found = editions.named(form, short, templates)
    else:
        found = editions.for_year(form, year or _this_year(), templates)
    if found is None:
        names = ", ".join("/".join(ident) for ident in known)
        stop("no-edition" if name else "no-edition-year", lang, name=name or year, names=names)
    return found


def edition_file(name: str | None) -> str | None:
    """Return the path of an edition given as a TOML file, None for a name."""
    return name if name and name.lower().endswith(".toml") else None


def _this_year() -> int:
    """Return the year that reports are written about now: last year."""
    return time.localtime().tm_year - 1


def new_file(
    output: str,
    force: bool,
    lang: str,
    ending: str = ".xlsx",
    inputs: "Sequence[str | Path | None]" = (),
) -> Path:
    """Return the path to write a file to; refuse existing files without force, and inputs.

    inputs: the paths that are read; None for an option that was not given.
    """
    path = Path(output)
    if path.suffix.lower() != ending:
        stop(f"not-{ending[1:]}", lang, path=output)
    if not path.parent.is_dir():
        stop("no-path", lang, path=path.parent)
    refuse_over(lang, inputs, output)
    if path.exists() and not force:
        stop("exists", lang, path=output)
    return path


def new_folder(output: str, lang: str, *, force: bool | None = None) -> Path:
    """Return the folder to write into; refuse one that holds other files, unless forced.

    force: the option of the command; None for a command without it.
    """
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        stop("not-a-folder", lang, path=output)
    if not folder.parent.is_dir():
        stop("no-path", lang, path=folder.parent)
    if not force and folder.is_dir() and not all(is_scratch(one.name) for one in folder.iterdir()):
        stop("occupied" if force is not None else "occupied-folder", lang, path=output)
    return folder


def level_key(level: str | None, lang: str) -> str | None:
    """Return the key of a level, from its key or its printed name."""
    key = identity.levels().get(identity.word(level or ""))
    if level is not None and key is None:
        stop("no-level", lang, level=level, names=", ".join(texts("level", ENGLISH)))
    return key


def gathered(paths: tuple[str, ...], lang: str, crew: "Workers") -> "Gathered":
    """Return the files to judge and those passed over; else exit with status 2."""
    from ..files.gathering import PathError, collected
    from ..files.published import convert

    try:
        found = collected(paths, crew.listings, crew.sifts)
    except PathError as error:
        stop("no-path", lang, path=error)
    convert(found.paths, crew.given.saved)
    if not found.paths:
        say_passed(found.passed, lang)
        stop("no-returns", lang, path=", ".join(paths))
    return found


@contextmanager
def last_years(
    given: Inputs, members: "Sequence[Member]" = ()
) -> "Iterator[tuple[Last | None, str]]":
    """Give last year's reports, None without any, and a digest of them all.

    members: the roster by which their agencies are known. The reports are on disk and can be read
    only within the context.
    """
    if given.prior is None:
        yield None, ""
        return
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        yield last_year(Path(folder), given.prior, given.templates, given.lang, members)


def last_year(
    folder: Path,
    prior: str,
    templates: tuple[Path, ...],
    lang: str,
    members: "Sequence[Member]" = (),
) -> "tuple[Last, str]":
    """Return last year's reports, written into a folder, and a digest of them all."""
    from ..campaign.chain import TwiceError, built
    from ..campaign.store import StoreError

    try:
        return built(folder / "last", _reports(prior, templates, lang), templates, members)
    except TwiceError as error:
        stop("prior-twice", lang, agency=error.agency, year=error.year, path=prior)
    except StoreError as error:
        stop(error.sentence, lang, path=prior, why=error.why)


def _reports(prior: str, templates: tuple[Path, ...], lang: str) -> "Iterator[tuple[int, Report]]":
    """Yield (number of the store's run, else 0; report); print what is not used of a folder."""
    from ..campaign.chain import Unread, taken

    with crew_of(lang, templates) as crew:
        found = gathered((prior,), lang, crew)
        say_passed(found.passed, lang)
        for one in taken(found.paths, templates, crew.loads):
            if not isinstance(one, Unread):
                yield one
            elif (one.path, one.sentence) == (prior, "refused"):
                stop(one.sentence, lang, path=prior, why=one.reason(lang))
            else:
                click.echo(one.message(lang, inert), err=True)


def members_of(roster: str, lang: str) -> "tuple[Member, ...]":
    """Return a roster's members; else print all that is wrong with it and exit with status 2."""
    from ..campaign.roster import RosterError, load

    try:
        return load(roster)
    except RosterError as error:
        lines = error.lines(lang)
        words = say("handout", "bad", lang, path=inert(roster), n=len(lines))
        click.echo("\n".join([words, *(f"  {inert(line)}" for line in lines)]), err=True)
        sys.exit(2)


def say_refused(read: "Read", lang: str) -> None:
    """Print the path of a refused file, and the reason."""
    why = read.findings[0].message(lang)
    click.echo(say("cli", "refused", lang, path=inert(read.path), why=inert(why)), err=True)


def say_passed(passed: "Iterable[PassedOver]", lang: str) -> None:
    """Print the files passed over that may hold a return, each with what to do."""
    for one in passed:
        why = one.message(lang)
        click.echo(say("cli", "refused", lang, path=inert(one.path), why=why), err=True)


def say_homeless(values: dict[str, str], lang: str) -> NoReturn:
    """Print the values that no workbook can take, and exit."""
    from ..returned.fill import homeless

    for line in homeless(values, lang):
        click.echo(line, err=True)
    sys.exit(1)


def progress(answers: Iterable[T], count: int, lang: str, doing: str = "checking") -> Iterator[T]:
    """Yield the answers; on a terminal with a progress bar: count, rate, time left."""
    if count < 50 or not sys.stderr.isatty():  # noqa: PLR2004
        yield from answers
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    title = TextColumn(say("cli", doing, lang))
    columns = (title, BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    times = (TextColumn(say("progress", "left", lang)), TimeRemainingColumn())
    with Progress(*columns, *times, console=Console(stderr=True), transient=True) as bar:
        task, start = bar.add_task("", total=count, rate=""), time.monotonic()
        for number, one in enumerate(answers, 1):
            rate = f"{number / max(time.monotonic() - start, 0.001):.0f}"
            bar.update(task, completed=number, rate=say("progress", "rate", lang, n=rate))
            yield one
