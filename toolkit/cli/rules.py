"""`gouji rules`: every rule of an edition, resolved to cells."""

from pathlib import Path

import click

from .arguments import the_edition
from .console import command, emit, help_text, options


@command("rules")
@options("edition", "templates")
@click.option("--year", type=int, help=help_text("year"))
@click.option("--format", "style", type=click.Choice(["text", "json", "md"]), default="text",
              help=help_text("format"))  # fmt: skip
def rules(
    edition: str | None, templates: tuple[Path, ...], year: int | None, style: str, lang: str
) -> None:
    from ..output import rulebook

    found = the_edition(edition, year, templates, lang)
    emit(iter([rulebook.rules(found, lang, style)]), None)
