"""`gouji cells`: an edition's cells, for proof-reading."""

from pathlib import Path

import click

from .arguments import the_edition
from .console import command, emit, help_text, options


@command("cells")
@options("edition", "templates")
@click.option("--year", type=int, help=help_text("year"))
def cells(edition: str | None, templates: tuple[Path, ...], year: int | None, lang: str) -> None:
    from ..output import rulebook

    emit(iter([rulebook.cells(the_edition(edition, year, templates, lang), lang)]), None)
