"""Command that writes an empty roster."""

import click

from .. import data
from ..console import command, options, stop
from ..escape import inert
from ..saving import write_file
from .given import new_file


@command("roster")
@options("output", "force")
def roster(output: str | None, force: bool, lang: str) -> None:
    from ..campaign.handout import empty_roster

    if not output:
        stop("no-output", lang)
    path = new_file(output, force, lang)
    write_file(path, empty_roster())
    click.echo(data.messages()["cli"]["written"][lang].format(path=inert(output)))
