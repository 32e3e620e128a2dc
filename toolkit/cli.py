"""The command line: every command a thin call into the rooms below."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from . import __version__, data
from .console import (
    LANGS,
    Command,
    asked_lang,
    emit,
    help_text,
    options,
    spare_consoles,
    stop,
    write_file,
)
from .escape import inert

if TYPE_CHECKING:
    from .edition import Edition
    from .report import Report


@click.group(help=help_text("gouji"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gouji")
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=help_text("lang"))
def gouji() -> None:
    """Group the commands; the help is in messages.toml."""


def command(name: str) -> Callable[[Command], click.Command]:
    """Register a command under its name, with its help in both languages."""
    return gouji.command(name, help=help_text(name), short_help=help_text(name).split("\n")[0])


# ── editions ──────────────────────────────────────────────────────────────────────────────────────


def the_edition(
    name: str | None, year: int | None, templates: Sequence[Path], lang: str
) -> "Edition":
    """Return the edition asked for by name, TOML path or year; else leave with status 2."""
    from . import edition as editions

    if name and name.lower().endswith(".toml"):
        if not Path(name).is_file():
            stop("no-path", lang, path=name)
        return editions.load(Path(name))
    known = editions.known(templates)
    form, _, short = (name or "").rpartition("/")
    if short in {ident[0] for ident in known}:
        form, short = short, ""
    form = form or data.messages()["default"]["form"]["en"]
    if short:
        found = editions.named(form, short, templates)
    else:
        found = editions.for_year(form, year or _this_year(), templates)
    if found is None:
        names = ", ".join("/".join(ident) for ident in known)
        stop("no-edition" if name else "no-edition-year", lang, name=name or year, names=names)
    return found


def _this_year() -> int:
    """Return the year reports are written about now: last year."""
    return time.localtime().tm_year - 1


def _new_file(output: str, force: bool, lang: str) -> Path:
    """Return the path to write a workbook to; never over somebody's numbers."""
    path = Path(output)
    if path.suffix.lower() != ".xlsx":
        stop("not-xlsx", lang, path=output)
    if not path.parent.is_dir():
        stop("no-path", lang, path=path.parent)
    if path.exists() and not force:
        stop("exists", lang, path=output)
    return path


# ── what there is ─────────────────────────────────────────────────────────────────────────────────


@command("forms")
@options("templates")
def forms(templates: tuple[Path, ...], lang: str) -> None:
    from . import edition as editions
    from .output import proof

    named = (editions.named(*ident, templates) for ident in editions.known(templates))
    emit(iter([proof.forms(filter(None, named), lang)]), None)


@command("cells")
@options("edition", "templates")
@click.option("--year", type=int, help=help_text("year"))
def cells(edition: str | None, templates: tuple[Path, ...], year: int | None, lang: str) -> None:
    from .output import proof

    emit(iter([proof.cells(the_edition(edition, year, templates, lang), lang)]), None)


@command("rules")
@options("edition", "templates")
@click.option("--year", type=int, help=help_text("year"))
@click.option("--format", "style", type=click.Choice(["text", "json", "md"]), default="text",
              help=help_text("format"))  # fmt: skip
def rules(
    edition: str | None, templates: tuple[Path, ...], year: int | None, style: str, lang: str
) -> None:
    from .output import proof

    found = the_edition(edition, year, templates, lang)
    emit(iter([proof.rules(found, lang, style)]), None)


@command("schema")
@options("edition", "templates", "output")
@click.option("--year", type=int, help=help_text("year"))
def schema(
    edition: str | None,
    templates: tuple[Path, ...],
    output: str | None,
    year: int | None,
    lang: str,
) -> None:
    from .report import dumps
    from .schema import report_schema

    found = the_edition(edition, year, templates, lang)
    emit(iter([dumps(report_schema(found)), "\n"]), output)


# ── workbooks out ─────────────────────────────────────────────────────────────────────────────────


@command("blank")
@options("edition", "templates", "prior", "output", "force")
@click.option("--year", type=click.IntRange(1000, 2999), required=True, help=help_text("year"))
@click.option("--agency", required=True, help=help_text("agency"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
def blank(
    edition: str | None,
    templates: tuple[Path, ...],
    prior: str | None,
    output: str | None,
    force: bool,
    year: int,
    agency: str,
    code: str | None,
    level: str | None,
    lang: str,
) -> None:
    from .examine import of_last_year, prior_numbers
    from .report import Report
    from .workbook.build import build
    from .workbook.fill import NoPlace, prefilled, refuse_lost

    found = the_edition(edition, year, templates, lang)
    if not found.covers(year):
        stop("edition-year", lang, edition=found.name, year=year)
    if not output:
        stop("no-output", lang)
    path = _new_file(output, force, lang)
    who = {"name": agency.strip(), "code": code and code.strip(), "level": _level(level, lang)}
    empty = Report(found, who, year, dict.fromkeys(found.cells), origin="workbook")
    last = of_last_year(empty, _priors(prior, templates, lang)) if prior else None
    if prior and last is None:
        stop("no-prior", lang, agency=agency, year=year - 1, path=prior)
    try:
        refuse_lost(empty, found)
    except NoPlace as error:
        _say_homeless(error.values, lang)
    write_file(path, build(found, prefilled(empty, last), prior_numbers(found, last)))
    click.echo(data.messages()["cli"]["written"][lang].format(path=inert(output)))


def _level(level: str | None, lang: str) -> str | None:
    """Return a level by its key, from its key or its printed name."""
    names = data.messages()["level"]
    by_name = {word: key for key, words in names.items() for word in (key, *words.values())}
    if level is not None and level not in by_name:
        stop("no-level", lang, level=level, names=", ".join(names))
    return by_name[level] if level else None


@command("fill")
@options("templates", "output", "force")
@click.argument("file")
def fill(
    file: str, templates: tuple[Path, ...], output: str | None, force: bool, lang: str
) -> None:
    from . import edition as editions
    from .examine import load
    from .workbook.fill import NoPlace
    from .workbook.fill import fill as filled

    if not output:
        stop("no-output", lang)
    if not os.path.lexists(file):
        stop("no-path", lang, path=file)
    path = _new_file(output, force, lang)
    read = load(file, templates)
    if read.report is None:
        stop("refused", lang, 1, path=file, why=read.findings[0].message(lang))
    own, year = read.report.edition, read.report.year
    fits = own if year is None or own.covers(year) else None
    target = fits or editions.for_year(own.form, year or 0, templates) or own
    try:
        done = filled(read.report, target)
    except NoPlace as error:
        _say_homeless(error.values, lang)
    write_file(path, done.workbook)
    click.echo(data.messages()["cli"]["written"][lang].format(path=inert(output)))
    for cell, given, shown in done.differs:
        words = data.messages()["cli"]["total-given"][lang]
        told = {"at": cell.at, "sheet": cell.sheet, "label": cell.label, "given": given}
        click.echo(inert(words.format(**told, shown="—" if shown is None else shown)), err=True)
    wrong = [finding for finding in read.findings if finding.severity == "error"]
    for finding in wrong:
        click.echo(inert(finding.message(lang)), err=True)
    sys.exit(1 if done.differs or wrong else 0)


def _say_homeless(values: dict[str, str], lang: str) -> NoReturn:
    """Say which values no workbook can take, and leave."""
    click.echo(data.messages()["cli"]["no-place"][lang].format(n=len(values)), err=True)
    for name, value in values.items():
        click.echo(f"  {inert(name)} = {inert(value)}", err=True)
    sys.exit(1)


# ── returns in ────────────────────────────────────────────────────────────────────────────────────


def _gathered(paths: tuple[str, ...], lang: str) -> tuple[list[str], int]:
    from .examine import PathError, gather

    try:
        found, ignored = gather(paths)
    except PathError as error:
        stop("no-path", lang, path=error)
    if not found:
        stop("no-returns", lang, path=", ".join(paths))
    return found, ignored


def _priors(prior: str | None, templates: Sequence[Path], lang: str) -> "list[Report]":
    """Return last year's reports; a file that holds none is named, and passed over in a folder."""
    from .examine import load, same_agency

    if prior is None:
        return []
    reports = []
    for path in _gathered((prior,), lang)[0]:
        read = load(path, templates)
        if read.report is not None:
            reports.append(read.report)
        elif path == prior:
            stop("refused", lang, path=path, why=read.findings[0].message(lang))
        else:
            _say_refused(path, read.findings[0].message(lang), lang)
    for one, other in combinations(reports, 2):
        if one.year == other.year and same_agency(one, other) and one.values != other.values:
            stop("prior-twice", lang, agency=one.agency["name"], year=one.year, path=prior)
    return reports


def _say_refused(path: str, why: str, lang: str) -> None:
    words = data.messages()["cli"]["refused"][lang]
    click.echo(words.format(path=inert(path), why=inert(why)), err=True)


def _refuse_over(output: str | None, paths: Sequence[str], lang: str) -> None:
    """Leave where a result would be written over one of the files it is about."""
    if output is not None and Path(output).exists():
        for path in map(Path, paths):
            if path.exists() and path.samefile(output):
                stop("over", lang, path=output)


@command("read")
@options("templates", "output")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "style", type=click.Choice(["json", "jsonl", "csv"]), default="json",
              help=help_text("format"))  # fmt: skip
def read(
    paths: tuple[str, ...],
    templates: tuple[Path, ...],
    output: str | None,
    style: str,
    lang: str,
) -> None:
    from .examine import load
    from .output import values

    found, _ = _gathered(paths, lang)
    _refuse_over(output, found, lang)
    reports, refused = [], False
    for path in found:
        one = load(path, templates)
        if one.report is None:
            refused = True
            _say_refused(path, one.findings[0].message(lang), lang)
        else:
            reports.append(one.report)
    single = len(paths) == 1 and paths[0] == found[0]
    if reports or not single:
        emit(values.FORMATS[style](reports, single), output)
    sys.exit(1 if refused else 0)


@command("check")
@options("templates", "prior", "output")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "style", type=click.Choice(["text", "json", "jsonl"]), default="text",
              help=help_text("format"))  # fmt: skip
def check(
    paths: tuple[str, ...],
    templates: tuple[Path, ...],
    prior: str | None,
    output: str | None,
    style: str,
    lang: str,
) -> None:
    from .examine import examine
    from .finding import Batch
    from .output import FORMATS, text

    found, ignored = _gathered(paths, lang)
    _refuse_over(output, found, lang)
    priors = _priors(prior, templates, lang) if prior else None
    results = tuple(examine(path, priors, templates) for path in _progress(found, lang))
    batch = Batch(results, ignored)
    if style == "text" and output is None and sys.stdout.isatty():
        emit(text.lines(batch, lang, colour=True), None)
    else:
        emit(FORMATS[style](batch, lang), output)
    sys.exit(1 if any(r.verdict in ("fail", "reject") for r in results) else 0)


def _progress(paths: list[str], lang: str) -> Iterator[str]:
    """Yield the paths; a bar follows along on a terminal where it takes over a second."""
    if len(paths) < 50 or not sys.stderr.isatty():  # noqa: PLR2004
        yield from paths
        return
    from rich.console import Console
    from rich.progress import track

    words = data.messages()["cli"]["checking"][lang]
    yield from track(paths, words, console=Console(stderr=True), transient=True)


@command("demo")
@options()
@click.argument("folder", required=False)
def demo(folder: str | None, lang: str) -> None:
    from .demo import play

    play(folder, lang)


def main() -> None:
    """Run the command line; an error of the data we stand on is said plainly."""
    from .data import DataError
    from .shape import EditionError

    spare_consoles()
    try:
        gouji(prog_name="gouji")
    except (EditionError, DataError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        lang = asked_lang(sys.argv[1:])
        stop("os-error", lang, why=error.strerror or error, path=error.filename or "")
