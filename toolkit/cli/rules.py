"""`gouji rules`: every rule of an edition, resolved to cells."""

import click

from .arguments import the_edition
from .console import Inputs, command, emit, help_text, options


@command("rules")
@options("year", "edition", "templates")
@click.option("--format", "style", type=click.Choice(["text", "json", "md"]), default="text",
              help=help_text("format"))  # fmt: skip
def rules(inputs: Inputs, *, style: str) -> None:
    from ..output import rulebook

    emit(iter([rulebook.rules(the_edition(inputs), inputs.lang, style)]), None)
