"""`gouji fill`: a report or a return in a fresh locked workbook."""

import sys

import click

from ..escape import inert
from ..files.saving import write_file
from .arguments import new_file, say_homeless, say_written, the_return
from .console import Inputs, command, crew_of, options, stop


@command("fill")
@options("templates", "output", "force")
@click.argument("file")
def fill(inputs: Inputs, *, file: str) -> None:
    from ..returned.fill import NoPlace, differing, fitting
    from ..returned.fill import fill as filled

    lang = inputs.lang
    path = new_file(inputs, read=(file,))
    with crew_of(inputs) as crew:
        read = the_return(file, lang, crew)
    if read.report is None:
        stop("refused", lang, 1, path=file, why=read.findings[0].message(lang))
    try:
        done = filled(read.report, fitting(read.report, inputs.templates))
    except NoPlace as error:
        say_homeless(error.values, lang)
    write_file(path, done.workbook)
    say_written(inputs)
    for line in differing(done, lang):
        click.echo(line, err=True)
    wrong = [finding for finding in read.findings if finding.severity == "error"]
    for finding in wrong:
        click.echo(inert(finding.message(lang)), err=True)
    sys.exit(1 if done.differs or wrong else 0)
