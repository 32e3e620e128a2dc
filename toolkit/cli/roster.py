"""`gouji roster`: an empty roster to fill in."""

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import new_file
from .console import command, options, stop


@command("roster")
@options("output", "force")
def roster(output: str | None, force: bool, lang: str) -> None:
    from ..campaign.handout import empty_roster

    if not output:
        stop("no-output", lang)
    path = new_file(output, force, lang)
    write_file(path, empty_roster())
    click.echo(say("cli", "written", lang, path=inert(output)))
