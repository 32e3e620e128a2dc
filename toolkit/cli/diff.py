"""`gouji diff`: the changes between two returns or two roll-ups."""

import sys
from dataclasses import replace

import click

from ..escape import inert
from .arguments import the_return
from .console import Inputs, command, crew_of, emit, help_text, options, refuse_over, stop


@command("diff")
@options("templates", "output")
@click.argument("old")
@click.argument("new")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text",
              help=help_text("format"))  # fmt: skip
def diff(inputs: Inputs, *, old: str, new: str, style: str) -> None:
    from ..diff import telling
    from ..diff.changes import compare

    inputs = replace(inputs, paths=(old, new))
    lang, output = inputs.lang, inputs.output
    refuse_over(inputs)
    with crew_of(inputs) as crew:
        before, after = (the_return(path, lang, crew) for path in inputs.paths)
    if before.report is None or after.report is None:
        bad = before if before.report is None else after
        stop("no-report", lang, path=bad.path, why=bad.findings[0].message(lang))
    changes = compare(before.report, after.report)
    if style == "json":
        old_side = (before.path, before.sha256, before.report)
        new_side = (after.path, after.sha256, after.report)
        emit(telling.as_json(old_side, new_side, changes), output)
    else:
        sides = (before.path, before.report), (after.path, after.report)
        emit(telling.lines(*sides, changes, lang), output)
    for read in (before, after):
        for finding in read.findings:
            if finding.severity == "error":
                click.echo(f"{inert(read.path)}: {inert(finding.message(lang))}", err=True)
    sys.exit(1 if changes else 0)
