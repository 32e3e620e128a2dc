"""`gouji fill`: a report or a return in a fresh locked workbook."""

import sys
from pathlib import Path

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import (
    gathered,
    new_file,
    say_homeless,
)
from .console import command, crew_of, options, stop


@command("fill")
@options("templates", "output", "force")
@click.argument("file")
def fill(
    file: str, templates: tuple[Path, ...], output: str | None, force: bool, lang: str
) -> None:
    from ..returned.fill import NoPlace, differing, fitting
    from ..returned.fill import fill as filled

    if not output:
        stop("no-output", lang)
    path = new_file(output, force, lang, inputs=(file, *templates))
    with crew_of(lang, templates) as crew:
        found = gathered((file,), lang, crew).paths
        if len(found) > 1:
            stop("one-return", lang, path=file, n=len(found), first=found[0])
        (read,) = crew.loads(found)
    if read.report is None:
        stop("refused", lang, 1, path=file, why=read.findings[0].message(lang))
    try:
        done = filled(read.report, fitting(read.report, templates))
    except NoPlace as error:
        say_homeless(error.values, lang)
    write_file(path, done.workbook)
    click.echo(say("cli", "written", lang, path=inert(output)))
    for line in differing(done, lang):
        click.echo(line, err=True)
    wrong = [finding for finding in read.findings if finding.severity == "error"]
    for finding in wrong:
        click.echo(inert(finding.message(lang)), err=True)
    sys.exit(1 if done.differs or wrong else 0)
