"""Values of options and arguments: editions, levels, returns, last year's returns, output files."""

import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from ..data import ENGLISH, filled, listed, say, texts
from ..escape import inert
from ..files.scratch import is_scratch
from ..report import identity
from .console import Inputs, crew_of, need, refuse_over, stop

if TYPE_CHECKING:
    from ..campaign.chain import Last
    from ..campaign.roster import Member, RosterError
    from ..campaign.sending import Sending
    from ..edition.edition import Edition
    from ..files.examine import Read
    from ..files.gathering import Gathered
    from ..finding import PassedOver
    from ..report.report import Report
    from ..workers import Workers

T = TypeVar("T")
DELAY, STEP = 1.0, 0.1
"""Seconds before a progress bar is shown, and between two looks at what is done."""
_SHOWN = 30
"""Most agencies without an address that are named."""


def the_edition(inputs: Inputs) -> "Edition":
    """Return the edition given by name, TOML path or year; else exit with status 2."""
    from ..edition import edition as editions

    if file := inputs.edition_file:
        if not Path(file).is_file():
            stop("no-path", inputs.lang, path=file)
        return editions.load(Path(file))
    idents = editions.known(inputs.templates)
    form, _, name = (inputs.edition or "").rpartition("/")
    if name in {ident[0] for ident in idents}:
        form, name = name, ""
    form = form or say("default", "form", ENGLISH)
    if name:
        edition = editions.named(form, name, inputs.templates)
    else:
        last_year = time.localtime().tm_year - 1
        edition = editions.for_year(form, inputs.year or last_year, inputs.templates)
    if edition is None:
        names = ", ".join("/".join(ident) for ident in idents)
        sentence = "no-edition" if inputs.edition else "no-edition-year"
        stop(sentence, inputs.lang, name=inputs.edition or inputs.year, names=names)
    return edition


def new_file(inputs: Inputs, ending: str = ".xlsx", *, read: Sequence[str | None] = ()) -> Path:
    """Return the path to write a file to; refuse existing files without force, and inputs.

    read: inputs besides those of the options.
    """
    if not inputs.output:
        stop("no-output", inputs.lang, ending=ending)
    path = Path(inputs.output)
    if path.suffix.lower() != ending:
        stop(f"not-{ending[1:]}", inputs.lang, path=inputs.output)
    if not path.parent.is_dir():
        stop("no-path", inputs.lang, path=path.parent)
    refuse_over(inputs, read=read)
    refuse_existing(inputs)
    return path


def refuse_existing(inputs: Inputs) -> None:
    """Exit where the file to write exists and is not to be overwritten."""
    if inputs.output and Path(inputs.output).exists() and not inputs.force:
        stop("exists", inputs.lang, path=inputs.output)


def new_folder(output: str, lang: str, *, force: bool | None = None) -> Path:
    """Return the folder to write into; refuse one that holds other files, unless forced.

    force: the option of the command; None for a command without it.
    """
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        stop("not-a-folder", lang, path=output)
    if not folder.parent.is_dir():
        stop("no-path", lang, path=folder.parent)
    if (
        not force
        and folder.is_dir()
        and not all(is_scratch(path.name) for path in folder.iterdir())
    ):
        stop("occupied" if force is not None else "occupied-folder", lang, path=output)
    return folder


def agency_of(name: str, code: str | None, level: str | None, lang: str) -> dict[str, str | None]:
    """Return an agency; its level is given by key or printed name. Exit for an unknown one."""
    key = identity.levels().get(identity.word(level or ""))
    if level is not None and key is None:
        stop("no-level", lang, level=level, names=", ".join(texts("level", ENGLISH)))
    return {"name": name.strip(), "code": code and code.strip(), "level": key}


def sending_of(sender: str | None, due: str | None, lang: str, *, mail: bool) -> "Sending":
    """Return the terms of sending today; exit where `due` is no day."""
    from ..campaign.sending import Sending
    from ..edition.days import written_day

    day = written_day(due) if due else None
    if due and day is None:
        stop("no-day", lang, text=due)
    return Sending(sender or "", day, mail=mail)


def unaddressed(agencies: Sequence[str], lang: str) -> Iterator[str]:
    """Yield the line on agencies whose drafts have no recipient; none where there are none."""
    words = texts("sent_back", lang)
    if agencies:
        comma = say("text", "comma", lang)
        names = listed(map(inert, agencies), _SHOWN, comma, words["more"])
        yield filled(words["unaddressed"], n=len(agencies), names=names)


def gathered(
    paths: tuple[str, ...], lang: str, crew: "Workers", left: Sequence[str] = ()
) -> "Gathered":
    """Return the files to judge and those passed over; else exit with status 2.

    left: files and folders of the season that are no returns; print those that are left out.
    """
    from ..files.distant import AddressError, is_address
    from ..files.gathering import OLD, PathError, collected

    if any(map(is_address, paths)):
        need("fsspec", "no-fsspec", lang)

    def sifts(documents: Sequence[str]) -> Iterator[str]:
        return progress(crew.sifts(documents), len(documents), lang, "sifting")

    try:
        files = collected(paths, crew.listings, sifts)
    except PathError as error:
        stop("no-path", lang, path=error)
    except AddressError as error:
        sentence = "no-path" if error.why is None else "no-address"
        stop(sentence, lang, path=error.path, why=error.why or "")
    files, gone = files.without(left, paths)
    if gone:
        names = listed(map(inert, gone), _SHOWN, say("text", "comma", lang))
        click.echo(say("season", "left", lang, names=names), err=True)
    if old := [path for path in files.paths if path.lower().endswith(OLD)]:
        convert(old, lang, crew)
    if not files.paths:
        say_passed(files.passed, lang)
        stop("no-returns", lang, path=", ".join(paths))
    return files


def convert(paths: Sequence[str], lang: str, crew: "Workers") -> None:
    """Have LibreOffice save copies of documents that only it opens: it takes longer than a worker may."""
    from ..files import published

    for _ in progress(published.convert(paths, crew.given.saved), len(paths), lang, "converting"):
        pass


def the_return(path: str, lang: str, crew: "Workers") -> "Read":
    """Return the single return of a path; else exit with status 2."""
    paths = gathered((path,), lang, crew).paths
    if len(paths) > 1:
        stop("one-return", lang, path=path, n=len(paths), first=paths[0])
    return next(iter(crew.loads(paths)))


@contextmanager
def last_years(
    inputs: Inputs, members: "Sequence[Member]" = ()
) -> "Iterator[tuple[Last | None, str]]":
    """Give last year's reports, None without any, and a digest of them all.

    members: the roster by which their agencies are known. The reports are on disk and can be read
    only within the context.
    """
    if inputs.prior is None:
        yield None, ""
        return
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        yield last_year(Path(folder), inputs, inputs.prior, members)


def last_year(
    folder: Path, inputs: Inputs, prior: str, members: "Sequence[Member]" = ()
) -> "tuple[Last, str]":
    """Return last year's reports, written into a folder, and a digest of them all."""
    from ..campaign.chain import TwiceError, built
    from ..campaign.store import StoreError

    try:
        with closing(_reports(inputs, prior)) as reports:
            return built(folder / "last", reports, inputs.templates, members)
    except TwiceError as error:
        stop("prior-twice", inputs.lang, agency=error.agency, year=error.year, path=prior)
    except StoreError as error:
        stop(error.sentence, inputs.lang, path=prior, why=error.why)


def _reports(inputs: Inputs, prior: str) -> "Generator[tuple[int, Report], None, None]":
    """Yield (number of the store's run, else 0; report); print the files of a folder not used."""
    from ..campaign.chain import Unread, taken

    lang = inputs.lang
    with crew_of(Inputs(lang=lang, templates=inputs.templates)) as crew:
        files = gathered((prior,), lang, crew)
        say_passed(files.passed, lang)
        for report in taken(files.paths, inputs.templates, crew.loads):
            if not isinstance(report, Unread):
                yield report
            elif (report.path, report.sentence) == (prior, "refused"):
                stop(report.sentence, lang, path=prior, why=report.reason(lang))
            else:
                click.echo(report.message(lang, inert), err=True)


def members_of(roster: str, lang: str) -> "tuple[Member, ...]":
    """Return a roster's members; else print all that is wrong with it and exit with status 2."""
    from ..campaign.roster import RosterError, load

    try:
        return load(roster)
    except RosterError as error:
        refuse_roster(error, roster, lang)


def refuse_roster(error: "RosterError", roster: str, lang: str) -> NoReturn:
    """Print all that is wrong with a roster and exit with status 2."""
    lines = error.lines(lang)
    words = say("handout", "bad", lang, path=inert(roster), n=len(lines))
    click.echo("\n".join([words, *(f"  {inert(line)}" for line in lines)]), err=True)
    sys.exit(2)


def say_written(inputs: Inputs) -> None:
    """Print the path of the file that was written."""
    click.echo(say("cli", "written", inputs.lang, path=inert(inputs.output or "")))


def say_refused(read: "Read", lang: str) -> None:
    """Print the path of a refused file, and the reason."""
    why = read.findings[0].message(lang)
    click.echo(say("cli", "refused", lang, path=inert(read.path), why=inert(why)), err=True)


def say_passed(passed: "Iterable[PassedOver]", lang: str) -> None:
    """Print the files passed over that may hold a return, each with what to do."""
    for file in passed:
        why = file.message(lang)
        click.echo(say("cli", "refused", lang, path=inert(file.path), why=why), err=True)


def say_homeless(values: dict[str, str], lang: str) -> NoReturn:
    """Print the values that no workbook can take, and exit."""
    from ..returned.fill import homeless

    for line in homeless(values, lang):
        click.echo(line, err=True)
    sys.exit(1)


def progress(answers: Iterable[T], count: int, lang: str, doing: str = "checking") -> Iterator[T]:
    """Yield the answers; on a terminal, after a second, with a bar: count, rate, time left."""
    if not sys.stderr.isatty():
        yield from answers
        return
    done, ended = [0], threading.Event()
    shown = (done, ended, count, say("cli", doing, lang), lang)
    bar = threading.Thread(target=_bar, args=shown, daemon=True)
    bar.start()
    try:
        for answer in answers:
            done[0] += 1
            yield answer
    finally:
        ended.set()
        bar.join()


def _bar(done: list[int], ended: threading.Event, count: int, doing: str, lang: str) -> None:
    """Show a progress bar while work goes on that takes more than a second.

    done: number of answers so far, counted elsewhere.
    """
    start = time.monotonic()
    if ended.wait(DELAY):
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn())
    rates = (TextColumn("{task.fields[rate]}"), TextColumn(say("progress", "left", lang)))
    every = (*columns, *rates, TimeRemainingColumn())
    with Progress(*every, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count, rate="")
        last = False
        while not last:
            last, rate = ended.wait(STEP), done[0] / (time.monotonic() - start)
            shown = say("progress", "rate", lang, n=f"{rate:.{rate < 10:d}f}")  # noqa: PLR2004
            bar.update(task, completed=done[0], rate=shown, refresh=last)
