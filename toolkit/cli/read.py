"""`gouji read`: the numbers of returned workbooks as JSON or csv."""

import sys
from pathlib import Path

import click

from ..output import REPORT_FORMATS
from .arguments import gathered, progress, say_passed, say_refused
from .console import command, crew_of, emit, help_text, options, refuse_over


@command("read")
@options("templates", "output")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "style", type=click.Choice(list(REPORT_FORMATS)), default="json",
              help=help_text("format"))  # fmt: skip
def read(
    paths: tuple[str, ...],
    templates: tuple[Path, ...],
    output: str | None,
    style: str,
    lang: str,
) -> None:
    refuse_over(lang, (*paths, *templates), output)
    with crew_of(lang, templates) as crew:
        there = gathered(paths, lang, crew)
        found = there.paths
        loads = tuple(progress(crew.loads(found), len(found), lang))
    say_passed(there.passed, lang)
    reports = [one.report for one in loads if one.report is not None]
    refused = [one for one in loads if one.report is None]
    for one in refused:
        say_refused(one, lang)
    single = len(paths) == 1 and paths[0] == found[0]
    if reports or not single:
        emit(REPORT_FORMATS[style](reports, single), output, csv=style == "csv")
    sys.exit(1 if refused else 0)
