"""`gouji fill`: a report or a return in a fresh locked workbook, or in somebody's own file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..data import say
from ..escape import inert
from .arguments import new_file, say_homeless, say_written, the_return
from .console import Inputs, command, crew_of, help_text, options, stop

if TYPE_CHECKING:
    from ..files.examine import Read


@command("fill")
@options("templates", "output", "force")
@click.argument("file")
@click.option("--into", "target", metavar="THEIR.docx|THEIR.xlsx", help=help_text("into"))
def fill(inputs: Inputs, *, file: str, target: str | None) -> None:
    from ..returned.fill import NoPlace

    try:
        looked = _fresh(inputs, file) if target is None else _into(inputs, file, target)
    except NoPlace as error:
        say_homeless(error.values, inputs.lang)
    sys.exit(1 if looked else 0)


def _fresh(inputs: Inputs, file: str) -> bool:
    """Write a fresh workbook; return whether something is to be looked at."""
    from ..files.saving import write_file
    from ..returned.fill import differing, fitting
    from ..returned.fill import fill as filled

    path = new_file(inputs, read=(file,))
    read = _read(inputs, file)
    assert read.report is not None  # noqa: S101 - else it was refused
    done = filled(read.report, fitting(read.report, inputs.templates))
    write_file(path, done.workbook)
    say_written(inputs)
    for line in differing(done, inputs.lang):
        click.echo(line, err=True)
    return _wrong(read, inputs.lang) or bool(done.differs)


def _into(inputs: Inputs, file: str, target: str) -> bool:
    """Write somebody's file with the return's numbers; return whether something is to be looked at."""
    from ..files.gathering import bytes_of
    from ..files.refusal import refusal
    from ..files.saving import write_file
    from ..report.report import ReportError
    from ..returned import into
    from ..xlsx.zip import Rejected

    lang = inputs.lang
    if not Path(target).exists():
        stop("no-path", lang, path=target)
    try:
        source = bytes_of(target)
        path = new_file(inputs, into.ending(source), read=(file, target))
        read = _read(inputs, file)
        assert read.report is not None  # noqa: S101 - else it was refused
        done = into.into(read.report, source, Path(target).name, inputs.templates)
    except into.UnfitError as error:
        click.echo("\n".join(map(inert, into.refused(error, target, lang))), err=True)
        if error.ours:
            click.echo(say("cli", "into-ours", lang), err=True)
        sys.exit(1)
    except (ReportError, Rejected) as error:
        why = refusal(error.code, error.figures).message(lang)
        stop("refused", lang, 1, path=target, why=why)
    write_file(path, done.content)
    say_written(inputs)
    click.echo("\n".join(map(inert, into.lines(done, lang))))
    warnings = tuple(into.warnings(done, lang))
    for line in warnings:
        click.echo(inert(line), err=True)
    return _wrong(read, lang) or bool(warnings)


def _read(inputs: Inputs, file: str) -> "Read":
    """Return the return; exit where it is refused."""
    with crew_of(inputs) as crew:
        read = the_return(file, inputs.lang, crew)
    if read.report is None:
        stop("refused", inputs.lang, 1, path=file, why=read.findings[0].message(inputs.lang))
    return read


def _wrong(read: "Read", lang: str) -> bool:
    """Print a return's errors of structure, and tell whether there are any."""
    wrong = [finding for finding in read.findings if finding.severity == "error"]
    for finding in wrong:
        click.echo(inert(finding.message(lang)), err=True)
    return bool(wrong)
