"""`gouji read`: the numbers of returned workbooks as JSON or csv."""

import sys

import click

from ..output import REPORT_FORMATS
from .arguments import gathered, progress, say_passed, say_refused
from .console import Inputs, command, crew_of, emit, help_text, options, refuse_over


@command("read")
@options("templates", "output")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "style", type=click.Choice(list(REPORT_FORMATS)), default="json",
              help=help_text("format"))  # fmt: skip
def read(inputs: Inputs, *, style: str) -> None:
    lang = inputs.lang
    refuse_over(inputs)
    with crew_of(inputs) as crew:
        files = gathered(inputs.paths, lang, crew)
        reads = tuple(progress(crew.loads(files.paths), len(files.paths), lang))
    say_passed(files.passed, lang)
    reports = [file.report for file in reads if file.report is not None]
    refused = [file for file in reads if file.report is None]
    for file in refused:
        say_refused(file, lang)
    single = inputs.paths == (files.paths[0],)
    if reports or not single:
        emit(REPORT_FORMATS[style](reports, single), inputs.output, csv=style == "csv")
    sys.exit(1 if refused else 0)
