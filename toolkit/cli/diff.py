"""`gouji diff`: the changes between two returns or two roll-ups."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..escape import inert
from .arguments import gathered
from .console import command, crew_of, emit, help_text, options, refuse_over, stop

if TYPE_CHECKING:
    from ..files.examine import Read
    from ..workers import Workers


@command("diff")
@options("templates", "output")
@click.argument("old")
@click.argument("new")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text",
              help=help_text("format"))  # fmt: skip
def diff(
    old: str, new: str, templates: tuple[Path, ...], output: str | None, style: str, lang: str
) -> None:
    from ..diff import telling
    from ..diff.changes import compare

    refuse_over(lang, (old, new, *templates), output)
    with crew_of(lang, templates) as crew:
        before, after = (_one(path, lang, crew) for path in (old, new))
    if before.report is None or after.report is None:
        bad = before if before.report is None else after
        stop("no-report", lang, path=bad.path, why=bad.findings[0].message(lang))
    changes = compare(before.report, after.report)
    if style == "json":
        sides = [(one.path, one.sha256, one.report) for one in (before, after) if one.report]
        emit(telling.as_json(sides[0], sides[1], changes), output)
    else:
        told = (before.path, before.report), (after.path, after.report)
        emit(telling.lines(*told, changes, lang), output)
    for one in (before, after):
        for finding in one.findings:
            if finding.severity == "error":
                click.echo(f"{inert(one.path)}: {inert(finding.message(lang))}", err=True)
    sys.exit(1 if changes else 0)


def _one(path: str, lang: str, crew: "Workers") -> "Read":
    """Return the single return of a path; else exit with status 2."""
    found = gathered((path,), lang, crew).paths
    if len(found) > 1:
        stop("one-return", lang, path=path, n=len(found), first=found[0])
    return next(iter(crew.loads(found)))
